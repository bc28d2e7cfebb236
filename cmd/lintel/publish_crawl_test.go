package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lintel-docs/lintel/internal/publish/s3fake"
)

const crawlGrace = 700 * time.Millisecond

// crawlSite is release n of a site: pages that need the style sheet and the
// script of their release and link to each other.
func crawlSite(n int, rng *rand.Rand) map[string]string {
	css := fmt.Sprintf("assets/app.%08xa.css", n)
	js := fmt.Sprintf("assets/app.%08xb.js", n)
	site := map[string]string{css: fmt.Sprintf("release %d", n), js: fmt.Sprintf("release %d", n), "assets/font.0a1b2c3d.woff2": "font"}
	links := ""
	var pages []string
	for i := range 20 {
		if rng.IntN(4) > 0 {
			pages = append(pages, fmt.Sprintf("p%d/", i))
			links += fmt.Sprintf(`<a href="/bucket/docs/p%d/">`, i)
		}
	}
	head := fmt.Sprintf(`<!doctype html><link href="/bucket/docs/%s"><script src="/bucket/docs/%s"></script><link href="/bucket/docs/assets/font.0a1b2c3d.woff2">release %d `, css, js, n)
	site["index.html"] = head + links
	for _, p := range pages {
		site[p+"index.html"] = head + links
	}
	return site
}

