package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/forge"
)

// refusal is why edits are not committed, where nobody is at fault and a later
// run would meet the same.
type refusal struct{ err error }

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

// committed is what a commit of edits did.
type committed struct {
	sha   string // "" in a dry run, and when there was nothing to commit
	files int
	// left tells that a finding stays that reaches the failing severity.
	left bool
}

// apply commits the edits that are proposed to the source branch.
func (rv *review) apply(ctx context.Context) error {
	done, err := rv.commitEdits(ctx, []forge.User{rv.flags.starter})
	if moved, ok := errors.AsType[*forge.Superseded](err); ok {
		return rv.superseded(moved)
	}
	if no, ok := errors.AsType[*refusal](err); ok {
		return usage(fmt.Errorf("--apply: %w", no))
	}
	if err != nil {
		return rv.flags.forgeError(err)
	}
	if done.files == 0 {
		fmt.Fprintln(rv.stderr, "lintel: there is no edit to apply")
		return rv.end()
	}
	return rv.told(done)
}

// told says what was committed, and returns the exit code.
func (rv *review) told(done committed) error {
	if !rv.flags.dryRun {
		fmt.Fprintf(rv.stderr, "lintel: %s changed by commit %.12s on %s; the pipeline of that commit reviews it\n", plural(done.files, "document"), done.sha, finding.Visible(rv.mr.SourceBranch))
	}
	if done.left {
		return &exitError{code: exitFindings}
	}
	return nil
}

// commitEdits commits the edits of all open findings in one commit, on the head
// that was reviewed or not at all. The error wraps a *refusal, or a
// *forge.Superseded when the branch has moved.
func (rv *review) commitEdits(ctx context.Context, people []forge.User) (committed, error) {
	mr := rv.mr
	if mr.Fork() && !mr.MayPush {
		return committed{}, &refusal{errors.New("the merge request comes from a fork that does not allow commits from members of the project")}
	}
	branch, err := rv.sourceBranch(ctx)
	if err != nil {
		return committed{}, err
	}
	if branch.Protected {
		return committed{}, &refusal{fmt.Errorf("the source branch %s is protected; commit to it by hand", finding.Visible(mr.SourceBranch))}
	}
	files, left, err := rv.edited(ctx)
	if err != nil || len(files) == 0 {
		return committed{left: left}, err
	}
	message := "docs: bring documents up to date with this branch\n\nThe edits that lintel review proposed.\n"
	message += rv.trailers(people)
	sha, err := rv.forge.Commit(ctx, mr.SourceProject, mr.SourceBranch, message, files)
	switch {
	case declined(err), errors.Is(err, forge.ErrGone):
		if _, moved := rv.sourceBranch(ctx); moved != nil {
			return committed{}, moved // somebody was faster
		}
		return committed{}, &refusal{fmt.Errorf("the commit was refused, nothing is changed: %w", err)}
	case err != nil:
		return committed{}, fmt.Errorf("commit edits: %w", err)
	}
	return committed{sha, len(files), left}, nil
}

// sourceBranch returns the source branch while its head is the one that was
// reviewed.
func (rv *review) sourceBranch(ctx context.Context) (forge.Branch, error) {
	branch, err := rv.forge.Branch(ctx, rv.mr.SourceProject, rv.mr.SourceBranch)
	switch {
	case errors.Is(err, forge.ErrGone), declined(err):
		return branch, &refusal{fmt.Errorf("read the source branch: %w", err)}
	case err != nil:
		return branch, fmt.Errorf("read the source branch: %w", err)
	case branch.Head != rv.head:
		return branch, &forge.Superseded{Old: rv.head, New: branch.Head}
	}
	return branch, nil
}

// trailers credit those who asked for a commit that the bot makes, so that it
// is seen whose it is when somebody approves.
func (rv *review) trailers(people []forge.User) string {
	host := "gitlab.invalid"
	if u, err := url.Parse(rv.flags.url); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	out := ""
	for _, p := range people {
		login := kept(p.Name, "-_.")
		if login == "" || p.ID == 0 || p.ID == rv.me.ID {
			continue
		}
		name := cmp.Or(strings.Join(strings.Fields(kept(p.Full, "-_.' ")), " "), login)
		line := fmt.Sprintf("Co-authored-by: %s <%d-%s@users.noreply.%s>\n", name, p.ID, login, host)
		if !strings.Contains(out, line) {
			out += line
		}
	}
	if out != "" {
		out = "\n" + out
	}
	return out
}

// kept returns the letters and digits of a name and the marks that are named:
// nothing by which a server is told to skip a pipeline, to close an issue or to
// mention somebody.
func kept(s, marks string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || strings.ContainsRune(marks, r) {
			return r
		}
		return -1
	}, s)
}

// edited returns the documents as the edits make them, and whether a finding
// stays that reaches the failing severity.
func (rv *review) edited(ctx context.Context) (out []forge.FileChange, left bool, err error) {
	edits := map[string][]finding.Edit{}
	from := map[string]string{} // old path → new path
	for i := range rv.items {
		it := &rv.items[i]
		n := rv.renamed[keyOf(it.Finding)]
		if n != nil {
			from[n.From] = n.To
			edits[n.From] = append(edits[n.From], finding.Edit{}) // the file moves even when its text stays
		}
		left = left || n == nil && it.Edit.IsZero() && it.Severity >= rv.flags.severity
		for _, e := range it.Edits() {
			edits[e.Path] = append(edits[e.Path], e)
		}
	}
	paths := make([]string, 0, len(edits))
	for p := range edits {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		text, err := rv.repo.ReadFile(ctx, rv.head, p)
		if errors.Is(err, os.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, left, fmt.Errorf("read %s: %w", p, err)
		}
		all := slices.DeleteFunc(edits[p], finding.Edit.IsZero)
		ok, refused := finding.Applicable(text, all)
		left = left || len(refused) > 0
		after, err := finding.Apply(text, ok)
		if err != nil || string(after) == string(text) && from[p] == "" {
			continue
		}
		last, err := rv.repo.LastCommit(ctx, rv.head, p)
		if err == nil && last == "" {
			last, err = rv.forge.LastCommit(ctx, rv.mr.SourceProject, rv.head, p)
		}
		if err != nil {
			return nil, left, fmt.Errorf("find the last commit of %s: %w", p, err)
		}
		f := forge.FileChange{Path: p, Content: string(after), LastCommit: last}
		if to := from[p]; to != "" {
			f.Path, f.From = to, p
		}
		out = append(out, f)
	}
	return out, left, nil
}
