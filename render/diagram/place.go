package diagram

import (
	"cmp"
	"math"
	"slices"
)

// lead and trail return how far a vertex reaches from its centre along the
// rank.
func (v *vertex) lead() int32  { return v.w / 2 }
func (v *vertex) trail() int32 { return v.w/2 + v.right }

// gap returns the distance that two neighbours in a rank keep.
func (l *layout) gap(a, b *vertex) int32 {
	switch {
	case a.node >= 0 && b.node >= 0:
		if l.across {
			return nodeGap - 8
		}
		return nodeGap
	case a.node >= 0 || b.node >= 0:
		return laneGap + 4
	}
	return laneGap
}

// titleHeight returns how much a title needs above what is in the group.
func (c *cluster) titleHeight() int32 {
	if len(c.title) == 0 {
		return 0
	}
	return int32(len(c.title)*titleLine + 6)
}

// assignX gives every vertex its place along its rank: edges should be
// straight, the longer the more, and groups narrow.
func (l *layout) assignX() {
	n := len(l.vertices)
	nodes := n + 2*len(l.clusters)
	left := func(c int32) int32 { return int32(n) + 2*c }
	right := func(c int32) int32 { return int32(n) + 2*c + 1 }
	var links []link
	for i := range l.clusters {
		c := &l.clusters[i]
		least := int32(2 * groupPad)
		if !l.across {
			least = max(least, c.titleW+2*groupPad)
		}
		links = append(links, link{left(int32(i)), right(int32(i)), least, 3})
		if c.parent >= 0 {
			pad := int32(groupPad)
			if l.across {
				pad += l.clusters[c.parent].titleHeight()
			}
			links = append(links, link{left(c.parent), left(int32(i)), pad, 0}, link{right(int32(i)), right(c.parent), groupPad, 0})
		}
	}
	before := func(c int32) int32 {
		if l.across {
			return groupPad + l.clusters[c].titleHeight()
		}
		return groupPad
	}
	var ga, gb []int32
	for _, list := range l.ranks {
		for k, v := range list {
			b := &l.vertices[v]
			gb = l.path(b.group, gb[:0])
			if k == 0 {
				if b.group >= 0 {
					links = append(links, link{left(b.group), v, before(b.group) + b.lead(), 0})
				}
				continue
			}
			u := list[k-1]
			a := &l.vertices[u]
			ga = l.path(a.group, ga[:0])
			same := 0
			for same < len(ga) && same < len(gb) && ga[same] == gb[same] {
				same++
			}
			// What stands at the border between the two: the vertex itself, or
			// the outermost group that ends or begins there.
			from, fromSize, to, toSize, gap := u, a.trail(), v, b.lead(), l.gap(a, b)
			if len(ga) > same {
				links = append(links, link{u, right(a.group), a.trail() + groupPad, 0})
				from, fromSize, gap = right(ga[same]), 0, groupGap
			}
			if len(gb) > same {
				links = append(links, link{left(b.group), v, before(b.group) + b.lead(), 0})
				to, toSize, gap = left(gb[same]), 0, groupGap
			}
			if (len(ga) > same) != (len(gb) > same) && (a.node < 0 || b.node < 0) {
				gap = laneGap
			}
			links = append(links, link{from, to, fromSize + gap + toSize, 0})
		}
		if k := len(list); k > 0 {
			if a := &l.vertices[list[k-1]]; a.group >= 0 {
				links = append(links, link{list[k-1], right(a.group), a.trail() + groupPad, 0})
			}
		}
	}
	fixed := len(links)
	for u := range l.vertices {
		for _, w := range l.vertices[u].downs {
			a, b := &l.vertices[u], &l.vertices[w]
			weight := int32(2)
			switch {
			case a.node < 0 && b.node < 0:
				weight = 12
				if a.edge < 0 {
					weight = 1
				}
			case a.node < 0:
				weight = 5 // rather one bend at the upper end than two
			case b.node < 0:
				weight = 4
			}
			links = append(links, link{int32(nodes), int32(u), 0, weight}, link{int32(nodes), w, 0, weight})
			nodes++
		}
	}
	start := l.startX(nodes, links, fixed)
	pos := solve(nodes, links, start, budgetUnit+40*nodes, true)
	least := int32(math.MaxInt32)
	for i := range l.vertices {
		l.vertices[i].x = pos[i]
		least = min(least, pos[i]-l.vertices[i].lead())
	}
	for i := range l.clusters {
		least = min(least, pos[left(int32(i))])
	}
	for i := range l.vertices {
		l.vertices[i].x -= least
	}
	for i := range l.clusters {
		l.clusters[i].x0, l.clusters[i].x1 = pos[left(int32(i))]-least, pos[right(int32(i))]-least
	}
}

