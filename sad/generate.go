package sad

import (
	"cmp"
	"slices"
	"strings"
)

// Graph is a figure as plain data; others draw it.
type Graph struct {
	Title string      `json:"title"`
	Nodes []GraphNode `json:"nodes"`
	Edges []GraphEdge `json:"edges,omitempty"`
	// Groups are boxes around nodes, outer ones before those in them.
	Groups []GraphGroup `json:"groups,omitempty"`
	// LeftToRight tells that the figure is about a flow.
	LeftToRight bool `json:"left_to_right,omitempty"`
}

// GraphNode is a box that stands for an element.
type GraphNode struct {
	ID         string `json:"id"` // of the element
	Name       string `json:"name"`
	Kind       string `json:"kind,omitempty"`
	Technology string `json:"technology,omitempty"`
	Family     Family `json:"family,omitempty"`
	External   bool   `json:"external,omitempty"`
	// Scope tells that it is what the figure is about.
	Scope bool   `json:"scope,omitempty"`
	Group string `json:"group,omitempty"`
}

// GraphEdge is a line between two boxes.
type GraphEdge struct {
	From       string `json:"from"`
	To         string `json:"to"`
	Label      string `json:"label,omitempty"`
	Kind       string `json:"kind,omitempty"` // canonical, such as allocated-to
	Undirected bool   `json:"undirected,omitempty"`
}

// GraphGroup is a box around others: an element that is the parent of elements
// in the figure.
type GraphGroup struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Kind   string `json:"kind,omitempty"`
	Parent string `json:"parent,omitempty"`
	Scope  bool   `json:"scope,omitempty"`
}

// Table is a table as plain data. Columns are keys that others translate:
// element, kind, technology, description, owner, code; from, relation, to, via;
// view, mapping, here, there; and names of properties as authors wrote them,
// with a colon before them.
type Table struct {
	Columns []string `json:"columns"`
	Rows    [][]Cell `json:"rows"`
}

// Cell is a cell of a generated table: texts, each of which may lead somewhere.
type Cell []Item

// Item is a text in a cell. Target is the id of an element, view or decision or
// a code path, by Kind; both are empty for plain text.
type Item struct {
	Text   string     `json:"text"`
	Kind   TargetKind `json:"kind,omitempty"`
	Target string     `json:"target,omitempty"`
}

// TargetKind is what an item leads to.
type TargetKind string

// The kinds of targets.
const (
	ToElement TargetKind = "element"
	ToView    TargetKind = "view"
	ToCode    TargetKind = "code"
)

// Section is what is generated for a section of a page in which the author left
// room, or which the page does not have.
type Section struct {
	Part PartKind `json:"part"`
	// Heading is the index of the section's heading among all headings of the
	// page, and Line its line; -1 and 0 when the page has no such section.
	Heading int    `json:"heading"`
	Line    int    `json:"line,omitempty"`
	Graph   *Graph `json:"graph,omitempty"`
	Table   *Table `json:"table,omitempty"`
}

// Generated returns what the author of a page left to be written: for a view
// the figure, catalog, relations and context of the sections that have none and
// the mapping to other views; for an overview, a page of mappings, stakeholders
// or terms the index, mapping and matrix below empty headings. The texts are in
// the language of the page. It is nil for pages that are not about the
// architecture.
func (m *Model) Generated(page string) []Section {
	p := m.pageAt(page)
	if p == nil {
		return nil
	}
	lang := p.Lang
	var out []Section
	add := func(kind PartKind, needs func(*Part) bool, make func() (*Graph, *Table)) {
		for i := range p.Parts {
			part := &p.Parts[i]
			if part.Kind != kind || !needs(part) || part.None {
				continue
			}
			g, t := make()
			if g != nil || t != nil {
				out = append(out, Section{Part: kind, Heading: part.Heading, Line: part.Line, Graph: g, Table: t})
			}
			return
		}
	}
	noFigure := func(s *Part) bool { return !s.Figure && !s.Table }
	noTable := func(s *Part) bool { return !s.Table }
	if v := m.byPath[p.Path]; v != nil {
		add(PartPrimary, noFigure, func() (*Graph, *Table) { return m.Presentation(v, lang), nil })
		// Where a catalog has a part for its elements, they stand there.
		whole := func(s *Part) bool { return !s.Table && p.Part(PartElements) == nil }
		add(PartCatalog, whole, func() (*Graph, *Table) { return nil, m.Catalog(v, lang) })
		add(PartElements, noTable, func() (*Graph, *Table) { return nil, m.Catalog(v, lang) })
		add(PartRelations, noTable, func() (*Graph, *Table) { return nil, m.RelationTable(v, lang) })
		add(PartContext, func(s *Part) bool { return s.Empty }, func() (*Graph, *Table) { return m.ContextOf(v, lang), nil })
		add(PartMapping, noTable, func() (*Graph, *Table) { return nil, m.MappingTable(v, lang) })
		return out
	}
	add(PartMapping, noTable, func() (*Graph, *Table) { return nil, m.MappingTable(nil, lang) })
	if p.Kind == KindMapping && p.Part(PartMapping) == nil {
		written := slices.ContainsFunc(p.Mappings, func(x Mapping) bool { return x.Source == FromTable })
		if t := m.MappingTable(nil, lang); t != nil && !written {
			out = append(out, Section{Part: PartMapping, Heading: -1, Table: t})
		}
	}
	add(PartIndex, noTable, func() (*Graph, *Table) { return nil, m.IndexTable(lang) })
	return out
}

