// Package fact keeps what documents copy from code equal to the code.
//
// An author marks the copy, and says where it is from:
//
//	The API has <!-- lintel:fact deploy/values.yaml#replicas -->3<!-- /lintel --> replicas.
//
//	<!-- lintel:table kind=topic columns=name,partitions -->
//	<!-- /lintel -->
//
// Check reads both and returns a finding with an edit for every copy that says
// something else; readers of the page see the text and no mark
// ([finding.Unmarked]). Nothing is filled in while a page is built: what is in
// the file is what people see on a forge, in an editor and on the site.
//
// # Facts
//
// The address is a path from the root of the repository (or from the document,
// when it begins with ./ or ../), a # and a key. Keys of YAML, JSON and TOML are
// joined by dots, items of lists are counted from 0 or named: image.tag,
// env[2].value, topics[orders].partitions, annotations["a.b/c"]. In other files
// the key is the name of the constant, variable or argument, with as much of what
// it belongs to as tells it apart: LIMIT_SECONDS, locals.region, Settings.port.
//
// # Tables
//
// kind is one of the kinds that extractors give (sad/extract); columns are name,
// technology, code, and the names of attributes; in is a folder. Rows are sorted
// by name, and what lies in folders for tests is left out.
//
// # Bounds
//
// Documents and what they name are hostile. Files are read through the caller's
// root, and none above 4 MB; aliases of YAML are followed one by one and never
// expanded; a value that is no plain text of one line is refused.
package fact

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad/extract"
)

// The rules.
const (
	RuleStale   = "fact/stale"
	RuleUnknown = "fact/unknown"
	RuleSyntax  = "fact/syntax"
)

// Rules returns the rules of Check.
func Rules() []finding.Rule {
	return []finding.Rule{
		{
			ID: RuleStale, Severity: finding.Error,
			Summary: "What a document takes from code is what the code says.",
			Why:     "The mark promises readers that the value is that of the code.",
			Fix:     "Run lintel check --fix, which writes the value or the table that the code gives.",
			Example: "It has <!-- lintel:fact deploy/values.yaml#replicas -->3<!-- /lintel --> replicas.\n",
		},
		{
			ID: RuleSyntax, Severity: finding.Error,
			Summary: "A mark for a fact or a table is written as Lintel reads it, and has an end.",
			Why:     "Without its end nobody can tell what is taken from code.",
			Fix:     "Write `<!-- lintel:fact PATH#KEY -->value<!-- /lintel -->` on one line, or `<!-- lintel:table kind=KIND -->` and `<!-- /lintel -->` on lines of their own.",
			Example: "It has <!-- lintel:fact deploy/values.yaml#replicas -->3 replicas.\n",
		},
		{
			ID: RuleUnknown, Severity: finding.Error,
			Summary: "The file, the key or the kind that a mark names exists, and gives a value that can be written.",
			Why:     "A fact whose source is gone is kept true by nobody.",
			Fix:     "Name the file and the key as they are now, or take the mark out if the value no longer comes from code.",
			Example: "It has <!-- lintel:fact deploy/values.yaml#replica -->3<!-- /lintel --> replicas.\n",
		},
	}
}

// Source is what marks may refer to.
type Source struct {
	// Read returns a file below the root, and fails for what lies outside.
	Read func(path string) ([]byte, error)
	// Files are the paths of the project, for what was perhaps meant.
	Files func() []string
	// Inventory returns what the code declares. It is asked for at most once.
	Inventory func() (*extract.Inventory, error)
}

// maxFile bounds a file that a fact is read from.
const maxFile = 4 << 20

// Checker checks documents against one state of the code.
type Checker struct {
	src   Source
	inv   *extract.Inventory
	files map[string]*file
}

type file struct {
	text  []byte
	err   error
	docs  []*yaml.Node
	facts []drift.Fact
}

// New returns a checker. It keeps what it reads.
func New(s Source) *Checker { return &Checker{src: s, files: map[string]*file{}} }

