package render

import (
	"reflect"
	"strings"
	"testing"
)

func TestDocKeepsWhatOtherPagesAsk(t *testing.T) {
	m, findings := New(Options{Extensions: []Extension{
		{Name: "toc", Config: map[string]any{"permalink": true, "toc_depth": 3}},
		{Name: "tables"},
		{Name: "fenced_code"},
		{Name: "attr_list"},
		{Name: "footnotes"},
	}})
	if len(findings) > 0 {
		t.Error(findings)
	}
	src := "# *Emph* `a<b` & [l](x.md) Title[^1]\n\n" +
		"See [the *guide*](guide/setup.md#a \"t\") and ![Alt & more](img/a.png).\n\n" +
		"## 한글 제목\n\n### Short {data-toc-label=\"Label\"}\n\n#### Deep {#deep}\n\n" +
		"<a href=\"raw.md\" id=\"raw\">x</a> <b name='named'>y</b>\n\n[^1]: Note\n"
	d := m.Parse([]byte(src), Page{Path: "docs/a.md"})
	if want := "Emph a<b & l Title"; d.Title != want {
		t.Errorf("title %q, want %q", d.Title, want)
	}
	wantHeads := []Heading{
		{Level: 1, ID: "emph-ab-l-title1", Title: "Emph a<b & l Title", HTML: "<em>Emph</em> <code>a&lt;b</code> &amp; l Title", Line: 1, Alias: "emph-ab--l-title"},
		{Level: 2, ID: "_1", Title: "한글 제목", HTML: "한글 제목", Line: 5, Alias: "한글-제목"},
		{Level: 3, ID: "short", Title: "Label", HTML: "Label", Line: 7},
		{Level: 4, ID: "deep", Title: "Deep", HTML: "Deep", Line: 9, NoTOC: true},
	}
	if len(d.Headings) != len(wantHeads) {
		t.Fatalf("headings %+v", d.Headings)
	}
	for i, h := range d.Headings {
		if h != wantHeads[i] {
			t.Errorf("heading\n%+v, want\n%+v", h, wantHeads[i])
		}
	}
	var dests []string
	for _, l := range d.Links {
		if !strings.HasPrefix(l.Dest, "#") {
			dests = append(dests, l.Dest+"|"+l.Text)
		}
	}
	if want := []string{"x.md|l", "guide/setup.md#a|the guide", "img/a.png|Alt & more"}; !reflect.DeepEqual(dests, want) {
		t.Errorf("links %v, want %v", dests, want)
	}
	for _, id := range []string{"emph-ab-l-title1", "_1", "한글-제목", "short", "deep", "raw", "named", "fn:1", "fnref:1"} {
		if !d.HasID(id) {
			t.Errorf("no id %q in %v", id, d.IDs)
		}
	}
	if d.HasID("nothing") {
		t.Error("an id that is not there")
	}
	out := string(d.AppendHTML(nil, func(i int) string {
		if d.Links[i].Dest == "guide/setup.md#a" {
			return `../guide/?a&"b`
		}
		return d.Links[i].Dest
	}))
	if !strings.Contains(out, `<a href="../guide/?a&amp;&quot;b" title="t">the <em>guide</em></a>`) {
		t.Error(out)
	}
	if !strings.Contains(out, `<a href="raw.md" id="raw">x</a>`) {
		t.Error("raw HTML was changed", out)
	}
}

func TestTitleIsThatOfAnOpeningH1Only(t *testing.T) {
	m, _ := New(Options{})
	for src, want := range map[string]string{
		"# A\n\ntext\n":               "A",
		"text\n\n# A\n":               "",
		"## A\n":                      "",
		"<!-- c -->\n\n# A\n":         "",
		"---\ntitle: x\n---\n# A\n":   "A",
		"# A ![logo](x.png) <b>B</b>": "A logo B",
	} {
		if d := m.Parse([]byte(src), Page{Path: "a.md"}); d.Title != want {
			t.Errorf("%q: title %q, want %q", src, d.Title, want)
		}
	}
}

func TestPageThatIsNotUTF8(t *testing.T) {
	m, _ := New(Options{})
	d := m.Parse([]byte("# A\n\nb\xb9c \\\xb9\n"), Page{Path: "docs/a.md"})
	if len(d.Findings) != 1 || d.Findings[0].Position.String() != "docs/a.md:3" {
		t.Errorf("findings %v", d.Findings)
	}
	if got := string(d.AppendHTML(nil, nil)); !strings.Contains(got, "b\ufffdc") {
		t.Error(got)
	}
}
