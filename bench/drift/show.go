package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// text runs git in a clone and returns what it prints; "" when it fails.
func text(ctx context.Context, dir string, args ...string) string {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.quotepath=false", "--no-pager"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return string(out)
}

// show prints alerts with what a person needs to label them: those of the
// arguments that have no label yet.
func show(ctx context.Context, w io.Writer, s settings) error {
	if len(s.args) == 0 {
		return errors.New("say which alerts: files that sweep wrote")
	}
	labels, err := readLabels(s.labels)
	if err != nil {
		return err
	}
	n, last := 0, ""
	for _, name := range s.args {
		alerts, err := readAlerts(name)
		if err != nil {
			return err
		}
		for _, a := range alerts {
			if _, ok := labels[a.key()]; ok {
				continue
			}
			r, dir, err := open(ctx, s.mirror, a.Repo)
			if err != nil {
				return err
			}
			_ = r.Close() // only its folder is needed
			n++
			at := strings.Join([]string{a.Repo, a.Commit, a.Rule, a.Ident}, " ")
			if at != last {
				fmt.Fprintf(w, "\n=== %s %.10s %.100s\n", a.Repo, a.Commit, strings.TrimSpace(text(ctx, dir, "log", "-1", "--format=%cs %s", a.Commit)))
				fmt.Fprintf(w, "    because %.250s\n", finding.Visible(a.Reason))
				diffOf(ctx, w, dir, &a)
			}
			last = at
			fmt.Fprintf(w, "#%d %.2f x%d %.160s\n  %s\n", n, a.Confidence, a.Times, finding.Visible(a.Message), labelLine(&a, "", ""))
			if a.New != "" || a.Old != "" {
				fmt.Fprintf(w, "  edit: %s -> %s\n", finding.Visible(a.Old), finding.Visible(a.New))
			}
			doc := strings.Split(text(ctx, dir, "show", a.Commit+":"+a.Path), "\n")
			for i := max(a.Line-1, 1); i <= min(a.Line, len(doc)); i++ {
				fmt.Fprintf(w, "  %5d| %.260s\n", i, finding.Visible(doc[i-1]))
			}
		}
	}
	return nil
}

// diffOf prints the lines of the change that an alert rests on.
func diffOf(ctx context.Context, w io.Writer, dir string, a *alert) {
	if len(a.Evidence) == 0 {
		return
	}
	file := a.Evidence[0][:strings.LastIndexByte(a.Evidence[0], ':')]
	want := []string{path.Base(strings.ReplaceAll(a.Ident, ".", "/")), a.Ident[strings.LastIndexByte(a.Ident, ' ')+1:], a.Old, a.New}
	lines := strings.Split(text(ctx, dir, "diff", "-M", "-U0", a.Parent, a.Commit, "--", file), "\n")
	shown := 0
	for _, l := range lines {
		if l == "" || strings.HasPrefix(l, "---") || strings.HasPrefix(l, "+++") || l[0] != '+' && l[0] != '-' || shown == 5 {
			continue
		}
		if slices.ContainsFunc(want, func(t string) bool { return t != "" && strings.Contains(l, t) }) {
			fmt.Fprintf(w, "    %.160s\n", finding.Visible(l))
			shown++
		}
	}
	fmt.Fprintf(w, "    in %s, %d lines of diff\n", file, len(lines))
}
