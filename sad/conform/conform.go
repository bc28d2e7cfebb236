// Package conform compares what architecture documents declare with what code
// declares: a [sad.Model] with one inventory of [extract], or with two, those of
// the revisions before and after a change.
//
//	ds, _ := conform.Compare(model, base, head, conform.Options{…})
//	for _, d := range ds {
//		fmt.Println(d.At.Path, d.Message) // docs/sad/cdc.md the view `cdc` does not show the connector `refunds-source`
//	}
//
// # What stands for what
//
// An element stands for a fact when it bears its name (by id, name or a word of
// the glossary), or when its code paths cover the file of the fact and no other
// fact of the same kind: an element for a folder of seven topics stands for none
// of them. A fact may have several elements, one in each view that shows it in
// its own way.
//
// # What is said
//
// Documents choose what they show, so that nothing is asked for which they never
// showed. A new fact is missing only where at least half of its siblings have an
// element: the facts of its kind in the same folder, or in the nearest folder
// above that holds any. What arrives together under one name (a package, its
// image, its chart) is one thing. It is missing from each view in which the
// siblings are declared, and from those that show most of these too. Without a
// base, what the code of an element covers in any way is not asked for: that it
// has no element of its own is what the authors chose.
//
// An element is gone when all that it stood for is, and nothing at its code
// paths is left. A relation is gone when facts of both ends named each other and
// none does any more; it is missing when relations of its kind are shown.
//
// Every difference carries the edits that make the page agree, in the form of
// its neighbours.
package conform

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/extract"
)

// Options say what Compare needs to know beside the model and the inventories.
type Options struct {
	// Source returns the text of a page that the model was made of.
	Source func(path string) []byte
	// Exists reports whether anything in the code at head matches a code path of
	// an element.
	Exists func(pattern string) bool
	// Renamed returns what became of a file of base, "" when it was not renamed.
	Renamed func(path string) string
	// Ignores are code paths for which no element is asked.
	Ignores []sad.Ignore
}

// Op says how the documents and the code differ.
type Op string

// The kinds of difference.
const (
	Missing   Op = "missing"   // the code declares what no view shows
	Gone      Op = "gone"      // a view shows what the code no longer declares
	Unrelated Op = "unrelated" // the code joins two elements, no view does
	Apart     Op = "apart"     // a view joins two elements that the code does not
)

// Difference is one thing that a page does not say as the code does.
type Difference struct {
	Op Op `json:"op"`
	// Kind and Name are those of the fact that tells it best.
	Kind extract.Kind `json:"kind"`
	Name string       `json:"name"`
	// Element is the id of an element that is there or that the edits declare;
	// To is the other end of a relation.
	Element string    `json:"element,omitempty"`
	To      string    `json:"to,omitempty"`
	View    string    `json:"view,omitempty"`
	At      sad.Place `json:"at"`
	Message string    `json:"message"`
	Reason  string    `json:"because"`
	Hint    string    `json:"hint,omitempty"`
	// Facts are what the code declares, or declared where the difference is that
	// something is gone.
	Facts []*extract.Fact `json:"facts,omitempty"`
	// Edits make the page agree. Left are places on it for its author to see to.
	Edits []finding.Edit `json:"-"`
	Left  []sad.Place    `json:"left,omitempty"`
	// Dead tells that the page names files that are not there.
	Dead bool `json:"dead,omitempty"`
}

// Compare returns how a model differs from the inventory head. With the
// inventory base, it returns what the change from base to head moved, and
// nothing that was different before. A model without views differs in nothing.
// Differences come by page, then in the order of the page. Of a change that moves
// hundreds of things the first are told; more is how many are not.
func Compare(m *sad.Model, base, head *extract.Inventory, o Options) (ds []Difference, more int) {
	if m == nil || len(m.Views) == 0 || len(m.Elements) == 0 {
		return nil, 0
	}
	c := &comparer{m: m, o: o, edit: m.Editor(o.Source), lost: map[string]bool{}, left: map[*extract.Fact]bool{}, fresh: map[*extract.Fact][]newcomer{}, taken: map[string]bool{}, kinds: map[extract.Kind][]sibling{}, folders: map[refKey][]sibling{}}
	c.head = newSide(m, head)
	if base == nil {
		c.whole, c.base = true, c.head
	} else {
		c.base = newSide(m, base)
		c.renames()
	}
	c.gone()
	c.missing()
	if !c.whole {
		c.relations()
	}
	slices.SortStableFunc(c.out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.At.Path, b.At.Path), cmp.Compare(a.At.Line, b.At.Line))
	})
	c.sound()
	return c.out, c.more
}

