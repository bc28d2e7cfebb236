// Drift measures and teaches what Lintel knows of documents that a change makes
// untrue, on the histories of any repositories.
//
//	go run ./bench/drift sample -mirror DIR > sample.json   draw commits to measure on
//	go run ./bench/drift study  -mirror DIR -sample sample.json -out DIR
//	go run ./bench/drift learn  -study DIR                  learn weights, print tables
//
// DIR holds a folder OWNER+NAME for each repository, with a git directory in it or
// one level down.
package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// command is a subcommand: it parses its own flags.
type command struct {
	name, does string
	run        func(ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"sample", "draw commits that change code and documents, and some that change code alone", runSample},
		{"study", "keep the features of every document for the sampled commits and those before them", runStudy},
		{"learn", "learn the weights of the features, and print how well they do on other repositories", runLearn},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) > 1 {
		for _, c := range commands() {
			if c.name != os.Args[1] {
				continue
			}
			if err := c.run(ctx, os.Args[2:]); err != nil {
				fmt.Fprintf(os.Stderr, "drift %s: %v\n", c.name, err)
				os.Exit(1)
			}
			return
		}
	}
	fmt.Fprintln(os.Stderr, "usage: drift COMMAND [flags]")
	for _, c := range commands() {
		fmt.Fprintf(os.Stderr, "  %-8s %s\n", c.name, c.does)
	}
	os.Exit(2)
}

func flags(name string) *flag.FlagSet { return flag.NewFlagSet("drift "+name, flag.ExitOnError) }

// gitDirs lists the repositories of a mirror: OWNER/NAME → git directory.
func gitDirs(mirror string) (map[string]string, error) {
	es, err := os.ReadDir(mirror)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, e := range es {
		owner, name, ok := strings.Cut(e.Name(), "+")
		if !ok {
			continue
		}
		top := filepath.Join(mirror, e.Name())
		found := ""
		err := filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil || found != "":
				return fs.SkipAll
			case !d.IsDir():
				return nil
			}
			if isGitDir(p) {
				found = p
				return fs.SkipAll
			}
			if rel, _ := filepath.Rel(top, p); strings.Count(rel, string(filepath.Separator)) > 1 {
				return fs.SkipDir
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if found != "" {
			out[owner+"/"+name] = found
		}
	}
	return out, nil
}

func isGitDir(p string) bool {
	head, err := os.Stat(filepath.Join(p, "HEAD"))
	if err != nil || head.IsDir() {
		return false
	}
	objects, err := os.Stat(filepath.Join(p, "objects"))
	return err == nil && objects.IsDir()
}

// chosen returns the names of repositories that a flag lists, sorted; all when it
// is empty.
func chosen(dirs map[string]string, list string) []string {
	var out []string
	for r := range dirs {
		if list == "" || slices.Contains(strings.Split(list, ","), r) {
			out = append(out, r)
		}
	}
	slices.Sort(out)
	return out
}
