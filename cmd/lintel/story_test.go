package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A story is a repository and merge requests to it. What each of them makes
// untrue stands in a Markdown table: the document, the sentence as it is
// written there, the rule that says so, and the sentence as it reads once the
// edits are made. The tests below make the change of the code alone, and hold
// lintel check --base against the table: nothing may be missing and nothing may
// be too much. Then the edits are applied and the check is run again.

// storyRow is a row of the table of a merge request.
type storyRow struct {
	document, sentence, rule, mended string
}

// takenOut stands for the sentence as it reads afterwards where it goes.
const takenOut = "지운다"

// byPeople marks rows that no rule can find: a person has to know.
const byPeople = "사람이 본다"

// readStory returns the rows of each merge request, by its number.
func readStory(t *testing.T, text string) map[string][]storyRow {
	t.Helper()
	out := map[string][]storyRow{}
	number := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if m := regexp.MustCompile(`^## (\d+)\.`).FindStringSubmatch(line); m != nil {
			number = m[1]
			out[number] = []storyRow{}
		}
		if !strings.HasPrefix(line, "| `") || number == "" {
			continue
		}
		const bar = "\x00"
		cells := strings.Split(strings.ReplaceAll(strings.Trim(line, "|"), `\|`, bar), "|")
		if len(cells) != 4 {
			t.Fatalf("%d cells, want 4: %s", len(cells), line)
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(strings.ReplaceAll(cells[i], bar, "|"))
		}
		out[number] = append(out[number], storyRow{strings.Trim(cells[0], "`"), cells[1], cells[2], cells[3]})
	}
	return out
}

// holdsSentence reports whether a line of a document holds a sentence of the
// story: as it is written, but for the blanks around the bars of a table and the
// marks of code around the whole.
func holdsSentence(line, sentence string) bool {
	plain := func(s string) string {
		cells := strings.Split(s, "|")
		for i, c := range cells {
			cells[i] = strings.TrimSpace(c)
		}
		return strings.Join(cells, "|")
	}
	l, s := plain(line), plain(sentence)
	return strings.Contains(l, s) || strings.Contains(l, strings.Trim(s, "`"))
}

// workTree is a clone in which a merge request is made.
type workTree struct {
	t   *testing.T
	dir string
}

