package sad

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// NewElement is an element to declare; what is empty is left out.
type NewElement struct {
	ID, Name, Kind, Technology, Description, Owner string
	Code                                           []string
	Properties                                     []Property
}

// NewRelation is a relation to show; what is empty is left out.
type NewRelation struct {
	From, To, Kind, Via, Technology, Description string
}

// Add returns what shows an element in a view: an entry in its list of elements
// (a declaration, or the id alone where another view declares it), a row where
// the catalog is a table, its relations, and in a flowchart a box and arrows.
// Like is an element of the view beside which it goes and whose form it takes.
func (e *Editor) Add(v *View, n NewElement, declare bool, like string, links []NewRelation) (PageEdit, bool) {
	p := v.page
	d, x := e.doc(p.Path), e.m.byID[like]
	if d == nil || x == nil {
		return PageEdit{}, false
	}
	a := &addition{e: e, d: d, v: v, like: x, at: v.At.Span}
	a.entry(n, declare)
	a.row(n)
	a.relations(links)
	a.figure(n, links)
	a.join()
	return PageEdit{Path: p.Path, At: p.place(a.at), Edits: a.edits, What: a.what, Left: a.left}, true
}

// Link returns what adds relations of an element to a view that shows both ends.
func (e *Editor) Link(v *View, element string, links []NewRelation) (PageEdit, bool) {
	d, x := e.doc(v.page.Path), e.m.byID[element]
	if d == nil || x == nil || len(links) == 0 {
		return PageEdit{}, false
	}
	a := &addition{e: e, d: d, v: v, like: x, at: v.At.Span}
	for _, at := range x.places {
		if at.Path == v.Path && at.Line > 0 {
			a.at = at.Span
			break
		}
	}
	a.relations(links)
	a.figure(NewElement{}, links)
	a.join()
	return PageEdit{Path: v.Path, At: v.page.place(a.at), Edits: a.edits, What: a.what, Left: a.left}, true
}

type addition struct {
	e     *Editor
	d     *markdown.Doc
	v     *View
	like  *Element
	at    Span
	edits []finding.Edit
	what  []string
	left  []Place
}

func (a *addition) insert(at int, text string) {
	a.edits = append(a.edits, finding.Edit{Path: a.v.Path, Start: at, New: text, Safe: true, Entry: true})
}

// join puts the edits in the order of the page; what is inserted at one place is
// one edit, in the order in which it was asked for.
func (a *addition) join() {
	slices.SortStableFunc(a.edits, func(a, b finding.Edit) int { return a.Start - b.Start })
	out := a.edits[:0]
	for _, e := range a.edits {
		if n := len(out); n > 0 && out[n-1].Start == e.Start && out[n-1].Entry && e.Entry {
			out[n-1].New += e.New
			continue
		}
		out = append(out, e)
	}
	a.edits = out
}

// entry adds to the list of elements in the front matter.
func (a *addition) entry(n NewElement, declare bool) {
	value, _ := a.d.Front.Value("elements")
	if value == nil || value.Kind != yaml.SequenceNode || len(value.Content) == 0 {
		return
	}
	l, ok := readList(a.d, value)
	if !ok {
		return
	}
	at := len(value.Content) - 1
	var form *yaml.Node
	for i, c := range value.Content {
		if a.e.m.find(entryID(c), a.v) == a.like {
			at, form = i, markdown.Resolve(c)
		}
	}
	if form == nil || declare && form.Kind != yaml.MappingNode {
		for i, c := range slices.Backward(value.Content) {
			if c := markdown.Resolve(c); (c.Kind == yaml.MappingNode) == declare {
				form = c
				if !declare {
					at = i
				}
				break
			}
		}
	}
	a.at = Span{Line: value.Content[at].Line, Column: value.Content[at].Column}
	a.what = append(a.what, "entry")
	fields := n.fields(form, declare)
	a.put(l, at, fields, form != nil && form.Style&yaml.FlowStyle != 0)
}

// put adds an entry behind another one.
func (a *addition) put(l *yamlList, behind int, fields []string, flow bool) {
	text := strings.Join(fields, ", ")
	single := len(fields) == 1 && !strings.Contains(fields[0], ": ")
	if !single && (flow || l.flow) {
		text = "{" + text + "}"
	}
	if l.flow {
		a.insert(l.entries[behind].end, ", "+text)
		return
	}
	if !single && !flow {
		text = strings.Join(fields, "\n"+l.indent+"  ")
	}
	a.insert(l.entries[behind].end, l.indent+"- "+text+"\n")
}

