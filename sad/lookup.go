package sad

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// Pages returns the pages that are part of the architecture, by path.
func (m *Model) Pages() []*Page { return m.pages }

// Page returns the page of the view.
func (v *View) Page() *Page { return v.page }

// Relations returns the relations of the view, declared ones first.
func (v *View) Relations() []*Relation { return v.relations }

// In and Out return the relations of all views that end and begin at an
// element.
func (m *Model) In(element string) []*Relation { return m.in[element] }

// Out returns the relations that begin at an element.
func (m *Model) Out(element string) []*Relation { return m.out[element] }

// Children returns the elements whose parent an element is.
func (m *Model) Children(element string) []*Element { return m.children[element] }

// RecordsOf returns the records of operations that serve an element: runbooks
// first, then by path.
func (m *Model) RecordsOf(element string) []*Record {
	rs := slices.Clone(m.records[element])
	slices.SortStableFunc(rs, func(a, b *Record) int {
		return cmp.Compare(recordRank(a.Kind), recordRank(b.Kind))
	})
	return rs
}

func recordRank(k Kind) int {
	if k == KindRunbook {
		return 0
	}
	return 1
}

// MappingsOf returns the mappings that name an element on either side.
func (m *Model) MappingsOf(element string) []*Mapping { return m.mappings[element] }

// ScenariosOf returns the scenarios whose artifact or elements name an element.
func (m *Model) ScenariosOf(element string) []*Scenario { return m.scenarios[element] }

// CitedBy is a decision that a view or scenario of an element names.
type CitedBy struct {
	Citation
	// View is the id of the view, Scenario that of the scenario that names it.
	View     string `json:"view,omitempty"`
	Scenario string `json:"scenario,omitempty"`
	Path     string `json:"path"`
}

// DecisionsOf returns the decisions that the views of an element and the
// scenarios about it cite. Decisions that name the element themselves, by tag
// or code path, are known to their log.
func (m *Model) DecisionsOf(element string) []CitedBy {
	e := m.byID[element]
	if e == nil {
		return nil
	}
	var out []CitedBy
	for _, id := range e.Views {
		v := m.views[id]
		if v == nil {
			continue
		}
		for _, c := range v.Decisions {
			out = append(out, CitedBy{Citation: c, View: v.ID, Path: v.Path})
		}
	}
	for _, s := range m.scenarios[element] {
		for _, c := range s.Decisions {
			out = append(out, CitedBy{Citation: c, Scenario: s.ID, Path: s.Path})
		}
	}
	return out
}

// Frames returns the viewpoints that frame a concern: those whose page says so,
// and those whose page says nothing of concerns and that have a view which
// addresses it.
func (m *Model) Frames(concern string) []*Viewpoint {
	k := m.concernKey(concern)
	var out []*Viewpoint
	for _, v := range m.Viewpoints {
		if m.lists(v.Concerns, k) {
			out = append(out, v)
			continue
		}
		if len(v.Concerns) > 0 {
			continue
		}
		for _, id := range v.Views {
			if w := m.views[id]; w != nil && m.lists(w.Concerns, k) {
				out = append(out, v)
				break
			}
		}
	}
	return out
}

// concernKey is how a concern is compared: by its declaration where there is
// one.
func (m *Model) concernKey(id string) string {
	if c := m.concerns[key(id)]; c != nil {
		return key(c.ID)
	}
	return key(id)
}

func (m *Model) lists(refs []Ref, k string) bool {
	for _, r := range refs {
		if m.concernKey(r.ID) == k {
			return true
		}
	}
	return false
}

// Addresses returns the views that answer a concern: those that list it, and
// those of a viewpoint that frames it when they list no concerns of their own.
func (m *Model) Addresses(concern string) []*View {
	k := m.concernKey(concern)
	var out []*View
	for _, v := range m.Views {
		if m.lists(v.Concerns, k) || len(v.Concerns) == 0 && v.viewpoint != nil && m.lists(v.viewpoint.Concerns, k) {
			out = append(out, v)
		}
	}
	return out
}

