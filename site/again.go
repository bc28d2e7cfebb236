package site

import (
	"context"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// BuildAfter is Build for whoever knows what changed since the last build:
// slash paths below the project's root. It looks at those and takes the rest
// for what it was. Where they touch more than the text of pages, or the caller
// may have missed something, it is up to Build, which looks at everything; both
// give the same snapshot.
func (s *Site) BuildAfter(ctx context.Context, changed []string) (*Snapshot, error) {
	if s.last == nil {
		return s.Build(ctx)
	}
	if snap := s.again(ctx, changed); snap != nil {
		s.last = snap
		return snap, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.Build(ctx)
}

// again makes a snapshot from the last one by looking at the files at some
// paths. It returns nil when more has to be done than writing some pages anew.
//
// The stages of a build are values that depend on less and less: the tree on
// the names of files, the model (navigation, titles, tags, theme) on what pages
// say about themselves, a page on its own text. As long as the names and what
// pages say about themselves are the same, so are the tree and the model, and
// they are shared with the last build. What they point to then is a Page of
// that build, which says the same of itself; what is written and checked comes
// from build.pages.
func (s *Site) again(ctx context.Context, changed []string) *Snapshot {
	last := s.last
	old := last.b
	if len(changed) > maxAgain {
		return nil
	}
	nb := *old
	nb.now, nb.stats = s.opts.Now(), &stats{memory: len(old.pages)}
	b := &nb
	dirty := map[*File]*File{} // of the last build → as it is now
	for _, p := range changed {
		if old.consults(p) {
			return nil
		}
		if ok := b.look(p, dirty); !ok {
			return nil
		}
	}
	if len(dirty) == 0 {
		return last
	}
	b.tree = old.tree.with(dirty)
	b.pages = slices.Clone(old.pages)
	b.pageOf = maps.Clone(old.pageOf)
	snap := &Snapshot{b: b, byPath: maps.Clone(last.byPath), files: slices.Clone(last.files), dirs: last.dirs, pool: last.pool, now: b.now, id: last.id + 1, since: last.id}
	var redo []*Page
	outlines := map[string]bool{} // sources of pages whose anchors changed
	for was, is := range dirty {
		delete(b.pageOf, was)
		p := old.pageOf[was]
		if p == nil {
			snap.touch(is, nil)
			continue
		}
		q := p.with(is)
		q.parsed = b.parsePage(is)
		if !b.sameModel(p, q) || ctx.Err() != nil {
			return nil
		}
		if p.parsed.outline != q.parsed.outline {
			outlines[is.Src] = true
		}
		if !slices.Equal(p.parsed.asked, q.parsed.asked) {
			b.watched = &watching{}
		}
		b.put(p, q)
		snap.touch(is, q)
		redo = append(redo, q)
	}
	for _, p := range redo {
		b.checkPage(p)
	}
	for i, p := range b.pages {
		if len(outlines) == 0 {
			break
		}
		// dirty pages have been checked by now
		if p == old.pages[i] && p.asksOutline(outlines) {
			q := p.with(p.File)
			b.checkPage(q)
			if slices.Equal(q.hrefs, p.hrefs) && slices.EqualFunc(q.linkFindings, p.linkFindings, finding.Finding.Equal) {
				continue
			}
			b.put(p, q)
			snap.touch(p.File, q)
		}
	}
	for _, p := range redo {
		if o := old.pages[p.index].parsed; o != p.parsed {
			s.memo.drop(o)
		}
	}
	snap.findings = b.allFindings()
	return snap
}

// maxAgain is how many changed paths are looked at one by one.
const maxAgain = 64

// consults reports whether the file at a path is read for something else than the
// page or the file that it is.
func (b *build) consults(p string) bool {
	if slices.Contains(b.conf.Sources, p) || slices.Contains(b.sources, p) {
		return true
	}
	if _, ok := b.metaFiles[p]; ok {
		return true
	}
	if d := b.conf.Theme.CustomDir; d != "" && (p == d || strings.HasPrefix(p, d+"/")) {
		return true
	}
	return b.navFiles[p] || slices.ContainsFunc(b.conf.ExtraTemplates, func(t string) bool { return b.conf.DocsDir+"/"+t == p })
}

// look compares the file at a path with what the build knows of it, and notes
// what has to be read again. It reports false when files came or went.
func (b *build) look(p string, dirty map[*File]*File) bool {
	info, err := fs.Stat(b.site.fsys, p)
	there := err == nil && info.Mode().IsRegular()
	f := b.tree.at(p)
	switch {
	case f != nil && !there, b.tree.left[p]:
		return false
	case f == nil && there && strings.HasPrefix(path.Base(p), ".") && !strings.Contains(b.conf.ExcludeDocs, "!"):
		// Not part of any site: what a plugin reads is known to consults.
	case f == nil && err == nil && b.tree.holds(p):
		return false // new, or a folder
	case f == nil && b.tree.below(p):
		return false // a folder that is gone
	}
	if f != nil && f.inclusion != excluded {
		is := *f
		is.size, is.modTime = info.Size(), info.ModTime()
		dirty[f] = &is
	}
	// Pages that include the file, or looked for it.
	for _, pg := range b.pages {
		if dirty[pg.File] == nil && slices.ContainsFunc(pg.parsed.asked, func(q question) bool { return q.kind == askFile && q.subject == p }) {
			is := *pg.File
			dirty[pg.File] = &is
		}
	}
	return true
}

// sameModel reports whether two readings of a page say the same of it to the
// rest of the site. Whatever the model takes from pages has to be compared here.
func (b *build) sameModel(p, q *Page) bool {
	x, y := p.parsed, q.parsed
	if x.doc.Title != y.doc.Title || x.meta != y.meta || x.math != y.math || x.tagList != y.tagList ||
		(p.size > maxPage) != (q.size > maxPage) {
		return false
	}
	// What a page says about the architecture has places in its text, and parts
	// are put into bodies by place.
	if x.facts != (facts{}) || y.facts != (facts{}) || len(p.parts) > 0 || p.record != nil || p.virtual != nil ||
		y.doc.Contains(marker) {
		return false
	}
	if b.lexicon == nil {
		return true
	}
	// Who links to and names what is listed.
	return slices.Equal(leadingAway(x.doc), leadingAway(y.doc)) &&
		slices.EqualFunc(b.mentions(p), b.mentions(q), func(a, b mention) bool { return a.entry == b.entry })
}

// leadingAway returns the targets of the links that leave a page: headings link to
// themselves.
func leadingAway(d *render.Doc) (to []string) {
	for _, l := range d.Links {
		if !strings.HasPrefix(l.Dest, "#") {
			to = append(to, l.Dest)
		}
	}
	return to
}

// with returns the page with another state of its file.
func (p *Page) with(f *File) *Page {
	q := *p
	q.File = f
	return &q
}

func (p *Page) asksOutline(of map[string]bool) bool {
	for i := range p.parsed.links {
		l := &p.parsed.links[i]
		for j := range l.asked {
			if l.asked[j].kind == askOutline && of[l.asked[j].subject] {
				return true
			}
		}
	}
	return false
}

// put puts a page in the place of its former state.
func (b *build) put(p, q *Page) {
	b.pages[p.index] = q
	delete(b.pageOf, p.File)
	b.pageOf[q.File] = q
}

// touch notes that the output of a file is another one.
func (s *Snapshot) touch(f *File, p *Page) {
	old := s.byPath[f.Dest]
	if old == nil || old.data != nil || old.stream != nil {
		return
	}
	o := &output{path: f.Dest, page: p}
	if p == nil {
		o.src = f
	}
	s.byPath[f.Dest] = o
	if i, ok := slices.BinarySearchFunc(s.files, f.Dest, func(o *output, p string) int { return strings.Compare(o.path, p) }); ok {
		s.files[i] = o
	}
	s.touched = append(s.touched, o)
}

// treePaths finds files by where they are read.
type treePaths struct {
	once   sync.Once
	byPath map[string]*File
}

// at returns the file that is read at a path below the project's root.
func (t *tree) at(p string) *File {
	t.paths.once.Do(func() {
		m := make(map[string]*File, len(t.files))
		for _, f := range t.files {
			if f.generated == nil && !f.virtual {
				m[f.Path] = f
			}
		}
		t.paths.byPath = m
	})
	return t.paths.byPath[p]
}

// holds reports whether a path lies in a folder that was scanned.
func (t *tree) holds(p string) bool {
	return slices.ContainsFunc(t.roots, func(r string) bool { return r == "." || p == r || strings.HasPrefix(p, r+"/") })
}

// below reports whether a file of the tree lies below a path.
func (t *tree) below(p string) bool {
	return slices.ContainsFunc(t.files, func(f *File) bool { return strings.HasPrefix(f.Path, p+"/") })
}

// with returns the tree with other states of some of its files.
func (t *tree) with(now map[*File]*File) *tree {
	n := &tree{files: slices.Clone(t.files), bySrc: maps.Clone(t.bySrc), roots: t.roots, left: t.left}
	for was, is := range now {
		if i, ok := slices.BinarySearchFunc(n.files, was.Src, func(f *File, src string) int { return strings.Compare(f.Src, src) }); ok && n.files[i] == was {
			n.files[i] = is
		} else if i := slices.Index(n.files, was); i >= 0 {
			n.files[i] = is
		}
		n.bySrc[is.Src] = is
	}
	return n
}

// drop forgets a page that another one took the place of.
func (m *memo) drop(p *parsed) {
	m.mu.Lock()
	defer m.mu.Unlock()
	kept := slices.DeleteFunc(slices.Clone(m.pages[p.key]), func(o *parsed) bool { return o == p })
	if len(kept) == 0 {
		delete(m.pages, p.key)
	} else {
		m.pages[p.key] = kept
	}
}
