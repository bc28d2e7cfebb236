package conform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/conform"
	"github.com/lintel-docs/lintel/sad/extract"
)

// dags is an inventory of n DAGs that follow each other.
func dags(n int, prefix string) *extract.Inventory {
	inv := &extract.Inventory{}
	for i := range n {
		f := extract.Fact{Kind: extract.KindDAG, ID: fmt.Sprintf("dag:%s%d", prefix, i), Name: fmt.Sprintf("%s%d", prefix, i), File: fmt.Sprintf("dags/%s%d.py", prefix, i), Line: 1}
		f.Uses = append(f.Uses, extract.Ref{Kind: extract.KindDAG, Name: fmt.Sprintf("%s%d", prefix, (i+1)%n), Relation: extract.Triggers})
		inv.Facts = append(inv.Facts, f)
	}
	return inv
}

// TestMany takes ten thousand elements out and brings ten thousand things in:
// the first are told, and how many are not.
func TestMany(t *testing.T) {
	const n = 10_000
	var b strings.Builder
	b.WriteString("---\nsad: view\nid: v\nviewpoint: pipeline\nelements:\n")
	for i := range 3000 { // as much as a front matter may hold
		fmt.Fprintf(&b, "  - {id: old%d, kind: filter, code: [dags/old%d.py]}\n", i, i)
	}
	b.WriteString("---\n\n# V\n")
	src := []byte(b.String())
	m := sad.NewModel([]*sad.Page{sad.ParsePage("docs/v.md", src)}, sad.Options{})
	if len(m.Elements) != 3000 {
		t.Fatalf("%d elements", len(m.Elements))
	}
	ds, more := conform.Compare(m, dags(n, "old"), dags(n, "new"), conform.Options{
		Source: func(string) []byte { return src },
		Exists: func(string) bool { return false },
	})
	if len(ds) == 0 || len(ds) > 400 || more < 2800 {
		t.Fatalf("%d differences and %d more", len(ds), more)
	}
	var edits []finding.Edit
	for _, d := range ds {
		edits = append(edits, d.Edits...)
	}
	if after, err := finding.Apply(src, edits); err != nil || len(after) >= len(src) {
		t.Errorf("%d bytes became %d: %v", len(src), len(after), err)
	}
}

// TestHostileNames puts names of code into edits: no line of YAML, Markdown or
// Mermaid may come out of them.
func TestHostileNames(t *testing.T) {
	src := "---\nsad: view\nid: v\nviewpoint: pipeline\nelements:\n  - {id: one, name: One, kind: filter, code: [dags/one.py]}\n  - {id: two, name: Two, kind: filter, code: [dags/two.py]}\n---\n\n" +
		"# V\n\n## Primary presentation\n\n```mermaid\nflowchart LR\n  one[One] --> two[Two]\n```\n\n## Element catalog\n\n| Element | Code |\n|---|---|\n| One (`one`) | `dags/one.py` |\n| Two (`two`) | `dags/two.py` |\n"
	fact := func(name, file string) extract.Fact {
		return extract.Fact{Kind: extract.KindDAG, ID: "dag:" + name, Name: name, File: file, Line: 1}
	}
	for _, name := range []string{
		"x\"}\n---\n# Gone", "a: b # c", "[[x]]", "```", "| a | b |", "*x", "&x", "!tag", "%d", "- x", "x\u202egnp.exe", "end", "subgraph", "--> y", "<script>", strings.Repeat("n", 5000), "'", "true", "1", "ㄱ ㄴ",
	} {
		base := &extract.Inventory{Facts: []extract.Fact{fact("one", "dags/one.py"), fact("two", "dags/two.py")}}
		head := &extract.Inventory{Facts: append(base.Facts[:2:2], fact(name, "dags/"+strings.ReplaceAll(name, "/", "_")+".py"))}
		p := sad.ParsePage("docs/v.md", []byte(src))
		ds, _ := conform.Compare(sad.NewModel([]*sad.Page{p}, sad.Options{}), base, head, conform.Options{
			Source: func(string) []byte { return []byte(src) }, Exists: func(string) bool { return true },
		})
		if len(ds) != 1 {
			t.Errorf("%q: %d differences", name, len(ds))
			continue
		}
		if len(ds[0].Edits) == 0 {
			t.Errorf("%q: no edit", name)
			continue
		}
		after, err := finding.Apply([]byte(src), ds[0].Edits)
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		q := sad.ParsePage("docs/v.md", after)
		var front []string
		for _, d := range q.Elements {
			if d.Source == sad.FromFront {
				front = append(front, d.ID)
			}
		}
		if len(front) != 3 || len(q.Parts) != len(p.Parts) || len(q.Figures) != 1 || q.Figures[0].Broken != "" || len(q.Findings) > len(p.Findings) {
			t.Errorf("%q: elements %q, figure %q, findings %v\n%s", name, front, q.Figures[0].Broken, q.Findings, after)
		}
	}
}
