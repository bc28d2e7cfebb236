package render

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The inline stage applies patterns to the text of the tree, one after the
// other: the first pattern to all of a text, then the second to what it has
// left, and so on. What a pattern has matched becomes a node, a mark takes its
// place, and the text inside it is left to the patterns that follow. When all
// patterns are through, marks are exchanged for their nodes, and texts that
// lie two levels or more below the element that held the text go through all
// patterns again.
//
// That is Python-Markdown's algorithm. It replaces inside one string and starts
// over at its beginning after each match, which takes quadratic time; here one
// pass over a text builds the next one, and the start over happens only where
// an earlier candidate could match now that something behind it is a mark.

// inlinePattern is one pattern of the inline stage.
type inlinePattern struct {
	name     string
	priority float64 // patterns with higher priority are first
	order    int     // among those of one priority: when their extensions are named
	trigger  string  // bytes at which match is tried; each match has one of them
	need     string  // text without which there is no match; optional
	outside  string  // element inside which the pattern does nothing
	// match looks whether the pattern matches at a trigger. It must not look
	// behind c.floor but by c.before.
	match func(p *pmParser, c *inlineCursor, at int) inlineMatch
	// active reports whether the page gives the pattern anything to do; nil
	// for always.
	active func(p *pmParser) bool

	set [256]bool
}

// inlineMatch is what a pattern says of one place.
type inlineMatch struct {
	kind       matchKind
	start, end int   // the match, or with failed how far the pattern has looked
	node       *Node // what the match stands for
	next       int   // unless matched: where to go on; 0 for the next byte
}

type matchKind uint8

const (
	noMatch matchKind = iota // and there will be none, whatever follows
	failed                   // but it may match when something behind it is a mark
	matched
)

// inlineConfig is the table of inline patterns, in the order of their
// priorities, and that of the patterns that come after the table of contents.
type inlineConfig struct {
	table  inlineTable
	later  []inlineTable // smartsymbols, smarty
	escape [128]bool     // characters that a backslash escapes
}

// inlineTable is a compiled list of patterns.
type inlineTable struct {
	patterns []inlinePattern
	triggers [256]uint64 // which patterns a byte may begin
	outside  bool        // some pattern does nothing inside a link
}

func newInlineTable(list []inlinePattern) inlineTable {
	slices.SortStableFunc(list, func(a, b inlinePattern) int {
		return cmp.Or(cmp.Compare(b.priority, a.priority), cmp.Compare(a.order, b.order))
	})
	t := inlineTable{patterns: list}
	for k := range list {
		for _, b := range []byte(list[k].trigger) {
			list[k].set[b] = true
			t.triggers[b] |= 1 << k
		}
		t.outside = t.outside || list[k].outside != ""
	}
	return t
}

// inlineState is what the inline stage keeps of one page.
type inlineState struct {
	inlineBase int // marks below are of earlier stages
	cursors    []*inlineCursor
	cursor     int             // the first that is free
	swallowed  []swallow       // marks of the inline stage that stand for new lines
	escapes    [128]int32      // marks of escaped characters, plus one
	active     uint64          // patterns that have something to do on this page
	restarts   int             // bytes that may still be copied to start over
	again      int             // bytes that may still be looked at again
	emoji      map[string]bool // short names that were reported
	abbrIndex  *abbrIndex
}

type swallow struct{ mark, lines int32 }

// inlineCursor is a text under one pattern.
type inlineCursor struct {
	s     string
	floor int // what is before has become a mark or is out of sight

	out []byte // what s becomes

	line, count int32 // line at the start of s, and at the counted byte
	counted     int
	p           *pmParser

	// What patterns have found out about s.
	known    bool
	brackets []bracket
	bracket  int
	runs     []tickRun
	lastRun  map[int]int
	em       emMemo
	noRound  bool // no \) follows
	close    int
	budget   int
}

func (c *inlineCursor) reset(s string) {
	c.s, c.floor = s, 0
	c.count, c.counted = c.line, 0
	c.known, c.noRound = false, false
	c.close = 0
	c.budget = 8*len(s) + 1<<14
	c.em.reset()
}

