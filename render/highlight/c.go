package highlight

import "strings"

// lexC marks C.
func lexC(w *writer, i, end int) { cRun(w, i, end, cWord) }

// lexCPP marks C++.
func lexCPP(w *writer, i, end int) { cRun(w, i, end, cppWord) }

// cRun marks C and its relatives. Names of functions are told from calls by
// where they stand: outside of the bodies of functions, at the beginning of a
// declaration.
func cRun(w *writer, i, end int, words func(string) class) {
	s := w.src[:end]
	outer := true  // a declaration may begin here
	body := 0      // braces since the body of a function began
	function := -1 // where the brace stands that opens it
	line := true   // nothing but blanks since the line began
	expect := none // of the next name
	for i < end {
		c := s[i]
		switch {
		case c == '\n':
			line = true
			i++
			continue
		case is(c, isBlank):
			i++
			continue
		case c == '#' && line:
			i = preprocessor(w, s, i)
			continue
		case c == '/':
			if d := at(s, i+1); d == '/' || d == '*' {
				i = slash(w, s, i)
				continue
			}
			i++
		case is(c, isLetter) || c == '$':
			j := name(s, i)
			if q := at(s, j); (q == '"' || q == '\'') && j-i <= 3 {
				if k := cPrefix(s[i:j]); k > 0 {
					w.tok(cSa, i, j)
					if k == 2 && q == '"' {
						j = rawString(w, s, j)
					}
					i, line, outer = j, false, false
					continue
				}
			}
			word := s[i:j]
			k := words(word)
			if line && at(s, j) == ':' && at(s, j+1) != ':' {
				switch word {
				case "public", "private", "protected", "default":
				default:
					w.tok(cNl, i, j)
					i, line = j, false
					continue
				}
			}
			line = false
			switch {
			case expect != none && k == none:
				w.tok(expect, i, j)
				expect, outer, i = none, false, j
				continue
			case k == cNc || k == cNn: // a name follows
				w.tok(cK, i, j)
				expect, i = k, j
				continue
			case k == cK || k == cKr:
				w.tok(k, i, j)
				i = j
				continue
			}
			expect = none
			if outer && body == 0 {
				// The word and another, parentheses, and a body or a semicolon.
				if from, to, open := cFunction(s, i); to > from && words(s[from:to]) == none {
					w.tok(k, i, j)
					w.tok(cNf, from, to)
					outer, i, function = false, to, open
					continue
				}
			}
			w.tok(k, i, j)
			outer, i = outer && k == cKt, j
			continue
		case is(c, isDigit) || (c == '.' || c == '-') && is(at(s, i+1), isDigit):
			j := i
			if c == '-' {
				j++
			}
			k, e := number(s, j)
			for at(s, e) == '\'' && is(at(s, e+1), isHex) {
				e = skip(s, e+1, isHex)
			}
			for d := at(s, e); e < len(s) && strings.IndexByte("uUlLfFzZ", d) >= 0; d = at(s, e) {
				if (d == 'f' || d == 'F') && k == cMi {
					k = cMf
				}
				e++
			}
			w.tok(k, i, e)
			i = e
		case c == '"':
			i = cString(w, s, i)
		case c == '\'':
			j := charLiteral(s, i)
			w.tok(cSc, i, j)
			i = max(j, i+1)
		case c == '{':
			if body > 0 || i == function {
				body++
			}
			outer = true
			i++
		case c == '}':
			if body > 0 {
				body--
			}
			outer = body == 0
			i++
		case c == ';':
			outer = true
			i++
		case c == ':' || c == '<' || c == '>':
			i++
		default:
			expect = none
			outer = false
			i++
		}
		line = false
		if c != '{' && c != '}' && c != ';' {
			outer = false
		}
	}
}

// cFunction looks for the name of a function after the type at i. It returns
// where the name begins and ends and where the brace of the body stands, if
// there is one. It looks no further than a declaration is long.
func cFunction(s string, i int) (from, to, open int) {
	s = s[:min(len(s), i+3000)]
	scoped := func(i int) int {
		for i < len(s) && (is(s[i], isWord) || s[i] == '$' || s[i] == ':' && (at(s, i+1) == ':' || at(s, i-1) == ':')) {
			i++
		}
		return i
	}
	j := scoped(i)
	k := j
	for k < len(s) && (is(s[k], isSpace) || s[k] == '*' || s[k] == '&') {
		k++
	}
	e := scoped(k)
	if k == j || e == k || is(s[k], isDigit) {
		return 0, 0, -1
	}
	p := skip(s, e, isSpace)
	if at(s, p) != '(' {
		return 0, 0, -1
	}
	for p++; p < len(s) && s[p] != ')'; p++ {
		switch s[p] {
		case ';', '"', '\'':
			return 0, 0, -1
		}
	}
	for p++; p < len(s); p++ {
		switch s[p] {
		case '{':
			return k, e, p
		case ';':
			return k, e, -1
		case '"', '\'':
			return 0, 0, -1
		case '/':
			if d := at(s, p+1); d != '/' && d != '*' {
				return 0, 0, -1
			} else if d == '/' {
				p = lineEnd(s, p)
			}
		}
	}
	return 0, 0, -1
}

// cPrefix reports whether a word may stand before a string: 2 for a raw one.
func cPrefix(s string) int {
	switch s {
	case "L", "u", "U", "u8":
		return 1
	case "R", "LR", "uR", "UR", "u8R":
		return 2
	}
	return 0
}

