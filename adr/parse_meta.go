package adr

import (
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/markdown"
)

// linkFields reads "**Supersedes**: ADR-3" where it stands in the text.
func (p *parser) linkFields(pt *part) {
	for i := range pt.s.Own {
		b := &pt.s.Own[i]
		if b.Kind != markdown.Paragraph && b.Kind != markdown.Item || !strings.Contains(b.Text, ":") && !strings.Contains(b.Text, "：") {
			continue
		}
		start := max(b.Start, b.Body)
		off := start
		for line := range strings.SplitAfterSeq(string(p.d.Src[start:b.End]), "\n") {
			if emphasis(line) != "" {
				for _, f := range fieldsOf(strings.TrimRight(line, "\r\n"), off) {
					if f.kind == kindSupersedes || f.kind == kindSupersededBy || f.kind == kindAmends || f.kind == kindAmendedBy {
						f.place = InLine
						p.add(f)
					}
				}
			}
			off += len(line)
		}
	}
}

// lateFields looks for a status that stands neither before the sections nor in
// one of its own: at the foot of the record, or in a section about the current
// state of things.
func (p *parser) lateFields() {
	for i := range p.parts {
		if pt := &p.parts[i]; pt.s.Heading != nil && !pt.meta && isLateHeading(pt.s.Heading.Text) {
			p.metaBlocks(pt)
		}
	}
	if p.stated() {
		return
	}
	for _, pt := range p.late {
		if len(pt.s.Own) <= 3 {
			p.sectionValue(pt)
		}
	}
	if p.stated() {
		return
	}
	p.r.Statements = slices.DeleteFunc(p.r.Statements, func(s Statement) bool {
		return slices.ContainsFunc(p.late, func(pt *part) bool { return s.Start >= pt.s.Start && s.End <= pt.s.End })
	})
	take := func(b *markdown.Block) bool {
		text, base := p.d.Src[b.Start:b.End], b.Start
		switch b.Kind {
		case markdown.Paragraph, markdown.Item:
			text, base = p.d.Src[max(b.Body, b.Start):b.End], max(b.Body, b.Start)
		case markdown.Quote:
			text = unquote(text)
		default:
			return false
		}
		found, off := false, 0
		for line := range strings.SplitAfterSeq(string(text), "\n") {
			if emphasis(line) != "" {
				for _, f := range fieldsOf(strings.TrimRight(line, "\r\n"), base+off) {
					f.place = InLine
					switch {
					case f.kind == kindStatus:
						rd := p.lex.read(f.raw)
						if rd.status == Unknown || rd.status == Other || !p.statusLike(f.raw, rd) {
							continue
						}
						found = true
						p.add(f)
					case f.kind.isDate() && found:
						p.add(f)
					}
				}
			}
			off += len(line)
		}
		return found
	}
	n := len(p.d.Blocks)
	for i := n - 1; i >= 0; i-- {
		if take(&p.d.Blocks[i]) {
			return
		}
	}
}

// headingField reads "## Status: accepted".
func (p *parser) headingField(pt *part) {
	h := pt.s.Heading
	line := string(p.d.Src[h.Body:max(h.End, h.Body)])
	if h.Last > h.Line {
		line = p.d.LineText(h.Line)
		if h.Body >= p.d.LineStart(h.Line) {
			line = line[min(h.Body-p.d.LineStart(h.Line), len(line)):]
		}
	}
	line = strings.TrimRight(line, " \t#")
	k, at, ok := labelled(line)
	if !ok || strings.TrimSpace(line[at:]) == "" {
		return
	}
	if k == kindStatus && p.lex.read(line[at:]).status == Unknown {
		return
	}
	if k == kindStatus || k == kindDate || k == kindReview || k.isLink() {
		p.add(field{kind: k, label: line[:at], raw: line[at:], place: InSection, start: h.Body + at, top: true})
	}
}

// metaBlocks reads the fields of the blocks of a section.
func (p *parser) metaBlocks(pt *part) {
	inStatus := pt.part
	own := pt.s.Own
	if pt.part != PartLinks && pt.part != PartCode {
		own = own[:min(len(own), 4*maxStatements)]
	}
	for i := range own {
		p.metaBlock(p.d, &own[i], 0, inStatus, "")
	}
	if pt.part == PartStatus && !plainStatus(pt.s.Heading.Text) {
		p.late = append(p.late, pt) // "Current status" may be about the system
		return
	}
	if pt.part == PartStatus || pt.part == PartDate || pt.part == PartReview || pt.part == PartPeople || pt.part == PartTags {
		p.sectionValue(pt)
	}
}

