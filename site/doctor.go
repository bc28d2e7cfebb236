package site

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// Diagnosis says what becomes of one thing that a project's configuration says.
type Diagnosis struct {
	CompatRow // Name is as the project writes it

	Position finding.Position
}

// Diagnose compares a configuration with the rows of the compatibility
// manifest. root is the project's file system, looked into for template
// overrides. The worst come first, then the order of the manifest's kinds and
// of the file.
func Diagnose(root fs.FS, c *Config, rows []CompatRow) []Diagnosis {
	d := diagnosis{c: c, rows: map[[2]string]CompatRow{}}
	for _, r := range rows {
		d.rows[[2]string{r.Kind, r.Name}] = r
	}
	d.settings()
	d.theme(root)
	d.extensions()
	d.plugins()
	for _, key := range slices.Sorted(maps.Keys(c.Extra)) {
		d.add("extra", key, c.Keys["extra."+key])
	}
	order := map[string]int{}
	for i, k := range compatKinds {
		order[k[0]] = i
	}
	slices.SortStableFunc(d.out, func(a, b Diagnosis) int {
		return cmp.Or(
			cmp.Compare(statusRank(a.Status), statusRank(b.Status)),
			cmp.Compare(order[a.Kind], order[b.Kind]),
			cmp.Compare(a.Position.Path, b.Position.Path),
			cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Name, b.Name),
		)
	})
	return d.out
}

type diagnosis struct {
	c    *Config
	rows map[[2]string]CompatRow
	out  []Diagnosis
}

// row finds the row of a name, or that of all others of its kind.
func (d *diagnosis) row(kind string, names ...string) (CompatRow, bool) {
	for _, n := range append(names, "*") {
		if r, ok := d.rows[[2]string{kind, n}]; ok {
			return r, true
		}
	}
	return CompatRow{}, false
}

// add appends the row of kind and the first of names that has one, under the
// name that the project writes.
func (d *diagnosis) add(kind, name string, pos finding.Position, more ...string) {
	r, ok := d.row(kind, append([]string{name}, more...)...)
	if !ok {
		r = CompatRow{Kind: kind, Status: render.Ignored, Note: "Lintel does not know it"}
	}
	if r.Name == "*" && kind != "extra" {
		var names []string
		for k := range d.rows {
			if k[0] == kind {
				names = append(names, k[1])
			}
		}
		slices.Sort(names)
		if near := finding.Nearest(name, names); near != "" {
			r.Note += "; did you mean " + near + "?"
		}
	}
	r.Name = name
	x := Diagnosis{CompatRow: r, Position: pos}
	if !slices.Contains(d.out, x) {
		d.out = append(d.out, x)
	}
}

func (d *diagnosis) settings() {
	tags := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(d.c.Keys)) {
		pos := d.c.Keys[key]
		section, rest, nested := strings.Cut(key, ".")
		switch {
		case strings.HasPrefix(key, "!"):
			// One row for all Python names: each has a row of its own besides.
			tag, _, _ := strings.Cut(key, ":")
			if !tags[tag] {
				tags[tag] = true
				d.add("tag", tag, pos)
			}
		case !nested && key == "hooks":
			for _, h := range d.c.Hooks {
				d.add("setting", "hooks: "+h, pos, "hooks")
			}
		case !nested:
			d.add("setting", key, pos)
		case section == "validation" && strings.Contains(rest, "."):
			d.add("setting", key, pos)
		case section == "validation" && rest != "":
			// A level that stands for both sections.
			d.add("setting", key, pos, "validation.links."+rest, "validation.nav."+rest)
		}
	}
}

func (d *diagnosis) theme(root fs.FS) {
	t := &d.c.Theme
	if pos, ok := d.c.Keys["theme"]; ok {
		name := t.Name
		if name == "" {
			name = "null"
		}
		d.add("theme-name", name, cmp.Or(d.c.Keys["theme.name"], pos))
	}
	if t.CustomDir != "" {
		d.add("theme", "custom_dir", d.c.Keys["theme.custom_dir"])
		// What is below lang, .icons and assets is found by name, templates are not run.
		_ = fs.WalkDir(root, t.CustomDir, func(p string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && slices.Contains([]string{".html", ".xml", ".py"}, path.Ext(p)) && len(d.out) < 10_000 {
				d.add("template", strings.TrimPrefix(p, t.CustomDir+"/"), finding.Position{Path: p}, "*"+path.Ext(p))
			}
			return nil
		})
	}
	if len(t.StaticTemplates) > 0 {
		d.add("theme", "static_templates", d.c.Keys["theme.static_templates"])
	}
	for _, f := range t.Features {
		d.add("feature", f, d.c.Keys["theme.features."+f])
	}
	for _, key := range slices.Sorted(maps.Keys(t.Values)) {
		pos := d.c.Keys["theme."+key]
		if key == "features" {
			continue
		}
		d.add("theme", key, pos)
		if row, _ := d.row("theme", key); statusRank(row.Status) >= statusRank(render.Mapped) {
			d.below("theme", key, t.Values[key], pos)
		}
	}
}

// below adds the keys of maps in v that have a row of their own.
func (d *diagnosis) below(kind, prefix string, v any, pos finding.Position) {
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			d.below(kind, prefix, e, pos)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			name := prefix + "." + k
			if _, ok := d.rows[[2]string{kind, name}]; ok {
				d.add(kind, name, pos)
				d.below(kind, name, x[k], pos)
			}
		}
	}
}

func (d *diagnosis) extensions() {
	alias := map[string]string{}
	for _, e := range render.KnownExtensions() {
		for _, a := range e.Aliases {
			alias[a] = e.Name
		}
	}
	for _, e := range d.c.Extensions {
		if e.Position == (finding.Position{}) {
			continue // built in and not mentioned
		}
		known := cmp.Or(alias[e.Name], e.Name)
		d.add("extension", e.Name, e.Position, known)
		for _, o := range slices.Sorted(maps.Keys(e.Config)) {
			pos := cmp.Or(d.c.Keys["markdown_extensions."+e.Name+"."+o], e.Position)
			d.add("option", e.Name+"."+o, pos, known+"."+o)
			d.names(e.Config[o], pos)
		}
	}
}

// names adds the Python names in an option's value.
func (d *diagnosis) names(v any, pos finding.Position) {
	switch x := v.(type) {
	case render.PyName:
		d.add("python-name", string(x), pos)
	case *render.PyCall:
		d.add("python-name", x.Name, pos)
	case []any:
		for _, e := range x {
			d.names(e, pos)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			d.names(x[k], pos)
		}
	}
}

func (d *diagnosis) plugins() {
	for _, p := range d.c.Plugins {
		if p.Position == (finding.Position{}) {
			continue // search, which nobody mentioned
		}
		d.add("plugin", p.Name, p.Position)
		row, _ := d.row("plugin", p.Name)
		if row.Status == render.Refused {
			continue // its options are lost with it
		}
		for _, o := range slices.Sorted(maps.Keys(p.Options)) {
			d.add("plugin-option", p.Name+"."+o, cmp.Or(d.c.Keys["plugins."+p.Name+"."+o], p.Position))
		}
	}
}
