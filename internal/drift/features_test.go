package drift

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/lintel-docs/lintel/internal/git"
)

// signalsOf returns the features of the documents of a repository for its last
// commit, by path.
func signalsOf(t *testing.T, steps []map[string]string) map[string]features {
	t.Helper()
	repo := grown(t, steps)
	base, err := repo.Resolve(t.Context(), "HEAD~1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRanker(t.Context(), repo, base, nil)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := repo.Diff(t.Context(), base, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]features{}
	for _, c := range r.h.score(t.Context(), r.h.look(t.Context(), changes, readAround)) {
		out[c.path] = c.x
	}
	return out
}

// Each signal is greatest for the one document that it is about.
func TestSignals(t *testing.T) {
	docs := map[string]string{
		"docs/a.md": "# Alpha\n\nNothing of it.\n", "docs/b.md": "# Beta\n\nNothing of it.\n", "docs/c.md": "# Gamma\n\nNothing of it.\n", "docs/d.md": "# Delta\n\nNothing of it.\n",
	}
	for _, c := range []struct {
		name     string
		signal   int
		doc      string // the document that the signal is about
		text     string
		old, new string
		file     string
	}{
		{"names an identifier", sIdent, "docs/x.md", "# X\n\nSet retry_backoff to wait.\n", "a = 1\n", "a = retry_backoff\n", "src/m.py"},
		{"names what goes", sGone, "docs/x.md", "# X\n\nSet retry_backoff to wait.\n", "a = retry_backoff\n", "a = 1\n", "src/m.py"},
		{"in a heading", sHead, "docs/x.md", "# Retention\n\nText.\n", "a = 1\n", "retention = 2\n", "src/m.py"},
		{"in code", sCode, "docs/x.md", "# X\n\nUse `compaction_window` here.\n", "a = 1\n", "compaction_window = 2\n", "src/m.py"},
		{"in a string", sQuoted, "docs/x.md", "# X\n\nThe zookeeper answers.\n", "a = 1\n", "a = \"zookeeper\"\n", "src/m.py"},
		{"in a comment", sSaid, "docs/x.md", "# X\n\nThe zookeeper answers.\n", "a = 1\n", "a = 1\n# zookeeper first\n", "src/m.py"},
		{"in the function around", sAround, "docs/x.md", "# X\n\nWhat rebalance does.\n", "def rebalance():\n    a = 1\n", "def rebalance():\n    a = 2\n", "src/m.py"},
		{"in the rest of the file", sWhole, "docs/x.md", "# X\n\nOf partitions.\n", "partition = 1\n\na = 1\n", "partition = 1\n\na = 2\n", "src/m.py"},
		{"named after the same thing", sName, "docs/lineage.md", "# X\n\nText.\n", "a = 1\n", "a = 2\n", "src/lineage.py"},
		{"about what the path names", sTopic, "docs/x.md", "# X\n\nOf lineage.\n", "a = 1\n", "a = 2\n", "src/lineage.py"},
		{"mentions the file", sMention, "docs/x.md", "# X\n\nSee `loader.py`.\n", "a = 1\n", "a = 2\n", "src/loader.py"},
		{"mentions the folder", sMentionPath, "docs/x.md", "# X\n\nSee [here](../src/jobs/).\n", "a = 1\n", "a = 2\n", "src/jobs/loader.py"},
		{"beside the file", sBeside, "charts/web/README.md", "# X\n\nText.\n", "a: 1\n", "a: 2\n", "charts/web/values.yaml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := map[string]string{c.doc: c.text, c.file: c.old}
			maps.Copy(first, docs)
			got := signalsOf(t, []map[string]string{first, {c.file: c.new}})
			if v := got[c.doc][c.signal]; v != 1 {
				t.Errorf("the signal of %s is %v, want 1", c.doc, v)
			}
			for p := range docs {
				if v := got[p][c.signal]; v >= 1 {
					t.Errorf("the signal of %s is %v: it is as great as that of %s", p, v, c.doc)
				}
			}
		})
	}
}

