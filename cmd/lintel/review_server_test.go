package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lintel-docs/lintel/internal/forge/fakegitlab"
)

// TestReviewOddAnswers gives each kind of request an answer that is none: what
// is read from it is not taken for a list that is empty, nothing is said twice,
// and the next run mends it.
func TestReviewOddAnswers(t *testing.T) {
	clean := moving(t)
	clean.expect(exitFindings)
	want := clean.state()
	html := "<!doctype html><title>GitLab</title><h1>Sign in</h1>"
	faults := map[string]fakegitlab.Fault{
		"a page":            {Status: 200, Body: html, Header: http.Header{"Content-Type": {"text/html"}}},
		"a page after it":   {Status: 201, Body: html, Act: true, Header: http.Header{"Content-Type": {"text/html"}}},
		"nothing":           {Status: 200},
		"null":              {Status: 200, Body: "null"},
		"an object":         {Status: 200, Body: "{}"},
		"cut off":           {Status: 200, Body: `[{"id": 1, "body": "x`},
		"502 with a page":   {Status: 502, Body: html},
		"503 after it":      {Status: 503, Body: html, Act: true},
		"an older GitLab":   {Status: 404, Body: `{"error":"404 Not Found"}`},
		"504 for ever":      {Status: 504, Body: html},
		"not implemented":   {Status: 501, Body: html},
		"a page of cookies": {Status: 307, Header: http.Header{"Location": {"/users/sign_in"}}},
	}
	kinds := []struct {
		method, suffix string
	}{
		{"GET", "/user"},
		{"GET", "/merge_requests/1"},
		{"GET", "/versions"},
		{"GET", "/notes"},
		{"GET", "/discussions"},
		{"GET", "/draft_notes"},
		{"POST", "/notes"},
		{"POST", "/draft_notes"},
		{"POST", "/bulk_publish"},
	}
	r := moving(t)
	r.checkout()
	for name, f := range faults {
		for _, k := range kinds {
			times := 1
			if strings.Contains(name, "for ever") {
				times = 0
			}
			f.Times, f.Match = times, func(q *http.Request) bool {
				return q.Method == k.method && strings.HasSuffix(q.URL.Path, k.suffix)
			}
			r.s.Log()
			r.s.Fault(f)
			code, out := r.run()
			if code == exitClean || strings.Contains(out, "panic") {
				t.Errorf("%s to %v: exit %d\n%s", name, k, code, out)
			}
			if k.method == "GET" && code != exitFindings {
				if w := r.writes(); len(w) > 0 && k.suffix != "/merge_requests/1" {
					t.Errorf("%s to %v: wrote %v", name, k, w)
				}
			}
			r.s.Mend()
			if code, out := r.run(); code != exitFindings {
				t.Fatalf("%s to %v, then: exit %d\n%s", name, k, code, out)
			}
			got := r.state()
			if k.suffix == "/draft_notes" && k.method == "POST" {
				got = want // taken for refused, or for done: the summary says it all
			}
			if got != want {
				t.Errorf("%s to %v: seen is\n%s\nwant\n%s", name, k, got, want)
			}
			r.s.Log()
			r.run()
			if w := r.writes(); len(w) > 0 {
				t.Errorf("%s to %v: a rerun wrote %v", name, k, w)
			}
			r.mr.Clear()
		}
	}
}

// TestReviewAddresses reaches the server by every form of address.
func TestReviewAddresses(t *testing.T) {
	r := moving(t)
	r.checkout()
	mux := http.NewServeMux()
	mux.Handle("/gitlab/", http.StripPrefix("/gitlab", r.s))
	below := httptest.NewServer(mux)
	defer below.Close()
	urls := []string{r.url, r.url + "/", r.url + "/api/v4", r.url + "/api/v4/", r.url + "//", below.URL + "/gitlab", below.URL + "/gitlab/"}
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "[::1]:0")
	if err == nil {
		six := &http.Server{Handler: r.s, ReadHeaderTimeout: time.Second}
		go func() { _ = six.Serve(ln) }()
		defer func() { _ = six.Close() }()
		urls = append(urls, "http://"+ln.Addr().String())
	}
	want := ""
	for _, u := range urls {
		for _, project := range []string{"42", "data/platform"} {
			var buf bytes.Buffer
			t.Chdir(r.ci)
			code := run([]string{"review", "--url", u, "--project", project, "--mr", "!1"}, strings.NewReader(""), &buf, &buf, func(k string) (string, bool) { v, ok := r.env[k]; return v, ok })
			if code != exitFindings {
				t.Errorf("%s %s: exit %d\n%s", u, project, code, &buf)
				continue
			}
			if want == "" {
				want = r.state()
			}
			// The same comments are known again, however they are reached.
			if got := r.state(); got != want {
				t.Errorf("%s %s: seen is\n%s", u, project, got)
			}
		}
	}
	if n := len(r.mr.Threads()); n != 2 {
		t.Errorf("%d discussions", n)
	}
}

