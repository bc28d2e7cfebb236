package adr

import (
	"bytes"
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"github.com/lintel-docs/lintel/internal/markdown"
)

// phrase is a place in a text that says how records are related. What it is
// about stands behind it, or before it in languages that put the verb last.
type phrase struct {
	kind    LinkKind
	at, end int
	before  bool
	partial bool
}

// relationPattern is how a language says that records are related.
type relationPattern struct {
	kind   LinkKind
	before bool
	re     *regexp.Regexp
}

// relationPatterns are made when the first record is read; of patterns that
// overlap the earlier one holds.
var relationPatterns = sync.OnceValue(func() []relationPattern {
	var out []relationPattern
	for _, p := range []struct {
		kind   LinkKind
		before bool
		re     string
	}{
		{SupersededBy, false, `\b(?:superseded|superceded|supersceded|replaced|obsoleted|overridden|supplanted|deprecated|substituted|retired)(?:\s+(?:in|partially|partly|part|now|fully|entirely|completely|later|as|of|\([^)]*\)|\d[-\d]*)){0,4}\s+(?:by|with|in favou?r of)\b|\bsuperseded[_-]?by\b|remplacée? par|supplantée? par|ersetzt durch|abgelöst durch|(?:reemplazad|sustituid|substituíd|substituid|supersedid)[oa] por|sostituit[oa] da|vervangen door|被取代|被替代|已被|대체됨\s*[:：]|후속 (?:결정|adr)\s*[:：]`},
		{SupersededBy, true, `(?:으로|로|에 의해|에 의하여)\**\s*\**(?:전부 |전체 |부분 |일부 |완전히 )?(?:대체|교체)(?:됨|됐|되|된)?|[\d\])](?:이|가)\s*\**(?:전부 |전체 |부분 |일부 |완전히 )?(?:대체|교체)|(?:取代|替代|替换)$`},
		{Supersedes, false, `\b(?:supersedes|supercedes|superscedes|replaces|obsoletes|superseding|superceding|replacing)\b|\bsupersede[s]?\s*:|remplace\b|\bersetzt\b|sustituye a?|reemplaza a?|substitui\b|sostituisce|대체 대상\s*[:：]|대체함\s*[:：]`},
		{Supersedes, true, `(?:을|를)\**\s*\**(?:전부 |전체 |부분 |일부 |완전히 )?(?:대체|교체)(?:함|한다|합니다|한|했)?`},
		{AmendedBy, false, `\b(?:amended|extended|refined|updated|clarified|modified|augmented|revised|complemented|supplemented)(?:\s+\([^)]*\))?\s+(?:by|in|with)\b|modifiée? par|ergänzt durch|modificado por`},
		{AmendedBy, true, `(?:으로|로|에 의해)\s*(?:보완|개정|수정|확장)(?:됨|됐|되|된)?`},
		{Amends, false, `\b(?:amends|extends|refines|updates|clarifies|modifies|augments|complements|supplements|builds upon)\b|\bergänzt\b`},
		{Amends, true, `(?:을|를)\s*(?:보완|개정|수정|확장)(?:함|한다|합니다|한|했)?`},
		{RevertedBy, false, `\breverted\s+(?:by|in|with)\b`},
		{Reverts, false, `\breverts\b`},
		{DependsOn, false, `\b(?:depends on|depends upon|requires|based on|builds on)\b`},
		{RequiredBy, false, `\b(?:required by|is required for)\b`},
		{Relates, false, `\b(?:relates to|related to|related|see also|linked to|linked with|links to)\b|관련\s*[:：]|참고\s*[:：]`},
	} {
		out = append(out, relationPattern{p.kind, p.before, regexp.MustCompile("(?i)" + p.re)})
	}
	return out
})

var reRelationHint = lazily(`(?i)supers|superc|replac|obsolet|overrid|supplant|deprecated|retired|substitut|remplac|supplant|ersetzt|abgel|reemplaz|sustitu|sostitu|vervangen|取代|替|대체|교체|후속|보완|개정|수정|확장|amend|exten|refine|updat|clarif|modif|augment|revis|complement|supplement|revert|depend|requir|based|build|relat|see also|link|관련|참고|ergänzt`)

