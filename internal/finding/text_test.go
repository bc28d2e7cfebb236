package finding

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func textReport() *Report {
	files := map[string]string{
		"docs/가이드.md": "# 가이드\n\n커넥터는 [설치](instal.md)를\t먼저 한다. " + strings.Repeat("긴 줄이다. ", 20) + "\n" +
			"\t\t  tabs [x](y.md)\n" +
			strings.Repeat("far ", 60) + "[z](w.md) " + strings.Repeat("away ", 40) + "\n" +
			"<!-- lintel:allow link/anchor 나중에 -->\n[a](#b)\n",
		"mkdocs.yml": "site_name: A\nstrct: true\n",
	}
	text := files["docs/가이드.md"]
	fs := []Finding{
		{
			Rule: "link/not-found", Severity: Warning, Position: Position{Path: "docs/가이드.md", Line: 3}, Subject: "instal.md",
			Message: `link "instal.md" leads nowhere`, Hint: `did you mean "install.md"?`, Reason: "there is no such file",
			Edit: Edit{Start: strings.Index(text, "instal"), Old: "instal.md", New: "install.md"},
		},
		{Rule: "link/not-found", Severity: Error, Position: Position{Path: "docs/가이드.md", Line: 4}, Subject: "y.md", Message: "tabs"},
		{Rule: "link/not-found", Severity: Error, Position: Position{Path: "docs/가이드.md", Line: 5}, Subject: "w.md", Message: "long"},
		{Rule: "link/anchor", Severity: Warning, Position: Position{Path: "docs/가이드.md", Line: 7}, Message: "waived"},
		{
			Rule: "link/absolute", Severity: Info, Position: Position{Path: "mkdocs.yml", Line: 2, Column: 1}, Message: "key",
			Edit: Edit{Start: 13, Old: "strct", New: "strict:\n" + strings.Repeat("- a\n", 20) + "x", Safe: true},
		},
		{Rule: "link/absolute", Severity: Info, Position: Position{Path: "none.md", Line: 9, Column: 4}, Message: "a file that is not there"},
		{Rule: "adr/superseded", Severity: Error, Message: "without a place \x1b[2J\nand with a second line"},
	}
	return Judge(fs, Project{Catalog: catalogForTests(), Read: readMap(files)})
}

func TestWriteText(t *testing.T) {
	var b bytes.Buffer
	if err := WriteText(&b, textReport(), TextOptions{Checked: "2 pages"}); err != nil {
		t.Fatal(err)
	}
	const want = `error: without a place \u{1b}[2J\nand with a second line [adr/superseded]

docs/가이드.md:3: warning: link "instal.md" leads nowhere [link/not-found]
     3 | 커넥터는 [설치](instal.md)를    먼저 한다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄…
       |                 ^^^^^^^^^
    because there is no such file
    hint: did you mean "install.md"?
    edit:
      - 커넥터는 [설치](instal.md)를    먼저 한다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다.
      + 커넥터는 [설치](install.md)를    먼저 한다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다. 긴 줄이다.

docs/가이드.md:4: error: tabs [link/not-found]
     4 | tabs [x](y.md)
       |          ^^^^

docs/가이드.md:5: error: long [link/not-found]
     5 | …r far far far far far far far far far far [z](w.md) away away away away away away away away away awa…
       |                                                ^^^^

mkdocs.yml:2:1: info: key [link/absolute]
     2 | strct: true
       | ^
    edit (lintel check --fix makes it):
      - strct: true
      + strict:
      + - a
      + - a
      + - a
      + - a
      + - a
      + - a
      + - a
      + - a
      + - a
      + - a
      … 11 lines more

none.md:9:4: info: a file that is not there [link/absolute]

3 errors, 1 warning, 2 infos in 4 files (2 pages checked); not counted: 1 waived (-v shows them)
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s", got)
	}
}

// With colour the same is written, in colours.
func TestWriteTextColour(t *testing.T) {
	var plain, colour bytes.Buffer
	o := TextOptions{Verbose: true}
	if err := WriteText(&plain, textReport(), o); err != nil {
		t.Fatal(err)
	}
	o.Colour = true
	if err := WriteText(&colour, textReport(), o); err != nil {
		t.Fatal(err)
	}
	s := colour.String()
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "\x1b[")
		out.WriteString(before)
		if !ok {
			break
		}
		_, s, _ = strings.Cut(rest, "m")
	}
	if out.String() != plain.String() || strings.Count(colour.String(), "\x1b[") < 20 {
		t.Errorf("got\n%s\nwant\n%s", out.String(), plain.String())
	}
	if !strings.Contains(plain.String(), "docs/가이드.md:7: waived warning: waived [link/anchor]\n     7 | [a](#b)\n    waived: 나중에 (docs/가이드.md:6:1)\n") {
		t.Errorf("the waived finding is missing\n%s", plain.String())
	}
}

// A dozen infos are shown, the others are counted.
func TestWriteTextInfos(t *testing.T) {
	var fs []Finding
	for i := range 40 {
		fs = append(fs, Finding{Rule: "link/absolute", Position: Position{Path: "a.md", Line: i + 1}, Message: fmt.Sprint("info ", i)})
	}
	fs = append(fs, Finding{Rule: "link/absolute", Severity: Warning, Position: Position{Path: "a.md", Line: 99}, Message: "warning"})
	for _, tt := range []struct {
		o     TextOptions
		infos int
		more  string
	}{
		{TextOptions{}, 12, "\n28 infos not shown; -v shows them\n"},
		{TextOptions{Verbose: true}, 40, "\n1 warning, 40 infos in 1 file\n"},
		{TextOptions{Quiet: true}, 0, "a.md:99: warning: warning [link/absolute]\n\n1 warning, 40 infos in 1 file\n"},
	} {
		var b bytes.Buffer
		if err := WriteText(&b, Judge(fs, Project{Catalog: catalogForTests()}), tt.o); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), ": info: "); n != tt.infos || !strings.Contains(b.String(), tt.more) || !strings.Contains(b.String(), "warning: warning") {
			t.Errorf("%+v: %d infos\n%s", tt.o, n, b.String())
		}
	}
}
