package publish

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func preview(o *SyncOptions) { o.Preview, o.AllowDelete = true, true }

func TestPreview(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{})
	live := siteOfN(8)
	publishTo(t, s, live)
	site := live.with("index.html", "<!doctype html><html><head><title>x</title></head>new", "pic.svg", "<svg/>", "p00001/index.html", "<p>no doctype", "extra.html", "x",
		"old.html", `<meta http-equiv="refresh" content="0; url=p00001/">`)
	publishTo(t, Preview(s, "mr-42"), site, preview)
	publishTo(t, Preview(s, "mr-43"), site, preview)
	objects := store.Objects("bucket")
	page := objects["docs/previews/mr-42/index.html"]
	body := string(page.Data)
	if !strings.HasPrefix(body, "<!doctype html><meta charset") || !strings.Contains(body, `content="noindex, nofollow"`) || !strings.Contains(body, "default-src 'self'") {
		t.Errorf("page: %s", body)
	}
	if h := page.Meta; !strings.Contains(h.Get("X-Amz-Meta-Content-Security-Policy"), "sandbox") || h.Get("X-Amz-Meta-X-Robots-Tag") != "noindex, nofollow" {
		t.Errorf("metadata: %v", h)
	}
	if h := objects["docs/previews/mr-42/pic.svg"].Header; h.Get("Content-Disposition") != "attachment" {
		t.Errorf("an SVG, opened by itself, would run its scripts: %v", h)
	}
	for k := range live { // the site is as it was
		if string(objects["docs/"+k].Data) != live[k] {
			t.Errorf("%s of the site changed", k)
		}
	}
	store.Reset()
	publishTo(t, Preview(s, "mr-42"), site, preview)
	publishTo(t, s, live)
	if n := store.Requests(); n != 2 {
		t.Errorf("%d requests when nothing changed in two places", n)
	}

	// A promoted preview is the site that was built for it.
	src, err := PreviewSource(t.Context(), s, "mr-42")
	if err != nil {
		t.Fatal(err)
	}
	store.Reset()
	if _, err := Sync(t.Context(), src, s, testOptions()); err != nil {
		t.Fatal(err)
	}
	if n := store.Counts()["PutObject"]; n != 5+2 {
		t.Errorf("%d writes to promote five files, want 7", n)
	}
	for k := range site {
		if got := string(store.Objects("bucket")["docs/"+k].Data); got != site[k] {
			t.Errorf("promoted %s: %q", k, got)
		}
	}
	if to := store.Objects("bucket")["docs/old.html"].Redirect; to != "/docs/p00001/" {
		t.Errorf("a promoted redirect leads to %q", to)
	}
	if d := store.Objects("bucket")["docs/pic.svg"].Header.Get("Content-Disposition"); d != "" {
		t.Errorf("promoted with headers of a preview: %s", d)
	}

	// Removed, and nothing else.
	store.Put("bucket", "docs/previews/mr-42/foreign", []byte("mine"))
	if n, err := RemoveSite(t.Context(), Preview(s, "mr-42")); err != nil || n != len(site) {
		t.Errorf("removed %d: %v", n, err)
	}
	if _, err := RemoveSite(t.Context(), Preview(s, "mr-42")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed again: %v", err)
	}
	var left []string
	for k := range store.Objects("bucket") {
		if strings.HasPrefix(k, "docs/previews/mr-42/") {
			left = append(left, k)
		}
	}
	if !slices.Equal(left, []string{"docs/previews/mr-42/foreign"}) {
		t.Errorf("left: %v", left)
	}
	equalSite(t, Preview(s, "mr-43"), shielded(site))

	// Old ones go by age.
	publishTo(t, Preview(s, "mr-44"), site, preview)
	store.Age("bucket", "docs/previews/mr-43/"+manifestKey, 30*24*time.Hour)
	gone, err := SweepPreviews(t.Context(), s, 14*24*time.Hour, time.Now())
	if err != nil || !slices.Equal(gone, []string{"mr-43"}) {
		t.Errorf("swept %v: %v", gone, err)
	}
	if got := held(t, Preview(s, "mr-43")); len(got) > 0 {
		t.Errorf("left: %v", got)
	}
	equalSite(t, Preview(s, "mr-44"), shielded(site))
}

func shielded(f files) files {
	out := maps.Clone(f)
	for k, v := range f {
		if isPage(k) {
			out[k] = string(shield([]byte(v)))
		}
	}
	return out
}

