package theme_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/lintel-docs/lintel/theme"
)

// tree makes a navigation of groups × sections × pages, each section with a
// page of its own in its first place when index is set, and returns the URLs by
// page number.
func tree(groups, sections, pages int, index bool) (nav []*theme.NavItem, urls []string) {
	page := func(title, url string) *theme.NavItem {
		urls = append(urls, url)
		return &theme.NavItem{Title: title, URL: url, Page: len(urls) - 1}
	}
	nav = append(nav, page("Home", ""))
	for g := range groups {
		group := &theme.NavItem{Title: fmt.Sprintf("Group <%d> & more", g), Section: true, Page: -1}
		for s := range sections {
			section := &theme.NavItem{Title: fmt.Sprintf("Section %d", s), Section: true, Page: -1}
			dir := fmt.Sprintf("g%d/절 %d/", g, s)
			if index {
				own := page("Section", dir)
				section.URL, section.Page = own.URL, own.Page
			}
			for p := range pages {
				section.Children = append(section.Children, page(fmt.Sprintf("Page %d of a section", p), fmt.Sprintf("%sp%d/", dir, p)))
			}
			group.Children = append(group.Children, section)
		}
		group.Children = append(group.Children, &theme.NavItem{Title: "Elsewhere", URL: "https://example.org/", External: true, Page: -1})
		nav = append(nav, group)
	}
	return nav, urls
}

func baseOf(url string) string {
	if url == "" {
		return "."
	}
	return strings.Repeat("../", strings.Count(url, "/"))
}

func mustNew(t testing.TB, s theme.Site, nav []*theme.NavItem, o theme.Options) *theme.Theme {
	t.Helper()
	th, err := theme.New(s, nav, o)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func features(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// full is a site that uses all that a page can show.
func full() theme.Site {
	return theme.Site{
		Name: `A "site" & <more>`, URL: "https://example.com/docs/", Description: "What it is", Author: "Someone", Copyright: "&copy; 2026 <a href=\"https://example.com/\">Us</a>",
		Language: "en", RepoURL: "https://gitlab.example.com/a/b", RepoName: "a/b", Search: true, DirectoryURLs: true, Version: "1.2",
		Features:     features("navigation.tabs", "navigation.sections", "navigation.indexes", "navigation.footer", "navigation.path", "content.action.edit", "content.action.view", "announce.dismiss", "header.autohide"),
		Announcement: "<b>News</b>",
		Social:       []theme.Social{{Icon: "a/b", Link: "https://social.example.com/@x"}},
		Alternates:   []theme.Alternate{{Name: "한국어", Link: "ko/", Lang: "ko"}, {Name: "English", Link: "/en/", Lang: "en"}},
		ExtraCSS:     []string{"css/own.css"},
		ExtraJS:      []theme.Script{{Path: "js/own.js", Defer: true}, {Path: "js/m.mjs", Type: "module"}},
		Palettes:     []theme.Palette{{Scheme: "default", Primary: "teal", ToggleName: "Dark"}, {Scheme: "slate", Primary: "red", Accent: "pink", ToggleName: "Light"}},
	}
}

func samplePage(n int, u string) *theme.Page {
	return &theme.Page{
		Number: n, Title: "T <1> & \"q\"", URL: u, Base: baseOf(u), Description: `d "x"`, Canonical: "https://example.com/docs/" + u, EditURL: "https://example.com/e?a=1&b=2", ViewURL: "https://example.com/v",
		Updated: "2026-11-21", Created: "2026-01-02", Authors: []string{"A <a@b>", "B"}, Tags: []theme.Tag{{Name: "x & y", URL: "tags/#x"}, {Name: "z"}},
		TOC:  []theme.Heading{{Level: 1, ID: "top", HTML: "Top", Children: []theme.Heading{{Level: 2, ID: "가-나", HTML: "<code>x</code>", Children: []theme.Heading{{Level: 3, ID: "b", HTML: "B"}}}}}},
		Prev: &theme.PageLink{Title: "<p>", URL: "g0/p/"}, Next: &theme.PageLink{Title: "next", URL: ""},
		Breadcrumbs: []theme.PageLink{{Title: "Home", URL: ""}, {Title: "No page"}, {Title: "G & H", URL: "g0/"}},
	}
}

func body(dst []byte) []byte { return append(dst, `<h1 id="top">Top</h1><p>Hello</p>`...) }

type tag struct {
	name  string
	attrs map[string]string
	close bool
}

var (
	tagRE  = regexp.MustCompile(`<!--.*?-->|<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z_:@-]+(?:="[^"<]*")?)*)\s*(/?)>`)
	attrRE = regexp.MustCompile(`([a-zA-Z_:@-]+)(?:="([^"]*)")?`)
	void   = strings.Fields("area base br col hr img input link meta source track wbr path circle rect")
)

// parse reads strictly written HTML: all that looks like a tag is one, each is
// closed in turn, ids are used once.
func parse(t *testing.T, html string) []tag {
	t.Helper()
	var tags []tag
	var open []string
	ids := map[string]bool{}
	last := 0
	for _, m := range tagRE.FindAllStringSubmatchIndex(html, -1) {
		between := html[last:m[0]]
		last = m[1]
		if strings.ContainsAny(strings.TrimPrefix(between, "<!doctype html>"), "<>") {
			t.Fatalf("stray < or >: %q", between)
		}
		if m[4] < 0 {
			continue
		}
		tg := tag{name: html[m[4]:m[5]], attrs: map[string]string{}, close: m[3] > m[2]}
		for _, a := range attrRE.FindAllStringSubmatch(html[m[6]:m[7]], -1) {
			if _, twice := tg.attrs[a[1]]; twice {
				t.Fatalf("attribute twice: %s", html[m[0]:m[1]])
			}
			tg.attrs[a[1]] = a[2]
		}
		if id := tg.attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("id %q twice", id)
			}
			ids[id] = true
		}
		tags = append(tags, tg)
		switch {
		case slices.Contains(void, tg.name) || m[9] > m[8]:
		case tg.close:
			if len(open) == 0 || open[len(open)-1] != tg.name {
				t.Fatalf("</%s> closes %v near %q", tg.name, open, html[max(0, m[0]-120):m[1]])
			}
			open = open[:len(open)-1]
		default:
			open = append(open, tg.name)
		}
	}
	if len(open) > 0 {
		t.Fatalf("left open: %v", open)
	}
	return tags
}

