package serve

import (
	"context"
	"time"
)

// change is one thing that the watcher saw. An empty path means that it cannot
// tell what changed, only that something did.
type change struct {
	path string // slash path below the project's root
}

// batch is a set of changes that belong together: one rebuild.
type batch struct {
	paths map[string]bool
	all   bool // look at everything again
}

// Windows of a batch. A single save is a handful of events within a
// millisecond or two, a checkout thousands over seconds; neither must be cut in
// two, and the first must not wait for the second.
const (
	quietFew   = 5 * time.Millisecond  // after the last event of a save
	limitFew   = 25 * time.Millisecond // of a file that is written to all the time
	many       = 16                    // paths that make it a checkout
	quietMany  = 120 * time.Millisecond
	limitMany  = 3 * time.Second
	quietEmpty = 20 * time.Millisecond // after a file was truncated, which is how editors begin to write
	limitBusy  = 30 * time.Second
)

// batcher gathers changes until they pause.
type batcher struct {
	// busy tells that a program (git) is in the midst of changing many files.
	busy func() bool
	// empty tells that a file is there and holds nothing.
	empty func(path string) bool
}

// run reads changes and sends batches until ctx ends. While the receiver is
// busy it goes on gathering.
func (b *batcher) run(ctx context.Context, in <-chan change, out chan<- batch) {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	defer timer.Stop()
	var (
		next  batch
		limit <-chan time.Time
		ready chan<- batch
		long  bool // many paths, or a program at work
		held  bool // for a program that is at work
	)
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-in:
			fresh := next.paths == nil && !next.all
			if next.paths == nil {
				next.paths = map[string]bool{}
			}
			if c.path == "" {
				next.all = true
			} else {
				next.paths[c.path] = true
			}
			if fresh {
				long, held = false, false
				limit = time.After(limitFew)
			}
			if !long && len(next.paths) >= many {
				long = true
				limit = time.After(limitMany)
			}
			ready = nil
			timer.Reset(b.quiet(c, long))
		case <-timer.C:
			if b.busy != nil && b.busy() {
				if !held {
					long, held, limit = true, true, time.After(limitBusy)
				}
				timer.Reset(quietMany)
				continue
			}
			ready = out
		case <-limit:
			limit = nil
			if !held && b.busy != nil && b.busy() {
				held, limit = true, time.After(limitBusy)
				continue
			}
			ready = out
		case ready <- next:
			next, ready, limit = batch{}, nil, nil
			timer.Stop()
		}
	}
}

func (b *batcher) quiet(c change, long bool) time.Duration {
	switch {
	case long:
		return quietMany
	case c.path != "" && b.empty != nil && b.empty(c.path):
		return quietEmpty
	}
	return quietFew
}
