package render

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Meta is the front matter of a page: the YAML mapping between --- lines at its
// start (or the plain `Key: value` lines that Python-Markdown's meta extension
// reads). Values are string, bool, int, float64, nil, []any or map[string]any.
// A number that would lose its spelling (0005, 1.10) and a date are strings.
type Meta map[string]any

// String returns the value of a key as text, or "" when it is absent or not a
// scalar.
func (m Meta) String(key string) string { return scalarText(m[key]) }

func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// Strings returns the texts of a list, or a scalar as a list of one; nil when
// the key is absent. Items that are no scalars are left out.
func (m Meta) Strings(key string) []string {
	switch v := m[key].(type) {
	case nil:
		return nil
	case []any:
		list := make([]string, 0, len(v))
		for _, x := range v {
			if s := scalarText(x); s != "" {
				list = append(list, s)
			}
		}
		return list
	default:
		if s := scalarText(v); s != "" {
			return []string{s}
		}
	}
	return nil
}

// Bool returns the truth value of a key, or def when it is absent or not one.
func (m Meta) Bool(key string, def bool) bool {
	switch v := m[key].(type) {
	case bool:
		return v
	case string:
		switch strings.ToLower(v) {
		case "true", "yes", "on":
			return true
		case "false", "no", "off":
			return false
		}
	}
	return def
}

// Map returns the mapping under a key, or nil.
func (m Meta) Map(key string) Meta {
	v, _ := m[key].(map[string]any)
	return v
}

const (
	maxMetaBytes = 256 << 10
	maxMetaNodes = 20_000
	maxMetaDepth = 64
)

// splitMeta takes the front matter off a page. firstLine is the line in the
// file at which body begins.
func splitMeta(src string, m *Markdown) (meta Meta, body string, firstLine int, findings []finding.Finding) {
	body = strings.TrimPrefix(src, "\ufeff")
	firstLine = 1
	if m.opts.Dialect == CommonMarkStrict {
		return nil, body, firstLine, nil
	}
	if yamlText, rest, lines := cutFrontMatter(body); lines > 0 {
		values, ok, problem := parseFrontMatter(yamlText)
		if problem != nil {
			problem.Hint = "until it is mended the block is shown as text, as MkDocs does"
			findings = append(findings, *problem)
		}
		if ok {
			meta, body, firstLine = values, rest, 1+lines
		}
	} else if m.opts.Dialect == MkDocs {
		if values, rest, lines := plainMeta(body); lines > 0 {
			if key := unusualKey(values); key != "" {
				findings = append(findings, finding.Finding{
					Rule: "markdown/metadata", Severity: finding.Info, Position: finding.Position{Line: 1},
					Message: "the first lines are read as metadata (" + key + ") and not shown, as in MkDocs",
					Hint:    "begin the page with an empty line if they are text",
				})
			}
			meta, body, firstLine = values, rest, 1+lines
		}
	}
	return meta, body, firstLine, findings
}

// cutLine returns the first line of s without its line break, and the rest.
// ok is false when the line is not ended by a line break.
func cutLine(s string) (line, rest string, ok bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\n':
			return s[:i], s[i+1:], true
		case '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				return s[:i], s[i+2:], true
			}
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

func isFence(line string, dots bool) bool {
	rest, ok := strings.CutPrefix(line, "---")
	if !ok && dots {
		rest, ok = strings.CutPrefix(line, "...")
	}
	return ok && strings.Trim(rest, " \t") == ""
}

// cutFrontMatter returns the text between the fences that src begins with, the
// text after them and the number of lines before that. There must be at least
// one line between the fences and a line break after them.
func cutFrontMatter(src string) (text, rest string, lines int) {
	if !strings.HasPrefix(src, "---") {
		return "", "", 0
	}
	line, rest, ok := cutLine(src)
	if !ok || !isFence(line, false) {
		return "", "", 0
	}
	start := len(src) - len(rest)
	if _, rest, ok = cutLine(rest); !ok {
		return "", "", 0
	}
	for n := 2; ; n++ {
		end := len(src) - len(rest)
		if line, rest, ok = cutLine(rest); !ok {
			return "", "", 0
		}
		if !isFence(line, true) {
			continue
		}
		text, lines = src[start:end], n+1
		rest, n = skipEmptyLines(rest)
		return text, rest, lines + n
	}
}