// path appends the groups from the outermost one to c.
func (l *layout) path(c int32, dst []int32) []int32 {
	for ; c >= 0; c = l.clusters[c].parent {
		dst = append(dst, c)
	}
	slices.Reverse(dst)
	return dst
}

// startX returns a feasible start for a large graph, or nil: every vertex
// moves towards its neighbours as far as the others let it, some times over.
func (l *layout) startX(nodes int, links []link, fixed int) []int32 {
	if nodes < 600 {
		return nil
	}
	out, in := make([][]int32, nodes), make([][]int32, nodes)
	missing := make([]int32, nodes)
	for i, k := range links[:fixed] {
		out[k.u] = append(out[k.u], int32(i))
		in[k.v] = append(in[k.v], int32(i))
		missing[k.v]++
	}
	order := make([]int32, 0, nodes)
	for v := range nodes {
		if missing[v] == 0 {
			order = append(order, int32(v))
		}
	}
	pos := make([]int32, nodes)
	for i := 0; i < len(order); i++ {
		for _, k := range out[order[i]] {
			lk := links[k]
			pos[lk.v] = max(pos[lk.v], pos[lk.u]+lk.length)
			if missing[lk.v]--; missing[lk.v] == 0 {
				order = append(order, lk.v)
			}
		}
	}
	want := func(v int32) (int32, bool) {
		if int(v) >= len(l.vertices) {
			return 0, false
		}
		sum, n := 0, 0
		for _, w := range l.vertices[v].ups {
			sum, n = sum+int(pos[w]), n+1
		}
		for _, w := range l.vertices[v].downs {
			sum, n = sum+int(pos[w]), n+1
		}
		if n == 0 {
			return 0, false
		}
		return int32(sum / n), true
	}
	for range 12 {
		// To the right first, from the right end on, then to the left.
		for _, v := range slices.Backward(order) {
			most := int32(math.MaxInt32)
			for _, k := range out[v] {
				most = min(most, pos[links[k].v]-links[k].length)
			}
			if x, ok := want(v); ok && x > pos[v] {
				pos[v] = min(x, most)
			} else if !ok && most < math.MaxInt32 && int(v) < len(l.vertices)+2*len(l.clusters) && (int(v)-len(l.vertices))%2 == 0 {
				pos[v] = max(pos[v], most) // the left border of a group follows
			}
		}
		for _, v := range order {
			least := int32(math.MinInt32)
			for _, k := range in[v] {
				least = max(least, pos[links[k].u]+links[k].length)
			}
			if x, ok := want(v); ok && x < pos[v] {
				pos[v] = max(x, least)
			} else if !ok && least > math.MinInt32 && int(v) >= len(l.vertices) && (int(v)-len(l.vertices))%2 == 1 {
				pos[v] = min(pos[v], least)
			}
		}
	}
	for i := fixed; i+1 < len(links); i += 2 {
		pos[links[i].u] = min(pos[links[i].v], pos[links[i+1].v])
	}
	return pos
}

