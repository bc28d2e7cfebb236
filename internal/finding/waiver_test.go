package finding

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 25, 23, 0, 0, 0, time.FixedZone("KST", 9*3600))

// scopes describes waivers as "rules from-to reason".
func scopes(ws []waiver) []string {
	var out []string
	for _, w := range ws {
		lines := fmt.Sprintf("%d-%d", w.from, w.to)
		if w.file {
			lines = "file"
		}
		s := strings.Join(w.rules, ",") + " " + lines + " " + w.reason
		if !w.until.IsZero() {
			s += " until " + w.until.Format(time.DateOnly)
		}
		out = append(out, s)
	}
	return out
}

func TestWaivers(t *testing.T) {
	const (
		ok = "<!-- lintel:allow link/not-found soon -->"
	)
	tests := []struct {
		name, file, src string
		want            []string // waivers
		wrong           []string // "line rule" of findings
	}{
		{"paragraph", "a.md", "Text\n\n" + ok + "\nfirst\nsecond\n\nthird\n", []string{"link/not-found 4-5 soon"}, nil},
		{"empty line between", "a.md", ok + "\n\nfirst\nsecond\n", []string{"link/not-found 3-4 soon"}, nil},
		{"same line", "a.md", "a\nb " + ok + "\nc\n", []string{"link/not-found 2-2 soon"}, nil},
		{"same line, before the text", "a.md", ok + " text\nb\n", []string{"link/not-found 1-1 soon"}, nil},
		{"in a table", "a.md", "| a |\n|---|\n| b " + ok + " |\n| c |\n", []string{"link/not-found 3-3 soon"}, nil},
		{"before a table", "a.md", ok + "\n| a |\n|---|\n| b |\n\nx\n", []string{"link/not-found 2-4 soon"}, nil},
		{"before a heading", "a.md", ok + "\n# Title\ntext\n", []string{"link/not-found 2-2 soon"}, nil},
		{"block ends at a heading", "a.md", ok + "\ntext\n# Title\n", []string{"link/not-found 2-2 soon"}, nil},
		{"before a fence", "a.md", ok + "\n```yaml\na: 1\n\nb: 2\n```\ntext\n", []string{"link/not-found 2-6 soon"}, nil},
		{"block ends at a fence", "a.md", ok + "\ntext\n```\ncode\n```\n", []string{"link/not-found 2-2 soon"}, nil},
		{"stacked", "a.md", ok + "\n<!-- lintel:allow link/anchor later -->\ntext\n", []string{"link/not-found 3-3 soon", "link/anchor 3-3 later"}, nil},
		{"at the end", "a.md", "text\n\n" + ok + "\n", []string{"link/not-found 0-0 soon"}, nil},
		{"in a list", "a.md", "- a\n\n    " + ok + "\n    text\n\n- b\n", []string{"link/not-found 4-4 soon"}, nil},
		{"in a list, tab", "a.md", "1. a\n\n\t" + ok + "\n\ttext\n", []string{"link/not-found 4-4 soon"}, nil},
		{"in an admonition", "a.md", "!!! note\n    " + ok + "\n    text\n", []string{"link/not-found 3-3 soon"}, nil},
		{"in a quotation", "a.md", "> " + ok + "\n> text\n>\n> more\n", []string{"link/not-found 2-2 soon"}, nil},
		{"several lines", "a.md", "<!--\n  lintel:allow link/not-found,\n  A06: comes\n  with 2.0\n-->\ntext\n", []string{"link/not-found,A06 6-6 comes with 2.0"}, nil},
		{"several lines with text before", "a.md", "a <!-- lintel:allow link/not-found\nsoon --> b\nc\n", []string{"link/not-found 1-2 soon"}, nil},
		{"two on a line", "a.md", "a " + ok + " b <!-- lintel:allow link/anchor later -->\n", []string{"link/not-found 1-1 soon", "link/anchor 1-1 later"}, nil},
		{"crlf and byte order mark", "a.md", "\ufeff" + ok + "\r\ntext\r\n\r\nmore\r\n", []string{"link/not-found 2-2 soon"}, nil},
		{"code span", "a.md", "Write `" + ok + "`.\n``` ` " + ok + " ```\n", nil, nil},
		{"code span that does not end", "a.md", "a ` b " + ok + "\n", []string{"link/not-found 1-1 soon"}, nil},
		{"escaped", "a.md", `\` + ok + "\n", nil, nil},
		{"fence", "a.md", "```html\n" + ok + "\n```\n~~~~\n~~~\n" + ok + "\n~~~~\n", nil, nil},
		{"fence in a list", "a.md", "- a\n\n    ```\n    " + ok + "\n    ```\n", nil, nil},
		{"fence without end", "a.md", "```\n" + ok + "\n", nil, nil},
		{"indented code", "a.md", "Text:\n\n    " + ok + "\n\nmore\n", nil, nil},
		{"indented code with a fence in it", "a.md", "Text:\n\n    ```\n\n" + ok + "\ntext\n", []string{"link/not-found 6-6 soon"}, nil},
		{"comment without end", "a.md", "<!-- lintel:allow link/not-found soon\ntext\n", nil, nil},
		{"another comment", "a.md", "<!-- TODO lintel:allow link/not-found soon -->\ntext\n", nil, nil},
		{"comment with a fence in it", "a.md", "<!--\n```\n-->\n" + ok + "\ntext\n", []string{"link/not-found 5-5 soon"}, nil},

		{"behind a fence", "a.md", "```\nx\n```\na " + ok + "\n", []string{"link/not-found 4-4 soon"}, nil},
		{"in code that looks like a list", "a.md", "Text\n\n    - code\n    " + ok + "\n", nil, nil},
		{"on a line that nobody wrote", "a.md", strings.Repeat("x", maxScan) + ok + "\na " + ok + "\n", []string{"link/not-found 2-2 soon"}, nil},
		{"file, in front matter behind a key", "a.md", "---\na: 1\n# lintel:allow-file adr/* imported\n---\n", []string{"adr/* file imported"}, nil},
		{"no headings", "a.md", "#######\n#tag\nx\n====x\n\n-\n| a |\n---\n# T\n---\n##\n<!-- lintel:allow-section link/* old -->\nx\n#\n", []string{"link/* 11-13 old"}, nil},
		{"section", "a.md", "# T\n\n## A\n\n<!-- lintel:allow-section link/* old -->\nx\n\n### B\n\ny\n\n## C\n\nz\n", []string{"link/* 3-11 old"}, nil},
		{"last section", "a.md", "# T\n\n## A\n\n<!-- lintel:allow-section link/* old -->\nx\n", []string{"link/* 3-6 old"}, nil},
		{"section of a setext heading", "a.md", "T\n===\n\nA\n---\n<!-- lintel:allow-section link/* old -->\nx\n\nB\n---\n", []string{"link/* 4-8 old"}, nil},
		{"section before all headings", "a.md", "<!-- lintel:allow-section link/* old -->\nx\n\n# T\n", []string{"link/* 1-3 old"}, nil},
		{"file", "a.md", "# T\n\n<!-- lintel:allow-file link/* old -->\n\n## A\n", []string{"link/* file old"}, nil},
		{"file, too far down", "a.md", "# T\n\n## A\n\n<!-- lintel:allow-file link/* old -->\n", nil, []string{"5 waiver/misplaced"}},

		{"front matter", "a.md", "---\n# lintel:allow-file adr/* imported\nelements:\n  # lintel:allow link/anchor vendor\n  - id: a\n    name: A\n  - id: b # lintel:allow link/absolute vendor\n---\n# T\n", []string{"adr/* file imported", "link/anchor 5-6 vendor", "link/absolute 7-7 vendor"}, nil},
		{"hash outside of front matter", "a.md", "# lintel:allow link/anchor heading\n", nil, nil},
		{"yaml", "mkdocs.yml", "a: 1\n# lintel:allow link/anchor why\nb:\n  - c\n\n  - d\ne: 2 # lintel:allow link/absolute why\n", []string{"link/anchor 3-6 why", "link/absolute 7-7 why"}, nil},
		{"yaml, file", "mkdocs.yml", "# Docs\n\n# lintel:allow-file link/* why\na: 1\n", []string{"link/* file why"}, nil},
		{"yaml, file too far down", "mkdocs.yml", "a: 1\n# lintel:allow-file link/* why\n", nil, []string{"2 waiver/misplaced"}},
		{"yaml, section", "mkdocs.yml", "a: 1\n# lintel:allow-section link/* why\n", nil, []string{"2 waiver/misplaced"}},
		{"go", "a.go", "package a\n\n// lintel:allow link/* why\nfunc a() {\n\tb()\n}\n", []string{"link/* 4-5 why"}, nil},
		{"c comment", "a.ts", "x() /* lintel:allow link/* why */\n", []string{"link/* 1-1 why"}, nil},
		{"sql", "a.sql", "-- lintel:allow link/* why\nselect 1\n", []string{"link/* 2-2 why"}, nil},
		{"html", "a.html", "<p> <!-- lintel:allow link/* why --> text\n", []string{"link/* 1-1 why"}, nil},
		{"no comment", "a.py", "url = 'x#lintel:allow link/* why'\n", nil, nil},

		{"until", "a.md", "a <!-- lintel:allow link/anchor soon until 2026-11-25 -->\n", []string{"link/anchor 1-1 soon until 2026-11-25"}, nil},
		{"until, in Korean", "a.md", "a <!-- lintel:allow link/anchor 2.0에서 옮긴다, 2027-03-31까지 -->\n", []string{"link/anchor 1-1 2.0에서 옮긴다 until 2027-03-31"}, nil},
		{"until, in brackets", "a.md", "a <!-- lintel:allow link/anchor soon (until 2027-03-31). -->\n", []string{"link/anchor 1-1 soon until 2027-03-31"}, nil},
		{"until is a word", "a.md", "a <!-- lintel:allow link/anchor until the next release -->\n", []string{"link/anchor 1-1 until the next release"}, nil},
		{"until in the middle", "a.md", "a <!-- lintel:allow link/anchor until 2030-01-01 nothing happens -->\n", []string{"link/anchor 1-1 until 2030-01-01 nothing happens"}, nil},
		{"expired", "a.md", "a <!-- lintel:allow link/anchor soon until 2026-11-24 -->\n", nil, []string{"1 waiver/expired"}},
		{"no such day", "a.md", "a <!-- lintel:allow link/anchor soon until 2027-02-30 -->\n", nil, []string{"1 waiver/date"}},
		{"date of another form", "a.md", "a <!-- lintel:allow link/anchor soon until 31.3.2027 -->\n", nil, []string{"1 waiver/date"}},
		{"only until", "a.md", "a <!-- lintel:allow link/anchor until 2027-03-31 -->\n", nil, []string{"1 waiver/no-reason"}},

		{"no reason", "a.md", "a <!-- lintel:allow link/anchor -->\n", nil, []string{"1 waiver/no-reason"}},
		{"no reason but a dash", "a.md", "a <!-- lintel:allow link/anchor: — -->\n", nil, []string{"1 waiver/no-reason"}},
		{"no rule", "a.md", "a <!-- lintel:allow the page comes -->\n", nil, []string{"1 waiver/syntax"}},
		{"nothing", "a.md", "a <!-- lintel:allow -->\n", nil, []string{"1 waiver/syntax"}},
		{"misspelt", "a.md", "a <!-- lintel:alow link/anchor x -->\nb <!-- lintel:allow-sektion link/anchor x -->\n", nil, []string{"1 waiver/syntax", "2 waiver/syntax"}},
		{"words of other tools", "a.md", "a <!-- lintel:ignore link/anchor x -->\nb <!-- lintel:allow-next-line link/anchor x -->\nc <!-- lintel:disable-file x -->\n", nil, []string{"1 waiver/syntax", "2 waiver/syntax", "3 waiver/syntax"}},
		{"another word", "a.md", "a <!-- lintel:anchor src/a.go#F lintel:allow -->\n", nil, nil},
		{"unknown rule", "a.md", "a <!-- lintel:allow link/ancor soon -->\n", nil, []string{"1 waiver/unknown-rule"}},
		{"unknown family", "a.md", "a <!-- lintel:allow lnk/* soon -->\n", nil, []string{"1 waiver/unknown-rule"}},
		{"every rule", "a.md", "a <!-- lintel:allow * soon -->\n", nil, []string{"1 waiver/unknown-rule"}},

		{"commas", "a.md", "a <!-- lintel:allow link/anchor,a06 , adr/*: why -->\n", []string{"link/anchor,a06,adr/* 1-1 why"}, nil},
		{"known rules without commas", "a.md", "a <!-- lintel:allow link/anchor link/absolute why -->\n", []string{"link/anchor,link/absolute 1-1 why"}, nil},
		{"reason that begins with a path", "a.md", "a <!-- lintel:allow link/anchor docs/legacy is frozen -->\n", []string{"link/anchor 1-1 docs/legacy is frozen"}, nil},
		{"unknown behind a comma", "a.md", "a <!-- lintel:allow link/anchor, link/ancor why -->\n", nil, []string{"1 waiver/unknown-rule"}},
		{"dash before the reason", "a.md", "a <!-- lintel:allow link/anchor -- why -->\n", []string{"link/anchor 1-1 why"}, nil},
	}
	for _, tt := range tests {
		ws, fs := parseWaivers(tt.file, []byte(tt.src), catalogForTests(), time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))
		var wrong []string
		for _, f := range fs {
			wrong = append(wrong, fmt.Sprint(f.Line, " ", f.Rule))
		}
		if got := scopes(ws); !slices.Equal(got, tt.want) || !slices.Equal(wrong, tt.wrong) {
			t.Errorf("%s\n%s\n got %q %q\nwant %q %q", tt.name, tt.src, got, wrong, tt.want, tt.wrong)
		}
	}
}

