package publish

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lintel-docs/lintel/internal/publish/s3fake"
)

func trySync(t *testing.T, s Target, f files, edit ...func(*SyncOptions)) error {
	t.Helper()
	o := testOptions()
	for _, e := range edit {
		e(&o)
	}
	_, err := Sync(t.Context(), source(t, f.fs()), s, o)
	return err
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error; want one with %q", parts)
		return
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q; want one with %q", err, p)
		}
	}
}

// TestPassingFaults: a fifth of all requests fail, in every way there is; the
// publisher does not notice.
func TestPassingFaults(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{Attempts: 20})
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test
	var mu sync.Mutex
	injected := map[string]int{}
	store.SetFault(func(r s3fake.Request) s3fake.Fault {
		mu.Lock()
		defer mu.Unlock()
		n := rng.IntN(45)
		name := ""
		var f s3fake.Fault
		switch n {
		case 0:
			name, f = "503", s3fake.Fault{Status: 503, Code: "SlowDown"}
		case 1:
			name, f = "500", s3fake.Fault{Status: 500, Code: "InternalError"}
		case 2:
			name, f = "reset", s3fake.Fault{Reset: true}
		case 3:
			name, f = "lost", s3fake.Fault{Lost: true}
		case 4:
			name, f = "cut", s3fake.Fault{Cut: true}
		case 5:
			name, f = "409", s3fake.Fault{Status: 409, Code: "ConditionalRequestConflict"}
		case 6:
			name, f = "429", s3fake.Fault{Status: 429, Code: "TooManyRequests"}
		case 7:
			name, f = "400", s3fake.Fault{Status: 400, Code: "RequestTimeout"}
		case 8:
			name, f = "skew", s3fake.Fault{Status: 403, Code: "RequestTimeTooSkewed"}
		}
		if r.Op == "HeadObject" && (n == 5 || n > 6) {
			name, f = "", s3fake.Fault{} // its answer has no body that could name them
		}
		if name != "" {
			injected[name]++
		}
		return f
	})
	keep := func(o *SyncOptions) { o.Keep, o.AllowDelete = 2, true }
	site := siteOfN(60)
	var id string
	for i := range 12 {
		site = site.with(fmt.Sprintf("p%05d/index.html", i), fmt.Sprint("changed ", i), fmt.Sprintf("n%d.html", i), "new").without(fmt.Sprintf("p%05d/index.html", 20+i))
		o := testOptions()
		keep(&o)
		out, err := Sync(t.Context(), source(t, site.fs()), s, o)
		if err != nil {
			t.Fatal(err)
		}
		id = out.Release
		f := store.CurrentFault()
		store.SetFault(nil)
		equalSite(t, s, site)
		store.SetFault(f)
	}
	publishTo(t, s, siteOfN(30), keep)
	rollback(t, s, id)
	store.SetFault(nil)
	equalSite(t, s, site)
	t.Logf("injected %v into %d requests", injected, store.Requests())
	for _, name := range []string{"503", "500", "reset", "lost", "cut", "409", "429", "400", "skew"} {
		if injected[name] == 0 {
			t.Errorf("%s was not injected", name)
		}
	}
}

// TestLostAnswers: the write took place and nobody heard of it. When the site
// goes back to what it was, so does the object.
func TestLostAnswers(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{Attempts: 2})
	site := siteOfN(10)
	publishTo(t, s, site)
	lose := func(key string) {
		store.SetFault(func(r s3fake.Request) s3fake.Fault {
			return s3fake.Fault{Lost: r.Key == key && r.Op == "PutObject"}
		})
	}
	lose("docs/p00001/index.html")
	wantError(t, trySync(t, s, site.with("p00001/index.html", "new")), "write s3://bucket/docs/p00001/index.html")
	store.SetFault(nil)
	store.Reset()
	publishTo(t, s, site)
	equalSite(t, s, site)
	if n := store.Counts()["PutObject"]; n != 1+2 {
		t.Errorf("%d writes to go on, want 3", n)
	}
	// A new object, of a run that nobody finished, goes again.
	lose("docs/new.html")
	wantError(t, trySync(t, s, site.with("new.html", "new")), "new.html")
	store.SetFault(nil)
	publishTo(t, s, site)
	equalSite(t, s, site)
	// Answers to manifest writes.
	lose("docs/" + manifestKey)
	publishTo(t, s, site.with("new.html", "newer"))
	store.SetFault(nil)
	equalSite(t, s, site.with("new.html", "newer"))
}

