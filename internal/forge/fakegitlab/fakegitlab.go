// Package fakegitlab is a GitLab server for tests: what a merge request bot
// needs of the API, with the rules that GitLab enforces.
//
//	s := fakegitlab.New(time.Now)
//	p := s.AddProject(1, "data/platform", "/path/to/repository.git")
//	mr, err := p.Open("change", "main")
//	http.ListenAndServe(addr, s)
//
// The repository is a real one, read and written by git. A push is told to the
// server by Pushed, which makes a new version of the difference and marks old
// positions as outdated, as GitLab does.
//
// What it enforces: positions must be of an existing version, on a line that
// the difference shows, with the numbers that such a line has; drafts are seen
// by their author alone and published in bulk as one mail; a note that holds
// only quick actions becomes none; quick actions of any author are executed and
// recorded in Actions; suggestions are applied to the lines that their thread
// stands on; tokens have roles; a note has at most 1,000,000 characters; lists
// come in pages with GitLab's headers; CI_JOB_TOKEN may write nothing.
//
// Faults are put in front of requests by Fault. The program in the folder serve
// shows a scratch project and a page that shows it as a reviewer sees it.
package fakegitlab

import (
	"crypto/sha1" //nolint:gosec // line codes are made of it
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Roles.
const (
	Guest      = 10
	Reporter   = 20
	Developer  = 30
	Maintainer = 40
)

// MaxNote is the most characters of a note.
const MaxNote = 1_000_000

// User is an account with its tokens.
type User struct {
	ID   int64
	Name string
}

// Request is a request that the server answered.
type Request struct {
	Method, Path string
	User         int64
	Status       int
}

// Writes reports whether it could change something.
func (r Request) Writes() bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

// Fault changes the answer to a request. With Act the server does what was asked
// first, and then answers with the fault.
type Fault struct {
	Match  func(*http.Request) bool
	Times  int // how often; 0 is for ever
	Act    bool
	Pass   bool // Then is all: the request is answered as ever
	Status int  // of the answer; 0 resets the connection
	Header http.Header
	Body   string
	Then   func() // is called when it happens
}

// Server is a GitLab.
type Server struct {
	Now func() time.Time
	// Latency delays every answer.
	Latency time.Duration

	mu       sync.Mutex
	next     int64
	users    map[int64]*User
	tokens   map[string]int64
	jobs     map[string]bool
	projects map[int64]*Project
	faults   []*Fault
	log      []Request
	// Mails counts mails to whoever follows a merge request.
	mails int
	// Actions are quick actions that were executed.
	actions []string
}

// Project is a project with its repository.
type Project struct {
	s         *Server
	ID        int64
	Path, Dir string
	members   map[int64]int
	protected map[string]bool
	mrs       map[int64]*MergeRequest
	statuses  map[string][]*status
	Private   bool
}

type status struct {
	ID     int64  `json:"id"`
	SHA    string `json:"sha"`
	Ref    string `json:"ref"`
	Status string `json:"status"`
	Name   string `json:"name"`
	Desc   string `json:"description"`
	URL    string `json:"target_url"`
}

// MergeRequest is one. Fields are for tests to look at between requests.
type MergeRequest struct {
	p            *Project
	Source       *Project
	IID          int64
	Title        string
	Description  string
	SourceBranch string
	TargetBranch string
	State        string
	Author       int64
	AllowPush    bool
	WebURL       string // of its page, when it is not this server's
	SourceGone   bool   // the project that it comes from was deleted
	versions     []version
	discussions  []*discussion
	drafts       []*draft
	suggestions  map[int64]*suggestion
}

type version struct {
	ID                int64
	Base, Start, Head string
	Created           time.Time
	files             []*fileDiff
}

type discussion struct {
	ID    string
	Alone bool
	Notes []*note
}

type note struct {
	ID       int64
	Type     string
	Body     string
	Author   int64
	System   bool
	Created  time.Time
	Updated  time.Time
	Position *position
	Outdated bool
	Can      bool // be resolved
	Resolved bool
	By       int64
	awards   []award
}

type award struct {
	ID   int64
	Name string
	User int64
}

type draft struct {
	ID         int64
	Author     int64
	Note       string
	Discussion string
	Resolve    bool
	Position   *position
}

type position struct {
	BaseSHA  string `json:"base_sha"`
	StartSHA string `json:"start_sha"`
	HeadSHA  string `json:"head_sha"`
	Type     string `json:"position_type"`
	OldPath  string `json:"old_path"`
	NewPath  string `json:"new_path"`
	OldLine  int    `json:"old_line,omitempty"`
	NewLine  int    `json:"new_line,omitempty"`
}

// suggestion is one that a thread holds.
type suggestion struct {
	note         *note
	above, below int
	text         string
}

// New returns a server without users and projects.
func New(now func() time.Time) *Server {
	return &Server{
		Now: now, next: 100, users: map[int64]*User{}, tokens: map[string]int64{}, jobs: map[string]bool{},
		projects: map[int64]*Project{},
	}
}

func (s *Server) id() int64 { s.next++; return s.next }

// AddUser makes a user, or gives one that is there another token.
func (s *Server) AddUser(id int64, name, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[id] = &User{id, name}
	s.tokens[token] = id
}

// Revoke ends a token.
func (s *Server) Revoke(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, token)
}

