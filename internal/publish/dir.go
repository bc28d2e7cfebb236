// Package publish makes a place equal to a built site.
//
// Dir makes a folder equal to any fs.FS by staging: new files are written beside
// the old ones first, and nothing that is there is touched before all of them
// are. It is what lintel build does.
//
// Sync makes a Target equal to a Source: a bucket, a folder of a web server,
// memory.
//
//	src, err := publish.Files(ctx, fsys, "")
//	t, err := publish.OpenS3(ctx, "s3://bucket/docs", publish.S3Options{})
//	out, err := publish.Sync(ctx, src, t, publish.SyncOptions{Now: time.Now})
//
// What a target holds is known from its manifest, .lintel/manifest.json, which is
// replaced by conditional writes only: a run that has nothing to do costs one
// request, and of two publishers one waits. Before anything is written the
// manifest says what is about to change and by whom, so that a run that was
// killed at any moment is completed by the next. Assets are written before pages,
// new pages before those that link to them; what is no longer part of the site
// goes last. ADR-0021 tells the protocol and its limits.
//
// The same run serves for all else: a rollback is Sync from a ReleaseSource, a
// promotion is Sync from a PreviewSource, a preview or a version is Sync to the
// part of a target Below a folder, a dry run is Sync to a DryRun.
package publish

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// ManifestName is the file in which Dir keeps what it wrote, so that a later
// build removes that and nothing else.
const ManifestName = ".lintel-files"

// largeFile is the size from which on a file is not compared without need.
const largeFile = 1 << 20

// stageName begins the names of folders that hold a site not yet in place.
const stageName = ".lintel-stage-"

// Options are the bounds of Dir.
type Options struct {
	// Protected are paths that must not lie in the folder: sources, the home
	// folder. A folder that holds one of them is refused.
	Protected []string
	// Keep leaves files of earlier builds in place (mkdocs build --dirty).
	Keep bool
	// Recipe returns a digest of all that a file of the site is made from, or ""
	// where that is not known. With it and the stamps of an earlier run, a file
	// that would come out the same is not even made.
	Recipe  func(name string) string
	Earlier Stamps
}

// Stamps tell of each file what it was made from and how it lay in the folder
// then.
type Stamps map[string]Stamp

// Stamp is that of one file.
type Stamp struct {
	Recipe  string
	Size    int64
	ModTime int64 // in nanoseconds since 1970
}

// Result counts what Dir did.
type Result struct {
	Files, Written, Unchanged, Removed int
	Bytes                              int64
	Spared                             int    // of Unchanged: not made, since their stamps hold
	Stamps                             Stamps // for the next run; nil without Options.Recipe
}

// Refused is the error for a folder that Dir will not write to.
type Refused struct{ Dir, Why string }

func (e *Refused) Error() string { return fmt.Sprintf("write site to %q: %s", e.Dir, e.Why) }

// Dir makes the folder dir equal to src. Files that an earlier Dir wrote and
// src no longer has are removed; so is everything in a folder that is plainly a
// site of another tool. Other files stay. On an error the folder is as it was.
func Dir(ctx context.Context, src fs.FS, dir string, o Options) (Result, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Result{}, fmt.Errorf("write site to %q: %w", dir, err)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	if err := refuse(abs, o.Protected); err != nil {
		return Result{}, err
	}
	d := &dirTarget{src: src, dir: abs, opts: o, made: map[string]bool{}}
	if err := d.list(); err != nil {
		return Result{}, err
	}
	entries, err := os.ReadDir(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = d.fresh(ctx)
	case err != nil:
		err = fmt.Errorf("write site to %q: %w", dir, err)
	default:
		err = d.update(ctx, entries)
	}
	return d.result, err
}

// refuse tells of folders whose loss nobody would forgive.
func refuse(dir string, protected []string) error {
	if filepath.Dir(dir) == dir {
		return &Refused{dir, "it is the root of the file system; choose a folder of its own with -d"}
	}
	for _, p := range protected {
		if _, err := os.Lstat(p); err != nil {
			continue
		}
		if real, err := filepath.EvalSymlinks(p); err == nil {
			p = real
		}
		if rel, err := filepath.Rel(dir, p); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return &Refused{dir, fmt.Sprintf("it holds %s, which is not part of a site; choose a folder of its own with -d", p)}
		}
	}
	return nil
}

