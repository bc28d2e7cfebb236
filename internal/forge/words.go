package forge

import (
	"fmt"

	"github.com/lintel-docs/lintel/internal/finding"
)

// words are the texts of comments in one language.
type words struct {
	action   func(documents, errors, warnings int) string // the first line
	clear    string
	waived   func(n int) string
	severity [3]string
	line     func(n int) string
	because  string
	edit     string
	editIn   string
	openEdit string
	cause    string
	noEdit   string
	wayOut   string
	cut      func(shown, all int) string
	cutPaths func(n int) string
	fixed    func(head string) string
	back     func(head string) string
	pages    func(n int, head string) string
	answered func(reason, who string) string
	due      func(date string) string
	more     func(n int) string
	commands func(apply, ignore string) string
	// inComments heads the findings that were answered for in comments, reviews
	// the decisions that are due.
	inComments, reviews, concerned, theReason string
	before                                    string
	after                                     string
	preview                                   string
	tooLong                                   string
}

// Languages lists the languages in which comments can be written.
func Languages() []string { return []string{"en", "ko"} }

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func english() *words {
	return &words{
		action: func(d, e, w int) string {
			s := "Action required: " + plural(d, "document") + " would be untrue after this merge request ("
			switch {
			case e > 0 && w > 0:
				s += plural(e, "error") + ", " + plural(w, "warning")
			case e > 0:
				s += plural(e, "error")
			default:
				s += plural(w, "warning")
			}
			return s + ")."
		},
		clear:    "Lintel: all clear. The documents agree with this merge request.",
		waived:   func(n int) string { return plural(n, "finding") + " answered for with a reason." },
		severity: [3]string{"info", "warning", "error"},
		line:     func(n int) string { return fmt.Sprintf("line %d", n) },
		because:  "Because", edit: "Proposed edit", editIn: "Proposed edit of", openEdit: "edit this line",
		cause: "What to do",
		wayOut: "**Right as it is?** No edit is needed: write a line `docs-impact: none (the reason)` into the description of the merge request, " +
			"or `Docs-Impact: none (the reason)` at the end of a commit message, and run the pipeline again.",
		noEdit: "Right as it is? A line `docs-impact: none (the reason)` in the description answers for it.",
		cut: func(shown, all int) string {
			return fmt.Sprintf("The list is cut (truncated): %d of %d findings are shown. `lintel check --base` prints all. Documents concerned by the others:", shown, all)
		},
		cutPaths: func(n int) string {
			return fmt.Sprintf("… and %s more: the list is cut here.", plural(n, "document"))
		},
		fixed: func(h string) string { return "Fixed as of " + h + "." },
		back:  func(h string) string { return "It is back as of " + h + "." },
		pages: func(n int, h string) string { return plural(n, "changed page") + " as of " + h },
		answered: func(reason, who string) string {
			return "Stays as it is: " + reason + " (" + who + ")"
		},
		due:  func(d string) string { return "its review was due on " + d },
		more: func(n int) string { return fmt.Sprintf("… and %d more", n) },
		commands: func(apply, ignore string) string {
			return "Members of the project may also write a comment: " + apply + " commits the proposed edits, " + ignore +
				" leaves findings as they are. The next pipeline reads it."
		},
		inComments: "Answered for in comments:", reviews: "Decisions whose review is due",
		concerned: "(this merge request touches it or what it decides on)", theReason: "the reason",
		before: "before", after: "after", preview: "Preview of the site",
		tooLong: "The text is too long to be shown here.",
	}
}

