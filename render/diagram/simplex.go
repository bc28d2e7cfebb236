package diagram

// link is an edge of the graphs that simplex works on: y(v) - y(u) is at least
// length, and every unit of it costs weight.
type link struct {
	u, v           int32
	length, weight int32
}

// simplex places nodes on a line so that every link is long enough and the
// sum of weight × length is small: the network simplex method of Gansner,
// Koutsofios, North and Vo, A Technique for Drawing Directed Graphs (1993),
// which serves for ranks as well as for coordinates. The result is the best
// one unless the budget, counted in steps, is used up; it keeps every length
// in any case. The graph has to be free of cycles.
type simplex struct {
	n     int
	links []link
	pos   []int32 // the result

	out, in  [][]int32 // by node: indices of links
	tree     []bool    // by link
	cut      []int64   // by link, of those in the tree
	adjacent [][]int32 // by node: tree links
	par      []int32   // by node: the tree link to its parent, or -1
	low, lim []int32   // by node: the interval of its subtree
	order    []int32   // by lim: the node
	budget   int
	next     int // where the search for a link to leave goes on
}

// solve returns the positions. Where start is not nil it has feasible ones.
func solve(n int, links []link, start []int32, budget int, centre bool) []int32 {
	if n == 0 {
		return nil
	}
	s := &simplex{n: n, links: links, budget: budget}
	s.connect(start)
	s.out, s.in = make([][]int32, n), make([][]int32, n)
	degrees := make([]int32, 2*n)
	for _, l := range s.links {
		degrees[l.u]++
		degrees[n+int(l.v)]++
	}
	slab := make([]int32, 2*len(s.links))
	for i := range n {
		s.out[i], slab = slab[:0:degrees[i]], slab[degrees[i]:]
		s.in[i], slab = slab[:0:degrees[n+i]], slab[degrees[n+i]:]
	}
	for i, l := range s.links {
		s.out[l.u] = append(s.out[l.u], int32(i))
		s.in[l.v] = append(s.in[l.v], int32(i))
	}
	if s.pos = start; s.pos == nil {
		s.longestPath()
	}
	s.spanningTree()
	s.par = make([]int32, n)
	s.low, s.lim, s.order = make([]int32, n), make([]int32, n), make([]int32, n+1)
	s.number(0, -1, 1)
	s.cutValues()
	for s.budget > 0 {
		e := s.leaving()
		if e < 0 {
			break
		}
		f := s.entering(e)
		if f < 0 {
			break // cannot be in a connected graph
		}
		s.exchange(e, f)
	}
	if centre {
		s.centre()
	}
	return s.pos
}

// connect adds links of no weight until the graph is connected.
func (s *simplex) connect(start []int32) {
	root := make([]int32, s.n)
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
	for _, l := range s.links {
		if a, b := find(l.u), find(l.v); a != b {
			root[max(a, b)] = min(a, b)
		}
	}
	for i := range s.n {
		if r := find(int32(i)); r != 0 && r == int32(i) {
			// Nothing leads back to node 0 from there, so there is no cycle.
			l := link{u: 0, v: r}
			if start != nil {
				l.length = min(0, start[r]-start[0])
			}
			s.links = append(s.links, l)
		}
	}
}

// longestPath gives every node the least position that it can have.
func (s *simplex) longestPath() {
	s.pos = make([]int32, s.n)
	missing := make([]int32, s.n)
	var queue []int32
	for v := range s.n {
		if missing[v] = int32(len(s.in[v])); missing[v] == 0 {
			queue = append(queue, int32(v))
		}
	}
	for len(queue) > 0 {
		u := queue[0]
		queue = queue[1:]
		for _, i := range s.out[u] {
			l := s.links[i]
			s.pos[l.v] = max(s.pos[l.v], s.pos[u]+l.length)
			if missing[l.v]--; missing[l.v] == 0 {
				queue = append(queue, l.v)
			}
		}
	}
}

func (s *simplex) slack(i int32) int32 {
	l := &s.links[i]
	return s.pos[l.v] - s.pos[l.u] - l.length
}

