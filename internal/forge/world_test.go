package forge

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/finding"
)

// world is a merge request as a server keeps it, without the server: what the
// Forge of every player in it reads and changes. Calls come one at a time.
type world struct {
	next        int64
	head        string
	discussions []Discussion
	alone       map[string]bool // discussions that are comments, not threads
	drafts      []Draft
	cannot      bool // our user may not resolve threads
	ignores     bool // the server publishes replies without resolving
	unsure      bool // a run was cut off: threads of such a server may stay open
	refuses     func(Place) bool
	writes      int
	mails       int
}

const worldUser = 11

func newWorld() *world { return &world{next: 100, head: "abc123", alone: map[string]bool{}} }

func (w *world) id() int64 { w.next++; return w.next }

func (w *world) find(id string) *Discussion {
	for i := range w.discussions {
		if w.discussions[i].ID == id {
			return &w.discussions[i]
		}
	}
	return nil
}

func (w *world) post(author int64, body string) {
	id := w.id()
	d := Discussion{ID: fmt.Sprint(id), Notes: []Note{{ID: id, Author: author, Body: body}}}
	w.alone[d.ID] = true
	w.discussions = append(w.discussions, d)
}

func (w *world) remove(discussion string, note int64) error {
	for i := range w.discussions {
		d := &w.discussions[i]
		if discussion != "" && d.ID != discussion {
			continue
		}
		at := slices.IndexFunc(d.Notes, func(n Note) bool { return n.ID == note })
		if at < 0 {
			continue
		}
		d.Notes = slices.Delete(slices.Clone(d.Notes), at, at+1)
		if len(d.Notes) == 0 {
			w.discussions = slices.Delete(w.discussions, i, i+1)
		}
		return nil
	}
	return ErrGone
}

func (w *world) change(note int64, body string) error {
	for i := range w.discussions {
		for j := range w.discussions[i].Notes {
			if n := &w.discussions[i].Notes[j]; n.ID == note {
				n.Body = body
				return nil
			}
		}
	}
	return ErrGone
}

func (w *world) publish(d Draft) {
	id := w.id()
	n := Note{ID: id, Author: worldUser, Body: d.Body, Path: d.Place.NewPath}
	if d.Discussion == "" {
		w.discussions = append(w.discussions, Discussion{ID: fmt.Sprint(id), Notes: []Note{n}})
		return
	}
	t := w.find(d.Discussion)
	if t == nil {
		return
	}
	t.Notes = append(t.Notes, n)
	if !w.cannot && !w.ignores {
		for i := range t.Notes {
			t.Notes[i].Resolved = d.Resolve
		}
	}
}

// player is the Forge of one run in a world. turn is called before each
// request; what it returns may stop the request, or lose its answer.
type player struct {
	Forge // the calls that Run does not make
	w     *world
	turn  func(ctx context.Context, writes bool) fate
}

type fate uint8

const (
	happens fate = iota
	fails        // the server answers 500 and has done nothing
	lost         // the server acts, the answer does not come
	killed       // the process is gone
)

var errKilled = errors.New("killed")

func ask[T any](ctx context.Context, p *player, writes bool, do func() (T, error)) (T, error) {
	var none T
	f := p.turn(ctx, writes)
	switch f {
	case fails:
		return none, fmt.Errorf("500 (%w)", ErrUnclear)
	case killed:
		return none, errKilled
	}
	if writes {
		p.w.writes++
	}
	v, err := do()
	if f == lost {
		return none, fmt.Errorf("reset (%w)", ErrUnclear)
	}
	return v, err
}

func (p *player) write(ctx context.Context, do func() error) error {
	_, err := ask(ctx, p, true, func() (struct{}, error) { return struct{}{}, do() })
	return err
}

func (p *player) User(ctx context.Context) (User, error) {
	return ask(ctx, p, false, func() (User, error) { return User{ID: worldUser, Name: "bot"}, nil })
}

func (p *player) MergeRequest(ctx context.Context) (MergeRequest, error) {
	return ask(ctx, p, false, func() (MergeRequest, error) {
		return MergeRequest{Project: 1, IID: 2, State: "opened", Head: p.w.head}, nil
	})
}

