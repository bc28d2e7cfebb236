// Package drift tells which documents a change makes untrue, and what they
// should say instead.
//
// A change is what lies between two revisions of a repository. Check reads both
// as git objects, never a work tree, and returns findings:
//
//	r, err := drift.Check(ctx, repo, drift.Options{Base: "origin/main", Head: "HEAD"})
//	for _, a := range r.Alerts { … }
//
// # What is compared
//
// Base is the commit at which the branch began (the merge base of the two), so
// that what happened on the target branch meanwhile is never said to be the
// change's doing. What was untrue at the base is not said either: every rule
// asks for a statement that held at the base and holds no longer.
//
// # Signals
//
// Dead references (rules_refs.go) are places, links, ranges of lines and
// snippets that the change moved or deleted. Vanished names (rules_names.go)
// are identifiers, flags, variables, keys and the like that the change took out
// of all code. Changed facts (rules_facts.go) are values that a document states
// beside their key. Moved architecture (rules_architecture.go) is what the code
// gained, lost or rewired and the views do not show. Decisions in question
// (rules_decisions.go) are records whose choice the change replaces, technologies
// that come without one, and governed code that becomes another. What the
// change sets of the checks themselves (rules_policy.go) is told, since it does not
// count for it. Each is silent when the line of the document was written by
// the change itself: whoever writes it knows.
//
// # Bounds
//
// Content is hostile. Files above 16 MB, binary files and pointers of Git LFS
// are not read, patterns are never compiled from content, and every list has an
// end; Result.Notes says what was left out.
package drift

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/internal/markdown"
	"github.com/lintel-docs/lintel/sad"
)

// Options say what is compared.
type Options struct {
	// Base and Head are revisions. Base is replaced by the merge base of the two
	// unless Exact is set.
	Base, Head string
	Exact      bool
	// Docs are folders from whose root a document may write its paths besides
	// that of the repository, such as docs_dir of a site.
	Docs []string
	// Sites are the sites whose architecture documents are compared with the
	// code; where there is none, the pages of the repository are one.
	Sites []Site
	// Decisions say how decision records are read, and in which folders they are
	// where these are set.
	Decisions adr.Options
	// Now dates the drafts of records; the zero time leaves the day open.
	Now time.Time
}

// Site is a project with documents of its own.
type Site struct {
	Dir  string // slash path below the root of the repository: its code
	Docs string // the folder of its pages
	// Lang is the language of the documents, "ko" or "en" (sad.Options).
	Lang     string
	Headings sad.Headings
	Ignores  []sad.Ignore // code paths that need no element
}

// Alert is a finding with what is known about it.
type Alert struct {
	finding.Finding
	// Confidence is how often findings of this kind turned out to be right,
	// between 0 and 1.
	Confidence float64
	// Evidence are the places that the finding rests on, most telling first.
	Evidence []Evidence
}

// Evidence is a place in the code or in a document that led to a finding.
type Evidence struct {
	Path string
	Line int  // of the base where Gone is set, else of the head
	Gone bool // the text is of the base
	Text string
}

// Result is what a change does to the documents.
type Result struct {
	Base, Head string // commits that were compared
	Alerts     []Alert
	// Notes say what was not looked at, one sentence each.
	Notes []string
	// Impact is what the trailers of the change's commits say of documents
	// ("Docs-Impact: none (the reason)"), newest first.
	Impact []finding.Statement
	// Changed is how many files differ, Documents how many were read.
	Changed, Documents int
	// Read returns the text of a file at the head.
	Read func(path string) ([]byte, error)
	// Fresh reports whether the change wrote a line of a file at the head.
	Fresh func(path string, line int) bool
}

// Check compares two revisions.
func Check(ctx context.Context, repo *git.Repo, o Options) (*Result, error) {
	c, err := load(ctx, repo, o)
	if err != nil {
		return nil, err
	}
	c.references()
	c.dependencies()
	c.names()
	c.changedFacts()
	c.decisions()
	c.counts()
	c.movedArchitecture()
	c.policy()
	if err := cmp.Or(c.failed, ctx.Err()); err != nil {
		return nil, err
	}
	return c.result(), nil
}

// change is what lies between two revisions, with everything that rules ask
// for, read once.
type change struct {
	ctx        context.Context
	repo       *git.Repo
	o          Options
	base, head *tree
	files      []git.Change
	old        map[string]string // path at the head → path at the base, of what moved
	moved      map[string]string // path at the base → path at the head
	movedDirs  map[string]string // the same of folders that are gone
	docs       []*document
	blobs      map[string][]byte
	alerts     []Alert
	notes      []string
	failed     error // what a read failed with beside what is expected
	edited     []*edited
	model      *sad.Model
	libraries  map[string]bool // what dependencies has said
	modelRead  bool
	stems      map[string]int             // name of a file without its suffix → files at the head
	beside     map[string]map[string]bool // folder → values that files in it state at the head
}

