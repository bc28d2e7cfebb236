// Package markdown reads the block structure of a Markdown source with
// positions, for those who check and edit documents rather than show them.
//
// Package render turns Markdown into HTML and keeps no source. Decision
// records, architecture views and drift ask other questions: which section is
// this, what stands in that table's cell, where exactly does this link's target
// begin. Parse answers them from one pass over the lines, in time that grows
// with the source alone, for any input.
//
//	d := markdown.Parse(src)
//	for s := range d.Sections() { … }
//
// It reads what every dialect agrees on: front matter, headings of both kinds,
// fences, comments, tables, list items, quotations. Where dialects differ it is
// lenient, because it answers for pages of all of them. Offsets are bytes in
// the source; lines count from 1.
package markdown

import (
	"bytes"
	"iter"
	"strings"
)

// Kind is the kind of a block.
type Kind uint8

// The kinds of blocks.
const (
	Paragraph Kind = iota
	Heading
	Fence   // fenced code
	Code    // indented code
	Table   // pipe table
	Item    // list item without the items nested in it
	Quote   // a run of lines that begin with >
	Comment // HTML comment
	HTML    // lines that begin with a tag
	Break   // thematic break
	Box     // the opening line of an admonition, details or tab (!!!, ???, ===)
	LinkDef // [label]: target
)

// Block is a run of whole lines. Blocks do not overlap and stand in the order
// of the source.
type Block struct {
	Kind       Kind
	Start, End int // bytes; End is behind the last line's content, before its line end
	Line, Last int // first and last line
	Indent     int // columns before the content of the first line
	Level      int // of a heading, 1 to 6
	Text       string
	// Text is the content: of a heading without markers and markup, of a fence
	// its code, of an item and a paragraph the source without markers, lines
	// joined by \n, of a quotation the lines without >.
	Info string // of a fence: what follows the marker; of an item: the marker
	Body int    // byte at which the content begins
}

// Doc is the structure of a source. It is not for use by several goroutines at
// once.
type Doc struct {
	Src    []byte
	Front  *Front // nil when there is none
	Blocks []Block
	lines  []int             // offset at which each line begins
	defs   map[string]string // targets of references, once they are asked for
}

// Parse reads a source.
func Parse(src []byte) *Doc {
	d := &Doc{Src: src}
	first := 0
	if bytes.HasPrefix(src, []byte("\ufeff")) {
		first = len("\ufeff") // no part of the first line
	}
	d.lines = append(d.lines, first)
	for i, c := range src {
		if c == '\n' && i+1 < len(src) {
			d.lines = append(d.lines, i+1)
		}
	}
	p := &parser{d: d, box: -1}
	p.skipFront()
	p.run()
	return d
}

