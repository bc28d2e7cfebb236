package drift

import (
	"hash/maphash"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
)

// hunk is a run of lines that differ: lines [A, AEnd) of the old text became
// lines [B, BEnd) of the new one, counted from 0.
type hunk struct{ A, AEnd, B, BEnd int }

// diffLines compares two texts line by line: the longest common beginning and
// end are taken off, lines that both hold once are anchors between which the
// same is done again, and what is left is compared by Myers' algorithm as far
// as a bound, beyond which it counts as replaced.
func diffLines(a, b []string) []hunk {
	seed := maphash.MakeSeed()
	ids := map[uint64]int{}
	number := func(lines []string) []int {
		out := make([]int, len(lines))
		for i, l := range lines {
			h := maphash.String(seed, l)
			n, ok := ids[h]
			if !ok {
				n = len(ids)
				ids[h] = n
			}
			out[i] = n
		}
		return out
	}
	d := &differ{a: number(a), b: number(b)}
	d.compare(0, len(a), 0, len(b), 0)
	return d.out
}

type differ struct {
	a, b []int
	out  []hunk
}

func (d *differ) add(h hunk) {
	if n := len(d.out); n > 0 && d.out[n-1].AEnd == h.A && d.out[n-1].BEnd == h.B {
		d.out[n-1].AEnd, d.out[n-1].BEnd = h.AEnd, h.BEnd
		return
	}
	d.out = append(d.out, h)
}

func (d *differ) compare(a, aEnd, b, bEnd, depth int) {
	for a < aEnd && b < bEnd && d.a[a] == d.b[b] {
		a, b = a+1, b+1
	}
	tail := 0
	for aEnd > a && bEnd > b && d.a[aEnd-1] == d.b[bEnd-1] {
		aEnd, bEnd = aEnd-1, bEnd-1
		tail++
	}
	if a == aEnd && b == bEnd {
		return
	}
	if a == aEnd || b == bEnd || depth > 60 {
		d.add(hunk{a, aEnd, b, bEnd})
		return
	}
	// Lines that both sides hold once.
	count := map[int][2]int{}
	at := map[int]int{}
	for i := a; i < aEnd; i++ {
		c := count[d.a[i]]
		c[0]++
		count[d.a[i]] = c
	}
	for i := b; i < bEnd; i++ {
		c := count[d.b[i]]
		c[1]++
		count[d.b[i]] = c
		at[d.b[i]] = i
	}
	type pair struct{ a, b int }
	var pairs []pair
	for i := a; i < aEnd; i++ {
		if count[d.a[i]] == [2]int{1, 1} {
			pairs = append(pairs, pair{i, at[d.a[i]]})
		}
	}
	// The longest run of them that is in order on both sides.
	var piles []int
	back := make([]int, len(pairs))
	for i, p := range pairs {
		lo, hi := 0, len(piles)
		for lo < hi {
			if m := (lo + hi) / 2; pairs[piles[m]].b < p.b {
				lo = m + 1
			} else {
				hi = m
			}
		}
		back[i] = -1
		if lo > 0 {
			back[i] = piles[lo-1]
		}
		if lo == len(piles) {
			piles = append(piles, i)
		} else {
			piles[lo] = i
		}
	}
	if len(piles) == 0 {
		d.small(a, aEnd, b, bEnd)
		return
	}
	chain := make([]pair, len(piles))
	for i, k := len(piles)-1, piles[len(piles)-1]; i >= 0; i, k = i-1, back[k] {
		chain[i] = pairs[k]
	}
	for _, p := range chain {
		d.compare(a, p.a, b, p.b, depth+1)
		a, b = p.a+1, p.b+1
	}
	d.compare(a, aEnd, b, bEnd, depth+1)
}

