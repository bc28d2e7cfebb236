package render

import (
	"slices"
	"sort"
	"strings"
)

// fencedBlock is what a mark for a fenced block was before, for the case that
// the fence turns out to be inside an indented block of code.
type fencedBlock struct {
	mark   int // index in the stash
	indent int // characters before the fence
	lines  []pmLine
}

// fences replaces fenced blocks by lines that hold a mark.
func (p *pmParser) fences(lines []pmLine) []pmLine {
	switch {
	case p.cfg.fence.super:
		return p.superFences(lines)
	case p.cfg.fence.plain:
		return p.plainFences(lines)
	}
	return lines
}

// fence is a fenced block whose end is looked for.
type fence struct {
	char    byte
	size    int // how many of char
	line    int // index of the first line
	indent  int // characters before the fence
	quotes  int // of them, signs of quotes
	blanks  int // empty lines since the last one with text
	lang    string
	classes []string
	id      string
	options []Attr
	attrs   []Attr
	custom  *customFence
}

// fencePrefix returns the length of the white space and quote signs that line
// begins with, at most limit, and how many quote signs are among them.
func fencePrefix(line string, limit int) (n, quotes int) {
	for n < len(line) && n < limit {
		switch line[n] {
		case ' ', '\t':
		case '>':
			quotes++
		default:
			return n, quotes
		}
		n++
	}
	return n, quotes
}

// superFences finds fences as pymdownx.superfences does: at any indentation and
// behind quote signs, line by line. A fence that turns out not to be one gives
// up the lines that it has passed.
func (p *pmParser) superFences(lines []pmLine) []pmLine {
	var (
		out  []pmLine
		done int // lines that are in out
		open bool
		f    fence
	)
	for i := range lines {
		text := lines[i].text
		if !open {
			n, quotes := fencePrefix(text, len(text))
			if n == len(text) || text[n] != '`' && text[n] != '~' {
				continue
			}
			f, open = p.openFence(text[n:])
			f.line, f.indent, f.quotes = i, n, quotes
			continue
		}
		n, quotes := fencePrefix(text, f.indent)
		content := text[n:]
		switch {
		case f.quotes > 0:
			switch {
			case quotes > f.quotes || p.cfg.fence.strictQuotes && quotes != f.quotes:
				open = false
			case content == "":
				f.blanks++
				continue
			case n < f.indent, f.blanks > 0 && quotes < f.quotes:
				open = false
			}
		case quotes > 0:
			open = false
		case isBlank(text):
			f.blanks++
			continue
		case n != f.indent:
			open = false
		}
		if !open {
			continue
		}
		if !f.ends(content) {
			f.blanks = 0
			continue
		}
		open = false
		node := p.drawn(&f, lines[f.line+1:i], lines[f.line].n)
		if node == nil {
			node = p.raw(p.fenceHTML(&f, lines[f.line+1:i]), lines[f.line].n)
		}
		n = len(p.stash)
		if out == nil {
			out = p.fencedLines(len(lines))
		}
		out = append(out, lines[done:f.line]...)
		out = append(out, pmLine{lines[f.line].text[:f.indent] + p.mark(node), lines[f.line].n})
		done = i + 1
		p.fenced = append(p.fenced, fencedBlock{n, f.indent, lines[f.line : i+1]})
		p.doc.Fences = append(p.doc.Fences, Fence{int(lines[f.line].n), int(lines[i].n), strings.Clone(f.lang)})
	}
	if out == nil {
		return lines
	}
	return p.keepFenced(append(out, lines[done:]...))
}

// fencedLines returns an empty slice for the lines behind the stage of fences;
// keepFenced keeps it for the next page.
func (p *pmParser) fencedLines(size int) []pmLine {
	if p.scratch == nil {
		return make([]pmLine, 0, size)
	}
	return slices.Grow(p.scratch.fenced[:0], size)
}

func (p *pmParser) keepFenced(lines []pmLine) []pmLine {
	if p.scratch != nil {
		p.scratch.fenced = lines
	}
	return lines
}

// ends reports whether a line without its indentation closes the fence.
func (f *fence) ends(s string) bool {
	if len(s) < f.size || s[0] != f.char {
		return false
	}
	return runLength(s) == f.size && strings.Trim(s[f.size:], " \t") == ""
}

// runLength returns how often s repeats its first byte at its start.
func runLength(s string) int {
	n := 1
	for n < len(s) && s[n] == s[0] {
		n++
	}
	return n
}

