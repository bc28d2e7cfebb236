package finding

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// hostile are texts that could act on whoever shows or parses them.
var hostile = []string{
	"", "plain", "two\nlines\r\n/merge", "\x1b[31mred\x1b[0m \a\b\x00\x7f", "bidi \u202eevil\u2066 \u200f", "zero\u200bwidth \ufeff",
	"\u2028\u2029\u0085", "]]> </failure> <script>alert(1)</script> &amp; \"'", "```\n# heading\n</details>", "not utf-8 \xff\xfe\xc3(",
	"\ufffe\uffff\U0010ffff", "한국어 문장이다, 전각 문자", strings.Repeat("long ", 500), `{"a":1}`, "${x} {{y}} %s %!d",
}

func hostileReport(n int) *Report {
	files := map[string]string{}
	var fs []Finding
	for i := range n {
		h := func(k int) string { return hostile[(i*7+k*3)%len(hostile)] }
		p := fmt.Sprintf("docs/%d %%: 한.md", i%5)
		if i%11 == 0 {
			p = h(6)
		}
		files[p] += "line " + strings.ReplaceAll(h(5), "\n", " ") + "\n"
		f := Finding{
			Rule: catalogForTests().All()[i%len(catalogForTests().All())].ID, Severity: Severity(i % 3),
			Position: Position{Path: p, Line: i % 7, Column: i % 90}, Message: "m" + h(0), Hint: h(1), Reason: h(2), Subject: h(3),
		}
		if i%13 == 0 {
			f.Rule = "other/rule-" + strconv.Itoa(i%3)
		}
		if i%4 == 0 {
			f.Edit = Edit{Path: p, Start: 0, Old: "line", New: h(4), Safe: i%8 == 0}
		}
		fs = append(fs, f)
	}
	r := Judge(fs, Project{
		Catalog: catalogForTests(), Read: readMap(files),
		Policy: Policy{
			Severities: []Setting{{Rules: "link/absolute", Severity: Never, Position: Position{Path: "lintel.yml", Line: 3}}},
			Ignore:     []Ignore{{Rules: []string{"adr/*"}, Paths: []string{"docs"}, Reason: hostile[4]}},
		},
		Skipped: func(rule string) bool { return rule == "adr/superseded" },
	})
	r.RuleURL = func(rule string) string { return "https://docs.example.org/rules/" + rule }
	r.Version = "1.0"
	return r
}

func catalogForTests() *Catalog {
	return NewCatalog(Rules(), []Rule{
		{ID: "link/not-found", Severity: Warning, Summary: "A link leads somewhere.", Why: "Why.", Fix: "Mend it."},
		{ID: "link/absolute", Summary: "A link is relative."},
		{ID: "link/anchor"},
		{ID: "adr/duplicate-id", Code: "A01", Severity: Error, Summary: "An id is unique."},
		{ID: "adr/superseded", Code: "A06", Severity: Error, Summary: "A superseded record names \"its\" <replacement>."},
	})
}

func readMap(files map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if s, ok := files[name]; ok {
			return []byte(s), nil
		}
		return nil, fs.ErrNotExist
	}
}

func compileSchema(t testing.TB, file string) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t testing.TB, s *jsonschema.Schema, text []byte) {
	t.Helper()
	if !utf8.Valid(text) {
		t.Fatal("the report is not UTF-8")
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%v", err)
	}
}

