package site_test

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/site"
)

// files is a project as path → text.
type files map[string]string

func (f files) fs() fstest.MapFS {
	m := fstest.MapFS{}
	for p, s := range f {
		m[p] = &fstest.MapFile{Data: []byte(s)}
	}
	return m
}

func options() site.Options {
	return site.Options{
		Config: "mkdocs.yml",
		Now:    func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
	}
}

func build(t *testing.T, f files) *site.Snapshot {
	t.Helper()
	s, err := site.Open(f.fs(), options())
	if err != nil {
		t.Fatal(err)
	}
	snap, err := s.Build(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

// output returns all files of a snapshot as path → content.
func output(t testing.TB, snap *site.Snapshot) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(snap, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(snap, p)
		out[p] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// article returns the body of a built page.
func article(t *testing.T, snap *site.Snapshot, p string) string {
	t.Helper()
	b, err := fs.ReadFile(snap, p)
	if err != nil {
		t.Fatal(err)
	}
	_, s, ok := strings.Cut(string(b), "<article")
	if !ok {
		t.Fatalf("%s: no article", p)
	}
	_, s, _ = strings.Cut(s, ">")
	s, _, _ = strings.Cut(s, "</article>")
	return strings.TrimSpace(s)
}

func rules(snap *site.Snapshot) []string {
	var out []string
	for _, f := range snap.Findings() {
		out = append(out, f.Severity.String()+" "+f.Rule)
	}
	return out
}

func TestSnapshotIsAFileSystem(t *testing.T) {
	snap := build(t, files{
		"mkdocs.yml":          "site_name: T\nsite_url: https://example.test/base/\n",
		"docs/index.md":       "# Home\n",
		"docs/guide/setup.md": "# Setup\n",
		"docs/img/a.png":      "png",
	})
	if err := fstest.TestFS(snap, "index.html", "guide/setup/index.html", "img/a.png", "404.html", "sitemap.xml", "sitemap.xml.gz", "search/search_index.json"); err != nil {
		t.Error(err)
	}
}

func TestAutomaticNavOrderAndTitles(t *testing.T) {
	snap := build(t, files{
		"mkdocs.yml":              "site_name: T\n",
		"docs/index.md":           "Welcome.\n",
		"docs/B.md":               "text before\n\n# Not a title\n",
		"docs/UPPER_case-x.md":    "",
		"docs/a.md":               "---\ntitle: From front matter\n---\n# Heading\n",
		"docs/late.md":            "## Second level\n",
		"docs/한글.md":              "# 한글 `코드` & *강조*\n",
		"docs/10-b/x.md":          "# X\n",
		"docs/2-a/y.md":           "# Y\n",
		"docs/2-a/README.md":      "# Read me\n",
		"docs/_private/p.md":      "# P\n",
		"docs/.hidden/h.md":       "# H\n",
		"docs/templates/t.md":     "# T\n",
		"docs/sub/templates/t.md": "# T\n",
	})
	var got []string
	for _, o := range snap.Outlines() {
		got = append(got, o.Src+" "+o.Title)
	}
	want := []string{
		"docs/index.md Home",
		"docs/B.md B",
		"docs/UPPER_case-x.md UPPER case x",
		"docs/a.md From front matter",
		"docs/late.md Late",
		"docs/한글.md 한글 코드 & 강조",
		"docs/10-b/x.md X",
		"docs/2-a/README.md Read me",
		"docs/2-a/y.md Y",
		"docs/_private/p.md P",
		"docs/sub/templates/t.md T",
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages in order:\n got %q\nwant %q", got, want)
	}
}

func TestLinksAreRewrittenAsMkDocsDoes(t *testing.T) {
	for _, c := range []struct{ from, md, want, rule string }{
		{"index.md", "[x](guide/setup.md)", `<a href="guide/setup/">`, ""},
		{"index.md", "[x](guide/setup.md?a=1#part)", `<a href="guide/setup/?a=1#part">`, ""},
		{"guide/setup.md", "[x](../index.md)", `<a href="../../">`, ""},
		{"guide/setup.md", "[x](setup.md)", `<a href="./">`, ""},
		{"guide/setup.md", "[x](index.md)", `<a href="../">`, ""},
		{"guide/setup.md", "![x](../img/a.png)", `src="../../img/a.png"`, ""},
		{"guide/setup.md", "[x](#part)", `<a href="#part">`, ""},
		{"guide/setup.md", "[x](../한글 문서.md)", `<a href="../../%ED%95%9C%EA%B8%80%20%EB%AC%B8%EC%84%9C/">`, ""},
		{"guide/setup.md", "[x](../%ED%95%9C%EA%B8%80%20%EB%AC%B8%EC%84%9C.md)", `<a href="../../%ED%95%9C%EA%B8%80%20%EB%AC%B8%EC%84%9C/">`, ""},
		{"guide/setup.md", "<a href=\"../index.md\">x</a>", `<a href="../index.md">`, ""},
		{"index.md", "[x](mailto:a@b.test)", `<a href="mailto:a@b.test">`, ""},
		{"index.md", "[x](//host.test/y.md)", `<a href="//host.test/y.md">`, ""},
		{"index.md", "[x](/guide/setup.md)", `<a href="/guide/setup.md">`, "info link/absolute"},
		{"index.md", "[x](guide/setup)", `<a href="guide/setup">`, "info link/unrecognized"},
		{"index.md", "[x](guide/)", `<a href="guide/">`, "info link/unrecognized"},
		{"index.md", "[x](missing.md)", `<a href="missing.md">`, "warning link/not-found"},
		{"index.md", "![x](missing.png)", `src="missing.png"`, "warning link/not-found"},
		{"index.md", "[x](guide/setup.md#none)", `<a href="guide/setup/#none">`, "info link/anchor"},
		{"index.md", "[x](gone.md)", `<a href="gone/">`, "info link/excluded"},
	} {
		f := files{
			"mkdocs.yml":          "site_name: T\nexclude_docs: gone.md\n",
			"docs/index.md":       "# Home\n",
			"docs/guide/index.md": "# Guide\n",
			"docs/guide/setup.md": "# Setup\n\n## Part\n",
			"docs/한글 문서.md":       "# 문서\n",
			"docs/img/a.png":      "png",
			"docs/gone.md":        "# Gone\n",
		}
		f["docs/"+c.from] += "\n" + c.md + "\n"
		snap := build(t, f)
		dest := strings.TrimSuffix(c.from, ".md") + "/index.html"
		if c.from == "index.md" {
			dest = "index.html"
		}
		if got := article(t, snap, dest); !strings.Contains(got, c.want) {
			t.Errorf("%s in %s: got %s, want %s", c.md, c.from, got, c.want)
		}
		var want []string
		if c.rule != "" {
			want = []string{c.rule}
		}
		if got := rules(snap); !slices.Equal(got, want) {
			t.Errorf("%s in %s: findings %q, want %q", c.md, c.from, got, want)
		}
	}
}

func TestWithoutDirectoryURLs(t *testing.T) {
	snap := build(t, files{
		"mkdocs.yml":          "site_name: T\nuse_directory_urls: false\n",
		"docs/index.md":       "[x](guide/setup.md) [y](adr/index.md)\n",
		"docs/adr/index.md":   "# ADR\n",
		"docs/guide/setup.md": "[x](../index.md)\n",
	})
	got := article(t, snap, "index.html")
	for _, want := range []string{`href="guide/setup.html"`, `href="adr/index.html"`} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := article(t, snap, "guide/setup.html"); !strings.Contains(got, `href="../index.html"`) {
		t.Errorf("got %s", got)
	}
}

func TestValidationLevels(t *testing.T) {
	for _, c := range []struct{ validation, want string }{
		{"", "info link/anchor;warning link/not-found"},
		{"validation: {links: {anchors: warn}}", "warning link/anchor;warning link/not-found"},
		{"validation: {links: {not_found: ignore}}", "info link/anchor"},
		{"validation: {anchors: ignore, not_found: info}", "info link/not-found"},
	} {
		snap := build(t, files{
			"mkdocs.yml":    "site_name: T\n" + c.validation + "\n",
			"docs/index.md": "[a](#none)\n\n[b](none.md)\n",
		})
		if got := strings.Join(rules(snap), ";"); got != c.want {
			t.Errorf("%q: %s, want %s", c.validation, got, c.want)
		}
	}
}

func TestFindingsNamePlaceAndRemedy(t *testing.T) {
	snap := build(t, files{
		"mkdocs.yml":          "site_name: T\n",
		"docs/index.md":       "---\ntitle: T\n---\n\n# H\n\ntext\nand [a](guide/setpu.md)\n\n- [b](guide/setup.md#prat)\n",
		"docs/guide/setup.md": "# Setup\n\n## Part\n",
	})
	var got []string
	for _, f := range snap.Findings() {
		got = append(got, f.Position.String()+" "+f.Hint)
	}
	want := []string{
		`docs/index.md:8 did you mean "guide/setup.md"?`,
		`docs/index.md:10 did you mean "#part"?`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTwoPagesWithOneURL(t *testing.T) {
	snap := build(t, files{
		"mkdocs.yml":      "site_name: T\n",
		"docs/index.md":   "# Index [a](a.md) [b](a/index.md)\n",
		"docs/README.md":  "# Readme\n",
		"docs/a.md":       "# From a.md\n",
		"docs/a/index.md": "# From a/index.md\n",
	})
	if got := rules(snap); !slices.Equal(got, []string{"warning site/same-url", "info site/same-url"}) {
		t.Errorf("findings %q", got)
	}
	got := article(t, snap, "index.html")
	for _, want := range []string{"Index", `href="a.html"`, `href="a/"`} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for p, want := range map[string]string{"a.html": "From a.md", "a/index.html": "From a/index.md"} {
		if got := article(t, snap, p); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", p, got, want)
		}
	}
}

func TestNavOfTheConfiguration(t *testing.T) {
	snap := build(t, files{
		"mkdocs.yml": `site_name: T
nav:
  - Start: index.md
  - Guides:
      - b.md
      - Named: a.md
      - Elsewhere: https://example.test/
  - missing.md
  - /absolute.md
not_in_nav: hidden.md
`,
		"docs/index.md":  "# Home\n",
		"docs/a.md":      "# A\n",
		"docs/b.md":      "# Bee\n",
		"docs/c.md":      "# C\n",
		"docs/hidden.md": "# H\n",
	})
	var got []string
	for _, o := range snap.Outlines() {
		got = append(got, o.Title)
	}
	if want := []string{"Start", "Bee", "Named", "C", "H"}; !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
	want := []string{"info nav/omitted", "warning nav/not-found", "info nav/absolute"}
	if got := rules(snap); !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
	b, _ := fs.ReadFile(snap, "a/index.html")
	for _, want := range []string{`https://example.test/`, "Guides"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("page lacks %q of the navigation", want)
		}
	}
}

func TestBuildIsTheSameTwice(t *testing.T) {
	f := sampleSite()
	a, b := output(t, build(t, f)), output(t, build(t, f))
	if !maps.Equal(a, b) {
		t.Error("two builds of one tree differ")
	}
}

func TestPageTooLargeKeepsItsPlace(t *testing.T) {
	m := files{"mkdocs.yml": "site_name: T\n", "docs/index.md": "# Home\n\n[big](sub/big.md)\n"}.fs()
	big := make([]byte, 50<<20)
	m["docs/sub/big.md"] = &fstest.MapFile{Data: big}
	s, err := site.Open(m, options())
	if err != nil {
		t.Fatal(err)
	}
	snap, err := s.Build(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	found := snap.Findings()
	if len(found) != 1 || found[0].Severity != finding.Error || found[0].Path != "docs/sub/big.md" || found[0].Hint == "" {
		t.Errorf("findings %v", found)
	}
	if got := article(t, snap, "sub/big/index.html"); !strings.Contains(got, `<a href="../big.md">`) {
		t.Errorf("the page does not lead to the file: %s", got)
	}
	if b, err := fs.ReadFile(snap, "sub/big.md"); err != nil || len(b) != len(big) {
		t.Errorf("the file is lost: %d bytes, %v", len(b), err)
	}
}
