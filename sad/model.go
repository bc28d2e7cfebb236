package sad

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// Options are what NewModel needs to know beside the pages.
type Options struct {
	// Lang is the language of the documents ("ko", "en"): of pages that differ
	// in language alone, the ones in this language declare and the others
	// translate. Empty: those whose language nothing tells, then the fullest.
	Lang string
	// Root is the folder that code paths are relative to, a slash path below
	// the project's root; paths below the project's root itself are understood
	// as well.
	Root string
}

// CodePath is a path or pattern in the code that an element is made of.
type CodePath struct {
	Pattern string `json:"pattern"`
	At      Place  `json:"at,omitzero"`
}

// Element is a part of the system, declared once, shown in many views.
type Element struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Kind is the kind as written, Canonical what it means among the kinds that
	// are known; Family is empty when it is not known.
	Kind      string `json:"kind,omitempty"`
	Canonical string `json:"canonical_kind,omitempty"`
	Family    Family `json:"family,omitempty"`

	Technology     string      `json:"technology,omitempty"`
	Description    string      `json:"description,omitempty"`
	Owner          string      `json:"owner,omitempty"`
	Parent         string      `json:"parent,omitempty"` // id where there is such an element
	Code           []CodePath  `json:"code,omitempty"`
	External       bool        `json:"external,omitempty"`
	Critical       bool        `json:"critical,omitempty"`
	Hidden         bool        `json:"hidden,omitempty"`
	Infrastructure bool        `json:"infrastructure,omitempty"`
	Properties     []Property  `json:"properties,omitempty"`
	Interfaces     []Interface `json:"interfaces,omitempty"`
	// Names and Descriptions are what translations say, by language.
	Names        map[string]string `json:"names,omitempty"`
	Descriptions map[string]string `json:"descriptions,omitempty"`
	// Aliases are other words for it, from the glossary.
	Aliases []string `json:"aliases,omitempty"`
	Views   []string `json:"views,omitempty"` // ids, in the order of the views
	Source  Source   `json:"source"`
	At      Place    `json:"at,omitzero"`

	kindAt    Place
	parentAt  Place
	places    []Place // of all mentions in catalogs, by view
	parentRef string
}

// Label is the name of the element in a language.
func (e *Element) Label(lang string) string {
	if n := e.Names[lang]; n != "" {
		return n
	}
	return e.Name
}

// Describe is the description of the element in a language.
func (e *Element) Describe(lang string) string {
	if d := e.Descriptions[lang]; d != "" {
		return d
	}
	return e.Description
}

// Property returns the value of a property, or of a field of that name.
func (e *Element) Property(name string) string {
	k := key(name)
	switch k {
	case "owner", "담당", "소유자":
		return e.Owner
	case "technology", "기술":
		return e.Technology
	case "description", "설명":
		return e.Description
	case "kind", "종류":
		return e.Kind
	case "parent":
		return e.Parent
	case "code", "코드":
		if len(e.Code) > 0 {
			return e.Code[0].Pattern
		}
	}
	for _, p := range e.Properties {
		if key(p.Name) == k {
			return p.Value
		}
	}
	return ""
}

// Relation is a relation between two elements in a view.
type Relation struct {
	From string `json:"from"` // ids
	To   string `json:"to"`
	Kind string `json:"kind,omitempty"`
	// Via is what carries it, as written; ViaElement the element of that name.
	Via         string `json:"via,omitempty"`
	ViaElement  string `json:"via_element,omitempty"`
	Description string `json:"description,omitempty"`
	Technology  string `json:"technology,omitempty"`
	Data        string `json:"data,omitempty"`
	Undirected  bool   `json:"undirected,omitempty"`
	View        string `json:"view"`
	Source      Source `json:"source"`
	At          Place  `json:"at,omitzero"`

	canonical string
}

// Label is what a reader is told about the relation in one phrase.
func (r *Relation) Label() string {
	for _, s := range [...]string{r.Description, r.Via, r.Data} {
		if s != "" {
			return s
		}
	}
	return r.Kind
}

// Translation is a page that says the same in another language.
type Translation struct {
	Lang  string `json:"lang"`
	Path  string `json:"path"`
	Title string `json:"title"`
}

