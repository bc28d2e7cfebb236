package render

import (
	"slices"
	"strings"
)

// Emphasis of all kinds (asterisks and underscores, insertions, deletions,
// marks) is a list of forms for one character. A form is a run of that
// character, a text, and a closing run; or two texts with a middle run between
// them. Which texts and neighbours are allowed is what forms differ in.
//
// A text extends to the first closing run that its form allows. Looking for it
// takes linear time in all because what follows a place does not depend on
// where a text began: a form remembers the stretch that it has searched in vain.

// emText tells what a text may hold.
type emText uint8

const (
	emNone     emText = iota
	emAny             // anything, at least one character
	emMaybe           // anything, or nothing
	emWithout         // not the character
	emSpaced          // the character only after white space, or alone
	emSingles         // the character, but not after two of them
	emSolid           // no white space
	emRun             // not the character, or one or two of it alone
	emRunSolid        // as emRun, and no white space
)

// emEdge tells what may stand beside a run.
type emEdge uint8

const (
	emNotSpace emEdge = 1 << iota
	emNotChar         // not the character itself
	emNotWord
	emSmart // an underscore, or neither a word nor the character
)

// emForm is one form of emphasis.
type emForm struct {
	open        int
	before      emEdge
	after       emEdge
	text        emText
	mid         int
	midBefore   emEdge
	midAfter    emEdge
	text2       emText
	close       int
	closeBefore emEdge
	closeAfter  emEdge
	outer       string
	inner       string // of the two elements of a double form
	late        bool   // the inner element begins at the middle run, else it ends there
}

// emMemo is what forms have found out about a text: for each of their texts a
// stretch from which no closing run can be reached.
type emMemo struct {
	dead [6][2]stretch
}

type stretch struct{ from, to int }

func (m *emMemo) reset() {
	for i := range m.dead {
		m.dead[i] = [2]stretch{{0, -1}, {0, -1}}
	}
}

// emScan is a text that is searched for emphasis.
type emScan struct {
	s     string
	c     byte
	floor int // lookbehind sees a mark here when it is not the start
	memo  *emMemo
}

func (e *emScan) before(at int) rune {
	if at == e.floor {
		if at > 0 {
			return runeMark
		}
		return runeEdge
	}
	return lastRune(e.s[e.floor:at])
}

// edge reports whether what stands beside a run is allowed.
func (e *emScan) edge(r rune, want emEdge) bool {
	if want == 0 {
		return true
	}
	return !(want&emNotSpace != 0 && spaceRune(r) ||
		want&emNotChar != 0 && r == rune(e.c) ||
		want&emNotWord != 0 && wordRune(r) ||
		want&emSmart != 0 && r != '_' && (wordRune(r) || r == rune(e.c)))
}

// isRun reports whether n of the character stand at a place.
func (e *emScan) isRun(at, n int) bool {
	if at+n > len(e.s) {
		return false
	}
	for i := range n {
		if e.s[at+i] != e.c {
			return false
		}
	}
	return true
}

// span is where the texts of a match are.
type emSpan struct {
	text, textEnd, text2, text2End, end int
}

// match matches the i-th form at a place. Without a match, reach is how far it
// has looked.
func (e *emScan) match(f *emForm, i, at int) (m emSpan, reach int, ok bool) {
	if !e.isRun(at, f.open) {
		return m, at + f.open - 1, false
	}
	from := at + f.open
	if !e.edge(e.before(at), f.before) {
		return m, 0, false
	}
	if !e.edge(firstRune(e.s[from:]), f.after) {
		return m, from, false
	}
	m.text = from
	reach = from
	ok = e.text(f.text, from, &e.memo.dead[i][0], &reach, func(stop int) bool {
		if f.mid == 0 {
			if !e.isRun(stop, f.close) || !e.edge(e.before(stop), f.closeBefore) ||
				!e.edge(firstRune(e.s[stop+f.close:]), f.closeAfter) {
				return false
			}
			m.textEnd, m.end = stop, stop+f.close
			return true
		}
		if !e.isRun(stop, f.mid) || !e.edge(e.before(stop), f.midBefore) ||
			!e.edge(firstRune(e.s[stop+f.mid:]), f.midAfter) {
			return false
		}
		m.textEnd, m.text2 = stop, stop+f.mid
		return e.text(f.text2, m.text2, &e.memo.dead[i][1], &reach, func(stop int) bool {
			if !e.isRun(stop, f.close) || !e.edge(e.before(stop), f.closeBefore) ||
				!e.edge(firstRune(e.s[stop+f.close:]), f.closeAfter) {
				return false
			}
			m.text2End, m.end = stop, stop+f.close
			return true
		})
	})
	return m, reach, ok
}

