package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/finding"
	gitobj "github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/site"
)

// driftRun is the outcome of a comparison of two revisions.
type driftRun struct {
	result *drift.Result
	report *finding.Report
	conf   *site.Config // nil where there is none
	alerts map[alertKey]*drift.Alert
}

// alertKey tells alerts apart; the policy may change a finding's severity.
type alertKey struct {
	rule, message, subject string
	at                     finding.Position
}

func keyOf(f finding.Finding) alertKey { return alertKey{f.Rule, f.Message, f.Subject, f.Position} }

// alert returns what is known about a finding.
func (d *driftRun) alert(j finding.Judged) *drift.Alert {
	if a := d.alerts[keyOf(j.Finding)]; a != nil {
		return a
	}
	return &drift.Alert{Finding: j.Finding}
}

// onDrift reports whether a run compares revisions.
func onDrift(f checkFlags) bool { return f.base != "" }

// checkDrift says which documents the change between two revisions makes
// untrue.
func (a *app) checkDrift(ctx context.Context, f checkFlags) error {
	reports, err := f.plan()
	if err != nil {
		return usage(err)
	}
	if f.writeBaseline || f.prune {
		return usage(errors.New("the baseline is of whole checks; leave out --base"))
	}
	repo, err := gitobj.Open(ctx, cmp.Or(dirOf(f.config), "."))
	if errors.Is(err, gitobj.ErrNoRepository) {
		return usage(err)
	} else if err != nil {
		return failure(err)
	}
	defer func() { _ = repo.Close() }()
	if f.head == gitobj.WorkTree {
		dir, err := os.MkdirTemp("", "lintel-worktree-")
		if err != nil {
			return failure(fmt.Errorf("make a folder for the work tree: %w", err))
		}
		defer func() { _ = os.RemoveAll(dir) }()
		switch f.head, err = repo.Snapshot(ctx, dir); {
		case errors.Is(err, gitobj.ErrNotFound):
			return usage(err)
		case err != nil:
			return failure(err)
		}
	}
	run, err := a.runDrift(ctx, repo, f)
	if errors.Is(err, gitobj.ErrNotFound) {
		return usage(err)
	} else if err != nil {
		return failure(err)
	}
	keep := f.filter(nil)
	run.report.Only(func(j finding.Judged) bool { return strings.HasPrefix(j.Rule, "drift/") && keep(j) })
	if len(f.paths) > 0 {
		run.report.Only(func(j finding.Judged) bool {
			return slices.ContainsFunc(f.paths, func(d string) bool { return below(path.Clean(d), j.Path) })
		})
	}
	for _, n := range run.result.Notes {
		fmt.Fprintf(a.stderr, "lintel: %s\n", finding.Visible(n))
	}
	switch {
	case f.why != "":
		return a.whyFinding(run, f.why)
	case f.patch || f.fix != "" && f.dryRun:
		err = a.driftPatch(run, f.fix == fixAll)
	case f.fix != "":
		err = a.driftFix(run, f)
	default:
		err = a.writeDrift(run, reports, f)
	}
	if err == nil && run.report.Failed() && (f.fix == "" || f.dryRun) {
		return &exitError{code: exitFindings}
	}
	return err
}

// dirOf returns the folder of a configuration that was named.
func dirOf(config string) string {
	if config == "" || path.Ext(config) == "" {
		return config
	}
	return path.Dir(config)
}

