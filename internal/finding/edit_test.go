package finding

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestApply(t *testing.T) {
	const src = "one two\nthree two\nfour\n"
	tests := []struct {
		name  string
		src   string
		edits []Edit
		want  string
		err   error
	}{
		{"none", src, nil, src, nil},
		{"replace", src, []Edit{{Start: 4, Old: "two", New: "2"}}, "one 2\nthree two\nfour\n", nil},
		{"two, out of order", src, []Edit{{Start: 18, Old: "four", New: "4"}, {Start: 0, Old: "one", New: "1"}}, "1 two\nthree two\n4\n", nil},
		{"insert", src, []Edit{{Start: 8, New: "zwei\n"}}, "one two\nzwei\nthree two\nfour\n", nil},
		{"insert at the end", src, []Edit{{Start: len(src), New: "five\n"}}, src + "five\n", nil},
		{"neighbours", src, []Edit{{Start: 0, Old: "one", New: "1"}, {Start: 3, Old: " two", New: ""}}, "1\nthree two\nfour\n", nil},
		{"insert behind what is replaced", src, []Edit{{Start: 0, Old: "one", New: "1"}, {Start: 3, New: "!"}}, "1! two\nthree two\nfour\n", nil},
		{"equal edits", src, []Edit{{Start: 0, Old: "one", New: "1"}, {Start: 0, Old: "one", New: "1", Safe: true}}, "1 two\nthree two\nfour\n", nil},
		{"moved", src, []Edit{{Start: 3, Old: "four", New: "4"}}, "one two\nthree two\n4\n", nil},
		{"moved, past the end", src, []Edit{{Start: 999, Old: "four", New: "4"}}, "one two\nthree two\n4\n", nil},
		{"moved, two places", src, []Edit{{Start: 3, Old: "two", New: "2"}}, "", ErrMoved},
		{"moved, places that overlap", "xaaax", []Edit{{Start: 0, Old: "aa", New: "b"}}, "", ErrMoved},
		{"gone", src, []Edit{{Start: 0, Old: "zero", New: "0"}}, "", ErrMoved},
		{"insert past the end", src, []Edit{{Start: 999, New: "x"}}, "", ErrMoved},
		{"negative", src, []Edit{{Start: -1, New: "x"}}, "", ErrMoved},
		{"overlap", src, []Edit{{Start: 0, Old: "one two", New: "1"}, {Start: 4, Old: "two", New: "2"}}, "", ErrOverlap},
		{"two inserts at one place", src, []Edit{{Start: 0, New: "a"}, {Start: 0, New: "b"}}, "", ErrOverlap},
		{"insert inside", src, []Edit{{Start: 0, Old: "one", New: "1"}, {Start: 2, New: "b"}}, "", ErrOverlap},
		{"crlf", "a\r\nb\r\nc\r\n", []Edit{{Start: 0, Old: "a\nb\n", New: "x\ny\nz\n"}}, "x\r\ny\r\nz\r\nc\r\n", nil},
		{"crlf as written", "a\r\nb\r\n", []Edit{{Start: 0, Old: "a\r\n", New: "x\r\n"}}, "x\r\nb\r\n", nil},
		{"crlf, moved", "x\r\na\r\nb\r\n", []Edit{{Start: 0, Old: "a\nb\n", New: "c\n"}}, "x\r\nc\r\n", nil},
		{"mostly lf", "a\r\nb\nc\n", []Edit{{Start: 3, Old: "b\n", New: "x\ny\n"}}, "a\r\nx\ny\nc\n", nil},
		{"mostly crlf", "a\r\nb\r\nc\n", []Edit{{Start: 0, Old: "a\r\n", New: "x\ny\r\n"}}, "x\r\ny\r\nb\r\nc\n", nil},
		{"moved to the start", "one two", []Edit{{Start: 4, Old: "one", New: "1"}}, "1 two", nil},
		{"byte order mark", "\ufeffone\n", []Edit{{Start: 0, Old: "one", New: "1"}}, "\ufeff1\n", nil},
		{"hangul", "데이터 플랫폼\n", []Edit{{Start: len("데이터 "), Old: "플랫폼", New: "웨어하우스"}}, "데이터 웨어하우스\n", nil},
	}
	for _, tt := range tests {
		before := strings.Clone(tt.src)
		buf := []byte(tt.src)
		got, err := Apply(buf, tt.edits)
		if !errors.Is(err, tt.err) || string(got) != tt.want {
			t.Errorf("%s: %q, %v; want %q, %v", tt.name, got, err, tt.want, tt.err)
		}
		if string(buf) != before {
			t.Errorf("%s: the source was changed", tt.name)
		}
	}
}

