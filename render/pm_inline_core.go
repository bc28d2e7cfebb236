package render

import (
	"strconv"
	"strings"
)

// compileInlines makes the tables of inline patterns. Core and extensions go
// through the same door: a list of patterns with Python-Markdown's priorities.
func compileInlines(m *Markdown) inlineConfig {
	var cfg inlineConfig
	for _, b := range []byte("\\`*_{}[]()>#+-.!") {
		cfg.escape[b] = true
	}
	on := func(name string) (map[string]any, bool) {
		opts, ok := m.ext[name]
		return opts, ok
	}
	if _, ok := on("tables"); ok {
		cfg.escape['|'] = true
	}

	list := []inlinePattern{
		{name: "reference", priority: 170, trigger: "[", active: hasRefs, match: matchReference},
		{name: "link", priority: 160, trigger: "[", need: "](", match: matchLink},
		{name: "image_link", priority: 150, trigger: "!", need: "![", match: matchImage},
		{name: "image_reference", priority: 140, trigger: "!", need: "![", active: hasRefs, match: matchImageReference},
		{name: "short_reference", priority: 130, trigger: "[", active: hasRefs, match: matchShortReference},
		{name: "short_image_ref", priority: 125, trigger: "!", need: "![", active: hasRefs, match: matchShortImageReference},
		{name: "automail", priority: 110, trigger: "<", need: "@", match: matchAutomail},
		{name: "linebreak", priority: 100, trigger: "\n", need: "  \n", match: matchLineBreak},
		{name: "entity", priority: 80, trigger: "&", match: matchEntity},
	}
	strictHTML := false
	if opts, ok := on("smarty"); ok {
		cfg.escape['"'], cfg.escape['\''] = true, true
		strictHTML = optBool(opts, "smart_angled_quotes", false)
	}
	list = append(list, inlinePattern{name: "html", priority: 90, trigger: "<", match: func(p *pmParser, c *inlineCursor, at int) inlineMatch {
		return matchHTML(p, c, at, strictHTML)
	}})

	list = append(list, emphasisPatterns(m, &cfg)...)
	if _, ok := on("footnotes"); ok {
		list = append(list, inlinePattern{
			name: "footnote", priority: 175, trigger: "[", need: "[^",
			active: func(p *pmParser) bool { return len(p.footnotes) > 0 }, match: matchFootnote,
		})
	}
	if _, ok := on("abbr"); ok {
		list = append(list, abbrPattern())
	}
	if _, ok := on("nl2br"); ok {
		list = append(list, inlinePattern{name: "nl", priority: 5, trigger: "\n", match: func(p *pmParser, c *inlineCursor, at int) inlineMatch {
			return inlineMatch{kind: matched, start: at, end: at + 1, node: p.el("br", 0)}
		}})
	}
	if opts, ok := on("wikilinks"); ok {
		wiki := wikilinkPattern(opts)
		wiki.order = m.extensionOrder("wikilinks")
		list = append(list, wiki)
	}
	if opts, ok := on("pymdownx.keys"); ok {
		cfg.escape['+'] = true
		list = append(list, keysPattern(opts))
	}
	if opts, ok := on("pymdownx.emoji"); ok {
		cfg.escape[':'] = true
		emoji := emojiPattern(opts)
		emoji.order = m.extensionOrder("pymdownx.emoji")
		list = append(list, emoji)
	}
	if opts, ok := on("pymdownx.progressbar"); ok {
		cfg.escape['='] = true
		_, attrs := on("attr_list")
		list = append(list, progressPattern(opts, attrs))
	}
	autolink := matchAutolink
	if opts, ok := on("pymdownx.magiclink"); ok {
		ml := compileMagiclink(opts, &cfg)
		list = append(list, ml.patterns()...)
		autolink = ml.matchAutolink
	}
	list = append(list, inlinePattern{name: "autolink", priority: 120, trigger: "<", need: "://", match: autolink})
	escape := inlinePattern{name: "escape", priority: 180, trigger: "\\", match: matchEscape}
	if opts, ok := on("pymdownx.escapeall"); ok {
		hardbreak := optBool(opts, "hardbreak", false)
		escape.match = escapeAll(optBool(opts, "nbsp", false), hardbreak)
		if hardbreak {
			list = append(list, inlinePattern{name: "hardbreak", priority: 5.1, trigger: "\\", need: "\\\n", match: matchHardbreak})
		}
	}
	list = append(list, escape)
	if _, ok := on("pymdownx.arithmatex"); ok {
		cfg.escape['$'] = true
	}
	if compileSlashes(m).on {
		cfg.escape['/'] = true
	}
	list = append(list, codePatterns(m)...)
	cfg.table = newInlineTable(list)

	if opts, ok := on("pymdownx.smartsymbols"); ok {
		cfg.later = append(cfg.later, newInlineTable(symbolPatterns(opts)))
	}
	if opts, ok := on("smarty"); ok {
		cfg.later = append(cfg.later, newInlineTable(smartyPatterns(opts)))
	}
	return cfg
}

