package diagram

import (
	"strconv"

	"github.com/lintel-docs/lintel/internal/mermaid"
)

// AppendMermaid appends a diagram as an svg element. It returns false where
// the diagram is too large to be drawn.
func AppendMermaid(dst []byte, d *mermaid.Diagram, o Options) ([]byte, bool) {
	if d.Kind == mermaid.Sequence {
		if len(d.Nodes) > 200 || len(d.Steps) > MaxEdges {
			return dst, false
		}
		return newSequence(d).append(dst, o), true
	}
	g, ok := FromMermaid(d)
	if !ok {
		return dst, false
	}
	return g.AppendSVG(dst, o), true
}

const (
	columnGap  = 46 // between the boxes of participants
	barWidth   = 10 // of an activation
	loopWidth  = 34 // of a message to oneself
	framePad   = 12
	mirrorFrom = 560 // a taller drawing names the participants below too
)

// sequence is the state of drawing a sequence diagram.
type sequence struct {
	d       *mermaid.Diagram
	index   map[string]int
	texts   []nodeText
	nodes   []Node
	x       []float64 // by participant: the lifeline
	top     []float64 // where the lifeline begins
	bottom  []float64 // where it ends, or 0
	created []bool
	ending  []bool
	active  [][]float64 // by participant: where open activations began
	head    float64     // height of the boxes on top
	bars    []bar
	frames  []frame
	open    []int // indices of open frames
	body    *writer
	y       float64
	left    float64
	right   float64
}

// bar is an activation.
type bar struct {
	at, level int
	y0, y1    float64
}

// frame is a block such as a loop.
type frame struct {
	kind, text     string
	x0, x1, y0, y1 float64
	parts          []float64 // where its sections begin
	texts          []string
	depth          int
}

func newSequence(d *mermaid.Diagram) *sequence {
	s := &sequence{d: d, index: map[string]int{}, body: &writer{}}
	for i := range d.Nodes {
		n := &d.Nodes[i]
		s.index[n.ID] = i
		node := Node{ID: n.ID, Label: n.Label, Shape: Shape(n.Shape)}
		if node.Shape == Circle {
			node.Shape = Ellipse
		}
		t := measure(&node)
		s.nodes = append(s.nodes, node)
		s.texts = append(s.texts, t)
		s.head = max(s.head, float64(t.h))
	}
	n := len(d.Nodes)
	s.x, s.top, s.bottom = make([]float64, n), make([]float64, n), make([]float64, n)
	s.created, s.ending, s.active = make([]bool, n), make([]bool, n), make([][]float64, n)
	return s
}

// columns places the lifelines: as near to each other as the texts between
// them allow.
func (s *sequence) columns() {
	n := len(s.nodes)
	type need struct {
		from int
		size float64
	}
	needs := make([][]need, n+1)
	want := func(a, b int, size float64) {
		if a > b {
			a, b = b, a
		}
		if b < n {
			needs[b] = append(needs[b], need{a, size})
		} else {
			s.right = max(s.right, size)
		}
	}
	extra := 0
	if s.d.Numbered {
		extra = 22
	}
	for _, st := range s.d.Steps {
		switch st.Kind {
		case mermaid.Message:
			e := s.d.Edges[st.Edge]
			a, b := s.index[e.From], s.index[e.To]
			w, _ := labelSize(s.message(e.Label))
			if a == b {
				want(a, a+1, float64(w+loopWidth+extra+16))
			} else {
				want(a, b, float64(w+extra+36))
			}
		case mermaid.NoteLeft, mermaid.NoteRight, mermaid.NoteOver:
			t := s.note(st.Text)
			a := s.index[st.Of[0]]
			switch {
			case len(st.Of) == 2:
				b := s.index[st.Of[1]]
				want(a, b, float64(t.w-60))
			case st.Kind == mermaid.NoteRight:
				want(a, a+1, float64(t.w+30))
			case st.Kind == mermaid.NoteLeft && a > 0:
				want(a-1, a, float64(t.w+30))
			default:
				want(a, a+1, float64(t.w)/2+24)
				if a > 0 {
					want(a-1, a, float64(t.w)/2+24)
				}
			}
		}
	}
	for i := range n {
		if i == 0 {
			s.x[0] = float64(s.texts[0].w) / 2
			continue
		}
		gap := float64(columnGap)
		if s.d.Nodes[i].Group != s.d.Nodes[i-1].Group {
			gap += 2 * framePad
		}
		s.x[i] = s.x[i-1] + float64(s.texts[i-1].w+s.texts[i].w)/2 + gap
		for _, k := range needs[i] {
			s.x[i] = max(s.x[i], s.x[k.from]+k.size)
		}
	}
	for i := range s.x {
		s.x[i] = float64(int(s.x[i] + 0.5))
	}
}

