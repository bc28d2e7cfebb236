package serve_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lintel-docs/lintel/internal/serve"
	"github.com/lintel-docs/lintel/site"
)

// project is a project on disk with its preview.
type project struct {
	t    *testing.T
	dir  string
	root *os.Root
	addr string
	url  string // of the home page
	base string
	o    serve.Options
	stop func()

	mu     sync.Mutex
	events []serve.Event
	edited []string
}

const config = "site_name: Preview\nsite_url: https://example.test/docs/\ntheme:\n  features: [content.code.copy, navigation.sections]\nmarkdown_extensions: [admonition, attr_list, pymdownx.details, pymdownx.superfences, pymdownx.highlight, {pymdownx.tabbed: {alternate_style: true}}, {toc: {permalink: true}}]\n"

func start(t *testing.T, files map[string]string) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir()}
	for name, text := range files {
		p.write(name, text)
	}
	root, err := os.OpenRoot(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	p.root = root
	p.o = serve.Options{
		Open: func() (*site.Site, error) {
			return site.Open(root.FS(), site.Options{Config: "mkdocs.yml", Now: time.Now, Drafts: true, Lines: true})
		},
		Root: root.FS(), Dir: p.dir, Config: "mkdocs.yml", Now: time.Now,
		Edit: func(_ context.Context, file string, line int) (string, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.edited = append(p.edited, fmt.Sprintf("%s:%d", file, line))
			return "", nil
		},
		Report: func(e serve.Event) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.events = append(p.events, e)
		},
	}
	t.Cleanup(func() {
		if p.stop != nil {
			p.stop()
		}
		root.Close()
	})
	return p
}

// run starts the server, at the same address as before when there was one.
func (p *project) run() *project {
	p.t.Helper()
	addr := p.addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	ln, err := new(net.ListenConfig).Listen(p.t.Context(), "tcp", addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.addr = ln.Addr().String()
	p.base = "http://" + p.addr
	p.url = p.base + "/docs/"
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	before := p.started()
	go func() { done <- serve.New(p.o).Run(ctx, ln) }()
	p.stop = func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("run: %v", err)
		}
		p.stop = nil
	}
	until(p.t, "the first build", func() bool { return p.started() > before })
	return p
}

// started returns how often a first build ended, one way or the other.
func (p *project) started() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.events {
		if e.Kind == serve.Ready || e.Kind == serve.Failed {
			n++
		}
	}
	return n
}

func (p *project) write(name, text string) {
	p.t.Helper()
	file := filepath.Join(p.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

func (p *project) remove(name string) {
	p.t.Helper()
	if err := os.RemoveAll(filepath.Join(p.dir, filepath.FromSlash(name))); err != nil {
		p.t.Fatal(err)
	}
}

func (p *project) rename(from, to string) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(p.dir, to)), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(p.dir, from), filepath.Join(p.dir, to)); err != nil {
		p.t.Fatal(err)
	}
}

// rebuilt returns how often the site was built anew.
func (p *project) rebuilt() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.events {
		if e.Kind == serve.Rebuilt {
			n++
		}
	}
	return n
}

