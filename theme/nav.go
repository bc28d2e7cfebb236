package theme

import (
	"slices"
	"strconv"
	"sync/atomic"
)

// The navigation is the largest thing around a body that many pages share. It
// is rendered once for each section and way to the root, with no page marked;
// a page copies those bytes and puts its mark in between.
const (
	// wholeLimit is the number of entries up to which each page carries the
	// whole tree. Beyond, other sections are links to their first page.
	wholeLimit = 150
	// chunk is how many entries of one list a pruned navigation shows at once.
	chunk = 100
)

// section is an entry of the navigation that has children, or its root.
type section struct {
	item     *NavItem // nil for the root
	parent   *section
	index    int // among the parent's children
	top      int // index of the top-level entry that it is in, -1 for the root
	depth    int // 0 for the root
	children []*section
	first    string // URL of its first page
	found    bool   // there is a first page
	blocks   atomic.Pointer[[]*navBlock]
}

// place is where a page stands in the navigation: child of sec, or sec's own
// page when child is -1.
type place struct {
	sec   *section
	child int
}

// navBlock is the navigation as the pages of one section see it.
type navBlock struct {
	prefix string
	chunk  int
	html   []byte
	own    mark
	kids   []mark // from child chunk*chunkSize on
}

// mark says where in a block to put the attribute of the current page, and
// where its link ends. Both are 0 where the page has no link.
type mark struct{ attr, end int }

type navTree struct {
	root   *section
	places []place // by page number
	prune  bool
	chunk  int
}

func newNavTree(items []*NavItem, prune bool) *navTree {
	t := &navTree{root: &section{top: -1}}
	entries := t.add(t.root, items)
	t.prune = prune || entries > wholeLimit
	t.chunk = max(entries, 1)
	if t.prune {
		t.chunk = chunk
	}
	return t
}

func (t *navTree) add(s *section, items []*NavItem) (entries int) {
	s.children = make([]*section, len(items))
	for i, item := range items {
		if item == nil {
			continue
		}
		entries++
		top := s.top
		if s.parent == nil && s.item == nil {
			top = i
		}
		if len(item.Children) == 0 && !item.Section {
			t.put(item.Page, place{s, i})
			if !s.found && !item.External {
				s.first, s.found = item.URL, true
			}
			continue
		}
		c := &section{item: item, parent: s, index: i, top: top, depth: s.depth + 1}
		s.children[i] = c
		if item.Page >= 0 || item.URL != "" {
			c.first, c.found = item.URL, true
		}
		entries += t.add(c, item.Children)
		if item.Page >= 0 {
			t.put(item.Page, place{c, -1})
		}
		if !s.found && c.found {
			s.first, s.found = c.first, true
		}
	}
	return entries
}

func (t *navTree) put(page int, p place) {
	if page < 0 || page > 1<<24 {
		return
	}
	if page >= len(t.places) {
		t.places = slices.Grow(t.places, page+1-len(t.places))[:page+1]
	}
	t.places[page] = p
}

// of returns where a page stands; pages outside of the navigation see its root.
func (t *navTree) of(page int) place {
	if page >= 0 && page < len(t.places) && t.places[page].sec != nil {
		return t.places[page]
	}
	return place{t.root, -1}
}

func (s *section) items(root []*NavItem) []*NavItem {
	if s.item == nil {
		return root
	}
	return s.item.Children
}

// block returns the navigation for a place, rendering it the first time. Two
// goroutines may render the same block; one result is kept.
func (t *Theme) block(p place, prefix string) *navBlock {
	n := 0
	if p.child >= 0 {
		n = p.child / t.nav.chunk
	}
	for {
		old := p.sec.blocks.Load()
		if old != nil {
			for _, b := range *old {
				if b.chunk == n && b.prefix == prefix {
					return b
				}
			}
		}
		b := t.renderBlock(p.sec, prefix, n)
		var list []*navBlock
		if old != nil {
			list = slices.Clone(*old)
		}
		list = append(list, b)
		if p.sec.blocks.CompareAndSwap(old, &list) {
			return b
		}
	}
}

func (t *Theme) renderBlock(s *section, prefix string, n int) *navBlock {
	w := navWriter{t: t, target: s, block: &navBlock{prefix: prefix, chunk: n}}
	for a := s; a != nil; a = a.parent {
		w.chain = append(w.chain, a)
	}
	slices.Reverse(w.chain)
	dst := w.list(make([]byte, 0, 4096), t.nav.root)
	w.block.html = slices.Clip(dst)
	return w.block
}

type navWriter struct {
	t      *Theme
	target *section
	chain  []*section // from the root to the target
	block  *navBlock
}

func (w *navWriter) list(dst []byte, s *section) []byte {
	items := s.items(w.t.items)
	from, to := 0, len(items)
	if w.t.nav.prune && to > chunk {
		at := w.block.chunk * chunk
		if s != w.target {
			at = 0
			if s.depth+1 < len(w.chain) && w.chain[s.depth] == s {
				at = w.chain[s.depth+1].index
			}
		}
		from = at / chunk * chunk
		to = min(from+chunk, to)
	}
	if s == w.target {
		w.block.kids = make([]mark, to-from)
	}
	dst = append(dst, "<ul>\n"...)
	if from > 0 {
		dst = w.more(dst, items, from-1, -1, "nav_before", from)
	}
	for i := from; i < to; i++ {
		if items[i] == nil {
			continue
		}
		if c := s.children[i]; c != nil {
			dst = w.section(dst, c)
			continue
		}
		var m mark
		on := ""
		if s.item == nil {
			on = ` class="t"`
		}
		dst = append(dst, "<li"...)
		dst = append(dst, on...)
		dst = append(dst, '>')
		dst, m = w.link(dst, items[i], items[i].URL, "")
		dst = append(dst, "</li>\n"...)
		if s == w.target {
			w.block.kids[i-from] = m
		}
	}
	if to < len(items) {
		dst = w.more(dst, items, to, 1, "nav_after", len(items)-to)
	}
	return append(dst, "</ul>\n"...)
}

