package drift

import (
	"cmp"
	"context"
	"math"
	"path"
	"slices"
	"strings"
)

// Signals of a document for a change. Of each the features say how it compares
// with the greatest among the documents; of the first ones, up to sRanked, also
// the place that the document has by it.
const (
	sFile     = iota // changed with the files of the change
	sFileFade        // the same, lately
	sFileMax         // with one of them
	sFileOnly        // the same, a change of few files counting more
	sDir             // with their folders, lately
	sDirDeep         // with the folders above them
	sPart            // with files that have the same words in their paths
	sKind            // with files of the same names and endings
	sNear            // with the changes most like this one
	sNearTop         // with the change most like this one
	sTerm            // with changes that have the same words
	sWord            // is about what the change is about (BM25)
	sIdent           // names rare identifiers of the change
	sGone            // names words that the change takes away
	sHead            // has words of the change in headings
	sCode            // has words of the change in code
	sQuoted          // has words of its strings, flags and keys
	sSaid            // has words of its comments
	sAround          // has words of what encloses the changed lines
	sWhole           // is about what the changed files are about
	sTopic           // is about what the paths of the files name
	sPath            // its path shares words with those of the files
	sName            // its name shares words with their names
	sRare            // names the rarest identifier
	sPopular         // is changed often, lately
	sRanked          // how many of the signals above have a place

	sMention     = iota - 1 // mentions the files by name
	sMentionPath            // mentions the files or folders by path
	sBeside                 // lies in the folder of a changed file, or the nearest one above
	sCommon                 // shares folders with the files
	sBefore                 // its changes came with code
	sLast                   // was changed a short while ago
	sBorn                   // is new
	nSignals
)

// Features that say what a document or a change is, the same for all signals.
const (
	cDocs     = nSignals + sRanked + iota // how many documents there are
	cFiles                                // how many code files changed
	cKnown                                // how many of them have a history
	cHistory                              // how much history there is
	cWords                                // how many words changed
	cBest                                 // the greatest share of changes of a file with any document
	cLength                               // how long the document is
	cCode                                 // how much of it is code
	cReadme                               // it is a README or an index
	cDepth                                // how deep it lies
	cMade                                 // it says that a program wrote it
	cTogether                             // share of changes of one of the files that changed it
	cSupport                              // how many these were
	nFeatures
)

type features [nFeatures]float32

// candidate is a document with its features.
type candidate struct {
	path  string
	x     features
	plain float64 // score by plain weights, which compares between changes
	score float64
}

// maxClose is how many documents are looked at closely: those that come first by
// plain weights. The others follow in that order.
const maxClose = 60

// sum is a sum of what does not depend on the order of adding: numbers in steps
// of 2^-24.
type sum int64

func (s *sum) add(v float64) { *s += sum(v * (1 << 24)) }

func (s *sum) most(v float64) { *s = max(*s, sum(v*(1<<24))) }

func (s sum) value() float64 { return float64(s) / (1 << 24) }

// scoring is the computation of the features of all documents for a change.
type scoring struct {
	h     *history
	c     *codeChange
	at    int32
	paths []string
	texts []*docText
	index map[int32]int  // number of a document → its place
	place map[string]int // path of a document → its place
	s     [][nSignals]sum
	all   map[int32]float64 // words of the change
	best  float64
	ctx   [][2]float64 // share and number of changes together, of documents
}

// score returns all documents with their features and scores for a change, the
// likeliest first.
func (h *history) score(ctx context.Context, c *codeChange) []candidate {
	t := h.documents(ctx)
	k := &scoring{h: h, c: c, at: h.N + 1, index: map[int32]int{}, place: map[string]int{}, all: map[int32]float64{}}
	for p := range h.Blobs {
		k.paths = append(k.paths, p)
	}
	slices.Sort(k.paths)
	k.texts = make([]*docText, len(k.paths))
	k.s = make([][nSignals]sum, len(k.paths))
	k.ctx = make([][2]float64, len(k.paths))
	for i, p := range k.paths {
		k.texts[i] = t.of[p]
		k.place[p] = i
		if d, ok := h.Paths[p]; ok {
			k.index[d] = i
		}
	}
	for i, v := range c.added {
		k.all[i] += float64(v)
	}
	for i, v := range c.removed {
		k.all[i] += float64(v)
	}
	known := k.history()
	k.near()
	k.words()
	k.pathWords()
	k.places()
	return k.features(known)
}

