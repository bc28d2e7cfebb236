package mermaid

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// openGroup is a subgraph whose end has not come yet.
type openGroup struct {
	index    int      // in d.Groups
	mentions []string // of nodes and of inner groups, by id
	auto     bool     // its id is made when it ends
	pos      int
}

// flow is the state of reading a flowchart.
type flow struct {
	*parser
	open    []*openGroup
	owner   map[string]int // id → index in d.Groups of the group it belongs to
	parent  []int          // by index in d.Groups: the group written around it, or -1
	ended   int            // groups that have ended
	edgeIDs map[string]bool
	clicks  []click
	classes [][2]string // ids and class of a class statement
	styles  []styledID
}

type click struct{ ids, link, tooltip string }

// styledID is what a style statement names.
type styledID struct {
	id  string
	pos int
}

func (p *parser) flowchart() error {
	f := &flow{parser: p, owner: map[string]int{}, edgeIDs: map[string]bool{}}
	if err := f.header(); err != nil {
		return err
	}
	for {
		f.skipSeparators()
		if f.pos >= len(f.src) {
			break
		}
		if err := f.statement(); err != nil {
			return err
		}
	}
	if n := len(f.open); n > 0 {
		g := f.open[n-1]
		return f.errorf(g.pos, "close it with end", "subgraph %s has no end", quote(f.d.Groups[g.index].ID))
	}
	return f.finish()
}

// header reads the direction behind the keyword.
func (f *flow) header() error {
	f.skipBlanks()
	start := f.pos
	for f.pos < len(f.src) && !isSpace(f.src[f.pos]) && f.src[f.pos] != ';' {
		f.pos++
	}
	word := f.src[start:f.pos]
	if word == "" {
		return nil
	}
	if dir, ok := direction(word); ok {
		f.d.Direction = dir
		return nil
	}
	if near := strings.ToUpper(word); word != near {
		if _, ok := direction(near); ok {
			return f.errorf(start, "write "+near, "%s is no direction", quote(word))
		}
	}
	return f.errorf(start, "use TB, BT, LR or RL", "%s is no direction", quote(word))
}

// direction reads a direction in any of its spellings.
func direction(s string) (Direction, bool) {
	switch s {
	case "TB", "TD", "v":
		return TB, true
	case "BT", "^":
		return BT, true
	case "LR", ">", "BR":
		return LR, true
	case "RL", "<":
		return RL, true
	}
	return "", false
}

func (f *flow) skipSeparators() {
	for f.pos < len(f.src) && (isSpace(f.src[f.pos]) || f.src[f.pos] == ';') {
		f.pos++
	}
}

// keyword reports whether the word at pos is the given one, and moves behind
// it.
func (p *parser) keyword(word string) bool {
	rest := p.src[p.pos:]
	if !strings.HasPrefix(rest, word) {
		return false
	}
	if rest = rest[len(word):]; rest != "" && !isSpace(rest[0]) && rest[0] != ';' {
		return false
	}
	p.pos += len(word)
	return true
}

func (f *flow) statement() error {
	start := f.pos
	if ok, err := f.accessible(); ok || err != nil {
		return err
	}
	switch {
	case f.keyword("subgraph"):
		return f.subgraph(start)
	case f.keyword("end"):
		return f.endGroup(start)
	case f.keyword("direction"):
		f.skipBlanks()
		word := f.restOfStatement()
		dir, ok := direction(word)
		if !ok {
			return f.errorf(start, "use TB, BT, LR or RL", "%s is no direction", quote(word))
		}
		if n := len(f.open); n > 0 {
			f.d.Groups[f.open[n-1].index].Direction = dir
		}
		return nil
	case f.keyword("click"):
		return f.click(start)
	case f.keyword("class"):
		ids, class, ok := cutLast(f.restOfStatement())
		if !ok {
			return f.errorf(start, "write class id name", "class names no nodes")
		}
		f.classes = append(f.classes, [2]string{ids, class})
		return nil
	case f.keyword("style"):
		f.skipBlanks()
		id, _, _ := strings.Cut(f.restOfStatement(), " ")
		f.styles = append(f.styles, styledID{id, start})
		return nil
	case f.keyword("classDef"), f.keyword("linkStyle"):
		f.restOfStatement()
		return nil
	case strings.HasPrefix(f.src[f.pos:], "%%"):
		f.restOfLine()
		return nil
	}
	if f.edgeData() {
		return nil
	}
	return f.chain()
}

