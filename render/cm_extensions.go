package render

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// extension converts what CommonMark does not know.
func (c *cmConverter) extension(to *Node, n ast.Node) {
	switch n := n.(type) {
	case *cmBox:
		c.box(to, n)
	case *cmInline:
		c.inline(to, n)
	case *east.Strikethrough:
		c.element(to, n, "del", c.line)
	case *east.TaskCheckBox:
		c.checkBox(to, n.IsChecked)
	case *east.Table:
		c.table(to, n)
	case *east.DefinitionList:
		c.element(to, n, "dl", c.block(n))
	case *east.DefinitionTerm:
		c.element(to, n, "dt", c.block(n))
	case *east.DefinitionDescription:
		c.element(to, n, "dd", c.block(n))
	case *east.FootnoteLink:
		c.footnoteLink(to, n)
	case *east.FootnoteBacklink:
		c.footnoteBacklink(to, n)
	case *east.FootnoteList:
		c.footnoteList(to, n)
	default:
		c.children(to, n)
	}
}

// box converts the blocks of MkDocs' extensions.
func (c *cmConverter) box(to *Node, n *cmBox) {
	line := c.block(n)
	switch n.kind {
	case boxQuote:
		c.element(to, n, "blockquote", line)
	case boxMath:
		tex := strings.TrimRight(c.lines(n.Lines()), "\n")
		to.Append(c.displayMath(tex, line))
	case boxTab:
		tab := c.openTab(to, pmLine{n.head, line})
		if labels := lastElement(to); labels != nil && labels.Last != nil {
			labels = labels.Last.Prev // before the contents
			if labels != nil && labels.Last != nil {
				c.inlineMarkdown(labels.Last)
			}
		}
		c.children(tab, n)
	default:
		open := openAdmonition
		if n.kind == boxDetails {
			open = openDetails
		}
		el := open(c.pmParser, to, n.head, line)
		c.flush()
		c.inlineMarkdown(el)
		c.children(el, n)
	}
}

// inlineMarkdown replaces the Markdown in the text of titles below n, which are
// all it has so far, by what it means.
func (c *cmConverter) inlineMarkdown(n *Node) {
	for t := n.First; t != nil; {
		next := t.Next
		switch t.Kind {
		case Element:
			c.inlineMarkdown(t)
		case Text:
			c.inlineText(n, t)
		}
		t = next
	}
}

// inlineText replaces the child t of n.
func (c *cmConverter) inlineText(n, t *Node) {
	if !strings.ContainsAny(t.Text, "*_`[]!<&\\:$=~+") {
		return
	}
	sub := cmConverter{pmParser: c.pmParser, extended: true, line: t.Line}
	sub.src, sub.bytes, sub.firstLine = t.Text, []byte(t.Text), t.Line
	tree := c.md.cm.Parse(text.NewReader(sub.bytes))
	p := tree.FirstChild()
	if p == nil || p.NextSibling() != nil || p.Kind() != ast.KindParagraph {
		return
	}
	holder := c.el("span", t.Line)
	sub.children(holder, p)
	for holder.First != nil {
		k := holder.First
		k.Remove()
		n.InsertBefore(k, t)
	}
	t.Remove()
}