// FuzzShield: the policy comes before anything that a page can do, and can be
// taken away again.
func FuzzShield(f *testing.F) {
	for _, s := range []string{
		"", "<!doctype html><p>", " \n<!DOCTYPE HTML PUBLIC \"-//W3C\"><html>", "<!-- <head> --><!doctype html>", "<!--<!doctype html>", "\xef\xbb\xbf<!doctype html>x",
		"\xff\xfe<\x00", "<script>alert(1)</script><!doctype html>", "<!doctype html \"<script>alert(1)</script>\">", previewHead + "x", "<!doctype html>" + previewHead,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		out := shield(page)
		back, ok := unshield(out)
		if !ok || string(back) != string(page) {
			t.Fatalf("unshield(shield(%q)) = %q", page, back)
		}
		before, _, _ := strings.Cut(string(out), previewHead)
		before = strings.ToLower(strings.TrimLeft(strings.TrimPrefix(before, "\xef\xbb\xbf"), "\t\n\f\r "))
		if before != "" && (!strings.HasPrefix(before, "<!doctype") || strings.Count(before, ">") != 1) {
			t.Fatalf("before the policy: %q", before)
		}
	})
}

func TestNames(t *testing.T) {
	for _, ok := range []string{"mr-42", "1.4", "v1.4.0-rc.1", "latest", "a", "feature_x"} {
		if err := CheckName("x", ok); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", ".", "..", "a/b", "../x", "a..b", ".lintel", "-x", "a b", "한글", "x.", "a\n", strings.Repeat("a", 64), "%2e%2e", "a\\b"} {
		if CheckName("x", bad) == nil {
			t.Errorf("name %q was taken", bad)
		}
	}
}

