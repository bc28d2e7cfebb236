// Package mermaid reads the Mermaid diagrams that architecture documents hold:
// flowcharts, sequence, state, class and entity-relationship diagrams. It
// knows what a diagram says and nothing of how it is drawn.
//
// Parse turns the text of a fence into a [Diagram]:
//
//	d, err := mermaid.Parse("flowchart LR\n  mysql[(주문 DB)] -->|binlog| connect & audit")
//	d.Nodes[0] // {ID: "mysql", Label: "주문 DB", Shape: Cylinder, Line: 2}
//	d.Edges[1] // {From: "mysql", To: "audit", Label: "binlog", Head: Arrow, Line: 2}
//
// The grammar follows Mermaid 11 as its own parser accepts it, and is wider
// where a wider reading does no harm: brackets in a label without quotes,
// comments behind a statement, keywords inside an id. What it does not follow
// is presentation: style, classDef, linkStyle and init directives are read over,
// apart from the names of classes, which stay with their nodes.
//
// Every node of a flowchart belongs to at most one subgraph: the first one to
// be closed that mentions it, as in Mermaid. An edge may begin or end at a
// subgraph; the id of a subgraph is never listed among the nodes.
//
// Input is bounded: a diagram with more than 10,000 nodes or 20,000 edges is an
// error, time and memory are linear in the length of the text.
package mermaid

import (
	"fmt"
	"sort"
	"strings"
)

// Kind is what a diagram is, by the keyword that begins it.
type Kind string

// The kinds that are read.
const (
	Flowchart Kind = "flowchart"
	Sequence  Kind = "sequence"
	State     Kind = "state"
	Class     Kind = "class"
	ER        Kind = "er"
)

// Direction is where the edges of a diagram point.
type Direction string

// The directions. Mermaid's TD is TB.
const (
	TB Direction = "TB"
	BT Direction = "BT"
	LR Direction = "LR"
	RL Direction = "RL"
)

// Shape is the outline of a node.
type Shape string

// The shapes. Mermaid 11 has more names for them, and more shapes, which are
// read as the nearest of these.
const (
	Rect          Shape = "rect"
	Rounded       Shape = "rounded"
	Stadium       Shape = "stadium"
	Subroutine    Shape = "subroutine"
	Cylinder      Shape = "cylinder"
	Queue         Shape = "queue" // a cylinder on its side
	Circle        Shape = "circle"
	DoubleCircle  Shape = "double-circle"
	Ellipse       Shape = "ellipse"
	Odd           Shape = "odd" // a flag, pointed on the left
	Diamond       Shape = "diamond"
	Hexagon       Shape = "hexagon"
	LeanRight     Shape = "lean-right"
	LeanLeft      Shape = "lean-left"
	Trapezoid     Shape = "trapezoid"     // wider below
	TrapezoidDown Shape = "trapezoid-alt" // wider above
	Document      Shape = "document"
	Stack         Shape = "stack" // several of one kind
	Text          Shape = "text"  // no outline
	Actor         Shape = "actor"
	Start         Shape = "start" // of a state diagram: a filled circle
	End           Shape = "end"
	Fork          Shape = "fork" // a bar, also for join
	Table         Shape = "table"
)

// Stroke is how the line of an edge is drawn.
type Stroke string

// The strokes; a plain line is "".
const (
	Solid     Stroke = ""
	Thick     Stroke = "thick"
	Dotted    Stroke = "dotted"
	Invisible Stroke = "invisible" // ~~~ only holds nodes in place
)

// Head is what stands at an end of an edge.
type Head string

// The heads; an end without one is "".
const (
	None          Head = ""
	Arrow         Head = "arrow"
	CircleHead    Head = "circle"
	Cross         Head = "cross"
	OpenArrow     Head = "open-arrow"     // sequence: asynchronous
	Triangle      Head = "triangle"       // class: extends
	FilledDiamond Head = "filled-diamond" // class: composed of
	HollowDiamond Head = "hollow-diamond" // class: aggregates
	Lollipop      Head = "lollipop"       // class: interface
	ExactlyOne    Head = "one"            // er
	ZeroOrOne     Head = "zero-or-one"    // er
	ZeroOrMore    Head = "zero-or-more"   // er
	OneOrMore     Head = "one-or-more"    // er
)

