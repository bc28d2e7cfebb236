package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/site"
)

func (a *app) adrCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "adr",
		Short: "Read, write and change decision records",
		Long: `Adr works on the architecture decision records of a repository as they are:
those of adr-tools, MADR, log4brains, tables, lists, front matter, in English,
Korean and other languages. It needs no setup; the folders are those that
.adr-dir and .log4brains.yml name, that are called docs/adr, docs/decisions and
the like, or whose files look like records. --dir names one.`,
	}
	c.AddCommand(
		a.adrInitCommand(),
		a.adrNewCommand(),
		a.adrListCommand(),
		a.adrShowCommand(),
		a.adrStatusCommand("accept", "Accept records", adr.Accepted),
		a.adrStatusCommand("reject", "Reject records", adr.Rejected),
		a.adrSupersedeCommand(),
		a.adrLinkCommand(),
		a.adrRenumberCommand(),
		a.adrGraphCommand(),
		a.adrReviewCommand(),
	)
	return c
}

// adrPlace is where records are: the tree around them, opened so that nothing
// outside it can be reached, and the folder that the user named.
type adrPlace struct {
	root *os.Root
	top  string // of root, absolute
	dir  string // slash path below root of the folder that was named, or of the working folder
	show string // dir as the user wrote it
	git  bool

	// What lintel.yml says of records: words for statuses, and folders.
	vocabulary map[string]adr.Status
	own        []string
}

// configure reads adr: of the nearest lintel.yml at or above the folder. What
// is wrong with the file is for lintel check to tell.
func (p *adrPlace) configure(a *app) {
	fsys := p.root.FS()
	for dir := p.dir; ; dir = path.Dir(dir) {
		if exists(fsys, path.Join(dir, "lintel.yml")) {
			if c, _, _ := site.LoadConfig(fsys, dir, a.env); c != nil {
				p.vocabulary, p.own = site.ADROptions(c).Vocabulary, c.ADR.Folders
			}
			return
		}
		if dir == "." {
			return
		}
	}
}

func (p *adrPlace) close() { p.root.Close() }

// display returns the path of a file as seen from where the user stands.
func (p *adrPlace) display(name string) string {
	if p.dir == "." {
		return path.Join(p.show, name)
	}
	if rest, ok := strings.CutPrefix(name, p.dir+"/"); ok {
		return path.Join(p.show, rest)
	}
	if filepath.IsAbs(p.show) {
		return path.Join(filepath.ToSlash(p.top), name)
	}
	up := strings.Repeat("../", strings.Count(p.dir, "/")+1)
	return path.Join(p.show, up, name)
}

