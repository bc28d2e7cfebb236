package render

import (
	"slices"
	"strings"
	"testing"
)

// TestBlockLines checks that what a page names is on the line on which its
// author wrote it, however deep it stands and whatever was taken out before.
func TestBlockLines(t *testing.T) {
	m, _ := New(Options{Extensions: []Extension{
		{Name: "toc"},
		{Name: "tables"},
		{Name: "md_in_html"},
		{Name: "admonition"},
		{Name: "footnotes"},
		{Name: "def_list"},
		{Name: "pymdownx.superfences"},
		{Name: "pymdownx.tabbed"},
	}})
	src := strings.TrimLeft(`
---
title: t
---
# h4

<div markdown>

`+"```"+`
code
code
`+"```"+`

## h13

| a | b |
|---|---|
| [l17](x) | 2 |

<section markdown>
### h20
</section>
</div>

!!! note
    > - # h25
    >
    >     | a |
    >     |---|
    >     | 1 |

=== "A"
    text
    ## h33

Term
:   ## h36

<p>
raw
</p>

text [l42](x)
[l43](y)
## h44

[^1]: note

    ## h48
`, "\n")
	d := m.Parse([]byte(src), Page{Path: "a.md"})
	lines := strings.Split(src, "\n")
	for _, h := range d.Headings {
		if !strings.Contains(lines[h.Line-1], "# "+h.Title) {
			t.Errorf("heading %s is said to be on line %d: %q", h.Title, h.Line, lines[h.Line-1])
		}
	}
	if n := strings.Count(src, "# h"); len(d.Headings) != n {
		t.Errorf("%d of %d headings", len(d.Headings), n)
	}
	for _, l := range d.Links {
		if !strings.Contains(l.Text, "l") {
			continue
		}
		if !strings.Contains(lines[l.Line-1], "["+l.Text+"]") {
			t.Errorf("link %s is said to be on line %d: %q", l.Text, l.Line, lines[l.Line-1])
		}
	}
	var tables []int
	for i := range lines {
		if strings.Contains(lines[i], "| a |") {
			tables = append(tables, i+1)
		}
	}
	if !slices.Equal(d.Tables, tables) {
		t.Errorf("tables on lines %v, want %v", d.Tables, tables)
	}
}

// TestDeepNesting checks that what is nested too deep is text, and nothing that
// takes the stack down.
func TestDeepNesting(t *testing.T) {
	m, _ := New(Options{Extensions: []Extension{
		{Name: "admonition"}, {Name: "md_in_html"}, {Name: "def_list"}, {Name: "pymdownx.details"},
	}})
	for name, src := range map[string]string{
		"quotes":      strings.Repeat(">", 100_000) + "end",
		"lists":       strings.Repeat("- ", 50_000) + "end",
		"both":        strings.Repeat("> 1. ", 20_000) + "end",
		"elements":    strings.Repeat("<div markdown>\n", 20_000) + "end",
		"paragraphs":  strings.Repeat("<p markdown>\n", 20_000) + "end",
		"definitions": "a\n" + strings.Repeat(": ", 50_000) + "end",
	} {
		out := string(m.Parse([]byte(src), Page{Path: "a.md"}).AppendHTML(nil, nil))
		if !strings.Contains(out, "end") {
			t.Errorf("%s: the text inside is lost", name)
		}
	}
	var b strings.Builder
	for i := range 300 {
		b.WriteString(strings.Repeat("    ", i) + "!!! note\n\n")
	}
	m.Parse([]byte(b.String()), Page{Path: "a.md"})
}

// TestEndTagsAfterBrokenMarkup holds that text around tags survives a comment
// without an end.
func TestEndTagsAfterBrokenMarkup(t *testing.T) {
	m, _ := New(Options{})
	src := "Öffnen: `ä`\n<!-- nie zu\nTaste <kbd>Ö</kbd>+<kbd>Ü</kbd>\n\nund `<ß>`.\n"
	got := string(m.Parse([]byte(src), Page{Path: "p.md"}).AppendHTML(nil, nil))
	want := "<p>Öffnen: <code>ä</code>\n&lt;!-- nie zu\nTaste <kbd>Ö</kbd>+<kbd>Ü</kbd></p>\n<p>und <code>&lt;ß&gt;</code>.</p>\n"
	if strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