// tree is the files of a revision.
type tree struct {
	rev   string
	files map[string]git.Entry
	dirs  map[string]bool
	paths []string
}

func readTree(ctx context.Context, repo *git.Repo, rev string) (*tree, error) {
	entries, err := repo.Tree(ctx, rev)
	if err != nil {
		return nil, fmt.Errorf("read tree of %.12s: %w", rev, err)
	}
	t := &tree{rev: rev, files: make(map[string]git.Entry, len(entries)), dirs: map[string]bool{".": true}, paths: make([]string, 0, len(entries))}
	for _, e := range entries {
		t.files[e.Path] = e
		t.paths = append(t.paths, e.Path)
		if e.Mode == git.ModeSubmodule {
			t.dirs[e.Path] = true
		}
		for d := path.Dir(e.Path); !t.dirs[d]; d = path.Dir(d) {
			t.dirs[d] = true
		}
	}
	return t, nil
}

// has reports whether there is a file or folder. What lies in a submodule or
// behind a link is taken to be there.
func (t *tree) has(p string) bool {
	if _, ok := t.files[p]; ok || t.dirs[p] {
		return true
	}
	for d := path.Dir(p); d != "." && d != "/"; d = path.Dir(d) {
		if e, ok := t.files[d]; ok && (e.Mode == git.ModeSubmodule || e.Mode == git.ModeSymlink) {
			return true
		}
	}
	return false
}

// document is a Markdown file at the head.
type document struct {
	path string
	was  string // path at the base, "" when the change adds it
	doc  *markdown.Doc
	text string
	log  bool // a change log, release notes or a migration guide
	// record is set for decision records and proposals.
	record bool
	// fresh are the lines that the change wrote.
	fresh func(line int) bool
	spans []span
	lower string
	lines map[int]lineInfo
}

func load(ctx context.Context, repo *git.Repo, o Options) (*change, error) {
	c := &change{ctx: ctx, repo: repo, o: o, blobs: map[string][]byte{}}
	head, err := repo.Resolve(ctx, o.Head)
	if err != nil {
		return nil, fmt.Errorf("find head %s: %w", o.Head, err)
	}
	base, err := repo.Resolve(ctx, o.Base)
	if err != nil {
		if repo.Shallow(ctx) {
			return nil, fmt.Errorf("find base %s: %w (the clone is shallow: fetch more of the history, in GitLab CI with GIT_DEPTH: 0)", o.Base, err)
		}
		return nil, fmt.Errorf("find base %s: %w", o.Base, err)
	}
	if !o.Exact {
		at, err := repo.MergeBase(ctx, base, head)
		switch {
		case err == nil:
			base = at
		case !errors.Is(err, git.ErrNotFound):
			return nil, err
		case repo.Shallow(ctx):
			return nil, fmt.Errorf("%w: the clone is shallow; deepen it (git fetch --unshallow, in GitLab CI GIT_DEPTH: 0)", err)
		default:
			c.note("%.12s and %.12s have no common ancestor: the two are compared as they are, changes of the target branch included", base, head)
		}
	}
	if c.base, err = readTree(ctx, repo, base); err != nil {
		return nil, err
	}
	if c.head, err = readTree(ctx, repo, head); err != nil {
		return nil, err
	}
	if c.files, err = repo.Diff(ctx, base, head); err != nil {
		return nil, fmt.Errorf("compare %.12s and %.12s: %w", base, head, err)
	}
	c.pairRenames()
	c.renames()
	c.readDocuments()
	return c, c.failed
}

func (c *change) note(format string, args ...any) {
	n := fmt.Sprintf(format, args...)
	if !slices.Contains(c.notes, n) {
		c.notes = append(c.notes, n)
	}
}

// pairRenames joins files that git says were deleted with those it says were
// added, where a small file changed so much on its way that git sees no rename:
// of one name, alone with it on both sides, and with a third of their words in
// common.
func (c *change) pairRenames() {
	type side struct{ gone, come []int }
	byName := map[string]*side{}
	for i, f := range c.files {
		if f.Status != git.Deleted && f.Status != git.Added {
			continue
		}
		name := path.Base(f.Old)
		if f.Status == git.Added {
			name = path.Base(f.Path)
		}
		s := byName[name]
		if s == nil {
			s = &side{}
			byName[name] = s
		}
		if f.Status == git.Deleted {
			s.gone = append(s.gone, i)
		} else {
			s.come = append(s.come, i)
		}
	}
	joined := map[int]bool{}
	for _, s := range byName {
		if len(s.gone) != 1 || len(s.come) != 1 {
			continue
		}
		from, to := &c.files[s.gone[0]], &c.files[s.come[0]]
		if !from.OldMode.Regular() || !to.Mode.Regular() || !alike(c.blobOf(from.OldSHA), c.blobOf(to.SHA)) {
			continue
		}
		from.Status, from.Path, from.Mode, from.SHA = git.Renamed, to.Path, to.Mode, to.SHA
		joined[s.come[0]] = true
	}
	if len(joined) == 0 {
		return
	}
	kept := c.files[:0]
	for i, f := range c.files {
		if !joined[i] {
			kept = append(kept, f)
		}
	}
	c.files = kept
}

