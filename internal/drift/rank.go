package drift

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/git"
)

// The features of a document for a change. Each is divided by its greatest value
// among the documents, so that it lies between 0 and 1.
const (
	fFile     = iota // changed with the files of the change
	fFileFade        // the same, lately
	fFileMax         // with one of them
	fDir             // with their folders, lately
	fDirDeep         // with the folders above them
	fTerm            // with changes that have the same words
	fNear            // with the changes most like this one
	fIdent           // names rare words of the change
	fGone            // names words that the change takes away
	fWord            // is about what the change is about (BM25)
	fTitle           // has words of the change in headings
	fPath            // its path shares words with those of the files
	fMention         // mentions the files by name
	fPopular         // is changed often
	fFresh           // is changed often, lately
	fLast            // was changed a short while ago
	nFeatures
)

type features [nFeatures]float64

// prior are the weights from which a repository's own are learned. They were
// fitted to the changes of sixteen public repositories, by bench/likely.
func prior() features {
	return features{
		fFile: 0.50, fFileFade: 0.35, fFileMax: 0.60, fDir: 0.39, fDirDeep: -0.02, fTerm: -0.31, fNear: 1.16, fIdent: 0.70, fGone: 0.38,
		fWord: 3.45, fTitle: -0.38, fPath: 1.71, fMention: 0.37, fPopular: 0.10, fFresh: 0.85, fLast: 0.64,
	}
}

// candidate is a document with its features.
type candidate struct {
	path string
	x    features
}

func dot(a, b features) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func compareScores(a, b float64) int { return cmp.Compare(a, b) }

// score returns the features of all documents for a change.
func (h *history) score(ctx context.Context, c *codeChange) []candidate {
	at := h.N + 1
	total := float64(len(h.Blobs)) + 1
	out := make([]candidate, 0, len(h.Blobs))
	for p := range h.Blobs {
		out = append(out, candidate{path: p})
	}
	slices.SortFunc(out, func(a, b candidate) int { return strings.Compare(a.path, b.path) })
	index := make(map[int32]int, len(out))
	texts := make([]*docText, len(out))
	mean := 1.0
	for i := range out {
		if d, ok := h.Docs[out[i].path]; ok {
			index[d] = i
		}
		texts[i] = h.textOf(ctx, h.Blobs[out[i].path])
		mean += float64(texts[i].Length)
	}
	mean /= total
	h.scoreHistory(c, at, out, index)

	all := map[int32]float64{}
	for i, v := range c.added {
		all[i] += float64(v)
	}
	for i, v := range c.removed {
		all[i] += float64(v)
	}
	pastN := float64(len(h.Past)) + 1
	for t, v := range all {
		if s := h.Term[t]; s != nil {
			idf := math.Log(pastN/(s.All.N+.5) + 1)
			for d, n := range s.With {
				if i, ok := index[d]; ok {
					out[i].x[fTerm] += idf * n.N / (s.All.N + 1.5) * math.Log1p(v)
				}
			}
		}
		df := float64(h.DF[t])
		if df == 0 {
			continue
		}
		idf := math.Log((total-df+.5)/(df+.5) + 1)
		_, gone := c.removed[t]
		gone = gone && c.added[t] == 0
		for i, text := range texts {
			tf := float64(text.Terms[t])
			if tf == 0 {
				continue
			}
			out[i].x[fWord] += idf * tf * 2.2 / (tf + 1.2*(.4+.6*float64(text.Length)/mean)) * math.Log1p(v)
			rare := idf * idf / (1 + math.Log1p(float64(text.Length)))
			out[i].x[fIdent] += rare
			if gone {
				out[i].x[fGone] += rare
			}
			if text.Title[t] {
				out[i].x[fTitle] += idf
			}
		}
	}
	h.scoreNear(c, all, at, out, index)
	h.scorePaths(c, at, out, texts)
	for f := range nFeatures {
		top := 0.0
		for i := range out {
			top = max(top, out[i].x[f])
		}
		for i := range out {
			if top > 0 {
				out[i].x[f] /= top
			}
		}
	}
	return out
}