// tickRun is a run of backticks.
type tickRun struct{ at, n int }

// matchBacktick matches `code` and backslashes in pairs before a backtick.
func matchBacktick(p *pmParser, c *inlineCursor, at int) inlineMatch {
	return matchCode(p, c, at, func(p *pmParser, code string, line int32) *Node {
		n := p.el("code", line)
		n.Append(p.atomic(escapeRefs(strip(code)), line))
		return n
	})
}

// escapeRefs escapes code so that it is shown as the author wrote it: text
// alone would let character references stand.
func escapeRefs(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return strings.ReplaceAll(s, "&", "&amp;")
}

// matchCode matches what stands between runs of backticks of equal length and
// has build make a node of it.
func matchCode(p *pmParser, c *inlineCursor, at int, build func(p *pmParser, code string, line int32) *Node) inlineMatch {
	s := c.s
	if s[at] == '\\' {
		end := at + 1
		for end < len(s) && s[end] == '\\' {
			end++
		}
		if c.before(at) == '\\' || (end-at)%2 != 0 || end == len(s) || s[end] != '`' {
			return inlineMatch{next: end}
		}
		var b []byte
		for range (end - at) / 2 {
			b = p.appendMark(b, p.atomic("\\", 0), "")
		}
		return inlineMatch{kind: matched, start: at, end: end, node: p.text(string(b), 0)}
	}
	c.findTicks()
	i := c.tickAt(at)
	run := c.runs[i]
	end := run.at + run.n
	if at == run.at && c.before(at) == '\\' {
		at++
	}
	for n := end - at; n > 0; n-- {
		if c.lastRun[n] <= i {
			continue
		}
		j := i + 1
		for c.runs[j].n != n {
			j++
		}
		stop := c.runs[j].at
		line := c.lineAt(at)
		return inlineMatch{kind: matched, start: at, end: stop + n, node: build(p, s[at+n:stop], line)}
	}
	return inlineMatch{next: end}
}

// findTicks notes the runs of backticks in the text.
func (c *inlineCursor) findTicks() {
	if c.known {
		return
	}
	c.known = true
	c.runs = c.runs[:0]
	if c.lastRun == nil {
		c.lastRun = map[int]int{}
	}
	clear(c.lastRun)
	for at := 0; ; {
		i := strings.IndexByte(c.s[at:], '`')
		if i < 0 {
			break
		}
		at += i
		n := 1
		for at+n < len(c.s) && c.s[at+n] == '`' {
			n++
		}
		c.lastRun[n] = len(c.runs)
		c.runs = append(c.runs, tickRun{at, n})
		at += n
	}
	c.bracket = 0
}

// tickAt returns the run that holds a place. Places only go forward.
func (c *inlineCursor) tickAt(at int) int {
	for c.runs[c.bracket].at+c.runs[c.bracket].n <= at {
		c.bracket++
	}
	return c.bracket
}

// matchEscape matches a backslash before a character that it escapes.
func matchEscape(p *pmParser, c *inlineCursor, at int) inlineMatch {
	if at+1 < len(c.s) {
		if b := c.s[at+1]; b < 128 && p.cfg.inline.escape[b] {
			return inlineMatch{kind: matched, start: at, end: at + 2, node: p.escaped(b)}
		}
	}
	return inlineMatch{next: at + 2}
}

// escaped returns a node for an escaped character.
func (p *pmParser) escaped(b byte) *Node {
	if e := p.inlineState.escapes[b]; e > 0 {
		return p.stash[e-1]
	}
	return p.atomic(string(rune(b)), 0)
}

