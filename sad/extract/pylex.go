package extract

import (
	"strings"
	"unicode/utf8"
)

// The lexer of Python: names, numbers, texts, operators, and the structure that
// indentation gives. It reads any bytes; what is no Python becomes a token that
// the parser refuses, with the logical line around it.
// https://docs.python.org/3/reference/lexical_analysis.html

type pyTok uint8

const (
	tEOF pyTok = iota
	tNewline
	tIndent
	tDedent
	tName
	tNumber
	tString
	tOp
	tBad
)

type pyToken struct {
	kind       pyTok
	line       int32
	start, end int32 // bytes of the source
	text       string
	prefix     pyPrefix // of a text
}

type pyPrefix uint8

const (
	prefixF pyPrefix = 1 << iota
	prefixRaw
	prefixBytes
)

type pyLexer struct {
	src     string
	pos     int
	line    int32
	depth   int   // of brackets
	indents []int // columns
	toks    []pyToken
	lost    int   // formatted literals without an end
	bad     int32 // line of the first thing that is no Python
	badMsg  string
}

func lexPython(src string) *pyLexer {
	lx := &pyLexer{src: src, line: 1, indents: []int{0}}
	lx.toks = make([]pyToken, 0, len(src)/5+8)
	lx.run()
	return lx
}

func (lx *pyLexer) fail(msg string) {
	if lx.bad == 0 {
		lx.bad, lx.badMsg = lx.line, msg
	}
}

func (lx *pyLexer) emit(kind pyTok, start int, text string) {
	lx.toks = append(lx.toks, pyToken{kind: kind, line: lx.line, start: int32(start), end: int32(lx.pos), text: text})
}

func (lx *pyLexer) run() {
	atStart := true
	for lx.pos < len(lx.src) {
		if atStart {
			atStart = false
			if !lx.indentation() {
				atStart = true
				continue
			}
		}
		c := lx.src[lx.pos]
		switch {
		case c == '\n':
			if lx.depth == 0 {
				lx.emit(tNewline, lx.pos, "")
				atStart = true
			}
			lx.pos++
			lx.line++
			if lx.depth > 0 && lx.statementAhead() {
				// A bracket that is never closed would swallow the rest of the file.
				lx.fail("a bracket is not closed before this line")
				lx.depth = 0
				lx.emit(tBad, lx.pos, "")
				lx.emit(tNewline, lx.pos, "")
				atStart = true
			}
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			lx.pos++
		case c == '#':
			lx.skipLine()
		case c == '\\' && lx.pos+1 < len(lx.src) && (lx.src[lx.pos+1] == '\n' || lx.src[lx.pos+1] == '\r'):
			lx.pos++
			if lx.src[lx.pos] == '\r' {
				lx.pos++
			}
			if lx.pos < len(lx.src) && lx.src[lx.pos] == '\n' {
				lx.pos++
				lx.line++
			}
		case c == '"' || c == '\'':
			lx.text(lx.pos, 0)
		case isNameStart(c):
			lx.name()
		case '0' <= c && c <= '9' || c == '.' && lx.pos+1 < len(lx.src) && isDigit(lx.src[lx.pos+1]):
			lx.number()
		default:
			lx.operator()
		}
	}
	lx.emit(tNewline, lx.pos, "")
	for len(lx.indents) > 1 {
		lx.indents = lx.indents[:len(lx.indents)-1]
		lx.emit(tDedent, lx.pos, "")
	}
	lx.emit(tEOF, lx.pos, "")
}

