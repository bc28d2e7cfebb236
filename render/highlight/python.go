package highlight

import "strings"

// lexPython marks Python 3.
func lexPython(w *writer, i, end int) {
	if i == 0 && strings.HasPrefix(w.src[:end], "#!") {
		i = lineEnd(w.src[:end], 0)
		w.tok(cCh, 0, i)
	}
	p := python{w: w, s: w.src[:end], start: i}
	p.run(i, 0)
}

type python struct {
	w     *writer
	s     string
	start int
}

// What the word after a keyword is.
const (
	pyNothing  = iota
	pyFunction // after def
	pyClass
	pyImport
	pyFrom
)

// run marks code up to the end. In a replacement field of a string, whose quote
// is given, it stops at what ends the field.
func (p *python) run(i int, quote byte) int {
	s, w := p.s, p.w
	expect := pyNothing
	nesting := 0
	for i < len(s) {
		c := s[i]
		if quote != 0 {
			switch c {
			case '(', '[', '{':
				nesting++
				i++
				continue
			case ')', ']':
				nesting = max(nesting-1, 0)
				i++
				continue
			case '}':
				if nesting == 0 {
					return i
				}
				nesting--
				i++
				continue
			case ':', '!':
				if nesting == 0 && at(s, i+1) != '=' {
					return i
				}
			case quote:
				return i
			}
		}
		switch {
		case is(c, isBlank):
			i++
			continue
		case is(c, isLetter):
			j := skip(s, i, isWord)
			if q := at(s, j); (q == '"' || q == '\'') && j-i <= 2 && q != quote && pyPrefix(s[i:j]) {
				i = p.str(i, j)
				expect = pyNothing
				continue
			}
			word := s[i:j]
			switch expect {
			case pyFunction:
				if pyWord(word) == cFm {
					w.tok(cFm, i, j)
				} else {
					w.tok(cNf, i, j)
				}
				expect = pyNothing
				i = j
				continue
			case pyClass:
				w.tok(cNc, i, j)
				expect = pyNothing
				i = j
				continue
			case pyImport:
				if word == "as" {
					w.tok(cK, i, j)
				} else {
					w.tok(cNn, i, j)
				}
				i = j
				continue
			case pyFrom:
				switch word {
				case "import":
					w.tok(cKn, i, j)
					expect = pyNothing
				case "None":
					w.tok(cBp, i, j)
					expect = pyNothing
				default:
					w.tok(cNn, i, j)
				}
				i = j
				continue
			}
			switch k := pyWord(word); k {
			case cNb, cBp, cNe:
				if at(s, i-1) != '.' || i == p.start {
					w.tok(k, i, j)
				}
			case cKd: // def and class
				w.tok(cK, i, j)
				if is(at(s, j), isSpace) {
					expect = pyFunction
					if word == "class" {
						expect = pyClass
					}
				}
			case cKn:
				w.tok(cKn, i, j)
				if is(at(s, j), isSpace) {
					expect = pyImport
					if word == "from" {
						expect = pyFrom
					}
				}
			case cKr: // words that are keywords at the beginning of a line
				if blanks(s, p.start, i) && p.soft(j) {
					w.tok(cK, i, j)
					if k := skip(s, j, isBlank); k > j && at(s, k) == '_' && !is(at(s, k+1), isWord) {
						w.tok(cK, k, k+1)
						j = k + 1
					}
				}
			case cK:
				w.tok(cK, i, j)
				if word == "yield" && strings.HasPrefix(s[j:], " from") && !is(at(s, j+5), isWord) {
					w.tok(cK, j, j+5)
					j += 5
				}
			default:
				w.tok(k, i, j)
			}
			i = j
			continue
		case c == '"' || c == '\'':
			i = p.str(i, i)
		case is(c, isDigit) || c == '.' && is(at(s, i+1), isDigit):
			k, j := number(s, i)
			if j == i {
				j++
			}
			w.tok(k, i, j)
			i = j
		case c == '#':
			j := lineEnd(s, i)
			w.tok(cC1, i, j)
			i = j
			continue
		case c == '@' && is(at(s, i+1), isLetter):
			j := skip(s, i+1, isWord)
			w.tok(cNd, i, j)
			i = j
		case (c == '.' || c == ',') && expect >= pyImport:
			if c == '.' {
				w.tok(cNn, i, i+1)
			}
			i++
			continue
		case c == '\\' && at(s, i+1) == '\n':
			i += 2
			continue
		default:
			i++
		}
		expect = pyNothing
	}
	return i
}

