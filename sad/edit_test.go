package sad_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad"
)

// view is a page of a view with front matter and a figure.
func view(front, figure string) string {
	s := "---\nsad: view\nid: v\nviewpoint: c-and-c\n" + front + "---\n\n# V\n\n## Primary presentation\n\n"
	if figure != "" {
		s += "```mermaid\nflowchart LR\n" + figure + "```\n"
	}
	return s
}

// edited makes a change of one page and returns the page after it.
func edited(t *testing.T, src string, change func(*sad.Model, *sad.Editor) []sad.PageEdit) (string, []sad.PageEdit) {
	t.Helper()
	const name = "docs/v.md"
	p := sad.ParsePage(name, []byte(src))
	if p == nil {
		t.Fatal("no page")
	}
	m := sad.NewModel([]*sad.Page{p}, sad.Options{})
	ed := m.Editor(func(string) []byte { return []byte(src) })
	pes := change(m, ed)
	for i := range pes {
		if !ed.Sound(name, pes[i].Edits) {
			pes[i].Edits, pes[i].Left = nil, append(pes[i].Left, pes[i].At)
		}
	}
	var edits []finding.Edit
	for _, pe := range pes {
		edits = append(edits, pe.Edits...)
	}
	out, err := finding.Apply([]byte(src), edits)
	if err != nil {
		t.Fatal(err)
	}
	return string(out), pes
}