// relation finds the phrases of a text, in order; ok is false when there are
// none.
func relation(s string) ([]phrase, bool) {
	if len(s) > 4096 {
		s = s[:4096]
	}
	if !reRelationHint().MatchString(s) {
		return nil, false
	}
	var out []phrase
	for _, p := range relationPatterns() {
		for _, m := range p.re.FindAllStringIndex(s, 8) {
			if inWord(s, m[0], m[1]) {
				continue // of the name of a file
			}
			if slices.ContainsFunc(out, func(f phrase) bool { return m[0] < f.end && f.at < m[1] }) {
				continue
			}
			out = append(out, phrase{kind: p.kind, at: m[0], end: m[1], before: p.before})
		}
	}
	slices.SortFunc(out, func(a, b phrase) int { return cmp.Compare(a.at, b.at) })
	for i := range out {
		// "partially" stands in the clause of the phrase.
		from := 0
		if i > 0 {
			from = out[i-1].end
		}
		if k := strings.LastIndexAny(s[from:out[i].at], ".;,&"); k >= 0 {
			from += k
		}
		out[i].partial = rePartial().MatchString(s[from:out[i].end])
	}
	return out, len(out) > 0
}

// inWord reports whether a match is a part of a longer word that hyphens or
// slashes join.
func inWord(s string, from, to int) bool {
	joins := func(c byte) bool { return c == '-' || c == '/' || c == '_' }
	return from > 0 && joins(s[from-1]) || to < len(s) && joins(s[to])
}

// ref is a reference to a record in a text.
type ref struct {
	raw      string
	text     string
	at, end  int // of the whole reference
	start    int // of raw
	markdown bool
	image    bool
	bare     bool // a number or a name alone
	weak     bool // "#12", which may be an issue
}

var (
	reInline   = lazily(`\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?[^)]*\)`)
	reWiki     = lazily(`\[\[([^\[\]|#\n]{1,160})(?:#[^\[\]|]*)?(?:\|[^\[\]]*)?\]\]`)
	reRefs     = lazily(`(?i)(?:\b((?:[a-z][a-z0-9]*-)*adr(?:-[a-z]+){0,3})[-_ #]*(?:n[°o]\.?\s*)?(\d{1,6}(?:\.\d{1,3})?)\b|\b(ad\d{4})\b|\b((?:pr|mr)\s?#?\d+)\b|((?:[\w.-]+/)*[\p{L}\d][\p{L}\d_.%-]*\.md)\b|(!\d+|#\d+)\b)`)
	reDateRef  = lazily(`\b(20\d{6}-[\p{L}\d][\p{L}\d-]*|20\d\d-\d\d-\d\d-[\p{L}][\p{L}\d_-]*)`)
	reBareRef  = lazily(`^[\s:\-–—"'(\[*_]*(\d{1,6}(?:\.\d{1,3})?)\b(?:[^\d/:-]|-[^\d]|$)`)
	reBareItem = lazily(`^[\p{L}\d][\p{L}\d_.-]*$`)
)

// maxRefs bounds the text in which references are looked for at once, in bytes.
const maxRefs = 4096

// refsIn finds the references of src[start:end], a part of the record that d
// holds. In loose text a number or a name alone is a reference too.
func (p *parser) refsIn(start, end int, raw string, loose bool) []ref {
	if len(raw) > maxRefs { // nobody names a thousand records in a line
		raw = raw[:maxRefs]
		end = start + maxRefs
	}
	var out []ref
	taken := func(a, b int) bool {
		return slices.ContainsFunc(out, func(r ref) bool { return a < r.end && r.at < b })
	}
	inSource := end <= len(p.d.Src) && start <= end && string(p.d.Src[start:end]) == raw
	if inSource && !p.inFront(start) {
		for _, l := range p.d.Links(start, end) {
			if l.Start < start || l.End > end {
				continue
			}
			r := ref{raw: l.Dest, text: l.Text, at: l.Start - start, end: l.End - start, start: l.DestStart - start, markdown: true, image: l.Image}
			if l.DestStart == l.DestEnd { // [text][label]
				r.start = l.Start - start
			}
			out = append(out, r)
		}
	} else {
		for _, m := range reInline().FindAllStringSubmatchIndex(raw, 32) {
			out = append(out, ref{raw: raw[m[4]:m[5]], text: markdown.Text(raw[m[2]:m[3]]), at: m[0], end: m[1], start: m[4], markdown: true})
		}
	}
	for _, m := range reWiki().FindAllStringSubmatchIndex(raw, 32) {
		if !taken(m[0], m[1]) {
			out = append(out, ref{raw: strings.TrimSpace(raw[m[2]:m[3]]), text: raw[m[2]:m[3]], at: m[0], end: m[1], start: m[2]})
		}
	}
	for _, m := range reRefs().FindAllStringIndex(raw, 64) {
		if taken(m[0], m[1]) {
			continue
		}
		t := raw[m[0]:m[1]]
		out = append(out, ref{raw: t, text: t, at: m[0], end: m[1], start: m[0], weak: t[0] == '#' || t[0] == '!'})
	}
	for _, m := range reDateRef().FindAllStringIndex(raw, 32) {
		if !taken(m[0], m[1]) {
			t := raw[m[0]:m[1]]
			out = append(out, ref{raw: t, text: t, at: m[0], end: m[1], start: m[0]})
		}
	}
	if loose && len(out) == 0 {
		off := 0
		for item := range strings.FieldsFuncSeq(raw, func(r rune) bool { return strings.ContainsRune(",;、，\n[]", r) }) {
			at := strings.Index(raw[off:], item) + off
			off = at + len(item)
			t := strings.Trim(item, " \t\"'`*_.")
			if t == "" || blank(t) {
				continue
			}
			if reBareItem().MatchString(t) && (strings.ContainsAny(t, "0123456789") || strings.Contains(t, "-")) {
				out = append(out, ref{raw: t, text: t, at: at, end: off, start: at + strings.Index(item, t), bare: true})
			} else if m := reBareRef().FindStringSubmatchIndex(t); m != nil { // "12. Use Kafka"
				k := at + strings.Index(item, t)
				out = append(out, ref{raw: t[m[2]:m[3]], text: t, at: at, end: off, start: k + m[2], bare: true})
			}
		}
	}
	slices.SortFunc(out, func(a, b ref) int { return cmp.Compare(a.at, b.at) })
	return out
}

