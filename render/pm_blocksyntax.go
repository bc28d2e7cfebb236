package render

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Generic blocks, as PyMdown calls them, stand between lines of slashes:
//
//	/// note | Title
//	    attrs: {class: wide}
//
//	Text
//	///
//
// A block goes on until a line with as many slashes as its first has, wherever
// the blocks of text between them end up in the tree.

// slashKind is what a name behind slashes makes.
type slashKind struct {
	make    slashMaker
	options string // names of options, each between spaces
	class   string // of a box
	title   string // of a box that gives none
	fixed   bool   // class and title come from the name
	prefix  string // of a caption, with {} for its number
	classes []string
	name    string
}

type slashMaker uint8

const (
	slashAdmonition slashMaker = iota
	slashDetails
	slashHTML
	slashDefinition
	slashTab
	slashCaption
)

// slashConfig is the options of generic blocks.
type slashConfig struct {
	on    bool
	kinds map[string]*slashKind
	modes map[string]string // how the content of other elements is read
	// captions
	auto, prepend bool
	autoLevel     int
}

// slashState is what generic blocks keep of one page.
type slashState struct {
	open    []slashBlock // those without an end so far, innermost last
	figures map[*Node]*figure
}

// slashBlock is an open block.
type slashBlock struct {
	kind   *slashKind
	size   int // number of slashes
	el     *Node
	target *Node // where content belongs, in el
	parent *Node
	mode   string // how content is read: block, inline, raw, html
	hungry bool   // content may follow where its parent goes on
	// captions
	number, level string
	prepend       bool
}

// figure is what is known of a figure that a caption has made.
type figure struct {
	kind     *slashKind
	level    int
	hasLevel bool
	number   []int
	prepend  bool
	depth    int // figures in figures, this one included
}

func compileSlashes(m *Markdown) slashConfig {
	c := slashConfig{kinds: map[string]*slashKind{}}
	add := func(name string, k slashKind) {
		if _, taken := c.kinds[name]; !taken && name != "" {
			k.name = name
			c.kinds[name] = &k
			c.on = true
		}
	}
	boxes := func(list any, make slashMaker, options string) {
		types, _ := list.([]any)
		for _, x := range types {
			name, class, title := "", "", ""
			switch x := x.(type) {
			case string:
				name = x
			case map[string]any:
				name, class, title = optString(x, "name", ""), optString(x, "class", ""), optString(x, "title", "")
			}
			if class == "" {
				class = name
			}
			if title == "" {
				title = boxTitle(class)
			}
			add(name, slashKind{make: make, options: options, class: class, title: title, fixed: true})
		}
	}
	if cfg, on := m.ext["pymdownx.blocks.admonition"]; on {
		add("admonition", slashKind{make: slashAdmonition, options: " type "})
		types, set := cfg["types"]
		if !set {
			types = []any{"note", "attention", "caution", "danger", "error", "tip", "hint", "warning", "important"}
		}
		boxes(types, slashAdmonition, "")
	}
	if cfg, on := m.ext["pymdownx.blocks.details"]; on {
		add("details", slashKind{make: slashDetails, options: " open type "})
		boxes(cfg["types"], slashDetails, " open ")
	}
	if cfg, on := m.ext["pymdownx.blocks.html"]; on {
		add("html", slashKind{make: slashHTML, options: " markdown "})
		c.modes = map[string]string{}
		list, _ := cfg["custom"].([]any)
		for _, x := range list {
			entry, _ := x.(map[string]any)
			if mode := optString(entry, "mode", "auto"); isSlashMode(mode) {
				c.modes[optString(entry, "tag", "")] = mode
			}
		}
	}
	if _, on := m.ext["pymdownx.blocks.definition"]; on {
		add("define", slashKind{make: slashDefinition})
	}
	if _, on := m.ext["pymdownx.blocks.tab"]; on {
		add("tab", slashKind{make: slashTab, options: " new select "})
	}
	if cfg, on := m.ext["pymdownx.blocks.caption"]; on {
		c.auto = optBool(cfg, "auto", true)
		c.prepend = optBool(cfg, "prepend", false)
		c.autoLevel = max(optInt(cfg, "auto_level", 0), 0)
		types, set := cfg["types"].([]any)
		if !set {
			types = []any{
				"caption",
				map[string]any{"name": "figure-caption", "prefix": "Figure {}."},
				map[string]any{"name": "table-caption", "prefix": "Table {}."},
			}
		}
		for _, x := range types {
			switch x := x.(type) {
			case string:
				add(x, slashKind{make: slashCaption})
			case map[string]any:
				add(optString(x, "name", ""), slashKind{
					make: slashCaption, prefix: optString(x, "prefix", ""),
					classes: strings.Fields(optString(x, "classes", "")),
				})
			}
		}
	}
	return c
}

