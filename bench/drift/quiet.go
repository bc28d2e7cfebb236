package main

import (
	"bytes"
	"context"
	"fmt"
	"go/scanner"
	"go/token"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/git"
)

// quiet checks commits that make nothing untrue: those that change form and
// comments alone, and those that change tests alone. Those that delete or move a
// file of tests are counted apart: a link to it is dead. The selection shares no
// code with package drift. It is written as a table; findings go to the same
// place as notes do.
func quiet(ctx context.Context, w io.Writer, s settings) error {
	repos, err := s.repositories()
	if err != nil {
		return err
	}
	total, noisy := map[string]int{}, 0
	for _, name := range repos {
		r, _, err := open(ctx, s.mirror, name)
		if err != nil {
			return err
		}
		all := s
		all.last = 1 << 30
		cs, err := commits(ctx, r, all)
		if err != nil {
			return fmt.Errorf("read history of %s: %w", name, err)
		}
		per := map[string]int{}
		for _, c := range cs {
			kind := quietKind(ctx, r, c)
			if kind == "" || per[kind] == s.last {
				continue
			}
			per[kind]++
			total[kind]++
			found, err := checkCommit(ctx, r, name, c.SHA, s)
			if err != nil {
				return fmt.Errorf("check %s %.10s: %w", name, c.SHA, err)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\n", name, c.SHA, kind, len(found))
			for i := range found {
				noisy++
				fmt.Fprintf(os.Stderr, "%s: %s: %s\n", kind, labelLine(&found[i], "", ""), found[i].Message)
			}
		}
		_ = r.Close() // it was read
	}
	fmt.Fprintf(os.Stderr, "%d commits of form and comments, %d of tests, %d that delete or move tests: %d findings\n", total["form"], total["tests"], total["tests-gone"], noisy)
	return ctx.Err()
}

// quietKind says why a commit makes nothing untrue, or "".
func quietKind(ctx context.Context, r *git.Repo, c *git.Commit) string {
	tests, form := true, true
	for _, ch := range c.Changes {
		tests = tests && testPath(ch.Path)
		form = form && ch.Status == git.Modified && isCode(ch.Path) && !testPath(ch.Path)
	}
	if len(c.Changes) == 0 || tests {
		switch {
		case len(c.Changes) == 0:
			return ""
		case slices.ContainsFunc(c.Changes, func(ch git.Change) bool { return ch.Status == git.Deleted }):
			return "tests-gone" // what links to them is dead
		}
		return "tests"
	}
	if !form {
		return ""
	}
	for _, ch := range c.Changes {
		a, err := r.Blob(ctx, ch.OldSHA)
		if err != nil {
			return ""
		}
		b, err := r.Blob(ctx, ch.SHA)
		if err != nil || !sameCode(ch.Path, a, b) {
			return ""
		}
	}
	return "form"
}

// testPath reports whether a file is code or data of tests by its path.
func testPath(p string) bool {
	for dir := range strings.SplitSeq(path.Dir(p), "/") {
		if slices.Contains([]string{"test", "tests", "testdata", "__tests__", "e2e", "spec"}, dir) {
			return !isDocument(p)
		}
	}
	b := path.Base(p)
	return strings.HasSuffix(b, "_test.go") || strings.HasPrefix(b, "test_") && path.Ext(b) == ".py" || b == "conftest.py"
}

// sameCode reports whether two texts differ in comments, white space, quotes and
// commas at the end alone. Go is read by its own scanner; of other languages
// lines that are comments as a whole are left out and the rest is compared
// without white space, so that a comment behind code counts as code.
func sameCode(name string, a, b []byte) bool {
	if path.Ext(name) == ".go" {
		return slices.Equal(goTokens(a), goTokens(b))
	}
	switch path.Ext(name) {
	case ".py", ".sh", ".yaml", ".yml", ".toml", ".tf", ".ts", ".tsx", ".js", ".jsx", ".rs", ".java", ".sql":
		return squeezed(name, a) == squeezed(name, b)
	}
	return false
}

func goTokens(src []byte) []string {
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", -1, len(src)), src, nil, 0)
	var out []string
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return out
		}
		if tok != token.SEMICOLON {
			out = append(out, tok.String()+lit)
		}
	}
}

func squeezed(name string, src []byte) string {
	marks := []string{"//", "*", "/*"}
	switch path.Ext(name) {
	case ".py", ".sh", ".yaml", ".yml", ".toml", ".tf":
		marks = []string{"#"}
	case ".sql":
		marks = []string{"--"}
	}
	var out bytes.Buffer
	for l := range bytes.Lines(src) {
		l = bytes.TrimSpace(l)
		if slices.ContainsFunc(marks, func(m string) bool { return bytes.HasPrefix(l, []byte(m)) }) {
			continue
		}
		for _, b := range l {
			switch b {
			case ' ', '\t', '\r':
			case '\'':
				out.WriteByte('"')
			default:
				out.WriteByte(b)
			}
		}
	}
	text := out.String()
	for _, end := range []string{")", "]", "}"} {
		text = strings.ReplaceAll(text, ","+end, end)
	}
	return text
}