// skipEmptyLines takes line breaks off the start of s.
func skipEmptyLines(s string) (string, int) {
	for n := 0; ; n++ {
		line, rest, ok := cutLine(s)
		if !ok || line != "" {
			return s, n
		}
		s = rest
	}
}

// parseFrontMatter reads the YAML of a front matter, which begins at line 2 of
// the file. ok is false when it is not a mapping, and then the block is text.
func parseFrontMatter(s string) (meta Meta, ok bool, problem *finding.Finding) {
	if meta, ok := simpleYAML(s); ok {
		return meta, len(meta) > 0, nil
	}
	report := func(line, col int, msg string) *finding.Finding {
		return &finding.Finding{
			Rule:     "markdown/front-matter",
			Severity: finding.Info, // MkDocs is silent, and its strict mode passes
			Position: finding.Position{Line: line + 1, Column: col},
			Message:  "front matter: " + msg,
		}
	}
	if len(s) > maxMetaBytes {
		return nil, false, report(0, 0, "larger than "+strconv.Itoa(maxMetaBytes>>10)+" KiB")
	}
	var doc yaml.Node
	if err := loadYAML(s, &doc); err != nil {
		if le, ok := errors.AsType[*yaml.LoadError](err); ok {
			return nil, false, report(le.Mark.Line, le.Mark.Column, le.Message)
		}
		return nil, false, report(0, 0, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	meta, ok, bounded := nodeMeta(&doc)
	if !bounded {
		return nil, false, report(0, 0, "too many values, or too deeply nested")
	}
	return meta, ok, nil
}

// nodeMeta returns the mapping that a YAML document is. bounded is false when
// it is too large.
func nodeMeta(doc *yaml.Node) (meta Meta, ok, bounded bool) {
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, false, true
	}
	c := metaConverter{left: maxMetaNodes}
	meta, _ = c.value(doc.Content[0], 0).(map[string]any)
	return meta, true, c.left >= 0 && !c.deep
}

// loadYAML guards against a panic of the library: the input is not ours.
func loadYAML(s string, doc *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("cannot be read: %v", r)
		}
	}()
	return yaml.Unmarshal([]byte(s), doc)
}

// metaConverter turns YAML nodes into the values of Meta. Aliases are followed
// within a bound on the nodes visited, so that a few lines cannot stand for
// gigabytes.
type metaConverter struct {
	left int
	deep bool
}

func (c *metaConverter) value(n *yaml.Node, depth int) any {
	c.left--
	if depth > maxMetaDepth {
		c.deep = true
	}
	if c.left < 0 || c.deep {
		return nil
	}
	switch n.Kind {
	case yaml.AliasNode:
		return c.value(n.Alias, depth+1)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, x := range n.Content {
			list = append(list, c.value(x, depth+1))
		}
		return list
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind == yaml.ScalarNode && key.Value == "<<" {
				c.merge(m, n.Content[i+1], depth)
			}
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind == yaml.AliasNode {
				key = key.Alias
			}
			if key.Kind == yaml.ScalarNode && key.Value != "<<" {
				m[strings.Clone(key.Value)] = c.value(n.Content[i+1], depth+1)
			}
		}
		return m
	case yaml.ScalarNode:
		const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
		if n.Style&quoted != 0 || n.Style&yaml.TaggedStyle != 0 && n.Tag == "!!str" {
			return n.Value
		}
		return plainScalar(n.Value)
	}
	return nil
}

func (c *metaConverter) merge(into map[string]any, n *yaml.Node, depth int) {
	switch v := c.value(n, depth+1).(type) {
	case map[string]any:
		maps.Copy(into, v)
	case []any:
		for _, v0 := range slices.Backward(v) {
			m, _ := v0.(map[string]any)
			maps.Copy(into, m)
		}
	}
}

