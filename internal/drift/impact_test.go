package drift

import (
	"fmt"
	"strings"
	"testing"
)

func TestDescriptionImpact(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"a line":             {"Moves the loader.\n\ndocs-impact: none (next week)\n", "next week"},
		"capitals and CRLF":  {"x\r\n\r\nDocs-Impact: None (next week).\r\n", "next week"},
		"parentheses inside": {"docs-impact: none (the page (a) goes)", "the page (a) goes"},
		"no reason":          {"docs-impact: none", "-"},
		"an empty reason":    {"docs-impact: none ( )", "-"},
		"two":                {"docs-impact: none (a)\n\ntext\n\ndocs-impact: none (b)", "a b"},
		"in a comment":       {"<!-- docs-impact: none (why) -->\n\n<!--\ndocs-impact: none (why)\n-->\n", ""},
		"comment in a text":  {"text <!-- write\ndocs-impact: none (why)\nhere --> and more\n", ""},
		"in a fence":         {"```\ndocs-impact: none (why)\n```\n", ""},
		"in a sentence":      {"say docs-impact: none (why) when\n", ""},
		"quoted":             {"> docs-impact: none (why)\n", ""},
		"another value":      {"docs-impact: some (why)\n", ""},
	} {
		if got := reasons(t, name, tc.text); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func reasons(t *testing.T, name, text string) string {
	t.Helper()
	var out []string
	for _, s := range DescriptionImpact(text) {
		if s.From == "" {
			t.Errorf("%s: where was it said?", name)
		}
		if s.Reason == "" {
			s.Reason = "-"
		}
		out = append(out, s.Reason)
	}
	return strings.Join(out, " ")
}

func TestTrailers(t *testing.T) {
	for name, tc := range map[string]struct{ message, want string }{
		"a trailer":        {"subject\n\nbody\n\nDocs-Impact: none (a)\n", "[Docs-Impact: none (a)]"},
		"several":          {"subject\n\nSigned-off-by: n <n@x>\nDocs-Impact: none (a)\n\n", "[Signed-off-by: n <n@x> Docs-Impact: none (a)]"},
		"goes on":          {"subject\n\nDocs-Impact: none (a\n b)\n", "[Docs-Impact: none (a b)]"},
		"picked":           {"subject\n\nA: b\n(cherry picked from commit 1234)\n", "[A: b (cherry picked from commit 1234)]"},
		"CRLF":             {"subject\r\n\r\nA: b\r\n", "[A: b]"},
		"alone":            {"Docs-Impact: none (a)", "[Docs-Impact: none (a)]"},
		"subject and body": {"Docs-Impact: none (a)\n\nprose\n", "[]"},
		"the middle":       {"subject\n\nDocs-Impact: none (a)\n\nmore prose\n", "[]"},
		"among prose":      {"subject\n\nprose\nDocs-Impact: none (a)\n", "[]"},
		"before prose":     {"subject\n\nDocs-Impact: none (a)\nprose\n", "[]"},
		"middle and block": {"subject\n\nDocs-Impact: none (fake)\n\nA: b\n", "[A: b]"},
	} {
		if got := fmt.Sprint(trailers(tc.message)); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

// TestPolicyChanged: settings are told wherever they stand, and whatever is not
// about checks is not.
func TestPolicyChanged(t *testing.T) {
	s := newScratch(t, map[string]string{"lintel.yml": "sad:\n  x: 1\nchecks:\n  fail_on: warning\n", "a/lintel.yml": "drift:\n  budget: 20\n"})
	s.commit("change", map[string]string{"lintel.yml": "sad:\n  x: 2\nchecks:\n  severity:\n    drift/*: off\n", "a/lintel.yml": "drift: [unclosed\n"})
	var got []string
	for _, a := range s.check(Options{}).Alerts {
		got = append(got, fmt.Sprintf("%s %s: %s", a.Severity, a.Position, a.Message))
	}
	want := "info a/lintel.yml: drift: budget will change: 20 goes; it does not count here\n" +
		"info lintel.yml: checks: fail_on will change: warning goes; it does not count here\n" +
		"info lintel.yml:5: checks: severity: drift/* will change: off; it does not count here"
	if strings.Join(got, "\n") != want {
		t.Errorf("got:\n%s", strings.Join(got, "\n"))
	}
}
