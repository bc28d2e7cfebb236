package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
	"golang.org/x/sync/errgroup"
)

// alert is what a reader of a merge request would have been told.
type alert struct {
	Repo, Commit, Parent string
	Time                 time.Time
	Bare                 bool // the commit changed no document
	Rule, Path           string
	Ident                string // what it names: a path, a name, a key with its old value
	Times                int    // findings that it stands for
	Line                 int    // of the document at the commit
	Text                 string // the line
	Severity             string
	Confidence           float64
	Message, Reason      string
	Old, New             string // the proposed edit
	Evidence             []string
}

// key tells alerts apart and finds their labels.
type key struct{ repo, commit, rule, path, ident string }

func (a *alert) key() key { return key{a.Repo, a.Commit, a.Rule, a.Path, a.Ident} }

// identOf returns what a finding names, without the place at which it stands.
func identOf(rule, subject string) string {
	if rule == "drift/dead-reference" {
		for _, place := range []string{"link ", "url ", "anchor ", "text ", "code ", "a code block ", "the front matter ", "a link ", "an include ", "a comment ", "lines ", "range "} {
			if rest, ok := strings.CutPrefix(subject, place); ok {
				return rest
			}
		}
	}
	return strings.Join(strings.Fields(subject), " ")
}

// open opens the clone of a repository below the mirror.
func open(ctx context.Context, mirror, repo string) (*git.Repo, string, error) {
	top := filepath.Join(mirror, strings.ReplaceAll(repo, "/", "+"))
	found := ""
	for _, sub := range []string{".", "repo", ".git", "repo/.git"} {
		dir := filepath.Join(top, sub)
		if _, err := os.Stat(filepath.Join(dir, "objects")); err == nil {
			found = dir
			break
		}
	}
	if found == "" {
		return nil, "", fmt.Errorf("%s: no git directory below %s", repo, top)
	}
	r, err := git.Open(ctx, found)
	return r, found, err
}

// isDocument and isCode sort files as the protocol does.
func isDocument(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".md", ".mdx", ".markdown", ".rst", ".adoc":
		return true
	}
	return false
}

func isCode(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".go", ".py", ".rs", ".ts", ".tsx", ".js", ".jsx", ".java", ".kt", ".scala", ".c", ".cc", ".cpp", ".h", ".rb", ".sql", ".proto", ".yaml", ".yml", ".toml", ".json", ".sh", ".tf", ".hcl", ".cue", ".tpl", ".lua":
		return true
	}
	return strings.HasPrefix(path.Base(p), "Dockerfile") || path.Base(p) == "Makefile"
}

// commits returns the last commits that change code, newest first.
func commits(ctx context.Context, r *git.Repo, s settings) ([]*git.Commit, error) {
	var out []*git.Commit
	skip := s.skip
	err := r.History(ctx, "HEAD", "", 0, func(c *git.Commit) bool {
		code := 0
		for _, ch := range c.Changes {
			if isCode(ch.Path) {
				code++
			}
		}
		if code == 0 || code > s.within {
			return true
		}
		if skip > 0 {
			skip--
			return true
		}
		out = append(out, c)
		return len(out) < s.last
	})
	return out, err
}

// sweep lists the alerts of commits.
func sweep(ctx context.Context, w io.Writer, s settings) error {
	repos, err := s.repositories()
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, name := range repos {
		r, _, err := open(ctx, s.mirror, name)
		if err != nil {
			return err
		}
		start := time.Now()
		cs, err := commits(ctx, r, s)
		if err != nil {
			return fmt.Errorf("read history of %s: %w", name, err)
		}
		alerts, shown, err := checkAll(ctx, r, name, cs, s)
		if err != nil {
			return err
		}
		for _, a := range alerts {
			if err := enc.Encode(a); err != nil {
				return err
			}
		}
		fmt.Fprintf(os.Stderr, "%s: %d commits, %d with an alert (%.1f %%), %d alerts, %.0f s\n", name, len(cs), shown, 100*float64(shown)/float64(max(len(cs), 1)), len(alerts), time.Since(start).Seconds())
		_ = r.Close() // it was read
	}
	return nil
}

// checkAll compares each commit with its first parent. Alerts come in the order
// of the commits.
func checkAll(ctx context.Context, r *git.Repo, name string, cs []*git.Commit, s settings) ([]alert, int, error) {
	per := make([][]alert, len(cs))
	var mu sync.Mutex
	skipped := 0
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.workers)
	for i, c := range cs {
		g.Go(func() error {
			found, err := checkCommit(ctx, r, name, c.SHA, s)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil { // a root commit, an object that the clone lacks
				mu.Lock()
				defer mu.Unlock()
				skipped++
				fmt.Fprintf(os.Stderr, "%s %.10s: left out: %v\n", name, c.SHA, err)
				return nil
			}
			bare := !slices.ContainsFunc(c.Changes, func(ch git.Change) bool { return isDocument(ch.Path) })
			for k := range found {
				found[k].Time, found[k].Bare = c.Time, bare
			}
			per[i] = found
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, 0, err
	}
	var out []alert
	shown := 0
	for _, as := range per {
		if len(as) > 0 {
			shown++
		}
		out = append(out, as...)
	}
	return out, shown, nil
}

// checkCommit returns the alerts of severity warning and above of one commit.
func checkCommit(ctx context.Context, r *git.Repo, name, sha string, s settings) ([]alert, error) {
	parent, err := r.Resolve(ctx, sha+"^")
	if err != nil {
		return nil, err
	}
	return checkBetween(ctx, r, name, parent, sha, s)
}

func checkBetween(ctx context.Context, r *git.Repo, name, parent, sha string, s settings) ([]alert, error) {
	res, err := drift.Check(ctx, r, drift.Options{Base: parent, Head: sha, Exact: true, Docs: []string{"docs"}})
	if err != nil {
		return nil, err
	}
	var out []alert
	at := map[key]int{}
	text := map[string][]string{}
	for i := range res.Alerts {
		f := &res.Alerts[i]
		a := alert{
			Repo: name, Commit: sha, Parent: parent, Rule: f.Rule, Path: f.Path, Ident: identOf(f.Rule, f.Subject), Times: 1, Line: f.Line,
			Severity: f.Severity.String(), Confidence: f.Confidence, Message: f.Message, Reason: f.Reason, Old: f.Edit.Old, New: f.Edit.New,
		}
		if f.Severity < finding.Warning || !s.counts(f.Rule) {
			continue
		}
		if k, ok := at[a.key()]; ok {
			out[k].Times++
			continue
		}
		if text[f.Path] == nil {
			b, _ := res.Read(f.Path) // an absent text shows as an empty line
			text[f.Path] = strings.Split(string(b), "\n")
		}
		if n := f.Line; n > 0 && n <= len(text[f.Path]) {
			a.Text = text[f.Path][n-1]
		}
		for _, e := range f.Evidence {
			a.Evidence = append(a.Evidence, fmt.Sprintf("%s:%d", e.Path, e.Line))
		}
		at[a.key()] = len(out)
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b alert) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line)) })
	return out, nil
}

// counts reports whether a rule is among those asked for.
func (s settings) counts(rule string) bool {
	return slices.Contains(strings.Split(s.rules, ","), strings.TrimPrefix(rule, "drift/"))
}
