package drift

import (
	"context"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/git"
)

// Bounds of what is learned from.
const (
	maxCommits = 20_000  // of the first-parent history
	maxLooked  = 500     // changes of code with documents whose text is read
	maxFiles   = 60      // code files of a commit that says anything
	maxDocs    = 12      // documents of such a commit
	maxText    = 1 << 20 // bytes of a document that is read
	maxCode    = 1 << 20 // bytes of a code file that is read
	maxLine    = 2000    // bytes of a line; longer ones are data
	maxChanged = 400     // code files of a change whose text is read
	halfLife   = 400     // commits after which a change counts half
)

// count is how often something happened: in all, and fading with time.
type count struct {
	N, Fade float64
	At      int32 // commit of the last
}

func (c *count) add(at int32, w float64) {
	c.Fade = c.faded(at) + w
	c.N += w
	c.At = at
}

func (c *count) faded(at int32) float64 {
	if c == nil || c.Fade == 0 {
		return 0
	}
	return c.Fade * math.Exp2(-float64(at-c.At)/halfLife)
}

// seen is how often something changed, and each document with it.
type seen struct {
	All  count
	Any  count            // with any document
	With map[int32]*count // by document
}

func (s *seen) clone() *seen {
	c := &seen{All: s.All, Any: s.Any, With: make(map[int32]*count, len(s.With))}
	for d, n := range s.With {
		v := *n
		c.With[d] = &v
	}
	return c
}

func (s *seen) add(at int32, docs []int32, w float64) {
	s.All.add(at, w)
	if len(docs) > 0 {
		s.Any.add(at, w)
	}
	for _, d := range docs {
		if s.With == nil {
			s.With = map[int32]*count{}
		}
		c := s.With[d]
		if c == nil {
			c = &count{}
			s.With[d] = c
		}
		c.add(at, w)
	}
}

// past is an earlier change of code with documents.
type past struct {
	At    int32
	Terms []int32 // sorted
	Files []string
	Docs  []int32
	Where map[int32][]string // sections that it changed, by document
}

// history is what was learned from the commits up to one. All of it is plain, so
// that it can be kept.
type history struct {
	Head string // the last commit that was seen
	N    int32  // how many

	Words map[string]int32
	Paths map[string]int32  // files and documents by path; one that was moved keeps its number
	Names int32             // numbers given so far
	Blobs map[string]string // documents that are there → blob

	File   map[int32]*seen
	Dir    map[string]*seen
	Part   map[string]*seen // words in the paths of files
	Kind   map[string]*seen // names and endings of files
	Doc    map[int32]*docSeen
	Past   []past
	Recent []recent
	Asked  []asked

	texts *texts // of the documents that are there; nil before they are asked for
	model *Model
	read  func(ctx context.Context, sha string) ([]byte, error)
}

// docSeen is what the history says of a document by itself.
type docSeen struct {
	All  count // changes
	Code count // of them with code
	Born int32 // commit of the first
	Last int32 // commit of the last
}

// texts are the documents of a revision with an index of their words.
type texts struct {
	of    map[string]*docText           // by path
	with  map[int32]map[string]struct{} // documents by term
	words float64                       // of all of them
}

func newHistory() *history {
	m, err := ParseModel(ranking)
	if err != nil {
		panic("drift: " + err.Error()) // a test reads it
	}
	return &history{
		model: m,
		Words: map[string]int32{}, Paths: map[string]int32{}, Blobs: map[string]string{},
		File: map[int32]*seen{}, Dir: map[string]*seen{}, Part: map[string]*seen{}, Kind: map[string]*seen{}, Doc: map[int32]*docSeen{},
	}
}

func (h *history) word(s string) int32 {
	if i, ok := h.Words[s]; ok {
		return i
	}
	i := int32(len(h.Words))
	h.Words[strings.Clone(s)] = i
	return i
}

func (h *history) known(s string) (int32, bool) {
	i, ok := h.Words[s]
	return i, ok
}

