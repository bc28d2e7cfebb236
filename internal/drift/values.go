package drift

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// fact is a scalar that code states under a key.
type fact struct {
	keys  []string // path of keys, the outermost first; list items by their name
	value string
	line  int
	owner string // what the thing calls itself that the value is of, "" where the keys say it
}

func (f *fact) id() string { return strings.Join(f.keys, "\x00") }

// maxFacts bounds the facts of a file, maxDepth how deep they are nested.
const (
	maxFacts = 20000
	maxDepth = 40
)

// facts reads the scalars that a file states. What cannot be read has none.
func facts(p string, src []byte) []fact {
	base := strings.ToLower(path.Base(p))
	ext := path.Ext(base)
	if len(src) > 1<<20 {
		return nil
	}
	switch {
	case strings.HasPrefix(base, "dockerfile") || ext == ".dockerfile":
		return append(dockerFacts(src), flagFacts(src)...)
	case base == "pyproject.toml" || base == "requirements.txt" || strings.HasPrefix(base, "requirements-") || base == "constraints.txt":
		return append(lineFacts(src, false), pinnedFacts(src)...)
	case ext == ".sh" || ext == ".bash" || base == "makefile" || base == "justfile":
		s, _ := syntaxOf(p)
		return append(codeFacts(s, src), flagFacts(src)...)
	case ext == ".yaml" || ext == ".yml" || ext == ".json":
		return yamlFacts(src)
	case ext == ".toml" || ext == ".ini" || ext == ".cfg" || ext == ".conf" || ext == ".properties" || strings.HasPrefix(base, ".env") || ext == ".env":
		return lineFacts(src, ext == ".properties")
	case ext == ".tf" || ext == ".hcl" || ext == ".tfvars":
		return hclFacts(src)
	}
	if s, ok := syntaxOf(p); ok && !s.data && ext != ".html" && ext != ".css" {
		return codeFacts(s, src)
	}
	return nil
}

func yamlFacts(src []byte) []fact {
	var out []fact
	for n, doc := range yamlDocuments(src) {
		var top []string
		if name := nameOf(doc); name != "" {
			top = []string{name}
		} else if n > 0 {
			top = []string{strconv.Itoa(n)}
		}
		out = walkYAML(doc, top, 0, out)
	}
	return out
}

// yamlDocuments returns what the documents of a file of YAML or JSON hold, as
// far as it can be read.
func yamlDocuments(src []byte) []*yaml.Node {
	var out []*yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(src))
	for range 200 {
		var doc yaml.Node
		if err := dec.Decode(&doc); err != nil {
			break
		}
		if doc.Kind == yaml.DocumentNode && len(doc.Content) > 0 {
			out = append(out, doc.Content[0])
		}
	}
	return out
}

// nameOf returns what a mapping is called.
func nameOf(n *yaml.Node) string {
	if n.Kind != yaml.MappingNode {
		return ""
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i].Value, n.Content[i+1]
		switch k {
		case "name", "id", "dag_id", "topic", "alert", "key":
			if v.Kind == yaml.ScalarNode {
				return v.Value
			}
		case "metadata":
			if s := nameOf(v); s != "" {
				return s
			}
		}
	}
	return ""
}

// own tells facts whose they are, unless they know.
func own(facts []fact, name string) {
	for i := range facts {
		if facts[i].owner == "" {
			facts[i].owner = name
		}
	}
}

// spanOf reads a duration that is written in two keys: {count: 12, period: hour}.
func spanOf(n *yaml.Node) string {
	number, unit := "", ""
	for i := 0; i+1 < len(n.Content); i += 2 {
		v := n.Content[i+1].Value
		switch n.Content[i].Value {
		case "count", "value", "amount", "every", "interval":
			if numberRE.MatchString(v) {
				number = v
			}
		case "period", "unit", "units", "timeUnit", "time_unit":
			switch u := strings.TrimSuffix(strings.ToLower(v), "s"); u {
			case "second", "minute", "hour", "day", "week":
				unit = u[:1]
			}
		}
	}
	if number == "" || unit == "" {
		return ""
	}
	return number + unit
}

