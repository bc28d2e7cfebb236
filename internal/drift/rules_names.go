package drift

import (
	"bytes"
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// maxDiffFile bounds a changed file that is compared token by token.
const maxDiffFile = 2 << 20

// maxDiffBytes bounds what is compared in all, base and head together.
const maxDiffBytes = 48 << 20

// edited is a changed file of code with its tokens on both sides.
type edited struct {
	git.Change
	syntax   syntax
	old, new []byte
	was, now []token
	uses     []string
}

// edits returns the changed files that can make a document untrue, those that
// differ in form alone left out. It is worked out once.
func (c *change) edits() []*edited {
	if c.edited != nil {
		return c.edited
	}
	c.edited = []*edited{}
	total, cut := 0, 0
	for _, f := range c.files {
		p := f.Path
		if f.Old != "" {
			p = f.Old
		}
		if f.Status == git.Copied || !significant(p) && !significant(f.Path) {
			continue
		}
		e := &edited{Change: f}
		e.syntax, _ = syntaxOf(f.Path)
		if f.Status != git.Added && f.OldMode.Regular() {
			e.old = c.blobOf(f.OldSHA)
		}
		if f.Status != git.Deleted && f.Mode.Regular() {
			e.new = c.blobOf(f.SHA)
		}
		if e.old == nil && e.new == nil {
			continue
		}
		if max(len(e.old), len(e.new)) > maxDiffFile || total > maxDiffBytes {
			cut++
			continue
		}
		if generated(e.old) || generated(e.new) {
			continue
		}
		total += len(e.old) + len(e.new)
		os, _ := syntaxOf(p)
		e.was, e.now = tokens(os, e.old), tokens(e.syntax, e.new)
		if f.Status == git.Modified && equalTokens(e.syntax, e.was, e.now) {
			continue
		}
		c.edited = append(c.edited, e)
	}
	if cut > 0 {
		c.note("%d changed files were not compared for names and values: the change is too large", cut)
	}
	return c.edited
}

// lost is a name that changed code had and has no longer.
type lost struct {
	name    string
	path    string
	line    int
	defined bool // the code that is gone defined it
	heirs   map[string]int
	what    string // what it is called in a message, "" for a name
}

// names finds names that the change took out of all code and that documents
// still use.
func (c *change) names() {
	gone := c.vanished()
	if len(gone) == 0 {
		return
	}
	// Which of them does a document use?
	uses := map[string][]use{}
	for _, d := range c.docs {
		if d.log || d.record {
			continue
		}
		c.mentions(d, gone, uses)
	}
	if len(uses) == 0 {
		return
	}
	still := c.present(slices.Collect(maps.Keys(uses)))
	names := slices.DeleteFunc(slices.Collect(maps.Keys(uses)), func(n string) bool { return still[n] || c.libraries[n] || !c.ours(gone[n]) })
	// Longer names first: what stands inside of one is said with it.
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	type at struct {
		d     *document
		start int
	}
	taken := map[at]bool{}
	for _, name := range names {
		free := slices.DeleteFunc(uses[name], func(u use) bool { return taken[at{u.d, u.start}] })
		for _, u := range free {
			for i := range len(name) {
				taken[at{u.d, u.start + i}] = true
			}
		}
		c.vanishedAlerts(gone[name], free)
	}
}

// vanished returns the names that the changed files had at the base and have
// not at the head, with what took their place.
func (c *change) vanished() map[string]*lost {
	out := map[string]*lost{}
	now := map[string]bool{}
	for _, e := range c.edits() {
		for _, t := range e.now {
			eachName(t.text, func(n string) { now[n] = true })
		}
		eachName(stemOf(e.Path), func(n string) { now[n] = true })
	}
	for _, e := range c.edits() {
		p := e.Old
		if p == "" || !significant(p) {
			continue
		}
		for i, t := range e.was {
			eachName(t.text, func(n string) {
				if now[n] || !shaped(n) {
					return
				}
				l := out[n]
				if l == nil {
					if len(out) > 20000 {
						return
					}
					l = &lost{name: n, path: p, line: t.line, heirs: map[string]int{}}
					out[n] = l
				}
				if !l.defined && defines(e, i) {
					l.defined, l.path, l.line = true, p, t.line
				}
			})
		}
		if e.Status == git.Deleted || e.Status == git.Renamed {
			// A model, a DAG and a script are known by the name of their file.
			if stem := stemOf(p); stem != stemOf(e.Path) || e.Status == git.Deleted {
				eachName(stem, func(n string) {
					if now[n] || !shaped(n) || n != stem {
						return
					}
					l := out[n]
					if l == nil {
						l = &lost{name: n, path: p, line: 1, heirs: map[string]int{}}
						out[n] = l
					}
					l.defined = true
					if e.Status == git.Renamed && shaped(stemOf(e.Path)) {
						l.heirs[stemOf(e.Path)]++
					}
				})
			}
		}
	}
	if len(out) > 0 {
		c.heirs(out)
	}
	return out
}

func stemOf(p string) string {
	b := path.Base(p)
	return strings.TrimSuffix(b, path.Ext(b))
}

// heirs finds what took the place of names: lines that differ in the name
// alone.
func (c *change) heirs(out map[string]*lost) {
	before := map[string]bool{}
	for _, e := range c.edits() {
		for _, t := range e.was {
			eachName(t.text, func(n string) { before[n] = true })
		}
	}
	for _, e := range c.edits() {
		if e.Status != git.Modified && e.Status != git.Renamed {
			continue
		}
		was, now := lineTokens(e.was), lineTokens(e.now)
		for _, h := range diffLines(lines(e.old), lines(e.new)) {
			n, m := h.AEnd-h.A, h.BEnd-h.B
			if n == 0 || m == 0 || n > 200 || m > 200 {
				continue
			}
			for i := range n {
				a := was[h.A+i+1]
				if len(a) == 0 || !holdsLost(a, out) {
					continue
				}
				// The line across, else the one line that fits.
				best, votes := []token(nil), 0
				for j := range m {
					b := now[h.B+j+1]
					if len(b) != len(a) || same(a, b) < len(a)-max(1, len(a)/4) {
						continue
					}
					if n == m && i == j {
						best, votes = b, 1
						break
					}
					best = b
					votes++
				}
				if votes != 1 {
					continue
				}
				for k := range a {
					if a[k].text != best[k].text {
						pairNames(a[k].text, best[k].text, out, before)
					}
				}
			}
		}
	}
}

func holdsLost(ts []token, out map[string]*lost) bool {
	for _, t := range ts {
		found := false
		eachName(t.text, func(n string) { found = found || out[n] != nil })
		if found {
			return true
		}
	}
	return false
}

func lineTokens(ts []token) map[int][]token {
	out := map[int][]token{}
	for _, t := range ts {
		out[t.line] = append(out[t.line], t)
	}
	return out
}

func same(a, b []token) int {
	n := 0
	for i := range a {
		if a[i].text == b[i].text {
			n++
		}
	}
	return n
}

// pairNames counts what stands at the place of a lost name. What was there
// before took nobody's place.
func pairNames(a, b string, out map[string]*lost, before map[string]bool) {
	var as, bs []string
	eachName(a, func(n string) { as = append(as, n) })
	eachName(b, func(n string) { bs = append(bs, n) })
	if len(as) != len(bs) {
		return
	}
	for i := range as {
		if l := out[as[i]]; l != nil && as[i] != bs[i] && !before[bs[i]] && kindOf(as[i]) == kindOf(bs[i]) {
			l.heirs[bs[i]]++
		}
	}
}

// heir returns the name that took the place of l, or "": the one that most
// changed lines agree on.
func (l *lost) heir() string {
	best, n, all := "", 0, 0
	for h, k := range l.heirs {
		all += k
		if k > n || k == n && h < best {
			best, n = h, k
		}
	}
	if n*3 < all*2 {
		return ""
	}
	return best
}

// nameKind is the shape of a name.
type nameKind uint8

const (
	noName nameKind = iota
	envName
	snakeName
	camelName
	flagName
	kebabName
	dottedName
	routeName
)

// kindOf returns the shape of a name: what tells it from a word.
func kindOf(n string) nameKind {
	if len(n) < 4 || len(n) > 120 {
		return noName
	}
	if strings.HasPrefix(n, "--") {
		if len(n) > 4 {
			return flagName
		}
		return noName
	}
	if n[0] == '/' {
		if strings.Count(n, "/") >= 2 {
			return routeName
		}
		return noName
	}
	var upper, lower, digit, under, dash, dot, hump bool
	for i := range len(n) {
		ch := n[i]
		switch {
		case ch >= 'A' && ch <= 'Z':
			if i > 0 && n[i-1] >= 'a' && n[i-1] <= 'z' {
				hump = true
			}
			upper = true
		case ch >= 'a' && ch <= 'z':
			lower = true
		case ch >= '0' && ch <= '9':
			digit = true
		case ch == '_':
			under = under || i > 0 && i < len(n)-1
		case ch == '-':
			dash = true
		case ch == '.':
			dot = true
		default:
			return noName
		}
	}
	_ = digit
	switch {
	case !upper && !lower:
		return noName
	case dot:
		if fileName(n) || !lower || n[0] >= '0' && n[0] <= '9' {
			return noName
		}
		return dottedName
	case dash:
		if upper || len(n) < 6 {
			return noName
		}
		return kebabName
	case under && upper && !lower:
		return envName
	case under && lower:
		return snakeName
	case hump && len(n) >= 6:
		return camelName
	}
	return noName
}

func shaped(n string) bool { return kindOf(n) != noName }

// fileName reports whether a dotted word is the name of a file, or of a host or
// a version, rather than a path of keys.
func fileName(n string) bool {
	ext := strings.ToLower(path.Ext(n))
	if len(ext) < 2 || len(ext) > 12 {
		return false
	}
	switch ext {
	case ".com", ".org", ".net", ".io", ".dev", ".local", ".internal", ".md", ".txt", ".lock", ".sum", ".mod", ".log", ".csv", ".gz", ".zip", ".tar", ".png", ".jpg", ".gif", ".svg", ".pdf", ".parquet", ".avro", ".exe", ".bin", ".pem", ".crt", ".key", ".jar", ".whl", ".example", ".sample", ".rst", ".adoc", ".lua", ".service", ".timer", ".socket":
		return true
	}
	if _, ok := syntaxOf("x" + ext); ok {
		return true
	}
	// a.b.3 is a version.
	return ext[1] >= '0' && ext[1] <= '9'
}

func isWordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_'
}

