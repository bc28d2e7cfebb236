package extract

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// tomlParser reads TOML into the tree that YAML and JSON give. It is lenient: a
// line that is no TOML is passed over and the first one is reported.
// https://toml.io/en/v1.0.0
type tomlParser struct {
	src  string
	pos  int
	line int
	err  *syntaxError
}

func parseTOML(data []byte) (node, *syntaxError) {
	p := &tomlParser{src: string(data), line: 1}
	root := tomlMap(1)
	at := root
	for p.skipBlank(); p.pos < len(p.src); p.skipBlank() {
		start := p.pos
		if p.src[p.pos] == '[' {
			at = p.table(root)
		} else {
			p.pair(at, 0)
		}
		p.endLine()
		if p.pos == start {
			p.pos++ // whatever it is, go on behind it
		}
	}
	return node{root, &document{budget: maxWork}}, p.err
}

func tomlMap(line int) *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Line: line, Column: 1} }

func tomlScalar(tag, value string, line int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value, Line: line, Column: 1}
}

func (p *tomlParser) fail(msg string) {
	if p.err == nil {
		p.err = &syntaxError{line: p.line, msg: msg, hint: "check the TOML of this line"}
	}
}

// skipBlank passes over blanks, line ends and comments.
func (p *tomlParser) skipBlank() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case '\n':
			p.line++
			p.pos++
		case ' ', '\t', '\r':
			p.pos++
		case '#':
			p.comment()
		default:
			return
		}
	}
}

func (p *tomlParser) comment() {
	if i := strings.IndexByte(p.src[p.pos:], '\n'); i >= 0 {
		p.pos += i
	} else {
		p.pos = len(p.src)
	}
}

func (p *tomlParser) spaces() {
	for p.pos < len(p.src) && (p.src[p.pos] == ' ' || p.src[p.pos] == '\t') {
		p.pos++
	}
}

// endLine goes to the end of the line, where only a comment may stand.
func (p *tomlParser) endLine() {
	p.spaces()
	if p.pos < len(p.src) && !strings.ContainsRune("\r\n#", rune(p.src[p.pos])) {
		p.fail("more text after the value")
	}
	p.comment()
}

func (p *tomlParser) table(root *yaml.Node) *yaml.Node {
	line := p.line
	p.pos++
	list := p.pos < len(p.src) && p.src[p.pos] == '['
	if list {
		p.pos++
	}
	keys := p.keys()
	p.spaces()
	if p.pos < len(p.src) && p.src[p.pos] == ']' {
		p.pos++
		if list && p.pos < len(p.src) && p.src[p.pos] == ']' {
			p.pos++
		}
	} else {
		p.fail("] is missing")
	}
	if len(keys) == 0 {
		return tomlMap(line)
	}
	at := p.descend(root, keys[:len(keys)-1])
	last := keys[len(keys)-1]
	if !list {
		return p.descend(at, []string{last})
	}
	seq := tomlGet(at, last)
	if seq == nil || seq.Kind != yaml.SequenceNode {
		seq = &yaml.Node{Kind: yaml.SequenceNode, Line: line}
		at.Content = append(at.Content, tomlScalar("!!str", last, line), seq)
	}
	m := tomlMap(line)
	seq.Content = append(seq.Content, m)
	return m
}