// assignY gives the ranks their places: between two of them there is room for
// the borders and titles of groups and for edges to bend.
func (l *layout) assignY() {
	n := len(l.ranks)
	l.rankTop, l.rankSize = make([]int32, n), make([]int32, n)
	labels := make([]bool, n) // holds no node
	for r, list := range l.ranks {
		labels[r] = true
		for _, v := range list {
			l.rankSize[r] = max(l.rankSize[r], l.vertices[v].h)
			labels[r] = labels[r] && l.vertices[v].node < 0
		}
	}
	edges := make([]bool, n) // lead to the rank from the one before
	for i := range l.routes {
		r := &l.routes[i]
		for k := l.vertices[r.u].rank + 1; k <= l.vertices[r.v].rank; k++ {
			edges[k] = true
		}
	}
	above, below := make([]int32, n), make([]int32, n)
	// Children come after their parents, so from the last group on.
	for i := len(l.clusters) - 1; i >= 0; i-- {
		c := &l.clusters[i]
		top, bottom := int32(groupPad), int32(groupPad)
		if !l.across {
			if l.g.Direction == BT {
				bottom += c.titleHeight()
			} else {
				top += c.titleHeight()
			}
		}
		c.padTop += top
		c.padBottom += bottom
		if c.parent >= 0 {
			p := &l.clusters[c.parent]
			if p.first == c.first {
				p.padTop = max(p.padTop, c.padTop)
			}
			if p.last == c.last {
				p.padBottom = max(p.padBottom, c.padBottom)
			}
		}
		above[c.first] = max(above[c.first], c.padTop)
		below[c.last] = max(below[c.last], c.padBottom)
	}
	y := int32(0)
	place := func() {
		y = above[0]
		for r := range n {
			if r > 0 {
				gap := l.rankGap
				if !edges[r] {
					gap = nodeGap - 6
				} else if labels[r] != labels[r-1] {
					gap = l.rankGap/2 + 2
				} else if labels[r] {
					gap = 14
				}
				gap += min(l.bend(r)/12, 44)
				// Titles and borders need no room that edges have anyway.
				y += max(gap, below[r-1]+above[r]+min(gap, 22))
			}
			l.rankTop[r] = y
			y += l.rankSize[r]
		}
	}
	place()
	if l.across {
		// A group has to be as long as its title.
		for i := len(l.clusters) - 1; i >= 0; i-- {
			c := &l.clusters[i]
			length := l.rankTop[c.last] + l.rankSize[c.last] - l.rankTop[c.first] + c.padTop + c.padBottom
			lack := c.titleW + 2*groupPad - length
			if lack <= 0 {
				continue
			}
			c.padTop += lack / 2
			c.padBottom += lack - lack/2
			for p := c.parent; p >= 0; p = l.clusters[p].parent {
				q := &l.clusters[p]
				if q.first == c.first {
					q.padTop = max(q.padTop, c.padTop+groupPad)
				}
				if q.last == c.last {
					q.padBottom = max(q.padBottom, c.padBottom+groupPad)
				}
			}
			for p := int32(i); p >= 0; p = l.clusters[p].parent {
				q := &l.clusters[p]
				above[q.first] = max(above[q.first], q.padTop)
				below[q.last] = max(below[q.last], q.padBottom)
			}
			place()
		}
	}
	for i := range l.clusters {
		c := &l.clusters[i]
		c.y0 = l.rankTop[c.first] - c.padTop
		c.y1 = l.rankTop[c.last] + l.rankSize[c.last] + c.padBottom
	}
}

// bend returns how far an edge has to go aside between rank r-1 and r.
func (l *layout) bend(r int) int32 {
	most := int32(0)
	for _, u := range l.ranks[r-1] {
		for _, w := range l.vertices[u].downs {
			d := l.vertices[u].x - l.vertices[w].x
			most = max(most, d, -d)
		}
	}
	return most
}

// draw turns the layout into a drawing.
func (l *layout) draw() *drawing {
	d := &drawing{}
	for i := range l.clusters {
		c := &l.clusters[i]
		d.groups = append(d.groups, placedGroup{
			box:   box{float64(c.x0), float64(c.y0), float64(c.x1 - c.x0), float64(c.y1 - c.y0)},
			group: &l.g.Groups[c.group], title: c.title, titleW: float64(c.titleW),
		})
	}
	for i := range l.vertices {
		v := &l.vertices[i]
		if v.node < 0 {
			continue
		}
		d.nodes = append(d.nodes, placedNode{
			box:  box{float64(v.x - v.w/2), float64(l.middle(v.rank)) - float64(v.h)/2, float64(v.w), float64(v.h)},
			node: &l.g.Nodes[v.node], text: l.texts[i],
		})
	}
	ports := l.assignPorts()
	for i := range l.routes {
		d.edges = append(d.edges, l.trace(int32(i), ports))
	}
	for _, lp := range l.loops {
		d.edges = append(d.edges, l.traceLoop(lp))
	}
	d.bound()
	return d
}

func (l *layout) middle(rank int32) int32 { return l.rankTop[rank] + l.rankSize[rank]/2 }
func (l *layout) top(rank int32) float64  { return float64(l.rankTop[rank]) }
func (l *layout) bottom(rank int32) float64 {
	return float64(l.rankTop[rank] + l.rankSize[rank])
}