// LineOf returns the line of a byte.
func (d *Doc) LineOf(off int) int {
	lo, hi := 0, len(d.lines)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if d.lines[m] <= off {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return max(lo, 1)
}

// ColumnOf returns the column of a byte, counted in characters from 1.
func (d *Doc) ColumnOf(off int) int {
	start := min(d.lines[d.LineOf(off)-1], off)
	n := 1
	for range string(d.Src[start:min(off, len(d.Src))]) {
		n++
	}
	return n
}

// LineStart returns the byte at which a line begins; of a line behind the last
// one, the length of the source.
func (d *Doc) LineStart(line int) int {
	switch {
	case line < 1:
		return 0
	case line > len(d.lines):
		return len(d.Src)
	default:
		return d.lines[line-1]
	}
}

// LineText returns a line without its end.
func (d *Doc) LineText(line int) string {
	if line < 1 || line > len(d.lines) {
		return ""
	}
	return strings.TrimRight(string(d.Src[d.lines[line-1]:d.LineStart(line+1)]), "\r\n")
}

// Lines returns how many lines the source has.
func (d *Doc) Lines() int { return len(d.lines) }

// Section is a heading with all that follows up to the next heading of its
// level or above.
type Section struct {
	Heading *Block // nil for what stands before the first heading
	Blocks  []Block
	// Own are the blocks before the first heading below it.
	Own        []Block
	Start, End int // bytes, the heading included
}

// Title returns the text of the heading, or "".
func (s *Section) Title() string {
	if s.Heading == nil {
		return ""
	}
	return s.Heading.Text
}

// Level returns the level of the heading, 0 without one.
func (s *Section) Level() int {
	if s.Heading == nil {
		return 0
	}
	return s.Heading.Level
}

// Line returns the line of the heading, or of the first block.
func (s *Section) Line() int {
	switch {
	case s.Heading != nil:
		return s.Heading.Line
	case len(s.Blocks) > 0:
		return s.Blocks[0].Line
	default:
		return 1
	}
}

// Empty reports whether nothing but comments and deeper headings without
// content stands in the section.
func (s *Section) Empty() bool {
	for i := range s.Blocks {
		switch s.Blocks[i].Kind {
		case Heading, Comment, Break, LinkDef:
		default:
			return false
		}
	}
	return true
}

// Sections returns the sections in the order of their headings, deeper ones
// after those that hold them. The first has no heading when anything stands
// before the first one.
func (d *Doc) Sections() iter.Seq[*Section] {
	return func(yield func(*Section) bool) {
		n := len(d.Blocks)
		for i := 0; i < n; {
			b := &d.Blocks[i]
			s := &Section{Start: b.Start}
			j := i
			if b.Kind == Heading {
				s.Heading = b
				j++
			}
			own := j
			for own < n && d.Blocks[own].Kind != Heading {
				own++
			}
			last := own
			if s.Heading != nil {
				for last < n && (d.Blocks[last].Kind != Heading || d.Blocks[last].Level > b.Level) {
					last++
				}
			}
			s.Blocks, s.Own = d.Blocks[j:last], d.Blocks[j:own]
			s.End = len(d.Src)
			if last < n {
				s.End = d.Blocks[last].Start
			}
			if !yield(s) {
				return
			}
			i = own
			if i == n {
				return
			}
		}
	}
}

type parser struct {
	d    *Doc
	next int // line to read, from 0
	box  int // indent of the admonition or tab that is open, or -1
}

func (p *parser) line(i int) []byte {
	d := p.d
	end := len(d.Src)
	if i+1 < len(d.lines) {
		end = d.lines[i+1]
	}
	return bytes.TrimRight(d.Src[d.lines[i]:end], "\r\n")
}

// add appends the block of the lines [first, last].
func (p *parser) add(b Block, first, last int) {
	b.Line, b.Last = first+1, last+1
	b.Start = p.d.lines[first]
	b.End = p.d.lines[last] + len(p.line(last))
	switch {
	case b.Kind == Box:
		p.box = b.Indent
	case b.Indent < 4:
		p.box = -1
	}
	p.d.Blocks = append(p.d.Blocks, b)
}

func (p *parser) run() {
	n := len(p.d.lines)
	inList := false
	for p.next < n {
		i := p.next
		l := p.line(i)
		text, indent := trimIndent(l)
		if len(text) == 0 {
			p.next++
			continue
		}
		if indent == 0 && inList && marker(text) == 0 && i > 0 && len(bytes.TrimSpace(p.line(i-1))) == 0 {
			inList = false // a line at the margin after an empty one ends a list
		}
		switch {
		case p.fence(i, text, indent):
		case bytes.HasPrefix(text, []byte("<!--")):
			p.comment(i)
		case indent >= 4 && !inList && !p.inBox(indent):
			p.code(i)
		case p.atx(i, text):
			inList = false
		case isBreak(text):
			p.add(Block{Kind: Break, Body: p.d.lines[i]}, i, i)
			p.next++
		case text[0] == '>':
			p.quote(i)
		case p.table(i, text):
		case marker(text) > 0:
			inList = true
			p.item(i, text, indent)
		case isBox(text):
			p.add(Block{Kind: Box, Indent: indent, Text: string(text), Body: p.d.lines[i] + len(l) - len(text)}, i, i)
			p.next++
		case linkDef(text):
			p.add(Block{Kind: LinkDef, Indent: indent, Text: string(text), Body: p.d.lines[i] + len(l) - len(text)}, i, i)
			p.next++
		case text[0] == '<' && isTag(text):
			p.html(i)
		default:
			p.paragraph(i, indent)
		}
	}
}

// inBox reports whether an indented line belongs to an admonition or tab.
func (p *parser) inBox(indent int) bool { return p.box >= 0 && indent >= p.box+4 }

func trimIndent(l []byte) (text []byte, columns int) {
	for i, c := range l {
		switch c {
		case ' ':
			columns++
		case '\t':
			columns += 4 - columns%4
		default:
			return bytes.TrimRight(l[i:], " \t"), columns
		}
	}
	return nil, columns
}

func (p *parser) fence(i int, text []byte, indent int) bool {
	mark := text[0]
	if mark != '`' && mark != '~' {
		return false
	}
	run := countRun(text, mark)
	if run < 3 || mark == '`' && bytes.IndexByte(text[run:], '`') >= 0 {
		return false
	}
	first, last := i+1, len(p.d.lines)-1
	end := last
	for j := first; j <= last; j++ {
		t, _ := trimIndent(p.line(j))
		if len(t) >= run && countRun(t, mark) == len(t) && t[0] == mark {
			end = j
			last = j - 1
			break
		}
	}
	b := Block{Kind: Fence, Indent: indent, Info: string(bytes.TrimSpace(text[run:]))}
	b.Body = len(p.d.Src)
	if first < len(p.d.lines) {
		b.Body = p.d.lines[first]
	}
	var sb strings.Builder
	for j := first; j <= last; j++ {
		l := p.line(j)
		k := 0
		for k < len(l) && k < indent && l[k] == ' ' {
			k++
		}
		sb.Write(l[k:])
		sb.WriteByte('\n')
	}
	b.Text = sb.String()
	p.add(b, i, max(end, i))
	p.next = max(end, i) + 1
	return true
}

func countRun(t []byte, c byte) int {
	n := 0
	for n < len(t) && t[n] == c {
		n++
	}
	return n
}

func (p *parser) comment(i int) {
	d := p.d
	start := d.lines[i] + bytes.Index(p.line(i), []byte("<!--"))
	end := len(d.Src)
	if k := bytes.Index(d.Src[start+4:], []byte("-->")); k >= 0 {
		end = start + 4 + k + 3
	}
	last := d.LineOf(max(end-1, start)) - 1
	p.add(Block{Kind: Comment, Body: start, Text: string(d.Src[start:end])}, i, last)
	p.next = last + 1
}

func (p *parser) code(i int) {
	last := i
	for j := i + 1; j < len(p.d.lines); j++ {
		t, indent := trimIndent(p.line(j))
		if len(t) == 0 {
			continue
		}
		if indent < 4 {
			break
		}
		last = j
	}
	b := Block{Kind: Code, Indent: 4, Body: p.d.lines[i]}
	b.Text = string(p.d.Src[p.d.lines[i] : p.d.lines[last]+len(p.line(last))])
	p.add(b, i, last)
	p.next = last + 1
}

func (p *parser) atx(i int, text []byte) bool {
	level := countRun(text, '#')
	if level == 0 || level > 6 || len(text) > level && text[level] != ' ' && text[level] != '\t' && !hangulOrLetterAfterHash(text[level:]) {
		return false
	}
	inner := bytes.TrimSpace(text[level:])
	body := p.d.lines[i] + bytes.Index(p.line(i), text) + level
	body += bytes.Index(text[level:], inner)
	if t := bytes.TrimRight(inner, "#"); len(t) == 0 || t[len(t)-1] == ' ' || t[len(t)-1] == '\t' {
		inner = bytes.TrimSpace(t)
	}
	p.add(Block{Kind: Heading, Level: level, Text: Text(stripAttrs(string(inner))), Info: string(inner), Body: body}, i, i)
	p.next++
	return true
}

// hangulOrLetterAfterHash reports whether a heading without a space after its
// marker ("##Status") is meant: Python-Markdown reads it as one. A tag or an
// issue number (#12) is none.
func hangulOrLetterAfterHash(rest []byte) bool {
	c := rest[0]
	return c >= 0x80 || c >= 'A' && c <= 'Z'
}

// stripAttrs takes a trailing {#id .class} off a heading.
func stripAttrs(s string) string {
	if !strings.HasSuffix(s, "}") {
		return s
	}
	if i := strings.LastIndexByte(s, '{'); i >= 0 && len(s) > i+2 && strings.ContainsRune("#.:", rune(s[i+1])) {
		return strings.TrimRight(s[:i], " \t")
	}
	return s
}

func isBreak(t []byte) bool {
	c := t[0]
	if c != '-' && c != '*' && c != '_' {
		return false
	}
	n := 0
	for _, x := range t {
		switch x {
		case c:
			n++
		case ' ', '\t':
		default:
			return false
		}
	}
	return n >= 3
}

func isBox(t []byte) bool {
	for _, m := range []string{"!!! ", "??? ", "???+ ", "=== ", "/// "} {
		if bytes.HasPrefix(t, []byte(m)) {
			return true
		}
	}
	return false
}

func linkDef(t []byte) bool {
	if t[0] != '[' || len(t) < 4 || t[1] == '^' {
		return false
	}
	k := bytes.Index(t, []byte("]:"))
	return k > 1 && len(bytes.TrimSpace(t[k+2:])) > 0 && bytes.IndexByte(t[1:k], '[') < 0
}

func isTag(t []byte) bool {
	if len(t) < 3 {
		return false
	}
	c := t[1]
	if c == '/' || c == '!' || c == '?' {
		return true
	}
	if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
		return false
	}
	// <https://…> and <a@b> are text.
	for _, x := range t[1:] {
		switch x {
		case ':', '@':
			return false
		case ' ', '>', '\t', '/':
			return true
		}
	}
	return true
}

