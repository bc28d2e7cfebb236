package publish

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Folder is a folder as a target: the root of a web server, a share. Objects
// are files; what a file system cannot hold (headers, digests) lies in small
// files below .lintel/notes. Nothing outside of the folder is reached, whatever
// links are in it.
type Folder struct {
	root *os.Root
	dir  string
	mu   sync.Mutex // of conditional writes
}

const notesDir = reserved + "notes/"

// OpenFolder opens a folder, which is made when it does not exist.
func OpenFolder(dir string) (*Folder, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	if err := os.MkdirAll(abs, 0o777); err != nil {
		return nil, fmt.Errorf("create folder: %w", err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	return &Folder{root: root, dir: abs}, nil
}

// Close releases the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Place is the path of the folder, as a URL.
func (f *Folder) Place() string { return "file://" + filepath.ToSlash(f.dir) }

// note is what a folder keeps of an object beside its bytes.
type note struct {
	Key     string  `json:"key"`
	Size    int64   `json:"size"`
	Time    int64   `json:"time"` // of the file, ns: tells whether the note is about this file
	Sum     string  `json:"sha256"`
	Headers Headers `json:"headers,omitempty"`
}

func (f *Folder) notePath(key string) string { return notesDir + sumOf([]byte(key))[:32] + ".json" }

func (f *Folder) local(key string) string { return filepath.FromSlash(key) }

func (f *Folder) info(key string, st fs.FileInfo) Info {
	i := Info{
		Key: key, Size: st.Size(), Changed: st.ModTime(),
		ETag: fmt.Sprintf("\"%x-%x\"", st.ModTime().UnixNano(), st.Size()),
	}
	b, err := f.root.ReadFile(f.local(f.notePath(key)))
	var n note
	if err == nil && json.Unmarshal(b, &n) == nil && n.Key == key && n.Size == st.Size() && n.Time == st.ModTime().UnixNano() {
		i.Sum, i.Headers = n.Sum, n.Headers
	}
	return i
}

func (f *Folder) stat(op, key string) (fs.FileInfo, error) {
	if !fs.ValidPath(key) {
		return nil, notExist(op, key)
	}
	st, err := f.root.Stat(f.local(key))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "not a directory") {
			return nil, notExist(op, key)
		}
		return nil, fmt.Errorf("%s %s: %w", op, key, err)
	}
	if !st.Mode().IsRegular() {
		return nil, notExist(op, key)
	}
	return st, nil
}

// Get returns an object.
func (f *Folder) Get(_ context.Context, key, etag string) (*Object, error) {
	st, err := f.stat("read", key)
	if err != nil {
		return nil, err
	}
	i := f.info(key, st)
	if etag != "" && i.ETag == etag {
		return nil, ErrNotModified
	}
	in, err := f.root.Open(f.local(key))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return &Object{i, in}, nil
}

// Head returns what is known of an object.
func (f *Folder) Head(_ context.Context, key string) (Info, error) {
	st, err := f.stat("look at", key)
	if err != nil {
		return Info{}, err
	}
	return f.info(key, st), nil
}

// Put writes an object: to a file beside it, which then takes its name.
func (f *Folder) Put(_ context.Context, key string, c Content, h Headers, cond Cond) (Info, error) {
	in, err := c.open()
	if err != nil {
		return Info{}, err
	}
	defer in.Close()
	return f.write(key, in, c.Name, c.Sum, h, cond)
}

func (f *Folder) write(key string, in io.Reader, name, sum string, h Headers, cond Cond) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	if err := f.room(key); err != nil {
		return Info{}, err
	}
	tmp := reserved + "tmp-" + rand.Text()[:10]
	if err := f.root.MkdirAll(f.local(path.Dir(tmp)), 0o777); err != nil {
		return Info{}, fmt.Errorf("create folder: %w", err)
	}
	out, err := f.root.OpenFile(f.local(tmp), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return Info{}, fmt.Errorf("write %s: %w", key, err)
	}
	done := false
	defer func() {
		if !done {
			_ = f.root.Remove(f.local(tmp)) // the error that matters is the first one
		}
	}()
	d := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, d), in)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return Info{}, fmt.Errorf("write %s: %w", key, err)
	}
	if !sumIs(d, sum) {
		return Info{}, &ChangedError{name}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if cond != (Cond{}) {
		st, err := f.stat("look at", key)
		exists := err == nil
		if cond.Absent && exists || cond.ETag != "" && (!exists || f.info(key, st).ETag != cond.ETag) {
			return Info{}, ErrPrecondition
		}
	}
	st, err := f.root.Stat(f.local(tmp))
	if err != nil {
		return Info{}, fmt.Errorf("write %s: %w", key, err)
	}
	if err := f.noteDown(key, st, sum, h); err != nil {
		return Info{}, err
	}
	if err := f.root.Rename(f.local(tmp), f.local(key)); err != nil {
		return Info{}, fmt.Errorf("put %s in place: %w", key, err)
	}
	done = true
	return f.info(key, st), nil
}

