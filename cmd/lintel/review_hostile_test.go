package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lintel-docs/lintel/internal/forge/fakegitlab"
)

// Abuse cases of a review by number, with the tests that hold them:
//
//	S5   an answer names other hosts          TestReviewS5Addresses
//	S6–8 text becomes commands or markup      TestReviewS6Names, forge.TestBodies…
//	S9   a forged marker                      TestReviewForeignNotes, forge.TestMarkerIsBound
//	S10  our comments edited, deleted         TestReviewS10Comments, TestReviewCommand…
//	S11  the merge request changes the rules  TestReviewS11Configuration
//	S12  documents that execute               TestReviewS12Execution
//	S13  paths out of the repository          TestReviewS13Traversal
//	S14  links, submodules, odd files         TestReviewS14Links, TestReviewSubmodules
//	S15  git that runs programs               TestReviewS15Git
//	S18  forks                                TestReviewFork, TestReviewS18Fork
//	S19  tokens in what is printed            TestReviewS19Token, TestReviewRedirect
//	S21  too much of everything               TestReviewS21Flood, TestReviewMany
//	S22  races                                TestReviewOlderHead, TestReviewTwoAtOnce, forge.TestRun…
//	S23  commits in somebody's name           TestReviewS23Commit, TestReviewApply…
//	S24  suggestions that change another line TestReviewS24Suggestions
//	S25  requests to other hosts              TestReviewS25Network

// TestReviewS5Addresses has the server name addresses of somebody else's.
func TestReviewS5Addresses(t *testing.T) {
	for _, web := range []string{"javascript:alert(1)/-/merge_requests/1", "https://evil.example/a)b/-/merge_requests/1", "", "ext::sh -c 'touch pwned'"} {
		r := moving(t)
		r.mr.WebURL = web
		r.expect(exitFindings)
		summary, threads := r.seen()
		all := summary + fmt.Sprint(threads)
		if strings.Contains(all, "javascript:") || strings.Contains(all, "](ext:") || strings.Contains(all, "a)b/-/edit") {
			t.Errorf("%q is linked:\n%s", web, all)
		}
		r.quiet(exitFindings)
	}
}

// hostileNames are paths that mean something to a server.
var hostileNames = []string{
	"docs/\n/merge.md", "docs/\r/approve.md", "docs/@all #1 !2 ~x.md", "docs/`x`.md", "docs/```\n/close\n```.md", "docs/</details>\n\n/close.md",
	"docs/![](https:evil.example).md", "docs/\u202eevil\u2028/label ~x.md", "docs/<!-- lintel:note -->.md", "docs/--upload-pack=touch pwned.md", "docs/[skip ci] Closes #1.md",
}

// TestReviewS6Names puts hostile text into names of files, headings, links and
// commit messages, and lets a review say it in every way.
func TestReviewS6Names(t *testing.T) {
	files := map[string]string{"src/load.py": "x = 1\n"}
	for i, name := range hostileNames {
		files[name] = fmt.Sprintf("# /merge @all\n\n/approve [/close @all Closes #1](../%ssrc/load.py) x\n\n`src/load.py` \r/merge\n", strings.Repeat("../", strings.Count(name, "/")-1))
		files[fmt.Sprintf("docs/n%d.md", i)] = "# N\n"
	}
	r := newReviewed(t, files)
	change := map[string]string{"src/load.py": "-> src/\n/merge @all.py"}
	for _, name := range hostileNames[:4] { // some in the difference
		change[name] = files[name] + "\nmore\n"
	}
	r.open(change)
	r.expect(exitFindings)
	summary, _ := r.seen() // no quick action was executed; what else is inert is for package forge to show
	if n := strings.Count(summary, "#### "); n != len(hostileNames) {
		t.Errorf("%d documents of %d are named:\n%s", n, len(hostileNames), summary)
	}
	r.quiet(exitFindings)
	r.review("--apply") // files with a line end in their name stay
	r.git(r.work, "fetch", "-q", "origin", "change")
	if m := r.git(r.work, "log", "-1", "--format=%B", "FETCH_HEAD"); strings.Contains(m, "@") || strings.Contains(m, "Closes") || strings.Contains(m, "skip ci") {
		t.Errorf("the message of the commit is %q", m)
	}
	r.expect(exitFindings)
	r.seen()
}

