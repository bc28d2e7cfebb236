package highlight

// lexCSharp marks C#.
func lexCSharp(w *writer, i, end int) {
	s := w.src[:end]
	line := true   // nothing but blanks since the line began
	typed := 0     // words since the line began, which may be the type of a method
	expect := none // of the next name
	for i < end {
		c := s[i]
		switch {
		case c == '\n':
			line, typed = true, 0
			i++
			continue
		case is(c, isBlank):
			i++
			continue
		case c == '[' && line:
			// An attribute of what follows.
			j := min(lineEnd(s, i), after(s[:lineEnd(s, i)], i, "]"))
			if s[j-1] == ']' {
				w.tok(cNa, i, j)
				i = j
				continue
			}
			i++
		case c == '#' && line:
			j := lineEnd(s, i)
			w.tok(cCp, i, j)
			i = j
		case is(c, isLetter) || c == '@' && is(at(s, i+1), isLetter):
			j := skip(s, i+1, isWord)
			k := csharpWord(s[i:j])
			n := skip(s, j, isBlank)
			switch {
			case expect == cNn:
				if at(s, j) != '(' {
					j = path(s, i)
					w.tok(cNn, i, j)
				}
			case expect == cNc:
				w.tok(cNc, i, j)
			case at(s, n) == '(' && typed > 0 && is(s[i-1], isSpace) && k == none:
				w.tok(cNf, i, j)
			case k == cNn || k == cNc:
				w.tok(cK, i, j)
				if is(at(s, j), isSpace) {
					expect = k
				}
				typed++
				line, i = false, j
				continue
			default:
				if k == cKt && at(s, j) == '?' {
					j++
				}
				w.tok(k, i, j)
			}
			expect, line, i = none, false, j
			if typed >= 0 {
				typed++
			}
			if at(s, i) == '[' && at(s, i+1) == ']' {
				i += 2
			}
			continue
		case is(c, isDigit):
			_, j := number(s, i)
			for at(s, j) != 0 && is(s[j], isLetter) {
				j++
			}
			w.tok(cM, i, j)
			i = j
		case c == '"':
			j := quotedLine(s, i)
			if at(s, i+1) == '"' && at(s, i+2) == '"' {
				j = after(s, i+3, `"""`)
			}
			w.tok(cS, i, j)
			i = j
		case (c == '@' || c == '$') && (at(s, i+1) == '"' || (at(s, i+1) == '@' || at(s, i+1) == '$') && at(s, i+2) == '"'):
			q := i + 1
			verbatim := c == '@'
			if s[q] != '"' {
				verbatim = true
				q++
			}
			var j int
			switch {
			case at(s, q+1) == '"' && at(s, q+2) == '"':
				j = after(s, q+3, `"""`)
			case verbatim:
				j = sqlString(s, q)
			default:
				j = quotedLine(s, q)
			}
			w.tok(cS, i, j)
			i = j
		case c == '\'':
			j := charLiteral(s, i)
			w.tok(cSc, i, j)
			i = max(j, i+1)
		case c == '/' && (at(s, i+1) == '/' || at(s, i+1) == '*'):
			i = slash(w, s, i)
			continue
		default:
			i++
		}
		line, expect, typed = false, none, -1
	}
}

// csharpWord classes a word; a name follows those that are cNc or cNn.
func csharpWord(s string) class {
	switch s {
	case "class", "struct", "record":
		return cNc
	case "namespace", "using":
		return cNn
	case "abstract", "as", "async", "await", "base", "break", "by", "case", "catch", "checked", "const", "continue",
		"default", "delegate", "do", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "for",
		"foreach", "goto", "if", "implicit", "in", "interface", "internal", "is", "let", "lock", "new", "null", "on",
		"operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sealed",
		"sizeof", "stackalloc", "static", "switch", "this", "throw", "true", "try", "typeof", "unchecked", "unsafe",
		"virtual", "void", "while", "get", "set", "partial", "yield", "add", "remove", "value", "alias", "ascending",
		"descending", "from", "group", "into", "orderby", "select", "where", "join", "equals", "init", "required", "nameof":
		return cK
	case "bool", "byte", "char", "decimal", "double", "dynamic", "float", "int", "long", "object", "sbyte", "short",
		"string", "uint", "ulong", "ushort", "var":
		return cKt
	}
	return none
}
