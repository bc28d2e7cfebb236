package diagram

import (
	"cmp"
	"slices"
)

// Distances in pixels. In the layout, ranks follow each other along y and
// nodes of a rank stand along x, whatever the direction of the drawing; where
// that is LR or RL the two change places at the end.
const (
	nodeGap    = 28 // between nodes of a rank
	laneGap    = 14 // between edges that pass through a rank
	rankGap    = 46 // between ranks
	groupPad   = 14 // between a group and what is in it
	groupGap   = 24 // between groups
	margin     = 8  // around everything
	budgetUnit = 300_000
)

// box is a rectangle in the drawing.
type box struct{ x, y, w, h float64 }

// drawing is a graph with coordinates.
type drawing struct {
	w, h   float64
	nodes  []placedNode
	edges  []placedEdge
	groups []placedGroup // a parent before its children
}

type placedNode struct {
	box
	node *Node
	text nodeText
}

type placedGroup struct {
	box
	group  *Group
	title  []string
	titleW float64
	titleX float64
}

// placedEdge is an edge with its way: a start, and segments that each end in a
// point. Where curve is set a segment is a curve that leaves and arrives along
// the direction of the ranks.
type placedEdge struct {
	edge    *Edge
	path    []point
	curved  []bool // by point: the segment that ends there
	along   bool   // ranks follow each other along x
	label   []string
	labelAt box
	back    bool // drawn against the direction of the ranks
	loop    bool
}

type point struct{ x, y float64 }

// vertex is a node of the layered graph: a node of the graph, or what holds
// the place of an edge or group in a rank.
type vertex struct {
	rank  int32
	group int32 // index in layout.groups, or -1
	w, h  int32 // along the rank and across the ranks
	right int32 // room on its right for loops
	node  int32 // index in Graph.Nodes, or -1
	edge  int32 // index in layout.edges that it is a part of, or -1
	label bool  // carries the label of its edge
	order int32 // index in its rank
	x     int32 // centre
	ups   []int32
	downs []int32
}

// cluster is a group in the layout.
type cluster struct {
	group       int32 // index in Graph.Groups
	parent      int32 // index of the cluster around it, or -1
	depth       int32
	first, last int32 // ranks
	members     int   // nodes in it, at any depth
	title       []string
	titleW      int32
	padTop      int32 // from its border to the ranks in it, along y
	padBottom   int32
	x0, x1      int32
	y0, y1      int32
	order       float64
	nodes       []int32 // vertices of nodes that are in it, at any depth
}

// route is an edge of the layout.
type route struct {
	edge     int32 // index in Graph.Edges
	u, v     int32 // vertices of its ends, u above v
	back     bool  // u is the end it points to
	length   int32
	from, to int32 // clusters that it begins and ends at, or -1; u's and v's
	label    []string
	lw, lh   int32
	chain    []int32 // vertices from u to v, both included
	far      bool    // has no chain, for there would be too many
}

// layout is the state of laying out one graph.
type layout struct {
	g        *Graph
	across   bool // the drawing has ranks along x
	vertices []vertex
	clusters []cluster
	routes   []route
	ranks    [][]int32 // by rank: vertices in their order
	loops    []loop
	texts    []nodeText

	vertexOf  map[string]int32
	clusterOf map[string]int32
	rankTop   []int32
	rankSize  []int32
	grid      [][2]int32 // nodes without edges, one below the other
	rankGap   int32
}

// loop is an edge from a node to itself.
type loop struct {
	edge   int32
	vertex int32
	label  []string
	lw, lh int32
	shift  int32 // from the right border of the node
}

// layoutGraph gives everything in a graph its place.
func layoutGraph(g *Graph) *drawing {
	l := &layout{g: g, across: g.Direction == LR || g.Direction == RL}
	l.addClusters()
	l.addNodes()
	l.addEdges()
	l.rankGap = rankGap
	for i := range g.Edges {
		if g.Edges[i].TailLabel != "" || g.Edges[i].HeadLabel != "" {
			l.rankGap = rankGap + 26 // both ends have a text of their own
			break
		}
	}
	parts := l.components()
	var drawings []*drawing
	for _, p := range parts {
		drawings = append(drawings, p.run())
	}
	d := pack(drawings, l.across)
	d.turn(g.Direction)
	d.restore(g)
	d.placeTitles()
	return d
}

