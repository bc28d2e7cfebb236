package render

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lintel-docs/lintel/internal/finding"
)

// fenceConfig is the options of fences and highlighting.
type fenceConfig struct {
	plain bool // fenced_code
	super bool // pymdownx.superfences, which takes the place of fenced_code

	langPrefix      string         // fenced_code
	codehilite      *codeStyle     // nil when codehilite is off
	codehiliteCfg   map[string]any // which the header of a fence may overrule
	highlight       *codeStyle     // of superfences
	indented        *codeStyle     // of indented blocks of code; nil leaves them alone
	custom          []customFence  // the last one first
	fallback        *customFence   // in place of highlighting
	attrList        bool
	disableIndented bool
	preserveTabs    bool
	relaxed         bool
	strictQuotes    bool // pymdownx.quotes: every line has the same level

	findings []finding.Finding
}

// customFence is a language whose code is not highlighted but handed on.
type customFence struct {
	name, class string
	format      fenceFormat
	tag         string // of math
	preview     bool   // of math
}

type fenceFormat uint8

const (
	formatCode    fenceFormat = iota // pre with code
	formatDiv                        // div
	formatMath                       // math between TeX delimiters
	formatMathJax                    // math in a script element
	formatRawDiv                     // div without escaping
	formatRawCode                    // pre with code without escaping
)

// fenceState is what fences keep of one page.
type fenceState struct {
	codeWriter
	html     []byte // of the block that is being written
	fenced   []fencedBlock
	counter  int // blocks of code so far
	diagrams int // pictures so far
}

// fencedBlock is what a mark for a fenced block was before, for the case that
// the fence turns out to be inside an indented block of code.
type fencedBlock struct {
	mark   int // index in the stash
	indent int // characters before the fence
	lines  []pmLine
}

func compileFences(m *Markdown) fenceConfig {
	super, isSuper := m.ext["pymdownx.superfences"]
	highlight, isHighlight := m.ext["pymdownx.highlight"]
	codehilite, isCodehilite := m.ext["codehilite"]
	c := fenceConfig{super: isSuper}
	plain, isPlain := m.ext["fenced_code"]
	c.plain = isPlain && !isSuper
	c.langPrefix = optString(plain, "lang_prefix", "language-")
	_, c.attrList = m.ext["attr_list"]
	_, c.strictQuotes = m.ext["pymdownx.quotes"]
	if isCodehilite {
		c.codehiliteCfg = codehilite
		c.codehilite = codehiliteStyle(m, codehilite)
	}
	c.highlight = highlightStyle(m, highlight)
	switch {
	case isHighlight && m.inOrder("codehilite", "pymdownx.highlight")[0] == "pymdownx.highlight":
		// Lines of indented blocks have no ids in PyMdown.
		style := *c.highlight
		style.lineSpans, style.lineAnchors, style.linkNumbers = "", "", false
		c.indented = &style
	case isCodehilite:
		c.indented = c.codehilite
	}
	if isSuper {
		if class := optString(super, "css_class", ""); class != "" {
			style := *c.highlight
			style.class = class
			c.highlight = &style
		}
		c.disableIndented = optBool(super, "disable_indented_code_blocks", false)
		c.preserveTabs = optBool(super, "preserve_tabs", false)
		c.relaxed = optBool(super, "relaxed_headers", false)
		list, _ := super["custom_fences"].([]any)
		for _, x := range list {
			f, ok, known := compileFence(x)
			if ok && !known {
				c.findings = append(c.findings, finding.Finding{
					Rule: "config/fence-format", Severity: finding.Warning, Position: m.extensionPosition("pymdownx.superfences"),
					Message: fmt.Sprintf("the format of the custom fence %s is not known: %v", f.name, formatName(x)),
					Hint:    "its code is shown as it stands; pymdownx.superfences.fence_code_format and fence_div_format are known",
				})
			}
			switch {
			case !ok:
			case f.name == "*":
				c.fallback = &f
			default:
				c.custom = append([]customFence{f}, c.custom...)
			}
		}
	}
	return c
}

// compileFence reads an entry of custom_fences. It reports whether there is a
// fence in it and whether its format is known.
func compileFence(x any) (f customFence, ok, known bool) {
	entry, _ := x.(map[string]any)
	name, isName := entry["name"].(string)
	class, isClass := entry["class"].(string)
	if !isName || !isClass {
		return f, false, false
	}
	f = customFence{name: name, class: class, tag: "div"}
	f.format, known = compileFormat(entry["format"], &f)
	return f, true, known
}

