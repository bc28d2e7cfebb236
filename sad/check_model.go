package sad

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/finding"
)

// mappings checks S20.
func (c *checker) mappings() {
	m := c.m
	ids := m.elementIDs()
	for _, x := range m.Mappings {
		at := Place{x.Path, x.Span}
		subject := x.From.ID + " → " + x.To.ID
		fv, tv := m.View(x.FromView.ID), m.View(x.ToView.ID)
		if x.FromView.ID == "" {
			fv = nil
		}
		if x.ToView.ID == "" {
			tv = nil
		}
		bad := false
		for _, side := range []struct {
			ref, view Ref
			v         *View
		}{{x.From, x.FromView, fv}, {x.To, x.ToView, tv}} {
			place := Place{x.Path, side.ref.Span}
			if place.Line == 0 {
				place = at
			}
			e := m.find(side.ref.ID, side.v)
			if e == nil {
				bad = true
				f := c.add("sad/mapping-end", place, subject, fmt.Sprintf("the mapping %s names `%s`, which is no element", subject, side.ref.ID),
					didYouMean(c.near(side.ref.ID, ids), "declare the element, or remove the row"), "")
				f.Edit = rename(x.Path, side.ref, c.near(side.ref.ID, ids))
				continue
			}
			// A column may be called after something that is no view.
			if side.v == nil && side.view.ID != "" && side.view.Line > 0 {
				bad = true
				var views []string
				for _, v := range m.Views {
					views = append(views, v.ID)
				}
				c.add("sad/mapping-end", Place{x.Path, side.view.Span}, subject, fmt.Sprintf("there is no view `%s`", side.view.ID), didYouMean(c.near(side.view.ID, views), "name the id of a view"), "")
			}
			if side.v != nil && !slices.Contains(side.v.Elements, e.ID) {
				bad = true
				f := c.add("sad/mapping-end", place, subject, fmt.Sprintf("`%s` is not in the view `%s`", e.ID, side.v.ID), "name the view that shows it, or add it to the view", "")
				f.Edit = side.v.page.edit("elements", e.ID)
			}
			if side.v == nil && len(e.Views) == 0 {
				bad = true
				c.add("sad/mapping-end", place, subject, fmt.Sprintf("`%s` is in no view", e.ID), "a mapping joins elements of two views", "")
			}
		}
		if bad {
			continue
		}
		f, t := m.find(x.From.ID, fv), m.find(x.To.ID, tv)
		from, to := f.Views, t.Views
		if fv != nil {
			from = []string{fv.ID}
		}
		if tv != nil {
			to = []string{tv.ID}
		}
		if !slices.ContainsFunc(from, func(a string) bool { return slices.ContainsFunc(to, func(b string) bool { return a != b }) }) {
			c.add("sad/mapping-end", at, subject, fmt.Sprintf("the mapping %s stays within the view `%s`", subject, from[0]), "a mapping joins two views; inside of one, write a relation", "")
		}
	}
}

func isRuntime(v *View) bool {
	return v.viewpoint != nil && (v.viewpoint.Viewtype == "c-and-c" || v.viewpoint.Viewtype == "data" && v.viewpoint.ID == "pipeline")
}

// allocation checks S17, S21 and S22.
func (c *checker) allocation() {
	m := c.m
	var deployment, context, runtime []*View
	for _, v := range m.Views {
		switch {
		case v.viewpoint == nil:
		case v.viewpoint.ID == "deployment":
			deployment = append(deployment, v)
		case v.viewpoint.ID == "context":
			context = append(context, v)
		case isRuntime(v):
			runtime = append(runtime, v)
		}
	}
	c.externals(context, runtime)
	if len(deployment) == 0 {
		return
	}
	// What has a place: is in a deployment view and allocated or nested there,
	// or is mapped to something that is there.
	deployed, hosting, hosts := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, v := range deployment {
		for _, id := range v.Elements {
			e := m.byID[id]
			if e.Family == Environment {
				hosts[id] = true
			}
			if p := m.byID[e.Parent]; p != nil && slices.Contains(v.Elements, p.ID) {
				hosting[p.ID], deployed[id] = true, true
			}
		}
		for _, r := range v.relations {
			from, to := m.byID[r.From], m.byID[r.To]
			switch {
			case r.canonical == "allocated-to" || r.canonical == "migrates-to" || r.canonical == "is-part-of":
				// Written in either direction: the environment is the host.
				if to.Family == Environment || from.Family != Environment {
					hosting[r.To], deployed[r.From] = true, true
				} else {
					hosting[r.From], deployed[r.To] = true, true
				}
			case from.Family == Environment && to.Family != Environment && r.Kind == "":
				hosting[r.From], deployed[r.To] = true, true
			case to.Family == Environment && from.Family != Environment && r.Kind == "":
				hosting[r.To], deployed[r.From] = true, true
			}
		}
		// Boxes drawn inside of others.
		for _, f := range v.figures {
			for i := range f.fig.Nodes {
				n := &f.fig.Nodes[i]
				in, out := f.nodes[n.ID], f.nodes[n.Parent]
				if in == nil {
					continue
				}
				if out != nil {
					hosting[out.ID] = true
				}
				if n.Parent != "" {
					deployed[in.ID] = true
				}
			}
		}
	}
	inDeployment := func(id string) bool {
		return slices.ContainsFunc(deployment, func(v *View) bool { return slices.Contains(v.Elements, id) })
	}
	for _, x := range m.Mappings {
		f, t := m.find(x.From.ID, m.View(x.FromView.ID)), m.find(x.To.ID, m.View(x.ToView.ID))
		if f == nil || t == nil {
			continue
		}
		if inDeployment(t.ID) {
			deployed[f.ID] = true
			hosting[t.ID] = true
		}
		if inDeployment(f.ID) {
			deployed[t.ID] = true
			hosting[f.ID] = true
		}
	}
	seen := map[string]bool{}
	for _, v := range runtime {
		for _, id := range v.Elements {
			e := m.byID[id]
			if seen[id] || e.External || e.Hidden || e.Family != Component && e.Family != Store || deployed[id] {
				continue
			}
			seen[id] = true
			// What an element is part of has the place for it.
			if c.ancestor(e, func(p *Element) bool { return deployed[p.ID] || hosts[p.ID] }) {
				continue
			}
			hint := fmt.Sprintf("add a mapping or an `allocated-to` relation to an element of the view `%s`", deployment[0].ID)
			reason := ""
			if inDeployment(id) {
				reason = "the deployment view shows it and does not say where it runs"
			}
			c.add("sad/not-deployed", e.At, id, fmt.Sprintf("nothing says where `%s` runs", id), hint, reason)
		}
	}
	for _, v := range deployment {
		for _, id := range v.Elements {
			e := m.byID[id]
			if !hosts[id] || hosting[id] || e.Infrastructure || e.External || seen["host\x00"+id] || len(m.children[id]) > 0 {
				continue
			}
			seen["host\x00"+id] = true
			c.add("sad/empty-node", e.At, id, fmt.Sprintf("`%s` hosts nothing", id), "allocate an element to it, or mark it with `infrastructure: true`", "")
		}
	}
}

