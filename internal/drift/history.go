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
	maxFit     = 200     // of those, that weights are fitted to
	maxFiles   = 60      // code files of a commit that says anything
	maxDocs    = 12      // documents of such a commit
	maxText    = 1 << 20 // bytes of a document that is read
	maxCode    = 1 << 20 // bytes of a code file that is read
	maxLine    = 2000    // bytes of a line; longer ones are data
	maxChanged = 400     // code files of a change whose text is read
	halfLife   = 400     // commits after which a change counts half
)

// docText is what is kept of a document's text.
type docText struct {
	Terms  map[int32]float32 // how often, headings three times
	Title  map[int32]bool    // in headings
	Files  map[string]bool   // names of files that it mentions, in lower case
	Length float32
}

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
	Terms map[int32]bool
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
	Names []string // of documents, by number
	Docs  map[string]int32
	Blobs map[string]string // documents that are there → blob
	DF    map[int32]int32   // in how many of them a term stands

	File, Dir map[string]*seen
	Term      map[int32]*seen
	Doc       map[int32]*count
	Last      map[int32]int32 // commit at which a document was changed last
	Past      []past
	Recent    []recent
	Asked     []asked
	Lessons   []lesson

	text map[string]*docText // by blob
	read func(ctx context.Context, sha string) ([]byte, error)
}

// lesson is an earlier change with the documents that it needed, and what the
// features were then.
type lesson struct {
	Right []int32 // indexes into X
	X     []features
}

func newHistory() *history {
	return &history{
		Words: map[string]int32{}, Docs: map[string]int32{}, Blobs: map[string]string{}, DF: map[int32]int32{},
		File: map[string]*seen{}, Dir: map[string]*seen{}, Term: map[int32]*seen{}, Doc: map[int32]*count{}, Last: map[int32]int32{},
		text: map[string]*docText{},
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

func (h *history) doc(p string) int32 {
	if i, ok := h.Docs[p]; ok {
		return i
	}
	i := int32(len(h.Names))
	h.Docs[p] = i
	h.Names = append(h.Names, p)
	return i
}

// textOf reads a document. What cannot be read has no words.
func (h *history) textOf(ctx context.Context, sha string) *docText {
	if t := h.text[sha]; t != nil {
		return t
	}
	t := &docText{Terms: map[int32]float32{}, Title: map[int32]bool{}, Files: map[string]bool{}}
	h.text[sha] = t
	b, err := h.read(ctx, sha)
	if err != nil || len(b) > maxText {
		return t
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		w := float32(1)
		heading := strings.HasPrefix(line, "#")
		if heading {
			w = 3
		}
		if len(line) > maxLine {
			continue
		}
		terms(line, func(s string, whole bool) {
			i := h.word(s)
			t.Terms[i] += w
			t.Length++
			if heading {
				t.Title[i] = true
			}
			if whole && strings.Contains(s, ".") {
				t.Files[s] = true
			}
		})
	}
	return t
}

func (h *history) setDoc(ctx context.Context, p, sha string) {
	if old, ok := h.Blobs[p]; ok {
		for i := range h.textOf(ctx, old).Terms {
			h.DF[i]--
		}
		delete(h.Blobs, p)
	}
	if sha != "" {
		h.Blobs[p] = sha
		for i := range h.textOf(ctx, sha).Terms {
			h.DF[i]++
		}
	}
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
	files          []string // code, by path
	docs           []string // documents that it changes
	added, removed map[int32]float32
	names          map[int32]string // identifiers among them, as written in the change
	cut            int              // code files that were not read
	come, gone     int              // code files that are new, and that are deleted
}

// look reads a change; with text its lines too.
func (h *history) look(ctx context.Context, changes []git.Change, text bool) *codeChange {
	c := &codeChange{added: map[int32]float32{}, removed: map[int32]float32{}, names: map[int32]string{}}
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
			if !text || x.Mode == git.ModeSubmodule || x.OldMode == git.ModeSubmodule {
				continue
			}
			if len(c.files) > maxChanged {
				c.cut++
				continue
			}
			h.lines(ctx, x, c)
		}
	}
	return c
}