// addClusters makes clusters of the groups that have nodes in them. A group
// without any is drawn as a node.
func (l *layout) addClusters() {
	g := l.g
	index := map[string]int{}
	for i := range g.Groups {
		if _, ok := index[g.Groups[i].ID]; !ok {
			index[g.Groups[i].ID] = i
		}
	}
	used := make([]bool, len(g.Groups))
	parentOf := func(i int) int {
		p, ok := index[g.Groups[i].Parent]
		if !ok || g.Groups[i].Parent == "" {
			return -1
		}
		return p
	}
	for _, n := range g.Nodes {
		i, ok := index[n.Group]
		for ok && !used[i] {
			used[i] = true
			if i = parentOf(i); i < 0 {
				break
			}
		}
	}
	l.clusterOf = map[string]int32{}
	// Parents first. A group that is inside itself stands alone.
	var add func(i, depth int) int32
	add = func(i, depth int) int32 {
		if c, ok := l.clusterOf[g.Groups[i].ID]; ok {
			return c
		}
		parent, level := int32(-1), int32(0)
		if p := parentOf(i); p >= 0 && depth < len(g.Groups) && depth < 200 {
			parent = add(p, depth+1)
			level = l.clusters[parent].depth + 1
		}
		if c, ok := l.clusterOf[g.Groups[i].ID]; ok {
			return c
		}
		c := int32(len(l.clusters))
		title := wrapTitle(g.Groups[i].Label)
		l.clusters = append(l.clusters, cluster{group: int32(i), parent: parent, depth: level, title: title, titleW: int32(titleWidth(title))})
		l.clusterOf[g.Groups[i].ID] = c
		return c
	}
	for i := range g.Groups {
		if used[i] && index[g.Groups[i].ID] == i {
			add(i, 0)
		}
	}
}

// addNodes makes a vertex of every node and of every empty group.
func (l *layout) addNodes() {
	g := l.g
	l.vertexOf = make(map[string]int32, len(g.Nodes))
	add := func(i int, n *Node) {
		if _, ok := l.vertexOf[n.ID]; ok {
			return
		}
		if _, ok := l.clusterOf[n.ID]; ok {
			return
		}
		t := measure(n)
		l.texts = append(l.texts, t)
		v := vertex{node: int32(i), edge: -1, group: -1, w: int32(t.w), h: int32(t.h)}
		if l.across {
			v.w, v.h = v.h, v.w
		}
		v.w += v.w & 1
		v.h += v.h & 1
		if c, ok := l.clusterOf[n.Group]; ok {
			v.group = c
		}
		l.vertexOf[n.ID] = int32(len(l.vertices))
		for c := v.group; c >= 0; c = l.clusters[c].parent {
			l.clusters[c].members++
			l.clusters[c].nodes = append(l.clusters[c].nodes, int32(len(l.vertices)))
		}
		l.vertices = append(l.vertices, v)
	}
	for i := range g.Nodes {
		add(i, &g.Nodes[i])
	}
}

// addEdges makes routes of the edges, and loops of those from a node to itself.
func (l *layout) addEdges() {
	g := l.g
	for i := range g.Edges {
		e := &g.Edges[i]
		u, uc, ok := l.end(e.From, true)
		v, vc, ok2 := l.end(e.To, false)
		if !ok || !ok2 {
			continue
		}
		var label []string
		var lw, lh int32
		if e.Label != "" && e.Stroke != Invisible {
			label = wrapLabel(e.Label)
			w, h := labelSize(label)
			lw, lh = int32(w), int32(h)
			if l.across {
				lw, lh = lh, lw
			}
			lw += lw & 1
			lh += lh & 1
		}
		if uc >= 0 && l.inside(v, uc) || vc >= 0 && l.inside(u, vc) {
			continue // between a group and what is in it there is nothing to draw
		}
		if u == v {
			vert := &l.vertices[u]
			lp := loop{edge: int32(i), vertex: u, label: label, lw: lw, lh: lh, shift: vert.right}
			vert.right += 30 + lw
			vert.h = max(vert.h, lh+8, 36)
			l.loops = append(l.loops, lp)
			continue
		}
		l.routes = append(l.routes, route{edge: int32(i), u: u, v: v, from: uc, to: vc, length: int32(max(1, min(e.Length, 10))), label: label, lw: lw, lh: lh})
	}
}

// end returns the vertex that stands for an end of an edge, and the cluster
// where it is one.
func (l *layout) end(id string, tail bool) (v, c int32, ok bool) {
	if v, ok = l.vertexOf[id]; ok {
		return v, -1, true
	}
	if c, ok = l.clusterOf[id]; ok {
		return l.representative(c, tail), c, true
	}
	return 0, -1, false
}

