package theme_test

import (
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/theme"
)

// Whatever authors write into titles, links and settings, a page is well formed
// and runs nothing.
func FuzzPage(f *testing.F) {
	for _, s := range []string{"", "가나다", `"><script>alert(1)</script>`, "javascript:alert(1)", " JaVaScRiPt:x", "\x00\x01\xff", "a b?c=d&amp;e#f%20%", "//host/x", "data:text/html,x", "{{ x }}", "java\tscript:x", "x\njavascript:y"} {
		f.Add(s, s)
		f.Add("Title", s)
	}
	f.Fuzz(func(t *testing.T, text, link string) {
		s := theme.Site{
			Name: text, Description: text, Author: text, Language: text, RepoURL: link, RepoName: text, HomeTarget: link, Logo: link, Favicon: link, LogoIcon: text, Version: text,
			Search: true, Features: map[string]bool{text: true, "navigation.tabs": true, "navigation.path": true, "navigation.footer": true, "content.action.edit": true, "content.action.view": true},
			Palettes: []theme.Palette{{Media: text, Scheme: text, Primary: text, Accent: text, ToggleIcon: text, ToggleName: text}, {Scheme: link, Primary: link, ToggleName: link}},
			Icons:    map[string]string{text: link}, Social: []theme.Social{{Icon: text, Link: link, Name: text}}, Alternates: []theme.Alternate{{Name: text, Link: link, Lang: text}},
			Statuses: map[string]string{text: link},
		}
		nav := []*theme.NavItem{
			{Title: text, URL: link, Page: 0, Status: text, Icon: text},
			{Title: text, Section: true, Page: -1, Children: []*theme.NavItem{{Title: link, URL: link, External: true, Page: -1}, nil, {Title: text, URL: link, Page: 1}}},
			{Title: text, URL: link, Section: true, Page: 2},
		}
		th, err := theme.New(s, nav, theme.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, base := range []string{".", "../", link} {
			for n := range 4 {
				p := &theme.Page{
					Number: n, Title: text, Description: text, Author: link, URL: link, Base: base, Canonical: link, EditURL: link, ViewURL: link, Updated: text, Created: link,
					Authors: []string{text, link}, Tags: []theme.Tag{{Name: text, URL: link}}, TOC: []theme.Heading{{Level: 2, ID: link, HTML: "x"}},
					Prev: &theme.PageLink{Title: text, URL: link}, Next: &theme.PageLink{Title: link, URL: link}, Breadcrumbs: []theme.PageLink{{Title: text, URL: link}, {Title: link}},
					Language: text, AddTitle: true, Draft: true, Meta: map[string]any{"robots": text},
				}
				for _, tg := range parse(t, string(th.AppendPage(nil, p, func(d []byte) []byte { return d }))) {
					for a, v := range tg.attrs {
						low := strings.ToLower(strings.TrimSpace(v))
						if a == "style" || strings.HasPrefix(a, "on") || (a == "href" || a == "src" || a == "action") && (strings.HasPrefix(low, "javascript:") || strings.HasPrefix(low, "vbscript:")) {
							t.Fatalf("<%s %s=%q>", tg.name, a, v)
						}
					}
				}
			}
		}
	})
}
