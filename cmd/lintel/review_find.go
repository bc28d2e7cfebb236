package main

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	gitobj "github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// findings returns what the change from base to head makes untrue.
func (a *app) findings(ctx context.Context, repo *gitobj.Repo, base, head string) (*finding.Report, error) {
	changes, err := repo.Diff(ctx, base, head)
	if err != nil {
		return nil, err
	}
	gone := map[string]string{}
	for _, c := range changes {
		switch c.Status {
		case gitobj.Deleted:
			gone[c.Old] = ""
		case gitobj.Renamed:
			gone[c.Old] = c.Path
		}
	}
	entries, err := repo.Tree(ctx, head)
	if err != nil {
		return nil, err
	}
	var found []finding.Finding
	for _, e := range entries {
		if len(gone) == 0 || !strings.HasSuffix(e.Path, ".md") || !e.Mode.Regular() {
			continue
		}
		text, err := repo.Blob(ctx, e.SHA)
		if err != nil {
			continue
		}
		doc := markdown.Parse(text)
		for _, l := range doc.Links(0, len(text)) {
			target, _, _ := strings.Cut(l.Dest, "#")
			to := path.Join(path.Dir(e.Path), target)
			now, dead := gone[to]
			if !dead || target == "" {
				continue
			}
			f := finding.Finding{
				Rule: "drift/dead-reference", Severity: finding.Error, Subject: to,
				Position: finding.Position{Path: e.Path, Line: doc.LineOf(l.Start)},
				Message:  fmt.Sprintf("`%s` is not there any more", to),
			}
			if now != "" && l.DestEnd > l.DestStart {
				rel, err := filepath.Rel(path.Dir(e.Path), now)
				if err == nil {
					f.Edit = finding.Edit{Path: e.Path, Start: l.DestStart, Old: target, New: filepath.ToSlash(rel), Safe: true}
				}
				f.Reason = fmt.Sprintf("the merge request moved it to `%s`", now)
			} else {
				f.Reason = "the merge request deletes it"
			}
			found = append(found, f)
		}
	}
	r := finding.Judge(found, finding.Project{
		Today: a.buildTime(), Catalog: catalog(),
		Skipped: func(string) bool { return true },
		Read:    func(p string) ([]byte, error) { return repo.ReadFile(ctx, head, p) },
	})
	return r, nil
}
