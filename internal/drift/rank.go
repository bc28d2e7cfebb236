package drift

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/internal/markdown"
)

func dot(a, b *features) float64 {
	s := 0.0
	for i := range a {
		s += float64(a[i]) * float64(b[i])
	}
	return s
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
}

// NewRanker learns from the first-parent history up to base, a commit. What it
// learns is kept in the folder cache, "" for none, and brought up to date the
// next time.
func NewRanker(ctx context.Context, repo *git.Repo, base, cache string) (*Ranker, error) {
	h, err := mined(ctx, repo, base, cache)
	if err != nil {
		return nil, fmt.Errorf("learn from history: %w", err)
	}
	r := &Ranker{repo: repo, base: base, h: h, weights: *firstLook()}
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
	c := r.h.look(ctx, plain, readAround)
	if len(c.files) == 0 {
		return nil, nil
	}
	touched := map[string]bool{}
	for _, x := range plain {
		touched[x.Path] = true
	}
	cs := r.h.score(ctx, c)
	cs = slices.DeleteFunc(cs, func(x candidate) bool { return touched[x.path] })
	slices.SortStableFunc(cs, func(a, b candidate) int { return cmp.Compare(dot(&r.weights, &b.x), dot(&r.weights, &a.x)) })
	var out []Likely
	for _, x := range cs[:min(most, len(cs))] {
		l := Likely{Path: x.path, Score: math.Round(dot(&r.weights, &x.x)*1000) / 1000}
		l.Reasons = r.reasons(ctx, c, x)
		l.Sections = r.sections(ctx, c, x.path)
		l.Together = r.share(c, x.path)
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
		if v := float64(r.weights[f] * x.x[f]); v > .1 {
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
		case sFile, sFileFade, sFileMax:
			add(r.together(c, x.path))
		case sIdent, sWord, sGone, sHead:
			add(r.named(ctx, c, x.path))
		case sNear, sTerm:
			add("earlier changes like this one changed it")
		case sDir, sDirDeep:
			add("changes in the same folders changed it")
		case sPath:
			add("its path names what the change is about")
		case sMention:
			add("it mentions the changed files")
		case sLast:
			add("it was changed a short while ago")
		}
	}
	return out
}

// together names the file of the change that the document changed with most.
func (r *Ranker) together(c *codeChange, doc string) string {
	d, ok := r.h.Paths[doc]
	if !ok {
		return ""
	}
	best, text := 0.0, ""
	for _, f := range c.files {
		s := r.h.File[r.h.Paths[f]]
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
// document had in common.
func (r *Ranker) share(c *codeChange, doc string) float64 {
	d, ok := r.h.Paths[doc]
	if !ok {
		return 0
	}
	best := 0.0
	for _, f := range c.files {
		if s := r.h.File[r.h.Paths[f]]; s != nil && s.With[d] != nil && s.All.N >= fewChanges {
			best = max(best, s.With[d].N/s.All.N)
		}
	}
	return best
}

// named lists the rarest identifiers of the change that the document names.
func (r *Ranker) named(ctx context.Context, c *codeChange, doc string) string {
	all := r.h.documents(ctx)
	t := all.of[doc]
	type word struct {
		s  string
		df int32
	}
	var ws []word
	for i, s := range c.names {
		if t.count(i) != [nParts]uint16{} {
			ws = append(ws, word{s, int32(len(all.with[i]))})
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

// sections ranks the sections of a document by the words of the change.
func (r *Ranker) sections(ctx context.Context, c *codeChange, doc string) []string {
	out := []string{}
	src, err := r.repo.Blob(ctx, r.h.Blobs[doc])
	if err != nil || len(src) > maxText {
		return out
	}
	d := markdown.Parse(src)
	type scored struct {
		path  string
		score float64
	}
	var list []scored
	var above []string
	df := map[int32]float64{}
	type own struct {
		path  string
		terms map[int32]float64
		n     float64
	}
	var secs []own
	for s := range d.Sections() {
		if l := s.Level(); l > 0 {
			above = append(above[:min(len(above), l-1)], s.Title())
		}
		o := own{path: strings.Join(above, " > "), terms: map[int32]float64{}}
		var text strings.Builder
		text.WriteString(s.Title())
		for _, b := range s.Own {
			text.WriteByte('\n')
			text.Write(src[b.Start:b.End])
		}
		terms(text.String(), func(w string, _ bool) {
			o.n++
			if i, ok := r.h.Words[w]; ok {
				o.terms[i]++
			}
		})
		for i := range o.terms {
			df[i]++
		}
		secs = append(secs, o)
	}
	n := float64(len(secs)) + 1
	for _, o := range secs {
		v := 0.0
		for i, tf := range o.terms {
			w := float64(c.added[i] + c.removed[i])
			if w == 0 {
				continue
			}
			v += math.Log((n-df[i]+.5)/(df[i]+.5)+1) * tf * 2.2 / (tf + 1.2*(.4+.6*o.n/80)) * math.Log1p(w)
		}
		if v > 0 && o.path != "" {
			list = append(list, scored{o.path, v})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	for _, s := range list[:min(3, len(list))] {
		out = append(out, s.path)
	}
	return out
}

// Bounds of what is said of likely documents: most of a file's changes came with
// the document, and a reader has three lines of patience.
const (
	mostChanges = .6
	// MostHints is how many documents Hints names at most.
	MostHints = 3
)

// Hints turns a ranking into findings: few, and only where the history is plain.
func Hints(ranked []Likely) []finding.Finding {
	var out []finding.Finding
	for _, l := range ranked {
		if l.Together < mostChanges || len(out) == MostHints {
			continue
		}
		f := finding.Finding{
			Rule: "drift/likely-document", Severity: finding.Info, Position: finding.Position{Path: l.Path}, Subject: l.Path,
			Message: "this document usually changes with the code that this change touches",
			Hint:    "read it, and change it or leave it",
		}
		if len(l.Reasons) > 0 {
			f.Reason = l.Reasons[0]
		}
		out = append(out, f)
	}
	return out
}
