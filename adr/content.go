package adr

import (
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/markdown"
)

var reChosen = lazily(`(?i)(?:chosen|selected)\s+(?:option|alternative|solution|approach)s?\s*\**\s*[:：]?\s*\**\s*|(?:option|alternative|solution)\s+(?:choisie|retenue)\s*[:：]\s*|선택(?:한|된)?\s*(?:옵션|대안|안|선택지|방안)?\s*[:：]\s*|채택(?:한|된)?\s*(?:옵션|대안|안|방안)?\s*[:：]\s*|gewählte (?:option|alternative)\s*[:：]\s*|opci[oó]n (?:elegida|escolhida|seleccionada)\s*[:：]\s*|opção escolhida\s*[:：]\s*|选择(?:的)?(?:方案|选项)\s*[:：]\s*`)

// quotes are pairs around the name of an option.
var quotes = [][2]string{{`"`, `"`}, {"“", "”"}, {"„", "“"}, {"«", "»"}, {"「", "」"}, {"'", "'"}, {"‘", "’"}, {"**", "**"}, {"`", "`"}, {"__", "__"}, {"*", "*"}}

// readChosen finds the option that the decision takes.
func (p *parser) readChosen(pt *part) {
	if p.r.Chosen != "" {
		return
	}
	for i := range pt.s.Own {
		b := &pt.s.Own[i]
		if b.Kind != markdown.Paragraph && b.Kind != markdown.Item {
			continue
		}
		m := reChosen().FindStringIndex(b.Text)
		if m == nil {
			continue
		}
		rest := strings.TrimSpace(b.Text[m[1]:])
		if placeholder(rest) {
			return
		}
		for _, q := range quotes {
			if inner, ok := strings.CutPrefix(rest, q[0]); ok {
				if e := strings.Index(inner, q[1]); e > 0 {
					p.r.Chosen = strings.TrimSpace(strings.Trim(markdown.Text(inner[:e]), `"“”'`))
					if placeholder(p.r.Chosen) {
						p.r.Chosen = ""
					}
					return
				}
			}
		}
		if l := reInline().FindStringSubmatchIndex(rest); l != nil && l[0] == 0 {
			p.r.Chosen = markdown.Text(rest[l[2]:l[3]])
			return
		}
		rest = markdown.Text(rest)
		if k := strings.IndexAny(rest, ".;,(\n"); k > 0 {
			rest = rest[:k]
		}
		for _, w := range []string{" because", " since", " as ", " – ", " — ", " - "} {
			if k := strings.Index(rest, w); k > 0 {
				rest = rest[:k]
			}
		}
		if rest = strings.TrimSpace(rest); len(rest) < 120 && !placeholder(rest) {
			p.r.Chosen = rest
		}
		return
	}
}

// readOptions reads the options considered: the items of the list, or the
// headings below.
func (p *parser) readOptions(pt *part) {
	if pt.part == PartPros && len(p.r.Options) > 0 {
		return
	}
	add := func(s string) {
		s = strings.TrimSpace(markdown.Text(reComment().ReplaceAllString(s, "")))
		if s != "" && !placeholder(s) && s != "…" && s != "..." && !slices.Contains(p.r.Options, s) {
			p.r.Options = append(p.r.Options, s)
		}
	}
	level := pt.s.Level() + 1
	if pt.part == PartOptions {
		least := 1 << 10
		for i := range pt.s.Own {
			if b := &pt.s.Own[i]; b.Kind == markdown.Item {
				least = min(least, b.Indent)
			}
		}
		for i := range pt.s.Own {
			b := &pt.s.Own[i]
			switch b.Kind {
			case markdown.Item:
				if b.Indent == least {
					add(b.Text)
				}
			case markdown.Table:
				g := p.d.Grid(b)
				for _, row := range g.Rows {
					if len(row) > 0 {
						add(row[0].Text)
					}
				}
			default:
			}
		}
	}
	if len(p.r.Options) == 0 || pt.part == PartPros {
		for i := range pt.s.Blocks {
			if b := &pt.s.Blocks[i]; b.Kind == markdown.Heading && b.Level == level {
				add(b.Text)
			}
		}
	}
}

