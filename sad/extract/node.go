package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/finding"
)

// node is a value of YAML, JSON or TOML with its place; the zero node is what is
// not there. Aliases and merge keys are followed, within the budget of the
// document: a file of a few kilobytes may stand for billions of values.
type node struct {
	n *yaml.Node
	d *document
}

type document struct{ budget int }

// spend takes a step from the budget and reports whether there was one.
func (d *document) spend(n int) bool {
	d.budget -= n
	return d.budget > 0
}

func (v node) ok() bool { return v.n != nil }

// at returns n with its alias followed.
func (v node) at(n *yaml.Node) node {
	for range 10 {
		if n == nil || n.Kind != yaml.AliasNode {
			break
		}
		n = n.Alias
	}
	if n == nil || n.Kind == yaml.AliasNode || !v.d.spend(1) {
		return node{}
	}
	return node{n, v.d}
}

func (v node) line() int {
	if v.n == nil {
		return 0
	}
	return v.n.Line
}

func (v node) isMap() bool    { return v.n != nil && v.n.Kind == yaml.MappingNode }
func (v node) isList() bool   { return v.n != nil && v.n.Kind == yaml.SequenceNode }
func (v node) isScalar() bool { return v.n != nil && v.n.Kind == yaml.ScalarNode }

// get follows keys through mappings.
func (v node) get(keys ...string) node {
	for _, k := range keys {
		v = v.key(k, 0)
	}
	return v
}

func (v node) key(k string, depth int) node {
	if !v.isMap() || depth > 10 || !v.d.spend(1+len(v.n.Content)/2) {
		return node{}
	}
	c := v.n.Content
	for i := 0; i+1 < len(c); i += 2 {
		if c[i].Kind == yaml.ScalarNode && c[i].Value == k {
			return v.at(c[i+1])
		}
	}
	for i := 0; i+1 < len(c); i += 2 {
		if c[i].Value == "<<" {
			from := v.at(c[i+1])
			if from.isMap() {
				if r := from.key(k, depth+1); r.ok() {
					return r
				}
			}
			for m := range from.items() {
				if r := m.key(k, depth+1); r.ok() {
					return r
				}
			}
		}
	}
	return node{}
}

// first returns the value of the first of the keys that is there.
func (v node) first(keys ...string) node {
	for _, k := range keys {
		if r := v.get(k); r.ok() {
			return r
		}
	}
	return node{}
}

// str returns a scalar as text; null and everything else are "".
func (v node) str(keys ...string) string {
	if len(keys) > 0 {
		v = v.get(keys...)
	}
	if !v.isScalar() || v.n.Tag == "!!null" {
		return ""
	}
	return strings.TrimSpace(v.n.Value)
}

// items yields the elements of a list.
func (v node) items() iter.Seq[node] {
	return func(yield func(node) bool) {
		if !v.isList() {
			return
		}
		for _, c := range v.n.Content {
			if e := v.at(c); e.ok() && !yield(e) {
				return
			}
		}
	}
}

// each yields the elements of a list, or the value itself where it is none.
func (v node) each() iter.Seq[node] {
	if v.isList() {
		return v.items()
	}
	return func(yield func(node) bool) {
		if v.ok() {
			yield(v)
		}
	}
}

// members yields keys and values of a mapping, merged ones last.
func (v node) members() iter.Seq2[node, node] {
	return func(yield func(node, node) bool) {
		if !v.isMap() {
			return
		}
		merges := false
		for i := 0; i+1 < len(v.n.Content); i += 2 {
			k := v.n.Content[i]
			if k.Value == "<<" {
				merges = true
				continue
			}
			key, val := v.at(k), v.at(v.n.Content[i+1])
			if key.ok() && !yield(key, val) {
				return
			}
		}
		if !merges {
			return
		}
		seen := map[string]bool{}
		for i := 0; i+1 < len(v.n.Content); i += 2 {
			seen[v.n.Content[i].Value] = true
		}
		v.merged(seen, 0, yield)
	}
}

func (v node) merged(seen map[string]bool, depth int, yield func(node, node) bool) bool {
	if !v.isMap() || depth > 10 {
		return true
	}
	for i := 0; i+1 < len(v.n.Content); i += 2 {
		if v.n.Content[i].Value != "<<" {
			continue
		}
		for from := range v.at(v.n.Content[i+1]).each() {
			if !from.isMap() {
				continue
			}
			for j := 0; j+1 < len(from.n.Content); j += 2 {
				k := from.n.Content[j]
				if seen[k.Value] || k.Value == "<<" {
					continue
				}
				seen[k.Value] = true
				if key := from.at(k); key.ok() && !yield(key, from.at(from.n.Content[j+1])) {
					return false
				}
			}
			if !from.merged(seen, depth+1, yield) {
				return false
			}
		}
	}
	return true
}

