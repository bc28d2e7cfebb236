package drift

import (
	"cmp"
	"context"
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/git"
)

// blobs is where contents come from.
type blobs interface {
	Blob(ctx context.Context, name string) ([]byte, error)
}

// docText is what is kept of a document's text: how often it has each term.
type docText struct {
	terms  map[int32]float32 // count, more for headings and code
	length float32
	files  map[string]bool // base names of files that it mentions, in lower case
	title  map[int32]bool  // terms of the title and headings
}

// miner walks through a history and keeps what changed together.
type miner struct {
	src  blobs
	ids  map[string]int32 // terms
	text map[string]*docText

	docs map[string]string // documents that are there: path → blob
	df   map[int32]int     // in how many of them a term stands

	n       int // commits seen
	file    map[string]*seen
	dir     map[string]*seen
	tok     map[int32]*seen
	doc     map[string]*count // changes of each document
	past    []pastChange
	lastDoc map[string]int // commit at which a document was changed last
}

// count is how often something happened, with and without forgetting.
type count struct {
	n    float64
	fade float64
	at   int // commit of the last
}

const halfLife = 400 // commits after which a change counts half

func (c *count) add(at int, w float64) {
	c.fade = c.faded(at) + w
	c.n += w
	c.at = at
}

func (c *count) faded(at int) float64 {
	if c == nil {
		return 0
	}
	return c.fade * math.Exp2(-float64(at-c.at)/halfLife)
}

// seen is how often something changed, and each document with it.
type seen struct {
	all  count
	with map[string]*count
}

func (m *miner) see(table map[string]*seen, key string, docs []string, w float64) {
	s := table[key]
	if s == nil {
		s = &seen{}
		table[key] = s
	}
	s.add(m.n, docs, w)
}

func (s *seen) add(at int, docs []string, w float64) {
	s.all.add(at, w)
	for _, d := range docs {
		if s.with == nil {
			s.with = map[string]*count{}
		}
		c := s.with[d]
		if c == nil {
			c = &count{}
			s.with[d] = c
		}
		c.add(at, w)
	}
}

// pastChange is a change of code with documents, for likeness.
type pastChange struct {
	at    int
	terms map[int32]bool
	files []string
	docs  []string
}

func newMiner(src blobs) *miner {
	return &miner{
		src: src, ids: map[string]int32{}, text: map[string]*docText{}, docs: map[string]string{}, df: map[int32]int{},
		file: map[string]*seen{}, dir: map[string]*seen{}, tok: map[int32]*seen{}, doc: map[string]*count{}, lastDoc: map[string]int{},
	}
}

func (m *miner) id(term string) int32 {
	if i, ok := m.ids[term]; ok {
		return i
	}
	i := int32(len(m.ids))
	m.ids[strings.Clone(term)] = i
	return i
}

const maxDocument = 1 << 20

func (m *miner) read(ctx context.Context, sha string) *docText {
	if t := m.text[sha]; t != nil {
		return t
	}
	t := &docText{terms: map[int32]float32{}, files: map[string]bool{}, title: map[int32]bool{}}
	m.text[sha] = t
	b, err := m.src.Blob(ctx, sha)
	if err != nil || len(b) > maxDocument {
		return t
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		w := float32(1)
		heading := strings.HasPrefix(line, "#")
		if heading {
			w = 3
		}
		terms(line, func(s string, whole bool) {
			i := m.id(s)
			t.terms[i] += w
			t.length++
			if heading {
				t.title[i] = true
			}
			if whole && strings.Contains(s, ".") {
				t.files[s] = true
			}
		})
	}
	return t
}

func (m *miner) setDoc(ctx context.Context, p, sha string) {
	if old, ok := m.docs[p]; ok {
		for i := range m.read(ctx, old).terms {
			m.df[i]--
		}
		delete(m.docs, p)
	}
	if sha != "" {
		m.docs[p] = sha
		for i := range m.read(ctx, sha).terms {
			m.df[i]++
		}
	}
}

// change is a change of code as a ranker sees it.
type change struct {
	files          []string // code, by path
	docs           []string // documents that it modified
	removed, added map[int32]float32
	gone           map[int32]bool // removed and not added
	newDocs        []string
}

const maxCodeBlob = 1 << 20

// look reads what a commit changed.
func (m *miner) look(ctx context.Context, changes []git.Change, withText bool) *change {
	c := &change{removed: map[int32]float32{}, added: map[int32]float32{}, gone: map[int32]bool{}}
	for _, x := range changes {
		switch classify(x.Path) {
		case classDocument:
			if x.Status == git.Modified {
				c.docs = append(c.docs, x.Path)
			} else if x.Status == git.Added {
				c.newDocs = append(c.newDocs, x.Path)
			}
		case classCode:
			c.files = append(c.files, x.Path)
			if withText && x.Mode != git.ModeSubmodule && x.OldMode != git.ModeSubmodule {
				m.lines(ctx, x, c)
			}
		}
	}
	for i := range c.removed {
		if c.added[i] == 0 {
			c.gone[i] = true
		}
	}
	return c
}