// keepCursors returns the cursors for the next page, if they hold no more than
// a page needs.
func (p *pmParser) keepCursors() []*inlineCursor {
	size := 0
	for _, c := range p.cursors {
		c.p, c.s = nil, ""
		size += cap(c.out) + 8*cap(c.brackets) + 16*cap(c.runs)
	}
	if size > 16*maxScratch {
		return nil
	}
	return p.cursors
}

// lineAt returns the source line of a place in the text. Places must not go
// back by much, as it counts from the last one.
func (c *inlineCursor) lineAt(at int) int32 {
	if at < c.counted {
		c.count, c.counted = c.line, 0
	}
	c.count += c.p.countLines(c.s[c.counted:at])
	c.counted = at
	return c.count
}

// countLines returns how many source lines end in s.
func (p *pmParser) countLines(s string) int32 {
	n := int32(strings.Count(s, "\n"))
	if len(p.swallowed) == 0 {
		return n
	}
	for {
		i := strings.IndexByte(s, stx)
		if i < 0 {
			return n
		}
		s = s[i+1:]
		id, _ := parseMark(s)
		if k, ok := slices.BinarySearchFunc(p.swallowed, int32(id), func(w swallow, id int32) int { return cmp.Compare(w.mark, id) }); ok {
			n += p.swallowed[k].lines
		}
	}
}

// parseMark reads the number of a mark behind its STX, and how much of s the
// mark takes; the number is -1 when s is no mark.
func parseMark(s string) (id, size int) {
	n, i := 0, 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' && i < 10 {
		n = n*10 + int(s[i]-'0')
		i++
	}
	if i == 0 || i >= len(s) || s[i] != etx {
		return -1, 0
	}
	return n, i + 1
}

// Characters that before and after return at the ends of a text: neither words
// nor white space.
const (
	runeEdge = -1
	runeMark = etx
)

// before returns the character before a place.
func (c *inlineCursor) before(at int) rune {
	if at == c.floor {
		if at > 0 {
			return runeMark
		}
		return runeEdge
	}
	return lastRune(c.s[c.floor:at])
}

// after returns the character at a place.
func (c *inlineCursor) after(at int) rune { return firstRune(c.s[at:]) }

func firstRune(s string) rune {
	if s == "" {
		return runeEdge
	}
	if b := s[0]; b < utf8.RuneSelf {
		return rune(b)
	}
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func lastRune(s string) rune {
	if s == "" {
		return runeEdge
	}
	if b := s[len(s)-1]; b < utf8.RuneSelf {
		return rune(b)
	}
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// wordRune reports whether Python's \w matches r.
func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' && r > 0
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// spaceRune reports whether Python's \s matches r.
func spaceRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r == ' ' || r >= '\t' && r <= '\r' || r >= 0x1c && r <= 0x1f
	}
	return unicode.IsSpace(r)
}

// wordEdge reports whether Python's \b matches at a place.
func (c *inlineCursor) wordEdge(at int) bool {
	return wordRune(c.before(at)) != wordRune(c.after(at))
}

// strip cuts off what Python's str.strip does.
func strip(s string) string { return strings.TrimFunc(s, spaceRune) }

// inlines runs the inline patterns over the text of the tree.
func (p *pmParser) inlines(root *Node) {
	p.inlineBase = len(p.stash)
	for i := range p.cfg.inline.table.patterns {
		if a := p.cfg.inline.table.patterns[i].active; a == nil || a(p) {
			p.active |= 1 << i
		}
	}
	size := textSize(root)
	p.restarts, p.again = 1<<22+4*size, 1<<20+16*size
	p.runInline(&p.cfg.inline.table, p.active, root)
}

// textSize returns the length of all text below n.
func textSize(n *Node) int {
	size := 0
	for c := n.First; c != nil; c = c.Next {
		size += len(c.Text)
		if c.First != nil {
			size += textSize(c)
		}
	}
	return size
}