// list returns the texts of a list of scalars, or of a scalar.
func (v node) list() []string {
	var out []string
	for e := range v.each() {
		if s := e.str(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// syntaxError is what is wrong with a file, at a line where it is known.
type syntaxError struct {
	line, column int
	msg, hint    string
}

func (e *syntaxError) finding() finding.Finding {
	return finding.Finding{
		Rule: ruleSyntax, Severity: finding.Warning,
		Position: finding.Position{Line: e.line, Column: e.column}, Message: e.msg, Hint: e.hint,
	}
}

// maxDocuments bounds the documents of one YAML file.
const maxDocuments = 10_000

// tree returns the documents of a YAML or JSON file, by its name. What stands
// before a mistake is returned with it.
func (f *File) tree() ([]node, *syntaxError) {
	if !f.parsed {
		f.parsed = true
		if strings.HasSuffix(f.Path, ".json") {
			var n *yaml.Node
			n, f.docErr = parseJSON(f.Data)
			if n != nil {
				f.docs = []node{{n, &document{budget: maxWork}}}
			}
		} else {
			f.docs, f.docErr = parseYAML(f.Data)
		}
	}
	for _, d := range f.docs {
		d.d.budget = maxWork // each extractor has its own
	}
	return f.docs, f.docErr
}

// contains reports whether the file has all of the texts, a cheap question
// before it is parsed.
func (f *File) contains(texts ...string) bool {
	for _, t := range texts {
		if !bytes.Contains(f.Data, []byte(t)) {
			return false
		}
	}
	return true
}

// hasKey reports whether one of the keys may stand at the top of a document: at
// the start of a line, or in quotes or braces as in JSON.
func (f *File) hasKey(keys ...string) bool {
	for _, k := range keys {
		for rest := f.Data; ; {
			i := bytes.Index(rest, []byte(k))
			if i < 0 {
				break
			}
			if i == 0 || strings.IndexByte("\n\"'{, ", rest[i-1]) >= 0 && (rest[i-1] != ' ' || !f.blockStyle()) {
				after := rest[i+len(k):]
				if len(after) > 0 && strings.IndexByte(":\"' ", after[0]) >= 0 {
					return true
				}
			}
			rest = rest[i+len(k):]
		}
	}
	return false
}

// blockStyle reports whether a YAML file begins without a brace, so that its top
// keys stand at the start of lines.
func (f *File) blockStyle() bool {
	return !bytes.HasPrefix(bytes.TrimSpace(f.Data), []byte("{"))
}

func parseYAML(data []byte) (docs []node, serr *syntaxError) {
	defer func() {
		// The parser is another project's; a file that breaks it is a broken file.
		if r := recover(); r != nil {
			serr = &syntaxError{msg: "the file cannot be parsed as YAML", hint: "check its syntax"}
		}
	}()
	if tooDeep(data) {
		return nil, &syntaxError{msg: fmt.Sprintf("nested more than %d deep", maxDepth), hint: "flatten the structure"}
	}
	d := &document{budget: maxWork}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithUniqueKeys(false))
	if err != nil {
		return nil, yamlError(err)
	}
	for len(docs) < maxDocuments {
		var doc yaml.Node
		err := loader.Load(&doc)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return docs, yamlError(err)
		}
		if doc.Kind == yaml.DocumentNode && len(doc.Content) > 0 {
			docs = append(docs, node{doc.Content[0], d})
		}
	}
	return docs, &syntaxError{msg: fmt.Sprintf("only the first %d documents are read", maxDocuments), hint: "split the file"}
}

// tooDeep reports whether brackets nest deeper than any file that people write.
// It counts those in texts as well, which only makes it stricter.
func tooDeep(data []byte) bool {
	depth := 0
	for _, c := range data {
		switch c {
		case '[', '{':
			if depth++; depth > 20*maxDepth {
				return true
			}
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return false
}

func yamlError(err error) *syntaxError {
	e := &syntaxError{msg: strings.TrimPrefix(err.Error(), "yaml: "), hint: "check the YAML of this line and the one above"}
	if le, ok := errors.AsType[*yaml.LoadError](err); ok {
		e.msg, e.line, e.column = le.Message, le.Mark.Line, le.Mark.Column
	}
	return e
}

// jsonParser makes the same tree of JSON, with comments and trailing commas
// passed over as the tools that read such files do.
type jsonParser struct {
	src  []byte
	pos  int
	line int
	bol  int
}

func parseJSON(data []byte) (*yaml.Node, *syntaxError) {
	p := &jsonParser{src: data, line: 1}
	n, err := p.value(0)
	if err == nil {
		if p.space(); p.pos < len(p.src) {
			err = p.fail("more text after the end of the value")
		}
	}
	return n, err
}

func (p *jsonParser) fail(msg string) *syntaxError {
	return &syntaxError{line: p.line, column: p.pos - p.bol + 1, msg: msg, hint: "check the JSON here and just before"}
}

func (p *jsonParser) space() {
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == '\n':
			p.pos++
			p.line, p.bol = p.line+1, p.pos
		case c == ' ' || c == '\t' || c == '\r':
			p.pos++
		case c == '/' && bytes.HasPrefix(p.src[p.pos:], []byte("//")):
			for p.pos < len(p.src) && p.src[p.pos] != '\n' {
				p.pos++
			}
		case c == '/' && bytes.HasPrefix(p.src[p.pos:], []byte("/*")):
			end := bytes.Index(p.src[p.pos+2:], []byte("*/"))
			if end < 0 {
				p.pos = len(p.src)
				return
			}
			p.line += bytes.Count(p.src[p.pos:p.pos+2+end], []byte("\n"))
			p.pos += end + 4
		default:
			return
		}
	}
}

func (p *jsonParser) value(depth int) (*yaml.Node, *syntaxError) {
	p.space()
	if depth > maxDepth {
		return nil, p.fail(fmt.Sprintf("nested more than %d deep", maxDepth))
	}
	if p.pos >= len(p.src) {
		return nil, p.fail("a value is missing")
	}
	n := &yaml.Node{Line: p.line, Column: p.pos - p.bol + 1}
	switch c := p.src[p.pos]; c {
	case '{', '[':
		return p.container(n, c, depth)
	case '"':
		s, err := p.text()
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, "!!str", s
		return n, err
	}
	start := p.pos
	for p.pos < len(p.src) && !strings.ContainsRune(" \t\r\n,]}:{[\"/", rune(p.src[p.pos])) {
		p.pos++
	}
	if start == p.pos {
		return nil, p.fail(fmt.Sprintf("unexpected %q", p.src[p.pos]))
	}
	n.Kind, n.Value, n.Tag = yaml.ScalarNode, string(p.src[start:p.pos]), "!!int"
	switch n.Value {
	case "null":
		n.Tag = "!!null"
	case "true", "false":
		n.Tag = "!!bool"
	default:
		if c := n.Value[0]; c != '-' && (c < '0' || c > '9') {
			p.pos = start
			return nil, p.fail("expected a value")
		}
	}
	return n, nil
}

func (p *jsonParser) container(n *yaml.Node, open byte, depth int) (*yaml.Node, *syntaxError) {
	end := byte(']')
	n.Kind = yaml.SequenceNode
	if open == '{' {
		end, n.Kind = '}', yaml.MappingNode
	}
	p.pos++
	for {
		p.space()
		if p.pos >= len(p.src) {
			return n, p.fail(fmt.Sprintf("%q is missing", end))
		}
		if p.src[p.pos] == end {
			p.pos++
			return n, nil
		}
		if open == '{' {
			if p.src[p.pos] != '"' {
				return n, p.fail("expected a name in quotes")
			}
			k := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Line: p.line, Column: p.pos - p.bol + 1}
			var err *syntaxError
			if k.Value, err = p.text(); err != nil {
				return n, err
			}
			if p.space(); p.pos >= len(p.src) || p.src[p.pos] != ':' {
				return n, p.fail("expected a colon")
			}
			p.pos++
			n.Content = append(n.Content, k)
		}
		v, err := p.value(depth + 1)
		if v == nil {
			v = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: p.line}
		}
		n.Content = append(n.Content, v)
		if err != nil {
			return n, err
		}
		p.space()
		if p.pos < len(p.src) && p.src[p.pos] == ',' {
			p.pos++
		} else if p.pos < len(p.src) && p.src[p.pos] != end {
			return n, p.fail("expected a comma")
		}
	}
}