// strict fails when a page would not work under a strict content policy.
func strict(t *testing.T, tags []tag) {
	t.Helper()
	for _, tg := range tags {
		if tg.close {
			continue
		}
		for a, v := range tg.attrs {
			if a == "style" || strings.HasPrefix(a, "on") || strings.HasPrefix(strings.ToLower(v), "javascript:") {
				t.Errorf("<%s %s=%q>", tg.name, a, v)
			}
		}
		src := tg.attrs["src"]
		if tg.name == "script" && src == "" || tg.name == "style" || tg.name == "base" {
			t.Errorf("inline <%s>", tg.name)
		}
		if rel := tg.attrs["rel"]; tg.name == "link" && (rel == "stylesheet" || rel == "icon") {
			src = tg.attrs["href"]
		}
		if strings.Contains(src, "//") {
			t.Errorf("<%s> asks another host: %s", tg.name, src)
		}
	}
}

func TestPageIsWellFormed(t *testing.T) {
	nav, urls := tree(2, 2, 3, true)
	nav[1].Icon, nav[1].Children[0].Status, nav[1].Children[0].Children[1].Status = "a/b", "new", "own <x>"
	bare := theme.Site{Name: "Bare", Language: "ko"}
	integrate := full()
	integrate.Features = features("toc.integrate", "navigation.tabs", "navigation.tabs.sticky", "navigation.expand")
	offline := full()
	offline.Offline, offline.DirectoryURLs = true, false
	icon := func(string) (string, bool) {
		return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M1 1h2z"/></svg>`, true
	}
	for name, s := range map[string]theme.Site{"full": full(), "bare": bare, "integrate": integrate, "offline": offline} {
		t.Run(name, func(t *testing.T) {
			th := mustNew(t, s, nav, theme.Options{Icon: icon})
			for n, u := range urls {
				for _, hide := range []bool{false, true} {
					p := samplePage(n, u)
					p.HideNav, p.HideTOC, p.AddTitle, p.Home, p.Draft, p.NoIndex = hide, hide, hide, n == 0, hide, hide
					html := string(th.AppendPage(nil, p, body))
					tags := parse(t, html)
					strict(t, tags)
					var articles, h1 int
					inside := false
					for _, tg := range tags {
						if tg.name == "article" {
							inside = !tg.close
							if inside {
								articles++
							}
						}
						if tg.name == "h1" && !tg.close {
							h1++
							if !inside {
								t.Error("a title outside of the article")
							}
						}
					}
					want := 1
					if hide {
						want = 2
					}
					if articles != 1 || h1 != want {
						t.Errorf("%d articles, %d titles", articles, h1)
					}
				}
			}
			sp, sb := th.SearchPage("../")
			strict(t, parse(t, string(th.AppendPage(nil, sp, sb))))
			np, nb := th.NotFoundPage("/docs/")
			html := string(th.AppendPage(nil, np, nb))
			for _, tg := range parse(t, html) {
				if ref := tg.attrs["href"] + tg.attrs["src"]; strings.HasPrefix(ref, ".") {
					t.Errorf("404.html refers to %s, which depends on where it is shown", ref)
				}
			}
		})
	}
}

