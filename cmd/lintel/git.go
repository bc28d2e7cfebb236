package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/site"
)

// gitHistory reads the dates and authors of every file in the repository at dir
// with one run of git log.
func gitHistory(ctx context.Context, dir string) (*site.History, error) {
	shallow, err := git(ctx, dir, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return nil, err
	}
	prefix, err := git(ctx, dir, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	h := &site.History{Files: map[string]site.FileHistory{}, Shallow: strings.TrimSpace(shallow) == "true"}
	// The oldest commits of a shallow clone add every file; what they say of
	// dates is not so.
	boundary := map[string]bool{}
	if h.Shallow {
		out, err := git(ctx, dir, "rev-list", "--max-parents=0", "HEAD")
		if err != nil {
			return nil, err
		}
		for c := range strings.FieldsSeq(out) {
			boundary[c] = true
		}
	}
	cmd := exec.CommandContext(ctx, "git", "-C", dir, "-c", "core.quotepath=off", "log", "--no-renames", "--name-only", "-z",
		"--format=%x01%H%x02%at%x02%aN", "--", ".")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, gitError(err)
	}
	r := bufio.NewReaderSize(pipe, 1<<16)
	var when time.Time
	var author string
	skip := false
	for {
		tok, err := r.ReadString(0)
		tok = strings.Trim(strings.TrimSuffix(tok, "\x00"), "\n")
		if head, ok := strings.CutPrefix(tok, "\x01"); ok {
			f := strings.SplitN(head, "\x02", 3)
			if len(f) == 3 {
				sec, _ := strconv.ParseInt(f[1], 10, 64)
				when, author, skip = time.Unix(sec, 0), strings.SplitN(f[2], "\n", 2)[0], boundary[f[0]]
			}
			// With -z the first name follows the format after a newline.
			if i := strings.IndexByte(head, '\n'); i >= 0 {
				tok = strings.Trim(head[i:], "\n")
			} else {
				tok = ""
			}
		}
		if tok != "" && !skip {
			p := strings.TrimPrefix(tok, strings.TrimSpace(prefix))
			fh := h.Files[p]
			if fh.Updated.IsZero() {
				fh.Updated = when
			}
			fh.Created = when
			if !slices.Contains(fh.Authors, author) {
				fh.Authors = append(fh.Authors, author)
			}
			h.Files[p] = fh
		}
		if err != nil {
			break
		}
	}
	if err := cmd.Wait(); err != nil {
		return nil, gitError(err)
	}
	return h, nil
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...).Output()
	if err != nil {
		return "", gitError(err)
	}
	return string(out), nil
}

func gitError(err error) error {
	if ee, ok := errors.AsType[*exec.ExitError](err); ok && len(ee.Stderr) > 0 {
		return fmt.Errorf("git: %s", strings.SplitN(strings.TrimSpace(string(ee.Stderr)), "\n", 2)[0])
	}
	return fmt.Errorf("git: %w", err)
}