// runInline applies a table to the texts below root. The order in which texts
// are visited is Python-Markdown's, because references to footnotes are
// numbered by it.
func (p *pmParser) runInline(t *inlineTable, active uint64, root *Node) {
	stack := []*Node{root}
	for len(stack) > 0 {
		el := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		tail := false
		for c := el.First; c != nil; c = c.Next {
			switch {
			case c.Kind == Text && tail:
				prev := c.Prev
				// By the time of the later tables a line break has a new line behind
				// it, which the writer sets here.
				broken := prev.Is("br") && t != &p.cfg.inline.table && strings.IndexByte(c.Text, '\n') != 0 && !isBlank(c.Text)
				if broken {
					c.Text = "\n" + c.Text
				}
				p.inlineText(t, active, c, el)
				if c.Parent == nil {
					c = prev
				} else if broken {
					c.Text = strings.TrimPrefix(c.Text, "\n")
				}
			case c.Kind != Element:
			default:
				tail = true
				inner := firstElement(c) != nil
				if text := c.First; text != nil && text.Kind == Text {
					last := text.Next
					p.inlineText(t, active, text, c)
					for n := c.First; n != last; n = n.Next {
						if n.Kind == Element {
							stack = append(stack, n)
						}
					}
				}
				if inner {
					stack = append(stack, c)
				}
			}
		}
	}
}

// inlineText applies a table to a text node and puts what has become of it in
// its place.
func (p *pmParser) inlineText(t *inlineTable, active uint64, n, parent *Node) {
	if strings.IndexByte(n.Text, stx) < 0 && t.scan(n.Text)&active == 0 {
		return
	}
	inLink := false
	if t.outside {
		for a := parent; a != nil; a = a.Parent {
			inLink = inLink || a.Tag == "a"
		}
	}
	s := n.Text
	// What lies deep may be looked at many times over; there is an end to it.
	if p.again -= len(s); p.again >= 0 {
		s = p.handleInline(t, active, s, n.Line, inLink, 0)
	}
	p.expand(n, s)
}

// scan returns the set of the patterns that may match somewhere in s.
func (t *inlineTable) scan(s string) uint64 {
	var set uint64
	for i := 0; i < len(s); i++ {
		set |= t.triggers[s[i]]
	}
	return set
}

// handleInline applies the patterns from the k-th on to s.
func (p *pmParser) handleInline(t *inlineTable, active uint64, s string, line int32, inLink bool, k int) string {
	set := t.scan(s) & active &^ (1<<k - 1)
	for set != 0 {
		k := bits.TrailingZeros64(set)
		set &^= 1 << k
		pat := &t.patterns[k]
		if inLink && pat.outside != "" || pat.need != "" && !strings.Contains(s, pat.need) {
			continue
		}
		s = p.applyPattern(t, active, k, s, line, inLink)
	}
	return s
}

// applyPattern replaces what the k-th pattern matches in s by marks.
func (p *pmParser) applyPattern(t *inlineTable, active uint64, k int, s string, line int32, inLink bool) string {
	pat := &t.patterns[k]
	if p.cursor == len(p.cursors) {
		p.cursors = append(p.cursors, &inlineCursor{})
	}
	c := p.cursors[p.cursor]
	p.cursor++
	defer func() { p.cursor-- }()
	c.p, c.line = p, line
	c.reset(s)

	out, replaced := c.out[:0], false
	from, reach := -1, -1 // the first candidate that failed, and how far those have looked
	for pos := 0; pos < len(c.s); {
		if len(pat.trigger) == 1 {
			i := strings.IndexByte(c.s[pos:], pat.trigger[0])
			if i < 0 {
				break
			}
			pos += i
		} else if !pat.set[c.s[pos]] {
			pos++
			continue
		}
		m := pat.match(p, c, pos)
		if m.kind != matched {
			if m.kind == failed {
				if from < 0 {
					from = pos
				}
				reach = max(reach, m.end)
			}
			pos = max(pos+1, m.next)
			continue
		}
		p.inlineNode(t, active, k, m.node, inLink)
		if reach < m.start || p.restarts < len(c.s) {
			out = append(out, c.s[c.floor:m.start]...)
			out = p.appendMark(out, m.node, c.s[m.start:m.end])
			c.floor, pos, replaced = m.end, m.end, true
			from, reach = -1, -1
			continue
		}
		// An earlier candidate may match now: start over from there.
		p.restarts -= len(c.s)
		pos = len(out) + from - c.floor
		out = append(out, c.s[c.floor:m.start]...)
		out = p.appendMark(out, m.node, c.s[m.start:m.end])
		out = append(out, c.s[m.end:]...)
		c.reset(string(out))
		out, replaced = out[:0], false
		from, reach = -1, -1
	}
	if !replaced {
		s = c.s
	} else {
		out = append(out, c.s[c.floor:]...)
		s = string(out)
	}
	c.out, c.s = out, ""
	return s
}

