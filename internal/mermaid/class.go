package mermaid

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// classes is the state of reading a class diagram.
type classes struct {
	*parser
	space []stateGroup // open namespaces
}

func (p *parser) class() error {
	c := &classes{parser: p}
	for {
		c.skipSpace()
		if c.pos >= len(c.src) {
			break
		}
		if c.src[c.pos] == ';' {
			c.pos++
			continue
		}
		if ok, err := c.accessible(); err != nil {
			return err
		} else if ok {
			continue
		}
		if err := c.statement(); err != nil {
			return err
		}
	}
	if n := len(c.space); n > 0 {
		return c.errorf(c.space[n-1].pos, "close it with }", "namespace %s is not closed", quote(c.space[n-1].id))
	}
	return nil
}

func (c *classes) statement() error {
	start := c.pos
	switch {
	case c.src[c.pos] == '}':
		if len(c.space) == 0 {
			return c.errorf(start, "", "} closes nothing")
		}
		c.pos++
		c.space = c.space[:len(c.space)-1]
		return nil
	case strings.HasPrefix(c.src[c.pos:], "%%"):
		c.restOfLine()
		return nil
	case c.keyword("class"):
		return c.declaration(start)
	case c.keyword("namespace"):
		return c.namespace(start)
	case c.keyword("direction"):
		word := c.stateLine()
		dir, ok := direction(word)
		if !ok {
			return c.errorf(start, "use TB, BT, LR or RL", "%s is no direction", quote(word))
		}
		c.d.Direction = dir
		return nil
	case c.keyword("note"):
		return c.note(start)
	case c.keyword("click"), c.keyword("link"):
		line := c.stateLine()
		id, rest := word(line)
		if parts := strings.Split(rest, `"`); len(parts) > 2 && !strings.HasPrefix(rest, "call") {
			if i, ok := c.nodes[id]; ok {
				n := &c.d.Nodes[i]
				n.Link = decodeEntities(parts[1])
				if len(parts) > 4 {
					n.Tooltip = cleanText(parts[3])
				}
			}
		}
		return nil
	case c.keyword("cssClass"):
		line := c.stateLine()
		if parts := strings.Split(line, `"`); len(parts) == 3 {
			for id := range strings.SplitSeq(parts[1], ",") {
				if i, ok := c.nodes[strings.TrimSpace(id)]; ok {
					c.d.Nodes[i].Classes = append(c.d.Nodes[i].Classes, strings.TrimSpace(parts[2]))
				}
			}
		}
		return nil
	case c.keyword("title"):
		c.d.Title = cleanText(c.stateLine())
		return nil
	case c.keyword("style"), c.keyword("classDef"), c.keyword("callback"):
		c.restOfLine()
		return nil
	case strings.HasPrefix(c.src[c.pos:], "<<"):
		text, rest, ok := strings.Cut(strings.TrimPrefix(c.stateLine(), "<<"), ">>")
		if !ok {
			return c.errorf(start, "write <<interface>> Name", "an annotation is not closed")
		}
		i, _, err := c.classNamed(strings.TrimSpace(rest), start)
		if err != nil {
			return err
		}
		c.d.Nodes[i].Annotation = cleanText(text)
		return nil
	}
	return c.relation(start)
}

// name reads the name of a class, with the type it is generic in.
func (c *classes) name() string {
	start := c.pos
	if c.pos < len(c.src) && c.src[c.pos] == '`' {
		if i := strings.IndexByte(c.src[c.pos+1:], '`'); i >= 0 {
			c.pos += i + 2
		}
	}
	for c.pos < len(c.src) {
		b := c.src[c.pos]
		switch {
		case b == '~': // up to the last ~ of the word
			i := strings.IndexAny(c.src[c.pos+1:], "~\n")
			if i < 0 || c.src[c.pos+1+i] != '~' {
				return c.src[start:c.pos]
			}
			c.pos += i + 2
			continue
		case isWord(b):
		case b == '.' && c.pos+1 < len(c.src) && c.src[c.pos+1] != '.' && c.src[c.pos+1] != '-' && c.pos > start:
		case b == '-' && c.pos+1 < len(c.src) && c.src[c.pos+1] != '-' && c.pos > start:
		case b >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(c.src[c.pos:])
			if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
				return c.src[start:c.pos]
			}
			c.pos += size
			continue
		default:
			return c.src[start:c.pos]
		}
		c.pos++
	}
	return c.src[start:c.pos]
}

