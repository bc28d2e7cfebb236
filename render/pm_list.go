package render

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// listRules is how lists are told apart and nested. Python-Markdown has one
// set, and extensions replace parts of it.
type listRules struct {
	indent    int // columns of one level of items in a block
	step      int // and of blocks behind a list
	defIndent int // and of blocks behind a definition

	// sane makes an item of the other type no item of the list: ol and ul
	// never mix, neither in one block nor across blocks.
	sane bool
	// keepStart writes the number with which an ordered list begins.
	keepStart bool
	// apart makes every block of bullets a list of its own.
	apart bool
	fancy *fancyRules

	// Priorities of the block processors.
	indentAt, orderedAt, bulletsAt float64
}

// compileLists applies the extensions in the order of the settings, since the
// last one that replaces a processor has it.
func compileLists(m *Markdown) listRules {
	r := listRules{indent: 4, step: 4, defIndent: 4, indentAt: 90, orderedAt: 40, bulletsAt: 30}
	items := func(n listRules) {
		r.sane, r.keepStart, r.apart, r.fancy = n.sane, n.keepStart, n.apart, n.fancy
		r.indent, r.orderedAt, r.bulletsAt = n.indent, n.orderedAt, n.bulletsAt
	}
	definitions := false
	for _, name := range m.inOrder("def_list", "sane_lists", "mdx_truly_sane_lists", "pymdownx.fancylists") {
		cfg := m.ext[name]
		switch name {
		case "def_list":
			definitions, r.defIndent = true, 4
		case "sane_lists":
			items(listRules{indent: 4, sane: true, keepStart: true, orderedAt: 40, bulletsAt: 30})
		case "mdx_truly_sane_lists":
			n := max(optInt(cfg, "nested_indent", 2), 1)
			items(listRules{indent: n, sane: true, apart: optBool(cfg, "truly_sane", true), orderedAt: 50, bulletsAt: 40})
			r.step, r.indentAt = n, 95
			if definitions {
				r.defIndent = n
			}
		case "pymdownx.fancylists":
			items(listRules{indent: 4, fancy: compileFancy(cfg), orderedAt: 40, bulletsAt: 30})
		}
	}
	return r
}

// itemKind tells by which marker a line is an item.
type itemKind uint8

const (
	noItem itemKind = iota
	bulletItem
	numberItem
)

// parseItem reads the marker of a list item. It returns the number as written,
// and the text behind the marker.
func parseItem(s string, maxIndent int) (kind itemKind, number, text string) {
	n := indentOf(s)
	if n > maxIndent || n == len(s) {
		return noItem, "", ""
	}
	s = s[n:]
	switch c := s[0]; {
	case c == '*' || c == '+' || c == '-':
		kind, n = bulletItem, 1
	case c >= '0' && c <= '9' || c >= utf8.RuneSelf:
		n = 0
		for n < len(s) {
			r, size := rune(s[n]), 1
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(s[n:])
			}
			if !unicode.IsDigit(r) {
				break
			}
			n += size
		}
		if n == 0 || n == len(s) || s[n] != '.' {
			return noItem, "", ""
		}
		kind, number = numberItem, s[:n]
		n++
	default:
		return noItem, "", ""
	}
	text = strings.TrimLeft(s[n:], " ")
	if len(text) == len(s)-n {
		return noItem, "", "" // no space behind the marker
	}
	return kind, number, text
}

func isListTag(n *Node) bool { return n.Is("ul") || n.Is("ol") }

// orderedListBlock takes a block that begins with a numbered item.
func (p *pmParser) orderedListBlock(parent *Node, q *blockQueue) bool {
	return p.listBlock(parent, q, "ol", numberItem)
}

// unorderedListBlock takes a block that begins with a bullet.
func (p *pmParser) unorderedListBlock(parent *Node, q *blockQueue) bool {
	return p.listBlock(parent, q, "ul", bulletItem)
}

