package render

import (
	"strings"
	"unicode"
)

// symbolPatterns returns the patterns of pymdownx.smartsymbols.
func symbolPatterns(opts map[string]any) []inlinePattern {
	var list []inlinePattern
	add := func(option, trigger, need string, match func(c *inlineCursor, at int) (start, end int, symbol string)) {
		if !optBool(opts, option, true) {
			return
		}
		list = append(list, inlinePattern{
			name: option, priority: 30, trigger: trigger, need: need,
			match: func(p *pmParser, c *inlineCursor, at int) inlineMatch {
				start, end, symbol := match(c, at)
				if symbol == "" || start < c.floor {
					return inlineMatch{}
				}
				return inlineMatch{kind: matched, start: start, end: end, node: p.raw(symbol, 0)}
			},
		})
	}
	word := func(option, s, symbol string) {
		add(option, s[:1], s, func(c *inlineCursor, at int) (int, int, string) {
			if strings.HasPrefix(c.s[at:], s) {
				return at, at + len(s), symbol
			}
			return 0, 0, ""
		})
	}
	word("trademark", "(tm)", "&trade;")
	word("copyright", "(c)", "&copy;")
	word("registered", "(r)", "&reg;")
	word("plusminus", "+/-", "&plusmn;")
	add("arrows", "<-", "--", func(c *inlineCursor, at int) (int, int, string) {
		s := c.s[at:]
		switch {
		case strings.HasPrefix(s, "<-->"):
			return at, at + 4, "&harr;"
		case strings.HasPrefix(s, "-->") && c.before(at) != '-':
			return at, at + 3, "&rarr;"
		case strings.HasPrefix(s, "<--") && !strings.HasPrefix(s, "<---"):
			return at, at + 3, "&larr;"
		}
		return 0, 0, ""
	})
	word("notequal", "=/=", "&ne;")
	add("fractions", "/", "/", func(c *inlineCursor, at int) (int, int, string) {
		if at-1 < c.floor || at+1 >= len(c.s) {
			return 0, 0, ""
		}
		symbol := fraction(c.s[at-1 : at+2])
		if symbol == "" || isNumeral(c.before(at-1)) || isNumeral(c.after(at+2)) {
			return 0, 0, ""
		}
		return at - 1, at + 2, symbol
	})
	add("ordinal_numbers", "tsnr", "", ordinal)
	add("care_of", "/", "c/o", func(c *inlineCursor, at int) (int, int, string) {
		if at-1 < c.floor || c.s[at-1] != 'c' || at+1 >= len(c.s) || c.s[at+1] != 'o' ||
			wordRune(c.before(at-1)) || wordRune(c.after(at+2)) {
			return 0, 0, ""
		}
		return at - 1, at + 2, "&#8453;"
	})
	return list
}

func isNumeral(r rune) bool { return r >= '0' && r <= '9' || r >= 0x80 && unicode.IsDigit(r) }

func fraction(s string) string {
	switch s {
	case "1/4":
		return "&frac14;"
	case "1/2":
		return "&frac12;"
	case "3/4":
		return "&frac34;"
	case "1/3":
		return "&#8531;"
	case "2/3":
		return "&#8532;"
	case "1/5":
		return "&#8533;"
	case "2/5":
		return "&#8534;"
	case "3/5":
		return "&#8535;"
	case "4/5":
		return "&#8536;"
	case "1/6":
		return "&#8537;"
	case "5/6":
		return "&#8538;"
	case "1/8":
		return "&#8539;"
	case "3/8":
		return "&#8540;"
	case "5/8":
		return "&#8541;"
	case "7/8":
		return "&#8542;"
	}
	return ""
}

// ordinal matches 1st, 2nd, 11th where its ending begins.
func ordinal(c *inlineCursor, at int) (start, end int, symbol string) {
	s := c.s
	if at-1 < c.floor || !isDigit(s[at-1]) || at+2 > len(s) || wordRune(c.after(at+2)) {
		return
	}
	start = at - 1
	for start > c.floor && isDigit(s[start-1]) {
		start--
	}
	if wordRune(c.before(start)) || start < at-1 && s[start] == '0' {
		return
	}
	tens := start < at-1 && s[at-2] == '1'
	var ok bool
	switch ending := s[at : at+2]; s[at-1] {
	case '1':
		ok = ending == "st" || ending == "th" && tens
	case '2':
		ok = ending == "nd" || ending == "th" && tens
	case '3':
		ok = ending == "rd" || ending == "th" && tens
	default:
		ok = ending == "th"
	}
	if !ok {
		return
	}
	return start, at + 2, s[start:at] + "<sup>" + s[at:at+2] + "</sup>"
}

