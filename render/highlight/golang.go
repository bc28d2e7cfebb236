package highlight

import "strings"

// lexGo marks Go.
func lexGo(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		switch c := s[i]; {
		case is(c, isSpace):
			i++
		case is(c, isLetter):
			j := skip(s, i, isWord)
			k := goWord(s[i:j])
			if k == cKt && at(s, j) == '(' {
				k = cNb
			} else if k == cNb && at(s, j) != '(' {
				k = none
			}
			w.tok(k, i, j)
			i = j
		case is(c, isDigit) || c == '.' && is(at(s, i+1), isDigit):
			k, j := number(s, i)
			if at(s, j) == 'i' {
				k, j = cM, j+1
			}
			w.tok(k, i, j)
			i = j
		case c == '"':
			j := quoted(s, i)
			w.tok(cS, i, j)
			i = j
		case c == '`':
			j := after(s, i+1, "`")
			w.tok(cS, i, j)
			i = j
		case c == '\'':
			j := charLiteral(s, i)
			w.tok(cSc, i, j)
			i = max(j, i+1)
		case c == '/':
			i = slash(w, s, i)
		default:
			i++
		}
	}
}

func goWord(s string) class {
	switch s {
	case "import", "package":
		return cKn
	case "var", "func", "struct", "map", "chan", "type", "interface", "const":
		return cKd
	case "break", "default", "select", "case", "defer", "go", "else", "goto", "switch", "fallthrough", "if", "range",
		"continue", "for", "return":
		return cK
	case "true", "false", "iota", "nil":
		return cKc
	case "uint", "uint8", "uint16", "uint32", "uint64", "int", "int8", "int16", "int32", "int64", "float", "float32",
		"float64", "complex64", "complex128", "byte", "rune", "string", "bool", "error", "uintptr", "any", "comparable":
		return cKt
	case "print", "println", "panic", "recover", "close", "complex", "real", "imag", "len", "cap", "append", "copy",
		"delete", "new", "make", "min", "max", "clear":
		return cNb
	}
	return none
}

// charLiteral returns the end of the character in quotes at i, or i where the
// quote begins none.
func charLiteral(s string, i int) int {
	j := i + 1
	if at(s, j) == '\\' {
		for j += 2; j < len(s) && j < i+14 && s[j] != '\'' && s[j] != '\n'; j++ {
		}
	} else if j < len(s) && s[j] != '\n' && s[j] != '\'' {
		for j++; j < len(s) && s[j]&0xC0 == 0x80 && j < i+5; j++ {
		}
	}
	if at(s, j) == '\'' && j > i+1 {
		return j + 1
	}
	return i
}

// slash marks the comment at i, if it is one, as in C.
func slash(w *writer, s string, i int) int {
	switch at(s, i+1) {
	case '/':
		j := lineEnd(s, i)
		w.tok(cC1, i, j)
		return j
	case '*':
		j := after(s, i+2, "*/")
		w.tok(cCm, i, j)
		return j
	}
	return i + 1
}

// comment marks a comment up to the end of its line.
func comment(w *writer, s string, i int) int {
	j := lineEnd(s, i)
	w.tok(cC1, i, j)
	return j
}

// name returns the end of an identifier that may hold dollars.
func name(s string, i int) int {
	for i < len(s) && (is(s[i], isWord) || s[i] == '$') {
		i++
	}
	return i
}

// path returns the end of a name with points in it.
func path(s string, i int) int {
	for i < len(s) && (is(s[i], isWord) || s[i] == '.') {
		i++
	}
	return i
}

// lexGoMod marks the files of Go modules and workspaces.
func lexGoMod(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		switch c := s[i]; {
		case c == '/' && at(s, i+1) == '/':
			i = comment(w, s, i)
		case c == '"':
			j := quotedLine(s, i)
			w.tok(cS, i, j)
			i = j
		case is(c, isLetter):
			j := i
			for j < end && !is(s[j], isSpace) && s[j] != ')' && s[j] != ',' {
				j++
			}
			switch s[i:j] {
			case "module", "go", "toolchain", "require", "replace", "exclude", "retract", "use", "tool", "godebug", "ignore":
				if blanks(s, 0, i) {
					w.tok(cK, i, j)
				}
			default:
				if c == 'v' && is(at(s, i+1), isDigit) {
					w.tok(cM, i, j)
				} else if strings.IndexByte(s[i:j], '.') > 0 || strings.IndexByte(s[i:j], '/') > 0 {
					w.tok(cNn, i, j)
				}
			}
			i = j
		case is(c, isDigit):
			j := path(s, i)
			w.tok(cM, i, j)
			i = j
		default:
			i++
		}
	}
}