func TestArticleHoldsTheBodyAlone(t *testing.T) {
	th := mustNew(t, full(), nil, theme.Options{})
	p := samplePage(-1, "a/b/")
	html := string(th.AppendPage([]byte("kept"), p, body))
	if !strings.HasPrefix(html, "kept<!doctype html>") {
		t.Error("what was in dst is not kept")
	}
	_, rest, _ := strings.Cut(html, `<article class="md-content__inner md-typeset">`)
	got, _, _ := strings.Cut(rest, "</article>")
	if strings.TrimSpace(got) != `<h1 id="top">Top</h1><p>Hello</p>` {
		t.Errorf("the article holds %q", got)
	}
}

func TestMeta(t *testing.T) {
	th := mustNew(t, full(), nil, theme.Options{})
	p := samplePage(-1, "a/")
	p.Meta = map[string]any{"robots": "nofollow"}
	html := string(th.AppendPage(nil, p, body))
	for _, want := range []string{
		`<html lang="en"`, `<title>T &lt;1&gt; &amp; &quot;q&quot; - A &quot;site&quot; &amp; &lt;more&gt;</title>`,
		`<meta name="description" content="d &quot;x&quot;">`, `<meta name="author" content="Someone">`, `<meta name="robots" content="nofollow">`,
		`<link rel="canonical" href="https://example.com/docs/a/">`, `<link rel="prev" href="../g0/p/">`, `<link rel="next" href="../">`,
		`<meta name="generator" content="lintel 1.2">`, `<link rel="alternate" hreflang="ko" href="../ko/">`, `<link rel="alternate" hreflang="en" href="/en/">`,
		`<link rel="stylesheet" href="../css/own.css">`, `<script src="../js/own.js" defer></script>`, `<script src="../js/m.mjs" type="module"></script>`,
		`href="https://example.com/e?a=1&amp;b=2"`, `<a href="#%EA%B0%80-%EB%82%98"><code>x</code></a>`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
	}
	p.Language = "ko"
	if html := string(th.AppendPage(nil, p, body)); !strings.Contains(html, `<html lang="ko"`) {
		t.Error("a page's own language is not said")
	}
	if strings.Contains(html, `href="#top"`) {
		t.Error("the title is in the table of contents")
	}
}

func TestUnsafeLinksDoNothing(t *testing.T) {
	nav := []*theme.NavItem{{Title: "x", URL: "javascript:alert(1)", External: true, Page: -1}, {Title: "y", URL: "JavaScript:alert(1)", Page: -1}}
	th := mustNew(t, theme.Site{}, nav, theme.Options{})
	html := string(th.AppendPage(nil, &theme.Page{Number: -1, EditURL: "javascript:x"}, body))
	if strings.Contains(strings.ToLower(html), "javascript:") {
		t.Error(html)
	}
}

var navRE = regexp.MustCompile(`(?s)<nav class="nav".*?</nav>`)

