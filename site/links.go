package site

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// lookup returns the file at src below docs_dir. Names are compared as written
// first and in composed form then: macOS decomposes what an author typed.
func (t *tree) lookup(src string) *File {
	if f := t.bySrc[src]; f != nil {
		return f
	}
	for i := range len(src) {
		if src[i] >= 0x80 {
			nfc := norm.NFC.String(src)
			if f := t.bySrc[nfc]; f != nil {
				return f
			}
			return t.composed()[nfc]
		}
	}
	return nil
}

// composed returns the files whose names are not in composed form, by that
// form.
func (t *tree) composed() map[string]*File {
	t.nfcOnce.Do(func() {
		t.nfc = map[string]*File{}
		for _, f := range t.files {
			if !norm.NFC.IsNormalString(f.Src) {
				t.nfc[norm.NFC.String(f.Src)] = f
			}
		}
	})
	return t.nfc
}

// resolved is the answer to "what does this link point to".
type resolved struct {
	href     string
	name     string // the source path that was looked up, if any
	target   *File  // nil when the link is left as it is
	fragment string // decoded; to be looked up in target
	finding  *finding.Finding
	level    Level
	better   *File // what the author seems to mean, if anything
	sure     bool  // nothing else can be meant by it
}

// resolve answers for one link of a page as MkDocs does: only relative links to
// source files are rewritten, everything else stays and is reported at the
// level that validation gives it.
func (b *build) resolve(p *File, l render.Link) resolved {
	dest := l.Dest
	if dest == "" {
		return resolved{}
	}
	if strings.HasPrefix(dest, "&#") {
		return resolved{href: dest} // an e-mail address, spelled out in character references
	}
	scheme, lp, query, frag := splitURL(dest)
	if scheme != "" {
		return resolved{href: dest}
	}
	if lp == "" {
		return resolved{href: dest, target: p, fragment: unquoteURL(frag)}
	}
	v := &b.conf.Validation
	src := p.Src
	if lp[0] == '/' || lp[0] == '\\' {
		if v.LinkAbsoluteLinks != LevelRelativeToDocs {
			better := b.absoluteSource(lp)
			return resolved{href: dest, level: v.LinkAbsoluteLinks, better: better, sure: true, finding: &finding.Finding{
				Rule:    "link/absolute",
				Message: fmt.Sprintf("link %q is absolute and is left as it is", dest),
				Hint:    didYouMean(p, better),
			}}
		}
		lp, src = strings.TrimLeft(lp, `/\`), ""
	}
	name := resolvePath(src, unquoteURL(lp))
	target := b.tree.lookup(name)
	if target == nil && strings.Contains(lp, "%") {
		target = b.tree.lookup(resolvePath(src, lp)) // a file name with a real %
	}
	if target == nil {
		r := b.unresolved(p, dest, lp, name, l)
		r.name = name
		return r
	}
	if target.inclusion == excluded || target.inclusion == draft && !b.site.opts.Drafts {
		r := resolved{href: relativeURL(target.URL, p.URL), name: name, level: LevelInfo, finding: &finding.Finding{
			Rule:    "link/excluded",
			Message: fmt.Sprintf("link %q points to a file that is excluded from the site", dest),
		}}
		r.href = withSuffix(r.href, query, frag)
		return r
	}
	href := relativeURL(target.URL, p.URL)
	return resolved{href: withSuffix(href, query, frag), name: name, target: target, fragment: unquoteURL(frag)}
}

func withSuffix(href, query, frag string) string {
	if query != "" {
		href += "?" + query
	}
	if frag != "" {
		href += "#" + frag
	}
	return href
}

func (b *build) unresolved(p *File, dest, lp, name string, l render.Link) resolved {
	v := &b.conf.Validation
	what := "link"
	if l.Kind == render.LinkImage {
		what = "image"
	}
	// In a repository that is no site, a link may lead to a folder, and what
	// leaves the repository leads to a page of its host.
	outside := strings.HasPrefix(path.Join(path.Dir(p.Src), lp), "../")
	if b.conf.Bare && !outside && b.holds(name) {
		return resolved{href: dest}
	}
	// A link without a suffix is a guess at a URL; MkDocs leaves it and says so.
	if suffix(lp) == "" && (!b.conf.Bare || outside) {
		better, sure := b.served(p, lp), true
		if better == nil {
			better, sure = b.sourceOf(name), false
		}
		return resolved{href: dest, level: v.LinkUnrecognizedLinks, better: better, sure: sure, finding: &finding.Finding{
			Rule:    "link/unrecognized",
			Message: fmt.Sprintf("%s %q is relative but names no file, and is left as it is", what, dest),
			Hint:    didYouMean(p, better),
		}}
	}
	better, hint := b.nearest(name)
	whole := "documentation"
	if b.conf.Bare {
		whole = "project"
	}
	return resolved{href: dest, level: v.LinkNotFound, better: better, finding: &finding.Finding{
		Rule:    "link/not-found",
		Message: fmt.Sprintf("%s %q points to %q, which is not in the %s", what, dest, name, whole),
		Hint:    hint,
	}}
}

// suffix returns the extension of the last part of a path; a name that only
// begins with dots has none.
func suffix(p string) string {
	return path.Ext(strings.TrimLeft(p[strings.LastIndexByte(p, '/')+1:], "."))
}

// served returns the page to which a browser gets by a relative link that is
// left as it is, or nil.
func (b *build) served(p *File, lp string) *File {
	b.nameIndex.once.Do(b.indexNames)
	url := path.Join("/", p.URL[:strings.LastIndexByte(p.URL, '/')+1], quoteURL(unquoteURL(lp)))
	return b.nameIndex.byURL[strings.Trim(url, "/")]
}

// holds reports whether there is a folder of that name with something in it.
func (b *build) holds(dir string) bool {
	b.nameIndex.once.Do(b.indexNames)
	_, ok := b.nameIndex.folders[strings.Trim(dir, "/")]
	return ok || dir == ""
}

// sourceOf returns the source file that a URL-like link means, or nil.
func (b *build) sourceOf(name string) *File {
	for _, c := range [...]string{name + ".md", name + "/index.md", name + "/README.md"} {
		if f := b.tree.bySrc[strings.TrimPrefix(c, "/")]; f != nil {
			return f
		}
	}
	return nil
}

// absoluteSource returns the source file that a path from the site's root
// means, or nil.
func (b *build) absoluteSource(lp string) *File {
	name := strings.Trim(path.Clean(lp), "/")
	if f := b.tree.lookup(name); f != nil {
		return f
	}
	return b.sourceOf(name)
}

func didYouMean(p, better *File) string {
	if better == nil {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", relativePath(better.Src, p.Src))
}

// suggest is nearest for those that only tell of it.
func (b *build) suggest(name string) string {
	_, hint := b.nearest(name)
	return hint
}

// nearest returns the file whose path is nearest to one that does not exist, or
// nil: the same name elsewhere, or a small misspelling in the same folder.
func (b *build) nearest(name string) (f *File, hint string) {
	base := path.Base(name)
	if same := b.byBase()[base]; len(same) == 1 {
		return same[0], fmt.Sprintf("there is %q", same[0].Src)
	}
	dist := len(base)/3 + 1
	for _, c := range b.byFolder()[path.Dir(name)] {
		if d := editDistance(path.Base(c.Src), base, dist); d < dist {
			f, dist = c, d
		}
	}
	if f == nil {
		return nil, ""
	}
	return f, fmt.Sprintf("did you mean %q?", f.Src)
}

// nameIndex finds files by a part of their names, for suggestions.
type nameIndex struct {
	once             sync.Once
	byBase, byFolder map[string][]*File
	byURL            map[string]*File // pages by URL without the slash at its end
	folders          map[string]struct{}
}

func (b *build) byBase() map[string][]*File {
	b.nameIndex.once.Do(b.indexNames)
	return b.nameIndex.byBase
}

func (b *build) byFolder() map[string][]*File {
	b.nameIndex.once.Do(b.indexNames)
	return b.nameIndex.byFolder
}

func (b *build) indexNames() {
	x := b.nameIndex
	x.byBase, x.byFolder, x.byURL, x.folders = map[string][]*File{}, map[string][]*File{}, map[string]*File{}, map[string]struct{}{}
	for _, f := range b.tree.files {
		if f.inclusion == excluded {
			continue
		}
		for dir := path.Dir(f.Src); dir != "."; dir = path.Dir(dir) {
			if _, seen := x.folders[dir]; seen {
				break
			}
			x.folders[dir] = struct{}{}
		}
		if f.page && b.builds(f) {
			x.byURL[strings.Trim(f.URL, "/")] = f
		}
		x.byBase[path.Base(f.Src)] = append(x.byBase[path.Base(f.Src)], f)
		x.byFolder[path.Dir(f.Src)] = append(x.byFolder[path.Dir(f.Src)], f)
	}
}

// relativePath returns how a link in the file from names the file to.
func relativePath(to, from string) string {
	if r := relativeURL(to, from); r != "./" {
		return r
	}
	return path.Base(to)
}

// editDistance is Levenshtein's, given up at limit.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		prev, least := row[0], i
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := prev
			if a[i-1] != b[j-1] {
				cost++
			}
			prev = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
			least = min(least, row[j])
		}
		if least >= limit {
			return limit
		}
	}
	return row[len(b)]
}

// linked is the outcome of resolving all links of a page: it holds as long as
// its questions get the same answers.
type linked struct {
	key      digest // of the page's place and the validation levels
	asked    []question
	hrefs    []string // what to write for each link
	findings []finding.Finding
	used     int
}

func dropUnused(ls []linked, generation int) []linked {
	live := ls[:0]
	for _, l := range ls {
		if l.used >= generation-2 {
			live = append(live, l)
		}
	}
	return live
}

// checkPage resolves the links of a page, or finds that an earlier outcome
// still holds.
func (b *build) checkPage(p *Page) {
	key := hashOf(p.URL, p.Src, b.linkRecipe)
	for i := range p.parsed.links {
		l := &p.parsed.links[i]
		if l.key == key && b.stillTrue(l.asked) {
			l.used = b.generation
			p.hrefs, p.linkFindings = l.hrefs, l.findings
			return
		}
	}
	l := b.linksOf(p)
	l.key, l.used = key, b.generation
	p.parsed.links = append(p.parsed.links, l)
	if p.parsed.source == stamped {
		p.parsed.source = relinked
	}
	p.hrefs, p.linkFindings = l.hrefs, l.findings
}

// linksOf resolves every link of a page and looks up its anchors.
func (b *build) linksOf(p *Page) linked {
	doc := p.parsed.doc
	l := linked{hrefs: make([]string, len(doc.Links))}
	edits := linkEdits{b: b, p: p}
	ask := func(k asked, subject string) {
		q := question{kind: k, subject: subject}
		if !slices.ContainsFunc(l.asked, func(o question) bool { return o.kind == k && o.subject == subject }) {
			q.answer = b.answer(q)
			l.asked = append(l.asked, q)
		}
	}
	for i, link := range doc.Links {
		r := b.resolve(p.File, link)
		l.hrefs[i] = r.href
		if r.name != "" {
			ask(askTarget, r.name)
			if r.target == nil && r.finding == nil {
				ask(askNames, "") // it leads to a folder
			}
		}
		if r.finding != nil {
			r.finding.Position = finding.Position{Path: p.Path, Line: link.Line}
			if sev, on := r.level.severity(); on {
				r.finding.Severity = sev
				r.finding.Subject = link.Dest
				if r.better != nil {
					_, _, query, frag := splitURL(link.Dest)
					to := withSuffix(asTarget(relativePath(r.better.Src, p.Src)), query, frag)
					r.finding.Edit = edits.edit(link.Line, link.Dest, to, r.sure)
				}
				l.findings = append(l.findings, *r.finding)
				if r.finding.Hint != "" || r.target == nil {
					ask(askNames, "") // what is suggested depends on all names
				}
			}
		}
		if r.target == nil || r.fragment == "" || link.Kind == render.LinkImage {
			continue
		}
		t := b.pageOf[r.target]
		if t == nil {
			continue
		}
		if t != p {
			ask(askOutline, t.Src)
		}
		if t.hasID(r.fragment) {
			continue
		}
		if sev, on := b.conf.Validation.LinkAnchor.severity(); on {
			where := "this page"
			if t != p {
				where = t.Src
			}
			f := finding.Finding{
				Rule: "link/anchor", Severity: sev, Position: finding.Position{Path: p.Path, Line: link.Line},
				Message: fmt.Sprintf("link %q: %s has no anchor %q", link.Dest, where, r.fragment),
				Subject: link.Dest,
			}
			if id := t.nearestID(r.fragment); id != "" {
				f.Hint = fmt.Sprintf("did you mean %q?", "#"+id)
				before, _, _ := strings.Cut(link.Dest, "#")
				f.Edit = edits.edit(link.Line, link.Dest, before+"#"+id, false)
			}
			l.findings = append(l.findings, f)
		}
	}
	return l
}

// severity returns the severity of a validation level and whether anything is
// reported at it.
func (l Level) severity() (finding.Severity, bool) {
	switch l {
	case LevelIgnore:
		return 0, false
	case LevelWarn:
		return finding.Warning, true
	default:
		return finding.Info, true
	}
}

// hasID reports whether a fragment finds something on the page. "top" and the
// empty fragment always do.
func (p *Page) hasID(id string) bool {
	if id == "" || id == "top" || p.virtual != nil || strings.HasPrefix(id, ":~:") {
		return true
	}
	d := p.parsed
	d.idsOnce.Do(func() {
		d.ids = make(map[string]struct{}, len(d.doc.IDs))
		for _, s := range d.doc.IDs {
			d.ids[norm.NFC.String(s)] = struct{}{}
		}
	})
	_, ok := d.ids[norm.NFC.String(id)]
	return ok
}

// nearestID returns the heading's id that is nearest to one that does not
// exist, or "".
func (p *Page) nearestID(id string) string {
	best, dist := "", min(len(id)/3+2, len(id)) // of a letter or two, something has to stay
	for i := range p.parsed.doc.Headings {
		h := &p.parsed.doc.Headings[i]
		if d := editDistance(h.ID, id, dist); d < dist {
			best, dist = h.ID, d
		}
	}
	return best
}
