package adr

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"

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

// front reads the front matter.
func (p *parser) front() {
	f := p.d.Front
	if f == nil {
		return
	}
	if f.Err != nil {
		p.r.Broken, p.r.BrokenLine = f.Err.Error(), f.Line
		p.brokenFront()
		return
	}
	p.frontMap(f.Node, 0)
}

// brokenFront reads the plain lines of front matter that is no YAML, which
// loses nothing that an author wrote clearly.
func (p *parser) brokenFront() {
	f := p.d.Front
	for line := p.d.LineOf(f.Start); line <= p.d.LineOf(max(f.End-1, f.Start)); line++ {
		text := p.d.LineText(line)
		if text == "" || text[0] == ' ' || text[0] == '-' || text[0] == '#' {
			continue
		}
		p.line(text, p.d.LineStart(line), InFront, true)
	}
}

func (p *parser) frontMap(m *yaml.Node, depth int) {
	if m == nil {
		return
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, v := m.Content[i], markdown.Resolve(m.Content[i+1])
		if v == nil {
			continue
		}
		name := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(key.Value, "_", " "), "-", " "))
		p.keys = append(p.keys, name)
		if v.Kind == yaml.MappingNode {
			if depth == 0 && (name == "adr" || name == "decision" || name == "metadata" || name == "record") {
				p.frontMap(v, 1)
			}
			continue
		}
		switch name {
		case "title":
			if t := strings.TrimSpace(markdown.Text(strings.TrimSpace(v.Value))); t != "" && v.Kind == yaml.ScalarNode && p.r.Title == "" {
				p.r.Title, p.r.TitleFrom = t, "front matter"
				p.r.TitleSpan = p.valueSpan(v)
			}
			continue
		case "id", "adr id", "number", "adr", "no", "adr number":
			if v.Kind == yaml.ScalarNode && len(v.Value) < 80 {
				if name == "id" || name == "adr id" || name == "adr" {
					p.frontID = strings.TrimSpace(v.Value)
				} else {
					p.frontNo = strings.TrimSpace(v.Value)
				}
			}
			continue
		}
		k := kindOf(key.Value)
		if k == kindNone {
			k = kindOf(name)
		}
		if k == kindNone {
			continue
		}
		p.nodes(k, key.Value, v)
	}
}

// nodes adds a field for a scalar, or one for each item of a list.
func (p *parser) nodes(k kind, label string, v *yaml.Node) {
	if v.Kind == yaml.SequenceNode {
		for _, c := range v.Content {
			c = markdown.Resolve(c)
			if c == nil {
				continue
			}
			if c.Kind == yaml.MappingNode {
				// A link as {id: 3, type: supersedes} or {name: kim}.
				p.linkNode(k, label, c)
				continue
			}
			if c.Kind == yaml.ScalarNode {
				p.nodes(k, label, c)
			}
		}
		return
	}
	if v.Kind != yaml.ScalarNode || v.Tag == "!!null" || strings.TrimSpace(v.Value) == "" {
		if k == kindStatus && v.Kind == yaml.ScalarNode {
			p.slot(InFront, "", p.valueSpan(v).Start)
		}
		return
	}
	s := p.valueSpan(v)
	if k == kindStatus && v.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		p.quoted = true
	}
	f := field{kind: k, label: label, raw: v.Value, place: InFront, start: s.Start, top: true}
	if s.End-s.Start == len(v.Value) {
		f.raw = string(p.d.Src[s.Start:s.End])
	}
	p.add(f)
}

func (p *parser) linkNode(k kind, label string, m *yaml.Node) {
	for _, key := range []string{"target", "id", "adr", "path", "file", "ref", "href", "link", "name"} {
		if v, _ := markdown.Lookup(m, key); markdown.Scalar(v) != "" {
			for _, key := range []string{"type", "kind", "relation", "rel"} {
				t, _ := markdown.Lookup(m, key)
				name := strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(markdown.Scalar(t)))
				for _, part := range []string{"partially-", "partly-", "partial-"} {
					if rest, ok := strings.CutPrefix(name, part); ok {
						name, p.partOnly = rest, true
					}
				}
				if kk := kindOf(name); kk.isLink() && name != "" {
					k = kk
				}
			}
			defer func() { p.partOnly = false }()
			p.nodes(k, label, v)
			return
		}
	}
}

