package highlight

import "strings"

// lexMake marks makefiles.
func lexMake(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		eol := lineEnd(s, i)
		first := i
		// Lines that end with a backslash go on.
		for eol < end && eol > i && s[eol-1] == '\\' {
			eol = lineEnd(s, eol+1)
		}
		next := min(eol+1, end)
		t := skip(s[:eol], i, isBlank)
		switch {
		case t == eol:
		case t > first:
			w.in(lexCommand, t, eol)
		case s[t] == '#':
			w.tok(cC, t, eol)
		default:
			makeLine(w, s[:eol], t)
		}
		i = next
	}
}

// makeLine marks a rule, an assignment or a directive.
func makeLine(w *writer, s string, i int) {
	word := s[i:skip(s, i, isWord)]
	switch word {
	case "export", "unexport", "include", "define", "endef", "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif", "override":
		j := i + len(word)
		if j == len(s) || is(s[j], isBlank) {
			w.tok(cK, i, j)
			i = skip(s, j, isBlank)
			if word != "export" && word != "override" {
				makeVariables(w, s, i)
				return
			}
		}
	}
	depth := 0
	for j := i; j < len(s); j++ {
		switch c := s[j]; {
		case c == '(' || c == '{':
			depth++
		case c == ')' || c == '}':
			depth--
		case depth > 0:
		case c == '=' || (c == ':' || c == '?' || c == '+' || c == '!') && (at(s, j+1) == '=' || c == ':' && strings.HasPrefix(s[j:], "::=")):
			e := j
			for e > i && is(s[e-1], isBlank) {
				e--
			}
			w.tok(cNv, i, e)
			for j < len(s) && s[j] != '=' {
				j++
			}
			w.in(lexCommand, min(j+1, len(s)), len(s))
			return
		case c == ':':
			w.tok(cNf, i, j)
			makeVariables(w, s, j)
			return
		}
	}
	makeVariables(w, s, i)
}

// makeVariables marks the references in the rest of a line.
func makeVariables(w *writer, s string, i int) {
	for i < len(s) {
		switch {
		case s[i] == '#':
			w.tok(cC, i, len(s))
			return
		case s[i] == '$' && (at(s, i+1) == '(' || at(s, i+1) == '{'):
			j := i + 2
			for j < len(s) && (is(s[j], isWord) || s[j] == '.' || s[j] == '-') {
				j++
			}
			w.tok(cK, i, i+2)
			w.tok(cNv, i+2, j)
			i = j
		case s[i] == '$' && i+1 < len(s):
			w.tok(cK, i, i+2)
			i += 2
		default:
			i++
		}
	}
}

// lexNginx marks the configuration of nginx.
func lexNginx(w *writer, i, end int) {
	s := w.src[:end]
	depth := 0
	statement := true
	for i < end {
		c := s[i]
		switch {
		case is(c, isSpace):
			i++
		case c == '#':
			i = comment(w, s, i)
		case c == ';':
			statement = true
			i++
		case c == '{':
			depth++
			statement = true
			i++
		case c == '}':
			depth = max(depth-1, 0)
			statement = true
			i++
		case c == '"' || c == '\'':
			j := quoted(s, i)
			w.tok(cS, i, j)
			statement, i = false, j
		case c == '$' && !statement:
			j := skip(s, i+1, isWord)
			w.tok(cNv, i, j)
			i = max(j, i+1)
		default:
			j := i + 1
			for j < end && !is(s[j], isSpace) && s[j] != ';' && s[j] != '{' && s[j] != '}' && s[j] != '#' && s[j] != '$' {
				j++
			}
			switch word := s[i:j]; {
			case statement && depth == 0:
				w.tok(cK, i, j)
			case statement:
				w.tok(cKn, i, j)
			case word == "on" || word == "off":
				w.tok(cNo, i, j)
			case c == '/':
			case is(c, isDigit) && skip(s[:j], i, isDigit) >= j-1:
				w.tok(cMi, i, j)
			case c == '~' || c == '^':
				if j == i+1 {
					if c == '~' {
						k := skip(s, j, isSpace)
						for j = k; j < end && !is(s[j], isSpace); j++ {
						}
						w.tok(cSr, k, j)
					}
					break
				}
			default:
				w.tok(cS, i, j)
			}
			statement, i = false, j
		}
	}
}

// lexProto marks the definitions of protocol buffers.
func lexProto(w *writer, i, end int) {
	s := w.src[:end]
	expect := false
	for i < end {
		c := s[i]
		switch {
		case is(c, isSpace):
			i++
			continue
		case c == '/':
			i = slash(w, s, i)
		case c == '"' || c == '\'':
			j := quotedLine(s, i)
			w.tok(cS, i, j)
			i = j
		case is(c, isDigit):
			k, j := number(s, i)
			w.tok(k, i, j)
			i = j
		case is(c, isLetter):
			j := path(s, i)
			k := protoWord(s[i:j])
			switch {
			case expect:
				w.tok(cNc, i, j)
			case k == cNn:
				w.tok(cKn, i, j)
				n := skip(s, j, isBlank)
				e := skip(s, n, isWord)
				w.tok(cNn, n, e)
				if at(s, e) == '.' {
					e = path(s, e)
				}
				j = max(j, e)
			case k == cNc:
				w.tok(cKd, i, j)
				expect, i = true, j
				continue
			case k == none && at(s, skip(s, j, isBlank)) == '=':
				w.tok(cNa, i, j)
			default:
				w.tok(k, i, j)
			}
			i = j
		default:
			i++
		}
		expect = false
	}
}

func protoWord(s string) class {
	switch s {
	case "import", "option", "optional", "required", "repeated", "reserved", "default", "packed", "ctype", "extensions",
		"to", "max", "rpc", "returns", "oneof", "syntax", "edition", "stream", "map", "public", "weak":
		return cK
	case "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "float",
		"double", "bool", "string", "bytes":
		return cKt
	case "true", "false":
		return cKc
	case "package":
		return cNn
	case "message", "extend":
		return cNc
	case "enum", "group", "service":
		return cKd
	}
	return none
}