// runDrift compares the revisions and judges what it finds by the policy of the
// base.
func (a *app) runDrift(ctx context.Context, repo *gitobj.Repo, f checkFlags) (*driftRun, error) {
	c, err := a.compare(ctx, repo, drift.Options{Base: f.base, Head: cmp.Or(f.head, "HEAD")}, f.base, f.rank)
	if err != nil {
		return nil, err
	}
	r := c.judge(ctx, a, nil, func(rule string) bool { return strings.HasPrefix(rule, "drift/") })
	if f.rank > 0 {
		r.Rank = append([]drift.Likely{}, c.ranked...) // a list, even when it is empty
	}
	r.FailOn = finding.Error
	if c.conf != nil && c.conf.Checks.FailOn != nil {
		r.FailOn = *c.conf.Checks.FailOn
	}
	if sev, ok := finding.ParseSeverity(f.failOn); ok {
		r.FailOn = sev
	}
	// A link to nothing is broken for every reader, whatever is said of the change
	// as a whole: errors want an answer of their own.
	r.Answer(c.impact(a.impactSaid(f)), finding.Warning)
	slices.SortStableFunc(r.Findings, func(x, y finding.Judged) int {
		cx, cy := c.alerts[keyOf(x.Finding)], c.alerts[keyOf(y.Finding)]
		if cx == nil || cy == nil {
			return 0
		}
		return cmp.Or(cmp.Compare(y.Severity, x.Severity), cmp.Compare(cy.Confidence, cx.Confidence))
	})
	return &driftRun{c.result, r, c.conf, c.alerts}, nil
}

// impactSaid returns the description of the merge request as far as a pipeline
// knows it, behind what the flag says.
func (a *app) impactSaid(f checkFlags) string {
	said, _ := a.env("CI_MERGE_REQUEST_DESCRIPTION")
	if f.docsImpact != "" {
		said = "docs-impact: none (" + f.docsImpact + ")\n\n" + said
	}
	return said
}

// configAt reads the configurations of a revision. What is wrong with them is
// said by a check without --base.
func (a *app) configAt(fsys fs.FS, o *drift.Options) *site.Config {
	const most = 16 // configurations; a repository of many sites has them in a few places
	var first *site.Config
	n := 0
	_ = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || n == most {
			return fs.SkipAll
		}
		if d.IsDir() {
			switch d.Name() {
			case "node_modules", "vendor", "testdata", "third_party":
				return fs.SkipDir
			}
			if strings.Count(p, "/") > 4 {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains(site.ConfigNames(), d.Name()) && p != "lintel.yml" {
			return nil
		}
		n++
		conf, _, err := site.LoadConfig(fsys, path.Dir(p), a.env)
		if conf == nil || err != nil && conf.DocsDir == "" {
			return nil
		}
		if !slices.Contains(o.Docs, conf.DocsDir) && conf.DocsDir != "." {
			o.Docs = append(o.Docs, conf.DocsDir)
		}
		s := drift.Site{Dir: conf.Dir, Docs: conf.DocsDir, Lang: conf.Theme.Language, Headings: conf.SAD.Headings}
		for _, g := range conf.SAD.Ignore {
			s.Ignores = append(s.Ignores, sad.Ignore{Pattern: g.Path, Reason: g.Reason, At: g.Position})
		}
		if !slices.ContainsFunc(o.Sites, func(x drift.Site) bool { return x.Dir == s.Dir && x.Docs == s.Docs }) {
			o.Sites = append(o.Sites, s)
		}
		if first == nil || conf.Dir == "." {
			first = conf
			o.Decisions = site.ADROptions(conf)
		}
		return nil
	})
	return first
}

// writeDrift writes the report in the forms that are asked for.
func (a *app) writeDrift(run *driftRun, reports []reportFile, f checkFlags) error {
	var machine []reportFile
	for _, to := range reports {
		if to.format != "text" {
			machine = append(machine, to)
			continue
		}
		var buf bytes.Buffer
		a.driftText(&buf, run, f)
		if err := a.writeTo(to.file, buf.Bytes()); err != nil {
			return err
		}
	}
	return a.writeReports(run.report, machine, f, "")
}

