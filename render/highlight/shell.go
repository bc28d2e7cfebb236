package highlight

import "strings"

// lexShell marks a script of a Bourne shell.
func lexShell(w *writer, i, end int) {
	sh := shell{w: w, s: w.src[:end]}
	if i == 0 && strings.HasPrefix(sh.s, "#!") {
		i = lineEnd(sh.s, 0)
		w.tok(cCh, 0, i)
	}
	for i < end {
		i = sh.run(i, 0)
	}
}

type shell struct {
	w      *writer
	s      string
	misses int // here-documents without an end
}

// run marks commands up to and with the closing sign of what they stand in:
// ')' of a substitution, '}' of an expansion, 'm' for the two of arithmetic,
// '`', or zero for all there is.
func (sh *shell) run(i int, closer byte) int {
	s, w := sh.s, sh.w
	w.depth++
	defer func() { w.depth-- }()
	for i < len(s) {
		c := s[i]
		switch closer {
		case ')':
			if c == ')' {
				w.tok(cK, i, i+1)
				return i + 1
			}
		case 'm':
			switch {
			case c == ')' && at(s, i+1) == ')':
				w.tok(cK, i, i+2)
				return i + 2
			case is(c, isDigit):
				j := skip(s, i, isDigit)
				if at(s, j) == '#' && at(s, j+1) != ' ' {
					j = skip(s, j+1, isDigit)
				}
				w.tok(cM, i, j)
				i = j
				continue
			}
		case '}':
			switch {
			case c == '}':
				w.tok(cSi, i, i+1)
				return i + 1
			case c == ':' && at(s, i+1) == '-':
				w.tok(cK, i, i+2)
				i += 2
				continue
			case is(c, isWord):
				j := skip(s, i, isWord)
				w.tok(cNv, i, j)
				i = j
				continue
			case c != '"' && c != '\'' && c != '`' && c != '$' && c != '\\':
				i++
				continue
			}
		case '`':
			if c == '`' {
				w.tok(cSb, i, i+1)
				return i + 1
			}
		}
		switch c {
		case ' ', '\n', '\t', '\r', ';', '&', '|', '[', ']', '{', '}', '(', ')', '=', '>':
			i++
			continue
		case '#':
			j := lineEnd(s, i)
			w.tok(cC1, i, j)
			i = j
			continue
		case '\\':
			j := min(i+2, len(s))
			w.tok(cSe, i, j)
			i = j
			continue
		case '"':
			i = sh.double(i)
			continue
		case '\'':
			if n := strings.IndexByte(s[i+1:], '\''); n >= 0 {
				w.tok(cS1, i, i+n+2)
				i += n + 2
			} else {
				i++
			}
			continue
		case '`':
			w.tok(cSb, i, i+1)
			if w.depth > maxDepth {
				return len(s)
			}
			i = sh.run(i+1, '`')
			continue
		case '$':
			i = sh.dollar(i)
			continue
		case '<':
			i = sh.redirect(i)
			continue
		}
		j := skip(s, i, isWord)
		if j > i {
			if is(c, isDigit) && skip(s, i, isDigit) == j {
				w.tok(cM, i, j)
				if k := skip(s, j, isBlank); at(s, k) != '=' {
					i = sh.word(j)
					continue
				}
			}
			word, d := shellWord(s[i:j]), at(s, j)
			if word == cK || word == cNb && (d == 0 || is(d, isSpace) || d == ')' || d == '`') {
				w.tok(word, i, j)
				i = j
				continue
			}
			k := skip(s, j, isBlank)
			if at(s, k) == '=' || at(s, k) == '+' && at(s, k+1) == '=' {
				w.tok(cNv, i, j)
				i = k
				continue
			}
		}
		if j = sh.word(max(i+1, j)); closer == '}' || closer == 'm' {
			j = max(i+1, min(j, skip(s, i, isWord)))
		}
		i = j
	}
	return i
}

// word returns the end of the rest of a word.
func (sh *shell) word(i int) int {
	s := sh.s
	for i < len(s) && !shellStop[s[i]] {
		i++
	}
	return i
}

var shellStop = [256]bool{
	'=': true, ' ': true, '\n': true, '\t': true, '\r': true, '\f': true, '\v': true, '[': true, ']': true, '{': true, '}': true,
	'(': true, ')': true, '$': true, '"': true, '\'': true, '`': true, '\\': true, '<': true, '&': true, '|': true, ';': true,
}

// double marks a string in double quotes.
func (sh *shell) double(i int) int {
	s, w := sh.s, sh.w
	from := i
	for i++; i < len(s); {
		switch s[i] {
		case '\\':
			i += 2
		case '"':
			w.tok(cS2, from, i+1)
			return i + 1
		case '$':
			w.tok(cS2, from, i)
			from = i
			if i = sh.dollar(i); i > from+1 {
				from = i
			}
		default:
			i++
		}
	}
	w.tok(cS2, from, len(s))
	return len(s)
}

