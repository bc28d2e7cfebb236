package lintel_test

import (
	"flag"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel"
	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/site"
)

var update = flag.Bool("update", false, "write docs/reference/compatibility.md anew")

func compatRows(t *testing.T) []site.CompatRow {
	t.Helper()
	rows, err := site.ReadCompat(lintel.Compat)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A row that claims something names a test that exists.
func TestCompatRowsAreShown(t *testing.T) {
	for _, r := range compatRows(t) {
		if r.Test == "" {
			if r.Status == render.Supported || r.Status == render.Mapped {
				t.Errorf("%s %s is %s without a test", r.Kind, r.Name, r.Status)
			}
			continue
		}
		file, name, named := strings.Cut(r.Test, ":")
		src, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%s %s: %v", r.Kind, r.Name, err)
			continue
		}
		if !named {
			continue
		}
		want := name
		switch {
		case strings.HasSuffix(file, "_test.go"):
			want = "func " + name + "("
		case strings.HasSuffix(file, ".txtar"):
			want = "-- " + name + ".md --"
		}
		if !strings.Contains(string(src), want) {
			t.Errorf("%s %s: %s has no %s", r.Kind, r.Name, file, want)
		}
	}
}

// What the renderer says of an extension and what the manifest says is the same.
func TestCompatAgreesWithExtensions(t *testing.T) {
	rows := map[string]site.CompatRow{}
	for _, r := range compatRows(t) {
		if r.Kind == "extension" || r.Kind == "option" {
			rows[r.Kind+" "+r.Name] = r
		}
	}
	check := func(key string, s render.Status) {
		switch r, ok := rows[key]; {
		case !ok:
			t.Errorf("%s has no row", key)
		case r.Status != s:
			t.Errorf("%s is %s in the manifest and %s in package render", key, r.Status, s)
		}
		delete(rows, key)
	}
	for _, e := range render.KnownExtensions() {
		check("extension "+e.Name, e.Status)
		for _, o := range e.Options {
			s := o.Status
			if e.Status == render.Ignored || e.Status == render.Refused {
				s = render.Ignored // what has no effect has options without effect
				if o.Status == render.Refused {
					s = render.Refused
				}
			}
			check("option "+e.Name+"."+o.Name, s)
		}
	}
	for key := range rows {
		if !strings.HasSuffix(key, " *") {
			t.Errorf("%s is unknown to package render", key)
		}
	}
}

// TestCompatPage holds the page that readers see to the manifest.
func TestCompatPage(t *testing.T) {
	const file = "docs/reference/compatibility.md"
	want := compatPage(compatRows(t))
	if *update {
		if err := os.MkdirAll(path.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what mkdocs-compat.yaml says; run: go test -run TestCompatPage -update .", file)
	}
}

func compatPage(rows []site.CompatRow) string {
	var b strings.Builder
	b.WriteString(`# Compatibility with MkDocs

<!-- Made from mkdocs-compat.yaml by go test -run TestCompatPage -update . -->

What becomes of each setting, extension, plugin and theme feature of a MkDocs project:

- **supported**: as in MkDocs;
- **mapped**: done in another way, which the note names;
- **ignored**: without effect, because nothing is lost or the note says what to do instead;
- **refused**: lost; the note says what is missing.

` + "`*`" + ` is every other name of its kind. ` + "`lintel doctor`" + ` prints the rows of your project, worst first, and the last column names the test in the repository that shows a row.

`)
	counts := map[render.Status]int{}
	for _, r := range rows {
		counts[r.Status]++
	}
	fmt.Fprintf(&b, "%d rows: %d supported, %d mapped, %d ignored, %d refused.\n",
		len(rows), counts[render.Supported], counts[render.Mapped], counts[render.Ignored], counts[render.Refused])
	cell := func(s string) string {
		return strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;", "*", `\*`, "{{", "&#123;&#123;", "_", `\_`, "[", `\[`, ":::", `\:::`).Replace(s)
	}
	for _, k := range site.CompatKinds() {
		fmt.Fprintf(&b, "\n## %s\n\n| name | status | note | test |\n|---|---|---|---|\n", k[1])
		for _, r := range rows {
			if r.Kind != k[0] {
				continue
			}
			test := ""
			if r.Test != "" {
				test = "`" + r.Test + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.Name, r.Status, cell(r.Note), test)
		}
	}
	return b.String()
}