// driftText writes the findings for people, the surest first.
func (a *app) driftText(buf *bytes.Buffer, run *driftRun, f checkFlags) {
	c := run.report.Count()
	docs := map[string]bool{}
	for _, j := range run.report.Findings {
		if j.State == finding.Open && j.Severity >= finding.Warning {
			if j.Draft != nil {
				docs[j.Draft.Path] = true
			} else {
				docs[j.Path] = true
			}
		}
	}
	switch {
	case c.Errors+c.Warnings > 0:
		fmt.Fprintf(buf, "Action required: %s to update (%s, %s)\n", plural(len(docs), "document"), plural(c.Errors, "error"), plural(c.Warnings, "warning"))
	case c.Infos > 0:
		fmt.Fprintf(buf, "Nothing to do; %s\n", plural(c.Infos, "hint"))
	default:
		fmt.Fprintln(buf, "Nothing to do")
	}
	for _, j := range run.report.Findings {
		if j.State != finding.Open || j.Severity == finding.Info && f.quiet {
			continue
		}
		fmt.Fprintf(buf, "\n%s: %s: %s [%s]\n", finding.Visible(j.Position.String()), j.Severity, finding.Visible(j.Message), j.Rule)
		if j.Reason != "" {
			fmt.Fprintf(buf, "  because %s\n", finding.Visible(j.Reason))
		}
		if j.Edit.IsZero() {
			fmt.Fprintf(buf, "  %s\n", finding.Visible(j.Hint))
			if j.Draft != nil {
				fmt.Fprintf(buf, "  a draft: %s (--fix=all writes it)\n", finding.Visible(j.Draft.Path))
			}
		} else {
			editText(buf, j, run.result.Read)
		}
		fmt.Fprintf(buf, "  evidence: --why %s\n", j.Fingerprint[:8])
	}
	if ranked, ok := run.report.Rank.([]drift.Likely); ok && len(ranked) > 0 {
		fmt.Fprintln(buf, "\nMost likely to need a change:")
		for i, l := range ranked {
			fmt.Fprintf(buf, "  %d. %s", i+1, finding.Visible(l.Path))
			if len(l.Sections) > 0 {
				fmt.Fprintf(buf, " (%s)", finding.Visible(l.Sections[0]))
			}
			if len(l.Reasons) > 0 {
				fmt.Fprintf(buf, ": %s", finding.Visible(l.Reasons[0]))
			}
			fmt.Fprintln(buf)
		}
	}
	silent := 0
	for _, j := range run.report.Findings {
		if j.State == finding.Open || j.State == finding.Off {
			continue
		}
		if silent++; silent == 1 {
			fmt.Fprintln(buf, "\nAnswered for without an edit:")
		}
		fresh := ""
		if j.Fresh {
			fresh = ", new in this change"
		}
		fmt.Fprintf(buf, "  %s: %s (%s%s: %s)\n", finding.Visible(j.Position.String()), finding.Visible(j.Message), j.State, fresh, finding.Visible(j.Why))
	}
	n := 0
	for _, s := range run.report.Statements {
		if s.Reason == "" {
			continue
		}
		if n++; n == 1 {
			fmt.Fprintln(buf, "\nSaid to need no document:")
		}
		fmt.Fprintf(buf, "  %s (%s, for %s)\n", finding.Visible(s.Reason), finding.Visible(s.From), plural(s.Count, "finding"))
	}
	fmt.Fprintf(buf, "\n%s and %s compared, %.12s..%.12s\n", plural(run.result.Changed, "changed file"), plural(run.result.Documents, "document"), run.result.Base, run.result.Head)
}

// maxEditLines bounds how many lines of an edit are shown.
const maxEditLines = 12

// maxEditRunes bounds how much of a line is shown, editLead how much of that
// stands before what changes in it.
const (
	maxEditRunes = 160
	editLead     = 60
)

