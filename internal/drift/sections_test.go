package drift

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestOutline(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"markdown", "a.md", "intro\n\n# A\n\n## B\ntext\n\n```\n# no\n```\n\nC\n---\n\n# D\n", "0 |2 A|4 A > B|11 A > C|14 D"},
		{"front matter", "a.md", "---\ntitle: x\n---\n# A\n", "0 |3 A"},
		{"levels left out", "a.md", "# A\n#### B\n## C\n", "0 A|1 A > B|2 A > C"},
		{"asciidoc", "a.adoc", "= A\n\n== B\n\n----\n== no\n----\n\n=== C\n", "0 A|2 A > B|8 A > B > C"},
		{"restructured", "a.rst", "A\n=====\n\ntext\n\nB\n-----\n\nC\n~~~~~\n\nD\n-----\n", "0 A|5 A > B|8 A > B > C|11 A > D"},
		{"nothing", "a.md", "", "0 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			last := 0
			for i, s := range outline(c.file, c.text) {
				got = append(got, strings.Join([]string{strconv.Itoa(s.from), s.path}, " "))
				if i > 0 && s.from != last {
					t.Errorf("section %q begins at %d, the one before ends at %d", s.path, s.from, last)
				}
				last = s.to
			}
			if s := strings.Join(got, "|"); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
		})
	}
}

func TestChangedSections(t *testing.T) {
	old := "# A\n\none\n\n## B\n\ntwo\n\n## C\n\nthree\n"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a line", strings.Replace(old, "two", "2", 1), []string{"A > B"}},
		{"a line comes", strings.Replace(old, "three\n", "three\nmore\n", 1), []string{"A > C"}},
		{"two", strings.NewReplacer("one", "1", "three", "3").Replace(old), []string{"A", "A > C"}},
		{"a section comes", strings.Replace(old, "## C", "## New\n\ntext\n\n## C", 1), []string{"A"}},
		{"a section goes", strings.Replace(old, "## B\n\ntwo\n\n", "", 1), []string{"A > B"}},
		{"a section comes with a line", strings.Replace(old, "two", "2\n\n## New\n\ntext", 1), []string{"A > B"}},
		{"blank lines", strings.Replace(old, "two", "\n\ntwo", 1), nil},
		{"nothing", old, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := changedSections("a.md", old, c.text); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// The section comes first whose words the change has; where none has, or all
// have, the one that earlier changes of the file changed.
func TestSectionsByWordsAndHistory(t *testing.T) {
	doc := func(limits, ports string) string {
		return "# Server\n\nAbout it.\n\n## Limits\n\n" + limits + "\n\n## Ports\n\n" + ports + "\n"
	}
	code := func(s string) string { return "package a\n\nconst " + s + "\n" }
	for _, c := range []struct {
		name  string
		steps []map[string]string
		want  string
	}{
		{"words", []map[string]string{
			{"server.go": code("max_batch = 1"), "docs/server.md": doc("Batches hold max_batch rows.", "It listens at a port.")},
			{"server.go": code("max_batch = 2")},
		}, "Server > Limits"},
		{"earlier changes", []map[string]string{
			{"server.go": code("zz = 0"), "docs/server.md": doc("Rows: 0.", "It listens at 0.")},
			{"server.go": code("zy = 1"), "docs/server.md": doc("Rows: 0.", "It listens at 1.")},
			{"server.go": code("zx = 2"), "docs/server.md": doc("Rows: 0.", "It listens at 2.")},
			{"server.go": code("zw = 3")},
		}, "Server > Ports"},
	} {
		t.Run(c.name, func(t *testing.T) {
			steps := append([]map[string]string{{"docs/other.md": "# Other\n", "lone.go": code("lone = 1")}}, c.steps...)
			repo := grown(t, steps)
			base, err := repo.Resolve(t.Context(), "HEAD~1")
			if err != nil {
				t.Fatal(err)
			}
			r, err := NewRanker(t.Context(), repo, base, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.Rank(t.Context(), "HEAD", 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || len(got[0].Sections) == 0 || got[0].Sections[0] != c.want {
				t.Errorf("got %+v, want %s", got, c.want)
			}
		})
	}
}
