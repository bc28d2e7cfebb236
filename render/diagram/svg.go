package diagram

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// writer appends SVG.
type writer struct {
	b    []byte
	link func(dst []byte, href string, inner []byte) []byte
}

// linked writes markup inside of a link, where there is a target for one.
func (w *writer) linked(href string, inner func()) {
	if href = safeHref(href); href == "" {
		inner()
		return
	}
	if w.link != nil {
		outer := w.b
		w.b = nil
		inner()
		w.b = w.link(outer, href, w.b)
		return
	}
	w.str("<a")
	w.textAttr("href", href)
	w.str(">")
	inner()
	w.str("</a>")
}

func (w *writer) str(parts ...string) {
	for _, s := range parts {
		w.b = append(w.b, s...)
	}
}

// num writes a number with one decimal at most.
func (w *writer) num(f float64) {
	n := int64(math.Round(f * 10))
	if n < 0 {
		w.b = append(w.b, '-')
		n = -n
	}
	w.b = strconv.AppendInt(w.b, n/10, 10)
	if n%10 != 0 {
		w.b = append(w.b, '.', byte('0'+n%10))
	}
}

// maxAttr bounds the texts in attributes, which are written for each edge.
const maxAttr = 1_000

// attr writes a numeric attribute.
func (w *writer) attr(name string, f float64) {
	w.str(" ", name, `="`)
	w.num(f)
	w.str(`"`)
}

func (w *writer) textAttr(name, value string) {
	if len(value) > maxAttr {
		return
	}
	w.str(" ", name, `="`)
	w.escape(value)
	w.str(`"`)
}

// pt writes a point of a path.
func (w *writer) pt(command string, x, y float64) {
	w.str(command)
	w.num(x)
	w.b = append(w.b, ' ')
	w.num(y)
}

// escape writes text so that it is safe in text and attributes, in HTML and in
// XML.
func (w *writer) escape(s string) {
	for _, r := range s {
		switch {
		case r == '&':
			w.str("&amp;")
		case r == '<':
			w.str("&lt;")
		case r == '>':
			w.str("&gt;")
		case r == '"':
			w.str("&quot;")
		case r < ' ' && r != '\n' && r != '\t', r == 0x7f, r == 0xFFFE, r == 0xFFFF:
			// no character of XML
		default:
			w.b = utf8.AppendRune(w.b, r)
		}
	}
}

// classes writes the classes that a caller gave, each after dg-k-.
func (w *writer) classes(s string) {
	for word := range strings.FieldsSeq(s) {
		ok := true
		for i := range len(word) {
			c := word[i]
			ok = ok && ('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_')
		}
		if ok {
			w.str(" dg-k-", word)
		}
	}
}

// lines writes lines of text, the first with its middle at y.
func (w *writer) lines(class string, lines []string, x, y float64, size, line int, anchor string) {
	if len(lines) == 0 {
		return
	}
	w.str(`<text class="`, class, `"`)
	if anchor != "" {
		w.str(` text-anchor="`, anchor, `"`)
	}
	w.str(">")
	for i, l := range lines {
		w.str("<tspan")
		w.attr("x", x)
		w.attr("y", y+float64(i*line)+float64(size)*0.36)
		w.str(">")
		w.escape(l)
		w.str("</tspan>")
	}
	w.str("</text>")
}

// safeHref returns a link, or "" where it could run a script.
func safeHref(href string) string {
	href = strings.TrimSpace(href)
	if len(href) > maxAttr {
		return ""
	}
	for _, r := range href {
		if r < ' ' || r == 0x7f {
			return ""
		}
	}
	end := strings.IndexAny(href, "/?#")
	if end < 0 {
		end = len(href)
	}
	if scheme, _, ok := strings.Cut(href[:end], ":"); ok {
		switch strings.ToLower(scheme) {
		case "http", "https", "mailto":
		default:
			return ""
		}
	}
	return href
}