// editText shows the lines that a finding proposes to change.
func editText(buf *bytes.Buffer, j finding.Judged, read func(string) ([]byte, error)) {
	byFile := map[string][]finding.Edit{}
	var files []string
	for _, e := range j.Edits() {
		if byFile[e.Path] == nil {
			files = append(files, e.Path)
		}
		byFile[e.Path] = append(byFile[e.Path], e)
	}
	for _, name := range files {
		if name != j.Path {
			fmt.Fprintf(buf, "  %s\n", finding.Visible(name))
		}
		src, err := read(name)
		if err != nil {
			continue
		}
		lines := finding.Changes(src, byFile[name])
		from := 0
		if len(lines) == 2 {
			from = max(0, samePrefix(lines[0], lines[1])-editLead)
		}
		for _, l := range lines[:min(len(lines), maxEditLines)] {
			fmt.Fprintf(buf, "  %s\n", finding.Visible(cutLine(l, from)))
		}
		if n := len(lines) - maxEditLines; n > 0 {
			fmt.Fprintf(buf, "  … %s more\n", plural(n, "line"))
		}
	}
}

// samePrefix returns how many runes two lines of a diff have in common, the mark
// left out.
func samePrefix(a, b string) int {
	x, y := []rune(a), []rune(b)
	n := 1
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n - 1
}

// cutLine returns a line of a diff with its mark, without what stands before the
// rune from when the line is too long to be shown whole.
func cutLine(l string, from int) string {
	r := []rune(l)
	mark, text := string(r[:1])+" ", r[1:]
	if len(text) <= maxEditRunes {
		return strings.TrimRight(mark+string(text), " ")
	}
	if from > 0 {
		mark, text = mark+"…", text[min(from, len(text)):]
	}
	if len(text) > maxEditRunes {
		return mark + string(text[:maxEditRunes]) + "…"
	}
	return mark + string(text)
}