// inside reports whether a vertex is in a cluster.
func (l *layout) inside(v, c int32) bool {
	for x := l.vertices[v].group; x >= 0; x = l.clusters[x].parent {
		if x == c {
			return true
		}
	}
	return false
}

// representative returns the node of a cluster that an edge of the cluster is
// tied to: one from which no edge leads on inside it, or to which none leads.
func (l *layout) representative(c int32, tail bool) int32 {
	nodes := l.clusters[c].nodes
	busy := map[string]bool{}
	for i := range l.g.Edges {
		e := &l.g.Edges[i]
		a, okA := l.vertexOf[e.From]
		b, okB := l.vertexOf[e.To]
		if okA && okB && a != b && l.inside(a, c) && l.inside(b, c) {
			if tail {
				busy[e.From] = true
			} else {
				busy[e.To] = true
			}
		}
	}
	var free []int32
	for _, v := range nodes {
		if !busy[l.g.Nodes[l.vertices[v].node].ID] {
			free = append(free, v)
		}
	}
	if len(free) == 0 {
		free = nodes
	}
	return free[(len(free)-1)/2]
}

// components divides the layout into parts that have nothing to do with each
// other.
func (l *layout) components() []*layout {
	n := len(l.vertices)
	root := make([]int32, n)
	for i := range root {
		root[i] = int32(i)
	}
	find := func(x int32) int32 {
		for root[x] != x {
			root[x] = root[root[x]]
			x = root[x]
		}
		return x
	}
	join := func(a, b int32) {
		if a, b = find(a), find(b); a != b {
			root[max(a, b)] = min(a, b)
		}
	}
	for _, r := range l.routes {
		join(r.u, r.v)
	}
	for _, c := range l.clusters {
		for _, v := range c.nodes[1:] {
			join(c.nodes[0], v)
		}
	}
	// Nodes that stand alone are laid out together, in a grid.
	alone := int32(-1)
	size := make([]int, n)
	for i := range n {
		size[find(int32(i))]++
	}
	for i := range n {
		if size[i] == 1 && root[i] == int32(i) {
			if alone < 0 {
				alone = int32(i)
			} else {
				root[i] = alone
			}
		}
	}
	parts := map[int32]*layout{}
	var list []*layout
	vertexAt := make([]int32, n)
	for i := range n {
		r := find(int32(i))
		p := parts[r]
		if p == nil {
			p = &layout{g: l.g, across: l.across, rankGap: l.rankGap}
			parts[r] = p
			list = append(list, p)
		}
		vertexAt[i] = int32(len(p.vertices))
		p.vertices = append(p.vertices, l.vertices[i])
		p.texts = append(p.texts, l.texts[i])
	}
	clusterAt := make([]int32, len(l.clusters))
	for i, c := range l.clusters {
		p := parts[find(c.nodes[0])]
		clusterAt[i] = int32(len(p.clusters))
		if c.parent >= 0 {
			c.parent = clusterAt[c.parent]
		}
		for k, v := range c.nodes {
			c.nodes[k] = vertexAt[v]
		}
		p.clusters = append(p.clusters, c)
	}
	at := func(c int32) int32 {
		if c < 0 {
			return -1
		}
		return clusterAt[c]
	}
	for _, p := range list {
		for i := range p.vertices {
			p.vertices[i].group = at(p.vertices[i].group)
		}
	}
	for _, r := range l.routes {
		p := parts[find(r.u)]
		r.u, r.v, r.from, r.to = vertexAt[r.u], vertexAt[r.v], at(r.from), at(r.to)
		p.routes = append(p.routes, r)
	}
	for _, lp := range l.loops {
		p := parts[find(lp.vertex)]
		lp.vertex = vertexAt[lp.vertex]
		p.loops = append(p.loops, lp)
	}
	return list
}

// run lays out one part.
func (l *layout) run() *drawing {
	l.breakCycles()
	l.assignRanks()
	l.addChains()
	l.orderRanks()
	l.assignX()
	l.assignY()
	return l.draw()
}

