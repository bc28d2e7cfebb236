package sad

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
	"github.com/lintel-docs/lintel/internal/mermaid"
)

func readMermaid(text string, at func(int) Span, f *Figure) {
	d, err := mermaid.Parse(text)
	if err != nil {
		if _, other := err.(*mermaid.UnsupportedError); !other { //nolint:errorlint // Parse returns it unwrapped
			f.Broken = err.Error()
		}
		return
	}
	f.Kind, f.Title, f.Alt = string(d.Kind), d.AccTitle, d.AccDescr
	if f.Title == "" {
		f.Title = d.Title
	}
	shapes := map[string]bool{}
	for _, g := range d.Groups {
		f.Nodes = append(f.Nodes, Node{Ref: Ref{g.ID, at(g.Line)}, Label: g.Label, Parent: g.Parent, Group: true, Mark: marks(g.Classes)})
	}
	for _, n := range d.Nodes {
		if n.Shape == mermaid.Start || n.Shape == mermaid.End || n.Shape == mermaid.Fork {
			continue
		}
		f.Nodes = append(f.Nodes, Node{Ref: Ref{n.ID, at(n.Line)}, Label: n.Label, Parent: n.Group, Mark: marks(n.Classes)})
		shapes[string(n.Shape)] = true
	}
	for _, e := range d.Edges {
		if e.Stroke == mermaid.Invisible {
			continue
		}
		undirected := e.Head == mermaid.None && e.Tail == mermaid.None
		from, to := e.From, e.To
		if e.Head == mermaid.None && e.Tail != mermaid.None {
			from, to = to, from
		}
		f.Edges = append(f.Edges, FigureEdge{From: from, To: to, Label: e.Label, Undirected: undirected, Span: at(e.Line)})
		shapes["edge "+string(e.Stroke)+string(e.Head)] = true
	}
	f.Shapes = len(shapes)
}

// marks reports whether a box is drawn as the one that the figure is about.
func marks(classes []string) bool {
	for _, c := range classes {
		switch strings.ToLower(c) {
		case "scope", "system", "self", "this", "focus", "subject", "target", "main", "in-scope", "inscope":
			return true
		}
	}
	return false
}

// partsOf are the sections that are read on a page of a kind.
func partsOf(k Kind) []PartKind {
	switch k {
	case KindView:
		return []PartKind{
			PartPrimary, PartCatalog, PartContext, PartVariability, PartRationale, PartRelated, PartElements, PartRelations,
			PartInterfaces, PartBehavior, PartConstraints, PartDescription, PartPackets, PartLegend, PartMapping, PartConflicts,
		}
	case KindViewpoint:
		return []PartKind{PartAbstract, PartStakeholders, PartTypes, PartLanguage, PartEvaluation, PartSource}
	case KindStakeholders:
		return []PartKind{PartStakeholders, PartConcerns, PartMatrix}
	case KindGlossary, KindAcronyms:
		return []PartKind{PartGlossary, PartAcronyms}
	case KindMapping:
		return []PartKind{PartMapping, PartConflicts, PartLegend}
	case KindReferences:
		return []PartKind{PartReferences}
	case KindScenarios:
		return []PartKind{PartScenarios}
	case KindOverview:
		return []PartKind{
			PartMapping, PartIndex, PartGlossary, PartAcronyms, PartReferences, PartRevisions, PartRoadmap, PartMatrix,
			PartStakeholders, PartConcerns, PartScenarios, PartDecisions, PartConflicts, PartLegend,
		}
	}
	return nil
}

// part0 is what the text of a page of a kind is before any known heading.
func part0(k Kind) PartKind {
	switch k {
	case KindStakeholders:
		return PartStakeholders
	case KindScenarios:
		return PartScenarios
	case KindGlossary:
		return PartGlossary
	case KindAcronyms:
		return PartAcronyms
	case KindMapping:
		return PartMapping
	case KindReferences:
		return PartReferences
	}
	return ""
}

// body reads the sections of the page.
func (r *reader) body() {
	p, d := r.page, r.doc
	labels := map[string]PartKind{}
	wanted := partsOf(p.Kind)
	for _, kind := range wanted {
		for _, title := range r.headings[kind] {
			if ls := markdown.Labels(title); len(ls) > 0 && labels[ls[0]] == "" {
				labels[ls[0]] = kind
			}
		}
	}
	for i := range partNames {
		if slices.Contains(wanted, partNames[i].kind) {
			for _, l := range partNames[i].labels {
				if _, ok := labels[l]; !ok {
					labels[l] = partNames[i].kind
				}
			}
		}
	}
	type open struct {
		level int
		kind  PartKind
	}
	stack := []open{{0, part0(p.Kind)}}
	heading := -1
	var entries []Decl // headings below a catalog
	for s := range d.Sections() {
		inner := stack[0].kind
		if s.Heading != nil {
			heading++
			for len(stack) > 1 && stack[len(stack)-1].level >= s.Level() {
				stack = stack[:len(stack)-1]
			}
			inner = stack[len(stack)-1].kind
			title := heading == 0 && s.Level() == 1
			if k, ok := partOf(labels, s.Heading.Text); ok && !title {
				inner = k
				part := Part{Kind: k, Title: s.Heading.Text, Heading: heading, Level: s.Level(), Span: r.at(s.Heading.Body), Empty: s.Empty()}
				r.fill(&part, s)
				p.Parts = append(p.Parts, part)
			} else if !title && (inner == PartCatalog || inner == PartElements) {
				e := Decl{Name: r.ref0(s.Heading.Text, s.Heading.Body), Source: FromList}
				for i := range s.Own {
					if s.Own[i].Kind == markdown.Paragraph {
						e.Description = markdown.Text(s.Own[i].Text)
						break
					}
				}
				entries = append(entries, e)
			}
			stack = append(stack, open{s.Level(), inner})
		}
		r.section(inner, s)
	}
	// Headings and definition lists below a catalog declare where nothing else
	// does; beside other declarations they tell more of these.
	declared := slices.ContainsFunc(p.Elements, func(e Decl) bool { return e.Source == FromFront && !e.Bare || e.Source == FromTable && !e.Bare })
	if declared {
		for i := range p.Elements {
			p.Elements[i].Bare = p.Elements[i].Bare || p.Elements[i].Source == FromList
		}
	}
	listed := slices.ContainsFunc(p.Elements, func(e Decl) bool { return e.Source == FromList })
	for _, e := range entries {
		e.Bare = declared || listed
		p.Elements = append(p.Elements, e)
	}
	r.choosePrimary()
	r.words()
	r.placeholders()
}

