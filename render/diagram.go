package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Diagram draws the code of fences as pictures. Draw has to be safe for use
// from many goroutines and has to give the same markup for the same code.
type Diagram struct {
	// Fences are the languages it draws. A custom fence of superfences whose
	// class is one of them is drawn too.
	Fences []string
	// Version changes whenever the same code is drawn differently.
	Version string
	// Draw returns the markup of a picture, or nil where the code is to be
	// shown instead, and says in findings why. Their lines count from 1, the
	// first line of the code.
	Draw func(code string, c DiagramContext) (html []byte, found []finding.Finding)
}

// DiagramContext is what the picture of a fence depends on beside its code.
type DiagramContext struct {
	// Prefix begins the ids in the markup; it is unique on the page.
	Prefix string
	// Lang is the language of words that are not the author's.
	Lang string
	// Link appends a link to a target that the author wrote. It is resolved and
	// checked like the links of the page. The markup inside is kept as it is.
	Link func(dst []byte, href string, inner []byte) []byte
}

// drawnTag marks Raw nodes whose markup is our own: it is not sanitised, and
// has no ids that anything else may refer to but those of its first tag.
const drawnTag = "drawn"

// drawn returns the picture of a block of code, or nil where it is no diagram
// or cannot be drawn. Lines are those of the code.
func (p *pmParser) drawn(f *fence, lines []pmLine, line int32) *Node {
	diagrams := p.md.opts.Diagrams
	if len(diagrams) == 0 {
		return nil
	}
	class := ""
	if f.custom != nil {
		class = f.custom.class
	}
	i := slices.IndexFunc(diagrams, func(d Diagram) bool {
		return slices.Contains(d.Fences, f.lang) || class != "" && slices.Contains(d.Fences, class)
	})
	if i < 0 {
		return nil
	}
	p.diagrams++
	html, found := diagrams[i].Draw(joinLines(lines, f.indent), DiagramContext{
		Prefix: "__diagram_" + strconv.Itoa(p.diagrams),
		Lang:   p.md.opts.Lang,
		Link: func(dst []byte, href string, inner []byte) []byte {
			a := p.el("a", line, Attr{"href", href})
			text := p.raw(string(inner), line)
			text.Tag = drawnTag
			a.Append(text)
			return append(dst, p.mark(a)...)
		},
	})
	for _, fd := range found {
		if k := fd.Line - 1; k >= 0 && k < len(lines) {
			fd.Line = int(lines[k].n)
		} else {
			fd.Line = int(line)
		}
		p.doc.Findings = append(p.doc.Findings, fd)
	}
	if html == nil {
		return nil
	}
	dst := []byte("<figure")
	classes := "diagram"
	if !p.md.opts.Untrusted {
		if f.id != "" {
			dst = appendAttribute(dst, "id", f.id)
		}
		classes = strings.Join(append([]string{classes}, f.classes...), " ")
	}
	dst = appendAttribute(dst, "class", classes)
	dst = append(append(append(dst, '>'), html...), "</figure>"...)
	n := p.raw(string(dst), line)
	n.Tag = drawnTag
	return n
}
