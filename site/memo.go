package site

import (
	"io/fs"
	"sync"
	"time"
)

// stamp is what is known of a file's content without reading it.
type stamp struct {
	size    int64
	modTime time.Time
	sum     digest
	trusted bool // the file was old enough when read that its time says it all
}

// memo keeps what earlier builds of a Site computed. Each value is filed under
// the digest of its recipe (the code's version, the options, the content), so a
// value is never wrong, only unused; what no build asked for in a while is
// dropped. It is safe for use from many goroutines.
type memo struct {
	mu     sync.Mutex
	stamps map[string]stamp
	pages  map[digest][]*parsed
	drawn  map[digest]*drawn // figures
}

// version is part of every recipe: raise it when the same input gives other
// output.
const version = "1"

// sumOf returns the digest of the file at p, or the zero digest when there is
// none: its stat first, its content on doubt.
func (m *memo) sumOf(fsys fs.FS, p string, now time.Time) digest {
	info, err := fs.Stat(fsys, p)
	if err != nil || !info.Mode().IsRegular() {
		return digest{}
	}
	m.mu.Lock()
	st, ok := m.stamps[p]
	m.mu.Unlock()
	if ok && st.trusted && st.size == info.Size() && st.modTime.Equal(info.ModTime()) {
		return st.sum
	}
	b, err := fs.ReadFile(fsys, p)
	if err != nil {
		return digest{}
	}
	return m.stamp(p, info.Size(), info.ModTime(), now, hashBytes(b))
}

// young is how fresh a change may be for its time stamp to be doubted: two
// writes within one tick of a file system's clock leave one time stamp.
const young = 2 * time.Second

func (m *memo) stamp(p string, size int64, mod, now time.Time, sum digest) digest {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stamps[p] = stamp{size, mod, sum, !mod.IsZero() && now.Sub(mod) > young}
	return sum
}

// A question is something that was asked while a value was computed, with the
// digest of the answer. A value is used again as long as all its questions get
// the same answers. "There is none" is an answer too: the zero digest.
type question struct {
	kind    asked
	subject string
	answer  digest
}

// asked is the kind of a question; the subject is a path.
type asked uint8

const (
	askFile    asked = iota // what does the file below the root hold?
	askTarget               // what does a link to this source path lead to?
	askOutline              // which anchors has the page at this source path?
	askNames                // which sources are there at all? (no subject)
)

// answer returns the digest of the answer to a question as things are now.
func (b *build) answer(q question) digest {
	switch q.kind {
	case askFile:
		return b.site.memo.sumOf(b.site.fsys, q.subject, b.now)
	case askTarget:
		f := b.tree.lookup(q.subject)
		if f == nil {
			return digest{}
		}
		return f.identity()
	case askNames:
		return b.names
	default:
		f := b.tree.lookup(q.subject)
		if f == nil || b.pageOf[f] == nil {
			return digest{}
		}
		return b.pageOf[f].parsed.outline
	}
}

// stillTrue reports whether every question still gets the same answer.
func (b *build) stillTrue(qs []question) bool {
	for _, q := range qs {
		if b.answer(q) != q.answer {
			return false
		}
	}
	return true
}

// forget drops what the last builds had no use for.
func (m *memo) forget(generation int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, d := range m.drawn {
		if d.used < generation-2 {
			delete(m.drawn, k)
		}
	}
	for k, ps := range m.pages {
		live := ps[:0]
		for _, p := range ps {
			if p.used >= generation-2 {
				p.links = dropUnused(p.links, generation)
				live = append(live, p)
			}
		}
		if len(live) == 0 {
			delete(m.pages, k)
		} else {
			m.pages[k] = live
		}
	}
}
