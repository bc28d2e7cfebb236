package extract

import "slices"

// Op says what became of a fact between two inventories.
type Op string

// The kinds of change. A fact that moved and changed is Changed.
const (
	Gained  Op = "gained"
	Lost    Op = "lost"
	Moved   Op = "moved"   // in another file, otherwise the same
	Changed Op = "changed" // attributes
	Rewired Op = "rewired" // what it names; attributes may have changed too
)

// Change is the difference that one fact makes.
type Change struct {
	Op         Op
	Base, Head *Fact // nil where there is none
	// Attrs are the keys whose values differ.
	Attrs []string
	// Added and Removed are what it names now and no longer.
	Added, Removed []Ref
}

// Diff compares two inventories by the IDs of their facts. Where several files
// declare an ID, those in the same file are compared, then what is left in
// order. Lines do not count. Changes come in the order of head, then what was
// lost in the order of base.
func Diff(base, head *Inventory) []Change {
	type group struct{ base, head []*Fact }
	groups := map[string]*group{}
	var order []string
	at := func(id string) *group {
		g := groups[id]
		if g == nil {
			g = &group{}
			groups[id] = g
			order = append(order, id)
		}
		return g
	}
	for i := range head.Facts {
		g := at(head.Facts[i].ID)
		g.head = append(g.head, &head.Facts[i])
	}
	for i := range base.Facts {
		g := at(base.Facts[i].ID)
		g.base = append(g.base, &base.Facts[i])
	}
	var changes []Change
	for _, id := range order {
		g := groups[id]
		pairs := func(same func(b, h *Fact) bool) {
			for hi := 0; hi < len(g.head); hi++ {
				bi := slices.IndexFunc(g.base, func(b *Fact) bool { return same(b, g.head[hi]) })
				if bi < 0 {
					continue
				}
				if c, differs := compare(g.base[bi], g.head[hi]); differs {
					changes = append(changes, c)
				}
				g.base = slices.Delete(g.base, bi, bi+1)
				g.head = slices.Delete(g.head, hi, hi+1)
				hi--
			}
		}
		pairs(func(b, h *Fact) bool { return b.File == h.File })
		pairs(func(*Fact, *Fact) bool { return true })
		for _, h := range g.head {
			changes = append(changes, Change{Op: Gained, Head: h})
		}
		for _, b := range g.base {
			changes = append(changes, Change{Op: Lost, Base: b})
		}
	}
	return changes
}

func compare(b, h *Fact) (Change, bool) {
	c := Change{Op: Moved, Base: b, Head: h}
	values := func(f *Fact) map[string][]string {
		m := map[string][]string{}
		for _, a := range f.Attrs {
			m[a.Key] = append(m[a.Key], a.Value)
		}
		return m
	}
	vb, vh := values(b), values(h)
	for k, v := range vh {
		if !slices.Equal(v, vb[k]) {
			c.Attrs = append(c.Attrs, k)
		}
	}
	for k := range vb {
		if vh[k] == nil {
			c.Attrs = append(c.Attrs, k)
		}
	}
	slices.Sort(c.Attrs)
	type key struct {
		kind Kind
		name string
		rel  Relation
	}
	refs := func(f *Fact) map[key]bool {
		m := make(map[key]bool, len(f.Uses))
		for _, u := range f.Uses {
			m[key{u.Kind, u.Name, u.Relation}] = true
		}
		return m
	}
	rb, rh := refs(b), refs(h)
	for _, u := range h.Uses {
		if !rb[key{u.Kind, u.Name, u.Relation}] {
			c.Added = append(c.Added, u)
		}
	}
	for _, u := range b.Uses {
		if !rh[key{u.Kind, u.Name, u.Relation}] {
			c.Removed = append(c.Removed, u)
		}
	}
	switch {
	case len(c.Added)+len(c.Removed) > 0:
		c.Op = Rewired
	case len(c.Attrs) > 0:
		c.Op = Changed
	case b.File == h.File:
		return c, false
	}
	return c, true
}
