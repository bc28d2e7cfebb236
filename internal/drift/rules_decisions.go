package drift

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
)

// decided is what the records of the head say, and what the change does to them.
type decided struct {
	log     *adr.Log
	text    map[*adr.Record]string
	touched map[string]bool // records that the change alters
	added   bool            // the change brings a record
	folder  string          // where a new record belongs
	form    string          // its template
	korean  bool
}

// footprint is how much a changed file has to do with technologies, before and
// after.
type footprint struct {
	path, old       string
	was, now        map[*technology]int     // names in its code
	usedWas, usedIs map[*technology]arrival // what it depends on
	names           []string                // of what a manifest listed and lists no longer
}

// decisions asks whether the change leaves the records true: it replaces what
// one decided for, it brings a technology that none decided for, or it alters
// what one governs in more than small things. Where nothing is recorded nothing
// is asked.
func (c *change) decisions() {
	if len(c.files) == 0 || !c.mayRecord() {
		return
	}
	prints := c.footprints()
	if len(prints) == 0 {
		return
	}
	d := c.records()
	if d == nil {
		return
	}
	said := map[*technology]bool{}
	spoken := map[*adr.Record]bool{}
	c.contradicted(d, prints, said, spoken)
	c.undecided(d, prints, said)
	c.governed(d, prints, said, spoken)
}

var recordNameRE = regexp.MustCompile(`(?i)^(?:adr[-_]?)?\d{3,4}[-_.]|^adr[-_]|^\d{8}-`)

// mayRecord reports whether the tree at the head may hold records: most have
// none, and need not be looked through.
func (c *change) mayRecord() bool {
	named := map[string]int{}
	for _, d := range c.docs {
		dir := path.Dir(d.path)
		if adr.Conventional(dir) != "" || len(c.o.Decisions.Folders) > 0 {
			return true
		}
		if recordNameRE.MatchString(path.Base(d.path)) {
			if named[dir]++; named[dir] > 1 {
				return true
			}
		}
	}
	return c.head.has(".adr-dir") || c.head.has(".log4brains.yml")
}

// footprints reads what changed files have to do with technologies. Tests,
// vendored code and documents do not count.
func (c *change) footprints() []*footprint {
	byPath := map[string]*footprint{}
	var out []*footprint
	for _, e := range c.edits() {
		f := &footprint{path: e.Path, old: e.Old, was: map[*technology]int{}, now: map[*technology]int{}}
		if e.Status == git.Deleted {
			f.path = cmp.Or(e.Path, e.Old)
		}
		speaks(e.was, f.was)
		speaks(e.now, f.now)
		f.usedWas, f.usedIs = uses(e.Old, e.old), uses(e.Path, e.new)
		byPath[f.path] = f
		out = append(out, f)
	}
	for _, g := range c.files {
		p := cmp.Or(g.Path, g.Old)
		if !isManifest(p) || foreign(p) || isTest(p) || g.Status == git.Copied {
			continue
		}
		var was, now []byte
		if g.Status != git.Added && g.OldMode.Regular() {
			was = c.blobOf(g.OldSHA)
		}
		if g.Status != git.Deleted && g.Mode.Regular() {
			now = c.blobOf(g.SHA)
		}
		f := byPath[p]
		if f == nil {
			f = &footprint{path: p, old: cmp.Or(g.Old, p), was: map[*technology]int{}, now: map[*technology]int{}}
			f.usedWas, f.usedIs = uses(p, was), uses(p, now)
			for t := range f.usedWas {
				f.was[t]++
			}
			for t := range f.usedIs {
				f.now[t]++
			}
			out = append(out, f)
		}
		f.names = goneNames(was, now)
	}
	return out
}

var dependencyRE = regexp.MustCompile(`[A-Za-z@][\w@/.-]*[A-Za-z0-9]`)

// goneNames returns the words of a manifest that its new text has not.
func goneNames(was, now []byte) []string {
	if len(was) == 0 || len(was) > 1<<20 || len(now) > 1<<20 {
		return nil
	}
	left := map[string]bool{}
	for _, w := range dependencyRE.FindAllString(string(now), -1) {
		left[w] = true
	}
	var out []string
	for _, l := range lines(was) {
		t := strings.TrimSpace(l)
		if strings.HasPrefix(t, "#") || strings.HasPrefix(t, "//") || skippedKeyRE.MatchString(l) || strings.Contains(t, "// indirect") {
			continue
		}
		for _, w := range dependencyRE.FindAllString(l, -1) {
			if !left[w] && len(w) > 2 && !slices.Contains(out, w) && len(out) < 200 {
				out = append(out, w)
			}
		}
	}
	return out
}