func isSlashMode(s string) bool {
	switch s {
	case "auto", "inline", "block", "raw", "html":
		return true
	}
	return false
}

// boxTitle makes a title of a class: words with a capital each.
func boxTitle(class string) string {
	var b strings.Builder
	inWord, separated := false, false
	for _, r := range class {
		if r == '-' || r == '_' {
			separated = true
			continue
		}
		if separated {
			b.WriteByte(' ')
			separated, inWord = false, false
		}
		if inWord {
			b.WriteRune(unicode.ToLower(r))
		} else {
			b.WriteRune(unicode.ToTitle(r))
		}
		inWord = unicode.IsLetter(r)
	}
	if separated {
		b.WriteByte(' ')
	}
	return b.String()
}

// slashRun returns the number of slashes that a line begins with, behind up to
// three spaces, and the rest of the line; 0 for less than three.
func slashRun(s string) (n int, rest string) {
	i := 0
	for i < len(s) && i < 4 && s[i] == ' ' {
		i++
	}
	if i == 4 || i == len(s) || s[i] != '/' {
		return 0, ""
	}
	n = runLength(s[i:])
	if n < 3 {
		return 0, ""
	}
	return n, strings.Trim(s[i+n:], " ")
}

// slashHead is the line that opens a block.
type slashHead struct {
	size   int
	name   string
	arg    string
	hasArg bool
}

func parseSlashHead(s string) (h slashHead, ok bool) {
	n, rest := slashRun(s)
	if n == 0 || rest == "" {
		return h, false
	}
	i := 0
	for i < len(rest) && (isWordAt(rest, i) || rest[i] == '-') {
		i++
	}
	h.size, h.name = n, strings.ToLower(rest[:i])
	rest = strings.TrimLeft(rest[i:], " ")
	if h.name == "" || rest != "" && rest[0] != '|' {
		return h, false
	}
	if rest != "" {
		h.hasArg, h.arg = true, strings.Trim(rest[1:], " ")
	}
	return h, true
}

// slashBlocks takes the beginning of a generic block on any line, and what
// follows where a block has no end yet.
func (p *pmParser) slashBlocks(parent *Node, q *blockQueue) bool {
	if hungry := p.hungryParent(parent); hungry != nil {
		for i := range p.open {
			e := &p.open[i]
			if !e.hungry || e.parent != hungry {
				continue
			}
			// Boxes of the older syntax put content behind the block.
			if last := lastElement(hungry); last != nil && last != e.el {
				last.Remove()
				e.target.Append(last)
			}
			e.hungry = false
			p.parseSlashed(q, hungry)
			return true
		}
		return true
	}
	b := q.next()
	i := b.find(lineSlash, func(lines []pmLine) bool {
		_, ok := parseSlashHead(lines[0].text)
		return ok
	})
	if i < 0 {
		return false
	}
	h, _ := parseSlashHead(b.lines[i].text)
	kind := p.cfg.slash.kinds[h.name]
	if kind == nil || len(p.open) >= maxBlockDepth {
		return false
	}
	options, rest, ok := slashOptions(b.lines[i+1:])
	if !ok {
		return false
	}
	e := slashBlock{kind: kind, size: h.size, mode: "auto"}
	v, ok := p.checkSlash(&e, h, options)
	if !ok {
		return false
	}
	line := b.lines[i].n
	taken := q.pop()
	if i > 0 {
		p.parseBlock(parent, taken.lines[:i:i])
	}
	if len(rest) > 0 {
		q.push(block{lines: rest})
	}
	if parent.Is("li") || parent.Is("dd") {
		p.paragraphOfText(parent)
	}
	e.parent = parent
	p.makeSlash(&e, v, line)
	p.open = append(p.open, e)
	p.parseSlashed(q, parent)
	return true
}

