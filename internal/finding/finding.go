// Package finding is the vocabulary of everything that Lintel checks.
//
// A Finding says what is wrong, where, why it matters and what to do. Whoever
// checks (configuration, links, Markdown, decision records, views, drift)
// returns findings as values; only the outermost layer prints them. A finding
// is kept with the cached result that it belongs to and replayed with it.
//
// Between the checks and the reader stands Judge. It gives every finding the
// severity that the project wants, a fingerprint that survives edits elsewhere,
// and a State: findings that a waiver in the text, an entry of lintel.yml or
// the baseline answers for stay in the Report, marked with the reason, and do
// not count.
//
//	report := finding.Judge(found, finding.Project{Policy: policy, Catalog: catalog, Read: read})
//	finding.WriteText(w, report, finding.TextOptions{})
//	failed := report.Worst() >= failOn
//
// A Report is written as text for people, or as JSON, Code Quality, SARIF and
// JUnit for machines. Apply makes the edits that findings propose, and Patch
// prints them as a diff that git applies.
package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity orders findings. The zero value is Info.
type Severity uint8

// The severities, mildest first. Only an Error can block a merge request;
// MkDocs' strict mode fails on Warning and above.
const (
	Info Severity = iota
	Warning
	Error
	// Never is no severity of a finding: it is the threshold that nothing
	// reaches, and in a Policy what turns a rule off.
	Never
)

// String returns "info", "warning", "error" or, for Never, "off".
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Error:
		return "error"
	case Never:
		return "off"
	default:
		return "info"
	}
}

// ParseSeverity reads what String writes; "never" is Never too.
func ParseSeverity(s string) (sev Severity, ok bool) {
	switch s {
	case "info":
		return Info, true
	case "warning":
		return Warning, true
	case "error":
		return Error, true
	case "off", "never":
		return Never, true
	}
	return 0, false
}

// Position is a place in a file. Path is a slash path relative to the root of
// the project. Line and Column count from 1; 0 means that it is not known.
type Position struct {
	Path   string
	Line   int
	Column int
}

// String returns path:line:column, leaving out what is not known.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.Path
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.Path, p.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", p.Path, p.Line, p.Column)
	}
}

// Finding is one thing that an author can mend.
type Finding struct {
	// Rule is the stable id of the rule, such as "link/not-found".
	Rule     string
	Severity Severity
	Position
	// Message says what is wrong in one line, lower case, no full stop.
	Message string
	// Hint says what to do about it, or is empty.
	Hint string
	// Reason is the evidence, a clause that may follow "because", or is empty.
	Reason string
	// Subject names what the finding is about, such as the id of an element or
	// a record; with rule and path it tells findings apart when lines move.
	Subject string
	// Edit mends it; the zero Edit means that no edit is known.
	Edit Edit
	// Rest are further edits without which Edit is half of the work: other lines
	// of the same document, or other documents. They are Safe when Edit is.
	Rest []Edit
	// Draft is a file that somebody may begin with, or nil.
	Draft *Draft
}

// Equal reports whether two findings say the same and propose the same.
func (f Finding) Equal(o Finding) bool {
	return f.Rule == o.Rule && f.Severity == o.Severity && f.Position == o.Position && f.Message == o.Message && f.Hint == o.Hint &&
		f.Reason == o.Reason && f.Subject == o.Subject && f.Edit == o.Edit && f.Draft == o.Draft && slices.Equal(f.Rest, o.Rest) && f.Draft.equal(o.Draft)
}

// Edits returns all edits that mend the finding: none, Edit, or Edit and Rest.
// Those without a path get that of the finding.
func (f *Finding) Edits() []Edit {
	if f.Edit.IsZero() {
		return nil
	}
	out := append([]Edit{f.Edit}, f.Rest...)
	for i := range out {
		out[i].Path = cmp.Or(out[i].Path, f.Path)
	}
	return out
}

// Draft is a file that would answer a finding once a person has finished it,
// with the changes of other files that belong to it. It is no Edit: nothing
// makes it unasked.
type Draft struct {
	Path string // slash path below the project's root, of a file that is not there
	Text string
	// Edits are made together with it.
	Edits []Edit
}

func (d *Draft) equal(o *Draft) bool {
	if d == nil || o == nil {
		return d == o
	}
	return d.Path == o.Path && d.Text == o.Text && slices.Equal(d.Edits, o.Edits)
}

// Edit replaces Old, which stands at the bytes [Start, Start+len(Old)) of the
// file at Path, by New. An edit with an empty Old inserts. Whoever applies it
// looks for Old at Start first and refuses when the file has changed there.
type Edit struct {
	Path     string // slash path below the project's root; Judge fills in that of the finding
	Start    int    // byte offset
	Old, New string
	// Safe is set when the edit cannot change what a reader understands beyond
	// what the finding says; only such edits are applied unasked.
	Safe bool
	// Entry tells that New is an entry of a list, a row or a line, beside which
	// another one may be inserted at the same place.
	Entry bool
}

// IsZero reports whether there is no edit.
func (e Edit) IsZero() bool { return e == Edit{} }

// Rule describes a kind of finding for those who meet it. The packages that
// check list their rules; the reference pages and lintel check --explain are
// made from them.
type Rule struct {
	// ID is stable: "adr/duplicate-id". Code is the short name under which the
	// rule is known in the reference ("A01"), or empty; rules that are two sides
	// of one may share it.
	ID, Code string
	Severity Severity // unless the project sets another
	Summary  string   // what must hold, one sentence
	Why      string   // what goes wrong otherwise
	Fix      string   // how to mend it
	Example  string   // Markdown that breaks the rule, or empty
}

// String returns the finding as one line of text: position, severity, message,
// hint in parentheses and rule.
func (f Finding) String() string {
	var b strings.Builder
	if p := f.Position.String(); p != "" {
		b.WriteString(p)
		b.WriteString(": ")
	}
	b.WriteString(f.Severity.String())
	b.WriteString(": ")
	b.WriteString(f.Message)
	if f.Hint != "" {
		b.WriteString(" (")
		b.WriteString(f.Hint)
		b.WriteString(")")
	}
	if f.Rule != "" {
		b.WriteString(" [")
		b.WriteString(f.Rule)
		b.WriteString("]")
	}
	return b.String()
}

// Compare orders findings by path, line, column, rule and message, so that
// reports are equal from run to run.
func Compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Message, b.Message),
	)
}

// Sort sorts findings in the order of Compare.
func Sort(fs []Finding) { slices.SortFunc(fs, Compare) }
