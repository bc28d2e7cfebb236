package render

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// writer turns a tree into HTML as Python-Markdown's serialiser does: void
// elements close themselves, attributes are sorted, and new lines stand around
// block elements so that the page can be read. It writes slots instead of link
// targets when it writes a Doc.
type writer struct {
	dst []byte

	// plain is the mode of the CommonMark dialects: lines are broken as in its
	// reference, attributes keep their order, and since character references
	// are resolved by the parser every ampersand is escaped.
	plain bool
	// clean sanitises raw HTML and link targets; nil for trusted sources.
	clean *sanitizer
	// onLink is called where the value of a[href] or img[src] belongs. Nil
	// writes the value.
	onLink func(n *Node, kind LinkKind, dest string)
	// onElement is called for every element before it is written, onRaw for all
	// raw markup; nil for none.
	onElement func(n *Node)
	onRaw     func(s string)
	// unmark returns the node that a mark in raw markup stands for; nil where
	// there are no marks.
	unmark func(s string) (*Node, int)
	depth  int  // of marks in what marks stand for
	lines  bool // write data-line on block elements
}

// maxMarkDepth bounds marks within marks. Parsers nest them a few deep at most.
const maxMarkDepth = 100

// tagFlags tells what the writer has to know of an element.
type tagFlags uint8

const (
	tagBlock tagFlags = 1 << iota // Python-Markdown's block level elements
	tagVoid                       // written without an end tag
	tagCode                       // code and pre: no new lines inside
	tagBare                       // script and style: text is not escaped
)

// tagInfo returns the flags of a tag name in lower case. It is a switch and not
// a map because it is asked for every element of every page.
func tagInfo(tag string) tagFlags {
	switch tag {
	case "p", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6",
		"div", "td", "tr", "th", "table", "thead", "tbody", "tfoot",
		"blockquote", "dl", "dt", "dd", "details", "section",
		"address", "article", "aside", "fieldset", "figcaption", "figure",
		"footer", "form", "header", "hgroup", "main", "menu", "nav",
		"canvas", "colgroup", "body", "group", "iframe", "legend", "math",
		"map", "noscript", "output", "object", "option", "progress",
		"summary", "textarea", "video":
		return tagBlock
	case "hr":
		return tagBlock | tagVoid
	case "pre":
		return tagBlock | tagCode
	case "code":
		return tagCode
	case "script", "style":
		return tagBlock | tagBare
	case "br", "img", "input", "col", "area", "base", "basefont", "frame",
		"isindex", "link", "meta", "param":
		return tagVoid
	}
	return 0
}

// blockTag reports whether Python-Markdown takes tag for a block level element.
func blockTag(tag string) bool { return tagInfo(tag)&tagBlock != 0 }

// children writes what is inside n. pretty is set where new lines go around
// block elements: below block elements all the way from the root, but not in
// preformatted text.
func (w *writer) children(n *Node, pretty bool) {
	if w.plain {
		w.plainChildren(n)
		return
	}
	c := n.First
	if pretty {
		if e, blank := runEnd(c); blank && e != nil && blockTag(e.Tag) {
			w.dst = append(w.dst, '\n')
			c = e
		}
	}
	for c != nil {
		if c.Kind != Element {
			w.leaf(c)
			c = c.Next
			continue
		}
		flags := tagInfo(c.Tag)
		w.element(c, flags, pretty && flags&tagBlock != 0)
		e, blank := runEnd(c.Next)
		switch {
		case c.Tag == "br":
			w.dst = append(w.dst, '\n')
			if blank {
				c = e
				continue
			}
		case pretty && flags&tagBlock != 0 && blank:
			w.dst = append(w.dst, '\n')
			c = e
			continue
		}
		c = c.Next
	}
}

// plainChildren writes what is inside n in the layout of CommonMark's reference:
// each block element ends its line, and so does text in front of one.
func (w *writer) plainChildren(n *Node) {
	switch {
	case n.Tag == "ul" || n.Tag == "ol" || n.Tag == "blockquote":
		w.dst = append(w.dst, '\n')
	case n.Parent != nil && n.First != nil && n.First.Kind == Element && plainBlock(n.First.Tag):
		w.dst = append(w.dst, '\n')
	}
	text := false
	for c := n.First; c != nil; c = c.Next {
		if c.Kind != Element {
			w.leaf(c)
			text = c.Kind != Raw || !strings.HasSuffix(c.Text, "\n")
			continue
		}
		block := plainBlock(c.Tag)
		if block && text {
			w.dst = append(w.dst, '\n')
		}
		w.element(c, tagInfo(c.Tag), false)
		if block || c.Tag == "br" {
			w.dst = append(w.dst, '\n')
		}
		text = !block
	}
}

