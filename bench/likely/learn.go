package main

import (
	"cmp"
	"context"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/drift"
)

// figures are what a ranking reached: means over cases, then over repositories.
type figures struct{ Hit, Recall, MRR float64 }

func (f *figures) add(o figures, by float64) {
	f.Hit += o.Hit * by
	f.Recall += o.Recall * by
	f.MRR += o.MRR * by
}

func (f figures) String() string { return fmt.Sprintf("%.3f %.3f %.3f", f.Hit, f.Recall, f.MRR) }

// placesOf counts one case under scores of its documents.
func placesOf(k *studied, score []float64) figures {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	f := figures{}
	for place, i := range order[:min(10, len(order))] {
		if !slices.Contains(k.Right, i) {
			continue
		}
		if place == 0 {
			f.Hit = 1
		}
		if place < 5 {
			f.Recall += 1 / float64(len(k.Right)+k.Missing)
		}
		if f.MRR == 0 {
			f.MRR = 1 / float64(place+1)
		}
	}
	return f
}

// repository is what was studied of one.
type repository struct {
	name  string
	cases []studied
}

func readStudy(folder string) ([]repository, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.gob"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var out []repository
	for _, f := range files {
		r := repository{name: strings.Replace(strings.TrimSuffix(filepath.Base(f), ".gob"), "+", "/", 1)}
		w, err := os.Open(f)
		if err != nil {
			return nil, err
		}
		err = gob.NewDecoder(w).Decode(&r.cases)
		_ = w.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		n := 0
		for _, k := range r.cases {
			if k.Sampled && len(k.Paths) > 0 {
				n++
			}
		}
		if n >= 20 {
			out = append(out, r)
		}
	}
	return out, nil
}

// scorer gives the scores of the documents of a case, the i-th of a repository.
type scorer func(r *repository, i int) []float64

// measure judges all sampled cases of repositories.
func measure(rs []repository, of func(r int) scorer) (per []figures, macro figures) {
	per = make([]figures, len(rs))
	for j := range rs {
		r := &rs[j]
		s := of(j)
		n := 0.0
		for i := range r.cases {
			if k := &r.cases[i]; k.Sampled {
				n++
				per[j].add(placesOf(k, s(r, i)), 1)
			}
		}
		per[j] = figures{per[j].Hit / n, per[j].Recall / n, per[j].MRR / n}
		macro.add(per[j], 1/float64(len(rs)))
	}
	return per, macro
}

func (m *forest) scorer() scorer {
	return func(r *repository, i int) []float64 {
		k := &r.cases[i]
		out := make([]float64, len(k.X))
		for d := range k.X {
			out[d] = m.Score(k.X[d])
		}
		return out
	}
}

func linearScorer(w []float64) scorer {
	return func(r *repository, i int) []float64 {
		k := &r.cases[i]
		out := make([]float64, len(k.X))
		for d := range k.X {
			for f, v := range k.X[d] {
				out[d] += w[f] * float64(v)
			}
		}
		return out
	}
}

// fitLinear minimises the listwise loss of the cases, each repository weighing
// the same, with a pull to w0.
func fitLinear(rs []*repository, w0 []float64, pull float64, rounds int) []float64 {
	w := slices.Clone(w0)
	speed := make([]float64, len(w))
	for range rounds {
		g := make([]float64, len(w))
		for _, r := range rs {
			by := 1 / float64(len(rs)*len(r.cases))
			for i := range r.cases {
				k := &r.cases[i]
				if len(k.Right) == 0 {
					continue
				}
				ss := make([]float64, len(k.X))
				top := math.Inf(-1)
				for d := range k.X {
					for f, v := range k.X[d] {
						ss[d] += w[f] * float64(v)
					}
					top = max(top, ss[d])
				}
				z := 0.0
				for d := range ss {
					ss[d] = math.Exp(ss[d] - top)
					z += ss[d]
				}
				for d := range ss {
					e := ss[d] / z
					if slices.Contains(k.Right, d) {
						e -= 1 / float64(len(k.Right))
					}
					for f, v := range k.X[d] {
						g[f] += by * e * float64(v)
					}
				}
			}
		}
		for f := range g {
			gr := g[f] + pull*(w[f]-w0[f])
			speed[f] = .9*speed[f] + .1*gr*gr
			w[f] -= .1 * gr / (math.Sqrt(speed[f]) + 1e-4)
		}
	}
	return w
}

