package diagram

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/mermaid"
)

const platform = `flowchart LR
    accTitle: 주문 데이터의 흐름
    subgraph src [원천 시스템]
        rds[("주문 DB<br/>MySQL 8")]
        member[("회원 DB")]
        api([외부 결제 API]):::external
    end
    subgraph ingest [수집 서버]
        debezium["Debezium 소스 커넥터"]
        airbyte["Airbyte 동기화"]
        topic@{shape: h-cyl, label: "orders.v1"}
    end
    subgraph wh [데이터 웨어하우스]
        raw[("raw 스키마")]
        dbt{{"dbt 변환"}}
        mart[("마트")]
        ge["Great Expectations<br/>품질 검사"]
    end
    subgraph serve [제공]
        bi["Superset 대시보드"]
        feat["FastAPI 특성 서빙"]
    end
    rds -->|binlog| debezium
    member -->|binlog| debezium
    debezium ==> topic
    api -.->|하루 한 번| airbyte
    airbyte --> raw
    topic -->|S3 sink| raw
    raw --> dbt --> mart
    raw --> ge
    ge -. 실패 시 중단 .-> dbt
    mart --> bi & feat
    click rds "../elements/rds/" "요소 설명"
    click dbt "javascript:alert(1)"
`

func parse(t testing.TB, src string) *mermaid.Diagram {
	t.Helper()
	d, err := mermaid.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func platformGraph(t testing.TB) *Graph {
	g, ok := FromMermaid(parse(t, platform))
	if !ok {
		t.Fatal("the platform cannot be drawn")
	}
	return g
}

// words stand in for a catalog.
func words(key string) string { return "<" + key + ">" }

func figure(t testing.TB, src string) string {
	t.Helper()
	html, found := AppendFigure(nil, src, FigureOptions{Options: Options{Prefix: "d1"}, Word: words})
	if len(found) > 0 {
		t.Fatalf("%s: %+v", src, found)
	}
	return string(html)
}

func TestFigure(t *testing.T) {
	got := figure(t, platform)
	for _, want := range []string{
		`role="group" aria-labelledby="d1-t"`, // an image would hide its links
		`<title id="d1-t">주문 데이터의 흐름</title>`,
		`<div class="dg-scroll" tabindex="0" role="region" aria-labelledby="d1-t">`,
		`<a href="../elements/rds/"><g class="dg-n dg-s-cylinder" data-id="rds"><title>요소 설명</title>`,
		`<g class="dg-n dg-s-stadium dg-k-external" data-id="api">`,
		`<g class="dg-e dg-thick" data-from="debezium" data-to="topic">`,
		`<details class="dg-relations"><summary>&lt;diagram_relations&gt;</summary>`,
		`<tr><td>주문 DB MySQL 8</td><td>binlog</td><td>Debezium 소스 커넥터</td></tr>`,
		`<tr><td>마트</td><td>→</td><td>FastAPI 특성 서빙</td></tr>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	for _, bad := range []string{"javascript", "style=", "<style", "<script", " on"} {
		if strings.Contains(got, bad) {
			t.Errorf("%s in\n%s", bad, got)
		}
	}
	if n := strings.Count(got, `data-id="`); n != 12+4 {
		t.Errorf("%d nodes and groups", n)
	}

	small := figure(t, "flowchart LR\n A --> B")
	if !strings.Contains(small, `role="img"`) || strings.Contains(small, "tabindex") {
		t.Errorf("a small diagram without links: %s", small)
	}
	if want := `<title id="d1-t">&lt;diagram&gt;: A, B</title>`; !strings.Contains(small, want) {
		t.Errorf("no %s in %s", want, small)
	}
	if lonely := figure(t, "flowchart LR\n A"); strings.Contains(lonely, "<details") {
		t.Errorf("a table of nothing: %s", lonely)
	}
}

func TestFigureOfOtherKinds(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"sequenceDiagram\n A->>B: 요청\n loop 매번\n B--xA: 응답\n end", `<td>B</td><td>응답</td><td>A</td>`},
		{"stateDiagram-v2\n [*] --> 대기 : 시작", `<td>&lt;diagram_start&gt;</td><td>시작</td><td>대기</td>`},
		{"classDiagram\n A <|.. B\n A \"1\" *-- \"n\" C : 가진다", `<td>A</td><td>← &lt;diagram_implements&gt;</td><td>B</td>`},
		{"classDiagram\n A \"1\" *-- \"n\" C : 가진다", `<td>A</td><td>가진다, &lt;diagram_composes&gt;, 1 : n</td><td>C</td>`},
		{"erDiagram\n A ||--o{ B : 한다\n A {\n int id PK\n }", `<td>A</td><td>한다, &lt;diagram_one&gt; : &lt;diagram_zero-or-more&gt;</td><td>B</td>`},
		{"flowchart TB\n subgraph g [묶음]\n a\n end\n g --> b\n subgraph leer [빈 것]\n end\n b --> leer", `<td>묶음</td><td>→</td><td>b</td>`},
	} {
		got := figure(t, c.src)
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: no %s in\n%s", c.src, c.want, got)
		}
		if !strings.Contains(got, "<svg class=\"dg") {
			t.Errorf("%s: no picture", c.src)
		}
	}
}

