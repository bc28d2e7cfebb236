package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/lintel-docs/lintel/internal/drift"
)

// sectionFeatures are those of internal/drift/sections.go, in their order.
var sectionFeatures = [...]string{"tWord", "tName", "tGone", "tTaken", "tDense", "tTitle", "tAbove", "tMention", "tNear", "tOften", "tLately", "tLength", "tDepth", "tFirst"}

// sections learns by what the sections of a document are ranked, and prints how
// often the first is one that people changed, in other repositories.
func sections(_ context.Context, w io.Writer, s settings) error {
	ls, err := readReplays(s.replays)
	if err != nil {
		return err
	}
	models := make([][]float64, folds)
	for k := range models {
		models[k] = listwise(slices.DeleteFunc(slices.Clone(ls), func(l *replayed) bool { return slices.Index(ls, l)%folds == k }))
	}
	fmt.Fprintln(w, "First section right, of documents with several (learned elsewhere; by words; by chance; where one was changed).")
	var sum [4]float64
	n := 0.0
	word := make([]float64, len(sectionFeatures))
	word[0] = 1
	for i, l := range ls {
		q := questions(l)
		if len(q) < 10 {
			continue
		}
		single := slices.DeleteFunc(slices.Clone(q), func(s drift.SectionLook) bool { return changedOnes(s) != 1 })
		chance, many := 0.0, 0.0
		for _, s := range q {
			chance += float64(changedOnes(s)) / float64(len(s.Paths)) / float64(len(q))
			many += float64(len(s.Paths)) / float64(len(q))
		}
		v := [4]float64{hits(q, models[i%folds]), hits(q, word), chance, hits(single, models[i%folds])}
		for f := range v {
			sum[f] += v[f]
		}
		n++
		fmt.Fprintf(w, "%-40s %4d documents of %4.1f sections  %.3f  %.3f  %.3f  %.3f\n", l.Repo, len(q), many, v[0], v[1], v[2], v[3])
	}
	fmt.Fprintf(w, "mean of %.0f: %.3f %.3f %.3f %.3f\n\n", n, sum[0]/n, sum[1]/n, sum[2]/n, sum[3]/n)
	for f, v := range listwise(ls) {
		fmt.Fprintf(w, "%s: %.2f,\n", sectionFeatures[f], v)
	}
	return nil
}

func changedOnes(s drift.SectionLook) int {
	n := 0
	for _, c := range s.Changed {
		if c {
			n++
		}
	}
	return n
}

// questions are the documents of a repository with more than one section.
func questions(l *replayed) []drift.SectionLook {
	var out []drift.SectionLook
	for _, c := range l.Cases {
		for _, s := range c.Sections {
			if len(s.Paths) > 1 {
				out = append(out, s)
			}
		}
	}
	return out
}

// hits returns the share of documents whose likeliest section was changed.
func hits(q []drift.SectionLook, w []float64) float64 {
	n := 0.0
	for _, s := range q {
		best, at := math.Inf(-1), 0
		for i, x := range s.Features {
			if v := sum(w, x); v > best {
				best, at = v, i
			}
		}
		if s.Changed[at] {
			n++
		}
	}
	return n / float64(max(1, len(q)))
}

func sum(w, x []float64) float64 {
	v := 0.0
	for f := range w {
		v += w[f] * x[f]
	}
	return v
}

// listwise fits weights under which a changed section comes first. The documents
// of a repository count by the root of their number.
func listwise(ls []*replayed) []float64 {
	const pull, rounds = .0005, 200
	w := make([]float64, len(sectionFeatures))
	d := newDescent(len(w), .1)
	for range rounds {
		g := make([]float64, len(w))
		total := 0.0
		for _, l := range ls {
			q := questions(l)
			for _, s := range q {
				weight := 1 / math.Sqrt(float64(len(q)))
				total += weight
				e := make([]float64, len(s.Features))
				top := math.Inf(-1)
				for i, x := range s.Features {
					e[i] = sum(w, x)
					top = max(top, e[i])
				}
				var z, zr float64
				for i := range e {
					e[i] = math.Exp(e[i]-top) + 1e-12
					z += e[i]
					if s.Changed[i] {
						zr += e[i]
					}
				}
				for i, x := range s.Features { // the likelihood that a changed one is drawn
					p := e[i] / z
					if s.Changed[i] {
						p -= e[i] / zr
					}
					for f := range w {
						g[f] += weight * p * x[f]
					}
				}
			}
		}
		for f := range g {
			g[f] = g[f]/total + pull*w[f]
		}
		d.step(w, g)
	}
	return w
}
