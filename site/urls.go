package site

import (
	"path"
	"strings"
)

// markdownSuffixes are the file names that MkDocs takes for pages.
var markdownSuffixes = [...]string{".markdown", ".mdown", ".mkdn", ".mkd", ".md"}

// isMarkdown reports whether the file at p is a page, and returns its path
// without the suffix.
func isMarkdown(p string) (stem string, ok bool) {
	for _, s := range markdownSuffixes {
		if strings.HasSuffix(p, s) && len(path.Base(p)) > len(s) {
			return p[:len(p)-len(s)], true
		}
	}
	return p, false
}

// destination returns the output path and the URL of a source file, both
// relative to the root of the site. The URL is percent-encoded; that of the
// home page is empty.
func destination(src string, directoryURLs bool) (dest, url string) {
	stem, md := isMarkdown(src)
	if !md {
		return src, quoteURL(src)
	}
	dir, name := path.Split(stem)
	if name == "index" || name == "README" {
		dest = dir + "index.html"
		if directoryURLs {
			return dest, quoteURL(dir)
		}
		return dest, quoteURL(dest)
	}
	if directoryURLs {
		return stem + "/index.html", quoteURL(stem + "/")
	}
	return stem + ".html", quoteURL(stem + ".html")
}

const upperHex = "0123456789ABCDEF"

// quoteURL percent-encodes a path as Python's urllib.parse.quote does: all but
// letters, digits, _ . - ~ and / are encoded.
func quoteURL(p string) string {
	n := 0
	for i := range len(p) {
		if !urlSafe(p[i]) {
			n++
		}
	}
	if n == 0 {
		return p
	}
	b := make([]byte, 0, len(p)+2*n)
	for i := range len(p) {
		if c := p[i]; urlSafe(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(b)
}

func urlSafe(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '_' || c == '.' || c == '-' || c == '~' || c == '/'
}

// unquoteURL decodes percent escapes; what is not one stays.
func unquoteURL(s string) string {
	i := strings.IndexByte(s, '%')
	if i < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	b = append(b, s[:i]...)
	for ; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			h, l := unhex(s[i+1]), unhex(s[i+2])
			if h >= 0 && l >= 0 {
				b = append(b, byte(h<<4|l))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// baseURL returns the prefix that leads from the page at url to the root of the
// site: "../../" for "guide/setup/", "" for the home page.
func baseURL(url string) string {
	return strings.Repeat("../", strings.Count(url, "/"))
}

// relativeURL returns how the page at from points to the page or file at to;
// both are URLs relative to the root of the site. It is never empty: a page
// points to itself as "./" or by its file name.
func relativeURL(to, from string) string {
	fromDir := from[:strings.LastIndexByte(from, '/')+1]
	// The folders that both share need no way up.
	shared := 0
	for i := 0; i < len(fromDir) && i < len(to) && fromDir[i] == to[i]; i++ {
		if fromDir[i] == '/' {
			shared = i + 1
		}
	}
	up := strings.Count(fromDir[shared:], "/")
	rel := strings.Repeat("../", up) + to[shared:]
	if rel == "" {
		return "./"
	}
	return rel
}

// splitURL cuts a link into scheme, path, query and fragment. Scheme is also
// set to "//" when the link names a host.
func splitURL(u string) (scheme, p, query, fragment string) {
	if i := strings.IndexByte(u, '#'); i >= 0 {
		u, fragment = u[:i], u[i+1:]
	}
	if i := strings.IndexByte(u, '?'); i >= 0 {
		u, query = u[:i], u[i+1:]
	}
	if strings.HasPrefix(u, "//") {
		return "//", u, query, fragment
	}
	if i := strings.IndexByte(u, ':'); i > 0 && isScheme(u[:i]) {
		return u[:i], u[i+1:], query, fragment
	}
	return "", u, query, fragment
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		later := c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'
		if !letter && (i == 0 || !later) {
			return false
		}
	}
	return s != ""
}

// resolvePath joins a relative link to the folder of the file that holds it.
func resolvePath(from, link string) string {
	p := path.Clean(path.Join("/", path.Dir(from), link))
	return strings.TrimPrefix(p, "/")
}