func plainBlock(tag string) bool { return blockTag(tag) || tag == "summary" }

// runEnd returns the first element from n on and whether all the text before
// it is white space.
func runEnd(n *Node) (e *Node, blank bool) {
	blank = true
	for ; n != nil && n.Kind != Element; n = n.Next {
		if n.Kind == Raw || blank && !isBlank(n.Text) {
			return nextElement(n), false
		}
	}
	return n, blank
}

func nextElement(n *Node) *Node {
	for n != nil && n.Kind != Element {
		n = n.Next
	}
	return n
}

// isBlank reports whether s is empty or white space in the sense of Unicode.
func isBlank(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || c >= '\t' && c <= '\r' || c >= 0x1c && c <= 0x1f:
		case c < utf8.RuneSelf:
			return false
		default:
			return strings.TrimSpace(s[i:]) == ""
		}
	}
	return true
}

func (w *writer) leaf(n *Node) {
	switch {
	case n.Kind == Raw && n.Tag == drawnTag:
		w.drawn(n.Text)
	case n.Kind == Raw:
		w.raw(n.Text)
	case w.plain:
		w.dst = appendEscaped(w.dst, n.Text)
	default:
		w.dst = appendText(w.dst, n.Text)
	}
}

// drawn writes markup of our own. An id is looked for in its first tag only,
// where the author's is.
func (w *writer) drawn(s string) {
	if i := strings.IndexByte(s, '>'); i >= 0 && w.onRaw != nil && strings.HasPrefix(s, "<figure") {
		w.onRaw(s[:i+1])
	}
	clean, onRaw := w.clean, w.onRaw
	w.clean, w.onRaw = nil, nil
	for s != "" {
		i := strings.IndexByte(s, stx)
		if i < 0 || w.unmark == nil {
			break
		}
		w.dst = append(w.dst, s[:i]...)
		n, size := w.unmark(s[i:])
		if n == nil {
			s = s[i+1:]
			continue
		}
		w.clean, w.onRaw = clean, onRaw // its target is the author's
		w.element(n, tagInfo(n.Tag), false)
		w.clean, w.onRaw = nil, nil
		s = s[i+size:]
	}
	w.dst = append(w.dst, s...)
	w.clean, w.onRaw = clean, onRaw
}

func (w *writer) raw(s string) {
	for w.unmark != nil {
		i := strings.IndexByte(s, stx)
		if i < 0 {
			break
		}
		n, size := w.unmark(s[i:])
		if n == nil || w.depth == maxMarkDepth {
			w.markup(s[:i])
			s = s[i+1:]
			continue
		}
		w.markup(s[:i])
		w.depth++
		if n.Kind == Element {
			w.element(n, tagInfo(n.Tag), false)
		} else {
			w.leaf(n)
		}
		w.depth--
		s = s[i+size:]
	}
	w.markup(s)
}

func (w *writer) markup(s string) {
	if strings.Contains(s, "<!--") {
		s = withoutNotes(s)
	}
	if s == "" {
		return
	}
	if w.clean != nil {
		start := len(w.dst)
		w.dst = w.clean.append(w.dst, s)
		if w.onRaw != nil {
			w.onRaw(string(w.dst[start:]))
		}
		return
	}
	if w.onRaw != nil {
		w.onRaw(s)
	}
	w.dst = append(w.dst, s...)
}

// ownNote reports whether a comment is for Lintel and says nothing to readers: a
// waiver, or a mark of what is taken from code. Others stand for something that
// the site puts in their place.
func ownNote(body string) bool {
	for _, w := range [...]string{"lintel:allow", "lintel:fact", "lintel:table", "/lintel"} {
		if rest, ok := strings.CutPrefix(body, w); ok && (rest == "" || strings.ContainsAny(rest[:1], " \t\r\n->") || w == "lintel:allow") {
			return true
		}
	}
	return false
}

