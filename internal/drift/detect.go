package drift

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
)

// Signs are what tells whether a document needs the change that the ranking
// says it needs most: of the change, of how its files behaved before, and of
// the document. All are as of before the change.
const (
	signFiles     = iota // how many code files, log
	signTests            // share of them that only test
	signConfig           // share that configures
	signPipeline         // share that builds, releases or tests the project
	signNewFiles         // files that are new, log
	signGoneFiles        // files that are gone, log
	signUnseen           // share of files that were never changed before
	signAdded            // words added, log
	signRemoved          // words removed, log
	signNew              // identifiers that come, log
	signNovel            // of those, in no document, log
	signOut              // identifiers that go, log
	signOutKnown         // of those, in documents, log
	signOutRare          // how rare the rarest of those is
	signRate             // share of the repository's changes of code with documents, lately
	signFileRate         // the same of the files, against the repository's
	signFileFade         // lately
	signFileMost         // of the file where it is greatest
	signDirRate          // of their folders, lately
	signNearRate         // of the earlier changes of the same files
	signNearSeen         // how many of those there were, log
	signDocs             // how many documents there are, log
	signPlace            // place of the document, 0 1 2
	signScore            // its score
	signMargin           // to the next, for the first; to the first, for the others
	signShare            // its share among all, after exp
	signTogether         // share of the changes of one of the files with it
	signSupport          // how many those were, log
	signLately           // share, lately
	signDirs             // share of the changes of one of the folders with it, lately
	signNearDoc          // share of the earlier changes of the same files with it
	signPopular          // share of all changes with it, lately
	signSince            // changes since it was changed, log
	signNames            // names of the change that it has, rare ones count more
	signNamesOut         // the same of names that go
	signMentions         // how many of the files it mentions, log
	nSigns
)

// signs are the values of a document for a change.
type signs [nSigns]float64

// recent is an earlier change of code.
type recent struct {
	At    int32
	Files []string
	Docs  []int32
}

// maxRecent bounds how many changes of code are kept to compare with.
const maxRecent = 1000

// logit keeps a share away from 0 and 1, and spreads what lies near to them.
func logit(p float64) float64 {
	p = min(max(p, .005), .995)
	return math.Log(p / (1 - p))
}

// isConfig reports whether a file sets values rather than computing.
func isConfig(p string) bool {
	switch path.Ext(p) {
	case ".yaml", ".yml", ".toml", ".json", ".env", ".properties", ".ini", ".cfg", ".conf", ".tf", ".hcl", ".tfvars":
		return true
	}
	return strings.HasPrefix(path.Base(p), ".env")
}

// isPipeline reports whether a file serves those who build the project alone.
func isPipeline(p string) bool {
	l := strings.ToLower(p)
	if hasFolder(l, ".github", ".gitlab", ".circleci", ".buildkite", "ci", ".ci", ".vscode", ".devcontainer") {
		return true
	}
	switch base := path.Base(l); base {
	case "makefile", "justfile", "jenkinsfile", "package.json", "pyproject.toml", "cargo.toml", "go.mod", "setup.py", "setup.cfg", "tox.ini", "noxfile.py", "renovate.json", "renovate.json5", ".golangci.yml",
		".golangci.yaml", "pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", ".gitlab-ci.yml", ".pre-commit-config.yaml", "dependabot.yml", "codecov.yml", "tsconfig.json", "gradle.properties", "libs.versions.toml":
		return true
	}
	return false
}

// signsOf returns the signs of the first documents of a plain ranking.
func (h *history) signsOf(c *codeChange, cs []candidate, most int) []signs {
	at := h.N + 1
	var base signs
	n := float64(len(c.files))
	files := map[string]bool{}
	for _, f := range c.files {
		files[f] = true
		switch {
		case isTest(f):
			base[signTests] += 1 / n
		case isPipeline(f):
			base[signPipeline] += 1 / n
		case isConfig(f):
			base[signConfig] += 1 / n
		}
	}
	base[signFiles] = math.Log1p(n)
	base[signNewFiles], base[signGoneFiles] = math.Log1p(float64(c.come)), math.Log1p(float64(c.gone))
	base[signDocs] = math.Log1p(float64(len(h.Blobs)))
	h.signsOfWords(c, &base)
	h.signsOfFiles(c, at, &base)

	near, weight := h.nearest(files, at)
	rate := expit(base[signRate])
	any := 0.0
	for _, r := range near {
		if len(r.p.Docs) > 0 {
			any += r.sim
		}
	}
	base[signNearRate] = logit((any + rate) / (weight + 1))
	base[signNearSeen] = math.Log1p(float64(len(near)))

	ss := make([]float64, len(cs))
	total := 0.0
	for i := range cs {
		ss[i] = cs[i].plain
		total += math.Exp(ss[i] - ss[0])
	}
	out := make([]signs, 0, most)
	for i := range cs[:min(most, len(cs))] {
		x := base
		x[signPlace], x[signScore] = float64(i), ss[i]
		switch {
		case i > 0:
			x[signMargin] = ss[i] - ss[0]
		case len(cs) > 1:
			x[signMargin] = ss[0] - ss[1]
		}
		x[signShare] = logit(math.Exp(ss[i]-ss[0]) / total)
		h.signsOfDocument(c, cs[i].path, near, weight, at, &x)
		out = append(out, x)
	}
	return out
}

