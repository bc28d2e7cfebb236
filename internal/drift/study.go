package drift

import (
	"context"
	"slices"

	"github.com/lintel-docs/lintel/internal/git"
)

// Case is a change of the past as it looked before it was made.
type Case struct {
	Commit string
	// Docs are the documents that the change modified, also those that are not
	// among Paths.
	Docs []string
	// Paths are the documents that were likeliest, and X their features.
	Paths []string
	X     [][]float32
}

// StudyOptions say what of a history Study shows.
type StudyOptions struct {
	// Want chooses the commits. It sees them oldest first.
	Want func(*git.Commit) bool
	// Visible reports whether a file of a commit is shown to the ranking; nil
	// shows all.
	Visible func(path string) bool
	// Most bounds the documents of a case.
	Most int
}

// Study goes through the first-parent history of rev and calls visit with each
// commit that is wanted, as the ranking saw it from its parent: what weights are
// learned from.
func Study(ctx context.Context, repo *git.Repo, rev string, o StudyOptions, visit func(*Case) error) error {
	h := newHistory()
	h.read = func(ctx context.Context, sha string) ([]byte, error) { return repo.Blob(ctx, sha) }
	var commits []*git.Commit
	err := repo.History(ctx, rev, "", 0, func(c *git.Commit) bool {
		commits = append(commits, c)
		return true
	})
	if err != nil {
		return err
	}
	slices.Reverse(commits)
	want := make([]bool, len(commits))
	first := len(commits)
	for i, c := range commits {
		if want[i] = o.Want(c); want[i] {
			first = min(first, i)
		}
	}
	looked := 0
	for ; first > 0 && looked < maxLooked; first-- {
		if worthLooking(commits[first-1].Changes) {
			looked++
		}
	}
	for i, c := range commits {
		if err := ctx.Err(); err != nil {
			return err
		}
		if want[i] {
			shown := c.Changes
			if o.Visible != nil {
				shown = slices.DeleteFunc(slices.Clone(shown), func(x git.Change) bool {
					return classify(x.Path) != classDocument && !o.Visible(x.Path)
				})
			}
			ch := h.look(ctx, shown, readAround)
			cs := h.score(ctx, ch)
			k := &Case{Commit: c.SHA, Docs: ch.docs}
			for j, x := range cs {
				if j < o.Most || slices.Contains(ch.docs, x.path) {
					k.Paths = append(k.Paths, x.path)
					k.X = append(k.X, slices.Clone(x.x[:]))
				}
			}
			if err := visit(k); err != nil {
				return err
			}
		}
		var ch *codeChange
		if i >= first && worthLooking(c.Changes) {
			ch = h.look(ctx, c.Changes, readLines)
		}
		h.learn(ctx, c, ch)
	}
	return nil
}
