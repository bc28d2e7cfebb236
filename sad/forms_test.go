package sad

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// summary tells what a page was understood to say, one thing a line.
func summary(p *Page) string {
	var b strings.Builder
	ids := func(rs []Ref) string {
		var s []string
		for _, r := range rs {
			s = append(s, r.ID)
		}
		return strings.Join(s, ",")
	}
	for _, d := range p.Elements {
		fmt.Fprintf(&b, "element %s|%s|%s|%s|%s|%s|%s", d.ID, d.Name.ID, d.Kind.ID, d.Technology, d.Description, d.Owner.ID, ids(d.Code))
		for _, x := range d.Properties {
			fmt.Fprintf(&b, " %s=%s", x.Name, x.Value)
		}
		for _, x := range d.Interfaces {
			fmt.Fprintf(&b, " interface %s required=%v", x.ID, x.Required)
		}
		for name, on := range map[string]bool{"external": d.External, "critical": d.Critical, "bare": d.Bare} {
			if on {
				fmt.Fprintf(&b, " %s", name)
			}
		}
		fmt.Fprintf(&b, " (%s)\n", d.Source)
	}
	for _, l := range p.Relations {
		fmt.Fprintf(&b, "relation %s>%s|%s|%s|%s|%s|%s\n", l.From.ID, l.To.ID, l.Kind.ID, l.Via.ID, l.Data.ID, l.Technology, l.Description)
	}
	for _, f := range p.Figures {
		fmt.Fprintf(&b, "figure %s %s legend=%v\n", f.Language, f.Part, f.Legend)
		for _, n := range f.Nodes {
			fmt.Fprintf(&b, "  node %s %q in %q group=%v line %d\n", n.ID, n.Label, n.Parent, n.Group, n.Line)
		}
		for _, e := range f.Edges {
			fmt.Fprintf(&b, "  edge %s>%s %q\n", e.From, e.To, e.Label)
		}
	}
	for _, s := range p.StakeholderDefs {
		fmt.Fprintf(&b, "stakeholder %s|%s|%s|%s\n", s.ID, s.Name, s.Role, ids(s.Concerns))
	}
	for _, c := range p.ConcernDefs {
		fmt.Fprintf(&b, "concern %s|%s|%s\n", c.ID, c.Name, c.Description)
	}
	for _, s := range p.Scenarios {
		fmt.Fprintf(&b, "scenario %s|%s|%s|%s|%s|%s|%s|%s\n", s.ID, s.Name, s.Source, s.Stimulus, s.Environment, s.Artifact.ID, s.Response, s.Measure.ID)
	}
	for _, t := range p.Terms {
		fmt.Fprintf(&b, "term %s|%s|%s|%s\n", t.ID, ids(t.Aliases), ids(t.Forbidden), t.Definition)
	}
	for _, a := range p.Acronyms {
		fmt.Fprintf(&b, "acronym %s|%s\n", a.ID, a.Expansion)
	}
	for _, m := range p.Mappings {
		fmt.Fprintf(&b, "mapping %s(%s)>%s(%s)|%s|%s\n", m.From.ID, m.FromView.ID, m.To.ID, m.ToView.ID, m.Kind, m.Description)
	}
	for _, r := range p.References {
		fmt.Fprintf(&b, "reference %s|%s|%s\n", r.ID, r.Title, r.URL)
	}
	for _, r := range p.Revisions {
		fmt.Fprintf(&b, "revision %s|%s\n", r.ID, r.Date)
	}
	for _, x := range p.Packets {
		fmt.Fprintf(&b, "packet %s|%s|%s\n", x.ID, x.Title, ids(x.Elements))
	}
	for _, f := range p.Findings {
		fmt.Fprintf(&b, "finding %d %s\n", f.Line, f.Message)
	}
	return b.String()
}

