package drift

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/internal/markdown"
	"github.com/lintel-docs/lintel/sad"
)

// goneIndex finds paths that the change took away.
type goneIndex struct {
	// all are the files and folders of the base that the head has not.
	all map[string]bool
	// tails are what such paths end in, from two names on, where nothing at the
	// head ends so and one path alone is meant; "" where several are.
	tails map[string]string
	// names are the last parts of files, under the same condition.
	names map[string]string
}

func (c *change) gone() *goneIndex {
	g := &goneIndex{all: map[string]bool{}, tails: map[string]string{}, names: map[string]string{}}
	add := func(p string, file bool) {
		g.all[p] = true
		if isTest(p) || foreign(p) {
			return // data of tests looks like what users have
		}
		for rest := p; ; {
			i := strings.IndexByte(rest, '/')
			if i < 0 {
				if file {
					only := p
					if _, twice := g.names[rest]; twice {
						only = ""
					}
					g.names[rest] = only
				}
				return
			}
			if was, twice := g.tails[rest]; twice && was != p {
				g.tails[rest] = ""
			} else {
				g.tails[rest] = p
			}
			rest = rest[i+1:]
		}
	}
	for _, f := range c.files {
		if f.Old == "" || f.Status == git.Copied || c.head.has(f.Old) {
			continue
		}
		add(f.Old, true)
		for d := path.Dir(f.Old); d != "." && !g.all[d] && !c.head.has(d); d = path.Dir(d) {
			add(d, false)
		}
	}
	if len(g.all) == 0 {
		return g
	}
	forget := func(p string) {
		for rest := p; ; {
			delete(g.tails, rest)
			i := strings.IndexByte(rest, '/')
			if i < 0 {
				delete(g.names, rest)
				return
			}
			rest = rest[i+1:]
		}
	}
	for _, p := range c.head.paths {
		forget(p)
	}
	for d := range c.head.dirs {
		forget(d)
	}
	return g
}

type region uint8

const (
	inProse region = iota
	inCode         // code between backticks
	inFence        // fenced or indented code
	inFront        // front matter
	inLink         // target of a link or image
	inInclude
	inComment
)

func (r region) String() string {
	return [...]string{"text", "code", "a code block", "the front matter", "a link", "an include", "a comment"}[r]
}

// references finds paths, links, ranges of lines and anchors that the change
// made untrue.
func (c *change) references() {
	g := c.gone()
	lines := c.lineMaps()
	anchors := c.lostAnchors()
	moved := false
	for _, d := range c.docs {
		moved = moved || d.was != "" && d.was != d.path
	}
	if len(g.all) == 0 && !moved && len(lines.files) == 0 && len(anchors) == 0 {
		return
	}
	for _, d := range c.docs {
		c.deadLinks(d, g, lines, anchors)
		if len(g.all) > 0 {
			c.deadWords(d, g)
		}
		if len(lines.files) > 0 {
			c.deadRanges(d, lines)
		}
	}
}

// split cuts the target of a link into path and the rest.
func splitTarget(dest string) (p, rest string) {
	if i := strings.IndexAny(dest, "?#"); i >= 0 {
		return dest[:i], dest[i:]
	}
	return dest, ""
}

// hasScheme reports whether a target leads out of the repository.
func hasScheme(dest string) bool {
	if strings.HasPrefix(dest, "//") {
		return true
	}
	i := strings.IndexByte(dest, ':')
	return i > 0 && !strings.ContainsAny(dest[:i], "/?#. ")
}

