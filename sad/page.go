package sad

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// Kind is what a page is, by the `sad:` or `ops:` key of its front matter.
type Kind string

// The kinds of pages. The last four are records of operations.
const (
	KindPlain        Kind = "" // any other page, as ParseText reads it
	KindView         Kind = "view"
	KindViewpoint    Kind = "viewpoint"
	KindStakeholders Kind = "stakeholders"
	KindScenarios    Kind = "scenarios"
	KindGlossary     Kind = "glossary"
	KindAcronyms     Kind = "acronyms"
	KindMapping      Kind = "mapping"
	KindOverview     Kind = "overview"
	KindReferences   Kind = "references"
	KindRunbook      Kind = "runbook"
	KindOnboarding   Kind = "onboarding"
	KindIncident     Kind = "incident"
	KindPolicy       Kind = "policy"
)

// Ops reports whether the kind is a record of operations.
func (k Kind) Ops() bool {
	switch k {
	case KindRunbook, KindOnboarding, KindIncident, KindPolicy:
		return true
	}
	return false
}

// Span is a place in a page: line and column count from 1, the column in
// characters; Start and End are bytes of the source, equal to each other where
// what was written differs from what was read (an escaped string).
type Span struct {
	Line   int `json:"line"`
	Column int `json:"column,omitempty"`
	Start  int `json:"-"`
	End    int `json:"-"`
}

// Place is a span in one of the pages.
type Place struct {
	Path string `json:"path"`
	Span
}

// Ref is a word that an author wrote: an id, a name, a value.
type Ref struct {
	ID string `json:"id"`
	Span
}

// Text is a piece of text and where it stands.
type Text = Ref

// Citation is a decision that a page names; Note says why one is named that is
// no longer in force.
type Citation struct {
	Ref
	Note string `json:"note,omitempty"`
}

// Property is a value of an element beyond the fields that all have.
type Property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Span
}

// Interface is what an element offers to others or needs from them.
type Interface struct {
	Ref
	Kind        string `json:"kind,omitempty"`
	Description string `json:"description,omitempty"`
	// Required tells that the element uses what another provides.
	Required bool `json:"required,omitempty"`
	// Of is the element in a table of interfaces, as written; empty where the
	// interface stands below its element.
	Of Ref `json:"-"`
}

// Source is where on a page something was declared.
type Source string

// The sources of declarations.
const (
	FromFront  Source = "front matter"
	FromTable  Source = "table"
	FromList   Source = "list" // a definition list or the headings of a catalog
	FromFigure Source = "figure"
)

// Decl is an element as one page declares or uses it.
type Decl struct {
	// Ref is the id as written; empty in a catalog that gives names only.
	Ref
	Name Ref
	// Bare tells that the page only uses an element: there is an id and
	// nothing else.
	Bare                                       bool
	Kind                                       Ref
	Technology, Description                    string
	Owner, Parent                              Ref
	Code                                       []Ref
	External, Critical, Hidden, Infrastructure bool
	Properties                                 []Property
	Interfaces                                 []Interface
	Source                                     Source
}

// tells reports whether a declaration says more than an id.
func (d *Decl) tells() bool {
	return d.Name.ID != "" || d.Kind.ID != "" || d.Technology != "" || d.Description != "" || d.Owner.ID != "" || len(d.Code) > 0 ||
		d.External || d.Critical || d.Hidden || d.Infrastructure || len(d.Properties) > 0 || len(d.Interfaces) > 0
}

// at returns where the element is best pointed at.
func (d *Decl) at() Span {
	if d.ID == "" {
		return d.Name.Span
	}
	return d.Ref.Span
}

// Link is a relation as one page declares it. From and To are ids or names of
// elements.
type Link struct {
	From, To                     Ref
	Kind                         Ref
	Via                          Ref
	Description, Technology      string
	Data                         Ref
	Source                       Source
	Span                         // of the whole
	Dotted, Undirected, Explicit bool
}

// Packet is a part of a view with elements of its own.
type Packet struct {
	Ref
	Title    string
	Elements []Ref
}

