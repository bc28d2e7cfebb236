package site_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lintel-docs/lintel/site"
)

// benchSite is a site of n pages in sections of 50, each of about 8 KB with
// what such pages hold: headings, lists, tables, links, fences, admonitions.
func benchSite(n int) fstest.MapFS {
	f := files{"mkdocs.yml": `site_name: Bench
site_url: https://example.test/
theme: {name: material}
markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - toc: {permalink: true}
  - pymdownx.details
  - pymdownx.highlight
  - pymdownx.superfences
  - pymdownx.tasklist
`}
	for i := range n {
		name := fmt.Sprintf("docs/part-%02d/page-%04d.md", i/50, i)
		if i == 0 {
			name = "docs/index.md"
		}
		f[name] = benchPage(i)
	}
	return f.fs()
}

func benchPage(i int) string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "# Page %d of the *platform*\n\n", i)
	for s := range 6 {
		fmt.Fprintf(&sb, "## Section %d\n\n", s)
		for range 3 {
			sb.WriteString("The `orders` service writes **every** event to the [log](page-0001.md#section-2) before it answers, " +
				"so that a reader who asks later sees what a writer was promised. 커넥터는 **토픽(Topic)**을 읽고 *저장소*에 쓴다.\n\n")
		}
		sb.WriteString("- one item with `code`\n- another with a [link](#section-1)\n    - nested\n    - twice\n\n")
		sb.WriteString("| name | kind | value |\n|---|:---:|---:|\n| a | `b` | 1 |\n| c | d | 2 |\n\n")
		switch s % 3 {
		case 0:
			sb.WriteString("```yaml\nservice:\n  name: orders   # the name\n  replicas: 3\n  env: [{name: A, value: \"b\"}]\n```\n\n")
		case 1:
			sb.WriteString("```python\ndef load(path: str) -> dict[str, int]:\n    \"\"\"Read it.\"\"\"\n    return {k: len(k) for k in open(path)}\n```\n\n")
		default:
			sb.WriteString("!!! note \"Mind\"\n    It has a body with `code`.\n\n    - and a list\n\n")
		}
	}
	return sb.String()
}

func publishAll(b *testing.B, snap *site.Snapshot) {
	b.Helper()
	err := fs.WalkDir(snap, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := snap.Open(p)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, f)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

func open(b *testing.B, m fstest.MapFS) *site.Site {
	b.Helper()
	s, err := site.Open(m, options())
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func rebuild(b *testing.B, s *site.Site) *site.Snapshot {
	b.Helper()
	snap, err := s.Build(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return snap
}

const benchPages = 1000

// BenchmarkCold builds and writes a whole site from nothing.
func BenchmarkCold(b *testing.B) {
	m := benchSite(benchPages)
	b.ReportAllocs()
	for b.Loop() {
		publishAll(b, rebuild(b, open(b, m)))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/benchPages, "µs/page")
}

// BenchmarkWarm builds a site again of which one page changed, and writes that
// page.
func BenchmarkWarm(b *testing.B) {
	for _, c := range []struct {
		name string
		edit func(m fstest.MapFS, i int)
	}{
		{"nothing", func(fstest.MapFS, int) {}},
		{"prose", func(m fstest.MapFS, i int) {
			m["docs/part-00/page-0007.md"] = &fstest.MapFile{Data: fmt.Appendf([]byte(benchPage(7)), "\nedit %d\n", i)}
		}},
		{"heading", func(m fstest.MapFS, i int) {
			m["docs/part-00/page-0007.md"] = &fstest.MapFile{Data: fmt.Appendf([]byte(benchPage(7)), "\n## Edit %d\n", i)}
		}},
		{"title", func(m fstest.MapFS, i int) {
			m["docs/part-00/page-0007.md"] = &fstest.MapFile{Data: fmt.Appendf(nil, "---\ntitle: Edit %d\n---\n%s", i, benchPage(7))}
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := benchSite(benchPages)
			s := open(b, m)
			rebuild(b, s)
			for i := 0; b.Loop(); i++ {
				c.edit(m, i)
				if _, err := fs.ReadFile(rebuild(b, s), "part-00/page-0007/index.html"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