// cutLast divides s at the last run of white space.
func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexAny(s, " \t")
	if i < 0 {
		return s, "", false
	}
	return strings.TrimSpace(s[:i]), s[i+1:], true
}

// restOfStatement returns the text up to the end of the line or a semicolon.
func (f *flow) restOfStatement() string {
	rest := f.src[f.pos:]
	if i := strings.IndexAny(rest, "\n;"); i >= 0 {
		rest = rest[:i]
	}
	f.pos += len(rest)
	return strings.TrimSpace(rest)
}

// subgraph reads what follows the keyword.
func (f *flow) subgraph(start int) error {
	if len(f.open) >= maxDepth {
		return f.errorf(start, "", "subgraphs are nested more than %d deep", maxDepth)
	}
	f.skipBlanks()
	var id, label string
	var auto bool
	if f.pos < len(f.src) && f.src[f.pos] == '"' {
		text, markdown, err := f.quoted()
		if err != nil {
			return err
		}
		id, label = strings.TrimSpace(text), flowText(text, markdown)
		auto = strings.ContainsFunc(text, isControlOrSpace)
	} else {
		at := f.pos
		for f.pos < len(f.src) && !strings.ContainsRune("[\n;", rune(f.src[f.pos])) {
			f.pos++
		}
		id = strings.TrimSpace(f.src[at:f.pos])
		if name, _, ok := strings.Cut(id, ":::"); ok {
			id = strings.TrimSpace(name)
		}
		label = cleanText(id)
		auto = strings.ContainsFunc(id, isControlOrSpace)
	}
	f.skipBlanks()
	if f.pos < len(f.src) && f.src[f.pos] == '[' {
		f.pos++
		text, markdown, _, err := f.text(start, "]")
		if err != nil {
			return err
		}
		label, auto = flowText(text, markdown), false
	}
	f.skipBlanks()
	if rest := f.restOfStatement(); rest != "" && !strings.HasPrefix(rest, ":::") && !strings.HasPrefix(rest, "%%") {
		return f.errorf(start, `write subgraph id["title"]`, "unexpected %s after the title of a subgraph", quote(rest))
	}
	if id == "" {
		auto = true
	}
	index, known := f.groups[id]
	if auto || !known {
		if len(f.d.Groups) >= maxNodes {
			return f.errorf(start, "", "the diagram has more than %d subgraphs", maxNodes)
		}
		index = len(f.d.Groups)
		f.d.Groups = append(f.d.Groups, Group{ID: id, Label: label, Line: f.line(start)})
		parent := -1
		if n := len(f.open); n > 0 {
			parent = f.open[n-1].index
		}
		f.parent = append(f.parent, parent)
		if !auto {
			f.groups[id] = index
		}
	} else {
		// One inside itself, too, goes on with the same group.
		if label != id {
			f.d.Groups[index].Label = label
		}
	}
	f.open = append(f.open, &openGroup{index: index, auto: auto, pos: start})
	return nil
}

func (f *flow) endGroup(start int) error {
	n := len(f.open)
	if n == 0 {
		return f.errorf(start, `a node cannot be called end; write End or "end"`, "end without a subgraph")
	}
	g := f.open[n-1]
	f.open = f.open[:n-1]
	if g.auto {
		id := "subGraph" + strconv.Itoa(f.ended)
		f.d.Groups[g.index].ID = id
		if _, taken := f.groups[id]; !taken {
			f.groups[id] = g.index
		}
	}
	f.ended++
	for _, id := range g.mentions {
		if _, owned := f.owner[id]; !owned {
			f.owner[id] = g.index
		}
	}
	if n > 1 {
		f.mention(f.d.Groups[g.index].ID)
	}
	return nil
}

