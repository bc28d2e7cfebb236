package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/lintel-docs/lintel/internal/forge/fakegitlab"
)

// moving is a merge request with an error on a line of its difference and one
// elsewhere.
func moving(t *testing.T) *reviewed {
	t.Helper()
	r := newReviewed(t, platform)
	r.open(map[string]string{
		"pipelines/load.py": "-> pipelines/ingest.py",
		"docs/guide.md":     strings.Replace(platform["docs/guide.md"], "Four", "Vier", 1),
	})
	return r
}

// state is what is seen, without what differs from run to run.
func (r *reviewed) state() string {
	summary, threads := r.seen()
	var b strings.Builder
	b.WriteString(summary)
	for _, t := range threads {
		fmt.Fprintf(&b, "\n== %s:%d %v", t.Path, t.Line, t.Resolved)
		for _, n := range t.Notes {
			b.WriteString("\n" + n.Body)
		}
	}
	return regexp.MustCompile(`<!-- [^>]* -->|`+regexp.QuoteMeta(r.url)).ReplaceAllString(b.String(), "")
}

// TestReviewFaults makes every request of a review fail once in every way, and
// then runs again: what is seen must be what a run without faults gives.
func TestReviewFaults(t *testing.T) {
	clean := moving(t)
	clean.s.Log()
	clean.expect(exitFindings)
	want := clean.state()
	n := len(clean.s.Log())
	faults := map[string]fakegitlab.Fault{
		"500":            {Status: 500},
		"502 after it":   {Status: 502, Act: true},
		"reset":          {Status: 0},
		"reset after it": {Status: 0, Act: true},
		"429":            {Status: 429, Body: "Retry later\n"},
		"429 headers":    {Status: 429, Body: "Retry later\n", Header: http.Header{"Retry-After": {"0"}}},
		"401":            {Status: 401, Body: `{"message":"401 Unauthorized"}`},
	}
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			r := moving(t)
			for i := range n {
				count := 0
				f.Times = 1
				f.Match = func(*http.Request) bool { count++; return count == i+1 }
				r.s.Fault(f)
				code, out := r.review()
				if code != exitFindings && code != exitFailure && code != exitUsage {
					t.Fatalf("request %d: exit %d\n%s", i, code, out)
				}
				r.s.Mend()
				r.expect(exitFindings)
				if got := r.state(); got != want {
					t.Fatalf("request %d: seen is\n%s\nwant\n%s", i, got, want)
				}
				r.quiet(exitFindings)
				r.mr.Clear()
			}
		})
	}
}

// TestReviewKilled ends the connection for good at every request, as if the
// process had been killed, with and without the server having acted.
func TestReviewKilled(t *testing.T) {
	clean := moving(t)
	clean.s.Log()
	clean.expect(exitFindings)
	want, n := clean.state(), len(clean.s.Log())
	r := moving(t)
	for _, act := range []bool{true, false} {
		for i := range n {
			count := 0
			r.s.Fault(fakegitlab.Fault{Times: 1, Act: act, Status: 401, Match: func(*http.Request) bool { count++; return count == i+1 }})
			r.review()
			r.s.Mend()
			r.expect(exitFindings)
			if got := r.state(); got != want {
				t.Fatalf("request %d: seen is\n%s\nwant\n%s", i, got, want)
			}
			r.quiet(exitFindings)
			r.mr.Clear()
		}
	}
}

// TestReviewUnreadable breaks each list: nothing may be written then.
func TestReviewUnreadable(t *testing.T) {
	for _, list := range []string{"/notes", "/discussions", "/draft_notes", "/versions"} {
		r := moving(t)
		r.s.Fault(fakegitlab.Fault{Status: 403, Body: `{"message":"403 Forbidden"}`, Match: func(q *http.Request) bool {
			return q.Method == http.MethodGet && strings.HasSuffix(q.URL.Path, list)
		}})
		code, out := r.review()
		if code != exitUsage && code != exitFailure {
			t.Errorf("%s: exit %d\n%s", list, code, out)
		}
		if w := r.writes(); len(w) > 0 {
			t.Errorf("%s: wrote %v", list, w)
		}
	}
}

