package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/forge/fakegitlab"
)

// platformReview is examples/data-platform on a GitLab of the test's own.
func platformReview(t *testing.T) (*reviewed, *workTree) {
	t.Helper()
	r := newReviewed(t, nil)
	if err := os.CopyFS(r.work, os.DirFS("../../examples/data-platform")); err != nil {
		t.Fatal(err)
	}
	w := &workTree{t, r.work}
	w.remove("STORY.md") // it quotes every sentence
	r.git(r.work, "add", "-A")
	r.commit("main", nil)
	return r, w
}

// TestReviewPlatformStory takes merge requests of the story of the example
// through their life: what is seen after each step, by how few comments and
// mails it came about, and what suggestions and --apply make of the documents.
func TestReviewPlatformStory(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a repository for each merge request; run without -short")
	}
	r, w := platformReview(t)
	main := r.git(r.work, "rev-parse", "HEAD")
	for _, n := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"} {
		t.Run(n, func(t *testing.T) {
			r.t, w.t = t, t
			r.git(r.work, "checkout", "-q", "-B", "change", main)
			platformStory[n](w)
			r.git(r.work, "add", "-A")
			r.commit("change", nil)
			mr, err := r.p.Open(r.p, "change", "main", authorID)
			if err != nil {
				t.Fatal(err)
			}
			r.mr = mr
			r.s.Mails()
			r.s.Log()
			code, out := r.review()
			if n == "9" || n == "10" {
				if wrote := r.writes(); code != exitClean || len(wrote) > 0 {
					t.Fatalf("nothing is untrue: exit %d, %v\n%s", code, wrote, out)
				}
				return
			}
			summary, threads := r.seen()
			contains(t, summary, "Action required: ")
			if m := r.s.Mails(); m > 2 || len(threads) > 5 {
				t.Errorf("%d mails, %d threads", m, len(threads))
			}
			r.quiet(code)
			first := r.state()

			// A push that has nothing to do with it, and the same by force.
			w.write("notes.txt", "x\n")
			r.git(r.work, "add", "-A")
			r.push(nil)
			r.quiet(code)
			r.git(r.work, "commit", "-q", "--amend", "-m", "said better")
			r.push(nil)
			r.quiet(code)

			// The target moves on, and the branch is put on top of it.
			r.git(r.work, "checkout", "-q", "-B", "main", "origin/main")
			w.write("elsewhere-"+n+".txt", "x\n")
			r.git(r.work, "add", "-A")
			r.commit("main", nil)
			r.git(r.work, "checkout", "-q", "change")
			r.quiet(code)
			r.git(r.work, "rebase", "-q", "main")
			r.push(nil)
			r.quiet(code)

			r.mended(w, threads, first)

			// Somebody answers for it.
			r.push(nil, "Docs-Impact: none (the story says so)")
			if code, out := r.review(); code != exitClean {
				t.Errorf("exit %d\n%s", code, out)
			}
			after, closed := r.seen()
			contains(t, after, "all clear", "the story says so")
			if slices.ContainsFunc(closed, func(th fakegitlab.Thread) bool { return !th.Resolved }) {
				t.Errorf("a thread stays open: %+v", closed)
			}
			r.quiet(exitClean)
		})
	}
}

// mended commits the edits, holds them against those of lintel check, and takes
// them back; threads and first are what was seen before.
func (r *reviewed) mended(w *workTree, threads []fakegitlab.Thread, first string) {
	t := r.t
	t.Helper()
	// Every document is mended by one commit, and then it is clear.
	r.s.Mails()
	head := r.mr.Head()
	r.review("--apply")
	r.git(r.work, "fetch", "-q", "origin", "change")
	r.git(r.work, "reset", "-q", "--hard", "FETCH_HEAD")
	if r.git(r.work, "rev-parse", "HEAD") == head {
		return // no edit is known
	}
	if r.git(r.work, "rev-parse", "HEAD^") != head {
		t.Error("more than one commit")
	}
	mended := r.git(r.work, "rev-parse", "HEAD")
	r.git(r.work, "checkout", "-q", "--detach", head)
	_, patch := w.check("main", "--patch")
	if patch != "" {
		w.write("../the.patch", patch)
		r.git(r.work, "apply", "../the.patch")
		r.git(r.work, "add", "-A")
		if diff := r.git(r.work, "diff", "--cached", mended); diff != "" {
			t.Errorf("--apply and check --patch differ:\n%s", diff)
		}
		r.git(r.work, "reset", "-q", "--hard")
	}
	r.git(r.work, "checkout", "-q", "change")
	code, _ := r.review()
	after, closed := r.seen()
	if code == exitClean && strings.Contains(after, "error**") {
		t.Errorf("clean, but the summary says\n%s", after)
	}
	for _, th := range closed {
		if !th.Resolved && code == exitClean {
			t.Errorf("a thread stays open: %+v", th)
		}
	}
	if m := r.s.Mails(); m > 1 {
		t.Errorf("a fix: %d mails", m)
	}
	r.quiet(code)

	// Reverted: the same threads are opened again, no new one is begun.
	r.git(r.work, "revert", "--no-edit", "HEAD")
	r.push(nil)
	r.review()
	_, back := r.seen()
	if len(back) != len(threads) {
		t.Errorf("%d threads, there were %d", len(back), len(threads))
	}
	for i, th := range back {
		if th.ID != threads[i].ID || th.Resolved {
			t.Errorf("not the thread that was, or not open: %+v", th)
		}
	}
	again, _ := r.seen()
	if s, _, _ := strings.Cut(first, "\n"); !strings.HasPrefix(again, s) {
		t.Errorf("the summary begins with\n%s\nwant\n%s", again, s)
	}
}