// eachName calls f with the names in a text: words with the signs that names
// hold, and the pieces between dots and slashes of longer ones.
func eachName(text string, f func(string)) {
	eachNameAt(text, func(_ int, n string) { f(n) })
}

// maxNameText bounds a string in which names are looked for.
const maxNameText = 64 << 10

func eachNameAt(text string, f func(int, string)) {
	if len(text) > maxNameText {
		text = text[:maxNameText]
	}
	cutNames(text, f)
}

func cutNames(text string, f func(int, string)) {
	joins := func(i int) bool { // a sign inside of a name
		return i+1 < len(text) && (text[i] == '-' || text[i] == '.' || text[i] == '/') && (isWordByte(text[i+1]) || text[i] == '/' && text[i+1] == '{')
	}
	for i := 0; i < len(text); {
		ch := text[i]
		flag := ch == '-' && strings.HasPrefix(text[i:], "--") && i+2 < len(text) && isWordByte(text[i+2]) && (i == 0 || text[i-1] != '-' && !isWordByte(text[i-1]))
		route := ch == '/' && i+1 < len(text) && isWordByte(text[i+1]) && (i == 0 || !isWordByte(text[i-1]) && text[i-1] != '/' && text[i-1] != '.' && text[i-1] != ':' && text[i-1] != '}')
		if !isWordByte(ch) && !flag && !route {
			i++
			continue
		}
		j := i
		switch {
		case flag:
			j += 2
		case route:
			j++
		}
		dotted, slashed, dashed := false, route, false
		for j < len(text) && (isWordByte(text[j]) || joins(j) || (route && (text[j] == '{' || text[j] == '}'))) {
			switch text[j] {
			case '.':
				dotted = true
			case '/':
				slashed = true
			case '-':
				dashed = true
			}
			j++
		}
		w := text[i:j]
		switch {
		case flag:
			if k := strings.IndexAny(w, "./"); k > 0 {
				w = w[:k]
			}
			f(i, w)
		case !dotted && !slashed:
			f(i, w)
			if dashed && strings.Contains(w, "_") { // a-b_c: two names
				pieces(w, i, "-", f)
			}
		default:
			if route && !dotted || !slashed {
				f(i, strings.TrimRight(w, "."))
			}
			pieces(w, i, "./{}", f)
		}
		i = j
	}
}

