package adr

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/lintel-docs/lintel/internal/markdown"
)

// kind is what a field of a record is about.
type kind uint8

const (
	kindNone kind = iota
	kindStatus
	kindDate
	kindDateDecided
	kindDateCreated
	kindDateUpdated
	kindPeople
	kindConsulted
	kindInformed
	kindTags
	kindCode
	kindReview
	kindReviewed
	kindReviewIn
	kindSupersedes
	kindSupersededBy
	kindAmends
	kindAmendedBy
	kindReverts
	kindRevertedBy
	kindDepends
	kindRequired
	kindRelates
	kindOther // known to be a field, of no interest
)

func (k kind) isLink() bool { return k >= kindSupersedes && k <= kindRelates }
func (k kind) isDate() bool { return k >= kindDate && k <= kindDateUpdated }

// dateRank orders dates: that of the decision is better than that of the file.
func (k kind) dateRank() int {
	switch k {
	case kindDateDecided:
		return 1
	case kindDate:
		return 2
	case kindDateCreated:
		return 3
	default:
		return 4
	}
}

func (k kind) link() LinkKind {
	switch k {
	case kindSupersedes:
		return Supersedes
	case kindSupersededBy:
		return SupersededBy
	case kindAmends:
		return Amends
	case kindAmendedBy:
		return AmendedBy
	case kindReverts:
		return Reverts
	case kindRevertedBy:
		return RevertedBy
	case kindDepends:
		return DependsOn
	case kindRequired:
		return RequiredBy
	default:
		return Relates
	}
}