// Beginnings of consequences of either kind, in lower case. Those that end in a
// space are whole words.
var (
	goodWords = []string{
		"good", "positive", "pro ", "pros", "benefit", "advantage", "+", "✅", "👍", "✔", "🟢", "➕", "easier", "bien", "positif", "positiv", "gut ", "gut,", "vorteil", "bueno", "bom ",
		"장점", "긍정", "이점", "좋은", "好", "优点",
	}
	badWords = []string{
		"bad", "negative", "con ", "cons", "drawback", "disadvantage", "risk", "- ", "❌", "👎", "⚠", "🔴", "➖", "✖", "harder", "mauvais", "négatif", "negativ", "schlecht", "nachteil", "malo", "ruim",
		"단점", "부정", "위험", "리스크", "나쁜", "비용", "坏", "缺点",
	}
)

// beginsWith reports whether a text begins with one of the words.
func beginsWith(s string, words []string) bool {
	s = strings.ToLower(s[:min(len(s), 24)]) + " "
	for _, w := range words {
		if rest, ok := strings.CutPrefix(s, w); ok {
			last, first := w[len(w)-1], rest
			if last >= 'a' && last <= 'z' && first != "" && first[0] >= 'a' && first[0] <= 'z' && !strings.HasPrefix(first, "s") {
				continue // "constraint"
			}
			return true
		}
	}
	return false
}

// readConsequences looks for consequences of both kinds.
func (p *parser) readConsequences(pt *part) {
	switch pt.part {
	case PartPositive:
		p.r.Good = p.r.Good || !p.empty(pt.s)
		return
	case PartNegative:
		p.r.Bad = p.r.Bad || !p.empty(pt.s)
		return
	}
	for i := range pt.s.Blocks {
		b := &pt.s.Blocks[i]
		if b.Kind != markdown.Item && b.Kind != markdown.Paragraph {
			continue
		}
		for line := range strings.SplitSeq(b.Text, "\n") {
			for t := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == '.' || r == ';' || r == '。' }) {
				t = strings.TrimLeft(t, " *_([`")
				p.r.Good = p.r.Good || beginsWith(t, goodWords)
				p.r.Bad = p.r.Bad || beginsWith(t, badWords)
			}
		}
	}
}

// readCode reads the list of a section about code.
func (p *parser) readCode(pt *part) {
	for i := range pt.s.Own {
		b := &pt.s.Own[i]
		switch b.Kind {
		case markdown.Item, markdown.Paragraph:
			raw := string(p.d.Src[max(b.Body, b.Start):b.End])
			if _, _, ok := labelled(raw); ok {
				continue
			}
			if reCodeSpan().MatchString(raw) {
				p.r.Code = appendCode(p.r.Code, raw, false)
				continue
			}
			links := p.d.Links(b.Start, b.End)
			for _, l := range links {
				if !strings.Contains(l.Dest, "://") {
					p.r.Code = appendCode(p.r.Code, path.Clean(path.Join(path.Dir(p.r.Path), l.Dest)), false)
				}
			}
			if len(links) == 0 && b.Kind == markdown.Item {
				p.r.Code = appendCode(p.r.Code, strings.SplitN(strings.TrimSpace(raw), " ", 2)[0], false)
			}
		case markdown.Fence:
			for line := range strings.SplitSeq(b.Text, "\n") {
				p.r.Code = appendCode(p.r.Code, strings.TrimSpace(line), false)
			}
		default:
		}
	}
}