// mention notes that the innermost open group names an id.
func (f *flow) mention(id string) {
	if n := len(f.open); n > 0 {
		f.open[n-1].mentions = append(f.open[n-1].mentions, id)
	}
}

// chain reads A & B --> C & D --> E.
func (f *flow) chain() error {
	from, err := f.nodeList()
	if err != nil {
		return err
	}
	for {
		at := f.pos
		f.skipSpace()
		arrow := f.pos
		l, ok, err := f.link()
		if err != nil {
			return err
		}
		if !ok {
			f.pos = at
			break
		}
		f.skipSpace()
		if f.pos >= len(f.src) {
			return f.errorf(arrow, "name the node at its end", "an edge leads nowhere")
		}
		to, err := f.nodeList()
		if err != nil {
			return err
		}
		for i, a := range from {
			for j, b := range to {
				e := l
				e.From, e.To = a, b
				if i != len(from)-1 || j != 0 {
					e.ID = ""
				}
				if err := f.edge(e, arrow); err != nil {
					return err
				}
			}
		}
		from = to
	}
	f.skipBlanks()
	switch rest := f.src[f.pos:]; {
	case rest == "" || rest[0] == '\n' || rest[0] == ';':
		return nil
	case strings.HasPrefix(rest, "%%"):
		f.restOfLine()
		return nil
	}
	return f.unexpected()
}

// unexpected says what is wrong at pos as well as can be guessed.
func (f *flow) unexpected() error {
	rest := f.src[f.pos:]
	word, _, _ := strings.Cut(rest, "\n")
	var hint string
	switch {
	case strings.HasPrefix(rest, "->"):
		hint = "write --> for an arrow"
	case strings.HasPrefix(rest, "=>"):
		hint = "write ==> for a thick arrow"
	case rest[0] == '|':
		hint = "a label stands behind its arrow: -->|label|"
	case rest[0] == '"' || strings.ContainsRune("[({", rune(rest[0])):
		hint = "a label follows its id without a space: id[\"label\"]"
	case rest[0] == '-' || rest[0] == '=':
		hint = "an arrow has two dashes or more: -->"
	default:
		hint = "an id has no spaces; write id[\"a label with spaces\"]"
	}
	return f.errorf(f.pos, hint, "unexpected %s", quote(word))
}

// nodeList reads nodes with & between them.
func (f *flow) nodeList() ([]string, error) {
	var ids []string
	for {
		id, err := f.vertex()
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
		at := f.pos
		f.skipBlanks()
		if f.pos == at || f.pos+1 >= len(f.src) || f.src[f.pos] != '&' || !isSpace(f.src[f.pos+1]) {
			f.pos = at
			return ids, nil
		}
		f.pos++
		f.skipSpace()
	}
}

// vertex reads a node: its id and whatever follows without a space.
func (f *flow) vertex() (string, error) {
	start := f.pos
	id := f.id()
	if id == "" {
		if f.pos >= len(f.src) {
			return "", f.errorf(start, "", "a node is missing")
		}
		rest, _, _ := strings.Cut(f.src[f.pos:], "\n")
		hint := "a node begins with its id: id[label]"
		if l, ok, _ := f.link(); ok && l.From == "" {
			hint = "an arrow needs a node before it and behind it"
		}
		return "", f.errorf(start, hint, "a node is missing before %s", quote(rest))
	}
	if id == "end" {
		return "", f.errorf(start, "call the node End or give it another id", "end is a reserved word")
	}
	index, err := f.node(id, start)
	if err != nil {
		return "", err
	}
	f.mention(id)
	if err := f.shape(index, start); err != nil {
		return "", err
	}
	for strings.HasPrefix(f.src[f.pos:], ":::") {
		f.pos += 3
		class := f.id()
		if class == "" {
			return "", f.errorf(f.pos, "", "the name of a class is missing after :::")
		}
		f.d.Nodes[index].Classes = append(f.d.Nodes[index].Classes, class)
	}
	if strings.HasPrefix(f.src[f.pos:], "@{") {
		data, err := f.shapeData(start)
		if err != nil {
			return "", err
		}
		f.applyData(index, data, start)
	}
	return id, nil
}

