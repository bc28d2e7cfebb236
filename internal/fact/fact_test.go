package fact

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad/extract"
)

const values = `replicas: 4
image:
  tag: "1.2"
env:
  - name: MODE
    value: fast
  - name: PORT
    value: 8080
base: &b
  x: 1
copy: *b
text: |
  two
  lines
pipe: a|b
annotations:
  a.b/c: yes
`

func tree() fstest.MapFS {
	f := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"deploy/values.yaml": f(values), "app/settings.py": f("LIMIT_SECONDS = 600\n\n\nclass Settings:\n    port: int = 8080\n"),
		"pyproject.toml": f("[project]\nname = \"x\"\nversion = \"1.4.0\"\n"), ".env.example": f("MODE=fast\n"),
		"infra/main.tf": f("locals {\n  region = \"ap-northeast-2\"\n}\nvariable \"size\" {\n  default = 3\n}\n"), "conf/a.json": f(`{"a": {"b": [10, 20]}}`),
		"big.yaml":         f("x: 1\n# " + strings.Repeat("x", 5<<20)),
		"bomb.yaml":        f("a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c]\nloop: 1\n"),
		"broken.yaml":      f("a: [1\nb: {"),
		"topics/a.yaml":    f("apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata:\n  name: orders\nspec:\n  partitions: 6\n"),
		"topics/b.yaml":    f("apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata:\n  name: clicks\nspec:\n  partitions: 12\n"),
		"tests/topic.yaml": f("apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata:\n  name: fake\nspec:\n  partitions: 1\n"),
	}
}

func checker(t *testing.T) *Checker {
	t.Helper()
	fsys := tree()
	return New(Source{
		Read: func(p string) ([]byte, error) {
			if p == "link.yaml" {
				return nil, errors.New("path escapes from parent")
			}
			return fs.ReadFile(fsys, p)
		},
		Files: func() []string {
			var out []string
			for p := range fsys {
				out = append(out, p)
			}
			return out
		},
		Inventory: func() (*extract.Inventory, error) {
			return extract.Run(context.Background(), fsys, extract.All(), extract.Options{})
		},
	})
}

func TestFacts(t *testing.T) {
	mark := func(addr, text string) string {
		return "It has <!-- lintel:fact " + addr + " -->" + text + "<!-- /lintel --> of them.\n"
	}
	for name, tc := range map[string]struct{ src, want string }{
		"as it is":             {mark("deploy/values.yaml#replicas", "4"), ""},
		"stale":                {mark("deploy/values.yaml#replicas", "3"), "1 fact/stale 3 -> 4"},
		"with markup":          {mark("deploy/values.yaml#replicas", "`3`"), "1 fact/stale `3` -> `4`"},
		"bold":                 {mark("deploy/values.yaml#replicas", "**3**"), "1 fact/stale **3** -> **4**"},
		"empty":                {mark("deploy/values.yaml#replicas", ""), "1 fact/stale <!-- lintel:fact deploy/values.yaml#replicas --> -> <!-- lintel:fact deploy/values.yaml#replicas -->4"},
		"digits in groups":     {mark("deploy/values.yaml#env[PORT].value", "8,080"), ""},
		"nested":               {mark("deploy/values.yaml#image.tag", "1.1"), "1 fact/stale 1.1 -> 1.2"},
		"by name in a list":    {mark("deploy/values.yaml#env[PORT].value", "80"), "1 fact/stale 80 -> 8080"},
		"by place in a list":   {mark("deploy/values.yaml#env[0].value", "slow"), "1 fact/stale slow -> fast"},
		"through an alias":     {mark("deploy/values.yaml#copy.x", "2"), "1 fact/stale 2 -> 1"},
		"a key with dots":      {mark(`deploy/values.yaml#annotations["a.b/c"]`, "no"), "1 fact/stale no -> yes"},
		"JSON":                 {mark("conf/a.json#a.b[1]", "2"), "1 fact/stale 2 -> 20"},
		"TOML":                 {mark("pyproject.toml#project.version", "1.3.0"), "1 fact/stale 1.3.0 -> 1.4.0"},
		"Python":               {mark("app/settings.py#LIMIT_SECONDS", "300"), "1 fact/stale 300 -> 600"},
		"a field of a class":   {mark("app/settings.py#Settings.port", "80"), "1 fact/stale 80 -> 8080"},
		"dotenv":               {mark(".env.example#MODE", "slow"), "1 fact/stale slow -> fast"},
		"locals":               {mark("infra/main.tf#locals.region", "x"), "1 fact/stale x -> ap-northeast-2"},
		"a variable's default": {mark("infra/main.tf#variable.size", "2"), "1 fact/stale 2 -> 3"},
		"in a table":           {"| a | b |\n|---|---|\n| x | <!-- lintel:fact deploy/values.yaml#replicas -->3<!-- /lintel --> |\n", "3 fact/stale 3 -> 4"},
		"in a fence":           {"```\n" + mark("deploy/values.yaml#replicas", "3") + "```\n", ""},
		"in a code span":       {"Write `<!-- lintel:fact a#b -->3<!-- /lintel -->`.\n", ""},
		"from the document":    {mark("../deploy/values.yaml#replicas", "3"), "1 fact/stale 3 -> 4"},
		"unknown key":          {mark("deploy/values.yaml#replica", "3"), "1 fact/unknown deploy/values.yaml has no key replica (did you mean replicas?)"},
		"unknown nested key":   {mark("deploy/values.yaml#image.tags", "3"), "1 fact/unknown deploy/values.yaml has no key image.tags (did you mean image.tag?)"},
		"unknown file":         {mark("deploy/value.yaml#replicas", "3"), "1 fact/unknown there is no file deploy/value.yaml (did you mean deploy/values.yaml?)"},
		"moved file":           {mark("values.yaml#replicas", "3"), "1 fact/unknown there is no file values.yaml (did you mean deploy/values.yaml?)"},
		"a mapping":            {mark("deploy/values.yaml#image", "3"), "1 fact/unknown image of deploy/values.yaml is no single value (name one of its keys: tag)"},
		"several lines":        {mark("deploy/values.yaml#text", "3"), "1 fact/unknown the value of deploy/values.yaml#text is no plain text of one line (write it by hand, without the mark)"},
		"a cell's end":         {mark("deploy/values.yaml#pipe", "3"), "1 fact/unknown the value of deploy/values.yaml#pipe is no plain text of one line (write it by hand, without the mark)"},
		"out of the tree":      {mark("../../etc/passwd#root", "3"), "1 fact/unknown ../../etc/passwd lies outside of the repository (name a file of the repository, from its root)"},
		"from the root":        {mark("/etc/passwd#root", "3"), "1 fact/unknown /etc/passwd lies outside of the repository (name a file of the repository, from its root)"},
		"a link out":           {mark("link.yaml#x", "3"), "1 fact/unknown link.yaml cannot be read: path escapes from parent (name another file)"},
		"50 MB":                {mark("big.yaml#x", "3"), "1 fact/unknown big.yaml cannot be read: it is larger than 4 MB (name another file)"},
		"a bomb":               {mark("bomb.yaml#d[0][0][0][0]", "y"), "1 fact/stale y -> x"},
		"half-saved":           {mark("broken.yaml#a", "3"), "1 fact/unknown broken.yaml has no key a (name a key that it has)"},
		"no end":               {"It has <!-- lintel:fact deploy/values.yaml#replicas -->3 of them.\n", "1 fact/syntax the mark lintel:fact has no end (write <!-- /lintel --> behind the value)"},
		"two begin":            {"<!-- lintel:fact a#b -->3 " + mark("deploy/values.yaml#replicas", "4"), "1 fact/syntax the mark lintel:fact has no end (write <!-- /lintel --> behind the value)"},
		"no beginning":         {"It has 3<!-- /lintel --> of them.\n", "1 fact/syntax the mark ends what nothing began (take it out, or begin with <!-- lintel:fact PATH#KEY -->)"},
		"no key":               {mark("deploy/values.yaml", "3"), "1 fact/syntax the mark names no path and key (write <!-- lintel:fact PATH#KEY -->value<!-- /lintel --> on one line)"},
		"over lines":           {"<!-- lintel:fact deploy/values.yaml#replicas -->3\n4<!-- /lintel -->\n", "1 fact/syntax the value runs over several lines (write <!-- lintel:fact PATH#KEY -->value<!-- /lintel --> on one line)"},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := checker(t).Check("docs/a.md", []byte(tc.src))
			if err != nil {
				t.Fatal(err)
			}
			if got := show(found); got != tc.want {
				t.Errorf("got:  %s\nwant: %s", got, tc.want)
			}
			again(t, "docs/a.md", tc.src, found)
		})
	}
}