func (w *workTree) git(args ...string) {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), "git", append([]string{"-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false", "-C", w.dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (w *workTree) commit(subject string) {
	w.t.Helper()
	w.git("add", "-A")
	w.git("commit", "-q", "-m", subject)
}

func (w *workTree) read(name string) string {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, filepath.FromSlash(name)))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

func (w *workTree) write(name, text string) {
	w.t.Helper()
	full := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// edit replaces texts of a file, each wherever it stands; one that stands
// nowhere fails the test.
func (w *workTree) edit(name string, pairs ...string) {
	w.t.Helper()
	text := w.read(name)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			w.t.Fatalf("%s does not hold %q", name, pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	w.write(name, text)
}

func (w *workTree) move(from, to string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Join(w.dir, filepath.FromSlash(path.Dir(to))), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(w.dir, filepath.FromSlash(from)), filepath.Join(w.dir, filepath.FromSlash(to))); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workTree) remove(name string) {
	w.t.Helper()
	if err := os.Remove(filepath.Join(w.dir, filepath.FromSlash(name))); err != nil {
		w.t.Fatal(err)
	}
}

// each calls f for the files below folders that end in suffix.
func (w *workTree) each(suffix string, f func(name, text string) string, folders ...string) {
	w.t.Helper()
	for _, d := range folders {
		err := fs.WalkDir(os.DirFS(w.dir), d, func(p string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && strings.HasSuffix(p, suffix) {
				w.write(p, f(p, w.read(p)))
			}
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// said is a finding of the report.
type said struct {
	Rule, State, Path, Message string
	Line                       int
	Edit                       *struct{ Old, New string }
}

// check runs lintel check --base and returns the open findings that are more
// than a hint.
func (w *workTree) check(base string, args ...string) ([]said, string) {
	w.t.Helper()
	var out, errs bytes.Buffer
	env := func(name string) (string, bool) {
		switch name {
		case "LINTEL_CACHE_DIR":
			return filepath.Join(w.dir, ".git", "lintel"), true
		case "SOURCE_DATE_EPOCH":
			return "1795564800", true
		}
		return "", false
	}
	run(append([]string{"check", "-f", w.dir, "--base", base}, args...), nil, &out, &errs, env)
	if slices.Contains(args, "--patch") {
		return nil, out.String()
	}
	var report struct{ Findings []said }
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		w.t.Fatalf("%v\n%s\n%s", err, &out, &errs)
	}
	return slices.DeleteFunc(report.Findings, func(s said) bool { return s.Rule == "drift/likely-document" || s.State != "" && s.State != "open" }), out.String()
}

// tell makes a merge request and holds what is said of it against the table.
func tell(t *testing.T, base string, rows []storyRow, change func(w *workTree)) {
	t.Helper()
	w := &workTree{t, t.TempDir()}
	if err := os.CopyFS(w.dir, os.DirFS(base)); err != nil {
		t.Fatal(err)
	}
	change(w)
	w.commit("change")
	found, _ := w.check("HEAD~1", "--format", "json")
	w.compare(found, rows)
	if t.Failed() {
		return
	}
	_, patch := w.check("HEAD~1", "--patch")
	if patch != "" {
		w.write("../"+path.Base(w.dir)+".patch", patch)
		w.git("apply", filepath.Join(w.dir, "..", path.Base(w.dir)+".patch"))
		w.commit("documents")
	}
	for _, r := range rows {
		if r.mended == takenOut {
			if strings.Contains(w.read(r.document), strings.Trim(r.sentence, "`")) {
				t.Errorf("%s still says %q once the edits are made", r.document, r.sentence)
			}
			continue
		}
		if r.mended != "–" && r.rule != byPeople && !slices.ContainsFunc(strings.Split(w.read(r.document), "\n"), func(l string) bool { return holdsSentence(l, r.mended) }) {
			t.Errorf("%s does not say %q once the edits are made", r.document, r.mended)
		}
	}
	if patch == "" {
		return
	}
	left, _ := w.check("HEAD~2", "--format", "json")
	w.compare(left, slices.DeleteFunc(slices.Clone(rows), func(r storyRow) bool { return r.mended != "–" }))
}

// compare holds findings against rows.
func (w *workTree) compare(found []said, rows []storyRow) {
	w.t.Helper()
	type place struct {
		path string
		line int
	}
	lines := map[string][]string{}
	want := map[place]storyRow{}
	for _, r := range rows {
		if lines[r.document] == nil {
			lines[r.document] = strings.Split(w.read(r.document), "\n")
		}
		n := 0
		for i, l := range lines[r.document] {
			if holdsSentence(l, r.sentence) {
				n++
				if r.rule != byPeople {
					want[place{r.document, i + 1}] = r
				}
			}
		}
		if n == 0 {
			w.t.Errorf("no line of %s says %q", r.document, r.sentence)
		}
	}
	at := map[place]bool{}
	for _, f := range found {
		p := place{f.Path, f.Line}
		at[p] = true
		edit := ""
		if f.Edit != nil {
			edit = f.Edit.Old + " -> " + f.Edit.New
		}
		r, ok := want[p]
		switch {
		case !ok:
			w.t.Errorf("too much: %s:%d %s: %s [%s]\n\t%s", f.Path, f.Line, f.Rule, f.Message, edit, strings.Split(w.read(f.Path), "\n")[max(f.Line-1, 0)])
		case !strings.Contains(r.rule, strings.TrimPrefix(f.Rule, "drift/")):
			w.t.Errorf("%s:%d is said by %s, want %s", f.Path, f.Line, f.Rule, r.rule)
		case (r.mended == "–") != (edit == ""):
			w.t.Errorf("%s:%d has the edit %q, want %q", f.Path, f.Line, edit, r.mended)
		}
	}
	missing := []string{}
	for p, r := range want {
		once := r.mended == "–" && slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(q place) bool { return at[q] && want[q] == r })
		if !at[p] && !once {
			missing = append(missing, fmt.Sprintf("%s:%d %q", p.path, p.line, r.sentence))
		}
	}
	slices.SortFunc(missing, cmp.Compare)
	for _, m := range missing {
		w.t.Errorf("not found: %s", m)
	}
}

// platformRepo is examples/data-platform as a repository of its own.
func platformRepo(t *testing.T) (dir, story string) {
	t.Helper()
	const from = "../../examples/data-platform"
	w := &workTree{t, t.TempDir()}
	if err := os.CopyFS(w.dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	story = w.read("STORY.md")
	w.remove("STORY.md") // it quotes every sentence
	w.git("init", "-q", "-b", "main")
	w.commit("base")
	return w.dir, story
}