func (s *sequence) message(label string) []string {
	if label == "" {
		return nil
	}
	return wrap(label, edgeSize, 260, 6)
}

func (s *sequence) note(text string) nodeText {
	return measure(&Node{Label: text, Shape: Note})
}

// reach makes the open frames, and the drawing, as wide as from a to b.
func (s *sequence) reach(a, b float64) {
	if a > b {
		a, b = b, a
	}
	s.left, s.right = min(s.left, a), max(s.right, b)
	for _, i := range s.open {
		f := &s.frames[i]
		pad := float64(framePad * (len(s.open) - f.depth))
		f.x0, f.x1 = min(f.x0, a-pad), max(f.x1, b+pad)
		s.left, s.right = min(s.left, f.x0), max(s.right, f.x1)
	}
}

// edgeX returns where a message meets the lifeline of i: at its activation
// where it has one.
func (s *sequence) edgeX(i int, right bool) float64 {
	n := len(s.active[i])
	if n == 0 {
		return s.x[i]
	}
	x := s.x[i] + float64(n-1)*4
	if right {
		return x + barWidth/2
	}
	return s.x[i] - barWidth/2
}

func (s *sequence) append(dst []byte, o Options) []byte {
	s.right = 0
	s.columns()
	if n := len(s.nodes); n > 0 {
		s.right = s.x[n-1] + float64(s.texts[n-1].w)/2
	}
	titles := 0.0
	for _, g := range s.d.Groups {
		if g.Label != "" {
			titles = titleLine + 4
		}
	}
	if len(s.d.Groups) > 0 {
		titles += framePad
		s.left, s.right = min(s.left, -framePad), s.right+framePad
	}
	for i := range s.top {
		s.top[i] = titles + (s.head+float64(s.texts[i].h))/2
		if s.nodes[i].Shape == Actor {
			s.top[i] = titles + s.head
		}
	}
	s.y = titles + s.head + 12
	number := 0
	for i := range s.d.Steps {
		s.step(&s.d.Steps[i], &number)
	}
	for i := range s.active {
		for len(s.active[i]) > 0 {
			s.deactivate(i)
		}
	}
	for i := range s.ending {
		s.finish(i)
	}
	end := s.y + 14
	height := end
	mirror := end-titles > mirrorFrom
	if mirror {
		height += s.head
	}
	if len(s.d.Groups) > 0 {
		height += framePad
	}
	title := s.d.AccTitle
	if title == "" {
		title = s.d.Title
	}
	if title == "" {
		title = namesOf(&Graph{Nodes: s.nodes}, o.Label)
	}

	w := &writer{b: dst}
	w.begin(s.right-s.left, height, title, s.d.AccDescr, false, o)
	w.str(`<g transform="translate(`)
	w.num(-s.left)
	w.str(` 0)">`)
	s.boxes(w, height, titles)
	w.str(`<g class="dg-lives" fill="none" stroke="currentColor">`)
	for i := range s.nodes {
		y1 := end
		if s.bottom[i] > 0 {
			y1 = s.bottom[i]
		}
		w.str(`<path class="dg-life" d="`)
		w.pt("M", s.x[i], s.top[i])
		w.str("V")
		w.num(y1)
		w.str(`"/>`)
	}
	for _, b := range s.bars {
		w.str(`<rect class="dg-bar"`)
		w.attr("x", s.x[b.at]-barWidth/2+float64(b.level*4))
		w.attr("y", b.y0)
		w.attr("width", barWidth)
		w.attr("height", max(b.y1-b.y0, 6))
		w.str(` rx="2"/>`)
	}
	for i := range s.frames {
		s.frame(w, &s.frames[i])
	}
	w.str("</g>")
	w.b = append(w.b, s.body.b...)
	w.str(`<g class="dg-nodes" fill="none" stroke="currentColor">`)
	for i := range s.nodes {
		t := s.texts[i]
		y := s.top[i] - float64(t.h)
		b := box{s.x[i] - float64(t.w)/2, y, float64(t.w), float64(t.h)}
		w.node(&placedNode{box: b, node: &s.nodes[i], text: t})
		if mirror && s.bottom[i] == 0 {
			b.y = end + (s.head-float64(t.h))/2
			w.str(`<g aria-hidden="true">`)
			w.node(&placedNode{box: b, node: &s.nodes[i], text: t})
			w.str("</g>")
		}
	}
	w.str("</g></g></svg>")
	return w.b
}

