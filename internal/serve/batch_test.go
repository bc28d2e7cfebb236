package serve

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// gather runs a batcher in a bubble of its own time; feed sends changes, and the
// batches that come of them are returned with when they came.
func gather(t *testing.T, b *batcher, feed func(in chan<- change)) (sizes []int, at []time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	in, out := make(chan change), make(chan batch)
	start := time.Now()
	go b.run(ctx, in, out)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case x := <-out:
				n := len(x.paths)
				if x.all {
					n += 1000
				}
				sizes, at = append(sizes, n), append(at, time.Since(start))
			case <-ctx.Done():
				close(done)
				return
			}
		}
	}()
	feed(in)
	time.Sleep(time.Minute)
	cancel()
	<-done
	return sizes, at
}

func TestBatches(t *testing.T) {
	for name, c := range map[string]struct {
		b    batcher
		feed func(in chan<- change)
		want []int
		late time.Duration // of the first batch, at most
	}{
		"one save is one batch, within 30 ms": {batcher{}, func(in chan<- change) {
			for range 3 { // truncated, written, closed
				in <- change{"docs/a.md"}
				time.Sleep(time.Millisecond)
			}
		}, []int{1}, 10 * time.Millisecond},
		"a save by rename": {batcher{}, func(in chan<- change) {
			in <- change{"docs/.a.tmp"}
			in <- change{"docs/a.md"}
			in <- change{"docs/.a.tmp"}
		}, []int{2}, 10 * time.Millisecond},
		"two saves are two batches": {batcher{}, func(in chan<- change) {
			in <- change{"docs/a.md"}
			time.Sleep(50 * time.Millisecond)
			in <- change{"docs/b.md"}
		}, []int{1, 1}, 10 * time.Millisecond},
		"a file that is written to all the time is not waited for": {batcher{}, func(in chan<- change) {
			for range 24 {
				in <- change{"docs/a.md"}
				time.Sleep(2 * time.Millisecond)
			}
		}, []int{1, 1}, 30 * time.Millisecond},
		"a truncated file is given time": {batcher{empty: func(string) bool { return true }}, func(in chan<- change) {
			in <- change{"docs/a.md"}
			time.Sleep(15 * time.Millisecond)
			in <- change{"docs/a.md"}
		}, []int{1}, 40 * time.Millisecond},
		"a thousand files with pauses are one batch": {batcher{}, func(in chan<- change) {
			for i := range 1000 {
				in <- change{fmt.Sprintf("docs/%d.md", i)}
				if i%100 == 99 {
					time.Sleep(40 * time.Millisecond)
				}
			}
		}, []int{1000}, time.Second},
		"what cannot be named": {batcher{}, func(in chan<- change) {
			in <- change{"docs/a.md"}
			in <- change{}
		}, []int{1001}, 10 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sizes, at := gather(t, &c.b, c.feed)
				if fmt.Sprint(sizes) != fmt.Sprint(c.want) {
					t.Fatalf("batches of %v, want %v", sizes, c.want)
				}
				if at[0] > c.late {
					t.Errorf("the first comes after %s", at[0])
				}
			})
		})
	}
}

// TestBatchWaitsForGit holds that nothing is built of a half checked out tree,
// and that a lock that is never let go does not stop the preview for good.
func TestBatchWaitsForGit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		locked := time.Now().Add(2 * time.Second)
		b := batcher{busy: func() bool { return time.Now().Before(locked) }}
		sizes, at := gather(t, &b, func(in chan<- change) {
			in <- change{"docs/a.md"}
			time.Sleep(time.Second)
			in <- change{"docs/b.md"}
		})
		if fmt.Sprint(sizes) != "[2]" || at[0] < 2*time.Second || at[0] > 2200*time.Millisecond {
			t.Errorf("batches of %v at %v", sizes, at)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		b := batcher{busy: func() bool { return true }}
		sizes, at := gather(t, &b, func(in chan<- change) { in <- change{"docs/a.md"} })
		if fmt.Sprint(sizes) != "[1]" || at[0] > limitBusy+time.Second {
			t.Errorf("batches of %v at %v", sizes, at)
		}
	})
}

// TestBatchGathersWhileBuilding holds that what comes during a build is built
// once, behind it.
func TestBatchGathersWhileBuilding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		in, out := make(chan change), make(chan batch)
		go (&batcher{}).run(ctx, in, out)
		for i := range 5 {
			in <- change{fmt.Sprintf("docs/%d.md", i)}
			time.Sleep(100 * time.Millisecond)
		}
		if x := <-out; len(x.paths) != 5 {
			t.Errorf("%d paths", len(x.paths))
		}
		select {
		case x := <-out:
			t.Errorf("another batch of %d", len(x.paths))
		case <-time.After(time.Second):
		}
		cancel()
		synctest.Wait()
	})
}
