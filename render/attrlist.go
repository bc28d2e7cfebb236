package render

import (
	"strings"
	"unicode/utf8"
)

// attrLists applies the attribute lists in the text of the tree, {: #id .class
// key=value }: at the end of headings, terms and cells, on the last line of
// other blocks, and right behind inline elements.
func (p *pmParser) attrLists(n *Node) {
	for c := n.First; c != nil; c = c.Next {
		if c.Kind != Element {
			continue
		}
		if blockTag(c.Tag) {
			p.blockAttrs(c)
		} else if t := c.Next; t != nil && t.Kind == Text && t.Text != "" && t.Text[0] == '{' && c.Tag != "br" {
			if list, end := cutAttrList(t.Text, 0); end > 0 {
				assignAttrs(c, list)
				t.Text = t.Text[end:]
			}
		}
		p.attrLists(c)
	}
}

// blockAttrs applies the attribute list at the end of a block's text: behind
// its last child, or of what stands before the children when the last has
// nothing behind it. The text of an item ends where a list inside it begins.
func (p *pmParser) blockAttrs(n *Node) {
	last := lastElement(n)
	if n.Tag == "li" {
		for c := firstElement(n); c != nil; c = nextElement(c.Next) {
			if c.Tag == "ul" || c.Tag == "ol" {
				last = prevElement(c.Prev)
				break
			}
		}
	}
	t := n.First
	if last != nil {
		switch {
		case last.Next != nil && last.Next.Kind == Text && last.Next.Text != "":
			t = last.Next
		case last.Next != nil && last.Next.Kind != Element, blockTag(last.Tag):
			return
		}
	}
	if t == nil || t.Kind != Text {
		return
	}
	heading := headingLevel(n.Tag) > 0
	// A line ends at a line break without a new line in the text.
	first := t.Prev.Is("br")
	list, start := lastAttrList(t.Text, heading || n.Tag == "dt" || n.Tag == "td" || n.Tag == "th", first)
	if start < 0 {
		return
	}
	assignAttrs(n, list)
	t.Text = t.Text[:start]
	if heading {
		t.Text = trimSpaceRight(strings.TrimRight(t.Text, "#"))
	}
}

// prevElement returns the first element from n on to the left.
func prevElement(n *Node) *Node {
	for n != nil && n.Kind != Element {
		n = n.Prev
	}
	return n
}

// lastAttrList returns the attribute list at the end of s and where the text
// before it ends, or -1. At the end of a line it follows spaces; else it stands
// on a line of its own, which is not the first of s unless first is set.
func lastAttrList(s string, atEnd, first bool) (list string, start int) {
	end := len(s)
	if end > 0 && s[end-1] == '\n' {
		end--
	}
	for end > 0 && s[end-1] == ' ' {
		end--
	}
	if end == 0 || s[end-1] != '}' {
		return "", -1
	}
	from := 0
	if i := strings.LastIndexAny(s[:end-1], "}\n"); i >= 0 {
		from = i
	}
	if !atEnd {
		open := from + 1
		switch {
		case s[from] == '\n':
		case first && from == 0 && s[0] != '}':
			open = 0
		default:
			return "", -1
		}
		for s[open] == ' ' {
			open++
		}
		if s[open] != '{' {
			return "", -1
		}
		if list, stop := cutAttrList(s, open); stop == end {
			return list, from
		}
		return "", -1
	}
	for open := from; open < end; open++ {
		i := strings.IndexByte(s[open:end], '{')
		if i < 0 {
			break
		}
		open += i
		if open == 0 || s[open-1] != ' ' {
			continue
		}
		if list, stop := cutAttrList(s, open); stop == end {
			for open > 0 && s[open-1] == ' ' {
				open--
			}
			return list, open
		}
	}
	return "", -1
}

// cutAttrList returns what is in the attribute list that begins at a place, and
// where it ends; 0 when there is none.
func cutAttrList(s string, at int) (list string, end int) {
	if at >= len(s) || s[at] != '{' {
		return "", 0
	}
	i := strings.IndexAny(s[at:], "}\n")
	if i < 0 || s[at+i] == '\n' {
		return "", 0
	}
	end = at + i + 1
	list = s[at+1 : end-1]
	colon, ok := strings.CutPrefix(list, ":")
	if ok {
		if rest := strings.TrimLeft(colon, " "); rest != "" {
			return rest, end
		}
	}
	if list = strings.TrimLeft(list, " "); list == "" {
		return "", 0
	}
	return list, end
}

// assignAttrs sets the attributes of a list: #id, .class, key=value, key="a
// value" or just key.
func assignAttrs(n *Node, list string) {
	for s := list; s != ""; {
		if s[0] == ' ' {
			s = s[1:]
			continue
		}
		i := strings.IndexAny(s, " =")
		if i == 0 {
			return
		}
		if i < 0 {
			i = len(s)
		}
		word := s[:i]
		if i < len(s) && s[i] == '=' {
			if v, size, ok := cutAttrValue(s[i+1:]); ok {
				listAttr(n, word, v)
				s = s[i+1+size:]
				continue
			}
		}
		s = s[i:]
		switch word[0] {
		case '.':
			listAttr(n, ".", word[1:])
		case '#':
			listAttr(n, "id", word[1:])
		default:
			listAttr(n, word, word)
		}
	}
}

// cutAttrValue reads the value of an attribute behind its equals sign.
func cutAttrValue(s string) (v string, size int, ok bool) {
	if s == "" {
		return "", 0, false
	}
	if q := s[0]; q == '"' || q == '\'' {
		if i := strings.IndexByte(s[1:], q); i >= 0 {
			return s[1 : i+1], i + 2, true
		}
	}
	i := strings.IndexAny(s, " =")
	if i < 0 {
		i = len(s)
	}
	return s[:i], i, i > 0
}

// listAttr sets one attribute of a list; classes add up.
func listAttr(n *Node, key, val string) {
	if key == "." {
		if class, _ := n.Attr("class"); class != "" {
			val = class + " " + val
		}
		n.SetAttr("class", val)
		return
	}
	n.SetAttr(attrName(key), val)
}

// attrName replaces what cannot stand in the name of an attribute.
func attrName(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && c != '_' && c != '-' && c != '.' && c != ':' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	b := make([]byte, 0, len(s))
	bad := false
	for _, r := range s {
		if nameRune(r) {
			b, bad = utf8.AppendRune(b, r), false
		} else if !bad {
			b, bad = append(b, '_'), true
		}
	}
	return string(b)
}

func nameRune(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return isAlnum(byte(r)) || r == '_' || r == ':' || r == '-' || r == '.'
	case r == 0xb7, r >= 0xc0 && r <= 0x37d && r != 0xd7 && r != 0xf7, r >= 0x37f && r <= 0x1fff,
		r >= 0x200c && r <= 0x200d, r >= 0x203f && r <= 0x2040, r >= 0x2070 && r <= 0x218f,
		r >= 0x2c00 && r <= 0x2fef, r >= 0x3001 && r <= 0xd7ff,
		r >= 0xf900 && r <= 0xfdcf, r >= 0xfdf0 && r <= 0xfffd:
		return true
	}
	return false
}
