package site

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/theme"
)

// architecture is what the pages of a site say about the system that they
// document: decision records, and views with their elements.
type architecture struct {
	log   *adr.Log
	model *sad.Model
	words map[string]string // of the theme's catalog
	lang  string
	pages map[string]*Page // by path below the project's root
	made  map[string]*Page // pages that Lintel writes, by name

	element map[string]*Page         // pages of elements, by id
	refOf   map[string]theme.Ref     // of elements, by id
	ofElem  map[string][]*adr.Record // decisions that name an element or govern its code, by its id
	cited   map[string][]*adr.Record // decisions that views which show it cite
	entryOf map[string]*lexEntry     // of elements, by id
}

// reads tells what is looked for in a page beside its text.
func (b *build) reads(f *File, src []byte) (record, arch bool) {
	if !f.page || f.generated != nil {
		return false, false
	}
	record = b.recordFolder(path.Dir(f.Path))
	head := src[:min(len(src), 4096)]
	arch = bytes.HasPrefix(bytes.TrimPrefix(head, []byte("\ufeff")), []byte("---")) && (bytes.Contains(head, []byte("sad:")) || bytes.Contains(head, []byte("ops:")))
	return record, arch
}

// recordFolder reports whether decision records are looked for in a folder.
func (b *build) recordFolder(dir string) bool {
	for _, f := range b.conf.ADR.Folders {
		if dir == f || strings.HasPrefix(dir, f+"/") || f == "." {
			return true
		}
	}
	return len(b.conf.ADR.Folders) == 0 && adr.Conventional(dir) != ""
}

// facts are what a page says about the architecture.
type facts struct {
	record *adr.Record
	page   *sad.Page
}

func (b *build) readFacts(f *File, src []byte) facts {
	record, arch := b.reads(f, src)
	var x facts
	if record {
		x.record = adr.Parse(f.Path, src, b.adrOptions())
	}
	if arch {
		x.page = b.conf.SAD.Headings.ParsePage(f.Path, src)
	}
	return x
}

func (b *build) adrOptions() adr.Options { return ADROptions(b.conf) }

// ADROptions returns how the records of a project are read.
func ADROptions(c *Config) adr.Options {
	o := adr.Options{Folders: c.ADR.Folders}
	if len(c.ADR.Statuses) > 0 {
		o.Vocabulary = map[string]adr.Status{}
		for k, v := range c.ADR.Statuses {
			o.Vocabulary[k] = adr.Status(v)
		}
	}
	return o
}

// join makes one model of what the pages say about the architecture, and the
// pages that show it. A site has these when it asks for them: by a lintel.yml,
// or by a page that says what it is; an old MkDocs site stays what it was.
func (b *build) join(context.Context) error {
	var records []*adr.Record
	var pages []*sad.Page
	for _, p := range b.pages {
		if p.parsed.facts.record != nil {
			records = append(records, p.parsed.facts.record)
		}
		if p.parsed.facts.page != nil {
			pages = append(pages, p.parsed.facts.page)
		}
	}
	if len(records) == 0 && len(pages) == 0 {
		return nil
	}
	a := &architecture{
		log: adr.NewLog(records, b.adrOptions()), model: sad.NewModel(pages, sad.Options{Lang: b.language(), Root: b.conf.Dir}),
		words: theme.Words(b.conf.Theme.Language), lang: b.language(), pages: map[string]*Page{}, made: map[string]*Page{},
		element: map[string]*Page{}, refOf: map[string]theme.Ref{}, ofElem: map[string][]*adr.Record{}, cited: map[string][]*adr.Record{}, entryOf: map[string]*lexEntry{},
	}
	b.arch = a
	for _, p := range b.pages {
		a.pages[p.Path] = p
	}
	if b.conf.SAD.NoPages || !b.conf.HasLintel && len(pages) == 0 {
		b.markRecords()
		return nil
	}
	b.attributeDecisions()
	b.makeArchitecturePages()
	b.makeLexicon()
	b.markRecords()
	b.fillViews()
	b.settleVirtual()
	return nil
}

func (b *build) language() string {
	l, _, _ := strings.Cut(strings.ToLower(cmp.Or(b.conf.Theme.Language, "en")), "-")
	return l
}