// breakCycles turns routes around until there is no cycle. There are two ways
// to choose them: those that lead to a node that the graph names earlier, since
// authors name things in the order in which they happen; and those that a search
// finds leading back. In each cluster of cycles the way with fewer is taken, a
// dotted edge counting half.
func (l *layout) breakCycles() {
	found := l.backEdges()
	knot := l.knots()
	cost := map[int32]int{} // by knot: of the first way less that of the second
	for i := range l.routes {
		r := &l.routes[i]
		if knot[r.u] != knot[r.v] {
			continue
		}
		c := 2
		if l.g.Edges[r.edge].Stroke == Dotted {
			c = 1
		}
		if r.u > r.v {
			cost[knot[r.u]] += c
		}
		if found[i] {
			cost[knot[r.u]] -= c
		}
	}
	for i := range l.routes {
		r := &l.routes[i]
		if knot[r.u] != knot[r.v] {
			continue
		}
		if r.back = r.u > r.v; cost[knot[r.u]] > 0 {
			r.back = found[i]
		}
		if r.back {
			r.u, r.v = r.v, r.u
			r.from, r.to = r.to, r.from
		}
	}
}

// search visits the vertices along the routes, in depth-first order from the
// ones without a route to them. It tells of every route that leads to a vertex
// that is still open, and of every vertex when it is done.
func (l *layout) search(out [][]int32, roots []int32, target func(route int32) int32, back func(route int32), done func(v int32)) {
	state := make([]int8, len(l.vertices)) // 1 while open, 2 when done
	type frame struct {
		v    int32
		next int
	}
	for _, root := range roots {
		if state[root] != 0 {
			continue
		}
		stack := []frame{{root, 0}}
		state[root] = 1
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.next == len(out[f.v]) {
				state[f.v] = 2
				done(f.v)
				stack = stack[:len(stack)-1]
				continue
			}
			i := out[f.v][f.next]
			f.next++
			switch v := target(i); state[v] {
			case 0:
				state[v] = 1
				stack = append(stack, frame{v, 0})
			case 1:
				back(i)
			}
		}
	}
}

// backEdges returns the routes that a search finds leading back.
func (l *layout) backEdges() []bool {
	n := len(l.vertices)
	out := make([][]int32, n)
	entered := make([]bool, n)
	for i, r := range l.routes {
		out[r.u] = append(out[r.u], int32(i))
		entered[r.v] = true
	}
	var roots []int32
	for _, second := range []bool{false, true} {
		for v := range n {
			if entered[v] == second {
				roots = append(roots, int32(v))
			}
		}
	}
	found := make([]bool, len(l.routes))
	l.search(out, roots, func(i int32) int32 { return l.routes[i].v }, func(i int32) { found[i] = true }, func(int32) {})
	return found
}

// knots numbers the strongly connected parts (Kosaraju's way): two vertices
// have one number when there is a way from each to the other.
func (l *layout) knots() []int32 {
	n := len(l.vertices)
	out, in := make([][]int32, n), make([][]int32, n)
	roots := make([]int32, n)
	for i, r := range l.routes {
		out[r.u] = append(out[r.u], int32(i))
		in[r.v] = append(in[r.v], int32(i))
	}
	for v := range n {
		roots[v] = int32(v)
	}
	var order []int32
	none := func(int32) {}
	l.search(out, roots, func(i int32) int32 { return l.routes[i].v }, none, func(v int32) { order = append(order, v) })
	slices.Reverse(order)
	knot := make([]int32, n)
	for i := range knot {
		knot[i] = -1
	}
	for _, root := range order {
		if knot[root] >= 0 {
			continue
		}
		knot[root] = root
		for stack := []int32{root}; len(stack) > 0; {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, i := range in[v] {
				if u := l.routes[i].u; knot[u] < 0 {
					knot[u] = root
					stack = append(stack, u)
				}
			}
		}
	}
	return knot
}

// assignRanks puts every node into a rank. Nodes stand in even ranks while
// there may be labels in the odd ones; ranks without any vertex go away.
func (l *layout) assignRanks() {
	n := len(l.vertices)
	links := make([]link, 0, len(l.routes)+2*n)
	touched := make([]bool, n)
	for _, r := range l.routes {
		w := int32(2)
		if l.vertices[r.u].group >= 0 && l.vertices[r.u].group == l.vertices[r.v].group {
			w = 4
		}
		links = append(links, link{r.u, r.v, 2 * r.length, w})
		touched[r.u], touched[r.v] = true, true
	}
	links = l.gridLinks(links, touched)
	links = l.groupLinks(links)
	// Two more nodes for every group keep its nodes together.
	for i, c := range l.clusters {
		top, bottom := int32(n+2*i), int32(n+2*i+1)
		links = append(links, link{top, bottom, 0, 6})
		for _, v := range c.nodes {
			links = append(links, link{top, v, 0, 0}, link{v, bottom, 0, 0})
		}
	}
	total := n + 2*len(l.clusters)
	pos := solve(total, links, nil, budgetUnit+40*total, false)
	least := pos[0]
	for _, p := range pos[:n] {
		least = min(least, p)
	}
	for i := range n {
		l.vertices[i].rank = pos[i] - least
	}
	l.clusterRanks()
	l.packRanks()
	l.clusterRanks()
}

