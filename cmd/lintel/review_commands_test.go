package main

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/forge"
	"github.com/lintel-docs/lintel/internal/forge/fakegitlab"
)

// regexpHead finds short names of commits, which differ from run to run.
var regexpHead = regexp.MustCompile("`[0-9a-f]{8}`|\\b[0-9a-f]{8}\\b")

// Other people on merge requests of tests.
const (
	strangerID = 21
	guestID    = 22
	reporterID = 23
	otherDevID = 24
)

// discussed is a merge request that has been reviewed once, with people around
// it.
func discussed(t *testing.T) *reviewed {
	t.Helper()
	r := moving(t)
	r.people()
	r.expect(exitFindings)
	return r
}

func (r *reviewed) people() {
	r.s.AddUser(strangerID, "stranger", "glpat-stranger")
	r.s.AddUser(guestID, "guest", "glpat-guest")
	r.s.AddUser(reporterID, "reporter", "glpat-reporter")
	r.s.AddUser(otherDevID, "minsu", "glpat-minsu")
	r.p.Member(guestID, fakegitlab.Guest)
	r.p.Member(reporterID, fakegitlab.Reporter)
	r.p.Member(otherDevID, fakegitlab.Developer)
}

// responded checks the emojis on a note.
func (r *reviewed) responded(note int64, want ...string) {
	r.t.Helper()
	for i := range want {
		want[i] = "lintel-bot " + want[i]
	}
	if got := r.mr.Awards(note); !slices.Equal(got, want) {
		r.t.Errorf("responses %q, want %q", got, want)
	}
}

func TestReviewIgnore(t *testing.T) {
	r := discussed(t)
	n := r.mr.Say(otherDevID, "@lintel-bot ignore drift/dead-reference docs/guide.md the loader goes next week, see @jiyoung")
	r.s.Mails()
	r.expect(exitFindings) // README.md
	r.responded(n, "white_check_mark")
	summary, threads := r.seen()
	contains(t, summary, "1 document would be untrue", "#### `README.md`", "Answered for in comments:", "- `docs/guide.md`: ",
		"the loader goes next week", "(`minsu`)")
	if strings.Contains(summary, "#### `docs/guide.md`") {
		t.Errorf("it still counts:\n%s", summary)
	}
	if len(threads) != 1 || !threads[0].Resolved {
		t.Fatalf("threads: %+v", threads)
	}
	contains(t, threads[0].Notes[1].Body, "Stays as it is: the loader goes next week")
	if m := r.s.Mails(); m != 1 {
		t.Errorf("%d mails", m)
	}
	r.quiet(exitFindings)

	// A push that changes nothing about it, an edit of the comment and its
	// deletion: the answer stands.
	r.push(map[string]string{"docs/other.md": "# Other\n\nSomething else.\n"})
	r.quiet(exitFindings)
	r.mr.Edit(n, "@lintel-bot ignore drift/dead-reference and this as well")
	r.quiet(exitFindings)
	r.mr.Remove(n)
	r.quiet(exitFindings)

	// Who gave it may leave; the rest is answered for with the other form.
	r.p.Member(otherDevID, 0)
	n = r.mr.Say(authorID, "/lintel ignore d5 all of it is going away")
	r.expect(exitClean)
	r.responded(n, "white_check_mark")
	summary, _ = r.seen()
	contains(t, summary, "all clear", "all of it is going away", "(`jiyoung`)", "the loader goes next week")
	r.quiet(exitClean)

	// Mended, and broken again: it is another matter then.
	broken := r.git(r.work, "show", "HEAD:docs/guide.md") + "\n"
	r.push(map[string]string{"docs/guide.md": strings.Replace(broken, "load.py", "ingest.py", 1)})
	r.expect(exitClean)
	summary, _ = r.seen()
	if strings.Contains(summary, "docs/guide.md") {
		t.Errorf("an answer outlives what it was for:\n%s", summary)
	}
	r.push(map[string]string{"docs/guide.md": broken})
	r.expect(exitFindings)
	_, threads = r.seen()
	if len(threads) != 1 || threads[0].Resolved {
		t.Errorf("not reopened: %+v", threads)
	}
}