// number returns the number of a file or document.
func (h *history) number(p string) int32 {
	if i, ok := h.Paths[p]; ok {
		return i
	}
	h.Names++
	h.Paths[p] = h.Names
	return h.Names
}

// textOf reads a document. What cannot be read has no words.
func (h *history) textOf(ctx context.Context, sha string) *docText {
	b, err := h.read(ctx, sha)
	if err != nil || len(b) > maxText {
		b = nil
	}
	return readText(b, h.word)
}

// documents returns the texts of the documents that are there.
func (h *history) documents(ctx context.Context) *texts {
	if h.texts == nil {
		h.texts = &texts{of: map[string]*docText{}, with: map[int32]map[string]struct{}{}}
		for p, sha := range h.Blobs {
			h.texts.add(p, h.textOf(ctx, sha))
		}
	}
	return h.texts
}

func (t *texts) add(p string, d *docText) {
	t.of[p] = d
	t.words += d.Length
	for _, c := range d.Terms {
		m := t.with[c.Term]
		if m == nil {
			m = map[string]struct{}{}
			t.with[c.Term] = m
		}
		m[p] = struct{}{}
	}
}

func (t *texts) remove(p string) {
	d := t.of[p]
	if d == nil {
		return
	}
	delete(t.of, p)
	t.words -= d.Length
	for _, c := range d.Terms {
		delete(t.with[c.Term], p)
	}
}

func (h *history) setDoc(ctx context.Context, p, sha string) {
	if h.texts != nil {
		h.texts.remove(p)
	}
	delete(h.Blobs, p)
	if sha != "" {
		h.Blobs[p] = sha
		if h.texts != nil {
			h.texts.add(p, h.textOf(ctx, sha))
		}
	}
}

// moved lets what was moved in a commit keep its number: a file that is gone and
// one that is new with the same content, or with the same name where no other
// pair has it.
func (h *history) moved(changes []git.Change) {
	type pair struct {
		old, now string
		n        int
	}
	by := map[string]*pair{}
	put := func(key string, old, now string) {
		p := by[key]
		if p == nil {
			p = &pair{}
			by[key] = p
		}
		if old != "" {
			p.old = old
		} else {
			p.now = now
		}
		p.n++
	}
	for _, x := range changes {
		if x.Status != git.Added && x.Status != git.Deleted {
			continue
		}
		if c := classify(x.Path); c != classDocument && c != classCode {
			continue
		}
		// A README is told by its folder too.
		name := path.Base(x.Path)
		if tellsNothing(name) {
			name = path.Join(path.Base(path.Dir(x.Path)), name)
		}
		if x.Status == git.Deleted {
			put("="+x.OldSHA, x.Path, "")
			put(name, x.Path, "")
		} else {
			put("="+x.SHA, "", x.Path)
			put(name, "", x.Path)
		}
	}
	for _, x := range changes {
		if x.Status != git.Added {
			continue
		}
		name := path.Base(x.Path)
		if tellsNothing(name) {
			name = path.Join(path.Base(path.Dir(x.Path)), name)
		}
		for _, key := range []string{"=" + x.SHA, name} {
			p := by[key]
			if p == nil || p.n != 2 || p.old == "" || p.now != x.Path {
				continue
			}
			if i, ok := h.Paths[p.old]; ok {
				if _, taken := h.Paths[x.Path]; !taken {
					h.Paths[x.Path] = i
				}
			}
			if a, b := path.Dir(p.old), path.Dir(x.Path); a != b && h.Dir[a] != nil && h.Dir[b] == nil {
				h.Dir[b] = h.Dir[a].clone()
			}
			break
		}
	}
}

// tellsNothing reports whether many folders have a file of this name.
func tellsNothing(name string) bool {
	switch stem, _, _ := strings.Cut(strings.ToLower(name), "."); stem {
	case "readme", "index", "main", "mod", "lib", "__init__", "values", "chart", "package", "doc", "types", "utils", "util", "config", "setup":
		return true
	}
	return false
}

