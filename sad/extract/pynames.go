package extract

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// What a file imports from another is not known while that file is read alone.
// It is written into names and values as a mark, the dotted path between two
// signs that no source has, and put right when facts are joined: each file also
// gives the names at the top of its module that others may import.
const (
	markOpen  = "\ue000"
	markClose = "\ue001"
)

// kindPyNames holds the names of a module until facts are joined: attributes
// whose key is the name and whose value has a letter for its kind in front.
const kindPyNames Kind = "python names"

// Kinds of values that other files may import.
const (
	pyConst = "c" // a text, number or other constant
	pyAsset = "a" // an asset, by its name
	pyTask  = "t" // a function that makes a task, by the id of the task
	pyLink  = "l" // imported itself, by its dotted path
)

// maxNames bounds the names of one module.
const maxNames = 1_000

func mark(dotted string) string { return markOpen + dotted + markClose }

func marked(s string) bool { return strings.Contains(s, markOpen) }

// unmarked removes the signs from a source, so that no text can pass for a mark.
func unmarked(data []byte) []byte {
	if !bytes.Contains(data, []byte(markOpen)) && !bytes.Contains(data, []byte(markClose)) {
		return data
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(data, []byte(markOpen), []byte("?")), []byte(markClose), []byte("?"))
}

// absoluteImport resolves the dots of a relative import in the file at p.
func absoluteImport(p, ref string) string {
	if !strings.HasPrefix(ref, ".") {
		return ref
	}
	pkg := p
	for strings.HasPrefix(ref, ".") {
		pkg, ref = path.Dir(pkg), ref[1:]
	}
	if pkg == "." {
		return ref
	}
	return strings.ReplaceAll(pkg, "/", ".") + "." + ref
}

