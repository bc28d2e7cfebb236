package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// Branch returns the branch that HEAD stands on, or "" when it is detached.
func (r *Repo) Branch(ctx context.Context) string {
	out, err := r.run(ctx, "symbolic-ref", "--quiet", "--short", "HEAD")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// Parents returns the parents of a commit.
func (r *Repo) Parents(ctx context.Context, rev string) ([]string, error) {
	out, err := r.run(ctx, "rev-parse", "--end-of-options", rev+"^@")
	if err != nil {
		return nil, err
	}
	return strings.Fields(strings.TrimPrefix(string(out), "--end-of-options\n")), nil
}

// Has reports whether a commit is there with its tree.
func (r *Repo) Has(ctx context.Context, sha string) bool {
	_, err := r.run(ctx, "cat-file", "-e", sha+"^{tree}")
	return err == nil
}

// LastCommit returns the newest commit that changed a file, or "" when the
// history that is there does not tell: in a shallow clone the oldest commits
// seem to add every file.
func (r *Repo) LastCommit(ctx context.Context, rev, path string) (string, error) {
	out, err := r.run(ctx, "log", "-1", "--format=%H %P", rev, "--", path)
	if err != nil {
		return "", err
	}
	f := strings.Fields(string(out))
	if len(f) == 0 || len(f) == 1 && r.Shallow(ctx) {
		return "", nil
	}
	return f[0], nil
}

// Bodies calls visit with the messages of the commits of head that base does
// not have, newest first, at most n.
func (r *Repo) Bodies(ctx context.Context, base, head string, n int, visit func(sha, message string)) error {
	return r.stream(ctx, func(br *bufio.Reader) error {
		for {
			s, err := br.ReadString(0)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			sha, message, _ := strings.Cut(strings.TrimSuffix(s, "\x00"), "\n")
			visit(sha, message)
		}
	}, "log", "-z", "-n", strconv.Itoa(n), "--format=%H%n%B", head, "^"+base)
}

// Fetch brings refs of a remote, named or by its address, with options such as
// --depth=50. It is the one thing here that speaks to a network; nothing that
// the repository configures runs, and no address of a kind that runs programs
// is taken.
func (r *Repo) Fetch(ctx context.Context, remote string, options []string, refs ...string) error {
	args := append([]string{
		"-c", "protocol.ext.allow=never", "-c", "fetch.recurseSubmodules=no", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
		"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
	}, options...)
	cmd := append(append(args, "--end-of-options", remote), refs...)
	if _, err := r.run(ctx, cmd...); err != nil {
		if e, ok := errors.AsType[*Error](err); ok {
			e.Command, e.Stderr = "fetch", withoutPassword(e.Stderr)
		}
		return err
	}
	return nil
}

var passwordRE = regexp.MustCompile(`//[^/@\s]+@`)

// withoutPassword takes user names and passwords out of addresses.
func withoutPassword(s string) string { return passwordRE.ReplaceAllString(s, "//") }

// Line is a line of a difference: 0 on the side where it is not.
type Line struct{ Old, New int }

// FileDiff is what differs in a file, with the lines around it.
type FileDiff struct {
	Old, Path string // equal unless the file was renamed
	Lines     []Line // in order; of an unchanged line both numbers are set
}

var hunkRE = regexp.MustCompile(`^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@`)

// Lines returns the lines that the difference of two revisions shows of the
// files named by changes, with three unchanged lines around each change.
func (r *Repo) Lines(ctx context.Context, a, b string, changes []Change) ([]FileDiff, error) {
	var out []FileDiff
	for _, c := range changes {
		f := FileDiff{Old: c.Old, Path: c.Path}
		if f.Old == "" {
			f.Old = f.Path
		}
		args := []string{
			"diff", "--no-ext-diff", "--no-textconv", "--no-color", "-U3",
			// What a user has set is not what the server shows.
			"--inter-hunk-context=0", "--diff-algorithm=default", "--indent-heuristic",
		}
		switch c.Status {
		case Added:
			args = append(args, "--no-renames", a, b, "--", c.Path)
		case Deleted:
			args = append(args, "--no-renames", a, b, "--", c.Old)
		default:
			args = append(args, a+":"+c.Old, b+":"+c.Path)
		}
		err := r.stream(ctx, func(br *bufio.Reader) error { return readHunks(br, &f) }, args...)
		if err != nil {
			return nil, fmt.Errorf("compare %s: %w", c.Path, err)
		}
		out = append(out, f)
	}
	return out, nil
}

func readHunks(br *bufio.Reader, f *FileDiff) error {
	oldLine, newLine, oldLeft, newLeft := 0, 0, 0, 0
	for {
		s, err := br.ReadString('\n')
		if s == "" && errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if oldLeft <= 0 && newLeft <= 0 {
			if m := hunkRE.FindStringSubmatch(s); m != nil {
				n := [5]int{0, 0, 1, 0, 1}
				for i, v := range m {
					if i > 0 && v != "" {
						n[i], _ = strconv.Atoi(v)
					}
				}
				oldLine, oldLeft, newLine, newLeft = n[1], n[2], n[3], n[4]
			}
			continue
		}
		switch s[0] {
		case '+':
			f.Lines = append(f.Lines, Line{New: newLine})
			newLine, newLeft = newLine+1, newLeft-1
		case '-':
			f.Lines = append(f.Lines, Line{Old: oldLine})
			oldLine, oldLeft = oldLine+1, oldLeft-1
		case '\\':
		default:
			f.Lines = append(f.Lines, Line{Old: oldLine, New: newLine})
			oldLine, newLine, oldLeft, newLeft = oldLine+1, newLine+1, oldLeft-1, newLeft-1
		}
	}
}

// Remotes returns the names of the remotes.
func (r *Repo) Remotes(ctx context.Context) ([]string, error) {
	out, err := r.run(ctx, "remote")
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(out)), nil
}

// Remote returns the commits that refs of a remote stand on; those that it does
// not have are left out.
func (r *Repo) Remote(ctx context.Context, remote string, refs ...string) (map[string]string, error) {
	args := append([]string{"-c", "protocol.ext.allow=never", "ls-remote", "--quiet", "--end-of-options", remote}, refs...)
	out, err := r.run(ctx, args...)
	if err != nil {
		if e, ok := errors.AsType[*Error](err); ok {
			e.Command, e.Stderr = "ls-remote", withoutPassword(e.Stderr)
		}
		return nil, err
	}
	found := map[string]string{}
	for l := range strings.Lines(string(out)) {
		if sha, ref, ok := strings.Cut(strings.TrimSuffix(l, "\n"), "\t"); ok {
			found[ref] = sha
		}
	}
	return found, nil
}
