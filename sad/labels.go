package sad

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/lintel-docs/lintel/internal/markdown"
)

// partNames lists the labels by part; the first one in each language is what
// findings and templates call it.
var partNames = []struct {
	kind   PartKind
	labels []string
}{
	{PartPrimary, []string{"primary presentation", "주요 표현", "기본 표현", "주 표현", "주요 프레젠테이션", "whitebox", "whitebox overall system", "overview diagram"}},
	{PartCatalog, []string{"element catalog", "요소 목록", "요소 카탈로그", "구성요소 목록", "구성 요소 목록", "요소 설명", "element catalogue", "contained building blocks", "building blocks", "catalog of elements"}},
	{PartContext, []string{"context diagram", "컨텍스트 다이어그램", "맥락도", "컨텍스트", "맥락 다이어그램", "context and scope", "system context", "context", "scope and context", "시스템 컨텍스트"}},
	{PartVariability, []string{"variability guide", "가변성", "variability mechanisms", "variability", "가변성 가이드", "가변성 안내", "변동성", "변경 지점"}},
	{PartRationale, []string{"rationale", "근거", "architecture background", "배경", "설계 근거", "결정 근거", "아키텍처 배경", "solution strategy", "background", "design rationale", "설계 배경", "이유"}},
	{PartRelated, []string{"related views", "관련 뷰", "related view packets", "관련 뷰 패킷", "관련 문서", "연관 뷰", "related views and packets"}},
	{PartElements, []string{"elements", "요소", "elements and their properties", "요소와 속성", "구성 요소", "구성요소"}},
	{PartRelations, []string{"relations", "관계", "relations and their properties", "관계와 속성", "relationships", "요소 관계", "관계 목록"}},
	{PartInterfaces, []string{"interfaces", "인터페이스", "element interfaces", "요소 인터페이스", "interface documentation"}},
	{PartBehavior, []string{"behavior", "동작", "behaviour", "element behavior", "행위", "요소 동작", "runtime view"}},
	{PartConstraints, []string{"constraints", "제약", "제약 조건", "제약사항"}},
	{PartDescription, []string{"view description", "뷰 설명", "뷰 개요"}},
	{PartPackets, []string{"view packet overview", "뷰 패킷 개요", "view packets", "뷰 패킷"}},
	{PartLegend, []string{"legend", "범례", "key", "notation", "표기법", "notation key", "표기", "표기 설명", "기호", "기호 설명"}},
	{PartAbstract, []string{"abstract", "개요", "요약", "초록"}},
	{PartStakeholders, []string{"stakeholders and their concerns addressed", "이해관계자와 관심사", "stakeholders and concerns", "stakeholders", "이해관계자", "이해 관계자", "stakeholders and their concerns", "다루는 이해관계자와 관심사", "이해관계자 목록", "stakeholder representation"}},
	{PartConcerns, []string{"concerns", "관심사", "관심사 목록"}},
	{PartTypes, []string{"elements, relations, properties, and constraints", "요소, 관계, 속성, 제약", "elements, relations, properties and constraints", "elements relations properties and constraints", "요소와 관계", "요소, 관계, 속성과 제약", "요소·관계·속성·제약", "요소, 관계, 속성 및 제약", "elements and relations", "element and relation types"}},
	{PartLanguage, []string{"language(s) to model/represent conforming views", "표현 언어", "languages to model/represent conforming views", "language to model conforming views", "languages", "모델링 언어", "language", "languages to model conforming views", "model kinds", "표기 언어"}},
	{PartEvaluation, []string{"applicable evaluation/analysis techniques and consistency/completeness criteria", "평가와 완전성 기준", "evaluation and completeness criteria", "evaluation", "평가", "평가 기준", "completeness criteria", "consistency and completeness criteria", "analysis techniques", "평가·분석 기법", "평가와 분석", "완전성 기준", "evaluation and analysis"}},
	{PartSource, []string{"viewpoint source", "출처", "source", "뷰포인트 출처", "관점 출처"}},
	{PartMapping, []string{"mapping between views", "뷰 간 매핑", "relations among views", "mappings", "매핑", "view-to-view relations", "뷰 사이의 매핑", "뷰 간 관계", "mapping", "general relations among views"}},
	{PartIndex, []string{"index", "색인", "index of elements", "요소 색인", "directory", "찾아보기"}},
	{PartGlossary, []string{"glossary", "용어집", "glossary and acronyms", "용어", "용어집과 약어", "용어와 약어", "terms"}},
	{PartAcronyms, []string{"acronym list", "약어", "acronyms", "약어 목록", "abbreviations", "약어집"}},
	{PartReferences, []string{"referenced materials", "참고 자료", "references", "참고 문헌", "참고문헌", "참조 자료", "bibliography"}},
	{PartRevisions, []string{"document management and configuration control information", "개정 이력", "revision history", "revisions", "change history", "변경 이력", "문서 이력", "문서 관리"}},
	{PartRoadmap, []string{"documentation roadmap", "문서 안내", "roadmap", "documentation roadmap and overview", "문서 로드맵", "읽는 순서", "어떻게 읽는가"}},
	{PartMatrix, []string{"stakeholder matrix", "이해관계자 매트릭스", "view matrix", "뷰 매트릭스", "stakeholders, concerns and views"}},
	{PartScenarios, []string{"quality scenarios", "품질 시나리오", "quality attribute scenarios", "품질 속성 시나리오", "quality requirements"}},
	{PartDecisions, []string{"architecture decisions", "아키텍처 결정", "decisions", "결정", "design decisions", "결정 기록"}},
	{PartConflicts, []string{"known inconsistencies", "알려진 불일치", "known inconsistencies among views", "뷰 간 불일치", "inconsistencies", "불일치"}},
}

