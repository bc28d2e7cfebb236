package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/fact"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/render/diagram"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/extract"
	"github.com/lintel-docs/lintel/site"
)

// source is something that finds: the rules that it may report, and how.
type source struct {
	rules []finding.Rule
	// find returns what it found in a built site.
	find func(ctx context.Context, c *checkRun) ([]finding.Finding, error)
	// on reports whether the flags of a run ask for it; nil: always. Rules that
	// were not run leave their waivers and their part of the baseline alone.
	on func(f checkFlags) bool
	// built is set where a build reports the same without find.
	built bool
}

// runs reports whether a run of check or build looks for what s finds.
func (s source) runs(f checkFlags) bool {
	if f.built {
		return s.built
	}
	return s.on == nil || s.on(f)
}

// checkRun is what sources may look at.
type checkRun struct {
	flags   checkFlags
	project *project
	config  *site.Config
	snap    *site.Snapshot
	now     time.Time
	base    revision // zero when there is nothing to compare with

	log      *adr.Log
	logFound []finding.Finding
	dates    map[string]time.Time
}

// sources lists all that lintel check runs. What a build reports comes first.
func sources() []source {
	return []source{
		{rules: finding.Rules(), find: none, built: true},
		{rules: render.Rules(), find: none, built: true}, // reported through site
		{rules: diagram.Rules(), find: none, built: true},
		{rules: site.Rules(), find: builtFindings, built: true},
		{rules: adr.Rules(), find: checkDecisions},
		{rules: sad.Rules(), find: checkArchitecture},
		{rules: fact.Rules(), find: checkFacts},
		{rules: drift.Rules(), find: none, on: onDrift}, // reported where two revisions are compared
		{rules: extract.Rules(), find: none},            // reported where the inventory is printed
	}
}

func builtFindings(_ context.Context, c *checkRun) ([]finding.Finding, error) {
	return c.snap.Findings(), nil
}

func none(context.Context, *checkRun) ([]finding.Finding, error) { return nil, nil }

// catalog joins the rules of all sources.
func catalog() *finding.Catalog {
	var all [][]finding.Rule
	for _, s := range sources() {
		all = append(all, s.rules)
	}
	return finding.NewCatalog(all...)
}

// docsURL is the address of Lintel's documentation, set by the linker at a
// release (-X main.docsURL=https://…/); without it rules are named without a
// link.
var docsURL string

// ruleURL returns the address of a rule's page, or "".
func ruleURL(rule string) string {
	family, name, ok := strings.Cut(rule, "/")
	if docsURL == "" || !ok {
		return ""
	}
	return strings.TrimSuffix(docsURL, "/") + "/reference/rules/" + family + "/#" + name
}

// judge puts severities, waivers and the baseline of a project to findings.
// Build and check both go through here.
func (a *app) judge(p *project, conf *site.Config, snap *site.Snapshot, found []finding.Finding, f checkFlags) *finding.Report {
	skipped := map[string]bool{}
	for _, s := range sources() {
		if !s.runs(f) {
			for _, r := range s.rules {
				skipped[r.ID] = true
			}
		}
	}
	pr := finding.Project{
		Catalog: catalog(),
		Skipped: func(rule string) bool { return skipped[rule] },
		Today:   a.buildTime(),
		Read:    p.read,
	}
	if conf != nil {
		pr.Policy = conf.Checks
	}
	if snap != nil {
		pr.Documents = snap.Waivers()
	}
	r := finding.Judge(found, pr)
	r.RuleURL, r.Version, r.FailOn = ruleURL, version(), finding.Error
	if conf != nil {
		r.Fallback = conf.File
		if conf.Strict {
			r.FailOn = finding.Warning
		}
		if conf.Checks.FailOn != nil {
			r.FailOn = *conf.Checks.FailOn
		}
	}
	if sev, ok := finding.ParseSeverity(f.failOn); ok {
		r.FailOn = sev
	}
	return r
}

// maxSource bounds a file that is read for its waivers and excerpts.
const maxSource = 64 << 20

// read returns the text of a file of the project.
func (p *project) read(name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, fs.ErrNotExist
	}
	name = filepath.FromSlash(name)
	// Before it is opened: a pipe would wait for whoever writes to it.
	if info, err := p.root.Stat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() || info.Size() > maxSource {
		return nil, errors.New("it is no regular file, or too large")
	}
	f, err := p.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSource))
}

