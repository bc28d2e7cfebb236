package theme

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// The pages of an architecture document that Lintel writes: the decision log,
// elements, views, terms, operations. The engine fills in plain values; all of
// them are read without JavaScript.

// Ref names something of the site. Without a URL it is text.
type Ref struct {
	Text, URL string
	Note      string // said after it, such as the part that a partial link concerns
	Class     string // of the link, for its hover card: "adr", "element", "term"
	Card      string // output path of the card
}

// Decision is a record in the decision log.
type Decision struct {
	Ref                      // Text is its title
	ID                       string
	Status, RawStatus        string // normalised and as written
	Partial                  bool   // superseded in part only
	Date                     string // ISO, or ""
	Deciders, Tags           []string
	Elements                 []Ref
	Supersedes, SupersededBy []Ref
	Links                    []Relation // other links, computed ones among them
	Live                     *Ref       // the record at the end of the chain that supersedes it
	Via                      []Ref      // those between
	Review                   string     // ISO date, or ""
	ReviewDue                bool
}

// Relation is a row of a table of relations.
type Relation struct {
	From, To                     Ref
	Kind, Description, Via, Data string
	Out                          bool // seen from the page's own element
}

// Group is a list under a title.
type Group struct {
	Title Ref
	Items []Ref
}

// DecisionLog is all that is decided. Graph is the SVG of what supersedes what.
type DecisionLog struct {
	Decisions                  []Decision // in the order of their ids
	Graph                      []byte
	ByElement, ByTag, ByPerson []Group
}

// Element is what an element's page shows.
type Element struct {
	Ref
	ID, Kind, Technology, Owner, Description string
	External, Critical                       bool
	Declared                                 Ref // the view that declares it
	Parent                                   *Ref
	Parts                                    []Ref
	Code                                     []Ref
	Properties                               []Property
	Interfaces                               []Property // name, description
	Relations                                []Relation
	Views, Operations, Backlinks             []Ref
	Decisions                                []Decision
	Near                                     []byte // SVG of its neighbourhood
	Reach                                    []Group
}

// Property is a name with its value.
type Property struct{ Name, Value string }

// ViewRow is a view in the list of views.
type ViewRow struct {
	Ref
	Viewpoint              string
	Stakeholders, Concerns []string
	Elements               int
}

// Matrix says which views answer which concerns of which stakeholders. Rows are
// stakeholders, Columns concerns; Cells hold the views, and Asked whether the
// stakeholder has the concern.
type Matrix struct {
	Rows, Columns []Ref
	Cells         [][][]Ref
	Asked         [][]bool
}

// Views is the page of all views.
type Views struct {
	Views    []ViewRow
	Matrix   Matrix
	Roadmap  []Group // by stakeholder, in the order of reading
	Mappings []Relation
}

// Term is an entry of a glossary.
type Term struct {
	Ref
	Definition         string
	Aliases, Forbidden []string
	Acronym            bool
}

// Operation is a runbook, an onboarding guide, an incident or a policy.
type Operation struct {
	Ref
	Kind, Owner, Verified string
	Due                   bool
	Elements              []Ref
}

// Generated is the body of a page that Lintel wrote, and its contents.
type Generated struct {
	HTML []byte
	TOC  []Heading
}

// gen writes a body.
type gen struct {
	t      *Theme
	dst    []byte
	toc    []Heading
	prefix string
}

func (t *Theme) generate(base string, write func(g *gen)) Generated {
	g := &gen{t: t, prefix: prefixOf(base)}
	write(g)
	return Generated{HTML: g.dst, TOC: g.toc}
}

func (g *gen) raw(s string)  { g.dst = append(g.dst, s...) }
func (g *gen) text(s string) { g.dst = appendText(g.dst, s) }
func (g *gen) str(key string, args ...string) {
	g.text(g.t.text.get(key, args...))
}

// label returns the string of a key, or the value itself in place of one that
// the catalog does not have.
func (g *gen) label(key, value string) string {
	if s := g.t.text[key]; s != "" {
		return s
	}
	return value
}

