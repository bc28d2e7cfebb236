package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/finding"
	gitrepo "github.com/lintel-docs/lintel/internal/git"
)

// rankDocuments returns the documents that a change from base to head makes
// likely to need one, without abstention, and what is said of them unasked.
func (a *app) rankDocuments(ctx context.Context, repo *gitrepo.Repo, base, head string, most int, wanted *int) ([]drift.Likely, []finding.Finding, error) {
	store := a.historyCache(ctx, repo)
	if store != nil {
		defer store.Close()
	}
	r, err := drift.NewRanker(ctx, repo, base, store)
	if err != nil {
		return nil, nil, err
	}
	if store != nil {
		_ = store.Commit(nil) // a folder that cannot be written costs time, nothing else
	}
	likely, err := r.Rank(ctx, head, max(most, drift.MostHints))
	if err != nil {
		return nil, nil, fmt.Errorf("rank documents: %w", err)
	}
	budget := drift.DefaultBudget
	if wanted != nil {
		budget = *wanted
	}
	hints := r.Hints(likely[:min(drift.MostHints, len(likely))], budget)
	if likely == nil {
		likely = []drift.Likely{}
	}
	return likely, hints, nil
}

// historyCache opens what keeps what is learned from a history: a folder in
// LINTEL_CACHE_DIR, or in the user's cache. The first commit, which all clones of a
// repository share, names its space. It returns nil where there can be none.
func (a *app) historyCache(ctx context.Context, repo *gitrepo.Repo) *cache.Store {
	dir := ""
	if s, ok := a.env("LINTEL_CACHE_DIR"); ok && s != "" {
		dir = s
	} else if s, ok := a.env("XDG_CACHE_HOME"); ok && filepath.IsAbs(s) {
		dir = filepath.Join(s, "lintel")
	} else if s, err := os.UserCacheDir(); err == nil {
		dir = filepath.Join(s, "lintel")
	}
	root, err := repo.Root(ctx)
	if dir == "" || err != nil {
		return nil
	}
	store, err := cache.Open(filepath.Join(dir, "drift"), root, cache.Options{Version: programID(), Max: drift.KeptSize, Now: time.Now})
	if err != nil {
		return nil
	}
	return store
}
