package render

import (
	"maps"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// plainFences finds fences as Python-Markdown's own extension does: only where
// lines begin, and with an end somewhere behind.
func (p *pmParser) plainFences(lines []pmLine) []pmLine {
	var (
		out  []pmLine
		ends map[fenceKey][]int // lines that can end a fence
		done int
	)
	for i := 0; i < len(lines); i++ {
		text := lines[i].text
		if len(text) < 3 || text[0] != '`' && text[0] != '~' || text[1] != text[0] || text[2] != text[0] {
			continue
		}
		size := runLength(text)
		h, ok := plainHeader(text[size:])
		if !ok {
			continue
		}
		if ends == nil {
			ends = fenceEnds(lines[i+1:], i+1)
		}
		list := ends[fenceKey{text[0], size}]
		j := sort.SearchInts(list, i+1)
		if j == len(list) {
			continue
		}
		end := list[j]
		lang := h.lang
		var classes []string
		if h.braced {
			for a := range attrTokens(h.attrs) {
				if a.Key == "." {
					classes = append(classes, a.Val)
				}
			}
			if len(classes) > 0 {
				lang, classes = classes[0], classes[1:]
			}
		}
		node := p.drawn(&fence{lang: lang, classes: classes}, lines[i+1:end], lines[i].n)
		if node == nil {
			node = p.raw(p.plainFenceHTML(&h, lang, classes, lines[i+1:end]), lines[i].n)
		}
		if out == nil {
			out = p.fencedLines(len(lines) + 64)
		}
		out = append(out, lines[done:i]...)
		out = append(out, pmLine{"", lines[i].n}, pmLine{p.mark(node), lines[i].n}, pmLine{"", lines[end].n})
		p.doc.Fences = append(p.doc.Fences, Fence{int(lines[i].n), int(lines[end].n), strings.Clone(lang)})
		done = end + 1
		i = end
	}
	if out == nil {
		return lines
	}
	return p.keepFenced(append(out, lines[done:]...))
}

type fenceKey struct {
	char byte
	size int
}

// fenceEnds returns the lines that hold nothing but a fence.
func fenceEnds(lines []pmLine, first int) map[fenceKey][]int {
	ends := map[fenceKey][]int{}
	for i := range lines {
		text := lines[i].text
		if len(text) < 3 || text[0] != '`' && text[0] != '~' {
			continue
		}
		if size := runLength(text); size >= 3 && strings.Trim(text[size:], " ") == "" {
			key := fenceKey{text[0], size}
			ends[key] = append(ends[key], first+i)
		}
	}
	return ends
}

// plainHeader reads what stands behind a fence of Python-Markdown's own.
func plainHeader(s string) (h header, ok bool) {
	s = strings.TrimLeft(s, " ")
	if s == "" {
		return h, true
	}
	if s[0] == '{' {
		if len(s) == 1 || s[len(s)-1] != '}' {
			return h, false
		}
		h.braced, h.attrs = true, s[1:len(s)-1]
		return h, strings.IndexByte(h.attrs, '}') < 0
	}
	n := 0
	for n < len(s) && s[n] != ' ' {
		n++
	}
	word := s[:n]
	lang := strings.TrimPrefix(word, ".")
	switch {
	case word == ".", isLang(lang):
		h.lang = lang
		s = strings.TrimLeft(s[n:], " ")
	case isLang(word):
		h.lang = word
		s = strings.TrimLeft(s[n:], " ")
	}
	if s == "" {
		return h, true
	}
	const key = "hl_lines="
	if len(s) < len(key)+2 || s[:len(key)] != key {
		// The name of a language may touch the option.
		i := strings.Index(s, key)
		if h.lang != "" || i <= 0 || !isLang(strings.TrimPrefix(s[:i], ".")) {
			return h, false
		}
		h.lang = strings.TrimPrefix(s[:i], ".")
		s = s[i:]
	}
	s = s[len(key):]
	if len(s) < 2 || s[0] != '"' && s[0] != '\'' {
		return h, false
	}
	end := strings.LastIndexByte(s[1:], s[0])
	if end < 0 || strings.Trim(s[end+2:], " ") != "" {
		return h, false
	}
	h.options = []Attr{{key[:len(key)-1], s[1 : 1+end]}}
	return h, true
}

// plainFenceHTML returns the HTML of a block fenced as in Python-Markdown.
func (p *pmParser) plainFenceHTML(h *header, lang string, classes []string, lines []pmLine) string {
	cfg := &p.cfg.fence
	src := joinLines(lines, 0)
	if len(lines) > 0 {
		src += "\n"
	}
	var id string
	var config []Attr
	if h.braced {
		for a := range attrTokens(h.attrs) {
			switch a.Key {
			case ".":
			case "id":
				id = a.Val
			default:
				config = setAttr(config, a)
			}
		}
	} else {
		config = h.options
	}
	pygments, isSet := true, false
	for _, a := range config {
		if a.Key == "use_pygments" {
			pygments, isSet = pyBoolText(a.Val) == "True", true
		}
	}
	if cfg.codehilite != nil && cfg.codehilite.pygments && pygments {
		style := cfg.codehilite
		var hl string
		if len(config) > 0 || len(classes) > 0 {
			style, hl = p.blockStyle(config, classes)
		}
		p.html = p.appendCodehilite(p.html[:0], style, src, lang, hl, config)
		return string(p.html)
	}
	dst := append(p.html[:0], "<pre"...)
	if id != "" {
		dst = appendAttribute(dst, "id", id)
	}
	if len(classes) > 0 {
		dst = appendAttribute(dst, "class", strings.Join(classes, " "))
	}
	dst = append(dst, "><code"...)
	if lang != "" {
		dst = appendAttribute(dst, "class", cfg.langPrefix+lang)
	}
	if cfg.attrList && (!isSet || !pygments) {
		for _, a := range config {
			switch a.Key {
			case "use_pygments":
				continue
			case "hl_lines":
				// Python-Markdown writes the list as Python shows it.
				a.Val = pyInts(a.Val)
			case "linenums", "guess_lang", "noclasses":
				a.Val = pyBoolText(a.Val)
			}
			dst = appendAttribute(dst, a.Key, a.Val)
		}
	}
	dst = append(dst, '>')
	dst = appendCode(dst, src, true)
	p.html = append(dst, "</code></pre>"...)
	return string(p.html)
}

// blockStyle returns the style of a block whose header overrules options of
// codehilite.
func (p *pmParser) blockStyle(config []Attr, classes []string) (style *codeStyle, hl string) {
	opts := make(map[string]any, len(p.cfg.fence.codehiliteCfg)+len(config))
	maps.Copy(opts, p.cfg.fence.codehiliteCfg)
	for _, a := range config {
		switch a.Key {
		case "hl_lines":
			hl = a.Val
		case "linenums", "use_pygments":
			switch pyBoolText(a.Val) {
			case "True":
				opts[a.Key] = true
			case "False":
				opts[a.Key] = false
			default:
				opts[a.Key] = nil
			}
		default:
			opts[a.Key] = a.Val
		}
	}
	style = codehiliteStyle(p.md, opts)
	if len(classes) > 0 {
		style.class = strings.Join(classes, " ") + " " + style.class
	}
	return style, hl
}

// appendCodehilite writes a block as codehilite does.
func (p *pmParser) appendCodehilite(dst []byte, style *codeStyle, src, lang, hl string, config []Attr) []byte {
	c := code{src: src, lang: lang, start: -1, step: -1, special: -1}
	if hl != "" {
		c.hl = lineList(hl, strings.Count(src, "\n")+1)
	}
	for _, a := range config {
		switch n := number(a.Val); a.Key {
		case "linenostart":
			c.start = n
		case "linenostep":
			c.step = n
		case "linenospecial":
			c.special = n
		case "filename":
			c.title, c.titled = a.Val, true
		}
	}
	if style.linenums != linenumsOn {
		c.start = -1
	}
	return append(p.codeWriter.append(dst, style, &c), '\n')
}

// lineList reads the numbers of lines as codehilite does: anything that is not
// a number spoils the list.
func lineList(s string, lines int) lineSet {
	set := make(lineSet, lines+1)
	for word := range strings.FieldsSeq(s) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil
		}
		if n > 0 && n <= lines {
			set[n] = true
		}
	}
	return set
}