// withoutNotes takes comments to Lintel itself (<!-- lintel:allow … -->) out of
// raw markup: what they say is for the authors, not for whoever looks at the
// source of the published page.
func withoutNotes(s string) string {
	var b strings.Builder
	rest := s
	for {
		i := strings.Index(rest, "<!--")
		if i < 0 {
			break
		}
		end := strings.Index(rest[i+2:], "-->")
		if end < 0 {
			break
		}
		end += i + 2 + len("-->")
		if ownNote(strings.TrimLeft(rest[i+len("<!--"):end-1], " \t\r\n")) {
			b.WriteString(rest[:i])
		} else {
			b.WriteString(rest[:end])
		}
		rest = rest[end:]
	}
	if b.Len() == 0 && len(rest) == len(s) {
		return s
	}
	b.WriteString(rest)
	if out := b.String(); !isBlank(out) {
		return out
	}
	return ""
}

// element writes n. pretty tells whether new lines go around n.
func (w *writer) element(n *Node, flags tagFlags, pretty bool) {
	if !w.plain && n.Tag == "p" && len(n.Attrs) == 0 && n.First != nil && n.First == n.Last &&
		n.First.Kind == Raw && rawIsBlock(n.First.Text) {
		// A block of raw HTML stands alone in its paragraph until now.
		w.leaf(n.First)
		return
	}
	base := 0
	if w.clean != nil {
		if !allowedTag(n.Tag) {
			if !rawTextTag(n.Tag) {
				w.children(n, false)
			}
			return
		}
		base = w.clean.enter()
	}
	if w.onElement != nil {
		w.onElement(n)
	}
	w.dst = append(w.dst, '<')
	w.dst = append(w.dst, n.Tag...)
	w.attrs(n)
	if w.lines && n.Line > 0 && flags&tagBlock != 0 {
		w.dst = append(w.dst, ` data-line="`...)
		w.dst = strconv.AppendInt(w.dst, int64(n.Line), 10)
		w.dst = append(w.dst, '"')
	}
	if flags&tagVoid != 0 {
		w.dst = append(w.dst, " />"...)
		if w.clean != nil {
			w.clean.base = base
		}
		return
	}
	w.dst = append(w.dst, '>')
	switch {
	case flags&tagBare != 0:
		for c := n.First; c != nil; c = c.Next {
			w.dst = append(w.dst, c.Text...)
		}
	case n.Tag == "pre" && !w.plain:
		w.pre(n)
	default:
		w.children(n, pretty && flags&tagCode == 0)
	}
	if w.clean != nil {
		w.dst = w.clean.leave(w.dst, base)
	}
	w.dst = append(w.dst, '<', '/')
	w.dst = append(w.dst, n.Tag...)
	w.dst = append(w.dst, '>')
}

// pre writes what is inside a pre element: code that holds nothing but text
// ends in exactly one new line.
func (w *writer) pre(n *Node) {
	code := nextElement(n.First)
	if !code.Is("code") || code.First == nil {
		w.children(n, false)
		return
	}
	for c := code.First; c != nil; c = c.Next {
		if c.Kind != Text && c.Kind != Atomic {
			w.children(n, false)
			return
		}
	}
	for c := n.First; c != nil; c = c.Next {
		if c != code {
			if c.Kind == Element {
				w.element(c, tagInfo(c.Tag), false)
			} else {
				w.leaf(c)
			}
			continue
		}
		if w.onElement != nil {
			w.onElement(c)
		}
		w.dst = append(w.dst, "<code"...)
		w.attrs(c)
		w.dst = append(w.dst, '>')
		start := len(w.dst)
		for t := c.First; t != nil; t = t.Next {
			w.leaf(t)
		}
		w.dst = append(trimRightSpace(w.dst, start), "\n</code>"...)
	}
}

