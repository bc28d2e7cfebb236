package site

import (
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/theme"
)

// Pages that Lintel writes have a source path, as those of authors do: a link
// to architecture/decisions.md resolves, and nav may name it. A file that the
// author has under that path wins.

// addVirtual adds a page that Lintel writes and returns it, or nil when its
// place is taken. write is called whenever the page is written; recipe digests
// what it is made from.
func (b *build) addVirtual(src, title string, write func(p *Page) theme.Generated, recipe func() string) *Page {
	if b.tree.lookup(src) != nil {
		return nil
	}
	f := &File{Src: src, Path: src, page: true, inclusion: notInNav, virtual: true}
	f.Dest, f.URL = destination(src, b.conf.UseDirectoryURLs)
	p := &Page{File: f, num: -1, title: title, navTitle: title, recipe: recipe}
	p.virtual = func() theme.Generated { return write(p) }
	p.parsed = &parsed{doc: &render.Doc{Page: src, Title: title}}
	p.parsed.facets([]byte(src))
	b.tree.add(f)
	b.pageOf[f] = p
	b.virtuals = append(b.virtuals, p)
	return p
}

// settleVirtual puts the pages of addVirtual in their places among the others.
func (b *build) settleVirtual() {
	if len(b.virtuals) == 0 {
		return
	}
	b.pages = append(b.pages, b.virtuals...)
	slices.SortFunc(b.pages, func(x, y *Page) int { return strings.Compare(x.Src, y.Src) })
	slices.SortFunc(b.tree.files, func(x, y *File) int { return strings.Compare(x.Src, y.Src) })
}
