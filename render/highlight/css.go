package highlight

import "strings"

// lexCSS marks CSS.
func lexCSS(w *writer, i, end int) { styles(w, i, end, false) }

// lexSCSS marks the languages that extend CSS: SCSS and Less.
func lexSCSS(w *writer, i, end int) { styles(w, i, end, true) }

func styles(w *writer, i, end int, extended bool) {
	css := css{w: w, s: w.src[:end], extended: extended}
	depth := 0
	for i < end {
		switch c := css.s[i]; {
		case is(c, isSpace) || c == ';':
			i++
		case c == '}':
			depth = max(depth-1, 0)
			i++
		case c == '{':
			depth++
			i++
		case c == '/' && (at(css.s, i+1) == '*' || extended && at(css.s, i+1) == '/'):
			i = css.comment(i)
		case depth > 0 && css.declaration(i):
			i = css.property(i)
		case extended && (c == '$' || c == '@') && css.declaration(i):
			i = css.property(i)
		default:
			i = css.selector(i)
		}
	}
}

type css struct {
	w        *writer
	s        string
	extended bool
}

func (css *css) comment(i int) int {
	s := css.s
	if s[i+1] == '/' {
		return comment(css.w, s, i)
	}
	j := after(s, i+2, "*/")
	if css.extended {
		css.w.tok(cCm, i, j)
	} else {
		css.w.tok(cC, i, j)
	}
	return j
}

// word returns the end of a name with hyphens.
func (css *css) word(i int) int {
	for i < len(css.s) && (is(css.s[i], isWord) || css.s[i] == '-') {
		i++
	}
	return i
}

// declaration reports whether a property stands at i, not a selector.
func (css *css) declaration(i int) bool {
	s := css.s
	j := i
	if s[j] == '$' || s[j] == '@' || s[j] == '*' {
		j++
	}
	j = css.word(j)
	if j == i {
		return strings.HasPrefix(s[i:], "#{") // a name that is put together
	}
	j = skip(s, j, isSpace)
	if at(s, j) != ':' {
		return false
	}
	if c := at(s, j+1); is(c, isSpace) {
		return true
	}
	// a:hover { or color:red;
	for k := j + 1; k < len(s) && k < j+500; k++ {
		switch s[k] {
		case ';', '}', '\n':
			return true
		case '{':
			return s[k-1] == '#'
		}
	}
	return true
}

// property marks a declaration up to its end.
func (css *css) property(i int) int {
	s, w := css.s, css.w
	var j int
	switch c := s[i]; {
	case c == '$' || c == '@':
		j = css.word(i + 1)
		w.tok(cNv, i, j)
	case strings.HasPrefix(s[i:], "--"):
		j = css.word(i)
		w.tok(cNv, i, j)
	default:
		if c == '*' {
			i++
		}
		if c == '-' {
			if n := strings.IndexByte(s[i+1:min(len(s), i+12)], '-'); n > 0 {
				w.tok(cKp, i, i+n+2)
				i += n + 2
			}
		}
		j = css.word(i)
		w.tok(cK, i, j)
	}
	for j < len(s) && s[j] != ':' && s[j] != '\n' && s[j] != ';' {
		j++
	}
	return css.value(j, false)
}

