package finding

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Why an edit cannot be made.
var (
	// ErrMoved says that the text to replace is not where the edit looks for it,
	// and nowhere else or in several places.
	ErrMoved = errors.New("the text has changed")
	// ErrOverlap says that two edits change the same text, or insert at the same
	// place.
	ErrOverlap = errors.New("two edits change the same text")
)

// Apply makes edits to the text of a file and returns the new text; src is left
// as it was. The Path of the edits is not looked at.
//
// An edit whose Old does not stand at Start is made where Old stands instead,
// when that is one place. Equal edits are made once. All edits are made or none:
// the error wraps ErrMoved or ErrOverlap and names the edit.
//
// In a file whose lines end in CRLF, Old is found with either kind of line end
// and New is written with CRLF.
func Apply(src []byte, edits []Edit) ([]byte, error) {
	placed, err := place(string(src), edits)
	if err != nil {
		return nil, err
	}
	return splice(string(src), placed), nil
}

// Applicable returns those edits that Apply can make together, in the order of
// the file, and the others with the reason why not. Of edits that overlap the
// first in the file is kept.
func Applicable(src []byte, edits []Edit) (ok []Edit, refused map[Edit]error) {
	text := string(src)
	refused = map[Edit]error{}
	type pair struct{ placed, edit Edit }
	var all []pair
	for _, e := range edits {
		p, err := placeOne(text, e)
		if err != nil {
			refused[e] = err
			continue
		}
		all = append(all, pair{p, e})
	}
	slices.SortStableFunc(all, func(a, b pair) int { return comparePlaces(a.placed, b.placed) })
	var last pair
	for i, p := range all {
		switch {
		case i > 0 && sameChange(last.placed, p.placed):
			ok = append(ok, p.edit) // done with the last
			continue
		case i > 0 && overlap(last.placed, p.placed):
			refused[p.edit] = overlapError(text, last.placed, p.placed)
			continue
		}
		ok = append(ok, p.edit)
		last = p
	}
	return ok, refused
}

// place finds the places of edits, in the order of the file. In what it
// returns Old is what stands there, byte for byte, and New has the line ends of
// the file.
func place(src string, edits []Edit) ([]Edit, error) {
	out := make([]Edit, 0, len(edits))
	for _, e := range edits {
		p, err := placeOne(src, e)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, comparePlaces)
	out = slices.CompactFunc(out, sameChange)
	for i := 1; i < len(out); i++ {
		if overlap(out[i-1], out[i]) {
			return nil, overlapError(src, out[i-1], out[i])
		}
	}
	return out, nil
}

func comparePlaces(a, b Edit) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(len(a.Old), len(b.Old)), cmp.Compare(a.New, b.New))
}

func sameChange(a, b Edit) bool { return a.Start == b.Start && a.Old == b.Old && a.New == b.New }

// overlap reports whether b, which does not begin before a, changes text of a.
func overlap(a, b Edit) bool {
	return b.Start < a.Start+len(a.Old) || b.Start == a.Start && !(a.Entry && a.Old == "" && (b.Entry || b.Old != ""))
}

func overlapError(src string, a, b Edit) error {
	return fmt.Errorf("edit line %d: %w (as another edit of line %d)", lineAt(src, b.Start), ErrOverlap, lineAt(src, a.Start))
}

func lineAt(src string, off int) int { return 1 + strings.Count(src[:off], "\n") }

func placeOne(src string, e Edit) (Edit, error) {
	crlf := usesCRLF(src)
	if crlf {
		e.New = strings.ReplaceAll(strings.ReplaceAll(e.New, "\r\n", "\n"), "\n", "\r\n")
	}
	olds := []string{e.Old}
	if crlf && strings.Contains(e.Old, "\n") && !strings.Contains(e.Old, "\r\n") {
		olds = append(olds, strings.ReplaceAll(e.Old, "\n", "\r\n"))
	}
	for _, old := range olds {
		if e.Start >= 0 && e.Start <= len(src) && strings.HasPrefix(src[e.Start:], old) {
			e.Old = old
			return e, nil
		}
	}
	if e.Old == "" {
		return e, fmt.Errorf("insert at byte %d: %w: the file has %d", e.Start, ErrMoved, len(src))
	}
	for _, old := range olds {
		i := strings.Index(src, old)
		if i < 0 {
			continue
		}
		if strings.Contains(src[i+1:], old) {
			return e, fmt.Errorf("replace %s: %w, and it stands in more than one place", shortQuote(e.Old), ErrMoved)
		}
		e.Start, e.Old = i, old
		return e, nil
	}
	return e, fmt.Errorf("replace %s: %w, it is not in the file any more", shortQuote(e.Old), ErrMoved)
}

func shortQuote(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return `"` + Visible(s) + `"`
}

// usesCRLF reports whether most lines of a text end in CRLF.
func usesCRLF(s string) bool {
	crlf := strings.Count(s, "\r\n")
	return crlf > 0 && 2*crlf > strings.Count(s, "\n")
}

func splice(src string, placed []Edit) []byte {
	size := len(src)
	for _, e := range placed {
		size += len(e.New) - len(e.Old)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range placed {
		out = append(out, src[at:e.Start]...)
		out = append(out, e.New...)
		at = e.Start + len(e.Old)
	}
	return append(out, src[at:]...)
}

// Patch returns the change that edits make to the file at a slash path as a
// unified diff with three lines of context, which git apply takes. It is empty
// when they change nothing.
func Patch(path string, src []byte, edits []Edit) ([]byte, error) {
	placed, err := place(string(src), edits)
	if err != nil {
		return nil, err
	}
	hunks := hunksOf(string(src), placed, 3)
	if len(hunks) == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "diff --git %s %s\n--- %s\n+++ %s\n", quotePath("a/"+path), quotePath("b/"+path), patchName("a/"+path), patchName("b/"+path))
	for _, h := range hunks {
		fmt.Fprintf(&b, "@@ -%s +%s @@\n", span(h.oldLine, h.oldCount), span(h.newLine, h.newCount))
		for _, l := range h.lines {
			b.WriteByte(l.mark)
			b.WriteString(l.text)
			if !strings.HasSuffix(l.text, "\n") {
				b.WriteString("\n\\ No newline at end of file\n")
			}
		}
	}
	return b.Bytes(), nil
}

