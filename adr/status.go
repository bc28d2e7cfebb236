package adr

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// words maps the words by which records state their status. Those of English,
// Korean, French, German, Spanish, Portuguese, Italian, Dutch, Chinese and
// Japanese are known.
func words() map[string]Status {
	m := map[string]Status{}
	for s, list := range map[Status]string{
		Draft: `draft|drafted|drafting|wip|work in progress|in progress|incomplete|idea|initial draft|
			초안|작성 중|작성중|작성중임|brouillon|ébauche|entwurf|borrador|rascunho|bozza|concept|草案|草稿|ドラフト|下書き`,
		Proposed: `proposed|proposal|propose|pending|in review|under review|in discussion|under discussion|discussion|review|
			for review|rfc|request for comments|open|awaiting|awaiting approval|awaiting review|submitted|candidate|under consideration|in consideration|
			제안|제안됨|제안 중|제안중|제안함|검토|검토 중|검토중|논의|논의 중|논의중|심의 중|대기|보류 중 검토|리뷰 중|리뷰중|
			proposé|proposée|en discussion|en revue|en attente|à valider|vorgeschlagen|in prüfung|in diskussion|
			propuesto|propuesta|en revisión|en discusión|proposto|proposta|em revisão|em discussão|em análise|proposto|voorgesteld|
			提议|提議|提议中|提案|提案中|已提议|已提出|待定|讨论中|待审核|評審中|评审中|レビュー中|提案済み`,
		Accepted: `accepted|accept|approved|approve|decided|adopted|adopt|agreed|ratified|implemented|implementing|implementable|
			completed|complete|done|active|final|in force|in effect|enacted|confirmed|valid|published|merged|accepted and implemented|
			승인|승인됨|승인 완료|승인완료|승인함|허용됨|허용|채택|채택됨|채택함|수락|수락됨|확정|확정됨|결정|결정됨|결정 완료|결정완료|합의|합의됨|
			적용|적용됨|적용 중|적용중|적용 완료|구현됨|구현 완료|구현완료|완료|완료됨|유효|시행|시행 중|
			accepté|acceptée|accepte|acceptee|approuvé|approuvée|adopté|adoptée|validé|validée|décidé|en vigueur|implémenté|
			akzeptiert|angenommen|beschlossen|genehmigt|entschieden|umgesetzt|gültig|
			aceptado|aceptada|aprobado|aprobada|adoptado|adoptada|implementado|implementada|vigente|
			aceito|aceita|aprovado|aprovada|adotado|adotada|decidido|
			accettato|accettata|approvato|approvata|geaccepteerd|goedgekeurd|aangenomen|
			接受|已接受|已采纳|采纳|采用|已采用|通过|已通过|批准|已批准|生效|已实施|已实现|已决定|已確定|已确定|已採納|採用|採択|承認|承認済み|承認済|決定|決定済み|採用済み`,
		Rejected: `rejected|reject|declined|not accepted|not approved|withdrawn|abandoned|cancelled|canceled|dropped|refused|denied|discarded|dismissed|
			반려|반려됨|거부|거부됨|거절|거절됨|기각|기각됨|철회|철회됨|채택 안 함|미채택|취소|취소됨|
			rejeté|rejetée|refusé|refusée|abandonné|abandonnée|retiré|abgelehnt|verworfen|zurückgezogen|
			rechazado|rechazada|descartado|descartada|rejeitado|rejeitada|recusado|rifiutato|respinto|afgewezen|verworpen|
			拒绝|已拒绝|否决|已否决|驳回|已驳回|撤回|却下|却下済み|拒否`,
		Deprecated: `deprecated|deprecate|depreciated|obsolete|retired|outdated|inactive|expired|sunset|no longer relevant|no longer valid|no longer applicable|no longer in use|
			사용중단|사용중단됨|사용 중단|사용 중단됨|더 이상 사용되지 않음|더 이상 사용하지 않음|더이상 사용되지 않음|폐기|폐기됨|폐지|폐지됨|만료|만료됨|
			obsolète|déprécié|dépréciée|périmé|veraltet|überholt|obsoleto|obsoleta|deprecado|deprecada|depreciado|depreciada|descontinuado|verouderd|
			弃用|已弃用|废弃|已废弃|废止|已废止|过时|已过时|廃止|非推奨|廃止済み`,
		Superseded: `superseded|superceded|supersceded|replaced|substituted|
			대체|대체됨|대체 됨|대체되었음|대체되었습니다|교체됨|변경됨|
			remplacé|remplacée|supplanté|ersetzt|abgelöst|reemplazado|reemplazada|sustituido|sustituida|substituído|substituída|substituido|supersedido|supersedida|
			sostituito|sostituita|superato|vervangen|取代|已取代|被取代|已被取代|替代|被替代|已替代|已被替代|替换|已替换|置き換え|置換|置換済み|代替済み`,
	} {
		for w := range strings.SplitSeq(list, "|") {
			m[strings.Join(strings.Fields(w), " ")] = s
		}
	}
	return m
}