// AddJobToken makes a token of a CI job, which may read and write nothing here.
func (s *Server) AddJobToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs[token] = true
}

// AddProject makes a project of a bare repository.
func (s *Server) AddProject(id int64, path, dir string) *Project {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Project{
		s: s, ID: id, Path: path, Dir: dir, members: map[int64]int{}, protected: map[string]bool{"main": true},
		mrs: map[int64]*MergeRequest{}, statuses: map[string][]*status{},
	}
	s.projects[id] = p
	return p
}

// Member gives a user a role.
func (p *Project) Member(user int64, role int) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.members[user] = role
}

// Protect protects a branch.
func (p *Project) Protect(branch string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.protected[branch] = true
}

// Open makes a merge request from a branch of source, which may be p itself.
func (p *Project) Open(source *Project, branch, target string, author int64) (*MergeRequest, error) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := &MergeRequest{
		p: p, Source: source, IID: int64(len(p.mrs) + 1), Title: "Change", SourceBranch: branch, TargetBranch: target,
		State: "opened", Author: author, suggestions: map[int64]*suggestion{},
	}
	p.mrs[m.IID] = m
	return m, m.pushed()
}

// Pushed tells the server that the source or the target branch has moved.
func (m *MergeRequest) Pushed() error {
	m.p.s.mu.Lock()
	defer m.p.s.mu.Unlock()
	return m.pushed()
}

// Rewrite changes a note, as whoever may does in a browser.
func (m *MergeRequest) Rewrite(id int64, body string) bool {
	m.p.s.mu.Lock()
	defer m.p.s.mu.Unlock()
	for _, d := range m.discussions {
		for _, n := range d.Notes {
			if n.ID == id {
				n.Body, n.Updated = body, m.p.s.Now().Add(time.Minute)
				return true
			}
		}
	}
	return false
}

// Delete takes a note away.
func (m *MergeRequest) Delete(id int64) {
	m.p.s.mu.Lock()
	defer m.p.s.mu.Unlock()
	for _, d := range m.discussions {
		d.Notes = slices.DeleteFunc(d.Notes, func(n *note) bool { return n.ID == id })
	}
	m.discussions = slices.DeleteFunc(m.discussions, func(d *discussion) bool { return len(d.Notes) == 0 })
}