// text finds the end of a text that begins at a place: the first that is
// allowed and at which closes reports true. dead is the stretch in which that
// was not found before.
func (e *emScan) text(kind emText, from int, dead *stretch, reach *int, closes func(int) bool) bool {
	s, c := e.s, e.c
	at := from
	switch kind {
	case emMaybe:
		if closes(at) {
			return true
		}
	case emSpaced:
		if at < len(s) && s[at] == c && closes(at+1) {
			return true
		}
	case emRun, emRunSolid:
		if e.isRun(at, 2) && closes(at+2) || at < len(s) && s[at] == c && closes(at+1) {
			return true
		}
	}
	for first := true; ; first = false {
		if !first {
			if at >= dead.from && at <= dead.to {
				*reach = max(*reach, dead.to)
				break
			}
			if at >= len(s) {
				break
			}
			// A text stops only at the character, or at white space.
			if kind != emSolid && kind != emRunSolid {
				i := strings.IndexByte(s[at:], c)
				if i < 0 {
					at = len(s)
					break
				}
				if at += i; at >= dead.from && at <= dead.to {
					*reach = max(*reach, dead.to)
					break
				}
			}
			if s[at] == c && closes(at) {
				return true
			}
		}
		if at >= len(s) {
			break
		}
		r := firstRune(s[at:])
		if kind == emSolid || kind == emRunSolid {
			if spaceRune(r) {
				break
			}
		}
		if r == rune(c) {
			stop := false
			switch kind {
			case emWithout, emRun, emRunSolid:
				stop = true
			case emSpaced:
				stop = !spaceRune(e.before(at))
			case emSingles:
				// The run may begin before the text: at the opening run.
				stop = at-2 >= e.floor && s[at-1] == c && s[at-2] == c
			}
			if stop {
				break
			}
		}
		at += runeSize(r)
	}
	*reach = max(*reach, at)
	if at > from {
		if from+1 <= dead.to && from >= dead.from {
			from = dead.from
		}
		*dead = stretch{from + 1, max(at, dead.to)}
	}
	return false
}

// emphasisMatcher returns a pattern that matches the first form that fits.
func emphasisMatcher(c byte, forms []emForm) func(p *pmParser, cur *inlineCursor, at int) inlineMatch {
	return func(p *pmParser, cur *inlineCursor, at int) inlineMatch {
		e := emScan{s: cur.s, c: c, floor: cur.floor, memo: &cur.em}
		reach := 0
		for i := range forms {
			m, r, ok := e.match(&forms[i], i, at)
			if ok {
				n := p.emphasis(c, forms, i, e.s, m, cur.lineAt(at))
				return inlineMatch{kind: matched, start: at, end: m.end, node: n}
			}
			reach = max(reach, r)
		}
		if reach == 0 {
			return inlineMatch{}
		}
		return inlineMatch{kind: failed, end: reach}
	}
}

// emphasis makes the elements of a match of the i-th form.
func (p *pmParser) emphasis(c byte, forms []emForm, i int, s string, m emSpan, line int32) *Node {
	f := &forms[i]
	el := p.el(f.outer, line)
	if f.inner == "" {
		p.nestedEmphasis(c, forms, i, el, s[m.text:m.textEnd], line)
		return el
	}
	inner := p.el(f.inner, line)
	first, second := inner, el
	if f.late {
		first, second = el, inner
	}
	p.nestedEmphasis(c, forms, i, first, s[m.text:m.textEnd], line)
	el.Append(inner)
	if f.mid > 0 {
		line += p.countLines(s[m.text:m.text2])
		p.nestedEmphasis(c, forms, i, second, s[m.text2:m.text2End], line)
	}
	return el
}

// nestedEmphasis appends text to parent, in which the forms behind the i-th
// are looked for.
func (p *pmParser) nestedEmphasis(c byte, forms []emForm, i int, parent *Node, s string, line int32) {
	done, at := 0, 0
	add := func(to int) {
		if to > done {
			parent.Append(p.text(s[done:to], line))
			line += p.countLines(s[done:to])
		}
	}
	if i+1 < len(forms) && strings.IndexByte(s, c) >= 0 {
		var memo emMemo
		memo.reset()
		e := emScan{s: s, c: c, memo: &memo}
		for at < len(s) {
			k := strings.IndexByte(s[at:], c)
			if k < 0 {
				break
			}
			at += k
			found := false
			for j := i + 1; j < len(forms); j++ {
				m, _, ok := e.match(&forms[j], j, at)
				if !ok {
					continue
				}
				add(at)
				parent.Append(p.emphasis(c, forms, j, s, m, line))
				line += p.countLines(s[at:m.end])
				done, at = m.end, m.end
				found = true
			}
			if !found {
				at++
			}
		}
	}
	add(len(s))
}