func TestNavigationMarksThePage(t *testing.T) {
	for _, c := range []struct {
		name                    string
		groups, sections, pages int
		index                   bool
		features                map[string]bool
	}{
		{"whole", 2, 3, 5, false, nil},
		{"whole with section pages", 2, 3, 5, true, features("navigation.indexes")},
		{"whole, grouped", 2, 3, 5, true, features("navigation.sections", "navigation.tabs")},
		{"pruned", 4, 6, 20, true, nil},
		{"pruned on demand", 2, 2, 4, true, features("navigation.prune", "navigation.sections")},
		{"long sections", 1, 2, 350, true, nil},
		{"many groups", 260, 1, 2, false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			nav, urls := tree(c.groups, c.sections, c.pages, c.index)
			th := mustNew(t, theme.Site{Name: "s", Features: c.features}, nav, theme.Options{})
			known := map[string]bool{}
			for _, u := range urls {
				known["/"+u] = true
			}
			for n := 0; n < len(urls); n += 1 + len(urls)/60 {
				u := urls[n]
				for _, base := range []string{baseOf(u), "/deep/site/"} {
					html := string(th.AppendPage(nil, &theme.Page{Number: n, URL: u, Base: base}, body))
					here, _ := url.Parse("http://x/" + u)
					if base[0] == '/' {
						here, _ = url.Parse("http://x/404.html")
					}
					navHTML := navRE.FindString(html)
					var current []string
					links := 0
					for _, tg := range parse(t, navHTML) {
						href, ok := tg.attrs["href"]
						if !ok || strings.HasPrefix(href, "https:") {
							continue
						}
						to, err := here.Parse(href)
						if err != nil {
							t.Fatal(err)
						}
						target := strings.TrimPrefix(to.Path, "/deep/site")
						if !known[target] {
							t.Fatalf("on %q: %q leads to %q", u, href, target)
						}
						links++
						if tg.attrs["aria-current"] != "" {
							current = append(current, target)
						}
					}
					if !slices.Equal(current, []string{"/" + u}) {
						t.Fatalf("page %q: current is %q in\n%s", u, current, navHTML)
					}
					if links > 260 {
						t.Fatalf("page %q: %d links", u, links)
					}
				}
			}
		})
	}
}

func TestPagesOutsideOfTheNavigation(t *testing.T) {
	nav, _ := tree(2, 2, 3, true)
	th := mustNew(t, full(), nav, theme.Options{})
	for _, n := range []int{-1, 1000} {
		html := string(th.AppendPage(nil, samplePage(n, "x/y/"), body))
		if strings.Contains(html, "aria-current") {
			t.Error("something is marked as current")
		}
		if !strings.Contains(html, "Section 1") {
			t.Error("no navigation")
		}
	}
}

func TestTabs(t *testing.T) {
	nav, urls := tree(3, 2, 3, false)
	th := mustNew(t, full(), nav, theme.Options{})
	re := regexp.MustCompile(`(?s)<nav class="tabs .*?</nav>`)
	cur := regexp.MustCompile(`<a href="[^"]*" aria-current="true">([^<]*)</a>`)
	for n, u := range urls {
		html := re.FindString(string(th.AppendPage(nil, samplePage(n, u), body)))
		m := cur.FindAllStringSubmatch(html, -1)
		want := "Home"
		if u != "" {
			want = "Group &lt;" + u[1:2] + "&gt; &amp; more"
		}
		if len(m) != 1 || m[0][1] != want {
			t.Errorf("%q: current tab %q, want %s", u, m, want)
		}
	}
}

// A page's share of the navigation must not grow with the site.
func TestPageSizeDoesNotGrowWithTheSite(t *testing.T) {
	mean := func(groups int) float64 {
		nav, urls := tree(groups, 20, 50, true)
		th := mustNew(t, full(), nav, theme.Options{})
		total := 0
		for n := 0; n < len(urls); n += 7 {
			total += len(th.AppendPage(nil, samplePage(n, urls[n]), func(d []byte) []byte { return append(d, make([]byte, 12000)...) }))
		}
		return float64(total) / float64((len(urls)+6)/7)
	}
	small, large := mean(1), mean(10)
	t.Logf("%.0f bytes a page of 1,000, %.0f of 10,000", small, large)
	if large > 1.1*small {
		t.Errorf("pages grow %.2f times", large/small)
	}
}