// Headings are more headings by which parts are known, beside those that are
// built in. They come first: a heading that is listed here means what it says
// here.
type Headings map[PartKind][]string

// PartKinds returns the parts that Headings may name.
func PartKinds() []PartKind {
	out := make([]PartKind, len(partNames))
	for i := range partNames {
		out[i] = partNames[i].kind
	}
	return out
}

// partName is what a part is called in messages.
func partName(k PartKind) string {
	for i := range partNames {
		if partNames[i].kind == k {
			return partNames[i].labels[0]
		}
	}
	return string(k)
}

func partOf(labels map[string]PartKind, title string) (PartKind, bool) {
	for _, l := range markdown.Labels(title) {
		if k, ok := labels[l]; ok {
			return k, true
		}
	}
	return "", false
}

// Labels of columns, English and Korean.
var (
	colID          = []string{"id", "식별자", "identifier", "아이디", "element id"}
	colElement     = []string{"element", "요소", "요소명", "요소 이름", "name", "이름", "명칭", "구성요소", "구성 요소", "component", "컴포넌트", "module", "모듈", "unit", "node", "노드", "building block", "service", "서비스", "package", "패키지", "system", "시스템", "layer", "계층", "entity"}
	colKind        = []string{"kind", "종류", "유형", "type", "타입", "형태", "element type", "요소 종류", "요소 유형", "relation type"}
	colTechnology  = []string{"technology", "기술", "tech", "기술 스택", "implementation", "구현", "구현 기술", "stack", "protocol", "프로토콜"}
	colDescription = []string{"description", "설명", "responsibility", "responsibilities", "책임", "역할", "purpose", "내용", "role", "비고", "what it does", "what it hides"}
	colOwner       = []string{"owner", "담당", "소유", "소유자", "담당팀", "담당 팀", "팀", "team", "오너", "담당자", "책임자"}
	colCode        = []string{"code", "코드", "경로", "path", "코드 경로", "위치", "code path", "소스", "source code", "location"}
	colParent      = []string{"parent", "상위", "part of", "상위 요소", "is part of", "부모"}
	colExternal    = []string{"external", "외부", "외부 여부"}
	colCritical    = []string{"critical", "핵심", "중요", "중요도", "criticality"}

	colFrom = []string{"from", "출발", "원천", "source", "소스", "producer", "생산자", "보내는 쪽", "시작", "호출자", "사용하는 쪽", "출발 요소"}
	colTo   = []string{"to", "도착", "대상", "target", "destination", "consumer", "소비자", "받는 쪽", "끝", "피호출자", "도착 요소", "목적지"}
	colRel  = []string{"relation", "관계", "kind", "종류", "type", "유형", "관계 종류", "relation type"}
	colVia  = []string{"via", "통로", "channel", "채널", "경유", "매개", "토픽", "topic", "경로"}
	colData = []string{"data", "데이터", "payload", "자료", "전달 데이터", "데이터 형식"}

	colInterface = []string{"interface", "인터페이스", "interface id", "인터페이스 이름"}
	colDirection = []string{"direction", "방향", "provided/required", "제공/요구"}

	colTerm       = []string{"term", "용어", "preferred term", "표준 용어", "권장 용어", "단어", "word", "대표어"}
	colAliases    = []string{"aliases", "별칭", "alias", "동의어", "synonyms", "다른 이름", "같은 말", "영어", "영문", "english", "유의어", "허용 표기", "also"}
	colForbidden  = []string{"forbidden synonyms", "금지어", "forbidden", "금지", "쓰지 않는 말", "피할 말", "avoid", "do not use", "금지 표기", "금지 동의어", "쓰지 않음", "쓰지 말 것", "피해야 할 표현", "not"}
	colDefinition = []string{"definition", "정의", "뜻", "의미", "meaning", "설명", "description", "풀이"}
	colAcronym    = []string{"acronym", "약어", "abbreviation", "줄임말"}
	colExpansion  = []string{"expansion", "풀이", "원어", "meaning", "뜻", "full form", "정의", "definition", "full name", "의미", "stands for", "설명", "전체 이름"}

	colStakeholder = []string{"stakeholder", "이해관계자", "이해 관계자", "역할", "role", "who", "누가"}
	colConcerns    = []string{"concerns", "관심사", "concern", "asks", "질문", "무엇을 묻는가", "궁금한 것"}
	colConcern     = []string{"concern", "관심사", "concern id"}

	colQuality     = []string{"quality", "품질", "품질 속성", "quality attribute", "속성"}
	colSource      = []string{"source", "자극원", "자극 원천", "원천", "source of stimulus", "발생원"}
	colStimulus    = []string{"stimulus", "자극"}
	colEnvironment = []string{"environment", "환경"}
	colArtifact    = []string{"artifact", "대상", "산출물", "대상체", "artefact", "대상 요소"}
	colResponse    = []string{"response", "응답", "반응"}
	colMeasure     = []string{"response measure", "응답 척도", "measure", "측정", "척도", "측정치", "응답 측정", "반응 척도", "측정 기준", "목표치"}
	colScenario    = []string{"scenario", "시나리오", "name", "이름", "id"}

	colTitle    = []string{"title", "제목", "자료", "문서", "document", "name", "이름"}
	colURL      = []string{"url", "link", "링크", "주소", "위치", "where"}
	colRevision = []string{"revision", "revision number", "개정", "버전", "version", "판", "개정 번호", "no", "번호"}
	colDate     = []string{"date", "날짜", "revision release date", "일자", "release date", "개정일"}
)

// key is how names are compared: letters and digits alone, in lower case, in
// one Unicode form.
func key(s string) string {
	plain := true
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	s = norm.NFC.String(s)
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// slug makes an id of a name.
func slug(s string) string {
	var b strings.Builder
	dash := false
	for _, r := range norm.NFC.String(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '.':
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(unicode.ToLower(r))
		default:
			dash = true
		}
	}
	return b.String()
}

// kindKey is how kinds are compared: as names, without a plural s.
func kindKey(s string) string {
	k := key(s)
	if len(k) > 3 && strings.HasSuffix(k, "s") && !strings.HasSuffix(k, "ss") && !strings.HasSuffix(k, "us") && !strings.HasSuffix(k, "is") {
		k = k[:len(k)-1]
	}
	return k
}