func (p *parser) quote(i int) {
	last := i
	var sb strings.Builder
	for j := i; j < len(p.d.lines); j++ {
		t, _ := trimIndent(p.line(j))
		if len(t) == 0 || t[0] != '>' {
			break
		}
		last = j
		t = t[1:]
		if len(t) > 0 && t[0] == ' ' {
			t = t[1:]
		}
		sb.Write(t)
		sb.WriteByte('\n')
	}
	p.add(Block{Kind: Quote, Text: sb.String(), Body: p.d.lines[i]}, i, last)
	p.next = last + 1
}

// marker returns the length of a list marker with the space after it, or 0.
func marker(t []byte) int {
	switch t[0] {
	case '-', '*', '+':
		if len(t) == 1 || t[1] == ' ' || t[1] == '\t' {
			return min(2, len(t))
		}
		return 0
	}
	n := 0
	for n < len(t) && n < 10 && t[n] >= '0' && t[n] <= '9' {
		n++
	}
	if n == 0 || n > 9 || n == len(t) || t[n] != '.' && t[n] != ')' {
		return 0
	}
	if n+1 == len(t) {
		return n + 1
	}
	if t[n+1] != ' ' && t[n+1] != '\t' {
		return 0
	}
	return n + 2
}

// interrupts reports whether a line begins a block of its own although no
// empty line stands before it.
func (p *parser) interrupts(j int) bool {
	t, indent := trimIndent(p.line(j))
	if len(t) == 0 {
		return true
	}
	switch t[0] {
	case '`', '~':
		return countRun(t, t[0]) >= 3
	case '#':
		level := countRun(t, '#')
		return level <= 6 && indent < 4 && (len(t) == level || t[level] == ' ' || t[level] == '\t' || hangulOrLetterAfterHash(t[level:]))
	case '>':
		return true
	case '<':
		return bytes.HasPrefix(t, []byte("<!--"))
	}
	return marker(t) > 0 || isBreak(t) || isBox(t)
}

