package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/gob"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/git"
)

// replayed are the commits of a repository that were looked at, oldest first.
type replayed struct {
	Repo  string
	Cases []replayedCase
}

// replayedCase is a commit with what could be known before it. Natural ones were
// drawn without regard to what they changed, at the ratio of the repository.
type replayedCase struct {
	drift.Lookback
	Natural bool
}

func (c *replayedCase) right() bool { return slices.Contains(c.Docs, c.Ranked[0]) }

// What is drawn of a repository.
const (
	replayCommits = 6000 // newest commits that are gone through; the oldest quarter is for learning alone
	drawNatural   = 700  // commits of code
	drawPositive  = 150  // commits of code with documents, besides
)

// drawn decides by its id whether a commit is one of about n among total.
func drawn(sha, seed string, n, total int) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(seed + sha))
	return float64(h.Sum32())/(1<<32)*float64(total) < float64(n)
}

func replay(ctx context.Context, w io.Writer, s settings) error {
	names, err := s.repositories()
	if err != nil {
		return err
	}
	for _, name := range names {
		file := filepath.Join(s.replays, strings.ReplaceAll(name, "/", "+")+".gob")
		if _, err := os.Stat(file); err == nil {
			continue
		}
		l, err := replayRepo(ctx, s, name)
		if err != nil {
			return fmt.Errorf("replay %s: %w", name, err)
		}
		var buf bytes.Buffer
		if err := gob.NewEncoder(&buf).Encode(l); err != nil {
			return err
		}
		if err := os.WriteFile(file, buf.Bytes(), 0o600); err != nil {
			return err
		}
		nat, with := 0, 0
		for _, c := range l.Cases {
			if c.Natural {
				nat++
			}
			if len(c.Docs) > 0 {
				with++
			}
		}
		fmt.Fprintf(w, "%s: %d commits, %d of them at the natural ratio, %d with documents\n", name, len(l.Cases), nat, with)
	}
	return nil
}

func replayRepo(ctx context.Context, s settings, name string) (*replayed, error) {
	dir, err := s.gitDir(name)
	if err != nil {
		return nil, err
	}
	repo, err := git.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = repo.Close() }()
	type weight struct{ age, docs int }
	weights := map[string]weight{}
	n := 0
	err = repo.History(ctx, "HEAD", "", replayCommits, func(c *git.Commit) bool {
		if code, docs := drift.Weigh(c.Changes); code > 0 && code <= 20 && docs <= 3 {
			weights[c.SHA] = weight{n, docs}
		}
		n++
		return true
	})
	if err != nil {
		return nil, err
	}
	all, pos := 0, 0
	for sha, w := range weights {
		if w.age > n*3/4 {
			delete(weights, sha)
			continue
		}
		all++
		if w.docs > 0 {
			pos++
		}
	}
	out := &replayed{Repo: name}
	err = drift.Replay(ctx, repo, "HEAD", replayCommits, func(c *git.Commit) bool {
		w, ok := weights[c.SHA]
		return ok && (drawn(c.SHA, "natural", drawNatural, all) || w.docs > 0 && drawn(c.SHA, "positive", drawPositive, pos))
	}, func(l drift.Lookback) error {
		if len(l.Ranked) > 0 && len(l.Signs) > 0 {
			out.Cases = append(out.Cases, replayedCase{l, drawn(l.Commit, "natural", drawNatural, all)})
		}
		return nil
	})
	return out, err
}

// readReplays reads what replay kept, by the name of the repository.
func readReplays(dir string) ([]*replayed, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.gob"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("nothing was replayed into %q", dir)
	}
	var out []*replayed
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		l := &replayed{}
		if err := gob.NewDecoder(bytes.NewReader(b)).Decode(l); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		slices.SortFunc(l.Cases, func(a, b replayedCase) int { return cmp.Compare(a.At, b.At) })
		out = append(out, l)
	}
	return out, nil
}
