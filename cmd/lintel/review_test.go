package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lintel-docs/lintel/internal/forge/fakegitlab"
)

// Users of the merge requests of tests.
const (
	botID    = 11
	authorID = 12
	botToken = "glpat-the-bots-token"
)

// reviewed is a project on a GitLab of the test's own, with a merge request.
type reviewed struct {
	t      *testing.T
	s      *fakegitlab.Server
	p      *fakegitlab.Project
	mr     *fakegitlab.MergeRequest
	url    string
	origin string // bare
	work   string // where the author works
	ci     string // where the job runs
	env    map[string]string
}

// newReviewed makes a project whose main branch holds files.
func newReviewed(t *testing.T, files map[string]string) *reviewed {
	t.Helper()
	dir := t.TempDir()
	r := &reviewed{
		t: t, origin: filepath.Join(dir, "origin.git"), work: filepath.Join(dir, "work"), ci: filepath.Join(dir, "ci"),
		env: map[string]string{"GITLAB_TOKEN": botToken},
	}
	r.git(dir, "init", "-q", "--bare", "-b", "main", r.origin)
	r.git(dir, "clone", "-q", r.origin, r.work)
	r.git(r.work, "checkout", "-q", "-b", "main")
	r.commit("main", files)
	r.git(dir, "clone", "-q", r.origin, r.ci)

	r.s = fakegitlab.New(time.Now)
	r.s.AddUser(botID, "lintel-bot", botToken)
	r.s.AddUser(authorID, "jiyoung", "glpat-author")
	r.p = r.s.AddProject(42, "data/platform", r.origin)
	r.p.Member(botID, fakegitlab.Developer)
	r.p.Member(authorID, fakegitlab.Developer)
	srv := httptest.NewServer(r.s)
	t.Cleanup(srv.Close)
	r.url = srv.URL
	return r
}

func (r *reviewed) git(dir string, args ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME=Ji", "GIT_AUTHOR_EMAIL=ji@example.com", "GIT_COMMITTER_NAME=Ji",
		"GIT_COMMITTER_EMAIL=ji@example.com", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_ALLOW_PROTOCOL=file:http:https")
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

const gone = "\x00gone"

// commit writes files on a branch, with gone as the content of those that it
// deletes and "-> PATH" of those that it moves, and pushes them.
func (r *reviewed) commit(branch string, files map[string]string, message ...string) {
	r.t.Helper()
	for name, content := range files {
		to, moved := strings.CutPrefix(content, "-> ")
		switch {
		case content == gone:
			r.git(r.work, "rm", "-q", "--", name)
		case moved:
			if err := os.MkdirAll(filepath.Dir(filepath.Join(r.work, to)), 0o755); err != nil {
				r.t.Fatal(err)
			}
			r.git(r.work, "mv", "--", name, to)
		default:
			file := filepath.Join(r.work, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				r.t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
				r.t.Fatal(err)
			}
			r.git(r.work, "add", "--", name)
		}
	}
	r.git(r.work, "commit", "-q", "--allow-empty", "-m", strings.Join(append([]string{"change"}, message...), "\n\n"))
	r.git(r.work, "push", "-q", "-f", "origin", "HEAD:refs/heads/"+branch)
}

// open makes a merge request that changes files.
func (r *reviewed) open(files map[string]string) {
	r.t.Helper()
	r.git(r.work, "checkout", "-q", "-b", "change")
	r.commit("change", files)
	mr, err := r.p.Open(r.p, "change", "main", authorID)
	if err != nil {
		r.t.Fatal(err)
	}
	r.mr = mr
}

// push adds a commit to the merge request.
func (r *reviewed) push(files map[string]string, message ...string) {
	r.t.Helper()
	r.commit("change", files, message...)
	if err := r.mr.Pushed(); err != nil {
		r.t.Fatal(err)
	}
}

// checkout puts the job's clone on the head of the merge request.
func (r *reviewed) checkout() {
	r.t.Helper()
	r.git(r.ci, "fetch", "-q", "origin", fmt.Sprintf("refs/merge-requests/%d/head", r.mr.IID))
	r.git(r.ci, "checkout", "-q", "--detach", "FETCH_HEAD")
}

// review checks the head out and runs the command.
func (r *reviewed) review(args ...string) (code int, out string) {
	r.t.Helper()
	r.checkout()
	return r.run(args...)
}

func (r *reviewed) run(args ...string) (code int, out string) {
	r.t.Helper()
	r.t.Chdir(r.ci)
	var buf bytes.Buffer
	args = append([]string{"review", "--url", r.url, "--project", "42", "--mr", fmt.Sprint(r.mr.IID)}, args...)
	code = run(args, strings.NewReader(""), &buf, &buf, func(k string) (string, bool) { v, ok := r.env[k]; return v, ok })
	return code, buf.String()
}

// expect runs a review and checks its exit code.
func (r *reviewed) expect(code int, args ...string) string {
	r.t.Helper()
	got, out := r.review(args...)
	if got != code {
		r.t.Fatalf("exit %d, want %d\n%s", got, code, out)
	}
	return out
}

// writes returns the requests since the last call that could change something.
func (r *reviewed) writes() []fakegitlab.Request {
	var out []fakegitlab.Request
	for _, q := range r.s.Log() {
		if q.Writes() {
			out = append(out, q)
		}
	}
	return out
}

// quiet runs a review that must send nothing that writes.
func (r *reviewed) quiet(code int, args ...string) string {
	r.t.Helper()
	r.s.Log()
	r.s.Mails()
	out := r.expect(code, args...)
	if w := r.writes(); len(w) > 0 {
		r.t.Fatalf("a run that has nothing to say wrote: %v", w)
	}
	return out
}

// apply presses the button of a suggestion, as the author.
func (r *reviewed) apply(suggestion int64) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPut, fmt.Sprintf("%s/api/v4/suggestions/%d/apply", r.url, suggestion), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("PRIVATE-TOKEN", "glpat-author")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(resp.Body)
		r.t.Fatalf("apply: %s: %s", resp.Status, b)
	}
}

