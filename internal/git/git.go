// Package git reads a repository through the git program: revisions, trees,
// blobs, differences and history, as objects, never from the work tree.
//
// The program is what users have, knows every format of repository, and reads
// partial and shallow clones, alternates and replaced objects as they expect. A
// Repo keeps one `git cat-file --batch` process, so that reading ten thousand
// blobs starts one process; its methods may be called from many goroutines.
//
// Nothing here runs what a repository configures: no hooks, no filters, no
// external diff, no text conversion, no fetch of missing objects.
package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ErrNotFound says that a revision, path or object does not exist; test with
// errors.Is.
var ErrNotFound = errors.New("not found")

// ErrNoRepository says that a folder belongs to no repository.
var ErrNoRepository = errors.New("not a git repository")

// ErrOwner says that a repository belongs to another user, and that git will not
// read it until it is told that this is meant.
var ErrOwner = errors.New("it belongs to another user, so git does not read it; to trust it run: git config --global --add safe.directory DIRECTORY")

// Repo is a repository. Close ends its helper process.
type Repo struct {
	dir string
	top string
	env []string // beside the common ones, see Snapshot

	mu    sync.Mutex
	batch *batch
}

// Open opens the repository that a folder belongs to.
func Open(ctx context.Context, dir string) (*Repo, error) {
	r := &Repo{dir: dir}
	out, err := r.run(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		if _, bare := r.run(ctx, "rev-parse", "--git-dir"); bare == nil {
			return r, nil
		}
		if errors.Is(err, exec.ErrNotFound) {
			return nil, fmt.Errorf("open repository: git is not installed: %w", err)
		}
		if e, ok := errors.AsType[*Error](err); ok && strings.Contains(e.Stderr, "dubious ownership") {
			return nil, fmt.Errorf("open repository at %s: %w", dir, ErrOwner)
		}
		return nil, fmt.Errorf("open repository at %s: %w", dir, ErrNoRepository)
	}
	r.top = strings.TrimRight(string(out), "\r\n")
	r.dir = r.top
	return r, nil
}

// Top returns the folder of the work tree, "" of a bare repository.
func (r *Repo) Top() string { return r.top }

// Close ends the helper process. The Repo may be used again afterwards.
func (r *Repo) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.batch == nil {
		return nil
	}
	b := r.batch
	r.batch = nil
	return b.close()
}

// command prepares a git command in which nothing of the repository runs.
func (r *Repo) command(ctx context.Context, args ...string) *exec.Cmd {
	safe := []string{
		"-c", "core.quotepath=false", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
		"-c", "diff.external=", "-c", "core.attributesFile=/dev/null", "-c", "log.showSignature=false",
		"--no-pager", "--literal-pathspecs",
	}
	cmd := exec.CommandContext(ctx, "git", append(safe, args...)...)
	cmd.Dir = r.dir
	cmd.WaitDelay = 2 * time.Second // helpers of git hold its pipes open when it has been ended
	cmd.Env = append(cmd.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "LC_ALL=C")
	cmd.Env = append(cmd.Env, r.env...)
	return cmd
}

// Error is a git command that failed, with what it said.
type Error struct {
	Command string
	Stderr  string
	Err     error
}

func (e *Error) Error() string {
	said := strings.TrimSpace(e.Stderr)
	if i := strings.IndexByte(said, '\n'); i > 0 {
		said = said[:i]
	}
	said = strings.TrimPrefix(said, "fatal: ")
	if said == "" {
		return fmt.Sprintf("git %s: %v", e.Command, e.Err)
	}
	return fmt.Sprintf("git %s: %s", e.Command, said)
}

func (e *Error) Unwrap() error { return e.Err }

// run returns what a command prints.
func (r *Repo) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := r.command(ctx, args...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &Error{args[0], said.String(), err}
	}
	return out.Bytes(), nil
}

