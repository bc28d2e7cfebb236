package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/drift"
	gitrepo "github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/site"
)

// rankDocuments returns the documents that a change makes likely to need one,
// without abstention, and adds to the result what is said of them unasked. That it
// cannot be told is a note: the findings of the comparison stand without it.
func (a *app) rankDocuments(ctx context.Context, repo *gitrepo.Repo, result *drift.Result, most int, conf *site.Config) ([]drift.Likely, error) {
	ranked, err := a.learnAndRank(ctx, repo, result, most, conf)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	} else if err != nil {
		result.Notes = append(result.Notes, "what the history makes likely is not told: "+err.Error())
	}
	return ranked, nil
}

func (a *app) learnAndRank(ctx context.Context, repo *gitrepo.Repo, result *drift.Result, most int, conf *site.Config) ([]drift.Likely, error) {
	store := a.historyCache(ctx, repo)
	if store != nil {
		defer store.Close()
	}
	r, err := drift.NewRanker(ctx, repo, result.Base, store)
	if err != nil {
		return nil, err
	}
	if store != nil {
		_ = store.Commit(nil) // a folder that cannot be written costs time, nothing else
	}
	ranked, err := r.Rank(ctx, result.Head, max(most, drift.MostHints))
	if err != nil {
		return nil, fmt.Errorf("rank documents: %w", err)
	}
	result.Notes = append(result.Notes, r.Notes()...)
	budget := drift.DefaultBudget
	if conf != nil && conf.Drift.Budget != nil {
		budget = *conf.Drift.Budget
	}
	// One line for a document: what is certain says more.
	named := map[string]bool{}
	for _, al := range result.Alerts {
		named[al.Path] = true
	}
	result.Alerts = append(result.Alerts, r.Hints(ranked, budget, func(p string) bool { return named[p] })...)
	return ranked[:min(most, len(ranked))], nil
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