// begin writes the start of an svg element of a size.
func (w *writer) begin(width, height float64, title, desc string, links bool, o Options) {
	width, height = width+2*margin, height+2*margin
	w.link = o.Link
	w.str(`<svg class="dg dg-w`, strconv.Itoa(widthClass(width)), `"`)
	if o.Style != "" {
		w.str(` xmlns="http://www.w3.org/2000/svg"`)
	}
	role := "img"
	if links {
		role = "group" // the parts of an image cannot be reached
	}
	w.str(` role="`, role, `" aria-labelledby="`)
	w.escape(o.Prefix)
	w.str(`-t"`)
	if desc != "" {
		w.str(` aria-describedby="`)
		w.escape(o.Prefix)
		w.str(`-d"`)
	}
	w.attr("width", width)
	w.attr("height", height)
	w.str(` viewBox="`)
	w.num(-margin)
	w.str(" ")
	w.num(-margin)
	w.str(" ")
	w.num(width)
	w.str(" ")
	w.num(height)
	w.str(`"><title id="`)
	w.escape(o.Prefix)
	w.str(`-t">`)
	w.escape(title)
	w.str("</title>")
	if desc != "" {
		w.str(`<desc id="`)
		w.escape(o.Prefix)
		w.str(`-d">`)
		w.escape(desc)
		w.str("</desc>")
	}
	if o.Style != "" {
		w.str("<style>svg{color-scheme:light dark}")
		w.str(strings.ReplaceAll(o.Style, "<", "&lt;"), "</style>")
	}
}

// widthClass returns the class of a width: how narrow a drawing may be shown
// before it is scrolled instead, in hundreds of pixels.
func widthClass(width float64) int {
	least := 0
	for _, c := range [...]int{3, 4, 5, 7, 10, 14, 20, 28, 40} {
		if float64(c*100) <= width*0.76 {
			least = c
		}
	}
	return least
}

func writeGraph(dst []byte, g *Graph, d *drawing, o Options) []byte {
	w := &writer{b: dst}
	links := false
	for i := range g.Nodes {
		links = links || safeHref(g.Nodes[i].Href) != ""
	}
	for i := range g.Groups {
		links = links || safeHref(g.Groups[i].Href) != ""
	}
	title := g.Title
	if title == "" {
		title = namesOf(g, o.Label)
	}
	w.begin(d.w, d.h, title, g.Desc, links, o)
	if len(d.groups) > 0 {
		w.str(`<g class="dg-groups" fill="none" stroke="currentColor">`)
		for i := range d.groups {
			w.group(&d.groups[i])
		}
		w.str("</g>")
	}
	w.str(`<g class="dg-edges" fill="none" stroke="currentColor">`)
	for i := range d.edges {
		w.edge(&d.edges[i])
	}
	w.str(`</g><g class="dg-labels" fill="currentColor">`)
	for i := range d.groups {
		w.groupTitle(&d.groups[i])
	}
	for i := range d.edges {
		w.edgeLabel(&d.edges[i])
	}
	w.str(`</g><g class="dg-nodes" fill="none" stroke="currentColor">`)
	for i := range d.nodes {
		w.node(&d.nodes[i])
	}
	w.str("</g></svg>")
	return w.b
}

// namesOf makes a name for a graph without one of those of its nodes.
func namesOf(g *Graph, label string) string {
	var names []string
	if label != "" {
		label += ": "
	}
	for i := range g.Nodes {
		if label := strings.ReplaceAll(g.Nodes[i].Label, "\n", " "); label != "" {
			if len(names) == 4 {
				return label + strings.Join(names, ", ") + ", …"
			}
			names = append(names, clip(label, 60))
		}
	}
	return label + strings.Join(names, ", ")
}

func (w *writer) group(g *placedGroup) {
	w.str(`<g class="dg-g`)
	w.classes(g.group.Class)
	w.str(`"`)
	w.textAttr("data-id", g.group.ID)
	w.str("><rect")
	w.attr("x", g.x)
	w.attr("y", g.y)
	w.attr("width", g.w)
	w.attr("height", g.h)
	w.str(` rx="8"/></g>`)
}

func (w *writer) groupTitle(g *placedGroup) {
	if len(g.title) == 0 {
		return
	}
	w.linked(g.group.Href, func() {
		w.lines("dg-title", g.title, g.titleX, g.y+groupPad+titleLine/2-4, titleSize, titleLine, "")
	})
}