// labels are the names of fields by kind, separated by |.
func labels() map[kind]string {
	return map[kind]string{
		kindStatus: "status|state|adr status|decision status|current status|approval status|document status|상태|현재 상태|현황|결정 상태|adr 상태|승인 상태|문서 상태|statut|état|etat|estado|stato|zustand|状态|狀態|状況|ステータス|stan|статус",
		kindDate:   "date|dates|when|날짜|일자|일시|datum|fecha|data|日期|日付|дата|date & time|last modified date",
		kindDateDecided: "decision date|date decided|decided on|decided|date of decision|accepted on|date accepted|approved on|approval date|date approved|established|effective date|accepted|approved|" +
			"결정일|결정 일자|결정일자|결정 날짜|승인일|확정일|채택일|의사결정일|date de décision|date de la décision|entscheidungsdatum|fecha de decisión|data da decisão|决策日期|决定日期|決定日",
		kindDateCreated: "created|date started|started|started on|created on|created at|date created|creation date|date proposed|proposed on|issued|opened|start date|작성일|작성 일자|작성일자|작성 날짜|생성일|제안일|등록일|date de création|erstellt|erstellt am|fecha de creación|data de criação|创建日期|创建时间|作成日|起票日",
		kindDateUpdated: "updated|last updated|updated at|updated on|last modified|modified|last update|date updated|last change|수정일|최종 수정|최종 수정일|최종수정일|갱신일|마지막 수정|업데이트|mise à jour|dernière mise à jour|aktualisiert|actualizado|atualizado|更新日期|更新日|最后更新",
		kindPeople: "deciders|decider|decision makers|decision maker|decision-makers|decision-maker|decisionmakers|decided by|approvers|approver|approved by|accepted by|owner|owners|decision owner|" +
			"결정자|의사결정자|의사 결정자|결정 참여자|결정권자|승인자|담당|담당자|참여자|" +
			"décideurs|décideur|décisionnaires|entscheider|entscheidungsträger|decisores|responsables de la decisión|decididores|tomadores de decisão|决策者|决定者|決定者|意思決定者|beslissers",
		kindConsulted: "consulted|reviewers|reviewed by|자문|협의자|협의 대상|자문 대상|검토자|리뷰어|consultés|konsultiert|consultados",
		kindInformed:  "informed|공유 대상|통보 대상|통지 대상|공유|informés|informiert|informados",
		kindTags:      "tags|tag|topics|topic|labels|label|keywords|categories|category|태그|분류|키워드|카테고리|étiquettes|mots clés|schlagwörter|etiquetas|标签|タグ|group",
		kindCode:      "code|code paths|code path|affected code|governs|affects|governed code|affected paths|코드|코드 경로|관련 코드|대상 코드|적용 코드|적용 대상 코드",
		kindReview: "review by|reviewby|review date|review on|next review|next review date|revisit by|revisit on|revisit|revisit date|expires|expires on|expiry|expiry date|valid until|review due|" +
			"재검토|재검토일|재검토 일자|재검토 기한|검토 기한|다음 검토|다음 검토일|재검토 예정일|재검토 시점|유효 기간|만료일|date de révision|à revoir|überprüfen am|fecha de revisión|data de revisão|复审日期|見直し期限|見直し日",
		kindReviewed:   "last reviewed on|last reviewed|last review|reviewed on|reviewed|최종 검토일|마지막 검토|마지막 검토일|최근 검토일",
		kindReviewIn:   "review in|review every|review interval|review cycle|review after|검토 주기|재검토 주기",
		kindSupersedes: "supersedes|supercedes|supersede|supercede|replaces|replace|obsoletes|대체함|대체 대상|대체하는 결정|대체한 결정|대체|이전 결정|remplace|remplace la décision|sustituye|sustituye a|reemplaza|reemplaza a|substitui|sostituisce|vervangt|取代|替代|置き換え対象",
		kindSupersededBy: "superseded by|superseded-by|supersededby|superceded by|replaced by|replacedby|obsoleted by|대체됨|대체 문서|대체한 문서|대체 adr|후속 결정|후속 adr|다음으로 대체|다음으로 대체됨|" +
			"remplacé par|remplacée par|ersetzt durch|abgelöst durch|sustituido por|sustituida por|reemplazado por|reemplazada por|substituído por|substituída por|substituido por|sostituito da|vervangen door|被取代|被替代|取代者|後継",
		kindAmends:     "amends|amend|extends|refines|updates|clarifies|modifies|개정|수정 대상|보완|보완 대상|확장|modifie|complète|ergänzt|modifica|修订|補足対象",
		kindAmendedBy:  "amended by|extended by|refined by|updated by|clarified by|modified by|개정됨|보완됨|수정됨|modifié par|complété par|ergänzt durch|modificado por",
		kindReverts:    "reverts|되돌림 대상",
		kindRevertedBy: "reverted by|되돌려짐|되돌림",
		kindDepends:    "depends on|depends|requires|builds on|based on|prerequisites|선행|선행 결정|의존|기반|dépend de|hängt ab von|depende de|依赖",
		kindRequired:   "required by|enables|후속",
		kindRelates: "relates to|related to|related|relates|relation|relations|related adrs|related adr|related decisions|related decision|see also|see|links|linked to|link|" +
			"관련|관련 adr|관련 결정|관련 문서|관련 항목|참고 adr|연관|연관 adr|연관 결정|voir aussi|liens|décisions liées|verwandt|siehe auch|relacionado|relacionados|véase también|ver também|相关|相关决策|関連",
		kindOther: "author|authors|작성자|title|제목|scope|version|버전|ticket|tickets|issue|pr|pull request|technical story|impact|significance|project|area|component|components|team|summary|요약|language|context|implementation|type|priority|id|number|번호|phase|branch|브랜치|범위|대상|submitters|submitter|stakeholders|이해관계자|auteur|auteurs|autor|autoren|autores|périmètre|confidence|reversibility|epic|sprint|release|milestone|domain|도메인|module|모듈|적용 범위|영향 범위|영향",
	}
}

type fieldIndex struct {
	kinds map[string]kind
	list  map[kind][]string
}