func (m *Model) pageAt(name string) *Page {
	i, ok := slices.BinarySearchFunc(m.pages, name, func(p *Page, n string) int { return strings.Compare(p.Path, n) })
	if !ok {
		return nil
	}
	return m.pages[i]
}

func (m *Model) node(e *Element, lang string) GraphNode {
	return GraphNode{ID: e.ID, Name: e.Label(lang), Kind: e.Kind, Technology: e.Technology, Family: e.Family, External: e.External}
}

// flows reports whether a view is about a flow rather than a structure.
func (v *View) flows() bool {
	return v.viewpoint != nil && (v.viewpoint.Viewtype == "c-and-c" || v.viewpoint.Viewtype == "data" || v.viewpoint.ID == "context")
}

// Presentation returns the figure of a view: its elements but for hidden ones,
// in groups by parent, and its relations. An element in the view that hosts or
// holds others of the view is a group. It is nil for an empty view.
func (m *Model) Presentation(v *View, lang string) *Graph {
	g := &Graph{Title: v.title(lang), LeftToRight: v.flows()}
	in := map[string]bool{}
	for _, id := range v.Elements {
		if e := m.byID[id]; !e.Hidden {
			in[id] = true
		}
	}
	if len(in) == 0 {
		return nil
	}
	// Who is in whom: parents, and allocations of deployment views.
	parent := map[string]string{}
	nested := map[*Relation]bool{}
	put := func(child, host string) bool {
		if !in[child] || !in[host] || child == host || parent[child] != "" && parent[child] != host {
			return false
		}
		for up, n := host, 0; up != ""; up, n = parent[up], n+1 {
			if up == child || n > 64 {
				return false
			}
		}
		parent[child] = host
		return true
	}
	for _, id := range v.Elements {
		if e := m.byID[id]; e.Parent != "" {
			put(id, e.Parent)
		}
	}
	for _, r := range v.relations {
		switch r.canonical {
		case "allocated-to", "is-part-of":
			from, to := m.byID[r.From], m.byID[r.To]
			child, host := r.From, r.To
			if from.Family == Environment && to.Family != Environment || key(r.Kind) == "contains" || key(r.Kind) == "포함" {
				child, host = host, child
			}
			if v.viewpoint != nil && (v.viewpoint.Viewtype == "allocation" || v.viewpoint.ID == "decomposition" || v.viewpoint.ID == "layered") && put(child, host) {
				nested[r] = true
			}
		}
	}
	group := map[string]bool{}
	for _, h := range parent {
		group[h] = true
	}
	var groups []GraphGroup
	for _, id := range v.Elements {
		e := m.byID[id]
		switch {
		case !in[id]:
		case group[id]:
			groups = append(groups, GraphGroup{ID: id, Name: e.Label(lang), Kind: e.Kind, Parent: parent[id]})
		default:
			n := m.node(e, lang)
			n.Group = parent[id]
			g.Nodes = append(g.Nodes, n)
		}
	}
	level := func(id string) int {
		n := 0
		for parent[id] != "" && n < 64 {
			id = parent[id]
			n++
		}
		return n
	}
	slices.SortStableFunc(groups, func(a, b GraphGroup) int { return cmp.Compare(level(a.ID), level(b.ID)) })
	g.Groups = groups
	for _, r := range v.relations {
		if in[r.From] && in[r.To] && !nested[r] && !(parent[r.From] == r.To && r.canonical == "is-part-of") {
			g.Edges = append(g.Edges, GraphEdge{From: r.From, To: r.To, Label: r.short(), Kind: r.canonical, Undirected: r.Undirected})
		}
	}
	return g
}