func tomlGet(m *yaml.Node, key string) *yaml.Node {
	// From the end: what is written to is nearly always the last.
	for i := len(m.Content) - 2; i >= max(0, len(m.Content)-2*512); i -= 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

// descend returns the table under keys, made where it is missing.
func (p *tomlParser) descend(m *yaml.Node, keys []string) *yaml.Node {
	for _, k := range keys {
		next := tomlGet(m, k)
		if next != nil && next.Kind == yaml.SequenceNode && len(next.Content) > 0 {
			next = next.Content[len(next.Content)-1]
		}
		if next == nil || next.Kind != yaml.MappingNode {
			next = tomlMap(p.line)
			m.Content = append(m.Content, tomlScalar("!!str", k, p.line), next)
		}
		m = next
	}
	return m
}

// keys reads a dotted key.
func (p *tomlParser) keys() []string {
	var keys []string
	for len(keys) < maxDepth {
		p.spaces()
		if p.pos >= len(p.src) {
			break
		}
		switch p.src[p.pos] {
		case '"', '\'':
			keys = append(keys, p.text())
		default:
			start := p.pos
			for p.pos < len(p.src) && !strings.ContainsRune(" \t\r\n.=]#\"'", rune(p.src[p.pos])) {
				p.pos++
			}
			if start == p.pos {
				return keys
			}
			keys = append(keys, p.src[start:p.pos])
		}
		p.spaces()
		if p.pos >= len(p.src) || p.src[p.pos] != '.' {
			break
		}
		p.pos++
	}
	return keys
}

// pair reads key = value into m.
func (p *tomlParser) pair(m *yaml.Node, depth int) {
	line := p.line
	keys := p.keys()
	p.spaces()
	if len(keys) == 0 || p.pos >= len(p.src) || p.src[p.pos] != '=' {
		p.fail("expected a key and =")
		return
	}
	p.pos++
	v := p.value(depth)
	if v == nil {
		return
	}
	at := p.descend(m, keys[:len(keys)-1])
	at.Content = append(at.Content, tomlScalar("!!str", keys[len(keys)-1], line), v)
}

func (p *tomlParser) value(depth int) *yaml.Node {
	p.spaces()
	if depth > maxDepth {
		p.fail(fmt.Sprintf("nested more than %d deep", maxDepth))
		p.pos = len(p.src)
		return nil
	}
	if p.pos >= len(p.src) {
		p.fail("a value is missing")
		return nil
	}
	line := p.line
	switch c := p.src[p.pos]; c {
	case '"', '\'':
		return tomlScalar("!!str", p.text(), line)
	case '[':
		p.pos++
		n := &yaml.Node{Kind: yaml.SequenceNode, Line: line}
		for {
			p.skipBlank()
			if p.pos >= len(p.src) {
				p.fail("] is missing")
				return n
			}
			if p.src[p.pos] == ']' {
				p.pos++
				return n
			}
			v := p.value(depth + 1)
			if v == nil {
				return n
			}
			n.Content = append(n.Content, v)
			p.skipBlank()
			if p.pos < len(p.src) && p.src[p.pos] == ',' {
				p.pos++
			}
		}
	case '{':
		p.pos++
		n := tomlMap(line)
		for {
			p.skipBlank()
			if p.pos >= len(p.src) {
				p.fail("} is missing")
				return n
			}
			if p.src[p.pos] == '}' {
				p.pos++
				return n
			}
			start := p.pos
			p.pair(n, depth+1)
			p.skipBlank()
			if p.pos < len(p.src) && p.src[p.pos] == ',' {
				p.pos++
			}
			if p.pos == start {
				return n
			}
		}
	}
	start := p.pos
	for p.pos < len(p.src) && !strings.ContainsRune(",]}#\r\n", rune(p.src[p.pos])) {
		p.pos++
	}
	s := strings.TrimSpace(p.src[start:p.pos])
	if s == "" {
		p.fail("a value is missing")
		return nil
	}
	return tomlScalar("!!int", s, line)
}

// text reads any of the four kinds of string.
func (p *tomlParser) text() string {
	q := p.src[p.pos]
	triple := strings.Repeat(string(q), 3)
	if strings.HasPrefix(p.src[p.pos:], triple) {
		p.pos += 3
		end := strings.Index(p.src[p.pos:], triple)
		if end < 0 {
			p.fail("the text has no end")
			end = len(p.src) - p.pos
		}
		s := p.src[p.pos : p.pos+end]
		p.pos = min(len(p.src), p.pos+end+3)
		for p.pos < len(p.src) && p.src[p.pos] == q {
			p.pos++
		}
		p.line += strings.Count(s, "\n")
		return strings.TrimPrefix(s, "\n")
	}
	p.pos++
	var b strings.Builder
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == q:
			p.pos++
			return b.String()
		case c == '\n':
			p.fail("the text has no end")
			return b.String()
		case c == '\\' && q == '"' && p.pos+1 < len(p.src):
			p.pos++
			switch e := p.src[p.pos]; e {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			default:
				b.WriteByte(e)
			}
			p.pos++
		default:
			b.WriteByte(c)
			p.pos++
		}
	}
	p.fail("the text has no end")
	return b.String()
}
