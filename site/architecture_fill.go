package site

import (
	"bytes"
	"html"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/theme"
)

// marker begins a comment that stands where an author wants something that
// Lintel writes: <!-- lintel:matrix -->.
const marker = "<!-- lintel:"

// fillMarkers puts what markers ask for in their places.
func (b *build) fillMarkers(p *Page) {
	body := p.parsed.doc.Body()
	for at := 0; ; {
		i := bytes.Index(body[at:], []byte(marker))
		if i < 0 {
			return
		}
		start := at + i
		j := bytes.Index(body[start:], []byte("-->"))
		if j < 0 {
			return
		}
		end := start + j + 3
		name := strings.TrimSpace(string(body[start+len(marker) : end-3]))
		if write, value := b.generator(p, name); write != nil {
			p.parts = append(p.parts, part{start, end, write, func() string { return name + sumOfValue(value()) }})
		}
		at = end
	}
}

// generator returns what writes the thing that a marker names, and the value
// that it depends on; nil for another name.
func (b *build) generator(p *Page, name string) (write func() theme.Generated, value func() any) {
	base := p.base()
	switch name {
	case "decisions":
		return func() theme.Generated { return b.theme.DecisionLog(base, b.drawnLog(p)) }, func() any { return b.decisionLog() }
	case "elements":
		return func() theme.Generated { return b.theme.Elements(base, b.elementRows(nil)) }, func() any { return b.elementRows(nil) }
	case "views":
		return func() theme.Generated { return b.theme.ViewsPage(base, b.viewsPage()) }, func() any { return b.viewsPage() }
	case "matrix":
		return func() theme.Generated { m := b.matrix(); return b.theme.MatrixOf(base, &m) }, func() any { return b.matrix() }
	case "glossary":
		return func() theme.Generated { return b.theme.Glossary(base, b.terms()) }, func() any { return b.terms() }
	case "operations":
		return func() theme.Generated { return b.theme.Operations(base, b.operations()) }, func() any { return b.operations() }
	}
	return nil, nil
}

// fillView adds to the page of a view the figures and tables for which it has a
// heading and nothing below it.
func (b *build) fillView(p *Page, page *sad.Page, v *sad.View) {
	body := p.parsed.doc.Body()
	for i := range page.Parts {
		part := &page.Parts[i]
		h := headingAt(p.parsed.doc, part)
		if h == nil {
			continue
		}
		at := headingEnd(body, h)
		if at < 0 {
			continue
		}
		switch part.Kind {
		case sad.PartPrimary:
			if !part.Figure {
				b.addPart(p, at, func() theme.Generated { return theme.Generated{HTML: b.draw(b.viewGraph(v), p, "__view")} }, func() any { return b.viewGraph(v) })
			}
		case sad.PartContext:
			if !part.Figure {
				b.addPart(p, at, func() theme.Generated { return theme.Generated{HTML: b.draw(b.contextGraph(v), p, "__context")} }, func() any { return b.contextGraph(v) })
			}
		case sad.PartCatalog, sad.PartElements:
			if part.Table || part.Kind == sad.PartCatalog && page.Part(sad.PartElements) != nil {
				continue
			}
			rows := func() []theme.Element { return b.elementRows(v.Elements) }
			b.addPart(p, ownEnd(body, at), func() theme.Generated { return b.theme.Catalog(p.base(), rows()) }, func() any { return rows() })
			if page.Part(sad.PartRelations) == nil {
				b.addRelations(p, ownEnd(body, at), v)
			}
		case sad.PartRelations:
			if !part.Table {
				b.addRelations(p, ownEnd(body, at), v)
			}
		}
	}
	b.linkFigures(p)
	slices.SortStableFunc(p.parts, func(x, y part) int { return x.start - y.start })
}

func (b *build) addRelations(p *Page, at int, v *sad.View) {
	if len(v.Relations()) == 0 {
		return
	}
	rows := func() (out []theme.Relation) {
		for _, r := range v.Relations() {
			out = append(out, b.arch.relation(r))
		}
		return out
	}
	b.addPart(p, at, func() theme.Generated { return b.theme.Relations(p.base(), rows()) }, func() any { return rows() })
}

func (b *build) addPart(p *Page, at int, write func() theme.Generated, value func() any) {
	p.parts = append(p.parts, part{at, at, write, func() string { return sumOfValue(value()) }})
}

// headingAt returns the heading of a section that package sad found.
func headingAt(d *render.Doc, part *sad.Part) *render.Heading {
	for i := range d.Headings {
		if d.Headings[i].Line == part.Line {
			return &d.Headings[i]
		}
	}
	for i := range d.Headings {
		if d.Headings[i].Title == part.Title {
			return &d.Headings[i]
		}
	}
	return nil
}

// anchorTerms gives the terms of a glossary page anchors to link to.
func (b *build) anchorTerms(p *Page, page *sad.Page) {
	body := p.parsed.doc.Body()
	for _, t := range page.Terms {
		if at := termAt(body, t.ID); at >= 0 {
			anchor := []byte(`<span id="` + html.EscapeString(theme.TermID(t.ID)) + `" hidden></span>`)
			p.parts = append(p.parts, part{at, at, func() theme.Generated { return theme.Generated{HTML: anchor} }, func() string { return string(anchor) }})
		}
	}
	slices.SortStableFunc(p.parts, func(x, y part) int { return x.start - y.start })
}

// termAt returns the place of a term in the body of a glossary page: in a cell,
// a defined term or a heading of a list; -1 when it is not found.
func termAt(body []byte, term string) int {
	text := html.EscapeString(term)
	for _, open := range [...]string{"<td>", "<td><strong>", "<td><code>", "<td><b>", "<dt>", "<dt><strong>", "<li><strong>", "<td class=\"align-left\">", "<td class=\"align-left\"><strong>"} {
		at := 0
		for {
			i := bytes.Index(body[at:], []byte(open+text))
			if i < 0 {
				break
			}
			i += at
			end := i + len(open) + len(text)
			if end < len(body) && (body[end] == '<' || body[end] == ' ' || body[end] == '\n' || body[end] == '(') {
				return i + strings.IndexByte(open, '>') + 1
			}
			at = end
		}
	}
	return -1
}
