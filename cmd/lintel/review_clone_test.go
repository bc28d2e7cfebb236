package main

import (
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/forge/fakegitlab"
)

// clone puts another clone in the place of the job's. The head is brought as
// GitLab's runner does, with as much history.
func (r *reviewed) clone(origin, depth string) {
	r.t.Helper()
	if err := os.RemoveAll(r.ci); err != nil {
		r.t.Fatal(err)
	}
	r.git(filepath.Dir(r.ci), "init", "-q", r.ci)
	r.git(r.ci, "remote", "add", "origin", origin)
	args := []string{"fetch", "-q", "--no-tags"}
	if depth != "" {
		args = append(args, "--depth="+depth)
	}
	r.git(r.ci, append(args, "origin", "+refs/merge-requests/1/head:refs/lintel-test/head")...)
	r.git(r.ci, "checkout", "-q", "--detach", "refs/lintel-test/head")
}

// long makes a merge request that began sixty commits ago.
func long(t *testing.T) *reviewed {
	t.Helper()
	r := newReviewed(t, platform)
	r.open(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py"})
	for range 2 {
		r.git(r.work, "checkout", "-q", "main")
		for i := range 30 {
			r.git(r.work, "commit", "-q", "--allow-empty", "-m", strconv.Itoa(i))
		}
		r.git(r.work, "push", "-q", "origin", "main")
		r.git(r.work, "checkout", "-q", "change")
	}
	for i := range 30 {
		r.git(r.work, "commit", "-q", "--allow-empty", "-m", strconv.Itoa(i))
	}
	r.push(nil)
	return r
}

// TestReviewClones runs in every kind of clone: what is said is always the same.
func TestReviewClones(t *testing.T) {
	r := long(t)
	server := httptest.NewServer(&cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(r.git(r.work, "--exec-path")), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + filepath.Dir(r.origin), "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
	})
	defer server.Close()
	file, web := "file://"+r.origin, server.URL+"/origin.git"
	clones := map[string]func(){
		"depth 1 by file":  func() { r.clone(file, "1") },
		"depth 20 by file": func() { r.clone(file, "20") },
		"depth 1 by http":  func() { r.clone(web, "1") },
		"whole by http":    func() { r.clone(web, "") },
		"whole by path":    func() { r.clone(r.origin, "") },
		"remote of a name": func() { r.clone(r.origin, ""); r.git(r.ci, "remote", "rename", "origin", "upstream") },
		"a second remote":  func() { r.clone(r.origin, ""); r.git(r.ci, "remote", "add", "backup", "/nowhere") },
		"a work tree": func() {
			r.clone(r.origin, "")
			r.git(r.ci, "worktree", "add", "-q", "--detach", r.ci+"-tree")
			r.ci += "-tree"
		},
		"a folder of it":     func() { r.clone(r.origin, ""); r.ci = filepath.Join(r.ci, "docs") },
		"a bare clone":       func() { r.clone(r.origin, ""); r.git(r.ci, "config", "core.bare", "true") },
		"without a checkout": func() { r.clone(r.origin, ""); _ = os.RemoveAll(filepath.Join(r.ci, "docs")) },
		"a branch": func() {
			r.clone(r.origin, "")
			r.git(r.ci, "fetch", "-q", "origin", "main")
			r.git(r.ci, "checkout", "-q", "-b", "mine", "FETCH_HEAD")
		},
		"the target, detached": func() {
			r.clone(r.origin, "")
			r.git(r.ci, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
			r.git(r.ci, "checkout", "-q", "--detach", "origin/main")
		},
		"odd settings": func() {
			r.clone(r.origin, "")
			for _, kv := range [][2]string{
				{"diff.noprefix", "true"},
				{"diff.mnemonicPrefix", "true"},
				{"diff.renames", "false"},
				{"diff.algorithm", "patience"},
				{"diff.context", "0"},
				{"diff.interHunkContext", "20"},
				{"color.ui", "always"},
				{"core.quotepath", "true"},
				{"diff.external", "false"},
				{"log.showSignature", "true"},
				{"fetch.prune", "true"},
				{"submodule.recurse", "true"},
				{"core.hooksPath", "/nowhere"},
				{"diff.orderFile", "/nowhere"},
			} {
				r.git(r.ci, "config", kv[0], kv[1])
			}
		},
	}
	want, ci := "", r.ci
	for name, make := range clones {
		r.ci = ci
		make()
		code, out := r.run()
		if code != exitFindings {
			t.Errorf("%s: exit %d\n%s", name, code, out)
			r.mr.Clear()
			continue
		}
		got := r.state()
		if want == "" {
			want = got
			contains(t, want, "`README.md`", "`docs/guide.md`")
		}
		if got != want {
			t.Errorf("%s: seen is\n%s\nwant\n%s", name, got, want)
		}
		r.mr.Clear()
	}
}

// TestReviewCloneRefused: what cannot be reviewed is refused with the reason,
// and nothing is written.
func TestReviewCloneRefused(t *testing.T) {
	r := long(t)
	for name, c := range map[string]struct {
		clone func()
		says  string
	}{
		"no remote": {func() { r.clone("file://"+r.origin, "1"); r.git(r.ci, "remote", "remove", "origin") }, "shallow"},
		"another project": {func() {
			other := filepath.Join(t.TempDir(), "other")
			r.git(filepath.Dir(r.ci), "init", "-q", "-b", "main", other)
			r.git(other, "commit", "-q", "--allow-empty", "-m", "x")
			r.ci = other
		}, "run in a clone of the project"},
		"no repository": {func() { r.ci = t.TempDir() }, "needs a clone"},
		"of somebody else": {func() {
			r.clone(r.origin, "")
			for _, p := range []string{r.ci, filepath.Join(r.ci, ".git")} {
				if err := os.Chown(p, 4321, 4321); err != nil {
					t.Skip("only root may give files away; run as root")
				}
			}
		}, "safe.directory"},
	} {
		t.Run(name, func(t *testing.T) {
			ci := r.ci
			defer func() { r.ci = ci }()
			c.clone()
			r.s.Log()
			code, out := r.run()
			if code != exitUsage && code != exitFailure {
				t.Errorf("exit %d", code)
			}
			contains(t, out, c.says)
			if w := r.writes(); len(w) > 0 {
				t.Errorf("wrote %v", w)
			}
		})
	}
}

// TestReviewSubmodules has one moved, and a document that names it.
func TestReviewSubmodules(t *testing.T) {
	r := newReviewed(t, platform)
	other := filepath.Join(t.TempDir(), "other")
	r.git(filepath.Dir(r.ci), "init", "-q", "-b", "main", other)
	r.git(other, "commit", "-q", "--allow-empty", "-m", "x")
	r.git(r.work, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other, "vendor/lib")
	r.commit("main", map[string]string{"docs/lib.md": "# Lib\n\nSee [the library](../vendor/lib).\n"})
	r.open(nil)
	r.push(map[string]string{"vendor/lib": "-> vendor/base"})
	out := r.expect(exitFindings)
	summary, _ := r.seen()
	contains(t, summary, "`docs/lib.md`")
	if strings.Contains(out, "panic") {
		t.Error(out)
	}
	r.quiet(exitFindings)
}

// TestReviewMergeTrain checks out what GitLab makes of a merge request behind
// another: a merge of the head into a merge.
func TestReviewMergeTrain(t *testing.T) {
	r := moving(t)
	r.git(r.work, "checkout", "-q", "-b", "before", "main")
	r.commit("before", map[string]string{"docs/before.md": "# Before\n"})
	r.git(r.work, "checkout", "-q", "-b", "train", "main")
	r.git(r.work, "merge", "-q", "--no-ff", "-m", "car 1", "before")
	r.git(r.work, "merge", "-q", "--no-ff", "-m", "car 2", "change")
	r.git(r.work, "push", "-q", "origin", "HEAD:refs/merge-requests/1/train")
	r.git(r.ci, "fetch", "-q", "origin", "refs/merge-requests/1/train")
	r.git(r.ci, "checkout", "-q", "--detach", "FETCH_HEAD")
	code, out := r.run()
	if code != exitFindings {
		t.Fatalf("exit %d\n%s", code, out)
	}
	summary, threads := r.seen()
	contains(t, summary, "`README.md`", "`docs/guide.md`")
	if strings.Contains(summary, "before.md") || len(threads) != 1 {
		t.Errorf("%d threads, summary\n%s", len(threads), summary)
	}
}

// TestReviewKilledForGood ends the process itself, with a signal that it cannot
// catch, in the middle of each request.
func TestReviewKilledForGood(t *testing.T) {
	clean := moving(t)
	clean.s.Log()
	clean.expect(exitFindings)
	want, n := clean.state(), len(clean.s.Log())
	r := moving(t)
	r.checkout()
	for i := range n {
		cmd := exec.CommandContext(t.Context(), "lintel", "review", "--url", r.url, "--project", "42", "--mr", fmt.Sprint(r.mr.IID))
		cmd.Dir, cmd.Env = r.ci, append(os.Environ(), "GITLAB_TOKEN="+botToken)
		count := 0
		r.s.Fault(fakegitlab.Fault{
			Times: 1, Pass: true, Match: func(*http.Request) bool { count++; return count == i+1 },
			Then: func() { _ = cmd.Process.Kill() },
		})
		if err := cmd.Run(); err == nil {
			t.Fatalf("request %d: it was not killed", i)
		}
		r.s.Mend()
		r.expect(exitFindings)
		if got := r.state(); got != want {
			t.Fatalf("request %d: seen is\n%s\nwant\n%s", i, got, want)
		}
		r.quiet(exitFindings)
		r.mr.Clear()
	}
}
