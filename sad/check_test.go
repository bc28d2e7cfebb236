package sad

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Each rule has a text that breaks it and one that does not. The options that
// a rule needs stand in files of their own: decisions, code, inventory, ignore.
func ruleFixtures(t *testing.T) map[string][2]string {
	t.Helper()
	out := map[string][2]string{}
	ar, err := txtar.ParseFile("testdata/rules.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ar.Files {
		rule, which, ok := strings.Cut(f.Name, " ")
		if !ok {
			t.Fatalf("file %q: want a rule and pass or fail", f.Name)
		}
		// Files of a fixture begin with == instead of --.
		text := strings.ReplaceAll("\n"+string(f.Data), "\n== ", "\n-- ")
		text = strings.ReplaceAll(text, " ==\n", " --\n")
		x := out[rule]
		if which == "fail" {
			x[0] = text
		} else {
			x[1] = text
		}
		out[rule] = x
	}
	return out
}

func checkFixture(t *testing.T, text string) ([]finding.Finding, map[string][]byte) {
	t.Helper()
	o := CheckOptions{Now: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)}
	ar := txtar.Parse([]byte(text))
	keep := &txtar.Archive{}
	files := map[string][]byte{}
	for _, f := range ar.Files {
		lines := strings.Split(strings.TrimSpace(string(f.Data)), "\n")
		switch f.Name {
		case "decisions":
			o.Decisions = Decisions{}
			for _, l := range lines {
				d := Decision{}
				for i, c := range strings.Split(l, "|") {
					c = strings.TrimSpace(c)
					switch i {
					case 0:
						d.ID = c
					case 1:
						d.Status = c
					case 2:
						d.Path = c
					case 3:
						d.Tags = strings.Fields(c)
					case 4:
						d.SupersededBy = strings.Fields(c)
					}
				}
				o.Decisions = append(o.Decisions, d)
			}
		case "code":
			m := fstest.MapFS{}
			for _, l := range lines {
				m[l] = &fstest.MapFile{}
			}
			o.Code = m
		case "inventory":
			o.Inventory = []Declared{}
			for _, l := range lines {
				f := strings.Fields(l)
				o.Inventory = append(o.Inventory, Declared{Kind: f[0], ID: f[1], Path: f[2], Line: 1})
			}
		case "ignore":
			for _, l := range lines {
				p, reason, _ := strings.Cut(l, " ")
				o.Ignores = append(o.Ignores, Ignore{Pattern: p, Reason: reason, At: finding.Position{Path: "lintel.yml", Line: 3}})
			}
		default:
			keep.Files = append(keep.Files, f)
			files[f.Name] = f.Data
		}
	}
	m := load(t, string(txtar.Format(keep)))
	o.Source = func(name string) []byte { return files[name] }
	return m.Check(o), files
}

func TestRules(t *testing.T) {
	fixtures := ruleFixtures(t)
	ids := map[string]bool{}
	for _, r := range Rules() {
		if ids[r.ID] {
			t.Errorf("%s is listed twice", r.ID)
		}
		ids[r.ID] = true
		for _, s := range []string{r.Summary, r.Why, r.Fix, r.Example} {
			if strings.TrimSpace(s) == "" {
				t.Errorf("%s has an empty text", r.ID)
			}
		}
		x, ok := fixtures[r.ID]
		if !ok || x[0] == "" || x[1] == "" {
			t.Errorf("%s has no passing and failing fixture", r.ID)
			continue
		}
		t.Run(strings.TrimPrefix(r.ID, "sad/"), func(t *testing.T) {
			fails, files := checkFixture(t, x[0])
			wants := wanted(t, r.ID, x[0])
			var got []string
			for _, f := range fails {
				if f.Rule != r.ID {
					continue
				}
				got = append(got, f.String())
				if e := f.Edit; !e.IsZero() {
					src := string(files[e.Path])
					if e.Start > len(src) || !strings.HasPrefix(src[e.Start:], e.Old) {
						t.Errorf("%v: the edit %+v does not fit", f, e)
					}
				}
				if f.Line < 1 || f.Path == "" {
					t.Errorf("%v has no position", f)
				}
			}
			for _, w := range wants {
				if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, w) }) {
					t.Errorf("nothing says %q; got\n%s", w, strings.Join(got, "\n"))
				}
			}
			if len(got) != len(wants) {
				t.Errorf("%d findings, want %d:\n%s", len(got), len(wants), strings.Join(got, "\n"))
			}
			passes, _ := checkFixture(t, x[1])
			for _, f := range passes {
				if f.Rule == r.ID {
					t.Errorf("reported where it holds: %v", f)
				}
			}
		})
	}
	for id := range fixtures {
		if !ids[id] {
			t.Errorf("there are fixtures for %s and no such rule", id)
		}
	}
}