// Errors name the edit: the line where two meet, the text that is gone.
func TestApplyErrors(t *testing.T) {
	for want, edits := range map[string][]Edit{
		`edit line 3: two edits change the same text (as another edit of line 2)`:                          {{Start: 2, Old: "b\nc", New: "x"}, {Start: 4, Old: "c", New: "y"}},
		`replace "zero": the text has changed, it is not in the file any more`:                             {{Start: 0, Old: "zero"}},
		`replace "\n": the text has changed, and it stands in more than one place`:                         {{Start: 0, Old: "\n"}},
		`insert at byte 99: the text has changed: the file has 6`:                                          {{Start: 99, New: "x"}},
		`replace "` + strings.Repeat("z", 40) + `…": the text has changed, it is not in the file any more`: {{Start: 0, Old: strings.Repeat("z", 41)}},
	} {
		if _, err := Apply([]byte("a\nb\nc\n"), edits); err == nil || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

// The header of a patch writes paths as git diff does.
func TestPatchPaths(t *testing.T) {
	for name, want := range map[string]string{
		"a.md":          "diff --git a/a.md b/a.md\n--- a/a.md\n+++ b/a.md\n",
		"a b.md":        "diff --git a/a b.md b/a b.md\n--- a/a b.md\t\n+++ b/a b.md\t\n",
		"한.md":          `diff --git "a/\355\225\234.md" "b/\355\225\234.md"` + "\n" + `--- "a/\355\225\234.md"` + "\n" + `+++ "b/\355\225\234.md"` + "\n",
		"a\"b\\c\nd\te": `diff --git "a/a\"b\\c\nd\te" "b/a\"b\\c\nd\te"` + "\n" + `--- "a/a\"b\\c\nd\te"` + "\n" + `+++ "b/a\"b\\c\nd\te"` + "\n",
		"a b\x7f":       `diff --git "a/a b\177" "b/a b\177"` + "\n" + `--- "a/a b\177"` + "\t\n" + `+++ "b/a b\177"` + "\t\n",
	} {
		patch, err := Patch(name, []byte("a\n"), []Edit{{Start: 0, Old: "a", New: "b"}})
		if got, _, _ := strings.Cut(string(patch), "@@"); err != nil || got != want {
			t.Errorf("%q: %v\n%s\nwant\n%s", name, err, got, want)
		}
	}
}

func TestApplicable(t *testing.T) {
	const src = "one two\nthree two\nfour\n"
	a := Edit{Start: 0, Old: "one two", New: "1"}
	b := Edit{Start: 4, Old: "two", New: "2"}
	c := Edit{Start: 18, Old: "four", New: "4"}
	d := Edit{Start: 0, Old: "zero", New: "0"}
	e := Edit{Start: 18, Old: "four", New: "4", Safe: true}
	ok, refused := Applicable([]byte(src), []Edit{c, d, b, a, e})
	if !slices.Equal(ok, []Edit{b, c, e}) && !slices.Equal(ok, []Edit{a, c, e}) {
		t.Errorf("applicable: %v", ok)
	}
	if !errors.Is(refused[d], ErrMoved) || len(refused) != 2 || refused[c] != nil {
		t.Errorf("refused: %v", refused)
	}
	if _, err := Apply([]byte(src), ok); err != nil {
		t.Error(err)
	}
}

// patched applies a unified diff for one file, as strictly as git does.
func patched(src, patch string) (string, error) {
	if patch == "" {
		return src, nil
	}
	old := splitLines(src)
	lines := splitLines(patch)
	var out strings.Builder
	at := 0
	if len(lines) < 3 || !strings.HasPrefix(lines[0], "diff --git ") || !strings.HasPrefix(lines[1], "--- ") || !strings.HasPrefix(lines[2], "+++ ") {
		return "", fmt.Errorf("header: %q", lines[:min(3, len(lines))])
	}
	newLine := 1
	for i := 3; i < len(lines); {
		var r [2][2]int
		head := strings.Fields(lines[i])
		if len(head) != 4 || head[0] != "@@" || head[3] != "@@" {
			return "", fmt.Errorf("hunk: %q", lines[i])
		}
		for k, s := range head[1:3] {
			from, n, has := strings.Cut(s[1:], ",")
			if r[k][0], _ = strconv.Atoi(from); !has {
				n = "1"
			}
			r[k][1], _ = strconv.Atoi(n)
			if r[k][1] == 0 {
				r[k][0]++
			}
		}
		for ; at < r[0][0]-1; at++ {
			out.WriteString(old[at])
			newLine++
		}
		if newLine != r[1][0] {
			return "", fmt.Errorf("hunk %q begins at line %d", lines[i], newLine)
		}
		i++
		for r[0][1] > 0 || r[1][1] > 0 {
			if i == len(lines) {
				return "", errors.New("the hunk is too short")
			}
			mark, text := lines[i][0], lines[i][1:]
			if i+1 < len(lines) && strings.HasPrefix(lines[i+1], `\ No newline`) {
				text = strings.TrimSuffix(text, "\n")
				i++
			}
			i++
			if mark != '+' {
				if at >= len(old) || old[at] != text {
					return "", fmt.Errorf("line %d is not %q", at+1, text)
				}
				at, r[0][1] = at+1, r[0][1]-1
			}
			if mark != '-' {
				out.WriteString(text)
				newLine, r[1][1] = newLine+1, r[1][1]-1
			}
		}
	}
	for ; at < len(old); at++ {
		out.WriteString(old[at])
	}
	return out.String(), nil
}

var patchTests = []struct {
	src   string
	edits []Edit
}{
	{"a\nb\nc\n", []Edit{{Start: 2, Old: "b", New: "x"}}},
	{"a\nb\nc\n", []Edit{{Start: 2, Old: "b\n", New: ""}}},
	{"a\nb\nc\n", []Edit{{Start: 1, Old: "\n", New: ""}}},
	{"a\nb\nc\n", []Edit{{Start: 2, New: "x\ny\n"}}},
	{"a\nb\nc\n", []Edit{{Start: 0, Old: "a\nb\nc\n", New: ""}}},
	{"a\nb\nc", []Edit{{Start: 4, Old: "c", New: "x"}}},
	{"a\nb\nc", []Edit{{Start: 5, New: "\nd"}}},
	{"a\nb\nc", []Edit{{Start: 5, New: "\n"}}},
	{"a\nb\nc\n", []Edit{{Start: 5, Old: "\n", New: ""}}},
	{"", []Edit{{Start: 0, New: "a\n"}}},
	{"", []Edit{{Start: 0, New: "a"}}},
	{"a\n", []Edit{{Start: 2, New: "b\n"}}},
	{"a\r\nb\r\nc\r\n", []Edit{{Start: 3, Old: "b\n", New: "x\ny\n"}}},
	{"\ufeffa\nb\n", []Edit{{Start: 0, Old: "a", New: "x"}}},
	{strings.Repeat("line\n", 30) + "x\n" + strings.Repeat("line\n", 30), []Edit{{Start: 150, Old: "x", New: "y"}, {Start: 0, New: "first\n"}, {Start: 302, New: "last\n"}}},
	{"1\n2\n3\n4\n5\n6\n7\n8\n9\n", []Edit{{Start: 0, Old: "1", New: "one"}, {Start: 14, Old: "8", New: "eight"}}},
	{"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", []Edit{{Start: 0, Old: "1", New: "one"}, {Start: 16, Old: "9", New: "nine"}}},
	{"a b c\n", []Edit{{Start: 0, Old: "a", New: "x"}, {Start: 4, Old: "c", New: "z"}}},
	{"a\nb\n", []Edit{{Start: 0, Old: "a\n", New: ""}, {Start: 2, Old: "b", New: "x"}}},
	{"a\nb\n", []Edit{{Start: 0, Old: "a", New: "a"}}},
}

// A patch makes of a file what Apply makes of it, by our own reading of the
// format and by git's.
func TestPatch(t *testing.T) {
	_, err := exec.LookPath("git")
	git := err == nil
	for i, tt := range patchTests {
		for _, name := range []string{"docs/a.md", "docs/with space.md", `docs/한글 "q".md`} {
			want, err := Apply([]byte(tt.src), tt.edits)
			if err != nil {
				t.Fatal(err)
			}
			patch, err := Patch(name, []byte(tt.src), tt.edits)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := patched(tt.src, string(patch)); err != nil || got != string(want) {
				t.Errorf("%d: %v\n%s\n got %q\nwant %q", i, err, patch, got, want)
			}
			if !git || len(patch) == 0 {
				continue
			}
			dir := t.TempDir()
			file := filepath.Join(dir, filepath.FromSlash(name))
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(tt.src), 0o644)); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "git", "apply", "--whitespace=nowarn")
			cmd.Dir, cmd.Stdin = dir, bytes.NewReader(patch)
			cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%d %s: git apply: %v %s\n%s", i, name, err, out, patch)
				continue
			}
			if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d %s: git made %q of it, want %q", i, name, got, want)
			}
		}
	}
}