// Changes returns the lines that edits take out of and put into a file, each
// with a - or + before it; nil when they cannot be made together.
func Changes(src []byte, edits []Edit) []string {
	placed, err := place(string(src), edits)
	if err != nil {
		return nil
	}
	var out []string
	for _, h := range hunksOf(string(src), placed, 0) {
		for _, l := range h.lines {
			out = append(out, string(l.mark)+strings.TrimRight(l.text, "\r\n"))
		}
	}
	return out
}

// PatchNew returns a unified diff that adds a file, which git apply takes.
func PatchNew(path, text string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "diff --git %s %s\nnew file mode 100644\n", quotePath("a/"+path), quotePath("b/"+path))
	lines := splitLines(text)
	if len(lines) == 0 {
		return b.Bytes()
	}
	fmt.Fprintf(&b, "--- /dev/null\n+++ %s\n@@ -0,0 +%s @@\n", patchName("b/"+path), span(1, len(lines)))
	for _, l := range lines {
		b.WriteByte('+')
		b.WriteString(l)
		if !strings.HasSuffix(l, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
	return b.Bytes()
}

func span(line, count int) string {
	if count == 0 {
		line-- // where nothing is, the line before is named
	}
	if count == 1 {
		return fmt.Sprint(line)
	}
	return fmt.Sprintf("%d,%d", line, count)
}

// quotePath writes a path as git does: in quotation marks with octal escapes
// when it holds anything that is not plain.
func quotePath(p string) string {
	plain := true
	for i := range len(p) {
		if c := p[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			plain = false
		}
	}
	if plain {
		return p
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(p) {
		switch c := p[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < 0x20 || c >= 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// patchName is a path behind --- or +++: a tab ends one that holds a space.
func patchName(p string) string {
	q := quotePath(p)
	if strings.Contains(p, " ") {
		q += "\t"
	}
	return q
}

// hunk is one @@ block: lines with their marks ' ', '-' and '+', and with their
// line ends.
type hunk struct {
	oldLine, newLine   int // first, from 1
	oldCount, newCount int
	lines              []hunkLine
}

type hunkLine struct {
	mark byte
	text string
}

// hunksOf returns what placed edits change, line by line, with context.
func hunksOf(src string, placed []Edit, context int) []hunk {
	old := splitLines(src)
	starts := make([]int, len(old)+1) // byte of each line
	for i, l := range old {
		starts[i+1] = starts[i] + len(l)
	}
	// lineOf returns the line that a text put at off would be part of.
	lineOf := func(off int) int {
		i, exact := slices.BinarySearch(starts, off)
		if !exact || i == len(old) && i > 0 && !strings.HasSuffix(src, "\n") {
			i--
		}
		return i
	}
	type change struct {
		from, to int // lines [from, to) of old
		lines    []string
	}
	var changes []change
	for i := 0; i < len(placed); {
		// Whole lines are replaced, from the one in which an edit begins to the
		// one in which it ends; edits that share lines are one change.
		from := lineOf(placed[i].Start)
		to, j := from, i
		for ; j < len(placed) && (j == i || lineOf(placed[j].Start) < to); j++ {
			to = max(to, min(len(old), lineOf(placed[j].Start+len(placed[j].Old))+1))
		}
		text := string(splice(src[starts[from]:starts[to]], shift(placed[i:j], -starts[from])))
		lines := splitLines(text)
		// What begins or ends as before is context.
		for from < to && len(lines) > 0 && old[from] == lines[0] {
			from, lines = from+1, lines[1:]
		}
		for from < to && len(lines) > 0 && old[to-1] == lines[len(lines)-1] {
			to, lines = to-1, lines[:len(lines)-1]
		}
		if from < to || len(lines) > 0 {
			changes = append(changes, change{from, to, lines})
		}
		i = j
	}
	var hunks []hunk
	grown := 0 // lines that earlier changes added
	for i := 0; i < len(changes); {
		j := i + 1
		for j < len(changes) && changes[j].from-changes[j-1].to <= 2*context {
			j++
		}
		from, to := max(0, changes[i].from-context), min(len(old), changes[j-1].to+context)
		h := hunk{oldLine: from + 1, newLine: from + 1 + grown, oldCount: to - from}
		at := from
		for _, c := range changes[i:j] {
			for ; at < c.from; at++ {
				h.lines = append(h.lines, hunkLine{' ', old[at]})
			}
			for ; at < c.to; at++ {
				h.lines = append(h.lines, hunkLine{'-', old[at]})
			}
			for _, l := range c.lines {
				h.lines = append(h.lines, hunkLine{'+', l})
			}
			grown += len(c.lines) - (c.to - c.from)
		}
		for ; at < to; at++ {
			h.lines = append(h.lines, hunkLine{' ', old[at]})
		}
		for _, l := range h.lines {
			if l.mark != '-' {
				h.newCount++
			}
		}
		hunks = append(hunks, h)
		i = j
	}
	return hunks
}

func shift(edits []Edit, by int) []Edit {
	out := slices.Clone(edits)
	for i := range out {
		out[i].Start += by
	}
	return out
}

// splitLines splits a text behind its line ends.
func splitLines(s string) []string {
	lines := strings.SplitAfter(s, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