// stream calls read with what a command prints while it prints it. When read
// returns early the command is stopped.
func (r *Repo) stream(ctx context.Context, read func(*bufio.Reader) error, args ...string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := r.command(ctx, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("git %s: %w", args[0], err)
	}
	if err := cmd.Start(); err != nil {
		return &Error{args[0], "", err}
	}
	rerr := read(bufio.NewReaderSize(out, 1<<16))
	if rerr != nil {
		cancel()
		_ = cmd.Wait() // it was stopped
		return rerr
	}
	_, _ = io.Copy(io.Discard, out) // so that the command can end
	if err := cmd.Wait(); err != nil {
		return &Error{args[0], said.String(), err}
	}
	return nil
}

// Resolve returns the commit that a revision names.
func (r *Repo) Resolve(ctx context.Context, rev string) (string, error) {
	if strings.HasPrefix(rev, "-") {
		return "", fmt.Errorf("revision %q: %w", rev, ErrNotFound)
	}
	out, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("revision %q: %w", rev, ErrNotFound)
	}
	return strings.TrimSpace(string(out)), nil
}

// MergeBase returns the best common ancestor of two commits. The error wraps
// ErrNotFound when there is none, as in a shallow clone that was cut too early.
func (r *Repo) MergeBase(ctx context.Context, a, b string) (string, error) {
	out, err := r.run(ctx, "merge-base", "--", a, b)
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("merge base of %.12s and %.12s: %w", a, b, ErrNotFound)
	}
	base, _, _ := strings.Cut(string(out), "\n")
	return base, nil
}

// Root returns the first commit of the first-parent history of HEAD, by which
// clones of one repository know each other. In a shallow clone it is the commit
// at which the history is cut.
func (r *Repo) Root(ctx context.Context) (string, error) {
	out, err := r.run(ctx, "rev-list", "--first-parent", "--max-parents=0", "HEAD")
	if err != nil {
		return "", err
	}
	root, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if root == "" { // cut off: the oldest that is there
		if out, err = r.run(ctx, "rev-list", "--first-parent", "--reverse", "HEAD"); err != nil {
			return "", err
		}
		root, _, _ = strings.Cut(strings.TrimSpace(string(out)), "\n")
	}
	if root == "" {
		return "", fmt.Errorf("first commit: %w", ErrNotFound)
	}
	return root, nil
}

// FirstParents returns the ids of the newest n commits of the first-parent
// history of rev, newest first.
func (r *Repo) FirstParents(ctx context.Context, rev string, n int) ([]string, error) {
	out, err := r.run(ctx, "rev-list", "--first-parent", "--max-count="+strconv.Itoa(n), "--end-of-options", rev)
	return strings.Fields(string(out)), err
}