// What changed together still counts after both were moved, in a commit that
// moves other files too.
func TestMovedKeepsItsPast(t *testing.T) {
	h := newHistory()
	h.read = func(_ context.Context, _ string) ([]byte, error) { return nil, nil }
	modify := func(ps ...string) *git.Commit {
		c := &git.Commit{}
		for _, p := range ps {
			c.Changes = append(c.Changes, git.Change{Status: git.Modified, Path: p, Old: p, Mode: git.ModeFile, SHA: p})
		}
		return c
	}
	for range 3 {
		h.learn(t.Context(), modify("server/listen.go", "docs/ports.md"), nil)
		h.learn(t.Context(), modify("server/README.md", "client/README.md"), nil)
	}
	was := h.Paths["docs/ports.md"]
	h.learn(t.Context(), &git.Commit{Changes: []git.Change{
		{Status: git.Deleted, Path: "docs/ports.md", Old: "docs/ports.md", OldSHA: "1"},
		{Status: git.Added, Path: "docs/guide/ports.md", Mode: git.ModeFile, SHA: "2"},
		{Status: git.Deleted, Path: "server/listen.go", Old: "server/listen.go", OldSHA: "3"},
		{Status: git.Added, Path: "internal/server/accept.go", Mode: git.ModeFile, SHA: "3"},
		{Status: git.Deleted, Path: "server/README.md", Old: "server/README.md", OldSHA: "4"},
		{Status: git.Added, Path: "tools/README.md", Mode: git.ModeFile, SHA: "5"},
	}}, nil)
	if h.Paths["docs/guide/ports.md"] != was {
		t.Error("a document that was moved and edited is taken for a new one")
	}
	s := h.ofFile("internal/server/accept.go")
	if s == nil || s.With[was] == nil || s.With[was].N < 3 {
		t.Errorf("a file that was moved has lost what changed with it: %+v", s)
	}
	if h.Paths["tools/README.md"] == h.Paths["server/README.md"] {
		t.Error("a README of another folder is taken for the one that went")
	}
}

func TestReadText(t *testing.T) {
	words := map[string]int32{}
	number := func(s string) int32 {
		if _, ok := words[s]; !ok {
			words[s] = int32(len(words))
		}
		return words[s]
	}
	for _, c := range []struct {
		name, text, term string
		want             [nParts]uint16 // body, heading, code
	}{
		{"heading", "## Retention\n\nText.\n", "retention", [nParts]uint16{1, 1, 0}},
		{"underlined heading", "Retention\n=========\n", "retention", [nParts]uint16{1, 1, 0}},
		{"AsciiDoc heading", "== Retention\n", "retention", [nParts]uint16{1, 1, 0}},
		{"code span", "Use `retention` and ``retention``.\n", "retention", [nParts]uint16{2, 0, 2}},
		{"fence", "```sh\nretention\n```\nretention\n", "retention", [nParts]uint16{2, 0, 1}},
		{"prose", "The retention.\n", "retention", [nParts]uint16{1, 0, 0}},
		{"plural", "Two replicas.\n", "replica", [nParts]uint16{1, 0, 0}},
		{"particle", "커넥터를 켠다.\n", "커넥터", [nParts]uint16{1, 0, 0}},
		{"Latin before Hangul", "lag가 크다\n", "lag", [nParts]uint16{1, 0, 0}},
		{"version", "At 1.21.3 now.\n", "1.21.3", [nParts]uint16{1, 0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := readText([]byte(c.text), number).count(number(c.term)); got != c.want {
				t.Errorf("%q stands there %v times, want %v", c.term, got, c.want)
			}
		})
	}
}

func TestModelReadsBack(t *testing.T) {
	m, err := ParseModel(ranking)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Trees) == 0 || m.String() != ranking {
		t.Error("the model is not written as it was read")
	}
	for _, bad := range []string{"1 2 3\n", m.String() + "1,0.5,0,0\n", m.String() + "99,0.5,1,2 1 1\n", m.String() + "x\n"} {
		if _, err := ParseModel(bad); err == nil {
			t.Errorf("no error for %q", bad[max(0, len(bad)-20):])
		}
	}
	leaf := &Model{Weights: make([]float64, nFeatures), Trees: [][]Node{{{Feature: 2, Cut: .5, Left: 1, Right: 2}, {Value: -1}, {Value: 1}}}}
	x := slices.Repeat([]float32{0}, nFeatures)
	if got := leaf.Score(x); got != -1 {
		t.Errorf("score %v, want -1", got)
	}
	x[2] = .6
	if got := leaf.Score(x); got != 1 {
		t.Errorf("score %v, want 1", got)
	}
}