func writeSite(t *testing.T, dir string, site map[string]string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for name, text := range site {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	crawlRefRE  = regexp.MustCompile(`(?:href|src)="([^"]+)"`)
	crawlNameRE = regexp.MustCompile(`release \d+`)
)

// crawler reads a site all the time and tells of what is broken.
type crawler struct {
	base                string
	pages, assets, slow atomic.Int64
	mu                  sync.Mutex
	broken              []string
}

func (c *crawler) get(url string) (int, string) {
	resp, err := http.Get(c.base + url) //nolint:noctx // of a test
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(b)
}

// visit reads a page and what it needs, and returns its links.
func (c *crawler) visit(url string) []string {
	start := time.Now()
	status, page := c.get(url)
	if status != http.StatusOK {
		return []string{"!"} // whether that is wrong, is for who sent us here to say
	}
	c.pages.Add(1)
	release := crawlNameRE.FindString(page)
	var links []string
	for _, m := range crawlRefRE.FindAllStringSubmatch(page, -1) {
		if strings.HasSuffix(m[1], "/") {
			links = append(links, m[1])
			continue
		}
		status, asset := c.get(m[1])
		// Whoever takes longer than the grace period is not promised anything.
		if time.Since(start) > crawlGrace*2/3 {
			c.slow.Add(1)
			return nil
		}
		c.assets.Add(1)
		if status != http.StatusOK {
			c.report("%s of %s needs %s: status %d", url, release, m[1], status)
		} else if r := crawlNameRE.FindString(asset); r != release && r != "" {
			c.report("%s of %s has %s of %s", url, release, m[1], r)
		}
	}
	for _, l := range links {
		if status, _ := c.get(l); status != http.StatusOK && time.Since(start) < crawlGrace*2/3 {
			c.report("%s of %s leads to %s: status %d", url, release, l, status)
		}
	}
	return links
}

func (c *crawler) report(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = append(c.broken, fmt.Sprintf(format, args...))
}

func (c *crawler) run(ctx context.Context) {
	for ctx.Err() == nil {
		for _, l := range c.visit("/bucket/docs/") {
			if ctx.Err() == nil && l != "!" {
				c.visit(l)
			}
		}
	}
}

// TestReadersMeetAWholeSite: readers crawl the site while it is published,
// while publishers are killed at any moment, while two publish at once, and
// while releases are rolled back.
func TestReadersMeetAWholeSite(t *testing.T) {
	runs := 50
	if testing.Short() {
		runs = 10
	}
	store := s3fake.New(time.Now, "bucket")
	store.Latency = 2 * time.Millisecond
	rng := rand.New(rand.NewPCG(3, 5)) //nolint:gosec // a test
	var faults atomic.Int64
	var frng sync.Mutex
	store.SetFault(func(s3fake.Request) s3fake.Fault {
		frng.Lock()
		defer frng.Unlock()
		f := s3fake.Fault{}
		switch rng.IntN(60) {
		case 0:
			f = s3fake.Fault{Status: 503, Code: "SlowDown"}
		case 1:
			f = s3fake.Fault{Reset: true}
		case 2:
			f = s3fake.Fault{Lost: true}
		default:
			return f
		}
		faults.Add(1)
		return f
	})
	srv := httptest.NewUnstartedServer(store)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	defer srv.Close()
	lintel := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), "lintel", append([]string{
			"publish", "--endpoint-url", srv.URL, "--grace", crawlGrace.String(), "--allow-delete", "--no-cache", "--concurrency", "6", "-q",
		}, args...)...)
		cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=secret", "AWS_EC2_METADATA_DISABLED=true",
			"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
		return cmd
	}
	must := func(cmd *exec.Cmd) {
		t.Helper()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
		}
	}
	equal := func(site map[string]string) {
		t.Helper()
		n := 0
		for k, o := range store.Objects("bucket") {
			name := strings.TrimPrefix(k, "docs/")
			if strings.HasPrefix(name, ".lintel/") {
				continue
			}
			if want, ok := site[name]; !ok || want != string(o.Data) {
				t.Errorf("%s is not what the source has", name)
			}
			n++
		}
		if n != len(site) {
			t.Errorf("%d objects, the source has %d files", n, len(site))
		}
	}
	pick := func(n int) int {
		frng.Lock()
		defer frng.Unlock()
		return rng.IntN(n)
	}
	newSite := func(n int) map[string]string {
		frng.Lock()
		defer frng.Unlock()
		return crawlSite(n, rng)
	}

	dir := filepath.Join(t.TempDir(), "site")
	first := newSite(0)
	writeSite(t, dir, first)
	must(lintel("--from", dir, "--release", "r0", "s3://bucket/docs"))
	c := &crawler{base: srv.URL}
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() { c.run(ctx) })
	}
	sites := map[string]map[string]string{"r0": first}
	kept := []string{"r0"}
	var kills, both, backs int
	for n := 1; n <= runs; n++ {
		site := newSite(n)
		writeSite(t, dir, site)
		id := fmt.Sprintf("r%d", n)
		args := []string{"--from", dir, "--release", id, "s3://bucket/docs"}
		switch what := pick(6); {
		case what < 3: // killed at any moment, once or twice, then completed
			for range 1 + pick(2) {
				cmd := lintel(args...)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(pick(120)) * time.Millisecond)
				if err := cmd.Process.Kill(); err == nil {
					kills++
				}
				_ = cmd.Wait() // killed
			}
			must(lintel(args...))
			equal(site)
		case what == 3: // two at once
			both++
			other := newSite(n + 1000)
			dir2 := filepath.Join(t.TempDir(), "other")
			writeSite(t, dir2, other)
			cmd := lintel("--from", dir2, "--release", "other"+id, "s3://bucket/docs")
			var said bytes.Buffer
			cmd.Stderr = &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			must(lintel(args...))
			// It goes on from the winner's state, or gives up and says so: among
			// these faults it may lose more often than it tries.
			if err := cmd.Wait(); err != nil && (cmd.ProcessState.ExitCode() != exitFailure || !strings.Contains(said.String(), "lintel: ")) {
				t.Errorf("the other publisher: %v\n%s", err, &said)
			}
			must(lintel(args...))
			equal(site)
		case what == 4 && len(kept) > 1: // back to a release that is kept
			backs++
			must(lintel(args...))
			back := kept[len(kept)-1]
			must(lintel("rollback", back, "s3://bucket/docs"))
			equal(sites[back])
			must(lintel(args...)) // published after it, a release again
			equal(site)
		default:
			must(lintel(args...))
			equal(site)
		}
		sites[id], kept = site, append(kept, id)
	}
	stop()
	readers.Wait()
	t.Logf("%d publishes, %d kills, %d pairs, %d rollbacks, %d faults; %d pages and %d assets read, %d reads too slow to judge",
		runs, kills, both, backs, faults.Load(), c.pages.Load(), c.assets.Load(), c.slow.Load())
	for i, b := range c.broken {
		if i == 10 {
			t.Errorf("and %d more", len(c.broken)-10)
			break
		}
		t.Error(b)
	}
	if c.pages.Load() < int64(runs) || faults.Load() == 0 || kills == 0 {
		t.Error("nothing was tried")
	}
}
