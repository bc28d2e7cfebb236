package render

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The block stage cuts lines into blocks at empty lines and offers each block
// to the block processors, in the order of Python-Markdown's priorities. The
// first processor that takes a block may parse lines of it as blocks of a new
// element, and may put lines back to be offered again. A processor that looks
// for a line anywhere in a block (a heading, a rule) parses what stands before
// it first.
//
// A block is a slice of lines that may begin with an empty line, and end with
// one: text is cut at every "\n\n" from the left, so three line breaks leave
// one at the start of the next block. Lines are changed in place when an
// indentation or a marker is taken away; nobody else sees them any more.

// maxBlockDepth bounds the nesting of blocks. What is nested deeper is text.
const maxBlockDepth = 100

// blockProcessor is one entry of the table. run is offered the next block of
// q; it pops it and returns true, or leaves the queue as it was.
type blockProcessor struct {
	name     string
	priority float64
	run      func(p *pmParser, parent *Node, q *blockQueue) bool
}

// blockConfig is the table of block processors and their options.
type blockConfig struct {
	processors []blockProcessor
	shallow    []blockProcessor // those that do not nest

	lists     listRules
	table     tableRules
	tabbed    tabbedRules
	footnotes footnoteRules
	tasklist  tasklistRules
	callouts  calloutRules
	breakless bool
	saneHash  bool
	mdInHTML  bool
}

func compileBlocks(m *Markdown) blockConfig {
	c := blockConfig{lists: compileLists(m)}
	add := func(name string, priority float64, run func(*pmParser, *Node, *blockQueue) bool) {
		c.processors = append(c.processors, blockProcessor{name, priority, run})
	}
	on := func(name string) bool { _, ok := m.ext[name]; return ok }

	add("empty", 100, (*pmParser).emptyBlock)
	if !on("pymdownx.superfences") || !optBool(m.ext["pymdownx.superfences"], "disable_indented_code_blocks", false) {
		add("code", 80, (*pmParser).codeBlock)
	}
	add("hashheader", 70, (*pmParser).hashHeaderBlock)
	add("setextheader", 60, (*pmParser).setextHeaderBlock)
	add("hr", 50, (*pmParser).hrBlock)
	add("quote", 20, (*pmParser).quoteBlock)
	add("reference", 15, (*pmParser).referenceBlock)
	add("paragraph", 10, (*pmParser).paragraphBlock)

	add("indent", c.lists.indentAt, (*pmParser).listIndentBlock)
	add("olist", c.lists.orderedAt, (*pmParser).orderedListBlock)
	add("ulist", c.lists.bulletsAt, (*pmParser).unorderedListBlock)

	// Among equal priorities the order of the settings decides.
	for _, name := range m.inOrder("admonition", "pymdownx.details", "pymdownx.tabbed", "md_in_html") {
		switch name {
		case "admonition":
			add(name, 105, (*pmParser).admonitionBlock)
		case "pymdownx.details":
			add(name, 105, (*pmParser).detailsBlock)
		case "pymdownx.tabbed":
			add(name, 105, (*pmParser).tabbedBlock)
		case "md_in_html":
			add(name, 105, (*pmParser).markdownInHTMLBlock)
		}
	}
	if on("def_list") {
		add("defindent", 85, (*pmParser).definitionIndentBlock)
		add("deflist", 25, (*pmParser).definitionBlock)
	}
	if compileSlashes(m).on {
		add("slash", 89.99, (*pmParser).slashBlocks)
	}
	if on("pymdownx.arithmatex") {
		add("math", 79.9, (*pmParser).mathBlock)
	}
	if on("github-callouts") {
		add("github-callouts", 21.1, (*pmParser).alertBlock)
	}
	if on("callouts") {
		add("callouts", 21, (*pmParser).calloutBlock)
	}
	if on("tables") {
		add("table", 75, (*pmParser).tableBlock)
	}
	if on("footnotes") {
		add("footnote", 17, (*pmParser).footnoteBlock)
	}
	if on("abbr") {
		add("abbr", 16, (*pmParser).abbreviationBlock)
	}
	slices.SortStableFunc(c.processors, func(a, b blockProcessor) int {
		switch {
		case a.priority > b.priority:
			return -1
		case a.priority < b.priority:
			return 1
		}
		return 0
	})
	for _, b := range c.processors {
		if b.name == "empty" || b.name == "paragraph" {
			c.shallow = append(c.shallow, b)
		}
	}
	c.saneHash = on("pymdownx.saneheaders")
	c.mdInHTML = on("md_in_html")
	c.table = compileTable(m)
	c.tabbed = compileTabbed(m)
	c.footnotes = compileFootnotes(m)
	c.tasklist = compileTasklist(m)
	c.callouts = compileCallouts(m)
	c.breakless = on("mdx_breakless_lists")
	return c
}