func TestVersions(t *testing.T) {
	target := &Memory{}
	set := func(name, title string, aliases ...string) {
		t.Helper()
		err := EditVersions(t.Context(), target, func(l []Version) ([]Version, error) { return SetVersion(l, name, title, aliases) })
		if err != nil {
			t.Fatal(err)
		}
	}
	set("1.9", "")
	set("1.10", "1.10 LTS", "latest", "stable")
	set("dev", "")
	set("2.0rc1", "", "next")
	set("2.0", "", "latest")
	set("2.0", "")
	want := `[
  {
    "version": "dev",
    "title": "dev",
    "aliases": []
  },
  {
    "version": "2.0",
    "title": "2.0",
    "aliases": [
      "latest"
    ]
  },
  {
    "version": "2.0rc1",
    "title": "2.0rc1",
    "aliases": [
      "next"
    ]
  },
  {
    "version": "1.10",
    "title": "1.10 LTS",
    "aliases": [
      "stable"
    ]
  },
  {
    "version": "1.9",
    "title": "1.9",
    "aliases": []
  }
]
`
	if got := held(t, target)[VersionsKey]; got != want {
		t.Errorf("got %s", got)
	}
	for _, bad := range [][]string{{"latest"}, {"3.0", "1.9"}} {
		err := EditVersions(t.Context(), target, func(l []Version) ([]Version, error) { return SetVersion(l, bad[0], "", bad[1:]) })
		if err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
	// What mike wrote is kept, and a list of something else is left alone.
	mike := `[{"version": "1.0", "title": "1.0", "aliases": [], "properties": {"hidden": true}}]`
	if _, err := target.Put(t.Context(), VersionsKey, Bytes("", []byte(mike)), nil, Cond{}); err != nil {
		t.Fatal(err)
	}
	set("1.1", "")
	if got := held(t, target)[VersionsKey]; !strings.Contains(got, `"hidden": true`) {
		t.Errorf("got %s", got)
	}
	if _, err := target.Put(t.Context(), VersionsKey, Bytes("", []byte("<html>")), nil, Cond{}); err != nil {
		t.Fatal(err)
	}
	if err := EditVersions(t.Context(), target, func(l []Version) ([]Version, error) { return SetVersion(l, "1", "", nil) }); err == nil {
		t.Error("a list of something else was replaced")
	}
	// Many at once: none is lost.
	target = &Memory{}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			if err := EditVersions(context.Background(), target, func(l []Version) ([]Version, error) { return SetVersion(l, fmt.Sprint(i), "", nil) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := strings.Count(held(t, target)[VersionsKey], `"version"`); got != 4 {
		t.Errorf("%d of 4 versions", got)
	}
}

func TestAliasRedirects(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{})
	src := source(t, siteOfN(5).with("a/b/c.html", "x").fs())
	if _, err := Sync(t.Context(), AliasSource(src, "1.4"), Below(s, "latest"), testOptions()); err != nil {
		t.Fatal(err)
	}
	for k, want := range map[string]string{
		"docs/latest/index.html": "/docs/1.4/", "docs/latest/p00001/index.html": "/docs/1.4/p00001/", "docs/latest/a/b/c.html": "/docs/1.4/a/b/c.html",
	} {
		if got := store.Objects("bucket")[k].Redirect; got != want {
			t.Errorf("%s leads to %q, want %q", k, got, want)
		}
	}
	if _, ok := store.Objects("bucket")["docs/latest/sitemap.xml"]; ok {
		t.Error("an alias has a site map of its own")
	}
}

// fakeCDN is a CDN in memory.
type fakeCDN struct {
	paths []string
	ref   string
	err   error
}

func (c *fakeCDN) Invalidate(_ context.Context, ref string, paths []string) (string, error) {
	c.ref, c.paths = ref, paths
	return "I1", c.err
}
func (c *fakeCDN) Wait(context.Context, string) error { return nil }

func TestInvalidations(t *testing.T) {
	target := &Memory{}
	cdn := &fakeCDN{}
	site := siteOfN(400)
	with := func(o *SyncOptions) { o.CDN, o.AllowDelete = cdn, true }
	check := func(f files, want ...string) {
		t.Helper()
		cdn.paths = []string{"not asked"}
		publishTo(t, target, f, with)
		if !slices.Equal(cdn.paths, want) {
			t.Errorf("got %q, want %q", cdn.paths, want)
		}
	}
	check(site) // what is new is in no cache
	site = site.with("p00001/index.html", "2", "한글 a/b.html", "x", "new.html", "x")
	check(site, "/p00001/", "/p00001/index.html")
	check(site, "not asked")
	site = site.without("한글 a/b.html").with("index.html", "2")
	check(site, "/", "/%ED%95%9C%EA%B8%80%20a/b.html", "/index.html")
	for k := range site {
		if isPage(k) {
			site[k] = "all new"
		}
	}
	check(site, "/*")
	for i := range 60 {
		site[fmt.Sprintf("guide/%d.html", i)] = "x"
		site[fmt.Sprintf("ref/%d.html", i)] = "x"
	}
	check(site)
	for i := range 50 {
		site[fmt.Sprintf("guide/%d.html", i)] = "y"
	}
	site["ref/7.html"] = "y"
	check(site, "/guide/*", "/ref/7.html")

	cdn.err = errors.New("boom")
	o := testOptions()
	o.CDN = cdn
	_, err := Sync(t.Context(), source(t, site.with("index.html", "3").fs()), target, o)
	wantError(t, err, "the site is published", "boom")
	equalSite(t, target, site.with("index.html", "3"))
}

// TestCloudFront speaks with a server that enforces CloudFront's rules.
func TestCloudFront(t *testing.T) {
	var mu sync.Mutex
	refs := map[string]string{}
	var items []string
	polls := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Type", "text/xml")
		const path = "/2020-05-31/distribution/EDIST/invalidation"
		refuse := func(status int, code string) {
			w.WriteHeader(status)
			fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>no</Message></Error></ErrorResponse>", code)
		}
		status := "InProgress"
		var id string
		switch {
		case !strings.HasPrefix(r.URL.Path, path):
			refuse(http.StatusNotFound, "NoSuchDistribution")
			return
		case r.Method == http.MethodPost:
			var in struct {
				CallerReference string
				Paths           struct {
					Quantity int
					Items    struct{ Path []string }
				}
			}
			b, _ := io.ReadAll(r.Body)
			if xml.Unmarshal(b, &in) != nil || in.Paths.Quantity != len(in.Paths.Items.Path) {
				refuse(http.StatusBadRequest, "InconsistentQuantities")
				return
			}
			for _, p := range in.Paths.Items.Path {
				if !strings.HasPrefix(p, "/") || strings.ContainsFunc(p, func(c rune) bool { return c <= ' ' || c > '~' }) {
					refuse(http.StatusBadRequest, "InvalidArgument")
					return
				}
			}
			if id = refs[in.CallerReference]; id == "" {
				id = fmt.Sprintf("I%d", len(refs)+1)
				refs[in.CallerReference] = id
				items = append(items, in.Paths.Items.Path...)
			}
			w.WriteHeader(http.StatusCreated)
		default:
			id = strings.TrimPrefix(r.URL.Path, path+"/")
			if polls++; polls > 1 {
				status = "Completed"
			}
		}
		fmt.Fprintf(w, "<Invalidation><Id>%s</Id><Status>%s</Status><CreateTime>2026-01-01T00:00:00Z</CreateTime></Invalidation>", id, status)
	}))
	defer srv.Close()
	t.Setenv("AWS_ENDPOINT_URL_CLOUDFRONT", srv.URL)
	c, err := OpenCloudFront(t.Context(), "EDIST", "/docs/", "")
	if err != nil {
		t.Fatal(err)
	}
	c.every = time.Millisecond
	target := &Memory{}
	publishTo(t, target, siteOfN(20))
	out := publishTo(t, target, siteOfN(20).with("index.html", "2"), func(o *SyncOptions) { o.CDN = c })
	if err := c.Wait(t.Context(), out.CDN); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(items, []string{"/docs/", "/docs/index.html"}) || polls != 2 {
		t.Errorf("items %v, asked %d times", items, polls)
	}
	if id, err := c.Invalidate(t.Context(), "x", nil); id != "" || err != nil || len(refs) != 1 {
		t.Errorf("nothing to invalidate: %q %v", id, err)
	}
	c, err = OpenCloudFront(t.Context(), "EOTHER", "/", "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Invalidate(t.Context(), "x", []string{"/"})
	wantError(t, err, "EOTHER", "no such distribution")
}