func (g *gen) heading(id, title string) {
	g.raw(`<h2 id="`)
	g.text(id)
	g.raw(`">`)
	from := len(g.dst)
	g.text(title)
	inner := string(g.dst[from:])
	g.raw(`<a class="headerlink" href="#`)
	g.dst = appendURL(g.dst, id)
	g.raw(`" title="#">#</a></h2>` + "\n")
	g.toc = append(g.toc, Heading{Level: 2, ID: id, HTML: inner})
}

func (g *gen) ref(r Ref) {
	if r.URL == "" && r.Class == "" {
		g.text(r.Text)
	} else {
		g.raw(`<a`)
		if r.Class != "" {
			g.raw(` class="x x-` + r.Class + `"`)
		}
		if r.Card != "" {
			g.raw(` data-card="`)
			g.dst = appendLink(g.dst, g.prefix, r.Card)
			g.raw(`"`)
		}
		g.raw(` href="`)
		g.dst = appendLink(g.dst, g.prefix, r.URL)
		g.raw(`">`)
		g.text(r.Text)
		g.raw(`</a>`)
	}
	if r.Note != "" {
		g.raw(` <small>`)
		g.text(r.Note)
		g.raw(`</small>`)
	}
}

func (g *gen) refs(rs []Ref) {
	for i, r := range rs {
		if i > 0 {
			g.raw(", ")
		}
		g.ref(r)
	}
}

func (g *gen) list(class string, rs []Ref) {
	if len(rs) == 0 {
		return
	}
	g.raw(`<ul class="` + class + `">` + "\n")
	for _, r := range rs {
		g.raw("<li>")
		g.ref(r)
		g.raw("</li>\n")
	}
	g.raw("</ul>\n")
}

// table opens a table with the columns' titles by catalog key.
func (g *gen) table(class string, keys ...string) {
	g.raw(`<div class="wide" tabindex="0"><table class="` + class + `"><thead><tr>`)
	for _, k := range keys {
		g.raw(`<th scope="col">`)
		g.str(k)
		g.raw("</th>")
	}
	g.raw("</tr></thead>\n<tbody>\n")
}

func (g *gen) tableEnd() { g.raw("</tbody></table></div>\n") }

func (g *gen) none(key string) {
	g.raw(`<p class="none">`)
	g.str(key)
	g.raw("</p>\n")
}

func (g *gen) status(d *Decision) {
	g.raw(`<span class="st st-`)
	g.text(cmp.Or(d.Status, "unknown"))
	g.raw(`"`)
	if d.RawStatus != "" {
		g.raw(` title="`)
		g.text(d.RawStatus)
		g.raw(`"`)
	}
	g.raw(">")
	g.text(g.label("adr_"+d.Status, d.RawStatus))
	g.raw("</span>")
	if d.Partial {
		g.raw(` <small>`)
		g.str("adr_partial")
		g.raw("</small>")
	}
}

func (g *gen) date(iso string) {
	if iso == "" {
		return
	}
	g.raw(`<time datetime="`)
	g.text(iso)
	g.raw(`">`)
	g.text(iso)
	g.raw("</time>")
}

// DecisionLog writes the board, the table, the timeline and the graph of all
// decisions.
func (t *Theme) DecisionLog(base string, l *DecisionLog) Generated {
	return t.generate(base, func(g *gen) { g.decisionLog(l) })
}

