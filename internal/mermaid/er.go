package mermaid

import (
	"strings"
	"unicode/utf8"
)

// entities is the state of reading an entity-relationship diagram.
type entities struct{ *parser }

func (p *parser) er() error {
	e := &entities{p}
	for {
		e.skipSpace()
		if e.pos >= len(e.src) {
			return nil
		}
		if e.src[e.pos] == ';' {
			e.pos++
			continue
		}
		if ok, err := e.accessible(); err != nil {
			return err
		} else if ok {
			continue
		}
		if err := e.statement(); err != nil {
			return err
		}
	}
}

func (e *entities) statement() error {
	start := e.pos
	switch {
	case strings.HasPrefix(e.src[e.pos:], "%%"):
		e.restOfLine()
		return nil
	case e.keyword("direction"):
		word := e.stateLine()
		dir, ok := direction(word)
		if !ok {
			return e.errorf(start, "use TB, BT, LR or RL", "%s is no direction", quote(word))
		}
		e.d.Direction = dir
		return nil
	case e.keyword("title"):
		e.d.Title = cleanText(e.stateLine())
		return nil
	case e.keyword("style"), e.keyword("classDef"):
		e.restOfLine()
		return nil
	case e.keyword("class"):
		if ids, class, ok := cutLast(e.stateLine()); ok {
			for id := range strings.SplitSeq(ids, ",") {
				if i, ok := e.nodes[strings.TrimSpace(id)]; ok {
					e.d.Nodes[i].Classes = append(e.d.Nodes[i].Classes, class)
				}
			}
		}
		return nil
	}
	i, err := e.entity(start)
	if err != nil {
		return err
	}
	from := e.d.Nodes[i].ID
	if e.pos < len(e.src) && e.src[e.pos] == '[' {
		e.pos++
		end := strings.IndexAny(e.src[e.pos:], "]\n")
		if end < 0 || e.src[e.pos+end] != ']' {
			return e.errorf(start, "close it with ]", "the label of %s is not closed", quote(from))
		}
		e.setLabel(i, cleanText(strings.Trim(e.src[e.pos:e.pos+end], "\" ")), start)
		e.pos += end + 1
		e.skipBlanks()
	}
	e.marks(i)
	if e.pos < len(e.src) && e.src[e.pos] == '{' {
		e.pos++
		return e.attributes(i, start)
	}
	if e.pos >= len(e.src) || e.src[e.pos] == '\n' || e.src[e.pos] == ';' {
		return nil
	}
	rel := Edge{From: from}
	var ok bool
	at := e.pos
	if rel.Tail, rel.Stroke, rel.Head, ok = e.relation(); !ok {
		line, _, _ := strings.Cut(e.src[at:], "\n")
		return e.errorf(start, "write A ||--o{ B : label", "%s is no relation", quote(line))
	}
	e.skipBlanks()
	j, err := e.entity(start)
	if err != nil {
		return err
	}
	rel.To = e.d.Nodes[j].ID
	e.marks(j)
	if rest := e.stateLine(); strings.HasPrefix(rest, ":") {
		rel.Label = cleanText(strings.Trim(strings.TrimSpace(rest[1:]), `"`))
	} else if rest = strings.Trim(rest, "; "); rest != "" {
		return e.errorf(start, "write A ||--o{ B : label", "unexpected %s after a relation", quote(rest))
	}
	return e.edge(rel, start)
}

// marks reads the classes behind :::.
func (e *entities) marks(i int) {
	if !strings.HasPrefix(e.src[e.pos:], ":::") {
		return
	}
	e.pos += 3
	e.skipBlanks()
	at := e.pos
	for e.pos < len(e.src) && (isWord(e.src[e.pos]) || e.src[e.pos] == '-' || e.src[e.pos] == ',') {
		e.pos++
	}
	for class := range strings.SplitSeq(e.src[at:e.pos], ",") {
		e.d.Nodes[i].Classes = append(e.d.Nodes[i].Classes, class)
	}
	e.skipBlanks()
}

// entity reads the name of an entity and returns its index.
func (e *entities) entity(start int) (int, error) {
	at := e.pos
	var name string
	if e.pos < len(e.src) && e.src[e.pos] == '"' {
		end := strings.IndexAny(e.src[e.pos+1:], "\"\n")
		if end < 0 || e.src[e.pos+1+end] != '"' {
			return 0, e.errorf(start, "", "a quote is not closed")
		}
		name = cleanText(e.src[e.pos+1 : e.pos+1+end])
		e.pos += end + 2
	} else {
		for e.pos < len(e.src) {
			c := e.src[e.pos]
			if c >= utf8.RuneSelf {
				e.pos++ // Mermaid takes any character here, symbols too
				continue
			}
			if !isWord(c) && c != '*' && (c != '-' && c != '.' || e.pos == at || e.pos+1 < len(e.src) && (e.src[e.pos+1] == '-' || e.src[e.pos+1] == '.')) {
				break
			}
			e.pos++
		}
		name = e.src[at:e.pos]
	}
	if name == "" {
		line, _, _ := strings.Cut(e.src[at:], "\n")
		return 0, e.errorf(start, "write A ||--o{ B : label", "the name of an entity is missing before %s", quote(line))
	}
	_, known := e.nodes[name]
	i, err := e.node(name, start)
	if err != nil {
		return 0, err
	}
	if !known {
		e.d.Nodes[i].Shape = Table
	}
	e.skipBlanks()
	return i, nil
}

