package publish

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// mortal is a target whose publisher dies: after some calls nothing works any
// more. The call that it dies in took place or did not.
type mortal struct {
	*Memory
	mu    sync.Mutex
	left  int  // calls; negative is forever
	lost  bool // the last one takes place
	once  bool // only one call fails: the publisher lives on and hears of it
	after func()
}

var errDead = errors.New("the publisher is dead")

// call reports whether a call takes place, and whether its answer arrives.
func (m *mortal) call() (does, answers bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.left < 0:
		return true, true
	case m.left == 0:
		return false, false
	}
	m.left--
	does, answers = m.left > 0 || m.lost, m.left > 0
	if m.left == 0 && m.once {
		m.left = -1
	}
	return does, answers
}

func (m *mortal) Get(ctx context.Context, key, etag string) (*Object, error) {
	if _, ok := m.call(); !ok {
		return nil, errDead
	}
	return m.Memory.Get(ctx, key, etag)
}

func (m *mortal) Head(ctx context.Context, key string) (Info, error) {
	if _, ok := m.call(); !ok {
		return Info{}, errDead
	}
	return m.Memory.Head(ctx, key)
}

func (m *mortal) write(f func() (Info, error)) (Info, error) {
	does, answers := m.call()
	var i Info
	var err error
	if does {
		i, err = f()
		if m.after != nil {
			m.after()
		}
	}
	if !answers {
		return Info{}, errDead
	}
	return i, err
}

func (m *mortal) Put(ctx context.Context, key string, c Content, h Headers, cond Cond) (Info, error) {
	return m.write(func() (Info, error) { return m.Memory.Put(ctx, key, c, h, cond) })
}

func (m *mortal) SetHeaders(ctx context.Context, key, etag, sum string, h Headers) (Info, error) {
	return m.write(func() (Info, error) { return m.Memory.SetHeaders(ctx, key, etag, sum, h) })
}

func (m *mortal) Delete(ctx context.Context, keys []string) error {
	_, err := m.write(func() (Info, error) { return Info{}, m.Memory.Delete(ctx, keys) })
	return err
}

func (m *mortal) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	if _, ok := m.call(); !ok {
		return func(yield func(Info, error) bool) { yield(Info{}, errDead) }
	}
	return m.Memory.List(ctx, prefix)
}

// fuzzSite makes a site of n: pages that need an asset of their own time, an
// index that links to all pages.
func fuzzSite(n byte) files {
	f := files{}
	index := ""
	for i := range 5 {
		if n>>i&1 == 0 {
			continue
		}
		asset := fmt.Sprintf("assets/%d.0a%02x.css", i, n>>6)
		page := fmt.Sprintf("p%d/index.html", i)
		f[asset] = fmt.Sprint("css ", n>>6)
		f[page] = "needs " + asset
		index += " " + page
	}
	f["index.html"] = "needs" + index
	f["logo.svg"] = fmt.Sprint(n >> 6)
	return f
}

// whole reports what a reader of m would miss.
func whole(m *Memory) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, o := range m.objects {
		need, ok := strings.CutPrefix(string(o.data), "needs")
		if !ok || strings.HasPrefix(k, reserved) {
			continue
		}
		for n := range strings.FieldsSeq(need) {
			if _, ok := m.objects[n]; !ok {
				return fmt.Errorf("%s needs %s, which is not there", k, n)
			}
		}
	}
	return nil
}

// FuzzSync: whatever happened to a target, runs that died at any call, other
// hands, lost manifests, releases and rollbacks, a run that comes to its end
// makes it equal to the source; and a reader misses nothing meanwhile.
func FuzzSync(f *testing.F) {
	f.Add([]byte{0x1f, 0, 9, 0x15, 1, 200, 0x0a, 0, 4, 0x1f, 2, 12})
	f.Add([]byte{0x03, 0, 255, 0x47, 4, 255, 0x03, 3, 7, 0x1c, 1, 9})
	f.Add([]byte{0x1f, 0, 255, 0x9e, 8, 255, 0x1f, 16, 255, 0x01, 7, 20, 0x1f, 32, 5})
	f.Add([]byte{0x1f, 0, 8, 0x1e, 0, 9, 0x1d, 0, 10, 0x1b, 0, 11, 0x17, 0, 12, 0x0f, 0, 13})
	f.Fuzz(syncScript)
}

