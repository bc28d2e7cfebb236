package theme_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/chromedp/chromedp/kb"

	"github.com/lintel-docs/lintel/internal/browsertest"

	"github.com/lintel-docs/lintel/theme"
)

// policy is the content security policy under which all pages must work.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const guideBody = `<h1 id="top">수집 서버 운영 안내<a class="headerlink" href="#top" title="Permanent link">&para;</a></h1>
<p>파트너사의 파일을 받아 <strong>커넥터(Connector)</strong>로 검증한 뒤 저장소에 올린다. 아주긴낱말이쉬지않고이어져도화면밖으로나가지않아야한다그래야읽을수있다. <code>settlement.daily.sum.retry_backoff_milliseconds</code></p>
<div class="admonition note"><p class="admonition-title">참고</p><p>체크섬이 다르면 거부한다.</p></div>
<details class="tip"><summary>더 보기</summary><p id="folded">접힌 글</p></details>
<h2 id="공문서">공문서 보관</h2>
<p>감사 로그는 5년을 보존한다.</p>
<div class="tabbed-set tabbed-alternate" data-tabs="1:2"><input checked="checked" id="__tabbed_1_1" name="__tabbed_1" type="radio"><input id="__tabbed_1_2" name="__tabbed_1" type="radio"><div class="tabbed-labels"><label for="__tabbed_1_1">Linux</label><label for="__tabbed_1_2">Windows</label></div>
<div class="tabbed-content"><div class="tabbed-block"><p id="on-linux">apt</p></div><div class="tabbed-block"><p id="on-windows">choco</p></div></div></div>
<div class="tabbed-set tabbed-alternate" data-tabs="2:2"><input checked="checked" id="__tabbed_2_1" name="__tabbed_2" type="radio"><input id="__tabbed_2_2" name="__tabbed_2" type="radio"><div class="tabbed-labels"><label for="__tabbed_2_1">Linux</label><label for="__tabbed_2_2">Windows</label></div>
<div class="tabbed-content"><div class="tabbed-block"><p>sh</p></div><div class="tabbed-block"><p id="also-windows">cmd</p></div></div></div>
<div class="highlight"><span class="filename">a.yml</span><pre><span></span><code><span id="__span-0-1"><a id="__codelineno-0-1" href="#__codelineno-0-1"></a><span class="nt">name</span><span class="p">:</span> <span class="l">x</span> <span class="c1"># (1)!</span>
</span><span id="__span-0-2"><span class="nt">long</span><span class="p">:</span> a line that is much too long for a telephone and therefore scrolls inside of its own box, never the page
</span></code></pre></div>
<ol><li>이름은 <strong>한 번만</strong> 정한다.</li></ol>
<table><thead><tr><th>하나</th><th class="align-right">둘</th><th>셋</th><th>넷</th><th>다섯</th></tr></thead><tbody><tr><td>가나다라마바사</td><td>settle_daily_sum</td><td>다</td><td>라</td><td>마바사아자차카타파하</td></tr></tbody></table>
<p><a class="glightbox" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='400' height='300'/%3E" data-title="그림"><img alt="A picture" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='40' height='30'/%3E"></a></p>
<p><span class="arithmatex">\(a^2\)</span></p><div class="arithmatex">\[
x
\]</div>
<h2 id="end">End</h2><p>1</p>`

const plainBody = `<h1 id="english">Circuit breaker settings</h1><p>Calls trip after five failures. See breaker.failureThreshold and retryBackoffMs.</p><h2 id="more">Recovery</h2><p>The breaker half-opens after 30 seconds.</p>`

type fixturePage struct{ url, title, lang, body string }

var fixture = []fixturePage{
	{"", "Home", "en", `<h1 id="home">Home</h1><p>Welcome.</p>`},
	{"guide/한글/", "수집 서버 운영 안내", "ko", guideBody},
	{"concepts/breaker/", "Circuit breaker settings", "en", plainBody},
}

// docs is the search index of the fixture, in the shape of MkDocs.
func docs() []map[string]string {
	return []map[string]string{
		{"location": "", "title": "Home", "text": "Welcome."},
		{"location": "guide/한글/", "title": "수집 서버 운영 안내", "text": "머리말부터 읽는다. 수집 서버 운영 안내 파일을 받아 검증한다. 체크섬이 다르면 거부한다. 공문서 보관 감사 로그는 5년을 보존한다. End 1"},
		{"location": "guide/한글/#top", "title": "수집 서버 운영 안내", "text": "파일을 받아 검증한다. 체크섬이 다르면 거부한다."},
		{"location": "guide/한글/#공문서", "title": "공문서 보관", "text": "감사 로그는 5년을 보존한다."},
		{"location": "guide/한글/#end", "title": "End", "text": "1"},
		// Material's shape: the page's record ends where its first section begins.
		{"location": "concepts/breaker/", "title": "Circuit breaker settings", "text": "<p>Calls trip after five failures. See <code>breaker.failureThreshold</code> and retryBackoffMs.</p>"},
		{"location": "concepts/breaker/#more", "title": "Recovery", "text": "The breaker half-opens after 30 seconds."},
	}
}

// build writes the fixture with a theme for s: output path → content.
func build(t *testing.T, s theme.Site) map[string][]byte {
	t.Helper()
	file := func(url string) string { return path.Join(url, "index.html") }
	nav := []*theme.NavItem{
		{Title: "Home", URL: fixture[0].url, Page: 0},
		{Title: "안내", Section: true, Page: -1, Children: []*theme.NavItem{{Title: fixture[1].title, URL: fixture[1].url, Page: 1}}},
		{Title: "Concepts", Section: true, Page: -1, Children: []*theme.NavItem{{Title: fixture[2].title, URL: fixture[2].url, Page: 2}}},
	}
	if !s.DirectoryURLs {
		nav[0].URL, nav[1].Children[0].URL, nav[2].Children[0].URL = file(fixture[0].url), file(fixture[1].url), file(fixture[2].url)
	}
	th := mustNew(t, s, nav, theme.Options{})
	out := map[string][]byte{}
	for _, a := range th.Assets() {
		out[a.Path] = a.Data
	}
	links := []*theme.PageLink{{Title: "Home", URL: nav[0].URL}, {Title: fixture[1].title, URL: nav[1].Children[0].URL}, {Title: fixture[2].title, URL: nav[2].Children[0].URL}}
	for n, f := range fixture {
		p := &theme.Page{
			Number: n, Title: f.title, URL: f.url, Base: baseOf(f.url), Language: f.lang, Updated: "2026-11-21", EditURL: "https://example.com/edit",
			Breadcrumbs: []theme.PageLink{{Title: "Home", URL: nav[0].URL}}, Tags: []theme.Tag{{Name: "운영"}},
		}
		if n > 0 {
			p.Prev = links[n-1]
		}
		if n+1 < len(links) {
			p.Next = links[n+1]
		}
		if n == 1 {
			p.TOC = []theme.Heading{{Level: 1, ID: "top", Children: []theme.Heading{{Level: 2, ID: "공문서", HTML: "공문서 보관"}, {Level: 2, ID: "end", HTML: "End"}}}}
		}
		out[file(f.url)] = th.AppendPage(nil, p, func(dst []byte) []byte { return append(dst, f.body...) })
	}
	index := docs()
	for _, d := range index {
		if url, id, _ := strings.Cut(d["location"], "#"); !s.DirectoryURLs {
			d["location"] = file(url)
			if id != "" {
				d["location"] += "#" + id
			}
		}
	}
	data, err := json.Marshal(map[string]any{"config": map[string]any{"lang": []string{"en"}}, "docs": index})
	if err != nil {
		t.Fatal(err)
	}
	if s.Offline {
		out["search/search_index.js"] = append([]byte("var __index = "), data...)
	} else {
		out["search/search_index.json"] = data
	}
	sp, sb := th.SearchPage("../")
	out["search/index.html"] = th.AppendPage(nil, sp, sb)
	return out
}

func serve(t *testing.T, files map[string][]byte) string {
	t.Helper()
	types := map[string]string{".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml"}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" || strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		data, ok := files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", types[path.Ext(name)])
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write(data) // the browser went away
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/"
}

// view is one window: what it complained about and what it asked for.
type view struct {
	ctx  context.Context
	t    *testing.T
	mu   sync.Mutex
	said []string
	asks []string
}

func open(parent context.Context, t *testing.T, width, height int64, dark bool) *view {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	ctx, cancelTime := context.WithTimeout(ctx, 60*time.Second)
	t.Cleanup(cancelTime)
	v := &view{ctx: ctx, t: t}
	err := chromedp.Listen(ctx, func(ev any) {
		v.mu.Lock()
		defer v.mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			v.said = append(v.said, ev.ExceptionDetails.Text+" "+ev.ExceptionDetails.Exception.Description)
		case *runtime.EventConsoleAPICalled:
			if ev.Type == "error" || ev.Type == "warning" {
				v.said = append(v.said, fmt.Sprintf("console: %s", ev.Args[0].Value))
			}
		case *log.EventEntryAdded:
			if ev.Entry.Level != log.EntryLevelInfo && ev.Entry.Level != log.EntryLevelVerbose {
				v.said = append(v.said, ev.Entry.Text+" "+ev.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(ev.Request.URL, "data:") {
				v.asks = append(v.asks, ev.Request.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	send(v, log.Enable, cdp.Empty{})
	send(v, network.Enable, network.EnableParams{})
	send(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	v.run(chromedp.EmulateViewport(width, height))
	return v
}

// send gives the browser a command that there is no action for.
func send[P, R any](v *view, command cdp.Command[P, R], params P) {
	v.t.Helper()
	if _, err := chromedp.Call(v.ctx, command, params); err != nil {
		v.t.Fatal(err)
	}
}

func (v *view) run(actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, actions...); err != nil {
		v.t.Fatal(err)
	}
}

func (v *view) visit(url string) {
	v.t.Helper()
	v.run(chromedp.Navigate(url), chromedp.WaitReady(chromedp.CSS("body")))
}

// eval returns the value of a JavaScript expression as text.
func (v *view) eval(js string) string {
	v.t.Helper()
	s, err := chromedp.Run(v.ctx, chromedp.Evaluate[string]("String("+js+")"))
	if err != nil {
		v.t.Fatal(js, err)
	}
	return s
}

// until waits for an expression to hold.
func (v *view) until(js string) {
	v.t.Helper()
	for range 400 {
		if v.eval(js) == "true" {
			return
		}
		time.Sleep(30 * time.Millisecond)
	}
	v.t.Fatalf("never true: %s", js)
}

// quiet fails when anything was complained about or asked of another host.
func (v *view) quiet(origin string) {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range v.said {
		v.t.Errorf("the browser says: %s", s)
	}
	for _, u := range v.asks {
		if !strings.HasPrefix(u, origin) {
			v.t.Errorf("asked %s", u)
		}
	}
}

func material() theme.Site {
	s := full()
	s.ExtraCSS, s.ExtraJS = nil, nil
	s.Alternates = nil
	s.Palettes = []theme.Palette{{Media: "(prefers-color-scheme)", Primary: "teal"}, {Media: "(prefers-color-scheme: light)", Primary: "teal"}, {Media: "(prefers-color-scheme: dark)", Primary: "red"}}
	s.Features = features("navigation.tabs", "navigation.tabs.sticky", "navigation.sections", "navigation.top", "navigation.footer", "navigation.path", "toc.follow", "content.code.copy", "content.code.annotate",
		"content.tabs.link", "content.tooltips", "content.action.edit", "search.highlight", "search.share", "search.suggest", "header.autohide", "announce.dismiss", "navigation.tracking")
	return s
}

func TestBrowserPages(t *testing.T) {
	ctx := browsertest.Start(t)
	for name, s := range map[string]theme.Site{"bare": {Name: "Bare", Language: "ko", Search: true, DirectoryURLs: true}, "material": material()} {
		origin := serve(t, build(t, s))
		for _, width := range []int64{360, 1400} {
			for _, dark := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %d dark=%v", name, width, dark), func(t *testing.T) {
					v := open(ctx, t, width, 800, dark)
					for _, f := range append(slices.Clone(fixture), fixturePage{url: "search/"}) {
						v.visit(origin + f.url)
						if over := v.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth"); over != "0" {
							t.Errorf("%s: scrolls sideways by %s", f.url, over)
						}
						want := "rgb(255, 255, 255)"
						if dark {
							want = "rgb(20, 23, 28)"
						}
						if got := v.eval("getComputedStyle(document.documentElement).backgroundColor"); got != want {
							t.Errorf("%s: ground is %s", f.url, got)
						}
					}
					v.mu.Lock()
					first := slices.Index(v.asks, origin+"guide/%ED%95%9C%EA%B8%80/")
					v.mu.Unlock()
					if first > 5 || first < 0 {
						t.Errorf("%d requests for the first page: %q", first, v.asks)
					}
					v.quiet(origin)
				})
			}
		}
	}
}

func TestBrowserSearch(t *testing.T) {
	ctx := browsertest.Start(t)
	dir := t.TempDir()
	offline := material()
	offline.Offline, offline.DirectoryURLs = true, false
	for name, data := range build(t, offline) {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, at := range map[string][2]string{
		"served":    {serve(t, build(t, material())), "concepts/breaker/"},
		"from disk": {"file://" + filepath.ToSlash(dir) + "/", "concepts/breaker/index.html"},
	} {
		t.Run(name, func(t *testing.T) {
			v := open(ctx, t, 1400, 800, false)
			v.visit(at[0] + at[1])
			if got, want := v.eval("document.querySelector('.logo').href"), at[0]; got != want && got != want+"index.html" {
				t.Errorf("the logo leads to %s", got)
			}
			if strings.HasPrefix(at[0], "file:") {
				if n := v.eval("Array.from(document.querySelectorAll('a[href]')).filter(function (a) { return a.protocol === 'file:' && a.pathname.endsWith('/'); }).length"); n != "0" {
					t.Errorf("%s links lead to folders", n)
				}
			}
			v.run(chromedp.KeyEvent("/"))
			v.until("!!document.querySelector('.sd[open] input:focus')")
			for query, want := range map[string]string{
				"문서":               "수집 서버 운영 안내|공문서 보관",
				"체크섬을":             "수집 서버 운영 안내",
				"머리말":              "수집 서버 운영 안내",
				"ㅅㅈㅅㅂ":             "수집 서버 운영 안내",
				"failureThreshold": "Circuit breaker settings",
				"retry backoff":    "Circuit breaker settings",
				"reccovery":        "Circuit breaker settings|Recovery",
				"감사로그":             "수집 서버 운영 안내|공문서 보관",
				"zzzzzz":           "",
			} {
				set, _ := json.Marshal(query)
				v.eval(`(function (i) { i.value = ` + string(set) + `; i.dispatchEvent(new Event("input")); })(document.querySelector(".sd input"))`)
				v.until("document.querySelector('.sd [role=status]').textContent.indexOf('Loading') < 0")
				if got := v.eval("Array.from(document.querySelectorAll('.sd b'), function (e) { return e.textContent; }).join('|')"); got != want {
					t.Errorf("%s: found %q, want %q", query, got, want)
				}
			}
			// The rest of a word is offered and taken.
			v.eval(`(function (i) { i.value = "fail"; i.dispatchEvent(new Event("input")); })(document.querySelector(".sd input"))`)
			v.run(chromedp.KeyEvent(kb.ArrowRight))
			if got := v.eval("document.querySelector('.sd input').value"); got != "failurethreshold" && got != "failure" && got != "failures" {
				t.Errorf("offered %q", got)
			}
			// The arrow reaches the first result, Enter opens it.
			v.eval(`(function (i) { i.value = "문서"; i.dispatchEvent(new Event("input")); })(document.querySelector(".sd input"))`)
			v.run(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
			v.until("decodeURIComponent(location.hash) === '#공문서' && document.readyState === 'complete'")
			if got := v.eval("document.querySelector('mark[data-found]').textContent"); got != "문서" {
				t.Errorf("marked %q", got)
			}
			v.run(chromedp.KeyEvent("k", chromedp.KeyModifiers(2)))
			v.until("!!document.querySelector('.sd[open]')")
			v.run(chromedp.KeyEvent(kb.Escape))
			v.until("!document.querySelector('.sd[open]')")
			v.quiet(at[0])
		})
	}
}

func TestBrowserColoursDoNotFlash(t *testing.T) {
	ctx := browsertest.Start(t)
	origin := serve(t, build(t, material()))
	v := open(ctx, t, 1400, 800, false)
	v.visit(origin)
	// Each press goes on: the system's colours, light, dark.
	ground := func() string { return v.eval("getComputedStyle(document.documentElement).backgroundColor") }
	v.run(chromedp.Click(chromedp.CSS("#__scheme")), chromedp.Click(chromedp.CSS("#__scheme")))
	if got := ground(); got != "rgb(20, 23, 28)" {
		t.Fatalf("the ground is %s", got)
	}
	// On the next page the choice stands before the body is there.
	send(v, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `new MutationObserver(function () {
		if (document.body && !window.atBody) window.atBody = document.documentElement.dataset.scheme + " " + getComputedStyle(document.documentElement).backgroundColor;
	}).observe(document, { childList: true, subtree: true });`})
	v.visit(origin + "concepts/breaker/")
	if got := v.eval("window.atBody"); got != "dark rgb(20, 23, 28)" {
		t.Errorf("when the body came: %s", got)
	}
	if got := v.eval("document.documentElement.dataset.mdColorScheme + document.documentElement.dataset.mdColorPrimary"); got != "slatered" {
		t.Errorf("style sheets written for Material see %s", got)
	}
	v.quiet(origin)
}

func TestBrowserWidgets(t *testing.T) {
	ctx := browsertest.Start(t)
	origin := serve(t, build(t, material()))
	v := open(ctx, t, 1400, 500, false)
	v.visit(origin + fixture[1].url)

	if got := v.eval("document.querySelector('.nav [aria-current]').textContent"); got != fixture[1].title {
		t.Errorf("the current page is %q", got)
	}
	// Linked tabs
	v.run(chromedp.Click(chromedp.CSS("label[for=__tabbed_1_2]")))
	v.until("document.querySelector('#also-windows').offsetHeight > 0 && document.querySelector('#on-linux').offsetHeight === 0")
	// Annotations
	if got := v.eval("document.querySelector('.highlight code').textContent.split('\\n')[0]"); got != "name: x 1" {
		t.Errorf("the annotated line reads %q", got)
	}
	v.run(chromedp.Click(chromedp.CSS(".an")))
	v.until("document.querySelector('.card-pop:popover-open').textContent.trim() === '이름은 한 번만 정한다.' && document.querySelector('.an').getAttribute('aria-expanded') === 'true'")
	v.run(chromedp.KeyEvent(kb.Escape))
	v.until("!document.querySelector('.card-pop:popover-open')")
	// The table of contents follows.
	v.until("performance.now() > performance.getEntriesByType('navigation')[0].loadEventEnd + 700")
	v.eval("scrollTo(0, document.documentElement.scrollHeight)")
	v.until("document.querySelector('.toc [aria-current]') && document.querySelector('.toc [aria-current]').textContent === 'End'")
	v.until("location.hash === '#end'")
	v.until("document.querySelector('.header').classList.contains('up')")
	v.eval("scrollBy(0, -60)")
	v.until("!document.querySelector('.to-top').hidden && !document.querySelector('.header').classList.contains('up')")
	// An address inside of what is closed opens it.
	v.eval("location.hash = 'folded'")
	v.until("document.querySelector('details.tip').open")
	v.eval("location.hash = 'on-linux'")
	v.until("document.querySelector('#on-linux').offsetHeight > 0")
	// Formulas that nothing draws are shown without delimiters.
	if got := v.eval("Array.from(document.querySelectorAll('.arithmatex'), function (e) { return e.textContent; }).join('|')"); got != "a^2|x" {
		t.Errorf("formulas are %q", got)
	}
	// The next page is fetched ahead.
	v.eval("document.querySelector('.turn .next').dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))")
	v.until("!!document.querySelector('link[rel=prefetch][href$=\"concepts/breaker/\"]')")
	// Images enlarge.
	v.run(chromedp.Click(chromedp.CSS("a.glightbox")))
	v.until("document.querySelector('.zoom[open] img').naturalWidth === 400 && document.querySelector('.zoom p').textContent === '그림'")
	v.run(chromedp.KeyEvent(kb.Escape))
	v.until("!document.querySelector('.zoom')")
	// An announcement that was dismissed stays away.
	v.eval("scrollTo(0, 0)")
	v.until("scrollY === 0 && !document.querySelector('.header.up')")
	v.run(chromedp.Click(chromedp.CSS(".announce button")))
	v.until("document.querySelector('.announce').offsetHeight === 0")
	// Keys
	v.run(chromedp.KeyEvent("n"))
	v.until("location.pathname === '/concepts/breaker/' && document.readyState === 'complete'")
	if got := v.eval("document.querySelector('.announce').offsetHeight"); got != "0" {
		t.Error("the announcement comes back")
	}
	v.run(chromedp.KeyEvent("?"))
	v.until("!!document.querySelector('.help[open]')")
	v.run(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("p"))
	v.until("decodeURIComponent(location.pathname) === '/guide/한글/' && document.readyState === 'complete'")
	if got := v.eval("document.querySelector('#__tabbed_1_1').checked"); got != "false" {
		t.Error("the chosen tab is forgotten")
	}
	// What is copied holds neither numbers nor marks.
	v.eval("Object.defineProperty(navigator, 'clipboard', { value: { writeText: function (s) { window.copied = s; return Promise.resolve(); } } })")
	v.eval("document.querySelector('.copy').click()")
	v.until("window.copied.startsWith('name: x \\nlong: a line')")
	v.quiet(origin)
}

// Style attributes that authors write work under the policy all the same.
func TestBrowserStylesOfAuthors(t *testing.T) {
	ctx := browsertest.Start(t)
	files := build(t, material())
	files["index.html"] = []byte(strings.Replace(string(files["index.html"]), "<p>Welcome.", `<p id="styled" style="text-align: right; width: 45%">Welcome.`, 1))
	v := open(ctx, t, 1400, 500, false)
	v.visit(serve(t, files))
	v.until("getComputedStyle(document.querySelector('#styled')).textAlign === 'right'")
}

func TestBrowserWithoutScripts(t *testing.T) {
	ctx := browsertest.Start(t)
	origin := serve(t, build(t, material()))
	v := open(ctx, t, 360, 700, true)
	send(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	v.visit(origin + fixture[1].url)
	box := func(sel string) bool {
		return v.eval("(function (e) { return !!e && e.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }); })(document.querySelector('"+sel+"'))") == "true"
	}
	if box(".nav a") || !box("#on-linux") || box("#on-windows") {
		t.Fatal("the page does not begin as it should")
	}
	v.run(chromedp.Click(chromedp.CSS("label[for=__tabbed_1_2]")))
	if !box("#on-windows") || box("#on-linux") {
		t.Error("tabs do not work")
	}
	v.run(chromedp.Click(chromedp.CSS("details.tip > summary")))
	if !box("#folded") {
		t.Error("details do not open")
	}
	v.run(chromedp.Click(chromedp.CSS(".for-nav")))
	if !box(".nav a[aria-current]") {
		t.Error("the navigation does not open")
	}
	v.run(chromedp.KeyEvent(kb.Escape), chromedp.Click(chromedp.CSS(".for-toc")))
	if !box(".toc a") {
		t.Error("the table of contents does not open")
	}
	v.run(chromedp.KeyEvent(kb.Escape), chromedp.Click(chromedp.CSS(".search button")), chromedp.WaitVisible(chromedp.CSS("article h2 + ul")))
	if at := v.eval("location.href"); !strings.HasPrefix(at, origin+"search/") || !box(`article a[href="../concepts/breaker/"]`) {
		t.Errorf("search leads to %s", at)
	}
	v.quiet(origin)
}

// Formulas are drawn as MathML by a program that only pages with formulas load.
func TestBrowserFormulas(t *testing.T) {
	ctx := browsertest.Start(t)
	s := material()
	s.Math, s.ExtraJS = true, nil
	files := build(t, s)
	files["index.html"] = []byte(strings.Replace(string(files["index.html"]), "<p>Welcome.",
		`<div class="arithmatex">\[\frac{a}{b}\]</div><p>Welcome <span class="arithmatex">\(x^2\)</span>.`, 1))
	origin := serve(t, files)
	v := open(ctx, t, 1400, 500, false)
	v.visit(origin)
	v.until("document.querySelectorAll('math').length === 2 && !!document.querySelector('math[display=block] mfrac')")
	v.quiet(origin)
	v.visit(origin + fixture[2].url)
	if got := v.eval("document.querySelectorAll('script[src*=katex]').length"); got != "0" {
		t.Error("a page without formulas loads the program that draws them")
	}
}