// plainStatus reports whether a heading can only be about the status of the
// decision.
func plainStatus(heading string) bool {
	if label, _, ok := labelled(heading); ok && label == kindStatus {
		return true // "Status: accepted"
	}
	return len(strings.Fields(heading)) <= 4 && !markdown.Is(heading, "current status", "현재 상태", "état actuel", "estado actual", "estado atual")
}

// metaBlock reads the fields of a block of d, which begins at base in the
// record's source.
func (p *parser) metaBlock(d *markdown.Doc, b *markdown.Block, base int, in Part, place Place) {
	or := func(x Place) Place {
		if place != "" {
			return place
		}
		return x
	}
	switch b.Kind {
	case markdown.Item:
		line := string(d.Src[b.Body:b.End])
		p.lines(line, base+b.Body, or(InList), in == "")
	case markdown.Paragraph, markdown.HTML:
		p.lines(string(d.Src[b.Start:b.End]), base+b.Start, or(InLine), in == "")
	case markdown.Table:
		p.tableFields(d, b, base, InTable)
	case markdown.Quote:
		if place == "" {
			sub := unquote(d.Src[b.Start:b.End])
			q := markdown.Parse(sub)
			for i := range q.Blocks {
				p.metaBlock(q, &q.Blocks[i], base+b.Start, in, InQuote)
			}
		}
	case markdown.Box:
	default:
	}
}

// unquote replaces the > of a quotation by spaces, so that offsets stay.
func unquote(src []byte) []byte {
	out := slices.Clone(src)
	start := true
	for i, c := range out {
		switch {
		case c == '\n':
			start = true
		case start && c == '>':
			out[i] = ' '
			start = false
		case start && c != ' ' && c != '\t':
			start = false
		}
	}
	return out
}

// lines reads the lines of a block. A line that is no field goes on with the
// one before it.
func (p *parser) lines(text string, base int, place Place, top bool) {
	var cur []field
	off := 0
	for line := range strings.SplitAfterSeq(text, "\n") {
		fs := fieldsOf(strings.TrimRight(line, "\r\n"), base+off)
		if len(fs) == 0 && len(cur) > 0 && strings.TrimSpace(line) != "" {
			// Goes on.
			last := &cur[len(cur)-1]
			if last.kind == kindPeople || last.kind == kindConsulted || last.kind == kindInformed || last.kind == kindTags || last.kind.isLink() || last.kind == kindCode {
				last.raw = text[last.start-base : off+len(strings.TrimRight(line, "\r\n"))]
			}
		}
		for _, f := range fs {
			f.place, f.top = place, top
			cur = append(cur, f)
		}
		off += len(line)
	}
	for _, f := range cur {
		p.add(f)
	}
	if top && len(cur) == 0 {
		p.callout(text, base, place)
	}
}

// callout reads a line before the first section that states a status without
// naming it: "**Accepted**", "> Superseded by [ADR-3](…)".
func (p *parser) callout(text string, base int, place Place) {
	line, _, more := strings.Cut(strings.TrimRight(text, "\r\n "), "\n")
	line = strings.TrimRight(line, "\r")
	lead := len(line) - len(strings.TrimLeft(line, " \t"))
	line = line[lead:]
	if len(line) > 400 || strings.HasPrefix(line, "[") && place == InList {
		return
	}
	rd := p.lex.read(line)
	phrases, rel := relation(line)
	switch plain := clean(markdown.Text(line)); {
	case rel && rd.status == Superseded && phrases[0].kind == SupersededBy && (phrases[0].at <= leading(line)+24 || phrases[0].before) && len(tokenize(plain)) < 40:
	case rel && rd.partial && phrases[0].kind == SupersededBy && phrases[0].at <= leading(line)+24:
	case more || place == InList:
		return
	case rd.exact && !weak(plain):
	case rd.status != Unknown && rd.status != Other && p.statusLike(line, rd) && len(tokenize(plain)) <= 4:
	default:
		return
	}
	if rel {
		p.links(line, base+lead, phrases, "", place)
	}
	p.state(place, line, base+lead, rd)
}

// line reads one line that may be a field.
func (p *parser) line(text string, start int, place Place, top bool) {
	for _, f := range fieldsOf(text, start) {
		f.place, f.top = place, top
		p.add(f)
	}
}