// candidates returns what a written path may mean in a document, the likeliest
// first. Links are relative to the document; code is written from the root more
// often.
func (c *change) candidates(doc, p string, link bool) []string {
	var out []string
	add := func(dir, rel string) {
		if q := path.Join(dir, rel); q != ".." && !strings.HasPrefix(q, "../") && !strings.HasPrefix(q, "/") && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	if abs, ok := strings.CutPrefix(p, "/"); ok {
		add(".", abs)
		for _, d := range c.o.Docs {
			add(d, abs)
		}
		return out
	}
	if link {
		add(path.Dir(doc), p)
		return out
	}
	if !strings.HasPrefix(p, "../") {
		add(".", p)
	}
	add(path.Dir(doc), p)
	for _, d := range c.o.Docs {
		add(d, p)
		add(path.Dir(d), p)
	}
	// A part of a repository writes its paths from its own root.
	for d := path.Dir(path.Dir(doc)); d != "."; d = path.Dir(d) {
		add(d, p)
	}
	return out
}

// pageSuffixes are those of files that pages are made of.
var pageSuffixes = []string{".md", ".mdx", ".markdown"}

// pageForms returns what a link may mean beside the path itself: pages are linked
// without their suffix, too.
func pageForms(t *tree, p string) string {
	if t.has(p) {
		return p
	}
	if path.Ext(p) == "" || path.Ext(p) == ".html" {
		stem := strings.TrimSuffix(p, ".html")
		for _, page := range []string{stem, stem + "/index", stem + "/README"} {
			for _, ext := range pageSuffixes {
				if _, ok := t.files[page+ext]; ok {
					return page + ext
				}
			}
		}
	}
	return ""
}

func (c *change) deadLinks(d *document, g *goneIndex, lines *lineMaps, anchors map[string]map[string]string) {
	moved := d.was != "" && d.was != d.path
	if len(g.all) == 0 && !moved && len(anchors) == 0 && len(lines.files) == 0 {
		return
	}
	if !strings.Contains(d.text, "](") && !strings.Contains(d.text, "]:") && !strings.Contains(d.text, "<") {
		return
	}
	doc := d.parsed()
	for _, l := range doc.Links(0, len(doc.Src)) {
		if l.DestStart == l.DestEnd && l.Dest == "" || strings.HasPrefix(l.Dest, "#") {
			continue
		}
		if hasScheme(l.Dest) {
			c.deadURL(d, l, g)
			continue
		}
		p, rest := splitTarget(l.Dest)
		clean := p
		if u, err := url.PathUnescape(p); err == nil {
			clean = u
		}
		if clean == "" {
			continue
		}
		base, head := "", ""
		for _, q := range c.candidates(cmp.Or(d.was, d.path), clean, true) {
			if base = pageForms(c.base, q); base != "" {
				break
			}
		}
		for _, q := range c.candidates(d.path, clean, true) {
			if head = pageForms(c.head, q); head != "" {
				break
			}
		}
		if base == "" {
			continue
		}
		if head != "" {
			c.deadFragment(d, l, base, head, rest, anchors)
			continue
		}
		if d.was == "" && !g.all[base] {
			continue
		}
		start := d.destStart(l)
		to := c.successor(base)
		if to == "" && c.head.has(base) {
			to = base // the document moved, not what it names
		}
		a := Alert{Confidence: .98}
		a.Rule, a.Severity = "drift/dead-reference", finding.Error
		a.Position = d.at(start)
		a.Subject = "link " + base
		what := "the link"
		if l.Image {
			what = "the image"
		}
		a.Message = what + " to " + finding.Visible(l.Dest) + " leads nowhere"
		if to == base {
			a.Reason = "the change moved this document from " + d.was + ", and the target is relative to it"
		} else {
			a.Reason = c.whatBecame(base, to)
		}
		a.Hint = hintFor(to)
		if to != "" && start >= 0 && strings.HasPrefix(d.text[start:], p) && samePage(p, base) {
			a.Edit = finding.Edit{Start: start, Old: p, New: c.rewrite(d, p, clean, base, to, true), Safe: true}
		}
		a.Evidence = c.evidence(base, to)
		c.alert(a)
	}
}

// samePage reports whether a written path names the file itself rather than the
// page that is made of it.
func samePage(written, file string) bool {
	w, err := url.PathUnescape(written)
	if err != nil {
		w = written
	}
	w = strings.TrimSuffix(w, "/")
	return w == "." || w == ".." || strings.HasSuffix(w, "..") || path.Base(w) == path.Base(file)
}

// destStart returns where the target of a link is written, in its definition
// where it is a reference; -1 when that cannot be told.
func (d *document) destStart(l markdown.Link) int {
	if l.DestStart != l.DestEnd {
		return l.DestStart
	}
	for i := range d.parsed().Blocks {
		b := &d.parsed().Blocks[i]
		if b.Kind == markdown.LinkDef {
			if k := strings.Index(d.text[b.Start:b.End], l.Dest); k > 0 && strings.Contains(d.text[b.Start:b.Start+k], "]:") {
				return b.Start + k
			}
		}
	}
	return -1
}

// at returns the position of a byte, or of the document where it is not known.
func (d *document) at(start int) finding.Position {
	if start < 0 {
		return finding.Position{Path: d.path}
	}
	doc := d.parsed()
	return finding.Position{Path: d.path, Line: doc.LineOf(start), Column: doc.ColumnOf(start)}
}

// deadURL looks at links to files on a forge: …/blob/main/PATH.
func (c *change) deadURL(d *document, l markdown.Link, g *goneIndex) {
	if len(g.all) == 0 || d.log {
		return
	}
	for _, mark := range []string{"/blob/", "/tree/", "/raw/", "/edit/"} {
		_, rest, ok := strings.Cut(l.Dest, mark)
		if !ok {
			continue
		}
		ref, p, ok := strings.Cut(rest, "/")
		if !ok || !slices.Contains([]string{"main", "master", "HEAD", "develop", "trunk"}, ref) {
			return
		}
		p, _ = splitTarget(p)
		p = strings.TrimSuffix(p, "/")
		if !g.all[p] || !strings.Contains(p, "/") {
			return
		}
		to := c.successor(p)
		a := Alert{Confidence: .85}
		a.Rule, a.Severity = "drift/dead-reference", finding.Warning
		start := d.destStart(l)
		a.Position, a.Subject = d.at(start), "url "+p
		a.Message = "the link to " + p + " on the forge leads nowhere once this is merged"
		a.Reason, a.Hint = c.whatBecame(p, to), hintFor(to)
		if k := strings.Index(l.Dest, ref+"/"+p); to != "" && start >= 0 && k >= 0 {
			a.Edit = finding.Edit{Start: start + k + len(ref) + 1, Old: p, New: to, Safe: true}
		}
		a.Evidence = c.evidence(p, to)
		c.alert(a)
		return
	}
}

func hintFor(to string) string {
	if to != "" {
		return "write " + to
	}
	return "take the reference out, name what took its place, or say why it may stay: `<!-- lintel:allow drift/dead-reference REASON -->`"
}

// whatBecame says in one clause what the change did to a path.
func (c *change) whatBecame(p, to string) string {
	switch {
	case to == "":
		return "the change deletes " + finding.Visible(p)
	case path.Dir(to) == path.Dir(p):
		return "the change renames " + finding.Visible(p) + " to " + finding.Visible(path.Base(to))
	default:
		return "the change moves " + finding.Visible(p) + " to " + finding.Visible(to)
	}
}

func (c *change) evidence(p, to string) []Evidence {
	out := []Evidence{{Path: p, Gone: true, Text: "is not at the head"}}
	if to != "" {
		out = append(out, Evidence{Path: to, Text: "took its place"})
	}
	return out
}

// rewrite writes the new path in the way in which the old one was written.
func (c *change) rewrite(d *document, written, clean, was, to string, link bool) string {
	slash := strings.HasSuffix(clean, "/")
	bare := strings.TrimSuffix(clean, "/")
	var out string
	switch {
	case strings.HasPrefix(clean, "/"):
		out = "/" + to
		for _, dir := range c.o.Docs {
			if dir != "." && strings.TrimPrefix(bare, "/") != was && strings.HasPrefix(to, dir+"/") {
				out = strings.TrimPrefix(to, dir)
			}
		}
	case link:
		out = relative(path.Dir(d.path), to)
	case path.Clean(bare) == was:
		out = to
	case strings.HasPrefix(bare, "../") || path.Join(path.Dir(cmp.Or(d.was, d.path)), bare) == was:
		out = relative(path.Dir(d.path), to)
	default:
		// Written from some folder in between: what was left out is left out
		// again when that still holds.
		out = to
		if cut, ok := strings.CutSuffix(was, path.Clean(bare)); ok {
			if rest, ok := strings.CutPrefix(to, cut); ok {
				out = rest
			}
		}
	}
	if strings.HasPrefix(clean, "./") && !strings.HasPrefix(out, ".") {
		out = "./" + out
	}
	if slash {
		out += "/"
	}
	if written != clean || link && strings.ContainsAny(out, " ()") {
		out = strings.NewReplacer("%", "%25", " ", "%20", "(", "%28", ")", "%29").Replace(out)
	}
	return out
}

// relative returns the path from a folder to a path, both from the root.
func relative(dir, to string) string {
	if dir == "." {
		return to
	}
	from, dest := strings.Split(dir, "/"), strings.Split(to, "/")
	n := 0
	for n < len(from) && n < len(dest)-1 && from[n] == dest[n] {
		n++
	}
	return strings.Repeat("../", len(from)-n) + strings.Join(dest[n:], "/")
}

// isPathByte reports whether a byte may stand in a path as documents write it.
func isPathByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("_-./~+@%*", b) >= 0 || b >= 0x80
}

