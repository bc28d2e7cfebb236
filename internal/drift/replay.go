package drift

import (
	"context"
	"slices"

	"github.com/lintel-docs/lintel/internal/git"
)

// Lookback is a change of the past with what would have been said of it then.
type Lookback struct {
	Commit string
	At     int      // how many commits came before it
	Docs   []string // documents that it modified
	Files  int      // code files that it changed
	Ranked []string // the documents most likely to need it, likeliest first
	Signs  [][]float64
	// Sections are those of the documents that it modified.
	Sections []SectionLook
}

// SectionLook is a document with its sections, what they looked like before the
// change, and which of them it changed.
type SectionLook struct {
	Document string
	Paths    []string
	Changed  []bool
	Features [][]float64
}

// Replay goes through the newest commits of the first-parent history of rev, the
// oldest first, and calls visit with those that want chooses, as they looked
// before anything later was known. It is how weights are learned and measured;
// see bench/likely.
func Replay(ctx context.Context, repo *git.Repo, rev string, commits int, want func(*git.Commit) bool, visit func(Lookback) error) error {
	var list []*git.Commit
	err := repo.History(ctx, rev, "", commits, func(c *git.Commit) bool {
		list = append(list, c)
		return true
	})
	if err != nil || len(list) == 0 {
		return err
	}
	h := newHistory()
	h.read = func(ctx context.Context, sha string) ([]byte, error) { return repo.Blob(ctx, sha) }
	if parent, err := repo.Resolve(ctx, list[len(list)-1].SHA+"^"); err == nil {
		if err := h.plant(ctx, repo, parent); err != nil {
			return err
		}
	}
	slices.Reverse(list)
	for _, commit := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		var c *codeChange
		worth, wanted := worthLooking(commit.Changes), !asksNothing(commit.Changes) && want(commit)
		if worth || wanted {
			c = h.look(ctx, commit.Changes, readAround)
		}
		if c != nil && len(c.files) > 0 && wanted && len(h.Blobs) > 1 {
			cs := plainly(h.score(ctx, c))
			l := Lookback{Commit: commit.SHA, At: int(h.N), Docs: c.docs, Files: len(c.files)}
			for _, x := range cs[:min(10, len(cs))] {
				l.Ranked = append(l.Ranked, x.path)
			}
			for _, s := range h.signsOf(c, cs, MostHints) {
				l.Signs = append(l.Signs, s[:])
			}
			l.Sections = h.lookSections(ctx, commit.Changes, c)
			if err := visit(l); err != nil {
				return err
			}
		}
		if !worth {
			c = nil
		}
		h.learn(ctx, commit, c)
	}
	return nil
}

// Weigh returns how many files of code and how many documents a commit changes.
func Weigh(changes []git.Change) (code, documents int) {
	for _, x := range changes {
		switch classify(x.Path) {
		case classDocument:
			documents++
		case classCode:
			code++
		}
	}
	return code, documents
}

func (h *history) lookSections(ctx context.Context, changes []git.Change, c *codeChange) []SectionLook {
	where := h.where(ctx, changes)
	var out []SectionLook
	for _, doc := range c.docs {
		changed := where[h.number(doc)]
		if len(changed) == 0 {
			continue
		}
		secs, xs := h.sectionsOf(ctx, c, doc)
		l := SectionLook{Document: doc}
		for i, s := range secs {
			if s.path == "" {
				continue
			}
			l.Paths = append(l.Paths, s.path)
			l.Changed = append(l.Changed, slices.Contains(changed, s.path))
			l.Features = append(l.Features, xs[i][:])
		}
		if slices.Contains(l.Changed, true) {
			out = append(out, l)
		}
	}
	return out
}

// SignNames returns what the numbers of Lookback.Signs are called in this package.
func SignNames() []string {
	return []string{
		"signFiles", "signTests", "signConfig", "signPipeline", "signNewFiles", "signGoneFiles", "signUnseen",
		"signAdded", "signRemoved", "signNew", "signNovel", "signOut", "signOutKnown", "signOutRare", "signRate",
		"signFileRate", "signFileFade", "signFileMost", "signDirRate", "signNearRate", "signNearSeen", "signDocs",
		"signPlace", "signScore", "signMargin", "signShare", "signTogether", "signSupport", "signLately",
		"signDirs", "signNearDoc", "signPopular", "signSince", "signNames", "signNamesOut", "signMentions",
	}
}