// soft reports whether what follows lets match and case be keywords.
func (p *python) soft(j int) bool {
	k := skip(p.s, j, isBlank)
	c := at(p.s, k)
	if c != 0 && strings.IndexByte(":,;=^&|@~)]}", c) >= 0 {
		return false
	}
	word := p.s[k:skip(p.s, k, isWord)]
	if word == "not" || word == "lambda" || word == "await" { // the pattern lets no keyword follow
		return false
	}
	switch pyWord(word) {
	case cK, cKc, cKd, cKn, cOw:
		return false
	}
	return true
}

// pyPrefix reports whether a word may stand before a string.
func pyPrefix(s string) bool {
	for i := range len(s) {
		switch s[i] | 0x20 {
		case 'r', 'f', 'b', 'u', 't':
		default:
			return false
		}
	}
	return true
}

// str marks the string whose prefix begins at i and whose quote is at q.
func (p *python) str(i, q int) int {
	s, w := p.s, p.w
	raw, format, bytes := false, false, false
	for k := i; k < q; k++ {
		switch s[k] | 0x20 {
		case 'r':
			raw = true
		case 'f', 't':
			format = true
		case 'b':
			bytes = true
		}
	}
	w.tok(cSa, i, q)
	quote := s[q]
	triple := at(s, q+1) == quote && at(s, q+2) == quote
	c := cS2
	if quote == '\'' {
		c = cS1
	}
	j := q + 1
	if triple {
		j = q + 3
		if !format && blanks(s, p.start, i) {
			var closer string
			if closer = `"""`; quote == '\'' {
				closer = `'''`
			}
			j = after(s, j, closer)
			w.tok(cSd, q, j)
			return j
		}
	}
	from := q
	for j < len(s) {
		switch ch := s[j]; ch {
		case quote:
			if !triple {
				w.tok(c, from, j+1)
				return j + 1
			}
			if at(s, j+1) == quote && at(s, j+2) == quote {
				w.tok(c, from, j+3)
				return j + 3
			}
			j++
		case '\n':
			if !triple {
				w.tok(c, from, j)
				return j
			}
			j++
		case '\\':
			n := pyEscape(s, j, raw, bytes)
			if n == 0 {
				j++
				if raw && j < len(s) && s[j] == quote {
					j++
				}
				continue
			}
			w.tok(c, from, j)
			w.tok(cSe, j, j+n)
			j += n
			from = j
		case '{':
			switch {
			case format && at(s, j+1) == '{':
				w.tok(c, from, j)
				w.tok(cSe, j, j+2)
				j += 2
				from = j
			case format:
				w.tok(c, from, j)
				j = p.field(j, quote, triple)
				from = j
			default:
				n := pyReplacement(s, j)
				if n > 0 {
					w.tok(c, from, j)
					w.tok(cSi, j, j+n)
					from = j + n
				}
				j += max(n, 1)
			}
		case '}':
			if format {
				w.tok(c, from, j)
				if at(s, j+1) == '}' {
					w.tok(cSe, j, j+2)
					j++
				} else {
					w.tok(cSi, j, j+1)
				}
				from = j + 1
			}
			j++
		case '%':
			n := 0
			if !format {
				n = pyPercent(s, j)
			}
			if n > 0 {
				w.tok(c, from, j)
				w.tok(cSi, j, j+n)
				from = j + n
			}
			j += max(n, 1)
		default:
			j++
		}
	}
	w.tok(c, from, len(s))
	return len(s)
}