// inlineNode leaves the text of a node that the k-th pattern has made to the
// patterns that follow.
func (p *pmParser) inlineNode(t *inlineTable, active uint64, k int, n *Node, inLink bool) {
	if n.Kind != Element || n.First != nil && n.First.Kind == Atomic {
		return
	}
	handle := func(text *Node, tag string, k int) {
		if text != nil && text.Kind == Text && text.Text != "" {
			text.Text = p.handleInline(t, active, text.Text, text.Line, inLink || tag == "a", k)
		}
	}
	handle(n.First, n.Tag, k+1)
	for c := n.First; c != nil; c = c.Next {
		if c.Kind == Element {
			handle(c.First, c.Tag, k+1)
			handle(c.Next, "", k)
		}
	}
}

// appendMark appends a mark for n, which takes the place of source.
func (p *pmParser) appendMark(dst []byte, n *Node, source string) []byte {
	id := len(p.stash)
	if n.Kind == Atomic && len(n.Text) == 1 && n.Text[0] < 128 {
		// An escaped character: one mark does for all.
		e := &p.escapes[n.Text[0]]
		if *e == 0 {
			p.stash = append(p.stash, n)
			*e = int32(id) + 1
		}
		id = int(*e) - 1
	} else {
		p.stash = append(p.stash, n)
	}
	if lines := p.countLines(source); lines > 0 {
		p.swallowed = append(p.swallowed, swallow{int32(id), lines})
	}
	dst = append(dst, stx)
	dst = strconv.AppendInt(dst, int64(id), 10)
	return append(dst, etx)
}

// inlineMarkOf returns the node of the mark at the start of s when the inline
// stage has made it.
func (p *pmParser) inlineMarkOf(s string) (n *Node, size int) {
	id, size := parseMark(s[1:])
	if id < p.inlineBase || id >= len(p.stash) {
		return nil, 0
	}
	return p.stash[id], size + 1
}

// expand puts s in the place of a text node, with the elements that its marks
// stand for. Marks of raw markup and of escaped characters stay in the text
// until the tree is complete, so that what looks at text sees it whole.
func (p *pmParser) expand(n *Node, s string) {
	parent, next := n.Parent, n.Next
	cur := n // the text node that is being filled; nil after an element
	cur.Text = ""
	line := n.Line
	var buf []byte // text of cur that comes in pieces
	add := func(text string) {
		if text == "" {
			return
		}
		switch {
		case cur == nil:
			cur = p.node(n.Kind, line)
			cur.Text = text
			parent.InsertBefore(cur, next)
		case cur.Text == "":
			cur.Text = text
		default:
			if len(buf) == 0 {
				buf = append(buf, cur.Text...)
			}
			buf = append(buf, text...)
		}
		line += p.countLines(text)
	}
	flush := func() {
		if len(buf) > 0 {
			cur.Text, buf = string(buf), nil
		}
		cur = nil
	}
	start, at := 0, 0
	for {
		i := strings.IndexByte(s[at:], stx)
		if i < 0 {
			break
		}
		at += i
		m, size := p.inlineMarkOf(s[at:])
		if m == nil || m.Kind == Raw || m.Kind == Atomic {
			at++
			continue
		}
		if m.Kind == Text {
			add(s[start:at] + m.Text)
		} else if m.Parent == nil {
			add(s[start:at])
			p.expandElement(m)
			parent.InsertBefore(m, next)
			flush()
		}
		at += size
		start = at
	}
	add(s[start:])
	flush()
	if n.Text == "" && parent != nil && n.Next != nil {
		n.Remove()
	}
}