// Waiver is an entry of `waive:`: a rule that the page does not follow.
type Waiver struct {
	Ref           // the rule: its id or code
	Reason string // empty is a finding
}

// Stakeholder is somebody with an interest in the system.
type Stakeholder struct {
	Ref
	Name     string `json:"name,omitempty"`
	Role     string `json:"role,omitempty"`
	Concerns []Ref  `json:"concerns,omitempty"`
	// Path is the page that declares it, once it is part of a model; Names are
	// what translations of that page call it, by language.
	Path  string            `json:"path"`
	Names map[string]string `json:"names,omitempty"`
}

// Concern is a question that stakeholders ask of the architecture.
type Concern struct {
	Ref
	Name        string            `json:"name,omitempty"`
	Description string            `json:"description,omitempty"`
	Path        string            `json:"path"`
	Names       map[string]string `json:"names,omitempty"`
}

// Scenario is a quality attribute scenario with its six parts.
type Scenario struct {
	Ref
	Name    string `json:"name,omitempty"`
	Quality string `json:"quality,omitempty"`

	Source      string `json:"source,omitempty"`
	Stimulus    string `json:"stimulus,omitempty"`
	Environment string `json:"environment,omitempty"`
	Artifact    Ref    `json:"artifact"`
	Response    string `json:"response,omitempty"`
	Measure     Ref    `json:"measure"`

	Elements  []Ref      `json:"elements,omitempty"`
	Decisions []Citation `json:"decisions,omitempty"`
	Path      string     `json:"path"`
}

// Term is an entry of a glossary: the preferred word, other words that mean
// the same, and words that must not be used for it.
type Term struct {
	Ref               // ID is the preferred word as written
	Aliases    []Ref  `json:"aliases,omitempty"`
	Forbidden  []Ref  `json:"forbidden,omitempty"`
	Definition string `json:"definition,omitempty"`
	Path       string `json:"path"`
	// Definitions are those of translations, by language.
	Definitions map[string]string `json:"definitions,omitempty"`
}

// Acronym is an entry of an acronym list.
type Acronym struct {
	Ref
	Expansion string `json:"expansion,omitempty"`
	Path      string `json:"path"`
}

// Mapping says that an element of one view is an element of another one.
type Mapping struct {
	From        Ref    `json:"from"`
	To          Ref    `json:"to"`
	Kind        string `json:"kind,omitempty"`
	FromView    Ref    `json:"from_view"`
	ToView      Ref    `json:"to_view"`
	Description string `json:"description,omitempty"`
	Source      Source `json:"source"`
	Span
	Path string `json:"path"`
}

// Reference is an entry of the referenced materials.
type Reference struct {
	Ref
	Title string `json:"title,omitempty"`
	URL   string `json:"url,omitempty"`
	Path  string `json:"path"`
}

// Revision is a row of the document's revision block.
type Revision struct {
	Ref         // the number
	Date, Scope string
}

// PartKind is a part that the outlines of a view or viewpoint ask for.
type PartKind string

// The parts of a view in both outlines, of a viewpoint definition, and the
// sections of other pages that are read.
const (
	PartPrimary     PartKind = "primary"
	PartCatalog     PartKind = "catalog"
	PartContext     PartKind = "context"
	PartVariability PartKind = "variability"
	PartRationale   PartKind = "rationale"
	PartRelated     PartKind = "related"
	// Inside of a catalog.
	PartElements    PartKind = "elements"
	PartRelations   PartKind = "relations"
	PartInterfaces  PartKind = "interfaces"
	PartBehavior    PartKind = "behavior"
	PartConstraints PartKind = "constraints"
	// Of a view of the 2006 outline.
	PartDescription PartKind = "description"
	PartPackets     PartKind = "packets"
	PartLegend      PartKind = "legend"
	// Of a viewpoint.
	PartAbstract     PartKind = "abstract"
	PartStakeholders PartKind = "stakeholders"
	PartTypes        PartKind = "types"
	PartLanguage     PartKind = "language"
	PartEvaluation   PartKind = "evaluation"
	PartSource       PartKind = "source"
	// Of other pages.
	PartMapping    PartKind = "mapping"
	PartIndex      PartKind = "index"
	PartGlossary   PartKind = "glossary"
	PartAcronyms   PartKind = "acronyms"
	PartReferences PartKind = "references"
	PartRevisions  PartKind = "revisions"
	PartRoadmap    PartKind = "roadmap"
	PartMatrix     PartKind = "matrix"
	PartConcerns   PartKind = "concerns"
	PartScenarios  PartKind = "scenarios"
	PartDecisions  PartKind = "decisions"
	PartConflicts  PartKind = "inconsistencies"
)

