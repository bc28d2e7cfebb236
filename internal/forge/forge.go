// Package forge keeps what Lintel says on a merge request equal to what is
// true of its head: one summary, a few threads, and nothing else.
//
// The caller finds what is wrong; a Review is that, with places in the diff and
// proposed edits. Run reads what Lintel said before, asks Reconcile what has to
// change, and sends it. Reconcile is pure and idempotent: on a state that it
// has brought about it asks for nothing. Everything that can happen in between
// (an answer that is lost, a process that is killed, two runs at once) leaves a
// state from which the next run gets to the same end, because a run decides by
// what it reads and by nothing that it remembers.
//
// # What is whose
//
// A comment of Lintel ends in a marker, an HTML comment that names what it is
// for. It counts when the note is of the user whose token is in use, and when
// its signature fits the project, the merge request and that user: the copy in
// another merge request, and what others write, are nobody's business here.
// The key is derived from those numbers, so that a token can be rotated.
//
// # Order of writing
//
// First threads and replies, as drafts that nobody sees; a position that the
// server refuses goes into the summary. Then the summary, which lists what it
// says. Then all drafts at once, which is one mail. A finding gets a thread in
// the run that says it first and in no later one, so that a run after a push
// that changes no finding writes nothing.
//
// # What a comment may hold
//
// Text of the repository is put into comments by two functions, prose and code,
// and the finished body passes through seal: see text.go.
//
// # What people may ask for
//
// A comment that begins with the name of the bot, or with /lintel, is a command:
// see listen.go. What it asks for is done by the caller, who tells Respond how it
// went; findings that somebody has answered for stand in the marker of the
// summary, so that an answer holds when the comment is edited later.
package forge

