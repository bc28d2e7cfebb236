package sad

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// Editor proposes changes of the pages of a model. What a proposal does not
// change stays byte for byte as its author wrote it: comments, the order of
// keys, lists in brackets or in lines, spacing. [Editor.Sound] tells whether a
// page can be read after edits.
//
// An Editor belongs to one goroutine.
type Editor struct {
	m      *Model
	source func(path string) []byte
	docs   map[string]*markdown.Doc
}

// Editor returns an editor of the pages of the model. Source returns the text
// of a page, the one that the model was made of; nil where there is none.
func (m *Model) Editor(source func(path string) []byte) *Editor {
	return &Editor{m: m, source: source, docs: map[string]*markdown.Doc{}}
}

// PageEdit is what a change of the architecture does to one page.
type PageEdit struct {
	Path string
	// At is the place that the change is about.
	At    Place
	Edits []finding.Edit // in the order of the page
	// What names what the edits change: "the element", "2 relations",
	// "3 lines of the figure".
	What []string
	// Left are the places that an author has to see to.
	Left []Place
}

// doc returns the structure of a page, nil where there is no text.
func (e *Editor) doc(name string) *markdown.Doc {
	d, ok := e.docs[name]
	if !ok {
		if src := e.source(name); src != nil {
			d = markdown.Parse(src)
		}
		e.docs[name] = d
	}
	return d
}

// Sound reports whether a page can be read after edits: whether its front matter
// and figures have no errors that they had not before. Whoever makes edits asks;
// it reads the page anew, and once for all edits of a page is enough.
func (e *Editor) Sound(name string, edits []finding.Edit) bool {
	i := slices.IndexFunc(e.m.pages, func(p *Page) bool { return p.Path == name })
	d := e.doc(name)
	if i < 0 || d == nil {
		return false
	}
	p := e.m.pages[i]
	after, err := finding.Apply(d.Src, edits)
	if err != nil {
		return false
	}
	q := ParsePage(p.Path, after)
	if q == nil || q.Kind != p.Kind {
		return false
	}
	bad := func(p *Page) (n int) {
		for _, f := range p.Findings {
			if f.Severity == finding.Error {
				n++
			}
		}
		for i := range p.Figures {
			if p.Figures[i].Broken != "" {
				n++
			}
		}
		return n
	}
	return bad(q) <= bad(p) && len(q.Figures) == len(p.Figures)
}

// Remove returns what takes an element out of the pages that show or name it:
// its entry, its relations and mappings, its row, its box and its arrows. Pages
// come in the order of their paths.
func (e *Editor) Remove(element string) []PageEdit {
	x := e.m.byID[element]
	if x == nil {
		return nil
	}
	var out []PageEdit
	for _, p := range e.m.pages {
		d := e.doc(p.Path)
		if d == nil {
			continue
		}
		v := e.m.byPath[p.Path]
		is := func(word string) bool { return word != "" && e.m.find(word, v) == x }
		r := &removal{d: d, p: p}
		r.front(is)
		r.rows(is)
		for _, f := range e.figuresOf(v, p) {
			r.figure(f, x)
		}
		if pe, ok := e.pageEdit(r); ok {
			out = append(out, pe)
		}
	}
	return out
}

// Unlink returns what takes the relations between two elements out of the views
// that show them, whichever way they point.
func (e *Editor) Unlink(a, b string) []PageEdit {
	x, y := e.m.byID[a], e.m.byID[b]
	if x == nil || y == nil {
		return nil
	}
	var out []PageEdit
	for _, v := range e.m.Views {
		for _, p := range v.pages {
			d := e.doc(p.Path)
			if d == nil {
				continue
			}
			r := &removal{d: d, p: p}
			r.links(func(from, to string) bool {
				f, t := e.m.find(from, v), e.m.find(to, v)
				return f == x && t == y || f == y && t == x
			})
			for _, f := range e.figuresOf(v, p) {
				r.arrows(f, x, y)
			}
			if pe, ok := e.pageEdit(r); ok {
				out = append(out, pe)
			}
		}
	}
	return out
}