// emphasisPatterns returns the patterns of emphasis that the extensions ask for.
func emphasisPatterns(m *Markdown, cfg *inlineConfig) []inlinePattern {
	var list []inlinePattern
	order := 0
	add := func(name string, priority float64, c byte, forms []emForm) {
		list = append(list, inlinePattern{name: name, priority: priority, order: order, trigger: string(rune(c)), match: emphasisMatcher(c, forms)})
	}
	if opts, ok := m.ext["pymdownx.betterem"]; ok {
		smart := optString(opts, "smart_enable", "underscore")
		star, under := better("strong", "em"), better("strong", "em")
		if smart == "all" || smart == "asterisk" {
			star = betterSmart(emSmart, emNotSpace|emNotChar)
		}
		if smart == "all" || smart == "underscore" {
			under = betterSmart(emNotWord, emNotSpace|emNotChar)
		}
		add("strong_em", 50, '*', star)
		add("strong_em2", 40, '_', under)
	} else {
		list = append(list, inlinePattern{name: "not_strong", priority: 70, trigger: "*_", match: matchNotStrong})
		add("em_strong", 60, '*', []emForm{
			{open: 3, text: emAny, mid: 1, text2: emMaybe, close: 2, outer: "strong", inner: "em"},
			{open: 3, text: emAny, mid: 2, text2: emMaybe, close: 1, outer: "em", inner: "strong"},
			{open: 2, after: emNotChar, text: emWithout, mid: 1, midAfter: emNotChar, text2: emAny, close: 3, outer: "strong", inner: "em", late: true},
			{open: 2, text: emAny, close: 2, outer: "strong"},
			{open: 1, text: emWithout, close: 1, outer: "em"},
		})
		under := []emForm{
			{open: 3, text: emAny, mid: 1, text2: emMaybe, close: 2, outer: "strong", inner: "em"},
			{open: 3, text: emAny, mid: 2, text2: emMaybe, close: 1, outer: "em", inner: "strong"},
			{
				open: 2, before: emNotWord, after: emNotChar, text: emAny, mid: 1, midBefore: emNotWord, midAfter: emNotChar,
				text2: emAny, close: 3, closeAfter: emNotWord, outer: "strong", inner: "em", late: true,
			},
			{open: 2, before: emNotWord, after: emNotChar, text: emAny, close: 2, closeBefore: emNotChar, closeAfter: emNotWord, outer: "strong"},
			{open: 1, before: emNotWord, after: emNotChar, text: emAny, close: 1, closeBefore: emNotChar, closeAfter: emNotWord, outer: "em"},
		}
		if _, ok := m.ext["legacy_em"]; ok {
			under = []emForm{
				{open: 3, text: emAny, mid: 1, text2: emMaybe, close: 2, outer: "strong", inner: "em"},
				{open: 3, text: emAny, mid: 2, text2: emMaybe, close: 1, outer: "em", inner: "strong"},
				{open: 2, after: emNotChar, text: emWithout, mid: 1, midAfter: emNotChar, text2: emAny, close: 3, outer: "strong", inner: "em", late: true},
				{open: 2, text: emAny, close: 2, outer: "strong"},
				{open: 1, text: emWithout, close: 1, outer: "em"},
			}
		}
		add("em_strong2", 50, '_', under)
	}
	if opts, ok := m.ext["pymdownx.caret"]; ok {
		order = m.extensionOrder("pymdownx.caret")
		double, single := optBool(opts, "insert", true), optBool(opts, "superscript", true)
		cfg.escape['^'] = cfg.escape['^'] || double || single
		cfg.escape[' '] = cfg.escape[' '] || single
		if double || single {
			add("sup_ins", 65, '^', paired("ins", "sup", double, single, optBool(opts, "smart_insert", true)))
		}
	}
	if opts, ok := m.ext["pymdownx.tilde"]; ok {
		order = m.extensionOrder("pymdownx.tilde")
		double, single := optBool(opts, "delete", true), optBool(opts, "subscript", true)
		cfg.escape['~'] = cfg.escape['~'] || double || single
		cfg.escape[' '] = cfg.escape[' '] || single
		if double || single {
			add("sub_del", 65, '~', paired("del", "sub", double, single, optBool(opts, "smart_delete", true)))
		}
	}
	if opts, ok := m.ext["pymdownx.mark"]; ok {
		order = m.extensionOrder("pymdownx.mark")
		cfg.escape['='] = true
		form := emForm{open: 2, after: emNotSpace, text: emSingles, close: 2, closeBefore: emNotSpace, outer: "mark"}
		if optBool(opts, "smart_mark", true) {
			form = emForm{
				open: 2, before: emSmart, after: emNotSpace | emNotChar, text: emAny, close: 2,
				closeBefore: emNotSpace, closeAfter: emSmart, outer: "mark",
			}
		}
		add("mark", 65, '=', []emForm{form})
	}
	return list
}