// urlOf returns the URL of the page of a path, "" when it is not in the site.
func (a *architecture) urlOf(p string) (string, bool) {
	if pg := a.pages[p]; pg != nil {
		return pg.URL, true
	}
	return "", false
}

func (a *architecture) pageRef(p, text string) theme.Ref {
	r := theme.Ref{Text: text}
	if u, ok := a.urlOf(p); ok {
		r.URL = homeURL(u)
	}
	return r
}

// homeURL is a URL that is never empty: a Ref without one is text.
func homeURL(u string) string {
	if u == "" {
		return "./"
	}
	return u
}

// attributeDecisions finds the decisions about each element: those that name it
// by a tag or govern its code, and those that its views cite.
func (b *build) attributeDecisions() {
	a := b.arch
	about := func(id string, r *adr.Record) {
		if !slices.Contains(a.ofElem[id], r) {
			a.ofElem[id] = append(a.ofElem[id], r)
		}
	}
	for _, r := range a.log.Records {
		for _, t := range r.Tags {
			if e := a.model.Element(t); e != nil {
				about(e.ID, r)
			}
		}
		for _, c := range r.Code {
			for _, cover := range a.model.Covering(codeFolder(c)) {
				about(cover.Element.ID, r)
			}
			for _, cover := range a.model.Below(codeFolder(c)) {
				about(cover.Element.ID, r)
			}
		}
	}
	for _, e := range a.model.Elements {
		for _, c := range a.model.DecisionsOf(e.ID) {
			r := a.log.Find(nil, c.ID)
			if r != nil && !slices.Contains(a.ofElem[e.ID], r) && !slices.Contains(a.cited[e.ID], r) {
				a.cited[e.ID] = append(a.cited[e.ID], r)
			}
		}
	}
}

// codeFolder is what a pattern spells out.
func codeFolder(p string) string {
	p = strings.TrimPrefix(p, "./")
	if i := strings.IndexAny(p, "*?[{"); i >= 0 {
		p = p[:i]
		if j := strings.LastIndexByte(p, '/'); j >= 0 {
			p = p[:j]
		} else {
			p = ""
		}
	}
	return cmp.Or(strings.TrimSuffix(p, "/"), ".")
}

// Names of the pages that Lintel writes.
const (
	pageDecisions  = "architecture/decisions.md"
	pageElements   = "architecture/elements/index.md"
	pageViews      = "architecture/views.md"
	pageGlossary   = "architecture/glossary.md"
	pageOperations = "architecture/operations.md"
	elementFolder  = "architecture/elements/"
)

func (b *build) makeArchitecturePages() {
	a := b.arch
	add := func(src, key string, write func(p *Page) theme.Generated, recipe func() string) {
		if p := b.addVirtual(src, a.words[key], write, recipe); p != nil {
			a.made[src] = p
		}
	}
	m := a.model
	if len(a.log.Records) > 0 {
		add(pageDecisions, "adr_log", func(p *Page) theme.Generated { return b.theme.DecisionLog(p.base(), b.drawnLog(p)) },
			func() string { return sumOfValue(b.decisionLog()) })
	}
	if len(m.Views) > 0 {
		add(pageViews, "view_views", func(p *Page) theme.Generated { return b.theme.ViewsPage(p.base(), b.viewsPage()) },
			func() string { return sumOfValue(b.viewsPage()) })
	}
	if len(m.Elements) > 0 {
		add(pageElements, "el_elements", func(p *Page) theme.Generated { return b.theme.Elements(p.base(), b.elementRows(nil)) },
			func() string { return sumOfValue(b.elementRows(nil)) })
		for _, e := range m.Elements {
			src := elementFolder + fileNameOf(e.ID) + ".md"
			p := b.addVirtual(src, e.Label(a.lang), func(p *Page) theme.Generated { return b.theme.Element(p.base(), b.elementPage(e, p)) },
				func() string { return sumOfValue(b.elementFacts(e)) })
			if p != nil {
				a.element[e.ID] = p
			}
			a.refOf[e.ID] = theme.Ref{Text: e.Label(a.lang), Class: "element", URL: elementURL(p), Card: cardPath("element", e.ID)}
		}
	}
	if (len(m.Terms) > 0 || len(m.Acronyms) > 0) && !b.hasPage(sad.KindGlossary) {
		add(pageGlossary, "term_glossary", func(p *Page) theme.Generated { return b.theme.Glossary(p.base(), b.terms()) },
			func() string { return sumOfValue(b.terms()) })
	}
	if len(m.Records) > 0 {
		add(pageOperations, "ops_operations", func(p *Page) theme.Generated { return b.theme.Operations(p.base(), b.operations()) },
			func() string { return sumOfValue(b.operations()) })
	}
}

