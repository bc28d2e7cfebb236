package highlight

import "strings"

// lexMarkdown marks Markdown, and the code in its fences.
func lexMarkdown(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		eol := lineEnd(s, i)
		next := min(eol+1, end)
		t := skip(s[:eol], i, isBlank)
		line := s[t:eol]
		switch {
		case line == "":
		case i == t && line[0] == '#':
			n := 0
			for n < len(line) && line[n] == '#' {
				n++
			}
			switch {
			case n == 1 && len(line) > 2:
				w.tok(cGh, i, eol)
			case n > 1 && n <= 6 && len(line) > n+1:
				w.tok(cGu, i, eol)
			default:
				inline(w, s, i, eol)
			}
		case strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~"):
			next = fence(w, s, t, eol)
		case line[0] == '>' && len(line) > 1 && is(line[1], isBlank):
			w.tok(cK, t, t+1)
			w.tok(cGe, t+2, eol)
		case (line[0] == '*' || line[0] == '-' || line[0] == '+') && len(line) > 1 && is(line[1], isBlank):
			w.tok(cK, t, t+1)
			j := t + 2
			if len(line) > 4 && line[2] == '[' && line[4] == ']' && (line[3] == ' ' || line[3]|0x20 == 'x') {
				w.tok(cK, t+2, t+5)
				j = t + 5
			}
			inline(w, s, j, eol)
		case is(line[0], isDigit):
			j := skip(s[:eol], t, isDigit)
			if at(s[:eol], j) == '.' && is(at(s[:eol], j+1), isBlank) {
				w.tok(cK, t, j+1)
				inline(w, s, j+1, eol)
				break
			}
			inline(w, s, t, eol)
		default:
			// A heading above a line of signs.
			if k := underline(s, next); k != none && eol < end {
				w.tok(k, i, eol)
				e := lineEnd(s, next)
				w.tok(k, next, e)
				next = min(e+1, end)
				break
			}
			inline(w, s, i, eol)
		}
		i = next
	}
}

// underline returns the class of a heading whose underline is the line at i.
func underline(s string, i int) class {
	j := i
	for j < len(s) && s[j] == at(s, i) && (s[j] == '=' || s[j] == '-') {
		j++
	}
	switch {
	case j == i || at(s, j) != '\n' && j < len(s):
		return none
	case s[i] == '=':
		return cGh
	}
	return cGu
}

// fence marks fenced code by its own language.
func fence(w *writer, s string, i, eol int) int {
	n := i
	for n < eol && s[n] == s[i] {
		n++
	}
	mark := s[i:n]
	lang := s[n:skip(s[:eol], n, isWord)]
	w.tok(cSb, i, eol)
	code := min(eol+1, len(s))
	for j := code; j < len(s); {
		e := lineEnd(s, j)
		if t := skip(s[:e], j, isBlank); strings.HasPrefix(s[t:e], mark) && strings.Trim(s[t:e], s[i:i+1]+" \t\r") == "" {
			if _, lex, ok := find(lang); ok && lex != nil {
				w.in(lex, code, j)
			}
			w.tok(cSb, t, e)
			return min(e+1, len(s))
		}
		j = e + 1
	}
	if n := strings.IndexByte(mark, '~'); n == 0 {
		return code
	}
	return code
}

// inline marks what stands inside a line.
func inline(w *writer, s string, i, eol int) {
	s = s[:eol]
	var last [5]int // where a search for the end of a kind of mark failed
	for i < eol {
		c := s[i]
		switch c {
		case '\\':
			i += 2
		case '`':
			n := i
			for n < eol && s[n] == '`' {
				n++
			}
			e := -1
			if last[0] == 0 {
				e = strings.Index(s[n:], s[i:n])
			}
			if e <= 0 {
				if e < 0 && n == i+1 {
					last[0] = 1
				}
				i = n
				continue
			}
			e += n + n - i
			w.tok(cSb, i, e)
			i = e
		case '*', '_', '~':
			n := i
			for n < eol && s[n] == c && n < i+2 {
				n++
			}
			size := n - i
			kind := 1 + size
			if c == '~' && size < 2 || at(s, n) == ' ' || n >= eol || last[kind] > i || i > 0 && c == '_' && is(s[i-1], isWord) {
				i = n
				continue
			}
			e := strings.IndexByte(s[n:], c)
			if e <= 0 || !strings.HasPrefix(s[n+e:], s[i:n]) {
				if e < 0 {
					last[kind] = 0
				}
				i = n + max(e, 0)
				if e < 0 {
					i = n
				}
				continue
			}
			e += n + size
			switch {
			case c == '~':
				w.tok(cGd, i, e)
			case size == 2:
				w.tok(cGs, i, e)
			default:
				w.tok(cGe, i, e)
			}
			i = e
		case '@', '#':
			j := i + 1
			for j < eol && (is(s[j], isWord) || s[j] == '/' || s[j] == ':') {
				j++
			}
			if j > i+1 {
				w.tok(cNi, i, j)
			}
			i = j
		case '[':
			j := i + 1
			for j < eol && j < i+1000 && s[j] != ']' && s[j] != '[' {
				j++
			}
			if at(s, j) != ']' || j == i+1 {
				i = max(j, i+1)
				continue
			}
			closer, k := byte(0), cNa
			switch at(s, j+1) {
			case '(':
				closer = ')'
			case '[':
				closer, k = ']', cNl
			case ':':
				if blanks(s, 0, i) {
					w.tok(cNl, i+1, j)
					w.tok(cNa, skip(s, j+2, isBlank), eol)
					return
				}
			}
			if closer == 0 {
				i = j + 1
				continue
			}
			e := j + 2
			for e < eol && e < j+2000 && s[e] != closer {
				e++
			}
			if at(s, e) == closer {
				w.tok(cNt, i+1, j)
				w.tok(k, j+2, e)
				e++
			}
			i = e
		default:
			i++
		}
	}
}
