package render

import "strings"

// tableRules is the options of tables.
type tableRules struct{ alignAttr bool }

func compileTable(m *Markdown) tableRules {
	return tableRules{alignAttr: optBool(m.ext["tables"], "use_align_attribute", false)}
}

// maxEmptyCells bounds the cells that short rows of one table are filled up
// with, since a wide head over many rows would make the square of its size.
const maxEmptyCells = 1 << 16

// tableBlock takes a table: a head, a row of dashes, and rows.
func (p *pmParser) tableBlock(parent *Node, q *blockQueue) bool {
	b := q.next()
	if len(b.lines) < 2 {
		return false
	}
	border, ruled := p.isTable(b)
	if ruled == nil {
		return false
	}
	lines := q.pop().lines
	p.doc.Tables = append(p.doc.Tables, int(lines[0].n))

	align := make([]string, len(ruled))
	for i, c := range ruled {
		c = strings.Trim(c, " ")
		left, right := strings.HasPrefix(c, ":"), strings.HasSuffix(c, ":")
		switch {
		case left && right:
			align[i] = "center"
		case left:
			align[i] = "left"
		case right:
			align[i] = "right"
		}
	}
	table := p.el("table", lines[0].n)
	head := p.el("thead", lines[0].n)
	body := p.el("tbody", lines[0].n)
	parent.Append(table)
	table.Append(head)
	table.Append(body)
	spare := maxEmptyCells
	p.tableRow(head, "th", lines[0], border, align, &spare)
	for _, l := range lines[2:] {
		p.tableRow(body, "td", l, border, align, &spare)
	}
	if len(lines) == 2 {
		tr := p.el("tr", lines[1].n)
		body.Append(tr)
		for range align {
			tr.Append(p.el("td", lines[1].n))
		}
	}
	return true
}

// isTable returns the cells of the row of dashes when the block is a table.
func (p *pmParser) isTable(b *block) (border bool, ruled []string) {
	s := strings.Trim(b.lines[1].text, " ")
	if s == "" || strings.Trim(s, "|:- ") != "" {
		return false, nil
	}
	head := strings.Trim(b.lines[0].text, " ")
	border = strings.HasPrefix(head, "|") || endBorder(head) >= 0
	if !border && strings.IndexByte(head, '|') < 0 {
		return false, nil
	}
	columns := len(p.splitRow(head, border))
	if ruled = p.splitRow(s, border); len(ruled) != columns {
		return false, nil
	}
	if columns == 1 {
		if !border {
			return false, nil
		}
		if endBorder(s) < 0 && s[0] != '|' {
			return false, nil
		}
		if i := b.find(lineNoPipe, isNoPipe); i > 0 {
			return false, nil
		}
	}
	return border, ruled
}

// isNoPipe reports whether a row could not be one of a table of one column.
func isNoPipe(lines []pmLine) bool {
	s := strings.Trim(lines[0].text, " ")
	return !strings.HasPrefix(s, "|") && endBorder(s) < 0
}

// endBorder returns where the pipe at the end of a row begins, with the escaped
// backslashes before it, or -1.
func endBorder(s string) int {
	if !strings.HasSuffix(s, "|") {
		return -1
	}
	i := len(s) - 1
	for i > 0 && s[i-1] == '\\' {
		i--
	}
	if (len(s)-1-i)%2 == 1 {
		return -1 // the pipe itself is escaped
	}
	return i
}

func (p *pmParser) tableRow(parent *Node, tag string, l pmLine, border bool, align []string, spare *int) {
	tr := p.el("tr", l.n)
	parent.Append(tr)
	cells := p.splitRow(strings.Trim(l.text, " "), border)
	for i, a := range align {
		text := ""
		if i < len(cells) {
			text = strings.Trim(cells[i], " ")
		} else if *spare--; *spare < 0 {
			return
		}
		c := p.textElement(tr, tag, text, l.n)
		switch {
		case a == "":
		case p.cfg.block.table.alignAttr:
			c.SetAttr("align", a)
		default:
			c.SetAttr("class", "align-"+a)
		}
	}
}

// splitRow cuts a row at its pipes. A pipe in a code span or behind a backslash
// does not count. The result is valid until the next call.
func (p *pmParser) splitRow(s string, border bool) []string {
	if border {
		s = strings.TrimPrefix(s, "|")
		if i := endBorder(s); i >= 0 {
			s = s[:i]
		}
	}
	cells := p.cells[:0]
	if strings.IndexByte(s, '`') < 0 && strings.IndexByte(s, '\\') < 0 {
		for {
			i := strings.IndexByte(s, '|')
			if i < 0 {
				break
			}
			cells = append(cells, s[:i])
			s = s[i+1:]
		}
		p.cells = append(cells, s)
		return p.cells
	}

	ticks := p.findTicks(s)
	start, next := 0, 0
	for i := 0; i < len(s); i++ {
		for next < len(ticks) && i > ticks[next].end {
			next++
		}
		switch s[i] {
		case '\\':
			if i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '|') {
				i++
			}
		case '|':
			if next == len(ticks) || i < ticks[next].start {
				cells = append(cells, s[start:i])
				start = i + 1
			}
		}
	}
	p.cells = append(cells, s[start:])
	return p.cells
}

// tickSpan is a code span in a row; end is its last character.
type tickSpan struct{ start, end int }

// cellTicks is a run of backticks: how many of them open a code span, and how
// many close one.
type cellTicks struct{ start, end, open, close int }

// findTicks finds the code spans of a row by pairing runs of backticks of one
// length. A backslash before a run takes its first backtick away as an opener.
func (p *pmParser) findTicks(s string) []tickSpan {
	runs := p.tickRuns[:0]
	for i := 0; i < len(s); i++ {
		escaped := 0
		start := i
		switch s[i] {
		case '\\':
			if i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '|') {
				i++
				continue
			}
			if i+1 == len(s) || s[i+1] != '`' {
				continue
			}
			escaped = 1
			i++
		case '`':
		default:
			continue
		}
		n := 0
		for i < len(s) && s[i] == '`' {
			i++
			n++
		}
		i--
		runs = append(runs, cellTicks{start, i, n - escaped, n})
	}
	p.tickRuns = runs

	next := closingRun(runs)
	spans := p.ticks[:0]
	for i := 0; i < len(runs); i++ {
		if k := next(i); k > i {
			spans = append(spans, tickSpan{runs[i].start, runs[k].end})
			i = k
		}
	}
	p.ticks = spans
	return spans
}

// closingRun returns a function that finds the run that closes the code span
// which the i-th opens, or 0. It is asked for growing i.
func closingRun(runs []cellTicks) func(i int) int {
	if len(runs) <= 16 {
		return func(i int) int {
			for k := i + 1; k < len(runs) && runs[i].open > 0; k++ {
				if runs[k].close == runs[i].open {
					return k
				}
			}
			return 0
		}
	}
	closers := map[int][]int{}
	for i, r := range runs {
		closers[r.close] = append(closers[r.close], i)
	}
	return func(i int) int {
		list := closers[runs[i].open]
		for len(list) > 0 && list[0] <= i {
			list = list[1:]
		}
		closers[runs[i].open] = list
		if runs[i].open == 0 || len(list) == 0 {
			return 0
		}
		return list[0]
	}
}