// ancestor reports whether a parent of an element, or its parent, … is wanted.
func (c *checker) ancestor(e *Element, want func(*Element) bool) bool {
	for range 64 {
		e = c.m.byID[e.Parent]
		if e == nil {
			return false
		}
		if want(e) {
			return true
		}
	}
	return false
}

// externals checks S17.
func (c *checker) externals(context, runtime []*View) {
	if len(context) == 0 || len(runtime) == 0 {
		return
	}
	in := func(views []*View, id string) *View {
		for _, v := range views {
			if slices.Contains(v.Elements, id) {
				return v
			}
		}
		return nil
	}
	for _, e := range c.m.Elements {
		if !e.External || e.Hidden {
			continue
		}
		a, b := in(context, e.ID), in(runtime, e.ID)
		switch {
		case b != nil && a == nil:
			f := c.add("sad/external-entities", b.At, e.ID, fmt.Sprintf("the external `%s` is in the view `%s` and in no context view", e.ID, b.ID),
				fmt.Sprintf("add it to the view `%s`", context[0].ID), "")
			f.Edit = context[0].page.edit("elements", e.ID)
		case a != nil && b == nil && !slices.ContainsFunc(e.Views, func(id string) bool {
			return !slices.ContainsFunc(context, func(v *View) bool { return v.ID == id })
		}):
			c.add("sad/external-entities", a.At, e.ID, fmt.Sprintf("the external `%s` is in the context view `%s` and in no other view", e.ID, a.ID),
				"add it to the view in which something talks to it", "")
		}
	}
}

// elements checks S19, S23, S24 and the half of S25 that is about the model.
func (c *checker) elements() {
	m := c.m
	provided := map[string]bool{}
	for _, e := range m.Elements {
		for _, i := range e.Interfaces {
			if !i.Required {
				provided[i.ID] = true
				provided[e.ID+"."+i.ID] = true
			}
		}
	}
	var offered []string
	for id := range provided {
		offered = append(offered, id)
	}
	slices.Sort(offered)
	related := len(m.Relations) > 0
	carries := map[string]bool{}
	for _, r := range m.Relations {
		carries[r.ViaElement] = true
	}
	for _, e := range m.Elements {
		for _, i := range e.Interfaces {
			if !i.Required || provided[i.ID] {
				continue
			}
			at := Place{e.At.Path, i.Span}
			f := c.add("sad/interface", at, e.ID+"."+i.ID, fmt.Sprintf("`%s` requires the interface `%s`, which no element provides", e.ID, i.ID),
				didYouMean(c.near(i.ID, offered), "add it to `interfaces:` of the element that provides it"), "")
			f.Edit = rename(e.At.Path, i.Ref, c.near(i.ID, offered))
		}
		if len(e.Views) == 0 {
			if len(m.Views) > 0 {
				c.add("sad/element-in-no-view", e.At, e.ID, fmt.Sprintf("`%s` is in no view", e.ID), "add its id to `elements:` of a view, or remove it", "")
			}
			continue
		}
		if related && !e.Hidden && len(m.in[e.ID]) == 0 && len(m.out[e.ID]) == 0 && len(m.mappings[e.ID]) == 0 &&
			m.byID[e.Parent] == nil && len(m.children[e.ID]) == 0 && !carries[e.ID] {
			c.add("sad/element-alone", e.At, e.ID, fmt.Sprintf("`%s` has no relation to any other element", e.ID), "add a relation, a parent or a mapping; without one it might as well not be there", "")
		}
	}
	// A view whose elements nothing joins is one finding, not one for each.
	if !related {
		for _, v := range m.Views {
			if len(v.Elements) > 1 && !slices.ContainsFunc(v.Elements, func(id string) bool { return m.byID[m.byID[id].Parent] != nil }) {
				c.add("sad/element-alone", v.At, v.ID, fmt.Sprintf("no relation joins the %d elements of `%s`", len(v.Elements), v.ID), "list them under `relations:`, in a table below “Relations” (관계), or as arrows of the figure", "")
			}
		}
	}
	if len(m.Views) > 0 {
		return
	}
	for _, p := range m.pages {
		switch p.Kind {
		case KindOverview, KindViewpoint, KindStakeholders, KindMapping:
			c.add("sad/empty", p.place(p.At), "", "the architecture has no view", "begin one with `lintel sad new view`", "a page with `sad: "+string(p.Kind)+"` says that there is an architecture")
			return
		}
	}
}

// cycle returns the elements of a cycle of a graph, or nil. Edges are followed
// in the order of their nodes, so that the answer is the same every time.
func cycle(order []string, next map[string][]string) []string {
	const (
		fresh = iota
		open
		done
	)
	state := map[string]int{}
	for _, start := range order {
		if state[start] != fresh {
			continue
		}
		type frame struct {
			id string
			i  int
		}
		stack := []frame{{start, 0}}
		state[start] = open
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.i == len(next[f.id]) {
				state[f.id] = done
				stack = stack[:len(stack)-1]
				continue
			}
			to := next[f.id][f.i]
			f.i++
			switch state[to] {
			case fresh:
				state[to] = open
				stack = append(stack, frame{to, 0})
			case open:
				var out []string
				for _, s := range slices.Backward(stack) {
					out = append(out, s.id)
					if s.id == to {
						break
					}
				}
				slices.Reverse(out)
				return append(out, to)
			}
		}
	}
	return nil
}

