package mermaid

import (
	"strconv"
	"strings"
)

// seq is the state of reading a sequence diagram.
type seq struct {
	*parser
	blocks []seqBlock
	box    int // index in d.Groups of the open box, or -1
	boxes  int
}

type seqBlock struct {
	word string
	pos  int
}

func (p *parser) sequence() error {
	s := &seq{parser: p, box: -1}
	for {
		for s.pos < len(s.src) && (isSpace(s.src[s.pos]) || s.src[s.pos] == ';') {
			s.pos++
		}
		if s.pos >= len(s.src) {
			break
		}
		if ok, err := s.accessible(); err != nil {
			return err
		} else if ok {
			continue
		}
		start := s.pos
		if err := s.statement(s.take(), start); err != nil {
			return err
		}
	}
	if n := len(s.blocks); n > 0 {
		b := s.blocks[n-1]
		return s.errorf(b.pos, "close it with end", "%s has no end", b.word)
	}
	if s.box >= 0 {
		return s.errorf(s.lines[s.d.Groups[s.box].Line-1], "close it with end", "box has no end")
	}
	return nil
}

// take returns the statement at pos and moves behind it. A semicolon ends a
// statement unless it ends an entity; # begins a comment unless it begins one.
func (p *parser) take() string {
	start := p.pos
	end := -1
	for p.pos < len(p.src) && p.src[p.pos] != '\n' {
		switch p.src[p.pos] {
		case '#':
			if n := entity(p.src[p.pos:]); n > 0 {
				p.pos += n
				continue
			}
			if end < 0 {
				end = p.pos
			}
		case '%':
			if end < 0 && strings.HasPrefix(p.src[p.pos:], "%%") {
				end = p.pos
			}
		case ';':
			if end < 0 {
				return strings.TrimSpace(p.src[start:p.pos])
			}
		}
		p.pos++
	}
	if end < 0 {
		end = p.pos
	}
	return strings.TrimSpace(p.src[start:end])
}

// word divides a statement after its first word.
func word(s string) (first, rest string) {
	i := strings.IndexAny(s, " \t:")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}

func (s *seq) statement(text string, pos int) error {
	if text == "" {
		return nil
	}
	first, rest := word(text)
	key := strings.ToLower(first)
	// A message may begin with an actor that is called like a keyword.
	if _, _, ok := findArrow(text); ok && key != "participant" && key != "actor" && key != "note" &&
		!isBlockWord(key) && key != "create" && key != "title" {
		return s.message(text, pos)
	}
	switch key {
	case "participant", "actor":
		_, err := s.participant(rest, key == "actor", pos)
		return err
	case "create":
		kind, rest := word(rest)
		switch strings.ToLower(kind) {
		case "participant", "actor":
		default:
			return s.errorf(pos, "write create participant id", "create makes no %s", quote(kind))
		}
		id, err := s.participant(rest, strings.EqualFold(kind, "actor"), pos)
		if err != nil {
			return err
		}
		s.step(Step{Kind: Create, Of: []string{id}}, pos)
		return nil
	case "destroy", "activate", "deactivate":
		id, err := s.actor(rest, pos)
		if err != nil {
			return err
		}
		kind := map[string]StepKind{"destroy": Destroy, "activate": Activate, "deactivate": Deactivate}[key]
		s.step(Step{Kind: kind, Of: []string{id}}, pos)
		return nil
	case "box":
		if s.box >= 0 {
			return s.errorf(pos, "end the other box first", "a box inside a box")
		}
		if len(s.d.Groups) >= maxNodes {
			return s.errorf(pos, "", "the diagram has more than %d boxes", maxNodes)
		}
		s.boxes++
		id := "box" + strconv.Itoa(s.boxes)
		s.box = len(s.d.Groups)
		s.groups["\n"+id] = s.box // never the id of an actor
		s.d.Groups = append(s.d.Groups, Group{ID: id, Label: cleanText(withoutColour(rest)), Line: s.line(pos)})
		return nil
	case "end":
		if s.box >= 0 && len(s.blocks) == 0 {
			s.box = -1
			return nil
		}
		if len(s.blocks) == 0 {
			return s.errorf(pos, "", "end without a block")
		}
		s.blocks = s.blocks[:len(s.blocks)-1]
		s.step(Step{Kind: BlockEnd}, pos)
		return nil
	case "else", "and", "option":
		n := len(s.blocks)
		want := map[string]string{"else": "alt", "and": "par", "option": "critical"}[key]
		if n == 0 || s.blocks[n-1].word != want {
			return s.errorf(pos, "", "%s outside of %s", key, want)
		}
		s.step(Step{Kind: BlockElse, Block: key, Text: cleanText(unwrapped(rest))}, pos)
		return nil
	case "note":
		return s.note(rest, pos)
	case "autonumber":
		s.d.Numbered = !strings.EqualFold(rest, "off")
		return nil
	case "title":
		s.d.Title = cleanText(strings.TrimPrefix(rest, ":"))
		return nil
	case "links", "link", "properties", "details":
		return nil
	}
	if isBlockWord(key) {
		if len(s.blocks) >= maxDepth {
			return s.errorf(pos, "", "blocks are nested more than %d deep", maxDepth)
		}
		if key == "par_over" {
			key = "par"
		}
		s.blocks = append(s.blocks, seqBlock{key, pos})
		label := cleanText(unwrapped(rest))
		if key == "rect" {
			label = "" // a colour
		}
		s.step(Step{Kind: BlockBegin, Block: key, Text: label}, pos)
		return nil
	}
	return s.errorf(pos, "write A->>B: text", "%s is neither a message nor a statement", quote(text))
}

