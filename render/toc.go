package render

import (
	"html"
	"slices"
	"strings"
)

// tocRules is the options of toc, and which ids headings get.
type tocRules struct {
	on            bool
	marker, title string
	titleClass    string
	class         string
	anchorLink    bool
	anchorClass   string
	permalinks    bool   // headings link to themselves
	permalink     string // text of that link, which may be empty
	permaClass    string
	permaTitle    string
	permaFirst    bool
	shift         int // of levels
	slug          slugger
	separator     string
	top, bottom   int
	gitlab        bool // GitLab's ids are the primary ones
}

func compileTOC(m *Markdown) tocRules {
	cfg, on := m.ext["toc"]
	r := tocRules{
		on:          on,
		marker:      optString(cfg, "marker", "[TOC]"),
		title:       optString(cfg, "title", ""),
		titleClass:  optString(cfg, "title_class", "toctitle"),
		class:       optString(cfg, "toc_class", "toc"),
		anchorLink:  optBool(cfg, "anchorlink", false),
		anchorClass: optString(cfg, "anchorlink_class", "toclink"),
		permaClass:  optString(cfg, "permalink_class", "headerlink"),
		permaTitle:  optString(cfg, "permalink_title", "Permanent link"),
		permaFirst:  optBool(cfg, "permalink_leading", false),
		shift:       atoi(optString(cfg, "baselevel", ""), optInt(cfg, "baselevel", 1)) - 1,
		slug:        compileSlugger(cfg["slugify"], slugASCII),
		separator:   optString(cfg, "separator", "-"),
		gitlab:      m.opts.Anchors == "gitlab" || m.opts.Anchors == "" && m.opts.Dialect != MkDocs,
	}
	r.top, r.bottom = tocDepth(cfg)
	switch v := cfg["permalink"].(type) {
	case string:
		switch strings.ToLower(v) {
		case "true", "yes", "y", "on", "1":
			r.permalinks, r.permalink = true, "&para;"
		case "false", "no", "n", "off", "0", "none":
		default:
			r.permalinks, r.permalink = true, v
		}
	case nil:
	default:
		if optBool(cfg, "permalink", false) {
			r.permalinks, r.permalink = true, "&para;"
		}
	}
	return r
}

// pageIDs gives ids to the headings of a page.
type pageIDs struct {
	rules   *tocRules
	a       *arena
	text    func(h *Node, plain bool) string // of a heading: for Python-Markdown's id, or as it reads
	taken   func(id string) bool             // whether something that is no element may have an id; nil for no
	entries []tocEntry
}

// tocEntry is a heading and its ids.
type tocEntry struct {
	node      *Node
	level     int
	id, alias string
	explicit  bool   // the author has set the id
	label     string // what the author wants it to be called in contents
	gitlab    string
}

// target returns the id that the permalink names, which is what readers pass
// on. The first heading without ASCII letters is _1, the next _2: ids that move
// when one is added. Links inside the page keep to the id, as MkDocs has them.
func (e *tocEntry) target() string {
	if e.alias != "" && len(e.id) > 1 && e.id[0] == '_' && strings.Trim(e.id[1:], "0123456789") == "" {
		return e.alias
	}
	return e.id
}