var fieldNames = sync.OnceValue(func() fieldIndex {
	ix := fieldIndex{map[string]kind{}, map[kind][]string{}}
	for k, s := range labels() {
		ix.list[k] = strings.Split(s, "|")
		for _, l := range ix.list[k] {
			ix.kinds[l] = k
		}
	}
	return ix
})

func kindLabels(k kind) []string { return fieldNames().list[k] }

// kindOf tells which field a label names.
func kindOf(label string) kind {
	if label == "" || len(label) > 120 {
		return kindNone
	}
	ix := fieldNames()
	plain := strings.ToLower(strings.Trim(label, " \t*_`:"))
	if k, ok := ix.kinds[plain]; ok {
		return k
	}
	if strings.ContainsAny(plain, "_-") {
		if k, ok := ix.kinds[strings.NewReplacer("_", " ", "-", " ").Replace(plain)]; ok {
			return k
		}
	}
	if !slices.ContainsFunc([]byte(label), func(c byte) bool { return c >= 'A' && c != '_' }) {
		return kindNone
	}
	for _, l := range markdown.Labels(label) {
		if k, ok := ix.kinds[l]; ok {
			return k
		}
	}
	return kindNone
}

// partLabels are the headings of sections by what they are for.
func partLabels() map[Part]string {
	return map[Part]string{
		PartContext: "context|context and problem statement|context and problem|background|problem|problem statement|motivation|issue|issues|the issue|why|question|forces|situation|introduction|" +
			"맥락|배경|상황|컨텍스트|문맥|문제|문제 상황|문제 정의|상황 및 문제 설명|배경 및 문제 정의|배경 및 문제|맥락 및 문제|맥락과 문제|문제 배경|상황과 문제|맥락 및 문제 정의|배경과 문제|배경과 맥락|동기|도입 배경|" +
			"contexte|contexte et énoncé du problème|problème|kontext|kontext und problemstellung|hintergrund|problemstellung|contexto|contexto y planteamiento del problema|contexto e declaração do problema|problema|contesto|背景|上下文|问题|背景和问题|背景与问题|コンテキスト|課題",
		PartDecision: "decision|decisions|decision outcome|outcome|the decision|resolution|our decision|decision made|solution|proposed decision|chosen option|what|proposal|proposed solution|proposed design|" +
			"결정|결정 내용|결정 사항|결정사항|내린 결정|결정 결과|의사결정|의사 결정|최종 결정|선택|채택안|해결|해결 방안|해결방안|제안|" +
			"décision|décisions|résultat de la décision|entscheidung|entscheidungsergebnis|decisión|decisao|decisão|resultado da decisão|resultado de la decisión|decisione|决策|决定|決策|決定|決定事項|beslissing|besluit",
		PartConsequences: "consequences|consequence|implications|impact|results|result|effects|trade-offs|tradeoffs|trade offs|impacts|side effects|benefits and drawbacks|" +
			"결과|영향|트레이드오프|결과와 영향|영향 및 결과|결과 및 영향|파급 효과|효과|기대 효과|영향도|장단점|conséquences|conséquence|konsequenzen|folgen|auswirkungen|consecuencias|consequências|consequencias|conseguenze|后果|影响|結果|影響|gevolgen",
		PartPositive: "positive consequences|positive|positives|benefits|pros|advantages|good|upsides|긍정적 결과|긍정적 영향|긍정적 효과|긍정|장점|이점|얻는 것|conséquences positives|positives|avantages|positive konsequenzen|vorteile|consecuencias positivas|positivas|consequências positivas|vantagens|ventajas|正面|优点|メリット|easier",
		PartNegative: "negative consequences|negative|negatives|drawbacks|cons|disadvantages|bad|risks|risk|downsides|risks and mitigations|부정적 결과|부정적 영향|부정적 효과|부정|단점|위험|리스크|잃는 것|비용|conséquences négatives|négatives|inconvénients|risques|negative konsequenzen|nachteile|risiken|consecuencias negativas|negativas|consequências negativas|desvantagens|desventajas|riesgos|riscos|负面|缺点|デメリット|harder",
		PartOptions: "considered options|options considered|options|alternatives|alternatives considered|considered alternatives|rejected alternatives|other options|other options considered|positions|possible solutions|alternative approaches|" +
			"고려한 대안|고려한 옵션|고려된 옵션|고려되는 옵션|고려된 대안|고려한 선택지|대안|대안들|대안 검토|검토한 대안|선택지|옵션|검토했으나 채택하지 않은 안|검토한 선택지|검토한 옵션|기각된 대안|기각한 대안|고려했던 대안|" +
			"options envisagées|options considérées|alternatives envisagées|alternatives considérées|betrachtete optionen|optionen|alternativen|betrachtete alternativen|opciones consideradas|opciones|alternativas|alternativas consideradas|opções consideradas|opções|opzioni considerate|alternative|备选方案|候选方案|方案|选项|考虑的方案|選択肢|代替案|検討した選択肢",
		PartPros: "pros and cons of the options|pros and cons|pros & cons|comparison|옵션별 장단점|대안별 장단점|선택지별 장단점|옵션의 장단점|각 옵션의 장단점|비교|avantages et inconvénients des options|avantages et inconvénients|vor- und nachteile der optionen|pros y contras de las opciones|prós e contras das opções|方案优缺点",
		PartDrivers: "decision drivers|drivers|criteria|decision criteria|rationale|reasons|argument|goals|requirements|constraints|assumptions|의사결정 동인|결정 동인|결정 요인|결정 근거|근거|이유|판단 기준|결정 기준|제약|제약 조건|고려 사항|고려사항|목표|" +
			"facteurs de décision|moteurs de décision|critères|entscheidungstreiber|begründung|factores de decisión|direcionadores da decisão|justificativa|决策驱动因素|理由|原因|決定要因",
		PartStatus: "status|adr status|decision status|current status|상태|현재 상태|결정 상태|statut|état|etat|estado|stato|zustand|状态|狀態|ステータス|статус",
		PartDate:   "date|decision date|established|날짜|일자|결정일|작성일|datum|fecha|data|日期|日付|date de décision",
		PartLinks: "links|related|related decisions|related adrs|related adr|related documents|see also|more information|references|related links|related records|related artifacts|relations|relationships|supersedes|superseded by|" +
			"링크|관련 문서|관련 결정|관련 adr|관련 항목|관련 링크|관련|참고|참조|참고 자료|참고자료|참고 문서|추가 정보|더 알아보기|연관 결정|연관 문서|" +
			"liens|références|décisions liées|plus d'informations|verweise|weitere informationen|enlaces|referencias|más información|referências|mais informações|riferimenti|参考|参考资料|相关|相关决策|相关文档|关联|関連",
		PartPeople:     "deciders|decision makers|decision-makers|participants|stakeholders|결정자|의사결정자|참여자|승인자|담당자|décideurs|entscheider|decisores|决策者|owner|owners|consulted|informed",
		PartCode:       "code|affected code|code paths|governed code|코드|관련 코드|코드 경로|대상 코드|적용 코드",
		PartReview:     "revisit by|review by|review date|next review|revisit|expiry|재검토|재검토일|재검토 기한|검토 기한|재검토 시점|다음 검토",
		PartTags:       "tags|topics|keywords|태그|키워드|分类|标签",
		PartValidation: "validation|confirmation|compliance|verification|how we will verify|검증|확인|준수|준수 확인|validation et confirmation|validierung|bestätigung|cumplimiento|conformidade|验证",
		PartHistory:    "changelog|change log|history|revision history|revisions|status history|변경 이력|이력|개정 이력|변경 내역|변경이력|상태 이력|historique|änderungshistorie|historial|histórico|变更记录|变更历史|変更履歴",
	}
}

