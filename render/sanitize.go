package render

import (
	"html"
	"slices"
	"strings"
)

// sanitizer keeps a page of somebody who is not trusted from running code, from
// breaking out of its place in the layout and from passing for something else.
// Markup is parsed and written anew from lists of what is allowed, so that no
// browser can read it in another way than we did; each tag is closed where the
// element that holds it ends.
type sanitizer struct {
	open []string // raw tags that are open, innermost last
	base int      // those before it belong to elements around this one
}

// maxOpenTags bounds the depth of raw tags; deeper ones are dropped.
const maxOpenTags = 256

// enter begins an element that the writer writes, and returns what leave needs.
func (z *sanitizer) enter() (base int) {
	base, z.base = z.base, len(z.open)
	return base
}

// leave closes what is still open inside the element.
func (z *sanitizer) leave(dst []byte, base int) []byte {
	dst = z.closeTo(dst, z.base)
	z.base = base
	return dst
}

// close ends the page.
func (z *sanitizer) close(dst []byte) []byte { return z.closeTo(dst, 0) }

func (z *sanitizer) closeTo(dst []byte, n int) []byte {
	for len(z.open) > n {
		last := len(z.open) - 1
		dst = append(dst, '<', '/')
		dst = append(dst, z.open[last]...)
		dst = append(dst, '>')
		z.open = z.open[:last]
	}
	return dst
}

// append writes raw markup as far as it is allowed.
func (z *sanitizer) append(dst []byte, s string) []byte {
	// Behind the last > no tag can end.
	tail := len(s) - 1 - strings.LastIndexByte(s, '>')
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		s = s[i:]
		switch {
		case strings.HasPrefix(s, "<!--"):
			if end := strings.Index(s[4:], "-->"); end >= 0 {
				s = s[4+end+3:]
			} else {
				return dst
			}
		case len(s) > 1 && (s[1] == '!' || s[1] == '?'):
			if end := strings.IndexByte(s, '>'); end >= 0 {
				s = s[end+1:]
			} else {
				return dst
			}
		default:
			ok := len(s) > tail
			if ok {
				dst, s, ok = z.tag(dst, s)
			}
			if !ok {
				dst = append(dst, "&lt;"...)
				s = s[1:]
			}
		}
	}
	return dst
}

// tag reads the tag at the start of s. ok is false when there is none that is
// complete.
func (z *sanitizer) tag(dst []byte, s string) (_ []byte, rest string, ok bool) {
	i := 1
	end := i < len(s) && s[i] == '/'
	if end {
		i++
	}
	start := i
	if i == len(s) || s[i]|0x20 < 'a' || s[i]|0x20 > 'z' {
		return dst, s, false
	}
	for i < len(s) && !isTagSpace(s[i]) && s[i] != '>' && s[i] != '/' {
		i++
	}
	name := strings.ToLower(s[start:i])
	attrs, n, ok := tagAttrs(s[i:])
	if !ok {
		return dst, s, false
	}
	rest = s[i+n:]
	if !allowedTag(name) {
		if !end && rawTextTag(name) {
			rest = afterEndTag(rest, name)
		}
		return dst, rest, true
	}
	if end {
		for j := len(z.open) - 1; j >= z.base; j-- {
			if z.open[j] == name {
				return z.closeTo(dst, j), rest, true
			}
		}
		return dst, rest, true
	}
	if name == "input" {
		// Boxes of task lists, but nothing to type a password into.
		if i := slices.IndexFunc(attrs, func(a Attr) bool { return a.Key == "type" }); i < 0 ||
			!strings.EqualFold(attrs[i].Val, "checkbox") && !strings.EqualFold(attrs[i].Val, "radio") {
			return dst, rest, true
		}
	}
	void := tagInfo(name)&tagVoid != 0
	if !void && len(z.open) == maxOpenTags {
		return dst, rest, true
	}
	dst = append(dst, '<')
	dst = append(dst, name...)
	for i, a := range attrs {
		if val, ok := z.attr(name, a.Key, a.Val); ok && !hasKey(attrs[:i], a.Key) {
			dst = append(dst, ' ')
			dst = append(dst, a.Key...)
			dst = append(dst, '=', '"')
			dst = appendAttr(dst, val)
			dst = append(dst, '"')
		}
	}
	if void {
		return append(dst, " />"...), rest, true
	}
	z.open = append(z.open, name)
	return append(dst, '>'), rest, true
}

func hasKey(attrs []Attr, key string) bool {
	for _, a := range attrs {
		if a.Key == key {
			return true
		}
	}
	return false
}

func isTagSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

// tagAttrs reads the attributes of a tag up to and with its end.
func tagAttrs(s string) (attrs []Attr, n int, ok bool) {
	i := 0
	for {
		for i < len(s) && (isTagSpace(s[i]) || s[i] == '/') {
			i++
		}
		if i == len(s) {
			return nil, 0, false
		}
		if s[i] == '>' {
			return attrs, i + 1, true
		}
		start := i
		i++ // an equals sign may begin a name
		for i < len(s) && !isTagSpace(s[i]) && s[i] != '/' && s[i] != '>' && s[i] != '=' {
			i++
		}
		a := Attr{Key: strings.ToLower(s[start:i])}
		for i < len(s) && isTagSpace(s[i]) {
			i++
		}
		if i < len(s) && s[i] == '=' {
			i++
			for i < len(s) && isTagSpace(s[i]) {
				i++
			}
			if i == len(s) {
				return nil, 0, false
			}
			switch q := s[i]; q {
			case '"', '\'':
				end := strings.IndexByte(s[i+1:], q)
				if end < 0 {
					return nil, 0, false
				}
				a.Val = s[i+1 : i+1+end]
				i += end + 2
			default:
				start = i
				for i < len(s) && !isTagSpace(s[i]) && s[i] != '>' {
					i++
				}
				a.Val = s[start:i]
			}
		}
		if len(attrs) < 64 {
			attrs = append(attrs, a)
		}
	}
}

