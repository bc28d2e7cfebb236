package diagram

import "math"

// Sizes of text in pixels, and the height of a line of each. The style sheet
// has the same sizes.
const (
	fontSize  = 14
	labelLine = 19
	subSize   = 12
	subLine   = 16
	rowSize   = 13
	rowLine   = 19
	edgeSize  = 12
	edgeLine  = 16
	titleSize = 13
	titleLine = 18
)

const (
	bulge   = 7.0  // how far the end of a cylinder bulges
	slant   = 14.0 // of hexagons, parallelograms and trapezoids
	stacked = 5.0  // how far the sheets of a stack are apart
)

// nodeText is the measured text of a node.
type nodeText struct {
	w, h    int // of the node
	label   []string
	sub     []string
	columns []int // of a table: widths
}

// measure wraps the text of a node and gives the node its size.
func measure(n *Node) nodeText {
	limit := 190
	switch n.Shape {
	case Diamond, Circle, DoubleCircle, Ellipse:
		limit = 130
	case Note:
		limit = 220
	case Table:
		limit = 320
	}
	var t nodeText
	if n.Label != "" {
		t.label = wrap(n.Label, fontSize, limit, 8)
	}
	if n.Sub != "" {
		t.sub = wrap(n.Sub, subSize, limit+10, 3)
	}
	tw, th := 0, len(t.label)*labelLine+len(t.sub)*subLine
	for _, l := range t.label {
		tw = max(tw, width(l, fontSize))
	}
	for _, l := range t.sub {
		tw = max(tw, width(l, subSize))
	}
	t.w, t.h = max(tw+28, 64), max(th+20, 40)
	switch n.Shape {
	case Stadium:
		t.w = max(tw+t.h, 72)
	case Subroutine:
		t.w = max(tw+42, 72)
	case Cylinder:
		t.h = max(th+20+int(2*bulge), 50)
	case Queue:
		t.w = max(tw+28+int(3*bulge), 76)
	case Circle, DoubleCircle:
		d := int(math.Ceil(math.Hypot(float64(tw), float64(th)))) + 18
		if n.Shape == DoubleCircle {
			d += 10
		}
		d = max(d, 44)
		t.w, t.h = d, d
	case Ellipse:
		t.w, t.h = max(tw*142/100+20, 72), max(th*142/100+16, 44)
	case Diamond:
		t.h = max(2*th+26, 56)
		t.w = max(tw*t.h/(t.h-th)+16, 72)
		if tw == 0 {
			t.w, t.h = 30, 30
		}
	case Hexagon, LeanRight, LeanLeft, Trapezoid, TrapezoidDown:
		t.w = max(tw+28+2*slant, 76)
	case Odd:
		t.w = max(tw+28+slant, 70)
	case Document:
		t.h += 8
	case Stack:
		t.w, t.h = t.w+2*stacked, t.h+2*stacked
	case Text:
		t.w, t.h = max(tw+8, 24), max(th+6, 20)
	case Actor:
		t.w, t.h = max(tw+8, 44), th+46
	case Start:
		t.w, t.h, t.label, t.sub = 18, 18, nil, nil
	case End:
		t.w, t.h, t.label, t.sub = 22, 22, nil, nil
	case Fork:
		t.w, t.h, t.label, t.sub = 70, 8, nil, nil
	case Note:
		t.w, t.h = max(tw+26, 60), max(th+18, 36)
	case Table:
		measureTable(n, &t, tw, th)
	}
	return t
}

func measureTable(n *Node, t *nodeText, tw, th int) {
	for _, set := range n.Rows {
		for _, row := range set {
			for i, c := range row.Cells {
				if i == len(t.columns) {
					t.columns = append(t.columns, 0)
				}
				t.columns[i] = max(t.columns[i], width(clipText(c, rowSize, 360), rowSize))
			}
		}
	}
	total := 0
	for i, c := range t.columns {
		if c > 0 && i > 0 {
			total += 14
		}
		total += c
	}
	t.w = max(tw+28, total+24, 90)
	t.h = max(th+16, 36)
	for _, set := range n.Rows {
		t.h += len(set)*rowLine + 10
	}
}

// clipText cuts a text to a width.
func clipText(s string, size, limit int) string {
	if width(s, size) <= limit {
		return s
	}
	w := 0
	for i, r := range s {
		if w += runeWidth(r); w*108/100*size > (limit-size)*1000 {
			return s[:i] + "…"
		}
	}
	return s
}

func wrapTitle(s string) []string {
	if s == "" {
		return nil
	}
	return wrap(s, titleSize, 280, 2)
}

func titleWidth(lines []string) int {
	w := 0
	for _, l := range lines {
		w = max(w, width(l, titleSize)*107/100) // it is bold
	}
	return w
}

func wrapLabel(s string) []string { return wrap(s, edgeSize, 150, 5) }

// labelSize returns the size of the label of an edge with its margin.
func labelSize(lines []string) (w, h int) {
	for _, l := range lines {
		w = max(w, width(l, edgeSize))
	}
	return w + 10, len(lines)*edgeLine + 4
}

// inset returns how far the outline of a shape is from the box around it, at
// an offset from the middle of a side. Sides are those of the layout: w is
// along the rank, and where the drawing has its ranks along x the lower side is
// the right one.
func inset(s Shape, w, h, off float64, lower, across bool) float64 {
	t := math.Min(math.Abs(off)/(w/2), 1)
	round := 1 - math.Sqrt(1-float64(t*t)) // the conversion keeps machines from rounding once
	switch s {
	case Circle, DoubleCircle, Ellipse, Start, End:
		return h / 2 * round
	case Diamond:
		return h / 2 * t
	case Cylinder:
		if !across {
			return bulge * round
		}
	case Queue:
		if across {
			return bulge * round
		}
	case Stadium:
		if across {
			return w / 2 * round
		}
	case Hexagon:
		if across {
			return slant * t
		}
	case LeanLeft, LeanRight, Trapezoid, TrapezoidDown:
		if across {
			return slant / 2
		}
	case Odd:
		if across && !lower {
			return slant * (1 - t)
		}
	case Document:
		if !across && lower {
			return 3
		}
	}
	return 0
}
