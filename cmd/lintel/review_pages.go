package main

import (
	"context"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/forge"
	"github.com/lintel-docs/lintel/site"
)

// pagesTime bounds the two builds that tell which pages differ: a list without
// which a review is still right.
const pagesTime = 25 * time.Second

// pages returns the pages of the site that the merge request changes, with
// links into the published site and the preview, or nil where neither has an
// address or the site cannot be built.
func (rv *review) pages(ctx context.Context) []forge.Page {
	if rv.conf == nil || rv.conf.File == "" {
		return nil
	}
	before, after := addressOf(rv.conf.SiteURL), addressOf(rv.flags.preview)
	if before == "" && after == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pagesTime)
	defer cancel()
	old, err := rv.siteAt(ctx, rv.base)
	if err != nil {
		rv.log.Warn("the pages that change are not listed: the site of the base cannot be built", "error", err)
	}
	now, err := rv.siteAt(ctx, rv.head)
	if err != nil {
		rv.log.Warn("the pages that change are not listed: the site cannot be built", "error", err)
		return nil
	}
	if old == nil {
		return nil
	}
	title := map[string]string{}
	was, is := map[string]bool{}, map[string]bool{}
	for _, o := range old.Outlines() {
		was[o.URL], title[o.URL] = true, o.Title
	}
	for _, o := range now.Outlines() {
		is[o.URL], title[o.URL] = true, o.Title
	}
	var out []forge.Page
	for _, u := range now.Changes(old).Pages {
		p := forge.Page{Title: title[u]}
		if p.Title == "" {
			p.Title = u
		}
		if was[u] && before != "" {
			p.Before = before + u
		}
		if is[u] && after != "" {
			p.After = after + u
		}
		out = append(out, p)
	}
	return out
}

// addressOf returns an address below which pages can be named, or "".
func addressOf(s string) string {
	if s == "" || strings.ContainsAny(s, "?#") {
		return ""
	}
	return strings.TrimSuffix(s, "/") + "/"
}

// siteAt builds the site of a revision, to look at and not to publish: nothing
// of the environment gets into it.
func (rv *review) siteAt(ctx context.Context, rev string) (*site.Snapshot, error) {
	fsys, err := rv.repo.FS(ctx, rev)
	if err != nil {
		return nil, err
	}
	s, err := site.Open(fsys, site.Options{Config: rv.conf.File, Now: rv.buildTime, Diagrams: diagrams(), Version: version()})
	if err != nil {
		return nil, err
	}
	return s.Build(ctx)
}