// TestSyncScripts runs scripts as FuzzSync does, drawn by a fixed seed.
func TestSyncScripts(t *testing.T) {
	rng := rand.NewChaCha8([32]byte{7})
	n := 400
	if testing.Short() {
		n = 60
	}
	for range n {
		script := make([]byte, 3*(1+rng.Uint64()%8))
		_, _ = rng.Read(script)
		if rng.Uint64()%4 > 0 { // mostly without other hands
			for i := 1; i < len(script); i += 3 {
				script[i] &= 31
			}
		}
		if !t.Run("", func(t *testing.T) { syncScript(t, script) }) {
			t.Fatalf("script %v", script)
		}
	}
}

func syncScript(t *testing.T, script []byte) {
	if len(script) > 60 {
		return
	}
	ctx := t.Context()
	first := byte(0x2b) // a site that the target is likely to have been
	if len(script) > 0 {
		first = script[0]
	}
	mem := &Memory{Now: func() time.Time { return time.Unix(1_800_000_000, 0) }}
	hands := false
	target := &mortal{Memory: mem, left: -1}
	target.after = func() {
		if hands {
			return
		}
		if err := whole(mem); err != nil {
			t.Error(err)
		}
	}
	clock := time.Unix(1_800_000_000, 0)
	o := testOptions()
	o.AllowDelete = true
	o.Now = func() time.Time { return clock }
	for ; len(script) >= 3; script = script[3:] {
		site, what, calls := fuzzSite(script[0]), script[1], int(script[2])
		clock = clock.Add(time.Second)
		target.left, target.lost = -1, what&1 != 0
		if calls < 64 {
			target.left = calls
		}
		run := o
		run.Keep = int(what >> 1 & 3)
		run.Workers = 1 + calls%3
		if what&8 != 0 {
			run.Rules.Custom = []Rule{{"*.html", Headers{"X-Run": fmt.Sprint(what)}}}
		}
		keys := slices.Sorted(func(yield func(string) bool) {
			for i, err := range mem.List(ctx, "") {
				if err != nil {
					t.Fatal(err)
				}
				if !yield(i.Key) {
					return
				}
			}
		})
		switch hand := what >> 5; {
		case hand == 1 && len(keys) > 0:
			hands = true
			_ = mem.Delete(ctx, []string{keys[calls%len(keys)]})
		case hand == 2 && len(keys) > 0:
			hands = true
			if _, err := mem.put(keys[calls%len(keys)], []byte("by hand"), "", nil, Cond{}); err != nil {
				t.Fatal(err)
			}
		case hand == 3:
			hands = true
			_ = mem.Delete(ctx, []string{manifestKey})
		}
		run.Verify, run.Adopt = hands, hands
		src, err := Files(ctx, site.fs(), "")
		if err != nil {
			t.Fatal(err)
		}
		if what&16 != 0 {
			target.left = -1
			if m, err := ReadManifest(ctx, mem); err == nil && len(m.Releases) > 0 && !hands {
				if src, err = ReleaseSource(ctx, mem, m.Releases[calls%len(m.Releases)].ID, ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		_, err = Sync(ctx, src, target, run)
		src.Close()
		if err != nil && !errors.Is(err, errDead) {
			t.Fatal(err)
		}
		target.left = -1
		if err == nil && src.release == "" {
			equalSite(t, mem, site)
		}
	}
	last := fuzzSite(first)
	o.Verify, o.Adopt = hands, hands
	if _, err := Sync(ctx, mustSource(last), target, o); err != nil {
		t.Fatal(err)
	}
	equalSite(t, mem, last)
	counted := &DryRun{Target: mem}
	o.Verify, o.Adopt = false, false
	if _, err := Sync(ctx, mustSource(last), counted, o); err != nil {
		t.Fatal(err)
	}
	if c := counted.Calls(); c.Reads != 1 || c.Writes+c.Deletes > 0 {
		t.Errorf("a run without changes: %+v", c)
	}
}