// Diagram is what the text of a diagram says. Lines count from 1, the first
// line of the text.
type Diagram struct {
	Kind      Kind
	Direction Direction // TB unless the text says otherwise
	// Title is the title of the front matter or of a title statement.
	Title string
	// AccTitle and AccDescr are what the author says to those who do not see
	// the picture.
	AccTitle, AccDescr string

	// Nodes are in the order of their first mention: the nodes of a flowchart,
	// the participants, the states, the classes, the entities.
	Nodes []Node
	// Edges are in the order of the text. A & B --> C & D gives four.
	Edges []Edge
	// Groups are subgraphs, composite states, namespaces and boxes, in the
	// order in which they begin, so that a parent comes before its children.
	Groups []Group
	Notes  []Note
	// Steps is the course of a sequence diagram.
	Steps []Step
	// Numbered tells that the messages of a sequence diagram are counted.
	Numbered bool
}

// Node is a node, participant, state, class or entity.
type Node struct {
	ID    string
	Label string // plain text, lines divided by "\n"; the ID unless the text says otherwise
	Shape Shape
	Group string // the ID of the group that it is in, or ""
	// Line is where the node gets its label, or else where it is first
	// mentioned.
	Line    int
	Link    string // the target of a click statement, as written
	Tooltip string
	Classes []string // names given by class and :::

	Annotation string      // of a class: interface, enumeration, …
	Members    []Member    // of a class
	Attributes []Attribute // of an entity
}

// Member is a field or method of a class.
type Member struct {
	Text             string // with its visibility, without * and $
	Method           bool
	Static, Abstract bool
}

// Attribute is a column of an entity.
type Attribute struct {
	Type, Name string
	Keys       string // "PK, FK"
	Comment    string
}

// Edge is a relation between two nodes or groups.
type Edge struct {
	ID       string // of a flowchart: e1@-->, or ""
	From, To string
	Label    string
	Stroke   Stroke
	Tail     Head // at From
	Head     Head // at To
	// Length is by how many ranks the ends are apart at least; 1 is usual.
	Length int
	Line   int
	// TailLabel and HeadLabel are what stands at the ends: the cardinalities
	// of a class diagram.
	TailLabel, HeadLabel string
}

// Group is a subgraph, composite state, namespace or box of participants.
type Group struct {
	ID        string
	Label     string
	Parent    string // the ID of the group around it, or ""
	Direction Direction
	Line      int
	Classes   []string
}

// Note is a note in a state or class diagram.
type Note struct {
	Of   string // the ID of the node it belongs to, or ""
	Text string
	Line int
}

// StepKind is what a step of a sequence diagram is.
type StepKind string

// The kinds of steps.
const (
	Message    StepKind = "message"
	NoteLeft   StepKind = "note-left"
	NoteRight  StepKind = "note-right"
	NoteOver   StepKind = "note-over"
	Activate   StepKind = "activate"
	Deactivate StepKind = "deactivate"
	Create     StepKind = "create"
	Destroy    StepKind = "destroy"
	BlockBegin StepKind = "begin" // Text is the condition, Block the keyword
	BlockElse  StepKind = "else"
	BlockEnd   StepKind = "end"
)

// Step is a step of a sequence diagram.
type Step struct {
	Kind  StepKind
	Edge  int      // of a message: its index in Edges
	Of    []string // IDs: one or two for a note, one for activate, create, destroy
	Block string   // loop, alt, opt, par, critical, break, rect; else, and, option
	Text  string
	Line  int
}

// Error is what makes a text no diagram.
type Error struct {
	Line int
	Msg  string // lower case, without the line
	Hint string // what to write instead, or ""
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Msg) }

// UnsupportedError tells that a text begins as no diagram that is read here;
// it may be one that Mermaid draws.
type UnsupportedError struct {
	Line int
	Kind string // the first word, such as "gantt"
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("line %d: %s diagrams are not read", e.Line, e.Kind)
}

// Limits on what one text may say.
const (
	maxNodes = 10_000
	maxEdges = 20_000
	maxDepth = 100
	maxLabel = 4_000 // bytes of a label that is put together of several
)

