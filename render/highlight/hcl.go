package highlight

import "strings"

// lexHCL marks the configuration language of Terraform and its relatives.
func lexHCL(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		c := s[i]
		switch {
		case is(c, isSpace):
			i++
		case c == '#':
			i = comment(w, s, i)
		case c == '/' && (at(s, i+1) == '/' || at(s, i+1) == '*'):
			i = slash(w, s, i)
		case c == '"':
			i = hclString(w, s, i)
		case is(c, isWord):
			i = hclWord(w, s, i)
		case c == '<' && at(s, i+1) == '<':
			i = hclHeredoc(w, s, i)
		default:
			i++
		}
	}
}

// hclWord marks a word by what follows it.
func hclWord(w *writer, s string, i int) int {
	j, digit, point := i, true, false
	for j < len(s) && (is(s[j], isWord) || s[j] == '-' || s[j] == '.' && is(at(s, j+1), isWord) || s[j] == '[' && point && hclIndex(s, j) > j) {
		if s[j] == '[' {
			j = hclIndex(s, j)
			continue
		}
		point = point || s[j] == '.'
		digit = digit && (is(s[j], isDigit) || s[j] == '.')
		j++
	}
	if digit {
		w.tok(cM, i, j)
		return j
	}
	if point {
		w.tok(cNv, i, j)
		return j
	}
	k := skip(s, j, isSpace)
	word := s[i:j]
	switch c := at(s, k); {
	case c == '{':
		w.tok(cNb, i, j)
		return j
	case c == '=' && at(s, k+1) != '=' && at(s, k+1) != '>':
		if b := skip(s, k+1, isSpace); at(s, b) == '{' {
			w.tok(cNb, i, j)
		} else {
			w.tok(cNa, i, j)
		}
		return j
	case c == '(' && k == j:
		w.tok(cNf, i, j)
		return j
	case c == '"' && k > j:
		// The header of a block with labels.
		labels := [2]class{cNc, cNv}
		var at0, at1 [2]int
		n := 0
		for n < 2 && at(s, k) == '"' {
			at0[n], at1[n] = k, quotedLine(s, k)
			k = skip(s, at1[n], isBlank)
			n++
		}
		if at(s, k) != '{' {
			return j
		}
		switch word {
		case "backend", "data", "module", "output", "provider", "provisioner", "resource", "variable":
			w.tok(cKr, i, j)
		default:
			w.tok(cNb, i, j)
		}
		for l := range n {
			w.tok(labels[l+2-n], at0[l], at1[l])
		}
		return at1[n-1]
	}
	switch word {
	case "true", "false":
		w.tok(cNo, i, j)
	case "string", "number", "bool", "list", "tuple", "map", "set", "object", "null":
		w.tok(cKt, i, j)
	}
	return j
}

// hclIndex returns the end of an index in brackets, or i.
func hclIndex(s string, i int) int {
	j := i + 1
	for j < len(s) && (is(s[j], isWord) || s[j] == '*') {
		j++
	}
	if at(s, j) == ']' {
		return j + 1
	}
	return i
}

// hclString marks a string, in whose fields other strings may stand.
func hclString(w *writer, s string, i int) int {
	depth := 0
	j := i + 1
	for ; j < len(s) && s[j] != '\n'; j++ {
		switch c := s[j]; {
		case c == '\\':
			j++
		case (c == '$' || c == '%') && at(s, j+1) == '{':
			depth++
			j++
		case c == '}' && depth > 0:
			depth--
		case c == '"' && depth == 0:
			w.tok(cS2, i, j+1)
			return j + 1
		}
	}
	j = min(j, len(s))
	w.tok(cS2, i, j)
	return j
}

// hclHeredoc marks text up to the line that ends it.
func hclHeredoc(w *writer, s string, i int) int {
	j := i + 2
	if at(s, j) == '-' || at(s, j) == '~' {
		j++
	}
	k := skip(s, j, isWord)
	if k == j {
		return j
	}
	w.tok(cDl, j, k)
	e := lineEnd(s, k)
	for n := e; n < len(s); {
		next := lineEnd(s, n+1)
		if line := strings.TrimSpace(s[n+1 : next]); line == s[j:k] {
			w.tok(cSh, k, n)
			w.tok(cDl, n+1, next)
			return next
		}
		n = next
	}
	w.tok(cSh, k, len(s))
	return len(s)
}
