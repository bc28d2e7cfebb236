package main

import (
	"cmp"
	"context"
	"encoding/gob"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
)

func loadLooks(dir string) ([]*looks, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.gob"))
	if err != nil {
		return nil, err
	}
	var out []*looks
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		l := &looks{}
		err = gob.NewDecoder(f).Decode(l)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		slices.SortFunc(l.Cases, func(a, b look) int { return cmp.Compare(a.At, b.At) })
		out = append(out, l)
	}
	return out, nil
}

type scorer interface{ value(x []float64) float64 }

func rowsOf(ls []*looks, places int) []sample {
	var out []sample
	for _, l := range ls {
		n := float64(len(l.Cases))
		var nat, natPos, pos float64
		for _, c := range l.Cases {
			if c.Natural {
				nat++
			}
			if len(c.Docs) > 0 {
				pos++
				if c.Natural {
					natPos++
				}
			}
		}
		for _, c := range l.Cases {
			for k, x := range c.Signs[:min(places, len(c.Signs))] {
				y := 0.0
				if slices.Contains(c.Docs, c.Ranked[k]) {
					y = 1
				}
				w := 500 / n
				if len(c.Docs) > 0 {
					w *= natPos / pos
				}
				out = append(out, sample{x, y, w})
			}
		}
	}
	return out
}

type scoredCase struct {
	s     float64
	right bool
	at    int
	nat   bool
	pos   bool
}

// precisionAt is the share of right ones among the share with the highest scores.
func precisionAt(cs []scoredCase, share float64) float64 {
	cs = slices.Clone(cs)
	slices.SortStableFunc(cs, func(a, b scoredCase) int { return cmp.Compare(b.s, a.s) })
	n := max(1, int(math.Round(share*float64(len(cs)))))
	k := 0.0
	for _, c := range cs[:n] {
		if c.right {
			k++
		}
	}
	return k / float64(n)
}

// even draws as many commits without documents as with.
func even(cs []scoredCase) []scoredCase {
	var pos, neg []scoredCase
	for _, c := range cs {
		if c.pos {
			pos = append(pos, c)
		} else {
			neg = append(neg, c)
		}
	}
	if len(neg) > len(pos) {
		step := float64(len(neg)) / float64(len(pos))
		for i := range pos {
			pos = append(pos, neg[int(float64(i)*step)])
		}
		return pos
	}
	return append(pos, neg...)
}