// tableFields reads a table of two columns, name and value, or one with a
// heading row of names.
func (p *parser) tableFields(d *markdown.Doc, b *markdown.Block, base int, place Place) {
	g := d.Grid(b)
	if len(g.Header) < 2 {
		return
	}
	rows := append([][]markdown.Cell{g.Header}, g.Rows...)
	// "Accepted" is a value before it is a label.
	label := func(c markdown.Cell) int {
		switch kindOf(c.Text) {
		case kindNone:
			return 0
		case kindDateDecided:
			if _, ok := p.lex.word(clean(markdown.Text(c.Text))); ok {
				return 0
			}
		}
		return 1
	}
	across, down := 0, 0
	for _, c := range g.Header {
		across += label(c)
	}
	for _, r := range rows {
		down += label(r[0])
	}
	put := func(label, value markdown.Cell) {
		if k := kindOf(label.Text); k != kindNone && value.End > value.Start {
			p.add(field{kind: k, label: label.Text, raw: string(d.Src[value.Start:value.End]), place: place, start: base + value.Start, top: true})
		}
	}
	if across > 1 && across > down && len(g.Rows) == 1 {
		for i, c := range g.Header {
			put(c, g.Rows[0][i])
		}
		return
	}
	if across > 1 && len(g.Rows) > 1 && down < 2 {
		// A history, the last row of which holds; or a list of other records.
		status, date := g.Column(kindLabels(kindStatus)...), g.Column(kindLabels(kindDate)...)
		if status >= 0 && date >= 0 && len(g.Header) <= 5 {
			last := g.Rows[len(g.Rows)-1]
			if p.lex.read(last[status].Text).exact {
				put(g.Header[status], last[status])
				put(g.Header[date], last[date])
			}
		}
		return
	}
	for _, r := range rows {
		for i := 0; i+1 < len(r); i += 2 {
			put(r[i], r[i+1])
		}
	}
}

// add notes a field.
func (p *parser) add(f field) {
	raw := f.raw
	lead := len(raw) - len(strings.TrimLeft(raw, " \t"))
	raw = strings.TrimRight(raw[lead:], " \t\\")
	f.start += lead
	f.raw = raw
	text := strings.TrimSpace(markdown.Text(reComment().ReplaceAllString(raw, "")))
	switch {
	case f.kind == kindStatus:
		rd := p.lex.read(raw)
		phrases, rel := relation(raw)
		if rel {
			p.links(raw, f.start, phrases, "", f.place)
		}
		if rd.status == Unknown {
			p.slot(f.place, raw, f.start)
			return
		}
		if f.place == InList && f.top {
			p.madrList = true
		}
		p.state(f.place, raw, f.start, rd)
	case f.kind.isDate():
		if text == "" || placeholder(text) || (f.kind == kindDateDecided || f.place == InTable) && !strings.ContainsAny(text, "0123456789") {
			return
		}
		p.dates = append(p.dates, dateField{rank: f.kind.dateRank(), raw: text, src: DateStated, span: p.span(f.start, f.start+len(raw))})
	case f.kind == kindReview:
		if p.r.RawReview == "" && !blank(text) && !placeholder(text) {
			p.r.RawReview, p.r.ReviewSpan = text, p.span(f.start, f.start+len(raw))
		}
	case f.kind == kindReviewed, f.kind == kindReviewIn:
	case f.kind == kindPeople:
		p.r.Deciders = appendNames(p.r.Deciders, raw)
	case f.kind == kindConsulted:
		p.r.Consulted = appendNames(p.r.Consulted, raw)
	case f.kind == kindInformed:
		p.r.Informed = appendNames(p.r.Informed, raw)
	case f.kind == kindTags:
		p.r.Tags = appendTags(p.r.Tags, text, f.place == InFront)
		if f.place == InFront {
			if rd := p.lex.read(raw); rd.exact && !weak(clean(text)) {
				p.state(InTag, raw, f.start, rd)
			}
		}
	case f.kind == kindCode:
		p.r.Code = appendCode(p.r.Code, raw, f.place == InFront)
	case f.kind.isLink():
		if blank(text) || placeholder(text) {
			return
		}
		p.links(raw, f.start, nil, f.kind.link(), f.place)
	}
	if f.kind == kindReviewed || f.kind == kindReviewIn {
		p.fields = append(p.fields, f)
	}
}
