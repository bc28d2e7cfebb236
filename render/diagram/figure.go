package diagram

import (
	"errors"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/mermaid"
)

// Version changes whenever the same diagram is drawn differently.
const Version = "1"

// FigureOptions say how a diagram stands in a page.
type FigureOptions struct {
	Options
	// Word returns a word in the language of the page, by its key in the
	// catalog (diagram_relations, diagram_from, …).
	Word func(key string) string
}

// AppendFigure appends what a figure shows of a Mermaid diagram: the SVG, and a
// table of its relations for those who do not see it and for search. Where the
// text cannot be drawn it appends nothing and says why, with the line of the
// text.
func AppendFigure(dst []byte, src string, o FigureOptions) ([]byte, []finding.Finding) {
	d, err := mermaid.Parse(src)
	if err != nil {
		return dst, []finding.Finding{notDrawn(err)}
	}
	if d.AccTitle == "" && d.Title == "" {
		o.Options.Label = o.Word("diagram")
	}
	start := len(dst)
	dst = append(dst, `<div class="dg-scroll"`...)
	at := len(dst)
	dst = append(dst, '>')
	dst, ok := AppendMermaid(dst, d, o.Options)
	if !ok {
		return dst[:start], []finding.Finding{{
			Rule: "diagram/too-large", Severity: finding.Info, Position: finding.Position{Line: 1},
			Message: "the diagram is too large to be drawn",
			Hint:    "divide it; its code is shown instead",
		}}
	}
	// What may have to be scrolled has to be reached by keyboard, and has a name
	// then; a link inside is reached anyway.
	if wide := !strings.Contains(string(dst[at:at+40]), "dg-w0"); wide {
		dst = insert(dst, at, ` tabindex="0" role="region" aria-labelledby="`+o.Prefix+`-t"`)
	}
	dst = append(dst, "</div>"...)
	return appendRelations(dst, d, o.Word), nil
}

func insert(dst []byte, at int, s string) []byte {
	dst = append(dst, s...)
	copy(dst[at+len(s):], dst[at:len(dst)-len(s)])
	copy(dst[at:], s)
	return dst
}

// notDrawn turns what makes a text no diagram into a finding.
func notDrawn(err error) finding.Finding {
	f := finding.Finding{Rule: "diagram/not-drawn", Severity: finding.Info, Position: finding.Position{Line: 1}}
	var bad *mermaid.Error
	var other *mermaid.UnsupportedError
	switch {
	case errors.As(err, &bad):
		f.Line, f.Message, f.Hint = bad.Line, "the diagram cannot be read: "+bad.Msg, bad.Hint
	case errors.As(err, &other):
		f.Line, f.Message = other.Line, "diagrams of the kind "+other.Kind+" are not drawn"
		f.Hint = "its code is shown; flowchart, sequenceDiagram, stateDiagram-v2, classDiagram and erDiagram are drawn"
	default:
		f.Message = "the diagram cannot be read: " + err.Error()
	}
	return f
}

// appendRelations appends the table of the edges of a diagram, folded up.
func appendRelations(dst []byte, d *mermaid.Diagram, word func(string) string) []byte {
	names := map[string]string{}
	for _, g := range d.Groups {
		names[g.ID] = g.Label
	}
	for i := range d.Nodes {
		n := &d.Nodes[i]
		names[n.ID] = n.Label
		switch {
		case n.Shape == mermaid.Start:
			names[n.ID] = word("diagram_start")
		case n.Shape == mermaid.End:
			names[n.ID] = word("diagram_end")
		case n.Label == "":
			names[n.ID] = n.ID
		}
	}
	w := &writer{b: dst}
	rows := 0
	for i := range d.Edges {
		e := &d.Edges[i]
		if e.Stroke == mermaid.Invisible {
			continue
		}
		if rows++; rows == 1 {
			w.str(`<details class="dg-relations"><summary>`)
			w.escape(word("diagram_relations"))
			w.str(`</summary><table><thead><tr>`)
			for _, key := range []string{"diagram_from", "diagram_relation", "diagram_to"} {
				w.str(`<th scope="col">`)
				w.escape(word(key))
				w.str("</th>")
			}
			w.str("</tr></thead><tbody>")
		}
		w.str("<tr>")
		for _, text := range []string{names[e.From], relation(d.Kind, e, word), names[e.To]} {
			w.str("<td>")
			w.escape(clip(strings.ReplaceAll(text, "\n", " "), 300))
			w.str("</td>")
		}
		w.str("</tr>")
	}
	if rows > 0 {
		w.str("</tbody></table></details>")
	}
	return w.b
}

// relation says in words what an edge means.
func relation(kind mermaid.Kind, e *mermaid.Edge, word func(string) string) string {
	var parts []string
	if e.Label != "" {
		parts = append(parts, e.Label)
	}
	switch kind {
	case mermaid.Class:
		head := e.Head
		if head == mermaid.None || head == mermaid.Arrow {
			if e.Tail != mermaid.None {
				head = e.Tail
			}
		}
		key := map[mermaid.Head]string{
			mermaid.Triangle: "diagram_extends", mermaid.FilledDiamond: "diagram_composes", mermaid.HollowDiamond: "diagram_aggregates",
		}[head]
		if head == mermaid.Triangle && e.Stroke == mermaid.Dotted {
			key = "diagram_implements"
		}
		if key != "" {
			text := word(key)
			if head == e.Head && head == mermaid.Triangle {
				text += " →"
			} else if head == mermaid.Triangle {
				text = "← " + text
			}
			parts = append(parts, text)
		}
		if e.TailLabel != "" || e.HeadLabel != "" {
			parts = append(parts, strings.TrimSpace(e.TailLabel+" : "+e.HeadLabel))
		}
	case mermaid.ER:
		count := map[mermaid.Head]string{
			mermaid.ExactlyOne: "diagram_one", mermaid.ZeroOrOne: "diagram_zero-or-one",
			mermaid.ZeroOrMore: "diagram_zero-or-more", mermaid.OneOrMore: "diagram_one-or-more",
		}
		if count[e.Tail] != "" && count[e.Head] != "" {
			parts = append(parts, word(count[e.Tail])+" : "+word(count[e.Head]))
		}
	}
	if len(parts) > 0 {
		return strings.Join(parts, ", ")
	}
	switch {
	case e.Head != mermaid.None && e.Tail != mermaid.None:
		return "↔"
	case e.Head != mermaid.None:
		return "→"
	case e.Tail != mermaid.None:
		return "←"
	}
	return "—"
}
