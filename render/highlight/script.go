package highlight

import "strings"

// lexJS marks JavaScript, and the elements that JSX writes in it.
func lexJS(w *writer, i, end int) { scriptRun(w, i, end, false) }

// lexTS marks TypeScript.
func lexTS(w *writer, i, end int) { scriptRun(w, i, end, true) }

func scriptRun(w *writer, i, end int, types bool) {
	s := w.src[:end]
	if i == 0 && strings.HasPrefix(s, "#!") {
		i = lineEnd(s, 0)
		w.tok(cCh, 0, i)
	}
	js := script{w: w, s: s, types: types}
	for i < end {
		i = js.run(i, none)
	}
}

type script struct {
	w     *writer
	s     string
	types bool
}

// run marks code up to the end, or up to the brace that closes a field: cSi
// stands for one of a template, any other class for one of an attribute.
func (js *script) run(i int, closer class) int {
	s, w := js.s, js.w
	w.depth++
	defer func() { w.depth-- }()
	braces := 0
	value := false // a slash would divide
	for i < len(s) {
		c := s[i]
		switch {
		case c == '\n':
			value = false
			i++
		case is(c, isSpace):
			i++
		case is(c, isLetter) || c == '$':
			i, value = js.word(i)
		case is(c, isDigit) || c == '.' && is(at(s, i+1), isDigit):
			k, j := number(s, i)
			if at(s, j) == 'n' {
				j++
			} else if k == cMi {
				k = cMf // every number is
			}
			w.tok(k, i, j)
			value, i = true, j
		case c == '"':
			j := quoted(s, i)
			w.tok(cS2, i, j)
			value, i = true, j
		case c == '\'':
			j := quotedLine(s, i)
			w.tok(cS1, i, j)
			value, i = true, j
		case c == '`':
			i, value = js.template(i), true
		case c == '/':
			switch d := at(s, i+1); {
			case d == '/' || d == '*':
				i = slash(w, s, i)
			case !value && scriptRegexp(s, i) > i:
				j := scriptRegexp(s, i)
				w.tok(cSr, i, j)
				value, i = true, j
			default:
				value = false
				i++
			}
		case c == '@' && js.types && is(at(s, i+1), isLetter):
			j := name(s, i+1)
			w.tok(cKd, i, j)
			value, i = true, j
		case c == '}':
			if closer != none && braces == 0 {
				if closer == cSi {
					w.tok(cSi, i, i+1)
				}
				return i + 1
			}
			braces--
			value = true
			i++
		case c == '{':
			braces++
			value = false
			i++
		case c == '<' && !value:
			j := js.element(i)
			value = j > i+1
			i = j
		case c == '<' && strings.HasPrefix(s[i:], "</"):
			i = js.element(i)
			value = true
		case c == ')' || c == ']' || c == '.':
			value = true
			i++
		default:
			value = false
			i++
		}
	}
	return i
}

// word marks a word and reports whether a value ends with it.
func (js *script) word(i int) (int, bool) {
	s, w := js.s, js.w
	j := name(s, i)
	word := s[i:j]
	if js.types {
		switch k := tsWord(word); {
		case k != none:
			w.tok(k, i, j)
			return j, k == cKt
		default:
			// A name with its type: the rule of the reference is as wide as this.
			e := j
			for e < len(s) && (is(s[e], isWord) || s[e] == '.' || s[e] == '?' || s[e] == '$') {
				e++
			}
			if scriptWord(word) == none || e > j {
				colon := skip(s, e, isSpace)
				if at(s, colon) == ':' {
					t := skip(s, colon+1, isSpace)
					u := t
					for u < len(s) && (is(s[u], isWord) || s[u] == '.' || s[u] == '?' || s[u] == '$') {
						u++
					}
					if u > t {
						w.tok(cKt, t, u)
						return u, true
					}
				}
			}
		}
	}
	k := scriptWord(word)
	w.tok(k, i, j)
	switch k {
	case cK:
		return j, word == "this" || word == "super"
	case cKd, cOw:
		return j, false
	}
	return j, true
}

// template marks a template and the fields in it.
func (js *script) template(i int) int {
	s, w := js.s, js.w
	from := i
	for i++; i < len(s); {
		switch s[i] {
		case '\\':
			i = min(i+2, len(s))
		case '`':
			w.tok(cSb, from, i+1)
			return i + 1
		case '$':
			if at(s, i+1) != '{' || w.depth >= maxDepth {
				i++
				continue
			}
			w.tok(cSb, from, i)
			w.tok(cSi, i, i+2)
			i = js.run(i+2, cSi)
			from = i
		default:
			i++
		}
	}
	w.tok(cSb, from, len(s))
	return len(s)
}