// field marks a replacement field of a formatted string from its brace on, and
// returns where the string goes on.
func (p *python) field(i int, quote byte, triple bool) int {
	s, w := p.s, p.w
	w.tok(cSi, i, i+1)
	if w.depth >= maxDepth {
		return i + 1
	}
	w.depth++
	j := p.run(i+1, quote)
	w.depth--
	k := j
	if at(s, k) == '!' && is(at(s, k+1), isLetter) {
		k += 2
	}
	if c := at(s, k); c == ':' || c == '}' {
		k++
	}
	w.tok(cSi, j, k)
	if k == j && triple && j < len(s) && s[j] == quote && (at(s, j+1) != quote || at(s, j+2) != quote) {
		return j + 1 // a quote inside a field of a longer string
	}
	return k
}

// pyEscape returns the length of the escape at i, or zero.
func pyEscape(s string, i int, raw, bytes bool) int {
	c := at(s, i+1)
	if raw {
		return 0
	}
	var n int
	switch c {
	case '\\', 'a', 'b', 'f', 'n', 'r', 't', 'v', '"', '\'', '\n':
		return 2
	case 'x':
		n = 2
	case 'u':
		n = 4
	case 'U':
		n = 8
	case 'N':
		if !bytes && at(s, i+2) == '{' {
			if k := strings.IndexByte(s[i:min(len(s), i+100)], '}'); k > 0 {
				return k + 1
			}
		}
		return 0
	default:
		j := i + 1
		for j < len(s) && j < i+4 && s[j] >= '0' && s[j] <= '7' {
			j++
		}
		if j > i+1 {
			return j - i
		}
		return 0
	}
	if bytes && n != 2 || skip(s[:min(len(s), i+2+n)], i+2, isHex) != i+2+n {
		return 0
	}
	return 2 + n
}

// pyReplacement returns the length of the replacement field of str.format at i,
// or zero.
func pyReplacement(s string, i int) int {
	s = s[:min(len(s), i+200)]
	j := skip(s, i+1, isWord)
	if j > i+1 {
		for {
			switch at(s, j) {
			case '.':
				if k := skip(s, j+1, isWord); k > j+1 {
					j = k
					continue
				}
				return 0
			case '[':
				if k := strings.IndexByte(s[j:], ']'); k > 1 {
					j += k + 1
					continue
				}
				return 0
			}
			break
		}
	}
	if at(s, j) == '!' {
		if c := at(s, j+1); c != 's' && c != 'r' && c != 'a' {
			return 0
		}
		j += 2
	}
	if at(s, j) == ':' {
		j++
		if c := at(s, j+1); c == '<' || c == '>' || c == '=' || c == '^' {
			j += 2
		} else if c := at(s, j); c == '<' || c == '>' || c == '=' || c == '^' {
			j++
		}
		if c := at(s, j); c == '-' || c == '+' || c == ' ' {
			j++
		}
		if at(s, j) == '#' {
			j++
		}
		j = skip(s, j, isDigit)
		if at(s, j) == ',' {
			j++
		}
		if at(s, j) == '.' && is(at(s, j+1), isDigit) {
			j = skip(s, j+1, isDigit)
		}
		if c := at(s, j); c != 0 && strings.IndexByte("EFGbcdefgnosx%", c) >= 0 {
			j++
		}
	}
	if at(s, j) != '}' {
		return 0
	}
	return j + 1 - i
}

