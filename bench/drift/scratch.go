package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/lintel-docs/lintel/internal/git"
)

// scratch is a repository that borrows the objects of a clone, in which commits
// are made that hold a part of what a commit of the clone changed.
type scratch struct {
	dir  string
	repo *git.Repo
}

// newScratch makes a repository beside the clone at dir. Call close when done.
func newScratch(ctx context.Context, dir string) (*scratch, error) {
	top, err := os.MkdirTemp("", "drift-")
	if err != nil {
		return nil, err
	}
	s := &scratch{dir: top}
	objects, err := filepath.Abs(filepath.Join(dir, "objects"))
	if err != nil {
		return nil, err
	}
	if _, err := s.git(ctx, nil, "init", "-q"); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(top, ".git/objects/info/alternates"), []byte(objects+"\n"), 0o600); err != nil {
		return nil, err
	}
	s.repo, err = git.Open(ctx, top)
	return s, err
}

func (s *scratch) close() {
	_ = s.repo.Close()
	_ = os.RemoveAll(s.dir) // a folder of temporary files
}

func (s *scratch) git(ctx context.Context, stdin []byte, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "gc.auto=0", "-c", "user.name=Author", "-c", "user.email=author@example.org"}, args...)...)
	cmd.Dir = s.dir
	cmd.Stdin = bytes.NewReader(stdin)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %.200s", args[0], err, said.String())
	}
	return strings.TrimSpace(string(out)), nil
}

// codePart returns a commit on parent with what c changes in files that are no
// documents.
func (s *scratch) codePart(ctx context.Context, parent string, c *git.Commit) (string, error) {
	var info bytes.Buffer
	for _, gone := range []bool{true, false} { // a folder may take the name of a file
		for _, ch := range c.Changes {
			if isDocument(ch.Path) || ch.Status == git.Deleted != gone {
				continue
			}
			if gone {
				fmt.Fprintf(&info, "0 %040d\t%s\x00", 0, ch.Path)
			} else {
				fmt.Fprintf(&info, "%s %s\t%s\x00", ch.Mode, ch.SHA, ch.Path)
			}
		}
	}
	if _, err := s.git(ctx, nil, "read-tree", parent); err != nil {
		return "", err
	}
	if _, err := s.git(ctx, info.Bytes(), "update-index", "-z", "--index-info"); err != nil {
		return "", err
	}
	tree, err := s.git(ctx, nil, "write-tree", "--missing-ok")
	if err != nil {
		return "", err
	}
	return s.git(ctx, nil, "commit-tree", tree, "-p", parent, "-m", "code")
}
