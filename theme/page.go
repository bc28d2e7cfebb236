package theme

import (
	"slices"
	"strings"
	"sync/atomic"
)

// shell is what all pages with the same way to the root share, in the order in
// which it is written.
type shell struct {
	prefix string
	html   []byte // attributes of the html element after its lang, to the title
	head   []byte // style sheets and scripts, to the end of the head
	top    []byte // header, to the tabs
	tabs   []byte
	marks  []int  // where in tabs the current top-level entry is marked
	after  []byte // from the tabs to the layout
	foot   []byte // the footer and the end
}

type shells = atomic.Pointer[[]*shell]

func (t *Theme) shell(prefix string) *shell {
	for {
		old := t.shells.Load()
		if old != nil {
			for _, s := range *old {
				if s.prefix == prefix {
					return s
				}
			}
		}
		s := t.renderShell(prefix)
		var list []*shell
		if old != nil {
			list = slices.Clone(*old)
		}
		list = append(list, s)
		if t.shells.CompareAndSwap(old, &list) {
			return s
		}
	}
}

// AppendPage writes a whole HTML document to dst. The article element holds
// what body writes and, when the page asks for it, a title; nothing else.
func (t *Theme) AppendPage(dst []byte, p *Page, body func(dst []byte) []byte) []byte {
	prefix := prefixOf(p.Base)
	s := t.shell(prefix)
	at := t.nav.of(p.Number)
	toc := tocOf(p.TOC)
	hideTOC := p.HideTOC || len(toc) == 0
	aside := !hideTOC && (!t.has.tocIntegrate || p.HideNav)

	lang := t.lang
	if p.Language != "" {
		lang = p.Language
	}
	dst = append(dst, "<!doctype html>\n<html lang=\""...)
	dst = appendText(dst, lang)
	dst = append(dst, s.html...)
	dst = t.appendMeta(dst, p, prefix)
	dst = append(dst, s.head...)

	dst = append(dst, `<body class="page`...)
	if p.HideNav {
		dst = append(dst, " no-nav"...)
	}
	if !aside {
		dst = append(dst, " no-toc"...)
	}
	top := at.top()
	if t.has.tabs && !p.HideNav && (top < 0 || t.nav.root.children[top] == nil) {
		// The tabs say all that the navigation would.
		dst = append(dst, " lone"...)
	}
	if p.Home {
		dst = append(dst, " home"...)
	}
	dst = append(dst, "\">\n"...)
	dst = append(dst, s.top...)
	if len(s.tabs) > 0 {
		if top >= 0 && s.marks[top] > 0 {
			m := s.marks[top]
			dst = append(dst, s.tabs[:m]...)
			dst = append(dst, ` aria-current="true"`...)
			dst = append(dst, s.tabs[m:]...)
		} else {
			dst = append(dst, s.tabs...)
		}
	}
	dst = append(dst, s.after...)

	dst = append(dst, `<nav class="nav" id="__nav" popover aria-label="`...)
	dst = appendText(dst, t.text["navigation"])
	dst = append(dst, "\">\n"...)
	var integrated []Heading
	if !aside && !hideTOC {
		integrated = toc
	}
	dst = t.appendNav(dst, at, prefix, integrated)
	dst = append(dst, "</nav>\n"...)

	dst = append(dst, `<main class="md-content" id="__main" tabindex="-1">`...)
	dst = append(dst, '\n')
	dst = t.appendPageTop(dst, p, prefix)
	if p.Record != nil {
		dst = t.appendRecord(dst, p.Record, prefix)
	}
	dst = append(dst, `<article class="md-content__inner md-typeset">`...)
	dst = append(dst, '\n')
	if p.AddTitle {
		dst = append(dst, "<h1>"...)
		dst = appendText(dst, p.Title)
		dst = append(dst, "</h1>\n"...)
	}
	dst = body(dst)
	dst = append(dst, "\n</article>\n"...)
	dst = t.appendPageEnd(dst, p, prefix)
	dst = append(dst, "</main>\n"...)

	if aside {
		dst = append(dst, `<nav class="toc" id="__toc" popover aria-labelledby="__toct"><p id="__toct">`...)
		dst = appendText(dst, t.text["toc"])
		dst = append(dst, "</p>\n"...)
		dst = appendTOC(dst, toc)
		dst = append(dst, "</nav>\n"...)
	}
	return append(dst, s.foot...)
}

// top returns the index of the top-level entry that the place is in, or -1.
func (p place) top() int {
	if p.sec.item == nil {
		return p.child
	}
	return p.sec.top
}

