package drift

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/lintel-docs/lintel/internal/git"
)

// keptVersion is part of the name of what is kept: raise it when learning
// changes.
const keptVersion = "2"

// mined returns the history up to base: what was kept, brought up to date, or
// all of it anew. A kept history that does not lead to base is left alone when
// it is a later one.
func mined(ctx context.Context, repo *git.Repo, base, cache string) (*history, error) {
	read := func(ctx context.Context, sha string) ([]byte, error) { return repo.Blob(ctx, sha) }
	if h := loadHistory(cache); h != nil {
		h.read = read
		switch err := h.mine(ctx, repo, base); {
		case err == nil:
			storeHistory(cache, h)
			return h, nil
		case !errors.Is(err, errOtherHistory) && !errors.Is(err, git.ErrNotFound):
			if _, failed := errors.AsType[*git.Error](err); !failed {
				return nil, err
			}
			// The commit that was kept is gone: another repository, a rewritten
			// history.
		}
	}
	h := newHistory()
	h.read = read
	if err := h.mine(ctx, repo, base); err != nil {
		return nil, err
	}
	storeHistory(cache, h)
	return h, nil
}

// keptName is the file in the cache's folder.
const keptName = "history-" + keptVersion + ".gob.gz"

// loadHistory returns the history that is kept in a folder, or nil: what cannot
// be read is as good as absent.
func loadHistory(folder string) *history {
	if folder == "" {
		return nil
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil
	}
	defer root.Close()
	f, err := root.Open(keptName)
	if err != nil {
		return nil
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil
	}
	h := newHistory()
	if err := gob.NewDecoder(io.LimitReader(z, 1<<30)).Decode(h); err != nil {
		return nil
	}
	return h
}

// storeHistory keeps a history in a folder. It is written beside and renamed, so
// that neither a second process nor a kill leaves half of one; that it cannot be
// kept costs time and nothing else.
func storeHistory(folder string, h *history) {
	if folder == "" || os.MkdirAll(folder, 0o755) != nil {
		return
	}
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	if err != nil {
		return
	}
	if gob.NewEncoder(z).Encode(h) != nil || z.Close() != nil {
		return
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return
	}
	defer root.Close()
	part := fmt.Sprintf(".%s.%d", keptName, os.Getpid())
	if root.WriteFile(part, buf.Bytes(), 0o600) != nil || root.Rename(part, keptName) != nil {
		_ = root.Remove(part) // nothing is lost with it
	}
}