// crossing is a link between the growing tree and the rest, by its slack.
type crossing struct {
	key  int32
	link int32
}

type crossings []crossing

func (h *crossings) push(c crossing) {
	*h = append(*h, c)
	a := *h
	for i := len(a) - 1; i > 0; {
		p := (i - 1) / 2
		if !a[i].less(a[p]) {
			break
		}
		a[i], a[p] = a[p], a[i]
		i = p
	}
}

func (h *crossings) pop() {
	a := *h
	a[0] = a[len(a)-1]
	a = a[:len(a)-1]
	for i := 0; ; {
		c := 2*i + 1
		if c >= len(a) {
			break
		}
		if c+1 < len(a) && a[c+1].less(a[c]) {
			c++
		}
		if !a[c].less(a[i]) {
			break
		}
		a[i], a[c] = a[c], a[i]
		i = c
	}
	*h = a
}

func (c crossing) less(d crossing) bool {
	return c.key < d.key || c.key == d.key && c.link < d.link
}

// spanningTree grows a tree of tight links from node 0. Moving the whole tree
// is one addition to an offset.
func (s *simplex) spanningTree() {
	s.tree = make([]bool, len(s.links))
	s.cut = make([]int64, len(s.links))
	s.adjacent = make([][]int32, s.n)
	inTree := make([]bool, s.n)
	var outs, ins crossings
	offset := int32(0)
	add := func(v int32) {
		inTree[v] = true
		s.pos[v] -= offset
		for _, i := range s.out[v] {
			if l := s.links[i]; !inTree[l.v] {
				outs.push(crossing{s.pos[l.v] - s.pos[v] - l.length, i})
			}
		}
		for _, i := range s.in[v] {
			if l := s.links[i]; !inTree[l.u] {
				ins.push(crossing{s.pos[v] - s.pos[l.u] - l.length, i})
			}
		}
	}
	add(0)
	for {
		for len(outs) > 0 && inTree[s.links[outs[0].link].v] {
			outs.pop()
		}
		for len(ins) > 0 && inTree[s.links[ins[0].link].u] {
			ins.pop()
		}
		var i, v int32
		switch {
		case len(outs) > 0 && (len(ins) == 0 || outs[0].key-offset <= ins[0].key+offset):
			i = outs[0].link
			v = s.links[i].v
			offset = outs[0].key
			outs.pop()
		case len(ins) > 0:
			i = ins[0].link
			v = s.links[i].u
			offset = -ins[0].key
			ins.pop()
		default:
			for v := range s.n {
				if inTree[v] {
					s.pos[v] += offset
				}
			}
			return
		}
		s.tree[i] = true
		l := s.links[i]
		s.adjacent[l.u] = append(s.adjacent[l.u], i)
		s.adjacent[l.v] = append(s.adjacent[l.v], i)
		add(v)
	}
}

func (s *simplex) other(i, v int32) int32 {
	if s.links[i].u == v {
		return s.links[i].v
	}
	return s.links[i].u
}

// number numbers the subtree of root in postorder, from low on.
func (s *simplex) number(root, parent, low int32) {
	type frame struct {
		v    int32
		next int
	}
	stack := []frame{{root, 0}}
	s.par[root], s.low[root] = parent, low
	lim := low
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		adj := s.adjacent[f.v]
		if f.next < len(adj) {
			i := adj[f.next]
			f.next++
			if i != s.par[f.v] {
				w := s.other(i, f.v)
				s.par[w], s.low[w] = i, lim
				stack = append(stack, frame{w, 0})
			}
			continue
		}
		s.lim[f.v] = lim
		s.order[lim] = f.v
		lim++
		s.budget--
		stack = stack[:len(stack)-1]
	}
}

// cutValues computes the cut values of all tree links from sums over
// subtrees.
func (s *simplex) cutValues() {
	sum := make([]int64, s.n)
	for _, l := range s.links {
		sum[l.u] += int64(l.weight)
		sum[l.v] -= int64(l.weight)
	}
	for _, v := range s.order[1:] {
		i := s.par[v]
		if i < 0 {
			continue
		}
		s.cut[i] = sum[v]
		if s.links[i].v == v {
			s.cut[i] = -sum[v]
		}
		sum[s.other(i, v)] += sum[v]
	}
}