// formatName returns the name of the format of an entry of custom_fences.
func formatName(x any) string {
	entry, _ := x.(map[string]any)
	switch v := entry["format"].(type) {
	case PyName:
		return string(v)
	case *PyCall:
		return v.Name
	case string:
		return v
	}
	return fmt.Sprint(entry["format"])
}

// extensionPosition returns where the configuration names an extension.
func (m *Markdown) extensionPosition(name string) finding.Position {
	for i := range m.opts.Extensions {
		if m.opts.Extensions[i].Name == name {
			return m.opts.Extensions[i].Position
		}
	}
	return finding.Position{}
}

// compileFormat reads the format of a custom fence, which may be a name or a call.
// It reports whether the format is known.
func compileFormat(x any, f *customFence) (fenceFormat, bool) {
	name := ""
	switch v := x.(type) {
	case nil:
		return formatCode, true
	case string:
		name = v
	case PyName:
		name = string(v)
	case *PyCall:
		name = v.Name
		f.tag = optString(v.Kwds, "tag", f.tag)
		f.preview = optBool(v.Kwds, "preview", false)
		if optString(v.Kwds, "mode", "generic") == "mathjax" {
			if strings.HasPrefix(name, "pymdownx.arithmatex.arithmatex_") {
				return formatMathJax, true
			}
		}
	}
	switch strings.ReplaceAll(name, ":", ".") {
	case "pymdownx.superfences.fence_code_format":
		return formatCode, true
	case "pymdownx.superfences.fence_div_format":
		return formatDiv, true
	case "pymdownx.arithmatex.fence_generic_format", "pymdownx.arithmatex.arithmatex_fenced_format",
		"pymdownx.arithmatex.inline_generic_format", "pymdownx.arithmatex.arithmatex_inline_format":
		return formatMath, true
	case "pymdownx.arithmatex.fence_mathjax_format", "pymdownx.arithmatex.inline_mathjax_format":
		return formatMathJax, true
	case "pymdownx.arithmatex.fence_mathjax_preview_format", "pymdownx.arithmatex.inline_mathjax_preview_format":
		f.preview = true
		return formatMathJax, true
	case "mermaid2.fence_mermaid":
		return formatRawDiv, true
	case "mermaid2.fence_mermaid_custom":
		return formatRawCode, true
	}
	return formatCode, false
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

// isFenceOption reports whether a is an option of highlighting with a value
// that it can take.
func isFenceOption(a Attr) bool {
	switch a.Key {
	case "title":
		return true
	case "linenums":
		return a.Val != "" && isDigit(a.Val[0])
	case "hl_lines":
		s := a.Val
		for {
			n := digits(s)
			if n == 0 {
				return false
			}
			s = s[n:]
			if s != "" && s[0] == '-' {
				n = digits(s[1:])
				if n == 0 {
					return false
				}
				s = s[1+n:]
			}
			if s == "" {
				return true
			}
			rest := strings.TrimLeft(s, " \t")
			if len(rest) == len(s) {
				return false
			}
			s = rest
		}
	}
	return false
}

// digits returns how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// header is what stands behind a fence.
type header struct {
	lang    string
	braced  bool // a list of attributes in braces
	attrs   string
	options []Attr
	unknown bool // neither attributes nor options
}

// fenceHeader reads what stands behind a fence; s has no white space at its end.
func fenceHeader(s string) (h header) {
	rest := strings.TrimLeft(s, " \t")
	word := rest
	if i := strings.IndexAny(rest, " \t"); i >= 0 {
		word = rest[:i]
	}
	if lang := strings.TrimPrefix(word, "."); isLang(lang) {
		h.lang, s = lang, rest[len(word):]
	} else if isLang(word) {
		h.lang, s = word, rest[len(word):]
	}
	s = strings.TrimLeft(s, " \t")
	if s == "" {
		return h
	}
	if s[0] == '{' && s[len(s)-1] == '}' {
		h.braced, h.attrs = len(s) > 2, s[1:len(s)-1]
		return h
	}
	for s != "" {
		n := 0
		for n < len(s) && (isAlpha(s[n]) || n > 0 && (s[n] == '_' || isDigit(s[n]))) {
			n++
		}
		if n == 0 {
			h.unknown = true
			return h
		}
		a := Attr{s[:n], s[:n]}
		s = s[n:]
		if len(s) > 1 && s[0] == '=' && (s[1] == '"' || s[1] == '\'') {
			quote := s[1]
			end := closingQuote(s[2:], quote)
			if end < 0 {
				h.unknown = true
				return h
			}
			a.Val, s = s[2:2+end], s[3+end:]
			// The value ends at its first quote; what is left over may be
			// anything but an option.
			if i := strings.IndexByte(a.Val, quote); i >= 0 {
				if strings.IndexFunc(a.Val[i:], func(r rune) bool { return r < 0x80 && isAlpha(byte(r)) }) >= 0 {
					h.unknown = true
					return h
				}
				a.Val = a.Val[:i]
			}
		}
		if s != "" && s[0] != ' ' && s[0] != '\t' {
			h.unknown = true
			return h
		}
		s = strings.TrimLeft(s, " \t")
		h.options = setAttr(h.options, a)
	}
	return h
}

// closingQuote returns the place of the first quote in s that has white space
// or nothing behind it, or -1.
func closingQuote(s string, quote byte) int {
	for i := 0; i < len(s); i++ {
		if s[i] == quote && (i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\t') {
			return i
		}
	}
	return -1
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isLang reports whether s can be the name of a language.
func isLang(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if !isAlpha(c) && !isDigit(c) && c != '_' && c != '#' && c != '.' && c != '+' && c != '-' {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return false
		}
		i += size
	}
	return s != ""
}

// setAttr sets an attribute as a Python dictionary does: a second value takes
// the place of the first.
func setAttr(list []Attr, a Attr) []Attr {
	// A header with thousands of attributes is no header; the bound keeps this
	// linear.
	if len(list) < 256 {
		for i := range list {
			if list[i].Key == a.Key {
				list[i].Val = a.Val
				return list
			}
		}
	}
	return append(list, a)
}

// attrTokens iterates over a list of attributes as they stand in braces.
// Classes have the key ".", which no attribute can have.
func attrTokens(s string) func(yield func(Attr) bool) {
	return func(yield func(Attr) bool) {
		for s != "" {
			if s[0] == ' ' {
				s = s[1:]
				continue
			}
			n := 0
			for n < len(s) && s[n] != ' ' && s[n] != '=' && s[n] != '}' {
				n++
			}
			if n == 0 {
				return // an equals sign without a key, or a brace, ends it all
			}
			var a Attr
			key, rest := s[:n], s[n:]
			switch {
			case len(rest) > 1 && rest[0] == '=' && (rest[1] == '"' || rest[1] == '\'') && strings.IndexByte(rest[2:], rest[1]) >= 0:
				end := strings.IndexByte(rest[2:], rest[1])
				a = Attr{key, rest[2 : 2+end]}
				s = rest[3+end:]
			case len(rest) > 1 && rest[0] == '=' && rest[1] != ' ' && rest[1] != '=' && rest[1] != '}':
				end := 1
				for end < len(rest) && rest[end] != ' ' && rest[end] != '=' && rest[end] != '}' {
					end++
				}
				a = Attr{key, rest[1:end]}
				s = rest[end:]
			default:
				switch key[0] {
				case '.':
					a = Attr{".", key[1:]}
				case '#':
					a = Attr{"id", key[1:]}
				default:
					a = Attr{key, key}
				}
				s = rest
			}
			if !yield(a) {
				return
			}
		}
	}
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

// lineNumbering reads a start, a step, and which lines are special.
func lineNumbering(s string) (start, step, special int) {
	var n [3]int
	for i := range n {
		n[i] = -1
		d := digits(s)
		if d == 0 {
			continue
		}
		n[i] = number(s[:d])
		rest := strings.TrimLeft(s[d:], " \t")
		if len(rest) == len(s)-d {
			s = ""
		} else {
			s = rest
		}
	}
	if n[1] <= 1 {
		n[1] = -1
	}
	return n[0], n[1], n[2]
}

// number reads digits; numbers beyond a hundred million are all the same.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n > 1e8 {
		return 1e8
	}
	return n
}

// lineRanges reads a list of lines and ranges of lines, of a block with so many
// lines.
func lineRanges(s string, lines int) lineSet {
	// Steps up and down at the ends of ranges, summed up afterwards: ranges may
	// be many and wide.
	steps := make([]int32, lines+3)
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' }) {
		from, to, _ := strings.Cut(word, "-")
		a := min(number(from), lines+1)
		b := a
		if to != "" {
			b = min(number(to), lines+1)
		}
		// A single line must be there; a range may end one behind the last.
		if a <= b && (to != "" || a <= lines) {
			steps[a]++
			steps[b+1]--
		}
	}
	set := make(lineSet, lines+2)
	any, sum := false, int32(0)
	for i := range set {
		sum += steps[i]
		set[i] = sum > 0
		any = any || set[i] && i > 0
	}
	if !any {
		return nil
	}
	return set
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
