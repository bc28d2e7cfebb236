package render

import (
	"bytes"
	"html"
	"slices"
	"strings"
)

// finish writes the children of root as the body of the page and fills in what
// other pages may ask of it. Text of Raw nodes may hold marks, which stand for
// the nodes that unmark returns.
func (p *pmParser) finish(root *Node) {
	p.md.finish(p.doc, root, p.unmark, p.ids.entries)
}

// maxKept bounds the buffers that wait for the next page: one huge page must
// not cost its memory until the end.
const maxKept = 4 << 20

// finish turns a tree into what doc keeps of it.
func (m *Markdown) finish(doc *Doc, root *Node, unmark func(string) (*Node, int), entries []tocEntry) {
	f, _ := m.scratch.Get().(*finisher)
	if f == nil {
		f = &finisher{}
		f.onLink, f.onElement, f.onRaw = f.link, f.element, f.rawIDs
		f.plain = m.opts.Dialect != MkDocs
		f.lines = m.opts.Lines
		f.permalink = optString(m.ext["toc"], "permalink_class", "headerlink")
		f.tocTop, f.tocBottom = tocDepth(m.ext["toc"])
	}
	if m.opts.Untrusted {
		f.clean = &sanitizer{}
	}
	f.unmark, f.entries = unmark, entries
	f.run(doc, root)
	f.unmark, f.entries = nil, nil
	if cap(f.dst) <= maxKept {
		m.scratch.Put(f)
	}
}

// finisher turns a tree into a Doc. It is kept from page to page: a site's
// pages are written into the same scratch buffers, and only what a Doc keeps is
// allocated for it, in its exact size. No string of a Doc shares memory with
// the page's source.
type finisher struct {
	writer
	permalink         string // class of permalinks
	tocTop, tocBottom int

	text  []byte // every string of the Doc
	slots []slot
	links []linkSpans
	ids   []span
	heads []headingSpans

	entries []tocEntry // headings with their labels, those that are not written yet
}

// span is a piece of finisher.text.
type span struct{ from, to int32 }

type linkSpans struct {
	kind       LinkKind
	line       int32
	dest, text span
}

type headingSpans struct {
	level, line           int32
	noTOC                 bool
	id, alias, title, raw span
}

func (f *finisher) run(doc *Doc, root *Node) {
	f.dst, f.text = f.dst[:0], f.text[:0]
	f.slots, f.links, f.ids, f.heads = f.slots[:0], f.links[:0], f.ids[:0], f.heads[:0]

	var title span
	if h := nextElement(root.First); h.Is("h1") {
		title = f.headingTitle(h)
	}
	f.writer.children(root, !f.plain)
	if f.clean != nil {
		f.dst = f.clean.close(f.dst)
	}

	// The text of the page is framed by no white space; slots stand inside tags
	// and so never in what is cut off.
	body := f.dst
	if !f.plain {
		body = trimRightSpace(body, 0)
		cut := len(body) - len(trimLeftSpace(body))
		body = body[cut:]
		for i := range f.slots {
			f.slots[i].off -= int32(cut)
		}
	}
	doc.plain = f.plain
	doc.body = slices.Clone(body)
	doc.slots = slices.Clone(f.slots)

	text := string(f.text)
	cut := func(s span) string { return text[s.from:s.to] }
	doc.Title = cut(title)
	if len(f.links) > 0 {
		doc.Links = make([]Link, len(f.links))
		for i, l := range f.links {
			doc.Links[i] = Link{Kind: l.kind, Dest: cut(l.dest), Text: cut(l.text), Line: int(l.line)}
		}
	}
	if len(f.ids) > 0 {
		doc.IDs = make([]string, len(f.ids))
		for i, s := range f.ids {
			doc.IDs[i] = cut(s)
		}
	}
	if len(f.heads) > 0 {
		doc.Headings = make([]Heading, len(f.heads))
		for i, h := range f.heads {
			doc.Headings[i] = Heading{
				Level: int(h.level), ID: cut(h.id), Alias: cut(h.alias), Title: cut(h.title),
				HTML: cut(h.raw), Line: int(h.line), NoTOC: h.noTOC,
			}
		}
	}
}

// keep copies s into the strings of the Doc.
func (f *finisher) keep(s string) span {
	from := int32(len(f.text))
	f.text = append(f.text, s...)
	return span{from, int32(len(f.text))}
}