// element marks the tag of JSX at i, if it is one.
func (js *script) element(i int) int {
	s, w := js.s, js.w
	j := i + 1
	if at(s, j) == '/' {
		j++
	}
	if !is(at(s, j), isLetter) {
		return i + 1
	}
	k := j
	for k < len(s) && (is(s[k], isWord) || s[k] == '.' || s[k] == '-' || s[k] == ':') {
		k++
	}
	c := at(s, k)
	// A type parameter looks alike but for what follows.
	if c != '>' && c != '/' && !is(c, isSpace) {
		return i + 1
	}
	if c == ' ' {
		if n := skip(s, k, isSpace); !is(at(s, n), isLetter) && at(s, n) != '{' && at(s, n) != '/' && at(s, n) != '>' ||
			strings.HasPrefix(s[n:], "extends ") {
			return i + 1
		}
	}
	w.tok(cNt, j, k)
	// Attributes up to the end of the tag.
	for k < len(s) {
		switch c := s[k]; {
		case c == '>':
			return k + 1
		case is(c, isSpace) || c == '/' || c == '=':
			k++
		case is(c, isLetter):
			a := k
			for k < len(s) && (is(s[k], isWord) || s[k] == '-' || s[k] == ':') {
				k++
			}
			w.tok(cNa, a, k)
		case c == '"' || c == '\'':
			a := k
			n := strings.IndexByte(s[k+1:], c)
			if n < 0 {
				return k + 1
			}
			k += n + 2
			w.tok(cS, a, k)
		case c == '{' && w.depth < maxDepth:
			w.plain(k + 1)
			k = js.run(k+1, cK)
		default:
			return k
		}
	}
	return k
}

// scriptRegexp returns the end of the regular expression at i, or i.
func scriptRegexp(s string, i int) int {
	set := false
	for j := i + 1; j < len(s) && j < i+500; j++ {
		switch s[j] {
		case '\n':
			return i
		case '\\':
			j++
			if at(s, j) == '\n' {
				return i
			}
		case '[':
			set = true
		case ']':
			set = false
		case '/':
			if !set {
				if j == i+1 {
					return i
				}
				return skip(s, j+1, isWord)
			}
		}
	}
	return i
}

func tsWord(s string) class {
	switch s {
	case "abstract", "implements", "private", "protected", "public", "readonly":
		return cK
	case "enum", "interface", "override":
		return cKd
	case "declare", "type", "module":
		return cKr
	case "string", "boolean", "number":
		return cKt
	}
	return none
}

func scriptWord(s string) class {
	switch s {
	case "typeof", "instanceof", "in", "void", "delete", "new":
		return cOw
	case "constructor", "from", "as":
		return cKr
	case "for", "while", "do", "break", "return", "continue", "switch", "case", "default", "if", "else", "throw", "try",
		"catch", "finally", "yield", "await", "async", "this", "of", "static", "export", "import", "debugger", "extends",
		"super":
		return cK
	case "var", "let", "const", "with", "function", "class":
		return cKd
	case "abstract", "boolean", "byte", "char", "double", "enum", "final", "float", "goto", "implements", "int",
		"interface", "long", "native", "package", "private", "protected", "public", "short", "synchronized", "throws",
		"transient", "volatile":
		return cKr
	case "true", "false", "null", "NaN", "Infinity", "undefined":
		return cKc
	case "Array", "Boolean", "Date", "BigInt", "Function", "Math", "ArrayBuffer", "Number", "Object", "RegExp", "String",
		"Promise", "Proxy", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent", "eval", "isFinite",
		"isNaN", "parseFloat", "parseInt", "DataView", "document", "window", "globalThis", "global", "Symbol", "Intl",
		"WeakSet", "WeakMap", "Set", "Map", "Reflect", "JSON", "Atomics", "Int8Array", "Int16Array", "Int32Array",
		"BigInt64Array", "Float32Array", "Float64Array", "Uint8ClampedArray", "Uint8Array", "Uint16Array",
		"Uint32Array", "BigUint64Array":
		return cNb
	case "Error", "EvalError", "InternalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError":
		return cNe
	}
	return none
}
