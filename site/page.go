package site

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"html"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/theme"
)

// makeTheme compiles the theme for this site.
func (b *build) makeTheme() {
	c := b.conf
	t := theme.Site{
		Name: c.SiteName, URL: c.SiteURL, Description: c.SiteDescription, Author: c.SiteAuthor, Copyright: c.Copyright,
		Language: c.Theme.Language, RepoURL: c.RepoURL, RepoName: c.RepoName,
		Features: map[string]bool{}, Icons: map[string]string{},
		Search: b.plugins["search"] != nil, Offline: b.plugins["offline"] != nil, DirectoryURLs: c.UseDirectoryURLs,
		Math: b.hasMath(), Version: b.site.opts.Version, Statuses: map[string]string{},
	}
	if t.Language == "" {
		t.Language = "en"
	}
	for _, f := range c.Theme.Features {
		t.Features[f] = true
	}
	v := c.Theme.Values
	t.Logo, _ = v["logo"].(string)
	t.Favicon, _ = v["favicon"].(string)
	if icons, ok := v["icon"].(map[string]any); ok {
		flattenIcons(t.Icons, "", icons)
	}
	t.LogoIcon, t.RepoIcon = t.Icons["logo"], t.Icons["repo"]
	t.Palettes = palettes(v["palette"])
	if list, ok := c.Extra["social"].([]any); ok {
		for _, x := range list {
			if m := render.Meta(asMap(x)); m != nil {
				t.Social = append(t.Social, theme.Social{Icon: m.String("icon"), Link: m.String("link"), Name: m.String("name")})
			}
		}
	}
	if list, ok := c.Extra["alternate"].([]any); ok {
		for _, x := range list {
			if m := render.Meta(asMap(x)); m != nil {
				t.Alternates = append(t.Alternates, theme.Alternate{Name: m.String("name"), Link: m.String("link"), Lang: m.String("lang")})
			}
		}
	}
	for k, v := range asMap(c.Extra["status"]) {
		if name, ok := v.(string); ok {
			t.Statuses[k] = name
		}
	}
	if p, ok := asMap(c.Extra["version"])["provider"].(string); ok && p == "mike" {
		t.Versions = true
	}
	if g, ok := c.Extra["generator"].(bool); ok {
		t.GeneratorHidden = !g
	}
	if h, ok := c.Extra["homepage"].(string); ok {
		t.HomeTarget = h
	}
	for _, css := range c.ExtraCSS {
		t.ExtraCSS = append(t.ExtraCSS, b.asset(css, "extra_css"))
	}
	for _, js := range c.ExtraJavaScript {
		t.ExtraJS = append(t.ExtraJS, theme.Script{Path: b.asset(js.Path, "extra_javascript"), Type: js.Type, Async: js.Async, Defer: js.Defer})
	}
	var override fs.FS
	if c.Theme.CustomDir != "" {
		sub, err := fs.Sub(b.site.fsys, c.Theme.CustomDir)
		if err == nil {
			_, err = fs.Stat(sub, ".")
		}
		if err != nil {
			b.found(finding.Finding{
				Rule: "config/custom-dir", Severity: finding.Warning, Position: finding.Position{Path: c.File},
				Message: fmt.Sprintf("theme.custom_dir %q cannot be read", c.Theme.CustomDir),
			})
		} else {
			override = sub
		}
	}
	th, err := theme.New(t, b.themeNav(b.nav), theme.Options{
		Icon: b.site.opts.Icon, Override: override, Like: b.site.theme,
		Report: func(p, msg string) {
			b.found(finding.Finding{
				Rule: "theme/override", Severity: finding.Info,
				Position: finding.Position{Path: path.Join(c.Theme.CustomDir, p)}, Message: msg,
			})
		},
	})
	if err != nil {
		b.found(finding.Finding{
			Rule: "theme/override", Severity: finding.Warning, Position: finding.Position{Path: c.Theme.CustomDir}, Message: err.Error(),
		})
	}
	b.theme, b.themeSite, b.site.theme = th, t, th
}

// hasMath reports whether a page holds a formula.
func (b *build) hasMath() bool {
	on := b.conf.Dialect != render.MkDocs || slices.ContainsFunc(b.conf.Extensions, func(e render.Extension) bool {
		return e.Name == "pymdownx.arithmatex"
	})
	return on && slices.ContainsFunc(b.pages, func(p *Page) bool { return p.parsed.math })
}

