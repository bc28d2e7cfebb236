package forge

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/lintel-docs/lintel/internal/finding"
)

var hostileTexts = []string{
	"\n/merge", "\r/approve", "a\r\n/close", "\u2028/label ~x", "\u0085/merge", "&#47;merge", "- /merge", "> /merge", "| /merge |",
	"</details>\n/merge", "```\n/merge\n```", "````\n/close", "@all", "@group/sub and @user", "Closes #1", "fixes !1", "~label %milestone $1 &2 ^alert [vuln:1]",
	"![](https://evil.example/?leak)", "<!-- lintel:note summary head=a set=b body=c fp= mac=00000000000000000000000000000000 -->",
	"[x](javascript:alert(1))", "\u202eevil", "a\u200bb", "`", "``a`", "`@all`", "https://evil.example www.evil.example a@b.example", "\x00\x1b[31m", "\xff\xfe",
	"# heading", "* item", "1. item", "---", "===", "~~~\n/merge\n~~~", "    /merge", "\t/merge", "\v/merge", "\f/merge", "\u00a0/merge", "\u2060/merge", "$x$", "::: a",
}

// live returns what in a body a server or a reader could take for more than
// text, or "".
func live(body string) string {
	for _, l := range regexp.MustCompile(`[\n\r\v\f\x{85}\x{2028}\x{2029}]`).Split(body, -1) {
		t := strings.TrimLeftFunc(l, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) })
		if strings.HasPrefix(t, "/") {
			return "a quick action: " + l
		}
	}
	// What stands outside of code.
	fence := ""
	var out []string
	for l := range strings.SplitSeq(body, "\n") {
		t := strings.TrimLeft(l, " ")
		n := len(t) - len(strings.TrimLeft(t, "`"))
		switch {
		case fence == "" && n >= 3 && !strings.Contains(t[n:], "`"):
			fence = t[:n]
		case fence != "" && n >= len(fence) && strings.TrimSpace(t[n:]) == "":
			fence = ""
		case fence == "":
			out = append(out, l)
		}
	}
	if fence != "" {
		return "a fence that is open: " + fence
	}
	text := strings.Join(out, "\n")
	text = withoutSpans(text)
	text = regexp.MustCompile(`\]\(https?://[^)\s]*\)`).ReplaceAllString(text, "]")
	for what, re := range map[string]string{
		"a mention":   `(^|[^\w\\])@\w`,
		"a reference": `(^|[^\w\\/])[#!~%$&^]\w`,
		"an image":    `(^|[^\\])!\[`,
		"a link":      `[^\\]\]\([^)]*javascript`,
		"an address":  `https?://`,
		"a tag":       `(^|[^\\])<(?:[a-zA-Z/!?])`,
	} {
		for _, m := range regexp.MustCompile(re).FindAllString(text, -1) {
			if what == "a tag" && (strings.HasSuffix(m, "<d") || strings.HasSuffix(m, "<s") || strings.HasSuffix(m, "</") || strings.HasSuffix(m, "<!")) {
				continue // ours: details, and the marker; counted below
			}
			return what + ": " + m
		}
	}
	if strings.Count(body, "<!-- "+markerName) > 1 && strings.Count(text, "<!-- "+markerName) > 1 {
		return "a foreign marker"
	}
	if i := strings.Count(text, "<!--"); i > 1 {
		return "a comment"
	}
	for _, r := range body {
		if r != '\n' && r != '\u2060' && hostile(r) {
			return "a control character"
		}
	}
	return ""
}

// withoutSpans takes code spans out of a text, by CommonMark's rule.
func withoutSpans(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] == '\\' && i+1 < len(s) {
			b.WriteString(s[i : i+2])
			i += 2
			continue
		}
		if s[i] != '`' {
			b.WriteByte(s[i])
			i++
			continue
		}
		n := 0
		for i+n < len(s) && s[i+n] == '`' {
			n++
		}
		end := -1
		for j := i + n; j < len(s); {
			if s[j] != '`' {
				j++
				continue
			}
			k := 0
			for j+k < len(s) && s[j+k] == '`' {
				k++
			}
			if k == n {
				end = j + k
				break
			}
			j += k
		}
		if end < 0 || strings.Contains(s[i:end], "\n\n") {
			b.WriteString(s[i : i+n])
			i += n
			continue
		}
		b.WriteString("CODE")
		i = end
	}
	return b.String()
}