// history scores by which documents changed with the files and with what is like
// them. It returns how many of the files have a history.
func (k *scoring) history() (known int) {
	h, at := k.h, k.at
	for _, f := range k.c.files {
		i, ok := h.Paths[f]
		if !ok || h.File[i] == nil {
			continue
		}
		s := h.File[i]
		known++
		any := 0.0
		for d, n := range s.With {
			any = max(any, n.N)
			p, ok := k.index[d]
			if !ok {
				continue
			}
			v := n.N / (s.All.N + 2)
			k.s[p][sFile].add(v)
			k.s[p][sFileMax].most(v)
			k.s[p][sFileFade].add(n.faded(at) / (s.All.faded(at) + 1))
			k.s[p][sFileOnly].add(v * n.N / (n.N + 2))
			if share := n.N / (s.All.N + 1); share > k.ctx[p][0] {
				k.ctx[p] = [2]float64{share, n.N}
			}
		}
		k.best = max(k.best, any/(s.All.N+2))
	}
	dirs, parts, kinds := keysOf(k.c.files)
	for d, depth := range dirs {
		if s := h.Dir[d]; s != nil {
			k.with(s, func(p int, v float64) {
				if depth == 0 {
					k.s[p][sDir].add(v)
				}
				k.s[p][sDirDeep].add(v / float64(1+depth))
			})
		}
	}
	for w := range parts {
		if s := h.Part[w]; s != nil {
			rare := math.Log(1 + float64(at)/(s.All.N+1))
			k.with(s, func(p int, v float64) { k.s[p][sPart].add(v * rare) })
		}
	}
	for w := range kinds {
		if s := h.Kind[w]; s != nil {
			k.with(s, func(p int, v float64) { k.s[p][sKind].add(v) })
		}
	}
	return known
}

func (k *scoring) with(s *seen, put func(p int, v float64)) {
	all := s.All.faded(k.at) + 2
	for d, n := range s.With {
		if p, ok := k.index[d]; ok {
			put(p, n.faded(k.at)/all)
		}
	}
}

// near lets the earlier changes that are most like this one vote, and the words
// that they share with it.
func (k *scoring) near() {
	h := k.h
	shared := make([][]int32, len(h.Past)) // words by earlier change
	df := map[int32]float64{}
	with := map[int32]map[int32]float64{} // word → document → changes
	for i := range h.Past {
		for _, t := range h.Past[i].Terms {
			if k.all[t] == 0 {
				continue
			}
			shared[i] = append(shared[i], t)
			df[t]++
			m := with[t]
			if m == nil {
				m = map[int32]float64{}
				with[t] = m
			}
			for _, d := range h.Past[i].Docs {
				m[d]++
			}
		}
	}
	n := float64(len(h.Past)) + 1
	for t, m := range with {
		idf := math.Log(n/(df[t]+.5) + 1)
		for d, v := range m {
			if p, ok := k.index[d]; ok {
				k.s[p][sTerm].add(idf * idf * v / (df[t] + 1.5) * v / (v + 1))
			}
		}
	}
	files := map[int32]bool{}
	for _, f := range k.c.files {
		if i, ok := h.Paths[f]; ok {
			files[i] = true
		}
	}
	type vote struct {
		sim sum
		p   *past
	}
	var votes []vote
	for i := range h.Past {
		p := &h.Past[i]
		var sf, st sum
		for _, f := range p.Files {
			i := h.Paths[f]
			if s := h.File[i]; files[i] && s != nil {
				sf.add(1 / math.Log(2+s.All.N))
			}
		}
		for _, t := range shared[i] {
			st.add(math.Log(max(1, n/(df[t]+.5))))
		}
		sim := 2*sf.value()/math.Sqrt(float64(len(p.Files)*max(1, len(k.c.files)))) +
			3*st.value()/math.Sqrt(float64(len(p.Terms)+20)*float64(len(k.all)+20))
		if sim *= math.Exp2(-float64(k.at-p.At) / 1500); sim > 0 {
			var v vote
			v.p = p
			v.sim.add(sim)
			votes = append(votes, v)
		}
	}
	slices.SortStableFunc(votes, func(a, b vote) int { return int(max(-1, min(1, b.sim-a.sim))) })
	for i, v := range votes[:min(20, len(votes))] {
		for _, d := range v.p.Docs {
			if p, ok := k.index[d]; ok {
				sim := v.sim.value()
				k.s[p][sNear].add(sim * sim / math.Sqrt(float64(len(v.p.Docs))))
				if i < 3 {
					k.s[p][sNearTop].most(sim)
				}
			}
		}
	}
}