// small compares without anchors: a table of longest common runs where it is
// small enough.
func (d *differ) small(a, aEnd, b, bEnd int) {
	n, m := aEnd-a, bEnd-b
	if n*m > 1<<20 {
		d.add(hunk{a, aEnd, b, bEnd})
		return
	}
	t := make([]int32, (n+1)*(m+1))
	w := m + 1
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if d.a[a+i] == d.b[b+j] {
				t[i*w+j] = t[(i+1)*w+j+1] + 1
			} else {
				t[i*w+j] = max(t[(i+1)*w+j], t[i*w+j+1])
			}
		}
	}
	for i, j := 0, 0; i < n || j < m; {
		switch {
		case i < n && j < m && d.a[a+i] == d.b[b+j]:
			i, j = i+1, j+1
		case j == m || i < n && t[(i+1)*w+j] >= t[i*w+j+1]:
			d.add(hunk{a + i, a + i + 1, b + j, b + j})
			i++
		default:
			d.add(hunk{a + i, a + i, b + j, b + j + 1})
			j++
		}
	}
}

// lines cuts a text into lines without their ends.
func lines(src []byte) []string {
	if len(src) == 0 {
		return nil
	}
	out := strings.Split(strings.TrimSuffix(string(src), "\n"), "\n")
	for i, l := range out {
		out[i] = strings.TrimSuffix(l, "\r")
	}
	return out
}

// lineMaps answers where lines of changed files are now.
type lineMaps struct {
	files map[string]git.Change // by path at the base
	done  map[string]*lineMap
}

type lineMap struct {
	hunks  []hunk
	na, nb int
}

// to returns where the lines [from, to] of the base are at the head, counted
// from 1. gone says that none of them is left; ok is false when some changed.
func (m *lineMap) to(from, to int) (newFrom, newTo int, gone, ok bool) {
	if from < 1 || to < from || from > m.na {
		return 0, 0, false, false
	}
	to = min(to, m.na)
	shift, touched, lost := 0, 0, 0
	for _, h := range m.hunks {
		a, aEnd := h.A+1, h.AEnd // 1-based, inclusive
		if aEnd < from && (h.A+1 <= from) && h.AEnd < from {
			shift += (h.BEnd - h.B) - (h.AEnd - h.A)
			continue
		}
		if h.A == h.AEnd { // an insertion before line h.A+1
			if h.A+1 > from && h.A+1 <= to {
				touched++
			} else if h.A+1 <= from {
				shift += h.BEnd - h.B
			}
			continue
		}
		if a > to {
			break
		}
		touched++
		lost += min(aEnd, to) - max(a, from) + 1
		if h.B != h.BEnd {
			lost -= 1 << 20 // replaced, not deleted
		}
	}
	if lost == to-from+1 {
		return 0, 0, true, true
	}
	if touched > 0 {
		return 0, 0, false, false
	}
	return from + shift, to + shift, false, true
}

func (c *change) lineMaps() *lineMaps {
	m := &lineMaps{files: map[string]git.Change{}, done: map[string]*lineMap{}}
	for _, f := range c.files {
		if (f.Status == git.Modified || f.Status == git.Renamed) && f.Mode.Regular() && f.SHA != f.OldSHA && !isMarkdown(f.Old) {
			m.files[f.Old] = f
		}
	}
	return m
}

func (c *change) lineMap(m *lineMaps, p string) *lineMap {
	if d, ok := m.done[p]; ok {
		return d
	}
	f := m.files[p]
	a, b := lines(c.blobOf(f.OldSHA)), lines(c.blobOf(f.SHA))
	d := &lineMap{diffLines(a, b), len(a), len(b)}
	m.done[p] = d
	return d
}

// rangeRE reads PATH#L10-L20, PATH#L10-20, PATH:10-20 and PATH:10.
var rangeRE = regexp.MustCompile(`^([\w./+@-]*\w\.\w+|[\w./+@-]+/(?:Dockerfile|Makefile))(#L|:)(\d{1,6})(?:(-L?|:)(\d{1,6}))?`)

// ranges returns what rangeRE finds in a text. It looks at what stands before a
// number alone: the expression itself on every byte takes most of the time of a
// check.
func ranges(text string) [][]int {
	isPath := func(b byte) bool { return isWordByte(b) || strings.IndexByte("./+@-", b) >= 0 }
	var out [][]int
	for i := 1; i+1 < len(text); i++ {
		k := i + 1
		switch {
		case text[i] == ':':
		case text[i] == '#' && text[k] == 'L':
			k++
		default:
			continue
		}
		if k == len(text) || text[k] < '0' || text[k] > '9' || !isWordByte(text[i-1]) {
			continue
		}
		start := i
		for start > 0 && isPath(text[start-1]) {
			start--
		}
		// Longer than any path and any pair of numbers is none.
		loc := rangeRE.FindStringSubmatchIndex(text[max(start, i-512):min(i+20, len(text))])
		if loc == nil || loc[4] != i-max(start, i-512) {
			continue
		}
		for g := range loc {
			if loc[g] >= 0 {
				loc[g] += max(start, i-512)
			}
		}
		out = append(out, loc)
		i = loc[1] - 1
	}
	return out
}