func walkYAML(n *yaml.Node, at []string, depth int, out []fact) []fact {
	if depth > maxDepth || len(out) > maxFacts {
		return out
	}
	switch n.Kind {
	case yaml.MappingNode:
		if span := spanOf(n); span != "" && len(at) > 0 {
			out = append(out, fact{keys: at, value: span, line: n.Line})
		}
		if name := nameOf(n); name != "" {
			first := len(out)
			defer func() { own(out[first:], name) }()
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			keys := append(slices.Clip(at), k.Value)
			// name: X, value: Y is a key of its own.
			out = walkYAML(v, keys, depth+1, out)
		}
	case yaml.SequenceNode:
		for i, v := range n.Content {
			name := nameOf(v)
			if name == "" {
				name = "#" + strconv.Itoa(i)
			}
			// --flag, value: arguments of a command.
			if i > 0 && v.Kind == yaml.ScalarNode && flagRE.MatchString(n.Content[i-1].Value) && v.Value != "" && v.Value[0] != '-' {
				out = append(out, fact{keys: append(slices.Clip(at), n.Content[i-1].Value), value: v.Value, line: v.Line})
			}
			out = walkYAML(v, append(slices.Clip(at), name), depth+1, out)
		}
	case yaml.ScalarNode:
		if len(at) > 0 && n.Value != "" && len(n.Value) < 200 && !strings.Contains(n.Value, "\n") {
			if len(at) > 1 && at[len(at)-1] == "value" {
				at = at[:len(at)-1]
			}
			out = append(out, fact{keys: at, value: n.Value, line: n.Line})
			out = withinScalar(at, n.Value, n.Line, out)
		} else if len(n.Value) < maxNameText {
			for _, f := range flagFacts([]byte(n.Value)) {
				out = append(out, fact{keys: append(slices.Clip(at), f.keys...), value: f.value, line: n.Line + f.line})
			}
		}
	}
	return out
}

var (
	flagRE = regexp.MustCompile(`^--[a-z][\w-]*$`)
	// thresholdRE finds what an expression compares a metric or a column with.
	thresholdRE = regexp.MustCompile(`([A-Za-z_:][\w:]{3,})(?:\{([^{}]*)\})?[^<>={}]*(?:>=?|<=?|==)\s*(\d+(?:\.\d+)?)\s*$`)
	labelRE     = regexp.MustCompile(`=~?"([\w-]{3,60})"`)
	imageRE     = regexp.MustCompile(`^([\w][\w.-]*(?::\d+)?(?:/[\w.-]+)*):(v?\d[\w.-]*)$`)
	portsRE     = regexp.MustCompile(`^(?:[\d.]+:)?(\d{2,5}):(\d{2,5})(?:/tcp|/udp)?$`)
	argumentRE  = regexp.MustCompile(`(?:^|[\s"'])(--[a-z][\w-]*)[= ]["']?([\w.]*\d[\w.]*|true|false)["']?(?:[\s"'\\]|$)`)
	fallbackRE  = regexp.MustCompile(`\$\{([A-Z][A-Z0-9_]+):?-([^{}$\s]+)\}`)
	pinnedRE    = regexp.MustCompile(`(?:^|["'\s])([A-Za-z][\w.-]*[A-Za-z0-9])(?:\[[\w,\s-]*\])?\s*(?:==|>=|~=|\^)\s*(v?\d[\w.]*)`)
)

// withinScalar adds what a value of YAML holds: the tag of an image, the port
// that is published, the argument of a flag, what an expression compares with.
func withinScalar(at []string, v string, line int, out []fact) []fact {
	add := func(value string, keys ...string) {
		out = append(out, fact{keys: append(slices.Clip(at), keys...), value: value, line: line})
	}
	switch m := imageRE.FindStringSubmatch(v); {
	case m != nil && !portsRE.MatchString(v) && strings.ContainsFunc(m[1], func(r rune) bool { return r >= 'a' && r <= 'z' }):
		add(m[2], append(strings.Split(m[1], "/"), "version")...)
		return out
	}
	if m := portsRE.FindStringSubmatch(v); m != nil {
		add(m[1], "port")
		return out
	}
	if m := thresholdRE.FindStringSubmatch(v); m != nil && !strings.HasPrefix(v, "${") {
		var keys []string
		for _, l := range labelRE.FindAllStringSubmatch(m[2], 4) {
			keys = append(keys, l[1])
		}
		add(m[3], append(keys, m[1])...)
	}
	for _, f := range flagFacts([]byte(v)) {
		out = append(out, fact{keys: append(slices.Clip(at), f.keys...), value: f.value, line: line})
	}
	return out
}