// openFence reads the header of a fence, s beginning with the fence itself.
func (p *pmParser) openFence(s string) (f fence, ok bool) {
	f.char, f.size = s[0], runLength(s)
	if f.size < 3 {
		return f, false
	}
	s = strings.TrimRight(s[f.size:], " \t")
	if s == "" {
		return f, p.acceptFence(&f, nil, true)
	}
	h := fenceHeader(s)
	f.lang = h.lang
	switch {
	case h.braced:
		var values []Attr
		for a := range attrTokens(strings.ReplaceAll(h.attrs, "\t", "    ")) {
			switch a.Key {
			case ".":
				f.classes = append(f.classes, a.Val)
			case "id":
				f.id = a.Val
			default:
				values = setAttr(values, a)
			}
		}
		if f.lang == "" && len(f.classes) > 0 {
			f.lang, f.classes = f.classes[0], f.classes[1:]
		}
		ok = p.acceptFence(&f, values, true)
	case !h.unknown:
		ok = p.acceptFence(&f, h.options, false)
	}
	if !ok && p.cfg.fence.relaxed {
		f.options, f.attrs, f.custom = nil, nil, nil
		return f, p.acceptFence(&f, nil, true)
	}
	return f, ok
}

// acceptFence finds who formats the fence and sorts what its header says into
// options and attributes. Without braces there are no attributes.
func (p *pmParser) acceptFence(f *fence, values []Attr, braced bool) bool {
	cfg := &p.cfg.fence
	for i := range cfg.custom {
		c := &cfg.custom[i]
		if c.name != f.lang || !braced && len(values) > 0 {
			continue
		}
		f.custom = c
		if cfg.attrList {
			f.attrs = values
		}
		return true
	}
	if cfg.fallback != nil {
		if !braced && len(values) > 0 {
			return false
		}
		f.custom = cfg.fallback
		if cfg.attrList {
			f.attrs = values
		}
		return true
	}
	for _, a := range values {
		if cfg.highlight.pygments && isFenceOption(a) {
			f.options = append(f.options, a)
			continue
		}
		if !braced {
			return false
		}
		if cfg.attrList {
			f.attrs = append(f.attrs, a)
		}
	}
	return true
}

// joinLines joins lines without the first indent characters of each.
func joinLines(lines []pmLine, indent int) string {
	size := 0
	for i := range lines {
		size += max(len(lines[i].text)-indent, 0) + 1
	}
	b := make([]byte, 0, size)
	for i := range lines {
		if i > 0 {
			b = append(b, '\n')
		}
		if text := lines[i].text; len(text) > indent {
			b = append(b, text[indent:]...)
		}
	}
	return string(b)
}

// fenceHTML returns the HTML of a fenced block.
func (p *pmParser) fenceHTML(f *fence, lines []pmLine) string {
	src := joinLines(lines, f.indent)
	if p.cfg.fence.preserveTabs {
		src = strings.ReplaceAll(src, keptTab, "\t")
	}
	if f.custom != nil {
		p.html = f.custom.append(p.html[:0], f, src)
		return string(p.html)
	}
	c := code{
		src: src, lang: f.lang, classes: f.classes, id: f.id, attrs: f.attrs,
		start: -1, step: -1, special: -1, count: p.counter,
	}
	p.counter++
	for _, o := range f.options {
		switch o.Key {
		case "title":
			c.title, c.titled = o.Val, true
		case "linenums":
			c.start, c.step, c.special = lineNumbering(o.Val)
		case "hl_lines":
			c.hl = lineRanges(o.Val, len(lines))
		}
	}
	p.html = p.codeWriter.append(p.html[:0], p.cfg.fence.highlight, &c)
	return string(p.html)
}

// append appends the HTML of a custom fence.
func (c *customFence) append(dst []byte, f *fence, src string) []byte {
	switch c.format {
	case formatMathJax:
		dst = append(dst, '<')
		dst = append(dst, c.tag...)
		dst = append(dst, " class=\"arithmatex\">\n"...)
		if c.preview {
			dst = append(dst, "<div class=\"MathJax_Preview\">\n"...)
			dst = appendCode(dst, src, true)
			dst = append(dst, "\n</div>\n"...)
		}
		dst = append(dst, "<script type=\"math/tex; mode=display\">\n"...)
		dst = append(dst, src...)
		return append(dst, "\n</script>\n</div>"...)
	}
	tag := "pre"
	switch c.format {
	case formatDiv, formatRawDiv:
		tag = "div"
	case formatMath:
		tag = c.tag
	}
	dst = append(dst, '<')
	dst = append(dst, tag...)
	if f.id != "" {
		dst = appendAttribute(dst, "id", f.id)
	}
	if c.class != "" || len(f.classes) > 0 {
		dst = append(dst, ` class="`...)
		open := len(dst)
		if c.class != "" {
			dst = appendAttr(dst, c.class)
		}
		for _, class := range f.classes {
			dst = appendWord(dst, open, class)
		}
		dst = append(dst, '"')
	}
	for _, a := range f.attrs {
		dst = appendAttribute(dst, a.Key, a.Val)
	}
	dst = append(dst, '>')
	switch c.format {
	case formatDiv:
		dst = appendCode(dst, src, false)
	case formatMath:
		dst = append(dst, "\\[\n"...)
		dst = append(dst, src...)
		dst = append(dst, "\n\\]"...)
	case formatRawDiv:
		dst = append(dst, src...)
		dst = append(dst, '\n')
	case formatRawCode:
		dst = append(dst, "<code>"...)
		dst = append(dst, src...)
		dst = append(dst, "\n</code>"...)
	default:
		dst = append(dst, "<code>"...)
		dst = appendCode(dst, src, false)
		dst = append(dst, "</code>"...)
	}
	dst = append(dst, '<', '/')
	dst = append(dst, tag...)
	return append(dst, '>')
}