// What authors write in sections is read in each of its forms, in English and
// Korean, in both outlines and in arc42's words.
func TestForms(t *testing.T) {
	fence := "```"
	for _, tt := range []struct{ name, src, want string }{
		{
			"the catalog of an English view",
			"---\nsad: view\n---\n# V\n## 3.2 Element Catalog\n| Element | Type | Responsibility | Implementation | Team | Path | Part of | External | Critical | SLA |\n|---|---|---|---|---|---|---|---|---|---|\n" +
				"| **Orders API** (`orders-api`) | service | *answers* | Go | shop | `cmd/api`, `internal/api/**` | shop | no | yes | 99 % |\n| CRM | system | – | – | n/a | - | | yes | | |\n",
			"element orders-api|Orders API|service|Go|answers|shop|cmd/api,internal/api/** SLA=99 % critical (table)\nelement |CRM|system|||| external (table)\n",
		},
		{
			"a Korean catalog with ids in a column, relations and interfaces below it",
			"---\nsad: view\n---\n## 요소 목록(Element Catalog)\n### 요소\n| 식별자 | 이름 | 종류 | 기술 | 역할 | 담당 | 코드 경로 |\n|---|---|---|---|---|---|---|\n| api | 주문 API | 서비스 | Go | 답한다 | 주문팀 | `api/` |\n" +
				"### 관계\n| 출발 | 도착 | 관계 | 경유 | 데이터 | 프로토콜 | 설명 |\n|---|---|---|---|---|---|---|\n| `api` | DB | 읽기 | SQL | 주문 | TCP | 읽는다 |\n| – | DB | | | | | |\n" +
				"### 인터페이스\n| 요소 | 인터페이스 | 종류 | 방향 | 설명 |\n|---|---|---|---|---|\n| api | `orders-v1` | REST | 제공 | 주문 |\n| api | `users-v1` | REST | 요구 | 사용자 |\n",
			"element api|주문 API|서비스|Go|답한다|주문팀|api/ (table)\nelement |api||||| interface orders-v1 required=false bare (table)\nelement |api||||| interface users-v1 required=true bare (table)\nrelation api>DB|읽기|SQL|주문|TCP|읽는다\n",
		},
		{
			"a definition list", "---\nsad: view\n---\n## Element catalog\n\n`core`\n:   The heart.\n\nUI shell\n\n:   What people see.\n",
			"element core|core|||The heart.|| (list)\nelement |UI shell|||What people see.|| (list)\n",
		},
		{
			"headings as a dictionary", "---\nsad: view\n---\n## Contained Building Blocks\n### Core\nThe *heart*.\n\nMore.\n### Shell\n## Rationale\n### Not an element\n",
			"element |Core|||The heart.|| (list)\nelement |Shell||||| (list)\n",
		},
		{
			"headings beside declarations only describe", "---\nsad: view\nelements: [{id: core, kind: module}]\n---\n## Element catalog\n### Core\nThe heart.\n\nx\n:   y\n",
			"element core||module|||| (front matter)\nelement |x|||y|| bare (list)\nelement |Core|||The heart.|| bare (list)\n",
		},
		{
			"PlantUML", "---\nsad: view\n---\n## Primary Presentation\n" + fence + "plantuml\n@startuml\ntitle Orders\n' comment\nskinparam x y\nactor User\npackage \"Shop\" as shop {\n  [Orders API] as api <<service>>\n  database \"Orders DB\" as db #red\n}\nqueue q\nUser -> api : asks\napi -down-> db\nq <-- api : puts\n[Audit] ..> q\nlegend\n@enduml\n" + fence + "\n",
			"figure plantuml primary legend=true\n" +
				"  node User \"User\" in \"\" group=false line 10\n  node shop \"Shop\" in \"\" group=true line 11\n  node api \"Orders API\" in \"shop\" group=false line 12\n" +
				"  node db \"Orders DB\" in \"shop\" group=false line 13\n  node q \"q\" in \"\" group=false line 15\n  node Audit \"Audit\" in \"\" group=false line 19\n" +
				"  edge User>api \"asks\"\n  edge api>db \"\"\n  edge api>q \"puts\"\n  edge Audit>q \"\"\n",
		},
		{
			"D2", "---\nsad: view\n---\n## 주요 표현\n" + fence + "d2\ndirection: right\n# comment\napi: Orders API {\n  shape: rectangle\n}\nk8s: Cluster {\n  web: Web\n}\napi -> db: reads\nk8s.web -> api\ndb.style.fill: red\n" + fence + "\n",
			"figure d2 primary legend=false\n  node api \"Orders API\" in \"\" group=false line 8\n  node k8s \"Cluster\" in \"\" group=true line 11\n  node web \"Web\" in \"k8s\" group=false line 12\n  node db \"db\" in \"\" group=false line 14\n  edge api>db \"reads\"\n  edge web>api \"\"\n",
		},
		{
			"a table as the figure", "---\nsad: view\n---\n## Primary presentation\n| package | may import |\n|---|---|\n| `core` | – |\n| `web` | `core` |\n\n| from | to | relation |\n|---|---|---|\n| web | core | uses |\n",
			"figure table primary legend=true\n  node core \"core\" in \"\" group=false line 7\n  node web \"web\" in \"\" group=false line 8\nfigure table primary legend=true\n  node web \"web\" in \"\" group=false line 12\n  node core \"core\" in \"\" group=false line 12\n  edge web>core \"uses\"\n",
		},
		{
			"stakeholders in tables", "---\nsad: stakeholders\n---\n# 이해관계자\n| 이해관계자 | 설명 | 관심사 |\n|---|---|---|\n| 분석가 (`analyst`) | 숫자를 본다 | 신선도, 정확성 |\n\n## 관심사\n| 관심사 | 질문 |\n|---|---|\n| 신선도 | 언제 보이는가 |\n",
			"stakeholder analyst|분석가|숫자를 본다|신선도,정확성\nconcern 신선도|신선도|언제 보이는가\n",
		},
		{
			"a matrix of roles and concerns", "---\nsad: stakeholders\n---\n| Role | Cost | Speed |\n|---|---|---|\n| Developer | | high |\n| Owner | high | low |\n",
			"stakeholder developer|Developer||Speed\nstakeholder owner|Owner||Cost,Speed\n",
		},
		{
			"scenarios in a table and in one of two columns", "---\nsad: scenarios\n---\n## Latency\n| part | text |\n|---|---|\n| Source of stimulus | users |\n| Stimulus | look-ups |\n| Environment | peak |\n| Artifact | api |\n| Response | answers |\n| Response measure | 300 ms |\n\n| ID | 시나리오 | 자극원 | 자극 | 환경 | 대상 | 응답 | 응답 척도 |\n|---|---|---|---|---|---|---|---|\n| q2 | 장애 | 노드 | 죽는다 | 피크 | kafka | 넘겨받는다 | 4분 |\n",
			"scenario scenario-1||users|look-ups|peak|api|answers|300 ms\nscenario q2|장애|노드|죽는다|피크|kafka|넘겨받는다|4분\n",
		},
		{
			"a scenario at the top of its page", "---\nsad: scenario\nid: q1\ntitle: Latency\nsource: users\nstimulus: asks\nmeasure: 1 s\n---\n",
			"scenario q1|Latency|users|asks||||1 s\n",
		},
		{
			"a glossary in all its forms", "---\nsad: glossary\nterms:\n  - {term: topic, aliases: [stream], forbidden: channel, definition: a log}\nacronyms: {WAL: write-ahead log}\n---\n| Term | Also | Avoid | Meaning |\n|---|---|---|---|\n| lake (data lake, raw zone) | | swamp, pond | files as they came |\n\n" +
				"<span id=\"m\"></span>마트 (mart)\n:   정리한 표\n\n- **lag**: how late it is\n- ratio - a number\n\n## 약어\n| 약어 | 원어 |\n|---|---|\n| CDC | Change Data Capture |\n\n*[SLA]: Service Level Agreement\n",
			"term topic|stream|channel|a log\nterm lake|data lake,raw zone|swamp,pond|files as they came\nterm 마트|mart||정리한 표\nterm lag|||how late it is\nterm ratio|||a number\nacronym WAL|write-ahead log\nacronym CDC|Change Data Capture\nacronym SLA|Service Level Agreement\n",
		},
		{
			"mappings by the names of views", "---\nsad: mapping\n---\n## Module to C&C\n| Modules | Components | note |\n|---|---|---|\n| `mod-a`, `mod-b` | `api` | one process |\n\n| from view | from | to view | to | relation |\n|---|---|---|---|---|\n| a | x | b | y | allocated-to |\n",
			"mapping mod-a(Modules)>api(Components)||\nmapping mod-b(Modules)>api(Components)||\nmapping x(a)>y(b)|allocated-to|\n",
		},
		{
			"references in a list and a table", "---\nsad: references\n---\n- [DSA2] Documenting Software Architectures\n\n| ID | Title | Link |\n|---|---|---|\n| DBZ | Debezium | <https://debezium.io> |\n| | Kafka | [here](https://kafka.apache.org) |\n",
			"reference DSA2|Documenting Software Architectures|\nreference DBZ|Debezium|https://debezium.io\nreference kafka|Kafka|https://kafka.apache.org\n",
		},
		{
			"an overview with a revision block and a glossary", "---\nsad: overview\nrevision: {number: 2, date: 2026-01-01}\n---\n# SAD\n## 1.1 Document Management and Configuration Control Information\n| Revision Number | Revision Release Date |\n|---|---|\n| 1.0 | 2025-01-01 |\n## 6.2 Glossary\n| term | definition |\n|---|---|\n| lag | lateness |\n",
			"term lag|||lateness\nrevision 2|2026-01-01\nrevision 1.0|2025-01-01\n",
		},
		{
			"fields of an element", "---\nsad: view\nelements:\n  - name: Orders API\n    code: cmd/api\n    properties: [{name: sla, value: 99 %}]\n    interfaces: [v1, {id: v2, provided: false}, {name: v3, direction: required}, {required: v4}]\n    critical: yes\npackets: [{id: p1, title: Core, elements: [orders-api]}]\n---\n",
			"element orders-api|Orders API|||||cmd/api sla=99 % interface v1 required=false interface v2 required=true interface v3 required=true interface v4 required=true critical (front matter)\npacket p1|Core|orders-api\n",
		},
		{
			"wrong types, each at its line", "---\nsad: view\nviewpoint: {a: b}\nelements:\n  - [x]\n  - {id: [a]}\n  - {id: a, external: perhaps}\n  - {id: b, properties: x}\nrelations: x\nstakeholders: [{a: b}]\npackets: [p]\n---\n",
			"element a|||||| (front matter)\nelement b|||||| (front matter)\nfinding 3 `viewpoint` has to be a list of names, not a mapping\nfinding 5 `elements` has to be a list of ids and elements, not a list\nfinding 6 `id` has to be a text, not a list\nfinding 6 an element has neither id nor name\nfinding 7 `external` has to be true or false, not a single value\nfinding 8 `properties` has to be a mapping, not a single value\nfinding 9 `relations` has to be a list, not a single value\nfinding 10 `stakeholders` has to be a list of names, not a mapping\nfinding 11 `packets` has to be a list of mappings, not a single value\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := ParsePage("p.md", []byte(tt.src))
			if p == nil {
				t.Fatal("it is no page")
			}
			if got := summary(p); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestParts(t *testing.T) {
	src := "---\nsad: view\n---\n# Context\n## 3.1.1 View Description\nx\n## 1. 주요 표현\n![a](a.png)\n### 컨텍스트 다이어그램(Context Diagram)\n<!-- none -->\n## Variability Guide\n해당 없음\n## Solution Strategy\nSee ADR-0002 and [the record](../adr/0003-x.md), [a guide](guide.md).\n## Elsewhere\n"
	var got []string
	for _, p := range ParsePage("docs/sad/p.md", []byte(src)).Parts {
		got = append(got, fmt.Sprintf("%s %d/%d line %d empty=%v figure=%v none=%v %v %v", p.Kind, p.Heading, p.Level, p.Line, p.Empty, p.Figure, p.None, words(p.Decisions), words(p.Links)))
	}
	want := []string{
		"description 1/2 line 5 empty=false figure=false none=false [] []",
		"primary 2/2 line 7 empty=false figure=true none=false [] []",
		"context 3/3 line 9 empty=true figure=false none=false [] []",
		"variability 4/2 line 11 empty=false figure=false none=true [] []",
		"rationale 5/2 line 13 empty=false figure=false none=false [docs/adr/0003-x.md ADR-0002] [docs/adr/0003-x.md docs/sad/guide.md]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func words(rs []Ref) []string {
	out := []string{}
	for _, r := range rs {
		out = append(out, r.ID)
	}
	return out
}

func TestLexicon(t *testing.T) {
	x := NewLexicon([]Word{
		{Text: "소스 커넥터", Kind: WordTerm, Target: "소스 커넥터"},
		{Text: "커넥터", Kind: WordTerm, Target: "커넥터"},
		{Text: "Kafka", Kind: WordElement, Target: "kafka"},
		{Text: "Kafka Connect", Kind: WordElement, Target: "connect"},
		{Text: "DLQ", Kind: WordAcronym, Target: "DLQ"},
		{Text: "재처리", Kind: WordTerm, Target: "재처리"},
		{Text: "S3 버킷", Kind: WordElement, Target: "s3"},
		{Text: "fct_orders", Kind: WordElement, Target: "fct"},
		{Text: "1", Kind: WordElement, Target: "one"},
	})
	for text, want := range map[string]string{
		"소스 커넥터를 멈춘다":                              "소스 커넥터",
		"커넥터들에서는 본다":                               "커넥터",
		"커넥터스러운 것, 소스커넥터, 접속커넥터":                   "",
		"Kafka Connect와 kafka를 쓴다":                 "Kafka Connect|kafka",
		"Kafkaesque, Kafka클러스터":                    "",
		"two Kafkas":                               "Kafka",
		"DLQ에 넣고 dlq는 두지 않는다. DLQs":                "DLQ|DLQ",
		"재처리한다, 재처리됩니다, 재처리실":                      "재처리|재처리",
		"S3 버킷에는, S3버킷이":                           "S3 버킷|S3버킷",
		"fct_orders를, fct_orders_v2, x.fct_orders": "fct_orders",
		"소스\n커넥터가":                                 "소스\n커넥터",
		"소스, 커넥터":                                  "커넥터",
		"":                                         "",
	} {
		var got []string
		for _, m := range x.Find(text) {
			got = append(got, text[m.Start:m.End])
			if m.Tail < m.End || m.Tail > len(text) {
				t.Errorf("%q: the particle of %+v", text, m)
			}
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q holds %q, want %q", text, got, want)
		}
	}
}

func TestFitParticle(t *testing.T) {
	for _, tt := range [][3]string{
		{"커넥터", "을", "를"},
		{"토픽", "를", "을"},
		{"토픽", "로", "으로"},
		{"레이블", "으로", "로"},
		{"커넥터", "으로부터", "로부터"},
		{"토픽", "와의", "과의"},
		{"커넥터", "이라는", "라는"},
		{"토픽", "가", "이"},
		{"커넥터", "은", "는"},
		{"커넥터", "에서", "에서"},
		{"Kafka", "을", "을"},
		{"토픽", "", ""},
		{"커넥터", "이다", "다"},
	} {
		if got := fitParticle(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%s + %s gives %s, want %s", tt[0], tt[1], got, tt[2])
		}
	}
}

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"a/b", "a/b", true},
		{"a/b/", "a/b/c/d", true},
		{"a/b", "a/bc", false},
		{"a/**", "a/b/c", true},
		{"a/**", "a", true},
		{"**/x.sql", "m/n/x.sql", true},
		{"**/x.sql", "x.sql", true},
		{"a/*/c.py", "a/b/c.py", true},
		{"a/*/c.py", "a/b/b/c.py", false},
		{"a/*.py", "a/b.py", true},
		{"a/*.py", "a/b/c.py", false},
		{"a/*", "a/b/c", true},
		{"services/{api,web}/**", "services/web/x", true},
		{"services/{api,web}/**", "services/x/web", false},
		{"**", "anything/at/all", true},
		{"./a", "a", true},
		{"/a", "a", false},
		{"", "a", false},
		{"a/[bc]", "a/b", true},
		{"a/[", "a/[", false},
		{"a/**/b/**/c", "a/x/b/y/z/c", true},
		{"a/**/c", "a/c", true},
	} {
		if got := Covers(tt.pattern, tt.name); got != tt.want {
			t.Errorf("Covers(%q, %q) = %v", tt.pattern, tt.name, got)
		}
	}
}

const lookups = `
-- docs/sad/people.md --
---
sad: stakeholders
stakeholders:
  - {id: dev, name: Developer, concerns: [change, speed]}
  - {id: ops, name: Operator, concerns: [recovery]}
  - {id: guest, name: Guest}
concerns: [{id: change}, {id: speed}, {id: recovery}, {id: cost}]
-- docs/sad/a.md --
---
sad: view
id: a
viewpoint: pipeline
concerns: [speed, change]
stakeholders: [dev]
elements:
  - {id: api, name: Orders API, kind: service, code: [services/api/**], owner: shop}
  - {id: db, kind: database, code: [services/api/schema.sql]}
relations: [{from: api, to: db, kind: reads, via: SQL}]
decisions: [ADR-0001]
---
-- docs/sad/b.md --
---
sad: view
id: b
viewpoint: deployment
concerns: [speed]
stakeholders: [guest]
elements: [api, {id: pod, kind: container, parent: node}, {id: node, kind: node}]
relations: [{from: api, to: pod, kind: allocated-to}]
---
-- docs/sad/q.md --
---
sad: scenarios
scenarios: [{id: q1, stimulus: x, measure: 1 s, artifact: "api, db", decisions: [ADR-0002]}]
---
-- docs/sad/m.md --
---
sad: mapping
mappings: [{from: db, to: node}]
---
-- docs/ops/i.md --
---
ops: incident
elements: [Orders API]
---
-- docs/ops/r.md --
---
ops: runbook
elements: [api]
---
`

func TestLookups(t *testing.T) {
	m := load(t, strings.Replace(lookups, "{id: cost}]\n", "{id: cost}]\n---\n", 1))
	var b strings.Builder
	for _, r := range m.Matrix().Rows {
		fmt.Fprintln(&b, r.Stakeholder, r.Concern, r.Viewpoints, r.Views)
	}
	fmt.Fprintln(&b, "unanswered", m.Matrix().Unanswered)
	for _, s := range []string{"dev", "Guest", "ops", "nobody"} {
		fmt.Fprintln(&b, "roadmap", s, m.Roadmap(s))
	}
	for _, r := range m.RecordsOf("api") {
		fmt.Fprintln(&b, "record", r.Kind, r.Path, r.Elements)
	}
	for _, c := range m.DecisionsOf("db") {
		fmt.Fprintln(&b, "decision", c.ID, c.View, c.Scenario)
	}
	for _, path := range []string{"services/api/schema.sql", "services/api/main.py", "services", "docs"} {
		for _, c := range append(m.Covering(path), m.Below(path)...) {
			fmt.Fprintln(&b, "code", path, c.Element.ID, c.Depth)
		}
	}
	for _, c := range m.Correspondences("") {
		fmt.Fprintln(&b, "corresponds", c.FromView, c.From, c.ToView, c.To, c.Kind)
	}
	fmt.Fprintln(&b, "index", m.Index()[0].Name, len(m.Index()))
	fmt.Fprintln(&b, "children", m.Children("node")[0].ID, "in", m.In("db")[0].From, "out", len(m.Out("api")), "mappings", len(m.MappingsOf("db")), "scenarios", m.ScenariosOf("db")[0].ID)
	fmt.Fprintln(&b, "viewpoints", m.Viewpoint("파이프라인").ID, m.Viewpoint("Deployment View").ID, m.Viewpoint("cnc").ID, m.Viewpoint("none") == nil)
	want := `dev change [pipeline] [a]
dev speed [pipeline deployment] [a b]
ops recovery [] []
guest  [] [b]
 cost [] []
unanswered [recovery cost]
roadmap dev [{a [change speed]} {b [speed]}]
roadmap Guest [{b []}]
roadmap ops []
roadmap nobody []
record runbook docs/ops/r.md [api]
record incident docs/ops/i.md [api]
decision ADR-0001 a 
decision ADR-0002  q1
code services/api/schema.sql db 3
code services/api/schema.sql api 2
code services/api/main.py api 2
code services api 2
code services db 3
corresponds a db b node 
corresponds a api b api same
index db 4
children pod in api out 2 mappings 1 scenarios q1
viewpoints pipeline deployment c-and-c true
`
	if got := b.String(); got != want {
		t.Errorf("%s", diffLines(got, want))
	}
}

// Code paths may be written from the folder of the site or from the root.
func TestRoot(t *testing.T) {
	pages := []*Page{ParsePage("ex/docs/a.md", []byte("---\nsad: view\nelements: [{id: a, code: [src/**]}, {id: b, code: [ex/lib]}]\n---\n"))}
	m := NewModel(pages, Options{Root: "ex"})
	for path, want := range map[string]string{"ex/src/x": "a", "ex/lib/y": "b", "src/x": "a", "lib/y": ""} {
		got := ""
		if c := m.Covering(path); len(c) > 0 {
			got = c[0].Element.ID
		}
		if got != want {
			t.Errorf("%s is covered by %q, want %q", path, got, want)
		}
	}
}

// A project's own headings are known, and come before those that are built in.
func TestHeadings(t *testing.T) {
	src := []byte("---\nsad: view\n---\n# V\n## 2. 한눈에 보기\n## Background\n## 근거\n")
	h := Headings{PartPrimary: {"한눈에 보기"}, PartContext: {"Background"}}
	var got []string
	for _, p := range h.ParsePage("p.md", src).Parts {
		got = append(got, string(p.Kind))
	}
	if want := []string{"primary", "context", "rationale"}; !slices.Equal(got, want) {
		t.Errorf("parts %v, want %v", got, want)
	}
	if p := ParsePage("p.md", src).Parts; len(p) != 2 {
		t.Errorf("without them: %v", p)
	}
}