// driftPatch prints the edits as a patch of the head.
func (a *app) driftPatch(run *driftRun, all bool) error {
	for _, d := range drafts(run.report, all) {
		if _, err := a.stdout.Write(finding.PatchNew(d.Path, d.Text)); err != nil {
			return failure(fmt.Errorf("write patch: %w", err))
		}
	}
	for name, edits := range editsByFile(run.report, all) {
		src, err := run.result.Read(name)
		if err != nil {
			return failure(fmt.Errorf("make patch of %s: %w", name, err))
		}
		ok, refused := finding.Applicable(src, edits)
		for e, err := range refused {
			fmt.Fprintf(a.stderr, "%s: not in the patch, %v\n", finding.Visible(e.Path), err)
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

// drafts returns the drafts of open findings, when all that could be written is
// asked for. Of two of one path, as two findings may have that both take the next
// number, the first is begun; the other comes with the next check.
func drafts(r *finding.Report, all bool) []*finding.Draft {
	var out []*finding.Draft
	for _, j := range r.Findings {
		if d := j.Draft; all && j.State == finding.Open && d != nil && !slices.ContainsFunc(out, func(o *finding.Draft) bool { return clash(o, d) }) {
			out = append(out, d)
		}
	}
	return out
}

// clash reports whether two drafts write the same file, or claim the same number
// in a folder.
func clash(a, b *finding.Draft) bool {
	number := func(p string) string { n, _, _ := strings.Cut(path.Base(p), "-"); return path.Join(path.Dir(p), n) }
	return a.Path == b.Path || number(a.Path) == number(b.Path)
}

// editsByFile yields the edits of open findings by path, those that belong to
// drafts among them.
func editsByFile(r *finding.Report, all bool) func(func(string, []finding.Edit) bool) {
	byFile := map[string][]finding.Edit{}
	for _, j := range r.Findings {
		if j.State == finding.Open && !j.Edit.IsZero() && (all || j.Edit.Safe) {
			for _, e := range j.Edits() {
				byFile[e.Path] = append(byFile[e.Path], e)
			}
		}
	}
	for _, d := range drafts(r, all) {
		for _, e := range d.Edits {
			byFile[e.Path] = append(byFile[e.Path], e)
		}
	}
	var names []string
	for n := range byFile {
		names = append(names, n)
	}
	slices.Sort(names)
	return func(yield func(string, []finding.Edit) bool) {
		for _, n := range names {
			if !yield(n, byFile[n]) {
				return
			}
		}
	}
}

// driftFix makes the edits in the work tree.
func (a *app) driftFix(run *driftRun, f checkFlags) error {
	p, err := openProject(cmp.Or(dirOf(f.config), "."))
	if err != nil {
		return err
	}
	defer p.close()
	made, files := 0, 0
	for _, d := range drafts(run.report, f.fix == fixAll) {
		if _, err := p.root.Lstat(filepath.FromSlash(d.Path)); err == nil {
			fmt.Fprintf(a.stderr, "%s: not written, it is there already\n", finding.Visible(d.Path))
			continue
		}
		if err := p.write(d.Path, []byte(d.Text)); err != nil {
			return failure(fmt.Errorf("write draft: %w", err))
		}
		fmt.Fprintf(a.stderr, "%s: a draft to finish\n", finding.Visible(d.Path))
		made, files = made+1, files+1
	}
	for name, edits := range editsByFile(run.report, f.fix == fixAll) {
		src, err := p.read(name)
		if err != nil {
			fmt.Fprintf(a.stderr, "%s: not mended, %v\n", finding.Visible(name), err)
			continue
		}
		ok, refused := finding.Applicable(src, edits)
		for _, err := range refused {
			fmt.Fprintf(a.stderr, "%s: not mended, %v\n", finding.Visible(name), err)
		}
		text, err := finding.Apply(src, ok)
		if err == nil && string(text) != string(src) {
			err = p.replace(name, src, text)
		}
		if err != nil {
			return failure(fmt.Errorf("mend %s: %w", name, err))
		}
		made += len(ok)
		if len(ok) > 0 {
			files++
		}
	}
	if made == 0 {
		fmt.Fprintln(a.stderr, "nothing that could be mended")
	} else {
		fmt.Fprintf(a.stderr, "%s made in %s\n", plural(made, "edit"), plural(files, "file"))
	}
	return nil
}

// whyFinding prints what a finding rests on.
func (a *app) whyFinding(run *driftRun, prefix string) error {
	var hits []finding.Judged
	for _, j := range run.report.Findings {
		if strings.HasPrefix(j.Fingerprint, prefix) {
			hits = append(hits, j)
		}
	}
	switch len(hits) {
	case 0:
		return usage(fmt.Errorf("no finding of this change has a fingerprint that begins with %s", prefix))
	case 1:
	default:
		return usage(fmt.Errorf("%s begins the fingerprints of %s; write more of it", prefix, plural(len(hits), "finding")))
	}
	j := hits[0]
	al := run.alert(j)
	w := a.stdout
	fmt.Fprintf(w, "%s: %s: %s\n", finding.Visible(j.Position.String()), j.Severity, finding.Visible(j.Message))
	fmt.Fprintf(w, "rule         %s\nfingerprint  %s\nconfidence   %.2f\nsubject      %s\n", j.Rule, j.Fingerprint, al.Confidence, finding.Visible(j.Subject))
	if j.Reason != "" {
		fmt.Fprintf(w, "because      %s\n", finding.Visible(j.Reason))
	}
	if j.Text != "" {
		fmt.Fprintf(w, "document     %s\n", finding.Visible(j.Text))
	}
	for _, e := range j.Edits() {
		at := ""
		if e.Path != j.Path {
			at = finding.Visible(e.Path) + ": "
		}
		fmt.Fprintf(w, "edit         %s%s -> %s\n", at, finding.Visible(e.Old), finding.Visible(e.New))
	}
	for _, e := range al.Evidence {
		rev := run.result.Head
		if e.Gone {
			rev = run.result.Base
		}
		fmt.Fprintf(w, "evidence     %.12s:%s  %s\n", rev, finding.Visible(finding.Position{Path: e.Path, Line: e.Line}.String()), finding.Visible(e.Text))
	}
	return nil
}
