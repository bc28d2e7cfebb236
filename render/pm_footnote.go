package render

import (
	"slices"
	"strconv"
	"strings"
)

// footnoteRules is the options of footnotes.
type footnoteRules struct {
	placeMarker, backlinkText, superscript, title, separator string
	idPrefix                                                 string // before the id of each footnote
	byReference                                              bool   // numbered as they are referred to
}

func compileFootnotes(m *Markdown) footnoteRules {
	cfg := m.ext["footnotes"]
	r := footnoteRules{
		placeMarker:  optString(cfg, "PLACE_MARKER", "///Footnotes Go Here///"),
		backlinkText: optString(cfg, "BACKLINK_TEXT", "&#8617;"),
		superscript:  optString(cfg, "SUPERSCRIPT_TEXT", "{}"),
		title:        optString(cfg, "BACKLINK_TITLE", "Jump back to footnote %d in the text"),
		separator:    optString(cfg, "SEPARATOR", ":"),
		byReference:  !optBool(cfg, "USE_DEFINITION_ORDER", true),
	}
	if optBool(cfg, "UNIQUE_IDS", false) {
		r.idPrefix = "2-" // the counter of a parser that has read one page
	}
	return r
}

// footnoteBlock takes definitions of footnotes out of a block. Indented blocks
// that follow belong to the last.
func (p *pmParser) footnoteBlock(_ *Node, q *blockQueue) bool {
	i := q.next().find(lineFootnote, isFootnote)
	if i < 0 {
		return false
	}
	b := q.pop()
	id, text, n := parseFootnote(b.lines[i:])
	line := b.lines[i].n
	body := []pmLine{{text, b.lines[i+n-1].n}}

	rest := b.from(i + n)
	for len(rest.lines) > 0 && rest.lines[0].text == "" {
		rest = rest.from(1)
	}
	if next := rest.find(lineFootnote, isFootnote); next >= 0 {
		body = appendLoose(body, trimEmptyEnd(rest.lines[:next]))
		q.push(rest.from(next))
	} else {
		body = trimEmpty(appendLoose(body, rest.lines))
		for {
			b := q.next()
			if b == nil || !hasIndent(b.lines[0].text, 4) {
				break
			}
			taken := q.pop()
			next := taken.find(lineFootnote, isFootnote)
			body = append(body, pmLine{"", taken.lines[0].n - 1})
			if next >= 0 {
				body = appendLoose(body, trimEmptyEnd(taken.lines[:next]))
				q.push(taken.from(next))
				break
			}
			body = appendLoose(body, taken.lines)
		}
	}
	for n := len(body) - 1; n >= 0; n-- {
		if body[n].text = trimSpaceRight(body[n].text); body[n].text != "" {
			break
		}
		body = body[:n]
	}
	p.addFootnote(id, trimEmptyStart(body), line)
	if before := trimEmptyEnd(b.lines[:i:i]); !allBlank(before) {
		q.push(block{lines: before})
	}
	return true
}

// appendLoose appends lines, with four columns off those that are indented.
func appendLoose(body, lines []pmLine) []pmLine {
	for _, l := range lines {
		if hasIndent(l.text, 4) {
			l.text = l.text[4:]
		}
		body = append(body, l)
	}
	return body
}

func isFootnote(lines []pmLine) bool {
	_, _, n := parseFootnote(lines)
	return n > 0
}

// parseFootnote reads [^id]: text and returns how many lines the id takes, or 0.
func parseFootnote(lines []pmLine) (id, text string, n int) {
	if indentOf(lines[0].text) > 3 {
		return "", "", 0
	}
	id, end, s, ok := cutLabel(lines, "[^", false)
	if !ok || !strings.HasPrefix(s, ":") {
		return "", "", 0
	}
	return id, strings.TrimLeft(s[1:], " "), end + 1
}

func (p *pmParser) addFootnote(id string, body []pmLine, line int32) {
	if i, ok := p.fnIndex[id]; ok {
		p.footnotes[i].lines, p.footnotes[i].line = body, line
		return
	}
	if p.fnIndex == nil {
		p.fnIndex = map[string]int{}
	}
	p.fnIndex[id] = len(p.footnotes)
	p.footnotes = append(p.footnotes, footnote{id: id, lines: body, line: line})
}

