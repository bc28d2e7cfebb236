package drift

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/git"
)

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
// stand: which documents name what the change touches. Each is a signal that says
// how a document compares with the others; how much a signal counts, and beside
// which others, many repositories taught (see Model). Weights of a repository's own,
// fitted to its earlier changes, were tried on top and did not help on others.
// Nothing later than the base is looked at.
type Ranker struct {
	repo  *git.Repo
	base  string
	h     *history
	notes []string
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
	return &Ranker{repo: repo, base: base, h: h}, nil
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
	var out []Likely
	for _, x := range cs[:min(most, len(cs))] {
		l := Likely{Path: x.path, Score: math.Round(x.score*1000) / 1000}
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
	w := r.h.model.Weights
	for f := range nSignals {
		v := w[f] * float64(x.x[f])
		if f < sRanked {
			v += w[nSignals+f] * float64(x.x[nSignals+f])
		}
		if f == sFileMax {
			v += w[cTogether] * float64(x.x[cTogether])
		}
		if v > .1 {
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
		case sFile, sFileFade, sFileMax, sFileOnly:
			add(r.together(c, x.path))
		case sWord, sIdent, sRare, sGone, sHead, sCode, sQuoted, sSaid, sAround, sWhole:
			add(r.named(ctx, c, x.path))
		case sNear, sNearTop, sTerm:
			add("earlier changes like this one changed it")
		case sDir, sDirDeep, sPart, sKind:
			add("changes of files like these changed it")
		case sPath, sName, sTopic:
			add("it is about what the changed files are named after")
		case sMention, sMentionPath:
			add("it mentions the changed files")
		case sBeside:
			add("it lies beside the changed files")
		case sLast, sPopular:
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
		s := r.h.ofFile(f)
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
	d, ok := r.h.Paths[doc]
	if !ok {
		return best, file
	}
	for _, f := range c.files {
		if s := r.h.ofFile(f); s != nil && s.With[d] != nil && s.All.N >= fewChanges && s.With[d].N/s.All.N > best {
			best, file = s.With[d].N/s.All.N, f
		}
	}
	return best, file
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

// Bounds of what is said of likely documents: most of a file's changes came with
// the document, and a reader has three lines of patience.
const (
	mostChanges = .6
	// MostHints is how many documents Hints names at most.
	MostHints = 3
)
