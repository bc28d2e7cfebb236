package drift

import (
	"cmp"
	"context"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// section is a part of a document: a heading with what stands below it, down to
// the next heading.
type section struct {
	path     string // headings from the top: "Install > Ports"; "" before the first
	title    string
	depth    int
	from, to int // lines, from 0, to not included
}

// outline returns the sections of a document in their order, from the headings
// of Markdown, AsciiDoc or reStructuredText.
func outline(name, src string) []section {
	type heading struct {
		line, level int
		title       string
	}
	var hs []heading
	lines := strings.Split(src, "\n")
	switch strings.ToLower(path.Ext(name)) {
	case ".adoc", ".asciidoc":
		fenced := false
		for i, l := range lines {
			if strings.HasPrefix(l, "----") || strings.HasPrefix(l, "....") {
				fenced = !fenced
			}
			level := len(l) - len(strings.TrimLeft(l, "="))
			if !fenced && level > 0 && level < 7 && strings.HasPrefix(l[level:], " ") {
				hs = append(hs, heading{i, level, strings.TrimSpace(l[level:])})
			}
		}
	case ".rst", ".txt":
		order := "" // underlines in the order in which they first come
		for i := 1; i < len(lines); i++ {
			u, t := strings.TrimRight(lines[i], " \r"), strings.TrimSpace(lines[i-1])
			if len(u) < 3 || t == "" || !strings.ContainsRune("=-~^\"'`#*+.:_", rune(u[0])) || strings.Trim(u, u[:1]) != "" || len(t) > 2 && strings.Trim(t, t[:1]) == "" || len(u)+1 < len([]rune(t)) {
				continue
			}
			k := strings.IndexByte(order, u[0])
			if k < 0 {
				k = len(order)
				order += u[:1]
			}
			hs = append(hs, heading{i - 1, k + 1, t})
		}
	default:
		d := markdown.Parse([]byte(src))
		for s := range d.Sections() {
			if l := s.Level(); l > 0 {
				hs = append(hs, heading{d.LineOf(s.Start) - 1, l, s.Title()})
			}
		}
	}
	var out []section
	if len(hs) == 0 || hs[0].line > 0 {
		out = append(out, section{to: len(lines)})
	}
	var above []string
	for _, h := range hs {
		above = append(above[:min(len(above), h.level-1)], h.title)
		out = append(out, section{strings.Join(above, " > "), h.title, len(above), h.line, len(lines)})
	}
	for i := range len(out) - 1 {
		out[i].to = out[i+1].from
	}
	return out
}

// changedSections returns the sections of the old text in which it differs from
// the new one. What a new section adds is a change of the section above it.
func changedSections(name, old, text string) []string {
	was, is := outline(name, old), outline(name, text)
	known := map[string]bool{}
	for _, s := range was {
		known[s.path] = true
	}
	at := func(list []section, line int) section {
		i, _ := slices.BinarySearchFunc(list, line+1, func(s section, n int) int { return cmp.Compare(s.from, n) })
		return list[max(i-1, 0)]
	}
	var out []string
	add := func(p string) {
		for p != "" && !known[p] {
			i := strings.LastIndex(p, " > ")
			p = p[:max(i, 0)]
		}
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	a, b := strings.Split(old, "\n"), strings.Split(text, "\n")
	for _, h := range diffLines(a, b) {
		for i := h.A; i < h.AEnd; i++ {
			if strings.TrimSpace(a[i]) != "" {
				add(at(was, i).path)
			}
		}
		if h.A < h.AEnd {
			continue
		}
		for i := h.B; i < h.BEnd; i++ {
			if strings.TrimSpace(b[i]) != "" {
				add(at(is, i).path)
			}
		}
	}
	return out
}

// The features of a section for a change; each is divided by its greatest value
// among the sections of the document.
const (
	tWord    = iota // is about what the change is about (BM25)
	tName           // the same for identifiers, rare ones in the repository count more
	tGone           // names what goes
	tTaken          // has words of the lines that were there before (BM25)
	tDense          // share of its words that are of the change
	tTitle          // has words of the change in its heading
	tAbove          // in the headings above it
	tMention        // mentions the files
	tNear           // was changed by earlier changes like this one
	tOften          // is changed often
	tLately         // was changed a short while ago
	tLength         // is long
	tDepth          // lies deep
	tFirst          // comes early
	nSectionFeatures
)

type sectionFeatures [nSectionFeatures]float64

// sectionWeights were fitted to the changes of thirty-three public repositories, by
// bench/likely sections.
func sectionWeights() sectionFeatures {
	return sectionFeatures{
		tWord: 1.79, tName: 0.57, tGone: 1.45, tTaken: 0.70, tDense: 0.67, tTitle: 0.58, tAbove: 0.43, tMention: 0.58,
		tNear: 1.53, tOften: 0.17, tLately: 0.40, tLength: -0.28, tDepth: -1.09, tFirst: 0.48,
	}
}

func (w sectionFeatures) of(x sectionFeatures) float64 {
	v := 0.0
	for i := range w {
		v += w[i] * x[i]
	}
	return v
}

// sectionsOf returns the sections of a document with their features for a
// change.
func (h *history) sectionsOf(ctx context.Context, c *codeChange, doc string) ([]section, []sectionFeatures) {
	src, err := h.read(ctx, h.Blobs[doc])
	if err != nil || len(src) > maxText {
		return nil, nil
	}
	text := string(src)
	secs := outline(doc, text)
	lines := strings.Split(text, "\n")
	type bag struct {
		terms map[int32]float64
		n     float64
		files map[string]bool
	}
	read := func(text string) bag {
		b := bag{map[int32]float64{}, 0, map[string]bool{}}
		terms(text, func(w string, whole bool) {
			b.n++
			if i, ok := h.Words[w]; ok {
				b.terms[i]++
			}
			if whole && strings.Contains(w, ".") {
				b.files[w] = true
			}
		})
		return b
	}
	df := map[int32]float64{}
	bags := make([]bag, len(secs))
	mean := 1.0
	for i, s := range secs {
		bags[i] = read(strings.Join(lines[s.from:s.to], "\n"))
		mean += bags[i].n
		for t := range bags[i].terms {
			df[t]++
		}
	}
	mean /= float64(len(secs)) + 1
	n, total := float64(len(secs))+1, float64(len(h.Blobs))+1
	at := h.N + 1
	votes, often, last := h.votes(c, doc)
	base := map[string]bool{}
	for _, f := range c.files {
		base[strings.ToLower(path.Base(f))] = true
	}
	xs := make([]sectionFeatures, len(secs))
	for i, s := range secs {
		x := &xs[i]
		b := bags[i]
		for t, tf := range b.terms {
			w := float64(c.added[t] + c.removed[t])
			if w == 0 {
				continue
			}
			idf := math.Log((n-df[t]+.5)/(df[t]+.5) + 1)
			part := idf * tf * 2.2 / (tf + 1.2*(.4+.6*b.n/mean))
			x[tWord] += part * math.Log1p(w)
			x[tTaken] += part * math.Log1p(float64(c.removed[t]))
			x[tDense] += idf * tf / (b.n + 10)
			if _, name := c.names[t]; name {
				rare := idf * math.Log((total+1)/(h.inDocuments(t)+.5))
				x[tName] += rare
				if c.added[t] == 0 {
					x[tGone] += rare
				}
			}
		}
		for t := range read(s.title).terms {
			if c.added[t]+c.removed[t] > 0 && df[t] > 0 {
				x[tTitle] += math.Log(n/df[t]) + .1
			}
		}
		if s.path != s.title {
			for t := range read(strings.TrimSuffix(s.path, s.title)).terms {
				if c.added[t]+c.removed[t] > 0 && df[t] > 0 {
					x[tAbove] += math.Log(n/df[t]) + .1
				}
			}
		}
		for f := range base {
			if b.files[f] {
				x[tMention]++
			}
		}
		x[tNear], x[tOften] = votes[s.path], often[s.path]
		if l := last[s.path]; l > 0 {
			x[tLately] = 1 / (1 + float64(at-l)/100)
		}
		x[tLength] = math.Log1p(b.n)
		x[tDepth] = float64(s.depth)
		x[tFirst] = 1 / float64(1+i)
	}
	for f := range nSectionFeatures {
		top := 0.0
		for i := range xs {
			top = max(top, xs[i][f])
		}
		for i := range xs {
			if top > 0 {
				xs[i][f] /= top
			}
		}
	}
	return secs, xs
}

// votes lets the earlier changes of a document with code say which sections they
// changed: those that are like this one, how often in all, and when last.
func (h *history) votes(c *codeChange, doc string) (near, often map[string]float64, last map[string]int32) {
	near, often, last = map[string]float64{}, map[string]float64{}, map[string]int32{}
	d, ok := h.numberOf(doc)
	if !ok {
		return near, often, last
	}
	files, dirs := map[string]bool{}, map[string]bool{}
	for _, f := range c.files {
		files[f] = true
		dirs[path.Dir(f)] = true
	}
	at := h.N + 1
	total := float64(len(h.Blobs)) + 1
	for i := range h.Past {
		p := &h.Past[i]
		where := p.Where[d]
		if len(where) == 0 {
			continue
		}
		sim := 0.0
		for _, f := range p.Files {
			switch {
			case files[f]:
				sim++
			case dirs[path.Dir(f)]:
				sim += .2
			}
		}
		sim /= math.Sqrt(float64(len(p.Files) * len(c.files)))
		both := 0.0
		for _, t := range p.Terms {
			if c.added[t]+c.removed[t] > 0 {
				both += math.Log((total + 1) / (h.inDocuments(t) + .5))
			}
		}
		sim += 3 * both / math.Sqrt(float64(len(p.Terms)+20)*float64(len(c.added)+len(c.removed)+20))
		fade := math.Exp2(-float64(at-p.At) / 1500)
		for _, s := range where {
			near[s] += sim * sim * fade / float64(len(where))
			often[s] += fade / float64(len(where))
			last[s] = max(last[s], p.At)
		}
	}
	return near, often, last
}

// mostSections is how many sections are named of a document.
const mostSections = 3

// sections returns the headings under which a change of a document would be, the
// likeliest first.
func (h *history) sections(ctx context.Context, c *codeChange, doc string) []string {
	secs, xs := h.sectionsOf(ctx, c, doc)
	w := sectionWeights()
	order := make([]int, len(secs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(w.of(xs[b]), w.of(xs[a])) })
	out := []string{}
	for _, i := range order {
		if p := secs[i].path; p != "" && !slices.Contains(out, p) && len(out) < mostSections {
			out = append(out, p)
		}
	}
	return out
}

// where returns the sections that a commit changed, by document.
func (h *history) where(ctx context.Context, changes []git.Change) map[int32][]string {
	out := map[int32][]string{}
	for _, x := range changes {
		if x.Status != git.Modified || classify(x.Path) != classDocument || !x.Mode.Regular() {
			continue
		}
		old, err := h.read(ctx, x.OldSHA)
		if err != nil || len(old) > maxText {
			continue
		}
		text, err := h.read(ctx, x.SHA)
		if err != nil || len(text) > maxText {
			continue
		}
		if secs := changedSections(x.Path, string(old), string(text)); len(secs) > 0 {
			out[h.number(x.Path)] = secs[:min(len(secs), 20)]
		}
	}
	return out
}