// records reads the decision records at the head, or returns nil where none was
// ever accepted.
func (c *change) records() *decided {
	fsys, err := c.repo.FS(c.ctx, c.head.rev)
	if err != nil {
		c.failed = cmp.Or(c.failed, err)
		return nil
	}
	folders := adr.Find(fsys)
	if own := c.o.Decisions.Folders; len(own) > 0 {
		folders = slices.DeleteFunc(folders, func(f adr.Folder) bool {
			return !slices.ContainsFunc(own, func(o string) bool { return o == "." || f.Path == o || strings.HasPrefix(f.Path, o+"/") })
		})
	}
	log, _ := adr.Read(fsys, folders, c.o.Decisions)
	d := &decided{log: log, text: map[*adr.Record]string{}, touched: map[string]bool{}}
	kept, hangul := 0, 0
	var last *adr.Record
	for _, r := range log.Records {
		src := c.blob(c.head.files[r.Path])
		d.text[r] = string(src)
		switch r.Status {
		case adr.Accepted, adr.Superseded, adr.Deprecated:
			kept++
		}
		if strings.ContainsFunc(r.Title, isHangul) {
			hangul++
		}
		if last == nil || r.Number >= last.Number {
			last = r
		}
	}
	if kept == 0 {
		return nil
	}
	for _, f := range c.files {
		if r := log.ByPath(f.Path); r != nil && f.Status != git.Deleted {
			d.touched[r.Path] = true
			d.added = d.added || f.Status == git.Added
		}
	}
	d.folder, d.korean = last.Folder(), hangul*2 > len(log.Records)
	d.form = last.Template().Text()
	if own := adr.ProjectTemplate(fsys, d.folder); own != "" {
		if b := c.blob(c.head.files[own]); b != nil {
			d.form = string(b)
		}
	}
	return d
}

func isHangul(r rune) bool { return unicode.Is(unicode.Hangul, r) }

