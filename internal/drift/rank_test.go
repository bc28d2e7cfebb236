package drift

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
)

// grown makes a repository with a history: each step writes files and becomes a
// commit of main.
func grown(t *testing.T, steps []map[string]string) *git.Repo {
	t.Helper()
	dir := t.TempDir()
	var in bytes.Buffer
	for i, step := range steps {
		fmt.Fprintf(&in, "commit refs/heads/main\ncommitter Kim <k@example.org> %d +0000\ndata %d\n%d\n", 1700000000+i, len(strconv.Itoa(i)), i)
		for _, name := range slices.Sorted(maps.Keys(step)) {
			fmt.Fprintf(&in, "M 100644 inline %s\ndata %d\n%s\n", name, len(step[name]), step[name])
		}
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"fast-import", "--quiet"}} {
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir, cmd.Stdin = dir, &in
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull)
		if args[0] == "init" {
			cmd.Stdin = nil
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	r, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// pairs is a history in which docs/ports.md changes with server.go and
// docs/retry.md with client.go.
func pairs(n int) []map[string]string {
	steps := []map[string]string{{
		"docs/ports.md": "# Ports\n\nThe server listens.\n", "docs/retry.md": "# Retry\n\n## Waiting\n\nThe client waits for max_backoff seconds.\n",
		"docs/other.md": "# Other\n\nNothing of either.\n", "server.go": "package a\n", "client.go": "package a\n", "lone.go": "package a\n",
	}}
	for i := range n {
		steps = append(steps,
			map[string]string{"server.go": fmt.Sprintf("package a\n\nconst listen = %d\n", i), "docs/ports.md": fmt.Sprintf("# Ports\n\nThe server listens at %d.\n", i)},
			map[string]string{"client.go": fmt.Sprintf("package a\n\nconst max_backoff = %d\n", i), "docs/retry.md": fmt.Sprintf("# Retry\n\n## Waiting\n\nThe client waits for max_backoff %d seconds.\n", i)},
			map[string]string{"lone.go": fmt.Sprintf("package a\n\nconst lone = %d\n", i)},
		)
	}
	return steps
}

func TestRankByHistoryAndWords(t *testing.T) {
	steps := append(pairs(8), map[string]string{"client.go": "package a\n\nconst max_backoff = 99\n"})
	repo := grown(t, steps)
	base, err := repo.Resolve(t.Context(), "HEAD~1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRanker(t.Context(), repo, base, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Rank(t.Context(), "HEAD", 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].Path != "docs/retry.md" {
		t.Fatalf("ranked %+v", got)
	}
	if len(got[0].Sections) == 0 || got[0].Sections[0] != "Retry > Waiting" {
		t.Errorf("sections %q", got[0].Sections)
	}
	if why := strings.Join(got[0].Reasons, "; "); !strings.Contains(why, "client.go in 8 of its 9 changes") && !strings.Contains(why, "max_backoff") {
		t.Errorf("reasons %q", why)
	}
	hints := r.Hints(got, 0, none)
	if len(hints) != 1 || hints[0].Path != "docs/retry.md" || hints[0].Reason == "" {
		t.Errorf("hints %+v", hints)
	}
}

func none(string) bool { return false }

// A file that never came with a document hints at none.
func TestNoHintWithoutHistory(t *testing.T) {
	repo := grown(t, append(pairs(8), map[string]string{"lone.go": "package a\n\nconst lone = 100\n"}))
	base, err := repo.Resolve(t.Context(), "HEAD~1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRanker(t.Context(), repo, base, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Rank(t.Context(), "HEAD", 10)
	if err != nil || len(got) == 0 {
		t.Fatalf("ranked %v, %v", got, err)
	}
	if hints := r.Hints(got, 0, none); len(hints) > 0 {
		t.Errorf("hints %+v", hints)
	}
}

// What was kept and brought up to date ranks as what is learned anew, and a file
// that is damaged or belongs to another history is as good as none.
func TestKeptEqualsFresh(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var steps []map[string]string
	for i := range 60 {
		step := map[string]string{}
		for range 1 + rng.IntN(3) {
			k := rng.IntN(5)
			step[fmt.Sprintf("pkg/f%d.go", k)] = fmt.Sprintf("package pkg\n\nvar name%d = %d\n", rng.IntN(9), i)
			if rng.IntN(2) == 0 {
				step[fmt.Sprintf("docs/d%d.md", k)] = fmt.Sprintf("# D%d\n\nname%d is %d\n", k, rng.IntN(9), i)
			}
		}
		steps = append(steps, step)
	}
	repo := grown(t, steps)
	dir := t.TempDir()
	rank := func(base, dir string) []Likely {
		t.Helper()
		sha, err := repo.Resolve(t.Context(), base)
		if err != nil {
			t.Fatal(err)
		}
		var store *cache.Store
		if dir != "" {
			store = openStore(t, dir)
			defer store.Close()
		}
		r, err := NewRanker(t.Context(), repo, sha, store)
		if err != nil {
			t.Fatal(err)
		}
		if store != nil {
			if err := store.Commit(nil); err != nil {
				t.Fatal(err)
			}
		}
		got, err := r.Rank(t.Context(), "HEAD", 10)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, base := range []string{"HEAD~30", "HEAD~22", "HEAD~21", "HEAD~5", "HEAD~40", "HEAD~1", "HEAD~12"} {
		kept, fresh := rank(base, dir), rank(base, "")
		if !reflect.DeepEqual(kept, fresh) {
			t.Fatalf("%s:\nkept  %+v\nfresh %+v", base, kept, fresh)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*", "*.pack"))
	if err != nil || len(files) == 0 {
		t.Fatalf("kept files %v, %v", files, err)
	}
	for _, f := range files {
		if err := os.WriteFile(f, []byte("damaged"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, fresh := rank("HEAD~3", dir), rank("HEAD~3", ""); !reflect.DeepEqual(kept, fresh) {
		t.Error("a damaged file changes the ranking")
	}
}

func openStore(t *testing.T, dir string) *cache.Store {
	t.Helper()
	s, err := cache.Open(dir, "space", cache.Options{Version: "1", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// changed is a history in which docs/ports.md always changes with server.go,
// client.go sometimes with docs/retry.md, and lone.go never with any.
func changed(n int) []map[string]string {
	steps := pairs(1)
	for i := range n {
		steps = append(steps,
			map[string]string{"server.go": fmt.Sprintf("package a\n\nconst listen_port = %d\n", i), "docs/ports.md": fmt.Sprintf("# Ports\n\n## Listening\n\nThe server has listen_port %d.\n", i)},
			map[string]string{"lone.go": fmt.Sprintf("package a\n\nconst lone = %d\n", i)},
			map[string]string{"client.go": fmt.Sprintf("package a\n\nconst max_backoff = %d\n", i)},
			map[string]string{"lone.go": fmt.Sprintf("package a\n\nconst lone = -%d\n", i), "client.go": fmt.Sprintf("package a\n\nconst max_backoff = -%d\n", i)},
		)
		if i%5 == 0 {
			steps = append(steps, map[string]string{"client.go": fmt.Sprintf("package a\n\nconst max_backoff = 9%d\n", i), "docs/retry.md": fmt.Sprintf("# Retry\n\nThe client waits %d.\n", i)})
		}
	}
	return steps
}

// hintsFor returns what is said of a last change, within a budget.
func hintsFor(t *testing.T, steps []map[string]string, budget int) []Alert {
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
	got, err := r.Rank(t.Context(), "HEAD", MostHints)
	if err != nil {
		t.Fatal(err)
	}
	return r.Hints(got, budget, none)
}

func TestWarningWithinBudget(t *testing.T) {
	server := map[string]string{"server.go": "package a\n\nconst listen_port = 8080\n"}
	for _, c := range []struct {
		name   string
		change map[string]string
		budget int
		want   string // documents with their severities
	}{
		{"what always needed it", server, 2, "docs/ports.md warning"},
		{"no budget", server, 0, "docs/ports.md info"},
		{"what never needed one", map[string]string{"lone.go": "package a\n\nconst lone = 8080\n"}, 2, ""},
		{"what seldom needed one", map[string]string{"client.go": "package a\n\nconst max_backoff = 8080\n"}, 2, ""},
		{"the change has thought of it", map[string]string{"server.go": "package a\n\nconst listen_port = 8080\n", "docs/ports.md": "# Ports\n\n8080.\n"}, 2, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range hintsFor(t, append(changed(20), c.change), c.budget) {
				got = append(got, f.Path+" "+f.Severity.String())
				if f.Reason == "" || f.Hint == "" {
					t.Errorf("%s has no reason or no hint: %+v", f.Path, f)
				}
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("said %q, want %q", s, c.want)
			}
		})
	}
}

// Of two documents that always change together one is touched, as when one of two
// languages is forgotten: the other has the warning, unless it is named already.
func TestWarningOfTheOtherDocument(t *testing.T) {
	var steps []map[string]string
	for i := range 30 {
		steps = append(steps,
			map[string]string{
				"server.go": fmt.Sprintf("package a\n\nconst listen_port = %d\n", i), "docs/ports.md": fmt.Sprintf("# Ports\n\nlisten_port %d.\n", i),
				"docs/ports.ko.md": fmt.Sprintf("# 포트\n\nlisten_port %d.\n", i), "docs/other.md": "# Other\n",
			},
			map[string]string{"lone.go": fmt.Sprintf("package a\n\nconst lone = %d\n", i)},
			map[string]string{"lone.go": fmt.Sprintf("package a\n\nconst alone = %d\n", i)})
	}
	steps = append(steps, map[string]string{"server.go": "package a\n\nconst listen_port = 99\n", "docs/ports.md": "# Ports\n\nlisten_port 99.\n"})
	got := hintsFor(t, steps, 2)
	if len(got) != 1 || got[0].Path != "docs/ports.ko.md" || got[0].Severity != finding.Warning || got[0].Confidence < LeastChance {
		t.Fatalf("said %+v", got)
	}
	if len(got[0].Evidence) == 0 || got[0].Evidence[0].Path != "server.go" {
		t.Errorf("evidence %+v", got[0].Evidence)
	}
	repo := grown(t, steps)
	base, err := repo.Resolve(t.Context(), "HEAD~1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRanker(t.Context(), repo, base, nil)
	if err != nil {
		t.Fatal(err)
	}
	ranked, err := r.Rank(t.Context(), "HEAD", 3)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Hints(ranked, 2, func(p string) bool { return p == "docs/ports.ko.md" }); len(got) > 0 {
		t.Errorf("said of what is named already: %+v", got)
	}
}

// Of the changes that a history noted, no more than one in budget is above the
// threshold, and none that is unlikely.
func TestThresholdKeepsBudget(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		h := newHistory()
		for range fewAsked + rng.IntN(200) {
			h.Asked = append(h.Asked, asked{Odds: math.Round(rng.NormFloat64()*8) / 4})
		}
		for _, budget := range []int{1, 2, 7, 20, 1000} {
			least, n := h.threshold(budget), 0
			for _, a := range h.Asked {
				if a.Odds >= least {
					n++
					if expit(a.Odds) < LeastChance {
						t.Fatalf("a chance of %.2f gives a warning", expit(a.Odds))
					}
				}
			}
			if n*budget > len(h.Asked) {
				t.Fatalf("%d of %d changes would have had a warning, the budget is one in %d", n, len(h.Asked), budget)
			}
		}
		if h.threshold(0) < math.MaxFloat64 {
			t.Fatal("a budget of 0 allows warnings")
		}
	}
}

// A history that is too short to tell how many changes would have had a warning
// gives none.
func TestNoWarningWithoutPast(t *testing.T) {
	for _, f := range hintsFor(t, append(changed(8), map[string]string{"server.go": "package a\n\nconst listen_port = 8080\n"}), 1) {
		if f.Severity != finding.Info {
			t.Errorf("said %s: %s", f.Severity, f.Message)
		}
	}
}

// A change of 3,000 files and one of 100,000 lines are looked at as far as the
// bounds go, and what was left out is said.
func TestLargeChangesFinish(t *testing.T) {
	steps := pairs(8)
	was, many := map[string]string{}, map[string]string{}
	for i := range 3000 {
		name := fmt.Sprintf("pkg/p%d/f%d.go", i/20, i)
		was[name] = fmt.Sprintf("package p\n\nconst max_backoff_%d = 1\n", i)
		many[name] = fmt.Sprintf("package p\n\nconst max_backoff_%d = %d\n", i, 2+i)
	}
	steps = append(steps, was)
	var long strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&long, "const limit_%d = %d\n", i, i)
	}
	for _, c := range []struct {
		name   string
		change map[string]string
		notes  []string
	}{
		{"files", many, []string{"of 3000 changed files was not read", "3000 values changed: only the first 400"}},
		{"lines", map[string]string{"client.go": "package a\n\n" + long.String()}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			repo := grown(t, append(slices.Clone(steps), c.change))
			base, err := repo.Resolve(t.Context(), "HEAD~1")
			if err != nil {
				t.Fatal(err)
			}
			result, err := Check(t.Context(), repo, Options{Base: base, Head: "HEAD"})
			if err != nil {
				t.Fatal(err)
			}
			r, err := NewRanker(t.Context(), repo, base, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.Rank(t.Context(), "HEAD", 10)
			if err != nil || len(got) == 0 {
				t.Fatalf("ranked %v, %v", got, err)
			}
			said := strings.Join(append(result.Notes, r.Notes()...), "\n")
			for _, n := range c.notes {
				if !strings.Contains(said, n) {
					t.Errorf("nothing says %q:\n%s", n, said)
				}
			}
			if c.notes == nil && got[0].Path != "docs/retry.md" {
				t.Errorf("first is %s", got[0].Path)
			}
		})
	}
}
