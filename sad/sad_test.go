package sad

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// load reads the files of a txtar text as pages.
func load(t testing.TB, text string) *Model {
	t.Helper()
	ar := txtar.Parse([]byte(text))
	if len(ar.Files) == 0 {
		t.Fatal("the fixture holds no files")
	}
	var pages []*Page
	for _, f := range ar.Files {
		if p := ParsePage(f.Name, f.Data); p != nil {
			pages = append(pages, p)
		} else {
			pages = append(pages, ParseText(f.Name, f.Data))
		}
	}
	return NewModel(pages, Options{})
}

const shop = `
-- docs/sad/orders.md --
---
sad: view
id: orders
viewpoint: pipeline
stakeholders: [engineer]
concerns: [freshness]
elements:
  - id: orders-db
    name: Orders database
    kind: database
    external: true
  - id: connect
    name: 소스 커넥터
    kind: filter
    code: [connect/**]
    owner: data
relations:
  - {from: orders-db, to: connect, kind: reads, via: binlog}
decisions: [ADR-0002, {id: ADR-0001, note: replaced for orders only}]
---

# Orders

## 1. 주요 표현(Primary Presentation)

` + "```mermaid" + `
flowchart LR
  db[("Orders database")] -->|binlog| c["소스 커넥터<br/>Debezium"]
  c --> k{{Kafka}}
` + "```" + `

## 2. 요소 목록

| 요소 | 종류 | 기술 | 코드 | 담당 |
|---|---|---|---|---|
| ` + "`connect`" + ` | filter | Debezium | – | – |
| Kafka | topic | Kafka 3.9 | ` + "`deploy/kafka.yaml`" + ` | streaming |

## 관련 뷰

- [배포](deployment.md)
-- docs/sad/deployment.md --
---
sad: view
viewpoint: deployment
elements: [connect, {id: pods, kind: cluster}]
relations:
  - {from: 소스커넥터, to: pods, kind: allocated-to, description: three replicas}
---
# 배포
`

func TestModel(t *testing.T) {
	m := load(t, shop)
	if len(m.Views) != 2 || m.Views[1].ID != "orders" || m.Views[0].ID != "deployment" {
		t.Fatalf("views %+v", m.Views)
	}
	v := m.View("orders")
	if want := []string{"orders-db", "connect", "kafka"}; !slices.Equal(v.Elements, want) {
		t.Errorf("elements %v, want %v", v.Elements, want)
	}
	e := m.Element("connect")
	if e.Name != "소스 커넥터" || e.Technology != "Debezium" || e.Owner != "data" || e.Family != Component || !slices.Equal(e.Views, []string{"deployment", "orders"}) {
		t.Errorf("connect is %+v", e)
	}
	if e.At.Line != 12 || e.At.Path != "docs/sad/orders.md" {
		t.Errorf("connect is declared at %v", e.At)
	}
	k := m.Element("Kafka")
	if k == nil || k.Code[0].Pattern != "deploy/kafka.yaml" || k.Canonical != "topic" {
		t.Fatalf("kafka is %+v", k)
	}
	var rels []string
	for _, r := range m.Relations {
		rels = append(rels, r.From+">"+r.To+":"+r.Label()+":"+string(r.Source))
	}
	if want := []string{"connect>pods:three replicas:front matter", "orders-db>connect:binlog:front matter", "connect>kafka::figure"}; !slices.Equal(rels, want) {
		t.Errorf("relations %q, want %q", rels, want)
	}
	if c := m.Covering("connect/orders.json"); len(c) != 1 || c[0].Element != e {
		t.Errorf("connect/orders.json is covered by %v", c)
	}
	if p := v.Page(); !slices.ContainsFunc(p.Part(PartRelated).Links, func(r Ref) bool { return r.ID == "docs/sad/deployment.md" }) {
		t.Errorf("related views link %v", p.Part(PartRelated).Links)
	}
}

// A page survives the cache of a site, and the model made of it is the same.
func TestGob(t *testing.T) {
	ar := txtar.Parse([]byte(shop))
	var direct, kept []*Page
	for _, f := range ar.Files {
		p := ParsePage(f.Name, f.Data)
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(p); err != nil {
			t.Fatal(err)
		}
		q := new(Page)
		if err := gob.NewDecoder(&b).Decode(q); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(p, q) {
			t.Errorf("%s: read back as\n%+v\nwas\n%+v", f.Name, q, p)
		}
		direct, kept = append(direct, p), append(kept, q)
	}
	slices.Reverse(kept) // the order of the pages does not matter
	a, _ := json.Marshal(NewModel(direct, Options{}))
	b, _ := json.Marshal(NewModel(kept, Options{}))
	if !bytes.Equal(a, b) {
		t.Errorf("models differ:\n%s\n%s", a, b)
	}
	if !strings.Contains(string(a), `"path":"docs/sad/orders.md"`) {
		t.Errorf("no positions in %s", a)
	}
}

func TestParsePageLeavesOthers(t *testing.T) {
	for _, src := range []string{"", "# sad: view\n", "---\ntitle: x\n---\nsad: view\n", "text\n---\nsad: view\n---\n", "---\nsad: [\n"} {
		if p := ParsePage("a.md", []byte(src)); p != nil {
			t.Errorf("%q is a page: %+v", src, p)
		}
	}
	for src, want := range map[string]string{
		"---\nsad: veiw\n---\n":                                       `2:6: error: ` + "`sad: veiw` is no kind of page (did you mean view?)",
		"---\nops:\n---\n":                                            "2:5: error: `ops` does not say what the page is (one of runbook, onboarding, incident, policy)",
		"---\nsad: view\nelements: {a: b}\n---":                       "3:11: error: `elements` has to be a list of ids and elements, not a mapping",
		"---\nsad: view\nviewpont: uses\n---\n":                       "3:1: warning: unknown key `viewpont` in the front matter of a view page (did you mean viewpoint?)",
		"---\nsad: view\nelements:\n  - {id: a, tecnology: x}\n---\n": "4:13: warning: unknown key `tecnology` in an element (did you mean technology?)",
		"---\nsad: view\nid: [a\n---\n":                               "the front matter cannot be read",
	} {
		p := ParsePage("a.md", []byte(src))
		if p == nil || len(p.Findings) != 1 || !strings.Contains(p.Findings[0].String(), want) {
			t.Errorf("%q gives %v, want %s", src, p, want)
		}
	}
}
