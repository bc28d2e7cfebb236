package render

import "strings"

// Boxes that are written as quotations. Extensions disagree on the syntax:
//
//	> [!NOTE]       GitHub's alerts
//	> [!tip]- Text  PyMdown's quotes, which fold as Obsidian's do
//	> NOTE: text    callouts
//
// All become what the admonition extension makes.

// calloutRules is the options of these extensions.
type calloutRules struct {
	quotes      bool // pymdownx.quotes is on: quotations never join
	folding     bool // and has boxes
	stripPeriod bool // from a title in bold
}

func compileCallouts(m *Markdown) calloutRules {
	cfg, on := m.ext["pymdownx.quotes"]
	return calloutRules{
		quotes:      on,
		folding:     optBool(cfg, "callouts", false),
		stripPeriod: optBool(m.ext["callouts"], "strip_period", true),
	}
}

// callout is a box that is not complete until the inline stage is over.
type callout struct {
	box, title *Node
	plain      bool // its first paragraph holds no title
}

// alertBlock takes > [!NOTE] on a line that follows no quotation.
func (p *pmParser) alertBlock(parent *Node, q *blockQueue) bool {
	b := q.next()
	if p.in(inQuote) || b.find(lineQuote, isQuote) < 0 {
		return false
	}
	for i := range b.lines {
		kind, ok := parseAlert(b.lines[i].text)
		if !ok || i > 0 && strings.HasPrefix(b.lines[i-1].text, ">") {
			continue
		}
		k := i + 1
		for k < len(b.lines) && strings.Trim(b.lines[k].text, " ") == ">" {
			k++
		}
		if k == len(b.lines) || trimSpace(strings.TrimPrefix(strings.TrimLeft(b.lines[k].text, " "), ">")) == "" {
			continue // nothing follows
		}
		lines := q.pop().lines
		if i > 0 {
			p.parseBlock(parent, append(lines[:i:i], pmLine{n: lines[i].n}))
		}
		class := strings.ToLower(kind)
		if class == "caution" {
			class = "danger"
		}
		box := p.el("div", lines[i].n, Attr{"class", "admonition " + class})
		parent.Append(box)
		p.textElement(box, "p", capitalize(strings.ToLower(kind)), lines[i].n).SetAttr("class", "admonition-title")
		p.quoted(box, lines[k:])
		return true
	}
	return false
}

// parseAlert returns the kind of an alert as the author wrote it.
func parseAlert(s string) (kind string, ok bool) {
	n := indentOf(s)
	if n > 3 || n == len(s) || s[n] != '>' {
		return "", false
	}
	s, ok = strings.CutPrefix(strings.Trim(s[n+1:], " "), "[!")
	if !ok {
		return "", false
	}
	if s, ok = strings.CutSuffix(s, "]"); !ok {
		return "", false
	}
	switch strings.ToUpper(s) {
	case "NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION":
		return s, true
	}
	return "", false
}

// quoted parses lines with the marks of a quotation taken off as the content
// of a box.
func (p *pmParser) quoted(box *Node, lines []pmLine) {
	for i := range lines {
		lines[i].text = unquote(lines[i].text)
	}
	p.enter(inQuote)
	p.parseChunk(box, lines)
	p.leave()
}

