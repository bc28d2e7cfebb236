package site

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

func schema(t *testing.T, name string) (*jsonschema.Schema, map[string]any) {
	t.Helper()
	f, err := os.Open("../schema/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s, doc.(map[string]any)
}

// asJSON reads YAML as an editor does that knows nothing of our tags.
func asJSON(t *testing.T, src string) any {
	t.Helper()
	budget := maxConfigNodes
	r := &yamlReader{file: "x.yml", budget: &budget, report: func(finding.Finding) {}, getenv: func(string) (string, bool) { return "", false }}
	v, err := r.read([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var plain func(any) any
	plain = func(v any) any {
		switch x := v.(type) {
		case render.PyName, render.Relative:
			return "text"
		case *render.PyCall:
			return map[string]any{"kwds": plain(x.Kwds)}
		case []any:
			for i := range x {
				x[i] = plain(x[i])
			}
		case map[string]any:
			for k := range x {
				x[k] = plain(x[k])
			}
		}
		return v
	}
	return plain(v.plain())
}

// Schema and loader agree about what is right and what is wrong.
func TestSchemas(t *testing.T) {
	tests := []struct {
		schema, yaml string
		wrong        string // where the schema sees the fault
	}{
		{"mkdocs", "site_name: A\n", ""},
		{"mkdocs", "site_name: A\nsite_url: https://a.org/\ntheme: material\nnav:\n  - index.md\n  - Guide: guide.md\n  - Part:\n    - a.md\n    - Deep: [b.md]\n", ""},
		{"mkdocs", "INHERIT: ../base.yml\nsite_name: !ENV [NAME, A]\nstrict: !ENV [CI, false]\nplugins: [search, tags: {tags_file: tags.md}]\n", ""},
		{"mkdocs", "site_name: A\nplugins: {search: {lang: ko}, tags: }\nmarkdown_extensions:\n  - toc:\n      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}\n  - pymdownx.emoji:\n      emoji_index: !!python/name:material.extensions.emoji.twemoji\n", ""},
		{"mkdocs", "site_name: A\ntheme:\n  name: null\n  custom_dir: docs\n  palette: [{scheme: default, toggle: {icon: a, name: b}}]\n  features: [navigation.tabs]\n  font: false\nextra: {anything: [1, two]}\n", ""},
		{"mkdocs", "site_name: A\nvalidation: {anchors: warn, nav: {absolute_links: relative_to_docs}}\nextra_javascript: [a.js, {path: b.js, defer: true}]\nexclude_docs: |\n  *.tmp\n", ""},
		{"mkdocs", "site_name: [A]\n", "/site_name"},
		{"mkdocs", "site_name: A\nsite_nme: B\n", "site_nme"},
		{"mkdocs", "site_name: A\nstrict: 'yes'\n", "/strict"},
		{"mkdocs", "site_name: A\nsite_url: docs.example.org\n", "/site_url"},
		{"mkdocs", "site_name: A\nnav: index.md\n", "/nav"},
		{"mkdocs", "site_name: A\nnav: [{A: a.md, B: b.md}]\n", "/nav/0"},
		{"mkdocs", "site_name: A\nextra_css: a.css\n", "/extra_css"},
		{"mkdocs", "site_name: A\nextra_javascript: [{defer: true}]\n", "/extra_javascript/0"},
		{"mkdocs", "site_name: A\nvalidation: {anchors: relative_to_docs}\n", "/validation/anchors"},
		{"mkdocs", "site_name: A\nvalidation: {anchor: warn}\n", "/validation"},
		{"mkdocs", "site_name: A\ndev_addr: localhost\n", "/dev_addr"},
		{"mkdocs", "site_name: A\nmarkdown_extensions: [{toc: true}]\n", "/markdown_extensions"},
		{"lintel", "", ""},
		{"lintel", "markdown: commonmark\nanchors: gitlab\ndrift: {}\nreview:\n", ""},
		{"lintel", "markdown: comonmark\n", "/markdown"},
		{"lintel", "anchors: hub\n", "/anchors"},
		{"lintel", "markdwn: mkdocs\n", "markdwn"},
		{"lintel", "checks:\n  severity: {link/*: error, A06: off, link/anchor: \"off\"}\n  fail_on: never\n  baseline: ci/baseline.jsonl\n", ""},
		{"lintel", "checks:\n  ignore:\n    - {rules: [link/*, A06], paths: docs/old/**, reason: frozen, until: 2027-03-31}\n", ""},
		{"lintel", "checks: [link/*]\n", "/checks"},
		{"lintel", "checks: {severities: {}}\n", "severities"},
		{"lintel", "checks: {severity: {link/*: fatal}}\n", "/checks/severity"},
		{"lintel", "checks: {fail_on: off}\n", "/checks/fail_on"},
		{"lintel", "checks: {ignore: [{rules: link/*, paths: docs}]}\n", "reason"},
		{"lintel", "checks: {ignore: [{rules: link/*, paths: docs, reason: ' '}]}\n", "reason"},
		{"lintel", "checks: {ignore: [{rules: link/*, paths: docs, reason: x, until: 2027-3-31}]}\n", "/until"},
		{"lintel", "checks: {baseline: /tmp/x}\n", "/baseline"},
		{"lintel", "review: {language: ko, fail_on: warning, max_threads: 0, preview_url: 'https://docs.example.com/previews/mr-{mr}/', commands: [ignore, recheck]}\n", ""},
		{"lintel", "review: {commands: apply}\n", ""},
		{"lintel", "drift: {budget: 0}\n", ""},
		{"lintel", "drift: {budget: -1}\n", "/drift/budget"},
		{"lintel", "drift: {budget: often}\n", "/drift/budget"},
		{"lintel", "drift: {limit: 3}\n", "limit"},
		{"lintel", "review: [en]\n", "/review"},
		{"lintel", "review: {lang: ko}\n", "lang"},
		{"lintel", "review: {language: fr}\n", "/review/language"},
		{"lintel", "review: {fail_on: off}\n", "/review/fail_on"},
		{"lintel", "review: {max_threads: 6}\n", "/review/max_threads"},
		{"lintel", "review: {preview_url: docs.example.com}\n", "/review/preview_url"},
		{"lintel", "review: {preview_url: 'https://me:pw@docs.example.com/'}\n", "/review/preview_url"},
		{"lintel", "review: {commands: [merge]}\n", "/review/commands"},
	}
	for _, tt := range tests {
		s, _ := schema(t, tt.schema+".schema.json")
		err := s.Validate(asJSON(t, tt.yaml))
		switch {
		case tt.wrong == "" && err != nil:
			t.Errorf("%s\n%v", tt.yaml, err)
		case tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)):
			t.Errorf("%s\n%v, want something at %s", tt.yaml, err, tt.wrong)
		}
		// The loader is of the same mind.
		archive := tt.yaml + "\n-- docs/index.md --\n"
		if tt.schema == "lintel" {
			archive = "site_name: A\n-- lintel.yml --\n" + tt.yaml
		}
		archive += "\n-- base.yml --\n"
		_, findings, _ := LoadConfig(project(strings.Replace(archive, "../base.yml", "base.yml", 1)), "", nil)
		if (len(findings) > 0) != (tt.wrong != "") {
			t.Errorf("%s\nthe loader finds %v", tt.yaml, findings)
		}
	}
}

// Every setting is in the schema, and nothing else.
func TestSchemaKeys(t *testing.T) {
	_, doc := schema(t, "mkdocs.schema.json")
	var got, want []string
	for k := range doc["properties"].(map[string]any) {
		got = append(got, k)
	}
	want = append(want, "INHERIT")
	for _, s := range (&configDecoder{cfg: defaultConfig("", "")}).settings() {
		want = append(want, s.name)
	}
	slices.Sort(got)
	slices.Sort(want)
	equal(t, "settings", got, want)
	_, doc = schema(t, "lintel.schema.json")
	got, want = nil, lintelKeys[:]
	for k := range doc["properties"].(map[string]any) {
		got = append(got, k)
	}
	slices.Sort(got)
	slices.Sort(want)
	equal(t, "keys of lintel.yml", got, want)
}