// escapeAll returns a pattern that lets a backslash escape everything.
func escapeAll(nbsp, hardbreak bool) func(p *pmParser, c *inlineCursor, at int) inlineMatch {
	return func(p *pmParser, c *inlineCursor, at int) inlineMatch {
		r := c.after(at + 1)
		if at+1 >= len(c.s) || hardbreak && r == '\n' {
			return inlineMatch{}
		}
		size := 1
		if r >= 0x80 {
			size = len(string(r))
		}
		m := inlineMatch{kind: matched, start: at, end: at + 1 + size}
		switch {
		case r == '<':
			m.node = p.raw("&lt;", 0)
		case r == '>':
			m.node = p.raw("&gt;", 0)
		case r == '&':
			m.node = p.raw("&amp;", 0)
		case nbsp && r == ' ':
			m.node = p.raw("&nbsp;", 0)
		case r == stx || r == etx:
			m.node = p.text(string(r), 0)
		default:
			m.node = p.atomic(c.s[at+1:at+1+size], 0)
		}
		return m
	}
}

func matchHardbreak(p *pmParser, c *inlineCursor, at int) inlineMatch {
	if c.after(at+1) != '\n' {
		return inlineMatch{}
	}
	return inlineMatch{kind: matched, start: at, end: at + 2, node: p.el("br", 0)}
}

// matchLineBreak matches two spaces at the end of a line.
func matchLineBreak(p *pmParser, c *inlineCursor, at int) inlineMatch {
	if at-2 < c.floor || c.s[at-1] != ' ' || c.s[at-2] != ' ' {
		return inlineMatch{}
	}
	return inlineMatch{kind: matched, start: at - 2, end: at + 1, node: p.el("br", 0)}
}

// matchAutolink matches <https://…>.
func matchAutolink(p *pmParser, c *inlineCursor, at int) inlineMatch {
	url, m := cutAutolink(c, at)
	if url == "" {
		return m
	}
	line := c.lineAt(at)
	m.node = p.el("a", line, Attr{"href", p.plainMarks(url)})
	m.node.Append(p.atomic(url, line))
	return m
}

// cutAutolink returns the address between < and > if there is one at a place.
func cutAutolink(c *inlineCursor, at int) (string, inlineMatch) {
	s := c.s[at+1:]
	var n int
	switch {
	case hasPrefixFold(s, "https://"):
		n = len("https://")
	case hasPrefixFold(s, "http://"), hasPrefixFold(s, "ftps://"):
		n = len("http://")
	case hasPrefixFold(s, "ftp://"):
		n = len("ftp://")
	default:
		return "", inlineMatch{}
	}
	i := strings.IndexAny(s[n:], "<>")
	if i < 0 || s[n+i] == '<' {
		if i < 0 {
			i = len(s) - n
		}
		return "", inlineMatch{kind: failed, end: at + 1 + n + i}
	}
	return s[:n+i], inlineMatch{kind: matched, start: at, end: at + 1 + n + i + 1}
}

// matchAutomail matches <name@host>.
func matchAutomail(p *pmParser, c *inlineCursor, at int) inlineMatch {
	s := c.s[at+1:]
	i := strings.IndexAny(s, "<> ")
	if i < 0 || s[i] != '>' {
		if i < 0 {
			i = len(s)
		}
		return inlineMatch{kind: failed, end: at + 1 + i}
	}
	mail := s[:i]
	sep := strings.LastIndexByte(mail, '@')
	if sep < 1 || sep == len(mail)-1 || strings.IndexByte(mail[:sep], '!') >= 0 {
		return inlineMatch{}
	}
	mail = strings.TrimPrefix(p.plainMarks(mail), "mailto:")
	line := c.lineAt(at)
	n := p.el("a", line, Attr{"href", "mailto:" + mail})
	n.Attrs[0].Val = obfuscate("mailto:"+mail, false)
	n.Append(p.atomic(obfuscate(mail, true), line))
	return inlineMatch{kind: matched, start: at, end: at + 1 + i + 1, node: n}
}

// obfuscate writes each character of an address as a character reference, with
// its name if it has one and names is set.
func obfuscate(s string, names bool) string {
	b := make([]byte, 0, 6*len(s))
	for _, r := range s {
		b = append(b, '&')
		name := ""
		if names {
			name = entityName(r)
		}
		if name != "" {
			b = append(b, name...)
		} else {
			b = append(b, '#')
			b = strconv.AppendInt(b, int64(r), 10)
		}
		b = append(b, ';')
	}
	return string(b)
}

// entityName returns the name that HTML 4 has for a character which can occur
// in an address.
func entityName(r rune) string {
	switch r {
	case '"':
		return "quot"
	case '&':
		return "amp"
	case '<':
		return "lt"
	case '>':
		return "gt"
	}
	const latin1 = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr " +
		"deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest " +
		"Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml " +
		"ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig " +
		"agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml " +
		"eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml"
	if r < 0xa0 || r > 0xff {
		return ""
	}
	return strings.Fields(latin1)[r-0xa0]
}