// View is a page that shows a part of the system.
type View struct {
	ID           string        `json:"id"`
	Title        string        `json:"title"`
	Description  string        `json:"description,omitempty"`
	Path         string        `json:"path"`
	Lang         string        `json:"lang,omitempty"`
	Translations []Translation `json:"translations,omitempty"`
	// Viewpoint is the id of the one it conforms to, as written when there is
	// no such viewpoint.
	Viewpoint    string     `json:"viewpoint,omitempty"`
	Stakeholders []Ref      `json:"stakeholders,omitempty"`
	Concerns     []Ref      `json:"concerns,omitempty"`
	Decisions    []Citation `json:"decisions,omitempty"`
	Related      []Ref      `json:"related,omitempty"`
	// Elements are the ids of the elements in the catalog and in the figures.
	Elements []string `json:"elements,omitempty"`
	At       Place    `json:"at,omitzero"`

	page      *Page
	pages     []*Page // with translations, the view's own first
	viewpoint *Viewpoint
	catalog   map[string]bool
	shown     map[string]bool
	figures   []*resolvedFigure
	lost      []lostRef
	relations []*Relation
}

// resolvedFigure is a figure with the elements that its boxes are.
type resolvedFigure struct {
	fig   *Figure
	page  *Page
	nodes map[string]*Element // by id of the box
	loose []*Node             // boxes that are no element
}

// lostRef is a name on a page that is no element.
type lostRef struct {
	ref  Ref
	page *Page
	what lostKind
	link *Link
}

type lostKind uint8

const (
	lostElement lostKind = iota
	lostFrom
	lostTo
	lostInterface
	lostParent
)

// about returns the words for elements in a scenario; an artifact may be
// several.
func (s *Scenario) about() []string {
	var out []string
	for _, r := range s.Elements {
		out = append(out, r.ID)
	}
	for word := range strings.SplitSeq(s.Artifact.ID, ",") {
		out = append(out, strings.TrimSpace(word))
	}
	return out
}

// Record is a page of operations.
type Record struct {
	ID           string     `json:"id"`
	Kind         Kind       `json:"kind"`
	Title        string     `json:"title"`
	Path         string     `json:"path"`
	Lang         string     `json:"lang,omitempty"`
	Owner        string     `json:"owner,omitempty"`
	LastVerified string     `json:"last_verified,omitempty"` // as written
	VerifyEvery  string     `json:"verify_every,omitempty"`
	Severity     string     `json:"severity,omitempty"`
	Elements     []string   `json:"elements,omitempty"` // ids; as written where there is no such element
	Decisions    []Citation `json:"decisions,omitempty"`
	At           Place      `json:"at,omitzero"`

	Translations []Translation `json:"translations,omitempty"`
	page         *Page
}

// Model is the architecture as the pages of a project describe it.
type Model struct {
	Stakeholders []*Stakeholder `json:"stakeholders,omitempty"`
	Concerns     []*Concern     `json:"concerns,omitempty"`
	// Viewpoints are those declared on pages, then those built in that a view
	// uses.
	Viewpoints []*Viewpoint `json:"viewpoints,omitempty"`
	Views      []*View      `json:"views,omitempty"`    // by path
	Elements   []*Element   `json:"elements,omitempty"` // in the order of declaration
	Relations  []*Relation  `json:"relations,omitempty"`
	Mappings   []*Mapping   `json:"mappings,omitempty"`
	Scenarios  []*Scenario  `json:"scenarios,omitempty"`
	Terms      []*Term      `json:"terms,omitempty"`
	Acronyms   []*Acronym   `json:"acronyms,omitempty"`
	References []*Reference `json:"references,omitempty"`
	Records    []*Record    `json:"records,omitempty"`

	pages        []*Page // that are part of the architecture, by path
	plain        []*Page
	kinds        *kindTable
	byID         map[string]*Element
	byName       map[string][]*Element
	views        map[string]*View
	byPath       map[string]*View
	viewNames    map[string]*View      // by key
	viewpoints   map[string]*Viewpoint // built-in ones too
	stakeholders map[string]*Stakeholder
	concerns     map[string]*Concern
	in, out      map[string][]*Relation
	records      map[string][]*Record // by element
	translations map[*Page]bool
	conflicts    []conflict
	duplicates   []duplicate
	mappings     map[string][]*Mapping  // by element
	scenarios    map[string][]*Scenario // by element
	children     map[string][]*Element
	root         string
	code         codeIndex
}

// conflict is a second declaration that says something else than the first.
type conflict struct {
	element    *Element
	page       *Page
	at         Span
	field      string
	here, said string
}

// duplicate is an id that two pages of a kind claim.
type duplicate struct {
	what        string
	id          string
	first, then Place
}