type checkFlags struct {
	config, format, output, failOn string
	rules, reports                 []string
	quiet, verbose                 bool
	explain                        bool
	writeBaseline, prune           bool
	fix                            string // "", fixSafe or fixAll
	dryRun, patch                  bool
	paths                          []string
	base, head, why                string
	target                         string
	built                          bool // nothing but what a build finds
	rank                           int
	docsImpact                     string
}

// Values of --fix.
const (
	fixSafe = "safe"
	fixAll  = "all"
)

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check [PATH…]",
		Short: "Check the documents of a project",
		Long: `Check reads the site and reports what is wrong with its documents and its
configuration: dead links, settings without effect, and so on. With PATHs only
what is in those files and folders is reported. It works in a folder without a
configuration too: then every Markdown file is checked.

Each finding can be waived where it stands, with a reason:

    <!-- lintel:allow link/not-found the page comes with 2.0 -->

The exit status is 0 when nothing reaches the failing severity, 1 when something
does, 2 when the configuration has errors, 3 when the check itself fails.`,
		Example: `  lintel check
  lintel check docs/adr --rule 'adr/*'
  lintel check --report codequality=gl-code-quality.json --report junit=lintel.xml
  lintel check --patch | git apply
  lintel check --base origin/main
  lintel check --explain link/not-found`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.explain {
				return a.explain(args, f.format)
			}
			f.paths = args
			if onDrift(f) {
				return a.checkDrift(cmd.Context(), f)
			}
			if f.head != "" || f.why != "" || f.rank > 0 {
				return usage(errors.New("--head, --why and --rank belong to a comparison; name its --base"))
			}
			return a.check(cmd.Context(), f)
		},
	}
	fl := c.Flags()
	fl.StringVarP(&f.config, "config-file", "f", "", "configuration `file` (default mkdocs.yml)")
	fl.StringVar(&f.format, "format", "text", "`form` of the report: text, json, codequality, sarif or junit")
	fl.StringVarP(&f.output, "output", "o", "", "write the report to `file`")
	fl.StringArrayVar(&f.reports, "report", nil, "write one more report: `form=file`; may be repeated")
	fl.StringVar(&f.failOn, "fail-on", "", "`severity` from which on findings fail: error, warning, info or never (default error)")
	fl.StringArrayVar(&f.rules, "rule", nil, "report this rule only: an id, a code or a `pattern`; may be repeated")
	fl.StringVar(&f.base, "base", "", "say what the change since `revision` makes untrue, and nothing else")
	fl.StringVar(&f.head, "head", "", "with --base: the `revision` that has the change; a dot is the work tree, committed or not (default HEAD)")
	fl.StringVar(&f.why, "why", "", "with --base: show what the finding with this `fingerprint` rests on; its beginning is enough")
	fl.StringVar(&f.docsImpact, "docs-impact", "", "with --base: the `reason` for which no document needs an edit, as in a description or a trailer; it answers for warnings")
	fl.IntVar(&f.rank, "rank", 0, "with --base: list the `N` documents that are most likely to need a change, whatever is found")
	fl.StringVar(&f.target, "target", "", "`branch` that decision records are compared with (default the target of the merge request, or the default branch of origin)")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "print warnings and errors only")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "print all infos, and what is waived or in the baseline")
	fl.BoolVar(&f.explain, "explain", false, "explain the rules that are named, or list all")
	fl.StringVar(&f.fix, "fix", "", "make the edits that findings propose: those that change nothing else for readers (`safe`, the default) or all of them")
	fl.Lookup("fix").NoOptDefVal = fixSafe
	fl.BoolVar(&f.dryRun, "dry-run", false, "with --fix: print the edits as a patch, and write nothing")
	fl.BoolVar(&f.patch, "patch", false, "the same as --fix --dry-run: lintel check --patch | git apply")
	fl.BoolVar(&f.writeBaseline, "write-baseline", false, "write what is found to the baseline; from then on only what is new counts")
	fl.BoolVar(&f.prune, "prune", false, "remove entries from the baseline that stand for nothing any more")
	return c
}

// reportFile is a report to write: a form and a file, or standard output when
// there is none.
type reportFile struct{ format, file string }