// TestReviewIgnoreFirst has the answer there before any run.
func TestReviewIgnoreFirst(t *testing.T) {
	r := moving(t)
	n := r.mr.Say(authorID, "@Lintel-Bot: ignore drift/*\nall of this moves\nnext week")
	r.expect(exitClean)
	r.responded(n, "white_check_mark")
	summary, threads := r.seen()
	contains(t, summary, "all clear", "all of this moves next week")
	if len(threads) > 0 {
		t.Errorf("threads: %+v", threads)
	}
	r.quiet(exitClean)

	// Whoever deletes the summary has the comments read again.
	for _, th := range r.mr.Threads() {
		if th.Notes[0].Author == botID {
			r.mr.Remove(th.Notes[0].ID)
		}
	}
	r.expect(exitFindings) // it was responded to once; nothing is done twice
	r.mr.Say(authorID, "@lintel-bot ignore drift/* again")
	r.expect(exitClean)
	r.quiet(exitClean)
}

// TestReviewIgnoreInThread answers one thread, without naming the rule.
func TestReviewIgnoreInThread(t *testing.T) {
	r := discussed(t)
	_, threads := r.seen()
	n := r.mr.Reply(authorID, threads[0].ID, "@lintel-bot ignore it is a quotation")
	r.expect(exitFindings)
	r.responded(n, "white_check_mark")
	summary, threads := r.seen()
	contains(t, summary, "#### `README.md`", "it is a quotation")
	if !threads[0].Resolved {
		t.Errorf("not resolved: %+v", threads[0])
	}
	r.quiet(exitFindings)
}

// TestReviewS10Commands: commands of those who may not give them, of the bot
// itself, and such that were edited into a comment later.
func TestReviewS10Commands(t *testing.T) {
	r := discussed(t)
	before := r.state()
	refused := []int64{
		r.mr.Say(strangerID, "/lintel ignore drift/* because I say so"),
		r.mr.Say(guestID, "@lintel-bot apply"),
		r.mr.Say(reporterID, "@lintel-bot ignore drift/dead-reference because"),
	}
	// A member who has left before the command is read.
	r.p.Member(otherDevID, 0)
	refused[0] = r.mr.Say(otherDevID, "/lintel ignore drift/* I was a member")
	edited := r.mr.Say(authorID, "A harmless remark.")
	r.mr.Edit(edited, "/lintel apply")
	quoted := []int64{
		r.mr.Say(authorID, "> /lintel apply"),
		r.mr.Say(authorID, "```\n/lintel apply\n```"),
		r.mr.Say(authorID, "Somebody may write /lintel apply here."),
		r.mr.Say(authorID, "@lintel-bots apply"),
		r.mr.Say(authorID, "/lintelapply"),
		r.mr.Say(botID, "/lintel apply"),
	}
	r.checkout()
	code, out := r.run()
	if code != exitFindings {
		t.Fatalf("exit %d\n%s", code, out)
	}
	for _, n := range refused {
		r.responded(n, "no_entry_sign")
	}
	for _, n := range append(quoted, edited) {
		r.responded(n)
	}
	r.mr.Remove(quoted[len(quoted)-1])
	if got := r.state(); got != before {
		t.Errorf("what is seen has changed to\n%s\nfrom\n%s", got, before)
	}
	r.quiet(exitFindings)

	// The author of the merge request, who is no member, may have it looked at.
	r.p.Member(authorID, 0)
	recheck := r.mr.Say(authorID, "@lintel-bot recheck")
	apply := r.mr.Say(authorID, "@lintel-bot apply")
	r.expect(exitFindings)
	r.responded(recheck, "white_check_mark")
	r.responded(apply, "no_entry_sign")
}

// TestReviewCommandFlood: anybody may comment, and costs a bounded number of
// requests.
func TestReviewCommandFlood(t *testing.T) {
	r := discussed(t)
	mine := r.mr.Say(authorID, "/lintel recheck")
	for i := range 150 {
		r.mr.Say(strangerID, fmt.Sprintf("/lintel ignore drift/* %d", i))
	}
	r.s.Log()
	r.expect(exitFindings)
	r.responded(mine, "white_check_mark")
	n := 0
	for _, q := range r.s.Log() {
		if strings.Contains(q.Path, "award_emoji") || strings.Contains(q.Path, "members") {
			n++
		}
	}
	if n > 20 {
		t.Errorf("%d requests", n)
	}
	r.quiet(exitFindings)
}