// section returns the text of the sections of a record with one of the parts.
func (d *decided) section(r *adr.Record, parts ...adr.Part) string {
	var b strings.Builder
	text := d.text[r]
	for _, s := range r.Sections {
		if slices.Contains(parts, s.Part) && s.Start < s.End && s.End <= len(text) {
			_, body, _ := strings.Cut(text[s.Start:s.End], "\n")
			b.WriteString(body)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// rejected are phrases before the name of something that is not decided for.
var rejectedRE = regexp.MustCompile(`(?i)(?:instead of|rather than|\bfrom|\breplac(?:e|es|ing)|\bover|\bnot|\bwithout|\bdrop(?:ping)?|\bremov(?:e|es|ing)|\bno longer(?: use)?|\bthan|\bno|\boff|\bleav(?:e|ing)|\bstop(?: using)?|\bavoid|\bretire|\bdeprecate|\bphase out)\s+(?:the\s+|using\s+|our\s+)?["'` + "`*" + `]*$`)

// rejectedKoRE are phrases behind it.
var rejectedKoRE = regexp.MustCompile("^[\"'`*]*\\s*(?:(?:을|를|은|는)?\\s*(?:대신|쓰지 않|사용하지 않|버리|걷어|없앤|제거)|없이|(?:이|가) 아닌|에서 [^\\s]+(?:으로|로)(?:\\s|$))")

// choices returns the technologies that a record decides for: those that its
// title names, else those of the option that it chose, else those of the first
// sentences of its decision.
func (d *decided) choices(r *adr.Record) []*technology {
	decision := strings.TrimSpace(d.section(r, adr.PartDecision))
	if i := strings.Index(decision, "\n\n"); i > 0 {
		decision = decision[:i]
	}
	if len(decision) > 400 {
		decision = strings.ToValidUTF8(decision[:400], "")
	}
	for _, text := range []string{r.Title, r.Chosen, decision} {
		if out := chosen(text); len(out) > 0 {
			return out
		}
	}
	return nil
}

// chosen returns the technologies that a text names and does not turn down.
func chosen(text string) []*technology {
	var out []*technology
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		lower = text // a letter whose cases differ in size: places must agree
	}
	for _, t := range technologies() {
		i := t.find(text, lower, 0)
		if i < 0 || rejectedRE.MatchString(text[:i]) {
			continue
		}
		end := i
		for end < len(text) && (letterOrDigit(text[end]) || text[end] == '-' || text[end] == '.') {
			end++
		}
		if !rejectedKoRE.MatchString(text[end:]) {
			out = append(out, t)
		}
	}
	return out
}

// governs reports whether a record's code: paths hold a path.
func (c *change) governs(d *decided, r *adr.Record, p string) bool {
	for _, q := range c.spellings(p) {
		if slices.ContainsFunc(d.log.Governing(q), func(g *adr.Record) bool { return g.Path == r.Path }) {
			return true
		}
	}
	return false
}

// spellings returns a path as documents write it: from the root, and from the
// folders of the configurations.
func (c *change) spellings(p string) []string {
	out := []string{p}
	for _, docs := range c.o.Docs {
		if dir := path.Dir(docs); dir != "." {
			if q, ok := strings.CutPrefix(p, dir+"/"); ok {
				out = append(out, q)
			}
		}
	}
	return out
}

// scope returns the files of the change that a record speaks of: those that it
// governs, or all where it names none.
func (c *change) scope(d *decided, r *adr.Record, prints []*footprint) []*footprint {
	if len(r.Code) == 0 {
		return prints
	}
	var out []*footprint
	for _, f := range prints {
		if c.governs(d, r, f.path) || f.old != "" && f.old != f.path && c.governs(d, r, f.old) {
			out = append(out, f)
		}
	}
	return out
}

// contradicted looks for records whose choice the change replaces.
func (c *change) contradicted(d *decided, prints []*footprint, said map[*technology]bool, spoken map[*adr.Record]bool) {
	var named []string // what manifests listed, for records that name what the table does not know
	for _, f := range prints {
		named = append(named, f.names...)
	}
	for _, r := range d.log.Records {
		if !r.InForce() || d.touched[r.Path] || r.Date != "" && len(d.text[r]) == 0 {
			continue
		}
		in := c.scope(d, r, prints)
		if len(in) == 0 {
			continue
		}
		choices := d.choices(r)
		for _, x := range choices {
			y := replacement(x, in, choices)
			if y == nil || len(r.Code) == 0 && c.uses(c.head, x) {
				continue
			}
			c.contradiction(d, r, x, y, in)
			said[x], said[y], spoken[r] = true, true, true
			break
		}
		if !spoken[r] {
			c.choiceGone(r, choices, in, named, said, spoken)
		}
	}
}

// replacement returns the technology of x's kind that takes its place in the
// files, or nil.
func replacement(x *technology, in []*footprint, keep []*technology) *technology {
	was, now := map[*technology]int{}, map[*technology]int{}
	strict := map[*technology]bool{}
	for _, f := range in {
		for t, n := range f.was {
			was[t] += n
		}
		for t, n := range f.now {
			now[t] += n
		}
		for t := range f.usedWas {
			was[t]++
			if _, ok := f.usedIs[t]; !ok {
				strict[t] = true
			}
		}
		for t := range f.usedIs {
			now[t]++
			if _, ok := f.usedWas[t]; !ok {
				strict[t] = true
			}
		}
	}
	if was[x] == 0 || now[x]*4 > was[x] {
		return nil
	}
	var best *technology
	for _, y := range technologies() {
		if y == x || y.kind != x.kind || slices.Contains(keep, y) || now[y] <= was[y]*3 {
			continue
		}
		if !strict[x] && !strict[y] && (was[x] < 2 || now[y]-was[y] < 2) {
			continue
		}
		if best == nil || now[y] > now[best] {
			best = y
		}
	}
	return best
}

// uses reports whether a file of a tree depends on the technology, tests and
// other people's code left out.
func (c *change) uses(t *tree, x *technology) bool {
	return c.holders(t, []*technology{x}, false)[x]
}

// holders returns which technologies files of a tree depend on, or, when loose,
// name at all.
func (c *change) holders(t *tree, all []*technology, loose bool) map[*technology]bool {
	out := map[*technology]bool{}
	read := int64(0)
	for _, p := range t.paths {
		if len(out) == len(all) || c.failed != nil {
			break
		}
		e := t.files[p]
		if !e.Mode.Regular() || e.Size > maxDiffFile || notCode(p) || foreign(p) || !loose && isTest(p) {
			continue
		}
		if read += e.Size; read > maxScan {
			c.note("only the first 256 MB of code were searched for technologies")
			break
		}
		src := c.scanBlob(e)
		if src == nil {
			continue
		}
		text, lower := string(src), ""
		var used map[*technology]arrival
		for _, x := range all {
			if out[x] {
				continue
			}
			if used == nil {
				if used = uses(p, src); used == nil {
					used = map[*technology]arrival{}
				}
				lower = strings.ToLower(text)
			}
			if _, ok := used[x]; ok || loose && x.says(text, lower) {
				out[x] = true
			}
		}
	}
	return out
}

// firstLoss and firstGain return where the files lose and gain a technology.
func firstLoss(t *technology, in []*footprint) (e Evidence) {
	for _, f := range in {
		if a, ok := f.usedWas[t]; ok {
			if _, still := f.usedIs[t]; !still {
				return Evidence{Path: f.old, Line: a.line, Gone: true, Text: a.as}
			}
		}
		if e.Path == "" && f.was[t] > f.now[t] {
			e = Evidence{Path: f.old, Gone: true, Text: t.name}
		}
	}
	return e
}

func firstGain(t *technology, in []*footprint) (e Evidence) {
	for _, f := range in {
		if a, ok := f.usedIs[t]; ok {
			if _, old := f.usedWas[t]; !old {
				return Evidence{Path: f.path, Line: a.line, Text: a.as}
			}
		}
		if e.Path == "" && f.now[t] > f.was[t] {
			e = Evidence{Path: f.path, Text: t.name}
		}
	}
	return e
}

// gains returns files that gain a technology, those that depend on it first.
func gains(t *technology, in []*footprint) (out []Evidence) {
	for _, strict := range []bool{true, false} {
		for _, f := range in {
			_, is := f.usedIs[t]
			if _, was := f.usedWas[t]; len(out) < 6 && (is && !was) == strict && (strict || f.now[t] > f.was[t]) {
				out = append(out, Evidence{Path: f.path})
			}
		}
	}
	return out
}

func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// at returns the place of a record's title.
func titleAt(r *adr.Record) finding.Position {
	return finding.Position{Path: r.Path, Line: max(1, r.TitleSpan.Line), Column: r.TitleSpan.Column}
}

func label(r *adr.Record) string {
	if r.Number >= 0 && r.NameNumber == r.ID {
		return "ADR-" + r.ID
	}
	return r.ID
}

func (c *change) contradiction(d *decided, r *adr.Record, x, y *technology, in []*footprint) {
	loss, gain := firstLoss(x, in), firstGain(y, in)
	a := Alert{Confidence: .85, Evidence: []Evidence{gain, loss}}
	a.Rule, a.Severity, a.Position = "drift/decision-contradicted", finding.Warning, titleAt(r)
	a.Subject = r.ID + " " + x.name + " " + y.name
	a.Message = label(r) + " decides for " + x.name + ", and the change replaces it by " + y.name
	a.Reason = "the change takes " + x.name + " out of " + finding.Visible(loss.Path) + " and brings " + y.name + " into " + finding.Visible(gain.Path)
	title := "Use " + y.name + " instead of " + x.name
	if d.korean {
		title = x.name + " 대신 " + y.name + " 사용"
	}
	a.Hint = "record the new decision: lintel adr new --supersedes " + r.ID + " \"" + title + "\""
	a.Draft = c.draft(d, r, title, y, x, gains(y, in))
	c.alert(a)
}

// choiceGone finds records whose choice the change takes out of all code, by
// nothing of the same kind: what the table names, and any dependency that the
// title or the chosen option names.
func (c *change) choiceGone(r *adr.Record, choices []*technology, in []*footprint, named []string, said map[*technology]bool, spoken map[*adr.Record]bool) {
	name, at := "", Evidence{}
	for _, x := range choices {
		if e := firstLoss(x, in); e.Path != "" && e.Line > 0 && !c.holders(c.head, []*technology{x}, true)[x] {
			name, at = x.name, e
			said[x] = true
			break
		}
	}
	if name == "" {
		text := strings.ToLower(r.Title + "\n" + r.Chosen)
		for _, n := range named {
			if len(n) < 4 || !holdsWord(text, strings.ToLower(n)) || rejectedRE.MatchString(text[:strings.Index(text, strings.ToLower(n))]) {
				continue
			}
			if c.present([]string{n})[n] || c.present([]string{strings.ToLower(n)})[strings.ToLower(n)] {
				continue
			}
			for _, f := range in {
				if slices.Contains(f.names, n) {
					name, at = n, Evidence{Path: f.old, Gone: true, Text: n}
				}
			}
			if name != "" {
				break
			}
		}
	}
	if name == "" {
		return
	}
	spoken[r] = true
	a := Alert{Confidence: .75, Evidence: []Evidence{at}}
	a.Rule, a.Severity, a.Position = "drift/decision-contradicted", finding.Warning, titleAt(r)
	a.Subject = r.ID + " " + name
	a.Message = label(r) + " decides for " + finding.Visible(name) + ", which no code uses any more"
	a.Reason = "the change takes it out of " + finding.Visible(at.Path)
	a.Hint = "record what took its place (lintel adr new --supersedes " + r.ID + " \"…\"), or give it the status deprecated"
	c.alert(a)
}

// undecided finds technologies that the change brings into the repository and
// that no record and no view names.
func (c *change) undecided(d *decided, prints []*footprint, said map[*technology]bool) {
	var fresh []*technology
	for _, t := range technologies() {
		if t.choice || said[t] {
			continue
		}
		old := false
		new := false
		for _, f := range prints {
			_, was := f.usedWas[t]
			_, is := f.usedIs[t]
			old, new = old || was || f.was[t] > 0, new || is && !was
		}
		if new && !old {
			fresh = append(fresh, t)
		}
	}
	fresh = slices.DeleteFunc(fresh, func(t *technology) bool { return c.named(d, t) })
	if len(fresh) == 0 {
		return
	}
	known := c.holders(c.base, fresh, true)
	for _, t := range fresh {
		if known[t] {
			continue
		}
		at := firstGain(t, prints)
		if at.Line == 0 {
			continue
		}
		a := Alert{Confidence: .75, Evidence: []Evidence{at}}
		a.Rule, a.Severity, a.Position = "drift/undecided-technology", finding.Warning, finding.Position{Path: at.Path, Line: at.Line}
		a.Subject = t.name
		a.Message = "the change brings " + t.name + ", " + article(t.kind) + ", and no decision says why"
		a.Reason = "no code named it before, and no record or view names it"
		title := "Use " + t.name + " as " + article(t.kind)
		if d.korean {
			title = t.name + " 도입"
		}
		var beside *adr.Record
		for _, r := range d.log.Records {
			if !r.InForce() {
				continue
			}
			if text := d.section(r, adr.PartOptions, adr.PartPros); t.says(text, strings.ToLower(text)) {
				a.Reason = label(r) + " considered it and chose otherwise"
				beside = r
				break
			}
			for _, x := range d.choices(r) {
				if x.kind == t.kind && beside == nil {
					beside = r
					a.Reason = "no record or view names it, and " + label(r) + " decides for " + x.name + ", " + article(x.kind) + " too"
				}
			}
		}
		if beside != nil {
			a.Evidence = append(a.Evidence, Evidence{Path: beside.Path, Line: max(1, beside.TitleSpan.Line), Text: beside.Title})
		}
		a.Hint = "record the decision: lintel adr new \"" + title + "\""
		a.Draft = c.draft(d, nil, title, t, nil, gains(t, prints))
		c.alert(a)
		said[t] = true
	}
}

// named reports whether a record or a view speaks of a technology as something
// that is there. An option that was turned down is not.
func (c *change) named(d *decided, t *technology) bool {
	for _, r := range d.log.Records {
		if r.Status == adr.Rejected {
			continue
		}
		text := d.text[r]
		if !t.says(text, strings.ToLower(text)) {
			continue
		}
		said := t.says(r.Title, strings.ToLower(r.Title)) || t.says(r.Chosen, strings.ToLower(r.Chosen))
		if len(r.Sections) == 0 {
			return true
		}
		for _, s := range r.Sections {
			if said || s.End > len(text) || s.Part == adr.PartOptions || s.Part == adr.PartPros || s.Level < 2 {
				continue
			}
			part := text[s.Start:s.End]
			if inOptions(r, s) {
				continue
			}
			said = t.says(part, strings.ToLower(part))
		}
		if said {
			return true
		}
	}
	for _, doc := range c.docs {
		if strings.HasPrefix(doc.text, "---") {
			front, _, _ := strings.Cut(doc.text[3:], "\n---")
			if strings.Contains(front, "\nsad:") && t.says(doc.text, strings.ToLower(doc.text)) {
				return true
			}
		}
	}
	return false
}

// inOptions reports whether a section lies in one about options.
func inOptions(r *adr.Record, s adr.Section) bool {
	return slices.ContainsFunc(r.Sections, func(o adr.Section) bool {
		return (o.Part == adr.PartOptions || o.Part == adr.PartPros) && o.Start < s.Start && s.End <= o.End
	})
}

// governed finds records whose code the change alters in what the record speaks
// of, or rewrites. Whoever touches the record or writes a new one knows.
func (c *change) governed(d *decided, prints []*footprint, said map[*technology]bool, spoken map[*adr.Record]bool) {
	if d.added {
		return
	}
	var gone map[string]*lost
	var values []*altered
	read := false
	for _, r := range d.log.Records {
		if !r.InForce() || len(r.Code) == 0 || d.touched[r.Path] || spoken[r] {
			continue
		}
		in := c.scope(d, r, prints)
		if len(in) == 0 {
			continue
		}
		if !read {
			read = true
			gone, values = c.vanished(), c.alteredFacts()
		}
		because, at := c.significance(d, r, in, gone, values, said)
		if because == "" {
			continue
		}
		a := Alert{Confidence: .5, Evidence: []Evidence{at}}
		a.Rule, a.Severity, a.Position = "drift/decision-touched", finding.Info, titleAt(r)
		a.Subject = r.ID
		a.Message = "the change alters what " + label(r) + " decides, and leaves the record as it is"
		a.Reason = because
		a.Hint = "read it again; write a record that supersedes it (lintel adr new --supersedes " + r.ID + " \"…\") if the decision is another one now"
		c.alert(a)
	}
}

// Bounds of a rewrite: the share of the governed code, and lines.
const (
	rewriteShare = .4
	rewriteLines = 60
)

// significance says why the change of governed files may be one of the decision,
// or returns "".
func (c *change) significance(d *decided, r *adr.Record, in []*footprint, gone map[string]*lost, values []*altered, said map[*technology]bool) (string, Evidence) {
	for _, t := range technologies() {
		if said[t] {
			continue
		}
		was, now := false, false
		for _, f := range in {
			_, w := f.usedWas[t]
			_, n := f.usedIs[t]
			was, now = was || w, now || n
		}
		switch {
		case was && !now:
			e := firstLoss(t, in)
			return "the change takes " + t.name + " out of " + finding.Visible(e.Path) + ", which it governs", e
		case now && !was && !t.choice:
			e := firstGain(t, in)
			return "the change brings " + t.name + " into " + finding.Visible(e.Path) + ", which it governs", e
		}
	}
	text := d.text[r]
	inScope := map[string]bool{}
	for _, f := range in {
		inScope[f.path], inScope[f.old] = true, true
	}
	var names []string
	for n, l := range gone {
		if l.defined && inScope[l.path] && holds(text, n) {
			names = append(names, n)
		}
	}
	if len(names) > 0 {
		slices.Sort(names)
		still := c.present(names)
		for _, n := range names {
			if !still[n] {
				return "it names " + n + ", which the change takes out of all code", Evidence{Path: gone[n].path, Line: gone[n].line, Gone: true, Text: n}
			}
		}
	}
	for _, v := range values {
		if inScope[v.path] && states(text, v) {
			return "it says " + finding.Visible(v.old) + ", and the change sets " + finding.Visible(v.key) + " in " + finding.Visible(v.path) + " to " + finding.Visible(v.new),
				Evidence{Path: v.path, Line: v.line, Gone: true, Text: v.key + " = " + v.old}
		}
	}
	// The files that it governs, and how much of them is another text now.
	changed, bytes := 0, 0
	for _, e := range c.edits() {
		if !inScope[e.Path] || e.Status == git.Added {
			continue
		}
		was := lines(e.old)
		for _, h := range diffLines(was, lines(e.new)) {
			changed += h.AEnd - h.A
			for _, l := range was[h.A:h.AEnd] {
				bytes += len(l) + 1
			}
		}
	}
	if changed < rewriteLines {
		return "", Evidence{}
	}
	total := int64(0)
	for _, p := range c.base.paths {
		if e := c.base.files[p]; e.Mode.Regular() && significant(p) && c.governs(d, r, p) {
			total += e.Size
		}
	}
	if total > 0 && float64(bytes) >= rewriteShare*float64(total) {
		return "the change writes " + strconv.Itoa(int(100*float64(bytes)/float64(total))) + " % of the code that it governs anew", Evidence{Path: in[0].path}
	}
	return "", Evidence{}
}

// states reports whether a line of a record holds the old value and a word for
// the key or for what it belongs to.
func states(text string, v *altered) bool {
	if len(v.old) < 2 || !strings.ContainsAny(v.old, "0123456789") {
		return false
	}
	re := bounded(v.old)
	words := append([]string{strings.ToLower(v.key)}, wordsOf(v.key)...)
	for l := range strings.Lines(text) {
		if !strings.Contains(l, v.old) || !re.MatchString(l) {
			continue
		}
		low := strings.ToLower(l)
		if slices.ContainsFunc(words, func(w string) bool { return holds(low, w) }) {
			return true
		}
	}
	return false
}

// draft returns the text of a record about t, in place of the choice of old where
// there is one, or nil when none can be written. It is for somebody to finish.
func (c *change) draft(d *decided, old *adr.Record, title string, t, instead *technology, evidence []Evidence) *finding.Draft {
	day := "YYYY-MM-DD"
	if !c.o.Now.IsZero() {
		day = c.o.Now.Format("2006-01-02")
	}
	folder := d.folder
	if old != nil {
		folder = old.Folder()
	}
	var taken []string
	for _, p := range c.base.paths {
		if path.Dir(p) == folder {
			taken = append(taken, strings.TrimSuffix(path.Base(p), path.Ext(p)))
		}
	}
	made, err := d.log.New(adr.NewOptions{
		Title: title, Folder: folder, Status: adr.Proposed, Date: day, Template: d.form, Taken: taken,
		Context: d.context(old, t, instead, evidence), Considered: considered(t, instead),
	})
	if err != nil || c.head.has(made.Path) {
		return nil
	}
	out := &finding.Draft{Path: made.Path, Text: string(made.Content)}
	if old == nil {
		return out
	}
	r := adr.Parse(made.Path, made.Content, adr.Options{Folders: []string{folder}, Vocabulary: c.o.Decisions.Vocabulary})
	if r == nil {
		return nil
	}
	o := adr.ConnectOptions{Peers: d.log.Records, Vocabulary: c.o.Decisions.Vocabulary}
	here, err := adr.Connect(r, made.Content, adr.Supersedes, old, o)
	if err != nil {
		return nil
	}
	text, err := adr.Apply(made.Content, here)
	if err != nil {
		return nil
	}
	there, err := adr.Connect(old, []byte(d.text[old]), adr.SupersededBy, r, o)
	if err != nil {
		return nil
	}
	out.Text = string(text)
	for i := range there {
		there[i].Path = cmp.Or(there[i].Path, old.Path)
	}
	out.Edits = there
	return out
}

func considered(t, instead *technology) []string {
	out := []string{t.name}
	if instead != nil {
		out = append(out, instead.name)
	}
	return out
}

// context returns a sentence on what the change does, for the draft.
func (d *decided) context(old *adr.Record, t, instead *technology, evidence []Evidence) string {
	var places []string
	for _, e := range evidence {
		if e.Path != "" && !slices.Contains(places, "`"+e.Path+"`") {
			places = append(places, "`"+e.Path+"`")
		}
	}
	in := strings.Join(places, ", ")
	switch {
	case d.korean && instead != nil:
		return fmt.Sprintf("%s에서는 %s 사용을 결정했다. 이 변경의 내용: %s → %s (%s).", label(old), instead.name, instead.name, t.name, in)
	case d.korean:
		return fmt.Sprintf("이 변경의 내용: %s 도입 (%s).", t.name, in)
	case instead != nil:
		return fmt.Sprintf("%s decided for %s. This change puts %s in its place (%s).", label(old), instead.name, t.name, in)
	}
	return fmt.Sprintf("This change brings %s, %s (%s).", t.name, article(t.kind), in)
}