func (h *history) scoreHistory(c *codeChange, at int32, out []candidate, index map[int32]int) {
	for _, f := range c.files {
		s := h.File[f]
		if s == nil {
			continue
		}
		for d, n := range s.With {
			if i, ok := index[d]; ok {
				v := n.N / (s.All.N + 2)
				out[i].x[fFile] += v
				out[i].x[fFileMax] = max(out[i].x[fFileMax], v)
				out[i].x[fFileFade] += n.faded(at) / (s.All.faded(at) + 1)
			}
		}
	}
	dirs := map[string]int{}
	for _, f := range c.files {
		depth := 0
		for d := path.Dir(f); d != "."; d = path.Dir(d) {
			if k, ok := dirs[d]; !ok || depth < k {
				dirs[d] = depth
			}
			depth++
		}
	}
	for d, depth := range dirs {
		s := h.Dir[d]
		if s == nil {
			continue
		}
		for doc, n := range s.With {
			if i, ok := index[doc]; ok {
				v := n.faded(at) / (s.All.faded(at) + 2)
				if depth == 0 {
					out[i].x[fDir] += v
				}
				out[i].x[fDirDeep] += v / float64(1+depth)
			}
		}
	}
}

// scoreNear lets the twenty earlier changes that are most like this one vote.
func (h *history) scoreNear(c *codeChange, all map[int32]float64, at int32, out []candidate, index map[int32]int) {
	type near struct {
		sim float64
		p   *past
	}
	var ns []near
	files := map[string]bool{}
	for _, f := range c.files {
		files[f] = true
	}
	pastN := float64(len(h.Past)) + 1
	for k := range h.Past {
		p := &h.Past[k]
		sf := 0.0
		for _, f := range p.Files {
			if s := h.File[f]; files[f] && s != nil {
				sf += 1 / math.Log(2+s.All.N)
			}
		}
		st := 0.0
		for t := range p.Terms {
			if all[t] > 0 {
				if s := h.Term[t]; s != nil {
					st += math.Log(max(1, pastN/(s.All.N+.5)))
				}
			}
		}
		st /= math.Sqrt(float64(len(p.Terms)+20)) * math.Sqrt(float64(len(all)+20))
		sim := (2*sf/math.Sqrt(float64(len(p.Files)*max(1, len(c.files)))) + 3*st) * math.Exp2(-float64(at-p.At)/1500)
		if sim > 0 {
			ns = append(ns, near{sim, p})
		}
	}
	slices.SortStableFunc(ns, func(a, b near) int { return cmp.Compare(b.sim, a.sim) })
	for _, n := range ns[:min(20, len(ns))] {
		for _, d := range n.p.Docs {
			if i, ok := index[d]; ok {
				out[i].x[fNear] += n.sim * n.sim / math.Sqrt(float64(len(n.p.Docs)))
			}
		}
	}
}

func (h *history) scorePaths(c *codeChange, at int32, out []candidate, texts []*docText) {
	code, base := map[string]bool{}, map[string]bool{}
	for _, f := range c.files {
		for _, w := range words(f) {
			if len(w) > 2 {
				code[w] = true
			}
		}
		base[strings.ToLower(path.Base(f))] = true
	}
	df := map[string]float64{}
	toks := make([]map[string]bool, len(out))
	for i := range out {
		toks[i] = map[string]bool{}
		for _, w := range words(out[i].path) {
			if len(w) > 2 && !toks[i][w] {
				toks[i][w] = true
				df[w]++
			}
		}
	}
	for i := range out {
		for w := range toks[i] {
			if code[w] {
				out[i].x[fPath] += math.Log((float64(len(out)) + 1) / (df[w] + .5))
			}
		}
		for b := range base {
			if texts[i].Files[b] {
				out[i].x[fMention]++
			}
		}
		d, ok := h.Docs[out[i].path]
		if !ok {
			continue
		}
		if n := h.Doc[d]; n != nil {
			out[i].x[fPopular] = math.Log1p(n.N)
			out[i].x[fFresh] = math.Log1p(n.faded(at) * 4)
		}
		if l := h.Last[d]; l > 0 {
			out[i].x[fLast] = 1 / (1 + float64(at-l)/30)
		}
	}
}