// flagFacts reads the arguments and fallbacks of commands: --flag 7, ${NAME:-7}.
func flagFacts(src []byte) []fact {
	if bytes.IndexByte(src, '-') < 0 {
		return nil
	}
	var out []fact
	seen := map[string]int{}
	add := func(k, v string, line int) {
		keys := []string{k}
		if n := seen[k]; n > 0 {
			keys = []string{"#" + strconv.Itoa(n), k}
		}
		seen[k]++
		out = append(out, fact{keys: keys, value: v, line: line})
	}
	for i, l := range lines(src) {
		if len(out) > maxFacts {
			break
		}
		for _, m := range argumentRE.FindAllStringSubmatch(l, 50) {
			add(m[1], m[2], i+1)
		}
		for _, m := range fallbackRE.FindAllStringSubmatch(l, 50) {
			add(m[1], m[2], i+1)
		}
	}
	return out
}

// pinnedFacts reads the versions of dependencies, as Python's files list them.
func pinnedFacts(src []byte) []fact {
	var out []fact
	for i, l := range lines(src) {
		if strings.HasPrefix(strings.TrimSpace(l), "#") || len(out) > maxFacts {
			continue
		}
		for _, m := range pinnedRE.FindAllStringSubmatch(l, 50) {
			out = append(out, fact{keys: []string{"dependencies", m[1], "version"}, value: m[2], line: i + 1})
		}
	}
	return out
}

var assignRE = regexp.MustCompile(`^\s*(?:export\s+)?["']?([\w.-]+)["']?\s*[=:]\s*(.*?)\s*$`)

func lineFacts(src []byte, dotted bool) []fact {
	var out []fact
	var section []string
	for i, l := range lines(src) {
		t := strings.TrimSpace(l)
		if t == "" || t[0] == '#' || t[0] == ';' {
			continue
		}
		if t[0] == '[' {
			section = strings.FieldsFunc(strings.Trim(t, "[]"), func(r rune) bool { return r == '.' || r == '"' || r == ' ' })
			continue
		}
		m := assignRE.FindStringSubmatch(t)
		if m == nil || len(out) > maxFacts {
			continue
		}
		v := scalarText(m[2])
		if v == "" {
			continue
		}
		keys := slices.Clip(section)
		if dotted {
			keys = append(keys, strings.Split(m[1], ".")...)
		} else {
			keys = append(keys, m[1])
		}
		out = append(out, fact{keys: keys, value: v, line: i + 1})
	}
	return out
}

// scalarText returns a value without quotes and trailing comment.
func scalarText(v string) string {
	if v == "" || v[0] == '[' || v[0] == '{' {
		return ""
	}
	if q := v[0]; q == '"' || q == '\'' {
		if k := strings.IndexByte(v[1:], q); k >= 0 {
			return v[1 : 1+k]
		}
	}
	for _, m := range []string{" #", " //", " ;"} {
		v, _, _ = strings.Cut(v, m)
	}
	return strings.TrimRight(strings.TrimSpace(v), ",;")
}

func dockerFacts(src []byte) []fact {
	var out []fact
	seen := map[string]int{}
	add := func(line int, value string, keys ...string) {
		k := strings.Join(keys, "\x00")
		if n := seen[k]; n > 0 {
			keys = append([]string{"#" + strconv.Itoa(n)}, keys...)
		}
		seen[k]++
		out = append(out, fact{keys: keys, value: value, line: line})
	}
	for i, l := range lines(src) {
		f := strings.Fields(l)
		if len(f) < 2 || len(out) > maxFacts {
			continue
		}
		switch strings.ToUpper(f[0]) {
		case "ARG", "ENV":
			for _, kv := range f[1:] {
				if k, v, ok := strings.Cut(kv, "="); ok && v != "" {
					add(i+1, strings.Trim(v, `"'`), k)
				}
			}
		case "EXPOSE":
			add(i+1, strings.TrimSuffix(f[1], "/tcp"), "port")
		case "FROM":
			ref := f[1]
			if strings.HasPrefix(ref, "--") && len(f) > 2 {
				ref = f[2]
			}
			ref, _, _ = strings.Cut(ref, "@")
			if k := strings.LastIndexByte(ref, ':'); k > strings.LastIndexByte(ref, '/') {
				add(i+1, ref[k+1:], append(strings.Split(ref[:k], "/"), "version")...)
			}
		}
	}
	return out
}

var hclBlockRE = regexp.MustCompile(`^\s*([\w-]+)((?:\s+"[^"]*")*)\s*(?:=\s*)?\{\s*$`)