// port is where an edge meets a side of a node.
type port struct {
	route int32
	want  float64
	toX   int32
}

// assignPorts returns for every route where it leaves u and where it meets v.
func (l *layout) assignPorts() (at [][2]float64) {
	at = make([][2]float64, len(l.routes))
	lower, upper := make([][]port, len(l.vertices)), make([][]port, len(l.vertices))
	for i := range l.routes {
		r := &l.routes[i]
		u, v := &l.vertices[r.u], &l.vertices[r.v]
		next, last := v, u
		if len(r.chain) > 2 {
			next, last = &l.vertices[r.chain[1]], &l.vertices[r.chain[len(r.chain)-2]]
		}
		var wantU, wantV float64
		if len(r.chain) <= 2 && !r.far {
			// Straight where the two stand one above the other.
			hu, hv := l.reach(u), l.reach(v)
			a := max(float64(u.x)-hu, float64(v.x)-hv)
			b := min(float64(u.x)+hu, float64(v.x)+hv)
			if a <= b {
				wantU = min(max(float64(u.x+v.x)/2, a), b)
				wantV = wantU
			} else {
				wantU, wantV = l.lean(u, v.x), l.lean(v, u.x)
			}
		} else {
			wantU, wantV = l.lean(u, next.x), l.lean(v, last.x)
		}
		lower[r.u] = append(lower[r.u], port{int32(i), wantU, next.x})
		upper[r.v] = append(upper[r.v], port{int32(i), wantV, last.x})
	}
	for i := range l.vertices {
		l.spread(lower[i], &l.vertices[i], at, 0)
		l.spread(upper[i], &l.vertices[i], at, 1)
	}
	for i := range l.routes {
		l.straighten(&l.routes[i], &at[i], len(lower[l.routes[i].u]), len(upper[l.routes[i].v]))
	}
	return at
}

// straighten takes small bends out of a route: it moves what is free to move
// by a few pixels. Counts are those of the ports on the sides it meets.
func (l *layout) straighten(r *route, at *[2]float64, countU, countV int) {
	const small = 7
	u, v := &l.vertices[r.u], &l.vertices[r.v]
	fits := func(w *vertex, x float64) bool { return math.Abs(x-float64(w.x)) <= l.reach(w)+0.5 }
	if len(r.chain) <= 2 {
		if d := math.Abs(at[0] - at[1]); d == 0 || d > small {
			return
		}
		switch {
		case countV == 1 && fits(v, at[0]):
			at[1] = at[0]
		case countU == 1 && fits(u, at[1]):
			at[0] = at[1]
		}
		return
	}
	// The stretches of equal places next to the ends.
	inner := r.chain[1 : len(r.chain)-1]
	head := 1
	for head < len(inner) && l.vertices[inner[head]].x == l.vertices[inner[0]].x {
		head++
	}
	x := float64(l.vertices[inner[0]].x)
	if d := math.Abs(at[0] - x); d > 0 && d <= small {
		if countU == 1 && fits(u, x) {
			at[0] = x
		} else if head < len(inner) || math.Abs(at[1]-x) > small {
			for _, w := range inner[:head] {
				l.vertices[w].x = int32(math.Round(at[0]))
			}
			at[0] = math.Round(at[0])
		}
	}
	x = float64(l.vertices[inner[len(inner)-1]].x)
	if d := math.Abs(at[1] - x); d > 0 && d <= small && countV == 1 && fits(v, x) {
		at[1] = x
	}
}

// reach returns how far from the middle of a side edges may meet a vertex.
func (l *layout) reach(v *vertex) float64 {
	if v.node < 0 {
		return 0
	}
	w := float64(v.w) / 2
	switch l.g.Nodes[v.node].Shape {
	case Diamond, Start, End, Odd:
		return 0
	case Circle, DoubleCircle, Ellipse:
		return w * 0.5
	case Hexagon:
		return w * 0.55
	case LeanLeft, LeanRight, Trapezoid, TrapezoidDown:
		if l.across {
			return 0
		}
		return w * 0.55
	case Stadium, Queue:
		return max(0, w-18)
	case Fork:
		return max(0, w-4)
	}
	return max(0, w-10)
}

// lean returns where an edge that goes on at x should leave a vertex.
func (l *layout) lean(v *vertex, x int32) float64 {
	h := l.reach(v)
	d := float64(x - v.x)
	if d >= -h && d <= h {
		return float64(x)
	}
	return float64(v.x) + min(max(d*0.2, -h*0.6), h*0.6)
}

