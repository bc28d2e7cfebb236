package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/finding"
	gitobj "github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/conform"
	"github.com/lintel-docs/lintel/site"
)

type sadDiffFlags struct {
	config, format, base, head string
	patch                      bool
}

func (a *app) sadDiffCommand() *cobra.Command {
	var f sadDiffFlags
	c := &cobra.Command{
		Use:   "diff",
		Short: "Compare what the views show with what the code declares",
		Long: `Diff compares what the views show with what the code declares: elements whose
code is gone, and DAGs, connectors, topics, charts, models, packages and the like
that no view shows although it shows their siblings. With --base it says only what
the change between two revisions has moved, relations included.

Each difference has the edits that make the page agree; --patch prints them for
git apply.

The exit status is 0 when there is no difference, 1 when there is one.`,
		Example: `  lintel sad diff
  lintel sad diff --base origin/main
  lintel sad diff --base origin/main --patch | git apply`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.sadDiff(cmd.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVarP(&f.config, "config-file", "f", "", "`mkdocs.yml` or its folder")
	fl.StringVar(&f.format, "format", "text", "`text` or json")
	fl.StringVar(&f.base, "base", "", "say what the change since `revision` has moved, and nothing else")
	fl.StringVar(&f.head, "head", "", "with --base: the `revision` that has the change (default HEAD)")
	fl.BoolVar(&f.patch, "patch", false, "print the edits as a patch")
	return c
}

// sadDifference is the JSON form of a difference.
type sadDifference struct {
	conform.Difference
	Changes []sadChange `json:"edits,omitempty"`
}

type sadChange struct {
	Path  string `json:"path"`
	Start int    `json:"start"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// sadDiffReport is what lintel sad diff found.
type sadDiffReport struct {
	Base        string          `json:"base,omitempty"`
	Head        string          `json:"head,omitempty"`
	Differences []sadDifference `json:"differences"`

	sites int
	texts map[string][]byte
}

func (a *app) sadDiff(ctx context.Context, f sadDiffFlags) error {
	switch {
	case f.format != "text" && f.format != "json":
		return usage(fmt.Errorf("--format %s: expected text or json", f.format))
	case f.head != "" && f.base == "":
		return usage(errors.New("--head names the end of a comparison; name its beginning with --base"))
	}
	find := a.sadDiffWhole
	if f.base != "" {
		find = a.sadDiffChange
	}
	r, err := find(ctx, f)
	if err != nil {
		return err
	}
	switch {
	case f.patch:
		err = a.sadDiffPatch(r)
	case f.format == "json":
		err = a.writeJSON(r)
	default:
		err = a.sadDiffText(r)
	}
	if err == nil && len(r.Differences) > 0 {
		return &exitError{code: exitFindings}
	}
	return err
}

// sadDiffWhole compares the work tree with its documents.
func (a *app) sadDiffWhole(ctx context.Context, f sadDiffFlags) (*sadDiffReport, error) {
	arch, err := a.openArchitecture(f.config)
	if err != nil {
		return nil, err
	}
	defer arch.project.close()
	r := &sadDiffReport{}
	if len(arch.model.Views) == 0 {
		return r.with(nil, nil)
	}
	r.sites = 1
	fsys := arch.project.fs()
	inv, err := facts(ctx, fsys, arch.root)
	if err != nil {
		return nil, failure(fmt.Errorf("read what the code declares: %w", err))
	}
	o := conform.Options{
		Source: func(p string) []byte { return arch.pages[p] },
		Exists: arch.model.CodeExists(fsys),
	}
	check := sad.CheckOptions{Inventory: declared(inv)}
	if cfg, _, err := site.LoadConfig(fsys, arch.project.config, a.env); err == nil && cfg != nil {
		for _, g := range cfg.SAD.Ignore {
			o.Ignores = append(o.Ignores, sad.Ignore{Pattern: g.Path, Reason: g.Reason, At: g.Position})
		}
		check.Ignores = o.Ignores
	}
	found, more := conform.Compare(arch.model, nil, inv, o)
	if more > 0 {
		fmt.Fprintf(a.stderr, "lintel: %s not told\n", plural(more, "further difference"))
	}
	// What belongs to no element at all is said even where its siblings do not
	// either; what is said already names the file.
	said := map[string]bool{}
	for _, d := range found {
		for _, fact := range d.Facts {
			said[fact.File] = true
		}
	}
	for _, x := range arch.model.Check(check) {
		if x.Rule == "sad/code-not-mapped" && x.Line > 0 && !said[x.Path] {
			found = append(found, conform.Difference{
				Op: conform.Missing, Name: x.Subject, Message: x.Message, Reason: cmp.Or(x.Reason, "the code of no element covers it"), Hint: x.Hint,
				At: sad.Place{Path: x.Path, Span: sad.Span{Line: x.Line, Column: x.Column}},
			})
		}
	}
	return r.with(found, arch.project.read)
}

// sadDiffChange compares two revisions.
func (a *app) sadDiffChange(ctx context.Context, f sadDiffFlags) (*sadDiffReport, error) {
	repo, err := gitobj.Open(ctx, cmp.Or(dirOf(f.config), "."))
	if errors.Is(err, gitobj.ErrNoRepository) {
		return nil, usage(err)
	} else if err != nil {
		return nil, failure(err)
	}
	defer func() { _ = repo.Close() }()
	o := drift.Options{Base: f.base, Head: cmp.Or(f.head, "HEAD")}
	fsys, err := repo.FS(ctx, o.Head)
	if errors.Is(err, gitobj.ErrNotFound) {
		return nil, usage(fmt.Errorf("find head: %w", err))
	} else if err != nil {
		return nil, failure(err)
	}
	a.configAt(fsys, &o)
	arch, err := drift.CompareArchitecture(ctx, repo, o)
	if errors.Is(err, gitobj.ErrNotFound) {
		return nil, usage(err)
	} else if err != nil {
		return nil, failure(err)
	}
	for _, n := range arch.Notes {
		fmt.Fprintf(a.stderr, "lintel: %s\n", finding.Visible(n))
	}
	r := &sadDiffReport{Base: arch.Base, Head: arch.Head, sites: arch.Sites}
	return r.with(arch.Differences, arch.Read)
}

// with adds the differences, and the texts of the pages that they change: what
// they were read from is closed before they are printed.
func (r *sadDiffReport) with(found []conform.Difference, read func(string) ([]byte, error)) (*sadDiffReport, error) {
	r.texts = map[string][]byte{}
	for _, d := range found {
		for _, e := range d.Edits {
			if _, ok := r.texts[e.Path]; ok {
				continue
			}
			text, err := read(e.Path)
			if err != nil {
				return nil, failure(fmt.Errorf("read %s: %w", e.Path, err))
			}
			r.texts[e.Path] = text
		}
	}
	r.Differences = make([]sadDifference, len(found))
	for i, d := range found {
		r.Differences[i].Difference = d
		for _, e := range d.Edits {
			r.Differences[i].Changes = append(r.Differences[i].Changes, sadChange{e.Path, e.Start, e.Old, e.New})
		}
	}
	return r, nil
}

func (r *sadDiffReport) read(name string) ([]byte, error) { return r.texts[name], nil }

func (a *app) sadDiffText(r *sadDiffReport) error {
	if r.sites == 0 {
		fmt.Fprintln(a.stderr, "lintel: there is no view to compare with; begin one with `lintel sad new view`")
		return nil
	}
	var buf bytes.Buffer
	pages := map[string]bool{}
	for _, d := range r.Differences {
		pages[d.At.Path] = true
		at := finding.Position{Path: d.At.Path, Line: d.At.Line}
		fmt.Fprintf(&buf, "%s: %s\n  because %s\n", finding.Visible(at.String()), finding.Visible(d.Message), finding.Visible(d.Reason))
		if len(d.Edits) == 0 {
			fmt.Fprintf(&buf, "  %s\n", finding.Visible(d.Hint))
		} else {
			j := finding.Judged{Finding: finding.Finding{Position: at, Edit: d.Edits[0], Rest: d.Edits[1:]}}
			editText(&buf, j, r.read)
		}
		for _, l := range d.Left {
			fmt.Fprintf(&buf, "  see to line %d by hand\n", l.Line)
		}
		fmt.Fprintln(&buf)
	}
	if len(r.Differences) == 0 {
		fmt.Fprintln(&buf, "The views and the code agree")
	} else {
		fmt.Fprintf(&buf, "%s in %s\n", plural(len(r.Differences), "difference"), plural(len(pages), "file"))
	}
	if _, err := a.stdout.Write(buf.Bytes()); err != nil {
		return failure(fmt.Errorf("write differences: %w", err))
	}
	return nil
}

func (a *app) sadDiffPatch(r *sadDiffReport) error {
	edits := map[string][]finding.Edit{}
	for _, d := range r.Differences {
		for _, e := range d.Edits {
			edits[e.Path] = append(edits[e.Path], e)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(edits)) {
		src := r.texts[name]
		ok, refused := finding.Applicable(src, edits[name])
		for _, err := range refused {
			fmt.Fprintf(a.stderr, "%s: not in the patch, %v\n", finding.Visible(name), err)
		}
		patch, err := finding.Patch(name, src, ok)
		if err != nil {
			return failure(fmt.Errorf("make patch of %s: %w", name, err))
		}
		if _, err := a.stdout.Write(patch); err != nil {
			return failure(fmt.Errorf("write patch: %w", err))
		}
	}
	return nil
}