// Resolve resolves every thread or opens it again, as a user does in a browser
// who writes a reply too unless it is empty.
func (m *MergeRequest) Resolve(user int64, resolved bool, reply string) {
	s := m.p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range m.discussions {
		if d.Alone {
			continue
		}
		if reply != "" {
			d.Notes = append(d.Notes, &note{ID: s.id(), Type: d.Notes[0].Type, Body: reply, Author: user, Created: s.Now(), Updated: s.Now(), Can: true})
		}
		d.resolve(user, resolved)
	}
}

// Clear takes every comment and draft off a merge request.
func (m *MergeRequest) Clear() {
	m.p.s.mu.Lock()
	defer m.p.s.mu.Unlock()
	m.discussions, m.drafts, m.suggestions = nil, nil, map[int64]*suggestion{}
}

// PushedInside is Pushed for the Then of a Fault.
func (m *MergeRequest) PushedInside() error { return m.pushed() }

func (m *MergeRequest) pushed() error {
	if m.Source != m.p {
		if _, err := m.p.git("fetch", "--quiet", m.Source.Dir, "+refs/heads/"+m.SourceBranch+":refs/lintel-fork/"+strconv.FormatInt(m.IID, 10)); err != nil {
			return err
		}
	}
	head, err := m.Source.git("rev-parse", "refs/heads/"+m.SourceBranch)
	if err != nil {
		return err
	}
	if len(m.versions) > 0 && m.versions[0].Head == head {
		return nil // GitLab makes versions of pushes to the source branch alone
	}
	start, err := m.p.git("rev-parse", "refs/heads/"+m.TargetBranch)
	if err != nil {
		return err
	}
	base, err := m.p.git("merge-base", start, head)
	if err != nil {
		return err
	}
	if _, err := m.p.git("update-ref", fmt.Sprintf("refs/merge-requests/%d/head", m.IID), head); err != nil {
		return err
	}
	files, err := m.p.diff(base, head)
	if err != nil {
		return err
	}
	v := version{m.p.s.id(), base, start, head, m.p.s.Now(), files}
	m.versions = append([]version{v}, m.versions...)
	for _, d := range m.discussions {
		for _, n := range d.Notes {
			if n.Position != nil {
				n.Outdated = !m.follow(n.Position, v)
			}
		}
	}
	return nil
}

// follow reports whether the line of a position is still there: it moves with
// the lines around it.
func (m *MergeRequest) follow(at *position, v version) bool {
	if at.NewLine == 0 {
		return true
	}
	was, err := m.p.git("show", at.HeadSHA+":"+at.NewPath)
	if err != nil {
		return false
	}
	is, err := m.p.git("show", v.Head+":"+at.NewPath)
	if err != nil {
		return false
	}
	old, now := strings.Split(was, "\n"), strings.Split(is, "\n")
	if at.NewLine > len(old) {
		return false
	}
	line, found := old[at.NewLine-1], 0
	for i, l := range now {
		if l == line {
			if found != 0 {
				found = -1
				break
			}
			found = i + 1
		}
	}
	if found <= 0 { // not there, or in several places: where it was is the nearest
		if found = at.NewLine; found > len(now) || now[found-1] != line {
			return false
		}
	}
	at.NewLine, at.HeadSHA, at.BaseSHA, at.StartSHA = found, v.Head, v.Base, v.Start
	return true
}

