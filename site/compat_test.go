package site

import (
	"os"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

func manifest(t *testing.T) []CompatRow {
	t.Helper()
	src, err := os.ReadFile("../mkdocs-compat.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ReadCompat(src)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// What a build does with a plugin and what the manifest says of it is the same.
func TestCompatAgreesWithPlugins(t *testing.T) {
	status := map[string]render.Status{}
	for _, r := range manifest(t) {
		if r.Kind == "plugin" {
			status[r.Name] = r.Status
		}
	}
	for _, name := range nativePlugins() {
		if s, ok := status[name]; !ok || s == render.Refused {
			t.Errorf("plugin %s is native and %q in the manifest", name, s)
		}
		delete(status, name)
	}
	for name := range lostPlugins() {
		if s, ok := status[name]; ok && s != render.Refused && s != render.Mapped {
			t.Errorf("plugin %s is lost and %q in the manifest", name, s)
		}
		delete(status, name)
	}
	for name, s := range status {
		if name != "*" && s != render.Refused {
			t.Errorf("plugin %s is %s in the manifest and unknown to a build", name, s)
		}
	}
}

// Every setting, every YAML tag and every setting of validation has a row.
func TestCompatKnowsSettings(t *testing.T) {
	rows := map[string]bool{}
	for _, r := range manifest(t) {
		rows[r.Kind+" "+r.Name] = true
	}
	want := []string{"tag !ENV", "tag !relative", "tag !!python/name", "tag !!python/object/apply", "setting INHERIT"}
	for _, s := range (&configDecoder{cfg: defaultConfig("", "")}).settings() {
		want = append(want, "setting "+s.name)
	}
	for _, k := range []string{"nav.omitted_files", "nav.not_found", "nav.absolute_links", "links.not_found", "links.absolute_links", "links.unrecognized_links", "links.anchors"} {
		want = append(want, "setting validation."+k)
	}
	for _, w := range want {
		if !rows[w] {
			t.Errorf("%s has no row", w)
		}
	}
}

func TestReadCompatRefuses(t *testing.T) {
	tests := []struct{ yaml, want string }{
		{"- {kind: seting, name: a, status: supported}", "unknown kind"},
		{"- {kind: setting, name: a, status: works}", "unknown status"},
		{"- {kind: setting, name: a, status: ignored}", "no note"},
		{"- {kind: setting, name: a, status: supported}\n- {kind: setting, name: a, status: supported}", "two rows"},
		{"a: b", "read the compatibility manifest"},
	}
	for _, tt := range tests {
		if _, err := ReadCompat([]byte(tt.yaml)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.yaml, err, tt.want)
		}
	}
}

// The worst comes first, with its place; what has no row falls to the row of
// all others, with the nearest name.
func TestDiagnose(t *testing.T) {
	fsys := project(`
site_name: A
plugins: [search, serch, material/tags: {tags_file: tags.md, tag_file: x}]
hooks: [a.py]
validation: {anchors: warn, nav: {not_found: info}}
theme: {name: material, custom_dir: own, palette: {scheme: default}}
markdown_extensions:
  - markdown.extensions.toc: {permalink: true}
  - pymdownx.emoji: {emoji_index: !!python/name:my.emoji }
-- own/main.html --
-- own/style.css --
`)
	c, findings, err := LoadConfig(fsys, "", nil)
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	got := map[string]Diagnosis{}
	worst := 0
	for _, d := range Diagnose(fsys, c, manifest(t)) {
		got[d.Kind+" "+d.Name] = d
		if r := statusRank(d.Status); r < worst {
			t.Errorf("%s %s is %s and comes after better ones", d.Kind, d.Name, d.Status)
		} else {
			worst = r
		}
	}
	at := func(line, col int) finding.Position {
		return finding.Position{Path: "mkdocs.yml", Line: line, Column: col}
	}
	tests := []struct {
		name   string
		status render.Status
		at     finding.Position
		note   string
	}{
		{"setting site_name", render.Supported, at(2, 1), ""},
		{"setting hooks: a.py", render.Refused, at(4, 1), "Python"},
		{"setting validation.anchors", render.Supported, at(5, 14), ""},
		{"setting validation.nav.not_found", render.Supported, at(5, 35), ""},
		{"theme-name material", render.Mapped, at(6, 9), ""},
		{"theme palette.scheme", render.Supported, at(6, 42), ""},
		{"template main.html", render.Refused, finding.Position{Path: "own/main.html"}, "Jinja"},
		{"plugin search", render.Supported, at(3, 11), ""},
		{"plugin serch", render.Refused, at(3, 19), "did you mean search?"},
		{"plugin-option tags.tags_file", render.Supported, at(3, 42), ""},
		{"plugin-option tags.tag_file", render.Ignored, at(3, 62), "did you mean tags.tags_file?"},
		{"extension toc", render.Supported, at(8, 5), ""},
		{"option toc.permalink", render.Supported, at(8, 31), ""},
		{"python-name my.emoji", render.Ignored, at(9, 22), "the default is taken"},
		{"tag !!python/name", render.Mapped, at(9, 35), ""},
	}
	for _, tt := range tests {
		d, ok := got[tt.name]
		if !ok || d.Status != tt.status || d.Position != tt.at || !strings.Contains(d.Note, tt.note) {
			t.Errorf("%s: %+v", tt.name, d)
		}
	}
	if _, ok := got["template style.css"]; ok {
		t.Error("a style sheet is no template")
	}
}
