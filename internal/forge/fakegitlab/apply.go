package fakegitlab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
)

// commit makes a commit on top of head with new contents of files.
func (p *Project) commit(head, message string, files map[string]string, gone ...string) (string, error) {
	dir, err := os.MkdirTemp("", "fakegitlab")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system clears it otherwise
	run := func(stdin string, args ...string) (string, error) {
		cmd := exec.Command("git", append([]string{"-C", p.Dir, "-c", "user.name=GitLab", "-c", "user.email=gitlab@example.com"}, args...)...) //nolint:noctx // short
		cmd.Env = append(cmd.Environ(), "GIT_INDEX_FILE="+path.Join(dir, "index"))
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("git %s: %w", args[0], err)
		}
		return strings.TrimSpace(string(out)), nil
	}
	if _, err := run("", "read-tree", head); err != nil {
		return "", err
	}
	for _, name := range gone {
		if _, err := run("0 "+strings.Repeat("0", 40)+"\t"+name+"\n", "update-index", "--index-info"); err != nil {
			return "", err
		}
	}
	for name, content := range files {
		blob, err := run(content, "hash-object", "-w", "--stdin")
		if err != nil {
			return "", err
		}
		if _, err := run("", "update-index", "--add", "--cacheinfo", "100644,"+blob+","+name); err != nil {
			return "", err
		}
	}
	tree, err := run("", "write-tree")
	if err != nil {
		return "", err
	}
	return run(message, "commit-tree", tree, "-p", head)
}

// apply commits a suggestion to the source branch and resolves its thread.
func (m *MergeRequest) apply(sg *suggestion) error {
	at := sg.note.Position
	head, err := m.Source.git("rev-parse", "refs/heads/"+m.SourceBranch)
	if err != nil {
		return err
	}
	if sg.note.Outdated || at.HeadSHA != head {
		return errors.New("the suggestion is outdated: the lines have changed")
	}
	out, err := exec.Command("git", "-C", m.Source.Dir, "show", head+":"+at.NewPath).Output() //nolint:noctx // short
	if err != nil {
		return fmt.Errorf("git show: %w", err)
	}
	text, err := sg.applied(string(out), at.NewLine)
	if err != nil {
		return err
	}
	sha, err := m.Source.commit(head, "Apply suggestion", map[string]string{at.NewPath: text})
	if err != nil {
		return err
	}
	if _, err := m.Source.git("update-ref", "refs/heads/"+m.SourceBranch, sha, head); err != nil {
		return err
	}
	for _, d := range m.discussions {
		if slices.Contains(d.Notes, sg.note) {
			d.resolve(sg.note.Author, true)
		}
	}
	m.p.s.moved(m.Source, m.SourceBranch)
	return nil
}

// Thread is a discussion as it is seen.
type Thread struct {
	ID       string
	Top      bool // a comment of its own, no thread
	Path     string
	Line     int // of the new side, 0 on the old
	Head     string
	Resolved bool
	Outdated bool
	Notes    []Said
}

// Said is a note as it is seen.
type Said struct {
	ID     int64
	Author int64
	Body   string
}

// Threads returns what is on a merge request, in the order in which it came.
func (m *MergeRequest) Threads() []Thread {
	m.p.s.mu.Lock()
	defer m.p.s.mu.Unlock()
	var out []Thread
	for _, d := range m.discussions {
		n := d.Notes[0]
		t := Thread{ID: d.ID, Top: d.Alone, Resolved: n.Resolved, Outdated: n.Outdated}
		if n.Position != nil {
			t.Path, t.Line, t.Head = n.Position.NewPath, n.Position.NewLine, n.Position.HeadSHA
		}
		for _, n := range d.Notes {
			t.Notes = append(t.Notes, Said{n.ID, n.Author, n.Body})
		}
		out = append(out, t)
	}
	return out
}

// Drafts returns how many drafts nobody has published.
func (m *MergeRequest) Drafts() int {
	m.p.s.mu.Lock()
	defer m.p.s.mu.Unlock()
	return len(m.drafts)
}

// Head returns the newest commit of the merge request.
func (m *MergeRequest) Head() string {
	m.p.s.mu.Lock()
	defer m.p.s.mu.Unlock()
	return m.versions[0].Head
}

// Suggestions returns the ids of the suggestions that can be applied.
func (m *MergeRequest) Suggestions() []int64 {
	m.p.s.mu.Lock()
	defer m.p.s.mu.Unlock()
	var ids []int64
	for id, sg := range m.suggestions {
		if !sg.note.Resolved && !sg.note.Outdated && sg.note.Position.HeadSHA == m.versions[0].Head {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// MergeRequest returns the merge request with a number, or nil.
func (p *Project) MergeRequest(iid int64) *MergeRequest {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.mrs[iid]
}