func detectLearn(_ context.Context, args []string) error {
	fs := flag.NewFlagSet("detect-learn", flag.ContinueOnError)
	dump := fs.String("dump", "", "")
	folds := fs.Int("folds", 6, "")
	depth := fs.Int("depth", 3, "")
	rounds := fs.Int("rounds", 120, "")
	rate := fs.Float64("rate", .1, "")
	leaf := fs.Float64("leaf", 30, "")
	if err := fs.Parse(args); err != nil {
		return err
	}
	ls, err := loadLooks(*dump)
	if err != nil {
		return err
	}
	type model struct {
		name  string
		learn func(rows []sample) scorer
	}
	fixed := func(f int) func([]sample) scorer {
		return func([]sample) scorer { return one(f) }
	}
	nf := len(ls[0].Cases[0].Signs[0])
	models := []model{
		{"together", fixed(26)}, {"nearDoc", fixed(30)}, {"share", fixed(25)},
		{"logistic", func(r []sample) scorer { return regress(r, .001, 150) }},
		{"boosted", func(r []sample) scorer {
			return boost(r, boostOptions{depth: *depth, rounds: *rounds, rate: *rate, leaf: *leaf, pull: 5, monotone: make([]int, nf)})
		}},
	}
	all := make([]map[string][]scoredCase, len(models))
	placeN, placeK := make([][3]float64, len(models)), make([][3]float64, len(models))
	for m, mo := range models {
		all[m] = map[string][]scoredCase{}
		for k := range *folds {
			var train, test []*looks
			for i, l := range ls {
				if i%*folds == k {
					test = append(test, l)
				} else {
					train = append(train, l)
				}
			}
			s := mo.learn(rowsOf(train, 3))
			for _, l := range test {
				for _, c := range l.Cases {
					if len(c.Signs) == 0 {
						continue
					}
					for i, x := range c.Signs {
						if v := s.value(x); v > .405 && c.Natural {
							placeN[m][i]++
							if slices.Contains(c.Docs, c.Ranked[i]) {
								placeK[m][i]++
							}
						}
					}
					best, at := math.Inf(-1), 0
					for i, x := range c.Signs[:1] {
						if v := s.value(x); v > best {
							best, at = v, i
						}
					}
					all[m][l.Repo] = append(all[m][l.Repo], scoredCase{best, slices.Contains(c.Docs, c.Ranked[at]), c.At, c.Natural, len(c.Docs) > 0})
				}
			}
		}
	}
	fmt.Printf("%-40s pos%% hit1", "")
	for _, mo := range models {
		fmt.Printf(" | %-14s", mo.name)
	}
	fmt.Println("   (each: natural 2% 5%, even 5%)")
	sums := make([][3]float64, len(models))
	for _, l := range ls {
		var nat, pos, p1, h1 float64
		for _, c := range l.Cases {
			if c.Natural {
				nat++
				if len(c.Docs) > 0 {
					pos++
				}
			}
			if len(c.Docs) > 0 && len(c.Ranked) > 0 {
				p1++
				if slices.Contains(c.Docs, c.Ranked[0]) {
					h1++
				}
			}
		}
		fmt.Printf("%-40s %3.0f  %.2f", l.Repo, 100*pos/nat, h1/p1)
		for m := range models {
			cs := all[m][l.Repo]
			n := slices.DeleteFunc(slices.Clone(cs), func(c scoredCase) bool { return !c.nat })
			v := [3]float64{precisionAt(n, .02), precisionAt(n, .05), precisionAt(even(cs), .05)}
			fmt.Printf(" | %.2f %.2f %.2f", v[0], v[1], v[2])
			for i := range v {
				sums[m][i] += v[i] / float64(len(ls))
			}
		}
		fmt.Println()
	}
	fmt.Printf("%-50s", "macro")
	for m := range models {
		fmt.Printf(" | %.3f %.3f %.3f", sums[m][0], sums[m][1], sums[m][2])
	}
	fmt.Println()
	for m := 3; m < len(models); m++ {
		fmt.Println(models[m].name, "right of warned by place:", placeK[m], placeN[m])
		for _, pol := range []policy{
			{.4, 0, 0}, {.5, 0, 0}, {.6, 0, 0}, {.7, 0, 0},
			{.4, 20, 0}, {.5, 20, 0}, {.6, 20, 0}, {.7, 20, 0},
			{.4, 0, 10}, {.5, 0, 10}, {.6, 0, 10}, {.7, 0, 10},
			{.4, 20, 10}, {.5, 20, 10}, {.6, 20, 10}, {.7, 20, 10},
			{.4, 20, 30}, {.5, 20, 30}, {.6, 20, 30}, {.7, 20, 30},
		} {
			pol.print(ls, all[m])
		}
	}
	l := regress(rowsOf(ls, 3), .001, 150)
	w, start := l.raw()
	fmt.Printf("const oddsAtZero = %.4f\n", start)
	for f, n := range signNames {
		fmt.Printf("\t\t%s: %.4f, // %.2f\n", n, w[f], l.w[f])
	}
	return nil
}

// policy decides from a probability whether to warn.
type policy struct {
	least  float64 // probability
	budget float64 // one in so many changes, 0 for no budget
	prior  float64 // weight of the probability as learned elsewhere against the repository's own past; 0 for no adaptation
}

