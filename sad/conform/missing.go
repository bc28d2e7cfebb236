package conform

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/extract"
)

// thing is what facts of one name are together.
type thing struct {
	name  string // of its most telling fact
	facts []*extract.Fact
	dirs  []string // that it defines
}

// missing finds what the code declares and no view shows.
func (c *comparer) missing() {
	type wish struct {
		t *thing
		p *place
	}
	var wishes []wish
	for _, t := range c.things() {
		if len(wishes) >= maxThings {
			c.more++
			continue
		}
		for _, p := range c.wanted(t) {
			wishes = append(wishes, wish{t, p})
		}
	}
	// What is new may be joined with what is new: all ids come first.
	for _, w := range wishes {
		w.p.there = c.standing(w.t, w.p)
		if w.p.there == nil {
			w.p.id = c.freeID(w.p)
			c.taken[w.p.id] = true
		} else {
			w.p.id = w.p.there.ID
		}
		for _, f := range w.t.facts {
			c.fresh[f] = append(c.fresh[f], newcomer{w.p.id, w.p.view})
		}
	}
	for _, w := range wishes {
		c.declare(w.t, w.p)
	}
}

// newcomer is an element that an edit declares.
type newcomer struct {
	id   string
	view *sad.View
}

// standing returns the element of a view that stands for a thing already.
func (c *comparer) standing(t *thing, p *place) *sad.Element {
	for _, f := range t.facts {
		for _, e := range c.head.stands[f] {
			if e.At.Path == p.view.Path {
				return e
			}
		}
	}
	// One that bears the name in the way of the house, such as `topic-orders`.
	if e := c.m.Element(c.idFor(p)); e != nil && e.At.Path == p.view.Path && !c.lost[e.ID] {
		return e
	}
	return nil
}

// things are the facts that are new, those of one name together; with one
// inventory, all that no element stands for.
func (c *comparer) things() []*thing {
	var fresh []*extract.Fact
	for _, f := range c.head.facts {
		if c.ignored(f.File) {
			continue
		}
		if c.whole && len(c.head.stands[f])+len(c.head.covers[f]) == 0 || !c.whole && len(c.base.byID[f.ID]) == 0 && !c.came[f] {
			fresh = append(fresh, f)
		}
	}
	fresh = sorted(fresh)
	byName := map[string]*thing{}
	var out []*thing
	for _, f := range fresh {
		k := nameKey(f.Name)
		t := byName[k]
		if t == nil {
			t = &thing{name: f.Name}
			byName[k] = t
			out = append(out, t)
		}
		if !slices.ContainsFunc(t.facts, func(o *extract.Fact) bool { return o.ID == f.ID }) {
			t.facts = append(t.facts, f)
		}
		if d := folder(f); d != "" && d != "." {
			t.dirs = append(t.dirs, d)
		}
	}
	// What lies in the folder of a new thing is part of it.
	owner := map[string]*thing{}
	for _, t := range out {
		for _, d := range t.dirs {
			if owner[d] == nil {
				owner[d] = t
			}
		}
	}
	return slices.DeleteFunc(out, func(t *thing) bool {
		return !slices.ContainsFunc(t.facts, func(f *extract.Fact) bool {
			for d := path.Dir(f.File); ; d = path.Dir(d) {
				if o := owner[d]; o != nil && o != t && !slices.Contains(t.dirs, d) {
					return false
				}
				if d == "." || d == "/" {
					return true
				}
			}
		})
	})
}

func (c *comparer) ignored(file string) bool {
	return slices.ContainsFunc(c.o.Ignores, func(g sad.Ignore) bool { return sad.Covers(g.Pattern, file) })
}

// nameKey is how names of facts are compared: letters and digits in lower case.
func nameKey(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80:
			return r
		}
		return -1
	}, s)
}

// sibling is a fact of the same kind with the elements that stand for it.
type sibling struct {
	fact     *extract.Fact
	elements []*sad.Element
}

// ofKind returns the facts of a kind at base, each id once, with what stands for
// them.
func (c *comparer) ofKind(k extract.Kind) []sibling {
	if out, ok := c.kinds[k]; ok {
		return out
	}
	seen := map[string]bool{}
	var out []sibling
	for _, b := range c.base.facts {
		if b.Kind != k || seen[b.ID] {
			continue
		}
		seen[b.ID] = true
		var es []*sad.Element
		for _, e := range c.base.stands[b] {
			if !e.External && !c.lost[e.ID] {
				es = append(es, e)
			}
		}
		out = append(out, sibling{b, es})
	}
	c.kinds[k] = out
	return out
}

// siblings returns the facts of the kind of f in the nearest folder that holds
// at least two, or all there are.
func (c *comparer) siblings(f *extract.Fact, t *thing) []sibling {
	for d := home(f); ; d = path.Dir(d) {
		near := c.under(f.Kind, d)
		if c.whole {
			near = slices.DeleteFunc(slices.Clone(near), func(s sibling) bool {
				return slices.ContainsFunc(t.facts, func(o *extract.Fact) bool { return o.ID == s.fact.ID })
			})
		}
		switch {
		case len(near) >= 2 || d == ".":
			return near
		case c.contained(d, f):
			return nil
		}
	}
}

// under returns the facts of a kind at base that lie in a folder.
func (c *comparer) under(k extract.Kind, dir string) []sibling {
	key := refKey{k, dir}
	if out, ok := c.folders[key]; ok {
		return out
	}
	var out []sibling
	for _, s := range c.ofKind(k) {
		if below(dir, home(s.fact)) {
			out = append(out, s)
		}
	}
	c.folders[key] = out
	return out
}

