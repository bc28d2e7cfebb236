package render

import "github.com/lintel-docs/lintel/internal/finding"

// Meta is the front matter of a page: the YAML mapping between --- lines at its
// start (or the plain `Key: value` lines that Python-Markdown's meta extension
// reads). Values are string, bool, int, float64, nil, []any or map[string]any.
type Meta map[string]any

// String returns the value of a key as text, or "" when it is absent or not a
// scalar.
func (m Meta) String(key string) string {
	s, _ := m[key].(string)
	return s
}

// splitMeta takes the front matter off a page. firstLine is the line in the
// file at which body begins.
func splitMeta(src string, m *Markdown) (meta Meta, body string, firstLine int, findings []finding.Finding) {
	return nil, src, 1, nil
}
