package render

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// Raw HTML is taken out of the lines before blocks are looked for, by a reader
// of tags that follows Python's html.parser: a tag of a block element at the
// start of a line begins a raw block, which ends where that element ends,
// however many empty lines there are in between. Everything else passes.
//
// With md_in_html, an element with a markdown attribute becomes an element of
// the tree instead, whose text is parsed as blocks or as inline Markdown.

// htmlBlocks takes raw HTML blocks out of the lines.
func (p *pmParser) htmlBlocks(lines []pmLine) []pmLine {
	found := false
	for i := range lines {
		s := lines[i].text
		if strings.IndexByte(s, '<') >= 0 || strings.Contains(s, "&#") {
			found = true
			break
		}
	}
	if !found {
		return lines
	}
	h := newHTMLReader(p, lines)
	h.read(false)
	h.read(true)
	h.close()
	p.scratch.out = h.out.finish()
	return p.scratch.out
}

// htmlRules tells what Python-Markdown makes of an element in HTML, and what
// markdown="1" makes of its content.
type htmlRules uint8

const (
	htmlInline htmlRules = iota // no block
	htmlBlock                   // content is blocks
	htmlSpan                    // content is inline Markdown
	htmlRaw                     // content is left alone
	htmlEmpty                   // there is no content
)

// rulesOfTag returns the rules of an element by its name in lower case.
func rulesOfTag(tag string) htmlRules {
	switch tag {
	case "article", "aside", "blockquote", "body", "colgroup", "details", "div", "dl", "fieldset", "figcaption",
		"figure", "footer", "form", "group", "header", "hgroup", "iframe", "main", "map", "menu", "nav", "noscript",
		"object", "ol", "output", "progress", "section", "table", "tbody", "tfoot", "thead", "tr", "ul", "video":
		return htmlBlock
	case "address", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "legend", "li", "p", "summary", "td", "th":
		return htmlSpan
	case "canvas", "math", "option", "pre", "script", "style", "textarea":
		return htmlRaw
	case "hr":
		return htmlEmpty
	}
	return htmlInline
}

// isTextTag reports whether tags have no meaning inside an element.
func isTextTag(tag string) bool { return tag == "script" || tag == "style" }

// htmlReader walks over the text of a page.
//
// Python's reader stops when it meets something without an end, and starts
// anew behind what it has read; from then on it is wrong about where lines
// begin. base and lineno reproduce that, as pages depend on it unawares.
type htmlReader struct {
	p    *pmParser
	mih  bool
	data string
	nums []int32 // source line of each line of data

	breaks []int // of the lines in data[base:]
	base   int   // where the reader has started anew
	lineno int   // line of the position, from 1, counted from the start of data
	offset int   // of the position in its line
	pos    int   // the position

	lt, amp int // where the next < and & are, if not before the position

	none   [4]int // by endKind: from where on nothing of the kind is left; 0 unknown
	budget int    // characters of tags that may still be read

	inRaw  bool
	inTail bool // behind the end of a block, on the same line
	open   tagStack
	cache  htmlPiece // text of the raw block
	line   int32     // where the raw block begins
	cdata  string    // the element whose content is text, when in one

	out     lineSink
	newline int // how many line breaks, up to two, the last piece of out ends with

	tree     []*mihElement // the open elements of md_in_html
	treeTags tagStack
	sink     *lineSink // where text of the tree goes
}

// endKind is a kind of text that ends something, and may be missing.
type endKind uint8

const (
	endTag     endKind = iota // >
	endComment                // -- >
	endPI                     // ?>
	endSection                // ] ] >
)

