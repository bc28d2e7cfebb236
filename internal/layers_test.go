package internal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	usesView = "../docs/sad/module-uses.md"
	module   = "github.com/lintel-docs/lintel"
)

// goPackage is what `go list -json` tells of a package.
type goPackage struct {
	ImportPath string
	Imports    []string
	Standard   bool
	Module     *struct{ Path string }
	GoFiles    []string // none where there are tests only
}

// TestLayers holds the import tables of the module view against the code. The
// document is the oracle: to allow an import, say so there.
func TestLayers(t *testing.T) {
	text, err := os.ReadFile(usesView)
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string][]string{} // package → what it may import of ours
	planned := map[string]bool{}
	for _, row := range table(string(text), "package") {
		name := code(row[1])[0]
		allowed[name] = code(row[2])
		planned[name] = strings.Contains(row[1], "planned")
	}
	homes := map[string][]string{} // module → packages that may import it
	for _, row := range table(string(text), "third-party module") {
		homes[code(row[0])[0]] = code(row[1])
	}
	if len(allowed) == 0 || len(homes) == 0 {
		t.Fatalf("%s: the tables cannot be found", usesView)
	}

	seen, used := map[string]bool{}, map[string]bool{}
	packages := list(t)
	for _, p := range packages {
		if p.Module == nil || p.Module.Path != module || len(p.GoFiles) == 0 {
			continue
		}
		name := short(p.ImportPath)
		may, ok := allowed[name]
		if !ok {
			t.Errorf("%s: no row for package %s", usesView, name)
			continue
		}
		seen[name] = true
		for _, imp := range p.Imports {
			if imp == module || strings.HasPrefix(imp, module+"/") {
				if !slices.Contains(may, short(imp)) && !slices.Contains(may, "*") {
					t.Errorf("%s imports %s; %s allows %v", name, short(imp), usesView, may)
				}
				if strings.HasPrefix(short(imp), "cmd/") {
					t.Errorf("%s imports %s", name, short(imp))
				}
				continue
			}
			i := slices.IndexFunc(packages, func(q goPackage) bool { return q.ImportPath == imp })
			if i < 0 || packages[i].Standard || packages[i].Module == nil {
				continue
			}
			m := packages[i].Module.Path
			used[m] = true
			if !slices.Contains(homes[m], name) {
				t.Errorf("%s imports %s; %s gives that module to %v", name, imp, usesView, homes[m])
			}
		}
	}
	for name := range allowed {
		if seen[name] == planned[name] {
			t.Errorf("%s: package %s exists: %v, planned: %v", usesView, name, seen[name], planned[name])
		}
	}
	for m := range homes {
		if !used[m] {
			t.Errorf("%s has a row for %s, which nothing imports", usesView, m)
		}
	}
}

// list returns our packages and all that they import.
func list(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Imports,Standard,Module,GoFiles", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// short names a package as the document does: its path in the repository.
func short(importPath string) string {
	return path.Clean(strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/"))
}

// table returns the cells of the rows of the table that has a column of the
// given name.
func table(text, column string) [][]string {
	var rows [][]string
	found := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			if found {
				return rows
			}
			continue
		}
		var cells []string
		for c := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(c))
		}
		switch {
		case slices.Contains(cells, column):
			found = true
		case found && !strings.HasPrefix(cells[0], "--"):
			rows = append(rows, cells)
		}
	}
	return rows
}

// code returns the code spans of a cell.
func code(cell string) []string {
	var spans []string
	for {
		_, rest, ok := strings.Cut(cell, "`")
		span, rest, ok2 := strings.Cut(rest, "`")
		if !ok || !ok2 {
			return spans
		}
		spans, cell = append(spans, span), rest
	}
}