func isNameStart(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (lx *pyLexer) skipLine() {
	if i := strings.IndexByte(lx.src[lx.pos:], '\n'); i >= 0 {
		lx.pos += i
	} else {
		lx.pos = len(lx.src)
	}
}

// statementAhead reports whether the line begins, without indentation, with a
// word that no expression can go on with.
func (lx *pyLexer) statementAhead() bool {
	rest := lx.src[lx.pos:]
	for _, w := range [...]string{"def ", "class ", "import ", "with ", "@", "async def ", "return "} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	if strings.HasPrefix(rest, "from ") {
		line, _, _ := strings.Cut(rest, "\n")
		return strings.Contains(line, " import ")
	}
	return false
}

// indentation reads the blanks at the start of a line; it is false where the line
// is blank.
func (lx *pyLexer) indentation() bool {
	col, p := 0, lx.pos
	for p < len(lx.src) {
		switch lx.src[p] {
		case ' ':
			col++
		case '\t':
			col = (col/8 + 1) * 8
		case '\f':
			col = 0
		case '\r':
		default:
			goto done
		}
		p++
	}
done:
	if p < len(lx.src) && lx.src[p] == '#' {
		lx.pos = p
		lx.skipLine()
		p = lx.pos
	}
	if p >= len(lx.src) {
		lx.pos = p
		return false
	}
	if lx.src[p] == '\n' {
		lx.pos = p + 1
		lx.line++
		return false
	}
	lx.pos = p
	top := lx.indents[len(lx.indents)-1]
	if col > top {
		if len(lx.indents) > maxDepth {
			lx.fail("indented too deep")
		} else {
			lx.indents = append(lx.indents, col)
			lx.emit(tIndent, p, "")
		}
	}
	for col < lx.indents[len(lx.indents)-1] {
		lx.indents = lx.indents[:len(lx.indents)-1]
		lx.emit(tDedent, p, "")
	}
	return true
}

func (lx *pyLexer) name() {
	start := lx.pos
	for lx.pos < len(lx.src) && (isNameStart(lx.src[lx.pos]) || isDigit(lx.src[lx.pos])) {
		lx.pos++
	}
	word := lx.src[start:lx.pos]
	if len(word) <= 2 && lx.pos < len(lx.src) && (lx.src[lx.pos] == '"' || lx.src[lx.pos] == '\'') {
		var prefix pyPrefix
		for _, c := range []byte(strings.ToLower(word)) {
			switch c {
			case 'f', 't':
				prefix |= prefixF
			case 'r':
				prefix |= prefixRaw
			case 'b':
				prefix |= prefixBytes
			case 'u':
			default:
				lx.emit(tName, start, word)
				return
			}
		}
		lx.text(start, prefix)
		return
	}
	lx.emit(tName, start, word)
}

func (lx *pyLexer) number() {
	start := lx.pos
	for lx.pos < len(lx.src) {
		c := lx.src[lx.pos]
		if (c == '+' || c == '-') && (lx.src[lx.pos-1] == 'e' || lx.src[lx.pos-1] == 'E') && !strings.HasPrefix(lx.src[start:], "0x") {
			lx.pos++
			continue
		}
		if !isDigit(c) && !isNameStart(c) && c != '.' {
			break
		}
		lx.pos++
	}
	lx.emit(tNumber, start, strings.ReplaceAll(lx.src[start:lx.pos], "_", ""))
}

// text reads a string literal; the token's text is what stands between the
// quotes, not yet decoded.
func (lx *pyLexer) text(start int, prefix pyPrefix) {
	line := lx.line
	q := lx.src[lx.pos]
	triple := lx.pos+2 < len(lx.src) && lx.src[lx.pos+1] == q && lx.src[lx.pos+2] == q
	width := 1
	if triple {
		width = 3
	}
	lx.pos += width
	from := lx.pos
	if prefix&prefixF != 0 {
		if end := lx.formatted(from, q, triple, 0); end >= 0 {
			lx.line += int32(strings.Count(lx.src[from:end], "\n"))
			lx.pos = end + width
			lx.toks = append(lx.toks, pyToken{kind: tString, line: line, start: int32(start), end: int32(lx.pos), text: lx.src[from:end], prefix: prefix})
			return
		}
	}
	for lx.pos < len(lx.src) {
		c := lx.src[lx.pos]
		switch {
		case c == '\\' && lx.pos+1 < len(lx.src):
			if strings.HasPrefix(lx.src[lx.pos+1:], "\r\n") {
				lx.pos++
			}
			if lx.src[lx.pos+1] == '\n' {
				lx.line++
			}
			lx.pos += 2
			continue
		case c == '\n' && !triple:
			lx.line, line = line, lx.line
			lx.fail("a text is not closed")
			lx.line = line
			lx.emit(tBad, start, "")
			return
		case c == '\n':
			lx.line++
		case c == q && (!triple || strings.HasPrefix(lx.src[lx.pos:], lx.src[from-3:from])):
			text := lx.src[from:lx.pos]
			lx.pos += width
			lx.toks = append(lx.toks, pyToken{kind: tString, line: line, start: int32(start), end: int32(lx.pos), text: text, prefix: prefix})
			return
		}
		lx.pos++
	}
	lx.pos = len(lx.src)
	end := lx.line
	lx.line = line
	lx.fail("a text is not closed")
	lx.emit(tBad, start, "")
	lx.line = end
}

// formatted returns where a formatted literal ends: since Python 3.12 its own
// quotes may stand in its braces. It returns -1 where that cannot be told.
func (lx *pyLexer) formatted(pos int, q byte, triple bool, depth int) int {
	if depth > 8 || lx.lost > 20 {
		return -1
	}
	braces, from := 0, pos
	for ; pos < len(lx.src); pos++ {
		c := lx.src[pos]
		switch {
		case c == '\n' && !triple && (braces == 0 || pos-from > 2_000):
			lx.lost++ // each costs a look at the rest, so there may not be many
			return -1
		case c == '\\' && braces == 0:
			pos++
		case c == '{' && braces == 0 && strings.HasPrefix(lx.src[pos:], "{{"):
			pos++
		case c == '{':
			braces++
		case c == '}' && braces > 0:
			braces--
		case c == q && braces == 0 && (!triple || strings.HasPrefix(lx.src[pos:], strings.Repeat(string(q), 3))):
			return pos
		case (c == '"' || c == '\'') && braces > 0:
			inner := strings.HasPrefix(lx.src[pos:], strings.Repeat(string(c), 3))
			width := 1
			if inner {
				width = 3
			}
			end := -1
			if p := lx.src[pos-1]; p == 'f' || p == 'F' {
				end = lx.formatted(pos+width, c, inner, depth+1)
			} else if i := strings.Index(lx.src[pos+width:], lx.src[pos:pos+width]); i >= 0 {
				end = pos + width + i
			}
			if end < 0 {
				lx.lost++
				return -1
			}
			pos = end + width - 1
		}
	}
	lx.lost++
	return -1
}

func (lx *pyLexer) operator() {
	start := lx.pos
	rest := lx.src[lx.pos:]
	n := 1
	switch {
	case len(rest) >= 3 && (rest[:3] == "**=" || rest[:3] == "//=" || rest[:3] == ">>=" || rest[:3] == "<<=" || rest[:3] == "..."):
		n = 3
	case len(rest) >= 2:
		switch rest[:2] {
		case "**", "//", ">>", "<<", "==", "!=", "<=", ">=", "->", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", ":=", "<>":
			n = 2
		}
	}
	op := rest[:n]
	lx.pos += n
	switch op[0] {
	case '(', '[', '{':
		lx.depth++
	case ')', ']', '}':
		lx.depth = max(0, lx.depth-1)
	case '$', '?', '!', '`':
		if n == 1 {
			lx.emit(tBad, start, op)
			lx.fail("unexpected " + op)
			return
		}
	}
	if op[0] < ' ' || op[0] == 0x7f {
		lx.emit(tBad, start, "")
		return
	}
	lx.emit(tOp, start, op)
}

// decodePython resolves the escapes of a literal.
func decodePython(s string, prefix pyPrefix) string {
	if prefix&prefixRaw != 0 || !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 >= len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case '\n':
		case '\\', '\'', '"':
			b.WriteByte(c)
		case 'x', 'u', 'U':
			width := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			r, ok := rune(0), i+width < len(s)
			for j := 1; ok && j <= width; j++ {
				d := hexDigit(s[i+j])
				ok = d >= 0 && r <= utf8.MaxRune
				r = r<<4 | rune(d)
			}
			if !ok || !utf8.ValidRune(r) {
				b.WriteByte('\\')
				b.WriteByte(c)
				continue
			}
			b.WriteRune(r)
			i += width
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String()
}
