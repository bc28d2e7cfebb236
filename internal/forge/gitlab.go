package forge

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	gitlab "gitlab.com/gitlab-org/api/client-go/v2"
)

// GitLab is a merge request on a GitLab server. Its methods are for one
// goroutine at a time.
type GitLab struct {
	c       *gitlab.Client
	project any // id or path
	iid     int64
	token   string
	me      User // whose token it is, once it is known
}

// GitLabOptions say where the merge request is.
type GitLabOptions struct {
	URL     string // of the instance, without /api/v4
	Project string // id, or path such as group/name
	IID     int64
	Token   string
	// Transport does the requests; nil: http.DefaultTransport.
	Transport http.RoundTripper
	// Now is the clock.
	Now func() time.Time
	// Sleep waits; nil really does.
	Sleep func(context.Context, time.Duration) error
	Agent string // of requests
}

// NewGitLab returns the Forge of a merge request. Nothing is sent yet.
func NewGitLab(o GitLabOptions) (*GitLab, error) {
	if o.Transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.ResponseHeaderTimeout = 20 * time.Second
		o.Transport = t
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	hc := &http.Client{
		Transport: &patient{next: o.Transport, now: o.Now, sleep: o.Sleep},
		// The header with the token would be sent along to any host.
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if req.URL.Host != via[0].URL.Host || req.URL.Scheme != via[0].URL.Scheme {
				return fmt.Errorf("the server redirects to %s: set the address of the instance to it if it is right", req.URL.Host)
			}
			if len(via) > 4 {
				return errors.New("the server redirects in a circle")
			}
			return nil
		},
	}
	c, err := gitlab.NewClient(o.Token,
		gitlab.WithBaseURL(o.URL), gitlab.WithHTTPClient(hc), gitlab.WithoutRetries(),
		gitlab.WithCustomLimiter(unlimited{}), gitlab.WithUserAgent(o.Agent))
	if err != nil {
		return nil, fmt.Errorf("open GitLab at %s: %w", o.URL, err)
	}
	g := &GitLab{c: c, project: o.Project, iid: o.IID, token: o.Token}
	if n, err := strconv.ParseInt(o.Project, 10, 64); err == nil {
		g.project = n
	}
	return g, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// unlimited turns the client's own limiter off: patient has one.
type unlimited struct{}

func (unlimited) Wait(context.Context) error { return nil }

// patient is a transport that spaces out requests that write, waits when it is
// told to, and repeats what may be repeated: what reads, changes the same thing
// to the same value or deletes, and what the server says it has not done. A
// POST whose answer is lost is not repeated.
type patient struct {
	next  http.RoundTripper
	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	mu   sync.Mutex
	free time.Time // when the next writing request may go
}

// Limits of patience.
const (
	writeGap = 220 * time.Millisecond // GitLab takes 300 comments a minute
	burst    = 8                      // requests that need not wait
	attempts = 6
)

func (p *patient) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req.Body.Close()
	}
	safe := req.Method != http.MethodPost && !strings.HasSuffix(req.URL.Path, "/publish")
	for n := 1; ; n++ {
		if req.Method != http.MethodGet && req.Method != http.MethodHead {
			if err := p.turn(ctx); err != nil {
				return nil, err
			}
		}
		again := req.Clone(ctx)
		if body != nil {
			again.Body = io.NopCloser(bytes.NewReader(body))
			again.ContentLength = int64(len(body))
		}
		resp, err := p.next.RoundTrip(again)
		var wait time.Duration
		switch {
		case err != nil:
			if !safe || n == attempts || ctx.Err() != nil {
				return nil, err
			}
			wait = backOff(n)
		case resp.StatusCode == http.StatusTooManyRequests:
			if n == attempts {
				return resp, nil
			}
			wait = p.asked(resp, n)
		case resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented && safe && n < attempts-1:
			wait = backOff(n)
		default:
			return resp, nil
		}
		if until, ok := ctx.Deadline(); ok && p.now().Add(wait).After(until) {
			if resp != nil {
				return resp, nil
			}
			return nil, err
		}
		if resp != nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)) // so that the connection can be used again
			resp.Body.Close()
		}
		if err := p.sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// turn waits for the turn of a request that writes.
