package conform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/extract"
)

// element writes a declaration after the model of those of the siblings.
func (c *comparer) element(t *thing, p *place) sad.NewElement {
	n := sad.NewElement{ID: p.id}
	n.Kind = most(p.like, func(e *sad.Element) string { return e.Kind })
	n.Owner = all(p.like, func(e *sad.Element) string { return e.Owner })
	n.Technology = c.technology(t, p)
	n.Name = c.name(p)
	n.Code = c.code(p)
	for _, f := range t.facts {
		if a, ok := f.Attr("description"); ok && n.Description == "" && !a.Unresolved {
			n.Description = a.Value
		}
	}
	for _, prop := range p.like[0].Properties {
		for _, f := range p.facts {
			if a, ok := f.Attr(prop.Name); ok && !a.Unresolved && len(a.Value) < 80 && len(p.like) > 1 &&
				!slices.ContainsFunc(n.Properties, func(q sad.Property) bool { return q.Name == prop.Name }) {
				n.Properties = append(n.Properties, sad.Property{Name: prop.Name, Value: a.Value})
			}
		}
	}
	return n
}

// most returns the value that most elements have, when it is at least half.
func most(es []*sad.Element, of func(*sad.Element) string) string {
	n := map[string]int{}
	best := ""
	for _, e := range es {
		v := of(e)
		n[v]++
		if v != "" && n[v] > n[best] {
			best = v
		}
	}
	if 2*n[best] < len(es) {
		return ""
	}
	return best
}

// all returns the value that all elements have, of two at least.
func all(es []*sad.Element, of func(*sad.Element) string) string {
	v := of(es[0])
	if len(es) < 2 || slices.ContainsFunc(es, func(e *sad.Element) bool { return of(e) != v }) {
		return ""
	}
	return v
}

// technology is that of the siblings, or else what the code says of a kind that
// readers know.
func (c *comparer) technology(t *thing, p *place) string {
	if s := most(p.like, func(e *sad.Element) string { return e.Technology }); s != "" {
		return s
	}
	for _, f := range t.facts {
		switch f.Kind {
		case extract.KindAPI, extract.KindConnector, extract.KindDAG, extract.KindModel, extract.KindTopic, extract.KindSuite, extract.KindPackage:
			return f.Technology
		}
	}
	return ""
}

// style is how the id of an element is made of the name of a fact.
type style struct {
	prefix, suffix string
	last           bool // of the last part of a dotted name alone
	joint          byte // what stands between words
}

func (s style) of(name string) string {
	if s.last {
		name = name[strings.LastIndexAny(name, "./")+1:]
	}
	var b strings.Builder
	for _, r := range name {
		switch r {
		case '_', '-', '.', '/', ' ':
			if s.joint == 0 {
				b.WriteRune(r)
			} else if b.Len() > 0 {
				b.WriteByte(s.joint)
			}
		default:
			b.WriteRune(r)
		}
	}
	return s.prefix + b.String() + s.suffix
}

// styleOf finds out how ids are made; ok is false where they are not made of
// the names.
func (c *comparer) styleOf(p *place) (style, bool) {
	votes := map[style]int{}
	var best style
	for _, e := range p.like {
		seen := map[style]bool{}
		for _, f := range c.base.of[e] {
			if !slices.ContainsFunc(p.facts, func(o *extract.Fact) bool { return o.Kind == f.Kind }) {
				continue
			}
			for _, last := range []bool{false, true} {
				for _, joint := range []byte{0, '-', '_'} {
					core := style{last: last, joint: joint}.of(f.Name)
					i := strings.Index(e.ID, core)
					if core == "" || i < 0 {
						continue
					}
					seen[style{e.ID[:i], e.ID[i+len(core):], last, joint}] = true
				}
			}
		}
		for s := range seen {
			if votes[s]++; votes[s] > votes[best] || votes[s] == votes[best] && better(s, best) {
				best = s
			}
		}
	}
	return best, votes[best] > 0
}