// words scores by what the documents say.
func (k *scoring) words() {
	t := k.h.texts
	total := float64(len(k.paths)) + 1
	mean := max(1, t.words/total)
	norm := make([]float64, len(k.texts)) // BM25's share for the length
	for i, d := range k.texts {
		norm[i] = 1.2 * (.3 + .7*d.Length/mean)
	}
	idf := func(df float64) float64 { return math.Log((total-df+.5)/(df+.5) + 1) }
	match := func(q map[int32]float32, put func(p int, idf, bm float64, n [nParts]uint16)) {
		for term, v := range q {
			docs := t.with[term]
			if len(docs) == 0 || float64(len(docs)) > .5*total+3 {
				continue
			}
			rare := idf(float64(len(docs)))
			weight := math.Log1p(float64(v))
			for doc := range docs {
				p := k.place[doc]
				n := k.texts[p].count(term)
				tf := float64(n[fieldBody]) + 2*float64(n[fieldHead]) + .5*float64(n[fieldCode])
				put(p, rare, rare*weight*tf*2.2/(tf+norm[p]), n)
			}
		}
	}
	all := make(map[int32]float32, len(k.all))
	for i, v := range k.all {
		all[i] = float32(v)
	}
	for term, v := range all {
		docs := t.with[term]
		if len(docs) == 0 {
			continue
		}
		rare := idf(float64(len(docs)))
		_, whole := k.c.names[term]
		gone := k.c.removed[term] > 0 && k.c.added[term] == 0
		for doc := range docs {
			p := k.place[doc]
			d := k.texts[p]
			n := d.count(term)
			tf := float64(n[fieldBody]) + 2*float64(n[fieldHead]) + .5*float64(n[fieldCode])
			bm := rare * math.Log1p(float64(v)) * tf * 2.2 / (tf + norm[p])
			s := &k.s[p]
			s[sWord].add(bm)
			some := rare * rare / (1 + math.Log1p(d.Length))
			s[sIdent].add(some)
			if whole {
				s[sRare].most(rare * (1 + .1*math.Log1p(tf)))
			}
			if gone {
				s[sGone].add(some)
			}
			if n[fieldHead] > 0 {
				s[sHead].add(rare)
			}
			if n[fieldCode] > 0 {
				ctf := float64(n[fieldCode])
				s[sCode].add(rare * math.Log1p(float64(v)) * ctf * 2.2 / (ctf + norm[p]))
			}
		}
	}
	match(k.c.quoted, func(p int, _, bm float64, _ [nParts]uint16) { k.s[p][sQuoted].add(bm) })
	match(k.c.said, func(p int, _, bm float64, _ [nParts]uint16) { k.s[p][sSaid].add(bm) })
	match(k.c.around, func(p int, _, bm float64, _ [nParts]uint16) { k.s[p][sAround].add(bm) })
	match(k.c.whole, func(p int, _, bm float64, _ [nParts]uint16) { k.s[p][sWhole].add(bm) })
	topic := map[int32]float32{}
	for _, f := range k.c.files {
		for _, w := range words(strings.TrimSuffix(f, path.Ext(f))) {
			if i, ok := k.h.known(stem(w)); ok && len(w) > 2 {
				topic[i]++
			}
		}
	}
	match(topic, func(p int, _, bm float64, n [nParts]uint16) {
		if n[fieldHead] > 0 {
			bm *= 2
		}
		k.s[p][sTopic].add(bm)
	})
}

