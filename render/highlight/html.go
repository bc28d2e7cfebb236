package highlight

import "strings"

// lexHTML marks HTML with the style sheets and scripts in it.
func lexHTML(w *writer, i, end int) { markup(w, i, end, false) }

// lexHTMLTemplate marks HTML with the expressions of Jinja, Django and their
// kin.
func lexHTMLTemplate(w *writer, i, end int) { markup(w, i, end, true) }

func markup(w *writer, i, end int, template bool) {
	s := w.src[:end]
	for i < end {
		switch s[i] {
		case '&':
			i = entityAt(w, s, i)
		case '{':
			if template {
				i = expression(w, s, i)
			} else {
				i++
			}
		case '<':
			rest := s[i:]
			switch {
			case strings.HasPrefix(rest, "<!--"):
				j := after(s, i+4, "-->")
				w.tok(cCm, i, j)
				i = j
			case strings.HasPrefix(rest, "<![CDATA["):
				j := after(s, i, "]]>")
				w.tok(cCp, i, j)
				i = j
			case strings.HasPrefix(rest, "<?"):
				j := after(s, i, "?>")
				w.tok(cCp, i, j)
				i = j
			case strings.HasPrefix(rest, "<!"):
				j := after(s, i, ">")
				w.tok(cCp, i, j)
				i = j
			default:
				i = tag(w, s, i, template)
			}
		default:
			if n := strings.IndexAny(s[i:], "<&{"); n > 0 {
				i += n
			} else if n < 0 {
				i = end
			} else {
				i++
			}
		}
	}
}

// entityAt marks the character reference at i, if it is one.
func entityAt(w *writer, s string, i int) int {
	j := i + 1
	for j < len(s) && j < i+40 && (is(s[j], isWord) || s[j] == '#') {
		j++
	}
	if at(s, j) == ';' {
		w.tok(cNi, i, j+1)
		return j + 1
	}
	return i + 1
}

// tagName returns the end of the name of a tag.
func tagName(s string, i int) int {
	for i < len(s) && (is(s[i], isWord) || s[i] == ':' || s[i] == '.' || s[i] == '-') {
		i++
	}
	return i
}

// tag marks the tag at i, and the text of an element with another language.
func tag(w *writer, s string, i int, template bool) int {
	j := skip(s, i+1, isSpace)
	shut := at(s, j) == '/'
	if shut {
		j = skip(s, j+1, isSpace)
	}
	k := tagName(s, j)
	if k == j {
		return i + 1
	}
	w.tok(cNt, j, k)
	var buf [32]byte
	name := string(lower(&buf, s[j:k]))
	i = k
	empty := false
	for i < len(s) {
		c := s[i]
		switch {
		case c == '>':
			if i++; shut || empty {
				return i
			}
			var lex lexer
			switch name {
			case "script":
				lex = lexJS
			case "style":
				lex = lexCSS
			default:
				return i
			}
			j := closeTag(s, i, name)
			w.in(lex, i, j)
			return j
		case c == '<':
			return i
		case c == '{' && template:
			i = expression(w, s, i)
		case is(c, isSpace):
			i++
		case c == '=':
			v := skip(s, i+1, isSpace)
			i = attributeValue(w, s, v, template)
		default:
			empty = c == '/'
			k := i
			for k < len(s) && !is(s[k], isSpace) && s[k] != '=' && s[k] != '>' && s[k] != '/' && s[k] != '<' && s[k] != '{' {
				k++
			}
			if is(c, isWord) || c == ':' || c == '-' || c == '@' {
				w.tok(cNa, i, k)
			}
			i = max(k, i+1)
		}
	}
	return i
}

// closeTag returns the position of the end tag of an element from i on.
func closeTag(s string, i int, name string) int {
	for j := i; ; {
		n := strings.Index(s[j:], "</")
		if n < 0 {
			return len(s)
		}
		j += n
		if k := j + 2 + len(name); k <= len(s) && strings.EqualFold(s[j+2:k], name) {
			return j
		}
		j += 2
	}
}

func attributeValue(w *writer, s string, i int, template bool) int {
	q := at(s, i)
	j := i
	if q != '"' && q != '\'' {
		for j < len(s) && !is(s[j], isSpace) && s[j] != '>' {
			j++
		}
		if template && q == '{' {
			return i
		}
		w.tok(cS, i, j)
		return j
	}
	n := strings.IndexByte(s[i+1:], q)
	if n < 0 {
		w.tok(cS, i, len(s))
		return len(s)
	}
	j = i + n + 2
	for template && i < j {
		n := strings.IndexByte(s[i:j], '{')
		if n < 0 {
			break
		}
		n += i
		e := n + 1
		if c := at(s, n+1); c == '{' || c == '%' || c == '#' {
			w.tok(cS, i, n)
			if e = expression(w, s, n); e >= j { // quotes inside the expression
				if n := strings.IndexByte(s[e:], q); n >= 0 {
					j = e + n + 1
				} else {
					j = len(s)
				}
			}
			i = e
			continue
		}
		w.tok(cS, i, e)
		i = e
	}
	w.tok(cS, i, j)
	return j
}