// deadWords finds paths in code, fences, front matter and text.
func (c *change) deadWords(d *document, g *goneIndex) {
	t := d.text
	said := map[string]int{}
	for i := 0; i < len(t); {
		if !isPathByte(t[i]) {
			i++
			continue
		}
		j := i
		dotted := false
		for j < len(t) && isPathByte(t[j]) {
			dotted = dotted || t[j] == '/' || t[j] == '.'
			j++
		}
		start, w := i, t[i:j]
		i = j
		if len(w) < 3 || len(w) > 512 {
			continue
		}
		if !dotted && !g.all[w] {
			continue
		}
		c.deadWord(d, g, start, w, said)
	}
}

func (c *change) deadWord(d *document, g *goneIndex, start int, w string, said map[string]int) {
	// Emphasis, the end of a sentence and particles are not the path's.
	for w != "" && (w[0] == '*' && !strings.HasPrefix(w, "*/") && !strings.HasPrefix(w, "**/") && !strings.HasPrefix(w, "*.")) {
		w, start = w[1:], start+1
	}
	w = strings.TrimRight(w, ".")
	if strings.Contains(w, "*") {
		c.deadGlob(d, g, start, w)
		return
	}
	base := c.meant(d, g, w)
	if base == "" {
		if k := strings.IndexFunc(w, func(r rune) bool { return r >= 0x80 }); k > 2 {
			w = strings.TrimRight(w[:k], ".")
			base = c.meant(d, g, w)
		}
		if base == "" {
			return
		}
	}
	exact := g.all[path.Clean(strings.TrimPrefix(w, "/"))] || strings.Contains(w, "/")
	r := d.regionAt(start)
	line := d.parsed().LineOf(start)
	about := d.line(line)
	if about.include {
		r = inInclude
	}
	file := c.base.files[base].Path != ""
	if bare := !strings.Contains(w, "/"); bare && r != inInclude && (!spokenOfAsFile(w, d.parsed().LineText(line)) || c.ofOwnFolder(d, base) || r == inFence && d.makes(w)) {
		return
	}
	a := Alert{Confidence: .95}
	a.Severity = finding.Error
	tail := !slices.Contains(c.candidates(cmp.Or(d.was, d.path), w, false), base)
	switch r {
	case inLink, inComment:
		return
	case inInclude:
	case inFront:
		// Keys like title hold words that look like folders.
		if !strings.Contains(w, "/") && !file {
			return
		}
	case inCode:
		if d.record && !strings.Contains(w, "/") {
			return // decisions tell of files that are to come or to go
		}
		if d.record {
			a.Severity, a.Confidence = finding.Warning, .7
		}
		if !exact || tail {
			a.Severity, a.Confidence = finding.Warning, .75
		}
		if !file && !strings.Contains(w, "/") {
			return // a word that is the name of a folder, too
		}
	case inFence:
		a.Severity, a.Confidence = finding.Warning, .8
		if !strings.Contains(w, "/") && path.Ext(w) == "" || tail && !strings.Contains(w, "/") || d.record {
			return
		}
	default:
		a.Severity, a.Confidence = finding.Warning, .75
		if !strings.Contains(strings.TrimSuffix(w, "/"), "/") && !strings.HasSuffix(w, "/") || tail || d.record {
			return
		}
		if file && path.Ext(w) == "" || !file && !strings.HasSuffix(w, "/") && strings.Count(w, "/") < 2 {
			return
		}
	}
	if r != inFront && r != inInclude && (d.log || d.fresh(line) || about.history) {
		return
	}
	if partOfMore(d.text, start, start+len(w)) {
		return
	}
	to := c.successor(base)
	if n := said[base]; to == "" && n > 0 && r != inFront && r != inInclude {
		return // once said is enough where there is nothing to edit
	}
	said[base]++
	a.Rule = "drift/dead-reference"
	a.Position = d.at(start)
	a.Subject = r.String() + " " + base
	a.Message = finding.Visible(w) + " is named in " + r.String() + " and is there no longer"
	a.Reason, a.Hint = c.whatBecame(base, to), hintFor(to)
	if to != "" {
		a.Edit = finding.Edit{Start: start, Old: w, New: c.rewrite(d, w, w, base, to, false), Safe: true}
	}
	a.Evidence = c.evidence(base, to)
	c.alert(a)
}