func pieces(w string, off int, seps string, f func(int, string)) {
	start := 0
	for k := 0; k <= len(w); k++ {
		if k == len(w) || strings.IndexByte(seps, w[k]) >= 0 {
			if k > start {
				f(off+start, w[start:k])
			}
			start = k + 1
		}
	}
}

// defines reports whether the token at i is where its name is given: declared,
// assigned, a key, or the value that names a thing.
func defines(e *edited, i int) bool {
	ts := e.was
	t := ts[i]
	if e.syntax.data && ofDomain(t.text) {
		return false // example.org/NAME is the domain's
	}
	if t.kind == tokString && strings.Count(t.text, " ") > 2 && !strings.Contains(strings.ToLower(t.text), "create ") {
		return false // a sentence names things, and gives none their name
	}
	at := func(k int) string {
		if k < 0 || k >= len(ts) {
			return ""
		}
		return ts[k].text
	}
	if at(i-1) == "." && t.kind == tokWord && i >= 2 && ts[i-2].kind == tokWord && !selfWords[at(i-2)] {
		// x.NAME belongs to x, unless it is assigned.
		return at(i+1) == "=" && at(i+2) != "="
	}
	switch prev := at(i - 1); {
	case declares[strings.ToLower(prev)] && ts[max(i-1, 0)].kind == tokWord:
		return true
	case prev == ")" && strings.HasPrefix(lineStart(ts, i), "func"): // a method of Go
		return true
	}
	next := at(i + 1)
	if next == "=" && namedArgument(e, i) {
		return false
	}
	if t.kind == tokWord && (next == "=" && at(i+2) != "=" || next == ":" && !e.syntax.bare || next == ":" && e.syntax.data) {
		return !environment(e, i)
	}
	if e.syntax.data || e.syntax.bare {
		if t.kind == tokString && next == ":" {
			return !environment(e, i)
		}
		// The value of a key that names things.
		for k := i - 1; k >= 0 && k > i-16 && ts[k].line >= t.line-1; k-- {
			if (ts[k].text == ":" || ts[k].text == "=") && k > 0 {
				key := strings.ToLower(ts[k-1].text)
				if j := strings.LastIndexAny(key, "."); j >= 0 {
					key = key[j+1:]
				}
				return (naming[key] || strings.HasSuffix(key, "name")) && !environment(e, i)
			}
			if ts[k].line < t.line && ts[k].text != "-" {
				break
			}
		}
		// A parameter of a shell script: --name) or NAME=.
		if strings.HasSuffix(e.Old, "sh") {
			for k := i; k < len(ts) && ts[k].line == t.line; k++ {
				if ts[k].text == ")" {
					return true
				}
			}
		}
		return false
	}
	if t.kind != tokString {
		// The parameter of a function, a field of a struct.
		return t.first && !(next == "(" || next == ".")
	}
	// A string: what is it given to?
	depth := 0
	for k := i - 1; k >= 0 && k > i-40; k-- {
		switch ts[k].text {
		case ")", "]", "}":
			depth++
		case "[":
			if depth == 0 && k > 0 && strings.Contains(strings.ToLower(at(k-1)), "environ") {
				return true
			}
			depth--
		case "(":
			if depth == 0 {
				name := strings.ToLower(at(k - 1))
				for _, w := range givers {
					if strings.Contains(name, w) {
						return true
					}
				}
				return false
			}
			depth--
		case "{":
			depth--
		case "=", ":":
			if depth == 0 && k > 0 && naming[strings.ToLower(strings.TrimLeft(at(k-1), "_"))] {
				return true
			}
		}
	}
	return false
}

