package render

import "strings"

// mathConfig is the options of pymdownx.arithmatex.
type mathConfig struct {
	on      bool
	generic bool // TeX between delimiters, for any library
	preview bool
	smart   bool // a dollar sign opens and closes math only next to text

	inlineTag, blockTag   string
	inlineWrap, blockWrap [2]string

	dollar, round               bool // $…$ and \(…\)
	dollarBlock, square, begins bool // $$…$$, \[…\] and \begin{…}
}

func compileMath(m *Markdown) mathConfig {
	cfg, on := m.ext["pymdownx.arithmatex"]
	if !on {
		return mathConfig{}
	}
	c := mathConfig{
		on:         true,
		generic:    optBool(cfg, "generic", false),
		preview:    optBool(cfg, "preview", true),
		smart:      optBool(cfg, "smart_dollar", true),
		inlineTag:  optString(cfg, "inline_tag", "span"),
		blockTag:   optString(cfg, "block_tag", "div"),
		inlineWrap: [2]string{`\(`, `\)`},
		blockWrap:  [2]string{`\[`, `\]`},
	}
	wrap := func(key string, to *[2]string) {
		if list := optStrings(cfg, key); len(list) == 2 {
			*to = [2]string{list[0], list[1]}
		}
	}
	wrap("tex_inline_wrap", &c.inlineWrap)
	wrap("tex_block_wrap", &c.blockWrap)
	syntax := func(key string, all ...string) map[string]bool {
		list := all
		if _, set := cfg[key]; set {
			list = optStrings(cfg, key)
		}
		set := map[string]bool{}
		for _, s := range list {
			set[s] = true
		}
		return set
	}
	inline := syntax("inline_syntax", "dollar", "round")
	c.dollar, c.round = inline["dollar"], inline["round"]
	block := syntax("block_syntax", "dollar", "square", "begin")
	c.dollarBlock, c.square, c.begins = block["dollar"], block["square"], block["begin"]
	return c
}

// mathBlock takes a block that is math from its first character to its last.
func (p *pmParser) mathBlock(parent *Node, q *blockQueue) bool {
	b := q.next()
	lines := b.lines
	if len(lines) == 0 || lines[0].text == "" || lines[0].text[0] != '$' && lines[0].text[0] != '\\' {
		return false
	}
	cfg := &p.cfg.math
	// The end is looked at first: text that begins with a dollar sign is common.
	last := lines[len(lines)-1].text
	if last == "" && len(lines) > 1 {
		last = lines[len(lines)-2].text
	}
	last = strings.TrimRight(last, " ")
	if !strings.HasSuffix(last, "$$") && !strings.HasSuffix(last, `\]`) && !strings.HasSuffix(last, "}") {
		return false
	}
	tex, ok := cfg.block(strings.TrimRight(strings.TrimSuffix(joinLines(lines, 0), "\n"), " "))
	if !ok {
		return false
	}
	line := lines[0].n
	q.pop()
	el := p.el(cfg.blockTag, line, Attr{"class", "arithmatex"})
	parent.Append(el)
	if cfg.generic {
		el.Append(p.atomic(cfg.blockWrap[0]+tex+cfg.blockWrap[1], line))
		return true
	}
	if cfg.preview {
		preview := p.el("div", line, Attr{"class", "MathJax_Preview"})
		preview.Append(p.atomic(tex, line))
		el.Append(preview)
	}
	script := p.el("script", line, Attr{"type", "math/tex; mode=display"})
	script.Append(p.atomic(tex, line))
	el.Append(script)
	return true
}

// block returns the math of a block.
func (c *mathConfig) block(s string) (tex string, ok bool) {
	switch {
	case strings.HasPrefix(s, "$$"):
		end := len(s) - 2
		if c.dollarBlock && end > 2 && s[end:] == "$$" && texReaches(s, 2, end) {
			return s[2:end], true
		}
	case strings.HasPrefix(s, `\[`):
		end := len(s) - 2
		if !c.square || end <= 2 || s[end:] != `\]` {
			return "", false
		}
		for i := 2; i < end; {
			if s[i] != '\\' {
				i++
			} else if s[i+1] == ']' {
				return "", false
			} else if i += 2; i > end {
				return "", false
			}
		}
		return s[2:end], true
	case c.begins && strings.HasPrefix(s, `\begin{`):
		env, _, ok := strings.Cut(s[7:], "}")
		name := strings.TrimSuffix(env, "*")
		if !ok || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" {
			return "", false
		}
		from := len(`\begin{}`) + len(env)
		closing := `\end{` + env + "}"
		end := len(s) - len(closing)
		if end > from && s[end:] == closing && texReaches(s, from, end) {
			return s, true
		}
	}
	return "", false
}

