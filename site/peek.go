package site

import (
	"context"

	"github.com/lintel-docs/lintel/render"
)

// Peek returns a snapshot for whoever cannot wait for a build: the files and the
// navigation are there, a page is read when it is written, and what pages say of
// themselves to each other is not known yet. Titles that no navigation gives are
// those of file names, nothing is found, and the search data are empty. A Build
// afterwards gives the snapshot that counts, and has to read nothing again.
func (s *Site) Peek(ctx context.Context) (*Snapshot, error) {
	if err := s.configure(); err != nil {
		return nil, err
	}
	b := s.begin()
	b.peeking = true
	if err := b.scan(ctx); err != nil {
		return nil, err
	}
	if err := b.load(ctx); err != nil {
		return nil, err
	}
	b.navigate()
	b.settleLinks()
	snap := b.snapshot()
	snap.findings = nil
	return snap, ctx.Err()
}

// unread stands in for pages that nobody has looked at.
func unread(pages []*File) map[*File]*parsed {
	p := &parsed{doc: &render.Doc{}}
	out := make(map[*File]*parsed, len(pages))
	for _, f := range pages {
		out[f] = p
	}
	return out
}

// opened returns a page of a peek as it is when it has been read.
func (b *build) opened(p *Page) *Page {
	q := p.with(p.File)
	q.parsed = b.parsePage(p.File)
	q.meta = b.metaOf(q)
	q.title = b.titleOf(q)
	q.hrefs = b.linksOf(q).hrefs
	return q
}
