package highlight

// lexJSON marks JSON, with the comments, single quotes and bare keys of its
// relatives.
func lexJSON(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		c := s[i]
		switch {
		case is(c, isSpace):
			i++
		case c == '"' || c == '\'':
			j := quoted(s, i)
			if c == '\'' {
				if j = quotedLine(s, i); s[j-1] != '\'' || j == i+1 { // an apostrophe
					i++
					continue
				}
			}
			k := skip(s, j, isSpace)
			switch {
			case at(s, k) == ':':
				w.tok(cNt, i, j)
			case c == '"':
				w.tok(cS2, i, j)
			default:
				w.tok(cS1, i, j)
			}
			i = j
		case is(c, isDigit) || c == '-':
			j, float := i+1, false
			for j < end {
				d := s[j]
				if d == '.' || d == 'e' || d == 'E' || d == '+' {
					float = true
				} else if !is(d, isDigit) && d != '-' {
					break
				}
				j++
			}
			switch {
			case c == '-' && j == i+1:
			case float:
				w.tok(cMf, i, j)
			default:
				w.tok(cMi, i, j)
			}
			i = j
		case is(c, isLetter) || c == '$':
			j := i + 1
			for j < end && (is(s[j], isWord) || s[j] == '$') {
				j++
			}
			switch s[i:j] {
			case "true", "false", "null":
				w.tok(cKc, i, j)
			default:
				if at(s, skip(s, j, isBlank)) == ':' {
					w.tok(cNt, i, j)
				}
			}
			i = j
		case c == '/' && at(s, i+1) == '/':
			j := lineEnd(s, i)
			w.tok(cC1, i, j)
			i = j
		case c == '/' && at(s, i+1) == '*':
			j := after(s, i+2, "*/")
			w.tok(cCm, i, j)
			i = j
		default:
			i++
		}
	}
}