// spokenOfAsFile reports whether a word without a folder means a file: it has a
// suffix, or is called a file. TAG is a variable more often.
func spokenOfAsFile(w, line string) bool {
	l := strings.ToLower(line)
	return path.Ext(w) != "" || strings.HasPrefix(w, ".") || strings.HasSuffix(strings.ToLower(w), "file") || strings.Contains(l, "file") || strings.Contains(l, "파일") || strings.Contains(l, "script")
}

// ofOwnFolder reports whether a name without a folder means a file of the
// document's own folder, or of the reader's, rather than one of the same name at
// the root: the folder has files of that kind, too.
func (c *change) ofOwnFolder(d *document, base string) bool {
	dir := path.Dir(cmp.Or(d.was, d.path))
	if path.Dir(base) == dir || dir == "." {
		return false
	}
	ext := path.Ext(base)
	return slices.ContainsFunc(c.base.paths, func(p string) bool { return path.Dir(p) == dir && path.Ext(p) == ext && p != d.was })
}

// makes reports whether a command of a document writes a file: what it names
// then is the reader's.
func (d *document) makes(w string) bool {
	for at := 0; ; {
		k := strings.Index(d.text[at:], w)
		if k < 0 {
			return false
		}
		line := d.text[strings.LastIndexByte(d.text[:at+k], '\n')+1 : at+k]
		before := strings.TrimRight(line, " \t\"'=./")
		for _, m := range []string{"-o", "-O", "-out", "-output", "--out", "--output", "--output-file", "-keyout", ">", "tee", "touch"} {
			if before == m || strings.HasSuffix(before, " "+m) || m == ">" && strings.HasSuffix(before, m) && len(before) < len(line) {
				return true
			}
		}
		at += k + len(w)
	}
}

