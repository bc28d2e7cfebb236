package main

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/extract"
	"github.com/lintel-docs/lintel/site"
)

// checkDecisions holds the decision records of the whole project to their
// rules, those outside of the site too.
func checkDecisions(ctx context.Context, c *checkRun) ([]finding.Finding, error) {
	log, found := c.decisions(ctx)
	if len(log.Records) == 0 {
		return found, nil
	}
	conf := c.config.ADR
	return append(found, log.Check(adr.CheckOptions{
		Now:     c.now,
		Created: c.created(ctx),
		Exists: func(p string) bool { // paths are written from the root, or from the configuration's folder
			return exists(c.project.fs(), p) || exists(c.project.fs(), path.Join(c.config.Dir, p))
		},
		Source: func(p string) ([]byte, bool) {
			src, err := c.project.read(p)
			return src, err == nil
		},
		Change: float64(conf.BodyChange) / 100,
		Stale:  time.Duration(conf.StaleAfter) * 24 * time.Hour,
	})...), nil
}

func exists(fsys fs.FS, p string) bool {
	if !fs.ValidPath(p) {
		return false
	}
	_, err := fs.Stat(fsys, p)
	return err == nil
}

// decisions returns the log of the project, and what kept records out of it. It
// is read once.
func (c *checkRun) decisions(ctx context.Context) (*adr.Log, []finding.Finding) {
	if c.log == nil {
		fsys := c.project.fs()
		folders := c.ownFolders(adr.Find(fsys))
		o := site.ADROptions(c.config)
		o.Created = c.created(ctx)
		c.log, c.logFound = adr.Read(fsys, folders, o)
	}
	return c.log, c.logFound
}

// ownFolders returns the folders of records that belong to the configuration:
// those that it names, those below its folder, or all of the repository where
// there are none. What lies in a project of its own is that project's.
func (c *checkRun) ownFolders(all []adr.Folder) []adr.Folder {
	pick := func(keep func(dir string) bool) (out []adr.Folder) {
		for _, f := range all {
			if keep(f.Path) {
				out = append(out, f)
			}
		}
		return out
	}
	if own := c.config.ADR.Folders; len(own) > 0 {
		return pick(func(dir string) bool {
			return slices.ContainsFunc(own, func(o string) bool { return o == "." || below(o, dir) })
		})
	}
	fsys := c.project.fs()
	foreign := func(dir string) bool {
		for ; dir != "." && dir != c.config.Dir; dir = path.Dir(dir) {
			for _, name := range append(site.ConfigNames(), "lintel.yml") {
				if exists(fsys, path.Join(dir, name)) {
					return true
				}
			}
		}
		return false
	}
	here := pick(func(dir string) bool {
		return (c.config.Dir == "." || below(c.config.Dir, dir)) && !foreign(dir)
	})
	if len(here) == 0 {
		return pick(func(dir string) bool { return !foreign(dir) })
	}
	return here
}

// created tells when files were first committed, from one run of git that is
// made when a rule asks.
func (c *checkRun) created(ctx context.Context) func(string) (time.Time, bool) {
	return func(name string) (time.Time, bool) {
		if c.dates == nil {
			c.dates = map[string]time.Time{}
			if h, err := gitHistory(ctx, c.project.dir); err == nil && !h.Shallow {
				for n, f := range h.Files {
					c.dates[n] = f.Created
				}
			}
		}
		t, ok := c.dates[name]
		return t, ok
	}
}

// checkDocuments holds the architecture documents to their rules: against each
// other, against the decisions and against the code.
func checkDocuments(ctx context.Context, c *checkRun) ([]finding.Finding, error) {
	pages := c.snap.ArchitecturePages(ctx)
	if !slices.ContainsFunc(pages, func(p *sad.Page) bool { return p.Kind != sad.KindPlain }) {
		return nil, nil // no architecture document, nothing that it could break
	}
	root := c.config.Dir
	model := sad.NewModel(pages, sad.Options{Lang: c.config.Theme.Language, Root: root})
	o := sad.CheckOptions{
		Now: c.now, VerifyDays: c.config.SAD.VerifyEvery, AcronymUses: c.config.SAD.AcronymUses,
		Code: c.project.fs(),
		Source: func(p string) []byte {
			src, err := c.project.read(p)
			if err != nil {
				return nil
			}
			return src
		},
	}
	log, _ := c.decisions(ctx)
	o.Decisions = sad.Decisions{}
	for _, r := range log.Records {
		d := sad.Decision{ID: r.ID, Title: r.Title, Status: string(r.Status), Path: r.Path, Tags: r.Tags, Code: r.Code}
		for _, s := range log.Superseders(r) {
			d.SupersededBy = append(d.SupersededBy, s.From.ID)
		}
		o.Decisions = append(o.Decisions, d)
	}
	for _, ig := range c.config.SAD.Ignore {
		o.Ignores = append(o.Ignores, sad.Ignore{Pattern: path.Join(root, ig.Path), Reason: ig.Reason, At: ig.Position})
	}
	if slices.ContainsFunc(model.Elements, func(e *sad.Element) bool { return len(e.Code) > 0 }) {
		// Who ties elements to code wants to know what no element stands for.
		inv, err := c.inventory(ctx)
		if err != nil {
			return nil, err
		}
		o.Inventory = inv
	}
	return model.Check(o), nil
}

// inventory lists what the code of the project declares and a view has to show.
func (c *checkRun) inventory(ctx context.Context) ([]sad.Declared, error) {
	dir := c.config.Dir
	fsys, err := fs.Sub(c.project.fs(), dir)
	if err != nil {
		return nil, fmt.Errorf("read code: %w", err)
	}
	inv, err := extract.Run(ctx, fsys, extract.All(), extract.Options{})
	if err != nil {
		return nil, fmt.Errorf("read code: %w", err)
	}
	out := []sad.Declared{}
	for _, f := range inv.Facts {
		if !f.Test && shownInViews(f.Kind) {
			out = append(out, sad.Declared{Kind: string(f.Kind), ID: f.ID, Name: f.Name, Path: path.Join(dir, f.File), Line: f.Line})
		}
	}
	return out, nil
}

// shownInViews reports whether things of a kind are elements of an architecture
// rather than parts of one: a DAG is, its tasks are not.
func shownInViews(k extract.Kind) bool {
	switch k {
	case extract.KindDAG, extract.KindConnector, extract.KindWorkload, extract.KindPackage, extract.KindProject, extract.KindChart:
		return true
	}
	return false
}
