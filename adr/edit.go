package adr

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// ErrChanged is returned where an edit no longer fits the text.
var ErrChanged = errors.New("the text has changed since it was read")

// Apply returns src with edits made. They may come in any order but must not
// overlap.
func Apply(src []byte, edits []finding.Edit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b finding.Edit) int { return a.Start - b.Start })
	var out bytes.Buffer
	last := 0
	for _, e := range edits {
		if e.Start < last || e.Start+len(e.Old) > len(src) || string(src[e.Start:e.Start+len(e.Old)]) != e.Old {
			return nil, fmt.Errorf("edit %s at byte %d: %w", e.Path, e.Start, ErrChanged)
		}
		out.Write(src[last:e.Start])
		out.WriteString(e.New)
		last = e.Start + len(e.Old)
	}
	out.Write(src[last:])
	return out.Bytes(), nil
}

// language is how statuses are written in one language.
type language struct {
	code  string
	words map[Status]string
	by    string // superseded by
	does  string // supersedes
}

// languages are those in which statuses can be written; English is the first.
func languages() []language {
	mk := func(code, words, by, does string) language {
		l := language{code: code, words: map[Status]string{}, by: by, does: does}
		for i, w := range strings.Split(words, "|") {
			l.words[Statuses()[i]] = w
		}
		return l
	}
	return []language{
		mk("en", "draft|proposed|accepted|rejected|deprecated|superseded", "superseded by", "supersedes"),
		mk("ko", "초안|제안됨|승인됨|반려됨|사용중단됨|대체됨", "대체됨", "대체 대상"),
		mk("fr", "brouillon|proposé|accepté|rejeté|obsolète|remplacé", "remplacé par", "remplace"),
		mk("de", "entwurf|vorgeschlagen|akzeptiert|abgelehnt|veraltet|ersetzt", "ersetzt durch", "ersetzt"),
		mk("es", "borrador|propuesto|aceptado|rechazado|obsoleto|reemplazado", "reemplazado por", "reemplaza a"),
		mk("pt", "rascunho|proposto|aceito|rejeitado|obsoleto|substituído", "substituído por", "substitui"),
		mk("zh", "草案|提议|已接受|已拒绝|已弃用|已取代", "被取代", "取代"),
		mk("ja", "下書き|提案|承認済み|却下|廃止|置き換え", "", ""),
	}
}

// languageOf tells in which language a status word is.
func languageOf(word string) language {
	ls := languages()
	word = fold(word)
	for _, r := range word {
		switch {
		case unicode.Is(unicode.Hangul, r):
			return ls[1]
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return ls[7]
		}
	}
	for _, l := range ls {
		for _, w := range l.words {
			if w == word || l.code != "en" && len(w) > 4 && strings.TrimSuffix(word, "e") == w || l.code != "en" && len(w) > 4 && strings.TrimSuffix(word, "a") == strings.TrimSuffix(w, "o") {
				return l
			}
		}
	}
	for _, r := range word {
		if unicode.Is(unicode.Han, r) {
			return ls[6]
		}
	}
	return ls[0]
}

// caseLike writes a word as another is written: ACCEPTED, Accepted, accepted.
func caseLike(model, word string) string {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, model)
	switch {
	case letters == "":
		return word
	case len([]rune(letters)) > 1 && strings.ToUpper(letters) == letters && strings.ToLower(letters) != letters:
		return strings.ToUpper(word)
	case unicode.IsUpper([]rune(letters)[0]):
		return capital(word)
	default:
		return word
	}
}