// meant returns the path of the base that a word of a document means and that
// is gone, or "". What the head has under any reading is not gone.
func (c *change) meant(d *document, g *goneIndex, w string) string {
	clean := strings.TrimSuffix(w, "/")
	if clean == "" || strings.HasPrefix(w, "//") {
		return ""
	}
	base := ""
	for _, q := range c.candidates(cmp.Or(d.was, d.path), clean, false) {
		if g.all[q] {
			base = q
			break
		}
		if c.base.has(q) {
			return ""
		}
	}
	if base == "" {
		key := strings.TrimPrefix(strings.TrimPrefix(clean, "./"), "/")
		if strings.Contains(key, "/") {
			base = g.tails[key]
		} else if path.Ext(key) != "" {
			base = g.names[key]
		}
		if base == "" {
			return ""
		}
	}
	if slices.ContainsFunc(c.candidates(d.path, clean, false), c.head.has) {
		return ""
	}
	return base
}

// deadGlob looks at a pattern of paths that held something and holds nothing.
func (c *change) deadGlob(d *document, g *goneIndex, start int, w string) {
	literal := w[:strings.IndexByte(w, '*')]
	dir := path.Clean(literal[:strings.LastIndexByte(literal, '/')+1])
	if dir == "." || strings.HasPrefix(dir, "/") || !g.all[dir] {
		return
	}
	covers := func(paths []string) bool {
		return slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(p, dir+"/") && sad.Covers(w, p) })
	}
	if !covers(c.base.paths) || covers(c.head.paths) {
		return
	}
	r := d.regionAt(start)
	a := Alert{Confidence: .93}
	a.Severity = finding.Error
	line := d.parsed().LineOf(start)
	switch r {
	case inFront:
	case inCode, inFence:
		a.Severity = finding.Warning
		if d.log || d.record || d.fresh(line) {
			return
		}
	default:
		return
	}
	to := c.successor(dir)
	a.Rule, a.Position, a.Subject = "drift/dead-reference", d.at(start), r.String()+" "+w
	a.Message = "the pattern " + finding.Visible(w) + " in " + r.String() + " matches nothing any more"
	a.Reason, a.Hint = c.whatBecame(dir, to), hintFor(to)
	if to != "" {
		a.Edit = finding.Edit{Start: start, Old: w, New: to + strings.TrimPrefix(w, dir), Safe: true}
	}
	a.Evidence = c.evidence(dir, to)
	c.alert(a)
}