func (p *parser) inFront(at int) bool {
	f := p.d.Front
	return f != nil && at >= f.Start && at < f.End
}

// links notes the links of a text: each reference belongs to the phrase before
// it, or behind it where the language puts the verb last. kind is that of a
// field, for which the whole text is references.
func (p *parser) links(raw string, start int, phrases []phrase, kind LinkKind, place Place) {
	end := start + len(raw)
	if kind != "" {
		if ph, ok := relation(raw); ok && (kind == Relates || kind == Mentions) {
			phrases, kind = ph, ""
		}
	}
	if kind != "" {
		partial := rePartial().MatchString(raw) || p.partOnly
		for _, r := range p.refsIn(start, end, raw, true) {
			p.link(r, start, kind, partial, place)
		}
		return
	}
	refs := p.refsIn(start, end, raw, false)
	for i, f := range phrases {
		if f.before || len(refs) > 0 && slices.ContainsFunc(refs, func(r ref) bool { return r.end > f.end && (i+1 == len(phrases) || r.at < phrases[i+1].at) }) {
			continue
		}
		// A number alone: "Superseded by 0007".
		if m := reBareRef().FindStringSubmatchIndex(raw[f.end:]); m != nil {
			a := f.end + m[2]
			t := raw[a : f.end+m[3]]
			refs = append(refs, ref{raw: t, text: t, at: a, end: a + len(t), start: a, bare: true})
		}
	}
	slices.SortFunc(refs, func(a, b ref) int { return cmp.Compare(a.at, b.at) })
	for _, r := range refs {
		if r.weak && !slices.ContainsFunc(phrases, func(f phrase) bool {
			return !f.before && r.at >= f.end && r.at-f.end < 8 || f.before && f.at >= r.end && f.at-r.end < 8
		}) {
			continue // an issue
		}
		best := -1
		for i, f := range phrases {
			if !f.before && f.at < r.end && (f.end <= r.at || f.at >= r.at) {
				best = i
			}
		}
		for i, f := range phrases {
			if f.before && f.at >= r.at && (best < 0 || phrases[best].end > r.end) {
				best = i
				break
			}
			if f.before && f.at >= r.at && best >= 0 && f.at-r.end < 8 {
				best = i
				break
			}
		}
		if best < 0 {
			if len(phrases) == 0 {
				continue
			}
			p.link(r, start, Mentions, false, "")
			continue
		}
		p.link(r, start, phrases[best].kind, phrases[best].partial, place)
	}
}