// pyExports returns the names of a module that was followed.
func pyExports(p string, scope map[string]*val) (Fact, bool) {
	f := Fact{Kind: kindPyNames, ID: "python names:" + pyModuleName(p), Name: pyModuleName(p), Line: 1}
	names := make([]string, 0, len(scope))
	for n := range scope {
		if !strings.HasPrefix(n, "__") {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		exportValue(&f, n, scope[n], 0)
	}
	return f, len(f.Attrs) > 0
}

func exportValue(f *Fact, name string, v *val, depth int) {
	if v == nil || len(f.Attrs) >= maxNames || depth > 3 {
		return
	}
	add := func(kind, value string) {
		if value = clip(value); value != "" {
			f.Attrs = append(f.Attrs, Attr{Key: name, Value: kind + value})
		}
	}
	switch h := v.host.(type) {
	case *afAsset:
		add(pyAsset, h.uri)
		return
	case *afTaskFunc:
		id := nameOf(h.with.arg(-1, "task_id"))
		if id == "" && h.fn != nil {
			id = h.fn.def.name
		}
		add(pyTask, id)
		return
	case nil:
	default:
		return
	}
	switch v.k {
	case vRef:
		add(pyLink, v.s)
	case vDict:
		for i, k := range v.keys {
			if k.k == vStr && len(k.s) < 100 {
				exportValue(f, name+"["+k.s+"]", v.list[i], depth+1)
			}
		}
	case vClass, vObj:
		if v.k == vClass || v.attrs != nil {
			keys := make([]string, 0, len(v.attrs))
			for k := range v.attrs {
				keys = append(keys, k)
			}
			slices.Sort(keys)
			for _, k := range keys {
				exportValue(f, name+"."+k, v.attrs[k], depth+1)
			}
			return
		}
		if s, ok := show(v, 0); ok && !marked(s) {
			add(pyConst, s)
		}
	default:
		if s, ok := show(v, 0); ok && v.k != vFunc && !marked(s) {
			add(pyConst, s)
		}
	}
}

// pyConstants reads NAME = literal at the start of lines, all that is worth
// knowing of a file that declares nothing itself.
func pyConstants(f *File) (Fact, bool) {
	out := Fact{Kind: kindPyNames, ID: "python names:" + pyModuleName(f.Path), Name: pyModuleName(f.Path), Line: 1}
	if len(f.Data) > 1<<18 {
		return out, false
	}
	for line := range bytes.Lines(f.Data) {
		if line[0] < 'A' || line[0] > 'Z' || len(line) > 300 || len(out.Attrs) >= maxNames {
			continue
		}
		name, rest, ok := strings.Cut(string(line), "=")
		if !ok || strings.HasPrefix(rest, "=") {
			continue
		}
		name, _, _ = strings.Cut(name, ":")
		if name = strings.TrimSpace(name); !isVariable(name) || strings.ToUpper(name) != name {
			continue
		}
		rest = strings.TrimSpace(rest)
		if rest == "" || rest[0] != '"' && rest[0] != '\'' && !isDigit(rest[0]) {
			continue
		}
		lx := lexPython(rest)
		if lx.bad != 0 || len(lx.toks) < 2 || lx.toks[1].kind != tNewline {
			continue
		}
		switch t := lx.toks[0]; t.kind {
		case tString:
			if t.prefix&(prefixF|prefixBytes) == 0 {
				out.Attrs = append(out.Attrs, Attr{Key: name, Value: pyConst + clip(decodePython(t.text, t.prefix))})
			}
		case tNumber:
			out.Attrs = append(out.Attrs, Attr{Key: name, Value: pyConst + t.text})
		}
	}
	return out, len(out.Attrs) > 0
}

// pyNames finds what marks stand for.
type pyNames struct {
	modules map[string]map[string]string
	byLast  map[string][]string // modules by the last part of their names
}

// takePyNames removes the names of modules from facts and returns both.
func takePyNames(facts []Fact) ([]Fact, *pyNames) {
	n := &pyNames{modules: map[string]map[string]string{}, byLast: map[string][]string{}}
	out := facts[:0:0]
	for _, f := range facts {
		if f.Kind != kindPyNames {
			out = append(out, f)
			continue
		}
		m := make(map[string]string, len(f.Attrs))
		for _, a := range f.Attrs {
			m[a.Key] = a.Value
		}
		n.modules[f.Name] = m
		l := last(f.Name)
		n.byLast[l] = append(n.byLast[l], f.Name)
	}
	return out, n
}

// lookup returns what a dotted path stands for, seen from a module: the letter
// of its kind and the value, or "".
func (n *pyNames) lookup(dotted, from string) (kind, value string) {
	for range 8 { // links of links
		raw := n.find(dotted, from)
		if raw == "" {
			return "", ""
		}
		if raw[:1] != pyLink {
			return raw[:1], raw[1:]
		}
		dotted = raw[1:]
	}
	return "", ""
}

func (n *pyNames) find(dotted, from string) string {
	at := strings.IndexByte(dotted, '[')
	if at < 0 {
		at = len(dotted)
	}
	for i := strings.LastIndexByte(dotted[:at], '.'); i > 0; i = strings.LastIndexByte(dotted[:i], '.') {
		name := dotted[i+1:]
		if m := n.modules[n.module(dotted[:i], from)]; m != nil {
			if v := m[name]; v != "" {
				return v
			}
			// An object or map that is imported into that module.
			head, tail := name, ""
			if j := strings.IndexAny(name, ".["); j > 0 {
				head, tail = name[:j], name[j:]
			}
			if v := m[head]; tail != "" && strings.HasPrefix(v, pyLink) {
				return v + tail
			}
		}
	}
	return ""
}

// module returns the module of the repository that an import means: the one of
// that very name, or of a name that ends in it and lies nearest.
func (n *pyNames) module(dotted, from string) string {
	if n.modules[dotted] != nil {
		return dotted
	}
	best, score := "", -1
	for _, m := range n.byLast[last(dotted)] {
		if strings.HasSuffix(m, "."+dotted) {
			if s := commonPrefix(m, from); s > score {
				best, score = m, s
			}
		}
	}
	return best
}

// fill replaces the marks of a text. It returns the kinds that were found, and
// whether all were.
func (n *pyNames) fill(s, from string) (text, kinds string, all bool) {
	if !marked(s) {
		return s, "", true
	}
	var b strings.Builder
	all = true
	for {
		before, rest, ok := strings.Cut(s, markOpen)
		b.WriteString(before)
		if !ok {
			return clip(b.String()), kinds, all
		}
		ref, after, _ := strings.Cut(rest, markClose)
		s = after
		kind, v := n.lookup(ref, from)
		if kind == "" {
			all = false
			if !strings.HasSuffix(b.String(), "*") {
				v = "*"
			}
		}
		kinds += kind
		b.WriteString(v)
	}
}

// settle replaces the marks that are left in a fact. What several facts share is
// copied before it is changed.
func settle(f *Fact) {
	var none pyNames
	f.Name, _, _ = none.fill(f.Name, "")
	f.ID, _, _ = none.fill(f.ID, "")
	if slices.ContainsFunc(f.Attrs, func(a Attr) bool { return marked(a.Value) || marked(a.Key) }) {
		f.Attrs = slices.Clone(f.Attrs)
		for i := range f.Attrs {
			f.Attrs[i].Value, f.Attrs[i].Key = sourceOf(f.Attrs[i].Value), sourceOf(f.Attrs[i].Key)
		}
	}
	if slices.ContainsFunc(f.Uses, func(u Ref) bool { return marked(u.Name) }) {
		f.Uses = slices.Clone(f.Uses)
		for i := range f.Uses {
			f.Uses[i].Name, _, _ = none.fill(f.Uses[i].Name, "")
		}
		f.Uses = slices.DeleteFunc(f.Uses, func(u Ref) bool { return u.Name == "*" })
	}
}

// sourceOf shows a text with its marks as the expressions that they were.
func sourceOf(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, markOpen)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		ref, after, _ := strings.Cut(rest, markClose)
		s = after
		name := last(ref)
		owner := last(strings.TrimSuffix(ref, "."+name))
		if owner != "" && owner != ref {
			name = owner + "." + name
		}
		b.WriteString(name)
	}
}