// TestExpiredCredentials: what was sent is not sent again.
func TestExpiredCredentials(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{Connections: 4})
	site := siteOfN(200)
	var mu sync.Mutex
	left := 120
	store.SetFault(func(s3fake.Request) s3fake.Fault {
		mu.Lock()
		defer mu.Unlock()
		if left--; left < 0 {
			return s3fake.Fault{Status: 400, Code: "ExpiredToken"}
		}
		return s3fake.Fault{}
	})
	err := trySync(t, s, site, func(o *SyncOptions) { o.Workers = 4 })
	wantError(t, err, "expired", "run the command again")
	store.SetFault(nil)
	store.Reset()
	publishTo(t, s, site)
	equalSite(t, s, site)
	// The keys are known to be under way, but not which were done: they are
	// offered, and taken as they are when they are right.
	if n := store.Counts()["PutObject"]; n > 200+2+4 { // four were on their way when the first run ended
		t.Errorf("%d writes", n)
	}
}

// TestResume: a run that hears of its failure says what is done.
func TestResume(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{Attempts: 1})
	site := siteOfN(200)
	store.SetFault(func(r s3fake.Request) s3fake.Fault {
		if r.Key == "docs/index.html" {
			return s3fake.Fault{Status: 503, Code: "SlowDown"}
		}
		return s3fake.Fault{}
	})
	wantError(t, trySync(t, s, site), "overloaded", "goes on where this run stopped")
	store.SetFault(nil)
	store.Reset()
	publishTo(t, s, site)
	if n := store.Counts()["PutObject"]; n > 2+2 {
		t.Errorf("%d writes to go on; want index.html, sitemap.xml and two manifests", n)
	}
	equalSite(t, s, site)
}

// TestPermissions: publishing needs what the guide says, and names what lacks.
func TestPermissions(t *testing.T) {
	site := siteOfN(10)
	less := site.without("p00001/index.html")
	t.Run("no list", func(t *testing.T) {
		s, store := fakeS3(t, "docs", S3Options{})
		store.Deny = map[string]bool{"s3:ListBucket": true}
		publishTo(t, s, site)
		store.Reset()
		publishTo(t, s, site)
		if n := store.Requests(); n != 1 {
			t.Errorf("%d requests when nothing changed", n)
		}
		publishTo(t, s, less)
		wantError(t, trySync(t, s, site, func(o *SyncOptions) { o.Verify = true }), "s3:ListBucket")
		store.Deny = nil
		equalSite(t, s, less)
	})
	t.Run("no delete", func(t *testing.T) {
		s, store := fakeS3(t, "docs", S3Options{})
		publishTo(t, s, site)
		store.Deny = map[string]bool{"s3:DeleteObject": true}
		wantError(t, trySync(t, s, less.with("index.html", "new")), "s3:DeleteObject", "the site is published", "p00001/index.html")
		equalSite(t, s, site.with("index.html", "new"))
		store.Deny = nil
		publishTo(t, s, less.with("index.html", "new"))
		equalSite(t, s, less.with("index.html", "new"))
	})
	t.Run("no write", func(t *testing.T) {
		s, store := fakeS3(t, "docs", S3Options{})
		publishTo(t, s, site)
		store.Deny = map[string]bool{"s3:PutObject": true}
		wantError(t, trySync(t, s, less), "s3:PutObject")
		equalSite(t, s, site)
	})
	t.Run("no read", func(t *testing.T) {
		s, store := fakeS3(t, "docs", S3Options{})
		publishTo(t, s, site)
		store.Deny = map[string]bool{"s3:GetObject": true}
		wantError(t, trySync(t, s, less), "s3:GetObject")
		store.Deny = nil
		equalSite(t, s, site)
	})
}