// Bounds of what is told: nobody reads more, and every edit reads its page.
const (
	maxThings = 200 // that are gone or missing, each
	maxPairs  = 10_000
	maxNamed  = 500 // facts of one name and kind
)

// sound takes back edits after which a page could not be read.
func (c *comparer) sound() {
	byPage := map[string][]finding.Edit{}
	for _, d := range c.out {
		byPage[d.At.Path] = append(byPage[d.At.Path], d.Edits...)
	}
	src := func(p string) []byte {
		if c.o.Source == nil {
			return nil
		}
		return c.o.Source(p)
	}
	for page, edits := range byPage {
		if ok, _ := finding.Applicable(src(page), edits); len(edits) == 0 || c.edit.Sound(page, ok) {
			continue
		}
		for i := range c.out {
			if d := &c.out[i]; d.At.Path == page && len(d.Edits) > 0 && !c.edit.Sound(page, d.Edits) {
				d.Edits, d.Left = nil, append(d.Left, d.At)
			}
		}
	}
}

// counts reports whether a kind is one that documents show. What is left out
// belongs to one of these: the tasks of a DAG, the values of a chart.
func counts(k extract.Kind) bool { return rank(k) > 0 }

// rank orders kinds by how well they tell what a thing is.
func rank(k extract.Kind) int {
	order := []extract.Kind{
		extract.KindSource, extract.KindBucket, extract.KindDatabase, extract.KindExposure, extract.KindRoute, extract.KindTable,
		extract.KindModule, extract.KindImage, extract.KindSnapshot, extract.KindSeed, extract.KindSuite, extract.KindCheckpoint,
		extract.KindRecipe, extract.KindAPI, extract.KindPackage, extract.KindApplication, extract.KindChart, extract.KindService,
		extract.KindWorkload, extract.KindProject, extract.KindModel, extract.KindTopic, extract.KindConnector, extract.KindDAG,
	}
	return slices.Index(order, k) + 1
}

// bears reports whether an element that bears the name of a fact of a kind is
// that thing. What is about something else bears the name of that.
func bears(k extract.Kind) bool {
	switch k {
	case extract.KindRecipe, extract.KindSuite, extract.KindCheckpoint, extract.KindExposure, extract.KindSource, extract.KindSnapshot, extract.KindSeed, extract.KindRoute:
		return false
	default:
		return true
	}
}

// folder returns the folder that a fact is the definition of, "" where it is
// none.
func folder(f *extract.Fact) string {
	switch f.Kind {
	case extract.KindChart, extract.KindPackage, extract.KindProject, extract.KindModule:
		return path.Dir(f.File)
	}
	return ""
}

// home returns the folder in which the siblings of a fact lie.
func home(f *extract.Fact) string {
	if d := folder(f); d != "" {
		return path.Dir(d)
	}
	return path.Dir(f.File)
}

func below(dir, name string) bool {
	return dir == "." || name == dir || strings.HasPrefix(name, dir+"/")
}

// side is an inventory with the elements that stand for its facts.
type side struct {
	facts  []*extract.Fact
	byID   map[string][]*extract.Fact
	byName map[refKey][]*extract.Fact
	kinds  map[extract.Kind]int // ids of a kind
	// stands are the elements that stand for a fact, covers those whose code it
	// is part of; of are the facts that an element stands for.
	stands, covers map[*extract.Fact][]*sad.Element
	of             map[*sad.Element][]*extract.Fact
	// named are the facts of which an element names the file, though it may name
	// others.
	named map[*extract.Fact]bool
	refs  map[refKey]bool // what facts name
	// defined are the facts that a folder is the definition of.
	defined map[string][]*extract.Fact
}

type refKey struct {
	kind extract.Kind
	name string
}

