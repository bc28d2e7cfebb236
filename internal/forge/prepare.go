package forge

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
)

// Source is what Prepare reads of the merge request.
type Source struct {
	// Read returns the text of a file at the head; an error leaves the findings
	// of that file without edits.
	Read func(path string) ([]byte, error)
	// Diff is what the merge request changes, with the lines that are shown.
	Diff []git.FileDiff
	// Cause returns the file that made a finding, or "".
	Cause func(f finding.Finding) string
	// EditURL returns the address of a document in the server's editor, or "".
	EditURL func(path string, line int) string
}

// Prepare makes items of open findings: it works out which lines their edits
// replace, where they can be said, and whether a suggestion would do exactly
// what the edit does.
func Prepare(found []finding.Judged, src Source) []Item {
	diffs := map[string]*git.FileDiff{}
	for i := range src.Diff {
		diffs[src.Diff[i].Path] = &src.Diff[i]
		if old := src.Diff[i].Old; diffs[old] == nil {
			diffs[old] = &src.Diff[i]
		}
	}
	var out []Item
	byPath := map[string][]int{}
	for _, j := range found {
		if j.State != finding.Open {
			continue
		}
		if !j.Edit.IsZero() && j.Edit.Path == "" {
			j.Edit.Path = j.Path
		}
		it := Item{Finding: j.Finding, Fingerprint: j.Fingerprint}
		if src.EditURL != nil {
			it.EditURL = src.EditURL(it.Path, it.Line)
		}
		byPath[it.Path] = append(byPath[it.Path], len(out))
		out = append(out, it)
	}
	for path, items := range byPath {
		p := &preparer{src: src, diffs: diffs, items: out}
		p.document(path, items)
	}
	slices.SortStableFunc(out, func(a, b Item) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), finding.Compare(a.Finding, b.Finding))
	})
	return out
}

type preparer struct {
	src   Source
	diffs map[string]*git.FileDiff
	items []Item
}

// patch returns the lines that the edits of a finding that needs several take
// out and put in, "" of others and where one of them does not fit.
func (p *preparer) patch(f *finding.Finding) string {
	if len(f.Rest) == 0 || len(f.Rest) > maxPatch {
		return ""
	}
	edits := map[string][]finding.Edit{}
	for _, e := range f.Edits() {
		edits[e.Path] = append(edits[e.Path], e)
	}
	var out strings.Builder
	for _, path := range slices.Sorted(maps.Keys(edits)) {
		text, err := p.src.Read(path)
		if err != nil || !utf8.Valid(text) {
			return ""
		}
		lines := finding.Changes(text, edits[path])
		if lines == nil {
			return ""
		}
		if len(edits) > 1 || path != f.Path {
			out.WriteString("--- " + finding.Visible(path) + "\n")
		}
		for _, l := range lines {
			out.WriteString(l + "\n")
		}
	}
	return out.String()
}

// span is the lines [from, to) of a document that edits replace together.
type span struct {
	from, to int
	edits    []finding.Edit
	items    []int
}

func (p *preparer) document(path string, items []int) {
	text, err := p.src.Read(path)
	readable := err == nil && utf8.Valid(text)
	var spans []*span
	if readable {
		spans = p.spans(text, path, items)
	}
	for _, s := range spans {
		p.propose(text, path, s)
	}
	for _, i := range items {
		p.items[i].Patch = p.patch(&p.items[i].Finding)
	}
	// Where it can be said: on the document's line, else on one of its cause.
	for _, i := range items {
		it := &p.items[i]
		if it.Place != (Place{}) {
			continue
		}
		if it.Line > 0 {
			it.Place = placeOf(p.diffs[path], path, it.Line)
		}
		if it.Place == (Place{}) && p.src.Cause != nil {
			it.Place = causeOf(p.diffs[p.src.Cause(it.Finding)])
		}
	}
}

// spans groups the edits of a document by the lines that they replace.
func (p *preparer) spans(text []byte, path string, items []int) []*span {
	var edits []finding.Edit
	of := map[finding.Edit][]int{}
	for _, i := range items {
		e := p.items[i].Edit
		if e.IsZero() || e.Path != path || len(p.items[i].Rest) > 0 { // a suggestion would be a part of the work
			continue
		}
		of[e] = append(of[e], i)
		if len(of[e]) == 1 {
			edits = append(edits, e)
		}
	}
	ok, _ := finding.Applicable(text, edits)
	var out []*span
	for _, e := range ok {
		start := e.Start
		if start > len(text) || !strings.HasPrefix(string(text[start:]), e.Old) {
			if start = strings.Index(string(text), e.Old); start < 0 {
				continue
			}
		}
		from := strings.Count(string(text[:start]), "\n")
		to := from + strings.Count(strings.TrimSuffix(e.Old, "\n"), "\n") + 1
		if n := len(out); n > 0 && from < out[n-1].to {
			s := out[n-1]
			s.to = max(s.to, to)
			s.edits, s.items = append(s.edits, e), append(s.items, of[e]...)
			continue
		}
		out = append(out, &span{from, to, []finding.Edit{e}, of[e]})
	}
	return out
}

// propose gives the items of a span the lines before and after their edits.
func (p *preparer) propose(text []byte, path string, s *span) {
	after, err := finding.Apply(text, s.edits)
	if err != nil {
		return
	}
	lines := strings.SplitAfter(string(text), "\n")
	if s.to > len(lines) {
		return
	}
	before := strings.Join(lines[:s.from], "")
	old := strings.Join(lines[s.from:s.to], "")
	rest := strings.Join(lines[s.to:], "")
	if !strings.HasPrefix(string(after), before) || !strings.HasSuffix(string(after), rest) || len(after) < len(before)+len(rest) {
		return
	}
	repl := string(after[len(before) : len(after)-len(rest)])
	whole := strings.HasSuffix(old, "\n") && strings.HasSuffix(repl, "\n")
	place := placeOf(p.diffs[path], path, s.from+1)
	suggest := whole && place != (Place{}) && s.to-s.from <= 101 && len(repl) < maxSuggest &&
		!strings.Contains(old, "\r") && harmless(repl)
	for _, i := range s.items {
		it := &p.items[i]
		it.Old, it.New = strings.TrimSuffix(old, "\n"), strings.TrimSuffix(repl, "\n")
		it.Suggest, it.Place = suggest, place
	}
}

// placeOf returns the place of a line of the new side, when the difference
// shows it.
func placeOf(d *git.FileDiff, path string, line int) Place {
	if d == nil || d.Path != path {
		return Place{}
	}
	i, ok := slices.BinarySearchFunc(newLines(d), line, func(l git.Line, n int) int { return cmp.Compare(l.New, n) })
	if !ok {
		return Place{}
	}
	l := newLines(d)[i]
	return Place{d.Old, d.Path, l.Old, l.New}
}

// newLines returns the lines of the new side, in order.
func newLines(d *git.FileDiff) []git.Line {
	out := make([]git.Line, 0, len(d.Lines))
	for _, l := range d.Lines {
		if l.New > 0 {
			out = append(out, l)
		}
	}
	return out
}

// causeOf returns the first line of a file that was changed.
func causeOf(d *git.FileDiff) Place {
	if d == nil {
		return Place{}
	}
	for _, l := range d.Lines {
		if l.Old == 0 || l.New == 0 {
			return Place{d.Old, d.Path, l.Old, l.New}
		}
	}
	return Place{}
}
