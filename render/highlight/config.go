package highlight

import "strings"

// lexTOML marks TOML.
func lexTOML(w *writer, i, end int) {
	s := w.src[:end]
	line := true
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
		case c == '[' && line:
			eol := lineEnd(s, i)
			text := eol
			for text > i && is(s[text-1], isBlank) {
				text--
			}
			if s[text-1] == ']' {
				w.tok(cK, i, text)
				i = eol
				continue
			}
			if n := strings.IndexByte(s[i:eol], '#'); n > 0 {
				for text = i + n; is(s[text-1], isBlank); text-- {
				}
				if s[text-1] == ']' {
					w.tok(cK, i, text)
					i = text
					continue
				}
			}
			i++
		case c == '#':
			i = comment(w, s, i)
		case c == '"':
			var j int
			if at(s, i+1) == '"' && at(s, i+2) == '"' {
				j = after(s, i+3, `"""`)
			} else {
				j = quotedLine(s, i)
			}
			w.tok(cS, i, j)
			i = j
		case c == '\'':
			var j int
			if at(s, i+1) == '\'' && at(s, i+2) == '\'' {
				j = after(s, i+3, "'''")
			} else {
				j = min(lineEnd(s, i), after(s, i+1, "'"))
			}
			w.tok(cS, i, j)
			i = j
		case is(c, isLetter):
			j := i
			for j < end && (is(s[j], isWord) || s[j] == '-') {
				j++
			}
			switch s[i:j] {
			case "true", "false":
				if k := skip(s, j, isBlank); k == end || s[k] == '\n' || s[k] == ',' || s[k] == ']' || s[k] == '}' || s[k] == '#' {
					w.tok(cKc, i, j)
				}
			}
			i = j
		case is(c, isDigit) || (c == '-' || c == '+' || c == '.') && is(at(s, i+1), isDigit):
			k, j := cMi, i+1
			for j < end && (is(s[j], isWord) || (s[j] == '.' || s[j] == '-' || s[j] == ':' || s[j] == '+') && is(at(s, j+1), isDigit)) {
				if s[j] == '.' || s[j]|0x20 == 'e' && s[i] != '0' {
					k = cMf
				}
				j++
			}
			if j-i >= 10 && s[i+4] == '-' {
				k = cMi // a date
			}
			w.tok(k, i, j)
			i = j
		default:
			i++
		}
		line = false
	}
}

// lexINI marks files of sections and options.
func lexINI(w *writer, i, end int) {
	s := w.src[:end]
	more := false // the value goes on in this line
	for i < end {
		eol := lineEnd(s, i)
		next := min(eol+1, end)
		i = skip(s[:eol], i, isBlank)
		text := eol
		for text > i && is(s[text-1], isBlank) {
			text--
		}
		switch {
		case i == text:
		case more:
			w.tok(cS, i, text-b2i(s[text-1] == '\\'))
			more = s[text-1] == '\\'
			i = next
			continue
		case s[i] == ';' || s[i] == '#':
			w.tok(cC1, i, eol)
		case s[i] == '[' && s[text-1] == ']':
			w.tok(cK, i, text)
		default:
			more = iniOption(w, s, i, text)
			i = next
			continue
		}
		more = false
		i = next
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// iniOption marks an option and reports whether its value goes on.
func iniOption(w *writer, s string, i, text int) bool {
	k := i
	for k < text && s[k] != '=' && s[k] != ':' {
		k++
	}
	e := k
	for e > i && is(s[e-1], isBlank) {
		e--
	}
	w.tok(cNa, i, e)
	if k == text {
		return false
	}
	v := skip(s[:text], k+1, isBlank)
	if v >= text {
		return false
	}
	if s[text-1] == '\\' {
		w.tok(cS, v, text-1)
		return true
	}
	for j := v; j < text; j++ {
		if s[j] == ';' || s[j] == '#' {
			e := j
			for e > v && is(s[e-1], isBlank) {
				e--
			}
			w.tok(cS, v, e)
			if j == v || is(s[j-1], isBlank) {
				w.tok(cC1, j, text)
			} else {
				w.tok(cS, e, text)
			}
			return false
		}
	}
	w.tok(cS, v, text)
	return false
}

// lexProperties marks Java's properties.
func lexProperties(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		eol := lineEnd(s, i)
		for eol > i && s[eol-1] == '\\' && eol < end && s[i] != '#' && s[i] != '!' {
			eol = lineEnd(s, eol+1)
		}
		i = skip(s[:eol], i, isBlank)
		switch {
		case i == eol:
		case s[i] == '#' || s[i] == '!' || strings.HasPrefix(s[i:], "//"):
			w.tok(cC1, i, eol)
		default:
			k := i
			for k < eol && s[k] != '=' && s[k] != ':' && !is(s[k], isSpace) {
				if s[k] == '\\' {
					k++
				}
				k++
			}
			k = min(k, eol)
			w.tok(cNa, i, k)
			v := skip(s[:eol], k, isBlank)
			if c := at(s[:eol], v); c == '=' || c == ':' {
				v = skip(s[:eol], v+1, isBlank)
			}
			w.tok(cS, v, eol)
		}
		i = min(eol+1, end)
	}
}

// lexDotenv marks assignments to variables of the environment.
func lexDotenv(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		eol := lineEnd(s, i)
		i = skip(s[:eol], i, isBlank)
		switch {
		case i == eol:
		case s[i] == '#':
			w.tok(cC1, i, eol)
		default:
			if strings.HasPrefix(s[i:eol], "export ") {
				w.tok(cNb, i, i+6)
				i += 7
			}
			k := skip(s[:eol], i, isWord)
			if at(s[:eol], k) == '=' {
				w.tok(cNv, i, k)
				v := k + 1
				if q := at(s[:eol], v); q == '"' || q == '\'' {
					e := quoted(s, v)
					if e > eol {
						eol = max(eol, e)
					}
					w.tok(cS, v, e)
				} else {
					e := eol
					if n := strings.Index(s[v:eol], " #"); n >= 0 {
						e = v + n
						w.tok(cS, v, e)
						w.tok(cC1, e+1, eol)
					} else {
						w.tok(cS, v, e)
					}
				}
			}
		}
		i = min(eol+1, end)
	}
}