// plainScalar returns the value of an unquoted YAML scalar by the rules of
// YAML 1.1, which Python's library follows.
func plainScalar(s string) any {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		return true
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		return false
	}
	if c := s[0]; isDigit(c) || c == '-' {
		if n, err := strconv.Atoi(s); err == nil && strconv.Itoa(n) == s {
			return n
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil && strconv.FormatFloat(f, 'f', -1, 64) == s {
			return f
		}
	}
	return s
}

// simpleYAML reads what nearly all front matter is: one key a line with a plain
// or simply quoted value, or a list of such values. It returns false for
// anything that could mean something else in YAML.
func simpleYAML(s string) (Meta, bool) {
	m := Meta{}
	for s != "" {
		line, rest, ok := cutLine(s)
		if !ok {
			return nil, false
		}
		s = rest
		line = strings.TrimRight(line, " ")
		if line == "" {
			continue
		}
		if line[0] == '#' {
			if hasControl(line) {
				return nil, false
			}
			continue
		}
		i := 0
		for i < len(line) && (isAlnum(line[i]) || i > 0 && (line[i] == '_' || line[i] == '-')) {
			i++
		}
		if i == 0 || i == len(line) || line[i] != ':' {
			return nil, false
		}
		key := strings.Clone(line[:i])
		if _, dup := m[key]; dup {
			return nil, false
		}
		if i+1 < len(line) {
			if line[i+1] != ' ' {
				return nil, false
			}
			v, ok := simpleValue(strings.TrimLeft(line[i+1:], " "))
			if !ok {
				return nil, false
			}
			m[key] = v
			continue
		}
		// A list of values, or no value.
		var list []any
		indent := -1
		for {
			item, rest, ok := cutLine(s)
			if !ok {
				break
			}
			text := strings.TrimLeft(item, " ")
			if !strings.HasPrefix(text, "- ") {
				if text != item {
					return nil, false // a mapping, or text that goes on
				}
				break
			}
			if at := len(item) - len(text); indent >= 0 && at != indent {
				return nil, false
			} else {
				indent = at
			}
			v, ok := simpleValue(strings.Trim(text[2:], " "))
			if !ok {
				return nil, false
			}
			list = append(list, v)
			s = rest
		}
		if list == nil {
			m[key] = nil
		} else {
			m[key] = list
		}
	}
	return m, true
}

// simpleValue reads one value on one line.
func simpleValue(s string) (any, bool) {
	if s == "" {
		return nil, false
	}
	switch c := s[0]; c {
	case '"', '\'':
		if len(s) < 2 || s[len(s)-1] != c {
			return nil, false
		}
		s = s[1 : len(s)-1]
		if strings.IndexByte(s, c) >= 0 || c == '"' && strings.IndexByte(s, '\\') >= 0 || hasControl(s) {
			return nil, false
		}
		return strings.Clone(s), true
	case '[':
		if s[len(s)-1] != ']' {
			return nil, false
		}
		s = strings.Trim(s[1:len(s)-1], " ")
		list := []any{}
		for s != "" {
			item, rest, more := strings.Cut(s, ",")
			item, rest = strings.Trim(item, " "), strings.Trim(rest, " ")
			if item == "" || more && rest == "" || strings.ContainsAny(item, "[]{}:#\"'") {
				return nil, false
			}
			v, ok := simpleValue(item)
			if !ok {
				return nil, false
			}
			list = append(list, v)
			s = rest
		}
		return list, true
	case '-', '?', ':', ',', ']', '{', '}', '#', '&', '*', '!', '|', '>', '%', '@', '`':
		if c == '-' && len(s) > 1 && isDigit(s[1]) {
			break
		}
		return nil, false
	}
	if s[len(s)-1] == ':' || strings.Contains(s, ": ") || strings.Contains(s, " #") || hasControl(s) {
		return nil, false
	}
	v := plainScalar(s)
	if t, ok := v.(string); ok {
		v = strings.Clone(t)
	}
	return v, true
}

// hasControl reports whether s holds what YAML does not allow in a line, or
// what is not UTF-8.
func hasControl(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f {
			return true
		}
		if s[i] >= 0x80 {
			for _, r := range s[i:] {
				if r < 0xa0 || r == '\ufffd' || r == '\u2028' || r == '\u2029' || r == '\ufeff' {
					return true
				}
			}
			return false
		}
	}
	return false
}

