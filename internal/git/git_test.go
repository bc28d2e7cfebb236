package git_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/lintel-docs/lintel/internal/git"
)

// repository makes a repository; each step is a map of files to write ("" to
// remove) and becomes a commit.
func repository(t *testing.T, steps ...map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	do := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=Kim", "GIT_AUTHOR_EMAIL=k@example.org",
			"GIT_COMMITTER_NAME=Kim", "GIT_COMMITTER_EMAIL=k@example.org", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	do("init", "-q", "-b", "main")
	for i, step := range steps {
		for name, text := range step {
			p := filepath.Join(dir, name)
			if text == "" {
				if err := os.Remove(p); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if to, ok := strings.CutPrefix(text, "link:"); ok {
				if err := os.Symlink(to, p); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		do("add", "-A")
		do("commit", "-q", "-m", fmt.Sprintf("step %d", i))
	}
	return dir
}

func open(t *testing.T, dir string) *git.Repo {
	t.Helper()
	r, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestDiffAndHistory(t *testing.T) {
	long := strings.Repeat("line of text\n", 30)
	r := open(t, repository(t,
		map[string]string{"a.txt": long, "dir/한글 이름.md": "one\n", "gone\nodd.txt": "x\n"},
		map[string]string{"a.txt": "", "b/c.txt": long + "more\n", "dir/한글 이름.md": "two\n", "gone\nodd.txt": "", "new": "n\n"},
	))
	ctx := t.Context()
	changes, err := r.Diff(ctx, "HEAD~1", "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, fmt.Sprintf("%c %q %q", c.Status, c.Old, c.Path))
	}
	want := []string{`R "a.txt" "b/c.txt"`, `M "dir/한글 이름.md" "dir/한글 이름.md"`, `D "gone\nodd.txt" "gone\nodd.txt"`, `A "" "new"`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	var log []string
	err = r.History(ctx, "HEAD", "", 0, func(c *git.Commit) bool {
		log = append(log, fmt.Sprintf("%s by %s: %d", c.Subject, c.Author, len(c.Changes)))
		return true
	})
	if err != nil || !slices.Equal(log, []string{"step 1 by Kim: 5", "step 0 by Kim: 3"}) {
		t.Errorf("history %q, %v", log, err)
	}
	n := 0
	if err := r.History(ctx, "HEAD", "", 0, func(*git.Commit) bool { n++; return false }); err != nil || n != 1 {
		t.Errorf("visited %d, %v", n, err)
	}
	n = 0
	if err := r.History(ctx, "HEAD", "HEAD~1", 0, func(*git.Commit) bool { n++; return true }); err != nil || n != 1 {
		t.Errorf("visited %d until the first commit, %v", n, err)
	}
	if _, err := r.MergeBase(ctx, "HEAD", "HEAD~1"); err != nil {
		t.Error(err)
	}
	for _, rev := range []string{"nowhere", "--help", "HEAD:a", ""} {
		if _, err := r.Resolve(ctx, rev); !errors.Is(err, git.ErrNotFound) {
			t.Errorf("revision %q: %v", rev, err)
		}
	}
}

func TestFS(t *testing.T) {
	r := open(t, repository(t, map[string]string{
		"a/b/c.md": "text\n", "d.md": "d\n", "link.md": "link:a/b/c.md", "folder": "link:a/b", "out": "link:../../etc/passwd", "loop": "link:loop",
	}))
	fsys, err := r.FS(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"d.md": "d\n", "link.md": "text\n", "folder/c.md": "text\n"} {
		if b, err := fs.ReadFile(fsys, name); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	for _, name := range []string{"out", "loop", "nothing", "a/b/x", "../d.md"} {
		if _, err := fs.ReadFile(fsys, name); err == nil {
			t.Errorf("%s can be read", name)
		}
	}
	sub := open(t, repository(t, map[string]string{"a/b/c.md": "text\n", "d.md": "d\n"}))
	plain, err := sub.FS(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(plain, "a/b/c.md", "d.md"); err != nil {
		t.Error(err)
	}
}

func TestBlobsFromManyGoroutines(t *testing.T) {
	files := map[string]string{}
	for i := range 50 {
		files[fmt.Sprintf("f%d", i)] = strings.Repeat(fmt.Sprint(i), i*100+1)
	}
	r := open(t, repository(t, files))
	var wg sync.WaitGroup
	for name, want := range files {
		wg.Go(func() {
			b, err := r.ReadFile(t.Context(), "HEAD", name)
			if err != nil || string(b) != want {
				t.Errorf("%s: %d bytes, %v", name, len(b), err)
			}
		})
	}
	wg.Wait()
	if _, err := r.ReadFile(t.Context(), "HEAD", "nothing"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := r.Blob(t.Context(), "HEAD"); !errors.Is(err, git.ErrNotFound) {
		t.Errorf("a commit is read as a blob: %v", err)
	}
	if b, err := r.ReadFile(t.Context(), "HEAD", "f1"); err != nil || string(b) != strings.Repeat("1", 101) {
		t.Errorf("after errors: %q, %v", b, err)
	}
}

func TestNoRepository(t *testing.T) {
	if _, err := git.Open(t.Context(), t.TempDir()); !errors.Is(err, git.ErrNoRepository) {
		t.Error(err)
	}
}