func TestRemove(t *testing.T) {
	for _, c := range []struct{ name, front, figure, wantFront, wantFigure string }{
		{
			"block entries with comments", `elements:
  # first
  - id: a
    kind: component
    description: |
      two
      lines

  # second
  - id: b   # the second
    kind: component
    # of b
relations:
- {from: a, to: b, kind: calls, via: HTTP}
- {from: b, to: a, kind: calls, via: HTTP}
`, "", `elements:
  # first

  # second
  - id: b   # the second
    kind: component
    # of b
relations: []
`, "",
		},
		{"a list in brackets, in the middle", "elements: [x, {id: a}, {id: b, name: \"a, ]\"}]   # three\n", "", "elements: [x, {id: b, name: \"a, ]\"}]   # three\n", ""},
		{"a list in brackets, the last", "elements: [x, 'it''s', {id: a}]\n", "", "elements: [x, 'it''s']\n", ""},
		{"a list in brackets, the first, over lines", "elements: [\n    {id: a}, # one\n    b,\n  ]\n", "", "elements: [\n    b,\n  ]\n", ""},
		{"the only one", "elements: [{id: a}]\n", "", "elements: []\n", ""},
		{"dashes at the margin", "elements:\n- id: a\n  kind: component\n- b\nrelated: []\n", "", "elements:\n- b\nrelated: []\n", ""},
		{"a dash on a line of its own", "elements:\n  -\n    id: a\n    kind: component\n  - id: b\n    kind: component\n", "", "elements:\n  - id: b\n    kind: component\n", ""},
		{
			"boxes and arrows", "elements: [{id: abc, kind: component}, {id: bcd, kind: component}, {id: cde, kind: component}]\n",
			"  abc[A] --> bcd[(B)]\n  bcd -- x --> cde\n  abc -.-> cde{{C}}:::hot\n  class abc,bcd hot\n  style abc fill:red\n",
			"elements: [{id: bcd, kind: component}, {id: cde, kind: component}]\n", "  bcd[(B)]\n  bcd -- x --> cde\n  cde{{C}}:::hot\n  class bcd hot\n",
		},
		{
			"a box on a line of its own", "elements: [{id: abc, kind: component}, {id: bcd, kind: component}]\n",
			"  subgraph s\n    abc[\"A (a) --> b\"]\n    bcd\n  end\n  bcd --> abc\n",
			"elements: [{id: bcd, kind: component}]\n", "  subgraph s\n    bcd\n  end\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			id := "a"
			if c.figure != "" {
				id = "abc"
			}
			got, _ := edited(t, view(c.front, c.figure), func(_ *sad.Model, e *sad.Editor) []sad.PageEdit { return e.Remove(id) })
			if want := view(c.wantFront, c.wantFigure); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestLeft names what an editor does not touch, and touches nothing half.
func TestLeft(t *testing.T) {
	for _, c := range []struct{ name, front, figure string }{
		{"several arrows in a line", "elements: [{id: abc, kind: component}, {id: bcd, kind: component}]\n", "  bcd --> abc --> bcd\n"},
		{"a box that holds others", "elements: [{id: abc, kind: component}, {id: bcd, kind: component}]\n", "  subgraph abc\n    bcd\n  end\n"},
		{"an anchor that others use", "elements:\n  - &x {id: abc, kind: component}\n  - {<<: *x, id: bcd}\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := view(c.front, c.figure)
			got, pes := edited(t, src, func(_ *sad.Model, e *sad.Editor) []sad.PageEdit { return e.Remove("abc") })
			if len(pes) != 1 || len(pes[0].Left) == 0 {
				t.Fatalf("nothing is left to the author: %+v", pes)
			}
			if p := sad.ParsePage("docs/v.md", []byte(got)); p == nil || len(p.Findings) > 0 && strings.Contains(p.Findings[0].Message, "cannot be read") {
				t.Errorf("the page cannot be read any more:\n%s", got)
			}
		})
	}
}

func TestAdd(t *testing.T) {
	n := sad.NewElement{ID: "new-one", Name: "New: one", Kind: "component", Technology: "Go", Code: []string{"svc/new/**"}}
	links := []sad.NewRelation{{From: "new-one", To: "bcd", Kind: "calls", Via: "HTTP"}}
	for _, c := range []struct{ name, front, figure, wantFront, wantFigure string }{
		{
			"in braces, before a comment", "elements:\n  - {id: abc, technology: Go, kind: component}\n  # next\n  - {id: bcd, kind: component}\nrelations:\n  - {from: abc, to: bcd, kind: calls}\n", "",
			"elements:\n  - {id: abc, technology: Go, kind: component}\n  - {id: new-one, name: \"New: one\", technology: Go, kind: component, code: [svc/new/**]}\n  # next\n  - {id: bcd, kind: component}\nrelations:\n  - {from: abc, to: bcd, kind: calls}\n  - {from: new-one, to: bcd, kind: calls, via: HTTP}\n", "",
		},
		{
			"in lines at the margin, no relations yet", "elements:\n- id: abc\n  kind: component\n  code: [\"svc/abc/**\"]\n- bcd\n", "",
			"elements:\n- id: abc\n  kind: component\n  code: [\"svc/abc/**\"]\n- id: new-one\n  name: \"New: one\"\n  kind: component\n  technology: Go\n  code: [\"svc/new/**\"]\n- bcd\nrelations:\n  - {from: new-one, to: bcd, kind: calls, via: HTTP}\n", "",
		},
		{
			"a list in brackets, and a figure", "elements: [{id: abc, kind: component}, {id: bcd, kind: component}]\nrelations: [{from: abc, to: bcd}]\n", "  abc[[Alpha]] --> bcd\n",
			"elements: [{id: abc, kind: component}, {id: new-one, name: \"New: one\", kind: component, technology: Go, code: [svc/new/**]}, {id: bcd, kind: component}]\nrelations: [{from: abc, to: bcd}, {from: new-one, to: bcd, kind: calls, via: HTTP}]\n",
			"  abc[[Alpha]] --> bcd\n  new-one[[New: one]]\n  new-one --> bcd\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := edited(t, view(c.front, c.figure), func(m *sad.Model, e *sad.Editor) []sad.PageEdit {
				pe, ok := e.Add(m.Views[0], n, true, "abc", links)
				if !ok {
					t.Fatal("not added")
				}
				return []sad.PageEdit{pe}
			})
			if want := view(c.wantFront, c.wantFigure); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestAddRow adds to a catalog that is a table.
func TestAddRow(t *testing.T) {
	src := view("elements: []\n", "") + "\n## Element catalog\n\n| Name | Kind | Note | Code |\n|:-----|---|---|---|\n| Alpha (`abc`) | component | one | `svc/abc/**` |\n| Beta (`bcd`) | component | two | `svc/bcd/**` |\n"
	got, _ := edited(t, src, func(m *sad.Model, e *sad.Editor) []sad.PageEdit {
		pe, _ := e.Add(m.Views[0], sad.NewElement{ID: "new", Name: "New | one", Kind: "component", Code: []string{"svc/new/**"}}, true, "abc", nil)
		return []sad.PageEdit{pe}
	})
	want := strings.Replace(src, "`svc/abc/**` |\n", "`svc/abc/**` |\n| New \\| one (`new`) | component | – | `svc/new/**` |\n", 1)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestWindowsLines keeps the line ends of a file.
func TestWindowsLines(t *testing.T) {
	src := strings.ReplaceAll(view("elements:\n  - {id: abc, kind: component}\n  - {id: bcd, kind: component}\nrelations:\n  - {from: abc, to: bcd, kind: calls}\n", "  abc[A] --> bcd[B]\n"), "\n", "\r\n")
	got, _ := edited(t, src, func(_ *sad.Model, e *sad.Editor) []sad.PageEdit { return e.Remove("abc") })
	if n := strings.Count(got, "\n") - strings.Count(got, "\r\n"); n > 0 || !strings.Contains(got, "  bcd[B]\r\n") || !strings.Contains(got, "relations: []\r\n") {
		t.Errorf("%d lines lost their end: %q", n, got)
	}
	got, _ = edited(t, src, func(m *sad.Model, e *sad.Editor) []sad.PageEdit {
		pe, _ := e.Add(m.Views[0], sad.NewElement{ID: "cde", Kind: "component"}, true, "bcd", nil)
		return []sad.PageEdit{pe}
	})
	if n := strings.Count(got, "\n") - strings.Count(got, "\r\n"); n > 0 || !strings.Contains(got, "  - {id: cde, kind: component}\r\n") {
		t.Errorf("%d lines lost their end: %q", n, got)
	}
}

// FuzzRemove holds that a page can be read after an element has been taken out
// of it, that the element is gone from the front matter when nothing is left to
// the author, and that all other entries stay.
func FuzzRemove(f *testing.F) {
	for _, front := range []string{
		"elements:\n  - {id: abc}\n  - {id: bcd, name: B}\nrelations:\n  - {from: abc, to: bcd}\n",
		"elements: [abc, {id: bcd}]\n", "elements:\n- id: abc\n\n  name: A\n- bcd\n", "elements:\n  - &a {id: abc}\n  - *a\n",
		"elements: [abc, # x\n bcd]\n", "elements:\n  - id: abc\n    description: >\n      x\n\n     y\n  - bcd\n",
	} {
		f.Add(front, "  abc --> bcd\n")
		f.Add(front, "  abc[A] & bcd --> cde\n  subgraph abc\n  end\n")
	}
	f.Fuzz(func(t *testing.T, front, figure string) {
		src := view(front, figure)
		p := sad.ParsePage("docs/v.md", []byte(src))
		if p == nil || p.Kind != sad.KindView {
			return
		}
		m := sad.NewModel([]*sad.Page{p}, sad.Options{})
		if m.Element("abc") == nil {
			return
		}
		var edits []finding.Edit
		left := 0
		ed := m.Editor(func(string) []byte { return []byte(src) })
		for _, pe := range ed.Remove("abc") {
			edits, left = append(edits, pe.Edits...), left+len(pe.Left)
		}
		if !ed.Sound("docs/v.md", edits) {
			return
		}
		after, err := finding.Apply([]byte(src), edits)
		if err != nil {
			t.Fatalf("%v\n%q", err, src)
		}
		q := sad.ParsePage("docs/v.md", after)
		if q == nil {
			t.Fatalf("no page any more\n%q\n%q", src, after)
		}
		ids := func(p *sad.Page) (out []string) {
			for _, d := range p.Elements {
				if d.Source == sad.FromFront && d.ID != "abc" {
					out = append(out, fmt.Sprint(d.ID, d.Name.ID, d.Kind.ID))
				}
			}
			return out
		}
		if len(edits) > 0 && left == 0 {
			for _, d := range q.Elements {
				if d.Source == sad.FromFront && d.ID == "abc" {
					t.Errorf("abc is still there\n%q\n%q", src, after)
				}
			}
			if a, b := ids(p), ids(q); fmt.Sprint(a) != fmt.Sprint(b) {
				t.Errorf("%v became %v\n%q\n%q", a, b, src, after)
			}
		}
	})
}