func (g *gen) decisionLog(l *DecisionLog) {
	if len(l.Decisions) == 0 {
		g.none("adr_none")
		return
	}
	var due []Decision
	for _, d := range l.Decisions {
		if d.ReviewDue {
			due = append(due, d)
		}
	}
	if len(due) > 0 {
		g.heading("review", g.t.text["adr_review_due"])
		g.raw(`<ul class="due">` + "\n")
		for i := range due {
			g.raw("<li>")
			g.ref(due[i].Ref)
			g.raw(" ")
			g.date(due[i].Review)
			g.raw("</li>\n")
		}
		g.raw("</ul>\n")
	}
	g.heading("board", g.t.text["adr_board"])
	g.board(l)
	g.heading("list", g.t.text["adr_list"])
	g.decisionTable(l.Decisions)
	g.heading("timeline", g.t.text["adr_timeline"])
	g.timeline(l.Decisions)
	if len(l.Graph) > 0 {
		g.heading("graph", g.t.text["adr_graph"])
		g.dst = append(g.dst, l.Graph...)
	}
	for _, part := range []struct {
		id     string
		groups []Group
	}{{"by-element", l.ByElement}, {"by-tag", l.ByTag}, {"by-person", l.ByPerson}} {
		if len(part.groups) == 0 {
			continue
		}
		g.heading(part.id, g.t.text["adr_"+strings.ReplaceAll(part.id, "-", "_")])
		g.groups(part.groups)
	}
}

func (g *gen) groups(groups []Group) {
	g.raw(`<dl class="groups">` + "\n")
	for _, gr := range groups {
		g.raw("<dt>")
		g.ref(gr.Title)
		g.raw(` <span class="n">` + strconv.Itoa(len(gr.Items)) + "</span></dt>\n<dd>")
		g.refs(gr.Items)
		g.raw("</dd>\n")
	}
	g.raw("</dl>\n")
}

func (g *gen) board(l *DecisionLog) {
	columns := map[string][]*Decision{}
	var order []string
	for i := range l.Decisions {
		s := cmp.Or(l.Decisions[i].Status, "unknown")
		if columns[s] == nil {
			order = append(order, s)
		}
		columns[s] = append(columns[s], &l.Decisions[i])
	}
	rank := []string{"draft", "proposed", "accepted", "superseded", "deprecated", "rejected", "other", "unknown"}
	slices.SortStableFunc(order, func(a, b string) int {
		return cmp.Compare(slices.Index(rank, a), slices.Index(rank, b))
	})
	g.raw(`<div class="board">` + "\n")
	for _, s := range order {
		ds := columns[s]
		g.raw(`<section class="col col-`)
		g.text(s)
		g.raw(`" aria-label="`)
		g.text(g.label("adr_"+s, s))
		g.raw(`"><p class="col-t">`)
		g.text(g.label("adr_"+s, s))
		g.raw(` <span class="n">` + strconv.Itoa(len(ds)) + "</span></p>\n<ul>\n")
		for _, d := range slices.Backward(ds) {
			g.raw(`<li><b>`)
			g.text(d.ID)
			g.raw("</b> ")
			g.ref(d.Ref)
			if d.Date != "" {
				g.raw(" <small>")
				g.date(d.Date)
				g.raw("</small>")
			}
			if len(d.SupersededBy) > 0 {
				g.raw(" <small>→ ")
				g.refs(d.SupersededBy)
				g.raw("</small>")
			}
			g.raw("</li>\n")
		}
		g.raw("</ul></section>\n")
	}
	g.raw("</div>\n")
}

func (g *gen) decisionTable(ds []Decision) {
	g.table("adrs", "adr_id", "adr_title", "adr_status", "adr_date", "adr_deciders", "adr_about")
	for i := range ds {
		d := &ds[i]
		g.raw(`<tr><td class="id">`)
		g.text(d.ID)
		g.raw("</td><td>")
		g.ref(d.Ref)
		g.raw("</td><td>")
		g.status(d)
		g.raw("</td><td>")
		g.date(d.Date)
		g.raw("</td><td>")
		g.text(strings.Join(d.Deciders, ", "))
		g.raw("</td><td>")
		g.refs(d.Elements)
		for _, tag := range d.Tags {
			g.raw(` <span class="md-tag">`)
			g.text(tag)
			g.raw("</span>")
		}
		g.raw("</td></tr>\n")
	}
	g.tableEnd()
}

