package render

import (
	"sync"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Markdown is a compiled set of options. It is immutable and safe for use from
// many goroutines.
type Markdown struct {
	opts Options
	ext  map[string]map[string]any // options of each extension that is on, by its canonical name
	pm   *pmConfig                 // the mkdocs dialect

	scratch sync.Pool // of *finisher
}

// New compiles options. Findings name extensions and options that are unknown
// or not supported; New itself never fails.
func New(o Options) (*Markdown, []finding.Finding) {
	if o.Dialect == "" {
		o.Dialect = MkDocs
	}
	m := &Markdown{opts: o, ext: map[string]map[string]any{}}
	for _, e := range o.Extensions {
		m.ext[e.Name] = e.Config
	}
	m.pm = compilePM(m)
	return m, nil
}

// Parse reads one page. It never fails: any input is a page, and what is wrong
// with it is in Doc.Findings.
func (m *Markdown) Parse(src []byte, page Page) *Doc {
	return m.parsePM(string(src), page)
}