// attributes reads the columns of an entity between braces.
func (e *entities) attributes(i, start int) error {
	for {
		e.skipSpace()
		if e.pos >= len(e.src) {
			return e.errorf(start, "close it with }", "entity %s is not closed", quote(e.d.Nodes[i].ID))
		}
		if e.src[e.pos] == '}' {
			e.pos++
			return nil
		}
		at := e.pos
		var words []string
		comment := ""
		for e.pos < len(e.src) && e.src[e.pos] != '\n' && e.src[e.pos] != '}' {
			switch c := e.src[e.pos]; {
			case c == '"':
				end := strings.IndexAny(e.src[e.pos+1:], "\"\n")
				if end < 0 || e.src[e.pos+1+end] != '"' {
					return e.errorf(at, "", "a quote is not closed")
				}
				comment = cleanText(e.src[e.pos+1 : e.pos+1+end])
				e.pos += end + 2
			case isSpace(c) || c == ',' && len(words) > 1:
				e.pos++
			default:
				from := e.pos
				for e.pos < len(e.src) && !isSpace(e.src[e.pos]) && e.src[e.pos] != '"' && e.src[e.pos] != '}' && (e.src[e.pos] != ',' || len(words) < 2) {
					e.pos++
				}
				words = append(words, e.src[from:e.pos])
			}
		}
		if len(words) > 0 && strings.HasPrefix(words[0], "%%") {
			continue
		}
		if len(words) < 2 {
			line, _, _ := strings.Cut(e.src[at:], "\n")
			return e.errorf(at, "write type name", "an attribute has a type and a name, %s has not", quote(line))
		}
		for _, key := range words[2:] {
			if key != "PK" && key != "FK" && key != "UK" {
				return e.errorf(at, "use PK, FK or UK, and quotes around a comment", "%s is no key", quote(key))
			}
		}
		n := &e.d.Nodes[i]
		n.Attributes = append(n.Attributes, Attribute{
			Type: generic(words[0]), Name: words[1], Keys: strings.Join(words[2:], ", "), Comment: comment,
		})
	}
}

// relation reads such signs as ||--o{ and their spellings in words.
func (e *entities) relation() (tail Head, stroke Stroke, head Head, ok bool) {
	at := e.pos
	if tail, ok = e.cardinality(); !ok {
		return None, Solid, None, false
	}
	e.skipBlanks()
	switch {
	case e.sign("--"):
	case e.sign(".."), e.sign(".-"), e.sign("-."):
		stroke = Dotted
	case e.phrase("to"):
	case e.phrase("optionally to"):
		stroke = Dotted
	default:
		e.pos = at
		return None, Solid, None, false
	}
	e.skipBlanks()
	if head, ok = e.cardinality(); !ok {
		e.pos = at
		return None, Solid, None, false
	}
	return tail, stroke, head, true
}

func (e *entities) sign(s string) bool {
	if !strings.HasPrefix(e.src[e.pos:], s) {
		return false
	}
	e.pos += len(s)
	return true
}

// phrase reads words in any case, with white space behind them.
func (e *entities) phrase(s string) bool {
	rest := e.src[e.pos:]
	if len(rest) <= len(s) || !strings.EqualFold(rest[:len(s)], s) || isWord(rest[len(s)]) {
		return false
	}
	e.pos += len(s)
	return true
}

// cardinality reads how many of an entity there are.
func (e *entities) cardinality() (Head, bool) {
	for _, c := range []struct {
		sign string
		head Head
	}{
		{"||", ExactlyOne},
		{"|o", ZeroOrOne},
		{"o|", ZeroOrOne},
		{"}o", ZeroOrMore},
		{"o{", ZeroOrMore},
		{"}|", OneOrMore},
		{"|{", OneOrMore},
		{"1+", OneOrMore},
		{"0+", ZeroOrMore},
		{"many(0)", ZeroOrMore},
		{"many(1)", OneOrMore},
	} {
		if e.sign(c.sign) {
			return c.head, true
		}
	}
	for _, c := range []struct {
		phrase string
		head   Head
	}{
		{"one or zero", ZeroOrOne},
		{"zero or one", ZeroOrOne},
		{"one or more", OneOrMore},
		{"one or many", OneOrMore},
		{"zero or more", ZeroOrMore},
		{"zero or many", ZeroOrMore},
		{"many", ZeroOrMore},
		{"only one", ExactlyOne},
		{"one", ExactlyOne},
		{"1", ExactlyOne},
	} {
		if e.phrase(c.phrase) {
			return c.head, true
		}
	}
	if strings.HasPrefix(e.src[e.pos:], "u") && len(e.src) > e.pos+1 && strings.IndexByte(".-", e.src[e.pos+1]) >= 0 {
		e.pos++
		return None, true
	}
	return None, false
}