// alike reports whether two texts have a third of their words in common.
func alike(a, b []byte) bool {
	if len(a) > 1<<20 || len(b) > 1<<20 {
		return false
	}
	words := map[string]int{}
	na, nb, both := 0, 0, 0
	for w := range bytes.FieldsSeq(a) {
		words[string(w)]++
		na++
	}
	for w := range bytes.FieldsSeq(b) {
		nb++
		if words[string(w)] > 0 {
			words[string(w)]--
			both++
		}
	}
	return both*3 >= max(na, nb)
}

// renames works out where files and folders went.
func (c *change) renames() {
	c.old, c.moved, c.movedDirs = map[string]string{}, map[string]string{}, map[string]string{}
	votes := map[string]map[string]int{} // folder at the base → folder at the head → files
	for _, f := range c.files {
		if f.Status != git.Renamed {
			continue
		}
		c.old[f.Path], c.moved[f.Old] = f.Old, f.Path
		// What both end in is the same file in another folder.
		from, to := path.Dir(f.Old), path.Dir(f.Path)
		if path.Base(f.Old) != path.Base(f.Path) {
			// The folder may have moved while the file changed its name.
			continue
		}
		for from != "." {
			if !c.head.dirs[from] {
				if votes[from] == nil {
					votes[from] = map[string]int{}
				}
				votes[from][to]++
			}
			if path.Base(from) != path.Base(to) {
				break
			}
			from, to = path.Dir(from), path.Dir(to)
		}
	}
	for from, to := range votes {
		best, n, all := "", 0, 0
		for t, k := range to {
			all += k
			if k > n || k == n && t < best {
				best, n = t, k
			}
		}
		if n*2 > all && best != "." && c.head.dirs[best] {
			c.movedDirs[from] = best
		}
	}
}

// successor returns where a path of the base is at the head, or "".
func (c *change) successor(p string) string {
	if to, ok := c.moved[p]; ok {
		return to
	}
	if to, ok := c.movedDirs[p]; ok {
		return to
	}
	for d := path.Dir(p); d != "."; d = path.Dir(d) {
		if to, ok := c.movedDirs[d]; ok {
			if at := path.Join(to, strings.TrimPrefix(p, d)); c.head.has(at) {
				return at
			}
		}
	}
	return ""
}

// maxDocument bounds a document; nobody reads more, and a generated one of that
// size says nothing of its own.
const maxDocument = 4 << 20

// maxDocuments bounds how many documents are read.
const maxDocuments = 20000

func (c *change) readDocuments() {
	added := map[string]bool{}
	altered := map[string]string{} // blob at the base of what was changed
	for _, f := range c.files {
		switch f.Status {
		case git.Added:
			added[f.Path] = true
		case git.Deleted:
		default:
			altered[f.Path] = f.OldSHA
		}
	}
	big := 0
	for _, p := range c.head.paths {
		e := c.head.files[p]
		if !e.Mode.Regular() || !isMarkdown(p) || foreign(p) {
			continue
		}
		if e.Size > maxDocument || len(c.docs) == maxDocuments {
			big++
			continue
		}
		text := c.blob(e)
		if text == nil {
			continue
		}
		d := &document{path: p, was: p, text: string(text), fresh: func(int) bool { return false }}
		if to, ok := c.old[p]; ok {
			d.was = to
		}
		d.log, d.record = classify(p) == classLog || isHistory(p), isRecord(p)
		switch sha, ok := altered[p]; {
		case added[p]:
			d.was = ""
			d.fresh = func(int) bool { return true }
		case ok:
			d.fresh = c.freshLines(sha, d)
		}
		c.docs = append(c.docs, d)
	}
	if big > 0 {
		c.note("%d documents were not read: each is larger than 4 MB, or there are more than %d", big, maxDocuments)
	}
}

// parsed returns the structure of a document.
func (d *document) parsed() *markdown.Doc {
	if d.doc == nil {
		d.doc = markdown.Parse([]byte(d.text))
	}
	return d.doc
}

// freshLines returns which lines of a document its version at the base does not
// hold. It is worked out when a rule asks.
func (c *change) freshLines(sha string, d *document) func(int) bool {
	var was map[string]bool
	return func(line int) bool {
		if was == nil {
			was = map[string]bool{}
			for l := range bytes.Lines(c.blobOf(sha)) {
				was[strings.TrimSpace(string(l))] = true
			}
		}
		return !was[strings.TrimSpace(d.parsed().LineText(line))]
	}
}