func (t *Theme) appendMeta(dst []byte, p *Page, prefix string) []byte {
	title := p.Title
	dst = append(dst, "<title>"...)
	if title == "" || p.Home {
		if title != "" && title != t.site.Name && t.site.Name == "" {
			dst = appendText(dst, title)
		} else {
			dst = appendText(dst, t.site.Name)
		}
	} else {
		dst = appendText(dst, title)
		if t.site.Name != "" && title != t.site.Name {
			dst = append(dst, " - "...)
			dst = appendText(dst, t.site.Name)
		}
	}
	dst = append(dst, "</title>\n"...)

	description := p.Description
	if description == "" {
		description = t.site.Description
	}
	author := p.Author
	if author == "" {
		author = t.site.Author
	}
	dst = appendMetaTag(dst, "name", "description", description)
	dst = appendMetaTag(dst, "name", "author", author)
	if robots, ok := p.Meta["robots"].(string); ok && !p.NoIndex {
		dst = appendMetaTag(dst, "name", "robots", robots)
	} else if p.NoIndex {
		dst = appendMetaTag(dst, "name", "robots", "noindex")
	}
	if title == "" {
		title = t.site.Name
	}
	if p.Home {
		dst = appendMetaTag(dst, "property", "og:type", "website")
	} else {
		dst = appendMetaTag(dst, "property", "og:type", "article")
	}
	dst = appendMetaTag(dst, "property", "og:title", title)
	dst = appendMetaTag(dst, "property", "og:site_name", t.site.Name)
	dst = appendMetaTag(dst, "property", "og:description", description)
	if p.Canonical != "" {
		dst = append(dst, `<meta property="og:url" content="`...)
		dst = appendLink(dst, "", p.Canonical)
		dst = append(dst, "\">\n<link rel=\"canonical\" href=\""...)
		dst = appendLink(dst, "", p.Canonical)
		dst = append(dst, "\">\n"...)
	}
	if p.Prev != nil {
		dst = append(dst, `<link rel="prev" href="`...)
		dst = appendLink(dst, prefix, p.Prev.URL)
		dst = append(dst, "\">\n"...)
	}
	if p.Next != nil {
		dst = append(dst, `<link rel="next" href="`...)
		dst = appendLink(dst, prefix, p.Next.URL)
		dst = append(dst, "\">\n"...)
	}
	return dst
}

func appendMetaTag(dst []byte, kind, name, content string) []byte {
	if content == "" {
		return dst
	}
	dst = append(dst, "<meta "...)
	dst = append(dst, kind...)
	dst = append(dst, `="`...)
	dst = append(dst, name...)
	dst = append(dst, `" content="`...)
	dst = appendText(dst, content)
	return append(dst, "\">\n"...)
}

// appendPageTop writes the path to the page, and what can be done with it.
func (t *Theme) appendPageTop(dst []byte, p *Page, prefix string) []byte {
	path := t.has.path && !p.HidePath && len(p.Breadcrumbs) > 0
	edit := t.has.edit && p.EditURL != ""
	view := t.has.view && p.ViewURL != ""
	if !path && !edit && !view && !p.Draft {
		return dst
	}
	dst = append(dst, "<div class=\"page-top\">\n"...)
	if path {
		dst = append(dst, `<nav class="path" aria-label="`...)
		dst = appendText(dst, t.text["path"])
		dst = append(dst, `"><ol>`...)
		for _, b := range p.Breadcrumbs {
			dst = append(dst, "<li>"...)
			if b.URL == "" && p.Base != "" && b.Title != t.text["home"] {
				dst = appendText(dst, b.Title)
			} else {
				dst = append(dst, `<a href="`...)
				dst = appendLink(dst, prefix, b.URL)
				dst = append(dst, `">`...)
				dst = appendText(dst, b.Title)
				dst = append(dst, "</a>"...)
			}
			dst = append(dst, "</li>"...)
		}
		dst = append(dst, "</ol></nav>\n"...)
	}
	if p.Draft {
		dst = append(dst, `<span class="status status-draft">`...)
		dst = appendText(dst, t.text["draft"])
		dst = append(dst, "</span>\n"...)
	}
	if edit {
		dst = t.appendAction(dst, "edit", p.EditURL)
	}
	if view {
		dst = t.appendAction(dst, "view", p.ViewURL)
	}
	return append(dst, "</div>\n"...)
}