// What an unused waiver is taken out of reads as if it had never been there.
func TestWaiverRemoval(t *testing.T) {
	const w = "<!-- lintel:allow link/anchor why -->"
	for src, want := range map[string]string{
		"a\n" + w + "\nb\n":             "a\nb\n",
		"a " + w + "\nb\n":              "a\nb\n",
		"a " + w + " b\n":               "a b\n",
		"- a\n\n    " + w + "\n    b\n": "- a\n\n    b\n",
		"\ufeff" + w + "\r\nb\r\n":      "\ufeffb\r\n",
		"a\n" + w:                       "a\n",
		"| a " + w + " |\n":             "| a |\n",
		"---\n# lintel:allow link/anchor x\na: 1 # lintel:allow link/anchor y\n---\n": "---\na: 1\n---\n",
		"a\n<!--\nlintel:allow link/anchor\nwhy\n-->\nb\n":                            "a\nb\n",
	} {
		r := Judge(nil, Project{Catalog: catalogForTests(), Read: readMap(map[string]string{"a.md": src}), Documents: []string{"a.md"}})
		var edits []Edit
		for _, f := range r.Findings {
			if f.Rule != "waiver/unused" || !f.Edit.Safe {
				t.Errorf("%q: %v", src, f.Finding)
			}
			edits = append(edits, f.Edit)
		}
		got, err := Apply([]byte(src), edits)
		if err != nil || string(got) != want {
			t.Errorf("%q: %q, %v; want %q", src, got, err, want)
		}
	}
}