// hungryParent returns the parent of an open block that goes on at n or at what
// n ends with.
func (p *pmParser) hungryParent(n *Node) *Node {
	if len(p.open) == 0 {
		return nil
	}
	e := &p.open[len(p.open)-1]
	if !e.hungry {
		return nil
	}
	for ; n != nil; n = lastElement(n) {
		if e.parent == n {
			return n
		}
	}
	return nil
}

// slashOptions cuts the options of a block, which are indented YAML, from the
// lines behind its first.
func slashOptions(lines []pmLine) (options Meta, rest []pmLine, ok bool) {
	n := 0
	for n < len(lines) && hasIndent(lines[n].text, 4) && !isBlank(lines[n].text) {
		n++
	}
	if n == 0 {
		return nil, lines, true
	}
	var b strings.Builder
	for _, s := range dedentLines(textsOf(lines[:n])) {
		b.WriteString(s)
		b.WriteByte('\n')
	}
	options, ok, problem := parseFrontMatter(b.String())
	if !ok || problem != nil {
		return nil, nil, false
	}
	return options, lines[n:], true
}

func textsOf(lines []pmLine) []string {
	list := make([]string, len(lines))
	for i := range lines {
		list[i] = lines[i].text
	}
	return list
}

// slashValues is what the head of a block has been read to.
type slashValues struct {
	arg     string
	hasArg  bool
	typ     string
	open    bool
	fresh   bool // a new set of tabs
	chosen  bool // a tab that is selected
	tag     string
	own     []Attr   // from the argument
	classes []string // from the options
	attrs   []Attr   // from the options, without classes
}

// checkSlash reads the argument and the options of a block. It returns false
// when the block cannot be made of them; its text is then a paragraph.
func (p *pmParser) checkSlash(e *slashBlock, h slashHead, options Meta) (v slashValues, ok bool) {
	v.arg, v.hasArg = h.arg, h.hasArg
	switch e.kind.make {
	case slashHTML, slashTab:
		if h.arg == "" {
			return v, false
		}
	case slashDefinition:
		if h.arg != "" {
			return v, false
		}
	}
	for key, x := range options {
		if key == "attrs" {
			if !v.setAttrs(x) {
				return v, false
			}
			continue
		}
		if !strings.Contains(e.kind.options, " "+key+" ") {
			return v, false
		}
		switch key {
		case "type":
			s, isText := x.(string)
			if !isText || identLen(s) != len(s) || s == "" {
				return v, false
			}
			v.typ = s
		case "markdown":
			s, isText := x.(string)
			if s = strings.ToLower(s); !isText || !isSlashMode(s) {
				return v, false
			}
			e.mode = s
		default:
			on, isBool := x.(bool)
			if !isBool {
				return v, false
			}
			switch key {
			case "open":
				v.open = on
			case "new":
				v.fresh = on
			case "select":
				v.chosen = on
			}
		}
	}
	switch e.kind.make {
	case slashHTML:
		v.tag, v.own, ok = parseSelector(h.arg, true)
		if !ok {
			return v, false
		}
		v.tag = strings.ToLower(v.tag)
		if mode := p.cfg.slash.modes[v.tag]; e.mode == "auto" && mode != "" {
			e.mode = mode
		}
	case slashCaption:
		return v, e.caption(&v, h.arg, p.cfg.slash.prepend)
	}
	return v, true
}

// caption reads the argument of a caption: where it goes, its number or level,
// and the attributes of the figure.
func (e *slashBlock) caption(v *slashValues, arg string, prepend bool) bool {
	e.prepend = prepend
	if arg == "" {
		return true
	}
	switch arg[0] {
	case '>':
		e.prepend, arg = false, trimSpaceLeft(arg[1:])
	case '<':
		e.prepend, arg = true, trimSpaceLeft(arg[1:])
	}
	number := strings.TrimPrefix(arg, "^")
	n := 0
	for {
		d := digits(number[n:])
		if d == 0 || number[n] == '0' {
			break
		}
		n += d
		if n+1 >= len(number) || number[n] != '.' || number[n+1] < '1' || number[n+1] > '9' {
			break
		}
		n++
	}
	if n > 0 && (n == len(number) || number[n] == ' ') {
		if len(number) < len(arg) {
			e.level = number[:n]
		} else {
			e.number = number[:n]
		}
		arg = trimSpaceLeft(number[n:])
	}
	if arg == "" {
		return true
	}
	_, own, ok := parseSelector(arg, false)
	if !ok {
		return false
	}
	for _, a := range own {
		if a.Key == "class" {
			v.classes = append(v.classes, strings.Fields(a.Val)...)
			slices.Sort(v.classes)
			v.classes = slices.Compact(v.classes)
		} else if !slices.ContainsFunc(v.attrs, func(b Attr) bool { return b.Key == a.Key }) {
			v.attrs = append(v.attrs, a)
		}
	}
	return true
}

