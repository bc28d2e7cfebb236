package render

import (
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/render/highlight"
)

// codeStyle is how blocks of code become HTML: the options of pymdownx.highlight
// or of codehilite, which both hand on to Pygments' HTML formatter.
type codeStyle struct {
	class        string            // of the outermost element
	pygments     bool              // tokens are marked here; else by a script in the browser
	linenums     linenums          // for blocks that say nothing of their own
	style        linenumsStyle     // how lines are numbered
	special      int               // every nth line is special; below 0 for none
	aliases      map[string]string // names of languages that the site adds
	langPrefix   string
	attrsOnPre   bool
	autoTitle    bool
	titles       map[string]string // automatic titles by name of the lexer
	lineSpans    string            // id of the element around each line, without its number
	lineAnchors  string            // id of the anchor before each line, without its number
	linkNumbers  bool              // line numbers link to their line
	langClass    bool
	keepNewlines bool   // at the beginning and end of the code
	defaultLang  string // of blocks that name none
	// codehilite is set for Python-Markdown's own extension, which writes what
	// Pygments gives it unchanged and marks code for scripts in another way.
	codehilite bool
	escape     bool // titles and attributes are not trusted to be markup
}

type linenums uint8

const (
	linenumsUnset linenums = iota
	linenumsOff
	linenumsOn
)

type linenumsStyle uint8

const (
	linenumsTable  linenumsStyle = iota
	linenumsInline               // a number before each line
	linenumsData                 // the number in an attribute, shown by CSS
)

// code is one block of code.
type code struct {
	src     string
	lang    string
	classes []string
	id      string
	attrs   []Attr
	title   string
	titled  bool
	hl      lineSet
	// start, step and special number the lines; below 0 where the block says
	// nothing.
	start, step, special int
	count                int // blocks of code before this one on the page
}

// lineSet is a set of line numbers from 1 on.
type lineSet []bool

func (s lineSet) has(n int) bool { return n < len(s) && s[n] }

// highlightStyle compiles the options of pymdownx.highlight; nil options are
// the defaults.
func highlightStyle(m *Markdown, cfg map[string]any) *codeStyle {
	s := &codeStyle{
		class:        optString(cfg, "css_class", "highlight"),
		pygments:     optBool(cfg, "use_pygments", true),
		special:      optInt(cfg, "linenums_special", -1),
		langPrefix:   optString(cfg, "language_prefix", "language-"),
		attrsOnPre:   optBool(cfg, "code_attr_on_pre", false),
		autoTitle:    optBool(cfg, "auto_title", false),
		lineSpans:    optString(cfg, "line_spans", ""),
		lineAnchors:  optString(cfg, "line_anchors", ""),
		linkNumbers:  optBool(cfg, "anchor_linenums", false),
		langClass:    optBool(cfg, "pygments_lang_class", false),
		keepNewlines: !optBool(cfg, "stripnl", true),
		defaultLang:  optString(cfg, "default_lang", ""),
		linenums:     optLinenums(cfg, "linenums"),
		escape:       m.opts.Untrusted,
	}
	if s.linkNumbers && s.lineAnchors == "" {
		s.lineAnchors = "__codelineno"
	}
	switch optString(cfg, "linenums_style", "table") {
	case "inline":
		s.style = linenumsInline
	case "pymdownx-inline":
		s.style = linenumsData
	}
	if list, ok := cfg["extend_pygments_lang"].([]any); ok {
		s.aliases = map[string]string{}
		for _, x := range list {
			entry, _ := x.(map[string]any)
			name, lang := optString(entry, "name", ""), optString(entry, "lang", "")
			if name != "" && lang != "" {
				s.aliases[strings.ToLower(name)] = lang
			}
		}
	}
	if titles, ok := cfg["auto_title_map"].(map[string]any); ok {
		s.titles = map[string]string{}
		for name, x := range titles {
			if title, ok := x.(string); ok {
				s.titles[name] = title
			}
		}
	}
	return s
}

