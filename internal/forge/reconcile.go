package forge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// State is what is on a merge request.
type State struct {
	Notes       []Note
	Discussions []Discussion
	Drafts      []Draft
}

// Do is what an Edit does.
type Do uint8

// What can be done, in the order in which Reconcile asks for it.
const (
	DeleteDraft Do = iota
	CreateDraft
	Reopen
	UpdateThread
	CreateSummary
	UpdateSummary
	PublishDraft
	PublishDrafts
	CloseThread
	DeleteSummary
	DeleteThread
)

// String returns a name for people.
func (d Do) String() string {
	return [...]string{
		"delete draft", "create draft", "reopen thread", "update thread", "create summary", "update summary",
		"publish draft", "publish drafts", "resolve thread", "delete duplicate summary", "delete duplicate thread",
	}[d]
}

// Edit is one change to a merge request.
type Edit struct {
	Do         Do
	Note       int64  // or draft
	Discussion string // of threads
	Body       string
	Draft      Draft // to create
	prints     []string
}

// thread is a discussion of ours.
type thread struct {
	*Discussion
	root   marker
	prints []string
	last   kind // of our last comment that is kindFixed or kindBack, else kindThread
}

// Memory is what a run knows of what it has tried itself, which no list of the
// server tells. The zero Memory is that of a run that begins.
type Memory struct {
	// flat are short fingerprints of findings whose place was refused: no thread.
	flat map[string]bool
	// answered are discussions to which it has written a last word that resolves.
	answered map[string]bool
}

// Reconcile returns what has to change on a merge request for it to say what a
// review says, in the order in which it has to be done. On a state that its
// edits lead to it returns nothing. Findings of severity Info are said beside
// others: alone they are no reason for a comment, nor to keep one from saying
// that all is well.
func Reconcile(r *Review, s State, id Identity, mem Memory) []Edit {
	if !r.Failed(finding.Warning) {
		c := *r
		c.Items = nil
		r = &c
	}
	p := &plan{r: r, s: s, id: id, mem: mem, current: map[string]*group{}}
	for _, g := range groups(r.Items) {
		p.groups = append(p.groups, g)
		for _, f := range g.prints {
			p.current[f] = g
		}
	}
	p.findThreads()
	kept, said := p.summaries()
	p.replies()
	p.newThreads(said)
	p.drafts()
	p.summary(kept)
	p.publish()
	return slices.Concat(p.first, p.middle, p.last)
}

type plan struct {
	r       *Review
	s       State
	id      Identity
	mem     Memory
	groups  []*group
	current map[string]*group // by short fingerprint
	threads []*thread
	wanted  []wantedDraft
	ours    bool // drafts of ours will be there to publish
	foreign bool // drafts that the user wrote by hand

	first, middle, last []Edit
}

// wantedDraft is a draft that should be published now.
type wantedDraft struct {
	key    string
	draft  Draft
	prints []string
}

func draftKey(k kind, discussion string, prints []string) string {
	return string(k) + " " + discussion + " " + strings.Join(prints, ",")
}

// summaries returns the summary to keep, nil when there is none, and the
// findings that it says; others are duplicates of runs that went on at once.
func (p *plan) summaries() (*Note, map[string]bool) {
	var kept *Note
	said := map[string]bool{}
	notes := slices.Clone(p.s.Notes)
	slices.SortFunc(notes, func(a, b Note) int { return cmp.Compare(a.ID, b.ID) })
	for i := range notes {
		n := &notes[i]
		m, ok := p.id.read(n.Author, n.Body)
		if n.System || !ok || m.kind != kindSummary {
			continue
		}
		for _, f := range m.prints {
			said[f] = true
		}
		if kept == nil {
			kept = n
			continue
		}
		p.last = append(p.last, Edit{Do: DeleteSummary, Note: n.ID})
	}
	return kept, said
}

