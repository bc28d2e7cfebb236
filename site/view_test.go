package site

import "testing"

func TestViewURL(t *testing.T) {
	for edit, want := range map[string]string{
		"https://github.com/a/b/edit/master/docs/x.md":     "https://github.com/a/b/raw/master/docs/x.md",
		"https://gitlab.com/a/b/-/edit/main/docs/edit/.md": "https://gitlab.com/a/b/-/raw/main/docs/edit/.md",
		"https://github.com/a/b/blob/main/docs/x.md":       "https://github.com/a/b/raw/main/docs/x.md",
		"https://bitbucket.org/a/b/src/default/docs/x.md":  "https://bitbucket.org/a/b/raw/default/docs/x.md",
		"https://example.com/?edit=x.md":                   "",
		"":                                                 "",
	} {
		if got := viewURL(edit); got != want {
			t.Errorf("%s: got %s, want %s", edit, got, want)
		}
	}
}

func TestTitlesWrittenAsHTML(t *testing.T) {
	for title, want := range map[string]string{
		`<span class="x">Govern <img src="https://example.com/a.svg" alt="A > b"></span>`: "Govern",
		`<span class="x">Govern <img src="a.svg"></span>`:                                 "Govern",
		"C &amp; D": "C & D", "List<T> and <br/>": "List<T> and", "a < b": "a < b", "plain": "plain", "<": "<", "<b": "<b", "</": "</", "<b>": "",
	} {
		if got := untagged(title); got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
}

func TestBreadcrumbsNameSections(t *testing.T) {
	own := &Page{File: &File{URL: "learn/"}, title: "Learn"}
	top := &navNode{title: "Guide", section: true}
	section := &navNode{section: true, page: own, parent: top}
	top.children = []*navNode{section}
	got := (&navNode{parent: section}).breadcrumbs()
	if len(got) != 2 || got[0].Title != "Guide" || got[1].Title != "Learn" || got[1].URL != "learn/" {
		t.Errorf("got %+v", got)
	}
}
