package serve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/fsnotify/fsnotify"

	"github.com/lintel-docs/lintel/site"
)

// watcher tells of changes below a folder. The operating system's watches know
// single folders only (on Linux), so the watcher keeps one on each folder of
// the trees that it was asked for, follows folders that come and go, and says
// when it cannot: the caller then has to look by itself from time to time.
type watcher struct {
	root fs.FS
	dir  string // of root, as the operating system names it
	sink func(change)
	fs   *fsnotify.Watcher

	trees, files []string
	on           map[string]bool // folders with a watch
}

// maxWatched bounds the folders below one tree; past it something else than
// documentation lies there.
const maxWatched = 100_000

func newWatcher(root fs.FS, dir string, sink func(change)) (*watcher, error) {
	w, err := fsnotify.NewBufferedWatcher(4096)
	if err != nil {
		return nil, watchError(err)
	}
	return &watcher{root: root, dir: strings.TrimSuffix(strings.ReplaceAll(dir, `\`, "/"), "/"), sink: sink, fs: w, on: map[string]bool{}}, nil
}

// watchError says what a limit of the operating system means and how to raise it.
func watchError(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return errors.New("the system's limit of watches is reached; raise it by `sysctl fs.inotify.max_user_watches=524288`")
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return errors.New("the system's limit of watchers or open files is reached; raise it by `sysctl fs.inotify.max_user_instances=512` or `ulimit -n`")
	}
	return err
}

// watch makes the watches equal to what a site needs. It is called by the
// goroutine that calls run's handle, never by two at once.
func (w *watcher) watch(need site.Watched) error {
	w.trees, w.files = need.Trees, need.Files
	want := map[string]bool{}
	for _, t := range need.Trees {
		w.walk(t, want, 0)
	}
	for _, f := range need.Files {
		want[w.above(f)] = true
	}
	for _, d := range w.fs.WatchList() {
		if rel, ok := w.rel(d); !ok || !want[rel] {
			_ = w.fs.Remove(d) // gone by itself, perhaps
			delete(w.on, rel)
		}
	}
	for d := range want {
		if err := w.add(d); err != nil {
			return err
		}
	}
	return nil
}

// above returns the nearest folder above a file that exists.
func (w *watcher) above(file string) string {
	for d := path.Dir(file); d != "."; d = path.Dir(d) {
		if info, err := fs.Stat(w.root, d); err == nil && info.IsDir() {
			return d
		}
	}
	return "."
}

// walk collects the folders of a tree. Folders whose names begin with a dot
// hold no documentation, and symbolic links are followed as the site does.
func (w *watcher) walk(dir string, want map[string]bool, depth int) {
	if want[dir] || len(want) > maxWatched || depth > 64 {
		return
	}
	entries, err := fs.ReadDir(w.root, dir)
	if err != nil {
		if d := w.above(dir); depth == 0 {
			want[d] = true // it may come to be
		}
		return
	}
	want[dir] = true
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || name == "node_modules" {
			continue
		}
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := fs.Stat(w.root, path.Join(dir, name))
			isDir = err == nil && info.IsDir()
		}
		if isDir {
			w.walk(path.Join(dir, name), want, depth+1)
		}
	}
}

func (w *watcher) add(dir string) error {
	if w.on[dir] {
		return nil
	}
	err := w.fs.Add(w.dir + "/" + dir)
	switch {
	case err == nil:
		w.on[dir] = true
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EMFILE):
		return watchError(err)
	default:
		return fmt.Errorf("watch %s: %w", dir, err)
	}
	return nil
}

// rel returns the slash path below the root that the system's name stands for.
func (w *watcher) rel(name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	if name == w.dir {
		return ".", true
	}
	rel, ok := strings.CutPrefix(name, w.dir+"/")
	return path.Clean(rel), ok
}

// run tells of events until ctx ends or the watcher is closed. Errors are those
// after which events may have been lost for good.
func (w *watcher) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err, ok := <-w.fs.Errors:
			switch {
			case !ok:
				return nil
			case errors.Is(err, fsnotify.ErrEventOverflow):
				w.sink(change{})
			default:
				return watchError(err)
			}
		case ev, ok := <-w.fs.Events:
			if !ok {
				return nil
			}
			if rel, ok := w.rel(ev.Name); ok {
				w.event(rel, ev.Op)
			}
		}
	}
}

func (w *watcher) close() { _ = w.fs.Close() }

// event passes on what can matter. What is a folder, or was one, says nothing of
// the files in it: they may have come before the watch on it did.
func (w *watcher) event(p string, op fsnotify.Op) {
	if scratchFile(path.Base(p)) {
		return
	}
	if op.Has(fsnotify.Create) {
		if info, err := fs.Stat(w.root, p); err == nil && info.IsDir() {
			w.sink(change{})
			return
		}
	}
	w.sink(change{path: p})
}

// scratchFile reports whether a name is one under which editors keep what is
// not saved yet.
func scratchFile(name string) bool {
	switch {
	case name == "4913", name == ".DS_Store", strings.HasPrefix(name, ".#"), strings.HasPrefix(name, "___jb_"),
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#"), strings.HasSuffix(name, "~"), strings.HasPrefix(name, ".goutputstream-"):
		return true
	}
	return slices.Contains([]string{".swp", ".swo", ".swx", ".swpx", ".crswap"}, path.Ext(name))
}
