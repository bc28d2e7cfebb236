package render

import (
	"strings"

	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The CommonMark dialects are parsed by goldmark. Its tree becomes ours, and
// what follows (ids, links, HTML) is shared with the mkdocs dialect.

// newStrictParser returns the parser of CommonMark and nothing else.
func newStrictParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(boundBlocks(parser.DefaultBlockParsers())...),
		parser.WithInlineParsers(boundInlines(parser.DefaultInlineParsers())...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)
}

// newCommonParser returns the parser of CommonMark with GitHub's, GitLab's and
// MkDocs' additions.
func newCommonParser() parser.Parser {
	transformers := append(parser.DefaultParagraphTransformers(),
		util.Prioritized(extension.NewTableParagraphTransformer(), 200))
	blocks := []util.PrioritizedValue{
		util.Prioritized(&abbreviations{}, 50),
		util.Prioritized(&fencedBoxes{kind: boxQuote, fence: ">>>", unclosed: keyNoQuoteEnd}, 60),
		util.Prioritized(&fencedBoxes{kind: boxMath, fence: "$$", unclosed: keyNoMathEnd}, 60),
		util.Prioritized(&indentedBoxes{}, 70),
		util.Prioritized(extension.NewDefinitionListParser(), 101),
		util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
		util.Prioritized(extension.NewFootnoteBlockParser(), 999),
	}
	blocks = append(blocks, parser.DefaultBlockParsers()...)
	inlines := []util.PrioritizedValue{
		util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
		util.Prioritized(dollarMath{}, 90),
		util.Prioritized(extension.NewFootnoteParser(), 101),
		util.Prioritized(shortCode{}, 400),
		util.Prioritized(keyPress{}, 400),
		util.Prioritized(marked{}, 450),
		util.Prioritized(extension.NewStrikethroughParser(), 500),
		util.Prioritized(extension.NewLinkifyParser(), 999),
	}
	for _, p := range parser.DefaultInlineParsers() {
		if p.Priority == 500 {
			p.Value = emphasis{}
		}
		inlines = append(inlines, p)
	}
	return parser.NewParser(
		parser.WithBlockParsers(boundBlocks(blocks)...),
		parser.WithInlineParsers(boundInlines(inlines)...),
		parser.WithParagraphTransformers(transformers...),
		parser.WithASTTransformers(
			util.Prioritized(extension.NewTableASTTransformer(), 0),
			util.Prioritized(extension.NewFootnoteASTTransformer(), 999),
		),
	)
}

// What our parsers keep while goldmark reads a page.
var (
	keyAbbreviations = parser.NewContextKey()
	keyNoQuoteEnd    = parser.NewContextKey()
	keyNoMathEnd     = parser.NewContextKey()
	keyNotLazy       = parser.NewContextKey()
	keyNoDollar      = parser.NewContextKey()
	keyBound         = parser.NewContextKey()
)

// commonExtensions returns the extensions that the commonmark dialect has
// without being asked.
func commonExtensions() map[string]map[string]any {
	return map[string]map[string]any{
		"toc": {}, "tables": {}, "footnotes": {}, "def_list": {}, "attr_list": {}, "abbr": {},
		"admonition": {}, "pymdownx.details": {}, "pymdownx.tasklist": {}, "pymdownx.mark": {}, "pymdownx.keys": {},
		"pymdownx.snippets": {},
		"pymdownx.emoji": {
			"emoji_index":     PyName("material.extensions.emoji.twemoji"),
			"emoji_generator": PyName("material.extensions.emoji.to_svg"),
		},
		"pymdownx.tabbed":     {"alternate_style": true},
		"pymdownx.arithmatex": {"generic": true},
		"pymdownx.highlight":  {},
		"pymdownx.superfences": {"custom_fences": []any{map[string]any{
			"name": "mermaid", "class": "mermaid", "format": PyName("pymdownx.superfences.fence_code_format"),
		}}},
	}
}

// parseCM parses a page of the CommonMark dialects.
func (m *Markdown) parseCM(src string, page Page) *Doc {
	doc := &Doc{Page: page.Path}
	meta, body, first, findings := splitMeta(src, m)
	doc.Meta, doc.Findings = meta, findings
	c := &cmConverter{
		pmParser: &pmParser{md: m, cfg: m.pm, page: page, doc: doc},
		extended: m.opts.Dialect == CommonMark,
	}
	c.pool = &m.nodes
	c.firstLine = int32(first)
	if c.extended {
		body = strings.NewReplacer("\x02", "", "\x03", "").Replace(c.include(body))
	}
	c.src = body
	c.bytes = []byte(body)

	pc := parser.NewContext()
	tree := m.cm.Parse(text.NewReader(c.bytes), parser.WithContext(pc))
	root := c.el("div", 0)
	if !c.extended {
		c.children(root, tree)
	} else {
		c.abbrs, _ = pc.Get(keyAbbreviations).([]abbreviation)
		c.footnoteLabels(tree)
		c.children(root, tree)
		if c.indexAbbrs() {
			c.inlineBase = len(c.stash)
			size := textSize(root)
			c.restarts, c.again = 1<<22+4*size, 1<<20+16*size
			c.runInline(&m.cmAbbrs, 1, root)
		}
		c.treeStage(root)
	}
	m.finish(doc, root, c.unmark, c.ids.entries)
	c.release()
	return doc
}

// include puts snippets in place of the lines that name them.
func (c *cmConverter) include(body string) string {
	if !strings.Contains(body, "--8<--") {
		return body
	}
	lines := c.snippets(splitLines(body, c.firstLine))
	c.lineIndex.lines = lines
	var b strings.Builder
	b.Grow(len(body))
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.text)
	}
	return b.String()
}

// lineIndex finds the line of an offset. Offsets are asked for mostly in rising
// order, so it goes on from the last answer.
type lineIndex struct {
	src       string
	firstLine int32
	at        int
	passed    int32
	lines     []pmLine // where lines come from, when some are included
}

func (x *lineIndex) of(offset int) int32 {
	if offset < 0 {
		return 0
	}
	offset = min(offset, len(x.src))
	switch {
	case offset >= x.at:
		x.passed += int32(strings.Count(x.src[x.at:offset], "\n"))
	case x.at-offset < offset:
		x.passed -= int32(strings.Count(x.src[offset:x.at], "\n"))
	default:
		x.passed = int32(strings.Count(x.src[:offset], "\n"))
	}
	x.at = offset
	if int(x.passed) < len(x.lines) {
		return x.lines[x.passed].n
	}
	return x.firstLine + x.passed
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