func (t *Theme) appendAction(dst []byte, name, url string) []byte {
	dst = append(dst, `<a class="ib act" rel="`...)
	dst = append(dst, name...)
	dst = append(dst, `" href="`...)
	dst = appendLink(dst, "", url)
	dst = append(dst, `" title="`...)
	dst = appendText(dst, t.text[name])
	dst = append(dst, `" aria-label="`...)
	dst = appendText(dst, t.text[name])
	dst = append(dst, `"><i class="i i-`...)
	dst = append(dst, name...)
	return append(dst, "\"></i></a>\n"...)
}

// appendPageEnd writes what is known about the page, and its neighbours.
func (t *Theme) appendPageEnd(dst []byte, p *Page, prefix string) []byte {
	if len(p.Tags) > 0 {
		dst = append(dst, `<ul class="tags" aria-label="`...)
		dst = appendText(dst, t.text["tags"])
		dst = append(dst, `">`...)
		for _, tag := range p.Tags {
			dst = append(dst, "<li>"...)
			if tag.URL != "" {
				dst = append(dst, `<a class="md-tag" href="`...)
				dst = appendLink(dst, prefix, tag.URL)
				dst = append(dst, `">`...)
				dst = appendText(dst, tag.Name)
				dst = append(dst, "</a>"...)
			} else {
				dst = append(dst, `<span class="md-tag">`...)
				dst = appendText(dst, tag.Name)
				dst = append(dst, "</span>"...)
			}
			dst = append(dst, "</li>"...)
		}
		dst = append(dst, "</ul>\n"...)
	}
	if p.Updated != "" || p.Created != "" || len(p.Authors) > 0 {
		dst = append(dst, "<div class=\"facts\">\n"...)
		dst = t.appendFact(dst, "clock", "updated", p.Updated)
		dst = t.appendFact(dst, "clock", "created", p.Created)
		if len(p.Authors) > 0 {
			dst = t.appendFact(dst, "person", "authors", strings.Join(p.Authors, ", "))
		}
		dst = append(dst, "</div>\n"...)
	}
	if t.has.footer && !p.HideFooter && (p.Prev != nil || p.Next != nil) {
		dst = append(dst, `<nav class="turn" aria-label="`...)
		dst = appendText(dst, t.text["footer"])
		dst = append(dst, "\">\n"...)
		dst = t.appendTurn(dst, prefix, "prev", "previous", p.Prev)
		dst = t.appendTurn(dst, prefix, "next", "next", p.Next)
		dst = append(dst, "</nav>\n"...)
	}
	return dst
}

func (t *Theme) appendFact(dst []byte, icon, key, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(dst, `<span><i class="i i-`...)
	dst = append(dst, icon...)
	dst = append(dst, `"></i> `...)
	dst = appendText(dst, t.text[key])
	dst = append(dst, `: <b>`...)
	dst = appendText(dst, value)
	return append(dst, "</b></span>\n"...)
}

func (t *Theme) appendTurn(dst []byte, prefix, rel, key string, link *PageLink) []byte {
	if link == nil {
		return dst
	}
	dst = append(dst, `<a class="`...)
	dst = append(dst, rel...)
	dst = append(dst, `" rel="`...)
	dst = append(dst, rel...)
	dst = append(dst, `" href="`...)
	dst = appendLink(dst, prefix, link.URL)
	dst = append(dst, `"><i class="i i-`...)
	dst = append(dst, rel...)
	dst = append(dst, `"></i><span><small>`...)
	dst = appendText(dst, t.text[key])
	dst = append(dst, "</small> "...)
	dst = appendText(dst, link.Title)
	return append(dst, "</span></a>\n"...)
}

// tocOf leaves out the page's title: a single heading of level 1.
func tocOf(toc []Heading) []Heading {
	if len(toc) == 1 && toc[0].Level == 1 {
		return toc[0].Children
	}
	if len(toc) > 1 && toc[0].Level == 1 && !slices.ContainsFunc(toc[1:], func(h Heading) bool { return h.Level == 1 }) && len(toc[0].Children) == 0 {
		return toc[1:]
	}
	return toc
}

func appendTOC(dst []byte, toc []Heading) []byte {
	if len(toc) == 0 {
		return dst
	}
	dst = append(dst, "<ul>\n"...)
	for i := range toc {
		h := &toc[i]
		dst = append(dst, `<li><a href="#`...)
		dst = appendURL(dst, h.ID)
		dst = append(dst, `">`...)
		dst = append(dst, h.HTML...)
		dst = append(dst, "</a>"...)
		dst = appendTOC(dst, h.Children)
		dst = append(dst, "</li>\n"...)
	}
	return append(dst, "</ul>\n"...)
}
