package git

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// FS returns the files of a revision as a file system, so that what reads a
// folder reads a commit. It implements fs.ReadFileFS, fs.ReadDirFS and
// fs.StatFS. Every file has the time of the commit. Links are followed inside
// the tree; submodules are empty folders.
func (r *Repo) FS(ctx context.Context, rev string) (fs.FS, error) {
	sha, err := r.Resolve(ctx, rev)
	if err != nil {
		return nil, err
	}
	entries, err := r.Tree(ctx, sha)
	if err != nil {
		return nil, err
	}
	t := &tree{repo: r, ctx: ctx, files: make(map[string]*node, len(entries)), dirs: map[string][]*node{".": nil}}
	if out, err := r.run(ctx, "show", "-s", "--format=%ct", sha); err == nil {
		var n int64
		for _, c := range bytes.TrimSpace(out) {
			n = n*10 + int64(c-'0')
		}
		t.time = time.Unix(n, 0).UTC()
	}
	for _, e := range entries {
		if e.Mode == ModeSubmodule {
			t.mkdir(e.Path)
			continue
		}
		n := &node{t: t, name: path.Base(e.Path), entry: e}
		t.files[e.Path] = n
		dir := path.Dir(e.Path)
		t.mkdir(dir)
		t.dirs[dir] = append(t.dirs[dir], n)
	}
	for _, list := range t.dirs {
		slices.SortFunc(list, func(a, b *node) int { return strings.Compare(a.name, b.name) })
	}
	return t, nil
}

type tree struct {
	repo  *Repo
	ctx   context.Context // a file system's calls take none
	files map[string]*node
	dirs  map[string][]*node
	time  time.Time
}

func (t *tree) mkdir(dir string) {
	if _, ok := t.dirs[dir]; ok {
		return
	}
	t.dirs[dir] = nil
	up := path.Dir(dir)
	t.mkdir(up)
	t.dirs[up] = append(t.dirs[up], &node{t: t, name: path.Base(dir), dir: true})
}

// node is a file or folder, and its own fs.FileInfo and fs.DirEntry.
type node struct {
	t     *tree
	name  string
	entry Entry
	dir   bool
}

func (n *node) Name() string               { return n.name }
func (n *node) IsDir() bool                { return n.dir }
func (n *node) Size() int64                { return max(n.entry.Size, 0) }
func (n *node) ModTime() time.Time         { return n.t.time }
func (n *node) Sys() any                   { return nil }
func (n *node) Type() fs.FileMode          { return n.Mode().Type() }
func (n *node) Info() (fs.FileInfo, error) { return n, nil }
func (n *node) Mode() fs.FileMode {
	switch {
	case n.dir:
		return fs.ModeDir | 0o555
	case n.entry.Mode == ModeSymlink:
		return fs.ModeSymlink | 0o444
	case n.entry.Mode == ModeExecutable:
		return 0o555
	default:
		return 0o444
	}
}

// find returns the node at a path, links followed.
func (t *tree) find(op, name string) (string, *node, error) {
	if !fs.ValidPath(name) {
		return "", nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	missing := &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	at := name
	for range 16 {
		if _, ok := t.dirs[at]; ok {
			return at, &node{t: t, name: path.Base(at), dir: true}, nil
		}
		if n := t.files[at]; n != nil {
			if n.entry.Mode != ModeSymlink {
				return at, n, nil
			}
			next, ok := t.target(at, n)
			if !ok {
				return "", nil, missing
			}
			at = next
			continue
		}
		// A folder on the way may be a link.
		dir, rest, ok := "", "", false
		for i := range len(at) {
			if at[i] == '/' {
				if n := t.files[at[:i]]; n != nil && n.entry.Mode == ModeSymlink {
					dir, rest, ok = at[:i], at[i+1:], true
					break
				}
			}
		}
		if !ok {
			return "", nil, missing
		}
		next, ok := t.target(dir, t.files[dir])
		if !ok {
			return "", nil, missing
		}
		at = path.Join(next, rest)
	}
	return "", nil, missing
}

func (t *tree) target(at string, n *node) (string, bool) {
	to, err := t.repo.Blob(t.ctx, n.entry.SHA)
	if err != nil || len(to) == 0 || to[0] == '/' {
		return "", false
	}
	p := path.Join(path.Dir(at), string(to))
	return p, fs.ValidPath(p)
}

func (t *tree) Stat(name string) (fs.FileInfo, error) {
	_, n, err := t.find("stat", name)
	if err != nil {
		return nil, err
	}
	return n, nil
}

func (t *tree) ReadFile(name string) ([]byte, error) {
	_, n, err := t.find("read", name)
	if err != nil {
		return nil, err
	}
	if n.dir {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	b, err := t.repo.Blob(t.ctx, n.entry.SHA)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return b, nil
}

func (t *tree) ReadDir(name string) ([]fs.DirEntry, error) {
	at, n, err := t.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if !n.dir {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	out := make([]fs.DirEntry, len(t.dirs[at]))
	for i, c := range t.dirs[at] {
		out[i] = c
	}
	return out, nil
}

func (t *tree) Open(name string) (fs.File, error) {
	at, n, err := t.find("open", name)
	if err != nil {
		return nil, err
	}
	if n.dir {
		list, err := t.ReadDir(at)
		return &openDir{n, list}, err
	}
	b, err := t.ReadFile(at)
	if err != nil {
		return nil, err
	}
	return &openFile{n, bytes.NewReader(b)}, nil
}

type openFile struct {
	n *node
	*bytes.Reader
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.n, nil }
func (f *openFile) Close() error               { return nil }

type openDir struct {
	n    *node
	rest []fs.DirEntry
}

func (d *openDir) Stat() (fs.FileInfo, error) { return d.n, nil }
func (d *openDir) Close() error               { return nil }
func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.n.name, Err: fs.ErrInvalid}
}

func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		out := d.rest
		d.rest = nil
		return out, nil
	}
	if len(d.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.rest))
	out := d.rest[:n]
	d.rest = d.rest[n:]
	return out, nil
}