// fields are the keys and values of a declaration, in the order of the form.
func (n *NewElement) fields(form *yaml.Node, declare bool) []string {
	if !declare {
		return []string{yamlText(n.ID)}
	}
	values := map[string]string{
		"id": yamlText(n.ID), "name": maybe(n.Name), "kind": maybe(n.Kind), "technology": maybe(n.Technology),
		"description": maybe(n.Description), "owner": maybe(n.Owner),
	}
	if len(n.Code) > 0 {
		quoted := quotes(form, "code")
		var words []string
		for _, c := range n.Code {
			words = append(words, yamlPattern(c, quoted))
		}
		values["code"] = "[" + strings.Join(words, ", ") + "]"
	}
	if len(n.Properties) > 0 {
		var words []string
		for _, p := range n.Properties {
			words = append(words, yamlText(p.Name)+": "+yamlNumber(p.Value))
		}
		values["properties"] = "{" + strings.Join(words, ", ") + "}"
	}
	order := []string{"id", "name", "kind", "technology", "description", "code", "owner", "properties"}
	if form != nil && form.Kind == yaml.MappingNode {
		place := map[string]int{}
		for i := 0; i+1 < len(form.Content); i += 2 {
			place[form.Content[i].Value] = i + 1
		}
		slices.SortStableFunc(order, func(x, y string) int {
			if place[x] == 0 || place[y] == 0 {
				return 0
			}
			return place[x] - place[y]
		})
	}
	var out []string
	for _, k := range order {
		if values[k] != "" {
			out = append(out, k+": "+values[k])
		}
	}
	return out
}

func maybe(s string) string {
	if s == "" {
		return ""
	}
	return yamlFlow(s)
}

// yamlFlow quotes a value where a list or mapping in brackets would read it as
// something else.
func yamlFlow(s string) string {
	if strings.ContainsAny(s, "*") && !strings.ContainsAny(s, ":#{}[],&!|>'\"%@`\n\\") && s[0] != '*' && s[0] != '-' {
		return s
	}
	return yamlText(s)
}

// yamlNumber writes a property: numbers stay numbers.
func yamlNumber(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err == nil && strings.Trim(s, "0123456789.") == "" {
		return s
	}
	return yamlFlow(s)
}

