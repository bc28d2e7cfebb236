package main

import (
	"bytes"
	"context"
	"encoding/gob"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/git"
)

// looks are the commits of a repository that detection is learned from and
// measured on, oldest first.
type looks struct {
	Repo  string
	Cases []look
}

// look is a commit; Natural ones are drawn without regard to what they changed.
type look struct {
	drift.Lookback
	Natural bool
}

const (
	lookedAt = 6000 // newest commits of a history that are replayed
	natural  = 700  // commits drawn in all
	positive = 150  // changes of code with documents drawn besides
)

// draw decides by its id whether a commit is among n of total.
func draw(sha, seed string, n, total int) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(seed + sha))
	return total <= n || float64(h.Sum32())/(1<<32) < float64(n)/float64(total)
}

// replay collects the commits of one repository.
func replay(ctx context.Context, dir, name string) (*looks, error) {
	repo, err := git.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	type weight struct {
		at, docs int
	}
	ws := map[string]weight{}
	n := 0
	err = repo.History(ctx, "HEAD", "", lookedAt, func(c *git.Commit) bool {
		code, docs := drift.Weigh(c.Changes)
		if code > 0 && code <= 20 && docs <= 3 {
			ws[c.SHA] = weight{n, docs}
		}
		n++
		return true
	})
	if err != nil {
		return nil, err
	}
	all, pos := 0, 0
	for _, w := range ws {
		if w.at > n*3/4 { // too early to know anything
			continue
		}
		all++
		if w.docs > 0 {
			pos++
		}
	}
	out := &looks{Repo: name}
	isNatural := func(sha string) bool { return draw(sha, "natural", natural, all) }
	err = drift.Replay(ctx, repo, "HEAD", lookedAt, func(c *git.Commit) bool {
		w, ok := ws[c.SHA]
		return ok && w.at <= n*3/4 && (isNatural(c.SHA) || w.docs > 0 && draw(c.SHA, "positive", positive, pos))
	}, func(l drift.Lookback) error {
		out.Cases = append(out.Cases, look{Lookback: l, Natural: isNatural(l.Commit)})
		return nil
	})
	return out, err
}

func gitDir(mirror, name string) string {
	top := filepath.Join(mirror, strings.ReplaceAll(name, "/", "+"))
	for _, d := range []string{"repo", "repo/.git", ".", ".git"} {
		if _, err := os.Stat(filepath.Join(top, d, "objects")); err == nil {
			return filepath.Join(top, d)
		}
	}
	return top
}

func detect(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("detect", flag.ContinueOnError)
	mirror := fs.String("mirror", "", "folder of the clones")
	repos := fs.String("repos", "", "OWNER/NAME, comma-separated")
	dump := fs.String("dump", "", "folder that keeps what was replayed")
	if err := fs.Parse(args); err != nil {
		return err
	}
	for name := range strings.SplitSeq(*repos, ",") {
		file := filepath.Join(*dump, strings.ReplaceAll(name, "/", "+")+".gob")
		if _, err := os.Stat(file); err == nil {
			continue
		}
		l, err := replay(ctx, gitDir(*mirror, name), name)
		if err != nil {
			return fmt.Errorf("replay %s: %w", name, err)
		}
		var buf bytes.Buffer
		if err := gob.NewEncoder(&buf).Encode(l); err != nil {
			return err
		}
		if err := os.WriteFile(file, buf.Bytes(), 0o644); err != nil {
			return err
		}
		nat, pos, hit := 0, 0, 0
		for _, c := range l.Cases {
			if c.Natural {
				nat++
			}
			if len(c.Docs) > 0 && len(c.Ranked) > 0 {
				pos++
				if slices.Contains(c.Docs, c.Ranked[0]) {
					hit++
				}
			}
		}
		fmt.Fprintf(os.Stderr, "%s: %d cases, %d drawn, %d with documents, %d first right\n", name, len(l.Cases), nat, pos, hit)
	}
	return nil
}