func TestReviewUnclearCommands(t *testing.T) {
	r := discussed(t)
	notes := []int64{
		r.mr.Say(authorID, "@lintel-bot merge"),
		r.mr.Say(authorID, "@lintel-bot ignore drift/dead-reference"),
		r.mr.Say(authorID, "@lintel-bot ignore drift/no-such-rule because"),
		r.mr.Say(authorID, "@lintel-bot ignore drift/changed-fact it is about nothing here"),
		r.mr.Say(authorID, "@lintel-bot ignore drift/dead-reference docs/guide.md"),
		r.mr.Say(authorID, "@lintel-bot"),
	}
	before := r.state()
	r.expect(exitFindings)
	for _, n := range notes {
		r.responded(n, "question")
	}
	if r.state() != before {
		t.Error("something has changed")
	}
	r.quiet(exitFindings)
}

func TestReviewApplyCommand(t *testing.T) {
	r := discussed(t)
	before := r.mr.Head()
	n := r.mr.Say(otherDevID, "@lintel-bot apply, please")
	out := r.expect(exitClean)
	contains(t, out, "2 documents changed by commit")
	r.responded(n, "eyes", "white_check_mark")
	r.git(r.work, "fetch", "-q", "origin", "change")
	if r.git(r.work, "rev-parse", "FETCH_HEAD^") != before {
		t.Error("not one commit on the head")
	}
	message := r.git(r.work, "log", "-1", "--format=%B", "FETCH_HEAD")
	contains(t, message, "Co-authored-by: minsu <24-minsu@users.noreply.127.0.0.1>")
	contains(t, r.git(r.work, "show", "FETCH_HEAD:README.md"), "pipelines/ingest.py")
	r.expect(exitClean) // the pipeline of the commit
	summary, _ := r.seen()
	contains(t, summary, "all clear")
	r.quiet(exitClean)

	// What breaks later is not mended by an old command.
	r.git(r.work, "checkout", "-q", "-B", "change", "FETCH_HEAD")
	r.push(map[string]string{"README.md": platform["README.md"] + "\nSee [transfer](pipelines/transfer.py).\n", "pipelines/transfer.py": "-> pipelines/copy.py"})
	head := r.mr.Head()
	r.expect(exitFindings)
	if r.mr.Head() != head {
		t.Error("an old command was carried out again")
	}
	n = r.mr.Say(authorID, "/lintel apply")
	if code, out := r.review("--dry-run"); code != exitClean {
		t.Fatalf("exit %d\n%s", code, out)
	} else {
		contains(t, out, fmt.Sprintf("would answer note %d with :eyes:", n), "would commit to change:", "Co-authored-by: jiyoung", fmt.Sprintf("would answer note %d with :white_check_mark:", n))
	}
	r.responded(n)
}

// TestReviewS23Apply: never on a protected branch, never into a fork that does
// not allow it, and a name cannot make the commit skip pipelines or close
// issues.
func TestReviewS23Apply(t *testing.T) {
	r := discussed(t)
	r.p.Protect("change")
	n := r.mr.Say(authorID, "/lintel apply")
	head := r.mr.Head()
	out := r.expect(exitFindings)
	contains(t, out, "protected")
	r.responded(n, "eyes", "x")
	if r.mr.Head() != head {
		t.Error("it was committed to a protected branch")
	}
	r.quiet(exitFindings)

	rv := &review{flags: &reviewFlags{url: "https://gitlab.example.com/sub"}}
	rv.me.ID = botID
	got := rv.trailers([]forge.User{
		{ID: 7, Name: "a-b.c_d", Full: "지영 [skip ci] <x@y>\nCloses #1 @all"}, {ID: botID, Name: "lintel-bot"}, {ID: 8, Name: "bare"}, {ID: 8, Name: "bare"}, {},
	})
	want := "\nCo-authored-by: 지영 skip ci xyCloses 1 all <7-a-b.c_d@users.noreply.gitlab.example.com>\nCo-authored-by: bare <8-bare@users.noreply.gitlab.example.com>\n"
	if got != want {
		t.Errorf("trailers %q, want %q", got, want)
	}
}

