package fakegitlab

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

type object = map[string]any

// Routes are the paths that the server answers, with the methods.
func Routes() []string {
	return []string{
		"GET /user",
		"GET /projects/:id",
		"GET /projects/:id/members/all/:user",
		"GET /projects/:id/repository/branches/:branch",
		"HEAD /projects/:id/repository/files/:path",
		"POST /projects/:id/repository/commits",
		"GET /projects/:id/repository/commits/:sha/statuses",
		"POST /projects/:id/statuses/:sha",
		"GET /projects/:id/merge_requests",
		"GET /projects/:id/merge_requests/:iid",
		"GET /projects/:id/merge_requests/:iid/versions",
		"GET /projects/:id/merge_requests/:iid/notes",
		"POST /projects/:id/merge_requests/:iid/notes",
		"PUT /projects/:id/merge_requests/:iid/notes/:note",
		"DELETE /projects/:id/merge_requests/:iid/notes/:note",
		"GET /projects/:id/merge_requests/:iid/notes/:note/award_emoji",
		"POST /projects/:id/merge_requests/:iid/notes/:note/award_emoji",
		"GET /projects/:id/merge_requests/:iid/discussions",
		"POST /projects/:id/merge_requests/:iid/discussions",
		"PUT /projects/:id/merge_requests/:iid/discussions/:discussion",
		"POST /projects/:id/merge_requests/:iid/discussions/:discussion/notes",
		"PUT /projects/:id/merge_requests/:iid/discussions/:discussion/notes/:note",
		"DELETE /projects/:id/merge_requests/:iid/discussions/:discussion/notes/:note",
		"GET /projects/:id/merge_requests/:iid/draft_notes",
		"POST /projects/:id/merge_requests/:iid/draft_notes",
		"DELETE /projects/:id/merge_requests/:iid/draft_notes/:draft",
		"PUT /projects/:id/merge_requests/:iid/draft_notes/:draft/publish",
		"POST /projects/:id/merge_requests/:iid/draft_notes/bulk_publish",
		"PUT /suggestions/:id/apply",
	}
}

// call is a request that has found its route.
type call struct {
	s    *Server
	w    http.ResponseWriter
	r    *http.Request
	user int64
	p    *Project
	m    *MergeRequest
	args map[string]string
	body object
}

func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/api/v4/")
	if !ok {
		s.page(w, r)
		return
	}
	token := r.Header.Get("PRIVATE-TOKEN")
	user, known := s.tokens[token]
	if !known {
		refuse(w, http.StatusUnauthorized, "401 Unauthorized")
		return
	}
	parts := strings.Split(strings.Trim(rest, "/"), "/")
	for i := range parts {
		parts[i], _ = url.PathUnescape(parts[i])
	}
	for _, route := range Routes() {
		method, path, _ := strings.Cut(route, " /")
		args, ok := match(strings.Split(path, "/"), parts)
		if !ok || method != r.Method {
			continue
		}
		c := &call{s: s, w: w, r: r, user: user, args: args, body: object{}}
		if r.Body != nil && r.Method != http.MethodGet {
			_ = json.NewDecoder(r.Body).Decode(&c.body) // an empty body is none
		}
		c.serve(route)
		return
	}
	refuse(w, http.StatusNotFound, "404 Not Found")
}

func match(pattern, parts []string) (map[string]string, bool) {
	if len(pattern) != len(parts) {
		return nil, false
	}
	args := map[string]string{}
	for i, p := range pattern {
		switch {
		case strings.HasPrefix(p, ":"):
			args[p[1:]] = parts[i]
		case p != parts[i]:
			return nil, false
		}
	}
	if args["draft"] == "bulk_publish" {
		return nil, false
	}
	return args, true
}

func (c *call) number(name string) int64 {
	n, _ := strconv.ParseInt(c.args[name], 10, 64)
	return n
}

func (c *call) text(name string) string { s, _ := c.body[name].(string); return s }