// codehiliteStyle compiles the options of codehilite, or of one of its blocks,
// which may change any of them.
func codehiliteStyle(m *Markdown, cfg map[string]any) *codeStyle {
	s := &codeStyle{
		class:       optString(cfg, "css_class", "codehilite"),
		pygments:    optBool(cfg, "use_pygments", true),
		special:     -1,
		langPrefix:  optString(cfg, "lang_prefix", "language-"),
		lineSpans:   optString(cfg, "linespans", ""),
		lineAnchors: optString(cfg, "lineanchors", ""),
		linkNumbers: optBool(cfg, "anchorlinenos", false),
		linenums:    optLinenums(cfg, "linenums"),
		codehilite:  true,
		escape:      m.opts.Untrusted,
	}
	s.class = optString(cfg, "cssclass", s.class)
	how := cfg["linenums"]
	if v, ok := cfg["linenos"]; ok {
		how, s.linenums = v, optLinenums(cfg, "linenos")
	}
	if how == "inline" {
		s.style = linenumsInline
	}
	return s
}

func optLinenums(cfg map[string]any, key string) linenums {
	switch v, set := cfg[key]; {
	case !set || v == nil:
		return linenumsUnset
	case optBool(cfg, key, false):
		return linenumsOn
	default:
		return linenumsOff
	}
}

// codeWriter writes blocks of code. Its buffer is kept from block to block.
type codeWriter struct{ body []byte }

// append appends the HTML of a block.
func (w *codeWriter) append(dst []byte, s *codeStyle, c *code) []byte {
	lang := c.lang
	if lang == "" {
		lang = s.defaultLang
	}
	if !s.pygments {
		return s.appendForScript(dst, c, lang)
	}
	src := c.src
	if !s.keepNewlines {
		src = strings.Trim(src, "\n")
	} else {
		src = strings.TrimSuffix(src, "\n")
	}
	lexer := lang
	if len(s.aliases) > 0 {
		if alias, ok := s.aliases[strings.ToLower(lang)]; ok {
			lexer = alias
		}
	}
	w.body = appendTokens(w.body[:0], lexer, src)
	w.body = append(w.body, '\n')

	numbered := s.linenums == linenumsOn && c.start != 0 || s.linenums != linenumsOff && c.start > 0
	start, step, special := 1, 1, 0
	if numbered {
		start, step, special = max(c.start, 1), max(c.step, 1), c.special
		if special < 0 {
			special = max(s.special, 0)
		}
	}
	table := numbered && s.style == linenumsTable

	title := c.title
	if !c.titled && s.autoTitle {
		name := lexerName(strings.ToLower(lexer))
		if name == "" {
			name = "Text only"
		}
		if title = s.titles[name]; title == "" {
			title = titleWords(name)
		}
	}
	title = strings.TrimSpace(title)

	dst = append(dst, "<div"...)
	if c.id != "" {
		dst = appendAttribute(dst, "id", c.id)
	}
	if s.langClass || len(c.classes) > 0 || s.class != "" {
		dst = append(dst, ` class="`...)
		open := len(dst)
		if s.langClass {
			dst = appendAttr(dst, s.langPrefix)
			if lexerName(strings.ToLower(lexer)) != "" {
				dst = appendAttr(dst, lang)
			} else {
				dst = append(dst, "text"...)
			}
		}
		for _, class := range c.classes {
			dst = appendWord(dst, open, class)
		}
		if s.class != "" {
			dst = appendWord(dst, open, s.class)
		}
		dst = append(dst, '"')
	}
	for _, a := range c.attrs {
		if strings.HasPrefix(a.Key, "data-") {
			dst = appendAttribute(dst, a.Key, a.Val)
		}
	}
	dst = append(dst, '>')

	ids := lineIDs{spans: s.lineSpans, anchors: s.lineAnchors, id: c.id, count: c.count, bare: s.codehilite}
	lines := 0
	if numbered {
		lines = countLines(w.body)
	}
	if table {
		dst = s.appendNumberTable(dst, &ids, title, lines, start, step, special)
	} else if title != "" {
		dst = s.appendTitle(dst, title)
	}
	dst = append(dst, "<pre><span></span><code>"...)
	inline := numbered && !table
	if !inline && len(c.hl) == 0 && s.lineSpans == "" && s.lineAnchors == "" {
		dst = append(dst, w.body...)
	} else {
		width := 0
		if inline {
			width = decimals(lines + start - 1)
		}
		body := w.body
		for i := 0; len(body) > 0; i++ {
			end := nextLine(body)
			n := start + i
			if s.lineSpans != "" {
				dst = append(dst, `<span id="`...)
				dst = ids.append(dst, s.lineSpans, n)
				dst = append(dst, `">`...)
			}
			if s.lineAnchors != "" {
				dst = append(dst, `<a id="`...)
				dst = ids.append(dst, s.lineAnchors, n)
				dst = append(dst, `" name="`...)
				dst = ids.append(dst, s.lineAnchors, n)
				if !numbered {
					dst = append(dst, `" href="#`...)
					dst = ids.append(dst, s.lineAnchors, n)
				}
				dst = append(dst, `"></a>`...)
			}
			hl := c.hl.has(i + 1)
			if hl {
				dst = append(dst, `<span class="hll">`...)
			}
			if inline {
				dst = s.appendInlineNumber(dst, &ids, n, width, step, special)
			}
			dst = append(dst, body[:end]...)
			if hl {
				dst = append(dst, "</span>"...)
			}
			if s.lineSpans != "" {
				dst = append(dst, "</span>"...)
			}
			body = body[end:]
		}
	}
	dst = append(dst, "</code></pre>"...)
	if table {
		dst = append(dst, "</div></td></tr></table>"...)
	}
	return append(dst, "</div>"...)
}

