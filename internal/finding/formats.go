package finding

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Format is a form of report for machines.
type Format struct {
	Name  string
	Write func(io.Writer, *Report) error
}

// Formats returns the forms of report for machines, by name: json, which says
// everything; codequality, GitLab's report; sarif 2.1.0; junit.
func Formats() []Format {
	return []Format{
		{"codequality", WriteCodeQuality},
		{"json", WriteJSON},
		{"junit", WriteJUnit},
		{"sarif", WriteSARIF},
	}
}

// encode writes JSON in which characters that act on a terminal or turn the
// direction of text stand as escapes: a reader of the raw file sees them, and a
// parser gets them as they are.
func encode(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	text := b.String()
	var out strings.Builder
	out.Grow(len(text))
	last := 0
	for i, r := range text {
		if r < 0x7f || !isHostile(r) {
			continue
		}
		out.WriteString(text[last:i])
		if hi, lo := utf16.EncodeRune(r); r > 0xffff {
			fmt.Fprintf(&out, `\u%04x\u%04x`, hi, lo)
		} else {
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		last = i + utf8.RuneLen(r)
	}
	out.WriteString(text[last:])
	_, err := io.WriteString(w, out.String())
	return err
}

// Version of the JSON form: raised when a field changes its meaning.
const jsonVersion = 1

type jsonReport struct {
	// Rank is what Report.Rank holds, for whoever asked for it.
	Rank     any           `json:"rank,omitempty"`
	Version  int           `json:"version"`
	Lintel   string        `json:"lintel,omitempty"`
	Summary  jsonSummary   `json:"summary"`
	Findings []jsonFinding `json:"findings"`
	// Statements are there where two revisions are compared.
	Statements []jsonStatement `json:"docs_impact,omitempty"`
}

type jsonStatement struct {
	Reason string `json:"reason"`
	From   string `json:"from"`
	Count  int    `json:"findings"`
}

type jsonSummary struct {
	Errors   int    `json:"errors"`
	Warnings int    `json:"warnings"`
	Infos    int    `json:"infos"`
	Waived   int    `json:"waived"`
	Ignored  int    `json:"ignored"`
	Baseline int    `json:"baseline"`
	Off      int    `json:"off"`
	FailOn   string `json:"fail_on"`
	Failed   bool   `json:"failed"`
}

type jsonPlace struct {
	Path   string `json:"path,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

type jsonFinding struct {
	Rule     string `json:"rule"`
	Code     string `json:"code,omitempty"`
	Severity string `json:"severity"`
	jsonPlace
	Message     string     `json:"message"`
	Reason      string     `json:"reason,omitempty"`
	Hint        string     `json:"hint,omitempty"`
	Subject     string     `json:"subject,omitempty"`
	Fingerprint string     `json:"fingerprint"`
	State       string     `json:"state"`
	StateReason string     `json:"state_reason,omitempty"`
	StateAt     *jsonPlace `json:"state_at,omitempty"`
	StateNew    bool       `json:"state_new,omitempty"`
	Edit        *jsonEdit  `json:"edit,omitempty"`
	Rest        []jsonEdit `json:"further_edits,omitempty"`
	Draft       *jsonDraft `json:"draft,omitempty"`
	URL         string     `json:"url,omitempty"`
}

type jsonDraft struct {
	Path  string     `json:"path"`
	Text  string     `json:"text"`
	Edits []jsonEdit `json:"edits"`
}

type jsonEdit struct {
	Path  string `json:"path"`
	Start int    `json:"start"`
	Old   string `json:"old"`
	New   string `json:"new"`
	Safe  bool   `json:"safe"`
}

// WriteJSON writes everything that is known, also of findings that do not
// count; schema/check.schema.json describes it.
func WriteJSON(w io.Writer, r *Report) error {
	c := r.Count()
	failOn := r.FailOn.String()
	if r.FailOn == Never {
		failOn = "never"
	}
	out := jsonReport{
		Version: jsonVersion, Lintel: r.Version, Findings: []jsonFinding{},
		Summary: jsonSummary{c.Errors, c.Warnings, c.Infos, c.Waived, c.Ignored, c.Baselined, c.Off, failOn, r.Failed()},
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		rule, _ := r.Catalog.Find(f.Rule)
		j := jsonFinding{
			Rule: f.Rule, Code: rule.Code, Severity: f.Severity.String(), jsonPlace: jsonPlace(f.Position),
			Message: f.Message, Reason: f.Reason, Hint: f.Hint, Subject: f.Subject,
			Fingerprint: f.Fingerprint, State: f.State.String(), StateReason: f.Why, URL: r.ruleURL(f.Rule),
		}
		j.StateNew = f.Fresh
		if f.By != (Position{}) {
			at := jsonPlace(f.By)
			j.StateAt = &at
		}
		if e := f.Edit; e.Path != "" {
			j.Edit = &jsonEdit{e.Path, e.Start, e.Old, e.New, e.Safe}
		}
		for _, e := range f.Rest {
			j.Rest = append(j.Rest, jsonEdit{e.Path, e.Start, e.Old, e.New, e.Safe})
		}
		if d := f.Draft; d != nil {
			j.Draft = &jsonDraft{d.Path, d.Text, []jsonEdit{}}
			for _, e := range d.Edits {
				j.Draft.Edits = append(j.Draft.Edits, jsonEdit{e.Path, e.Start, e.Old, e.New, e.Safe})
			}
		}
		out.Findings = append(out.Findings, j)
	}
	out.Rank = r.Rank
	for _, s := range r.Statements {
		out.Statements = append(out.Statements, jsonStatement(s))
	}
	return encode(w, out)
}

func (r *Report) ruleURL(rule string) string {
	if r.RuleURL == nil {
		return ""
	}
	return r.RuleURL(rule)
}

// place returns the path of a finding for formats that need one.
func (r *Report) path(f *Judged) string {
	switch {
	case f.Path != "":
		return f.Path
	case r.Fallback != "":
		return r.Fallback
	default:
		return "."
	}
}

type codeQuality struct {
	Description string              `json:"description"`
	CheckName   string              `json:"check_name"`
	Fingerprint string              `json:"fingerprint"`
	Severity    string              `json:"severity"`
	Location    codeQualityLocation `json:"location"`
}

type codeQualityLocation struct {
	Path  string `json:"path"`
	Lines struct {
		Begin int `json:"begin"`
	} `json:"lines"`
}

// WriteCodeQuality writes the open findings as GitLab's Code Quality report: an
// array, without a byte order mark, with paths relative to the repository.
// Errors are major, warnings minor: blocker and critical are left to those who
// judge code.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
func WriteCodeQuality(w io.Writer, r *Report) error {
	out := []codeQuality{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.State != Open {
			continue
		}
		q := codeQuality{
			Description: sentence(f), CheckName: f.Rule, Fingerprint: f.Fingerprint,
			Severity: [...]string{"info", "minor", "major", "info"}[min(f.Severity, Never)],
		}
		q.Location.Path = r.path(f)
		q.Location.Lines.Begin = max(1, f.Position.Line)
		out = append(out, q)
	}
	return encode(w, out)
}

// sentence is a finding in one line: message, reason and hint.
func sentence(f *Judged) string {
	s := f.Message
	if f.Reason != "" {
		s += ", because " + f.Reason
	}
	if f.Hint != "" {
		s += " (" + f.Hint + ")"
	}
	return Visible(s)
}

// uriOf returns a slash path as a relative URI reference.
func uriOf(path string) string {
	u := (&url.URL{Path: path}).EscapedPath()
	if first, _, _ := strings.Cut(u, "/"); strings.Contains(first, ":") {
		u = "./" + u // else it would be a scheme
	}
	return u
}

func level(s Severity) string {
	return [...]string{"note", "warning", "error", "none"}[min(s, Never)]
}

type object = map[string]any

// WriteSARIF writes a log of SARIF 2.1.0 with all findings; those that do not
// count are suppressed, and edits are fixes.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
func WriteSARIF(w io.Writer, r *Report) error {
	index := map[string]int{}
	rules := []object{}
	results := []object{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if _, ok := index[f.Rule]; !ok {
			index[f.Rule] = len(rules)
			rules = append(rules, r.sarifRule(f.Rule))
		}
		results = append(results, r.sarifResult(f, index[f.Rule]))
	}
	driver := object{"name": "Lintel", "informationUri": "https://github.com/lintel-docs/lintel", "rules": rules}
	if r.Version != "" {
		driver["version"] = r.Version
	}
	return encode(w, object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs": []object{{
			"tool": object{"driver": driver}, "results": results, "columnKind": "unicodeCodePoints",
		}},
	})
}

func (r *Report) sarifRule(id string) object {
	out := object{"id": id}
	rule, ok := r.Catalog.Find(id)
	if !ok {
		return out
	}
	out["shortDescription"] = object{"text": rule.Summary}
	if rule.Why != "" {
		out["fullDescription"] = object{"text": rule.Summary + " " + rule.Why}
	}
	if rule.Fix != "" {
		out["help"] = object{"text": rule.Fix}
	}
	if rule.Code != "" {
		out["name"] = rule.Code
	}
	out["defaultConfiguration"] = object{"level": level(rule.Severity)}
	if u := r.ruleURL(id); u != "" {
		out["helpUri"] = u
	}
	return out
}

func (r *Report) sarifResult(f *Judged, rule int) object {
	place := object{"artifactLocation": object{"uri": uriOf(r.path(f)), "uriBaseId": "%SRCROOT%"}}
	if f.Position.Line > 0 {
		region := object{"startLine": f.Position.Line}
		if f.Column > 0 {
			region["startColumn"] = f.Column
		}
		if f.Text != "" {
			region["snippet"] = object{"text": Visible(f.Text)}
		}
		place["region"] = region
	}
	out := object{
		"ruleId": f.Rule, "ruleIndex": rule, "level": level(f.Severity), "message": object{"text": sentence(f)},
		"locations":           []object{{"physicalLocation": place}},
		"partialFingerprints": object{fingerprintVersion: f.Fingerprint},
	}
	if f.State != Open {
		kind := "external"
		if f.State == Waived {
			kind = "inSource"
		}
		out["suppressions"] = []object{{"kind": kind, "status": "accepted", "justification": Visible(f.State.String() + ": " + f.Why)}}
	}
	if e := f.Edit; e.Path != "" {
		what := f.Hint
		if what == "" {
			what = "mend it"
		}
		var changes []object
		replacements := map[string][]object{}
		for _, e := range f.Edits() {
			if replacements[e.Path] == nil {
				changes = append(changes, object{"artifactLocation": object{"uri": uriOf(e.Path), "uriBaseId": "%SRCROOT%"}, "replacements": e.Path})
			}
			replacements[e.Path] = append(replacements[e.Path], object{
				"deletedRegion":   object{"byteOffset": e.Start, "byteLength": len(e.Old)},
				"insertedContent": object{"text": e.New},
			})
		}
		for _, c := range changes {
			c["replacements"] = replacements[c["replacements"].(string)]
		}
		out["fixes"] = []object{{"description": object{"text": Visible(what)}, "artifactChanges": changes}}
	}
	return out
}

// maxFailure bounds how many findings of a rule JUnit shows; the rest is
// counted.
const maxFailure = 200

// WriteJUnit writes a JUnit report in which every rule is a test: a family of
// rules is a suite, a rule whose open findings reach the threshold of the run
// has failed, a rule that was not run is skipped. It shows in a merge request
// which rules hold.
func WriteJUnit(w io.Writer, r *Report) error {
	byRule := map[string][]*Judged{}
	rules := r.Catalog.All()
	for i := range r.Findings {
		f := &r.Findings[i]
		if _, known := r.Catalog.Find(f.Rule); !known && byRule[f.Rule] == nil {
			rules = append(slices.Clip(rules), Rule{ID: f.Rule})
		}
		byRule[f.Rule] = append(byRule[f.Rule], f)
	}
	var families []string
	suites := map[string][]Rule{}
	for _, rule := range rules {
		f := rule.Family()
		if suites[f] == nil {
			families = append(families, f)
		}
		suites[f] = append(suites[f], rule)
	}
	var body strings.Builder
	var tests, failures, skips int
	for _, family := range families {
		var cases strings.Builder
		failed, skipped := 0, 0
		for _, rule := range suites[family] {
			switch r.junitCase(&cases, rule, byRule[rule.ID]) {
			case junitFailed:
				failed++
			case junitSkipped:
				skipped++
			}
		}
		n := len(suites[family])
		fmt.Fprintf(&body, "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\" time=\"0\">\n%s  </testsuite>\n",
			xmlText(family), n, failed, skipped, &cases)
		tests, failures, skips = tests+n, failures+failed, skips+skipped
	}
	_, err := fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"lintel check\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\" time=\"0\">\n%s</testsuites>\n",
		tests, failures, skips, &body)
	return err
}

type junitOutcome uint8

const (
	junitPassed junitOutcome = iota
	junitFailed
	junitSkipped
)

func (r *Report) junitCase(b *strings.Builder, rule Rule, fs []*Judged) junitOutcome {
	var failing, other []*Judged
	for _, f := range fs {
		if f.State == Open && f.Severity >= r.FailOn {
			failing = append(failing, f)
		} else {
			other = append(other, f)
		}
	}
	name := rule.ID
	if rule.Summary != "" {
		name += ": " + strings.TrimSuffix(rule.Summary, ".")
	}
	fmt.Fprintf(b, "    <testcase name=\"%s\" classname=\"lintel.%s\" time=\"0\"", xmlText(name), xmlText(rule.Family()))
	if len(failing) > 0 {
		fmt.Fprintf(b, " file=\"%s\"", xmlText(r.path(failing[0])))
	}
	outcome := junitPassed
	b.WriteString(">\n")
	if len(fs) == 0 && r.Skipped != nil && r.Skipped(rule.ID) {
		b.WriteString("      <skipped message=\"not run\"/>\n")
		outcome = junitSkipped
	}
	if len(failing) > 0 {
		outcome = junitFailed
		fmt.Fprintf(b, "      <failure message=\"%s\" type=\"%s\">%s</failure>\n",
			xmlText(count(len(failing), "finding")), failing[0].Severity, xmlText(listing(failing)))
	}
	if len(other) > 0 {
		fmt.Fprintf(b, "      <system-out>%s</system-out>\n", xmlText(listing(other)))
	}
	b.WriteString("    </testcase>\n")
	return outcome
}

func listing(fs []*Judged) string {
	var b strings.Builder
	for i, f := range fs {
		if i == maxFailure {
			fmt.Fprintf(&b, "… and %d more\n", len(fs)-i)
			break
		}
		state := ""
		if f.State != Open {
			state = f.State.String() + " "
		}
		fmt.Fprintf(&b, "%s: %s%s: %s\n", Visible(f.Position.String()), state, f.Severity, sentence(f))
	}
	return b.String()
}

// xmlText returns text for an element or an attribute. Line ends stay.
func xmlText(s string) string {
	var b strings.Builder
	for i, l := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(Visible(l))
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(b.String())
}