// alert converts a quote that begins with [!note] into an admonition.
func (c *cmConverter) alert(to *Node, n *ast.Blockquote, line int32) bool {
	p, ok := n.FirstChild().(*ast.Paragraph)
	if !ok || p.Lines().Len() == 0 {
		return false
	}
	first := c.value(p.Lines().At(0))
	rest, ok := strings.CutPrefix(first, "[!")
	if !ok {
		return false
	}
	class, title, ok := strings.Cut(rest, "]")
	if !ok || class == "" || wordLen(class) != len(class) {
		return false
	}
	class = strings.ToLower(class)
	switch class {
	case "note", "tip", "important", "caution", "warning", "danger", "info":
	default:
		return false
	}
	title = strings.TrimSpace(title)
	if title == "" {
		title = capitalize(class)
	}
	box := c.el("div", line, Attr{"class", "admonition " + class})
	head := c.el("p", line, Attr{"class", "admonition-title"})
	head.Append(c.pmParser.text(title, line))
	box.Append(head)
	c.inlineMarkdown(head)
	to.Append(box)

	// What the first line became is dropped from the paragraph.
	body := c.element(box, p, "p", c.line)
	for body.First != nil {
		t := body.First
		t.Remove()
		if t.Tag == "br" {
			break
		}
		if t.Kind == Text {
			if i := strings.IndexByte(t.Text, '\n'); i >= 0 {
				if t.Text = t.Text[i+1:]; t.Text != "" {
					body.InsertBefore(t, body.First)
				}
				break
			}
		}
	}
	if body.First == nil {
		body.Remove()
	}
	for k := p.NextSibling(); k != nil; k = k.NextSibling() {
		c.node(box, k)
	}
	return true
}

// table converts a table.
func (c *cmConverter) table(to *Node, n *east.Table) {
	line := c.block(n)
	if p := n.Pos(); p > 0 {
		line = c.of(p)
	}
	c.doc.Tables = append(c.doc.Tables, int(line))
	table := c.el("table", line)
	to.Append(table)
	var body *Node
	for r := n.FirstChild(); r != nil; r = r.NextSibling() {
		tag, part := "td", body
		if r.Kind() == east.KindTableHeader {
			tag, part = "th", c.el("thead", line)
			table.Append(part)
		} else if body == nil {
			body = c.el("tbody", line)
			table.Append(body)
			part = body
		}
		tr := c.el("tr", c.block(r))
		part.Append(tr)
		for k := r.FirstChild(); k != nil; k = k.NextSibling() {
			cell := c.element(tr, k, tag, c.block(k))
			if k, ok := k.(*east.TableCell); ok && k.Alignment != east.AlignNone {
				cell.Attrs = []Attr{{"class", "align-" + k.Alignment.String()}}
			}
		}
	}
}

// checkBox converts the box of a task, as the extension for task lists writes
// it.
func (c *cmConverter) checkBox(to *Node, checked bool) {
	attrs := []Attr{{"type", "checkbox"}, {"disabled", ""}}
	if checked {
		attrs = append(attrs, Attr{"checked", ""})
	}
	box := c.el("input", c.line, attrs...)
	label := c.el("label", c.line, Attr{"class", "task-list-control"})
	label.Append(box)
	label.Append(c.el("span", c.line, Attr{"class", "task-list-indicator"}))
	to.Append(label)
	to.Append(c.textNode(" "))
	li := to
	for li != nil && li.Tag != "li" {
		li = li.Parent
	}
	if li != nil {
		li.SetAttr("class", "task-list-item")
		if li.Parent != nil {
			li.Parent.SetAttr("class", "task-list")
		}
	}
}

// footnoteLabels notes the labels of the footnotes that are referred to.
func (c *cmConverter) footnoteLabels(doc ast.Node) {
	list, ok := doc.LastChild().(*east.FootnoteList)
	if !ok {
		return
	}
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		if f, ok := n.(*east.Footnote); ok && f.Index >= 0 {
			for len(c.labels) <= f.Index {
				c.labels = append(c.labels, "")
			}
			c.labels[f.Index] = string(f.Ref)
		}
	}
}

func (c *cmConverter) footnoteLabel(index int) string {
	if index < len(c.labels) && c.labels[index] != "" {
		return c.labels[index]
	}
	return strconv.Itoa(index)
}

func (c *cmConverter) footnoteRefAt(index, ref int) string {
	s := "fnref"
	if ref > 0 {
		s += strconv.Itoa(ref + 1)
	}
	return s + ":" + c.footnoteLabel(index)
}

