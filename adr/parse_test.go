package adr

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// readCase is a record as an author may write it and what it says.
type readCase struct {
	name, path, src string
	want            string // status|raw|title|id|date|format|links
}

var readCases = []readCase{
	{
		"nygard", "docs/adr/0003-use-rabbitmq.md",
		"# 3. Use RabbitMQ\n\nDate: 2024-01-02\n\n## Status\n\nAccepted\n\n## Context\n\nc\n\n## Decision\n\nd\n\n## Consequences\n\ne\n",
		"accepted|Accepted|Use RabbitMQ|0003|2024-01-02|nygard|",
	},
	{
		"nygard superseded below accepted", "docs/adr/0003-use-rabbitmq.md",
		"# 3. Use RabbitMQ\n\n## Status\n\nAccepted (lazy consensus) & implemented.\n\nSuperceded by [7. Use Kafka](0007-use-kafka.md)\n\nAmends [2. Queues](0002-queues.md)\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		"superseded|Superceded by 7. Use Kafka|Use RabbitMQ|0003||nygard|superseded by 0007-use-kafka.md, amends 0002-queues.md",
	},
	{
		"supersedes is no status", "docs/adr/0007-use-kafka.md",
		"# 7. Use Kafka\n\n## Status\n\nAccepted\n\nSupersedes [3. Use RabbitMQ](0003-use-rabbitmq.md)\n\n## Context\n",
		"accepted|Accepted|Use Kafka|0007||sections|supersedes 0003-use-rabbitmq.md",
	},
	{
		"madr 2", "docs/adr/0004-x.md",
		"# Use *Markdown* records\n\n* Status: accepted\n* Deciders: Kim, Lee\n* Date: 2021-02-03\n\nTechnical Story: #12\n\n## Context and Problem Statement\n\nc\n\n## Considered Options\n\n* A\n* B\n\n## Decision Outcome\n\nChosen option: \"A\", because x.\n\n## Links\n\n* Supersedes [ADR-0001](0001-y.md)\n",
		"accepted|accepted|Use Markdown records|0004|2021-02-03|madr2|supersedes 0001-y.md",
	},
	{
		"madr 4", "docs/decisions/0005-x.md",
		"---\nstatus: \"superseded by ADR-0123\"\ndate: 2024-09-17\ndecision-makers: [Kim, \"Lee\"]\n---\n\n# Title here\n\n## Context and Problem Statement\n\nc\n\n## Considered Options\n\n* A\n\n## Decision Outcome\n\nd\n",
		"superseded|superseded by ADR-0123|Title here|0005|2024-09-17|madr4|superseded by ADR-0123",
	},
	{
		"table", "docs/adr/ABC-ADR-Operator-0011-shards.md",
		"# Shards\n\n| | |\n|---|---|\n| Date | 3 March 2023 |\n| Status | **Approved** |\n| Supersedes | ABC-ADR-Operator-0004 |\n\n## What\n\nx\n\n## Why\n\ny\n",
		"accepted|Approved|Shards|ABC-ADR-Operator-0011|2023-03-03|table|supersedes ABC-ADR-Operator-0004",
	},
	{
		"table with a heading row", "docs/adr/0002-x.md",
		"# X is y\n\n| Status | Date | Deciders |\n|:--|:--|:--|\n| Rejected | 2023/4/5 | kim |\n\n## Decision\n\nd\n",
		"rejected|Rejected|X is y|0002|2023-04-05|table|",
	},
	{
		"quoted table", "docs/adr/ADR-003_Keep_it.md",
		"# ADR-003: Keep it\n\n>|      |     |\n>| ---- | --- |\n>| Date | `04/07/2023` |\n>| Status | `Pending Approval` |\n\n## Context\n\nc\n",
		"proposed|Pending Approval|Keep it|003|04/07/2023|table|",
	},
	{
		"emoji", "docs/adr/0001-x.md",
		"# ADR 1 - Caches are written after the commit\n\n**Status:** ✅ Accepted\n**Date:** Jan 5, 2022\n\n## Decision\n\nd\n",
		"accepted|✅ Accepted|Caches are written after the commit|0001|2022-01-05|sections|",
	},
	{
		"korean list", "docs/adr/0002-캐시.md",
		"# ADR-0002: 캐시는 커밋 이후 쓴다\n\n- **상태**: 승인됨 (2026-06-10)\n- **결정자**: 김, 이\n\n## 맥락\n\nc\n\n## 결정\n\nd\n\n## 결과\n\ne\n",
		"accepted|승인됨 (2026-06-10)|캐시는 커밋 이후 쓴다|0002|2026-06-10|nygard|",
	},
	{
		"bilingual headings", "docs/adr/0002-x.md",
		"# 캐시는 커밋 이후 쓴다\n\n## 상태(Status)\n\n대체됨\n\n[ADR-0009](0009-y.md)로 대체됨\n\n## 배경 Context\n\nc\n\n## 결정(Decision)\n\nd\n",
		"superseded|대체됨|캐시는 커밋 이후 쓴다|0002||nygard|superseded by 0009-y.md",
	},
	{
		"partial", "docs/adr/20250102-pr17-x.md",
		"# 환불은 한 번만 한다\n\n- Status: accepted\n- Date: 2025-01-02\n- 부분 대체: PR#245 한도 판정\n\n> Partially superseded by PR#245: the limit\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		"accepted|accepted|환불은 한 번만 한다|20250102-pr17|2025-01-02|nygard|superseded by PR#245 (part), partial",
	},
	{
		"partial in the status", "docs/adr/0008-x.md",
		"# Use X\n\n## Status\n\nAccepted, partially superseded by [ADR-0012](0012-y.md) (retention)\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		"accepted|Accepted, partially superseded by ADR-0012 (retention)|Use X|0008||nygard|superseded by 0012-y.md (part), partial",
	},
	{
		"french", "docs/adr/0001-x.md",
		"# 1. Utiliser des ADR\n\nDate : 2 janvier 2020\n\n## État\n\nAccepté\n\n## Contexte\n\nc\n\n## Décision\n\nd\n\n## Conséquences\n\ne\n",
		"accepted|Accepté|Utiliser des ADR|0001|2020-01-02|nygard|",
	},
	{
		"chinese", "docs/adr/0001-x.md",
		"# 0001. 使用 Kafka\n\n- 状态：已接受\n- 日期：2024年3月1日\n\n## 背景\n\nc\n\n## 决策\n\nd\n",
		"accepted|已接受|使用 Kafka|0001|2024-03-01|nygard|",
	},
	{
		"menu with a choice", "docs/adr/0001-x.md",
		"# Use X\n\n## Status\n\nProposed | **Accepted** | Rejected\n\n## Decision\n\nd\n",
		"accepted|Proposed | Accepted | Rejected|Use X|0001||nygard|",
	},
	{
		"menu without", "docs/adr/0001-x.md",
		"# Use X\n\n## Status\n\nProposed | Accepted | Rejected\n\n## Decision\n\nd\n",
		"unknown||Use X|0001||nygard|",
	},
	{
		"to be decided", "docs/adr/0001-x.md",
		"# Use X\n\n## Status\n\n**TBD**\n\n## Decision\n\nd\n",
		"unknown|TBD|Use X|0001||nygard|",
	},
	{
		"to be decided, in the front matter", "docs/adr/0001-x.md",
		"---\nstatus: 미정\n---\n# Use X\n\n## Decision\n\nd\n",
		"unknown|미정|Use X|0001||sections|",
	},
	{
		"boxes", "docs/adr/0001-x.md",
		"# Use X\n\n## Status\n\n- [ ] Proposed\n- [x] Accepted\n- [ ] Superseded\n\n## Decision\n\nd\n",
		"accepted|Accepted|Use X|0001||nygard|",
	},
	{
		"no status is no status", "docs/adr/0001-x.md",
		"# Use X\n\n<!-- Status: accepted -->\n\n```\nStatus: accepted\n```\n\n## Context\n\nWe were told that it was accepted.\n\n## Decision\n\nd\n",
		"unknown||Use X|0001||nygard|",
	},
	{
		"a word of the house", "docs/adr/0001-x.md",
		"# Use X\n\n## Status\n\nParked\n\n## Decision\n\nd\n",
		"other|Parked|Use X|0001||nygard|",
	},
	{
		"negation", "docs/adr/0001-x.md", "# Use X\n\nStatus: not yet accepted\n\n## Decision\n\nd\n",
		"proposed|not yet accepted|Use X|0001||sections|",
	},
	{
		"heading value and bold", "docs/adr/0001-x.md",
		"# [ADR-0001] Use X\n\n## Status: **Deprecated**\n\n## Decision\n\nd\n",
		"deprecated|Deprecated|Use X|0001||nygard|",
	},
	{
		"status, again", "docs/adr/0001-x.md", "# Use X\n\n## Status\n\nStatus: [Accepted ✅]\n\nImplementation: Adopted ✅\n\n## Decision\n\nd\n",
		"accepted|[Accepted ✅]|Use X|0001||nygard|",
	},
	{
		"tag and block scalar title", "docs/adr/2021-06-05_001-record.md",
		"---\nslug: 1\ntitle: |\n  1. Record `decisions`\ntags: [Accepted]\n---\n\n## Status\n\nAccepted\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		"accepted|Accepted|Record decisions|001|2021-06-05|nygard|",
	},
	{
		"template title falls back", "doc/adr/0002-x.html.md.erb",
		"---\ntitle: 2. Use X\nstatus: Accepted\n---\n\n# <%= current_page.data.title %>\n\n## Context\n\nc\n",
		"accepted|Accepted|Use X|0002||sections|",
	},
	{
		"folder per record", "docs/decision-records/2022-03-15-some-slug/README.md",
		"# Keep transfers apart\n\n## Decision\n\nd\n\n## Rationale\n\nr\n",
		"unknown||Keep transfers apart|2022-03-15-some-slug|2022-03-15|sections|",
	},
	{
		"adg", "docs/adr/AD0001-domain.md", "---\nadr_id: \"0001\"\nstatus: decided\ntitle: Domain is independent\ntags: []\n---\n\n## <a name=\"question\"></a> Context\n\n",
		"accepted|decided|Domain is independent|AD0001||adg|",
	},
	{
		"crlf and bom", "docs/adr/0001-x.md", "\ufeff# 1. Use X\r\n\r\n## Status\r\n\r\nSuperseded by 0007\r\n\r\n## Decision\r\n\r\nd\r\n",
		"superseded|Superseded by 0007|Use X|0001||nygard|superseded by 0007",
	},
	{
		"broken front matter", "docs/adr/0001-x.md", "---\nstatus: accepted\ntitle: a: b: c\n---\n\n# Use X\n\n## Decision\n\nd\n",
		"accepted|accepted|Use X|0001||sections|",
	},
	{
		"callout", "docs/adr/0001-x.md", "# Use X\n\n> **Superseded by [ADR-0003](0003-y.md) on 2026-05-20.**\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		"superseded|Superseded by ADR-0003 on 2026-05-20.|Use X|0001||nygard|superseded by 0003-y.md",
	},
	{
		"change log", "docs/adr/adr-058-x.md", "# ADR 058: Hash events\n\n## Changelog\n\n- 2020-07-17: initial version\n- 2020-07-27: declined\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		"rejected|2020-07-27: declined|Hash events|058|2020-07-17|nygard|",
	},
	{
		"ambiguous date", "docs/adr/0001-x.md", "# Use X\n\nDate: 03/04/2024\nStatus: accepted\n\n## Decision\n\nd\n",
		"accepted|accepted|Use X|0001|03/04/2024|sections|",
	},
	{
		"several in a line", "docs/adr/0001-x.md", "# Use X\n\n**Status**: Accepted | **Date**: 2024-05-06 | **Deciders**: kim\n\n## Decision\n\nd\n",
		"accepted|Accepted|Use X|0001|2024-05-06|sections|",
	},
	{
		"konflux-like keys", "ADR/0001-x.md", "---\ntitle: \"1. Use X\"\nstatus: Replaced\nsuperseded_by: [\"0009\"]\n---\n\n# 1. Use X\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		"superseded|Replaced|Use X|0001||nygard|superseded by 0009",
	},
	{
		"number that is part of the title", "docs/adr/0005-tiers.md", "# 3 tiers are enough\n\nStatus: accepted\n\n## Decision\n\nd\n",
		"accepted|accepted|3 tiers are enough|0005||sections|",
	},
	{
		"arrow", "docs/adr/0005-x.md", "# Use X\n\nStatus: Proposed → Accepted\n\n## Decision\n\nd\n",
		"accepted|Proposed → Accepted|Use X|0005||sections|",
	},
	{
		"struck out", "docs/adr/0005-x.md", "# Use X\n\nStatus: ~~Accepted~~ Deprecated\n\n## Decision\n\nd\n",
		"deprecated|Accepted Deprecated|Use X|0005||sections|",
	},
	{
		"relations", "docs/adr/0079-x.md", "---\nstatus: accepted\nrelations:\n  - type: partially-supersedes\n    target: ADR-0032\n    scope: the retention\n  - type: supersedes\n    target: ADR-0035\n  - type: see-also\n    target: ADR-0072\n---\n# Use X\n\n## Context and Problem Statement\n\nc\n",
		"accepted|accepted|Use X|0079||madr3|supersedes ADR-0032 (part), supersedes ADR-0035",
	},
	{
		"words in file names", "docs/adr/20251006-x.md", "# Use X\n\n- Status: superseded by [20251009-replacing-mode](20251009-replacing-mode.md)\n\n## Decision\n\nd\n",
		"superseded|superseded by 20251009-replacing-mode|Use X|20251006-x|2025-10-06|sections|superseded by 20251009-replacing-mode.md",
	},
	{
		"fields in the text", "docs/adr/0057-x.md", "# 57. Use X\n\n## Status\n\nAccepted\n\n## Context\n\n**Extends**: [ADR 53](0053-y.md)\n**Supersedes**: ADR 0051 §7\n\n## Decision\n\nIt supersedes the TODO of issue #4145.\n",
		"accepted|Accepted|Use X|0057||nygard|amends 0053-y.md, supersedes ADR 0051",
	},
	{
		"a record that is called a template", "docs/adr/0000-adr-template.md", "# 0. Record decisions\n\nDate: 2022-06-17\n\n## Status\n\nImplemented\n\n## Context\n\nc\n\n## Decision\n\nWe write records.\n",
		"accepted|Implemented|Record decisions|0000|2022-06-17|nygard|",
	},
	{
		"items to choose from", "docs/adr/0001-x.md", "# Use X\n\n## Status\n\n- 🟡 **Proposed** (to begin with)\n- 🟢 **Accepted**\n- 🔄 **Superseded** (by [ADR-2](0002-y.md))\n\n## Decision\n\nd\n",
		"unknown||Use X|0001||nygard|",
	},
	{
		"at the foot", "docs/adr/ADR-043.md", "# ADR-043: 캐시를 두 층으로 둔다\n\n## 제1장: 문제의 발견\n\nx\n\n## 현재 상태\n\n구현 완료 항목:\n\n- a\n\n- b\n\n---\n\n*ADR 상태: Accepted*\n",
		"accepted|Accepted|캐시를 두 층으로 둔다|043||sections|",
	},
	{
		"a section called state", "docs/adr/adr-009-x.md", "# ADR 009: Public API\n\n## Decision\n\nd\n\n### State\n\nIdeally all the modules should be implemented on top of it.\n\n## Status\n\nProposed\n",
		"proposed|Proposed|Public API|009||nygard|",
	},
	{
		"id of a house", "docs/decision_records/ARC-002-x.md", "# ARC-002: Multitenancy is a label\n\n## Status\n\nAccepted\n\n## Decision\n\nd\n",
		"accepted|Accepted|Multitenancy is a label|ARC-002||nygard|",
	},
	{
		"title prefix", "docs/adr/20211031-x.md", "# Draft: ARC radial menu\n\n### Context\n\nc\n",
		"draft|Draft|Draft: ARC radial menu|20211031-x|2021-10-31|sections|",
	},
	{
		"no title", "docs/adr/0004-keep-it.md", "## Why now\n\nx\n\n## What then\n\ny\n",
		"unknown||Keep it|0004||sections|",
	},
	{
		"korean subject", "docs/adr/20260609-pr235-x.md", "# 예약 조회를 하나로 모은다\n\n- Status: superseded — PR#305가 대체. 예약 테이블이 없어졌다\n- Date: 2026-06-09\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		"superseded|superseded — PR#305가 대체. 예약 테이블이 없어졌다|예약 조회를 하나로 모은다|20260609-pr235|2026-06-09|nygard|superseded by PR#305",
	},
	{
		"korean part", "docs/adr/20260605-pr205-x.md", "# 경계를 나눈다\n\n- Status: accepted — PR#305가 **부분 대체**. 두 테이블 분리만\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		"accepted|accepted — PR#305가 부분 대체. 두 테이블 분리만|경계를 나눈다|20260605-pr205|2026-06-05|nygard|superseded by PR#305 (part), partial",
	},
	{
		"replacement in the text", "docs/adr/0003-x.md", "# 3. Use these ranges\n\n## Status\n\nPartly superseded\n\n## Context\n\n**These have been superseded by [ADR #0033](0033-y.md).** So.\n\n## Decision\n\nd\n",
		"superseded|Partly superseded|Use these ranges|0003||nygard|superseded by 0033-y.md (part), partial",
	},
	{
		"phrase and target in two lines", "docs/adr/0054-x.md", "# 54. Version tasks\n\n## Status\n\nAccepted\n\nAmends\n[ADR 53. Trust](0053-y.md)\n\n## Context\n\nc\n\n## Decision\n\nd\n",
		"accepted|Accepted|Version tasks|0054||nygard|amends 0053-y.md",
	},
	{
		"nothing but a file name", "docs/adr/0005-use-x.md", "",
		"unknown||Use x|0005||free|",
	},
}