// asset returns the output path of a style sheet or script, and reports one
// that does not exist.
func (b *build) asset(p, setting string) string {
	scheme, lp, query, _ := splitURL(p)
	if scheme != "" || strings.HasPrefix(p, "/") {
		return p
	}
	if f := b.tree.lookup(path.Clean(lp)); f != nil {
		return withSuffix(f.URL, query, "")
	}
	if b.conf.Theme.CustomDir != "" {
		if _, err := fs.Stat(b.site.fsys, path.Join(b.conf.Theme.CustomDir, lp)); err == nil {
			return p
		}
	}
	b.found(finding.Finding{
		Rule: "config/asset", Severity: finding.Warning, Position: finding.Position{Path: b.conf.File},
		Message: fmt.Sprintf("%s names %q, which is not in the documentation", setting, p),
		Hint:    b.suggest(path.Clean(lp)),
	})
	return p
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func flattenIcons(out map[string]string, prefix string, m map[string]any) {
	for k, v := range m {
		switch v := v.(type) {
		case string:
			out[prefix+k] = v
		case map[string]any:
			flattenIcons(out, prefix+k+".", v)
		}
	}
}

func palettes(v any) []theme.Palette {
	one := func(m map[string]any) theme.Palette {
		r := render.Meta(m)
		toggle := render.Meta(asMap(m["toggle"]))
		return theme.Palette{
			Media: r.String("media"), Scheme: r.String("scheme"), Primary: r.String("primary"), Accent: r.String("accent"),
			ToggleIcon: toggle.String("icon"), ToggleName: toggle.String("name"),
		}
	}
	switch v := v.(type) {
	case map[string]any:
		return []theme.Palette{one(v)}
	case []any:
		var out []theme.Palette
		for _, x := range v {
			if m := asMap(x); m != nil {
				out = append(out, one(m))
			}
		}
		return out
	}
	return nil
}

// appendPage writes the HTML of a page.
func (b *build) appendPage(dst []byte, p *Page) []byte {
	v := b.view(p)
	if p.virtual != nil {
		made := p.virtual()
		v.TOC, v.AddTitle = made.TOC, true
		return b.theme.AppendPage(dst, v, func(dst []byte) []byte { return append(dst, made.HTML...) })
	}
	return b.theme.AppendPage(dst, v, func(dst []byte) []byte {
		dst = b.appendBody(dst, p, func(i int) string { return p.hrefs[i] })
		if b.tags.lists(p) {
			dst = b.appendTags(dst, p)
		}
		return dst
	})
}

// appendBody writes what the author wrote, with what Lintel adds to it.
func (b *build) appendBody(dst []byte, p *Page, resolve func(i int) string) []byte {
	if p.virtual != nil {
		return append(dst, p.virtual().HTML...)
	}
	return p.parsed.doc.AppendHTML(dst, resolve, b.splices(p)...)
}

// view is what the theme needs to know of a page.
func (b *build) view(p *Page) *theme.Page {
	c := b.conf
	m := p.meta
	v := &theme.Page{
		Number: p.num, Title: p.title, Description: m.String("description"), Author: m.String("author"),
		URL: p.URL, Base: baseURL(p.URL), EditURL: b.editURL(p), Updated: p.updated, Created: p.created, Authors: p.authors,
		Home: p.URL == "" || p.URL == "index.html", Draft: p.inclusion == draft, Language: m.String("lang"), Meta: m,
		Breadcrumbs: p.nav.breadcrumbs(), Record: p.record,
	}
	if c.SiteURL != "" {
		v.Canonical = c.SiteURL + p.URL
	}
	if b.themeSite.Features["content.action.view"] {
		v.ViewURL = viewURL(v.EditURL)
	}
	if p.prev != nil {
		v.Prev = &theme.PageLink{Title: p.prev.title, URL: p.prev.URL}
	}
	if p.next != nil {
		v.Next = &theme.PageLink{Title: p.next.title, URL: p.next.URL}
	}
	for _, h := range stringList(m["hide"]) {
		switch h {
		case "navigation":
			v.HideNav = true
		case "toc":
			v.HideTOC = true
		case "path":
			v.HidePath = true
		case "footer":
			v.HideFooter = true
		}
	}
	doc := p.parsed.doc
	v.TOC = contents(doc.Headings)
	v.AddTitle = len(doc.Headings) == 0 || !slices.ContainsFunc(doc.Headings, func(h render.Heading) bool { return h.Level == 1 })
	if v.AddTitle && doc.Contains("<h1") {
		v.AddTitle = false
	}
	if b.tags != nil && !slices.Contains(stringList(m["hide"]), "tags") {
		for _, t := range pageTags(m) {
			tag := theme.Tag{Name: t}
			if b.tags.page != nil {
				tag.URL = b.tags.page.URL + "#" + tagID(t)
			}
			v.Tags = append(v.Tags, tag)
		}
	}
	return v
}

// contents nests headings by level.
func contents(hs []render.Heading) []theme.Heading {
	var root []theme.Heading
	type open struct {
		level int
		list  *[]theme.Heading
	}
	stack := []open{{0, &root}}
	for i := range hs {
		h := &hs[i]
		if h.NoTOC {
			continue
		}
		for len(stack) > 1 && stack[len(stack)-1].level >= h.Level {
			stack = stack[:len(stack)-1]
		}
		list := stack[len(stack)-1].list
		id := h.ID
		if h.Alias != "" && movable(h.ID) {
			id = h.Alias
		}
		*list = append(*list, theme.Heading{Level: h.Level, ID: id, HTML: h.HTML})
		stack = append(stack, open{h.Level, &(*list)[len(*list)-1].Children})
	}
	return root
}

// movable reports whether an id is of the kind _1: a count of headings without
// a name in Latin letters, which changes when one is put before it.
func movable(id string) bool {
	if len(id) < 2 || id[0] != '_' {
		return false
	}
	return strings.Trim(id[1:], "0123456789") == ""
}

// editURL returns where a page can be edited, or "".
func (b *build) editURL(p *Page) string {
	c := b.conf
	src := quoteURL(p.Src)
	repo, uri := c.RepoURL, c.EditURI
	if p.repo != nil {
		repo, uri, src = p.repo.repoURL, &p.repo.editURI, quoteURL(p.editPath)
	}
	if p.generated != nil || p.virtual != nil {
		return ""
	}
	if e, ok := p.meta["edit_uri"].(string); ok {
		uri = &e
	}
	if c.EditURITemplate != "" && p.repo == nil {
		return joinRepo(repo, expandEditTemplate(c.EditURITemplate, p.Src))
	}
	var base string
	switch {
	case uri != nil && *uri == "" && p.repo == nil:
		return ""
	case uri != nil && *uri != "":
		base = *uri
	default:
		switch host(repo) {
		case "github.com", "gitlab.com":
			base = "edit/master/docs/"
		case "bitbucket.org":
			base = "src/default/docs/"
		default:
			return ""
		}
	}
	if !strings.HasPrefix(base, "?") && !strings.HasPrefix(base, "#") && !strings.HasSuffix(base, "/") {
		base += "/"
	}
	return joinRepo(repo, base+src)
}

// viewURL returns where a page's source can be read, from where it is edited.
func viewURL(edit string) string {
	for _, part := range []string{"/edit/", "/blob/", "/tree/", "/src/"} {
		if before, after, ok := strings.Cut(edit, part); ok {
			return before + "/raw/" + after
		}
	}
	return ""
}

// joinRepo resolves an edit URI against the repository's URL.
func joinRepo(repo, uri string) string {
	if scheme, _, _, _ := splitURL(uri); scheme != "" {
		return uri
	}
	if repo == "" {
		return ""
	}
	if strings.HasPrefix(uri, "?") || strings.HasPrefix(uri, "#") {
		return strings.TrimSuffix(repo, "/") + uri
	}
	if strings.HasPrefix(uri, "/") {
		return joinURL(strings.TrimSuffix(repo, "/")+"/", "") + uri
	}
	base := strings.TrimSuffix(repo, "/") + "/"
	for strings.HasPrefix(uri, "../") {
		uri = uri[3:]
		if cut := strings.LastIndexByte(strings.TrimSuffix(base, "/"), '/'); cut > len("https://") {
			base = base[:cut+1]
		}
	}
	return base + strings.TrimPrefix(uri, "./")
}

func host(u string) string {
	_, after, ok := strings.Cut(u, "://")
	if !ok {
		return ""
	}
	h, _, _ := strings.Cut(after, "/")
	return strings.ToLower(h)
}

var editFieldRE = regexp.MustCompile(`\{(path|path_noext)(![a-z]+)?\}`)

// expandEditTemplate fills in {path} and {path_noext}; the filter !q quotes
// slashes too.
func expandEditTemplate(t, src string) string {
	return editFieldRE.ReplaceAllStringFunc(t, func(f string) string {
		m := editFieldRE.FindStringSubmatch(f)
		v := src
		if m[1] == "path_noext" {
			v = strings.TrimSuffix(src, path.Ext(src))
		}
		if m[2] == "!q" {
			return strings.ReplaceAll(quoteURL(v), "/", "%2F")
		}
		return quoteURL(v)
	})
}

// notFound writes 404.html. A host serves it for any URL, so its links are
// absolute.
func (b *build) notFound() []byte {
	base := "/"
	if u := b.conf.SiteURL; u != "" {
		if i := strings.Index(u, "://"); i >= 0 {
			if j := strings.IndexByte(u[i+3:], '/'); j >= 0 {
				base = u[i+3+j:]
			}
		}
	}
	p, body := b.theme.NotFoundPage(base)
	return b.theme.AppendPage(nil, p, body)
}

// sitemap lists the pages: https://www.sitemaps.org/protocol.html
func (b *build) sitemap() []byte {
	var sb bytes.Buffer
	sb.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
	if b.conf.SiteURL != "" {
		day := b.now.UTC().Format(time.DateOnly)
		for _, p := range b.pages {
			if p.inclusion == draft || noindex(p.meta) {
				continue
			}
			mod := day
			if p.updated != "" {
				mod = p.updated
			}
			sb.WriteString("    <url>\n         <loc>")
			sb.WriteString(xmlEscape(b.conf.SiteURL + p.URL))
			sb.WriteString("</loc>\n         <lastmod>" + mod + "</lastmod>\n    </url>\n")
		}
	}
	sb.WriteString("</urlset>\n")
	return sb.Bytes()
}

func noindex(m render.Meta) bool { return strings.Contains(m.String("robots"), "noindex") }

func xmlEscape(s string) string { return xmlEscaper.Replace(s) }

var xmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")

func gzipped(b []byte) []byte {
	var buf bytes.Buffer
	w, _ := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	_, _ = w.Write(b) // to memory: cannot fail
	_ = w.Close()
	return buf.Bytes()
}

// appendTags writes the list of tags and their pages.
func (b *build) appendTags(dst []byte, p *Page) []byte {
	for _, name := range b.tags.names {
		dst = append(dst, "\n<h2 id=\""...)
		dst = append(dst, html.EscapeString(tagID(name))...)
		dst = append(dst, "\"><span class=\"md-tag\">"...)
		dst = append(dst, html.EscapeString(name)...)
		dst = append(dst, "</span></h2>\n<ul>\n"...)
		for _, t := range b.tags.pages[name] {
			dst = append(dst, "<li><a href=\""...)
			dst = append(dst, html.EscapeString(relativeURL(t.URL, p.URL))...)
			dst = append(dst, "\">"...)
			dst = append(dst, html.EscapeString(t.title)...)
			dst = append(dst, "</a></li>\n"...)
		}
		dst = append(dst, "</ul>"...)
	}
	return dst
}

// searchPath is where searchPage belongs.
func (b *build) searchPath() string {
	p, _ := b.theme.SearchPage("../")
	if p.URL == "" || strings.HasSuffix(p.URL, "/") {
		return p.URL + "index.html"
	}
	return p.URL
}

// searchPage writes the page that search leads to without JavaScript.
func (b *build) searchPage() []byte {
	p, body := b.theme.SearchPage("../")
	return b.theme.AppendPage(nil, p, body)
}

// redirectPage is a page that sends its reader on without a server's help.
func redirectPage(target, canonical, title string) []byte {
	to, can := html.EscapeString(target), html.EscapeString(canonical)
	return fmt.Appendf(nil, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>%s</title>
<link rel="canonical" href="%s">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url=%s">
</head>
<body>
<p><a href="%s">%s</a></p>
</body>
</html>
`, html.EscapeString(title), can, to, to, to)
}