// edgeData reads id@{ } where the id is that of an edge.
func (f *flow) edgeData() bool {
	start := f.pos
	id := f.id()
	_, isNode := f.nodes[id]
	if id != "" && !isNode && strings.HasPrefix(f.src[f.pos:], "@{") {
		if data, err := f.shapeData(start); err == nil {
			// Mermaid has names for edges that have no id of their own.
			for _, key := range []string{"animate", "animation", "curve"} {
				if _, ok := data[key]; ok || f.edgeIDs[id] {
					return true
				}
			}
		}
	}
	f.pos = start
	return false
}

// id reads the characters of an id.
func (f *flow) id() string {
	start := f.pos
	for f.pos < len(f.src) {
		c := f.src[f.pos]
		next := byte(0)
		if f.pos+1 < len(f.src) {
			next = f.src[f.pos+1]
		}
		switch {
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(f.src[f.pos:])
			if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
				return f.src[start:f.pos]
			}
			f.pos += size
			continue
		case isWord(c), strings.IndexByte("!#$%&'*+.`?\\/,", c) >= 0:
		case c == ':' && !strings.HasPrefix(f.src[f.pos:], ":::"):
		case c == '-' && next != '-' && next != '.' && f.pos > start && (next != '>' || flagAhead(f.src[f.pos+1:])):
		case c == '=' && next != '=' && next != '>' && f.pos > start:
		default:
			return f.src[start:f.pos]
		}
		f.pos++
	}
	return f.src[start:f.pos]
}

// flagAhead reports whether s begins with a shape such as >text], and not with
// the head of a wrong arrow.
func flagAhead(s string) bool {
	i := strings.IndexAny(s, "[](){}|\"\n")
	return i > 1 && s[i] == ']'
}

// quoted reads a text in quotes at pos.
func (f *flow) quoted() (text string, markdown bool, err error) {
	start := f.pos
	f.pos++
	end := "\""
	if f.pos < len(f.src) && f.src[f.pos] == '`' {
		end, markdown = "`\"", true
		f.pos++
	}
	i := strings.Index(f.src[f.pos:], end)
	if i < 0 {
		return "", false, f.errorf(start, "", "a quote is not closed")
	}
	text = f.src[f.pos : f.pos+i]
	f.pos += i + len(end)
	return text, markdown, nil
}

// flowText returns the plain text of a label. Quotes around it that were not
// read as such go, as in Mermaid.
func flowText(text string, markdown bool) string {
	if markdown {
		return cleanMarkdown(text)
	}
	if text = strings.TrimSpace(text); len(text) > 1 && text[0] == '"' && text[len(text)-1] == '"' {
		text = text[1 : len(text)-1]
	}
	return cleanText(text)
}

// text reads a text up to one of the closing brackets, in quotes or without.
func (f *flow) text(start int, closers ...string) (text string, markdown bool, closer string, err error) {
	at := f.pos
	f.skipSpace()
	if f.pos < len(f.src) && f.src[f.pos] == '"' {
		text, markdown, err = f.quoted()
		if err != nil {
			return "", false, "", err
		}
		f.skipSpace()
		for _, c := range closers {
			if strings.HasPrefix(f.src[f.pos:], c) {
				f.pos += len(c)
				return text, markdown, c, nil
			}
		}
		// Quotes inside of a text, not around it.
	}
	f.pos = at
	// Brackets of the kinds that close the text may stand in it in pairs.
	opening, closing := "", ""
	for _, pair := range []string{"()", "[]", "{}"} {
		if strings.Contains(closers[0], pair[1:]) {
			opening, closing = opening+pair[:1], closing+pair[1:]
		}
	}
	depth := 0
	for f.pos < len(f.src) {
		rest := f.src[f.pos:]
		if depth == 0 {
			for _, c := range closers {
				if strings.HasPrefix(rest, c) {
					f.pos += len(c)
					return f.src[at : f.pos-len(c)], false, c, nil
				}
			}
		}
		switch {
		case strings.IndexByte(opening, rest[0]) >= 0:
			depth++
		case strings.IndexByte(closing, rest[0]) >= 0 && depth > 0:
			depth--
		case rest[0] == '"':
			if i := strings.IndexAny(rest[1:], "\"\n"); i >= 0 && rest[1+i] == '"' {
				f.pos += i + 1
			}
		}
		f.pos++
	}
	return "", false, "", f.errorf(start, "close it with "+closers[0], "%s is not closed", quote(f.src[start:]))
}

