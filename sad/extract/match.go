package extract

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/ignore"
)

// matcher finds the extractors of a path without trying every pattern: most are
// a plain name or *.ext.
type matcher struct {
	byName, byExt map[string][]int
	globs         []globPattern
}

type globPattern struct {
	segments  []string // one: the last part of the path
	extractor int
}

func newMatcher() matcher {
	return matcher{byName: map[string][]int{}, byExt: map[string][]int{}}
}

func (m *matcher) add(pattern string, extractor int) error {
	if _, err := path.Match(pattern, "x"); err != nil || pattern == "" {
		return fmt.Errorf("pattern %q: %w", pattern, path.ErrBadPattern)
	}
	ext, plainExt := strings.CutPrefix(pattern, "*.")
	switch {
	case strings.Contains(pattern, "/"):
		m.globs = append(m.globs, globPattern{strings.Split(pattern, "/"), extractor})
	case plainExt && !strings.ContainsAny(ext, "*?[\\."):
		m.byExt[ext] = append(m.byExt[ext], extractor)
	case !strings.ContainsAny(pattern, "*?[\\"):
		m.byName[pattern] = append(m.byName[pattern], extractor)
	default:
		m.globs = append(m.globs, globPattern{[]string{pattern}, extractor})
	}
	return nil
}

// find returns the extractors of a path in order, each once.
func (m *matcher) find(p string) []int {
	name := path.Base(p)
	var found []int
	found = append(found, m.byName[name]...)
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		found = append(found, m.byExt[name[i+1:]]...)
	}
	for _, g := range m.globs {
		if len(g.segments) == 1 {
			if ok, _ := path.Match(g.segments[0], name); ok {
				found = append(found, g.extractor)
			}
		} else if ignore.Segments(g.segments, strings.Split(p, "/")) {
			found = append(found, g.extractor)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
