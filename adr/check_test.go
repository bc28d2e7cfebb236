package adr

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lintel-docs/lintel/internal/finding"
)

const tail = "\n## Context\n\nc\n\n## Decision\n\nd\n\n## Consequences\n\ne\n"

func nygard(number, title, status string) string {
	return "# " + number + ". " + title + "\n\n## Status\n\n" + status + "\n" + tail
}

func logOf(files map[string]string) *Log {
	var records []*Record
	for p, src := range files {
		records = append(records, Parse(p, []byte(src), Options{}))
	}
	return NewLog(records, Options{})
}

// checkCase breaks a rule; clean is the same without the fault.
type checkCase struct {
	rule  string
	files map[string]string
	base  map[string]string
	want  []string // position, subject and message of what the rule finds
	clean map[string]string
}

var checkNow = time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC)

var checkCases = []checkCase{
	{
		rule:  RuleDuplicate,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted"), "docs/adr/001-b.md": nygard("1", "Use B now", "Accepted"), "docs/other-adr/0001-c.md": nygard("1", "Use C now", "Accepted")},
		want:  []string{"docs/adr/001-b.md:1:3 001 is the id of two records"},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted")},
	},
	{
		rule:  RuleDuplicate,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted"), "docs/adr/0002-mine.md": nygard("2", "Use mine now", "Accepted")},
		base:  map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted"), "docs/adr/0002-theirs.md": "# 2. Use theirs\n\n## Status\n\nAccepted\n\n## Context\n\nwholly other words\n\n## Decision\n\nsomething else\n"},
		want:  []string{"docs/adr/0002-mine.md:1:3 0002 is taken on the target branch"},
		clean: map[string]string{"docs/adr/0001-renamed.md": nygard("1", "Use A now", "Accepted"), "docs/adr/0003-mine.md": nygard("3", "Use mine now", "Accepted")},
	},
	{
		rule:  RuleNumber,
		files: map[string]string{"docs/adr/0012-a.md": nygard("11", "Use A now", "Accepted")},
		want:  []string{"docs/adr/0012-a.md:1:3 the title says 11, the file 0012"},
		clean: map[string]string{"docs/adr/0012-a.md": nygard("012", "Use A now", "Accepted")},
	},
	{
		rule:  RuleGap,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted"), "docs/adr/0004-b.md": nygard("4", "Use B now", "Accepted")},
		want:  []string{"docs/adr/0004-b.md:1 numbers 2 to 3 are missing before 0004"},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted")},
	},
	{
		rule:  RuleNoStatus,
		files: map[string]string{"docs/adr/0001-a.md": "# 1. Use A now\n" + tail, "docs/adr/0002-b.md": nygard("2", "Use B now", "Proposed | Accepted | Rejected")},
		want:  []string{"docs/adr/0001-a.md:1 the record states no status", "docs/adr/0002-b.md:5:1 the record states no status"},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted")},
	},
	{
		rule:  RuleVocabulary,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Parked")},
		want:  []string{"docs/adr/0001-a.md:5:1 \"Parked\" is no status that is known"},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "✅ 승인됨")},
	},
	{
		rule:  RuleReplacement,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Superseded"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Superseded by [ADR-0009](0009-x.md)"), "docs/adr/0003-c.md": nygard("3", "Use C now", "Superseded by ADR-0003")},
		want: []string{
			"docs/adr/0001-a.md:5:1 a superseded record names no replacement", "docs/adr/0002-b.md:5:26 the replacement 0009-x.md does not exist",
			"docs/adr/0003-c.md:5:15 the record names itself as its replacement",
		},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Superseded by 0002"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted\n\nSupersedes 0001"), "docs/adr/0003-c.md": nygard("3", "Use C now", "Superseded by https://example.org/x")},
	},
	{
		rule:  RuleOneSided,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted\n\nSupersedes [1. Use A now](0001-a.md)"), "docs/adr/0003-c.md": nygard("3", "Use C now", "Superseded by [2. Use B now](0002-b.md)")},
		want: []string{
			"docs/adr/0002-b.md:7:27 0002 supersedes 0001, which does not say so",
			"docs/adr/0003-c.md:5:30 0002 does not say that it supersedes 0003",
		},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Superseded by [2](0002-b.md)"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted\n\nSupersedes [1](0001-a.md)"), "docs/adr/0004-d.md": nygard("4", "Use D now", "Proposed\n\nSupersedes [2](0002-b.md)")},
	},
	{
		rule:  RuleCycle,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Superseded by 0002"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Superseded by 0001"), "docs/adr/0003-c.md": nygard("3", "Use C now", "Superseded by 0004"), "docs/adr/0004-d.md": nygard("4", "Use D now", "Rejected")},
		want: []string{
			"docs/adr/0001-a.md:5:15 replacements form a circle: 0001 → 0002 → 0001",
			"docs/adr/0003-c.md:5:1 the replacement of 0003 was rejected",
		},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Superseded by 0002"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted")},
	},
	{
		rule:  RulePartial,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Partially superseded"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted\n\nPartially superseded by [3](0003-c.md)"), "docs/adr/0003-c.md": nygard("3", "Use C now", "Accepted")},
		want:  []string{"docs/adr/0001-a.md:5:1 the record that supersedes a part is not named", "docs/adr/0002-b.md:7:29 the part that is superseded is not named"},
		clean: map[string]string{"docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted\n\nPartially superseded by [3](0003-c.md): the retention time"), "docs/adr/0003-c.md": nygard("3", "Use C now", "Accepted")},
	},
	{
		rule:  RuleBody,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted") + strings.Repeat("word other ", 20)},
		base:  map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted") + strings.Repeat("word another ", 20)},
		want:  []string{"docs/adr/0001-a.md:1 the text of an accepted record has changed by 93 %"},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Superseded by ADR-0002") + strings.Repeat("word another ", 20)},
	},
	{
		rule:  RuleTransition,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Proposed")},
		base:  map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted")},
		want:  []string{"docs/adr/0001-a.md:5:1 the status goes back from accepted to proposed"},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Deprecated")},
	},
	{
		rule: RuleDate,
		files: map[string]string{
			"docs/adr/0001-a.md": "# 1. Use A now\n\nDate: 03/04/2024\n\n## Status\n\nAccepted\n" + tail, "docs/adr/0002-b.md": "# 2. Use B now\n\nDate: 2025-02-30\n\n## Status\n\nAccepted\n" + tail,
			"docs/adr/0003-c.md": "# 3. Use C now\n\nDate: 2026-01-02\n\n## Status\n\nAccepted\n" + tail, "docs/adr/0004-d.md": "# 4. Use D now\n\nDate: 2019-01-02\n\n## Status\n\nAccepted\n" + tail,
		},
		want: []string{
			"docs/adr/0001-a.md:3:7 the date \"03/04/2024\" cannot be read", "docs/adr/0002-b.md:3:7 the date \"2025-02-30\" cannot be read",
			"docs/adr/0003-c.md:3:7 the date 2026-01-02 is in the future", "docs/adr/0004-d.md:3:7 the date 2019-01-02 is long before the record",
		},
		clean: map[string]string{"docs/adr/0001-a.md": "# 1. Use A now\n\nDate: 2024년 3월 4일\n\n## Status\n\nAccepted\n" + tail},
	},
	{
		rule:  RuleSection,
		files: map[string]string{"docs/adr/0001-a.md": "# 1. Use A now\n\n## Status\n\nAccepted\n\n## Context\n\n<!-- why -->\n\n## Decision\n\nd\n"},
		want:  []string{"docs/adr/0001-a.md:1 the section about the consequences is missing", "docs/adr/0001-a.md:7:1 the section \"Context\" is empty"},
		clean: map[string]string{"docs/adr/0001-a.md": "# 1. A를 쓴다\n\n## 상태\n\n승인됨\n\n## 배경(Context)\n\nc\n\n## 결정\n\nd\n\n## 영향(Consequence)\n\ne\n"},
	},
	{
		rule:  RuleOptions,
		files: map[string]string{"docs/adr/0001-a.md": madr("* Kafka\n", "Chosen option: \"Pulsar\", because.")},
		want:  []string{"docs/adr/0001-a.md:9:1 only one option was considered", "docs/adr/0001-a.md:13:1 the chosen option \"Pulsar\" is not among those considered"},
		clean: map[string]string{"docs/adr/0001-a.md": madr("1. Option 1: **Kafka**\n2. [RabbitMQ](https://e.org)\n", "Chosen option: \"Kafka\", because.")},
	},
	{
		rule:  RuleConsequences,
		files: map[string]string{"docs/adr/0001-a.md": madr("* A\n* B\n", "Chosen option: \"A\", because.\n\n### Consequences\n\n* Good, because x")},
		want:  []string{"docs/adr/0001-a.md:18:1 only good consequences are named"},
		clean: map[string]string{"docs/adr/0001-a.md": madr("* A\n* B\n", "Chosen option: \"A\", because.\n\n### Consequences\n\n* Good, because x\n* Bad, because y"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted")},
	},
	{
		rule:  RuleDeciders,
		files: map[string]string{"docs/adr/0001-a.md": madr("* A\n* B\n", "d"), "docs/adr/0002-b.md": "# Use B now\n\n* Status: accepted\n* Deciders: kim\n"},
		want:  []string{"docs/adr/0001-a.md:1 nobody is named who decided"},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted")},
	},
	{
		rule:  RuleReview,
		files: map[string]string{"docs/adr/0001-a.md": "---\nstatus: accepted\nreview_by: 2024-12-31\n---\n# Use A now\n"},
		want:  []string{"docs/adr/0001-a.md:3:12 the review of 0001 was due on 2024-12-31"},
		clean: map[string]string{"docs/adr/0001-a.md": "---\nstatus: accepted\nreview_by: 2025-01\n---\n# Use A now\n", "docs/adr/0002-b.md": "---\nstatus: rejected\nreview_by: 2024-12-31\n---\n# Use B now\n"},
	},
	{
		rule:  RuleStale,
		files: map[string]string{"docs/adr/0001-a.md": "# 1. Use A now\n\nDate: 2024-09-01\nStatus: proposed\n"},
		want:  []string{"docs/adr/0001-a.md:4:9 0001 has been proposed for 123 days"},
		clean: map[string]string{"docs/adr/0001-a.md": "# 1. Use A now\n\nDate: 2024-12-01\nStatus: proposed\n"},
	},
	{
		rule: RuleLink,
		files: map[string]string{
			"docs/adr/0001-a.md": "---\nstatus: accepted\ncode: [\"src/gone/**\", \"src/**\"]\n---\n# Use A now\n\nSee [x](../views/gone.md), [y](../views/here.md#a), ADR-0077 and [b](0001-a.md).\n\n## Links\n\n* Amends ADR-0099\n",
		},
		want: []string{
			"docs/adr/0001-a.md:5 the code path src/gone/** does not exist", "docs/adr/0001-a.md:7:9 ../views/gone.md does not exist",
			"docs/adr/0001-a.md:7:53 ADR-0077 is no record of this log", "docs/adr/0001-a.md:11:10 ADR-0099 is no record of this log",
		},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted\n\nAmends ADR-2, see PR#12, #13 and [docs](https://e.org/x.md)"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted")},
	},
	{
		rule:  RuleContradiction,
		files: map[string]string{"docs/adr/0001-a.md": "---\nstatus: accepted\n---\n" + nygard("1", "Use A now", "Proposed")},
		want:  []string{"docs/adr/0001-a.md:8:1 the front matter says accepted, the section says proposed"},
		clean: map[string]string{"docs/adr/0001-a.md": "---\nstatus: accepted\ntags: [Accepted]\n---\n" + nygard("1", "Use A now", "승인됨"), "docs/adr/0002-b.md": "---\nstatus: accepted\n---\n" + nygard("2", "Use B now", "Partially superseded by ADR-0001: x")},
	},
	{
		rule:  RuleTitle,
		files: map[string]string{"docs/adr/0001-a.md": nygard("1", "About the cache", "Accepted"), "docs/adr/0002-b.md": nygard("2", "Which queue?", "Accepted"), "docs/adr/0003-c.md": nygard("3", "Caching", "Accepted"), "docs/adr/0004-d.md": nygard("4", "캐시 무효화 방안", "승인됨")},
		want:  []string{"docs/adr/0001-a.md:1:6 the title \"About the cache\" does not say what was decided", "docs/adr/0002-b.md:1:6 the title \"Which queue?\" does not say what was decided", "docs/adr/0003-c.md:1:6 the title \"Caching\" does not say what was decided", "docs/adr/0004-d.md:1:6 the title \"캐시 무효화 방안\" does not say what was decided"},
		clean: map[string]string{"docs/adr/0001-a.md": nygard("1", "캐시는 커밋 이후에 쓴다", "승인됨"), "docs/adr/0002-b.md": nygard("2", "Use Kafka for events", "Accepted")},
	},
	{
		rule:  RuleFront,
		files: map[string]string{"docs/adr/0001-a.md": "---\nstatus: a: b: c\n---\n# Use A now\n"},
		want:  []string{"docs/adr/0001-a.md:"},
		clean: map[string]string{"docs/adr/0001-a.md": "---\nstatus: accepted\n---\n# Use A now\n"},
	},
}

// TestLinear holds the time of hostile text against plain text of its length.
func TestLinear(t *testing.T) {
	work := func(s string) time.Duration {
		start := time.Now()
		r := Parse("docs/adr/0001-x.md", []byte(s), Options{})
		if r != nil {
			NewLog([]*Record{r}, Options{}).Check(CheckOptions{Now: checkNow, Source: func(string) ([]byte, bool) { return []byte(s), true }})
		}
		return time.Since(start)
	}
	const n = 1 << 15
	work("warm up")
	plain := work("# Title\n\n" + strings.Repeat("plain text of a page\n\n", n/22))
	for _, unit := range []string{
		"Status: accepted\n", "- Status: superseded by ADR-1\n", "## Status\n\nAccepted\n\n", "ADR-1 ", "superseded by ", "[ADR-1](0001-x.md) ", "**Status**: ", "| Status | a |\n|-|-|\n",
		"> Status: a\n", "#12 ", "0001-x.md ", "- [ ] Accepted\n", "[[a]] ", "2024-01-02 ", "대체됨 ", "## a\n", "a | b | ", "~~", "**a** ", "accepted, ", "\\", "Supersedes [", "1. ", "[a]: b\n", "- 2024-01-02: accepted\n",
	} {
		for _, s := range []string{"# Title\n\n" + strings.Repeat(unit, n/len(unit)), "# Title\n\n## Status\n\n" + strings.Repeat(unit, n/len(unit)), "---\nstatus: " + strings.Repeat(unit, 4000/len(unit))} {
			if got := work(s); got > 60*plain+2*time.Second {
				t.Errorf("%q: %v, plain text %v", unit, got, plain)
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	src := []byte(nygard("1", "Use A now", "Accepted") + strings.Repeat("Some words about [a thing](other.md) and `code`.\n\n", 40))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Parse("docs/adr/0001-a.md", src, Options{})
	}
}

func BenchmarkCheck1000(b *testing.B) {
	files := map[string]string{}
	for i := range 1000 {
		files[fmt.Sprintf("docs/adr/%04d-a.md", i)] = nygard(fmt.Sprint(i), "Use A now", fmt.Sprintf("Accepted\n\nSupersedes %04d", max(i-1, 0)))
	}
	l := logOf(files)
	for b.Loop() {
		l.Check(CheckOptions{Now: checkNow})
	}
}

func madr(options, outcome string) string {
	return "# Use A now\n\n* Status: accepted\n\n## Context and Problem Statement\n\nc\n\n## Considered Options\n\n" + options + "\n## Decision Outcome\n\n" + outcome + "\n"
}

func checkOf(files, base map[string]string) []finding.Finding {
	o := CheckOptions{
		Now:     checkNow,
		Created: func(string) (time.Time, bool) { return time.Date(2024, 2, 3, 0, 0, 0, 0, time.UTC), true },
		Exists: func(p string) bool {
			_, ok := files[p]
			return ok || p == "src" || p == "docs/views/here.md"
		},
		Source: func(p string) ([]byte, bool) { s, ok := files[p]; return []byte(s), ok },
	}
	if base != nil {
		o.Base = logOf(base)
	}
	return logOf(files).Check(o)
}

func TestCheck(t *testing.T) {
	seen := map[string]bool{}
	for _, tt := range checkCases {
		seen[tt.rule] = true
		var got []string
		for _, f := range checkOf(tt.files, tt.base) {
			if f.Rule == tt.rule {
				got = append(got, fmt.Sprintf("%s %s", f.Position, f.Message))
				if f.Reason == "" || f.Hint == "" || f.Subject == "" {
					t.Errorf("%s: no reason, hint or subject: %+v", tt.rule, f)
				}
			}
		}
		ok := len(got) == len(tt.want)
		for i := range got {
			ok = ok && strings.HasPrefix(got[i], tt.want[i])
		}
		if !ok {
			t.Errorf("%s:\n got %s\nwant %s", tt.rule, strings.Join(got, "\n     "), strings.Join(tt.want, "\n     "))
		}
		for _, f := range checkOf(tt.clean, tt.base) {
			if f.Rule == tt.rule {
				t.Errorf("%s: found where nothing is wrong: %v", tt.rule, f)
			}
		}
	}
	codes := map[string]bool{}
	for i, r := range Rules() {
		if r.Code != "" && r.Code != fmt.Sprintf("A%02d", i+1) {
			t.Errorf("%s is %s", r.ID, r.Code)
		}
		codes[r.Code] = true
		if r.ID != RuleUnreadable && !seen[r.ID] {
			t.Errorf("no case for %s", r.ID)
		}
		if r.Summary == "" || r.Why == "" || r.Fix == "" {
			t.Errorf("%s is not explained", r.ID)
		}
	}
	if !codes["A21"] {
		t.Error("rules are missing")
	}
}

// TestCheckEdits applies the edits that findings carry: what they mend is not
// found again.
func TestCheckEdits(t *testing.T) {
	edits := 0
	for _, tt := range checkCases {
		found := checkOf(tt.files, tt.base)
		for _, f := range found {
			if f.Edit.IsZero() {
				continue
			}
			edits++
			src, ok := tt.files[f.Edit.Path]
			if !ok {
				t.Errorf("%s edits %s", f.Rule, f.Edit.Path)
				continue
			}
			out, err := Apply([]byte(src), []finding.Edit{f.Edit})
			if err != nil {
				t.Errorf("%s: %v", f.Rule, err)
				continue
			}
			files := maps.Clone(tt.files)
			files[f.Edit.Path] = string(out)
			for _, again := range checkOf(files, tt.base) {
				if again.Rule == f.Rule && again.Message == f.Message && again.Path == f.Path {
					t.Errorf("%s: %s is found again after %q", f.Rule, f.Message, f.Edit.New)
				}
			}
		}
	}
	if edits < 3 {
		t.Errorf("only %d edits", edits)
	}
}

func TestAncestor(t *testing.T) {
	a := map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted")}
	theirs := map[string]string{"docs/adr/0001-a.md": nygard("1", "Use A now", "Accepted"), "docs/adr/0002-b.md": nygard("2", "Use B now", "Accepted")}
	mine := map[string]string{"docs/adr/0002-moved.md": nygard("2", "Use A now", "Accepted")}
	count := func(o CheckOptions) int {
		return len(slices.DeleteFunc(logOf(mine).Check(o), func(f finding.Finding) bool { return f.Rule != RuleDuplicate }))
	}
	if n := count(CheckOptions{Base: logOf(theirs), Ancestor: logOf(a)}); n != 1 {
		t.Errorf("%d collisions with a record that is new on both branches", n)
	}
	if n := count(CheckOptions{Base: logOf(theirs), Ancestor: logOf(theirs)}); n != 0 {
		t.Errorf("%d collisions with a record that was renamed here", n)
	}
}

func TestLive(t *testing.T) {
	l := logOf(map[string]string{
		"docs/adr/0001-a.md": nygard("1", "Use A", "Superseded by 0002"),
		"docs/adr/0002-b.md": nygard("2", "Use B", "Superseded"),
		"docs/adr/0003-c.md": nygard("3", "Use C", "Accepted\n\nSupersedes 0002"),
		"docs/adr/0004-d.md": nygard("4", "Use D", "Accepted\n\nPartially superseded by 0003: x"),
		"docs/adr/0005-e.md": nygard("5", "Use E", "Superseded by 0006"),
		"docs/adr/0006-f.md": nygard("6", "Use F", "Superseded by 0005"),
	})
	for id, want := range map[string]string{"1": "0003", "2": "0003", "3": "0003", "4": "0004", "5": ""} {
		var got []string
		for _, r := range l.Live(l.ByID(id)[0]) {
			got = append(got, r.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("in place of %s holds %v, want %s", id, got, want)
		}
	}
	if b := l.Backlinks(l.ByID("2")[0]); len(b) != 2 {
		t.Errorf("backlinks %+v", b)
	}
}

func TestResolve(t *testing.T) {
	l := logOf(map[string]string{
		"docs/adr/0001-a.md":                   nygard("1", "Use A", "Accepted"),
		"docs/adr/20250102-pr17-b.md":          "# B\n\n- Status: accepted\n",
		"docs/adr/20240102-use-c.md":           "# C\n\n- Status: accepted\n",
		"docs/adr/ABC-ADR-Operator-0011-d.md":  "# D\n\n- Status: accepted\n",
		"docs/adr/AD0001-e.md":                 "# E\n\n- Status: accepted\n",
		"docs/adr/0007-f/README.md":            "# F\n\n- Status: accepted\n",
		"services/x/docs/adr/0001-other.md":    nygard("1", "Other", "Accepted"),
		"services/x/docs/adr/0002-only.md":     nygard("2", "Only", "Accepted"),
		"docs/adr/0008-캐시.md":                  "# 캐시\n\n- 상태: 승인됨\n",
		"docs/adr/0009-with space (really).md": "# Space\n\n- Status: accepted\n",
	})
	from := l.ByPath("docs/adr/0001-a.md")
	for raw, want := range map[string]string{
		"20250102-pr17-b.md": "20250102-pr17", "PR#17": "20250102-pr17", "!17": "20250102-pr17", "https://git.example/x/-/merge_requests/17": "20250102-pr17",
		"20240102-use-c": "20240102-use-c", "20240102-use-c.md": "20240102-use-c", "use-c": "20240102-use-c", "./20240102-use-c.md#x": "20240102-use-c",
		"ABC-ADR-Operator-0011": "ABC-ADR-Operator-0011", "AD0001": "AD0001", "ADR-7": "0007", "adr 0007": "0007", "7": "0007", "#7": "0007", "0007-f/": "0007", "0007-f/README.md": "0007",
		"0008-%EC%BA%90%EC%8B%9C.md": "0008", "0009-with%20space%20%28really%29.md": "0009", "ADR-2": "0002", "../../services/x/docs/adr/0001-other.md": "0001",
		"https://git.example/x/-/blob/main/docs/adr/0008-캐시.md": "0008", "/docs/adr/0007-f/README.md": "0007",
		"ADR-99": "", "PR#18": "", "": "", "https://example.org": "", "XYZ-ADR-7": "", "x.md": "",
	} {
		got := ""
		if r := l.Find(from, raw); r != nil {
			got = r.ID
		}
		if got != want {
			t.Errorf("%q is %q, want %q", raw, got, want)
		}
	}
	if r := l.Find(nil, "ADR-1"); r != nil {
		t.Errorf("ADR-1 of two folders is %s", r.Path)
	}
}

func TestFind(t *testing.T) {
	rec := nygard("1", "Use A", "Accepted")
	m := fstest.MapFS{}
	for p, s := range map[string]string{
		"docs/adr/0001-a.md": rec, "docs/adr/sub/0002-b.md": rec, "docs/adr/README.md": "# x\n", "doc/architecture/decisions/0001-a.md": rec,
		"svc/.adr-dir": "notes\n", "svc/notes/0001-a.md": rec, ".log4brains.yml": "project:\n  adrFolder: ./l4b\n  packages:\n    - adrFolder: ./pkg/log\n    - adrFolder: ../../out\n",
		"l4b/20240102-a.md": "# A\n\n- Status: accepted\n", "pkg/log/20240102-b.md": "# B\n\n- Status: accepted\n",
		"records/0001-a.md": rec, "records/0002-b.md": rec, "docs/guide/01-a.md": "# 1. A\n\nStatus: active\n", "docs/guide/02-b.md": "# 2. B\n",
		"node_modules/x/docs/adr/0001-a.md": rec, "decisions-guide/decisions/readme.md": "# nothing\n", "evil/.adr-dir": "../../../etc",
		"docs/dr/decision-records/2022-03-15-x/README.md": "# X\n\n## Decision\n\nd\n",
		"ex/css/index.md": rec, "ex/db/index.md": rec, "ex/queue/index.md": rec, "site/a/index.md": "# A\n", "site/b/index.md": "# B\n", "site/c/index.md": "# C\n",
	} {
		m[p] = &fstest.MapFile{Data: []byte(s)}
	}
	var got []string
	folders := Find(m)
	for _, f := range folders {
		got = append(got, f.Path+" "+f.Source)
	}
	want := []string{
		"doc/architecture/decisions name", "docs/adr name", "docs/dr/decision-records name", "ex content", "l4b .log4brains.yml", "pkg/log .log4brains.yml", "records content", "svc/notes .adr-dir",
	}
	if !slices.Equal(got, want) {
		t.Errorf("folders\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	m["docs/adr/0003-big.md"] = &fstest.MapFile{Data: make([]byte, maxRecord+1)}
	log, findings := Read(m, Find(m), Options{})
	if len(log.Records) != 12 {
		t.Errorf("%d records", len(log.Records))
	}
	if len(findings) != 1 || findings[0].Path != "docs/adr/0003-big.md" || findings[0].Rule != RuleUnreadable {
		t.Errorf("findings %v", findings)
	}
}

func TestGoverning(t *testing.T) {
	l := logOf(map[string]string{
		"docs/adr/0001-a.md": "---\nstatus: superseded by ADR-2\ncode: [\"pipelines/**/dag.py\"]\n---\n# Use A\n",
		"docs/adr/0002-b.md": "---\nstatus: accepted\ncode: [pipelines/cdc/, \"libs/*.go\"]\n---\n# Use B\n",
	})
	for p, want := range map[string]string{
		"pipelines/cdc/a/dag.py": "0002 0001", "pipelines/x.py": "", "pipelines/dag.py": "0001", "libs/a.go": "0002", "libs/a/b.go": "", "libs": "0002", "./pipelines/cdc": "0002",
	} {
		var got []string
		for _, r := range l.Governing(p) {
			got = append(got, r.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s is governed by %v, want %s", p, got, want)
		}
	}
}

func TestGraph(t *testing.T) {
	l := logOf(map[string]string{
		"docs/adr/0001-a.md": nygard("1", `Use "A" &lt;b>`, "Superseded by 0002"),
		"docs/adr/0002-b.md": nygard("2", "Use B", "Accepted\n\nSupersedes 0001\n\nRelates to [3](0003-c.md)"),
		"docs/adr/0003-c.md": nygard("3", "Use C", "Accepted\n\nRelates to [2](0002-b.md)"),
		"docs/adr/0004-d.md": nygard("4", "Use D", "Accepted"),
	})
	mermaid := l.Mermaid(false)
	for _, want := range []string{`d0["0001 Use #quot;A#quot; #lt;b#gt;"]:::superseded`, "d1 -->|supersedes| d0", "d1 -.->|relates to| d2"} {
		if strings.Count(mermaid, want) != 1 {
			t.Errorf("%q is not once in\n%s", want, mermaid)
		}
	}
	if strings.Contains(mermaid, "Use D") || !strings.Contains(l.Mermaid(true), "Use D") {
		t.Error("records without links")
	}
	if !strings.Contains(l.DOT(false), `label="0001 Use \"A\" `) {
		t.Error(l.DOT(false))
	}
}