// shapes are the brackets of nodes, the longer before the shorter.
var shapes = []struct {
	open    string
	closers []string
	shapes  []Shape // by closer
}{
	{"(((", []string{")))"}, []Shape{DoubleCircle}},
	{"((", []string{"))"}, []Shape{Circle}},
	{"([", []string{"])"}, []Shape{Stadium}},
	{"(-", []string{"-)"}, []Shape{Ellipse}},
	{"(", []string{")"}, []Shape{Rounded}},
	{"[[", []string{"]]"}, []Shape{Subroutine}},
	{"[(", []string{")]"}, []Shape{Cylinder}},
	{"[/", []string{"/]", `\]`}, []Shape{LeanRight, Trapezoid}},
	{`[\`, []string{`\]`, "/]"}, []Shape{LeanLeft, TrapezoidDown}},
	{"[|", []string{"]"}, []Shape{Rect}},
	{"[", []string{"]"}, []Shape{Rect}},
	{"{{", []string{"}}"}, []Shape{Hexagon}},
	{"{", []string{"}"}, []Shape{Diamond}},
	{">", []string{"]"}, []Shape{Odd}},
}

// shape reads the brackets behind an id, if there are any.
func (f *flow) shape(index, start int) error {
	for _, s := range shapes {
		if !strings.HasPrefix(f.src[f.pos:], s.open) {
			continue
		}
		f.pos += len(s.open)
		text, markdown, closer, err := f.text(start, s.closers...)
		if err != nil {
			return err
		}
		if s.open == "[|" { // [|field:value|text]
			if _, label, ok := strings.Cut(text, "|"); ok {
				text = label
			}
		}
		f.setLabel(index, flowText(text, markdown), start)
		for i, c := range s.closers {
			if c == closer {
				f.d.Nodes[index].Shape = s.shapes[i]
			}
		}
		return nil
	}
	return nil
}

// shapeData reads @{ key: value, … }.
func (f *flow) shapeData(start int) (map[string]string, error) {
	f.pos += len("@{")
	data := map[string]string{}
	for {
		for f.pos < len(f.src) && (isSpace(f.src[f.pos]) || f.src[f.pos] == ',') {
			f.pos++
		}
		if f.pos >= len(f.src) {
			return nil, f.errorf(start, "close it with }", "@{ has no end")
		}
		if f.src[f.pos] == '}' {
			f.pos++
			return data, nil
		}
		at := f.pos
		for f.pos < len(f.src) && !strings.ContainsRune(":},\n", rune(f.src[f.pos])) {
			f.pos++
		}
		key := strings.Trim(f.src[at:f.pos], " \t\"'")
		if f.pos >= len(f.src) || f.src[f.pos] != ':' {
			return nil, f.errorf(at, "write @{ shape: rect }", "%s has no value", quote(key))
		}
		f.pos++
		f.skipBlanks()
		if f.pos < len(f.src) && (f.src[f.pos] == '"' || f.src[f.pos] == '\'') {
			q := f.src[f.pos]
			i := strings.IndexByte(f.src[f.pos+1:], q)
			if i < 0 {
				return nil, f.errorf(f.pos, "", "a quote is not closed")
			}
			data[key] = f.src[f.pos+1 : f.pos+1+i]
			f.pos += i + 2
			continue
		}
		at = f.pos
		for f.pos < len(f.src) && !strings.ContainsRune("},\n", rune(f.src[f.pos])) {
			f.pos++
		}
		value := strings.TrimSpace(f.src[at:f.pos])
		if value == "|" || value == "|-" || value == ">" || value == ">-" {
			value = f.blockText()
		}
		data[key] = value
	}
}

// blockText reads the lines of a YAML block up to the next key or brace.
func (f *flow) blockText() string {
	var lines []string
	for f.pos < len(f.src) {
		at := f.pos
		f.pos++ // the line break
		line := strings.TrimSpace(f.restOfLine())
		key, _, ok := strings.Cut(line, ":")
		if strings.HasPrefix(line, "}") || ok && !strings.ContainsFunc(key, isControlOrSpace) {
			f.pos = at
			break
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// applyData gives a node what stands in its @{ }.
func (f *flow) applyData(index int, data map[string]string, start int) {
	if label, ok := data["label"]; ok && label != "" {
		f.setLabel(index, flowText(strings.Trim(label, "`"), true), start)
	}
	if n := &f.d.Nodes[index]; n.Label == n.ID && data["label"] == "" && (data["icon"] != "" || data["img"] != "") {
		n.Label = ""
	}
	if shape, ok := data["shape"]; ok {
		f.d.Nodes[index].Shape = shapeNamed(shape)
	}
}

