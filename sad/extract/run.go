package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/ignore"
)

// Run reads the tree of fsys. It is New followed by Tree.
func Run(ctx context.Context, fsys fs.FS, extractors []Extractor, o Options) (*Inventory, error) {
	s, err := New(extractors, o)
	if err != nil {
		return nil, err
	}
	return s.Tree(ctx, fsys)
}

// Tree reads every file below the root of fsys that an extractor wants. Files
// are read in parallel; the result is the same however many at a time. What
// cannot be read is a finding; an error is a root that cannot be read, the end
// of ctx, or what an extractor returned as one.
func (s *Set) Tree(ctx context.Context, fsys fs.FS) (*Inventory, error) {
	w := walker{fsys: fsys, set: s, own: ignore.Parse(strings.Join(s.options.Ignore, "\n"))}
	if err := w.dir(ctx, ".", nil, 0); err != nil {
		return nil, err
	}
	results := make([]Result, len(w.files))
	if err := s.each(ctx, len(w.files), func(ctx context.Context, i int) (err error) {
		results[i], err = s.read(ctx, fsys, w.files[i])
		return err
	}); err != nil {
		return nil, err
	}
	results = append(results, Result{Findings: w.findings})
	inv := s.Join(results)
	inv.Files = len(w.files)
	return inv, nil
}

// Pair reads two trees, those of two revisions, and returns their inventories.
// What is the same in both, as same says of a path, is read once.
func (s *Set) Pair(ctx context.Context, base, head fs.FS, same func(path string) bool) (b, h *Inventory, err error) {
	trees := [2]walker{}
	results := [2][]Result{}
	for i, fsys := range []fs.FS{head, base} {
		trees[i] = walker{fsys: fsys, set: s, own: ignore.Parse(strings.Join(s.options.Ignore, "\n"))}
		if err := trees[i].dir(ctx, ".", nil, 0); err != nil {
			return nil, nil, err
		}
		results[i] = make([]Result, len(trees[i].files), len(trees[i].files)+1)
	}
	known := make(map[string]int, len(trees[0].files))
	for i, p := range trees[0].files {
		known[p] = i
	}
	if err := s.each(ctx, len(trees[0].files), func(ctx context.Context, i int) (err error) {
		results[0][i], err = s.read(ctx, head, trees[0].files[i])
		return err
	}); err != nil {
		return nil, nil, err
	}
	if err := s.each(ctx, len(trees[1].files), func(ctx context.Context, i int) (err error) {
		p := trees[1].files[i]
		if j, ok := known[p]; ok && same(p) {
			results[1][i] = results[0][j]
			return nil
		}
		results[1][i], err = s.read(ctx, base, p)
		return err
	}); err != nil {
		return nil, nil, err
	}
	out := [2]*Inventory{}
	for i := range trees {
		out[i] = s.Join(append(results[i], Result{Findings: trees[i].findings}))
		out[i].Files = len(trees[i].files)
	}
	return out[1], out[0], nil
}

// each calls do for the numbers below n, from as many goroutines as there are
// workers: files are small and many.
func (s *Set) each(ctx context.Context, n int, do func(context.Context, int) error) error {
	workers := s.options.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	next := make(chan int)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(next)
		for i := range n {
			select {
			case next <- i:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range workers {
		g.Go(func() error {
			for i := range next {
				if err := do(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// read returns what one file of the tree says.
func (s *Set) read(ctx context.Context, fsys fs.FS, p string) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	f, err := fsys.Open(p)
	if err != nil {
		return unreadable(p, err), nil
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return unreadable(p, err), nil
	case info.Size() > s.options.MaxBytes:
		return s.tooLarge(p, info.Size()), nil
	}
	data, err := io.ReadAll(io.LimitReader(f, s.options.MaxBytes+1))
	if err != nil {
		return unreadable(p, err), nil
	}
	return s.File(ctx, p, data)
}

func unreadable(p string, err error) Result {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return Result{Findings: []finding.Finding{{
		Rule: ruleSyntax, Severity: finding.Warning, Position: finding.Position{Path: p},
		Message: "cannot be read: " + err.Error(), Hint: "check the permissions of the file",
	}}}
}

// Bounds of a tree.
const (
	maxTreeDepth = 64
	maxTreeFiles = 1_000_000
	maxIgnore    = 1 << 20 // bytes of one .gitignore
)

type walker struct {
	fsys     fs.FS
	set      *Set
	own      *ignore.List
	files    []string
	seen     int
	findings []finding.Finding
}

// layer is the .gitignore of a folder.
type layer struct {
	dir  string // with a slash at the end, or ""
	list *ignore.List
}

// dir walks a folder. Symbolic links, devices and pipes are passed over: what
// they lead to is either read under its own name or is not the repository's.
func (w *walker) dir(ctx context.Context, dir string, layers []layer, depth int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if depth > maxTreeDepth {
		w.findings = append(w.findings, limitFinding(dir, fmt.Sprintf("not entered: more than %d folders deep", maxTreeDepth)))
		return nil
	}
	entries, err := fs.ReadDir(w.fsys, dir)
	if err != nil {
		if depth == 0 {
			return fmt.Errorf("read folder: %w", err)
		}
		w.findings = append(w.findings, unreadable(dir, err).Findings...)
		return nil
	}
	prefix := ""
	if dir != "." {
		prefix = dir + "/"
	}
	for _, e := range entries {
		if e.Name() == ".gitignore" && e.Type().IsRegular() {
			if list := w.ignoreFile(prefix + ".gitignore"); list != nil {
				layers = append(slices.Clip(layers), layer{prefix, list})
			}
		}
	}
	for _, e := range entries {
		p := prefix + e.Name()
		switch {
		case e.IsDir():
			if !skipDir(e.Name()) && !w.ignored(p, layers, true) {
				if err := w.dir(ctx, p, layers, depth+1); err != nil {
					return err
				}
			}
		case e.Type().IsRegular():
			if w.seen++; w.seen > maxTreeFiles {
				return fmt.Errorf("read folder: more than %d files", maxTreeFiles)
			}
			if w.set.Wants(p) && !w.ignored(p, layers, false) {
				w.files = append(w.files, p)
			}
		}
	}
	return nil
}

func (w *walker) ignoreFile(p string) *ignore.List {
	f, err := w.fsys.Open(p)
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxIgnore))
	if err != nil {
		return nil
	}
	return ignore.Parse(string(data))
}

func (w *walker) ignored(p string, layers []layer, dir bool) bool {
	match := func(l *ignore.List, p string) bool {
		if dir {
			return l.MatchDir(p)
		}
		return l.Match(p)
	}
	if match(w.own, p) {
		return true
	}
	for _, l := range layers {
		if match(l.list, strings.TrimPrefix(p, l.dir)) {
			return true
		}
	}
	return false
}

// skipDir names the folders that hold no code of the repository itself. Hidden
// folders are caches and settings of tools, but for those in which people keep
// what they deploy.
func skipDir(name string) bool {
	switch name {
	case "node_modules", "site-packages", "vendor", "testdata", "venv", "env.bak", "__pycache__",
		"bower_components", "dbt_packages", "dbt_modules", "third_party":
		return true
	case ".gitlab", ".ci", ".deploy", ".docker", ".helm", ".infra", ".k8s", ".kube":
		return false
	}
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".egg-info") || path.Ext(name) == ".dist-info"
}
