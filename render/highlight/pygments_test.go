package highlight

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

//go:embed testdata/pygments.py
var pygments string

// TestPygments compares the classes of the goldens, character by character and
// blanks aside, with those of Pygments where it is installed. What has no span
// here counts as equal to what Pygments gives no colour. The goldens are full
// of corners; code that people write comes out closer.
func TestPygments(t *testing.T) {
	floor := map[string]float64{
		"yaml": .95, "json": .85, "bash": .98, "console": .9, "python": .98, "go": .95, "java": .98, "ts": .95, "js": .9,
		"sql": .9, "toml": .6, "dockerfile": .85, "hcl": .85, "html": .98, "css": .9, "diff": .98, "ini": .9, "kotlin": .9,
		"xml": .98, "c": .95, "cpp": .9, "rust": .95, "csharp": .95, "ruby": .95, "markdown": .95,
	}
	var in [][2]string
	for lang := range floor {
		a, err := txtar.ParseFile("testdata/" + lang + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		in = append(in, [2]string{lang, string(a.Files[0].Data)})
	}
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var want [][]string
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		cmd := exec.CommandContext(t.Context(), python, "-c", pygments)
		cmd.Stdin = bytes.NewReader(data)
		if out, err := cmd.Output(); err == nil {
			if err := json.Unmarshal(out, &want); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if want == nil {
		t.Skip("needs Pygments: apt-get install python3-pygments")
	}
	plain := map[string]bool{"n": true, "nx": true, "p": true, "o": true, "w": true, "x": true, "err": true, "": true}
	for i, row := range in {
		lang, code := row[0], row[1]
		got := characters(check(t, lang, code))
		equal, all := 0, 0
		for k, r := range []rune(code) {
			if k >= len(want[i]) || r == ' ' || r == '\n' || r == '\t' {
				continue
			}
			all++
			if w := want[i][k]; got[k] == w || got[k] == "" && plain[w] {
				equal++
			}
		}
		if share := float64(equal) / float64(all); share < floor[lang] {
			t.Errorf("%s: %.1f %% of the characters have the class of Pygments, want %.1f", lang, 100*share, 100*floor[lang])
		}
	}
}

// characters returns the class of each character of marked code.
func characters(marked string) []string {
	var out []string
	class := ""
	for marked != "" {
		text, tag, _ := strings.Cut(marked, "<")
		for range html.UnescapeString(text) {
			out = append(out, class)
		}
		tag, marked, _ = strings.Cut(tag, ">")
		class = strings.TrimSuffix(strings.TrimPrefix(tag, `span class="`), `"`)
		if tag == "/span" {
			class = ""
		}
	}
	return out
}