func (p *patient) turn(ctx context.Context) error {
	p.mu.Lock()
	now := p.now()
	if earliest := now.Add(-burst * writeGap); p.free.Before(earliest) {
		p.free = earliest
	}
	p.free = p.free.Add(writeGap)
	wait := p.free.Sub(now)
	p.mu.Unlock()
	if wait <= 0 {
		return nil
	}
	return p.sleep(ctx, wait)
}

func backOff(n int) time.Duration { return 250 * time.Millisecond << (n - 1) }

// asked returns how long a server asks to wait.
func (p *patient) asked(resp *http.Response, n int) time.Duration {
	if v := resp.Header.Get("Retry-After"); v != "" {
		if s, err := strconv.Atoi(v); err == nil && s >= 0 {
			return time.Duration(s)*time.Second + 50*time.Millisecond
		}
		if t, err := http.ParseTime(v); err == nil {
			return max(t.Sub(p.now()), 0) + time.Second
		}
	}
	if s, err := strconv.ParseInt(resp.Header.Get("RateLimit-Reset"), 10, 64); err == nil && resp.Header.Get("RateLimit-Remaining") == "0" {
		if d := time.Unix(s, 0).Sub(p.now()); d > 0 {
			return d + time.Second
		}
	}
	return time.Second << (n - 1)
}

// fail gives the error of a request its kind, without the token in it.
func (g *GitLab) fail(err error) error {
	if err == nil {
		return nil
	}
	kind := ErrUnclear
	text := err.Error()
	if e, ok := errors.AsType[*gitlab.ErrorResponse](err); ok {
		status := e.StatusCode
		if e.Response != nil {
			status = e.Response.StatusCode
		}
		message := e.Message
		if message == "" {
			message = string(e.Body)
		}
		text = fmt.Sprintf("GitLab answers %d", status)
		if m := oneLine(message); m != "" {
			text += ": " + m
		}
		switch status {
		case http.StatusUnauthorized:
			kind = ErrDead
		case http.StatusForbidden:
			kind = ErrAccess
		case http.StatusNotFound:
			kind = ErrGone
		case http.StatusTooManyRequests:
			kind = errRate
		default:
			if status < 500 {
				kind = ErrRefused
			}
		}
	} else if errors.Is(err, gitlab.ErrNotFound) {
		kind = ErrGone
		text = "GitLab answers 404"
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		kind = errTime
	}
	return &apiError{kind, g.hide(text)}
}

var (
	errRate = errors.New("rate limit")
	errTime = errors.New("out of time")
)

type apiError struct {
	kind error
	text string
}

func (e *apiError) Error() string { return e.text + " (" + e.kind.Error() + ")" }
func (e *apiError) Unwrap() error { return e.kind }

func (g *GitLab) hide(s string) string {
	if len(g.token) > 3 {
		s = strings.ReplaceAll(s, g.token, "[token]")
	}
	return s
}

func oneLine(s string) string {
	s = visible(strings.TrimSpace(s), " ")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + "…"
	}
	return s
}

// errAnswer says that something else than the API has answered, such as a page
// to sign in at.
var errAnswer = errors.New("the answer is not one of GitLab's API")

// one returns what was answered, if it was anything.
func one[T any](v *T, _ *gitlab.Response, err error) (*T, error) {
	if err == nil && v == nil {
		err = errAnswer
	}
	return v, err
}

