package serve

import (
	"bytes"
	"crypto/subtle"
	"embed"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/site"
	"github.com/lintel-docs/lintel/theme"
)

//go:embed static
var static embed.FS

// prefix is where the preview's own addresses lie.
const prefix = "/_lintel/"

// ownPolicy is the Content-Security-Policy of the preview's own pages.
const ownPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// policy is the Content-Security-Policy under which the site's pages are shown:
// that of a host that allows what the theme needs and what the configuration
// names.
func (p *Preview) policy(c *site.Config) string {
	switch p.o.Policy {
	case "":
	case "off":
		return ""
	default:
		return p.o.Policy
	}
	var origins []string
	add := func(ref string) {
		if u, err := url.Parse(ref); err == nil && u.Host != "" {
			o := u.Host
			if u.Scheme != "" {
				o = u.Scheme + "://" + u.Host
			}
			if !strings.ContainsAny(o, " ;,'\"") && !slices.Contains(origins, o) {
				origins = append(origins, o)
			}
		}
	}
	for _, s := range c.ExtraCSS {
		add(s)
	}
	for _, s := range c.ExtraJavaScript {
		add(s.Path)
	}
	self := strings.Join(append([]string{"'self'"}, origins...), " ")
	return fmt.Sprintf("default-src 'none'; script-src %[1]s; style-src %[1]s; font-src %[1]s; connect-src %[1]s; "+
		"img-src 'self' data: https:; media-src 'self' https:; frame-src 'self' https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", self)
}

// ServeHTTP answers one request.
func (p *Preview) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if !p.knownHost(r.Host) {
		http.Error(w, fmt.Sprintf("The preview does not answer to the name %q.\nUse the address that it printed, or name this one with --allow-host.", r.Host), http.StatusMisdirectedRequest)
		return
	}
	select {
	case <-p.ready:
	default:
		if !strings.HasPrefix(r.URL.Path, prefix) || r.URL.Path == prefix+"page" {
			select {
			case <-p.ready:
			case <-r.Context().Done():
				return
			}
		}
	}
	if rest, ok := strings.CutPrefix(r.URL.Path, prefix); ok {
		p.own(w, r, rest)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "The preview serves files: only GET and HEAD are known here.", http.StatusMethodNotAllowed)
		return
	}
	p.file(w, r, p.state.Load())
}

// knownHost reports whether a Host header can be meant for this server. A name
// that an attacker has made to resolve to this machine cannot; an address is
// nobody's name.
func (p *Preview) knownHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || slices.Contains(p.o.Hosts, name)
}

// own answers for the preview's own addresses.
func (p *Preview) own(w http.ResponseWriter, r *http.Request, rest string) {
	get := r.Method == http.MethodGet || r.Method == http.MethodHead
	w.Header().Set("Content-Security-Policy", ownPolicy)
	switch {
	case rest == "" && get:
		select {
		case <-p.ready:
			p.overview(w)
		case <-r.Context().Done():
		}
	case rest == "events" && get:
		if p.allowed(w, r, r.URL.Query().Get("token"), isBrowser(r)) {
			p.hub.stream(w, r, p.now)
		}
	case rest == "page" && get:
		if p.allowed(w, r, r.Header.Get("Lintel-Token"), true) {
			p.pageInfo(w, r)
		}
	case rest == "open" && r.Method == http.MethodPost:
		if p.allowed(w, r, r.Header.Get("Lintel-Token"), true) {
			p.open(w, r)
		}
	case rest == "client.js" && get:
		p.client(w, r)
	case (rest == "worker.js" || rest == "preview.css") && get:
		b, err := static.ReadFile("static/" + rest)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		p.bytes(w, r, rest, b)
	default:
		http.NotFound(w, r)
	}
}

// isBrowser reports whether a browser sent the request: whoever is none can
// read all of this without asking.
func isBrowser(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Sec-Fetch-Mode") != ""
}

// allowed checks that a request comes from a page of this run and no other
// origin, and answers it otherwise. Without needsToken only the origin counts.
func (p *Preview) allowed(w http.ResponseWriter, r *http.Request, token string, needsToken bool) bool {
	if o := r.Header.Get("Origin"); o != "" && o != "http://"+r.Host && o != "https://"+r.Host {
		http.Error(w, "This is for pages of the preview itself.", http.StatusForbidden)
		return false
	}
	if s := r.Header.Get("Sec-Fetch-Site"); s != "" && s != "same-origin" && s != "none" {
		http.Error(w, "This is for pages of the preview itself.", http.StatusForbidden)
		return false
	}
	if needsToken && subtle.ConstantTimeCompare([]byte(token), []byte(p.token)) != 1 {
		http.Error(w, "The token of this run is missing: load the page again.", http.StatusForbidden)
		return false
	}
	return true
}

