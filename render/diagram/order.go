package diagram

import (
	"cmp"
	"slices"
)

// orderRanks orders the vertices of each rank so that few edges cross. The
// vertices of a group stay together, and two groups beside each other stand in
// the same order in all ranks, so that their boxes can be drawn.
func (l *layout) orderRanks() {
	l.firstOrder()
	o := &orderer{layout: l, key: make([]float64, len(l.vertices)), sides: map[side]int8{}}
	o.seen, o.at = make([]int, len(l.clusters)), make([]int, len(l.clusters))
	size := len(l.vertices)
	for i := range l.vertices {
		size += len(l.vertices[i].downs)
	}
	sweeps := min(max(200_000/max(size, 1), 4), 16)
	o.arrangeAll()
	o.improve(sweeps)
	if len(l.clusters) > 0 {
		o.fixGroups()
		o.arrangeAll()
		o.improve(sweeps)
	}
	if size < 6000 {
		o.transpose()
	}
}

// improve sweeps over the ranks and keeps the best order.
func (o *orderer) improve(sweeps int) {
	best, least := o.snapshot(), o.crossings()
	for i := 0; i < sweeps && least > 0; i++ {
		o.sweep(i%2 == 0, i%4 >= 2)
		if c := o.crossings(); c < least {
			best, least = o.snapshot(), c
		}
	}
	o.restore(best)
}

// arrangeAll brings the order of every rank into one that groups allow.
func (o *orderer) arrangeAll() {
	if len(o.clusters) == 0 {
		return
	}
	for r, list := range o.ranks {
		for k, v := range list {
			o.key[v] = float64(k)
		}
		o.setRank(r, o.arrange(list, -1, 0))
	}
}

// firstOrder orders every rank by a search from the tops, in the order of the
// graph.
func (l *layout) firstOrder() {
	seen := make([]bool, len(l.vertices))
	for r := range l.ranks {
		l.ranks[r] = l.ranks[r][:0]
	}
	visit := func(root int32) {
		if seen[root] {
			return
		}
		seen[root] = true
		stack := []int32{root}
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			vert := &l.vertices[v]
			vert.order = int32(len(l.ranks[vert.rank]))
			l.ranks[vert.rank] = append(l.ranks[vert.rank], v)
			for _, w := range slices.Backward(vert.downs) {
				if !seen[w] {
					seen[w] = true
					stack = append(stack, w)
				}
			}
		}
	}
	roots := make([]int32, len(l.vertices))
	for i := range roots {
		roots[i] = int32(i)
	}
	// Vertices of nodes come first, in the order of the graph.
	slices.SortStableFunc(roots, func(a, b int32) int {
		return cmp.Compare(l.vertices[a].rank, l.vertices[b].rank)
	})
	for _, v := range roots {
		if len(l.vertices[v].ups) == 0 {
			visit(v)
		}
	}
	for _, v := range roots {
		visit(v)
	}
}

// side names a vertex and a group that it stands beside.
type side struct{ vertex, cluster int32 }

type orderer struct {
	*layout
	key   []float64     // by vertex
	fixed bool          // groups have an order
	sides map[side]int8 // -1: the vertex stands left of the cluster

	// Where arrange has seen each cluster, and in which of its calls.
	seen, at []int
	calls    int
}

// entry is a vertex or a group in a rank.
type entry struct {
	key      float64
	cluster  int32 // or -1
	vertices []int32
	slot     int
}

func (o *orderer) snapshot() [][]int32 {
	ranks := make([][]int32, len(o.ranks))
	for i, r := range o.ranks {
		ranks[i] = slices.Clone(r)
	}
	return ranks
}

func (o *orderer) restore(ranks [][]int32) {
	for r, list := range ranks {
		o.setRank(r, list)
	}
}

func (o *orderer) setRank(r int, list []int32) {
	copy(o.ranks[r], list)
	for i, v := range o.ranks[r] {
		o.vertices[v].order = int32(i)
	}
}