func hclFacts(src []byte) []fact {
	var out []fact
	var stack [][]string
	type begun struct {
		first int // of its facts
		name  string
	}
	var blocks []begun
	for i, l := range lines(src) {
		t := strings.TrimSpace(l)
		switch {
		case strings.HasPrefix(t, "}"):
			if n := len(stack); n > 0 {
				if b := blocks[n-1]; b.name != "" {
					own(out[b.first:], b.name)
				}
				stack, blocks = stack[:n-1], blocks[:n-1]
			}
			continue
		}
		var at []string
		for _, s := range stack {
			at = append(at, s...)
		}
		if m := hclBlockRE.FindStringSubmatch(l); m != nil && len(stack) < maxDepth {
			part := []string{m[1]}
			for q := range strings.SplitSeq(m[2], `"`) {
				if q = strings.TrimSpace(q); q != "" {
					part = append(part, q)
				}
			}
			stack, blocks = append(stack, part), append(blocks, begun{first: len(out)})
			continue
		}
		if m := assignRE.FindStringSubmatch(t); m != nil && len(out) < maxFacts {
			if v := scalarText(m[2]); v != "" {
				if n := len(blocks); n > 0 && m[1] == "name" {
					blocks[n-1].name = v
				}
				keys := append(at, m[1])
				if m[1] == "default" && len(at) > 0 {
					keys = at
				}
				out = append(out, fact{keys: keys, value: v, line: i + 1})
			}
		}
	}
	return out
}

// codeFacts reads constants, defaults and named arguments of a programming
// language: NAME = literal, name: type = literal, name=literal in a call.
func codeFacts(s syntax, src []byte) []fact {
	ts := tokens(s, src)
	var out []fact
	seen := map[string]int{}
	scope := ""
	// call is a call with its first argument when that is a string: what a flag,
	// a setting or a task is called.
	type call struct{ name, label string }
	var calls []call
	at := func(k int) string {
		if k < 0 || k >= len(ts) {
			return ""
		}
		return ts[k].text
	}
	add := func(line int, value string, keys ...string) {
		keys = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == "" })
		id := strings.Join(keys, "\x00")
		if n := seen[id]; n > 0 {
			keys = append([]string{"#" + strconv.Itoa(n)}, keys...)
		}
		seen[id]++
		out = append(out, fact{keys: keys, value: value, line: line})
	}
	for i := 0; i < len(ts) && len(out) < maxFacts; i++ {
		t := ts[i]
		if t.kind == tokWord && declares[strings.ToLower(t.text)] && i+1 < len(ts) && ts[i+1].kind == tokWord {
			switch strings.ToLower(t.text) {
			case "class", "def", "func", "function", "type", "struct", "interface", "table", "enum":
				scope = at(i + 1)
			}
		}
		switch t.text {
		case "(":
			name := ""
			if i > 0 && ts[i-1].kind == tokWord {
				name = at(i - 1)
			}
			calls = append(calls, call{name: name})
			continue
		case ")":
			if len(calls) > 0 {
				calls = calls[:len(calls)-1]
			}
			continue
		}
		if n := len(calls); n > 0 && (at(i-1) == "(" || at(i-1) == ",") {
			in := &calls[n-1]
			if t.kind == tokString && in.label == "" && len(t.text) < 80 && (shaped(t.text) || at(i-1) == "(" && callNameRE.MatchString(t.text)) {
				in.label = t.text
				continue
			}
			// get("NAME", 500): the default of a setting.
			if in.label != "" && shaped(in.label) && (t.kind == tokString || t.text[0] >= '0' && t.text[0] <= '9') && (at(i+1) == ")" || at(i+1) == ",") {
				if v := literal(ts, i); v != "" && v != in.label {
					add(t.line, v, in.name, in.label)
				}
				continue
			}
		}
		if t.kind != tokWord || !isLetter(t.text[0]) || s.typed && i > 0 && ts[i-1].kind == tokWord && ts[i-1].line == t.line && !declares[at(i-1)] {
			continue
		}
		// NAME [: type] = or := or : literal
		k := i + 1
		for range 4 {
			if at(k) == ":" && at(k+1) != "=" && k+1 < len(ts) && ts[k+1].kind == tokWord && isLetter(at(k + 1)[0]) && at(k+2) == "=" {
				k += 2
			} else if s.typed && k < len(ts) && ts[k].kind == tokWord && at(k+1) == "=" && ts[k].line == t.line && !declares[t.text] { // Go: const X int = 3
				k++
			} else {
				break
			}
		}
		if at(k) == ":" && at(k+1) == "=" {
			k++
		}
		if at(k) != "=" && at(k) != ":" || at(k+1) == "=" || k+1 >= len(ts) {
			continue
		}
		value := literal(ts, k+1)
		if value == "" {
			continue
		}
		keys := []string{}
		if scope != "" && !t.first {
			keys = append(keys, scope)
		}
		if len(calls) > 0 && calls[len(calls)-1].name != "" {
			in := calls[len(calls)-1]
			keys = append(keys, in.name)
			if in.label != "" {
				keys = append(keys, in.label)
				if fallbacks[t.text] {
					add(t.line, value, keys...)
					continue
				}
			}
		}
		add(t.line, value, append(keys, t.text)...)
	}
	return out
}