func (p *Project) git(args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"-C", p.Dir, "-c", "user.name=GitLab", "-c", "user.email=gitlab@example.com"}, args...)...) //nolint:noctx // short
	out, err := cmd.Output()
	if err != nil {
		if ee, ok := err.(*exec.ExitError); ok { //nolint:errorlint // it is not wrapped
			return "", fmt.Errorf("git %s: %w: %s", args[0], err, ee.Stderr)
		}
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// fileDiff is a file of a version with its lines.
type fileDiff struct {
	Old, New       string
	Added, Deleted bool
	Renamed        bool
	lines          map[[2]int]bool // old and new number of the lines shown
	Text           string
}

var fakeHunkRE = regexp.MustCompile(`^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@`)

func (p *Project) diff(base, head string) ([]*fileDiff, error) {
	out, err := p.git("-c", "core.quotepath=false", "diff", "--no-color", "-M", "-U3", base, head)
	if err != nil {
		return nil, err
	}
	var files []*fileDiff
	var f *fileDiff
	o, n := 0, 0
	hunk := false
	for l := range strings.SplitSeq(out, "\n") {
		switch {
		case strings.HasPrefix(l, "diff --git "):
			f = &fileDiff{lines: map[[2]int]bool{}}
			files = append(files, f)
			hunk = false
			if i := strings.Index(l, " b/"); i > 0 {
				f.Old, f.New = l[len("diff --git a/"):i], l[i+3:]
			}
			continue
		case f == nil:
			continue
		case !hunk && strings.HasPrefix(l, "new file"):
			f.Added = true
		case !hunk && strings.HasPrefix(l, "deleted file"):
			f.Deleted = true
		case !hunk && strings.HasPrefix(l, "rename from "):
			f.Renamed, f.Old = true, l[len("rename from "):]
		case !hunk && strings.HasPrefix(l, "rename to "):
			f.New = l[len("rename to "):]
		}
		if m := fakeHunkRE.FindStringSubmatch(l); m != nil {
			o, _ = strconv.Atoi(m[1])
			n, _ = strconv.Atoi(m[2])
			hunk = true
			f.Text += l + "\n"
			continue
		}
		if !hunk || l == "" || l[0] == '\\' {
			continue
		}
		f.Text += l + "\n"
		switch l[0] {
		case '+':
			f.lines[[2]int{0, n}] = true
			n++
		case '-':
			f.lines[[2]int{o, 0}] = true
			o++
		default:
			f.lines[[2]int{o, n}] = true
			o, n = o+1, n+1
		}
	}
	return files, nil
}

// checkPosition returns what is wrong with a position, or "".
func (m *MergeRequest) checkPosition(at *position) string {
	bad := `Note {:line_code=>["can't be blank", "must be a valid line code"]}`
	if at.Type != "text" {
		return `Note {:position=>["is invalid"]}`
	}
	i := slices.IndexFunc(m.versions, func(v version) bool {
		return v.Base == at.BaseSHA && v.Start == at.StartSHA && v.Head == at.HeadSHA
	})
	if i < 0 || at.OldPath == "" || at.NewPath == "" {
		return bad
	}
	for _, f := range m.versions[i].files {
		if f.Old == at.OldPath && f.New == at.NewPath {
			if f.lines[[2]int{at.OldLine, at.NewLine}] {
				return ""
			}
			return bad
		}
	}
	return bad
}

// LineCode is GitLab's name of a line of a difference.
func LineCode(path string, old, new int) string {
	return fmt.Sprintf("%x_%d_%d", sha1.Sum([]byte(path)), old, new) //nolint:gosec // it is GitLab's
}

var actionRE = regexp.MustCompile(`(?m)^[ \t]*/([a-z_]+)\b.*$`)

// quickActions executes the quick actions of a text and returns what is left.
// GitLab takes carriage returns out first.
func (s *Server) quickActions(text string) string {
	text = strings.ReplaceAll(text, "\r", "")
	var left []string
	fence := ""
	for l := range strings.SplitSeq(text, "\n") {
		t := strings.TrimLeft(l, " ")
		if n := len(t) - len(strings.TrimLeft(t, "`")); n >= 3 {
			if fence == "" {
				fence = t[:n]
			} else if n >= len(fence) && strings.TrimLeft(t, "`") == "" {
				fence = ""
			}
		}
		// Whether a fence protects is not known; nothing here relies on it.
		if actionRE.MatchString(l) {
			s.actions = append(s.actions, strings.TrimSpace(l))
			continue
		}
		left = append(left, l)
	}
	return strings.TrimSpace(strings.Join(left, "\n"))
}

var suggestionRE = regexp.MustCompile("^(`{3,})suggestion(?::-(\\d+)\\+(\\d+))?[ \\t]*$")

// suggest finds the suggestions of a note in a difference.
func (m *MergeRequest) suggest(n *note) {
	if n.Position == nil || n.Position.NewLine == 0 {
		return
	}
	for _, sg := range suggestionsOf(n.Body) {
		sg.note = n
		m.suggestions[m.p.s.id()] = sg
	}
}

// suggestionsOf reads the suggestions in the body of a note: fences that are
// closed by one at least as long.
func suggestionsOf(body string) (out []*suggestion) {
	lines := strings.Split(body, "\n")
	for i := 0; i < len(lines); i++ {
		open := lines[i]
		n := len(open) - len(strings.TrimLeft(open, "`"))
		if n < 3 || strings.Contains(open[n:], "`") {
			continue
		}
		end := slices.IndexFunc(lines[i+1:], func(l string) bool {
			rest := strings.TrimLeft(l, "`")
			return len(l)-len(rest) >= n && strings.TrimSpace(rest) == ""
		})
		if end < 0 {
			return out
		}
		text := strings.Join(lines[i+1:i+1+end], "\n")
		if end > 0 {
			text += "\n"
		}
		if f := suggestionRE.FindStringSubmatch(open); f != nil {
			above, _ := strconv.Atoi(f[2])
			below, _ := strconv.Atoi(f[3])
			if above <= 100 && below <= 100 {
				out = append(out, &suggestion{nil, above, below, text})
			}
		}
		i += end + 1
	}
	return out
}

// Suggested applies the suggestions of a note on a line of a document; n is how
// many there were.
func Suggested(document, body string, line int) (text string, n int, err error) {
	all := suggestionsOf(strings.ReplaceAll(body, "\r", ""))
	for _, sg := range all {
		if document, err = sg.applied(document, line); err != nil {
			return "", len(all), err
		}
	}
	return document, len(all), nil
}

// applied replaces the lines that a suggestion on a line is for.
func (sg *suggestion) applied(document string, line int) (string, error) {
	lines := strings.SplitAfter(document, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	from, to := line-1-sg.above, line+sg.below
	if from < 0 || to > len(lines) {
		return "", errors.New("the suggestion reaches out of the file")
	}
	return strings.Join(lines[:from], "") + sg.text + strings.Join(lines[to:], ""), nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.Latency > 0 {
		time.Sleep(s.Latency)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rec := &recorder{ResponseWriter: w, status: 200}
	user := s.tokens[r.Header.Get("PRIVATE-TOKEN")]
	f := s.fault(r)
	if f != nil && f.Then != nil {
		f.Then()
	}
	if f != nil && !f.Pass {
		if f.Act {
			s.route(&discard{header: http.Header{}}, r)
		}
		s.log = append(s.log, Request{r.Method, r.URL.Path, user, f.Status})
		if f.Status == 0 {
			panic(http.ErrAbortHandler)
		}
		maps.Copy(w.Header(), f.Header)
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte(f.Body))
		return
	}
	s.route(rec, r)
	s.log = append(s.log, Request{r.Method, r.URL.Path, user, rec.status})
}

type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(code int) { r.status = code; r.ResponseWriter.WriteHeader(code) }

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

func (s *Server) fault(r *http.Request) *Fault {
	for i, f := range s.faults {
		if f.Match != nil && !f.Match(r) {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
		}
		return f
	}
	return nil
}

// Fault puts a fault in front of requests that it matches.
func (s *Server) Fault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Mend takes all faults away.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Log returns the requests since the last call.
func (s *Server) Log() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.log
	s.log = nil
	return l
}

// Mails returns how many mails there were since the last call.
func (s *Server) Mails() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.mails
	s.mails = 0
	return n
}

// Actions returns the quick actions that were executed.
func (s *Server) Actions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.actions)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if v != nil {
		_ = json.NewEncoder(w).Encode(v) // the client may have gone
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"message": message})
}