// fit returns the weights under which the right documents of the lessons come
// first, by gradient descent on the listwise loss, with a pull towards w0.
func fit(lessons []lesson, w0 features, pull float64, rounds int) features {
	w := w0
	var speed features
	for range rounds {
		var g features
		for _, l := range lessons {
			ss := make([]float64, len(l.X))
			top := math.Inf(-1)
			for i := range l.X {
				ss[i] = dot(w, l.X[i])
				top = max(top, ss[i])
			}
			z := 0.0
			for i := range ss {
				ss[i] = math.Exp(ss[i] - top)
				z += ss[i]
			}
			for i := range ss {
				d := ss[i] / z
				if slices.Contains(l.Right, int32(i)) {
					d -= 1 / float64(len(l.Right))
				}
				for f := range nFeatures {
					g[f] += d * l.X[i][f]
				}
			}
		}
		for f := range nFeatures {
			gr := g[f]/float64(max(len(lessons), 1)) + pull*(w[f]-w0[f])
			speed[f] = .9*speed[f] + .1*gr*gr
			w[f] -= .15 * gr / (math.Sqrt(speed[f]) + 1e-4)
		}
	}
	return w
}

// fewLessons is below how many lessons a repository's own weights are not
// learned.
const fewLessons = 15

// Likely is a document that a change makes likely to need one too.
type Likely struct {
	Path string `json:"path"`
	// Score orders documents for one change; scores of two changes cannot be
	// compared.
	Score float64 `json:"score"`
	// Sections are the headings under which the change would be, most likely
	// first, each as a path: "Install > Ports".
	Sections []string `json:"sections"`
	// Reasons say why, in clauses, the strongest first.
	Reasons []string `json:"reasons"`
	// Together is the share of the changes of one of the changed files that
	// changed the document too, where there were enough of them to tell; else 0.
	Together float64 `json:"-"`
	// Chance is how likely a reviewer of this repository would ask for a change
	// of it, between 0 and 1; 0 where that was not worked out.
	Chance float64 `json:"chance,omitempty"`

	odds float64 // of Chance
	with string  // file that Together is of
}

// Ranker ranks the documents of a repository as of a base revision by how likely
// a change needs them changed too.
//
// It learns from the first-parent history before the base: which documents
// changed with which files and folders, which words of a change went with which
// documents, how alike the change is to earlier ones; and from the texts as they
// stand: which documents name what the change touches. Each is a feature between
// 0 and 1; a score is their weighted sum. The weights start from ones that many
// repositories taught and are fitted to this one by its own earlier changes.
// Nothing later than the base is looked at.
type Ranker struct {
	repo    *git.Repo
	base    string
	h       *history
	weights features
	notes   []string
}

// Notes say what was left out of the last ranking, one sentence each.
func (r *Ranker) Notes() []string { return r.notes }

// NewRanker learns from the first-parent history up to base, a commit. What it
// learns is put into a store, nil for none, and found there the next time; it is
// the caller who commits the store.
func NewRanker(ctx context.Context, repo *git.Repo, base string, store *cache.Store) (*Ranker, error) {
	h, err := mined(ctx, repo, base, store)
	if err != nil {
		return nil, fmt.Errorf("learn from history: %w", err)
	}
	r := &Ranker{repo: repo, base: base, h: h, weights: prior()}
	if len(h.Lessons) >= fewLessons {
		r.weights = fit(h.Lessons, prior(), .01, 30)
	}
	return r, nil
}

// Rank returns the documents that a head revision is likely to need changed, the
// likeliest first; those that it changes itself are left out.
func (r *Ranker) Rank(ctx context.Context, head string, most int) ([]Likely, error) {
	changes, err := r.repo.Diff(ctx, r.base, head)
	if err != nil {
		return nil, err
	}
	var plain []git.Change
	for _, x := range changes {
		if x.Status == git.Renamed { // as in the history, which does not follow renames
			plain = append(plain, git.Change{Status: git.Deleted, Old: x.Old, Path: x.Old, OldMode: x.OldMode, OldSHA: x.OldSHA})
			x = git.Change{Status: git.Added, Path: x.Path, Mode: x.Mode, SHA: x.SHA}
		}
		plain = append(plain, x)
	}
	c := r.h.look(ctx, plain, true)
	r.notes = nil
	if c.cut > 0 {
		r.notes = append(r.notes, fmt.Sprintf("likely documents: the text of %d of %d changed files was not read: the change is too large", c.cut, len(c.files)))
	}
	if len(c.files) == 0 {
		return nil, nil
	}
	touched := map[string]bool{}
	for _, x := range plain {
		touched[x.Path] = true
	}
	cs := r.h.score(ctx, c)
	odds := r.h.odds(c, cs, touched)
	cs = slices.DeleteFunc(cs, func(x candidate) bool { return touched[x.path] })
	slices.SortStableFunc(cs, func(a, b candidate) int { return compareScores(dot(r.weights, b.x), dot(r.weights, a.x)) })
	var out []Likely
	for _, x := range cs[:min(most, len(cs))] {
		l := Likely{Path: x.path, Score: math.Round(dot(r.weights, x.x)*1000) / 1000}
		l.Reasons = r.reasons(ctx, c, x)
		l.Sections = r.h.sections(ctx, c, x.path)
		l.Together, l.with = r.share(c, x.path)
		if o, ok := odds[x.path]; ok {
			l.odds, l.Chance = o, math.Round(expit(o)*1000)/1000
		}
		out = append(out, l)
	}
	return out, nil
}

