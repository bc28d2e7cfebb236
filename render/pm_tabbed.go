package render

import (
	"strconv"
	"strings"
)

// tabbedRules is the options of tabs.
type tabbedRules struct {
	alternate bool
	slugify   bool // ids are made of the labels
	combine   bool // with the id of the heading above
	separator string
	class     string // of a set
}

func compileTabbed(m *Markdown) tabbedRules {
	cfg, on := m.ext["pymdownx.tabbed"]
	if !on {
		cfg = m.ext["pymdownx.blocks.tab"]
	}
	// The ids of all tabs are made by whichever extension has a way to.
	slugs := cfg
	if v := cfg["slugify"]; v == nil || v == false || v == 0 || v == "" {
		if blocks := m.ext["pymdownx.blocks.tab"]; blocks["slugify"] != nil {
			slugs = blocks
		}
	}
	r := tabbedRules{
		alternate: optBool(cfg, "alternate_style", false),
		slugify:   optBool(slugs, "slugify", false),
		combine:   optBool(slugs, "combine_header_slug", false),
		separator: optString(slugs, "separator", "-"),
		class:     "tabbed-set",
	}
	if v, ok := slugs["slugify"]; ok && v != nil && v != false && v != 0 && v != "" {
		r.slugify = true
	}
	if r.alternate {
		r.class = "tabbed-set tabbed-alternate"
	}
	return r
}

func (p *pmParser) isTabSet(n *Node) bool {
	if !n.Is("div") {
		return false
	}
	class, _ := n.Attr("class")
	return class == p.cfg.block.tabbed.class
}

// tabbedBlock takes === "label" on any line, and indented blocks behind tabs.
func (p *pmParser) tabbedBlock(parent *Node, q *blockQueue) bool {
	b := q.next()
	if i := b.find(lineTab, isTab); i >= 0 {
		taken := q.pop()
		if i > 1 || i == 1 && taken.lines[0].text != "" {
			p.parseBlock(parent, taken.lines[:i:i])
		}
		tab := p.openTab(parent, taken.lines[i])
		p.boxContent(tab, q, taken.from(i+1), p.cfg.tabLength)
		return true
	}
	set := lastElement(parent)
	if !p.isTabSet(set) {
		return false
	}
	last := lastElement(set)
	inner := "tabbed-content"
	if p.cfg.block.tabbed.alternate {
		if last == nil {
			return false
		}
		last, inner = lastElement(last), "tabbed-block"
	}
	// A tab stands between the set and a list that it ends with.
	box, indent := p.insideBox(set, last, b.lines[0].text, func(n *Node) *Node {
		if class, _ := n.Attr("class"); n.Is("div") && class == inner {
			if c := lastElement(n); c != nil {
				return c
			}
		}
		return n
	})
	if box == nil {
		return false
	}
	switch {
	case box.Is("li") || box.Is("dd"):
		p.paragraphAtEnd(box)
	case p.isTabSet(box):
		box = lastElement(box)
		if p.cfg.block.tabbed.alternate {
			box = lastElement(box)
		}
		if box == nil {
			return false
		}
	}
	p.boxContent(box, q, q.pop(), indent)
	return true
}

// tabHead is the line that opens a tab: ===, then ! for a new set and + for a
// tab that is selected at first, then the label in quotes.
type tabHead struct {
	fresh, selected bool
	label           string
}

func isTab(lines []pmLine) bool {
	_, ok := parseTabHead(lines[0].text)
	return ok
}

func parseTabHead(s string) (h tabHead, ok bool) {
	s, ok = strings.CutPrefix(s, "===")
	if !ok {
		return h, false
	}
	for range 2 {
		if !h.fresh && strings.HasPrefix(s, "!") {
			h.fresh, s = true, s[1:]
		} else if !h.selected && strings.HasPrefix(s, "+") {
			h.selected, s = true, s[1:]
		}
	}
	h.label, ok = cutQuoted(strings.TrimRight(s, " "))
	return h, ok
}

// openTab makes the tab that a line opens.
func (p *pmParser) openTab(parent *Node, l pmLine) *Node {
	h, _ := parseTabHead(l.text)
	return p.addTab(parent, h, l.n)
}

// addTab makes a tab, in the set before it or in a new one, and returns the
// element for its content.
func (p *pmParser) addTab(parent *Node, h tabHead, line int32) *Node {
	rules := &p.cfg.block.tabbed
	set := lastElement(parent)
	first := h.fresh || !p.isTabSet(set)
	var number, count int
	if !first {
		data, _ := set.Attr("data-tabs")
		a, b, _ := strings.Cut(data, ":")
		number, _ = strconv.Atoi(a)
		count, _ = strconv.Atoi(b)
	} else {
		p.tabSets++
		number = p.tabSets
		set = p.el("div", line, Attr{"class", rules.class}, Attr{"data-tabs", ""})
		parent.Append(set)
		if rules.alternate {
			set.Append(p.el("div", line, Attr{"class", "tabbed-labels"}))
			set.Append(p.el("div", line, Attr{"class", "tabbed-content"}))
		}
	}
	count++
	set.SetAttr("data-tabs", strconv.Itoa(number)+":"+strconv.Itoa(count))
	name := "__tabbed_" + strconv.Itoa(number)
	id := name + "_" + strconv.Itoa(count)

	input := p.el("input", line)
	if first || h.selected {
		for c := set.First; c != nil; c = c.Next {
			if c.Is("input") {
				c.Attrs = deleteAttr(c.Attrs, "checked")
			}
		}
		input.SetAttr("checked", "checked")
	}
	if !rules.slugify {
		input.SetAttr("id", id)
	}
	input.SetAttr("name", name)
	input.SetAttr("type", "radio")
	label := p.el("label", line)
	if !rules.slugify {
		label.SetAttr("for", id)
	}
	if h.label != "" {
		label.Append(p.text(h.label, line))
	}

	if !rules.alternate {
		tab := p.el("div", line, Attr{"class", "tabbed-content"})
		set.Append(input)
		set.Append(label)
		set.Append(tab)
		return tab
	}
	var labels, content *Node
	for c := set.Last; c != nil && (labels == nil || content == nil); c = c.Prev {
		switch class, _ := c.Attr("class"); class {
		case "tabbed-labels":
			labels = c
		case "tabbed-content":
			content = c
		}
	}
	tab := p.el("div", line, Attr{"class", "tabbed-block"})
	if labels == nil || content == nil {
		parent.Append(tab) // a div of the author's with the class of a set
		return tab
	}
	set.InsertBefore(input, labels)
	labels.Append(label)
	content.Append(tab)
	return tab
}

func deleteAttr(attrs []Attr, key string) []Attr {
	for i := range attrs {
		if attrs[i].Key == key {
			return append(attrs[:i], attrs[i+1:]...)
		}
	}
	return attrs
}