func learn(ctx context.Context, w io.Writer, args []string) error {
	f := flags("learn")
	folder := f.String("study", "", "folder of what was studied")
	folds := f.Int("folds", 5, "groups of repositories that are left out in turn")
	base := f.String("baseline", "", "JSON of the measuring script's rankers, to stand beside")
	trees := f.Int("trees", 60, "trees")
	leaves := f.Int("leaves", 12, "leaves of a tree")
	rate := f.Float64("rate", .06, "how much of a tree counts")
	least := f.Float64("least", 30, "cases of a leaf at least")
	mode := f.String("model", "both", "linear, trees, or both")
	pull := f.Float64("pull", 0, "pull of a repository's own weights to none; 0: no own weights")
	own := f.Int("own", 36, "features that have own weights")
	write := f.String("write", "", "file for the model of all repositories: internal/drift/ranking.txt")
	with := f.String("with", "", "file of a model to measure, in place of learning one")
	verbose := f.Bool("v", false, "print each repository")
	if err := f.Parse(args); err != nil {
		return err
	}
	rs, err := readStudy(*folder)
	if err != nil {
		return err
	}
	fusion := map[string]figures{}
	if *base != "" {
		b, err := os.ReadFile(*base)
		if err != nil {
			return err
		}
		var in struct {
			Rankers map[string]struct {
				Repos map[string]struct {
					Hit float64 `json:"hit@1"`
					R   float64 `json:"R@5"`
					M   float64 `json:"MRR"`
				}
			}
		}
		if err := json.Unmarshal(b, &in); err != nil {
			return err
		}
		for n, v := range in.Rankers["fusion"].Repos {
			fusion[n] = figures{v.Hit, v.R, v.M}
		}
	}
	o := boosting{trees: *trees, leaves: *leaves, rate: *rate, least: *least}
	of := make([]scorer, len(rs))
	if *with != "" {
		m, err := readModel(*with)
		if err != nil {
			return err
		}
		for j := range of {
			of[j] = (&forest{Model: *m}).scorer()
		}
		report(w, rs, of, fusion, *verbose)
		return nil
	}
	for g := range *folds {
		if err := ctx.Err(); err != nil {
			return err
		}
		var train []*repository
		for j := range rs {
			if j%*folds != g {
				train = append(train, &rs[j])
			}
		}
		weights := make([]float64, len(rs[0].cases[0].X[0]))
		if *mode != "trees" {
			weights = fitLinear(train, weights, .001, 80)
		}
		s := linearScorer(weights)
		if *mode != "linear" {
			s = growTrees(train, weights, o).scorer()
		}
		if *pull > 0 {
			s = adapted(s, 0, *own, *pull, 30)
		}
		for j := range rs {
			if j%*folds == g {
				of[j] = s
			}
		}
	}
	if *folds > 0 {
		report(w, rs, of, fusion, *verbose)
	}
	if *write == "" {
		return nil
	}
	var all []*repository
	for j := range rs {
		all = append(all, &rs[j])
	}
	m := growTrees(all, fitLinear(all, make([]float64, len(rs[0].cases[0].X[0])), .001, 80), o)
	return os.WriteFile(*write, []byte(m.String()), 0o644)
}

// report prints what the rankings reach beside the plain fusion of rankers.
func report(w io.Writer, rs []repository, of []scorer, fusion map[string]figures, verbose bool) {
	per, macro := measure(rs, func(j int) scorer { return of[j] })
	var fm figures
	for j, r := range rs {
		fm.add(fusion[r.name], 1/float64(len(rs)))
		if verbose {
			fmt.Fprintf(w, "%-45s %s | %s\n", r.name, fusion[r.name], per[j])
		}
	}
	fmt.Fprintf(w, "%-45s %s | %s\n", fmt.Sprintf("macro of %d", len(rs)), fm, macro)
}

func readModel(file string) (*drift.Model, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return drift.ParseModel(string(b))
}