func expit(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func (h *history) signsOfWords(c *codeChange, x *signs) {
	total := float64(len(h.Blobs)) + 1
	var added, removed float64
	for t, v := range c.added {
		added += float64(v)
		if _, name := c.names[t]; name && c.removed[t] == 0 {
			x[signNew]++
			if h.inDocuments(t) == 0 {
				x[signNovel]++
			}
		}
	}
	for t, v := range c.removed {
		removed += float64(v)
		if _, name := c.names[t]; name && c.added[t] == 0 {
			x[signOut]++
			if df := h.inDocuments(t); df > 0 {
				x[signOutKnown]++
				x[signOutRare] = max(x[signOutRare], math.Log((total+1)/(df+.5)))
			}
		}
	}
	x[signAdded], x[signRemoved] = math.Log1p(added), math.Log1p(removed)
	for _, s := range []int{signNew, signNovel, signOut, signOutKnown} {
		x[s] = math.Log1p(x[s])
	}
}

// signsOfFiles compares how often the files came with documents.
func (h *history) signsOfFiles(c *codeChange, at int32, x *signs) {
	rate := .15
	if s := h.Dir["."]; s != nil {
		rate = (s.Any.faded(at) + 3*rate) / (s.All.faded(at) + 3)
	}
	x[signRate] = logit(rate)
	var all, any, allFade, anyFade float64
	most, unseen := rate, 0.0
	dirs := map[string]bool{}
	for _, f := range c.files {
		dirs[path.Dir(f)] = true
		s := h.ofFile(f)
		if s == nil {
			unseen++
			continue
		}
		all, any = all+s.All.N, any+s.Any.N
		allFade, anyFade = allFade+s.All.faded(at), anyFade+s.Any.faded(at)
		most = max(most, (s.Any.N+2*rate)/(s.All.N+2))
	}
	x[signUnseen] = unseen / float64(len(c.files))
	x[signFileRate] = logit((any+2*rate)/(all+2)) - x[signRate]
	x[signFileFade] = logit((anyFade+rate)/(allFade+1)) - x[signRate]
	x[signFileMost] = logit(most) - x[signRate]
	all, any = 0, 0
	for d := range dirs {
		if s := h.Dir[d]; s != nil {
			all, any = all+s.All.faded(at), any+s.Any.faded(at)
		}
	}
	x[signDirRate] = logit((any+2*rate)/(all+2)) - x[signRate]
}

// alikeChange is an earlier change with how alike it is.
type alikeChange struct {
	sim float64
	p   *recent
}

// nearest returns the earlier changes that have files in common with one, the
// most alike first, and the sum of how alike they are.
func (h *history) nearest(files map[string]bool, at int32) ([]alikeChange, float64) {
	var out []alikeChange
	for i := range h.Recent {
		p := &h.Recent[i]
		both := 0
		for _, f := range p.Files {
			if files[f] {
				both++
			}
		}
		if both > 0 {
			sim := float64(both) / float64(len(files)+len(p.Files)-both)
			out = append(out, alikeChange{sim * math.Exp2(-float64(at-p.At)/halfLife), p})
		}
	}
	slices.SortStableFunc(out, func(a, b alikeChange) int { return cmp.Compare(b.sim, a.sim) })
	out = out[:min(len(out), 20)]
	total := 0.0
	for _, o := range out {
		total += o.sim
	}
	return out, total
}

func (h *history) signsOfDocument(c *codeChange, doc string, near []alikeChange, weight float64, at int32, x *signs) {
	rate := .01
	d, known := h.numberOf(doc)
	if n, last := h.ofDocument(d); known && n != nil {
		if s := h.Dir["."]; s != nil {
			rate = (n.faded(at) + .1) / (s.All.faded(at) + 10)
		}
		x[signSince] = math.Log1p(float64(at - last))
	} else {
		x[signSince] = math.Log1p(float64(at))
	}
	x[signPopular] = logit(rate)
	together, support, lately, dirs := rate, 0.0, rate, rate
	for _, f := range c.files {
		s := h.ofFile(f)
		if !known || s == nil || s.With[d] == nil {
			continue
		}
		if v := (s.With[d].N + 2*rate) / (s.All.N + 2); v > together {
			together, support = v, s.With[d].N
		}
		lately = max(lately, (s.With[d].faded(at)+rate)/(s.All.faded(at)+1))
	}
	for _, f := range c.files {
		if s := h.Dir[path.Dir(f)]; known && s != nil && s.With[d] != nil {
			dirs = max(dirs, (s.With[d].faded(at)+2*rate)/(s.All.faded(at)+2))
		}
	}
	x[signTogether], x[signSupport], x[signLately], x[signDirs] = logit(together), math.Log1p(support), logit(lately), logit(dirs)
	with := 0.0
	for _, o := range near {
		if known && slices.Contains(o.p.Docs, d) {
			with += o.sim
		}
	}
	x[signNearDoc] = logit((with + rate) / (weight + 1))

	total := float64(len(h.Blobs)) + 1
	for t := range c.names {
		if !h.names(doc, t) {
			continue
		}
		v := math.Log((total + 1) / (h.inDocuments(t) + .5))
		x[signNames] += v
		if c.added[t] == 0 {
			x[signNamesOut] += v
		}
	}
	x[signNames], x[signNamesOut] = math.Log1p(x[signNames]), math.Log1p(x[signNamesOut])
	for _, f := range c.files {
		if h.mentions(doc, f) {
			x[signMentions]++
		}
	}
	x[signMentions] = math.Log1p(x[signMentions])
}

// What the signs ask of a history.

func (h *history) ofFile(p string) *seen { return h.File[h.Paths[p]] }

func (h *history) numberOf(doc string) (int32, bool) {
	d, ok := h.Paths[doc]
	return d, ok
}

// ofDocument returns how often a document was changed, and the commit at which
// it was last.
func (h *history) ofDocument(d int32) (*count, int32) {
	if n := h.Doc[d]; n != nil {
		return &n.All, n.Last
	}
	return nil, 0
}

// inDocuments returns in how many documents a term stands.
func (h *history) inDocuments(t int32) float64 { return float64(len(h.texts.with[t])) }

func (h *history) names(doc string, t int32) bool {
	_, ok := h.texts.with[t][doc]
	return ok
}

func (h *history) mentions(doc, file string) bool {
	text := h.texts.of[doc]
	return text != nil && text.Files[strings.ToLower(path.Base(file))]
}

// asked is an earlier change of code as detection saw it.
type asked struct {
	At    int32
	Odds  float64 // log-odds that its first document needs a change
	Right bool    // whether it was changed
}

// Bounds of what a repository teaches about detection.
const (
	maxAsked = 300 // newest changes of code that are looked at
	fewAsked = 60  // below how many of them nothing is concluded
)

// note keeps what would have been said of a change.
func (h *history) note(c *codeChange, cs []candidate) {
	if len(cs) < 2 || len(c.files) == 0 {
		return
	}
	cs = plainly(cs)
	x := h.signsOf(c, cs, 1)
	h.Asked = append(h.Asked, asked{h.N + 1, oddsOf(x[0]), slices.Contains(c.docs, cs[0].path)})
	if len(h.Asked) > maxAsked {
		h.Asked = slices.Delete(h.Asked, 0, len(h.Asked)-maxAsked)
	}
}

// plainly returns the documents in the order of plain weights: detection has to
// mean the same whatever becomes of the order that people see.
func plainly(cs []candidate) []candidate {
	cs = slices.Clone(cs)
	slices.SortStableFunc(cs, func(a, b candidate) int { return cmp.Compare(b.plain, a.plain) })
	return cs
}

// DefaultBudget is in how many changes of code one gets a warning, at most, if
// nothing else is said.
const DefaultBudget = 20

// LeastChance is below which chance no warning is given, whatever the budget.
const LeastChance = .65

// threshold returns the log-odds from which on there is a warning.
func (h *history) threshold(budget int) float64 {
	past := make([]float64, 0, len(h.Asked))
	for _, a := range h.Asked {
		past = append(past, a.Odds)
	}
	return Threshold(past, LeastChance, budget)
}

// Threshold returns the log-odds from which on a warning is given: where the
// chance is the least one, or as far above as it takes for no more than one in
// budget of past changes, given by their log-odds, to have had one. A budget of 0
// allows none, and neither does a past that is too short to tell.
func Threshold(past []float64, chance float64, budget int) float64 {
	if budget <= 0 || len(past) < fewAsked {
		return math.Inf(1)
	}
	odds := slices.Sorted(slices.Values(past))
	slices.Reverse(odds)
	least := math.Log(chance / (1 - chance))
	if k := len(odds) / budget; k < len(odds) {
		least = max(least, odds[k]+1e-9)
	}
	return least
}

// odds returns the log-odds that the likeliest documents of a change need one,
// by path, without those that it has touched.
func (h *history) odds(c *codeChange, cs []candidate, touched map[string]bool) map[string]float64 {
	out := map[string]float64{}
	if len(cs) < 2 {
		return out
	}
	cs = plainly(cs)
	for i, x := range h.signsOf(c, cs, MostHints) {
		if !touched[cs[i].path] {
			out[cs[i].path] = oddsOf(x)
		}
	}
	return out
}

// Hints turns a ranking into findings: warnings where a document is so likely to
// need a change that, in the past of this repository, no more than one change of
// code in budget would have had one; and hints where most changes of a file came
// with a change of the document. A budget of 0 gives hints alone. Documents that
// skip names are passed over.
func (r *Ranker) Hints(ranked []Likely, budget int, skip func(path string) bool) []Alert {
	least := r.h.threshold(budget)
	var out []Alert
	for _, l := range ranked[:min(MostHints, len(ranked))] {
		warn := l.Chance > 0 && l.odds >= least
		if !warn && l.Together < mostChanges || skip(l.Path) {
			continue
		}
		a := Alert{Confidence: l.Chance, Finding: finding.Finding{
			Rule: "drift/likely-document", Severity: finding.Info, Position: finding.Position{Path: l.Path}, Subject: l.Path,
			Message: "this document usually changes with the code that this change touches",
			Hint:    "read it, and change it or leave it", Reason: strings.Join(l.Reasons, "; "),
		}}
		if warn {
			a.Severity = finding.Warning
			a.Message = fmt.Sprintf("changes like this one come with a change of this document (chance %.0f %%)", 100*l.Chance)
			a.Hint = "read it, and change it or say why it holds"
			if len(l.Sections) > 0 {
				a.Hint = fmt.Sprintf("read %q, and change it or say why it holds", l.Sections[0])
			}
		}
		if l.with != "" {
			a.Evidence = []Evidence{{Path: l.with, Text: fmt.Sprintf("came with a change of the document in %.0f %% of its changes", 100*l.Together)}}
		}
		out = append(out, a)
	}
	return out
}

// oddsAtZero and signWeights were learned from thirty-odd public repositories, by
// bench/likely.
const oddsAtZero = -5.395

func signWeights() signs {
	return signs{
		signFiles: 0.109, signTests: -0.257, signConfig: 0.415, signPipeline: 0.402, signNewFiles: -0.147, signGoneFiles: -0.221,
		signUnseen: 0.247, signAdded: 0.029, signRemoved: -0.013, signNew: 0.096, signNovel: 0.079, signOut: -0.191,
		signOutKnown: -0.151, signOutRare: 0.075, signRate: -0.017, signFileRate: -0.083, signFileFade: -0.016, signFileMost: 0.314,
		signDirRate: 0.236, signNearRate: 0.452, signNearSeen: 0.149, signDocs: -0.082, signPlace: -0.263, signScore: 0.283,
		signMargin: -0.010, signShare: 0.054, signTogether: 0.020, signSupport: 0.080, signLately: 0.065, signDirs: -0.057,
		signNearDoc: 0.239, signPopular: -0.114, signSince: -0.023, signNames: 0.190, signNamesOut: 0.490, signMentions: -0.148,
	}
}

// oddsOf returns the log-odds that a document needs a change.
func oddsOf(x signs) float64 {
	v := oddsAtZero
	for i, w := range signWeights() {
		v += w * x[i]
	}
	return v
}

// asksNothing reports whether a change is no case to learn detection from: too
// large, or of documents alone.
func asksNothing(changes []git.Change) bool {
	code, docs := Weigh(changes)
	return code == 0 || code > 20 || docs > 3
}