// timeline lists the decisions by year, newest first.
func (g *gen) timeline(ds []Decision) {
	dated := make([]*Decision, 0, len(ds))
	for i := range ds {
		dated = append(dated, &ds[i])
	}
	slices.SortStableFunc(dated, func(a, b *Decision) int { return cmp.Compare(b.Date, a.Date) })
	year := "-"
	for _, d := range dated {
		y, _, _ := strings.Cut(d.Date, "-")
		if y != year {
			if year != "-" {
				g.raw("</ol>\n")
			}
			g.raw(`<p class="year">`)
			if y == "" {
				g.str("adr_undated")
			} else {
				g.text(y)
			}
			g.raw("</p>\n" + `<ol class="time">` + "\n")
			year = y
		}
		g.raw(`<li class="t-`)
		g.text(cmp.Or(d.Status, "unknown"))
		g.raw(`">`)
		if d.Date != "" {
			g.date(d.Date)
			g.raw(" ")
		}
		g.raw("<b>")
		g.text(d.ID)
		g.raw("</b> ")
		g.ref(d.Ref)
		g.raw(" ")
		g.status(d)
		if len(d.Supersedes) > 0 {
			g.raw(" <small>")
			g.str("adr_supersedes")
			g.raw(" ")
			g.refs(d.Supersedes)
			g.raw("</small>")
		}
		g.raw("</li>\n")
	}
	if year != "-" {
		g.raw("</ol>\n")
	}
}

// Decisions writes a table of some decisions.
func (g *gen) decisions(ds []Decision) {
	g.raw(`<ul class="decisions">` + "\n")
	for i := range ds {
		d := &ds[i]
		g.raw("<li>")
		g.status(d)
		g.raw(" <b>")
		g.text(d.ID)
		g.raw("</b> ")
		g.ref(d.Ref)
		if d.Date != "" {
			g.raw(" <small>")
			g.date(d.Date)
			g.raw("</small>")
		}
		g.raw("</li>\n")
	}
	g.raw("</ul>\n")
}

// Element writes the page of an element.
func (t *Theme) Element(base string, e *Element) Generated {
	return t.generate(base, func(g *gen) { g.element(e) })
}

func (g *gen) fact(key string, write func()) {
	g.raw("<dt>")
	g.str(key)
	g.raw("</dt><dd>")
	write()
	g.raw("</dd>\n")
}

func (g *gen) element(e *Element) {
	g.raw(`<p class="chips"><code>`)
	g.text(e.ID)
	g.raw("</code>")
	for _, chip := range []string{e.Kind, e.Technology} {
		if chip != "" {
			g.raw(` <span class="chip">`)
			g.text(chip)
			g.raw("</span>")
		}
	}
	if e.External {
		g.raw(` <span class="chip chip-ext">`)
		g.str("el_external")
		g.raw("</span>")
	}
	if e.Critical {
		g.raw(` <span class="chip chip-crit">`)
		g.str("el_critical")
		g.raw("</span>")
	}
	g.raw("</p>\n")
	if e.Description != "" {
		g.raw("<p>")
		g.text(e.Description)
		g.raw("</p>\n")
	}
	g.raw(`<dl class="sheet">` + "\n")
	if e.Owner != "" {
		g.fact("el_owner", func() { g.text(e.Owner) })
	}
	if e.Declared.Text != "" {
		g.fact("el_declared", func() { g.ref(e.Declared) })
	}
	if e.Parent != nil {
		g.fact("el_parent", func() { g.ref(*e.Parent) })
	}
	if len(e.Parts) > 0 {
		g.fact("el_parts", func() { g.refs(e.Parts) })
	}
	if len(e.Code) > 0 {
		g.fact("el_code", func() {
			for i, c := range e.Code {
				if i > 0 {
					g.raw("<br>")
				}
				if c.URL == "" {
					g.raw("<code>")
					g.text(c.Text)
					g.raw("</code>")
					continue
				}
				g.raw(`<a href="`)
				g.dst = appendLink(g.dst, g.prefix, c.URL)
				g.raw(`"><code>`)
				g.text(c.Text)
				g.raw("</code></a>")
			}
		})
	}
	for _, p := range e.Properties {
		g.raw("<dt>")
		g.text(p.Name)
		g.raw("</dt><dd>")
		g.text(p.Value)
		g.raw("</dd>\n")
	}
	g.raw("</dl>\n")
	if len(e.Near) > 0 {
		g.heading("near", g.t.text["el_near"])
		g.dst = append(g.dst, e.Near...)
	}
	if len(e.Interfaces) > 0 {
		g.heading("interfaces", g.t.text["el_interfaces"])
		g.table("ifs", "el_interface", "el_description")
		for _, i := range e.Interfaces {
			g.raw("<tr><td><code>")
			g.text(i.Name)
			g.raw("</code></td><td>")
			g.text(i.Value)
			g.raw("</td></tr>\n")
		}
		g.tableEnd()
	}
	if len(e.Relations) > 0 {
		g.heading("relations", g.t.text["el_relations"])
		g.relations(e.Relations)
	}
	if len(e.Reach) > 0 {
		g.heading("reach", g.t.text["el_reach"])
		g.groups(e.Reach)
	}
	g.section("views", "el_views", e.Views)
	if len(e.Decisions) > 0 {
		g.heading("decisions", g.t.text["el_decisions"])
		g.decisions(e.Decisions)
	}
	g.section("operations", "el_operations", e.Operations)
	g.section("backlinks", "el_backlinks", e.Backlinks)
}