// partOfMore reports whether a word is a piece of something that is put
// together or belongs to a URL.
func partOfMore(text string, start, end int) bool {
	if start > 0 && strings.IndexByte("$}<>=\\&", text[start-1]) >= 0 && text[start-1] != '>' && text[start-1] != '=' {
		return true
	}
	if end < len(text) && strings.IndexByte("{<$", text[end]) >= 0 {
		return true
	}
	// From the last blank to here: a URL.
	from := strings.LastIndexAny(text[:start], " \t\n\"'`(<") + 1
	return strings.Contains(text[from:start], "://")
}

// isInclude reports whether a line takes in another file.
func isInclude(line string) bool {
	for _, m := range []string{"--8<--", "{% include", "{%- include", "{{#include", "{{ #include", "::include{", "{!", "{{#rustdoc_include", "literalinclude::", "<!-- embedme "} {
		if strings.Contains(line, m) {
			return true
		}
	}
	return false
}

// tellsHistory reports whether a line speaks of what was, so that a name of the
// past is right there.
func tellsHistory(line string) bool {
	l := strings.ToLower(line)
	for _, w := range []string{
		"removed", "deprecat", "renamed", "formerly", "previously", "no longer", "used to be", "obsolete", "replaced", "superseded", "was called", "were called", "legacy",
		"until v", "until version", "before v", "prior to", "since v", "dropped", "migrat", "discontinued",
		"삭제", "제거", "폐기", "더 이상", "이전에는", "예전", "과거", "없앴", "없어졌", "사라졌", "대체되", "대체했", "바뀌기 전", "이름이 바뀌", "이름을 바꿨", "였으나", "이었으나", "했었",
	} {
		if strings.Contains(l, w) {
			return true
		}
	}
	return false
}

// span is a piece of a document that is no plain text.
type span struct {
	start, end int
	region     region
}

// regionAt tells in what a byte of the document stands.
func (d *document) regionAt(off int) region {
	if d.spans == nil {
		d.readSpans()
	}
	i, ok := slices.BinarySearchFunc(d.spans, off, func(s span, off int) int {
		switch {
		case s.end <= off:
			return -1
		case s.start > off:
			return 1
		default:
			return 0
		}
	})
	if !ok {
		return inProse
	}
	return d.spans[i].region
}