// matchHTML matches a tag or a comment.
func matchHTML(p *pmParser, c *inlineCursor, at int, strict bool) inlineMatch {
	s := c.s
	end, reach := 0, at+1
	switch i := at + 1; {
	case i < len(s) && (s[i] == '/' || isLetter(s[i])):
		if s[i] == '/' {
			i++
			reach = i
			if i == len(s) || !isLetter(s[i]) {
				return inlineMatch{kind: failed, end: reach}
			}
		}
		for i < len(s) && s[i] != '<' && s[i] != '>' && s[i] != '@' && s[i] != ' ' {
			i++
		}
		if i < len(s) && s[i] == ' ' {
			for i < len(s) && s[i] != '<' && s[i] != '>' {
				i++
			}
		}
		reach = i
		if i < len(s) && s[i] == '>' {
			end = i + 1
		}
	case strings.HasPrefix(s[i:], "!--"):
		from := i + 3
		if c.close < from {
			// The next end of a comment; the search is shared by all.
			c.close = len(s) + 1
			if k := strings.Index(s[from:], "-->"); k >= 0 {
				c.close = from + k
			}
		}
		reach = min(c.close, len(s))
		if c.close <= len(s) && !strings.Contains(s[from:c.close+min(3, len(s)-c.close)], "<!--") {
			end = c.close + 3
		}
	}
	if end == 0 || strict && end < len(s) && s[end] == '>' {
		return inlineMatch{kind: failed, end: reach}
	}
	line := c.lineAt(at)
	return inlineMatch{kind: matched, start: at, end: end, node: p.raw(p.htmlMarks(s[at:end]), line)}
}

// htmlMarks exchanges the marks in raw markup for what they stand for.
func (p *pmParser) htmlMarks(s string) string {
	if strings.IndexByte(s, stx) < 0 {
		return s
	}
	var b []byte
	for {
		i := strings.IndexByte(s, stx)
		if i < 0 {
			return string(append(b, s...))
		}
		m, size := p.inlineMarkOf(s[i:])
		b = append(b, s[:i]...)
		switch {
		case m == nil:
			b = append(b, s[i])
			s = s[i+1:]
			continue
		case m.Kind == Element:
			m.Attrs = deleteAttr(m.Attrs, magicAttr)
			w := writer{dst: b}
			w.element(m, tagInfo(m.Tag), false)
			b = w.dst
		default:
			b = append(append(b, '\\'), m.Text...)
		}
		s = s[i+size:]
	}
}

// matchEntity matches a character reference.
func matchEntity(p *pmParser, c *inlineCursor, at int) inlineMatch {
	n := charRef(c.s[at:])
	if n == 0 || c.s[at+1] == '#' && c.s[at+2] == 'X' {
		return inlineMatch{}
	}
	return inlineMatch{kind: matched, start: at, end: at + n, node: p.raw(c.s[at:at+n], 0)}
}

// matchNotStrong matches an asterisk or underscore that stands alone.
func matchNotStrong(p *pmParser, c *inlineCursor, at int) inlineMatch {
	start, end := at, at+1
	switch r := c.before(at); {
	case r == runeEdge:
	case spaceRune(r):
		start -= runeSize(r)
	default:
		return inlineMatch{}
	}
	switch r := c.after(end); {
	case r == runeEdge:
	case spaceRune(r):
		end += runeSize(r)
	default:
		return inlineMatch{}
	}
	return inlineMatch{kind: matched, start: start, end: end, node: p.text(c.s[start:end], 0)}
}

func runeSize(r rune) int {
	if r < 0x80 {
		return 1
	}
	return len(string(r))
}

// matchFootnote matches a reference to a footnote.
func matchFootnote(p *pmParser, c *inlineCursor, at int) inlineMatch {
	s := c.s
	if at+1 >= len(s) || s[at+1] != '^' {
		return inlineMatch{}
	}
	if c.close <= at {
		c.close = len(s)
		if i := strings.IndexByte(s[at:], ']'); i >= 0 {
			c.close = at + i
		}
	}
	if c.close == len(s) {
		return inlineMatch{}
	}
	n := p.footnoteRef(s[at+2:c.close], c.lineAt(at))
	if n == nil {
		return inlineMatch{next: c.close + 1}
	}
	return inlineMatch{kind: matched, start: at, end: c.close + 1, node: n}
}