// lines collects the terms of lines that one side has and the other has not.
func (m *miner) lines(ctx context.Context, x git.Change, c *change) {
	get := func(sha string) string {
		if sha == "" || strings.Trim(sha, "0") == "" {
			return ""
		}
		b, err := m.src.Blob(ctx, sha)
		if err != nil || len(b) > maxCodeBlob || slices.Contains(b[:min(len(b), 8000)], 0) {
			return ""
		}
		return string(b)
	}
	before, after := get(x.OldSHA), get(x.SHA)
	n := map[string]int{}
	for l := range strings.SplitSeq(before, "\n") {
		n[strings.TrimSpace(l)]--
	}
	for l := range strings.SplitSeq(after, "\n") {
		n[strings.TrimSpace(l)]++
	}
	w := float32(1)
	if isTest(x.Path) {
		w = .3
	}
	for l, k := range n {
		if k == 0 || len(l) > 2000 {
			continue
		}
		to := c.added
		if k < 0 {
			to = c.removed
		}
		terms(l, func(s string, whole bool) {
			v := w
			if whole {
				v *= 2
			}
			to[m.id(s)] += v
		})
	}
}

// learn adds a commit to what is known. c may be nil for one that is not looked
// at closely.
func (m *miner) learn(ctx context.Context, changes []git.Change, c *change) {
	m.n++
	var code, docs []string
	for _, x := range changes {
		switch classify(x.Path) {
		case classDocument:
			if x.Status == git.Deleted {
				m.setDoc(ctx, x.Path, "")
				continue
			}
			if x.Mode.Regular() {
				m.setDoc(ctx, x.Path, x.SHA)
				docs = append(docs, x.Path)
			}
		case classCode:
			code = append(code, x.Path)
		}
	}
	if len(code) > 60 || len(docs) > 12 {
		return
	}
	for _, d := range docs {
		n := m.doc[d]
		if n == nil {
			n = &count{}
			m.doc[d] = n
		}
		n.add(m.n, 1)
		m.lastDoc[d] = m.n
	}
	if len(code) == 0 {
		return
	}
	w := 1 / math.Sqrt(float64(max(1, len(docs))))
	if len(docs) == 0 {
		w = 1
	}
	dirs := map[string]bool{}
	for _, f := range code {
		m.see(m.file, f, docs, w)
		for d := path.Dir(f); ; d = path.Dir(d) {
			dirs[d] = true
			if d == "." {
				break
			}
		}
	}
	for d := range dirs {
		m.see(m.dir, d, docs, w)
	}
	if c == nil || len(docs) == 0 {
		return
	}
	all := map[int32]bool{}
	for i := range c.added {
		all[i] = true
	}
	for i := range c.removed {
		all[i] = true
	}
	for i := range all {
		s := m.tok[i]
		if s == nil {
			s = &seen{}
			m.tok[i] = s
		}
		s.add(m.n, docs, w)
	}
	m.past = append(m.past, pastChange{m.n, all, code, docs})
}

// featureNames are the features of a document for a change, in the order of
// their weights.
var featureNames = []string{
	"file", "fileFade", "fileMax", "dir", "dirDeep", "token", "near", "ident", "identGone", "word", "title", "path", "mention", "popular", "fresh", "last",
}

const nFeatures = 16

type features [nFeatures]float64

// candidate is a document with its features.
type candidate struct {
	path string
	x    features
}