// at returns the place of a byte.
func (r *reader) at(off int) Span {
	return Span{Line: r.doc.LineOf(off), Column: r.doc.ColumnOf(off), Start: off, End: off}
}

// ref0 is a text that stands at an offset.
func (r *reader) ref0(text string, off int) Ref {
	s := r.at(off)
	if off+len(text) <= len(r.doc.Src) && string(r.doc.Src[off:off+len(text)]) == text {
		s.End = off + len(text)
	}
	return Ref{text, s}
}

// cell is the text of a cell without markup.
func (r *reader) cell(c markdown.Cell) Ref {
	text := markdown.Text(c.Text)
	s := r.at(c.Start)
	switch i := strings.Index(c.Text, text); {
	case text == "":
	case i >= 0 && string(r.doc.Src[c.Start+i:min(c.Start+i+len(text), len(r.doc.Src))]) == text:
		s.Start, s.End = c.Start+i, c.Start+i+len(text)
	}
	return Ref{text, s}
}

// fill finds out what a section holds.
func (r *reader) fill(part *Part, s *markdown.Section) {
	words := 0
	var text strings.Builder
	for i := range s.Blocks {
		b := &s.Blocks[i]
		switch b.Kind {
		case markdown.Fence:
			part.Figure = part.Figure || figureLanguage(b.Info) != ""
		case markdown.Table:
			part.Table = true
		case markdown.Paragraph, markdown.Item, markdown.Quote:
			words += len(b.Text)
			if words < 400 {
				text.WriteString(b.Text)
				text.WriteByte('\n')
			}
			if strings.Contains(b.Text, "\n:   ") || strings.HasPrefix(b.Text, ":   ") {
				part.Table = true // a definition list serves as one
			}
		}
	}
	for _, l := range r.doc.Links(s.Start, s.End) {
		if l.Image {
			part.Figure = true
			continue
		}
		if dest := r.local(l.Dest); dest != "" {
			part.Links = append(part.Links, Ref{dest, r.at(l.Start)})
			if isRecordPath(dest) {
				part.Decisions = append(part.Decisions, Ref{dest, r.at(l.Start)})
			}
		}
	}
	for off, run := range r.doc.Prose(s.Start, s.End) {
		for _, m := range recordIDs(run) {
			part.Decisions = append(part.Decisions, r.ref0(run[m[0]:m[1]], off+m[0]))
		}
	}
	part.None = words < 400 && saysNone(text.String())
}

// local resolves the target of a link to a path below the project's root; ""
// of what leads elsewhere.
func (r *reader) local(dest string) string {
	dest, _, _ = strings.Cut(dest, "#")
	dest, _, _ = strings.Cut(dest, "?")
	if dest == "" || strings.Contains(dest, ":") || strings.HasPrefix(dest, "/") {
		return ""
	}
	return path.Join(path.Dir(r.page.Path), dest)
}

// isRecordPath reports whether a path looks like that of a decision record.
func isRecordPath(p string) bool {
	base := strings.ToLower(path.Base(p))
	if !strings.HasSuffix(base, ".md") {
		return false
	}
	base = strings.TrimPrefix(base, "adr-")
	n := 0
	for n < len(base) && base[n] >= '0' && base[n] <= '9' {
		n++
	}
	if n >= 3 && n <= 8 && n < len(base) && (base[n] == '-' || base[n] == '_' || base[n] == '.') {
		return true
	}
	dir := strings.ToLower(path.Base(path.Dir(p)))
	return (dir == "adr" || dir == "adrs" || dir == "decisions") && base != "index.md" && base != "readme.md"
}

// recordIDs returns the places of ids such as ADR-0005 and ADR 5.
func recordIDs(s string) [][2]int {
	var out [][2]int
	for i := 0; ; {
		k := strings.Index(s[i:], "ADR")
		if k < 0 {
			return out
		}
		at := i + k
		i = at + 3
		if at > 0 && isWordByte(s[at-1]) {
			continue
		}
		j := i
		if j < len(s) && (s[j] == '-' || s[j] == ' ' || s[j] == '_') {
			j++
		}
		n := j
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		if n > j && n-j <= 6 {
			out = append(out, [2]int{at, n})
			i = n
		}
	}
}

func isWordByte(c byte) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// saysNone reports whether a short text says that there is nothing to say.
func saysNone(s string) bool {
	s = strings.ToLower(strings.TrimSpace(markdown.Text(s)))
	if s == "" {
		return false
	}
	for _, w := range [...]string{
		"없음", "없다", "없습니다", "해당 사항", "해당사항", "필요 없", "필요하지 않", "필요가 없", "not needed", "not applicable",
		"n/a", "no decision", "no record", "none", "nothing varies", "does not vary", "no variability", "no adr", "no separate",
	} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return s == "–" || s == "-" || s == "—"
}

// section reads the blocks between a heading and the next one.
func (r *reader) section(kind PartKind, s *markdown.Section) {
	p := r.page
	first := len(p.Figures)
	legend := false
	for i := range s.Own {
		b := &s.Own[i]
		switch b.Kind {
		case markdown.Fence:
			if lang := figureLanguage(b.Info); lang != "" {
				f := r.figure(b, lang)
				f.Part, f.Caption = kind, f.Title != "" || captioned(s.Own, i)
				p.Figures = append(p.Figures, f)
			}
		case markdown.HTML:
			// An anchor before a term: <span id="x"></span>term
			if strings.Contains(b.Text, "\n:") {
				r.list(kind, b, s.Own, i)
			}
		case markdown.Paragraph, markdown.Item:
			r.pictures(kind, b, s.Own, i)
			r.list(kind, b, s.Own, i)
			legend = legend || startsLegend(b.Text)
		case markdown.Table:
			r.table(kind, b)
		}
	}
	figures := p.Figures[first:]
	for i := range figures {
		if len(figures) == 1 && s.Heading != nil {
			figures[i].Caption = true // the heading names it
		}
		figures[i].Legend = figures[i].Legend || legend
	}
}