// until waits for a condition.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("it never came to be: %s", what)
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (p *project) ask(method, at string, header map[string]string, body string) answer {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.base+at, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	for k, v := range header {
		if k == "Host" {
			req.Host = v
		}
		req.Header.Set(k, v)
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := c.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer{r.StatusCode, r.Header, string(b)}
}

func (p *project) get(at string) answer { p.t.Helper(); return p.ask("GET", at, nil, "") }

// shows waits until the page at an address holds a text.
func (p *project) shows(at, text string) {
	p.t.Helper()
	until(p.t, at+" shows "+text, func() bool { return strings.Contains(p.get(at).body, text) })
}

var tokenRE = regexp.MustCompile(`<meta name="lintel-preview" content="([^"]+)"`)

func (p *project) token() string {
	p.t.Helper()
	m := tokenRE.FindStringSubmatch(p.get("/docs/").body)
	if m == nil {
		p.t.Fatal("the page holds no token")
	}
	return m[1]
}

// told is an event of the stream.
type told struct {
	Kind    string
	Run     string
	Version int
	All     bool
	URLs    []string
	Files   []string
	Failure *serve.Failure
}

// listen opens the stream; what it says comes over the channel.
func (p *project) listen() <-chan told {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", p.base+"/_lintel/events", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := http.DefaultClient.Do(req) //nolint:bodyclose // the goroutine below closes it
	if err != nil {
		p.t.Fatal(err)
	}
	if r.StatusCode != 200 {
		p.t.Fatalf("stream: %s", r.Status)
	}
	out := make(chan told, 100)
	go func() {
		defer r.Body.Close()
		defer close(out)
		sc := bufio.NewScanner(r.Body)
		sc.Buffer(nil, 1<<20)
		kind := ""
		for sc.Scan() {
			if k, ok := strings.CutPrefix(sc.Text(), "event: "); ok {
				kind = k
			}
			if data, ok := strings.CutPrefix(sc.Text(), "data: "); ok {
				ev := told{Kind: kind}
				if json.Unmarshal([]byte(data), &ev) == nil {
					out <- ev
				}
			}
		}
	}()
	return out
}

func next(t *testing.T, c <-chan told) told {
	t.Helper()
	select {
	case ev, ok := <-c:
		if !ok {
			t.Fatal("the stream ended")
		}
		return ev
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was told")
	}
	panic("not reached")
}

func small() map[string]string {
	return map[string]string{
		"mkdocs.yml":        config,
		"docs/index.md":     "# Home\n\nFirst words.\n",
		"docs/guide/a.md":   "# A\n\ntext [b](b.md#part)\n",
		"docs/guide/b.md":   "# B\n\n## Part\n",
		"docs/css/own.css":  "p { color: red }\n",
		"docs/img/x.svg":    "<svg/>",
		"docs/files/n.json": "{}",
		"secret.txt":        "secret",
	}
}

func TestEditsAreServedAndTold(t *testing.T) {
	p := start(t, small()).run()
	p.shows("/docs/", "First words.")
	ev := p.listen()
	if s := next(t, ev); s.Kind != "state" || s.Failure != nil {
		t.Fatalf("first told %+v", s)
	}
	for _, c := range []struct {
		name     string
		edit     func()
		at, text string
		urls     []string
		all      bool
	}{
		{"prose", func() { p.write("docs/guide/a.md", "# A\n\nother words [b](b.md#part)\n") }, "/docs/guide/a/", "other words", []string{"/docs/guide/a/"}, false},
		{"heading", func() { p.write("docs/guide/b.md", "# B\n\n## Part\n\n## More\n") }, "/docs/guide/b/", "More", []string{"/docs/guide/b/"}, false},
		{"title", func() { p.write("docs/guide/b.md", "# Bee\n\n## Part\n\n## More\n") }, "/docs/guide/a/", ">Bee<", []string{"/docs/guide/b/"}, true},
		{"added", func() { p.write("docs/guide/c.md", "# Cee\n") }, "/docs/guide/c/", "Cee", []string{"/docs/guide/c/"}, true},
		{"added in a new folder", func() { p.write("docs/new/deep/d.md", "# Dee\n") }, "/docs/new/deep/d/", "Dee", []string{"/docs/new/deep/d/"}, true},
		{"changed there", func() { p.write("docs/new/deep/d.md", "# Dee\n\nwith text\n") }, "/docs/new/deep/d/", "with text", []string{"/docs/new/deep/d/"}, false},
		{"folder renamed", func() { p.rename("docs/new/deep", "docs/new/deeper") }, "/docs/new/deeper/d/", "with text", []string{"/docs/new/deeper/d/", "/docs/new/deep/d/"}, true},
		{"changed there", func() { p.write("docs/new/deeper/d.md", "# Dee\n\nwith words\n") }, "/docs/new/deeper/d/", "with words", []string{"/docs/new/deeper/d/"}, false},
		{"saved by rename", func() {
			p.write("docs/guide/.a.md.swp", "# A\n\nrenamed over\n")
			p.rename("docs/guide/.a.md.swp", "docs/guide/a.md")
		}, "/docs/guide/a/", "renamed over", []string{"/docs/guide/a/"}, false},
		{"configuration", func() { p.write("mkdocs.yml", strings.Replace(config, "Preview", "Another", 1)) }, "/docs/guide/a/", "Another", nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.edit()
			var urls []string
			all := false
			// A folder and what lies in it may be told one after the other.
			until(t, "the update", func() bool {
				u := next(t, ev)
				urls, all = append(urls, u.URLs...), all || u.All
				slices.Sort(urls)
				urls = slices.Compact(urls)
				want := slices.Sorted(slices.Values(c.urls))
				return slices.Equal(urls, want) && all == c.all
			})
			if got := p.get(c.at); !strings.Contains(got.body, c.text) {
				t.Errorf("%s does not hold %q", c.at, c.text)
			}
		})
	}
	p.remove("docs/guide/c.md")
	u := next(t, ev)
	if !slices.Equal(u.URLs, []string{"/docs/guide/c/"}) || !u.All {
		t.Errorf("removed: told %+v", u)
	}
	if got := p.get("/docs/guide/c/"); got.status != 404 || !strings.Contains(got.body, "lintel-preview") {
		t.Errorf("the removed page answers %d", got.status)
	}
	p.write("docs/css/own.css", "p { color: green }\n")
	if u := next(t, ev); !slices.Equal(u.Files, []string{"/docs/css/own.css"}) || u.All || len(u.URLs) > 0 {
		t.Errorf("style sheet: told %+v", u)
	}
}