func (p *pmParser) listBlock(parent *Node, q *blockQueue, tag string, want itemKind) bool {
	rules := &p.cfg.block.lists
	if rules.fancy != nil {
		return p.fancyListBlock(parent, q, tag, want)
	}
	kind, number, _ := parseItem(q.next().lines[0].text, rules.indent-1)
	if kind != want {
		return false
	}
	lines := q.pop().lines

	var list *Node
	loose := false
	switch last := lastElement(parent); {
	case last != nil && (last.Tag == tag || !rules.sane && isListTag(last)) && (tag == "ol" || !rules.apart):
		list, loose = last, true
	case isListTag(parent):
		// The first item of an indented list stands in an empty item.
		list = parent
	default:
		list = p.el(tag, lines[0].n)
		if rules.keepStart && tag == "ol" && number != "1" {
			list.SetAttr("start", number)
		}
		parent.Append(list)
	}
	p.listItems(list, lines, loose, rules.indent, func(s string) (string, bool) {
		kind, _, text := parseItem(s, rules.indent-1)
		return text, kind != noItem && (!rules.sane || kind == want)
	}, isNestedItem)
	return true
}

// listItems parses the items of a block and appends them to a list; loose tells
// that the list goes on behind an empty line. item takes the marker off a line
// that is an item; nested tells lines that are items one level deeper.
func (p *pmParser) listItems(list *Node, lines []pmLine, loose bool, indent int,
	item func(s string) (text string, ok bool), nested func(s string, indent int) bool,
) {
	context := inTightList
	if loose {
		p.loosenLast(list)
		context = inLooseList
	}
	for len(lines) > 0 {
		// A run of lines from a nested item on belongs to the item before.
		inside := false
		if text, ok := item(lines[0].text); ok {
			lines[0].text = text
		} else {
			inside = hasIndent(lines[0].text, indent)
		}
		n := 1
		for ; n < len(lines); n++ {
			if _, ok := item(lines[n].text); ok || !inside && nested(lines[n].text, indent) {
				break
			}
		}
		li := lastElement(list)
		if !inside || li == nil {
			li = p.el("li", lines[0].n)
			list.Append(li)
		}
		p.enter(context)
		p.parseBlock(li, lines[:n:n])
		p.leave()
		context = inTightList
		lines = lines[n:]
	}
}

// isNestedItem reports whether a line is an item one level deeper.
func isNestedItem(s string, indent int) bool {
	n := indentOf(s)
	if n < indent || n >= 2*indent {
		return false
	}
	kind, _, _ := parseItem(s[n:], 0)
	return kind != noItem
}

// loosenLast puts the text of the last item of a list into paragraphs, because
// an empty line follows it.
func (p *pmParser) loosenLast(list *Node) {
	li := lastElement(list)
	if li == nil {
		return
	}
	p.paragraphOfText(li)
	if t := li.Last; t != nil && t.Kind == Text && t.Prev != nil && t.Text != "" {
		p.flush()
		t.Remove()
		t.Text = trimSpaceLeft(t.Text)
		para := p.el("p", t.Line)
		para.Append(t)
		li.Append(para)
	}
}

// listIndentBlock takes an indented block behind a list: it belongs to an item.
func (p *pmParser) listIndentBlock(parent *Node, q *blockQueue) bool {
	return p.indentBlock(parent, q, p.cfg.block.lists.step, false)
}

// definitionIndentBlock does the same for definitions.
func (p *pmParser) definitionIndentBlock(parent *Node, q *blockQueue) bool {
	return p.indentBlock(parent, q, p.cfg.block.lists.defIndent, true)
}

