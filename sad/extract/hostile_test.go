package extract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Input that a parser with a weakness would not come back from, or would answer
// with gigabytes. Each must be done within the time of the test and say little.
func TestHostile(t *testing.T) {
	rep := strings.Repeat
	bomb := "a0: &a0 {apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{image: y}]}}\n"
	for i := 1; i < 12; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(rep(fmt.Sprintf("*a%d, ", i-1), 12), ", "))
	}
	wide := "openapi: 3.0.0\nx: &m {get: {}, put: {}, post: {}, delete: {}, patch: {}, head: {}, options: {}, trace: {}}\npaths:\n"
	for i := range 50_000 {
		wide += fmt.Sprintf("  /p%d: *m\n", i)
	}
	merge := "services:\n  s0: &s0 {image: a}\n"
	for i := 1; i < 3000; i++ {
		merge += fmt.Sprintf("  s%d: &s%d {<<: *s%d, k%d: 1}\n", i, i, i-1, i)
	}
	py := "from airflow import DAG\nimport fastapi\n"
	for name, c := range map[string]struct{ path, text string }{
		"yaml bomb":         {"k8s/a.yaml", bomb + "apiVersion: v1\nkind: List\nmetadata: {}\nitems: *a11\n"},
		"yaml itself":       {"a.yaml", "apiVersion: v1\nkind: List\nmetadata: {}\nitems: &x [*x, *x]\n"},
		"yaml wide":         {"api.yaml", wide},
		"yaml merges":       {"docker-compose.yml", merge},
		"yaml deep":         {"a.yaml", "apiVersion: {kind: {metadata: " + rep("[", 200_000)},
		"yaml deep block":   {"a.yaml", "apiVersion: v1\nkind: x\nmetadata:\n" + deepBlock(3000)},
		"yaml documents":    {"a.yaml", rep("---\napiVersion: v1\nkind: Service\nmetadata: {name: x}\n", 30_000)},
		"json deep":         {"a.json", `{"connector.class": ` + rep(`{"a":`, 300_000)},
		"json open braces":  {"a.sh", rep(`{"connector.class": "x", "a": [1,1,1,1,`, 40_000)},
		"json long text":    {"a.json", `{"connector.class": "` + rep(`\\`, 1_000_000)},
		"toml deep":         {"pyproject.toml", "a = " + rep("[", 500_000)},
		"toml inline":       {"pyproject.toml", "a = " + rep("{a = ", 200_000)},
		"toml tables":       {"pyproject.toml", rep("[a.b.c]\nk = 1\n", 100_000)},
		"toml dots":         {"pyproject.toml", rep("a.", 500_000) + "b = 1"},
		"py parens":         {"a.py", py + "x = " + rep("(", 300_000)},
		"py calls":          {"a.py", py + "x = f" + rep("()", 300_000)},
		"py attributes":     {"a.py", py + "x = f" + rep(".a", 300_000)},
		"py chain":          {"a.py", py + "x = " + rep("a >> ", 300_000) + "a"},
		"py unary":          {"a.py", py + "x = " + rep("not -", 300_000) + "a"},
		"py stars":          {"a.py", py + "for " + rep("*", 300_000) + "a in b: pass"},
		"py lambda":         {"a.py", py + "x = " + rep("lambda: ", 100_000) + "1"},
		"py conditional":    {"a.py", py + "x = " + rep("1 if a else ", 100_000) + "1"},
		"py elif":           {"a.py", py + "if a:\n  b = 1\n" + rep("elif a:\n  b = 2\n", 50_000)},
		"py indent":         {"a.py", py + deepPython(2000)},
		"py strings double": {"a.py", py + "x = 'aaaaaaaaaaaaaaaa'\n" + rep("x = x + x\n", 5_000) + "DAG(x)"},
		"py lists double":   {"a.py", py + "x = [1]\n" + rep("x = x + x\n", 5_000) + "DAG('a')"},
		"py loops":          {"a.py", py + "r = range(1000)\nfor a in r:\n for b in r:\n  for c in r:\n   DAG(f'{a}-{b}-{c}')\n"},
		"py comprehension":  {"a.py", py + "x = [1 for a in range(1000) for b in range(1000) for c in range(1000)]\nDAG('a')"},
		"py recursion":      {"a.py", py + "def f(n):\n  f(n + 1)\n  f(n + 2)\n  return g(n)\ndef g(n):\n  f(n)\n  return f(n)\nf(1)\nDAG('a')"},
		"py calls double":   {"a.py", py + doubling(40) + "DAG('a')"},
		"py if":             {"a.py", py + rep("x1 = y\n", 3000) + rep("if u:\n  DAG('a')\n", 20_000)},
		"py branches":       {"a.py", py + nestedIf(60)},
		"py fstring":        {"a.py", py + "DAG(" + nestedF(60) + ")"},
		"py fstring braces": {"a.py", py + "DAG(f'" + rep("{", 100_000) + "')"},
		"py dict get":       {"a.py", py + "d = {" + manyKeys(9000) + "}\n" + rep("x = d['k8999']\n", 30_000)},
		"py tasks":          {"a.py", py + "with DAG('a'):\n  ts = [B(task_id=f't{i}') for i in range(1900)]\n  us = [B(task_id=f'u{i}') for i in range(1900)]\n  ts >> us\n  us >> ts\n"},
		"py text no end":    {"a.py", py + rep("'''", 99_999)},
		"py names":          {"a.py", py + "DAG('" + rep("x", 1_000_000) + "')"},
		"py routers":        {"a.py", py + "app = fastapi.FastAPI()\n" + rep("app.include_router(app)\n", 20_000) + "@app.get('/')\ndef f(): pass\n"},
		"jinja":             {"models/a.sql", rep("{{ ref('a') ", 100_000)},
		"jinja braces":      {"models/a.sql", rep("{", 1_000_000)},
		"sql quotes":        {"a.sql", "create table " + rep("'", 500_001)},
		"sql dollars":       {"a.sql", "create " + rep("$a$", 200_001)},
		"sql opens":         {"a.sql", "create " + rep("[", 100_000)},
		"sql comments":      {"a.sql", "create " + rep("/*", 300_000)},
		"hcl heredocs":      {"a.tf", rep("a = <<EOT\n", 100_000)},
		"hcl quotes":        {"a.tf", rep(`resource "${"`, 100_000)},
		"docker lines":      {"Dockerfile", "FROM a\nRUN " + rep("x \\\n", 300_000)},
		"docker args":       {"Dockerfile", "ARG A=$A$A\nFROM " + rep("$A", 200)},
		"properties":        {"a.properties", "connector.class=a\nx=" + rep("\\\n", 300_000)},
		"kafka regex":       {"a.json", `{"connector.class": "x.Sink", "topics": "` + rep("a", 300) + `", "transforms": "r", "transforms.r.type": "x.RegexRouter", "transforms.r.regex": "(a*)*(a*)*b", "transforms.r.replacement": "$1"}`},
		"helm":              {"c/templates/a.yaml", "kind: Deployment\n" + rep("name: {{", 300_000)},
		"env":               {".env", rep("A=", 500_000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := New(All(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.File(t.Context(), c.path, []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			inv := s.Join([]Result{r})
			size := 0
			for _, f := range inv.Facts {
				size += 100 + len(f.Name) + len(f.ID)
				for _, a := range f.Attrs {
					size += len(a.Key) + len(a.Value)
				}
				for _, u := range f.Uses {
					size += len(u.Name)
				}
			}
			if size > 40<<20 {
				t.Errorf("%d bytes out of %d", size, len(c.text))
			}
			if len(inv.Findings) > 200 {
				t.Errorf("%d findings", len(inv.Findings))
			}
		})
	}
}

func deepBlock(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func deepPython(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "if a:\n")
	}
	return b.String()
}

func doubling(n int) string {
	b := "def f0():\n  return 1\n"
	for i := 1; i < n; i++ {
		b += fmt.Sprintf("def f%d():\n  f%d()\n  return f%d()\n", i, i-1, i-1)
	}
	return b + fmt.Sprintf("f%d()\n", n-1)
}

func nestedIf(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "if u:\n")
	}
	b.WriteString(strings.Repeat(" ", n) + "DAG('a')\n")
	for i := n - 1; i >= 0; i-- {
		b.WriteString(strings.Repeat(" ", i) + "else:\n" + strings.Repeat(" ", i+1) + "DAG('b')\n")
	}
	return b.String()
}

