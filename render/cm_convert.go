package render

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// cmConverter turns goldmark's tree into ours. It is a parser of the mkdocs
// dialect too, for what both have in common: fences, boxes, ids.
type cmConverter struct {
	*pmParser
	lineIndex
	bytes []byte // the text that goldmark saw; lineIndex.src is the same as a string
	line  int32  // of the innermost block
	buf   []byte

	extended bool     // the commonmark dialect, not the strict one
	labels   []string // of footnotes, by index
}

// children converts the children of from and appends them to to.
func (c *cmConverter) children(to *Node, from ast.Node) {
	for n := from.FirstChild(); n != nil; {
		if t, ok := n.(*ast.Text); ok {
			n = c.textRun(to, t)
			continue
		}
		c.node(to, n)
		n = n.NextSibling()
	}
}

// value returns the text of a segment.
func (c *cmConverter) value(s text.Segment) string {
	if s.Padding == 0 && !s.ForceNewline && s.Stop <= len(c.src) {
		return c.src[s.Start:s.Stop]
	}
	return string(s.Value(c.bytes))
}

// lines returns the lines of a block as one text.
func (c *cmConverter) lines(l *text.Segments) string {
	switch l.Len() {
	case 0:
		return ""
	case 1:
		return c.value(l.At(0))
	}
	whole := true
	size := 0
	for i := range l.Len() {
		s := l.At(i)
		size += s.Stop - s.Start + s.Padding + 1
		whole = whole && s.Padding == 0 && !s.ForceNewline && (i == 0 || l.At(i-1).Stop == s.Start)
	}
	if whole {
		return c.src[l.At(0).Start:l.At(l.Len()-1).Stop]
	}
	b := make([]byte, 0, size)
	for i := range l.Len() {
		s := l.At(i)
		b = append(b, s.Value(c.bytes)...)
	}
	return string(b)
}

// block notes the line of a block and returns it.
func (c *cmConverter) block(n ast.Node) int32 {
	if l := n.Lines(); l != nil && l.Len() > 0 {
		c.line = c.of(l.At(0).Start)
	} else if p := n.Pos(); p > 0 {
		c.line = c.of(p)
	}
	return c.line
}

var headingTags = [...]string{"h1", "h1", "h2", "h3", "h4", "h5", "h6"}

func (c *cmConverter) node(to *Node, n ast.Node) {
	switch n := n.(type) {
	case *ast.Paragraph:
		c.element(to, n, "p", c.block(n))
	case *ast.TextBlock:
		c.block(n)
		c.children(to, n)
	case *ast.Heading:
		c.element(to, n, headingTags[n.Level], c.block(n))
	case *ast.Blockquote:
		if line := c.block(n); c.extended && c.alert(to, n, line) {
			return
		}
		c.element(to, n, "blockquote", c.line)
	case *ast.List:
		tag := "ul"
		var attrs []Attr
		if n.IsOrdered() {
			tag = "ol"
			if n.Start != 1 {
				attrs = []Attr{{"start", strconv.Itoa(n.Start)}}
			}
		}
		c.element(to, n, tag, c.block(n), attrs...)
	case *ast.ListItem:
		c.element(to, n, "li", c.block(n))
	case *ast.ThematicBreak:
		to.Append(c.el("hr", c.block(n)))
	case *ast.CodeBlock:
		c.codeBlock(to, c.lines(n.Lines()), "", c.block(n))
	case *ast.FencedCodeBlock:
		line := c.block(n)
		info := ""
		if n.Info != nil {
			line = c.of(n.Info.Segment.Start)
			info = c.value(n.Info.Segment)
		}
		c.codeBlock(to, c.lines(n.Lines()), info, line)
	case *ast.HTMLBlock:
		s := c.lines(n.Lines())
		if n.HasClosure() {
			s += c.value(n.ClosureLine)
		}
		if prev := n.PreviousSibling(); to.Tag == "li" && (prev == nil || prev.Kind() == ast.KindTextBlock) {
			s = "\n" + s
		}
		to.Append(c.raw(strings.ReplaceAll(s, "\x00", "\ufffd"), c.block(n)))
	case *ast.LinkReferenceDefinition:

	case *ast.Emphasis:
		tag := "em"
		if n.Level == 2 {
			tag = "strong"
		}
		c.element(to, n, tag, c.line)
	case *ast.CodeSpan:
		code := c.el("code", c.line)
		code.Append(c.atomic(c.codeSpan(n), c.line))
		to.Append(code)
	case *ast.Link:
		attrs := make([]Attr, 1, 2)
		attrs[0] = Attr{"href", c.dest(n.Destination)}
		if n.Title != nil {
			attrs = append(attrs, Attr{"title", unescapeCM(string(n.Title))})
		}
		c.element(to, n, "a", c.inlineLine(n), attrs...)
	case *ast.Image:
		attrs := make([]Attr, 2, 3)
		attrs[0] = Attr{"src", c.dest(n.Destination)}
		attrs[1] = Attr{"alt", string(c.appendAlt(nil, n))}
		if n.Title != nil {
			attrs = append(attrs, Attr{"title", unescapeCM(string(n.Title))})
		}
		to.Append(c.el("img", c.inlineLine(n), attrs...))
	case *ast.AutoLink:
		url := string(util.URLEscape(n.URL(c.bytes), false))
		if n.AutoLinkType == ast.AutoLinkEmail && !hasPrefixFold(url, "mailto:") {
			url = "mailto:" + url
		}
		a := c.el("a", c.line, Attr{"href", url})
		a.Append(c.atomic(string(n.Label(c.bytes)), c.line))
		to.Append(a)
	case *ast.RawHTML:
		to.Append(c.raw(c.lines(n.Segments), c.line))
	case *ast.String:
		if n.IsCode() {
			to.Append(c.raw(string(n.Value), c.line))
		} else {
			to.Append(c.textNode(unescapeCM(string(n.Value))))
		}
	default:
		c.extension(to, n)
	}
}