func TestReviewDeadToken(t *testing.T) {
	r := moving(t)
	r.s.Revoke(botToken)
	r.s.Log()
	code, out := r.review()
	if code != exitUsage && code != exitFailure {
		t.Errorf("exit %d", code)
	}
	contains(t, out, "GITLAB_TOKEN")
	if n := len(r.s.Log()); n > 12 {
		t.Errorf("%d requests", n)
	}
	if strings.Contains(out, botToken) {
		t.Error("the token is in the output")
	}
	// A server that gives the token back in its answer.
	r.s.Fault(fakegitlab.Fault{Status: 400, Body: `{"message":"bad ` + botToken + ` http://oauth2:` + botToken + `@host/"}`})
	if _, out := r.review(); strings.Contains(out, botToken) {
		t.Errorf("the token is in the output: %s", out)
	}
}

// TestReviewRefusedPlace has the server refuse positions: the summary says it
// all, the run goes on, and the next run does not try again.
func TestReviewRefusedPlace(t *testing.T) {
	for _, status := range []int{400, 500} {
		r := moving(t)
		r.s.Fault(fakegitlab.Fault{
			Status: status, Body: `{"message":"400 Bad request - Note {:line_code=>[\"can't be blank\"]}"}`,
			Match: func(q *http.Request) bool {
				return q.Method == http.MethodPost && strings.HasSuffix(q.URL.Path, "/draft_notes")
			},
		})
		r.expect(exitFindings)
		summary, threads := r.seen()
		contains(t, summary, "Action required", "`docs/guide.md`", "`README.md`")
		if len(threads) > 0 {
			t.Errorf("threads: %v", threads)
		}
		r.quiet(exitFindings)
	}
}

// TestReviewTwoAtOnce runs two reviews at the same time, again and again.
func TestReviewTwoAtOnce(t *testing.T) {
	r := moving(t)
	other := filepath.Join(filepath.Dir(r.ci), "ci2")
	r.git(filepath.Dir(r.ci), "clone", "-q", r.origin, other)
	want := ""
	for range 6 {
		r.checkout()
		t.Chdir(r.ci)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				var buf bytes.Buffer
				run([]string{"review", "--url", r.url, "--project", "42", "--mr", fmt.Sprint(r.mr.IID)}, strings.NewReader(""), &buf, &buf,
					func(k string) (string, bool) { v, ok := r.env[k]; return v, ok })
			})
		}
		wg.Wait()
		n := 0
		for _, th := range r.mr.Threads() {
			if th.Top {
				n++
			}
		}
		if n != 1 {
			t.Fatalf("%d summaries", n)
		}
		r.expect(exitFindings)
		got := r.state()
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("seen is\n%s\nwant\n%s", got, want)
		}
		r.quiet(exitFindings)
		r.mr.Clear()
	}
}

func TestReviewForeignNotes(t *testing.T) {
	r := moving(t)
	r.expect(exitFindings)
	summary, _ := r.seen()
	// Somebody copies the summary, hoping that it is taken for ours.
	r.mr.Say(authorID, summary)
	r.mr.Say(authorID, "I think so too.\n\n/close")
	r.quiet(exitFindings)
	// And another bot, with a token of its own, starts anew and leaves ours alone.
	r.s.AddUser(77, "other-bot", "glpat-other-bot")
	r.p.Member(77, fakegitlab.Developer)
	r.env["GITLAB_TOKEN"] = "glpat-other-bot"
	r.expect(exitFindings)
	for _, q := range r.writes() {
		if q.Method == http.MethodPut || q.Method == http.MethodDelete {
			t.Errorf("it changed what it did not write: %v", q)
		}
	}
	r.quiet(exitFindings)
	// A rotated token of the same user knows its comments again.
	r.s.AddUser(botID, "lintel-bot", "glpat-rotated")
	r.s.Revoke(botToken)
	r.env["GITLAB_TOKEN"] = "glpat-rotated"
	r.quiet(exitFindings)
}

