package main

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/finding"
	gitobj "github.com/lintel-docs/lintel/internal/git"
)

// findings returns what the change from the base to the head makes untrue. What
// counts is up to the configuration of the target branch: that of the merge
// request could turn its own findings off.
func (rv *review) findings(ctx context.Context, repo *gitobj.Repo) (*finding.Report, error) {
	o := drift.Options{Base: rv.base, Head: rv.head, Exact: true}
	fsys, err := repo.FS(ctx, rv.target)
	if err != nil {
		return nil, fmt.Errorf("read the target branch: %w", err)
	}
	conf := rv.headConfig(fsys, &o)
	result, err := drift.Check(ctx, repo, o)
	if err != nil {
		return nil, err
	}
	rv.evidence = map[alertKey]string{}
	found := make([]finding.Finding, 0, len(result.Alerts))
	for _, a := range result.Alerts {
		found = append(found, a.Finding)
		for _, e := range a.Evidence {
			if e.Path != a.Path && path.Ext(e.Path) != ".md" {
				rv.evidence[keyOf(a.Finding)] = e.Path
				break
			}
		}
	}
	for _, n := range result.Notes {
		fmt.Fprintf(rv.stderr, "lintel: %s\n", finding.Visible(n))
	}
	pr := finding.Project{
		Catalog: catalog(), Today: rv.buildTime(), Read: result.Read,
		// A waiver is of use in the merge request that it answers, and stays.
		Skipped: func(string) bool { return true },
	}
	if conf != nil {
		pr.Policy = conf.Checks
	}
	r := finding.Judge(found, pr)
	r.RuleURL, r.Version = ruleURL, version()
	r.Only(func(j finding.Judged) bool { return strings.HasPrefix(j.Rule, "drift/") })
	r.Skipped = func(rule string) bool { return !strings.HasPrefix(rule, "drift/") }
	return r, nil
}
