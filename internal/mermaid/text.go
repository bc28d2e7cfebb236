package mermaid

import (
	"html"
	"strings"
	"unicode/utf8"
)

// cleanText turns the text of a label into plain text: tags go, entities are
// decoded, line breaks in any spelling become "\n".
func cleanText(s string) string {
	s = stripTags(s)
	if strings.Contains(s, `\n`) {
		s = strings.ReplaceAll(s, `\n`, "\n")
	}
	s = decodeEntities(s)
	s = stripIcons(s)
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.Join(strings.FieldsFunc(l, isControlOrSpace), " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func isControlOrSpace(r rune) bool { return r <= ' ' || r == 0x7f }

// cleanMarkdown is cleanText for a Markdown string, whose emphasis goes too.
func cleanMarkdown(s string) string {
	for _, mark := range []string{"**", "__"} {
		if strings.Count(s, mark) >= 2 {
			s = strings.ReplaceAll(s, mark, "")
		}
	}
	if strings.Count(s, "*") >= 2 {
		s = strings.ReplaceAll(s, "*", "")
	}
	return cleanText(s)
}

// stripTags turns <br> into line breaks and takes other tags out.
func stripTags(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		end := tagEnd(s)
		if end == 0 {
			b.WriteByte('<')
			s = s[1:]
			continue
		}
		name := strings.ToLower(strings.Trim(s[1:end-1], "/ \t"))
		if name == "br" || strings.HasPrefix(name, "br ") {
			b.WriteByte('\n')
		}
		s = s[end:]
	}
}

// tagEnd returns the length of the tag that s begins with, or 0.
func tagEnd(s string) int {
	i := 1
	if i < len(s) && s[i] == '/' {
		i++
	}
	if i >= len(s) || !isLetter(s[i]) {
		return 0
	}
	for ; i < len(s); i++ {
		switch s[i] {
		case '>':
			return i + 1
		case '<':
			return 0
		}
	}
	return 0
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) || c == '_' }

// decodeEntities decodes Mermaid's entities (#quot; #35;) and HTML's.
func decodeEntities(s string) string {
	if strings.Contains(s, "#") {
		var b strings.Builder
		for {
			i := strings.IndexByte(s, '#')
			if i < 0 {
				b.WriteString(s)
				break
			}
			n := entity(s[i:])
			if n == 0 || i > 0 && s[i-1] == '&' {
				b.WriteString(s[:i+1])
				s = s[i+1:]
				continue
			}
			b.WriteString(s[:i])
			name := s[i+1 : i+n-1]
			ref := "&" + name + ";"
			if isDigit(name[0]) {
				ref = "&#" + name + ";"
			}
			if text := html.UnescapeString(ref); text != ref {
				b.WriteString(text)
			} else {
				b.WriteString(s[i : i+n])
			}
			s = s[i+n:]
		}
		s = b.String()
	}
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
	}
	return s
}

// entity returns the length of the entity that s begins with, or 0.
func entity(s string) int {
	i := 1
	for i < len(s) && isWord(s[i]) && i < 34 {
		i++
	}
	if i == 1 || i >= len(s) || s[i] != ';' {
		return 0
	}
	return i + 1
}

// stripIcons takes out icons such as fa:fa-database.
func stripIcons(s string) string {
	if !strings.Contains(s, ":fa-") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, ":fa-")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		start := i
		for start > 0 && i-start < 4 && isLetter(s[start-1]) {
			start--
		}
		end := i + len(":fa-")
		if n := i - start; n < 2 || n > 3 || s[start:start+2] != "fa" {
			b.WriteString(s[:end])
		} else {
			b.WriteString(s[:start])
			for end < len(s) && (isWord(s[end]) || s[end] == '-') {
				end++
			}
		}
		s = s[end:]
	}
}
