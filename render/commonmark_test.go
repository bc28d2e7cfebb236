package render

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

type specExample struct {
	Markdown, HTML, Section string
	Example                 int
}

// specExamples returns the examples of the CommonMark specification, which
// goldmark brings with its own tests.
func specExamples(t *testing.T) []specExample {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/yuin/goldmark").Output()
	if err != nil {
		t.Skip("go list:", err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "_test", "spec.json"))
	if err != nil {
		t.Skip(err)
	}
	var examples []specExample
	if err := json.Unmarshal(data, &examples); err != nil {
		t.Fatal(err)
	}
	if len(examples) < 600 {
		t.Fatalf("only %d examples", len(examples))
	}
	return examples
}

func TestCommonMarkSuite(t *testing.T) {
	m, findings := New(Options{Dialect: CommonMarkStrict})
	if len(findings) > 0 {
		t.Error(findings)
	}
	examples := specExamples(t)
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

// TestCommonMarkDialectKeepsCommonMark checks that what the commonmark dialect
// adds changes nothing but what it is meant to: bare URLs become links,
// headings have ids and code is highlighted.
func TestCommonMarkDialectKeepsCommonMark(t *testing.T) {
	m, _ := New(Options{Dialect: CommonMark})
	ids := regexp.MustCompile(`<span hidden="" id="[^"]*"></span>|(<h[1-6]) id="[^"]*"`)
	failed := 0
	for _, e := range specExamples(t) {
		if strings.Contains(e.HTML, "<pre>") || e.Section == "Autolinks" {
			continue
		}
		d := m.Parse([]byte(e.Markdown), Page{Path: "spec.md"})
		got := ids.ReplaceAllString(string(d.AppendHTML(nil, nil)), "$1")
		if want := ids.ReplaceAllString(e.HTML, "$1"); got != want {
			failed++
			t.Errorf("example %d (%s)\n%q\ngot  %q\nwant %q", e.Example, e.Section, e.Markdown, got, want)
		}
	}
}

// The three examples are literal asterisks by CommonMark's rules.
func TestEmphasisNextToParticles(t *testing.T) {
	for src, want := range map[string]string{
		"**커넥터(Connector)**를 만든다": "<p><strong>커넥터(Connector)</strong>를 만든다</p>\n",
		"**\"큐\"**는 빠르다":          "<p><strong>&quot;큐&quot;</strong>는 빠르다</p>\n",
		"이것은 **`retry.max`**를 쓴다": "<p>이것은 <strong><code>retry.max</code></strong>를 쓴다</p>\n",
		"**「重要」**なこと":             "<p><strong>「重要」</strong>なこと</p>\n",
		"snake_case_단어 와 a*b*c":   "<p>snake_case_단어 와 a<em>b</em>c</p>\n",
		"2 * 3 * 4 와 ** 빈칸 **":    "<p>2 * 3 * 4 와 ** 빈칸 **</p>\n",
	} {
		m, _ := New(Options{Dialect: CommonMark})
		if got := string(m.Parse([]byte(src), Page{}).AppendHTML(nil, nil)); got != want {
			t.Errorf("%s\ngot  %swant %s", src, got, want)
		}
		strict, _ := New(Options{Dialect: CommonMarkStrict})
		if strings.HasPrefix(want, "<p><strong>커") {
			if got := string(strict.Parse([]byte(src), Page{}).AppendHTML(nil, nil)); got == want {
				t.Errorf("strict: %s", got)
			}
		}
	}
}