func TestCheckoutIsOneRebuild(t *testing.T) {
	files := small()
	for i := range 1000 {
		files[fmt.Sprintf("docs/many/d%02d/p%03d.md", i/50, i)] = fmt.Sprintf("# Page %d\n", i)
	}
	p := start(t, files).run()
	p.shows("/docs/many/d00/p000/", "Page 0")
	ev := p.listen()
	next(t, ev)
	p.write("docs/index.md", "# Home\n\nThe watches are there.\n")
	next(t, ev)
	before := p.rebuilt()
	// Git holds its lock while it changes files, and may pause in between.
	p.write(".git/index.lock", "")
	for i := range 1000 {
		p.write(fmt.Sprintf("docs/many/d%02d/p%03d.md", i/50, i), fmt.Sprintf("# Page %d\n\nchecked out\n", i))
		if i%250 == 0 {
			time.Sleep(150 * time.Millisecond)
		}
	}
	p.remove(".git/index.lock")
	u := next(t, ev)
	if !u.All {
		t.Errorf("told %+v", u)
	}
	p.shows("/docs/many/d19/p999/", "checked out")
	until(t, "the report", func() bool { return p.rebuilt() > before })
	time.Sleep(300 * time.Millisecond)
	if n := p.rebuilt(); n != before+1 {
		t.Errorf("%d rebuilds", n-before)
	}
}

func TestLastGoodSiteStays(t *testing.T) {
	p := start(t, small()).run()
	p.shows("/docs/", "First words.")
	ev := p.listen()
	next(t, ev)
	p.write("mkdocs.yml", "site_name: [\n")
	u := next(t, ev)
	if u.Failure == nil || u.Failure.Path != "mkdocs.yml" || u.Failure.Line == 0 || len(u.Failure.Excerpt) == 0 {
		t.Fatalf("told %+v", u)
	}
	if !slices.ContainsFunc(u.Failure.Excerpt, func(l serve.ExcerptLine) bool { return l.Here }) {
		t.Errorf("excerpt %+v marks no line", u.Failure.Excerpt)
	}
	if got := p.get("/docs/"); got.status != 200 || !strings.Contains(got.body, "First words.") {
		t.Errorf("the last good page answers %d", got.status)
	}
	// Whoever comes late is told at once.
	if s := next(t, p.listen()); s.Failure == nil {
		t.Errorf("a new stream is told %+v", s)
	}
	p.write("mkdocs.yml", config)
	if u := next(t, ev); u.Failure != nil {
		t.Errorf("mended: told %+v", u)
	}
}

func TestBrokenFromTheStart(t *testing.T) {
	files := small()
	files["mkdocs.yml"] = "site_name: T\nnav: {\n"
	p := start(t, files).run()
	got := p.get("/")
	if got.status != 503 || !strings.Contains(got.body, "mkdocs.yml:") || !strings.Contains(got.body, "/_lintel/client.js") {
		t.Fatalf("%d %s", got.status, got.body)
	}
	p.write("mkdocs.yml", config)
	p.shows("/docs/", "First words.")
	if got := p.get("/"); got.header.Get("Location") != "/docs/" {
		t.Errorf("the root leads to %q", got.header.Get("Location"))
	}
}