// appendForScript writes a block whose tokens a script marks in the browser.
func (s *codeStyle) appendForScript(dst []byte, c *code, lang string) []byte {
	dst = append(dst, "<pre"...)
	if s.codehilite {
		dst = appendAttribute(dst, "class", s.class)
		dst = append(dst, "><code"...)
		numbers := s.linenums == linenumsOn || s.linenums == linenumsUnset && c.start > 0
		switch {
		case lang != "" && numbers:
			dst = appendAttribute(dst, "class", s.langPrefix+lang+" linenums")
		case lang != "":
			dst = appendAttribute(dst, "class", s.langPrefix+lang)
		case numbers:
			dst = append(dst, ` class="linenums"`...)
		}
		dst = append(dst, '>')
		dst = appendCode(dst, strings.Trim(c.src, "\n"), true)
		return append(dst, "\n</code></pre>"...)
	}
	attrs := func() {
		if c.id != "" {
			dst = appendAttribute(dst, "id", c.id)
		}
		if lang != "" || s.attrsOnPre && s.class != "" || len(c.classes) > 0 {
			dst = append(dst, ` class="`...)
			open := len(dst)
			if lang != "" {
				dst = appendAttr(dst, s.langPrefix)
				dst = appendAttr(dst, lang)
			}
			if s.attrsOnPre && s.class != "" {
				dst = appendWord(dst, open, s.class)
			}
			for _, class := range c.classes {
				dst = appendWord(dst, open, class)
			}
			dst = append(dst, '"')
		}
		for _, a := range c.attrs {
			dst = appendAttribute(dst, a.Key, a.Val)
		}
	}
	if s.attrsOnPre {
		attrs()
		dst = append(dst, "><code>"...)
	} else {
		if s.class != "" {
			dst = appendAttribute(dst, "class", s.class)
		}
		dst = append(dst, "><code"...)
		attrs()
		dst = append(dst, '>')
	}
	dst = appendCode(dst, c.src, false)
	return append(dst, "</code></pre>"...)
}

// appendNumberTable opens the table that holds line numbers beside code.
func (s *codeStyle) appendNumberTable(dst []byte, ids *lineIDs, title string, lines, start, step, special int) []byte {
	dst = append(dst, `<table class="`...)
	dst = appendAttr(dst, s.class)
	dst = append(dst, `table">`...)
	if title != "" {
		dst = append(dst, `<tr><th colspan="2" class="filename">`...)
		dst = s.appendTitle(dst, title)
		dst = append(dst, "</th></tr>"...)
	}
	dst = append(dst, `<tr><td class="linenos"><div class="linenodiv"><pre>`...)
	if !s.codehilite {
		dst = append(dst, "<span></span>"...)
	}
	width := decimals(lines + start - 1)
	anchors := s.lineAnchors
	if anchors == "" {
		anchors = s.lineSpans
	}
	for n := start; n < start+lines; n++ {
		if n > start {
			dst = append(dst, '\n')
		}
		if special > 0 && n%special == 0 {
			dst = append(dst, `<span class="special">`...)
		} else {
			dst = append(dst, `<span class="normal">`...)
		}
		shown := n%step == 0
		if shown && s.linkNumbers {
			dst = append(dst, `<a href="#`...)
			dst = ids.append(dst, anchors, n)
			dst = append(dst, `">`...)
		}
		dst = appendNumber(dst, n, width, shown)
		if shown && s.linkNumbers {
			dst = append(dst, "</a>"...)
		}
		dst = append(dst, "</span>"...)
	}
	return append(dst, `</pre></div></td><td class="code"><div>`...)
}