// Shallow reports whether the history is cut off.
func (r *Repo) Shallow(ctx context.Context) bool {
	out, err := r.run(ctx, "rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(string(out)) == "true"
}

// Mode is the mode of an entry of a tree.
type Mode string

// The modes of entries.
const (
	ModeFile       Mode = "100644"
	ModeExecutable Mode = "100755"
	ModeSymlink    Mode = "120000"
	ModeSubmodule  Mode = "160000"
)

// Regular reports whether an entry is a file with content of its own.
func (m Mode) Regular() bool { return m == ModeFile || m == ModeExecutable || m == "100664" }

// Entry is a file of a tree.
type Entry struct {
	Path string // slash path
	Mode Mode
	SHA  string
	Size int64 // -1 of submodules
}

// Tree returns the files of a revision, by path.
func (r *Repo) Tree(ctx context.Context, rev string) ([]Entry, error) {
	var out []Entry
	err := r.stream(ctx, func(br *bufio.Reader) error {
		for {
			rec, err := br.ReadString(0)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			meta, path, ok := strings.Cut(strings.TrimSuffix(rec, "\x00"), "\t")
			f := strings.Fields(meta)
			if !ok || len(f) != 4 {
				return fmt.Errorf("git ls-tree: %q", rec)
			}
			e := Entry{Path: path, Mode: Mode(f[0]), SHA: f[2], Size: -1}
			if n, err := strconv.ParseInt(f[3], 10, 64); err == nil {
				e.Size = n
			}
			out = append(out, e)
		}
	}, "ls-tree", "-r", "-z", "-l", "--full-tree", rev)
	return out, err
}

// Status is what happened to a file.
type Status byte

// The statuses of changes.
const (
	Added    Status = 'A'
	Deleted  Status = 'D'
	Modified Status = 'M'
	Renamed  Status = 'R'
	Copied   Status = 'C'
	Type     Status = 'T' // a file became a link, or the like
)

// Change is a file that differs between two revisions. Old is empty of added
// files, and differs from Path in renames alone.
type Change struct {
	Status      Status
	Old, Path   string
	OldMode     Mode
	Mode        Mode
	OldSHA, SHA string
	Similarity  int // percent, of renames and copies
}

// Diff returns the files that differ between two revisions, renames followed.
func (r *Repo) Diff(ctx context.Context, a, b string) ([]Change, error) {
	var out []Change
	err := r.stream(ctx, func(br *bufio.Reader) error {
		for {
			c, err := readRaw(br)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			out = append(out, c)
		}
	}, "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "-M50%", "-l4000", "--no-ext-diff", "--no-textconv", a, b)
	return out, err
}

// readRaw reads one record of --raw -z.
func readRaw(br *bufio.Reader) (Change, error) {
	meta, err := br.ReadString(0)
	if err != nil {
		return Change{}, err
	}
	return rawRecord(strings.TrimSuffix(meta, "\x00"), func() (string, error) {
		s, err := br.ReadString(0)
		return strings.TrimSuffix(s, "\x00"), err
	})
}

func rawRecord(meta string, next func() (string, error)) (Change, error) {
	f := strings.Fields(strings.TrimPrefix(meta, ":"))
	if len(f) != 5 || f[4] == "" {
		return Change{}, fmt.Errorf("git: unexpected record %q", meta)
	}
	c := Change{Status: Status(f[4][0]), OldMode: Mode(f[0]), Mode: Mode(f[1]), OldSHA: f[2], SHA: f[3]}
	if len(f[4]) > 1 {
		c.Similarity, _ = strconv.Atoi(f[4][1:])
	}
	p, err := next()
	if err != nil {
		return c, err
	}
	c.Old, c.Path = p, p
	if c.Status == Renamed || c.Status == Copied {
		if c.Path, err = next(); err != nil {
			return c, err
		}
	}
	if c.Status == Added {
		c.Old = ""
	}
	return c, nil
}

// Commit is a commit of the first-parent history with what it changed against
// its first parent, renames not followed.
type Commit struct {
	SHA     string
	Time    time.Time // of the committer
	Author  string
	Subject string
	Changes []Change
}

// History calls visit with the commits of the first-parent history of rev,
// newest first, until it returns false. A non-empty until is a commit at which
// the history ends, without it; n > 0 bounds the number of commits.
func (r *Repo) History(ctx context.Context, rev, until string, n int, visit func(*Commit) bool) error {
	args := []string{
		"log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z", "--no-abbrev", "--no-renames",
		"--no-ext-diff", "--no-textconv", "--format=%x01%H%x00%ct%x00%an%x00%s%x00", "--root",
	}
	if n > 0 {
		args = append(args, "-n", strconv.Itoa(n))
	}
	args = append(args, rev)
	if until != "" {
		args = append(args, "^"+until)
	}
	stopped := errors.New("stopped")
	err := r.stream(ctx, func(br *bufio.Reader) error {
		var c *Commit
		field := func() (string, error) {
			s, err := br.ReadString(0)
			return strings.TrimSuffix(s, "\x00"), err
		}
		for {
			s, err := field()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			s = strings.TrimLeft(s, "\n")
			switch {
			case s == "":
			case s[0] == 1:
				if c != nil && !visit(c) {
					return stopped
				}
				c = &Commit{SHA: s[1:]}
				for _, to := range []func(string){
					func(v string) {
						n, _ := strconv.ParseInt(v, 10, 64)
						c.Time = time.Unix(n, 0).UTC()
					},
					func(v string) { c.Author = v },
					func(v string) { c.Subject = v },
				} {
					v, err := field()
					if err != nil && !errors.Is(err, io.EOF) {
						return err
					}
					to(v)
				}
			case s[0] == ':' && c != nil:
				ch, err := rawRecord(s, field)
				if err != nil {
					return err
				}
				c.Changes = append(c.Changes, ch)
			default:
				return fmt.Errorf("git log: unexpected %q", s)
			}
		}
		if c != nil && !visit(c) {
			return stopped
		}
		return nil
	}, args...)
	if errors.Is(err, stopped) {
		return nil
	}
	return err
}

// batch is a running `git cat-file --batch`.
type batch struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func (b *batch) close() error {
	_ = b.in.Close() // it ends then
	return b.cmd.Wait()
}

// MaxBlob bounds what Blob reads; larger files are data.
const MaxBlob = 16 << 20

// ErrTooLarge says that a blob is larger than MaxBlob.
var ErrTooLarge = errors.New("larger than 16 MB")

// Blob returns the content of a blob, named by its id or as REV:PATH. The error
// wraps ErrNotFound where there is none (in a partial clone, or of a file that
// a snapshot leaves out) and ErrTooLarge.
func (r *Repo) Blob(ctx context.Context, name string) ([]byte, error) {
	if strings.ContainsAny(name, "\n\x00") {
		return nil, fmt.Errorf("object %q: %w", name, ErrNotFound)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.batch == nil {
		// The process outlives the call: it is ended by Close.
		cmd := r.command(context.WithoutCancel(ctx), "cat-file", "--batch")
		in, err := cmd.StdinPipe()
		if err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
		if err := cmd.Start(); err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
		r.batch = &batch{cmd, in, bufio.NewReaderSize(out, 1<<16)}
	}
	body, err := r.batch.read(name)
	if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrTooLarge) {
		_ = r.batch.close() // a new one is started for the next blob
		r.batch = nil
	}
	return body, err
}

func (b *batch) read(name string) ([]byte, error) {
	if _, err := io.WriteString(b.in, name+"\n"); err != nil {
		return nil, fmt.Errorf("read object %s: %w", name, err)
	}
	head, err := b.out.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("read object %s: %w", name, err)
	}
	f := strings.Fields(head)
	if len(f) < 3 || f[len(f)-1] == "missing" || f[len(f)-1] == "ambiguous" {
		return nil, fmt.Errorf("object %s: %w", name, ErrNotFound)
	}
	size, err := strconv.ParseInt(f[len(f)-1], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("object %s: %w", name, ErrNotFound)
	}
	if f[len(f)-2] != "blob" || size > MaxBlob {
		if _, err := io.CopyN(io.Discard, b.out, size+1); err != nil {
			return nil, fmt.Errorf("read object %s: %w", name, err)
		}
		if f[len(f)-2] != "blob" {
			return nil, fmt.Errorf("object %s: is a %s: %w", name, f[len(f)-2], ErrNotFound)
		}
		return nil, fmt.Errorf("object %s: %w", name, ErrTooLarge)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(b.out, body); err != nil {
		return nil, fmt.Errorf("read object %s: %w", name, err)
	}
	if _, err := b.out.Discard(1); err != nil {
		return nil, fmt.Errorf("read object %s: %w", name, err)
	}
	return body, nil
}

// ReadFile returns a file of a revision. A link is not followed: its content is
// the target. The error wraps fs.ErrNotExist where there is none.
func (r *Repo) ReadFile(ctx context.Context, rev, path string) ([]byte, error) {
	b, err := r.Blob(ctx, rev+":"+path)
	if errors.Is(err, ErrNotFound) {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fs.ErrNotExist}
	}
	return b, err
}
