package render

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// Text that is made to be slow takes no longer than other text: the bound is a
// hundred times what these take.
func TestHostileCode(t *testing.T) {
	const size = 1 << 20
	rep := func(s string) string { return strings.Repeat(s, size/len(s)) }
	var lengths strings.Builder
	for n := 3; lengths.Len() < size; n++ {
		lengths.WriteString(strings.Repeat("`", n) + "\n")
	}
	inputs := map[string]string{
		"backticks":        rep("`"),
		"fence openings":   rep("```py\n"),
		"fences":           rep("```\n```\n"),
		"fences in quotes": rep("> ```\n> x\n"),
		"all lengths":      lengths.String(),
		"short fences":     rep("```\n") + "\n" + lengths.String(),
		"options":          "```py " + rep(`a="1" `) + "\nx\n```\n",
		"attributes":       "```{ .py " + rep(`a=1 `) + "}\nx\n```\n",
		"quotes in header": "```py " + rep(`a="`) + "\nx\n```\n",
		"lines to mark":    "```{ .py hl_lines=\"" + rep("1-9 ") + "\" }\n" + strings.Repeat("x\n", 1000) + "```\n",
		"line numbers":     "```{ .py linenums=\"99999999999999999999\" }\n" + rep("x\n") + "```\n",
		"indented fences":  rep("    ```\n    x\n    ```\n\n"),
		"critic openings":  rep("{++"),
		"critic changes":   rep("{~~a"),
		"critic comments":  rep("{>>a<<}"),
		"critic nested":    rep("{--{++{==") + rep("==}++}--}"),
		"math openings":    rep(`\(`),
		"math dollars":     rep("$a "),
		"math escapes":     rep(`\\`),
		"math blocks":      rep("$$\na\n\n"),
		"math begins":      rep("\\begin{a}\n"),
		"slashes":          rep("/// note\n"),
		"slash names":      rep("//// note | a\n\n/// tip\n\n"),
		"slash ends":       rep("///\n"),
		"slash captions":   rep("/// figure-caption\n///\n"),
		"sections":         rep("--8<-- [start:a]\n"),
		"scissors":         rep("-8<-"),
		"snippets":         rep("--8<-- \"none\"\n"),
		"snippet colons":   "--8<-- \"" + rep(":") + "\"\n",
		"inline languages": rep("`#!py x`"),
	}
	exts := []Extension{
		{Name: "fenced_code"},
		{Name: "attr_list"},
		{Name: "pymdownx.highlight", Config: map[string]any{"line_spans": "s", "anchor_linenums": true}},
		{Name: "pymdownx.superfences"},
		{Name: "pymdownx.inlinehilite"},
		{Name: "pymdownx.critic"},
		{Name: "pymdownx.arithmatex", Config: map[string]any{"generic": true}},
		{Name: "pymdownx.snippets"},
		{Name: "pymdownx.blocks.admonition"},
		{Name: "pymdownx.blocks.details"},
		{Name: "pymdownx.blocks.caption"},
	}
	plain := []Extension{{Name: "fenced_code"}, {Name: "codehilite"}}
	for name, src := range inputs {
		for kind, list := range map[string][]Extension{"all": exts, "fenced_code": plain} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				start := time.Now()
				parseWith(t, src, nil, list...)
				if d := time.Since(start); d > 20*time.Second {
					t.Errorf("%v", d)
				} else if testing.Verbose() {
					t.Log(d)
				}
			})
		}
	}
}

func TestFences(t *testing.T) {
	doc := parseWith(t, "a\n\n```py\nx\n```\n\n> ~~~ go\n> y\n> ~~~\n\n- z\n\n    ```\n    w\n    ```\n", nil,
		Extension{Name: "pymdownx.superfences"})
	if got := fmt.Sprint(doc.Fences); got != "[{3 5 py} {7 9 go} {13 15 }]" {
		t.Errorf("fences %s", got)
	}
	doc = parseWith(t, "a\n\n```py\nx\n```\n~~~~\ny\n~~~~\n", nil, Extension{Name: "fenced_code"})
	if got := fmt.Sprint(doc.Fences); got != "[{3 5 py} {6 8 }]" {
		t.Errorf("fences %s", got)
	}
}

// Pages that are not trusted cannot bring markup in through what PyMdown writes
// as it stands.
func TestUntrustedCode(t *testing.T) {
	m, _ := New(Options{Untrusted: true, Extensions: []Extension{
		{Name: "attr_list"},
		{Name: "pymdownx.blocks.html"},
		{Name: "pymdownx.arithmatex"},
		{Name: "pymdownx.critic"},
		{Name: "pymdownx.superfences", Config: map[string]any{"custom_fences": []any{
			map[string]any{"name": "raw", "class": "raw", "format": PyName("mermaid2.fence_mermaid")},
			map[string]any{"name": "tex", "class": "tex", "format": PyName("pymdownx.arithmatex.fence_mathjax_format")},
		}}},
	}})
	for _, src := range []string{
		"```py title=\"<script>alert(1)</script>\"\nx\n```\n",
		"```{ .py #a\"><script> .b'><script> data-x='\"><script>' }\nx\n```\n",
		"```raw\n<script>alert(1)</script><img src=x onclick=x>\n```\n",
		"```tex\n</script><script>alert(1)</script>\n```\n",
		"$</script><script>alert(1)</script>$\n",
		"$$\n</script><script>alert(1)</script>\n$$\n",
		"{>>\"<script>alert(1)</script><<}\n",
		"/// html | script\nalert(1)\n///\n",
		"/// html | div[onclick=alert]\nx\n///\n",
		"/// html | div\n    markdown: html\n\n<script>alert(1)</script>\n///\n",
	} {
		html := string(m.Parse([]byte(src), Page{Path: "x.md"}).AppendHTML(nil, nil))
		if strings.Contains(html, "<script") || strings.Contains(html, "onclick") {
			t.Errorf("%q gives %s", src, html)
		}
	}
}

