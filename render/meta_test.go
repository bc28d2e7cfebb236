package render

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"
)

func TestFrontMatter(t *testing.T) {
	tests := []struct {
		name, src string
		meta      Meta
		body      string
		line      int
	}{
		{
			"yaml", "---\ntitle: A b\ntags: [x, 'y']\nhide:\n  - toc\n  - navigation\n---\n\n# H\n",
			Meta{"title": "A b", "tags": []any{"x", "y"}, "hide": []any{"toc", "navigation"}},
			"# H\n", 9,
		},
		{
			"byte order mark, windows line breaks, dots", "\ufeff---\r\ntitle: x\r\n...\r\nb\r\n",
			Meta{"title": "x"},
			"b\r\n", 4,
		},
		{
			"what is not simple", "---\nsearch:\n  boost: 2\nlong: >\n  a\n  b\nq: \"a: \\u00e9\"\n---\nb",
			Meta{"search": map[string]any{"boost": 2}, "long": "a b\n", "q": "a: é"},
			"b", 9,
		},
		{
			"truth values of YAML 1.1", "---\na: yes\nb: off\nc: ~\nd:\n---\nb",
			Meta{"a": true, "b": false, "c": nil, "d": nil},
			"b", 7,
		},
		{
			"numbers keep their spelling", "---\nid: 0005\nv: 1.10\nn: -3\nf: 1.5\nd: 2024-01-02\n---\nb",
			Meta{"id": "0005", "v": "1.10", "n": -3, "f": 1.5, "d": "2024-01-02"},
			"b", 8,
		},
		{
			"aliases and merge keys", "---\nx: &x {p: 1}\ny:\n  <<: *x\n  q: 2\n---\nb",
			Meta{"x": map[string]any{"p": 1}, "y": map[string]any{"p": 1, "q": 2}},
			"b", 7,
		},
		{"no line break after the end", "---\ntitle: x\n---", nil, "---\ntitle: x\n---", 1},
		{"nothing between", "---\n---\nx\n", nil, "---\n---\nx\n", 1},
		{"a list is text", "---\n- a\n---\nx\n", nil, "---\n- a\n---\nx\n", 1},
		{"never closed", "---\na: b\n\nx\n", nil, "---\na: b\n\nx\n", 1},
		{"plain lines", "Title: A\n    b\ntitle: c\n\nbody\n", Meta{"title": "A b c"}, "body\n", 5},
		{"a first line that is no metadata", "https://example.org/ is\n", nil, "https://example.org/ is\n", 1},
		{"a sentence that goes on", "Note: this\ngoes on\n", nil, "Note: this\ngoes on\n", 1},
		{"an introduction to a list", "Intro:\n- a\n", nil, "Intro:\n- a\n", 1},
	}
	m, _ := New(Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			meta, body, line, findings := splitMeta(tt.src, m)
			if !reflect.DeepEqual(meta, tt.meta) || body != tt.body || line != tt.line {
				t.Errorf("got  %#v %q line %d\nwant %#v %q line %d", meta, body, line, tt.meta, tt.body, tt.line)
			}
			if len(findings) > 0 {
				t.Error(findings)
			}
		})
	}
}

func TestBrokenFrontMatterIsTextAndSaysWhere(t *testing.T) {
	m, _ := New(Options{})
	src := "---\ntitle: x\nnote: a: b\n---\nbody\n"
	d := m.Parse([]byte(src), Page{Path: "docs/a.md"})
	if len(d.Findings) != 1 {
		t.Fatalf("findings: %v", d.Findings)
	}
	if got := d.Findings[0].Position.String(); got != "docs/a.md:3:8" {
		t.Errorf("position %s", got)
	}
	if d.Meta != nil {
		t.Errorf("meta %v", d.Meta)
	}
}