// pages collects a list over all pages. A list that is cut would be taken for
// the whole, and what is on the rest of it said again: where the headers of
// paging are missing, as behind some proxies, pages are asked for until one is
// empty, or is the first again.
func pages[T any](list func(o gitlab.ListOptions) ([]*T, *gitlab.Response, error)) ([]*T, error) {
	const size = 100
	var all []*T
	for page := int64(1); page <= 1000; {
		items, resp, err := list(gitlab.ListOptions{Page: page, PerPage: size})
		if err != nil {
			return nil, err
		}
		if items == nil || slices.Contains(items, nil) {
			return nil, errAnswer
		}
		_, told := resp.Header["X-Next-Page"]
		switch {
		case resp.NextPage > page:
			page = resp.NextPage
		case told || len(items) == 0 || resp.TotalPages > 0 && page >= resp.TotalPages:
			return append(all, items...), nil
		case page > 1 && reflect.DeepEqual(items[0], all[0]):
			return all, nil // it has one page, whatever it is asked for
		default:
			page++
		}
		all = append(all, items...)
	}
	return nil, errors.New("the list has no end")
}

// User implements Forge.
func (g *GitLab) User(ctx context.Context) (User, error) {
	if g.me.ID != 0 {
		return g.me, nil
	}
	u, err := one(g.c.Users.CurrentUser(gitlab.WithContext(ctx)))
	if err != nil {
		return User{}, g.fail(err)
	}
	if u.ID == 0 {
		return User{}, g.fail(errAnswer)
	}
	g.me = User{u.ID, u.Username, u.Name}
	return g.me, nil
}

// MergeRequest implements Forge.
func (g *GitLab) MergeRequest(ctx context.Context) (MergeRequest, error) {
	m, err := one(g.c.MergeRequests.GetMergeRequest(g.project, g.iid, nil, gitlab.WithContext(ctx)))
	if err != nil {
		return MergeRequest{}, g.fail(err)
	}
	if m.IID != g.iid {
		return MergeRequest{}, g.fail(errAnswer)
	}
	out := mergeRequest(&m.BasicMergeRequest)
	if out.Head == "" {
		out.Head = m.DiffRefs.HeadSha
	}
	return out, nil
}

func mergeRequest(m *gitlab.BasicMergeRequest) MergeRequest {
	author := int64(0)
	if m.Author != nil {
		author = m.Author.ID
	}
	if m.TargetProjectID == 0 {
		m.TargetProjectID = m.ProjectID
	}
	return MergeRequest{
		Author:  author,
		Project: m.TargetProjectID, IID: m.IID, State: m.State, Head: m.SHA,
		SourceBranch: m.SourceBranch, TargetBranch: m.TargetBranch,
		SourceProject: m.SourceProjectID, TargetProject: m.TargetProjectID,
		Description: m.Description, URL: m.WebURL, MayPush: m.AllowCollaboration || m.AllowMaintainerToPush,
	}
}

// Versions implements Forge.
func (g *GitLab) Versions(ctx context.Context) ([]Version, error) {
	vs, err := pages(func(o gitlab.ListOptions) ([]*gitlab.MergeRequestDiffVersion, *gitlab.Response, error) {
		return g.c.MergeRequests.GetMergeRequestDiffVersions(g.project, g.iid, &gitlab.GetMergeRequestDiffVersionsOptions{ListOptions: o}, gitlab.WithContext(ctx))
	})
	out := make([]Version, 0, len(vs))
	for _, v := range vs {
		out = append(out, Version{v.BaseCommitSHA, v.StartCommitSHA, v.HeadCommitSHA})
	}
	return out, g.fail(err)
}

func noteOf(n *gitlab.Note) Note {
	out := Note{ID: n.ID, Author: n.Author.ID, By: User{n.Author.ID, n.Author.Username, n.Author.Name}, Body: n.Body, System: n.System, Resolved: n.Resolved}
	if n.CreatedAt != nil && n.UpdatedAt != nil {
		out.Edited = n.UpdatedAt.Sub(*n.CreatedAt) > time.Second
	}
	if n.Position != nil {
		out.Path = n.Position.NewPath
	}
	return out
}