// classNamed returns the index and id of a class, which it adds where it is
// new.
func (c *classes) classNamed(name string, pos int) (int, string, error) {
	name = strings.Trim(name, "`")
	id, _, _ := strings.Cut(name, "~")
	if id = strings.Trim(id, "` \n"); id == "" {
		return 0, "", c.errorf(pos, "", "the name of a class is missing in %s", quote(c.src[pos:]))
	}
	_, known := c.nodes[id]
	i, err := c.node(id, pos)
	if err != nil {
		return 0, "", err
	}
	if !known {
		c.d.Nodes[i].Shape = Table
		c.d.Nodes[i].Label = cleanText(id)
		if n := len(c.space); n > 0 {
			c.d.Nodes[i].Group = c.space[n-1].id
		}
	}
	if name != id {
		c.d.Nodes[i].Label = generic(name)
	}
	return i, id, nil
}

// generic writes List~int~ as List<int>.
func generic(s string) string {
	n := strings.Count(s, "~")
	if n < 2 {
		return s
	}
	s = strings.Replace(s, "~", "<", n/2)
	return strings.ReplaceAll(s, "~", ">")
}

// declaration reads what follows class.
func (c *classes) declaration(start int) error {
	c.skipBlanks()
	i, id, err := c.classNamed(c.name(), start)
	if err != nil {
		return err
	}
	if n := len(c.space); n > 0 {
		c.d.Nodes[i].Group = c.space[n-1].id
	}
	c.skipBlanks()
	if c.pos < len(c.src) && c.src[c.pos] == '[' {
		label, ok := c.label()
		if !ok {
			return c.errorf(start, "close it with ]", "the label of class %s is not closed", quote(id))
		}
		c.setLabel(i, label, start)
		c.skipBlanks()
	} else {
		c.d.Nodes[i].Line = c.line(start)
	}
	if strings.HasPrefix(c.src[c.pos:], ":::") {
		c.pos += 3
		c.d.Nodes[i].Classes = append(c.d.Nodes[i].Classes, c.name())
		c.skipBlanks()
	}
	if strings.HasPrefix(c.src[c.pos:], "<<") {
		if end := strings.Index(c.src[c.pos:], ">>"); end > 0 {
			c.d.Nodes[i].Annotation = cleanText(c.src[c.pos+2 : c.pos+end])
			c.pos += end + 2
			c.skipBlanks()
		}
	}
	if c.pos < len(c.src) && c.src[c.pos] == '{' {
		c.pos++
		return c.body(i, id, start)
	}
	if rest := strings.Trim(c.stateLine(), "; "); rest != "" {
		if strings.HasPrefix(rest, "}") && len(c.space) > 0 {
			c.space = c.space[:len(c.space)-1]
			return nil
		}
		return c.errorf(start, "write class Name { … }", "unexpected %s after class %s", quote(rest), id)
	}
	return nil
}

// body reads the members of a class between braces.
func (c *classes) body(i int, id string, start int) error {
	for {
		at := c.pos
		for c.pos < len(c.src) && c.src[c.pos] != '\n' && c.src[c.pos] != '}' {
			c.pos++
		}
		text := strings.TrimSpace(c.src[at:c.pos])
		if c.pos < len(c.src) || text != "" {
			c.member(i, text)
		}
		if c.pos >= len(c.src) {
			return c.errorf(start, "close it with }", "class %s is not closed", quote(id))
		}
		c.pos++
		if c.src[c.pos-1] == '}' {
			return nil
		}
	}
}