// now is what a stream is told first.
func (p *Preview) now() update {
	u := update{Run: p.run}
	if s := p.state.Load(); s != nil {
		u.Version, u.Failure = s.version, s.failure
	}
	return u
}

// file answers for a file of the site.
func (p *Preview) file(w http.ResponseWriter, r *http.Request, s *state) {
	if s.policy != "" {
		w.Header().Set("Content-Security-Policy", s.policy)
	}
	if s.snap == nil {
		p.nothing(w, s)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, strings.TrimSuffix(unescaped(s.base), "/"))
	if !ok || name != "" && name[0] != '/' || name == "" && s.base != "/" {
		if p := r.URL.Path; p == "/" || p+"/" == unescaped(s.base) {
			http.Redirect(w, r, s.base, http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(w, "There is nothing here: the site begins at %s, the path of its site_url.\n", s.base)
		return
	}
	name = strings.TrimPrefix(name, "/")
	out := name
	if out == "" || strings.HasSuffix(out, "/") {
		out += "index.html"
	}
	if !fs.ValidPath(out) {
		p.missing(w, r, s)
		return
	}
	if !s.snap.Has(out) {
		if s.snap.Has(path.Join(out, "index.html")) {
			to := url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, "/") + "/", RawQuery: r.URL.RawQuery}
			http.Redirect(w, r, to.String(), http.StatusFound)
			return
		}
		p.missing(w, r, s)
		return
	}
	recipe := s.snap.Recipe(out)
	etag := `"` + recipe + `"`
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", "no-cache")
	if r.Header.Get("If-None-Match") == etag && isPage(out) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if !isPage(out) {
		f, err := s.snap.Open(out)
		if err != nil {
			p.missing(w, r, s)
			return
		}
		defer f.Close()
		p.content(w, r, out, f)
		return
	}
	b, err := s.snap.ReadFile(out)
	if err != nil {
		http.Error(w, "This page cannot be written: "+err.Error(), http.StatusInternalServerError)
		return
	}
	p.html(w, r, http.StatusOK, p.inject(b, s, etag))
}

func unescaped(p string) string {
	if u, err := url.PathUnescape(p); err == nil {
		return u
	}
	return p
}

func isPage(name string) bool { return strings.HasSuffix(name, ".html") }

