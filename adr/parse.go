package adr

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lintel-docs/lintel/internal/markdown"
)

// Parse reads a record. It returns nil when the file is a template, an index or
// another page. The path decides nothing about the content, but what a file is
// called says which number it has and whether it means to be a record.
func Parse(name string, src []byte, o Options) *Record {
	if !markdownName(name) {
		return nil
	}
	p := &parser{
		d:   markdown.Parse(src),
		lex: newLexicon(o.Vocabulary),
		r:   &Record{Path: name, Number: -1, Status: Unknown},
	}
	p.name = nameOf(name)
	p.front()
	p.sections()
	p.title()
	p.body()
	p.number()
	if !p.isRecord(o) {
		return nil
	}
	p.decideStatus()
	p.decideDate(o)
	p.decideReview()
	p.decideFormat()
	p.words()
	return p.r
}

// field is one thing that a record says of itself.
type field struct {
	kind  kind
	label string
	raw   string // source of the value
	place Place
	start int // byte of raw
	top   bool
}

type parser struct {
	d        *markdown.Doc
	lex      *lexicon
	r        *Record
	name     nameParts
	fields   []field
	heading  *markdown.Block // the title
	parts    []part
	frontID  string
	frontNo  string
	dates    []dateField
	madrList bool
	template bool        // the title is a placeholder
	quoted   bool        // the status in the front matter is quoted
	linkAt   map[int]int // index of the link that begins at a byte
	late     []*part     // sections that may be about the status
	partOnly bool        // the link that is read says that it is about a part
	keys     []string
}

type dateField struct {
	rank int // lower is better
	raw  string
	src  DateSource
	span Span
}

// part is a section with what it is for.
type part struct {
	s    *markdown.Section
	part Part
	meta bool // fields may stand here
}

func (p *parser) span(start, end int) Span {
	return Span{Start: start, End: end, Line: p.d.LineOf(start), Column: p.d.ColumnOf(start)}
}

// sections cuts the source into sections and tells what each is for.
func (p *parser) sections() {
	for s := range p.d.Sections() {
		pt := part{s: s}
		if s.Heading != nil {
			pt.part = partOf(s.Heading.Text)
		}
		p.parts = append(p.parts, pt)
	}
	// The title is the first heading that is not one of the usual sections.
	for i := range p.parts {
		h := p.parts[i].s.Heading
		if h == nil {
			continue
		}
		if h.Level == 1 && p.parts[i].part == "" {
			p.heading = h
			break
		}
	}
	if p.heading == nil && p.r.Title == "" {
		for i := range p.parts {
			if h := p.parts[i].s.Heading; h != nil {
				if p.parts[i].part == "" && (i == 0 || p.parts[i-1].s.Heading == nil) && p.alone(h) {
					p.heading = h
				}
				break
			}
		}
	}
	// Fields stand before the first section that is about the decision, and in
	// sections that are for them.
	open := true
	for i := range p.parts {
		pt := &p.parts[i]
		switch {
		case pt.s.Heading == nil || pt.s.Heading == p.heading:
			pt.meta = open
		case pt.part == PartStatus || pt.part == PartDate || pt.part == PartPeople || pt.part == PartLinks || pt.part == PartCode ||
			pt.part == PartReview || pt.part == PartTags || pt.part == PartHistory:
			pt.meta = true
		case isMetaHeading(pt.s.Heading.Text):
			pt.meta = true
		case pt.part != "":
			open = false
		default:
			if _, _, ok := labelled(pt.s.Heading.Text); !ok {
				open = false
			}
		}
	}
	for i := range p.parts {
		pt := &p.parts[i]
		if h := pt.s.Heading; h != nil && h != p.heading {
			sec := Section{Title: h.Text, Level: h.Level, Part: pt.part, Empty: p.empty(pt.s), Span: p.span(h.Start, pt.s.End)}
			p.r.Sections = append(p.r.Sections, sec)
		}
	}
}

// alone reports whether no other heading has the level of one.
func (p *parser) alone(h *markdown.Block) bool {
	for i := range p.parts {
		if o := p.parts[i].s.Heading; o != nil && o != h && o.Level <= h.Level {
			return false
		}
	}
	return true
}