// blob returns the text of a file, nil when it is none that can be read.
func (c *change) blob(e git.Entry) []byte {
	if !e.Mode.Regular() {
		return nil
	}
	return c.blobOf(e.SHA)
}

// scanBlob returns the text of a file that is read once and not kept.
func (c *change) scanBlob(e git.Entry) []byte {
	if b, ok := c.blobs[e.SHA]; ok {
		return b
	}
	b := c.blobOf(e.SHA)
	delete(c.blobs, e.SHA)
	return b
}

// blobOf returns the text of a blob; base and head share what is read.
func (c *change) blobOf(sha string) []byte {
	if strings.Trim(sha, "0") == "" {
		return nil
	}
	if b, ok := c.blobs[sha]; ok {
		return b
	}
	b, err := c.repo.Blob(c.ctx, sha)
	switch {
	case errors.Is(err, git.ErrTooLarge):
		c.note("files above 16 MB were not read")
		b = nil
	case errors.Is(err, git.ErrNotFound):
		c.note("the clone lacks the text of some files (a partial clone); they were not read")
		b = nil
	case err != nil:
		c.failed = cmp.Or(c.failed, fmt.Errorf("read blob %.12s: %w", sha, err))
		b = nil
	case bytes.IndexByte(b[:min(len(b), 8000)], 0) >= 0:
		b = nil // binary
	case bytes.HasPrefix(b, []byte("version https://git-lfs.github.com/spec/")):
		c.note("files kept in Git LFS are pointers here; they were not read")
		b = nil
	}
	c.blobs[sha] = b
	return b
}

// maxAlerts bounds what is said.
const maxAlerts = 10000

func (c *change) alert(a Alert) {
	if len(c.alerts) == maxAlerts {
		c.note("more than %d findings: the rest is left out", maxAlerts)
		return
	}
	a.Edit.Path = cmp.Or(a.Edit.Path, a.Path)
	if a.Edit.Old == a.Edit.New {
		a.Edit = finding.Edit{}
	}
	c.alerts = append(c.alerts, a)
}

func (c *change) result() *Result {
	slices.SortStableFunc(c.alerts, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.Confidence, a.Confidence), finding.Compare(a.Finding, b.Finding))
	})
	return &Result{
		Base: c.base.rev, Head: c.head.rev, Alerts: c.alerts, Notes: c.notes, Changed: len(c.files), Documents: len(c.docs),
		Read:   func(p string) ([]byte, error) { return c.repo.ReadFile(c.ctx, c.head.rev, p) },
		Impact: c.statements(), Fresh: c.fresh,
	}
}

// fresh reports whether the change wrote a line of a file.
func (c *change) fresh(p string, line int) bool {
	i := slices.IndexFunc(c.files, func(f git.Change) bool { return f.Path == p && f.Status != git.Deleted })
	if i < 0 {
		return false
	}
	f := c.files[i]
	if f.Status == git.Added {
		return true
	}
	now := lines(c.blobOf(f.SHA))
	return line >= 1 && line <= len(now) && !slices.Contains(lines(c.blobOf(f.OldSHA)), now[line-1])
}

func isMarkdown(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".md", ".markdown", ".mdx", ".mkd":
		return true
	default:
		return false
	}
}

// foreign reports whether a file lies among other people's code, or is data of
// tests.
func foreign(p string) bool {
	return hasFolder(strings.ToLower(p), "vendor", "node_modules", "third_party", "third-party", "testdata", "fixtures", "__snapshots__", ".venv", "venv", "site-packages", "bower_components")
}

// isHistory reports whether a document tells what was.
func isHistory(p string) bool {
	l := strings.ToLower(p)
	stem := strings.TrimSuffix(path.Base(l), path.Ext(l))
	for _, w := range []string{"changelog", "changes", "history", "release-notes", "release_notes", "releases", "migrat", "upgrad", "postmortem", "incident-", "retro"} {
		if strings.Contains(stem, w) {
			return true
		}
	}
	return hasFolder(l, "postmortems", "incidents", "changelog", "changelogs", "release-notes", "releasenotes", "migrations", "upgrading", "archive", "archived", "history")
}

// recordRE finds names of records: adr-047-evidence.md, rfc-12.md.
var recordRE = regexp.MustCompile(`^(?:adr|rfc|kep|decision)[-_]?\d+`)

// isRecord reports whether a document says what was decided or proposed.
func isRecord(p string) bool {
	l := strings.ToLower(p)
	return recordRE.MatchString(path.Base(l)) || hasFolder(l, "adr", "adrs", "decisions", "decision-records", "decision_records", "proposals", "proposal", "rfc", "rfcs", "design", "designs", "design-docs", "keps", "enhancements", "specs", "plans")
}
