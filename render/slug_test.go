package render

import (
	"fmt"
	"strings"
	"testing"
)

// TestSlugs holds the ids that forges and MkDocs give to headings.
func TestSlugs(t *testing.T) {
	lowerCase := compileSlugger(&PyCall{Name: "pymdownx.slugs.slugify", Kwds: map[string]any{"case": "lower"}}, nil)
	unicode := compileSlugger(PyName("markdown.extensions.toc.slugify_unicode"), nil)
	for _, c := range []struct{ heading, gitlab, mkdocs, unicode string }{
		{"수집 서버 운영", "수집-서버-운영", "", "수집-서버-운영"},
		{"ADR-0017: Redshift 선택 - 이유", "adr-0017-redshift-선택---이유", "adr-0017-redshift-", "adr-0017-redshift-선택-이유"},
		{"C++ & Go", "c--go", "c-go", "c-go"},
		{"수집 서버 — 개요", "수집-서버--개요", "-", "수집-서버-개요"},
		{"2024", "2024", "2024", "2024"},
		{"Q&A (자주 묻는 질문)", "qa-자주-묻는-질문", "qa", "qa-자주-묻는-질문"},
		{"snake_case 이름", "snake_case-이름", "snake_case", "snake_case-이름"},
		{"v1.2.3 변경", "v123-변경", "v123", "v123-변경"},
		{"🚀 배포", "-배포", "", "배포"},
		{"What's `new()` in v1.2?", "whats-new-in-v12", "whats-new-in-v12", "whats-new-in-v12"},
		{"Foo & Bar -- baz", "foo--bar----baz", "foo-bar-baz", "foo-bar-baz"},
		{"Éléphant à Zürich", "éléphant-à-zürich", "elephant-a-zurich", "éléphant-à-zürich"},
	} {
		if got := slugGitLab(c.heading, ""); got != c.gitlab {
			t.Errorf("GitLab: %q becomes %q, want %q", c.heading, got, c.gitlab)
		}
		if got := slugASCII(c.heading, "-"); got != c.mkdocs && !(c.mkdocs == "-" && got == "") {
			t.Errorf("slugify: %q becomes %q, want %q", c.heading, got, c.mkdocs)
		}
		if got := unicode(c.heading, "-"); got != c.unicode {
			t.Errorf("slugify_unicode: %q becomes %q, want %q", c.heading, got, c.unicode)
		}
		// PyMdown keeps runs of hyphens, and its separator is a hyphen too.
		if got := lowerCase(c.heading, "-"); strings.Join(strings.FieldsFunc(got, func(r rune) bool { return r == '-' }), "-") !=
			strings.Trim(c.unicode, "-") {
			t.Errorf("pymdownx: %q becomes %q, want %q", c.heading, got, c.unicode)
		}
	}
}

// TestSluggersByName holds every way in which mkdocs.yml can name a function.
func TestSluggersByName(t *testing.T) {
	const heading = "Ko 한글 <b>É</b> Mix"
	for _, c := range []struct {
		option any
		want   string
	}{
		{nil, "ko-beb-mix"},
		{PyName("markdown.extensions.toc.slugify"), "ko-beb-mix"},
		{"markdown.extensions.toc.slugify_unicode", "ko-한글-béb-mix"},
		{PyName("pymdownx.slugs.uslugify"), "ko-한글-é-mix"},
		{PyName("pymdownx.slugs.uslugify_cased"), "Ko-한글-É-Mix"},
		{PyName("pymdownx.slugs.gfm"), "ko-한글-É-mix"},
		{PyName("pymdownx.slugs.uslugify_encoded"), "ko-%ED%95%9C%EA%B8%80-%C3%A9-mix"},
		{"pymdownx.slugs.slugify", "Ko-한글-É-Mix"},
		{&PyCall{Name: "pymdownx.slugs.slugify", Kwds: map[string]any{"case": "lower"}}, "ko-한글-é-mix"},
		{&PyCall{Name: "pymdownx.slugs.slugify", Kwds: map[string]any{"case": "lower-ascii", "percent_encode": true}}, "ko-%ED%95%9C%EA%B8%80-%C3%89-mix"},
		{map[string]any{"object": "pymdownx.slugs.slugify", "kwds": map[string]any{"case": "fold"}}, "ko-한글-é-mix"},
	} {
		if got := compileSlugger(c.option, slugASCII)(heading, "-"); got != c.want {
			t.Errorf("%v: %q becomes %q, want %q", c.option, heading, got, c.want)
		}
	}
}

