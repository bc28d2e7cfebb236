package diagram

import (
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/mermaid"
)

// MaxNodes and MaxEdges bound the diagrams that FromMermaid takes: what is
// larger cannot be read as a picture, and a page should not wait for it.
const (
	MaxNodes = 2_000
	MaxEdges = 4_000

	maxRows = 100 // of each kind in a class or entity
)

// FromMermaid returns the graph of a flowchart, state, class or er diagram. It
// returns false for a sequence diagram, which is no graph, and for a diagram
// that is too large.
func FromMermaid(d *mermaid.Diagram) (*Graph, bool) {
	if d.Kind == mermaid.Sequence || len(d.Nodes) > MaxNodes || len(d.Edges) > MaxEdges || len(d.Groups) > MaxNodes/4 {
		return nil, false
	}
	g := &Graph{Title: d.AccTitle, Desc: d.AccDescr, Direction: Direction(d.Direction)}
	if g.Title == "" {
		g.Title = d.Title
	}
	filled := map[string]bool{}
	for i := range d.Nodes {
		n := &d.Nodes[i]
		node := Node{
			ID: n.ID, Label: n.Label, Shape: Shape(n.Shape), Group: n.Group,
			Class: strings.Join(n.Classes, " "), Href: n.Link, Tooltip: n.Tooltip,
		}
		filled[n.Group] = true
		if d.Kind == mermaid.Class || d.Kind == mermaid.ER {
			table(&node, n)
		}
		g.Nodes = append(g.Nodes, node)
	}
	for _, group := range slices.Backward(d.Groups) {
		if filled[group.ID] {
			filled[group.Parent] = true
		}
	}
	for _, group := range d.Groups {
		class := strings.Join(group.Classes, " ")
		if !filled[group.ID] {
			g.Nodes = append(g.Nodes, Node{ID: group.ID, Label: group.Label, Group: group.Parent, Class: class})
			continue
		}
		g.Groups = append(g.Groups, Group{ID: group.ID, Label: group.Label, Parent: group.Parent, Class: class})
	}
	for _, e := range d.Edges {
		g.Edges = append(g.Edges, Edge{
			From: e.From, To: e.To, Label: e.Label, Stroke: Stroke(e.Stroke), Tail: Head(e.Tail), Head: Head(e.Head),
			Length: e.Length, TailLabel: e.TailLabel, HeadLabel: e.HeadLabel,
		})
	}
	notes(g, d.Notes)
	return g, true
}

// table fills the rows of a class or entity.
func table(node *Node, n *mermaid.Node) {
	node.Shape = Table
	if n.Annotation != "" {
		node.Sub = "«" + n.Annotation + "»"
	}
	var fields, methods, columns []Row
	for _, m := range n.Members {
		row := Row{Cells: []string{m.Text}, Emphasis: m.Abstract, Underl: m.Static}
		if m.Method {
			methods = append(methods, row)
		} else {
			fields = append(fields, row)
		}
	}
	for _, a := range n.Attributes {
		columns = append(columns, Row{Cells: []string{a.Keys, a.Name, a.Type, a.Comment}})
	}
	for _, set := range [][]Row{fields, methods, columns} {
		if len(set) > maxRows {
			set = append(set[:maxRows], Row{Cells: []string{"…"}})
		}
		if len(set) > 0 {
			node.Rows = append(node.Rows, set)
		}
	}
}

// notes adds the notes as nodes beside those that they belong to.
func notes(g *Graph, list []mermaid.Note) {
	groupOf := map[string]string{}
	for _, n := range g.Nodes {
		groupOf[n.ID] = n.Group
	}
	for i, n := range list {
		id := "\n" + string(rune('0'+i%10)) + strings.Repeat("n", i/10) // no id of an author's
		g.Nodes = append(g.Nodes, Node{ID: id, Label: n.Text, Shape: Note, Group: groupOf[n.Of]})
		if n.Of != "" {
			g.Edges = append(g.Edges, Edge{From: id, To: n.Of, Stroke: Dotted})
		}
	}
}