// better prefers the simpler of two styles that fit as many.
func better(a, b style) bool {
	if la, lb := len(a.prefix)+len(a.suffix), len(b.prefix)+len(b.suffix); la != lb {
		return la < lb
	}
	if a.last != b.last {
		return !a.last
	}
	return a.joint < b.joint
}

// idFor is the id that a new element gets: made as those of its siblings are.
func (c *comparer) idFor(p *place) string {
	f := p.facts[0]
	s, ok := c.styleOf(p)
	if !ok {
		s = style{joint: '-'}
	}
	id := strings.Trim(strings.Map(func(r rune) rune {
		if r <= ' ' || strings.ContainsRune("`\"'[]{}()<>|,:;#&*!%@?\\", r) {
			return '-'
		}
		return r
	}, s.of(f.Name)), "-")
	if id == "" {
		id = string(f.Kind)
	}
	return id
}

// freeID is idFor, and not that of another element.
func (c *comparer) freeID(p *place) string {
	id := c.idFor(p)
	for n := 1; ; n++ {
		s := id
		switch n {
		case 1:
		case 2:
			s += "-" + string(p.facts[0].Kind)
		default:
			s += fmt.Sprintf("-%d", n-1)
		}
		if c.m.Element(s) == nil && !c.taken[s] {
			return s
		}
	}
}

// name is made as those of the siblings are, where these hold the names of
// their facts.
func (c *comparer) name(p *place) string {
	type affix struct{ before, after string }
	votes := map[affix]int{}
	var best affix
	for _, e := range p.like {
		for _, f := range c.base.of[e] {
			if !slices.ContainsFunc(p.facts, func(o *extract.Fact) bool { return o.Kind == f.Kind }) {
				continue
			}
			if before, after, ok := strings.Cut(e.Name, f.Name); ok && e.Name != e.ID {
				a := affix{before, after}
				if votes[a]++; votes[a] > votes[best] {
					best = a
				}
				break
			}
		}
	}
	if n := votes[best]; n > 0 && 2*n >= len(p.like) && best != (affix{}) {
		return best.before + p.facts[0].Name + best.after
	}
	return ""
}

// code writes code paths as a sibling does, with the names put in place; what is
// not covered then is added.
func (c *comparer) code(p *place) []string {
	var out []string
	for _, e := range p.like {
		for _, f := range c.base.of[e] {
			if !strings.Contains(strings.Join(patternsOf(e), " "), f.Name) {
				continue
			}
			for _, pattern := range patternsOf(e) {
				next := strings.ReplaceAll(pattern, f.Name, p.facts[0].Name)
				if next != pattern && !slices.Contains(out, next) && c.o.Exists != nil && c.o.Exists(next) {
					out = append(out, next)
				}
			}
			break
		}
		if len(out) > 0 {
			break
		}
	}
	for _, f := range p.facts {
		if slices.ContainsFunc(out, func(o string) bool { return sad.Covers(o, f.File) }) {
			continue
		}
		if d := folder(f); d != "" && d != "." {
			out = append(out, d+"/**")
		} else {
			out = append(out, f.File)
		}
	}
	return slices.Compact(out)
}

// links are the relations of a new element in a view: those for which the code
// gives the same ground as for a relation of a sibling.
func (c *comparer) links(t *thing, id string, v *sad.View, like []*sad.Element) []sad.NewRelation {
	var out []sad.NewRelation
	add := func(r sad.NewRelation) {
		if !slices.ContainsFunc(out, func(o sad.NewRelation) bool { return o.From == r.From && o.To == r.To }) {
			out = append(out, r)
		}
	}
	called := c.callings(v, like)
	for _, e := range like {
		for _, r := range v.Relations() {
			o := c.m.Element(other(r, e))
			if o == nil || c.lost[o.ID] {
				continue
			}
			for _, f := range c.base.of[e] {
				for _, g := range t.facts {
					if g.Kind != f.Kind {
						continue
					}
					for n := range calledAfter(f, o) {
						if a, ok := g.Attr(n.key); ok && called[n] && slices.Contains(v.Elements, n.before+a.Value+n.after) {
							add(relationLike(r, e, id, n.before+a.Value+n.after, f.Name, g.Name))
						}
					}
					// Both name something of one kind in the same way.
					for _, u := range f.Uses {
						if !slices.Contains(c.base.ends(u), o) {
							continue
						}
						for _, w := range g.Uses {
							if w.Kind != u.Kind || w.Relation != u.Relation {
								continue
							}
							for _, x := range c.ends(w, v) {
								if x != id {
									add(relationLike(r, e, id, x, f.Name, g.Name))
								}
							}
						}
					}
				}
			}
		}
	}
	return out
}

