package diagram

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// random makes a graph of n nodes with groups, labels, cycles, loops, and
// edges between groups.
func random(seed uint64, n int) *Graph {
	r := rand.New(rand.NewPCG(seed, 7))
	g := &Graph{Direction: []Direction{TB, BT, LR, RL}[r.IntN(4)]}
	groups := r.IntN(n/4 + 1)
	for i := range groups {
		parent := ""
		if i > 0 && r.IntN(3) == 0 {
			parent = fmt.Sprintf("g%d", r.IntN(i))
		}
		g.Groups = append(g.Groups, Group{ID: fmt.Sprintf("g%d", i), Label: strings.Repeat("묶음 ", r.IntN(8)), Parent: parent})
	}
	shapes := []Shape{Rect, Rounded, Stadium, Subroutine, Cylinder, Queue, Circle, DoubleCircle, Ellipse, Odd, Diamond, Hexagon, LeanRight, Trapezoid, Document, Stack, Text, Actor, Start, End, Fork, Note, Table}
	words := []string{"주문", "Debezium", "orders.v1", "소스 커넥터", "a", "io.confluent.connect.avro.AvroConverter", "품질 검사를 새벽마다 실행한다"}
	for i := range n {
		node := Node{ID: fmt.Sprintf("n%d", i), Label: words[r.IntN(len(words))], Shape: shapes[r.IntN(len(shapes))]}
		if groups > 0 && r.IntN(4) > 0 {
			node.Group = fmt.Sprintf("g%d", r.IntN(groups))
		}
		if node.Shape == Table {
			node.Rows = [][]Row{{{Cells: []string{"PK", "id", "bigint"}}}, {{Cells: []string{"+run()"}}}}
		}
		g.Nodes = append(g.Nodes, node)
	}
	end := func(i int) string {
		if groups > 0 && r.IntN(12) == 0 {
			return fmt.Sprintf("g%d", r.IntN(groups))
		}
		return fmt.Sprintf("n%d", i)
	}
	for range n * 3 / 2 {
		a := r.IntN(n)
		b := min(n-1, a+r.IntN(6))
		if r.IntN(5) == 0 {
			a, b = b, a
		}
		e := Edge{From: end(a), To: end(b), Head: Arrow, Length: r.IntN(3)}
		if r.IntN(3) == 0 {
			e.Label = words[r.IntN(len(words))]
		}
		g.Edges = append(g.Edges, e)
	}
	return g
}

func overlap(a, b box, slack float64) bool {
	return a.x+slack < b.x+b.w && b.x+slack < a.x+a.w && a.y+slack < b.y+b.h && b.y+slack < a.y+a.h
}

func inBox(p point, b box, slack float64) bool {
	return p.x > b.x+slack && p.x < b.x+b.w-slack && p.y > b.y+slack && p.y < b.y+b.h-slack
}

