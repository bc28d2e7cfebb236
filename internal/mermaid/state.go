package mermaid

import (
	"strconv"
	"strings"
)

// states is the state of reading a state diagram.
type states struct {
	*parser
	open    []stateGroup
	classes [][2]string
	clicks  []click
}

type stateGroup struct {
	id     string
	pos    int
	region int // of those that run side by side
}

func (p *parser) state() error {
	s := &states{parser: p}
	for {
		s.skipSpace()
		if s.pos >= len(s.src) {
			break
		}
		if s.src[s.pos] == ';' {
			s.pos++
			continue
		}
		if ok, err := s.accessible(); err != nil {
			return err
		} else if ok {
			continue
		}
		if err := s.statement(); err != nil {
			return err
		}
	}
	if n := len(s.open); n > 0 {
		return s.errorf(s.open[n-1].pos, "close it with }", "state %s is not closed", quote(s.open[n-1].id))
	}
	for _, c := range s.classes {
		for id := range strings.SplitSeq(c[0], ",") {
			if i, ok := s.nodes[strings.TrimSpace(id)]; ok {
				s.d.Nodes[i].Classes = append(s.d.Nodes[i].Classes, c[1])
			}
		}
	}
	for _, c := range s.clicks {
		if i, ok := s.nodes[c.ids]; ok {
			s.d.Nodes[i].Link, s.d.Nodes[i].Tooltip = c.link, c.tooltip
		}
	}
	return nil
}

// group returns the id of the innermost open state.
func (s *states) group() string {
	if n := len(s.open); n > 0 {
		return s.open[n-1].id
	}
	return ""
}

// stateLine returns the rest of the line, without a comment.
func (p *parser) stateLine() string {
	line := p.restOfLine()
	if i := strings.Index(line, "%%"); i >= 0 {
		line = line[:i]
	}
	return strings.TrimSpace(line)
}

func (s *states) statement() error {
	start := s.pos
	switch {
	case s.src[s.pos] == '}':
		if len(s.open) == 0 {
			return s.errorf(start, "", "} closes nothing")
		}
		s.pos++
		s.open = s.open[:len(s.open)-1]
		return nil
	case s.src[s.pos] == '#' || strings.HasPrefix(s.src[s.pos:], "%%"):
		s.restOfLine()
		return nil
	case s.keyword("state"):
		return s.declaration(start)
	case s.keyword("note"):
		return s.note(start)
	case s.keyword("direction"):
		word := s.stateLine()
		dir, ok := direction(word)
		if !ok {
			return s.errorf(start, "use TB, BT, LR or RL", "%s is no direction", quote(word))
		}
		if id := s.group(); id != "" {
			s.d.Groups[s.groups[id]].Direction = dir
		} else {
			s.d.Direction = dir
		}
		return nil
	case s.keyword("class"):
		if ids, class, ok := cutLast(s.stateLine()); ok {
			s.classes = append(s.classes, [2]string{ids, class})
		}
		return nil
	case s.keyword("classDef"), s.keyword("style"), s.keyword("scale"), s.keyword("hide"):
		s.restOfLine()
		return nil
	case s.keyword("title"):
		s.d.Title = cleanText(s.stateLine())
		return nil
	case s.keyword("click"):
		id, rest := word(s.stateLine())
		rest = strings.TrimSpace(strings.TrimPrefix(rest, "href"))
		if parts := strings.Split(rest, `"`); len(parts) > 2 {
			c := click{ids: id, link: decodeEntities(parts[1])}
			if len(parts) > 4 {
				c.tooltip = cleanText(parts[3])
			}
			s.clicks = append(s.clicks, c)
		}
		return nil
	case strings.HasPrefix(s.src[s.pos:], "--") && !strings.HasPrefix(s.src[s.pos:], "-->"):
		s.restOfLine()
		if n := len(s.open); n > 0 {
			s.open[n-1].region++
		}
		return nil
	}
	return s.transition(start)
}

