package render

import (
	"bytes"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// cmInline is inline markup that CommonMark does not know.
type cmInline struct {
	ast.BaseInline
	kind byte   // its first character
	text string // what stands between its delimiters; empty when it has children
}

// Kind implements ast.Node.
func (n *cmInline) Kind() ast.NodeKind { return kindInline }

// Dump implements ast.Node.
func (n *cmInline) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// emphasis parses * and _ by CommonMark's rules but one: next to a delimiter a
// Chinese, Japanese or Korean character counts as the end of a word, because
// these scripts write particles right behind a word. **word(x)**는 is strong.
type emphasis struct{}

// Trigger implements parser.InlineParser.
func (emphasis) Trigger() []byte { return []byte{'*', '_'} }

// Parse implements parser.InlineParser.
func (e emphasis) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	n := scanDelimiter(line, block.PrecendingCharacter(), e)
	n.Segment = segment.WithStop(segment.Start + n.OriginalLength)
	block.Advance(n.OriginalLength)
	pc.PushDelimiter(n)
	return n
}

// IsDelimiter implements parser.DelimiterProcessor.
func (emphasis) IsDelimiter(c byte) bool { return c == '*' || c == '_' }

// CanOpenCloser implements parser.DelimiterProcessor.
func (emphasis) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}

// OnMatch implements parser.DelimiterProcessor.
func (emphasis) OnMatch(consumes int) ast.Node { return ast.NewEmphasis(consumes) }

// scanDelimiter reads a run of delimiters.
func scanDelimiter(line []byte, before rune, p parser.DelimiterProcessor) *parser.Delimiter {
	c := line[0]
	n := 1
	for n < len(line) && line[n] == c {
		n++
	}
	after := ' '
	if n < len(line) {
		after = util.ToRune(line, n)
	}
	beforePunct, afterPunct := util.IsPunctRune(before), util.IsPunctRune(after)
	beforeSpace, afterSpace := util.IsSpaceRune(before), util.IsSpaceRune(after)
	beforeCJK, afterCJK := isCJK(before), isCJK(after)
	left := !afterSpace && (!afterPunct || afterCJK || beforeSpace || beforePunct || beforeCJK)
	right := !beforeSpace && (!beforePunct || beforeCJK || afterSpace || afterPunct || afterCJK)
	open, end := left, right
	if c == '_' {
		open = left && (!right || beforePunct)
		end = right && (!left || afterPunct)
	}
	return parser.NewDelimiter(open, end, n, c, p)
}

// isCJK reports whether r belongs to the scripts of China, Japan or Korea, or
// to their punctuation.
func isCJK(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x11FF, // Hangul Jamo
		r >= 0x2E80 && r <= 0x303E,
		r >= 0x3040 && r <= 0xA4CF && r != 0x4DFF,
		r >= 0xA960 && r <= 0xA97F,
		r >= 0xAC00 && r <= 0xD7FF,
		r >= 0xF900 && r <= 0xFAFF,
		r >= 0xFE30 && r <= 0xFE4F,
		r >= 0xFF00 && r <= 0xFFEE,
		r >= 0x1B000 && r <= 0x1B16F,
		r >= 0x20000 && r <= 0x3FFFD:
		return true
	}
	return false
}

// marked parses ==marked== text.
type marked struct{}

// Trigger implements parser.InlineParser.
func (marked) Trigger() []byte { return []byte{'='} }

// Parse implements parser.InlineParser.
func (m marked) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	before := block.PrecendingCharacter()
	if before == '=' {
		return nil
	}
	n := scanDelimiter(line, before, m)
	if n.OriginalLength != 2 {
		return nil
	}
	n.Segment = segment.WithStop(segment.Start + n.OriginalLength)
	block.Advance(n.OriginalLength)
	pc.PushDelimiter(n)
	return n
}

// IsDelimiter implements parser.DelimiterProcessor.
func (marked) IsDelimiter(c byte) bool { return c == '=' }

// CanOpenCloser implements parser.DelimiterProcessor.
func (marked) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}

// OnMatch implements parser.DelimiterProcessor.
func (marked) OnMatch(int) ast.Node { return &cmInline{kind: '='} }

// shortCode parses :emoji:.
type shortCode struct{}

// Trigger implements parser.InlineParser.
func (shortCode) Trigger() []byte { return []byte{':'} }

// Parse implements parser.InlineParser.
func (shortCode) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	i := 1
	for i < len(line) && i < 100 && (isAlnum(line[i]) || line[i] == '_' || line[i] == '-' || line[i] == '+') {
		i++
	}
	if i == 1 || i == len(line) || line[i] != ':' {
		return nil
	}
	block.Advance(i + 1)
	return &cmInline{kind: ':', text: string(line[1:i])}
}

// keyPress parses ++ctrl+alt+delete++.
type keyPress struct{}

// Trigger implements parser.InlineParser.
func (keyPress) Trigger() []byte { return []byte{'+'} }

// Parse implements parser.InlineParser.
func (keyPress) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if len(line) < 5 || line[1] != '+' || line[2] == '+' || isSpace(rune(line[2])) {
		return nil
	}
	end := bytes.Index(line[2:], []byte("++"))
	if end < 0 || bytes.IndexByte(line[2:2+end], ' ') >= 0 && bytes.IndexByte(line[2:2+end], '"') < 0 {
		return nil
	}
	block.Advance(end + 4)
	return &cmInline{kind: '+', text: string(line[2 : 2+end])}
}

// dollarMath parses formulas: $a$, $`a`$ and $$a$$. As in a price list, a
// dollar sign with a space inside of it, or a digit behind the last one, is
// none.
type dollarMath struct{}

// Trigger implements parser.InlineParser.
func (dollarMath) Trigger() []byte { return []byte{'$'} }

// Parse implements parser.InlineParser.
func (dollarMath) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if block.PrecendingCharacter() == '$' {
		return nil
	}
	line, segment := block.PeekLine()
	size := 1
	for size < len(line) && line[size] == '$' {
		size++
	}
	if size > 2 || size == len(line) {
		return nil
	}
	rest := line[size:]
	code := size == 1 && rest[0] == '`'
	if !code && size == 1 && unicode.IsSpace(rune(rest[0])) {
		return nil
	}
	// A formula of this kind that does not end on the line keeps others from
	// being looked for again and again.
	kind := size
	if code {
		kind = 3
	}
	type failed struct{ end, kind int }
	if pc.Get(keyNoDollar) == (failed{segment.Stop, kind}) {
		return nil
	}
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && !code:
			i++
		case rest[i] != '$' || i == 0:
		case code && (i < 3 || rest[i-1] != '`'):
		case size == 2 && (i+1 == len(rest) || rest[i+1] != '$'):
		case size == 1 && !code && (unicode.IsSpace(rune(rest[i-1])) || i+1 < len(rest) && (isDigit(rest[i+1]) || rest[i+1] == '$')):
			return nil
		default:
			s := rest[:i]
			if code {
				s = rest[1 : i-1]
			}
			block.Advance(2*size + i)
			n := &cmInline{kind: '$', text: string(s)}
			if size == 2 {
				n.text = "$" + n.text // on lines of its own
			}
			return n
		}
	}
	pc.Set(keyNoDollar, failed{segment.Stop, kind})
	return nil
}