func (e *Editor) figuresOf(v *View, p *Page) []*resolvedFigure {
	var out []*resolvedFigure
	if v != nil {
		for _, f := range v.figures {
			if f.page == p {
				out = append(out, f)
			}
		}
	}
	return out
}

func (e *Editor) pageEdit(r *removal) (PageEdit, bool) {
	edits := r.edits
	slices.SortStableFunc(edits, func(a, b finding.Edit) int { return a.Start - b.Start })
	edits = slices.Compact(edits)
	pe := PageEdit{Path: r.p.Path, At: r.p.place(r.at), Edits: edits, Left: r.left, What: r.what()}
	return pe, len(pe.Edits)+len(pe.Left) > 0
}

// removal collects what is taken out of one page.
type removal struct {
	d                                            *markdown.Doc
	p                                            *Page
	edits                                        []finding.Edit
	left                                         []Place
	at                                           Span
	declared                                     bool
	entries, relations, mappings, rowCount, line int
}

func (r *removal) what() []string {
	var out []string
	add := func(n int, one, many string) {
		if n > 0 {
			out = append(out, plural(n, one, many))
		}
	}
	add(r.entries, "entry", "entries")
	add(r.relations, "relation", "relations")
	add(r.mappings, "mapping", "mappings")
	add(r.rowCount, "row", "rows")
	add(r.line, "line of the figure", "lines of the figure")
	return out
}

func (r *removal) cut(start, end int, to string) {
	if old := string(r.d.Src[start:end]); old != to {
		r.edits = append(r.edits, finding.Edit{Path: r.p.Path, Start: start, Old: old, New: to, Safe: true})
	}
}

// note remembers the first place of what is taken out; the declaration comes
// before all others.
func (r *removal) note(s Span, declares bool) {
	if r.at.Line == 0 || declares && !r.declared {
		r.at, r.declared = s, declares
	}
}

// front takes entries out of the lists of the front matter.
func (r *removal) front(is func(string) bool) {
	if r.d.Front == nil || r.d.Front.Node == nil {
		return
	}
	r.frontList("elements", &r.entries, func(n *yaml.Node) bool { return is(entryID(n)) })
	ends := func(n *yaml.Node) bool { return is(fieldOf(n, "from")) || is(fieldOf(n, "to")) }
	r.frontList("relations", &r.relations, ends)
	r.frontList("mappings", &r.mappings, ends)
	for _, key := range []string{"packets", "scenarios"} {
		value, _ := r.d.Front.Value(key)
		if value == nil || value.Kind != yaml.SequenceNode {
			continue
		}
		for _, c := range value.Content {
			inner, at := markdown.Lookup(markdown.Resolve(c), "elements")
			r.drop(inner, at, &r.entries, func(n *yaml.Node) bool { return is(entryID(n)) })
		}
	}
}

// links takes relations out of the front matter and out of tables.
func (r *removal) links(is func(from, to string) bool) {
	r.frontList("relations", &r.relations, func(n *yaml.Node) bool { return is(fieldOf(n, "from"), fieldOf(n, "to")) })
	for i := range r.p.Relations {
		if l := &r.p.Relations[i]; l.Source == FromTable && is(l.From.ID, l.To.ID) {
			r.row(l.Line, &r.relations, false)
		}
	}
}

// entryID is the id of an entry of a list of elements, or its name where it has
// no id.
func entryID(n *yaml.Node) string {
	n = markdown.Resolve(n)
	if n == nil || n.Kind == yaml.ScalarNode {
		return markdown.Scalar(n)
	}
	if id := fieldOf(n, "id"); id != "" {
		return id
	}
	return slug(fieldOf(n, "name"))
}

func fieldOf(n *yaml.Node, key string) string {
	v, _ := markdown.Lookup(markdown.Resolve(n), key)
	return markdown.Scalar(v)
}

