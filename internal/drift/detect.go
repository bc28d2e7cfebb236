package drift

import (
	"math"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/git"
)

// Signs are what tells whether a document needs the change that the ranking
// says it needs most: of the change, of how its files behaved before, and of
// the document. All are as of before the change.
const (
	sFiles     = iota // how many code files, log
	sTests            // share of them that only test
	sConfig           // share that configures
	sPipeline         // share that builds, releases or tests the project
	sNewFiles         // files that are new, log
	sGoneFiles        // files that are gone, log
	sUnseen           // share of files that were never changed before
	sAdded            // words added, log
	sRemoved          // words removed, log
	sNew              // identifiers that come, log
	sNovel            // of those, unknown to documents and to earlier changes, log
	sOut              // identifiers that go, log
	sOutKnown         // of those, in documents, log
	sOutRare          // how rare the rarest of those is
	sRate             // share of the repository's changes of code with documents, lately
	sFileRate         // the same of the files, against the repository's
	sFileFade         // lately
	sFileMost         // of the file where it is greatest
	sDirRate          // of their folders, lately
	sNearRate         // of the earlier changes of the same files
	sNearSeen         // how many of those there were, log
	sDocs             // how many documents there are, log
	sPlace            // place of the document, 0 1 2
	sScore            // its score
	sMargin           // to the next, for the first; to the first, for the others
	sShare            // its share among all, after exp
	sTogether         // share of the changes of one of the files with it
	sSupport          // how many those were, log
	sLately           // share, lately
	sDirs             // share of the changes of one of the folders with it, lately
	sNearDoc          // share of the earlier changes of the same files with it
	sPopular          // share of all changes with it, lately
	sSince            // changes since it was changed, log
	sNames            // names of the change that it has, rare ones count more
	sNamesOut         // the same of names that go
	sMentions         // how many of the files it mentions, log
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

// signsOf returns the signs of the first documents of a ranking, which has to be
// in order: score is that of a candidate.
func (h *history) signsOf(c *codeChange, cs []candidate, score func(candidate) float64, most int) []signs {
	at := h.N + 1
	var base signs
	n := float64(len(c.files))
	files := map[string]bool{}
	for _, f := range c.files {
		files[f] = true
		switch {
		case isTest(f):
			base[sTests] += 1 / n
		case isPipeline(f):
			base[sPipeline] += 1 / n
		case isConfig(f):
			base[sConfig] += 1 / n
		}
	}
	base[sFiles] = math.Log1p(n)
	base[sNewFiles], base[sGoneFiles] = math.Log1p(float64(c.come)), math.Log1p(float64(c.gone))
	base[sDocs] = math.Log1p(float64(len(h.Blobs)))
	h.signsOfWords(c, &base)
	h.signsOfFiles(c, at, &base)

	near, weight := h.nearest(files, at)
	rate := expit(base[sRate])
	any := 0.0
	for _, r := range near {
		if len(r.p.Docs) > 0 {
			any += r.sim
		}
	}
	base[sNearRate] = logit((any + rate) / (weight + 1))
	base[sNearSeen] = math.Log1p(float64(len(near)))

	ss := make([]float64, len(cs))
	total := 0.0
	for i := range cs {
		ss[i] = score(cs[i])
		total += math.Exp(ss[i] - ss[0])
	}
	out := make([]signs, 0, most)
	for i := range cs[:min(most, len(cs))] {
		x := base
		x[sPlace], x[sScore] = float64(i), ss[i]
		switch {
		case i > 0:
			x[sMargin] = ss[i] - ss[0]
		case len(cs) > 1:
			x[sMargin] = ss[0] - ss[1]
		}
		x[sShare] = logit(math.Exp(ss[i]-ss[0]) / total)
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
			x[sNew]++
			if h.DF[t] == 0 && h.Term[t] == nil {
				x[sNovel]++
			}
		}
	}
	for t, v := range c.removed {
		removed += float64(v)
		if _, name := c.names[t]; name && c.added[t] == 0 {
			x[sOut]++
			if df := float64(h.DF[t]); df > 0 {
				x[sOutKnown]++
				x[sOutRare] = max(x[sOutRare], math.Log((total+1)/(df+.5)))
			}
		}
	}
	x[sAdded], x[sRemoved] = math.Log1p(added), math.Log1p(removed)
	for _, s := range []int{sNew, sNovel, sOut, sOutKnown} {
		x[s] = math.Log1p(x[s])
	}
}

