package main

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/lintel-docs/lintel/internal/fact"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad/extract"
)

// checkFacts holds the marked facts and tables of documents against the code.
// Only documents with a comment for Lintel are read again.
func checkFacts(ctx context.Context, c *checkRun) ([]finding.Finding, error) {
	checker := fact.New(fact.Source{
		Read:  c.project.read,
		Files: c.project.files,
		Inventory: func() (*extract.Inventory, error) {
			return extract.Run(ctx, c.project.fs(), extract.All(), extract.Options{})
		},
	})
	var out []finding.Finding
	for _, p := range c.snap.Waivers() {
		src, err := c.project.read(p)
		if err != nil {
			continue // the build says so
		}
		found, err := checker.Check(p, src)
		if err != nil {
			return nil, failure(fmt.Errorf("check facts of %s: %w", p, err))
		}
		out = append(out, found...)
	}
	return out, nil
}

// files lists the files of the project, as far as a suggestion needs them.
func (p *project) files() []string {
	const most = 50_000
	var out []string
	_ = fs.WalkDir(p.fs(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir
		case len(out) == most:
			return fs.SkipAll
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules"):
			return fs.SkipDir
		case !d.IsDir():
			out = append(out, name)
		}
		return nil
	})
	return out
}