func (r *removal) frontList(key string, count *int, gone func(*yaml.Node) bool) {
	if r.d.Front == nil {
		return
	}
	value, at := r.d.Front.Value(key)
	r.drop(value, at, count, gone)
}

// drop takes the entries that are gone out of a list.
func (r *removal) drop(value, at *yaml.Node, count *int, gone func(*yaml.Node) bool) {
	if value == nil || value.Kind != yaml.SequenceNode {
		return
	}
	var out []int
	for i, c := range value.Content {
		if c.Kind != yaml.AliasNode && gone(c) {
			out = append(out, i)
		}
	}
	if len(out) == 0 {
		return
	}
	l, ok := readList(r.d, value)
	if !ok {
		r.left = append(r.left, r.p.place(Span{Line: at.Line, Column: at.Column}))
		return
	}
	for _, i := range out {
		n := value.Content[i]
		r.note(Span{Line: n.Line, Column: n.Column, Start: l.entries[i].start}, at.Value == "elements" && r.p.Kind == KindView)
	}
	*count += len(out)
	for _, c := range l.without(out) {
		r.cut(c.start, c.end, c.text)
	}
}

// rows takes rows out of the tables of catalogs, relations and mappings.
func (r *removal) rows(is func(string) bool) {
	for i := range r.p.Elements {
		d := &r.p.Elements[i]
		if d.Source == FromTable && (is(d.ID) || d.ID == "" && is(d.Name.ID)) {
			r.row(d.at().Line, &r.rowCount, !d.Bare)
		} else if d.Source == FromList && (is(d.ID) || d.ID == "" && is(d.Name.ID)) {
			r.left = append(r.left, r.p.place(d.at()))
			r.note(d.at(), false)
		}
	}
	for i := range r.p.Relations {
		if l := &r.p.Relations[i]; l.Source == FromTable && (is(l.From.ID) || is(l.To.ID)) {
			r.row(l.Line, &r.relations, false)
		}
	}
	for i := range r.p.Mappings {
		if m := &r.p.Mappings[i]; m.Source == FromTable && (is(m.From.ID) || is(m.To.ID)) {
			r.row(m.Line, &r.mappings, false)
		}
	}
	for i := range r.p.Serves {
		if s := &r.p.Serves[i]; is(s.ID) {
			r.note(s.Span, false)
		}
	}
}

func (r *removal) row(line int, count *int, declares bool) {
	start, end := r.d.LineStart(line), r.d.LineStart(line+1)
	for _, e := range r.edits {
		if e.Start == start && e.Old == string(r.d.Src[start:end]) {
			return // a row may tell of two
		}
	}
	*count++
	r.note(Span{Line: line, Column: 1, Start: start}, declares)
	r.cut(start, end, "")
}

// yamlList is a list of the front matter with the bytes of its entries.
type yamlList struct {
	src        []byte
	flow       bool
	start, end int // of the value
	entries    []extent
	indent     string // of the dashes
}

type extent struct{ start, end int }

type cut struct {
	start, end int
	text       string
}

// readList finds where the entries of a list stand.
func readList(d *markdown.Doc, n *yaml.Node) (*yamlList, bool) {
	l := &yamlList{src: d.Src, flow: n.Style&yaml.FlowStyle != 0}
	if l.flow {
		l.start = offsetOf(d, n)
		return l, l.readFlow(d.Front.End) && len(l.entries) == len(n.Content)
	}
	for i, c := range n.Content {
		line := c.Line
		for line > 1 && !isDash(d.LineText(line)) && line > c.Line-3 {
			line-- // the dash stands alone on a line of its own
		}
		text := d.LineText(line)
		if !isDash(text) {
			return nil, false
		}
		indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
		if i == 0 {
			l.indent, l.start = indent, d.LineStart(line)
		} else if indent != l.indent {
			return nil, false
		}
		last := line
		for next := line + 1; next <= d.Lines() && d.LineStart(next) < d.Front.End; next++ {
			t := d.LineText(next)
			trimmed := strings.TrimLeft(t, " ")
			if strings.TrimSpace(trimmed) == "" {
				continue
			}
			if len(t)-len(trimmed) <= len(indent) {
				break
			}
			last = next
		}
		l.entries = append(l.entries, extent{d.LineStart(line), d.LineStart(last + 1)})
		l.end = d.LineStart(last + 1)
	}
	return l, len(l.entries) > 0
}