// NewModel joins what pages say. The order of the pages does not matter; nil
// pages are left out.
func NewModel(pages []*Page, o Options) *Model {
	m := &Model{
		kinds: newKindTable(), byID: map[string]*Element{}, byName: map[string][]*Element{}, views: map[string]*View{},
		byPath: map[string]*View{}, viewNames: map[string]*View{}, viewpoints: map[string]*Viewpoint{}, stakeholders: map[string]*Stakeholder{},
		concerns: map[string]*Concern{}, in: map[string][]*Relation{}, out: map[string][]*Relation{},
		records: map[string][]*Record{}, translations: map[*Page]bool{}, mappings: map[string][]*Mapping{},
		scenarios: map[string][]*Scenario{}, children: map[string][]*Element{}, root: strings.Trim(path.Clean(o.Root), "/"),
	}
	if m.root == "." {
		m.root = ""
	}
	for _, p := range pages {
		switch {
		case p == nil:
		case p.Kind == KindPlain && len(p.Findings) == 0:
			m.plain = append(m.plain, p)
		default:
			m.pages = append(m.pages, p)
		}
	}
	byPath := func(a, b *Page) int { return cmp.Compare(a.Path, b.Path) }
	slices.SortStableFunc(m.pages, byPath)
	slices.SortStableFunc(m.plain, byPath)
	groups := m.translate(o.Lang)
	m.addViewpoints()
	m.addPeople(groups)
	m.addViews(groups)
	m.addElements()
	m.addMappings()
	m.addWords(groups)
	m.addRecords(groups)
	m.finish()
	return m
}

// translate finds the pages that say in another language what a page says, and
// returns them by that page.
func (m *Model) translate(lang string) map[*Page][]*Page {
	type id struct {
		kind Kind
		name string
	}
	groups := map[id][]*Page{}
	var order []id
	for _, p := range m.pages {
		k := id{p.Kind, p.Base}
		if p.Kind == KindView || p.Kind == KindViewpoint {
			k.name = "\x00" + p.ID
		}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], p)
	}
	out := map[*Page][]*Page{}
	for _, k := range order {
		ps := groups[k]
		if len(ps) == 1 {
			continue
		}
		first := ps[0]
		for _, p := range ps[1:] {
			if c := cmp.Or(cmp.Compare(rank(p, lang), rank(first, lang)), cmp.Compare(len(first.Elements)+len(first.Relations), len(p.Elements)+len(p.Relations))); c < 0 {
				first = p
			}
		}
		langs := map[string]bool{first.Lang: true}
		for _, p := range ps {
			if p != first && !langs[p.Lang] {
				langs[p.Lang] = true
				m.translations[p] = true
				out[first] = append(out[first], p)
			}
		}
	}
	return out
}

func rank(p *Page, lang string) int {
	switch p.Lang {
	case lang:
		return 0
	case "":
		return 1
	}
	return 2
}

func (m *Model) addViewpoints() {
	for _, v := range builtIns() {
		m.viewpoints[v.ID] = v
	}
	for _, p := range m.pages {
		if p.Kind != KindViewpoint || m.translations[p] {
			continue
		}
		v := &Viewpoint{ID: p.ID, Name: p.Title, Stakeholders: p.Stakeholders, Concerns: p.Concerns, At: p.place(p.At), page: p}
		for _, k := range p.ElementKinds {
			v.ElementKinds = append(v.ElementKinds, k.ID)
		}
		for _, k := range p.RelationKinds {
			v.RelationKinds = append(v.RelationKinds, k.ID)
		}
		for _, k := range p.Required {
			v.Required = append(v.Required, k.ID)
		}
		old := m.viewpoints[p.ID]
		if old != nil && !old.BuiltIn {
			m.duplicates = append(m.duplicates, duplicate{"viewpoint", p.ID, old.At, v.At})
			continue
		}
		if old != nil { // what the page leaves open stays as it is built in
			v.Viewtype, v.NameKo = old.Viewtype, old.NameKo
			if len(v.ElementKinds) == 0 {
				v.ElementKinds, v.families = old.ElementKinds, old.families
			}
			if len(v.RelationKinds) == 0 {
				v.RelationKinds = old.RelationKinds
			}
		}
		m.viewpoints[p.ID] = v
		m.Viewpoints = append(m.Viewpoints, v)
	}
}

// Viewpoint returns the viewpoint of an id or name, built-in ones included;
// nil when there is none.
func (m *Model) Viewpoint(id string) *Viewpoint {
	if v := m.viewpoints[id]; v != nil {
		return v
	}
	k := key(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(id), " view"), " viewpoint"), " 뷰"))
	if a := viewpointAliases[k]; a != "" {
		return m.viewpoints[a]
	}
	// Those of the project come before those that are built in.
	var found *Viewpoint
	for _, v := range m.viewpoints {
		if key(v.ID) != k && key(v.Name) != k && (v.NameKo == "" || key(v.NameKo) != k) {
			continue
		}
		if found == nil || found.BuiltIn && !v.BuiltIn || found.BuiltIn == v.BuiltIn && v.ID < found.ID {
			found = v
		}
	}
	return found
}