// namedArgument reports whether the token at i is the name by which a call gives
// an argument: f(NAME=1). It belongs to whoever wrote the function, where it is a
// parameter.
func namedArgument(e *edited, i int) bool {
	ts := e.was
	if !e.syntax.triple || e.syntax.data || e.syntax.bare || i == 0 || ts[i-1].text != "(" && ts[i-1].text != "," {
		return false
	}
	depth := 0
	for k := i - 1; k > 0 && k > i-2000; k-- {
		if ts[k].kind != tokSign {
			continue
		}
		switch ts[k].text {
		case ")", "]", "}":
			depth++
		case "[", "{":
			if depth--; depth < 0 {
				return false
			}
		case "(":
			if depth--; depth < 0 {
				return ts[k-1].kind == tokWord && (k < 2 || ts[k-2].kind != tokWord || !declares[ts[k-2].text])
			}
		}
	}
	return false
}

// ofDomain reports whether a name is written behind a domain: labels and
// annotations of Kubernetes are, and belong to whoever reads them.
func ofDomain(text string) bool {
	domain, _, ok := strings.Cut(text, "/")
	return ok && strings.Contains(domain, ".") && !strings.HasPrefix(domain, ".") && !strings.Contains(domain, "://") && !strings.ContainsAny(domain, " :")
}