func (p *player) Notes(ctx context.Context) ([]Note, error) {
	return ask(ctx, p, false, func() ([]Note, error) {
		var all []Note
		for _, d := range p.w.discussions {
			all = append(all, d.Notes...)
		}
		return all, nil
	})
}

func (p *player) Discussions(ctx context.Context) ([]Discussion, error) {
	return ask(ctx, p, false, func() ([]Discussion, error) {
		out := slices.Clone(p.w.discussions)
		for i := range out {
			out[i].Notes = slices.Clone(out[i].Notes)
		}
		return out, nil
	})
}

func (p *player) Drafts(ctx context.Context) ([]Draft, error) {
	return ask(ctx, p, false, func() ([]Draft, error) { return slices.Clone(p.w.drafts), nil })
}

func (p *player) CreateNote(ctx context.Context, body string) error {
	return p.write(ctx, func() error { p.w.mails++; p.w.post(worldUser, body); return nil })
}

func (p *player) UpdateNote(ctx context.Context, id int64, body string) error {
	return p.write(ctx, func() error { return p.w.change(id, body) })
}

func (p *player) DeleteNote(ctx context.Context, id int64) error {
	return p.write(ctx, func() error { return p.w.remove("", id) })
}

func (p *player) UpdateReply(ctx context.Context, _ string, id int64, body string) error {
	return p.write(ctx, func() error { return p.w.change(id, body) })
}

func (p *player) DeleteReply(ctx context.Context, discussion string, id int64) error {
	return p.write(ctx, func() error { return p.w.remove(discussion, id) })
}

func (p *player) Resolve(ctx context.Context, discussion string, resolved bool) error {
	return p.write(ctx, func() error {
		if p.w.cannot {
			return ErrAccess
		}
		d := p.w.find(discussion)
		if d == nil {
			return ErrGone
		}
		for i := range d.Notes {
			d.Notes[i].Resolved = resolved
		}
		return nil
	})
}

func (p *player) CreateDraft(ctx context.Context, d Draft) error {
	return p.write(ctx, func() error {
		if d.Discussion == "" && p.w.refuses != nil && p.w.refuses(d.Place) {
			return ErrRefused
		}
		d.ID = p.w.id()
		p.w.drafts = append(p.w.drafts, d)
		return nil
	})
}

func (p *player) DeleteDraft(ctx context.Context, id int64) error {
	return p.write(ctx, func() error {
		n := len(p.w.drafts)
		p.w.drafts = slices.DeleteFunc(slices.Clone(p.w.drafts), func(d Draft) bool { return d.ID == id })
		if len(p.w.drafts) == n {
			return ErrGone
		}
		return nil
	})
}

func (p *player) PublishDraft(ctx context.Context, id int64) error {
	return p.write(ctx, func() error {
		i := slices.IndexFunc(p.w.drafts, func(d Draft) bool { return d.ID == id })
		if i < 0 {
			return ErrGone
		}
		d := p.w.drafts[i]
		p.w.drafts = slices.Delete(slices.Clone(p.w.drafts), i, i+1)
		p.w.mails++
		p.w.publish(d)
		return nil
	})
}

func (p *player) PublishDrafts(ctx context.Context) error {
	return p.write(ctx, func() error {
		if len(p.w.drafts) > 0 {
			p.w.mails++
		}
		for _, d := range p.w.drafts {
			p.w.publish(d)
		}
		p.w.drafts = nil
		return nil
	})
}

// alone runs a review that nothing disturbs.
func (w *world) run(ctx context.Context, r *Review) (Result, error) {
	return Run(ctx, &player{w: w, turn: func(context.Context, bool) fate { return happens }}, r, Options{})
}

