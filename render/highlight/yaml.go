package highlight

import "strings"

// lexYAML marks YAML. It keeps no tree, only what colours need: the column of
// the latest key, whether a block scalar runs, and which flow collections are
// open.
func lexYAML(w *writer, i, end int) {
	y := yaml{w: w, s: w.src[:end]}
	parent := -1 // column of the key or dash that a plain scalar belongs to
	plain := false
	block, blockIndent := false, 0
	for i < end {
		start := i
		for i < end && y.s[i] == ' ' {
			i++
		}
		eol := lineEnd(y.s, i)
		next := min(eol+1, end)
		indent := i - start
		text := i
		for text < eol && is(y.s[text], isBlank) {
			text++
		}
		switch {
		case y.quote != 0:
			i = y.closeQuote(i, eol)
			plain = y.line(i, eol, &parent, indent)
		case text == eol: // an empty line ends nothing
			i = next
			continue
		case y.flow > 0:
			plain = y.line(i, eol, &parent, indent)
		case block && indent > max(parent, -1) && (blockIndent == 0 || indent >= blockIndent) && (indent > 0 || parent < 0):
			if blockIndent == 0 {
				blockIndent = indent
			}
			w.tok(cNo, i, eol)
			i = next
			continue
		case indent == 0 && (strings.HasPrefix(y.s[i:eol], "---") || strings.HasPrefix(y.s[i:eol], "...")) && (i+3 == eol || is(y.s[i+3], isBlank)):
			w.tok(cNn, i, i+3)
			parent = -1
			plain = y.line(i+3, eol, &parent, 3)
		case indent == 0 && y.s[i] == '%' && (strings.HasPrefix(y.s[i:eol], "%YAML") || strings.HasPrefix(y.s[i:eol], "%TAG")):
			j := skip(y.s[:eol], i+1, isWord)
			w.tok(cNt, i, j)
			i, plain, block = next, false, false
			continue
		case plain && indent > parent && y.s[i] != '#':
			i, plain = y.scalar(i, eol), true
			y.line(i, eol, &parent, i-start)
		default:
			parent = min(parent, indent)
			plain = y.line(i, eol, &parent, indent)
		}
		block, blockIndent = y.block, y.blockIndent
		if block && blockIndent > 0 {
			blockIndent += max(parent, 0)
		}
		y.block, y.blockIndent = false, 0
		i = next
	}
}

type yaml struct {
	w           *writer
	s           string
	flow        int    // open flow collections
	maps        uint64 // which of them are mappings, the innermost first
	quote       byte   // of a string that goes on in the next line
	block       bool   // the line ends with the header of a block scalar
	blockIndent int    // that the header gives
	keyless     int    // no key begins before this position
}

// line marks the rest of a line, whose first byte stands in column col. It
// reports whether the line ends in a plain scalar.
func (y *yaml) line(i, eol int, parent *int, col int) bool {
	s, w := y.s, y.w
	from := i - col
	plain := false
	first := true // only indicators so far
	for i < eol {
		c := s[i]
		switch {
		case is(c, isBlank):
			i++
			continue
		case c == '#' && (i == 0 || is(s[i-1], isSpace)):
			w.tok(cC1, i, eol)
			return plain
		}
		plain = false
		if y.flow > 0 {
			i = y.inFlow(i, eol)
			first = false
			continue
		}
		if first && (c == '-' || c == '?' || c == ':') && (i+1 >= eol || is(s[i+1], isBlank)) {
			*parent = i - from
			i++
			continue
		}
		first = false
		if k := y.key(i, eol); k > i {
			w.tok(cNt, i, k)
			*parent = i - from
			i = k + 1
			continue
		}
		switch c {
		case ':':
			if i+1 >= eol || is(s[i+1], isBlank) {
				i++
				continue
			}
		case '"', '\'':
			i = y.str(i, eol)
			if at(s, i) == ':' {
				*parent = max(*parent, 0)
			}
			continue
		case '[', '{':
			y.open(c)
			i++
			continue
		case '!':
			j := i + 1
			if at(s[:eol], j) == '<' {
				j = after(s[:eol], j, ">")
			} else {
				for j < eol && !is(s[j], isSpace) && s[j] != '{' && s[j] != '}' && s[j] != '"' {
					j++
				}
			}
			w.tok(cKt, i, j)
			i = j
			continue
		case '&', '*':
			j := i + 1
			for j < eol && (is(s[j], isWord) || s[j] == '-') {
				j++
			}
			if j > i+1 {
				if c == '&' {
					w.tok(cNl, i, j)
				} else {
					w.tok(cNv, i, j)
				}
				i = j
				continue
			}
		case '|', '>':
			j := i + 1
			indent := 0
			for j < eol && (s[j] == '+' || s[j] == '-' || is(s[j], isDigit)) {
				if is(s[j], isDigit) {
					indent = int(s[j] - '0')
				}
				j++
			}
			k := skip(s[:eol], j, isBlank)
			if k == eol || k > j && s[k] == '#' {
				w.tok(cC1, k, eol)
				y.block, y.blockIndent = true, indent
				return false
			}
		}
		j := y.scalar(i, eol)
		if j == i {
			i++
			continue
		}
		i, plain = j, true
	}
	return plain
}