// Check returns what is wrong with the marks of a document. An error is one of
// the inventory, not of the document.
func (c *Checker) Check(p string, src []byte) ([]finding.Finding, error) {
	all := finding.Comments(src)
	var out []finding.Finding
	for i := 0; i < len(all); i++ {
		m := all[i]
		at := finding.Position{Path: p, Line: m.Line, Column: m.Column}
		bad := func(rule, message, hint string) {
			out = append(out, finding.Finding{Rule: rule, Severity: finding.Error, Position: at, Subject: m.Text, Message: message, Hint: hint})
		}
		switch m.Word {
		case "/lintel":
			bad(RuleSyntax, "the mark ends what nothing began", "take it out, or begin with <!-- lintel:fact PATH#KEY -->")
			continue
		case "fact", "table":
		default:
			continue
		}
		// Other comments, such as a waiver, may stand in between.
		end := i + 1
		for end < len(all) && all[end].Word != "/lintel" && all[end].Word != "fact" && all[end].Word != "table" {
			end++
		}
		if end == len(all) || all[end].Word != "/lintel" {
			bad(RuleSyntax, "the mark lintel:"+m.Word+" has no end", "write <!-- /lintel --> behind the value")
			continue
		}
		inner := string(src[m.End:all[end].Start])
		i = end
		want, problem, hint, err := c.want(p, m, inner, strings.ContainsFunc(string(src[:min(len(src), 4096)]), isHangul))
		switch {
		case err != nil:
			return out, err
		case problem != "" && strings.HasPrefix(problem, "!"):
			bad(RuleSyntax, problem[1:], hint)
		case problem != "":
			bad(RuleUnknown, problem, hint)
		case want != inner:
			f := finding.Finding{
				Rule: RuleStale, Severity: finding.Error, Position: at, Subject: m.Text,
				Message: "the document says " + quote(inner) + ", the code says " + quote(want), Reason: m.Text + " says so",
				Hint: "run lintel check --fix",
				Edit: finding.Edit{Path: p, Start: m.End, Old: inner, New: want, Safe: true},
			}
			if m.Word == "table" {
				f.Message, f.Reason = "the table is not what the code declares", differ(inner, want)
			}
			if inner == "" { // an insertion has a place, and no text to look for
				f.Edit.Start, f.Edit.Old, f.Edit.New = m.Start, string(src[m.Start:m.End]), string(src[m.Start:m.End])+want
			}
			out = append(out, f)
		}
	}
	return out, nil
}

func isHangul(r rune) bool { return unicode.Is(unicode.Hangul, r) }

func quote(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return "nothing"
	}
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return finding.Visible(s)
}

// differ names rows that one of two tables has and the other has not.
func differ(old, now string) string {
	was, is := rows(old), rows(now)
	for _, r := range is {
		if !slices.Contains(was, r) {
			return "it lacks the row " + quote(r)
		}
	}
	for _, r := range was {
		if !slices.Contains(is, r) {
			return "the code does not give the row " + quote(r)
		}
	}
	return "rows stand in another order"
}