// pathWords scores by the words that paths share.
func (k *scoring) pathWords() {
	code, names := map[string]float64{}, map[string]float64{}
	for _, f := range k.c.files {
		for _, w := range pathTerms(f) {
			code[w]++
		}
		for _, w := range pathTerms(path.Base(f)) {
			names[w]++
		}
		if tellsNothing(path.Base(f)) {
			for _, w := range pathTerms(path.Base(path.Dir(f))) {
				names[w]++
			}
		}
	}
	df := map[string]float64{}
	own := make([][]string, len(k.paths))
	for i, p := range k.paths {
		own[i] = pathTerms(p)
		for _, w := range own[i] {
			df[w]++
		}
	}
	files := float64(len(k.c.files))
	n := float64(len(k.paths)) + 1
	for i, p := range k.paths {
		idf := func(w string) float64 { return math.Log(n / (df[w] + .5)) }
		total := 0.0
		for _, w := range own[i] {
			total += max(0, idf(w))
			if code[w] > 0 {
				k.s[i][sPath].add(idf(w) * (.5 + .5*code[w]/files))
			}
		}
		name := path.Base(p)
		if tellsNothing(name) {
			name = path.Base(path.Dir(p))
		}
		base := pathTerms(name)
		hit, sumOwn := 0.0, 0.0
		for _, w := range append(base, k.texts[i].Title[:min(len(k.texts[i].Title), 4)]...) {
			v := max(.1, idf(w))
			sumOwn += v
			if names[w] > 0 {
				hit += v * (.5 + .5*names[w]/files)
			}
		}
		if hit > 0 {
			k.s[i][sName].add(hit * math.Sqrt(hit/sumOwn))
		}
	}
}

