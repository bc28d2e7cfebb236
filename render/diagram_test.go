package render

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lintel-docs/lintel/internal/finding"
)

// stub draws the lines of a fence as links, but for lines with a question
// mark, of which it complains.
func stub(code string, c DiagramContext) ([]byte, []finding.Finding) {
	if strings.Contains(code, "?") {
		i := strings.Count(code[:strings.Index(code, "?")], "\n")
		return nil, []finding.Finding{{Rule: "diagram/not-drawn", Position: finding.Position{Line: i + 1}, Message: "what?"}}
	}
	dst := fmt.Appendf(nil, `<svg class="dg" id="%s-t" data-lang="%s" onload="ours">`, c.Prefix, c.Lang)
	for line := range strings.Lines(code) {
		if name, href, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			dst = c.Link(dst, href, []byte(`<g data-id="`+name+`"/>`))
		}
	}
	return append(dst, "</svg>"...), nil
}

func diagramMarkdown(o Options) *Markdown {
	o.Diagrams = []Diagram{{Fences: []string{"picture"}, Version: "1", Draw: stub}}
	o.Lang = "ko"
	m, _ := New(o)
	return m
}

func TestDiagrams(t *testing.T) {
	super := []Extension{{Name: "toc"}, {Name: "attr_list"}, {Name: "pymdownx.highlight"}, {Name: "pymdownx.superfences", Config: map[string]any{
		"custom_fences": []any{map[string]any{"name": "draw", "class": "picture", "format": PyName("pymdownx.superfences.fence_code_format")}},
	}}}
	plain := []Extension{{Name: "toc"}, {Name: "fenced_code"}}
	const figure = `<figure class="diagram"><svg class="dg" id="__diagram_1-t" data-lang="ko" onload="ours"><a href="b.md"><g data-id="a"/></a></svg></figure>`
	for _, c := range []struct {
		name string
		o    Options
		src  string
		want []string
	}{
		{"plain", Options{Extensions: plain}, "# t\n\n```picture\na b.md\n```\n", []string{figure}},
		{"superfences", Options{Extensions: super}, "```picture\na b.md\n```\n", []string{figure}},
		{"by class", Options{Extensions: super}, "```draw\na b.md\n```\n", []string{figure}},
		{"commonmark", Options{Dialect: CommonMark}, "```picture\na b.md\n```\n", []string{figure}},
		{"strict is without", Options{Dialect: CommonMarkStrict}, "```picture\na b.md\n```\n", []string{`<code class="language-picture">a b.md`}},
		{"another language", Options{Extensions: plain}, "```text\na b.md\n```\n", []string{`<code class="language-text">a b.md`}},
		{"list and quote", Options{Extensions: super}, "- x\n\n    ```picture\n    a b.md\n    ```\n\n> ```picture\n> a b.md\n> ```\n", []string{"<li>", "<blockquote>", figure, `id="__diagram_2-t"`}},
		{"attributes", Options{Extensions: super}, "``` { .picture #flow .big }\na b.md\n```\n", []string{`<figure id="flow" class="diagram big"><svg`}},
		{"ids of a picture take none from headings", Options{Extensions: super}, "```picture\na b.md\n```\n\n# A\n", []string{`<h1 id="a">`}},
		{"in an indented block it is code", Options{Extensions: super}, "    ```picture\n    a b.md\n    ```\n", []string{"```picture"}},
		{"untrusted", Options{Extensions: super, Untrusted: true}, "``` { .picture #flow .big }\na javascript:alert(1)\nc d.md\n```\n", []string{
			`<figure class="diagram"><svg class="dg" id="__diagram_1-t" data-lang="ko" onload="ours">`, `<a href="d.md"><g data-id="c"/></a></svg></figure>`,
		}},
	} {
		doc := diagramMarkdown(c.o).Parse([]byte(c.src), Page{Path: "p.md"})
		got := string(doc.AppendHTML(nil, nil))
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %s in\n%s", c.name, want, got)
			}
		}
		if strings.Contains(got, "javascript:") {
			t.Errorf("%s: a link that runs code in\n%s", c.name, got)
		}
		if len(doc.Findings) > 0 {
			t.Errorf("%s: %v", c.name, doc.Findings)
		}
	}

	// Links are those of the page, and the id that the author gave can be
	// linked to.
	doc := diagramMarkdown(Options{Extensions: super}).Parse([]byte("\n\n``` { .picture #flow }\na b.md\nc d.md#e\n```\n"), Page{})
	if len(doc.Links) != 2 || doc.Links[0].Dest != "b.md" || doc.Links[1].Dest != "d.md#e" || doc.Links[0].Line != 3 || doc.Links[0].Kind != LinkAnchor {
		t.Errorf("links %+v", doc.Links)
	}
	if !doc.HasID("flow") || doc.HasID("a") || doc.HasID("__diagram_1-t") {
		t.Errorf("ids %v", doc.IDs)
	}
	if got := string(doc.AppendHTML(nil, func(i int) string { return "resolved" })); strings.Count(got, `<a href="resolved"><g`) != 2 {
		t.Errorf("links are not resolved in\n%s", got)
	}
}

// TestDiagramFindings has the lines of the page, also where the code comes from
// another file.
func TestDiagramFindings(t *testing.T) {
	files := fstest.MapFS{"inc.txt": {Data: []byte("a b.md\nwhat?\n")}}
	for _, c := range []struct {
		name string
		o    Options
		src  string
		line int
	}{
		{"plain", Options{Extensions: []Extension{{Name: "fenced_code"}}}, "x\n\n```picture\na b.md\nc ?\n```\n", 5},
		{"quote", Options{Extensions: []Extension{{Name: "pymdownx.superfences"}}}, "x\n\n> y\n>\n> ```picture\n> ?\n> ```\n", 6},
		{"commonmark", Options{Dialect: CommonMark}, "---\ntitle: t\n---\n\n- x\n\n  ```picture\n  a b.md\n  ?\n  ```\n", 9},
		{"included", Options{Extensions: []Extension{{Name: "pymdownx.superfences"}, {Name: "pymdownx.snippets"}}}, "x\n\n```picture\n--8<-- \"inc.txt\"\n```\n", 4},
	} {
		doc := diagramMarkdown(c.o).Parse([]byte(c.src), Page{Path: "p.md", Files: files, DocsDir: ".", ConfigDir: "."})
		got := string(doc.AppendHTML(nil, nil))
		if strings.Contains(got, "<figure") || !strings.Contains(got, "?") {
			t.Errorf("%s: the code is not shown:\n%s", c.name, got)
		}
		if len(doc.Findings) != 1 || doc.Findings[0].Line != c.line || doc.Findings[0].Path != "p.md" || doc.Findings[0].Message != "what?" {
			t.Errorf("%s: %+v, want line %d", c.name, doc.Findings, c.line)
		}
	}
}