// Notes implements Forge.
func (g *GitLab) Notes(ctx context.Context) ([]Note, error) {
	ns, err := pages(func(o gitlab.ListOptions) ([]*gitlab.Note, *gitlab.Response, error) {
		return g.c.Notes.ListMergeRequestNotes(g.project, g.iid, &gitlab.ListMergeRequestNotesOptions{
			ListOptions: o, OrderBy: new("created_at"), Sort: new("asc"),
		}, gitlab.WithContext(ctx))
	})
	out := make([]Note, 0, len(ns))
	for _, n := range ns {
		out = append(out, noteOf(n))
	}
	return out, g.fail(err)
}

// Discussions implements Forge.
func (g *GitLab) Discussions(ctx context.Context) ([]Discussion, error) {
	ds, err := pages(func(o gitlab.ListOptions) ([]*gitlab.Discussion, *gitlab.Response, error) {
		return g.c.Discussions.ListMergeRequestDiscussions(g.project, g.iid, &gitlab.ListMergeRequestDiscussionsOptions{ListOptions: o}, gitlab.WithContext(ctx))
	})
	out := make([]Discussion, 0, len(ds))
	for _, d := range ds {
		e := Discussion{ID: d.ID}
		for _, n := range d.Notes {
			if n == nil {
				return nil, g.fail(errAnswer)
			}
			e.Notes = append(e.Notes, noteOf(n))
		}
		out = append(out, e)
	}
	return out, g.fail(err)
}

// Drafts implements Forge.
func (g *GitLab) Drafts(ctx context.Context) ([]Draft, error) {
	ds, err := pages(func(o gitlab.ListOptions) ([]*gitlab.DraftNote, *gitlab.Response, error) {
		return g.c.DraftNotes.ListDraftNotes(g.project, g.iid, &gitlab.ListDraftNotesOptions{ListOptions: o}, gitlab.WithContext(ctx))
	})
	out := make([]Draft, 0, len(ds))
	for _, d := range ds {
		out = append(out, Draft{ID: d.ID, Body: d.Note, Discussion: d.DiscussionID, Resolve: d.ResolveDiscussion})
	}
	return out, g.fail(err)
}

// CreateNote implements Forge.
func (g *GitLab) CreateNote(ctx context.Context, body string) error {
	_, _, err := g.c.Notes.CreateMergeRequestNote(g.project, g.iid, &gitlab.CreateMergeRequestNoteOptions{Body: &body}, gitlab.WithContext(ctx))
	return g.fail(err)
}

// UpdateNote implements Forge.
func (g *GitLab) UpdateNote(ctx context.Context, id int64, body string) error {
	_, _, err := g.c.Notes.UpdateMergeRequestNote(g.project, g.iid, id, &gitlab.UpdateMergeRequestNoteOptions{Body: &body}, gitlab.WithContext(ctx))
	return g.fail(err)
}

// DeleteNote implements Forge.
func (g *GitLab) DeleteNote(ctx context.Context, id int64) error {
	_, err := g.c.Notes.DeleteMergeRequestNote(g.project, g.iid, id, gitlab.WithContext(ctx))
	return g.fail(err)
}

// UpdateReply implements Forge.
func (g *GitLab) UpdateReply(ctx context.Context, discussion string, id int64, body string) error {
	_, _, err := g.c.Discussions.UpdateMergeRequestDiscussionNote(g.project, g.iid, discussion, id,
		&gitlab.UpdateMergeRequestDiscussionNoteOptions{Body: &body}, gitlab.WithContext(ctx))
	return g.fail(err)
}

// DeleteReply implements Forge.
func (g *GitLab) DeleteReply(ctx context.Context, discussion string, id int64) error {
	_, err := g.c.Discussions.DeleteMergeRequestDiscussionNote(g.project, g.iid, discussion, id, gitlab.WithContext(ctx))
	return g.fail(err)
}

