package site

import (
	"bytes"
	"cmp"
	"html"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/render/diagram"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/theme"
)

// Figures that Lintel draws from the model. Their layout is kept by what was
// drawn: an element's page is drawn again when its neighbourhood changed.

// draw returns the figure of a graph on a page.
func (b *build) draw(g *diagram.Graph, page *Page, prefix string) []byte {
	if g == nil || len(g.Nodes) == 0 {
		return nil
	}
	key := hashOf("draw", diagram.Version, prefix, page.URL, sumOfValue(g))
	m := &b.site.memo
	m.mu.Lock()
	kept := m.drawn[key]
	if kept != nil {
		kept.used = b.generation
	}
	m.mu.Unlock()
	if kept != nil {
		return kept.svg
	}
	h := *g
	h.Nodes = slices.Clone(g.Nodes)
	for i := range h.Nodes {
		if u := h.Nodes[i].Href; u != "" {
			h.Nodes[i].Href = relativeURL(u, page.URL)
		}
	}
	dst := []byte(`<figure class="diagram"><div class="dg-scroll">`)
	dst = h.AppendSVG(dst, diagram.Options{Prefix: prefix, Label: g.Title})
	dst = append(dst, "</div></figure>\n"...)
	m.mu.Lock()
	m.drawn[key] = &drawn{dst, b.generation}
	m.mu.Unlock()
	return dst
}

// drawn is a figure that was drawn.
type drawn struct {
	svg  []byte
	used int
}

func shapeOf(e *sad.Element) diagram.Shape {
	switch e.Family {
	case sad.Store:
		return diagram.Cylinder
	case sad.Connector:
		return diagram.Queue
	case sad.People:
		return diagram.Actor
	case sad.File:
		return diagram.Document
	case sad.Entity:
		return diagram.Rect
	case sad.Component, sad.Process:
		return diagram.Rounded
	default:
		return diagram.Rect
	}
}

func (a *architecture) node(e *sad.Element, class string) diagram.Node {
	if e.External {
		class = strings.TrimSpace(class + " external")
	}
	return diagram.Node{
		ID: e.ID, Label: e.Label(a.lang), Sub: e.Technology, Shape: shapeOf(e), Class: class, Href: a.refOf[e.ID].URL, Tooltip: e.Description,
	}
}

func edgeOf(r *sad.Relation, label bool) diagram.Edge {
	e := diagram.Edge{From: r.From, To: r.To, Head: diagram.Arrow}
	if r.Undirected {
		e.Head = diagram.None
	}
	if label {
		e.Label = cmp.Or(r.Via, r.Data, r.Kind)
	}
	return e
}

// viewGraph is the primary presentation of a view.
func (b *build) viewGraph(v *sad.View) *diagram.Graph {
	a := b.arch
	g := &diagram.Graph{Title: cmp.Or(v.Title, v.ID), Direction: diagram.LR}
	in := map[string]bool{}
	var shown []*sad.Element
	for _, id := range v.Elements {
		if e := a.model.Element(id); e != nil && !e.Hidden && !in[e.ID] {
			in[e.ID] = true
			shown = append(shown, e)
		}
	}
	// A parent that is shown is a box around its parts.
	group := map[string]bool{}
	for _, e := range shown {
		if in[e.Parent] && e.Parent != e.ID {
			group[e.Parent] = true
		}
	}
	for _, e := range shown {
		parent := ""
		if in[e.Parent] && e.Parent != e.ID {
			parent = e.Parent
		}
		if group[e.ID] {
			g.Groups = append(g.Groups, diagram.Group{ID: e.ID, Label: e.Label(a.lang), Parent: parent, Href: a.refOf[e.ID].URL})
			continue
		}
		n := a.node(e, "")
		n.Group = parent
		g.Nodes = append(g.Nodes, n)
	}
	seen := map[diagram.Edge]bool{}
	for _, r := range v.Relations() {
		e := edgeOf(r, len(v.Relations()) <= 40)
		if !in[r.From] || !in[r.To] || seen[e] || group[r.From] && group[r.To] && r.From == r.To {
			continue
		}
		seen[e] = true
		g.Edges = append(g.Edges, e)
	}
	for i := range g.Groups {
		if u := g.Groups[i].Href; u != "" {
			g.Groups[i].Href = ""
		}
	}
	return g
}

// contextGraph shows a view as one box among the elements around it.
func (b *build) contextGraph(v *sad.View) *diagram.Graph {
	a := b.arch
	g := &diagram.Graph{Title: cmp.Or(v.Title, v.ID), Direction: diagram.LR}
	inside, around := map[string]bool{}, map[string]bool{}
	var order []*sad.Element
	for _, id := range v.Elements {
		if e := a.model.Element(id); e != nil {
			inside[e.ID] = !e.External
			if e.External && !around[e.ID] {
				around[e.ID] = true
				order = append(order, e)
			}
		}
	}
	const scope = "__scope"
	g.Nodes = append(g.Nodes, diagram.Node{ID: scope, Label: g.Title, Shape: diagram.Rect, Class: "focus"})
	seen := map[diagram.Edge]bool{}
	for id := range inside {
		if !inside[id] {
			continue
		}
		for _, rs := range [][]*sad.Relation{a.model.In(id), a.model.Out(id)} {
			for _, r := range rs {
				e := edgeOf(r, true)
				other := e.From
				if inside[e.From] {
					other, e.From = e.To, scope
				} else {
					e.To = scope
				}
				x := a.model.Element(other)
				if x == nil || inside[other] || seen[e] {
					continue
				}
				if !around[other] {
					around[other] = true
					order = append(order, x)
				}
				seen[e] = true
				g.Edges = append(g.Edges, e)
			}
		}
	}
	slices.SortFunc(order, func(x, y *sad.Element) int { return strings.Compare(x.ID, y.ID) })
	slices.SortFunc(g.Edges, func(x, y diagram.Edge) int {
		return cmp.Or(strings.Compare(x.From, y.From), strings.Compare(x.To, y.To), strings.Compare(x.Label, y.Label))
	})
	for _, e := range order {
		g.Nodes = append(g.Nodes, a.node(e, "external"))
	}
	if len(g.Nodes) == 1 {
		return nil
	}
	return g
}

