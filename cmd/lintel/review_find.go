package main

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/forge"
	gitobj "github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/site"
)

// findings returns what the change from the base to the head makes untrue. What
// counts is up to the configuration of the target branch: that of the merge
// request could turn its own findings off.
func (rv *review) findings(ctx context.Context, repo *gitobj.Repo) (*finding.Report, error) {
	c, err := rv.compare(ctx, repo, drift.Options{Base: rv.base, Head: rv.head, Exact: true}, rv.target, 0)
	if err != nil {
		return nil, err
	}
	rv.settle(c.conf)
	rv.evidence = map[alertKey]string{}
	for _, a := range c.result.Alerts {
		for _, e := range a.Evidence {
			if e.Path != a.Path && path.Ext(e.Path) != ".md" {
				rv.evidence[keyOf(a.Finding)] = e.Path
				break
			}
		}
	}
	if rv.changes, err = repo.Diff(ctx, rv.base, rv.head); err != nil {
		return nil, fmt.Errorf("compare with the base: %w", err)
	}
	taken, err := rv.takenNumbers(ctx)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	} else if err != nil {
		rv.log.Warn("numbers of decisions are not compared with other merge requests", "error", rv.flags.hide(err.Error()))
	}
	r := c.judge(ctx, rv.app, taken, inReview)
	// Errors too: a thread has to have a way out without an edit, and whoever
	// reviews the merge request reads the statement in the summary.
	r.Answer(c.impact(rv.mr.Description), finding.Error)
	for _, n := range c.result.Notes {
		fmt.Fprintf(rv.stderr, "lintel: %s\n", finding.Visible(n))
	}
	return r, nil
}

// inReview reports whether a rule is one of those that a review applies.
func inReview(rule string) bool {
	return strings.HasPrefix(rule, "drift/") || rule == adr.RuleDuplicate
}

// settle fills in what neither flags nor the environment say.
func (rv *review) settle(conf *site.Config) {
	f := rv.flags
	rv.conf = conf
	var c site.ReviewConfig
	if conf != nil {
		c = conf.Review
	}
	f.language = cmp.Or(f.language, c.Language, "en")
	f.preview = strings.ReplaceAll(cmp.Or(f.preview, c.PreviewURL), "{mr}", strconv.FormatInt(f.iid, 10))
	f.severity = finding.Error
	if c.FailOn != nil {
		f.severity = *c.FailOn
	}
	if sev, ok := finding.ParseSeverity(f.failOn); ok {
		f.severity = sev
	}
	rv.verbs = forge.Verbs()
	if c.Commands != nil {
		rv.verbs = nil
		for _, name := range c.Commands {
			rv.verbs = append(rv.verbs, forge.Verb(name))
		}
	}
}

// threads returns how many threads may be opened, as forge.Review has it.
func (rv *review) threads() int {
	switch {
	case rv.conf == nil || rv.conf.Review.MaxThreads == nil:
		return 0
	case *rv.conf.Review.MaxThreads == 0:
		return -1
	}
	return *rv.conf.Review.MaxThreads
}