func TestNotDrawn(t *testing.T) {
	many := "flowchart LR\n" + strings.Repeat("a\n", 3)
	for i := range MaxNodes + 1 {
		many += "n" + strings.Repeat("x", i%7) + strconv.Itoa(i) + "\n"
	}
	for _, c := range []struct {
		src, rule, message string
		line               int
	}{
		{"flowchart LR\n  A --> B\n  A -> C", "diagram/not-drawn", `the diagram cannot be read: unexpected "-> C"`, 3},
		{"%% x\ngantt\n title t", "diagram/not-drawn", "diagrams of the kind gantt are not drawn", 2},
		{many, "diagram/too-large", "the diagram is too large to be drawn", 1},
	} {
		html, found := AppendFigure([]byte("before"), c.src, FigureOptions{Word: words})
		if string(html) != "before" {
			t.Errorf("%.40q: something was written", c.src)
		}
		if len(found) != 1 || found[0].Rule != c.rule || found[0].Line != c.line || found[0].Message != c.message || found[0].Hint == "" {
			t.Errorf("%.40q: %+v", c.src, found)
		}
	}
}

func TestSafeHref(t *testing.T) {
	for in, want := range map[string]string{
		"../a.md#b": "../a.md#b", "https://a.example/": "https://a.example/", "#x": "#x", "a/b:c": "a/b:c", "mailto:a@b.example": "mailto:a@b.example",
		"javascript:alert(1)": "", "JaVaScRiPt:x": "", "data:text/html,x": "", "java\nscript:x": "", " vbscript:x": "", "": "",
	} {
		if got := safeHref(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// TestStandalone draws a file of its own, which brings its colours.
func TestStandalone(t *testing.T) {
	svg := string(platformGraph(t).AppendSVG(nil, Options{Prefix: "p", Style: ".dg{--dg-bg:#fff}"}))
	if !strings.HasPrefix(svg, "<svg ") || !strings.Contains(svg, `xmlns="http://www.w3.org/2000/svg"`) || !strings.Contains(svg, ".dg{--dg-bg:#fff}</style>") {
		t.Error(svg[:300])
	}
	wellFormed(t, svg)
}

// TestOddGraphs has groups that name each other, parents that are not
// there, and ids twice.
func TestOddGraphs(t *testing.T) {
	for _, g := range []Graph{
		{},
		{Nodes: []Node{{}}},
		{Nodes: []Node{{ID: "a"}, {ID: "a"}}, Edges: []Edge{{From: "a", To: "a"}, {From: "a", To: "b"}, {From: "a", To: "a", Label: "x"}}},
		{Nodes: []Node{{ID: "a", Group: "x"}}, Groups: []Group{{ID: "x", Parent: "y"}, {ID: "y", Parent: "x"}, {ID: "x"}}},
		{Nodes: []Node{{ID: "a", Group: "nowhere"}}, Groups: []Group{{ID: "g", Parent: "nowhere"}}, Edges: []Edge{{From: "g", To: "a"}}},
		{Nodes: []Node{{ID: "a", Group: "g"}, {ID: "g"}}, Groups: []Group{{ID: "g"}}, Edges: []Edge{{From: "a", To: "g"}}},
		{Direction: "nowhere", Nodes: []Node{{ID: "a", Shape: "unknown", Label: "\x00\x1f<&\">"}}},
	} {
		svg := string(g.AppendSVG(nil, Options{Prefix: "p"}))
		wellFormed(t, svg)
	}
}

// wellFormed reads markup as XML, which is stricter than HTML.
func wellFormed(t *testing.T, markup string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<x>" + markup + "</x>"))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, markup)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if e.Name.Local == "script" {
			t.Errorf("a script in\n%s", markup)
		}
		seen := map[string]bool{}
		for _, a := range e.Attr {
			name := a.Name.Local
			if name == "style" || strings.HasPrefix(name, "on") || seen[name] {
				t.Errorf("attribute %s of %s in\n%s", name, e.Name.Local, markup)
			}
			seen[name] = true
			if name == "href" && safeHref(a.Value) == "" {
				t.Errorf("link to %q", a.Value)
			}
			if name == "d" || name == "x" || name == "width" {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s=%q", name, a.Value)
				}
			}
		}
	}
}

