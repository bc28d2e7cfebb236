package publish

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Memory is a target in memory, for tests and for plans. Its zero value is
// empty.
type Memory struct {
	Now func() time.Time // nil: the target tells no times

	mu      sync.Mutex
	objects map[string]memoryObject
	writes  int
}

type memoryObject struct {
	Info
	data []byte
}

// Place is memory:.
func (m *Memory) Place() string { return "memory:" }

func (m *Memory) now() time.Time {
	if m.Now == nil {
		return time.Time{}
	}
	return m.Now()
}

func notExist(op, key string) error { return &fs.PathError{Op: op, Path: key, Err: fs.ErrNotExist} }

// Get returns an object.
func (m *Memory) Get(ctx context.Context, key, etag string) (*Object, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o, ok := m.objects[key]
	switch {
	case !ok:
		return nil, notExist("read", key)
	case etag != "" && o.ETag == etag:
		return nil, ErrNotModified
	}
	o.Info.Now = m.now()
	return &Object{o.Info, bytesReader(o.data)}, nil
}

// Head returns what is known of an object.
func (m *Memory) Head(ctx context.Context, key string) (Info, error) {
	o, err := m.Get(ctx, key, "")
	if err != nil {
		return Info{}, err
	}
	return o.Info, nil
}

// Put writes an object.
func (m *Memory) Put(_ context.Context, key string, c Content, h Headers, cond Cond) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	data, err := readAll(c)
	if err != nil {
		return Info{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.put(key, data, c.Sum, h, cond)
}

func (m *Memory) put(key string, data []byte, sum string, h Headers, cond Cond) (Info, error) {
	old, ok := m.objects[key]
	if cond.Absent && ok || cond.ETag != "" && old.ETag != cond.ETag {
		return Info{}, ErrPrecondition
	}
	if m.objects == nil {
		m.objects = map[string]memoryObject{}
	}
	m.writes++
	// No digest, as with keys of KMS: nothing may take an ETag for one.
	o := memoryObject{Info{key, int64(len(data)), fmt.Sprintf("%q", fmt.Sprintf("state-%d", m.writes)), m.now(), m.now(), maps.Clone(h), sum}, data}
	m.objects[key] = o
	return o.Info, nil
}

// SetHeaders replaces the headers of an object.
func (m *Memory) SetHeaders(_ context.Context, key, etag, sum string, h Headers) (Info, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.objects[key]
	if !ok {
		return Info{}, notExist("copy", key)
	}
	return m.put(key, o.data, sum, h, Cond{ETag: etag})
}

// Delete removes objects.
func (m *Memory) Delete(_ context.Context, keys []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range keys {
		delete(m.objects, k)
	}
	return nil
}

// List yields the objects below a prefix.
func (m *Memory) List(_ context.Context, prefix string) iter.Seq2[Info, error] {
	m.mu.Lock()
	var all []Info
	for k, o := range m.objects {
		if strings.HasPrefix(k, prefix) {
			i := o.Info
			i.Headers, i.Sum, i.Now = nil, "", m.now()
			all = append(all, i)
		}
	}
	m.mu.Unlock()
	slices.SortFunc(all, func(a, b Info) int { return cmp.Compare(a.Key, b.Key) })
	return func(yield func(Info, error) bool) {
		for _, i := range all {
			if !yield(i, nil) {
				return
			}
		}
	}
}