func (c *call) serve(route string) {
	if strings.Contains(route, "/projects/:id") {
		for _, p := range c.s.projects {
			if c.args["id"] == strconv.FormatInt(p.ID, 10) || c.args["id"] == p.Path {
				c.p = p
			}
		}
		if c.p == nil || c.p.members[c.user] == 0 {
			refuse(c.w, http.StatusNotFound, "404 Project Not Found")
			return
		}
	}
	if strings.Contains(route, ":iid") {
		if c.m = c.p.mrs[c.number("iid")]; c.m == nil {
			refuse(c.w, http.StatusNotFound, "404 Not found")
			return
		}
	}
	role := 0
	if c.p != nil {
		role = c.p.members[c.user]
	}
	need := 0
	switch {
	case c.r.Method == http.MethodGet || c.r.Method == http.MethodHead:
	case strings.Contains(route, "commits") || strings.Contains(route, "statuses"):
		need = Developer
	default:
		need = Reporter
	}
	if role < need && c.p != nil {
		refuse(c.w, http.StatusForbidden, "403 Forbidden")
		return
	}
	handlers := map[string]func(){
		"GET /user":                                                                    c.getUser,
		"GET /projects/:id":                                                            c.getProject,
		"GET /projects/:id/members/all/:user":                                          c.getMember,
		"GET /projects/:id/repository/branches/:branch":                                c.getBranch,
		"HEAD /projects/:id/repository/files/:path":                                    c.headFile,
		"POST /projects/:id/repository/commits":                                        c.postCommit,
		"GET /projects/:id/repository/commits/:sha/statuses":                           c.getStatuses,
		"POST /projects/:id/statuses/:sha":                                             c.postStatus,
		"GET /projects/:id/merge_requests":                                             c.getMergeRequests,
		"GET /projects/:id/merge_requests/:iid":                                        c.getMergeRequest,
		"GET /projects/:id/merge_requests/:iid/versions":                               c.getVersions,
		"GET /projects/:id/merge_requests/:iid/notes":                                  c.getNotes,
		"POST /projects/:id/merge_requests/:iid/notes":                                 c.postNote,
		"PUT /projects/:id/merge_requests/:iid/notes/:note":                            c.putNote,
		"DELETE /projects/:id/merge_requests/:iid/notes/:note":                         c.deleteNote,
		"GET /projects/:id/merge_requests/:iid/notes/:note/award_emoji":                c.getAwards,
		"POST /projects/:id/merge_requests/:iid/notes/:note/award_emoji":               c.postAward,
		"GET /projects/:id/merge_requests/:iid/discussions":                            c.getDiscussions,
		"POST /projects/:id/merge_requests/:iid/discussions":                           c.postDiscussion,
		"PUT /projects/:id/merge_requests/:iid/discussions/:discussion":                c.putDiscussion,
		"POST /projects/:id/merge_requests/:iid/discussions/:discussion/notes":         c.postReply,
		"PUT /projects/:id/merge_requests/:iid/discussions/:discussion/notes/:note":    c.putReply,
		"DELETE /projects/:id/merge_requests/:iid/discussions/:discussion/notes/:note": c.deleteNote,
		"GET /projects/:id/merge_requests/:iid/draft_notes":                            c.getDrafts,
		"POST /projects/:id/merge_requests/:iid/draft_notes":                           c.postDraft,
		"DELETE /projects/:id/merge_requests/:iid/draft_notes/:draft":                  c.deleteDraft,
		"PUT /projects/:id/merge_requests/:iid/draft_notes/:draft/publish":             c.publishDraft,
		"POST /projects/:id/merge_requests/:iid/draft_notes/bulk_publish":              c.publishAll,
		"PUT /suggestions/:id/apply":                                                   c.applySuggestion,
	}
	handlers[route]()
}

// list answers with a page of a list.
func list[T any](c *call, all []T) {
	q := c.r.URL.Query()
	if q.Has("per_page") && q.Get("per_page") == "" {
		refuse(c.w, http.StatusInternalServerError, "500 Internal Server Error")
		return
	}
	size, err := strconv.Atoi(q.Get("per_page"))
	if err != nil || size < 1 {
		size = 20
	}
	size = min(size, 100)
	page, err := strconv.Atoi(q.Get("page"))
	if err != nil || page < 1 {
		page = 1
	}
	count := (len(all) + size - 1) / size
	h := c.w.Header()
	h.Set("X-Page", strconv.Itoa(page))
	h.Set("X-Per-Page", strconv.Itoa(size))
	h.Set("X-Total", strconv.Itoa(len(all)))
	h.Set("X-Total-Pages", strconv.Itoa(count))
	h.Set("X-Next-Page", "")
	if page < count {
		h.Set("X-Next-Page", strconv.Itoa(page+1))
	}
	from := min((page-1)*size, len(all))
	part := all[from:min(from+size, len(all))]
	if part == nil {
		part = []T{}
	}
	answer(c.w, http.StatusOK, part)
}