// inOrder returns those of the names that are on, as the settings order them.
func (m *Markdown) inOrder(names ...string) []string {
	at := func(name string) int {
		return slices.IndexFunc(m.opts.Extensions, func(e Extension) bool {
			n := strings.TrimPrefix(e.Name, "markdown.extensions.")
			return n == name || (name == "md_in_html" || name == "def_list") && (n == "extra" || n == "pymdownx.extra")
		})
	}
	names = slices.DeleteFunc(names, func(n string) bool { _, on := m.ext[n]; return !on })
	slices.SortStableFunc(names, func(a, b string) int { return at(a) - at(b) })
	return names
}

// blockContext is what Python-Markdown calls the state of its block parser:
// what the text of a block becomes depends on who asked for it to be parsed.
type blockContext uint8

const (
	inDocument blockContext = iota
	inTightList
	inLooseList
	inQuote
	inDetabbed // the indentation has been taken off; do not look for it again
)

// blockState is what the block stage keeps of one page.
type blockState struct {
	queue   []block // the blocks put back, of all levels; each level owns the end
	context []blockContext
	depth   int

	cells    []string // of the row split last
	ticks    []tickSpan
	tickRuns []cellTicks
	growing  *Node  // the text node that grown belongs to
	grown    []byte // its text, when it is longer than growing.Text

	mih      map[*Node]*mihElement // elements that md_in_html has stashed
	mihOrder []*mihElement
	tabSets  int
	fnIndex  map[string]int // into footnotes
	fnOrder  []int          // footnotes in the order of their first reference
	marked   []*Node        // paragraphs that begin with a mark

	fancyLists map[*Node]fancyType
	callouts   []callout
	folds      []fold
}

func (p *pmParser) in(c blockContext) bool {
	return len(p.context) > 0 && p.context[len(p.context)-1] == c
}

func (p *pmParser) enter(c blockContext) { p.context = append(p.context, c) }
func (p *pmParser) leave()               { p.context = p.context[:len(p.context)-1] }

// block is a run of lines without an empty line inside. What was found out
// about its lines is kept while lines are taken off its start, so that a long
// block is not searched again for each line.
type block struct {
	lines []pmLine
	seen  uint32 // set of lineKinds whose start characters occur; 0 unknown
	first [lineKinds]int32
}

// lineKind is a kind of line that processors look for anywhere in a block.
type lineKind uint8

const (
	lineHash lineKind = iota
	lineRule
	lineQuote
	lineDefinition
	lineFootnote
	lineAbbr
	lineReference
	lineAdmonition
	lineDetails
	lineTab
	lineSlash
	lineCallout
	lineNoPipe // a row that a table of one column cannot have
	lineKinds
)

const (
	notSearched  int32 = 0 // lines from the start are unknown
	notFound     int32 = -1
	seenComputed       = 1 << 31
)

// lineStarts tells for each kind with which characters its lines can begin.
var lineStarts = [256]uint32{
	'#': 1 << lineHash,
	'-': 1 << lineRule, '_': 1 << lineRule,
	'*': 1<<lineRule | 1<<lineAbbr,
	'>': 1<<lineQuote | 1<<lineCallout,
	'/': 1 << lineSlash,
	':': 1 << lineDefinition,
	'[': 1<<lineFootnote | 1<<lineReference,
	'!': 1 << lineAdmonition,
	'?': 1 << lineDetails,
	'=': 1 << lineTab,
}

