package highlight

import "strings"

// class is the class of a token: an index into opening.
type class uint8

// The classes are named as in the HTML. Tokens that look like the text around
// them (names, punctuation, operators, blanks) have none.
const (
	none class = iota
	cBp
	cC
	cC1
	cCh
	cCm
	cCp
	cCpf
	cCs
	cDl
	cErr
	cFm
	cGd
	cGe
	cGh
	cGi
	cGo
	cGp
	cGr
	cGs
	cGt
	cGu
	cIl
	cK
	cKc
	cKd
	cKn
	cKp
	cKr
	cKt
	cL
	cLd
	cM
	cMb
	cMf
	cMh
	cMi
	cMo
	cNa
	cNb
	cNc
	cNd
	cNe
	cNf
	cNi
	cNl
	cNn
	cNo
	cNt
	cNv
	cOw
	cPy
	cS
	cS1
	cS2
	cSa
	cSb
	cSc
	cSd
	cSe
	cSh
	cSi
	cSr
	cSs
	cSx
	cVc
	cVg
	cVi
	cVm
	classes
)

// opening holds the tag that opens the span of a class.
var opening = [classes]string{
	cBp: `<span class="bp">`, cC: `<span class="c">`, cC1: `<span class="c1">`, cCh: `<span class="ch">`,
	cCm: `<span class="cm">`, cCp: `<span class="cp">`, cCpf: `<span class="cpf">`, cCs: `<span class="cs">`,
	cDl: `<span class="dl">`, cErr: `<span class="err">`, cFm: `<span class="fm">`, cGd: `<span class="gd">`,
	cGe: `<span class="ge">`, cGh: `<span class="gh">`, cGi: `<span class="gi">`, cGo: `<span class="go">`,
	cGp: `<span class="gp">`, cGr: `<span class="gr">`, cGs: `<span class="gs">`, cGt: `<span class="gt">`,
	cGu: `<span class="gu">`, cIl: `<span class="il">`, cK: `<span class="k">`, cKc: `<span class="kc">`,
	cKd: `<span class="kd">`, cKn: `<span class="kn">`, cKp: `<span class="kp">`, cKr: `<span class="kr">`,
	cKt: `<span class="kt">`, cL: `<span class="l">`, cLd: `<span class="ld">`, cM: `<span class="m">`,
	cMb: `<span class="mb">`, cMf: `<span class="mf">`, cMh: `<span class="mh">`, cMi: `<span class="mi">`,
	cMo: `<span class="mo">`, cNa: `<span class="na">`, cNb: `<span class="nb">`, cNc: `<span class="nc">`,
	cNd: `<span class="nd">`, cNe: `<span class="ne">`, cNf: `<span class="nf">`, cNi: `<span class="ni">`,
	cNl: `<span class="nl">`, cNn: `<span class="nn">`, cNo: `<span class="no">`, cNt: `<span class="nt">`,
	cNv: `<span class="nv">`, cOw: `<span class="ow">`, cPy: `<span class="py">`, cS: `<span class="s">`,
	cS1: `<span class="s1">`, cS2: `<span class="s2">`, cSa: `<span class="sa">`, cSb: `<span class="sb">`,
	cSc: `<span class="sc">`, cSd: `<span class="sd">`, cSe: `<span class="se">`, cSh: `<span class="sh">`,
	cSi: `<span class="si">`, cSr: `<span class="sr">`, cSs: `<span class="ss">`, cSx: `<span class="sx">`,
	cVc: `<span class="vc">`, cVg: `<span class="vg">`, cVi: `<span class="vi">`, cVm: `<span class="vm">`,
}

const closing = "</span>"

// writer writes HTML while a lexer walks over src. A lexer only says where
// tokens are, in order: what lies between them is written as plain text, so no
// lexer can lose or change a byte.
type writer struct {
	dst   []byte
	src   string
	done  int   // src[:done] is written
	last  class // of the span that dst ends with
	depth int   // of lexers that run inside each other
}

// maxDepth bounds recursion. What is nested deeper is not told apart.
const maxDepth = 200

// lexer marks the tokens of w.src[i:end].
type lexer func(w *writer, i, end int)

// special tells which bytes cannot be copied as they are.
var special = [256]uint8{'&': 1, '<': 1, '>': 1, '"': 1, '\'': 1, '\n': 2}

func entity(c byte) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&quot;"
	default:
		return "&#39;"
	}
}

// plain writes the source up to i without marks.
func (w *writer) plain(i int) {
	s, d, from := w.src, w.dst, w.done
	for k := from; k < i; k++ {
		if special[s[k]] == 1 {
			d = append(d, s[from:k]...)
			d = append(d, entity(s[k])...)
			from = k + 1
		}
	}
	w.dst = append(d, s[from:i]...)
	w.done, w.last = i, none
}