// race runs reviews at once, their requests in an order that a source of chance
// gives, and their fates too. It returns the error of each.
func (w *world) race(ctx context.Context, rnd *rand.Rand, chaos func(player int, writes bool) fate, reviews ...*Review) []error {
	type event struct {
		player int
		done   bool
	}
	events := make(chan event)
	errs := make([]error, len(reviews))
	grants := make([]chan struct{}, len(reviews))
	for i, r := range reviews {
		grants[i] = make(chan struct{})
		p := &player{w: w, turn: func(_ context.Context, writes bool) fate {
			events <- event{i, false}
			<-grants[i]
			return chaos(i, writes)
		}}
		go func() {
			_, errs[i] = Run(ctx, p, r, Options{})
			events <- event{i, true}
		}()
	}
	// A player that has its turn runs alone until it asks again or ends.
	var waiting []int
	for left, running := len(reviews), len(reviews); left > 0; {
		for ; running > 0; running-- {
			if e := <-events; e.done {
				left--
			} else {
				waiting = append(waiting, e.player)
			}
		}
		if len(waiting) == 0 {
			continue
		}
		slices.Sort(waiting)
		at := rnd.IntN(len(waiting))
		next := waiting[at]
		waiting = slices.Delete(waiting, at, at+1)
		running = 1
		grants[next] <- struct{}{}
	}
	return errs
}

// worldReview makes a review of findings by number: errors, warnings and notes,
// some on lines of the difference, two of them on one line.
func worldReview(numbers []int) *Review {
	r := &Review{Version: Version{"b0", "c0", "abc123"}, Language: "en"}
	for _, n := range numbers {
		path, line := fmt.Sprintf("docs/p%d.md", n/2), 3+n/4
		it := Item{
			Finding: finding.Finding{
				Rule: "drift/dead-reference", Severity: finding.Error, Position: finding.Position{Path: path, Line: line},
				Message: fmt.Sprintf("finding %d", n), Reason: "because",
			},
			Fingerprint: fmt.Sprintf("%016x%016x", n+1, 7),
		}
		switch {
		case n%5 == 3:
			it.Severity = finding.Warning
		case n%7 == 6: // no place
		default:
			it.Place = Place{path, path, 0, line}
		}
		if n%2 == 0 {
			it.Old, it.New = fmt.Sprintf("old %d", n), fmt.Sprintf("new %d", n)
			it.Suggest = it.Place != Place{}
		}
		r.Items = append(r.Items, it)
	}
	return r
}

// check reports what is wrong with a world in which a review has ended. fresh
// says that it was the first.
func (w *world) check(r *Review, fresh bool) error {
	id := Identity{1, 2, worldUser}
	live := map[string]bool{}
	eligible := 0
	for _, g := range groups(r.Items) {
		for _, f := range g.prints {
			live[f] = true
		}
		if g.worst() == finding.Error && g.first().Place != (Place{}) && (w.refuses == nil || !w.refuses(g.first().Place)) {
			eligible++
		}
	}
	if len(w.drafts) > 0 {
		return fmt.Errorf("%d drafts are left", len(w.drafts))
	}
	summaries, threads := 0, 0
	seen := map[string]bool{}
	for _, d := range w.discussions {
		m, ours := id.read(d.Notes[0].Author, d.Notes[0].Body)
		switch {
		case !ours:
		case m.kind == kindSummary:
			summaries++
			if m.set != digestOf(r.summary(false)) || m.body == "" {
				return fmt.Errorf("the summary is not that of the review:\n%s", d.Notes[0].Body)
			}
		case m.kind == kindThread:
			threads++
			on := false
			for _, f := range m.prints {
				if seen[f] {
					return fmt.Errorf("two threads say %s", f)
				}
				seen[f] = true
				on = on || live[f]
			}
			last := kindThread
			for _, n := range d.Notes[1:] {
				rm, ours := id.read(n.Author, n.Body)
				if !ours {
					continue
				}
				if rm.kind == last || rm.kind == kindBack && last == kindThread {
					return fmt.Errorf("a thread says %q twice", rm.kind)
				}
				last = rm.kind
			}
			if on != (last != kindFixed) {
				return fmt.Errorf("live %v, the last word is %q", on, last)
			}
			if on == d.Notes[0].Resolved && !w.cannot && (!w.ignores || !w.unsure) {
				return fmt.Errorf("live %v, resolved %v", on, d.Notes[0].Resolved)
			}
		}
	}
	switch {
	case threads > MaxThreads:
		return fmt.Errorf("%d threads", threads)
	case fresh && threads != min(MaxThreads, eligible):
		return fmt.Errorf("%d threads, want %d", threads, min(MaxThreads, eligible))
	case summaries > 1 || summaries == 0 && len(r.Items) > 0:
		return fmt.Errorf("%d summaries", summaries)
	}
	return nil
}