func TestTextThatMkDocsDropsIsSaid(t *testing.T) {
	m, _ := New(Options{})
	for src, want := range map[string]int{
		"Note: read this first.\n\ntext\n":   1,
		"title: A\nauthor: me\n\ntext\n":     0,
		"\nNote: read this first.\n\ntext\n": 0,
	} {
		d := m.Parse([]byte(src), Page{Path: "a.md"})
		if len(d.Findings) != want {
			t.Errorf("%q: %v", src, d.Findings)
		}
	}
}

func TestFrontMatterIsBounded(t *testing.T) {
	m, _ := New(Options{})
	var b strings.Builder
	b.WriteString("---\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 9; i++ {
		p, q := string(rune('0'+i-1)), string(rune('0'+i))
		b.WriteString("a" + q + ": &a" + q + " [" + strings.Repeat("*a"+p+", ", 9) + "*a" + p + "]\n")
	}
	b.WriteString("---\nbody\n")
	for name, src := range map[string]string{
		"aliases": b.String(),
		"size":    "---\n? " + strings.Repeat("x", maxMetaBytes) + "\n---\n",
		"depth":   "---\na: " + strings.Repeat("[", 500) + strings.Repeat("]", 500) + "\n---\n",
	} {
		if meta, _, _, findings := splitMeta(src, m); meta != nil || len(findings) != 1 {
			t.Errorf("%s: meta %d, findings %v", name, len(meta), findings)
		}
	}
}

func TestMetaAccessors(t *testing.T) {
	m := Meta{"s": "x", "n": 3, "b": true, "y": "yes", "l": []any{"a", 1, []any{}}, "m": map[string]any{"k": "v"}}
	if m.String("n") != "3" || m.String("b") != "true" || m.String("l") != "" || m.String("none") != "" {
		t.Error("String")
	}
	if !reflect.DeepEqual(m.Strings("l"), []string{"a", "1"}) || !reflect.DeepEqual(m.Strings("s"), []string{"x"}) || m.Strings("none") != nil {
		t.Error("Strings")
	}
	if !m.Bool("b", false) || !m.Bool("y", false) || !m.Bool("none", true) {
		t.Error("Bool")
	}
	if m.Map("m").String("k") != "v" || m.Map("s") != nil {
		t.Error("Map")
	}
}

func TestMetaExtension(t *testing.T) {
	m, _ := New(Options{Extensions: []Extension{{Name: "meta"}, {Name: "pymdownx.snippets"}}})
	files := fstest.MapFS{"a.md": {Data: []byte("---\ntitle: included\n---\n\nbody\n")}}
	for src, want := range map[string]string{
		"---\ntitle: a: b\n---\nx\n":              "<p>x</p>",
		"---\nt: y\n---\n--8<-- \"a.md\"\n":       "<p>body</p>",
		"key: value\n    more\n\n# h\n":           `<h1>h</h1>`,
		"---\ntitle: x\n---\n\nNote: gone\n\nx\n": "<p>x</p>",
		"---\n":       "",
		"a b\nc: d\n": "<p>a b\nc: d</p>",
	} {
		d := m.Parse([]byte(src), Page{Path: "docs/x.md", Files: files, DocsDir: "docs", ConfigDir: "."})
		if got := string(d.AppendHTML(nil, nil)); got != want {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
	}
}

// FuzzFrontMatter holds the fast path against the library: whatever it accepts
// means the same.
func FuzzFrontMatter(f *testing.F) {
	f.Add("title: x\ntags: [a, b]\nl:\n  - 1\n  - 'b'\n")
	f.Add("a: \"x\"\n# c\nb: 1.5\n\nc:\n- d\n")
	f.Fuzz(func(t *testing.T, s string) {
		if !strings.HasSuffix(s, "\n") {
			s += "\n"
		}
		fast, ok := simpleYAML(s)
		if !ok || len(fast) == 0 {
			return
		}
		var doc yaml.Node
		if err := loadYAML(s, &doc); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		slow, ok, _ := nodeMeta(&doc)
		if !ok || !reflect.DeepEqual(fast, slow) {
			t.Errorf("%q\nfast %#v\nslow %#v", s, fast, slow)
		}
	})
}