func (s *Server) author(id int64) object {
	if u := s.users[id]; u != nil {
		return object{"id": u.ID, "username": u.Name, "name": u.Name, "state": "active"}
	}
	return object{"id": id}
}

func (c *call) getUser() { answer(c.w, 200, c.s.author(c.user)) }

func (c *call) base() string { return "http://" + c.r.Host + "/" }

func (c *call) getProject() {
	answer(c.w, 200, object{"id": c.p.ID, "path_with_namespace": c.p.Path, "web_url": c.base() + c.p.Path, "default_branch": "main"})
}

func (c *call) getMember() {
	role := c.p.members[c.number("user")]
	if role == 0 {
		refuse(c.w, 404, "404 Not found")
		return
	}
	answer(c.w, 200, object{"id": c.number("user"), "access_level": role})
}

func (c *call) getBranch() {
	sha, err := c.p.git("rev-parse", "--verify", "--quiet", "refs/heads/"+c.args["branch"])
	if err != nil {
		refuse(c.w, 404, "404 Branch Not Found")
		return
	}
	answer(c.w, 200, object{"name": c.args["branch"], "protected": c.p.protected[c.args["branch"]], "commit": object{"id": sha}})
}

func (c *call) headFile() {
	ref := c.r.URL.Query().Get("ref")
	sha, err := c.p.git("log", "-1", "--format=%H", ref, "--", c.args["path"])
	if err != nil || sha == "" {
		c.w.WriteHeader(404)
		return
	}
	c.w.Header().Set("X-Gitlab-Last-Commit-Id", sha)
	c.w.Header().Set("X-Gitlab-File-Path", c.args["path"])
	c.w.WriteHeader(200)
}

func (c *call) postCommit() {
	branch := c.text("branch")
	if c.p.protected[branch] && c.p.members[c.user] < Maintainer {
		refuse(c.w, 403, "You are not allowed to push into this branch")
		return
	}
	head, err := c.p.git("rev-parse", "refs/heads/"+branch)
	if err != nil {
		refuse(c.w, 400, "You can only create or edit files when you are on a branch")
		return
	}
	actions, _ := c.body["actions"].([]any)
	files := map[string]string{}
	var gone []string
	for _, a := range actions {
		a, _ := a.(object)
		path, _ := a["file_path"].(string)
		content, _ := a["content"].(string)
		last, _ := a["last_commit_id"].(string)
		from := path
		switch a["action"] {
		case "update":
		case "move":
			from, _ = a["previous_path"].(string)
			if _, err := c.p.git("cat-file", "-e", head+":"+path); err == nil {
				refuse(c.w, 400, "A file with this name already exists")
				return
			}
			gone = append(gone, from)
		default:
			refuse(c.w, 400, "action is not supported")
			return
		}
		if a["encoding"] == "base64" {
			raw, err := base64.StdEncoding.DecodeString(content)
			if err != nil {
				refuse(c.w, 400, "content is no base64")
				return
			}
			content = string(raw)
		}
		if _, err := c.p.git("cat-file", "-e", head+":"+from); err != nil {
			refuse(c.w, 400, "A file with this name doesn't exist")
			return
		}
		now, err := c.p.git("log", "-1", "--format=%H", head, "--", from)
		if err != nil || now == "" {
			refuse(c.w, 400, "A file with this name doesn't exist")
			return
		}
		if last != "" && last != now {
			refuse(c.w, 400, "You are attempting to update a file that has changed since you started editing it.")
			return
		}
		files[path] = content
	}
	sha, err := c.p.commit(head, c.text("commit_message"), files, gone...)
	if err == nil {
		_, err = c.p.git("update-ref", "refs/heads/"+branch, sha, head)
	}
	if err != nil {
		refuse(c.w, 400, err.Error())
		return
	}
	c.s.moved(c.p, branch)
	answer(c.w, 201, object{"id": sha, "short_id": sha[:8]})
}