// openADR opens the tree around a folder: the nearest folder above it that
// holds .git, or else the working folder, or else the folder itself.
func (a *app) openADR(dir string) (*adrPlace, error) {
	show := dir
	if show == "" {
		show = "."
	}
	abs, err := filepath.Abs(show)
	if err != nil {
		return nil, failure(fmt.Errorf("find %s: %w", show, err))
	}
	abs = realPath(abs)
	switch info, err := os.Stat(abs); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage(fmt.Errorf("no such folder: %s", show))
	case err != nil:
		return nil, failure(fmt.Errorf("open %s: %w", show, err))
	case !info.IsDir():
		return nil, usage(fmt.Errorf("%s is a file; --dir takes the folder of the records", show))
	}
	p := &adrPlace{top: abs, show: filepath.ToSlash(show)}
	found := false
	for d := abs; ; d = filepath.Dir(d) {
		if _, err := os.Lstat(filepath.Join(d, ".git")); err == nil {
			p.top, p.git, found = d, true, true
			break
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	if !found {
		if wd, err := os.Getwd(); err == nil {
			wd = realPath(wd)
			if r, err := filepath.Rel(wd, abs); err == nil && filepath.IsLocal(r) {
				p.top = wd
			}
		}
	}
	rel, err := filepath.Rel(p.top, abs)
	if err != nil {
		return nil, failure(fmt.Errorf("find %s: %w", show, err))
	}
	p.dir = filepath.ToSlash(rel)
	if p.root, err = os.OpenRoot(p.top); err != nil {
		return nil, failure(fmt.Errorf("open %s: %w", p.top, err))
	}
	p.configure(a)
	return p, nil
}

// read reads the records below the folder that was named. Where none was named
// and the working folder holds none, those of the whole tree are read.
func (p *adrPlace) read(ctx context.Context, named bool) (*adr.Log, []adr.Folder, []finding.Finding) {
	folders := p.folders(named)
	o := adr.Options{Created: p.created(ctx), Vocabulary: p.vocabulary}
	log, findings := adr.Read(p.root.FS(), folders, o)
	return log, folders, findings
}

// folders returns the folders of records at or below the one that was named.
func (p *adrPlace) folders(named bool) []adr.Folder {
	all := adr.Find(p.root.FS())
	var out []adr.Folder
	for _, f := range all {
		switch {
		case p.dir == ".", f.Path == p.dir, strings.HasPrefix(f.Path, p.dir+"/"):
			out = append(out, f)
		case f.Path == "." || strings.HasPrefix(p.dir, f.Path+"/"):
			// The folder lies inside one: what is below it.
			f.Files = slices.DeleteFunc(slices.Clone(f.Files), func(n string) bool { return !strings.HasPrefix(n, p.dir+"/") })
			if len(f.Files) > 0 {
				out = append(out, f)
			}
		}
	}
	if len(out) == 0 && !named {
		out = all
	}
	if len(p.own) > 0 && !named {
		out = slices.DeleteFunc(slices.Clone(out), func(f adr.Folder) bool {
			return !slices.ContainsFunc(p.own, func(o string) bool { return o == "." || below(o, f.Path) })
		})
	}
	return out
}

// created tells when files were first committed, from one run of git that is
// made when the first record without a date asks.
func (p *adrPlace) created(ctx context.Context) func(string) (time.Time, bool) {
	if !p.git {
		return nil
	}
	var dates map[string]time.Time
	return func(name string) (time.Time, bool) {
		if dates == nil {
			dates = map[string]time.Time{}
			if h, err := gitHistory(ctx, filepath.Join(p.top, filepath.FromSlash(p.dir))); err == nil && !h.Shallow {
				for n, f := range h.Files {
					dates[path.Join(p.dir, n)] = f.Created
				}
			}
		}
		t, ok := dates[name]
		return t, ok
	}
}

// find returns the record that an argument names: by its id, its number or its
// path.
func (p *adrPlace) find(log *adr.Log, arg string) (*adr.Record, error) {
	if strings.HasSuffix(arg, ".md") || strings.ContainsAny(arg, `/\`) {
		abs, err := filepath.Abs(arg)
		if err == nil {
			if rel, err := filepath.Rel(p.top, realPath(abs)); err == nil {
				if r := log.ByPath(filepath.ToSlash(rel)); r != nil {
					return r, nil
				}
			}
		}
	}
	found := log.ByID(arg)
	if len(found) == 0 {
		if r := log.Find(nil, arg); r != nil {
			found = []*adr.Record{r}
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		var ids []string
		for _, r := range log.Records {
			ids = append(ids, r.ID)
		}
		if near := finding.Nearest(arg, ids); near != "" {
			return nil, usage(fmt.Errorf("no record %s; did you mean %s?", arg, near))
		}
		return nil, usage(fmt.Errorf("no record %s; `lintel adr list` shows what there is", arg))
	}
	var paths []string
	for _, r := range found {
		paths = append(paths, p.display(r.Path))
	}
	return nil, usage(fmt.Errorf("%s is the id of %d records; name one by its path: %s", arg, len(found), strings.Join(paths, ", ")))
}

// source reads a record's file.
func (p *adrPlace) source(name string) ([]byte, error) {
	b, err := p.root.ReadFile(filepath.FromSlash(name))
	if err != nil {
		return nil, failure(fmt.Errorf("read %s: %w", p.display(name), err))
	}
	return b, nil
}

// write replaces a file as a whole, so that a process that is killed leaves the
// old text or the new one.
func (p *adrPlace) write(name string, text []byte) error {
	file := filepath.FromSlash(name)
	mode := fs.FileMode(0o666)
	if info, err := p.root.Lstat(file); err == nil {
		if info.Mode()&fs.ModeSymlink != 0 {
			if err := p.root.WriteFile(file, text, 0o666); err != nil {
				return failure(fmt.Errorf("write %s: %w", p.display(name), err))
			}
			return nil
		}
		mode = info.Mode().Perm()
	}
	tmp := filepath.Join(filepath.Dir(file), "."+filepath.Base(file)+".lintel-tmp")
	err := p.root.WriteFile(tmp, text, mode)
	if err == nil {
		err = p.root.Rename(tmp, file)
	}
	if err != nil {
		_ = p.root.Remove(tmp)
		return failure(fmt.Errorf("write %s: %w", p.display(name), err))
	}
	return nil
}

// apply makes edits and tells what has changed. With dry nothing is written.
func (a *app) applyEdits(p *adrPlace, edits []finding.Edit, dry bool) error {
	byFile := map[string][]finding.Edit{}
	var files []string
	for _, e := range edits {
		if byFile[e.Path] == nil {
			files = append(files, e.Path)
		}
		byFile[e.Path] = append(byFile[e.Path], e)
	}
	// Everything is worked out before anything is written.
	after := map[string][]byte{}
	before := map[string][]byte{}
	for _, f := range files {
		src, err := p.source(f)
		if err != nil {
			return err
		}
		text, err := adr.Apply(src, byFile[f])
		if err != nil {
			return failure(err)
		}
		before[f], after[f] = src, text
	}
	for _, f := range files {
		if !dry {
			if err := p.write(f, after[f]); err != nil {
				return err
			}
		}
		fmt.Fprintln(a.stdout, p.display(f))
		a.printChange(string(before[f]), string(after[f]))
	}
	return nil
}

// printChange prints the lines that differ.
func (a *app) printChange(before, after string) {
	x, y := strings.Split(before, "\n"), strings.Split(after, "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	show := func(mark, colour string, lines, other []string) {
		for _, l := range lines {
			if !slices.Contains(other, l) || strings.TrimSpace(l) != "" && len(lines) == 1 {
				if l = strings.TrimRight(l, "\r"); l != "" {
					fmt.Fprintln(a.stdout, a.paint(colour, "  "+mark+" "+l))
				}
			}
		}
	}
	show("-", "31", x, y)
	show("+", "32", y, x)
}

// paint colours text on a terminal.
func (a *app) paint(code, s string) string {
	if !a.colour() {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
