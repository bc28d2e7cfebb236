package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/git"
)

// sampled is a commit to measure on.
type sampled struct {
	Repo   string   `json:"repo"`
	Commit string   `json:"commit"`
	Parent string   `json:"parent"`
	Kind   string   `json:"kind"` // pos: changed code and documents; neg: code alone
	Docs   []string `json:"docs"` // the documents that it modified
	Files  int      `json:"n_code_files"`
}

const (
	positive, negative = "pos", "neg"
	seed               = 7
)

func draw(ctx context.Context, out io.Writer, args []string) error {
	f := flags("draw")
	mirror := f.String("mirror", "", "folder of the repositories")
	repos := f.String("repos", "", "OWNER/NAME,… (default: all)")
	most := f.Int("most", 60, "positives of a repository at most, and as many negatives")
	least := f.Int("least", 25, "positives below which a repository is left out")
	if err := f.Parse(args); err != nil {
		return err
	}
	dirs, err := gitDirs(*mirror)
	if err != nil {
		return err
	}
	var all []sampled
	for _, name := range chosen(dirs, *repos) {
		ss, err := drawFrom(ctx, name, dirs[name], *most)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			continue
		}
		n := 0
		for _, s := range ss {
			if s.Kind == positive {
				n++
			}
		}
		fmt.Fprintf(os.Stderr, "%s: %d positives, %d negatives\n", name, n, len(ss)-n)
		if n >= *least {
			all = append(all, ss...)
		}
	}
	w := json.NewEncoder(out)
	w.SetIndent("", " ")
	return w.Encode(all)
}

// drawFrom takes commits at random from the later half of those of a first-parent
// history that changed 1 to 20 code files and 1 to 3 documents, at least one of
// them modified; and as many from the same time that changed code alone.
func drawFrom(ctx context.Context, name, dir string, most int) ([]sampled, error) {
	repo, err := git.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = repo.Close() }()
	var both, alone []sampled
	var order []string // commits, newest first
	err = repo.History(ctx, "HEAD", "", 25_000, func(c *git.Commit) bool {
		order = append(order, c.SHA)
		code, docs, gold := 0, 0, []string{}
		for _, x := range c.Changes {
			switch {
			case docByProtocol(x.Path):
				docs++
				if x.Status == git.Modified && isEligible(x.Path) && x.Mode.Regular() {
					gold = append(gold, x.Path)
				}
			case codeByProtocol(x.Path):
				code++
			}
		}
		s := sampled{Repo: name, Commit: c.SHA, Docs: gold, Files: code}
		switch {
		case strings.Contains(c.Author, "[bot]") || strings.HasPrefix(c.Subject, "Revert") || code == 0 || code > 20:
		case docs == 0:
			s.Kind = negative
			alone = append(alone, s)
		case docs <= 3 && len(gold) > 0:
			s.Kind = positive
			both = append(both, s)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	both = both[:len(both)/2]
	if len(both) == 0 {
		return nil, nil
	}
	at := map[string]int{}
	for i, c := range order {
		at[c] = i
	}
	oldest := at[both[len(both)-1].Commit]
	alone = slices.DeleteFunc(alone, func(s sampled) bool { return at[s.Commit] > oldest })
	rng := rand.New(rand.NewPCG(seed, seed))
	var out []sampled
	for _, from := range [][]sampled{both, alone} {
		rng.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
		out = append(out, from[:min(most, len(from))]...)
	}
	slices.SortStableFunc(out, func(a, b sampled) int { return cmp.Compare(at[b.Commit], at[a.Commit]) })
	for i := range out {
		k := at[out[i].Commit]
		if k+1 < len(order) {
			out[i].Parent = order[k+1]
		}
	}
	return slices.DeleteFunc(out, func(s sampled) bool { return s.Parent == "" }), nil
}