// appendInlineNumber writes the number of a line before the line.
func (s *codeStyle) appendInlineNumber(dst []byte, ids *lineIDs, n, width, step, special int) []byte {
	if s.linkNumbers {
		anchors := s.lineAnchors
		if anchors == "" {
			anchors = s.lineSpans
		}
		dst = append(dst, `<a href="#`...)
		dst = ids.append(dst, anchors, n)
		dst = append(dst, `">`...)
	}
	if special > 0 && n%special == 0 {
		dst = append(dst, `<span class="linenos special"`...)
	} else {
		dst = append(dst, `<span class="linenos"`...)
	}
	if s.style == linenumsData {
		dst = append(dst, ` data-linenos="`...)
		dst = appendNumber(dst, n, width, n%step == 0)
		dst = append(dst, ` "></span>`...)
	} else {
		dst = append(dst, '>')
		dst = appendNumber(dst, n, width, n%step == 0)
		dst = append(dst, "</span>"...)
	}
	if s.linkNumbers {
		dst = append(dst, "</a>"...)
	}
	return dst
}

// appendTitle writes the title of a block. It may hold markup, as it does in
// PyMdown, unless its author is not trusted.
func (s *codeStyle) appendTitle(dst []byte, title string) []byte {
	dst = append(dst, `<span class="filename">`...)
	if s.escape {
		dst = appendEscaped(dst, title)
	} else {
		dst = append(dst, title...)
	}
	return append(dst, "</span>"...)
}

// lineIDs makes the ids of the lines of one block.
type lineIDs struct {
	spans, anchors, id string
	count              int
	bare               bool // without anything that tells blocks apart
}

func (l *lineIDs) append(dst []byte, prefix string, line int) []byte {
	dst = appendAttr(dst, prefix)
	if !l.bare {
		dst = append(dst, '-')
		if l.id != "" {
			dst = appendAttr(dst, l.id)
		} else {
			dst = strconv.AppendInt(dst, int64(l.count), 10)
		}
	}
	dst = append(dst, '-')
	return strconv.AppendInt(dst, int64(line), 10)
}

// appendNumber writes n right-aligned, or as much white space.
func appendNumber(dst []byte, n, width int, shown bool) []byte {
	if !shown {
		for range width {
			dst = append(dst, ' ')
		}
		return dst
	}
	for range width - decimals(n) {
		dst = append(dst, ' ')
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

// decimals returns how many digits n has.
func decimals(n int) int {
	d := 1
	for ; n >= 10; n /= 10 {
		d++
	}
	return d
}

func countLines(b []byte) int {
	n := 0
	for len(b) > 0 {
		b = b[nextLine(b):]
		n++
	}
	return n
}

// nextLine returns the length of the first line of b with its line break.
func nextLine(b []byte) int {
	for i, c := range b {
		if c == '\n' {
			return i + 1
		}
	}
	return len(b)
}

// titleWords writes the words of a name that are in lower case with a capital.
func titleWords(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		if w == strings.ToLower(w) && w != strings.ToUpper(w) {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

// appendAttribute appends an attribute with a space before it.
func appendAttribute(dst []byte, key, val string) []byte {
	dst = append(dst, ' ')
	dst = append(dst, key...)
	dst = append(dst, '=', '"')
	dst = appendAttr(dst, val)
	return append(dst, '"')
}

// appendWord appends a word to an attribute that began at open.
func appendWord(dst []byte, open int, word string) []byte {
	if len(dst) > open {
		dst = append(dst, ' ')
	}
	return appendAttr(dst, word)
}

// appendCode escapes code, all of whose ampersands are meant as they stand.
func appendCode(dst []byte, s string, quotes bool) []byte {
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
			if !quotes {
				continue
			}
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

// appendTokens appends code with its tokens marked, and plain where the
// language is not known.
func appendTokens(dst []byte, lang, src string) []byte {
	dst, ok := highlight.Append(dst, lang, src)
	if !ok {
		dst, _ = highlight.Append(dst, "text", src)
	}
	return dst
}
