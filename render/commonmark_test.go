package render

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommonMarkSuite runs the examples of the CommonMark specification, which
// goldmark brings with its own tests.
func TestCommonMarkSuite(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yuin/goldmark").Output()
	if err != nil {
		t.Skip("go list:", err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "_test", "spec.json"))
	if err != nil {
		t.Skip(err)
	}
	var examples []struct {
		Markdown, HTML, Section string
		Example                 int
	}
	if err := json.Unmarshal(data, &examples); err != nil {
		t.Fatal(err)
	}
	if len(examples) < 600 {
		t.Fatalf("only %d examples", len(examples))
	}
	m, findings := New(Options{Dialect: CommonMarkStrict})
	if len(findings) > 0 {
		t.Error(findings)
	}
	failed := 0
	for _, e := range examples {
		d := m.Parse([]byte(e.Markdown), Page{Path: "spec.md"})
		if got := string(d.AppendHTML(nil, nil)); got != e.HTML {
			failed++
			t.Errorf("example %d (%s)\n%q\ngot  %q\nwant %q", e.Example, e.Section, e.Markdown, got, e.HTML)
		}
	}
	t.Logf("%d of %d examples equal", len(examples)-failed, len(examples))
}