// readSpans works out the pieces, in order and apart from each other.
func (d *document) readSpans() {
	doc := d.parsed()
	d.spans = []span{}
	if f := doc.Front; f != nil {
		d.spans = append(d.spans, span{f.Start, f.End, inFront})
	}
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		switch b.Kind {
		case markdown.Fence, markdown.Code:
			d.spans = append(d.spans, span{b.Start, b.End + 1, inFence})
			continue
		case markdown.Comment:
			d.spans = append(d.spans, span{b.Start, b.End, inComment})
			continue
		case markdown.LinkDef:
			d.spans = append(d.spans, span{b.Start, b.End, inLink})
			continue
		}
		var own []span
		for s, e := range codeSpans(d.text, b.Start, b.End) {
			own = append(own, span{s, e, inCode})
		}
		for _, l := range doc.Links(b.Start, b.End) {
			if l.DestEnd > l.DestStart {
				own = append(own, span{l.DestStart, l.DestEnd, inLink})
			}
		}
		for at := b.Start; ; {
			k := strings.Index(d.text[at:b.End], "<!--")
			if k < 0 {
				break
			}
			end := b.End
			if n := strings.Index(d.text[at+k:b.End], "-->"); n >= 0 {
				end = at + k + n + 3
			}
			own = append(own, span{at + k, end, inComment})
			at = end
		}
		slices.SortStableFunc(own, func(a, b span) int { return cmp.Compare(a.start, b.start) })
		for _, s := range own {
			if n := len(d.spans); n == 0 || d.spans[n-1].end <= s.start {
				d.spans = append(d.spans, s)
			}
		}
	}
}

// lineInfo is what is known of a line, worked out once.
type lineInfo struct{ include, history bool }

func (d *document) line(n int) lineInfo {
	if l, ok := d.lines[n]; ok {
		return l
	}
	if d.lines == nil {
		d.lines = map[int]lineInfo{}
	}
	text := d.parsed().LineText(n)
	l := lineInfo{isInclude(text), tellsHistory(text)}
	d.lines[n] = l
	return l
}

// codeSpans returns where the contents of code spans begin and end.
func codeSpans(text string, start, end int) func(yield func(int, int) bool) {
	return func(yield func(int, int) bool) {
		for i := start; i < end; {
			if text[i] != '`' {
				i++
				continue
			}
			n := 0
			for i+n < end && text[i+n] == '`' {
				n++
			}
			open := i + n
			stop := -1
			for k := open; k < end; {
				if text[k] != '`' {
					k++
					continue
				}
				m := 0
				for k+m < end && text[k+m] == '`' {
					m++
				}
				if m == n {
					stop = k
					break
				}
				k += m
			}
			if stop < 0 {
				i = open
				continue
			}
			if !yield(open, stop) {
				return
			}
			i = stop + n
		}
	}
}

// deadFragment looks at a link whose target is there and whose anchor is not.
func (c *change) deadFragment(d *document, l markdown.Link, base, head, rest string, anchors map[string]map[string]string) {
	i := strings.IndexByte(rest, '#')
	if i < 0 || l.DestStart == l.DestEnd {
		return
	}
	frag := rest[i+1:]
	lost, ok := anchors[head]
	if !ok {
		return
	}
	key := frag
	if u, err := url.PathUnescape(frag); err == nil {
		key = u
	}
	to, gone := lost[key]
	if !gone {
		return
	}
	start := l.DestEnd - len(frag)
	a := Alert{Confidence: .9}
	a.Rule, a.Severity, a.Position, a.Subject = "drift/dead-reference", finding.Error, d.at(start), "anchor "+head+"#"+key
	a.Message = "the link to " + finding.Visible(l.Dest) + " leads to no heading"
	a.Reason = "the change takes the heading #" + finding.Visible(key) + " out of " + head
	a.Hint = "link to another heading of " + path.Base(head)
	if to != "" {
		a.Reason = "the change gives the heading #" + finding.Visible(key) + " in " + head + " another text"
		a.Hint = "link to #" + to
		if d.text[start:l.DestEnd] == frag {
			a.Edit = finding.Edit{Start: start, Old: frag, New: to, Safe: true}
		}
	}
	a.Evidence = []Evidence{{Path: base, Gone: true, Text: "#" + key}}
	c.alert(a)
}