// tok marks src[i:j]. A token of several lines becomes a span on each, and
// equal neighbours become one span.
func (w *writer) tok(c class, i, j int) {
	i = max(i, w.done)
	if c == none || i >= j {
		return
	}
	if w.done < i {
		w.plain(i)
	}
	s, d := w.src, w.dst
	if w.last == c {
		d = d[:len(d)-len(closing)]
	} else {
		for s[i] == '\n' {
			d = append(d, '\n')
			w.last = none
			if i++; i == j {
				w.dst, w.done = d, j
				return
			}
		}
		d = append(d, opening[c]...)
	}
	from := i
	for k := i; k < j; k++ {
		switch special[s[k]] {
		case 0:
		case 1:
			d = append(d, s[from:k]...)
			d = append(d, entity(s[k])...)
			from = k + 1
		default:
			d = append(d, s[from:k]...)
			d = append(d, closing...)
			for k < j && s[k] == '\n' {
				d = append(d, '\n')
				k++
			}
			if k == j {
				w.dst, w.done, w.last = d, j, none
				return
			}
			d = append(d, opening[c]...)
			from = k
			k--
		}
	}
	d = append(d, s[from:j]...)
	d = append(d, closing...)
	w.dst, w.done, w.last = d, j, c
}

// in runs another lexer over a part of the source.
func (w *writer) in(lex lexer, i, end int) {
	if lex == nil || w.depth >= maxDepth {
		return
	}
	w.depth++
	lex(w, i, end)
	w.depth--
}

// Kinds of bytes. Bytes beyond ASCII count as letters.
const (
	isLetter uint8 = 1 << iota // and underscore
	isDigit
	isHex
	isBlank // not a newline
	isNewline
	isWord  = isLetter | isDigit
	isSpace = isBlank | isNewline
)

var kinds = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9':
			t[c] = isDigit | isHex
		case c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
			t[c] = isLetter | isHex
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80:
			t[c] = isLetter
		case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
			t[c] = isBlank
		case c == '\n':
			t[c] = isNewline
		}
	}
	return t
}()

func is(c byte, kind uint8) bool { return kinds[c]&kind != 0 }

// skip returns the end of the run of bytes of a kind that starts at i.
func skip(s string, i int, kind uint8) int {
	for i < len(s) && kinds[s[i]]&kind != 0 {
		i++
	}
	return i
}

// at returns the byte at i, or zero outside.
func at(s string, i int) byte {
	if i >= 0 && i < len(s) {
		return s[i]
	}
	return 0
}

// lineEnd returns the position of the newline that ends the line of i.
func lineEnd(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s)
}

// after returns the position behind the next sep, or the end.
func after(s string, i int, sep string) int {
	if i > len(s) {
		return len(s)
	}
	if n := strings.Index(s[i:], sep); n >= 0 {
		return i + n + len(sep)
	}
	return len(s)
}

// quoted returns the position behind the quote that ends the string whose
// first quote is at i. A backslash hides what follows it.
func quoted(s string, i int) int {
	q := s[i]
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case q:
			return i + 1
		}
	}
	return len(s)
}

// quotedLine is like quoted for strings that end with their line.
func quotedLine(s string, i int) int {
	q := s[i]
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if at(s, i+1) != '\n' {
				i++
			}
		case '\n':
			return i
		case q:
			return i + 1
		}
	}
	return len(s)
}

// digits returns the end of a run of decimal digits and underscores.
func digits(s string, i int) int {
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '_') {
		i++
	}
	return i
}

// number returns the class and the end of the number at i, which begins with a
// digit or with a point and a digit, in the notation that C made common.
func number(s string, i int) (class, int) {
	if s[i] == '0' {
		switch at(s, i+1) | 0x20 {
		case 'x':
			j := i + 2
			for j < len(s) && (is(s[j], isHex) || s[j] == '_') {
				j++
			}
			return cMh, j
		case 'b':
			return cMb, digits(s, i+2)
		case 'o':
			return cMo, digits(s, i+2)
		}
	}
	j := digits(s, i)
	c := cMi
	if s[i] == '0' && j > i+1 {
		c = cMo
	}
	if at(s, j) == '.' && at(s, j+1) != '.' && (is(at(s, j+1), isDigit) || !is(at(s, j+1), isLetter)) {
		c, j = cMf, digits(s, j+1)
	}
	if at(s, j)|0x20 == 'e' {
		k := j + 1
		if at(s, k) == '+' || at(s, k) == '-' {
			k++
		}
		if is(at(s, k), isDigit) {
			c, j = cMf, digits(s, k)
		}
	}
	return c, j
}

// blanks reports whether only blanks stand between the start of the line and i.
// From is the first position to look at.
func blanks(s string, from, i int) bool {
	for i--; i >= from && is(s[i], isBlank); i-- {
	}
	return i < from || s[i] == '\n'
}

// lower writes a word in lower case into buf, or returns "" when it is longer.
func lower(buf *[32]byte, s string) []byte {
	if len(s) > len(buf) {
		return nil
	}
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	return buf[:len(s)]
}