// footnotesDiv parses the footnotes and puts them at the end of the page, or
// where the author has set the marker.
func (p *pmParser) footnotesDiv(root *Node) {
	if len(p.footnotes) == 0 {
		return
	}
	rules := &p.cfg.block.footnotes
	div := p.el("div", 0, Attr{"class", "footnote"})
	div.Append(p.el("hr", 0))
	list := p.el("ol", 0)
	div.Append(list)
	// An item as parent would change what a list inside does.
	parent := p.el("div", 0)
	count := len(p.footnotes)
	for i := 0; i < count; i++ {
		last := i == count-1
		f := &p.footnotes[i]
		li := p.el("li", f.line, Attr{"id", p.footnoteID(f.id)})
		list.Append(li)
		p.parseChunk(parent, f.lines)
		p.flush()
		li.MoveChildren(parent)
		f = &p.footnotes[i]
		f.body = li

		back := p.el("a", f.line,
			Attr{"class", "footnote-backref"},
			Attr{"href", "#" + p.footnoteRefID(f.id)},
			Attr{"title", formatNumber(rules.title, i+1)})
		back.Append(p.raw(rules.backlinkText, f.line))
		if !last {
			count = len(p.footnotes) // what a footnote defines, the last excepted
		}
		end := lastElement(li)
		switch {
		case end == nil:
		case end.Is("p"):
			if t := leadText(end); t != nil {
				t.Text += p.mark(p.raw("&#160;", f.line))
			}
			end.Append(back)
		default:
			para := p.el("p", f.line)
			para.Append(back)
			li.Append(para)
		}
	}
	p.flush()
	at, inText := findText(root, rules.placeMarker)
	switch {
	case at == nil:
		root.Append(div)
	case inText:
		at.ReplaceWith(div)
	default:
		at.Parent.InsertBefore(div, at)
		at.Remove()
	}
}

// findText returns the first element below n whose leading text holds s, or
// the text behind an element that holds it.
func findText(n *Node, s string) (at *Node, lead bool) {
	for c := n.First; c != nil; c = c.Next {
		if c.Kind == Text || c.Kind == Atomic {
			if c.Prev != nil && strings.Contains(c.Text, s) {
				return c, false
			}
			continue
		}
		if c.Kind != Element {
			continue
		}
		if t := c.First; t != nil && t.Kind != Element && strings.Contains(t.Text, s) {
			return c, true
		}
		if at, lead = findText(c, s); at != nil {
			return at, lead
		}
	}
	return nil, false
}

func (p *pmParser) footnoteID(id string) string {
	r := &p.cfg.block.footnotes
	return "fn" + r.separator + r.idPrefix + id
}

func (p *pmParser) footnoteRefID(id string) string {
	r := &p.cfg.block.footnotes
	return "fnref" + r.separator + r.idPrefix + id
}

// footnoteRef returns the mark in the text that refers to a footnote, or nil
// when no footnote has that id. Each reference gets an id of its own.
func (p *pmParser) footnoteRef(id string, line int32) *Node {
	i, ok := p.fnIndex[id]
	if !ok {
		return nil
	}
	rules := &p.cfg.block.footnotes
	f := &p.footnotes[i]
	f.refs++
	if f.refs == 1 {
		p.fnOrder = append(p.fnOrder, i)
		f.order = len(p.fnOrder)
	}
	ref := p.footnoteRefID(id)
	if f.refs > 1 {
		ref = "fnref" + strconv.Itoa(f.refs) + strings.TrimPrefix(ref, "fnref")
	}
	number := i + 1
	if rules.byReference {
		number = f.order
	}
	sup := p.el("sup", line, Attr{"id", ref})
	a := p.el("a", line, Attr{"class", "footnote-ref"}, Attr{"href", "#" + p.footnoteID(id)})
	a.Append(p.atomic(formatNumber(rules.superscript, number), line))
	sup.Append(a)
	return sup
}

// formatNumber puts a number where a text of the options has a placeholder.
func formatNumber(s string, n int) string {
	number := strconv.Itoa(n)
	return strings.NewReplacer("%d", number, "{}", number, "{0}", number, "{{", "{", "}}", "}").Replace(s)
}

// footnoteBacklinks completes the footnotes when all references are known: one
// link back for each, and the order in which they occur if that is wanted.
func (p *pmParser) footnoteBacklinks() {
	for i := range p.footnotes {
		f := &p.footnotes[i]
		if f.refs < 2 || f.body == nil {
			continue
		}
		last := lastElement(f.body)
		back := findBacklink(f.body)
		if last == nil || back == nil {
			continue
		}
		ref := strings.TrimPrefix(p.footnoteRefID(f.id), "fnref")
		for n := 2; n <= f.refs; n++ {
			c := p.el("a", back.Line, slices.Clone(back.Attrs)...)
			c.SetAttr("href", "#fnref"+strconv.Itoa(n)+ref)
			c.Append(p.raw(p.cfg.block.footnotes.backlinkText, back.Line))
			last.Append(c)
		}
	}
	if !p.cfg.block.footnotes.byReference || len(p.footnotes) == 0 || p.footnotes[0].body == nil {
		return
	}
	list := p.footnotes[0].body.Parent
	ordered := slices.Clone(p.fnOrder)
	for i := range p.footnotes {
		if p.footnotes[i].refs == 0 {
			ordered = append(ordered, i)
		}
	}
	for number, i := range ordered {
		body := p.footnotes[i].body
		if body == nil {
			continue
		}
		if back := findBacklink(body); back != nil {
			back.SetAttr("title", formatNumber(p.cfg.block.footnotes.title, number+1))
		}
		body.Remove()
		list.Append(body)
	}
}

// findBacklink returns the link back to the text in a footnote.
func findBacklink(n *Node) *Node {
	for c := n.First; c != nil; c = c.Next {
		if class, _ := c.Attr("class"); c.Is("a") && class == "footnote-backref" {
			return c
		}
		if found := findBacklink(c); found != nil {
			return found
		}
	}
	return nil
}
