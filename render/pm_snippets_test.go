package render

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lintel-docs/lintel/internal/finding"
)

// parseWith reads a page with extensions on, below a project of files.
func parseWith(t testing.TB, src string, files map[string]string, exts ...Extension) *Doc {
	t.Helper()
	project := fstest.MapFS{}
	for name, text := range files {
		project[name] = &fstest.MapFile{Data: []byte(text)}
	}
	m, findings := New(Options{Extensions: exts})
	for _, f := range findings {
		t.Fatalf("options: %v", f)
	}
	return m.Parse([]byte(src), Page{Path: "docs/page.md", Files: project, DocsDir: "docs", ConfigDir: "."})
}

func snippets(cfg map[string]any) Extension {
	return Extension{Name: "pymdownx.snippets", Config: cfg}
}

func TestSnippetFindings(t *testing.T) {
	files := map[string]string{
		"inc/loop.md":  "a\n--8<-- \"inc/back.md\"\n",
		"inc/back.md":  "b\n--8<-- \"inc/loop.md\"\n",
		"inc/code.txt": "one\ntwo\n",
		"secret.md":    "outside of docs",
	}
	tests := []struct {
		name, src string
		cfg       map[string]any
		want      string // rule, severity and line
		in        string // text of the page
		out       string // text that is not on the page
	}{
		{"missing", "x\n\n--8<-- \"inc/none.md\"\n", nil, "include/not-found info 3", "x", "8&lt;"},
		{"missing checked", "--8<-- \"inc/none.md\"\n", map[string]any{"check_paths": true}, "include/not-found error 1", "", ""},
		{"loop", "--8<-- \"inc/loop.md\"\n", nil, "include/loop warning 1", "a", ""},
		{"outside", "--8<-- \"../../etc/passwd\"\n", nil, "include/outside error 1", "", "root"},
		{"absolute", "--8<-- \"/etc/passwd\"\n", nil, "include/outside error 1", "", "root"},
		{"dots inside", "--8<-- \"inc/../secret.md\"\n", nil, "", "outside of docs", ""},
		{"restricted", "--8<-- \"../secret.md\"\n", map[string]any{"base_path": "docs", "restrict_base_path": true}, "include/not-found info 1", "", "outside"},
		{"not restricted", "--8<-- \"../secret.md\"\n", map[string]any{"base_path": "docs"}, "", "outside of docs", ""},
		{"download", "--8<-- \"https://example.org/x.md\"\n", map[string]any{"check_paths": true}, "include/download warning 1", "", "example"},
		{"section", "--8<-- \"inc/code.txt:none\"\n", map[string]any{"check_paths": true}, "include/section error 1", "", "one"},
		{"directory", "--8<-- \"inc\"\n", nil, "include/not-found info 1", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := parseWith(t, tt.src, files, snippets(tt.cfg))
			var got []string
			for _, f := range doc.Findings {
				got = append(got, fmt.Sprintf("%s %s %d", f.Rule, f.Severity, f.Line))
				if f.Path != "docs/page.md" {
					t.Errorf("finding in %q", f.Path)
				}
				if f.Severity != finding.Info && f.Hint == "" {
					t.Errorf("%v says nothing about what to do", f)
				}
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("findings %q, want %q", s, tt.want)
			}
			html := string(doc.AppendHTML(nil, nil))
			if !strings.Contains(html, tt.in) || tt.out != "" && strings.Contains(html, tt.out) {
				t.Errorf("page %q", html)
			}
		})
	}
}

// The questions that a page has asked of the file system are kept, those that
// found nothing too: a build that is done again must ask them again.
func TestSnippetIncludes(t *testing.T) {
	doc := parseWith(t, "--8<-- \"b.md\"\n--8<-- \"b.md\"\n--8<-- \"none.md\"\n", map[string]string{"inc/b.md": "B\n"},
		snippets(map[string]any{"base_path": []any{"docs/inc", "inc"}}))
	want := []Include{{"docs/inc/b.md", false}, {"inc/b.md", true}, {"docs/inc/none.md", false}, {"inc/none.md", false}}
	if len(doc.Includes) != len(want) {
		t.Fatalf("includes %v", doc.Includes)
	}
	for i := range want {
		if doc.Includes[i] != want[i] {
			t.Errorf("include %d: %v, want %v", i, doc.Includes[i], want[i])
		}
	}
}