// yamlPattern writes a path or pattern, in quotes where the form has them.
func yamlPattern(s string, quoted bool) string {
	if quoted {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	return yamlFlow(s)
}

// quotes reports whether the first value under a key is in double quotes.
func quotes(form *yaml.Node, key string) bool {
	v, _ := markdown.Lookup(markdown.Resolve(form), key)
	if v != nil && v.Kind == yaml.SequenceNode && len(v.Content) > 0 {
		v = v.Content[0]
	}
	return v != nil && v.Style&yaml.DoubleQuotedStyle != 0
}

// row adds to the table of the catalog, when the element beside it has a row.
func (a *addition) row(n NewElement) {
	p := a.v.page
	for i := range p.Elements {
		decl := &p.Elements[i]
		if decl.Source != FromTable || decl.Bare || a.e.m.meant(decl, a.v) != a.like {
			continue
		}
		line := decl.at().Line
		for j := range a.d.Blocks {
			b := &a.d.Blocks[j]
			if b.Kind == markdown.Table && b.Line < line && line <= b.Last {
				a.tableRow(b, line, n)
				return
			}
		}
	}
}

func (a *addition) tableRow(b *markdown.Block, line int, n NewElement) {
	g := a.d.Grid(b)
	i := slices.Index(g.Lines, line)
	if i < 0 {
		return
	}
	if a.at == a.v.At.Span {
		a.at = Span{Line: line, Column: 1}
	}
	taken := make([]bool, len(g.Header))
	var code []string
	for _, c := range n.Code {
		code = append(code, "`"+c+"`")
	}
	cells := make([]string, len(g.Header))
	el, id := column(g, taken, colElement), column(g, taken, colID)
	for k, c := range map[int]string{
		id: "`" + n.ID + "`", column(g, taken, colKind): n.Kind, column(g, taken, colTechnology): n.Technology,
		column(g, taken, colDescription): n.Description, column(g, taken, colOwner): n.Owner, column(g, taken, colCode): strings.Join(code, ", "),
	} {
		if k >= 0 && k != el {
			cells[k] = c
		}
	}
	if el >= 0 {
		name := n.Name
		if name == "" {
			name = n.ID
		}
		switch was := g.Rows[i][el].Text; {
		case strings.Contains(was, "`"+a.like.ID+"`") && strings.Contains(was, a.like.Name) && n.Name != "":
			cells[el] = strings.Replace(strings.Replace(was, "`"+a.like.ID+"`", "`"+n.ID+"`", 1), a.like.Name, name, 1)
		case strings.Contains(was, "`"):
			cells[el] = "`" + n.ID + "`"
		default:
			cells[el] = name
		}
	}
	for k := range cells {
		if cells[k] == "" {
			cells[k] = "–"
		}
		cells[k] = strings.ReplaceAll(cells[k], "|", `\|`)
	}
	text := a.d.LineText(line)
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	a.what = append(a.what, "row")
	a.lineAfter(line, indent+"| "+strings.Join(cells, " | ")+" |")
}

// lineAfter inserts a line behind another one.
func (a *addition) lineAfter(line int, text string) {
	at := a.d.LineStart(line + 1)
	if at > 0 && a.d.Src[at-1] != '\n' {
		a.insert(at, "\n"+text)
		return
	}
	a.insert(at, text+"\n")
}

// relations adds to the list of relations in the front matter.
func (a *addition) relations(links []NewRelation) {
	if len(links) == 0 {
		return
	}
	value, _ := a.d.Front.Value("relations")
	if value == nil || value.Kind != yaml.SequenceNode || len(value.Content) == 0 {
		a.newRelations(links)
		return
	}
	l, ok := readList(a.d, value)
	if !ok {
		return
	}
	for _, r := range links {
		at := -1
		for i, c := range value.Content {
			for _, key := range []string{"from", "to"} {
				if e := a.e.m.find(fieldOf(c, key), a.v); e != nil && (e == a.like || e.ID == r.From) {
					at = i
				}
			}
		}
		if at < 0 {
			at = len(value.Content) - 1
		}
		form := markdown.Resolve(value.Content[at])
		a.put(l, at, r.fields(), form.Style&yaml.FlowStyle != 0)
	}
	a.what = append(a.what, plural(len(links), "relation", "relations"))
}

func (a *addition) newRelations(links []NewRelation) {
	if slices.ContainsFunc(a.v.page.Relations, func(l Link) bool { return l.Source == FromTable }) {
		a.left = append(a.left, a.v.page.place(a.v.page.Relations[0].Span))
		return
	}
	var text strings.Builder
	for _, in := range a.v.page.Insertions {
		if in.Key != "relations" || in.At == 0 {
			continue
		}
		if in.Inside || !strings.HasSuffix(in.Before, "\n  - ") {
			return
		}
		text.WriteString("relations:\n")
		for _, r := range links {
			text.WriteString("  - {" + strings.Join(r.fields(), ", ") + "}\n")
		}
		a.edits = append(a.edits, finding.Edit{Path: a.v.Path, Start: in.At, New: text.String(), Safe: true})
		a.what = append(a.what, plural(len(links), "relation", "relations"))
	}
}

func (r *NewRelation) fields() []string {
	out := []string{"from: " + yamlText(r.From), "to: " + yamlText(r.To)}
	for _, f := range [][2]string{{"kind", r.Kind}, {"via", r.Via}, {"technology", r.Technology}, {"description", r.Description}} {
		if f[1] != "" {
			out = append(out, f[0]+": "+yamlFlow(f[1]))
		}
	}
	return out
}

// figure adds a box and arrows to the flowchart of the view.
func (a *addition) figure(n NewElement, links []NewRelation) {
	var f *resolvedFigure
	for _, rf := range a.v.figures {
		if rf.page == a.v.page && rf.fig.Part == PartPrimary {
			if f != nil {
				return // which of them is a matter of the author
			}
			f = rf
		}
	}
	if f == nil {
		return
	}
	if f.fig.Language != "mermaid" || f.fig.Kind != "flowchart" || f.fig.Broken != "" || mermaidWord(n.ID) || strings.ContainsFunc(n.ID, func(r rune) bool { return !isIDRune(r) || r == '.' }) {
		a.left = append(a.left, a.v.page.place(f.fig.Span))
		return
	}
	boxes := map[string]string{} // by element
	var form *Node
	for i := range f.fig.Nodes {
		b := &f.fig.Nodes[i]
		if x := f.nodes[b.ID]; x != nil && boxes[x.ID] == "" {
			boxes[x.ID] = b.ID
			if x == a.like && !b.Group {
				form = b
			}
		}
	}
	lines := 0
	last := a.d.LineOf(f.fig.End) - 1 // before the end of the fence
	for last > f.fig.Line && !a.drawn(f.fig, last) {
		last--
	}
	if last <= f.fig.Line {
		return
	}
	indent := func(line int) string {
		t := a.d.LineText(line)
		return t[:len(t)-len(strings.TrimLeft(t, " \t"))]
	}
	if n.ID != "" && boxes[n.ID] == "" {
		if form == nil {
			a.left = append(a.left, a.v.page.place(f.fig.Span))
			return
		}
		line, pad := last, indent(f.fig.Line+2)
		group := ""
		for _, r := range links {
			if b := boxes[r.To]; r.From == n.ID && slices.ContainsFunc(f.fig.Nodes, func(x Node) bool { return x.ID == b && x.Group }) {
				group = b
			}
		}
		for i := range f.fig.Nodes {
			if b := &f.fig.Nodes[i]; !b.Group && b.Line > 0 && b.Parent == group && (group != "" || b == form) && !a.hasArrow(f.fig, b.Line) {
				line, pad = b.Line, indent(b.Line)
			}
		}
		a.lineAfter(line, pad+boxLike(vertexIn(a.d.LineText(form.Line), form.ID), form, n))
		boxes[n.ID] = n.ID
		lines++
	}
	for _, r := range links {
		from, to := boxes[r.From], boxes[r.To]
		if from == "" && a.e.m.byID[r.From] == nil {
			from = r.From // another edit draws it
		}
		if to == "" && a.e.m.byID[r.To] == nil {
			to = r.To
		}
		if from == "" || to == "" || slices.ContainsFunc(f.fig.Nodes, func(x Node) bool { return x.Group && (x.ID == to || x.ID == from) }) ||
			slices.ContainsFunc(f.fig.Edges, func(e FigureEdge) bool { return e.From == from && e.To == to }) {
			continue
		}
		at := last
		for _, e := range f.fig.Edges {
			if e.Line > 0 && (f.nodes[e.From] == a.like || f.nodes[e.To] == a.like) {
				at = e.Line
			}
		}
		a.lineAfter(at, indent(at)+from+" --> "+to)
		lines++
	}
	if lines > 0 {
		a.what = append(a.what, plural(lines, "line of the figure", "lines of the figure"))
	}
}

// mermaidWord reports whether a flowchart reads a word as its own.
func mermaidWord(s string) bool {
	switch strings.ToLower(s) {
	case "end", "subgraph", "graph", "flowchart", "click", "style", "class", "classdef", "linkstyle", "direction", "default":
		return true
	}
	return false
}

// drawn reports whether a line of a figure draws something.
func (a *addition) drawn(fig *Figure, line int) bool {
	if a.hasArrow(fig, line) || slices.ContainsFunc(fig.Nodes, func(n Node) bool { return n.Line == line }) {
		return true
	}
	return strings.TrimSpace(a.d.LineText(line)) == "end"
}

func (a *addition) hasArrow(fig *Figure, line int) bool {
	return slices.ContainsFunc(fig.Edges, func(e FigureEdge) bool { return e.Line == line })
}

// boxLike writes a box in the shape of another one.
func boxLike(was string, form *Node, n NewElement) string {
	name := n.Name
	if name == "" {
		name = n.ID
	}
	shape := strings.TrimPrefix(was, form.ID)
	if shape == "" {
		if name == n.ID {
			return n.ID
		}
		return n.ID + `["` + strings.ReplaceAll(name, `"`, "#quot;") + `"]`
	}
	open := len(shape) - len(strings.TrimLeft(shape, `[({>"/\`))
	end := len(strings.TrimRight(shape, `])}"/\`))
	if i := strings.Index(shape, ":::"); i >= 0 {
		shape = shape[:i]
		end = len(strings.TrimRight(shape, `])}"/\`))
	}
	if open >= end {
		return n.ID
	}
	lead, tail := shape[:open], shape[end:]
	if strings.ContainsAny(name, `[](){}<>"|#;`) && !strings.Contains(lead, `"`) {
		lead, tail = lead+`"`, `"`+tail
	}
	return n.ID + lead + strings.ReplaceAll(name, `"`, "#quot;") + tail
}