func (p *pmParser) indentBlock(parent *Node, q *blockQueue, tab int, definitions bool) bool {
	isItem := func(n *Node) bool { return n.Is("li") || definitions && n.Is("dd") }
	isList := func(n *Node) bool { return isListTag(n) || definitions && n.Is("dl") }
	if !hasIndent(q.next().lines[0].text, tab) || p.in(inDetabbed) ||
		!isItem(parent) && !isList(lastElement(parent)) {
		return false
	}
	lines := q.pop().lines

	// Step down to the list or item as deep as the indentation.
	want := indentOf(lines[0].text) / tab
	level := 0
	if p.in(inTightList) {
		level = 1 // the parent is right already
	}
	at := parent
	for want > level {
		c := lastElement(at)
		if !isList(c) && !isItem(c) {
			break
		}
		if isList(c) {
			level++
		}
		at = c
	}
	for i := range lines {
		if hasIndent(lines[i].text, tab*level) {
			lines[i].text = lines[i].text[tab*level:]
		}
	}

	p.enter(inDetabbed)
	switch last := lastElement(at); {
	case isItem(parent):
		if c := lastElement(parent); isList(c) {
			p.parseBlock(c, lines)
		} else {
			p.parseBlock(parent, lines)
		}
	case isItem(at):
		p.parseBlock(at, lines)
	case isItem(last):
		p.paragraphOfText(last)
		p.parseChunk(last, lines)
	default:
		tag := "li"
		if definitions {
			tag = "dd"
		}
		li := p.el(tag, lines[0].n)
		at.Append(li)
		p.parseBlock(li, lines)
	}
	p.leave()
	return true
}

// definitionBlock takes terms and the definition behind a colon.
func (p *pmParser) definitionBlock(parent *Node, q *blockQueue) bool {
	i := q.next().find(lineDefinition, isDefinition)
	if i < 0 {
		return false
	}
	last := lastElement(parent)
	terms := q.next().lines[:i:i]
	if allBlank(terms) {
		terms = nil
		if last == nil {
			return false // a paragraph that begins with a colon
		}
	}
	b := q.pop()
	context := inTightList
	above := terms == nil && last.Is("p") // the paragraph before holds the terms
	if above {
		context = inLooseList
		if t := leadText(last); t != nil {
			p.flush()
			terms = splitLines(t.Text, t.Line)
		}
		last.Remove()
		last = lastElement(parent)
	}

	_, text := cutDefinition(b.lines[i].text)
	body := b.lines[i:]
	body[0].text = text
	if tab := p.cfg.block.lists.defIndent; len(body) > 1 && !isUnindented(body[1:], tab) {
		n := 1 + len(detab(body[1:], tab))
		q.pushRest(&b, i+n)
		body = body[:n:n]
		if len(body) == 2 && body[1].text == "" {
			body = body[:1]
		}
	}

	list := last
	if list.Is("dl") {
		if dd := lastElement(list); terms == nil && dd.Is("dd") && lastElement(dd) != nil {
			context = inLooseList
		}
	} else {
		list = p.el("dl", b.lines[0].n)
		parent.Append(list)
	}
	for _, t := range terms {
		if !above {
			if t.text = trimSpace(t.text); t.text == "" {
				continue
			}
		}
		p.textElement(list, "dt", t.text, t.n)
	}
	dd := p.el("dd", body[0].n)
	list.Append(dd)
	p.enter(context)
	p.parseBlock(dd, body)
	p.leave()
	return true
}

func isDefinition(lines []pmLine) bool {
	ok, _ := cutDefinition(lines[0].text)
	return ok
}

// cutDefinition takes the colon and up to three spaces off a definition.
func cutDefinition(s string) (bool, string) {
	n := indentOf(s)
	if n > 3 || n+1 >= len(s) || s[n] != ':' || s[n+1] != ' ' {
		return false, ""
	}
	s = s[n+2:]
	for range 2 {
		s = strings.TrimPrefix(s, " ")
	}
	return true, s
}

// isUnindented reports whether text begins so far left that the lines of a
// definition are not indented at all. Spaces alone count as text.
func isUnindented(lines []pmLine, tab int) bool {
	s := lines[0].text
	n := indentOf(s)
	if n == len(s) {
		return n < tab && len(lines) > 1
	}
	return n < tab && s[n] != ':'
}