// lostAnchors returns the anchors of headings that changed documents had, by
// path at the head, with the anchor that took their place or "".
func (c *change) lostAnchors() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, f := range c.files {
		if f.Status != git.Modified && f.Status != git.Renamed || !isMarkdown(f.Path) || f.SHA == f.OldSHA {
			continue
		}
		was, now := headings(c.blobOf(f.OldSHA)), headings(c.blobOf(f.SHA))
		have := map[string]bool{}
		for _, h := range now {
			for _, a := range h.anchors {
				have[a] = true
			}
		}
		var lost map[string]string
		for i, h := range was {
			if have[h.anchors[0]] {
				continue
			}
			// The one heading between the same neighbours is the new text.
			heir := heirOf(was, now, i)
			for k, a := range h.anchors {
				if have[a] {
					continue
				}
				if lost == nil {
					lost = map[string]string{}
				}
				lost[a] = ""
				if heir != nil {
					lost[a] = heir.anchors[min(k, len(heir.anchors)-1)]
				}
			}
		}
		if lost != nil {
			out[f.Path] = lost
		}
	}
	return out
}

type heading struct {
	level   int
	text    string
	anchors []string // as MkDocs writes it, as GitLab does, and those written by hand
}

func headings(src []byte) []heading {
	if src == nil {
		return nil
	}
	var out []heading
	seen := map[string]int{}
	doc := markdown.Parse(src)
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if b.Kind != markdown.Heading {
			continue
		}
		h := heading{level: b.Level, text: b.Text}
		if _, id, ok := strings.Cut(doc.LineText(b.Line), "{#"); ok {
			id, _, _ = strings.Cut(id, "}")
			h.anchors = append(h.anchors, strings.Fields(id+" ")...)
		}
		a, g := slug(b.Text, false), slug(b.Text, true)
		if n := seen[g]; n > 0 {
			a, g = a+"_"+strconv.Itoa(n), g+"-"+strconv.Itoa(n)
		}
		seen[slug(b.Text, true)]++
		h.anchors = append(h.anchors, g)
		if a != g {
			h.anchors = append(h.anchors, a)
		}
		out = append(out, h)
	}
	return out
}

// slug returns the anchor of a heading as GitLab writes it, or as MkDocs does
// with its default settings.
func slug(text string, gitlab bool) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(strings.TrimSpace(text)) {
		switch {
		case r == ' ' || r == '-' || r == '\t':
			if gitlab || !dash {
				b.WriteByte('-')
			}
			dash = true
			continue
		case r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			b.WriteRune(r)
		case r >= 0x80 && gitlab:
			b.WriteRune(r)
		default:
			continue
		}
		dash = false
	}
	if gitlab {
		return b.String()
	}
	return strings.Trim(b.String(), "-")
}

// heirOf returns the heading that took the place of the lost heading i: of those
// between the nearest neighbours that both sides have, as many as there were,
// the one at its place.
func heirOf(was, now []heading, i int) *heading {
	at := func(h heading) int {
		return slices.IndexFunc(now, func(n heading) bool { return n.text == h.text && n.level == h.level })
	}
	known := func(h heading) bool {
		return slices.ContainsFunc(was, func(w heading) bool { return w.text == h.text })
	}
	from, to := 0, len(now)
	first, last := i, i // the lost ones of the level between the neighbours
	for k := i - 1; k >= 0; k-- {
		if n := at(was[k]); n >= 0 {
			from = n + 1
			break
		}
		first = k
	}
	for k := i + 1; k < len(was); k++ {
		if n := at(was[k]); n >= from {
			to = n
			break
		}
		last = k
	}
	place, all := 0, 0
	for k := first; k <= last; k++ {
		if was[k].level == was[i].level {
			if k < i {
				place++
			}
			all++
		}
	}
	var heirs []*heading
	for k := from; k < to; k++ {
		if now[k].level == was[i].level && !known(now[k]) {
			heirs = append(heirs, &now[k])
		}
	}
	if len(heirs) != all {
		return nil
	}
	return heirs[place]
}