// moved makes new versions of the merge requests of a branch.
func (s *Server) moved(p *Project, branch string) {
	for _, q := range s.projects {
		for _, m := range q.mrs {
			if m.Source == p && m.SourceBranch == branch {
				_ = m.pushed() // a branch that is gone keeps its versions
			}
		}
	}
}

func (c *call) getStatuses() { list(c, c.p.statuses[c.args["sha"]]) }

func (c *call) postStatus() {
	sha := c.args["sha"]
	name := c.text("name")
	if name == "" {
		name = "default"
	}
	state := c.text("state")
	all := c.p.statuses[sha]
	i := slices.IndexFunc(all, func(s *status) bool { return s.Name == name })
	if i >= 0 && all[i].Status == state {
		refuse(c.w, 400, fmt.Sprintf("Cannot transition status via :%s from :%s", state, state))
		return
	}
	st := &status{c.s.id(), sha, c.text("ref"), state, name, c.text("description"), c.text("target_url")}
	if i >= 0 {
		all[i] = st
	} else {
		c.p.statuses[sha] = append(all, st)
	}
	answer(c.w, 201, st)
}

func (c *call) mergeRequest(m *MergeRequest) object {
	v := m.versions[0]
	o := object{
		"id": m.IID + 1000*m.p.ID, "iid": m.IID, "project_id": m.p.ID, "title": m.Title, "description": m.Description,
		"state": m.State, "source_branch": m.SourceBranch, "target_branch": m.TargetBranch,
		"source_project_id": m.Source.ID, "target_project_id": m.p.ID, "sha": v.Head, "author": c.s.author(m.Author),
		"web_url":             fmt.Sprintf("%s%s/-/merge_requests/%d", c.base(), m.p.Path, m.IID),
		"allow_collaboration": m.AllowPush, "diff_refs": object{"base_sha": v.Base, "head_sha": v.Head, "start_sha": v.Start},
	}
	if m.WebURL != "" {
		o["web_url"] = m.WebURL
	}
	if m.SourceGone {
		o["source_project_id"] = nil
	}
	return o
}

func (c *call) getMergeRequests() {
	var all []object
	for _, m := range c.p.mrs {
		q := c.r.URL.Query()
		if s, t := q.Get("state"), q.Get("target_branch"); (s == "" || s == m.State) && (t == "" || t == m.TargetBranch) {
			all = append(all, c.mergeRequest(m))
		}
	}
	slices.SortFunc(all, func(a, b object) int { return int(b["iid"].(int64) - a["iid"].(int64)) })
	list(c, all)
}

func (c *call) getMergeRequest() { answer(c.w, 200, c.mergeRequest(c.m)) }

func (c *call) getVersions() {
	var all []object
	for _, v := range c.m.versions {
		all = append(all, object{
			"id": v.ID, "head_commit_sha": v.Head, "base_commit_sha": v.Base, "start_commit_sha": v.Start,
			"created_at": v.Created, "state": "collected",
		})
	}
	list(c, all)
}

func (c *call) note(n *note) object {
	o := object{
		"id": n.ID, "type": nil, "body": n.Body, "author": c.s.author(n.Author), "system": n.System,
		"created_at": n.Created, "updated_at": n.Updated, "project_id": c.p.ID,
		"resolvable": n.Can,
	}
	if n.Type != "" {
		o["type"] = n.Type
	}
	if n.Can {
		o["resolved"] = n.Resolved
	}
	if n.Position != nil {
		o["position"] = n.Position
	}
	return o
}

func (c *call) getNotes() {
	var all []*note
	for _, d := range c.m.discussions {
		all = append(all, d.Notes...)
	}
	slices.SortFunc(all, func(a, b *note) int { return int(a.ID - b.ID) })
	if c.r.URL.Query().Get("sort") != "asc" {
		slices.Reverse(all)
	}
	out := make([]object, 0, len(all))
	for _, n := range all {
		out = append(out, c.note(n))
	}
	list(c, out)
}