// wrongBefore reports whether a link to lines named others than it meant at the
// base already: its text is one name that the file has, and those lines have not.
func (c *change) wrongBefore(d *document, f git.Change, at, from, to int) bool {
	open := strings.LastIndexByte(d.text[:at], '[')
	if open < 0 {
		return false
	}
	label, _, ok := strings.Cut(d.text[open+1:at], "](")
	label = strings.Trim(label, "`*_")
	if !ok || len(label) < 3 || strings.ContainsFunc(label, func(r rune) bool { return r >= 0x80 || !isWordByte(byte(r)) }) {
		return false
	}
	all := lines(c.blobOf(f.OldSHA))
	has := func(ls []string) bool {
		return slices.ContainsFunc(ls, func(l string) bool { return strings.Contains(strings.ToLower(l), strings.ToLower(label)) })
	}
	return to <= len(all) && !has(all[from-1:to]) && has(all)
}

// deadRanges looks at ranges of lines of files that the change altered.
func (c *change) deadRanges(d *document, m *lineMaps) {
	if d.log || d.record || !strings.Contains(d.text, "#L") && !strings.ContainsAny(d.text, ":") {
		return
	}
	for _, loc := range ranges(d.text) {
		p := d.text[loc[2]:loc[3]]
		colon := d.text[loc[4]:loc[5]] == ":"
		r := d.regionAt(loc[0])
		line := d.parsed().LineOf(loc[0])
		if d.line(line).include {
			r = inInclude
		}
		if d.fresh(line) || r == inComment || r == inProse || colon && r != inCode && r != inInclude || partOfMore(d.text, loc[0], loc[1]) {
			continue
		}
		base := ""
		was := d.was
		if was == "" {
			was = d.path
		}
		for _, q := range c.candidates(was, p, r == inLink) {
			if _, ok := m.files[q]; ok {
				base = q
				break
			}
		}
		if base == "" {
			continue
		}
		from, _ := strconv.Atoi(d.text[loc[6]:loc[7]])
		to := from
		if loc[10] >= 0 {
			to, _ = strconv.Atoi(d.text[loc[10]:loc[11]])
		}
		lm := c.lineMap(m, base)
		nf, nt, gone, ok := lm.to(from, to)
		if ok && r == inLink && c.wrongBefore(d, m.files[base], loc[0], from, to) {
			continue
		}
		if !ok || !gone && nf == from && nt == to {
			continue
		}
		a := Alert{Confidence: .85}
		a.Rule, a.Severity, a.Position = "drift/dead-reference", finding.Error, d.at(loc[0])
		a.Subject = "lines " + d.text[loc[0]:loc[1]]
		what := "line " + strconv.Itoa(from)
		if to != from {
			what = "lines " + strconv.Itoa(from) + " to " + strconv.Itoa(to)
		}
		if gone {
			a.Message = what + " of " + finding.Visible(p) + " are there no longer"
			a.Reason, a.Hint = "the change deletes them", "name other lines, or leave them out"
		} else {
			a.Message = what + " of " + finding.Visible(p) + " stand elsewhere now"
			a.Reason = "the change moves them to line " + strconv.Itoa(nf)
			a.Hint = "name the lines where they are now"
			text := strconv.Itoa(nf)
			end := loc[7]
			if loc[10] >= 0 {
				text += d.text[loc[8]:loc[9]] + strconv.Itoa(nt)
				end = loc[11]
			}
			a.Edit = finding.Edit{Start: loc[6], Old: d.text[loc[6]:end], New: text, Safe: true}
		}
		a.Evidence = []Evidence{{Path: base, Line: from, Gone: true}}
		c.alert(a)
	}
}