// inverse returns the edits that undo placed edits.
func inverse(placed []Edit) []Edit {
	out := make([]Edit, len(placed))
	grown := 0
	for i, e := range placed {
		out[i] = Edit{Start: e.Start + grown, Old: e.New, New: e.Old}
		grown += len(e.New) - len(e.Old)
	}
	return out
}

// Whatever the text and the edits: nothing panics, what is undone is as it was,
// a patch does what Apply does, and what Applicable lets through can be applied.
func FuzzApply(f *testing.F) {
	for _, tt := range patchTests {
		e := append(slices.Clone(tt.edits), Edit{}, Edit{})
		f.Add(tt.src, e[0].Start, e[0].Old, e[0].New, e[1].Start, e[1].Old, e[1].New)
	}
	f.Fuzz(func(t *testing.T, src string, s1 int, o1, n1 string, s2 int, o2, n2 string) {
		edits := []Edit{{Start: s1, Old: o1, New: n1}, {Start: s2, Old: o2, New: n2}}
		if s1 >= 0 && s1 <= len(src) { // most random edits would only miss
			edits[0].Old = src[s1:min(len(src), s1+len(o1))]
		}
		if s2 >= 0 && s2 <= len(src) {
			edits[1].Old = src[s2:min(len(src), s2+len(o2))]
		}
		ok, refused := Applicable([]byte(src), edits)
		if len(ok) == 0 && len(refused) == 0 {
			t.Fatal("edits were lost")
		}
		if _, err := Apply([]byte(src), ok); err != nil {
			t.Fatalf("%v is said to be applicable: %v", ok, err)
		}
		out, err := Apply([]byte(src), edits)
		if err != nil {
			if len(refused) == 0 {
				t.Fatalf("nothing was refused, and yet: %v", err)
			}
			return
		}
		placed, err := place(src, edits)
		if err != nil {
			t.Fatal(err)
		}
		back := splice(string(out), inverse(placed))
		if string(back) != src {
			t.Fatalf("undone: %q, was %q", back, src)
		}
		patch, err := Patch("a.md", []byte(src), edits)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := patched(src, string(patch)); err != nil || got != string(out) {
			t.Fatalf("%v\n%s\n got %q\nwant %q", err, patch, got, out)
		}
	})
}