func newSide(m *sad.Model, inv *extract.Inventory) *side {
	s := &side{
		byID: map[string][]*extract.Fact{}, byName: map[refKey][]*extract.Fact{}, kinds: map[extract.Kind]int{},
		stands: map[*extract.Fact][]*sad.Element{}, covers: map[*extract.Fact][]*sad.Element{}, of: map[*sad.Element][]*extract.Fact{},
		named: map[*extract.Fact]bool{}, refs: map[refKey]bool{}, defined: map[string][]*extract.Fact{},
	}
	type group struct {
		e *sad.Element
		k extract.Kind
	}
	ids := map[group]map[string]bool{}
	inFile := map[refKey]map[string]bool{} // ids by kind and file
	patterns := map[*extract.Fact][]sad.Cover{}
	covering := map[string][]sad.Cover{} // by file
	for i := range inv.Facts {
		f := &inv.Facts[i]
		if f.Test || !counts(f.Kind) {
			continue
		}
		s.facts = append(s.facts, f)
		if d := folder(f); d != "" {
			s.defined[d] = append(s.defined[d], f)
		}
		for _, u := range f.Uses {
			s.refs[refKey{u.Kind, u.Name}] = true
		}
		if len(s.byID[f.ID]) == 0 {
			s.kinds[f.Kind]++
		}
		s.byID[f.ID] = append(s.byID[f.ID], f)
		k := refKey{f.Kind, f.Name}
		s.byName[k] = append(s.byName[k], f)
		if k.name = f.File; inFile[k] == nil {
			inFile[k] = map[string]bool{}
		}
		inFile[k][f.ID] = true
		cs, ok := covering[f.File]
		if !ok {
			cs = m.Covering(f.File)
			covering[f.File] = cs
		}
		patterns[f] = cs
		for _, c := range cs {
			g := group{c.Element, f.Kind}
			if ids[g] == nil {
				ids[g] = map[string]bool{}
			}
			ids[g][f.ID] = true
		}
	}
	for _, f := range s.facts {
		add := func(e *sad.Element) {
			if !slices.Contains(s.stands[f], e) {
				s.stands[f] = append(s.stands[f], e)
				s.of[e] = append(s.of[e], f)
			}
		}
		if bears(f.Kind) && len(f.Name) > 2 && !strings.Contains(f.Name, "*") {
			if e := m.Element(f.Name); e != nil && !e.External {
				add(e)
			}
		}
		for _, c := range patterns[f] {
			s.covers[f] = append(s.covers[f], c.Element)
			if c.Pattern == f.File && len(inFile[refKey{f.Kind, f.File}]) == 1 {
				s.named[f] = true
			}
			whole := c.Pattern == f.File || folder(f) != "" && strings.TrimSuffix(strings.TrimSuffix(c.Pattern, "/**"), "/") == folder(f)
			if len(ids[group{c.Element, f.Kind}]) == 1 && (whole || s.kinds[f.Kind] > 1) {
				add(c.Element)
			}
		}
	}
	return s
}

type comparer struct {
	m          *sad.Model
	o          Options
	edit       *sad.Editor
	base, head *side
	whole      bool
	lost       map[string]bool // elements that are gone
	// left are facts of base that live on under another name, in came those that
	// they became.
	left map[*extract.Fact]bool
	came map[*extract.Fact]bool
	// fresh are the elements that edits declare for facts, taken their ids.
	fresh map[*extract.Fact][]newcomer
	taken map[string]bool
	kinds map[extract.Kind][]sibling
	// folders are the siblings of a kind below a folder.
	folders map[refKey][]sibling
	more    int
	out     []Difference
}

// renames pairs what is gone with what is new where the one became the other:
// in a file that moved, or in the same file with the same properties.
func (c *comparer) renames() {
	c.came = map[*extract.Fact]bool{}
	type place struct {
		file string
		kind extract.Kind
	}
	gone, come := map[place][]*extract.Fact{}, map[place][]*extract.Fact{}
	var order []place
	for _, f := range c.base.facts {
		if len(c.head.byID[f.ID]) == 0 {
			file := f.File
			if c.o.Renamed != nil {
				file = cmp.Or(c.o.Renamed(f.File), f.File)
			}
			p := place{file, f.Kind}
			if len(gone[p]) == 0 {
				order = append(order, p)
			}
			gone[p] = append(gone[p], f)
		}
	}
	for _, f := range c.head.facts {
		if len(c.base.byID[f.ID]) == 0 {
			p := place{f.File, f.Kind}
			come[p] = append(come[p], f)
		}
	}
	for _, p := range order {
		for _, b := range gone[p] {
			best, score := -1, 0
			if len(gone[p])*len(come[p]) > maxPairs {
				break
			}
			for i, h := range come[p] {
				if s := likeness(b, h); !c.came[h] && s > score {
					best, score = i, s
				}
			}
			if best < 0 && len(gone[p]) == 1 && len(come[p]) == 1 && b.File != p.file {
				best = 0 // the file moved and holds one thing
			}
			if best >= 0 {
				c.left[b], c.came[come[p][best]] = true, true
			}
		}
	}
}

// likeness counts what two facts have in common, in percent; 0 below a half.
func likeness(a, b *extract.Fact) int {
	said := map[string]int{}
	n := 0
	for _, x := range a.Attrs {
		said[x.Key+"\x00"+x.Value]++
		n++
	}
	for _, x := range a.Uses {
		said[string(x.Kind)+"\x00"+x.Name]++
		n++
	}
	both, m := 0, 0
	hit := func(k string) {
		m++
		if said[k] > 0 {
			said[k]--
			both++
		}
	}
	for _, x := range b.Attrs {
		hit(x.Key + "\x00" + x.Value)
	}
	for _, x := range b.Uses {
		hit(string(x.Kind) + "\x00" + x.Name)
	}
	if most := max(n, m); most >= 2 && 2*both >= most {
		return 100 * both / most
	}
	return 0
}