// clusterRanks finds the ranks that each group reaches over.
func (l *layout) clusterRanks() {
	for i := range l.clusters {
		c := &l.clusters[i]
		c.first, c.last = 1<<30, 0
		for _, v := range c.nodes {
			c.first, c.last = min(c.first, l.vertices[v].rank), max(c.last, l.vertices[v].rank)
		}
	}
}

// gridLinks puts the nodes of a group that have no edges one below the other,
// in as many columns as make a square.
func (l *layout) gridLinks(links []link, touched []bool) []link {
	alone := map[int32][]int32{}
	var groups []int32
	for i := range l.vertices {
		if !touched[i] {
			c := l.vertices[i].group
			if alone[c] == nil {
				groups = append(groups, c)
			}
			alone[c] = append(alone[c], int32(i))
		}
	}
	for _, c := range groups {
		list := alone[c]
		if len(list) < 4 {
			continue
		}
		// The width of a node and the gap, to its height and the gap.
		w, h := 0, 0
		for _, v := range list {
			w += int(l.vertices[v].w) + nodeGap
			h += int(l.vertices[v].h) + rankGap
		}
		columns := 1
		for columns < len(list) && columns*columns*w*3 < len(list)*h*4 {
			columns++
		}
		for i := columns; i < len(list); i++ {
			links = append(links, link{list[i-columns], list[i], 2, 1})
			l.grid = append(l.grid, [2]int32{list[i-columns], list[i]})
		}
	}
	return links
}

// groupLinks keeps the nodes of a group that an edge begins or ends at on one
// side of the other end, as long as that closes no cycle.
func (l *layout) groupLinks(links []link) []link {
	var extra []link
	for _, r := range l.routes {
		if r.from < 0 && r.to < 0 {
			continue
		}
		us, vs := []int32{r.u}, []int32{r.v}
		if r.from >= 0 {
			us = l.clusters[r.from].nodes
		}
		if r.to >= 0 {
			vs = l.clusters[r.to].nodes
		}
		if len(us)*len(vs) > 400 {
			continue
		}
		for _, u := range us {
			for _, v := range vs {
				if u != v {
					extra = append(extra, link{u, v, 2, 0})
				}
			}
		}
	}
	for len(extra) > 0 {
		// All of them or, where they close a cycle, those of one edge fewer.
		if acyclic(len(l.vertices), links, extra) {
			return append(links, extra...)
		}
		extra = extra[:len(extra)/2]
	}
	return links
}

// acyclic reports whether two sets of links have no cycle.
func acyclic(n int, sets ...[]link) bool {
	missing := make([]int32, n)
	out := make([][]int32, n)
	for _, set := range sets {
		for _, l := range set {
			missing[l.v]++
			out[l.u] = append(out[l.u], l.v)
		}
	}
	var queue []int32
	for v := range n {
		if missing[v] == 0 {
			queue = append(queue, int32(v))
		}
	}
	seen := 0
	for ; seen < len(queue); seen++ {
		for _, v := range out[queue[seen]] {
			if missing[v]--; missing[v] == 0 {
				queue = append(queue, v)
			}
		}
	}
	return seen == n
}

// packRanks chooses the ranks of labels and takes out ranks without a node or
// label.
func (l *layout) packRanks() {
	used := map[int32]bool{}
	for i := range l.vertices {
		used[l.vertices[i].rank] = true
	}
	for i := range l.routes {
		r := &l.routes[i]
		if len(r.label) > 0 {
			used[l.labelRank(r)] = true
		}
	}
	kept := make([]int32, 0, len(used))
	for r := range used {
		kept = append(kept, r)
	}
	slices.Sort(kept)
	renamed := make(map[int32]int32, len(kept))
	for i, r := range kept {
		renamed[r] = int32(i)
	}
	for i := range l.routes {
		if r := &l.routes[i]; len(r.label) > 0 {
			r.length = renamed[l.labelRank(r)] // from here on: the rank of its label
		}
	}
	for i := range l.vertices {
		l.vertices[i].rank = renamed[l.vertices[i].rank]
	}
	l.ranks = make([][]int32, len(kept))
}