func TestReviewOlderHead(t *testing.T) {
	r := moving(t)
	r.checkout() // and then somebody pushes
	r.push(map[string]string{"docs/other.md": "# Other\n\nNew.\n"})
	r.s.Log()
	code, out := r.run()
	if code != exitClean {
		t.Errorf("exit %d", code)
	}
	contains(t, out, "older")
	if w := r.writes(); len(w) > 0 {
		t.Errorf("wrote %v", w)
	}
	// The push comes while the run is on its way: at each of its requests.
	clean := moving(t)
	clean.s.Log()
	clean.expect(exitFindings)
	n := len(clean.s.Log())
	for i := range n {
		r := moving(t)
		r.checkout()
		count := 0
		r.s.Fault(fakegitlab.Fault{
			Times: 1, Pass: true, Match: func(*http.Request) bool { count++; return count == i+1 },
			Then: func() {
				r.commit("change", map[string]string{"docs/other.md": "# Other\n\nNew.\n"})
				if err := r.mr.PushedInside(); err != nil {
					t.Error(err)
				}
			},
		})
		r.run()
		r.s.Mend()
		r.expect(exitFindings)
		summary, threads := r.seen()
		contains(t, summary, "`README.md`", "`docs/guide.md`")
		if len(threads) != 1 {
			t.Errorf("push at request %d: threads %+v", i, threads)
		}
		r.quiet(exitFindings)
	}
}

