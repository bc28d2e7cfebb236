package adr

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

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