func TestStores(t *testing.T) {
	site := siteOfN(12)
	t.Run("object lock", func(t *testing.T) {
		s, store := fakeS3(t, "docs", S3Options{})
		store.ContentMD5 = true
		site := site.with("large.bin", strings.Repeat("x", partSize+1))
		publishTo(t, s, site)
		equalSite(t, s, site)
		if n := store.Uploads(); n != 0 {
			t.Errorf("%d uploads in parts left open", n)
		}
	})
	t.Run("another region", func(t *testing.T) {
		s, store := fakeS3(t, "docs", S3Options{})
		store.Region = "ap-northeast-2"
		publishTo(t, s, site)
		equalSite(t, s, site)
	})
	t.Run("no conditions", func(t *testing.T) {
		s, store := fakeS3(t, "docs", S3Options{})
		store.NoConditions = true
		publishTo(t, s, site)
		publishTo(t, s, site.with("index.html", "2"))
		equalSite(t, s, site.with("index.html", "2"))
	})
	t.Run("conditions refused", func(t *testing.T) {
		s, store := fakeS3(t, "docs", S3Options{Attempts: 1})
		store.SetFault(func(r s3fake.Request) s3fake.Fault {
			if r.HTTP.Header.Get("If-Match")+r.HTTP.Header.Get("If-None-Match") != "" && r.Op != "GetObject" {
				return s3fake.Fault{Status: 501, Code: "NotImplemented"}
			}
			return s3fake.Fault{}
		})
		site := site.with("large.bin", strings.Repeat("x", partSize+1))
		publishTo(t, s, site)
		publishTo(t, s, site.with("index.html", "2"))
		equalSite(t, s, site.with("index.html", "2"))
	})
	t.Run("no batches of deletes", func(t *testing.T) {
		s, store := fakeS3(t, "docs", S3Options{})
		store.SetFault(func(r s3fake.Request) s3fake.Fault {
			if r.Op == "DeleteObjects" {
				return s3fake.Fault{Status: 501, Code: "NotImplemented"}
			}
			return s3fake.Fault{}
		})
		publishTo(t, s, site)
		publishTo(t, s, site.without("p00001/index.html", "p00002/index.html"))
		equalSite(t, s, site.without("p00001/index.html", "p00002/index.html"))
	})
	t.Run("default checksums", func(t *testing.T) {
		t.Setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported")
		s, store := fakeS3(t, "docs", S3Options{})
		seen := false
		store.SetFault(func(r s3fake.Request) s3fake.Fault {
			seen = seen || r.HTTP.Header.Get("X-Amz-Checksum-Sha256") != ""
			return s3fake.Fault{}
		})
		publishTo(t, s, site)
		if !seen {
			t.Error("no checksum was sent")
		}
	})
	t.Run("the choices of S3", func(t *testing.T) {
		s, store := fakeS3(t, "docs", S3Options{RequestPayer: true, Encryption: "aws:kms", KMSKey: "key", ACL: "bucket-owner-full-control", StorageClass: "STANDARD_IA"})
		missing := map[string]string{}
		var mu sync.Mutex
		store.SetFault(func(r s3fake.Request) s3fake.Fault {
			mu.Lock()
			defer mu.Unlock()
			h := r.HTTP.Header
			if h.Get("X-Amz-Request-Payer") != "requester" {
				missing[r.Op] = "payer"
			}
			if r.Op == "PutObject" || r.Op == "CopyObject" {
				for k, v := range map[string]string{
					"X-Amz-Server-Side-Encryption": "aws:kms", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id": "key",
					"X-Amz-Acl": "bucket-owner-full-control", "X-Amz-Storage-Class": "STANDARD_IA",
				} {
					if h.Get(k) != v {
						missing[r.Op] = k
					}
				}
			}
			return s3fake.Fault{}
		})
		publishTo(t, s, site)
		publishTo(t, s, site.without("p00001/index.html"), func(o *SyncOptions) {
			o.Rules.Custom, o.Verify = []Rule{{"*.css", Headers{"Cache-Control": "x"}}}, true
		})
		if len(missing) > 0 {
			t.Errorf("missing: %v", missing)
		}
	})
}