func TestConcurrentUse(t *testing.T) {
	nav, urls := tree(3, 4, 30, true)
	one := mustNew(t, full(), nav, theme.Options{})
	many := mustNew(t, full(), nav, theme.Options{})
	want := make([][]byte, len(urls))
	for n, u := range urls {
		want[n] = one.AppendPage(nil, samplePage(n, u), body)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n, u := range urls {
				if got := many.AppendPage(nil, samplePage(n, u), body); !bytes.Equal(got, want[n]) {
					t.Errorf("%s differs", u)
				}
			}
		})
	}
	wg.Wait()
}

func TestAssetsAreSmallAndNamedByContent(t *testing.T) {
	th := mustNew(t, full(), nil, theme.Options{})
	size := map[string]int{}
	named := regexp.MustCompile(`^assets/[a-z]+\.[0-9a-f]{8}\.(css|js|svg)$`)
	var scripts, onEveryPage int
	for _, a := range th.Assets() {
		if !named.MatchString(a.Path) {
			t.Errorf("%s has no digest", a.Path)
		}
		var b bytes.Buffer
		w, _ := gzip.NewWriterLevel(&b, 9)
		if _, err := w.Write(a.Data); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		size[path.Ext(a.Path)] += b.Len()
		if strings.HasPrefix(a.Path, "assets/app.") || strings.HasPrefix(a.Path, "assets/theme.") {
			onEveryPage += b.Len() // search is loaded when it is first used
		}
		if strings.HasPrefix(a.Path, "assets/theme.") && b.Len() > 1500 {
			t.Errorf("the script that blocks rendering has %d bytes", b.Len())
		}
		if strings.HasPrefix(a.Path, "assets/search.") && b.Len() > 6<<10 {
			t.Errorf("the search client has %d bytes", b.Len())
		}
		if strings.HasSuffix(a.Path, ".js") {
			scripts++
		}
		if bytes.Contains(a.Data, []byte("@import")) || bytes.Contains(a.Data, []byte("url(http")) {
			t.Errorf("%s asks another host", a.Path)
		}
	}
	t.Logf("gzipped: %v", size)
	if size[".css"] > 14<<10 || size[".css"] < 4<<10 {
		t.Errorf("style sheets have %d bytes", size[".css"])
	}
	if onEveryPage > 8<<10 || size[".js"] > 14<<10 || scripts != 3 {
		t.Errorf("%d scripts have %d bytes, %d of them on every page", scripts, size[".js"], onEveryPage)
	}
	again := mustNew(t, full(), nil, theme.Options{})
	for i, a := range again.Assets() {
		if b := th.Assets()[i]; a.Path != b.Path || !bytes.Equal(a.Data, b.Data) {
			t.Errorf("%s differs from run to run", a.Path)
		}
	}
	html := string(th.AppendPage(nil, samplePage(-1, ""), body))
	for _, a := range th.Assets() {
		if !strings.HasPrefix(a.Path, "assets/search.") && !strings.Contains(html, `"./`+a.Path+`"`) {
			t.Errorf("the page does not refer to %s", a.Path)
		}
	}
}

// Icons that theme.icon names stand in the style sheet in place of the theme's.
func TestIconsOfTheSite(t *testing.T) {
	s := theme.Site{Icons: map[string]string{"edit": "material/pencil", "tag.default": "material/tag", "search": "unknown"}, Palettes: []theme.Palette{{Scheme: "default", ToggleIcon: "material/sun", ToggleName: "x"}, {Scheme: "slate", ToggleName: "y"}}}
	for k := range strings.FieldsSeq("menu close repo view previous next top alternate share admonition.note admonition.quote") {
		s.Icons[k] = "own/" + k
	}
	icon := func(name string) (string, bool) { return `<svg id="` + name + `"/>`, name != "unknown" }
	th := mustNew(t, s, nil, theme.Options{Icon: icon})
	var css string
	for _, a := range th.Assets() {
		if strings.HasSuffix(a.Path, ".css") {
			css = string(a.Data)
		}
	}
	for place, name := range map[string]string{
		"edit": "material/pencil", "tag": "material/tag", "menu": "own/menu", "close": "own/close", "repo": "own/repo", "view": "own/view", "prev": "own/previous", "next": "own/next",
		"top": "own/top", "globe": "own/alternate", "link": "own/share", "note": "own/admonition.note", "quote": "own/admonition.quote", "tga": "material/sun",
	} {
		if want := "--i-" + place + `:url("data:image/svg+xml,%3Csvg id='` + name + `'/%3E")`; !strings.Contains(css, want) {
			t.Errorf("no %s", want)
		}
	}
	if !strings.Contains(css, `--i-search:url("data:image/svg+xml,%3Csvg xmlns`) {
		t.Error("an unknown icon replaces the theme's own")
	}
	used := regexp.MustCompile(`var\(--i-([a-z]+)\)`)
	for _, m := range used.FindAllStringSubmatch(css, -1) {
		if !strings.Contains(css, "--i-"+m[1]+":url(") {
			t.Errorf("no icon %s", m[1])
		}
	}
}

