package sad

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// figure takes the box of an element and its arrows out of a flowchart. Figures
// in other languages and boxes that hold others are left to the author.
func (r *removal) figure(f *resolvedFigure, x *Element) {
	ids := map[string]bool{}
	for id, e := range f.nodes {
		if e == x {
			ids[id] = true
		}
	}
	if len(ids) == 0 {
		return
	}
	group := slices.ContainsFunc(f.fig.Nodes, func(n Node) bool { return ids[n.ID] && n.Group || ids[n.Parent] })
	if f.fig.Language != "mermaid" || f.fig.Kind != "flowchart" || group {
		r.left = append(r.left, r.p.place(f.fig.Span))
		r.note(f.fig.Span, false)
		return
	}
	r.flowchart(f.fig, ids, func(e FigureEdge) bool { return ids[e.From] || ids[e.To] })
}

// arrows takes the arrows between two elements out of a flowchart.
func (r *removal) arrows(f *resolvedFigure, x, y *Element) {
	gone := func(e FigureEdge) bool {
		a, b := f.nodes[e.From], f.nodes[e.To]
		return a == x && b == y || a == y && b == x
	}
	if !slices.ContainsFunc(f.fig.Edges, gone) {
		return
	}
	if f.fig.Language != "mermaid" || f.fig.Kind != "flowchart" {
		r.left = append(r.left, r.p.place(f.fig.Span))
		r.note(f.fig.Span, false)
		return
	}
	r.flowchart(f.fig, nil, gone)
}

// flowchart removes boxes by their ids and arrows. A line that also says what
// another box looks like becomes that box; a line that says more than one thing
// is left.
func (r *removal) flowchart(fig *Figure, ids map[string]bool, gone func(FigureEdge) bool) {
	perLine, dead := map[int]int{}, map[int]FigureEdge{}
	mentions := map[string]int{} // by box: lines of arrows that stay
	for _, e := range fig.Edges {
		perLine[e.Line]++
		if gone(e) {
			dead[e.Line] = e
		} else {
			mentions[e.From]++
			mentions[e.To]++
		}
	}
	defined := map[string]int{}
	for i := range fig.Nodes {
		n := &fig.Nodes[i]
		defined[n.ID] = n.Line
		if !ids[n.ID] {
			continue
		}
		if _, arrow := perLine[n.Line]; !arrow {
			if text := strings.TrimSpace(r.d.LineText(n.Line)); vertexOf(text, n.ID) == strings.TrimSuffix(text, ";") {
				r.figureLine(n.Line, "")
			} else {
				r.left = append(r.left, r.p.place(n.Span))
			}
		}
	}
	lines := make([]int, 0, len(dead))
	for l := range dead {
		lines = append(lines, l)
	}
	slices.Sort(lines)
	kept := map[string]bool{}
	for _, l := range lines {
		e := dead[l]
		if perLine[l] > 1 {
			r.left = append(r.left, r.p.place(e.Span))
			r.note(e.Span, false)
			continue
		}
		text := r.d.LineText(l)
		indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
		var stay []string
		for _, id := range []string{e.From, e.To} {
			if ids[id] || kept[id] || mentions[id] > 0 && defined[id] != l {
				continue
			}
			// Its only place, or the one that gives it its label.
			if v := vertexIn(text, id); v != "" && (defined[id] == l || mentions[id] == 0) {
				if _, on := perLine[defined[id]]; !on && defined[id] != l {
					continue // it has a line of its own
				}
				kept[id] = true
				stay = append(stay, indent+v+lineEnd(r.d.Src, r.d.LineStart(l+1)))
			}
		}
		r.figureLine(l, strings.Join(stay, ""))
	}
	first, last := fig.Line, r.d.LineOf(fig.End)
	for l := first + 1; l < last; l++ {
		f := strings.Fields(r.d.LineText(l))
		if len(f) < 3 || f[0] != "class" && f[0] != "style" && f[0] != "click" {
			continue
		}
		if ids[f[1]] {
			r.figureLine(l, "")
		} else if names := strings.Split(f[1], ","); slices.ContainsFunc(names, func(n string) bool { return ids[n] }) {
			names = slices.DeleteFunc(names, func(n string) bool { return ids[n] })
			at := r.d.LineStart(l) + strings.Index(r.d.LineText(l), f[1])
			r.line++
			r.cut(at, at+len(f[1]), strings.Join(names, ","))
		}
	}
}

func (r *removal) figureLine(line int, to string) {
	start, end := r.d.LineStart(line), r.d.LineStart(line+1)
	r.line++
	r.note(Span{Line: line, Column: 1, Start: start}, false)
	r.cut(start, end, to)
}

// vertexIn returns the text of a box in a line of a flowchart, its id with what
// gives it shape and label; "" where it is not there.
func vertexIn(line, id string) string {
	for from := 0; ; {
		i := strings.Index(line[from:], id)
		if i < 0 {
			return ""
		}
		i += from
		from = i + len(id)
		before, _ := utf8.DecodeLastRuneInString(line[:i])
		if i > 0 && isIDRune(before) {
			continue
		}
		if after, _ := utf8.DecodeRuneInString(line[from:]); from < len(line) && isIDRune(after) && !strings.HasPrefix(line[from:], "--") && !strings.HasPrefix(line[from:], "-.") {
			continue
		}
		return vertexOf(line[i:], id)
	}
}

func isIDRune(r rune) bool {
	return r == '_' || r == '-' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// vertexOf returns the box with which a text begins: an id, and the brackets
// that follow it.
func vertexOf(s, id string) string {
	if !strings.HasPrefix(s, id) {
		return ""
	}
	i := len(id)
	if i < len(s) && strings.IndexByte("[({>", s[i]) >= 0 {
		depth, quote := 0, false
		for ; i < len(s); i++ {
			switch c := s[i]; {
			case c == '"':
				quote = !quote
			case quote:
			case c == '[' || c == '(' || c == '{' || c == '>' && depth == 0:
				depth++
			case c == ']' || c == ')' || c == '}':
				depth--
			}
			if depth == 0 && !quote {
				i++
				break
			}
		}
	}
	if strings.HasPrefix(s[i:], ":::") {
		i += 3
		for i < len(s) && isIDRune(rune(s[i])) {
			i++
		}
	}
	return s[:i]
}
