package render

import (
	"fmt"
	"strings"
	"testing"
)

// benchPage is a page as a platform team writes it, of about size bytes.
func benchPage(size int) string {
	var b strings.Builder
	b.WriteString("---\ntitle: CDC pipeline\ntags: [cdc, debezium]\n---\n\n# CDC 파이프라인 (pipeline)\n\n")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `## 단계 %[1]d: the connector, step %[1]d

주문 데이터베이스의 변경은 **커넥터(Connector)**를 지나 [토픽](../topics/page-%[1]d.md#orders) 으로 간다. The connector
reads the *binlog* with %[2]sbinlog_row_image=FULL%[2]s and never blocks writers. See [the runbook](runbook.md "Runbook")
and ADR-%04[1]d for the reasons, or the list below; a plain sentence follows so that text without any markup is there too.

- **owner**: data-platform team
- **latency**: p95 below 2 s, see %[2]slag_ms%[2]s
    - nested item with a [link](nested-%[1]d.md)
    - another one
- retry after _five_ minutes

!!! warning "Before you restart"

    Stop the sink first, or rows are written twice.

| Column | Type | 설명 |
|--------|------|------|
| id | bigint | 기본 키 |
| amount | numeric(12,2) | 금액, %[2]s>= 0%[2]s |
| created_at | timestamptz | when the order came in |

%[2]s%[2]s%[2]syaml title="connector.yaml"
name: orders-%[1]d
config:
  connector.class: io.debezium.connector.mysql.MySqlConnector
  database.hostname: orders.internal
  snapshot.mode: when_needed
%[2]s%[2]s%[2]s

1. Check the offset.
2. Restart the task.
3. Watch the lag for ten minutes.

`, i+1, "`")
	}
	return b.String()
}

func benchExtensions() []Extension {
	var list []Extension
	for _, name := range []string{
		"toc", "tables", "fenced_code", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "abbr",
		"pymdownx.details", "pymdownx.superfences", "pymdownx.highlight", "pymdownx.inlinehilite", "pymdownx.tabbed",
		"pymdownx.tasklist", "pymdownx.emoji", "pymdownx.snippets", "pymdownx.tilde", "pymdownx.caret", "pymdownx.mark", "pymdownx.keys",
	} {
		e := Extension{Name: name}
		switch name {
		case "toc":
			e.Config = map[string]any{"permalink": true}
		case "pymdownx.tabbed":
			e.Config = map[string]any{"alternate_style": true}
		}
		list = append(list, e)
	}
	return list
}

func BenchmarkParse(b *testing.B) {
	page := []byte(benchPage(10_000))
	for _, d := range []Dialect{MkDocs, CommonMark, CommonMarkStrict} {
		b.Run(string(d), func(b *testing.B) {
			m, _ := New(Options{Dialect: d, Extensions: benchExtensions()})
			b.SetBytes(int64(len(page)))
			b.ReportAllocs()
			for b.Loop() {
				m.Parse(page, Page{Path: "docs/a.md", DocsDir: "docs"})
			}
		})
	}
}

func BenchmarkAppendHTML(b *testing.B) {
	m, _ := New(Options{Extensions: benchExtensions()})
	d := m.Parse([]byte(benchPage(10_000)), Page{Path: "docs/a.md", DocsDir: "docs"})
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = d.AppendHTML(buf[:0], nil)
	}
}