func (g *gen) section(id, key string, rs []Ref) {
	if len(rs) == 0 {
		return
	}
	g.heading(id, g.t.text[key])
	g.list("refs", rs)
}

func (g *gen) relations(rs []Relation) {
	g.table("rels", "rel_from", "rel_kind", "rel_to", "rel_via", "rel_description")
	for _, r := range rs {
		g.raw("<tr><td>")
		g.ref(r.From)
		g.raw(`</td><td>`)
		g.text(r.Kind)
		g.raw("</td><td>")
		g.ref(r.To)
		g.raw("</td><td>")
		g.text(r.Via)
		if r.Data != "" {
			g.raw(" <small>")
			g.text(r.Data)
			g.raw("</small>")
		}
		g.raw("</td><td>")
		g.text(r.Description)
		g.raw("</td></tr>\n")
	}
	g.tableEnd()
}

// Relations writes a table of relations, for a view whose author left it out.
func (t *Theme) Relations(base string, rs []Relation) Generated {
	return t.generate(base, func(g *gen) { g.relations(rs) })
}

// Catalog writes an element catalog, for a view whose author left it out.
func (t *Theme) Catalog(base string, es []Element) Generated {
	return t.generate(base, func(g *gen) { g.catalog(es) })
}

func (g *gen) catalog(es []Element) {
	g.table("catalog", "el_element", "el_kind", "el_description", "el_technology", "el_owner")
	for i := range es {
		e := &es[i]
		g.raw("<tr><td>")
		g.ref(e.Ref)
		g.raw("</td><td>")
		g.text(e.Kind)
		g.raw("</td><td>")
		g.text(e.Description)
		g.raw("</td><td>")
		g.text(e.Technology)
		g.raw("</td><td>")
		g.text(e.Owner)
		g.raw("</td></tr>\n")
	}
	g.tableEnd()
}

// Elements writes the index of all elements, by kind.
func (t *Theme) Elements(base string, es []Element) Generated {
	return t.generate(base, func(g *gen) {
		if len(es) == 0 {
			g.none("el_none")
			return
		}
		byKind := map[string][]Element{}
		var kinds []string
		for _, e := range es {
			k := cmp.Or(e.Kind, "–")
			if byKind[k] == nil {
				kinds = append(kinds, k)
			}
			byKind[k] = append(byKind[k], e)
		}
		slices.Sort(kinds)
		for i, k := range kinds {
			g.heading("kind-"+strconv.Itoa(i+1), k)
			g.catalog(byKind[k])
		}
	})
}