// smartyPatterns returns the patterns of smarty. Each gives back what stood
// before or behind the quote, and the entity.
func smartyPatterns(opts map[string]any) []inlinePattern {
	own, _ := opts["substitutions"].(map[string]any)
	entity := func(name, def string) string {
		if s, ok := own[name].(string); ok {
			return s
		}
		return def
	}
	var list []inlinePattern
	// add has match say how much of the text before and behind the trigger
	// belongs to the match and is kept; size is what the entity replaces.
	add := func(priority float64, trigger, entity string, size int, match func(c *inlineCursor, at int) (before, behind int, ok bool)) {
		list = append(list, inlinePattern{
			name: "smarty", priority: priority, trigger: trigger[:1], need: trigger,
			match: func(p *pmParser, c *inlineCursor, at int) inlineMatch {
				if !strings.HasPrefix(c.s[at:], trigger) {
					return inlineMatch{}
				}
				before, behind, ok := match(c, at)
				if !ok {
					return inlineMatch{}
				}
				m := inlineMatch{kind: matched, start: at - before, end: at + size + behind, node: p.raw(entity, 0)}
				if before > 0 || behind > 0 {
					b := append([]byte(nil), c.s[at-before:at]...)
					b = p.appendMark(b, m.node, "")
					m.node = p.text(string(append(b, c.s[at+size:m.end]...)), 0)
				}
				return m
			},
		})
	}
	alone := func(ch rune, size int) func(c *inlineCursor, at int) (int, int, bool) {
		return func(c *inlineCursor, at int) (int, int, bool) {
			return 0, 0, c.before(at) != ch && c.after(at+size) != ch
		}
	}
	always := func(*inlineCursor, int) (int, int, bool) { return 0, 0, true }
	if optBool(opts, "smart_dashes", true) {
		add(50, "---", entity("mdash", "&mdash;"), 3, alone('-', 3))
		add(45, "--", entity("ndash", "&ndash;"), 2, alone('-', 2))
	}
	if optBool(opts, "smart_angled_quotes", false) {
		add(40, "<<", entity("left-angle-quote", "&laquo;"), 2, always)
		add(35, ">>", entity("right-angle-quote", "&raquo;"), 2, always)
	}
	if optBool(opts, "smart_quotes", true) {
		lsquo, rsquo := entity("left-single-quote", "&lsquo;"), entity("right-single-quote", "&rsquo;")
		ldquo, rdquo := entity("left-double-quote", "&ldquo;"), entity("right-double-quote", "&rdquo;")
		atStart := func(c *inlineCursor, at int) (int, int, bool) {
			next := c.after(at + 1)
			if c.before(at) != runeEdge || next < 0 || next >= 0x80 || !strings.ContainsRune("!\"#$%'()*+,-./:;<=>?@[\\]^_`{|}~", next) {
				return 0, 0, false
			}
			return 0, 0, wordRune(next) == wordRune(c.after(at+2))
		}
		beforeWord := func(size int) func(c *inlineCursor, at int) (int, int, bool) {
			return func(c *inlineCursor, at int) (int, int, bool) { return 0, 0, wordRune(c.after(at + size)) }
		}
		opening := func(c *inlineCursor, at int) (int, int, bool) {
			if !wordRune(c.after(at + 1)) {
				return 0, 0, false
			}
			switch r := c.before(at); {
			case r == '–', r == '—', spaceRune(r):
				return runeSize(r), 0, true
			case r == '-':
				return 2, 0, at-2 >= c.floor && c.s[at-2] == '-'
			case r == ';':
				for _, e := range []string{"&nbsp;", "&mdash;", "&ndash;", "&#8211;", "&#8212;"} {
					if strings.HasSuffix(c.s[c.floor:at], e) {
						return len(e), 0, true
					}
				}
			}
			return 0, 0, false
		}
		closes := func(r rune) bool {
			switch r {
			case ' ', '\t', '\r', '\n', '[', '{', '(', '-', stx, etx, runeEdge:
				return false
			}
			return true
		}
		add(30, "'", rsquo, 1, atStart)
		add(29, `"`, rdquo, 1, atStart)
		add(28, `"'`, ldquo+lsquo, 2, beforeWord(2))
		add(27, `'"`, lsquo+ldquo, 2, beforeWord(2))
		add(26, "'", rsquo, 1, func(c *inlineCursor, at int) (int, int, bool) {
			s := c.s[at+1:]
			return 0, 0, !wordRune(c.before(at)) && len(s) > 2 && isDigit(s[0]) && isDigit(s[1]) && s[2] == 's'
		})
		add(25, "'", lsquo, 1, opening)
		add(24, "'", rsquo, 1, func(c *inlineCursor, at int) (int, int, bool) {
			r := c.after(at + 1)
			return 0, 0, closes(c.before(at)) && !spaceRune(r) && !isNumeral(r) && !(r == 's' && !wordRune(c.after(at+2)))
		})
		add(23, "'", rsquo, 1, func(c *inlineCursor, at int) (int, int, bool) {
			if !closes(c.before(at)) {
				return 0, 0, false
			}
			r := c.after(at + 1)
			return 0, max(runeSize(r), 1), spaceRune(r) || r == 's' && !wordRune(c.after(at+2))
		})
		add(22, "'", lsquo, 1, always)
		add(21, `"`, ldquo, 1, opening)
		add(20, `"`, rdquo, 1, func(c *inlineCursor, at int) (int, int, bool) { return 0, 0, spaceRune(c.after(at + 1)) })
		add(19, `"`, rdquo, 1, func(c *inlineCursor, at int) (int, int, bool) { return 0, 0, closes(c.before(at)) })
		add(18, `"`, ldquo, 1, always)
	}
	if optBool(opts, "smart_ellipses", true) {
		add(10, "...", entity("ellipsis", "&hellip;"), 3, alone('.', 3))
	}
	return list
}
