package theme

import "strings"

func (t *Theme) renderShell(prefix string) *shell {
	s := &shell{prefix: prefix}
	s.html = t.shellHTML(prefix)
	s.head = t.shellHead(prefix)
	s.top = t.shellTop(prefix)
	if t.has.tabs {
		s.tabs, s.marks = t.shellTabs(prefix)
	}
	if !t.has.tabsSticky {
		// The header ends before the tabs, which then scroll away.
		s.top = append(s.top, "</header>\n"...)
		s.after = append(s.after, "<div class=\"layout md-main__inner md-grid\">\n"...)
	} else {
		s.after = append(s.after, "</header>\n<div class=\"layout md-main__inner md-grid\">\n"...)
	}
	s.foot = t.shellFoot(prefix)
	return s
}

func (t *Theme) shellHTML(prefix string) []byte {
	d := append([]byte(nil), `" data-base="`...)
	d = appendURL(d, prefix)
	d = append(d, '"')
	p := t.palette.start()
	d = appendAttr(d, "data-scheme", p.forced)
	d = appendAttr(d, "data-md-color-scheme", p.scheme)
	d = appendAttr(d, "data-md-color-primary", p.primary)
	d = appendAttr(d, "data-md-color-accent", p.accent)
	d = append(d, ` class="`...)
	d = append(d, t.classes...)
	return append(d, "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"...)
}

func appendAttr(d []byte, name, value string) []byte {
	if value == "" {
		return d
	}
	d = append(d, ' ')
	d = append(d, name...)
	d = append(d, `="`...)
	d = appendText(d, value)
	return append(d, '"')
}

func (t *Theme) shellHead(prefix string) []byte {
	var d []byte
	scheme := "light dark"
	if f := t.palette.start().forced; f != "" {
		scheme = f
	}
	d = appendMetaTag(d, "name", "color-scheme", scheme)
	if !t.site.GeneratorHidden {
		d = appendMetaTag(d, "name", "generator", strings.TrimSpace("lintel "+t.site.Version))
	}
	favicon := t.site.Favicon
	if favicon == "" {
		favicon = t.paths.favicon
	}
	d = append(d, `<link rel="icon" href="`...)
	d = appendLink(d, prefix, favicon)
	d = append(d, "\">\n"...)
	d = append(d, `<script src="`...)
	d = appendLink(d, prefix, t.paths.theme)
	d = append(d, "\"></script>\n"...)
	for _, css := range append([]string{t.paths.css}, t.site.ExtraCSS...) {
		d = append(d, `<link rel="stylesheet" href="`...)
		d = appendLink(d, prefix, css)
		d = append(d, "\">\n"...)
	}
	d = append(d, `<script src="`...)
	d = appendLink(d, prefix, t.paths.app)
	d = append(d, "\" defer></script>\n"...)
	if t.paths.versions != "" {
		d = append(d, `<script src="`...)
		d = appendLink(d, prefix, t.paths.versions)
		d = append(d, "\" defer></script>\n"...)
	}
	for _, a := range t.site.Alternates {
		if a.Lang == "" || a.Link == "" {
			continue
		}
		d = append(d, `<link rel="alternate" hreflang="`...)
		d = appendText(d, a.Lang)
		d = append(d, `" href="`...)
		d = appendLink(d, prefix, a.Link)
		d = append(d, "\">\n"...)
	}
	return append(d, "</head>\n"...)
}