// ViewsPage writes the list of views, the matrix of concerns, the roadmap of
// each stakeholder and the mappings.
func (t *Theme) ViewsPage(base string, v *Views) Generated {
	return t.generate(base, func(g *gen) {
		g.heading("views", g.t.text["view_list"])
		g.table("views", "view_view", "view_viewpoint", "view_stakeholders", "view_concerns", "view_elements")
		for i := range v.Views {
			r := &v.Views[i]
			g.raw("<tr><td>")
			g.ref(r.Ref)
			g.raw("</td><td>")
			g.text(r.Viewpoint)
			g.raw("</td><td>")
			g.text(strings.Join(r.Stakeholders, ", "))
			g.raw("</td><td>")
			g.text(strings.Join(r.Concerns, ", "))
			g.raw(`</td><td class="align-right">`)
			g.text(strconv.Itoa(r.Elements))
			g.raw("</td></tr>\n")
		}
		g.tableEnd()
		if len(v.Matrix.Columns) > 0 {
			g.heading("matrix", g.t.text["view_matrix"])
			g.matrix(&v.Matrix)
		}
		if len(v.Roadmap) > 0 {
			g.heading("roadmap", g.t.text["view_roadmap"])
			g.groups(v.Roadmap)
		}
		if len(v.Mappings) > 0 {
			g.heading("mappings", g.t.text["view_mappings"])
			g.relations(v.Mappings)
		}
	})
}

// MatrixOf writes the matrix alone.
func (t *Theme) MatrixOf(base string, m *Matrix) Generated {
	return t.generate(base, func(g *gen) { g.matrix(m) })
}

func (g *gen) matrix(m *Matrix) {
	open := 0
	for c := range m.Columns {
		answered := false
		for r := range m.Rows {
			answered = answered || len(m.Cells[r][c]) > 0
		}
		if !answered {
			open++
		}
	}
	if open > 0 {
		g.raw(`<p class="gap">`)
		g.str("matrix_open", strconv.Itoa(open))
		g.raw("</p>\n")
	}
	g.raw(`<div class="wide" tabindex="0"><table class="matrix"><thead><tr><th scope="col">`)
	g.str("view_stakeholders")
	g.raw("</th>")
	for _, c := range m.Columns {
		g.raw(`<th scope="col">`)
		g.ref(c)
		g.raw("</th>")
	}
	g.raw("</tr></thead>\n<tbody>\n")
	for r, row := range m.Rows {
		g.raw(`<tr><th scope="row">`)
		g.ref(row)
		g.raw("</th>")
		for c := range m.Columns {
			cell, asked := m.Cells[r][c], m.Asked[r][c]
			switch {
			case len(cell) > 0:
				g.raw("<td>")
				for i, v := range cell {
					if i > 0 {
						g.raw("<br>")
					}
					g.ref(v)
				}
				g.raw("</td>")
			case asked:
				g.raw(`<td class="gap">`)
				g.str("matrix_gap")
				g.raw("</td>")
			default:
				g.raw(`<td class="off"></td>`)
			}
		}
		g.raw("</tr>\n")
	}
	g.tableEnd()
}

// Glossary writes terms and acronyms.
func (t *Theme) Glossary(base string, terms []Term) Generated {
	return t.generate(base, func(g *gen) {
		for _, part := range []struct {
			id, key string
			acronym bool
		}{{"terms", "term_terms", false}, {"acronyms", "term_acronyms", true}} {
			open := false
			for i := range terms {
				x := &terms[i]
				if x.Acronym != part.acronym {
					continue
				}
				if !open {
					g.heading(part.id, g.t.text[part.key])
					g.raw(`<dl class="terms">` + "\n")
					open = true
				}
				g.raw(`<dt id="`)
				g.text(TermID(x.Text))
				g.raw(`">`)
				g.ref(x.Ref)
				if len(x.Aliases) > 0 {
					g.raw(" <small>")
					g.text(strings.Join(x.Aliases, ", "))
					g.raw("</small>")
				}
				g.raw("</dt><dd>")
				g.text(x.Definition)
				if len(x.Forbidden) > 0 {
					g.raw(` <small class="no">`)
					g.str("term_forbidden", strings.Join(x.Forbidden, ", "))
					g.raw("</small>")
				}
				g.raw("</dd>\n")
			}
			if open {
				g.raw("</dl>\n")
			}
		}
	})
}

