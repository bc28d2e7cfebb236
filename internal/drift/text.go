package drift

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// The parts of a document that its words stand in.
const (
	fieldBody = iota
	fieldHead // title and headings
	fieldCode // code spans and code blocks
	nParts    // how many
)

// termCount is how often a term stands in each part of a document.
type termCount struct {
	Term int32
	N    [nParts]uint16
}

// docText is what is kept of a document's text while it is worked with.
type docText struct {
	Terms     []termCount     // in the order of Term
	Files     map[string]bool // names of files that it mentions, lower case: base names and paths as written
	Length    float64         // words
	Code      float64         // of them in code
	Generated bool            // it says that a program wrote it
	Title     []string        // words of its first heading
}

func (t *docText) count(term int32) [nParts]uint16 {
	if i, ok := slices.BinarySearchFunc(t.Terms, term, func(c termCount, t int32) int { return cmp.Compare(c.Term, t) }); ok {
		return t.Terms[i].N
	}
	return [nParts]uint16{}
}

// isRule reports whether a line underlines a heading: of reStructuredText, or of
// Markdown's other form.
func isRule(line string) bool {
	line = strings.TrimRight(line, " \r")
	if len(line) < 3 || !strings.ContainsRune("=-~^*#\"'+`.:", rune(line[0])) {
		return false
	}
	return strings.Trim(line, line[:1]) == ""
}

// readText reads a document in Markdown, reStructuredText or AsciiDoc, as far as
// telling headings, code and prose apart takes.
func readText(src []byte, word func(string) int32) *docText {
	t := &docText{Files: map[string]bool{}, Generated: generated(src)}
	counts := map[int32]*[nParts]uint16{}
	add := func(field int) func(string, bool) {
		return func(s string, whole bool) {
			i := word(s)
			c := counts[i]
			if c == nil {
				c = &[nParts]uint16{}
				counts[i] = c
			}
			c[fieldBody]++
			if field != fieldBody {
				c[field]++
			}
			t.Length++
			if field == fieldCode {
				t.Code++
			}
			if whole && strings.Contains(s, ".") {
				t.Files[s] = true
			}
		}
	}
	body, head, code := add(fieldBody), add(fieldHead), add(fieldCode)
	ls := strings.Split(string(src), "\n")
	fence := ""
	for i, line := range ls {
		if len(line) > maxLine {
			continue
		}
		mentions(line, t.Files)
		trimmed := strings.TrimSpace(line)
		switch {
		case fence != "":
			if strings.HasPrefix(trimmed, fence) {
				fence = ""
				continue
			}
			terms(line, code)
		case strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~") || trimmed == "----":
			if trimmed == "----" && (i == 0 || strings.TrimSpace(ls[i-1]) != "" && !strings.HasPrefix(ls[i-1], "[")) {
				continue // it underlines the line before
			}
			fence = trimmed[:3]
		case strings.HasPrefix(line, "#") || strings.HasPrefix(line, "= ") || strings.HasPrefix(line, "==") && strings.Trim(line, "=") != "" ||
			trimmed != "" && i+1 < len(ls) && len(trimmed) < 200 && isRule(ls[i+1]):
			if t.Title == nil {
				t.Title = []string{}
				terms(line, func(s string, whole bool) {
					if !whole {
						t.Title = append(t.Title, s)
					}
				})
			}
			terms(line, head)
		case strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t"):
			terms(line, code)
		default:
			inside := false
			for {
				k := strings.IndexByte(line, '`')
				if k < 0 {
					break
				}
				if inside {
					terms(line[:k], code)
				} else {
					terms(line[:k], body)
				}
				line = strings.TrimLeft(line[k:], "`")
				inside = !inside
			}
			terms(line, body)
		}
	}
	t.Terms = make([]termCount, 0, len(counts))
	for i, n := range counts {
		t.Terms = append(t.Terms, termCount{i, *n})
	}
	slices.SortFunc(t.Terms, func(a, b termCount) int { return cmp.Compare(a.Term, b.Term) })
	return t
}

// mentions collects what looks like a path with a slash in it, in lower case and
// without the steps up: ../cmd/app/main.go counts as cmd/app/main.go.
func mentions(line string, to map[string]bool) {
	for from := 0; ; {
		k := strings.IndexByte(line[from:], '/')
		if k < 0 {
			return
		}
		k += from
		i, j := k, k+1
		for i > 0 && isMentionByte(line[i-1]) {
			i--
		}
		for j < len(line) && isMentionByte(line[j]) {
			j++
		}
		from = j
		p := strings.ToLower(strings.Trim(line[i:j], "./"))
		if strings.Contains(p, "/") && len(p) > 4 && !strings.Contains(p, "//") {
			for strings.HasPrefix(p, "../") {
				p = p[3:]
			}
			to[path.Clean(p)] = true
		}
		if j >= len(line) {
			return
		}
	}
}