// Part is a section of a page whose heading is known.
type Part struct {
	Kind  PartKind
	Title string // of the heading, as a reader sees it
	// Heading is the index of its heading among all headings of the page.
	Heading, Level int
	Span           // of the heading
	// Empty tells that nothing but comments stands in the section.
	Empty bool
	// Figure and Table tell what the section holds, deeper ones included, so
	// that what is missing can be generated.
	Figure, Table bool
	// None tells that the text says that there is nothing to say.
	None      bool
	Decisions []Ref // decision records that it names or links
	Links     []Ref // pages that it links, as paths below the project's root
}

// Figure is a diagram or picture of a page.
type Figure struct {
	Language string // mermaid, plantuml, d2, table or image
	Kind     string // of a Mermaid diagram: flowchart, sequence, …
	Part     PartKind
	Span
	Title, Alt string
	Caption    bool // a caption stands at it, or its section holds no other figure
	Legend     bool
	Nodes      []Node
	Edges      []FigureEdge
	Broken     string // why it cannot be read, or empty
	Shapes     int    // how many kinds of outlines and lines it uses
}

// Node is a box of a figure. A group is a box that holds others.
type Node struct {
	Ref           // the id in the figure's language
	Label  string // lines divided by \n
	Parent string // id of the group around it
	Group  bool
	Mark   bool // drawn as the one that the figure is about
}

// FigureEdge is a line of a figure between two boxes.
type FigureEdge struct {
	From, To   string // ids of nodes
	Label      string
	Undirected bool
	Span
}

// Use is how often a page uses an acronym in its prose, and where first.
type Use struct {
	Ref
	Count int
}

// Insertion is where an entry can be added to a list of the front matter.
type Insertion struct {
	Key    string // elements, relations, related, decisions, scenarios
	At     int    // byte; 0 when there is no good place
	Before string // what has to stand before the entry's text
	Inside bool   // in brackets on one line: [a, b]
	After  string
}

// Page is what one page says about the architecture. It holds plain values
// only, so that it can be kept in a cache.
type Page struct {
	Path string
	Kind Kind
	// ID is the page's id, or what its file is called.
	ID string
	// At is where the page says what it is.
	At          Span
	Title       string
	Description string
	// Lang is "ko" or "en" by front matter, file name or folder; empty when
	// nothing tells. Base is the path without what tells the language.
	Lang, Base string

	Viewpoint    []Ref // one, when all is well
	Stakeholders []Ref
	Concerns     []Ref
	Related      []Ref
	Decisions    []Citation
	Elements     []Decl
	Relations    []Link
	Packets      []Packet
	Waivers      []Waiver

	// Of a viewpoint.
	ElementKinds, RelationKinds, Required []Ref

	StakeholderDefs []Stakeholder
	ConcernDefs     []Concern
	Scenarios       []Scenario
	Terms           []Term
	Acronyms        []Acronym
	Mappings        []Mapping
	References      []Reference
	Revisions       []Revision
	// Index are the names in a hand-kept index of elements.
	Index []Ref

	// Of a record of operations.
	Owner        Ref
	LastVerified Ref
	VerifyEvery  Ref
	Severity     string
	Serves       []Ref // the elements

	Parts        []Part
	Figures      []Figure
	Uses         []Use
	Cites        []Ref // citations of referenced materials: the id in [@id]
	Brackets     []Ref // words in square brackets that may be citations
	URLs         []string
	Placeholders []Ref
	Insertions   []Insertion

	// Findings are what is wrong with the page alone.
	Findings []finding.Finding
}