// Resolve implements Forge.
func (g *GitLab) Resolve(ctx context.Context, discussion string, resolved bool) error {
	_, _, err := g.c.Discussions.ResolveMergeRequestDiscussion(g.project, g.iid, discussion,
		&gitlab.ResolveMergeRequestDiscussionOptions{Resolved: &resolved}, gitlab.WithContext(ctx))
	return g.fail(err)
}

// CreateDraft implements Forge.
func (g *GitLab) CreateDraft(ctx context.Context, d Draft) error {
	o := &gitlab.CreateDraftNoteOptions{Note: &d.Body}
	if d.Discussion != "" {
		o.InReplyToDiscussionID, o.ResolveDiscussion = &d.Discussion, &d.Resolve
	}
	if p := d.Place; p != (Place{}) {
		o.Position = &gitlab.PositionOptions{
			PositionType: new("text"),
			BaseSHA:      &d.Version.Base, StartSHA: &d.Version.Start, HeadSHA: &d.Version.Head,
			OldPath: &p.OldPath, NewPath: &p.NewPath,
		}
		if p.OldLine > 0 {
			o.Position.OldLine = new(int64(p.OldLine))
		}
		if p.NewLine > 0 {
			o.Position.NewLine = new(int64(p.NewLine))
		}
	}
	_, _, err := g.c.DraftNotes.CreateDraftNote(g.project, g.iid, o, gitlab.WithContext(ctx))
	return g.fail(err)
}

// DeleteDraft implements Forge.
func (g *GitLab) DeleteDraft(ctx context.Context, id int64) error {
	_, err := g.c.DraftNotes.DeleteDraftNote(g.project, g.iid, id, gitlab.WithContext(ctx))
	return g.fail(err)
}

// PublishDraft implements Forge.
func (g *GitLab) PublishDraft(ctx context.Context, id int64) error {
	_, err := g.c.DraftNotes.PublishDraftNote(g.project, g.iid, id, gitlab.WithContext(ctx))
	return g.fail(err)
}

// PublishDrafts implements Forge.
func (g *GitLab) PublishDrafts(ctx context.Context) error {
	_, err := g.c.DraftNotes.PublishAllDraftNotes(g.project, g.iid, gitlab.WithContext(ctx))
	return g.fail(err)
}

// WebURL implements Forge.
func (g *GitLab) WebURL(ctx context.Context, project int64) (string, error) {
	p, err := one(g.c.Projects.GetProject(project, nil, gitlab.WithContext(ctx)))
	if err != nil {
		return "", g.fail(err)
	}
	return p.WebURL, nil
}

// Branch implements Forge.
func (g *GitLab) Branch(ctx context.Context, project int64, name string) (Branch, error) {
	b, err := one(g.c.Branches.GetBranch(project, name, gitlab.WithContext(ctx)))
	if err != nil {
		return Branch{}, g.fail(err)
	}
	out := Branch{Protected: b.Protected}
	if b.Commit != nil {
		out.Head = b.Commit.ID
	}
	return out, nil
}

// Role implements Forge.
func (g *GitLab) Role(ctx context.Context, project, user int64) (int, error) {
	m, err := one(g.c.ProjectMembers.GetInheritedProjectMember(project, user, gitlab.WithContext(ctx)))
	if err = g.fail(err); errors.Is(err, ErrGone) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	return int(m.AccessLevel), nil
}

// LastCommit implements Forge.
func (g *GitLab) LastCommit(ctx context.Context, project int64, ref, path string) (string, error) {
	f, err := one(g.c.RepositoryFiles.GetFileMetaData(project, path, &gitlab.GetFileMetaDataOptions{Ref: &ref}, gitlab.WithContext(ctx)))
	if err != nil {
		return "", g.fail(err)
	}
	return f.LastCommitID, nil
}