var selfWords = map[string]bool{"self": true, "this": true, "cls": true}

// declares are words behind which a name is given.
var declares = map[string]bool{
	"def": true, "class": true, "func": true, "function": true, "type": true, "const": true, "var": true, "let": true, "val": true, "fn": true, "struct": true,
	"enum": true, "interface": true, "trait": true, "module": true, "table": true, "view": true, "message": true, "service": true, "rpc": true, "env": true, "arg": true,
	"macro": true, "model": true, "schema": true, "static": true, "mod": true, "object": true, "exists": true, "create": true, "column": true, "int": true, "string": true,
	"bool": true, "boolean": true, "long": true, "double": true, "void": true, "procedure": true, "index": true, "topic": true, "expose": true, "label": true,
}

// naming are keys whose value names a thing.
var naming = map[string]bool{
	"name": true, "id": true, "topic": true, "topics": true, "dag_id": true, "task_id": true, "group_id": true, "group": true, "table": true, "tables": true, "list": true,
	"image": true, "repository": true, "alias": true, "identifier": true, "container_name": true, "namespace": true, "bucket": true, "queue": true, "key": true, "database": true,
	"path": true, "route": true, "url": true, "default": true, "connector": true, "prefix": true, "schema": true, "model": true, "flag": true, "option": true, "env": true,
	"metric": true, "alert": true, "record": true, "job": true, "long": true, "command": true, "tag": true, "slot": true, "subject": true, "group.id": true, "stream": true, "consumer": true, "host": true, "role": true, "user": true,
}

// givers are parts of the names of functions that are given names of things.
var givers = []string{
	"flag", "option", "argument", "getenv", "environ", "env", "getboolean", "route", "handle", "path", "register", "counter", "gauge", "histogram", "metric", "topic", "table",
	"dag", "task", "queue", "get", "post", "put", "delete", "patch", "stringvar", "intvar", "boolvar", "durationvar", "addoption", "var", "bool", "string", "int", "duration", "command", "setting", "config", "ref", "source", "field", "property", "column", "lookup", "arg",
}

func lineStart(ts []token, i int) string {
	for i > 0 && !ts[i].first {
		i--
	}
	return ts[i].text
}

// environment reports whether the token at i names a variable that the file
// only sets, for a program that may be somebody else's.
func environment(e *edited, i int) bool {
	n := e.was[i].text
	return kindOf(n) == envName && (e.syntax.data || e.syntax.bare) && !strings.HasPrefix(path.Base(e.Old), ".env")
}

// ours reports whether a lost name was the repository's own: code of it defined
// it. A variable of the environment that is only set counts when its beginning
// names a part of the repository, or the setting behind it went with it.
func (c *change) ours(l *lost) bool {
	if l.defined {
		return true
	}
	switch kindOf(l.name) {
	case envName:
		first, rest, _ := strings.Cut(strings.ToLower(l.name), "_")
		parts := strings.Split(rest, "_")
		for k := range parts {
			prefix := strings.Join(append([]string{first}, parts[:k]...), "-")
			if k+1 > 1 || len(first) > 5 {
				for d := range c.head.dirs {
					if b := strings.ReplaceAll(strings.ToLower(path.Base(d)), "_", "-"); b == prefix {
						return true
					}
				}
			}
		}
	case flagName:
		// Parsers take the name without dashes, or with underscores.
		bare := strings.TrimPrefix(l.name, "--")
		for _, e := range c.edits() {
			for i, t := range e.was {
				if (t.text == bare || t.text == strings.ReplaceAll(bare, "-", "_")) && !e.syntax.bare && !e.syntax.data && defines(e, i) {
					return true
				}
			}
		}
	}
	return false
}