func rows(s string) (out []string) {
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// want returns the text that belongs between the marks, or what is wrong with
// the mark. A problem that begins with ! is one of its form.
func (c *Checker) want(p string, m finding.Comment, inner string, korean bool) (text, problem, hint string, err error) {
	if m.Word == "table" {
		return c.table(m.Text, inner, korean)
	}
	const usage = "write <!-- lintel:fact PATH#KEY -->value<!-- /lintel --> on one line"
	addr, key, ok := strings.Cut(m.Text, "#")
	addr, key = strings.TrimSpace(addr), strings.TrimSpace(key)
	switch {
	case !ok || addr == "" || key == "":
		return "", "!the mark names no path and key", usage, nil
	case strings.ContainsAny(inner, "\r\n"):
		return "", "!the value runs over several lines", usage, nil
	}
	target := path.Clean(addr)
	if strings.HasPrefix(addr, "./") || strings.HasPrefix(addr, "../") {
		target = path.Join(path.Dir(p), addr)
	}
	if !fs.ValidPath(target) {
		return "", finding.Visible(addr) + " lies outside of the repository", "name a file of the repository, from its root", nil
	}
	v, problem, hint := c.value(target, key)
	if problem != "" {
		return "", problem, hint, nil
	}
	if v == "" || len(v) > 200 || strings.ContainsAny(v, "\r\n|<`") || strings.ContainsFunc(v, unicode.IsControl) || finding.Visible(v) != v {
		return "", "the value of " + finding.Visible(m.Text) + " is no plain text of one line", "write it by hand, without the mark", nil
	}
	return dress(inner, v), "", "", nil
}

// dress returns the value in the markup that the old text has: `3`, **3**, and
// digits in groups where it says the same.
func dress(inner, v string) string {
	trim := strings.TrimSpace(inner)
	core := strings.Trim(trim, "`*_")
	if core == "" {
		return v
	}
	i := strings.Index(inner, core)
	if plain := strings.NewReplacer(",", "", "_", "").Replace(core); plain == v && strings.Trim(plain, "0123456789") == "" {
		return inner
	}
	before, after := inner[:i], inner[i+len(core):]
	if strings.HasPrefix(v, "_") || strings.HasSuffix(v, "_") || strings.ContainsAny(before+after, "_") {
		return v
	}
	return before + v + after
}

// open reads a file once.
func (c *Checker) open(p string) *file {
	if f := c.files[p]; f != nil {
		return f
	}
	f := &file{}
	c.files[p] = f
	f.text, f.err = c.src.Read(p)
	if f.err == nil && len(f.text) > maxFile {
		f.text, f.err = nil, errors.New("it is larger than 4 MB")
	}
	if f.err != nil {
		return f
	}
	switch strings.ToLower(path.Ext(p)) {
	case ".yaml", ".yml", ".json":
		dec := yaml.NewDecoder(bytes.NewReader(f.text))
		for range 200 {
			var doc yaml.Node
			if err := dec.Decode(&doc); err != nil {
				break
			}
			if len(doc.Content) > 0 {
				f.docs = append(f.docs, doc.Content[0])
			}
		}
	default:
		f.facts = drift.Facts(p, f.text)
	}
	return f
}

// value returns the scalar at a key, or what is wrong.
func (c *Checker) value(p, key string) (v, problem, hint string) {
	f := c.open(p)
	switch {
	case errors.Is(f.err, fs.ErrNotExist):
		hint = "name the file as it is now"
		if c.src.Files != nil {
			if near := nearPath(p, c.src.Files()); near != "" {
				hint = "did you mean " + near + "?"
			}
		}
		return "", "there is no file " + finding.Visible(p), hint
	case f.err != nil:
		return "", finding.Visible(p) + " cannot be read: " + finding.Visible(f.err.Error()), "name another file"
	}
	var known []string
	if f.docs != nil {
		steps, ok := split(key)
		if !ok {
			return "", "the key " + finding.Visible(key) + " cannot be read", `write it as image.tag, env[0].name or annotations["a.b/c"]`
		}
		for _, d := range f.docs {
			n, at := walk(d, steps)
			if n != nil && n.Kind == yaml.ScalarNode {
				return n.Value, "", ""
			}
			if n != nil {
				return "", finding.Visible(key) + " of " + finding.Visible(p) + " is no single value", "name one of its keys" + listed(children(n))
			}
			known = append(known, at...)
		}
	} else {
		var hits []drift.Fact
		for _, k := range f.facts {
			full := strings.Join(k.Keys, ".")
			if full == key {
				return k.Value, "", ""
			}
			owner, inside := strings.CutSuffix(key, "."+full) // a field, as of a class
			if strings.HasSuffix(full, "."+key) || inside && len(k.Keys) == 1 && bytes.Contains(f.text, []byte(owner)) {
				hits = append(hits, k)
			}
			known = append(known, full)
		}
		if len(hits) == 1 || len(hits) > 1 && !slices.ContainsFunc(hits, func(h drift.Fact) bool { return h.Value != hits[0].Value }) {
			return hits[0].Value, "", ""
		}
		if len(hits) > 1 {
			var names []string
			for _, h := range hits {
				names = append(names, strings.Join(h.Keys, "."))
			}
			return "", finding.Visible(key) + " stands more than once in " + finding.Visible(p), "name more of the key" + listed(names)
		}
	}
	hint = "name a key that it has" + listed(known)
	last := key[strings.LastIndexByte(key, '.')+1:]
	if near := finding.Nearest(key, known); near != "" {
		hint = "did you mean " + near + "?"
	} else if near := finding.Nearest(last, known); near != "" {
		hint = "did you mean " + near + "?"
	}
	return "", finding.Visible(p) + " has no key " + finding.Visible(key), hint
}

// listed writes a few names behind a hint.
func listed(names []string) string {
	if len(names) == 0 {
		return ""
	}
	more := ""
	if len(names) > 5 {
		names, more = names[:5], ", …"
	}
	return ": " + finding.Visible(strings.Join(names, ", ")) + more
}

// nearPath returns the file that was perhaps meant: one of that name, or of
// nearly that path.
func nearPath(p string, files []string) string {
	var same []string
	for _, f := range files {
		if path.Base(f) == path.Base(p) {
			same = append(same, f)
		}
	}
	if len(same) == 1 {
		return same[0]
	}
	return finding.Nearest(p, files)
}

// split cuts a key into its steps; those in brackets are marked by a leading [.
func split(key string) ([]string, bool) {
	var out []string
	for key != "" {
		switch {
		case strings.HasPrefix(key, `["`):
			name, rest, ok := strings.Cut(key[2:], `"]`)
			if !ok {
				return nil, false
			}
			out, key = append(out, name), rest
		case key[0] == '[':
			name, rest, ok := strings.Cut(key[1:], "]")
			if !ok || name == "" {
				return nil, false
			}
			out, key = append(out, "["+name), rest
		default:
			end := strings.IndexAny(key, ".[")
			if end < 0 {
				end = len(key)
			}
			if end == 0 {
				return nil, false
			}
			out, key = append(out, key[:end]), key[end:]
		}
		if rest, dot := strings.CutPrefix(key, "."); dot {
			if key = rest; key == "" {
				return nil, false
			}
		}
	}
	return out, len(out) > 0 && len(out) < 100
}

// walk follows the steps from a node. Where one leads nowhere it returns nil and
// the keys that there are.
func walk(n *yaml.Node, steps []string) (*yaml.Node, []string) {
	at := ""
	for _, s := range steps {
		n = resolve(n)
		var next *yaml.Node
		name, item := strings.CutPrefix(s, "[")
		switch {
		case n == nil:
		case n.Kind == yaml.SequenceNode:
			if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(n.Content) {
				next = n.Content[i]
			} else if err != nil {
				for _, c := range n.Content {
					if c = resolve(c); c != nil && named(c) == name {
						next = c
						break
					}
				}
			}
		case n.Kind == yaml.MappingNode && !item:
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == name {
					next = n.Content[i+1]
				}
			}
		}
		if next == nil {
			var known []string
			for _, k := range children(n) {
				known = append(known, at+k)
			}
			return nil, known
		}
		n = next
		at += name + "."
	}
	return resolve(n), nil
}