// keptTab stands for a tab that is not expanded. It is never part of a page.
const keptTab = "\x01"

// keepTabs protects the tabs in fenced blocks before tabs are expanded.
func (p *pmParser) keepTabs(lines []pmLine) []pmLine {
	if !p.cfg.fence.super || !p.cfg.fence.preserveTabs {
		return lines
	}
	var f fence
	open, tabs := false, false
	for i := range lines {
		text := lines[i].text
		if !open {
			indent, rest := tabPrefix(text, len(text)*p.cfg.tabLength, p.cfg.tabLength)
			if rest == "" || rest[0] != '`' && rest[0] != '~' {
				continue
			}
			f, open = p.openFence(strings.TrimRight(rest, "\r"))
			f.line, f.indent, f.quotes = i, len(indent), strings.Count(indent, ">")
			tabs = false
			continue
		}
		indent, rest := tabPrefix(text, f.indent, p.cfg.tabLength)
		tabs = tabs || strings.IndexByte(rest, '\t') >= 0
		switch quotes := strings.Count(indent, ">"); {
		case rest == "" || f.quotes == 0 && isBlank(text):
		case quotes > f.quotes, len(indent) < f.indent, f.quotes == 0 && len(indent) != f.indent:
			open = false
		case f.ends(strings.TrimRight(rest, "\r")):
			open = false
			if !tabs {
				continue
			}
			for j := f.line + 1; j < i; j++ {
				indent, rest := tabPrefix(lines[j].text, f.indent, p.cfg.tabLength)
				lines[j].text = indent + strings.ReplaceAll(rest, "\t", keptTab)
			}
		}
	}
	return lines
}

// tabPrefix returns the white space and quote signs that line begins with, up
// to limit columns and with tabs expanded, and the rest of the line.
func tabPrefix(line string, limit, width int) (prefix, rest string) {
	n, columns, tabs := 0, 0, false
loop:
	for n < len(line) && columns < limit {
		switch line[n] {
		case ' ', '>':
			columns++
		case '\t':
			columns += width - columns%width
			tabs = true
		default:
			break loop
		}
		n++
	}
	prefix = line[:n]
	if tabs {
		prefix = expandTabs(prefix, width)
	}
	return prefix, line[n:]
}

// unfence puts back what fenced blocks were whose marks stand alone in lines of
// an indented block of code.
func (p *pmParser) unfence(lines []pmLine) []pmLine {
	if len(p.fenced) == 0 || !p.cfg.fence.super {
		return lines
	}
	var out []pmLine
	done := 0
	for i := range lines {
		indent, b := p.fencedAt(lines[i].text)
		if b == nil {
			continue
		}
		out = append(out, lines[done:i]...)
		done = i + 1
		cut := max(b.indent-indent, 0)
		for k, l := range b.lines {
			if k == 1 && len(b.lines) == 2 {
				out = append(out, pmLine{"", l.n}) // as PyMdown shows an empty fence
			}
			l.text = l.text[min(cut, len(l.text)):]
			if p.cfg.fence.preserveTabs && strings.Contains(l.text, keptTab) {
				l.text = expandTabs(strings.ReplaceAll(l.text, keptTab, "\t"), p.cfg.tabLength)
			}
			out = append(out, l)
		}
	}
	if out == nil {
		return lines
	}
	return append(out, lines[done:]...)
}

// fencedAt returns the fenced block whose mark is all that a line holds, and
// the number of characters before it.
func (p *pmParser) fencedAt(line string) (indent int, b *fencedBlock) {
	i := strings.IndexByte(line, stx)
	if i < 0 || strings.Trim(line[:i], "> ") != "" {
		return 0, nil
	}
	n, size := p.unmark(line[i:])
	if n == nil || i+size != len(line) {
		return 0, nil
	}
	mark := number(line[i+1 : len(line)-1])
	j := sort.Search(len(p.fenced), func(j int) bool { return p.fenced[j].mark >= mark })
	if j == len(p.fenced) || p.fenced[j].mark != mark {
		return 0, nil
	}
	return i, &p.fenced[j]
}
