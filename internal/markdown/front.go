package markdown

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Front is the front matter of a source.
type Front struct {
	// Node is the mapping, with Line and Column as in the source; nil when the
	// YAML is broken or no mapping.
	Node *yaml.Node
	// Err says what is wrong with the YAML; Line is where.
	Err        error
	Line       int
	Start, End int // bytes of the YAML between the --- lines
}

// maxFront bounds the front matter that is read, as render does.
const maxFront = 256 << 10

// skipFront reads the front matter and moves behind it.
func (p *parser) skipFront() {
	src := p.d.Src
	first := bytes.TrimRight(p.line(0), " \t")
	first = bytes.TrimPrefix(first, []byte("\ufeff"))
	if string(first) != "---" {
		return
	}
	end := 0
	for i := 1; i < len(p.d.lines); i++ {
		l := strings.TrimRight(string(p.line(i)), " \t")
		if l == "---" || l == "..." {
			end = i
			break
		}
	}
	if end == 0 {
		return
	}
	f := &Front{Start: p.d.LineStart(2), End: p.d.lines[end]}
	text := src[f.Start:f.End]
	if bytes.IndexByte(text, ':') < 0 && len(bytes.TrimSpace(text)) > 0 {
		return // two thematic breaks
	}
	p.next = end + 1
	p.d.Front = f
	if len(text) > maxFront {
		f.Err, f.Line = errLarge, 1
		return
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		f.Err, f.Line = err, 1
		return
	}
	if len(doc.Content) == 1 && doc.Content[0].Kind == yaml.MappingNode {
		f.Node = doc.Content[0]
		shift(f.Node, 1, 0)
	}
}

type constError string

func (e constError) Error() string { return string(e) }

const errLarge = constError("the front matter is larger than 256 KB")

// shift moves the lines of a node from the YAML's to the source's. Aliases are
// not followed.
func shift(n *yaml.Node, by, depth int) {
	n.Line += by
	if depth > 64 {
		n.Content = nil
		return
	}
	for _, c := range n.Content {
		shift(c, by, depth+1)
	}
}

// Value returns the node under a key, and the node of the key itself; nil when
// there is none.
func (f *Front) Value(key string) (value, name *yaml.Node) {
	if f == nil {
		return nil, nil
	}
	return Lookup(f.Node, key)
}

// Lookup returns the value under a key of a mapping and the key's node, with
// aliases resolved; nil when there is none.
func Lookup(m *yaml.Node, key string) (value, name *yaml.Node) {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return Resolve(m.Content[i+1]), m.Content[i]
		}
	}
	return nil, nil
}

// Resolve follows an alias.
func Resolve(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode && i < 8; i++ {
		n = n.Alias
	}
	return n
}

// String returns the text of a scalar under a key, or "".
func (f *Front) String(key string) string {
	v, _ := f.Value(key)
	return Scalar(v)
}

// Scalar returns the text of a scalar node as it was written; "" of null and of
// others.
func Scalar(n *yaml.Node) string {
	n = Resolve(n)
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// Strings returns the texts of a list, or of a scalar as a list of one.
func Strings(n *yaml.Node) []string {
	n = Resolve(n)
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		if s := Scalar(n); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for _, c := range n.Content {
		if s := Scalar(c); s != "" {
			out = append(out, s)
		}
	}
	return out
}