// write makes a note of a text, unless nothing but quick actions is in it.
func (c *call) write(text string) *note {
	if strings.TrimSpace(text) == "" {
		refuse(c.w, 400, `400 (Bad request) "Note {:note=>["can't be blank"]}" not given`)
		return nil
	}
	if utf8.RuneCountInString(text) > MaxNote {
		refuse(c.w, 400, `400 (Bad request) "Note {:note=>["is too long (maximum is 1000000 characters)"]}" not given`)
		return nil
	}
	left := c.s.quickActions(text)
	if left == "" {
		answer(c.w, 202, object{"commands_changes": object{}, "summary": []string{"done"}})
		return nil
	}
	now := c.s.Now()
	return &note{ID: c.s.id(), Body: left, Author: c.user, Created: now, Updated: now}
}

func (c *call) postNote() {
	n := c.write(c.text("body"))
	if n == nil {
		return
	}
	c.m.discussions = append(c.m.discussions, &discussion{fmt.Sprintf("%040x", n.ID), true, []*note{n}})
	c.s.mails++
	answer(c.w, 201, c.note(n))
}

// Say posts a note as a user, as somebody does in a browser, and returns its id.
func (m *MergeRequest) Say(user int64, text string) int64 {
	s := m.p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	n := &note{ID: s.id(), Body: text, Author: user, Created: s.Now(), Updated: s.Now()}
	m.discussions = append(m.discussions, &discussion{fmt.Sprintf("%040x", n.ID), true, []*note{n}})
	return n.ID
}

// Reply answers a thread as a user, and returns the id of the note.
func (m *MergeRequest) Reply(user int64, thread, text string) int64 {
	s := m.p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range m.discussions {
		if d.ID == thread {
			n := &note{ID: s.id(), Type: d.Notes[0].Type, Body: text, Author: user, Can: true, Resolved: d.Notes[0].Resolved, Created: s.Now(), Updated: s.Now()}
			d.Notes = append(d.Notes, n)
			return n.ID
		}
	}
	return 0
}

// Edit changes a note as a user does in a browser.
func (m *MergeRequest) Edit(id int64, text string) {
	s := m.p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range m.discussions {
		for _, n := range d.Notes {
			if n.ID == id {
				n.Body, n.Updated = text, n.Created.Add(time.Minute)
			}
		}
	}
}

// Remove deletes a note as a user does in a browser.
func (m *MergeRequest) Remove(id int64) {
	s := m.p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range m.discussions {
		d.Notes = slices.DeleteFunc(d.Notes, func(n *note) bool { return n.ID == id })
	}
	m.discussions = slices.DeleteFunc(m.discussions, func(d *discussion) bool { return len(d.Notes) == 0 })
}

// Awards returns the emojis on a note, by the name of who gave them.
func (m *MergeRequest) Awards(id int64) (out []string) {
	s := m.p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range m.discussions {
		for _, n := range d.Notes {
			for _, a := range n.awards {
				if n.ID == id {
					out = append(out, s.users[a.User].Name+" "+a.Name)
				}
			}
		}
	}
	return out
}

func (c *call) find(id int64) (*discussion, *note) {
	for _, d := range c.m.discussions {
		if c.args["discussion"] != "" && c.args["discussion"] != d.ID {
			continue
		}
		for _, n := range d.Notes {
			if n.ID == id {
				return d, n
			}
		}
	}
	refuse(c.w, 404, "404 Note Not Found")
	return nil, nil
}

func (c *call) mine(n *note) bool {
	if n.Author == c.user || c.p.members[c.user] >= Maintainer {
		return true
	}
	refuse(c.w, 403, "403 Forbidden")
	return false
}

func (c *call) putNote() {
	_, n := c.find(c.number("note"))
	if n == nil || !c.mine(n) {
		return
	}
	text := c.text("body")
	if utf8.RuneCountInString(text) > MaxNote {
		refuse(c.w, 400, "is too long")
		return
	}
	n.Body, n.Updated = c.s.quickActions(text), c.s.Now().Add(2*time.Second)
	answer(c.w, 200, c.note(n))
}

func (c *call) deleteNote() {
	d, n := c.find(c.number("note"))
	if n == nil || !c.mine(n) {
		return
	}
	d.Notes = slices.DeleteFunc(d.Notes, func(o *note) bool { return o == n })
	c.m.discussions = slices.DeleteFunc(c.m.discussions, func(d *discussion) bool { return len(d.Notes) == 0 })
	c.w.WriteHeader(204)
}