// pyPercent returns the length of the conversion of the % operator at i, or
// zero.
func pyPercent(s string, i int) int {
	s = s[:min(len(s), i+100)]
	j := i + 1
	if at(s, j) == '(' {
		k := skip(s, j+1, isWord)
		if k == j+1 || at(s, k) != ')' {
			return 0
		}
		j = k + 1
	}
	for c := at(s, j); c == '-' || c == '#' || c == '0' || c == ' ' || c == '+'; c = at(s, j) {
		j++
	}
	amount := func() {
		if at(s, j) == '*' {
			j++
		} else {
			j = skip(s, j, isDigit)
		}
	}
	amount()
	if at(s, j) == '.' {
		j++
		amount()
	}
	if c := at(s, j); c == 'h' || c == 'l' || c == 'L' {
		j++
	}
	if c := at(s, j); c != 0 && strings.IndexByte("EFGXacdefgiorsux%", c) >= 0 {
		return j + 1 - i
	}
	return 0
}

// pyWord classes a word: cKd are def and class, cKr the words that are keywords
// only at the beginning of a line.
func pyWord(s string) class {
	switch s {
	case "def", "class":
		return cKd
	case "import", "from":
		return cKn
	case "match", "case":
		return cKr
	case "assert", "async", "await", "break", "continue", "del", "elif", "else", "except", "finally", "for", "global",
		"if", "lambda", "pass", "raise", "nonlocal", "return", "try", "while", "yield", "as", "with":
		return cK
	case "True", "False", "None":
		return cKc
	case "in", "is", "and", "or", "not":
		return cOw
	case "self", "Ellipsis", "NotImplemented", "cls":
		return cBp
	case "__import__", "abs", "aiter", "all", "anext", "any", "bin", "bool", "bytearray", "breakpoint", "bytes", "chr",
		"classmethod", "compile", "complex", "delattr", "dict", "dir", "divmod", "enumerate", "eval", "filter",
		"float", "format", "frozenset", "getattr", "globals", "hasattr", "hash", "hex", "id", "input", "int",
		"isinstance", "issubclass", "iter", "len", "list", "locals", "map", "max", "memoryview", "min", "next",
		"object", "oct", "open", "ord", "pow", "print", "property", "range", "repr", "reversed", "round", "set",
		"setattr", "slice", "sorted", "staticmethod", "str", "sum", "super", "tuple", "type", "vars", "zip":
		return cNb
	case "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup",
		"BlockingIOError", "BrokenPipeError", "BufferError", "BytesWarning", "ChildProcessError",
		"ConnectionAbortedError", "ConnectionError", "ConnectionRefusedError", "ConnectionResetError",
		"DeprecationWarning", "EOFError", "EncodingWarning", "EnvironmentError", "Exception", "ExceptionGroup",
		"FileExistsError", "FileNotFoundError", "FloatingPointError", "FutureWarning", "GeneratorExit", "IOError",
		"ImportError", "ImportWarning", "IndentationError", "IndexError", "InterruptedError", "IsADirectoryError",
		"KeyError", "KeyboardInterrupt", "LookupError", "MemoryError", "ModuleNotFoundError", "NameError",
		"NotADirectoryError", "NotImplementedError", "OSError", "OverflowError", "PendingDeprecationWarning",
		"PermissionError", "ProcessLookupError", "RecursionError", "ReferenceError", "ResourceWarning",
		"RuntimeError", "RuntimeWarning", "StopAsyncIteration", "StopIteration", "SyntaxError", "SyntaxWarning",
		"SystemError", "SystemExit", "TabError", "TimeoutError", "TypeError", "UnboundLocalError",
		"UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError", "UnicodeWarning",
		"UserWarning", "ValueError", "Warning", "WindowsError", "ZeroDivisionError":
		return cNe
	}
	if len(s) < 5 || s[0] != '_' || s[1] != '_' || s[len(s)-1] != '_' {
		return none
	}
	switch s {
	case "__abs__", "__add__", "__aenter__", "__aexit__", "__aiter__", "__and__", "__anext__", "__await__", "__bool__",
		"__bytes__", "__call__", "__complex__", "__contains__", "__del__", "__delattr__", "__delete__", "__delitem__",
		"__dir__", "__divmod__", "__enter__", "__eq__", "__exit__", "__float__", "__floordiv__", "__format__",
		"__ge__", "__get__", "__getattr__", "__getattribute__", "__getitem__", "__gt__", "__hash__", "__iadd__",
		"__iand__", "__ifloordiv__", "__ilshift__", "__imatmul__", "__imod__", "__imul__", "__index__", "__init__",
		"__instancecheck__", "__int__", "__invert__", "__ior__", "__ipow__", "__irshift__", "__isub__", "__iter__",
		"__itruediv__", "__ixor__", "__le__", "__len__", "__length_hint__", "__lshift__", "__lt__", "__matmul__",
		"__missing__", "__mod__", "__mul__", "__ne__", "__neg__", "__new__", "__next__", "__or__", "__pos__",
		"__pow__", "__prepare__", "__radd__", "__rand__", "__rdivmod__", "__repr__", "__reversed__", "__rfloordiv__",
		"__rlshift__", "__rmatmul__", "__rmod__", "__rmul__", "__ror__", "__round__", "__rpow__", "__rrshift__",
		"__rshift__", "__rsub__", "__rtruediv__", "__rxor__", "__set__", "__setattr__", "__setitem__", "__str__",
		"__sub__", "__subclasscheck__", "__truediv__", "__xor__":
		return cFm
	case "__annotations__", "__bases__", "__class__", "__closure__", "__code__", "__defaults__", "__dict__", "__doc__",
		"__file__", "__func__", "__globals__", "__kwdefaults__", "__module__", "__mro__", "__name__", "__objclass__",
		"__qualname__", "__self__", "__slots__", "__weakref__":
		return cVm
	}
	return none
}

