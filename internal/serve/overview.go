package serve

import (
	"cmp"
	"fmt"
	"html"
	"net/http"
	"slices"
	"time"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/site"
	"github.com/lintel-docs/lintel/theme"
)

// maxRecent and maxListed bound what the overview lists.
const (
	maxRecent = 50
	maxListed = 500
)

// overview writes the page at /_lintel/: what changed last, and what was found.
func (p *Preview) overview(w http.ResponseWriter) {
	s := p.state.Load()
	text, err := theme.Strings(s.lang, "preview_")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	esc := html.EscapeString
	b := p.head(nil, s, text["recent"])
	b = fmt.Appendf(b, "<p><a href=\"%s\">%s</a></p>\n<h1>%s</h1>\n", esc(s.base), esc(text["site"]), esc(text["recent"]))
	if f := s.failure; f != nil {
		at := finding.Position{Path: f.Path, Line: f.Line, Column: f.Column}.String()
		b = fmt.Appendf(b, "<p class=\"failure\"><b>%s</b> <code>%s</code> %s</p>\n", esc(text["failed"]), esc(at), esc(f.Message))
	}
	if s.snap != nil {
		pages := s.snap.Outlines()
		slices.SortStableFunc(pages, func(x, y site.Outline) int { return y.ModTime.Compare(x.ModTime) })
		b = fmt.Appendf(b, "<table>\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
			esc(text["page"]), esc(text["source"]), esc(text["when"]), esc(text["findings"]))
		for _, o := range pages[:min(len(pages), maxRecent)] {
			b = fmt.Appendf(b, "<tr><td><a href=\"%s\">%s</a>", esc(s.base+o.URL), esc(cmp.Or(o.Title, o.Src)))
			if o.Draft {
				b = fmt.Appendf(b, " <b class=\"draft\">%s</b>", esc(text["draft"]))
			}
			when := ""
			if !o.ModTime.IsZero() {
				when = o.ModTime.Format(time.DateTime)
			}
			b = fmt.Appendf(b, "</td><td><code>%s</code></td><td>%s</td><td>%d</td></tr>\n", esc(o.Src), when, len(findingsOf(s.findings(), o.Src)))
		}
		b = append(b, "</tbody>\n</table>\n"...)
	}
	b = p.listFindings(b, s, text)
	b = append(b, "</main>\n</body>\n</html>\n"...)
	w.Header().Set("Cache-Control", "no-store")
	p.html(w, nil, http.StatusOK, b)
}

func (p *Preview) listFindings(b []byte, s *state, text map[string]string) []byte {
	esc := html.EscapeString
	all := slices.Clone(s.findings())
	slices.SortStableFunc(all, func(x, y finding.Finding) int { return int(y.Severity) - int(x.Severity) })
	b = fmt.Appendf(b, "<h2>%s (%d)</h2>\n<ul class=\"all\">\n", esc(text["all_findings"]), len(all))
	for _, f := range all[:min(len(all), maxListed)] {
		sev := f.Severity.String()
		b = fmt.Appendf(b, "<li class=\"%s\"><b>%s</b> <code>%s</code> %s", sev, esc(text[sev]), esc(f.Position.String()), esc(f.Message))
		if f.Hint != "" {
			b = fmt.Appendf(b, " <small>%s</small>", esc(f.Hint))
		}
		b = fmt.Appendf(b, " <small>[%s]</small></li>\n", esc(f.Rule))
	}
	return append(b, "</ul>\n"...)
}

func (p *Preview) head(b []byte, s *state, title string) []byte {
	b = fmt.Appendf(b, "<!doctype html>\n<html lang=\"%s\">\n<head>", html.EscapeString(s.lang))
	b = p.appendClient(b, s, "")
	return fmt.Appendf(b, "\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"+
		"<link rel=\"icon\" href=\"data:,\">\n<title>%s</title>\n</head>\n<body class=\"lintel-own\">\n<main>\n", html.EscapeString(title))
}

// nothing answers while there is no site at all: its page shows the failure and
// comes back by itself.
func (p *Preview) nothing(w http.ResponseWriter, s *state) {
	text, err := theme.Strings(s.lang, "preview_")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	esc := html.EscapeString
	b := p.head(nil, s, text["failed"])
	b = fmt.Appendf(b, "<h1>%s</h1>\n<p>%s</p>\n", esc(text["failed"]), esc(text["failed_start"]))
	if f := s.failure; f != nil {
		at := finding.Position{Path: f.Path, Line: f.Line, Column: f.Column}.String()
		b = fmt.Appendf(b, "<p><code>%s</code></p>\n<p>%s</p>\n", esc(at), esc(f.Message))
		if f.Hint != "" {
			b = fmt.Appendf(b, "<p>%s</p>\n", esc(f.Hint))
		}
	}
	b = append(b, "</main>\n</body>\n</html>\n"...)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", ownPolicy)
	p.html(w, nil, http.StatusServiceUnavailable, b)
}