func (w *writer) edge(e *placedEdge) {
	if e.edge.Stroke == Invisible || len(e.path) < 2 {
		return
	}
	w.str(`<g class="dg-e`)
	if e.edge.Stroke != Solid {
		w.str(" dg-", string(e.edge.Stroke))
	}
	w.classes(e.edge.Class)
	w.str(`"`)
	w.textAttr("data-from", e.edge.From)
	w.textAttr("data-to", e.edge.To)
	w.str(">")
	path := append([]point(nil), e.path...)
	last := len(path) - 1
	var startDir, endDir point
	if e.loop {
		startDir, endDir = unit(path[1], path[0]), unit(path[2], path[3])
	} else {
		startDir, endDir = e.direction(1, true), e.direction(last, false)
	}
	tip, tail := path[last], path[0]
	path[last] = retreat(tip, endDir, headLength(e.edge.Head))
	path[0] = retreat(tail, startDir, headLength(e.edge.Tail))
	w.str(`<path d="`)
	w.pt("M", path[0].x, path[0].y)
	// A head stands on a straight piece of its line.
	end := path[last]
	if s := straightLength(e.edge.Tail); s > 0 && e.curved[1] && !e.loop {
		path[0] = retreat(tail, startDir, s)
		w.pt("L", path[0].x, path[0].y)
	}
	if s := straightLength(e.edge.Head); s > 0 && e.curved[last] && !e.loop {
		path[last] = retreat(tip, endDir, s)
	}
	if e.loop {
		w.pt("C", path[1].x, path[1].y)
		w.pt(" ", path[2].x, path[2].y)
		w.pt(" ", path[3].x, path[3].y)
	} else {
		for i := 1; i <= last; i++ {
			p, q := path[i-1], path[i]
			if !e.curved[i] {
				w.pt("L", q.x, q.y)
				continue
			}
			a, b := point{p.x, (p.y + q.y) / 2}, point{q.x, (p.y + q.y) / 2}
			if e.along {
				a, b = point{(p.x + q.x) / 2, p.y}, point{(p.x + q.x) / 2, q.y}
			}
			w.pt("C", a.x, a.y)
			w.pt(" ", b.x, b.y)
			w.pt(" ", q.x, q.y)
		}
		if path[last] != end {
			w.pt("L", end.x, end.y)
		}
	}
	w.str(`"/>`)
	w.head(e.edge.Tail, tail, startDir)
	w.head(e.edge.Head, tip, endDir)
	w.str("</g>")
}

// direction returns in which direction the edge runs out at an end of the
// segment that ends at point i.
func (e *placedEdge) direction(i int, start bool) point {
	p, q := e.path[i-1], e.path[i]
	if start {
		p, q = q, p
	}
	if !e.curved[i] {
		return unit(p, q)
	}
	if e.along {
		return point{sign(q.x - p.x), 0}
	}
	return point{0, sign(q.y - p.y)}
}

func sign(f float64) float64 {
	if f < 0 {
		return -1
	}
	return 1
}

func unit(p, q point) point {
	d := math.Hypot(q.x-p.x, q.y-p.y)
	if d == 0 {
		return point{0, 1}
	}
	return point{(q.x - p.x) / d, (q.y - p.y) / d}
}

func retreat(p, dir point, by float64) point { return point{p.x - dir.x*by, p.y - dir.y*by} }

// headLength returns how far the line ends before the tip of a head.
func headLength(h Head) float64 {
	switch h {
	case Arrow:
		return 8
	case Triangle:
		return 13
	case FilledDiamond, HollowDiamond:
		return 16
	case CircleHead:
		return 9
	case Lollipop:
		return 12
	}
	return 0
}

// straightLength returns how long a line is straight at a head.
func straightLength(h Head) float64 {
	switch h {
	case None:
		return 0
	case ExactlyOne, ZeroOrOne, ZeroOrMore, OneOrMore:
		return 19
	}
	return headLength(h) + 3
}