// short is the label of an arrow: what carries it, or its kind, rather than a
// sentence.
func (r *Relation) short() string {
	for _, s := range [...]string{r.Via, r.Data, r.Kind} {
		if s != "" {
			return s
		}
	}
	return r.Description
}

func (v *View) title(lang string) string {
	for _, t := range v.Translations {
		if t.Lang == lang && lang != "" {
			return t.Title
		}
	}
	return v.Title
}

// ContextOf returns the context diagram of a view: the view as one box that is
// the scope, and around it whatever is related to its elements and is external
// or of other views. It is nil when nothing is.
func (m *Model) ContextOf(v *View, lang string) *Graph {
	const scope = "\x00scope"
	g := &Graph{Title: v.title(lang), LeftToRight: true}
	inside := map[string]bool{}
	for _, id := range v.Elements {
		if e := m.byID[id]; !e.External && e.Family != People {
			inside[id] = true
		}
	}
	if len(inside) == 0 {
		return nil
	}
	around := map[string]bool{}
	type line struct{ from, to string }
	labels := map[line][]string{}
	var lines []line
	add := func(from, to, label string) {
		l := line{from, to}
		if labels[l] == nil {
			lines = append(lines, l)
			labels[l] = []string{}
		}
		if label != "" && !slices.Contains(labels[l], label) {
			labels[l] = append(labels[l], label)
		}
	}
	var order []string
	for _, r := range m.Relations {
		a, b := inside[r.From], inside[r.To]
		if a == b || r.canonical == "allocated-to" || r.canonical == "is-part-of" || r.canonical == "owned-by" {
			continue
		}
		other, from, to := r.To, scope, r.To
		if b {
			other, from, to = r.From, r.From, scope
		}
		// Of other views only what touches this one is shown, and externals.
		if !around[other] {
			around[other] = true
			order = append(order, other)
		}
		add(from, to, r.short())
	}
	if len(order) == 0 {
		return nil
	}
	g.Nodes = append(g.Nodes, GraphNode{ID: "", Name: v.title(lang), Scope: true})
	for _, id := range order {
		g.Nodes = append(g.Nodes, m.node(m.byID[id], lang))
	}
	name := func(id string) string {
		if id == scope {
			return ""
		}
		return id
	}
	for _, l := range lines {
		g.Edges = append(g.Edges, GraphEdge{From: name(l.from), To: name(l.to), Label: strings.Join(labels[l][:min(len(labels[l]), 3)], ", ")})
	}
	return g
}

// Neighbourhood returns an element with all that is related to it in any view,
// as far as the given number of steps.
func (m *Model) Neighbourhood(element, lang string, steps int) *Graph {
	e := m.byID[element]
	if e == nil {
		return nil
	}
	g := &Graph{Title: e.Label(lang), LeftToRight: true}
	seen := map[string]bool{element: true}
	order := []string{element}
	for start := 0; steps > 0; steps-- {
		end := len(order)
		for _, id := range order[start:end] {
			for _, r := range m.out[id] {
				if !seen[r.To] {
					seen[r.To] = true
					order = append(order, r.To)
				}
			}
			for _, r := range m.in[id] {
				if !seen[r.From] {
					seen[r.From] = true
					order = append(order, r.From)
				}
			}
		}
		start = end
	}
	type line struct{ from, to string }
	drawn := map[line]bool{}
	for _, id := range order {
		n := m.node(m.byID[id], lang)
		n.Scope = id == element
		g.Nodes = append(g.Nodes, n)
		for _, r := range m.out[id] {
			if l := (line{r.From, r.To}); seen[r.To] && !drawn[l] {
				drawn[l] = true
				g.Edges = append(g.Edges, GraphEdge{From: r.From, To: r.To, Label: r.short(), Kind: r.canonical, Undirected: r.Undirected})
			}
		}
	}
	return g
}

func text(s string) Cell {
	if s == "" {
		return nil
	}
	return Cell{{Text: s}}
}

func (m *Model) elementItem(id, lang string) Item {
	if e := m.byID[id]; e != nil {
		return Item{e.Label(lang), ToElement, e.ID}
	}
	return Item{Text: id}
}

func (m *Model) viewItem(id, lang string) Item {
	if v := m.views[id]; v != nil {
		return Item{v.title(lang), ToView, v.ID}
	}
	return Item{Text: id}
}