func (m *Model) addPeople(groups map[*Page][]*Page) {
	for _, p := range m.pages {
		if m.translations[p] {
			continue
		}
		for i := range p.StakeholderDefs {
			s := p.StakeholderDefs[i]
			s.Path = p.Path
			if old := m.stakeholders[key(s.ID)]; old != nil {
				m.duplicates = append(m.duplicates, duplicate{"stakeholder", s.ID, Place{old.Path, old.Span}, p.place(s.Span)})
				continue
			}
			m.Stakeholders = append(m.Stakeholders, &s)
			m.stakeholders[key(s.ID)] = &s
		}
		for i := range p.ConcernDefs {
			c := p.ConcernDefs[i]
			c.Path = p.Path
			if old := m.concerns[key(c.ID)]; old != nil {
				m.duplicates = append(m.duplicates, duplicate{"concern", c.ID, Place{old.Path, old.Span}, p.place(c.Span)})
				continue
			}
			m.Concerns = append(m.Concerns, &c)
			m.concerns[key(c.ID)] = &c
		}
		for _, t := range groups[p] {
			for _, s := range t.StakeholderDefs {
				if o := m.stakeholders[key(s.ID)]; o != nil && s.Name != "" {
					o.Names = named(o.Names, t.Lang, s.Name)
				}
			}
			for _, c := range t.ConcernDefs {
				if o := m.concerns[key(c.ID)]; o != nil && c.Name != "" {
					o.Names = named(o.Names, t.Lang, c.Name)
				}
			}
		}
	}
	// Names serve as ids where they are clear.
	for _, s := range m.Stakeholders {
		if k := key(s.Name); k != "" && m.stakeholders[k] == nil {
			m.stakeholders[k] = s
		}
	}
	for _, c := range m.Concerns {
		if k := key(c.Name); k != "" && m.concerns[k] == nil {
			m.concerns[k] = c
		}
	}
}

func named(m map[string]string, lang, name string) map[string]string {
	if lang == "" {
		return m
	}
	if m == nil {
		m = map[string]string{}
	}
	if m[lang] == "" {
		m[lang] = name
	}
	return m
}

// Stakeholder returns the stakeholder of an id or name, or nil.
func (m *Model) Stakeholder(id string) *Stakeholder { return m.stakeholders[key(id)] }

// Concern returns the concern of an id or name, or nil.
func (m *Model) Concern(id string) *Concern { return m.concerns[key(id)] }

func (m *Model) addViews(groups map[*Page][]*Page) {
	for _, p := range m.pages {
		if p.Kind != KindView || m.translations[p] {
			continue
		}
		v := &View{
			ID: p.ID, Title: p.Title, Description: p.Description, Path: p.Path, Lang: p.Lang, Stakeholders: p.Stakeholders,
			Concerns: p.Concerns, Decisions: p.Decisions, Related: p.Related, At: p.place(p.At),
			page: p, pages: append([]*Page{p}, groups[p]...), catalog: map[string]bool{}, shown: map[string]bool{},
		}
		if len(p.Viewpoint) > 0 {
			v.Viewpoint = p.Viewpoint[0].ID
			if vp := m.Viewpoint(v.Viewpoint); vp != nil {
				v.Viewpoint, v.viewpoint = vp.ID, vp
				vp.Views = append(vp.Views, v.ID)
				if vp.BuiltIn && !slices.Contains(m.Viewpoints, vp) {
					m.Viewpoints = append(m.Viewpoints, vp)
				}
			}
		}
		for _, t := range groups[p] {
			v.Translations = append(v.Translations, Translation{t.Lang, t.Path, t.Title})
			m.byPath[t.Path] = v
		}
		if old := m.views[v.ID]; old != nil {
			m.duplicates = append(m.duplicates, duplicate{"view", v.ID, old.At, v.At})
		} else {
			m.views[v.ID] = v
		}
		m.byPath[p.Path] = v
		m.Views = append(m.Views, v)
	}
	for _, v := range m.Views {
		title := key(v.Title)
		for _, k := range []string{key(v.ID), title, strings.TrimSuffix(title, "뷰"), strings.TrimSuffix(title, "view")} {
			if k != "" && m.viewNames[k] == nil {
				m.viewNames[k] = v
			}
		}
	}
}

// View returns the view of an id, a title or the path of its page, or nil.
func (m *Model) View(id string) *View {
	if v := m.views[id]; v != nil {
		return v
	}
	if v := m.byPath[id]; v != nil {
		return v
	}
	return m.viewNames[key(id)]
}

// Element returns the element of an id or name; nil when there is none, or when
// the name could be several.
func (m *Model) Element(id string) *Element {
	if e := m.byID[id]; e != nil {
		return e
	}
	if es := m.byName[key(id)]; len(es) == 1 {
		return es[0]
	}
	return nil
}

