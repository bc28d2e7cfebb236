package publish

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/textproto"
	"path"
	"regexp"
	"strings"

	"github.com/andybalholm/brotli"
)

// Rule sets headers for the files that a glob names. Later rules win over
// earlier ones and over what Lintel sets by itself; an empty value removes a
// header.
type Rule struct {
	Glob    string // path.Match on the whole path, or on the name where it has no slash; ** matches folders
	Headers Headers
}

// Rules say how files are served.
type Rules struct {
	Custom   []Rule
	Encoding string // "", "gzip" or "br": text is stored compressed
	// SiteURL is the address of the site's root, with a slash at the end, for the
	// targets of redirects; "" makes them paths from the root of the host.
	SiteURL string
	// Root is the path of the site's root on its host, for the same; it begins
	// and ends with a slash.
	Root string
}

// ParseRule reads "GLOB=Name: value".
func ParseRule(s string) (Rule, error) {
	glob, header, ok := strings.Cut(s, "=")
	name, value, ok2 := strings.Cut(header, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok || !ok2 || glob == "" || !validHeader(name) {
		return Rule{}, fmt.Errorf("header rule %q: write GLOB=Name: value, such as '*.pdf=Content-Disposition: inline'", s)
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < 0x20 || r > 0x7e }) {
		return Rule{}, fmt.Errorf("header rule %q: a value is printable ASCII", s)
	}
	if _, err := globRE(glob); err != nil {
		return Rule{}, fmt.Errorf("header rule %q: %w", s, err)
	}
	return Rule{glob, Headers{textproto.CanonicalMIMEHeaderKey(name): value}}, nil
}

func validHeader(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	})
}

// globRE turns a glob into a regular expression on slash paths: * and ? stay in
// a folder, ** does not, {a,b} is either. One without a slash is matched
// against the name alone.
func globRE(glob string) (*regexp.Regexp, error) {
	var sb strings.Builder
	sb.WriteString("^")
	if !strings.Contains(glob, "/") {
		sb.WriteString("(?:.*/)?")
	}
	glob = strings.TrimPrefix(glob, "/")
	depth := 0
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case strings.HasPrefix(glob[i:], "**/"):
			sb.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(glob[i:], "**"):
			sb.WriteString(".*")
			i++
		case c == '*':
			sb.WriteString("[^/]*")
		case c == '?':
			sb.WriteString("[^/]")
		case c == '{':
			sb.WriteString("(?:")
			depth++
		case c == '}' && depth > 0:
			sb.WriteString(")")
			depth--
		case c == ',' && depth > 0:
			sb.WriteString("|")
		default:
			sb.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		}
	}
	if depth != 0 {
		return nil, fmt.Errorf("the glob %q has a { without a }", glob)
	}
	sb.WriteString("$")
	re, err := regexp.Compile(sb.String())
	if err != nil {
		return nil, fmt.Errorf("the glob %q: %w", glob, err)
	}
	return re, nil
}