// score computes the features of all documents for a change.
func (m *miner) score(ctx context.Context, c *change) []candidate {
	at := m.n + 1
	N := float64(len(m.docs)) + 1
	out := make([]candidate, 0, len(m.docs))
	index := make(map[string]int, len(m.docs))
	for p := range m.docs {
		out = append(out, candidate{path: p})
	}
	slices.SortFunc(out, func(a, b candidate) int { return strings.Compare(a.path, b.path) })
	for i := range out {
		index[out[i].path] = i
	}
	const (
		fFile = iota
		fFileFade
		fFileMax
		fDir
		fDirDeep
		fToken
		fNear
		fIdent
		fGone
		fWord
		fTitle
		fPath
		fMention
		fPopular
		fFresh
		fLast
	)
	for _, f := range c.files {
		if s := m.file[f]; s != nil {
			for d, n := range s.with {
				if i, ok := index[d]; ok {
					v := n.n / (s.all.n + 2)
					out[i].x[fFile] += v
					out[i].x[fFileMax] = max(out[i].x[fFileMax], v)
					out[i].x[fFileFade] += n.faded(at) / (s.all.faded(at) + 1)
				}
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
		s := m.dir[d]
		if s == nil {
			continue
		}
		for doc, n := range s.with {
			if i, ok := index[doc]; ok {
				v := n.faded(at) / (s.all.faded(at) + 2)
				if depth == 0 {
					out[i].x[fDir] += v
				}
				out[i].x[fDirDeep] += v / float64(1+depth)
			}
		}
	}
	// Terms: what earlier changes with them did, and what documents say.
	all := map[int32]float64{}
	for i, v := range c.added {
		all[i] += float64(v)
	}
	for i, v := range c.removed {
		all[i] += float64(v)
	}
	pastN := float64(len(m.past)) + 1
	norm := 0.0
	for t, v := range all {
		if s := m.tok[t]; s != nil {
			idf := math.Log(pastN/(s.all.n+.5) + 1)
			for doc, n := range s.with {
				if i, ok := index[doc]; ok {
					out[i].x[fToken] += idf * n.n / (s.all.n + 1.5) * math.Log1p(v)
				}
			}
		}
		if s := m.tok[t]; s == nil || s.all.n < pastN/4 {
			norm++
		}
	}
	_ = norm
	avg := 1.0
	for _, d := range out {
		avg += float64(m.read(ctx, m.docs[d.path]).length)
	}
	avg /= N
	for t, v := range all {
		df := float64(m.df[t])
		if df == 0 {
			continue
		}
		idf := math.Log((N-df+.5)/(df+.5) + 1)
		for i := range out {
			dt := m.read(ctx, m.docs[out[i].path])
			tf := float64(dt.terms[t])
			if tf == 0 {
				continue
			}
			bm := idf * tf * 2.2 / (tf + 1.2*(.4+.6*float64(dt.length)/avg)) * math.Log1p(v)
			out[i].x[fWord] += bm
			out[i].x[fIdent] += idf * idf / (1 + math.Log1p(float64(dt.length)))
			if c.gone[t] {
				out[i].x[fGone] += idf * idf / (1 + math.Log1p(float64(dt.length)))
			}
			if dt.title[t] {
				out[i].x[fTitle] += idf
			}
		}
	}
	// Likeness to earlier changes.
	type near struct {
		sim float64
		p   *pastChange
	}
	var ns []near
	files := map[string]bool{}
	for _, f := range c.files {
		files[f] = true
	}
	for k := max(0, len(m.past)-600); k < len(m.past); k++ {
		p := &m.past[k]
		sf := 0.0
		for _, f := range p.files {
			if files[f] {
				sf += 1 / math.Log(2+m.file[f].all.n)
			}
		}
		st := 0.0
		small, big := p.terms, all
		for t := range small {
			if v := big[t]; v > 0 {
				if s := m.tok[t]; s != nil {
					st += math.Log(pastN / (s.all.n + .5))
				}
			}
		}
		st /= math.Sqrt(float64(len(p.terms)+20)) * math.Sqrt(float64(len(all)+20))
		sim := (2*sf/math.Sqrt(float64(len(p.files)*len(c.files))) + 3*st) * math.Exp2(-float64(at-p.at)/1500)
		if sim > 0 {
			ns = append(ns, near{sim, p})
		}
	}
	slices.SortStableFunc(ns, func(a, b near) int { return cmp.Compare(b.sim, a.sim) })
	for k, n := range ns[:min(20, len(ns))] {
		_ = k
		for _, d := range n.p.docs {
			if i, ok := index[d]; ok {
				out[i].x[fNear] += n.sim * n.sim / math.Sqrt(float64(len(n.p.docs)))
			}
		}
	}
	// Paths.
	ct := map[string]bool{}
	base := map[string]bool{}
	for _, f := range c.files {
		for _, w := range words(f) {
			if len(w) > 2 {
				ct[w] = true
			}
		}
		base[strings.ToLower(path.Base(f))] = true
	}
	pdf := map[string]float64{}
	toks := make([]map[string]bool, len(out))
	for i := range out {
		toks[i] = map[string]bool{}
		for _, w := range words(out[i].path) {
			if len(w) > 2 && !toks[i][w] {
				toks[i][w] = true
				pdf[w]++
			}
		}
	}
	for i := range out {
		dt := m.read(ctx, m.docs[out[i].path])
		for w := range toks[i] {
			if ct[w] {
				out[i].x[fPath] += math.Log(N / (pdf[w] + .5))
			}
		}
		for b := range base {
			if dt.files[b] {
				out[i].x[fMention]++
			}
		}
		if n := m.doc[out[i].path]; n != nil {
			out[i].x[fPopular] = math.Log1p(n.n)
			out[i].x[fFresh] = math.Log1p(n.faded(at) * 4)
		}
		if l := m.lastDoc[out[i].path]; l > 0 {
			out[i].x[fLast] = 1 / (1 + float64(at-l)/30)
		}
	}
	normalize(out)
	return out
}

// normalize divides each feature by its greatest value among the candidates.
func normalize(cs []candidate) {
	for f := range nFeatures {
		top := 0.0
		for i := range cs {
			top = max(top, cs[i].x[f])
		}
		if top == 0 {
			continue
		}
		for i := range cs {
			cs[i].x[f] /= top
		}
	}
}

var _ = time.Now
