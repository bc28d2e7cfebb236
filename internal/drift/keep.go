package drift

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/gob"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/lintel-docs/lintel/internal/git"
)

// keptVersion is part of the name of what is kept: raise it when learning
// changes.
const keptVersion = "1"

// mined returns the history up to base: what was kept, brought up to date, or
// all of it anew. A kept history that does not lead to base is left alone when
// it is a later one.
func mined(ctx context.Context, repo *git.Repo, base, cache string) (*history, error) {
	read := func(ctx context.Context, sha string) ([]byte, error) { return repo.Blob(ctx, sha) }
	file := ""
	if cache != "" {
		file = filepath.Join(cache, "history-"+keptVersion+".gob.gz")
	}
	if h := loadHistory(file); h != nil {
		h.read = read
		switch err := h.mine(ctx, repo, base); {
		case err == nil:
			storeHistory(file, h)
			return h, nil
		case !errors.Is(err, errOtherHistory) && !errors.Is(err, git.ErrNotFound):
			var failed *git.Error
			if !errors.As(err, &failed) {
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
	storeHistory(file, h)
	return h, nil
}

// loadHistory returns a kept history, or nil: what cannot be read is as good as absent.
func loadHistory(file string) *history {
	if file == "" {
		return nil
	}
	f, err := os.Open(file)
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

// storeHistory keeps a history. It is written beside and renamed, so that neither a
// second process nor a kill leaves half of one; that it cannot be kept costs
// time and nothing else.
func storeHistory(file string, h *history) {
	if file == "" {
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
	if os.MkdirAll(filepath.Dir(file), 0o755) != nil {
		return
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".history-*")
	if err != nil {
		return
	}
	_, werr := tmp.Write(buf.Bytes())
	if cerr := tmp.Close(); werr != nil || cerr != nil || os.Rename(tmp.Name(), file) != nil {
		_ = os.Remove(tmp.Name()) // nothing is lost with it
	}
}