// contained reports whether an element stands for what d is the folder of: what
// is in it is then shown as a part of that.
func (c *comparer) contained(d string, f *extract.Fact) bool {
	return slices.ContainsFunc(c.head.defined[d], func(o *extract.Fact) bool { return o.ID != f.ID && len(c.head.stands[o]) > 0 })
}

// place is a view in which an element for a thing is missing.
type place struct {
	view    *sad.View
	like    []*sad.Element // those of the siblings, the most alike first
	facts   []*extract.Fact
	of, all int // siblings shown, and how many there are
	kind    extract.Kind
	there   *sad.Element // that stands for the thing already
	id      string       // of there, or the new one
}

// wanted returns the views in which a thing is to have an element.
func (c *comparer) wanted(t *thing) []*place {
	var order []*place
	at := map[*sad.View]*place{}
	for _, f := range t.facts {
		if c.head.named[f] && len(c.head.stands[f]) == 0 {
			continue // an element has taken it in among others
		}
		sibs := c.siblings(f, t)
		shown := 0
		for _, s := range sibs {
			if len(s.elements) > 0 {
				shown++
			}
		}
		if shown == 0 || 2*shown < len(sibs) {
			continue
		}
		votes := map[*sad.View][]*sad.Element{}
		var views []*sad.View
		for _, s := range nearest(f, sibs) {
			for _, e := range s.elements {
				v := c.m.View(e.At.Path)
				if v == nil || slices.Contains(votes[v], e) {
					continue
				}
				if len(votes[v]) == 0 {
					views = append(views, v)
				}
				votes[v] = append(votes[v], e)
			}
		}
		slices.SortStableFunc(views, func(a, b *sad.View) int { return len(votes[b]) - len(votes[a]) })
		for i, v := range views {
			if i > 0 && 2*len(votes[v]) < len(sibs) {
				continue
			}
			p := at[v]
			if p == nil {
				p = &place{view: v, of: shown, all: len(sibs), kind: f.Kind}
				at[v] = p
				order = append(order, p)
			}
			p.facts = append(p.facts, f)
			for _, e := range votes[v] {
				if !slices.Contains(p.like, e) {
					p.like = append(p.like, e)
				}
			}
		}
	}
	return order
}

// nearest orders siblings by how alike they are: what they share of the path,
// then of what they say.
func nearest(f *extract.Fact, sibs []sibling) []sibling {
	out := slices.Clone(sibs)
	slices.SortStableFunc(out, func(a, b sibling) int {
		return cmp.Or(shared(b.fact.File, f.File)-shared(a.fact.File, f.File), common(b.fact, f)-common(a.fact, f))
	})
	return out
}

func shared(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

func common(a, b *extract.Fact) int {
	n := 0
	for _, x := range a.Attrs {
		if y, ok := b.Attr(x.Key); ok && y.Value == x.Value {
			n++
		}
	}
	for _, x := range a.Uses {
		if slices.ContainsFunc(b.Uses, func(y extract.Ref) bool { return y.Kind == x.Kind && y.Name == x.Name }) {
			n++
		}
	}
	return n
}

// declare says that a view lacks a thing, and then which other views show what
// that view declares of its siblings.
func (c *comparer) declare(t *thing, p *place) {
	there, id := p.there, p.id
	if there == nil {
		links := c.links(t, id, p.view, p.like)
		if pe, ok := c.edit.Add(p.view, c.element(t, p), true, p.like[0].ID, links); ok {
			c.add(t, p, pe, id, fmt.Sprintf("%d of %s have an element", p.of, others(p.all, p.kind)))
		}
	}
	// Views that show most of the elements that stand for the siblings here.
	for _, v := range c.m.Views {
		if v == p.view || there != nil && slices.Contains(v.Elements, there.ID) {
			continue
		}
		var like []*sad.Element
		for _, e := range p.like {
			if slices.Contains(v.Elements, e.ID) {
				like = append(like, e)
			}
		}
		if len(like) < 2 || 3*len(like) < 2*len(p.like) || len(v.Elements) == 0 {
			continue
		}
		links := c.links(t, id, v, like)
		if pe, ok := c.edit.Add(v, sad.NewElement{ID: id, Name: c.nameOf(there, t, p)}, false, like[0].ID, links); ok {
			c.add(t, &place{view: v, facts: t.facts}, pe, id, fmt.Sprintf("it shows %d of the %d like it in the view `%s`", len(like), len(p.like), p.view.ID))
		}
	}
}

func (c *comparer) nameOf(there *sad.Element, t *thing, p *place) string {
	if there != nil {
		return there.Name
	}
	return c.element(t, p).Name
}

// others counts the siblings of a thing.
func others(n int, k extract.Kind) string {
	if n == 1 {
		return "the 1 other " + word(k) + " beside it"
	}
	return fmt.Sprintf("the %d other %ss beside it", n, word(k))
}

func (c *comparer) add(t *thing, p *place, pe sad.PageEdit, id, why string) {
	f := p.facts[0]
	verb := "the change adds "
	if c.whole {
		verb = "the code declares "
	}
	d := Difference{
		Op: Missing, Kind: f.Kind, Name: f.Name, Element: id, View: p.view.ID, At: pe.At, Facts: t.facts, Edits: pe.Edits, Left: pe.Left,
		Message: fmt.Sprintf("the view `%s` does not show the %s `%s`", p.view.ID, word(f.Kind), f.Name),
		Reason:  verb + places(slices.Concat(p.facts, t.facts)) + ", and " + why,
		Hint:    "show it" + what2(pe) + ", or say why not",
	}
	c.out = append(c.out, d)
}