func TestUnknownFormats(t *testing.T) {
	_, findings := New(Options{Extensions: []Extension{
		{Name: "pymdownx.superfences", Config: map[string]any{"custom_fences": []any{
			map[string]any{"name": "d2", "class": "d2", "format": PyName("d2.fence")},
			map[string]any{"name": "mermaid", "class": "mermaid", "format": PyName("pymdownx.superfences.fence_code_format")},
		}}},
	}})
	if len(findings) != 1 || findings[0].Rule != "config/fence-format" || !strings.Contains(findings[0].Message, "d2.fence") {
		t.Errorf("findings %v", findings)
	}
}

func TestLexerName(t *testing.T) {
	for alias, want := range map[string]string{
		"py": "Python", "c++": "C++", "sh": "Bash", "antlr-rb": "ANTLR With Ruby Target", "yaml": "YAML",
		"": "", "p": "", "ython": "", "nosuch": "", "|": "", "python|py": "",
	} {
		if got := lexerName(alias); got != want {
			t.Errorf("lexerName(%q) = %q, want %q", alias, got, want)
		}
	}
}

// FuzzCode checks that no page makes the readers of fences, snippets, math,
// marks and generic blocks panic, and that the lines of fences are in order.
func FuzzCode(f *testing.F) {
	for _, s := range []string{
		"```{ .py #i hl_lines=\"1-2\" linenums=\"3 2 5\" title='t' }\nx\n\ty\n```\n",
		"> - ~~~ py foo\n>   x\n>   ~~~\n\n    ```\n    ```\n\n    :::py hl_lines='1'\n    x\n",
		"{++a\n\n++}{~~b~>c~~}{>>d<<} $a$ \\(b\\) \\\\$c$ `#!py x` `:::js\ny`\n\n$$\nx\n$$\n\n\\begin{a}\n\\end{a}\n",
		"/// html | p.a#b[c='d']\n    markdown: raw\n\nx\n///\n/// tab | T\n    new: true\n///\n//// caption | ^1.2 .x\n////\n",
		"--8<-- \"inc.md:1:2,-1:\"\n--8<-- 'inc.md:s'\n--8<--\ninc.md\n; x\n--8<--\n;--8<-- \"y\"\n{!inc.md!lines=1-2}\n",
	} {
		f.Add(s)
	}
	var markdowns []*Markdown
	for _, list := range [][]Extension{
		{{Name: "fenced_code"}, {Name: "codehilite", Config: map[string]any{"linenums": true}}, {Name: "attr_list"}},
		{
			{Name: "attr_list"},
			{Name: "md_in_html"},
			{Name: "admonition"},
			{Name: "pymdownx.highlight", Config: map[string]any{"linenums": true, "linenums_style": "pymdownx-inline", "anchor_linenums": true, "auto_title": true}},
			{Name: "pymdownx.superfences", Config: map[string]any{"preserve_tabs": true, "relaxed_headers": true}},
			{Name: "pymdownx.inlinehilite", Config: map[string]any{"style_plain_text": true}},
			{Name: "pymdownx.critic"},
			{Name: "pymdownx.arithmatex"},
			{Name: "pymdownx.snippets", Config: map[string]any{"dedent_subsections": true}},
			{Name: "markdown_include.include"},
			{Name: "pymdownx.blocks.admonition"},
			{Name: "pymdownx.blocks.details"},
			{Name: "pymdownx.blocks.html"},
			{Name: "pymdownx.blocks.definition"},
			{Name: "pymdownx.blocks.tab"},
			{Name: "pymdownx.blocks.caption"},
		},
	} {
		m, _ := New(Options{Extensions: list})
		markdowns = append(markdowns, m)
	}
	files := fstest.MapFS{"inc.md": {Data: []byte("a\n# --8<-- [start:s]\n  --8<-- \"inc.md\"\n# --8<-- [end:s]\nb")}}
	f.Fuzz(func(t *testing.T, src string) {
		for _, m := range markdowns {
			d := m.Parse([]byte(src), Page{Path: "a.md", Files: files, ConfigDir: "."})
			for _, x := range d.Fences {
				if x.Line <= 0 || x.EndLine < x.Line {
					t.Errorf("fence from line %d to %d", x.Line, x.EndLine)
				}
			}
		}
	})
}
