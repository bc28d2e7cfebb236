package forge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// rounds bounds how often a run looks again at what it has brought about.
const rounds = 8

// Options are those of a Run.
type Options struct {
	// Once sends what is to be sent and does not look again, for a Forge that
	// keeps nothing.
	Once bool
	// Log says what is done; nil says nothing.
	Log *slog.Logger
}

// Result is what a Run did.
type Result struct {
	User  User
	Edits int // requests that changed something
}

// Run makes a merge request say what a review says. The error wraps *Superseded
// when the merge request has got another head; nothing is changed then.
func Run(ctx context.Context, f Forge, r *Review, o Options) (Result, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	user, err := f.User(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("find out whose token it is: %w", err)
	}
	mr, err := current(ctx, f, r)
	if err != nil {
		return Result{}, err
	}
	run := &run{
		f: f, r: r, o: o, mem: Memory{map[string]bool{}, map[string]bool{}}, lost: map[string]int{},
		id: Identity{mr.Project, mr.IID, user.ID}, result: Result{User: user},
	}
	for range rounds {
		s, err := run.load(ctx)
		if err != nil {
			return run.result, err
		}
		edits := Reconcile(r, s, run.id, run.mem)
		if len(edits) == 0 {
			return run.result, nil
		}
		if err := run.still(ctx); err != nil {
			return run.result, err
		}
		if err := run.send(ctx, edits); err != nil {
			return run.result, err
		}
		if o.Once {
			return run.result, nil
		}
	}
	return run.result, fmt.Errorf("bring the merge request up to date: it is not what was sent after %d tries", rounds)
}

// current returns the merge request when its head is still that of the review.
func current(ctx context.Context, f Forge, r *Review) (MergeRequest, error) {
	mr, err := f.MergeRequest(ctx)
	if err != nil {
		return mr, fmt.Errorf("read merge request: %w", err)
	}
	if mr.Head != r.Version.Head {
		return mr, &Superseded{Old: r.Version.Head, New: mr.Head}
	}
	return mr, nil
}

type run struct {
	f      Forge
	r      *Review
	o      Options
	id     Identity
	mem    Memory
	lost   map[string]int // answers lost, by body
	result Result
}

func (run *run) load(ctx context.Context) (s State, err error) {
	if s.Notes, err = run.f.Notes(ctx); err != nil {
		return s, fmt.Errorf("read comments: %w", err)
	}
	if s.Discussions, err = run.f.Discussions(ctx); err != nil {
		return s, fmt.Errorf("read threads: %w", err)
	}
	if s.Drafts, err = run.f.Drafts(ctx); err != nil {
		return s, fmt.Errorf("read drafts: %w", err)
	}
	return s, nil
}

// still returns an error when the head is not that of the review any more; what
// the run has drafted is taken back then.
func (run *run) still(ctx context.Context) error {
	_, err := current(ctx, run.f, run.r)
	if _, moved := errors.AsType[*Superseded](err); !moved || run.result.Edits == 0 {
		return err
	}
	drafts, derr := run.f.Drafts(ctx)
	if derr != nil {
		return errors.Join(err, fmt.Errorf("withdraw drafts: %w", derr))
	}
	return errors.Join(err, run.withdraw(ctx, drafts))
}

// withdraw deletes the drafts of this review.
func (run *run) withdraw(ctx context.Context, drafts []Draft) error {
	for _, d := range drafts {
		m, ok := run.id.read(run.id.User, d.Body)
		if !ok || m.head != run.r.Version.Head[:min(12, len(run.r.Version.Head))] {
			continue
		}
		if err := run.f.DeleteDraft(ctx, d.ID); err != nil && !errors.Is(err, ErrGone) {
			return fmt.Errorf("withdraw draft: %w", err)
		}
	}
	return nil
}