// member adds a member or annotation to a class.
func (c *classes) member(i int, text string) {
	text = strings.TrimSuffix(strings.TrimSpace(text), ";")
	if text == "" || strings.HasPrefix(text, "%%") {
		return
	}
	n := &c.d.Nodes[i]
	if strings.HasPrefix(text, "<<") && strings.HasSuffix(text, ">>") {
		n.Annotation = cleanText(text[2 : len(text)-2])
		return
	}
	m := Member{Method: strings.Contains(text, "(")}
	for {
		if t, ok := strings.CutSuffix(text, "$"); ok {
			m.Static, text = true, strings.TrimSpace(t)
			continue
		}
		if t, ok := strings.CutSuffix(text, "*"); ok {
			m.Abstract, text = true, strings.TrimSpace(t)
			continue
		}
		break
	}
	if m.Method { // the classifier may stand before the type: run()* void
		if at := strings.LastIndexByte(text, ')'); at >= 0 && at+1 < len(text) {
			switch text[at+1] {
			case '$':
				m.Static, text = true, text[:at+1]+text[at+2:]
			case '*':
				m.Abstract, text = true, text[:at+1]+text[at+2:]
			}
			if rest := strings.TrimSpace(text[at+1:]); rest != "" && rest[0] != ':' {
				text = text[:at+1] + " : " + rest
			}
		}
	}
	m.Text = cleanText(strings.ReplaceAll(generic(text), "<", "#lt;"))
	n.Members = append(n.Members, m)
}

// label reads ["text"] or [text].
func (c *classes) label() (string, bool) {
	rest := c.src[c.pos:]
	open, end, stop := "[\"", "\"]", ""
	if !strings.HasPrefix(rest, open) {
		open, end, stop = "[", "]", "\n"
	}
	rest = rest[len(open):]
	i := strings.Index(rest, end)
	if i < 0 || stop != "" && strings.Contains(rest[:i], stop) {
		return "", false
	}
	c.pos += len(open) + i + len(end)
	return cleanText(rest[:i]), true
}

// namespace reads what follows the keyword.
func (c *classes) namespace(start int) error {
	c.skipBlanks()
	id := c.name()
	if id == "" {
		return c.errorf(start, "write namespace name {", "a namespace has no name")
	}
	label := id
	c.skipBlanks()
	if c.pos < len(c.src) && c.src[c.pos] == '[' {
		text, ok := c.label()
		if !ok {
			return c.errorf(start, "close it with ]", "the label of namespace %s is not closed", quote(id))
		}
		label = text
	}
	c.skipSpace()
	if c.pos >= len(c.src) || c.src[c.pos] != '{' {
		return c.errorf(start, "write namespace name {", "namespace %s has no {", quote(id))
	}
	c.pos++
	if len(c.space) >= maxDepth {
		return c.errorf(start, "", "namespaces are nested more than %d deep", maxDepth)
	}
	parent := ""
	if n := len(c.space); n > 0 {
		parent = c.space[n-1].id
	}
	for _, o := range c.space {
		if o.id == id {
			return c.errorf(start, "", "namespace %s is inside itself", quote(id))
		}
	}
	// A class may have the name of a namespace, so the two are kept apart.
	if _, known := c.groups["\n"+id]; !known {
		if len(c.d.Groups) >= maxNodes {
			return c.errorf(start, "", "the diagram has more than %d namespaces", maxNodes)
		}
		c.groups["\n"+id] = len(c.d.Groups)
		c.d.Groups = append(c.d.Groups, Group{ID: id, Label: label, Parent: parent, Line: c.line(start)})
	}
	c.space = append(c.space, stateGroup{id: id, pos: start})
	return nil
}

// note reads note "text" and note for Name "text".
func (c *classes) note(start int) error {
	c.skipBlanks()
	n := Note{Line: c.line(start)}
	if c.keyword("for") {
		c.skipBlanks()
		_, id, err := c.classNamed(c.name(), start)
		if err != nil {
			return err
		}
		n.Of = id
		c.skipBlanks()
	}
	if c.pos >= len(c.src) || c.src[c.pos] != '"' {
		return c.errorf(start, `write note for Name "text"`, "a note has no text")
	}
	end := strings.IndexByte(c.src[c.pos+1:], '"')
	if end < 0 {
		return c.errorf(start, "", "a quote is not closed")
	}
	n.Text = cleanText(c.src[c.pos+1 : c.pos+1+end])
	c.pos += end + 2
	c.d.Notes = append(c.d.Notes, n)
	return nil
}

