package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/forge"
	gitobj "github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/site"
)

type reviewFlags struct {
	url, project, mr           string
	apply, dryRun, verbose     bool
	failOn, language           string
	preview                    string
	reports                    []string
	token, jobToken, targetURL string
	iid                        int64
	severity                   finding.Severity
	files                      []reportFile
	ci                         reviewCI
	starter                    forge.User // of the pipeline, when it is known
}

// reviewCI is what GitLab's pipeline says of itself.
type reviewCI struct {
	sourceSHA, commitSHA string
	targetBranch         string
	on                   bool // this is a pipeline of a merge request
}

// Time limits of a review: that of a usual one, and of one with a few hundred
// findings or more.
const (
	reviewTime     = 85 * time.Second
	reviewTimeMany = 230 * time.Second
	manyFindings   = 200
)

func (a *app) reviewCommand() *cobra.Command {
	var f reviewFlags
	c := &cobra.Command{
		Use:   "review",
		Short: "Review a merge request on GitLab",
		Long: `Review compares the head of a merge request with the commit at which it began,
and says on the merge request which documents it makes untrue: one summary, which
is changed in place and only when something has changed, and at most five threads
on lines of the difference. A merge request that makes nothing untrue gets no
comment. Members of the project answer it with comments: @BOT apply,
@BOT ignore RULE reason, @BOT recheck.

In a merge request pipeline of GitLab CI it needs no flags. Anywhere else, run it
in a clone and name the instance, the project and the merge request. The token is
read from GITLAB_TOKEN: a project or group access token with the scope api and
the role Developer. Without one, review prints what it finds and writes reports.

The exit status is 0 when nothing reaches the failing severity, 1 when something
does, 2 on wrong usage or a refusal, 3 when the review itself fails.`,
		Example: `  lintel review
  lintel review --url https://gitlab.example.com --project 42 --mr 7 --dry-run
  lintel review --apply`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.plan(a); err != nil {
				return f.hidden(usage(err))
			}
			return f.hidden(a.reviewMergeRequest(cmd.Context(), &f))
		},
	}
	fl := c.Flags()
	fl.StringVar(&f.url, "url", "", "`address` of the GitLab instance (default $CI_SERVER_URL)")
	fl.StringVar(&f.project, "project", "", "id or path of the project that the merge request is in (default $CI_MERGE_REQUEST_PROJECT_ID)")
	fl.StringVar(&f.mr, "mr", "", "`number` of the merge request (default $CI_MERGE_REQUEST_IID)")
	fl.BoolVar(&f.apply, "apply", false, "commit the proposed edits to the source branch")
	fl.BoolVar(&f.dryRun, "dry-run", false, "print what would be sent, and send nothing")
	fl.StringVar(&f.failOn, "fail-on", "", "`severity` from which on findings fail: error, warning, info or never (default that of lintel.yml, or error)")
	fl.StringVar(&f.language, "language", "", "`language` of comments: en or ko (default that of lintel.yml, or en)")
	fl.StringVar(&f.preview, "preview-url", "", "`address` of the site as the merge request makes it, with {mr} for its number; pages and a commit status link to it")
	fl.StringArrayVar(&f.reports, "report", nil, "write a report too: `form=file`, such as codequality=gl-code-quality.json; may be repeated")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "say what is done")
	return c
}