// declaration reads what follows state.
func (s *states) declaration(start int) error {
	s.skipBlanks()
	label := ""
	if s.pos < len(s.src) && s.src[s.pos] == '"' {
		end := strings.IndexByte(s.src[s.pos+1:], '"')
		if end < 0 {
			return s.errorf(start, "", "a quote is not closed")
		}
		label = s.src[s.pos+1 : s.pos+1+end]
		s.pos += end + 2
		s.skipBlanks()
		if !s.keyword("as") {
			return s.errorf(start, `write state "label" as id`, "a state has a label and no id")
		}
		s.skipBlanks()
	}
	at := s.pos
	for s.pos < len(s.src) && s.src[s.pos] != '\n' && s.src[s.pos] != '{' {
		s.pos++
	}
	id, _, _ := strings.Cut(s.src[at:s.pos], "%%")
	id = strings.TrimSpace(id)
	shape := Rounded
	for _, k := range []struct {
		mark  string
		shape Shape
	}{{"<<fork>>", Fork}, {"<<join>>", Fork}, {"<<choice>>", Diamond}, {"[[fork]]", Fork}, {"[[join]]", Fork}, {"[[choice]]", Diamond}, {"<<history>>", Circle}} {
		if name, ok := strings.CutSuffix(id, k.mark); ok {
			id, shape = strings.TrimSpace(name), k.shape
		}
	}
	id, class, _ := strings.Cut(id, ":::")
	id = strings.TrimSpace(id)
	if before, desc, ok := strings.Cut(id, ":"); ok {
		id, label = strings.TrimSpace(before), strings.TrimSpace(desc)
	}
	if before, alias, ok := cutWord(id, "as"); ok && label == "" {
		id, label = alias, before
	}
	if id == "" {
		return s.errorf(start, "write state id", "a state has no id")
	}
	if strings.ContainsFunc(id, isControlOrSpace) {
		return s.errorf(start, `write state "`+clip(id)+`" as id`, "the id of a state has a space: %s", quote(id))
	}
	at = s.pos
	s.skipSpace() // the brace may stand on the next line
	if s.pos < len(s.src) && s.src[s.pos] == '{' {
		s.pos++
		return s.begin(id, label, start)
	}
	s.pos = at
	i, err := s.mention(id, start)
	if err != nil {
		return err
	}
	if shape != Rounded {
		s.d.Nodes[i].Shape = shape
		s.d.Nodes[i].Label = ""
	}
	if label != "" {
		s.setLabel(i, cleanText(label), start)
	}
	if class != "" {
		s.d.Nodes[i].Classes = append(s.d.Nodes[i].Classes, strings.TrimSpace(class))
	}
	return nil
}

// begin opens a composite state.
func (s *states) begin(id, label string, start int) error {
	if len(s.open) >= maxDepth {
		return s.errorf(start, "", "states are nested more than %d deep", maxDepth)
	}
	for _, o := range s.open {
		if o.id == id {
			return s.errorf(start, "", "state %s is inside itself", quote(id))
		}
	}
	if label = cleanText(label); label == "" {
		label = id
		if i, ok := s.nodes[id]; ok {
			label = s.d.Nodes[i].Label
		}
	}
	if _, known := s.groups[id]; !known {
		if len(s.d.Groups) >= maxNodes {
			return s.errorf(start, "", "the diagram has more than %d states", maxNodes)
		}
		s.groups[id] = len(s.d.Groups)
		s.d.Groups = append(s.d.Groups, Group{ID: id, Label: label, Parent: s.group(), Line: s.line(start)})
	}
	s.open = append(s.open, stateGroup{id: id, pos: start})
	return nil
}

// note reads what follows note.
func (s *states) note(start int) error {
	s.skipBlanks()
	if s.pos < len(s.src) && s.src[s.pos] == '"' {
		s.restOfLine() // a floating note, which Mermaid does not draw
		return nil
	}
	head := s.restOfLine()
	head = strings.TrimSpace(head)
	low := strings.ToLower(head)
	switch {
	case strings.HasPrefix(low, "left of "):
		head = head[len("left of "):]
	case strings.HasPrefix(low, "right of "):
		head = head[len("right of "):]
	default:
		return s.errorf(start, "write note right of id", "a note is nowhere")
	}
	id, text, inline := strings.Cut(head, ":")
	id = strings.TrimSpace(id)
	if !inline {
		at := s.pos
		for {
			if s.pos >= len(s.src) {
				return s.errorf(start, "close it with end note", "a note has no end")
			}
			s.pos++
			line := s.pos
			if strings.EqualFold(strings.Join(strings.Fields(s.restOfLine()), " "), "end note") {
				text = s.src[at:line]
				break
			}
		}
	}
	i, err := s.mention(id, start)
	if err != nil {
		return err
	}
	s.d.Notes = append(s.d.Notes, Note{Of: s.d.Nodes[i].ID, Text: cleanText(strings.TrimSpace(text)), Line: s.line(start)})
	return nil
}

