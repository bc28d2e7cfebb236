package publish

import (
	"context"
	"iter"
	"sync"
)

// DryRun is a target that reads from another and writes nothing: writes
// succeed and are counted. Publishing to it with a grace period of zero tells
// what publishing to the other would do.
type DryRun struct {
	Target

	mu    sync.Mutex
	calls Calls
}

// Calls counts requests as stores bill them.
type Calls struct {
	Reads   int // GET and HEAD
	Writes  int // PUT, COPY, POST and LIST
	Deletes int // of up to a thousand objects; they cost nothing
	Bytes   int64
}

// Calls returns what was counted.
func (d *DryRun) Calls() Calls {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.calls
}

func (d *DryRun) count(f func(c *Calls)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f(&d.calls)
}

// Get reads an object.
func (d *DryRun) Get(ctx context.Context, key, etag string) (*Object, error) {
	d.count(func(c *Calls) { c.Reads++ })
	return d.Target.Get(ctx, key, etag)
}

// Head asks for an object.
func (d *DryRun) Head(ctx context.Context, key string) (Info, error) {
	d.count(func(c *Calls) { c.Reads++ })
	return d.Target.Head(ctx, key)
}

// Put counts.
func (d *DryRun) Put(_ context.Context, key string, c Content, h Headers, _ Cond) (Info, error) {
	n := 1
	if c.Size > partSize {
		n = 2 + int((c.Size+partSize-1)/partSize)
	}
	d.count(func(k *Calls) { k.Writes += n; k.Bytes += c.Size })
	return Info{Key: key, Size: c.Size, ETag: "dry", Headers: h, Sum: c.Sum}, nil
}

// SetHeaders counts.
func (d *DryRun) SetHeaders(_ context.Context, key, _, sum string, h Headers) (Info, error) {
	d.count(func(c *Calls) { c.Writes++ })
	return Info{Key: key, ETag: "dry", Headers: h, Sum: sum}, nil
}

// Delete counts.
func (d *DryRun) Delete(_ context.Context, keys []string) error {
	d.count(func(c *Calls) { c.Deletes += (len(keys) + 999) / 1000 })
	return nil
}

// List lists the objects.
func (d *DryRun) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		n := 0
		for i, err := range d.Target.List(ctx, prefix) {
			if n%1000 == 0 {
				d.count(func(c *Calls) { c.Writes++ })
			}
			n++
			if !yield(i, err) {
				return
			}
		}
		if n == 0 {
			d.count(func(c *Calls) { c.Writes++ })
		}
	}
}