func isBlockWord(key string) bool {
	switch key {
	case "loop", "alt", "opt", "par", "par_over", "critical", "break", "rect":
		return true
	}
	return false
}

// withoutColour takes the colour off the title of a box.
func withoutColour(s string) string {
	if i := strings.IndexByte(s, ')'); i >= 0 && (strings.HasPrefix(s, "rgb") || strings.HasPrefix(s, "hsl")) {
		return s[i+1:]
	}
	first, rest, _ := strings.Cut(s, " ")
	if strings.HasPrefix(first, "#") || isColour(strings.ToLower(first)) {
		return rest
	}
	return s
}

// isColour reports whether a word is one of the colours of CSS that authors
// use; another one stays in the title.
func isColour(word string) bool {
	for _, base := range []string{
		"transparent", "aqua", "black", "blue", "brown", "coral", "cyan", "gold", "gray", "grey", "green", "indigo", "ivory",
		"khaki", "lavender", "lime", "magenta", "maroon", "navy", "olive", "orange", "orchid", "pink", "plum", "purple", "red",
		"salmon", "silver", "skyblue", "tan", "teal", "tomato", "turquoise", "violet", "wheat", "white", "yellow", "beige",
	} {
		for _, tone := range []string{"", "light", "dark", "pale", "medium", "deep"} {
			if word == tone+base {
				return true
			}
		}
	}
	return false
}

// unwrapped takes :wrap: off a text.
func unwrapped(s string) string {
	for _, prefix := range []string{":nowrap:", "nowrap:", ":wrap:", "wrap:"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			return rest
		}
	}
	return s
}

func (s *seq) step(st Step, pos int) {
	st.Line = s.line(pos)
	s.d.Steps = append(s.d.Steps, st)
}

// participant reads what follows participant or actor.
func (s *seq) participant(rest string, actor bool, pos int) (string, error) {
	shape := Rect
	if actor {
		shape = Actor
	}
	label := ""
	if i := strings.Index(rest, "@{"); i >= 0 {
		end := strings.IndexByte(rest[i:], '}')
		if end < 0 {
			return "", s.errorf(pos, "close it with }", "@{ has no end")
		}
		config := rest[i : i+end]
		switch configValue(config, "type") {
		case "database":
			shape = Cylinder
		case "queue":
			shape = Queue
		case "actor":
			shape = Actor
		case "boundary":
			shape = Rounded
		case "control", "entity":
			shape = Circle
		case "collections":
			shape = Stack
		}
		label = configValue(config, "alias")
		rest = rest[:i] + rest[i+end+1:]
	}
	id := rest
	if before, alias, ok := cutWord(rest, "as"); ok {
		id, label = before, alias
	}
	id = strings.TrimSpace(id)
	if strings.ContainsAny(id, "<>:,") {
		return "", s.errorf(pos, "write participant id as label", "%s is no name of a participant", quote(id))
	}
	i, err := s.actorIndex(id, pos)
	if err != nil {
		return "", err
	}
	s.d.Nodes[i].Shape = shape
	if label = cleanText(unwrapped(strings.TrimSpace(label))); label != "" {
		s.setLabel(i, label, pos)
	}
	if s.box >= 0 {
		s.d.Nodes[i].Group = s.d.Groups[s.box].ID
	}
	return id, nil
}

// configValue returns the value of a key in @{ "key": "value" }.
func configValue(config, key string) string {
	_, rest, ok := strings.Cut(config, key)
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, "\"' \t")
	rest, ok = strings.CutPrefix(rest, ":")
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, " \t")
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		value, _, _ := strings.Cut(rest[1:], rest[:1])
		return value
	}
	value, _, _ := strings.Cut(rest, ",")
	return strings.TrimSpace(value)
}

// cutWord divides s around a word with spaces on both sides.
func cutWord(s, w string) (before, after string, ok bool) {
	low := strings.ToLower(s)
	for from := 0; ; {
		i := strings.Index(low[from:], w)
		if i < 0 {
			return s, "", false
		}
		i += from
		end := i + len(w)
		if i > 0 && isSpace(s[i-1]) && end < len(s) && isSpace(s[end]) {
			return strings.TrimSpace(s[:i]), strings.TrimSpace(s[end:]), true
		}
		from = end
	}
}

