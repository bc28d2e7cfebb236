package finding

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"
)

// State says whether a finding counts, and if not, what answers for it.
type State uint8

// The states. Only open findings count.
const (
	Open      State = iota
	Waived          // by a comment in the file
	Ignored         // by an entry of checks: ignore: in lintel.yml
	Baselined       // it was there when the baseline was written
	Off             // its rule is off in lintel.yml
)

// String returns "open", "waived", "ignored", "baseline" or "off".
func (s State) String() string {
	return [...]string{"open", "waived", "ignored", "baseline", "off"}[min(s, Off)]
}

// Judged is a finding with what the project says of it.
type Judged struct {
	Finding
	// Fingerprint names the finding from run to run; no two in a report are
	// equal.
	Fingerprint string
	State       State
	// Why is the reason of a state other than Open, By where it is given.
	Why string
	By  Position
	// Fresh is set where the change that is looked at brought the answer itself.
	Fresh bool
	// Text is the text of the line that the finding stands on, or empty.
	Text string
}

// Statement is what a change says of itself: that no document needs an edit.
type Statement struct {
	Reason string // one without a reason answers for nothing
	From   string // where it was said, in words
	Count  int    // findings that it answers for
}

// Answer lets the first statement that gives a reason answer for the open
// findings up to a severity, and keeps all of them in the report.
func (r *Report) Answer(said []Statement, most Severity) {
	r.Statements = slices.Clone(said)
	i := slices.IndexFunc(r.Statements, func(s Statement) bool { return s.Reason != "" })
	if i < 0 {
		return
	}
	s := &r.Statements[i]
	for k := range r.Findings {
		if j := &r.Findings[k]; j.State == Open && j.Severity <= most {
			j.State, j.Why, j.Fresh = Waived, s.Reason, true
			s.Count++
		}
	}
}

// Policy is what a project wants of its checks: checks: in lintel.yml.
type Policy struct {
	Severities []Setting
	Ignore     []Ignore
	// FailOn is the severity from which on findings fail a check; nil is up to
	// the command.
	FailOn *Severity
	// Baseline is the path of the baseline, or empty; BaselineAt is where it was
	// set, the zero Position when it is the default.
	Baseline   string
	BaselineAt Position
}

// Setting gives rules a severity. The setting that names a rule most closely
// wins: an id or a code over a pattern, of patterns the longer.
type Setting struct {
	Rules    string // id, code or pattern with stars
	Severity Severity
	Position
}

// Ignore takes the findings of rules out of the count below some paths.
type Ignore struct {
	Rules  []string // ids, codes or patterns with stars
	Paths  []string // patterns: ** is any path, * any part of a name; a folder stands for all in it
	Reason string
	Until  string // last day, as 2027-03-31; empty: for ever
	Position
}

// Project is what Judge has to know beside the findings. The zero value leaves
// everything open.
type Project struct {
	Policy  Policy
	Catalog *Catalog
	// Read returns the text of a file of the project; nil knows none.
	Read func(path string) ([]byte, error)
	// Documents are files whose waivers have to be of use, beside those that
	// have findings.
	Documents []string
	// Skipped reports whether a rule was not run: its waivers and its entries of
	// the baseline are then neither used nor unused. Nil means that all ran.
	Skipped func(rule string) bool
	// Today decides what has expired; the zero time expires nothing.
	Today time.Time
}

// Report is the outcome of a check.
type Report struct {
	// Rank is written to the JSON form as it is: documents by how likely they
	// need a change. Nil leaves it out.
	Rank any
	// Statements are what the change that is looked at says of itself.
	Statements []Statement

	// Findings are sorted as by Sort. Findings about waivers, the baseline and
	// the policy itself are among them.
	Findings []Judged
	// Catalog describes the rules, Skipped tells which were not run; nil: all
	// were.
	Catalog *Catalog
	Skipped func(rule string) bool
	// Version of Lintel, and the address of a rule's page, for those formats
	// that name them. Either may be empty or nil.
	Version string
	RuleURL func(rule string) string
	// Fallback is the path for findings that have none, in formats that need
	// one.
	Fallback string
	// FailOn is the threshold of the run.
	FailOn Severity
	// Read returns the text of a file for the edits of its findings.
	Read func(path string) ([]byte, error)

	stale    map[string]bool // fingerprints in the baseline that nothing matches
	baseline []BaselineEntry
}

