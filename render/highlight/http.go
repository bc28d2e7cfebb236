package highlight

import "strings"

// lexHTTP marks requests and answers, and the body by its type.
func lexHTTP(w *writer, i, end int) {
	s := w.src[:end]
	var body lexer
	head := true
	for i < end {
		eol := lineEnd(s, i)
		line := strings.TrimRight(s[i:eol], "\r")
		switch {
		case head:
			requestLine(w, s, i, i+len(line))
			head = false
		case line == "":
			if body != nil {
				w.in(body, eol, end)
			}
			return
		case is(line[0], isBlank):
			w.tok(cL, i, eol)
		default:
			n := strings.IndexByte(line, ':')
			if n <= 0 {
				break
			}
			w.tok(cNa, i, i+n)
			v := skip(line, n+1, isBlank)
			w.tok(cL, i+v, i+len(line))
			if strings.EqualFold(line[:n], "content-type") {
				switch value := line[v:]; {
				case strings.Contains(value, "json"):
					body = lexJSON
				case strings.Contains(value, "html"):
					body = lexHTML
				case strings.Contains(value, "xml"):
					body = lexXML
				case strings.Contains(value, "javascript"):
					body = lexJS
				case strings.Contains(value, "yaml"):
					body = lexYAML
				}
			}
		}
		i = min(eol+1, end)
	}
}

func requestLine(w *writer, s string, i, eol int) {
	s = s[:eol]
	if strings.HasPrefix(s[i:], "HTTP/") {
		w.tok(cKr, i, i+4)
		j := path(s, i+5)
		w.tok(cM, i+5, j)
		j = skip(s, j, isBlank)
		k := skip(s, j, isDigit)
		w.tok(cM, j, k)
		w.tok(cNe, skip(s, k, isBlank), eol)
		return
	}
	j := skip(s, i, isWord)
	switch s[i:j] {
	case "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "PATCH", "CONNECT", "QUERY":
	default:
		return
	}
	w.tok(cNf, i, j)
	j = skip(s, j, isBlank)
	k := j
	for k < eol && !is(s[k], isBlank) {
		k++
	}
	w.tok(cNn, j, k)
	if k = skip(s, k, isBlank); strings.HasPrefix(s[k:], "HTTP") {
		w.tok(cKr, k, k+4)
		if at(s, k+4) == '/' {
			w.tok(cM, k+5, path(s, k+5))
		}
	}
}