func startsLegend(text string) bool {
	t := strings.ToLower(strings.TrimLeft(markdown.Text(firstLine(text)), "*_ "))
	for _, w := range [...]string{"범례", "legend", "key:", "notation", "표기", "기호"} {
		if strings.HasPrefix(t, w) {
			return true
		}
	}
	return false
}

// captioned reports whether a caption stands before or behind a block.
func captioned(blocks []markdown.Block, i int) bool {
	for _, k := range [...]int{i - 1, i + 1} {
		if k < 0 || k >= len(blocks) {
			continue
		}
		t := strings.ToLower(strings.TrimLeft(blocks[k].Text, "*_ <>[#"))
		for _, w := range [...]string{"그림", "figure", "fig.", "/// caption", "figcaption", "/// figure"} {
			if strings.HasPrefix(t, w) {
				return true
			}
		}
	}
	return false
}

// pictures reads the images of a block.
func (r *reader) pictures(kind PartKind, b *markdown.Block, blocks []markdown.Block, i int) {
	if !strings.Contains(b.Text, "![") {
		return
	}
	for _, l := range r.doc.Links(b.Start, b.End) {
		if !l.Image || strings.Contains(l.Dest, "badge") || strings.Contains(l.Dest, "shields.io") {
			continue
		}
		f := Figure{Language: "image", Part: kind, Span: r.at(l.Start), Alt: l.Text}
		whole := string(r.doc.Src[l.Start:l.End])
		f.Caption = captioned(blocks, i) || strings.Contains(whole, `"`)
		r.page.Figures = append(r.page.Figures, f)
	}
}

// name reads a cell or term that names an element: its id where one stands in
// code, and its name.
func (r *reader) name(text string, at Span) (id, name Ref) {
	plain := markdown.Text(text)
	name = Ref{plain, at}
	if i := strings.IndexByte(text, '`'); i >= 0 {
		if j := strings.IndexByte(text[i+1:], '`'); j > 0 {
			code := strings.TrimSpace(text[i+1 : i+1+j])
			id = Ref{code, at}
			rest := markdown.Text(text[:i] + " " + text[i+j+2:])
			rest = strings.TrimSpace(strings.Trim(rest, " ()[]（）,:–-·"))
			if rest == "" {
				rest = code
			}
			name = Ref{rest, at}
		}
	}
	return id, name
}

// dash reports whether a cell says that there is nothing.
func dash(s string) bool {
	switch strings.TrimSpace(s) {
	case "", "-", "–", "—", "n/a", "N/A", "없음", "none", "null":
		return true
	}
	return false
}

// yes reports whether a cell says yes.
func yes(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return !dash(s) && s != "no" && s != "아니오" && s != "아니요" && s != "false" && s != "x" && s != "낮음" && s != "low"
}

func column(g *markdown.Grid, taken []bool, labels []string) int {
	for i, c := range g.Header {
		if (taken == nil || !taken[i]) && markdown.Is(markdown.Text(c.Text), labels...) {
			if taken != nil {
				taken[i] = true
			}
			return i
		}
	}
	return -1
}

// table reads a table by the section it stands in and its columns.
func (r *reader) table(kind PartKind, b *markdown.Block) {
	switch kind {
	case PartPrimary:
		r.tableFigure(kind, b)
	case PartCatalog, PartElements, PartRelations, PartInterfaces:
		if r.page.Kind == KindView {
			r.catalogTable(kind, b)
		}
	case PartMapping:
		r.mappingTable(b)
	case PartGlossary:
		r.glossaryTable(b)
	case PartAcronyms:
		r.acronymTable(b)
	case PartStakeholders:
		if r.page.Kind != KindViewpoint {
			r.stakeholderTable(b)
		}
	case PartConcerns:
		r.concernTable(b)
	case PartScenarios:
		r.scenarioTable(b)
	case PartReferences:
		r.referenceTable(b)
	case PartRevisions:
		r.revisionTable(b)
	case PartIndex:
		r.indexTable(b)
	}
}

// refAt returns a cell, or the zero Ref when there is no such column or it says
// that there is nothing.
func (r *reader) refAt(row []markdown.Cell, i int) Ref {
	if i < 0 || dash(row[i].Text) {
		return Ref{}
	}
	return r.cell(row[i])
}

func (r *reader) textAt(row []markdown.Cell, i int) string {
	if i < 0 || dash(row[i].Text) {
		return ""
	}
	return markdown.Text(row[i].Text)
}

// words of a cell that holds several, divided by commas, slashes or breaks.
func (r *reader) refsAt(row []markdown.Cell, i int) []Ref {
	if i < 0 || dash(row[i].Text) {
		return nil
	}
	c := row[i]
	at := r.at(c.Start)
	var out []Ref
	text := strings.NewReplacer("<br>", ",", "<br/>", ",", "<br />", ",", "、", ",", ";", ",").Replace(c.Text)
	off := 0
	for part := range strings.SplitSeq(text, ",") {
		w := markdown.Text(part)
		if w != "" && !dash(w) {
			s := at
			if text == c.Text {
				if k := strings.Index(part, w); k >= 0 && c.Start+off+k+len(w) <= len(r.doc.Src) && string(r.doc.Src[c.Start+off+k:c.Start+off+k+len(w)]) == w {
					s = r.at(c.Start + off + k)
					s.End = s.Start + len(w)
				}
			}
			out = append(out, Ref{w, s})
		}
		off += len(part) + 1
	}
	return out
}

// codeAt returns the paths in a cell: its code spans, or its words.
func (r *reader) codeAt(row []markdown.Cell, i int) []Ref {
	if i < 0 || dash(row[i].Text) {
		return nil
	}
	c := row[i]
	if !strings.Contains(c.Text, "`") {
		return r.refsAt(row, i)
	}
	var out []Ref
	for rest, off := c.Text, 0; ; {
		a := strings.IndexByte(rest, '`')
		if a < 0 {
			return out
		}
		z := strings.IndexByte(rest[a+1:], '`')
		if z < 0 {
			return out
		}
		s := r.at(c.Start + off + a + 1)
		s.End = s.Start + z
		if w := strings.TrimSpace(rest[a+1 : a+1+z]); w != "" {
			out = append(out, Ref{w, s})
		}
		off += a + z + 2
		rest = rest[a+z+2:]
	}
}