// lazily compiles an expression when it is first used: none of them is needed
// by a command that reads no record.
func lazily(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// builtin is made when the first record is read.
var builtin = sync.OnceValue(words)

// weak are words of everyday language: they state a status only alone or at the
// beginning, before a pause.
func weak(w string) bool {
	switch w {
	case "accept", "approve", "adopt", "reject", "propose", "deprecate", "review", "open", "complete", "active", "final", "valid",
		"done", "discussion", "idea", "candidate", "concept", "proposal", "confirmed", "published", "merged", "in progress", "outdated",
		"결정", "변경됨", "검토", "논의", "적용", "유효", "완료", "완료됨", "대기", "승인", "허용", "대체", "제안", "취소", "확정", "시행", "거부",
		"决定", "決定", "采用", "採用", "通过", "接受", "替代", "提案", "替换", "拒绝", "拒否", "置換", "retiré", "decidido":
		return true
	}
	return false
}

// lexicon reads statuses.
type lexicon struct {
	known   map[string]Status
	project map[string]Status
}

func newLexicon(vocabulary map[string]Status) *lexicon {
	l := &lexicon{known: builtin()}
	if len(vocabulary) > 0 {
		l.project = make(map[string]Status, len(vocabulary))
		for w, s := range vocabulary {
			l.project[clean(w)] = s
		}
	}
	return l
}

func (l *lexicon) word(w string) (Status, bool) {
	if s, ok := l.project[w]; ok {
		return s, true
	}
	s, ok := l.known[w]
	return s, ok
}

// fold brings a value to the form in which words are compared.
func fold(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFC.String(s))), " ")
}

// blank are values that say that there is nothing.
func blank(s string) bool {
	switch strings.Trim(fold(s), " .-–—_*~`?/\\…:") {
	case "", "none", "n/a", "na", "tbd", "todo", "tba", "null", "nil", "unknown", "not applicable", "없음", "해당 없음", "해당없음", "미정", "aucun", "aucune", "keine", "ninguno", "nenhum", "无", "なし":
		return true
	}
	return false
}

var (
	reArrow      = lazily(`\s*(?:→|⇒|➔|➜|->|=>|⟶)\s*`)
	reStruck     = lazily(`~~[^~\n]*~~|(?i)<(?:s|del|strike)>.*?</(?:s|del|strike)>`)
	reStrong     = lazily(`\*\*([^*\n]+)\*\*|__([^_\n]+)__`)
	reComment    = lazily(`(?s)<!--.*?(?:-->|$)`)
	rePartial    = lazily(`(?i)\b(?:partial|partially|partly|in part)\b|부분|일부|partiellement|teilweise|parcialmente|parzialmente|部分`)
	reSplit      = lazily(`\s*[|/,]\s*|\s+(?:or|또는|ou|oder|o)\s+`)
	reStatusWord = lazily(`(?i)^(?:status|state|상태|statut|état|estado|stato|状态|狀態|ステータス)\s*(?:\((?:status|상태)\))?\s*[:：=\-–—]\s*`)
	reReplacedBy = lazily(`(?:superseded|superceded|supersceded|replaced)(?:\s+[\p{L}]+){0,2}\s+(?:by|with)\b|(?:로|으로|의해|에 의해)\s*대체|대체됨|remplacée? par|ersetzt durch|(?:reemplazad|sustituid|substituíd)[oa] por`)
)

// reading is what a status text says.
type reading struct {
	status  Status // Unknown when it says nothing
	partial bool
	raw     string // without markup
	exact   bool   // nothing but the status word
	at      int    // offset of the status word in raw, -1 when unknown
}