func TestReviewShallow(t *testing.T) {
	r := newReviewed(t, platform)
	for i := range 30 {
		r.commit("main", map[string]string{"docs/other.md": fmt.Sprintf("# Other\n\n%d\n", i)})
	}
	r.open(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py"})
	for i := range 30 {
		r.push(map[string]string{"docs/more.md": fmt.Sprintf("# More\n\n%d\n", i)})
	}
	if err := os.RemoveAll(r.ci); err != nil {
		t.Fatal(err)
	}
	r.git(filepath.Dir(r.ci), "clone", "-q", "--depth=1", "--no-single-branch", "file://"+r.origin, r.ci)
	r.git(r.ci, "fetch", "-q", "--depth=1", "origin", "refs/merge-requests/1/head")
	r.git(r.ci, "checkout", "-q", "--detach", "FETCH_HEAD")
	if code, out := r.run(); code != exitFindings {
		t.Fatalf("exit %d\n%s", code, out)
	}
	summary, _ := r.seen()
	contains(t, summary, "`README.md`", "`docs/guide.md`")

	// One that cannot be deepened is refused.
	r.git(filepath.Dir(r.ci), "clone", "-q", "--depth=1", "--no-single-branch", "file://"+r.origin, r.ci+"2")
	r.ci += "2"
	r.git(r.ci, "fetch", "-q", "--depth=1", "origin", "refs/merge-requests/1/head")
	r.git(r.ci, "checkout", "-q", "--detach", "FETCH_HEAD")
	r.git(r.ci, "remote", "set-url", "origin", "file:///nowhere")
	code, out := r.run()
	if code != exitUsage && code != exitFailure {
		t.Errorf("exit %d", code)
	}
	contains(t, out, "shallow")
}

func TestReviewApply(t *testing.T) {
	r := moving(t)
	before := r.mr.Head()
	out := r.expect(exitClean, "--apply")
	contains(t, out, "2 documents")
	r.git(r.work, "fetch", "-q", "origin", "change")
	if parent := r.git(r.work, "rev-parse", "FETCH_HEAD^"); parent != before {
		t.Errorf("more than one commit, or on another head")
	}
	contains(t, r.git(r.work, "show", "FETCH_HEAD:README.md"), "pipelines/ingest.py")
	contains(t, r.git(r.work, "show", "FETCH_HEAD:docs/guide.md"), "pipelines/ingest.py", "Vier")
	r.quiet(exitClean)
	r.quiet(exitClean, "--apply") // there is nothing left

	r = moving(t)
	r.p.Protect("change")
	out = r.expect(exitUsage, "--apply")
	contains(t, out, "protected")
	if w := r.writes(); len(w) > 0 {
		t.Errorf("wrote %v", w)
	}

	// Somebody is faster.
	r = moving(t)
	r.checkout()
	r.s.Fault(fakegitlab.Fault{Times: 1, Act: true, Status: 0, Match: func(q *http.Request) bool {
		return strings.HasSuffix(q.URL.Path, "/versions")
	}, Then: func() { r.commit("change", map[string]string{"README.md": "# Mine\n\n[x](pipelines/load.py)\n"}) }})
	r.s.Log()
	r.run("--apply")
	if w := r.writes(); len(w) > 0 {
		t.Errorf("wrote %v", w)
	}
	r.git(r.work, "fetch", "-q", "origin", "change")
	contains(t, r.git(r.work, "show", "FETCH_HEAD:README.md"), "# Mine")
}

func TestReviewFork(t *testing.T) {
	r := newReviewed(t, platform)
	fork := filepath.Join(t.TempDir(), "fork.git")
	r.git(t.TempDir(), "clone", "-q", "--bare", r.origin, fork)
	p := r.s.AddProject(43, "jiyoung/platform", fork)
	p.Member(authorID, fakegitlab.Maintainer)
	r.git(r.work, "checkout", "-q", "-b", "change")
	r.git(r.work, "remote", "set-url", "--push", "origin", fork)
	r.commit("change", map[string]string{"pipelines/load.py": "-> pipelines/ingest.py"})
	mr, err := r.p.Open(p, "change", "main", authorID)
	if err != nil {
		t.Fatal(err)
	}
	r.mr = mr
	r.expect(exitFindings)
	summary, _ := r.seen()
	contains(t, summary, "`README.md`")
	r.quiet(exitFindings)
	r.s.Log()
	out := r.expect(exitUsage, "--apply")
	contains(t, out, "fork")
	if w := r.writes(); len(w) > 0 {
		t.Errorf("wrote %v", w)
	}
}

func TestReviewDryRun(t *testing.T) {
	r := moving(t)
	out := r.quiet(exitFindings, "--dry-run")
	contains(t, out, "would post the summary:", "    | Action required: ", "would begin a thread on docs/guide.md, line 9")
	out = r.quiet(exitClean, "--dry-run", "--apply")
	contains(t, out, "would commit to change:", "README.md")
}

func TestReviewDocsImpact(t *testing.T) {
	r := moving(t)
	r.expect(exitFindings)
	r.push(nil, "Docs-Impact: none (the loader goes next week)")
	r.expect(exitClean)
	summary, threads := r.seen()
	contains(t, summary, "all clear", "the loader goes next week")
	for _, th := range threads {
		if !th.Resolved {
			t.Errorf("still open: %v", th)
		}
	}
	r.quiet(exitClean)
}

// TestReviewMany has more errors than threads may be opened for.
func TestReviewMany(t *testing.T) {
	files := map[string]string{"src/a.py": "x = 1\n", "src/b.py": "y = 1\n"}
	for i := range 150 {
		files[fmt.Sprintf("docs/p%03d.md", i)] = "# P\n\n[a](../src/a.py) and\n\n[b](../src/b.py)\n"
	}
	r := newReviewed(t, files)
	r.open(map[string]string{"src/a.py": gone, "src/b.py": gone})
	r.expect(exitFindings)
	summary, threads := r.seen()
	if len(threads) != 5 {
		t.Errorf("%d threads", len(threads))
	}
	contains(t, summary, "cut")
	for i := range 150 {
		if p := fmt.Sprintf("`docs/p%03d.md`", i); !strings.Contains(summary, p) {
			t.Fatalf("%s is not named", p)
		}
	}
	if m := r.s.Mails(); m > 2 {
		t.Errorf("%d mails", m)
	}
	r.quiet(exitFindings)
}

func TestReviewRedirect(t *testing.T) {
	r := moving(t)
	leaked := ""
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) { leaked += q.Header.Get("PRIVATE-TOKEN") }))
	defer thief.Close()
	r.s.Fault(fakegitlab.Fault{Status: 302, Header: http.Header{"Location": {thief.URL + "/api/v4/user"}}})
	if code, _ := r.review(); code != exitUsage && code != exitFailure {
		t.Errorf("exit %d", code)
	}
	if leaked != "" {
		t.Error("the token was sent to another host")
	}
}

