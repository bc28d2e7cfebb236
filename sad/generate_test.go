package sad

import (
	"fmt"
	"strings"
	"testing"
)

func drawGraph(g *Graph) string {
	if g == nil {
		return "no figure\n"
	}
	var b strings.Builder
	for _, x := range g.Groups {
		fmt.Fprintf(&b, "group %s in %q\n", x.ID, x.Parent)
	}
	for _, n := range g.Nodes {
		fmt.Fprintf(&b, "node %s %q in %q scope=%v external=%v\n", n.ID, n.Name, n.Group, n.Scope, n.External)
	}
	for _, e := range g.Edges {
		fmt.Fprintf(&b, "edge %s -> %s: %s\n", e.From, e.To, e.Label)
	}
	return b.String()
}

func drawTable(t *Table) string {
	if t == nil {
		return "no table\n"
	}
	var b strings.Builder
	fmt.Fprintln(&b, strings.Join(t.Columns, " | "))
	for _, r := range t.Rows {
		var cells []string
		for _, c := range r {
			var items []string
			for _, i := range c {
				s := i.Text
				if i.Kind != "" {
					s += "=" + string(i.Kind) + ":" + i.Target
				}
				items = append(items, s)
			}
			cells = append(cells, strings.Join(items, ","))
		}
		fmt.Fprintln(&b, strings.Join(cells, " | "))
	}
	return b.String()
}

const generated = `
-- sad/orders.ko.md --
---
sad: view
id: orders
title: 주문
viewpoint: pipeline
elements:
  - {id: connect, name: 커넥터, kind: filter, technology: Debezium, code: [connect/**], properties: {tier: 1}}
  - {id: lake, name: 레이크, kind: lake, description: 쌓는 곳}
  - {id: app, kind: service, external: true}
relations:
  - {from: app, to: connect, kind: sends, via: HTTPS}
  - {from: connect, to: lake, kind: writes, description: 파일을 쓴다}
---
# 주문
## 주요 표현
## 요소 목록
### 관계
## 맥락도
## 뷰 간 매핑
-- sad/orders.en.md --
---
sad: view
id: orders
title: Orders
viewpoint: pipeline
elements:
  - {id: connect, name: Connector}
  - {id: lake, description: where it lies}
---
# Orders
## Primary presentation
## Element catalog
| element |
|---|
| connect |
-- sad/deploy.md --
---
sad: view
id: deploy
viewpoint: deployment
elements: [connect, {id: pod, kind: container, parent: k8s}, {id: k8s, kind: cluster}]
relations: [{from: connect, to: pod, kind: allocated-to}]
---
# Deployment
## Primary presentation
` + "```mermaid" + `
flowchart LR
  connect
` + "```" + `
-- sad/mapping.md --
---
sad: mapping
mappings: [{from: lake, to: pod, kind: allocated-to, description: on disk}]
---
# Mapping
-- sad/index.md --
---
sad: overview
---
# SAD
## 색인
`

func TestGenerated(t *testing.T) {
	m := load(t, generated)
	var b strings.Builder
	for _, p := range []string{"sad/orders.ko.md", "sad/orders.en.md", "sad/deploy.md", "sad/mapping.md", "sad/index.md"} {
		fmt.Fprintf(&b, "== %s\n", p)
		for _, s := range m.Generated(p) {
			fmt.Fprintf(&b, "-- %s heading %d line %d\n", s.Part, s.Heading, s.Line)
			if s.Graph != nil {
				b.WriteString(drawGraph(s.Graph))
			}
			if s.Table != nil {
				b.WriteString(drawTable(s.Table))
			}
		}
	}
	b.WriteString("== deployment drawn\n" + drawGraph(m.Presentation(m.View("deploy"), "en")))
	b.WriteString("== neighbours of lake\n" + drawGraph(m.Neighbourhood("lake", "ko", 1)))
	want := `== sad/orders.ko.md
-- primary heading 1 line 15
node connect "커넥터" in "" scope=false external=false
node lake "레이크" in "" scope=false external=false
node app "app" in "" scope=false external=true
edge app -> connect: HTTPS
edge connect -> lake: writes
-- catalog heading 2 line 16
element | kind | technology | description | code | :tier
커넥터=element:connect | filter | Debezium |  | connect/**=code:connect/** | 1
레이크=element:lake | lake |  | 쌓는 곳 |  | 
app=element:app | service |  |  |  | 
-- relations heading 3 line 17
from | relation | to | via | description
app=element:app | sends | 커넥터=element:connect | HTTPS | 
커넥터=element:connect | writes | 레이크=element:lake |  | 파일을 쓴다
-- context heading 4 line 18
node  "주문" in "" scope=true external=false
node app "app" in "" scope=false external=true
edge app -> : HTTPS
-- mapping heading 5 line 19
from | view | mapping | to | view | description
레이크=element:lake | 주문=view:orders | allocated-to | pod=element:pod | Deployment=view:deploy | on disk
커넥터=element:connect | 주문=view:orders | same | 커넥터=element:connect | Deployment=view:deploy | 
== sad/orders.en.md
-- primary heading 1 line 11
node connect "Connector" in "" scope=false external=false
node lake "레이크" in "" scope=false external=false
node app "app" in "" scope=false external=true
edge app -> connect: HTTPS
edge connect -> lake: writes
== sad/deploy.md
== sad/mapping.md
-- mapping heading -1 line 0
from | view | mapping | to | view | description
레이크=element:lake | 주문=view:orders | allocated-to | pod=element:pod | Deployment=view:deploy | on disk
== sad/index.md
-- index heading 1 line 5
element | kind | views
app=element:app | service | 주문=view:orders
k8s=element:k8s | cluster | Deployment=view:deploy
pod=element:pod | container | Deployment=view:deploy
레이크=element:lake | lake | 주문=view:orders
커넥터=element:connect | filter | Deployment=view:deploy,주문=view:orders
== deployment drawn
group k8s in ""
group pod in "k8s"
node connect "Connector" in "pod" scope=false external=false
== neighbours of lake
node lake "레이크" in "" scope=true external=false
node connect "커넥터" in "" scope=false external=false
edge connect -> lake: writes
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s", diffLines(got, want))
	}
}

func diffLines(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	var b strings.Builder
	for i := range max(len(g), len(w)) {
		x, y := "", ""
		if i < len(g) {
			x = g[i]
		}
		if i < len(w) {
			y = w[i]
		}
		if x != y {
			fmt.Fprintf(&b, "line %d: got  %s\n         want %s\n", i+1, x, y)
		}
	}
	return b.String()
}
