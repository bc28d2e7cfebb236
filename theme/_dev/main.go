package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/lintel-docs/lintel/theme"
)

type tok struct {
	Level    int
	ID, Name string
	Children []tok
}

func conv(ts []tok) (out []theme.Heading) {
	for _, t := range ts {
		out = append(out, theme.Heading{Level: t.Level, ID: t.ID, HTML: t.Name, Children: conv(t.Children)})
	}
	return
}

var tags = regexp.MustCompile(`<[^>]*>`)
var heads = regexp.MustCompile(`(?s)<h([1-6]) id="([^"]*)"[^>]*>(.*?)</h[1-6]>`)

func main() {
	dir, mode := os.Args[1], os.Args[2]
	var in []struct {
		URL, Body, Title string
		TOC              []tok
	}
	b, _ := os.ReadFile("/tmp/devsite/pages.json")
	json.Unmarshal(b, &in)
	ref := &theme.NavItem{Title: "Reference", Section: true, Page: -1}
	setup := &theme.NavItem{Title: "Setup", Section: true, Page: -1}
	ko := &theme.NavItem{Title: "운영 안내", Section: true, Page: -1}
	adm := &theme.NavItem{Title: "Boxes and blocks", Section: true, Page: -1}
	var nav []*theme.NavItem
	for i, p := range in {
		it := &theme.NavItem{Title: p.Title, URL: p.URL, Page: i}
		switch {
		case p.URL == "reference/":
			ref.URL, ref.Page = p.URL, i
		case strings.HasPrefix(p.URL, "reference/a"):
			adm.Children = append(adm.Children, it)
		case strings.HasPrefix(p.URL, "reference/"):
			ref.Children = append(ref.Children, it)
		case strings.HasPrefix(p.URL, "setup/"):
			setup.Children = append(setup.Children, it)
		case strings.HasPrefix(p.URL, "ko/"):
			ko.Children = append(ko.Children, it, &theme.NavItem{Title: "바깥 링크", URL: "https://example.com", External: true, Page: -1})
			it.Status = "new"
		default:
			nav = append(nav, it)
		}
	}
	ref.Children = append(ref.Children, adm)
	nav = append(nav, setup, ref, ko)
	s := theme.Site{Name: "Data platform", URL: "https://example.com/x/", Description: "Sample", Language: "en", Search: true, DirectoryURLs: true, Version: "dev", RepoURL: "https://github.com/a/b", RepoName: "a/b", Copyright: "© 2026 Us"}
	switch mode {
	case "material":
		s.Features = map[string]bool{}
		for _, f := range strings.Fields("navigation.tabs navigation.tabs.sticky navigation.sections navigation.indexes navigation.top navigation.footer navigation.path content.code.copy content.code.annotate content.tabs.link content.action.edit content.action.view content.tooltips content.footnote.tooltips search.highlight search.share announce.dismiss") {
			s.Features[f] = true
		}
		s.Announcement = `<a href="#">News</a> of <strong>today</strong>`
		s.Palettes = []theme.Palette{{Media: "(prefers-color-scheme: light)", Scheme: "default", Primary: "indigo", Accent: "indigo", ToggleIcon: "material/a", ToggleName: "Dark"}, {Media: "(prefers-color-scheme: dark)", Scheme: "slate", Primary: "indigo", Accent: "indigo", ToggleIcon: "material/b", ToggleName: "Light"}}
		s.Alternates = []theme.Alternate{{"English", "./", "en"}, {"한국어", "ko/guide/", "ko"}}
		s.Social = []theme.Social{{"x", "https://github.com/a", "GitHub"}}
	case "ko":
		s.Language = "ko"
		s.Name = "데이터 플랫폼"
	}
	t, err := theme.New(s, nav, theme.Options{})
	if err != nil {
		panic(err)
	}
	put := func(p string, b []byte) {
		p = filepath.Join(dir, p)
		os.MkdirAll(filepath.Dir(p), 0o755)
		os.WriteFile(p, b, 0o644)
	}
	for _, a := range t.Assets() {
		put(a.Path, a.Data)
		fmt.Println(a.Path, len(a.Data))
	}
	type doc struct {
		Location string `json:"location"`
		Title    string `json:"title"`
		Text     string `json:"text"`
	}
	var docs []doc
	for i, p := range in {
		base := strings.Repeat("../", strings.Count(p.URL, "/"))
		if base == "" {
			base = "."
		}
		pg := &theme.Page{Number: i, Title: p.Title, URL: p.URL, Base: base, TOC: conv(p.TOC), EditURL: "https://example.com/edit", ViewURL: "https://example.com/view",
			Updated: "2026-11-20", Authors: []string{"Kim", "Lee"}, Tags: []theme.Tag{{"setup", "tags/#setup"}, {"운영", ""}}, Home: p.URL == "",
			Breadcrumbs: []theme.PageLink{{"Home", ""}, {"Reference", "reference/"}}}
		if i > 0 {
			pg.Prev = &theme.PageLink{in[i-1].Title, in[i-1].URL}
		}
		if i+1 < len(in) {
			pg.Next = &theme.PageLink{in[i+1].Title, in[i+1].URL}
		}
		if strings.HasPrefix(p.URL, "ko/") {
			pg.Language = "ko"
		}
		put(p.URL+"index.html", t.AppendPage(nil, pg, func(d []byte) []byte { return append(d, p.Body...) }))
		clean := func(s string) string { return strings.Join(strings.Fields(tags.ReplaceAllString(s, " ")), " ") }
		docs = append(docs, doc{p.URL, p.Title, clean(p.Body)})
		hs := heads.FindAllStringSubmatchIndex(p.Body, -1)
		for k, h := range hs {
			end := len(p.Body)
			if k+1 < len(hs) {
				end = hs[k+1][0]
			}
			docs = append(docs, doc{p.URL + "#" + p.Body[h[4]:h[5]], strings.TrimSuffix(clean(p.Body[h[6]:h[7]]), " &para;"), clean(p.Body[h[1]:end])})
		}
	}
	js, _ := json.Marshal(map[string]any{"config": map[string]any{}, "docs": docs})
	put("search/search_index.json", js)
	sp, body := t.SearchPage("../")
	put("search/index.html", t.AppendPage(nil, sp, body))
	nf, body := t.NotFoundPage("/")
	put("404.html", t.AppendPage(nil, nf, body))
}