// spread puts the ports of one side apart from each other, in the order of
// where their edges go, as near as can be to where they should be.
func (l *layout) spread(ports []port, v *vertex, at [][2]float64, end int) {
	if len(ports) == 0 {
		return
	}
	slices.SortStableFunc(ports, func(a, b port) int {
		return cmp.Or(cmp.Compare(a.toX, b.toX), cmp.Compare(a.want, b.want))
	})
	h := l.reach(v)
	step := min(14, 2*h/float64(max(len(ports)-1, 1)))
	// Blocks of ports that touch: sum of wishes less their offsets.
	type block struct {
		sum   float64
		count int
	}
	var blocks []block
	for i, p := range ports {
		blocks = append(blocks, block{p.want - float64(i)*step, 1})
		for k := len(blocks) - 1; k > 0; k-- {
			a, b := blocks[k-1], blocks[k]
			if a.sum/float64(a.count) <= b.sum/float64(b.count) {
				break
			}
			blocks[k-1] = block{a.sum + b.sum, a.count + b.count}
			blocks = blocks[:k]
		}
	}
	i := 0
	for _, b := range blocks {
		base := b.sum / float64(b.count)
		for range b.count {
			x := base + float64(i)*step
			// The ports before and behind need their places too.
			low := float64(v.x) - h + float64(i)*step
			high := float64(v.x) + h - float64(len(ports)-1-i)*step
			// Halves are exact on every machine, and so is what follows of them.
			at[ports[i].route][end] = math.Round(2*min(max(x, min(low, high)), max(low, high))) / 2
			i++
		}
	}
}

// trace returns the way of a route.
func (l *layout) trace(i int32, ports [][2]float64) placedEdge {
	r := &l.routes[i]
	e := placedEdge{edge: &l.g.Edges[r.edge], back: r.back, label: r.label}
	u, v := &l.vertices[r.u], &l.vertices[r.v]
	a, b := ports[i][0], ports[i][1]
	add := func(x, y float64, curved bool) {
		if k := len(e.path) - 1; k >= 0 && e.path[k].x == x && !curved {
			if k > 0 && !e.curved[k] && e.path[k-1].x == x {
				e.path[k].y = y
				return
			}
			if e.path[k].y == y {
				return
			}
		}
		e.path = append(e.path, point{x, y})
		e.curved = append(e.curved, curved)
	}
	chain := r.chain
	if r.far {
		chain = []int32{r.u, r.v}
	}
	first, last := 0, len(chain)-1
	// Where the edge begins or ends at a group, what is inside of it goes.
	startX, startY := a, l.border(u, a, true)
	if r.from >= 0 {
		c := &l.clusters[r.from]
		for k := 1; k < len(chain); k++ {
			if l.vertices[chain[k]].rank > c.last && !l.inside(chain[k], r.from) {
				first = k - 1
				x := float64(l.vertices[chain[k]].x)
				if k == len(chain)-1 {
					x = b
				}
				startX, startY = min(max(x, float64(c.x0)+14), float64(c.x1)-14), float64(c.y1)
				break
			}
		}
	}
	endX, endY := b, l.border(v, b, false)
	clipped := false
	if r.to >= 0 {
		c := &l.clusters[r.to]
		for k := len(chain) - 2; k >= first; k-- {
			if l.vertices[chain[k]].rank < c.first && !l.inside(chain[k], r.to) {
				last = k + 1
				x := float64(l.vertices[chain[k]].x)
				if k == first {
					x = startX
				}
				endX, endY = min(max(x, float64(c.x0)+14), float64(c.x1)-14), float64(c.y0)
				clipped = true
				break
			}
		}
	}
	if clipped && first == last-1 && r.from >= 0 && startY == float64(l.clusters[r.from].y1) {
		// From group to group: straight where they overlap.
		c, d := &l.clusters[r.from], &l.clusters[r.to]
		lo, hi := float64(max(c.x0, d.x0)+14), float64(min(c.x1, d.x1)-14)
		if lo <= hi {
			startX = (lo + hi) / 2
			endX = startX
		}
	}
	add(startX, startY, false)
	if !(r.from >= 0 && startY == float64(l.clusters[r.from].y1)) {
		add(startX, l.bottom(u.rank), false)
	}
	for k := first + 1; k < last; k++ {
		w := &l.vertices[chain[k]]
		x := float64(w.x)
		l.bendTo(&e, add, x, l.top(w.rank))
		if w.label && len(r.label) > 0 {
			e.labelAt = box{x - float64(w.w)/2, float64(l.middle(w.rank)) - float64(w.h)/2, float64(w.w), float64(w.h)}
		}
		add(x, l.bottom(w.rank), false)
	}
	if clipped {
		l.bendTo(&e, add, endX, endY)
	} else {
		l.bendTo(&e, add, endX, l.top(v.rank))
		add(endX, endY, false)
	}
	if e.labelAt.w == 0 {
		e.label = nil
	}
	if r.back {
		slices.Reverse(e.path)
		// A segment is described at its end.
		curved := make([]bool, len(e.curved))
		for k := 1; k < len(e.curved); k++ {
			curved[len(e.curved)-k] = e.curved[k]
		}
		e.curved = curved
	}
	return e
}

