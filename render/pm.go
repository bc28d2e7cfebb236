package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// The mkdocs dialect follows Python-Markdown's stages, because their order is
// what its users see:
//
//	text     front matter, snippets, tabs to spaces, fences, raw HTML blocks
//	blocks   text between blank lines → tree, recursively
//	inline   patterns, one after the other, over the text of the tree
//	tree     attribute lists, ids, table of contents, footnotes, abbreviations
//
// Text that an earlier stage has settled (a fence, raw HTML, a code span, a
// link) is taken out and a mark stands in its place, so that later stages pass
// over it. A mark is STX, a number, ETX: neither white space nor a word
// character, as in Python-Markdown, so that emphasis flanks it alike.

const (
	stx = '\x02'
	etx = '\x03'
)

// pmLine is one line of a page without its line break. Stages pass slices of
// lines on, so that taking an indentation away costs no copy and every block
// knows where it came from.
type pmLine struct {
	text string
	n    int32 // line in the source file, from 1; that of the directive for an included line
}

// pmConfig is what the stages of the mkdocs dialect have made of the options
// of extensions, so that parsing a page looks nothing up by name.
type pmConfig struct {
	tabLength int
	block     blockConfig
	include   includeConfig
	critic    criticMode
	fence     fenceConfig
	math      mathConfig
	slash     slashConfig
	inline    inlineConfig

	inlineCode inlineCodeConfig

	findings []finding.Finding // of options
	tree     treeConfig
}

func compilePM(m *Markdown) *pmConfig {
	c := &pmConfig{
		tabLength: 4,
		block:     compileBlocks(m),
		include:   compileIncludes(m),
		critic:    compileCritic(m),
		fence:     compileFences(m),
		math:      compileMath(m),
		slash:     compileSlashes(m),
		inline:    compileInlines(m),
		tree:      compileTree(m),
	}
	var findings []finding.Finding
	c.inlineCode, findings = compileInlineCode(m)
	c.findings = append(c.fence.findings, findings...)
	return c
}

// pmParser is the state of parsing one page in the mkdocs dialect.
type pmParser struct {
	arena
	scratch *pmScratch
	md      *Markdown
	cfg     *pmConfig
	page    Page
	doc     *Doc

	blockState
	fenceState
	slashState
	inlineState
	treeState

	stash []*Node // what marks stand for

	refs      map[string]reference // link reference definitions by normalised id
	abbrs     []abbreviation
	footnotes []footnote
}

// reference is a link reference definition: [id]: url "title".
type reference struct {
	url, title string
	line       int32
}

// abbreviation is *[name]: title.
type abbreviation struct{ name, title string }

// footnote is [^id]: with its body.
type footnote struct {
	id    string
	lines []pmLine
	body  *Node // the li, when it has been parsed
	line  int32
	refs  int // how often it is referred to
	order int // its place among those referred to, from 1
}

// pmScratch is memory that parsing one page leaves for the next.
type pmScratch struct {
	lines  []pmLine // of the source
	out    []pmLine // behind raw HTML
	nums   []int32
	breaks []int
	fenced []pmLine // behind fences
	tokens []byte   // of the last block of code
	html   []byte   // likewise

	stash   []*Node
	cursors []*inlineCursor
}

// maxScratch bounds the lines of memory that is kept.
const maxScratch = 1 << 16