func TestSnippetBases(t *testing.T) {
	files := map[string]string{"docs/a/x.md": "relative", "docs/y.md": "docs", "z.md": "config"}
	m, _ := New(Options{Extensions: []Extension{snippets(map[string]any{"base_path": []any{Relative(""), "$docs_dir", "$config_dir"}})}})
	project := fstest.MapFS{}
	for name, text := range files {
		project[name] = &fstest.MapFile{Data: []byte(text)}
	}
	doc := m.Parse([]byte("--8<-- \"x.md\"\n\n--8<-- \"y.md\"\n\n--8<-- \"z.md\"\n"),
		Page{Path: "docs/a/page.md", Files: project, DocsDir: "docs", ConfigDir: "."})
	html := string(doc.AppendHTML(nil, nil))
	for _, text := range files {
		if !strings.Contains(html, text) {
			t.Errorf("%q is missing from %q", text, html)
		}
	}
}

// Headings and links in an included file are found at the line that includes it.
func TestSnippetLines(t *testing.T) {
	m, _ := New(Options{Extensions: []Extension{snippets(nil)}})
	files := fstest.MapFS{"inc.md": {Data: []byte("a\n\nb\n")}}
	p := &pmParser{md: m, cfg: m.pm, doc: &Doc{}, page: Page{Path: "x.md", Files: files, ConfigDir: "."}}
	lines := p.snippets(splitLines("one\n\n--8<-- \"inc.md\"\n\nfive", 1))
	var got []string
	for _, l := range lines {
		got = append(got, fmt.Sprintf("%d:%s", l.n, l.text))
	}
	if s := strings.Join(got, " "); s != "1:one 2: 3:a 3: 3:b 3: 4: 5:five" {
		t.Errorf("lines %q", s)
	}
}

// Includes that multiply end at a bound, and are told about once.
func TestSnippetBounds(t *testing.T) {
	files := map[string]string{}
	for i := range 60 {
		files[fmt.Sprintf("f%d.md", i)] = strings.Repeat(fmt.Sprintf("--8<-- \"f%d.md\"\n", i+1), 8)
	}
	files["f60.md"] = "x\n"
	big := map[string]string{"big.md": strings.Repeat("many words on a line\n", 100_000)}
	deep := map[string]string{}
	for i := range 1000 {
		deep[fmt.Sprintf("f%d.md", i)] = fmt.Sprintf("    --8<-- \"f%d.md\"\n", i+1)
	}
	for name, tt := range map[string]struct {
		src   string
		files map[string]string
	}{
		"fan":   {"--8<-- \"f0.md\"\n", files},
		"size":  {strings.Repeat("--8<-- \"big.md\"\n", 10_000), big},
		"depth": {"--8<-- \"f0.md\"\n", deep},
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := New(Options{Extensions: []Extension{snippets(nil)}})
			project := fstest.MapFS{}
			for name, text := range tt.files {
				project[name] = &fstest.MapFile{Data: []byte(text)}
			}
			p := &pmParser{md: m, cfg: m.pm, doc: &Doc{}, page: Page{Path: "x.md", Files: project, ConfigDir: "."}}
			size := 0
			for _, l := range p.snippets(splitLines(tt.src, 1)) {
				size += len(l.text)
			}
			if size > 2*maxIncludeBytes {
				t.Errorf("%d bytes", size)
			}
			if f := p.doc.Findings; len(f) != 1 || f[0].Rule != "include/too-much" {
				t.Errorf("findings %v", f)
			}
		})
	}
}

func TestBraceIncludes(t *testing.T) {
	files := map[string]string{
		"a.md":    "one\ntwo\nthree\n",
		"loop.md": "x\n{!loop.md!}\n",
		"in.md":   "before\n{! a.md !}\n",
	}
	for _, tt := range []struct{ src, want string }{
		{"{!a.md!}", "one two three"},
		{"{! a.md !} end", "one two three end"},
		{"{!a.md!lines=1 3-9}", "one three"},
		{"{! a.md[ln:2-3] !}", "two three"},
		{"> {!a.md!}", "> one > two > three"},
		{"{!in.md!}", "before one two three"},
		{"{!loop.md!}", "x"},
		{"{!none.md!}", ""},
		{"{!a.md", "{!a.md"},
		{"\\{!a.md!}", "\\{!a.md!}"},
	} {
		m, _ := New(Options{Extensions: []Extension{{Name: "markdown_include.include"}}})
		project := fstest.MapFS{}
		for name, text := range files {
			project[name] = &fstest.MapFile{Data: []byte(text)}
		}
		p := &pmParser{md: m, cfg: m.pm, doc: &Doc{}, page: Page{Path: "x.md", Files: project, ConfigDir: "."}}
		var got []string
		for _, l := range p.snippets(splitLines(tt.src, 1)) {
			got = append(got, l.text)
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%q gives %q, want %q", tt.src, s, tt.want)
		}
	}
}
