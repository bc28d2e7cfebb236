package drift

import (
	"bytes"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/git"
)

// dependencies finds libraries and clauses of SQL that the change took out of
// all code while documents still name them as a technology.
func (c *change) dependencies() {
	gone := c.lostDependencies()
	for _, p := range c.lostClauses() {
		if gone[p.name] == nil {
			gone[p.name] = p
		}
	}
	if len(gone) == 0 {
		return
	}
	uses := map[string][]use{}
	for _, d := range c.docs {
		if d.log || d.record {
			continue
		}
		if d.lower == "" {
			d.lower = strings.ToLower(d.text)
		}
		for _, name := range slices.Sorted(maps.Keys(gone)) {
			d.namedAsItem(name, func(start int) {
				line := d.parsed().LineOf(start)
				if r := d.regionAt(start); r == inLink || r == inComment || d.line(line).include || d.fresh(line) || d.line(line).history || d.section(start) {
					return
				}
				uses[name] = append(uses[name], use{d: d, start: start, line: line})
			})
		}
	}
	c.libraries = map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		if !c.stillWritten(name) {
			c.libraries[name] = true
			c.vanishedAlerts(gone[name], uses[name])
		}
	}
}

// maxLostNames bounds the libraries and the clauses that are looked for.
const maxLostNames = 200

// lostDependencies returns the libraries that manifests listed at the base and
// list no longer, with the one that stands in their place.
func (c *change) lostDependencies() map[string]*lost {
	out := map[string]*lost{}
	for _, e := range c.edits() {
		if e.Status != git.Modified {
			continue
		}
		was, now := manifest(e.Path, e.old), manifest(e.Path, e.new)
		var gone, come []string
		for n := range was {
			if _, ok := now[n]; !ok {
				gone = append(gone, n)
			}
		}
		for n := range now {
			if _, ok := was[n]; !ok {
				come = append(come, n)
			}
		}
		for _, n := range gone {
			if len(n) < 5 || len(out) == maxLostNames {
				continue
			}
			l := out[n]
			if l == nil {
				l = &lost{name: n, path: e.Old, line: was[n], defined: true, heirs: map[string]int{}, what: "the library"}
				out[n] = l
			}
			if len(gone) == 1 && len(come) == 1 {
				l.heirs[come[0]]++
			}
		}
	}
	return out
}

var npmRE = regexp.MustCompile(`^\s*"(@?[\w./-]+)":\s*"[~^>=<]*\d[\w.]*"`)

// manifest returns the libraries that a file lists, with their lines.
func manifest(p string, src []byte) map[string]int {
	out := map[string]int{}
	switch base := strings.ToLower(path.Base(p)); {
	case base == "pyproject.toml" || strings.HasPrefix(base, "requirements") && path.Ext(base) == ".txt":
		for _, f := range pinnedFacts(src) {
			if !strings.EqualFold(f.keys[1], "python") && f.keys[1] != "requires-python" {
				out[f.keys[1]] = f.line
			}
		}
	case base == "package.json":
		for i, l := range lines(src) {
			if m := npmRE.FindStringSubmatch(l); m != nil && m[1] != "version" {
				out[m[1]] = i + 1
			}
		}
	}
	return out
}

// clauseRE finds a clause of SQL, in capitals as it is written in code.
var clauseRE = regexp.MustCompile(`[A-Z]{2,}(?: [A-Z]{2,}){2,}`)

// lostClauses returns clauses of SQL that the change took out: what stands in
// capitals in strings and in SQL, three words and more.
func (c *change) lostClauses() []*lost {
	var out []*lost
	seen := map[string]bool{}
	for _, e := range c.edits() {
		if e.syntax.data || e.syntax.bare || len(out) == maxLostNames {
			continue
		}
		sql := strings.EqualFold(path.Ext(e.Old), ".sql")
		for _, t := range e.was {
			if t.kind != tokString && !sql {
				continue
			}
			for _, m := range clauseRE.FindAllString(t.text, 20) {
				if len(m) >= 12 && !seen[m] && !bytes.Contains(e.new, []byte(m)) && len(out) < maxLostNames {
					seen[m] = true
					out = append(out, &lost{name: m, path: e.Old, line: t.line, defined: true, what: "the clause"})
				}
			}
		}
	}
	return out
}

// namedAsItem calls f where a document names a library by itself: as a piece of
// code, as an item of a list in the front matter or in the cell of a table. A
// clause of SQL is looked for everywhere.
func (d *document) namedAsItem(name string, f func(start int)) {
	low := strings.ToLower(name)
	clause := strings.Contains(name, " ")
	if len(d.lower) != len(d.text) || clause {
		low = name // offsets count, and so do capitals
	}
	text := d.lower
	if len(d.lower) != len(d.text) || clause {
		text = d.text
	}
	for at, n := 0, 0; n < 100; n++ {
		i := strings.Index(text[at:], low)
		if i < 0 {
			return
		}
		i += at
		end := i + len(low)
		at = end
		if i > 0 && (isWordByte(text[i-1]) || text[i-1] == '-') || end < len(text) && (isWordByte(text[end]) || text[end] == '-' || text[end] == '/') {
			continue
		}
		if clause || d.isItem(text, i, end) {
			f(i)
		}
	}
}

// isItem reports whether what stands between two bytes is an item of its own,
// a version behind it left aside.
func (d *document) isItem(text string, start, end int) bool {
	line := d.parsed().LineText(d.parsed().LineOf(start))
	switch r := d.regionAt(start); {
	case r == inCode:
		return text[start-1] == '`' && (text[end] == '`' || text[end] == ' ' || text[end] == '=')
	case r != inFront && !inTable(line):
		return false
	}
	from := strings.LastIndexAny(text[:start], ",|:{[(\"'+\n") + 1
	to := len(text)
	if i := strings.IndexAny(text[end:], ",|}])\"'+\n"); i >= 0 {
		to = end + i
	}
	behind := strings.TrimSpace(text[end:to])
	return strings.TrimSpace(text[from:start]) == "" && (behind == "" || versionRE.MatchString(behind))
}

// stillWritten reports whether code at the head holds a name, in any case of its
// letters.
func (c *change) stillWritten(name string) bool {
	low := []byte(strings.ToLower(name))
	read := int64(0)
	for _, p := range c.head.paths {
		e := c.head.files[p]
		if !e.Mode.Regular() || e.Size > maxDiffFile || notCode(p) {
			continue
		}
		if read += e.Size; read > maxScan {
			return true // what was not read may hold it
		}
		if bytes.Contains(bytes.ToLower(c.scanBlob(e)), low) {
			return true
		}
	}
	return false
}