// Part returns the first section of a kind, or nil.
func (p *Page) Part(kinds ...PartKind) *Part {
	for i := range p.Parts {
		if slices.Contains(kinds, p.Parts[i].Kind) {
			return &p.Parts[i]
		}
	}
	return nil
}

func (p *Page) place(s Span) Place { return Place{p.Path, s} }

func (p Place) position() finding.Position {
	return finding.Position{Path: p.Path, Line: p.Line, Column: p.Column}
}

// pageKinds are the values of `sad:` and `ops:`, with the spellings that are
// accepted beside them.
func pageKind(key, value string) (Kind, bool) {
	v := strings.ToLower(strings.TrimSpace(value))
	if key == "ops" {
		switch Kind(v) {
		case KindRunbook, KindOnboarding, KindIncident, KindPolicy:
			return Kind(v), true
		}
		return "", false
	}
	switch v {
	case "scenario":
		return KindScenarios, true
	case "stakeholder":
		return KindStakeholders, true
	case "acronym":
		return KindAcronyms, true
	case "mappings":
		return KindMapping, true
	case "reference":
		return KindReferences, true
	case "roadmap", "index":
		return KindOverview, true
	}
	switch Kind(v) {
	case KindView, KindViewpoint, KindStakeholders, KindScenarios, KindGlossary, KindAcronyms, KindMapping, KindOverview, KindReferences:
		return Kind(v), true
	}
	return "", false
}

var (
	sadKinds = []string{"view", "viewpoint", "stakeholders", "scenarios", "glossary", "acronyms", "mapping", "overview", "references"}
	opsKinds = []string{"runbook", "onboarding", "incident", "policy"}
)

// ParsePage reads a page that says in its front matter, by `sad:` or `ops:`,
// what it is; it returns nil for all others. The path is a slash path below the
// project's root. What is wrong with the page alone is in its Findings.
func ParsePage(name string, src []byte) *Page { return Headings(nil).ParsePage(name, src) }

// ParsePage is the function of that name with headings of a project's own.
func (h Headings) ParsePage(name string, src []byte) *Page {
	if !marked(src) {
		return nil
	}
	d := markdown.Parse(src)
	value, key := d.Front.Value("sad")
	if key == nil {
		value, key = d.Front.Value("ops")
	}
	if key == nil {
		if d.Front == nil || d.Front.Err == nil {
			return nil
		}
		return brokenFront(name, d)
	}
	r := newReader(name, d)
	r.headings = h
	r.page.At = r.span(key)
	kind, ok := pageKind(key.Value, markdown.Scalar(value))
	if !ok {
		kinds := sadKinds
		if key.Value == "ops" {
			kinds = opsKinds
		}
		r.unknownKind(key, value, kinds)
		return r.page
	}
	r.page.Kind = kind
	r.front()
	r.body()
	r.finish()
	return r.page
}

// ParseText reads what the model needs to know of any other page: the acronyms
// that it uses and the materials that it cites. Its Kind is KindPlain.
func ParseText(name string, src []byte) *Page {
	r := newReader(name, markdown.Parse(src))
	r.words()
	return r.page
}

// marked is a quick test for pages that cannot be part of the architecture.
func marked(src []byte) bool {
	s := src[:min(len(src), 300<<10)]
	t := strings.TrimPrefix(string(s[:min(len(s), 8)]), "\ufeff")
	if !strings.HasPrefix(t, "---") {
		return false
	}
	return hasKey(s, "sad") || hasKey(s, "ops")
}