func (p policy) print(ls []*looks, cs map[string][]scoredCase) {
	var v [2]struct{ shown, prec, repos, n, k float64 }
	for _, l := range ls {
		warned := p.run(cs[l.Repo])
		half := cs[l.Repo][len(cs[l.Repo])/3].at
		for e := range v {
			var sub []scoredCase
			if e == 0 {
				for _, c := range warned {
					if c.nat && c.at >= half {
						sub = append(sub, c)
					}
				}
			} else {
				sub = even(slices.DeleteFunc(slices.Clone(warned), func(c scoredCase) bool { return c.at < half }))
			}
			n, k := 0.0, 0.0
			for _, c := range sub {
				if c.s > 0 {
					n++
					if c.right {
						k++
					}
				}
			}
			if len(sub) == 0 {
				continue
			}
			v[e].shown += n / float64(len(sub)) / float64(len(ls))
			v[e].n += n
			v[e].k += k
			if n > 0 {
				v[e].prec += k / n
				v[e].repos++
			}
		}
	}
	fmt.Printf("least %.2f budget %2.0f prior %2.0f:", p.least, p.budget, p.prior)
	for e, name := range []string{"natural", "even"} {
		fmt.Printf("  %s shown %.3f precision %.3f (%2.0f repos) pooled %.3f (%.0f)", name, v[e].shown, v[e].prec/v[e].repos, v[e].repos, v[e].k/v[e].n, v[e].n)
	}
	fmt.Println()
}

// run sets s to 1 where it warns and to 0 elsewhere.
func (p policy) run(cs []scoredCase) []scoredCase {
	out := slices.Clone(cs)
	for i, c := range cs {
		var past []scoredCase
		for _, b := range cs[:i] {
			if b.nat && b.at < c.at {
				past = append(past, b)
			}
		}
		past = past[max(0, len(past)-300):]
		shift := 0.0
		if p.prior > 0 {
			shift = adapt(past, p.prior)
		}
		ok := 1/(1+math.Exp(-(c.s+shift))) >= p.least
		if ok && p.budget > 0 && len(past) > 0 {
			above := 0
			for _, b := range past {
				if b.s >= c.s {
					above++
				}
			}
			ok = float64(above) <= float64(len(past)+20)/p.budget
		}
		out[i].s = 0
		if ok {
			out[i].s = 1
		}
	}
	return out
}

// adapt returns by how much the log-odds of a repository's likeliest changes
// were too low in its past.
func adapt(past []scoredCase, prior float64) float64 {
	b := 0.0
	for range 10 {
		g, h := 0.0, 0.0
		for _, c := range past {
			if c.s < -2.5 {
				continue
			}
			p := 1 / (1 + math.Exp(-(c.s + b)))
			y := 0.0
			if c.right {
				y = 1
			}
			g += y - p
			h += p * (1 - p)
		}
		b += (g - prior*.2*b) / (h + prior*.2)
	}
	return b
}

type one int

func (f one) value(x []float64) float64 { return x[f] }

// signNames are the signs of internal/drift/detect.go, in their order.
var signNames = [...]string{"signFiles", "signTests", "signConfig", "signPipeline", "signNewFiles", "signGoneFiles", "signUnseen", "signAdded", "signRemoved", "signNew", "signNovel", "signOut", "signOutKnown", "signOutRare", "signRate", "signFileRate", "signFileFade", "signFileMost", "signDirRate", "signNearRate", "signNearSeen", "signDocs", "signPlace", "signScore", "signMargin", "signShare", "signTogether", "signSupport", "signLately", "signDirs", "signNearDoc", "signPopular", "signSince", "signNames", "signNamesOut", "signMentions"}

// raw returns a logistic model on features as they are: weights and intercept.
func (l *logistic) raw() ([]float64, float64) {
	out, start := make([]float64, len(l.w)), l.start
	for f := range l.w {
		out[f] = l.w[f] / l.dev[f]
		start -= l.w[f] * l.mean[f] / l.dev[f]
	}
	return out, start
}
