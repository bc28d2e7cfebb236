package render

import "strings"

// bracket is a [ of a text and the ] that closes it, or -1.
type bracket struct{ open, close int32 }

// closing returns the place of the ] that closes the [ at a place, or -1. All
// of a text are matched in one pass.
func (c *inlineCursor) closing(at int) int {
	if !c.known {
		c.known = true
		c.brackets = c.brackets[:0]
		c.bracket = 0
		var open []int32
		for i := 0; i < len(c.s); i++ {
			switch c.s[i] {
			case '[':
				open = append(open, int32(len(c.brackets)))
				c.brackets = append(c.brackets, bracket{int32(i), -1})
			case ']':
				if n := len(open); n > 0 {
					c.brackets[open[n-1]].close = int32(i)
					open = open[:n-1]
				}
			}
		}
	}
	if c.bracket < len(c.brackets) && int(c.brackets[c.bracket].open) > at {
		c.bracket = 0
	}
	for c.bracket < len(c.brackets) && int(c.brackets[c.bracket].open) < at {
		c.bracket++
	}
	if c.bracket == len(c.brackets) {
		return -1
	}
	return int(c.brackets[c.bracket].close)
}

// matchLink matches [text](target "title").
func matchLink(p *pmParser, c *inlineCursor, at int) inlineMatch {
	if c.before(at) == '!' {
		return inlineMatch{}
	}
	text, href, title, titled, m := p.cutLink(c, at)
	if m.kind != matched {
		return m
	}
	m.start = at
	line := c.lineAt(at)
	m.node = p.el("a", line, Attr{"href", href})
	if titled {
		m.node.SetAttr("title", title)
	}
	if text != "" {
		m.node.Append(p.text(text, line))
	}
	return m
}

// matchImage matches ![text](target "title").
func matchImage(p *pmParser, c *inlineCursor, at int) inlineMatch {
	if at+1 >= len(c.s) || c.s[at+1] != '[' {
		return inlineMatch{}
	}
	text, src, title, titled, m := p.cutLink(c, at+1)
	if m.kind != matched {
		return m
	}
	m.start = at
	m.node = p.el("img", c.lineAt(at), Attr{"alt", p.plainMarks(text)}, Attr{"src", src})
	if titled {
		m.node.SetAttr("title", title)
	}
	return m
}

// cutLink reads a link whose bracket opens at a place.
func (p *pmParser) cutLink(c *inlineCursor, at int) (text, href, title string, titled bool, m inlineMatch) {
	end := c.closing(at)
	if end < 0 {
		m.kind, m.end = failed, len(c.s)
		return
	}
	if end+1 == len(c.s) || c.s[end+1] != '(' {
		m.kind, m.end = failed, end+1
		return
	}
	href, title, titled, stop, ok := c.cutTarget(end + 2)
	if !ok {
		m.kind, m.end = failed, stop
		return
	}
	if titled {
		title = strip(title)
		title = dequote(p.plainMarks(title))
		title = strings.Map(func(r rune) rune {
			if spaceRune(r) {
				return ' '
			}
			return r
		}, title)
	}
	return c.s[at+1 : end], strip(p.plainMarks(href)), title, titled, inlineMatch{kind: matched, end: stop}
}

func dequote(s string) string {
	if n := len(s); n > 0 && (s[0] == '"' && s[n-1] == '"' || s[0] == '\'' && s[n-1] == '\'') {
		if n == 1 {
			return ""
		}
		return s[1 : n-1]
	}
	return s
}

// cutTarget reads the target and title of a link behind the opening
// parenthesis. stop is behind the closing one, or how far it has looked.
//
// A target may hold parentheses in pairs, and spaces. Quotes begin a title,
// which only is one when it ends right before the closing parenthesis; if it
// does not, the parenthesis that would close the link without a title does.
func (c *inlineCursor) cutTarget(at int) (href, title string, titled bool, stop int, ok bool) {
	s := c.s
	for at < len(s) && spaceRune(firstRune(s[at:])) {
		at += runeSize(firstRune(s[at:]))
	}
	if at < len(s) && s[at] == '<' {
		if h, t, has, end, ok := cutAngled(s, at); ok {
			return h, t, has, end, true
		}
	}
	start := at
	limit := len(s)
	if c.budget <= 0 {
		// So much has been searched in vain that this cannot be a text.
		limit = min(limit, at+512)
	}
	depth, back := 1, 1
	lastBracket := -1
	var quote, alt byte
	startQuote, exitQuote := -1, -1
	startAlt, exitAlt := -1, -1
	ignore := false
	var last byte
	i := at
	for i < limit {
		ch := s[i]
		switch ch {
		case '(':
			if !ignore {
				depth++
			} else if back > 0 {
				back--
			}
		case ')':
			switch {
			case exitQuote != -1 && quote == last || exitAlt != -1 && alt == last:
				depth = 0
			case !ignore:
				depth--
			case back > 0:
				if back--; back == 0 {
					lastBracket = i + 1
				}
			}
		case '"', '\'':
			switch {
			case quote == 0:
				ignore = true
				back = depth
				depth = 1
				startQuote = i + 1
				quote = ch
			case ch != quote && alt == 0:
				startAlt = i + 1
				alt = ch
			case ch == quote:
				exitQuote = i + 1
			case alt != 0 && ch == alt:
				exitAlt = i + 1
			}
		}
		i++
		if depth == 0 {
			switch {
			case exitQuote >= 0 && quote == last:
				href = s[start : startQuote-1]
				title, titled = s[startQuote:max(startQuote, exitQuote-1)], true
			case exitAlt >= 0 && alt == last:
				href = s[start : startAlt-1]
				title, titled = s[startAlt:max(startAlt, exitAlt-1)], true
			default:
				href = s[start : i-1]
			}
			return href, title, titled, i, true
		}
		if ch != ' ' {
			last = ch
		}
	}
	c.budget -= i - at
	if back == 0 {
		if lastBracket > 0 {
			return s[start : lastBracket-1], "", false, lastBracket, true
		}
		if limit == len(s) && s[len(s)-1] != etx {
			// Python-Markdown has noted no place where the link could end, and
			// takes -1 for one: all but the last characters are the target.
			end := len(s) - runeSize(lastRune(s))
			stop := max(start, end-runeSize(lastRune(s[:end])))
			return s[start:stop], "", false, end, true
		}
	}
	return "", "", false, i, false
}