func TestReviewPipeline(t *testing.T) {
	r := moving(t)
	r.checkout()
	// A pipeline of the merged result: what is checked out is a merge.
	r.git(r.work, "fetch", "-q", "origin")
	r.git(r.ci, "-c", "user.name=x", "-c", "user.email=x@example.com", "merge", "-q", "--no-ff", "-m", "merged", "--no-edit", "origin/main")
	r.git(r.ci, "checkout", "-q", "--detach", "origin/main")
	r.git(r.ci, "-c", "user.name=x", "-c", "user.email=x@example.com", "merge", "-q", "--no-ff", "-m", "merged", r.mr.Head())
	t.Chdir(r.ci)
	env := map[string]string{
		"CI": "true", "GITLAB_TOKEN": botToken, "CI_SERVER_URL": r.url, "CI_MERGE_REQUEST_PROJECT_ID": "42", "CI_PROJECT_ID": "42",
		"CI_MERGE_REQUEST_IID": "1", "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result", "CI_JOB_TOKEN": "job-token-of-ci",
		"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_COMMIT_SHA": r.git(r.ci, "rev-parse", "HEAD"),
	}
	var buf bytes.Buffer
	code := run([]string{"review"}, strings.NewReader(""), &buf, &buf, func(k string) (string, bool) { v, ok := env[k]; return v, ok })
	if code != exitFindings {
		t.Fatalf("exit %d\n%s", code, buf.String())
	}
	summary, threads := r.seen()
	contains(t, summary, "`README.md`")
	if len(threads) != 1 {
		t.Errorf("threads: %v", threads)
	}
	// Without a token the findings are printed and reported, and nothing is written.
	delete(env, "GITLAB_TOKEN")
	r.s.Log()
	buf.Reset()
	report := filepath.Join(t.TempDir(), "cq.json")
	code = run([]string{"review", "--report", "codequality=" + report}, strings.NewReader(""), &buf, &buf, func(k string) (string, bool) { v, ok := env[k]; return v, ok })
	if code != exitFindings {
		t.Fatalf("exit %d\n%s", code, buf.String())
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(text), "docs/guide.md")
	if l := r.s.Log(); len(l) > 0 {
		t.Errorf("requests without a token: %v", l)
	}
}

func TestReviewTargetMoves(t *testing.T) {
	r := newReviewed(t, platform)
	r.open(map[string]string{"docs/other.md": "# Other\n\nSomething.\n"})
	// The target deletes what documents of the branch name: not the branch's doing.
	r.git(r.work, "checkout", "-q", "main")
	r.commit("main", map[string]string{"pipelines/load.py": gone, "README.md": "# Platform\n", "docs/guide.md": "# Guide\n"})
	r.git(r.work, "checkout", "-q", "change")
	r.quiet(exitClean)
	// The branch takes the target in.
	r.git(r.work, "-c", "user.name=x", "-c", "user.email=x@example.com", "merge", "-q", "-m", "merge", "main")
	r.push(nil)
	r.quiet(exitClean)
}