func pick(rnd *rand.Rand) []int {
	var out []int
	for n := range 14 {
		if rnd.IntN(3) == 0 {
			out = append(out, n)
		}
	}
	return out
}

// TestRunConverges lets two runs go on at once, in orders and with mishaps that
// chance gives; then one run that nothing disturbs has to bring about the state
// of the review, and another has nothing to do.
func TestRunConverges(t *testing.T) {
	for seed := range uint64(400) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		w := newWorld()
		switch seed % 5 {
		case 1:
			w.cannot = true
		case 2:
			w.ignores = true
		case 3:
			w.refuses = func(p Place) bool { return strings.HasSuffix(p.NewPath, "1.md") }
		}
		for step := range 4 {
			r := worldReview(pick(rnd))
			mishaps := 0
			dead := [2]bool{}
			errs := w.race(t.Context(), rnd, func(player int, writes bool) fate {
				if dead[player] {
					return killed
				}
				if seed%2 == 0 || rnd.IntN(12) > 0 {
					return happens
				}
				f := fate(rnd.IntN(4))
				if f != happens {
					mishaps++
				}
				dead[player] = f == killed
				return f
			}, r, r)
			w.unsure = w.unsure || mishaps > 0
			if mishaps == 0 {
				for _, err := range errs {
					if err != nil {
						t.Fatalf("seed %d, step %d: %v", seed, step, err)
					}
				}
				// Two runs that end well leave nothing to be mended.
				if err := w.check(r, false); err != nil {
					t.Fatalf("seed %d, step %d, after the two: %v", seed, step, err)
				}
			}
			if _, err := w.run(t.Context(), r); err != nil {
				t.Fatalf("seed %d, step %d: %v", seed, step, err)
			}
			if err := w.check(r, step == 0 && mishaps < 2); err != nil {
				t.Fatalf("seed %d, step %d: %v", seed, step, err)
			}
			w.writes = 0
			if res, err := w.run(t.Context(), r); err != nil || res.Edits > 0 || w.writes > 0 {
				t.Fatalf("seed %d, step %d: a rerun makes %d edits, error %v", seed, step, res.Edits, err)
			}
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestRunSuperseded moves the head at every request of a run, with a run for the
// new head beside it: the older one ends without a change after that, and the
// state becomes that of the newer.
func TestRunSuperseded(t *testing.T) {
	for seed := range uint64(400) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		w := newWorld()
		before := worldReview(pick(rnd))
		if _, err := w.run(t.Context(), before); err != nil {
			t.Fatal(err)
		}
		older, newer := worldReview(pick(rnd)), worldReview(pick(rnd))
		newer.Version.Head = "def456"
		at, n, late := rnd.IntN(20), 0, 0
		errs := w.race(t.Context(), rnd, func(_ int, writes bool) fate {
			if n++; n > at {
				w.head = newer.Version.Head
				late += btoi(writes)
			}
			return happens
		}, older)
		// It looks before it shows anything; what it has begun to show it ends.
		if late > 2*MaxThreads+4 {
			t.Fatalf("seed %d: %d changes after the push", seed, late)
		}
		if _, moved := errors.AsType[*Superseded](errs[0]); errs[0] != nil && !moved {
			t.Fatalf("seed %d: %v", seed, errs[0])
		}
		w.head = newer.Version.Head
		w.writes = 0
		if _, err := w.run(t.Context(), older); err == nil || w.writes > 0 {
			t.Fatalf("seed %d: a run for the older head makes %d changes, error %v", seed, w.writes, err)
		}
		errs = w.race(t.Context(), rnd, func(int, bool) fate { return happens }, newer, older)
		if errs[0] != nil {
			t.Fatalf("seed %d: %v", seed, errs[0])
		}
		if err := w.check(newer, false); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}