// structure checks S26, S27 and S28.
func (c *checker) structure() {
	m := c.m
	// Parents, whether written as such or as relations.
	parents := map[string][]string{}
	where := map[string]Place{}
	var order []string
	add := func(child, parent string, at Place) {
		if !slices.Contains(parents[child], parent) {
			if len(parents[child]) == 0 {
				order = append(order, child)
			}
			parents[child] = append(parents[child], parent)
			where[child+"\x00"+parent] = at
		}
	}
	for _, e := range m.Elements {
		if p := m.byID[e.Parent]; p != nil {
			add(e.ID, p.ID, e.parentAt)
		} else if e.Parent != "" {
			f := c.add("sad/parent", e.parentAt, e.ID, fmt.Sprintf("the parent of `%s`, `%s`, is no element", e.ID, e.Parent), didYouMean(c.near(e.Parent, m.elementIDs()), "declare it, or remove the parent"), "")
			f.Edit = rename(e.parentAt.Path, Ref{e.Parent, e.parentAt.Span}, c.near(e.Parent, m.elementIDs()))
		}
	}
	for _, v := range m.Views {
		if v.viewpoint == nil || v.viewpoint.ID != "decomposition" {
			continue
		}
		for _, r := range v.relations {
			if r.canonical != "is-part-of" {
				continue
			}
			child, parent := r.From, r.To
			if k := key(r.Kind); k == "contains" || k == "포함" || k == "구성" {
				child, parent = parent, child
			}
			add(child, parent, r.At)
		}
		for _, id := range v.Elements {
			if ps := parents[id]; len(ps) > 1 {
				c.add("sad/parent", where[id+"\x00"+ps[1]], id, fmt.Sprintf("`%s` has more than one parent: %s", id, list(ps)), "leave it in one of them; what two modules share is a module of its own", "")
			}
		}
	}
	if loop := cycle(order, parents); loop != nil {
		c.add("sad/parent", where[loop[0]+"\x00"+loop[1]], strings.Join(loop, " → "), "elements are part of each other: "+strings.Join(loop, " → "), "cut the cycle", "nothing can be a part of itself")
	}
	for _, v := range m.Views {
		if v.viewpoint == nil {
			continue
		}
		if v.viewpoint.ID == "layered" {
			c.layers(v)
		}
		if isRuntime(v) {
			c.connected(v)
		}
	}
}

// layers checks S27 in a layered view.
func (c *checker) layers(v *View) {
	m := c.m
	next := map[string][]string{}
	at := map[string]Place{}
	in := map[string][]string{}
	var order []string
	for _, r := range v.relations {
		switch r.canonical {
		case "allowed-to-use", "uses", "depends-on":
			if len(next[r.From]) == 0 {
				order = append(order, r.From)
			}
			next[r.From] = append(next[r.From], r.To)
			at[r.From+"\x00"+r.To] = r.At
		case "is-part-of":
			in[r.From] = append(in[r.From], r.To)
		}
	}
	if loop := cycle(order, next); loop != nil {
		c.add("sad/layers", at[loop[0]+"\x00"+loop[1]], v.ID, "layers are allowed to use each other: "+strings.Join(loop, " → "), "take out one of the relations; a layer uses those below it", "")
	}
	layers := 0
	for _, id := range v.Elements {
		if m.byID[id].Family == Layer {
			layers++
		}
	}
	for _, id := range v.Elements {
		e := m.byID[id]
		if e.Family == Layer || layers == 0 {
			continue
		}
		ps := in[id]
		if p := m.byID[e.Parent]; p != nil && p.Family == Layer && !slices.Contains(ps, p.ID) {
			ps = append(ps, p.ID)
		}
		switch {
		case len(ps) == 0:
			c.add("sad/layers", e.At, id, fmt.Sprintf("`%s` is in no layer", id), "give it `parent:` with the id of a layer", "")
		case len(ps) > 1:
			c.add("sad/layers", e.At, id, fmt.Sprintf("`%s` is in %d layers: %s", id, len(ps), list(ps)), "a unit is in one layer; divide it, or choose", "")
		}
	}
}

// connected checks S28 in a view of components.
func (c *checker) connected(v *View) {
	m := c.m
	for _, r := range v.relations {
		from, to := m.byID[r.From], m.byID[r.To]
		if from.Family != Component || to.Family != Component || r.Source == FromFigure {
			continue
		}
		if r.Via != "" || r.Technology != "" || r.Data != "" {
			continue
		}
		switch r.canonical {
		case "", "uses", "depends-on", "attachment":
			c.add("sad/no-connector", r.At, r.From+" → "+r.To, fmt.Sprintf("`%s` and `%s` are joined by no connector", r.From, r.To),
				"say by which they talk: `via:`, `technology:`, a `kind:` such as calls or publishes, or an element between them", "a view of components shows how they talk at run time; that one uses the other belongs into a view of modules")
		}
	}
}

func readLike(kind string) bool {
	return kind == "reads" || kind == "receives" || kind == "subscribes"
}

// dataFlow checks S29, S30 and S31.
func (c *checker) dataFlow() {
	m := c.m
	type ends struct {
		in, out     map[string]bool // data types
		pub, sub    bool
		inEl, outEl string
		inAt, outAt Place
	}
	at := map[string]*ends{}
	end := func(id string) *ends {
		if at[id] == nil {
			at[id] = &ends{in: map[string]bool{}, out: map[string]bool{}}
		}
		return at[id]
	}
	touch := func(id string, r *Relation, into bool, other string) {
		e := end(id)
		if into {
			e.pub = true
		} else {
			e.sub = true
		}
		if r.Data == "" {
			return
		}
		set := e.in
		if into {
			e.inEl, e.inAt = other, r.At
		} else {
			set = e.out
			e.outEl, e.outAt = other, r.At
		}
		for d := range strings.SplitSeq(r.Data, ",") {
			set[key(d)] = true
		}
	}
	for _, r := range m.Relations {
		if v := m.views[r.View]; v == nil || v.viewpoint == nil || !isRuntime(v) && v.viewpoint.ID != "context" && v.viewpoint.BuiltIn {
			continue
		}
		for _, id := range []string{r.From, r.To} {
			e := m.byID[id]
			if e.Family != Connector {
				continue
			}
			other := r.From
			if id == r.From {
				other = r.To
			}
			into := id == r.To
			if readLike(r.canonical) {
				into = false // whoever reads takes out, whichever way the arrow points
			}
			touch(id, r, into, other)
			if r.Undirected {
				touch(id, r, !into, other)
			}
		}
		if r.ViaElement != "" && m.byID[r.ViaElement].Family == Connector {
			touch(r.ViaElement, r, true, r.From)
			touch(r.ViaElement, r, false, r.To)
		}
	}
	for _, e := range m.Elements {
		x := at[e.ID]
		if x == nil {
			continue
		}
		if len(x.in) > 0 && len(x.out) > 0 && !overlap(x.in, x.out) {
			c.add("sad/pipe-types", x.outAt, e.ID, fmt.Sprintf("what goes into `%s` is not what comes out of it", e.ID),
				"make `data:` of both relations the same, or put a filter between them",
				fmt.Sprintf("`%s` puts in %s, `%s` takes out %s", x.inEl, list(sorted(x.in)), x.outEl, list(sorted(x.out))))
		}
		if e.External || e.Hidden || e.Canonical != "topic" && e.Canonical != "queue" && e.Canonical != "channel" {
			continue
		}
		switch {
		case x.pub && !x.sub:
			c.add("sad/topic-ends", e.At, e.ID, fmt.Sprintf("nothing reads the %s `%s`", e.Kind, e.ID), "add the relation of whoever reads it, or mark it with `external: true` where outsiders do", "")
		case x.sub && !x.pub:
			c.add("sad/topic-ends", e.At, e.ID, fmt.Sprintf("nothing writes the %s `%s`", e.Kind, e.ID), "add the relation of whoever writes it, or mark it with `external: true` where outsiders do", "")
		}
	}
	// Datasets of the views that are about data at rest.
	for _, v := range m.Views {
		if v.viewpoint == nil || v.viewpoint.ID != "shared-data" && v.viewpoint.ID != "data-stores" && v.viewpoint.ID != "management" {
			continue
		}
		for _, id := range v.Elements {
			e := m.byID[id]
			if e.External || e.Canonical != "dataset" && e.Canonical != "data-entity" && e.Canonical != "table" {
				continue
			}
			if !c.stored(e) {
				c.add("sad/dataset", e.At, id+"/store", fmt.Sprintf("nothing says in which store `%s` is kept", id), "add an `allocated-to` relation to a store, or `parent:` with its id", "")
			}
			if e.Owner == "" && !slices.ContainsFunc(append(slices.Clone(m.out[id]), m.in[id]...), func(r *Relation) bool { return r.canonical == "owned-by" }) {
				c.add("sad/dataset", e.At, id+"/owner", fmt.Sprintf("nobody owns `%s`", id), "add `owner:`, or an `owned-by` relation to a team", "")
			}
		}
	}
}