// setAttrs reads the option that gives a block attributes.
func (v *slashValues) setAttrs(x any) bool {
	attrs, ok := x.(map[string]any)
	if !ok {
		return false
	}
	for key, x := range attrs {
		s, isText := x.(string)
		if !isText || key == "" || identLen(key) != len(key) {
			return false
		}
		switch strings.ToLower(key) {
		case "class":
			for class := range strings.FieldsSeq(s) {
				if identLen(class) != len(class) {
					return false
				}
				v.classes = append(v.classes, class)
			}
		case "id":
			if s == "" || identLen(s) != len(s) {
				return false
			}
			v.attrs = append(v.attrs, Attr{"id", s})
		default:
			v.attrs = append(v.attrs, Attr{key, s})
		}
	}
	return true
}

// makeSlash makes the element of a block.
func (p *pmParser) makeSlash(e *slashBlock, v slashValues, line int32) {
	switch k := e.kind; k.make {
	case slashAdmonition:
		class, title := k.class, k.title
		if !k.fixed {
			class, title = v.typ, boxTitle(v.typ)
		}
		box := p.el("div", line, Attr{"class", "admonition"})
		if class != "" && (k.fixed && k.name != "admonition" || v.typ != "" && v.typ != "admonition") {
			box.Attrs[0].Val += " " + class
		}
		if v.hasArg {
			title = v.arg
		}
		if title != "" {
			p.textElement(box, "p", title, line).SetAttr("class", "admonition-title")
		}
		e.el, e.target = box, box
		e.parent.Append(box)
	case slashDetails:
		class, title := k.class, k.title
		if !k.fixed {
			class, title = v.typ, boxTitle(v.typ)
		}
		box := p.el("details", line)
		if v.open {
			box.SetAttr("open", "open")
		}
		if class != "" {
			box.SetAttr("class", class)
		}
		if v.hasArg {
			title = v.arg
		}
		if title != "" {
			p.textElement(box, "summary", title, line)
		}
		e.el, e.target = box, box
		e.parent.Append(box)
	case slashHTML:
		e.el = p.el(v.tag, line, v.own...)
		e.target = e.el
		e.parent.Append(e.el)
	case slashDefinition:
		e.el = p.el("dl", line)
		e.target = e.el
		e.parent.Append(e.el)
	case slashTab:
		e.target = p.addTab(e.parent, tabHead{fresh: v.fresh, selected: v.chosen, label: v.arg}, line)
		e.el = lastElement(e.parent)
	case slashCaption:
		p.makeCaption(e, line)
	}
	for _, a := range v.attrs {
		e.el.SetAttr(a.Key, a.Val)
	}
	if len(v.classes) > 0 {
		have, _ := e.el.Attr("class")
		e.el.SetAttr("class", strings.Join(append(strings.Fields(have), v.classes...), " "))
	}
	switch tag := e.target.Tag; {
	case e.mode != "auto":
	case tag == "script" || tag == "style":
		e.mode = "html"
	case tag == "canvas" || tag == "math" || tag == "option" || tag == "pre" || tag == "textarea" || tag == "code":
		e.mode = "raw"
	case tag == "hr" || !blockTag(tag) && tag != "html":
		e.mode = "inline"
	default:
		switch tag {
		case "address", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "legend", "li", "p", "summary", "td", "th":
			e.mode = "inline"
		default:
			e.mode = "block"
		}
	}
}