func nestedF(n int) string { return strings.Repeat("f'{", n) + "a" + strings.Repeat("}'", n) }

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "'k%d': 1, ", i)
	}
	return b.String()
}

// FuzzFile gives any bytes under any name to all extractors. Whatever they are,
// the facts are well formed, in the file, and the same a second time.
func FuzzFile(f *testing.F) {
	for p, file := range tree(f) {
		f.Add(p, file.Data)
	}
	s, err := New(All(), Options{MaxBytes: 1 << 16})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, p string, data []byte) {
		if !s.Wants(p) || len(p) > 200 {
			return
		}
		r, err := s.File(t.Context(), p, data)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Count(data, []byte("\n")) + 1
		for _, fact := range r.Facts {
			if fact.Kind == "" || fact.ID == "" || fact.Name == "" || fact.File != p {
				t.Errorf("%+v", fact)
			}
			texts := []string{fact.ID, fact.Name, fact.Technology}
			at := []int{fact.Line}
			for _, a := range fact.Attrs {
				texts, at = append(texts, a.Value), append(at, a.Line)
			}
			for _, u := range fact.Uses {
				texts, at = append(texts, u.Name), append(at, u.Line)
				if u.Name == "" || u.Kind == "" || u.Relation == "" {
					t.Errorf("%s uses %+v", fact.ID, u)
				}
			}
			for _, s := range texts {
				if !utf8.ValidString(s) || strings.ContainsFunc(s, isControl) || len(s) > 3*maxText {
					t.Errorf("%s: bad text %q", fact.ID, s)
				}
			}
			for _, n := range at {
				if n < 0 || n > lines {
					t.Errorf("%s: line %d of %d", fact.ID, n, lines)
				}
			}
		}
		again, err := s.File(t.Context(), p, data)
		if err != nil || !reflect.DeepEqual(r, again) {
			t.Errorf("another result: %v", err)
		}
		before := dump(s.Join([]Result{r}))
		if after := dump(s.Join([]Result{again})); before != after {
			t.Error(lineDiff(before, after))
		}
	})
}