// metaLine reads a `Key: value` line.
func metaLine(line string) (key, value string, ok bool) {
	i := 0
	for i < 3 && i < len(line) && line[i] == ' ' {
		i++
	}
	start := i
	for i < len(line) && (isAlnum(line[i]) || line[i] == '_' || line[i] == '-') {
		i++
	}
	if i == start || i == len(line) || line[i] != ':' {
		return "", "", false
	}
	return strings.ToLower(line[start:i]), strings.TrimSpace(line[i+1:]), true
}

// metaMore reads a line that goes on with the value of the line before.
func metaMore(line string) (value string, ok bool) {
	value, ok = strings.CutPrefix(line, "    ")
	if !ok {
		value, ok = strings.CutPrefix(line, "\t")
	}
	return strings.TrimSpace(value), ok
}

// plainMeta reads the `Key: value` lines that MkDocs takes for metadata when a
// page begins with them. MkDocs takes any first line with a colon after a word
// and drops it; we leave a page its text where the lines can hardly be meant as
// metadata: without a value, as a URL, or with text right below.
func plainMeta(src string) (meta Meta, rest string, lines int) {
	if line, _, _ := cutLine(src); line == "" || strings.IndexByte(line, ':') < 0 {
		return nil, "", 0
	}
	key, rest := "", src
	for rest != "" {
		line, after, _ := cutLine(rest)
		if strings.TrimSpace(line) == "" {
			rest = after
			lines++
			break
		}
		if k, v, ok := metaLine(line); ok {
			if v == "" || strings.HasPrefix(v, "//") {
				return nil, "", 0
			}
			if meta == nil {
				meta = Meta{}
			}
			key = k
			if old, set := meta[key].(string); set {
				v = old + " " + v
			}
			meta[strings.Clone(key)] = strings.Clone(v)
		} else if v, ok := metaMore(line); ok && key != "" {
			meta[key] = meta.String(key) + " " + v
		} else if line[0] == '#' {
			break
		} else {
			return nil, "", 0
		}
		rest = after
		lines++
	}
	if meta == nil {
		return nil, "", 0
	}
	rest, n := skipEmptyLines(rest)
	return meta, rest, lines + n
}

// unusualKey returns a key that hardly anybody gives to metadata, or "".
func unusualKey(m Meta) string {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		switch key {
		case "title", "subtitle", "description", "summary", "author", "authors", "date", "template", "tags", "keywords",
			"icon", "status", "hide", "search", "category", "categories", "slug", "layout", "lang", "language", "copyright",
			"source", "path", "repo", "image", "css", "revision_date", "page_title", "base_url", "version", "id":
		default:
			return key
		}
	}
	return ""
}

// pythonMeta takes off what Python-Markdown's extension meta reads: lines of
// `Key: value`, which may stand between fences. MkDocs has taken front matter
// off already, but not that of a file that is included first, nor a block that
// is no YAML.
func (p *pmParser) pythonMeta(lines []pmLine) []pmLine {
	if _, on := p.md.ext["meta"]; !on || len(lines) == 0 {
		return lines
	}
	isEnd := func(line string) bool {
		return (strings.HasPrefix(line, "---") || strings.HasPrefix(line, "...")) &&
			(len(line) == 3 || isBlank(line[3:4]))
	}
	meta := Meta{}
	i := 0
	if strings.HasPrefix(lines[0].text, "---") && isEnd(lines[0].text) {
		i++
	}
	var list []any
	key := ""
	for ; i < len(lines); i++ {
		line := lines[i].text
		if isBlank(line) || isEnd(line) {
			i++
			break
		}
		k, v, ok := metaLine(line)
		if ok {
			key = strings.Clone(k)
			list, _ = meta[key].([]any)
		} else if v, ok = metaMore(line); !ok || key == "" {
			break
		}
		list = append(list, strings.Clone(v))
		meta[key] = list
	}
	if p.doc.Meta == nil && len(meta) > 0 {
		p.doc.Meta = meta
	}
	if i == len(lines) {
		return []pmLine{{n: lines[i-1].n}}
	}
	return lines[i:]
}