func korean() *words {
	return &words{
		action: func(d, e, w int) string {
			s := fmt.Sprintf("Action required: 이 머지 리퀘스트가 병합되면 문서 %d개가 사실과 달라집니다 (", d)
			switch {
			case e > 0 && w > 0:
				s += fmt.Sprintf("오류 %d개, 경고 %d개", e, w)
			case e > 0:
				s += fmt.Sprintf("오류 %d개", e)
			default:
				s += fmt.Sprintf("경고 %d개", w)
			}
			return s + ")."
		},
		clear:    "Lintel: 이상 없음 (all clear). 문서가 이 머지 리퀘스트의 내용과 일치합니다.",
		waived:   func(n int) string { return fmt.Sprintf("%d개 항목은 사유와 함께 제외되었습니다.", n) },
		severity: [3]string{"정보", "경고", "오류"},
		line:     func(n int) string { return fmt.Sprintf("%d행", n) },
		because:  "이유", edit: "제안하는 수정", editIn: "제안하는 수정:", openEdit: "이 줄 편집",
		cause: "해결 방법",
		wayOut: "**문서의 현재 내용이 맞습니까?** 그렇다면 수정하지 않아도 됩니다. 머지 리퀘스트 설명에 `docs-impact: none (사유)` 한 줄을 쓰거나 " +
			"커밋 메시지 끝에 `Docs-Impact: none (사유)`를 쓰고 파이프라인을 다시 실행하십시오.",
		noEdit: "현재 내용이 맞다면 머지 리퀘스트 설명에 `docs-impact: none (사유)` 한 줄을 쓰십시오.",
		cut: func(shown, all int) string {
			return fmt.Sprintf("목록이 잘렸습니다 (truncated): 전체 %d개 중 %d개만 표시합니다. 전체는 `lintel check --base`로 볼 수 있습니다. 나머지 항목의 문서:", all, shown)
		},
		cutPaths: func(n int) string {
			return fmt.Sprintf("… 외 문서 %d개: 목록이 여기서 잘렸습니다.", n)
		},
		fixed: func(h string) string { return h + " 기준으로 해결되었습니다." },
		back:  func(h string) string { return h + " 기준으로 다시 나타났습니다." },
		pages: func(n int, h string) string { return fmt.Sprintf("바뀐 페이지 %d개 (%s 기준)", n, h) },
		answered: func(reason, who string) string {
			return "그대로 둡니다: " + reason + " (" + who + ")"
		},
		due:  func(d string) string { return "검토 기한(" + d + ")이 지났습니다" },
		more: func(n int) string { return fmt.Sprintf("… 외 %d개", n) },
		commands: func(apply, ignore string) string {
			return "프로젝트 멤버는 댓글로도 답할 수 있습니다. " + apply + ": 제안한 수정을 커밋합니다. " + ignore +
				": 해당 항목을 그대로 둡니다. 댓글은 다음 파이프라인에서 읽습니다."
		},
		inComments: "댓글로 사유를 밝힌 항목:", reviews: "검토 기한이 지난 결정",
		concerned: "(이 머지 리퀘스트가 해당 결정이나 그 대상 코드를 변경합니다)", theReason: "사유",
		before: "이전", after: "이후", preview: "사이트 미리보기",
		tooLong: "내용이 길어 여기에 표시하지 않습니다.",
	}
}

// RuleName returns what a kind of finding is called in a language, "" where its
// message says it: messages are in English.
func RuleName(language, rule string) string {
	if language != "ko" {
		return ""
	}
	switch rule {
	case "drift/dead-reference":
		return "끊어진 참조"
	case "drift/vanished-name":
		return "사라진 이름"
	case "drift/changed-fact":
		return "바뀐 값"
	case "drift/architecture-moved":
		return "아키텍처 문서와 달라진 구성"
	case "drift/decision-contradicted":
		return "결정과 어긋나는 변경"
	case "drift/decision-touched":
		return "결정이 다루는 코드의 변경"
	case "drift/undecided-technology":
		return "결정 기록이 없는 기술"
	case "drift/likely-document":
		return "보통 함께 바뀌는 문서"
	case "drift/policy-changed":
		return "검사 설정의 변경"
	case "adr/duplicate-id":
		return "이미 쓰인 결정 번호"
	}
	return ""
}

// said is the message of a finding, behind the name of its kind where that is
// in another language.
func (r *Review) said(f *finding.Finding) string {
	text := prose(clip(f.Message))
	if name := RuleName(r.Language, f.Rule); name != "" {
		return name + ": " + text
	}
	return text
}

func wordsFor(language string) *words {
	if language == "ko" {
		return korean()
	}
	return english()
}

func (w *words) of(s finding.Severity) string { return w.severity[min(s, finding.Error)] }