// plan checks what can be wrong with the flags before anything is read.
func (f *checkFlags) plan() ([]reportFile, error) {
	reports := []reportFile{{f.format, f.output}}
	for _, r := range f.reports {
		format, file, ok := strings.Cut(r, "=")
		if !ok || file == "" {
			return nil, fmt.Errorf("--report %s: expected form=file, such as junit=lintel.xml", r)
		}
		reports = append(reports, reportFile{format, file})
	}
	known := []string{"text"}
	for _, k := range finding.Formats() {
		known = append(known, k.Name)
	}
	for _, r := range reports {
		if !slices.Contains(known, r.format) {
			hint := ""
			if near := finding.Nearest(r.format, known); near != "" {
				hint = "; did you mean " + near + "?"
			}
			return nil, fmt.Errorf("unknown form of report %q: expected one of %s%s", r.format, strings.Join(known, ", "), hint)
		}
	}
	if _, ok := finding.ParseSeverity(f.failOn); f.failOn != "" && (!ok || f.failOn == "off") {
		return nil, fmt.Errorf("--fail-on %s: expected error, warning, info or never", f.failOn)
	}
	if f.fix != "" && f.fix != fixSafe && f.fix != fixAll {
		return nil, fmt.Errorf("--fix=%s: expected safe or all", f.fix)
	}
	if f.dryRun && f.fix == "" {
		return nil, errors.New("--dry-run says what --fix would do; name both")
	}
	c := catalog()
	for _, r := range f.rules {
		if len(c.Match(r)) == 0 {
			return nil, fmt.Errorf("--rule %s: there is no such rule%s", r, nearRule(c, r))
		}
	}
	if f.writeBaseline && (len(f.rules) > 0 || len(f.paths) > 0) {
		return nil, errors.New("--write-baseline writes the whole baseline; leave out --rule and PATH")
	}
	return reports, nil
}

func (a *app) check(ctx context.Context, f checkFlags) error {
	reports, err := f.plan()
	if err != nil {
		return usage(err)
	}
	config := f.config
	if config == "" {
		config = "."
	}
	p, err := openProject(config)
	if err != nil {
		return err
	}
	defer p.close()
	dirs, err := f.places(p)
	if err != nil {
		return usage(err)
	}
	keep := f.filter(dirs)
	run, err := a.runCheck(ctx, p, f)
	if run == nil {
		return err
	}
	if run.conf != nil && run.conf.Bare && p.config != "." && len(f.paths) == 0 {
		inner := keep
		keep = func(j finding.Judged) bool { return inner(j) && below(p.config, j.Path) }
	}
	if err == nil {
		switch {
		case f.patch || f.fix != "" && f.dryRun:
			err = a.printPatch(p, run.report, f.fix == fixAll, keep)
			if run.report.Only(keep); err == nil && run.report.Failed() {
				err = &exitError{code: exitFindings}
			}
			return err
		case f.fix != "":
			run, err = a.fix(ctx, p, f, run, keep)
		}
		if err == nil && (f.writeBaseline || f.prune) {
			if err = a.changeBaseline(p, run.conf, run.report, f); err == nil {
				run, err = a.runCheck(ctx, p, f) // what it says now is what the next run would say
			}
		}
		if run == nil || run.report == nil {
			return err
		}
	}
	why := "it holds no Markdown that git does not ignore"
	if run.conf != nil && !run.conf.Bare {
		why = "it holds no page of " + run.conf.File
	}
	for _, d := range dirs {
		if err == nil && !slices.ContainsFunc(run.files, func(name string) bool { return below(d, name) }) &&
			!slices.ContainsFunc(run.report.Findings, func(j finding.Judged) bool { return below(d, j.Path) }) {
			fmt.Fprintf(a.stderr, "lintel: nothing in %s was checked: %s\n", d, why)
		}
	}
	run.report.Only(keep)
	checked := ""
	if err == nil {
		checked = plural(run.pages, "page")
	}
	if err := a.writeReports(run.report, reports, f, checked); err != nil {
		return err
	}
	switch {
	case err != nil:
		return err
	case run.report.Failed():
		return &exitError{code: exitFindings}
	}
	return nil
}

// checkResult is what a check found.
type checkResult struct {
	report *finding.Report
	conf   *site.Config // nil when it cannot be read
	pages  int
	files  []string // that were looked at
}

