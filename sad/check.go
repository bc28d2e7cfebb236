package sad

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Decision is a decision record, as its log knows it.
type Decision struct {
	ID, Title string
	// Status is proposed, accepted, rejected, deprecated, superseded or another
	// word; only these are understood.
	Status       string
	Path         string   // slash path below the project's root
	Tags         []string // may name elements
	Code         []string // paths and patterns that it governs
	SupersededBy []string
}

// Decisions are the records of a project. Nil means that they are not known;
// what is not known is not checked.
type Decisions []Decision

// Find returns the decision of an id, however it is spelled ("ADR-0005",
// "adr 5", "0005"), or of a path; nil when there is none.
func (ds Decisions) Find(ref string) *Decision {
	if strings.HasSuffix(ref, ".md") {
		for i := range ds {
			if ds[i].Path == ref {
				return &ds[i]
			}
		}
		return nil
	}
	k := decisionKey(ref)
	for i := range ds {
		if k != "" && decisionKey(ds[i].ID) == k {
			return &ds[i]
		}
	}
	return nil
}

// decisionKey is how ids of decisions are compared: without ADR and leading
// zeros.
func decisionKey(s string) string {
	k := strings.TrimPrefix(key(s), "adr")
	return strings.TrimLeft(k, "0")
}

// Declared is something that the code declares: a service, a DAG, a connector.
type Declared struct {
	Kind, ID, Name string
	Path           string // slash path below the project's root
	Line           int
}

// Ignore takes what lies under a path out of the comparison of code and
// elements.
type Ignore struct {
	Pattern string
	Reason  string // mandatory
	At      finding.Position
}

// CheckOptions are what the rules need to know beside the model. The zero value
// checks the documents against themselves.
type CheckOptions struct {
	// Now is the time against which runbooks are stale; the zero time leaves
	// that out.
	Now time.Time
	// VerifyDays is after how many days a runbook has to be verified again
	// unless it says so itself; 0 means 90.
	VerifyDays int
	// AcronymUses is how often an acronym is used before it has to be listed;
	// 0 means 3.
	AcronymUses int
	// CommonAcronyms are those that readers know; nil means a list of some
	// forty, such as API and JSON.
	CommonAcronyms []string
	Decisions      Decisions
	// Code is the tree of the project's root, for the paths of elements; nil
	// leaves them out.
	Code fs.FS
	// Inventory is what the code declares; nil leaves the comparison out.
	Inventory []Declared
	Ignores   []Ignore
	// Plain are pages that are not part of the model, as ParseText reads them:
	// acronyms and citations in them count. Pages that NewModel was given need
	// not be here.
	Plain []*Page
	// Source returns the text of a page for the rules of terminology, which
	// look at every page; nil leaves them out, for those who check each page
	// with [Lexicon.Check].
	Source func(path string) []byte
}

const (
	defaultVerifyDays  = 90
	defaultAcronymUses = 3
)

// checker collects findings.
type checker struct {
	m     *Model
	o     CheckOptions
	sev   map[string]finding.Severity
	codes map[string]string
	all   []*Page // of the model and plain ones
	out   []finding.Finding
	// compared counts the names that near has looked at.
	compared int
}

// Check applies the rules and returns findings in the order of finding.Sort,
// those of ParsePage included. Findings that a page waives in its front matter
// with a reason are left out; [Model.Waivers] lists the waivers.
func (m *Model) Check(o CheckOptions) []finding.Finding {
	if o.VerifyDays == 0 {
		o.VerifyDays = defaultVerifyDays
	}
	if o.AcronymUses == 0 {
		o.AcronymUses = defaultAcronymUses
	}
	c := &checker{m: m, o: o, all: slices.Concat(m.pages, m.plain, o.Plain), sev: map[string]finding.Severity{}, codes: map[string]string{}}
	for _, r := range Rules() {
		c.sev[r.ID], c.codes[r.ID] = r.Severity, r.Code
	}
	for _, p := range m.pages {
		c.out = append(c.out, p.Findings...)
	}
	c.declarations()
	c.viewpoints()
	c.people()
	for _, v := range m.Views {
		c.view(v)
	}
	c.mappings()
	c.allocation()
	c.elements()
	c.structure()
	c.dataFlow()
	c.code()
	c.decisions()
	c.scenarios()
	c.words()
	c.references()
	c.pages()
	c.records()
	c.waive()
	finding.Sort(c.out)
	return c.out
}