// adrFolder reports whether a folder is called like one of decision records.
func adrFolder(dir string) bool {
	for part := range strings.SplitSeq(dir, "/") {
		l := strings.ToLower(part)
		if n := digits(l); n > 0 && n < len(l) { // 01-adr
			l = strings.TrimLeft(l[n:], "-_. ")
		}
		switch l {
		case "adr", "adrs", "decisions", "decision", "decision-records", "decision_records", "decisionrecords", "architecture-decisions", "architecture_decisions",
			"architecture-decision-records", "architecture_decision_records", "architectural-decisions", "architectural-decision-records", "architectural_decision_records",
			"decision-log", "decision_log", "decisionlog", "decision-logs", "design-decisions", "design_decisions", "tech-decisions", "technical-decisions", "의사결정", "결정", "결정기록", "결정-기록", "아키텍처결정", "décisions", "decisiones", "entscheidungen":
			return true
		default:
			if strings.HasPrefix(l, "adr-") && strings.Trim(l[4:], "0123456789") != "" || strings.HasSuffix(l, "-adr") || strings.HasSuffix(l, "-adrs") || strings.HasSuffix(l, "_adr") || strings.HasSuffix(l, "_adrs") || strings.HasPrefix(l, "adr_") {
				return true
			}
		}
	}
	return false
}

var reTemplateWords = lazily(`(?i)template|templates|modele|modèle|vorlage|plantilla|modelo|템플릿|模板|テンプレート|양식|서식`)

// templateName reports whether a name is that of a template: nothing is left of
// it without the words for templates.
func templateName(name string) bool {
	if !reTemplateWords().MatchString(name) {
		return false
	}
	for w := range strings.FieldsFuncSeq(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_. ()", r) }) {
		switch w {
		case "adr", "adrs", "madr", "record", "records", "decision", "decisions", "architecture", "architectural", "nygard", "short", "long", "full", "minimal", "bare", "simple", "example", "sample", "the", "of", "for",
			"default", "basic", "en", "ko", "kr", "fr", "de", "y", "statement", "log4brains", "rfc", "doc", "md", "any", "design", "new", "file", "v1", "v2", "v3", "v4", "d", "une", "le", "la":
			continue
		}
		if reTemplateWords().MatchString(w) || strings.Trim(w, "0123456789") == "" || strings.Trim(w, "xn#y") == "" {
			continue
		}
		return false
	}
	return true
}

// otherName reports whether a file is one of those that stand beside records.
func otherName(name string) bool {
	if k := strings.LastIndexByte(name, '.'); k > 0 && len(name)-k <= 6 {
		name = name[:k] // README.ko
	}
	switch strings.ToLower(strings.Trim(name, "_.")) {
	case "readme", "index", "backlog", "toc", "summary", "contributing", "changelog", "glossary", "sidebar", "_sidebar", "license", "overview", "log", "decision-log", "adr-log", "adr-index",
		"decisions", "adrs", "claude", "agents", "process", "workflow", "guide", "guidelines", "how-to", "howto", "list", "home", "intro", "introduction", "about", "adr-process", "adr-guide", "conventions", "security", "code_of_conduct", "todo":
		return true
	}
	return false
}