func isMentionByte(c byte) bool { return isTermByte(c) || c == '-' || c == '.' || c == '/' }

// edit is the text of a change: the words of lines that one side of its files has
// and the other has not, and of what stands around them. Weights are exact in
// binary, so that sums do not depend on the order.
type edit struct {
	added, removed map[int32]float32
	names          map[int32]string  // identifiers among them, as written, lower case
	around         map[int32]float32 // in the lines that enclose changed ones: functions, types, keys
	quoted         map[int32]float32 // in strings, flags and keys of changed lines
	said           map[int32]float32 // in comments among changed lines
	whole          map[int32]float32 // in the changed files at all
}

func newEdit() edit {
	return edit{map[int32]float32{}, map[int32]float32{}, map[int32]string{}, map[int32]float32{}, map[int32]float32{}, map[int32]float32{}, map[int32]float32{}}
}

// Bounds of what is read around a change.
const (
	maxAround = 4        // enclosing lines
	maxWhole  = 48 << 10 // bytes of a file whose words count as its topic
)

// compare reads both sides of a file. Moved lines are on both sides and say
// nothing. word numbers a term; known too, if it has a number: it is nil where
// the words of changed lines are all that is asked for.
func (e *edit) compare(old, now string, weight float32, word func(string) int32, known func(string) (int32, bool)) {
	a, b := strings.Split(old, "\n"), strings.Split(now, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	n := map[string]int{}
	for _, l := range a[head : len(a)-tail] {
		n[strings.TrimSpace(l)]--
	}
	for _, l := range b[head : len(b)-tail] {
		n[strings.TrimSpace(l)]++
	}
	e.side(b[:len(b)-tail], head, n, 1, e.added, weight, word, known)
	e.side(a[:len(a)-tail], head, n, -1, e.removed, weight, word, known)
	if known == nil {
		return
	}
	text := now
	if text == "" {
		text = old
	}
	terms(text[:min(len(text), maxWhole)], func(s string, _ bool) {
		if i, ok := known(s); ok {
			e.whole[i] += weight
		}
	})
}

// side collects the words of the changed lines of one side, each line once. The
// first head lines are not changed.
func (e *edit) side(text []string, head int, n map[string]int, sign int, to map[int32]float32, weight float32, word func(string) int32, known func(string) (int32, bool)) {
	type open struct {
		indent int
		line   string
	}
	var stack []open
	done := map[string]bool{}
	around := map[string]bool{}
	if known == nil {
		text, head = text[min(head, len(text)):], 0
	}
	for i, l := range text {
		if len(l) > maxLine {
			continue
		}
		t := strings.TrimSpace(l)
		if t == "" {
			continue
		}
		indent := 0
		for indent < len(l) && (l[indent] == ' ' || l[indent] == '\t') {
			indent++
		}
		for len(stack) > 0 && stack[len(stack)-1].indent >= indent {
			stack = stack[:len(stack)-1]
		}
		if i >= head && n[t]*sign > 0 {
			for _, o := range stack[max(0, len(stack)-maxAround):] {
				around[o.line] = true
			}
			if !done[t] {
				done[t] = true
				e.line(t, to, weight, word, known != nil)
			}
		}
		if known != nil && (isTermByte(t[0]) || t[0] == '-' || t[0] == '@' || t[0] == '[' || t[0] == '"') {
			stack = append(stack, open{indent, t})
		}
	}
	for l := range around {
		terms(l, func(s string, _ bool) {
			if i, ok := known(s); ok {
				e.around[i] += weight
			}
		})
	}
}

// line collects the words of one changed line.
func (e *edit) line(t string, to map[int32]float32, weight float32, word func(string) int32, more bool) {
	terms(t, func(s string, whole bool) {
		i := word(s)
		w := weight
		if whole {
			w *= 2
			e.names[i] = s
		}
		to[i] += w
	})
	if !more {
		return
	}
	if isComment(t) {
		terms(t, func(s string, _ bool) { e.said[word(s)] += weight })
		return
	}
	put := func(s string) { terms(s, func(s string, _ bool) { e.quoted[word(s)] += weight }) }
	for rest := t; ; {
		i := strings.IndexAny(rest, "\"'`")
		if i < 0 {
			break
		}
		k := strings.IndexByte(rest[i+1:], rest[i])
		if k < 0 {
			break
		}
		put(rest[i+1 : i+1+k])
		rest = rest[i+k+2:]
	}
	if i := strings.Index(t, "--"); i >= 0 {
		put(t[i:min(len(t), i+60)])
	}
	if i := strings.IndexAny(t, ":="); i > 0 && i < 60 && !strings.ContainsAny(t[:i], " (){}") {
		put(t[:i])
	}
}

func isComment(t string) bool {
	for _, m := range []string{"//", "#", "*", "/*", "--", `"""`, "'''", "<!--", ";"} {
		if strings.HasPrefix(t, m) {
			return true
		}
	}
	return false
}