// Whatever stands in a file: nothing panics, scopes lie in the file, what is
// found points into it, and removing the waivers that waive nothing leaves a
// file in which the others are still read.
func FuzzWaivers(f *testing.F) {
	for _, s := range []string{
		"---\n# lintel:allow a/b c\n---\n", "<!-- lintel:allow link/anchor x -->\n```\n", "a `<!-- lintel:allow` -->\n",
		"<!-- lintel:allow-section A06 x until 2027-01-01 -->\n# T\n", "\ufeff\r\n\r<!--lintel:allow\n-->", "- a\n\t<!-- lintel:allow link/* x\n -->\n",
		"# T\n## A\n<!-- lintel:allow-file link/* x -->\n\n   -\n==\n", "x <!-- lintel:allow link/*,,: x --> <!-- lintel:al", "한 <!-- lintel:allow link/anchor 나중에 2027-03-31까지 -->",
	} {
		f.Add("a.md", s)
		f.Add("a.yml", strings.ReplaceAll(s, "<!--", "#"))
	}
	f.Fuzz(func(t *testing.T, name, src string) {
		if name != "a.yml" {
			name = "a.md"
		}
		ws, fs := parseWaivers(name, []byte(src), catalogForTests(), today)
		n := strings.Count(src, "\n") + 1
		for _, w := range ws {
			if w.from < 0 || w.to > n || w.from > w.to || w.start < 0 || w.end > len(src) || w.start >= w.end || len(w.rules) == 0 || w.reason == "" {
				t.Fatalf("%+v", w)
			}
			if !strings.Contains(src[w.start:w.end], "lintel:allow") {
				t.Fatalf("%q is no waiver", src[w.start:w.end])
			}
		}
		for _, f := range fs {
			if f.Line < 1 || f.Line > n || f.Column < 1 {
				t.Fatalf("%+v", f)
			}
		}
		r := Judge(nil, Project{Catalog: catalogForTests(), Read: readMap(map[string]string{name: src}), Documents: []string{name}, Today: today})
		var edits []Edit
		for _, f := range r.Findings {
			if !f.Edit.IsZero() {
				edits = append(edits, f.Edit)
			}
		}
		out, err := Apply([]byte(src), edits)
		if err != nil {
			t.Fatalf("%v %v", edits, err)
		}
		if len(out) >= len(src) && len(edits) > 0 {
			t.Fatalf("nothing was removed by %v", edits)
		}
	})
}