// trimRightSpace cuts white space off the end of b, but not before start.
func trimRightSpace(b []byte, start int) []byte {
	for len(b) > start {
		c := b[len(b)-1]
		if c == ' ' || c >= '\t' && c <= '\r' || c >= 0x1c && c <= 0x1f {
			b = b[:len(b)-1]
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, size := utf8.DecodeLastRune(b[start:])
		if !unicode.IsSpace(r) {
			break
		}
		b = b[:len(b)-size]
	}
	return b
}

// attrs writes the attributes of n.
func (w *writer) attrs(n *Node) {
	if w.plain || len(n.Attrs) < 2 {
		for i := range n.Attrs {
			w.attr(n, &n.Attrs[i])
		}
		return
	}
	// Sorted by name without moving them: there are few, and nodes may share
	// them.
	last := ""
	for {
		var next *Attr
		for i := range n.Attrs {
			a := &n.Attrs[i]
			if a.Key > last && (next == nil || a.Key < next.Key) {
				next = a
			}
		}
		if next == nil {
			return
		}
		w.attr(n, next)
		last = next.Key
	}
}

func (w *writer) attr(n *Node, a *Attr) {
	val := a.Val
	kind, isLink := LinkAnchor, false
	switch {
	case n.Tag == "a" && a.Key == "href":
		isLink = true
	case n.Tag == "img" && a.Key == "src":
		kind, isLink = LinkImage, true
	}
	if w.clean != nil {
		var ok bool
		if val, ok = w.clean.attr(n.Tag, a.Key, val); !ok {
			return
		}
	}
	w.dst = append(w.dst, ' ')
	w.dst = append(w.dst, a.Key...)
	w.dst = append(w.dst, '=', '"')
	switch {
	case isLink && w.onLink != nil:
		w.onLink(n, kind, val)
	case w.plain:
		w.dst = appendEscaped(w.dst, val)
	default:
		w.dst = appendAttr(w.dst, val)
	}
	w.dst = append(w.dst, '"')
}

// rawIsBlock reports whether raw markup begins with a block level tag, a
// comment, a declaration or an instruction.
func rawIsBlock(s string) bool {
	if len(s) < 2 || s[0] != '<' {
		return false
	}
	s = s[1:]
	if s[0] == '/' {
		s = s[1:]
	}
	i := 0
	for i < len(s) && s[i] != ' ' && s[i] != '>' {
		i++
	}
	if i == 0 {
		return false
	}
	switch s[0] {
	case '!', '?', '@', '%':
		return true
	}
	name := strings.TrimRight(s[:i], "/")
	if len(name) > len("blockquote") {
		return false
	}
	var buf [len("blockquote")]byte
	for j := 0; j < len(name); j++ {
		c := name[j]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[j] = c
	}
	return blockTag(string(buf[:len(name)]))
}

// appendText appends s as text. An ampersand that already begins a character
// reference stays.
func appendText(dst []byte, s string) []byte {
	last := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch s[i] {
		case '&':
			if charRef(s[i:]) > 0 {
				continue
			}
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		default:
			continue
		}
		dst = append(dst, s[last:i]...)
		dst = append(dst, esc...)
		last = i + 1
	}
	return append(dst, s[last:]...)
}

// appendAttr appends s as the value of a double-quoted attribute. An ampersand
// that already begins a character reference stays.
func appendAttr(dst []byte, s string) []byte {
	last := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch s[i] {
		case '&':
			if charRef(s[i:]) > 0 {
				continue
			}
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '"':
			esc = "&quot;"
		default:
			continue
		}
		dst = append(dst, s[last:i]...)
		dst = append(dst, esc...)
		last = i + 1
	}
	return append(dst, s[last:]...)
}

// appendEscaped appends s with every special character escaped, in text and in
// attributes alike.
func appendEscaped(dst []byte, s string) []byte {
	last := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch s[i] {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '"':
			esc = "&quot;"
		default:
			continue
		}
		dst = append(dst, s[last:i]...)
		dst = append(dst, esc...)
		last = i + 1
	}
	return append(dst, s[last:]...)
}

// charRef returns the length of the character reference at the start of s,
// which begins with an ampersand, or 0. Names are not looked up: whatever looks
// like a reference is the author's business.
func charRef(s string) int {
	i, ok := 1, isAlnum
	if len(s) > 1 && s[1] == '#' {
		i, ok = 2, isDigit
		if len(s) > 2 && (s[2] == 'x' || s[2] == 'X') {
			i, ok = 3, isHex
		}
	}
	start := i
	for i < len(s) && ok(s[i]) {
		i++
	}
	if i == start || i == len(s) || s[i] != ';' {
		return 0
	}
	return i + 1
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func isAlnum(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }
