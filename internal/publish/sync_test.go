package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lintel-docs/lintel/internal/publish/s3fake"
)

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// files is a site by name and content.
type files map[string]string

func (f files) fs() fstest.MapFS {
	m := fstest.MapFS{}
	for k, v := range f {
		m[k] = &fstest.MapFile{Data: []byte(v)}
	}
	return m
}

func (f files) with(kv ...string) files {
	out := maps.Clone(f)
	for i := 0; i < len(kv); i += 2 {
		out[kv[i]] = kv[i+1]
	}
	return out
}

func (f files) without(keys ...string) files {
	out := maps.Clone(f)
	for _, k := range keys {
		delete(out, k)
	}
	return out
}

func source(t testing.TB, f fs.FS) Source {
	t.Helper()
	src, err := Files(t.Context(), f, "")
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// testOptions publish at once and keep no releases, so that requests are those
// of the content.
func testOptions() SyncOptions {
	return SyncOptions{Now: time.Now, Owner: Owner{By: "test", Host: "h", PID: 1, Alive: func(int) bool { return false }}}
}

func publishTo(t testing.TB, target Target, f files, edit ...func(*SyncOptions)) *Outcome {
	t.Helper()
	o := testOptions()
	for _, e := range edit {
		e(&o)
	}
	out, err := Sync(t.Context(), source(t, f.fs()), target, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// held returns the site that a target holds, without what is Lintel's own.
func held(t testing.TB, target Target) files {
	t.Helper()
	out := files{}
	for i, err := range target.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains("/"+i.Key, "/"+reserved) {
			continue
		}
		o, err := target.Get(t.Context(), i.Key, "")
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(o.Body)
		o.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		out[i.Key] = string(b)
	}
	return out
}

func equalSite(t testing.TB, target Target, want files) {
	t.Helper()
	got := held(t, target)
	for k, v := range want {
		if g, ok := got[k]; !ok {
			t.Errorf("%s is missing", k)
		} else if g != v {
			t.Errorf("%s is %.60q, want %.60q", k, g, v)
		}
	}
	for k := range got {
		if _, ok := want[k]; !ok {
			t.Errorf("%s is left over", k)
		}
	}
}

func siteOfN(n int) files {
	f := files{"index.html": "home", "sitemap.xml": "<x/>", "assets/app.0a1b2c3d.css": "body{}"}
	for i := range n - 3 {
		f[fmt.Sprintf("p%05d/index.html", i)] = fmt.Sprintf("page %d", i)
	}
	return f
}

// TestRequests holds the cost of publishing to what the guide says: changed
// objects, one manifest read, one manifest write, a delete for each thousand;
// one write to claim the target when objects are written, one to release it
// when objects are deleted; one archive for each release that is kept.
func TestRequests(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{})
	n := 10_000
	if testing.Short() {
		n = 3_000
	}
	site := siteOfN(n)
	step := func(what string, f files, want map[string]int, edit ...func(*SyncOptions)) {
		t.Helper()
		store.Reset()
		publishTo(t, s, f, edit...)
		if got := store.Counts(); !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	step("first publish", site, map[string]int{"GetObject": 1, "PutObject": n + 2})
	step("nothing changed", site, map[string]int{"GetObject": 1})
	site["p00001/index.html"] = "changed"
	step("one page changed", site, map[string]int{"GetObject": 1, "PutObject": 1 + 2})
	noCache := func(o *SyncOptions) {
		o.AllowDelete = true
		o.Rules.Custom = []Rule{{"p0000*/index.html", Headers{"Cache-Control": "no-cache"}}}
	}
	site = site.without("p00000/index.html")
	step("ten headers changed, one removed", site, map[string]int{"GetObject": 1, "CopyObject": 9, "PutObject": 3, "DeleteObjects": 1}, noCache)
	for i := 100; i < 200; i++ {
		delete(site, fmt.Sprintf("p%05d/index.html", i))
	}
	step("100 deleted", site, map[string]int{"GetObject": 1, "PutObject": 2, "DeleteObjects": 1}, noCache)
	for i := 1000; i < 2500; i++ {
		delete(site, fmt.Sprintf("p%05d/index.html", i))
	}
	step("1,500 deleted", site, map[string]int{"GetObject": 1, "PutObject": 2, "DeleteObjects": 2}, noCache)
	keep := func(o *SyncOptions) { noCache(o); o.Keep = 3 }
	site["p00001/index.html"] = "changed again"
	step("one page changed, releases kept", site, map[string]int{"GetObject": 1, "PutObject": 1 + 2 + 1}, keep)
	step("nothing changed, releases kept", site, map[string]int{"GetObject": 1}, keep)
	equalSite(t, s, site)
}

// TestCachedManifest: what the cache holds is not sent again.
func TestCachedManifest(t *testing.T) {
	s, store := fakeS3(t, "", S3Options{})
	cache := memoryCache{}
	with := func(o *SyncOptions) { o.Cache = cache }
	publishTo(t, s, siteOfN(10), with)
	modified := false
	store.SetFault(func(r s3fake.Request) s3fake.Fault {
		modified = modified || r.HTTP.Header.Get("If-None-Match") == ""
		return s3fake.Fault{}
	})
	publishTo(t, s, siteOfN(10), with)
	if modified {
		t.Error("the manifest was asked for without a condition")
	}
	// A manifest by other hands is not what the cache holds.
	other := openFake(t, store, "", S3Options{})
	publishTo(t, other, siteOfN(11))
	publishTo(t, s, siteOfN(10), with)
	equalSite(t, s, siteOfN(10))
}

type memoryCache map[string][]byte

func (m memoryCache) Load(name string) ([]byte, bool) { b, ok := m[name]; return b, ok }
func (m memoryCache) Store(name string, b []byte)     { m[name] = b }

// TestOrder looks at the order of the writes: whatever a reader meets leads to
// what is there.
func TestOrder(t *testing.T) {
	s, store := fakeS3(t, "", S3Options{})
	site := files{
		"index.html": "1", "sitemap.xml": "1", "search/search_index.json": "1", "a/index.html": "1", "b.html": "1",
		"app.0a1b2c3d.js": "1", "img/x.png": "1", "old.0a1b2c3d.css": "1", "gone/index.html": "1",
	}
	publishTo(t, s, site)
	store.Reset()
	publishTo(t, s, site.without("old.0a1b2c3d.css", "gone/index.html").with(
		"new.0a1b2c3e.css", "2", "img/x.png", "2", "a/index.html", "2", "b.html", "2", "new/index.html", "2",
		"index.html", "2", "sitemap.xml", "2", "search/search_index.json", "2"))
	rank := func(entry string) int {
		switch op, key, _ := strings.Cut(entry, " "); {
		case op == "GetObject":
			return 0
		case op == "DeleteObjects":
			return 7
		case key == "new.0a1b2c3e.css", key == "img/x.png":
			return 2
		case key == "new/index.html":
			return 3
		case key == "a/index.html", key == "b.html":
			return 4
		case key == "index.html", key == "sitemap.xml", key == "search/search_index.json":
			return 5
		}
		return -1
	}
	entries := store.Log()
	var got []int
	manifests := []int{1, 6, 8} // claimed, published, released
	for _, e := range entries {
		r := rank(e)
		if e == "PutObject "+manifestKey && len(manifests) > 0 {
			r, manifests = manifests[0], manifests[1:]
		}
		got = append(got, r)
	}
	if !slices.IsSorted(got) || got[0] != 0 || len(manifests) > 0 {
		t.Errorf("order: %v\n%s", got, strings.Join(entries, "\n"))
	}
}

func TestDeleteGuard(t *testing.T) {
	target := &Memory{}
	site := siteOfN(60)
	publishTo(t, target, site)
	few := files{"index.html": "new"}
	_, err := Sync(t.Context(), source(t, few.fs()), target, testOptions())
	guard, ok := errors.AsType[*GuardError](err)
	if !ok || guard.Removed != 59 || guard.Total != 60 {
		t.Fatalf("error %v", err)
	}
	equalSite(t, target, site) // as a whole: nothing was written either
	publishTo(t, target, few, func(o *SyncOptions) { o.AllowDelete = true })
	equalSite(t, target, few)
	// Few objects, or a small share, pass.
	publishTo(t, target, siteOfN(21))
	publishTo(t, target, few)
	publishTo(t, target, siteOfN(200))
	publishTo(t, target, siteOfN(120))
	if _, err := Sync(t.Context(), source(t, files{}.fs()), target, testOptions()); !errors.Is(err, ErrEmpty) {
		t.Errorf("an empty source: %v", err)
	}
}

func TestForeignObjectsStay(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{})
	store.Put("bucket", "docs/index.html", []byte("mine"))
	store.Put("bucket", "docs/notes.txt", []byte("mine"))
	store.Put("bucket", "other/x", []byte("mine"))
	site := siteOfN(5)
	_, err := Sync(t.Context(), source(t, site.fs()), s, testOptions())
	foreign, ok := errors.AsType[*ForeignError](err)
	if !ok || !slices.Equal(foreign.Keys, []string{"index.html"}) {
		t.Fatalf("error %v", err)
	}
	if got := string(store.Objects("bucket")["docs/index.html"].Data); got != "mine" {
		t.Fatalf("index.html became %q", got)
	}
	publishTo(t, s, site.without("index.html"))
	publishTo(t, s, site.without("index.html"), func(o *SyncOptions) { o.Verify = true })
	equalSite(t, s, site.with("index.html", "mine", "notes.txt", "mine"))
	publishTo(t, s, site, func(o *SyncOptions) { o.Adopt, o.Verify = true, true })
	equalSite(t, s, site)
	if _, ok := store.Objects("bucket")["other/x"]; !ok {
		t.Error("an object outside of the prefix is gone")
	}
}

func TestAdoptAtFirst(t *testing.T) {
	s, store := fakeS3(t, "", S3Options{})
	store.Put("bucket", "index.html", []byte("mine"))
	store.Put("bucket", "old.html", []byte("mine"))
	publishTo(t, s, siteOfN(5), func(o *SyncOptions) { o.Adopt = true })
	equalSite(t, s, siteOfN(5).with("old.html", "mine")) // not looked for, so not found
	publishTo(t, s, siteOfN(5), func(o *SyncOptions) { o.Adopt, o.Verify = true, true })
	equalSite(t, s, siteOfN(5))
}

// TestLostManifest: what Lintel wrote is known by its marks.
func TestLostManifest(t *testing.T) {
	for name, spoil := range map[string]func(*s3fake.Server){
		"lost":     func(s *s3fake.Server) { s.Remove("bucket", "docs/"+manifestKey) },
		"not ours": func(s *s3fake.Server) { s.Put("bucket", "docs/"+manifestKey, []byte(`{"version": 3}`)) },
		"cut": func(s *s3fake.Server) {
			s.Put("bucket", "docs/"+manifestKey, []byte(`{"format":"lintel-publish/1","obj`))
		},
		"another's": func(s *s3fake.Server) {
			s.Put("bucket", "docs/"+manifestKey, []byte(`{"format":"lintel-publish/1","place":"s3://other/docs","objects":{}}`))
		},
		"hostile": func(s *s3fake.Server) {
			s.Put("bucket", "docs/"+manifestKey, []byte(`{"format":"lintel-publish/1","place":"s3://bucket/docs","headers":{},"objects":{"../x":{"sha256":"`+strings.Repeat("0", 64)+`"}}}`))
		},
		"no objects": func(s *s3fake.Server) { s.Put("bucket", "docs/"+manifestKey, []byte(`null`)) },
	} {
		t.Run(name, func(t *testing.T) {
			s, store := fakeS3(t, "docs", S3Options{})
			keep := func(o *SyncOptions) { o.Keep = 3 }
			first := siteOfN(30)
			publishTo(t, s, first, keep)
			site := first.with("p00001/index.html", "changed", "deep/a/index.html", "x")
			publishTo(t, s, site, keep)
			store.Put("bucket", "docs/foreign.txt", []byte("mine"))
			spoil(store)
			store.Reset()
			out := publishTo(t, s, site.without("p00002/index.html"), keep)
			equalSite(t, s, site.without("p00002/index.html").with("foreign.txt", "mine"))
			if n := out.Plan.Writes(); n > 0 {
				t.Errorf("%d objects were sent again: %v %v", n, out.Plan.Changed, out.Plan.Headers)
			}
			store.Reset()
			publishTo(t, s, site.without("p00002/index.html"), keep)
			if n := store.Requests(); n != 1 {
				t.Errorf("%d requests when nothing changed", n)
			}
			// Releases are found again.
			m, err := ReadManifest(t.Context(), s)
			if err != nil || len(m.Releases) < 2 {
				t.Fatalf("%d releases: %v", len(m.Releases), err)
			}
			rollback(t, s, m.Releases[len(m.Releases)-1].ID)
			equalSite(t, s, first.with("foreign.txt", "mine"))
		})
	}
}

func TestNewerManifestIsLeftAlone(t *testing.T) {
	target := &Memory{}
	b := []byte(`{"format":"lintel-publish/2","place":"memory:","things":{}}`)
	if _, err := target.Put(t.Context(), manifestKey, Bytes("", b), nil, Cond{}); err != nil {
		t.Fatal(err)
	}
	_, err := Sync(t.Context(), source(t, siteOfN(3).fs()), target, testOptions())
	if !is[*NewerError](err) {
		t.Errorf("error %v", err)
	}
}

func rollback(t *testing.T, target Target, id string) *Outcome {
	t.Helper()
	src, err := ReleaseSource(t.Context(), target, id, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	o := testOptions()
	o.AllowDelete, o.Keep = true, 3
	out, err := Sync(t.Context(), src, target, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestVerifyRepairs: whatever other hands did to the objects.
func TestVerifyRepairs(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{})
	site := siteOfN(40)
	publishTo(t, s, site)
	publishTo(t, Below(s, "v1"), siteOfN(4)) // another site, below
	verify := func(o *SyncOptions) { o.Verify = true }
	store.Reset()
	publishTo(t, s, site, verify)
	if got := store.Counts(); !maps.Equal(got, map[string]int{"GetObject": 1, "ListObjectsV2": 1}) {
		t.Errorf("nothing to repair: %v", got)
	}
	store.Remove("bucket", "docs/p00001/index.html")
	store.Put("bucket", "docs/p00002/index.html", []byte("by hand"))
	store.Put("bucket", "docs/p00003/index.html", []byte(site["p00003/index.html"]))
	store.Edit("bucket", "docs/p00004/index.html", func(o *s3fake.Object) { o.Header.Set("Content-Type", "text/plain") })
	store.Edit("bucket", "docs/p00005/index.html", func(*s3fake.Object) {}) // touched, and as it was
	store.Reset()
	out := publishTo(t, s, site, verify)
	equalSite(t, s, site.with("v1/index.html", "home", "v1/sitemap.xml", "<x/>", "v1/assets/app.0a1b2c3d.css", "body{}", "v1/p00000/index.html", "page 0"))
	if n := out.Plan.Writes(); n != 4 {
		t.Errorf("%d objects written, want 4: %+v", n, out.Plan)
	}
	if got := store.Objects("bucket")["docs/p00004/index.html"].Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	store.Reset()
	publishTo(t, s, site, verify)
	if got := store.Counts(); !maps.Equal(got, map[string]int{"GetObject": 1, "ListObjectsV2": 1}) {
		t.Errorf("after the repair: %v", got)
	}
}

// TestHeaders: rules, and that a change of headers alone sends no content.
func TestHeaders(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{})
	site := files{
		"index.html": "<!doctype html>x", "a.css": "x", "app.0a1b2c3d.js": "x", "20241125-report.pdf": "x", "data.bin": "x", "noext": "x",
		"feed.xml": "x", "old/index.html": `<!doctype html><meta http-equiv="refresh" content="0; url=../new/#part">`, "notes.txt": "<html>",
		"away.html": `<META content='0;URL=https://example.test/a?b=1&amp;c=2' http-equiv=refresh>`, "slow.html": `<meta http-equiv="refresh" content="5; url=x">`,
		"한글/index.html": `<meta http-equiv=refresh content="0; url=../새 글/">`,
	}
	publishTo(t, s, site)
	want := map[string]string{
		"index.html": "text/html; charset=utf-8|public, max-age=0, must-revalidate|", "a.css": "text/css; charset=utf-8|public, max-age=600|",
		"app.0a1b2c3d.js": "text/javascript; charset=utf-8|public, max-age=31536000, immutable|", "20241125-report.pdf": "application/pdf|public, max-age=600|",
		"data.bin": "application/octet-stream|public, max-age=600|", "noext": "application/octet-stream|public, max-age=600|",
		"feed.xml": "application/xml; charset=utf-8|public, max-age=0, must-revalidate|", "notes.txt": "text/plain; charset=utf-8|public, max-age=600|",
		"old/index.html": "text/html; charset=utf-8|public, max-age=0, must-revalidate|/docs/new/#part",
		"away.html":      "text/html; charset=utf-8|public, max-age=0, must-revalidate|https://example.test/a?b=1&c=2",
		"slow.html":      "text/html; charset=utf-8|public, max-age=0, must-revalidate|",
		"한글/index.html":  "text/html; charset=utf-8|public, max-age=0, must-revalidate|/docs/%EC%83%88%20%EA%B8%80/",
	}
	check := func() {
		t.Helper()
		for k, o := range store.Objects("bucket") {
			k = strings.TrimPrefix(k, "docs/")
			if strings.HasPrefix(k, reserved) {
				continue
			}
			if got := o.Header.Get("Content-Type") + "|" + o.Header.Get("Cache-Control") + "|" + o.Redirect; got != want[k] {
				t.Errorf("%s: %s, want %s", k, got, want[k])
			}
		}
	}
	check()
	var rules []Rule
	for _, r := range []string{"*.css=Cache-Control: max-age=9", "**/index.html=X-Team: data", "{feed,none}.xml=Content-Type: application/rss+xml", "noext=Cache-Control:"} {
		rule, err := ParseRule(r)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, rule)
	}
	store.Reset()
	publishTo(t, s, site, func(o *SyncOptions) { o.Rules.Custom, o.Rules.SiteURL = rules, "https://docs.example.test/x/" })
	if got := store.Counts(); !maps.Equal(got, map[string]int{"GetObject": 1, "CopyObject": 5, "PutObject": 3}) { // a header that goes takes the content along
		t.Errorf("new headers: %v", got)
	}
	want["a.css"] = "text/css; charset=utf-8|max-age=9|"
	want["feed.xml"] = "application/rss+xml|public, max-age=0, must-revalidate|"
	want["noext"] = "application/octet-stream||"
	want["old/index.html"] = strings.Replace(want["old/index.html"], "/docs/new", "https://docs.example.test/x/new", 1)
	want["한글/index.html"] = strings.Replace(want["한글/index.html"], "/docs/", "https://docs.example.test/x/", 1)
	check()
	if got := store.Objects("bucket")["docs/index.html"].Meta.Get("X-Amz-Meta-X-Team"); got != "data" {
		t.Errorf("a header of one's own: %q", got)
	}
	for _, r := range []string{"", "*.css", "*.css=x", "=A: b", "*.css=A b: c", "*.css=A: b\nc", "{a=A: b"} {
		if _, err := ParseRule(r); err == nil {
			t.Errorf("rule %q was taken", r)
		}
	}
	equalSite(t, s, site)
}

func TestCompressed(t *testing.T) {
	for _, enc := range []string{"br", "gzip"} {
		s, store := fakeS3(t, "", S3Options{})
		site := files{"index.html": strings.Repeat("page ", 1000), "x.png": strings.Repeat("png ", 1000)}
		with := func(o *SyncOptions) { o.Rules.Encoding, o.Keep = enc, 2 }
		publishTo(t, s, site, with)
		o := store.Objects("bucket")["index.html"]
		if o.Header.Get("Content-Encoding") != enc || len(o.Data) > 500 {
			t.Fatalf("%s: %v, %d bytes", enc, o.Header, len(o.Data))
		}
		if b, err := unmake("+"+enc, o.Data); err != nil || string(b) != site["index.html"] {
			t.Errorf("%s: %q %v", enc, b, err)
		}
		if string(store.Objects("bucket")["x.png"].Data) != site["x.png"] {
			t.Error("a picture was compressed")
		}
		store.Reset()
		publishTo(t, s, site, with)
		if n := store.Requests(); n != 1 {
			t.Errorf("%s: %d requests when nothing changed", enc, n)
		}
		first, _ := ReadManifest(t.Context(), s)
		publishTo(t, s, site, func(o *SyncOptions) { o.Keep = 2 }) // stored plainly
		equalSite(t, s, site)
		rollback(t, s, first.Release)
		if got := store.Objects("bucket")["index.html"]; got.Header.Get("Content-Encoding") != enc || len(got.Data) != len(o.Data) {
			t.Errorf("%s: rolled back to %v, %d bytes", enc, got.Header, len(got.Data))
		}
	}
}

// TestReleases: each kept release can be published again, byte for byte.
func TestReleases(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{})
	const keep = 3
	site := siteOfN(20)
	var sites []files
	var ids []string
	for i := range 24 {
		site = site.with(fmt.Sprintf("p%05d/index.html", i%7), fmt.Sprintf("release %d", i), fmt.Sprintf("new%d.html", i), "x")
		if i > 0 {
			site = site.without(fmt.Sprintf("new%d.html", i-1))
		}
		if i%5 == 4 {
			site = site.without(fmt.Sprintf("p%05d/index.html", 10+i/5))
		}
		out := publishTo(t, s, site, func(o *SyncOptions) { o.Keep, o.TempDir = keep, t.TempDir() })
		sites, ids = append(sites, site), append(ids, out.Release)
	}
	m, err := ReadManifest(t.Context(), s)
	if err != nil || len(m.Releases) != keep {
		t.Fatalf("%d releases kept, want %d: %v", len(m.Releases), keep, err)
	}
	packs := 0
	for k := range store.Objects("bucket") {
		if strings.HasPrefix(k, "docs/"+releasesDir) {
			packs++
		}
	}
	if packs > 4*keep+8 {
		t.Errorf("%d archives for %d releases", packs, keep)
	}
	for _, back := range []int{22, 21, 23, 21} {
		store.Reset()
		out := rollback(t, s, ids[back])
		equalSite(t, s, sites[back])
		if out.Release != ids[back] {
			t.Errorf("release %s, want %s", out.Release, ids[back])
		}
	}
	if _, err := ReleaseSource(t.Context(), s, ids[3], ""); !errors.Is(err, ErrNoRelease) || !strings.Contains(err.Error(), ids[23]) {
		t.Errorf("a release that is not kept: %v", err)
	}
	// Releases go on after a rollback, and without keeping any all archives go.
	publishTo(t, s, sites[20], func(o *SyncOptions) { o.Keep = keep })
	equalSite(t, s, sites[20])
	rollback(t, s, ids[23])
	equalSite(t, s, sites[23])
	publishTo(t, s, sites[5].with("x.html", "x"), func(o *SyncOptions) { o.AllowDelete = true })
	for k := range store.Objects("bucket") {
		if strings.HasPrefix(k, "docs/"+releasesDir) {
			t.Errorf("left: %s", k)
		}
	}
}

