package highlight

import "strings"

// lexPHP marks PHP. Code without the mark that opens it is taken for code too,
// as that is how documentation shows it.
func lexPHP(w *writer, i, end int) {
	s := w.src[:end]
	if n := strings.Index(s[i:], "<?"); n >= 0 {
		markup(w, i, i+n, false)
		i += n
	}
	expect := none // of the next name
	var buf [32]byte
	for i < end {
		c := s[i]
		switch {
		case is(c, isSpace):
			i++
			continue
		case c == '<' && at(s, i+1) == '?':
			j := i + 2
			if strings.HasPrefix(s[j:], "php") {
				j += 3
			} else if at(s, j) == '=' {
				j++
			}
			w.tok(cCp, i, j)
			i = j
		case c == '?' && at(s, i+1) == '>':
			w.tok(cCp, i, i+2)
			i += 2
			n := strings.Index(s[i:], "<?")
			if n < 0 {
				n = end - i
			}
			markup(w, i, i+n, false)
			i += n
		case c == '<' && strings.HasPrefix(s[i:], "<<<"):
			j := skip(s, i+3, isBlank)
			if q := at(s, j); q == '"' || q == '\'' {
				j++
			}
			k := skip(s, j, isWord)
			if k == j {
				i += 3
				break
			}
			// The text ends with a line that begins with the mark.
			e := lineEnd(s, k)
			for e < end {
				next := lineEnd(s, e+1)
				t := skip(s[:next], e+1, isBlank)
				if strings.HasPrefix(s[t:next], s[j:k]) && !is(at(s, t+k-j), isWord) {
					e = t + k - j
					break
				}
				e = next
			}
			w.tok(cS, i, e)
			i = e
		case is(c, isLetter) || c == '\\':
			j := i
			for j < end && (is(s[j], isWord) || s[j] == '\\') {
				j++
			}
			k := phpWord(string(lower(&buf, s[i:j])))
			switch {
			case expect == cNf && strings.HasPrefix(s[i:j], "__"):
				w.tok(cFm, i, j)
			case expect != none:
				w.tok(expect, i, j)
			case k == cNf || k == cNc || k == cNo:
				w.tok(cK, i, j)
				if n := skip(s, j, isSpace); n > j && is(at(s, n), isLetter) {
					expect = k
				}
				i = j
				continue
			default:
				w.tok(k, i, j)
			}
			i = j
		case c == '$':
			j := i
			for at(s, j) == '$' {
				j++
			}
			if j = skip(s, j, isWord); j > i+1 {
				w.tok(cNv, i, j)
			}
			i = j
		case c == '-' && at(s, i+1) == '>' || c == ':' && at(s, i+1) == ':':
			j := skip(s, i+2, isSpace)
			if is(at(s, j), isLetter) {
				k := skip(s, j, isWord)
				w.tok(cNa, j, k)
				j = k
			}
			i = j
		case is(c, isDigit):
			k, j := number(s, i)
			w.tok(k, i, j)
			i = j
		case c == '\'':
			j := quoted(s, i)
			w.tok(cS1, i, j)
			i = j
		case c == '`':
			j := quoted(s, i)
			w.tok(cSb, i, j)
			i = j
		case c == '"':
			i = phpString(w, s, i)
		case c == '#' && at(s, i+1) != '[':
			i = comment(w, s, i)
		case c == '/' && strings.HasPrefix(s[i:], "/**") && at(s, i+3) != '/':
			j := after(s, i+3, "*/")
			w.tok(cSd, i, j)
			i = j
		case c == '/':
			i = slash(w, s, i)
		default:
			i++
		}
		expect = none
	}
}

// phpString marks a string in double quotes and the variables in it.
func phpString(w *writer, s string, i int) int {
	from := i
	for i++; i < len(s); {
		switch c := s[i]; {
		case c == '"':
			w.tok(cS2, from, i+1)
			return i + 1
		case c == '\\':
			if d := at(s, i+1); d != 0 && strings.IndexByte(`nrt"$\`, d) >= 0 {
				w.tok(cS2, from, i)
				w.tok(cSe, i, i+2)
				from = i + 2
			}
			i = min(i+2, len(s))
		case c == '$' && is(at(s, i+1), isLetter):
			j := skip(s, i+1, isWord)
			if strings.HasPrefix(s[j:], "->") && is(at(s, j+2), isLetter) {
				j = skip(s, j+2, isWord)
			}
			w.tok(cS2, from, i)
			w.tok(cSi, i, j)
			i, from = j, j
		case c == '{' && at(s, i+1) == '$':
			j := skip(s, i+2, isWord)
			w.tok(cS2, from, i)
			w.tok(cSi, i, i+1)
			w.tok(cNv, i+1, j)
			for j < len(s) && s[j] != '}' && s[j] != '"' && s[j] != '\n' {
				j++
			}
			if at(s, j) == '}' {
				w.tok(cSi, j, j+1)
				j++
			}
			i, from = j, j
		default:
			i++
		}
	}
	w.tok(cS2, from, len(s))
	return len(s)
}

// phpWord classes a word in lower case; a name follows those that are cNf, cNc
// or cNo.
func phpWord(s string) class {
	switch s {
	case "class":
		return cNc
	case "function":
		return cNf
	case "const":
		return cNo
	case "and", "or", "xor", "not", "as", "parent", "eval", "break", "exit", "case", "extends", "print", "for", "require",
		"continue", "foreach", "require_once", "declare", "return", "default", "static", "do", "switch", "die",
		"stdclass", "echo", "else", "elseif", "var", "empty", "if", "enddeclare", "include", "virtual", "endfor",
		"include_once", "while", "endforeach", "global", "endif", "list", "endswitch", "new", "endwhile", "array",
		"final", "interface", "implements", "public", "private", "protected", "abstract", "clone", "try", "catch",
		"throw", "this", "use", "namespace", "trait", "yield", "finally", "match", "enum", "readonly", "fn",
		"instanceof", "true", "false", "null":
		return cK
	case "__line__", "__file__", "__dir__", "__function__", "__class__", "__trait__", "__method__", "__namespace__":
		return cNo
	}
	return none
}
