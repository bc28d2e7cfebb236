package main

import (
	"math"
	"slices"

	"github.com/lintel-docs/lintel/internal/drift"
)

// boosting says how trees are grown.
type boosting struct {
	trees, leaves int
	rate          float64
	least         float64 // documents of a leaf at least
	down          []int   // features whose growth never raises a score: -1, raises: 1
}

// forest is a model that is grown.
type forest struct {
	drift.Model
	gain []float64 // by feature
}

const rankBins = 48

// growTrees grows trees on the gradient of a listwise loss (softmax over the
// documents of a case), each repository weighing the same.
func growTrees(rs []*repository, weights []float64, o boosting) *forest {
	type list struct {
		from, to int
		right    []int
		weight   float64
	}
	var rows [][]float32
	var lists []list
	for _, r := range rs {
		n := 0
		for i := range r.cases {
			if len(r.cases[i].Right) > 0 {
				n++
			}
		}
		for i := range r.cases {
			k := &r.cases[i]
			if len(k.Right) == 0 || len(k.X) < 2 {
				continue
			}
			l := list{from: len(rows), weight: 1 / math.Sqrt(float64(n))}
			for _, d := range k.Right {
				l.right = append(l.right, l.from+d)
			}
			rows = append(rows, k.X...)
			l.to = len(rows)
			lists = append(lists, l)
		}
	}
	mean := 0.0
	for _, l := range lists {
		mean += l.weight
	}
	mean /= float64(len(lists))
	n, nf := len(rows), len(rows[0])
	cuts := make([][]float32, nf)
	bin := make([][]uint8, nf)
	for f := range nf {
		var vs []float32
		for i := 0; i < n; i += 1 + n/20000 {
			vs = append(vs, rows[i][f])
		}
		slices.Sort(vs)
		for b := 1; b < rankBins; b++ {
			v := vs[len(vs)*b/rankBins]
			if len(cuts[f]) == 0 || v > cuts[f][len(cuts[f])-1] {
				cuts[f] = append(cuts[f], v)
			}
		}
		bin[f] = make([]uint8, n)
		for i := range rows {
			b, found := slices.BinarySearch(cuts[f], rows[i][f])
			_ = found
			bin[f][i] = uint8(b)
		}
	}
	score, grad, hess := make([]float64, n), make([]float64, n), make([]float64, n)
	m := &forest{gain: make([]float64, nf)}
	m.Weights = weights
	for i := range rows {
		score[i] = m.Score(rows[i])
	}
	idx := make([]int32, n)
	for range o.trees {
		for _, l := range lists {
			top := math.Inf(-1)
			for i := l.from; i < l.to; i++ {
				top = max(top, score[i])
			}
			z := 0.0
			for i := l.from; i < l.to; i++ {
				grad[i] = math.Exp(score[i] - top)
				z += grad[i]
			}
			w := l.weight / mean
			for i := l.from; i < l.to; i++ {
				p := grad[i] / z
				hess[i] = w * max(p*(1-p), 1e-4)
				grad[i] = w * p
			}
			for _, i := range l.right {
				grad[i] -= w / float64(len(l.right))
			}
		}
		for i := range idx {
			idx[i] = int32(i)
		}
		t := m.grow(idx, bin, cuts, grad, hess, o)
		m.Trees = append(m.Trees, t)
		for i := range rows {
			nd := &t[0]
			for nd.Left != 0 {
				if rows[i][nd.Feature] <= nd.Cut {
					nd = &t[nd.Left]
				} else {
					nd = &t[nd.Right]
				}
			}
			score[i] += nd.Value
		}
	}
	return m
}

type cell struct{ g, h, n float64 }

type leaf struct {
	node     int
	from, to int
	hist     []cell // by feature and bin
	total    cell
	gain     float64
	feature  int
	bin      int
	low, up  float64
}

const ridge = 1.0

