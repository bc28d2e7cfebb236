package main

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/extract"
)

// checkArchitecture applies the rules of the architecture documents: to the
// model of the built site, to the decisions and to the code around it.
func checkArchitecture(ctx context.Context, c *checkRun) ([]finding.Finding, error) {
	m, _ := c.snap.Architecture()
	if m == nil || len(m.Pages()) == 0 {
		return nil, nil
	}
	log, _ := c.decisions(ctx)
	o := sad.CheckOptions{Now: c.now, Decisions: decisions(log), Code: c.project.fs()}
	root := "."
	if c.config != nil {
		o.VerifyDays, o.AcronymUses = c.config.SAD.VerifyEvery, c.config.SAD.AcronymUses
		root = c.config.Dir
		for _, g := range c.config.SAD.Ignore {
			o.Ignores = append(o.Ignores, sad.Ignore{Pattern: g.Path, Reason: g.Reason, At: g.Position})
		}
	}
	lexicon := m.Lexicon()
	plain, words, err := readWords(ctx, c, m, lexicon)
	if err != nil {
		return nil, err
	}
	o.Plain = plain
	if slices.ContainsFunc(m.Elements, func(e *sad.Element) bool { return len(e.Code) > 0 }) {
		if o.Inventory, err = inventory(ctx, c.project.fs(), root); err != nil {
			return nil, fmt.Errorf("read what the code declares: %w", err)
		}
	}
	return append(m.Check(o), words...), nil
}

// readWords reads the pages of the site once more for their words: acronyms and
// citations of those outside of the model, and words that the glossary forbids.
func readWords(ctx context.Context, c *checkRun, m *sad.Model, lexicon *sad.Lexicon) ([]*sad.Page, []finding.Finding, error) {
	docs := c.snap.Documents()
	part := map[string]bool{}
	for _, p := range m.Pages() {
		part[p.Path] = true
	}
	counts := len(m.Acronyms) > 0 || len(m.References) > 0
	pages := make([]*sad.Page, len(docs))
	found := make([][]finding.Finding, len(docs))
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range docs {
		if !counts && !lexicon.Forbids() {
			break
		}
		g.Go(func() error {
			src, err := c.project.read(name)
			if err != nil {
				return nil //nolint:nilerr // the build has reported what cannot be read
			}
			if counts && !part[name] {
				pages[i] = sad.ParseText(name, src)
			}
			found[i] = lexicon.Check(name, src)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	return slices.DeleteFunc(pages, func(p *sad.Page) bool { return p == nil }), slices.Concat(found...), nil
}

// stands reports whether an element has to stand for what the code declares:
// what runs, what moves data, and what is built by itself.
func stands(k extract.Kind) bool {
	switch k {
	case extract.KindDAG, extract.KindConnector, extract.KindPackage, extract.KindProject, extract.KindWorkload, extract.KindChart, extract.KindAPI:
		return true
	default:
		return false
	}
}

// inventory lists what the code below a folder declares.
func inventory(ctx context.Context, fsys fs.FS, root string) ([]sad.Declared, error) {
	inv, err := facts(ctx, fsys, root)
	if err != nil {
		return nil, err
	}
	return declared(inv), nil
}

// facts reads what the code below a folder declares; its files are paths of the
// whole tree.
func facts(ctx context.Context, fsys fs.FS, root string) (*extract.Inventory, error) {
	if root != "." {
		sub, err := fs.Sub(fsys, root)
		if err != nil {
			return nil, err
		}
		fsys = sub
	}
	inv, err := extract.Run(ctx, fsys, extract.All(), extract.Options{})
	if err != nil {
		return nil, err
	}
	for i := range inv.Facts {
		inv.Facts[i].File = path.Join(root, inv.Facts[i].File)
	}
	return inv, nil
}

// declared are the facts for which an element has to stand.
func declared(inv *extract.Inventory) []sad.Declared {
	out := []sad.Declared{}
	for _, f := range inv.Facts {
		if !f.Test && stands(f.Kind) {
			out = append(out, sad.Declared{Kind: string(f.Kind), ID: f.ID, Name: f.Name, Path: f.File, Line: f.Line})
		}
	}
	return out
}