func (t *Theme) shellTop(prefix string) []byte {
	var d []byte
	d = append(d, `<a class="skip" href="#__main">`...)
	d = appendText(d, t.text["skip"])
	d = append(d, "</a>\n"...)
	if a := strings.TrimSpace(t.site.Announcement); a != "" {
		d = append(d, `<aside class="announce md-banner" data-md-component="announce" aria-label="`...)
		d = appendText(d, t.text["announcement"])
		d = append(d, `"><div class="md-banner__inner md-typeset">`...)
		d = append(d, a...)
		d = append(d, "</div>"...)
		if t.has.dismiss {
			d = append(d, `<button class="ib" type="button" hidden aria-label="`...)
			d = appendText(d, t.text["dismiss"])
			d = append(d, `"><i class="i i-close"></i></button>`...)
		}
		d = append(d, "</aside>\n"...)
	}
	d = append(d, `<header class="header md-header`...)
	if t.palette.brand {
		d = append(d, " brand"...)
	}
	d = append(d, "\">\n<div class=\"bar md-header__inner md-grid\">\n"...)
	d = append(d, `<button class="ib for-nav" type="button" popovertarget="__nav" aria-label="`...)
	d = appendText(d, t.text["menu"])
	d = append(d, "\"><i class=\"i i-menu\"></i></button>\n"...)

	d = append(d, `<a class="logo md-header__title" href="`...)
	d = appendLink(d, prefix, t.site.HomeTarget)
	d = append(d, `" title="`...)
	d = appendText(d, t.site.Name)
	d = append(d, `">`...)
	logo := ""
	if t.site.LogoIcon != "" {
		logo, _ = t.Icon(t.site.LogoIcon)
	}
	switch {
	case t.site.Logo != "":
		d = append(d, `<img src="`...)
		d = appendLink(d, prefix, t.site.Logo)
		d = append(d, `" alt="">`...)
	case logo != "":
		d = append(d, logo...)
	}
	d = append(d, "<span>"...)
	d = appendText(d, t.site.Name)
	d = append(d, "</span></a>\n"...)

	if t.site.Versions {
		d = append(d, `<select class="versions" id="__versions" hidden aria-label="`...)
		d = appendText(d, t.text["version"])
		d = append(d, "\"></select>\n"...)
	}
	if t.site.Search {
		page, _ := t.SearchPage("")
		d = append(d, `<form class="search" role="search" action="`...)
		d = appendLink(d, prefix, page.URL)
		d = append(d, `"><button class="ib" aria-label="`...)
		d = appendText(d, t.text["search"])
		d = append(d, `"><i class="i i-search"></i></button><input class="md-search__input" type="search" name="q" autocomplete="off" placeholder="`...)
		d = appendText(d, t.text["search"])
		d = append(d, `" aria-label="`...)
		d = appendText(d, t.text["search"])
		d = append(d, "\"><kbd>/</kbd></form>\n"...)
	}
	if len(t.palette.entries) > 1 {
		d = append(d, `<button class="ib" type="button" id="__scheme" hidden><i class="i"></i></button>`...)
		d = append(d, '\n')
	}
	if len(t.site.Alternates) > 0 {
		d = append(d, `<details class="langs"><summary class="ib" aria-label="`...)
		d = appendText(d, t.text["languages"])
		d = append(d, `"><i class="i i-globe"></i></summary><ul>`...)
		for _, a := range t.site.Alternates {
			d = append(d, `<li><a href="`...)
			d = appendLink(d, prefix, a.Link)
			d = append(d, '"')
			d = appendAttr(d, "hreflang", a.Lang)
			d = appendAttr(d, "lang", a.Lang)
			d = append(d, '>')
			d = appendText(d, a.Name)
			d = append(d, "</a></li>"...)
		}
		d = append(d, "</ul></details>\n"...)
	}
	if t.site.RepoURL != "" {
		name := t.site.RepoName
		if name == "" {
			name = t.text["repo"]
		}
		d = append(d, `<a class="repo" href="`...)
		d = appendLink(d, prefix, t.site.RepoURL)
		d = append(d, `" title="`...)
		d = appendText(d, t.text["repo"])
		d = append(d, `"><i class="i i-repo"></i><span>`...)
		d = appendText(d, name)
		d = append(d, "</span></a>\n"...)
	}
	d = append(d, `<button class="ib for-toc" type="button" popovertarget="__toc" aria-label="`...)
	d = appendText(d, t.text["toc"])
	d = append(d, "\"><i class=\"i i-list\"></i></button>\n</div>\n"...)
	return d
}

func (t *Theme) shellTabs(prefix string) ([]byte, []int) {
	marks := make([]int, len(t.items))
	var d []byte
	d = append(d, `<nav class="tabs md-tabs" aria-label="`...)
	d = appendText(d, t.text["tabs"])
	d = append(d, "\"><ul>\n"...)
	for i, item := range t.items {
		if item == nil {
			continue
		}
		url := item.URL
		if s := t.nav.root.children[i]; s != nil {
			if !s.found {
				continue
			}
			url = s.first
		}
		d = append(d, `<li><a href="`...)
		d = appendLink(d, prefix, url)
		d = append(d, '"')
		marks[i] = len(d)
		d = append(d, '>')
		d = appendText(d, item.Title)
		d = append(d, "</a></li>\n"...)
	}
	return append(d, "</ul></nav>\n"...), marks
}

func (t *Theme) shellFoot(prefix string) []byte {
	var d []byte
	d = append(d, "</div>\n<footer class=\"footer md-footer\"><div class=\"md-footer-meta md-grid\">\n"...)
	if t.site.Copyright != "" {
		// MkDocs documents copyright as HTML.
		d = append(d, `<div class="copyright">`...)
		d = append(d, t.site.Copyright...)
		d = append(d, "</div>\n"...)
	}
	if !t.site.GeneratorHidden {
		d = append(d, `<div class="made">`...)
		d = appendText(d, t.text["made_with"])
		d = append(d, ` <a href="https://github.com/lintel-docs/lintel" rel="noopener">Lintel</a></div>`...)
		d = append(d, '\n')
	}
	if len(t.site.Social) > 0 {
		d = append(d, `<ul class="social" aria-label="`...)
		d = appendText(d, t.text["social"])
		d = append(d, `">`...)
		for _, l := range t.site.Social {
			name := l.Name
			if name == "" {
				name = hostOf(l.Link)
			}
			d = append(d, `<li><a class="ib" rel="me noopener" href="`...)
			d = appendLink(d, prefix, l.Link)
			d = append(d, `" title="`...)
			d = appendText(d, name)
			d = append(d, `" aria-label="`...)
			d = appendText(d, name)
			d = append(d, `">`...)
			if svg, ok := t.Icon(l.Icon); ok {
				d = append(d, svg...)
			} else {
				d = append(d, `<i class="i i-link"></i>`...)
			}
			d = append(d, "</a></li>"...)
		}
		d = append(d, "</ul>\n"...)
	}
	d = append(d, "</div></footer>\n"...)
	for _, js := range t.site.ExtraJS {
		d = append(d, `<script src="`...)
		d = appendLink(d, prefix, js.Path)
		d = append(d, '"')
		d = appendAttr(d, "type", js.Type)
		if js.Async {
			d = append(d, " async"...)
		}
		if js.Defer {
			d = append(d, " defer"...)
		}
		d = append(d, "></script>\n"...)
	}
	return append(d, "</body>\n</html>\n"...)
}

// hostOf returns what names a link that has no name of its own.
func hostOf(link string) string {
	_, rest, ok := strings.Cut(link, "://")
	if !ok {
		return link
	}
	host, _, _ := strings.Cut(rest, "/")
	return strings.TrimPrefix(host, "www.")
}