type dirTarget struct {
	src    fs.FS
	dir    string
	opts   Options
	names  []string
	result Result

	mu   sync.Mutex
	made map[string]bool
}

func (d *dirTarget) list() error {
	return fs.WalkDir(d.src, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read site: %w", err)
		}
		if !e.IsDir() {
			d.names = append(d.names, p)
		}
		return nil
	})
}

// fresh writes the site to a new folder beside the place and moves it there:
// one rename.
func (d *dirTarget) fresh(ctx context.Context) error {
	up := filepath.Dir(d.dir)
	if err := os.MkdirAll(up, 0o777); err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	stage := filepath.Join(up, stageName+rand.Text()[:8])
	if err := os.Mkdir(stage, 0o777); err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	err := d.writeAll(ctx, stage, nil)
	if err == nil {
		err = d.writeManifest(stage, nil)
	}
	if err == nil {
		if err = os.Rename(stage, d.dir); err != nil {
			err = fmt.Errorf("put site in place: %w", err)
		}
	}
	if err != nil {
		_ = os.RemoveAll(stage) // the error that matters is the first one
	}
	return err
}

// update writes what differs to a folder inside the place, moves it over file
// by file, and removes what is left over.
func (d *dirTarget) update(ctx context.Context, entries []fs.DirEntry) error {
	for _, e := range entries { // of a build that was killed
		if strings.HasPrefix(e.Name(), stageName) {
			_ = os.RemoveAll(filepath.Join(d.dir, e.Name()))
		}
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), stageName) })
	old, err := d.earlier(entries)
	if err != nil {
		return err
	}
	stage := filepath.Join(d.dir, stageName+rand.Text()[:8])
	if err := os.Mkdir(stage, 0o777); err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(stage) }()
	changed := make([]bool, len(d.names))
	if err := d.writeAll(ctx, stage, changed); err != nil {
		return err
	}
	kept := []string(nil)
	if d.opts.Keep {
		kept = old // still ours to remove when a later build is a clean one
	}
	if err := d.writeManifest(stage, kept); err != nil {
		return err
	}
	d.made = map[string]bool{}
	for i, name := range d.names {
		if !changed[i] {
			continue
		}
		to := filepath.Join(d.dir, filepath.FromSlash(name))
		if err := d.clear(name, to); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(stage, filepath.FromSlash(name)), to); err != nil {
			return fmt.Errorf("put %s in place: %w", name, err)
		}
	}
	if !d.opts.Keep {
		d.removeOld(old)
	}
	if err := os.Rename(filepath.Join(stage, ManifestName), filepath.Join(d.dir, ManifestName)); err != nil {
		return fmt.Errorf("put %s in place: %w", ManifestName, err)
	}
	return nil
}

// clear makes room for a file: a folder of an earlier build may have its name,
// or a file that of one of its folders.
func (d *dirTarget) clear(name, to string) error {
	if info, err := os.Lstat(to); err == nil && info.IsDir() {
		if err := os.RemoveAll(to); err != nil {
			return fmt.Errorf("replace folder %s by a file: %w", name, err)
		}
	}
	for up := path.Dir(name); up != "."; up = path.Dir(up) {
		p := filepath.Join(d.dir, filepath.FromSlash(up))
		if info, err := os.Lstat(p); err == nil && !info.IsDir() {
			if err := os.Remove(p); err != nil {
				return fmt.Errorf("replace file %s by a folder: %w", up, err)
			}
		}
	}
	return d.mkdir(filepath.Dir(to))
}

func (d *dirTarget) mkdir(dir string) error {
	d.mu.Lock()
	done := d.made[dir]
	d.mu.Unlock()
	if done {
		return nil
	}
	err := os.Mkdir(dir, 0o777)
	if errors.Is(err, fs.ErrNotExist) {
		err = os.MkdirAll(dir, 0o777)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create folder: %w", err)
	}
	d.mu.Lock()
	d.made[dir] = true
	d.mu.Unlock()
	return nil
}