// Worst returns the worst severity of the open findings; ok is false when there
// are none.
func (r *Report) Worst() (sev Severity, ok bool) {
	for i := range r.Findings {
		if f := &r.Findings[i]; f.State == Open {
			sev, ok = max(sev, f.Severity), true
		}
	}
	return sev, ok
}

// Failed reports whether an open finding reaches the threshold.
func (r *Report) Failed() bool {
	sev, ok := r.Worst()
	return ok && sev >= r.FailOn
}

// Counts are how many findings a report has.
type Counts struct {
	Errors, Warnings, Infos, Waived, Ignored, Baselined, Off int
}

// Count counts the findings: the open ones by severity, the others by state.
func (r *Report) Count() Counts {
	var c Counts
	for i := range r.Findings {
		switch f := &r.Findings[i]; {
		case f.State == Waived:
			c.Waived++
		case f.State == Ignored:
			c.Ignored++
		case f.State == Baselined:
			c.Baselined++
		case f.State == Off:
			c.Off++
		case f.Severity == Error:
			c.Errors++
		case f.Severity == Warning:
			c.Warnings++
		default:
			c.Infos++
		}
	}
	return c
}

// Only keeps the findings that keep accepts.
func (r *Report) Only(keep func(Judged) bool) {
	r.Findings = slices.DeleteFunc(r.Findings, func(j Judged) bool { return !keep(j) })
}

// judge is the state of one Judge.
type judge struct {
	Project
	report *Report
	files  map[string]*source
	counts map[string]int // of equal findings, by fields of the fingerprint
}

// source is a file that findings stand in.
type source struct {
	text    string
	lines   []int // where each begins
	waivers []waiver
}