// boxes draws the boxes around participants.
func (s *sequence) boxes(w *writer, height, titles float64) {
	if len(s.d.Groups) == 0 {
		return
	}
	w.str(`<g class="dg-groups" fill="none" stroke="currentColor">`)
	for i := range s.d.Groups {
		g := &s.d.Groups[i]
		x0, x1 := 0.0, 0.0
		for k, n := range s.d.Nodes {
			if n.Group != g.ID {
				continue
			}
			a, b := s.x[k]-float64(s.texts[k].w)/2-framePad, s.x[k]+float64(s.texts[k].w)/2+framePad
			if x0 == x1 {
				x0, x1 = a, b
			}
			x0, x1 = min(x0, a), max(x1, b)
		}
		if x0 == x1 {
			continue
		}
		w.str(`<g class="dg-g"><rect`)
		w.attr("x", x0)
		w.attr("y", 0)
		w.attr("width", x1-x0)
		w.attr("height", height)
		w.str(` rx="8"/></g>`)
		if g.Label != "" {
			w.lines("dg-title", []string{clipText(g.Label, titleSize, int(x1-x0)-10)}, (x0+x1)/2, titles/2, titleSize, titleLine, "middle")
		}
	}
	w.str("</g>")
}

// frame draws the border and the texts of a block.
func (s *sequence) frame(w *writer, f *frame) {
	w.str(`<g class="dg-frame"><rect`)
	w.attr("x", f.x0)
	w.attr("y", f.y0)
	w.attr("width", f.x1-f.x0)
	w.attr("height", f.y1-f.y0)
	w.str(` rx="4"/>`)
	for _, y := range f.parts {
		w.str(`<path d="`)
		w.pt("M", f.x0, y)
		w.str("H")
		w.num(f.x1)
		w.str(`"/>`)
	}
	w.str("</g>")
}

// frameText writes the keyword and the condition of a block or section.
func (s *sequence) frameText(f *frame, text string, keyword string, y float64) {
	w := s.body
	w.str(`<g class="dg-el">`)
	x := f.x0 + 8
	if keyword != "" {
		w.lines("dg-key", []string{keyword}, x, y, edgeSize, edgeLine, "")
		x += float64(width(keyword, edgeSize)) + 8
	}
	if text != "" {
		w.lines("dg-end", []string{clipText("["+text+"]", edgeSize, max(int(f.x1-x)-6, 60))}, x, y, edgeSize, edgeLine, "")
	}
	w.str("</g>")
}