var partNames = sync.OnceValue(func() map[string]Part {
	m := map[string]Part{}
	for p, s := range partLabels() {
		for l := range strings.SplitSeq(s, "|") {
			if _, ok := m[l]; !ok || p == PartStatus {
				m[l] = p
			}
		}
	}
	return m
})

// partOf tells what a section is for by its heading.
func partOf(heading string) Part {
	if heading == "" || len(heading) > 160 {
		return ""
	}
	heading = strings.TrimSpace(reComment().ReplaceAllString(heading, ""))
	m := partNames()
	for _, l := range markdown.Labels(heading) {
		if p, ok := m[l]; ok {
			return p
		}
	}
	if label, _, ok := strings.Cut(heading, ":"); ok {
		for _, l := range markdown.Labels(label) {
			if p := m[l]; p == PartStatus || p == PartDate {
				return p
			}
		}
	}
	return ""
}

// isMetaHeading reports whether a section holds fields.
func isMetaHeading(heading string) bool {
	return markdown.Is(heading, "metadata", "meta", "meta data", "adr details", "adr metadata", "document information", "document control", "메타데이터", "메타 데이터", "메타", "메타 정보", "기본 정보", "문서 정보", "adr 정보", "métadonnées", "metadaten", "metadatos", "metadados", "元数据", "メタデータ", "header", "properties")
}