// makeCaption puts what stands before a caption into a figure, unless it is a
// figure that still wants one.
func (p *pmParser) makeCaption(e *slashBlock, line int32) {
	last := lastElement(e.parent)
	fig, depth := last, 0
	if last.Is("figure") {
		for c := last.First; c != nil; c = c.Next {
			if c.Is("figcaption") {
				fig = nil
			}
		}
	} else {
		fig = nil
	}
	if fig == nil {
		fig = p.el("figure", line)
		if len(e.kind.classes) > 0 {
			fig.SetAttr("class", strings.Join(e.kind.classes, " "))
		}
		if f := p.figures[last]; f != nil {
			depth = f.depth
		}
		if last != nil && depth < maxBlockDepth {
			last.Remove()
			fig.Append(last)
			depth++
		}
		e.parent.Append(fig)
	} else if len(e.kind.classes) > 0 {
		have, _ := fig.Attr("class")
		list := strings.Fields(have)
		for _, class := range e.kind.classes {
			if !slices.Contains(list, class) {
				list = append(list, class)
			}
		}
		fig.SetAttr("class", strings.Join(list, " "))
	}
	f := &figure{kind: e.kind, prepend: e.prepend, depth: depth}
	if e.level != "" {
		f.level, f.hasLevel = number(strings.SplitN(e.level, ".", 2)[0]), true
	}
	if e.number != "" {
		for s := range strings.SplitSeq(e.number, ".") {
			f.number = append(f.number, number(s))
		}
	}
	if p.figures == nil {
		p.figures = map[*Node]*figure{}
	}
	p.figures[fig] = f
	e.el, e.target = fig, p.el("figcaption", line)
	if e.prepend {
		fig.InsertBefore(e.target, fig.First)
	} else {
		fig.Append(e.target)
	}
}

// parseSlashed parses blocks of q as the content of the blocks that are open.
func (p *pmParser) parseSlashed(q *blockQueue, parent *Node) {
	for len(p.open) > 0 && q.next() != nil {
		at := len(p.open) - 1
		e := p.open[at]
		lines := q.pop().lines

		// Blocks inside list items are indented although the items have been
		// read: count the items between the open blocks.
		if at > 0 {
			indent := 0
			for n := e.el; n != parent && n.Parent != nil; {
				n = n.Parent
				if n.Is("li") || n.Is("dd") {
					indent += p.cfg.tabLength
				}
			}
			if indent > 0 {
				in := 0
				for in < len(lines) && (isBlank(lines[in].text) || hasIndent(lines[in].text, indent)) {
					in++
				}
				if in > 0 {
					if in < len(lines) {
						q.push(block{lines: lines[in:]})
						lines = lines[:in:in]
					}
					for i := range lines {
						lines[i].text = lines[i].text[min(indent, len(lines[i].text)):]
					}
				}
			}
		}

		end := 0
		for end < len(lines) {
			if n, rest := slashRun(lines[end].text); n == e.size && rest == "" {
				break
			}
			end++
		}
		ended := end < len(lines)
		if ended && end+1 < len(lines) {
			q.push(block{lines: lines[end+1:]})
		}
		if lines = lines[:end:end]; len(lines) > 0 {
			switch e.mode {
			case "block":
				p.enter(inDocument)
				p.parseChunk(e.target, lines)
				p.leave()
			default:
				p.addSlashText(&e, lines)
			}
		}
		if ended {
			p.endSlash(&e)
			p.open = p.open[:len(p.open)-1]
		}
	}
	if n := len(p.open); n > 0 {
		p.open[n-1].hungry = true
	}
}

// addSlashText adds lines to an element that holds no blocks. Code that a fence
// has taken out of the lines goes back into them.
func (p *pmParser) addSlashText(e *slashBlock, lines []pmLine) {
	lines = p.unfence(lines)
	raw := e.mode == "raw" || e.mode == "html"
	text := joinLines(lines, 0)
	if raw && strings.IndexByte(text, stx) >= 0 {
		list := strings.Split(text, "\n")
		for i, s := range list {
			j := strings.IndexByte(s, stx)
			if j < 0 || strings.Trim(s[:j], "> ") != "" {
				continue
			}
			if n, size := p.unmark(s[j:]); n != nil && j+size == len(s) && n.Kind == Raw {
				list[i] = n.Text
			}
		}
		text = strings.Join(list, "\n")
	}
	text = strings.Trim(text, "\n")
	last := e.target.Last
	if text == "" {
		return
	}
	if last == nil || last.Kind == Element {
		n := p.text(text, lines[0].n)
		if raw {
			n.Kind = Atomic
		}
		e.target.Append(n)
		return
	}
	p.grow(last, "\n\n")
	p.grow(last, text)
}