func show(found []finding.Finding) string {
	var out []string
	for _, f := range found {
		l := fmt.Sprintf("%d %s ", f.Line, f.Rule)
		if f.Edit.IsZero() {
			l += fmt.Sprintf("%s (%s)", f.Message, f.Hint)
		} else {
			l += f.Edit.Old + " -> " + f.Edit.New
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

// again makes the edits: nothing is stale afterwards, and what readers see is
// the text without marks.
func again(t *testing.T, p, src string, found []finding.Finding) {
	t.Helper()
	var edits []finding.Edit
	for _, f := range found {
		if !f.Edit.IsZero() {
			edits = append(edits, f.Edit)
		}
	}
	text, err := finding.Apply([]byte(src), edits)
	if err != nil {
		t.Fatal(err)
	}
	left, err := checker(t).Check(p, text)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if f.Rule == RuleStale {
			t.Errorf("still stale: %s in\n%s", f, text)
		}
	}
}

func TestTables(t *testing.T) {
	for name, tc := range map[string]struct{ src, want string }{
		"filled in": {"# T\n\n<!-- lintel:table kind=topic columns=name,partitions in=topics -->\n<!-- /lintel -->\n", "| Name | partitions |\n| --- | --- |\n| `clicks` | 12 |\n| `orders` | 6 |"},
		"Korean":    {"# 토픽\n\n<!-- lintel:table kind=topic columns=name,code -->\nold\n<!-- /lintel -->\n", "| 이름 | 코드 |\n| --- | --- |\n| `clicks` | `topics/b.yaml` |\n| `orders` | `topics/a.yaml` |"},
	} {
		found, err := checker(t).Check("docs/a.md", []byte(tc.src))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", name, found, err)
		}
		if got := strings.TrimSpace(found[0].Edit.New); got != tc.want {
			t.Errorf("%s: got\n%s", name, got)
		}
		again(t, "docs/a.md", tc.src, found)
	}
	for src, want := range map[string]string{
		"kind=topics":              "fact/unknown no code declares anything of the kind topics (did you mean topic?)",
		"kind=topic columns=owner": "fact/unknown nothing of the kind topic has owner",
		"kinds=topic":              "fact/syntax lintel:table knows no kinds (did you mean kind?)",
		"":                         "fact/syntax the mark names no kind",
	} {
		found, err := checker(t).Check("docs/a.md", []byte("<!-- lintel:table "+src+" -->\n<!-- /lintel -->\n"))
		if err != nil || !strings.HasPrefix(show(found), "1 "+want) {
			t.Errorf("%s: %s, %v", src, show(found), err)
		}
	}
}