// pyInts writes a list of numbers as Python does.
func pyInts(s string) string {
	list := strings.Fields(s)
	for _, word := range list {
		if _, err := strconv.Atoi(word); err != nil {
			return "[]"
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// pyBoolText writes a truth value as Python-Markdown reads it and Python writes
// it; what is none becomes None.
func pyBoolText(s string) string {
	switch strings.ToLower(s) {
	case "true", "yes", "y", "on", "1":
		return "True"
	case "false", "no", "n", "off", "0":
		return "False"
	}
	return "None"
}

// codeBlocks highlights the indented blocks of code in the tree. It runs before
// the inline stage, when all fences are numbered.
func (p *pmParser) codeBlocks(root *Node) {
	style := p.cfg.fence.indented
	if style == nil {
		return
	}
	for n := root.First; n != nil; n = n.Next {
		if n.Kind != Element {
			continue
		}
		if n.Tag != "pre" {
			p.codeBlocks(n)
			continue
		}
		c := n.First
		if !c.Is("code") || c.Next != nil || c.First == nil || c.First.Next != nil || c.First.Kind == Element {
			p.codeBlocks(n)
			continue
		}
		src := codeUnescape(c.First.Text)
		if style.codehilite {
			p.html = p.appendIndented(p.html[:0], style, src)
		} else {
			p.html = p.codeWriter.append(p.html[:0], style, &code{src: src, start: -1, step: -1, special: -1, count: p.counter})
			p.counter++
		}
		c.First.Remove()
		c.Remove()
		n.Tag, n.Attrs = "p", nil
		n.Append(p.raw(string(p.html), n.Line))
	}
}

// codeUnescape undoes the escaping of code in the tree.
func codeUnescape(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for ; i >= 0; i = strings.IndexByte(s, '&') {
		b = append(b, s[:i]...)
		s = s[i:]
		switch {
		case strings.HasPrefix(s, "&lt;"):
			b, s = append(b, '<'), s[4:]
		case strings.HasPrefix(s, "&gt;"):
			b, s = append(b, '>'), s[4:]
		case strings.HasPrefix(s, "&amp;"):
			b, s = append(b, '&'), s[5:]
		default:
			b, s = append(b, '&'), s[1:]
		}
	}
	return string(append(b, s...))
}

// appendIndented writes an indented block as codehilite does: its first line
// may name the language, after two colons or as a shebang.
func (p *pmParser) appendIndented(dst []byte, style *codeStyle, src string) []byte {
	src = strings.Trim(src, "\n")
	first, rest, more := strings.Cut(src, "\n")
	lang, hl, path, shebang, ok := mockShebang(first)
	if !ok {
		return p.appendCodehilite(dst, style, src, "", "", nil)
	}
	if !path {
		src = rest
		if !more {
			src = ""
		}
	}
	if shebang && style.linenums == linenumsUnset {
		numbered := *style
		numbered.linenums = linenumsOn
		style = &numbered
	}
	return p.appendCodehilite(dst, style, strings.Trim(src, "\n"), strings.ToLower(lang), hl, nil)
}

// mockShebang reads the line that names a language: two or more colons, or #!,
// a path perhaps, the name, and lines to mark.
func mockShebang(s string) (lang, hl string, path, shebang, ok bool) {
	switch {
	case strings.HasPrefix(s, "::"):
		s = s[runLength(s):]
	case strings.HasPrefix(s, "#!"):
		s, shebang = s[2:], true
	default:
		return "", "", false, false, false
	}
	// A path is any number of /word and then a slash or a space.
	n, last := 0, -1
	for n < len(s) {
		if s[n] == '/' || s[n] == ' ' {
			last = n + 1
		}
		if s[n] != '/' {
			break
		}
		n++
		from := n
		for n < len(s) && isWordAt(s, n) {
			n++
		}
		if n == from {
			break
		}
	}
	if last > 0 {
		s, path = s[last:], true
	}
	n = 0
	for n < len(s) && (isWordAt(s, n) || s[n] == '#' || s[n] == '.' || s[n] == '+' || s[n] == '-') {
		n++
	}
	lang, s = s[:n], strings.TrimLeft(s[n:], " \t")
	if after, found := strings.CutPrefix(s, "hl_lines="); found && len(after) > 1 && (after[0] == '"' || after[0] == '\'') {
		if end := strings.IndexByte(after[1:], after[0]); end >= 0 {
			hl = after[1 : 1+end]
		}
	}
	return lang, hl, path, shebang, true
}

// isWordAt reports whether the byte at i is part of a word. All letters beyond
// ASCII are taken for one.
func isWordAt(s string, i int) bool {
	c := s[i]
	return isAlpha(c) || isDigit(c) || c == '_' || c >= utf8.RuneSelf
}
