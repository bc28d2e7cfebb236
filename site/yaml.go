package site

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// Bounds on configuration. They lie far above any real file and far below what
// would hurt: nodes are counted after aliases are expanded.
const (
	maxConfigBytes = 1 << 20
	maxConfigNodes = 100_000
	maxConfigDepth = 100
)

// value is a YAML value with its place. v is nil, bool, int, float64, string,
// render.PyName, render.Relative, pyCall, []*value or *mapping. raw is a scalar
// as it was written. Values are never changed once made, so aliases share them.
type value struct {
	v   any
	raw string
	pos finding.Position
}

// mapping keeps the order of its members; that order is what people see.
type mapping struct{ members []member }

// member is one key of a mapping. A null key is the empty string.
type member struct {
	key string
	pos finding.Position
	val *value
}

// pyCall is `!!python/object/apply:`.
type pyCall struct {
	name string
	args []*value
	kwds *mapping
}

// get returns the value of a key, or nil.
func (m *mapping) get(key string) *value {
	for i := range m.members {
		if m.members[i].key == key {
			return m.members[i].val
		}
	}
	return nil
}

// set replaces or appends a member.
func (m *mapping) set(mem member) {
	for i := range m.members {
		if m.members[i].key == mem.key {
			m.members[i] = mem
			return
		}
	}
	m.members = append(m.members, mem)
}

// without returns a copy of m that lacks key.
func (m *mapping) without(key string) *mapping {
	out := &mapping{members: make([]member, 0, len(m.members))}
	for _, mem := range m.members {
		if mem.key != key {
			out.members = append(out.members, mem)
		}
	}
	return out
}

// plain returns v as the types that render.Extension documents.
func (v *value) plain() any {
	if v == nil {
		return nil
	}
	switch x := v.v.(type) {
	case []*value:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = e.plain()
		}
		return out
	case *mapping:
		return x.plain()
	case pyCall:
		c := &render.PyCall{Name: x.name}
		for _, a := range x.args {
			c.Args = append(c.Args, a.plain())
		}
		if x.kwds != nil {
			c.Kwds = x.kwds.plain()
		}
		return c
	default:
		return x
	}
}

func (m *mapping) plain() map[string]any {
	out := make(map[string]any, len(m.members))
	for _, mem := range m.members {
		out[mem.key] = mem.val.plain()
	}
	return out
}

// kind says what v is, for messages.
func (v *value) kind() string {
	if v == nil {
		return "nothing"
	}
	switch x := v.v.(type) {
	case nil:
		return "nothing"
	case bool:
		return fmt.Sprintf("the boolean %v", x)
	case int, float64:
		return "the number " + v.raw
	case string:
		return "the text " + quoteShort(x)
	case []*value:
		return "a list"
	case *mapping:
		return "a map"
	case render.PyName:
		return "the Python name " + string(x)
	case pyCall:
		return "a call of the Python name " + x.name
	default:
		return "something else"
	}
}

func quoteShort(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return strconv.Quote(s)
}

// yamlReader turns one YAML file into a value. The node budget is shared by all
// files of one configuration.
type yamlReader struct {
	file   string
	getenv func(string) (string, bool)
	budget *int
	report func(finding.Finding)
	tags   map[string]finding.Position // first use of each tag
	open   map[*yaml.Node]bool         // anchored nodes that are being read: a cycle comes back to one
}

// use remembers where a tag stands.
func (r *yamlReader) use(tag string, n *yaml.Node) {
	if _, ok := r.tags[tag]; !ok && r.tags != nil {
		r.tags[tag] = r.pos(n)
	}
}

// yamlError is a finding on the way up.
type yamlError struct{ finding.Finding }

func (e *yamlError) Error() string { return e.String() }