func elementURL(p *Page) string {
	if p == nil {
		return ""
	}
	return p.URL
}

func (p *Page) base() string { return baseURL(p.URL) }

func (b *build) hasPage(k sad.Kind) bool {
	return slices.ContainsFunc(b.arch.model.Pages(), func(p *sad.Page) bool { return p.Kind == k })
}

// fileNameOf makes of an id a name for a file: what a URL or a file system could
// misread becomes a dash.
func fileNameOf(id string) string {
	var sb strings.Builder
	for _, r := range id {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-', r == '.', r > 127:
			sb.WriteRune(r)
		default:
			sb.WriteByte('-')
		}
	}
	s := strings.Trim(sb.String(), ".")
	if s == "" || s == "index" || s == "README" {
		s = "_" + s
	}
	return s
}

func cardPath(kind, id string) string { return "assets/cards/" + kind + "/" + fileNameOf(id) + ".json" }

// architectureNav returns the entries of the pages that Lintel writes and that
// the author's navigation does not name, as one section.
func (b *build) architectureNav(entries []NavEntry) []NavEntry {
	if b.arch == nil || len(b.arch.made) == 0 {
		return nil
	}
	named := map[string]bool{}
	var walk func([]NavEntry)
	walk = func(es []NavEntry) {
		for _, e := range es {
			named[path.Clean(e.Path)] = true
			walk(e.Children)
		}
	}
	walk(entries)
	section := NavEntry{Title: b.arch.words["arch_title"]}
	for _, src := range []string{pageViews, pageElements, pageDecisions, pageOperations, pageGlossary} {
		if b.arch.made[src] != nil && !named[src] {
			section.Children = append(section.Children, NavEntry{Path: src})
		}
	}
	if section.Children == nil {
		return nil
	}
	return []NavEntry{section}
}

// Decisions.

// adrName is how a record is named in prose: "ADR-0005", or its id where that
// says so itself.
func adrName(id string) string {
	if id != "" && id[0] >= '0' && id[0] <= '9' && len(id) <= 5 {
		return "ADR-" + id
	}
	return id
}

func (a *architecture) recordRef(r *adr.Record, text string) theme.Ref {
	ref := a.pageRef(r.Path, text)
	ref.Class, ref.Card = "adr", cardPath("adr", recordKey(r))
	return ref
}

// recordKey tells records apart whose ids are equal in two folders.
func recordKey(r *adr.Record) string { return r.Folder() + "/" + r.ID }

func (a *architecture) recordRefs(bs []adr.Backlink) []theme.Ref {
	var out []theme.Ref
	for _, x := range bs {
		ref := a.recordRef(x.From, adrName(x.From.ID))
		if x.Partial {
			ref.Note = a.words["adr_partial"]
		}
		out = append(out, ref)
	}
	return out
}

func (b *build) decision(r *adr.Record) theme.Decision {
	a := b.arch
	d := theme.Decision{
		Ref: a.recordRef(r, cmp.Or(r.Title, r.ID)), ID: r.ID, Status: string(r.Status), RawStatus: r.RawStatus, Partial: r.Partial, Date: r.Date,
		Deciders: r.Deciders, Review: r.Review, Supersedes: a.recordRefs(a.log.Superseded(r)), SupersededBy: a.recordRefs(a.log.Superseders(r)),
	}
	if r.Review != "" && r.InForce() {
		d.ReviewDue = r.Review < b.now.UTC().Format(time.DateOnly)
	}
	for _, t := range r.Tags {
		if a.model.Element(t) == nil {
			d.Tags = append(d.Tags, t)
		}
	}
	for _, e := range a.model.Elements {
		if slices.Contains(a.ofElem[e.ID], r) {
			d.Elements = append(d.Elements, a.refOf[e.ID])
		}
	}
	return d
}

