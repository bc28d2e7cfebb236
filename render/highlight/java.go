package highlight

// lexJava marks Java.
func lexJava(w *writer, i, end int) { javaLike(w, i, end, javaWord) }

// lexGroovy marks Groovy, with what sets it apart from Java.
func lexGroovy(w *writer, i, end int) { javaLike(w, i, end, groovyWord) }

func javaLike(w *writer, i, end int, words func(string) class) {
	s := w.src[:end]
	groovy := words("def") != none
	typed := false // the word before can be the type of a method
	expect := none
	line := true // nothing but blanks since the line began
	for i < end {
		c := s[i]
		switch {
		case c == '\n':
			line = true
			i++
			continue
		case is(c, isBlank):
			i++
			continue
		case is(c, isLetter) || c == '$':
			j := name(s, i)
			switch expect {
			case cNn:
				if s[i:j] == "static" && is(at(s, j), isBlank) {
					w.tok(cKn, i, j)
					i = j
					continue
				}
				j = path(s, i)
				if at(s, j) == '*' {
					j++
				}
				w.tok(cNn, i, j)
			case cNc:
				w.tok(cNc, i, j)
				typed = true
				expect = none
				i = j
				continue
			default:
				k := words(s[i:j])
				next := at(s, j)
				if next == ' ' {
					next = at(s, skip(s, j, isSpace))
				}
				switch {
				case k == cK:
					w.tok(cK, i, j)
					typed, line, i = false, false, j
					continue
				case next == '(' && typed && is(s[i-1], isSpace):
					w.tok(cNf, i, j)
				case at(s, i-1) == '.' && i > 0:
					w.tok(cNa, i, j)
					line, i = false, j
					continue
				case k == cNc: // class, interface, and record where it declares
					if s[i:j] == "record" && !(is(next, isLetter) && typed || is(next, isLetter) && line) {
						break
					}
					w.tok(cKd, i, j)
					expect, typed, line, i = cNc, false, false, j
					continue
				case k == cKn:
					w.tok(cKn, i, j)
					if is(at(s, j), isBlank) {
						expect = cNn
					}
					typed, line, i = false, false, j
					continue
				case k == none && line && at(s, j) == ':' && at(s, j+1) != ':':
					w.tok(cNl, i, j)
				default:
					w.tok(k, i, j)
				}
				typed, line, i = true, false, j
				continue
			}
			expect, typed, i = none, false, j
		case is(c, isDigit) || c == '.' && is(at(s, i+1), isDigit):
			k, j := number(s, i)
			switch at(s, j) {
			case 'l', 'L':
				j++
			case 'f', 'F', 'd', 'D':
				if k != cMh {
					k = cMf
				}
				j++
			}
			w.tok(k, i, j)
			typed, i = false, j
		case c == '"':
			var j int
			if at(s, i+1) == '"' && at(s, i+2) == '"' {
				j = after(s, i+3, `"""`)
			} else {
				j = quotedLine(s, i)
			}
			if groovy {
				w.tok(cS2, i, j)
			} else {
				w.tok(cS, i, j)
			}
			typed, i = false, j
		case c == '\'':
			var j int
			if groovy {
				j = quotedLine(s, i)
				if at(s, i+1) == '\'' && at(s, i+2) == '\'' {
					j = after(s, i+3, "'''")
				}
				w.tok(cS1, i, j)
			} else {
				j = charLiteral(s, i)
				w.tok(cSc, i, j)
			}
			typed, i = false, max(i+1, j)
		case c == '/':
			if d := at(s, i+1); d != '/' && d != '*' {
				typed = false
			}
			i = slash(w, s, i)
		case c == '@' && is(at(s, i+1), isLetter):
			j := path(s, i+1)
			if s[i+1:j] == "interface" {
				w.tok(cKd, i+1, j)
				expect = cNc
			} else {
				w.tok(cNd, i, j)
			}
			typed, i = false, j
		case c == '<' || c == '>' || c == '[' || c == ']' || c == '.':
			// These belong to a type when they follow its name at once.
			typed = typed && !is(s[i-1], isSpace)
			i++
		default:
			typed = false
			i++
		}
		line = false
	}
}

// javaWord classes a word; cNc are those that a name of a class follows.
func javaWord(s string) class {
	switch s {
	case "assert", "break", "case", "catch", "continue", "default", "do", "else", "finally", "for", "if", "goto",
		"instanceof", "new", "return", "switch", "this", "throw", "try", "while":
		return cK
	case "abstract", "const", "enum", "extends", "final", "implements", "native", "private", "protected", "public",
		"sealed", "static", "strictfp", "super", "synchronized", "throws", "transient", "volatile", "yield", "var",
		"permits", "non-sealed":
		return cKd
	case "boolean", "byte", "char", "double", "float", "int", "long", "short", "void":
		return cKt
	case "package", "import":
		return cKn
	case "true", "false", "null":
		return cKc
	case "class", "interface", "record":
		return cNc
	}
	return none
}

func groovyWord(s string) class {
	switch s {
	case "def", "as", "in", "trait":
		return cKd
	}
	return javaWord(s)
}