// headings parses a page and returns id and alias of each heading.
func headings(t *testing.T, o Options, src string) []string {
	t.Helper()
	m, findings := New(o)
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	var list []string
	for _, h := range m.Parse([]byte(src), Page{Path: "p.md"}).Headings {
		list = append(list, strings.TrimSuffix(h.ID+" "+h.Alias, " "))
	}
	return list
}

func TestHeadingIDs(t *testing.T) {
	toc := func(config map[string]any) []Extension {
		return []Extension{{Name: "toc", Config: config}, {Name: "attr_list"}}
	}
	for _, c := range []struct {
		name string
		o    Options
		src  string
		want []string
	}{
		{
			"MkDocs' ids, GitLab's beside them where they differ",
			Options{Extensions: toc(nil)},
			"# Setup\n\n## 개요\n\n## 배경\n\n## A & B\n\n## 개요\n",
			[]string{"setup", "_1 개요", "_2 배경", "a-b a--b", "_3 개요-1"},
		},
		{
			"no id and no alias twice",
			Options{Extensions: toc(nil)},
			"# A\n\n# A\n\n# A 1\n\n# A-1\n",
			[]string{"a", "a_1", "a-1 a-1-1", "a-1_1 a-1-2"},
		},
		{
			"an id of the author's is taken from the start",
			Options{Extensions: toc(nil)},
			"# A\n\n# B {#a}\n\n# C {#b}\n\n# B\n",
			[]string{"a_1", "a", "b", "b_1 b-1"},
		},
		{
			"slugs of the site's choice",
			Options{Extensions: toc(map[string]any{"slugify": PyName("pymdownx.slugs.uslugify")})},
			"# 수집 서버\n\n# 🚀 배포\n\n# 수집 서버\n",
			[]string{"수집-서버", "-배포", "수집-서버_1 수집-서버-1"},
		},
		{
			"no alias where the author has set an anchor",
			Options{Extensions: toc(nil)},
			"<a id=\"개요\"></a>\n# 개요\n\n# <a name=\"배경\"></a>배경\n\n# 목적\n",
			[]string{"_1", "_2", "_3 목적"},
		},
		{
			"GitLab's ids first",
			Options{Anchors: "gitlab", Extensions: toc(nil)},
			"# 개요\n\n# A & B\n\n# A & B\n\n# Setup\n",
			[]string{"개요", "a--b a-b", "a--b-1", "setup"},
		},
	} {
		if got := headings(t, c.o, c.src); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestPermalinksToMovingIDs holds that a heading whose id would move when one
// is added before it is linked to by its second id.
func TestPermalinksToMovingIDs(t *testing.T) {
	m, _ := New(Options{Extensions: []Extension{{Name: "toc", Config: map[string]any{"permalink": true}}}})
	d := m.Parse([]byte("[TOC]\n\n# 개요\n\n# Setup\n\n# A\n\n# A\n"), Page{Path: "p.md"})
	html := string(d.AppendHTML(nil, nil))
	for _, want := range []string{
		`<h1 id="_1"><span hidden="" id="개요"></span>개요<a class="headerlink" href="#개요" title="Permanent link">&para;</a></h1>`,
		`<li><a href="#_1">개요</a></li>`, // stays on the page, as MkDocs has it
		`<a class="headerlink" href="#setup" title="Permanent link">`,
		`<a class="headerlink" href="#a_1" title="Permanent link">`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("missing %s in\n%s", want, html)
		}
	}
}

// TestInlineLines holds that links and images know their line, whatever stands
// before them in the paragraph.
func TestInlineLines(t *testing.T) {
	m, _ := New(Options{Extensions: []Extension{{Name: "pymdownx.magiclink"}}})
	d := m.Parse([]byte("Text\n\nOne `code\nthat goes on` and [two\nlines](a.md)\n![i](b.png) **bold\n[c](c.md) x**\nhttps://d.e/f\n"), Page{Path: "p.md"})
	var got []string
	for _, l := range d.Links {
		got = append(got, fmt.Sprint(l.Dest, ":", l.Line))
	}
	if want := "[a.md:4 b.png:6 c.md:7 https://d.e/f:8]"; fmt.Sprint(got) != want {
		t.Errorf("links %v, want %v", got, want)
	}
}

func TestUnknownEmojiIsReportedOnce(t *testing.T) {
	m, _ := New(Options{Extensions: []Extension{{Name: "pymdownx.emoji"}}, Emoji: testEmoji, Icon: testIcon})
	d := m.Parse([]byte(":smile: :rockett:\n\n:rockett: 10:30:45 C::d::e\n"), Page{Path: "p.md"})
	if len(d.Findings) != 2 || d.Findings[0].Line != 1 || !strings.Contains(d.Findings[0].Message, ":rockett:") {
		t.Errorf("findings %v", d.Findings)
	}
}
