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
	o := adr.CheckOptions{
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
	}
	if c.base.tip != "" {
		parse := site.ADROptions(c.config)
		for _, r := range log.Records {
			if f := r.Folder(); !slices.Contains(parse.Folders, f) {
				parse.Folders = append(parse.Folders, f)
			}
		}
		var err error
		if o.Base, o.Ancestor, err = decisionsAt(ctx, c.project.dir, c.base, parse); err != nil {
			return nil, failure(fmt.Errorf("compare with %s: %w", c.base.name, err))
		}
		o.BaseName = c.base.name
	}
	return append(found, log.Check(o)...), nil
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
		folders := ownFolders(fsys, c.config, adr.Find(fsys))
		o := site.ADROptions(c.config)
		o.Created = c.created(ctx)
		c.log, c.logFound = adr.Read(fsys, folders, o)
	}
	return c.log, c.logFound
}

// ownFolders returns the folders of records that belong to the configuration:
// those that it names, those below its folder, or all of the repository where
// there are none. What lies in a project of its own is that project's.
func ownFolders(fsys fs.FS, conf *site.Config, all []adr.Folder) []adr.Folder {
	pick := func(keep func(dir string) bool) (out []adr.Folder) {
		for _, f := range all {
			if keep(f.Path) {
				out = append(out, f)
			}
		}
		return out
	}
	if own := conf.ADR.Folders; len(own) > 0 {
		return pick(func(dir string) bool {
			return slices.ContainsFunc(own, func(o string) bool { return o == "." || below(o, dir) })
		})
	}
	foreign := func(dir string) bool {
		for ; dir != "." && dir != conf.Dir; dir = path.Dir(dir) {
			for _, name := range append(site.ConfigNames(), "lintel.yml") {
				if exists(fsys, path.Join(dir, name)) {
					return true
				}
			}
		}
		return false
	}
	here := pick(func(dir string) bool {
		return (conf.Dir == "." || below(conf.Dir, dir)) && !foreign(dir)
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
