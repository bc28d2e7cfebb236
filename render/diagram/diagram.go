// Package diagram draws graphs as SVG while a site is built: no script, no
// font, no request. It holds a layered layout of its own (Sugiyama's method
// with nested groups) and the writers for what Mermaid's flowcharts, sequence,
// state, class and entity-relationship diagrams look like.
//
// A [Graph] is a plain value that anyone can fill, to draw a view of the
// architecture, the neighbourhood of an element or what supersedes what:
//
//	g := diagram.Graph{
//		Title:     "CDC",
//		Direction: diagram.LR,
//		Nodes: []diagram.Node{
//			{ID: "rds", Label: "주문 DB", Shape: diagram.Cylinder, Href: "../elements/rds/"},
//			{ID: "debezium", Label: "Debezium"},
//		},
//		Edges: []diagram.Edge{{From: "rds", To: "debezium", Label: "binlog", Head: diagram.Arrow}},
//	}
//	page = g.AppendSVG(page, diagram.Options{Prefix: "d1"})
//
// The same graph gives the same bytes everywhere. What is drawn:
//
//   - Nodes stand in ranks along the direction; edges that close a cycle point
//     back. Groups are boxes around their nodes and no others.
//   - An edge is a curve that runs level through the ranks and bends between
//     them, where no node is, so it never crosses one. A label has a place of
//     its own in the layout.
//   - The text of a label is measured with a table of glyph widths, since
//     nothing can be measured while a site is built.
//
// The SVG has classes and no style, so it is drawn under a content security
// policy without inline styles; the colours are those of the style sheet
// theme/static/diagram.css, light and dark. A file of its own carries that
// sheet (Options.Style). Without any it is drawn in the colour of the text.
//
// Time is nearly linear: the layout has budgets for its iterations, and a graph
// of more than [MaxNodes] nodes is refused by [FromMermaid].
package diagram

// Direction is where the edges of a graph point.
type Direction string

// The directions; "" is TB.
const (
	TB Direction = "TB"
	BT Direction = "BT"
	LR Direction = "LR"
	RL Direction = "RL"
)

// Shape is the outline of a node.
type Shape string

// The shapes; "" is Rect.
const (
	Rect          Shape = "rect"
	Rounded       Shape = "rounded"
	Stadium       Shape = "stadium"
	Subroutine    Shape = "subroutine"
	Cylinder      Shape = "cylinder" // a store
	Queue         Shape = "queue"    // a cylinder on its side: a topic, a pipe
	Circle        Shape = "circle"
	DoubleCircle  Shape = "double-circle"
	Ellipse       Shape = "ellipse"
	Odd           Shape = "odd"
	Diamond       Shape = "diamond"
	Hexagon       Shape = "hexagon"
	LeanRight     Shape = "lean-right"
	LeanLeft      Shape = "lean-left"
	Trapezoid     Shape = "trapezoid"
	TrapezoidDown Shape = "trapezoid-alt"
	Document      Shape = "document"
	Stack         Shape = "stack"
	Text          Shape = "text" // no outline
	Actor         Shape = "actor"
	Start         Shape = "start"
	End           Shape = "end"
	Fork          Shape = "fork"
	Note          Shape = "note"
	Table         Shape = "table" // a head and Rows
)

// Stroke is how the line of an edge is drawn.
type Stroke string

// The strokes.
const (
	Solid     Stroke = ""
	Thick     Stroke = "thick"
	Dotted    Stroke = "dotted"
	Invisible Stroke = "invisible" // holds nodes in place and is not drawn
)

// Head is what stands at an end of an edge.
type Head string

// The heads.
const (
	None          Head = ""
	Arrow         Head = "arrow"
	OpenArrow     Head = "open-arrow"
	CircleHead    Head = "circle"
	Cross         Head = "cross"
	Triangle      Head = "triangle"
	FilledDiamond Head = "filled-diamond"
	HollowDiamond Head = "hollow-diamond"
	Lollipop      Head = "lollipop"
	ExactlyOne    Head = "one"
	ZeroOrOne     Head = "zero-or-one"
	ZeroOrMore    Head = "zero-or-more"
	OneOrMore     Head = "one-or-more"
)

// Graph is what to draw.
type Graph struct {
	// Title and Desc are said to those who do not see the picture. They are
	// not drawn.
	Title, Desc string
	Direction   Direction
	Nodes       []Node
	Edges       []Edge
	Groups      []Group // a parent may stand anywhere in the list
}

// Node is a node of a graph.
type Node struct {
	ID    string // unique among nodes and groups
	Label string // lines are divided by "\n" and wrapped
	// Sub is a second, smaller text under the label, such as a technology.
	Sub   string
	Shape Shape
	Group string // the ID of a group, or ""
	// Class is written as classes of the node, each after "dg-k-": words of
	// letters, digits and hyphens, such as "external" (drawn dashed), "focus",
	// "muted", "warn".
	Class string
	// Href makes the node a link. It is escaped, and left out where its scheme
	// could run a script.
	Href    string
	Tooltip string
	// Rows are the lines of a Table; each set has a line above it.
	Rows [][]Row
}

// Row is a line of a table: its cells, of which the columns are aligned.
type Row struct {
	Cells    []string
	Emphasis bool // slanted: abstract
	Underl   bool // underlined: static, a key
}

// Edge is a relation between two nodes or groups, by their IDs. An edge whose
// end is unknown is left out.
type Edge struct {
	From, To   string
	Label      string
	Stroke     Stroke
	Tail, Head Head
	// TailLabel and HeadLabel stand beside the ends.
	TailLabel, HeadLabel string
	// Length is by how many ranks the ends are apart at least; 0 is 1.
	Length int
	Class  string // as for nodes
}

// Group is a box around nodes.
type Group struct {
	ID, Label string
	Parent    string // the ID of the group around it, or ""
	Class     string // as for nodes
	Href      string
}

// Options say how a graph is written.
type Options struct {
	// Prefix begins every id in the SVG; it has to be unique on the page.
	Prefix string
	// Label begins the name of a graph without a title; the names of its first
	// nodes follow.
	Label string
	// Link appends a link around markup, where more than its target is to be
	// done; nil writes an a element.
	Link func(dst []byte, href string, inner []byte) []byte
	// Style is the style sheet of an SVG that is a file of its own. It is
	// empty for one in a page, which has its style from there.
	Style string
}

// AppendSVG lays a graph out and appends it as an svg element.
func (g *Graph) AppendSVG(dst []byte, o Options) []byte {
	return writeGraph(dst, g, layoutGraph(g), o)
}