// bendTo goes on to a point in the next rank.
func (l *layout) bendTo(e *placedEdge, add func(x, y float64, curved bool), x, y float64) {
	add(x, y, e.path[len(e.path)-1].x != x)
}

// border returns where the outline of a node is at x, on its lower or upper
// side.
func (l *layout) border(v *vertex, x float64, lower bool) float64 {
	h := float64(v.h) / 2
	if v.node >= 0 {
		h -= inset(l.g.Nodes[v.node].Shape, float64(v.w), float64(v.h), x-float64(v.x), lower, l.across)
	}
	if lower {
		return float64(l.middle(v.rank)) + h
	}
	return float64(l.middle(v.rank)) - h
}

// traceLoop returns the way of an edge from a node to itself.
func (l *layout) traceLoop(lp loop) placedEdge {
	v := &l.vertices[lp.vertex]
	x, y := float64(v.x)+float64(v.w)/2, float64(l.middle(v.rank))
	far := x + float64(lp.shift) + 34
	e := placedEdge{edge: &l.g.Edges[lp.edge], loop: true, label: lp.label}
	e.path = []point{{x, y - 9}, {far, y - 22}, {far, y + 22}, {x, y + 9}}
	e.curved = []bool{false, true, true, true}
	if len(lp.label) > 0 {
		e.labelAt = box{x + float64(lp.shift) + 28, y - float64(lp.lh)/2, float64(lp.lw), float64(lp.lh)}
	}
	return e
}

// bound moves a drawing to the origin and finds its size.
func (d *drawing) bound() {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	grow := func(b box) {
		x0, y0, x1, y1 = min(x0, b.x), min(y0, b.y), max(x1, b.x+b.w), max(y1, b.y+b.h)
	}
	for _, n := range d.nodes {
		grow(n.box)
	}
	for _, g := range d.groups {
		grow(g.box)
	}
	for _, e := range d.edges {
		for _, p := range e.path {
			grow(box{p.x, p.y, 0, 0})
		}
		if len(e.label) > 0 {
			grow(e.labelAt)
		}
	}
	if x0 > x1 {
		return
	}
	d.shift(-x0, -y0)
	d.w, d.h = x1-x0, y1-y0
}

func (d *drawing) shift(dx, dy float64) {
	for i := range d.nodes {
		d.nodes[i].x += dx
		d.nodes[i].y += dy
	}
	for i := range d.groups {
		d.groups[i].x += dx
		d.groups[i].y += dy
	}
	for i := range d.edges {
		e := &d.edges[i]
		for k := range e.path {
			e.path[k].x += dx
			e.path[k].y += dy
		}
		e.labelAt.x += dx
		e.labelAt.y += dy
	}
}

// pack puts drawings beside and below each other.
func pack(parts []*drawing, across bool) *drawing {
	if len(parts) == 1 {
		return parts[0]
	}
	d := &drawing{}
	area, widest := 0.0, 0.0
	for _, p := range parts {
		area += (p.w + nodeGap) * (p.h + nodeGap)
		widest = max(widest, p.w)
	}
	limit := max(widest, math.Sqrt(area*1.6))
	if across {
		limit = max(widest, math.Sqrt(area/1.6))
	}
	x, y, row := 0.0, 0.0, 0.0
	for _, p := range parts {
		if x > 0 && x+p.w > limit {
			x, y, row = 0, y+row+nodeGap, 0
		}
		p.shift(x, y)
		x += p.w + nodeGap
		row = max(row, p.h)
		d.w, d.h = max(d.w, x-nodeGap), max(d.h, y+row)
		d.nodes = append(d.nodes, p.nodes...)
		d.edges = append(d.edges, p.edges...)
		d.groups = append(d.groups, p.groups...)
	}
	return d
}

