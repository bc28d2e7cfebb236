package theme

import (
	"sync/atomic"
)

// shell is what all pages with the same way to the root share.
type shell struct {
	prefix string
	html   []byte // attributes of the html element, from after its lang
	head   []byte // the end of the head and the page up to the tabs
	tabs   []byte
	marks  []int  // in tabs, by top-level entry
	mid    []byte // from the tabs to the navigation
	foot   []byte // the footer and the end
}

// AppendPage writes a whole HTML document to dst. The article element holds
// what body writes and, when the page asks for it, a title; nothing else.
func (t *Theme) AppendPage(dst []byte, p *Page, body func(dst []byte) []byte) []byte {
	prefix := prefixOf(p.Base)
	s := t.shell(prefix)
	at := t.nav.of(p.Number)

	dst = append(dst, "<!doctype html>\n<html lang=\""...)
	if p.Language != "" {
		dst = appendText(dst, p.Language)
	} else {
		dst = appendText(dst, t.lang)
	}
	dst = append(dst, '"')
	dst = append(dst, s.html...)
	dst = t.appendMeta(dst, p, prefix)
	dst = append(dst, s.head...)
	dst = append(dst, s.tabs...)
	dst = append(dst, s.mid...)
	if !p.HideNav {
		dst = t.appendNav(dst, at, prefix, nil)
	}
	dst = append(dst, "<main id=__main tabindex=-1>\n<article class=md-typeset>\n"...)
	if p.AddTitle {
		dst = append(dst, "<h1>"...)
		dst = appendText(dst, p.Title)
		dst = append(dst, "</h1>\n"...)
	}
	dst = body(dst)
	dst = append(dst, "\n</article>\n</main>\n"...)
	return append(dst, s.foot...)
}

func (t *Theme) appendMeta(dst []byte, p *Page, prefix string) []byte {
	dst = append(dst, "<title>"...)
	dst = appendText(dst, p.Title)
	return append(dst, "</title>\n"...)
}

func (t *Theme) appendTOC(dst []byte, toc []Heading) []byte { return dst }

func (t *Theme) shell(prefix string) *shell {
	return &shell{prefix: prefix, html: []byte("><head>"), head: []byte("</head><body>"), foot: []byte("</body></html>\n")}
}

type shells = atomic.Pointer[[]*shell]
