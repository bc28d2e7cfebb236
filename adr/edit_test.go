package adr

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/finding"
)

func apply(t *testing.T, src string, edits []finding.Edit) string {
	t.Helper()
	out, err := Apply([]byte(src), edits)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	return string(out)
}

// TestSetStatusEverywhere sets every status in every form of record and reads
// it back; nothing else may have changed.
func TestSetStatusEverywhere(t *testing.T) {
	for _, tt := range readCases {
		r := Parse(tt.path, []byte(tt.src), Options{})
		for _, s := range Statuses()[:6] {
			edits, err := SetStatus(r, []byte(tt.src), s, EditOptions{})
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			got := apply(t, tt.src, edits)
			checkStatusEdit(t, tt.name, r, got, s)
			// What says so already is left alone.
			again := Parse(tt.path, []byte(got), Options{})
			more, err := SetStatus(again, []byte(got), s, EditOptions{})
			if err != nil || len(more) > 0 && apply(t, got, more) != got {
				t.Errorf("%s: set to %s twice: %v %v\n%s", tt.name, s, more, err, got)
			}
		}
	}
}

func checkStatusEdit(t *testing.T, name string, r *Record, got string, s Status) {
	t.Helper()
	back := Parse(r.Path, []byte(got), Options{})
	if back == nil || back.Status != s {
		t.Errorf("%s: set to %s, reads %s\n%s", name, s, describe(back), got)
		return
	}
	same := func(r *Record) string {
		title := r.Title
		for _, st := range r.Statements {
			if st.Place == InTitle {
				title = strings.Replace(title, st.Raw, "…", 1)
			}
		}
		return fmt.Sprint(title, r.ID, r.Deciders, r.Consulted, r.Options, r.Code, r.Words, r.Review)
	}
	if a, b := same(r), same(back); a != b {
		t.Errorf("%s: set to %s changed more:\n%s\n%s\n%s", name, s, a, b, got)
	}
	for _, st := range back.Statements {
		if st.Status != s && st.Place != InFolder && st.Place != InHistory && st.Place != back.Statements[0].Place {
			t.Errorf("%s: set to %s, but the %s says %s\n%s", name, s, st.Place, st.Status, got)
		}
	}
}