// turn turns a drawing from top-down into its direction.
func (d *drawing) turn(dir Direction) {
	across, flip := dir == LR || dir == RL, dir == BT || dir == RL
	turnPoint := func(p point) point {
		if flip {
			p.y = d.h - p.y
		}
		if across {
			p.x, p.y = p.y, p.x
		}
		return p
	}
	turnBox := func(b box) box {
		if flip {
			b.y = d.h - b.y - b.h
		}
		if across {
			b.x, b.y, b.w, b.h = b.y, b.x, b.h, b.w
		}
		return b
	}
	for i := range d.nodes {
		d.nodes[i].box = turnBox(d.nodes[i].box)
	}
	for i := range d.groups {
		d.groups[i].box = turnBox(d.groups[i].box)
	}
	for i := range d.edges {
		e := &d.edges[i]
		e.along = across
		for k := range e.path {
			e.path[k] = turnPoint(e.path[k])
		}
		e.labelAt = turnBox(e.labelAt)
	}
	if across {
		d.w, d.h = d.h, d.w
	}
}

// placeTitles puts the titles of groups where the fewest edges pass: on the
// left, on the right, or in the middle.
func (d *drawing) placeTitles() {
	var points []point
	for i := range d.edges {
		if e := &d.edges[i]; e.edge.Stroke != Invisible {
			points = e.sample(points)
		}
	}
	slices.SortFunc(points, func(a, b point) int { return cmp.Compare(a.y, b.y) })
	for i := range d.groups {
		g := &d.groups[i]
		y0, y1 := g.y+4, g.y+groupPad+float64(len(g.title)*titleLine)
		from, _ := slices.BinarySearchFunc(points, y0, func(p point, y float64) int { return cmp.Compare(p.y, y) })
		to, _ := slices.BinarySearchFunc(points, y1, func(p point, y float64) int { return cmp.Compare(p.y, y) })
		left, right := g.x+groupPad, g.x+g.w-groupPad-g.titleW
		g.titleX = left
		least := -1
		for _, x := range []float64{left, right, (left + right) / 2} {
			n := 0
			for _, p := range points[from:to] {
				if p.x > x-5 && p.x < x+g.titleW+5 {
					n++
				}
			}
			if least < 0 || n < least {
				g.titleX, least = x, n
			}
		}
	}
}

// sample appends points of an edge, some pixels apart from each other.
func (e *placedEdge) sample(dst []point) []point {
	if e.loop {
		return dst
	}
	for i := 1; i < len(e.path); i++ {
		p, q := e.path[i-1], e.path[i]
		n := int(min(max(math.Abs(p.x-q.x)+math.Abs(p.y-q.y), 8)/6, 60))
		for k := range n + 1 {
			t := float64(k) / float64(n)
			s := t
			if e.curved[i] { // across the ranks the curve is a cubic of its own
				s = t * t * (3 - 2*t)
			}
			along := t
			if e.curved[i] {
				along = float64(1.5*t*(1-t)) + float64(t*t*t)
			}
			if e.along {
				dst = append(dst, point{p.x + float64((q.x-p.x)*along), p.y + float64((q.y-p.y)*s)})
			} else {
				dst = append(dst, point{p.x + float64((q.x-p.x)*s), p.y + float64((q.y-p.y)*along)})
			}
		}
	}
	return dst
}

// restore brings nodes and edges into the order of the graph, which is the
// order in which they are read and reached.
func (d *drawing) restore(g *Graph) {
	index := make(map[*Node]int, len(g.Nodes))
	for i := range g.Nodes {
		index[&g.Nodes[i]] = i
	}
	slices.SortStableFunc(d.nodes, func(a, b placedNode) int { return cmp.Compare(index[a.node], index[b.node]) })
	edges := make(map[*Edge]int, len(g.Edges))
	for i := range g.Edges {
		edges[&g.Edges[i]] = i
	}
	slices.SortStableFunc(d.edges, func(a, b placedEdge) int { return cmp.Compare(edges[a.edge], edges[b.edge]) })
}
