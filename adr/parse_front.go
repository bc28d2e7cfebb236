package adr

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/markdown"
)

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
