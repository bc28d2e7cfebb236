package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// habit makes a repository whose server.go nearly always changes with
// docs/ports.md, and whose other files change with none. The last commit of the
// branch mr changes server.go alone. It returns the repository's folder.
func habit(t *testing.T, lintelYAML string, bare bool) string {
	t.Helper()
	dir := t.TempDir()
	var in bytes.Buffer
	n := 0
	commit := func(branch, from string, files ...string) {
		n++
		fmt.Fprintf(&in, "commit refs/heads/%s\ncommitter Kim <k@example.org> %d +0000\ndata 1\nx\n%s", branch, 1700000000+n, from)
		for i := 0; i < len(files); i += 2 {
			fmt.Fprintf(&in, "M 100644 inline %s\ndata %d\n%s\n", files[i], len(files[i+1]), files[i+1])
		}
	}
	server := func(i int) string { return fmt.Sprintf("package a\n\nconst listen_port = %d\n", i) }
	doc := func(i int) string {
		return fmt.Sprintf("# Ports\n\n## Listening\n\nThe server has its listen_port.\n\nEdition %d.\n", i)
	}
	commit("main", "", "docs/ports.md", doc(0), "docs/other.md", "# Other\n\nNothing.\n", "server.go", server(0), "lone.go", "package a\n", "lintel.yml", lintelYAML)
	for i := 1; i <= 30; i++ {
		commit("main", "", "server.go", server(i), "docs/ports.md", doc(i))
		commit("main", "", "lone.go", fmt.Sprintf("package a\n\nconst lone = %d\n", i))
		commit("main", "", "lone.go", fmt.Sprintf("package a\n\nconst alone = %d\n", i))
	}
	commit("mr", "from refs/heads/main\n", "server.go", server(99))
	args := [][]string{{"init", "-q", "-b", "main"}, {"fast-import", "--quiet"}}
	if bare {
		args[0] = append(args[0], "--bare")
	}
	for i, a := range args {
		cmd := exec.CommandContext(t.Context(), "git", a...)
		cmd.Dir = dir
		if i == 1 {
			cmd.Stdin = &in
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", a, err, out)
		}
	}
	return dir
}

// checkMR runs lintel check on the branch and returns its exit code and output.
func checkMR(dir, cache string, args ...string) (int, string) {
	var out bytes.Buffer
	env := func(name string) (string, bool) { return cache, name == "LINTEL_CACHE_DIR" }
	code := run(append([]string{"check", "-f", dir, "--base", "main", "--head", "mr"}, args...), nil, &out, &out, env)
	return code, out.String()
}

func TestLikelyDocumentIsAWarning(t *testing.T) {
	for _, c := range []struct{ name, conf, want string }{
		{"within the budget", "drift: {budget: 2}\n", "docs/ports.md: warning: changes like this one come with a change of this document (chance "},
		{"no budget", "drift: {budget: 0}\n", "docs/ports.md: info: this document usually changes with the code that this change touches"},
		{"off", "drift: {budget: 2}\nchecks: {severity: {drift/likely-document: off}}\n", "Nothing to do\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out := checkMR(habit(t, c.conf, false), t.TempDir())
			if code != exitClean || !strings.Contains(out, c.want) {
				t.Errorf("status %d, no %q in\n%s", code, c.want, out)
			}
			if c.name == "within the budget" && !strings.Contains(out, `read "Ports > Listening"`) {
				t.Errorf("no section is named:\n%s", out)
			}
			if c.name == "off" && strings.Contains(out, "docs/ports.md") {
				t.Errorf("said although it is off:\n%s", out)
			}
		})
	}
}

// Whatever becomes of the cache, the answer is that of a run without one.
func TestHistoryCacheMayBeAnything(t *testing.T) {
	for _, bare := range []bool{false, true} {
		dir := habit(t, "drift: {budget: 2}\n", bare)
		_, want := checkMR(dir, t.TempDir(), "--rank", "2", "--format", "json")
		if !strings.Contains(want, `"chance"`) {
			t.Fatalf("nothing is ranked:\n%s", want)
		}
		same := func(what, cache string) {
			t.Helper()
			if _, got := checkMR(dir, cache, "--rank", "2", "--format", "json"); got != want {
				t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
			}
		}
		cache := t.TempDir()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { same("four at once", cache) })
		}
		wg.Wait()
		same("kept", cache)
		packs, err := filepath.Glob(filepath.Join(cache, "drift", "*", "*", "*.pack"))
		if err != nil || len(packs) == 0 {
			t.Fatalf("nothing is kept: %v, %v", packs, err)
		}
		for i, p := range packs {
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			switch i % 2 {
			case 0:
				b[len(b)/3] ^= 0xff
			default:
				b = b[:len(b)/2]
			}
			if err := os.WriteFile(p, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		same("damaged", cache)
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		same("no folder can be made", filepath.Join(file, "cache"))
		locked := t.TempDir()
		same("first", locked)
		if err := filepath.WalkDir(locked, func(p string, d os.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				err = os.Chmod(p, 0o500)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		same("read-only", locked)
		_ = filepath.WalkDir(locked, func(p string, d os.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				err = os.Chmod(p, 0o700)
			}
			return err
		})
	}
}