// shapeNamed returns the shape of a name, or the nearest one.
func shapeNamed(name string) Shape {
	switch name {
	case "rounded", "event", "delay", "half-rounded-rectangle", "disp", "display", "curv-trap", "curved-trapezoid":
		return Rounded
	case "stadium", "terminal", "pill", "stadiumrect":
		return Stadium
	case "subproc", "subprocess", "subroutine", "framed-rectangle", "fr-rect", "div-rect", "div-proc", "divided-process", "divided-rectangle", "win-pane", "internal-storage", "window-pane":
		return Subroutine
	case "cyl", "cylinder", "db", "database", "lin-cyl", "disk", "lined-cylinder", "datastore", "data-store":
		return Cylinder
	case "h-cyl", "das", "horizontal-cylinder", "bow-rect", "bow-tie-rectangle", "stored-data":
		return Queue
	case "circle", "circ", "cross-circ", "crossed-circle", "summary":
		return Circle
	case "dbl-circ", "double-circle", "doublecircle":
		return DoubleCircle
	case "ellipse", "cloud":
		return Ellipse
	case "odd", "flag", "paper-tape":
		return Odd
	case "diam", "diamond", "decision", "question":
		return Diamond
	case "hex", "hexagon", "prepare":
		return Hexagon
	case "lean-r", "lean-right", "in-out", "sl-rect", "manual-input", "sloped-rectangle":
		return LeanRight
	case "lean-l", "lean-left", "out-in":
		return LeanLeft
	case "trap-b", "trapezoid", "trapezoid-bottom", "priority":
		return Trapezoid
	case "trap-t", "trapezoid-top", "inv-trapezoid", "inv_trapezoid", "manual":
		return TrapezoidDown
	case "doc", "document", "lin-doc", "lined-document", "tag-doc", "tagged-document":
		return Document
	case "docs", "documents", "st-doc", "stacked-document", "procs", "processes", "st-rect", "stacked-rectangle":
		return Stack
	case "text", "brace", "brace-l", "brace-r", "braces", "comment":
		return Text
	case "sm-circ", "small-circle", "start", "f-circ", "filled-circle", "junction":
		return Start
	case "fr-circ", "framed-circle", "stop":
		return End
	case "fork", "join":
		return Fork
	}
	return Rect
}