// FuzzFigure draws whatever can be read, as markup that is safe to be in a
// page.
func FuzzFigure(f *testing.F) {
	f.Add(platform)
	f.Add("sequenceDiagram\n autonumber\n participant A@{ \"type\": \"queue\" }\n A->>+B: <b>x</b>\n Note over A,B: \"&lt;\n alt y\n B-->>-A: z\n else w\n end\n create participant C\n B->>C: n\n destroy C\n C--xB: o")
	f.Add("stateDiagram-v2\n [*] --> A\n state A {\n [*] --> B\n --\n [*] --> C\n }\n note right of A : \"><script>alert(1)</script>")
	f.Add("classDiagram\n class A~T~ {\n <<x>>\n +f()$ int\n }\n A \"1\" o-- \"*\" B : \"'\n namespace n {\n class D\n }\n note for A \"n\"")
	f.Add("erDiagram\n A ||--o{ B : x\n A {\n int id PK, FK \"c\"\n }")
	f.Add("flowchart BT\n a[\"<img src=x onerror=y>\"]:::x --> b{{c}} & d\n subgraph s [\"t\"]\n e --> s\n end\n s ---|l| a\n click a \"javascript:x\" \"tip\"\n a --> a")
	f.Fuzz(func(t *testing.T, src string) {
		html, found := AppendFigure(nil, src, FigureOptions{Options: Options{Prefix: "d1"}, Word: words})
		if (len(html) == 0) != (len(found) > 0) {
			t.Fatalf("%q: %d bytes and findings %v", src, len(html), found)
		}
		wellFormed(t, string(html))
	})
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		lines int
		want  string
	}{
		{"짧음", 100, 3, "짧음"},
		{"데이터 수집 파이프라인", 100, 3, "데이터 수집|파이프라인"},
		{"한\n둘", 100, 3, "한|둘"},
		{"io.confluent.connect.AvroConverter", 120, 9, "io.confluent.|connect.|AvroConverter"},
		{"가나다라마바사아자차카타파하", 90, 2, "가나다라마|바사아자…"},
		{"", 90, 2, ""},
	} {
		got := strings.Join(wrap(c.text, fontSize, c.limit, c.lines), "|")
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
		for line := range strings.SplitSeq(got, "|") {
			if w := width(line, fontSize); w > c.limit {
				t.Errorf("%q: line %q is %d pixels wide", c.text, line, w)
			}
		}
	}
}

// TestHostile draws texts that say little and ask for much. What is written has
// to stay in proportion to what can be drawn.
func TestHostile(t *testing.T) {
	long := strings.Repeat("가", 100_000)
	var fan, chain, members, steps, deep strings.Builder
	for i := range 1_500 {
		fmt.Fprintf(&fan, " & n%d", i)
		fmt.Fprintf(&chain, "\n n%d --> n%d & n0", i, i+1)
	}
	for range 20_000 {
		members.WriteString("\n+void run()")
	}
	for i := range 3_000 {
		fmt.Fprintf(&steps, "\n A->>B: x\n Note over A,B: %d", i)
	}
	for i := range 99 {
		fmt.Fprintf(&deep, "\n subgraph g%d\n a%d --> g%d", i, i, (i+50)%99)
	}
	deep.WriteString(strings.Repeat("\n end", 99))
	for name, src := range map[string]string{
		"long label":   "flowchart LR\n a[" + long + "] -->|" + long + "| n" + fan.String(),
		"long id":      "flowchart LR\n " + long + " --> n" + fan.String(),
		"many to many": "flowchart LR\n a & b & c --> n" + fan.String()[:6_000],
		"back edges":   "flowchart TB" + chain.String(),
		"loops":        "flowchart LR\n" + strings.Repeat(" a -->|again| a\n", 2_000),
		"members":      "classDiagram\n class A {" + members.String() + "\n }",
		"steps":        "sequenceDiagram" + steps.String()[:60_000],
		"deep":         "flowchart LR" + deep.String(),
		"long members": "classDiagram\n class A {\n +" + long + "\n }\n A --> B : " + long,
		"long message": "sequenceDiagram\n A->>B: " + long + "\n Note over A: " + long,
		"lonely":       "flowchart LR\n " + strings.ReplaceAll(strings.TrimPrefix(fan.String(), " & "), " & ", "\n "),
	} {
		html, found := AppendFigure(nil, src, FigureOptions{Options: Options{Prefix: "d1"}, Word: words})
		if len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
		if len(html) > 6<<20 {
			t.Errorf("%s: %d bytes of code give %d bytes", name, len(src), len(html))
		}
		wellFormed(t, string(html))
	}
}