func describe(r *Record) string {
	if r == nil {
		return "no record"
	}
	var links []string
	for _, l := range r.Links {
		if l.Kind == Mentions || l.Kind == Relates {
			continue
		}
		s := string(l.Kind) + " " + l.Raw
		if l.Partial {
			s += " (part)"
		}
		links = append(links, s)
	}
	if r.Partial {
		links = append(links, "partial")
	}
	date := r.Date
	if date == "" {
		date = r.RawDate
	}
	return fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s", r.Status, r.RawStatus, r.Title, r.ID, date, r.Format, strings.Join(links, ", "))
}

func TestParse(t *testing.T) {
	for _, tt := range readCases {
		r := Parse(tt.path, []byte(tt.src), Options{})
		if got := describe(r); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
		if r == nil {
			continue
		}
		for _, s := range r.Statements {
			if s.Place != InFolder && (s.Start < 0 || s.End > len(tt.src) || s.Line < 1) {
				t.Errorf("%s: statement at %+v", tt.name, s.Span)
			}
		}
		for _, l := range r.Links {
			if l.End > l.Start && tt.src[l.Start:l.End] != l.Raw {
				t.Errorf("%s: link %q stands at %q", tt.name, l.Raw, tt.src[l.Start:l.End])
			}
		}
	}
}