// link reads an arrow with its label at pos. It returns false, and stays,
// where there is none.
func (f *flow) link() (Edge, bool, error) {
	start := f.pos
	e := Edge{Length: 1}
	if id, ok := f.linkID(); ok {
		e.ID = id
		f.edgeIDs[id] = true
	}
	line, ok := scanArrow(f.src[f.pos:])
	if !ok {
		f.pos = start
		return Edge{}, false, nil
	}
	f.pos += line.size
	e.Tail, e.Head, e.Stroke = line.tail, line.head, line.stroke
	if !line.open && e.Tail != e.Head {
		e.Tail = None // as Mermaid draws <---
	}
	e.Length = line.length
	if !line.open {
		f.skipSpace()
		if f.pos < len(f.src) && f.src[f.pos] == '|' {
			f.pos++
			text, markdown, _, err := f.text(start, "|")
			if err != nil {
				return Edge{}, false, err
			}
			e.Label = flowText(text, markdown)
		}
		return e, true, nil
	}
	// -- text -->
	f.skipBlanks()
	text, markdown := "", false
	at := f.pos
	if f.pos < len(f.src) && f.src[f.pos] == '"' {
		var err error
		if text, markdown, err = f.quoted(); err != nil {
			return Edge{}, false, err
		}
		f.skipSpace()
	}
	for f.pos < len(f.src) {
		var end arrow
		ok := false
		// An arrow begins where a run of its signs begins.
		if c := f.src[f.pos]; f.pos == at || c != f.src[f.pos-1] {
			end, ok = scanArrow(f.src[f.pos:])
		}
		if ok && !end.open && end.stroke == line.stroke && (end.tail == None || isSpace(f.src[f.pos-1]) || f.pos == at) {
			if text == "" {
				text = f.src[at:f.pos]
			}
			f.pos += end.size
			e.Label = flowText(text, markdown)
			e.Head, e.Length = end.head, end.length
			return e, true, nil
		}
		if f.src[f.pos] == '\n' && blankLine(f.src[f.pos+1:]) {
			break
		}
		f.pos++
	}
	return Edge{}, false, f.errorf(start, "end its label with an arrow: -- label -->", "an edge is not finished: %s", quote(f.src[start:]))
}

// blankLine reports whether s begins with a line without text.
func blankLine(s string) bool {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line) == ""
}

// linkID reads the id of an edge: e1@-->
func (f *flow) linkID() (string, bool) {
	start := f.pos
	id := f.id()
	if id == "" || f.pos >= len(f.src) || f.src[f.pos] != '@' {
		f.pos = start
		return "", false
	}
	if _, ok := scanArrow(f.src[f.pos+1:]); !ok {
		f.pos = start
		return "", false
	}
	f.pos++
	return id, true
}

// arrow is the line of an edge as it is written.
type arrow struct {
	size       int
	tail, head Head
	stroke     Stroke
	length     int
	open       bool // begins a label: -- label -->
}

// scanArrow reads the arrow that s begins with.
func scanArrow(s string) (arrow, bool) {
	var a arrow
	i := 0
	if i < len(s) && strings.IndexByte("xo<", s[i]) >= 0 {
		a.tail = headOf(s[i])
		i++
	}
	switch {
	case strings.HasPrefix(s[i:], "--"), strings.HasPrefix(s[i:], "=="):
		c := s[i]
		if c == '=' {
			a.stroke = Thick
		}
		n := i
		for n < len(s) && s[n] == c {
			n++
		}
		count := n - i
		switch {
		case n < len(s) && strings.IndexByte("xo>", s[n]) >= 0:
			a.head, a.length, a.size = headOf(s[n]), count-1, n+1
		case count > 2:
			a.length, a.size = count-2, n
		default:
			a.open, a.size = true, n
		}
	case strings.HasPrefix(s[i:], "-.") || strings.HasPrefix(s[i:], "."):
		a.stroke = Dotted
		n := i
		if s[n] == '-' {
			n++
		}
		dots := n
		for n < len(s) && s[n] == '.' {
			n++
		}
		a.length = n - dots
		if n < len(s) && s[n] == '-' {
			n++
			if n < len(s) && strings.IndexByte("xo>", s[n]) >= 0 {
				a.head = headOf(s[n])
				n++
			}
			a.size = n
			break
		}
		if s[i] == '.' {
			return arrow{}, false
		}
		a.open, a.size = true, i+2
	case i == 0 && strings.HasPrefix(s, "~~~"):
		n := 0
		for n < len(s) && s[n] == '~' {
			n++
		}
		a.stroke, a.length, a.size = Invisible, n-2, n
	default:
		return arrow{}, false
	}
	a.length = min(max(a.length, 1), 10)
	return a, true
}