// link notes one link.
func (p *parser) link(r ref, base int, kind LinkKind, partial bool, place Place) {
	if r.image || strings.HasPrefix(r.raw, "mailto:") || strings.HasPrefix(r.raw, "#") && r.markdown {
		if kind != Mentions || !r.image {
			return
		}
	}
	raw := strings.TrimSpace(r.raw)
	if raw == "" {
		return
	}
	if i, ok := p.linkAt[base+r.start]; ok && p.r.Links[i].Raw == raw {
		l := &p.r.Links[i]
		if kind != Mentions && (l.Kind == Mentions || l.Kind == Relates) {
			l.Kind, l.Partial, l.Place = kind, partial, place
		}
		return
	}
	if p.linkAt == nil {
		p.linkAt = map[int]int{}
	}
	p.linkAt[base+r.start] = len(p.r.Links)
	start := base + r.start
	end := start + len(raw)
	if start > len(p.d.Src) || end > len(p.d.Src) {
		start, end = min(start, len(p.d.Src)), min(start, len(p.d.Src))
	}
	p.r.Links = append(p.r.Links, Link{Kind: kind, Raw: raw, Partial: partial, Text: norm.NFC.String(r.text), Markdown: r.markdown, Image: r.image, Place: place, Span: p.span(start, end)})
	if kind == SupersededBy && partial {
		p.r.Partial = true
	}
}

// readLinks reads the items of a section of links.
func (p *parser) readLinks(pt *part) {
	heading := kindOf(pt.s.Heading.Text)
	for i := range pt.s.Blocks {
		b := &pt.s.Blocks[i]
		if b.Kind != markdown.Item && b.Kind != markdown.Paragraph {
			continue
		}
		start := max(b.Body, b.Start)
		off := start
		for line := range strings.SplitAfterSeq(string(p.d.Src[start:b.End]), "\n") {
			raw := strings.TrimRight(line, "\r\n")
			at := off
			off += len(line)
			if _, _, ok := labelled(raw); ok {
				continue // read as a field
			}
			if ph, ok := relation(raw); ok {
				p.links(raw, at, ph, "", InSection)
			} else if heading == kindSupersedes || heading == kindSupersededBy {
				p.links(raw, at, nil, heading.link(), InSection)
			} else {
				for _, r := range p.refsIn(at, at+len(raw), raw, false) {
					if !r.weak && recordLike(r.raw) {
						p.link(r, at, Relates, false, InSection)
					}
				}
			}
		}
	}
}

// recordLike reports whether a target may be a record at all.
func recordLike(raw string) bool {
	if strings.Contains(raw, "://") {
		raw, _, _ = strings.Cut(raw, "#")
		return markdownName(raw) && parseName(trimExt(path.Base(raw))).id != ""
	}
	return true
}

// mentions notes every other link of the text and the ADR-N in its prose.
func (p *parser) mentions() {
	for _, l := range p.d.Links(0, len(p.d.Src)) {
		if strings.Contains(l.Dest, "://") && !recordLike(l.Dest) || strings.HasPrefix(l.Dest, "//") {
			continue
		}
		r := ref{raw: l.Dest, text: l.Text, start: l.DestStart, markdown: true, image: l.Image}
		if l.DestStart == l.DestEnd {
			r.start = l.Start
		}
		p.link(r, 0, Mentions, false, "")
	}
	if !bytes.Contains(p.d.Src, []byte("ADR")) && !bytes.Contains(p.d.Src, []byte("adr")) && !bytes.Contains(p.d.Src, []byte("Adr")) {
		slices.SortStableFunc(p.r.Links, func(a, b Link) int { return cmp.Compare(a.Start, b.Start) })
		return
	}
	spans := slices.Clone(p.r.Links)
	slices.SortFunc(spans, func(a, b Link) int { return cmp.Compare(a.Start, b.Start) })
	covered := func(from, to int) bool {
		i, _ := slices.BinarySearchFunc(spans, to, func(l Link, to int) int { return cmp.Compare(l.Start, to) })
		for i--; i >= 0 && spans[i].Start > from-4096; i-- {
			if spans[i].End > from {
				return true
			}
			if spans[i].End <= from {
				break
			}
		}
		return false
	}
	for off, text := range p.d.Prose(0, len(p.d.Src)) {
		if !strings.Contains(text, "ADR") && !strings.Contains(text, "Adr") && !strings.Contains(text, "adr") {
			continue
		}
		for _, m := range reMention().FindAllStringIndex(text, 64) {
			t := text[m[0]:m[1]]
			if covered(off+m[0], off+m[1]) {
				continue
			}
			p.link(ref{raw: t, text: t, start: off + m[0]}, 0, Mentions, false, "")
		}
	}
	slices.SortStableFunc(p.r.Links, func(a, b Link) int { return cmp.Compare(a.Start, b.Start) })
}

var reMention = lazily(`\b(?:[A-Z][A-Z0-9]*-)*(?:ADR|Adr|adr)(?:-[A-Za-z]+){0,3}[-_ #]?\d{1,6}\b`)
