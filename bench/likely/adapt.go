package main

import (
	"math"
	"slices"
)

// adapted lets each repository correct a model by weights of its own, learned from
// the cases before the one that is scored.
func adapted(of scorer, from, to int, pull float64, rounds int) scorer {
	type key struct {
		r *repository
		i int
	}
	base := map[key][]float64{}
	weights := map[key][]float64{}
	at := func(r *repository, i int) []float64 {
		k := key{r, i}
		if base[k] == nil {
			base[k] = of(r, i)
		}
		return base[k]
	}
	const every = 10
	return func(r *repository, i int) []float64 {
		n := i / every * every
		k := key{r, n}
		w, ok := weights[k]
		if !ok {
			w = make([]float64, to)
			if n >= 15 {
				w = correct(r, max(0, n-200), n, at, from, to, pull, rounds)
			}
			weights[k] = w
		}
		out := slices.Clone(at(r, i))
		for d, x := range r.cases[i].X {
			for f := from; f < to; f++ {
				out[d] += w[f] * float64(x[f])
			}
		}
		return out
	}
}

func correct(r *repository, first, last int, at func(*repository, int) []float64, from, to int, pull float64, rounds int) []float64 {
	w, speed := make([]float64, to), make([]float64, to)
	for range rounds {
		g := make([]float64, to)
		n := 0.0
		for i := first; i < last; i++ {
			k := &r.cases[i]
			if len(k.Right) == 0 {
				continue
			}
			n++
			ss := slices.Clone(at(r, i))
			top := math.Inf(-1)
			for d, x := range k.X {
				for f := from; f < to; f++ {
					ss[d] += w[f] * float64(x[f])
				}
				top = max(top, ss[d])
			}
			z := 0.0
			for d := range ss {
				ss[d] = math.Exp(ss[d] - top)
				z += ss[d]
			}
			for d, x := range k.X {
				e := ss[d] / z
				if slices.Contains(k.Right, d) {
					e -= 1 / float64(len(k.Right))
				}
				for f := from; f < to; f++ {
					g[f] += e * float64(x[f])
				}
			}
		}
		for f := from; f < to; f++ {
			gr := g[f]/max(1, n) + pull*w[f]
			speed[f] = .9*speed[f] + .1*gr*gr
			w[f] -= .1 * gr / (math.Sqrt(speed[f]) + 1e-4)
		}
	}
	return w
}