// runCheck builds the site and judges what all sources find. A configuration
// with errors gives a report of them beside the error that ends the program.
func (a *app) runCheck(ctx context.Context, p *project, f checkFlags) (*checkResult, error) {
	s, err := site.Open(p.fs(), a.siteOptions(p, site.Options{Bare: f.config == ""}))
	if broken := (*site.ConfigError)(nil); errors.As(err, &broken) {
		conf, found, _ := site.LoadConfig(p.fs(), p.config, a.env)
		run := &checkResult{report: a.judge(p, conf, nil, found, f), conf: conf}
		if sev, ok := run.report.Worst(); !ok || sev < finding.Error {
			return run, usage(err) // the project does not count it, and yet nothing can be built
		}
		return run, &exitError{code: exitUsage}
	} else if err != nil {
		return nil, usage(err)
	}
	snap, err := s.Build(ctx)
	if err != nil {
		return nil, usage(err)
	}
	run := &checkRun{flags: f, project: p, config: s.Config(), snap: snap, now: a.buildTime()}
	if !f.built {
		if run.base, _, err = a.baseRevision(ctx, p.dir, f.target); err != nil {
			return nil, err
		}
	}
	var found []finding.Finding
	for _, src := range sources() {
		if !src.runs(f) {
			continue
		}
		more, err := src.find(ctx, run)
		if err != nil {
			return nil, failure(err)
		}
		found = append(found, more...)
	}
	files := slices.Clone(run.config.Sources)
	for _, o := range snap.Outlines() {
		files = append(files, o.Src)
	}
	return &checkResult{a.judge(p, run.config, snap, found, f), run.config, snap.Pages(), files}, nil
}

// places returns the PATHs of the command line as paths of the project.
func (f *checkFlags) places(p *project) ([]string, error) {
	var dirs []string
	for _, arg := range f.paths {
		if _, err := os.Stat(arg); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("no such file: %s", arg)
		}
		name, ok := p.rel(arg)
		if !ok {
			return nil, fmt.Errorf("%s lies outside of the project in %s", arg, p.dir)
		}
		dirs = append(dirs, name)
	}
	return dirs, nil
}

// filter returns what the PATHs and rules of the command line let through.
func (f *checkFlags) filter(dirs []string) func(finding.Judged) bool {
	ids := map[string]bool{}
	for _, pattern := range f.rules {
		for _, r := range catalog().Match(pattern) {
			ids[r.ID] = true
		}
	}
	return func(j finding.Judged) bool {
		return (len(ids) == 0 || ids[j.Rule]) &&
			(len(dirs) == 0 || slices.ContainsFunc(dirs, func(d string) bool { return below(d, j.Path) }))
	}
}

// below reports whether a slash path is dir or lies in it.
func below(dir, name string) bool {
	return dir == "." || name == dir || strings.HasPrefix(name, dir+"/")
}

// changeBaseline writes or prunes the baseline when the flags say so.
func (a *app) changeBaseline(p *project, conf *site.Config, r *finding.Report, f checkFlags) error {
	switch name := conf.Checks.Baseline; {
	case f.writeBaseline:
		text, n := r.Baseline()
		if err := p.write(name, text); err != nil {
			return failure(fmt.Errorf("write baseline: %w", err))
		}
		fmt.Fprintf(a.stderr, "%s written to %s\n", plural(n, "finding"), name)
	case f.prune && r.Stale() > 0:
		if err := p.write(name, r.Pruned()); err != nil {
			return failure(fmt.Errorf("prune baseline: %w", err))
		}
		fmt.Fprintf(a.stderr, "%s removed from %s\n", plural(r.Stale(), "stale line"), name)
	case f.prune:
		fmt.Fprintf(a.stderr, "nothing to remove from %s\n", name)
	}
	return nil
}

// write puts a file of the project in place at once: whoever reads it, or is
// killed on the way, finds the old text or the new one. It keeps the mode of a
// file that is there.
func (p *project) write(name string, text []byte) error {
	name = filepath.FromSlash(name)
	mode := fs.FileMode(0o644)
	if info, err := p.root.Lstat(name); err == nil {
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			return fmt.Errorf("%s is a symbolic link; name the file that it points to", name)
		case !info.Mode().IsRegular():
			return fmt.Errorf("%s is no regular file", name)
		case info.Mode().Perm()&0o200 == 0:
			return fmt.Errorf("%s is read-only", name)
		}
		mode = info.Mode().Perm()
	}
	if err := p.root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	temp := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".lintel-new")
	_ = p.root.Remove(temp) // of a run that was killed
	f, err := p.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = p.root.Rename(temp, name)
	}
	if err != nil {
		_ = p.root.Remove(temp)
	}
	return err
}

func (a *app) writeReports(r *finding.Report, reports []reportFile, f checkFlags, checked string) error {
	for _, to := range reports {
		var buf bytes.Buffer
		var err error
		if to.format == "text" {
			err = finding.WriteText(&buf, r, finding.TextOptions{
				Colour: to.file == "" && a.colour(), Quiet: f.quiet, Verbose: f.verbose, Checked: checked,
			})
		} else {
			formats := finding.Formats()
			i := slices.IndexFunc(formats, func(k finding.Format) bool { return k.Name == to.format })
			err = formats[i].Write(&buf, r)
		}
		if err == nil {
			err = a.writeTo(to.file, buf.Bytes())
		}
		if err != nil {
			return failure(fmt.Errorf("write report: %w", err))
		}
	}
	return nil
}