// Commit implements Forge.
func (g *GitLab) Commit(ctx context.Context, project int64, branch, message string, files []FileChange) (string, error) {
	o := &gitlab.CreateCommitOptions{Branch: &branch, CommitMessage: &message}
	for _, f := range files {
		a := &gitlab.CommitActionOptions{Action: new(gitlab.FileUpdate), FilePath: &f.Path, Content: &f.Content, LastCommitID: &f.LastCommit}
		if f.From != "" {
			a.Action, a.PreviousPath = new(gitlab.FileMove), &f.From
		}
		if !utf8.ValidString(f.Content) { // JSON would change it
			a.Content, a.Encoding = new(base64.StdEncoding.EncodeToString([]byte(f.Content))), new("base64")
		}
		o.Actions = append(o.Actions, a)
	}
	c, err := one(g.c.Commits.CreateCommit(project, o, gitlab.WithContext(ctx)))
	if err != nil {
		return "", g.fail(err)
	}
	return c.ID, nil
}

// Statuses implements Forge.
func (g *GitLab) Statuses(ctx context.Context, project int64, sha string) ([]Status, error) {
	ss, err := pages(func(o gitlab.ListOptions) ([]*gitlab.CommitStatus, *gitlab.Response, error) {
		return g.c.Commits.GetCommitStatuses(project, sha, &gitlab.GetCommitStatusesOptions{ListOptions: o}, gitlab.WithContext(ctx))
	})
	out := make([]Status, 0, len(ss))
	for _, s := range ss {
		out = append(out, Status{s.Name, s.Status, s.Description, s.TargetURL})
	}
	return out, g.fail(err)
}

// SetStatus implements Forge.
func (g *GitLab) SetStatus(ctx context.Context, project int64, sha, branch string, s Status) error {
	_, _, err := g.c.Commits.SetCommitStatus(project, sha, &gitlab.SetCommitStatusOptions{
		State: gitlab.BuildStateValue(s.State), Ref: &branch, Name: &s.Name, Description: &s.Description, TargetURL: &s.URL,
	}, gitlab.WithContext(ctx))
	return g.fail(err)
}

// Reactions implements Forge.
func (g *GitLab) Reactions(ctx context.Context, note int64) ([]string, error) {
	user, err := g.User(ctx)
	if err != nil {
		return nil, err
	}
	as, err := pages(func(o gitlab.ListOptions) ([]*gitlab.AwardEmoji, *gitlab.Response, error) {
		return g.c.AwardEmoji.ListMergeRequestAwardEmojiOnNote(g.project, g.iid, note, &gitlab.ListAwardEmojiOptions{ListOptions: o}, gitlab.WithContext(ctx))
	})
	var out []string
	for _, a := range as {
		if a.User.ID == user.ID {
			out = append(out, a.Name)
		}
	}
	return out, g.fail(err)
}

// React implements Forge.
func (g *GitLab) React(ctx context.Context, note int64, name string) error {
	_, _, err := g.c.AwardEmoji.CreateMergeRequestAwardEmojiOnNote(g.project, g.iid, note, &gitlab.CreateAwardEmojiOptions{Name: name}, gitlab.WithContext(ctx))
	return g.fail(err)
}

// Open implements Forge.
func (g *GitLab) Open(ctx context.Context, target string) ([]MergeRequest, error) {
	ms, err := pages(func(o gitlab.ListOptions) ([]*gitlab.BasicMergeRequest, *gitlab.Response, error) {
		return g.c.MergeRequests.ListProjectMergeRequests(g.project, &gitlab.ListProjectMergeRequestsOptions{
			ListOptions: o, State: new("opened"), TargetBranch: &target,
		}, gitlab.WithContext(ctx))
	})
	out := make([]MergeRequest, 0, len(ms))
	for _, m := range ms {
		out = append(out, mergeRequest(m))
	}
	return out, g.fail(err)
}