// add appends a finding of a rule.
func (c *checker) add(rule string, at Place, subject, msg, hint, reason string) *finding.Finding {
	c.out = append(c.out, finding.Finding{
		Rule: rule, Severity: c.sev[rule], Position: at.position(), Message: msg, Hint: hint, Reason: reason, Subject: subject,
	})
	return &c.out[len(c.out)-1]
}

func quote(s string) string { return "`" + s + "`" }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// list joins names for a message: three at most, and how many more.
func list(names []string) string {
	const most = 3
	if len(names) <= most+1 {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}

func (m *Model) elementIDs() []string {
	out := make([]string, 0, len(m.Elements))
	for _, e := range m.Elements {
		out = append(out, e.ID)
	}
	return out
}

// maxNear bounds how many names one check compares in search of the nearest:
// who has made so many typing errors is helped by the first of them.
const maxNear = 300_000

// near returns the name that a typing error turns into a word, or "".
func (c *checker) near(word string, names []string) string {
	if c.compared+len(names) > maxNear {
		return ""
	}
	c.compared += len(names)
	if near := finding.Nearest(word, names); near != word {
		return near
	}
	return ""
}

// didYouMean is a hint that names what was meant, or says what else to do.
func didYouMean(near, otherwise string) string {
	if near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}

// rename is an edit that puts a word in the place of a Ref.
func rename(page string, r Ref, to string) finding.Edit {
	if r.End <= r.Start || to == "" {
		return finding.Edit{}
	}
	return finding.Edit{Path: page, Start: r.Start, Old: r.ID, New: to}
}

// declarations checks that ids are declared once, and that what is named is
// declared.
func (c *checker) declarations() {
	m := c.m
	for _, d := range m.duplicates {
		c.add("sad/duplicate-id", d.then, d.id, fmt.Sprintf("the %s `%s` is declared twice", d.what, d.id),
			"give one of the two another id", fmt.Sprintf("%s declares it too", d.first.position()))
	}
	for _, x := range m.conflicts {
		if x.field == "name" && key(x.here) == key(x.said) {
			f := c.add("sad/name", x.page.place(x.at), x.element.ID, fmt.Sprintf("`%s` is “%s” here and “%s” where it is declared", x.element.ID, x.here, x.said),
				"use one spelling everywhere", "its declaration is at "+x.element.At.position().String())
			f.Edit = rename(x.page.Path, Ref{x.here, x.at}, x.said)
			continue
		}
		c.add("sad/duplicate-id", x.page.place(x.at), x.element.ID, fmt.Sprintf("the element `%s` is declared twice: its %s is “%s” here and “%s” before", x.element.ID, x.field, x.here, x.said),
			"declare it in one view, and name its id alone in the others", "the first declaration is at "+x.element.At.position().String())
	}
	for _, v := range m.Views {
		for _, l := range v.lost {
			if l.what != lostElement {
				continue
			}
			f := c.add("sad/unknown-id", l.page.place(l.ref.Span), l.ref.ID, fmt.Sprintf("no view declares the element `%s`", l.ref.ID),
				didYouMean(c.near(l.ref.ID, m.elementIDs()), "declare it here or in another view, with a name and a kind"), "")
			if near := c.near(l.ref.ID, m.elementIDs()); near != "" {
				f.Edit = rename(l.page.Path, l.ref, near)
			}
		}
	}
	if len(m.Stakeholders) == 0 && len(m.Concerns) == 0 {
		return
	}
	var sids, cids []string
	for _, s := range m.Stakeholders {
		sids = append(sids, s.ID)
	}
	for _, x := range m.Concerns {
		cids = append(cids, x.ID)
	}
	for _, p := range m.pages {
		for _, r := range p.Stakeholders {
			if len(sids) > 0 && m.Stakeholder(r.ID) == nil {
				f := c.add("sad/unknown-id", p.place(r.Span), r.ID, fmt.Sprintf("no page declares the stakeholder `%s`", r.ID), didYouMean(c.near(r.ID, sids), "declare it on the page of stakeholders"), "")
				f.Edit = rename(p.Path, r, c.near(r.ID, sids))
			}
		}
		concerns := p.Concerns
		for _, s := range p.StakeholderDefs {
			concerns = append(slices.Clip(concerns), s.Concerns...)
		}
		for _, r := range concerns {
			if len(cids) > 0 && m.Concern(r.ID) == nil {
				f := c.add("sad/unknown-id", p.place(r.Span), r.ID, fmt.Sprintf("no page declares the concern `%s`", r.ID), didYouMean(c.near(r.ID, cids), "declare it on the page of stakeholders"), "")
				f.Edit = rename(p.Path, r, c.near(r.ID, cids))
			}
		}
	}
}

// viewpoints checks S06 to S08.
func (c *checker) viewpoints() {
	m := c.m
	var ids []string
	for id := range m.viewpoints {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, v := range m.Views {
		switch refs := v.page.Viewpoint; {
		case len(refs) == 0:
			c.add("sad/viewpoint", v.At, v.ID, fmt.Sprintf("the view `%s` names no viewpoint", v.ID),
				"add `viewpoint:` with one of "+strings.Join(ids, ", "), "without one nobody can tell what may be in it")
		case len(refs) > 1:
			c.add("sad/viewpoint", v.page.place(refs[1].Span), v.ID, fmt.Sprintf("the view `%s` names %d viewpoints", v.ID, len(refs)),
				"a view has one; make two views, or declare a viewpoint that joins them", "")
		case v.viewpoint == nil:
			f := c.add("sad/viewpoint", v.page.place(refs[0].Span), v.ID, fmt.Sprintf("there is no viewpoint `%s`", refs[0].ID),
				didYouMean(c.near(refs[0].ID, ids), "declare it on a page with `sad: viewpoint`, or use one of "+strings.Join(ids, ", ")), "")
			f.Edit = rename(v.Path, refs[0], c.near(refs[0].ID, ids))
		}
	}
	for _, v := range m.Viewpoints {
		if v.page == nil {
			continue
		}
		if len(v.Views) == 0 {
			c.add("sad/viewpoint-unused", v.At, v.ID, fmt.Sprintf("no view conforms to the viewpoint `%s`", v.ID),
				"write a view with `viewpoint: "+v.ID+"`, or remove the viewpoint", "")
		}
		var missing []string
		for _, part := range []PartKind{PartAbstract, PartStakeholders, PartTypes, PartLanguage, PartEvaluation, PartSource} {
			p := v.page.Part(part)
			given := part == PartStakeholders && len(v.Concerns) > 0 || part == PartTypes && len(v.ElementKinds) > 0 && len(v.page.ElementKinds) > 0
			if (p == nil || p.Empty) && !given {
				missing = append(missing, "“"+partName(part)+"”")
			}
		}
		if len(missing) > 0 {
			c.add("sad/viewpoint-parts", v.At, v.ID, fmt.Sprintf("the viewpoint `%s` has no %s", v.ID, strings.Join(missing, ", ")),
				"add the sections, or say in them that there is nothing to say", "")
		}
	}
}

// classes of stakeholders that every architecture has.
var stakeholderClasses = []struct {
	name  string
	words []string
}{
	{"users", []string{"user", "사용자", "이용자", "분석가", "analyst", "consumer", "customer", "고객", "client", "reader"}},
	{"acquirers", []string{"acquirer", "customer", "owner", "sponsor", "manager", "management", "고객", "책임자", "구매", "발주", "관리자", "경영", "product", "lead", "head", "cto", "도입", "팀장"}},
	{"developers", []string{"developer", "engineer", "개발자", "엔지니어", "programmer", "architect", "contributor", "아키텍트"}},
	{"maintainers", []string{"maintainer", "operator", "sre", "운영", "유지보수", "dba", "devops", "admin", "on-call", "oncall", "support", "infra", "인프라", "당직", "platform"}},
}

// people checks S09 to S12.
func (c *checker) people() {
	m := c.m
	for _, s := range m.Stakeholders {
		if len(s.Concerns) == 0 {
			c.add("sad/stakeholder-without-concern", Place{s.Path, s.Span}, s.ID, fmt.Sprintf("the stakeholder `%s` has no concern", s.ID),
				"say what they ask of the architecture, or leave them out", "")
		}
	}
	for _, x := range m.Concerns {
		at := Place{x.Path, x.Span}
		frames := m.Frames(x.ID)
		if len(frames) == 0 {
			c.add("sad/concern-not-framed", at, x.ID, fmt.Sprintf("no viewpoint frames the concern `%s`", x.ID),
				"add it to `concerns:` of the view that answers it, or of a viewpoint", "nothing says which kind of view answers it")
			continue
		}
		if len(m.Addresses(x.ID)) == 0 {
			c.add("sad/concern-without-view", at, x.ID, fmt.Sprintf("no view addresses the concern `%s`", x.ID),
				fmt.Sprintf("write a view of the viewpoint `%s`, or add the concern to `concerns:` of one", frames[0].ID), fmt.Sprintf("the viewpoint `%s` frames it", frames[0].ID))
		}
	}
	if len(m.Stakeholders) == 0 {
		return
	}
	var missing []string
	for _, class := range stakeholderClasses {
		if !slices.ContainsFunc(m.Stakeholders, func(s *Stakeholder) bool {
			text := strings.ToLower(s.ID + " " + s.Name + " " + s.Role)
			return slices.ContainsFunc(class.words, func(w string) bool { return strings.Contains(text, w) })
		}) {
			missing = append(missing, class.name)
		}
	}
	if len(missing) > 0 {
		s := m.Stakeholders[0]
		at := Place{s.Path, Span{Line: 1}}
		if p := c.page(s.Path); p != nil {
			at = p.place(p.At)
		}
		c.add("sad/stakeholder-classes", at, strings.Join(missing, ","), "no stakeholder stands for "+strings.Join(missing, ", "),
			"add them, give a `role:` that says who they are, or waive the rule with the reason why they do not matter", "")
	}
}

func (c *checker) page(name string) *Page {
	i, ok := slices.BinarySearchFunc(c.m.pages, name, func(p *Page, n string) int { return strings.Compare(p.Path, n) })
	if !ok {
		return nil
	}
	return c.m.pages[i]
}

// view checks what concerns one view.
func (c *checker) view(v *View) {
	c.catalog(v)
	c.connectors(v)
	c.kinds(v)
	c.parts(v)
	c.figures(v)
	c.contextDiagram(v)
	c.properties(v)
	c.packets(v)
	c.related(v)
	c.names(v)
}

// stub is the edit that adds an element to the front matter of a view.
func (c *checker) stub(v *View, id, name string) finding.Edit {
	if e := c.m.byID[id]; e != nil {
		return v.page.edit("elements", id)
	}
	lines := []string{"id: " + id}
	if name != "" && name != id {
		lines = append(lines, "name: "+yamlText(name))
	}
	return v.page.edit("elements", lines...)
}

// yamlText quotes a text where YAML would read it as something else.
func yamlText(s string) string {
	plain := s != "" && !strings.ContainsAny(s, ":#{}[],&*!|>'\"%@`\n\\") && !strings.HasPrefix(s, "-") && !strings.HasPrefix(s, "?")
	if plain {
		switch strings.ToLower(s) {
		case "true", "false", "yes", "no", "null", "on", "off", "~":
			plain = false
		}
		if strings.Trim(s, "0123456789.eE+-_ ") == "" {
			plain = false
		}
	}
	if plain {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// catalog checks S01, S02, S03, S04, S19 and S25 in one view.
func (c *checker) catalog(v *View) {
	m := c.m
	bare := len(v.catalog) == 0
	shownFigures := 0
	var ids []string
	for _, id := range v.Elements {
		if v.catalog[id] {
			ids = append(ids, id)
		}
	}
	lacking := map[string]bool{}
	candidates := append(c.elementNames(v), ids...)
	for _, f := range v.figures {
		if f.fig.Part != PartPrimary {
			continue
		}
		if f.page == v.page {
			shownFigures++
		}
		if bare {
			continue
		}
		for i := range f.fig.Nodes {
			n := &f.fig.Nodes[i]
			e := f.nodes[n.ID]
			if e != nil && v.catalog[e.ID] || e == nil && n.Group {
				continue
			}
			name := label(n.Label)
			if lacking[key(name)] {
				continue
			}
			lacking[key(name)] = true
			if e != nil {
				x := c.add("sad/not-in-catalog", f.page.place(n.Span), e.ID, fmt.Sprintf("“%s” is shown but not in the catalog of this view", name),
					fmt.Sprintf("add `%s` to `elements:`", e.ID), "it is the element `"+e.ID+"` of "+e.At.Path)
				x.Edit = c.stub(v, e.ID, "")
				continue
			}
			x := c.add("sad/not-in-catalog", f.page.place(n.Span), name, fmt.Sprintf("“%s” is shown but not in the catalog of this view", name),
				didYouMean(c.near(name, candidates), "add it to the element catalog, or take it out of the figure"), "")
			if f.page == v.page && !strings.HasPrefix(x.Hint, "did you") {
				id := slug(n.ID)
				if len(n.ID) < 3 || id == "" {
					id = slug(name)
				}
				x.Edit = c.stub(v, id, name)
			}
		}
	}
	if bare && len(v.shown) > 0 {
		c.add("sad/not-in-catalog", v.At, v.ID, fmt.Sprintf("the view `%s` shows %s and has no catalog", v.ID, plural(len(v.shown), "element", "elements")),
			"list them under `elements:` in the front matter, or in a table below the heading “Element catalog” (요소 목록)", "a figure alone says neither what they are nor who owns them")
	}
	if shownFigures > 0 && !bare {
		for _, id := range ids {
			e := m.byID[id]
			if v.shown[id] || e.Hidden || e.External {
				continue
			}
			at := v.At
			for _, p := range e.places {
				if p.Path == v.Path {
					at = p
					break
				}
			}
			c.add("sad/not-shown", at, id, fmt.Sprintf("`%s` is in the catalog and not in the primary presentation", id),
				"show it, or mark it with `hidden: true` or `external: true`", "")
		}
	}
	if len(v.Elements) == 0 && len(v.lost) == 0 {
		c.add("sad/empty", v.At, v.ID, fmt.Sprintf("the view `%s` is empty", v.ID),
			"list its elements under `elements:` in the front matter, in a table below “Element catalog” (요소 목록), or draw a figure", "")
	}
	for _, l := range v.lost {
		at := l.page.place(l.ref.Span)
		switch l.what {
		case lostFrom, lostTo:
			x := c.add("sad/relation-end", at, l.link.From.ID+" → "+l.link.To.ID, fmt.Sprintf("the relation %s → %s ends at `%s`, which is no element", l.link.From.ID, l.link.To.ID, l.ref.ID),
				didYouMean(c.near(l.ref.ID, m.elementIDs()), "declare the element, or remove the relation"), "")
			if near := c.near(l.ref.ID, m.elementIDs()); near != "" {
				x.Edit = rename(l.page.Path, l.ref, near)
			}
		case lostInterface:
			c.add("sad/interface", at, l.ref.ID, fmt.Sprintf("an interface belongs to `%s`, which is no element", l.ref.ID),
				didYouMean(c.near(l.ref.ID, c.elementNames(v)), "name an element of the catalog"), "")
		case lostElement, lostParent:
		}
	}
	if bare {
		return
	}
	for _, r := range v.relations {
		if r.Source == FromFigure {
			continue
		}
		for _, id := range []string{r.From, r.To} {
			if v.catalog[id] {
				continue
			}
			x := c.add("sad/relation-end", r.At, r.From+" → "+r.To, fmt.Sprintf("the relation %s → %s ends at `%s`, which is not in this view", r.From, r.To, id),
				fmt.Sprintf("add `%s` to `elements:`", id), "it is declared in "+m.byID[id].At.Path)
			x.Edit = c.stub(v, id, "")
		}
	}
	for _, r := range v.relations {
		if r.Source == FromFigure || r.Description != "" || r.Via != "" || r.Data != "" || r.Technology != "" {
			continue
		}
		if r.Kind == "" || r.canonical == "attachment" {
			c.add("sad/relation-unclear", r.At, r.From+" → "+r.To, fmt.Sprintf("nothing says what passes from `%s` to `%s`", r.From, r.To),
				"add a `description:`, or `via:`, `data:` or a `kind:` that tells", "")
		}
	}
}

// connectors checks the other half of S04 in one view.
func (c *checker) connectors(v *View) {
	for _, id := range v.Elements {
		e := c.m.byID[id]
		if e.Family != Connector || e.Technology != "" || e.External || e.At.Path != v.Path || e.Source == FromFigure {
			continue
		}
		c.add("sad/relation-unclear", e.At, e.ID, fmt.Sprintf("the connector `%s` has no technology", e.ID),
			"add `technology:`, such as the protocol or the broker", "it is a "+e.Kind+", and how it carries what passes decides what can go wrong")
	}
}

func (c *checker) elementNames(v *View) []string {
	var out []string
	for _, id := range v.Elements {
		out = append(out, c.m.byID[id].Name)
	}
	return out
}

// kinds checks S05 in one view.
func (c *checker) kinds(v *View) {
	vp := v.viewpoint
	if vp == nil {
		return
	}
	m := c.m
	where := fmt.Sprintf("the viewpoint `%s` declares %s", vp.ID, list(vp.ElementKinds))
	if vp.BuiltIn {
		where = fmt.Sprintf("the viewpoint `%s` is about other kinds", vp.ID)
	}
	allowed := map[string]bool{}
	for _, k := range vp.ElementKinds {
		allowed[kindKey(k)] = true
		canonical, _ := m.kinds.element(k)
		allowed[kindKey(canonical)] = true
	}
	if len(vp.ElementKinds) > 0 {
		seen := map[string]bool{}
		for _, id := range v.Elements {
			e := m.byID[id]
			if e.Kind == "" || e.External || e.Family == Outside || e.Family == People && vp.Viewtype != "module" ||
				slices.Contains(vp.families, e.Family) || allowed[kindKey(e.Kind)] || allowed[kindKey(e.Canonical)] {
				continue
			}
			if seen[kindKey(e.Kind)] {
				continue // once for each kind
			}
			seen[kindKey(e.Kind)] = true
			at := e.kindAt
			hint := didYouMean(c.near(e.Kind, vp.ElementKinds), fmt.Sprintf("use one of %s, or add the kind to the viewpoint", list(vp.ElementKinds)))
			if at.Path != v.Path { // declared elsewhere for another viewpoint
				if e.Family != NoFamily && !vp.BuiltIn {
					hint = fmt.Sprintf("add `%s` to `element_kinds:` of the viewpoint", e.Kind)
				}
				at = v.At
				for _, p := range e.places {
					if p.Path == v.Path {
						at = p
						break
					}
				}
			}
			f := c.add("sad/kind", at, e.ID, fmt.Sprintf("`%s` is a %s, which a view of `%s` does not show", e.ID, e.Kind, vp.ID), hint, where)
			if near := c.near(e.Kind, vp.ElementKinds); near != "" && at == e.kindAt {
				f.Edit = rename(v.Path, Ref{e.Kind, e.kindAt.Span}, near)
			}
		}
	}
	if len(vp.RelationKinds) == 0 {
		return
	}
	rels := map[string]bool{}
	for _, k := range vp.RelationKinds {
		rels[key(k)] = true
		rels[key(m.kinds.rel(k))] = true
	}
	seen := map[string]bool{}
	for i := range v.page.Relations {
		k := v.page.Relations[i].Kind
		if k.ID == "" || rels[key(k.ID)] || rels[key(m.kinds.rel(k.ID))] || seen[key(k.ID)] {
			continue
		}
		if vp.BuiltIn && m.kinds.rel(k.ID) == k.ID && key(k.ID) != "" && !isRelationKind(k.ID) && c.near(k.ID, vp.RelationKinds) == "" && vp.Viewtype != "module" {
			continue // a word of the author's own in a style that does not fix them
		}
		seen[key(k.ID)] = true
		f := c.add("sad/kind", v.page.place(k.Span), k.ID, fmt.Sprintf("a view of `%s` has no relation `%s`", vp.ID, k.ID),
			didYouMean(c.near(k.ID, vp.RelationKinds), "use one of "+strings.Join(vp.RelationKinds, ", ")), "")
		if near := c.near(k.ID, vp.RelationKinds); near != "" {
			f.Edit = rename(v.Path, k, near)
		}
	}
}

// isRelationKind reports whether a word is the canonical name of a relation.
func isRelationKind(s string) bool {
	for i := range relationNames {
		if relationNames[i].kind == s {
			return true
		}
	}
	return false
}

// parts checks S13 in one view.
func (c *checker) parts(v *View) {
	p := v.page
	var missing []string
	for _, part := range []PartKind{PartPrimary, PartCatalog, PartContext, PartVariability, PartRationale, PartRelated} {
		s := p.Part(part)
		generated := part == PartPrimary || part == PartCatalog || part == PartContext
		switch {
		case s != nil && (!s.Empty || generated):
			continue
		case s != nil:
			c.add("sad/view-parts", p.place(s.Span), partName(part), fmt.Sprintf("the section “%s” is empty", s.Title),
				"fill it, or say that there is nothing to say (“none”, “없음”) and why", "")
			continue
		case part == PartPrimary && slices.ContainsFunc(p.Figures, func(f Figure) bool { return f.Part == PartPrimary }),
			part == PartCatalog && (p.Part(PartElements) != nil || len(p.Elements) > 0),
			part == PartContext && v.viewpoint != nil && v.viewpoint.ID == "context",
			part == PartRationale && len(v.Decisions) > 0,
			part == PartRelated && len(v.Related) > 0:
			continue
		}
		missing = append(missing, "“"+partName(part)+"”")
	}
	if len(missing) > 0 {
		c.add("sad/view-parts", v.At, v.ID, fmt.Sprintf("the view `%s` has no %s", v.ID, strings.Join(missing, ", ")),
			"add the headings: figure, catalog and context are drawn from the model where a section is empty; in the others say “none” (없음) where nothing applies", "")
	}
}

// figures checks S14 and S15 in one view.
func (c *checker) figures(v *View) {
	for _, p := range v.pages {
		for i := range p.Figures {
			f := &p.Figures[i]
			at := p.place(f.Span)
			if f.Language == "image" {
				alt := strings.TrimSpace(f.Alt)
				ext := strings.ToLower(path.Ext(alt))
				if alt == "" || ext == ".png" || ext == ".svg" || ext == ".jpg" || ext == ".jpeg" || strings.EqualFold(alt, "image") || strings.EqualFold(alt, "diagram") {
					c.add("sad/figure-caption", at, "alt", "a figure has no text for those who do not see it", "say between the brackets of ![…] what it shows", "")
				}
			}
			if !f.Caption && f.Language != "table" {
				c.add("sad/figure-caption", at, "caption", "a figure has no caption", "write one below it (“Figure 1. …”, “그림 1. …”), give the diagram a title, or a heading of its own", "its section holds several figures")
			}
			if f.Legend || f.Part != PartPrimary {
				continue
			}
			informal := f.Language == "image" || f.Language == "mermaid" && f.Kind == "flowchart" && f.Shapes > 4 || f.Language == "d2"
			if informal {
				reason := "its outlines and lines differ, and flowcharts have no fixed meaning for them"
				if f.Language == "image" {
					reason = "nobody can tell what the symbols of a picture mean"
				}
				c.add("sad/notation-key", at, v.ID, "the primary presentation has no key", "add a line “Key: …” (“범례: …”) below it, or a subgraph called Legend, or name the standard notation", reason)
			}
		}
	}
}

// contextDiagram checks S16 in one view.
func (c *checker) contextDiagram(v *View) {
	isContext := v.viewpoint != nil && v.viewpoint.ID == "context"
	for _, f := range v.figures {
		if f.page != v.page || f.fig.Part != PartContext && (!isContext || f.fig.Part != PartPrimary) {
			continue
		}
		nodes := map[string]*Node{}
		for i := range f.fig.Nodes {
			nodes[f.fig.Nodes[i].ID] = &f.fig.Nodes[i]
		}
		// inside reports whether a box is the scope or lies in it.
		inside := func(n *Node) bool {
			for range 64 {
				if n == nil {
					return false
				}
				if n.Mark {
					return true
				}
				n = nodes[n.Parent]
			}
			return false
		}
		marked, externals := false, 0
		var internal []*Node
		for i := range f.fig.Nodes {
			n := &f.fig.Nodes[i]
			marked = marked || n.Mark
			e := f.nodes[n.ID]
			switch {
			case e != nil && (e.External || e.Family == People):
				externals++
			case !inside(n) && (!n.Group || e != nil):
				internal = append(internal, n)
			}
		}
		switch {
		case marked && len(internal) > 0:
			var names []string
			for _, n := range internal {
				names = append(names, "“"+label(n.Label)+"”")
			}
			c.add("sad/context-scope", f.page.place(internal[0].Span), v.ID, fmt.Sprintf("the context diagram shows %s outside of the scope, and nothing says that it is external", list(names)),
				"mark it with `external: true`, or leave it out", "around the scope a context diagram shows external entities only")
		case !marked && len(internal) > 1:
			c.add("sad/context-scope", f.page.place(f.fig.Span), v.ID, "the context diagram does not mark its scope",
				"give the box of the system the class `scope` (`id[Name]:::scope`), or mark all others with `external: true`", fmt.Sprintf("%d boxes could be it", len(internal)))
		}
	}
}

// properties checks S18 in one view.
func (c *checker) properties(v *View) {
	vp := v.viewpoint
	if vp == nil || len(vp.Required) == 0 {
		return
	}
	for _, id := range v.Elements {
		e := c.m.byID[id]
		if e.External || e.Hidden || !v.catalog[id] {
			continue
		}
		var missing []string
		for _, name := range vp.Required {
			if strings.TrimSpace(e.Property(name)) == "" {
				missing = append(missing, quote(name))
			}
		}
		if len(missing) > 0 {
			c.add("sad/required-property", e.At, v.ID+"/"+id, fmt.Sprintf("`%s` has no %s", id, strings.Join(missing, ", ")),
				"add it under `properties:` of the element, or as a column of the catalog", fmt.Sprintf("the viewpoint `%s` of the view `%s` requires it", vp.ID, v.ID))
		}
	}
}

// packets checks S48 in one view.
func (c *checker) packets(v *View) {
	if len(v.page.Packets) == 0 {
		return
	}
	in := map[string]string{}
	for _, p := range v.page.Packets {
		for _, r := range p.Elements {
			e := c.m.find(r.ID, v)
			at := v.page.place(r.Span)
			switch {
			case e == nil || !slices.Contains(v.Elements, e.ID):
				c.add("sad/packets", at, r.ID, fmt.Sprintf("the packet `%s` names `%s`, which is not in the view", p.ID, r.ID), didYouMean(c.near(r.ID, v.Elements), "add the element to the view"), "")
			case in[e.ID] != "" && in[e.ID] != p.ID:
				c.add("sad/packets", at, e.ID, fmt.Sprintf("`%s` is in two packets, `%s` and `%s`", e.ID, in[e.ID], p.ID), "leave it in one of them", "")
			default:
				in[e.ID] = p.ID
			}
		}
	}
	var missing []string
	for _, id := range v.Elements {
		if in[id] == "" && v.catalog[id] {
			missing = append(missing, quote(id))
		}
	}
	if len(missing) > 0 {
		c.add("sad/packets", v.page.place(v.page.Packets[0].Span), v.ID, fmt.Sprintf("no packet of the view `%s` holds %s", v.ID, list(missing)), "add the elements to a packet", "")
	}
}

// relatedViews returns the views that a view relates to, by front matter or by
// links in its section.
func (c *checker) relatedViews(v *View) map[*View]Ref {
	out := map[*View]Ref{}
	for _, r := range v.Related {
		if w := c.m.View(r.ID); w != nil && w != v {
			out[w] = r
		}
	}
	if s := v.page.Part(PartRelated); s != nil {
		for _, l := range s.Links {
			if w := c.m.byPath[l.ID]; w != nil && w != v {
				if _, ok := out[w]; !ok {
					out[w] = l
				}
			}
		}
	}
	return out
}

// related checks S34 for one view.
func (c *checker) related(v *View) {
	for _, r := range v.Related {
		if c.m.View(r.ID) == nil && !slices.ContainsFunc(v.page.Packets, func(p Packet) bool { return p.ID == r.ID }) {
			var ids []string
			for _, w := range c.m.Views {
				ids = append(ids, w.ID)
			}
			f := c.add("sad/related-views", v.page.place(r.Span), r.ID, fmt.Sprintf("there is no view `%s`", r.ID), didYouMean(c.near(r.ID, ids), "name the id of a view"), "")
			f.Edit = rename(v.Path, r, c.near(r.ID, ids))
		}
	}
	mine := c.relatedViews(v)
	others := make([]*View, 0, len(mine))
	for w := range mine {
		others = append(others, w)
	}
	slices.SortFunc(others, func(a, b *View) int { return strings.Compare(a.Path, b.Path) })
	for _, w := range others {
		back := c.relatedViews(w)
		if _, ok := back[v]; ok {
			continue
		}
		f := c.add("sad/related-views", v.page.place(mine[w].Span), v.ID+" → "+w.ID, fmt.Sprintf("`%s` relates to `%s`, which does not relate to it", v.ID, w.ID),
			fmt.Sprintf("add `%s` to `related:` of %s", v.ID, w.Path), "")
		f.Edit = w.page.edit("related", v.ID)
	}
}

// names checks S43 in one view.
func (c *checker) names(v *View) {
	m := c.m
	known := func(e *Element, s string) bool {
		if s == e.Name || s == e.ID || slices.Contains(e.Aliases, s) {
			return true
		}
		for _, n := range e.Names {
			if s == n {
				return true
			}
		}
		return false
	}
	for _, f := range v.figures {
		for i := range f.fig.Nodes {
			n := &f.fig.Nodes[i]
			e := f.nodes[n.ID]
			if e == nil || e.Source == FromFigure && e.At.Path == v.Path {
				continue
			}
			ok := known(e, label(n.Label)) || strings.Contains(label(n.Label), e.Name)
			for line := range strings.Lines(n.Label) {
				ok = ok || known(e, strings.TrimSpace(line))
			}
			for _, x := range e.Names {
				ok = ok || strings.Contains(label(n.Label), x)
			}
			if !ok {
				c.add("sad/name", f.page.place(n.Span), e.ID, fmt.Sprintf("`%s` is called “%s” here and “%s” in its declaration", e.ID, label(n.Label), e.Name),
					"use one name everywhere, or list the other as an alias in the glossary", "the declaration is at "+e.At.position().String())
			}
		}
	}
	for i := range v.page.Elements {
		d := &v.page.Elements[i]
		if d.Source == FromFront || d.Name.ID == "" || len(d.Interfaces) > 0 {
			continue
		}
		e := m.byID[d.ID]
		if e == nil {
			e = m.find(d.Name.ID, v)
		}
		if e == nil || known(e, d.Name.ID) || d.Source == FromList && d.Bare && key(d.Name.ID) != key(e.Name) {
			continue
		}
		f := c.add("sad/name", v.page.place(d.Name.Span), e.ID, fmt.Sprintf("`%s` is called “%s” here and “%s” in its declaration", e.ID, d.Name.ID, e.Name),
			"use one name everywhere, or list the other as an alias in the glossary", "the declaration is at "+e.At.position().String())
		f.Edit = rename(v.Path, d.Name, e.Name)
	}
}