func overlap(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}

func sorted(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// stored reports whether something says where a dataset is kept.
func (c *checker) stored(e *Element) bool {
	m := c.m
	isStore := func(o *Element) bool { return o != nil && (o.Family == Store || o.Family == Environment) }
	if c.ancestor(e, isStore) || e.Property("store") != "" || e.Property("저장소") != "" {
		return true
	}
	for _, r := range m.out[e.ID] {
		if isStore(m.byID[r.To]) {
			return true
		}
	}
	for _, r := range m.in[e.ID] {
		if isStore(m.byID[r.From]) {
			return true
		}
	}
	for _, x := range m.mappings[e.ID] {
		if isStore(m.find(x.From.ID, nil)) || isStore(m.find(x.To.ID, nil)) {
			return true
		}
	}
	return false
}

// code checks S32 and S33.
func (c *checker) code() {
	c.inventory()
	if c.o.Code == nil {
		return
	}
	x := &globber{fsys: c.o.Code, found: map[string]bool{}}
	for _, e := range c.m.Elements {
		for _, p := range e.Code {
			pattern := cleanPattern(p.Pattern)
			if pattern == "" {
				c.add("sad/code-path", p.At, e.ID, fmt.Sprintf("the code path `%s` of `%s` does not lie in the project", p.Pattern, e.ID), "write a path below the root, with slashes", "")
				continue
			}
			if c.m.root != "" && x.exists(path.Join(c.m.root, pattern)) || x.exists(pattern) {
				continue
			}
			hint := "write the path that it has now, or remove it"
			if near := x.nearest(pattern, c.m.root); near != "" {
				hint = "did you mean " + near + "?"
			}
			what := "there is no"
			if strings.ContainsAny(pattern, "*?[{") {
				what = "nothing matches"
			}
			c.add("sad/code-path", p.At, e.ID+":"+p.Pattern, fmt.Sprintf("%s `%s`, the code of `%s`", what, p.Pattern, e.ID), hint, "")
		}
	}
}

// globber answers whether a pattern matches anything, with bounded work.
type globber struct {
	fsys   fs.FS
	found  map[string]bool
	budget int
}

// maxGlob bounds the entries that are looked at for one pattern.
const maxGlob = 200_000

// CodeExists returns a function that reports whether anything in a tree matches
// a code path of an element. The tree is that of the project's root; paths below
// the root of the site are understood as well.
func (m *Model) CodeExists(fsys fs.FS) func(pattern string) bool {
	g := &globber{fsys: fsys, found: map[string]bool{}}
	return func(pattern string) bool {
		pattern = cleanPattern(pattern)
		return pattern != "" && (m.root != "" && g.exists(path.Join(m.root, pattern)) || g.exists(pattern))
	}
}

func (g *globber) exists(pattern string) bool {
	if ok, known := g.found[pattern]; known {
		return ok
	}
	ok := false
	for _, p := range alternatives(pattern) {
		if ok = g.one(p); ok {
			break
		}
	}
	g.found[pattern] = ok
	return ok
}

var errFound = errors.New("found")

func (g *globber) one(p string) bool {
	if !strings.ContainsAny(p, "*?[") {
		p = path.Clean(p)
		if !fs.ValidPath(p) {
			return false
		}
		_, err := fs.Stat(g.fsys, p)
		return err == nil
	}
	root := staticPrefix(p)
	if root == "" {
		root = "."
	}
	if !fs.ValidPath(root) {
		return false
	}
	parts := strings.Split(p, "/")
	g.budget = maxGlob
	err := fs.WalkDir(g.fsys, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // what cannot be read holds nothing
		}
		if g.budget--; g.budget < 0 {
			return errFound // cannot tell
		}
		if d.IsDir() && name != root && (d.Name() == ".git" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if name != root && matchParts(parts, strings.Split(name, "/")) {
			return errFound
		}
		return nil
	})
	return errors.Is(err, errFound)
}