// labelRank returns the rank for the label of a route, an odd one in its
// middle, outside of the groups that it begins or ends at.
func (l *layout) labelRank(r *route) int32 {
	a, b := l.vertices[r.u].rank, l.vertices[r.v].rank
	if r.from >= 0 && l.clusters[r.from].last < b {
		a = l.clusters[r.from].last
	}
	if r.to >= 0 && l.clusters[r.to].first > a {
		b = l.clusters[r.to].first
	}
	return (a+b)/2 | 1
}

// maxChain bounds how many vertices the edges of a graph may take.
const maxChain = 30_000

// addChains puts a vertex into every rank that an edge passes through, and one
// into every rank of a group that would have none.
func (l *layout) addChains() {
	total := 0
	byspan := make([]int32, len(l.routes))
	for i := range byspan {
		byspan[i] = int32(i)
	}
	span := func(i int32) int32 { return l.vertices[l.routes[i].v].rank - l.vertices[l.routes[i].u].rank }
	slices.SortStableFunc(byspan, func(a, b int32) int { return cmp.Compare(span(a), span(b)) })
	for _, i := range byspan {
		total += int(span(i)) - 1
		if total > maxChain {
			l.routes[i].far = true
		}
	}
	for i := range l.routes {
		r := &l.routes[i]
		if r.far {
			r.label = nil
			continue
		}
		from, to := l.vertices[r.u].rank, l.vertices[r.v].rank
		r.chain = append(make([]int32, 0, to-from+1), r.u)
		for rank := from + 1; rank < to; rank++ {
			v := vertex{rank: rank, node: -1, edge: int32(i), group: l.groupAt(r, rank)}
			if len(r.label) > 0 && rank == r.length {
				v.label, v.w, v.h = true, r.lw, r.lh
			}
			r.chain = append(r.chain, int32(len(l.vertices)))
			l.vertices = append(l.vertices, v)
		}
		r.chain = append(r.chain, r.v)
		for k := 1; k < len(r.chain); k++ {
			l.tie(r.chain[k-1], r.chain[k])
		}
	}
	for _, g := range l.grid {
		if l.vertices[g[1]].rank == l.vertices[g[0]].rank+1 {
			l.tie(g[0], g[1])
		}
	}
	l.fillClusters()
	for i := range l.vertices {
		r := l.vertices[i].rank
		l.ranks[r] = append(l.ranks[r], int32(i))
	}
}

func (l *layout) tie(u, v int32) {
	l.vertices[u].downs = append(l.vertices[u].downs, v)
	l.vertices[v].ups = append(l.vertices[v].ups, u)
}

// groupAt returns the group that a route is in at a rank: that of its upper
// end as long as that one goes on, then that of its lower end.
func (l *layout) groupAt(r *route, rank int32) int32 {
	up := l.vertices[r.u].group
	for up >= 0 && l.clusters[up].last < rank {
		up = l.clusters[up].parent
	}
	if up >= 0 && !l.inside(r.v, up) {
		return up
	}
	// The deepest group of the lower end that has begun.
	for down := l.vertices[r.v].group; down >= 0; down = l.clusters[down].parent {
		if l.clusters[down].first <= rank {
			return down
		}
	}
	return -1
}

// fillClusters gives every group a vertex in each of its ranks.
func (l *layout) fillClusters() {
	for c := len(l.clusters) - 1; c >= 0; c-- {
		cl := &l.clusters[c]
		if cl.first == cl.last {
			continue
		}
		has := make([]bool, cl.last-cl.first+1)
		for i := range l.vertices {
			v := &l.vertices[i]
			if v.rank < cl.first || v.rank > cl.last {
				continue
			}
			if l.inside(int32(i), int32(c)) {
				has[v.rank-cl.first] = true
			}
		}
		above := int32(-1)
		for k, ok := range has {
			if ok {
				above = -1
				continue
			}
			v := int32(len(l.vertices))
			l.vertices = append(l.vertices, vertex{rank: cl.first + int32(k), node: -1, edge: -1, group: int32(c)})
			if above >= 0 {
				l.tie(above, v)
			}
			above = v
		}
	}
}
