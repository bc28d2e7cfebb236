package markdown

import "strings"

// Cell is a cell of a table. Text is its source without surrounding space and
// with \| unescaped; Start and End are its place in the document's source.
type Cell struct {
	Text       string
	Start, End int
}

// Grid is a table: its header and its rows, each of which has as many cells as
// the header.
type Grid struct {
	Header []Cell
	Rows   [][]Cell
	Lines  []int // line of each row
}

// Grid reads a block of kind Table.
func (d *Doc) Grid(b *Block) *Grid {
	if b.Kind != Table {
		return &Grid{}
	}
	g := &Grid{Header: d.cells(b.Line)}
	for line := b.Line + 2; line <= b.Last; line++ {
		row := d.cells(line)
		for len(row) < len(g.Header) {
			end := d.LineStart(line) + len(d.LineText(line))
			row = append(row, Cell{Start: end, End: end})
		}
		g.Rows = append(g.Rows, row[:len(g.Header)])
		g.Lines = append(g.Lines, line)
	}
	return g
}

// Column returns the index of the first column whose header has one of the
// labels, as Is compares them, or -1.
func (g *Grid) Column(labels ...string) int {
	for i, c := range g.Header {
		if Is(Text(c.Text), labels...) {
			return i
		}
	}
	return -1
}

// cells cuts a line at its pipes; those that are escaped or in code are text.
func (d *Doc) cells(line int) []Cell {
	base := d.LineStart(line)
	l := d.LineText(line)
	i, end := 0, len(l)
	for i < end && (l[i] == ' ' || l[i] == '\t') {
		i++
	}
	for end > i && (l[end-1] == ' ' || l[end-1] == '\t') {
		end--
	}
	if i < end && l[i] == '|' {
		i++
	}
	if end > i && l[end-1] == '|' && (end < 2 || l[end-2] != '\\') {
		end--
	}
	var out []Cell
	start := i
	closed := codeEnds(l[:end])
	for ; i <= end; i++ {
		if i < end {
			switch l[i] {
			case '\\':
				i++
				continue
			case '`':
				if e := closed[i]; e > 0 {
					i = e - 1
				}
				continue
			case '|':
			default:
				continue
			}
		}
		at := min(i, end)
		text := l[start:at]
		lead := len(text) - len(strings.TrimLeft(text, " \t"))
		text = strings.TrimSpace(text)
		out = append(out, Cell{strings.ReplaceAll(text, `\|`, "|"), base + start + lead, base + start + lead + len(text)})
		start = i + 1
	}
	return out
}

// codeEnds returns, for the first backtick of each code span, the offset behind
// its closing run.
func codeEnds(s string) map[int]int {
	if strings.IndexByte(s, '`') < 0 {
		return nil
	}
	type run struct{ at, n int }
	var runs []run
	for i := 0; i < len(s); {
		switch s[i] {
		case '\\':
			i += 2
		case '`':
			j := i
			for j < len(s) && s[j] == '`' {
				j++
			}
			runs = append(runs, run{i, j - i})
			i = j
		default:
			i++
		}
	}
	// next[k] is the next run with the length of run k.
	next := make([]int, len(runs))
	last := map[int]int{}
	for k := len(runs) - 1; k >= 0; k-- {
		next[k] = -1
		if n, ok := last[runs[k].n]; ok {
			next[k] = n
		}
		last[runs[k].n] = k
	}
	ends := map[int]int{}
	for k := 0; k < len(runs); {
		if n := next[k]; n >= 0 {
			ends[runs[k].at] = runs[n].at + runs[n].n
			k = n + 1
		} else {
			k++
		}
	}
	return ends
}
