package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
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
	n := 0
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
			fmt.Fprintf(w, "#%d %s %.10s %s\n  %s\n", n, a.Repo, a.Commit, strings.TrimSpace(text(ctx, dir, "log", "-1", "--format=%cs %s", a.Commit)), labelLine(&a, "", ""))
			fmt.Fprintf(w, "  %s (x%d, %.2f) because %s\n", finding.Visible(a.Message), a.Times, a.Confidence, finding.Visible(a.Reason))
			if a.New != "" || a.Old != "" {
				fmt.Fprintf(w, "  edit: %s -> %s\n", finding.Visible(a.Old), finding.Visible(a.New))
			}
			doc := strings.Split(text(ctx, dir, "show", a.Commit+":"+a.Path), "\n")
			for i := max(a.Line-2, 1); i <= min(a.Line+1, len(doc)); i++ {
				fmt.Fprintf(w, "  %5d| %.260s\n", i, finding.Visible(doc[i-1]))
			}
			for i, e := range a.Evidence {
				file := e[:strings.LastIndexByte(e, ':')]
				if i > 0 {
					break
				}
				want := []string{path.Base(strings.ReplaceAll(a.Ident, ".", "/")), a.Ident[strings.LastIndexByte(a.Ident, ' ')+1:], a.Old, a.New}
				lines := strings.Split(text(ctx, dir, "diff", "-M", "-U0", a.Parent, a.Commit, "--", file), "\n")
				shown := 0
				for k, l := range lines {
					if l == "" || strings.HasPrefix(l, "---") || strings.HasPrefix(l, "+++") || l[0] != '+' && l[0] != '-' {
						continue
					}
					hit := false
					for _, t := range want {
						hit = hit || t != "" && strings.Contains(l, t)
					}
					if hit && shown < 6 {
						if k > 0 && lines[k-1] != "" && lines[k-1][0] == '@' {
							fmt.Fprintf(w, "    %.120s\n", lines[k-1])
						}
						fmt.Fprintf(w, "    %.200s\n", finding.Visible(l))
						shown++
					}
				}
				fmt.Fprintf(w, "    in %s, %d lines of diff\n", file, len(lines))
			}
			fmt.Fprintln(w)
		}
	}
	return nil
}