// contentTypes are the types of the files that sites are made of: the same on
// every machine, unlike those of the system.
// https://www.iana.org/assignments/media-types
var contentTypes = map[string]string{
	".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml",
	".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript",
	".json": "application/json", ".map": "application/json", ".jsonld": "application/ld+json", ".geojson": "application/geo+json",
	".webmanifest": "application/manifest+json", ".xml": "application/xml", ".rss": "application/rss+xml", ".atom": "application/atom+xml",
	".xsl": "application/xslt+xml", ".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv", ".tsv": "text/tab-separated-values",
	".yml": "application/yaml", ".yaml": "application/yaml", ".toml": "application/toml", ".ics": "text/calendar", ".vtt": "text/vtt",
	".sql": "application/sql", ".py": "text/x-python", ".sh": "text/x-shellscript", ".log": "text/plain", ".asc": "text/plain",
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".avif": "image/avif", ".ico": "image/vnd.microsoft.icon", ".bmp": "image/bmp", ".tif": "image/tiff", ".tiff": "image/tiff", ".apng": "image/apng",
	".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf", ".eot": "application/vnd.ms-fontobject",
	".mp4": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime", ".ogv": "video/ogg", ".mp3": "audio/mpeg", ".ogg": "audio/ogg",
	".wav": "audio/wav", ".m4a": "audio/mp4", ".flac": "audio/flac",
	".pdf": "application/pdf", ".zip": "application/zip", ".gz": "application/gzip", ".tgz": "application/gzip", ".tar": "application/x-tar",
	".zst": "application/zstd", ".bz2": "application/x-bzip2", ".xz": "application/x-xz", ".7z": "application/x-7z-compressed",
	".wasm": "application/wasm", ".epub": "application/epub+zip", ".parquet": "application/vnd.apache.parquet",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// ContentType returns the type of a file by its name, with the charset where it
// is text. What is not known is bytes, never a page.
func ContentType(name string) string {
	t, ok := contentTypes[strings.ToLower(path.Ext(name))]
	switch {
	case !ok:
		return "application/octet-stream"
	case isText(t):
		return t + "; charset=utf-8"
	}
	return t
}

func isText(t string) bool {
	t, _, _ = strings.Cut(t, ";")
	return strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "+xml") || strings.HasSuffix(t, "+json") ||
		t == "application/json" || t == "application/xml" || t == "application/yaml" || t == "application/toml" || t == "application/sql"
}

// How long a browser or a cache may use what it has without asking.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cachePage    = "public, max-age=0, must-revalidate"
	cacheAsset   = "public, max-age=600"
)

var fingerprintRE = regexp.MustCompile(`[._-]([0-9a-f]{8,64})(?:[._-]|$)`)

// fingerprinted reports whether the name of a file holds a digest of its
// content, so that the file of that name never changes. Digits alone are a date
// or a number.
func fingerprinted(name string) bool {
	base := path.Base(name)
	for _, m := range fingerprintRE.FindAllStringSubmatch(base, -1) {
		if strings.ContainsAny(m[1], "0123456789") && strings.ContainsAny(m[1], "abcdef") {
			return true
		}
	}
	return false
}

// class is when a file is written: an earlier class is in place before a later
// one begins.
type class int

const (
	classAsset class = iota
	classPage
	classIndex
)

func isPage(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".html", ".htm", ".xhtml":
		return true
	}
	return false
}

// classOf sorts files by what refers to what: pages to assets, and the home
// page, site maps, feeds and search data to pages.
func classOf(name string) class {
	base := strings.ToLower(path.Base(name))
	switch {
	case name == "index.html" || name == "404.html" || name == "versions.json" || name == "robots.txt" || name == "llms.txt",
		strings.HasPrefix(base, "sitemap") && (strings.HasSuffix(base, ".xml") || strings.HasSuffix(base, ".xml.gz")),
		strings.HasSuffix(base, ".rss"), strings.HasSuffix(base, ".atom"),
		path.Dir(name) == "." && strings.HasSuffix(base, ".xml"),
		strings.HasPrefix(base, "search_index."), strings.HasPrefix(name, "search/") && strings.HasSuffix(base, ".json"):
		return classIndex
	case isPage(name):
		return classPage
	}
	return classAsset
}

// headersFor returns the headers of a file. redirect is where a redirect page
// leads, or "".
func (r *Rules) headersFor(name, redirect string, custom []compiledRule) Headers {
	t := ContentType(name)
	h := Headers{"Content-Type": t}
	switch {
	case isPage(name) || classOf(name) == classIndex:
		h["Cache-Control"] = cachePage
	case fingerprinted(name):
		h["Cache-Control"] = cacheForever
	default:
		h["Cache-Control"] = cacheAsset
	}
	if r.encodes(name) {
		h["Content-Encoding"] = r.Encoding
	}
	if redirect != "" {
		h[RedirectHeader] = redirect
	}
	for _, c := range custom {
		if c.re.MatchString(name) {
			for k, v := range c.Headers {
				if v == "" {
					delete(h, k)
				} else {
					h[k] = v
				}
			}
		}
	}
	return h
}

type compiledRule struct {
	Rule
	re *regexp.Regexp
}