func (m *forest) grow(idx []int32, bin [][]uint8, cuts [][]float32, grad, hess []float64, o boosting) []drift.Node {
	nf := len(bin)
	build := func(l *leaf) {
		l.hist = make([]cell, nf*rankBins)
		for f := range nf {
			if len(cuts[f]) == 0 {
				continue
			}
			h := l.hist[f*rankBins : (f+1)*rankBins]
			b := bin[f]
			for _, i := range idx[l.from:l.to] {
				c := &h[b[i]]
				c.g += grad[i]
				c.h += hess[i]
				c.n++
			}
		}
	}
	find := func(l *leaf) {
		l.gain = 0
		base := l.total.g * l.total.g / (l.total.h + ridge)
		for f := range nf {
			var a cell
			for b := range cuts[f] {
				c := l.hist[f*rankBins+b]
				a.g, a.h, a.n = a.g+c.g, a.h+c.h, a.n+c.n
				rg, rh, rn := l.total.g-a.g, l.total.h-a.h, l.total.n-a.n
				if a.n < o.least || rn < o.least {
					continue
				}
				if o.down != nil && o.down[f] != 0 {
					if d := -rg/(rh+ridge) + a.g/(a.h+ridge); d*float64(o.down[f]) < 0 {
						continue
					}
				}
				if gain := a.g*a.g/(a.h+ridge) + rg*rg/(rh+ridge) - base; gain > l.gain {
					l.gain, l.feature, l.bin = gain, f, b
				}
			}
		}
	}
	root := &leaf{to: len(idx), low: math.Inf(-1), up: math.Inf(1)}
	for _, i := range idx {
		root.total.g += grad[i]
		root.total.h += hess[i]
		root.total.n++
	}
	build(root)
	find(root)
	nodes := []drift.Node{{}}
	leaves := []*leaf{root}
	for len(leaves) < o.leaves {
		best := -1
		for i, l := range leaves {
			if l.gain > 1e-6 && (best < 0 || l.gain > leaves[best].gain) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		l := leaves[best]
		m.gain[l.feature] += l.gain
		b := bin[l.feature]
		i, j := l.from, l.to
		for i < j {
			if int(b[idx[i]]) <= l.bin {
				i++
			} else {
				j--
				idx[i], idx[j] = idx[j], idx[i]
			}
		}
		le := &leaf{node: len(nodes), from: l.from, to: i, low: l.low, up: l.up}
		ri := &leaf{node: len(nodes) + 1, from: i, to: l.to, low: l.low, up: l.up}
		nodes = append(nodes, drift.Node{}, drift.Node{})
		nodes[l.node] = drift.Node{Feature: l.feature, Cut: cuts[l.feature][l.bin], Left: le.node, Right: ri.node}
		for b := 0; b <= l.bin; b++ {
			c := l.hist[l.feature*rankBins+b]
			le.total.g, le.total.h, le.total.n = le.total.g+c.g, le.total.h+c.h, le.total.n+c.n
		}
		ri.total = cell{l.total.g - le.total.g, l.total.h - le.total.h, l.total.n - le.total.n}
		if o.down != nil && o.down[l.feature] != 0 {
			mid := (value(le, 1) + value(ri, 1)) / 2
			if o.down[l.feature] > 0 {
				le.up, ri.low = mid, mid
			} else {
				le.low, ri.up = mid, mid
			}
		}
		small, big := le, ri
		if le.to-le.from > ri.to-ri.from {
			small, big = ri, le
		}
		build(small)
		big.hist = l.hist
		for i := range big.hist {
			s := small.hist[i]
			big.hist[i].g -= s.g
			big.hist[i].h -= s.h
			big.hist[i].n -= s.n
		}
		find(le)
		find(ri)
		leaves[best] = le
		leaves = append(leaves, ri)
	}
	for _, l := range leaves {
		nodes[l.node] = drift.Node{Value: value(l, 1) * o.rate}
	}
	return nodes
}

// value is what a leaf adds, within the bounds that monotone features set.
func value(l *leaf, by float64) float64 {
	return max(l.low, min(l.up, -by*l.total.g/(l.total.h+ridge)))
}