// checkDrawing holds a drawing against what makes it readable.
func checkDrawing(t *testing.T, name string, g *Graph, d *drawing) {
	t.Helper()
	all := box{-0.5, -0.5, d.w + 1, d.h + 1}
	within := func(what string, b box) {
		if b.x < all.x || b.y < all.y || b.x+b.w > all.x+all.w || b.y+b.h > all.y+all.h || math.IsNaN(b.x+b.y+b.w+b.h) {
			t.Errorf("%s: %s is outside: %v in %v", name, what, b, all)
		}
	}
	parent := map[string]string{}
	for _, gr := range g.Groups {
		parent[gr.ID] = gr.Parent
	}
	inside := func(group, of string) bool {
		for ; group != ""; group = parent[group] {
			if group == of {
				return true
			}
		}
		return false
	}
	for i := range d.nodes {
		a := &d.nodes[i]
		within("node "+a.node.ID, a.box)
		for k := range i {
			if b := &d.nodes[k]; overlap(a.box, b.box, 0) {
				t.Errorf("%s: nodes %s and %s overlap", name, a.node.ID, b.node.ID)
			}
		}
		for k := range d.groups {
			gr := &d.groups[k]
			if in := inside(a.node.Group, gr.group.ID); in && !overlap(a.box, gr.box, math.Min(a.w, a.h)-0.5) || !in && overlap(a.box, gr.box, 0) {
				t.Errorf("%s: node %s of %q, box %v, and group %s, box %v: inside is %v", name, a.node.ID, a.node.Group, a.box, gr.group.ID, gr.box, in)
			}
		}
	}
	for i := range d.groups {
		a := &d.groups[i]
		within("group "+a.group.ID, a.box)
		if a.titleX < a.x || a.titleX+a.titleW > a.x+a.w+0.5 {
			t.Errorf("%s: the title of group %s is wider than the group", name, a.group.ID)
		}
		for k := range i {
			b := &d.groups[k]
			if !inside(a.group.ID, b.group.ID) && !inside(b.group.ID, a.group.ID) && overlap(a.box, b.box, 0) {
				t.Errorf("%s: groups %s and %s overlap: %v %v", name, a.group.ID, b.group.ID, a.box, b.box)
			}
		}
	}
	for i := range d.edges {
		e := &d.edges[i]
		what := e.edge.From + "->" + e.edge.To
		if len(e.label) > 0 {
			within("label of "+what, e.labelAt)
			for k := range d.nodes {
				if overlap(e.labelAt, d.nodes[k].box, 0) {
					t.Errorf("%s: the label of %s lies on node %s", name, what, d.nodes[k].node.ID)
				}
			}
			for k := range i {
				if b := &d.edges[k]; len(b.label) > 0 && overlap(e.labelAt, b.labelAt, 0) {
					t.Errorf("%s: the labels of %s and %s->%s overlap", name, what, b.edge.From, b.edge.To)
				}
			}
		}
		for _, p := range e.sample(nil) {
			within("edge "+what, box{p.x, p.y, 0, 0})
			for k := range d.nodes {
				n := &d.nodes[k]
				slack := 1.0
				if n.node.ID == e.edge.From || n.node.ID == e.edge.To || inside(n.node.Group, e.edge.From) || inside(n.node.Group, e.edge.To) {
					slack = min(n.w, n.h) / 2 // outlines are inside their boxes
				}
				if inBox(p, n.box, slack) {
					t.Errorf("%s: edge %s crosses node %s at %v, box %v", name, what, n.node.ID, p, n.box)
					break
				}
			}
		}
	}
}

func TestLayoutIsReadable(t *testing.T) {
	for seed := range uint64(300) {
		g := random(seed, 3+int(seed)%57)
		checkDrawing(t, fmt.Sprintf("graph %d", seed), g, layoutGraph(g))
		if t.Failed() {
			break
		}
	}
}

func TestDrawingIsDeterministic(t *testing.T) {
	g := random(3, 60)
	first := g.AppendSVG(nil, Options{Prefix: "p"})
	for range 5 {
		if again := random(3, 60).AppendSVG(nil, Options{Prefix: "p"}); !bytes.Equal(first, again) {
			t.Fatal("the same graph is drawn in two ways")
		}
	}
}

func FuzzLayout(f *testing.F) {
	f.Add(uint64(1), 10)
	f.Add(uint64(9), 40)
	f.Fuzz(func(t *testing.T, seed uint64, n int) {
		if n < 2 || n > 60 {
			return
		}
		g := random(seed, n)
		checkDrawing(t, fmt.Sprintf("random(%d, %d)", seed, n), g, layoutGraph(g))
	})
}

func BenchmarkSVG(b *testing.B) {
	platform := platformGraph(b)
	for _, c := range []struct {
		name string
		g    *Graph
	}{
		{"platform12", platform},
		{"random12", random(5, 12)},
		{"random60", random(5, 60)},
		{"random250", random(5, 250)},
		{"random500", random(5, 500)},
		{"random1000", random(5, 1000)},
		{"random2000", random(5, 2000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			var dst []byte
			for b.Loop() {
				dst = c.g.AppendSVG(dst[:0], Options{Prefix: "p"})
			}
			b.ReportMetric(float64(len(dst)), "bytes")
		})
	}
}
