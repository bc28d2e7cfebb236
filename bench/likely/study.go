package main

import (
	"context"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/git"
)

// studied is a case with what is right: sampled ones are measured on, the others
// are learned from too.
type studied struct {
	Sampled bool
	Right   []int // places among the documents
	Missing int   // right documents that are not among them
	drift.Case
}

func study(ctx context.Context, _ io.Writer, args []string) error {
	f := flags("study")
	mirror := f.String("mirror", "", "folder of the repositories")
	file := f.String("sample", "", "sample to study")
	out := f.String("out", "", "folder for what is found out")
	repos := f.String("repos", "", "OWNER/NAME,… (default: all of the sample)")
	more := f.Int("more", 240, "commits of a repository beside the sampled ones")
	if err := f.Parse(args); err != nil {
		return err
	}
	dirs, err := gitDirs(*mirror)
	if err != nil {
		return err
	}
	samples, err := readSample(*file)
	if err != nil {
		return err
	}
	for _, name := range chosen(dirs, *repos) {
		if len(samples[name]) == 0 {
			continue
		}
		if err := studyOne(ctx, name, dirs[name], samples[name], *more, *out); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		}
	}
	return ctx.Err()
}

func readSample(file string) (map[string][]sampled, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var all []sampled
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	by := map[string][]sampled{}
	for _, s := range all {
		if s.Kind == positive {
			by[s.Repo] = append(by[s.Repo], s)
		}
	}
	return by, nil
}

func studyOne(ctx context.Context, name, dir string, samples []sampled, more int, out string) error {
	repo, err := git.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = repo.Close() }()
	sampled := map[string]sampled{}
	for _, s := range samples {
		sampled[s.Commit] = s
	}
	// Those from the time of the sample, spread evenly.
	var others []string
	last, seen := "", 0
	err = repo.History(ctx, "HEAD", "", 0, func(c *git.Commit) bool {
		if _, ok := sampled[c.SHA]; ok {
			seen++
			if last == "" {
				last = c.SHA
			}
		} else if code, docs := sizes(c); last != "" && code > 0 && code <= 20 && docs > 0 && docs <= 3 {
			others = append(others, c.SHA)
		}
		return seen < len(sampled)
	})
	if err != nil {
		return err
	}
	if seen < len(sampled) {
		return fmt.Errorf("%d of %d sampled commits are not in the first-parent history", len(sampled)-seen, len(sampled))
	}
	take := map[string]bool{}
	for i := range others {
		if i*more/len(others) != (i+1)*more/len(others) || len(others) <= more {
			take[others[i]] = true
		}
	}
	commits := map[string]*git.Commit{}
	var cases []studied
	o := drift.StudyOptions{
		Most:    60,
		Visible: codeByProtocol,
		Want: func(c *git.Commit) bool {
			_, ok := sampled[c.SHA]
			if ok = ok || take[c.SHA]; ok {
				commits[c.SHA] = c
			}
			return ok
		},
	}
	err = drift.Study(ctx, repo, last, o, func(k *drift.Case) error {
		s := studied{Case: *k}
		var gold []string
		if x, ok := sampled[k.Commit]; ok {
			s.Sampled, gold = true, x.Docs
		} else {
			gold = goldOf(commits[k.Commit])
		}
		neutral := map[string]bool{}
		for _, x := range commits[k.Commit].Changes {
			if hasSuffix(x.Path, docExt) && !slices.Contains(gold, x.Path) {
				neutral[x.Path] = true
			}
		}
		var paths []string
		var xs [][]float32
		for i, p := range s.Paths {
			if neutral[p] || !isEligible(p) {
				continue
			}
			if slices.Contains(gold, p) {
				s.Right = append(s.Right, len(paths))
			}
			paths = append(paths, p)
			xs = append(xs, s.X[i])
		}
		s.Paths, s.X = paths, xs
		s.Missing = len(gold) - len(s.Right)
		cases = append(cases, s)
		return nil
	})
	if err != nil {
		return err
	}
	w, err := os.Create(filepath.Join(out, strings.ReplaceAll(name, "/", "+")+".gob"))
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: %d cases\n", name, len(cases))
	if err := gob.NewEncoder(w).Encode(cases); err != nil {
		_ = w.Close()
		return err
	}
	return w.Close()
}

// sizes counts the code files and documents of a commit.
func sizes(c *git.Commit) (code, docs int) {
	for _, x := range c.Changes {
		switch {
		case docByProtocol(x.Path):
			docs++
		case codeByProtocol(x.Path):
			code++
		}
	}
	return code, docs
}

// goldOf returns the documents that a commit modified and that can be right.
func goldOf(c *git.Commit) []string {
	var out []string
	for _, x := range c.Changes {
		if isEligible(x.Path) && x.Status == git.Modified && x.Mode.Regular() {
			out = append(out, x.Path)
		}
	}
	return out
}