// wanted returns what the text before the files of a fixture expects, one
// finding a line: position and part of the message.
func wanted(t *testing.T, rule, text string) []string {
	t.Helper()
	head, _, _ := strings.Cut(text, "\n-- ")
	var out []string
	for l := range strings.Lines(head) {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s: the failing fixture expects nothing", rule)
	}
	return out
}

// A finding that says how to mend itself is gone when the edit is made.
func TestEditsMend(t *testing.T) {
	applied := 0
	for rule, x := range ruleFixtures(t) {
		fails, files := checkFixture(t, x[0])
		for _, f := range fails {
			e := f.Edit
			if f.Rule != rule || e.IsZero() {
				continue
			}
			src := string(files[e.Path])
			mended := src[:e.Start] + e.New + src[e.Start+len(e.Old):]
			ar := txtar.Parse([]byte(x[0]))
			for i := range ar.Files {
				if ar.Files[i].Name == e.Path {
					ar.Files[i].Data = []byte(mended)
				}
			}
			again, _ := checkFixture(t, string(txtar.Format(ar)))
			same := func(g finding.Finding) bool {
				return g.Rule == f.Rule && g.Subject == f.Subject && g.Message == f.Message
			}
			if n, m := count(fails, same), count(again, same); m >= n {
				t.Errorf("%v\nis still there after the edit, which gives\n%s", f, mended)
			}
			broken := func(g finding.Finding) bool { return g.Rule == "sad/front-matter" && g.Severity == finding.Error }
			if count(again, broken) > count(fails, broken) {
				t.Errorf("the edit of %v breaks the front matter:\n%s", f, mended)
			}
			applied++
		}
	}
	if applied < 12 {
		t.Errorf("only %d edits were tried", applied)
	}
}

func count(fs []finding.Finding, is func(finding.Finding) bool) int {
	n := 0
	for _, f := range fs {
		if is(f) {
			n++
		}
	}
	return n
}

// A team that wrote one view hears little.
func TestOneViewIsQuiet(t *testing.T) {
	m := load(t, `
-- docs/orders.md --
---
sad: view
viewpoint: pipeline
---
# Orders

`+"```mermaid"+`
flowchart LR
  db[(Orders DB)] --> connect[Kafka Connect] --> lake[(Lake)]
  connect --> dlq[[DLQ]]
`+"```"+`
`)
	fs := m.Check(CheckOptions{Decisions: Decisions{}, Now: time.Now()})
	var got []string
	for _, f := range fs {
		got = append(got, fmt.Sprint(f))
	}
	if len(fs) > 3 {
		t.Errorf("%d findings:\n%s", len(fs), strings.Join(got, "\n"))
	}
	if len(m.Elements) != 4 || len(m.Relations) != 3 {
		t.Errorf("%d elements, %d relations", len(m.Elements), len(m.Relations))
	}
}

// Until an element names its code, what the code declares is one remark.
func TestCodeIsNotAskedForTooSoon(t *testing.T) {
	m := load(t, "-- a.md --\n---\nsad: view\nid: a\nviewpoint: uses\nelements: [{id: x}]\n---\n")
	var got []string
	for _, f := range m.Check(CheckOptions{Inventory: []Declared{{Kind: "dag", ID: "d", Path: "dags/d.py"}, {Kind: "dag", ID: "e", Path: "dags/e.py"}}}) {
		if f.Rule == "sad/code-not-mapped" {
			got = append(got, f.String())
		}
	}
	want := "a.md:3:5: info: the code declares 2 services, jobs and modules, and no element names its code (add `code:` to the elements; then each thing that none covers is named here) [sad/code-not-mapped]"
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %q", got)
	}
}