// TestReviewS10Comments has people change and delete what Lintel wrote.
func TestReviewS10Comments(t *testing.T) {
	r := moving(t)
	r.expect(exitFindings)
	want := r.state()
	var summary, thread int64
	for _, th := range r.mr.Threads() {
		if th.Top {
			summary = th.Notes[0].ID
		} else {
			thread = th.Notes[0].ID
		}
	}
	if !r.mr.Rewrite(summary, "All is well.\n\n/merge") || !r.mr.Rewrite(thread, "") {
		t.Fatal("no such note")
	}
	r.expect(exitFindings) // what was rewritten beyond recognition is not ours any more
	text := ""
	for _, th := range r.mr.Threads() {
		text += th.Notes[0].Body
	}
	contains(t, text, "Action required", "All is well.")
	r.quiet(exitFindings)

	r = moving(t)
	r.expect(exitFindings)
	for _, th := range r.mr.Threads() {
		body := th.Notes[0].Body
		r.mr.Rewrite(th.Notes[0].ID, strings.Replace(strings.Replace(body, "error", "nothing", 1), "Action required", "All is well", 1))
	}
	r.expect(exitFindings)
	if got := r.state(); got != want {
		t.Errorf("what somebody has changed is\n%s\nwant\n%s", got, want)
	}
	r.quiet(exitFindings)
	// Deleted: the summary is written again, the thread is not begun again.
	for _, th := range r.mr.Threads() {
		r.mr.Delete(th.Notes[0].ID)
	}
	r.expect(exitFindings)
	r.quiet(exitFindings)
	// A thread that a person has resolved stays resolved, one that a person has
	// opened again stays open, with and without a word of theirs.
	for _, word := range []string{"", "I want to talk about this."} {
		r = moving(t)
		r.expect(exitFindings)
		r.mr.Resolve(authorID, true, word)
		r.quiet(exitFindings)
		r.mr.Resolve(authorID, false, "")
		r.quiet(exitFindings)
		r.push(map[string]string{"docs/guide.md": strings.ReplaceAll(platform["docs/guide.md"], "load.py", "ingest.py")})
		r.expect(exitFindings)
		r.mr.Resolve(authorID, false, word)
		r.quiet(exitFindings)
		_, threads := r.seen()
		if threads[0].Resolved {
			t.Errorf("a thread that somebody has opened was resolved again: %+v", threads[0])
		}
	}
}

// TestReviewS11Configuration has the merge request turn off what would find it.
func TestReviewS11Configuration(t *testing.T) {
	r := newReviewed(t, platform)
	r.open(map[string]string{
		"pipelines/load.py": "-> pipelines/ingest.py",
		"lintel.yml":        "checks:\n  fail_on: never\n  severity:\n    drift/*: off\n  ignore:\n    - rules: ['*']\n      paths: ['**']\n      reason: mine\nreview:\n  language: ko\n  threads: 0\n",
		"mkdocs.yml":        "site_name: x\ndocs_dir: elsewhere\n",
	})
	r.expect(exitFindings)
	summary, _ := r.seen()
	contains(t, summary, "`README.md`", "`docs/guide.md`", "would be untrue")
	// What the target says counts.
	r.git(r.work, "checkout", "-q", "main")
	r.commit("main", map[string]string{"lintel.yml": "checks:\n  severity:\n    drift/*: off\n"})
	r.git(r.work, "checkout", "-q", "change")
	r.expect(exitClean)
}