// Parse reads the text of a diagram. The error is an *[Error], or an
// *[UnsupportedError] where the text is a diagram of another kind.
func Parse(src string) (*Diagram, error) {
	d := &Diagram{Direction: TB}
	p := &parser{d: d, nodes: map[string]int{}, groups: map[string]int{}}
	p.prepare(src)
	p.skipSpace()
	start := p.pos
	for p.pos < len(p.src) && !isSpace(p.src[p.pos]) && p.src[p.pos] != ';' && p.src[p.pos] != ':' {
		p.pos++
	}
	word := p.src[start:p.pos]
	var err error
	switch word {
	case "graph", "flowchart", "flowchart-elk":
		d.Kind = Flowchart
		err = p.flowchart()
	case "sequenceDiagram":
		d.Kind = Sequence
		err = p.sequence()
	case "stateDiagram", "stateDiagram-v2":
		d.Kind = State
		err = p.state()
	case "classDiagram", "classDiagram-v2":
		d.Kind = Class
		err = p.class()
	case "erDiagram":
		d.Kind = ER
		err = p.er()
	case "":
		return nil, &Error{Line: p.line(start), Msg: "the diagram is empty", Hint: "begin with a kind, such as flowchart LR"}
	default:
		if near, ok := misspelt(word); ok {
			return nil, &Error{Line: p.line(start), Msg: "no diagram is called " + quote(word), Hint: "did you mean " + near + "?"}
		}
		return nil, &UnsupportedError{Line: p.line(start), Kind: clip(word)}
	}
	if err != nil {
		return nil, err
	}
	p.settleGroups()
	return d, nil
}

// misspelt returns the keyword that a word is in another case.
func misspelt(word string) (string, bool) {
	for _, k := range []string{"graph", "flowchart", "sequenceDiagram", "stateDiagram-v2", "stateDiagram", "classDiagram", "erDiagram"} {
		if strings.EqualFold(word, k) || strings.EqualFold(word, strings.TrimSuffix(k, "Diagram")) {
			return k, true
		}
	}
	return "", false
}

// parser holds what all kinds need: the text with comments blanked out, where
// reading has come to, and what has been found.
type parser struct {
	src   string
	pos   int
	lines []int // offsets of line starts
	d     *Diagram

	nodes  map[string]int // ID → index in d.Nodes
	groups map[string]int // ID → index in d.Groups
	// labelled tells which nodes got a label of their own.
	labelled map[string]bool
}

// prepare blanks out front matter, directives and comments. Nothing moves to
// another line.
func (p *parser) prepare(src string) {
	src = strings.ReplaceAll(src, "\r\n", "\n")
	src = strings.ReplaceAll(src, "\r", "\n")
	src = strings.TrimPrefix(src, "\ufeff")
	src = strings.NewReplacer("\u00a0", " ", "\u3000", " ").Replace(src)
	src = p.frontMatter(src)
	p.src = blankComments(src)
	p.lines = append(p.lines, 0)
	for i := range len(p.src) {
		if p.src[i] == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	p.labelled = map[string]bool{}
}

// frontMatter takes the title from the front matter and blanks it.
func (p *parser) frontMatter(src string) string {
	rest := strings.TrimLeft(src, " \t\n")
	lead := src[:len(src)-len(rest)]
	first, body, ok := strings.Cut(rest, "\n")
	if !ok || strings.TrimRight(first, " \t") != "---" {
		return src
	}
	length := len(lead) + len(first) + 1
	for line := range strings.Lines(body) {
		length += len(line)
		line = strings.TrimRight(line, " \t\n")
		if strings.TrimLeft(line, " \t") == "---" {
			return strings.Repeat("\n", strings.Count(src[:length], "\n")) + src[length:]
		}
		if v, ok := strings.CutPrefix(line, "title:"); ok {
			v = strings.TrimSpace(v)
			if len(v) > 1 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
				v = v[1 : len(v)-1]
			}
			p.d.Title = cleanText(v)
		}
	}
	return src
}

// blankComments blanks directives and the lines that are comments.
func blankComments(src string) string {
	if !strings.Contains(src, "%%") {
		return src
	}
	var b strings.Builder
	b.Grow(len(src))
	closed := true // whether a directive that begins may end
	for len(src) > 0 {
		line, rest, more := strings.Cut(src, "\n")
		trimmed := strings.TrimLeft(line, " \t")
		if closed && strings.HasPrefix(trimmed, "%%{") {
			end := strings.Index(src, "}%%")
			if closed = end >= 0; closed {
				gap := src[:end+3]
				for range strings.Count(gap, "\n") {
					b.WriteByte('\n')
				}
				src = src[end+3:]
				continue
			}
		}
		if !strings.HasPrefix(trimmed, "%%") {
			b.WriteString(line)
		}
		if more {
			b.WriteByte('\n')
		}
		src = rest
	}
	return b.String()
}