// find returns the first line of the block that matches, or -1. match is asked
// for lines that begin with a character of the kind only.
func (b *block) find(kind lineKind, match func(lines []pmLine) bool) int {
	if b.seen == 0 {
		b.seen = seenComputed
		for i := range b.lines {
			s := b.lines[i].text
			n := 0
			for n < len(s) && n < 4 && s[n] == ' ' {
				n++
			}
			if n < len(s) {
				b.seen |= lineStarts[s[n]]
			}
		}
	}
	bit := uint32(1) << kind
	if kind != lineNoPipe && b.seen&bit == 0 {
		return -1
	}
	switch f := b.first[kind]; {
	case f == notFound:
		return -1
	case f > 0:
		return int(f) - 1
	}
	for i := range b.lines {
		s := b.lines[i].text
		n := 0
		for n < len(s) && n < 4 && s[n] == ' ' {
			n++
		}
		if kind != lineNoPipe && (n == len(s) || lineStarts[s[n]]&bit == 0) {
			continue
		}
		if match(b.lines[i:]) {
			b.first[kind] = int32(i) + 1
			return i
		}
	}
	b.first[kind] = notFound
	return -1
}

// from returns the block without its first n lines, which must not have been
// changed by who keeps the rest.
func (b *block) from(n int) block {
	r := block{lines: b.lines[n:], seen: b.seen, first: b.first}
	for k := range r.first {
		if r.first[k] > 0 {
			r.first[k] = max(r.first[k]-int32(n), notSearched)
		}
	}
	return r
}

// blockQueue is the blocks that wait to be parsed on one level: those put back
// and the lines that have not been cut yet.
type blockQueue struct {
	p    *pmParser
	base int // p.queue[base:] is ours, next block last
	rest []pmLine
	more bool // rest holds a block, if an empty one
}

// next returns the next block without taking it, or nil.
func (q *blockQueue) next() *block {
	p := q.p
	if len(p.queue) == q.base {
		if !q.more {
			return nil
		}
		lines := q.rest
		n := len(lines)
		for i := 0; i+2 < len(lines); i++ {
			if lines[i+1].text == "" {
				n = i + 1
				break
			}
		}
		if n < len(lines) {
			q.rest = lines[n+1:]
		} else {
			q.rest, q.more = nil, false
		}
		p.queue = append(p.queue, block{lines: lines[:n:n]})
	}
	return &p.queue[len(p.queue)-1]
}

// pop takes the next block, which next has returned.
func (q *blockQueue) pop() block {
	n := len(q.p.queue) - 1
	b := q.p.queue[n]
	q.p.queue = q.p.queue[:n]
	return b
}

// push puts a block before all others.
func (q *blockQueue) push(b block) { q.p.queue = append(q.p.queue, b) }

// pushRest puts the lines of b from n on back as a block, unless they hold
// nothing.
func (q *blockQueue) pushRest(b *block, n int) {
	if rest := b.lines[n:]; len(rest) > 1 || len(rest) == 1 && rest[0].text != "" {
		q.push(b.from(n))
	}
}

// blocks parses lines as the blocks of a document.
func (p *pmParser) blocks(parent *Node, lines []pmLine) {
	if !allBlank(lines) {
		p.parseChunk(parent, lines)
	}
	p.footnotesDiv(parent)
	p.flush()
	p.leftElements()
	p.finishFolds()
	p.tasklists(parent)
	p.settle()
}

func allBlank(lines []pmLine) bool {
	for i := range lines {
		if trimSpace(lines[i].text) != "" {
			return false
		}
	}
	return true
}

// parseChunk parses lines as blocks and appends them to parent.
func (p *pmParser) parseChunk(parent *Node, lines []pmLine) {
	q := blockQueue{p: p, base: len(p.queue), rest: lines, more: true}
	p.parseBlocks(parent, &q)
}

// parseBlock parses lines as one block and appends it to parent.
func (p *pmParser) parseBlock(parent *Node, lines []pmLine) {
	q := blockQueue{p: p, base: len(p.queue)}
	q.push(block{lines: lines})
	p.parseBlocks(parent, &q)
}

func (p *pmParser) parseBlocks(parent *Node, q *blockQueue) {
	p.depth++
	processors := p.cfg.block.processors
	if p.depth > maxBlockDepth {
		processors = p.cfg.block.shallow
	}
	for b := q.next(); b != nil; b = q.next() {
		for i := range processors {
			if processors[i].run(p, parent, q) {
				break
			}
		}
	}
	p.depth--
}

// grow appends s to the text of n. Text that grows block by block is gathered
// in one buffer, since copying it each time would be quadratic.
func (p *pmParser) grow(n *Node, s string) {
	if p.growing != n {
		p.flush()
		p.growing = n
		p.grown = append(p.grown[:0], n.Text...)
	}
	p.grown = append(p.grown, s...)
}