// mention returns the index of a state, which it adds where it is new.
func (s *states) mention(id string, start int) (int, error) {
	_, known := s.nodes[id]
	i, err := s.node(id, start)
	if err == nil && !known {
		s.d.Nodes[i].Shape = Rounded
		s.d.Nodes[i].Group = s.group()
	}
	return i, err
}

// transition reads A --> B : text, A : text, or A.
func (s *states) transition(start int) error {
	line := s.src[s.pos:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	if i := strings.Index(line, "%%"); i >= 0 {
		line = line[:i]
	}
	// A closing brace may stand on the line of a statement.
	size := len(line)
	arrow := strings.Index(line, "-->")
	colon := labelColon(line)
	if colon >= 0 && arrow > colon {
		arrow = -1
	}
	body := line
	label := ""
	if colon >= 0 {
		body, label = line[:colon], line[colon+1:]
		if i := strings.IndexByte(label, ';'); i >= 0 && entityBefore(label, i) == 0 {
			size, label = colon+1+i, label[:i]
		}
	} else if i := strings.IndexAny(body, ";}"); i >= 0 {
		size, body = i, body[:i]
	}
	if i := strings.IndexByte(body, '{'); i >= 0 {
		return s.errorf(start, "write state id {", "unexpected { after %s", quote(body[:i]))
	}
	s.pos += size
	label = cleanText(strings.TrimSpace(label))
	if arrow < 0 {
		id, class, _ := strings.Cut(strings.TrimSpace(body), ":::")
		if id == "" || strings.ContainsFunc(id, isControlOrSpace) {
			return s.errorf(start, "write A --> B : text", "%s is neither a state nor a transition", quote(line))
		}
		if id == "[*]" {
			return nil
		}
		i, err := s.mention(id, start)
		if err != nil {
			return err
		}
		if label != "" {
			// A second description is a second line.
			if old := s.d.Nodes[i].Label; s.labelled[id] && len(old) < maxLabel {
				label = old + "\n" + label
			}
			s.setLabel(i, label, start)
		}
		if class != "" {
			s.d.Nodes[i].Classes = append(s.d.Nodes[i].Classes, class)
		}
		return nil
	}
	from, err := s.end(body[:arrow], Start, start)
	if err != nil {
		return err
	}
	to, err := s.end(body[arrow+len("-->"):], End, start)
	if err != nil {
		return err
	}
	return s.edge(Edge{From: from, To: to, Label: label, Head: Arrow}, start)
}

// labelColon returns where the colon before a description stands, or -1: not
// one of :::.
func labelColon(line string) int {
	for i := 0; i < len(line); i++ {
		if line[i] != ':' {
			continue
		}
		if strings.HasPrefix(line[i:], ":::") {
			i += 2
			continue
		}
		return i
	}
	return -1
}

// entityBefore returns the length of the entity that ends with the semicolon
// at i, or 0.
func entityBefore(s string, i int) int {
	from := max(0, i-34)
	if j := strings.LastIndexByte(s[from:i], '#'); j >= 0 {
		if n := entity(s[from+j:]); from+j+n == i+1 {
			return n
		}
	}
	return 0
}

// end reads one end of a transition: an id, or [*].
func (s *states) end(text string, shape Shape, start int) (string, error) {
	id, class, _ := strings.Cut(strings.TrimSpace(text), ":::")
	id = strings.TrimSpace(id)
	if id == "[*]" {
		id = s.group() + "[*]" + string(shape)
		if n := len(s.open); n > 0 && s.open[n-1].region > 0 {
			id += strconv.Itoa(s.open[n-1].region) // each region has a start of its own
		}
		i, err := s.mention(id, start)
		if err != nil {
			return "", err
		}
		s.d.Nodes[i].Shape, s.d.Nodes[i].Label = shape, ""
		return id, nil
	}
	if id == "" {
		return "", s.errorf(start, "write A --> B : text", "a transition lacks one of its states")
	}
	if strings.ContainsFunc(id, isControlOrSpace) {
		return "", s.errorf(start, `write state "`+clip(id)+`" as id`, "the id of a state has a space: %s", quote(id))
	}
	i, err := s.mention(id, start)
	if err != nil {
		return "", err
	}
	if class != "" {
		s.d.Nodes[i].Classes = append(s.d.Nodes[i].Classes, strings.TrimSpace(class))
	}
	return id, nil
}
