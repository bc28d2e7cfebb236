package render

import (
	"strings"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The CommonMark dialects are parsed by goldmark. Its tree becomes ours, and
// what follows (ids, links, HTML) is shared with the mkdocs dialect.

// newStrictParser returns the parser of CommonMark and nothing else.
func newStrictParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)
}

// parseCM parses a page of the CommonMark dialects.
func (m *Markdown) parseCM(src string, page Page) *Doc {
	doc := &Doc{Page: page.Path}
	c := &cmConverter{md: m, doc: doc, page: page}
	meta, body, first, findings := splitMeta(src, m)
	doc.Meta, doc.Findings = meta, findings
	c.firstLine = int32(first)
	c.src = body
	c.bytes = []byte(body)
	tree := m.cm.Parse(text.NewReader(c.bytes))
	root := c.el("div", 0)
	c.children(root, tree)
	m.finish(doc, root, nil)
	return doc
}

// lineIndex finds the line of an offset. Offsets are asked for mostly in rising
// order, so it goes on from the last answer.
type lineIndex struct {
	src       string
	firstLine int32
	at        int
	line      int32
}

func (x *lineIndex) of(offset int) int32 {
	if offset < 0 {
		return 0
	}
	offset = min(offset, len(x.src))
	if offset >= x.at {
		x.line += int32(strings.Count(x.src[x.at:offset], "\n"))
	} else if x.at-offset < offset {
		x.line -= int32(strings.Count(x.src[offset:x.at], "\n"))
	} else {
		x.line = int32(strings.Count(x.src[:offset], "\n"))
	}
	x.at = offset
	return x.line + x.firstLine
}

// unescapeCM resolves backslash escapes and character references.
func unescapeCM(s string) string {
	i := strings.IndexAny(s, "\\&\x00")
	if i < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	last := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 < len(s) && util.IsPunct(s[i+1]) {
				b = append(b, s[last:i]...)
				last = i + 1
				i++
			}
		case 0:
			b = append(b, s[last:i]...)
			b = append(b, "\ufffd"...)
			last = i + 1
		case '&':
			n := charRef(s[i:])
			if n == 0 {
				continue
			}
			chars, ok := referenceCM(s[i+1 : i+n-1])
			if !ok {
				continue
			}
			b = append(b, s[last:i]...)
			b = append(b, chars...)
			last = i + n
			i = last - 1
		}
	}
	return string(append(b, s[last:]...))
}

// referenceCM returns what a character reference without its ampersand and
// semicolon stands for.
func referenceCM(s string) (string, bool) {
	if s[0] != '#' {
		e, ok := util.LookUpHTML5EntityByName(s)
		if !ok {
			return "", false
		}
		return string(e.Characters), true
	}
	s = s[1:]
	base, digits := rune(10), 7
	if s[0] == 'x' || s[0] == 'X' {
		base, digits = 16, 6
		s = s[1:]
	}
	if len(s) > digits {
		return "", false
	}
	var r rune
	for i := range len(s) {
		c := s[i]
		switch {
		case c <= '9':
			c -= '0'
		default:
			c = c | 0x20 - 'a' + 10
		}
		r = r*base + rune(c)
	}
	return string(util.ToValidRune(r)), true
}