func (s *sequence) step(st *mermaid.Step, number *int) {
	switch st.Kind {
	case mermaid.Message:
		e := &s.d.Edges[st.Edge]
		*number++
		s.draw(e, *number)
		for _, end := range []string{e.From, e.To} {
			if i := s.index[end]; s.ending[i] {
				s.finish(i)
				s.y += 8
			}
		}
	case mermaid.NoteLeft, mermaid.NoteRight, mermaid.NoteOver:
		s.drawNote(st)
	case mermaid.Activate:
		i := s.index[st.Of[0]]
		if len(s.active[i]) < 8 {
			s.active[i] = append(s.active[i], s.y)
		}
	case mermaid.Deactivate:
		s.deactivate(s.index[st.Of[0]])
	case mermaid.Create:
		i := s.index[st.Of[0]]
		if !s.created[i] {
			s.created[i] = true
			s.y += float64(s.texts[i].h)/2 + 6
			s.top[i] = s.y + float64(s.texts[i].h)/2 + 10
		}
	case mermaid.Destroy:
		s.ending[s.index[st.Of[0]]] = true // by the next message
	case mermaid.BlockBegin:
		s.y += 12
		f := frame{kind: st.Block, text: st.Text, y0: s.y, depth: len(s.open), x0: 1e9, x1: -1e9}
		s.open = append(s.open, len(s.frames))
		s.frames = append(s.frames, f)
		s.y += 20
		if st.Block == "rect" {
			s.y -= 14
		}
	case mermaid.BlockElse:
		f := &s.frames[s.open[len(s.open)-1]]
		s.y += 12
		f.parts = append(f.parts, s.y)
		f.texts = append(f.texts, st.Text)
		s.y += 20
	case mermaid.BlockEnd:
		f := &s.frames[s.open[len(s.open)-1]]
		s.open = s.open[:len(s.open)-1]
		s.y += 12
		f.y1 = s.y
		if f.x0 > f.x1 { // nothing is in it
			f.x0, f.x1 = s.left, s.right
		}
		keyword := f.kind
		if keyword == "rect" {
			keyword = ""
		}
		need := float64(width(keyword, edgeSize) + min(width("["+f.text+"]", edgeSize), 200) + 30)
		if f.x1-f.x0 < need {
			f.x1 = f.x0 + need
			s.right = max(s.right, f.x1)
		}
		if keyword != "" {
			s.frameText(f, f.text, keyword, f.y0+12)
		}
		for i, y := range f.parts {
			s.frameText(f, f.texts[i], "", y+12)
		}
		s.y += 4
	}
}

// finish ends the lifeline of a participant that is to be destroyed.
func (s *sequence) finish(i int) {
	if !s.ending[i] {
		return
	}
	s.ending[i] = false
	s.bottom[i] = s.y
	s.body.str(`<g class="dg-e" fill="none" stroke="currentColor"><path d="`)
	s.body.pt("M", s.x[i]-7, s.y-7)
	s.body.str("l14 14m0-14l-14 14")
	s.body.str(`"/></g>`)
}

func (s *sequence) deactivate(i int) {
	n := len(s.active[i])
	if n == 0 {
		return
	}
	s.bars = append(s.bars, bar{at: i, level: n - 1, y0: s.active[i][n-1], y1: s.y})
	s.active[i] = s.active[i][:n-1]
}