func TestOverride(t *testing.T) {
	custom := fstest.MapFS{
		"css/a.css":              {Data: []byte("a{}")},
		"main.html":              {Data: []byte("{% extends 'base.html' %}{% block announce %}x{% endblock %}{%- block extrahead -%}{% endblock %}")},
		"partials/toc.html":      {Data: []byte("<b>")},
		"hook.py":                {Data: []byte("x")},
		"mkdocs_theme.yml":       {Data: []byte("x: 1")},
		"lang/en.json":           {Data: []byte(`{"toc":"Contents here"}`)},
		".icons/own/logo.svg":    {Data: []byte("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>\n")},
		"__pycache__/x.pyc":      {Data: []byte("x")},
		"assets/images/logo.png": {Data: []byte("png")},
	}
	reports := map[string]string{}
	th := mustNew(t, theme.Site{Name: "s", LogoIcon: "own/logo"}, nil, theme.Options{Override: custom, Report: func(p, m string) { reports[p] = m }})
	var got []string
	for _, a := range th.Assets() {
		if _, ok := custom[a.Path]; ok {
			got = append(got, a.Path)
		}
	}
	slices.Sort(got)
	if want := []string{"assets/images/logo.png", "css/a.css"}; !slices.Equal(got, want) {
		t.Errorf("copied %q, want %q", got, want)
	}
	if len(reports) != 2 || !strings.Contains(reports["main.html"], "into extrahead is left out") || reports["partials/toc.html"] == "" {
		t.Errorf("reported %q", reports)
	}
	html := string(th.AppendPage(nil, samplePage(-1, ""), body))
	if !strings.Contains(html, "Contents here") {
		t.Error("lang/en.json is not used")
	}
	if !strings.Contains(html, `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg><span>s</span>`) {
		t.Error(".icons is not used")
	}
	if _, err := theme.New(theme.Site{}, nil, theme.Options{Override: fstest.MapFS{"lang/en.json": {Data: []byte("{")}}}); err == nil {
		t.Error("broken strings go unnoticed")
	}
}

func TestAnnouncementOfATemplate(t *testing.T) {
	icon := func(name string) (string, bool) { return "<svg><!-- " + name + " --></svg>", true }
	for template, want := range map[string]string{
		`{% block announce %}<a href="/x">New {% include ".icons/a/b.svg" %}</a>{# c #}{% endblock %}`: `<a href="/x">New <svg><!-- a/b --></svg></a></div>`,
		`{%- block announce -%} {{ config.x }} {% endblock %}`:                                         "",
		`{% block announce %}<script>x</script>{% endblock %}`:                                         "",
		`{% block extrahead %}<b>no</b>{% endblock %}`:                                                 "",
	} {
		var message string
		th := mustNew(t, theme.Site{}, nil, theme.Options{Icon: icon, Override: fstest.MapFS{"main.html": {Data: []byte(template)}}, Report: func(_, m string) { message = m }})
		html := string(th.AppendPage(nil, samplePage(-1, ""), body))
		if want == "" && (strings.Contains(html, `class="announce `) || !strings.Contains(message, "left out")) || !strings.Contains(html, want) || message == "" {
			t.Errorf("%s: reported %q in\n%s", template, message, html)
		}
		if want != "" && strings.Contains(message, "left out") {
			t.Errorf("%s: reported %q", template, message)
		}
	}
}

