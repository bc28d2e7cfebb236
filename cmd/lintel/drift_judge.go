package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/finding"
	gitobj "github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/site"
)

// comparison is what a change makes untrue, and the settings by which it is
// judged. Check and review have it from compare and judge.
type comparison struct {
	result *drift.Result
	conf   *site.Config // of the policy's revision; nil where there is none
	found  []finding.Finding
	alerts map[alertKey]*drift.Alert
	ranked []drift.Likely // the documents that were asked for
	policy string
	repo   *gitobj.Repo
}

// compare looks for what the change of o makes untrue. Its settings are those of
// the revision policy, the one that the change will become part of: a change
// could else turn off what is said of it. Where that has no configuration, the
// folders of documents are those of the head. The result holds what the history
// makes likely too, and rank documents are listed.
func (a *app) compare(ctx context.Context, repo *gitobj.Repo, o drift.Options, policy string, rank int) (*comparison, error) {
	c := &comparison{policy: policy, repo: repo, alerts: map[alertKey]*drift.Alert{}}
	if fsys, err := repo.FS(ctx, policy); err == nil { // Check says what is wrong with a revision
		c.conf = a.configAt(fsys, &o)
	}
	if c.conf == nil {
		if fsys, err := repo.FS(ctx, o.Head); err == nil {
			a.configAt(fsys, &o)
		}
	}
	o.Now = a.buildTime()
	var err error
	if c.result, err = drift.Check(ctx, repo, o); err != nil {
		return nil, err
	}
	if c.ranked, err = a.rankDocuments(ctx, repo, c.result, rank, c.conf); err != nil {
		return nil, err
	}
	for i := range c.result.Alerts {
		al := &c.result.Alerts[i]
		c.found = append(c.found, al.Finding)
		c.alerts[keyOf(al.Finding)] = al
	}
	return c, nil
}

// judge gives what was found, and more, its severities and states. Only rules
// that apply let through are in the report. Waivers are those of the head, the
// way out that a change has; everything else is of the policy's revision, the
// baseline too.
func (c *comparison) judge(ctx context.Context, a *app, more []finding.Finding, apply func(rule string) bool) *finding.Report {
	pr := finding.Project{
		Catalog: catalog(), Today: a.buildTime(), Read: c.result.Read,
		// A waiver is of use in the merge request that it answers, and stays.
		Skipped: func(string) bool { return true },
	}
	if c.conf != nil {
		pr.Policy = c.conf.Checks
		pr.Read = func(p string) ([]byte, error) {
			if p == c.conf.Checks.Baseline {
				return c.repo.ReadFile(ctx, c.policy, p)
			}
			return c.result.Read(p)
		}
	}
	r := finding.Judge(append(slices.Clip(c.found), more...), pr)
	r.Read = c.result.Read
	r.RuleURL, r.Version = ruleURL, version()
	r.Only(func(j finding.Judged) bool { return apply(j.Rule) })
	r.Skipped = func(rule string) bool { return !apply(rule) }
	for i := range r.Findings {
		j := &r.Findings[i]
		j.Fresh = j.State == finding.Waived && j.By.Line > 0 && c.result.Fresh(j.By.Path, j.By.Line)
	}
	return r
}

// impact returns what is said of the change as a whole: in the description of
// its merge request, and in its commits. Notes name statements without a reason.
func (c *comparison) impact(description string) []finding.Statement {
	said := append(drift.DescriptionImpact(description), c.result.Impact...)
	for _, s := range said {
		if s.Reason == "" {
			c.result.Notes = append(c.result.Notes, fmt.Sprintf("%s says docs-impact: none and gives no reason, so it answers for nothing; write docs-impact: none (the reason)", s.From))
		}
	}
	return said
}