// TestGrace: a long one is left to a later run.
func TestGrace(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{})
	clock := time.Now()
	site := siteOfN(10)
	less := site.without("p00001/index.html")
	with := func(o *SyncOptions) {
		o.Grace, o.Now = time.Hour, func() time.Time { return clock }
		o.pause = func(_ context.Context, d time.Duration) error {
			if d > 0 {
				t.Errorf("waited %s", d)
			}
			return nil
		}
	}
	publishTo(t, s, site, with)
	if out := publishTo(t, s, less, with); out.Deferred != 1 {
		t.Errorf("%d left to a later run", out.Deferred)
	}
	equalSite(t, s, site)
	store.Reset()
	clock = clock.Add(59 * time.Minute)
	publishTo(t, s, less, with)
	if n := store.Requests(); n != 1 {
		t.Errorf("%d requests when nothing is due", n)
	}
	clock = clock.Add(2 * time.Minute)
	publishTo(t, s, less, with)
	equalSite(t, s, less)
	// A short one is waited for, after the manifest is written.
	waited := time.Duration(0)
	publishTo(t, s, less.without("p00002/index.html"), func(o *SyncOptions) {
		o.Grace = 3 * time.Second
		o.pause = func(_ context.Context, d time.Duration) error {
			if waited += d; d > 0 {
				equalSite(t, s, less) //nolint:contextcheck // it has the one of the test
			}
			return nil
		}
	})
	if waited != 3*time.Second {
		t.Errorf("waited %s", waited)
	}
	equalSite(t, s, less.without("p00002/index.html"))
	// One that comes back meanwhile stays.
	publishTo(t, s, site, with)
	publishTo(t, s, less, with)
	publishTo(t, s, site, with)
	clock = clock.Add(2 * time.Hour)
	publishTo(t, s, site, with)
	equalSite(t, s, site)
}

func TestDryRun(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{})
	site := siteOfN(30)
	dry := &DryRun{Target: s}
	out := publishTo(t, dry, site)
	if c := dry.Calls(); len(store.Objects("bucket")) > 0 || len(out.Plan.Added) != 30 || c.Writes != 32 || c.Reads != 1 {
		t.Errorf("plan %+v, calls %+v", out.Plan, c)
	}
	publishTo(t, s, site)
	changed := site.with("index.html", "2", "new.html", "x").without("p00001/index.html")
	dry = &DryRun{Target: s}
	out = publishTo(t, dry, changed)
	store.Reset()
	real := publishTo(t, s, changed)
	c := dry.Calls()
	if c.Reads+c.Writes+c.Deletes != store.Requests() {
		t.Errorf("a dry run tells of %+v, the run took %v", c, store.Counts())
	}
	if !slices.Equal(out.Plan.Changed, real.Plan.Changed) || !slices.Equal(out.Plan.Removed, real.Plan.Removed) || !slices.Equal(out.Plan.Added, real.Plan.Added) {
		t.Errorf("plans differ: %+v, %+v", out.Plan, real.Plan)
	}
}