// fallbacks are named arguments that give the value of what the call names.
var fallbacks = map[string]bool{"default": true, "default_value": true, "defaultValue": true, "default_var": true, "fallback": true, "value": true, "initial": true}

// callNameRE finds strings that name what a call makes.
var callNameRE = regexp.MustCompile(`^-{0,2}[a-z][\w.-]*$`)

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' }

// literal returns the constant that stands at i: a string, a number with its fraction, a duration of Go, a product of numbers.
func literal(ts []token, i int) string {
	if i >= len(ts) {
		return ""
	}
	t := ts[i]
	if t.kind == tokString {
		if len(t.text) > 100 || strings.Contains(t.text, "\n") {
			return ""
		}
		return t.text
	}
	if t.kind == tokWord && isLetter(t.text[0]) {
		if strings.EqualFold(t.text, "true") || strings.EqualFold(t.text, "false") {
			return strings.ToLower(t.text)
		}
		return spanCall(ts, i)
	}
	if t.kind != tokWord || t.text[0] < '0' || t.text[0] > '9' {
		return ""
	}
	v := t.text
	i++
	for i+1 < len(ts) && ts[i].line == t.line {
		switch {
		case ts[i].text == "." && ts[i].off == ts[i-1].off+len(ts[i-1].text) && ts[i+1].kind == tokWord && ts[i+1].text[0] >= '0' && ts[i+1].text[0] <= '9':
			v += "." + ts[i+1].text
			i += 2
		case ts[i].text == "*" && ts[i+1].text == "time" && i+3 < len(ts):
			unit := map[string]string{"Millisecond": "ms", "Second": "s", "Minute": "m", "Hour": "h"}[ts[i+3].text]
			if unit == "" {
				return ""
			}
			return v + unit
		case ts[i].text == "*" && ts[i+1].kind == tokWord:
			a, err1 := strconv.ParseInt(strings.ReplaceAll(v, "_", ""), 10, 64)
			b, err2 := strconv.ParseInt(strings.ReplaceAll(ts[i+1].text, "_", ""), 10, 64)
			if err1 != nil || err2 != nil || b != 0 && a > (1<<60)/max(b, 1) {
				return ""
			}
			v = strconv.FormatInt(a*b, 10)
			i += 2
		case strings.Contains("+-/%", ts[i].text):
			return ""
		default:
			return v
		}
	}
	return v
}

// spanCall reads timedelta(minutes=5), datetime.timedelta(minutes=5),
// pendulum.duration(hours=1), Duration.ofMinutes(5) and Duration.ofMinutes(5L).
func spanCall(ts []token, i int) string {
	at := func(k int) string {
		if k >= len(ts) {
			return ""
		}
		return ts[k].text
	}
	if at(i+1) == "." && at(i) != "Duration" {
		i += 2
	}
	units := map[string]string{"milliseconds": "ms", "millis": "ms", "seconds": "s", "minutes": "m", "hours": "h", "days": "d", "weeks": "w"}
	switch {
	case (at(i) == "timedelta" || at(i) == "duration") && at(i+1) == "(" && at(i+3) == "=" && at(i+5) == ")":
		if u := units[at(i+2)]; u != "" && numberRE.MatchString(at(i+4)) {
			return at(i+4) + u
		}
	case at(i) == "Duration" && at(i+1) == "." && strings.HasPrefix(at(i+2), "of") && at(i+3) == "(" && at(i+5) == ")":
		if u := units[strings.ToLower(strings.TrimPrefix(at(i+2), "of"))]; u != "" {
			return strings.TrimSuffix(at(i+4), "L") + u
		}
	}
	return ""
}

// Fact is a scalar that a file states under a key.
type Fact struct {
	Keys  []string // the outermost first
	Value string
	Line  int
}

// Facts returns the scalars that a file states, by what its name says it is:
// YAML, JSON, TOML, ini, properties, .env, HCL, Dockerfile, and the constants,
// defaults and named arguments of code. What cannot be read has none; a file
// above 1 MB neither.
func Facts(p string, src []byte) []Fact {
	found := facts(p, src)
	out := make([]Fact, 0, len(found))
	for _, f := range found {
		out = append(out, Fact{f.keys, f.value, f.line})
	}
	return out
}