// calloutBlock takes NOTE: at the start of a block, or quoted on any line.
func (p *pmParser) calloutBlock(parent *Node, q *blockQueue) bool {
	b := q.next()
	at := 0
	h, ok := parseCallout(b.lines, true)
	if !ok {
		at = b.find(lineCallout, func(lines []pmLine) bool {
			_, ok := parseCallout(lines, false)
			return ok
		})
		if at < 0 {
			return false
		}
		h, _ = parseCallout(b.lines[at:], false)
	}
	if !h.quoted && p.in(inQuote) {
		return false
	}
	lines := q.pop().lines
	if at > 0 {
		p.parseBlock(parent, append(lines[:at:at], pmLine{n: lines[at].n}))
	}
	line := lines[at].n
	class := strings.ToLower(h.kind)
	box := p.el("details", line, Attr{"class", class})
	switch h.fold {
	case 0:
		box.Attrs[0].Val = "admonition " + class
	case '!':
		box.SetAttr("open", "open")
	}
	parent.Append(box)
	title := p.textElement(box, "summary", capitalize(class), line)
	title.SetAttr("class", "admonition-title")
	p.callouts = append(p.callouts, callout{box, title, h.below})

	lines = lines[at:]
	if h.below {
		lines = lines[1:]
	} else {
		lines[0].text = h.text
	}
	if h.quoted {
		p.quoted(box, lines)
		return true
	}
	p.enter(inQuote)
	p.parseChunk(box, lines)
	p.leave()
	return true
}

// calloutHead is the line that opens a callout.
type calloutHead struct {
	quoted bool
	fold   byte // ! for a box that is open, ? for one that is closed
	kind   string
	text   string // behind the colon and a space
	below  bool   // the text is on the next line
}

func parseCallout(lines []pmLine, first bool) (h calloutHead, ok bool) {
	s := lines[0].text
	if n := indentOf(s); n <= 3 && n < len(s) && s[n] == '>' {
		t := s[n+1:]
		h.quoted = true
		if t != "" && (t[0] == '!' || t[0] == '?') {
			h.fold, t = t[0], t[1:]
		}
		s = strings.TrimPrefix(t, " ")
	} else if !first {
		return h, false
	}
	n := 0
	for n < len(s) && s[n] >= 'A' && s[n] <= 'Z' {
		n++
	}
	if n < 2 || n == len(s) || s[n] != ':' {
		return h, false
	}
	h.kind = s[:n]
	switch s = s[n+1:]; {
	case s == "":
		h.below = true
		return h, len(lines) > 1
	case s[0] == ' ':
		h.text = s[1:]
	default:
		return h, false
	}
	return h, true
}

// finishCallouts gives the boxes their elements, and makes a title of the bold
// words that the first paragraph begins with.
func (p *pmParser) finishCallouts() {
	for _, c := range p.callouts {
		if class, _ := c.box.Attr("class"); strings.HasPrefix(class, "admonition ") {
			c.box.Tag, c.title.Tag = "div", "p"
		} else {
			c.title.Attrs = deleteAttr(c.title.Attrs, "class")
		}
		para := c.title.Next
		for para != nil && para.Kind != Element {
			para = para.Next
		}
		if !para.Is("p") || c.plain {
			continue
		}
		strong := firstElement(para)
		if !strong.Is("strong") || strong.Prev != nil && !isBlank(strong.Prev.Text) {
			continue
		}
		for n := c.title.First; n != nil; n = c.title.First {
			n.Remove()
		}
		c.title.MoveChildren(strong)
		if t := c.title.First; t != nil && t.Kind != Element {
			t.Text = trimSpaceLeft(t.Text)
		}
		if t := c.title.Last; t != nil && t.Kind != Element {
			t.Text = trimSpaceRight(t.Text)
			if p.cfg.block.callouts.stripPeriod {
				t.Text = strings.TrimSuffix(t.Text, ".")
			}
		}
		for strong.Prev != nil {
			strong.Prev.Remove()
		}
		strong.Remove()
		if br := para.First; br.Is("br") {
			br.Remove()
		}
		if para.First == nil || para.First == para.Last && para.First.Kind == Text && para.First.Text == "" {
			para.Remove()
		}
	}
}

// foldHead is the line that opens a box of pymdownx.quotes.
type foldHead struct {
	classes []string
	fold    byte // + or -, or 0 for a box that does not fold
	title   string
}