// decisionOfPage is the decision as its own page shows it.
func (b *build) decisionOfPage(r *adr.Record) *theme.Decision {
	a := b.arch
	d := b.decision(r)
	for _, l := range a.log.Live(r) {
		if l != r && d.Live == nil {
			ref := a.recordRef(l, adrName(l.ID)+" "+l.Title)
			d.Live = &ref
			for at := r; ; {
				next := a.log.Superseders(at)
				if len(next) == 0 || next[0].From == l || len(d.Via) > 16 {
					break
				}
				at = next[0].From
				d.Via = append(d.Via, a.recordRef(at, adrName(at.ID)))
			}
		}
	}
	if d.Live == nil && r.Partial && len(d.SupersededBy) > 0 {
		ref := d.SupersededBy[0]
		d.Live = &ref
	}
	add := func(kind adr.LinkKind, to *adr.Record) {
		k := strings.ReplaceAll(string(kind), " ", "-")
		ref := a.recordRef(to, adrName(to.ID)+" "+to.Title)
		if !slices.ContainsFunc(d.Links, func(x theme.Relation) bool { return x.Kind == k && x.To == ref }) {
			d.Links = append(d.Links, theme.Relation{Kind: k, To: ref})
		}
	}
	for _, l := range r.Links {
		if l.Path != "" && l.Kind != adr.Supersedes && l.Kind != adr.SupersededBy && l.Kind != adr.Mentions {
			if to := a.log.ByPath(l.Path); to != nil {
				add(l.Kind, to)
			}
		}
	}
	for _, x := range a.log.Backlinks(r) {
		if x.Kind != adr.Supersedes && x.Kind != adr.SupersededBy {
			add(x.Kind, x.From)
		}
	}
	return &d
}

func (b *build) markRecords() {
	for _, r := range b.arch.log.Records {
		if p := b.arch.pages[r.Path]; p != nil {
			p.record = b.decisionOfPage(r)
		}
	}
}

func (b *build) decisionLog() *theme.DecisionLog {
	a := b.arch
	l := &theme.DecisionLog{}
	byTag, byPerson := map[string][]theme.Ref{}, map[string][]theme.Ref{}
	for _, r := range a.log.Records {
		d := b.decision(r)
		l.Decisions = append(l.Decisions, d)
		ref := a.recordRef(r, adrName(r.ID))
		for _, t := range d.Tags {
			byTag[t] = append(byTag[t], ref)
		}
		for _, p := range r.Deciders {
			byPerson[p] = append(byPerson[p], ref)
		}
	}
	for _, e := range a.model.Elements {
		if rs := a.ofElem[e.ID]; len(rs) > 0 {
			g := theme.Group{Title: a.refOf[e.ID]}
			for _, r := range rs {
				g.Items = append(g.Items, a.recordRef(r, adrName(r.ID)))
			}
			l.ByElement = append(l.ByElement, g)
		}
	}
	l.ByTag, l.ByPerson = groupsOf(byTag), groupsOf(byPerson)
	return l
}

// drawnLog is the log with its graph.
func (b *build) drawnLog(p *Page) *theme.DecisionLog {
	l := b.decisionLog()
	l.Graph = b.drawDecisions(p)
	return l
}

func groupsOf(m map[string][]theme.Ref) []theme.Group {
	var out []theme.Group
	for k, refs := range m {
		out = append(out, theme.Group{Title: theme.Ref{Text: k}, Items: refs})
	}
	slices.SortFunc(out, func(a, b theme.Group) int { return strings.Compare(a.Title.Text, b.Title.Text) })
	return out
}

// Elements.

func (b *build) elementRow(e *sad.Element) theme.Element {
	return theme.Element{
		Ref: b.arch.refOf[e.ID], ID: e.ID, Kind: e.Kind, Technology: e.Technology, Owner: e.Owner, Description: e.Description,
		External: e.External, Critical: e.Critical,
	}
}

