// Likely re-learns and measures what internal/drift says of documents that a
// change is likely to need, on clones of public repositories.
//
//	go run ./bench/likely draw     -mirror DIR > sample.json
//	go run ./bench/likely study    -mirror DIR -sample sample.json -out STUDY
//	go run ./bench/likely learn    -study STUDY [-write FILE]
//	go run ./bench/likely replay   -mirror DIR -repos LIST -replays DIR
//	go run ./bench/likely detect   -replays DIR
//	go run ./bench/likely sections -replays DIR
//	go run ./bench/likely grow     -commits N -documents N DIR
//
// The mirror holds a folder OWNER+NAME with a git directory in it for each
// repository. A commit of the first-parent history stands for a merge request.
//
// Draw takes commits at random that changed code and documents together, study
// keeps what the ranking knew of every document before each of them, and learn
// (task A) fits the weights and trees of the ranking, leaves out one group of
// repositories after the other, and prints how often the right document came
// first there.
//
// Replay goes through histories and keeps, for commits drawn from them, what
// could be known before each: one file for a repository. Detect (task B) learns
// from these whether a change needs a document, sections (task A') which part of
// it; both print how well that goes for repositories that were left out of the
// learning, and the weights for package drift.
//
// Grow makes a repository of a size to measure time and memory on.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

// settings are the flags of all subcommands.
type settings struct {
	mirror, repos, replays string
	commits, documents     int
	args                   []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "likely:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, args []string) error {
	// These have flags of their own.
	teaching := map[string]func(context.Context, io.Writer, []string) error{"draw": draw, "study": study, "learn": learn}
	if len(args) > 0 && teaching[args[0]] != nil {
		return teaching[args[0]](ctx, w, args[1:])
	}
	commands := map[string]func(context.Context, io.Writer, settings) error{
		"replay": replay, "detect": detect, "sections": sections, "grow": grow,
	}
	if len(args) == 0 || commands[args[0]] == nil {
		return errors.New("say draw, study, learn, replay, detect, sections or grow")
	}
	var s settings
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	f.StringVar(&s.mirror, "mirror", "", "folder with OWNER+NAME/<git directory>")
	f.StringVar(&s.repos, "repos", "", "repositories OWNER/NAME, with commas between")
	f.StringVar(&s.replays, "replays", "", "folder of what was replayed")
	f.IntVar(&s.commits, "commits", 10000, "commits of a grown repository")
	f.IntVar(&s.documents, "documents", 500, "documents of a grown repository")
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	s.args = f.Args()
	return commands[args[0]](ctx, w, s)
}

// repositories returns the names that were asked for.
func (s settings) repositories() ([]string, error) {
	if s.mirror == "" || s.repos == "" || s.replays == "" {
		return nil, errors.New("say where clones lie, which are meant and where to keep what is found: -mirror DIR -repos OWNER/NAME,… -replays DIR")
	}
	return strings.FieldsFunc(s.repos, func(r rune) bool { return r == ',' || r == ' ' }), nil
}

// gitDir returns the git directory of a repository below the mirror.
func (s settings) gitDir(name string) (string, error) {
	top := filepath.Join(s.mirror, strings.ReplaceAll(name, "/", "+"))
	for _, sub := range []string{".", "repo", ".git", "repo/.git"} {
		dir := filepath.Join(top, sub)
		if _, err := os.Stat(filepath.Join(dir, "objects")); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("%s: no git directory below %s", name, top)
}