// lexDiff marks changes.
func lexDiff(w *writer, i, end int) {
	s := w.src[:end]
	for i < end {
		eol := lineEnd(s, i)
		if i < eol {
			k := none
			switch s[i] {
			case '+':
				k = cGi
			case '-':
				k = cGd
			case '!':
				k = cGs
			case '@':
				k = cGu
			case '=':
				k = cGh
			default:
				if line := s[i:eol]; strings.HasPrefix(line, "diff") || strings.HasPrefix(line, "index") || strings.HasPrefix(line, "Index") {
					k = cGh
				}
			}
			w.tok(k, i, eol)
		}
		i = min(eol+1, end)
	}
}

// lexDocker marks a Dockerfile.
func lexDocker(w *writer, i, end int) {
	s := w.src[:end]
	var buf [32]byte
	for i < end {
		eol := lineEnd(s, i)
		start := i
		i = skip(s[:eol], i, isBlank)
		if i == eol {
			i = min(eol+1, end)
			continue
		}
		if s[i] == '#' {
			w.tok(cC, i, eol)
			i = min(eol+1, end)
			continue
		}
		// A command goes on over lines that end with a backslash, past comments
		// between them.
		last := eol
		for last < end {
			t := last
			for t > start && is(s[t-1], isBlank) {
				t--
			}
			if t > start && s[t-1] == '\\' {
				start, last = last+1, lineEnd(s, last+1)
				continue
			}
			if n := skip(s[:last], start, isBlank); start > i && (at(s[:last], n) == '#' || n == last) {
				start, last = last+1, lineEnd(s, last+1)
				continue
			}
			break
		}
		j := skip(s[:eol], i, isWord)
		k := dockerWord(string(lower(&buf, s[i:j])))
		if j == eol || !is(s[j], isBlank) {
			k = none
		}
		arg := skip(s[:last], j, isBlank)
		switch k {
		case none:
			w.in(lexCommand, i, last)
		case cKn: // FROM
			w.tok(cK, i, j)
			for arg < last && !is(s[arg], isSpace) {
				e := arg
				for e < last && !is(s[e], isSpace) {
					e++
				}
				if strings.EqualFold(s[arg:e], "as") {
					w.tok(cK, arg, e)
				} else {
					w.tok(cS, arg, e)
				}
				arg = skip(s[:last], e, isBlank)
			}
		case cS:
			w.tok(cK, i, j)
			w.tok(cS, arg, last)
		case cKd: // ONBUILD and HEALTHCHECK
			w.tok(cK, i, j)
			e := skip(s[:eol], arg, isWord)
			if n := string(lower(&buf, s[arg:e])); n == "cmd" || dockerWord(n) != none {
				w.tok(cK, arg, e)
				arg = e
			}
			w.in(lexCommand, arg, last)
		default:
			w.tok(cK, i, j)
			if at(s[:last], arg) == '[' && k == cK {
				w.in(lexJSON, arg, last)
			} else {
				w.in(lexCommand, arg, last)
			}
		}
		// Here-documents run over lines of their own.
		i = min(max(last, w.done)+1, end)
		if w.done > last {
			i = w.done
		}
	}
}

// dockerWord classes an instruction: cS takes text, cK may take a list.
func dockerWord(s string) class {
	switch s {
	case "from":
		return cKn
	case "maintainer", "expose", "workdir", "user", "stopsignal":
		return cS
	case "run", "cmd", "entrypoint", "shell", "volume":
		return cK
	case "env", "arg", "label", "add", "copy":
		return cKt
	case "onbuild", "healthcheck":
		return cKd
	}
	return none
}