// find returns the element that a word on the page of a view means: an id, or
// a name, of this view first.
func (m *Model) find(word string, v *View) *Element {
	if word == "" {
		return nil
	}
	if e := m.byID[word]; e != nil {
		return e
	}
	k := key(word)
	if k == "" {
		return nil
	}
	es := m.byName[k]
	if v != nil && len(es) > 1 {
		for _, e := range es {
			if v.catalog[e.ID] {
				return e
			}
		}
	}
	if len(es) > 0 {
		return es[0]
	}
	return nil
}

func (m *Model) declare(d *Decl, p *Page) *Element {
	id := d.ID
	if id == "" {
		id = slug(d.Name.ID)
	}
	if e := m.byID[id]; e != nil {
		return m.merge(e, d, p)
	}
	e := &Element{ID: id, Source: d.Source, At: p.place(d.at())}
	m.byID[id] = e
	m.Elements = append(m.Elements, e)
	m.nameElement(e, id)
	return m.merge(e, d, p)
}

func (m *Model) nameElement(e *Element, name string) {
	k := key(name)
	if k != "" && !slices.Contains(m.byName[k], e) {
		m.byName[k] = append(m.byName[k], e)
	}
}

// merge adds to an element what another declaration says; what was said first
// stands.
func (m *Model) merge(e *Element, d *Decl, p *Page) *Element {
	e.places = append(e.places, p.place(d.at()))
	set := func(to *string, value, field string, at Span) bool {
		if value == "" || *to == value {
			return false
		}
		if *to == "" {
			*to = value
			return true
		}
		if d.Source == FromFront && field != "" {
			m.conflicts = append(m.conflicts, conflict{e, p, at, field, value, *to})
		}
		return false
	}
	if d.Name.ID != "" && d.Name.ID != e.ID || e.Name == "" {
		if e.Name == e.ID && d.Name.ID != "" {
			e.Name = ""
		}
		if set(&e.Name, d.Name.ID, "name", d.Name.Span) {
			m.nameElement(e, e.Name)
		}
	}
	if e.Kind == "" && d.Kind.ID != "" {
		e.kindAt = p.place(d.Kind.Span)
		e.Canonical, e.Family = m.kinds.element(d.Kind.ID)
		e.Kind = d.Kind.ID
	} else if d.Kind.ID != "" && d.Source == FromFront {
		if c, _ := m.kinds.element(d.Kind.ID); c != e.Canonical {
			m.conflicts = append(m.conflicts, conflict{e, p, d.Kind.Span, "kind", d.Kind.ID, e.Kind})
		}
	}
	set(&e.Technology, d.Technology, "", d.Span)
	set(&e.Description, d.Description, "", d.Span)
	set(&e.Owner, d.Owner.ID, "owner", d.Owner.Span)
	if e.parentRef == "" && d.Parent.ID != "" {
		e.parentRef, e.parentAt = d.Parent.ID, p.place(d.Parent.Span)
	}
	for _, c := range d.Code {
		pattern := strings.TrimPrefix(c.ID, "./")
		if !slices.ContainsFunc(e.Code, func(o CodePath) bool { return o.Pattern == pattern }) {
			e.Code = append(e.Code, CodePath{pattern, p.place(c.Span)})
		}
	}
	e.External = e.External || d.External || e.Family == Outside
	e.Critical = e.Critical || d.Critical
	e.Hidden = e.Hidden || d.Hidden
	e.Infrastructure = e.Infrastructure || d.Infrastructure
	for _, q := range d.Properties {
		if !slices.ContainsFunc(e.Properties, func(o Property) bool { return key(o.Name) == key(q.Name) }) {
			e.Properties = append(e.Properties, q)
		}
	}
	for _, i := range d.Interfaces {
		if !slices.ContainsFunc(e.Interfaces, func(o Interface) bool { return o.ID == i.ID && o.Required == i.Required }) {
			e.Interfaces = append(e.Interfaces, i)
		}
	}
	return e
}

// show notes that a figure of the view shows an element.
func (v *View) show(e *Element) {
	if !v.shown[e.ID] && !v.catalog[e.ID] {
		v.Elements = append(v.Elements, e.ID)
	}
	v.shown[e.ID] = true
}

// add puts an element into the catalog of a view.
func (v *View) add(e *Element) {
	if !v.catalog[e.ID] {
		v.catalog[e.ID] = true
		v.Elements = append(v.Elements, e.ID)
	}
}