// cutAngled reads a target in angle brackets, with its title.
func cutAngled(s string, at int) (href, title string, titled bool, end int, ok bool) {
	i := at + 1
	for i < len(s) && s[i] != '<' && s[i] != '>' {
		i++
	}
	if i == len(s) || s[i] != '>' {
		return
	}
	href = strip(s[at+1 : i])
	i = skipBlank(s, i+1)
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		k := strings.IndexByte(s[i+1:], s[i])
		if k < 0 {
			return
		}
		title, titled = s[i+1:i+1+k], true
		i = skipBlank(s, i+k+2)
	}
	if i == len(s) || s[i] != ')' {
		return
	}
	return href, title, titled, i + 1, true
}

func skipBlank(s string, i int) int {
	for i < len(s) {
		r := firstRune(s[i:])
		if !spaceRune(r) {
			break
		}
		i += runeSize(r)
	}
	return i
}

func hasRefs(p *pmParser) bool { return len(p.refs) > 0 }

// matchReference matches [text][id] and [text][].
func matchReference(p *pmParser, c *inlineCursor, at int) inlineMatch {
	if c.before(at) == '!' {
		return inlineMatch{}
	}
	return p.matchRef(c, at, at, false, p.linkNode)
}

// matchShortReference matches [id].
func matchShortReference(p *pmParser, c *inlineCursor, at int) inlineMatch {
	if c.before(at) == '!' {
		return inlineMatch{}
	}
	return p.matchRef(c, at, at, true, p.linkNode)
}

// matchImageReference matches ![text][id].
func matchImageReference(p *pmParser, c *inlineCursor, at int) inlineMatch {
	if at+1 >= len(c.s) || c.s[at+1] != '[' {
		return inlineMatch{}
	}
	return p.matchRef(c, at, at+1, false, p.imageNode)
}

// matchShortImageReference matches ![id].
func matchShortImageReference(p *pmParser, c *inlineCursor, at int) inlineMatch {
	if at+1 >= len(c.s) || c.s[at+1] != '[' {
		return inlineMatch{}
	}
	return p.matchRef(c, at, at+1, true, p.imageNode)
}

func (p *pmParser) linkNode(ref reference, text string, line int32) *Node {
	n := p.el("a", line, Attr{"href", ref.url})
	if ref.title != "" {
		n.SetAttr("title", ref.title)
	}
	if text != "" {
		n.Append(p.text(text, line))
	}
	return n
}

func (p *pmParser) imageNode(ref reference, text string, line int32) *Node {
	n := p.el("img", line, Attr{"alt", p.plainMarks(text)}, Attr{"src", ref.url})
	if ref.title != "" {
		n.SetAttr("title", ref.title)
	}
	return n
}

// matchRef matches a reference whose bracket opens at a place.
func (p *pmParser) matchRef(c *inlineCursor, start, at int, short bool, node func(reference, string, int32) *Node) inlineMatch {
	s := c.s
	end := c.closing(at)
	if end < 0 {
		return inlineMatch{kind: failed, end: len(s)}
	}
	text := s[at+1 : end]
	id, stop := text, end+1
	if !short {
		i := end + 1
		if r := firstRune(s[i:]); spaceRune(r) {
			i += runeSize(r)
		}
		if i >= len(s) || s[i] != '[' {
			return inlineMatch{kind: failed, end: min(i, len(s))}
		}
		if c.close <= i {
			c.close = len(s)
			if k := strings.IndexByte(s[i+1:], ']'); k >= 0 {
				c.close = i + 1 + k
			}
		}
		if c.close == len(s) {
			return inlineMatch{kind: failed, end: len(s)}
		}
		if label := s[i+1 : c.close]; label != "" {
			id = label
		}
		stop = c.close + 1
	}
	if len(id) > maxLabel {
		return inlineMatch{next: stop}
	}
	ref, ok := p.refs[normalizeLabel(id)]
	if !ok {
		return inlineMatch{next: stop}
	}
	return inlineMatch{kind: matched, start: start, end: stop, node: node(ref, text, c.lineAt(start))}
}

// maxLabel bounds the ids of references, so that looking up a text that is no
// id costs nothing.
const maxLabel = 4096

// normalizeLabel returns the form in which ids of references are compared.
func normalizeLabel(s string) string {
	s = strings.ToLower(s)
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x80 || s[i] == ' ' && i+1 < len(s) && s[i+1] == ' ' {
			break
		}
		if i+1 == len(s) {
			return s
		}
	}
	b := make([]byte, 0, len(s))
	space := false
	for i := 0; i < len(s); {
		r := firstRune(s[i:])
		n := runeSize(r)
		if spaceRune(r) {
			if !space {
				b = append(b, ' ')
			}
			space = true
		} else {
			space = false
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return string(b)
}