func (f *Folder) noteDown(key string, st fs.FileInfo, sum string, h Headers) error {
	if strings.Contains("/"+key, "/"+reserved) {
		return nil
	}
	b, err := json.Marshal(note{key, st.Size(), st.ModTime().UnixNano(), sum, h})
	if err == nil {
		if err = f.root.MkdirAll(f.local(strings.TrimSuffix(notesDir, "/")), 0o777); err == nil {
			err = f.root.WriteFile(f.local(f.notePath(key)), b, 0o666)
		}
	}
	if err != nil {
		return fmt.Errorf("note headers of %s: %w", key, err)
	}
	return nil
}

// room makes the folders of a key. A bucket may hold a and a/b; a folder holds
// a file or a folder of one name.
func (f *Folder) room(key string) error {
	if st, err := f.root.Lstat(f.local(key)); err == nil && st.IsDir() {
		if err := f.root.Remove(f.local(key)); err != nil { // goes when it is empty
			return fmt.Errorf("write %s: a folder has this name", key)
		}
	}
	if dir := path.Dir(key); dir != "." {
		if err := f.root.MkdirAll(f.local(dir), 0o777); err != nil {
			return fmt.Errorf("write %s: %w", key, err)
		}
	}
	return nil
}

// SetHeaders notes other headers for an object; its file stays as it is.
func (f *Folder) SetHeaders(_ context.Context, key, etag, sum string, h Headers) (Info, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	st, err := f.stat("look at", key)
	if err != nil {
		return Info{}, err
	}
	if etag != "" && f.info(key, st).ETag != etag {
		return Info{}, ErrPrecondition
	}
	if err := f.noteDown(key, st, sum, h); err != nil {
		return Info{}, err
	}
	return f.info(key, st), nil
}

// Delete removes objects, and the folders that this leaves empty.
func (f *Folder) Delete(_ context.Context, keys []string) error {
	var failed *DeleteError
	for _, k := range keys {
		if !fs.ValidPath(k) {
			continue
		}
		if _, err := f.stat("delete", k); err != nil {
			continue
		}
		if err := f.root.Remove(f.local(k)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = failed.with([]string{k}, err)
			continue
		}
		_ = f.root.Remove(f.local(f.notePath(k))) // there may be none
		for up := path.Dir(k); up != "." && f.root.Remove(f.local(up)) == nil; up = path.Dir(up) {
		}
	}
	if failed != nil {
		return failed
	}
	return nil
}

// List yields the files below a prefix.
func (f *Folder) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		var all []Info
		start := strings.TrimSuffix(prefix, "/")
		if !strings.HasSuffix(prefix, "/") {
			start = path.Dir(prefix)
		}
		if start == "" {
			start = "."
		}
		err := fs.WalkDir(f.root.FS(), start, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				if errors.Is(err, fs.ErrNotExist) {
					return nil
				}
				return err
			}
			if !d.Type().IsRegular() || !strings.HasPrefix(p, prefix) || strings.HasPrefix(p, notesDir) {
				return ctx.Err()
			}
			st, err := d.Info()
			if err != nil {
				return nil //nolint:nilerr // it went away meanwhile
			}
			all = append(all, Info{Key: p, Size: st.Size(), Changed: st.ModTime(), ETag: fmt.Sprintf("\"%x-%x\"", st.ModTime().UnixNano(), st.Size())})
			return ctx.Err()
		})
		if err != nil {
			yield(Info{}, fmt.Errorf("list %s: %w", f.Place(), err))
			return
		}
		slices.SortFunc(all, func(a, b Info) int { return cmp.Compare(a.Key, b.Key) })
		for _, i := range all {
			if !yield(i, nil) {
				return
			}
		}
	}
}