// For reports whether a view is meant for a stakeholder: it or its viewpoint
// says so.
func (m *Model) For(v *View, stakeholder string) bool {
	has := func(refs []Ref) bool {
		for _, r := range refs {
			if s := m.Stakeholder(r.ID); s != nil && s.ID == stakeholder || r.ID == stakeholder {
				return true
			}
		}
		return false
	}
	return has(v.Stakeholders) || v.viewpoint != nil && has(v.viewpoint.Stakeholders)
}

// Matrix is who asks what and which views answer.
type Matrix struct {
	Rows []MatrixRow `json:"rows"`
	// Unanswered are the ids of the concerns that no view addresses.
	Unanswered []string `json:"unanswered,omitempty"`
}

// MatrixRow is a concern of a stakeholder; a stakeholder without concerns has
// one row without.
type MatrixRow struct {
	Stakeholder string   `json:"stakeholder"`
	Concern     string   `json:"concern,omitempty"`
	Viewpoints  []string `json:"viewpoints,omitempty"` // that frame it
	Views       []string `json:"views,omitempty"`      // that address it
}

// Matrix returns the matrix of stakeholders, concerns and views.
func (m *Model) Matrix() Matrix {
	var out Matrix
	type answer struct{ viewpoints, views []string }
	answers := map[string]answer{}
	ask := func(concern string) answer {
		k := m.concernKey(concern)
		a, ok := answers[k]
		if !ok {
			for _, v := range m.Frames(concern) {
				a.viewpoints = append(a.viewpoints, v.ID)
			}
			for _, v := range m.Addresses(concern) {
				a.views = append(a.views, v.ID)
			}
			answers[k] = a
		}
		return a
	}
	asked := map[string]bool{}
	for _, s := range m.Stakeholders {
		if len(s.Concerns) == 0 {
			row := MatrixRow{Stakeholder: s.ID}
			for _, v := range m.Views {
				if m.For(v, s.ID) {
					row.Views = append(row.Views, v.ID)
				}
			}
			out.Rows = append(out.Rows, row)
		}
		for _, c := range s.Concerns {
			id := c.ID
			if d := m.Concern(id); d != nil {
				id = d.ID
			}
			asked[key(id)] = true
			a := ask(id)
			out.Rows = append(out.Rows, MatrixRow{s.ID, id, a.viewpoints, a.views})
			if len(a.views) == 0 && !slices.Contains(out.Unanswered, id) {
				out.Unanswered = append(out.Unanswered, id)
			}
		}
	}
	for _, c := range m.Concerns {
		if asked[key(c.ID)] {
			continue
		}
		a := ask(c.ID)
		out.Rows = append(out.Rows, MatrixRow{"", c.ID, a.viewpoints, a.views})
		if len(a.views) == 0 {
			out.Unanswered = append(out.Unanswered, c.ID)
		}
	}
	return out
}

// Step is a view that a stakeholder should read, and for which concerns.
type Step struct {
	View     string   `json:"view"`
	Concerns []string `json:"concerns,omitempty"`
}

// Roadmap returns the views that a stakeholder should read: those that address
// the most concerns first, then those that are meant for the stakeholder.
func (m *Model) Roadmap(stakeholder string) []Step {
	s := m.Stakeholder(stakeholder)
	if s == nil {
		return nil
	}
	by := map[string]*Step{}
	var order []*Step
	step := func(v *View) *Step {
		if by[v.ID] == nil {
			by[v.ID] = &Step{View: v.ID}
			order = append(order, by[v.ID])
		}
		return by[v.ID]
	}
	for _, c := range s.Concerns {
		id := c.ID
		if d := m.Concern(id); d != nil {
			id = d.ID
		}
		for _, v := range m.Addresses(id) {
			st := step(v)
			st.Concerns = append(st.Concerns, id)
		}
	}
	for _, v := range m.Views {
		if m.For(v, s.ID) {
			step(v)
		}
	}
	slices.SortStableFunc(order, func(a, b *Step) int { return len(b.Concerns) - len(a.Concerns) })
	out := make([]Step, len(order))
	for i, st := range order {
		out[i] = *st
	}
	return out
}