func TestReviewApplyFork(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		r := newReviewed(t, platform)
		r.people()
		fork := filepath.Join(t.TempDir(), "fork.git")
		r.git(t.TempDir(), "clone", "-q", "--bare", r.origin, fork)
		p := r.s.AddProject(43, "jiyoung/platform", fork)
		p.Member(authorID, fakegitlab.Maintainer)
		p.Member(botID, fakegitlab.Developer)
		r.git(r.work, "checkout", "-q", "-b", "change")
		r.git(r.work, "remote", "set-url", "--push", "origin", fork)
		r.commit("change", map[string]string{"pipelines/load.py": "-> pipelines/ingest.py"})
		mr, err := r.p.Open(p, "change", "main", authorID)
		if err != nil {
			t.Fatal(err)
		}
		r.mr = mr
		mr.AllowPush = allowed
		n := mr.Say(otherDevID, "/lintel apply")
		head := mr.Head()
		if allowed {
			r.expect(exitClean)
			r.responded(n, "eyes", "white_check_mark")
		} else {
			contains(t, r.expect(exitFindings), "fork")
			r.responded(n, "eyes", "x")
		}
		if moved := mr.Head() != head; moved != allowed {
			t.Errorf("allowed %v, moved %v", allowed, moved)
		}
	}
}

// TestReviewS22ApplyRace: somebody pushes between the look at the branch and the
// commit.
func TestReviewS22ApplyRace(t *testing.T) {
	r := discussed(t)
	n := r.mr.Say(authorID, "/lintel apply")
	r.checkout()
	r.s.Fault(fakegitlab.Fault{
		Times: 1, Pass: true, Match: func(q *http.Request) bool { return strings.HasSuffix(q.URL.Path, "/repository/commits") },
		Then: func() {
			r.commit("change", map[string]string{"README.md": "# Mine\n\n[x](pipelines/load.py)\n"})
			if err := r.mr.PushedInside(); err != nil {
				t.Error(err)
			}
		},
	})
	code, out := r.run()
	if code != exitClean {
		t.Errorf("exit %d", code)
	}
	contains(t, out, "this run is for the older one")
	r.responded(n, "eyes")
	contains(t, r.git(r.origin, "show", "change:README.md"), "# Mine")
	// The run for the new head does it.
	r.expect(exitClean)
	r.responded(n, "eyes", "white_check_mark")
	contains(t, r.git(r.origin, "show", "change:README.md"), "# Mine", "[x](pipelines/ingest.py)")
}

// TestReviewCommandFaults cuts a run with commands off at every request, with
// and without the server having acted: later runs get to the same end.
func TestReviewCommandFaults(t *testing.T) {
	type end struct {
		state, readme, guide string
		ignore, apply        []string
		commits              string
	}
	run := func(fault *fakegitlab.Fault) (end, int) {
		r := discussed(t)
		a := r.mr.Say(authorID, "/lintel ignore drift/dead-reference README.md it goes")
		b := r.mr.Say(otherDevID, "/lintel apply")
		r.s.Log()
		if fault != nil {
			r.s.Fault(*fault)
		}
		r.review()
		n := len(r.s.Log())
		r.s.Mend()
		for range 3 {
			r.review()
		}
		r.quiet(exitClean)
		return end{
			regexpHead.ReplaceAllString(r.state(), "HEAD"), r.git(r.origin, "show", "change:README.md"), r.git(r.origin, "show", "change:docs/guide.md"),
			r.mr.Awards(a), r.mr.Awards(b), r.git(r.origin, "rev-list", "--count", "change"),
		}, n
	}
	want, n := run(nil)
	contains(t, want.readme, "load.py")
	contains(t, want.guide, "ingest.py")
	for _, act := range []bool{false, true} {
		for i := range n {
			count := 0
			got, _ := run(&fakegitlab.Fault{Times: 1, Act: act, Status: 401, Match: func(*http.Request) bool { count++; return count == i+1 }})
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("request %d, acted %v:\n%+v\nwant\n%+v", i, act, got, want)
			}
		}
	}
}

// TestReviewCommandsOff: a project may take no commands, or some.
func TestReviewCommandsOff(t *testing.T) {
	files := map[string]string{"lintel.yml": "review: {commands: [ignore]}\n"}
	maps.Copy(files, platform)
	r := newReviewed(t, files)
	r.people()
	r.open(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py", "lintel.yml": "review: {commands: [apply]}\n"})
	n := r.mr.Say(authorID, "/lintel apply")
	r.expect(exitFindings)
	r.responded(n, "no_entry_sign")
	summary, _ := r.seen()
	if strings.Contains(summary, "@lintel-bot") {
		t.Errorf("commands are offered that are not taken:\n%s", summary)
	}
}