func capital(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

// EditOptions say how to write what a record does not show.
type EditOptions struct {
	// Peers are the other records of the project, whose way of writing is
	// followed: their words and emoji.
	Peers      []*Record
	Vocabulary map[string]Status
}

// Accept returns the edits that make a record accepted.
func Accept(r *Record, src []byte, o EditOptions) ([]finding.Edit, error) {
	return SetStatus(r, src, Accepted, o)
}

// Reject returns the edits that make a record rejected.
func Reject(r *Record, src []byte, o EditOptions) ([]finding.Edit, error) {
	return SetStatus(r, src, Rejected, o)
}

// SetStatus returns the edits that give a record a status, at every place where
// it states one and in the way in which it is written there. Where it states
// none, the status is added where the format of the record has it. A record
// that has the status already needs no edit.
func SetStatus(r *Record, src []byte, s Status, o EditOptions) ([]finding.Edit, error) {
	if s == Unknown || s == Other {
		return nil, fmt.Errorf("set status of %s: %s cannot be written", r.ID, s)
	}
	e := &editor{r: r, src: src, o: o, lex: newLexicon(o.Vocabulary)}
	return e.status(s, "", "")
}

type editor struct {
	r     *Record
	src   []byte
	o     EditOptions
	lex   *lexicon
	edits []finding.Edit
}

func (e *editor) replace(start, end int, text string) {
	if start < 0 || end > len(e.src) || start > end || string(e.src[start:end]) == text {
		return
	}
	e.edits = append(e.edits, finding.Edit{Path: e.r.Path, Start: start, Old: string(e.src[start:end]), New: text})
}

// eol is the line end of the file.
func (e *editor) eol() string {
	if i := bytes.IndexByte(e.src, '\n'); i > 0 && e.src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// status writes a status. target, if any, is how the replacement is referred
// to: a Markdown link, or plain for places that hold no links.
func (e *editor) status(s Status, target, plain string) ([]finding.Edit, error) {
	stated := 0
	inSection := false
	for _, st := range e.r.Statements {
		if st.Place == InFolder || st.Place == InHistory {
			continue
		}
		stated++
		if st.Start < 0 || st.End > len(e.src) || st.Start > st.End {
			return nil, fmt.Errorf("set status of %s: %w", e.r.ID, ErrChanged)
		}
		if st.Place != InSection {
			e.statement(st, s, target, plain)
			continue
		}
		// Of several lines the first is set; those that would outlive it go.
		switch partial := rePartial().MatchString(st.Raw) && st.Status == Superseded; {
		case partial && inSection:
		case !inSection:
			e.statement(st, s, target, plain)
			inSection = true
		case life(st.Status) > life(s) || target != "" && st.Status == Superseded:
			e.remove(st)
		}
	}
	if stated == 0 && len(e.r.Slots) > 0 {
		e.fill(e.r.Slots[0], s, target, plain)
		stated++
	}
	if stated == 0 {
		e.insert(s, target, plain)
	}
	if target != "" && stated > 0 && !slices.ContainsFunc(e.r.Statements, func(st Statement) bool {
		return st.Place != InTag && st.Place != InBadge && st.Place != InTitle && st.Place != InFolder && st.Place != InHistory
	}) && len(e.r.Statements) > 0 {
		// A tag or a title has no room for a link.
		e.link(SupersededBy, capital(e.phrase(languages()[0], Superseded, target)), target)
	}
	edits, err := e.finish()
	if err != nil || e.holds(edits, s, target) {
		return edits, err
	}
	if len(e.r.Slots) > 0 && e.r.Slots[0].Place == InSection && len(e.r.Statements) == 0 {
		// A list to choose from: it goes, but for the status.
		if edits := e.section(s, target, plain); e.holds(edits, s, target) {
			return edits, nil
		}
	}
	// What stands there is too rich for a change of words: it is replaced whole.
	e.edits = nil
	for i, st := range slices.Concat(e.r.Statements, e.r.Slots) {
		switch st.Place {
		case InFolder, InHistory:
		case InTag, InBadge, InTitle:
			e.statement(st, s, target, plain)
		default:
			if i > 0 && st.Place == InSection && len(e.edits) > 0 {
				e.remove(st)
				continue
			}
			e.whole(st, s, target, plain)
		}
	}
	edits, err = e.finish()
	if err == nil && !e.holds(edits, s, target) {
		return nil, fmt.Errorf("set status of %s: the way in which %s states it is not understood; change it by hand", e.r.ID, e.r.Path)
	}
	return edits, err
}

// section replaces the text of the section about the status.
func (e *editor) section(s Status, target, plain string) []finding.Edit {
	d := markdown.Parse(e.src)
	e.edits = nil
	for sec := range d.Sections() {
		if sec.Heading != nil && partOf(sec.Heading.Text) == PartStatus && len(sec.Own) > 0 {
			e.replace(sec.Own[0].Start, sec.Own[len(sec.Own)-1].End, e.text(InSection, s, target, plain))
			break
		}
	}
	return e.edits
}

// holds reports whether a record reads as it should once edits are made.
func (e *editor) holds(edits []finding.Edit, s Status, target string) bool {
	out, err := Apply(e.src, edits)
	if err != nil {
		return false
	}
	back := Parse(e.r.Path, out, Options{Vocabulary: e.o.Vocabulary, Folders: []string{"."}})
	if back == nil || back.Status != s || s == Superseded && back.Partial {
		return false
	}
	return target == "" || len(back.LinksOf(SupersededBy)) > 0
}

// remove takes a line away with the empty line before it.
func (e *editor) remove(st Statement) {
	start, end := st.Start, lineEnd(e.src, st.End)
	for start > 0 && e.src[start-1] != '\n' {
		start--
	}
	for start > 0 && (e.src[start-1] == '\n' || e.src[start-1] == '\r') {
		start--
	}
	e.replace(start, end, "")
}

// whole replaces a value but for the marks around it.
func (e *editor) whole(st Statement, s Status, target, plain string) {
	text := e.word(st.Raw, s, st.Place)
	if target != "" {
		if st.Place == InFront {
			target = plain
		}
		text = caseFirst(text, e.phrase(languageOf(text), Superseded, target))
	}
	if st.Place == InFront {
		text = e.frontScalar(st, st.Start, text)
	}
	start, end := st.Start, st.End
	if st.Place == InTable || st.Place == InQuote {
		start, end, text = e.cell(start, end, text)
	}
	e.replace(start, end, text)
}

func (e *editor) finish() ([]finding.Edit, error) {
	slices.SortStableFunc(e.edits, func(a, b finding.Edit) int { return a.Start - b.Start })
	return e.edits, nil
}

// word returns how a status is written beside a model, the text that it
// replaces.
func (e *editor) word(model string, s Status, place Place) string {
	// A word that the project writes for it.
	lang := languageOf(e.statusWord(model))
	for _, p := range e.o.Peers {
		for _, st := range p.Statements {
			if st.Status == s && st.Place == place && p.Path != e.r.Path {
				if w := e.statusWord(st.Raw); w != "" && languageOf(w).code == lang.code && len(tokenize(fold(w))) == 1 && e.exactly(w, s) {
					return caseLike(e.statusWord(model), strings.ToLower(w))
				}
			}
		}
	}
	return caseLike(e.statusWord(model), lang.words[s])
}

func (e *editor) exactly(w string, s Status) bool {
	got, ok := e.lex.word(clean(w))
	return ok && got == s
}

// statusWord returns the word of a text that states the status, as written.
func (e *editor) statusWord(raw string) string {
	from, to := e.wordAt(raw)
	return raw[from:to]
}

var reWord = lazily(`[\p{L}\p{Mn}\d]+(?:[-'’][\p{L}\d]+)*`)

// wordAt finds the words of a text that state the status.
func (e *editor) wordAt(raw string) (from, to int) {
	at := reWord().FindAllStringIndex(raw, 64)
	for i := range at {
		for n := min(5, len(at)-i); n > 0; n-- {
			w := fold(raw[at[i][0]:at[i+n-1][1]])
			if _, ok := e.lex.word(w); ok {
				return at[i][0], at[i+n-1][1]
			}
		}
		if len(at) > 0 && isHangul(raw[at[i][0]:at[i][1]]) {
			if _, n := e.lex.at([]string{fold(raw[at[i][0]:at[i][1]])}, 0); n > 0 {
				return at[i][0], at[i][1]
			}
		}
	}
	if len(at) > 0 {
		return at[0][0], at[0][1]
	}
	return 0, len(raw)
}

// statement changes one place that states a status.
func (e *editor) statement(st Statement, s Status, target, plain string) {
	raw := string(e.src[st.Start:st.End])
	if rd := e.lex.read(raw); rd.status == s && target == "" && !rd.partial {
		return
	}
	from, to := e.wordAt(raw)
	word := e.word(raw, s, st.Place)
	lang := languageOf(word)
	rd := e.lex.read(raw)
	switch {
	case st.Place == InTag || st.Place == InBadge || st.Place == InTitle:
		e.replace(st.Start+from, st.Start+to, word)
		return
	case target != "" && st.Place == InSection && !rd.exact && rd.status != Superseded && s == Superseded:
		// "Accepted (lazy consensus)": the new line stands below it.
		end := lineEnd(e.src, st.End)
		e.replace(end, end, e.eol()+e.eol()+capitalLike(raw, e.phrase(lang, Superseded, target)))
		return
	}
	text := word
	if target != "" {
		t := target
		if st.Place == InFront || st.Place == InTag {
			t = plain
		}
		text = caseFirst(word, e.phrase(lang, Superseded, t))
	}
	// An emoji says the status too.
	if emoji := leadingEmoji(raw); emoji != "" && rd.status != s {
		if other := e.peerEmoji(s); other != "" {
			text = other + text
		}
		from = 0
		lead := len(raw) - len(strings.TrimLeft(raw, "*_ "))
		if k := strings.Index(raw, emoji); k > 0 && k <= lead {
			from = k
		}
	}
	// What follows the status word goes with it: whom it was superseded by,
	// when it was accepted. In a cell or a list it is kept only if it is a
	// date or a remark in brackets about neither.
	end := to
	if rest := raw[to:]; rd.status == Superseded || !rd.exact && s != Superseded && reConsequent().MatchString(rest) {
		end = len(raw)
		// Marks that close what was opened before the word stay.
		for _, m := range []string{"**", "__", "`", "*", "_", "\""} {
			if strings.HasSuffix(strings.TrimSpace(raw), m) && strings.Count(raw[:from], m) == 1 && strings.HasPrefix(strings.TrimLeft(raw, " "+leadingEmoji(raw)), m) {
				end = strings.LastIndex(raw, m)
				break
			}
		}
	}
	start, stop := st.Start+from, st.Start+end
	if st.Place == InTable || st.Place == InQuote {
		start, stop, text = e.cell(start, stop, text)
	}
	if st.Place == InFront {
		text = e.frontScalar(st, start, text)
	}
	e.replace(start, stop, text)
}

var reConsequent = lazily(`(?i)^\s*(?:by|in favou?r|\()\s*.*(?:adr|\]\(|#\d|\.md)`)

// cell keeps the width of a table's cell where it can.
func (e *editor) cell(start, stop int, text string) (int, int, string) {
	line := lineEnd(e.src, stop)
	rest := string(e.src[stop:line])
	pad := len(rest) - len(strings.TrimLeft(rest, " "))
	if pad == 0 || pad >= len(rest) || rest[pad] != '|' {
		return start, stop, text
	}
	diff := len([]rune(text)) - len([]rune(string(e.src[start:stop])))
	switch {
	case diff < 0:
		return start, stop, text + strings.Repeat(" ", -diff)
	case diff < pad:
		return start, stop + diff, text
	default:
		return start, stop + pad - 1, text
	}
}

// frontScalar quotes a value of the front matter where YAML needs it.
func (e *editor) frontScalar(st Statement, start int, text string) string {
	quoted := start > 0 && (e.src[start-1] == '"' || e.src[start-1] == '\'') || st.Start > 0 && (e.src[st.Start-1] == '"' || e.src[st.Start-1] == '\'')
	if quoted || !strings.ContainsAny(text, ":#[]{}&*!|>'\"%@`,") && !strings.HasPrefix(text, "-") {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `'`) + `"`
}

func lineEnd(src []byte, at int) int {
	if k := bytes.IndexByte(src[at:], '\n'); k >= 0 {
		at += k
		if at > 0 && src[at-1] == '\r' {
			at--
		}
		return at
	}
	return len(src)
}

func leadingEmoji(s string) string {
	s = strings.TrimLeft(s, "*_ `")
	n := 0
	for i, r := range s {
		if unicode.Is(unicode.So, r) || r == '\ufe0f' || r == '\u200d' || r == '✅' {
			n = i + len(string(r))
			continue
		}
		break
	}
	if n == 0 {
		return ""
	}
	for n < len(s) && s[n] == ' ' {
		n++
	}
	return s[:n]
}

// peerEmoji returns the emoji that other records set before a status.
func (e *editor) peerEmoji(s Status) string {
	for _, p := range e.o.Peers {
		for _, st := range p.Statements {
			if st.Status == s && st.Place != InTag {
				if em := leadingEmoji(st.Raw); em != "" {
					return em
				}
			}
		}
	}
	switch s {
	case Accepted:
		return "✅ "
	case Rejected:
		return "❌ "
	default:
		return ""
	}
}

// phrase says that a record is superseded, or supersedes, with a reference.
func (e *editor) phrase(l language, s Status, target string) string {
	if s != Superseded || target == "" {
		return l.words[s]
	}
	switch l.code {
	case "ko":
		return target + particle(target) + " 대체됨"
	case "ja", "zh":
		return "superseded by " + target
	}
	return l.by + " " + target
}

// particle is 로 or 으로, as the last digit of a reference is read.
func particle(target string) string {
	if k := strings.LastIndexByte(target, ']'); k > 0 {
		target = target[:k]
	}
	switch t := strings.TrimRight(target, ") "); {
	case t == "":
		return "로"
	case strings.ContainsAny(t[len(t)-1:], "036"):
		return "으로"
	default:
		return "로"
	}
}

func caseFirst(model, s string) string {
	if r := []rune(model); len(r) > 0 && unicode.IsUpper(r[0]) && s != "" && s[0] != '[' {
		return capital(s)
	}
	return s
}

func capitalLike(model, s string) string {
	for _, r := range model {
		if unicode.IsLetter(r) {
			if unicode.IsUpper(r) {
				return caseFirst("A", s)
			}
			return s
		}
	}
	return caseFirst("A", s)
}

// model is how the peers in the same place write a status, or a default.
func (e *editor) model(place Place) string {
	for _, p := range e.o.Peers {
		if p.Folder() != e.r.Folder() {
			continue
		}
		for _, st := range p.Statements {
			if st.Place == place && st.Status != Other {
				if w := e.statusWord(st.Raw); w != "" {
					return w
				}
			}
		}
	}
	for _, s := range e.r.Sections {
		if s.Part == PartDecision || s.Part == PartContext {
			for _, r := range s.Title {
				if unicode.Is(unicode.Hangul, r) && !strings.ContainsAny(strings.ToLower(s.Title), "abcdefghijklmnopqrstuvwxyz") {
					return "승인됨"
				}
			}
		}
	}
	if place == InSection || place == InTable {
		return "Accepted"
	}
	return "accepted"
}

func (e *editor) text(place Place, s Status, target, plain string) string {
	m := e.model(place)
	w := e.word(m, s, place)
	if s == Superseded && target != "" {
		if place == InFront {
			target = plain
		}
		return caseFirst(w, e.phrase(languageOf(w), s, target))
	}
	return w
}

// fill writes into a place that has been left empty.
func (e *editor) fill(slot Statement, s Status, target, plain string) {
	text := e.text(slot.Place, s, target, plain)
	start, end := slot.Start, slot.End
	switch slot.Place {
	case InFront:
		text = e.frontScalar(slot, start, text)
		if start > 0 && e.src[start-1] == ':' {
			text = " " + text
		}
	case InTable, InQuote:
		if start == end && start > 0 && e.src[start-1] == '|' {
			text = " " + text + " "
		}
		start, end, text = e.cell(start, end, text)
	default:
		if start > 0 && start == end && (e.src[start-1] == ':' || e.src[start-1] == '*') {
			text = " " + text
		}
	}
	e.replace(start, end, text)
}

// insert adds a status where the format of the record has it.
func (e *editor) insert(s Status, target, plain string) {
	d := markdown.Parse(e.src)
	nl := e.eol()
	// An empty section waits for it.
	for _, sec := range e.r.Sections {
		if sec.Part == PartStatus {
			at := lineEnd(e.src, sec.Start)
			if h := sectionHeading(d, sec.Start); h != nil {
				at = h.End
			}
			e.replace(at, at, nl+nl+e.text(InSection, s, target, plain))
			return
		}
	}
	front := e.r.Format == MADR3 || e.r.Format == MADR4 || e.r.Format == ADG || slices.ContainsFunc(e.o.Peers, func(p *Record) bool {
		return p.Folder() == e.r.Folder() && len(p.Statements) > 0 && p.Statements[0].Place == InFront
	})
	if d.Front != nil && front {
		at := d.Front.End
		e.replace(at, at, "status: "+e.frontScalar(Statement{}, 0, e.text(InFront, s, target, plain))+nl)
		return
	}
	// A list of fields, a line or a table of them.
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Kind == markdown.Heading && partOf(b.Text) != "" {
			break
		}
		line := d.LineText(b.Line)
		switch b.Kind {
		case markdown.Item:
			if fs := fieldsOf(string(e.src[b.Body:min(b.End, len(e.src))]), b.Body); len(fs) > 0 {
				lead := string(e.src[b.Start:b.Body])
				e.replace(b.Start, b.Start, lead+labelLike(fs[0].label)+e.text(InList, s, target, plain)+nl)
				return
			}
		case markdown.Paragraph:
			if fs := fieldsOf(line, b.Start); len(fs) > 0 && e.r.Format != Nygard {
				tail := ""
				if strings.HasSuffix(string(e.src[b.Start:lineEnd(e.src, b.Start)]), "  ") {
					tail = "  "
				}
				e.replace(b.Start, b.Start, labelLike(fs[0].label)+e.text(InLine, s, target, plain)+tail+nl)
				return
			}
		case markdown.Table:
			g := d.Grid(b)
			if len(g.Header) == 2 && len(g.Rows) > 0 && kindOf(g.Rows[0][0].Text) != kindNone {
				at := d.LineStart(g.Lines[0])
				e.replace(at, at, "| Status | "+e.text(InTable, s, target, plain)+" |"+nl)
				return
			}
		default:
		}
	}
	// A section of its own, before the first one.
	at := len(e.src)
	for _, sec := range e.r.Sections {
		if sec.Part != PartDate {
			at = sec.Start
			break
		}
	}
	level := "##"
	title := "Status"
	if e.model(InSection) == "승인됨" {
		title = "상태"
	}
	pre := ""
	if at == len(e.src) {
		if len(e.src) > 0 && e.src[len(e.src)-1] != '\n' {
			pre = nl
		}
		pre += nl
		e.replace(at, at, pre+level+" "+title+nl+nl+e.text(InSection, s, target, plain)+nl)
		return
	}
	e.replace(at, at, level+" "+title+nl+nl+e.text(InSection, s, target, plain)+nl+nl)
}

func sectionHeading(d *markdown.Doc, at int) *markdown.Block {
	for i := range d.Blocks {
		if b := &d.Blocks[i]; b.Kind == markdown.Heading && b.Start == at {
			return b
		}
	}
	return nil
}

// labelLike writes "Status:" as another label is written.
func labelLike(label string) string {
	name := strings.Trim(label, " \t*_:：`")
	k := strings.Index(label, name)
	if k < 0 || name == "" {
		return "Status: "
	}
	word := "Status"
	for _, r := range name {
		if unicode.Is(unicode.Hangul, r) {
			word = "상태"
		}
	}
	if word == "Status" && strings.ToLower(name) == name {
		word = "status"
	}
	tail := label[k+len(name):]
	if !strings.HasSuffix(tail, " ") {
		tail += " "
	}
	return label[:k] + word + tail
}

// ConnectOptions say how two records are connected.
type ConnectOptions struct {
	Partial bool
	// Part is what a partial replacement replaces, in words.
	Part       string
	Peers      []*Record
	Vocabulary map[string]Status
}

// Connect returns the edits that make r say how it is related to another
// record. Superseded by another whole, it gets that status; everything else is
// a link, written where the record or its peers write theirs.
func Connect(r *Record, src []byte, kind LinkKind, to *Record, o ConnectOptions) ([]finding.Edit, error) {
	e := &editor{r: r, src: src, o: EditOptions{Peers: o.Peers, Vocabulary: o.Vocabulary}, lex: newLexicon(o.Vocabulary)}
	target, plain := Reference(r, to), plainReference(to)
	if kind == SupersededBy && !o.Partial {
		if e.frontLink(kind, to) {
			return e.status(Superseded, "", "")
		}
		return e.status(Superseded, target, plain)
	}
	for _, l := range r.Links {
		if l.Kind == kind && l.Path == to.Path && l.Partial == o.Partial {
			return nil, nil
		}
	}
	if !o.Partial && e.frontLink(kind, to) {
		return e.finish()
	}
	text := e.sentence(kind, target, o)
	e.link(kind, text, target)
	return e.finish()
}

// Supersede returns the edits of both records that make one supersede the other.
func Supersede(old *Record, oldSrc []byte, by *Record, bySrc []byte, o ConnectOptions) ([]finding.Edit, error) {
	a, err := Connect(old, oldSrc, SupersededBy, by, o)
	if err != nil {
		return nil, err
	}
	b, err := Connect(by, bySrc, Supersedes, old, o)
	if err != nil {
		return nil, err
	}
	return append(a, b...), nil
}

// Reference writes a Markdown link from one record to another: the number and
// title where the title shows its number as adr-tools does, else the id.
func Reference(from, to *Record) string {
	return "[" + linkText(to) + "](" + escapeTarget(relative(path.Dir(from.Path), to.Path)) + ")"
}

func linkText(to *Record) string {
	switch {
	case to.Format == Nygard && to.TitleNumber != "" && to.NameNumber != "":
		return strings.NewReplacer("[", `\[`, "]", `\]`).Replace(to.TitleNumber + ". " + to.Title)
	default:
		return plainReference(to)
	}
}

// plainReference is the id as it is cited: ADR-0005, or the id alone where it
// is more than a number.
func plainReference(to *Record) string {
	if to.NameNumber != "" && to.ID == to.NameNumber {
		return "ADR-" + to.ID
	}
	if m := rePRID().FindStringSubmatch(to.ID); m != nil {
		return "PR#" + m[1]
	}
	return to.ID
}

func escapeTarget(p string) string {
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29").Replace(p)
}

// relative is the path from a folder to a file.
func relative(dir, file string) string {
	if dir == "." {
		return file
	}
	d, f := strings.Split(dir, "/"), strings.Split(file, "/")
	for len(d) > 0 && len(f) > 1 && d[0] == f[0] {
		d, f = d[1:], f[1:]
	}
	return strings.Repeat("../", len(d)) + strings.Join(f, "/")
}

// sentence says how the record is related to another.
func (e *editor) sentence(kind LinkKind, target string, o ConnectOptions) string {
	ko := false
	for _, st := range e.r.Statements {
		if w := e.statusWord(st.Raw); w != "" && languageOf(w).code == "ko" {
			ko = true
		}
	}
	part := ""
	if o.Part != "" {
		part = ": " + o.Part
	}
	if ko {
		pre := ""
		if o.Partial {
			pre = "부분 "
		}
		switch kind {
		case SupersededBy:
			return target + particle(target) + " " + pre + "대체됨" + part
		case Supersedes:
			return pre + "대체 대상: " + target + part
		case Relates:
			return "관련: " + target + part
		default:
		}
	}
	s := string(kind)
	if o.Partial {
		s = "partially " + s
	}
	return capital(s) + " " + target + part
}

// frontLink writes a link into the front matter where the record or its peers
// have such a key; it reports whether it did.
func (e *editor) frontLink(kind LinkKind, to *Record) bool {
	d := markdown.Parse(e.src)
	if d.Front == nil || d.Front.Node == nil {
		return false
	}
	keys := map[LinkKind][]string{
		Supersedes: {"supersedes", "replaces"}, SupersededBy: {"superseded_by", "superseded-by", "supersededBy", "replaced_by"},
		Amends: {"amends"}, AmendedBy: {"amended_by", "amended-by"}, Relates: {"related", "relates_to", "relates-to"},
	}[kind]
	used := slices.ContainsFunc(e.o.Peers, func(p *Record) bool {
		return p.Folder() == e.r.Folder() && slices.ContainsFunc(p.Links, func(l Link) bool {
			return l.Place == InFront && (l.Kind == kind || l.Kind == kind.Reverse()) && !within(l.Span, p.Statements)
		})
	})
	like := to.ID
	for _, p := range e.o.Peers {
		for _, l := range p.Links {
			if l.Place == InFront && (l.Kind == kind || l.Kind == kind.Reverse()) && !within(l.Span, p.Statements) {
				if strings.HasPrefix(strings.ToUpper(l.Raw), "ADR") {
					like = plainReference(to)
				} else if markdownName(l.Raw) {
					like = path.Base(to.Path)
				}
			}
		}
	}
	for _, key := range keys {
		v, name := d.Front.Value(key)
		if name == nil {
			continue
		}
		line := d.LineText(name.Line)
		at := d.LineStart(name.Line) + len(line)
		switch {
		case v != nil && len(v.Content) > 0 && strings.HasSuffix(strings.TrimSpace(line), "]"):
			k := d.LineStart(name.Line) + strings.LastIndexByte(line, ']')
			e.replace(k, k, `, "`+like+`"`)
		case v != nil && len(v.Content) > 0:
			last := v.Content[len(v.Content)-1]
			lead := d.LineText(last.Line)
			at = d.LineStart(last.Line) + len(lead)
			dash := strings.IndexByte(lead, '-')
			if dash < 0 {
				return false
			}
			e.replace(at, at, e.eol()+lead[:dash]+`- "`+like+`"`)
		case strings.HasSuffix(strings.TrimSpace(line), "[]"):
			k := d.LineStart(name.Line) + strings.LastIndexByte(line, ']')
			e.replace(k, k, `"`+like+`"`)
		case strings.HasSuffix(strings.TrimSpace(line), ":"):
			e.replace(at, at, ` ["`+like+`"]`)
		default:
			return false
		}
		return true
	}
	if !used || len(keys) == 0 {
		return false
	}
	at := d.Front.End
	e.replace(at, at, keys[0]+`: ["`+like+`"]`+e.eol())
	return true
}

func within(s Span, list []Statement) bool {
	return slices.ContainsFunc(list, func(st Statement) bool { return st.Start <= s.Start && s.End <= st.End })
}

// link writes a link: into the section of links, below the status, beside the
// list of fields, or into a section of its own at the end.
func (e *editor) link(kind LinkKind, sentence, target string) {
	d := markdown.Parse(e.src)
	nl := e.eol()
	madr := e.r.Format == MADR2 || e.r.Format == MADR3 || e.r.Format == MADR4 || e.r.Format == Log4brains
	var links, status *markdown.Section
	for s := range d.Sections() {
		if s.Heading == nil {
			continue
		}
		switch p := partOf(s.Heading.Text); {
		case p == PartLinks && links == nil && kindOf(s.Heading.Text) != kindSupersedes && kindOf(s.Heading.Text) != kindSupersededBy:
			links = s
		case p == PartStatus && status == nil && plainStatus(s.Heading.Text):
			status = s
		}
	}
	if links != nil && (madr || status == nil) {
		e.appendTo(d, links, sentence)
		return
	}
	if status != nil {
		at := status.Heading.End
		if n := len(status.Own); n > 0 {
			at = status.Own[n-1].End
			if status.Own[n-1].Kind == markdown.Item && len(e.r.Slots) == 0 {
				b := status.Own[n-1]
				e.replace(at, at, nl+string(e.src[b.Start:b.Start+len(string(e.src[b.Start:b.Body]))])+sentence)
				return
			}
		}
		e.replace(at, at, nl+nl+sentence)
		return
	}
	// A field beside the status.
	for _, st := range e.r.Statements {
		line := d.LineOf(st.Start)
		text := d.LineText(line)
		at := d.LineStart(line) + len(text)
		label := capital(string(kind))
		if kind == Supersedes && languageOf(e.statusWord(st.Raw)).code == "ko" {
			label = "대체 대상"
		}
		value := target
		if strings.Contains(strings.ToLower(sentence), "partial") || strings.Contains(sentence, "부분") {
			value = sentence
		}
		switch st.Place {
		case InList, InLine:
			lead := text[:max(st.Start-d.LineStart(line), 0)]
			if fs := fieldsOf(lead+"x", 0); len(fs) > 0 || strings.ContainsAny(lead, ":：") {
				name := labelName(lead)
				if name == "" {
					break
				}
				if strings.ToLower(name) == name {
					label = strings.ToLower(label)
				}
				tail := ""
				if strings.HasSuffix(text, "  ") {
					tail = "  "
				}
				e.replace(at, at, nl+strings.Replace(lead, name, label, 1)+value+tail)
				return
			}
		case InTable:
			// Only in a table of names and values.
			inner := strings.TrimLeft(text, " >")
			cells := strings.SplitN(strings.Trim(inner, "| "), "|", 3)
			if len(cells) == 2 && kindOf(cells[0]) == kindStatus {
				prefix := text[:len(text)-len(inner)]
				if next := d.LineText(line + 1); strings.Contains(next, "-") && strings.Trim(next, "|:- >") == "" {
					at = d.LineStart(line+1) + len(d.LineText(line+1))
				}
				e.replace(at, at, nl+prefix+"| "+label+" | "+value+" |")
				return
			}
		default:
		}
	}
	if links != nil {
		e.appendTo(d, links, sentence)
		return
	}
	title := "Links"
	if e.model(InSection) == "승인됨" || e.model(InList) == "승인됨" {
		title = "관련 문서"
	}
	pre := nl
	if len(e.src) > 0 && e.src[len(e.src)-1] != '\n' {
		pre = nl + nl
	}
	e.replace(len(e.src), len(e.src), pre+"## "+title+nl+nl+"* "+sentence+nl)
}

// labelName is the name in the text before a value: "- **Status:** ".
func labelName(lead string) string {
	for _, m := range reWord().FindAllStringIndex(lead, 4) {
		end := len(strings.TrimRight(lead, " :：*_\t"))
		if m[0] < end {
			return lead[m[0]:end]
		}
	}
	return ""
}

// appendTo adds an item at the end of a section, written like its other items.
func (e *editor) appendTo(d *markdown.Doc, s *markdown.Section, sentence string) {
	nl := e.eol()
	at := s.Heading.End
	for i := len(s.Own) - 1; i >= 0; i-- {
		b := &s.Own[i]
		if b.Kind == markdown.Comment {
			continue
		}
		at = b.End
		if b.Kind == markdown.Item {
			if placeholder(strings.TrimSpace(reComment().ReplaceAllString(b.Text, ""))) {
				e.replace(b.Body, b.End, sentence)
				return
			}
			e.replace(at, at, nl+string(e.src[b.Start:b.Body])+sentence)
			return
		}
		break
	}
	_ = d
	e.replace(at, at, nl+nl+"* "+sentence)
}