// isLateHeading reports whether fields may stand in a section that is not for
// them.
func isLateHeading(heading string) bool {
	return markdown.Is(heading, "info", "information", "informations", "details", "정보", "개요", "overview", "summary", "요약", "executive summary")
}

// labelled reports whether a line begins with the name of a field, and at which
// byte its value begins.
func labelled(line string) (k kind, at int, ok bool) {
	i := 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	if i == len(line) {
		return 0, 0, false
	}
	// The label ends at a colon outside of links and code.
	end, size := -1, 0
	limit := min(len(line), i+96)
	depth := 0
scan:
	for j := i; j < limit; j++ {
		switch line[j] {
		case '[':
			depth++
		case ']':
			depth--
		case '`', '|':
			return bold(line, i)
		case ':':
			if depth <= 0 {
				if strings.HasPrefix(line[j:], "://") {
					break scan
				}
				end, size = j, 1
				break scan
			}
		case 0xef: // ：
			if strings.HasPrefix(line[j:], "：") {
				end, size = j, len("：")
				break scan
			}
		}
	}
	if end < 0 {
		return bold(line, i)
	}
	label := line[i:end]
	if strings.Count(label, " ") > 6 {
		return 0, 0, false
	}
	k = kindOf(label)
	if k == kindNone {
		return bold(line, i)
	}
	at = end + size
	// **Status:** value: the emphasis closes behind the colon.
	if n := emphasis(strings.TrimLeft(label, " \t")); n != "" && !strings.HasSuffix(strings.TrimSpace(label), n) {
		rest := line[at:]
		t := strings.TrimLeft(rest, " ")
		if strings.HasPrefix(t, n) {
			at += len(rest) - len(t) + len(n)
		}
	}
	for at < len(line) && (line[at] == ' ' || line[at] == '\t') {
		at++
	}
	return k, at, true
}

// emphasis returns the run of * or _ that a text begins with, behind emoji.
func emphasis(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.So, r) || r == '\ufe0f' || r == '\u200d'
	})
	n := 0
	for n < len(s) && n < 3 && (s[n] == '*' || s[n] == '_') && s[n] == s[0] {
		n++
	}
	return s[:n]
}

var reBoldLabel = lazily(`^(?:\*\*|__)([^*_\n]{2,60})(?:\*\*|__)\s*(?:[-–—=|·]\s*)?`)

// bold reads **Status** accepted.
func bold(line string, i int) (kind, int, bool) {
	m := reBoldLabel().FindStringSubmatch(line[i:])
	if m == nil {
		return 0, 0, false
	}
	k := kindOf(m[1])
	if k == kindNone || k == kindOther || k.isDate() && k != kindDate || len(m[0]) == len(line)-i {
		return 0, 0, false
	}
	return k, i + len(m[0]), true
}

