package render

import "strings"

// maxLabelLines bounds the lines that a label of a definition may span, so
// that brackets without an end cost nothing.
const maxLabelLines = 16

// cutLabel reads the label of a definition that opens on the first line with
// prefix and ends with a bracket, possibly on a later line. It returns the
// label, the index of the line on which it ends, and what follows the bracket.
// A label that nests must not hold a bracket.
func cutLabel(lines []pmLine, prefix string, nests bool) (label string, end int, rest string, ok bool) {
	s := lines[0].text
	s = s[indentOf(s):]
	if !strings.HasPrefix(s, prefix) {
		return "", 0, "", false
	}
	s = s[len(prefix):]
	for i := 0; ; i++ {
		if i > 0 {
			if i == len(lines) || i == maxLabelLines {
				return "", 0, "", false
			}
			s = lines[i].text
		}
		k := strings.IndexByte(s, ']')
		if nests {
			if open := strings.IndexByte(s, '['); open >= 0 && (k < 0 || open < k) {
				return "", 0, "", false
			}
		}
		if k < 0 {
			label += s + "\n"
			continue
		}
		return label + s[:k], i, s[k+1:], true
	}
}

// definition is a link reference definition as it stands in a block.
type definition struct {
	label, url, title string
	lines             int // how many lines it takes
}

// referenceBlock takes link reference definitions out of a block.
func (p *pmParser) referenceBlock(_ *Node, q *blockQueue) bool {
	i := q.next().find(lineReference, isReference)
	if i < 0 {
		return false
	}
	b := q.pop()
	d, _ := parseReference(b.lines[i:])
	if p.refs == nil {
		p.refs = map[string]reference{}
	}
	p.refs[strings.ToLower(trimSpace(d.label))] = reference{d.url, d.title, b.lines[i].n}
	putBackAround(q, &b, i, i+d.lines)
	return true
}

// putBackAround puts the lines of b before i and from j back as two blocks.
func putBackAround(q *blockQueue, b *block, i, j int) {
	rest := b.from(j)
	if !allBlank(rest.lines) {
		for rest.lines[0].text == "" {
			rest = rest.from(1)
		}
		q.push(rest)
	}
	if before := trimEmptyEnd(b.lines[:i:i]); !allBlank(before) {
		q.push(block{lines: before})
	}
}

func isReference(lines []pmLine) bool {
	_, ok := parseReference(lines)
	return ok
}

// parseReference reads a definition that begins on the first of the lines. Its
// address may follow on the next line and its title on the one after.
func parseReference(lines []pmLine) (d definition, ok bool) {
	if indentOf(lines[0].text) > 3 {
		return d, false
	}
	label, at, s, ok := cutLabel(lines, "[", true)
	if !ok || !strings.HasPrefix(s, ":") {
		return d, false
	}
	d.label = label
	s = strings.TrimLeft(s[1:], " ")
	if s == "" {
		at++
		if at >= len(lines) {
			return d, false
		}
		s = strings.TrimLeft(lines[at].text, " ")
	}
	n := len(s)
	for i, r := range s {
		if isSpace(r) {
			n = i
			break
		}
	}
	if n == 0 {
		return d, false
	}
	url, rest := s[:n], strings.TrimLeft(s[n:], " ")
	if rest == "" {
		if at+1 < len(lines) {
			if title, ok := parseTitle(strings.TrimLeft(lines[at+1].text, " ")); ok {
				d.title = title
				at++
			}
		}
	} else if title, ok := parseTitle(rest); ok {
		d.title = title
	} else {
		// The title may begin inside the address, without a space.
		found := false
		for k := n - 1; k > 0 && !found; k-- {
			if c := s[k]; c == '"' || c == '\'' || c == '(' {
				if title, ok := parseTitle(s[k:]); ok {
					url, d.title, found = s[:k], title, true
				}
			}
		}
		if !found {
			return d, false
		}
	}
	d.url = strings.TrimRight(strings.TrimLeft(url, "<"), ">")
	d.lines = at + 1
	return d, true
}

// parseTitle reads a title in quotes or parentheses that fills s.
func parseTitle(s string) (string, bool) {
	if len(s) < 2 {
		return "", false
	}
	end := s[0]
	switch end {
	case '"', '\'':
	case '(':
		end = ')'
	default:
		return "", false
	}
	s = strings.TrimRight(s, " ")
	if len(s) < 2 || s[len(s)-1] != end {
		return "", false
	}
	return s[1 : len(s)-1], true
}

// abbreviationBlock takes definitions of abbreviations out of a block.
func (p *pmParser) abbreviationBlock(_ *Node, q *blockQueue) bool {
	i := q.next().find(lineAbbr, isAbbreviation)
	if i < 0 {
		return false
	}
	b := q.pop()
	a, n := parseAbbreviation(b.lines[i:])
	p.abbrs = append(p.abbrs, a)
	putBackAround(q, &b, i, i+n)
	return true
}

func isAbbreviation(lines []pmLine) bool {
	_, n := parseAbbreviation(lines)
	return n > 0
}

// parseAbbreviation reads *[name]: title, whose title may stand on the next
// line. It returns how many lines that takes, or 0.
func parseAbbreviation(lines []pmLine) (abbreviation, int) {
	if !strings.HasPrefix(lines[0].text, "*[") {
		return abbreviation{}, 0
	}
	name, at, s, ok := cutLabel(lines, "*[", false)
	if !ok {
		return abbreviation{}, 0
	}
	s = strings.TrimPrefix(s, " ")
	if !strings.HasPrefix(s, ":") {
		return abbreviation{}, 0
	}
	s = trimSpace(s[1:])
	if s == "" && at+1 < len(lines) {
		at++
		s = trimSpace(lines[at].text)
	}
	return abbreviation{trimSpace(name), s}, at + 1
}