// text reads a string in quotes.
func (p *jsonParser) text() (string, *syntaxError) {
	p.pos++
	start := p.pos
	var b []byte
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; c {
		case '"':
			s := string(p.src[start:p.pos])
			if b != nil {
				s = string(b)
			}
			p.pos++
			return s, nil
		case '\n':
			return "", p.fail("the text has no end")
		case '\\':
			if b == nil {
				b = append(make([]byte, 0, 64), p.src[start:p.pos]...)
			}
			p.pos++
			if p.pos < len(p.src) {
				b = p.escape(b)
			}
		default:
			if b != nil {
				b = append(b, c)
			}
			p.pos++
		}
	}
	return "", p.fail("the text has no end")
}

func (p *jsonParser) escape(b []byte) []byte {
	c := p.src[p.pos]
	p.pos++
	switch c {
	case 'n':
		return append(b, '\n')
	case 't':
		return append(b, '\t')
	case 'r':
		return append(b, '\r')
	case 'b', 'f':
		return append(b, ' ')
	case 'u':
		r := rune(0)
		for i := range 4 {
			if p.pos+i >= len(p.src) {
				return b
			}
			d := hexDigit(p.src[p.pos+i])
			if d < 0 {
				return append(b, '\\', 'u')
			}
			r = r<<4 | rune(d)
		}
		p.pos += 4
		return utf8.AppendRune(b, r)
	case '\n':
		p.line, p.bol = p.line+1, p.pos
		return append(b, '\n')
	default:
		return append(b, c)
	}
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