// Judge gives findings their severity, state and fingerprint. Nothing is
// dropped: what does not count says why. The policy's own mistakes (waivers
// without a reason, stale entries of the baseline) come as findings too.
func Judge(findings []Finding, p Project) *Report {
	if p.Read == nil {
		p.Read = func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	}
	if p.Skipped == nil {
		p.Skipped = func(string) bool { return false }
	}
	if !p.Today.IsZero() {
		// Days are compared, whatever the time zone.
		y, m, d := p.Today.Date()
		p.Today = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	j := &judge{
		Project: p, files: map[string]*source{}, counts: map[string]int{},
		report: &Report{Catalog: p.Catalog, Skipped: p.Skipped, Read: p.Read},
	}
	findings = slices.Clone(findings)
	Sort(findings)
	findings = slices.CompactFunc(findings, Finding.Equal)

	// The files, and the waivers in them.
	var own []Finding
	paths := map[string]bool{}
	for _, d := range p.Documents {
		paths[d] = true
	}
	for _, f := range findings {
		if f.Path != "" {
			paths[f.Path] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		own = append(own, j.open(name)...)
	}
	unusedIgnore := j.checkPolicy(&own)
	entries, problems := j.readBaseline()
	own = append(own, problems...)

	for _, f := range findings {
		r, known := p.Catalog.Find(f.Rule)
		if !known {
			r = Rule{ID: f.Rule}
		}
		j.add(f, r, unusedIgnore)
	}
	own = append(own, j.unusedWaivers()...)
	own = append(own, j.unusedIgnores(unusedIgnore)...)
	j.match(entries)
	own = append(own, j.staleEntries(entries)...)
	// What is said of waivers and the baseline cannot be waived or baselined,
	// only turned off or down.
	Sort(own)
	for _, f := range own {
		r, _ := p.Catalog.Find(f.Rule)
		j.addOwn(f, r)
	}
	slices.SortStableFunc(j.report.Findings, func(a, b Judged) int { return Compare(a.Finding, b.Finding) })
	return j.report
}

// open reads a file and its waivers.
func (j *judge) open(name string) []Finding {
	text, err := j.Read(name)
	if err != nil {
		return nil // the finding says what is wrong with the file, if anything
	}
	s := &source{text: string(text), lines: []int{0}}
	for i := range len(s.text) {
		if s.text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	var problems []Finding
	s.waivers, problems = parseWaivers(name, text, j.Catalog, j.Today)
	j.files[name] = s
	return problems
}

// line returns the text of a line that counts from 1, without its line break.
func (s *source) line(n int) string {
	if s == nil || n < 1 || n > len(s.lines) {
		return ""
	}
	end := len(s.text)
	if n < len(s.lines) {
		end = s.lines[n] - 1
	}
	return strings.TrimPrefix(strings.TrimSuffix(s.text[s.lines[n-1]:end], "\r"), "\ufeff")
}

// maxLine bounds what is kept of a line.
const maxLine = 2000

// judged returns a finding with its fingerprint and the policy's severity.
func (j *judge) judged(f Finding, r Rule) Judged {
	out := Judged{Finding: f}
	if !f.Edit.IsZero() && f.Edit.Path == "" {
		out.Edit.Path = f.Path
	}
	out.Rest = nil
	for _, e := range f.Rest {
		e.Path = cmp.Or(e.Path, f.Path)
		out.Rest = append(out.Rest, e)
	}
	if f.Line > 0 {
		text := j.files[f.Path].line(f.Line)
		out.Text = strings.Clone(text[:min(len(text), maxLine)])
	}
	fields := fingerprint(f, out.Text)
	out.Fingerprint = digest(fields, j.counts[fields])
	j.counts[fields]++
	best := -1
	for i, s := range j.Policy.Severities {
		if names(s.Rules, r) && (best < 0 || closer(s.Rules, j.Policy.Severities[best].Rules)) {
			best = i
		}
	}
	if best >= 0 {
		s := j.Policy.Severities[best]
		if s.Severity == Never {
			out.State, out.Why, out.By = Off, s.Rules+" is off", s.Position
		} else {
			out.Severity = s.Severity
		}
	}
	return out
}

// closer reports whether pattern a names a rule more closely than b.
func closer(a, b string) bool {
	sa, sb := strings.Contains(a, "*"), strings.Contains(b, "*")
	if sa != sb {
		return !sa
	}
	return len(a) > len(b)
}

func (j *judge) add(f Finding, r Rule, unusedIgnore []bool) {
	out := j.judged(f, r)
	// A waiver is used even when the rule is off: it will be needed again.
	if s := j.files[f.Path]; s != nil {
		for i := range s.waivers {
			w := &s.waivers[i]
			if rule, ok := w.covers(f, r); ok {
				w.used[rule] = true
				if out.State != Off && (out.State != Waived || !w.file) {
					out.State, out.Why, out.By = Waived, w.reason, w.at
				}
			}
		}
	}
	for i, ig := range j.Policy.Ignore {
		if j.expired(ig) || !slices.ContainsFunc(ig.Rules, func(p string) bool { return names(p, r) }) ||
			!slices.ContainsFunc(ig.Paths, func(p string) bool { return matchPath(p, f.Path) }) {
			continue
		}
		unusedIgnore[i] = false
		if out.State == Open {
			out.State, out.Why, out.By = Ignored, ig.Reason, ig.Position
		}
	}
	j.report.Findings = append(j.report.Findings, out)
}

func (j *judge) addOwn(f Finding, r Rule) {
	out := j.judged(f, r)
	j.report.Findings = append(j.report.Findings, out)
}

func (j *judge) expired(ig Ignore) bool {
	return ig.Until != "" && !j.Today.IsZero() && ig.Until < j.Today.Format(time.DateOnly)
}

// checkPolicy reports patterns that name no rule. It returns, for each entry of
// ignore, whether it may turn out to be unused.
func (j *judge) checkPolicy(own *[]Finding) []bool {
	check := func(pattern string, at Position) bool {
		if j.Catalog == nil || len(j.Catalog.Match(pattern)) > 0 {
			return true
		}
		hint := "lintel check --explain lists the rules"
		if near := j.Catalog.Nearest(pattern); near != "" {
			hint = "did you mean " + near + "?"
		}
		*own = append(*own, Finding{
			Rule: "checks/unknown-rule", Severity: Warning, Position: at, Subject: pattern,
			Message: pattern + " is no rule; the setting has no effect", Hint: hint,
		})
		return false
	}
	for _, s := range j.Policy.Severities {
		check(s.Rules, s.Position)
	}
	unused := make([]bool, len(j.Policy.Ignore))
	for i, ig := range j.Policy.Ignore {
		if j.expired(ig) {
			*own = append(*own, Finding{
				Rule: "checks/expired-ignore", Severity: Warning, Position: ig.Position, Subject: strings.Join(ig.Rules, ","),
				Message: "the entry of checks: ignore: ended on " + ig.Until, Hint: "mend what it was for, or give it a later day and say why",
			})
			continue
		}
		unused[i] = true
		for _, p := range ig.Rules {
			if !check(p, ig.Position) {
				unused[i] = false
			}
		}
	}
	return unused
}

func (j *judge) unusedIgnores(unused []bool) []Finding {
	var out []Finding
	for i, ig := range j.Policy.Ignore {
		if !unused[i] || j.anySkipped(ig.Rules) {
			continue
		}
		out = append(out, Finding{
			Rule: "checks/unused-ignore", Severity: Warning, Position: ig.Position, Subject: strings.Join(ig.Rules, ","),
			Message: "the entry of checks: ignore: matches nothing", Hint: "remove it",
			Reason: fmt.Sprintf("nothing of %s was found in %s", strings.Join(ig.Rules, ", "), strings.Join(ig.Paths, ", ")),
		})
	}
	return out
}

// anySkipped reports whether a rule that one of the patterns names was not run.
func (j *judge) anySkipped(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return slices.ContainsFunc(j.Catalog.Match(p), func(r Rule) bool { return j.Skipped(r.ID) })
	})
}

func (j *judge) unusedWaivers() []Finding {
	var out []Finding
	for _, name := range slices.Sorted(maps.Keys(j.files)) {
		s := j.files[name]
		for i := range s.waivers {
			w := &s.waivers[i]
			var idle []string
			for k, p := range w.rules {
				if !w.used[k] && !j.anySkipped([]string{p}) {
					idle = append(idle, p)
				}
			}
			if len(idle) == 0 {
				continue
			}
			f := Finding{
				Rule: "waiver/unused", Severity: Warning, Position: w.at, Subject: strings.Join(idle, ","),
				Message: "the waiver of " + strings.Join(idle, ", ") + " waives nothing", Hint: "remove it",
			}
			if len(idle) == len(w.rules) {
				f.Edit = w.removal(s.text)
			} else {
				f.Hint = "take " + strings.Join(idle, ", ") + " out of it"
			}
			if w.from == 0 && !w.file {
				f.Reason = "nothing stands behind it"
			}
			out = append(out, f)
		}
	}
	return out
}

// matchPath reports whether a slash path is named by a pattern, in which **
// stands for any path and * for any part of a name, or lies in a folder that
// is.
func matchPath(pattern, name string) bool {
	pattern = strings.TrimSuffix(pattern, "/")
	return matchSegments(strings.Split(pattern, "/"), strings.Split(name, "/"))
}

func matchSegments(pattern, name []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			if len(pattern) == 1 {
				return true
			}
			for i := range name {
				if matchSegments(pattern[1:], name[i:]) {
					return true
				}
			}
			return false
		}
		if len(name) == 0 || !matchStars(pattern[0], name[0]) {
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
	return true // all that lies in the folder
}

// unreadable says why a file cannot be read, without its path.
func unreadable(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

// byRule orders the entries of a baseline.
func byRule(a, b BaselineEntry) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Fingerprint, b.Fingerprint))
}