func TestParseOthers(t *testing.T) {
	for path, src := range map[string]string{
		"docs/adr/README.md":            "# Decisions\n\n## Status\n\nThe status is accepted or proposed.\n\n## Context\n\nx\n",
		"docs/01_ADR/README.md":         "# Architecture Decision Records (ADRs)\n\n## 상태\n\n- Accepted\n\n## 결정\n\nd\n",
		"docs/adr/00-about.md":          "# ¿Que es un ADR?\n\n- **Estado**: (propuesto, aceptado, obsoleto)\n",
		"docs/adr/README.ko.md":         "# 결정\n\n## 상태\n\n상태는 승인됨이다.\n\n## 결정\n\nd\n",
		"docs/adr/index.md":             "# ADRs\n\n* [1](0001-x.md)\n",
		"docs/adr/template.md":          "# Title\n\n## Status\n\naccepted\n",
		"docs/adr/0000-adr-template.md": "# ADR-NNNN: [title]\n\n- Status: accepted\n",
		"docs/adr/ADR-XXX_Any.md":       "# ADR-XXX: Any\n\n| Status | `Proposed, Accepted, Rejected` |\n|---|---|\n| Date | `YYYY-MM-DD` |\n",
		"docs/guide/01-start.md":        "# 1. Start\n\nStatus: active\n",
		"docs/blog/2024-01-02-post.md":  "# A post\n\n## Context\n\nx\n",
		"docs/adr/how-to.md":            "# How to write\n\nWrite it.\n",
		"docs/adr/0001-x/renaming.md":   "# Renaming\n\n| a | b |\n|---|---|\n",
		"docs/adr/0001-x.txt":           "# 1. X\n\nStatus: accepted\n",
		"docs/adr/0000-양식.md":           "# {번호}. {제목}\n\n- 상태: {제안됨 | 승인됨}\n",
	} {
		if r := Parse(path, []byte(src), Options{}); r != nil {
			t.Errorf("%s is a record: %s", path, describe(r))
		}
	}
	for path, src := range map[string]string{
		"docs/adr/0008-choose-a-template-engine.md": "# Use Go templates\n\nStatus: accepted\n",
		"docs/adr/use-kafka.md":                     "# Use Kafka\n\n## Status\n\nAccepted\n\n## Decision\n\nd\n",
		"notes/0001-x.md":                           "# 1. X is y\n\n## Status\n\nAccepted\n\n## Context\n\nc\n\n## Decision\n\nd\n",
	} {
		if Parse(path, []byte(src), Options{}) == nil {
			t.Errorf("%s is no record", path)
		}
	}
}

