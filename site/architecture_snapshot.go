package site

import (
	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/sad"
)

// Architecture returns what the pages of the site say about the architecture,
// and the log of its decision records; nil when they say nothing.
func (s *Snapshot) Architecture() (*sad.Model, *adr.Log) {
	if s.b.arch == nil {
		return nil, nil
	}
	return s.b.arch.model, s.b.arch.log
}

// Documents returns the paths below the project's root of the pages that authors
// wrote, in the order of the site.
func (s *Snapshot) Documents() []string {
	var out []string
	for _, p := range s.b.pages {
		if p.generated == nil && p.virtual == nil {
			out = append(out, p.Path)
		}
	}
	return out
}