func TestWhoMayAsk(t *testing.T) {
	p := start(t, small()).run()
	p.shows("/docs/", "First words.")
	token := p.token()
	open := `{"path":"/docs/guide/a/","line":3}`
	for _, c := range []struct {
		name, method, at string
		header           map[string]string
		body             string
		want             int
	}{
		{"a page", "GET", "/docs/guide/a/", nil, "", 200},
		{"a page without its slash", "GET", "/docs/guide/a", nil, "", 302},
		{"the base without its slash", "GET", "/docs", nil, "", 302},
		{"the root", "GET", "/", nil, "", 302},
		{"outside of the base", "GET", "/guide/a/", nil, "", 404},
		{"another method", "POST", "/docs/", nil, "", 405},
		{"a file", "GET", "/docs/css/own.css", nil, "", 200},
		{"a folder", "GET", "/docs/css/", nil, "", 404},
		{"a folder without its slash", "GET", "/docs/css", nil, "", 404},
		{"a source", "GET", "/docs/guide/a.md", nil, "", 404},
		{"out of the site", "GET", "/docs/../secret.txt", nil, "", 404},
		{"out of the site, encoded", "GET", "/docs/%2e%2e/secret.txt", nil, "", 404},
		{"out of the site, slashes encoded", "GET", "/docs/..%2fsecret.txt", nil, "", 404},
		{"backslashes", "GET", `/docs/..%5csecret.txt`, nil, "", 404},
		{"a redirect to another host", "GET", "//example.com/docs", nil, "", 404},
		{"a rebound name", "GET", "/docs/", map[string]string{"Host": "evil.example:8000"}, "", 421},
		{"a rebound name at the preview's own", "GET", "/_lintel/", map[string]string{"Host": "evil.example"}, "", 421},
		{"localhost", "GET", "/docs/", map[string]string{"Host": "localhost:8000"}, "", 200},
		{"a name below localhost", "GET", "/docs/", map[string]string{"Host": "docs.localhost:8000"}, "", 200},
		{"a name that ends like localhost", "GET", "/docs/", map[string]string{"Host": "evillocalhost"}, "", 421},
		{"the overview", "GET", "/_lintel/", nil, "", 200},
		{"findings without a token", "GET", "/_lintel/page?path=/docs/", nil, "", 403},
		{"findings", "GET", "/_lintel/page?path=/docs/", map[string]string{"Lintel-Token": token}, "", 200},
		{"open without a token", "POST", "/_lintel/open", nil, open, 403},
		{"open with another token", "POST", "/_lintel/open", map[string]string{"Lintel-Token": "x" + token[1:]}, open, 403},
		{"open from another origin", "POST", "/_lintel/open", map[string]string{"Lintel-Token": token, "Origin": "http://evil.example"}, open, 403},
		{"open from another site", "POST", "/_lintel/open", map[string]string{"Lintel-Token": token, "Sec-Fetch-Site": "cross-site"}, open, 403},
		{"open by GET", "GET", "/_lintel/open", map[string]string{"Lintel-Token": token}, "", 404},
		{"open a file that is no page", "POST", "/_lintel/open", map[string]string{"Lintel-Token": token}, `{"path":"/docs/../secret.txt"}`, 404},
		{"open nonsense", "POST", "/_lintel/open", map[string]string{"Lintel-Token": token}, `{`, 400},
		{"open", "POST", "/_lintel/open", map[string]string{"Lintel-Token": token, "Origin": p.base}, open, 200},
		{"events of a browser without a token", "GET", "/_lintel/events", map[string]string{"Sec-Fetch-Site": "same-origin"}, "", 403},
		{"events of another origin", "GET", "/_lintel/events?token=" + token, map[string]string{"Origin": "http://evil.example"}, "", 403},
		{"anything else", "GET", "/_lintel/client.ts", nil, "", 404},
		{"the static folder", "GET", "/_lintel/static/client.js", nil, "", 404},
	} {
		if got := p.ask(c.method, c.at, c.header, c.body); got.status != c.want {
			t.Errorf("%s: %d, want %d: %.200s", c.name, got.status, c.want, got.body)
		} else if strings.Contains(got.body, "secret\n") || got.body == "secret" {
			t.Errorf("%s: it tells the secret", c.name)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Equal(p.edited, []string{"docs/guide/a.md:3"}) {
		t.Errorf("opened %q", p.edited)
	}
	if body := p.get("/_lintel/client.js").body; strings.Contains(body, token) {
		t.Error("the script, which any site can load, holds the token")
	}
}

func TestConditionalRequests(t *testing.T) {
	p := start(t, small()).run()
	p.shows("/docs/", "First words.")
	for _, at := range []string{"/docs/guide/a/", "/docs/css/own.css"} {
		tag := p.get(at).header.Get("ETag")
		if tag == "" {
			t.Fatalf("%s has no tag", at)
		}
		if got := p.ask("GET", at, map[string]string{"If-None-Match": tag}, ""); got.status != 304 {
			t.Errorf("%s with its tag: %d", at, got.status)
		}
	}
	tag := p.get("/docs/guide/a/").header.Get("ETag")
	p.write("docs/guide/a.md", "# A\n\nchanged\n")
	p.shows("/docs/guide/a/", "changed")
	if got := p.ask("GET", "/docs/guide/a/", map[string]string{"If-None-Match": tag}, ""); got.status != 200 {
		t.Errorf("changed, with the old tag: %d", got.status)
	}
	if got := p.ask("GET", "/docs/css/own.css", map[string]string{"Range": "bytes=0-0"}, ""); got.status != 206 || got.body != "p" {
		t.Errorf("range: %d %q", got.status, got.body)
	}
}

func TestOverviewListsPagesDraftsAndFindings(t *testing.T) {
	files := small()
	files["mkdocs.yml"] += "draft_docs: draft.md\n"
	files["docs/draft.md"] = "# Not yet\n\n[gone](gone.md)\n"
	p := start(t, files)
	old := time.Now().Add(-time.Hour)
	for _, f := range []string{"docs/index.md", "docs/guide/a.md", "docs/guide/b.md"} {
		if err := os.Chtimes(filepath.Join(p.dir, f), old, old); err != nil {
			t.Fatal(err)
		}
	}
	p.run()
	p.shows("/docs/draft/", "Not yet")
	got := p.get("/_lintel/").body
	if i, j := strings.Index(got, "Not yet"), strings.Index(got, "Home</a>"); i < 0 || j < i {
		t.Errorf("the draft is not listed before older pages:\n%s", got)
	}
	for _, want := range []string{`<b class="draft">draft</b>`, "docs/draft.md:3", "link/not-found"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if !strings.Contains(p.get("/docs/draft/").body, "status-draft") {
		t.Error("the draft's own page is not marked")
	}
	var page struct {
		Src      string
		Draft    bool
		Findings []struct{ Rule, Severity string }
	}
	a := p.ask("GET", "/_lintel/page?path=/docs/draft/", map[string]string{"Lintel-Token": p.token()}, "")
	if err := json.Unmarshal([]byte(a.body), &page); err != nil || page.Src != "docs/draft.md" || !page.Draft || len(page.Findings) != 1 || page.Findings[0].Rule != "link/not-found" {
		t.Errorf("%v %+v", err, page)
	}
}

func TestPollingFindsChanges(t *testing.T) {
	p := start(t, small())
	p.o.Poll, p.o.PollReason = 50*time.Millisecond, "a test"
	p.run()
	p.shows("/docs/", "First words.")
	p.write("docs/guide/a.md", "# A\n\nfound by looking\n")
	p.shows("/docs/guide/a/", "found by looking")
	p.write("docs/later/z.md", "# Zed\n")
	p.shows("/docs/later/z/", "Zed")
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.ContainsFunc(p.events, func(e serve.Event) bool { return e.Kind == serve.Polling && e.Message == "a test" }) {
		t.Error("nobody is told that it polls")
	}
}

func TestIncludedFilesAreWatched(t *testing.T) {
	files := small()
	files["mkdocs.yml"] = strings.Replace(config, "[admonition,", "[{pymdownx.snippets: {base_path: ['.']}}, admonition,", 1)
	files["docs/guide/a.md"] = "# A\n\n--8<-- \"parts/one.md\"\n\n--8<-- \"parts/two.md\"\n"
	files["parts/one.md"] = "one"
	p := start(t, files).run()
	p.shows("/docs/guide/a/", "one")
	p.write("parts/one.md", "uno")
	p.shows("/docs/guide/a/", "uno")
	p.write("parts/two.md", "dos") // what was looked for and not there
	p.shows("/docs/guide/a/", "dos")
}

func TestStreamEndsWithTheServer(t *testing.T) {
	p := start(t, small()).run()
	p.shows("/docs/", "First words.")
	ev := p.listen()
	next(t, ev)
	done := make(chan struct{})
	go func() { p.stop(); close(done) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatal("the server does not end while a stream is open")
	}
	if _, ok := <-ev; ok {
		t.Error("the stream goes on")
	}
	if c, err := new(net.Dialer).DialContext(t.Context(), "tcp", p.addr); err == nil {
		c.Close()
		t.Error("it still answers")
	}
}