func TestSetStatus(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		s         Status
		want      string
	}{
		{"section", "# 1. X\n\n## Status\n\nProposed\n\n## Context\n", Accepted, "# 1. X\n\n## Status\n\nAccepted\n\n## Context\n"},
		{"crlf", "# 1. X\r\n\r\n## Status\r\n\r\nProposed\r\n\r\n## Context\r\n", Rejected, "# 1. X\r\n\r\n## Status\r\n\r\nRejected\r\n\r\n## Context\r\n"},
		{"list", "# X\n\n*  **Status:** PROPOSED <!-- optional -->\n* Date: x\n", Accepted, "# X\n\n*  **Status:** ACCEPTED <!-- optional -->\n* Date: x\n"},
		{"front", "---\ndate: 2024-01-01\nstatus: 'proposed' # later\n---\n# X\n", Accepted, "---\ndate: 2024-01-01\nstatus: 'accepted' # later\n---\n# X\n"},
		{"table", "# X\n\n| Status   | Proposed |\n|---|---|\n| Date | 2024-01-01 |\n", Deprecated, "# X\n\n| Status   | Deprecated |\n|---|---|\n| Date | 2024-01-01 |\n"},
		{"padded table", "# X\n\n|        |            |\n|--------|------------|\n| Status | `Proposed`   |\n", Deprecated, "# X\n\n|        |            |\n|--------|------------|\n| Status | `Deprecated`   |\n"},
		{"korean", "# 캐시\n\n- 상태: **제안됨** (논의 중)\n", Accepted, "# 캐시\n\n- 상태: **승인됨** (논의 중)\n"},
		{"french", "# X\n\n## Statut\n\nProposée\n", Accepted, "# X\n\n## Statut\n\nAccepté\n"},
		{"emoji", "# X\n\nStatus: 🟡 Proposed\n", Accepted, "# X\n\nStatus: ✅ Accepted\n"},
		{"two places", "---\nstatus: proposed\n---\n# X\n\n## Status\n\nProposed\n", Accepted, "---\nstatus: accepted\n---\n# X\n\n## Status\n\nAccepted\n"},
		{"tag", "---\ntags: [Proposed, a]\n---\n# X\n\n## Status\n\nProposed\n", Accepted, "---\ntags: [Accepted, a]\n---\n# X\n\n## Status\n\nAccepted\n"},
		{"menu", "# X\n\n* Status: [proposed | rejected | accepted | deprecated] <!-- optional -->\n", Accepted, "# X\n\n* Status: accepted <!-- optional -->\n"},
		{"empty section", "# X\n\n## Status\n\n## Context\n\nc\n", Accepted, "# X\n\n## Status\n\nAccepted\n\n## Context\n\nc\n"},
		{"no status", "# X\n\n## Context\n\nc\n\n## Decision\n\nd\n", Accepted, "# X\n\n## Status\n\nAccepted\n\n## Context\n\nc\n\n## Decision\n\nd\n"},
		{"list without", "# X\n\n- **Date**: 2024-01-01\n", Accepted, "# X\n\n- **Status**: accepted\n- **Date**: 2024-01-01\n"},
		{"empty field", "# X\n\n- Status:\n- Date: 2024-01-01\n", Accepted, "# X\n\n- Status: accepted\n- Date: 2024-01-01\n"},
		{"null in front", "---\nstatus:\n---\n# X\n", Accepted, "---\nstatus: accepted\n---\n# X\n"},
		{"heading", "# X\n\n## Status: Proposed\n\nc\n", Accepted, "# X\n\n## Status: Accepted\n\nc\n"},
		{"quotation", "# X\n\n> Status: proposed\n", Accepted, "# X\n\n> Status: accepted\n"},
		{"after a replacement", "# X\n\n## Status\n\nSuperseded by [2. Y](0002-y.md)\n", Accepted, "# X\n\n## Status\n\nAccepted\n"},
		{"korean without", "# 캐시를 쓴다\n\n## 맥락\n\nc\n\n## 결정\n\nd\n", Accepted, "# 캐시를 쓴다\n\n## 상태\n\n승인됨\n\n## 맥락\n\nc\n\n## 결정\n\nd\n"},
	} {
		r := Parse("docs/adr/0001-x.md", []byte(tt.src), Options{})
		edits, err := SetStatus(r, []byte(tt.src), tt.s, EditOptions{})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := apply(t, tt.src, edits); got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

func TestSupersede(t *testing.T) {
	by := "# 7. Use Kafka\n\n## Status\n\nAccepted\n\n## Context\n\nc\n\n## Decision\n\nd\n"
	byMADR := "# Use Kafka\n\n* Status: accepted\n\n## Context and Problem Statement\n\nc\n\n## Considered Options\n\n* a\n\n## Decision Outcome\n\nd\n"
	for _, tt := range []struct {
		name, old, by    string
		o                ConnectOptions
		wantOld, wantNew string
	}{
		{
			"adr-tools", "# 3. Use RabbitMQ\n\n## Status\n\nAccepted\n\n## Context\n\nc\n\n## Decision\n\nd\n", by,
			ConnectOptions{},
			"# 3. Use RabbitMQ\n\n## Status\n\nSuperseded by [7. Use Kafka](0007-new.md)\n\n## Context\n\nc\n\n## Decision\n\nd\n",
			"# 7. Use Kafka\n\n## Status\n\nAccepted\n\nSupersedes [3. Use RabbitMQ](0003-old.md)\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		},
		{
			"remark", "# 3. Use RabbitMQ\n\n## Status\n\nAccepted (lazy consensus).\n\n## Context\n\nc\n", by,
			ConnectOptions{},
			"# 3. Use RabbitMQ\n\n## Status\n\nAccepted (lazy consensus).\n\nSuperseded by [7. Use Kafka](0007-new.md)\n\n## Context\n\nc\n",
			"# 7. Use Kafka\n\n## Status\n\nAccepted\n\nSupersedes [ADR-0003](0003-old.md)\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		},
		{
			"madr 2", "# Use RabbitMQ\n\n* Status: accepted\n* Date: 2024-01-01\n\n## Context and Problem Statement\n\nc\n\n## Considered Options\n\n* a\n\n## Decision Outcome\n\nd\n\n## Links\n\n* [Docs](https://e.org)\n", byMADR + "\n## Links\n\n* [Docs](https://e.org)\n",
			ConnectOptions{},
			"# Use RabbitMQ\n\n* Status: superseded by [ADR-0007](0007-new.md)\n* Date: 2024-01-01\n\n## Context and Problem Statement\n\nc\n\n## Considered Options\n\n* a\n\n## Decision Outcome\n\nd\n\n## Links\n\n* [Docs](https://e.org)\n",
			byMADR + "\n## Links\n\n* [Docs](https://e.org)\n* Supersedes [ADR-0003](0003-old.md)\n",
		},
		{
			"madr 4", "---\nstatus: \"accepted\"\n---\n\n# Use RabbitMQ\n\n## Context and Problem Statement\n\nc\n", byMADR,
			ConnectOptions{},
			"---\nstatus: \"superseded by ADR-0007\"\n---\n\n# Use RabbitMQ\n\n## Context and Problem Statement\n\nc\n",
			"# Use Kafka\n\n* Status: accepted\n* Supersedes: [ADR-0003](0003-old.md)\n\n## Context and Problem Statement\n\nc\n\n## Considered Options\n\n* a\n\n## Decision Outcome\n\nd\n",
		},
		{
			"korean", "# 큐는 RabbitMQ를 쓴다\n\n- 상태: 승인됨\n- 날짜: 2024-01-01\n\n## 결정\n\nd\n", "# Kafka를 쓴다\n\n- 상태: 승인됨\n\n## 결정\n\nd\n",
			ConnectOptions{},
			"# 큐는 RabbitMQ를 쓴다\n\n- 상태: [ADR-0007](0007-new.md)로 대체됨\n- 날짜: 2024-01-01\n\n## 결정\n\nd\n",
			"# Kafka를 쓴다\n\n- 상태: 승인됨\n- 대체 대상: [ADR-0003](0003-old.md)\n\n## 결정\n\nd\n",
		},
		{
			"keys", "---\ntitle: X\nstatus: Accepted\nsuperseded_by: []\n---\n# X\n", "---\nstatus: Accepted\nsupersedes: [\"0001\"]\n---\n# Y\n",
			ConnectOptions{},
			"---\ntitle: X\nstatus: Superseded\nsuperseded_by: [\"0007\"]\n---\n# X\n", "---\nstatus: Accepted\nsupersedes: [\"0001\", \"0003\"]\n---\n# Y\n",
		},
		{
			"partial", "# 3. Use RabbitMQ\n\n## Status\n\nAccepted\n\n## Context\n\nc\n", by,
			ConnectOptions{Partial: true, Part: "the retention time"},
			"# 3. Use RabbitMQ\n\n## Status\n\nAccepted\n\nPartially superseded by [7. Use Kafka](0007-new.md): the retention time\n\n## Context\n\nc\n",
			"# 7. Use Kafka\n\n## Status\n\nAccepted\n\nPartially supersedes [ADR-0003](0003-old.md): the retention time\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		},
		{
			"table", "# X\n\n| Status | Accepted |\n|---|---|\n| Date | 2024-01-01 |\n", "# Y\n\n| Status | Accepted |\n|---|---|\n| Date | 2024-01-01 |\n",
			ConnectOptions{},
			"# X\n\n| Status | Superseded by [ADR-0007](0007-new.md) |\n|---|---|\n| Date | 2024-01-01 |\n", "",
		},
	} {
		old := Parse("docs/adr/0003-old.md", []byte(tt.old), Options{})
		by := Parse("docs/adr/0007-new.md", []byte(tt.by), Options{})
		l := NewLog([]*Record{old, by}, Options{})
		tt.o.Peers = l.Records
		edits, err := Supersede(l.Records[0], []byte(tt.old), l.Records[1], []byte(tt.by), tt.o)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		mine := func(p string) []finding.Edit {
			return slices.DeleteFunc(slices.Clone(edits), func(e finding.Edit) bool { return e.Path != p })
		}
		gotOld, gotNew := apply(t, tt.old, mine(old.Path)), apply(t, tt.by, mine(by.Path))
		if gotOld != tt.wantOld {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, gotOld, tt.wantOld)
		}
		if tt.wantNew != "" && gotNew != tt.wantNew {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, gotNew, tt.wantNew)
		}
		// Read back, the two know each other.
		back := NewLog([]*Record{Parse(old.Path, []byte(gotOld), Options{}), Parse(by.Path, []byte(gotNew), Options{})}, Options{})
		a, b := back.Records[0], back.Records[1]
		if s := a.SupersededBy(); len(s) != 1 || s[0].Path != b.Path || s[0].Partial != tt.o.Partial {
			t.Errorf("%s: superseded by %+v\n%s", tt.name, s, gotOld)
		}
		want := Superseded
		if tt.o.Partial {
			want = Accepted
		}
		if a.Status != want || a.Partial != tt.o.Partial {
			t.Errorf("%s: the old one is %s, partial %v\n%s", tt.name, a.Status, a.Partial, gotOld)
		}
		if s := b.Supersedes(); !slices.ContainsFunc(s, func(k Link) bool { return k.Path == a.Path && k.Partial == tt.o.Partial }) || b.Status != Accepted {
			t.Errorf("%s: supersedes %+v\n%s", tt.name, s, gotNew)
		}
	}
}

func TestConnectEverywhere(t *testing.T) {
	for _, tt := range readCases {
		to := &Record{Path: "docs/adr/0099-new.md", ID: "0099", NameNumber: "0099", Title: "New", Format: Nygard, TitleNumber: "99"}
		for _, kind := range []LinkKind{Supersedes, SupersededBy, Amends, AmendedBy, Relates, DependsOn} {
			for _, partial := range []bool{false, true} {
				if partial && kind != Supersedes && kind != SupersededBy {
					continue
				}
				r := Parse(tt.path, []byte(tt.src), Options{})
				edits, err := Connect(r, []byte(tt.src), kind, to, ConnectOptions{Partial: partial})
				if err != nil {
					t.Errorf("%s: %v", tt.name, err)
					continue
				}
				got := apply(t, tt.src, edits)
				back := Parse(tt.path, []byte(got), Options{})
				if !slices.ContainsFunc(back.Links, func(k Link) bool {
					return k.Kind == kind && k.Partial == partial && (strings.Contains(k.Raw, "0099") || k.Raw == "99")
				}) {
					t.Errorf("%s: %s (part %v) cannot be read back: %s\n%s", tt.name, kind, partial, describe(back), got)
				}
				if kind == SupersededBy && !partial {
					if back.Status != Superseded {
						t.Errorf("%s: superseded reads %s\n%s", tt.name, describe(back), got)
					}
				} else if back.Status != r.Status && (!partial || r.Status != Unknown && r.Status != Other) {
					t.Errorf("%s: %s changed the status from %s to %s\n%s", tt.name, kind, r.Status, back.Status, got)
				}
			}
		}
	}
}

func TestNew(t *testing.T) {
	l := NewLog([]*Record{Parse("docs/adr/0007-use-kafka.md", []byte("# 7. Use Kafka\n"), Options{})}, Options{})
	for _, tt := range []struct {
		name string
		o    NewOptions
		path string
		want string // describe, status to date
	}{
		{"nygard", NewOptions{Template: nygardText}, "docs/adr/0008-write-after-the-commit.md", "proposed|Proposed|Write after the commit|0008|2024-05-06"},
		{"madr", NewOptions{Template: madrText}, "docs/adr/0008-write-after-the-commit.md", "proposed|proposed|Write after the commit|0008|2024-05-06"},
		{"korean", NewOptions{Template: koreanText, Title: "캐시는 커밋 이후에 쓴다"}, "docs/adr/0008-캐시는-커밋-이후에-쓴다.md", "proposed|제안됨|캐시는 커밋 이후에 쓴다|0008|2024-05-06"},
		{"taken", NewOptions{Template: nygardText, Taken: []string{"0011", "x"}}, "docs/adr/0012-write-after-the-commit.md", "proposed|Proposed|Write after the commit|0012|2024-05-06"},
		{"adr-tools", NewOptions{Template: "# NUMBER. TITLE\n\nDate: DATE\n\n## Status\n\nSTATUS\n\n## Decision\n\nd\n", Status: Accepted}, "docs/adr/0008-write-after-the-commit.md", "accepted|Accepted|Write after the commit|0008|2024-05-06"},
		{"log4brains", NewOptions{Template: "# [short title of solved problem]\n\n- Status: [draft | proposed | rejected | accepted] <!-- optional -->\n- Date: [YYYY-MM-DD when decided] <!-- optional -->\n\n## Decision Outcome\n\nd\n", Scheme: ByDate}, "docs/adr/20240506-write-after-the-commit.md", "proposed|proposed|Write after the commit|20240506-write-after-the-commit|2024-05-06"},
		{"house", NewOptions{Template: "# ADR-XXX: Title\n\n**Status:**\n**Date:** YYYY-MM-DD\n\n## Decision\n\nd\n"}, "docs/adr/0008-write-after-the-commit.md", "proposed|proposed|Write after the commit|0008|2024-05-06"},
		{"madr 2", NewOptions{Template: "# {short title}\n\n* Status: {proposed | rejected | accepted} <!-- optional -->\n* Date: {YYYY-MM-DD} <!-- optional -->\n\n## Decision Outcome\n\nd\n"}, "docs/adr/0008-write-after-the-commit.md", "proposed|proposed|Write after the commit|0008|2024-05-06"},
	} {
		tt.o.Folder, tt.o.Date = "docs/adr", "2024-05-06"
		if tt.o.Title == "" {
			tt.o.Title = "Write after the commit"
		}
		c, err := l.New(tt.o)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		r := Parse(c.Path, c.Content, Options{})
		if got := describe(r); c.Path != tt.path || !strings.HasPrefix(got, tt.want+"|") || r.ID != c.ID {
			t.Errorf("%s: %s %s %s\nwant %s %s\n%s", tt.name, c.Path, c.ID, got, tt.path, tt.want, c.Content)
		}
	}
	for _, title := range []string{"", "  ", "a\nb", "///"} {
		if _, err := l.New(NewOptions{Title: title, Folder: "docs/adr"}); err == nil {
			t.Errorf("%q is a title", title)
		}
	}
}

// TestTemplates holds that the built-in forms are not records themselves, and
// that Check has nothing to say of a filled one but what is left to fill in.
func TestTemplates(t *testing.T) {
	for _, tp := range Templates() {
		if r := Parse("docs/adr/template.md", []byte(tp.Text()), Options{}); r != nil {
			t.Errorf("%s is a record", tp)
		}
		c, err := (&Log{}).New(NewOptions{Title: "Use X for y", Folder: "docs/adr", Date: "2024-05-06", Template: tp.Text()})
		if err != nil {
			t.Fatal(err)
		}
		if s := string(c.Content); strings.ContainsAny(s, "{}") {
			t.Errorf("%s leaves marks:\n%s", tp, s)
		}
	}
}

func TestRenumber(t *testing.T) {
	pages := map[string][]byte{
		"docs/adr/0012-drop-redis.md":  []byte("# 12. Drop Redis\n\n## Status\n\nAccepted\n\n## Decision\n\nSee ADR-0012 and [self](0012-drop-redis.md#x).\n"),
		"docs/adr/0013-after.md":       []byte("# 13. After\n\n## Status\n\nAccepted\n\nAmends [12. Drop Redis](0012-drop-redis.md)\n\n```\nADR-0012\n```\n\nADR-12, ADR-0120, ADR 0012.\n"),
		"docs/adr/0014-front.md":       []byte("---\nsupersedes: [\"0012\", ADR-12]\nnumber: 12\n---\n# 14. Front\n"),
		"docs/index.md":                []byte("[ADR-0012: Drop Redis](adr/0012-drop-redis.md) [r]\n\n[r]: adr/0012-drop-redis.md\n\n`0012-drop-redis.md`\n"),
		"docs/other/0012-something.md": []byte("[x](0012-something.md)\n"),
	}
	var records []*Record
	for p, src := range pages {
		records = append(records, Parse(p, src, Options{}))
	}
	l := NewLog(records, Options{})
	n, err := l.Renumber(l.ByPath("docs/adr/0012-drop-redis.md"), "15", pages)
	if err != nil {
		t.Fatal(err)
	}
	if n.To != "docs/adr/0015-drop-redis.md" || n.ID != "0015" {
		t.Errorf("renamed to %s, %s", n.To, n.ID)
	}
	want := map[string]string{
		"docs/adr/0012-drop-redis.md":  "# 15. Drop Redis\n\n## Status\n\nAccepted\n\n## Decision\n\nSee ADR-0015 and [self](0015-drop-redis.md#x).\n",
		"docs/adr/0013-after.md":       "# 13. After\n\n## Status\n\nAccepted\n\nAmends [15. Drop Redis](0015-drop-redis.md)\n\n```\nADR-0012\n```\n\nADR-15, ADR-0120, ADR 0015.\n",
		"docs/adr/0014-front.md":       "---\nsupersedes: [\"0015\", ADR-15]\nnumber: 12\n---\n# 14. Front\n",
		"docs/index.md":                "[ADR-0015: Drop Redis](adr/0015-drop-redis.md) [r]\n\n[r]: adr/0015-drop-redis.md\n\n`0015-drop-redis.md`\n",
		"docs/other/0012-something.md": "[x](0012-something.md)\n",
	}
	for p, w := range want {
		mine := slices.DeleteFunc(slices.Clone(n.Edits), func(e finding.Edit) bool { return e.Path != p })
		if got := apply(t, string(pages[p]), mine); got != w {
			t.Errorf("%s:\n got %q\nwant %q", p, got, w)
		}
	}
	if _, err := l.Renumber(l.ByPath("docs/adr/0012-drop-redis.md"), "13", pages); err == nil {
		t.Error("a number that is taken was given")
	}
}

func FuzzSetStatus(f *testing.F) {
	for _, tt := range readCases {
		f.Add(tt.path, tt.src, byte(2))
	}
	f.Fuzz(func(t *testing.T, name, src string, pick byte) {
		if !strings.HasPrefix(name, "docs/adr/") {
			name = "docs/adr/0001-x.md"
		}
		r := Parse(name, []byte(src), Options{})
		if r == nil {
			return
		}
		for _, l := range r.Links {
			if l.Start > l.End || l.End > len(src) {
				t.Fatalf("link %+v", l)
			}
		}
		for _, s := range r.Sections {
			if s.Start > s.End || s.End > len(src) {
				t.Fatalf("section %+v", s)
			}
		}
		s := Statuses()[pick%6]
		edits, err := SetStatus(r, []byte(src), s, EditOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Apply([]byte(src), edits)
		if err != nil {
			t.Fatal(err)
		}
		if back := Parse(name, got, Options{}); back == nil || back.Status != s {
			t.Errorf("set to %s, reads %s\nfrom %q\n  to %q", s, describe(back), src, got)
		}
	})
}