func write(t testing.TB, f func(io.Writer, *Report) error, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Reports are valid by their schemas, whatever stands in the findings and
// however many there are.
func TestFormats(t *testing.T) {
	schemas := map[string]*jsonschema.Schema{
		"json":        compileSchema(t, "../../schema/check.schema.json"),
		"codequality": compileSchema(t, "testdata/codequality.schema.json"),
		"sarif":       compileSchema(t, "testdata/sarif.schema.json"),
	}
	published := publishedSARIF(t)
	for _, n := range []int{0, 1, 300, 10_000} {
		r := hostileReport(n)
		for _, f := range Formats() {
			text := write(t, f.Write, r)
			if f.Name == "junit" {
				checkJUnit(t, text)
				continue
			}
			validate(t, schemas[f.Name], text)
			if f.Name == "sarif" && published != nil {
				validate(t, published, text)
			}
			if f.Name != "json" { // JSON gives texts as they are, escaped
				checkHarmless(t, f.Name, text)
			}
		}
		var b bytes.Buffer
		if err := WriteText(&b, r, TextOptions{Verbose: true}); err != nil {
			t.Fatal(err)
		}
		checkHarmless(t, "text", b.Bytes())
	}
}

// publishedSARIF returns the schema that OASIS publishes, which a Go module
// carries in its test data; nil where the module cannot be had.
func publishedSARIF(t *testing.T) *jsonschema.Schema {
	t.Helper()
	if testing.Short() {
		return nil
	}
	cmd := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", "github.com/securego/gosec/v2@v2.29.0")
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	var m struct{ Dir string }
	if err != nil || json.Unmarshal(out, &m) != nil {
		t.Logf("the published schema of SARIF cannot be had: %v", err)
		return nil
	}
	return compileSchema(t, filepath.Join(m.Dir, "report/sarif/testdata/sarif-schema-2.1.0.json"))
}

// checkHarmless finds what could act on whoever shows a report.
func checkHarmless(t *testing.T, format string, text []byte) {
	t.Helper()
	for i, r := range string(text) {
		if r != '\n' && isHostile(r) {
			t.Errorf("%s: %U stands in the report: %q", format, r, text[max(0, i-40):i+10])
			return
		}
	}
}

// JUnit has no published standard; this is what the schemas of Surefire and
// Jenkins and the parser of GitLab agree on.
func checkJUnit(t *testing.T, text []byte) {
	t.Helper()
	type element struct {
		attrs    []string // allowed; the first `need` are needed
		need     int
		children []string // allowed, in this order
		text     bool
	}
	counts := []string{"name", "tests", "failures", "errors", "skipped", "time"}
	schema := map[string]element{
		"testsuites": {counts, 6, []string{"testsuite"}, false},
		"testsuite":  {counts, 6, []string{"testcase"}, false},
		"testcase":   {[]string{"name", "classname", "time", "file"}, 3, []string{"skipped", "failure", "system-out"}, false},
		"skipped":    {[]string{"message"}, 1, nil, false},
		"failure":    {[]string{"message", "type"}, 2, nil, true},
		"system-out": {nil, 0, nil, true},
	}
	type frame struct {
		name                   string
		attrs                  map[string]string
		last                   int
		tests, failed, skipped int
		hasFailure, wasSkipped bool
		seenFailure            int
	}
	stack := []*frame{{name: ""}}
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v\n%.300s", err, text)
		}
		top := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			e, ok := schema[tok.Name.Local]
			if !ok || top.name == "" && tok.Name.Local != "testsuites" {
				t.Fatalf("element %s below %q", tok.Name.Local, top.name)
			}
			if top.name != "" {
				at := slices.Index(schema[top.name].children, tok.Name.Local)
				if at < top.last {
					t.Fatalf("element %s below %s, or too late", tok.Name.Local, top.name)
				}
				top.last = at
			}
			f := &frame{name: tok.Name.Local, attrs: map[string]string{}}
			for _, a := range tok.Attr {
				if !slices.Contains(e.attrs, a.Name.Local) || f.attrs[a.Name.Local] != "" {
					t.Errorf("attribute %s of %s", a.Name.Local, f.name)
				}
				f.attrs[a.Name.Local] = a.Value
			}
			for _, a := range e.attrs[:e.need] {
				if f.attrs[a] == "" {
					t.Errorf("%s has no %s", f.name, a)
				}
			}
			stack = append(stack, f)
		case xml.CharData:
			if e := schema[top.name]; !e.text && strings.TrimSpace(string(tok)) != "" {
				t.Errorf("text in %s", top.name)
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
			up := stack[len(stack)-1]
			switch top.name {
			case "failure":
				up.seenFailure++
				up.hasFailure = true
			case "skipped":
				up.wasSkipped = true
			case "testcase":
				up.tests++
				if top.seenFailure > 1 {
					t.Errorf("a test with %d failures", top.seenFailure)
				}
				if top.hasFailure {
					up.failed++
				}
				if top.wasSkipped {
					up.skipped++
				}
			case "testsuite", "testsuites":
				for name, n := range map[string]int{"tests": top.tests, "failures": top.failed, "skipped": top.skipped} {
					if top.attrs[name] != strconv.Itoa(n) {
						t.Errorf("%s says %s=%s, there are %d", top.name, name, top.attrs[name], n)
					}
				}
				up.tests, up.failed, up.skipped = up.tests+top.tests, up.failed+top.failed, up.skipped+top.skipped
			}
		}
	}
}