// link puts a slot where the target of a link belongs.
func (f *finisher) link(n *Node, kind LinkKind, dest string) {
	f.slots = append(f.slots, slot{off: int32(len(f.dst)), link: int32(len(f.links))})
	l := linkSpans{kind: kind, line: n.Line, dest: f.keep(dest)}
	from := int32(len(f.text))
	if kind == LinkImage {
		alt, _ := n.Attr("alt")
		f.text = f.appendPlain(f.text, alt)
	} else {
		f.text = f.appendPlainChildren(f.text, n, nil)
	}
	l.text = span{from, int32(len(f.text))}
	if l.line == 0 {
		for p := n.Parent; p != nil && l.line == 0; p = p.Parent {
			l.line = p.Line
		}
	}
	f.links = append(f.links, l)
}

// element notes ids and headings.
func (f *finisher) element(n *Node) {
	id := ""
	for i := range n.Attrs {
		switch a := &n.Attrs[i]; {
		case a.Key == "id":
			id = a.Val
			f.ids = append(f.ids, f.keep(id))
		case a.Key == "name" && n.Tag == "a":
			if other, _ := n.Attr("id"); other != a.Val {
				f.ids = append(f.ids, f.keep(a.Val))
			}
		}
	}
	level := headingLevel(n.Tag)
	if level == 0 || id == "" {
		return
	}
	h := headingSpans{level: int32(level), line: n.Line, id: f.ids[len(f.ids)-1]}
	h.id = f.keep(id)
	h.noTOC = level < f.tocTop || level > f.tocBottom
	if s := nextElement(n.First); s.Is("span") {
		if _, hidden := s.Attr("hidden"); hidden {
			alias, _ := s.Attr("id")
			h.alias = f.keep(alias)
		}
	}
	label := ""
	for i := range f.entries {
		if f.entries[i].node == n {
			label, f.entries = f.entries[i].label, f.entries[i+1:]
			break
		}
	}
	if label != "" {
		from := int32(len(f.text))
		f.text = f.appendPlain(f.text, label)
		h.title = span{from, int32(len(f.text))}
		from = h.title.to
		if f.plain {
			f.text = appendEscaped(f.text, label)
		} else {
			f.text = appendText(f.text, label)
		}
		h.raw = span{from, int32(len(f.text))}
	} else {
		h.title = f.headingTitle(n)
		h.raw = f.headingHTML(n)
	}
	f.heads = append(f.heads, h)
}

// headingLevel returns 1 to 6 for h1 to h6 and else 0.
func headingLevel(tag string) int {
	if len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6' {
		return int(tag[1] - '0')
	}
	return 0
}

// headingTitle returns the text of a heading without markup.
func (f *finisher) headingTitle(h *Node) span {
	from := len(f.text)
	f.text = f.appendPlainChildren(f.text, h, f.inTitle)
	f.text = trimRightSpace(f.text, from)
	from = len(f.text) - len(trimLeftSpace(f.text[from:]))
	return span{int32(from), int32(len(f.text))}
}

// inTitle reports whether an element of a heading is part of its title:
// permalinks and references to footnotes are not.
func (f *finisher) inTitle(n *Node) bool {
	switch n.Tag {
	case "a":
		class, _ := n.Attr("class")
		return class == "" || class != f.permalink
	case "sup":
		id, _ := n.Attr("id")
		return !strings.HasPrefix(id, "fnref")
	case "span":
		_, hidden := n.Attr("hidden")
		return !hidden
	case "svg":
		return false
	}
	return true
}

// headingHTML returns the markup of a heading as it may stand inside a link:
// without links, ids and images.
func (f *finisher) headingHTML(h *Node) span {
	from := len(f.text)
	f.text = f.appendInert(f.text, h)
	f.text = trimRightSpace(f.text, from)
	from = len(f.text) - len(trimLeftSpace(f.text[from:]))
	return span{int32(from), int32(len(f.text))}
}

func (f *finisher) appendInert(dst []byte, n *Node) []byte {
	for c := n.First; c != nil; c = c.Next {
		switch {
		case c.Kind == Raw:
			dst = f.appendInertRaw(dst, c.Text)
		case c.Kind != Element && f.plain:
			dst = appendEscaped(dst, c.Text)
		case c.Kind != Element:
			dst = appendText(dst, c.Text)
		case !f.inTitle(c):
		case c.Tag == "img":
			alt, _ := c.Attr("alt")
			if f.plain {
				dst = appendEscaped(dst, alt)
			} else {
				dst = appendText(dst, alt)
			}
		case c.Tag == "code" || c.Tag == "em" || c.Tag == "strong" || c.Tag == "del" || c.Tag == "ins" ||
			c.Tag == "mark" || c.Tag == "sub" || c.Tag == "sup" || c.Tag == "kbd":
			dst = append(dst, '<')
			dst = append(dst, c.Tag...)
			dst = append(dst, '>')
			dst = f.appendInert(dst, c)
			dst = append(dst, '<', '/')
			dst = append(dst, c.Tag...)
			dst = append(dst, '>')
		default:
			dst = f.appendInert(dst, c)
		}
	}
	return dst
}