// nearGraph shows an element with those that it has a relation with.
func (b *build) nearGraph(e *sad.Element) *diagram.Graph {
	a := b.arch
	g := &diagram.Graph{Title: e.Label(a.lang), Direction: diagram.LR, Nodes: []diagram.Node{a.node(e, "focus")}}
	g.Nodes[0].Href = ""
	in := map[string]bool{e.ID: true}
	seen := map[diagram.Edge]bool{}
	for _, rs := range [][]*sad.Relation{a.model.In(e.ID), a.model.Out(e.ID)} {
		for _, r := range rs {
			x := edgeOf(r, true)
			if seen[x] || len(g.Nodes) > 24 {
				continue
			}
			seen[x] = true
			other := r.From
			if other == e.ID {
				other = r.To
			}
			if o := a.model.Element(other); o != nil && !in[o.ID] {
				in[o.ID] = true
				g.Nodes = append(g.Nodes, a.node(o, ""))
			}
			g.Edges = append(g.Edges, x)
		}
	}
	if len(g.Nodes) == 1 {
		return nil
	}
	return g
}

// decisionGraph shows which decision took the place of which; those that stand
// alone are left out.
func (b *build) decisionGraph() *diagram.Graph {
	a := b.arch
	g := &diagram.Graph{Title: a.words["adr_graph"], Direction: diagram.LR}
	in := map[*adr.Record]bool{}
	node := func(r *adr.Record) {
		if in[r] {
			return
		}
		in[r] = true
		class := "st-" + string(r.Status)
		if !r.InForce() {
			class += " muted"
		}
		g.Nodes = append(g.Nodes, diagram.Node{
			ID: recordKey(r), Label: adrName(r.ID) + "\n" + r.Title, Shape: diagram.Rounded, Class: class, Href: a.recordRef(r, "").URL,
			Sub: cmp.Or(a.words["adr_"+string(r.Status)], r.RawStatus),
		})
	}
	const most = 150
	for _, r := range a.log.Records {
		for _, s := range a.log.Superseders(r) {
			if len(g.Nodes) >= most {
				return g
			}
			node(r)
			node(s.From)
			e := diagram.Edge{From: recordKey(r), To: recordKey(s.From), Head: diagram.Arrow}
			if s.Partial {
				e.Stroke, e.Label = diagram.Dotted, a.words["adr_partial"]
			}
			g.Edges = append(g.Edges, e)
		}
	}
	return g
}

func (b *build) drawDecisions(p *Page) []byte { return b.draw(b.decisionGraph(), p, "__decisions") }

func (b *build) drawNear(e *sad.Element, p *Page) []byte { return b.draw(b.nearGraph(e), p, "__near") }

// linkFigure makes links of the boxes of drawn diagrams that are elements.
func (b *build) linkFigures(p *Page) {
	a := b.arch
	body := p.parsed.doc.Body()
	attr := []byte(` data-id="`)
	last := -1 // where the drawing begins that links were made in
	for at := 0; ; {
		i := bytes.Index(body[at:], attr)
		if i < 0 {
			return
		}
		at += i + len(attr)
		j := bytes.IndexByte(body[at:], '"')
		if j < 0 {
			return
		}
		id := html.UnescapeString(string(body[at : at+j]))
		start := bytes.LastIndexByte(body[:at], '<')
		tag := tagEnd(body, start)
		if !bytes.HasPrefix(body[start:], []byte(`<g class="dg-n `)) || bytes.HasSuffix(bytes.TrimRight(body[:start], " \n"), []byte(`">`)) && insideLink(body, start) {
			continue
		}
		e := a.model.Element(id)
		if e == nil || a.element[e.ID] == nil {
			continue
		}
		end := skipElement(body, tag, "g")
		if end == tag {
			continue
		}
		open := []byte(`<a href="` + html.EscapeString(relativeURL(a.element[e.ID].URL, p.URL)) + `">`)
		fixed := func(h []byte) (func() theme.Generated, func() string) {
			return func() theme.Generated { return theme.Generated{HTML: h} }, func() string { return string(h) }
		}
		if i := bytes.LastIndex(body[:start], []byte("<svg ")); i > last {
			last = i
			// Nobody can get at the parts of an image.
			img := []byte(` role="img"`)
			if k := bytes.Index(body[i:tagEnd(body, i)], img); k >= 0 {
				w, r := fixed([]byte(` role="group"`))
				p.parts = append(p.parts, part{i + k, i + k + len(img), w, r})
			}
		}
		w, r := fixed(open)
		p.parts = append(p.parts, part{start, start, w, r})
		w, r = fixed([]byte("</a>"))
		p.parts = append(p.parts, part{end, end, w, r})
		at = end
	}
}

// insideLink reports whether the element that begins at i is the content of a
// link that the author made.
func insideLink(body []byte, i int) bool {
	j := bytes.LastIndexByte(body[:i], '<')
	return j >= 0 && bytes.HasPrefix(body[j:], []byte("<a "))
}
