package mermaid

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the expected readings anew")

// TestGolden compares the reading of diagrams with what it should be. A file
// of testdata holds pairs of NAME.mmd and NAME.want.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		wants := map[string]string{}
		for _, f := range archive.Files {
			if name, ok := strings.CutSuffix(f.Name, ".want"); ok {
				wants[name] = string(f.Data)
			}
		}
		var renewed []txtar.File
		for _, f := range archive.Files {
			name, ok := strings.CutSuffix(f.Name, ".mmd")
			if !ok {
				continue
			}
			got := reading(string(f.Data))
			renewed = append(renewed, f, txtar.File{Name: name + ".want", Data: []byte(got)})
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+name, func(t *testing.T) {
				if got != wants[name] && !*update {
					t.Errorf("%s\nread as:\n%s\nwant:\n%s", f.Data, got, wants[name])
				}
			})
		}
		if *update {
			archive.Files = renewed
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// reading writes down what a text was understood to say.
func reading(src string) string {
	d, err := Parse(src)
	var b strings.Builder
	if err != nil {
		var e *Error
		var u *UnsupportedError
		switch {
		case errors.As(err, &e):
			fmt.Fprintf(&b, "error %d: %s\n", e.Line, e.Msg)
			if e.Hint != "" {
				fmt.Fprintf(&b, "hint: %s\n", e.Hint)
			}
		case errors.As(err, &u):
			fmt.Fprintf(&b, "unsupported %d: %s\n", u.Line, u.Kind)
		}
		return b.String()
	}
	fmt.Fprintf(&b, "%s %s\n", d.Kind, d.Direction)
	for _, s := range [][2]string{{"title", d.Title}, {"accTitle", d.AccTitle}, {"accDescr", d.AccDescr}} {
		if s[1] != "" {
			fmt.Fprintf(&b, "%s %q\n", s[0], s[1])
		}
	}
	for _, g := range d.Groups {
		fmt.Fprintf(&b, "%d group %s %q", g.Line, g.ID, g.Label)
		optional(&b, " in ", g.Parent)
		optional(&b, " dir ", string(g.Direction))
		optional(&b, " :::", strings.Join(g.Classes, ":::"))
		b.WriteByte('\n')
	}
	for _, n := range d.Nodes {
		fmt.Fprintf(&b, "%d node %s %q %s", n.Line, n.ID, n.Label, n.Shape)
		optional(&b, " in ", n.Group)
		optional(&b, " -> ", n.Link)
		optional(&b, " tip ", n.Tooltip)
		optional(&b, " :::", strings.Join(n.Classes, ":::"))
		optional(&b, " <<", n.Annotation)
		b.WriteByte('\n')
		for _, m := range n.Members {
			fmt.Fprintf(&b, "    %q method=%v static=%v abstract=%v\n", m.Text, m.Method, m.Static, m.Abstract)
		}
		for _, a := range n.Attributes {
			fmt.Fprintf(&b, "    %s %s %q %q\n", a.Type, a.Name, a.Keys, a.Comment)
		}
	}
	for _, e := range d.Edges {
		fmt.Fprintf(&b, "%d edge %s %s-%s-%s %s", e.Line, e.From, e.Tail, e.Stroke, e.Head, e.To)
		if e.Label != "" {
			fmt.Fprintf(&b, " %q", e.Label)
		}
		if e.Length != 1 {
			fmt.Fprintf(&b, " length %d", e.Length)
		}
		optional(&b, " id ", e.ID)
		optional(&b, " at tail ", e.TailLabel)
		optional(&b, " at head ", e.HeadLabel)
		b.WriteByte('\n')
	}
	for _, n := range d.Notes {
		fmt.Fprintf(&b, "%d note of %s %q\n", n.Line, n.Of, n.Text)
	}
	for _, s := range d.Steps {
		fmt.Fprintf(&b, "%d step %s", s.Line, s.Kind)
		if s.Kind == Message {
			fmt.Fprintf(&b, " %d", s.Edge)
		}
		optional(&b, " ", s.Block)
		optional(&b, " ", strings.Join(s.Of, ","))
		if s.Text != "" {
			fmt.Fprintf(&b, " %q", s.Text)
		}
		b.WriteByte('\n')
	}
	if d.Numbered {
		b.WriteString("numbered\n")
	}
	return b.String()
}

func optional(b *strings.Builder, before, s string) {
	if s != "" {
		b.WriteString(before + s)
	}
}

// TestBounded reads hostile texts of a megabyte each; a reading that is not
// linear takes minutes.
func TestBounded(t *testing.T) {
	const size = 1 << 20
	for _, c := range []struct{ name, head, unit string }{
		{"and", "graph LR\n", "a & "},
		{"and twice", "graph LR\na --> ", "b & "},
		{"nodes", "graph LR\n", "a%d\n"},
		{"chain", "graph LR\na", "-->b"},
		{"dashes", "graph LR\na ", "-"},
		{"dashes in text", "graph LR\na -. ", "-"},
		{"dots in text", "graph LR\na -- ", "."},
		{"equals in text", "graph LR\na -. ", "= "},
		{"arrows in text", "graph LR\na == ", "--> "},
		{"brackets", "graph LR\na", "["},
		{"bracketed", "graph LR\n", "a[("},
		{"quotes", "graph LR\na[", `"x" `},
		{"entities", "graph LR\na[\"", "#quot;#"},
		{"icons", "graph LR\na[\"", "fa:fa-x"},
		{"tags", "graph LR\na[\"", "<b"},
		{"subgraphs", "graph LR\n", "subgraph a\n"},
		{"auto subgraphs", "graph LR\n", "subgraph\nend\n"},
		{"mentions", "graph LR\nsubgraph x\n", "a\n"},
		{"lines", "graph LR\na", "\n"},
		{"flags", "graph LR\n", "a->"},
		{"data", "graph LR\n", "a@{"},
		{"blocks", "graph LR\na@{ label: |\n", "x\n"},
		{"comments", "graph LR\n", "%% x\n"},
		{"directives", "", "%%{\n"},
		{"front matter", "---\n", "title: x\n"},
		{"messages", "sequenceDiagram\n", "a-"},
		{"blocks of messages", "sequenceDiagram\n", "loop x\n"},
		{"notes", "sequenceDiagram\nnote over ", "a,"},
		{"alias", "sequenceDiagram\nparticipant a", " as"},
		{"states", "stateDiagram-v2\n", "a : b\n"},
		{"state notes", "stateDiagram-v2\nnote right of a\n", "end\n"},
		{"composites", "stateDiagram-v2\n", "state a%d {\n"},
		{"generics", "classDiagram\nclass a", "~"},
		{"members", "classDiagram\nclass a {\n", "+x()\n"},
		{"relations", "classDiagram\n", "a <|-- "},
		{"attributes", "erDiagram\na {\n", "x y PK,"},
		{"er relations", "erDiagram\n", "a ||--o{ "},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString(c.head)
			for i := 0; b.Len() < size; i++ {
				if strings.Contains(c.unit, "%d") {
					fmt.Fprintf(&b, c.unit, i)
				} else {
					b.WriteString(c.unit)
				}
			}
			d, err := Parse(b.String())
			if (d == nil) == (err == nil) {
				t.Errorf("diagram %v and error %v", d != nil, err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, x := range archive.Files {
			if strings.HasSuffix(x.Name, ".mmd") {
				f.Add(string(x.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		d, err := Parse(src)
		if err != nil {
			var e *Error
			var u *UnsupportedError
			lines := strings.Count(strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n"), "\n") + 1
			switch {
			case errors.As(err, &e):
				if e.Line < 1 || e.Line > lines || e.Msg == "" {
					t.Errorf("%q: error %+v in a text of %d lines", src, e, lines)
				}
			case errors.As(err, &u):
			default:
				t.Errorf("%q: error of another kind: %v", src, err)
			}
			return
		}
		check(t, src, d)
	})
}

// check holds a diagram against what callers rely on: references lead
// somewhere, and the parents of groups are a forest.
func check(t *testing.T, src string, d *Diagram) {
	t.Helper()
	groups, nodes := map[string]*Group{}, map[string]bool{}
	for i := range d.Groups {
		g := &d.Groups[i]
		if d.Kind == Flowchart && groups[g.ID] != nil {
			t.Errorf("%q: two groups are called %q", src, g.ID)
		}
		groups[g.ID] = g
	}
	for _, g := range d.Groups {
		depth := 0
		for p := g.Parent; p != ""; p = groups[p].Parent {
			if groups[p] == nil {
				t.Fatalf("%q: group %q is in %q, which is none", src, g.ID, p)
			}
			if depth++; depth > len(d.Groups) {
				t.Fatalf("%q: group %q is inside itself", src, g.ID)
			}
		}
	}
	for _, n := range d.Nodes {
		if nodes[n.ID] || n.ID == "" {
			t.Errorf("%q: node %q twice, or without a name", src, n.ID)
		}
		nodes[n.ID] = true
		if n.Group != "" && groups[n.Group] == nil {
			t.Errorf("%q: node %q is in %q, which is no group", src, n.ID, n.Group)
		}
	}
	for _, e := range d.Edges {
		for _, end := range []string{e.From, e.To} {
			if !nodes[end] && groups[end] == nil {
				t.Errorf("%q: an edge ends at %q, which is nothing", src, end)
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	src := "flowchart LR\n" + strings.Repeat("  a[\"주문 DB\"] -->|binlog| b(수집) & c{{판단}} -.-> d\n", 100)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := Parse(src); err != nil {
			b.Fatal(err)
		}
	}
}
