package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/lintel-docs/lintel/internal/drift"
)

// folds is into how many groups repositories are put: each is judged by what the
// others teach.
const folds = 6

// example is a document for a change: its signs, and whether it was changed.
type example struct {
	x []float64
	y float64 // 0 or 1
	w float64
}

// examples are those of the first documents of all commits. Every repository
// counts the same, and commits with documents count as often as they come.
func examples(ls []*replayed) []example {
	var out []example
	for _, l := range ls {
		var natural, naturalPos, pos float64
		for _, c := range l.Cases {
			p := 0.0
			if len(c.Docs) > 0 {
				p = 1
			}
			pos += p
			if c.Natural {
				natural++
				naturalPos += p
			}
		}
		for _, c := range l.Cases {
			w := 1 / float64(len(l.Cases))
			if len(c.Docs) > 0 {
				w *= naturalPos / pos
			}
			for k, x := range c.Signs {
				e := example{x: x, w: w}
				if slices.Contains(c.Docs, c.Ranked[k]) {
					e.y = 1
				}
				out = append(out, e)
			}
		}
	}
	return out
}

// logistic is a model of log-odds: a sum of weighted signs.
type logistic struct {
	start float64
	w     []float64
}

func (l *logistic) odds(x []float64) float64 {
	v := l.start
	for f := range x {
		v += l.w[f] * x[f]
	}
	return v
}

// regress learns a model by gradient descent on standardised signs, with a pull
// of the weights towards 0.
func regress(rows []example) *logistic {
	const pull, rounds = .001, 150
	nf := len(rows[0].x)
	mean, dev := make([]float64, nf), make([]float64, nf)
	var total, right float64
	for _, r := range rows {
		total += r.w
		right += r.w * r.y
		for f, x := range r.x {
			mean[f] += r.w * x
		}
	}
	for f := range mean {
		mean[f] /= total
	}
	for _, r := range rows {
		for f, x := range r.x {
			dev[f] += r.w * (x - mean[f]) * (x - mean[f])
		}
	}
	for f := range dev {
		dev[f] = math.Sqrt(dev[f]/total) + 1e-9
	}
	z := make([]float64, len(rows)*nf)
	for i, r := range rows {
		for f, x := range r.x {
			z[i*nf+f] = (x - mean[f]) / dev[f]
		}
	}
	w := make([]float64, nf+1) // the last is the start
	w[nf] = math.Log(right / (total - right))
	d := newDescent(nf+1, .05)
	for range rounds {
		g := make([]float64, nf+1)
		for i, r := range rows {
			zi := z[i*nf : (i+1)*nf]
			s := w[nf]
			for f, x := range zi {
				s += w[f] * x
			}
			e := r.w * (1/(1+math.Exp(-s)) - r.y) / total
			for f, x := range zi {
				g[f] += e * x
			}
			g[nf] += e
		}
		for f := range nf {
			g[f] += pull * w[f]
		}
		d.step(w, g)
	}
	l := &logistic{start: w[nf], w: make([]float64, nf)}
	for f := range nf {
		l.w[f] = w[f] / dev[f]
		l.start -= w[f] * mean[f] / dev[f]
	}
	return l
}

// descent is Adam's method.
type descent struct {
	rate float64
	n    float64
	m, v []float64
}

func newDescent(n int, rate float64) *descent {
	return &descent{rate, 0, make([]float64, n), make([]float64, n)}
}

func (d *descent) step(w, g []float64) {
	d.n++
	for f := range w {
		d.m[f] = .9*d.m[f] + .1*g[f]
		d.v[f] = .999*d.v[f] + .001*g[f]*g[f]
		w[f] -= d.rate * d.m[f] / (1 - math.Pow(.9, d.n)) / (math.Sqrt(d.v[f]/(1-math.Pow(.999, d.n))) + 1e-8)
	}
}

// judged is a commit with the log-odds of its first document.
type judged struct {
	odds                  float64
	right, natural, posed bool // posed: it came with documents
	test                  bool // late enough to be warned of, by a threshold from before it
	warned                bool
}

// warnings gives the commits of a repository their odds, and warns as package drift
// does: above a chance, within a budget kept by the earlier commits.
func warnings(l *replayed, m *logistic, chance float64, budget int) []judged {
	var out []judged
	var past []float64
	for i, c := range l.Cases {
		j := judged{odds: m.odds(c.Signs[0]), right: c.right(), natural: c.Natural, posed: len(c.Docs) > 0, test: i >= len(l.Cases)/3}
		j.warned = j.odds >= drift.Threshold(past, chance, budget)
		out = append(out, j)
		if c.Natural {
			past = append(past, j.odds)
			past = past[max(0, len(past)-300):]
		}
	}
	return slices.DeleteFunc(out, func(j judged) bool { return !j.test })
}

