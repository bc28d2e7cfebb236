package highlight

import "strings"

// lexRust marks Rust.
func lexRust(w *writer, i, end int) {
	s := w.src[:end]
	if i == 0 && strings.HasPrefix(s, "#!") && at(s, 2) != '[' {
		i = lineEnd(s, 0)
		w.tok(cCp, 0, i)
	}
	expect := none // of the next name
	for i < end {
		c := s[i]
		switch {
		case is(c, isSpace):
			i++
			continue
		case is(c, isLetter):
			j := skip(s, i, isWord)
			if e := rustPrefixed(w, s, i, j); e > i {
				i, expect = e, none
				continue
			}
			word := s[i:j]
			k := rustWord(word)
			if at(s, j) == '!' && at(s, j+1) != '=' && (k == none || k == cKr) && rustMacro(word) {
				w.tok(cFm, i, j+1)
				i, expect = j+1, none
				continue
			}
			if expect == cNc && (k == cNb || k == cKt) {
				w.tok(k, i, j)
				i = j
				continue
			}
			if expect != none {
				// Keywords before a type are taken for one by the reference; they
				// are not for a reader.
				if k == none {
					k = expect
				}
			}
			switch k {
			case cNn, cNf, cNc:
				if rustWord(word) == k {
					w.tok(cK, i, j)
					expect, i = k, j
					continue
				}
			}
			w.tok(k, i, j)
			i = j
		case is(c, isDigit):
			k, j := number(s, i)
			w.tok(k, i, j)
			if e := skip(s, j, isWord); e > j {
				w.tok(cK, j, e)
				j = e
			}
			i = j
		case c == '"':
			i = rustString(w, s, i)
		case c == '\'':
			if j := charLiteral(s, i); j > i {
				w.tok(cSc, i, j)
				i = j
			} else {
				j := skip(s, i+1, isWord)
				if word := s[i+1 : j]; word == "static" || word == "_" {
					w.tok(cNb, i+1, j)
				} else {
					w.tok(cNa, i+1, j)
				}
				i = j
				continue // a type may follow
			}
		case c == '/':
			switch rest := s[i:]; {
			case strings.HasPrefix(rest, "//!") || strings.HasPrefix(rest, "///") && at(rest, 3) != '/':
				j := lineEnd(s, i)
				w.tok(cSd, i, j)
				i = j
			case strings.HasPrefix(rest, "//"):
				i = comment(w, s, i)
			case strings.HasPrefix(rest, "/*"):
				j := nestedComment(s, i)
				k := cCm
				if d := at(s, i+2); d == '!' || d == '*' && at(s, i+3) != '/' && at(s, i+3) != '*' {
					k = cSd
				}
				w.tok(k, i, j)
				i = j
			default:
				i++
			}
		case c == '#' && (at(s, i+1) == '[' || at(s, i+1) == '!' && at(s, i+2) == '['):
			i = rustAttribute(w, s, i)
		case c == '$' && is(at(s, i+1), isLetter):
			j := skip(s, i+1, isWord)
			w.tok(cCp, i, j)
			i = j
		case c == ':':
			if at(s, i+1) == ':' {
				i += 2
			} else {
				expect = cNc
				i++
				continue
			}
		case c == '-' && at(s, i+1) == '>':
			expect = cNc
			i += 2
			continue
		case c == '&' && expect == cNc:
			w.tok(cKp, i, i+1)
			i++
			continue
		default:
			i++
		}
		expect = none
	}
}

