package site

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// maxPage is the size above which a page is not read as Markdown: such a file is
// generated data, and its tree would take a hundred times its size in memory.
// Its page says so and links to the file, which is copied as it is.
const maxPage = 16 << 20

// parsed is a page as read, with what its reading depended on beside its own
// text, and digests of the facets that others ask for.
type parsed struct {
	doc      *render.Doc
	key      digest     // of the recipe: options, path, text
	asked    []question // files that were looked for, and what was there
	body     digest     // changes when the page's HTML may differ
	outline  digest     // of title, headings and ids
	meta     digest     // of the front matter
	findings []finding.Finding
	waivers  bool     // its text may hold waivers
	links    []linked // outcomes of resolving its links
	facts    facts    // what it says about the architecture
	used     int
	source   origin
	was      was
	named    digest // the lexicon of naming, as the cache has it
	math     bool   // the body holds formulas
	tagList  bool   // the body holds the mark of the tags plugin

	idsOnce sync.Once
	ids     map[string]struct{} // in composed form

	naming atomic.Pointer[naming] // what the body names, of the lexicon last asked for
}

// parsePages reads every page of the tree in parallel and returns them by Src.
func (b *build) parsePages(ctx context.Context) (map[*File]*parsed, error) {
	var pages []*File
	for _, f := range b.tree.files {
		if f.page && b.builds(f) {
			pages = append(pages, f)
		}
	}
	if b.peeking {
		return unread(pages), nil
	}
	out := make([]*parsed, len(pages))
	g, ctx := errgroup.WithContext(ctx)
	// Neighbours in order go to one worker in runs: pages of a folder share
	// what their reading touches.
	const run = 16
	workers := runtime.GOMAXPROCS(0)
	g.SetLimit(workers)
	for lo := 0; lo < len(pages); lo += run {
		g.Go(func() error {
			for i := lo; i < min(lo+run, len(pages)); i++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				out[i] = b.parsePage(pages[i])
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	m := make(map[*File]*parsed, len(pages))
	for i, f := range pages {
		m[f] = out[i]
	}
	return m, nil
}

func (b *build) parsePage(f *File) *parsed {
	m := &b.site.memo
	src, sum, early := b.source(f)
	if early != nil {
		return early
	}
	key := hashOf(version, b.recipe, f.Path, f.Src, string(sum[:]))
	m.mu.Lock()
	candidates := m.pages[key]
	m.mu.Unlock()
	for _, p := range candidates {
		if b.stillTrue(p.asked) {
			m.mu.Lock()
			p.used = b.generation
			m.mu.Unlock()
			b.stats.reused(&b.stats.memory)
			return p
		}
	}
	recipe := digest([]byte(b.recipe))
	if p := b.cached(f, key); p != nil {
		b.stats.reused(&b.stats.cache)
		p.was = was{recipe, sum}
		b.remember(p)
		return p
	}
	if src == nil {
		var err error
		if src, err = b.read(f); err != nil {
			return b.unreadable(f, err)
		}
	}
	p := b.readPage(f, src)
	p.key, p.was = key, was{recipe, sum}
	b.remember(p)
	b.stats.read(Redone{f.Path, b.why(f, recipe, sum)})
	return p
}

// remember files a page under its recipe.
func (b *build) remember(p *parsed) {
	m := &b.site.memo
	m.mu.Lock()
	defer m.mu.Unlock()
	p.used = b.generation
	var kept []*parsed
	for _, c := range m.pages[p.key] {
		if c.used >= b.generation-2 {
			kept = append(kept, c)
		}
	}
	m.pages[p.key] = append(kept, p)
}

// readPage turns the text of a page into what is kept of it.
func (b *build) readPage(f *File, src []byte) *parsed {
	p := &parsed{waivers: finding.HasWaivers(src)}
	t := &transform{b: b, file: f}
	text := t.run(src)
	p.doc = b.md.Parse(text, render.Page{
		Path: f.Path, Files: b.site.fsys, DocsDir: b.conf.DocsDir, ConfigDir: b.conf.Dir,
	})
	p.findings = append(t.findings, p.doc.Findings...)
	seen := map[string]bool{}
	for _, inc := range append(t.includes, p.doc.Includes...) {
		if seen[inc.Path] {
			continue
		}
		seen[inc.Path] = true
		q := question{kind: askFile, subject: inc.Path}
		q.answer = b.answer(q)
		p.asked = append(p.asked, q)
	}
	p.facts = b.readFacts(f, src)
	p.facets(src)
	return p
}

// facets digests what other pages ask of a page. The body's facet is that of
// all it was made from: cheaper than the HTML itself, and as exact.
func (p *parsed) facets(src []byte) {
	var sb strings.Builder
	d := p.doc
	sb.WriteString(d.Title)
	for i := range d.Headings {
		h := &d.Headings[i]
		fmt.Fprintf(&sb, "\x00%d\x00%s\x00%s\x00%s\x00%t", h.Level, h.ID, h.Alias, h.HTML, h.NoTOC)
	}
	for _, id := range d.IDs {
		sb.WriteByte(1)
		sb.WriteString(id)
	}
	p.outline = hashOf(sb.String())
	sb.Reset()
	writeValue(&sb, map[string]any(d.Meta))
	p.meta = hashOf(sb.String())
	p.math, p.tagList = d.Contains(`class="arithmatex"`), d.Contains(tagsMarker)
	sum := hashBytes(src)
	parts := []string{string(sum[:])}
	for _, q := range p.asked {
		parts = append(parts, q.subject, string(q.answer[:]))
	}
	p.body = hashOf(parts...)
}

// source returns the digest of a page's text, and the text itself when it had
// to be read for that.
func (b *build) source(f *File) (src []byte, sum digest, done *parsed) {
	if f.generated != nil {
		return f.generated, hashBytes(f.generated), nil
	}
	if f.size > maxPage {
		return nil, digest{}, b.unreadable(f, fmt.Errorf("it has %d MB; pages of up to %d MB are read", f.size>>20, maxPage>>20))
	}
	m := &b.site.memo
	m.mu.Lock()
	st, ok := m.stamps[f.Path]
	m.mu.Unlock()
	if ok && st.trusted && st.size == f.size && st.modTime.Equal(f.modTime) {
		return nil, st.sum, nil
	}
	src, err := b.read(f)
	if err != nil {
		return nil, digest{}, b.unreadable(f, err)
	}
	sum = hashBytes(src)
	m.stamp(f.Path, f.size, f.modTime, b.now, sum)
	return src, sum, nil
}

func (b *build) read(f *File) ([]byte, error) {
	if f.generated != nil {
		return f.generated, nil
	}
	return fs.ReadFile(b.site.fsys, f.Path)
}

// unreadable stands in for a page that cannot be read: it keeps its place, says
// what is wrong, and is reported.
func (b *build) unreadable(f *File, err error) *parsed {
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("it disappeared while the site was built")
	}
	fd := finding.Finding{
		Rule: "site/unreadable", Severity: finding.Error, Position: finding.Position{Path: f.Path},
		Message: "page cannot be read: " + unwrapPath(err).Error(),
		Hint:    "mend it, split it, or exclude it by exclude_docs",
	}
	text := "<p>" + html.EscapeString(fd.Message) + "</p>\n"
	if f.size > maxPage {
		to := html.EscapeString(relativeURL(quoteURL(f.Src), f.URL))
		text += "\n<p><a href=\"" + to + "\">" + html.EscapeString(path.Base(f.Src)) + "</a></p>\n"
	}
	doc := b.md.Parse([]byte(text), render.Page{Path: f.Path})
	p := &parsed{doc: doc, findings: []finding.Finding{fd}}
	p.facets([]byte(fd.Message))
	p.key = p.body
	return p
}
