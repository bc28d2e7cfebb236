package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/forge"
	gitobj "github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/site"
)

// Bounds of what is read of other merge requests.
const (
	otherRequests = 50
	otherTime     = 30 * time.Second
	otherRecords  = 100 // of one merge request
)

// decisions returns the log of the head, and options that name its folders.
func (rv *review) decisions(ctx context.Context) (*adr.Log, adr.Options, error) {
	conf := rv.conf
	if conf == nil {
		conf = &site.Config{Dir: "."}
	}
	fsys, err := rv.repo.FS(ctx, rv.head)
	if err != nil {
		return nil, adr.Options{}, err
	}
	folders := ownFolders(fsys, conf, adr.Find(fsys))
	o := site.ADROptions(conf)
	log, _ := adr.Read(fsys, folders, o)
	for _, f := range folders {
		if !slices.Contains(o.Folders, f.Path) {
			o.Folders = append(o.Folders, f.Path)
		}
	}
	return log, o, nil
}

// added returns the Markdown files that a change brings to a path.
func added(changes []gitobj.Change) []string {
	var out []string
	for _, c := range changes {
		if (c.Status == gitobj.Added || c.Status == gitobj.Renamed || c.Status == gitobj.Copied) && c.Mode.Regular() && strings.HasSuffix(strings.ToLower(c.Path), ".md") {
			out = append(out, c.Path)
		}
	}
	return out
}

// claim is a record that is added somewhere else.
type claim struct {
	record *adr.Record
	iid    int64 // of the merge request, 0: the target branch has it
}

// takenNumbers returns the records that the merge request adds under a number
// that the target branch or another open merge request has given away. Of two
// merge requests the one that was opened later is asked to take another number.
func (rv *review) takenNumbers(ctx context.Context) ([]finding.Finding, error) {
	names := added(rv.changes)
	if !slices.ContainsFunc(names, func(p string) bool { return strings.ContainsAny(p, "0123456789") }) {
		return nil, nil
	}
	log, o, err := rv.decisions(ctx)
	if err != nil {
		return nil, err
	}
	var fresh []*adr.Record
	for _, r := range log.Records {
		if r.NameNumber != "" && slices.Contains(names, r.Path) {
			fresh = append(fresh, r)
		}
	}
	if len(fresh) == 0 {
		return nil, nil
	}
	claims := rv.claimsOf(ctx, 0, rv.base, rv.target, o)
	others, err := rv.otherClaims(ctx, o)
	claims = append(claims, others...)
	return rv.collisions(ctx, log, fresh, claims), err
}

// claimsOf returns the records that lie between two revisions.
func (rv *review) claimsOf(ctx context.Context, iid int64, base, head string, o adr.Options) (out []claim) {
	if base == head {
		return nil
	}
	changes, err := rv.repo.Diff(ctx, base, head)
	if err != nil {
		return nil
	}
	for _, p := range added(changes) {
		if len(out) == otherRecords || !slices.ContainsFunc(o.Folders, func(f string) bool { return f == "." || below(f, p) }) {
			continue
		}
		src, err := rv.repo.ReadFile(ctx, head, p)
		if err != nil {
			continue
		}
		if r := adr.Parse(p, src, o); r != nil && r.NameNumber != "" {
			out = append(out, claim{r, iid})
		}
	}
	return out
}

// otherClaims returns the records that other open merge requests into the same
// branch add: one request of the server, and one fetch for all heads that are
// not here.
func (rv *review) otherClaims(ctx context.Context, o adr.Options) ([]claim, error) {
	if rv.forge == nil {
		return nil, nil // without a token
	}
	ctx, cancel := context.WithTimeout(ctx, otherTime)
	defer cancel()
	open, err := rv.forge.Open(ctx, rv.mr.TargetBranch)
	if err != nil {
		return nil, fmt.Errorf("list open merge requests: %w", err)
	}
	open = slices.DeleteFunc(open, func(m forge.MergeRequest) bool { return m.IID == rv.mr.IID || m.TargetBranch != rv.mr.TargetBranch })
	slices.SortFunc(open, func(a, b forge.MergeRequest) int { return cmp.Compare(b.IID, a.IID) })
	if len(open) > otherRequests {
		rv.log.Warn("numbers of decisions are compared with the newest merge requests only", "compared", otherRequests, "open", len(open))
		open = open[:otherRequests]
	}
	ref := func(m forge.MergeRequest) string { return fmt.Sprintf("refs/merge-requests/%d/head", m.IID) }
	var missing []string
	for _, m := range open {
		if !rv.repo.Has(ctx, m.Head) {
			missing = append(missing, ref(m))
		}
	}
	if len(missing) > 0 {
		heads, err := rv.repo.Remote(ctx, rv.remote, missing...)
		if err != nil {
			return nil, err
		}
		missing = slices.DeleteFunc(missing, func(r string) bool { return heads[r] == "" })
		var options []string
		if rv.repo.Shallow(ctx) {
			options = []string{"--depth=50"}
		}
		if len(missing) > 0 {
			if err := rv.repo.Fetch(ctx, rv.remote, options, missing...); err != nil {
				return nil, err
			}
		}
	}
	var out []claim
	for _, m := range open {
		if !rv.repo.Has(ctx, m.Head) {
			continue
		}
		base, err := rv.repo.MergeBase(ctx, rv.target, m.Head)
		if err != nil {
			continue // the history is cut before they meet
		}
		// What it took from this merge request is no claim of its own.
		shared, err := rv.repo.MergeBase(ctx, rv.head, m.Head)
		for _, c := range rv.claimsOf(ctx, m.IID, base, m.Head, o) {
			if err == nil {
				if _, err := rv.repo.ReadFile(ctx, shared, c.record.Path); err == nil {
					continue
				}
			}
			out = append(out, c)
		}
	}
	return out, ctx.Err()
}

