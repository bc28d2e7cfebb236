package main

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/forge"
	"github.com/lintel-docs/lintel/internal/forge/fakegitlab"
)

// with returns files and some more.
func with(files map[string]string, more ...string) map[string]string {
	out := maps.Clone(files)
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

const siteConfig = "site_name: Platform\nsite_url: https://docs.example.com/\n"

func TestReviewPages(t *testing.T) {
	r := newReviewed(t, with(platform,
		"mkdocs.yml", siteConfig, "lintel.yml", "review:\n  preview_url: https://docs.example.com/previews/mr-{mr}/\n",
		"docs/a & b.md", "# A | <b>B</b>\n\nText.\n", "docs/gone.md", "# Gone\n"))
	r.open(map[string]string{
		"pipelines/load.py": "-> pipelines/ingest.py", "docs/other.md": "# Other\n\nSomething.\n", "docs/new.md": "# 새 문서\n\nNew.\n",
		"docs/a & b.md": "# A | <b>B</b>\n\nMore text.\n", "docs/gone.md": gone, "docs/sub/index.md": "# @all\n\n[x](../guide.md)\n",
		"mkdocs.yml": "site_name: Platform\nsite_url: https://evil.example/\nnav: [guide.md, other.md, new.md]\n",
	})
	r.expect(exitFindings)
	summary, _ := r.seen()
	contains(t, summary,
		"[Preview of the site](https://docs.example.com/previews/mr-1/)",
		"<details><summary>5 changed pages as of "+r.mr.Head()[:8]+"</summary>",
		"- `Other` [before](https://docs.example.com/other/) [after](https://docs.example.com/previews/mr-1/other/)\n",
		"- `새 문서` [after](https://docs.example.com/previews/mr-1/new/)\n",
		"- `A | B` [before](https://docs.example.com/a%20%26%20b/) [after](https://docs.example.com/previews/mr-1/a%20%26%20b/)\n",
		"- `Gone` [before](https://docs.example.com/gone/)\n",
		"- `@all` [after](https://docs.example.com/previews/mr-1/sub/)\n",
	)
	for _, no := range []string{"evil.example", "- `Guide`"} {
		if strings.Contains(summary, no) {
			t.Errorf("%s is in:\n%s", no, summary)
		}
	}
	r.quiet(exitFindings)
	// Another page changes, and no finding: nothing is written.
	r.push(map[string]string{"docs/newer.md": "# Newer\n"})
	r.checkout()
	r.s.Log()
	r.run()
	for _, q := range r.writes() {
		if !strings.Contains(q.Path, "/statuses/") {
			t.Errorf("wrote %+v", q)
		}
	}
	// A site that cannot be built costs the list, and nothing else.
	r.push(map[string]string{"mkdocs.yml": "site_name: [\n", "README.md": "# Platform\n"})
	r.expect(exitFindings)
	summary, _ = r.seen()
	contains(t, summary, "`docs/guide.md`")
	if strings.Contains(summary, "changed pages") {
		t.Error("a list of nothing")
	}
}

// TestReviewCleanStatus: a merge request without findings stays without a
// comment; the status of its head leads to the preview.
func TestReviewCleanStatus(t *testing.T) {
	r := newReviewed(t, with(platform, "mkdocs.yml", siteConfig))
	r.open(map[string]string{"docs/other.md": "# Other\n\nSomething.\n"})
	r.env["LINTEL_PREVIEW_URL"] = "https://docs.example.com/previews/mr-{mr}/"
	out := r.expect(exitClean, "--dry-run")
	contains(t, out, "would set the status lintel", "to success (documents agree), with a link to https://docs.example.com/previews/mr-1/")
	r.s.Log()
	r.expect(exitClean)
	if w := r.writes(); len(w) != 1 || !strings.Contains(w[0].Path, "/statuses/") || w[0].Status != 201 {
		t.Errorf("wrote %+v", w)
	}
	if n := len(r.mr.Threads()); n > 0 {
		t.Errorf("%d comments", n)
	}
	r.quiet(exitClean)
	// GitLab refuses a state that is set already, even with another address.
	r.env["LINTEL_PREVIEW_URL"] = "https://elsewhere.example.com/"
	r.quiet(exitClean)
}

// TestReviewConfig: review: of lintel.yml counts as it is on the target branch,
// below flags and environment.
func TestReviewConfig(t *testing.T) {
	r := newReviewed(t, with(platform, "lintel.yml", "review:\n  language: ko\n  fail_on: never\n  max_threads: 0\n"))
	r.open(map[string]string{
		"pipelines/load.py": "-> pipelines/ingest.py", "docs/guide.md": strings.Replace(platform["docs/guide.md"], "Four", "Vier", 1),
		"lintel.yml": "review:\n  language: en\n  fail_on: info\n  max_threads: 5\n  preview_url: https://evil.example/\n",
	})
	r.expect(exitClean)
	summary, threads := r.seen()
	contains(t, summary, "Action required: 이 머지 리퀘스트가", "끊어진 참조: the link to", "프로젝트 멤버는", "@lintel-bot ignore drift/dead-reference 사유")
	if len(threads) > 0 {
		t.Errorf("threads: %+v", threads)
	}
	// What the merge request sets is told (drift/policy-changed), and leads nowhere.
	if strings.Contains(strings.ReplaceAll(summary, `https\://evil.example/`, ""), "evil") {
		t.Errorf("the merge request decides:\n%s", summary)
	}
	r.quiet(exitClean)
	r.env["LINTEL_LANGUAGE"] = "en"
	r.expect(exitFindings, "--fail-on", "error")
	summary, _ = r.seen()
	contains(t, summary, "would be untrue after this merge request")
}

// TestReviewRuleNames: every kind of finding of a review has a name in Korean.
func TestReviewRuleNames(t *testing.T) {
	for _, r := range catalog().All() {
		if inReview(r.ID) && forge.RuleName("ko", r.ID) == "" {
			t.Errorf("%s has none", r.ID)
		}
	}
}

const decision = "# %s. %s\n\nDate: 2026-01-02\n\n## Status\n\nAccepted\n\n## Context\n\nC.\n\n## Decision\n\nWe will.\n\n## Consequences\n\nSome.\n"

func record(n, title string) string { return fmt.Sprintf(decision, n, title) }

// TestReviewNumberTaken: two open merge requests add a decision under one
// number.
func TestReviewNumberTaken(t *testing.T) {
	r := newReviewed(t, with(platform, "docs/adr/0001-first.md", record("1", "First"), "docs/adr/0002-second.md", record("2", "Second")))
	open := func(branch string, files map[string]string) *fakegitlab.MergeRequest {
		r.git(r.work, "checkout", "-q", "-B", branch, "main")
		r.commit(branch, files)
		mr, err := r.p.Open(r.p, branch, "main", authorID)
		if err != nil {
			t.Fatal(err)
		}
		return mr
	}
	early := open("kafka", map[string]string{"docs/adr/0003-kafka.md": record("3", "Use Kafka")})
	open("dbt", map[string]string{"docs/adr/0004-dbt.md": record("4", "Use dbt")})
	open("other", map[string]string{"docs/other.md": "# Other\n\nNo decision.\n"})
	r.mr = early
	r.git(r.work, "checkout", "-q", "kafka")
	r.quiet(exitClean) // nobody else has the number

	r.mr = open("change", map[string]string{
		"docs/adr/0003-pulsar.md": record("3", "Use Pulsar") + "\nSee [ADR-0001](0001-first.md).\n",
		"docs/other.md":           "# Other\n\nWhy: [ADR-0003](adr/0003-pulsar.md).\n",
	})
	r.s.Log()
	r.expect(exitClean)
	n := 0
	for _, q := range r.s.Log() {
		if strings.HasSuffix(q.Path, "/projects/42/merge_requests") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d requests for the other merge requests", n)
	}
	summary, threads := r.seen()
	contains(t, summary, "#### `docs/adr/0003-pulsar.md`", "**warning**", "the open merge request 1", "take 0005, the next number that is free",
		"`0005-pulsar.md`", "-# 3. Use Pulsar", "+# 5. Use Pulsar", "+Why: [ADR-0005](adr/0005-pulsar.md).", "(`adr/duplicate-id`)")
	if len(threads) > 0 {
		t.Errorf("threads: %+v", threads)
	}
	r.quiet(exitClean)

	// The one that was there first has nothing to do, and hears of it in the job.
	r.mr = early
	contains(t, r.expect(exitClean), "the open merge request 4")
	if n := len(early.Threads()); n > 0 {
		t.Errorf("%d comments", n)
	}
	r.quiet(exitClean)

	// The edit: the file, its title and what refers to it.
	r.mr = r.mrs()[3]
	out := r.expect(exitClean, "--apply", "--dry-run")
	contains(t, out, "docs/adr/0005-pulsar.md (was docs/adr/0003-pulsar.md)")
	r.expect(exitClean, "--apply")
	contains(t, r.git(r.origin, "show", "change:docs/adr/0005-pulsar.md"), "# 5. Use Pulsar", "[ADR-0001](0001-first.md)")
	contains(t, r.git(r.origin, "show", "change:docs/other.md"), "[ADR-0005](adr/0005-pulsar.md)")
	if files := r.git(r.origin, "ls-tree", "-r", "--name-only", "change", "docs/adr/"); strings.Contains(files, "0003-pulsar") {
		t.Errorf("the old file is still there: %s", files)
	}
	r.expect(exitClean)
	summary, _ = r.seen()
	contains(t, summary, "all clear")
	r.quiet(exitClean)

	// The first is merged: the number is the target's now.
	r.git(r.work, "checkout", "-q", "main")
	r.git(r.work, "merge", "-q", "kafka")
	r.git(r.work, "push", "-q", "origin", "main")
	r.mr = open("third", map[string]string{"docs/adr/0003-third.md": record("3", "Third")})
	r.git(r.work, "checkout", "-q", "-B", "third", "main~1")
	r.commit("third", map[string]string{"docs/adr/0003-third.md": record("3", "Third")})
	if err := r.mr.Pushed(); err != nil {
		t.Fatal(err)
	}
	r.expect(exitClean)
	summary, _ = r.seen()
	contains(t, summary, "is taken on the target branch", "`docs/adr/0003-kafka.md`", "take 0006")
}

// mrs returns the merge requests by number less one.
func (r *reviewed) mrs() (out []*fakegitlab.MergeRequest) {
	for i := int64(1); r.p.MergeRequest(i) != nil; i++ {
		out = append(out, r.p.MergeRequest(i))
	}
	return out
}

// TestReviewNumbersUnreadable: what cannot be read of other merge requests stops
// nothing, and one that was made from this one claims nothing.
func TestReviewNumbersUnreadable(t *testing.T) {
	r := newReviewed(t, with(platform, "docs/adr/0001-first.md", record("1", "First")))
	r.open(map[string]string{"docs/adr/0002-second.md": record("2", "Second")})
	r.git(r.work, "checkout", "-q", "-b", "stacked")
	r.commit("stacked", map[string]string{"docs/adr/0002-second.md": record("2", "Second, longer"), "docs/adr/0003-third.md": record("3", "Third")})
	if _, err := r.p.Open(r.p, "stacked", "main", authorID); err != nil {
		t.Fatal(err)
	}
	r.quiet(exitClean)
	r.s.Fault(fakegitlab.Fault{Status: 403, Match: func(q *http.Request) bool { return strings.HasSuffix(q.URL.Path, "/projects/42/merge_requests") }})
	r.quiet(exitClean)
	// Heads that the remote does not have.
	r.s.Mend()
	r.git(r.origin, "update-ref", "-d", "refs/merge-requests/2/head")
	if err := os.RemoveAll(r.ci); err != nil {
		t.Fatal(err)
	}
	r.git(filepath.Dir(r.ci), "clone", "-q", "--single-branch", r.origin, r.ci)
	r.quiet(exitClean)
}

func TestReviewReminders(t *testing.T) {
	due := func(title, code, date string) string {
		return "---\nstatus: accepted\ndate: 2024-01-01\nreview-by: " + date + "\ncode: [" + code + "]\n---\n\n# " + title + "\n\n## Decision Outcome\n\nWe will.\n"
	}
	files := with(platform)
	for i := range 7 {
		files[fmt.Sprintf("docs/adr/%04d-d%d.md", i+1, i+1)] = due(fmt.Sprintf("Decision %d", i+1), "elsewhere/**", "2024-06-01")
	}
	files["docs/adr/0008-loader.md"] = due("Loader in *Python*", "pipelines/**", "2025-06-01")
	files["docs/adr/0009-later.md"] = due("Later", "pipelines/**", "2999-01-01")
	r := newReviewed(t, files)
	r.open(map[string]string{"docs/other.md": "# Other\n\nSomething.\n"})
	r.quiet(exitClean) // no reason for a comment
	r.push(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py"})
	r.expect(exitFindings)
	summary, _ := r.seen()
	contains(t, summary, "<details><summary>Decisions whose review is due</summary>",
		"- `docs/adr/0008-loader.md` Loader in Python: its review was due on 2025-06-01 (this merge request touches it or what it decides on)\n- `docs/adr/0001-d1.md`",
		"- … and 3 more")
	if strings.Contains(summary, "Later") {
		t.Error("one that is not due is listed")
	}
	r.quiet(exitFindings)
}