func parseFold(s string) (h foldHead, ok bool) {
	if !strings.HasPrefix(s, ">") {
		return h, false
	}
	s, ok = strings.CutPrefix(strings.TrimLeft(s[1:], " "), "[!")
	if !ok {
		return h, false
	}
	list, s, ok := strings.Cut(s, "]")
	if !ok {
		return h, false
	}
	for i, part := range strings.Split(list, "|") {
		// Spaces stand around the bars only.
		if i > 0 {
			part = strings.TrimLeft(part, " ")
		}
		if i < strings.Count(list, "|") {
			part = strings.TrimRight(part, " ")
		}
		if part == "" || wordLen(part) != len(part) {
			return h, false
		}
		h.classes = append(h.classes, part)
	}
	if s != "" && (s[0] == '+' || s[0] == '-') {
		h.fold, s = s[0], s[1:]
	}
	if h.title = trimSpace(s); h.title == "" {
		h.title = titleCase(h.classes[0])
	}
	h.classes[0] = strings.ToLower(h.classes[0])
	return h, true
}

// titleCase makes the first letter of each run of letters upper case and the
// others lower.
func titleCase(s string) string {
	b := make([]byte, 0, len(s))
	start := 0
	for i := 0; i <= len(s); i++ {
		if i == len(s) || s[i] == '-' || s[i] == '_' || s[i] >= '0' && s[i] <= '9' {
			b = append(b, capitalize(strings.ToLower(s[start:i]))...)
			if i < len(s) {
				b = append(b, s[i])
			}
			start = i + 1
		}
	}
	return string(b)
}

// foldingQuote takes a quotation for pymdownx.quotes: every block of one is a
// quotation of its own, and its first line may make it a box.
func (p *pmParser) foldingQuote(parent *Node, lines []pmLine) {
	line := lines[0].n
	quote := p.el("blockquote", line)
	parent.Append(quote)
	at := 0
	for at < len(lines) && trimSpace(lines[at].text) == ">" {
		at++
	}
	if at == len(lines) || !p.cfg.block.callouts.folding {
		p.quoted(quote, lines)
		return
	}
	h, ok := parseFold(lines[at].text)
	if !ok {
		p.quoted(quote, lines)
		return
	}
	body := make([]pmLine, 0, len(lines)+1)
	body = append(body, lines[:at]...)
	body = append(body, pmLine{h.title, line}, pmLine{"", line})
	body = append(body, lines[at+1:]...)
	p.quoted(quote, body)
	class := strings.Join(h.classes, " ")
	if h.fold == 0 {
		class = "admonition " + class
	}
	p.folds = append(p.folds, fold{quote, class, h.fold})
}

// fold is a quotation that becomes a box when all blocks are known. Until then
// nothing may take it for one.
type fold struct {
	quote *Node
	class string
	kind  byte
}

// finishFolds makes boxes of the quotations that are some.
func (p *pmParser) finishFolds() {
	for _, f := range p.folds {
		first := firstElement(f.quote)
		f.quote.SetAttr("class", f.class)
		if f.kind == 0 {
			f.quote.Tag = "div"
			if first.Is("p") {
				first.SetAttr("class", "admonition-title")
			}
			continue
		}
		f.quote.Tag = "details"
		if f.kind == '+' {
			f.quote.SetAttr("open", "open")
		}
		if first.Is("p") {
			first.Tag = "summary"
		}
	}
}

// breaklessLists puts an empty line before each list, so that a paragraph line
// in front of it does not swallow it.
func breaklessLists(lines []pmLine) []pmLine {
	var out []pmLine
	inside := false
	done := 0
	for i := range lines {
		s := lines[i].text
		if s == "" {
			inside = false
			continue
		}
		if kind, _, _ := parseItem(s, len(s)); kind == noItem || inside {
			continue
		}
		inside = true
		out = append(out, lines[done:i]...)
		out = append(out, pmLine{n: lines[i].n})
		done = i
	}
	if out == nil {
		return lines
	}
	return append(out, lines[done:]...)
}