// elementRows returns the rows of the elements of a view, or of all.
func (b *build) elementRows(ids []string) []theme.Element {
	var out []theme.Element
	for _, e := range b.arch.model.Elements {
		if ids == nil || slices.Contains(ids, e.ID) {
			out = append(out, b.elementRow(e))
		}
	}
	return out
}

func (a *architecture) relation(r *sad.Relation) theme.Relation {
	ref := func(id string) theme.Ref {
		if x, ok := a.refOf[id]; ok {
			return x
		}
		return theme.Ref{Text: id}
	}
	via := r.Via
	if r.Technology != "" && via == "" {
		via = r.Technology
	}
	return theme.Relation{From: ref(r.From), To: ref(r.To), Kind: r.Kind, Via: via, Description: r.Description, Data: r.Data}
}

// relationsOf returns the relations of an element, each once however many views
// show it.
func (a *architecture) relationsOf(id string) []theme.Relation {
	var out []theme.Relation
	for _, rs := range [][]*sad.Relation{a.model.In(id), a.model.Out(id)} {
		for _, r := range rs {
			x := a.relation(r)
			if !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

func (a *architecture) viewRef(id string) theme.Ref {
	if v := a.model.View(id); v != nil {
		return a.pageRef(v.Path, cmp.Or(v.Title, v.ID))
	}
	return theme.Ref{Text: id}
}

// elementFacts is what an element's page shows, without its drawings.
func (b *build) elementFacts(e *sad.Element) *theme.Element {
	a := b.arch
	x := b.elementRow(e)
	x.Declared = a.pageRef(e.At.Path, e.At.Path)
	if v := a.model.View(e.At.Path); v != nil {
		x.Declared.Text = cmp.Or(v.Title, v.ID)
	} else if p := a.pages[e.At.Path]; p != nil && p.parsed.doc.Title != "" {
		x.Declared.Text = p.parsed.doc.Title
	}
	if p := a.model.Element(e.Parent); p != nil {
		ref := a.refOf[p.ID]
		x.Parent = &ref
	}
	for _, c := range a.model.Children(e.ID) {
		x.Parts = append(x.Parts, a.refOf[c.ID])
	}
	for _, c := range e.Code {
		x.Code = append(x.Code, theme.Ref{Text: c.Pattern, URL: b.codeURL(c.Pattern)})
	}
	for _, p := range e.Properties {
		x.Properties = append(x.Properties, theme.Property{Name: p.Name, Value: p.Value})
	}
	for _, i := range e.Interfaces {
		x.Interfaces = append(x.Interfaces, theme.Property{Name: i.ID, Value: strings.TrimSpace(strings.Join([]string{i.Kind, i.Description}, " "))})
	}
	x.Relations = a.relationsOf(e.ID)
	x.Reach = b.reach(e)
	for _, v := range e.Views {
		x.Views = append(x.Views, a.viewRef(v))
	}
	for _, r := range append(slices.Clone(a.ofElem[e.ID]), a.cited[e.ID]...) {
		x.Decisions = append(x.Decisions, b.decision(r))
	}
	for _, r := range a.model.RecordsOf(e.ID) {
		ref := a.pageRef(r.Path, cmp.Or(r.Title, r.ID))
		ref.Note = cmp.Or(a.words["ops_"+string(r.Kind)], string(r.Kind))
		x.Operations = append(x.Operations, ref)
	}
	for _, p := range b.backlinks()[a.entryOf[e.ID]] {
		x.Backlinks = append(x.Backlinks, theme.Ref{Text: p.title, URL: homeURL(p.URL)})
	}
	return &x
}

func (b *build) elementPage(e *sad.Element, p *Page) *theme.Element {
	x := b.elementFacts(e)
	x.Near = b.drawNear(e, p)
	return x
}

// reach returns the elements that a change of one may reach over two relations,
// and those that it depends on.
func (b *build) reach(e *sad.Element) []theme.Group {
	a := b.arch
	walk := func(next func(id string) []string) []theme.Ref {
		var out []theme.Ref
		seen := map[string]bool{e.ID: true}
		level := []string{e.ID}
		for hop := 1; hop <= 2; hop++ {
			var more []string
			for _, id := range level {
				for _, n := range next(id) {
					if seen[n] || len(out) >= 40 {
						continue
					}
					seen[n] = true
					more = append(more, n)
					ref := a.refOf[n]
					if hop > 1 {
						ref.Note = "2"
					}
					out = append(out, ref)
				}
			}
			level = more
		}
		return out
	}
	down := walk(func(id string) (out []string) {
		for _, r := range a.model.Out(id) {
			out = append(out, r.To)
		}
		return out
	})
	up := walk(func(id string) (out []string) {
		for _, r := range a.model.In(id) {
			out = append(out, r.From)
		}
		return out
	})
	var groups []theme.Group
	if len(down) > 0 {
		groups = append(groups, theme.Group{Title: theme.Ref{Text: a.words["el_reach_down"]}, Items: down})
	}
	if len(up) > 0 {
		groups = append(groups, theme.Group{Title: theme.Ref{Text: a.words["el_reach_up"]}, Items: up})
	}
	return groups
}

// codeURL returns where a path of the code can be seen, at the commit that the
// site was built from, or "".
func (b *build) codeURL(pattern string) string {
	repo := strings.TrimSuffix(b.conf.RepoURL, "/")
	if repo == "" {
		return ""
	}
	rev := cmp.Or(b.site.opts.Commit, "HEAD")
	p := strings.TrimPrefix(pattern, "./")
	kind := "blob"
	if folder := codeFolder(p); folder != strings.TrimSuffix(p, "/") || !strings.Contains(path.Base(folder), ".") {
		kind, p = "tree", folder
	}
	if p == "." {
		p = ""
	}
	switch h := host(repo); {
	case h == "github.com":
		return repo + "/" + kind + "/" + rev + "/" + quoteURL(p)
	case strings.Contains(h, "gitlab"):
		return repo + "/-/" + kind + "/" + rev + "/" + quoteURL(p)
	default:
		return ""
	}
}

// backlinks keeps what backlinks returns.
type backlinks struct {
	once sync.Once
	of   map[*lexEntry][]*Page
}

// backlinks returns the pages that name each entry of the lexicon.
func (b *build) backlinks() map[*lexEntry][]*Page {
	k := b.back
	k.once.Do(func() {
		k.of = map[*lexEntry][]*Page{}
		for _, p := range b.inOrder() {
			seen := map[int32]bool{}
			for _, m := range b.mentions(p) {
				if e := b.lexicon.entries[m.entry]; !seen[m.entry] && e.linked(p) {
					seen[m.entry] = true
					k.of[e] = append(k.of[e], p)
				}
			}
		}
	})
	return k.of
}

// Views.

func (b *build) viewsPage() *theme.Views {
	a := b.arch
	m := a.model
	out := &theme.Views{}
	for _, v := range m.Views {
		row := theme.ViewRow{Ref: a.pageRef(v.Path, cmp.Or(v.Title, v.ID)), Viewpoint: v.Viewpoint, Elements: len(v.Elements)}
		if vp := m.Viewpoint(v.Viewpoint); vp != nil {
			row.Viewpoint = cmp.Or(vp.Name, vp.ID)
			if a.lang == "ko" && vp.NameKo != "" {
				row.Viewpoint = vp.NameKo
			}
		}
		for _, s := range m.Stakeholders {
			if m.For(v, s.ID) {
				row.Stakeholders = append(row.Stakeholders, cmp.Or(s.Name, s.ID))
			}
		}
		if len(m.Stakeholders) == 0 {
			for _, s := range v.Stakeholders {
				row.Stakeholders = append(row.Stakeholders, s.ID)
			}
		}
		for _, c := range v.Concerns {
			row.Concerns = append(row.Concerns, a.concernName(c.ID))
		}
		out.Views = append(out.Views, row)
	}
	out.Matrix = b.matrix()
	for _, s := range m.Stakeholders {
		g := theme.Group{Title: theme.Ref{Text: cmp.Or(s.Name, s.ID)}}
		for _, step := range m.Roadmap(s.ID) {
			g.Items = append(g.Items, a.viewRef(step.View))
		}
		if len(g.Items) > 0 {
			out.Roadmap = append(out.Roadmap, g)
		}
	}
	for _, c := range m.Correspondences("") {
		if c.Kind == "same" {
			continue
		}
		out.Mappings = append(out.Mappings, a.correspondence(c))
	}
	return out
}

func (a *architecture) correspondence(c sad.Correspondence) theme.Relation {
	from, to := a.refOf[c.From], a.refOf[c.To]
	from.Note, to.Note = a.viewRef(c.FromView).Text, a.viewRef(c.ToView).Text
	return theme.Relation{From: from, To: to, Kind: c.Kind, Description: c.Text}
}

func (a *architecture) concernName(id string) string {
	if c := a.model.Concern(id); c != nil {
		return cmp.Or(c.Name, c.ID)
	}
	return id
}

func (b *build) matrix() theme.Matrix {
	a := b.arch
	var out theme.Matrix
	row, col := map[string]int{}, map[string]int{}
	mx := a.model.Matrix()
	for _, r := range mx.Rows {
		if r.Concern == "" {
			continue
		}
		if _, ok := col[r.Concern]; !ok {
			col[r.Concern] = len(out.Columns)
			out.Columns = append(out.Columns, theme.Ref{Text: a.concernName(r.Concern)})
		}
		if _, ok := row[r.Stakeholder]; !ok {
			row[r.Stakeholder] = len(out.Rows)
			name := cmp.Or(r.Stakeholder, "–")
			if s := a.model.Stakeholder(r.Stakeholder); s != nil {
				name = cmp.Or(s.Name, s.ID)
			}
			out.Rows = append(out.Rows, theme.Ref{Text: name})
		}
	}
	for range out.Rows {
		out.Cells = append(out.Cells, make([][]theme.Ref, len(out.Columns)))
		out.Asked = append(out.Asked, make([]bool, len(out.Columns)))
	}
	for _, r := range mx.Rows {
		if r.Concern == "" {
			continue
		}
		i, j := row[r.Stakeholder], col[r.Concern]
		out.Asked[i][j] = true
		for _, v := range r.Views {
			out.Cells[i][j] = append(out.Cells[i][j], a.viewRef(v))
		}
	}
	return out
}

// Terms and operations.

func (b *build) terms() []theme.Term {
	var out []theme.Term
	texts := func(rs []sad.Ref) (s []string) {
		for _, r := range rs {
			s = append(s, r.ID)
		}
		return s
	}
	for _, t := range b.arch.model.Terms {
		out = append(out, theme.Term{Ref: theme.Ref{Text: t.ID}, Definition: t.Definition, Aliases: texts(t.Aliases), Forbidden: texts(t.Forbidden)})
	}
	for _, x := range b.arch.model.Acronyms {
		out = append(out, theme.Term{Ref: theme.Ref{Text: x.ID}, Definition: x.Expansion, Acronym: true})
	}
	slices.SortStableFunc(out, func(a, b theme.Term) int { return strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)) })
	return out
}

func (b *build) operations() []theme.Operation {
	a := b.arch
	var out []theme.Operation
	for _, r := range a.model.Records {
		o := theme.Operation{Ref: a.pageRef(r.Path, cmp.Or(r.Title, r.ID)), Kind: string(r.Kind), Owner: r.Owner, Verified: r.LastVerified}
		o.Due = b.overdue(r)
		for _, id := range r.Elements {
			if ref, ok := a.refOf[id]; ok {
				o.Elements = append(o.Elements, ref)
			}
		}
		out = append(out, o)
	}
	return out
}

// sumOfValue digests a plain value.
func sumOfValue(v any) string {
	j, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(err)
	}
	d := hashBytes(j)
	return string(d[:])
}

// overdue reports whether a runbook has to be verified again.
func (b *build) overdue(r *sad.Record) bool {
	if r.Kind != sad.KindRunbook || r.LastVerified == "" {
		return false
	}
	last, err := time.Parse(time.DateOnly, r.LastVerified)
	if err != nil {
		return false
	}
	days := cmp.Or(b.conf.SAD.VerifyEvery, 180)
	if n, err := strconv.Atoi(strings.TrimRight(r.VerifyEvery, " days일")); err == nil && n > 0 {
		days = n
	}
	return b.now.After(last.AddDate(0, 0, days))
}