// send makes edits. It returns early, without an error, when the state has to
// be looked at again.
func (run *run) send(ctx context.Context, edits []Edit) error {
	drafted, refused := false, false
	for _, e := range edits {
		if refused && e.Do != CreateDraft && len(run.mem.flat) < MaxThreads {
			return nil // another finding may have the thread, and the summary does not say it yet
		}
		if drafted && e.Do != CreateDraft && e.Do != DeleteDraft {
			// Drafts take a while, and now comes what people see. From here on
			// nothing stops half way: a summary without its threads would be wrong.
			drafted = false
			if err := run.still(ctx); err != nil {
				return err
			}
		}
		drafted = drafted || e.Do == CreateDraft
		run.o.Log.Debug("review", "do", e.Do.String())
		err := run.one(ctx, e)
		run.result.Edits++
		switch {
		case e.Do == CreateDraft && e.Draft.Resolve:
			run.mem.answered[e.Draft.Discussion] = true
		case e.Do == CloseThread:
			delete(run.mem.answered, e.Discussion) // once is enough, whatever came of it
		}
		switch {
		case err == nil:
		case errors.Is(err, ErrAccess) && e.Do != Reopen && e.Do != CloseThread:
			return fmt.Errorf("%s: %w", e.Do, err)
		case e.Do == CreateDraft && errors.Is(err, ErrRefused):
			refused = true
			run.degrade(e, err)
		case errors.Is(err, ErrUnclear):
			run.lost[e.Draft.Body+e.Body]++
			switch n := run.lost[e.Draft.Body+e.Body]; {
			case e.Do == CreateDraft && n > 1:
				run.degrade(e, err) // some servers answer 500 to a position they cannot place
			case n > 3:
				return fmt.Errorf("%s: %w", e.Do, err)
			}
			return nil
		case errors.Is(err, ErrGone) && e.Do != CreateSummary && e.Do != CreateDraft:
			return nil // another run was faster
		case errors.Is(err, ErrRefused) && e.Do != CreateSummary && e.Do != UpdateSummary:
			run.o.Log.Warn("review", "refused", e.Do.String(), "error", err)
		case errors.Is(err, ErrAccess):
			run.o.Log.Warn("review", "refused", e.Do.String(), "error", err)
		default:
			return fmt.Errorf("%s: %w", e.Do, err)
		}
	}
	return nil
}

// degrade leaves a finding to the summary.
func (run *run) degrade(e Edit, err error) {
	run.o.Log.Warn("the place of a thread was refused; the summary says it", "path", e.Draft.Place.NewPath, "error", err)
	for _, f := range e.prints {
		run.mem.flat[f] = true
	}
}

func (run *run) one(ctx context.Context, e Edit) error {
	switch e.Do {
	case DeleteDraft:
		return run.f.DeleteDraft(ctx, e.Note)
	case CreateDraft:
		return run.f.CreateDraft(ctx, e.Draft)
	case Reopen:
		return run.f.Resolve(ctx, e.Discussion, false)
	case CloseThread:
		return run.f.Resolve(ctx, e.Discussion, true)
	case UpdateThread:
		return run.f.UpdateReply(ctx, e.Discussion, e.Note, e.Body)
	case CreateSummary:
		return run.f.CreateNote(ctx, e.Body)
	case UpdateSummary:
		return run.f.UpdateNote(ctx, e.Note, e.Body)
	case DeleteSummary:
		return run.f.DeleteNote(ctx, e.Note)
	case DeleteThread:
		return run.f.DeleteReply(ctx, e.Discussion, e.Note)
	case PublishDrafts:
		return run.f.PublishDrafts(ctx)
	case PublishDraft:
		drafts, err := run.f.Drafts(ctx)
		if err != nil {
			return err
		}
		for _, d := range drafts {
			if _, ok := run.id.read(run.id.User, d.Body); ok {
				if err := run.f.PublishDraft(ctx, d.ID); err != nil && !errors.Is(err, ErrGone) {
					return err
				}
			}
		}
	}
	return nil
}
