package render

import (
	"slices"
	"strconv"
	"strings"
)

// fancyRules is the options of fancy lists: ordered lists whose markers are
// letters, Roman numerals or number signs, with a period or a parenthesis.
type fancyRules struct {
	roman, alpha, generic bool
	style, class          bool // written on the list
}

func compileFancy(cfg map[string]any) *fancyRules {
	r := &fancyRules{style: optBool(cfg, "inject_style", false), class: optBool(cfg, "inject_class", false)}
	styles := []string{"roman", "alpha", "generic"}
	if _, set := cfg["additional_ordered_styles"]; set {
		styles = optStrings(cfg, "additional_ordered_styles")
	}
	r.roman = slices.Contains(styles, "roman")
	r.alpha = slices.Contains(styles, "alpha")
	r.generic = slices.Contains(styles, "generic")
	return r
}

// fancyStyle is what the markers of a list are.
type fancyStyle uint8

const (
	noStyle fancyStyle = iota // bullets
	decimal
	lowerRoman
	upperRoman
	lowerAlpha
	upperAlpha
)

func (s fancyStyle) listType() string { return [...]string{"", "1", "i", "I", "a", "A"}[s] }

func (s fancyStyle) css() string {
	return [...]string{"", "decimal", "lower-roman", "upper-roman", "lower-alpha", "upper-alpha"}[s]
}

// fancyType tells lists apart: items of one type make a list.
type fancyType struct {
	paren bool
	style fancyStyle
}

// parseItem reads the marker of an item: value is what stands before the period
// or parenthesis, empty for a bullet.
func (r *fancyRules) parseItem(s string, maxIndent int) (kind itemKind, value string, sep byte, text string) {
	if kind, _, text = parseItem(s, maxIndent); kind == bulletItem {
		return kind, "", 0, text
	}
	n := indentOf(s)
	if n > maxIndent || n == len(s) {
		return noItem, "", 0, ""
	}
	s = s[n:]
	end := strings.IndexAny(s, ".)")
	if end < 1 || end+1 == len(s) || s[end+1] != ' ' || !r.isMarker(s[:end], s[end:]) {
		return noItem, "", 0, ""
	}
	return numberItem, s[:end], s[end], strings.TrimLeft(s[end+1:], " ")
}

// isMarker reports whether v numbers an item, given what follows it. A capital
// letter with a period may begin a sentence and needs two spaces.
func (r *fancyRules) isMarker(v, rest string) bool {
	upper := len(v) == 1 && (rest[0] == ')' || strings.HasPrefix(rest, ".  "))
	switch c := v[0]; {
	case v == "#":
		return r.generic
	case c >= 'a' && c <= 'z':
		return r.alpha && len(v) == 1 || r.roman && isRoman(v)
	case c >= 'A' && c <= 'Z':
		return r.alpha && upper ||
			r.roman && (len(v) > 1 && v == strings.ToUpper(v) && isRoman(strings.ToLower(v)) || upper && isRomanLetter(c|0x20))
	}
	kind, number, _ := parseItem(v+". ", 0)
	return kind == numberItem && number == v
}

func isRomanLetter(c byte) bool { return strings.IndexByte("ivxlcdm", c) >= 0 }

// isRoman reports whether s is a Roman numeral in lower case. Digits may be
// repeated more often than is usual.
func isRoman(s string) bool {
	if s == "" || !isRomanLetter(s[0]) {
		return false
	}
	s = strings.TrimLeft(s, "m")
	for _, digit := range [...]struct{ one, five, ten string }{{"c", "d", "m"}, {"x", "l", "c"}, {"i", "v", "x"}} {
		if t, ok := strings.CutPrefix(s, digit.one+digit.ten); ok {
			s = t
			continue
		}
		if t, ok := strings.CutPrefix(s, digit.one+digit.five); ok {
			s = t
			continue
		}
		most := 9
		if t, ok := strings.CutPrefix(s, digit.five); ok {
			s, most = t, 4
		}
		n := len(s) - len(strings.TrimLeft(s, digit.one))
		if n > most && (n > most+1 || n < len(s)) {
			return false
		}
		s = s[n:]
	}
	return s == ""
}