func (s *seq) actorIndex(id string, pos int) (int, error) {
	if id == "" {
		return 0, s.errorf(pos, "", "the name of a participant is missing")
	}
	_, known := s.nodes[id]
	i, err := s.node(id, pos)
	if err == nil && !known {
		s.d.Nodes[i].Label = cleanText(id)
	}
	return i, err
}

func (s *seq) actor(id string, pos int) (string, error) {
	id = strings.TrimSpace(id)
	_, err := s.actorIndex(id, pos)
	return id, err
}

// arrows of messages, the longer before the shorter.
var messages = []struct {
	sign       string
	tail, head Head
	stroke     Stroke
	weak       bool // may be part of a name
}{
	{"<<-->>", Arrow, Arrow, Dotted, false},
	{"<<->>", Arrow, Arrow, Solid, false},
	{"-->>", None, Arrow, Dotted, false},
	{"->>", None, Arrow, Solid, false},
	{"-->", None, None, Dotted, false},
	{"->", None, None, Solid, false},
	{"--x", None, Cross, Dotted, true},
	{"-x", None, Cross, Solid, true},
	{"--)", None, OpenArrow, Dotted, true},
	{"-)", None, OpenArrow, Solid, true},
	{`--|\`, None, Arrow, Dotted, true},
	{`--|/`, None, Arrow, Dotted, true},
	{`--\\`, None, OpenArrow, Dotted, true},
	{`--//`, None, OpenArrow, Dotted, true},
	{`/|--`, Arrow, None, Dotted, true},
	{`\|--`, Arrow, None, Dotted, true},
	{`//--`, OpenArrow, None, Dotted, true},
	{`\\--`, OpenArrow, None, Dotted, true},
	{`-|\`, None, Arrow, Solid, true},
	{`-|/`, None, Arrow, Solid, true},
	{`-\\`, None, OpenArrow, Solid, true},
	{`-//`, None, OpenArrow, Solid, true},
	{`/|-`, Arrow, None, Solid, true},
	{`\|-`, Arrow, None, Solid, true},
	{`//-`, OpenArrow, None, Solid, true},
	{`\\-`, OpenArrow, None, Solid, true},
}

// findArrow returns where the arrow of a message stands, and which one it is.
func findArrow(text string) (at, which int, ok bool) {
	if i := strings.IndexByte(text, ':'); i >= 0 {
		text = text[:i]
	}
	for _, weak := range []bool{false, true} {
		for at = 1; at < len(text); at++ {
			if strings.IndexByte("-<>/\\", text[at]) < 0 {
				continue
			}
			for i, m := range messages {
				if m.weak == weak && strings.HasPrefix(text[at:], m.sign) {
					return at, i, true
				}
			}
		}
	}
	return 0, 0, false
}

func (s *seq) message(text string, pos int) error {
	at, which, _ := findArrow(text)
	m := messages[which]
	from := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text[:at]), "()"))
	to, label, _ := strings.Cut(text[at+len(m.sign):], ":")
	to = strings.TrimSpace(to)
	var sign byte
	if to != "" && (to[0] == '+' || to[0] == '-') {
		sign, to = to[0], to[1:]
	}
	to = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(to), "()"))
	from, err := s.actor(from, pos)
	if err != nil {
		return err
	}
	if to, err = s.actor(to, pos); err != nil {
		return err
	}
	e := Edge{From: from, To: to, Label: cleanText(unwrapped(strings.TrimSpace(label))), Stroke: m.stroke, Tail: m.tail, Head: m.head}
	if err := s.edge(e, pos); err != nil {
		return err
	}
	s.step(Step{Kind: Message, Edge: len(s.d.Edges) - 1}, pos)
	switch sign {
	case '+':
		s.step(Step{Kind: Activate, Of: []string{to}}, pos)
	case '-':
		s.step(Step{Kind: Deactivate, Of: []string{from}}, pos)
	}
	return nil
}

// note reads what follows the keyword.
func (s *seq) note(rest string, pos int) error {
	where, text, _ := strings.Cut(rest, ":")
	low := strings.ToLower(where)
	var kind StepKind
	switch {
	case strings.HasPrefix(low, "left of "):
		kind, where = NoteLeft, where[len("left of "):]
	case strings.HasPrefix(low, "right of "):
		kind, where = NoteRight, where[len("right of "):]
	case strings.HasPrefix(low, "over "):
		kind, where = NoteOver, where[len("over "):]
	default:
		return s.errorf(pos, "write Note right of A: text, or Note over A,B: text", "a note is nowhere")
	}
	st := Step{Kind: kind, Text: cleanText(unwrapped(strings.TrimSpace(text)))}
	for id := range strings.SplitSeq(where, ",") {
		id, err := s.actor(id, pos)
		if err != nil {
			return err
		}
		st.Of = append(st.Of, id)
	}
	if len(st.Of) > 2 || len(st.Of) > 1 && kind != NoteOver {
		return s.errorf(pos, "", "a note stands over two participants at most")
	}
	s.step(st, pos)
	return nil
}