// dollar marks an expansion.
func (sh *shell) dollar(i int) int {
	s, w := sh.s, sh.w
	if w.depth > maxDepth {
		return i + 1
	}
	switch c := at(s, i+1); {
	case c == '(' && at(s, i+2) == '(':
		w.tok(cK, i, i+3)
		return sh.run(i+3, 'm')
	case c == '(':
		w.tok(cK, i, i+2)
		return sh.run(i+2, ')')
	case c == '{':
		j := i + 2
		if at(s, j) == '#' {
			j++
		}
		w.tok(cSi, i, j)
		return sh.run(j, '}')
	case is(c, isLetter):
		j := skip(s, i+1, isWord)
		w.tok(cNv, i, j)
		return j
	case is(c, isDigit):
		j := skip(s, i+1, isDigit)
		w.tok(cNv, i, j)
		return j
	case c == '\'':
		j := quoted(s, i+1)
		w.tok(cS1, i, j)
		return j
	case c != 0 && strings.IndexByte("#$?!_*@-", c) >= 0:
		w.tok(cNv, i, i+2)
		return i + 2
	}
	return i + 1
}

// redirect marks a here-document, the only redirection with a colour.
func (sh *shell) redirect(i int) int {
	s := sh.s
	if at(s, i+1) != '<' {
		return i + 1
	}
	if at(s, i+2) == '<' {
		return i + 3
	}
	j := i + 2
	if at(s, j) == '-' {
		j++
	}
	j = skip(s, j, isSpace)
	if q := at(s, j); q == '\'' || q == '"' || q == '\\' {
		j++
	}
	k := skip(s, j, isWord)
	if k == j || sh.misses > 8 {
		return i + 2
	}
	n := strings.Index(s[k:], s[j:k])
	if n < 0 {
		sh.misses++
		return i + 2
	}
	end := k + n + k - j
	sh.w.tok(cS, i, end)
	return end
}

func shellWord(s string) class {
	switch s {
	case "if", "fi", "else", "while", "in", "do", "done", "for", "then", "return", "function", "case", "select",
		"continue", "until", "esac", "elif":
		return cK
	case "alias", "bg", "bind", "break", "builtin", "caller", "cd", "command", "compgen", "complete", "declare",
		"dirs", "disown", "echo", "enable", "eval", "exec", "exit", "export", "false", "fc", "fg", "getopts", "hash",
		"help", "history", "jobs", "kill", "let", "local", "logout", "popd", "printf", "pushd", "pwd", "read",
		"readonly", "set", "shift", "shopt", "source", "suspend", "test", "time", "times", "trap", "true", "type",
		"typeset", "ulimit", "umask", "unalias", "unset", "wait":
		return cNb
	}
	return none
}

// lexConsole marks a session: lines with a prompt hold commands, the others are
// output.
func lexConsole(w *writer, i, end int) {
	s := w.src[:end]
	more := false // the command goes on in this line
	for i < end {
		eol := lineEnd(s, i)
		next := min(eol+1, end)
		p := 0
		switch {
		case more && strings.HasPrefix(s[i:eol], "> "):
			p = 2
		case !more:
			p = prompt(s[i:eol])
		}
		if p > 0 || more {
			w.tok(cGp, i, i+p)
			i += p
			// A command has all lines up to one that does not go on.
			last := eol
			for last > i && s[last-1] == '\\' && last < end && p > 0 && !strings.HasPrefix(s[last+1:], "> ") {
				last = lineEnd(s, last+1)
			}
			w.in(lexCommand, i, last)
			more = last > i && s[last-1] == '\\'
			i = min(last+1, end)
			continue
		}
		w.tok(cGo, i, eol)
		i = next
	}
}

// lexCommand is lexShell without a first line that names an interpreter.
func lexCommand(w *writer, i, end int) {
	sh := shell{w: w, s: w.src[:end]}
	for i < end {
		i = sh.run(i, 0)
	}
}

// prompt returns the length of the prompt with which a line of a session
// begins.
func prompt(line string) int {
	sign := func(i int) int {
		i = skip(line, i, isBlank)
		if c := at(line, i); c == '$' || c == '#' || c == '%' {
			return skip(line, i+1, isBlank)
		}
		return 0
	}
	i := skip(line, 0, isBlank)
	switch at(line, i) {
	case '[':
		if n := strings.IndexByte(line[i:], ']'); n > 0 {
			return sign(i + n + 1)
		}
		return 0
	case '(':
		if n := strings.IndexByte(line[i:], ')'); n > 0 {
			if n = sign(i + n + 1); n > 0 {
				return n
			}
		}
		return 0
	}
	if n := sign(i); n > 0 {
		return n
	}
	// user@host:path$ and sh-5.2$
	host := strings.HasPrefix(line[i:], "sh")
	words := 0
	for j := i; j < len(line); j++ {
		switch c := line[j]; {
		case c == '@' || c == ':':
			host = host || j > i+1
		case is(c, isBlank):
			if words++; words > 1 {
				return 0
			}
		case c == '$' || c == '#' || c == '%':
			if host && (j+1 == len(line) || is(line[j+1], isBlank)) {
				return skip(line, j+1, isBlank)
			}
			if c == '$' {
				return 0
			}
		}
	}
	return 0
}