// romanValue returns the value of a Roman numeral in lower case.
func romanValue(s string) int {
	value := func(i int) int {
		switch s[i] {
		case 'i':
			return 1
		case 'v':
			return 5
		case 'x':
			return 10
		case 'l':
			return 50
		case 'c':
			return 100
		case 'd':
			return 500
		}
		return 1000
	}
	total := 0
	for i := 0; i < len(s); i++ {
		if i+1 < len(s) && value(i) < value(i+1) {
			total += value(i+1) - value(i)
			i++
		} else {
			total += value(i)
		}
	}
	return total
}

// typeOf returns the type of an item, which for a letter depends on the type of
// the list that it may continue.
func (r *fancyRules) typeOf(value string, sep byte, first bool, list fancyType) fancyType {
	t := fancyType{paren: sep == ')'}
	switch c := value[0]; {
	case value == "#":
		t.style = list.style
		if list.style == noStyle {
			t.style = decimal
		}
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		roman, alpha := lowerRoman, lowerAlpha
		if c <= 'Z' {
			roman, alpha = upperRoman, upperAlpha
		}
		t.style = roman
		if len(value) > 1 || !r.alpha {
			break
		}
		isRoman := isRomanLetter(c | 0x20)
		switch {
		case !r.roman,
			first && (!isRoman || list != fancyType{t.paren, roman} && c|0x20 != 'i'),
			!first && (!isRoman || list == fancyType{t.paren, alpha}):
			t.style = alpha
		}
	default:
		t.style = decimal
	}
	return t
}

// start returns the number of an item.
func (t fancyType) start(value string) string {
	if value == "#" {
		return "1"
	}
	switch t.style {
	case lowerRoman, upperRoman:
		return strconv.Itoa(romanValue(strings.ToLower(value)))
	case lowerAlpha, upperAlpha:
		return strconv.Itoa(int(value[0]|0x20) - 'a' + 1)
	default:
		return value
	}
}

func (p *pmParser) fancyListBlock(parent *Node, q *blockQueue, tag string, want itemKind) bool {
	rules := p.cfg.block.lists.fancy
	indent := p.cfg.block.lists.indent
	kind, value, sep, _ := rules.parseItem(q.next().lines[0].text, indent-1)
	if kind != want {
		return false
	}
	b := q.pop()
	last := lastElement(parent)

	// A marker of another type begins a list of its own.
	var t fancyType
	if tag == "ol" {
		if last.Is("ol") {
			t = p.fancyLists[last]
		}
		t = rules.typeOf(value, sep, true, t)
	}
	n := 1
	for ; n < len(b.lines); n++ {
		kind, value, sep, _ := rules.parseItem(b.lines[n].text, indent-1)
		if kind != noItem && (kind != want || kind == numberItem && rules.typeOf(value, sep, false, t) != t) {
			q.pushRest(&b, n)
			break
		}
	}
	lines := b.lines[:n:n]

	var list *Node
	loose := false
	switch {
	case last.Is(tag) && p.fancyLists[last] == t:
		list, loose = last, true
	case isListTag(parent):
		list = parent
	default:
		list = p.el(tag, lines[0].n)
		parent.Append(list)
		if tag == "ul" {
			break
		}
		if rules.class {
			list.SetAttr("class", "fancylists-"+t.style.css())
		}
		if start := t.start(value); start != "1" {
			list.SetAttr("start", start)
		}
		if rules.style {
			list.SetAttr("style", "list-style-type: "+t.style.css()+";")
		}
		list.SetAttr("type", t.style.listType())
		if p.fancyLists == nil {
			p.fancyLists = map[*Node]fancyType{}
		}
		p.fancyLists[list] = t
	}
	p.listItems(list, lines, loose, indent, func(s string) (string, bool) {
		kind, _, _, text := rules.parseItem(s, indent-1)
		return text, kind != noItem
	}, func(s string, indent int) bool {
		n := indentOf(s)
		if n < indent || n >= 2*indent {
			return false
		}
		kind, _, _, _ := rules.parseItem(s[n:], 0)
		return kind != noItem
	})
	return true
}