// gone finds elements whose code is gone.
func (c *comparer) gone() {
	for _, e := range c.m.Elements {
		if e.External || e.Source == sad.FromFigure {
			continue
		}
		facts := c.base.of[e]
		if c.whole {
			if len(e.Code) == 0 || len(c.head.of[e]) > 0 || c.exists(e) {
				continue
			}
		} else if len(facts) == 0 || len(c.head.of[e]) > 0 || c.exists(e) || slices.ContainsFunc(facts, func(f *extract.Fact) bool {
			// What bears the name elsewhere says nothing of an element that
			// names its code.
			return (len(e.Code) == 0 || slices.Contains(c.base.covers[f], e)) && (c.left[f] || len(c.head.byID[f.ID]) > 0 || c.used(f))
		}) {
			continue
		}
		if len(c.lost) == maxThings {
			c.more++
			continue
		}
		c.lost[e.ID] = true
	}
	for _, e := range c.m.Elements {
		if !c.lost[e.ID] {
			continue
		}
		facts := sorted(c.base.of[e])
		what, because := "element", "nothing matches its code paths "+quoted(patternsOf(e))
		if len(facts) > 0 && !c.whole {
			what = word(facts[0].Kind)
			because = "the change takes out " + places(facts)
		}
		for _, pe := range c.edit.Remove(e.ID) {
			d := Difference{
				Op: Gone, Element: e.ID, Name: e.ID, At: pe.At, Reason: because, Facts: facts, Edits: pe.Edits, Left: pe.Left,
				Dead: len(e.Code) > 0 && pe.Path == e.At.Path,
				Hint: "take it out" + what2(pe) + ", or name the code that it is made of now",
			}
			if len(facts) > 0 {
				d.Kind, d.Name = facts[0].Kind, facts[0].Name
			}
			d.Message = fmt.Sprintf("%s the %s `%s`, which is gone", c.shows(pe.Path, "shows", "names"), what, e.ID)
			if v := c.m.View(pe.Path); v != nil {
				d.View = v.ID
			}
			c.out = append(c.out, d)
		}
	}
}

func (c *comparer) exists(e *sad.Element) bool {
	return slices.ContainsFunc(e.Code, func(p sad.CodePath) bool { return c.o.Exists == nil || c.o.Exists(p.Pattern) })
}

// used reports whether a fact that is gone is still named by others.
func (c *comparer) used(f *extract.Fact) bool { return c.head.refs[refKey{f.Kind, f.Name}] }

// shows begins a sentence about a page.
func (c *comparer) shows(page, shows, names string) string {
	if v := c.m.View(page); v != nil {
		return fmt.Sprintf("the view `%s` %s", v.ID, shows)
	}
	return "the page " + names
}

func what2(pe sad.PageEdit) string {
	if len(pe.What) == 0 {
		return ""
	}
	return " (" + strings.Join(pe.What, ", ") + ")"
}

func patternsOf(e *sad.Element) []string {
	var out []string
	for _, p := range e.Code {
		out = append(out, p.Pattern)
	}
	return out
}

func quoted(words []string) string {
	const most = 3
	var out []string
	for _, w := range words[:min(len(words), most)] {
		out = append(out, "`"+w+"`")
	}
	if len(words) > most {
		return strings.Join(out, ", ") + fmt.Sprintf(" and %d more", len(words)-most)
	}
	return strings.Join(out, ", ")
}

// sorted orders facts by how well they tell what a thing is.
func sorted(facts []*extract.Fact) []*extract.Fact {
	out := slices.Clone(facts)
	slices.SortStableFunc(out, func(a, b *extract.Fact) int { return rank(b.Kind) - rank(a.Kind) })
	return out
}

// places names facts by kind, name and file, the most telling first.
func places(facts []*extract.Fact) string {
	const most = 3
	var out []string
	seen := map[string]bool{}
	for _, f := range facts {
		if s := fmt.Sprintf("the %s `%s` (%s)", word(f.Kind), f.Name, f.File); !seen[f.ID] {
			seen[f.ID] = true
			out = append(out, s)
		}
	}
	if len(out) > most {
		return strings.Join(out[:most], ", ") + fmt.Sprintf(" and %d more", len(out)-most)
	}
	return strings.Join(out, ", ")
}

// word is what a kind is called in a sentence.
func word(k extract.Kind) string {
	switch k {
	case extract.KindDAG:
		return "DAG"
	case extract.KindAPI:
		return "API"
	}
	return string(k)
}
