package conform

import (
	"fmt"
	"slices"

	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/extract"
)

// link is that facts of one element name facts of another one.
type link struct{ from, to *sad.Element }

// ground is why there is a link.
type ground struct {
	fact *extract.Fact
	ref  extract.Ref
}

// linksOf returns the links of an inventory. An end is what stands for the fact
// that is named; with wide, whatever covers it as well.
func (s *side) linksOf(wide bool) (map[link][]ground, []link) {
	out := map[link][]ground{}
	var order []link
	for _, f := range s.facts {
		for _, e := range s.stands[f] {
			for _, u := range f.Uses {
				named := s.byName[refKey{u.Kind, u.Name}]
				if len(named) > maxNamed {
					continue // a name of everything is that of nothing
				}
				for _, t := range named {
					ends := s.stands[t]
					if wide {
						ends = append(slices.Clone(ends), s.covers[t]...)
					}
					for _, o := range ends {
						l := link{e, o}
						if o == e || slices.ContainsFunc(out[l], func(g ground) bool { return g.fact == f && g.ref == u }) {
							continue
						}
						if len(out[l]) == 0 {
							order = append(order, l)
						}
						out[l] = append(out[l], ground{f, u})
					}
				}
			}
		}
	}
	return out, order
}

// relations finds what the change wired and unwired.
func (c *comparer) relations() {
	was, order := c.base.linksOf(true)
	is, _ := c.head.linksOf(true)
	joined := map[link]bool{}
	for _, r := range c.m.Relations {
		if a, b := c.m.Element(r.From), c.m.Element(r.To); a != nil && b != nil {
			joined[link{a, b}], joined[link{b, a}] = true, true
		}
	}
	said := map[link]bool{}
	for _, l := range order {
		back := link{l.to, l.from}
		if !joined[l] || len(is[l]) > 0 || len(is[back]) > 0 || said[l] || c.lost[l.from.ID] || c.lost[l.to.ID] || !c.alive(was[l]) {
			continue
		}
		said[l], said[back] = true, true
		g := was[l][0]
		for _, pe := range c.edit.Unlink(l.from.ID, l.to.ID) {
			d := Difference{
				Op: Apart, Kind: g.fact.Kind, Name: g.fact.Name, Element: l.from.ID, To: l.to.ID, At: pe.At, Edits: pe.Edits, Left: pe.Left,
				Message: fmt.Sprintf("%s a relation between `%s` and `%s`, which nothing in the code has any more", c.shows(pe.Path, "shows", "names"), l.from.ID, l.to.ID),
				Reason:  fmt.Sprintf("the change takes `%s` out of the %s `%s` (%s)", g.ref.Name, word(g.fact.Kind), g.fact.Name, g.fact.File),
				Hint:    "take it out" + what2(pe) + ", or say what joins the two now",
				Facts:   []*extract.Fact{g.fact},
			}
			if v := c.m.View(pe.Path); v != nil {
				d.View = v.ID
			}
			c.out = append(c.out, d)
		}
	}
	c.unrelated(joined)
}

// alive reports whether a fact that gave ground for a link is still there, and
// no longer does: a fact that is gone or renamed is another matter, and so is one
// that names what another file no longer declares.
func (c *comparer) alive(gs []ground) bool {
	for _, g := range gs {
		at := c.head.byID[g.fact.ID]
		if len(at) == 0 || slices.ContainsFunc(at, func(f *extract.Fact) bool { return names(f, g.ref) }) || c.moved(g.ref) || len(c.head.byName[refKey{g.ref.Kind, g.ref.Name}]) > maxNamed {
			return false
		}
	}
	return true
}

// names reports whether a fact has a reference, on any line.
func names(f *extract.Fact, u extract.Ref) bool {
	return slices.ContainsFunc(f.Uses, func(o extract.Ref) bool { return o.Kind == u.Kind && o.Name == u.Name && o.Relation == u.Relation })
}

// moved reports whether what a reference of base names has got another name.
func (c *comparer) moved(u extract.Ref) bool {
	return slices.ContainsFunc(c.base.byName[refKey{u.Kind, u.Name}], func(f *extract.Fact) bool { return c.left[f] })
}

// unrelated finds links that are new and shown in no view, where views show
// links of this kind.
func (c *comparer) unrelated(joined map[link]bool) {
	was, order := c.base.linksOf(false)
	is, fresh := c.head.linksOf(false)
	type sort struct {
		from extract.Kind
		rel  extract.Relation
		to   extract.Kind
	}
	// How many links of a sort are shown, of those in a view together.
	shown, total, example := map[sort]int{}, map[sort]int{}, map[sort]link{}
	kind := func(g ground) sort { return sort{g.fact.Kind, g.ref.Relation, g.ref.Kind} }
	for _, l := range order {
		if c.together(l) == nil {
			continue
		}
		k := kind(was[l][0])
		total[k]++
		if joined[l] {
			shown[k]++
			if _, ok := example[k]; !ok {
				example[k] = l
			}
		}
	}
	for _, l := range fresh {
		if joined[l] || len(was[l]) > 0 || len(c.base.of[l.from]) == 0 || len(c.base.of[l.to]) == 0 {
			continue
		}
		v := c.together(l)
		g := is[l][0]
		k := kind(g)
		if v == nil || shown[k] == 0 || 2*shown[k] < total[k] {
			continue
		}
		r := c.example(example[k])
		if r == nil {
			continue
		}
		e := example[k]
		n := relationLike(r, e.from, l.from.ID, l.to.ID, was[e][0].fact.Name, g.fact.Name)
		pe, ok := c.edit.Link(v, l.from.ID, []sad.NewRelation{n})
		if !ok {
			continue
		}
		joined[l], joined[link{l.to, l.from}] = true, true
		c.out = append(c.out, Difference{
			Op: Unrelated, Kind: g.fact.Kind, Name: g.fact.Name, Element: n.From, To: n.To, View: v.ID, At: pe.At, Edits: pe.Edits, Left: pe.Left,
			Message: fmt.Sprintf("the view `%s` does not show that `%s` %s `%s`", v.ID, l.from.ID, g.ref.Relation, l.to.ID),
			Reason: fmt.Sprintf("the change adds `%s` to the %s `%s` (%s), and %d of %d such relations are shown", g.ref.Name, word(g.fact.Kind), g.fact.Name,
				g.fact.File, shown[k], total[k]),
			Hint:  "show it" + what2(pe) + ", or say why not",
			Facts: []*extract.Fact{g.fact},
		})
	}
}

// together returns a view that shows both ends of a link.
func (c *comparer) together(l link) *sad.View {
	for _, v := range c.m.Views {
		if slices.Contains(v.Elements, l.from.ID) && slices.Contains(v.Elements, l.to.ID) {
			return v
		}
	}
	return nil
}

// example returns a declared relation of a link, as a model for others.
func (c *comparer) example(l link) *sad.Relation {
	for _, r := range c.m.Out(l.from.ID) {
		if r.To == l.to.ID && r.Source != sad.FromFigure {
			return r
		}
	}
	for _, r := range c.m.In(l.from.ID) {
		if r.From == l.to.ID && r.Source != sad.FromFigure {
			return r
		}
	}
	return nil
}