// key returns the position of the colon of the key at i, or i.
func (y *yaml) key(i, eol int) int {
	if i < y.keyless {
		return i
	}
	s, colon := y.s, i
	for k := i; k < eol; k++ {
		switch s[k] {
		case '#', ',', '?', '[', ']', '{', '}', '"', '\'':
			y.keyless = k
			return colon
		case ':':
			if k > i && (k+1 == eol || is(s[k+1], isBlank)) {
				colon = k
			}
		}
	}
	y.keyless = eol
	return colon
}

// scalar marks a plain scalar as far as it goes in its line.
func (y *yaml) scalar(i, eol int) int {
	s := y.s
	j, text := i, i
	for j < eol {
		switch c := s[j]; {
		case is(c, isBlank):
			j++
			continue
		case c == ':' && (j+1 == eol || is(s[j+1], isBlank)):
			y.w.tok(cL, i, text)
			return j
		case c == '#' && j > i && is(s[j-1], isBlank):
			y.w.tok(cL, i, text)
			return j
		}
		j++
		text = j
	}
	y.w.tok(cL, i, text)
	return j
}

// str marks a quoted scalar as far as it goes in its line.
func (y *yaml) str(i, eol int) int {
	y.quote = y.s[i]
	y.w.tok(cS, i, i+1)
	return y.closeQuote(i+1, eol)
}

func (y *yaml) closeQuote(i, eol int) int {
	s := y.s
	for j := i; j < eol; j++ {
		switch c := s[j]; {
		case c == y.quote && c == '\'' && j+1 < eol && s[j+1] == '\'':
			y.w.tok(cS, i, j)
			y.w.tok(cSe, j, j+2)
			i = j + 2
			j++
		case c == y.quote:
			y.w.tok(cS, i, j+1)
			y.quote = 0
			return j + 1
		case c == '\\' && y.quote == '"' && j+1 < eol:
			n := 0
			switch s[j+1] {
			case 'x':
				n = 2
			case 'u':
				n = 4
			case 'U':
				n = 8
			}
			if n > 0 && j+2+n <= eol && skip(s[:j+2+n], j+2, isHex) == j+2+n {
				y.w.tok(cS, i, j)
				y.w.tok(cSe, j, j+2+n)
				i = j + 2 + n
				j = i - 1
			} else {
				j++
			}
		}
	}
	y.w.tok(cS, i, eol)
	return eol
}

func (y *yaml) open(c byte) {
	y.flow++
	y.maps <<= 1
	if c == '{' {
		y.maps |= 1
	}
}

// inFlow marks a token of a flow collection.
func (y *yaml) inFlow(i, eol int) int {
	s := y.s
	switch c := s[i]; c {
	case '[', '{':
		y.open(c)
		return i + 1
	case ']', '}':
		y.flow--
		y.maps >>= 1
		return i + 1
	case '"', '\'':
		return y.str(i, eol)
	case ',', '?', ':':
		return i + 1
	case '&', '*', '!':
		j := i + 1
		for j < eol && (is(s[j], isWord) || s[j] == '-' || c == '!' && (s[j] == '!' || s[j] == '/' || s[j] == ':' || s[j] == '.')) {
			j++
		}
		y.w.tok([...]class{cNl, cNv, cKt}[strings.IndexByte("&*!", c)], i, j)
		return j
	}
	j, text := i, i
loop:
	for ; j < eol; j++ {
		switch c := s[j]; c {
		case ',', '[', ']', '{', '}', '?':
			break loop
		case ':':
			if j+1 == eol || is(s[j+1], isBlank) {
				break loop
			}
		case '#':
			if j > i && is(s[j-1], isBlank) {
				break loop
			}
		}
		if !is(s[j], isBlank) {
			text = j + 1
		}
	}
	switch {
	case j == i:
		return i + 1
	case y.maps&1 != 0 && at(s, j) == ':' && j < eol:
		y.w.tok(cNt, i, text)
	default:
		y.w.tok(cNv, i, text)
	}
	return j
}
