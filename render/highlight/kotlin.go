package highlight

import "strings"

// lexKotlin marks Kotlin.
func lexKotlin(w *writer, i, end int) {
	k := kotlin{w: w, s: w.src[:end]}
	for i < end {
		i = k.run(i, false)
	}
}

type kotlin struct {
	w *writer
	s string
}

// run marks code up to the end, or up to the brace that closes an expression
// inside a string.
func (kt *kotlin) run(i int, inString bool) int {
	s, w := kt.s, kt.w
	w.depth++
	defer func() { w.depth-- }()
	braces := 0
	for i < len(s) {
		c := s[i]
		switch {
		case is(c, isSpace):
			i++
		case is(c, isLetter):
			i = kt.word(i)
		case is(c, isDigit):
			_, j := number(s, i)
			if d := at(s, j) | 0x20; d == 'l' || d == 'f' {
				j++
			}
			w.tok(cM, i, j)
			i = j
		case c == '"':
			i = kt.str(i)
		case c == '\'':
			j := charLiteral(s, i)
			w.tok(cSc, i, j)
			i = max(i+1, j)
		case c == '/':
			i = slash(w, s, i)
		case c == '@' && is(at(s, i+1), isLetter):
			j := path(s, i+1)
			w.tok(cNd, i, j)
			i = j
		case c == '.' && (is(at(s, i+1), isLetter) || at(s, i+1) == '$'):
			j := name(s, i+1)
			w.tok(cNa, i+1, j)
			i = j
		case c == '`':
			if j := quotedLine(s, i); s[j-1] == '`' {
				i = j
			} else {
				i++
			}
		case c == '#' && i == 0 && at(s, 1) == '!':
			i = comment(w, s, i)
		case c == '{':
			braces++
			i++
		case c == '}':
			if inString && braces == 0 {
				w.tok(cSi, i, i+1)
				return i + 1
			}
			braces--
			i++
		default:
			i++
		}
	}
	return i
}

// word marks a word, and the name that it declares.
func (kt *kotlin) word(i int) int {
	s, w := kt.s, kt.w
	j := skip(s, i, isWord)
	k := kotlinWord(s[i:j])
	if at(s, j) == '@' && j-i > 1 && k != cK {
		w.tok(cNd, i, j+1)
		return j + 1
	}
	after := skip(s, j, isSpace)
	switch k {
	case none:
	case cKt:
		if at(s, j) == '?' {
			j++
		}
		w.tok(cKt, i, j)
	case cKn:
		w.tok(cK, i, j)
		if is(at(s, j), isBlank) {
			e := after
			for e < len(s) && !is(s[e], isSpace) {
				e++
			}
			w.tok(cNn, after, e)
			return e
		}
	case cKd: // a modifier, where a declaration follows
		if kt.declares(i) {
			w.tok(cKd, i, j)
		}
	case cNc:
		if after == j {
			break
		}
		if s[i:j] == "object" && at(s, after) == ':' {
			w.tok(cK, i, j)
			e := skip(s, after+1, isSpace)
			j = kt.id(e)
			w.tok(cNc, e, j)
			return j
		}
		w.tok(cKd, i, j)
		e := kt.id(after)
		w.tok(cNc, after, e)
		j = max(j, e)
	case cNv:
		if after == j {
			break
		}
		w.tok(cKd, i, j)
		if at(s, after) == '(' {
			return kt.destructure(after + 1)
		}
		e := kt.id(after)
		w.tok(cNv, after, e)
		j = max(j, e)
	case cNf:
		if after == j {
			break
		}
		w.tok(cKd, i, j)
		if strings.HasPrefix(s[after:], "interface ") {
			break
		}
		e := after
		if at(s, e) == '<' {
			// Parameters of types.
			for e++; e < len(s) && s[e] != '>' && (is(s[e], isWord|isSpace) || s[e] == ',' || s[e] == ':' || s[e] == '.'); e++ {
			}
			if at(s, e) != '>' {
				return after
			}
			e = skip(s, e+1, isSpace)
		}
		j = kt.id(e)
		if at(s, j) == '.' {
			if d := kt.id(j + 1); d > j+1 {
				w.tok(cNf, j+1, d)
				return d
			}
		}
		w.tok(cNf, e, j)
		return max(j, e)
	case cK:
		if s[i:j] == "as" && at(s, j) == '?' {
			j++
		}
		w.tok(cK, i, j)
	default:
		w.tok(k, i, j)
	}
	return j
}