// named is how an element is called after a value: ns-batch after batch.
type named struct{ key, before, after string }

// callings finds out after which attributes the ends of relations are called:
// those of two elements with two values at least, or of elements whose kind is
// what the attribute is called.
func (c *comparer) callings(v *sad.View, like []*sad.Element) map[named]bool {
	values := map[named]map[string]bool{}
	out := map[named]bool{}
	for _, e := range like {
		for _, r := range v.Relations() {
			o := c.m.Element(other(r, e))
			if o == nil || o == e {
				continue
			}
			for _, f := range c.base.of[e] {
				for n, value := range calledAfter(f, o) {
					if values[n] == nil {
						values[n] = map[string]bool{}
					}
					values[n][value] = true
					if len(values[n]) > 1 || nameKey(o.Kind) == nameKey(n.key) {
						out[n] = true
					}
				}
			}
		}
	}
	return out
}

// other returns the end of a relation that is not e, "" when e is none of them.
func other(r *sad.Relation, e *sad.Element) string {
	switch e.ID {
	case r.From:
		return r.To
	case r.To:
		return r.From
	}
	return ""
}

// calledAfter returns the attributes of a fact whose value is a word of the id
// of an element.
func calledAfter(f *extract.Fact, o *sad.Element) map[named]string {
	var out map[named]string
	for _, a := range f.Attrs {
		if len(a.Value) < 2 || a.Unresolved || nameKey(f.Name) == nameKey(a.Value) {
			continue
		}
		if before, after, ok := cutWord(o.ID, a.Value); ok {
			if out == nil {
				out = map[named]string{}
			}
			out[named{a.Key, before, after}] = a.Value
		}
	}
	return out
}

// cutWord cuts a text at a word that is not part of a longer one.
func cutWord(text, word string) (before, after string, ok bool) {
	i := strings.Index(text, word)
	if i < 0 || i > 0 && letter(text[i-1]) || i+len(word) < len(text) && letter(text[i+len(word)]) {
		return "", "", false
	}
	return text[:i], text[i+len(word):], true
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// relationLike writes a relation after the model of one of a sibling.
func relationLike(r *sad.Relation, e *sad.Element, id, other, was, is string) sad.NewRelation {
	n := sad.NewRelation{
		From: id, To: other, Kind: r.Kind,
		Via: strings.ReplaceAll(r.Via, was, is), Technology: strings.ReplaceAll(r.Technology, was, is),
	}
	if r.To == e.ID {
		n.From, n.To = other, id
	}
	if n.Kind == "" && n.Via == "" && n.Technology == "" {
		n.Description = r.Description
	}
	return n
}

// ends returns the elements of a view, those to come among them, that stand for
// what a reference of head names.
func (c *comparer) ends(u extract.Ref, v *sad.View) []string {
	var out []string
	for _, e := range c.head.ends(u) {
		if slices.Contains(v.Elements, e.ID) {
			out = append(out, e.ID)
		}
	}
	for _, f := range c.head.byName[refKey{u.Kind, u.Name}] {
		for _, n := range c.fresh[f] {
			if n.view == v && !slices.Contains(out, n.id) {
				out = append(out, n.id)
			}
		}
	}
	return out
}

// ends returns the elements of what a reference names.
func (s *side) ends(u extract.Ref) []*sad.Element {
	var out []*sad.Element
	for _, f := range s.byName[refKey{u.Kind, u.Name}] {
		for _, e := range s.stands[f] {
			if !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}
