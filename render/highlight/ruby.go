package highlight

import "strings"

// lexRuby marks Ruby.
func lexRuby(w *writer, i, end int) {
	if i == 0 && strings.HasPrefix(w.src[:end], "#!") {
		i = lineEnd(w.src[:end], 0)
		w.tok(cCh, 0, i)
	}
	r := ruby{w: w, s: w.src[:end]}
	for i < end {
		i = r.run(i, false)
	}
}

type ruby struct {
	w       *writer
	s       string
	heredoc string // mark of the text that begins with the next line
}

// run marks code up to the end, or up to the brace that closes a field of a
// string.
func (r *ruby) run(i int, field bool) int {
	s, w := r.s, r.w
	w.depth++
	defer func() { w.depth-- }()
	braces := 0
	value := false // a slash would divide
	expect := none // of the next name
	for i < len(s) {
		c := s[i]
		switch {
		case c == '\n':
			i++
			value, expect = false, none
			if r.heredoc != "" {
				i = r.text(i)
			}
			if strings.HasPrefix(s[i:], "=begin") {
				e := after(s, i, "\n=end")
				w.tok(cCm, i, e)
				i = e
			}
			continue
		case is(c, isBlank):
			i++
			continue
		case c == '#':
			i = comment(w, s, i)
			continue
		case is(c, isLetter):
			i, value, expect = r.word(i, expect)
			continue
		case c == '@':
			j := i + 1
			k := cVi
			if at(s, j) == '@' {
				j++
				k = cVc
			}
			e := skip(s, j, isWord)
			if e > j {
				w.tok(k, i, e)
			}
			i = max(e, i+1)
			value = true
		case c == '$':
			e := skip(s, i+1, isWord)
			if e == i+1 && e < len(s) && s[e] > ' ' && s[e] < 0x80 {
				e++
			}
			w.tok(cVg, i, e)
			i, value = max(e, i+1), true
		case is(c, isDigit):
			k, j := number(s, i)
			w.tok(k, i, j)
			i, value = j, true
		case c == '"':
			i, value = r.str(i, cS2), true
			if at(s, i) == ':' && at(s, i+1) != ':' {
				i++
			}
		case c == '`':
			i, value = r.str(i, cSb), true
		case c == '\'':
			j := quoted(s, i)
			w.tok(cS1, i, j)
			i, value = j, true
		case c == ':':
			switch d := at(s, i+1); {
			case d == ':':
				i += 2
			case d == '"':
				w.tok(cSs, i, i+1)
				i = r.str(i+1, cSs)
			case is(d, isLetter):
				j := skip(s, i+1, isWord)
				if d := at(s, j); d == '?' || d == '!' {
					j++
				}
				w.tok(cSs, i, j)
				i = j
			default:
				i++
				value = false
				continue
			}
			value = true
		case c == '/' && !value:
			j := scriptRegexp(s, i)
			if j == i {
				i++
				break
			}
			w.tok(cSr, i, j)
			i, value = j, true
		case c == '%' && !value:
			i = r.percent(i)
			value = true
		case c == '<' && strings.HasPrefix(s[i:], "<<") && r.heredoc == "":
			j := i + 2
			if d := at(s, j); d == '~' || d == '-' {
				j++
			}
			q := at(s, j)
			if q == '"' || q == '\'' {
				j++
			}
			k := skip(s, j, isWord)
			if k == j || s[j] < 'A' || s[j] > 'Z' {
				i += 2
				value = false
				break
			}
			w.tok(cDl, j, k)
			r.heredoc = s[j:k]
			if at(s, k) == q && q != 0 && !is(q, isWord|isSpace) {
				k++
			}
			i, value = k, true
		case c == '{':
			braces++
			value = false
			i++
		case c == '}':
			if field && braces == 0 {
				w.tok(cSi, i, i+1)
				return i + 1
			}
			braces--
			value = true
			i++
		case c == ')' || c == ']':
			value = true
			i++
		case c == '.' && expect != none:
			i++
			continue
		default:
			value = false
			i++
		}
		expect = none
	}
	return i
}

