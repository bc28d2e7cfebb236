package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lintel-docs/lintel/internal/publish/s3fake"
)

func TestMain(m *testing.M) {
	for k, v := range map[string]string{
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "secretsecret", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_REGION": "", "AWS_PROFILE": "", "AWS_SESSION_TOKEN": "",
	} {
		if err := os.Setenv(k, v); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// fakeS3 opens a bucket of a store in this process.
func fakeS3(t testing.TB, prefix string, o S3Options) (*S3, *s3fake.Server) {
	t.Helper()
	store := s3fake.New(time.Now, "bucket")
	return openFake(t, store, prefix, o), store
}

func openFake(t testing.TB, store *s3fake.Server, prefix string, o S3Options) *S3 {
	t.Helper()
	srv := httptest.NewUnstartedServer(store)
	srv.Config.ErrorLog = quietLog()
	srv.Start()
	t.Cleanup(srv.Close)
	o.EndpointURL = srv.URL
	if o.Backoff == 0 {
		o.Backoff = time.Millisecond
	}
	s, err := OpenS3(t.Context(), "s3://bucket/"+prefix, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// versitygw starts a real S3 server on a folder. In continuous integration it
// has to be there.
func versitygw(t testing.TB, backend ...string) string {
	t.Helper()
	bin, err := exec.LookPath("versitygw")
	if err != nil {
		if home, herr := os.UserHomeDir(); herr == nil {
			bin, err = exec.LookPath(filepath.Join(home, "go", "bin", "versitygw"))
		}
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("versitygw is not installed; .ci/test installs it")
		}
		t.Skip("versitygw is not installed: go install github.com/versity/versitygw/cmd/versitygw@v1.8.0")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // of a test
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close() // only its address was wanted
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bucket"), 0o777); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), bin, append(append([]string{"--port", addr, "posix"}, backend...), dir)...)
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY=test", "ROOT_SECRET_KEY=secretsecret")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for range 200 {
		c, err := net.DialTimeout("tcp", addr, time.Second) //nolint:noctx // of a test
		if err == nil {
			_ = c.Close() // it answers
			return "http://" + addr
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("versitygw does not answer")
	return ""
}

// TestTargets holds every target to the contract of the interface.
func TestTargets(t *testing.T) {
	t.Run("memory", func(t *testing.T) { testTarget(t, &Memory{Now: time.Now}) })
	t.Run("folder", func(t *testing.T) {
		f, err := OpenFolder(filepath.Join(t.TempDir(), "a", "b"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		testTarget(t, f)
	})
	t.Run("below", func(t *testing.T) { testTarget(t, Below(&Memory{}, "a/b")) })
	t.Run("fake", func(t *testing.T) {
		s, _ := fakeS3(t, "", S3Options{})
		testTarget(t, s)
	})
	t.Run("fake below a prefix", func(t *testing.T) {
		s, _ := fakeS3(t, "한글/a b+c", S3Options{})
		testTarget(t, s)
	})
	t.Run("versitygw", func(t *testing.T) {
		endpoint := versitygw(t)
		s, err := OpenS3(t.Context(), "s3://bucket/docs", S3Options{EndpointURL: endpoint})
		if err != nil {
			t.Fatal(err)
		}
		testTarget(t, s)
	})
	t.Run("versitygw with other ETags and default checksums", func(t *testing.T) {
		endpoint := versitygw(t, "--data-integrity-etag")
		t.Setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported")
		s, err := OpenS3(t.Context(), "s3://bucket", S3Options{EndpointURL: endpoint})
		if err != nil {
			t.Fatal(err)
		}
		testTarget(t, s)
	})
}

func testTarget(t *testing.T, target Target) {
	ctx := t.Context()
	headers := Headers{"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache", "Content-Disposition": "inline", "X-Robots-Tag": "noindex"}
	put := func(key, s string, cond Cond) (Info, error) {
		return target.Put(ctx, key, Bytes(key, []byte(s)), headers, cond)
	}
	must := func(i Info, err error) Info {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	read := func(key string) string {
		t.Helper()
		o, err := target.Get(ctx, key, "")
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		defer o.Body.Close()
		b, err := io.ReadAll(o.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}

	// What does not exist.
	if _, err := target.Get(ctx, "none", ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("get: %v", err)
	}
	if _, err := target.Head(ctx, "none/below"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("head: %v", err)
	}
	if _, err := target.SetHeaders(ctx, "none", "", Bytes("", nil).Sum, headers); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("set headers: %v", err)
	}
	if err := target.Delete(ctx, []string{"none", "none/below"}); err != nil {
		t.Errorf("delete: %v", err)
	}

	// Write and read.
	one := must(put("a/one.html", "1", Cond{}))
	if got := read("a/one.html"); got != "1" {
		t.Errorf("got %q", got)
	}
	i := must(target.Head(ctx, "a/one.html"))
	if i.Size != 1 || i.ETag != one.ETag || i.Sum != Bytes("", []byte("1")).Sum || i.Headers.Hash() != headers.Hash() {
		t.Errorf("head: %+v", i)
	}
	must(put("empty", "", Cond{}))
	if got := read("empty"); got != "" {
		t.Errorf("empty: %q", got)
	}

	// Conditions.
	if _, err := target.Get(ctx, "a/one.html", one.ETag); !errors.Is(err, ErrNotModified) {
		t.Errorf("get with its ETag: %v", err)
	}
	if _, err := put("a/one.html", "2", Cond{Absent: true}); !errors.Is(err, ErrPrecondition) {
		t.Errorf("put where one is: %v", err)
	}
	if _, err := put("a/one.html", "2", Cond{ETag: `"other"`}); !errors.Is(err, ErrPrecondition) {
		t.Errorf("put over another: %v", err)
	}
	two := must(put("a/one.html", "2 and longer", Cond{ETag: one.ETag}))
	must(put("a/two.html", "2", Cond{Absent: true}))
	if o, err := target.Get(ctx, "a/one.html", one.ETag); err != nil {
		t.Errorf("get with an old ETag: %v", err)
	} else {
		o.Body.Close()
	}
	var wins int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			_, err := put("race", fmt.Sprint(n), Cond{Absent: true})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				wins++
			} else if !errors.Is(err, ErrPrecondition) {
				t.Errorf("race: %v", err)
			}
		})
	}
	wg.Wait()
	if wins != 1 {
		t.Errorf("%d of 8 created the same object", wins)
	}

	// Content that is not what its digest says.
	wrong := Bytes("x", []byte("x"))
	wrong.Data, wrong.Open = nil, func() (io.ReadCloser, error) { return bytesReader([]byte("y")), nil }
	if _, err := target.Put(ctx, "x", wrong, headers, Cond{}); !is[*ChangedError](err) {
		t.Errorf("changed content: %v", err)
	}
	if _, err := target.Head(ctx, "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("changed content was written: %v", err)
	}

	// Headers alone.
	other := Headers{"Content-Type": "text/plain", "Content-Encoding": "br", "Cache-Control": "max-age=5", "Content-Disposition": "attachment", "X-Team": "data"}
	if _, err := target.SetHeaders(ctx, "a/one.html", `"other"`, two.Sum, other); !errors.Is(err, ErrPrecondition) {
		t.Errorf("set headers of another: %v", err)
	}
	three := must(target.SetHeaders(ctx, "a/one.html", two.ETag, two.Sum, other))
	i = must(target.Head(ctx, "a/one.html"))
	if i.Headers.Hash() != other.Hash() || i.ETag != three.ETag || i.Sum != two.Sum || read("a/one.html") != "2 and longer" {
		t.Errorf("after new headers: %+v", i)
	}

	// A write leaves no header of the one before.
	less := Headers{"Content-Type": "text/plain"}
	three = must(target.Put(ctx, "a/one.html", Bytes("", []byte("2 and longer")), less, Cond{ETag: three.ETag}))
	if i = must(target.Head(ctx, "a/one.html")); i.Headers.Hash() != less.Hash() {
		t.Errorf("after fewer headers: %v", i.Headers)
	}

	// Keys.
	keys := []string{
		"한글 문서.html", "한글/NFD.html", "sp ace/a+b%20&c=d;#?.html", "'quote\"<>.html", "trailing.", "tilde~_-.html",
		"folder/" + strings.Repeat("deep/", 20) + strings.Repeat("x", 150), "*.html", "a@b,c!d$e(f).txt",
	}
	for _, k := range keys {
		must(put(k, k, Cond{Absent: true}))
		if got := read(k); got != k {
			t.Errorf("%q: got %q", k, got)
		}
		must(target.SetHeaders(ctx, k, "", Bytes("", []byte(k)).Sum, other))
	}
	for _, k := range []string{"../out", "a/../../out", "a//b", "/abs", "nul\x00", "line\nbreak", "", "bad\xff", strings.Repeat("k", 1025)} {
		if _, err := put(k, "x", Cond{}); err == nil {
			t.Errorf("%q was written", k)
		}
	}

	// Lists.
	var got []string
	for i, err := range target.List(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(i.Key, reserved) {
			got = append(got, i.Key)
		}
		if i.Key == "a/one.html" && (i.Size != 12 || i.ETag != three.ETag) {
			t.Errorf("list: %+v", i)
		}
	}
	want := slices.Sorted(slices.Values(append([]string{"a/one.html", "a/two.html", "empty", "race"}, keys...)))
	if !slices.Equal(got, want) {
		t.Errorf("list:\n%q, want\n%q", got, want)
	}
	got = nil
	for i, err := range target.List(ctx, "a/") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, i.Key)
	}
	if !slices.Equal(got, []string{"a/one.html", "a/two.html"}) {
		t.Errorf("list a/: %q", got)
	}

	// A large object, in parts, and one that changes meanwhile.
	large := make([]byte, 2*partSize+12345)
	rng := rand.NewChaCha8([32]byte{})
	_, _ = rng.Read(large)
	c := Bytes("large", large)
	c.Data, c.Open = nil, func() (io.ReadCloser, error) { return bytesReader(large), nil }
	big := must(target.Put(ctx, "large.bin", c, headers, Cond{Absent: true}))
	if !bytes.Equal([]byte(read("large.bin")), large) {
		t.Error("a large object is not what was sent")
	}
	if i := must(target.Head(ctx, "large.bin")); i.Sum != c.Sum || i.ETag != big.ETag || i.Size != c.Size || i.Headers.Hash() != headers.Hash() {
		t.Errorf("large: %+v", i)
	}
	if _, err := target.Put(ctx, "large.bin", c, headers, Cond{Absent: true}); !errors.Is(err, ErrPrecondition) {
		t.Errorf("large where one is: %v", err)
	}
	for name, data := range map[string][]byte{"shorter": large[:len(large)-1], "longer": append(slices.Clone(large), 'x'), "other": append([]byte("x"), large[1:]...)} {
		c.Open = func() (io.ReadCloser, error) { return bytesReader(data), nil }
		if _, err := target.Put(ctx, "changed.bin", c, headers, Cond{}); !is[*ChangedError](err) {
			t.Errorf("large content that is %s: %v", name, err)
		}
	}
	if _, err := target.Head(ctx, "changed.bin"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("large content that changed was written: %v", err)
	}

	// Delete, and more than a thousand.
	if err := target.Delete(ctx, []string{"a/one.html", "none", "한글 문서.html"}); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"a/one.html", "한글 문서.html"} {
		if _, err := target.Head(ctx, k); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", k, err)
		}
	}
	if testing.Short() {
		return
	}
	var many []string
	var work sync.WaitGroup
	for w := range 8 {
		for n := range 140 {
			many = append(many, fmt.Sprintf("many/%d-%d", w, n))
		}
		work.Go(func() {
			for n := range 140 {
				if _, err := put(fmt.Sprintf("many/%d-%d", w, n), "x", Cond{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	n := 0
	for _, err := range target.List(ctx, "many/") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != len(many) {
		t.Errorf("list of many: %d, want %d", n, len(many))
	}
	if err := target.Delete(ctx, many); err != nil {
		t.Fatal(err)
	}
	for i, err := range target.List(ctx, "many/") {
		t.Errorf("left: %s %v", i.Key, err)
	}
}