// findThreads collects the threads of ours, oldest first.
func (p *plan) findThreads() {
	for i := range p.s.Discussions {
		d := &p.s.Discussions[i]
		if len(d.Notes) == 0 || d.Notes[0].System {
			continue
		}
		m, ok := p.id.read(d.Notes[0].Author, d.Notes[0].Body)
		if !ok || m.kind != kindThread {
			continue
		}
		t := &thread{Discussion: d, root: m, prints: m.prints, last: kindThread}
		for _, n := range d.Notes[1:] {
			rm, ok := p.id.read(n.Author, n.Body)
			switch {
			case !ok || rm.kind != kindFixed && rm.kind != kindBack:
			case rm.kind == t.last: // two runs at once answered
				p.last = append(p.last, Edit{Do: DeleteThread, Discussion: d.ID, Note: n.ID})
			default:
				t.last = rm.kind
			}
		}
		p.threads = append(p.threads, t)
	}
	slices.SortFunc(p.threads, func(a, b *thread) int { return cmp.Compare(a.Notes[0].ID, b.Notes[0].ID) })
	// Two runs at once may have said the same twice.
	seen := map[string]bool{}
	p.threads = slices.DeleteFunc(p.threads, func(t *thread) bool {
		double := len(t.prints) > 0
		for _, f := range t.prints {
			double = double && seen[f]
			seen[f] = true
		}
		if double && len(t.Notes) == 1 {
			p.last = append(p.last, Edit{Do: DeleteThread, Discussion: t.ID, Note: t.Notes[0].ID})
			return true
		}
		return false
	})
}

func (t *thread) resolved() bool { return t.Notes[0].Resolved }

// replies closes threads whose findings are gone and reopens those whose
// findings are back, when it was a run that had closed them.
func (p *plan) replies() {
	w := wordsFor(p.r.Language)
	head := code(p.r.Version.Head[:min(headInWords, len(p.r.Version.Head))])
	reply := func(t *thread, k kind, text string, resolve bool) {
		p.wanted = append(p.wanted, wantedDraft{
			key: draftKey(k, t.ID, nil),
			draft: Draft{
				Discussion: t.ID, Resolve: resolve,
				Body: p.id.mark(text, marker{kind: k, head: p.r.Version.Head}),
			},
		})
	}
	for _, t := range p.threads {
		var live *group
		for _, f := range t.prints {
			if g := p.current[f]; g != nil {
				live = g
				break
			}
		}
		switch {
		case live == nil && !t.resolved() && t.last != kindFixed:
			text := w.fixed(head)
			if a, ok := p.r.answerTo(t.prints); ok {
				text = w.answered(prose(a.Reason), code(a.By))
			}
			reply(t, kindFixed, text, true)
		case live == nil && !t.resolved() && p.mem.answered[t.ID]:
			// The server took the word and left the thread open. A thread that is open
			// in a later run was opened again by somebody, or the token may not close it.
			p.last = append(p.last, Edit{Do: CloseThread, Discussion: t.ID})
		case live != nil && t.last == kindFixed:
			if t.resolved() {
				p.middle = append(p.middle, Edit{Do: Reopen, Discussion: t.ID})
			}
			reply(t, kindBack, w.back(head), false)
		}
		if live == nil {
			continue
		}
		if body, m := p.threadBody(live, t.onDocument(live)); m.set != t.root.set || t.root.body == "" {
			p.middle = append(p.middle, Edit{Do: UpdateThread, Discussion: t.ID, Note: t.Notes[0].ID, Body: body})
		}
	}
}

// onDocument reports whether a thread stands on the document itself: only there
// a suggestion replaces the right line.
func (t *thread) onDocument(g *group) bool { return t.Notes[0].Path == g.first().Path }

func (p *plan) threadBody(g *group, onDocument bool) (string, marker) {
	set := digestOf(g.thread(p.r, onDocument, false))
	m := marker{kind: kindThread, head: p.r.Version.Head, set: set, prints: g.prints}
	return p.id.mark(g.thread(p.r, onDocument, true), m), m
}