// signsOfFiles compares how often the files came with documents.
func (h *history) signsOfFiles(c *codeChange, at int32, x *signs) {
	rate := .15
	if s := h.Dir["."]; s != nil {
		rate = (s.Any.faded(at) + 3*rate) / (s.All.faded(at) + 3)
	}
	x[sRate] = logit(rate)
	var all, any, allFade, anyFade float64
	most, unseen := rate, 0.0
	dirs := map[string]bool{}
	for _, f := range c.files {
		dirs[path.Dir(f)] = true
		s := h.File[f]
		if s == nil {
			unseen++
			continue
		}
		all, any = all+s.All.N, any+s.Any.N
		allFade, anyFade = allFade+s.All.faded(at), anyFade+s.Any.faded(at)
		most = max(most, (s.Any.N+2*rate)/(s.All.N+2))
	}
	x[sUnseen] = unseen / float64(len(c.files))
	x[sFileRate] = logit((any+2*rate)/(all+2)) - x[sRate]
	x[sFileFade] = logit((anyFade+rate)/(allFade+1)) - x[sRate]
	x[sFileMost] = logit(most) - x[sRate]
	all, any = 0, 0
	for d := range dirs {
		if s := h.Dir[d]; s != nil {
			all, any = all+s.All.faded(at), any+s.Any.faded(at)
		}
	}
	x[sDirRate] = logit((any+2*rate)/(all+2)) - x[sRate]
}

// alike is an earlier change with how alike it is.
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
	slices.SortStableFunc(out, func(a, b alikeChange) int { return compareScores(b.sim, a.sim) })
	out = out[:min(len(out), 20)]
	total := 0.0
	for _, o := range out {
		total += o.sim
	}
	return out, total
}

func (h *history) signsOfDocument(c *codeChange, doc string, near []alikeChange, weight float64, at int32, x *signs) {
	rate := .01
	d, known := h.Docs[doc]
	if n := h.Doc[d]; known && n != nil {
		if s := h.Dir["."]; s != nil {
			rate = (n.faded(at) + .1) / (s.All.faded(at) + 10)
		}
		x[sSince] = math.Log1p(float64(at - h.Last[d]))
	} else {
		x[sSince] = math.Log1p(float64(at))
	}
	x[sPopular] = logit(rate)
	together, support, lately, dirs := rate, 0.0, rate, rate
	for _, f := range c.files {
		s := h.File[f]
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
	x[sTogether], x[sSupport], x[sLately], x[sDirs] = logit(together), math.Log1p(support), logit(lately), logit(dirs)
	with := 0.0
	for _, o := range near {
		if known && slices.Contains(o.p.Docs, d) {
			with += o.sim
		}
	}
	x[sNearDoc] = logit((with + rate) / (weight + 1))

	text := h.text[h.Blobs[doc]]
	if text == nil {
		return
	}
	total := float64(len(h.Blobs)) + 1
	for t := range c.names {
		if text.Terms[t] == 0 {
			continue
		}
		v := math.Log((total + 1) / (float64(h.DF[t]) + .5))
		x[sNames] += v
		if c.added[t] == 0 {
			x[sNamesOut] += v
		}
	}
	x[sNames], x[sNamesOut] = math.Log1p(x[sNames]), math.Log1p(x[sNamesOut])
	for _, f := range c.files {
		if text.Files[strings.ToLower(path.Base(f))] {
			x[sMentions]++
		}
	}
	x[sMentions] = math.Log1p(x[sMentions])
}

// asksNothing reports whether a change is no case to learn detection from: too
// large, or of documents alone.
func asksNothing(changes []git.Change) bool {
	code, docs := Weigh(changes)
	return code == 0 || code > 20 || docs > 3
}
