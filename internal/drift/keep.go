package drift

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"io"

	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/git"
)

// What was learned up to a commit is kept under the commit's id, which says all
// that it was learned from. A base starts from the nearest commit before it that
// has something kept, so that merge requests which began at different commits do
// not spoil it for each other.

// Where, besides at the base, what is learned is kept: so many commits before
// it. Merge requests that began earlier start from there.
const (
	keptNear = 50
	keptFar  = 400
)

// maxBack is how many commits before a base are searched for something kept.
const maxBack = 5000

// maxKept bounds what is read back, in bytes.
const maxKept = 1 << 30

// KeptSize is how many bytes a cache should have room for.
const KeptSize = 128 << 20

func keptKey(sha string) cache.Key {
	sum := sha256.Sum256([]byte("drift history\n" + sha))
	return cache.Key(sum[:16])
}

// mined returns the history up to base, a commit.
func mined(ctx context.Context, repo *git.Repo, base string, store *cache.Store) (*history, error) {
	read := func(ctx context.Context, sha string) ([]byte, error) { return repo.Blob(ctx, sha) }
	h := newHistory()
	if store != nil {
		line, err := repo.FirstParents(ctx, base, maxBack)
		if err != nil {
			return nil, err
		}
		found := 0
		for i, sha := range line {
			// The nearest is read; one that is further back stays for others.
			if found > 0 && i < found+keptNear || !store.Use(keptKey(sha)) {
				continue
			}
			if found == 0 {
				if k := loadHistory(store, sha); k != nil {
					h = k
					found = i + 1
				}
			} else {
				break
			}
		}
	}
	h.read = read
	keep := func(*history) {}
	if store != nil {
		keep = func(h *history) { keepHistory(store, h) }
	}
	if err := h.mine(ctx, repo, base, keep); err != nil {
		return nil, err
	}
	return h, nil
}

// loadHistory returns what is kept of a commit, or nil: what cannot be read is as
// good as absent.
func loadHistory(store *cache.Store, sha string) *history {
	b, ok := store.Get(keptKey(sha))
	if !ok {
		return nil
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	h := newHistory()
	if err := gob.NewDecoder(io.LimitReader(z, maxKept)).Decode(h); err != nil {
		return nil
	}
	return h
}

// keepHistory keeps a history. That it cannot be kept costs time later and
// nothing else.
func keepHistory(store *cache.Store, h *history) {
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	if err == nil && gob.NewEncoder(z).Encode(h) == nil && z.Close() == nil {
		store.Put(keptKey(h.Head), buf.Bytes())
	}
}
