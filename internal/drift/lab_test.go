package drift

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/git"
)

type sample struct {
	Repo, Commit, Parent, Kind string
	Docs                       []string
}

var ineligible = regexp.MustCompile(`(?i)(^|/)(upgrad|migrat|deprecat|highlights|whats-?new)|upgrade-guide|(^|/)(HISTORY|NEWS)\.|(^|/)(COPYRIGHT|AUTHORS|CONTRIBUTORS|NOTICE|ALIASES|ADOPTERS|CODE_OF_CONDUCT)[^/]*$|(^|/)(i18n|locales?|translations?|l10n)/|(^|[/._-])(zh|zh[-_](cn|tw|hans|hant)|ja|jp|ko|kr|fr|de|es|pt|pt[-_]br|ru|it|tr|uk|vi)(/|\.\w+$)|(^|/)(versioned_docs|blog|_posts)/|(^|/)\.[^/]+/`)

type query struct {
	repo   string
	cands  []candidate
	gold   map[string]bool
	sample bool
}

func TestLab(t *testing.T) {
	if os.Getenv("DRIFT_LAB") == "" {
		t.Skip()
	}
	var ss []sample
	b, _ := os.ReadFile("/work/shared/cases/drift-tuning.json")
	json.Unmarshal(b, &ss)
	repos := []string{}
	by := map[string]map[string]sample{}
	for _, s := range ss {
		if by[s.Repo] == nil {
			by[s.Repo] = map[string]sample{}
			repos = append(repos, s.Repo)
		}
		by[s.Repo][s.Commit] = s
	}
	qs := map[string][]query{}
	for _, repo := range repos {
		r, err := git.Open(t.Context(), "/work/.mirror/"+strings.ReplaceAll(repo, "/", "+")+"/repo")
		if err != nil {
			t.Fatal(err)
		}
		var commits []*git.Commit
		r.History(t.Context(), "HEAD", "", 0, func(c *git.Commit) bool { commits = append(commits, c); return true })
		slices.Reverse(commits)
		m := newMiner(r)
		found := 0
		for _, c := range commits {
			s, isSample := by[repo][c.SHA]
			pre := m.look(t.Context(), c.Changes, false)
			co := len(pre.files) > 0 && len(pre.files) <= 40 && (len(pre.docs) > 0 || len(pre.newDocs) > 0)
			var ch *change
			if co || isSample {
				ch = m.look(t.Context(), c.Changes, true)
			}
			if co && len(pre.docs) > 0 && len(pre.docs) <= 3 && len(pre.files) <= 20 || isSample && s.Kind == "pos" {
				gold := map[string]bool{}
				docs := pre.docs
				if isSample {
					docs = s.Docs
					found++
				}
				for _, d := range docs {
					gold[d] = true
				}
				cs := m.score(t.Context(), ch)
				neutral := map[string]bool{}
				for _, x := range c.Changes {
					if classify(x.Path) != classCode && !gold[x.Path] {
						neutral[x.Path] = true
					}
				}
				cs = slices.DeleteFunc(cs, func(c candidate) bool { return ineligible.MatchString(c.path) || neutral[c.path] })
				qs[repo] = append(qs[repo], query{repo, cs, gold, isSample})
			}
			m.learn(t.Context(), c.Changes, ch)
		}
		r.Close()
		fmt.Println(repo, len(commits), "queries", len(qs[repo]), "samples", found, "docs", len(m.docs))
	}
	// each feature alone
	for f := range nFeatures {
		var w features
		w[f] = 1
		report(featureNames[f], repos, qs, func(string, int) features { return w })
	}
	// leave one repository out
	global := map[string]features{}
	for _, out := range repos {
		var train []query
		for _, r := range repos {
			if r != out {
				q := qs[r]
				if len(q) > 250 {
					q = q[len(q)-250:]
				}
				train = append(train, q...)
			}
		}
		global[out] = fit(train, features{}, 0.002, 60)
	}
	report("loo-global", repos, qs, func(r string, i int) features { return global[r] })
	for _, reg := range []float64{.003, .01, .03, .1} {
		report(fmt.Sprintf("adapted %g", reg), repos, qs, adapter(qs, global, reg))
	}
	var all []query
	for _, r := range repos {
		all = append(all, qs[r]...)
	}
	w := fit(all, features{}, 0.002, 60)
	for i, n := range featureNames {
		fmt.Printf("%s %.2f  ", n, w[i])
	}
	fmt.Println()
}