// plan fills in what the environment says, and checks what can be wrong before
// anything is read.
func (f *reviewFlags) plan(a *app) error {
	env := func(name string) string { v, _ := a.env(name); return v }
	f.ci = reviewCI{
		sourceSHA: env("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"), commitSHA: env("CI_COMMIT_SHA"),
		targetBranch: env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
		on:           env("CI_MERGE_REQUEST_IID") != "" && f.mr == "",
	}
	f.token, f.jobToken = strings.TrimSpace(env("GITLAB_TOKEN")), env("CI_JOB_TOKEN")
	f.url = strings.TrimSuffix(strings.TrimSuffix(cmp.Or(f.url, env("CI_SERVER_URL")), "/"), "/api/v4")
	f.project = cmp.Or(f.project, env("CI_MERGE_REQUEST_PROJECT_ID"), env("CI_PROJECT_ID"))
	f.mr = strings.TrimPrefix(cmp.Or(f.mr, env("CI_MERGE_REQUEST_IID")), "!")
	f.preview = cmp.Or(f.preview, env("LINTEL_PREVIEW_URL"))
	f.language = cmp.Or(f.language, env("LINTEL_LANGUAGE"))
	f.starter = forge.User{Name: env("GITLAB_USER_LOGIN"), Full: env("GITLAB_USER_NAME")}
	f.starter.ID, _ = strconv.ParseInt(env("GITLAB_USER_ID"), 10, 64)
	if u := env("CI_MERGE_REQUEST_PROJECT_URL"); u != "" {
		f.targetURL = u + ".git"
	}
	switch {
	case f.mr == "":
		return errors.New("which merge request? In a merge request pipeline of GitLab CI it is known; elsewhere name it with --url, --project and --mr")
	case f.url == "":
		return errors.New("which GitLab instance? Name it with --url https://gitlab.example.com")
	case !strings.HasPrefix(f.url, "http://") && !strings.HasPrefix(f.url, "https://"):
		return fmt.Errorf("--url %s: expected an address that begins with https:// or http://", f.url)
	case strings.Contains(f.url, "@"):
		return errors.New("--url: leave user names and passwords out of it; the token is read from GITLAB_TOKEN")
	case f.project == "":
		return errors.New("which project? Name its id or path with --project")
	case f.apply && f.token == "":
		return errors.New("--apply needs a token that may push to the source branch, in GITLAB_TOKEN")
	}
	var err error
	if f.iid, err = strconv.ParseInt(f.mr, 10, 64); err != nil || f.iid < 1 {
		return fmt.Errorf("--mr %s: expected the number of a merge request, such as 7", f.mr)
	}
	if _, ok := finding.ParseSeverity(f.failOn); f.failOn != "" && (!ok || f.failOn == "off") {
		return fmt.Errorf("--fail-on %s: expected error, warning, info or never", f.failOn)
	}
	if f.preview != "" && !site.ValidPreviewURL(f.preview) {
		return fmt.Errorf("--preview-url %s: expected an address that begins with https:// or http://", f.hide(f.preview))
	}
	if f.language != "" && !slices.Contains(forge.Languages(), f.language) {
		return fmt.Errorf("--language %s: expected one of %s", f.language, strings.Join(forge.Languages(), ", "))
	}
	check := checkFlags{format: "text", reports: f.reports}
	f.files, err = check.plan()
	return err
}

// hidden takes tokens out of an error.
func (f *reviewFlags) hidden(err error) error {
	if err == nil || err.Error() == "" {
		return err
	}
	code := exitFailure
	if e, ok := errors.AsType[*exitError](err); ok {
		code = e.code
	}
	return &exitError{code: code, err: errors.New(f.hide(err.Error()))}
}

var userinfoRE = regexp.MustCompile(`//[^/@\s]+@`)

func (f *reviewFlags) hide(s string) string {
	for _, secret := range []string{f.token, f.jobToken} {
		if len(secret) > 3 {
			s = strings.ReplaceAll(s, secret, "[token]")
		}
	}
	return userinfoRE.ReplaceAllString(s, "//")
}