// expandElement expands the texts of an element and the first texts of the
// elements inside it. What is deeper comes when those are visited.
func (p *pmParser) expandElement(n *Node) {
	for c := n.First; c != nil; {
		next := c.Next
		switch c.Kind {
		case Element:
			if t := c.First; t != nil && (t.Kind == Text || t.Kind == Atomic) && strings.IndexByte(t.Text, stx) >= 0 {
				p.expand(t, t.Text)
			}
		case Text, Atomic:
			if strings.IndexByte(c.Text, stx) >= 0 {
				p.expand(c, c.Text)
			}
		}
		c = next
	}
}

// plainMarks replaces the marks of the inline stage in s by the text of their
// nodes, for the value of an attribute.
func (p *pmParser) plainMarks(s string) string {
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
		switch {
		case m == nil, m.Kind == Raw, m.Kind == Atomic:
			b = append(b, s[:i+1]...)
			s = s[i+1:]
			continue
		case m.Kind == Text:
			b = append(b, s[:i]...)
			b = append(b, m.Text...)
		default:
			b = append(b, s[:i]...)
			b = appendNodeText(b, m)
		}
		s = s[i+size:]
	}
}

// appendNodeText appends the text inside n.
func appendNodeText(dst []byte, n *Node) []byte {
	if n.Kind == Text || n.Kind == Atomic {
		return append(dst, n.Text...)
	}
	for c := n.First; c != nil; c = c.Next {
		dst = appendNodeText(dst, c)
	}
	return dst
}

// settleMarks exchanges the marks that are left in the tree: escaped characters
// become text, raw markup and what earlier stages have settled become nodes.
func (p *pmParser) settleMarks(n *Node) {
	for c := n.First; c != nil; {
		next := c.Next
		switch c.Kind {
		case Element:
			for i := range c.Attrs {
				if strings.IndexByte(c.Attrs[i].Val, stx) >= 0 {
					c.Attrs[i].Val = p.settledText(c.Attrs[i].Val)
				}
			}
			p.settleMarks(c)
		case Text, Atomic:
			if strings.IndexByte(c.Text, stx) >= 0 {
				p.settleText(c)
			}
		}
		c = next
	}
}

func (p *pmParser) settleText(n *Node) {
	s := n.Text
	var b []byte
	parent, next := n.Parent, n.Next
	flush := func() {
		if len(b) > 0 {
			t := p.node(n.Kind, n.Line)
			t.Text = string(b)
			parent.InsertBefore(t, n)
			b = b[:0]
		}
	}
	for {
		i := strings.IndexByte(s, stx)
		if i < 0 {
			break
		}
		b = append(b, s[:i]...)
		m, size := p.unmark(s[i:])
		if m == nil {
			b = append(b, s[i])
			s = s[i+1:]
			continue
		}
		s = s[i+size:]
		switch {
		case m.Kind == Text || m.Kind == Atomic:
			b = append(b, m.Text...)
		case m.Parent != nil:
		default:
			flush()
			parent.InsertBefore(m, n)
			if m.Kind == Element {
				p.settleMarks(m)
			}
		}
	}
	b = append(b, s...)
	flush()
	n.Remove()
	// A block that stands alone in a paragraph takes its place.
	if c := parent.First; next == nil && c != nil && c == parent.Last && c.Kind == Element &&
		parent.Is("p") && len(parent.Attrs) == 0 && parent.Parent != nil && blockTag(c.Tag) {
		c.Remove()
		parent.ReplaceWith(c)
	}
}

// settledText returns s, the value of an attribute, without marks.
func (p *pmParser) settledText(s string) string {
	var b []byte
	for {
		i := strings.IndexByte(s, stx)
		if i < 0 {
			return string(append(b, s...))
		}
		b = append(b, s[:i]...)
		m, size := p.unmark(s[i:])
		if m == nil {
			s = s[i+1:]
			continue
		}
		if m.Kind == Element {
			b = appendNodeText(b, m)
		} else {
			b = append(b, m.Text...)
		}
		s = s[i+size:]
	}
}