func TestVocabulary(t *testing.T) {
	o := Options{Vocabulary: map[string]Status{"Parked": Deprecated, "승인 대기중": Proposed, "Approved": Proposed}}
	for in, want := range map[string]Status{"Parked": Deprecated, "**승인 대기중**": Proposed, "approved": Proposed, "Accepted": Accepted} {
		if r := Parse("docs/adr/0001-x.md", []byte("# X\n\nStatus: "+in+"\n"), o); r.Status != want {
			t.Errorf("%s: %s, want %s", in, r.Status, want)
		}
	}
}

func TestPeopleAndMore(t *testing.T) {
	src := "---\ntags: [kafka, \"cdc\"]\ncode: [pipelines/cdc/**, 'libs/x.py']\nreviewBy: 2027-01-31\nconsulted: Lee\n---\n# Use X\n\n- 결정자: 김철수, @lee; Park\n- Status: accepted\n\n## Context\n\nc\n\n## 고려한 대안\n\n1. **Kafka** (채택)\n2. RabbitMQ\n\n## Decision\n\nChosen option: \"Kafka\", because.\n\n### Consequences\n\n* Good, because a\n* Bad, because b\n\n## 관련 코드\n\n- `services/api/main.py`\n"
	r := Parse("docs/adr/0001-x.md", []byte(src), Options{})
	for _, tt := range []struct{ got, want any }{
		{r.Deciders, []string{"김철수", "@lee", "Park"}},
		{r.Consulted, []string{"Lee"}},
		{r.Tags, []string{"kafka", "cdc"}},
		{r.Code, []string{"pipelines/cdc/**", "libs/x.py", "services/api/main.py"}},
		{r.Review, "2027-01-31"},
		{r.Options, []string{"Kafka (채택)", "RabbitMQ"}},
		{r.Chosen, "Kafka"},
		{r.Good && r.Bad, true},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("got %v, want %v", tt.got, tt.want)
		}
	}
	for src, want := range map[string]string{
		"last_reviewed_on: 2024-01-31\nreview_in: 6 months": "2024-07-31",
		"date: 2024-01-15\nreview_in: 90일":                  "2024-04-14",
		"review_by: 2024년 5월":                               "2024-05",
	} {
		if r := Parse("docs/adr/0001-x.md", []byte("---\n"+src+"\n---\n# X\n"), Options{}); r.Review != want {
			t.Errorf("%q: review %q, want %q", src, r.Review, want)
		}
	}
	if r := Parse("docs/adr/0001-x.md", []byte("# X\n\n## Revisit by\n\n1 May 2025\n"), Options{}); r.Review != "2025-05-01" {
		t.Errorf("section: review %q", r.Review)
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"2024-01-02": "2024-01-02", "2024/1/2": "2024-01-02", "2024. 1. 2.": "2024-01-02", "2024년 1월 2일": "2024-01-02",
		"January 2, 2024": "2024-01-02", "2nd of January 2024": "2024-01-02", "2 janvier 2024": "2024-01-02", "02.01.2024": "2024-01-02",
		"25/12/2024": "2024-12-25", "12/25/2024": "2024-12-25", "1/28/21": "2021-01-28", "20240102": "2024-01-02", "05/05/2024": "2024-05-05",
		"2024-01-02T10:00:00Z": "2024-01-02", "Jan 2024": "2024-01", "2024-03": "2024-03", "2 de enero de 2024": "2024-01-02",
		"03/04/2024": "", "6/2/21": "", "2024-02-30": "", "soon": "", "version 1.2.3": "", "": "", "99/99/2024": "",
	} {
		if got, _ := parseDate(in); got != want {
			t.Errorf("parseDate(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestGob holds that records can be kept: what comes back is what went in.
func TestGob(t *testing.T) {
	for _, tt := range readCases {
		r := Parse(tt.path, []byte(tt.src), Options{})
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(r); err != nil {
			t.Fatal(err)
		}
		var back Record
		if err := gob.NewDecoder(&b).Decode(&back); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprintf("%+v", back), fmt.Sprintf("%+v", *r); got != want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, want)
		}
	}
}