// assign gives each heading below root that has no id one, in the order in
// which they stand. Headings that the author gave an id come first: an id that
// is set anywhere on the page is taken. The id of the other kind becomes the
// alias of a heading where it differs and no other heading has it.
func (x *pageIDs) assign(root *Node) {
	used := newIDSet()
	collectIDs(root, used)
	var gl gitlabIDs
	x.headings(root)
	for i := range x.entries {
		e := &x.entries[i]
		slug := ""
		if e.id, e.explicit = e.node.Attr("id"); !e.explicit && !x.rules.gitlab {
			slug = x.rules.slug(x.text(e.node, false), x.rules.separator)
		}
		gitlab := gl.id(x.text(e.node, true), slug)
		if e.explicit {
			continue
		}
		if x.rules.gitlab {
			e.id = gitlab
			if e.id == "" || used.has(e.id) {
				e.id = ""
				e.gitlab = gitlab
				continue // when all that GitLab would name have their names
			}
			used.add(e.id)
		} else {
			e.id = used.unique(slug)
			e.gitlab = gitlab
		}
		e.node.SetAttr("id", e.id)
	}
	for i := range x.entries {
		e := &x.entries[i]
		switch {
		case e.explicit:
		case e.id == "":
			slug := x.rules.slug(x.text(e.node, false), x.rules.separator)
			if e.gitlab != "" {
				slug = e.gitlab
			}
			e.id = used.unique(slug)
			e.node.SetAttr("id", e.id)
		case x.rules.gitlab:
			x.setAlias(e, x.rules.slug(x.text(e.node, false), x.rules.separator), used)
		default:
			x.setAlias(e, e.gitlab, used)
		}
	}
}

// setAlias gives a heading a second id. The -1 that GitLab gives a heading
// without letters names nothing.
func (x *pageIDs) setAlias(e *tocEntry, id string, used *idSet) {
	if strings.Trim(id, "-0123456789") == "" && strings.HasPrefix(id, "-") {
		return
	}
	if id != "" && id != e.id && !used.has(id) && (x.taken == nil || !x.taken(id)) {
		used.add(id)
		e.alias = id
	}
}

// headings collects the headings below n.
func (x *pageIDs) headings(n *Node) {
	for c := n.First; c != nil; c = c.Next {
		if c.Kind != Element {
			continue
		}
		if level := headingLevel(c.Tag); level > 0 {
			if x.rules.shift != 0 {
				level = max(1, min(level+x.rules.shift, 6))
				c.Tag = "h" + string(rune('0'+level))
			}
			x.entries = append(x.entries, tocEntry{node: c, level: level})
		}
		x.headings(c)
	}
}

// placeAliases puts the second id of each heading that has one before its text.
func (x *pageIDs) placeAliases() {
	for i := range x.entries {
		if e := &x.entries[i]; e.alias != "" {
			e.node.InsertBefore(x.a.el("span", e.node.Line, Attr{"hidden", ""}, Attr{"id", e.alias}), e.node.First)
		}
	}
}

func collectIDs(n *Node, ids *idSet) {
	for c := n.First; c != nil; c = c.Next {
		if c.Kind == Element {
			if id, ok := c.Attr("id"); ok {
				ids.add(id)
			}
			collectIDs(c, ids)
		}
	}
}