// relation reads A "1" <|-- "n" B : text, A : member, or A.
func (c *classes) relation(start int) error {
	name := c.name()
	if name == "" {
		line, _, _ := strings.Cut(c.src[c.pos:], "\n")
		return c.errorf(start, "write A <|-- B, or class A", "%s is neither a relation nor a class", quote(line))
	}
	i, from, err := c.classNamed(name, start)
	if err != nil {
		return err
	}
	c.skipBlanks()
	if strings.HasPrefix(c.src[c.pos:], ":::") {
		c.pos += 3
		c.d.Nodes[i].Classes = append(c.d.Nodes[i].Classes, c.name())
		c.skipBlanks()
	}
	if c.pos < len(c.src) && c.src[c.pos] == ':' {
		c.pos++
		c.member(i, c.stateLine())
		return nil
	}
	if c.pos >= len(c.src) || c.src[c.pos] == '\n' || c.src[c.pos] == ';' {
		return nil
	}
	e := Edge{From: from}
	if e.TailLabel, err = c.cardinality(start); err != nil {
		return err
	}
	at := c.pos
	var ok bool
	if e.Tail, e.Stroke, e.Head, ok = c.relationArrow(); !ok {
		line, _, _ := strings.Cut(c.src[at:], "\n")
		return c.errorf(start, "write A <|-- B, A *-- B, A o-- B, A --> B or A ..> B", "%s is no relation", quote(line))
	}
	c.skipBlanks()
	if e.HeadLabel, err = c.cardinality(start); err != nil {
		return err
	}
	at = c.pos
	i, to, err := c.classNamed(c.name(), at)
	if err != nil {
		return err
	}
	e.To = to
	c.skipBlanks()
	if strings.HasPrefix(c.src[c.pos:], ":::") {
		c.pos += 3
		c.d.Nodes[i].Classes = append(c.d.Nodes[i].Classes, c.name())
		c.skipBlanks()
	}
	rest := c.stateLine()
	if label, ok := strings.CutPrefix(rest, ":"); ok {
		e.Label = cleanText(strings.TrimSpace(label))
	} else if rest = strings.Trim(rest, "; "); rest != "" {
		return c.errorf(start, "write A --> B : label", "unexpected %s after a relation", quote(rest))
	}
	return c.edge(e, start)
}

// cardinality reads a text in quotes, if there is one.
func (c *classes) cardinality(start int) (string, error) {
	if c.pos >= len(c.src) || c.src[c.pos] != '"' {
		return "", nil
	}
	end := strings.IndexAny(c.src[c.pos+1:], "\"\n")
	if end < 0 || c.src[c.pos+1+end] != '"' {
		return "", c.errorf(start, "", "a quote is not closed")
	}
	text := cleanText(c.src[c.pos+1 : c.pos+1+end])
	c.pos += end + 2
	c.skipBlanks()
	return text, nil
}

// relationArrow reads such signs as <|--, *--, ..>, --|>.
func (c *classes) relationArrow() (tail Head, stroke Stroke, head Head, ok bool) {
	heads := []struct {
		left, right string
		head        Head
	}{
		{"<|", "|>", Triangle}, {"<", ">", Arrow}, {"*", "*", FilledDiamond}, {"o", "o", HollowDiamond}, {"()", "()", Lollipop},
	}
	at := c.pos
	for _, h := range heads {
		if strings.HasPrefix(c.src[c.pos:], h.left) {
			tail = h.head
			c.pos += len(h.left)
			break
		}
	}
	switch rest := c.src[c.pos:]; {
	case strings.HasPrefix(rest, "--"):
	case strings.HasPrefix(rest, ".."):
		stroke = Dotted
	default:
		c.pos = at
		return None, Solid, None, false
	}
	c.pos += 2
	for _, h := range heads {
		if !strings.HasPrefix(c.src[c.pos:], h.right) {
			continue
		}
		// An o may begin the name of the next class.
		if h.right == "o" {
			if next := c.src[c.pos+1:]; next != "" && !isSpace(next[0]) && next[0] != '"' {
				continue
			}
		}
		head = h.head
		c.pos += len(h.right)
		break
	}
	return tail, stroke, head, true
}