// content answers with a file that is not a page.
func (p *Preview) content(w http.ResponseWriter, r *http.Request, name string, f fs.File) {
	seeker, ok := f.(interface {
		Read(b []byte) (int, error)
		Seek(offset int64, whence int) (int64, error)
	})
	if !ok {
		http.Error(w, "This file cannot be read.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType(name))
	http.ServeContent(w, r, path.Base(name), time.Time{}, seeker)
}

// contentType does not ask the operating system, whose tables differ.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".xml":
		return "application/xml"
	case ".txt", ".md", ".csv", ".yml", ".yaml":
		return "text/plain; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".wasm":
		return "application/wasm"
	case ".webp":
		return "image/webp"
	case ".avif":
		return "image/avif"
	case ".gz":
		return "application/gzip"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

func (p *Preview) bytes(w http.ResponseWriter, r *http.Request, name string, b []byte) {
	w.Header().Set("Content-Type", contentType(name))
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
}

func (p *Preview) html(w http.ResponseWriter, r *http.Request, status int, b []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	if r == nil || r.Method != http.MethodHead {
		_, _ = w.Write(b) // the browser went away
	}
}

// missing answers for an address that the site does not have.
func (p *Preview) missing(w http.ResponseWriter, r *http.Request, s *state) {
	b, err := s.snap.ReadFile("404.html")
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	p.html(w, r, http.StatusNotFound, p.inject(b, s, ""))
}

// inject puts the preview's client into a page, before any other script.
func (p *Preview) inject(b []byte, s *state, etag string) []byte {
	i := bytes.Index(b, []byte("<head>"))
	if i < 0 {
		return b
	}
	i += len("<head>")
	out := make([]byte, 0, len(b)+400)
	out = append(out, b[:i]...)
	out = p.appendClient(out, s, etag)
	return append(out, b[i:]...)
}

func (p *Preview) appendClient(out []byte, s *state, etag string) []byte {
	return fmt.Appendf(out, "\n<meta name=\"lintel-preview\" content=\"%s\" data-run=\"%s\" data-version=\"%d\" data-etag=\"%s\">"+
		"<link rel=\"stylesheet\" href=\"%[5]spreview.css\"><script src=\"%[5]sclient.js\" defer></script>",
		p.token, p.run, s.version, html.EscapeString(etag), prefix)
}

// client is the script with its strings in front. The token is not in it:
// scripts can be loaded by any site.
func (p *Preview) client(w http.ResponseWriter, r *http.Request) {
	lang := "en"
	if s := p.state.Load(); s != nil {
		lang = s.lang
	}
	text, err := theme.Strings(lang, "preview_")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	js, err := static.ReadFile("static/client.js")
	if err != nil {
		http.NotFound(w, r)
		return
	}
	data, _ := json.Marshal(map[string]any{"text": text, "editor": p.o.Edit != nil}) // cannot fail
	p.bytes(w, r, "client.js", slices.Concat([]byte("window.lintelPreview="), data, []byte(";\n"), js))
}

// pageFindings is what is told of an open page.
type pageFindings struct {
	Src      string        `json:"src,omitempty"`
	Draft    bool          `json:"draft,omitempty"`
	Findings []findingJSON `json:"findings"`
}

type findingJSON struct {
	Severity string `json:"severity"`
	Line     int    `json:"line,omitempty"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Rule     string `json:"rule"`
}

// pageInfo tells the findings of the page at the address path.
func (p *Preview) pageInfo(w http.ResponseWriter, r *http.Request) {
	s := p.state.Load()
	out := pageFindings{Findings: []findingJSON{}}
	if o, ok := s.page(r.URL.Query().Get("path")); ok {
		out.Src, out.Draft = o.Src, o.Draft
		for _, f := range findingsOf(s.findings(), o.Src) {
			out.Findings = append(out.Findings, findingJSON{f.Severity.String(), f.Line, f.Message, f.Hint, f.Rule})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(out) // the browser went away
}

// findingsOf cuts those of one file out of sorted findings, worst first.
func findingsOf(all []finding.Finding, file string) []finding.Finding {
	lo, _ := slices.BinarySearchFunc(all, file, func(f finding.Finding, p string) int { return strings.Compare(f.Path, p) })
	hi := lo
	for hi < len(all) && all[hi].Path == file {
		hi++
	}
	out := slices.Clone(all[lo:hi])
	slices.SortStableFunc(out, func(a, b finding.Finding) int { return int(b.Severity) - int(a.Severity) })
	return out
}

// page returns the page at an address of the site.
func (s *state) page(at string) (site.Outline, bool) {
	if s.snap == nil {
		return site.Outline{}, false
	}
	name, ok := strings.CutPrefix(at, s.base)
	if !ok {
		return site.Outline{}, false
	}
	name = unescaped(name)
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	return s.snap.Page(name)
}

// open opens the source of a page, or the file of a failure, in the editor. The
// browser names a page, never a file: nothing but sources of the site and what
// the failure names can be opened.
func (p *Preview) open(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Path    string `json:"path"`
		Line    int    `json:"line"`
		Failure bool   `json:"failure"`
	}
	w.Header().Set("Cache-Control", "no-store")
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&ask); err != nil {
		http.Error(w, "what to open is not said: "+err.Error(), http.StatusBadRequest)
		return
	}
	s := p.state.Load()
	var file string
	if ask.Failure {
		if s == nil || s.failure == nil || s.failure.Path == "" {
			http.Error(w, "there is no failure with a place", http.StatusNotFound)
			return
		}
		file = s.failure.Path
	} else if o, ok := s.page(ask.Path); ok && !o.Generated {
		file = o.Src
	} else {
		http.Error(w, "there is no page at this address", http.StatusNotFound)
		return
	}
	if p.o.Edit == nil {
		http.Error(w, "no editor is known: name one with --editor", http.StatusNotImplemented)
		return
	}
	to, err := p.o.Edit(r.Context(), file, max(ask.Line, 0))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"url": to, "file": file}) // the browser went away
}