func newHTMLReader(p *pmParser, lines []pmLine) *htmlReader {
	size := len(lines)
	for i := range lines {
		size += len(lines[i].text)
	}
	if p.scratch == nil {
		p.scratch = &pmScratch{}
	}
	keep := p.scratch
	keep.nums = slices.Grow(keep.nums[:0], len(lines))
	keep.breaks = slices.Grow(keep.breaks[:0], len(lines))
	var b strings.Builder
	b.Grow(size)
	for i := range lines {
		if i > 0 {
			keep.breaks = append(keep.breaks, b.Len())
			b.WriteByte('\n')
		}
		b.WriteString(lines[i].text)
		keep.nums = append(keep.nums, lines[i].n)
	}
	h := &htmlReader{
		p: p, mih: p.cfg.block.mdInHTML, lineno: 1,
		data: b.String(), nums: keep.nums, breaks: keep.breaks,
		budget: 64*size + 1<<16,
		lt:     -1, amp: -1,
	}
	h.out = lineSink{h: h, lines: keep.out[:0]}
	h.cache.data = h.data
	return h
}

// sourceLine returns the line of the source at the position.
func (h *htmlReader) sourceLine() int32 {
	if i := h.lineno - 1; i >= 0 && i < len(h.nums) {
		return h.nums[i]
	}
	return 0
}

// lineStart returns where Python takes the line of the position to begin.
func (h *htmlReader) lineStart() int {
	if h.lineno <= 1 || len(h.breaks) == 0 {
		return h.base
	}
	if n := h.lineno - 2; n < len(h.breaks) {
		return h.breaks[n] + 1
	}
	return h.breaks[len(h.breaks)-1]
}

// here returns the text from where Python takes the position to be.
func (h *htmlReader) here() string {
	return h.data[min(h.lineStart()+h.offset, len(h.data)):]
}

// atLineStart reports whether at most three spaces stand before the position.
func (h *htmlReader) atLineStart() bool {
	if h.offset == 0 {
		return true
	}
	if h.offset > 3*utf8.UTFMax {
		return false
	}
	if h.offset > 3 && utf8.RuneCountInString(h.data[h.pos-h.offset:h.pos]) > 3 {
		return false
	}
	from := min(h.lineStart(), len(h.data))
	return trimSpace(h.data[from:min(from+h.offset, len(h.data))]) == ""
}

// advance moves the position from i to j, and returns j.
func (h *htmlReader) advance(i, j int) int {
	if i >= j {
		return j
	}
	s := h.data[i:j]
	if n := strings.Count(s, "\n"); n > 0 {
		h.lineno += n
		h.offset = len(s) - strings.LastIndexByte(s, '\n') - 1
	} else {
		h.offset += len(s)
	}
	h.pos = j
	return j
}

// startsBlankLine reports whether s begins with the rest of a line that is
// empty and another such line.
func startsBlankLine(s string) bool {
	for range 2 {
		n := indentOf(s)
		if n == len(s) || s[n] != '\n' {
			return false
		}
		s = s[n+1:]
	}
	return true
}

// read reads data from base as far as it gets: with end unset, up to the first
// thing that may have its end in text that is to come.
func (h *htmlReader) read(end bool) {
	i, n := h.base, len(h.data)
loop:
	for i < n {
		j := h.nextMarkup(i)
		if j < 0 {
			break
		}
		if i < j {
			h.text(h.data[i:j], i)
		}
		i = h.advance(i, j)
		if i == n {
			break
		}
		s := h.data[i:]
		if s[0] == '&' {
			k, stop := h.reference(i)
			if k > i {
				i = h.advance(i, k)
			}
			if stop {
				break loop
			}
			continue
		}
		var k int
		switch {
		case len(s) > 1 && isLetter(s[1]):
			k = h.startTag(i)
		case strings.HasPrefix(s, "</"):
			k = h.endTag(i)
		case strings.HasPrefix(s, "<!--"):
			k = h.comment(i)
		case strings.HasPrefix(s, "<?"):
			k = h.instruction(i)
		case strings.HasPrefix(s, "<!"):
			k = h.declaration(i)
		case len(s) > 1:
			h.text("<", i)
			k = i + 1
		default:
			break loop
		}
		if k < 0 {
			if !end {
				break
			}
			if k = h.find(endTag, i+1); k >= 0 {
				k++
			} else if k = strings.IndexByte(h.data[i+1:], '<'); k >= 0 {
				k += i + 1
			} else {
				k = i + 1
			}
			h.text(h.data[i:k], i)
		}
		i = h.advance(i, k)
	}
	if end && i < n && h.cdata == "" {
		h.text(h.data[i:], i)
		i = h.advance(i, n)
	}
	for len(h.breaks) > 0 && h.breaks[0] < i {
		h.breaks = h.breaks[1:]
	}
	h.base = i
}

