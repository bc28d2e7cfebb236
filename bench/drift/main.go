// Drift measures, on clones of public repositories, how far the findings of
// package drift can be trusted. Every figure comes from git histories and from
// labels that people gave after reading the change and the document.
//
//	go run ./bench/drift sweep     -mirror DIR -repos LIST -last N > alerts.jsonl
//	go run ./bench/drift show      -mirror DIR alerts.jsonl
//	go run ./bench/drift precision -labels bench/drift/labels.tsv [alerts.jsonl]
//	go run ./bench/drift quiet     -mirror DIR -repos LIST -last N
//	go run ./bench/drift confirm   -mirror DIR alerts.jsonl
//	go run ./bench/drift edits     -mirror DIR -repos LIST -last N
//
// DIR holds a folder OWNER+NAME with a git directory in it for each repository.
// A commit of the first-parent history stands for a merge request: it is
// compared with its first parent, as it is, and what a reader of that merge
// request would have been told is an alert. Nothing is fetched, written to a
// clone or run.
//
// # Sweep
//
// Lists the alerts of the last N commits that change code, one JSON object a
// line. Of several findings of one rule about one thing in one document the
// first stands for all.
//
// # Show
//
// Prints each alert with the part of the change and of the document that it is
// about, for whoever labels it.
//
// # Precision
//
// A label is true (the change made the document untrue there), false (it did
// not) or unclear, by repository, commit, rule, document and what the alert
// names; it has no line number, so that it outlives changes of the rules.
// Precision is true / (true + false).
//
// # Quiet
//
// Selects, by what the tokens of files say and by their paths, commits that
// change form, comments or tests alone, and counts the findings there. None may
// be found.
//
// # Confirm (task C)
//
// An alert on a commit that changed no document is confirmed when a later commit
// removes or alters the statement within 24 months while the code has not
// changed back. It is censored when the history ends before that, or when the
// whole document goes first.
//
// # Edits (task D)
//
// On commits that changed code and documents, the code alone is shown, and the
// proposed edits are compared with what people wrote.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

// settings are the flags of all subcommands.
type settings struct {
	mirror, repos, labels string
	rules                 string
	last, skip, workers   int
	within                int // code files that a commit may change
	args                  []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "drift:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, args []string) error {
	commands := map[string]func(context.Context, io.Writer, settings) error{
		"sweep": sweep, "show": show, "precision": precision, "quiet": quiet, "confirm": confirm, "edits": edits,
	}
	if len(args) == 0 || commands[args[0]] == nil {
		return errors.New("say sweep, show, precision, quiet, confirm or edits")
	}
	var s settings
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	f.StringVar(&s.mirror, "mirror", "", "folder with OWNER+NAME/<git directory>")
	f.StringVar(&s.repos, "repos", "", "repositories OWNER/NAME, with commas between")
	f.StringVar(&s.labels, "labels", "bench/drift/labels.tsv", "labels")
	f.StringVar(&s.rules, "rules", "dead-reference,vanished-name,changed-fact", "rules that count")
	f.IntVar(&s.last, "last", 1000, "commits that change code, from the newest on")
	f.IntVar(&s.skip, "skip", 0, "commits to leave out before that")
	f.IntVar(&s.workers, "workers", 2, "commits at once")
	f.IntVar(&s.within, "within", 20, "files of code that a commit may change: larger ones are bulk changes")
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	s.args = f.Args()
	return commands[args[0]](ctx, w, s)
}

// repositories returns the names that were asked for.
func (s settings) repositories() ([]string, error) {
	if s.mirror == "" || s.repos == "" {
		return nil, errors.New("say where clones lie and which are meant: -mirror DIR -repos OWNER/NAME,…")
	}
	return strings.FieldsFunc(s.repos, func(r rune) bool { return r == ',' || r == ' ' }), nil
}

// readAlerts reads what sweep wrote.
func readAlerts(name string) ([]alert, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []alert
	for dec := json.NewDecoder(f); ; {
		var a alert
		switch err := dec.Decode(&a); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		out = append(out, a)
	}
}