// endSlash finishes a block that has found its end.
func (p *pmParser) endSlash(e *slashBlock) {
	switch e.mode {
	case "raw", "html":
		p.flush()
		text := e.target.First
		if text == nil || text.Kind == Element {
			break
		}
		s := dedentUpTo(text.Text, p.cfg.tabLength)
		if e.mode == "raw" || p.md.opts.Untrusted {
			s = string(appendCode(nil, s, false))
		}
		text.Kind, text.Text = Raw, s
	}
	switch e.kind.make {
	case slashDefinition:
		p.endDefinition(e.el)
	case slashCaption:
		if e.kind.prefix == "" || p.cfg.slash.auto {
			break
		}
		if e.level != "" {
			e.number = strings.Repeat("1.", min(number(e.level), 20)) + "1"
		}
		if e.number != "" {
			p.numberFigure(e.el, e.kind, e.number)
		}
	}
}

// dedentUpTo takes away the indentation that all lines share, but no more than
// so many spaces.
func dedentUpTo(s string, most int) string {
	lines := strings.Split(s, "\n")
	for _, l := range lines {
		if n := indentOf(l); n < len(l) {
			most = min(most, n)
		}
	}
	for i, l := range lines {
		if indentOf(l) == len(l) {
			lines[i] = ""
		} else {
			lines[i] = l[most:]
		}
	}
	return strings.Join(lines, "\n")
}

// endDefinition makes terms of what is no list, and definitions of the items of
// lists.
func (p *pmParser) endDefinition(dl *Node) {
	for c := dl.First; c != nil; {
		next := c.Next
		switch {
		case c.Kind != Element || c.Tag == "dt" || c.Tag == "dd":
		case c.Tag == "ul" || c.Tag == "ol":
			for li := c.First; li != nil; {
				after := li.Next
				if li.Kind == Element {
					li.Remove()
					li.Tag = "dd"
					dl.InsertBefore(li, c)
				}
				li = after
			}
			c.Remove()
		case c.Tag == "p":
			c.Tag = "dt"
		default:
			dt := p.el("dt", c.Line)
			c.ReplaceWith(dt)
			dt.Append(c)
		}
		c = next
	}
}

// numberFigure gives a figure an id and its caption a number.
func (p *pmParser) numberFigure(fig *Node, kind *slashKind, num string) {
	if _, has := fig.Attr("id"); !has {
		fig.SetAttr("id", "__"+kind.name+"_"+strings.ReplaceAll(num, ".", "_"))
	}
	if kind.prefix == "" {
		return
	}
	for c := fig.First; c != nil; c = c.Next {
		if !c.Is("figcaption") {
			continue
		}
		span := p.el("span", c.Line, Attr{"class", "caption-prefix"})
		text := strings.ReplaceAll(kind.prefix, "{}", num)
		if p.md.opts.Untrusted {
			text = string(appendEscaped(nil, text))
		}
		span.Append(p.raw(text, c.Line))
		para := firstElement(c)
		if !para.Is("p") {
			para = p.el("p", c.Line)
			c.InsertBefore(para, c.First)
			para.Append(span)
			continue
		}
		first := para.First
		para.InsertBefore(span, first)
		if first != nil && first.Kind != Element && (first.Kind == Raw || first.Text != "") {
			para.InsertBefore(p.text(" ", c.Line), first)
		}
	}
}

// numberFigures numbers the figures of the page whose captions ask for it, in
// the order of the page and one level below another.
func (p *pmParser) numberFigures(root *Node) {
	if len(p.figures) == 0 || !p.cfg.slash.auto {
		return
	}
	n := figureNumbers{p: p, last: map[*slashKind]int{}, counters: map[*slashKind][]int{}}
	n.walk(root)
}

type figureNumbers struct {
	p        *pmParser
	last     map[*slashKind]int
	counters map[*slashKind][]int
}

func (n *figureNumbers) walk(node *Node) {
	for c := node.First; c != nil; c = c.Next {
		if c.Kind != Element {
			continue
		}
		if c.Tag == "figure" {
			if f := n.p.figures[c]; f != nil && f.kind.prefix != "" {
				n.number(c, f)
			}
		}
		n.walk(c)
	}
}

