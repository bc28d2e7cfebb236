package drift

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lintel-docs/lintel/internal/finding"
)

// noteOf reports whether a result says something of what it left out.
func noteOf(r *Result, want string) bool {
	return slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, want) })
}

func TestHostileNames(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the file system has no such names")
	}
	odd := []string{"new\nline.py", "bidi\u202egnp.py", "tab\there.py", "esc\x1b[31m.py", "quote\"'.py", "not\xffutf8.py", "-rf.py", "한글 이름.py"}
	files := map[string]string{"ok.md": "[a](a.py)\n", "a.py": code}
	gone := map[string]string{"a.py": "-"}
	links := ""
	for i, n := range odd {
		files["src/"+n] = code + fmt.Sprintf("# %d\n", i)
		gone["src/"+n] = "-"
		links += "[x](<src/" + strings.ReplaceAll(n, "\n", " ") + ">) `src/" + n + "`\n"
	}
	files["odd.md"] = links
	files["dir\nof/bidi\u202e.md"] = "[a](../a.py)\n"
	s := newScratch(t, files)
	s.commit("change", gone)
	r := s.check(Options{})
	if !strings.Contains(show(r), "ok.md:1") || len(r.Alerts) < 3 {
		t.Errorf("found only\n%s", show(r))
	}
	for _, a := range r.Alerts {
		for _, text := range []string{a.Message, a.Reason, a.Hint} {
			if strings.ContainsAny(text, "\n\x1b\u202e\t") {
				t.Errorf("%q would reach a terminal as it is", text)
			}
		}
	}
}

func TestHostileFiles(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for i := 'b'; i < 'k'; i++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", i, i, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1)
	}
	s := newScratch(t, map[string]string{
		"a.py": code, "a.md": "[a](a.py), limit_rows is 500 in shop.\n", "shop/bomb.yaml": bomb + "bomb_rows: 500\n", "shop/broken.yaml": "a: [\n\t- :\n", "latin.md": "caf\xe9 [a](a.py)\n", "latin.py": "X_OLD_NAME = 'caf\xe9'\n",
		"big.py": strings.Repeat("x_value_one = 1\n", 200000), "bin.py": "a\x00b", "shop/lfs.yaml": "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
		"shop/values.yaml": "limit_rows: 500\n", "re.yaml": "pattern: (a+)+$\n", "re.md": "(a|a)*b `" + strings.Repeat("a", 30000) + "` pattern: (a+)+$ \n",
		"deep.yaml": strings.Repeat("- ", 5000) + "x\n", "huge.md": strings.Repeat("[a](a.py) word\n", 1<<19),
	})
	s.commit("change", map[string]string{
		"a.py": "-", "shop/bomb.yaml": bomb + "bomb_rows: 600\n", "shop/broken.yaml": "b: [\n", "latin.py": "X_NEW_NAME = 'caf\xe9'\n", "big.py": strings.Repeat("x_value_two = 1\n", 200000), "bin.py": "a\x00c",
		"shop/lfs.yaml": "version https://git-lfs.github.com/spec/v1\noid sha256:11\nsize 2\n", "shop/values.yaml": "limit_rows: 700\n", "re.yaml": "pattern: (b+)+$\n", "deep.yaml": strings.Repeat("- ", 5000) + "y\n",
	})
	r := s.check(Options{})
	got := show(r)
	for _, want := range []string{"a.md:1", "latin.md:1", "changed-fact a.md:1 500 -> "} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not found in\n%s", want, got)
		}
	}
	for _, want := range []string{"larger than 4 MB", "too large", "Git LFS"} {
		if !noteOf(r, want) {
			t.Errorf("notes %q do not say %q", r.Notes, want)
		}
	}
	for _, a := range r.Alerts {
		if !utf8.ValidString(a.Message + a.Reason) {
			t.Errorf("%q is no UTF-8", a.Message)
		}
	}
}

