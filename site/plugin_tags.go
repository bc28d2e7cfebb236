package site

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/render"
)

// tagIndex is what the tags plugin knows: the pages of each tag.
type tagIndex struct {
	names []string
	pages map[string][]*Page
	page  *Page // the page that lists them, or nil
}

// lists reports whether a page is the one that lists the tags.
func (ix *tagIndex) lists(p *Page) bool { return ix != nil && ix.page != nil && ix.page.Src == p.Src }

// collectTags reads the tags of all pages and finds the page that lists them.
func (b *build) collectTags() {
	p := b.plugins["tags"]
	if p == nil {
		return
	}
	ix := &tagIndex{pages: map[string][]*Page{}}
	file := p.str("tags_file", "")
	for _, pg := range b.pages {
		for _, t := range pageTags(pg.meta) {
			if ix.pages[t] == nil {
				ix.names = append(ix.names, t)
			}
			if !slices.Contains(ix.pages[t], pg) {
				ix.pages[t] = append(ix.pages[t], pg)
			}
		}
		if pg.Src == file || file == "" && pg.parsed.tagList {
			ix.page = pg
		}
	}
	slices.SortFunc(ix.names, func(a, b string) int {
		if c := strings.Compare(strings.ToLower(a), strings.ToLower(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	b.tags = ix
}

// tagsMarker is where Material puts the list of tags.
const tagsMarker = "<!-- material/tags"

func pageTags(m render.Meta) []string {
	switch v := m["tags"].(type) {
	case []any:
		var out []string
		for _, x := range v {
			if x != nil {
				out = append(out, fmt.Sprint(x))
			}
		}
		return out
	case string:
		return []string{v}
	}
	return nil
}

// tagID is the anchor of a tag on the page that lists them.
func tagID(name string) string {
	var sb strings.Builder
	sb.WriteString("tag:")
	for _, r := range strings.ToLower(name) {
		switch {
		case r == ' ' || r == '-' || r == '_':
			sb.WriteByte('-')
		case r == '.' || r > 127 || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			sb.WriteRune(r)
		}
	}
	return sb.String()
}