// flush gives the text that has grown to its node.
func (p *pmParser) flush() {
	if p.growing != nil && len(p.grown) > len(p.growing.Text) {
		p.growing.Text = string(p.grown)
	}
	p.growing = nil
}

// lastElement returns the last child of n that is an element, or nil.
func lastElement(n *Node) *Node {
	c := n.Last
	for c != nil && c.Kind != Element {
		c = c.Prev
	}
	return c
}

// leadText returns the text before the first element of n, or nil.
func leadText(n *Node) *Node {
	if n != nil && n.First != nil && (n.First.Kind == Text || n.First.Kind == Atomic) && n.First.Text != "" {
		return n.First
	}
	return nil
}

// paragraphOfText puts the text that n begins with into a paragraph.
func (p *pmParser) paragraphOfText(n *Node) {
	t := leadText(n)
	if t == nil {
		return
	}
	t.Remove()
	para := p.el("p", t.Line)
	para.Append(t)
	n.InsertBefore(para, n.First)
}

// paragraphAtEnd does the same, but puts the paragraph behind what there is.
func (p *pmParser) paragraphAtEnd(n *Node) {
	t := leadText(n)
	if t == nil {
		return
	}
	t.Remove()
	para := p.el("p", t.Line)
	para.Append(t)
	n.Append(para)
}

// textElement appends an element that holds text.
func (p *pmParser) textElement(parent *Node, tag, text string, line int32) *Node {
	n := p.el(tag, line)
	if text != "" {
		n.Append(p.text(text, line))
	}
	parent.Append(n)
	return n
}

// isCode reports whether n is a block of code that an indentation has made.
func isCode(n *Node) bool { return n.Is("pre") && firstElement(n).Is("code") }

func firstElement(n *Node) *Node {
	c := n.First
	for c != nil && c.Kind != Element {
		c = c.Next
	}
	return c
}

// joinText joins lines with line breaks.
func joinText(lines []pmLine) string {
	switch len(lines) {
	case 0:
		return ""
	case 1:
		return lines[0].text
	}
	n := len(lines) - 1
	for i := range lines {
		n += len(lines[i].text)
	}
	var b strings.Builder
	b.Grow(n)
	for i := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(lines[i].text)
	}
	return b.String()
}

// trimEmpty takes empty lines off both ends.
func trimEmpty(lines []pmLine) []pmLine {
	return trimEmptyEnd(trimEmptyStart(lines))
}

func trimEmptyStart(lines []pmLine) []pmLine {
	for len(lines) > 0 && lines[0].text == "" {
		lines = lines[1:]
	}
	return lines
}

func trimEmptyEnd(lines []pmLine) []pmLine {
	for len(lines) > 0 && lines[len(lines)-1].text == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// isSpace reports whether Python's str.strip takes r for white space.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1C && r <= 0x1F
}

func trimSpace(s string) string { return trimSpaceLeft(trimSpaceRight(s)) }

func trimSpaceLeft(s string) string {
	if len(s) > 0 && s[0] > ' ' && s[0] < utf8.RuneSelf {
		return s
	}
	return strings.TrimLeftFunc(s, isSpace)
}

func trimSpaceRight(s string) string {
	if n := len(s); n > 0 && s[n-1] > ' ' && s[n-1] < utf8.RuneSelf {
		return s
	}
	return strings.TrimRightFunc(s, isSpace)
}

// indentOf returns the number of spaces at the start of s.
func indentOf(s string) int {
	n := 0
	for n < len(s) && s[n] == ' ' {
		n++
	}
	return n
}

// detab takes n columns off the lines at the start that have them, and returns
// those. Lines without text are among them.
func detab(lines []pmLine, n int) []pmLine {
	k := detabLen(lines, n)
	for i := range lines[:k] {
		s := lines[i].text
		if hasIndent(s, n) {
			lines[i].text = s[n:]
		} else {
			lines[i].text = ""
		}
	}
	return lines[:k:k]
}

func detabLen(lines []pmLine, n int) int {
	for i := range lines {
		s := lines[i].text
		if !hasIndent(s, n) && trimSpace(s) != "" {
			return i
		}
	}
	return len(lines)
}

func hasIndent(s string, n int) bool {
	if len(s) < n {
		return false
	}
	for i := range n {
		if s[i] != ' ' {
			return false
		}
	}
	return true
}