// No finding is lost: JSON and SARIF hold all, Code Quality the open ones, each
// under a fingerprint of its own.
func TestFormatsAreComplete(t *testing.T) {
	r := hostileReport(500)
	open := 0
	prints := map[string]bool{}
	states := map[State]int{}
	for _, f := range r.Findings {
		if f.State == Open {
			open++
		}
		states[f.State]++
		if prints[f.Fingerprint] {
			t.Errorf("two findings have the fingerprint %s", f.Fingerprint)
		}
		prints[f.Fingerprint] = true
	}
	if states[Off] == 0 || states[Ignored] == 0 || open == 0 {
		t.Fatalf("the example is too narrow: %v", states)
	}
	var j struct {
		Findings []struct{ Fingerprint string }
	}
	if err := json.Unmarshal(write(t, WriteJSON, r), &j); err != nil {
		t.Fatal(err)
	}
	var s struct {
		Runs []struct {
			Results []struct {
				PartialFingerprints map[string]string
				Suppressions        []any
			}
		}
	}
	if err := json.Unmarshal(write(t, WriteSARIF, r), &s); err != nil {
		t.Fatal(err)
	}
	var q []struct{ Fingerprint string }
	if err := json.Unmarshal(write(t, WriteCodeQuality, r), &q); err != nil {
		t.Fatal(err)
	}
	suppressed := 0
	for _, res := range s.Runs[0].Results {
		if len(res.Suppressions) > 0 {
			suppressed++
		}
	}
	if len(j.Findings) != len(r.Findings) || len(s.Runs[0].Results) != len(r.Findings) || suppressed != len(r.Findings)-open || len(q) != open {
		t.Errorf("%d findings, %d open; json %d, sarif %d (%d suppressed), codequality %d",
			len(r.Findings), open, len(j.Findings), len(s.Runs[0].Results), suppressed, len(q))
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain, 한국어 é":     "plain, 한국어 é",
		"a\nb\tc":          `a\nb c`,
		"\x1b[31m":         `\u{1b}[31m`,
		"a\u202eb":         `a\u{202e}b`,
		"a\u200bb\ufeff":   `a\u{200b}b\u{feff}`,
		"👩‍💻":              "👩‍💻", // joined by U+200D
		"bad \xff":         "bad \ufffd",
		"\u2028":           `\u{2028}`,
		"\U000e0041tag":    `\u{e0041}tag`,
		"\u3164 \u115f":    `\u{3164} \u{115f}`,
		"tab\u0085 \u061c": `tab\u{85} \u{61c}`,
	} {
		if got := Visible(in); got != want {
			t.Errorf("Visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzFormats(f *testing.F) {
	for _, h := range hostile {
		f.Add(h, h, h, 1, 1)
	}
	schemas := []*jsonschema.Schema{
		compileSchema(f, "../../schema/check.schema.json"), compileSchema(f, "testdata/codequality.schema.json"), compileSchema(f, "testdata/sarif.schema.json"),
	}
	f.Fuzz(func(t *testing.T, path, message, text string, line, column int) {
		r := Judge([]Finding{{
			Rule: "link/not-found", Severity: Warning, Position: Position{path, max(0, line), max(0, column)},
			Message: "m" + message, Subject: text, Reason: message, Edit: Edit{Path: path, Old: text, New: message},
		}}, Project{Catalog: catalogForTests(), Read: readMap(map[string]string{path: text})})
		for i, f := range []func(io.Writer, *Report) error{WriteJSON, WriteCodeQuality, WriteSARIF} {
			validate(t, schemas[i], write(t, f, r))
		}
		checkJUnit(t, write(t, WriteJUnit, r))
		var b bytes.Buffer
		if err := WriteText(&b, r, TextOptions{}); err != nil {
			t.Fatal(err)
		}
		checkHarmless(t, "text", b.Bytes())
	})
}
