package render

import "strings"

// mihState is what is done with the content of an element of md_in_html.
type mihState uint8

const (
	mihOff mihState = iota
	mihBlock
	mihSpan
)

func (s mihState) String() string { return [...]string{"off", "block", "span"}[s] }

// mihElement is an element that md_in_html reads, before its text is parsed.
type mihElement struct {
	node     *Node
	state    mihState
	text     lineSink // before the first child
	tail     lineSink // behind the element
	children []*mihElement
	done     bool
}

// state returns what is to be done with the content of an element.
func (h *htmlReader) state(rules htmlRules, attrs []Attr) mihState {
	md := "0"
	for _, a := range attrs {
		if a.Key == "markdown" {
			md = a.Val
		}
	}
	if md == "markdown" {
		md = "1"
	}
	if n := len(h.tree); n > 0 {
		// An element can only be stricter than the one around it.
		switch outer := h.tree[n-1].state; {
		case outer == mihOff, outer == mihSpan && md != "0":
			md = outer.String()
		}
	}
	if rules != htmlBlock && rules != htmlSpan {
		return mihOff
	}
	switch md {
	case "1":
		if rules == htmlBlock {
			return mihBlock
		}
		return mihSpan
	case "block":
		return mihBlock
	case "span":
		return mihSpan
	}
	return mihOff
}

func (h *htmlReader) openElement(tag string, attrs []Attr, state mihState) {
	if h.treeTags.has("p") {
		h.handleEnd("p")
	}
	e := &mihElement{state: state}
	e.node = h.p.el(tag, h.sourceLine(), deleteAttr(attrs, "markdown")...)
	e.text.h, e.tail.h = h, h
	if n := len(h.tree); n > 0 {
		h.tree[n-1].children = append(h.tree[n-1].children, e)
	}
	h.tree = append(h.tree, e)
	h.treeTags.push(tag)
	h.sink = &e.text
}

// closeElement closes an element and what has been opened in it.
func (h *htmlReader) closeElement(tag string) {
	var e *mihElement
	for {
		n := len(h.tree) - 1
		e = h.tree[n]
		h.tree = h.tree[:n]
		h.sink = &e.tail
		if h.treeTags.pop() == tag {
			break
		}
	}
	if len(h.tree) > 0 {
		return
	}
	h.separate()
	p := h.p
	if p.mih == nil {
		p.mih = map[*Node]*mihElement{}
	}
	p.mih[e.node] = e
	p.mihOrder = append(p.mihOrder, e)
	h.emit(p.mark(e.node), -1)
	h.emit("\n\n", -1)
	text, _ := h.endTagText(tag)
	if here := h.here(); len(here) < len(text) || !startsBlankLine(here[len(text):]) {
		h.inTail = true
	}
}

// markdownInHTMLBlock takes the mark of an element that md_in_html has read.
func (p *pmParser) markdownInHTMLBlock(parent *Node, q *blockQueue) bool {
	lines := q.next().lines
	if len(lines) == 0 || lines[0].text == "" || lines[0].text[0] != stx {
		return false
	}
	n, _ := p.unmark(lines[0].text)
	e := p.mih[n]
	if e == nil || e.done {
		return false
	}
	q.pop()
	p.elementContent(e)
	parent.Append(n)
	return true
}

// elementContent parses the text of an element and of those in it. The order is
// Python-Markdown's: it decides how tabs are numbered and which definition wins.
func (p *pmParser) elementContent(e *mihElement) {
	e.done = true
	if e.state != mihBlock {
		p.leafText(e.node, &e.text, e.state)
		for _, c := range e.children {
			p.elementContent(c)
			e.node.Append(c.node)
			p.leafText(e.node, &c.tail, e.state)
		}
		return
	}
	for _, c := range e.children {
		p.elementContent(c)
		e.node.Append(c.node)
	}
	for _, c := range e.children {
		p.blocksBefore(e.node, c.node.Next, &c.tail)
	}
	p.blocksBefore(e.node, e.node.First, &e.text)
}

// blocksBefore parses text as blocks and puts them before a child of parent.
func (p *pmParser) blocksBefore(parent, at *Node, sink *lineSink) {
	lines := trimEmptyEnd(sink.finish())
	if len(lines) == 0 {
		return
	}
	aside := p.el("div", 0)
	p.parseChunk(aside, lines)
	for c := aside.First; c != nil; {
		next := c.Next
		c.Remove()
		parent.InsertBefore(c, at)
		c = next
	}
}

// leafText appends text that is not parsed as blocks.
func (p *pmParser) leafText(parent *Node, sink *lineSink, state mihState) {
	lines := sink.finish()
	text := joinText(lines)
	if text == "" {
		return
	}
	if state == mihSpan {
		parent.Append(p.text(text, lines[0].n))
		return
	}
	line := lines[0].n
	for {
		i := strings.IndexByte(text, stx)
		if i < 0 {
			break
		}
		n, size := p.unmark(text[i:])
		if n == nil || n.Parent != nil {
			break
		}
		if i > 0 {
			parent.Append(p.atomic(text[:i], line))
		}
		parent.Append(n)
		text = text[i+size:]
	}
	if text != "" {
		parent.Append(p.atomic(text, line))
	}
}

// leftElements completes the elements that do not stand where a block begins.
// Their text stays as it is, and so does the attribute.
func (p *pmParser) leftElements() {
	for _, e := range p.mihOrder {
		if !e.done {
			p.leftElement(e)
		}
	}
}

func (p *pmParser) leftElement(e *mihElement) {
	e.done = true
	e.node.SetAttr("markdown", e.state.String())
	p.leafText(e.node, &e.text, mihOff)
	for _, c := range e.children {
		p.leftElement(c)
		e.node.Append(c.node)
		p.leafText(e.node, &c.tail, mihOff)
	}
}