// read parses src, the text of file. An empty file is an empty mapping.
func (r *yamlReader) read(src []byte) (*value, *yamlError) {
	if len(src) > maxConfigBytes {
		return nil, &yamlError{finding.Finding{
			Rule: "config/limit", Severity: finding.Error, Position: finding.Position{Path: r.file},
			Message: fmt.Sprintf("the file has %d bytes; the limit is %d", len(src), maxConfigBytes),
			Hint:    "move data that is not configuration into files of its own",
		}}
	}
	if i := invalidUTF8(src); i >= 0 {
		line, col := lineColumn(src, i)
		return nil, &yamlError{finding.Finding{
			Rule: "config/syntax", Severity: finding.Error,
			Position: finding.Position{Path: r.file, Line: line, Column: col},
			Message:  fmt.Sprintf("the byte 0x%02x is not UTF-8", src[i]), Hint: "save the file as UTF-8",
		}}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return nil, r.syntax(src, err)
	}
	if line := secondDocument(src); line > 0 {
		r.report(finding.Finding{
			Rule: "config/syntax", Severity: finding.Warning, Position: finding.Position{Path: r.file, Line: line, Column: 1},
			Message: "a second YAML document begins here; it is not read", Hint: "remove the line ---",
		})
	}
	r.open = map[*yaml.Node]bool{}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return &value{v: &mapping{}, pos: finding.Position{Path: r.file, Line: 1, Column: 1}}, nil
	}
	return r.node(doc.Content[0], 0)
}

// secondDocument returns the line of a --- that does not open the file, or 0.
// At the start of a line it is a marker in any context.
func secondDocument(src []byte) int {
	content, n := false, 0
	for line := range bytes.Lines(src) {
		n++
		line = bytes.TrimRight(line, " \t\r\n")
		switch {
		case bytes.Equal(line, []byte("---")) || bytes.HasPrefix(line, []byte("--- ")):
			if content {
				return n
			}
			content = len(line) > 3
		case len(line) > 0 && line[0] != '#' && line[0] != '%':
			content = true
		}
	}
	return 0
}