// texReaches reports whether end is not inside an escape when s is read from
// the given place.
func texReaches(s string, from, end int) bool {
	for from < end {
		if s[from] == '\\' {
			from++
		}
		from++
	}
	return from == end
}

// mathPattern returns the pattern of inline math.
func mathPattern(c *mathConfig) inlinePattern {
	pat := inlinePattern{name: "arithmatex-inline", priority: 189.9, match: matchMath}
	if c.dollar {
		pat.trigger += "$"
	}
	pat.trigger += "\\"
	return pat
}

// matchMath matches $…$, \(…\), and backslashes in pairs before either.
func matchMath(p *pmParser, c *inlineCursor, at int) inlineMatch {
	cfg := &p.cfg.math
	s := c.s
	if c.before(at) == '\\' {
		return inlineMatch{}
	}
	if s[at] == '$' {
		tex, looked := cfg.dollarMath(s[at+1:])
		if tex == "" {
			// What has been in the way may turn into a mark.
			return inlineMatch{kind: failed, end: at + 1 + looked}
		}
		return inlineMatch{kind: matched, start: at, end: at + len(tex) + 2, node: p.mathInline(tex, c.lineAt(at))}
	}
	end := at
	for end+1 < len(s) && s[end] == '\\' && s[end+1] == '\\' {
		end += 2
	}
	if end > at {
		if cfg.dollar && end < len(s) && s[end] == '$' || cfg.round && strings.HasPrefix(s[end:], `\(`) {
			var b []byte
			for range (end - at) / 2 {
				b = p.appendMark(b, p.atomic("\\", 0), "")
			}
			return inlineMatch{kind: matched, start: at, end: end, node: p.text(string(b), 0)}
		}
		return inlineMatch{next: end}
	}
	if !cfg.round || c.noRound || !strings.HasPrefix(s[at:], `\(`) {
		return inlineMatch{}
	}
	for n := at + 2; n < len(s); n++ {
		switch s[n] {
		case '\\':
			if n+1 < len(s) && s[n+1] == ')' {
				if n == at+2 {
					return inlineMatch{}
				}
				return inlineMatch{kind: matched, start: at, end: n + 2, node: p.mathInline(s[at+2:n], c.lineAt(at))}
			}
			n++
		}
	}
	c.noRound = true
	return inlineMatch{}
}

// dollarMath returns the math before the next dollar sign of s, or "", and how
// far it has looked.
func (c *mathConfig) dollarMath(s string) (tex string, looked int) {
	if s == "" || c.smart && isSpaceAt(s, 0) {
		return "", 1
	}
	for n := 0; n < len(s); n++ {
		switch s[n] {
		case '\\':
			n++
			if n == len(s) || s[n] == '\n' {
				return "", n
			}
		case '$':
			if n == 0 || c.smart && endsInSpace(s[:n]) {
				return "", n + 1
			}
			return s[:n], n
		}
	}
	return "", len(s)
}

func isSpaceAt(s string, i int) bool {
	return s[i] == ' ' || s[i] >= '\t' && s[i] <= '\r' || s[i] >= 0x80 && trimSpaceLeft(s[i:]) != s[i:]
}

func endsInSpace(s string) bool {
	c := s[len(s)-1]
	return c == ' ' || c >= '\t' && c <= '\r' || c >= 0x80 && trimSpaceRight(s) != s
}

// mathInline returns the element of inline math.
func (p *pmParser) mathInline(tex string, line int32) *Node {
	return p.mathNode(&p.cfg.math, "arithmatex", tex, line)
}

func (p *pmParser) mathNode(cfg *mathConfig, class, tex string, line int32) *Node {
	el := p.el(cfg.inlineTag, line, Attr{"class", class})
	if cfg.generic {
		el.Append(p.atomic(cfg.inlineWrap[0]+tex+cfg.inlineWrap[1], line))
		return el
	}
	if cfg.preview {
		preview := p.el("span", line, Attr{"class", "MathJax_Preview"})
		preview.Append(p.atomic(tex, line))
		el.Append(preview)
	}
	script := p.el("script", line, Attr{"type", "math/tex"})
	script.Append(p.atomic(p.plainMarks(tex), line)) // no elements in a script
	el.Append(script)
	return el
}