// isRecord tells records from what stands beside them.
func (p *parser) isRecord(o Options) bool {
	r := p.r
	base := trimExt(path.Base(r.Path))
	name := stem(r.Path)
	own := perFolder(r.Path)
	dir := path.Dir(r.Path)
	score := p.evidence()
	if (templateName(name) || templateName(base)) && !p.filled() {
		return false
	}
	if generic(base) || otherName(base) {
		if !own && (strings.EqualFold(base, "adr") || strings.EqualFold(base, "decision") || strings.EqualFold(base, "record")) {
			return score >= 3 && path.Dir(dir) != "."
		}
		if !own {
			// A folder of its own whose name is only a slug.
			inside := (adrFolder(path.Dir(dir)) || slices.Contains(o.Folders, path.Dir(dir))) && !slices.Contains(o.Folders, dir) && !adrFolder(path.Base(dir))
			named := reTitleADR().MatchString(p.headingText())
			return generic(base) && inside && (score >= 4 && len(r.Statements) > 0 || named && score >= 1)
		}
	}
	if reTemplatePath().MatchString(strings.ToLower(dir)) && (p.template || p.placeholders() || score < 3) {
		return false
	}
	if p.template && (p.placeholders() || r.TitleFrom != "name" && len(r.Statements) == 0) {
		return false
	}
	if placeholderName(name) && (p.template || p.placeholders() || len(r.Statements) == 0) {
		return false
	}
	if reAbout().MatchString(r.Title) && !p.stated() {
		return false // a page about records
	}
	in := slices.ContainsFunc(o.Folders, func(f string) bool { return f == "." || dir == f || strings.HasPrefix(dir, f+"/") })
	if in || adrFolder(dir) {
		// Beside a README in a folder of its own stand attachments.
		if !own && p.name.id == "" && parseName(path.Base(dir)).id != "" && !strings.HasPrefix(strings.ToLower(base), "adr") {
			return false
		}
		if p.name.id != "" {
			if p.name.number != "" && strings.Trim(p.name.number, "0") == "" && reTemplateWords().MatchString(name) && (p.template || p.placeholders()) {
				return false
			}
			return true
		}
		if strings.HasPrefix(base, "_") {
			return false
		}
		return score >= 2 && len(r.Statements) > 0 || score >= 3 && r.Section(PartDecision) != nil && !reGuide().MatchString(name)
	}
	if p.name.id != "" {
		decides := r.Section(PartDecision, PartContext, PartOptions, PartConsequences) != nil
		return decides && (score >= 3 && len(r.Statements) > 0 || score >= 4 && reADRName().MatchString(name))
	}
	if reTitleADR().MatchString(p.headingText()) && r.Section(PartDecision) != nil && len(r.Statements) > 0 {
		return true
	}
	return score >= 5 && len(r.Statements) > 0 && r.Section(PartDecision) != nil
}

func (p *parser) headingText() string {
	if p.heading == nil {
		return ""
	}
	return p.heading.Text
}

// filled reports whether a file that is called a template is a record of its
// own all the same: nothing in it waits to be filled in.
func (p *parser) filled() bool {
	if p.name.number == "" || p.template || p.placeholders() || len(p.r.Statements) == 0 || p.r.Statements[0].Status == Other {
		return false
	}
	dated := slices.ContainsFunc(p.dates, func(d dateField) bool { _, ok := parseDate(d.raw); return ok })
	s := p.r.Section(PartDecision)
	return dated && s != nil && !s.Empty && p.r.TitleFrom != "name" && len(p.r.Slots) == 0
}

var reAbout = lazily(`(?i)^\W*(?:(?:what (?:is|are)|qu[eé] es|was ist|o que é)\b.*\badrs?\b|architectur(?:e|al) decision records?(?:\s*\(adrs?\))?$|adrs?$|아키텍처 (?:의사 ?)?결정 (?:기록|레코드)\s*(?:\(adrs?\))?$)`)

// stated reports whether a status is stated that is known.
func (p *parser) stated() bool {
	return slices.ContainsFunc(p.r.Statements, func(s Statement) bool { return s.Status != Other })
}

var reGuide = lazily(`(?i)how-?to|guide|process|writing|lifecycle|convention|overview|가이드|작성|방법`)

var reTemplatePath = lazily(`(?:^|/)_?templates?(?:/|$)`)

func placeholderName(name string) bool {
	return rePlaceholderName().MatchString(name)
}

var rePlaceholderName = lazily(`(?i)^(?:adr[-_ ]?)?(?:n{3,}|x{2,}|yyyymmdd|yyyy-mm-dd|#{2,})(?:[-_. ]|$)|yyyymmdd`)

// placeholders reports whether the status or most of the text waits to be
// filled in.
func (p *parser) placeholders() bool {
	if len(p.r.Statements) > 0 {
		return false
	}
	text := string(p.d.Src)
	return strings.Contains(text, "YYYY-MM-DD") || strings.Contains(strings.ToLower(text), "yyyy-mm-dd") || strings.Count(text, "{") > 3 || strings.Count(text, "[") > 3 ||
		regexpMenu().MatchString(text)
}