// writeTo writes a report to a file, or to standard output when there is none.
func (a *app) writeTo(file string, text []byte) error {
	if file == "" || file == "-" {
		_, err := a.stdout.Write(text)
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// explain prints what rules mean, or the list of all.
func (a *app) explain(names []string, format string) error {
	c := catalog()
	var rules []finding.Rule
	for _, name := range names {
		found := c.Match(name)
		if len(found) == 0 {
			return usage(fmt.Errorf("there is no rule %s%s", name, nearRule(c, name)))
		}
		rules = append(rules, found...)
	}
	switch {
	case format == "json":
		if len(names) == 0 {
			rules = c.All()
		}
		out := make([]explainedRule, 0, len(rules))
		for _, r := range rules {
			out = append(out, explainedRule{r.ID, r.Code, r.Severity.String(), r.Summary, r.Why, r.Fix, r.Example, r.Waivable(), ruleURL(r.ID)})
		}
		enc := json.NewEncoder(a.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(out)
	case format != "text":
		return usage(fmt.Errorf("--format %s: rules are explained as text or json", format))
	case len(names) == 0:
		w := 0
		for _, r := range c.All() {
			w = max(w, len(r.ID))
		}
		for _, r := range c.All() {
			fmt.Fprintf(a.stdout, "%-*s  %-7s  %s\n", w, r.ID, r.Severity, r.Summary)
		}
		return nil
	}
	for i, r := range rules {
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		a.explainRule(r)
	}
	return nil
}

// explainedRule is the JSON form of a rule.
type explainedRule struct {
	ID       string `json:"id"`
	Code     string `json:"code,omitempty"`
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Why      string `json:"why"`
	Fix      string `json:"fix"`
	Example  string `json:"example,omitempty"`
	Waivable bool   `json:"waivable"`
	URL      string `json:"url,omitempty"`
}

// nearRule ends a message about a rule that does not exist.
func nearRule(c *finding.Catalog, name string) string {
	if near := c.Nearest(name); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; lintel check --explain lists the rules"
}

func (a *app) explainRule(r finding.Rule) {
	w := &doctorWriter{w: a.stdout, colour: a.colour()}
	head := w.paint("1", r.ID)
	if r.Code != "" {
		head += " (" + r.Code + ")"
	}
	fmt.Fprintf(a.stdout, "%s, %s unless set otherwise\n\n", head, r.Severity)
	part := func(title, text string) {
		if text == "" {
			return
		}
		if title != "" {
			fmt.Fprintf(a.stdout, "\n%s\n", w.paint("1", title))
		}
		for _, l := range wrap(text, 76) {
			fmt.Fprintln(a.stdout, "  "+l)
		}
	}
	part("", r.Summary)
	part("Why", r.Why)
	part("How to mend it", r.Fix)
	if r.Example != "" {
		fmt.Fprintf(a.stdout, "\n%s\n", w.paint("1", "What breaks it"))
		for l := range strings.Lines(strings.TrimRight(r.Example, "\n")) {
			fmt.Fprintln(a.stdout, "    "+strings.TrimRight(l, "\n"))
		}
	}
	if r.Waivable() {
		fmt.Fprintf(a.stdout, "\n%s\n    <!-- lintel:allow %s the reason, and if need be: until 2027-03-31 -->\n", w.paint("1", "How to waive it"), r.ID)
	}
	fmt.Fprintf(a.stdout, "\n%s\n    checks:\n      severity:\n        %s: off\n", w.paint("1", "How to set it in lintel.yml"), r.ID)
	if u := ruleURL(r.ID); u != "" {
		fmt.Fprintf(a.stdout, "\n%s\n", u)
	}
}

// wrap breaks a text into lines of at most width letters.
func wrap(text string, width int) []string {
	var lines []string
	line, n := "", 0
	for word := range strings.FieldsSeq(text) {
		w := len([]rune(word))
		if n > 0 && n+1+w > width {
			lines = append(lines, line)
			line, n = "", 0
		}
		if n > 0 {
			line, n = line+" ", n+1
		}
		line, n = line+word, n+w
	}
	return append(lines, line)
}