// read reads a status as it is written in the source.
func (l *lexicon) read(src string) reading {
	src = reComment().ReplaceAllString(src, "")
	r := reading{status: Unknown, at: -1}
	r.raw = strings.TrimSpace(markdown.Text(src))
	live := reStruck().ReplaceAllString(src, "")
	text := clean(markdown.Text(live))
	if blank(text) {
		if strings.TrimSpace(text) == "" && strings.TrimSpace(markdown.Text(src)) != "" && !blank(r.raw) {
			// Everything is struck out.
			r.raw = ""
		}
		return r
	}
	if s, ok := l.word(text); ok {
		r.status, r.exact = s, true
		return r
	}
	// A list to choose from is no choice, unless one of it stands out.
	if l.menu(text) {
		picked := ""
		for _, m := range reStrong().FindAllStringSubmatch(live, -1) {
			w := clean(markdown.Text(m[1] + m[2]))
			if _, ok := l.word(w); ok {
				if picked != "" {
					return r
				}
				picked = w
			}
		}
		if picked != "" {
			r.status, _ = l.word(picked)
			r.exact = true
		}
		return r
	}
	if placeholder(text) {
		return r
	}
	if parts := reArrow().Split(text, -1); len(parts) > 1 {
		if last := l.read(parts[len(parts)-1]); last.status != Unknown && last.status != Other {
			last.raw, last.exact = r.raw, false
			return last
		}
		if first := l.read(parts[0]); first.status != Unknown && first.status != Other {
			first.raw, first.exact = r.raw, false
			return first
		}
	}
	r.partial = rePartial().MatchString(text)
	bare := text
	if r.partial {
		bare = strings.TrimSpace(rePartial().ReplaceAllString(bare, " "))
	}
	r.status = l.scan(bare, r.partial)
	if r.partial && r.status != Superseded && !l.mentions(bare, Superseded) {
		r.partial = false // "partially implemented"
	}
	return r
}

// clean takes markup that Text leaves, emoji, quotes and brackets around the
// value, a repeated "status:" and the trailing full stop off a value.
func clean(s string) string {
	s = fold(s)
	for range 4 {
		before := s
		s = strings.TrimFunc(s, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || unicode.Is(unicode.Sm, r) || unicode.Is(unicode.Cf, r) ||
				strings.ContainsRune("*_`~\"'“”‘’«»\ufe0f\u200d.!|>•·。、:：", r)
		})
		s = strings.TrimLeft(s, "-–—✓✔✗✘ ")
		s = reStatusWord().ReplaceAllString(s, "")
		for _, p := range []string{"()", "[]", "{}", "（）", "<>", "【】"} {
			if strings.HasPrefix(s, p[:len(p)/2]) && strings.HasSuffix(s, p[len(p)/2:]) && strings.Count(s, p[:len(p)/2]) == 1 {
				inner := s[len(p)/2 : len(s)-len(p)/2]
				if !strings.ContainsAny(inner, "|/") {
					s = inner
				}
			}
		}
		if s == before {
			break
		}
	}
	return s
}

// menu reports whether a text lists several statuses to choose from.
func (l *lexicon) menu(text string) bool {
	if !strings.ContainsAny(text, "|/,") && !strings.Contains(text, " or ") && !strings.Contains(text, " 또는 ") {
		return false
	}
	seen, parts := map[Status]bool{}, 0
	for p := range slices.Values(reSplit().Split(strings.Trim(text, "[]{}<>()"), -1)) {
		p = clean(p)
		if p == "" || p == "…" || p == "..." {
			continue
		}
		parts++
		if s, ok := l.word(p); ok {
			seen[s] = true
		} else if s := l.scan(p, false); s != Other && s != Unknown && strings.Contains(text, "|") {
			seen[s] = true
		}
	}
	return len(seen) >= 3 || len(seen) == 2 && parts == 2 && strings.Contains(text, "|")
}

