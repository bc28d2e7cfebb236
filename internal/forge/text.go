package forge

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A server executes lines of a comment that begin with a slash, as the user who
// wrote the comment; it notifies those whom it mentions, and closes issues that
// it names. So no text of a repository reaches a body but through these:
//
//   - prose gives running text in which nothing is markup or a reference;
//   - code gives a code span;
//   - block gives fenced code;
//   - seal looks at the finished body once more.

// joiner is a word joiner: it shows nothing and parts a sign from a name.
const joiner = "\u2060"

// visible puts a text on one line and shows what would be invisible, or act on
// the text around it, as \u{…}.
func visible(s string, newline string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\n':
			b.WriteString(newline)
		case r == '\t':
			b.WriteByte(' ')
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x{%02x}`, s[i])
		case hostile(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hostile reports whether a rune is a control, a line end other than \n, or
// changes how text around it is shown.
func hostile(r rune) bool {
	switch r {
	case '\t', '\n', '\u200d': // the joiner of emoji and of scripts that need it
		return false
	case '\u2028', '\u2029', '\u0085', '\ufeff', '\u00ad', '\u115f', '\u1160', '\u3164', '\u180e':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r)
}

// prose makes a text part of a sentence: words in backticks become code, and
// nothing else is markup, a reference or an address.
func prose(s string) string {
	parts := strings.Split(s, "`")
	if len(parts)%2 == 0 { // the last backtick is alone
		last := len(parts) - 2
		parts[last] += "`" + parts[last+1]
		parts = parts[:last+1]
	}
	var b strings.Builder
	for i, p := range parts {
		switch {
		case i%2 == 0:
			b.WriteString(plain(p))
		case strings.TrimSpace(p) == "":
			b.WriteString(plain("`" + p + "`"))
		default:
			b.WriteString(code(p))
		}
	}
	return b.String()
}

func plain(s string) string {
	s = visible(s, " ")
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '\\', '`', '*', '_', '[', ']', '<', '>', '|', '(', ')', '{', '}', '"', '\'', '=', '+', '-':
			if r == '"' || r == '\'' || r == '(' || r == ')' || r == '{' || r == '}' || r == '=' || r == '+' || r == '-' {
				b.WriteRune(r) // no markup where a sentence goes on
				continue
			}
			b.WriteByte('\\')
			b.WriteRune(r)
		case '@', '#', '!', '~', '&', '$', '%', '^':
			b.WriteByte('\\')
			b.WriteRune(r)
			b.WriteString(joiner)
		case ':':
			if strings.HasPrefix(s[i:], "://") || strings.HasPrefix(s[i:], "::") {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		case '.':
			if i >= 3 && strings.EqualFold(s[i-3:i], "www") {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// code makes a text a code span.
func code(s string) string {
	s = visible(s, " ")
	if strings.TrimSpace(s) == "" {
		s = "(empty)"
	}
	fence := strings.Repeat("`", longest(s, '`')+1)
	if s[0] == '`' || s[len(s)-1] == '`' || s[0] == ' ' && s[len(s)-1] == ' ' {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// longest returns the length of the longest run of a byte.
func longest(s string, c byte) int {
	most, n := 0, 0
	for i := range len(s) {
		if s[i] == c {
			n++
			most = max(most, n)
		} else {
			n = 0
		}
	}
	return most
}

// block makes lines fenced code. The lines stand as they are.
func block(info, text string) string {
	fence := strings.Repeat("`", max(3, longest(text, '`')+1))
	return fence + info + "\n" + text + "\n" + fence
}

// diff shows lines that go and lines that come. Every line begins with a sign
// of its own, so that none begins with what the document holds.
func diff(old, new string) string {
	var b strings.Builder
	put := func(sign, text string) {
		if text == "" {
			return
		}
		for l := range strings.SplitSeq(text, "\n") {
			b.WriteString(sign + visible(strings.TrimSuffix(l, "\r"), "") + "\n")
		}
	}
	put("-", old)
	put("+", new)
	return block("diff", strings.TrimSuffix(b.String(), "\n"))
}

// patch shows a unified diff, in which every line begins with a sign too.
func patch(text string) string {
	var b strings.Builder
	for l := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		b.WriteString(visible(strings.TrimSuffix(l, "\r"), "") + "\n")
	}
	return block("diff", strings.TrimSuffix(b.String(), "\n"))
}

// harmless reports whether lines may stand in a suggestion as they are: GitLab
// looks for quick actions there too.
func harmless(text string) bool {
	if !utf8.ValidString(text) || strings.Contains(text, "<!-- "+markerName) {
		return false
	}
	for _, r := range text {
		if r != '\t' && r != '\n' && hostile(r) {
			return false
		}
	}
	return !actionRE.MatchString(text)
}

// actionRE finds lines that begin with a slash, whatever a server may take for
// the end of a line or for white space.
var actionRE = regexp.MustCompile(`(?:^|[\n\r\v\f\x{85}\x{2028}\x{2029}])[\s\p{Z}\p{Cf}\p{Cc}]*/`)

// seal returns a body that may be sent: whatever was put into it, no line begins
// with a slash.
func seal(body string) string {
	body = strings.ReplaceAll(body, "\r", "")
	return actionRE.ReplaceAllStringFunc(body, func(s string) string {
		return strings.TrimSuffix(s, "/") + `\/`
	})
}

// link is a link to an address made by urlOf; the text is markup already.
func link(text, url string) string {
	if url == "" {
		return text
	}
	return "[" + text + "](" + url + ")"
}

// EscapePath writes a path or a branch as part of an address, in letters that
// mean nothing to Markdown.
func EscapePath(s string) string {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// safeURL returns an address that may be linked, or "".
func safeURL(s string) string {
	if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		return ""
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("()<>[]\\`\"", c) >= 0 {
			return ""
		}
	}
	return s
}
