package site

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/render"
)

// CompatRow is a row of mkdocs-compat.yaml: what becomes of one thing that a
// MkDocs project may say.
type CompatRow struct {
	Kind   string        `yaml:"kind" json:"kind"`
	Name   string        `yaml:"name" json:"name"` // "*" stands for every name that has no row of its own
	Status render.Status `yaml:"status" json:"status"`
	Note   string        `yaml:"note" json:"note,omitempty"` // one sentence: how it is done, what is lost, what to do instead
	Test   string        `yaml:"test" json:"test,omitempty"` // file, or file:TestName, that shows it
}

// compatKinds are the kinds of rows in the order in which people read them,
// with their headings.
var compatKinds = [...][2]string{
	{"setting", "Settings of mkdocs.yml"},
	{"tag", "YAML tags"},
	{"python-name", "Python names"},
	{"theme-name", "Themes"},
	{"theme", "Settings below theme"},
	{"feature", "Features of Material for MkDocs"},
	{"template", "Template overrides"},
	{"extra", "Settings below extra"},
	{"front-matter", "Front matter"},
	{"extension", "Markdown extensions"},
	{"option", "Options of Markdown extensions"},
	{"plugin", "Plugins"},
	{"plugin-option", "Options of plugins"},
	{"flag", "Command line"},
}

// CompatKinds returns the kinds of rows and their headings in the order in which
// people read them.
func CompatKinds() [][2]string { return compatKinds[:] }

// ReadCompat reads mkdocs-compat.yaml and holds it to its own rules: known
// kinds and statuses, no row twice, a reason for everything that is not
// supported.
func ReadCompat(src []byte) ([]CompatRow, error) {
	var rows []CompatRow
	if err := yaml.Unmarshal(src, &rows); err != nil {
		return nil, fmt.Errorf("read the compatibility manifest: %w", err)
	}
	type id struct{ kind, name string }
	seen := map[id]bool{}
	for _, r := range rows {
		switch {
		case !slices.ContainsFunc(compatKinds[:], func(k [2]string) bool { return k[0] == r.Kind }):
			return nil, fmt.Errorf("read the compatibility manifest: %s %s: unknown kind", r.Kind, r.Name)
		case statusRank(r.Status) < 0:
			return nil, fmt.Errorf("read the compatibility manifest: %s %s: unknown status %q", r.Kind, r.Name, r.Status)
		case seen[id{r.Kind, r.Name}]:
			return nil, fmt.Errorf("read the compatibility manifest: %s %s: two rows", r.Kind, r.Name)
		case r.Status != render.Supported && r.Note == "":
			return nil, fmt.Errorf("read the compatibility manifest: %s %s: no note", r.Kind, r.Name)
		}
		seen[id{r.Kind, r.Name}] = true
	}
	return rows, nil
}

// statusRank orders statuses, worst first; -1 is none of them.
func statusRank(s render.Status) int {
	return slices.Index([]render.Status{render.Refused, render.Ignored, render.Mapped, render.Supported}, s)
}