func (r *reader) tableFigure(kind PartKind, b *markdown.Block) {
	g := r.doc.Grid(b)
	f := Figure{Language: "table", Part: kind, Span: Span{Line: b.Line, Column: 1, Start: b.Start, End: b.End}, Caption: true, Legend: true}
	seen := map[string]bool{}
	node := func(c markdown.Cell) string {
		id, name := r.name(c.Text, r.at(c.Start))
		if name.ID == "" || dash(name.ID) {
			return ""
		}
		if id.ID == "" {
			id = name
		}
		if !seen[id.ID] {
			seen[id.ID] = true
			f.Nodes = append(f.Nodes, Node{Ref: id, Label: name.ID})
		}
		return id.ID
	}
	from, to := column(g, nil, colFrom), column(g, nil, colTo)
	if from >= 0 && to >= 0 && from != to {
		label := column(g, nil, append(slices.Clip(colRel), colDescription...))
		for i, row := range g.Rows {
			a, z := node(row[from]), node(row[to])
			if a != "" && z != "" {
				f.Edges = append(f.Edges, FigureEdge{From: a, To: z, Label: r.textAt(row, label), Span: Span{Line: g.Lines[i]}})
			}
		}
	} else if el := column(g, nil, colElement); el >= 0 {
		for _, row := range g.Rows {
			node(row[el])
		}
	}
	if len(f.Nodes) > 0 {
		r.page.Figures = append(r.page.Figures, f)
	}
}

func (r *reader) catalogTable(kind PartKind, b *markdown.Block) {
	g := r.doc.Grid(b)
	p := r.page
	taken := make([]bool, len(g.Header))
	// What has two ends is a table of relations.
	from, to := column(g, nil, colFrom), column(g, nil, colTo)
	if from >= 0 && to >= 0 && from != to && (kind == PartRelations || column(g, nil, colElement) < 0) {
		taken[from], taken[to] = true, true
		via, data := column(g, taken, colVia), column(g, taken, colData)
		rel, tech, desc := column(g, taken, colRel), column(g, taken, colTechnology), column(g, taken, colDescription)
		for i, row := range g.Rows {
			end := func(c markdown.Cell) Ref {
				id, name := r.name(c.Text, r.cell(c).Span)
				if id.ID != "" {
					return id
				}
				return name
			}
			l := Link{
				From: end(row[from]), To: end(row[to]), Kind: r.refAt(row, rel), Via: r.refAt(row, via), Data: r.refAt(row, data),
				Technology: r.textAt(row, tech), Description: r.textAt(row, desc), Source: FromTable, Explicit: true,
				Span: Span{Line: g.Lines[i], Column: 1},
			}
			if l.From.ID != "" && l.To.ID != "" && !dash(l.From.ID) && !dash(l.To.ID) {
				p.Relations = append(p.Relations, l)
			}
		}
		return
	}
	if kind == PartRelations {
		return
	}
	iface := column(g, nil, colInterface)
	if kind == PartInterfaces || iface >= 0 && column(g, nil, colTechnology) < 0 && column(g, nil, colOwner) < 0 && column(g, nil, colCode) < 0 {
		if iface >= 0 {
			taken[iface] = true
		}
		el := column(g, taken, colElement)
		if iface < 0 || el < 0 {
			return
		}
		kindCol, dir, desc := column(g, taken, colKind), column(g, taken, colDirection), column(g, taken, colDescription)
		for _, row := range g.Rows {
			i := Interface{Of: r.refAt(row, el), Kind: r.textAt(row, kindCol), Description: r.textAt(row, desc)}
			id, name := r.name(row[iface].Text, r.at(row[iface].Start))
			if id.ID == "" {
				id = name
			}
			i.Ref = id
			d := strings.ToLower(r.textAt(row, dir))
			i.Required = strings.Contains(d, "required") || strings.Contains(d, "요구") || strings.Contains(d, "uses") || strings.Contains(d, "사용")
			if i.ID != "" && i.Of.ID != "" {
				p.Elements = append(p.Elements, Decl{Name: i.Of, Bare: true, Source: FromTable, Interfaces: []Interface{i}})
			}
		}
		return
	}
	idCol := column(g, taken, colID)
	el := column(g, taken, colElement)
	if el < 0 && idCol < 0 {
		return
	}
	kindCol, tech, desc := column(g, taken, colKind), column(g, taken, colTechnology), column(g, taken, colDescription)
	owner, code, parent := column(g, taken, colOwner), column(g, taken, colCode), column(g, taken, colParent)
	external, critical := column(g, taken, colExternal), column(g, taken, colCritical)
	for _, row := range g.Rows {
		d := Decl{Source: FromTable}
		if el >= 0 {
			d.Ref, d.Name = r.name(row[el].Text, r.cell(row[el]).Span)
		}
		if idCol >= 0 && !dash(row[idCol].Text) {
			c := r.cell(row[idCol])
			d.Ref = c
			if d.Name.ID == "" {
				d.Name = c
			}
		}
		if d.Name.ID == "" || dash(d.Name.ID) {
			continue
		}
		d.Kind, d.Owner, d.Parent = r.refAt(row, kindCol), r.refAt(row, owner), r.refAt(row, parent)
		d.Technology, d.Description = r.textAt(row, tech), r.textAt(row, desc)
		d.Code = r.codeAt(row, code)
		d.External = external >= 0 && yes(r.textAt(row, external))
		d.Critical = critical >= 0 && yes(r.textAt(row, critical))
		for i := range g.Header {
			if !taken[i] && i != iface {
				if v := r.textAt(row, i); v != "" {
					d.Properties = append(d.Properties, Property{markdown.Text(g.Header[i].Text), v, r.at(row[i].Start)})
				}
			}
		}
		p.Elements = append(p.Elements, d)
	}
}