// TestErrorsTeach: what a person reads when a store cannot be used.
func TestErrorsTeach(t *testing.T) {
	site := siteOfN(3)
	s, store := fakeS3(t, "docs", S3Options{Attempts: 2})
	for _, tt := range []struct {
		status int
		code   string
		header http.Header
		want   []string
	}{
		{404, "NoSuchBucket", nil, []string{`there is no bucket "bucket"`, "--endpoint-url"}},
		{403, "InvalidAccessKeyId", nil, []string{"does not know these credentials"}},
		{403, "SignatureDoesNotMatch", nil, []string{"the secret key is wrong"}},
		{403, "RequestTimeTooSkewed", nil, []string{"the clock of this machine"}},
		{503, "SlowDown", nil, []string{"stays overloaded"}},
		{500, "InternalError", nil, []string{"failed again and again"}},
		{301, "PermanentRedirect", nil, []string{"--region"}},
		{400, "AuthorizationHeaderMalformed", http.Header{"X-Amz-Bucket-Region": {"eu-west-1"}}, []string{"lives in eu-west-1"}},
		{418, "Teapot", nil, []string{"read s3://bucket/docs/.lintel/manifest.json: Teapot: as the test wishes"}},
	} {
		store.SetFault(func(s3fake.Request) s3fake.Fault {
			return s3fake.Fault{Status: tt.status, Code: tt.code, Header: tt.header}
		})
		err := trySync(t, s, site)
		wantError(t, err, tt.want...)
		if err != nil && (strings.Contains(err.Error(), "operation error") || strings.HasSuffix(err.Error(), ".")) {
			t.Errorf("%s: the SDK speaks: %v", tt.code, err)
		}
	}
	store.SetFault(func(r s3fake.Request) s3fake.Fault {
		if r.Op == "PutObject" {
			return s3fake.Fault{Status: 412, Code: "PreconditionFailed"}
		}
		return s3fake.Fault{}
	})
	if err := trySync(t, s, site, func(o *SyncOptions) { o.pause = noPause }); !is[*BusyError](err) {
		t.Errorf("always too late: %v", err)
	}
	for endpoint, want := range map[string]string{
		"http://no-such-host.invalid": "the name no-such-host.invalid cannot be looked up",
		"http://127.0.0.1:1":          "the store cannot be reached",
	} {
		s, err := OpenS3(t.Context(), "s3://bucket/docs", S3Options{EndpointURL: endpoint, Attempts: 2, Backoff: time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, trySync(t, s, site), want)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	s, err := OpenS3(t.Context(), "s3://bucket/docs", S3Options{EndpointURL: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, trySync(t, s, site), "no credentials were found", "--profile")
	for _, bad := range []string{"bucket", "s3:/bucket", "s3://", "s3:///x", "s3://bucket/../x", "s3://bucket/a//b", "s3://u@b/x"} {
		if _, err := OpenS3(t.Context(), bad, S3Options{}); err == nil {
			t.Errorf("target %q was taken", bad)
		}
	}
	if _, err := OpenS3(t.Context(), "s3://bucket", S3Options{EndpointURL: "localhost:9000"}); err == nil {
		t.Error("an endpoint without a scheme was taken")
	}
}

// TestSlowDown: a store that asks to slow down meets fewer requests.
func TestSlowDown(t *testing.T) {
	g := newGate(32)
	answer := func(slow bool, n int) {
		for range n {
			g.enter()
			g.leave(slow)
		}
	}
	answer(false, 100)
	answer(true, 1)
	if g.limit != 16 {
		t.Errorf("limit %d after one refusal, want 16", g.limit)
	}
	answer(true, 8) // of the same burst
	if g.limit != 16 {
		t.Errorf("limit %d after a burst, want 16", g.limit)
	}
	for range 10 {
		answer(false, 64)
		answer(true, 1)
	}
	if g.limit > 4 {
		t.Errorf("limit %d after ten refusals", g.limit)
	}
	answer(false, 5000)
	if g.limit != 32 {
		t.Errorf("limit %d after a long calm, want 32", g.limit)
	}
}

// TestConnections: no more requests at a time than allowed.
func TestConnections(t *testing.T) {
	s, store := fakeS3(t, "docs", S3Options{Connections: 8})
	store.Latency = 2 * time.Millisecond
	publishTo(t, s, siteOfN(300), func(o *SyncOptions) { o.Workers = 64 })
	if n := store.Most(); n > 8 || n < 4 {
		t.Errorf("%d requests at a time, want at most 8", n)
	}
}

// TestChangedSource: a file that changes while it is published stops the run
// before a page that needs it is there.
func TestChangedSource(t *testing.T) {
	s, _ := fakeS3(t, "docs", S3Options{})
	site := siteOfN(5)
	m := site.fs()
	src := source(t, m)
	m["assets/app.0a1b2c3d.css"].Data = []byte("body{color:red}")
	_, err := Sync(t.Context(), src, s, testOptions())
	var changed *ChangedError
	if !errors.As(err, &changed) || changed.Name != "assets/app.0a1b2c3d.css" {
		t.Fatalf("error %v", err)
	}
	if got := held(t, s); len(got) != 0 {
		t.Errorf("written: %v", got)
	}
	publishTo(t, s, site)
	equalSite(t, s, site)
}