// plant makes the documents of a revision known as they are, for a history that
// is cut off before it.
func (h *history) plant(ctx context.Context, repo *git.Repo, rev string) error {
	es, err := repo.Tree(ctx, rev)
	if err != nil {
		return err
	}
	for _, e := range es {
		if classify(e.Path) == classDocument && e.Mode.Regular() {
			h.setDoc(ctx, e.Path, e.SHA)
		}
	}
	return nil
}

// codeChange is what a commit, or a merge request, does to the code.
type codeChange struct {
	edit
	files      []string // code, by path
	docs       []string // documents that it changes
	cut        int      // code files that were not read
	come, gone int      // code files that are new, and that are deleted
}

// reading is how much of a change is read.
type reading int

const (
	readNames  reading = iota // which files
	readLines                 // the changed lines
	readAround                // and what stands around them
)

// look reads a change.
func (h *history) look(ctx context.Context, changes []git.Change, how reading) *codeChange {
	c := &codeChange{edit: newEdit()}
	for _, x := range changes {
		switch classify(x.Path) {
		case classDocument:
			if x.Status == git.Modified {
				c.docs = append(c.docs, x.Path)
			}
		case classCode:
			c.files = append(c.files, x.Path)
			switch x.Status {
			case git.Added:
				c.come++
			case git.Deleted:
				c.gone++
			}
			if how == readNames || x.Mode == git.ModeSubmodule || x.OldMode == git.ModeSubmodule {
				continue
			}
			if len(c.files) > maxChanged {
				c.cut++
				continue
			}
			h.lines(ctx, x, c, how)
		}
	}
	return c
}

// lines collects the words of lines that one side of a file has and the other
// has not. Moved lines are on both sides and say nothing.
func (h *history) lines(ctx context.Context, x git.Change, c *codeChange, how reading) {
	get := func(sha string) string {
		if strings.Trim(sha, "0") == "" {
			return ""
		}
		b, err := h.read(ctx, sha)
		if err != nil || len(b) > maxCode || slices.Contains(b[:min(len(b), 8000)], 0) {
			return ""
		}
		return string(b)
	}
	weight := float32(1)
	if isTest(x.Path) {
		weight = .25
	}
	known := h.known
	if how < readAround {
		known = nil
	}
	c.compare(get(x.OldSHA), get(x.SHA), weight, h.word, known)
}

// learn adds a commit. c is nil for one whose text was not looked at.
func (h *history) learn(ctx context.Context, commit *git.Commit, c *codeChange) {
	h.N++
	h.Head = commit.SHA
	h.moved(commit.Changes)
	var code []string
	var docs []int32
	for _, x := range commit.Changes {
		switch classify(x.Path) {
		case classDocument:
			if x.Status == git.Deleted {
				h.setDoc(ctx, x.Path, "")
			} else if x.Mode.Regular() {
				h.setDoc(ctx, x.Path, x.SHA)
				docs = append(docs, h.number(x.Path))
			}
		case classCode:
			code = append(code, x.Path)
		}
	}
	if len(code) > maxFiles || len(docs) > maxDocs {
		return
	}
	for _, d := range docs {
		n := h.Doc[d]
		if n == nil {
			n = &docSeen{Born: h.N}
			h.Doc[d] = n
		}
		n.All.add(h.N, 1)
		if len(code) > 0 {
			n.Code.add(h.N, 1)
		}
		n.Last = h.N
	}
	if len(code) == 0 {
		return
	}
	w := 1.0
	if len(docs) > 1 {
		w = 1 / math.Sqrt(float64(len(docs)))
	}
	see := func(table map[string]*seen, key string) {
		s := table[key]
		if s == nil {
			s = &seen{}
			table[key] = s
		}
		s.add(h.N, docs, w)
	}
	dirs, parts, kinds := keysOf(code)
	for _, f := range code {
		i := h.number(f)
		s := h.File[i]
		if s == nil {
			s = &seen{}
			h.File[i] = s
		}
		s.add(h.N, docs, w)
	}
	for d := range dirs {
		see(h.Dir, d)
	}
	for p := range parts {
		see(h.Part, p)
	}
	for k := range kinds {
		see(h.Kind, k)
	}
	h.Recent = append(h.Recent, recent{h.N, code, docs})
	if len(h.Recent) > maxRecent {
		h.Recent = slices.Delete(h.Recent, 0, len(h.Recent)-maxRecent)
	}
	if c == nil || len(docs) == 0 {
		return
	}
	all := make([]int32, 0, len(c.added)+len(c.removed))
	for i := range c.added {
		all = append(all, i)
	}
	for i := range c.removed {
		if _, both := c.added[i]; !both {
			all = append(all, i)
		}
	}
	slices.Sort(all)
	h.Past = append(h.Past, past{h.N, all, code, docs, h.where(ctx, commit.Changes)})
	if len(h.Past) > maxLooked {
		h.Past = slices.Delete(h.Past, 0, len(h.Past)-maxLooked)
	}
}

