package forge

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

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
	outside := strings.Join(out, "\n")
	outside = withoutSpans(outside)
	outside = regexp.MustCompile(`\]\(https?://[^)\s]*\)`).ReplaceAllString(outside, "]")
	for what, re := range map[string]string{
		"a mention":   `(^|[^\w\\])@\w`,
		"a reference": `(^|[^\w\\/])[#!~%$&^]\w`,
		"an image":    `(^|[^\\])!\[`,
		"a link":      `[^\\]\]\([^)]*javascript`,
		"an address":  `https?://`,
		"a tag":       `(^|[^\\])<(?:[a-zA-Z/!?])`,
	} {
		for _, m := range regexp.MustCompile(re).FindAllString(outside, -1) {
			if what == "a tag" && (strings.HasSuffix(m, "<d") || strings.HasSuffix(m, "<s") || strings.HasSuffix(m, "</") || strings.HasSuffix(m, "<!")) {
				continue // ours: details, and the marker; counted below
			}
			return what + ": " + m
		}
	}
	if strings.Count(body, "<!-- "+markerName) > 1 && strings.Count(outside, "<!-- "+markerName) > 1 {
		return "a foreign marker"
	}
	if i := strings.Count(outside, "<!--"); i > 1 {
		return "a comment"
	}
	for _, r := range body {
		if r != '\n' && r != '\u2060' && hostile(r) {
			return "a control character"
		}
	}
	return ""
}

// rendered asks a Markdown parser of somebody else what a body holds: images,
// addresses that are not ours, and tags, or "".
func rendered(body string) string {
	src := []byte(body)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(src))
	found := ""
	markers := 0
	say := func(format string, args ...any) { found = cmp.Or(found, fmt.Sprintf(format, args...)) }
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		tag := func(raw string) {
			switch raw = strings.TrimSpace(raw); {
			case strings.HasPrefix(raw, "<!-- "+markerName+" ") && strings.HasSuffix(raw, "-->") && strings.Count(raw, "<") == 1:
				markers++
			case raw == "</details>":
			case strings.HasPrefix(raw, "<details><summary>") && strings.HasSuffix(raw, "</summary>") && strings.Count(raw, "<") == 3:
				summary := strings.TrimSuffix(strings.TrimPrefix(raw, "<details><summary>"), "</summary>")
				for _, w := range []*words{english(), korean()} {
					if summary == w.reviews || summary == w.pages(1, "abc123") {
						summary = ""
					}
				}
				if summary != "" {
					say("a summary: %s", summary)
				}
			default:
				say("tags: %s", raw)
			}
		}
		switch n := n.(type) {
		case *ast.Image:
			say("an image: %s", n.Destination)
		case *ast.Link:
			if !bytes.HasPrefix(n.Destination, []byte("https://gitlab.example.com/-/edit/")) && !bytes.HasPrefix(n.Destination, []byte("https://x.example/")) {
				say("a link to %s", n.Destination)
			}
		case *ast.AutoLink:
			say("an address: %s", n.URL(src))
		case *ast.RawHTML:
			tag(string(n.Segments.Value(src)))
		case *ast.HTMLBlock:
			tag(string(n.Lines().Value(src)))
		}
		return ast.WalkContinue, nil
	})
	if err != nil || markers != 1 {
		say("%d markers, %v", markers, err)
	}
	return found
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
func hostileReview(said string, suggest bool) *Review {
	it := Item{
		Finding: finding.Finding{
			Rule: "drift/dead-reference", Severity: finding.Error, Position: finding.Position{Path: said, Line: 3},
			Message: said, Hint: said, Reason: said,
		},
		Fingerprint: "00112233445566778899aabbccddeeff", Old: said, New: said + "x", Place: Place{said, said, 0, 3},
		EditURL: "https://gitlab.example.com/-/edit/" + EscapePath(said) + "/" + EscapePath(said) + "#L3",
	}
	it.Suggest = suggest && harmless(it.New)
	second := it
	second.Fingerprint = "ff"
	several := it // with edits in several places, said in the summary alone
	several.Old, several.New, several.Line, several.Fingerprint, several.Place, several.Suggest = "", "", 9, "ee", Place{}, false
	several.Patch = "--- a/" + said + "\n+++ b/" + said + "\n@@ -1 +1 @@\n-" + said + "\n+" + said + "\n"
	return &Review{
		Version: Version{"b0", "c0", "abc123"}, Items: []Item{it, several}, Waived: 1, Why: said, Language: "en",
		Answers: []Answer{NewAnswer(Ask{By: User{Name: said}}, said, []string{second.Fingerprint})}, Answered: []Item{second},
		Commands: "@" + said, Reminders: []Reminder{{said, said, said, true}},
		Pages: []Page{{said, "https://x.example/" + said, said}}, Preview: said,
	}
}

// checkBodies lets a text be said in every way there is: in the summary and in
// threads, resolved, reopened and changed, with every note in between looked at.
func checkBodies(t *testing.T, said string) {
	t.Helper()
	for _, suggest := range []bool{false, true} {
		for _, language := range Languages() {
			r := hostileReview(said, suggest)
			r.Language = language
			clear, changed, answered := *r, *hostileReview(said, suggest), *r
			clear.Items, changed.Language = nil, language
			answered.Items, answered.Answers = nil, append(r.Answers, NewAnswer(Ask{}, said, []string{r.Items[0].Fingerprint}))
			changed.Items[0].Hint += "\n" + said
			w := newWorld()
			for _, step := range []*Review{r, &clear, r, &changed, &answered} {
				if _, err := w.run(t.Context(), step); err != nil {
					t.Fatalf("%q: %v", said, err)
				}
				for _, d := range w.discussions {
					for _, n := range d.Notes {
						if l := cmp.Or(live(n.Body), rendered(n.Body)); l != "" {
							t.Errorf("%q makes %s, in:\n%s", said, l, n.Body)
						}
						m, ok := Identity{1, 2, worldUser}.read(worldUser, n.Body)
						if !ok || m.body == "" {
							t.Errorf("%q: the marker cannot be read back:\n%s", said, n.Body)
						}
					}
				}
			}
			if n := len(w.discussions); n != 2 {
				t.Errorf("%q: %d discussions", said, n)
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

// TestBodiesOfChance strings hostile pieces together.
func TestBodiesOfChance(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	glue := []string{"", " ", "\n", "\n\n", "\t", "`", "\\", "*", "- ", "\r", "\u200b", "x"}
	for range 60 {
		var b strings.Builder
		for range 2 + rnd.IntN(5) {
			b.WriteString(hostileTexts[rnd.IntN(len(hostileTexts))] + glue[rnd.IntN(len(glue))])
		}
		checkBodies(t, b.String())
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