// newThreads asks for threads for errors that are said for the first time: those
// first that hold a suggestion, then those on the document itself.
func (p *plan) newThreads(said map[string]bool) {
	covered := map[string]bool{}
	for _, t := range p.threads {
		for _, f := range t.prints {
			covered[f] = true
		}
	}
	begun := map[string]bool{} // by a run that did not get to publish
	for _, d := range p.s.Drafts {
		if m, ok := p.id.read(p.id.User, d.Body); ok && m.kind == kindThread {
			for _, f := range m.prints {
				begun[f] = true
			}
		}
	}
	left := p.r.threads() - len(p.threads)
	rank := func(g *group) int {
		switch f := g.first(); {
		case f.Suggest:
			return 0
		case f.Place.NewPath == f.Path:
			return 1
		}
		return 2
	}
	order := slices.Clone(p.groups)
	slices.SortStableFunc(order, func(a, b *group) int { return cmp.Compare(rank(a), rank(b)) })
	for _, g := range order {
		skip := g.worst() < finding.Error || g.first().Place == Place{}
		for _, f := range g.prints {
			skip = skip || covered[f] || p.mem.flat[f] || said[f] && !begun[f]
		}
		if skip || left <= 0 {
			continue
		}
		left--
		body, _ := p.threadBody(g, g.first().Place.NewPath == g.first().Path)
		p.wanted = append(p.wanted, wantedDraft{
			key:    draftKey(kindThread, "", g.prints),
			draft:  Draft{Body: body, Place: g.first().Place, Version: p.r.Version},
			prints: g.prints,
		})
	}
}

// drafts makes the drafts of this user those that are wanted.
func (p *plan) drafts() {
	want := map[string]wantedDraft{}
	for _, w := range p.wanted {
		want[w.key] = w
	}
	for _, d := range p.s.Drafts {
		m, ok := p.id.read(p.id.User, d.Body)
		if !ok {
			p.foreign = true
			continue
		}
		key := draftKey(m.kind, d.Discussion, m.prints)
		if m.kind != kindThread {
			key = draftKey(m.kind, d.Discussion, nil)
		}
		w, ok := want[key]
		if ok && normalise(w.draft.Body) == normalise(d.Body) {
			delete(want, key) // it is there already
			p.ours = true
			continue
		}
		p.first = append(p.first, Edit{Do: DeleteDraft, Note: d.ID})
	}
	for _, w := range p.wanted {
		if _, missing := want[w.key]; missing {
			p.first = append(p.first, Edit{Do: CreateDraft, Draft: w.draft, prints: w.prints})
			p.ours = true
		}
	}
}

func (p *plan) summary(kept *Note) {
	if kept == nil && len(p.r.Items)+len(p.r.Answers) == 0 {
		return
	}
	var prints []string
	for _, g := range p.groups {
		prints = append(prints, g.prints...)
	}
	slices.Sort(prints)
	m := marker{kind: kindSummary, head: p.r.Version.Head, set: digestOf(p.r.summary(false)), prints: prints, answers: p.r.Answers}
	if kept == nil {
		p.middle = append(p.middle, Edit{Do: CreateSummary, Body: p.id.mark(p.r.summary(true), m)})
		return
	}
	old, _ := p.id.read(kept.Author, kept.Body)
	if old.set != m.set || old.body == "" {
		p.middle = append(p.middle, Edit{Do: UpdateSummary, Note: kept.ID, Body: p.id.mark(p.r.summary(true), m)})
	}
}

// publish asks for all drafts to be published at once. Drafts that the user
// wrote by hand are not ours to publish: beside them each goes for itself.
func (p *plan) publish() {
	switch {
	case !p.ours:
	case p.foreign:
		p.middle = append(p.middle, Edit{Do: PublishDraft})
	default:
		p.middle = append(p.middle, Edit{Do: PublishDrafts})
	}
}
