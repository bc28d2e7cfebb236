package extract

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the want of the golden files anew")

// TestGolden reads the files of each archive as a repository and compares what
// they declare with the last file of the archive, want.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(data)
			fsys, want := fstest.MapFS{}, ""
			for _, f := range a.Files {
				if f.Name == "want" {
					want = string(f.Data)
				} else {
					fsys[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			inv, err := Run(t.Context(), fsys, All(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := dump(inv)
			if got == want {
				return
			}
			if !*update {
				t.Fatalf("%s:\n%s", file, lineDiff(want, got))
			}
			files := a.Files[:0:0]
			for _, f := range a.Files {
				if f.Name != "want" {
					files = append(files, f)
				}
			}
			a.Files = append(files, txtar.File{Name: "want", Data: []byte(got)})
			if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// dump writes an inventory for people.
func dump(inv *Inventory) string {
	var b bytes.Buffer
	for _, f := range inv.Facts {
		fmt.Fprintf(&b, "%s:%d %s (%s", f.File, f.Line, f.ID, f.Technology)
		if f.Name != f.ID[strings.IndexByte(f.ID, ':')+1:] {
			fmt.Fprintf(&b, ", %s", f.Name)
		}
		b.WriteString(")\n")
		for _, a := range f.Attrs {
			mark := ""
			if a.Unresolved {
				mark = "?"
			}
			fmt.Fprintf(&b, "  %s =%s %s @%d\n", a.Key, mark, a.Value, a.Line)
		}
		for _, u := range f.Uses {
			fmt.Fprintf(&b, "  %s %s %s @%d\n", u.Relation, u.Kind, u.Name, u.Line)
		}
	}
	for _, f := range inv.Findings {
		fmt.Fprintln(&b, f.String())
	}
	return b.String()
}

// lineDiff shows the lines that only one of two texts has.
func lineDiff(want, got string) string {
	has := func(text string) map[string]bool {
		m := map[string]bool{}
		for l := range strings.Lines(text) {
			m[l] = true
		}
		return m
	}
	w, g := has(want), has(got)
	var b strings.Builder
	for l := range strings.Lines(want) {
		if !g[l] {
			b.WriteString("- " + l)
		}
	}
	for l := range strings.Lines(got) {
		if !w[l] {
			b.WriteString("+ " + l)
		}
	}
	if b.Len() == 0 {
		return "the same lines in another order\n" + got
	}
	return b.String()
}
