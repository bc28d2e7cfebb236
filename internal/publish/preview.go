package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// PreviewsDir is the folder of previews below the prefix of a site.
const PreviewsDir = "previews"

var previewRE = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)

// CheckName tells what is wrong with the name of a preview, a version or an
// alias, which becomes the name of a folder.
func CheckName(what, name string) error {
	if !previewRE.MatchString(name) || strings.Contains(name, "..") || strings.HasSuffix(name, ".") {
		return fmt.Errorf("%s %q: a name has letters, digits, dots, hyphens and underscores, begins with a letter or a digit, and has at most 63 of them", what, name)
	}
	return nil
}

// Preview returns the part of t that holds the preview of the given name.
func Preview(t Target, name string) Target { return Below(t, PreviewsDir+"/"+name) }

// A preview shows what a merge request makes of the site; its content is
// hostile until it is reviewed. S3 serves no headers of one's own, so that each
// page says itself that search engines keep out and that nothing but the
// preview's own files may be loaded. A sandbox can be a header only: it is kept
// as metadata, which a CloudFront function turns into one.
const (
	previewMark   = "preview/1"
	previewCSP    = "default-src 'self' data:; script-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'none'; worker-src 'none'"
	previewRobots = "noindex, nofollow"
	previewLeads  = "X-Lintel-Redirect" // where a redirect page will lead when it is promoted
	previewHead   = `<meta charset="utf-8"><meta name="robots" content="` + previewRobots + `"><meta http-equiv="Content-Security-Policy" content="` + previewCSP + `">`
	// PreviewSandbox is the policy to send as a header with each file of a
	// preview: scripts run, and reach no cookie, storage or page of the host.
	PreviewSandbox = previewCSP + "; frame-ancestors 'self'; sandbox allow-scripts allow-popups"
)

var doctypeRE = regexp.MustCompile(`(?i)^(?:\xef\xbb\xbf)?[\t\n\f\r ]*<!doctype[^>]*>`)

// shield puts the policy in front of everything that a page could do. It never
// looks for <head>, which a page can write into a comment.
func shield(page []byte) []byte {
	n := len(doctypeRE.Find(page))
	out := make([]byte, 0, len(page)+len(previewHead))
	out = append(out, page[:n]...)
	out = append(out, previewHead...)
	return append(out, page[n:]...)
}

// unshield is the inverse of shield.
func unshield(page []byte) ([]byte, bool) {
	n := len(doctypeRE.Find(page))
	if !bytes.HasPrefix(page[n:], []byte(previewHead)) {
		return nil, false
	}
	return append(slices.Clone(page[:n]), page[n+len(previewHead):]...), true
}

// shieldHeaders adapts the headers of a file of a preview. What browsers show as
// a document of its own that can hold scripts, but that cannot hold the policy,
// is for embedding and for download.
func shieldHeaders(name, redirect string, h Headers) {
	if redirect != "" {
		h[previewLeads] = asciiURL(redirect)
	}
	h["X-Robots-Tag"] = previewRobots
	h["Content-Security-Policy"] = PreviewSandbox
	t, _, _ := strings.Cut(h["Content-Type"], ";")
	if strings.HasSuffix(t, "xml") || strings.HasSuffix(t, "/xslt+xml") {
		h["Content-Disposition"] = "attachment"
	}
	if isPage(name) || h["Cache-Control"] != cacheForever {
		h["Cache-Control"] = "private, max-age=0, must-revalidate"
	}
}

// RemoveSite removes a site that Lintel published at t, its manifest last. It
// gives fs.ErrNotExist when there is none, and leaves what it did not write.
func RemoveSite(ctx context.Context, t Target) (int, error) {
	m, err := ReadManifest(ctx, t)
	if err != nil {
		return 0, err
	}
	keys := slices.Collect(maps.Keys(m.Objects))
	for k := range m.Stale {
		keys = append(keys, k)
	}
	for _, k := range m.Dirty {
		if _, known := m.Objects[k]; known || CheckKey(k) != nil {
			continue
		}
		if i, err := t.Head(ctx, k); err == nil && i.Sum != "" {
			keys = append(keys, k)
		}
	}
	packs := packsOf(m.Objects)
	for _, r := range m.Releases {
		packs = append(packs, r.Packs...)
	}
	for _, p := range packs {
		keys = append(keys, packKey(p))
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	if err := t.Delete(ctx, keys); err != nil {
		return 0, err
	}
	return len(m.Objects), t.Delete(ctx, []string{manifestKey})
}

// Site is a site below another.
type Site struct {
	Name    string
	Changed time.Time
	Now     time.Time // when the target was asked, by its clock
}

// Previews lists the previews below t.
func Previews(ctx context.Context, t Target) ([]Site, error) {
	var out []Site
	for i, err := range t.List(ctx, PreviewsDir+"/") {
		if err != nil {
			return nil, err
		}
		name, ok := strings.CutSuffix(strings.TrimPrefix(i.Key, PreviewsDir+"/"), "/"+manifestKey)
		if ok && CheckName("preview", name) == nil {
			out = append(out, Site{name, i.Changed, i.Now})
		}
	}
	return out, nil
}

// SweepPreviews removes the previews that were not published for longer than
// age, and returns their names.
func SweepPreviews(ctx context.Context, t Target, age time.Duration, now time.Time) ([]string, error) {
	sites, err := Previews(ctx, t)
	if err != nil {
		return nil, err
	}
	var gone []string
	for _, s := range sites {
		at := s.Now
		if at.IsZero() {
			at = now
		}
		if s.Changed.IsZero() || at.Sub(s.Changed) < age {
			continue
		}
		if _, err := RemoveSite(ctx, Preview(t, s.Name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return gone, fmt.Errorf("remove preview %s: %w", s.Name, err)
		}
		gone = append(gone, s.Name)
	}
	return gone, nil
}

// PreviewSource returns the site that a preview shows, as it was before it
// became a preview: publishing it promotes the preview.
func PreviewSource(ctx context.Context, t Target, name string) (Source, error) {
	pt := Preview(t, name)
	m, err := ReadManifest(ctx, pt)
	if err != nil {
		return Source{}, err
	}
	if m.Claim != nil || len(m.Dirty) > 0 {
		return Source{}, fmt.Errorf("promote preview %s: it is not complete; publish it again", name)
	}
	var src Source
	for k, e := range m.Objects {
		f := File{Name: k, Size: e.Size, sum: e.Sum}
		if e.Made != "" {
			f.sum = e.Source
		}
		f.open = func() (io.ReadCloser, error) {
			b, _, err := fetch(ctx, pt, k, "")
			if err != nil {
				return nil, err
			}
			if b, err = unmake(e.Made, b); err != nil {
				return nil, fmt.Errorf("it was changed by other hands: %w", err)
			}
			return bytesReader(b), nil
		}
		f.to = m.Headers[e.Headers][previewLeads]
		src.Files = append(src.Files, f)
	}
	slices.SortFunc(src.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return src, nil
}