// draw draws a message.
func (s *sequence) draw(e *mermaid.Edge, number int) {
	w := s.body
	a, b := s.index[e.From], s.index[e.To]
	label := s.message(e.Label)
	lw, _ := labelSize(label)
	w.str(`<g class="dg-e`)
	if e.Stroke == mermaid.Dotted {
		w.str(" dg-dotted")
	}
	w.str(`" fill="none" stroke="currentColor"`)
	w.textAttr("data-from", e.From)
	w.textAttr("data-to", e.To)
	w.str(">")
	if a == b {
		s.y += 16
		x := s.edgeX(a, true)
		middle := s.y + 10
		w.str(`<path d="`)
		w.pt("M", x, s.y)
		w.str("h", strconv.Itoa(loopWidth-10))
		w.str("q10 0 10 10t-10 10")
		w.str("H")
		w.num(x + headLength(Head(e.Head)))
		w.str(`"/>`)
		s.y += 20
		w.head(Head(e.Head), point{x, s.y}, point{-1, 0})
		w.str("</g>")
		tx := x + loopWidth + 8
		s.reach(s.x[a], tx+float64(lw))
		s.number(number, x, s.y-20)
		if len(label) > 0 {
			half := float64((len(label) - 1) * edgeLine / 2)
			s.text(label, tx, middle-half, "")
			s.y = max(s.y, middle+half+8)
		}
		s.y += 6
		return
	}
	right := s.x[b] > s.x[a]
	x0, x1 := s.edgeX(a, right), s.edgeX(b, !right)
	if s.created[b] && s.top[b] > s.y { // the message that creates it
		half := float64(s.texts[b].w) / 2
		if x1 = s.x[b] - half; !right {
			x1 = s.x[b] + half
		}
		s.y = s.top[b] - float64(s.texts[b].h)/2
	} else {
		s.y += float64(len(label)*edgeLine) + 14
		if len(label) == 0 {
			s.y += 6
		}
	}
	dir := point{1, 0}
	if !right {
		dir.x = -1
	}
	from, to := retreat(point{x0, s.y}, point{-dir.x, 0}, headLength(Head(e.Tail))), retreat(point{x1, s.y}, dir, headLength(Head(e.Head)))
	w.str(`<path d="`)
	w.pt("M", from.x, s.y)
	w.str("H")
	w.num(to.x)
	w.str(`"/>`)
	w.head(Head(e.Tail), point{x0, s.y}, point{-dir.x, 0})
	w.head(Head(e.Head), point{x1, s.y}, dir)
	w.str("</g>")
	s.reach(s.x[a], s.x[b])
	s.number(number, x0, s.y)
	s.text(label, (x0+x1)/2, s.y-10-float64((len(label)-1)*edgeLine), "middle")
	if s.created[b] {
		s.y = max(s.y, s.top[b])
	}
	s.y += 4
}

func (s *sequence) text(lines []string, x, y float64, anchor string) {
	if len(lines) == 0 {
		return
	}
	s.body.str(`<g class="dg-el">`)
	s.body.lines("dg-end", lines, x, y, edgeSize, edgeLine, anchor)
	s.body.str("</g>")
}

// number writes the number of a message at its start.
func (s *sequence) number(n int, x, y float64) {
	if !s.d.Numbered {
		return
	}
	w := s.body
	w.str(`<g class="dg-num" fill="none" stroke="currentColor"><circle`)
	w.attr("cx", x)
	w.attr("cy", y)
	w.str(` r="9"/>`)
	w.lines("dg-t", []string{strconv.Itoa(n)}, x, y, 11, edgeLine, "middle")
	w.str("</g>")
}

func (s *sequence) drawNote(st *mermaid.Step) {
	t := s.note(st.Text)
	a := s.index[st.Of[0]]
	w, h := float64(t.w), float64(t.h)
	x := s.x[a] - w/2
	switch {
	case len(st.Of) == 2:
		b := s.index[st.Of[1]]
		w = max(w, abs(s.x[a]-s.x[b])+60)
		x = (s.x[a]+s.x[b])/2 - w/2
	case st.Kind == mermaid.NoteLeft:
		x = s.x[a] - w - 14
	case st.Kind == mermaid.NoteRight:
		x = s.x[a] + 14
	}
	s.y += 10
	n := Node{ID: "", Label: st.Text, Shape: Note}
	s.body.str(`<g fill="none" stroke="currentColor">`)
	s.body.node(&placedNode{box: box{x, s.y, w, h}, node: &n, text: t})
	s.body.str("</g>")
	s.reach(x, x+w)
	s.y += h + 4
}

func abs(f float64) float64 {
	if f < 0 {
		return -f
	}
	return f
}