var reNext = lazily(`\s+[|·•;／/–—-]\s+|\s{2,}|<br\s*/?>\s*|\s*[,;|]\s*(?:\*\*|__)|\s(?:\*\*|__)`)

// fieldsOf reads the fields of a line; several may stand in one, parted by | or
// the like.
func fieldsOf(line string, start int) []field {
	k, at, ok := labelled(line)
	if !ok {
		return nil
	}
	var out []field
	for ok {
		rest := line[at:]
		end := len(rest)
		nextAt, nk := 0, kindNone
		ok = false
		for _, m := range reNext().FindAllStringIndex(rest[:min(len(rest), 512)], 16) {
			from := m[1]
			for _, e := range []string{"**", "__"} {
				if strings.HasSuffix(rest[m[0]:m[1]], e) {
					from -= len(e)
				}
			}
			if k2, at2, ok2 := labelled(rest[from:]); ok2 {
				end, nextAt, nk, ok = m[0], from+at2, k2, true
				break
			}
		}
		out = append(out, field{kind: k, label: line[:at], raw: rest[:end], start: start + at})
		k, at = nk, at+nextAt
	}
	return slices.DeleteFunc(out, func(f field) bool { return f.kind == kindNone })
}

var reNameSplit = lazily(`\s*(?:[,;、，|]|\s(?:and|und|et|및|그리고)\s|\s&\s|<br\s*/?>|\n|\s\+\s)\s*`)

// appendNames adds the people that a value names.
func appendNames(list []string, raw string) []string {
	raw = reComment().ReplaceAllString(raw, "")
	if t := strings.TrimSpace(raw); placeholder(t) {
		return list
	}
	for n := range slices.Values(reNameSplit().Split(raw, -1)) {
		n = strings.TrimSpace(strings.Trim(markdown.Text(n), " .-*"))
		n = strings.TrimSpace(strings.Trim(n, "\"'"))
		if blank(n) || placeholder(n) || len(n) > 120 || slices.Contains(list, n) || strings.Contains(n, "list everyone") {
			continue
		}
		list = append(list, norm.NFC.String(n))
	}
	return list
}

func appendTags(list []string, text string, item bool) []string {
	if placeholder(text) || blank(text) {
		return list
	}
	text = strings.Trim(text, "[]")
	sep := func(r rune) bool { return strings.ContainsRune(",;、，|", r) }
	if !item && !strings.ContainsAny(text, ",;、，|") {
		sep = unicode.IsSpace
	}
	for t := range strings.FieldsFuncSeq(text, sep) {
		t = strings.Trim(strings.TrimSpace(t), "#\"'` ")
		if t != "" && !slices.Contains(list, t) && len(t) < 80 {
			list = append(list, norm.NFC.String(t))
		}
	}
	return list
}

var reCodeSpan = lazily("`([^`\n]+)`")

// appendCode adds the paths that a value names: those in backticks, or all of a
// list in the front matter.
func appendCode(list []string, raw string, front bool) []string {
	put := func(s string) {
		s = strings.TrimSpace(strings.Trim(s, "\"' "))
		s = strings.TrimPrefix(s, "./")
		if s == "" || len(s) > 300 || strings.ContainsAny(s, " \t") || strings.Contains(s, "://") || slices.Contains(list, s) || blank(s) || placeholder(s) {
			return
		}
		if !front && !strings.ContainsAny(s, "/.*") {
			return
		}
		list = append(list, s)
	}
	if m := reCodeSpan().FindAllStringSubmatch(raw, -1); m != nil {
		for _, c := range m {
			put(c[1])
		}
		return list
	}
	for s := range strings.FieldsFuncSeq(raw, func(r rune) bool { return r == ',' || r == '\n' }) {
		if !front {
			s = markdown.Text(s)
		}
		put(s)
	}
	return list
}