// extensionOrder returns the place of an extension in the site's list.
func (m *Markdown) extensionOrder(name string) int {
	return slices.IndexFunc(m.opts.Extensions, func(e Extension) bool { return e.Name == name })
}

// better returns the forms of betterem where words do not matter.
func better(strong, em string) []emForm {
	const free = emNotSpace | emNotChar
	return []emForm{
		{open: 3, after: emNotSpace, text: emRun, close: 3, closeBefore: emNotSpace, outer: strong, inner: em},
		{open: 3, after: free, text: emSingles, mid: 2, midBefore: emNotSpace, text2: emSpaced, close: 1, closeBefore: emNotSpace, outer: em, inner: strong},
		{open: 3, after: free, text: emSpaced, mid: 1, midBefore: emNotSpace, text2: emSingles, close: 2, closeBefore: emNotSpace, outer: strong, inner: em},
		{open: 2, after: free, text: emSpaced, mid: 1, midAfter: free, text2: emSpaced, close: 3, closeBefore: emNotSpace, outer: strong, inner: em, late: true},
		{open: 2, after: emNotSpace, text: emSingles, close: 2, closeBefore: emNotSpace, outer: strong},
		{open: 1, after: emNotSpace, text: emSpaced, close: 1, closeBefore: emNotSpace, outer: em},
	}
}

// betterSmart returns the forms of betterem where runs inside words do not
// count. edge is what must stand outside of a run.
func betterSmart(edge, after emEdge) []emForm {
	return []emForm{
		{open: 3, before: edge, after: after, text: emAny, close: 3, closeBefore: emNotSpace, closeAfter: edge, outer: "strong", inner: "em"},
		{
			open: 3, before: edge, after: after, text: emAny, mid: 2, midBefore: emNotSpace, midAfter: edge,
			text2: emAny, close: 1, closeBefore: emNotSpace, closeAfter: edge, outer: "em", inner: "strong",
		},
		{
			open: 3, before: edge, after: after, text: emAny, mid: 1, midBefore: emNotSpace, midAfter: edge,
			text2: emAny, close: 2, closeBefore: emNotSpace, closeAfter: edge, outer: "strong", inner: "em",
		},
		{open: 2, before: edge, after: after, text: emAny, close: 2, closeBefore: emNotSpace, closeAfter: edge, outer: "strong"},
		{open: 1, before: edge, after: after, text: emAny, close: 1, closeBefore: emNotSpace, closeAfter: edge, outer: "em"},
	}
}

// paired returns the forms of caret and tilde: two characters for one element
// and one for another.
func paired(double, single string, useDouble, useSingle, smart bool) []emForm {
	const free = emNotSpace | emNotChar
	two := emForm{open: 2, after: emNotSpace, text: emSingles, close: 2, closeBefore: emNotSpace, outer: double}
	if smart {
		two = emForm{open: 2, before: emSmart, after: free, text: emAny, close: 2, closeBefore: emNotSpace, closeAfter: emSmart, outer: double}
	}
	one := emForm{open: 1, after: emNotSpace, text: emSolid, close: 1, closeBefore: emNotSpace, outer: single}
	switch {
	case !useDouble:
		return []emForm{one}
	case !useSingle:
		return []emForm{two}
	case smart:
		return []emForm{
			{open: 3, after: free, text: emSolid, close: 3, closeBefore: emNotSpace, outer: double, inner: single},
			{open: 3, after: free, text: emSolid, mid: 2, midBefore: emNotSpace, midAfter: emSmart, text2: emSolid, close: 1, closeBefore: emNotSpace, outer: single, inner: double},
			{open: 3, after: free, text: emSolid, mid: 1, midBefore: emNotSpace, midAfter: emSmart, text2: emAny, close: 2, closeBefore: emNotSpace, outer: double, inner: single},
			two,
			one,
		}
	}
	return []emForm{
		{open: 3, after: emNotSpace, text: emRunSolid, close: 3, closeBefore: emNotSpace, outer: double, inner: single},
		{open: 3, after: free, text: emSolid, mid: 2, midBefore: emNotSpace, text2: emSolid, close: 1, closeBefore: emNotSpace, outer: single, inner: double},
		{open: 3, after: free, text: emSolid, mid: 1, midBefore: emNotSpace, text2: emSingles, close: 2, closeBefore: emNotSpace, outer: double, inner: single},
		{open: 2, after: free, text: emSingles, mid: 1, midAfter: free, text2: emSolid, close: 3, closeBefore: emNotSpace, outer: double, inner: single, late: true},
		two,
		one,
	}
}