// lexPycon marks a session of the interpreter.
func lexPycon(w *writer, i, end int) {
	s := w.src[:end]
	trace := false
	for i < end {
		eol := lineEnd(s, i)
		line := s[i:eol]
		switch {
		case strings.HasPrefix(line, ">>> ") || line == ">>>" || strings.HasPrefix(line, "... ") || line == "..." && !trace:
			n := min(4, len(line))
			w.tok(cGp, i, i+n)
			// Strings may go on over several lines of one command.
			w.in(lexPython, i+n, eol)
			trace = false
		case strings.HasPrefix(line, "Traceback (most recent call last):"):
			trace = true
			w.tok(cGt, i, eol)
		case trace && !strings.HasPrefix(line, " "):
			pyError(w, i, eol)
			trace = false
		case trace:
			w.in(lexTraceLine, i, eol)
		default:
			w.tok(cGo, i, eol)
		}
		i = min(eol+1, end)
	}
}

// lexTraceback marks a traceback.
func lexTraceback(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		eol := lineEnd(s, i)
		line := s[i:eol]
		switch {
		case strings.HasPrefix(line, "Traceback ") || strings.HasPrefix(line, "During handling of"):
			w.tok(cGt, i, eol)
		case strings.HasPrefix(line, " "):
			lexTraceLine(w, i, eol)
		default:
			pyError(w, i, eol)
		}
		i = min(eol+1, end)
	}
}

// pyError marks the line of a traceback that names the error.
func pyError(w *writer, i, eol int) {
	s := w.src[:eol]
	j := i
	for j < eol && (is(s[j], isWord) || s[j] == '.') {
		j++
	}
	if j > i && (j == eol || s[j] == ':') {
		w.tok(cGr, i, j)
	}
}

// lexTraceLine marks a line of a frame.
func lexTraceLine(w *writer, i, eol int) {
	s := w.src[:eol]
	if !strings.HasPrefix(s[i:], "  File \"") {
		if j := skip(s, i, isBlank); j-i >= 4 && strings.Trim(s[j:], "^~ ") != "" {
			lexPython(w, j, eol)
		}
		return
	}
	j := quoted(s, i+7)
	w.tok(cNb, i+7, j)
	if strings.HasPrefix(s[j:], ", line ") {
		k := skip(s, j+7, isDigit)
		w.tok(cM, j+7, k)
	}
}