// keysOf returns by what the files of a change are alike to files that never
// changed before: folders with how far above the nearest file, words of their
// paths, names and endings.
func keysOf(files []string) (dirs map[string]int, parts, kinds map[string]bool) {
	dirs, parts, kinds = map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, f := range files {
		depth := 0
		for d := path.Dir(f); d != "."; d = path.Dir(d) {
			if k, ok := dirs[d]; !ok || depth < k {
				dirs[d] = depth
			}
			depth++
		}
		for _, w := range words(f) {
			if len(w) > 2 {
				parts[stem(w)] = true
			}
		}
		base := path.Base(f)
		kinds[base] = true
		top, _, _ := strings.Cut(f, "/")
		kinds[top+"/*"+path.Ext(base)] = true
	}
	return dirs, parts, kinds
}

// worthLooking reports whether a commit changes code and documents in a size
// that says something.
func worthLooking(changes []git.Change) bool {
	code, docs := 0, 0
	for _, x := range changes {
		switch classify(x.Path) {
		case classDocument:
			if x.Status != git.Deleted {
				docs++
			}
		case classCode:
			code++
		}
	}
	return code > 0 && code <= 40 && docs > 0 && docs <= maxDocs
}

// mine brings a history up to base, of whose first-parent history it is the
// beginning. keep is called where what was learned is worth keeping.
func (h *history) mine(ctx context.Context, repo *git.Repo, base string, keep func(*history)) error {
	if h.Head == base {
		return nil
	}
	var commits []*git.Commit
	err := repo.History(ctx, base, h.Head, maxCommits, func(c *git.Commit) bool {
		commits = append(commits, c)
		return true
	})
	if err != nil {
		return err
	}
	if len(commits) == 0 {
		return nil
	}
	if h.Head == "" && (len(commits) == maxCommits || repo.Shallow(ctx)) {
		if parent, err := repo.Resolve(ctx, commits[len(commits)-1].SHA+"^"); err == nil {
			if err := h.plant(ctx, repo, parent); err != nil {
				return err
			}
		}
	}
	slices.Reverse(commits)
	looked := newest(commits, maxLooked, func(c *git.Commit) bool { return worthLooking(c.Changes) })
	noted := newest(commits, maxAsked, func(c *git.Commit) bool { return !asksNothing(c.Changes) })
	for i, c := range commits {
		if err := ctx.Err(); err != nil {
			return err
		}
		worth, asks := i >= looked && worthLooking(c.Changes), i >= noted && !asksNothing(c.Changes)
		var ch *codeChange
		if asks {
			ch = h.look(ctx, c.Changes, readAround)
			h.note(ch, h.score(ctx, ch))
		} else if worth {
			ch = h.look(ctx, c.Changes, readLines)
		}
		if !worth {
			ch = nil
		}
		h.learn(ctx, c, ch)
		if left := len(commits) - 1 - i; left == 0 || left == keptNear || left == keptFar {
			keep(h)
		}
	}
	return nil
}

// newest returns from which commit on there are n that count.
func newest(commits []*git.Commit, n int, counts func(*git.Commit) bool) int {
	from := len(commits)
	for from > 0 && n > 0 {
		from--
		if counts(commits[from]) {
			n--
		}
	}
	return from
}
