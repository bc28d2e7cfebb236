package highlight

import "strings"

// lexScala marks Scala.
func lexScala(w *writer, i, end int) {
	sc := scala{w: w, s: w.src[:end]}
	for i < end {
		i = sc.run(i, false)
	}
}

type scala struct {
	w *writer
	s string
}

// run marks code up to the end, or up to the brace that closes an expression
// inside a string.
func (sc *scala) run(i int, inString bool) int {
	s, w := sc.s, sc.w
	w.depth++
	defer func() { w.depth-- }()
	braces := 0
	expect := none // of the next name
	for i < len(s) {
		c := s[i]
		switch {
		case c == '\n':
			expect = none
			i++
			continue
		case is(c, isBlank):
			i++
			continue
		case is(c, isLetter) || c == '$':
			j := name(s, i)
			if at(s, j) == '"' {
				w.tok(cS, i, j)
				i = sc.str(j, true)
				expect = none
				continue
			}
			k := scalaWord(s[i:j])
			upper := c >= 'A' && c <= 'Z'
			switch {
			case k == cNf || k == cNn:
				w.tok(cK, i, j)
				expect, i = k, j
				continue
			case k != none:
				w.tok(k, i, j)
			case expect == cNn:
				if upper {
					w.tok(cNc, i, j)
				} else {
					w.tok(cNn, i, j)
				}
				i = j
				continue
			case expect != none:
				w.tok(expect, i, j)
			case upper:
				w.tok(cNc, i, j)
			}
			i = j
		case is(c, isDigit):
			k, j := number(s, i)
			switch at(s, j) | 0x20 {
			case 'l':
				k, j = cIl, j+1
			case 'f', 'd':
				k, j = cMf, j+1
			}
			w.tok(k, i, j)
			i = j
		case c == '"':
			i = sc.str(i, false)
		case c == '\'':
			if j := charLiteral(s, i); j > i {
				w.tok(cSc, i, j)
				i = j
			} else {
				j := skip(s, i+1, isWord)
				w.tok(cSs, i, j)
				i = max(j, i+1)
			}
		case c == '/':
			if at(s, i+1) == '*' {
				j := nestedComment(s, i)
				w.tok(cCm, i, j)
				i = j
			} else {
				i = slash(w, s, i)
			}
		case c == '@' && is(at(s, i+1), isLetter):
			j := path(s, i+1)
			w.tok(cNd, i, j)
			i = j
		case c == '{':
			braces++
			i++
			if expect == cNn {
				continue
			}
		case c == '}':
			if inString && braces == 0 {
				w.tok(cSi, i, i+1)
				return i + 1
			}
			braces--
			i++
		case (c == '.' || c == ',') && expect == cNn:
			i++
			continue
		default:
			i++
		}
		expect = none
	}
	return i
}

// str marks a string, and the expressions in it where it has a prefix.
func (sc *scala) str(i int, fields bool) int {
	s, w := sc.s, sc.w
	triple := strings.HasPrefix(s[i:], `"""`)
	from := i
	if i++; triple {
		i += 2
	}
	for i < len(s) {
		switch s[i] {
		case '"':
			if !triple {
				w.tok(cS, from, i+1)
				return i + 1
			}
			if strings.HasPrefix(s[i:], `"""`) {
				for i += 3; at(s, i) == '"'; i++ {
				}
				w.tok(cS, from, i)
				return i
			}
			i++
		case '\\':
			if triple {
				i++
				break
			}
			e := min(i+2, len(s))
			if fields || at(s, i+1) == '\n' {
				i = e
				break
			}
			w.tok(cS, from, i)
			w.tok(cSe, i, e)
			i, from = e, e
		case '\n':
			if !triple {
				w.tok(cS, from, i)
				return i
			}
			i++
		case '$':
			switch {
			case !fields:
				i++
			case at(s, i+1) == '{' && w.depth < maxDepth:
				w.tok(cS, from, i)
				w.tok(cSi, i, i+2)
				i = sc.run(i+2, true)
				from = i
			case is(at(s, i+1), isLetter):
				w.tok(cS, from, i)
				w.tok(cSi, i, i+1)
				i = skip(s, i+1, isWord)
				w.plain(i)
				from = i
			default:
				i++
			}
		default:
			i++
		}
	}
	w.tok(cS, from, len(s))
	return len(s)
}

// scalaWord classes a word; a name follows those that are cNf or cNn.
func scalaWord(s string) class {
	switch s {
	case "def":
		return cNf
	case "package", "import":
		return cNn
	case "val", "var":
		return cKd
	case "true", "false", "null":
		return cKc
	case "abstract", "case", "catch", "class", "do", "else", "enum", "extends", "final", "finally", "for", "forSome", "given",
		"if", "implicit", "lazy", "match", "new", "object", "override", "private", "protected", "return", "sealed",
		"super", "then", "this", "throw", "trait", "try", "type", "using", "while", "with", "yield", "export":
		return cK
	}
	return none
}