// afterEndTag returns what follows the end tag of name in s, or nothing when
// there is no end tag.
func afterEndTag(s, name string) string {
	for {
		i := strings.Index(s, "</")
		if i < 0 {
			return ""
		}
		s = s[i+2:]
		if hasPrefixFold(s, name) {
			if end := strings.IndexByte(s, '>'); end >= 0 {
				return s[end+1:]
			}
			return ""
		}
	}
}

// rawTextTag reports whether what is inside a tag is no text for readers.
func rawTextTag(name string) bool {
	switch name {
	case "script", "style", "iframe", "noembed", "noframes", "noscript", "object", "embed",
		"template", "title", "textarea", "xmp", "plaintext", "select", "applet":
		return true
	}
	return false
}

// allowedTag reports whether a page that is not trusted may hold an element.
func allowedTag(name string) bool {
	switch name {
	case "a", "abbr", "article", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite", "code",
		"col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
		"footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "i", "img", "input", "ins", "kbd",
		"label", "li", "mark", "ol", "p", "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp",
		"section", "small", "source", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td",
		"tfoot", "th", "thead", "time", "tr", "track", "tt", "u", "ul", "var", "video", "audio", "wbr",
		// Icons and formulas that other parts write.
		"svg", "g", "path", "circle", "ellipse", "line", "polygon", "polyline", "rect",
		"math", "semantics", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msub", "msup", "msubsup", "mfrac",
		"msqrt", "mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom",
		"menclose", "mmultiscripts", "mprescripts", "merror":
		return true
	}
	return false
}

// attr returns the value to write for an attribute, or false when it must not
// be written.
func (z *sanitizer) attr(tag, key, val string) (string, bool) {
	switch key {
	case "href", "src", "cite", "poster":
		return val, safeURL(val, tag == "img" && key == "src")
	case "srcset":
		for candidate := range strings.SplitSeq(val, ",") {
			if !safeURL(strings.TrimSpace(candidate), false) {
				return "", false
			}
		}
		return val, true
	case "hidden":
		return val, tag == "span"
	case "type":
		if tag == "input" {
			return val, strings.EqualFold(val, "checkbox") || strings.EqualFold(val, "radio")
		}
		return val, tag == "ol" || tag == "ul" || tag == "li" || tag == "source"
	case "name":
		return val, tag == "a" || tag == "input"
	case "accesskey", "align", "alt", "abbr", "checked", "class", "cols", "colspan", "controls", "datetime", "dir", "disabled",
		"for", "headers", "height", "id", "lang", "loading", "loop", "max", "media", "muted", "open", "rel", "reversed",
		"role", "rowspan", "scope", "sizes", "span", "start", "tabindex", "target", "title", "translate", "valign",
		"value", "width",
		"xmlns", "viewbox", "viewBox", "d", "fill", "fill-rule", "clip-rule", "stroke", "stroke-width", "stroke-linecap",
		"stroke-linejoin", "transform", "cx", "cy", "r", "rx", "ry", "x", "y", "x1", "x2", "y1", "y2", "points", "opacity",
		"display", "mathvariant", "stretchy", "fence", "separator", "lspace", "rspace", "accent", "accentunder",
		"columnalign", "rowspacing", "columnspacing", "displaystyle", "scriptlevel", "linethickness", "encoding", "notation":
		return val, true
	}
	ok := strings.HasPrefix(key, "data-") || strings.HasPrefix(key, "aria-")
	for i := 0; ok && i < len(key); i++ {
		ok = isAlnum(key[i]) || key[i] == '-' || key[i] == '_'
	}
	return val, ok
}

// safeURL reports whether following s, or showing it where image is set, runs
// nothing.
func safeURL(s string, image bool) bool {
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	// Browsers drop white space and control characters from URLs.
	var buf [32]byte
	scheme := buf[:0]
	for i := 0; i < len(s) && len(scheme) < len(buf); i++ {
		switch c := s[i]; {
		case c <= ' ' || c == 0x7f:
		case c == '/' || c == '?' || c == '#':
			return true
		case c == ':':
			switch string(scheme) {
			case "http", "https", "mailto", "tel", "ftp", "xmpp", "irc", "ircs", "sms", "geo", "magnet", "news", "urn", "matrix":
				return true
			case "data":
				return image && safeDataImage(s[i+1:])
			}
			return false
		case c >= 'A' && c <= 'Z':
			scheme = append(scheme, c|0x20)
		default:
			scheme = append(scheme, c)
		}
	}
	return len(scheme) < len(buf) || strings.IndexByte(s, ':') < 0
}

func safeDataImage(s string) bool {
	for _, p := range []string{"image/png;", "image/gif;", "image/jpeg;", "image/webp;", "image/avif;"} {
		if hasPrefixFold(s, p) {
			return true
		}
	}
	return false
}