// run is how many neighbouring files a worker writes at a time.
const run = 16

// shares deals out n files to workers: each takes runs from a stretch of its
// own, then from those of the others. Neighbours lie in one folder, and two
// workers that make entries in one folder wait for each other in the kernel.
type shares struct {
	mu   sync.Mutex
	next []int // of each stretch
	end  []int
}

func share(n, workers int) *shares {
	s := &shares{next: make([]int, workers), end: make([]int, workers)}
	for w := range workers {
		s.next[w], s.end[w] = n*w/workers, n*(w+1)/workers
	}
	return s
}

// take returns a run of files for worker w; it is empty when all are taken.
func (s *shares) take(w int) (lo, hi int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.next {
		k := (w + i) % len(s.next)
		if lo = s.next[k]; lo < s.end[k] {
			hi = min(lo+run, s.end[k])
			s.next[k] = hi
			return lo, hi
		}
	}
	return 0, 0
}

// writeAll writes every file below stage. With changed set, a file whose
// content the place already has is not written, and changed tells which are.
func (d *dirTarget) writeAll(ctx context.Context, stage string, changed []bool) error {
	g, ctx := errgroup.WithContext(ctx)
	results := make([]Result, runtime.GOMAXPROCS(0))
	work := share(len(d.names), len(results))
	for w := range results {
		g.Go(func() error {
			var buf bytes.Buffer
			for lo, hi := work.take(w); lo < hi; lo, hi = work.take(w) {
				if err := ctx.Err(); err != nil {
					return err
				}
				for i := lo; i < hi; i++ {
					written, err := d.writeOne(stage, d.names[i], changed != nil, &buf, &results[w])
					if err != nil {
						return err
					}
					if changed != nil {
						changed[i] = written
					}
				}
			}
			return nil
		})
	}
	err := g.Wait()
	for _, r := range results {
		d.result.Written += r.Written
		d.result.Unchanged += r.Unchanged
		d.result.Bytes += r.Bytes
		d.result.Spared += r.Spared
		if d.opts.Recipe == nil {
			continue
		}
		if d.result.Stamps == nil {
			d.result.Stamps = make(Stamps, len(d.names))
		}
		maps.Copy(d.result.Stamps, r.Stamps)
	}
	d.result.Files = len(d.names)
	return err
}

func (d *dirTarget) writeOne(stage, name string, compare bool, buf *bytes.Buffer, r *Result) (bool, error) {
	recipe := ""
	if d.opts.Recipe != nil {
		if recipe = d.opts.Recipe(name); r.Stamps == nil {
			r.Stamps = Stamps{}
		}
		st := d.opts.Earlier[name]
		if compare && recipe != "" && st.Recipe == recipe {
			if info, err := os.Lstat(filepath.Join(d.dir, filepath.FromSlash(name))); err == nil && info.Mode().IsRegular() && stampOf(recipe, info) == st {
				r.Unchanged++
				r.Spared++
				r.Bytes += st.Size
				r.Stamps[name] = st
				return false, nil
			}
		}
		// A large file that is made from other things is another one: reading it
		// to see that costs as much as writing it.
		compare = compare && (st.Recipe == "" || st.Recipe == recipe || st.Size <= largeFile)
	}
	in, err := d.src.Open(name)
	if err != nil {
		return false, fmt.Errorf("read %s: %w", name, err)
	}
	defer in.Close()
	to := filepath.Join(stage, filepath.FromSlash(name))
	var body io.Reader = in
	if compare {
		buf.Reset()
		if _, err := io.Copy(buf, in); err != nil {
			return false, fmt.Errorf("read %s: %w", name, err)
		}
		at := filepath.Join(d.dir, filepath.FromSlash(name))
		if sameContent(at, buf.Bytes()) {
			if info, err := os.Lstat(at); err == nil && recipe != "" {
				r.Stamps[name] = stampOf(recipe, info)
			}
			r.Unchanged++
			r.Bytes += int64(buf.Len())
			return false, nil
		}
		body = buf
	}
	if err := d.mkdir(filepath.Dir(to)); err != nil {
		return false, err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return false, fmt.Errorf("write %s: %w", name, err)
	}
	n, err := io.Copy(out, body)
	if err == nil && recipe != "" {
		// Moving the file into place changes neither its size nor its time.
		if info, serr := out.Stat(); serr == nil {
			r.Stamps[name] = stampOf(recipe, info)
		}
	}
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return false, fmt.Errorf("write %s: %w", name, err)
	}
	r.Written++
	r.Bytes += n
	return true, nil
}