// value marks what stands after a colon, or in an expression of an at-rule, up
// to the sign that ends it.
func (css *css) value(i int, rule bool) int {
	s, w := css.s, css.w
	for i < len(s) {
		c := s[i]
		switch {
		case c == ';' || c == '}':
			return i
		case c == '{':
			if rule || i == 0 || s[i-1] != '#' {
				return i
			}
			i++
		case is(c, isSpace):
			i++
		case c == '"':
			j := quotedLine(s, i)
			w.tok(cS2, i, j)
			i = j
		case c == '\'':
			j := quotedLine(s, i)
			w.tok(cS1, i, j)
			i = j
		case c == '/' && (at(s, i+1) == '*' || css.extended && at(s, i+1) == '/'):
			i = css.comment(i)
		case c == '#':
			if at(s, i+1) == '{' {
				w.tok(cSi, i, i+2)
				j := css.word(i + 2)
				if at(s, i+2) == '$' {
					j = css.word(i + 3)
					w.tok(cNv, i+2, j)
				}
				if at(s, j) == '}' {
					w.tok(cSi, j, j+1)
					j++
				}
				i = j
				continue
			}
			j := skip(s, i+1, isWord)
			w.tok(cMh, i, j)
			i = max(j, i+1)
		case is(c, isDigit) || (c == '-' || c == '+' || c == '.') && (is(at(s, i+1), isDigit) || c != '.' && at(s, i+1) == '.' && is(at(s, i+2), isDigit)):
			k, j := cMi, i
			if c == '-' || c == '+' {
				j++
			}
			j = skip(s, j, isDigit)
			if at(s, j) == '.' && is(at(s, j+1), isDigit) {
				k, j = cMf, skip(s, j+1, isDigit)
			}
			w.tok(k, i, j)
			u := j
			if at(s, u) == '%' {
				u++
			} else {
				u = skip(s, u, isLetter)
			}
			w.tok(cKt, j, u)
			i = max(u, i+1)
		case c == '!':
			j := css.word(skip(s, i+1, isBlank))
			w.tok(cCp, i, j)
			i = max(j, i+1)
		case c == '$' || c == '@':
			j := css.word(i + 1)
			w.tok(cNv, i, j)
			i = max(j, i+1)
		case is(c, isLetter) || c == '-' && (at(s, i+1) == '-' || is(at(s, i+1), isLetter)):
			j := css.word(i)
			switch {
			case at(s, j) == '(':
				word := s[i:j]
				if cssFunction(word) {
					w.tok(cNb, i, j)
				} else {
					w.tok(cNf, i, j)
				}
				if word == "url" {
					k := skip(s, j+1, isSpace)
					if q := at(s, k); q != '"' && q != '\'' {
						e := k
						for e < len(s) && s[e] != ')' && s[e] != '\n' {
							e++
						}
						w.tok(cSx, k, e)
						j = e
					}
				}
			case rule:
				if word := s[i:j]; word == "and" || word == "not" || word == "only" || word == "or" {
					w.tok(cOw, i, j)
				} else {
					w.tok(cNt, i, j)
				}
			case c == '-' && at(s, i+1) == '-':
				w.tok(cNv, i, j)
			case lowerOnly(s[i:j]):
				w.tok(cKc, i, j)
			}
			i = j
		default:
			i++
		}
	}
	return i
}

func lowerOnly(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' || c >= 0x80 {
			return false
		}
	}
	return true
}

// selector marks a selector or an at-rule up to the brace or semicolon that
// ends it.
func (css *css) selector(i int) int {
	s, w := css.s, css.w
	start := i
	for i < len(s) {
		c := s[i]
		switch {
		case c == '{' || c == '}' || c == ';':
			return max(i, start+1)
		case c == '/' && (at(s, i+1) == '*' || css.extended && at(s, i+1) == '/'):
			i = css.comment(i)
		case c == '@':
			j := css.word(i + 1)
			w.tok(cK, i+1, j)
			if j > i+1 {
				if n := s[i+1 : j]; css.extended && (n == "include" || n == "mixin") {
					k := skip(s, j, isBlank)
					e := css.word(k)
					if n == "mixin" {
						w.tok(cNf, k, e)
					} else {
						w.tok(cNd, k, e)
					}
					j = e
				}
				return css.value(j, true)
			}
			i++
		case c == ':':
			j := i + 1
			if at(s, j) == ':' {
				j++
			}
			k := css.word(j)
			w.tok(cNd, j, k)
			i = max(k, j)
		case c == '.':
			j := css.word(i + 1)
			w.tok(cNc, i+1, j)
			i = max(j, i+1)
		case c == '#':
			j := css.word(i + 1)
			w.tok(cNn, i+1, j)
			i = max(j, i+1)
		case c == '"' || c == '\'':
			j := quotedLine(s, i)
			if c == '"' {
				w.tok(cS2, i, j)
			} else {
				w.tok(cS1, i, j)
			}
			i = j
		case c == '&' && css.extended:
			w.tok(cK, i, i+1)
			i++
		case is(c, isWord) || c == '-':
			j := css.word(i)
			w.tok(cNt, i, j)
			i = j
		default:
			i++
		}
	}
	return i
}

// cssFunction reports whether a word names a function that CSS has had for
// long.
func cssFunction(s string) bool {
	switch s {
	case "attr", "blur", "brightness", "calc", "circle", "contrast", "counter", "cubic-bezier", "drop-shadow", "ellipse",
		"gray", "grayscale", "hsl", "hsla", "hue", "hue-rotate", "hwb", "image", "inset", "invert", "lightness",
		"linear-gradient", "matrix", "matrix3d", "opacity", "perspective", "polygon", "radial-gradient", "rect",
		"repeating-linear-gradient", "repeating-radial-gradient", "rgb", "rgba", "rotate", "rotate3d", "rotateX",
		"rotateY", "rotateZ", "saturate", "scale", "scale3d", "scaleX", "scaleY", "scaleZ", "sepia", "skewX", "skewY",
		"steps", "translate", "translate3d", "translateX", "translateY", "translateZ", "url":
		return true
	}
	return false
}