func (r *Rules) compile() ([]compiledRule, error) {
	var out []compiledRule
	for _, c := range r.Custom {
		re, err := globRE(c.Glob)
		if err != nil {
			return nil, err
		}
		out = append(out, compiledRule{c, re})
	}
	switch r.Encoding {
	case "", "gzip", "br":
	default:
		return nil, fmt.Errorf("encoding %q is not known; choose br or gzip", r.Encoding)
	}
	return out, nil
}

// encodes reports whether a file is stored compressed.
func (r *Rules) encodes(name string) bool { return r.Encoding != "" && isText(ContentType(name)) }

// encode compresses b.
func encode(encoding string, b []byte) ([]byte, error) {
	var out bytes.Buffer
	switch encoding {
	case "br":
		w := brotli.NewWriterLevel(&out, 9)
		if _, err := w.Write(b); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
	case "gzip":
		w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(b); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

var (
	refreshRE = regexp.MustCompile(`(?i)<meta\s[^>]*http-equiv\s*=\s*["']?refresh["']?[^>]*>`)
	refreshTo = regexp.MustCompile(`(?i)content\s*=\s*["']\s*0\s*[;,]\s*url\s*=\s*['"]?([^"'>]+?)['"]?\s*["']`)
)

// maxRedirectPage is the size up to which a page is looked at for a refresh.
const maxRedirectPage = 4 << 10

// redirectOf returns where a page that does nothing but lead on leads, or "".
func redirectOf(page []byte) string {
	if len(page) > maxRedirectPage {
		return ""
	}
	m := refreshTo.FindSubmatch(refreshRE.Find(page))
	if m == nil {
		return ""
	}
	return strings.ReplaceAll(string(m[1]), "&amp;", "&")
}

// redirectLocation resolves the target of the redirect page name: a URL, or a
// path from the root of the host. It returns "" for what S3 does not take.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html
func (r *Rules) redirectLocation(name, to string) string {
	to = asciiURL(to)
	if to == "" || len(to) > 2000 {
		return ""
	}
	if strings.HasPrefix(to, "http://") || strings.HasPrefix(to, "https://") {
		return to
	}
	if strings.HasPrefix(to, "//") || strings.Contains(strings.SplitN(to, "/", 2)[0], ":") {
		return ""
	}
	base := r.SiteURL
	if base == "" {
		base = r.Root
	}
	host, root := "", base
	if i := strings.Index(base, "://"); i >= 0 {
		host, root, _ = strings.Cut(base[i+3:], "/")
		host, root = base[:i+3]+host, "/"+root
	}
	if strings.HasPrefix(to, "/") {
		return host + to
	}
	file, tail := to, ""
	if i := strings.IndexAny(to, "?#"); i >= 0 {
		file, tail = to[:i], to[i:]
	}
	p := path.Join("/", root, asciiURL(path.Dir(name)), file)
	if strings.HasSuffix(file, "/") || file == "." || file == ".." || strings.HasSuffix(file, "/..") || strings.HasSuffix(file, "/.") {
		p = strings.TrimSuffix(p, "/") + "/"
	}
	return host + p + tail
}

// asciiURL percent-encodes what may not stand in a URL as it is.
func asciiURL(s string) string {
	var sb strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' {
			fmt.Fprintf(&sb, "%%%02X", c)
		} else {
			sb.WriteByte(c)
		}
	}
	return sb.String()
}

// unmake returns the source that was stored as b.
func unmake(made string, b []byte) ([]byte, error) {
	mark, enc, _ := strings.Cut(made, "+")
	switch enc {
	case "br":
		var out bytes.Buffer
		if _, err := out.ReadFrom(brotli.NewReader(bytes.NewReader(b))); err != nil {
			return nil, err
		}
		b = out.Bytes()
	case "gzip":
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		if _, err := out.ReadFrom(r); err != nil {
			return nil, err
		}
		b = out.Bytes()
	}
	if mark == "" {
		return b, nil
	}
	page, ok := unshield(b)
	if !ok {
		return nil, fmt.Errorf("a page of a preview has not the beginning of one")
	}
	return page, nil
}
