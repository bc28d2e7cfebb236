package highlight

import "strings"

// lexLua marks Lua.
func lexLua(w *writer, i, end int) {
	s := w.src[:end]
	function := false // the name of a function is next
	for i < end {
		c := s[i]
		switch {
		case is(c, isSpace):
			i++
			continue
		case c == '-' && at(s, i+1) == '-':
			if j := luaLong(s, i+2); j > i+2 {
				w.tok(cCm, i, j)
				i = j
			} else {
				i = comment(w, s, i)
			}
		case c == '[':
			j := luaLong(s, i)
			w.tok(cS, i, j)
			i = max(j, i+1)
		case c == '"' || c == '\'':
			k := cS2
			if c == '\'' {
				k = cS1
			}
			from := i
			for i++; i < end && s[i] != c && s[i] != '\n'; i++ {
				if s[i] == '\\' {
					e := min(i+2, end)
					w.tok(k, from, i)
					w.tok(cSe, i, e)
					from, i = e, e-1
				}
			}
			if i < end && s[i] == c {
				i++
			}
			w.tok(k, from, min(i, end))
		case is(c, isDigit):
			k, j := number(s, i)
			w.tok(k, i, j)
			i = j
		case is(c, isLetter):
			j := skip(s, i, isWord)
			if function {
				if d := at(s, j); d == '.' || d == ':' {
					w.tok(cNc, i, j)
					i = j + 1
					continue
				}
				w.tok(cNf, i, j)
				i = j
				break
			}
			k := luaWord(s[i:j])
			if k == cNb && at(s, j) == '.' && is(at(s, j+1), isLetter) {
				j = skip(s, j+1, isWord)
			} else if k == cNb && i > 0 && (s[i-1] == '.' || s[i-1] == ':') {
				k = none
			}
			w.tok(k, i, j)
			if s[i:j] == "function" {
				function, i = true, j
				continue
			}
			i = j
		default:
			i++
		}
		function = false
	}
}

// luaLong returns the end of the text in long brackets at i, or i.
func luaLong(s string, i int) int {
	if at(s, i) != '[' {
		return i
	}
	j := i + 1
	for at(s, j) == '=' {
		j++
	}
	if at(s, j) != '[' {
		return i
	}
	level := j - i - 1
	for j++; ; {
		n := strings.IndexByte(s[j:], ']')
		if n < 0 {
			return len(s)
		}
		j += n + 1
		k := j
		for k < len(s) && k-j < level && s[k] == '=' {
			k++
		}
		if k-j == level && at(s, k) == ']' {
			return k + 1
		}
	}
}

func luaWord(s string) class {
	switch s {
	case "local":
		return cKd
	case "break", "do", "else", "elseif", "end", "for", "function", "goto", "if", "in", "repeat", "return", "then", "until",
		"while":
		return cKr
	case "true", "false", "nil":
		return cKc
	case "and", "or", "not":
		return cOw
	case "assert", "collectgarbage", "dofile", "error", "getmetatable", "ipairs", "load", "loadfile", "next", "pairs",
		"pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require", "select", "setmetatable", "tonumber",
		"tostring", "type", "xpcall", "coroutine", "debug", "io", "math", "os", "package", "string", "table", "utf8", "_G":
		return cNb
	}
	return none
}

// lexGraphQL marks schemas and queries of GraphQL.
func lexGraphQL(w *writer, i, end int) {
	s := w.src[:end]
	expect := none // of the next name
	for i < end {
		c := s[i]
		switch {
		case is(c, isSpace) || c == ',':
			i++
			continue
		case c == '#':
			i = comment(w, s, i)
		case c == '"':
			j := quotedLine(s, i)
			if strings.HasPrefix(s[i:], `"""`) {
				j = after(s, i+3, `"""`)
			}
			w.tok(cS, i, j)
			i = j
		case is(c, isDigit):
			k, j := number(s, i)
			w.tok(k, i, j)
			i = j
		case c == '$' || c == '@':
			j := skip(s, i+1, isWord)
			if c == '$' {
				w.tok(cNv, i, j)
			} else {
				w.tok(cNd, i, j)
			}
			i = max(j, i+1)
		case is(c, isLetter):
			j := skip(s, i, isWord)
			switch word := s[i:j]; word {
			case "type", "interface", "union", "enum", "input", "scalar", "implements", "extend", "schema", "directive", "on",
				"fragment", "query", "mutation", "subscription", "repeatable":
				if at(s, skip(s, j, isSpace)) == ':' {
					break // a field
				}
				w.tok(cK, i, j)
				if expect = cNc; word == "query" || word == "mutation" || word == "subscription" || word == "fragment" {
					expect = cNf
				}
				i = j
				continue
			case "true", "false", "null":
				w.tok(cKc, i, j)
			case "Int", "Float", "String", "Boolean", "ID":
				w.tok(cKt, i, j)
			default:
				switch {
				case expect != none:
					w.tok(expect, i, j)
				case c >= 'A' && c <= 'Z' && lowerOnly(s[i+1:i+1+min(1, j-i-1)]):
					w.tok(cNc, i, j)
				}
			}
			i = j
		default:
			i++
		}
		expect = none
	}
}
