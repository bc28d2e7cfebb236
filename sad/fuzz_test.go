package sad

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Any text gives a page, a model and findings: no panic, positions within the
// text, edits that fit, and the same answer twice.
func FuzzModel(f *testing.F) {
	ar, err := txtar.ParseFile("testdata/rules.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range ar.Files {
		text := strings.ReplaceAll("\n"+string(x.Data), "\n== ", "\n-- ")
		for _, file := range txtar.Parse([]byte(strings.ReplaceAll(text, " ==\n", " --\n"))).Files {
			if strings.HasSuffix(file.Name, ".md") {
				f.Add(file.Data)
			}
		}
	}
	f.Add([]byte("---\nsad: view\nelements: &e [{id: a, interfaces: [b, {required: true}]}]\nrelations: [{from: *e, to: a}]\npackets: [{elements: *e}]\n---\n"))
	second := []byte("---\nsad: view\nid: other\nviewpoint: deployment\nelements: [a, {id: b, parent: b, critical: true}]\nrelations: [{from: a, to: b, data: x}]\nrelated: [p]\n---\n# Other\n")
	f.Fuzz(func(t *testing.T, src []byte) {
		check := func() []finding.Finding {
			pages := []*Page{ParsePage("p.md", src), ParsePage("p.en.md", src), ParsePage("other.md", second), ParseText("t.md", src)}
			m := NewModel(pages, Options{Root: "x"})
			for _, p := range pages {
				if p != nil {
					m.Generated(p.Path)
				}
			}
			for _, e := range m.Elements {
				m.Neighbourhood(e.ID, "ko", 2)
				m.Covering(e.Name)
			}
			m.Matrix()
			for _, s := range m.Stakeholders {
				m.Roadmap(s.ID)
			}
			return m.Check(CheckOptions{Now: time.Unix(1e9, 0), Decisions: Decisions{{ID: "1", Status: "superseded", Tags: []string{"a"}}}, Source: func(string) []byte { return src }})
		}
		fs := check()
		lines := strings.Count(string(src), "\n") + 1
		for _, x := range fs {
			if x.Path == "p.md" && (x.Line > lines+1 || x.Line < 0) {
				t.Errorf("%v lies behind the text", x)
			}
			if x.Path == "p.md" && x.Edit.Path == "p.md" {
				if e := x.Edit; e.Start < 0 || e.Start > len(src) || !strings.HasPrefix(string(src[e.Start:]), e.Old) {
					t.Errorf("%v: the edit %+v does not fit", x, e)
				}
			}
		}
		if a, b := fmt.Sprint(fs), fmt.Sprint(check()); a != b {
			t.Errorf("two checks differ:\n%s\n%s", a, b)
		}
	})
}

// Hostile pages cost what they weigh: twice the text, some twice the time. The
// test compares sizes with each other, never with a clock on the wall.
func TestLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while; run without -short")
	}
	front := "---\nsad: view\nid: v\nviewpoint: pipeline\n"
	shapes := map[string]func(n int) string{
		"headings": func(n int) string { return front + "---\n" + strings.Repeat("## 근거\nx [a](b.md)\n", n) },
		"elements": func(n int) string {
			var b strings.Builder
			b.WriteString(front + "elements:\n")
			for i := range n / 8 {
				fmt.Fprintf(&b, "  - {id: e%d, name: Same, parent: e%d}\n", i, i+1)
			}
			return b.String() + "---\n"
		},
		"rows": func(n int) string {
			return front + "---\n## Element catalog\n| element | kind |\n|---|---|\n" + strings.Repeat("| same | x |\n", n)
		},
		"names":    func(n int) string { return front + "---\n## Element catalog\n| element |\n|---|\n" + rows(n) },
		"braces":   func(n int) string { return front + "---\n" + strings.Repeat("{a [@b <insert `", n) },
		"brackets": func(n int) string { return front + "---\n" + strings.Repeat("[", n*4) + strings.Repeat("]", n*4) },
		"hangul":   func(n int) string { return front + "---\n" + strings.Repeat("가나다라마바사", n) },
		"acronyms": func(n int) string { return front + "---\n" + strings.Repeat("ABCD ", n*2) },
		"mermaid": func(n int) string {
			return front + "---\n## Primary presentation\n```mermaid\nflowchart LR\n" + edges(min(n, 8000)) + "```\n"
		},
		"plantuml": func(n int) string {
			return front + "---\n## Primary presentation\n```plantuml\n" + edges(min(n, 8000)) + "```\n"
		},
		"relations": func(n int) string {
			return front + "elements: [{id: a}]\n---\n## Relations\n| from | to |\n|---|---|\n" + strings.Repeat("| a | zz |\n", n)
		},
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			cost := func(n int) time.Duration {
				src := []byte(shape(n))
				best := time.Hour
				for range 3 {
					start := time.Now()
					m := NewModel([]*Page{ParsePage("p.md", src)}, Options{})
					m.Check(CheckOptions{Source: func(string) []byte { return src }})
					m.Generated("p.md")
					best = min(best, time.Since(start))
				}
				return best
			}
			small, large := cost(2000), cost(8000)
			if large > 20*small && large > 200*time.Millisecond {
				t.Errorf("four times the text cost %v instead of %v", large, small)
			}
		})
	}
}

