package drift

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/git"
)

// grown makes a repository with a history: each step writes files and becomes a
// commit.
func grown(t *testing.T, steps []map[string]string) *git.Repo {
	t.Helper()
	dir := t.TempDir()
	do := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_NAME=Kim", "GIT_AUTHOR_EMAIL=k@example.org",
			"GIT_COMMITTER_NAME=Kim", "GIT_COMMITTER_EMAIL=k@example.org")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	do("init", "-q", "-b", "main")
	for i, step := range steps {
		for name, text := range step {
			p := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		do("add", "-A")
		do("commit", "-q", "--allow-empty", "-m", fmt.Sprint(i))
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
	r, err := NewRanker(t.Context(), repo, base, "")
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
	hints := r.Hints(got, 0)
	if len(hints) != 1 || hints[0].Path != "docs/retry.md" || hints[0].Reason == "" {
		t.Errorf("hints %+v", hints)
	}
}

// A file that never came with a document hints at none.
func TestNoHintWithoutHistory(t *testing.T) {
	repo := grown(t, append(pairs(8), map[string]string{"lone.go": "package a\n\nconst lone = 100\n"}))
	base, err := repo.Resolve(t.Context(), "HEAD~1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRanker(t.Context(), repo, base, "")
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Rank(t.Context(), "HEAD", 10)
	if err != nil || len(got) == 0 {
		t.Fatalf("ranked %v, %v", got, err)
	}
	if hints := r.Hints(got, 0); len(hints) > 0 {
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
	cache := t.TempDir()
	rank := func(base, cache string) []Likely {
		t.Helper()
		sha, err := repo.Resolve(t.Context(), base)
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewRanker(t.Context(), repo, sha, cache)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Rank(t.Context(), "HEAD", 10)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, base := range []string{"HEAD~30", "HEAD~22", "HEAD~21", "HEAD~5", "HEAD~40", "HEAD~1"} {
		kept, fresh := rank(base, cache), rank(base, "")
		if !reflect.DeepEqual(kept, fresh) {
			t.Fatalf("%s:\nkept  %+v\nfresh %+v", base, kept, fresh)
		}
	}
	files, err := filepath.Glob(filepath.Join(cache, "history-*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("kept files %v, %v", files, err)
	}
	if err := os.WriteFile(files[0], []byte("damaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	if kept, fresh := rank("HEAD~3", cache), rank("HEAD~3", ""); !reflect.DeepEqual(kept, fresh) {
		t.Error("a damaged file changes the ranking")
	}
}