// nextMarkup returns where the next tag or reference may begin, or -1 when the
// end of an element whose content is text is missing.
func (h *htmlReader) nextMarkup(i int) int {
	if h.cdata == "" {
		if h.lt < i {
			h.lt = indexFrom(h.data, i, '<')
		}
		if h.amp < i {
			h.amp = indexFrom(h.data, i, '&')
		}
		return min(h.lt, h.amp)
	}
	for {
		j := strings.Index(h.data[i:], "</")
		if j < 0 {
			return -1
		}
		i += j
		s := trimSpaceLeft(h.data[i+2:])
		if len(s) > len(h.cdata) && strings.EqualFold(s[:len(h.cdata)], h.cdata) {
			if s = trimSpaceLeft(s[len(h.cdata):]); s != "" && s[0] == '>' {
				return i
			}
		}
		i += 2
	}
}

// indexFrom returns where the next c is from i on, or the length of s.
func indexFrom(s string, i int, c byte) int {
	if k := strings.IndexByte(s[i:], c); k >= 0 {
		return i + k
	}
	return len(s)
}

// find returns where the next text of a kind begins, or -1. It searches for
// what is missing once only.
func (h *htmlReader) find(kind endKind, from int) int {
	if from > len(h.data) || h.none[kind] > 0 && from >= h.none[kind]-1 {
		return -1
	}
	s := h.data[from:]
	at := 0
	for {
		var k int
		switch kind {
		case endTag:
			if k = strings.IndexByte(s, '>'); k >= 0 {
				return from + k
			}
		case endPI:
			if k = strings.Index(s, "?>"); k >= 0 {
				return from + k
			}
		case endComment:
			if k = strings.Index(s[at:], "--"); k >= 0 && strings.HasPrefix(trimSpaceLeft(s[at+k+2:]), ">") {
				return from + at + k
			}
		case endSection:
			if k = strings.IndexByte(s[at:], ']'); k >= 0 {
				if t := trimSpaceLeft(s[at+k+1:]); strings.HasPrefix(t, "]") && strings.HasPrefix(trimSpaceLeft(t[1:]), ">") {
					return from + at + k
				}
			}
		}
		if k < 0 {
			h.none[kind] = from + 1
			return -1
		}
		at += k + 1
	}
}

// reference reads a character reference at i. It returns where it ends, and
// whether Python gives up here.
func (h *htmlReader) reference(i int) (k int, stop bool) {
	s := h.data[i:]
	if strings.HasPrefix(s, "&#") {
		n := 2
		hex := n < len(s) && (s[n] == 'x' || s[n] == 'X')
		if hex {
			n++
		}
		digits := n
		for n < len(s) && (s[n] >= '0' && s[n] <= '9' || hex && isHexLetter(s[n])) {
			n++
		}
		if n > digits && n < len(s) && !isHexLetter(s[n]) {
			if s[n] == ';' {
				h.emptyTag(s[:n+1], i, false)
				return i + n + 1, false
			}
			h.emptyTag(s[:n]+";", -1, false)
			return i + n, false
		}
		if strings.IndexByte(s, ';') >= 0 {
			h.text("&#", i)
			return i + 2, true
		}
		return i, true
	}
	n := 1
	if n < len(s) && isLetter(s[n]) {
		for n < len(s) && (isLetter(s[n]) || s[n] >= '0' && s[n] <= '9' || s[n] == '-' || s[n] == '.') {
			n++
		}
		if n < len(s) && s[n] == ';' {
			h.emptyTag(s[:n+1], i, false)
			return i + n + 1, false
		}
	}
	if len(s) > 1 {
		h.text("&", i)
		return i + 1, false
	}
	return i, true
}