// collisions says which new records have a number that is taken, and gives them
// the next one that is free.
func (rv *review) collisions(ctx context.Context, log *adr.Log, fresh []*adr.Record, claims []claim) []finding.Finding {
	var out []finding.Finding
	var taken []string
	for _, c := range claims {
		taken = append(taken, c.record.ID)
	}
	rv.renamed = map[alertKey]*adr.Renamed{}
	pages := map[string][]byte{}
	for _, c := range rv.changes {
		if c.Mode.Regular() && strings.HasSuffix(strings.ToLower(c.Path), ".md") {
			if src, err := rv.repo.ReadFile(ctx, rv.head, c.Path); err == nil {
				pages[c.Path] = src
			}
		}
	}
	for _, r := range fresh {
		i := slices.IndexFunc(claims, func(c claim) bool {
			return c.record.Number == r.Number && c.record.Folder() == r.Folder()
		})
		if i < 0 {
			continue
		}
		c := claims[i]
		f := finding.Finding{
			Rule: adr.RuleDuplicate, Severity: finding.Warning, Subject: r.ID,
			Position: finding.Position{Path: r.Path, Line: 1 + bytes.Count(pages[r.Path][:min(r.NumberSpan.Start, len(pages[r.Path]))], []byte("\n"))},
			Reason:   fmt.Sprintf("`%s` has it there", c.record.Path),
		}
		if c.iid == 0 {
			f.Message = fmt.Sprintf("the number %s of this decision is taken on the target branch", r.NameNumber)
		} else {
			f.Message = fmt.Sprintf("the number %s of this decision is also that of one in the open merge request %d", r.NameNumber, c.iid)
		}
		if c.iid > rv.mr.IID {
			f.Severity = finding.Info
			f.Hint = "nothing has to be done here: the merge request that was opened later is asked to take another number"
			out = append(out, f)
			continue
		}
		next := log.Next(r, taken)
		taken = append(taken, strings.Replace(r.ID, r.NameNumber, next, 1))
		f.Hint = fmt.Sprintf("take %s, the next number that is free", next)
		n, err := log.Renumber(r, next, pages)
		if err == nil {
			f.Hint = fmt.Sprintf("take %s, the next number that is free: rename the file to `%s`", next, path.Base(n.To))
			if len(n.Edits) > 0 {
				f.Edit, f.Rest = n.Edits[0], n.Edits[1:]
			}
			rv.renamed[keyOf(f)] = n
		}
		out = append(out, f)
	}
	return out
}

// reminders returns the decisions whose review is overdue, those that the merge
// request has to do with first.
func (rv *review) reminders(ctx context.Context) []forge.Reminder {
	log, _, err := rv.decisions(ctx)
	if err != nil {
		rv.log.Warn("decisions that are due for a review are not listed", "error", err)
		return nil
	}
	due := log.Due(rv.buildTime(), 1<<30, 0)
	due = slices.DeleteFunc(due, func(d adr.Due) bool { return d.Reason != "review" || d.Days <= 0 })
	if len(due) == 0 {
		return nil
	}
	concerned := map[string]bool{}
	for _, c := range rv.changes {
		concerned[c.Path] = true
		for _, p := range []string{c.Path, c.Old} {
			if p == "" {
				continue
			}
			for _, r := range log.Governing(p) {
				concerned[r.Path] = true
			}
		}
	}
	var out []forge.Reminder
	for _, d := range due {
		title := d.Record.Title
		out = append(out, forge.Reminder{Path: d.Record.Path, Title: title, Date: d.Date, Concerned: concerned[d.Record.Path]})
	}
	slices.SortStableFunc(out, func(a, b forge.Reminder) int {
		switch {
		case a.Concerned == b.Concerned:
			return 0
		case a.Concerned:
			return -1
		}
		return 1
	})
	return out
}