func rows(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "| element number %d |\n", i)
	}
	return b.String()
}

func edges(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "n%d --> n%d\n", i, i+1)
	}
	return b.String()
}

// bigProject is a project of many pages: a fifth of them about the architecture.
func bigProject(pages, elements int) (src map[string][]byte) {
	src = map[string][]byte{}
	views := max(elements/20, 1)
	prose := strings.Repeat("소스 커넥터 7은 binlog를 읽어 토픽에 쓴다. The sink reads the topic and merges it into the DLQ of service 12 within 10 minutes.\n\n", 12)
	for v := range views {
		var b strings.Builder
		fmt.Fprintf(&b, "---\nsad: view\nid: view-%d\nviewpoint: pipeline\nconcerns: [c%d]\nstakeholders: [s%d]\nelements:\n", v, v%20, v%10)
		for i := range 20 {
			n := v*20 + i
			fmt.Fprintf(&b, "  - id: element-%d\n    name: 서비스 번호 %d\n    kind: service\n    technology: Python\n    code: [services/s%d/**]\n    owner: data\n", n, n, n)
		}
		for i := range 5 {
			fmt.Fprintf(&b, "  - element-%d\n", (v*20+100+i*7)%elements)
		}
		b.WriteString("relations:\n")
		for i := range 19 {
			fmt.Fprintf(&b, "  - {from: element-%d, to: element-%d, kind: calls, via: HTTP}\n", v*20+i, v*20+i+1)
		}
		fmt.Fprintf(&b, "related: [view-%d]\n---\n# View %d\n## Primary presentation\n```mermaid\nflowchart LR\n", (v+1)%views, v)
		for i := range 19 {
			fmt.Fprintf(&b, "  element-%d[서비스 번호 %d] --> element-%d\n", v*20+i, v*20+i, v*20+i+1)
		}
		b.WriteString("```\n## Element catalog\n## Context diagram\n## Variability\nnone\n## Rationale\nADR-0001\n" + prose)
		src[fmt.Sprintf("docs/sad/v%d.md", v)] = []byte(b.String())
	}
	var b strings.Builder
	b.WriteString("---\nsad: glossary\n---\n# Glossary\n| 용어 | 별칭 | 쓰지 않는 말 | 정의 |\n|---|---|---|---|\n")
	for i := range 200 {
		fmt.Fprintf(&b, "| 용어%d번 | term%d | 금지%d번 | 뜻 |\n", i, i, i)
	}
	b.WriteString("## Acronyms\n| 약어 | 풀이 |\n|---|---|\n| DLQ | Dead Letter Queue |\n")
	src["docs/glossary.md"] = []byte(b.String())
	for i := len(src); i < pages; i++ {
		src[fmt.Sprintf("docs/guide/p%d.md", i)] = []byte(fmt.Sprintf("# Page %d\n\n## Section\n\n", i) + prose)
	}
	return src
}

func BenchmarkProject(b *testing.B) {
	src := bigProject(10_000, 2_000)
	parse := func() []*Page {
		var pages []*Page
		for name, s := range src {
			p := ParsePage(name, s)
			if p == nil {
				p = ParseText(name, s)
			}
			pages = append(pages, p)
		}
		return pages
	}
	pages := parse()
	m := NewModel(pages, Options{})
	lexicon := m.Lexicon()
	b.Run("parse", func(b *testing.B) {
		for range b.N {
			parse()
		}
	})
	b.Run("model", func(b *testing.B) {
		for range b.N {
			NewModel(pages, Options{})
		}
	})
	b.Run("check", func(b *testing.B) {
		n := 0
		for range b.N {
			n = len(m.Check(CheckOptions{Now: time.Unix(1.7e9, 0), Decisions: Decisions{{ID: "1", Status: "accepted"}}}))
		}
		b.ReportMetric(float64(n), "findings")
	})
	b.Run("words", func(b *testing.B) {
		for range b.N {
			for name, s := range src {
				lexicon.Check(name, s)
			}
		}
	})
	b.Run("generated", func(b *testing.B) {
		for range b.N {
			for name := range src {
				m.Generated(name)
			}
			for _, e := range m.Elements {
				m.Neighbourhood(e.ID, "ko", 1)
			}
		}
	})
}

// A front matter that multiplies itself by aliases is read up to a bound, and
// that is said.
func TestAliasesAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("---\nsad: view\nviewpoint: uses\nelements:\n  - &e {id: a, interfaces: [" + strings.Repeat("i,", 5000) + "i]}\n")
	b.WriteString(strings.Repeat("  - *e\n", 20_000))
	b.WriteString("---\n")
	p := ParsePage("p.md", []byte(b.String()))
	said := 0
	for _, f := range p.Findings {
		if strings.Contains(f.Message, "holds more than can be read") {
			said++
		}
	}
	if said != 1 || len(p.Elements) > 100 {
		t.Errorf("%d elements were read, and it was said %d times", len(p.Elements), said)
	}
}
