package render

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// admonitionBlock takes !!! class "title" on any line, and indented blocks
// behind such a box.
func (p *pmParser) admonitionBlock(parent *Node, q *blockQueue) bool {
	return p.boxBlock(parent, q, boxRules{
		kind: lineAdmonition, marker: "!!!", open: openAdmonition,
		is: func(n *Node) bool {
			class, _ := n.Attr("class")
			return strings.Contains(class, "admonition")
		},
	})
}

func openAdmonition(p *pmParser, parent *Node, s string, line int32) *Node {
	h, _ := parseBoxHead(s, "!!!")
	class := strings.ToLower(squeeze(h.class))
	box := p.el("div", line, Attr{"class", "admonition " + class})
	parent.Append(box)
	title := h.title
	if !h.titled {
		class, _, _ = strings.Cut(class, " ")
		title = capitalize(class)
	}
	if title != "" {
		p.textElement(box, "p", title, line).SetAttr("class", "admonition-title")
	}
	return box
}

// detailsBlock takes ??? class "title" likewise.
func (p *pmParser) detailsBlock(parent *Node, q *blockQueue) bool {
	return p.boxBlock(parent, q, boxRules{
		kind: lineDetails, marker: "???", open: openDetails,
		is: func(n *Node) bool { return n.Is("details") },
	})
}

func openDetails(p *pmParser, parent *Node, s string, line int32) *Node {
	h, _ := parseBoxHead(s, "???")
	class := strings.ToLower(squeeze(h.class))
	box := p.el("details", line)
	if class != "" {
		box.SetAttr("class", class)
	}
	if h.open {
		box.SetAttr("open", "open")
	}
	parent.Append(box)
	title := h.title
	if !h.titled {
		first, _, _ := strings.Cut(class, " ")
		title = capitalize(first)
	}
	p.textElement(box, "summary", title, line)
	return box
}

// boxRules tells the kinds of boxes apart that have a line to open them and
// indented content.
type boxRules struct {
	kind   lineKind
	marker string
	is     func(n *Node) bool                                             // whether n is such a box
	open   func(p *pmParser, parent *Node, head string, line int32) *Node // makes one
}

func (p *pmParser) boxBlock(parent *Node, q *blockQueue, rules boxRules) bool {
	b := q.next()
	i := b.find(rules.kind, func(lines []pmLine) bool {
		_, ok := parseBoxHead(lines[0].text, rules.marker)
		return ok
	})
	if i >= 0 {
		taken := q.pop()
		if i > 1 || i == 1 && taken.lines[0].text != "" {
			p.parseBlock(parent, taken.lines[:i:i])
		}
		box := rules.open(p, parent, taken.lines[i].text, taken.lines[i].n)
		p.boxContent(box, q, taken.from(i+1), p.cfg.tabLength)
		return true
	}
	box := lastElement(parent)
	if box == nil || !rules.is(box) {
		return false
	}
	box, indent := p.insideBox(box, lastElement(box), b.lines[0].text, nil)
	if box == nil {
		return false
	}
	if box.Is("li") || box.Is("dd") {
		p.paragraphAtEnd(box)
	}
	p.boxContent(box, q, q.pop(), indent)
	return true
}

// boxContent parses the lines that are indented as the content of a box and
// puts the others back.
func (p *pmParser) boxContent(box *Node, q *blockQueue, b block, indent int) {
	lines := detab(b.lines, indent)
	if len(lines) > 0 {
		p.parseChunk(box, lines)
	}
	q.pushRest(&b, len(lines))
}

// insideBox returns the element that an indented block behind a box belongs
// to, and how far it must be indented: the box itself, or an item of the list
// that the box ends with. last is the last element of its content; enter, if
// not nil, may replace it by what it ends with.
func (p *pmParser) insideBox(box, last *Node, s string, enter func(*Node) *Node) (*Node, int) {
	tab := p.cfg.tabLength
	depth := 0
	for last != nil && hasIndent(s, 2*tab) {
		if enter != nil {
			last = enter(last)
		}
		if !isListTag(last) && !last.Is("dl") {
			break
		}
		box = lastElement(last)
		if box == nil {
			return nil, 0
		}
		last = lastElement(box)
		s = s[tab:]
		depth += tab
	}
	if !hasIndent(s, tab) {
		return nil, 0
	}
	return box, depth + tab
}

// boxHead is the line that opens a box.
type boxHead struct {
	open   bool // ???+
	class  string
	title  string
	titled bool
}

// parseBoxHead reads a marker, classes and a title in quotes. An admonition
// needs a class; the other kind needs a class or a title.
func parseBoxHead(s, marker string) (h boxHead, ok bool) {
	if !strings.HasPrefix(s, marker) {
		return h, false
	}
	s = strings.TrimRight(s[len(marker):], " ")
	details := marker == "???"
	if details && strings.HasPrefix(s, "+") {
		h.open = true
		s = s[1:]
	}
	if details && strings.HasPrefix(strings.TrimLeft(s, " "), `"`) && strings.HasPrefix(s, " ") {
		h.title, h.titled = cutQuoted(s)
		return h, h.titled
	}
	s = strings.TrimPrefix(s, " ")
	n := 0
	for {
		word := wordLen(s[n:])
		if word == 0 {
			return h, false
		}
		n += word
		gap := indentOf(s[n:])
		if gap == 0 || n+gap < len(s) && s[n+gap] == '"' {
			break
		}
		n += gap
	}
	h.class, s = s[:n], s[n:]
	if s == "" {
		return h, true
	}
	h.title, h.titled = cutQuoted(s)
	return h, h.titled
}

// cutQuoted returns what stands in quotes after spaces, up to the end of s.
func cutQuoted(s string) (string, bool) {
	t := strings.TrimLeft(s, " ")
	if len(t) == len(s) || len(t) < 2 || t[0] != '"' || t[len(t)-1] != '"' {
		return "", false
	}
	return t[1 : len(t)-1], true
}

// wordLen returns the length of the word characters and hyphens s begins with.
func wordLen(s string) int {
	for i, r := range s {
		if r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return i
		}
	}
	return len(s)
}

// squeeze makes one space of each run of spaces.
func squeeze(s string) string {
	for strings.Contains(s, "  ") {
		s = strings.ReplaceAll(s, "  ", " ")
	}
	return s
}

// capitalize makes the first character upper case; the rest is lower already.
func capitalize(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToTitle(r)) + s[n:]
}