func (p *parser) item(i int, text []byte, indent int) {
	m := marker(text)
	l := p.line(i)
	off := bytes.Index(l, text)
	b := Block{Kind: Item, Indent: indent, Info: strings.TrimSpace(string(text[:m]))}
	rest := bytes.TrimLeft(text[m:], " \t")
	b.Body = p.d.lines[i] + off + (len(text) - len(rest))
	var sb strings.Builder
	sb.Write(rest)
	last := i
	for j := i + 1; j < len(p.d.lines); j++ {
		if p.interrupts(j) || p.isTable(j) {
			break
		}
		t, _ := trimIndent(p.line(j))
		sb.WriteByte('\n')
		sb.Write(t)
		last = j
	}
	b.Text = sb.String()
	p.add(b, i, last)
	p.next = last + 1
}

func (p *parser) html(i int) {
	last := i
	for j := i + 1; j < len(p.d.lines); j++ {
		if t, _ := trimIndent(p.line(j)); len(t) == 0 {
			break
		}
		last = j
	}
	b := Block{Kind: HTML, Body: p.d.lines[i]}
	b.Text = string(p.d.Src[p.d.lines[i] : p.d.lines[last]+len(p.line(last))])
	p.add(b, i, last)
	p.next = last + 1
}

func (p *parser) paragraph(i, indent int) {
	l := p.line(i)
	text, _ := trimIndent(l)
	b := Block{Kind: Paragraph, Indent: indent, Body: p.d.lines[i] + bytes.Index(l, text)}
	var sb strings.Builder
	sb.Write(text)
	last := i
	for j := i + 1; j < len(p.d.lines); j++ {
		t, in := trimIndent(p.line(j))
		if len(t) > 0 && in < 4 && (countRun(t, '=') == len(t) || countRun(t, '-') == len(t)) && (t[0] == '=' || t[0] == '-') && (len(t) > 1 || t[0] == '=') && last == i && indent < 4 {
			b.Kind, b.Level, b.Info = Heading, 1, string(text)
			if t[0] == '-' {
				b.Level = 2
			}
			b.Text = Text(stripAttrs(string(text)))
			p.add(b, i, j)
			p.next = j + 1
			return
		}
		if p.interrupts(j) || p.isTable(j) {
			break
		}
		sb.WriteByte('\n')
		sb.Write(t)
		last = j
	}
	b.Text = sb.String()
	p.add(b, i, last)
	p.next = last + 1
}

// isTable reports whether a table begins at line j.
func (p *parser) isTable(j int) bool {
	if j+1 >= len(p.d.lines) {
		return false
	}
	t, _ := trimIndent(p.line(j))
	if bytes.IndexByte(t, '|') < 0 {
		return false
	}
	d, _ := trimIndent(p.line(j + 1))
	return delimiterRow(d)
}

func delimiterRow(t []byte) bool {
	if len(t) == 0 || bytes.IndexByte(t, '-') < 0 || bytes.IndexByte(t, '|') < 0 {
		return false
	}
	for _, c := range t {
		switch c {
		case '|', '-', ':', ' ', '\t':
		default:
			return false
		}
	}
	return true
}

func (p *parser) table(i int, _ []byte) bool {
	if !p.isTable(i) {
		return false
	}
	_, indent := trimIndent(p.line(i))
	last := i + 1
	for j := i + 2; j < len(p.d.lines); j++ {
		t, _ := trimIndent(p.line(j))
		if len(t) == 0 || bytes.IndexByte(t, '|') < 0 {
			break
		}
		last = j
	}
	p.add(Block{Kind: Table, Indent: indent, Body: p.d.lines[i]}, i, last)
	p.next = last + 1
	return true
}
