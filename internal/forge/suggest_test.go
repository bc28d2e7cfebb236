package forge

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/forge/fakegitlab"
	"github.com/lintel-docs/lintel/internal/git"
)

// checkSuggestion proposes an edit of a document that the merge request adds,
// and applies the suggestion that comes of it as GitLab does. It returns whether
// there was one.
func checkSuggestion(t *testing.T, text string, start int, old, replacement string) bool {
	t.Helper()
	const path = "docs/a.md"
	diff := git.FileDiff{Old: path, Path: path}
	for i := range strings.Count(text, "\n") + 1 {
		diff.Lines = append(diff.Lines, git.Line{New: i + 1})
	}
	edit := finding.Edit{Path: path, Start: start, Old: old, New: replacement}
	f := finding.Finding{
		Rule: "drift/dead-reference", Severity: finding.Error, Message: "m", Edit: edit,
		Position: finding.Position{Path: path, Line: 1 + strings.Count(text[:start], "\n")},
	}
	items := Prepare([]finding.Judged{{Finding: f, Fingerprint: "00112233445566778899aabbccddeeff"}}, Source{
		Read: func(string) ([]byte, error) { return []byte(text), nil }, Diff: []git.FileDiff{diff},
	})
	want, err := finding.Apply([]byte(text), []finding.Edit{edit})
	if err != nil {
		t.Fatalf("%q: the edit does not fit: %v", text, err)
	}
	r := &Review{Version: Version{"b", "c", "d"}, Items: items, Language: "en"}
	for _, e := range Reconcile(r, State{}, Identity{1, 2, 3}, Memory{}) {
		if e.Do != CreateDraft {
			continue
		}
		got, n, err := fakegitlab.Suggested(text, e.Draft.Body, e.Draft.Place.NewLine)
		switch {
		case items[0].Suggest && n != 1:
			t.Fatalf("%q to %q: %d suggestions in\n%s", text, want, n, e.Draft.Body)
		case !items[0].Suggest && n != 0:
			t.Fatalf("%q to %q: a suggestion that should not be in\n%s", text, want, e.Draft.Body)
		case err != nil:
			t.Fatalf("%q to %q: %v", text, want, err)
		case n == 1 && got != string(want):
			t.Fatalf("%q: the suggestion gives\n%q, the edit\n%q, in\n%s", text, got, want, e.Draft.Body)
		}
	}
	return items[0].Suggest
}

func TestSuggestions(t *testing.T) {
	for _, tt := range []struct {
		name, text, old, new string
		suggest              bool
	}{
		{"a line", "# A\n\nOne old two.\n\nEnd.\n", "old", "new", true},
		{"trailing spaces", "# A\n\nOne old two.  \nnext\n", "old", "new", true},
		{"a tab and Korean", "# 가\n\n\t오래된 것 old\n", "old", "새것", true},
		{"in a fence", "# A\n\n```yaml\nkey: old\n```\n", "old", "new", true},
		{"a line that opens a fence", "# A\n\n```old\nx\n```\n", "old", "new", true},
		{"a long fence", "# A\n\n``````old\nx\n``````\n", "old", "new", true},
		{"two lines", "# A\n\nOne old\nvalue two.\n", "old\nvalue", "new\nworth", true},
		{"two lines into one", "# A\n\nOne old\nvalue two.\nNext.\n", "old\nvalue", "new", true},
		{"one line into two", "# A\n\nOne old.\nNext.\n", "old", "new\nand", true},
		{"the last line", "# A\n\nOne old\n", "old", "new", true},
		{"the last line, without an end", "# A\n\nOne old", "old", "new", false},
		{"CRLF", "# A\r\n\r\nOne old two.\r\n", "old", "new", false},
		{"CRLF elsewhere", "# A\r\n\nOne old two.\n", "old", "new", true},
		{"a line that goes", "# A\n\nold\nNext.\n", "old\n", "", false},
		{"a line that becomes empty", "# A\n\nold\nNext.\n", "old", "", true},
		{"a quick action", "# A\n\n old/merge\n", "old", "", false},
		{"a quick action behind a separator", "# A\n\nx old\n", "old", "\u2028/merge", false},
		{"a closing fence inside", "# A\n\nold\n", "old", "```\ntext\n```", true},
		{"tildes", "# A\n\nold\n", "old", "~~~\ntext", true},
		{"a marker", "# A\n\nold\n", "old", "<!-- lintel:note x -->", false},
		{"not UTF-8", "# A\n\n\xff old\n", "old", "new", false},
		{"an insertion", "# A\n\nOne two.\n", "", "new ", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := strings.Index(tt.text, tt.old)
			if tt.old == "" {
				start = strings.Index(tt.text, "One")
			}
			if got := checkSuggestion(t, tt.text, start, tt.old, tt.new); got != tt.suggest {
				t.Errorf("a suggestion is made: %v, want %v", got, tt.suggest)
			}
		})
	}
}

// FuzzSuggestion: where a suggestion is made it gives the proposed document,
// byte for byte.
func FuzzSuggestion(f *testing.F) {
	for _, text := range hostileTexts {
		f.Add("# A\n\n"+text+"\nend", uint16(5), uint8(3), text)
	}
	f.Add("a\r\nb old\r\nc\n", uint16(5), uint8(3), "new\nline")
	f.Add("```\nold\n```\n", uint16(4), uint8(3), "````\n")
	f.Fuzz(func(t *testing.T, text string, start uint16, n uint8, replacement string) {
		if len(text) > 4000 || int(start)+int(n) > len(text) || !utf8.ValidString(text) {
			t.Skip()
		}
		old := text[start : int(start)+int(n)]
		if old == replacement || old == "" || strings.Count(text, old) > 1 {
			t.Skip() // an edit that is none, or that may be made elsewhere
		}
		if _, err := finding.Apply([]byte(text), []finding.Edit{{Start: int(start), Old: old, New: replacement}}); err != nil {
			t.Skip()
		}
		checkSuggestion(t, text, int(start), old, replacement)
	})
}