// emptyBlock takes an empty line off. Behind code it belongs to the code.
func (p *pmParser) emptyBlock(parent *Node, q *blockQueue) bool {
	b := q.next()
	if len(b.lines) > 0 && b.lines[0].text != "" {
		return false
	}
	taken := q.pop()
	filler := "\n\n"
	if len(taken.lines) > 1 {
		filler = "\n"
		q.pushRest(&taken, 1)
	}
	if last := lastElement(parent); isCode(last) {
		p.grow(firstElement(last).First, filler)
	}
	return true
}

// codeBlock takes lines that are indented by a tab.
func (p *pmParser) codeBlock(parent *Node, q *blockQueue) bool {
	if !hasIndent(q.next().lines[0].text, p.cfg.tabLength) {
		return false
	}
	b := q.pop()
	if lines := p.unfence(b.lines); len(lines) != len(b.lines) {
		b = block{lines: lines}
	}
	code := detab(b.lines, p.cfg.tabLength)
	text := escapeCode(trimSpaceRight(joinText(code))) + "\n"
	if last := lastElement(parent); isCode(last) {
		n := firstElement(last).First
		p.grow(n, "\n")
		p.grow(n, text)
	} else {
		pre := p.el("pre", b.lines[0].n)
		c := p.el("code", b.lines[0].n)
		c.Append(p.atomic(text, b.lines[0].n))
		pre.Append(c)
		parent.Append(pre)
	}
	q.pushRest(&b, len(code))
	return true
}

// escapeCode escapes what has a meaning in HTML, whatever it is part of.
func escapeCode(s string) string {
	if strings.IndexByte(s, '&') < 0 && strings.IndexByte(s, '<') < 0 && strings.IndexByte(s, '>') < 0 {
		return s
	}
	b := make([]byte, 0, len(s)+len(s)/8+8)
	for i := range len(s) {
		switch c := s[i]; c {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		default:
			b = append(b, c)
		}
	}
	return string(b)
}

// hashHeaderBlock takes a heading with number signs, on any line.
func (p *pmParser) hashHeaderBlock(parent *Node, q *blockQueue) bool {
	b := q.next()
	match := isHash
	if p.cfg.block.saneHash {
		match = isSaneHash
	}
	i := b.find(lineHash, match)
	if i < 0 {
		return false
	}
	taken := q.pop()
	if i > 0 {
		p.parseBlock(parent, taken.lines[:i:i])
	}
	level, text := splitHash(taken.lines[i].text)
	p.textElement(parent, "h"+string(rune('0'+level)), text, taken.lines[i].n)
	q.pushRest(&taken, i+1)
	return true
}

func isHash(lines []pmLine) bool {
	s := lines[0].text
	if s == "" || s[0] != '#' {
		return false
	}
	// A backslash at the end would escape the line break.
	n := 0
	for n < len(s) && s[len(s)-1-n] == '\\' {
		n++
	}
	return n%2 == 0
}

func isSaneHash(lines []pmLine) bool {
	s := lines[0].text
	n := 0
	for n < len(s) && n < 6 && s[n] == '#' {
		n++
	}
	return n > 0 && n < len(s) && s[n] == ' ' && isHash(lines)
}

// splitHash returns the level and the text of a heading.
func splitHash(s string) (int, string) {
	level := 0
	for level < len(s) && level < 6 && s[level] == '#' {
		level++
	}
	s = s[level:]
	end := len(s)
	for end > 0 && s[end-1] == '#' {
		end--
	}
	if end < len(s) {
		n := 0
		for n < end && s[end-1-n] == '\\' {
			n++
		}
		if n%2 == 1 {
			end++ // escaped, and part of the text
		}
	}
	return level, trimSpace(s[:end])
}

// setextHeaderBlock takes a heading that is underlined, at the start only.
func (p *pmParser) setextHeaderBlock(parent *Node, q *blockQueue) bool {
	lines := q.next().lines
	if len(lines) < 2 || !isUnderline(lines[1].text) {
		return false
	}
	b := q.pop()
	tag := "h2"
	if b.lines[1].text[0] == '=' {
		tag = "h1"
	}
	p.textElement(parent, tag, trimSpace(b.lines[0].text), b.lines[0].n)
	q.pushRest(&b, 2)
	return true
}