// word marks a word, and tells whether a value ends with it and what the next
// name is.
func (r *ruby) word(i int, expect class) (int, bool, class) {
	s, w := r.s, r.w
	j := skip(s, i, isWord)
	if d := at(s, j); (d == '?' || d == '!') && at(s, j+1) != '=' {
		j++
	}
	word := s[i:j]
	switch {
	case expect == cNf:
		if at(s, j) == '.' {
			w.tok(cNc, i, j)
			return j, false, cNf
		}
		w.tok(cNf, i, j)
		return j, true, none
	case expect == cNc:
		w.tok(cNc, i, j)
		return j, true, none
	case expect == cNn:
		for strings.HasPrefix(s[j:], "::") && is(at(s, j+2), isLetter) {
			j = skip(s, j+2, isWord)
		}
		w.tok(cNn, i, j)
		return j, true, none
	case at(s, j) == ':' && at(s, j+1) != ':':
		w.tok(cSs, i, j+1) // the key of a hash
		return j + 1, false, none
	case i > 0 && s[i-1] == '.':
		return j, true, none
	}
	switch k := rubyWord(word); k {
	case cNf, cNc, cNn:
		w.tok(cK, i, j)
		return j, false, k
	case none:
		if word[0] >= 'A' && word[0] <= 'Z' && len(word) > 1 {
			w.tok(cNo, i, j)
		}
		return j, true, none
	default:
		w.tok(k, i, j)
		return j, k != cK && k != cOw, none
	}
}

// str marks a string in which expressions may stand.
func (r *ruby) str(i int, k class) int {
	q := r.s[i]
	return r.interpolated(i, i+1, q, 0, k)
}

// interpolated marks text from i on, read from j on, up to and with a closing
// byte. An opening one nests.
func (r *ruby) interpolated(i, j int, closer, opener byte, k class) int {
	s, w := r.s, r.w
	depth := 0
	for j < len(s) {
		switch c := s[j]; {
		case c == '\\':
			w.tok(k, i, j)
			e := min(j+2, len(s))
			w.tok(cSe, j, e)
			i, j = e, e
		case c == '#' && at(s, j+1) == '{' && w.depth < maxDepth:
			w.tok(k, i, j)
			w.tok(cSi, j, j+2)
			j = r.run(j+2, true)
			i = j
		case c == closer:
			if depth == 0 {
				w.tok(k, i, j+1)
				return j + 1
			}
			depth--
			j++
		case c == opener && opener != 0:
			depth++
			j++
		default:
			j++
		}
	}
	w.tok(k, i, len(s))
	return len(s)
}

// percent marks the string that a percent sign begins.
func (r *ruby) percent(i int) int {
	s := r.s
	j := i + 1
	kind := byte('Q')
	if c := at(s, j); c != 0 && strings.IndexByte("qQwWiIrsx", c) >= 0 {
		kind = c
		j++
	}
	q := at(s, j)
	if q <= ' ' || q >= 0x80 || is(q, isWord) || q == '=' {
		return i + 1
	}
	opener, closer := q, q
	switch q {
	case '(':
		closer = ')'
	case '[':
		closer = ']'
	case '{':
		closer = '}'
	case '<':
		closer = '>'
	default:
		opener = 0
	}
	k := cSx
	if kind == 'r' {
		k = cSr
	}
	return r.interpolated(i, j+1, closer, opener, k)
}

// text marks the text of a here-document, which begins at i.
func (r *ruby) text(i int) int {
	mark := r.heredoc
	r.heredoc = ""
	for j := i; j < len(r.s); {
		eol := lineEnd(r.s, j)
		if strings.TrimSpace(r.s[j:eol]) == mark {
			r.w.tok(cSh, i, j)
			r.w.tok(cDl, j, eol)
			return eol
		}
		j = eol + 1
	}
	r.w.tok(cSh, i, len(r.s))
	return len(r.s)
}

// rubyWord classes a word; a name follows those that are cNf, cNc or cNn.
func rubyWord(s string) class {
	switch s {
	case "def":
		return cNf
	case "class":
		return cNc
	case "module":
		return cNn
	case "BEGIN", "END", "alias", "begin", "break", "case", "defined?", "do", "else", "elsif", "end", "ensure", "for", "if",
		"in", "next", "redo", "rescue", "raise", "retry", "return", "super", "then", "undef", "unless", "until", "when",
		"while", "yield":
		return cK
	case "initialize", "new", "loop", "include", "extend", "attr_reader", "attr_writer", "attr_accessor", "attr", "catch",
		"throw", "private", "module_function", "public", "protected", "true", "false", "nil":
		return cKp
	case "not", "and", "or":
		return cOw
	case "Array", "Float", "Integer", "String", "abort", "at_exit", "autoload", "binding", "block_given?", "caller", "chomp",
		"clone", "display", "dup", "eval", "exec", "exit", "fail", "fork", "format", "freeze", "gets", "gsub", "hash", "id",
		"inspect", "instance_eval", "is_a?", "kind_of?", "lambda", "load", "method", "methods", "name", "object_id", "open",
		"p", "print", "printf", "proc", "puts", "rand", "readline", "require", "require_relative", "respond_to?", "scan",
		"select", "self", "send", "sleep", "split", "sprintf", "srand", "sub", "system", "test", "to_a", "to_s", "trap",
		"warn":
		return cNb
	case "__FILE__", "__LINE__":
		return cBp
	}
	return none
}
