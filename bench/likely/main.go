// Likely re-learns and measures what internal/drift says of likely documents, over
// any clones:
//
//	go run ./bench/likely detect -mirror DIR
//
// DIR holds a folder OWNER+NAME for each repository, a clone with its history.
package main

import (
	"context"
	"fmt"
	"os"
)

func main() {
	commands := map[string]func(context.Context, []string) error{"detect": detect, "sections": sections, "detect-learn": detectLearn}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "likely: which one? detect, sections")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](context.Background(), os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "likely:", err)
		os.Exit(1)
	}
}