func (c *call) getAwards() {
	_, n := c.find(c.number("note"))
	if n == nil {
		return
	}
	var out []object
	for _, a := range n.awards {
		out = append(out, object{"id": a.ID, "name": a.Name, "user": c.s.author(a.User)})
	}
	list(c, out)
}

func (c *call) postAward() {
	_, n := c.find(c.number("note"))
	if n == nil {
		return
	}
	if slices.ContainsFunc(n.awards, func(a award) bool { return a.Name == c.text("name") && a.User == c.user }) {
		refuse(c.w, 404, "404 Award Emoji Name has already been taken")
		return
	}
	n.awards = append(n.awards, award{c.s.id(), c.text("name"), c.user})
	answer(c.w, 201, object{"id": c.s.next, "name": c.text("name"), "user": c.s.author(c.user)})
}

func (c *call) getDiscussions() {
	out := make([]object, 0, len(c.m.discussions))
	for _, d := range c.m.discussions {
		notes := make([]object, 0, len(d.Notes))
		for _, n := range d.Notes {
			notes = append(notes, c.note(n))
		}
		out = append(out, object{"id": d.ID, "individual_note": d.Alone, "notes": notes})
	}
	list(c, out)
}

// at reads a position of a request; ok is false when it was refused.
func (c *call) at() (*position, bool) {
	raw, has := c.body["position"]
	if !has || raw == nil {
		return nil, true
	}
	b, _ := json.Marshal(raw)
	var p position
	if err := json.Unmarshal(b, &p); err != nil {
		refuse(c.w, 400, "position is invalid")
		return nil, false
	}
	if wrong := c.m.checkPosition(&p); wrong != "" {
		refuse(c.w, 400, "400 Bad request - "+wrong)
		return nil, false
	}
	return &p, true
}

func (c *call) postDiscussion() {
	at, ok := c.at()
	if !ok {
		return
	}
	n := c.write(c.text("body"))
	if n == nil {
		return
	}
	c.m.begin(n, at)
	c.s.mails++
	answer(c.w, 201, object{"id": c.m.discussions[len(c.m.discussions)-1].ID, "notes": []object{c.note(n)}})
}

// begin makes a thread of a note.
func (m *MergeRequest) begin(n *note, at *position) {
	n.Type, n.Can = "DiscussionNote", true
	if at != nil {
		n.Type, n.Position = "DiffNote", at
		m.suggest(n)
	}
	m.discussions = append(m.discussions, &discussion{fmt.Sprintf("%040x", n.ID), false, []*note{n}})
}

func (c *call) discussion() *discussion {
	for _, d := range c.m.discussions {
		if d.ID == c.args["discussion"] {
			return d
		}
	}
	refuse(c.w, 404, "404 Discussion Not Found")
	return nil
}

func (d *discussion) resolve(by int64, resolved bool) {
	for _, n := range d.Notes {
		if n.Can {
			n.Resolved, n.By = resolved, by
		}
	}
}

func (c *call) putDiscussion() {
	d := c.discussion()
	if d == nil {
		return
	}
	if c.p.members[c.user] < Developer && c.m.Author != c.user {
		refuse(c.w, 403, "403 Forbidden")
		return
	}
	resolved, ok := c.body["resolved"].(bool)
	if !ok {
		refuse(c.w, 400, "resolved is missing")
		return
	}
	d.resolve(c.user, resolved)
	answer(c.w, 200, object{"id": d.ID})
}

func (c *call) postReply() {
	d := c.discussion()
	if d == nil {
		return
	}
	if n := c.write(c.text("body")); n != nil {
		n.Type, n.Can, n.Resolved = d.Notes[0].Type, true, d.Notes[0].Resolved
		d.Notes = append(d.Notes, n)
		c.s.mails++
		answer(c.w, 201, c.note(n))
	}
}