// lexXML marks XML.
func lexXML(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		switch s[i] {
		case '&':
			i = entityAt(w, s, i)
		case '<':
			rest := s[i:]
			switch {
			case strings.HasPrefix(rest, "<!--"):
				j := after(s, i+4, "-->")
				w.tok(cCm, i, j)
				i = j
			case strings.HasPrefix(rest, "<![CDATA["):
				j := after(s, i, "]]>")
				w.tok(cCp, i, j)
				i = j
			case strings.HasPrefix(rest, "<?"):
				j := after(s, i, "?>")
				w.tok(cCp, i, j)
				i = j
			case strings.HasPrefix(rest, "<!"):
				j := after(s, i, ">")
				w.tok(cCp, i, j)
				i = j
			default:
				i = xmlTag(w, s, i)
			}
		default:
			if n := strings.IndexAny(s[i:], "<&"); n > 0 {
				i += n
			} else {
				i = end
			}
		}
	}
}

func xmlTag(w *writer, s string, i int) int {
	j := i + 1
	if at(s, j) == '/' {
		j++
	}
	k := tagName(s, j)
	if k == j {
		return i + 1
	}
	if s[j-1] == '/' {
		if e := skip(s, k, isSpace); at(s, e) == '>' {
			k = e + 1
		}
		w.tok(cNt, i, k)
		return k
	}
	w.tok(cNt, i, k)
	for k < len(s) {
		c := s[k]
		switch {
		case c == '>':
			w.tok(cNt, k, k+1)
			return k + 1
		case c == '/' && at(s, k+1) == '>':
			w.tok(cNt, k, k+2)
			return k + 2
		case c == '<':
			return k
		case c == '"' || c == '\'':
			e := after(s, k+1, s[k:k+1])
			w.tok(cS, k, e)
			k = e
		case is(c, isWord):
			e := tagName(s, k)
			if v := skip(s, e, isSpace); at(s, v) == '=' {
				w.tok(cNa, k, v+1)
				e = v + 1
			}
			k = e
		default:
			k++
		}
	}
	return k
}

// lexJinja marks the expressions in a template of text.
func lexJinja(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		n := strings.IndexByte(s[i:], '{')
		if n < 0 {
			return
		}
		i = expression(w, s, i+n)
	}
}

// expression marks the expression, statement or comment of a template at i, if
// it is one.
func expression(w *writer, s string, i int) int {
	var closer string
	switch at(s, i+1) {
	case '#':
		j := after(s, i+2, "#}")
		w.tok(cC, i, j)
		return j
	case '{':
		closer = "}}"
	case '%':
		closer = "%}"
	default:
		return i + 1
	}
	w.tok(cCp, i, i+2)
	i += 2
	first := closer == "%}"
	function := false // the word before wants a name of a function
	for i < len(s) {
		c := s[i]
		switch {
		case is(c, isSpace) || c == '-' && first:
			i++
			continue
		case strings.HasPrefix(s[i:], closer):
			w.tok(cCp, i, i+2)
			return i + 2
		case is(c, isLetter):
			j := skip(s, i, isWord)
			word := s[i:j]
			switch {
			case first:
				w.tok(cK, i, j)
				function = word == "filter"
				if word == "raw" || word == "comment" || word == "verbatim" {
					if e := strings.Index(s[j:], closer); e >= 0 {
						w.tok(cCp, j+e, j+e+2)
						return rawBlock(w, s, j+e+2, word)
					}
				}
				first, i = false, j
				continue
			case function && word != "not":
				w.tok(cNf, i, j)
			default:
				k := jinjaWord(word)
				if k == cNv {
					for j < len(s) && (is(s[j], isWord) || s[j] == '-' && is(at(s, j+1), isLetter)) {
						j++
					}
				}
				w.tok(k, i, j)
			}
			function = word == "is" || function && word == "not"
			i = j
			first = false
			continue
		case c == '.' && is(at(s, i+1), isWord):
			j := skip(s, i+1, isWord)
			w.tok(cNv, i, j)
			i = j
		case c == '"' || c == '\'':
			j := quoted(s, i)
			if c == '"' {
				w.tok(cS2, i, j)
			} else {
				w.tok(cS1, i, j)
			}
			i = j
		case is(c, isDigit):
			_, j := number(s, i)
			w.tok(cM, i, j)
			i = j
		case c == '|':
			function = true
			i++
			first = false
			continue
		default:
			i++
		}
		first, function = false, false
	}
	return i
}

// rawBlock skips or marks the text of a block that is not read, up to its end.
func rawBlock(w *writer, s string, i int, word string) int {
	for j := i; ; {
		n := strings.Index(s[j:], "{%")
		if n < 0 {
			j = len(s)
		} else {
			j += n
		}
		k := j + 2
		for k < len(s) && (is(s[k], isSpace) || s[k] == '-') {
			k++
		}
		if n < 0 || k <= len(s) && strings.HasPrefix(s[k:], "end") && strings.HasPrefix(s[k+3:], word) {
			if word == "comment" {
				w.tok(cC, i, j)
			}
			return j
		}
		j += 2
	}
}

func jinjaWord(s string) class {
	switch s {
	case "_", "true", "false", "none", "True", "False", "None":
		return cKp
	case "in", "as", "reversed", "recursive", "not", "and", "or", "is", "if", "else", "import", "with", "without",
		"context", "scoped", "ignore", "missing":
		return cK
	case "loop", "block", "super", "forloop":
		return cNb
	}
	return cNv
}