// TermID returns the anchor of a term on a glossary page.
func TermID(term string) string {
	return "term-" + strings.Join(strings.Fields(strings.ToLower(term)), "-")
}

// Operations writes the list of runbooks and other pages of operations.
func (t *Theme) Operations(base string, ops []Operation) Generated {
	return t.generate(base, func(g *gen) {
		if len(ops) == 0 {
			g.none("ops_none")
			return
		}
		g.table("ops", "ops_page", "ops_kind", "ops_owner", "ops_verified", "ops_elements")
		for i := range ops {
			o := &ops[i]
			g.raw("<tr><td>")
			g.ref(o.Ref)
			g.raw("</td><td>")
			g.text(g.label("ops_"+o.Kind, o.Kind))
			g.raw("</td><td>")
			g.text(o.Owner)
			g.raw("</td><td>")
			g.date(o.Verified)
			if o.Due {
				g.raw(` <span class="st st-due">`)
				g.str("ops_due")
				g.raw("</span>")
			}
			g.raw("</td><td>")
			g.refs(o.Elements)
			g.raw("</td></tr>\n")
		}
		g.tableEnd()
	})
}

// appendRecord writes what is known of a decision above its page: a banner when
// another one is in force, its status, date and links.
func (t *Theme) appendRecord(dst []byte, d *Decision, prefix string) []byte {
	g := &gen{t: t, dst: dst, prefix: prefix}
	g.raw(`<aside class="record" aria-label="`)
	g.str("adr_record")
	g.raw(`">` + "\n")
	if d.Live != nil || d.Status == "superseded" || d.Status == "deprecated" || d.Status == "rejected" {
		g.raw(`<p class="banner" role="note">`)
		switch {
		case d.Live != nil && d.Partial:
			g.str("adr_banner_partial")
		case d.Live != nil:
			g.str("adr_banner_superseded")
		case d.Status == "superseded":
			g.str("adr_banner_nowhere")
		default:
			g.str("adr_banner_" + d.Status)
		}
		if d.Live != nil {
			g.raw(" ")
			g.ref(*d.Live)
			if len(d.Via) > 0 {
				g.raw(" <small>(")
				g.str("adr_via")
				g.raw(" ")
				g.refs(d.Via)
				g.raw(")</small>")
			}
		}
		g.raw("</p>\n")
	}
	g.raw("<p>")
	g.status(d)
	if d.Date != "" {
		g.raw(" ")
		g.date(d.Date)
	}
	if len(d.Deciders) > 0 {
		g.raw(" · ")
		g.text(strings.Join(d.Deciders, ", "))
	}
	if d.Review != "" {
		g.raw(" · ")
		g.str("adr_review")
		g.raw(" ")
		g.date(d.Review)
		if d.ReviewDue {
			g.raw(` <span class="st st-due">`)
			g.str("adr_due")
			g.raw("</span>")
		}
	}
	g.raw("</p>\n")
	g.recordLinks("adr_supersedes", d.Supersedes)
	g.recordLinks("adr_superseded_by", d.SupersededBy)
	for _, l := range d.Links {
		g.raw("<p>")
		g.text(g.label("adr_link_"+l.Kind, l.Kind))
		g.raw(": ")
		g.ref(l.To)
		g.raw("</p>\n")
	}
	g.recordLinks("adr_about", d.Elements)
	g.raw("</aside>\n")
	return g.dst
}

func (g *gen) recordLinks(key string, rs []Ref) {
	if len(rs) == 0 {
		return
	}
	g.raw("<p>")
	g.str(key)
	g.raw(": ")
	g.refs(rs)
	g.raw("</p>\n")
}