var regexpMenu = lazily(`(?i)(?:proposed|accepted|rejected|제안|승인|proposé|accepté)\S*\s*[|/]\s*\S*(?:proposed|accepted|rejected|deprecated|제안|승인|반려|accepté|rejeté)`)

// evidence counts what makes a page look like a record.
func (p *parser) evidence() int {
	n := 0
	if len(p.r.Statements) > 0 {
		n += 2
		if p.r.Statements[0].Status == Other {
			n--
		}
	}
	seen := map[Part]bool{}
	for _, s := range p.r.Sections {
		if !seen[s.Part] {
			seen[s.Part] = true
			switch s.Part {
			case PartDecision, PartContext, PartConsequences:
				n++
			case PartOptions, PartDrivers, PartPros, PartStatus:
				n++
			default:
			}
		}
	}
	if p.r.TitleNumber != "" || p.frontID != "" {
		n++
	}
	if len(p.r.Deciders) > 0 {
		n++
	}
	for _, d := range p.dates {
		if _, ok := parseDate(d.raw); ok {
			n++
			break
		}
	}
	return n
}

// decideFormat names the format by the place of the metadata and the headings.
func (p *parser) decideFormat() {
	r := p.r
	has := map[Part]bool{}
	title := map[string]bool{}
	for _, s := range r.Sections {
		has[s.Part] = true
		title[strings.ToLower(s.Title)] = true
	}
	place := map[Place]bool{}
	for _, s := range r.Statements {
		place[s.Place] = true
	}
	is := func(names ...string) bool { return slices.ContainsFunc(names, func(n string) bool { return title[n] }) }
	key := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(p.keys, n) })
	}
	tyree := 0
	for _, t := range []string{"issue", "assumptions", "constraints", "positions", "argument", "implications", "related decisions", "group"} {
		if title[t] {
			tyree++
		}
	}
	options := slices.ContainsFunc(r.Sections, func(s Section) bool { return s.Part == PartOptions && !alternatives(s.Title) })
	madr := options && (has[PartDecision] || has[PartPros]) || is("decision outcome", "context and problem statement")
	switch {
	case key("adr id") || is("question") && is("outcome", "options"):
		r.Format = ADG
	case tyree >= 4:
		r.Format = TyreeAkerman
	case place[InTable]:
		r.Format = TableFormat
	case madr && p.name.date != "" && p.name.number == "" && place[InList], p.name.date != "" && place[InList] && len(r.Tags) > 0:
		r.Format = Log4brains
	case madr && (place[InList] || is("positive consequences", "negative consequences") && !place[InFront]):
		r.Format = MADR2
	case madr && (key("deciders") || is("validation")):
		r.Format = MADR3
	case madr && (key("decision makers", "decision maker") || is("confirmation") || p.quoted):
		r.Format = MADR4
	case madr && place[InFront]:
		r.Format = MADR3
	case has[PartStatus] && has[PartDecision]:
		r.Format = Nygard
	case madr && !place[InSection]:
		r.Format = MADR4
		if is("positive consequences") || is("links") {
			r.Format = MADR2
		}
	case len(r.Sections) == 0 && yStatement(string(p.d.Src)):
		r.Format = YStatement
	case has[PartContext] && has[PartDecision]:
		r.Format = Nygard
	case len(r.Sections) > 0:
		r.Format = Sections
	case yStatement(string(p.d.Src)):
		r.Format = YStatement
	default:
		r.Format = FreeForm
	}
}

func yStatement(s string) bool {
	s = strings.ToLower(s)
	return strings.Contains(s, "in the context of") && strings.Contains(s, "facing") && (strings.Contains(s, "we decided") || strings.Contains(s, "decided for"))
}