func TestHostileLinks(t *testing.T) {
	s := newScratch(t, map[string]string{"real/a.py": code, "a.md": "[a](one/a.py) [b](loop/x) [out](out/passwd) [d](dangling) [m](mod/x.py) [s](real/a.py)\n"})
	for name, to := range map[string]string{"one": "two", "two": "real", "loop": "loop", "out": "/etc", "dangling": "nowhere", "linked.md": "a.md"} {
		if err := os.Symlink(to, filepath.Join(s.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	s.commit("links", nil)
	s.git("update-index", "--add", "--cacheinfo", "160000,"+s.git("rev-parse", "HEAD")+",mod")
	s.git("commit", "-q", "-m", "submodule")
	// What lies behind links and in submodules is taken to be there; the file
	// itself is gone, and what is no file any more is said.
	s.git("rm", "-q", "real/a.py", "dangling")
	s.git("commit", "-q", "-m", "change")
	if got, want := show(s.check(Options{})), "error dead-reference a.md:1\nerror dead-reference a.md:1"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	s.git("rm", "-q", "--cached", "mod")
	s.git("commit", "-q", "-m", "no submodule")
	if got, want := show(s.check(Options{})), "error dead-reference a.md:1"; got != want {
		t.Errorf("a submodule goes: got\n%s\nwant\n%s", got, want)
	}
}

func TestHostileHistories(t *testing.T) {
	s := newScratch(t, map[string]string{"a.py": code, "b.py": code + "#\n", "a.md": "[a](a.py) [b](b.py)\n"})
	t.Run("nothing changed", func(t *testing.T) {
		if r := s.check(Options{Base: "HEAD"}); len(r.Alerts)+r.Changed != 0 {
			t.Errorf("%d changed files and\n%s", r.Changed, show(r))
		}
	})
	for _, b := range []string{"x", "y", "z"} {
		s.git("checkout", "-q", "-b", b, "main")
		s.commit(b, map[string]string{b + ".txt": b, "a.py": map[string]string{"y": "-"}[b] + map[string]string{"x": code + "x = 1\n", "z": code + "x = 1\n"}[b]})
	}
	t.Run("an octopus", func(t *testing.T) {
		s.git("checkout", "-q", "-b", "octopus", "main")
		tree := s.git("rev-parse", "y^{tree}")
		sha := s.git("commit-tree", tree, "-p", "main", "-p", "x", "-p", "y", "-m", "octopus")
		if got, want := show(s.check(Options{Base: "main", Head: sha})), "error dead-reference a.md:1"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
	t.Run("no parent", func(t *testing.T) {
		sha := s.git("commit-tree", s.git("rev-parse", "y^{tree}"), "-m", "orphan")
		r := s.check(Options{Base: "main", Head: sha})
		if !noteOf(r, "no common ancestor") || show(r) != "error dead-reference a.md:1" {
			t.Errorf("notes %q and\n%s", r.Notes, show(r))
		}
	})
}

func TestManyFindings(t *testing.T) {
	files, gone := map[string]string{}, map[string]string{}
	for i := range 120 {
		files[fmt.Sprintf("src/m%03d.py", i)] = fmt.Sprintf("x = %d\n", i)
		gone[fmt.Sprintf("src/m%03d.py", i)] = "-"
	}
	var b strings.Builder
	for range 100 {
		for i := range 120 {
			fmt.Fprintf(&b, "[m](src/m%03d.py)\n", i)
		}
	}
	files["a.md"] = b.String()
	s := newScratch(t, files)
	s.commit("change", gone)
	r := s.check(Options{})
	if len(r.Alerts) != maxAlerts || !noteOf(r, "more than 10000 findings") {
		t.Errorf("%d alerts, notes %q", len(r.Alerts), r.Notes)
	}
	if !slices.IsSortedFunc(r.Alerts, func(a, b Alert) int { return finding.Compare(a.Finding, b.Finding) }) {
		t.Error("alerts of one kind are not in the order of their places")
	}
}