// leaving returns a tree link whose cut value is negative, or -1.
func (s *simplex) leaving() int32 {
	best, found := int32(-1), 0
	for range s.n {
		if s.next >= s.n {
			s.next = 0
		}
		i := s.par[s.next]
		s.next++
		if i < 0 || s.cut[i] >= 0 {
			continue
		}
		if best < 0 || s.cut[i] < s.cut[best] {
			best = i
		}
		if found++; found == 24 {
			break
		}
	}
	s.budget -= found
	return best
}

// within reports whether w is in the subtree of v.
func (s *simplex) within(w, v int32) bool { return s.low[v] <= s.lim[w] && s.lim[w] <= s.lim[v] }

// child returns the end of a tree link that is farther from the root, and
// whether it is the head.
func (s *simplex) child(i int32) (v int32, head bool) {
	if l := s.links[i]; s.lim[l.u] < s.lim[l.v] {
		return l.u, false
	}
	return s.links[i].v, true
}

// entering returns the link that can take the place of a tree link with the
// least slack, or -1.
func (s *simplex) entering(e int32) int32 {
	v, head := s.child(e)
	best, least := int32(-1), int32(0)
	for _, w := range s.order[s.low[v] : s.lim[v]+1] {
		list := s.in[w]
		if head {
			list = s.out[w]
		}
		s.budget -= len(list)
		for _, i := range list {
			if s.tree[i] || s.within(s.other(i, w), v) {
				continue
			}
			if d := s.slack(i); best < 0 || d < least {
				best, least = i, d
			}
		}
		if best >= 0 && least == 0 {
			break
		}
	}
	return best
}

// move moves the subtree at the far end of a tree link so that the link gets
// longer by d.
func (s *simplex) move(e, d int32) {
	v, head := s.child(e)
	if !head {
		d = -d
	}
	s.budget -= int(s.lim[v] - s.low[v])
	for _, w := range s.order[s.low[v] : s.lim[v]+1] {
		s.pos[w] += d
	}
}

// exchange puts f in the place of e.
func (s *simplex) exchange(e, f int32) {
	if d := s.slack(f); d > 0 {
		s.move(e, d)
	}
	cut := s.cut[e]
	top := s.adjust(s.links[f].u, s.links[f].v, cut, true)
	s.adjust(s.links[f].v, s.links[f].u, cut, false)
	s.cut[f], s.cut[e] = -cut, 0
	s.tree[e], s.tree[f] = false, true
	l := s.links[e]
	s.drop(l.u, e)
	s.drop(l.v, e)
	l = s.links[f]
	s.adjacent[l.u] = append(s.adjacent[l.u], f)
	s.adjacent[l.v] = append(s.adjacent[l.v], f)
	s.number(top, s.par[top], s.low[top])
}

func (s *simplex) drop(v, e int32) {
	a := s.adjacent[v]
	for i, x := range a {
		if x == e {
			a[i] = a[len(a)-1]
			s.adjacent[v] = a[:len(a)-1]
			return
		}
	}
}

// adjust changes the cut values on the way from v up to the first node that is
// above w too, and returns that node.
func (s *simplex) adjust(v, w int32, cut int64, forward bool) int32 {
	for !s.within(w, v) {
		i := s.par[v]
		if (s.links[i].u == v) == forward {
			s.cut[i] += cut
		} else {
			s.cut[i] -= cut
		}
		v = s.other(i, v)
		s.budget--
	}
	return v
}

// centre moves what can stand anywhere in an interval to its middle.
func (s *simplex) centre() {
	for i := range int32(len(s.links)) {
		if !s.tree[i] || s.cut[i] != 0 {
			continue
		}
		if s.budget < -len(s.links)*8 {
			return
		}
		if f := s.entering(i); f >= 0 {
			if d := s.slack(f); d > 1 {
				s.move(i, d/2)
			}
		}
	}
}