// FuzzPython holds the parser to its tree: every node lies within the source and
// in its parent's, and depth stays bounded.
func FuzzPython(f *testing.F) {
	for p, file := range tree(f) {
		if strings.HasSuffix(p, ".py") {
			f.Add(string(file.Data))
		}
	}
	f.Add("match x:\n  case [a, *b] if a: pass\n  case _: pass\nx[1:2, ::3] = yield\nprint(f'{a!r:>{w}}', *b, **c)\n")
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<16 {
			return
		}
		mod := parsePython(src)
		var walk func(e *pyExpr, depth int)
		walk = func(e *pyExpr, depth int) {
			if e == nil {
				return
			}
			if depth > maxPyDepth+20 {
				t.Fatal("too deep")
			}
			if e.start < 0 || int(e.end) > len(src) {
				t.Fatalf("%d:%d of %d", e.start, e.end, len(src))
			}
			for _, c := range e.a {
				walk(c, depth+1)
			}
			for _, k := range e.kw {
				walk(k.v, depth+1)
			}
		}
		var body func(ss []*pyStmt, depth int)
		body = func(ss []*pyStmt, depth int) {
			if depth > 2*maxDepth+10 {
				t.Fatal("blocks too deep")
			}
			for _, s := range ss {
				for _, e := range s.targets {
					walk(e, 0)
				}
				walk(s.value, 0)
				walk(s.annotation, 0)
				for _, e := range s.conds {
					walk(e, 0)
				}
				for _, b := range s.blocks {
					body(b, depth+1)
				}
			}
		}
		body(mod.body, 0)
	})
}

// FuzzJSON holds the parser against that of the standard library: what is JSON
// is read as the same value.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a": [1, -2.5e3, true, null, "x\né😀"], "b": {}}`))
	f.Add([]byte("// c\n[1,]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, serr := parseJSON(data)
		var want any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if !json.Valid(data) || bytes.Contains(data, []byte(`\`)) || !utf8.Valid(data) || d.Decode(&want) != nil || nesting(want) > maxDepth {
			return
		}
		if serr != nil {
			t.Fatalf("%q: %v", data, serr)
		}
		if got := plain(n); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, want %v", data, got, want)
		}
	})
}

func nesting(v any) int {
	d := 0
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			d = max(d, nesting(e))
		}
	case map[string]any:
		for _, e := range x {
			d = max(d, nesting(e))
		}
	default:
		return 0
	}
	return d + 1
}

func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		s := []any{}
		for _, c := range n.Content {
			s = append(s, plain(c))
		}
		return s
	default:
		switch n.Tag {
		case "!!null":
			return nil
		case "!!bool":
			return n.Value == "true"
		case "!!int":
			return json.Number(n.Value)
		}
		return n.Value
	}
}

// FuzzTOML: never a panic, never more than there is.
func FuzzTOML(f *testing.F) {
	f.Add([]byte("a.b = [1, {c = '''x'''}] # d\n[[e]]\nf = \"\\n\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, _ := parseTOML(data)
		n := 0
		var count func(x *yaml.Node)
		count = func(x *yaml.Node) {
			n++
			for _, c := range x.Content {
				count(c)
			}
		}
		count(d.n)
		if n > 3*len(data)+1 {
			t.Errorf("%d nodes of %d bytes", n, len(data))
		}
	})
}