func (c *cmConverter) footnoteLink(to *Node, n *east.FootnoteLink) {
	sup := c.el("sup", c.line, Attr{"id", c.footnoteRefAt(n.Index, n.RefIndex)})
	a := c.el("a", c.line, Attr{"class", "footnote-ref"}, Attr{"href", "#fn:" + c.footnoteLabel(n.Index)})
	a.Append(c.atomic(strconv.Itoa(n.Index), c.line))
	sup.Append(a)
	to.Append(sup)
}

func (c *cmConverter) footnoteBacklink(to *Node, n *east.FootnoteBacklink) {
	if n.RefIndex == 0 {
		to.Append(c.atomic("\u00a0", c.line))
	}
	a := c.el("a", c.line, Attr{"class", "footnote-backref"}, Attr{"href", "#" + c.footnoteRefAt(n.Index, n.RefIndex)},
		Attr{"title", "Jump back to footnote " + strconv.Itoa(n.Index) + " in the text"})
	a.Append(c.atomic("↩", c.line))
	to.Append(a)
}

func (c *cmConverter) footnoteList(to *Node, n *east.FootnoteList) {
	div := c.el("div", c.line, Attr{"class", "footnote"})
	div.Append(c.el("hr", c.line))
	list := c.el("ol", c.line)
	div.Append(list)
	to.Append(div)
	for k := n.FirstChild(); k != nil; k = k.NextSibling() {
		if f, ok := k.(*east.Footnote); ok {
			c.element(list, f, "li", c.block(f), Attr{"id", "fn:" + c.footnoteLabel(f.Index)})
		}
	}
}

// inline converts inline markup of MkDocs' extensions.
func (c *cmConverter) inline(to *Node, n *cmInline) {
	switch n.kind {
	case '=':
		c.element(to, n, "mark", c.line)
	case '$':
		if tex, ok := strings.CutPrefix(n.text, "$"); ok {
			to.Append(c.displayMath(tex, c.line))
		} else {
			to.Append(c.mathInline(n.text, c.line))
		}
	case '+':
		c.pattern(to, &c.md.cmKeys, "++"+n.text+"++")
	case ':':
		c.pattern(to, &c.md.cmEmoji, ":"+n.text+":")
	}
}

// pattern appends what a pattern of the mkdocs dialect makes of s, or s.
func (c *cmConverter) pattern(to *Node, p *inlinePattern, s string) {
	cursor := inlineCursor{p: c.pmParser, line: c.line}
	cursor.reset(s)
	if m := p.match(c.pmParser, &cursor, 0); m.kind == matched && m.node != nil && m.end == len(s) {
		to.Append(m.node)
		return
	}
	to.Append(c.textNode(s))
}

func (c *cmConverter) displayMath(tex string, line int32) *Node {
	div := c.el("div", line, Attr{"class", "arithmatex"})
	div.Append(c.atomic("\\[\n"+tex+"\n\\]", line))
	return div
}

// fencedCode appends a block of code with what its info string asks for.
func (c *cmConverter) fencedCode(to *Node, code, info string, line int32) {
	f, ok := c.openFence("```" + strings.ReplaceAll(unescapeCM(info), "`", ""))
	if !ok {
		lang, _, _ := strings.Cut(info, " ")
		if f, ok = c.openFence("```" + lang); !ok {
			f, _ = c.openFence("```")
		}
	}
	f.indent = 0
	lines := splitLines(strings.TrimSuffix(code, "\n"), line+1)
	if f.lang == "math" && f.custom == nil {
		to.Append(c.displayMath(strings.TrimRight(code, "\n"), line))
		return
	}
	c.doc.Fences = append(c.doc.Fences, Fence{Line: int(line), EndLine: int(line) + len(lines) + 1, Lang: f.lang})
	if n := c.drawn(&f, lines, line); n != nil {
		n.Text += "\n"
		to.Append(n)
		return
	}
	to.Append(c.raw(c.fenceHTML(&f, lines)+"\n", line))
}