func isLetter(c byte) bool    { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isHexLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'f' }

// spaceLen returns the length of the white space character that s begins with.
func spaceLen(s string) int {
	if s == "" {
		return 0
	}
	switch c := s[0]; {
	case c == ' ' || c >= '\t' && c <= '\r' || c >= 0x1C && c <= 0x1F:
		return 1
	case c < utf8.RuneSelf:
		return 0
	}
	if r, n := utf8.DecodeRuneInString(s); isSpace(r) {
		return n
	}
	return 0
}

func skipSpace(s string, i int) int {
	for i < len(s) {
		n := spaceLen(s[i:])
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// skipGap skips white space and slashes that do not end a tag.
func skipGap(s string, i int) int {
	for i < len(s) {
		if s[i] == '/' {
			if i+1 < len(s) && s[i+1] == '>' {
				return i
			}
			i++
			continue
		}
		n := spaceLen(s[i:])
		if n == 0 {
			return i
		}
		i += n
	}
	return i
}

// tagEnd returns where the start tag at the beginning of s ends, or -1 when it
// has no end. What cannot be part of a tag ends it, too.
func tagEnd(s string) int {
	i := nameEnd(s, 1, true)
	for i < len(s) {
		n := spaceLen(s[i:])
		if s[i] == '/' {
			n = 1
		}
		if n == 0 {
			break
		}
		i += n
	}
	for i < len(s) {
		c, before := s[i], rune(s[i-1])
		if before >= utf8.RuneSelf {
			before, _ = utf8.DecodeLastRuneInString(s[:i])
		}
		if before != '\'' && before != '"' && before != '/' && !isSpace(before) ||
			c == '`' || c == '/' || c == '>' || spaceLen(s[i:]) > 0 {
			break
		}
		i = attrNameEnd(s, i)
		if k, ok := valueEnd(s, i, true); ok {
			i = k
			for {
				k := skipSpace(s, i)
				if k == len(s) || s[k] != ',' {
					break
				}
				i = k + 1
			}
		}
		i = skipGap(s, i)
	}
	i = skipSpace(s, i)
	switch {
	case i == len(s):
		return -1
	case s[i] == '>':
		return i + 1
	case s[i] == '/':
		if strings.HasPrefix(s[i:], "/>") {
			return i + 2
		}
		return -1
	case s[i] == '=' || isLetter(s[i]):
		return -1
	}
	return i
}

// nameEnd returns where the name of a tag ends that begins at i.
func nameEnd(s string, i int, tick bool) int {
	for i < len(s) {
		switch s[i] {
		case '\t', '\n', '\r', '\f', ' ', '/', '>', 0:
			return i
		case '`':
			if tick {
				return i
			}
		}
		i++
	}
	return i
}

// attrNameEnd returns where the name of an attribute ends that begins at i.
func attrNameEnd(s string, i int) int {
	_, n := utf8.DecodeRuneInString(s[i:])
	for i += n; i < len(s); i += n {
		c := s[i]
		if n = 1; c == '/' || c == '=' || c == '>' || spaceLen(s[i:]) > 0 {
			break
		}
		if c >= utf8.RuneSelf {
			_, n = utf8.DecodeRuneInString(s[i:])
		}
	}
	return i
}

// valueEnd returns where the value of an attribute ends, with its equals sign
// at i or behind white space. A backtick ends a value without quotes if tick is
// set.
func valueEnd(s string, i int, tick bool) (int, bool) {
	eq := skipSpace(s, i)
	i = eq
	for i < len(s) && s[i] == '=' {
		i++
	}
	if i == eq {
		return 0, false
	}
	k := skipSpace(s, i)
	if k < len(s) && (s[k] == '"' || s[k] == '\'') {
		if end := strings.IndexByte(s[k+1:], s[k]); end >= 0 {
			return k + 1 + end + 1, true
		}
		// Without an end it is not the value, but what follows an empty one.
		return i, k > i
	}
	for k < len(s) && s[k] != '>' && !(tick && s[k] == '`') && spaceLen(s[k:]) == 0 {
		k++
	}
	return k, true
}

// startTag reads a start tag at i and returns where it ends.
func (h *htmlReader) startTag(i int) int {
	s := h.data[i:]
	size := -1
	if h.budget > 0 && h.find(endTag, i) >= 0 {
		size = tagEnd(s)
		h.budget -= max(size, 0)
		if size < 0 {
			h.budget -= len(s)
		}
	}
	if size < 0 {
		h.text("<", i)
		return i + 1
	}
	k := nameEnd(s, 1, false)
	tag := strings.ToLower(s[1:k])
	k = skipGap(s, k)
	var attrs []Attr
	keep := h.mih && blockTag(tag)
	for k < size {
		name, value, hasValue, next := parseAttr(s, k)
		if next == k {
			break
		}
		if keep {
			if !hasValue {
				value = name
			}
			attrs = setAttr(attrs, Attr{name, value})
		}
		k = next
	}
	text := s[:size]
	switch end := trimSpace(s[min(k, size):size]); end {
	case "/>":
		h.handleStartEnd(tag, attrs, text, i)
	case ">":
		if isTextTag(tag) {
			h.cdata = tag
		}
		h.handleStart(tag, attrs, text, i)
	default:
		h.text(text, i)
	}
	return i + size
}

// parseAttr reads an attribute at i and what separates it from the next.
func parseAttr(s string, i int) (name, value string, hasValue bool, next int) {
	if i >= len(s) || s[i] == '/' || s[i] == '>' || spaceLen(s[i:]) > 0 {
		return "", "", false, i
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	if before != '\'' && before != '"' && before != '/' && !isSpace(before) {
		return "", "", false, i
	}
	k := attrNameEnd(s, i)
	name = strings.ToLower(s[i:k])
	if end, ok := valueEnd(s, k, false); ok {
		value = trimSpaceLeft(strings.TrimLeft(trimSpaceLeft(s[k:end]), "="))
		if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		value = html.UnescapeString(value)
		hasValue = true
		k = end
	}
	return name, value, hasValue, skipGap(s, k)
}

// endTag reads an end tag at i.
func (h *htmlReader) endTag(i int) int {
	gt := h.find(endTag, i+1)
	if gt < 0 {
		return -1
	}
	gt++
	s := h.data[i:]
	k := skipSpace(s, 2)
	if k < len(s) && isLetter(s[k]) {
		n := k
		for n < len(s) && (isLetter(s[n]) || s[n] >= '0' && s[n] <= '9' || strings.IndexByte("-.:_", s[n]) >= 0) {
			n++
		}
		if end := skipSpace(s, n); end < len(s) && s[end] == '>' {
			tag := strings.ToLower(s[k:n])
			if h.cdata != "" && tag != h.cdata {
				h.text(h.data[i:gt], i)
				return gt
			}
			h.handleEnd(tag)
			h.cdata = ""
			return gt
		}
	}
	if h.cdata != "" {
		h.text(h.data[i:gt], i)
		return gt
	}
	if !isLetter(s[2]) {
		if s[2] == '>' {
			return i + 3
		}
		return h.bogusComment(i)
	}
	h.handleEnd(strings.ToLower(s[2:nameEnd(s, 2, false)]))
	return gt
}

// bogusComment reads a declaration that is none.
func (h *htmlReader) bogusComment(i int) int {
	gt := h.find(endTag, i+2)
	if gt < 0 {
		return -1
	}
	h.emptyTag(h.data[i:gt+1], i, false)
	return gt + 1
}

func (h *htmlReader) comment(i int) int {
	k := h.find(endComment, i+4)
	if k < 0 {
		return -1
	}
	if !strings.HasPrefix(h.data[k:], "-->") {
		h.text("<", i)
		return i + 1
	}
	h.emptyTag(h.data[i:k+3], i, true)
	return k + 3
}

func (h *htmlReader) instruction(i int) int {
	if !h.atLineStart() && !h.inTail && len(h.tree) == 0 {
		h.text("<?", i)
		return i + 2
	}
	k := h.find(endPI, i+2)
	if k < 0 {
		return -1
	}
	h.emptyTag(h.data[i:k+2], i, true)
	return k + 2
}

func (h *htmlReader) declaration(i int) int {
	if !h.atLineStart() && !h.inTail && len(h.tree) == 0 {
		h.text("<!", i)
		return i + 2
	}
	s := h.data[i:]
	switch {
	case strings.HasPrefix(s, "<![CDATA["):
		k := h.find(endSection, i+3)
		if k < 0 {
			return -1
		}
		gt := h.find(endTag, k)
		if text := s[:k-i]; h.data[k:gt+1] == "]]>" {
			h.emptyTag(h.data[i:gt+1], i, true)
		} else {
			h.emptyTag(text+"]]>", -1, true)
		}
		return gt + 1
	case strings.HasPrefix(s, "<!["):
		if k := h.bogusComment(i); k >= 0 {
			return k
		}
		h.text("<", i)
		return i + 1
	case len(s) >= 9 && strings.EqualFold(s[:9], "<!doctype"):
		gt := h.find(endTag, i+9)
		if gt < 0 {
			return -1
		}
		h.emptyTag(h.data[i:gt+1], i, true)
		return gt + 1
	}
	return h.bogusComment(i)
}

// close ends what is open at the end of the page.
func (h *htmlReader) close() {
	if h.base < len(h.data) {
		h.text(h.data[h.base:], h.base)
		h.advance(h.base, len(h.data))
		h.base, h.breaks = len(h.data), nil
	}
	h.flushRaw()
	if len(h.tree) > 0 {
		h.handleEnd(h.tree[0].node.Tag)
	}
}

// flushRaw stashes the raw block that has been gathered, if there is one.
func (h *htmlReader) flushRaw() {
	if h.cache.empty() {
		return
	}
	h.emit(h.p.mark(h.p.raw(h.cache.take(), h.line)), -1)
}

// emit passes a piece of text on; at is where it stands in data, or -1.
func (h *htmlReader) emit(s string, at int) {
	h.newline = 0
	if n := len(s); n > 0 && s[n-1] == '\n' {
		h.newline = 1
		if n > 1 && s[n-2] == '\n' {
			h.newline = 2
		}
	}
	h.out.add(s, at)
}

// separate makes sure that what follows begins a block, if it begins a line.
func (h *htmlReader) separate() {
	if h.newline == 1 {
		h.emit("\n", -1)
	}
}

// text handles text without tags.
func (h *htmlReader) text(s string, at int) {
	if h.inTail && strings.IndexByte(s, '\n') >= 0 {
		h.inTail = false
	}
	switch {
	case h.inRaw:
		h.cacheAdd(s, at)
	case len(h.tree) > 0:
		h.sink.add(s, at)
	default:
		h.emit(s, at)
	}
}

func (h *htmlReader) cacheAdd(s string, at int) {
	if h.cache.empty() {
		h.line = h.sourceLine()
	}
	h.cache.add(s, at)
}

// emptyTag handles what has no content and no end: a comment, an empty element,
// a character reference.
func (h *htmlReader) emptyTag(s string, at int, isBlock bool) {
	switch {
	case !h.inRaw && len(h.tree) > 0:
		if m := h.p.mark(h.p.raw(s, h.sourceLine())); h.atLineStart() && isBlock {
			h.text("\n"+m+"\n\n", -1)
		} else {
			h.text(m, -1)
		}
	case h.inRaw || h.inTail:
		h.cacheAdd(s, at)
	case isBlock && h.atLineStart():
		if here := h.here(); len(here) >= len(s) && startsBlankLine(here[len(s):]) {
			s += "\n"
		} else {
			h.inTail = true
		}
		h.separate()
		h.emit(h.p.mark(h.p.raw(s, h.sourceLine())), -1)
		h.emit("\n\n", -1)
	default:
		h.emit(s, at)
	}
}

func (h *htmlReader) handleStart(tag string, attrs []Attr, text string, at int) {
	rules := rulesOfTag(tag)
	if h.mih {
		starts := h.atLineStart() || h.inTail
		switch {
		case rules == htmlEmpty && starts:
			bare, pos := h.withoutMarkdown(tag, attrs, text, at)
			h.emptyTag(bare, pos, true)
			return
		case rules != htmlInline && starts:
			state := h.state(rules, attrs)
			if !h.inRaw && (state != mihOff || len(h.tree) > 0) && len(h.tree) < maxBlockDepth {
				h.openElement(tag, attrs, state)
				return
			}
		case !h.inRaw:
			h.inlineTag(text, at)
			if isTextTag(tag) {
				h.cdata = ""
			}
			return
		}
	}
	if rules == htmlEmpty {
		h.handleStartEnd(tag, attrs, text, at)
		return
	}
	if rules != htmlInline && (h.inTail || !h.inRaw && h.atLineStart()) {
		h.inRaw = true
		h.emit("\n", -1)
	}
	if h.inRaw {
		h.open.push(tag)
		h.cacheAdd(text, at)
		return
	}
	h.emit(text, at)
	if isTextTag(tag) {
		h.cdata = "" // it stands alone in a code span
	}
}

func (h *htmlReader) handleStartEnd(tag string, attrs []Attr, text string, at int) {
	if h.mih && tag == "hr" {
		bare, pos := h.withoutMarkdown(tag, attrs, text, at)
		h.emptyTag(bare, pos, true)
		return
	}
	h.emptyTag(text, at, blockTag(tag))
}

// withoutMarkdown returns an empty element without its markdown attribute.
func (h *htmlReader) withoutMarkdown(tag string, attrs []Attr, text string, at int) (string, int) {
	if n := len(attrs); n > 0 {
		if attrs = deleteAttr(attrs, "markdown"); len(attrs) < n {
			b := append([]byte{'<'}, tag...)
			for _, a := range attrs {
				b = append(b, ' ')
				b = append(b, a.Key...)
				b = append(b, `="`...)
				b = appendAttr(b, a.Val)
				b = append(b, '"')
			}
			return string(append(b, '>')), -1
		}
	}
	return text, at
}

// inlineTag passes a tag on that is no block.
func (h *htmlReader) inlineTag(text string, at int) {
	if n := len(h.tree); n > 0 && h.tree[n-1].state == mihOff {
		text, at = h.p.mark(h.p.raw(text, h.sourceLine())), -1
	}
	h.text(text, at)
}

// endTagText returns the end tag at the position as it is written. Python looks
// for it where here does, which after markup without an end is another place:
// pages lost text to that.
func (h *htmlReader) endTagText(tag string) (string, int) {
	from := min(h.pos, len(h.data))
	if gt := h.find(endTag, from); gt >= 0 {
		return h.data[from : gt+1], from
	}
	return "</" + tag + ">", -1
}

func (h *htmlReader) handleEnd(tag string) {
	if h.mih && !h.inRaw {
		if blockTag(tag) && h.treeTags.has(tag) {
			h.closeElement(tag)
			return
		}
		h.inlineTag(h.endTagText(tag))
		return
	}
	text, at := h.endTagText(tag)
	if !h.inRaw {
		h.emit(text, at)
		return
	}
	h.cacheAdd(text, at)
	h.open.popTo(tag)
	if len(h.open.tags) > 0 {
		return
	}
	if here := h.here(); len(here) >= len(text) && startsBlankLine(here[len(text):]) {
		h.cacheAdd("\n", -1)
	} else {
		h.inTail = true
	}
	h.inRaw = false
	h.flushRaw()
	h.emit("\n\n", -1)
}

// tagStack is a stack of open tags that knows what it holds.
type tagStack struct {
	tags  []string
	count map[string]int
}

func (s *tagStack) push(tag string) {
	if s.count == nil {
		s.count = map[string]int{}
	}
	s.tags = append(s.tags, tag)
	s.count[tag]++
}

func (s *tagStack) has(tag string) bool { return s.count[tag] > 0 }

func (s *tagStack) pop() string {
	n := len(s.tags) - 1
	tag := s.tags[n]
	s.tags = s.tags[:n]
	s.count[tag]--
	return tag
}

// popTo closes a tag and all that have been opened in it, if it is open.
func (s *tagStack) popTo(tag string) {
	if !s.has(tag) {
		return
	}
	for s.pop() != tag {
	}
}

// htmlPiece is text put together from pieces. Pieces that follow each other in
// data are not copied.
type htmlPiece struct {
	data     string
	from, to int
	buf      []byte
}

func (c *htmlPiece) empty() bool { return c.from == c.to && len(c.buf) == 0 }

func (c *htmlPiece) add(s string, at int) {
	if len(c.buf) == 0 && at >= 0 && (c.from == c.to || c.to == at) {
		if c.from == c.to {
			c.from = at
		}
		c.to = at + len(s)
		return
	}
	if c.from < c.to {
		c.buf = append(c.buf, c.data[c.from:c.to]...)
		c.from, c.to = 0, 0
	}
	c.buf = append(c.buf, s...)
}

func (c *htmlPiece) take() string {
	s := c.data[c.from:c.to]
	if len(c.buf) > 0 {
		s = string(c.buf)
	}
	c.from, c.to, c.buf = 0, 0, nil
	return s
}

// lineSink gathers text as lines, each with its line in the source. Pieces that
// follow each other in data are not copied.
type lineSink struct {
	h        *htmlReader
	lines    []pmLine
	cur      htmlPiece // of the line that is not complete
	curLine  int32
	from, to int // in data, not yet cut into lines
	row      int // of from
}

func (k *lineSink) add(s string, at int) {
	if at >= 0 && k.from < k.to && k.to == at {
		k.to += len(s)
		return
	}
	k.flush()
	if at >= 0 {
		k.from, k.to, k.row = at, at+len(s), k.h.lineno-1
		return
	}
	line := k.h.sourceLine()
	for {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			k.part(s, -1, line)
			return
		}
		k.part(s[:i], -1, line)
		k.endLine(line)
		s = s[i+1:]
	}
}

func (k *lineSink) part(s string, at int, line int32) {
	if s == "" {
		return
	}
	if k.cur.empty() {
		k.curLine = line
	}
	k.cur.data = k.h.data
	k.cur.add(s, at)
}

func (k *lineSink) endLine(line int32) {
	if !k.cur.empty() {
		line = k.curLine
	}
	k.lines = append(k.lines, pmLine{k.cur.take(), line})
}

// flush cuts what has gathered into lines.
func (k *lineSink) flush() {
	at, s, row := k.from, k.h.data[k.from:k.to], k.row
	k.from, k.to = 0, 0
	for s != "" {
		line := int32(0)
		if row < len(k.h.nums) {
			line = k.h.nums[row]
		}
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			k.part(s, at, line)
			return
		}
		k.part(s[:i], at, line)
		k.endLine(line)
		s = s[i+1:]
		at += i + 1
		row++
	}
}

// finish returns the lines.
func (k *lineSink) finish() []pmLine {
	k.flush()
	line := int32(0)
	if n := len(k.lines); n > 0 {
		line = k.lines[n-1].n
	}
	k.endLine(line)
	return k.lines
}
