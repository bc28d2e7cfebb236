package theme

import "strings"

// appendText writes s as text or as the value of a double-quoted attribute.
func appendText(dst []byte, s string) []byte {
	start := 0
	for i := range len(s) {
		var r string
		switch s[i] {
		case '&':
			r = "&amp;"
		case '<':
			r = "&lt;"
		case '>':
			r = "&gt;"
		case '"':
			r = "&quot;"
		case 0:
			r = "\uFFFD"
		default:
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = append(dst, r...)
		start = i + 1
	}
	return append(dst, s[start:]...)
}

// appendURL writes s as the value of a URL attribute: what a browser would
// percent-encode is encoded here, and escapes that are there stay.
func appendURL(dst []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case c == '&':
			dst = append(dst, "&amp;"...)
		case c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}':
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// appendLink writes the URL of something in the site, seen from a page whose
// way to the root is prefix. URLs that leave the site stay as they are; those
// that could run code become "#".
func appendLink(dst []byte, prefix, url string) []byte {
	if absolute(url) {
		if unsafeURL(url) {
			return append(dst, '#')
		}
		return appendURL(dst, url)
	}
	dst = appendURL(dst, prefix)
	return appendURL(dst, url)
}

// absolute reports whether url does not start from the site's root: it has a
// scheme, a host, a path from the server's root, or is only a fragment.
func absolute(url string) bool {
	if url == "" {
		return false
	}
	if url[0] == '/' || url[0] == '#' {
		return true
	}
	for i := range len(url) {
		switch c := url[i]; {
		case c == ':':
			return i > 0
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return false
		}
	}
	return false
}

func unsafeURL(url string) bool {
	scheme, _, ok := strings.Cut(url, ":")
	if !ok {
		return false
	}
	switch strings.ToLower(strings.TrimSpace(scheme)) {
	case "javascript", "vbscript", "data":
		return true
	}
	return false
}

// prefixOf turns Page.Base into what is put before a URL of the site.
func prefixOf(base string) string {
	switch {
	case base == "" || base == "." || unsafeURL(base):
		return "./"
	case strings.HasSuffix(base, "/"):
		return base
	}
	return base + "/"
}
