package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/finding"
	gitrepo "github.com/lintel-docs/lintel/internal/git"
)

// rankDocuments returns the documents that a change from base to head makes
// likely to need one, without abstention, and what is said of them unasked.
func (a *app) rankDocuments(ctx context.Context, repo *gitrepo.Repo, base, head string, most int, wanted *int) ([]drift.Likely, []finding.Finding, error) {
	r, err := drift.NewRanker(ctx, repo, base, a.historyCache(ctx, repo))
	if err != nil {
		return nil, nil, err
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

// historyCache is the folder in which what is learned from a history is kept:
// LINTEL_CACHE_DIR, or the user's cache. It is named by the first commit, which
// all clones of a repository share.
func (a *app) historyCache(ctx context.Context, repo *gitrepo.Repo) string {
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
		return ""
	}
	return filepath.Join(dir, "drift", root[:min(16, len(root))])
}