// Catalog returns the element catalog of a view. Columns that no element fills
// are left out; properties follow as columns of their own.
func (m *Model) Catalog(v *View, lang string) *Table {
	if len(v.Elements) == 0 {
		return nil
	}
	columns := []struct {
		name string
		cell func(*Element) Cell
	}{
		{"element", func(e *Element) Cell { return Cell{m.elementItem(e.ID, lang)} }},
		{"kind", func(e *Element) Cell { return text(e.Kind) }},
		{"technology", func(e *Element) Cell { return text(e.Technology) }},
		{"description", func(e *Element) Cell { return text(e.Describe(lang)) }},
		{"owner", func(e *Element) Cell { return text(e.Owner) }},
		{"code", func(e *Element) Cell {
			var c Cell
			for _, p := range e.Code {
				c = append(c, Item{p.Pattern, ToCode, p.Pattern})
			}
			return c
		}},
	}
	var names []string
	for _, id := range v.Elements {
		for _, p := range m.byID[id].Properties {
			if !slices.ContainsFunc(names, func(n string) bool { return key(n) == key(p.Name) }) && len(names) < 8 {
				names = append(names, p.Name)
			}
		}
	}
	for _, n := range names {
		columns = append(columns, struct {
			name string
			cell func(*Element) Cell
		}{":" + n, func(e *Element) Cell {
			for _, p := range e.Properties {
				if key(p.Name) == key(n) {
					return text(p.Value)
				}
			}
			return nil
		}})
	}
	t := &Table{}
	rows := make([][]Cell, len(v.Elements))
	for _, c := range columns {
		cells := make([]Cell, len(v.Elements))
		filled := c.name == "element"
		for i, id := range v.Elements {
			cells[i] = c.cell(m.byID[id])
			filled = filled || len(cells[i]) > 0
		}
		if !filled {
			continue
		}
		t.Columns = append(t.Columns, c.name)
		for i := range rows {
			rows[i] = append(rows[i], cells[i])
		}
	}
	t.Rows = rows
	return t
}

// RelationTable returns the relations of a view as a table, or nil.
func (m *Model) RelationTable(v *View, lang string) *Table {
	if len(v.relations) == 0 {
		return nil
	}
	t := &Table{Columns: []string{"from", "relation", "to", "via", "description"}}
	for _, r := range v.relations {
		via := r.Via
		if via == "" {
			via = r.Technology
		}
		c := text(via)
		if r.ViaElement != "" {
			c = Cell{m.elementItem(r.ViaElement, lang)}
		}
		t.Rows = append(t.Rows, []Cell{{m.elementItem(r.From, lang)}, text(r.Kind), {m.elementItem(r.To, lang)}, c, text(r.Description)})
	}
	return t.compact()
}

// compact leaves out columns in which nothing stands.
func (t *Table) compact() *Table {
	for i := range slices.Backward(t.Columns) {
		if slices.ContainsFunc(t.Rows, func(r []Cell) bool { return len(r[i]) > 0 }) {
			continue
		}
		t.Columns = slices.Delete(t.Columns, i, i+1)
		for k := range t.Rows {
			t.Rows[k] = slices.Delete(t.Rows[k], i, i+1)
		}
	}
	return t
}

// MappingTable returns what the elements of a view are in other views; of all
// views when v is nil. It is nil when there is nothing.
func (m *Model) MappingTable(v *View, lang string) *Table {
	id := ""
	if v != nil {
		id = v.ID
	}
	cs := m.Correspondences(id)
	if v == nil {
		// An element that is in two views maps to itself; only what is declared
		// is worth a table of all views.
		cs = slices.DeleteFunc(cs, func(c Correspondence) bool { return c.Kind == "same" })
	}
	if len(cs) == 0 {
		return nil
	}
	t := &Table{Columns: []string{"from", "view", "mapping", "to", "view", "description"}}
	for _, c := range cs {
		t.Rows = append(t.Rows, []Cell{
			{m.elementItem(c.From, lang)}, {m.viewItem(c.FromView, lang)}, text(c.Kind), {m.elementItem(c.To, lang)}, {m.viewItem(c.ToView, lang)}, text(c.Text),
		})
	}
	return t.compact()
}

// IndexTable returns the index of elements: where each is declared and used.
func (m *Model) IndexTable(lang string) *Table {
	if len(m.Elements) == 0 {
		return nil
	}
	t := &Table{Columns: []string{"element", "kind", "views"}}
	for _, x := range m.Index() {
		var views Cell
		for _, v := range x.Views {
			views = append(views, m.viewItem(v, lang))
		}
		t.Rows = append(t.Rows, []Cell{{m.elementItem(x.Element, lang)}, text(m.byID[x.Element].Kind), views})
	}
	return t.compact()
}