func adapter(qs map[string][]query, global map[string]features, reg float64) func(string, int) features {
	cache := map[string]features{}
	return func(r string, i int) features {
		k := i / 15
		key := fmt.Sprint(r, k)
		if w, ok := cache[key]; ok {
			return w
		}
		past := qs[r][:k*15]
		if len(past) > 300 {
			past = past[len(past)-300:]
		}
		w := global[r]
		if len(past) >= 15 {
			w = fit(past, global[r], reg, 30)
		}
		cache[key] = w
		return w
	}
}

func dot(a, b features) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// fit minimises the listwise loss with a pull towards w0.
func fit(qs []query, w0 features, reg float64, epochs int) features {
	w := w0
	var g2 features
	for e := range epochs {
		_ = e
		var g features
		n := 0
		for _, q := range qs {
			if len(q.cands) < 2 {
				continue
			}
			ss := make([]float64, len(q.cands))
			top := math.Inf(-1)
			for i := range q.cands {
				ss[i] = dot(w, q.cands[i].x)
				top = max(top, ss[i])
			}
			z, ng := 0.0, 0.0
			for i := range ss {
				ss[i] = math.Exp(ss[i] - top)
				z += ss[i]
				if q.gold[q.cands[i].path] {
					ng++
				}
			}
			if ng == 0 {
				continue
			}
			n++
			for i := range ss {
				d := ss[i] / z
				if q.gold[q.cands[i].path] {
					d -= 1 / ng
				}
				for f := range nFeatures {
					g[f] += d * q.cands[i].x[f]
				}
			}
		}
		for f := range nFeatures {
			gr := g[f]/float64(max(n, 1)) + reg*(w[f]-w0[f])
			g2[f] = .9*g2[f] + .1*gr*gr
			w[f] -= .15 * gr / (math.Sqrt(g2[f]) + 1e-4)
		}
	}
	return w
}

func report(name string, repos []string, qs map[string][]query, weights func(string, int) features) {
	var mh, mr, mm float64
	line := ""
	for _, r := range repos {
		h, r5, mrr, n := 0.0, 0.0, 0.0, 0.0
		for i, q := range qs[r] {
			if !q.sample {
				continue
			}
			w := weights(r, i)
			cs := slices.Clone(q.cands)
			slices.SortStableFunc(cs, func(a, b candidate) int {
				x, y := dot(w, a.x), dot(w, b.x)
				if x > y {
					return -1
				} else if x < y {
					return 1
				}
				return 0
			})
			n++
			hits := 0.0
			for k, c := range cs[:min(10, len(cs))] {
				if q.gold[c.path] {
					if k == 0 {
						h++
					}
					if hits == 0 && k < 10 && mrrOpen(&hits) {
						mrr += 1 / float64(k+1)
					}
				}
			}
			in := 0.0
			for _, c := range cs[:min(5, len(cs))] {
				if q.gold[c.path] {
					in++
				}
			}
			r5 += in / float64(len(q.gold))
		}
		line += fmt.Sprintf(" %s %.3f/%.3f", r[strings.IndexByte(r, '/')+1:][:5], h/n, r5/n)
		mh += h / n
		mr += r5 / n
		mm += mrr / n
	}
	k := float64(len(repos))
	fmt.Printf("%-14s hit@1 %.3f R@5 %.3f MRR %.3f |%s\n", name, mh/k, mr/k, mm/k, line)
}

func mrrOpen(h *float64) bool { *h = 1; return true }