func (c *call) putReply() {
	_, hasBody := c.body["body"]
	_, hasResolved := c.body["resolved"]
	if hasBody == hasResolved {
		refuse(c.w, 400, "body, resolved are mutually exclusive")
		return
	}
	d, n := c.find(c.number("note"))
	if n == nil || !c.mine(n) {
		return
	}
	if hasResolved {
		d.resolve(c.user, c.body["resolved"] == true)
	} else {
		n.Body, n.Updated = c.s.quickActions(c.text("body")), c.s.Now().Add(2*time.Second)
		for id, s := range c.m.suggestions {
			if s.note == n {
				delete(c.m.suggestions, id)
			}
		}
		c.m.suggest(n)
	}
	answer(c.w, 200, c.note(n))
}

func (c *call) getDrafts() {
	out := []object{}
	for _, d := range c.m.drafts {
		if d.Author != c.user {
			continue
		}
		o := object{"id": d.ID, "author_id": d.Author, "note": d.Note, "resolve_discussion": d.Resolve, "discussion_id": nil}
		if d.Discussion != "" {
			o["discussion_id"] = d.Discussion
		}
		if d.Position != nil {
			o["position"] = d.Position
			o["line_code"] = LineCode(d.Position.NewPath, d.Position.OldLine, d.Position.NewLine)
		}
		out = append(out, o)
	}
	list(c, out)
}

func (c *call) postDraft() {
	at, ok := c.at()
	if !ok {
		return
	}
	text := c.text("note")
	if strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > MaxNote {
		refuse(c.w, 400, "note is invalid")
		return
	}
	d := &draft{ID: c.s.id(), Author: c.user, Note: text, Discussion: c.text("in_reply_to_discussion_id"), Position: at}
	d.Resolve, _ = c.body["resolve_discussion"].(bool)
	if d.Discussion != "" {
		c.args["discussion"] = d.Discussion
		if c.discussion() == nil {
			return
		}
	}
	c.m.drafts = append(c.m.drafts, d)
	answer(c.w, 201, object{"id": d.ID, "note": d.Note, "author_id": d.Author})
}

func (c *call) ownDraft() *draft {
	for _, d := range c.m.drafts {
		if d.ID == c.number("draft") && d.Author == c.user {
			return d
		}
	}
	refuse(c.w, 404, "404 Draft Note Not Found")
	return nil
}

func (c *call) deleteDraft() {
	if d := c.ownDraft(); d != nil {
		c.m.drafts = slices.DeleteFunc(c.m.drafts, func(o *draft) bool { return o == d })
		c.w.WriteHeader(204)
	}
}

func (c *call) publishDraft() {
	if d := c.ownDraft(); d != nil {
		c.publish(d)
		c.s.mails++
		c.w.WriteHeader(204)
	}
}

func (c *call) publishAll() {
	n := 0
	for _, d := range slices.Clone(c.m.drafts) {
		if d.Author == c.user {
			c.publish(d)
			n++
		}
	}
	if n > 0 {
		c.s.mails++
	}
	c.w.WriteHeader(204)
}

// publish makes a note of a draft. A reply without resolve reopens its thread.
func (c *call) publish(d *draft) {
	c.m.drafts = slices.DeleteFunc(c.m.drafts, func(o *draft) bool { return o == d })
	left := c.s.quickActions(d.Note)
	if left == "" {
		return
	}
	now := c.s.Now()
	n := &note{ID: c.s.id(), Body: left, Author: d.Author, Created: now, Updated: now}
	for _, t := range c.m.discussions {
		if t.ID == d.Discussion {
			n.Type, n.Can = t.Notes[0].Type, true
			t.Notes = append(t.Notes, n)
			if c.p.members[c.user] >= Developer || c.m.Author == c.user {
				t.resolve(c.user, d.Resolve)
			}
			return
		}
	}
	c.m.begin(n, d.Position)
}

// applySuggestion replaces the lines that a suggestion is for.
func (c *call) applySuggestion() {
	for _, p := range c.s.projects {
		for _, m := range p.mrs {
			if sg := m.suggestions[c.number("id")]; sg != nil {
				if p.members[c.user] < Developer && m.Author != c.user {
					refuse(c.w, 403, "403 Forbidden")
					return
				}
				if err := m.apply(sg); err != nil {
					refuse(c.w, 400, err.Error())
					return
				}
				answer(c.w, 200, object{"id": c.number("id"), "applied": true})
				return
			}
		}
	}
	refuse(c.w, 404, "404 Suggestion is not applicable as the suggestion was not found.")
}
