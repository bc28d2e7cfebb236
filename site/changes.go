package site

import "slices"

// Changes are the differences between two snapshots of a site, as someone sees
// them who has the older one open.
type Changes struct {
	// Pages are the URLs of the pages whose own content changed, was added or is
	// gone, in the order of their sources.
	Pages []string
	// Files are the output paths of other files that changed: images, styles.
	Files []string
	// Chrome is set when something around every page changed: navigation, theme.
	Chrome bool
}

// None reports whether nothing changed.
func (c Changes) None() bool { return len(c.Pages) == 0 && len(c.Files) == 0 && !c.Chrome }

// Changes compares the snapshot with an earlier one of the same Site. It looks
// at what pages are made from and writes none of them.
func (s *Snapshot) Changes(old *Snapshot) Changes {
	var c Changes
	if old == nil {
		c.Chrome = true
		return c
	}
	if s == old {
		return c
	}
	if s.id != 0 && s.since == old.id && len(s.touched) > 0 { // pages alone differ, and it is known which
		for _, o := range s.touched {
			was := old.byPath[o.path]
			switch {
			case o.page == nil:
				c.Files = append(c.Files, o.path)
			case !s.samePage(o, old, was):
				c.Pages = append(c.Pages, o.page.URL)
			}
		}
		return c
	}
	for _, o := range s.files {
		was := old.byPath[o.path]
		switch {
		case o.page != nil:
			if was == nil || was.page == nil || !s.samePage(o, old, was) {
				c.Pages = append(c.Pages, o.page.URL)
			}
		case o.src != nil:
			if was == nil || was.src == nil || was.src.size != o.src.size || !was.src.modTime.Equal(o.src.modTime) {
				c.Files = append(c.Files, o.path)
			}
		}
	}
	for _, o := range old.files {
		if o.page != nil && (s.byPath[o.path] == nil || s.byPath[o.path].page == nil) {
			c.Pages = append(c.Pages, o.page.URL)
		} else if o.src != nil && s.byPath[o.path] == nil {
			c.Files = append(c.Files, o.path)
		}
	}
	c.Chrome = s.b.chromeSum() != old.b.chromeSum()
	return c
}

// samePage compares what is inside of a page's article in two snapshots.
func (s *Snapshot) samePage(o *output, old *Snapshot, was *output) bool {
	p, q := o.page, was.page
	return p.parsed.body == q.parsed.body && p.title == q.title && slices.Equal(p.hrefs, q.hrefs) && s.b.recipe == old.b.recipe
}