import (
	"context"
	"errors"
	"fmt"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Errors of a Forge; test with errors.Is.
var (
	// ErrRefused says that the server understood a request and will not do it: a
	// position outside of the diff, a file that has changed.
	ErrRefused = errors.New("refused")
	// ErrAccess says that the token is dead, or may not do it.
	ErrAccess = errors.New("no access")
	// ErrDead is an ErrAccess: the token is dead, whatever is asked.
	ErrDead = fmt.Errorf("%w: the token has expired or was revoked", ErrAccess)
	// ErrGone says that what a request was about is not there.
	ErrGone = errors.New("not found")
	// ErrUnclear says that it is not known whether the server acted.
	ErrUnclear = errors.New("the answer was lost")
)

// User is an account.
type User struct {
	ID   int64
	Name string // by which it is mentioned
	Full string // as people call it, or empty
}

// MergeRequest is what a review has to know of one.
type MergeRequest struct {
	Project, IID                 int64
	State                        string // opened, closed, locked, merged
	Head                         string // of the source branch
	SourceBranch, TargetBranch   string
	SourceProject, TargetProject int64
	Description                  string
	URL                          string // of its page
	Author                       int64
	MayPush                      bool // a fork lets members of the target push
}

// Fork reports whether it comes from another project.
func (m MergeRequest) Fork() bool { return m.SourceProject != m.TargetProject }

// Version names the commits of a difference that positions refer to.
type Version struct{ Base, Start, Head string }

// Place is a line of the difference: OldLine or NewLine is 0 on the side where
// the line is not.
type Place struct {
	OldPath, NewPath string
	OldLine, NewLine int
}

// Note is a comment.
type Note struct {
	ID       int64
	Author   int64
	By       User // the same, with its names
	Body     string
	System   bool
	Edited   bool // since it was written
	Resolved bool
	Path     string // of the file that it stands on, or empty
}

// Discussion is a thread.
type Discussion struct {
	ID    string
	Notes []Note
}

// Draft is a comment that only its author sees.
type Draft struct {
	ID         int64
	Body       string
	Discussion string // that it answers, or empty
	Resolve    bool   // the discussion, when it is published
	Place      Place  // the zero Place: none
	Version    Version
}

// Status is the state of a commit as shown beside it.
type Status struct {
	Name, State, Description, URL string
}

// Branch is the head of a branch.
type Branch struct {
	Head      string
	Protected bool
}

// FileChange is a file of a commit: its new content, and the commit that changed
// it last as its author knew it. From is where it was when it moves, else empty.
type FileChange struct {
	Path, From, Content, LastCommit string
}

// Forge is one merge request on a server that hosts it. Lists are whole, over
// all pages. Errors wrap those of this package where one fits.
type Forge interface {
	User(ctx context.Context) (User, error)
	MergeRequest(ctx context.Context) (MergeRequest, error)
	// Versions returns the newest first.
	Versions(ctx context.Context) ([]Version, error)
	Notes(ctx context.Context) ([]Note, error)
	Discussions(ctx context.Context) ([]Discussion, error)
	Drafts(ctx context.Context) ([]Draft, error)

	CreateNote(ctx context.Context, body string) error
	UpdateNote(ctx context.Context, id int64, body string) error
	DeleteNote(ctx context.Context, id int64) error
	UpdateReply(ctx context.Context, discussion string, id int64, body string) error
	DeleteReply(ctx context.Context, discussion string, id int64) error
	Resolve(ctx context.Context, discussion string, resolved bool) error
	CreateDraft(ctx context.Context, d Draft) error
	DeleteDraft(ctx context.Context, id int64) error
	// PublishDraft publishes one draft, PublishDrafts all of this user.
	PublishDraft(ctx context.Context, id int64) error
	PublishDrafts(ctx context.Context) error

	// WebURL is the address of a project's page.
	WebURL(ctx context.Context, project int64) (string, error)
	Branch(ctx context.Context, project int64, name string) (Branch, error)
	// Role returns the access level of a member, 0 of others.
	Role(ctx context.Context, project, user int64) (int, error)
	LastCommit(ctx context.Context, project int64, ref, path string) (string, error)
	Commit(ctx context.Context, project int64, branch, message string, files []FileChange) (sha string, err error)
	Statuses(ctx context.Context, project int64, sha string) ([]Status, error)
	SetStatus(ctx context.Context, project int64, sha, branch string, s Status) error
	Reactions(ctx context.Context, note int64) (ours []string, err error)
	React(ctx context.Context, note int64, name string) error
	// Open returns the numbers and heads of the open merge requests into a branch.
	Open(ctx context.Context, target string) ([]MergeRequest, error)
}

// Item is a finding as it is said on a merge request.
type Item struct {
	finding.Finding
	Fingerprint string
	// Old and New are the whole lines that the edit replaces and what it puts
	// there, without the last line end; both are empty when there is no edit.
	Old, New string
	// Patch are the lines that the edits of a finding that needs several change;
	// Old and New are empty then.
	Patch string
	// Suggest is set when GitLab's own suggestion at Place, which then stands on
	// the first of the lines of Old, gives the proposed document byte for byte.
	Suggest bool
	// Place is the line to write at: that of the document when it is in the
	// difference, else one that caused the finding. The zero Place: none.
	Place Place
	// EditURL opens the document in the server's editor, or is empty.
	EditURL string
}

// Page is a page of the site that the merge request changes, with its addresses
// in the published site and in the preview, each of which may be empty.
type Page struct{ Title, Before, After string }

// Reminder is a decision that is due for a review.
type Reminder struct {
	Path, Title string
	Date        string // YYYY-MM-DD, of the review
	Concerned   bool   // the merge request touches it, or what it decides on
}

// Review is what is to be said.
type Review struct {
	Version  Version
	Items    []Item // in the order in which they are said
	Waived   int    // findings that somebody has answered for
	Why      string // and how, when it was for all of them at once
	Language string // "en" or "ko"

	// Answers are what people said of findings in comments, and Answered those
	// findings.
	Answers  []Answer
	Answered []Item
	// Commands is how comments may begin that Lintel takes for commands, such as
	// "@lintel-bot"; empty when it takes none.
	Commands string
	// Threads is how many threads may be opened in the life of the merge
	// request, at most MaxThreads; below 0: none.
	Threads int

	// What follows stands in a summary that is written for another reason. That
	// it differs is no reason to write one.
	Pages     []Page
	Preview   string // address of the site as the merge request makes it
	Reminders []Reminder
}

// Failed reports whether a finding reaches a severity.
func (r *Review) Failed(at finding.Severity) bool {
	for _, i := range r.Items {
		if i.Severity >= at {
			return true
		}
	}
	return false
}

// Superseded is the error of a run whose merge request has got a newer head.
type Superseded struct{ Old, New string }

func (e *Superseded) Error() string {
	return fmt.Sprintf("the merge request moved from %.12s to %.12s", e.Old, e.New)
}