// id returns the end of a name, which may stand between backticks.
func (kt *kotlin) id(i int) int {
	if at(kt.s, i) == '`' {
		if j := quotedLine(kt.s, i); kt.s[j-1] == '`' {
			return j
		}
		return i
	}
	if !is(at(kt.s, i), isLetter) {
		return i
	}
	return skip(kt.s, i, isWord)
}

// declares reports whether only modifiers stand between i and a keyword that
// declares.
func (kt *kotlin) declares(i int) bool {
	s := kt.s
	for range 8 {
		j := skip(s, i, isWord)
		next := skip(s, j, isSpace)
		if next == j {
			return false
		}
		switch kotlinWord(s[i:j]) {
		case cKd:
			i = next
		case cNc, cNv, cNf:
			return true
		default:
			return false
		}
	}
	return false
}

// destructure marks the names between the parentheses after val or var.
func (kt *kotlin) destructure(i int) int {
	s, w := kt.s, kt.w
	typed := false
	for i < len(s) && s[i] != ')' && s[i] != '\n' {
		switch c := s[i]; {
		case c == ':':
			typed = true
		case c == ',':
			typed = false
		case is(c, isLetter):
			j := skip(s, i, isWord)
			if !typed {
				w.tok(cNv, i, j)
			}
			i = j
			continue
		}
		i++
	}
	return i
}

// str marks a string and the expressions in it.
func (kt *kotlin) str(i int) int {
	s, w := kt.s, kt.w
	triple := at(s, i+1) == '"' && at(s, i+2) == '"'
	from := i
	i++
	if triple {
		i += 2
	}
	for i < len(s) {
		switch s[i] {
		case '"':
			if !triple {
				w.tok(cS, from, i+1)
				return i + 1
			}
			if at(s, i+1) == '"' && at(s, i+2) == '"' {
				w.tok(cS, from, i+3)
				return i + 3
			}
			i++
		case '\\':
			i = min(i+2, len(s))
		case '$':
			if at(s, i+1) == '{' && w.depth < maxDepth {
				w.tok(cS, from, i)
				w.tok(cSi, i, i+2)
				i = kt.run(i+2, true)
				from = i
			} else if is(at(s, i+1), isWord) {
				w.tok(cS, from, i)
				w.tok(cSi, i, i+1)
				i = skip(s, i+1, isWord)
				w.plain(i)
				from = i
			} else {
				i++
			}
		case '\n':
			if !triple {
				w.tok(cS, from, i)
				return i
			}
			i++
		default:
			i++
		}
	}
	w.tok(cS, from, len(s))
	return len(s)
}

// kotlinWord classes a word: cKd are modifiers; cNc, cNv and cNf come before
// the name of what they declare, cKn before a path.
func kotlinWord(s string) class {
	switch s {
	case "as", "break", "by", "catch", "constructor", "continue", "do", "dynamic", "else", "finally", "get", "for", "if",
		"init", "in", "is", "out", "reified", "return", "set", "super", "this", "throw", "try", "typealias", "typeof",
		"vararg", "when", "where", "while":
		return cK
	case "it":
		return cNb
	case "Boolean", "Byte", "Char", "Double", "Float", "Int", "Long", "Short", "String", "Any", "Unit":
		return cKt
	case "true", "false", "null":
		return cKc
	case "package", "import":
		return cKn
	case "actual", "abstract", "annotation", "companion", "const", "crossinline", "data", "enum", "expect", "external",
		"final", "infix", "inline", "inner", "internal", "lateinit", "noinline", "open", "operator", "override",
		"private", "protected", "public", "sealed", "suspend", "tailrec", "value":
		return cKd
	case "class", "interface", "object":
		return cNc
	case "var", "val":
		return cNv
	case "fun":
		return cNf
	}
	return none
}