func headOf(c byte) Head {
	switch c {
	case 'x':
		return Cross
	case 'o':
		return CircleHead
	}
	return Arrow
}

// click reads the target of a node.
func (f *flow) click(start int) error {
	f.skipBlanks()
	at := f.pos
	for f.pos < len(f.src) && !isSpace(f.src[f.pos]) {
		f.pos++
	}
	c := click{ids: f.src[at:f.pos]}
	f.skipBlanks()
	if c.ids == "" {
		return f.errorf(start, `write click id "url"`, "click names no node")
	}
	if strings.HasPrefix(f.src[f.pos:], "href") {
		f.pos += len("href")
		f.skipBlanks()
	} else if f.pos < len(f.src) && f.src[f.pos] != '"' {
		// A callback, which no page of ours has; a tooltip may follow it.
		for f.pos < len(f.src) && f.src[f.pos] != '"' && f.src[f.pos] != '\n' {
			f.pos++
		}
		f.restOfLine()
		return nil
	}
	if f.pos >= len(f.src) || f.src[f.pos] != '"' {
		return f.errorf(start, `write click id "url"`, "click %s has no target", quote(c.ids))
	}
	link, _, err := f.quoted()
	if err != nil {
		return err
	}
	c.link = strings.TrimSpace(decodeEntities(link))
	f.skipBlanks()
	if f.pos < len(f.src) && f.src[f.pos] == '"' {
		tip, _, err := f.quoted()
		if err != nil {
			return err
		}
		c.tooltip = cleanText(tip)
	}
	f.restOfStatement()
	f.clicks = append(f.clicks, c)
	return nil
}

// finish gives nodes what statements elsewhere say of them.
func (f *flow) finish() error {
	for _, s := range f.styles {
		if s.id == "" {
			continue
		}
		if _, err := f.node(s.id, s.pos); err != nil {
			return err
		}
	}
	for _, c := range f.classes {
		for id := range strings.SplitSeq(c[0], ",") {
			id = strings.TrimSpace(id)
			if i, ok := f.nodes[id]; ok {
				f.d.Nodes[i].Classes = append(f.d.Nodes[i].Classes, c[1])
			} else if i, ok := f.groups[id]; ok {
				f.d.Groups[i].Classes = append(f.d.Groups[i].Classes, c[1])
			}
		}
	}
	for _, c := range f.clicks {
		for id := range strings.SplitSeq(c.ids, ",") {
			if i, ok := f.nodes[id]; ok {
				f.d.Nodes[i].Link, f.d.Nodes[i].Tooltip = c.link, c.tooltip
			}
		}
	}
	for i := range f.d.Nodes {
		n := &f.d.Nodes[i]
		if g, ok := f.owner[n.ID]; ok {
			n.Group = f.d.Groups[g].ID
		}
	}
	for i := range f.d.Groups {
		if f.parent[i] >= 0 {
			f.d.Groups[i].Parent = f.d.Groups[f.parent[i]].ID
		}
	}
	// A group that another one merely names belongs to it, unless it is around
	// it.
	for i := range f.d.Groups {
		g, owned := f.owner[f.d.Groups[i].ID]
		if f.parent[i] >= 0 || !owned {
			continue
		}
		outer := g
		for outer >= 0 && outer != i {
			outer = f.parent[outer]
		}
		if outer < 0 {
			f.parent[i] = g
			f.d.Groups[i].Parent = f.d.Groups[g].ID
		}
	}
	return nil
}