// hostileReview puts a text wherever a review takes text of a repository.
func hostileReview(text string, suggest bool) *Review {
	it := Item{
		Finding: finding.Finding{
			Rule: "drift/dead-reference", Severity: finding.Error, Position: finding.Position{Path: text, Line: 3},
			Message: text, Hint: text, Reason: text,
		},
		Fingerprint: "00112233445566778899aabbccddeeff", Old: text, New: text + "x", Place: Place{text, text, 0, 3},
		EditURL: "https://gitlab.example.com/-/edit/" + EscapePath(text) + "/" + EscapePath(text) + "#L3",
	}
	it.Suggest = suggest && harmless(it.New)
	several, answered := it, it
	several.Old, several.New, several.Line, several.Fingerprint = "", "", 9, "11112222333344445555666677778888"
	several.Patch = "--- a/" + text + "\n+++ b/" + text + "\n@@ -1 +1 @@\n-" + text + "\n+" + text + "\n"
	answered.Fingerprint = "99998888777766665555444433332222"
	return &Review{
		Version: Version{"b0", "c0", "abc123"}, Items: []Item{it, several}, Waived: 1, Why: text, Language: "en",
		Pages: []Page{{text, "https://x.example/" + text, text}}, Preview: text, Commands: "@lintel-bot",
		Answers:   []Answer{NewAnswer(Ask{Note: 1, By: User{Name: text}}, text, []string{answered.Fingerprint})},
		Answered:  []Item{answered},
		Reminders: []Reminder{{text, text, text, true}},
	}
}

func checkBodies(t *testing.T, text string) {
	t.Helper()
	for _, suggest := range []bool{false, true} {
		for _, language := range Languages() {
			r := hostileReview(text, suggest)
			r.Language = language
			id := Identity{1, 2, 3}
			// A thread whose finding somebody has answered for gets a reply.
			old := id.mark("x", marker{kind: kindThread, head: "abc", set: "12", prints: []string{short(r.Answered[0].Fingerprint)}})
			s := State{Discussions: []Discussion{{ID: "d", Notes: []Note{{ID: 1, Author: 3, Body: old}}}}}
			for _, e := range Reconcile(r, s, id, nil) {
				body := e.Body + e.Draft.Body
				if body == "" {
					continue
				}
				if l := live(body); l != "" {
					t.Errorf("%q makes %s, in:\n%s", text, l, body)
				}
				m, ok := Identity{1, 2, 3}.read(3, body)
				if !ok || m.body == "" {
					t.Errorf("%q: the marker cannot be read back:\n%s", text, body)
				}
			}
		}
	}
}

func TestBodiesAreInert(t *testing.T) {
	for _, text := range hostileTexts {
		checkBodies(t, text)
		checkBodies(t, "before "+text+" after\n"+text)
	}
}

func FuzzBodies(f *testing.F) {
	for _, text := range hostileTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			t.Skip()
		}
		checkBodies(t, text)
	})
}

func TestMarkerIsBound(t *testing.T) {
	id := Identity{1, 2, 3}
	body := id.mark("text", marker{kind: kindSummary, head: "abc", set: "12", prints: []string{"aa", "bb"}})
	if m, ok := id.read(3, body); !ok || m.kind != kindSummary || len(m.prints) != 2 || m.body == "" {
		t.Fatalf("%+v %v", m, ok)
	}
	if _, ok := id.read(4, body); ok {
		t.Error("of another author")
	}
	for _, other := range []Identity{{9, 2, 3}, {1, 9, 3}, {1, 2, 9}} {
		if _, ok := other.read(other.User, body); ok {
			t.Errorf("for %v", other)
		}
	}
	if _, ok := id.read(3, strings.Replace(body, "fp=aa", "fp=ab", 1)); ok {
		t.Error("with other findings")
	}
	if m, _ := id.read(3, strings.Replace(body, "text", "test", 1)); m.body != "" {
		t.Error("an edit does not show")
	}
	if m, ok := id.read(3, strings.ReplaceAll(body, "\n", "\r\n")+"\n"); !ok || m.body == "" {
		t.Error("line ends matter")
	}
}
