package render

import (
	"strings"
	"testing"
)

// Comments to Lintel are no part of a page, whatever the dialect and wherever
// they stand; other comments and comments shown as code are.
func TestNotes(t *testing.T) {
	const src = `# Title

<!-- lintel:allow link/anchor secret -->
[a](#b)

Text <!-- lintel:allow link/anchor secret --> more <!-- kept -->.

- item

    <!--
    lintel:allow link/anchor
    secret -->
    text

| a <!-- lintel:allow link/anchor secret --> | b |
|---|---|
| c | d |

<div><!--lintel:allow x secret--><b>raw</b></div>

<!-- lintel:allow-section link/anchor secret -->

` + "`<!-- lintel:allow code -->`\n\n```html\n<!-- lintel:allow fence -->\n```\n"
	for _, d := range []Dialect{MkDocs, CommonMark, CommonMarkStrict} {
		md, _ := New(Options{Dialect: d})
		got := string(md.Parse([]byte(src), Page{Path: "a.md"}).AppendHTML(nil, nil))
		if strings.Contains(got, "secret") {
			t.Errorf("%s: a note is left\n%s", d, got)
		}
		for _, want := range []string{"kept", "allow code", "allow fence", "<b>raw</b>", "more"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s is missing\n%s", d, want, got)
			}
		}
	}
}

func TestWithoutNotes(t *testing.T) {
	for in, want := range map[string]string{
		"":                    "",
		"<b>":                 "<b>",
		"<!-- a -->":          "<!-- a -->",
		"<!-- lintel:allow x -->":   "",
		"<!-- lintel:allow x -->\n": "",
		"a<!--lintel:allow x-->b<!-- c --><!-- lintel:allow d -->e": "ab<!-- c -->e",
		"<!-->lintel:<!-- lintel:allow x":                     "<!-->lintel:<!-- lintel:allow x",
		"<!-- lintel:allow x":                                 "<!-- lintel:allow x",
	} {
		if got := withoutNotes(in); got != want {
			t.Errorf("withoutNotes(%q) = %q, want %q", in, got, want)
		}
	}
}
