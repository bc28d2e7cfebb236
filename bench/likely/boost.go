package main

import (
	"math"
	"slices"
)

// A boosted ensemble of small trees with logistic loss, learned from rows of
// features with weights.

type sample struct {
	x []float64
	y float64 // 0 or 1
	w float64
}

// tree is a full binary tree: inner nodes first, level by level, then leaves.
type tree struct {
	feature []int
	cut     []float64 // x < cut goes left
	leaf    []float64
}

func (t *tree) value(x []float64) float64 {
	i := 0
	for range len(t.feature) {
		if i >= len(t.feature) {
			break
		}
		if f := t.feature[i]; f < 0 || x[f] < t.cut[i] {
			i = 2*i + 1
		} else {
			i = 2*i + 2
		}
	}
	return t.leaf[i-len(t.feature)]
}

type boosted struct {
	start float64
	trees []tree
}

func (b *boosted) value(x []float64) float64 {
	v := b.start
	for i := range b.trees {
		v += b.trees[i].value(x)
	}
	return v
}

type boostOptions struct {
	depth, rounds int
	rate, leaf    float64 // learning rate, least weight of a leaf
	monotone      []int   // by feature: +1 rises, -1 falls, 0 either
	pull          float64 // towards 0, of leaves
}

const bins = 48

// boost learns an ensemble.
func boost(rows []sample, o boostOptions) *boosted {
	nf := len(rows[0].x)
	cuts := make([][]float64, nf)
	for f := range nf {
		vs := make([]float64, len(rows))
		for i := range rows {
			vs[i] = rows[i].x[f]
		}
		slices.Sort(vs)
		for b := 1; b < bins; b++ {
			v := vs[b*len(vs)/bins]
			if v > vs[0] && (len(cuts[f]) == 0 || v > cuts[f][len(cuts[f])-1]) {
				cuts[f] = append(cuts[f], v)
			}
		}
	}
	binned := make([]uint8, len(rows)*nf)
	for i := range rows {
		for f := range nf {
			k, found := slices.BinarySearch(cuts[f], rows[i].x[f])
			if found {
				k++
			}
			binned[i*nf+f] = uint8(k)
		}
	}
	var sw, sy float64
	for i := range rows {
		sw += rows[i].w
		sy += rows[i].w * rows[i].y
	}
	b := &boosted{start: math.Log(sy / (sw - sy))}
	score := make([]float64, len(rows))
	for i := range score {
		score[i] = b.start
	}
	g, h := make([]float64, len(rows)), make([]float64, len(rows))
	node := make([]int, len(rows))
	inner := 1<<o.depth - 1
	for range o.rounds {
		for i := range rows {
			p := 1 / (1 + math.Exp(-score[i]))
			g[i], h[i] = rows[i].w*(p-rows[i].y), rows[i].w*p*(1-p)
			node[i] = 0
		}
		t := tree{feature: make([]int, inner), cut: make([]float64, inner), leaf: make([]float64, inner+1)}
		lo, hi := make([]float64, 2*inner+1), make([]float64, 2*inner+1)
		for i := range lo {
			lo[i], hi[i] = math.Inf(-1), math.Inf(1)
		}
		for level := range o.depth {
			first, n := 1<<level-1, 1<<level
			hg, hh := make([]float64, n*nf*bins), make([]float64, n*nf*bins)
			for i := range rows {
				base := (node[i] - first) * nf * bins
				row := binned[i*nf : (i+1)*nf]
				for f, k := range row {
					j := base + f*bins + int(k)
					hg[j] += g[i]
					hh[j] += h[i]
				}
			}
			for k := range n {
				at := first + k
				t.feature[at] = -1
				var tg, th float64
				for j := range bins {
					tg += hg[k*nf*bins+j]
					th += hh[k*nf*bins+j]
				}
				best := 1e-9
				parent := tg * tg / (th + o.pull)
				for f := range nf {
					var lg, lh float64
					for j := range cuts[f] {
						lg += hg[(k*nf+f)*bins+j]
						lh += hh[(k*nf+f)*bins+j]
						rg, rh := tg-lg, th-lh
						if lh < o.leaf || rh < o.leaf {
							continue
						}
						lv, rv := -lg/(lh+o.pull), -rg/(rh+o.pull)
						if m := o.monotone[f]; m > 0 && lv > rv || m < 0 && lv < rv {
							continue
						}
						if gain := lg*lg/(lh+o.pull) + rg*rg/(rh+o.pull) - parent; gain > best {
							best = gain
							t.feature[at], t.cut[at] = f, cuts[f][j]
							mid := (min(max(lv, lo[at]), hi[at]) + min(max(rv, lo[at]), hi[at])) / 2
							l, r := 2*at+1, 2*at+2
							lo[l], hi[l], lo[r], hi[r] = lo[at], hi[at], lo[at], hi[at]
							switch o.monotone[f] {
							case 1:
								hi[l], lo[r] = mid, mid
							case -1:
								lo[l], hi[r] = mid, mid
							}
						}
					}
				}
				if t.feature[at] < 0 {
					for _, c := range []int{2*at + 1, 2*at + 2} {
						lo[c], hi[c] = lo[at], hi[at]
					}
				}
			}
			for i := range rows {
				at := node[i]
				if f := t.feature[at]; f < 0 || rows[i].x[f] < t.cut[at] {
					node[i] = 2*at + 1
				} else {
					node[i] = 2*at + 2
				}
			}
		}
		lg, lh := make([]float64, inner+1), make([]float64, inner+1)
		for i := range rows {
			lg[node[i]-inner] += g[i]
			lh[node[i]-inner] += h[i]
		}
		for k := range t.leaf {
			v := -lg[k] / (lh[k] + o.pull)
			t.leaf[k] = o.rate * min(max(v, lo[inner+k]), hi[inner+k])
		}
		for i := range rows {
			score[i] += t.leaf[node[i]-inner]
		}
		b.trees = append(b.trees, t)
	}
	return b
}