func stampOf(recipe string, info fs.FileInfo) Stamp {
	return Stamp{recipe, info.Size(), info.ModTime().UnixNano()}
}

// sameContent reports whether the file at p holds exactly b.
func sameContent(p string, b []byte) bool {
	info, err := os.Lstat(p)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(b)) {
		return false
	}
	old, err := os.ReadFile(p)
	return err == nil && bytes.Equal(old, b)
}

const manifestHead = "# Files that lintel build wrote here. It removes those of them that a later site no longer has.\n"

func (d *dirTarget) writeManifest(stage string, kept []string) error {
	names := d.names
	if len(kept) > 0 {
		names = append(slices.Clip(names), kept...)
		slices.Sort(names)
		names = slices.Compact(names)
	}
	var b bytes.Buffer
	b.WriteString(manifestHead)
	for _, n := range names {
		if !strings.ContainsRune(n, '\n') {
			b.WriteString(n)
			b.WriteByte('\n')
		}
	}
	if err := os.WriteFile(filepath.Join(stage, ManifestName), b.Bytes(), 0o666); err != nil {
		return fmt.Errorf("write %s: %w", ManifestName, err)
	}
	return nil
}

// earlier returns the files that an earlier build wrote. Without a manifest it
// is all files of a folder that is plainly a site, and none of any other.
func (d *dirTarget) earlier(entries []fs.DirEntry) ([]string, error) {
	f, err := os.Open(filepath.Join(d.dir, ManifestName))
	if err == nil {
		defer f.Close()
		var old []string
		sc := bufio.NewScanner(f)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			if n := sc.Text(); !strings.HasPrefix(n, "#") && fs.ValidPath(n) && n != "." {
				old = append(old, n)
			}
		}
		return old, sc.Err()
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", ManifestName, err)
	}
	if !plainlySite(entries) {
		return nil, nil
	}
	var old []string
	err = filepath.WalkDir(d.dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(d.dir, p)
		if !e.IsDir() {
			old = append(old, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list earlier site: %w", err)
	}
	return old, nil
}

// plainlySite reports whether a folder is the output of a site generator and
// nothing else: it has the pages that MkDocs writes and nothing that one edits.
func plainlySite(entries []fs.DirEntry) bool {
	has := map[string]bool{}
	for _, e := range entries {
		n := e.Name()
		has[n] = true
		switch filepath.Ext(n) {
		case ".md", ".yml", ".yaml", ".toml", ".go", ".py", ".mod":
			return false
		}
		if n == ".git" || n == "node_modules" {
			return false
		}
	}
	return has["index.html"] && (has["sitemap.xml"] || has["404.html"])
}

// removeOld removes files of an earlier build that this one does not have, and
// folders that this leaves empty.
func (d *dirTarget) removeOld(old []string) {
	now := make(map[string]bool, len(d.names))
	for _, n := range d.names {
		now[n] = true
	}
	dirs := map[string]bool{}
	for _, n := range old {
		if now[n] || n == ManifestName {
			continue
		}
		if os.Remove(filepath.Join(d.dir, filepath.FromSlash(n))) == nil {
			d.result.Removed++
		}
		for up := path.Dir(n); up != "."; up = path.Dir(up) {
			dirs[up] = true
		}
	}
	sorted := make([]string, 0, len(dirs))
	for p := range dirs {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, func(a, b string) int { return strings.Compare(b, a) }) // inner ones first
	for _, p := range sorted {
		if now[p] {
			continue // a file has the folder's name now
		}
		_ = os.Remove(filepath.Join(d.dir, filepath.FromSlash(p))) // fails unless empty, as it should
	}
}