// textNode returns text on the line of the innermost block.
func (c *cmConverter) textNode(s string) *Node { return c.pmParser.text(s, c.line) }

// element appends an element with the children of n.
func (c *cmConverter) element(to *Node, n ast.Node, tag string, line int32, attrs ...Attr) *Node {
	el := c.el(tag, line, attrs...)
	to.Append(el)
	c.children(el, n)
	return el
}

// textRun converts t and the texts that follow it as one: goldmark cuts text
// wherever markup could have begun. It returns the node behind them.
func (c *cmConverter) textRun(to *Node, t *ast.Text) ast.Node {
	// As long as the pieces stand side by side in the source and nothing has to
	// be unescaped, the run is a slice of the source.
	start := t.Segment.Start
	end, whole := start, true
	buf := c.buf[:0]
	for {
		s := c.value(t.Segment)
		if !t.IsRaw() {
			s = unescapeCM(s)
		}
		if whole && (t.Segment.Start != end || len(s) != t.Segment.Stop-end) {
			buf, whole = append(buf, c.src[start:end]...), false
		}
		if whole {
			end = t.Segment.Stop
		} else {
			buf = append(buf, s...)
		}
		if t.SoftLineBreak() {
			if whole && end < len(c.src) && c.src[end] == '\n' {
				end++
			} else {
				if whole {
					buf, whole = append(buf, c.src[start:end]...), false
				}
				buf = append(buf, '\n')
			}
		}
		next := t.NextSibling()
		more, ok := next.(*ast.Text)
		if ok && !t.HardLineBreak() {
			t = more
			continue
		}
		c.buf = buf
		if !whole {
			s = string(buf)
		} else {
			s = c.src[start:end]
		}
		if t.HardLineBreak() {
			s = strings.TrimRight(s, " ")
		}
		if s != "" {
			to.Append(c.textNode(s))
		}
		if t.HardLineBreak() {
			to.Append(c.el("br", c.line))
		}
		return next
	}
}

// inlineLine returns the line on which the text of an inline node begins.
func (c *cmConverter) inlineLine(n ast.Node) int32 {
	if p := n.Pos(); p > 0 {
		return c.of(p)
	}
	return c.line
}

// dest returns a link's target with escapes resolved, as a URL.
func (c *cmConverter) dest(b []byte) string { return string(util.URLEscape(b, true)) }

// codeSpan returns the text of a code span: line breaks are spaces.
func (c *cmConverter) codeSpan(n ast.Node) string {
	first, _ := n.FirstChild().(*ast.Text)
	if first != nil && first.NextSibling() == nil {
		if s := c.value(first.Segment); !strings.HasSuffix(s, "\n") {
			return s
		}
	}
	var b []byte
	for t := n.FirstChild(); t != nil; t = t.NextSibling() {
		t, ok := t.(*ast.Text)
		if !ok {
			continue
		}
		b = append(b, t.Segment.Value(c.bytes)...)
		if k := len(b); k > 0 && b[k-1] == '\n' {
			b[k-1] = ' '
		}
	}
	return string(b)
}

// appendAlt appends the text of an image's description.
func (c *cmConverter) appendAlt(dst []byte, n ast.Node) []byte {
	for t := n.FirstChild(); t != nil; t = t.NextSibling() {
		switch t := t.(type) {
		case *ast.Text:
			s := c.value(t.Segment)
			if !t.IsRaw() {
				s = unescapeCM(s)
			}
			dst = append(dst, s...)
			if t.SoftLineBreak() || t.HardLineBreak() {
				dst = append(dst, '\n')
			}
		case *ast.String:
			dst = append(dst, unescapeCM(string(t.Value))...)
		default:
			dst = c.appendAlt(dst, t)
		}
	}
	return dst
}

// codeBlock appends a block of code.
func (c *cmConverter) codeBlock(to *Node, code, info string, line int32) {
	if c.extended {
		c.fencedCode(to, code, info, line)
		return
	}
	pre := c.el("pre", line)
	el := c.el("code", line)
	if lang, _, _ := strings.Cut(strings.TrimSpace(info), " "); lang != "" {
		el.Attrs = []Attr{{"class", "language-" + unescapeCM(lang)}}
	}
	if code != "" {
		el.Append(c.atomic(code, line))
	}
	pre.Append(el)
	to.Append(pre)
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