// lines collects the words of lines that one side of a file has and the other
// has not. Moved lines are on both sides and say nothing.
func (h *history) lines(ctx context.Context, x git.Change, c *codeChange) {
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
	n := map[string]int{}
	for l := range strings.SplitSeq(get(x.OldSHA), "\n") {
		n[strings.TrimSpace(l)]--
	}
	for l := range strings.SplitSeq(get(x.SHA), "\n") {
		n[strings.TrimSpace(l)]++
	}
	weight := float32(1)
	if isTest(x.Path) {
		weight = .3
	}
	for l, k := range n {
		if k == 0 || len(l) > maxLine {
			continue
		}
		to := c.added
		if k < 0 {
			to = c.removed
		}
		terms(l, func(s string, whole bool) {
			i := h.word(s)
			w := weight
			if whole {
				w *= 2
				c.names[i] = s
			}
			to[i] += w
		})
	}
}

// learn adds a commit. c is nil for one whose text was not looked at.
func (h *history) learn(ctx context.Context, commit *git.Commit, c *codeChange) {
	h.N++
	h.Head = commit.SHA
	var code []string
	var docs []int32
	for _, x := range commit.Changes {
		switch classify(x.Path) {
		case classDocument:
			if x.Status == git.Deleted {
				h.setDoc(ctx, x.Path, "")
			} else if x.Mode.Regular() {
				h.setDoc(ctx, x.Path, x.SHA)
				docs = append(docs, h.doc(x.Path))
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
			n = &count{}
			h.Doc[d] = n
		}
		n.add(h.N, 1)
		h.Last[d] = h.N
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
	dirs := map[string]bool{}
	for _, f := range code {
		see(h.File, f)
		for d := path.Dir(f); ; d = path.Dir(d) {
			dirs[d] = true
			if d == "." {
				break
			}
		}
	}
	for d := range dirs {
		see(h.Dir, d)
	}
	h.Recent = append(h.Recent, recent{h.N, code, docs})
	if len(h.Recent) > maxRecent {
		h.Recent = slices.Delete(h.Recent, 0, len(h.Recent)-maxRecent)
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
		s := h.Term[i]
		if s == nil {
			s = &seen{}
			h.Term[i] = s
		}
		s.add(h.N, docs, w)
	}
	h.Past = append(h.Past, past{h.N, all, code, docs, h.where(ctx, commit.Changes)})
	if len(h.Past) > maxLooked {
		h.Past = slices.Delete(h.Past, 0, len(h.Past)-maxLooked)
	}
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
		if worth || asks {
			ch = h.look(ctx, c.Changes, true)
			cs := h.score(ctx, ch)
			if asks {
				h.note(ch, cs)
			}
			if worth {
				h.teach(ch, cs)
			} else {
				ch = nil
			}
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

// teach keeps a change as a lesson: the documents that it needed among all that
// there were before it.
func (h *history) teach(c *codeChange, cs []candidate) {
	if len(c.docs) == 0 || len(c.docs) > 3 || len(c.files) > 20 || len(h.Past) < 10 {
		return
	}
	var l lesson
	right := map[string]bool{}
	for _, d := range c.docs {
		right[d] = true
	}
	w := prior()
	slices.SortStableFunc(cs, func(a, b candidate) int { return compareScores(dot(w, b.x), dot(w, a.x)) })
	for i, x := range cs {
		if right[x.path] {
			l.Right = append(l.Right, int32(len(l.X)))
		} else if i >= 40 {
			continue // far off: it teaches nothing
		}
		l.X = append(l.X, x.x)
	}
	if len(l.Right) == 0 || len(l.X) < 2 {
		return
	}
	h.Lessons = append(h.Lessons, l)
	if len(h.Lessons) > maxFit {
		h.Lessons = slices.Delete(h.Lessons, 0, len(h.Lessons)-maxFit)
	}
}