// contents gives ids to headings, links to those that ask for one, and puts
// the table of contents where the author has set its marker.
func (p *pmParser) contents(root *Node) {
	r := &p.cfg.tree.toc
	if !r.on {
		return
	}
	p.ids = pageIDs{rules: r, a: &p.arena, text: p.headingText, taken: p.rawID()}
	p.ids.assign(root)
	type item struct {
		*tocEntry
		name string
	}
	var items []item
	for i := range p.ids.entries {
		e := &p.ids.entries[i]
		label, labelled := e.node.Attr("data-toc-label")
		if labelled {
			e.node.Attrs = deleteAttr(e.node.Attrs, "data-toc-label")
			e.label = label
		}
		if e.level >= r.top && e.level <= r.bottom && r.marker != "" && p.tocMarker(root) {
			if !labelled {
				label = p.tocName(e.node)
			}
			items = append(items, item{e, p.escapeName(label)})
		}
		if r.anchorLink {
			a := p.el("a", e.node.Line, Attr{"class", r.anchorClass}, Attr{"href", "#" + e.id})
			a.MoveChildren(e.node)
			e.node.Append(a)
		}
		if r.permalinks {
			attrs := [...]Attr{{"class", r.permaClass}, {"href", "#" + e.target()}, {"title", r.permaTitle}}
			a := p.el("a", e.node.Line, attrs[:]...)
			if r.permaTitle == "" {
				a.Attrs = a.Attrs[:2]
			}
			a.Append(p.text(r.permalink, e.node.Line))
			if r.permaFirst {
				e.node.InsertBefore(a, e.node.First)
			} else {
				e.node.Append(a)
			}
		}
	}
	if r.marker == "" || !p.tocMarker(root) {
		return
	}
	p.replaceMarker(root, func() *Node {
		div := p.el("div", 0, Attr{"class", r.class})
		if r.title != "" {
			title := p.el("span", 0, Attr{"class", r.titleClass})
			title.Append(p.text(r.title, 0))
			div.Append(title)
		}
		// A level opens a list in the item before; one that is less closes the
		// lists of higher ones. Headings may skip levels or come before higher
		// ones.
		top := p.el("ul", 0)
		div.Append(top)
		type list struct {
			ul    *Node
			level int
		}
		open := []list{{top, 0}}
		if len(items) > 0 {
			open[0].level = items[0].level
		}
		for _, it := range items {
			last := &open[len(open)-1]
			switch {
			case it.level > last.level && last.ul.Last != nil:
				ul := p.el("ul", 0)
				last.ul.Last.Append(ul)
				open = append(open, list{ul, it.level})
			case it.level < last.level:
				for len(open) > 1 && it.level <= open[len(open)-2].level {
					open = open[:len(open)-1]
				}
				open[len(open)-1].level = it.level
			}
			li := p.el("li", 0)
			a := p.el("a", it.node.Line, Attr{"href", "#" + it.id})
			if it.name != "" {
				a.Append(p.text(it.name, it.node.Line))
			}
			li.Append(a)
			open[len(open)-1].ul.Append(li)
		}
		return div
	})
}

// rawID returns a function that tells whether raw markup may hold an id: authors
// set anchors of their own where headings have no readable ones.
func (p *pmParser) rawID() func(id string) bool {
	var raw []string
	size := 0
	for _, n := range p.stash {
		if n.Kind == Raw && n.Tag != drawnTag && (strings.Contains(n.Text, "id=") || strings.Contains(n.Text, "name=")) {
			raw = append(raw, n.Text)
			size += len(n.Text)
		}
	}
	if len(raw) == 0 {
		return nil
	}
	left := 1 << 24 // bytes to look through, so that a page of anchors ends
	return func(id string) bool {
		if left -= size; left < 0 {
			return false
		}
		double, single, bare := `="`+id+`"`, "='"+id+"'", "="+id+">"
		return slices.ContainsFunc(raw, func(s string) bool {
			return strings.Contains(s, double) || strings.Contains(s, single) || strings.Contains(s, bare)
		})
	}
}

// tocMarker reports whether the page has a marker for the table of contents.
func (p *pmParser) tocMarker(root *Node) bool {
	if p.marker == 0 {
		p.marker = 1
		if p.hasMarker(root) {
			p.marker = 2
		}
	}
	return p.marker == 2
}

func (p *pmParser) hasMarker(n *Node) bool {
	for c := n.First; c != nil; c = c.Next {
		if c.Kind == Element && headingLevel(c.Tag) == 0 && c.Tag != "pre" && c.Tag != "code" && (p.isMarker(c) || p.hasMarker(c)) {
			return true
		}
	}
	return false
}

func (p *pmParser) isMarker(n *Node) bool {
	t := n.First
	return t != nil && t.Next == nil && t.Kind == Text && strip(t.Text) == p.cfg.tree.toc.marker
}

// replaceMarker puts what build returns in the place of each marker.
func (p *pmParser) replaceMarker(n *Node, build func() *Node) {
	for c := n.First; c != nil; {
		next := c.Next
		if c.Kind == Element && headingLevel(c.Tag) == 0 && c.Tag != "pre" && c.Tag != "code" {
			if p.isMarker(c) {
				c.ReplaceWith(build())
			} else {
				p.replaceMarker(c, build)
			}
		}
		c = next
	}
}