// empty reports whether nothing but what a template says stands in a section.
func (p *parser) empty(s *markdown.Section) bool {
	if s.Empty() {
		return true
	}
	for i := range s.Blocks {
		b := &s.Blocks[i]
		switch b.Kind {
		case markdown.Heading, markdown.Comment, markdown.Break, markdown.LinkDef:
		case markdown.Paragraph, markdown.Item:
			t := strings.TrimSpace(reComment().ReplaceAllString(b.Text, ""))
			if !blank(t) && !placeholder(t) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// body reads the sections and what stands before them.
func (p *parser) body() {
	for i := range p.parts {
		pt := &p.parts[i]
		if pt.s.Heading != nil && pt.s.Heading != p.heading {
			p.headingField(pt)
		}
		if pt.meta {
			p.metaBlocks(pt)
		}
		if !pt.meta {
			p.linkFields(pt)
		}
		switch pt.part {
		case PartOptions, PartPros:
			p.readOptions(pt)
		case PartDecision:
			p.readChosen(pt)
			p.readConsequences(pt)
		case PartConsequences, PartPositive, PartNegative:
			p.readConsequences(pt)
		case PartCode:
			p.readCode(pt)
		case PartLinks:
			p.readLinks(pt)
		}
	}
	if !p.stated() {
		p.lateFields()
	}
	p.titleTag()
	p.badges()
	p.folderStatus()
	p.mentions()
	p.order()
}

func (p *parser) decideDate(o Options) {
	r := p.r
	slices.SortStableFunc(p.dates, func(a, b dateField) int { return a.rank - b.rank })
	for _, d := range p.dates {
		if r.RawDate == "" && d.src == DateStated {
			r.RawDate, r.DateSpan = d.raw, d.span
		}
		if iso, ok := parseDate(d.raw); ok {
			r.Date, r.DateSource = iso, d.src
			r.RawDate, r.DateSpan = d.raw, d.span
			return
		}
	}
	if p.name.date != "" {
		r.Date, r.DateSource = p.name.date, DateName
		return
	}
	r.Date = p.historyDate()
	if r.Date != "" {
		r.DateSource = DateHistory
		return
	}
	if r.Date == "" && o.Created != nil {
		if t, ok := o.Created(r.Path); ok {
			r.Date, r.DateSource = t.UTC().Format("2006-01-02"), DateGit
		}
	}
}

// historyDate returns the earliest date of a change log. An entry such as
// 03-08-2018 is read as the other entries show.
func (p *parser) historyDate() string {
	var texts []string
	for i := range p.parts {
		if p.parts[i].part != PartHistory {
			continue
		}
		for j := range p.parts[i].s.Blocks {
			if b := &p.parts[i].s.Blocks[j]; b.Kind == markdown.Item || b.Kind == markdown.Paragraph || b.Kind == markdown.Heading {
				for line := range strings.SplitSeq(b.Text, "\n") {
					texts = append(texts, markdown.Text(line))
				}
			}
		}
	}
	first, dayFirst, monthFirst := "", false, false
	for _, t := range texts {
		if m := reSlashed().FindStringSubmatch(t); m != nil {
			dayFirst = dayFirst || atoi(m[1]) > 12
			monthFirst = monthFirst || atoi(m[2]) > 12
		}
	}
	for _, t := range texts {
		iso, ok := parseDate(t)
		if m := reSlashed().FindStringSubmatch(t); !ok && m != nil && len(m[3]) == 4 {
			switch {
			case dayFirst && !monthFirst:
				iso, ok = isoDate(atoi(m[3]), atoi(m[2]), atoi(m[1]))
			case monthFirst && !dayFirst:
				iso, ok = isoDate(atoi(m[3]), atoi(m[1]), atoi(m[2]))
			default:
				return ""
			}
		}
		if ok && (first == "" || iso < first) {
			first = iso
		}
	}
	return first
}

func (p *parser) decideReview() {
	r := p.r
	if r.RawReview != "" {
		if iso, ok := parseDate(r.RawReview); ok {
			r.Review = iso
		} else if in := addIn(r.Date, r.RawReview); in != "" {
			r.Review = in // "in 6 months"
		}
	}
	var last, in field
	for _, f := range p.fields {
		switch f.kind {
		case kindReviewed:
			last = f
		case kindReviewIn:
			in = f
		}
	}
	if in.raw == "" || r.Review != "" {
		return
	}
	from := r.Date
	if iso, ok := parseDate(last.raw); ok {
		from = iso
	}
	if due := addIn(from, in.raw); due != "" {
		r.Review = due
		r.RawReview, r.ReviewSpan = strings.TrimSpace(in.raw), p.span(in.start, in.start+len(in.raw))
	}
}

// appendWords adds the digests of the words of a piece of Markdown. The targets
// of links are no words of it.
func appendWords(out []uint32, src []byte, links bool) []uint32 {
	const offset, prime = 2166136261, 16777619 // FNV-1a
	h, in := uint32(offset), false
	flush := func() {
		if in {
			out = append(out, h)
		}
		h, in = offset, false
	}
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
			h, in = (h^uint32(c))*prime, true
			i++
		case c < utf8.RuneSelf:
			flush()
			if links && c == ']' && i+1 < len(src) && src[i+1] == '(' {
				if k := bytes.IndexByte(src[i:min(len(src), i+2048)], ')'); k > 0 {
					i += k
				}
			}
			i++
		default:
			r, n := utf8.DecodeRune(src[i:])
			if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
				for _, b := range src[i : i+n] {
					h = (h ^ uint32(b)) * prime
				}
				in = true
			} else {
				flush()
			}
			i += n
		}
	}
	flush()
	return out
}

// holdsField reports whether a block consists of fields.
func (p *parser) holdsField(b *markdown.Block) bool {
	in := func(s Span) bool { return !s.IsZero() && s.Start >= b.Start && s.End <= b.End }
	if in(p.r.DateSpan) || in(p.r.ReviewSpan) || slices.ContainsFunc(p.r.Statements, func(s Statement) bool { return in(s.Span) }) || slices.ContainsFunc(p.r.Slots, func(s Statement) bool { return in(s.Span) }) {
		return true
	}
	line, _, _ := strings.Cut(b.Text, "\n")
	return len(fieldsOf(line, 0)) > 0
}

// words digests the text that an accepted decision consists of: not its
// status, dates, people, links or front matter.
func (p *parser) words() {
	for i := range p.parts {
		pt := &p.parts[i]
		switch pt.part {
		case PartStatus, PartDate, PartLinks, PartPeople, PartReview, PartTags, PartHistory, PartCode:
			continue
		}
		for j := range pt.s.Own {
			b := &pt.s.Own[j]
			if b.Kind == markdown.Comment || b.Kind == markdown.LinkDef || b.Kind == markdown.Break {
				continue
			}
			if pt.meta && p.holdsField(b) {
				continue
			}
			p.r.Words = appendWords(p.r.Words, p.d.Src[b.Start:b.End], b.Kind != markdown.Fence && b.Kind != markdown.Code)
		}
	}
}