func resolve(n *yaml.Node) *yaml.Node {
	for range 50 {
		if n == nil || n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return nil
}

// named returns what an item of a list is called.
func named(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		switch n.Content[i].Value {
		case "name", "id", "key":
			return n.Content[i+1].Value
		}
	}
	return ""
}

func children(n *yaml.Node) (out []string) {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content) && len(out) < 500; i += 2 {
		out = append(out, n.Content[i].Value)
	}
	return out
}

// kinds are the kinds of which a table can be made.
func kinds(inv *extract.Inventory) []string {
	var out []string
	for _, f := range inv.Facts {
		if !f.Test && !slices.Contains(out, string(f.Kind)) {
			out = append(out, string(f.Kind))
		}
	}
	slices.Sort(out)
	return out
}

// maxRows bounds a table.
const maxRows = 2000

// table returns the table that a mark asks for, on lines of its own.
func (c *Checker) table(args, inner string, korean bool) (text, problem, hint string, err error) {
	const usage = "write <!-- lintel:table kind=topic columns=name,partitions in=deploy/kafka -->"
	kind, in := "", "."
	columns := []string{"name", "technology", "code"}
	for a := range strings.FieldsSeq(args) {
		k, v, _ := strings.Cut(a, "=")
		switch {
		case v == "":
			return "", "!" + finding.Visible(a) + " has no value", usage, nil
		case k == "kind":
			kind = v
		case k == "in":
			in = path.Clean(v)
		case k == "columns":
			columns = strings.Split(v, ",")
		default:
			hint = usage
			if near := finding.Nearest(k, []string{"kind", "columns", "in"}); near != "" {
				hint = "did you mean " + near + "?"
			}
			return "", "!lintel:table knows no " + finding.Visible(k), hint, nil
		}
	}
	if kind == "" {
		return "", "!the mark names no kind", usage, nil
	}
	if c.inv == nil {
		if c.inv, err = c.src.Inventory(); err != nil {
			return "", "", "", fmt.Errorf("read what the code declares: %w", err)
		}
	}
	var found []*extract.Fact
	attrs := map[string]bool{"name": true, "technology": true, "code": true}
	for i := range c.inv.Facts {
		f := &c.inv.Facts[i]
		if string(f.Kind) != kind || f.Test || in != "." && f.File != in && !strings.HasPrefix(f.File, in+"/") ||
			slices.ContainsFunc(found, func(o *extract.Fact) bool { return o.ID == f.ID }) {
			continue
		}
		for _, a := range f.Attrs {
			attrs[a.Key] = true
		}
		if found = append(found, f); len(found) == maxRows {
			break
		}
	}
	if len(found) == 0 {
		all := kinds(c.inv)
		if near := finding.Nearest(kind, all); near != "" && near != kind {
			hint = "did you mean " + near + "?"
		} else {
			hint = "the code declares" + listed(all)
		}
		return "", "no code declares anything of the kind " + finding.Visible(kind), hint, nil
	}
	for _, col := range columns {
		if !attrs[col] {
			known := make([]string, 0, len(attrs))
			for a := range attrs {
				known = append(known, a)
			}
			slices.Sort(known)
			hint = "columns are" + listed(known)
			if near := finding.Nearest(col, known); near != "" {
				hint = "did you mean " + near + "?"
			}
			return "", "nothing of the kind " + finding.Visible(kind) + " has " + finding.Visible(col), hint, nil
		}
	}
	slices.SortStableFunc(found, func(a, b *extract.Fact) int { return strings.Compare(a.Name, b.Name) })
	var b strings.Builder
	b.WriteString("\n\n")
	row := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	var head, rule []string
	for _, col := range columns {
		head, rule = append(head, header(col, korean)), append(rule, "---")
	}
	row(head)
	row(rule)
	for _, f := range found {
		var cells []string
		for _, col := range columns {
			cells = append(cells, cell(f, col))
		}
		row(cells)
	}
	b.WriteByte('\n')
	text = b.String()
	if strings.Contains(inner, "\r\n") {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text, "", "", nil
}

// header is the name of a column, as catalogs of elements have it.
func header(col string, korean bool) string {
	switch {
	case col == "name" && korean:
		return "이름"
	case col == "technology" && korean:
		return "기술"
	case col == "code" && korean:
		return "코드"
	case col == "name" || col == "technology" || col == "code":
		return strings.ToUpper(col[:1]) + col[1:]
	}
	return plain(col)
}

func cell(f *extract.Fact, col string) string {
	switch col {
	case "name":
		return span(f.Name)
	case "technology":
		return plain(f.Technology)
	case "code":
		return span(f.File)
	}
	a, ok := f.Attr(col)
	switch {
	case !ok:
		return ""
	case a.Unresolved:
		return span(a.Value)
	}
	return plain(a.Value)
}

// span writes a text as code, plain as text, in a cell of a table.
func span(s string) string {
	s = finding.Visible(strings.ReplaceAll(s, "|", `\|`))
	if s == "" {
		return ""
	}
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}

func plain(s string) string {
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200]) + "…"
	}
	s = finding.Visible(s)
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "&", "&amp;", "*", `\*`, "`", "\\`", "[", `\[`).Replace(s)
}