func isUnderline(s string) bool {
	n := 0
	for n < len(s) && (s[n] == '=' || s[n] == '-') {
		n++
	}
	return n > 0 && strings.Trim(s[n:], " ") == ""
}

// hrBlock takes a rule, on any line.
func (p *pmParser) hrBlock(parent *Node, q *blockQueue) bool {
	i := q.next().find(lineRule, isRule)
	if i < 0 {
		return false
	}
	b := q.pop()
	if before := trimEmptyEnd(b.lines[:i:i]); len(before) > 0 {
		p.parseBlock(parent, before)
	}
	parent.Append(p.el("hr", b.lines[i].n))
	rest := b.from(i + 1)
	for len(rest.lines) > 0 && rest.lines[0].text == "" {
		rest = rest.from(1)
	}
	if len(rest.lines) > 0 {
		q.push(rest)
	}
	return true
}

func isRule(lines []pmLine) bool {
	s := lines[0].text
	n := indentOf(s)
	if n > 3 || n == len(s) {
		return false
	}
	mark := s[n]
	count, gap := 0, 0
	for i := n; i < len(s); i++ {
		switch s[i] {
		case mark:
			if gap > 2 {
				return false
			}
			count++
			gap = 0
		case ' ':
			gap++
		default:
			return false
		}
	}
	return count >= 3 && (mark == '-' || mark == '_' || mark == '*')
}

// quoteBlock takes a quotation: all lines from the first with a mark.
func (p *pmParser) quoteBlock(parent *Node, q *blockQueue) bool {
	i := q.next().find(lineQuote, isQuote)
	if i < 0 {
		return false
	}
	b := q.pop()
	if i > 0 {
		p.parseBlock(parent, b.lines[:i:i])
	}
	lines := b.lines[i:]
	if p.cfg.block.callouts.quotes {
		p.foldingQuote(parent, lines)
		return true
	}
	quote := lastElement(parent)
	if !quote.Is("blockquote") {
		quote = p.el("blockquote", lines[0].n)
		parent.Append(quote)
	} else if last := lastElement(quote); i > 0 && isCode(last) {
		// What stood before was a definition, and its line break is left.
		p.grow(firstElement(last).First, "\n")
	}
	p.quoted(quote, lines)
	return true
}

func isQuote(lines []pmLine) bool {
	s := lines[0].text
	n := indentOf(s)
	return n <= 3 && n < len(s) && s[n] == '>'
}

// unquote takes the mark of a quotation off a line that has one.
func unquote(s string) string {
	n := indentOf(s)
	if n >= len(s) || s[n] != '>' {
		if trimSpace(s) == ">" {
			return ""
		}
		return s
	}
	if trimSpace(s[n+1:]) == "" {
		return ""
	}
	if n > 3 {
		return s
	}
	return strings.TrimPrefix(s[n+1:], " ")
}

// paragraphBlock takes what nobody else has taken.
func (p *pmParser) paragraphBlock(parent *Node, q *blockQueue) bool {
	b := q.pop()
	if allBlank(b.lines) {
		return true
	}
	line := b.lines[0].n
	text := joinText(b.lines)
	if !p.in(inTightList) {
		para := p.textElement(parent, "p", trimSpaceLeft(text), line)
		if para.First.Text[0] == stx {
			p.marked = append(p.marked, para)
		}
		return true
	}
	// The text of a tight list item has no paragraph around it.
	switch last := parent.Last; {
	case last == nil:
		parent.Append(p.text(trimSpaceLeft(text), line))
	case last.Kind == Text:
		if last.Text == "" && parent.First == last {
			last.Text, last.Line = trimSpaceLeft(text), line
			break
		}
		p.grow(last, "\n")
		p.grow(last, text)
	default:
		parent.Append(p.text("\n"+text, line))
	}
	return true
}

// settle puts elements that marks stand for in the place of paragraphs that
// hold nothing else. Until here these have been paragraphs to those who looked
// at what stands before them. Raw HTML stays in its paragraph: whoever writes
// the page leaves that out.
func (p *pmParser) settle() {
	for _, para := range p.marked {
		t := para.First
		if t == nil || t.Kind != Text || t.Next != nil || para.Parent == nil {
			continue
		}
		n, size := p.unmark(t.Text)
		if n != nil && size == len(t.Text) && n.Kind == Element && n.Parent == nil && blockTag(n.Tag) {
			para.ReplaceWith(n)
		}
	}
	p.marked = nil
}