// pathTerms returns the words of a path, each once.
func pathTerms(p string) []string {
	var out []string
	for _, w := range words(p) {
		if w = stem(w); len(w) > 2 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// places scores by where documents and files lie, what documents mention, and
// how they were changed so far.
func (k *scoring) places() {
	h := k.h
	base, paths := map[string]float64{}, map[string]float64{}
	dirs := map[string]float64{} // folders at and above the files
	for _, f := range k.c.files {
		l := strings.ToLower(f)
		base[path.Base(l)] = 0
		paths[l] = 0
		if d := path.Dir(l); strings.Contains(d, "/") {
			paths[d] = 0
			paths[path.Join(path.Base(d), path.Base(l))] = 0
		}
		for d, depth := path.Dir(f), 0.0; ; d, depth = path.Dir(d), depth+1 {
			if v := 1 / (1 + depth); v > dirs[d] {
				dirs[d] = v
			}
			if d == "." {
				break
			}
		}
	}
	for _, t := range k.texts {
		for b := range base {
			if t.Files[b] {
				base[b]++
			}
		}
		for b := range paths {
			if t.Files[b] {
				paths[b]++
			}
		}
	}
	n := float64(len(k.paths)) + 1
	for i, p := range k.paths {
		t := k.texts[i]
		s := &k.s[i]
		for b, df := range base {
			if t.Files[b] {
				s[sMention].add(math.Log(n/df + 1))
			}
		}
		for b, df := range paths {
			if t.Files[b] {
				s[sMentionPath].add(math.Log(n/df + 1))
			}
		}
		dir := path.Dir(p)
		for _, skip := range []string{"docs", "doc", "documentation"} {
			if path.Base(dir) == skip && dir != skip {
				dir = path.Dir(dir) // chart/docs/x.md is about chart
			}
		}
		if dir != "." {
			s[sBeside].add(dirs[dir])
		} else if tellsNothing(path.Base(p)) {
			s[sBeside].add(.1)
		}
		shared := 0.0
		for _, f := range k.c.files {
			a, b := strings.Split(path.Dir(p), "/"), strings.Split(path.Dir(f), "/")
			m := 0.0
			for j := range min(len(a), len(b)) {
				if a[j] != b[j] || a[j] == "." {
					break
				}
				m++
			}
			shared = max(shared, m)
		}
		s[sCommon].add(shared)
		d, ok := h.Paths[p]
		if !ok {
			continue
		}
		if n := h.Doc[d]; n != nil {
			s[sPopular].add(math.Log1p(n.Code.faded(k.at)*4) + .1*math.Log1p(n.Code.N))
			s[sBefore].add((n.Code.N + .5) / (n.All.N + 2))
			s[sLast].add(1 / (1 + float64(k.at-n.Last)/30))
			s[sBorn].add(1 / (1 + float64(k.at-n.Born)/200))
		}
	}
}

// features turns signals into features.
func (k *scoring) features(known int) []candidate {
	out := make([]candidate, len(k.paths))
	for i, p := range k.paths {
		out[i].path = p
	}
	order := make([]int, len(k.paths))
	for f := range nSignals {
		top := sum(0)
		for i := range k.s {
			top = max(top, k.s[i][f])
		}
		if top <= 0 {
			continue
		}
		for i := range k.s {
			out[i].x[f] = float32(float64(max(0, k.s[i][f])) / float64(top))
		}
		if f >= sRanked {
			continue
		}
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return int(max(-1, min(1, k.s[b][f]-k.s[a][f]))) })
		for place, i := range order {
			if k.s[i][f] <= 0 {
				break
			}
			if place > 0 && k.s[order[place-1]][f] == k.s[i][f] {
				out[i].x[nSignals+f] = out[order[place-1]].x[nSignals+f]
				continue
			}
			out[i].x[nSignals+f] = float32(4 / float64(4+place))
		}
	}
	log := func(v float64) float32 { return float32(math.Log1p(v)) }
	for i, p := range k.paths {
		x, t := &out[i].x, k.texts[i]
		x[cDocs] = log(float64(len(k.paths)))
		x[cFiles] = log(float64(len(k.c.files)))
		x[cKnown] = float32(float64(known) / float64(max(1, len(k.c.files))))
		x[cHistory] = log(float64(len(k.h.Past)))
		x[cWords] = log(float64(len(k.all)))
		x[cBest] = float32(k.best)
		x[cLength] = log(t.Length)
		x[cCode] = float32(t.Code / (t.Length + 1))
		if tellsNothing(path.Base(p)) {
			x[cReadme] = 1
		}
		x[cDepth] = float32(strings.Count(p, "/"))
		if t.Generated {
			x[cMade] = 1
		}
		x[cTogether] = float32(k.ctx[i][0])
		x[cSupport] = log(k.ctx[i][1])
	}
	w := firstLook()
	for i := range out {
		s := float32(0)
		for f := range w {
			s += w[f] * out[i].x[f]
		}
		out[i].score, out[i].plain = float64(s), float64(s)
	}
	byScore := func(a, b candidate) int { return cmp.Compare(b.score, a.score) }
	slices.SortStableFunc(out, byScore)
	first := out[:min(len(out), maxClose)]
	least := math.Inf(1)
	for i := range first {
		first[i].score = k.h.model.Score(first[i].x[:])
		least = min(least, first[i].score)
	}
	slices.SortStableFunc(first, byScore)
	for i := range out[len(first):] {
		out[len(first)+i].score = least - 1
	}
	return out
}

// firstLook are the weights that choose the documents which are looked at closely.
func firstLook() *features {
	w := features{
		sFile: .5, sFileFade: .35, sFileMax: .6, sDir: .4, sNear: 1.2, sIdent: .7, sGone: .4, sWord: 3, sPath: 1.5,
		sMention: .4, sMentionPath: .6, sPopular: .8, sLast: .6, sPart: .5, sName: 1, sBeside: .8, sCode: .5, sTopic: .5,
	}
	return &w
}