func (r *reader) mappingTable(b *markdown.Block) {
	g := r.doc.Grid(b)
	if len(g.Header) < 2 {
		return
	}
	taken := make([]bool, len(g.Header))
	fromView := column(g, taken, []string{"from view", "출발 뷰", "view a", "원 뷰", "from_view"})
	toView := column(g, taken, []string{"to view", "도착 뷰", "view b", "대상 뷰", "to_view"})
	from, to := column(g, taken, colFrom), column(g, taken, colTo)
	kind, desc := column(g, taken, colRel), column(g, taken, colDescription)
	var views [2]Ref
	if from < 0 || to < 0 {
		// The columns are called after the views.
		var free []int
		for i := range taken {
			if !taken[i] {
				free = append(free, i)
			}
		}
		if len(free) < 2 {
			return
		}
		from, to = free[0], free[1]
		views = [2]Ref{r.cell(g.Header[from]), r.cell(g.Header[to])}
	}
	for i, row := range g.Rows {
		end := func(c markdown.Cell) []Ref {
			if strings.Contains(c.Text, "`") {
				return r.codeAt([]markdown.Cell{c}, 0)
			}
			return r.refsAt([]markdown.Cell{c}, 0)
		}
		for _, f := range end(row[from]) {
			for _, t := range end(row[to]) {
				m := Mapping{From: f, To: t, Kind: r.textAt(row, kind), Description: r.textAt(row, desc), FromView: r.refAt(row, fromView), ToView: r.refAt(row, toView), Source: FromTable, Span: Span{Line: g.Lines[i], Column: 1}}
				if m.FromView.ID == "" {
					m.FromView = Ref{ID: views[0].ID}
				}
				if m.ToView.ID == "" {
					m.ToView = Ref{ID: views[1].ID}
				}
				r.page.Mappings = append(r.page.Mappings, m)
				if len(r.page.Mappings) > 20_000 {
					return
				}
			}
		}
	}
}

func (r *reader) glossaryTable(b *markdown.Block) {
	g := r.doc.Grid(b)
	taken := make([]bool, len(g.Header))
	term := column(g, taken, colTerm)
	if term < 0 {
		if column(g, nil, colAcronym) >= 0 {
			r.acronymTable(b)
		}
		return
	}
	aliases, forbidden, def := column(g, taken, colAliases), column(g, taken, colForbidden), column(g, taken, colDefinition)
	if aliases < 0 && forbidden < 0 && def < 0 {
		return
	}
	for _, row := range g.Rows {
		t := Term{Ref: r.refAt(row, term), Aliases: r.refsAt(row, aliases), Forbidden: r.refsAt(row, forbidden), Definition: r.textAt(row, def)}
		if t.ID == "" {
			continue
		}
		r.bracketAlias(&t)
		if def < 0 {
			t.Definition = "–" // a table without definitions is a list of words
		}
		r.page.Terms = append(r.page.Terms, t)
	}
}

// bracketAlias reads "레이크 (lake)" as a term with an alias.
func (r *reader) bracketAlias(t *Term) {
	i := strings.IndexAny(t.ID, "(（")
	if i <= 0 {
		return
	}
	open, size := utf8.DecodeRuneInString(t.ID[i:])
	closing := ")"
	if open == '（' {
		closing = "）"
	}
	inner, after, ok := strings.Cut(t.ID[i+size:], closing)
	if !ok || strings.TrimSpace(after) != "" || strings.TrimSpace(t.ID[:i]) == "" {
		return
	}
	for w := range strings.SplitSeq(inner, ",") {
		if w = strings.TrimSpace(w); w != "" {
			t.Aliases = append(t.Aliases, Ref{w, t.Span})
		}
	}
	t.ID = strings.TrimSpace(t.ID[:i])
	if t.End > t.Start {
		t.End = t.Start + len(t.ID)
	}
}

func (r *reader) acronymTable(b *markdown.Block) {
	g := r.doc.Grid(b)
	taken := make([]bool, len(g.Header))
	ac := column(g, taken, append(slices.Clip(colAcronym), colTerm...))
	ex := column(g, taken, colExpansion)
	if ac < 0 || ex < 0 {
		return
	}
	for _, row := range g.Rows {
		if a := r.refAt(row, ac); a.ID != "" {
			r.page.Acronyms = append(r.page.Acronyms, Acronym{Ref: a, Expansion: r.textAt(row, ex)})
		}
	}
}

func (r *reader) stakeholderTable(b *markdown.Block) {
	g := r.doc.Grid(b)
	taken := make([]bool, len(g.Header))
	id := column(g, taken, colID)
	who := column(g, taken, colStakeholder)
	if who < 0 {
		who = column(g, taken, []string{"name", "이름"})
	}
	if who < 0 {
		if column(g, nil, colConcern) >= 0 {
			r.concernTable(b)
		}
		return
	}
	concerns, role := column(g, taken, colConcerns), column(g, taken, []string{"role", "역할", "설명", "description", "name", "이름"})
	for _, row := range g.Rows {
		code, name := r.name(row[who].Text, r.cell(row[who]).Span)
		s := Stakeholder{Ref: code, Name: name.ID, Role: r.textAt(row, role), Concerns: r.refsAt(row, concerns)}
		if c := r.refAt(row, id); c.ID != "" {
			s.Ref = c
		}
		if s.ID == "" {
			s.Ref = Ref{slug(name.ID), name.Span}
		}
		if s.ID == "" {
			continue
		}
		if concerns < 0 {
			// A matrix: the columns are concerns, the cells how serious each is.
			for i, c := range g.Header {
				if !taken[i] && !dash(row[i].Text) {
					s.Concerns = append(s.Concerns, Ref{markdown.Text(c.Text), r.at(row[i].Start)})
				}
			}
		}
		if i := slices.IndexFunc(r.page.StakeholderDefs, func(o Stakeholder) bool { return key(o.ID) == key(s.ID) || key(o.Name) == key(s.Name) && s.Name != "" }); i >= 0 {
			o := &r.page.StakeholderDefs[i] // the front matter declares it; the table tells more
			if len(o.Concerns) == 0 {
				o.Concerns = s.Concerns
			}
			if o.Role == "" {
				o.Role = s.Role
			}
			continue
		}
		r.page.StakeholderDefs = append(r.page.StakeholderDefs, s)
	}
}