// valueSpan returns the place of a scalar of the front matter in the source,
// without its quotes; of block scalars, the text of their first line.
func (p *parser) valueSpan(v *yaml.Node) Span {
	at := p.d.LineStart(v.Line)
	line := p.d.LineText(v.Line)
	col := 0
	for n := v.Column - 1; n > 0 && col < len(line); n-- {
		col++
		for col < len(line) && line[col]&0xc0 == 0x80 {
			col++
		}
	}
	col = min(col, len(line))
	rest := line[col:]
	switch {
	case v.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 && rest != "":
		q := rest[:1]
		if e := strings.LastIndex(rest[1:], q); e >= 0 && rest[1:1+e] == v.Value {
			return p.span(at+col+1, at+col+1+e)
		}
		if strings.HasPrefix(rest[1:], v.Value) {
			return p.span(at+col+1, at+col+1+len(v.Value))
		}
	case v.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		first := strings.TrimSpace(strings.SplitN(strings.TrimSpace(v.Value), "\n", 2)[0])
		for l := v.Line; l <= v.Line+2 && l <= p.d.Lines(); l++ {
			if k := strings.Index(p.d.LineText(l), first); k >= 0 && l > v.Line && first != "" {
				return p.span(p.d.LineStart(l)+k, p.d.LineStart(l)+k+len(first))
			}
		}
	case strings.HasPrefix(rest, v.Value):
		return p.span(at+col, at+col+len(v.Value))
	}
	return p.span(at+col, at+col)
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

// title reads the heading.
func (p *parser) title() {
	r := p.r
	if p.heading != nil {
		raw := string(p.d.Src[p.heading.Body:p.headingEnd()])
		text := norm.NFC.String(p.heading.Text)
		text = strings.TrimSpace(reComment().ReplaceAllString(text, ""))
		switch {
		case strings.Contains(raw, "<%"), strings.Contains(raw, "{{"), text == "":
			p.template = p.template || r.Title == "" && strings.Contains(raw, "{{")
		default:
			number, title := splitTitle(text, p.name.number)
			if rest, ok := strings.CutPrefix(title, p.name.id); ok && p.name.id != p.name.number && p.name.id != "" { // ARC-001: …
				if t := strings.TrimLeft(rest, " "); t != "" && strings.ContainsAny(t[:1], ":.-") {
					number, title = p.name.number, strings.TrimLeft(t, " :.-")
				}
			}
			if title == "" && r.Title == "" {
				title = humanize(p.name.slug)
				r.TitleNumber, r.Title, r.TitleFrom = number, title, "name"
				break
			}
			if title == "" {
				break
			}
			r.TitleNumber, r.Title, r.TitleFrom = number, title, "heading"
			r.TitleSpan = p.titleSpan(title)
			if k := strings.Index(raw, number); number != "" && k >= 0 && p.heading.Body+k < r.TitleSpan.Start {
				r.NumberSpan = p.span(p.heading.Body+k, p.heading.Body+k+len(number))
			}
			p.template = p.template || isPlaceholderTitle(title) || strings.HasPrefix(strings.ToLower(number), "x") || strings.HasPrefix(strings.ToLower(number), "n")
			return
		}
	}
	if r.TitleFrom == "front matter" {
		number, title := splitTitle(norm.NFC.String(r.Title), p.name.number)
		if title != "" {
			r.TitleNumber, r.Title = number, title
		}
		p.template = p.template || isPlaceholderTitle(r.Title)
		return
	}
	if r.Title == "" {
		r.Title, r.TitleFrom = humanize(p.name.slug), "name"
		if r.Title == "" {
			r.Title = p.name.id
		}
	}
}

func (p *parser) headingEnd() int {
	h := p.heading
	end := h.End
	if h.Last > h.Line { // underlined
		end = p.d.LineStart(h.Line) + len(p.d.LineText(h.Line))
	}
	return max(end, h.Body)
}

// titleSpan finds the title in its heading's line; where markup stands in it,
// the span reaches to the end of the heading.
func (p *parser) titleSpan(title string) Span {
	line := string(p.d.Src[p.heading.Body:p.headingEnd()])
	if k := strings.LastIndex(line, title); k >= 0 {
		return p.span(p.heading.Body+k, p.heading.Body+k+len(title))
	}
	first := strings.FieldsFunc(title, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	from := 0
	if m := reTitleNumber().FindStringSubmatchIndex(line); m != nil && p.r.TitleNumber != "" {
		from = max(m[6], 0)
	} else if len(first) > 0 {
		from = max(strings.Index(line, first[0]), 0)
	}
	end := strings.TrimRight(line, " \t#")
	return p.span(p.heading.Body+from, p.heading.Body+max(len(end), from))
}

var rePlaceholderTitle = lazily(`(?i)^(?:adr\s+)?(?:short )?(?:title|titel|titre|título|제목|标题|decision title|title of (?:the )?(?:adr|decision|record)|adr title|제목을 입력.*|name of decision)$|^\[[^\]]*\]$|^\{[^}]*\}$|^<[^>]*>$|\bshort title of solved problem\b|^(?:adr[-\s]*)?template$|^template (?:for|für|de|pour)\b|\btemplate$|^modèle\b|^템플릿|템플릿$|^vorlage\b|模板$`)

func isPlaceholderTitle(s string) bool { return rePlaceholderTitle().MatchString(strings.TrimSpace(s)) }

// number decides the id.
func (p *parser) number() {
	r := p.r
	r.NameNumber = p.name.number
	if strings.HasPrefix(strings.ToLower(r.TitleNumber), "x") || strings.HasPrefix(strings.ToLower(r.TitleNumber), "n") {
		r.TitleNumber = ""
	}
	switch {
	case p.name.id != "":
		r.ID = p.name.id
	case p.frontID != "" && !placeholder(p.frontID):
		r.ID = p.frontID
		if n := parseName(p.frontID); n.number != "" {
			r.ID = n.id
		}
	case p.frontNo != "" && !placeholder(p.frontNo):
		r.ID = p.frontNo
	case r.TitleNumber != "":
		r.ID = r.TitleNumber
	default:
		r.ID = stem(r.Path)
	}
	n := p.name.number
	if n == "" {
		if m := parseName(r.ID); m.number != "" {
			n = m.number
		}
	}
	if n != "" {
		r.Number = atoi(strings.SplitN(n, ".", 2)[0])
	}
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

// sectionValue reads the value of a section such as "## Status".
func (p *parser) sectionValue(pt *part) {
	type candidate struct {
		raw   string
		start int
		place Place
		first bool   // of its block
		block string // of the first line: the whole block from raw on
	}
	var lines []candidate
	var collect func(d *markdown.Doc, blocks []markdown.Block, base int, place Place)
	collect = func(d *markdown.Doc, blocks []markdown.Block, base int, place Place) {
		for i := range blocks {
			b := &blocks[i]
			from := b.Start
			switch b.Kind {
			case markdown.Item:
				from = b.Body
			case markdown.Paragraph, markdown.HTML:
			case markdown.Quote:
				q := markdown.Parse(unquote(d.Src[b.Start:b.End]))
				collect(q, q.Blocks, base+b.Start, InQuote)
				continue
			case markdown.Fence:
				if t := strings.TrimSpace(b.Text); t != "" && !strings.Contains(t, "\n") {
					lines = append(lines, candidate{t, base + b.Body, place, true, ""})
				}
				continue
			default:
				continue
			}
			off, first := from, true
			for line := range strings.SplitAfterSeq(string(d.Src[from:b.End]), "\n") {
				if t := strings.TrimSpace(line); t != "" {
					lead := strings.Index(line, t)
					lines = append(lines, candidate{t, base + off + lead, place, first, ""})
					if first {
						lines[len(lines)-1].block = string(d.Src[off+lead : b.End])
					}
					first = false
				}
				off += len(line)
			}
		}
	}
	collect(p.d, pt.s.Own[:min(len(pt.s.Own), maxStatements)], 0, InSection)
	lines = lines[:min(len(lines), maxStatements)]
	if len(lines) == 0 {
		// ### Accepted, below ## Status
		for i := range pt.s.Blocks {
			if b := &pt.s.Blocks[i]; b.Kind == markdown.Heading {
				lines = append(lines, candidate{b.Text, b.Body, InSection, true, ""})
			}
		}
	}
	switch pt.part {
	case PartStatus:
		// A list of all statuses is one to choose from.
		if p.menuItems(pt) {
			if len(lines) > 0 {
				p.slot(lines[0].place, lines[0].raw, lines[0].start)
			}
			for i := range pt.s.Own {
				if b := &pt.s.Own[i]; b.Kind == markdown.Paragraph {
					raw := string(p.d.Src[b.Start:b.End])
					if ph, ok := relation(raw); ok {
						p.links(raw, b.Start, ph, "", InSection)
					}
				}
			}
			return
		}
		var cs []statusLine
		for _, c := range lines {
			cs = append(cs, statusLine(c))
		}
		_, at, ok := labelled(pt.s.Heading.Text) // "## Status: accepted" has said it
		p.statusLines(cs, ok && p.lex.read(pt.s.Heading.Text[at:]).status != Unknown)
	case PartDate, PartReview, PartPeople, PartTags:
		k := map[Part]kind{PartDate: kindDate, PartReview: kindReview, PartPeople: kindPeople, PartTags: kindTags}[pt.part]
		if pt.part == PartPeople {
			if kk := kindOf(pt.s.Heading.Text); kk != kindNone {
				k = kk
			}
		}
		for i, c := range lines {
			if i > 0 && (k == kindDate || k == kindReview) {
				break
			}
			if _, _, ok := labelled(c.raw); !ok {
				p.add(field{kind: k, label: pt.s.Heading.Text, raw: c.raw, place: c.place, start: c.start, top: true})
			}
		}
	}
}

// menuItems reports whether the items of a section name three statuses or more
// and none of them is checked.
func (p *parser) menuItems(pt *part) bool {
	var seen []Status
	for i := range pt.s.Own {
		b := &pt.s.Own[i]
		if b.Kind != markdown.Item {
			continue
		}
		line, _, _ := strings.Cut(b.Text, "\n")
		if _, _, ok := checkbox(line); ok {
			return false
		}
		if _, _, ok := labelled(line); ok {
			continue
		}
		if rd := p.lex.read(line); rd.status != Unknown && rd.status != Other && len(tokenize(clean(markdown.Text(line)))) <= 8 && !slices.Contains(seen, rd.status) {
			seen = append(seen, rd.status)
		}
	}
	return len(seen) >= 3
}

type statusLine struct {
	raw   string
	start int
	place Place
	first bool
	block string
}

// statusLines reads the lines below a status heading: the status, and links
// such as "Superseded by [3. …](…)".
func (p *parser) statusLines(lines []statusLine, seen bool) {
	for _, c := range lines {
		raw, checked := c.raw, false
		if box, rest, ok := checkbox(raw); ok {
			if !box {
				continue
			}
			checked = true
			c.start += len(raw) - len(rest)
			raw = rest
		}
		if k, at, ok := labelled(raw); ok {
			if rd := p.lex.read(strings.TrimRight(raw[:at], " :：*_")); k != kindDateDecided || rd.status == Unknown || rd.status == Other {
				seen = seen || k == kindStatus
				continue // metaBlocks has read it
			}
			// "Accepted: 2024-01-02"
		}
		// "Implementation: adopted"
		if label, _, ok := strings.Cut(raw, ":"); ok && seen && len(label) < 40 && !strings.Contains(label, "](") {
			if rd := p.lex.read(label); rd.status == Other || rd.status == Unknown {
				if _, rel := relation(raw); !rel {
					continue
				}
			}
		}
		first := !seen && c.first
		phrases, rel := relation(raw)
		if c.block != "" && c.place != InQuote {
			// "Relates to" may end a line, and what it is about begin the next.
			if all, ok := relation(c.block); ok {
				p.links(c.block, c.start, all, "", c.place)
			}
		} else if rel {
			p.links(raw, c.start, phrases, "", c.place)
		}
		rd := p.lex.read(raw)
		onlyLink := rel && phrases[0].at == leading(raw) && !slices.ContainsFunc(phrases, func(f phrase) bool { return f.kind == SupersededBy })
		if onlyLink || rd.status == Unknown {
			continue
		}
		if rel && rd.status == Other {
			continue
		}
		if !first && !checked && !p.statusLike(raw, rd) {
			continue
		}
		if seen && rd.status == Other {
			continue
		}
		p.state(c.place, raw, c.start, rd)
		seen = true
	}
	if seen {
		return
	}
	if len(lines) > 0 {
		for _, c := range lines {
			if _, at, ok := labelled(c.raw); !ok || strings.TrimSpace(c.raw[at:]) == "" {
				p.slot(c.place, c.raw, c.start)
				break
			}
		}
	}
	// A sentence over several lines.
	var all []string
	for _, c := range lines {
		if _, _, ok := labelled(c.raw); ok {
			continue
		}
		if _, _, ok := checkbox(c.raw); ok {
			continue
		}
		all = append(all, c.raw)
	}
	if len(all) > 1 {
		if rd := p.lex.read(strings.Join(all, " ")); rd.status != Unknown && rd.status != Other {
			p.state(lines[0].place, lines[0].raw, lines[0].start, rd)
		}
	}
}

// statusLike reports whether a line below the first states a status too rather
// than explaining the first.
func (p *parser) statusLike(raw string, rd reading) bool {
	if rd.exact {
		return true
	}
	t := clean(markdown.Text(reComment().ReplaceAllString(raw, "")))
	whole := t
	if d, ok := parseDate(t); ok && d != "" {
		t = strings.TrimSpace(stripDates(t))
	}
	if s, ok := p.lex.word(clean(t)); ok && s != "" {
		return true
	}
	if rePartial().MatchString(t) {
		t = strings.TrimSpace(rePartial().ReplaceAllString(t, ""))
	}
	tokens := tokenize(t)
	if len(tokens) == 0 {
		return false
	}
	_, n := p.lex.at(tokens, 0)
	if n == 0 || weak(strings.Join(tokens[:n], " ")) {
		return false
	}
	if n == len(tokens) {
		return true
	}
	switch tokens[n] {
	case "by", "on", "in", "since", "at", "as", "with", "from", "via", "for", "due", "par", "le", "durch", "am", "por", "el", "em", "and", "but":
		return true
	}
	return paused(whole, tokens[n-1]) || isHangul(tokens[n-1])
}

var reAnyDate = lazily(`\(?\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b\)?`)

func stripDates(s string) string { return reAnyDate().ReplaceAllString(s, " ") }

func checkbox(s string) (checked bool, rest string, ok bool) {
	if len(s) < 4 || s[0] != '[' || s[2] != ']' || s[3] != ' ' {
		return false, s, false
	}
	switch s[1] {
	case ' ':
		return false, strings.TrimLeft(s[4:], " "), true
	case 'x', 'X', '*', 'v', 'V':
		return true, strings.TrimLeft(s[4:], " "), true
	}
	return false, s, false
}

func leading(s string) int { return len(s) - len(strings.TrimLeft(s, " \t*_>-`[")) }

// maxStatements bounds what is kept of a record that says the same thing a
// thousand times.
const maxStatements = 64

// state notes a status.
func (p *parser) state(place Place, raw string, start int, rd reading) {
	if len(p.r.Statements) >= maxStatements {
		return
	}
	trimmed := strings.TrimRight(reComment().ReplaceAllStringFunc(raw, func(c string) string { return strings.Repeat(" ", len(c)) }), " \t")
	p.r.Statements = append(p.r.Statements, Statement{Place: place, Raw: rd.raw, Status: rd.status, Span: p.span(start, start+len(trimmed))})
	if rd.partial {
		p.r.Partial = true
	}
	if rd.status != Superseded && rd.status != Deprecated && !rd.partial {
		if _, ok := parseDate(rd.raw); ok {
			p.dates = append(p.dates, dateField{rank: 50, raw: rd.raw, src: DateStatus, span: p.span(start, start+len(trimmed))})
		}
	}
}

// slot notes a place for a status.
func (p *parser) slot(place Place, raw string, start int) {
	if len(p.r.Slots) >= maxStatements {
		return
	}
	raw = strings.TrimRight(reComment().ReplaceAllStringFunc(raw, func(c string) string { return strings.Repeat(" ", len(c)) }), " \t")
	p.r.Slots = append(p.r.Slots, Statement{Place: place, Raw: raw, Status: Unknown, Span: p.span(start, start+len(raw))})
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

// titleTag reads a status that stands in the title: "[Draft] …", "… (deprecated)".
func (p *parser) titleTag() {
	if p.heading == nil {
		return
	}
	line := string(p.d.Src[p.heading.Body:p.headingEnd()])
	for _, re := range []*regexp.Regexp{reTitleTagStart(), reTitleTagEnd(), reTitleTagPrefix()} {
		if m := re.FindStringSubmatchIndex(line); m != nil {
			raw := line[m[2]:m[3]]
			if rd := p.lex.read(raw); rd.status != Unknown && rd.status != Other && (rd.exact || rd.status == Superseded) && (!weak(clean(raw)) || re == reTitleTagPrefix() && rd.exact && len(tokenize(clean(raw))) == 1) {
				if phrases, ok := relation(raw); ok {
					p.links(raw, p.heading.Body+m[2], phrases, "", InTitle)
				}
				p.state(InTitle, raw, p.heading.Body+m[2], rd)
				return
			}
		}
	}
}

var (
	reTitleTagStart  = lazily(`^\s*(?:[^\[(]{0,24}[:.\-–—]\s*)?[\[(]([^\])]{2,40})[\])]`)
	reTitleTagPrefix = lazily(`^\s*(?:(?i:adr)[-_ #]*\d+\s*[:.\-–—]\s*|\d+\.\s+)?(\p{L}+(?: by [^:]{1,80})?)\s*:\s+\S`)
	reTitleTagEnd    = lazily(`[\[(]([^\])]{2,60})[\])]\s*#*\s*$`)
	reBadge          = lazily(`(?i)/(?:badge|static/v1)/?(?:status|state|adr|상태)[-_](.+?)-[a-z0-9#]+(?:\.svg)?(?:\?|$)`)
)

// badges reads a status that is an image.
func (p *parser) badges() {
	for i := range p.parts {
		if !p.parts[i].meta {
			continue
		}
		for j := range p.parts[i].s.Own {
			b := &p.parts[i].s.Own[j]
			if b.Kind != markdown.Paragraph && b.Kind != markdown.Item || !strings.Contains(b.Text, "![") {
				continue
			}
			for _, l := range p.d.Links(b.Start, b.End) {
				if !l.Image {
					continue
				}
				raw := ""
				if m := reBadge().FindStringSubmatch(l.Dest); m != nil {
					raw = strings.ReplaceAll(strings.ReplaceAll(m[1], "%20", " "), "_", " ")
				} else if k, at, ok := labelled(l.Text); ok && k == kindStatus {
					raw = l.Text[at:]
				}
				if rd := p.lex.read(raw); raw != "" && rd.status != Unknown && rd.status != Other {
					p.state(InBadge, raw, l.DestStart, rd)
				}
			}
		}
	}
}

// folderStatus reads a status that the folder says: accepted/0001-….md.
func (p *parser) folderStatus() {
	dir := path.Dir(p.r.Path)
	if perFolder(p.r.Path) {
		dir = path.Dir(dir)
	}
	base := clean(strings.NewReplacer("-", " ", "_", " ").Replace(path.Base(dir)))
	switch base {
	case "accepted", "rejected", "deprecated", "superseded", "proposed", "draft", "drafts", "withdrawn":
		base = strings.TrimSuffix(base, "s")
		s, _ := p.lex.word(base)
		p.r.Statements = append(p.r.Statements, Statement{Place: InFolder, Raw: path.Base(dir), Status: s})
	}
}

// order sorts the statements in the order in which they are believed.
func (p *parser) order() {
	rank := map[Place]int{InFront: 0, InList: 1, InTable: 2, InSection: 3, InLine: 4, InQuote: 5, InBadge: 6, InTag: 7, InHistory: 8, InTitle: 9, InFolder: 10}
	slices.SortStableFunc(p.r.Statements, func(a, b Statement) int { return rank[a.Place] - rank[b.Place] })
}

// life orders the statuses; among lines of one section the last in life holds.
func life(s Status) int { return slices.Index(Statuses(), s) }

func (p *parser) decideStatus() {
	r := p.r
	if len(r.Statements) == 0 {
		p.history()
		p.order()
	}
	// "Partially superseded" decides only where nothing else is said.
	part := func(s *Statement) bool { return s.Status == Superseded && rePartial().MatchString(s.Raw) }
	whole := slices.ContainsFunc(r.Statements, func(s Statement) bool { return s.Status != Other && !part(&s) })
	best := -1
	for i := range r.Statements {
		s := &r.Statements[i]
		if s.Status == Other || whole && part(s) {
			continue
		}
		if best < 0 {
			best = i
			continue
		}
		if b := &r.Statements[best]; s.Place == b.Place && life(s.Status) > life(b.Status) {
			best = i
		}
	}
	if best < 0 && len(r.Statements) > 0 {
		best = 0
	}
	if best < 0 {
		// "TBD" states nothing, and is what readers are shown.
		for _, s := range r.Slots {
			raw := strings.TrimSpace(markdown.Text(s.Raw))
			if text := clean(raw); text != "" && blank(text) {
				r.RawStatus = raw
				return
			}
		}
		return
	}
	r.Status, r.RawStatus = r.Statements[best].Status, r.Statements[best].Raw
	if r.Status == Superseded && len(r.LinksOf(SupersededBy)) == 0 {
		p.namedInText()
	}
	// A full replacement is no partial one.
	if r.Status == Superseded && !rePartial().MatchString(r.RawStatus) {
		r.Partial = false
	}
	if r.Status != Superseded {
		for _, l := range r.Links {
			if l.Kind == SupersededBy && l.Partial {
				r.Partial = true
			}
		}
	}
}

// namedInText looks for the replacement in the text of a record that says that
// it is superseded, but not by what.
func (p *parser) namedInText() {
	for i := range p.d.Blocks {
		b := &p.d.Blocks[i]
		if b.Kind != markdown.Paragraph && b.Kind != markdown.Item && b.Kind != markdown.Quote {
			continue
		}
		raw := string(p.d.Src[b.Start:b.End])
		phrases, ok := relation(raw)
		if !ok {
			continue
		}
		for j, f := range phrases {
			if f.kind != SupersededBy || f.before {
				continue
			}
			end := len(raw)
			if k := strings.IndexAny(raw[f.end:], ".\n"); k >= 0 && !strings.Contains(raw[f.end:f.end+k], "[") {
				end = f.end + k
			}
			if j+1 < len(phrases) {
				end = min(end, phrases[j+1].at)
			}
			for _, r := range p.refsIn(b.Start+f.at, b.Start+end, raw[f.at:end], false) {
				if !r.weak && recordLike(r.raw) && r.at < f.end-f.at+8 {
					p.link(r, b.Start+f.at, SupersededBy, f.partial || p.r.Partial, "")
				}
			}
		}
	}
}

// history reads a change log whose entries are statuses, where a record states
// its status nowhere else.
func (p *parser) history() {
	for i := range p.parts {
		if p.parts[i].part != PartHistory {
			continue
		}
		var last *Statement
		for j := range p.parts[i].s.Own {
			b := &p.parts[i].s.Own[j]
			if b.Kind != markdown.Item && b.Kind != markdown.Paragraph {
				continue
			}
			text := clean(stripDates(markdown.Text(b.Text)))
			text = clean(strings.Trim(text, "-–—:,() "))
			if s, ok := p.lex.word(text); ok && !weak(text) && s != Draft {
				last = &Statement{Place: InHistory, Raw: markdown.Text(b.Text), Status: s, Span: p.span(b.Body, b.End)}
			}
		}
		if last != nil {
			p.r.Statements = append(p.r.Statements, *last)
		}
	}
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