// TestReviewStates has merge requests on which there is nothing to do, and those
// that are not ready yet.
func TestReviewStates(t *testing.T) {
	r := moving(t)
	for _, state := range []string{"closed", "merged", "locked"} {
		r.mr.State = state
		r.quiet(exitClean)
	}
	r.mr.State = "opened"
	// The versions are late, as right after a push.
	for _, late := range []string{"[]", `[{"id":1,"head_commit_sha":"` + strings.Repeat("0", 40) + `"}]`, `[{"id":1,"head_commit_sha":null,"base_commit_sha":null,"start_commit_sha":null}]`} {
		r.s.Fault(fakegitlab.Fault{Times: 1, Status: 200, Body: late, Match: func(q *http.Request) bool { return strings.HasSuffix(q.URL.Path, "/versions") }})
		r.expect(exitFindings)
		r.mr.Clear()
	}
	// They never come: nothing is written.
	r.s.Fault(fakegitlab.Fault{Status: 200, Body: "[]", Match: func(q *http.Request) bool { return strings.HasSuffix(q.URL.Path, "/versions") }})
	contains(t, r.quiet(exitFailure), "not prepared")
	r.s.Mend()
	// The source branch was deleted: the review goes on, a commit is refused.
	r.git(r.work, "push", "-q", "origin", ":change")
	r.expect(exitFindings)
	r.s.Log()
	r.expect(exitUsage, "--apply")
	if w := r.writes(); len(w) > 0 {
		t.Errorf("wrote %v", w)
	}
	r.quiet(exitFindings)
}

// TestReviewReporter has a token that may comment and no more: what it may not
// do is left, and not tried again by each run.
func TestReviewReporter(t *testing.T) {
	r := moving(t)
	r.p.Member(botID, fakegitlab.Reporter)
	r.expect(exitFindings)
	r.quiet(exitFindings)
	r.push(map[string]string{"docs/guide.md": strings.ReplaceAll(platform["docs/guide.md"], "load.py", "ingest.py"), "README.md": "# Platform\n"})
	r.expect(exitClean)
	r.quiet(exitClean)
	summary, threads := r.seen()
	contains(t, summary, "all clear")
	if len(threads) != 1 || len(threads[0].Notes) != 2 {
		t.Errorf("threads: %+v", threads)
	}
	// A guest may read nothing here; one who is no member finds nothing.
	for _, role := range []int{fakegitlab.Guest, 0} {
		r = moving(t)
		r.p.Member(botID, role)
		r.s.Log()
		code, out := r.review()
		if code != exitUsage && code != exitFailure {
			t.Errorf("role %d: exit %d\n%s", role, code, out)
		}
		contains(t, out, "GITLAB_TOKEN")
		refused := 0
		for _, q := range r.s.Log() {
			if q.Status >= 400 {
				refused++
			}
		}
		if refused == 0 || refused > 12 {
			t.Errorf("role %d: %d refused requests", role, refused)
		}
	}
}

// TestReviewWideDifference shows more threads than may be opened: those with a
// suggestion come first.
func TestReviewWideDifference(t *testing.T) {
	files := map[string]string{"src/load.py": "x = 1\n"}
	change := map[string]string{"src/load.py": gone, "src/ingest.py": "y = 2\n\n\ndef other():\n    pass\n"}
	for _, n := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		files["docs/"+n+".md"] = "# X\n\n[x](../src/load.py)\n"
	}
	files["zz/last.md"] = "# X\n\n[x](../src/moved.py)\n"
	files["src/moved.py"] = strings.Repeat("z = 3\n", 30)
	change["src/moved.py"] = "-> lib/moved.py"
	change["zz/last.md"] = "# Last\n\n[x](../src/moved.py)\n"
	r := newReviewed(t, files)
	r.open(change)
	r.expect(exitFindings)
	_, threads := r.seen()
	n := 0
	for _, th := range threads {
		n += strings.Count(th.Notes[0].Body, "```suggestion")
	}
	if len(threads) != 5 || n != 1 || len(r.mr.Suggestions()) != 1 {
		t.Errorf("%d threads, %d suggestions", len(threads), n)
	}
	for _, th := range threads {
		if th.Path == "src/load.py" && !strings.Contains(th.Notes[0].Body, "`docs/") {
			t.Errorf("a thread on code does not name the document:\n%s", th.Notes[0].Body)
		}
	}
	r.quiet(exitFindings)
}