// rustPrefixed marks the string whose prefix is the word at i.
func rustPrefixed(w *writer, s string, i, j int) int {
	switch q := at(s, j); s[i:j] {
	case "b", "c":
		if q == '"' {
			w.tok(cS, i, j)
			return rustString(w, s, j)
		}
		if q == '\'' {
			if e := charLiteral(s, j); e > j {
				w.tok(cSc, i, e)
				return e
			}
		}
	case "r", "br", "cr":
		k := j
		for at(s, k) == '#' {
			k++
		}
		if at(s, k) == '"' {
			e := k + 1
			for e < len(s) {
				n := strings.IndexByte(s[e:], '"')
				if n < 0 {
					e = len(s)
					break
				}
				e += n + 1
				if strings.HasPrefix(s[e:], s[j:k]) {
					e += k - j
					break
				}
			}
			w.tok(cS, i, e)
			return e
		}
		if k == j+1 && is(at(s, k), isLetter) {
			return skip(s, k, isWord) // a raw name
		}
	}
	return i
}

func rustString(w *writer, s string, i int) int {
	from := i
	for i++; i < len(s); i++ {
		switch s[i] {
		case '"':
			w.tok(cS, from, i+1)
			return i + 1
		case '\\':
			n := 0
			switch at(s, i+1) {
			case '\\', '"', '\'', 'n', 'r', 't', '0':
				n = 2
			case 'x':
				n = 4
			case 'u':
				if k := skip(s[:min(len(s), i+9)], i+3, isHex); at(s, i+2) == '{' && at(s, k) == '}' {
					n = k + 1 - i
				}
			}
			if n == 0 || i+n > len(s) {
				i++
				continue
			}
			w.tok(cS, from, i)
			w.tok(cSe, i, i+n)
			from = i + n
			i += n - 1
		}
	}
	w.tok(cS, from, len(s))
	return len(s)
}

// rustAttribute marks an attribute, which ends with its bracket.
func rustAttribute(w *writer, s string, i int) int {
	depth := 0
	from := i
	for i < len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				w.tok(cCp, from, i+1)
				return i + 1
			}
		case '"':
			w.tok(cCp, from, i)
			i = rustString(w, s, i)
			from = i
			continue
		}
		i++
	}
	w.tok(cCp, from, i)
	return i
}

func rustMacro(s string) bool {
	switch s {
	case "asm", "assert", "assert_eq", "assert_ne", "cfg", "column", "compile_error", "concat", "dbg", "debug_assert",
		"debug_assert_eq", "debug_assert_ne", "env", "eprint", "eprintln", "file", "format", "format_args", "include",
		"include_bytes", "include_str", "line", "macro_rules", "matches", "module_path", "option_env", "panic", "print",
		"println", "stringify", "thread_local", "todo", "unimplemented", "unreachable", "vec", "write", "writeln":
		return true
	}
	return false
}

// rustWord classes a word; a name follows those that are cNn, cNf or cNc.
func rustWord(s string) class {
	switch s {
	case "as", "async", "await", "box", "const", "crate", "dyn", "else", "extern", "for", "if", "impl", "in", "loop",
		"match", "move", "mut", "pub", "ref", "return", "static", "super", "trait", "unsafe", "use", "where", "while",
		"break", "continue":
		return cK
	case "abstract", "become", "do", "final", "macro", "override", "priv", "typeof", "try", "unsized", "virtual", "yield":
		return cKr
	case "true", "false":
		return cKc
	case "self", "Self":
		return cBp
	case "let":
		return cKd
	case "mod":
		return cNn
	case "fn":
		return cNf
	case "struct", "enum", "type", "union":
		return cNc
	case "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "usize", "isize", "f32", "f64", "char",
		"str", "bool":
		return cKt
	case "Copy", "Send", "Sized", "Sync", "Unpin", "Drop", "Fn", "FnMut", "FnOnce", "drop", "Box", "ToOwned", "Clone",
		"PartialEq", "PartialOrd", "Eq", "Ord", "AsRef", "AsMut", "Into", "From", "Default", "Iterator", "Extend",
		"IntoIterator", "DoubleEndedIterator", "ExactSizeIterator", "Option", "Some", "None", "Result", "Ok", "Err",
		"String", "ToString", "Vec":
		return cNb
	}
	return none
}
