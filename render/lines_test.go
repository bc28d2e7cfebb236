package render_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/render"
)

// TestBlocksNameTheirLines holds what a preview leads to the editor by: each
// block says where it begins, in each dialect, behind front matter.
func TestBlocksNameTheirLines(t *testing.T) {
	src := "---\ntitle: T\n---\n# Title\n\nFirst.\n\n- one\n- two\n\n> quoted\n\n| a |\n|---|\n| b |\n\n```py\nx\n```\n\n## End\n"
	for _, d := range []render.Dialect{render.MkDocs, render.CommonMark, render.CommonMarkStrict} {
		md, _ := render.New(render.Options{Dialect: d, Lines: true})
		got := string(md.Parse([]byte(src), render.Page{Path: "p.md"}).AppendHTML(nil, nil))
		for _, want := range []string{`<h1[^>]* data-line="4">`, `<p data-line="6">First`, `<ul data-line="8">`, `<blockquote data-line="11">`, `<h2[^>]* data-line="21">`} {
			if !regexp.MustCompile(want).MatchString(got) {
				t.Errorf("%s: no %s in\n%s", d, want, got)
			}
		}
		plain, _ := render.New(render.Options{Dialect: d})
		without := string(plain.Parse([]byte(src), render.Page{Path: "p.md"}).AppendHTML(nil, nil))
		if cut := regexp.MustCompile(` data-line="\d+"`).ReplaceAllString(got, ""); cut != without || strings.Contains(without, "data-line") {
			t.Errorf("%s: the lines change more than their attributes:\n%s\n%s", d, cut, without)
		}
	}
}