// IndexEntry is an element in the index: where it is declared and used.
type IndexEntry struct {
	Element string   `json:"element"`
	Name    string   `json:"name"`
	At      Place    `json:"at,omitzero"`
	Views   []string `json:"views,omitempty"`
}

// Index returns all elements by name, for the directory.
func (m *Model) Index() []IndexEntry {
	out := make([]IndexEntry, 0, len(m.Elements))
	for _, e := range m.Elements {
		out = append(out, IndexEntry{e.ID, e.Name, e.At, e.Views})
	}
	slices.SortStableFunc(out, func(a, b IndexEntry) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Element, b.Element))
	})
	return out
}

// Correspondence is an element of one view and what it is in another.
type Correspondence struct {
	FromView string `json:"from_view"`
	From     string `json:"from"`
	ToView   string `json:"to_view"`
	To       string `json:"to"`
	Kind     string `json:"kind,omitempty"` // "same" where one element is in both
	Text     string `json:"description,omitempty"`
	At       Place  `json:"at,omitzero"`
}

// Correspondences returns what the elements of a view are in other views: the
// mappings that pages declare, allocations, and elements that are in both. An
// empty view stands for all, each pair once.
func (m *Model) Correspondences(view string) []Correspondence {
	var out []Correspondence
	for _, x := range m.Mappings {
		f, t := m.find(x.From.ID, m.View(x.FromView.ID)), m.find(x.To.ID, m.View(x.ToView.ID))
		if f == nil || t == nil {
			continue
		}
		c := Correspondence{From: f.ID, To: t.ID, Kind: x.Kind, Text: x.Description, At: Place{x.Path, x.Span}}
		c.FromView, c.ToView = m.side(x.FromView.ID, f), m.side(x.ToView.ID, t)
		if view == "" || c.FromView == view || c.ToView == view || slices.Contains(f.Views, view) || slices.Contains(t.Views, view) {
			out = append(out, c)
		}
	}
	for _, e := range m.Elements {
		for i, a := range e.Views {
			for _, b := range e.Views[i+1:] {
				switch view {
				case "", a:
					out = append(out, Correspondence{FromView: a, From: e.ID, ToView: b, To: e.ID, Kind: "same", At: e.At})
				case b:
					out = append(out, Correspondence{FromView: b, From: e.ID, ToView: a, To: e.ID, Kind: "same", At: e.At})
				}
			}
		}
	}
	return out
}

func (m *Model) side(view string, e *Element) string {
	if v := m.View(view); v != nil && view != "" {
		return v.ID
	}
	if len(e.Views) > 0 {
		return e.Views[0]
	}
	return ""
}

// Cover is an element whose code covers a path.
type Cover struct {
	Element *Element
	Pattern string
	// Depth is how many folders of the pattern are spelled out; a pattern that
	// names the path itself has the most.
	Depth int
}

// codeIndex finds the patterns that may cover a path.
type codeIndex struct {
	byPrefix map[string][]codeEntry
	all      []codeEntry
}

type codeEntry struct {
	element *Element
	pattern string // below the project's root
	prefix  string
	depth   int
}

func newCodeIndex(elements []*Element, root string) codeIndex {
	x := codeIndex{byPrefix: map[string][]codeEntry{}}
	for _, e := range elements {
		for _, c := range e.Code {
			p := cleanPattern(c.Pattern)
			if p == "" {
				continue
			}
			full := []string{p}
			if root != "" {
				full = []string{path.Join(root, p), p}
			}
			for _, p := range full {
				prefix := staticPrefix(p)
				entry := codeEntry{e, p, prefix, depth(prefix)}
				x.byPrefix[prefix] = append(x.byPrefix[prefix], entry)
				x.all = append(x.all, entry)
			}
		}
	}
	return x
}

// cleanPattern is a pattern below the project's root, without what says that a
// folder is meant.
func cleanPattern(p string) string {
	p = strings.TrimPrefix(strings.TrimSpace(p), "./")
	p = strings.TrimSuffix(p, "/")
	if p == "" || strings.HasPrefix(p, "/") {
		return ""
	}
	return p
}