func isDash(line string) bool {
	t := strings.TrimLeft(line, " ")
	return t == "-" || strings.HasPrefix(t, "- ")
}

// offsetOf returns the byte at which a node begins.
func offsetOf(d *markdown.Doc, n *yaml.Node) int {
	off := d.LineStart(n.Line)
	for range n.Column - 1 {
		if off >= len(d.Src) {
			break
		}
		off++
		for off < len(d.Src) && d.Src[off]&0xc0 == 0x80 {
			off++
		}
	}
	return off
}

// readFlow finds the entries of a list in brackets.
func (l *yamlList) readFlow(limit int) bool {
	src := l.src[:limit]
	if l.start >= len(src) || src[l.start] != '[' {
		return false
	}
	i, depth := l.start+1, 0
	begin, end := -1, -1
	for ; i < len(src); i++ {
		c := src[i]
		switch {
		case c == '\n' || c == ' ' || c == '\t' || c == '\r':
			continue
		case c == '#' && (src[i-1] == ' ' || src[i-1] == '\n' || src[i-1] == '\t'):
			for i < len(src) && src[i] != '\n' {
				i++
			}
			continue
		case (c == '"' || c == '\'') && (begin < 0 || strings.IndexByte(" :,[{\n\t", src[i-1]) >= 0):
			if begin < 0 {
				begin = i
			}
			for i++; i < len(src) && src[i] != c; i++ {
				if c == '"' && src[i] == '\\' {
					i++
				}
			}
			end = min(i+1, len(src))
			continue
		case c == '[' || c == '{':
			depth++
		case (c == ']' || c == '}') && depth > 0:
			depth--
		case c == ']' || c == ',' && depth == 0:
			if begin >= 0 {
				l.entries = append(l.entries, extent{begin, end})
			}
			begin = -1
			if c == ']' {
				l.end = i + 1
				return true
			}
			continue
		}
		if begin < 0 {
			begin = i
		}
		end = i + 1
	}
	return false
}

// without returns what takes entries out; gone is in order.
func (l *yamlList) without(gone []int) []cut {
	if len(gone) == len(l.entries) {
		if l.flow {
			return []cut{{l.start, l.end, "[]"}}
		}
		// The key stays, with a list that says that it is empty.
		at := l.start
		for at > 0 && (l.src[at-1] == '\n' || l.src[at-1] == '\r' || l.src[at-1] == ' ') {
			at--
		}
		if at > 0 && l.src[at-1] == ':' {
			return []cut{{at, l.end, " []" + lineEnd(l.src, l.end)}}
		}
	}
	var out []cut
	for i := 0; i < len(gone); {
		j := i
		for l.flow && j+1 < len(gone) && gone[j+1] == gone[j]+1 {
			j++
		}
		first, last := l.entries[gone[i]], l.entries[gone[j]]
		c := cut{start: first.start, end: last.end}
		if l.flow {
			if n := gone[j] + 1; n < len(l.entries) {
				c.end = l.entries[n].start
			} else if gone[i] > 0 {
				c.start = l.entries[gone[i]-1].end
			}
		}
		out = append(out, c)
		i = j + 1
	}
	return out
}

// lineEnd returns the line end that stands before a byte.
func lineEnd(src []byte, at int) string {
	switch {
	case at >= 2 && src[at-2] == '\r' && src[at-1] == '\n':
		return "\r\n"
	case at >= 1 && src[at-1] == '\n':
		return "\n"
	}
	return ""
}