// head writes what stands at an end of an edge. The point is where the edge
// meets the node; dir points to the node.
func (w *writer) head(h Head, at, dir point) {
	if h == None {
		return
	}
	// along steps back from the tip, aside to the side.
	p := func(command string, along, aside float64) {
		w.pt(command, at.x-dir.x*along-dir.y*aside, at.y-dir.y*along+dir.x*aside)
	}
	circle := func(along, r float64) {
		p("M", along-r, 0)
		for _, end := range []float64{along + r, along - r} {
			w.str("A")
			w.num(r)
			w.str(" ")
			w.num(r)
			w.str(" 0 1 1 ")
			p("", end, 0)
		}
		w.str("Z")
	}
	class := "dg-h"
	switch h {
	case Triangle, HollowDiamond, CircleHead, Lollipop:
		class = "dg-h dg-ho"
	case OpenArrow, Cross, ExactlyOne, ZeroOrOne, ZeroOrMore, OneOrMore:
		class = ""
	}
	if class != "" {
		w.str(`<path class="`, class, `" d="`)
	} else {
		w.str(`<path d="`)
	}
	switch h {
	case Arrow:
		p("M", 0, 0)
		p("L", 9, 4)
		p("L", 9, -4)
		w.str("Z")
	case OpenArrow:
		p("M", 9, 5)
		p("L", 0, 0)
		p("L", 9, -5)
	case Triangle:
		p("M", 0, 0)
		p("L", 13, 7)
		p("L", 13, -7)
		w.str("Z")
	case FilledDiamond, HollowDiamond:
		p("M", 0, 0)
		p("L", 8, 5)
		p("L", 16, 0)
		p("L", 8, -5)
		w.str("Z")
	case CircleHead:
		circle(4.5, 4)
	case Lollipop:
		circle(6, 6)
	case Cross:
		p("M", 2, 4.5)
		p("L", 11, -4.5)
		p("M", 2, -4.5)
		p("L", 11, 4.5)
	case ExactlyOne:
		p("M", 7, 6)
		p("L", 7, -6)
		p("M", 11, 6)
		p("L", 11, -6)
	case ZeroOrOne:
		p("M", 7, 6)
		p("L", 7, -6)
	case ZeroOrMore, OneOrMore:
		p("M", 0, 6)
		p("L", 11, 0)
		p("L", 0, -6)
		if h == OneOrMore {
			p("M", 14, 6)
			p("L", 14, -6)
		}
	}
	w.str(`"/>`)
	switch h {
	case ZeroOrOne:
		w.str(`<path class="dg-h dg-ho" d="`)
		circle(13, 4)
		w.str(`"/>`)
	case ZeroOrMore:
		w.str(`<path class="dg-h dg-ho" d="`)
		circle(15, 4)
		w.str(`"/>`)
	}
}

func (w *writer) edgeLabel(e *placedEdge) {
	if e.edge.Stroke == Invisible {
		return
	}
	if len(e.label) > 0 {
		w.label(e.label, e.labelAt)
	}
	for _, end := range []struct {
		text  string
		at    int
		start bool
	}{{e.edge.TailLabel, 1, true}, {e.edge.HeadLabel, len(e.path) - 1, false}} {
		if end.text == "" || len(e.path) < 2 || e.loop {
			continue
		}
		dir := e.direction(end.at, end.start)
		tip := e.path[len(e.path)-1]
		if end.start {
			tip = e.path[0]
		}
		p := retreat(tip, dir, 20)
		w.str(`<g class="dg-el">`)
		if e.along {
			w.lines("dg-end", []string{clipText(end.text, edgeSize, 90)}, p.x, p.y-9, edgeSize, edgeLine, "middle")
		} else {
			w.lines("dg-end", []string{clipText(end.text, edgeSize, 90)}, p.x+7, p.y, edgeSize, edgeLine, "")
		}
		w.str("</g>")
	}
}

// label writes a text with a ground of its own.
func (w *writer) label(lines []string, at box) {
	w.str(`<g class="dg-el"><rect class="dg-bg" fill="none"`)
	w.attr("x", at.x)
	w.attr("y", at.y)
	w.attr("width", at.w)
	w.attr("height", at.h)
	w.str(` rx="4"/>`)
	y := at.y + at.h/2 - float64((len(lines)-1)*edgeLine)/2
	w.lines("dg-t", lines, at.x+at.w/2, y, edgeSize, edgeLine, "middle")
	w.str("</g>")
}

func (w *writer) node(n *placedNode) {
	w.linked(n.node.Href, func() { w.nodeBody(n) })
}