// scan finds the status in a text of several words.
func (l *lexicon) scan(text string, partial bool) Status {
	if text == "" {
		return Unknown
	}
	tokens := tokenize(text)
	if len(tokens) == 0 {
		return Unknown
	}
	// What negates comes first: "not yet accepted" is a proposal.
	if s, ok := negated(text); ok {
		return s
	}
	if s, n := l.at(tokens, 0); n > 0 && (n == len(tokens) || !weak(strings.Join(tokens[:n], " ")) || paused(text, tokens[n-1])) {
		// A replacement that is named ends an accepted life.
		if !partial && (s == Accepted || s == Proposed || s == Draft) {
			if reReplacedBy().MatchString(text) {
				return Superseded
			}
		}
		return s
	}
	// Otherwise the one status that the text names; several say nothing, but
	// that a replacement ends every other life.
	var found []Status
	for i := 0; i < len(tokens); i++ {
		s, n := l.at(tokens, i)
		// "Refinement completed" is said of something else than the decision.
		if n == 0 || weak(strings.Join(tokens[i:i+n], " ")) && (i > 0 || len(tokens) > 4) {
			continue
		}
		if !slices.Contains(found, s) {
			found = append(found, s)
		}
		i += n - 1
	}
	switch {
	case len(found) >= 3:
		return Unknown // what the statuses mean, not which one it is
	case len(found) == 1 && len(tokens) <= 12:
		return found[0]
	case slices.Contains(found, Superseded) && len(tokens) <= 24:
		return Superseded
	case len(tokens) == 1 && len(text) >= 6:
		// A slip of the pen in one of the core words.
		core := []string{"proposed", "accepted", "rejected", "deprecated", "superseded", "approved"}
		if w := finding.Nearest(text, core); w != "" && w[0] == text[0] && oneSlip(text, w) {
			s, _ := l.word(w)
			return s
		}
		return Other
	default:
		return Other
	}
}

// oneSlip reports whether one letter is missing, added, wrong or swapped with
// its neighbour.
func oneSlip(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:]
	switch {
	case len(a) == len(b):
		return x == "" || x[1:] == y[1:] || len(x) > 1 && x[0] == y[1] && x[1] == y[0] && x[2:] == y[2:]
	case len(a) == len(b)+1:
		return x[1:] == y
	case len(a)+1 == len(b):
		return x == y[1:]
	}
	return false
}

// mentions reports whether a word of a status stands anywhere in a text.
func (l *lexicon) mentions(text string, want Status) bool {
	tokens := tokenize(text)
	for i := range tokens {
		if s, n := l.at(tokens, i); n > 0 && s == want {
			return true
		}
	}
	return false
}

var reNegated = lazily(`^(?:not yet|yet to be|to be|awaiting|waiting|pending|미승인|아직)\b|^(?:미승인|승인 대기|승인대기|승인 전)`)

func negated(text string) (Status, bool) {
	switch {
	case reNegated().MatchString(text):
		return Proposed, true
	case strings.HasPrefix(text, "not accepted"), strings.HasPrefix(text, "not approved"):
		return Rejected, true
	case strings.HasPrefix(text, "not ") || strings.HasPrefix(text, "no "):
		if strings.HasPrefix(text, "no longer") {
			return Deprecated, true
		}
		return Other, true
	}
	return "", false
}

// at returns the status that the tokens from i on begin with, and how many
// tokens say so. Korean words may carry an ending.
func (l *lexicon) at(tokens []string, i int) (Status, int) {
	for n := min(5, len(tokens)-i); n > 0; n-- {
		if s, ok := l.word(strings.Join(tokens[i:i+n], " ")); ok {
			return s, n
		}
	}
	w := tokens[i]
	if isHangul(w) {
		for _, suffix := range []string{"되었습니다", "되었음", "되었다", "되었", "됐음", "됐습니다", "됐다", "된", "했음", "했다", "합니다", "함", "입니다", "임", "으로", "로", "상태", "을", "를", "은", "는", "이", "가", "에"} {
			if base, ok := strings.CutSuffix(w, suffix); ok && base != "" {
				if s, ok := l.word(base); ok {
					return s, 1
				}
				if s, ok := l.word(base + "됨"); ok {
					return s, 1
				}
			}
		}
	}
	return "", 0
}

// paused reports whether punctuation follows the first occurrence of a word.
func paused(text, word string) bool {
	_, rest, ok := strings.Cut(text, word)
	rest = strings.TrimLeft(rest, "*_`\"'")
	if !ok || rest == "" {
		return true
	}
	r := []rune(strings.TrimLeft(rest, " "))[0]
	return !unicode.IsLetter(r) || rest[0] != ' ' && isHangul(word)
}

func isHangul(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Hangul, r) {
			return false
		}
	}
	return s != ""
}

// tokenize cuts a folded text into words; what joins letters in a word stays.
func tokenize(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) && r != '-' && r != '\''
	})
}

// placeholder reports whether a value still waits to be filled in.
func placeholder(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" {
		return false
	}
	switch {
	case strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}"), strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && !strings.Contains(s[1:len(s)-1], "["),
		strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") && !strings.Contains(s, "://"), strings.HasPrefix(s, "<%"), strings.Contains(s, "{{") && strings.Contains(s, "}}"):
		return true
	}
	return false
}