func (r *reader) concernTable(b *markdown.Block) {
	g := r.doc.Grid(b)
	taken := make([]bool, len(g.Header))
	id := column(g, taken, colID)
	what := column(g, taken, append(slices.Clip(colConcern), "name", "이름"))
	if what < 0 {
		return
	}
	desc := column(g, taken, append(slices.Clip(colDescription), "question", "질문"))
	for _, row := range g.Rows {
		code, name := r.name(row[what].Text, r.cell(row[what]).Span)
		c := Concern{Ref: code, Name: name.ID, Description: r.textAt(row, desc)}
		if x := r.refAt(row, id); x.ID != "" {
			c.Ref = x
		}
		if c.ID == "" {
			c.Ref = Ref{slug(name.ID), name.Span}
		}
		if c.ID == "" || slices.ContainsFunc(r.page.ConcernDefs, func(o Concern) bool {
			return key(o.ID) == key(c.ID) || key(o.Name) == key(c.Name) && c.Name != ""
		}) {
			continue
		}
		r.page.ConcernDefs = append(r.page.ConcernDefs, c)
	}
}

func (r *reader) scenarioTable(b *markdown.Block) {
	g := r.doc.Grid(b)
	taken := make([]bool, len(g.Header))
	measure, stimulus := column(g, taken, colMeasure), column(g, taken, colStimulus)
	if measure < 0 && stimulus < 0 {
		r.scenarioParts(g)
		return
	}
	id := column(g, taken, colID)
	name := column(g, taken, colScenario)
	quality, source, env := column(g, taken, colQuality), column(g, taken, colSource), column(g, taken, colEnvironment)
	artifact, response := column(g, taken, colArtifact), column(g, taken, colResponse)
	dec := column(g, taken, []string{"decisions", "결정", "adr", "decision"})
	for i, row := range g.Rows {
		s := Scenario{
			Ref: r.refAt(row, id), Name: r.textAt(row, name), Quality: r.textAt(row, quality), Source: r.textAt(row, source),
			Stimulus: r.textAt(row, stimulus), Environment: r.textAt(row, env), Artifact: r.refAt(row, artifact),
			Response: r.textAt(row, response), Measure: r.refAt(row, measure),
		}
		for _, d := range r.refsAt(row, dec) {
			s.Decisions = append(s.Decisions, Citation{Ref: d})
		}
		if s.ID == "" {
			s.Ref = Ref{slug(s.Name), Span{Line: g.Lines[i], Column: 1}}
		}
		if s.Stimulus+s.Measure.ID+s.Response == "" {
			continue
		}
		r.page.Scenarios = append(r.page.Scenarios, s)
	}
}

// scenarioParts reads a table of two columns: part and text.
func (r *reader) scenarioParts(g *markdown.Grid) {
	if len(g.Header) != 2 || len(g.Rows) == 0 {
		return
	}
	s := Scenario{Ref: Ref{"", Span{Line: g.Lines[0], Column: 1}}}
	found := 0
	for _, row := range g.Rows {
		label, value := markdown.Text(row[0].Text), r.refAt(row, 1)
		found++
		switch {
		case markdown.Is(label, colMeasure...):
			s.Measure = value
		case markdown.Is(label, colStimulus...):
			s.Stimulus = value.ID
		case markdown.Is(label, colEnvironment...):
			s.Environment = value.ID
		case markdown.Is(label, colArtifact...):
			s.Artifact = value
		case markdown.Is(label, colResponse...):
			s.Response = value.ID
		case markdown.Is(label, colSource...):
			s.Source = value.ID
		case markdown.Is(label, colQuality...):
			s.Quality = value.ID
		default:
			found--
		}
	}
	if found < 3 {
		return
	}
	if n := len(r.page.Scenarios); n > 0 && len(r.page.Scenarios) == 1 && r.page.Scenarios[0].Stimulus != "" && r.page.Scenarios[0].Stimulus == s.Stimulus {
		return // the front matter says the same
	}
	s.ID = "scenario-" + itoa(len(r.page.Scenarios)+1)
	r.page.Scenarios = append(r.page.Scenarios, s)
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func (r *reader) referenceTable(b *markdown.Block) {
	g := r.doc.Grid(b)
	taken := make([]bool, len(g.Header))
	id, title, url := column(g, taken, append(slices.Clip(colID), "ref", "번호", "no")), column(g, taken, colTitle), column(g, taken, colURL)
	if title < 0 {
		return
	}
	for _, row := range g.Rows {
		f := Reference{Ref: r.refAt(row, id), Title: r.textAt(row, title), URL: r.textAt(row, url)}
		f.ID = strings.Trim(f.ID, "[]@")
		if f.ID == "" {
			f.Ref = Ref{slug(f.Title), r.at(row[title].Start)}
		}
		if f.Title == "" {
			continue
		}
		for _, l := range r.doc.Links(row[0].Start, row[len(row)-1].End) {
			if f.URL == "" || f.URL == l.Text {
				f.URL = l.Dest
			}
		}
		r.page.References = append(r.page.References, f)
	}
}

func (r *reader) revisionTable(b *markdown.Block) {
	g := r.doc.Grid(b)
	taken := make([]bool, len(g.Header))
	rev, date := column(g, taken, colRevision), column(g, taken, colDate)
	if rev < 0 && date < 0 {
		return
	}
	for i, row := range g.Rows {
		v := Revision{Ref: r.refAt(row, rev), Date: r.textAt(row, date)}
		v.Line = g.Lines[i]
		r.page.Revisions = append(r.page.Revisions, v)
	}
}

func (r *reader) indexTable(b *markdown.Block) {
	g := r.doc.Grid(b)
	el := max(column(g, nil, colElement), 0)
	for _, row := range g.Rows {
		id, name := r.name(row[el].Text, r.at(row[el].Start))
		if id.ID == "" {
			id = name
		}
		if id.ID != "" {
			r.page.Index = append(r.page.Index, id)
		}
	}
}

// list reads definition lists and the items of lists.
func (r *reader) list(kind PartKind, b *markdown.Block, blocks []markdown.Block, i int) {
	switch kind {
	case PartCatalog, PartElements, PartGlossary, PartAcronyms, PartReferences:
	default:
		return
	}
	if b.Kind != markdown.Item {
		if strings.HasPrefix(b.Text, "*[") && kind != PartReferences {
			for line := range strings.Lines(b.Text) {
				if ac, ex, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "*["), "]:"); ok {
					r.page.Acronyms = append(r.page.Acronyms, Acronym{Ref: Ref{ac, r.at(b.Start)}, Expansion: strings.TrimSpace(ex)})
				}
			}
			return
		}
		term, def, ok := strings.Cut(strings.TrimRight(b.Text, "\r\n"), "\n:")
		if !ok && i+1 < len(blocks) && strings.HasPrefix(blocks[i+1].Text, ":") && blocks[i+1].Kind == markdown.Paragraph && !strings.Contains(b.Text, "\n") && !strings.HasPrefix(b.Text, ":") {
			term, def, ok = b.Text, blocks[i+1].Text[1:], true
		}
		if !ok || strings.HasPrefix(term, ":") || strings.TrimSpace(def) != "" && def[0] != ' ' && def[0] != '\t' {
			return
		}
		// The last line above the colon is the term.
		lines := strings.Split(term, "\n")
		term = lines[len(lines)-1]
		off := b.Body
		if len(lines) > 1 {
			off = b.Start
		}
		def, _, _ = strings.Cut(def, "\n\n")
		r.entry(kind, term, markdown.Text(def), off)
		return
	}
	text := b.Text
	switch kind {
	case PartReferences:
		// - [id] Title …, - **id** Title … or - [Title](url)
		rest := strings.TrimSpace(text)
		if strings.HasPrefix(rest, "[") && !strings.Contains(firstLine(rest), "](") {
			if id, title, ok := strings.Cut(rest[1:], "]"); ok {
				f := Reference{Ref: Ref{strings.TrimPrefix(id, "@"), r.at(b.Body)}, Title: markdown.Text(title)}
				r.page.References = append(r.page.References, f)
			}
		}
	case PartAcronyms, PartGlossary:
		term, def, ok := strings.Cut(text, ":")
		if !ok {
			term, def, ok = strings.Cut(text, " – ")
		}
		if !ok {
			term, def, ok = strings.Cut(text, " - ")
		}
		if t := markdown.Text(term); ok && t != "" && len(t) < 80 && !strings.Contains(term, "](") {
			r.entry(kind, term, markdown.Text(def), b.Body)
		}
	}
}