// parsePM parses a page of the mkdocs dialect.
func (m *Markdown) parsePM(src string, page Page) *Doc {
	doc := &Doc{Page: page.Path}
	p := &pmParser{md: m, cfg: m.pm, page: page, doc: doc}
	p.pool = &m.nodes
	meta, body, first, findings := splitMeta(src, m)
	doc.Meta, doc.Findings = meta, findings

	scratch, _ := m.pages.Get().(*pmScratch)
	if scratch == nil {
		scratch = &pmScratch{}
	}
	p.scratch = scratch
	p.codeWriter.body, p.html = scratch.tokens, scratch.html
	p.stash, p.cursors = scratch.stash[:0], scratch.cursors

	scratch.lines = slices.Grow(scratch.lines[:0], strings.Count(body, "\n")+3)
	scratch.lines = appendLines(scratch.lines, body, int32(first))
	lines := scratch.lines
	lines = p.snippets(lines)
	lines = p.pythonMeta(lines)
	lines = p.keepTabs(lines)
	lines = p.normalize(lines)
	if p.cfg.block.breakless {
		lines = breaklessLists(lines)
	}
	lines = p.critic(lines)
	lines = p.fences(lines)
	lines = p.htmlBlocks(lines)

	root := p.el("div", 0)
	p.blocks(root, lines)
	p.codeBlocks(root)
	p.inlines(root)
	p.footnoteBacklinks()
	p.finishCallouts()
	p.treeStage(root)
	p.criticBlocks(root)
	p.numberFigures(root)
	p.finish(root)
	p.release()

	clear(scratch.lines)
	clear(scratch.out)
	clear(scratch.fenced)
	clear(p.stash)
	scratch.tokens, scratch.html = p.codeWriter.body, p.html
	scratch.stash, scratch.cursors = p.stash, p.keepCursors()
	if max(cap(scratch.lines), cap(scratch.out), cap(scratch.fenced), cap(p.stash)) > maxScratch || cap(p.html) > 16*maxScratch {
		*scratch = pmScratch{}
	}
	m.pages.Put(scratch)
	return doc
}

// splitLines cuts s at its line breaks, of whatever kind. Line breaks at the
// end make empty lines, as in Python-Markdown.
func splitLines(s string, first int32) []pmLine {
	return appendLines(make([]pmLine, 0, strings.Count(s, "\n")+3), s, first)
}

func appendLines(lines []pmLine, s string, first int32) []pmLine {
	if strings.IndexByte(s, '\r') < 0 {
		for n := first; ; n++ {
			i := strings.IndexByte(s, '\n')
			if i < 0 {
				return append(lines, pmLine{s, n})
			}
			lines = append(lines, pmLine{s[:i], n})
			s = s[i+1:]
		}
	}
	for n := first; ; n++ {
		i := strings.IndexAny(s, "\r\n")
		if i < 0 {
			return append(lines, pmLine{s, n})
		}
		lines = append(lines, pmLine{s[:i], n})
		if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			i++
		}
		s = s[i+1:]
	}
}

// normalize drops the characters that frame marks, expands tabs, empties lines
// of spaces and ends the text with empty lines.
func (p *pmParser) normalize(lines []pmLine) []pmLine {
	for i := range lines {
		l := &lines[i]
		if strings.IndexByte(l.text, stx) >= 0 || strings.IndexByte(l.text, etx) >= 0 {
			l.text = strings.Map(func(r rune) rune {
				if r == stx || r == etx {
					return -1
				}
				return r
			}, l.text)
		}
		if strings.IndexByte(l.text, '\t') >= 0 {
			l.text = expandTabs(l.text, p.cfg.tabLength)
		}
		if i > 0 && strings.Trim(l.text, " ") == "" {
			l.text = ""
		}
	}
	last := int32(0)
	if len(lines) > 0 {
		last = lines[len(lines)-1].n
	}
	return append(lines, pmLine{n: last}, pmLine{n: last})
}

// expandTabs replaces each tab by spaces up to the next multiple of width,
// counting characters.
func expandTabs(s string, width int) string {
	b := make([]byte, 0, len(s)+16)
	col := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\t' {
			for n := width - col%width; n > 0; n-- {
				b = append(b, ' ')
				col++
			}
			continue
		}
		b = append(b, c)
		if c < 0x80 || c >= 0xC0 {
			col++
		}
	}
	return string(b)
}

// mark stashes n and returns the text that stands for it.
func (p *pmParser) mark(n *Node) string {
	p.stash = append(p.stash, n)
	b := make([]byte, 0, 8)
	b = append(b, stx)
	b = strconv.AppendInt(b, int64(len(p.stash)-1), 10)
	b = append(b, etx)
	return string(b)
}

// unmark returns the node of the mark at the start of s and the length of the
// mark, or nil when there is none.
func (p *pmParser) unmark(s string) (*Node, int) {
	if len(s) < 3 || s[0] != stx {
		return nil, 0
	}
	n, i := 0, 1
	for i < len(s) && s[i] >= '0' && s[i] <= '9' && i < 12 {
		n = n*10 + int(s[i]-'0')
		i++
	}
	if i == 1 || i >= len(s) || s[i] != etx || n >= len(p.stash) {
		return nil, 0
	}
	return p.stash[n], i + 1
}