// logistic is a weighted sum of standardised features.
type logistic struct {
	mean, dev, w []float64
	start        float64
}

func (l *logistic) value(x []float64) float64 {
	v := l.start
	for f := range x {
		v += l.w[f] * (x[f] - l.mean[f]) / l.dev[f]
	}
	return v
}

// regress learns one, with a pull of the weights towards 0.
func regress(rows []sample, pull float64, rounds int) *logistic {
	nf := len(rows[0].x)
	l := &logistic{mean: make([]float64, nf), dev: make([]float64, nf), w: make([]float64, nf)}
	var sw, sy float64
	for i := range rows {
		sw += rows[i].w
		sy += rows[i].w * rows[i].y
		for f := range nf {
			l.mean[f] += rows[i].w * rows[i].x[f]
		}
	}
	for f := range nf {
		l.mean[f] /= sw
	}
	for i := range rows {
		for f := range nf {
			d := rows[i].x[f] - l.mean[f]
			l.dev[f] += rows[i].w * d * d
		}
	}
	for f := range nf {
		l.dev[f] = math.Sqrt(l.dev[f]/sw) + 1e-9
	}
	l.start = math.Log(sy / (sw - sy))
	z := make([]float64, len(rows)*nf)
	for i := range rows {
		for f := range nf {
			z[i*nf+f] = (rows[i].x[f] - l.mean[f]) / l.dev[f]
		}
	}
	m, v := make([]float64, nf+1), make([]float64, nf+1)
	for r := range rounds {
		g := make([]float64, nf+1)
		for i := range rows {
			s := l.start
			zi := z[i*nf : (i+1)*nf]
			for f, x := range zi {
				s += l.w[f] * x
			}
			d := rows[i].w * (1/(1+math.Exp(-s)) - rows[i].y) / sw
			for f, x := range zi {
				g[f] += d * x
			}
			g[nf] += d
		}
		for f := range nf {
			g[f] += pull * l.w[f]
		}
		for f := range g {
			m[f] = .9*m[f] + .1*g[f]
			v[f] = .999*v[f] + .001*g[f]*g[f]
			step := .05 * (m[f] / (1 - math.Pow(.9, float64(r+1)))) / (math.Sqrt(v[f]/(1-math.Pow(.999, float64(r+1)))) + 1e-8)
			if f == nf {
				l.start -= step
			} else {
				l.w[f] -= step
			}
		}
	}
	return l
}