// reasons explains a rank by the features that count most.
func (r *Ranker) reasons(ctx context.Context, c *codeChange, x candidate) []string {
	type part struct {
		f int
		v float64
	}
	var parts []part
	for f := range nFeatures {
		if v := r.weights[f] * x.x[f]; v > .1 {
			parts = append(parts, part{f, v})
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.v, a.v) })
	out := []string{}
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) && len(out) < 3 {
			out = append(out, s)
		}
	}
	for _, p := range parts {
		switch p.f {
		case fFile, fFileFade, fFileMax:
			add(r.together(c, x.path))
		case fIdent, fWord, fGone, fTitle:
			add(r.named(ctx, c, x.path))
		case fNear, fTerm:
			add("earlier changes like this one changed it")
		case fDir, fDirDeep:
			add("changes in the same folders changed it")
		case fPath:
			add("its path names what the change is about")
		case fMention:
			add("it mentions the changed files")
		case fFresh, fLast:
			add("it was changed a short while ago")
		}
	}
	return out
}

// together names the file of the change that the document changed with most.
func (r *Ranker) together(c *codeChange, doc string) string {
	d, ok := r.h.Docs[doc]
	if !ok {
		return ""
	}
	best, text := 0.0, ""
	for _, f := range c.files {
		s := r.h.File[f]
		if s == nil || s.With[d] == nil {
			continue
		}
		if v := s.With[d].N / (s.All.N + 2); v > best {
			best = v
			text = fmt.Sprintf("changed together with %s in %d of its %d changes", f, int(math.Ceil(s.With[d].N)), int(math.Ceil(s.All.N)))
		}
	}
	return text
}

// fewChanges is below how many changes of a file nothing is concluded from them.
const fewChanges = 5

// share returns the greatest share of changes that a changed file and the
// document had in common, and the file.
func (r *Ranker) share(c *codeChange, doc string) (float64, string) {
	best, file := 0.0, ""
	d, ok := r.h.Docs[doc]
	if !ok {
		return best, file
	}
	for _, f := range c.files {
		if s := r.h.File[f]; s != nil && s.With[d] != nil && s.All.N >= fewChanges && s.With[d].N/s.All.N > best {
			best, file = s.With[d].N/s.All.N, f
		}
	}
	return best, file
}

// named lists the rarest identifiers of the change that the document names.
func (r *Ranker) named(ctx context.Context, c *codeChange, doc string) string {
	t := r.h.textOf(ctx, r.h.Blobs[doc])
	type word struct {
		s  string
		df int32
	}
	var ws []word
	for i, s := range c.names {
		if t.Terms[i] > 0 {
			ws = append(ws, word{s, r.h.DF[i]})
		}
	}
	slices.SortFunc(ws, func(a, b word) int { return cmp.Or(cmp.Compare(a.df, b.df), strings.Compare(a.s, b.s)) })
	if len(ws) == 0 {
		return "it uses the words of the change"
	}
	var names []string
	for _, w := range ws[:min(3, len(ws))] {
		names = append(names, w.s)
	}
	return "it names " + strings.Join(names, ", ")
}

// Bounds of what is said of likely documents: most of a file's changes came with
// the document, and a reader has three lines of patience.
const (
	mostChanges = .6
	// MostHints is how many documents Hints names at most.
	MostHints = 3
)
