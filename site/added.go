package site

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/theme"
)

// What Lintel adds to the pages that authors write: links on what the prose
// names, and what a view leaves out. It is spliced into the finished body, so
// that reading a page does not depend on it.

// part is a piece of HTML that is put into an author's page.
type part struct {
	start, end int // in render.Doc.Body
	write      func() theme.Generated
	recipe     func() string // digest of what write writes
}

// naming is what a body names, as one lexicon has it.
type naming struct {
	sum      digest
	mentions []mention
}

// mentions returns what the body of a page names.
func (b *build) mentions(p *Page) []mention {
	lx := b.lexicon
	if lx == nil || p.virtual != nil {
		return nil
	}
	if n := p.parsed.naming.Load(); n != nil && n.sum == lx.sum {
		return n.mentions
	}
	n := &naming{lx.sum, lx.mentions(p.parsed.doc.Body(), p.Path)}
	p.parsed.naming.Store(n)
	return n.mentions
}

// linked reports whether a mention on a page becomes a link there.
func (e *lexEntry) linked(p *Page) bool { return e.page != p }

// splices returns what is put into the body of a page, in its order.
func (b *build) splices(p *Page) []render.Splice {
	named := b.mentions(p)
	if len(named) == 0 && len(p.parts) == 0 {
		return nil
	}
	body := p.parsed.doc.Body()
	out := make([]render.Splice, 0, len(named)+len(p.parts))
	for _, m := range named {
		if e := b.lexicon.entries[m.entry]; e.linked(p) {
			out = append(out, render.Splice{Start: int(m.start), End: int(m.end), HTML: appendMention(nil, e, body[m.start:m.end], p.URL)})
		}
	}
	for _, x := range p.parts {
		out = append(out, render.Splice{Start: x.start, End: x.end, HTML: x.write().HTML})
	}
	slices.SortStableFunc(out, func(a, b render.Splice) int { return a.Start - b.Start })
	// A part may stand in place of text that names something.
	last := 0
	return slices.DeleteFunc(out, func(s render.Splice) bool {
		if s.Start < last {
			return true
		}
		last = s.End
		return false
	})
}

func appendMention(dst []byte, e *lexEntry, text []byte, from string) []byte {
	if e.url == "" {
		dst = append(dst, `<abbr title="`...)
		dst = append(dst, html.EscapeString(e.title)...)
		dst = append(dst, `">`...)
		dst = append(dst, text...)
		return append(dst, `</abbr>`...)
	}
	dst = append(dst, `<a class="x x-`...)
	dst = append(dst, e.kind...)
	if e.card != "" {
		dst = append(dst, `" data-card="`...)
		dst = append(dst, html.EscapeString(relativeURL(e.card, from))...)
	}
	dst = append(dst, `" href="`...)
	dst = append(dst, html.EscapeString(relativeURL(e.url, from))...)
	dst = append(dst, `">`...)
	dst = append(dst, text...)
	return append(dst, `</a>`...)
}

// addedRecipe writes the recipe of all that is added to a page.
func (b *build) addedRecipe(sb *strings.Builder, p *Page) {
	if p.recipe != nil {
		sb.WriteString(p.recipe())
	}
	for _, x := range p.parts {
		fmt.Fprintf(sb, "%d-%d:%s\x00", x.start, x.end, x.recipe())
	}
	if p.record != nil {
		fmt.Fprintf(sb, "%s\x00", sumOfValue(p.record))
	}
	for _, m := range b.mentions(p) {
		sb.WriteString(b.lexicon.entries[m.entry].mark)
	}
}

// headingEnd returns the place in a body behind a heading, or -1.
func headingEnd(body []byte, h *render.Heading) int {
	at := bytes.Index(body, fmt.Appendf(nil, "<h%d id=%q", h.Level, html.EscapeString(h.ID)))
	if at < 0 {
		at = bytes.Index(body, fmt.Appendf(nil, " id=\"%s\"", html.EscapeString(h.ID)))
	}
	if at < 0 {
		return -1
	}
	end := fmt.Appendf(nil, "</h%d>", h.Level)
	i := bytes.Index(body[at:], end)
	if i < 0 {
		return -1
	}
	return at + i + len(end)
}

// ownEnd returns the place of the next heading behind a place in a body, or its
// end.
func ownEnd(body []byte, from int) int {
	for i := from; i < len(body); {
		j := bytes.Index(body[i:], []byte("<h"))
		if j < 0 {
			break
		}
		i += j
		if i+3 < len(body) && body[i+2] >= '1' && body[i+2] <= '6' && (body[i+3] == ' ' || body[i+3] == '>') {
			return i
		}
		i += 2
	}
	return len(body)
}
