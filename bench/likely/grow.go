package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
)

// grow makes a bare repository in a new folder: commits of code, one in seven of
// them with the document of its package. The same numbers make the same objects.
func grow(ctx context.Context, w io.Writer, s settings) error {
	if len(s.args) != 1 || s.documents < 1 {
		return errors.New("grow: name a folder that is not there yet")
	}
	dir := s.args[0]
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "git", "init", "-q", "--bare", "-b", "main", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("git init: %w: %s", err, out)
	}
	cmd := exec.CommandContext(ctx, "git", "fast-import", "--quiet")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	stream(bufio.NewWriterSize(in, 1<<16), s.commits, s.documents)
	if err := in.Close(); err != nil {
		return err
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("git fast-import: %w", err)
	}
	fmt.Fprintf(w, "%s: %d commits, %d documents, %d files of code\n", dir, s.commits, s.documents, 4*s.documents)
	return nil
}

func stream(w *bufio.Writer, commits, documents int) {
	defer func() { _ = w.Flush() }() // whoever reads the stream says what went wrong
	rng := rand.New(rand.NewPCG(7, 7))
	value := make([]int, 4*documents)
	put := func(path, text string) {
		fmt.Fprintf(w, "M 100644 inline %s\ndata %d\n%s\n", path, len(text), text)
	}
	code := func(f int) {
		var b strings.Builder
		fmt.Fprintf(&b, "package p%d\n\n", f/4)
		for k := range 20 {
			v := k
			if k == f%20 {
				v = value[f]
			}
			fmt.Fprintf(&b, "const LimitOf%dIn%d = %d // per worker\n", k, f, v)
		}
		put(fmt.Sprintf("pkg/p%d/f%d.go", f/4, f%4), b.String())
	}
	doc := func(d int) {
		var b strings.Builder
		fmt.Fprintf(&b, "# Package p%d\n\nWhat workers of p%d may do.\n", d, d)
		for k := range 8 {
			f := 4*d + k%4
			fmt.Fprintf(&b, "\n## Limits %d\n\nThe limit LimitOf%dIn%d is %d, for each worker that the scheduler of p%d starts.\n", k, f%20, f, value[f], d)
		}
		put(fmt.Sprintf("docs/p%d.md", d), b.String())
	}
	for i := range commits {
		fmt.Fprintf(w, "commit refs/heads/main\ncommitter Author <author@example.org> %d +0000\ndata 6\nChange\n", 1600000000+60*i)
		if i == 0 {
			for f := range value {
				code(f)
			}
			for d := range documents {
				doc(d)
			}
			continue
		}
		f := rng.IntN(len(value))
		for range 1 + rng.IntN(3) {
			value[f]++
			code(f)
			f = f/4*4 + rng.IntN(4)
		}
		if rng.IntN(7) == 0 {
			doc(f / 4)
		}
	}
}