func (n *figureNumbers) number(el *Node, f *figure) {
	limit := n.p.cfg.slash.autoLevel
	level := 0
	if f.hasLevel {
		level = f.level
		if limit > 0 && level >= limit {
			return
		}
	}
	for parent := el.Parent; parent != nil; parent = parent.Parent {
		above := n.p.figures[parent]
		if above == nil || above.kind != f.kind {
			continue
		}
		if above.hasLevel {
			level += above.level + 1
			f.level, f.hasLevel = level+1, true
		} else {
			level++
		}
		if limit > 0 && level >= limit {
			return
		}
	}
	level = min(level, 1000)
	if f.number != nil {
		to := len(f.number) - 1
		f.level, f.hasLevel = to-level, true
		level = to
	}
	counter := n.counters[f.kind]
	if counter == nil {
		counter = []int{0}
	}
	switch last := n.last[f.kind]; {
	case level > last:
		for range level - last {
			counter = append(counter, 1)
		}
	case level == last:
		counter[level]++
	default:
		counter = counter[:level+1]
		counter[level]++
	}
	n.last[f.kind] = level
	if f.number != nil && slices.Compare(f.number, counter) > 0 {
		counter = slices.Clone(f.number)
	}
	n.counters[f.kind] = counter
	var b []byte
	for i, x := range counter[:level+1] {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendInt(b, int64(x), 10)
	}
	n.p.numberFigure(el, f.kind, string(b))
}

// identLen returns the length of the CSS identifier that s begins with, or 0.
func identLen(s string) int {
	name := func(c byte, first bool) bool {
		return isAlpha(c) || c == '_' || c >= 0x80 || !first && (isDigit(c) || c == '-')
	}
	n := 0
	if strings.HasPrefix(s, "--") {
		n = 2
	} else {
		if n < len(s) && s[n] == '-' {
			n++
		}
		if n == len(s) || !name(s[n], true) {
			return 0
		}
	}
	for n < len(s) && name(s[n], false) {
		n++
	}
	return n
}

// parseSelector reads a tag with an id, classes and attributes, as in CSS.
func parseSelector(s string, wantTag bool) (tag string, attrs []Attr, ok bool) {
	if wantTag {
		n := identLen(s)
		if n == 0 {
			return "", nil, false
		}
		tag, s = s[:n], s[n:]
	}
	var classes []string
	for s != "" {
		switch s[0] {
		case '#', '.':
			n := identLen(s[1:])
			if n == 0 {
				return "", nil, false
			}
			name := s[1 : 1+n]
			if s[0] == '.' {
				classes = append(classes, name)
			} else {
				if slices.ContainsFunc(attrs, func(a Attr) bool { return a.Key == "id" }) {
					return "", nil, false
				}
				attrs = append(attrs, Attr{"id", name})
			}
			s = s[1+n:]
		case '[':
			s = strings.TrimLeft(s[1:], " \t")
			for s != "" && s[0] != ']' {
				n := identLen(s)
				if n == 0 {
					return "", nil, false
				}
				key := strings.ToLower(s[:n])
				val := key
				s = strings.TrimLeft(s[n:], " \t")
				if strings.HasPrefix(s, "=") {
					s = strings.TrimLeft(s[1:], " \t")
					if val, s, ok = selectorValue(s); !ok {
						return "", nil, false
					}
					s = strings.TrimLeft(s, " \t")
				} else if key == "class" {
					val = ""
				}
				if key == "class" {
					classes = append(classes, strings.Fields(val)...)
				} else {
					attrs = setAttr(attrs, Attr{key, val})
				}
			}
			if s == "" {
				return "", nil, false
			}
			s = s[1:]
		default:
			return "", nil, false
		}
	}
	if len(classes) > 0 {
		slices.Sort(classes)
		attrs = append(attrs, Attr{"class", strings.Join(classes, " ")})
	}
	return tag, attrs, true
}

// selectorValue reads the value of an attribute, quoted or an identifier.
func selectorValue(s string) (val, rest string, ok bool) {
	if s == "" {
		return "", "", false
	}
	if q := s[0]; q == '"' || q == '\'' {
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case q:
				return s[1:i], s[i+1:], true
			}
		}
		return "", "", false
	}
	n := identLen(s)
	return s[:n], s[n:], n > 0
}
