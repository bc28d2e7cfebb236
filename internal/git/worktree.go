package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// WorkTree is the name by which a command means what lies in the work tree,
// committed or not.
const WorkTree = "."

// Snapshot returns a commit on HEAD that holds the work tree as it is: what is
// changed, what is new and not ignored, what is gone. Its objects and its index
// are written to dir, a folder that the caller owns and removes when the Repo is
// closed; the repository stays untouched. No filter that it configures runs, so
// that a file of Git LFS is what the work tree holds.
func (r *Repo) Snapshot(ctx context.Context, dir string) (string, error) {
	if r.top == "" {
		return "", fmt.Errorf("read work tree: %w: a bare repository has none", ErrNotFound)
	}
	head, err := r.Resolve(ctx, "HEAD")
	if err != nil {
		return "", fmt.Errorf("read work tree: %w", err)
	}
	var at [2]string // of the objects, of the index
	for i, name := range []string{"objects", "index"} {
		out, err := r.run(ctx, "rev-parse", "--path-format=absolute", "--git-path", name)
		if err != nil {
			return "", err
		}
		at[i] = strings.TrimRight(string(out), "\r\n")
	}
	index := dir + "/index"
	// What git knows of the files there saves reading them all.
	if b, err := os.ReadFile(at[1]); err == nil {
		if err := os.WriteFile(index, b, 0o600); err != nil {
			return "", fmt.Errorf("write index: %w", err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read index: %w", err)
	}
	objects := dir + "/objects"
	if err := os.MkdirAll(objects, 0o700); err != nil {
		return "", fmt.Errorf("write objects: %w", err)
	}
	if err := r.Close(); err != nil {
		return "", fmt.Errorf("end git cat-file: %w", err)
	}
	r.env = []string{
		"GIT_OBJECT_DIRECTORY=" + objects, "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + quotedList(at[0]), "GIT_INDEX_FILE=" + index,
		"GIT_AUTHOR_NAME=work tree", "GIT_AUTHOR_EMAIL=worktree@localhost", "GIT_COMMITTER_NAME=work tree", "GIT_COMMITTER_EMAIL=worktree@localhost",
	}
	args, err := r.withoutFilters(ctx)
	if err != nil {
		return "", err
	}
	args = slices.Clip(args)
	if _, err := r.run(ctx, append(args, "-c", "advice.addEmbeddedRepo=false", "-c", "core.safecrlf=false", "add", "-A")...); err != nil {
		return "", fmt.Errorf("read work tree: %w", err)
	}
	// Writing the tree looks once more at files as young as the index.
	tree, err := r.run(ctx, append(args, "write-tree")...)
	if err != nil {
		return "", fmt.Errorf("read work tree: %w", err)
	}
	commit, err := r.run(ctx, "commit-tree", "--no-gpg-sign", strings.TrimSpace(string(tree)), "-p", head, "-m", "the work tree")
	if err != nil {
		return "", fmt.Errorf("read work tree: %w", err)
	}
	return strings.TrimSpace(string(commit)), nil
}

// withoutFilters returns the options that keep the programs from running that
// convert files on their way into the index.
func (r *Repo) withoutFilters(ctx context.Context) ([]string, error) {
	out, err := r.run(ctx, "config", "--name-only", "-z", "--get-regexp", `^filter\.`)
	if err != nil {
		var e *Error
		if errors.As(err, &e) && e.Stderr == "" {
			return nil, nil // none is configured
		}
		return nil, err
	}
	var args []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		i := strings.LastIndexByte(name, '.')
		if i <= len("filter.") {
			continue
		}
		for _, set := range []string{".clean=", ".process=", ".required=false"} {
			args = append(args, "-c", name[:i]+set)
		}
	}
	return args, nil
}

// quotedList writes a path as an entry of a list of paths with colons between.
func quotedList(p string) string {
	if !strings.ContainsAny(p, ":\"") {
		return p
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p) + `"`
}