// even draws as many commits without documents as with.
func even(js []judged) []judged {
	var pos, neg []judged
	for _, j := range js {
		if j.posed {
			pos = append(pos, j)
		} else {
			neg = append(neg, j)
		}
	}
	out := slices.Clone(pos)
	for i := range min(len(pos), len(neg)) {
		out = append(out, neg[i*len(neg)/min(len(pos), len(neg))])
	}
	return out
}

// atShare returns the share of right ones among the share with the greatest odds.
func atShare(js []judged, share float64) float64 {
	js = slices.Clone(js)
	slices.SortStableFunc(js, func(a, b judged) int { return cmp.Compare(b.odds, a.odds) })
	n := max(1, int(math.Round(share*float64(len(js)))))
	k := 0.0
	for _, j := range js[:n] {
		if j.right {
			k++
		}
	}
	return k / float64(n)
}

// said counts warnings.
type said struct{ of, shown, right float64 }

func count(js []judged) (t said) {
	for _, j := range js {
		t.of++
		if j.warned {
			t.shown++
			if j.right {
				t.right++
			}
		}
	}
	return t
}

func (t said) String() string {
	if t.shown == 0 {
		return fmt.Sprintf("%5.1f %%    –", 0.0)
	}
	return fmt.Sprintf("%5.1f %%  %.2f", 100*t.shown/t.of, t.right/t.shown)
}

// detect learns whether a change needs its likeliest document, and prints how
// well that goes elsewhere.
func detect(_ context.Context, w io.Writer, s settings) error {
	ls, err := readReplays(s.replays)
	if err != nil {
		return err
	}
	models := make([]*logistic, folds)
	for k := range models {
		var others []*replayed
		for i, l := range ls {
			if i%folds != k {
				others = append(others, l)
			}
		}
		models[k] = regress(examples(others))
	}
	natural := func(js []judged) []judged {
		return slices.DeleteFunc(slices.Clone(js), func(j judged) bool { return !j.natural })
	}
	fmt.Fprintln(w, "Warnings at the least chance and a budget of 1 in 20, by weights of other repositories.")
	fmt.Fprintf(w, "%-40s with documents | natural: shown, precision, of the first 2 %%, 5 %% | even: shown, precision, of the first 5 %%\n", "")
	var first [3]float64
	for i, l := range ls {
		js := warnings(l, models[i%folds], drift.LeastChance, drift.DefaultBudget)
		nat, ev := natural(js), even(js)
		pos := 0.0
		for _, j := range nat {
			if j.posed {
				pos++
			}
		}
		v := [3]float64{atShare(nat, .02), atShare(nat, .05), atShare(ev, .05)}
		for f := range v {
			first[f] += v[f] / float64(len(ls))
		}
		fmt.Fprintf(w, "%-40s %3.0f %%  | %v  %.2f %.2f | %v  %.2f\n", l.Repo, 100*pos/float64(len(nat)), count(nat), v[0], v[1], count(ev), v[2])
	}
	fmt.Fprintf(w, "mean precision of the first: natural 2 %% %.3f, 5 %% %.3f, even 5 %% %.3f\n", first[0], first[1], first[2])
	for _, chance := range []float64{.5, .6, .65, .7, .8} {
		for _, budget := range []int{1, 20, 50} {
			var sums [2]said
			var mean, repos, shown [2]float64
			for i, l := range ls {
				js := warnings(l, models[i%folds], chance, budget)
				for e, sub := range [][]judged{natural(js), even(js)} {
					t := count(sub)
					sums[e] = said{sums[e].of + t.of, sums[e].shown + t.shown, sums[e].right + t.right}
					shown[e] += t.shown / max(t.of, 1) / float64(len(ls))
					if t.shown > 0 {
						mean[e] += t.right / t.shown
						repos[e]++
					}
				}
			}
			fmt.Fprintf(w, "chance %.2f, budget 1 in %2d:", chance, budget)
			for e, name := range []string{"natural", "even"} {
				fmt.Fprintf(w, "  %s: shown %.3f, precision %.3f (mean of %.0f), %.3f of all %.0f", name, shown[e], mean[e]/repos[e], repos[e], sums[e].right/sums[e].shown, sums[e].shown)
			}
			fmt.Fprintln(w)
		}
	}
	all := regress(examples(ls))
	fmt.Fprintf(w, "\noddsAtZero = %.3f\n", all.start)
	for f, name := range drift.SignNames() {
		fmt.Fprintf(w, "%s: %.3f,\n", name, all.w[f])
	}
	return nil
}