func (m *Model) addElements() {
	// What front matters declare comes first, wherever it stands; an id alone,
	// even in braces, declares only where nothing else does.
	for _, full := range []bool{true, false} {
		for _, p := range m.pages {
			if m.translations[p] {
				continue
			}
			for i := range p.Elements {
				if d := &p.Elements[i]; d.Source == FromFront && !d.Bare && full == d.tells() {
					m.declare(d, p)
				}
			}
		}
	}
	for _, p := range m.pages {
		v := m.byPath[p.Path]
		if v == nil || m.translations[p] {
			continue
		}
		for i := range p.Elements {
			d := &p.Elements[i]
			if e := m.byID[d.ID]; d.Source == FromFront && e != nil {
				v.add(e)
			}
		}
	}
	// What a catalog names without an id may be one of these.
	for _, p := range m.pages {
		v := m.byPath[p.Path]
		if v == nil || m.translations[p] {
			continue
		}
		for i := range p.Elements {
			d := &p.Elements[i]
			if d.Source == FromFront || d.Bare {
				continue
			}
			if e := m.meant(d, v); e != nil {
				m.merge(e, d, p)
				v.add(e)
				continue
			}
			v.add(m.declare(d, p))
		}
	}
	// A view that has figures and no catalog shows what the figures show.
	for _, v := range m.Views {
		if len(v.Elements) > 0 || slices.ContainsFunc(v.page.Elements, func(d Decl) bool { return d.Source == FromFront }) {
			continue
		}
		for i := range v.page.Figures {
			f := &v.page.Figures[i]
			if f.Part != PartPrimary {
				continue
			}
			for j := range f.Nodes {
				n := &f.Nodes[j]
				d := Decl{Ref: n.Ref, Name: Ref{label(n.Label), n.Span}, Source: FromFigure}
				if n.Group || label(n.Label) == "" {
					continue
				}
				e := m.meant(&d, v)
				if e == nil {
					// Letters and numbers are no ids.
					if len(n.ID) < 3 {
						d.Ref = Ref{slug(label(n.Label)), n.Span}
					}
					e = m.declare(&d, v.page)
				}
				v.show(e)
			}
		}
	}
	// Now every name is known.
	for _, p := range m.pages {
		v := m.byPath[p.Path]
		if m.translations[p] {
			m.translated(p, v)
			continue
		}
		for i := range p.Elements {
			d := &p.Elements[i]
			if !d.Bare {
				continue
			}
			word := d.ID
			if word == "" {
				word = d.Name.ID
			}
			e := m.find(word, v)
			switch {
			case e != nil && d.Source == FromFront:
				if v != nil {
					v.add(e)
				}
				e.places = append(e.places, p.place(d.at()))
			case e != nil:
				if e.Description == "" {
					e.Description = d.Description
				}
				for _, in := range d.Interfaces {
					if !slices.ContainsFunc(e.Interfaces, func(o Interface) bool { return o.ID == in.ID && o.Required == in.Required }) {
						e.Interfaces = append(e.Interfaces, in)
					}
				}
			case v == nil || d.Source == FromList && len(d.Interfaces) == 0:
			case len(d.Interfaces) > 0:
				v.lost = append(v.lost, lostRef{ref: d.Name, page: p, what: lostInterface})
			default:
				v.lost = append(v.lost, lostRef{ref: d.Ref, page: p, what: lostElement})
			}
		}
	}
	for _, e := range m.Elements {
		if e.Name == "" {
			e.Name = e.ID
		}
		if e.parentRef != "" {
			e.Parent = e.parentRef
			if p := m.find(e.parentRef, nil); p != nil {
				e.Parent = p.ID
			}
		}
	}
	for _, v := range m.Views {
		m.addFigures(v)
		m.addRelations(v)
	}
}

// meant returns the element that a row of a catalog describes.
func (m *Model) meant(d *Decl, v *View) *Element {
	if d.ID != "" {
		if e := m.find(d.ID, v); e != nil {
			return e
		}
		if d.Name.ID != d.ID && d.Source != FromFigure {
			return nil // an id of its own
		}
	}
	return m.find(d.Name.ID, v)
}

// translated takes the names that a translation gives.
func (m *Model) translated(p *Page, v *View) {
	for i := range p.Elements {
		d := &p.Elements[i]
		if d.ID == "" {
			continue
		}
		e := m.find(d.ID, v)
		if e != nil && d.Description != "" && d.Description != e.Description {
			e.Descriptions = named(e.Descriptions, p.Lang, d.Description)
		}
		if e == nil || d.Name.ID == "" || d.Name.ID == d.ID || d.Name.ID == e.Name {
			continue
		}
		e.Names = named(e.Names, p.Lang, d.Name.ID)
		m.nameElement(e, d.Name.ID)
	}
}