// sweep orders every rank by where its neighbours in the rank before stand.
func (o *orderer) sweep(down, reverse bool) {
	n := len(o.ranks)
	for i := range n {
		r := i
		if !down {
			r = n - 1 - i
		}
		list := o.ranks[r]
		last := -1.0
		for k, v := range list {
			vert := &o.vertices[v]
			near := vert.ups
			if !down {
				near = vert.downs
			}
			if len(near) == 0 {
				// It stays beside the one before it.
				if last < 0 {
					last = float64(k) * 1e-3
				}
				o.key[v] = last
				continue
			}
			o.key[v] = o.mean(near)
			last = o.key[v]
		}
		if i == 0 {
			continue
		}
		if reverse {
			slices.Reverse(list)
		}
		o.setRank(r, o.arrange(list, -1, 0))
	}
}

// mean returns where the neighbours stand on average.
func (o *orderer) mean(near []int32) float64 {
	sum := 0.0
	for _, w := range near {
		sum += float64(o.vertices[w].order)
	}
	return sum / float64(len(near))
}

// arrange orders the vertices of a rank that are inside a cluster, and returns
// them.
func (o *orderer) arrange(list []int32, parent int32, depth int32) []int32 {
	if len(list) < 2 {
		return list
	}
	if len(o.clusters) == 0 {
		sorted := slices.Clone(list)
		slices.SortStableFunc(sorted, func(a, b int32) int { return cmp.Compare(o.key[a], o.key[b]) })
		return sorted
	}
	entries := make([]entry, 0, len(list))
	o.calls++
	call, found := o.calls, false
	for k, v := range list {
		c := o.childOf(v, parent, depth)
		if c < 0 {
			entries = append(entries, entry{key: o.key[v], cluster: -1, vertices: list[k : k+1 : k+1]})
			continue
		}
		if o.seen[c] != call {
			o.seen[c], o.at[c], found = call, len(entries), true
			entries = append(entries, entry{cluster: c})
		}
		i := o.at[c]
		entries[i].vertices = append(entries[i].vertices, v)
		entries[i].key += o.key[v]
	}
	for i := range entries {
		if e := &entries[i]; e.cluster >= 0 {
			e.key /= float64(len(e.vertices))
			e.vertices = o.arrange(e.vertices, e.cluster, depth+1)
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	if o.fixed && found {
		entries = o.keepOrder(entries)
	}
	sorted := make([]int32, 0, len(list))
	for _, e := range entries {
		sorted = append(sorted, e.vertices...)
	}
	return sorted
}

// childOf returns the cluster at a depth that a vertex is in, or -1 where the
// vertex belongs to the parent itself.
func (l *layout) childOf(v, parent, depth int32) int32 {
	c := l.vertices[v].group
	if c == parent {
		return -1
	}
	for c >= 0 && l.clusters[c].depth > depth {
		c = l.clusters[c].parent
	}
	return c
}

// keepOrder puts groups into their fixed order, and vertices on the sides of
// them that they belong to.
func (o *orderer) keepOrder(entries []entry) []entry {
	var groups []entry
	loose := entries[:0:0]
	for _, e := range entries {
		if e.cluster >= 0 {
			groups = append(groups, e)
			continue
		}
		e.slot = len(groups)
		loose = append(loose, e)
	}
	slices.SortStableFunc(groups, func(a, b entry) int {
		return cmp.Compare(o.clusters[a.cluster].order, o.clusters[b.cluster].order)
	})
	for i := range loose {
		e := &loose[i]
		low, high := 0, len(groups)
		for k, g := range groups {
			switch o.sides[side{e.vertices[0], g.cluster}] {
			case -1:
				high = min(high, k)
			case 1:
				low = max(low, k+1)
			}
		}
		e.slot = min(max(e.slot, low), max(high, low))
	}
	slices.SortStableFunc(loose, func(a, b entry) int { return cmp.Compare(a.slot, b.slot) })
	sorted := make([]entry, 0, len(entries))
	i := 0
	for k := 0; k <= len(groups); k++ {
		for i < len(loose) && loose[i].slot == k {
			sorted = append(sorted, loose[i])
			i++
		}
		if k < len(groups) {
			sorted = append(sorted, groups[k])
		}
	}
	return sorted
}

// fixGroups fixes the order of groups, by where they stand on average.
func (o *orderer) fixGroups() {
	sum := make([]float64, len(o.clusters))
	count := make([]int, len(o.clusters))
	for _, list := range o.ranks {
		for k, v := range list {
			for c := o.vertices[v].group; c >= 0; c = o.clusters[c].parent {
				sum[c] += (float64(k) + 0.5) / float64(len(list))
				count[c]++
			}
		}
	}
	for c := range o.clusters {
		if count[c] > 0 {
			o.clusters[c].order = sum[c] / float64(count[c])
		}
	}
	o.chooseSides()
	o.fixed = true
}

// chooseSides decides for the vertices beside each group on which side of it
// they stand: those that are connected beside it stand on one side.
func (o *orderer) chooseSides() {
	if len(o.clusters) > 300 {
		return
	}
	clear(o.sides)
	root := make([]int32, len(o.vertices))
	votes := make([]int, len(o.vertices))
	for c := range o.clusters {
		cl := &o.clusters[c]
		if cl.first == cl.last {
			continue
		}
		var beside []int32
		for r := cl.first; r <= cl.last; r++ {
			list := o.ranks[r]
			middle, n := 0.0, 0.0
			for k, v := range list {
				if o.inside(v, int32(c)) {
					middle += float64(k)
					n++
				}
			}
			if n == 0 {
				continue
			}
			middle /= n
			for k, v := range list {
				if o.vertices[v].group != cl.parent {
					continue
				}
				beside = append(beside, v)
				root[v], votes[v] = v, 1
				if float64(k) < middle {
					votes[v] = -1
				}
			}
		}
		find := func(x int32) int32 {
			for root[x] != x {
				root[x] = root[root[x]]
				x = root[x]
			}
			return x
		}
		for _, v := range beside {
			for _, w := range o.vertices[v].downs {
				if o.vertices[w].group != cl.parent || o.vertices[w].rank > cl.last {
					continue
				}
				if a, b := find(v), find(w); a != b {
					root[max(a, b)] = min(a, b)
					votes[min(a, b)] += votes[max(a, b)]
				}
			}
		}
		for _, v := range beside {
			s := int8(1)
			if votes[find(v)] < 0 {
				s = -1
			}
			o.sides[side{v, int32(c)}] = s
		}
	}
}

// transpose changes the places of neighbours where that takes crossings away.
func (o *orderer) transpose() {
	for range 6 {
		better := false
		for _, list := range o.ranks {
			for i := 0; i+1 < len(list); i++ {
				v, w := list[i], list[i+1]
				if o.vertices[v].group != o.vertices[w].group {
					continue
				}
				if o.between(v, w) > o.between(w, v) {
					list[i], list[i+1] = w, v
					o.vertices[w].order, o.vertices[v].order = int32(i), int32(i+1)
					better = true
				}
			}
		}
		if !better {
			return
		}
	}
}

// between counts how often edges of v and w cross when v stands left of w.
func (o *orderer) between(v, w int32) int {
	n := 0
	for _, sets := range [2][2][]int32{{o.vertices[v].ups, o.vertices[w].ups}, {o.vertices[v].downs, o.vertices[w].downs}} {
		if len(sets[0])*len(sets[1]) > 4096 {
			continue
		}
		for _, a := range sets[0] {
			for _, b := range sets[1] {
				if o.vertices[a].order > o.vertices[b].order {
					n++
				}
			}
		}
	}
	return n
}

// crossings counts the crossings between all ranks.
func (l *layout) crossings() int {
	total := 0
	var ends []int32
	for r := 0; r+1 < len(l.ranks); r++ {
		size := len(l.ranks[r+1])
		tree := make([]int32, size+1)
		seen := int32(0)
		for _, v := range l.ranks[r] {
			ends = ends[:0]
			for _, w := range l.vertices[v].downs {
				ends = append(ends, l.vertices[w].order)
			}
			slices.Sort(ends)
			for _, e := range ends {
				before := int32(0)
				for i := e + 1; i > 0; i -= i & -i {
					before += tree[i]
				}
				total += int(seen - before)
			}
			for _, e := range ends {
				for i := e + 1; int(i) <= size; i += i & -i {
					tree[i]++
				}
				seen++
			}
		}
	}
	return total
}