func (r *reader) entry(kind PartKind, term, def string, off int) {
	id, name := r.name(term, r.at(off))
	if name.ID == "" {
		return
	}
	if k := strings.Index(string(r.doc.Src[off:min(off+len(term)+8, len(r.doc.Src))]), name.ID); k >= 0 {
		name.Span = r.at(off + k)
		name.End = name.Start + len(name.ID)
	}
	switch kind {
	case PartCatalog, PartElements:
		if r.page.Kind == KindView {
			r.page.Elements = append(r.page.Elements, Decl{Ref: id, Name: name, Description: def, Source: FromList})
		}
	case PartAcronyms:
		r.page.Acronyms = append(r.page.Acronyms, Acronym{Ref: name, Expansion: def})
	case PartGlossary:
		t := Term{Ref: name, Definition: def}
		r.bracketAlias(&t)
		r.page.Terms = append(r.page.Terms, t)
	}
}

// choosePrimary takes the first figure of a view that has no section for it.
func (r *reader) choosePrimary() {
	p := r.page
	if p.Kind != KindView || p.Part(PartPrimary) != nil {
		return
	}
	for i := range p.Figures {
		f := &p.Figures[i]
		if f.Part == "" && f.Language != "image" && (f.Kind == "" || f.Kind == string(mermaid.Flowchart) || f.Kind == string(mermaid.Class) || f.Kind == string(mermaid.ER)) && len(f.Nodes) > 0 {
			f.Part = PartPrimary
			return
		}
	}
}

// words reads acronyms and citations from the prose.
func (r *reader) words() {
	p, d := r.page, r.doc
	seen := map[string]int{}
	for off, run := range d.Prose(0, len(d.Src)) {
		for i := 0; i < len(run); {
			c := run[i]
			switch {
			case c == '[':
				r.bracket(run, i, off)
				i++
			case c < 0x80 && isWordByte(c):
				j := i
				for j < len(run) && (isWordByte(run[j]) || run[j] == '.' || run[j] == '/') {
					j++
				}
				r.acronym(run[i:j], off+i, seen)
				i = j
			default:
				i++
			}
		}
	}
	for _, l := range d.Links(0, len(d.Src)) {
		if strings.Contains(l.Dest, "://") {
			p.URLs = append(p.URLs, l.Dest)
		}
	}
}

// acronym counts a word that is an acronym: two to eight capitals and digits,
// with a plural s.
func (r *reader) acronym(w string, off int, seen map[string]int) {
	w = strings.TrimRight(w, "./-_")
	if len(w) > 9 || len(w) < 2 || w[0] < 'A' || w[0] > 'Z' {
		return
	}
	if w[len(w)-1] == 's' {
		w = w[:len(w)-1]
	}
	caps := 0
	for i := range len(w) {
		switch c := w[i]; {
		case c >= 'A' && c <= 'Z':
			caps++
		case c >= '0' && c <= '9':
		default:
			return
		}
	}
	if caps < 2 {
		return
	}
	if i, ok := seen[w]; ok {
		r.page.Uses[i].Count++
		return
	}
	seen[w] = len(r.page.Uses)
	r.page.Uses = append(r.page.Uses, Use{r.ref0(w, off), 1})
}