// use is where a document names something.
type use struct {
	d      *document
	start  int
	region region
	line   int
}

// mentions collects where a document uses lost names. Names in the targets of
// links and in names of files are paths, not names.
func (c *change) mentions(d *document, gone map[string]*lost, uses map[string][]use) {
	taught := map[string]bool{}
	cutNames(d.text, func(off int, n string) {
		l := gone[n]
		if l == nil {
			// A flag stands in code without its dashes.
			return
		}
		end := off + len(n)
		if end < len(d.text) && (d.text[end] == '/' || d.text[end] == '.' && end+1 < len(d.text) && fileName("x"+firstWord(d.text[end:]))) {
			return
		}
		if off > 0 && d.text[off-1] == '/' && strings.Count(lastChunk(d.text[:off]), "/") > 1 && kindOf(n) != routeName {
			return // a piece of a path or of an address
		}
		if off > 0 && (d.text[off-1] == '@' || d.text[off-1] == '/' && strings.Contains(lastChunk(d.text[:off]), "://")) {
			return
		}
		r := d.regionAt(off)
		line := d.parsed().LineOf(off)
		text := d.parsed().LineText(line)
		if r == inLink || r == inComment || d.line(line).include || d.fresh(line) || d.line(line).history || exampleName(n) {
			return
		}
		switch kindOf(n) {
		case camelName, kebabName, dottedName, routeName:
			if r == inProse && !inTable(text) {
				return
			}
		}
		if r == inFence && teaches(text, n) {
			taught[n] = true
		}
		if d.section(off) {
			return
		}
		if len(uses[n]) < 200 {
			uses[n] = append(uses[n], use{d, off, r, line})
		}
	})
	// A document that defines a name itself shows an example.
	for n := range taught {
		uses[n] = slices.DeleteFunc(uses[n], func(u use) bool { return u.d == d })
		if len(uses[n]) == 0 {
			delete(uses, n)
		}
	}
}

func firstWord(s string) string {
	for i := 1; i < len(s); i++ {
		if !isWordByte(s[i]) {
			return s[:i]
		}
	}
	return s
}

func lastChunk(s string) string {
	return s[strings.LastIndexAny(s, " \t\n(<\"'`")+1:]
}

func inTable(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "|") }

// exampleName reports whether a name says that it is an example.
func exampleName(n string) bool {
	l := strings.ToLower(strings.TrimLeft(n, "-"))
	for _, p := range []string{"my_", "my-", "your_", "your-", "example", "sample_", "foo", "bar_", "demo_", "test_", "dummy", "some_", "xxx", "acme"} {
		if strings.HasPrefix(l, p) {
			return true
		}
	}
	return strings.HasPrefix(n, "my") && len(n) > 2 && n[2] >= 'A' && n[2] <= 'Z' || strings.HasSuffix(l, "_example") || strings.HasSuffix(l, "-example")
}

// teaches reports whether a line of a code block defines a name.
func teaches(line, n string) bool {
	before, _, ok := strings.Cut(line, n)
	if !ok {
		return false
	}
	f := strings.Fields(before)
	if len(f) > 0 {
		switch f[len(f)-1] {
		case "def", "class", "func", "function", "const", "let", "var", "type", "interface":
			return true
		}
	}
	return false
}

// section reports whether a byte stands under a heading that speaks of what was.
func (d *document) section(off int) bool {
	doc := d.parsed()
	level := 7
	for i := len(doc.Blocks) - 1; i >= 0; i-- {
		b := &doc.Blocks[i]
		if b.Start > off || b.Kind != markdown.Heading || b.Level >= level {
			continue
		}
		level = b.Level
		t := strings.ToLower(b.Text)
		for _, w := range []string{"changelog", "change log", "history", "migrat", "upgrad", "deprecat", "removed", "breaking", "release notes", "변경 이력", "이력", "마이그레이션", "폐기"} {
			if strings.Contains(t, w) {
				return true
			}
		}
	}
	return false
}