func (w *writer) nodeBody(n *placedNode) {
	shape := n.node.Shape
	if shape == "" {
		shape = Rect
	}
	w.str(`<g class="dg-n dg-s-`, string(shape))
	w.classes(n.node.Class)
	w.str(`"`)
	w.textAttr("data-id", n.node.ID)
	w.str(">")
	if n.node.Tooltip != "" {
		w.str("<title>")
		w.escape(n.node.Tooltip)
		w.str("</title>")
	}
	w.outline(shape, n.box)
	w.nodeText(shape, n)
	w.str("</g>")
}

// nodeText writes the text of a node into its box.
func (w *writer) nodeText(shape Shape, n *placedNode) {
	if shape == Table {
		w.table(n)
		return
	}
	t := &n.text
	height := float64(len(t.label)*labelLine + len(t.sub)*subLine)
	x, y := n.x+n.w/2, n.y+n.h/2-height/2
	switch shape {
	case Cylinder:
		y += bulge / 2
	case Queue:
		x -= bulge / 2
	case Odd:
		x += slant / 2
	case Document:
		y -= 4
	case Stack:
		x, y = x-stacked, y+stacked
	case Actor:
		y = n.y + n.h - height
	}
	w.lines("dg-t", t.label, x, y+labelLine/2.0, fontSize, labelLine, "middle")
	w.lines("dg-sub", t.sub, x, y+float64(len(t.label)*labelLine)+subLine/2.0, subSize, subLine, "middle")
}

func (w *writer) table(n *placedNode) {
	t := &n.text
	height := float64(len(t.label)*labelLine + len(t.sub)*subLine)
	head := max(height+16, 36)
	x, y := n.x+n.w/2, n.y+(head-height)/2
	w.lines("dg-sub", t.sub, x, y+subLine/2.0, subSize, subLine, "middle")
	w.lines("dg-t dg-b", t.label, x, y+float64(len(t.sub)*subLine)+labelLine/2.0, fontSize, labelLine, "middle")
	y = n.y + head
	for _, set := range n.node.Rows {
		w.str(`<path d="`)
		w.pt("M", n.x, y)
		w.str("H")
		w.num(n.x + n.w)
		w.str(`"/>`)
		y += 5
		for _, row := range set {
			class := "dg-row"
			if row.Emphasis {
				class += " dg-it"
			}
			if row.Underl {
				class += " dg-un"
			}
			cx := n.x + 12
			for i, cell := range row.Cells {
				if cell != "" {
					w.lines(class, []string{clipText(cell, rowSize, 360)}, cx, y+rowLine/2.0, rowSize, rowLine, "")
				}
				if t.columns[i] > 0 {
					cx += float64(t.columns[i]) + 14
				}
			}
			y += rowLine
		}
		y += 5
	}
}