// rawString marks a raw string, whose quote is at i.
func rawString(w *writer, s string, i int) int {
	j := i + 1
	for j < len(s) && j < i+18 && s[j] != '(' && s[j] != '"' && s[j] != '\n' {
		j++
	}
	if at(s, j) != '(' {
		return cString(w, s, i)
	}
	// The end is a parenthesis, the mark and a quote.
	mark := s[i+1 : j]
	for e := j + 1; ; {
		n := strings.IndexByte(s[e:], ')')
		if n < 0 {
			w.tok(cS, i, len(s))
			return len(s)
		}
		e += n + 1
		if strings.HasPrefix(s[e:], mark) && at(s, e+len(mark)) == '"' {
			e += len(mark) + 1
			w.tok(cS, i, e)
			return e
		}
	}
}

// cString marks a string and the escapes in it.
func cString(w *writer, s string, i int) int {
	from := i
	for i++; i < len(s); i++ {
		switch s[i] {
		case '"':
			w.tok(cS, from, i+1)
			return i + 1
		case '\n':
			w.tok(cS, from, i)
			return i
		case '\\':
			n := 2
			switch at(s, i+1) {
			case 'x':
				n = skip(s[:min(len(s), i+6)], i+2, isHex) - i
			case 'u':
				n = skip(s[:min(len(s), i+6)], i+2, isHex) - i
			case 'U':
				n = skip(s[:min(len(s), i+10)], i+2, isHex) - i
			case '0', '1', '2', '3', '4', '5', '6', '7':
				n = skip(s[:min(len(s), i+4)], i+1, isDigit) - i
			case '\n':
				i++
				continue
			}
			e := min(i+n, len(s))
			w.tok(cS, from, i)
			w.tok(cSe, i, e)
			from = e
			i = e - 1
		}
	}
	w.tok(cS, from, len(s))
	return len(s)
}

// preprocessor marks a directive, which may have several lines.
func preprocessor(w *writer, s string, i int) int {
	eol := lineEnd(s, i)
	j := skip(s[:eol], i+1, isBlank)
	k := skip(s[:eol], j, isWord)
	if s[j:k] == "include" {
		w.tok(cCp, i, k)
		f := skip(s[:eol], k, isBlank)
		closer := at(s[:eol], f)
		if closer == '<' {
			closer = '>'
		}
		if closer == '>' || closer == '"' {
			if n := strings.IndexByte(s[f+1:eol], closer); n >= 0 {
				e := f + n + 2
				w.tok(cCpf, f, e)
				w.tok(cC1, skip(s[:eol], e, isBlank), eol)
				return eol
			}
		}
		w.tok(cCp, f, eol)
		return eol
	}
	from := i
	for i < len(s) {
		switch s[i] {
		case '\n':
			w.tok(cCp, from, i)
			return i
		case '\\':
			i = min(i+2, len(s))
		case '/':
			switch at(s, i+1) {
			case '/':
				w.tok(cCp, from, i)
				return comment(w, s, i)
			case '*':
				w.tok(cCp, from, i)
				i = slash(w, s, i)
				from = i
			default:
				i++
			}
		default:
			i++
		}
	}
	w.tok(cCp, from, i)
	return i
}

// cWord classes a word; a name follows those that are cNc or cNn.
func cWord(s string) class {
	switch s {
	case "struct", "union":
		return cNc
	case "asm", "auto", "break", "case", "const", "continue", "default", "do", "else", "enum", "extern", "for", "goto", "if",
		"register", "restricted", "return", "sizeof", "static", "switch", "typedef", "volatile", "while", "thread_local",
		"alignas", "alignof", "static_assert", "_Pragma", "_Alignas", "_Alignof", "_Noreturn", "_Generic",
		"_Thread_local", "_Static_assert", "noreturn", "complex":
		return cK
	case "inline", "__inline", "restrict", "naked", "thread":
		return cKr
	case "bool", "int", "long", "float", "short", "double", "char", "unsigned", "signed", "void", "_Bool", "_Complex",
		"_Atomic", "size_t", "ssize_t", "off_t", "wchar_t", "ptrdiff_t", "sig_atomic_t", "fpos_t", "clock_t", "time_t",
		"va_list", "jmp_buf", "FILE", "DIR", "div_t", "ldiv_t", "mbstate_t", "wint_t", "wctype_t", "int8_t", "int16_t",
		"int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "intptr_t", "uintptr_t", "intmax_t",
		"uintmax_t", "pid_t", "uid_t", "gid_t", "mode_t", "dev_t", "socklen_t":
		return cKt
	case "true", "false", "NULL":
		return cNb
	}
	return none
}

func cppWord(s string) class {
	switch s {
	case "class", "concept", "typename", "enum":
		return cNc
	case "namespace":
		return cNn
	case "catch", "const_cast", "delete", "dynamic_cast", "explicit", "export", "friend", "mutable", "new", "operator",
		"private", "protected", "public", "reinterpret_cast", "restrict", "static_cast", "template", "this", "throw",
		"throws", "try", "typeid", "using", "virtual", "constexpr", "nullptr", "decltype", "noexcept", "override",
		"final", "constinit", "consteval", "co_await", "co_return", "co_yield", "requires", "import", "module":
		return cK
	case "char8_t", "char16_t", "char32_t":
		return cKt
	}
	return cWord(s)
}