func (a *app) reviewMergeRequest(ctx context.Context, f *reviewFlags) error {
	start := time.Now()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	alarm := time.AfterFunc(reviewTime, cancel)
	defer alarm.Stop()

	repo, err := gitobj.Open(ctx, ".")
	if errors.Is(err, gitobj.ErrNoRepository) {
		return usage(fmt.Errorf("review needs a clone of the project: %w", err))
	} else if errors.Is(err, gitobj.ErrOwner) {
		return usage(err)
	} else if err != nil {
		return failure(err)
	}
	defer func() { _ = repo.Close() }()
	rv := &review{app: a, flags: f, repo: repo, log: slog.New(slog.DiscardHandler)}
	if f.verbose {
		rv.log = slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if f.token == "" {
		return rv.withoutToken(ctx)
	}
	gl, err := forge.NewGitLab(forge.GitLabOptions{
		URL: f.url, Project: f.project, IID: f.iid, Token: f.token, Now: time.Now, Agent: "lintel/" + version(),
	})
	if err != nil {
		return usage(err)
	}
	rv.forge = gl
	if f.dryRun {
		rv.forge = forge.DryRun{Forge: gl, W: a.stdout}
	}
	done, err := rv.open(ctx)
	if done || err != nil {
		return err
	}
	if err := rv.find(ctx); err != nil {
		return err
	}
	if err := rv.listen(ctx); err != nil {
		return err
	}
	if err := rv.prepare(ctx); err != nil {
		return err
	}
	if len(rv.items) > manyFindings {
		alarm.Reset(reviewTimeMany - time.Since(start))
	}
	if f.apply {
		return rv.apply(ctx)
	}
	if done, err := rv.applyAsked(ctx); done || err != nil {
		return err
	}
	return rv.write(ctx)
}

// review is a run of the command.
type review struct {
	*app
	flags *reviewFlags
	repo  *gitobj.Repo
	forge forge.Forge
	log   *slog.Logger

	mr      forge.MergeRequest
	version forge.Version
	base    string // where the merge request began
	head    string
	target  string // commit of the target branch
	remote  string // that holds it
	report  *finding.Report
	items   []forge.Item
	waived  int
	why     string
	// evidence is the file of code that a finding rests on most.
	evidence map[alertKey]string
	conf     *site.Config // of the target branch, nil when it has none
	changes  []gitobj.Change
	renamed  map[alertKey]*adr.Renamed // what mends a number that is taken

	me        forge.User
	verbs     []forge.Verb // that comments may give
	answers   []forge.Answer
	answered  []forge.Item
	asks      []forge.Ask // to apply
	responses []response
}

// forgeError gives an error of the server its exit code and what to do.
func (f *reviewFlags) forgeError(err error) error {
	switch {
	case errors.Is(err, forge.ErrAccess):
		return &exitError{code: exitUsage, err: fmt.Errorf("%w: GITLAB_TOKEN must be alive and have the scope api and the role Developer in project %s", err, f.project)}
	case errors.Is(err, forge.ErrGone):
		return &exitError{code: exitUsage, err: fmt.Errorf("%w: there is no merge request %d in project %s of %s, or GITLAB_TOKEN may not see it", err, f.iid, f.project, f.url)}
	}
	return failure(err)
}

// open reads the merge request and brings what is needed of its history. It
// reports true when there is nothing to review.
func (rv *review) open(ctx context.Context) (done bool, err error) {
	f := rv.flags
	if rv.mr, err = rv.forge.MergeRequest(ctx); err != nil {
		return false, f.forgeError(fmt.Errorf("read merge request: %w", err))
	}
	if rv.mr.State != "opened" {
		fmt.Fprintf(rv.stderr, "lintel: merge request %d is %s; nothing is written\n", f.iid, finding.Visible(rv.mr.State))
		return true, nil
	}
	if rv.version, err = rv.newest(ctx); err != nil {
		return false, err
	}
	mine, err := rv.ownHead(ctx)
	if err != nil {
		return false, err
	}
	rv.head = rv.version.Head
	if mine != "" && mine != rv.head && (f.ci.on || !rv.elsewhere(ctx, mine)) {
		return true, rv.superseded(&forge.Superseded{Old: mine, New: rv.head})
	}
	return false, rv.bring(ctx)
}

// elsewhere reports whether a commit is one on which the merge request is based,
// such as a tag of the target branch that somebody has checked out: no head of
// the merge request, neither old nor new.
func (rv *review) elsewhere(ctx context.Context, sha string) bool {
	for _, target := range []string{rv.version.Start, rv.version.Base, "refs/remotes/origin/" + rv.mr.TargetBranch} {
		if base, err := rv.repo.MergeBase(ctx, target, sha); err == nil && base == sha {
			return true
		}
	}
	return false
}

func (rv *review) superseded(err *forge.Superseded) error {
	fmt.Fprintf(rv.stderr, "lintel: %v; this run is for the older one and writes nothing\n", err)
	return nil
}

// newest returns the newest version of the difference, once it is that of the
// head: after a push the server takes a moment to make it.
func (rv *review) newest(ctx context.Context) (forge.Version, error) {
	for n := 0; ; n++ {
		vs, err := rv.forge.Versions(ctx)
		if err != nil {
			return forge.Version{}, rv.flags.forgeError(fmt.Errorf("read versions of the merge request: %w", err))
		}
		if len(vs) > 0 && vs[0].Head == rv.mr.Head && vs[0].Base != "" {
			return vs[0], nil
		}
		if n == 4 {
			return forge.Version{}, failure(fmt.Errorf("read versions of the merge request: GitLab has not prepared that of its head %.12s yet", rv.mr.Head))
		}
		select {
		case <-ctx.Done():
			return forge.Version{}, failure(fmt.Errorf("wait for GitLab: %w", ctx.Err()))
		case <-time.After(time.Second):
		}
		if rv.mr, err = rv.forge.MergeRequest(ctx); err != nil {
			return forge.Version{}, rv.flags.forgeError(fmt.Errorf("read merge request: %w", err))
		}
	}
}

// ownHead returns the head of the source branch that this run is for: a job of
// an older pipeline has an older one. It is "" on a branch, where somebody
// reviews by hand.
func (rv *review) ownHead(ctx context.Context) (string, error) {
	if sha := rv.flags.ci.sourceSHA; rv.flags.ci.on && sha != "" {
		return sha, nil // a pipeline of the merged result
	}
	head, err := rv.repo.Resolve(ctx, "HEAD")
	if err != nil {
		return "", usage(fmt.Errorf("find the commit that is checked out: %w", err))
	}
	if rv.repo.Branch(ctx) != "" && !rv.flags.ci.on {
		return "", nil
	}
	if head == rv.mr.Head {
		return head, nil
	}
	parents, err := rv.repo.Parents(ctx, head)
	if err == nil && len(parents) == 2 && slices.Contains(parents, rv.mr.Head) {
		return rv.mr.Head, nil // merged with the target
	}
	return head, nil
}

// bring fetches the head and the target branch, and as much history as it takes
// to find where the merge request began.
func (rv *review) bring(ctx context.Context) error {
	headRef := fmt.Sprintf("refs/merge-requests/%d/head", rv.flags.iid)
	targetRef := "refs/heads/" + rv.mr.TargetBranch
	if strings.HasPrefix(rv.mr.TargetBranch, "-") || strings.ContainsAny(rv.mr.TargetBranch, "\x00\n:*?[\\^~ ") {
		return usage(fmt.Errorf("the target branch %q has a name that git does not allow", rv.mr.TargetBranch))
	}
	remote := "origin"
	if all, err := rv.repo.Remotes(ctx); err == nil && len(all) == 1 {
		remote = all[0]
	}
	refs, err := rv.repo.Remote(ctx, remote, headRef, targetRef)
	if err == nil && refs[targetRef] == "" || err != nil && rv.flags.targetURL != "" {
		if rv.flags.targetURL != "" { // the pipeline of a fork
			remote = rv.flags.targetURL
			refs, err = rv.repo.Remote(ctx, remote, headRef, targetRef)
		}
	}
	if err != nil {
		rv.log.Warn("the remote cannot be read", "error", rv.flags.hide(err.Error()))
	}
	target := cmp.Or(refs[targetRef], rv.version.Start)
	var want []string
	if refs[headRef] != "" {
		want = append(want, headRef)
	}
	if refs[targetRef] != "" {
		want = append(want, targetRef)
	}
	if !rv.repo.Has(ctx, rv.head) || !rv.repo.Has(ctx, target) {
		if len(want) > 0 {
			if err := rv.repo.Fetch(ctx, remote, nil, want...); err != nil {
				return failure(fmt.Errorf("fetch the merge request: %w", err))
			}
		}
		if !rv.repo.Has(ctx, rv.head) {
			return usage(fmt.Errorf("the head %.12s of merge request %d is not here and the remote %s does not hold %s: run in a clone of the project", rv.head, rv.flags.iid, rv.flags.hide(remote), headRef))
		}
		if !rv.repo.Has(ctx, target) {
			target = rv.version.Base
		}
	}
	return rv.deepen(ctx, remote, target, want)
}

// deepen finds the merge base; a shallow clone gets more history until it is
// there.
func (rv *review) deepen(ctx context.Context, remote, target string, refs []string) error {
	base, err := rv.repo.MergeBase(ctx, target, rv.head)
	for _, more := range []string{"--deepen=100", "--deepen=1000", "--unshallow"} {
		// In a history that is cut, an older common commit may look like the best
		// one: GitLab's own answer is the check.
		if err == nil && base == rv.version.Base || !rv.repo.Shallow(ctx) {
			break
		}
		if ferr := rv.repo.Fetch(ctx, remote, []string{more}, refs...); ferr != nil {
			return usage(fmt.Errorf("the clone is shallow and cannot be deepened to the merge base (set GIT_DEPTH: 0): %w", ferr))
		}
		base, err = rv.repo.MergeBase(ctx, target, rv.head)
	}
	if errors.Is(err, gitobj.ErrNotFound) {
		return usage(fmt.Errorf("%w: the histories of the two have nothing in common; if the clone is shallow, set GIT_DEPTH: 0", err))
	} else if err != nil {
		return failure(err)
	}
	rv.base, rv.target, rv.remote = base, target, remote
	return nil
}

// find looks for what the merge request makes untrue.
func (rv *review) find(ctx context.Context) error {
	report, err := rv.findings(ctx, rv.repo)
	if err != nil {
		return failure(err)
	}
	rv.report = report
	for _, j := range report.Findings {
		if j.State == finding.Waived {
			rv.waived++
		}
	}
	for _, s := range report.Statements {
		rv.why = cmp.Or(rv.why, s.Reason)
	}
	return nil
}

// prepare works out how the open findings are said.
func (rv *review) prepare(ctx context.Context) error {
	report := rv.report
	changes, err := rv.repo.Diff(ctx, rv.version.Base, rv.head)
	if err != nil {
		return failure(fmt.Errorf("compare with the base: %w", err))
	}
	edit, err := rv.editor(ctx)
	if err != nil {
		return err
	}
	cause := rv.causes(changes)
	lines, err := rv.repo.Lines(ctx, rv.version.Base, rv.head, rv.relevant(report.Findings, changes, cause))
	if err != nil {
		return failure(err)
	}
	rv.items = forge.Prepare(report.Findings, forge.Source{
		Read:    func(p string) ([]byte, error) { return rv.repo.ReadFile(ctx, rv.head, p) },
		Diff:    lines,
		Cause:   cause,
		EditURL: edit,
	})
	return nil
}

// relevant returns the changes whose lines are asked for: those of documents
// with findings and of what caused them.
func (rv *review) relevant(found []finding.Judged, changes []gitobj.Change, cause func(finding.Finding) string) []gitobj.Change {
	want := map[string]bool{}
	for _, j := range found {
		if j.State == finding.Open {
			want[j.Path], want[cause(j.Finding)] = true, true
		}
	}
	return slices.DeleteFunc(slices.Clone(changes), func(c gitobj.Change) bool {
		return !want[c.Path] && !want[c.Old] || c.Mode == gitobj.ModeSubmodule || c.OldMode == gitobj.ModeSubmodule
	})
}

// causes returns which of the changed files a finding is about: the one that
// it rests on, or that its message names.
func (rv *review) causes(changes []gitobj.Change) func(finding.Finding) string {
	known := map[string]string{}
	for _, c := range changes {
		known[c.Path] = c.Path
		if c.Old != "" {
			known[c.Old] = c.Path
		}
	}
	wordRE := regexp.MustCompile("[^\\s`\"'(),;]+")
	return func(f finding.Finding) string {
		if p := known[rv.evidence[keyOf(f)]]; p != "" && p != f.Path {
			return p
		}
		for _, text := range []string{f.Message, f.Reason} {
			for _, w := range wordRE.FindAllString(text, 200) {
				w = strings.TrimRight(w, ".:")
				if i := strings.LastIndexByte(w, ':'); i > 0 && known[w] == "" {
					w = w[:i]
				}
				if p := known[w]; p != "" && p != f.Path {
					return p
				}
			}
		}
		return ""
	}
}

// editor returns addresses of the web editor.
func (rv *review) editor(ctx context.Context) (func(string, int) string, error) {
	web, _, ok := strings.Cut(rv.mr.URL, "/-/merge_requests/")
	if rv.mr.Fork() {
		var err error
		if web, err = rv.forge.WebURL(ctx, rv.mr.SourceProject); err != nil {
			if !errors.Is(err, forge.ErrGone) && !errors.Is(err, forge.ErrAccess) {
				return nil, failure(fmt.Errorf("read source project: %w", err))
			}
			ok = false // it is private, or gone
		}
	}
	if !ok {
		return nil, nil
	}
	return func(path string, line int) string {
		u := web + "/-/edit/" + forge.EscapePath(rv.mr.SourceBranch) + "/" + forge.EscapePath(path)
		if line > 0 {
			u += fmt.Sprintf("#L%d", line)
		}
		return u
	}, nil
}

// write brings the merge request up to date and reports to the caller.
func (rv *review) write(ctx context.Context) error {
	r := &forge.Review{
		Version: rv.version, Items: rv.items, Waived: rv.waived, Why: rv.why, Language: rv.flags.language,
		Answers: rv.answers, Answered: rv.answered, Commands: rv.commandsBegin(), Threads: rv.threads(),
	}
	if len(rv.items)+len(rv.answers) > 0 { // else there is no summary, or one that says that all is well
		r.Preview = rv.flags.preview
		r.Pages = rv.pages(ctx)
		r.Reminders = rv.reminders(ctx)
	}
	res, err := forge.Run(ctx, rv.forge, r, forge.Options{Once: rv.flags.dryRun, Log: rv.log})
	if moved, ok := errors.AsType[*forge.Superseded](err); ok {
		return rv.superseded(moved)
	}
	if err == nil {
		err = rv.status(ctx, r)
	}
	if err == nil {
		err = rv.respond(ctx)
	}
	if err != nil {
		if ctx.Err() != nil {
			return failure(fmt.Errorf("review: out of time: %w", err))
		}
		if errors.Is(err, forge.ErrAccess) {
			return rv.flags.forgeError(err)
		}
		return failure(err)
	}
	if res.Edits > 0 {
		rv.log.Info("review written", "requests", res.Edits, "user", res.User.Name)
	}
	return rv.end()
}

// end writes reports and returns the exit code.
func (rv *review) end() error {
	rv.report.FailOn = rv.flags.severity
	if err := rv.writeReports(rv.report, rv.flags.files, checkFlags{}, ""); err != nil {
		return err
	}
	if rv.report.Failed() {
		return &exitError{code: exitFindings}
	}
	return nil
}

// status sets the state of the head commit, with a link to the preview, when
// there is one and it is not set already.
func (rv *review) status(ctx context.Context, r *forge.Review) error {
	if rv.flags.preview == "" {
		return nil
	}
	want := forge.Status{Name: "lintel", State: "success", Description: "documents agree", URL: rv.flags.preview}
	if n := len(r.Items); n > 0 {
		want.Description = plural(n, "finding")
	}
	if r.Failed(rv.flags.severity) {
		want.State = "failed"
	}
	refused := func(err error) bool { // of a fork that is private, or gone
		return errors.Is(err, forge.ErrAccess) || errors.Is(err, forge.ErrRefused) || errors.Is(err, forge.ErrGone)
	}
	have, err := rv.forge.Statuses(ctx, rv.mr.SourceProject, rv.head)
	if refused(err) {
		rv.log.Warn("the commit statuses cannot be read", "error", err)
		return nil
	} else if err != nil {
		return fmt.Errorf("read commit statuses: %w", err)
	}
	// GitLab refuses to set a state that is set already, whatever else differs.
	if slices.ContainsFunc(have, func(s forge.Status) bool { return s.Name == want.Name && s.State == want.State }) {
		return nil
	}
	err = rv.forge.SetStatus(ctx, rv.mr.SourceProject, rv.head, rv.mr.SourceBranch, want)
	if refused(err) {
		rv.log.Warn("the commit status was refused", "error", err)
		return nil
	}
	return err
}

// withoutToken reviews with what the pipeline says, and writes no comment.
func (rv *review) withoutToken(ctx context.Context) error {
	f := rv.flags
	if f.ci.targetBranch == "" {
		return usage(errors.New("GITLAB_TOKEN is not set: give it a project or group access token with the scope api and the role Developer"))
	}
	fmt.Fprintln(rv.stderr, "lintel: GITLAB_TOKEN is not set, so there will be no comment; CI_JOB_TOKEN cannot write one")
	head, err := rv.repo.Resolve(ctx, cmp.Or(f.ci.sourceSHA, "HEAD"))
	if err != nil {
		return usage(err)
	}
	rv.head = head
	rv.mr.TargetBranch = f.ci.targetBranch
	if err := rv.bring(ctx); err != nil {
		return err
	}
	report, err := rv.findings(ctx, rv.repo)
	if err != nil {
		return failure(err)
	}
	rv.report = report
	return rv.end()
}