// TestReviewS12Execution reviews documents of a site whose settings run programs
// in other tools.
func TestReviewS12Execution(t *testing.T) {
	r := newReviewed(t, platform)
	pwned := filepath.Join(t.TempDir(), "pwned")
	hook := "import os\nos.system('touch " + pwned + "')\n"
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	evil := map[string]string{
		"mkdocs.yml": "site_name: !ENV [GITLAB_TOKEN, x]\nhooks: [hook.py]\nplugins:\n  - macros: {module_name: hook}\n  - exec\nextra: !!python/object/apply:os.system ['touch " + pwned + "']\n" +
			"markdown_extensions:\n  - pymdownx.snippets: {base_path: /, url_download: true}\nedit_uri: 'javascript:alert(1)'\n",
		"hook.py":          hook,
		"docs/macros.md":   "# {{ config }}\n\n{% include '/etc/passwd' %}\n\n--8<-- \"/etc/passwd\"\n\n[x](../pipelines/load.py)\n",
		"other/mkdocs.yml": bomb,
	}
	r.commit("main", evil) // even of the target
	r.open(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py", "docs/macros.md": evil["docs/macros.md"] + "\nx\n"})
	r.expect(exitFindings)
	summary, threads := r.seen()
	contains(t, summary, "`docs/macros.md`")
	if all := summary + fmt.Sprint(threads); strings.Contains(all, "root:") || strings.Contains(all, botToken) || strings.Contains(all, "javascript") {
		t.Error(all)
	}
	if _, err := os.Stat(pwned); err == nil {
		t.Error("a program was run")
	}
	r.quiet(exitFindings)
}

// TestReviewS13Traversal has links that lead out of the repository.
func TestReviewS13Traversal(t *testing.T) {
	r := newReviewed(t, platform)
	doc := "# T\n\n[a](../../../../../etc/passwd) [b](/etc/passwd) [c](..%2f..%2fetc/passwd) [d](file:///etc/passwd) [e](C:\\\\x) [f](\\\\\\\\host\\\\x)\n" +
		"[g](%00) [h](../pipelines/../../../etc/passwd) [i](../pipelines/load.py%00) [j](../pipelines/./load.py) [k](../docs/../pipelines/load.py)\n"
	r.commit("main", map[string]string{"docs/t.md": doc})
	r.open(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py", "docs/t.md": doc + "\nx\n"})
	out := r.expect(exitFindings)
	summary, threads := r.seen()
	contains(t, summary, "`docs/t.md`")
	if all := out + summary + fmt.Sprint(threads); strings.Contains(all, "root:x") {
		t.Error(all)
	}
	r.quiet(exitFindings)
	r.expect(exitClean, "--apply")
	r.git(r.work, "fetch", "-q", "origin", "change")
	after := r.git(r.work, "show", "FETCH_HEAD:docs/t.md")
	contains(t, after, "[a](../../../../../etc/passwd)", "[h](../pipelines/../../../etc/passwd)", "ingest.py")
}

// TestReviewS14Links has documents that are links, that become links, and a
// chain of them out of the repository.
func TestReviewS14Links(t *testing.T) {
	r := newReviewed(t, platform)
	link := func(name, target string) {
		t.Helper()
		if err := os.Symlink(target, filepath.Join(r.work, name)); err != nil {
			t.Fatal(err)
		}
		r.git(r.work, "add", "--", name)
	}
	secret := filepath.Join(t.TempDir(), "secret.md")
	if err := os.WriteFile(secret, []byte("# Secret\n\n[x](pipelines/load.py) password-of-the-host\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	link("docs/passwd.md", "/etc/passwd")
	link("docs/secret.md", secret)
	link("docs/chain.md", "secret.md")
	link("docs/dangling.md", "nowhere.md")
	link("docs/loop.md", "loop.md")
	link("docs/up", "../..")
	link("docs/alias.md", "guide.md")
	r.commit("main", nil)
	r.open(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py", "docs/other.md": gone})
	link("docs/other.md", "/etc/passwd") // a document that becomes a link
	r.push(nil)
	out := r.expect(exitFindings)
	summary, threads := r.seen()
	contains(t, summary, "`docs/guide.md`")
	if all := out + summary + fmt.Sprint(threads); strings.Contains(all, "password-of-the-host") || strings.Contains(all, "root:") {
		t.Error(all)
	}
	r.quiet(exitFindings)
	r.expect(exitClean, "--apply")
	r.git(r.work, "fetch", "-q", "origin", "change")
	if mode := r.git(r.work, "ls-tree", "FETCH_HEAD", "docs/alias.md"); !strings.HasPrefix(mode, "120000") {
		t.Errorf("a link became a file: %s", mode)
	}
}

// TestReviewS15Git has a repository that makes git run programs, and branches
// with names of options.
func TestReviewS15Git(t *testing.T) {
	r := moving(t)
	pwned := filepath.Join(t.TempDir(), "pwned")
	program := filepath.Join(t.TempDir(), "evil")
	if err := os.WriteFile(program, []byte("#!/bin/sh\ntouch "+pwned+"\ncat\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.push(map[string]string{
		".gitattributes": "* filter=evil diff=evil merge=evil text\n", ".lfsconfig": "[lfs]\nurl = ext::" + program + "\n",
		".gitmodules": "[submodule \"x\"]\n\tpath = x\n\turl = -u" + program + "\n",
	})
	r.checkout()
	for _, kv := range [][2]string{
		{"filter.evil.smudge", program},
		{"filter.evil.clean", program},
		{"filter.evil.process", program},
		{"diff.evil.command", program},
		{"diff.evil.textconv", program},
		{"diff.external", program},
		{"core.fsmonitor", program},
		{"core.pager", program},
		{"core.editor", program},
		{"remote.origin.vcs", ""},
		{"credential.helper", ""},
		{"alias.fetch", "!" + program},
		{"gpg.program", program},
		{"core.sshCommand", program},
	} {
		if kv[1] != "" {
			r.git(r.ci, "config", kv[0], kv[1])
		}
	}
	hooks := filepath.Join(r.ci, ".git", "hooks")
	if err := os.MkdirAll(hooks, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, h := range []string{"reference-transaction", "post-checkout", "post-index-change", "pre-auto-gc", "fsmonitor-watchman"} {
		if err := os.Symlink(program, filepath.Join(hooks, h)); err != nil {
			t.Fatal(err)
		}
	}
	if code, out := r.run(); code != exitFindings {
		t.Errorf("exit %d\n%s", code, out)
	}
	for _, name := range []string{"--upload-pack=" + program, "-u" + program, "ext::" + program, "main\nx", "a:b", "@{-1}", "refs/../../x", "*"} {
		r.mr.Clear()
		r.mr.TargetBranch = name
		if code, out := r.run(); strings.Contains(out, "panic") || code == exitClean {
			t.Errorf("%q: exit %d\n%s", name, code, out)
		}
	}
	if _, err := os.Stat(pwned); err == nil {
		t.Error("a program was run")
	}
}

// TestReviewS18Fork has forks that are gone, private, and in a pipeline that has
// no secrets.
func TestReviewS18Fork(t *testing.T) {
	for _, gone := range []bool{true, false} {
		r := newReviewed(t, platform)
		fork := filepath.Join(t.TempDir(), "fork.git")
		r.git(t.TempDir(), "clone", "-q", "--bare", r.origin, fork)
		p := r.s.AddProject(43, "jiyoung/platform", fork) // our bot is no member: private to it
		p.Member(authorID, fakegitlab.Maintainer)
		r.git(r.work, "checkout", "-q", "-b", "change")
		r.git(r.work, "remote", "set-url", "--push", "origin", fork)
		r.commit("change", map[string]string{"pipelines/load.py": "-> pipelines/ingest.py"})
		mr, err := r.p.Open(p, "change", "main", authorID)
		if err != nil {
			t.Fatal(err)
		}
		r.mr, mr.SourceGone = mr, gone
		r.env["LINTEL_PREVIEW_URL"] = "https://preview.example/1/"
		r.expect(exitFindings)
		summary, _ := r.seen()
		contains(t, summary, "`README.md`")
		r.s.Log()
		contains(t, r.expect(exitUsage, "--apply"), "fork")
		mr.AllowPush = true
		r.expect(exitUsage, "--apply")
		if w := r.writes(); len(w) > 0 {
			t.Errorf("wrote %v", w)
		}
	}
}

// TestReviewS19Token looks for tokens in everything that is printed and written.
func TestReviewS19Token(t *testing.T) {
	r := moving(t)
	const jobToken = "glcbt-64_the-job-token"
	r.env["CI_JOB_TOKEN"] = jobToken
	r.checkout()
	dir := t.TempDir()
	look := func(what, text string) {
		t.Helper()
		for _, secret := range []string{botToken, jobToken} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: a token is in:\n%s", what, text)
			}
		}
	}
	args := []string{"-v", "--report", "codequality=" + filepath.Join(dir, "cq.json"), "--report", "junit=" + filepath.Join(dir, "j.xml"), "--report", "text=" + filepath.Join(dir, "t.txt")}
	_, out := r.run(args...)
	look("a review", out)
	for _, name := range []string{"cq.json", "j.xml", "t.txt"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		}
		look(name, string(b))
	}
	// Remotes hold tokens, as GitLab's runner writes them.
	for _, origin := range []string{"http://oauth2:" + botToken + "@127.0.0.1:1/x.git", "http://gitlab-ci-token:" + jobToken + "@127.0.0.1:1/x.git", "ext::sh -c " + botToken} {
		r.git(r.ci, "remote", "set-url", "origin", origin)
		_, out = r.run("-v")
		look("origin "+origin, out)
		r.push(map[string]string{"docs/new.md": origin}) // now it has to fetch
		r.mr.Clear()
		_, out = r.run("-v")
		look("fetch "+origin, out)
	}
	for _, f := range []fakegitlab.Fault{
		{Status: 400, Body: `{"message":"` + botToken + `","error":"` + jobToken + `"}`},
		{Status: 500, Body: "<html>" + botToken},
		{Status: 200, Body: botToken},
		{Status: 302, Header: http.Header{"Location": {"http://127.0.0.1:1/?private_token=" + botToken}}},
		{Status: 302, Header: http.Header{"Location": {"http://x:" + botToken + "@" + strings.TrimPrefix(r.url, "http://") + "/"}}},
	} {
		f.Match = func(q *http.Request) bool { return strings.HasSuffix(q.URL.Path, "/versions") }
		r.s.Fault(f)
		_, out = r.run("-v")
		look(fmt.Sprint(f.Status), out)
		r.s.Mend()
	}
	for _, args := range [][]string{{"--url", "http://oauth2:" + botToken + "@127.0.0.1:1"}, {"--url", "http://127.0.0.1:1/?private_token=" + botToken}, {"--mr", botToken}, {"--project", botToken}} {
		_, out = r.run(args...)
		look(fmt.Sprint(args), out)
	}
}

// TestReviewS21Flood has more of everything than anybody reads.
func TestReviewS21Flood(t *testing.T) {
	files := map[string]string{"src/a.py": "x = 1\n", "docs/big.md": "# Big\n\n" + strings.Repeat("words and [a](../src/a.py) words\n\n", 3000)}
	files["docs/huge.md"] = "# Huge\n\n[a](../src/a.py)\n" + strings.Repeat("x", 20<<20)
	files["docs/nested.md"] = strings.Repeat(">", 5000) + " [a](../src/a.py)\n\n" + strings.Repeat("[", 20000) + "a](../src/a.py)\n\n" + strings.Repeat("|a", 3000) + "\n"
	files["docs/long.md"] = "# Long\n\n" + strings.Repeat("z", 300_000) + " [a](../src/a.py)\n"
	files["data/rows.csv"] = strings.Repeat("1,2,3\n", 50_000)
	r := newReviewed(t, files)
	r.open(map[string]string{"src/a.py": "-> src/b.py", "data/rows.csv": strings.Repeat("1,2,4\n", 100_000), "docs/long.md": files["docs/long.md"] + "x\n"})
	r.expect(exitFindings)
	summary, threads := r.seen()
	contains(t, summary, "`docs/big.md`", "truncated", "`docs/long.md`")
	if len(summary) > fakegitlab.MaxNote || len(threads) > 5 {
		t.Errorf("%d bytes, %d threads", len(summary), len(threads))
	}
	for _, th := range threads {
		if len(th.Notes[0].Body) > 100_000 {
			t.Errorf("a thread of %d bytes", len(th.Notes[0].Body))
		}
	}
	r.quiet(exitFindings)
}

// TestReviewS23Commit looks at the commit of edits.
func TestReviewS23Commit(t *testing.T) {
	r := moving(t)
	r.env["GITLAB_USER_LOGIN"], r.env["GITLAB_USER_NAME"], r.env["GITLAB_USER_ID"] = "x\n\n[skip ci]\nCloses #1", "[ci skip] @all\r\nCo-authored-by: Boss <boss@example.com>", "12"
	before := r.mr.Head()
	r.expect(exitClean, "--apply")
	r.git(r.work, "fetch", "-q", "origin", "change")
	message := r.git(r.work, "log", "-1", "--format=%B", "FETCH_HEAD")
	for _, bad := range []string{"skip ci]", "ci skip]", "Closes #", "@all", "boss@example.com>"} {
		if strings.Contains(message, bad) {
			t.Errorf("the message holds %q:\n%s", bad, message)
		}
	}
	if parents := r.git(r.work, "log", "-1", "--format=%P", "FETCH_HEAD"); parents != before {
		t.Errorf("parents %s, want %s", parents, before)
	}
	changed := r.git(r.work, "diff", "--name-only", before, "FETCH_HEAD")
	if changed != "README.md\ndocs/guide.md" {
		t.Errorf("changed:\n%s", changed)
	}
}

// TestReviewS24Suggestions applies each suggestion, in the order that is worst,
// and holds the document against the one that the edits give.
func TestReviewS24Suggestions(t *testing.T) {
	for name, doc := range map[string]string{
		"plain":      "# D\n\none [a](../src/a.py)\n\ntwo `src/a.py`\n\n- three\n  [a](../src/a.py) and [again](../src/a.py)\n",
		"fences":     "# D\n\n```sh\ncat src/a.py\n```\n\n````md\n```\nsrc/a.py\n```\n````\n\n[a](../src/a.py)\n",
		"trailing":   "# D\n\none [a](../src/a.py)  \ntwo\t\n\n| a | [a](../src/a.py) |\n|---|---|\n| `src/a.py` | b |\n",
		"no end":     "# D\n\n[b](other.md)\n\n[a](../src/a.py)",
		"carriage":   strings.ReplaceAll("# D\n\none [a](../src/a.py)\n\ntwo\n", "\n", "\r\n"),
		"references": "# D\n\n[a] and [b][a]\n\n[a]: ../src/a.py \"title\"\n",
		"utf8":       "# 문서\n\n한국어 [가](../src/a.py)는 `src/a.py`이다.\n",
		"html":       "# D\n\n<a href=\"../src/a.py\">a</a> [a](<../src/a.py>)\n",
		"backticks":  "# D\n\n``` `src/a.py` ```` [a](../src/a.py) ```` x\n",
		"slash":      "# D\n\n/merge [a](../src/a.py)\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := newReviewed(t, map[string]string{"src/a.py": "x = 1\n", "docs/doc.md": doc, "docs/other.md": "# O\n"})
			head := strings.Replace(doc, "# ", "# A ", 1)
			if strings.HasSuffix(doc, "\n") {
				head += "\nend\n"
			}
			r.open(map[string]string{"src/a.py": "-> src/b.py", "docs/doc.md": head})
			r.expect(exitFindings)
			r.seen()
			want := strings.TrimSpace(strings.ReplaceAll(head, "src/a.py", "src/b.py"))
			all := len(r.mr.Suggestions())
			for _, th := range r.mr.Threads() {
				if n := strings.Count(th.Notes[0].Body, "```suggestion"); n > 1 {
					t.Errorf("%d suggestions in a thread", n)
				}
			}
			if whole := name != "slash" && name != "no end" && name != "carriage"; whole == (all == 0) {
				t.Errorf("%d suggestions", all)
			}
			// Each makes a commit, on which the others have to stand again.
			for range all {
				ids := r.mr.Suggestions()
				if len(ids) == 0 {
					break
				}
				r.apply(ids[len(ids)-1])
				r.review()
			}
			if left := len(r.mr.Suggestions()); left > 0 {
				t.Errorf("%d suggestions are left", left)
			}
			if code, out := r.review(); code == exitClean && !strings.Contains(out, "warning") {
				r.git(r.work, "fetch", "-q", "origin", "change")
				if got := r.git(r.work, "show", "FETCH_HEAD:docs/doc.md"); got != want {
					t.Errorf("the suggestions give\n%q\nwant\n%q\n%s", got, want, out)
				}
			}
			// What no suggestion can do, --apply does.
			r.review("--apply")
			r.git(r.work, "fetch", "-q", "origin", "change")
			if got := r.git(r.work, "show", "FETCH_HEAD:docs/doc.md"); got != want {
				t.Errorf("the document is\n%q\nwant\n%q", got, want)
			}
		})
	}
}

// TestReviewS25Network counts requests to a host that documents name.
func TestReviewS25Network(t *testing.T) {
	var hits atomic.Int32
	bait := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer bait.Close()
	r := newReviewed(t, platform)
	doc := strings.ReplaceAll("# N\n\n![x](URL/i.png) [x](URL) <URL>\n\n--8<-- \"URL/s.md\"\n\n<script src=\"URL/x.js\"></script>\n\n[l](../pipelines/load.py)\n", "URL", bait.URL)
	r.commit("main", map[string]string{
		"docs/net.md": doc, "mkdocs.yml": "site_name: x\nrepo_url: " + bait.URL + "\nINHERIT: " + bait.URL + "/base.yml\n",
		".gitmodules": "[submodule \"x\"]\n\tpath = x\n\turl = " + bait.URL + "/x.git\n",
	})
	r.open(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py", "docs/net.md": doc + "\nx\n"})
	r.expect(exitFindings)
	summary, _ := r.seen()
	contains(t, summary, "`docs/net.md`")
	if n := hits.Load(); n > 0 {
		t.Errorf("%d requests to a host that documents name", n)
	}
	if strings.Contains(summary, "![") {
		t.Errorf("an image is in:\n%s", summary)
	}
}