// TestTwoPublishers at once: one after the other, and the last one's site is
// there as a whole.
func TestTwoPublishers(t *testing.T) {
	store := s3fake.New(time.Now, "bucket")
	store.Latency = time.Millisecond
	sites := []files{siteOfN(40), siteOfN(25).with("index.html", "b"), siteOfN(33).with("sitemap.xml", "c", "p00001/index.html", "c"), siteOfN(40)}
	var wg sync.WaitGroup
	for i, f := range sites {
		s := openFake(t, store, "docs", S3Options{})
		wg.Go(func() {
			o := testOptions()
			o.Owner = Owner{By: fmt.Sprint(i), Host: "h", PID: i, Alive: func(int) bool { return true }}
			o.Wait, o.lease = time.Minute, 10*time.Second
			if _, err := Sync(t.Context(), source(t, f.fs()), s, o); err != nil {
				t.Errorf("publisher %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	s := openFake(t, store, "docs", S3Options{})
	got := held(t, s)
	if !slices.ContainsFunc(sites, func(f files) bool { return maps.Equal(f, got) }) {
		t.Errorf("the target is no publisher's site: %v", got)
	}
	// Who must not wait is told who publishes.
	m, _ := ReadManifest(t.Context(), s)
	m.Claim = &Claim{ID: "x", By: "job 7", Host: "elsewhere", PID: 3, Lease: 60}
	c, _ := m.content(time.Now())
	if _, err := s.Put(t.Context(), manifestKey, c, nil, Cond{}); err != nil {
		t.Fatal(err)
	}
	_, err := Sync(t.Context(), source(t, sites[0].fs()), s, testOptions())
	if busy, ok := errors.AsType[*BusyError](err); !ok || busy.By != "job 7" {
		t.Errorf("error %v", err)
	}
	// A claim that was not renewed for its lease binds nobody.
	store.Edit("bucket", "docs/"+manifestKey, func(*s3fake.Object) {})
	store.Edit("bucket", "docs/"+manifestKey, func(o *s3fake.Object) {})
	aged := openFake(t, store, "docs", S3Options{})
	store.SetFault(func(r s3fake.Request) s3fake.Fault { return s3fake.Fault{} })
	ageManifest(store, 2*time.Minute)
	if _, err := Sync(t.Context(), source(t, sites[0].fs()), aged, testOptions()); err != nil {
		t.Errorf("a claim that ran out: %v", err)
	}
	equalSite(t, aged, sites[0])
}

func ageManifest(store *s3fake.Server, by time.Duration) {
	store.Age("bucket", "docs/"+manifestKey, by)
}

// TestSlowPublisherLoses: one that does not renew its claim in time stops when
// another takes over, and what it wrote is made good.
func TestSlowPublisherLoses(t *testing.T) {
	store := s3fake.New(time.Now, "bucket")
	s := openFake(t, store, "docs", S3Options{})
	publishTo(t, s, siteOfN(10))
	slow := siteOfN(10).with("p00001/index.html", "slow", "p00002/index.html", "slow")
	fast := siteOfN(10).with("p00003/index.html", "fast")
	var once sync.Once
	store.SetFault(func(r s3fake.Request) s3fake.Fault {
		if r.Op == "PutObject" && r.Key == "docs/p00001/index.html" {
			once.Do(func() {
				store.SetFault(nil)
				o := testOptions() // on the same host, where the slow one seems dead
				if _, err := Sync(context.Background(), mustSource(fast), openFake(t, store, "docs", S3Options{}), o); err != nil {
					t.Error(err)
				}
			})
		}
		return s3fake.Fault{}
	})
	o := testOptions()
	o.Owner.PID = 2
	_, err := Sync(t.Context(), source(t, slow.fs()), s, o)
	if !is[*LostError](err) {
		t.Errorf("error %v", err)
	}
	publishTo(t, s, fast, func(o *SyncOptions) { o.Verify = true })
	equalSite(t, s, fast)
}

func mustSource(f files) Source {
	src, err := Files(context.Background(), f.fs(), "")
	if err != nil {
		panic(err)
	}
	return src
}

// TestClaimIsKeptAlive: a run longer than its lease keeps the target.
func TestClaimIsKeptAlive(t *testing.T) {
	store := s3fake.New(time.Now, "bucket")
	s := openFake(t, store, "docs", S3Options{})
	store.SetFault(func(r s3fake.Request) s3fake.Fault {
		if strings.HasSuffix(r.Key, "index.html") {
			return s3fake.Fault{Delay: 30 * time.Millisecond}
		}
		return s3fake.Fault{}
	})
	o := testOptions()
	o.Workers, o.lease = 1, 300*time.Millisecond
	if _, err := Sync(t.Context(), source(t, siteOfN(40).fs()), s, o); err != nil {
		t.Fatal(err)
	}
	if n := store.Counts()["PutObject"]; n < 40+2+3 {
		t.Errorf("%d writes: the claim was not renewed", n)
	}
	equalSite(t, s, siteOfN(40))
}

// TestKeys: names are kept byte for byte, or refused before anything is sent.
func TestKeys(t *testing.T) {
	s, store := fakeS3(t, "문서/a b", S3Options{})
	site := files{"index.html": "x"}
	for _, name := range []string{
		"한글/문서.html", "한글/NFD.html", "sp ace/a+b %20 100%.html", "a&b=c;d?e#f.html", "'\"<>|*\\.html", "trailing./dots..", "no-ext", ".well-known/x",
		"~!@$^()_-.txt", "emoji-🙂.svg", "deep/" + strings.Repeat("x/", 200) + "y", strings.Repeat("k/", 400) + strings.Repeat("z", 1024-len("문서/a b/")-800),
	} {
		site[name] = name
	}
	publishTo(t, s, site, func(o *SyncOptions) { o.Keep = 2 })
	equalSite(t, s, site)
	store.Reset()
	publishTo(t, s, site)
	if n := store.Requests(); n != 1 {
		t.Errorf("%d requests when nothing changed", n)
	}
	changed := files{}
	for k := range site {
		changed[k] = "new"
	}
	m, _ := ReadManifest(t.Context(), s)
	publishTo(t, s, changed, func(o *SyncOptions) { o.Keep = 2 })
	rollback(t, s, m.Release)
	equalSite(t, s, site)
	for name, want := range map[string]string{
		"line\nbreak.html": "control character", "bell\a": "control character", "nel\u0085": "control character", "ls\u2028": "control character",
		strings.Repeat("k/", 507) + "1234567": "1024", "del\x7f": "control character",
	} {
		store.Reset()
		wantError(t, trySync(t, s, site.with(name, "x")), "cannot be published", want)
		if n := store.Requests(); n != 0 {
			t.Errorf("%q: %d requests", name, n)
		}
	}
}

func TestReservedNames(t *testing.T) {
	for _, name := range []string{"a/.lintel/x", "docs/.lintel/manifest.json"} {
		_, err := Sync(t.Context(), source(t, files{name: "x"}.fs()), &Memory{}, testOptions())
		if err == nil || !strings.Contains(err.Error(), "Lintel's own") {
			t.Errorf("%s: %v", name, err)
		}
	}
	target := &Memory{}
	publishTo(t, target, files{"index.html": "x", ".git/config": "secret", ".lintel/x": "x", ManifestName: "x", ".well-known/a": "x"})
	equalSite(t, target, files{"index.html": "x", ".well-known/a": "x"})
}

func TestPlaceOfAnotherSite(t *testing.T) {
	target := &Memory{}
	publishTo(t, Below(target, "1.4"), siteOfN(5))
	_, err := Sync(t.Context(), source(t, siteOfN(5).with("1.4/index.html", "x").fs()), target, testOptions())
	if err == nil || !strings.Contains(err.Error(), "another site") {
		t.Errorf("error %v", err)
	}
	equalSite(t, Below(target, "1.4"), siteOfN(5))
}

func noPause(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// TestArchivesAreBounded: every release leaves something that lives on.
func TestArchivesAreBounded(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{})
	const keep = 2
	site := siteOfN(50)
	var last, before files
	for i := range 40 {
		before, last = last, site
		site = site.with(fmt.Sprintf("p%05d/index.html", i), fmt.Sprint("once, in release ", i))
		publishTo(t, s, site, func(o *SyncOptions) { o.Keep = keep })
	}
	packs := 0
	for k := range store.Objects("bucket") {
		if strings.HasPrefix(k, "docs/"+releasesDir) {
			packs++
		}
	}
	if packs > 20 {
		t.Errorf("%d archives for %d releases", packs, keep)
	}
	m, err := ReadManifest(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	rollback(t, s, m.Releases[1].ID)
	equalSite(t, s, last)
	if maps.Equal(before, last) {
		t.Error("the releases are the same")
	}
}