func TestCatalogues(t *testing.T) {
	read := func(name string) map[string]string {
		data, err := os.ReadFile("lang/" + name)
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]string{}
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	en, ko := read("en.json"), read("ko.json")
	for k, v := range en {
		if ko[k] == "" || v == "" {
			t.Errorf("%s is missing", k)
		}
		if strings.Count(v, "{0}") != strings.Count(ko[k], "{0}") {
			t.Errorf("%s: arguments differ", k)
		}
	}
	if len(en) != len(ko) {
		t.Errorf("%d keys in English, %d in Korean", len(en), len(ko))
	}
	// Titles of pages that the engine makes come through Words.
	usedByEngine := map[string]bool{}
	for _, k := range []string{"arch_title", "el_elements", "view_views", "term_glossary", "el_reach_down", "el_reach_up"} {
		usedByEngine[k] = true
	}
	// Every key is used, and every key that is used is there.
	used := map[string]bool{}
	for _, f := range []string{"page.go", "shell.go", "nav.go", "theme.go", "index.go", "palette.go", "assets.go", "architecture.go", "../render/diagram/figure.go"} {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for k := range en {
			if bytes.Contains(data, []byte(`"`+k+`"`)) || strings.HasPrefix(k, "status_") || strings.HasPrefix(k, "scheme_") || strings.HasPrefix(k, "adr_") || strings.HasPrefix(k, "ops_") || usedByEngine[k] {
				used[k] = true
			}
		}
	}
	// Those of the preview are used by its client and its own pages.
	for _, f := range []string{"../internal/serve/static/client.js", "../internal/serve/overview.go"} {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for k := range en {
			rest, ok := strings.CutPrefix(k, "preview_")
			if ok && (regexp.MustCompile(`\bsay\.`+rest+`\b|text\["`+rest+`"\]`).Match(data) || rest == "error" || rest == "warning" || rest == "info") {
				used[k] = true
			}
		}
		for _, m := range regexp.MustCompile(`\bsay\.(\w+)|text\["(\w+)"\]`).FindAllSubmatch(data, -1) {
			if k := "preview_" + string(m[1]) + string(m[2]); en[k] == "" {
				t.Errorf("%s: no string %s", f, k)
			}
		}
	}
	for k := range en {
		if !used[k] {
			t.Errorf("%s is not used", k)
		}
	}
	for _, f := range []string{"static/app.js", "static/search.js"} {
		data, _ := os.ReadFile(f)
		for _, m := range regexp.MustCompile(`\bsay\.(\w+)`).FindAllSubmatch(data, -1) {
			if en[string(m[1])] == "" {
				t.Errorf("%s: no string %s", f, m[1])
			}
		}
	}
}

func TestLanguages(t *testing.T) {
	for lang, want := range map[string]string{"ko": "본문으로 건너뛰기", "ko-KR": "본문으로 건너뛰기", "en": "Skip to content", "fr": "Skip to content", "": "Skip to content"} {
		th := mustNew(t, theme.Site{Language: lang}, nil, theme.Options{})
		html := string(th.AppendPage(nil, &theme.Page{Number: -1}, body))
		if !strings.Contains(html, want) {
			t.Errorf("%q: no %q", lang, want)
		}
		if lang == "" {
			lang = "en"
		}
		if !strings.Contains(html, `<html lang="`+lang+`"`) {
			t.Errorf("%q is not said", lang)
		}
	}
}

func TestAllocations(t *testing.T) {
	nav, urls := tree(3, 20, 50, true)
	th := mustNew(t, full(), nav, theme.Options{})
	p := samplePage(700, urls[700])
	buf := make([]byte, 0, 1<<20)
	n := testing.AllocsPerRun(100, func() { buf = th.AppendPage(buf[:0], p, body) })
	if n > 10 {
		t.Errorf("%.0f allocations a page", n)
	}
}

func BenchmarkPage(b *testing.B) {
	nav, urls := tree(3, 20, 50, true)
	th := mustNew(b, full(), nav, theme.Options{})
	var pages []*theme.Page
	for n, u := range urls {
		pages = append(pages, samplePage(n, u))
	}
	buf := make([]byte, 0, 1<<20)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		buf = th.AppendPage(buf[:0], pages[i%len(pages)], body)
		i++
	}
	b.ReportMetric(float64(len(buf)), "bytes/page")
}