// label is a label on one line.
func label(s string) string {
	if !strings.ContainsAny(s, "\n\t") {
		return strings.TrimSpace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// boxElement returns the element that a box of a figure is.
func (m *Model) boxElement(n *Node, v *View) *Element {
	if e := m.byID[n.ID]; e != nil && (len(n.ID) > 2 || v.catalog[n.ID]) {
		return e
	}
	if e := m.find(label(n.Label), v); e != nil {
		return e
	}
	// A label may tell more than the name, on a line of its own or in brackets.
	first, rest, more := strings.Cut(n.Label, "\n")
	if more {
		if e := m.find(first, v); e != nil {
			return e
		}
		second, _, _ := strings.Cut(rest, "\n")
		if e := m.find(second, v); e != nil && v.catalog[e.ID] {
			return e
		}
	}
	if i := strings.IndexAny(first, "([（:"); i > 0 {
		if e := m.find(first[:i], v); e != nil {
			return e
		}
		if e := m.find(strings.Trim(first[i:], "()[]（）: "), v); e != nil && v.catalog[e.ID] {
			return e
		}
	}
	if len(n.ID) > 2 {
		if e := m.find(n.ID, v); e != nil && v.catalog[e.ID] {
			return e
		}
	}
	return nil
}

func (m *Model) addFigures(v *View) {
	for _, p := range v.pages {
		for i := range p.Figures {
			f := &p.Figures[i]
			if f.Part != PartPrimary && f.Part != PartContext || len(f.Nodes) == 0 {
				continue
			}
			rf := &resolvedFigure{fig: f, page: p, nodes: make(map[string]*Element, len(f.Nodes))}
			for j := range f.Nodes {
				n := &f.Nodes[j]
				e := m.boxElement(n, v)
				if e == nil {
					if !n.Group {
						rf.loose = append(rf.loose, n)
					}
					continue
				}
				rf.nodes[n.ID] = e
				if f.Part == PartPrimary && p == v.page {
					v.show(e)
				}
			}
			v.figures = append(v.figures, rf)
		}
	}
}

func (m *Model) end(ref Ref, v *View) *Element {
	if e := m.find(ref.ID, v); e != nil {
		return e
	}
	// element.interface
	if i := strings.LastIndexByte(ref.ID, '.'); i > 0 {
		if e := m.byID[ref.ID[:i]]; e != nil && slices.ContainsFunc(e.Interfaces, func(x Interface) bool { return x.ID == ref.ID[i+1:] }) {
			return e
		}
	}
	return nil
}

func (m *Model) addRelations(v *View) {
	type pair struct{ a, b string }
	seen := map[pair]bool{}
	known := map[Link]bool{}
	for i := range v.page.Relations {
		l := &v.page.Relations[i]
		from, to := m.end(l.From, v), m.end(l.To, v)
		if from == nil {
			v.lost = append(v.lost, lostRef{ref: l.From, page: v.page, what: lostFrom, link: l})
		}
		if to == nil {
			v.lost = append(v.lost, lostRef{ref: l.To, page: v.page, what: lostTo, link: l})
		}
		if from == nil || to == nil {
			continue
		}
		// A table may repeat what the front matter says.
		k := Link{From: Ref{ID: from.ID}, To: Ref{ID: to.ID}, Kind: Ref{ID: l.Kind.ID}, Via: Ref{ID: l.Via.ID}}
		if l.Source == FromTable && (known[k] || seen[pair{from.ID, to.ID}] && l.Kind.ID == "") {
			continue
		}
		known[k] = true
		seen[pair{from.ID, to.ID}] = true
		m.relate(&Relation{
			From: from.ID, To: to.ID, Kind: l.Kind.ID, Via: l.Via.ID, Description: l.Description, Technology: l.Technology,
			Data: l.Data.ID, View: v.ID, Source: l.Source, At: v.page.place(l.Span),
		}, v)
	}
	for _, f := range v.figures {
		if f.page != v.page || f.fig.Part != PartPrimary {
			continue
		}
		for _, e := range f.fig.Edges {
			from, to := f.nodes[e.From], f.nodes[e.To]
			if from == nil || to == nil || from == to || seen[pair{from.ID, to.ID}] || seen[pair{to.ID, from.ID}] {
				continue
			}
			seen[pair{from.ID, to.ID}] = true
			m.relate(&Relation{
				From: from.ID, To: to.ID, Description: label(e.Label), Undirected: e.Undirected, View: v.ID, Source: FromFigure, At: v.page.place(e.Span),
			}, v)
		}
	}
}

func (m *Model) relate(r *Relation, v *View) {
	r.canonical = m.kinds.rel(r.Kind)
	if r.Via != "" {
		if e := m.find(r.Via, v); e != nil {
			r.ViaElement = e.ID
		}
	}
	m.Relations = append(m.Relations, r)
	v.relations = append(v.relations, r)
	m.out[r.From] = append(m.out[r.From], r)
	m.in[r.To] = append(m.in[r.To], r)
}

func (m *Model) addMappings() {
	for _, p := range m.pages {
		if m.translations[p] {
			continue
		}
		for i := range p.Mappings {
			x := p.Mappings[i]
			x.Path = p.Path
			m.Mappings = append(m.Mappings, &x)
		}
		for i := range p.Scenarios {
			s := p.Scenarios[i]
			s.Path = p.Path
			m.Scenarios = append(m.Scenarios, &s)
		}
		for i := range p.References {
			f := p.References[i]
			f.Path = p.Path
			m.References = append(m.References, &f)
		}
	}
}

func (m *Model) addWords(groups map[*Page][]*Page) {
	names := map[string]*Term{}
	acronyms := map[string]bool{}
	for _, p := range m.pages {
		if m.translations[p] {
			continue
		}
		for i := range p.Terms {
			t := p.Terms[i]
			t.Path = p.Path
			t.Aliases = slices.Clone(t.Aliases)
			m.Terms = append(m.Terms, &t)
			for _, n := range append([]Ref{t.Ref}, t.Aliases...) {
				if names[key(n.ID)] == nil {
					names[key(n.ID)] = &t
				}
			}
		}
	}
	for _, p := range m.pages {
		for _, a := range p.Acronyms {
			if m.translations[p] && acronyms[a.ID] {
				continue
			}
			acronyms[a.ID] = true
			a.Path = p.Path
			m.Acronyms = append(m.Acronyms, &a)
		}
		for _, tr := range groups[p] {
			for i := range tr.Terms {
				t := tr.Terms[i]
				var same *Term
				for _, n := range append([]Ref{t.Ref}, t.Aliases...) {
					if same = names[key(n.ID)]; same != nil {
						break
					}
				}
				if same == nil {
					t.Path = tr.Path
					m.Terms = append(m.Terms, &t)
					continue
				}
				same.Definitions = named(same.Definitions, tr.Lang, t.Definition)
				for _, n := range append([]Ref{t.Ref}, t.Aliases...) {
					if names[key(n.ID)] == nil {
						names[key(n.ID)] = same
						same.Aliases = append(same.Aliases, Ref{ID: n.ID})
					}
				}
				for _, f := range t.Forbidden {
					same.Forbidden = append(same.Forbidden, Ref{ID: f.ID})
				}
			}
		}
	}
	// A term that is the name of an element gives it its other names.
	for _, t := range m.Terms {
		all := append([]Ref{t.Ref}, t.Aliases...)
		for _, n := range all {
			es := m.byName[key(n.ID)]
			if len(es) != 1 {
				continue
			}
			for _, a := range all {
				if key(a.ID) != key(n.ID) && !slices.Contains(es[0].Aliases, a.ID) {
					es[0].Aliases = append(es[0].Aliases, a.ID)
				}
			}
			break
		}
	}
}

func (m *Model) addRecords(groups map[*Page][]*Page) {
	for _, p := range m.pages {
		if !p.Kind.Ops() || m.translations[p] {
			continue
		}
		r := &Record{
			ID: p.ID, Kind: p.Kind, Title: p.Title, Path: p.Path, Lang: p.Lang, Owner: p.Owner.ID, LastVerified: p.LastVerified.ID,
			VerifyEvery: p.VerifyEvery.ID, Severity: p.Severity, Decisions: p.Decisions, At: p.place(p.At), page: p,
		}
		for _, t := range groups[p] {
			r.Translations = append(r.Translations, Translation{t.Lang, t.Path, t.Title})
		}
		for _, s := range p.Serves {
			id := s.ID
			if e := m.find(s.ID, nil); e != nil {
				id = e.ID
			}
			r.Elements = append(r.Elements, id)
			m.records[id] = append(m.records[id], r)
		}
		m.Records = append(m.Records, r)
	}
}

func (m *Model) finish() {
	for _, v := range m.Views {
		for _, id := range v.Elements {
			e := m.byID[id]
			if !slices.Contains(e.Views, v.ID) {
				e.Views = append(e.Views, v.ID)
			}
		}
	}
	for _, e := range m.Elements {
		if e.Parent != "" {
			m.children[e.Parent] = append(m.children[e.Parent], e)
		}
	}
	for _, x := range m.Mappings {
		f, t := m.find(x.From.ID, nil), m.find(x.To.ID, nil)
		if f != nil {
			m.mappings[f.ID] = append(m.mappings[f.ID], x)
		}
		if t != nil && t != f {
			m.mappings[t.ID] = append(m.mappings[t.ID], x)
		}
	}
	for _, s := range m.Scenarios {
		seen := map[*Element]bool{nil: true}
		for _, word := range s.about() {
			if e := m.find(word, nil); !seen[e] {
				seen[e] = true
				m.scenarios[e.ID] = append(m.scenarios[e.ID], s)
			}
		}
	}
	m.code = newCodeIndex(m.Elements, m.root)
}