// appendInertRaw appends the text of raw markup: tags are dropped, character
// references and what marks stand for are kept.
func (f *finisher) appendInertRaw(dst []byte, s string) []byte {
	for s != "" {
		i := strings.IndexAny(s, "<\x02")
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		s = s[i:]
		size := 1
		if s[0] == stx {
			if f.unmark != nil {
				if n, l := f.unmark(s); n != nil && n.Kind == Element {
					dst, size = f.appendInert(dst, n), l
				}
			}
		} else if j := strings.IndexByte(s, '>'); j >= 0 {
			size = j + 1
		} else {
			dst = append(dst, "&lt;"...)
		}
		s = s[size:]
	}
	return dst
}

// appendPlainChildren appends the text inside n without markup, unescaped.
// include may exclude elements.
func (f *finisher) appendPlainChildren(dst []byte, n *Node, include func(*Node) bool) []byte {
	for c := n.First; c != nil; c = c.Next {
		switch {
		case c.Kind == Raw:
			from := len(dst)
			dst = f.appendInertRaw(dst, c.Text)
			if bytes.IndexByte(dst[from:], '&') >= 0 {
				dst = append(dst[:from], html.UnescapeString(string(dst[from:]))...)
			}
		case c.Kind != Element:
			dst = f.appendPlain(dst, c.Text)
		case include != nil && !include(c):
		case c.Tag == "img":
			alt, _ := c.Attr("alt")
			dst = f.appendPlain(dst, alt)
		default:
			dst = f.appendPlainChildren(dst, c, include)
		}
	}
	return dst
}

func (f *finisher) appendPlain(dst []byte, s string) []byte {
	if !f.plain && strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	return append(dst, s...)
}

// rawIDs notes the values of id and name attributes in raw markup.
func (f *finisher) rawIDs(s string) {
	for {
		i := strings.IndexByte(s, '=')
		if i < 0 {
			return
		}
		name := strings.TrimRight(s[:i], " \t\n\r")
		s = strings.TrimLeft(s[i+1:], " \t\n\r")
		if !isIDName(name) {
			continue
		}
		if s == "" {
			return
		}
		var end int
		switch q := s[0]; q {
		case '"', '\'':
			s = s[1:]
			end = strings.IndexByte(s, q)
		default:
			end = strings.IndexAny(s, " \t\n\r>")
		}
		if end < 0 {
			return
		}
		id := s[:end]
		if strings.HasPrefix(id, "__codelineno-") || strings.HasPrefix(id, "__span-") {
			continue
		}
		if strings.IndexByte(id, '&') >= 0 {
			id = html.UnescapeString(id)
		}
		if n := len(f.ids); n > 0 && string(f.text[f.ids[n-1].from:f.ids[n-1].to]) == id {
			continue
		}
		f.ids = append(f.ids, f.keep(id))
	}
}

// isIDName reports whether s, which stands before an equals sign, ends in an
// attribute name that a fragment can point to.
func isIDName(s string) bool {
	n := len(s)
	switch {
	case n > 2 && strings.EqualFold(s[n-2:], "id"):
		n -= 2
	case n > 4 && strings.EqualFold(s[n-4:], "name"):
		n -= 4
	default:
		return false
	}
	switch s[n-1] {
	case ' ', '\t', '\n', '\r', '"', '\'', '/':
		return true
	}
	return false
}

func trimLeftSpace(b []byte) []byte {
	for i := range b {
		switch c := b[i]; {
		case c == ' ' || c >= '\t' && c <= '\r' || c >= 0x1c && c <= 0x1f:
		default:
			return b[i:]
		}
	}
	return b[len(b):]
}

// tocDepth returns the levels of headings that a table of contents lists.
func tocDepth(cfg map[string]any) (top, bottom int) {
	if s := optString(cfg, "toc_depth", ""); s != "" {
		from, to, ok := strings.Cut(s, "-")
		if !ok {
			from, to = "1", s
		}
		return atoi(from, 1), atoi(to, 6)
	}
	return 1, optInt(cfg, "toc_depth", 6)
}

func atoi(s string, def int) int {
	s = strings.TrimSpace(s)
	n := 0
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) || n > 1000 {
			return def
		}
		n = n*10 + int(s[i]-'0')
	}
	if s == "" {
		return def
	}
	return n
}