// staticPrefix is the folder, or the file, that a pattern spells out.
func staticPrefix(p string) string {
	i := strings.IndexAny(p, "*?[{")
	if i < 0 {
		return path.Clean(p)
	}
	j := strings.LastIndexByte(p[:i], '/')
	if j < 0 {
		return ""
	}
	return path.Clean(p[:j])
}

func depth(p string) int {
	if p == "" || p == "." {
		return 0
	}
	return strings.Count(p, "/") + 1
}

// Covering returns the elements whose code paths cover a file or folder,
// nearest first.
func (m *Model) Covering(name string) []Cover {
	name = path.Clean(strings.TrimPrefix(name, "./"))
	var out []Cover
	for dir := name; ; dir = path.Dir(dir) {
		if dir == "." || dir == "/" {
			dir = ""
		}
		for _, e := range m.code.byPrefix[dir] {
			if Covers(e.pattern, name) {
				out = append(out, Cover{e.element, e.pattern, e.depth})
			}
		}
		if dir == "" {
			break
		}
	}
	slices.SortStableFunc(out, func(a, b Cover) int { return b.Depth - a.Depth })
	return slices.CompactFunc(out, func(a, b Cover) bool { return a.Element == b.Element })
}

// Below returns the elements whose code lies inside of a folder.
func (m *Model) Below(folder string) []Cover {
	folder = path.Clean(strings.TrimPrefix(folder, "./"))
	var out []Cover
	for _, e := range m.code.all {
		if folder == "." || strings.HasPrefix(e.prefix, folder+"/") {
			out = append(out, Cover{e.element, e.pattern, e.depth})
		}
	}
	return slices.CompactFunc(out, func(a, b Cover) bool { return a.Element == b.Element })
}

// Covers reports whether a pattern covers a slash path. A pattern without
// wildcards covers the path and all below it; * and ? stay within a name, **
// spans folders, [a-z] is a set, {a,b} are alternatives.
func Covers(pattern, name string) bool {
	pattern = cleanPattern(pattern)
	if pattern == "" {
		return false
	}
	for _, p := range alternatives(pattern) {
		if !strings.ContainsAny(p, "*?[") {
			p = path.Clean(p)
			if p == "." || name == p || strings.HasPrefix(name, p) && name[len(p)] == '/' {
				return true
			}
			continue
		}
		if matchParts(strings.Split(p, "/"), strings.Split(name, "/")) {
			return true
		}
	}
	return false
}

// alternatives writes out {a,b}; a pattern with more than 64 is taken as it is.
func alternatives(p string) []string {
	out := []string{p}
	for range 6 {
		var next []string
		again := false
		for _, s := range out {
			i := strings.IndexByte(s, '{')
			j := -1
			if i >= 0 {
				j = strings.IndexByte(s[i:], '}')
			}
			if j < 0 {
				next = append(next, s)
				continue
			}
			again = true
			for alt := range strings.SplitSeq(s[i+1:i+j], ",") {
				next = append(next, s[:i]+alt+s[i+j+1:])
			}
		}
		if len(next) > 64 {
			return []string{p}
		}
		if out = next; !again {
			break
		}
	}
	return out
}

// matchParts matches the names of a path one by one. A pattern that ends before
// the path covers what is below.
func matchParts(pattern, name []string) bool {
	// reach[j] tells that the pattern so far covers name[:j].
	reach := make([]bool, len(name)+1)
	reach[0] = true
	for _, p := range pattern {
		next := make([]bool, len(name)+1)
		if p == "**" {
			for j, on := 0, false; j <= len(name); j++ {
				on = on || reach[j]
				next[j] = on
			}
		} else {
			for j := range name {
				if reach[j] {
					if ok, err := path.Match(p, name[j]); ok && err == nil {
						next[j+1] = true
					}
				}
			}
		}
		reach = next
	}
	// What the pattern names is covered with all below it; a/** covers a.
	for j := 1; j <= len(name); j++ {
		if reach[j] {
			return true
		}
	}
	return false
}