// seen is what a reviewer sees: the summary and the threads.
func (r *reviewed) seen() (summary string, threads []fakegitlab.Thread) {
	r.t.Helper()
	n := 0
	for _, t := range r.mr.Threads() {
		if t.Notes[0].Author != botID {
			continue
		}
		if t.Top {
			summary = t.Notes[0].Body
			n++
			continue
		}
		threads = append(threads, t)
	}
	if n > 1 {
		r.t.Fatalf("%d summaries", n)
	}
	if d := r.mr.Drafts(); d > 0 {
		r.t.Fatalf("%d drafts left over", d)
	}
	if a := r.s.Actions(); len(a) > 0 {
		r.t.Fatalf("quick actions were executed: %q", a)
	}
	return summary, threads
}

func contains(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in:\n%s", w, text)
		}
	}
}

var platform = map[string]string{
	"README.md":             "# Platform\n\nSee [the loader](pipelines/load.py).\n",
	"docs/guide.md":         "# Guide\n\nOne\n\nTwo\n\nThree\n\nRead [the loader](../pipelines/load.py) first.\n\nFour\n\nFive\n",
	"docs/other.md":         "# Other\n\nNothing.\n",
	"pipelines/load.py":     "def load():\n    return 1\n\n\ndef more():\n    return 2\n",
	"pipelines/transfer.py": "def transfer():\n    pass\n",
}

func TestReviewStory(t *testing.T) {
	r := newReviewed(t, platform)
	r.open(map[string]string{"docs/other.md": "# Other\n\nSomething.\n"})
	r.quiet(exitClean) // nothing is said on a clean merge request

	r.push(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py"})
	r.s.Mails()
	r.expect(exitFindings)
	summary, threads := r.seen()
	first, _, _ := strings.Cut(summary, "\n")
	if !strings.HasPrefix(first, "Action required: ") {
		t.Errorf("the first line is %q", first)
	}
	contains(t, summary, "`README.md`", "`docs/guide.md`", "+Read [the loader](../pipelines/ingest.py) first.", "docs-impact: none")
	if m := r.s.Mails(); m > 2 {
		t.Errorf("%d mails", m)
	}
	if len(threads) > 5 {
		t.Errorf("%d threads", len(threads))
	}
	r.quiet(exitFindings)

	// A push that changes nothing about it is silent.
	r.push(map[string]string{"docs/other.md": "# Other\n\nSomething else.\n"})
	r.quiet(exitFindings)

	// An edit inside the document, near the line: now it is in the difference.
	r.push(map[string]string{"README.md": "# Platform\n\nSee [the loader](pipelines/ingest.py).\n"})
	r.s.Mails()
	r.expect(exitFindings)
	summary, _ = r.seen()
	if strings.Contains(summary, "README.md") {
		t.Errorf("README.md is still in:\n%s", summary)
	}
	if m := r.s.Mails(); m > 1 {
		t.Errorf("a fix: %d mails", m)
	}

	r.push(map[string]string{"docs/guide.md": strings.ReplaceAll(platform["docs/guide.md"], "load.py", "ingest.py")})
	r.expect(exitClean)
	summary, _ = r.seen()
	contains(t, summary, "all clear")
	r.quiet(exitClean)
}

// TestReviewThreads follows a thread on a line of the document.
func TestReviewThreads(t *testing.T) {
	r := newReviewed(t, platform)
	near := strings.Replace(platform["docs/guide.md"], "Four", "Vier", 1)
	r.open(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py", "docs/guide.md": near})
	r.expect(exitFindings)
	_, threads := r.seen()
	if len(threads) != 1 || threads[0].Path != "docs/guide.md" || threads[0].Head != r.mr.Head() {
		t.Fatalf("threads: %+v", threads)
	}
	contains(t, threads[0].Notes[0].Body, "```suggestion:-0+0\nRead [the loader](../pipelines/ingest.py) first.\n```")
	r.quiet(exitFindings)

	// Fixed: the thread is resolved with a reason, in one mail.
	r.s.Mails()
	r.push(map[string]string{"docs/guide.md": strings.Replace(near, "load.py", "ingest.py", 1)})
	r.expect(exitFindings) // README.md
	_, threads = r.seen()
	if !threads[0].Resolved || len(threads[0].Notes) != 2 {
		t.Fatalf("not resolved: %+v", threads[0])
	}
	contains(t, threads[0].Notes[1].Body, "Fixed as of `"+r.mr.Head()[:8])
	if m := r.s.Mails(); m != 1 {
		t.Errorf("a fix: %d mails", m)
	}
	r.quiet(exitFindings)

	// Back: the same thread is opened again.
	r.push(map[string]string{"docs/guide.md": near})
	r.expect(exitFindings)
	_, threads = r.seen()
	if len(threads) != 1 || threads[0].Resolved {
		t.Fatalf("not reopened: %+v", threads)
	}
	r.quiet(exitFindings)

	// The suggestion gives the document byte for byte.
	ids := r.mr.Suggestions()
	if len(ids) != 1 {
		t.Fatalf("suggestions: %v", ids)
	}
	r.apply(ids[0])
	r.git(r.work, "fetch", "-q", "origin", "change")
	if got, want := r.git(r.work, "show", "FETCH_HEAD:docs/guide.md"), strings.TrimSpace(strings.Replace(near, "load.py", "ingest.py", 1)); got != want {
		t.Errorf("the suggestion gives\n%s\nwant\n%s", got, want)
	}
}