// more writes a link to the nearest page that a chunk leaves out.
func (w *navWriter) more(dst []byte, items []*NavItem, i, step int, key string, n int) []byte {
	for ; i >= 0 && i < len(items); i += step {
		if it := items[i]; it != nil && !it.External && (it.Page >= 0 || it.URL != "") {
			dst = append(dst, `<li class="more"><a href="`...)
			dst = appendLink(dst, w.block.prefix, it.URL)
			dst = append(dst, `">`...)
			dst = appendText(dst, w.t.text.get(key, strconv.Itoa(n)))
			return append(dst, "</a></li>\n"...)
		}
	}
	return dst
}

func (w *navWriter) section(dst []byte, s *section) []byte {
	on := s.depth < len(w.chain) && w.chain[s.depth] == s
	item := s.item
	own := item.Page >= 0 || item.URL != ""
	label := w.t.has.sections && (s.depth == 1 || s.depth == 2 && w.t.has.tabs)

	dst = append(dst, `<li class="s`...)
	if s.depth == 1 {
		dst = append(dst, " t"...)
	}
	if on {
		dst = append(dst, " on"...)
	}
	if label {
		dst = append(dst, " g"...)
	}
	if own {
		dst = append(dst, " o"...)
	}
	dst = append(dst, `">`...)
	var m mark
	if w.t.nav.prune && !on && s.found {
		dst, _ = w.link(dst, item, s.first, "p")
		return append(dst, "</li>\n"...)
	}
	if own {
		dst, m = w.link(dst, item, s.first, "")
		if s == w.target {
			w.block.own = m
		}
	}
	switch {
	case len(item.Children) == 0:
		if !own {
			dst = append(dst, "<span>"...)
			dst = w.label(dst, item)
			dst = append(dst, "</span>"...)
		}
	case label:
		if !own {
			dst = append(dst, "<span>"...)
			dst = w.label(dst, item)
			dst = append(dst, "</span>"...)
		}
		dst = w.list(dst, s)
	default:
		dst = append(dst, "<details"...)
		if on || w.t.has.expand {
			dst = append(dst, " open"...)
		}
		if own {
			dst = append(dst, `><summary aria-label="`...)
			dst = appendText(dst, w.t.text.get("section_toggle", item.Title))
			dst = append(dst, `"></summary>`...)
		} else {
			dst = append(dst, "><summary>"...)
			dst = w.label(dst, item)
			dst = append(dst, "</summary>"...)
		}
		dst = w.list(dst, s)
		dst = append(dst, "</details>"...)
	}
	return append(dst, "</li>\n"...)
}

func (w *navWriter) link(dst []byte, item *NavItem, url, class string) ([]byte, mark) {
	dst = append(dst, "<a"...)
	if item.External {
		class = "x"
	}
	if class != "" {
		dst = append(dst, ` class="`...)
		dst = append(dst, class...)
		dst = append(dst, '"')
	}
	dst = append(dst, ` href="`...)
	dst = appendLink(dst, w.block.prefix, url)
	dst = append(dst, '"')
	m := mark{attr: len(dst)}
	dst = append(dst, '>')
	dst = w.label(dst, item)
	dst = append(dst, "</a>"...)
	m.end = len(dst)
	return dst, m
}

func (w *navWriter) label(dst []byte, item *NavItem) []byte {
	if item.Icon != "" {
		if svg, ok := w.t.Icon(item.Icon); ok {
			dst = append(dst, `<span class="ni">`...)
			dst = append(dst, svg...)
			dst = append(dst, "</span>"...)
		}
	}
	dst = appendText(dst, item.Title)
	if item.Status != "" {
		dst = append(dst, ` <span class="status status-`...)
		dst = appendText(dst, item.Status)
		dst = append(dst, `">`...)
		dst = appendText(dst, w.t.status(item.Status))
		dst = append(dst, "</span>"...)
	}
	return dst
}

// status is what readers see of a page's status.
func (t *Theme) status(s string) string {
	if v := t.site.Statuses[s]; v != "" {
		return v
	}
	if v := t.text.get("status_" + s); v != "" {
		return v
	}
	return s
}

// appendNav writes the navigation with the current page marked. toc, when not
// nil, is written after the current page's link.
func (t *Theme) appendNav(dst []byte, p place, prefix string, toc []Heading) []byte {
	b := t.block(p, prefix)
	m := b.own
	if p.child >= 0 {
		m = b.kids[p.child-b.chunk*t.nav.chunk]
	}
	if m.attr == 0 {
		dst = append(dst, b.html...)
		return appendTOC(dst, toc)
	}
	dst = append(dst, b.html[:m.attr]...)
	dst = append(dst, ` aria-current="page"`...)
	dst = append(dst, b.html[m.attr:m.end]...)
	dst = appendTOC(dst, toc)
	return append(dst, b.html[m.end:]...)
}