// bracket reads [@id] and [id].
func (r *reader) bracket(run string, i, off int) {
	k := strings.IndexByte(run[i:min(len(run), i+64)], ']')
	if k < 2 {
		return
	}
	inner := run[i+1 : i+k]
	if i+k+1 < len(run) && (run[i+k+1] == '(' || run[i+k+1] == '[' || run[i+k+1] == ':') || strings.ContainsAny(inner, "[]()`!") {
		return
	}
	if id, ok := strings.CutPrefix(inner, "@"); ok {
		r.page.Cites = append(r.page.Cites, r.ref0(id, off+i+2))
		return
	}
	if inner != "x" && inner != "X" && strings.TrimSpace(inner) != "" && len(r.page.Brackets) < 1000 {
		r.page.Brackets = append(r.page.Brackets, r.ref0(inner, off+i+1))
	}
}

// maxPlaceholders bounds what is reported of one page that is all template.
const maxPlaceholders = 50

// placeholders finds what templates leave for the author to fill in.
func (r *reader) placeholders() {
	p, d := r.page, r.doc
	add := func(text string, off int) bool {
		for _, m := range placeholdersIn(text) {
			if len(p.Placeholders) >= maxPlaceholders {
				return false
			}
			p.Placeholders = append(p.Placeholders, r.ref0(text[m[0]:m[1]], off+m[0]))
		}
		return true
	}
	if f := d.Front; f != nil {
		off := f.Start
		for line := range strings.Lines(string(d.Src[f.Start:f.End])) {
			if t := strings.TrimSpace(line); !strings.HasPrefix(t, "#") {
				for _, m := range todoIn(line) {
					if len(p.Placeholders) < maxPlaceholders {
						p.Placeholders = append(p.Placeholders, r.ref0(line[m[0]:m[1]], off+m[0]))
					}
				}
			}
			off += len(line)
		}
	}
	for i := range d.Blocks {
		b := &d.Blocks[i]
		switch b.Kind {
		case markdown.Heading:
			if !add(b.Info, b.Body) {
				return
			}
		case markdown.HTML, markdown.Paragraph, markdown.Item, markdown.Quote, markdown.Table:
			// <Insert …> looks like a tag, which is no prose.
			for _, m := range insertsIn(string(d.Src[b.Start:b.End])) {
				if len(p.Placeholders) >= maxPlaceholders {
					return
				}
				p.Placeholders = append(p.Placeholders, r.ref0(string(d.Src[b.Start+m[0]:b.Start+m[1]]), b.Start+m[0]))
			}
		}
	}
	for off, run := range d.Prose(0, len(d.Src)) {
		if !add(run, off) {
			return
		}
	}
}

// todoIn returns the places of TODO, TBD, FIXME and XXX as words.
func todoIn(s string) [][2]int {
	var out [][2]int
	for _, w := range [...]string{"TODO", "TBD", "FIXME"} {
		for i := 0; ; {
			k := strings.Index(s[i:], w)
			if k < 0 {
				break
			}
			at := i + k
			i = at + len(w)
			if at > 0 && isWordByte(s[at-1]) || i < len(s) && isWordByte(s[i]) {
				continue
			}
			out = append(out, [2]int{at, i})
		}
	}
	return out
}

// insertsIn returns the places of <Insert …> and <여기에 …> outside of code.
func insertsIn(s string) [][2]int {
	var out [][2]int
	code := false // an odd number of backticks stands before on the line
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\n':
			code = false
			continue
		case '`':
			code = !code
			continue
		case '<':
		default:
			continue
		}
		rest := s[i+1 : min(len(s), i+160)]
		if code || !strings.HasPrefix(rest, "여기에 ") && (len(rest) < 7 || !strings.EqualFold(rest[:7], "insert ")) {
			continue
		}
		if end := strings.IndexAny(rest, ">\n"); end >= 0 && rest[end] == '>' {
			out = append(out, [2]int{i, i + 1 + end + 1})
			i += end
		}
	}
	return out
}

// placeholdersIn returns the places of placeholders in a text: {words to
// replace}, [option 1], TODO and TBD.
func placeholdersIn(s string) [][2]int {
	out := todoIn(s)
	for i := 0; i < len(s); i++ {
		var closing byte
		switch s[i] {
		case '{':
			closing = '}'
		case '[':
			closing = ']'
		default:
			continue
		}
		k := strings.IndexByte(s[i:min(len(s), i+120)], closing)
		if k < 2 {
			continue
		}
		inner, ok := s[i+1:i+k], false
		switch s[i] {
		case '{':
			// {{ macro }}, {#id}, {: .class}, {% … %} and /path/{id} are none.
			before := i > 0 && (isWordByte(s[i-1]) || strings.IndexByte("{/$:=)]`\\", s[i-1]) >= 0)
			first, _ := utf8.DecodeRuneInString(inner)
			ok = !before && unicode.IsLetter(first) && (strings.Contains(inner, " ") || strings.Contains(inner, "…") || strings.Contains(inner, "...")) && !strings.ContainsAny(inner, `{=":`) && !isSet(inner)
		case '[':
			l := strings.ToLower(inner)
			n := strings.TrimPrefix(strings.TrimPrefix(l, "option "), "선택지 ")
			ok = n != l && strings.Trim(n, "0123456789") == "" || strings.HasPrefix(l, "insert ")
		}
		if ok {
			out = append(out, [2]int{i, i + k + 1})
			i += k
		}
	}
	slices.SortFunc(out, func(a, b [2]int) int { return a[0] - b[0] })
	return out
}

// isSet reports whether a text is single words with commas between them, as in
// {dev, prod}.
func isSet(s string) bool {
	n := 0
	for w := range strings.SplitSeq(s, ",") {
		if strings.ContainsRune(strings.TrimSpace(w), ' ') {
			return false
		}
		n++
	}
	return n > 1
}

// finish reports what is wrong with the page alone beyond its front matter.
func (r *reader) finish() {
	p := r.page
	legend := p.Part(PartLegend) != nil
	for i := range p.Figures {
		f := &p.Figures[i]
		f.Legend = f.Legend || legend
		if f.Broken != "" {
			p.Findings = append(p.Findings, finding.Finding{
				Rule: "sad/figure", Severity: finding.Warning, Position: p.place(f.Span).position(),
				Message: "the diagram cannot be read: " + f.Broken, Hint: "it is left out of the comparison with the catalog",
			})
		}
	}
	if p.Kind.Ops() && p.Title == "" {
		p.Title = p.ID
	}
}