// headingText returns the text of a heading without markup. For an id, it is
// the text as Python-Markdown has it: without what character references in it
// stand for, and with the numbers of footnotes.
func (p *pmParser) headingText(h *Node, plain bool) string {
	if t := h.First; t != nil && t.Next == nil && t.Kind == Text && strings.IndexByte(t.Text, stx) < 0 {
		if plain && strings.IndexByte(t.Text, '&') >= 0 {
			return strip(html.UnescapeString(t.Text))
		}
		return strip(t.Text)
	}
	return strip(string(p.appendHeadingText(nil, h, plain)))
}

func (p *pmParser) appendHeadingText(b []byte, n *Node, plain bool) []byte {
	for c := n.First; c != nil; c = c.Next {
		switch c.Kind {
		case Element:
			if plain {
				if id, _ := c.Attr("id"); c.Tag == "sup" && strings.HasPrefix(id, "fnref") {
					continue
				}
			}
			b = p.appendHeadingText(b, c, plain)
		case Raw:
			b = append(b, rawText(c.Text, plain)...)
		default:
			s := c.Text
			switch {
			case c.Kind == Atomic && !plain && strings.HasPrefix(s, "&#"):
				// Python-Markdown hides the ampersands of mail addresses from
				// itself until the end.
				s = strings.ReplaceAll(s, "&", "amp")
			case c.Kind == Atomic || plain:
				s = html.UnescapeString(s)
			}
			for {
				i := strings.IndexByte(s, stx)
				if i < 0 {
					break
				}
				m, size := p.unmark(s[i:])
				b = append(b, s[:i]...)
				if m == nil {
					s = s[i+1:]
					continue
				}
				s = s[i+size:]
				switch m.Kind {
				case Raw:
					b = append(b, rawText(m.Text, plain)...)
				case Element:
					b = p.appendHeadingText(b, m, plain)
				default:
					b = append(b, m.Text...)
				}
			}
			b = append(b, s...)
		}
	}
	return b
}

// rawText returns the text of raw markup, with what character references stand
// for or without it.
func rawText(s string, entities bool) string {
	s = dropTags(s)
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	if entities {
		return html.UnescapeString(s)
	}
	var b []byte
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			return string(append(b, s...))
		}
		b = append(b, s[:i]...)
		j := i + 1
		for j < len(s) && (isAlnum(s[j]) || s[j] == '#') {
			j++
		}
		if j > i+1 && j < len(s) && s[j] == ';' {
			s = s[j+1:]
			continue
		}
		b = append(b, '&')
		s = s[i+1:]
	}
}

// tocName returns the text of a heading for the table of contents. Marks stay.
func (p *pmParser) tocName(h *Node) string {
	var b []byte
	var walk func(n *Node)
	walk = func(n *Node) {
		for c := n.First; c != nil; c = c.Next {
			switch c.Kind {
			case Element:
				walk(c)
			case Raw:
				b = append(b, dropTags(c.Text)...)
			case Atomic:
				b = append(b, html.UnescapeString(c.Text)...)
			default:
				b = append(b, c.Text...)
			}
		}
	}
	walk(h)
	return strip(string(b))
}

// escapeName escapes a name of the table of contents. What marks stand for
// follows without its tags, and its character references stay.
func (p *pmParser) escapeName(s string) string {
	b := make([]byte, 0, len(s)+8)
	for {
		i := strings.IndexByte(s, stx)
		if i < 0 {
			return string(appendCodeEscaped(b, s))
		}
		b = appendCodeEscaped(b, s[:i])
		m, size := p.unmark(s[i:])
		if m == nil {
			s = s[i+1:]
			continue
		}
		switch m.Kind {
		case Raw:
			b = append(b, dropTags(m.Text)...)
		case Element:
			b = p.appendHeadingText(b, m, false)
		default:
			b = append(b, s[i:i+size]...)
		}
		s = s[i+size:]
	}
}

// appendCodeEscaped escapes all ampersands and angle brackets.
func appendCodeEscaped(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		default:
			dst = append(dst, s[i])
		}
	}
	return dst
}