// plain returns a name as it is compared between spellings: --cache-size,
// cache_size, cacheSize and CACHE_SIZE are one.
func plain(n string) string {
	var b strings.Builder
	for i := range len(n) {
		if ch := n[i]; ch != '-' && ch != '_' && ch != '.' {
			if ch >= 'A' && ch <= 'Z' {
				ch += 'a' - 'A'
			}
			b.WriteByte(ch)
		}
	}
	return b.String()
}

// maxScan bounds how much code is read to see whether a name is still there.
const maxScan = 256 << 20

// present returns which names the code at the head still holds, as such or
// inside of a longer name, flags in any spelling.
func (c *change) present(names []string) map[string]bool {
	out := map[string]bool{}
	if len(names) > 300 {
		// So many at once is a rewrite; what is said of it would not be read.
		slices.Sort(names)
		c.note("%d names went: only the first 300 are looked for", len(names))
		for _, n := range names[300:] {
			out[n] = true
		}
		names = names[:300]
	}
	flags := map[string]string{} // flag → as parsers may write it
	left := map[string]bool{}
	for _, n := range names {
		left[n] = true
		if kindOf(n) == flagName {
			flags[n] = plain(n)
		}
	}
	read := int64(0)
	for _, p := range c.head.paths {
		if len(left) == 0 || c.failed != nil {
			break
		}
		e := c.head.files[p]
		if !e.Mode.Regular() || e.Size > maxDiffFile || notCode(p) {
			continue
		}
		if read += e.Size; read > maxScan {
			c.note("only the first 256 MB of code were searched for names")
			break
		}
		src := c.scanBlob(e)
		if src == nil {
			continue
		}
		squeezed := ""
		for n := range left {
			found := bytes.Contains(src, []byte(n))
			if f := flags[n]; f != "" && !found {
				if squeezed == "" {
					squeezed = plain(string(src))
				}
				found = strings.Contains(squeezed, f)
			}
			if found {
				out[n] = true
				delete(left, n)
			}
		}
	}
	return out
}

// notCode reports whether a file does not count as a place where a name lives.
func notCode(p string) bool {
	if isMarkdown(p) || isLock(p) || aboutDocuments(p) {
		return true
	}
	switch classify(p) {
	case classDocument, classLog:
		return true
	}
	switch strings.ToLower(path.Ext(p)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".ico", ".pdf", ".woff", ".woff2", ".ttf", ".zip", ".gz", ".jar", ".svg", ".mp4", ".parquet", ".rst", ".adoc":
		return true
	}
	return false
}

func (c *change) vanishedAlerts(l *lost, uses []use) {
	heir := l.heir()
	if heir != "" && !shaped(heir) && l.what == "" {
		heir = ""
	}
	what := cmp.Or(l.what, map[nameKind]string{flagName: "the flag", routeName: "the route"}[kindOf(l.name)], "the name")
	perDoc := map[*document]int{}
	for _, u := range uses {
		perDoc[u.d]++
		if heir == "" && perDoc[u.d] > 1 || perDoc[u.d] > 50 {
			continue
		}
		a := Alert{Confidence: .75}
		a.Rule, a.Severity, a.Position = "drift/vanished-name", finding.Warning, u.d.at(u.start)
		a.Subject = l.name
		a.Message = what + " " + l.name + " is in no code any more"
		a.Reason = "the change takes it out of " + finding.Visible(l.path)
		a.Hint = "name what took its place, leave it out, or say why it may stay: `<!-- lintel:allow drift/vanished-name REASON -->`"
		if heir != "" {
			a.Confidence = .9
			a.Reason = "the change renames it to " + heir + " in " + finding.Visible(l.path)
			a.Hint = "write " + heir
			a.Edit = finding.Edit{Start: u.start, Old: u.d.text[u.start : u.start+len(l.name)], New: heir, Safe: true}
		}
		a.Evidence = []Evidence{{Path: l.path, Line: l.line, Gone: true, Text: l.name}}
		c.alert(a)
	}
}