// outline writes the outline of a shape.
func (w *writer) outline(s Shape, b box) {
	x0, y0, x1, y1 := b.x, b.y, b.x+b.w, b.y+b.h
	mx, my := (x0+x1)/2, (y0+y1)/2
	polygon := func(points ...float64) {
		w.str(`<path class="dg-f" d="`)
		for i := 0; i < len(points); i += 2 {
			command := "L"
			if i == 0 {
				command = "M"
			}
			w.pt(command, points[i], points[i+1])
		}
		w.str(`Z"/>`)
	}
	rect := func(x, y, width, height, rx float64) {
		w.str(`<rect class="dg-f"`)
		w.attr("x", x)
		w.attr("y", y)
		w.attr("width", width)
		w.attr("height", height)
		w.attr("rx", rx)
		w.str("/>")
	}
	ellipse := func(class string, rx, ry float64) {
		w.str(`<ellipse class="`, class, `"`)
		w.attr("cx", mx)
		w.attr("cy", my)
		w.attr("rx", rx)
		w.attr("ry", ry)
		w.str("/>")
	}
	arc := func(rx, ry float64, sweep string, x, y float64) {
		w.str("A")
		w.num(rx)
		w.str(" ")
		w.num(ry)
		w.str(" 0 0 ", sweep, " ")
		w.pt("", x, y)
	}
	switch s {
	case Rounded:
		rect(x0, y0, b.w, b.h, 12)
	case Stadium:
		rect(x0, y0, b.w, b.h, b.h/2)
	case Subroutine:
		rect(x0, y0, b.w, b.h, 3)
		w.str(`<path d="`)
		w.pt("M", x0+7, y0)
		w.str("V")
		w.num(y1)
		w.pt("M", x1-7, y0)
		w.str("V")
		w.num(y1)
		w.str(`"/>`)
	case Cylinder:
		w.str(`<path class="dg-f" d="`)
		w.pt("M", x0, y0+bulge)
		arc(b.w/2, bulge, "1", x1, y0+bulge)
		w.str("V")
		w.num(y1 - bulge)
		arc(b.w/2, bulge, "1", x0, y1-bulge)
		w.str(`Z"/><path d="`)
		w.pt("M", x0, y0+bulge)
		arc(b.w/2, bulge, "0", x1, y0+bulge)
		w.str(`"/>`)
	case Queue:
		w.str(`<path class="dg-f" d="`)
		w.pt("M", x0+bulge, y0)
		w.str("H")
		w.num(x1 - bulge)
		arc(bulge, b.h/2, "1", x1-bulge, y1)
		w.str("H")
		w.num(x0 + bulge)
		arc(bulge, b.h/2, "1", x0+bulge, y0)
		w.str(`Z"/><path d="`)
		w.pt("M", x1-bulge, y0)
		arc(bulge, b.h/2, "0", x1-bulge, y1)
		w.str(`"/>`)
	case Circle:
		ellipse("dg-f", b.w/2, b.h/2)
	case DoubleCircle:
		ellipse("dg-f", b.w/2, b.h/2)
		ellipse("", b.w/2-4, b.h/2-4)
	case Ellipse:
		ellipse("dg-f", b.w/2, b.h/2)
	case Start:
		ellipse("dg-ink", b.w/2-1, b.h/2-1)
	case End:
		ellipse("dg-f", b.w/2, b.h/2)
		ellipse("dg-ink", b.w/2-5, b.h/2-5)
	case Fork:
		w.str(`<rect class="dg-ink"`)
		w.attr("x", x0)
		w.attr("y", y0)
		w.attr("width", b.w)
		w.attr("height", b.h)
		w.str(` rx="2"/>`)
	case Odd:
		polygon(x0, y0, x1, y0, x1, y1, x0, y1, x0+slant, my)
	case Diamond:
		polygon(mx, y0, x1, my, mx, y1, x0, my)
	case Hexagon:
		polygon(x0+slant, y0, x1-slant, y0, x1, my, x1-slant, y1, x0+slant, y1, x0, my)
	case LeanRight:
		polygon(x0+slant, y0, x1, y0, x1-slant, y1, x0, y1)
	case LeanLeft:
		polygon(x0, y0, x1-slant, y0, x1, y1, x0+slant, y1)
	case Trapezoid:
		polygon(x0+slant, y0, x1-slant, y0, x1, y1, x0, y1)
	case TrapezoidDown:
		polygon(x0, y0, x1, y0, x1-slant, y1, x0+slant, y1)
	case Document:
		w.str(`<path class="dg-f" d="`)
		w.pt("M", x0, y0)
		w.str("H")
		w.num(x1)
		w.str("V")
		w.num(y1 - 5)
		w.pt("Q", (mx+x1)/2, y1-13)
		w.pt(" ", mx, y1-5)
		w.pt("T", x0, y1-5)
		w.str(`Z"/>`)
	case Stack:
		for i := 2.0; i >= 0; i-- {
			rect(x0+i*stacked, y0+(2-i)*stacked, b.w-2*stacked, b.h-2*stacked, 3)
		}
	case Text:
	case Actor:
		w.str(`<circle class="dg-f"`)
		w.attr("cx", mx)
		w.attr("cy", y0+9)
		w.str(` r="8"/><path d="`)
		w.pt("M", mx, y0+17)
		w.str("v14")
		w.pt("M", mx-13, y0+22)
		w.str("h26")
		w.pt("M", mx-9, y0+42)
		w.str("l9-11 9 11")
		w.str(`"/>`)
	case Note:
		w.str(`<path class="dg-f" d="`)
		w.pt("M", x0, y0)
		w.str("H")
		w.num(x1 - 10)
		w.str("l10 10V")
		w.num(y1)
		w.str("H")
		w.num(x0)
		w.str(`Z"/>`)
	default: // Rect, Table
		rect(x0, y0, b.w, b.h, 4)
	}
}