// hasKey reports whether a line begins with the key.
func hasKey(s []byte, key string) bool {
	text := string(s)
	for i := 0; ; {
		k := strings.Index(text[i:], key)
		if k < 0 {
			return false
		}
		at := i + k
		i = at + len(key)
		rest := strings.TrimLeft(text[i:], " \t\"'")
		if strings.HasPrefix(rest, ":") && (at == 0 || strings.ContainsRune("\n\"' {", rune(text[at-1]))) {
			return true
		}
	}
}

func newReader(name string, d *markdown.Doc) *reader {
	p := &Page{Path: name}
	p.Lang, p.Base = language(name, d.Front.String("lang"))
	p.Title = d.Front.String("title")
	if p.Title == "" {
		for i := range d.Blocks {
			if d.Blocks[i].Kind == markdown.Heading && d.Blocks[i].Level == 1 {
				p.Title = d.Blocks[i].Text
				break
			}
		}
	}
	p.Description = d.Front.String("description")
	p.ID = strings.TrimSuffix(path.Base(p.Base), path.Ext(p.Base))
	if p.ID == "index" || p.ID == "README" {
		if dir := path.Base(path.Dir(p.Base)); dir != "." && dir != "/" && dir != "docs" {
			p.ID = dir
		}
	}
	return &reader{doc: d, page: p, budget: maxNodes}
}

// language finds out the language of a page, and its path without what says so.
func language(name, front string) (lang, base string) {
	base = name
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for _, l := range [...]string{"ko", "en"} {
		if s, ok := strings.CutSuffix(stem, "."+l); ok {
			return l, s + ext
		}
	}
	parts := strings.Split(name, "/")
	for i, part := range parts[:len(parts)-1] {
		if part == "ko" || part == "en" {
			lang = part
			base = strings.Join(append(parts[:i:i], parts[i+1:]...), "/")
			break
		}
	}
	if f := strings.ToLower(front); f != "" {
		lang, _, _ = strings.Cut(f, "-")
	}
	return lang, base
}

// brokenFront is the page of a source whose front matter cannot be read, and
// which may have said that it is part of the architecture.
func brokenFront(name string, d *markdown.Doc) *Page {
	r := newReader(name, d)
	f := finding.Finding{
		Rule: "sad/front-matter", Severity: finding.Error,
		Position: finding.Position{Path: name, Line: max(d.Front.Line, 1)},
		Message:  "the front matter cannot be read: " + strings.TrimPrefix(firstLine(d.Front.Err.Error()), "yaml: "),
		Hint:     "the page is left out of the model until it can",
	}
	if n := yamlLine(d.Front.Err.Error()); n > 0 {
		f.Line = n + 1
	}
	r.page.Findings = append(r.page.Findings, f)
	return r.page
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// yamlLine returns the line that an error of the YAML library names, or 0.
func yamlLine(s string) int {
	_, after, ok := strings.Cut(s, "line ")
	if !ok {
		return 0
	}
	n := 0
	for _, c := range after {
		if c < '0' || c > '9' || n > 1<<20 {
			break
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// span returns where a node of the front matter stands. Nodes are asked for in
// the order of the text, so that a long line is walked once.
func (r *reader) span(n *yaml.Node) Span {
	if n == nil || n.Line < 1 {
		return Span{}
	}
	s := Span{Line: n.Line, Column: n.Column}
	src, at := r.doc.Src, &r.last
	if at.line != n.Line || n.Column < at.column {
		start := r.doc.LineStart(n.Line)
		*at = lineWalk{line: n.Line, column: 1, off: start, end: r.doc.LineStart(n.Line + 1)}
	}
	for at.column < n.Column && at.off < at.end {
		at.off++
		for at.off < at.end && src[at.off]&0xc0 == 0x80 {
			at.off++
		}
		at.column++
	}
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		return s
	}
	rest := src[at.off:at.end]
	for lead := range 2 {
		if lead <= len(rest) && bytes.HasPrefix(rest[lead:], []byte(n.Value)) {
			s.Start, s.End = at.off+lead, at.off+lead+len(n.Value)
			break
		}
	}
	return s
}

// lineWalk is a place in a line, in characters and in bytes.
type lineWalk struct {
	line, column, off, end int
}
