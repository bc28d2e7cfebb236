package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"slices"

	"github.com/lintel-docs/lintel/internal/drift"
)

// sections learns the weights by which sections of a document are ranked, from
// other repositories than those they are measured on, and prints how often the
// first is one that people changed.
func sections(_ context.Context, args []string) error {
	fs := flag.NewFlagSet("sections", flag.ContinueOnError)
	dump := fs.String("dump", "", "folder that keeps what was replayed")
	folds := fs.Int("folds", 6, "")
	if err := fs.Parse(args); err != nil {
		return err
	}
	ls, err := loadLooks(*dump)
	if err != nil {
		return err
	}
	names := []string{"word", "name", "gone", "taken", "dense", "title", "above", "mention", "near", "often", "lately", "length", "depth", "first"}
	nf := len(names)
	only := func(f int) []float64 {
		w := make([]float64, nf)
		w[f] = 1
		return w
	}
	res := map[string][3]float64{}
	var order []string
	var single, singles float64
	add := func(name string, hit, chance, n float64) {
		if _, ok := res[name]; !ok {
			order = append(order, name)
		}
		v := res[name]
		v[0] += hit / n
		v[1]++
		v[2] += chance / n
		res[name] = v
	}
	fmt.Printf("%-40s    n sections   word  learned\n", "")
	for k := range *folds {
		var train []drift.SectionLook
		var ws []float64
		for i, l := range ls {
			if i%*folds == k {
				continue
			}
			q := questions(l)
			for range q {
				ws = append(ws, 1/math.Sqrt(float64(len(q))))
			}
			train = append(train, q...)
		}
		w := listwise(train, ws, nf)
		if k == 0 {
			for f, n := range names {
				fmt.Printf("%s %.2f ", n, w[f])
			}
			fmt.Println()
		}
		for i, l := range ls {
			q := questions(l)
			if i%*folds != k || len(q) < 10 {
				continue
			}
			n := float64(len(q))
			many, chance := 0.0, 0.0
			for _, s := range q {
				many += float64(len(s.Paths)) / n
				c := 0.0
				for _, ch := range s.Changed {
					if ch {
						c++
					}
				}
				chance += c / float64(len(s.Paths))
			}
			for f, name := range names {
				add(name, hits(q, only(f)), 0, n)
			}
			add("learned", hits(q, w), chance, n)
			one := slices.DeleteFunc(slices.Clone(q), func(s drift.SectionLook) bool {
				k := 0
				for _, c := range s.Changed {
					if c {
						k++
					}
				}
				return k != 1
			})
			if len(one) > 0 {
				single += hits(one, w) / float64(len(one))
				singles++
			}
			fmt.Printf("%-40s %4.0f %6.1f    %.3f %.3f  (chance %.2f)\n", l.Repo, n, many, hits(q, only(0))/n, hits(q, w)/n, chance/n)
		}
	}
	for _, name := range order {
		fmt.Printf("%-10s hit@1 %.3f\n", name, res[name][0]/res[name][1])
	}
	fmt.Printf("chance %.3f; learned, where one section was changed: %.3f\n", res["learned"][2]/res["learned"][1], single/singles)
	var all []drift.SectionLook
	var ws []float64
	for _, l := range ls {
		q := questions(l)
		for range q {
			ws = append(ws, 1/math.Sqrt(float64(len(q))))
		}
		all = append(all, q...)
	}
	for f, v := range listwise(all, ws, nf) {
		fmt.Printf("%s: %.2f, ", names[f], v)
	}
	fmt.Println()
	return nil
}

// questions are the documents of a repository with more than one section.
func questions(l *looks) []drift.SectionLook {
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

func hits(q []drift.SectionLook, w []float64) float64 {
	n := 0.0
	for _, s := range q {
		best, at := math.Inf(-1), 0
		for i, x := range s.Features {
			v := 0.0
			for f := range w {
				v += w[f] * x[f]
			}
			if v > best {
				best, at = v, i
			}
		}
		if s.Changed[at] {
			n++
		}
	}
	return n
}

// listwise fits weights under which a changed section comes first.
func listwise(q []drift.SectionLook, weight []float64, nf int) []float64 {
	w, m, v := make([]float64, nf), make([]float64, nf), make([]float64, nf)
	total := 0.0
	for _, x := range weight {
		total += x
	}
	for round := range 200 {
		g := make([]float64, nf)
		for k, s := range q {
			e := make([]float64, len(s.Features))
			var z, zr float64
			top := math.Inf(-1)
			for i, x := range s.Features {
				for f := range w {
					e[i] += w[f] * x[f]
				}
				top = max(top, e[i])
			}
			for i := range e {
				e[i] = math.Exp(e[i]-top) + 1e-12
				z += e[i]
				if s.Changed[i] {
					zr += e[i]
				}
			}
			for i, x := range s.Features { // the likelihood that one of the changed ones is drawn
				d := e[i] / z
				if s.Changed[i] {
					d -= e[i] / zr
				}
				for f := range w {
					g[f] += weight[k] * d * x[f] / total
				}
			}
		}
		for f := range w {
			g[f] += .0005 * w[f]
			m[f] = .9*m[f] + .1*g[f]
			v[f] = .99*v[f] + .01*g[f]*g[f]
			w[f] -= .1 * (m[f] / (1 - math.Pow(.9, float64(round+1)))) / (math.Sqrt(v[f]/(1-math.Pow(.99, float64(round+1)))) + 1e-8)
		}
	}
	return w
}
