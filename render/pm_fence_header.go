package render

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isFenceOption reports whether a is an option of highlighting with a value
// that it can take.
func isFenceOption(a Attr) bool {
	switch a.Key {
	case "title":
		return true
	case "linenums":
		return a.Val != "" && isDigit(a.Val[0])
	case "hl_lines":
		s := a.Val
		for {
			n := digits(s)
			if n == 0 {
				return false
			}
			s = s[n:]
			if s != "" && s[0] == '-' {
				n = digits(s[1:])
				if n == 0 {
					return false
				}
				s = s[1+n:]
			}
			if s == "" {
				return true
			}
			rest := strings.TrimLeft(s, " \t")
			if len(rest) == len(s) {
				return false
			}
			s = rest
		}
	}
	return false
}

// digits returns how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// header is what stands behind a fence.
type header struct {
	lang    string
	braced  bool // a list of attributes in braces
	attrs   string
	options []Attr
	unknown bool // neither attributes nor options
}

// fenceHeader reads what stands behind a fence; s has no white space at its end.
func fenceHeader(s string) (h header) {
	rest := strings.TrimLeft(s, " \t")
	word := rest
	if i := strings.IndexAny(rest, " \t"); i >= 0 {
		word = rest[:i]
	}
	if lang := strings.TrimPrefix(word, "."); isLang(lang) {
		h.lang, s = lang, rest[len(word):]
	} else if isLang(word) {
		h.lang, s = word, rest[len(word):]
	}
	s = strings.TrimLeft(s, " \t")
	if s == "" {
		return h
	}
	if s[0] == '{' && s[len(s)-1] == '}' {
		h.braced, h.attrs = len(s) > 2, s[1:len(s)-1]
		return h
	}
	for s != "" {
		n := 0
		for n < len(s) && (isAlpha(s[n]) || n > 0 && (s[n] == '_' || isDigit(s[n]))) {
			n++
		}
		if n == 0 {
			h.unknown = true
			return h
		}
		a := Attr{s[:n], s[:n]}
		s = s[n:]
		if len(s) > 1 && s[0] == '=' && (s[1] == '"' || s[1] == '\'') {
			quote := s[1]
			end := closingQuote(s[2:], quote)
			if end < 0 {
				h.unknown = true
				return h
			}
			a.Val, s = s[2:2+end], s[3+end:]
			// The value ends at its first quote; what is left over may be
			// anything but an option.
			if i := strings.IndexByte(a.Val, quote); i >= 0 {
				if strings.IndexFunc(a.Val[i:], func(r rune) bool { return r < 0x80 && isAlpha(byte(r)) }) >= 0 {
					h.unknown = true
					return h
				}
				a.Val = a.Val[:i]
			}
		}
		if s != "" && s[0] != ' ' && s[0] != '\t' {
			h.unknown = true
			return h
		}
		s = strings.TrimLeft(s, " \t")
		h.options = setAttr(h.options, a)
	}
	return h
}

// closingQuote returns the place of the first quote in s that has white space
// or nothing behind it, or -1.
func closingQuote(s string, quote byte) int {
	for i := 0; i < len(s); i++ {
		if s[i] == quote && (i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\t') {
			return i
		}
	}
	return -1
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isLang reports whether s can be the name of a language.
func isLang(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if !isAlpha(c) && !isDigit(c) && c != '_' && c != '#' && c != '.' && c != '+' && c != '-' {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return false
		}
		i += size
	}
	return s != ""
}

// setAttr sets an attribute as a Python dictionary does: a second value takes
// the place of the first.
func setAttr(list []Attr, a Attr) []Attr {
	// A header with thousands of attributes is no header; the bound keeps this
	// linear.
	if len(list) < 256 {
		for i := range list {
			if list[i].Key == a.Key {
				list[i].Val = a.Val
				return list
			}
		}
	}
	return append(list, a)
}

// attrTokens iterates over a list of attributes as they stand in braces.
// Classes have the key ".", which no attribute can have.
func attrTokens(s string) func(yield func(Attr) bool) {
	return func(yield func(Attr) bool) {
		for s != "" {
			if s[0] == ' ' {
				s = s[1:]
				continue
			}
			n := 0
			for n < len(s) && s[n] != ' ' && s[n] != '=' && s[n] != '}' {
				n++
			}
			if n == 0 {
				return // an equals sign without a key, or a brace, ends it all
			}
			var a Attr
			key, rest := s[:n], s[n:]
			switch {
			case len(rest) > 1 && rest[0] == '=' && (rest[1] == '"' || rest[1] == '\'') && strings.IndexByte(rest[2:], rest[1]) >= 0:
				end := strings.IndexByte(rest[2:], rest[1])
				a = Attr{key, rest[2 : 2+end]}
				s = rest[3+end:]
			case len(rest) > 1 && rest[0] == '=' && rest[1] != ' ' && rest[1] != '=' && rest[1] != '}':
				end := 1
				for end < len(rest) && rest[end] != ' ' && rest[end] != '=' && rest[end] != '}' {
					end++
				}
				a = Attr{key, rest[1:end]}
				s = rest[end:]
			default:
				switch key[0] {
				case '.':
					a = Attr{".", key[1:]}
				case '#':
					a = Attr{"id", key[1:]}
				default:
					a = Attr{key, key}
				}
				s = rest
			}
			if !yield(a) {
				return
			}
		}
	}
}

// lineNumbering reads a start, a step, and which lines are special.
func lineNumbering(s string) (start, step, special int) {
	var n [3]int
	for i := range n {
		n[i] = -1
		d := digits(s)
		if d == 0 {
			continue
		}
		n[i] = number(s[:d])
		rest := strings.TrimLeft(s[d:], " \t")
		if len(rest) == len(s)-d {
			s = ""
		} else {
			s = rest
		}
	}
	if n[1] <= 1 {
		n[1] = -1
	}
	return n[0], n[1], n[2]
}

// number reads digits; numbers beyond a hundred million are all the same.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n > 1e8 {
		return 1e8
	}
	return n
}

// lineRanges reads a list of lines and ranges of lines, of a block with so many
// lines.
func lineRanges(s string, lines int) lineSet {
	// Steps up and down at the ends of ranges, summed up afterwards: ranges may
	// be many and wide.
	steps := make([]int32, lines+3)
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' }) {
		from, to, _ := strings.Cut(word, "-")
		a := min(number(from), lines+1)
		b := a
		if to != "" {
			b = min(number(to), lines+1)
		}
		// A single line must be there; a range may end one behind the last.
		if a <= b && (to != "" || a <= lines) {
			steps[a]++
			steps[b+1]--
		}
	}
	set := make(lineSet, lines+2)
	any, sum := false, int32(0)
	for i := range set {
		sum += steps[i]
		set[i] = sum > 0
		any = any || set[i] && i > 0
	}
	if !any {
		return nil
	}
	return set
}