func invalidUTF8(src []byte) int {
	for i := 0; i < len(src); {
		if src[i] < utf8.RuneSelf {
			i++
			continue
		}
		c, n := utf8.DecodeRune(src[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func lineColumn(src []byte, off int) (line, col int) {
	line, col = 1, 1
	for _, c := range string(src[:off]) {
		if c == '\n' {
			line, col = line+1, 1
		} else {
			col++
		}
	}
	return line, col
}

// syntax explains an error of the parser with the line that it names.
func (r *yamlReader) syntax(src []byte, err error) *yamlError {
	f := finding.Finding{Rule: "config/syntax", Severity: finding.Error, Position: finding.Position{Path: r.file}}
	f.Message = strings.TrimPrefix(err.Error(), "yaml: ")
	if le, ok := errors.AsType[*yaml.LoadError](err); ok {
		f.Message, f.Line, f.Column = le.Message, le.Mark.Line, le.Mark.Column
	}
	lines := strings.Split(string(src), "\n")
	if f.Line > len(lines) {
		f.Line = len(lines)
	}
	// A tab is reported wherever the parser noticed it; the author wants the line.
	text := ""
	if f.Line > 0 {
		text = strings.TrimRight(lines[f.Line-1], "\r")
		if strings.TrimSpace(text) != "" {
			f.Message += ": " + strings.TrimSpace(shorten(text, 60))
		}
	}
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	switch {
	case strings.Contains(indent, "\t"):
		f.Message = "a tab in the indentation: " + shorten(strings.TrimSpace(text), 60)
		f.Column = strings.IndexByte(indent, '\t') + 1
		f.Hint = "indent with spaces; YAML forbids tabs"
	case strings.Contains(f.Message, "mapping values are not allowed"):
		f.Hint = `quote a value that contains ": ", and check the indentation of the line above`
	case strings.Contains(f.Message, "cannot start any token"):
		f.Hint = "quote a value that begins with @, ` or %"
	case strings.Contains(f.Message, "unknown anchor"):
		f.Hint = "quote a value that begins with *"
	case strings.Contains(f.Message, "did not find expected"):
		f.Hint = "check the indentation, and that each bracket and quote is closed"
	default:
		f.Hint = "check the YAML of this line and the one above"
	}
	return &yamlError{f}
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

func (r *yamlReader) pos(n *yaml.Node) finding.Position {
	return finding.Position{Path: r.file, Line: n.Line, Column: n.Column}
}

func (r *yamlReader) fail(n *yaml.Node, rule, msg, hint string) *yamlError {
	return &yamlError{finding.Finding{Rule: rule, Severity: finding.Error, Position: r.pos(n), Message: msg, Hint: hint}}
}

func (r *yamlReader) warn(n *yaml.Node, rule, msg, hint string) {
	r.report(finding.Finding{Rule: rule, Severity: finding.Warning, Position: r.pos(n), Message: msg, Hint: hint})
}

// node turns a node of the parser into a value, and says no to what is too
// large, too deep or without end.
func (r *yamlReader) node(n *yaml.Node, depth int) (*value, *yamlError) {
	*r.budget--
	if *r.budget < 0 {
		return nil, r.fail(n, "config/limit", fmt.Sprintf("more than %d values once aliases are expanded", maxConfigNodes), "use fewer aliases")
	}
	if depth > maxConfigDepth {
		return nil, r.fail(n, "config/limit", fmt.Sprintf("nested more than %d deep", maxConfigDepth), "flatten the structure")
	}
	if n.Kind == yaml.AliasNode {
		if n.Alias == nil {
			return nil, r.fail(n, "config/syntax", "unknown anchor "+strconv.Quote(n.Value), "quote a value that begins with *")
		}
		n = n.Alias
		if r.open[n] {
			return nil, r.fail(n, "config/limit", fmt.Sprintf("the anchor &%s contains itself", n.Anchor), "remove the alias inside of its own anchor")
		}
		return r.node(n, depth+1)
	}
	if n.Anchor != "" {
		r.open[n] = true
		defer delete(r.open, n)
	}
	switch n.Kind {
	case yaml.ScalarNode:
		return r.scalar(n)
	case yaml.SequenceNode:
		return r.sequence(n, depth)
	case yaml.MappingNode:
		return r.mappingNode(n, depth)
	default:
		return nil, r.fail(n, "config/syntax", "a value that is neither text nor list nor map", "")
	}
}

func (r *yamlReader) scalar(n *yaml.Node) (*value, *yamlError) {
	v := &value{raw: n.Value, pos: r.pos(n)}
	if n.Style&yaml.TaggedStyle == 0 {
		if plainStyle(n) {
			v.v = implicit(n.Value)
		} else {
			v.v = n.Value
		}
		return v, nil
	}
	tag := shortTag(n.Tag)
	r.use(tag, n)
	switch tag {
	case "!ENV":
		v.v = r.env([]string{n.Value}, nil)
		if s, ok := v.v.(string); ok {
			v.raw = s
		}
	case "!relative":
		rel, ok := relativeDir(n.Value)
		if !ok {
			return nil, r.fail(n, "config/value", fmt.Sprintf("!relative %s: expected nothing, $docs_dir or $config_dir", n.Value), "write `!relative`, `!relative $docs_dir` or `!relative $config_dir/folder`")
		}
		v.v = rel
	case "!include":
		// The monorepo plugin documents the quoted spelling; this is the other one.
		v.v = "!include " + n.Value
		v.raw = "!include " + n.Value
	default:
		if name, ok := pyTag(tag, "name", "module", "object", "object/apply", "object/new"); ok {
			if strings.HasPrefix(tag, "!!python/object") {
				v.v = pyCall{name: name}
			} else {
				v.v = render.PyName(name)
			}
			return v, nil
		}
		switch strings.TrimPrefix(tag, "!!") {
		case "int", "float", "bool", "null", "python/int", "python/float", "python/bool", "python/none":
			v.v = implicit(n.Value)
		case "str", "binary", "timestamp", "python/str", "python/unicode":
			v.v = n.Value
		default:
			if tag != "!" {
				r.unknownTag(n, tag)
			}
			if plainStyle(n) && tag != "!" {
				v.v = implicit(n.Value)
			} else {
				v.v = n.Value
			}
		}
	}
	return v, nil
}

func (r *yamlReader) unknownTag(n *yaml.Node, tag string) {
	hint := "Lintel knows !ENV, !relative, !!python/name and !!python/object/apply"
	if near := finding.Nearest(tag, []string{"!ENV", "!relative"}); near != "" {
		hint = "did you mean " + near + "?"
	}
	r.warn(n, "config/tag", fmt.Sprintf("unknown YAML tag %s; the value is read as if it were not there", tag), hint)
}

func (r *yamlReader) sequence(n *yaml.Node, depth int) (*value, *yamlError) {
	items := make([]*value, 0, len(n.Content))
	for _, c := range n.Content {
		v, err := r.node(c, depth+1)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	v := &value{v: items, pos: r.pos(n)}
	if n.Style&yaml.TaggedStyle == 0 {
		return v, nil
	}
	tag := shortTag(n.Tag)
	r.use(tag, n)
	switch tag {
	case "!ENV":
		var fallback *value
		if len(items) > 1 {
			fallback, items = items[len(items)-1], items[:len(items)-1]
		}
		names := make([]string, 0, len(items))
		for _, it := range items {
			names = append(names, it.raw)
		}
		v.v = r.env(names, fallback)
		switch x := v.v.(type) {
		case string:
			v.raw = x
		default:
			if fallback != nil {
				v.raw = fallback.raw
			}
		}
	case "!!seq", "!!python/list", "!!python/tuple", "!!set", "!!omap", "!":
	default:
		if name, ok := pyTag(tag, "object/apply", "object/new"); ok {
			v.v = pyCall{name: name, args: items}
		} else {
			r.unknownTag(n, tag)
		}
	}
	return v, nil
}

func (r *yamlReader) mappingNode(n *yaml.Node, depth int) (*value, *yamlError) {
	m := &mapping{members: make([]member, 0, len(n.Content)/2)}
	lines := make(map[string]int, len(n.Content)/2)
	var merges []*mapping
	for i := 0; i+1 < len(n.Content); i += 2 {
		kn, vn := n.Content[i], n.Content[i+1]
		if plainStyle(kn) && kn.Kind == yaml.ScalarNode && kn.Value == "<<" && kn.Style&yaml.TaggedStyle == 0 {
			ms, err := r.merge(vn, depth+1)
			if err != nil {
				return nil, err
			}
			merges = append(merges, ms...)
			continue
		}
		key, err := r.node(kn, depth+1)
		if err != nil {
			return nil, err
		}
		name := key.raw
		switch key.v.(type) {
		case nil:
			name = ""
		case []*value, *mapping, pyCall:
			return nil, r.fail(kn, "config/syntax", "a list or map is used as a key", "quote a key that begins with [ or {")
		}
		val, err := r.node(vn, depth+1)
		if err != nil {
			return nil, err
		}
		mem := member{key: name, pos: r.pos(kn), val: val}
		if first, dup := lines[name]; dup {
			r.warn(kn, "config/duplicate-key", fmt.Sprintf("%s is given twice, first in line %d; the last one counts", keyName(name), first), "remove one of them")
			m.set(mem)
			continue
		}
		lines[name] = kn.Line
		m.members = append(m.members, mem)
	}
	for _, from := range merges {
		for _, mem := range from.members {
			*r.budget--
			if *r.budget < 0 {
				return nil, r.fail(n, "config/limit", fmt.Sprintf("more than %d values once aliases are expanded", maxConfigNodes), "use fewer merge keys")
			}
			if _, own := lines[mem.key]; !own {
				lines[mem.key] = mem.pos.Line
				m.members = append(m.members, mem)
			}
		}
	}
	v := &value{v: m, pos: r.pos(n)}
	if n.Style&yaml.TaggedStyle == 0 {
		return v, nil
	}
	tag := shortTag(n.Tag)
	r.use(tag, n)
	switch tag {
	case "!!map", "!!python/dict", "!!set", "!!omap", "!":
	case "!ENV":
		return nil, r.fail(n, "config/value", "!ENV expects a name or a list of names, found a map", "write `!ENV [NAME, default]`")
	default:
		name, ok := pyTag(tag, "object/apply", "object/new", "object")
		if !ok {
			r.unknownTag(n, tag)
			break
		}
		call := pyCall{name: name}
		if a := m.get("args"); a != nil {
			if list, ok := a.v.([]*value); ok {
				call.args = list
			}
		}
		if k := m.get("kwds"); k != nil {
			if kw, ok := k.v.(*mapping); ok {
				call.kwds = kw
			}
		}
		v.v = call
	}
	return v, nil
}

// merge returns the maps that `<<` names, first one first: it wins.
func (r *yamlReader) merge(n *yaml.Node, depth int) ([]*mapping, *yamlError) {
	v, err := r.node(n, depth)
	if err != nil {
		return nil, err
	}
	list, ok := v.v.([]*value)
	if !ok {
		list = []*value{v}
	}
	out := make([]*mapping, 0, len(list))
	for _, e := range list {
		m, ok := e.v.(*mapping)
		if !ok {
			return nil, r.fail(n, "config/type", "<< expects a map or a list of maps, found "+e.kind(), "point << at an anchor of a map, such as `<<: *defaults`")
		}
		out = append(out, m)
	}
	return out, nil
}

// env answers !ENV: the first variable that is set, read as YAML would read it
// plain, or the default.
func (r *yamlReader) env(names []string, fallback *value) any {
	for _, name := range names {
		if s, ok := r.getenv(name); ok {
			return implicit(s)
		}
	}
	if fallback != nil {
		return fallback.v
	}
	return nil
}

func keyName(k string) string {
	if k == "" {
		return "the empty key"
	}
	return k
}

func plainStyle(n *yaml.Node) bool {
	return n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// shortTag gives the "!!" spelling of YAML's own tags.
func shortTag(tag string) string {
	if rest, ok := strings.CutPrefix(tag, "tag:yaml.org,2002:"); ok {
		return "!!" + rest
	}
	return tag
}

// pyTag returns the name in a `!!python/KIND:name` tag.
func pyTag(tag string, kinds ...string) (string, bool) {
	rest, ok := strings.CutPrefix(tag, "!!python/")
	if !ok {
		return "", false
	}
	kind, name, ok := strings.Cut(rest, ":")
	if !ok {
		return "", false
	}
	if slices.Contains(kinds, kind) {
		return name, true
	}
	return "", false
}

// relativeDir reads the value of !relative.
func relativeDir(s string) (render.Relative, bool) {
	prefix, _, _ := strings.Cut(s, "/")
	return render.Relative(s), s == "" || prefix == "$docs_dir" || prefix == "$config_dir"
}

// YAML 1.1's plain numbers, as PyYAML reads them: MkDocs' users rely on it.
var (
	yamlInt   = regexp.MustCompile(`^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$`)
	yamlFloat = regexp.MustCompile(`^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)$`)
)

// implicit gives a plain scalar its type by the rules of YAML 1.1.
func implicit(s string) any {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		return true
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		return false
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
		return math.Inf(1)
	case "-.inf", "-.Inf", "-.INF":
		return math.Inf(-1)
	case ".nan", ".NaN", ".NAN":
		return math.NaN()
	}
	if c := s[0]; c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') {
		return s
	}
	switch {
	case yamlInt.MatchString(s):
		if i, ok := parseInt(strings.ReplaceAll(s, "_", "")); ok {
			return i
		}
	case yamlFloat.MatchString(s):
		t := strings.ReplaceAll(s, "_", "")
		if strings.Contains(t, ":") {
			return sexagesimal(t)
		}
		if f, err := strconv.ParseFloat(t, 64); err == nil {
			return f
		}
	}
	return s
}

func parseInt(s string) (int, bool) {
	if strings.Contains(s, ":") {
		f := sexagesimal(s)
		return int(f), math.Abs(f) < 1<<53
	}
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = s[:1], s[1:]
	}
	base := 10
	switch {
	case strings.HasPrefix(s, "0b"):
		base, s = 2, s[2:]
	case strings.HasPrefix(s, "0x"):
		base, s = 16, s[2:]
	case len(s) > 1 && s[0] == '0':
		base, s = 8, s[1:]
	}
	i, err := strconv.ParseInt(sign+s, base, 64)
	return int(i), err == nil
}

// sexagesimal reads 1:30 as 90.
func sexagesimal(s string) float64 {
	neg := strings.HasPrefix(s, "-")
	f := 0.0
	for part := range strings.SplitSeq(strings.TrimLeft(s, "+-"), ":") {
		p, _ := strconv.ParseFloat(part, 64)
		f = f*60 + p
	}
	if neg {
		f = -f
	}
	return f
}