// nearest returns a path like the one that is not there.
func (g *globber) nearest(p, root string) string {
	dir, base := path.Split(p)
	dir = path.Clean(dir)
	for _, d := range []string{path.Join(root, dir), dir} {
		if d == "" {
			d = "."
		}
		if !fs.ValidPath(d) {
			continue
		}
		entries, err := fs.ReadDir(g.fsys, d)
		if err != nil || len(entries) > 2000 {
			continue
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if near := finding.Nearest(base, names); near != "" && near != base {
			return path.Join(dir, near)
		}
	}
	return ""
}

// inventory checks S32.
func (c *checker) inventory() {
	m := c.m
	used := make([]bool, len(c.o.Ignores))
	for _, g := range c.o.Ignores {
		if strings.TrimSpace(g.Reason) == "" {
			c.add("sad/code-not-mapped", Place{g.At.Path, Span{Line: g.At.Line, Column: g.At.Column}}, g.Pattern, fmt.Sprintf("`%s` is ignored without a reason", g.Pattern), "say why it needs no element", "")
		}
	}
	if c.o.Inventory == nil {
		return
	}
	mapped := slices.ContainsFunc(m.Elements, func(e *Element) bool { return len(e.Code) > 0 })
	if !mapped {
		if len(c.o.Inventory) > 0 && len(m.Views) > 0 {
			f := c.add("sad/code-not-mapped", m.Views[0].At, "", fmt.Sprintf("the code declares %d services, jobs and modules, and no element names its code", len(c.o.Inventory)),
				"add `code:` to the elements; then each thing that none covers is named here", "")
			f.Severity = finding.Info
		}
		return
	}
	for _, d := range c.o.Inventory {
		if len(m.Covering(d.Path)) > 0 {
			continue
		}
		ignored := false
		for i, g := range c.o.Ignores {
			if Covers(g.Pattern, d.Path) || m.root != "" && Covers(path.Join(m.root, g.Pattern), d.Path) {
				used[i], ignored = true, true
			}
		}
		if ignored {
			continue
		}
		name := d.Name
		if name == "" {
			name = d.ID
		}
		at := Place{d.Path, Span{Line: d.Line}}
		hint := fmt.Sprintf("add `code: [%s]` to its element, or ignore the path with a reason", d.Path)
		reason := ""
		var same *Element
		for _, n := range []string{d.ID, d.Name} {
			if same == nil && n != "" {
				same = m.Element(n)
			}
		}
		if same != nil {
			hint = fmt.Sprintf("add `%s` to `code:` of the element `%s`", d.Path, same.ID)
			reason = "an element of that name names other code"
			if len(same.Code) == 0 {
				reason = "an element of that name names no code"
			}
		}
		c.add("sad/code-not-mapped", at, d.Kind+":"+d.ID, fmt.Sprintf("the %s `%s` belongs to no element", d.Kind, name), hint, reason)
	}
	for i, g := range c.o.Ignores {
		if !used[i] {
			c.add("sad/unused-ignore", Place{g.At.Path, Span{Line: g.At.Line, Column: g.At.Column}}, g.Pattern, fmt.Sprintf("`%s` ignores nothing", g.Pattern), "remove it", "nothing that the code declares lies there, or elements cover all of it")
		}
	}
}

// cited is a decision that a page names.
type cited struct {
	page *Page
	c    Citation
}

// decisions checks S35 to S37 and S50.
func (c *checker) decisions() {
	m, ds := c.m, c.o.Decisions
	if ds == nil {
		return
	}
	var ids []string
	for i := range ds {
		ids = append(ids, ds[i].ID)
	}
	var all []cited
	byView := map[*View]map[*Decision]bool{}
	for _, p := range m.pages {
		v := m.byPath[p.Path]
		var here []Citation
		here = append(here, p.Decisions...)
		for i := range p.Scenarios {
			here = append(here, p.Scenarios[i].Decisions...)
		}
		for i := range p.Parts {
			if p.Parts[i].Kind != PartRationale && p.Parts[i].Kind != PartDecisions {
				continue
			}
			for _, r := range p.Parts[i].Decisions {
				// Links to other pages of the folder are the link checker's.
				if strings.HasSuffix(r.ID, ".md") && ds.Find(r.ID) == nil {
					continue
				}
				here = append(here, Citation{Ref: r, Note: "?"})
			}
		}
		for _, x := range here {
			all = append(all, cited{p, x})
			if v != nil {
				if byView[v] == nil {
					byView[v] = map[*Decision]bool{}
				}
				if d := ds.Find(x.ID); d != nil {
					byView[v][d] = true
				}
			}
		}
	}
	seen := map[string]bool{}
	for _, x := range all {
		d := ds.Find(x.c.ID)
		k := x.page.Path + "\x00" + decisionKey(x.c.ID)
		if d != nil {
			k = x.page.Path + "\x00" + d.ID + d.Path
		}
		if seen[k] {
			continue
		}
		at := x.page.place(x.c.Span)
		if d == nil {
			seen[k] = true
			f := c.add("sad/decision-in-force", at, x.c.ID, fmt.Sprintf("there is no decision `%s`", x.c.ID), didYouMean(c.near(x.c.ID, ids), "name one of the records"), "")
			f.Edit = rename(x.page.Path, x.c.Ref, c.near(x.c.ID, ids))
			continue
		}
		if x.c.Note == "?" {
			continue // prose may tell of the past
		}
		seen[k] = true
		if x.c.Note == "" && (d.Status == "superseded" || d.Status == "rejected" || d.Status == "deprecated") {
			hint := fmt.Sprintf("name the one in force, or say why this one is named: `{id: %s, note: …}`", x.c.ID)
			edit := finding.Edit{}
			if len(d.SupersededBy) == 1 {
				if n := ds.Find(d.SupersededBy[0]); n != nil {
					hint = fmt.Sprintf("name %s, which replaces it, or say why this one is named: `{id: %s, note: …}`", n.ID, x.c.ID)
					edit = rename(x.page.Path, x.c.Ref, n.ID)
				}
			}
			f := c.add("sad/decision-in-force", at, x.c.ID, fmt.Sprintf("the decision `%s` is %s", x.c.ID, d.Status), hint, "")
			f.Severity, f.Edit = finding.Warning, edit
		}
	}
	if len(ds) > 0 {
		for _, v := range m.Views {
			s := v.page.Part(PartRationale)
			if len(v.Decisions) > 0 || s == nil || s.None || len(s.Decisions) > 0 || s.Empty {
				continue
			}
			c.add("sad/rationale", v.page.place(s.Span), v.ID, fmt.Sprintf("the rationale of `%s` names no decision", v.ID), "link the records that made it so, or say that no decision was needed", "")
		}
	}
	for i := range ds {
		d := &ds[i]
		if d.Status != "accepted" {
			continue
		}
		for _, tag := range d.Tags {
			e := m.byID[tag]
			if e == nil || len(e.Views) == 0 {
				continue
			}
			v := m.views[e.Views[0]]
			if slices.ContainsFunc(e.Views, func(id string) bool { return byView[m.views[id]][d] }) {
				continue
			}
			// The view that declares the element is the one to name it.
			for _, id := range e.Views {
				if w := m.views[id]; w.Path == e.At.Path {
					v = w
				}
			}
			f := c.add("sad/decision-not-cited", v.At, d.ID+" "+e.ID, fmt.Sprintf("the decision `%s` is tagged `%s`, and no view of that element names it", d.ID, e.ID),
				fmt.Sprintf("add `%s` to `decisions:` of %s", d.ID, v.Path), "")
			f.Edit = v.page.edit("decisions", d.ID)
		}
	}
	if len(ds) == 0 {
		return
	}
	for _, p := range m.pages {
		if s := p.Part(PartDecisions); s != nil && s.None && len(s.Decisions) == 0 && len(s.Links) == 0 {
			c.add("sad/decisions-none", p.place(s.Span), "", fmt.Sprintf("“%s” says that there are none, and there are %s", s.Title, plural(len(ds), "decision record", "decision records")), "link the log of decisions", "")
		}
	}
}

// scenarios checks S38 and S39.
func (c *checker) scenarios() {
	for _, s := range c.m.Scenarios {
		at := Place{s.Path, s.Span}
		var missing []string
		for _, part := range []struct{ name, value string }{
			{"source", s.Source}, {"stimulus", s.Stimulus}, {"environment", s.Environment}, {"artifact", s.Artifact.ID}, {"response", s.Response}, {"measure", s.Measure.ID},
		} {
			if strings.TrimSpace(part.value) == "" {
				missing = append(missing, quote(part.name))
			}
		}
		if len(missing) > 0 {
			c.add("sad/scenario-parts", at, s.ID, fmt.Sprintf("the scenario `%s` has no %s", s.ID, strings.Join(missing, ", ")), "a scenario has six parts; without one it cannot be tested", "")
		}
		if s.Measure.ID != "" && !strings.ContainsAny(s.Measure.ID, "0123456789") && !numberWord(s.Measure.ID) {
			place := at
			if s.Measure.Line > 0 {
				place = Place{s.Path, s.Measure.Span}
			}
			c.add("sad/scenario-parts", place, s.ID+"/measure", fmt.Sprintf("the measure of `%s` holds no number", s.ID), "say how much, how often or how fast", "“"+s.Measure.ID+"” can be neither met nor missed")
		}
		mapped := len(s.Decisions) > 0
		for _, word := range s.about() {
			mapped = mapped || c.m.find(word, nil) != nil
		}
		if !mapped {
			c.add("sad/scenario-not-mapped", at, s.ID, fmt.Sprintf("nothing answers the scenario `%s`", s.ID), "name the elements it is about (`artifact:` or `elements:`) or the decisions that answer it (`decisions:`)", "")
		}
	}
}

// numberWord reports whether a text counts in words.
func numberWord(s string) bool {
	s = strings.ToLower(s)
	for _, w := range [...]string{"zero", "one ", "no ", "never", "none", "half", "twice", "double", "한 ", "두 ", "세 ", "네 ", "없", "절반", "매일", "daily"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// commonAcronyms need no entry: every reader of such documents knows them.
var commonAcronyms = strings.Fields(`API APIS ADR ASCII AWS CI CD CLI CPU CSS CSV DB DNS DR FAQ GB GCP GPU HTML HTTP HTTPS ID IDE IO IP IT JSON JVM KB KST
	MB MD MR OK OS PC PDF PR RAM README REST SAD SDK SQL SRE SSD SSH SSL TB TCP TLS TODO TBD UDP UI URI URL US USB UTC UTF UX VM XML YAML ISO IEC IEEE OR AND NOT II III IV`)

// words checks S40, S41 and, where there are sources, S42.
func (c *checker) words() {
	m := c.m
	c.glossary()
	if c.o.Source != nil {
		x := m.Lexicon()
		for _, p := range c.all {
			if src := c.o.Source(p.Path); src != nil {
				c.out = append(c.out, x.Check(p.Path, src)...)
			}
		}
	}
	if len(m.Acronyms) == 0 {
		return
	}
	common := c.o.CommonAcronyms
	if common == nil {
		common = commonAcronyms
	}
	known := map[string]bool{}
	for _, a := range common {
		known[a] = true
	}
	listed := map[string]bool{}
	for _, a := range m.Acronyms {
		listed[a.ID] = true
		known[a.ID] = true
	}
	for _, t := range m.Terms {
		for _, n := range append([]Ref{t.Ref}, t.Aliases...) {
			known[n.ID] = true
		}
	}
	for _, e := range m.Elements {
		known[e.ID], known[e.Name] = true, true
	}
	for _, r := range m.References {
		known[r.ID] = true
	}
	lists := map[string]bool{}
	for _, a := range m.Acronyms {
		lists[a.Path] = true
	}
	type use struct {
		count, pages int
		elsewhere    bool // than in the lists themselves
		at           Place
	}
	uses := map[string]*use{}
	var order []string
	for _, p := range c.all {
		for _, u := range p.Uses {
			x := uses[u.ID]
			if x == nil {
				x = &use{at: p.place(u.Span)}
				uses[u.ID] = x
				order = append(order, u.ID)
			}
			x.count += u.Count
			x.pages++
			x.elsewhere = x.elsewhere || !lists[p.Path]
		}
	}
	slices.Sort(order)
	for _, w := range order {
		if x := uses[w]; !known[w] && x.count >= c.o.AcronymUses {
			c.add("sad/acronym", x.at, w, fmt.Sprintf("“%s” is used %d times and is not in the list of acronyms", w, x.count), "add it to "+m.Acronyms[0].Path, "it stands on "+plural(x.pages, "page", "pages"))
		}
	}
	for _, a := range m.Acronyms {
		if u := uses[a.ID]; (u == nil || !u.elsewhere) && isAcronym(a.ID) {
			c.add("sad/acronym", Place{a.Path, a.Span}, a.ID, fmt.Sprintf("no page uses “%s”", a.ID), "take it off the list", "")
		}
	}
}

// isAcronym reports whether a word is one that uses are counted of.
func isAcronym(s string) bool {
	caps := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z':
			caps++
		case c >= '0' && c <= '9':
		default:
			return false
		}
	}
	return caps > 1 && len(s) <= 8
}

// glossary checks S41.
func (c *checker) glossary() {
	m := c.m
	first := map[string]*Term{}
	for _, t := range m.Terms {
		at := Place{t.Path, t.Span}
		if strings.TrimSpace(t.Definition) == "" {
			c.add("sad/glossary", at, t.ID, fmt.Sprintf("“%s” has no definition", t.ID), "say in one sentence what it means here", "")
		}
		own := map[string]bool{}
		for i, n := range append([]Ref{t.Ref}, t.Aliases...) {
			k := key(n.ID)
			if k == "" || own[k] {
				continue
			}
			own[k] = true
			o := first[k]
			if o == nil {
				first[k] = t
				continue
			}
			if n.Line > 0 {
				at = Place{t.Path, n.Span}
			}
			what := "is in the glossary twice"
			if i > 0 || key(o.ID) != k {
				what = fmt.Sprintf("means both “%s” and “%s”", o.ID, t.ID)
			}
			c.add("sad/glossary", at, n.ID, fmt.Sprintf("“%s” %s", n.ID, what), "a word leads to one term; join the entries or rename one", "the other entry is at "+Place{o.Path, o.Span}.position().String())
		}
		for _, f := range t.Forbidden {
			if own[key(f.ID)] {
				c.add("sad/glossary", Place{t.Path, f.Span}, f.ID, fmt.Sprintf("“%s” is both a name of “%s” and forbidden", f.ID, t.ID), "take it out of one of the columns", "")
			}
		}
	}
	for _, t := range m.Terms {
		for _, f := range t.Forbidden {
			if o := first[key(f.ID)]; o != nil && o != t {
				c.add("sad/glossary", Place{t.Path, f.Span}, f.ID, fmt.Sprintf("“%s” is forbidden for “%s” and a name of “%s”", f.ID, t.ID, o.ID), "a word cannot be both; take it out of one of the entries", "")
			}
		}
	}
}

// references checks S45.
func (c *checker) references() {
	m := c.m
	if len(m.References) == 0 {
		return
	}
	known := map[string]*Reference{}
	var ids []string
	for _, r := range m.References {
		k := strings.ToLower(r.ID)
		if o := known[k]; o != nil && o.Path == r.Path && (o.Title == r.Title || r.Title == "") {
			continue // the table repeats the front matter
		}
		if known[k] == nil {
			known[k] = r
			ids = append(ids, r.ID)
		}
	}
	used := map[string]bool{}
	for _, p := range c.all {
		for _, x := range p.Cites {
			if known[strings.ToLower(x.ID)] == nil {
				f := c.add("sad/reference", p.place(x.Span), x.ID, fmt.Sprintf("there is no reference `%s`", x.ID), didYouMean(c.near(x.ID, ids), "add it to "+m.References[0].Path), "")
				f.Edit = rename(p.Path, x, c.near(x.ID, ids))
			}
			used[strings.ToLower(x.ID)] = true
		}
		for _, x := range p.Brackets {
			for id := range strings.SplitSeq(x.ID, ",") {
				id, _, _ = strings.Cut(strings.TrimSpace(id), " ")
				used[strings.ToLower(id)] = true
			}
			used[strings.ToLower(x.ID)] = true
		}
		for _, u := range p.URLs {
			for _, r := range m.References {
				if r.URL != "" && r.URL == u && p.Path != r.Path {
					used[strings.ToLower(r.ID)] = true
				}
			}
		}
	}
	for _, id := range ids {
		if r := known[strings.ToLower(id)]; !used[strings.ToLower(id)] {
			c.add("sad/reference", Place{r.Path, r.Span}, r.ID, fmt.Sprintf("nothing cites the reference `%s`", r.ID), fmt.Sprintf("cite it as [%s] or [@%s] where it is relied on, or remove it", r.ID, r.ID), "")
		}
	}
}

// pages checks S44, S46, S47 and S49.
func (c *checker) pages() {
	m := c.m
	var overview *Page
	revised, conflicts := false, false
	between := 0
	for _, p := range m.pages {
		if m.translations[p] {
			// What is left to fill in is left in each language.
			c.placeholders(p)
			continue
		}
		if p.Kind == KindOverview && (overview == nil || len(p.Revisions) > 0) {
			overview = p
		}
		revised = revised || len(p.Revisions) > 0 || p.Part(PartRevisions) != nil
		conflicts = conflicts || p.Part(PartConflicts) != nil
		for _, w := range p.Waivers {
			switch c.codeOf(w.ID) {
			case "S01", "S02", "S03", "S17", "S20", "S21", "S22", "S26", "S34", "S43":
				between++
			}
		}
		c.placeholders(p)
		if len(p.Index) == 0 {
			continue
		}
		in := map[string]bool{}
		for _, r := range p.Index {
			e := m.find(r.ID, nil)
			if e == nil {
				c.add("sad/index", p.place(r.Span), r.ID, fmt.Sprintf("the index lists `%s`, which is no element", r.ID), "leave the section empty: the index is made from the model", "")
				continue
			}
			in[e.ID] = true
		}
		var missing []string
		for _, e := range m.Elements {
			if !in[e.ID] && !e.Hidden {
				missing = append(missing, quote(e.ID))
			}
		}
		if len(missing) > 0 {
			c.add("sad/index", p.place(p.Part(PartIndex).Span), "", "the index lacks "+list(missing), "leave the section empty: the index is made from the model", "")
		}
	}
	if overview != nil && !revised {
		c.add("sad/revision", overview.place(overview.At), "", "the document says neither its revision nor its date", "add `revision: {number: …, date: …, scope: …}` or a table below “Revision history” (개정 이력)", "")
	}
	if between > 0 && !conflicts {
		p := m.pages[0]
		if overview != nil {
			p = overview
		}
		for _, q := range m.pages {
			if q.Kind == KindMapping {
				p = q
			}
		}
		c.add("sad/inconsistencies", p.place(p.At), "", fmt.Sprintf("%s waived, and no page lists known inconsistencies", plural(between, "rule between views is", "rules between views are")), "add a section “Known inconsistencies” (알려진 불일치) that tells readers what does not agree", "")
	}
}

func (c *checker) placeholders(p *Page) {
	for _, r := range p.Placeholders {
		c.add("sad/placeholder", p.place(r.Span), r.ID, fmt.Sprintf("“%s” is left of the template", r.ID), "fill it in, or remove it", "")
	}
}

// codeOf returns the short name of a rule that is named by id or short name.
func (c *checker) codeOf(rule string) string {
	if s, ok := c.codes[rule]; ok {
		return s
	}
	return strings.ToUpper(rule)
}

// records checks the pages of operations.
func (c *checker) records() {
	m := c.m
	ids := m.elementIDs()
	runbooks := map[string]bool{}
	any := false
	for _, r := range m.Records {
		p := r.page
		for _, s := range p.Serves {
			if m.find(s.ID, nil) == nil && len(m.Elements) > 0 {
				f := c.add("sad/unknown-id", p.place(s.Span), s.ID, fmt.Sprintf("no view declares the element `%s`", s.ID), didYouMean(c.near(s.ID, ids), "name an element of a view"), "")
				f.Edit = rename(p.Path, s, c.near(s.ID, ids))
			}
		}
		if r.Kind == KindRunbook {
			any = true
			for _, id := range r.Elements {
				runbooks[id] = true
			}
		}
		if r.Kind != KindRunbook && r.VerifyEvery == "" && r.LastVerified == "" {
			continue
		}
		if r.Owner == "" && r.Kind == KindRunbook {
			c.add("sad/record-owner", r.At, r.ID, fmt.Sprintf("the %s has no owner", r.Kind), "add `owner:` with the team that keeps it true", "")
		}
		c.verified(r)
	}
	for _, e := range m.Elements {
		if !e.Critical || e.External || runbooks[e.ID] || c.ancestor(e, func(p *Element) bool { return runbooks[p.ID] }) {
			continue
		}
		hint := fmt.Sprintf("write one with `ops: runbook` and `elements: [%s]`", e.ID)
		reason := ""
		if !any {
			reason = "the project has no runbook at all"
		}
		c.add("sad/runbook-missing", e.At, e.ID, fmt.Sprintf("`%s` is critical and has no runbook", e.ID), hint, reason)
	}
}

// verified checks when a record was last tried.
func (c *checker) verified(r *Record) {
	p := r.page
	days := c.o.VerifyDays
	if r.VerifyEvery != "" {
		n, ok := parseDays(r.VerifyEvery)
		if !ok {
			c.add("sad/runbook-stale", p.place(p.VerifyEvery.Span), r.ID, fmt.Sprintf("`verify_every: %s` is no length of time", r.VerifyEvery), "write a number of days (90d), weeks (12w), months (3m) or years (1y)", "")
		} else {
			days = n
		}
	}
	if r.LastVerified == "" {
		c.add("sad/runbook-stale", r.At, r.ID, fmt.Sprintf("nothing says when the %s was last verified", r.Kind), "add `last_verified:` with the day on which somebody followed it to the end", "")
		return
	}
	at := p.place(p.LastVerified.Span)
	day, ok := parseDay(r.LastVerified)
	if !ok {
		c.add("sad/runbook-stale", at, r.ID, fmt.Sprintf("`last_verified: %s` is no day", r.LastVerified), "write it as 2026-11-25", "")
		return
	}
	if c.o.Now.IsZero() {
		return
	}
	switch age := int(c.o.Now.Sub(day).Hours() / 24); {
	case age > days:
		c.add("sad/runbook-stale", at, r.ID, fmt.Sprintf("the %s was last verified %s ago", r.Kind, plural(age, "day", "days")), "follow it once to the end, mend it, and write down the day", "it is to be verified every "+plural(days, "day", "days"))
	case age < -1:
		c.add("sad/runbook-stale", at, r.ID, fmt.Sprintf("the %s was last verified in the future", r.Kind), "write the day on which it was", "")
	}
}

// parseDay reads a day as authors write it.
func parseDay(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range [...]string{"2006-01-02", "2006-1-2", "2006/01/02", "2006.01.02", "2006. 1. 2.", "2006년 1월 2일", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	if len(s) > 10 {
		if t, err := time.Parse("2006-01-02", s[:10]); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// parseDays reads a length of time as days: 90, 90d, 12 weeks, 3 months, 6개월.
func parseDays(s string) (int, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	n, err := strconv.Atoi(s[:i])
	if err != nil || n < 1 || n > 100_000 {
		return 0, false
	}
	switch strings.TrimSpace(s[i:]) {
	case "", "d", "day", "days", "일":
		return n, true
	case "w", "week", "weeks", "주":
		return n * 7, true
	case "m", "mo", "month", "months", "개월", "달":
		return n * 30, true
	case "q", "quarter", "quarters", "분기":
		return n * 91, true
	case "y", "year", "years", "년":
		return n * 365, true
	}
	return 0, false
}

// WaivedRule is a rule that a page does not follow, with the reason.
type WaivedRule struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
	At     Place  `json:"at"`
}

// Waivers returns the waivers in the front matter of all pages.
func (m *Model) Waivers() []WaivedRule {
	var out []WaivedRule
	for _, p := range m.pages {
		for _, w := range p.Waivers {
			out = append(out, WaivedRule{w.ID, w.Reason, p.place(w.Span)})
		}
	}
	return out
}

// applies reports whether a rule had what it needs to find anything.
func (c *checker) applies(code string) bool {
	switch code {
	case "S32":
		return c.o.Inventory != nil
	case "S33":
		return c.o.Code != nil
	case "S35", "S36", "S37", "S50":
		return c.o.Decisions != nil
	case "S42":
		return c.o.Source != nil
	case "":
		return !c.o.Now.IsZero() // the runbooks
	}
	return true
}

// waive takes out what pages waive, and reports waivers that are wrong.
func (c *checker) waive() {
	type waiver struct {
		w    Waiver
		page *Page
		used bool
	}
	by := map[string][]*waiver{}
	var all []*waiver
	known := map[string]bool{}
	var names []string
	for id, code := range c.codes {
		known[id], known[code] = true, true
		names = append(names, id)
	}
	slices.Sort(names)
	for _, p := range c.m.pages {
		for _, w := range p.Waivers {
			at := p.place(w.Span)
			switch {
			case !known[w.ID] && !known[strings.ToUpper(w.ID)]:
				c.add("sad/waiver", at, w.ID, fmt.Sprintf("there is no rule `%s` to waive", w.ID), didYouMean(c.near(w.ID, names), "name a rule by its id or number, such as sad/not-shown or S02"), "")
			case strings.TrimSpace(w.Reason) == "":
				c.add("sad/waiver", at, w.ID, fmt.Sprintf("`%s` is waived without a reason", w.ID), "say why: `waive: {"+w.ID+": …}`", "")
			default:
				x := &waiver{w: w, page: p}
				by[p.Path] = append(by[p.Path], x)
				all = append(all, x)
			}
		}
	}
	if len(all) == 0 {
		return
	}
	c.out = slices.DeleteFunc(c.out, func(f finding.Finding) bool {
		hit := false
		for _, x := range by[f.Path] {
			if x.w.ID == f.Rule || strings.EqualFold(x.w.ID, c.codes[f.Rule]) && c.codes[f.Rule] != "" {
				x.used, hit = true, true
			}
		}
		return hit
	})
	for _, x := range all {
		if !x.used && c.applies(c.codeOf(x.w.ID)) {
			c.add("sad/waiver", x.page.place(x.w.Span), x.w.ID, fmt.Sprintf("the waiver of `%s` waives nothing", x.w.ID), "remove it", "")
		}
	}
}