// line returns the number of the line that holds an offset.
func (p *parser) line(pos int) int {
	return sort.Search(len(p.lines), func(i int) bool { return p.lines[i] > pos })
}

func (p *parser) errorf(pos int, hint, format string, args ...any) error {
	return &Error{Line: p.line(pos), Msg: fmt.Sprintf(format, args...), Hint: hint}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\v' }

// skipSpace moves over white space and line breaks.
func (p *parser) skipSpace() {
	for p.pos < len(p.src) && isSpace(p.src[p.pos]) {
		p.pos++
	}
}

// skipBlanks moves over white space inside a line.
func (p *parser) skipBlanks() {
	for p.pos < len(p.src) && p.src[p.pos] != '\n' && isSpace(p.src[p.pos]) {
		p.pos++
	}
}

// restOfLine returns the rest of the line and moves to its end.
func (p *parser) restOfLine() string {
	rest := p.src[p.pos:]
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	p.pos += len(rest)
	return rest
}

// accessible reads accTitle and accDescr, which all kinds share.
func (p *parser) accessible() (bool, error) {
	start := p.pos
	rest := p.src[start:]
	for _, key := range []string{"accTitle", "accDescr"} {
		if !strings.HasPrefix(rest, key) {
			continue
		}
		p.pos += len(key)
		p.skipBlanks()
		if p.pos < len(p.src) && p.src[p.pos] == ':' {
			p.pos++
			if v := cleanText(p.restOfLine()); key == "accTitle" {
				p.d.AccTitle = v
			} else {
				p.d.AccDescr = v
			}
			return true, nil
		}
		if key == "accDescr" && p.pos < len(p.src) && p.src[p.pos] == '{' {
			end := strings.IndexByte(p.src[p.pos:], '}')
			if end < 0 {
				return false, p.errorf(start, "end it with }", "accDescr { has no end")
			}
			p.d.AccDescr = cleanText(strings.TrimSpace(p.src[p.pos+1 : p.pos+end]))
			p.pos += end + 1
			return true, nil
		}
		p.pos = start
	}
	return false, nil
}

// node returns the index of a node, which it adds where it is new.
func (p *parser) node(id string, pos int) (int, error) {
	if i, ok := p.nodes[id]; ok {
		return i, nil
	}
	if id == "" {
		return 0, p.errorf(pos, "", "a name is missing in %s", quote(p.src[pos:]))
	}
	if len(p.d.Nodes) >= maxNodes {
		return 0, p.errorf(pos, "", "the diagram has more than %d nodes", maxNodes)
	}
	p.nodes[id] = len(p.d.Nodes)
	p.d.Nodes = append(p.d.Nodes, Node{ID: id, Label: id, Shape: Rect, Line: p.line(pos)})
	return len(p.d.Nodes) - 1, nil
}

// setLabel gives a node its label.
func (p *parser) setLabel(i int, label string, pos int) {
	n := &p.d.Nodes[i]
	n.Label = label
	if !p.labelled[n.ID] {
		p.labelled[n.ID] = true
		n.Line = p.line(pos)
	}
}

func (p *parser) edge(e Edge, pos int) error {
	if len(p.d.Edges) >= maxEdges {
		return p.errorf(pos, "", "the diagram has more than %d edges", maxEdges)
	}
	if e.Length == 0 {
		e.Length = 1
	}
	e.Line = p.line(pos)
	p.d.Edges = append(p.d.Edges, e)
	return nil
}

// settleGroups takes the ids of groups off the nodes and makes the parents of
// groups a forest.
func (p *parser) settleGroups() {
	d := p.d
	kept := d.Nodes[:0]
	for _, n := range d.Nodes {
		if _, isGroup := p.groups[n.ID]; !isGroup {
			kept = append(kept, n)
		} else {
			g := &d.Groups[p.groups[n.ID]]
			g.Classes = append(g.Classes, n.Classes...)
			if p.labelled[n.ID] && g.Label == g.ID {
				g.Label = n.Label
			}
		}
	}
	clear(d.Nodes[len(kept):])
	d.Nodes = kept
}

// quote returns text for a message, cut short.
func quote(s string) string { return `"` + clip(s) + `"` }

// clip cuts text for a message.
func clip(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	const most = 40
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
