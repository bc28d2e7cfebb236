package highlight

import "strings"

// lexPowerShell marks PowerShell.
func lexPowerShell(w *writer, i, end int) {
	s := w.src[:end]
	var buf [32]byte
	for i < end {
		c := s[i]
		switch {
		case c == '#':
			j := lineEnd(s, i)
			w.tok(cC, i, j)
			i = j
		case c == '<' && at(s, i+1) == '#':
			j := after(s, i+2, "#>")
			w.tok(cCm, i, j)
			i = j
		case c == '@' && (at(s, i+1) == '"' || at(s, i+1) == '\'') && at(s, i+2) == '\n':
			j := after(s, i+2, "\n"+s[i+1:i+2]+"@")
			w.tok(cSh, i, j)
			i = j
		case c == '"':
			i = powerString(w, s, i)
		case c == '\'':
			j := sqlString(s, i)
			w.tok(cS1, i, j)
			i = j
		case c == '`':
			i = min(i+2, end)
		case c == '$' || c == '@' && is(at(s, i+1), isLetter):
			i = powerVariable(w, s, i)
		case c == '[' && (is(at(s, i+1), isLetter) || at(s, i+1) == '['):
			j := i + 1
			for j < end && (is(s[j], isWord) || s[j] == '.' || s[j] == '[' || s[j] == ']' && at(s, j+1) == ']' || s[j] == ',') {
				j++
			}
			if at(s, j) == ']' {
				j++
				if k := strings.TrimSuffix(s[i:j], "[]]"); len(k) > 1 {
					w.tok(cNo, i, j)
				}
			}
			i = j
		case c == '-' && is(at(s, i+1), isLetter):
			i = skip(s, i+1, isWord)
		case is(c, isLetter):
			j := skip(s, i, isWord)
			word := string(lower(&buf, s[i:j]))
			switch {
			case at(s, j) == '-' && is(at(s, j+1), isLetter) && powerVerb(word):
				// Commands are a verb and a noun.
				for at(s, j) == '-' && is(at(s, j+1), isLetter) {
					j = skip(s, j+1, isWord)
				}
				w.tok(cNb, i, j)
			default:
				w.tok(powerWord(word), i, j)
			}
			i = j
		default:
			i++
		}
	}
}

func powerVariable(w *writer, s string, i int) int {
	j := skip(s, i+1, isWord)
	switch word := s[i+1 : j]; {
	case at(s, j) != ':':
	case strings.EqualFold(word, "env") || strings.EqualFold(word, "global") || strings.EqualFold(word, "script") || strings.EqualFold(word, "private"):
		j = skip(s, j+1, isWord)
	}
	if j > i+1 {
		w.tok(cNv, i, j)
	}
	return j
}

func powerString(w *writer, s string, i int) int {
	from := i
	for i++; i < len(s); i++ {
		switch s[i] {
		case '"':
			if at(s, i+1) == '"' {
				i++
				continue
			}
			w.tok(cS2, from, i+1)
			return i + 1
		case '`':
			e := min(i+2, len(s))
			w.tok(cS2, from, i)
			w.tok(cSe, i, e)
			from, i = e, e-1
		}
	}
	w.tok(cS2, from, len(s))
	return len(s)
}

// powerVerb reports whether commands begin with a word in lower case.
func powerVerb(s string) bool {
	switch s {
	case "add", "approve", "assert", "backup", "block", "checkpoint", "clear", "close", "compare", "complete", "compress",
		"confirm", "connect", "convert", "convertfrom", "convertto", "copy", "debug", "deny", "disable", "disconnect",
		"dismount", "edit", "enable", "enter", "exit", "expand", "export", "find", "foreach", "format", "get", "grant",
		"group", "hide", "import", "initialize", "install", "invoke", "join", "limit", "lock", "measure", "merge", "mount",
		"move", "new", "open", "optimize", "out", "ping", "pop", "protect", "publish", "push", "read", "receive", "redo",
		"register", "remove", "rename", "repair", "request", "reset", "resize", "resolve", "restart", "restore", "resume",
		"revoke", "save", "search", "select", "send", "set", "show", "skip", "sort", "split", "start", "step", "stop",
		"submit", "suspend", "switch", "sync", "take", "tee", "test", "trace", "unblock", "undo", "uninstall", "unlock",
		"unprotect", "unpublish", "unregister", "update", "use", "wait", "watch", "where", "write":
		return true
	}
	return false
}

// powerWord classes a word in lower case.
func powerWord(s string) class {
	switch s {
	case "while", "until", "trap", "switch", "return", "process", "param", "parameter", "in", "if", "function", "foreach",
		"for", "finally", "filter", "end", "elseif", "else", "dynamicparam", "do", "default", "continue", "cmdletbinding",
		"break", "begin", "mandatory", "parametersetname", "position", "valuefrompipeline", "try", "catch", "throw",
		"class", "enum", "using", "exit":
		return cK
	case "cat", "cd", "chdir", "clear", "cls", "copy", "cp", "curl", "del", "diff", "dir", "echo", "erase", "kill", "ls",
		"man", "md", "mkdir", "mount", "move", "mv", "popd", "ps", "pushd", "pwd", "rd", "ren", "rm", "rmdir", "select",
		"set", "sleep", "sort", "start", "tee", "type", "wget", "where", "write", "iex", "iwr", "irm":
		return cNb
	}
	return none
}
