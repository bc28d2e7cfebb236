package adr

import (
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/markdown"
)

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
