package extract

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The follower of constants. It walks the statements of a module in order and
// keeps what names stand for where that is plain: texts, numbers, lists, maps,
// classes of constants, functions of the same file called with known arguments,
// loops over known lists. Everything else is an unknown value that remembers its
// source text. It calls nothing, imports nothing and reads nothing, and each step
// costs one of a budget.

type vkind uint8

const (
	vUnknown vkind = iota // s: source text
	vNone
	vBool // s: True or False
	vNum  // s
	vStr  // s; partial: * stands for what is computed
	vList
	vDict
	vFunc
	vClass
	vRef // s: dotted path of what is imported
	vObj // the result of calling something unknown
)

// val is never changed once it is shared, but for lists and maps that the
// program appends to.
type val struct {
	k       vkind
	partial bool
	set     bool // a list in braces
	s       string
	list    []*val
	keys    []*val // of a map, beside list
	fn      *pyFunc
	attrs   map[string]*val // of a class
	obj     *pyCallInfo
	host    any // what the host attached
}

type pyFunc struct {
	def     *pyStmt
	scope   *pyScope
	called  bool
	inert   bool // its body runs later, or is the host's matter
	running bool
}

// pyCallInfo is a call with what is known of it.
type pyCallInfo struct {
	callee string // dotted path, imports resolved; or the name as written
	known  bool   // an import led to callee
	recv   *val   // of a method
	method string
	args   []*val
	kw     []kwArg
	line   int
	src    string
	open   bool // a ** or * argument that is not known
	local  bool // a function of the file is called
	attr   bool // it is called as an attribute: app.get(…)
}

type kwArg struct {
	name string
	v    *val
	line int
}

// arg returns a keyword argument, or the positional one; nil where there is none.
// A position below 0 is none.
func (c *pyCallInfo) arg(pos int, names ...string) *val {
	for i := range c.kw {
		if slices.Contains(names, c.kw[i].name) {
			return c.kw[i].v
		}
	}
	if pos >= 0 && pos < len(c.args) {
		return c.args[pos]
	}
	return nil
}

func (c *pyCallInfo) argLine(name string) int {
	for i := range c.kw {
		if c.kw[i].name == name {
			return c.kw[i].line
		}
	}
	return c.line
}

// text returns the value as a text, and whether it is one.
func (v *val) text() (string, bool) {
	if v == nil || v.k != vStr {
		return "", false
	}
	return v.s, true
}

// last returns the last part of a dotted path.
func last(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// pyHost understands the calls of one framework.
type pyHost interface {
	// call may give a call a meaning; nil leaves it an object.
	call(ev *pyEval, c *pyCallInfo) *val
	// operator is asked for >> and << and |.
	operator(ev *pyEval, op string, l, r *val) *val
	// decorate gives a definition with decorators a meaning; nil leaves it the
	// function itself.
	decorate(ev *pyEval, fn *val, decorators []*val) *val
	// enter and leave surround the body of a with statement.
	enter(ev *pyEval, v *val)
	leave(ev *pyEval, v *val)
	// annotated is told the type that a name without a known value has.
	annotated(ev *pyEval, dotted string, name string) *val
	// named is told what a value of the host is assigned to.
	named(v *val, name string)
}

type pyScope struct {
	names  map[string]*val
	parent *pyScope
	class  bool
}

func (s *pyScope) lookup(name string) *val {
	for at := s; at != nil; at = at.parent {
		if at.class && at != s {
			continue // names of a class are not seen in its methods
		}
		if v := at.names[name]; v != nil {
			return v
		}
	}
	return nil
}

type pyEval struct {
	mod   *pyModule
	path  string
	host  pyHost
	scope *pyScope
	steps int
	calls int
	ret   *val // of the function that is being followed
	done  bool
	maybe int // depth of what may or may not run
	// hypothetical is set while functions are followed that nothing calls.
	hypothetical bool
	funcs        []*val
}

// Bounds of following.
const (
	maxPySteps  = 300_000
	maxPyCalls  = 16
	maxPyLoop   = 2_000
	maxPyString = 4_000
	maxPyList   = 10_000
)

// followPython follows the module for a host, then each function that was not
// called, with parameters that are not known.
func followPython(f *File, mod *pyModule, host pyHost) *pyEval {
	ev := &pyEval{mod: mod, path: f.Path, host: host, scope: &pyScope{names: map[string]*val{}}}
	ev.scope.names["__file__"] = &val{k: vStr, s: "/" + f.Path}
	ev.scope.names["__name__"] = &val{k: vStr, s: strings.TrimSuffix(path.Base(f.Path), ".py")}
	ev.block(mod.body)
	ev.hypothetical = true
	for i := 0; i < len(ev.funcs); i++ { // more are found on the way
		if v := ev.funcs[i]; !v.fn.called && !v.fn.inert {
			ev.callFunc(v.fn, &pyCallInfo{line: int(v.fn.def.line)}, true)
		}
	}
	return ev
}

// spent takes a step; it reports whether the budget is used up.
func (ev *pyEval) spent() bool {
	ev.steps++
	return ev.steps > maxPySteps
}

// charge pays for work on n values at once.
func (ev *pyEval) charge(n int) { ev.steps += n / 16 }

func (ev *pyEval) unknown(e *pyExpr) *val { return &val{k: vUnknown, s: ev.source(e)} }

// source returns the text of an expression on one line.
func (ev *pyEval) source(e *pyExpr) string {
	if e == nil || e.end <= e.start || int(e.end) > len(ev.mod.src) {
		return ""
	}
	s := ev.mod.src[e.start:e.end]
	if len(s) > maxText {
		s = s[:maxText] + "…"
	}
	return strings.Join(strings.Fields(s), " ")
}

func (ev *pyEval) assign(name string, v *val) { ev.scope.names[name] = v }

func (ev *pyEval) block(body []*pyStmt) {
	for _, s := range body {
		if ev.done || ev.spent() {
			return
		}
		ev.stmt(s)
	}
}

func (ev *pyEval) stmt(s *pyStmt) {
	switch s.kind {
	case sExpr:
		ev.expr(s.value)
	case sAssign:
		ev.assignStmt(s)
	case sAug:
		op := s.name
		l, r := ev.expr(s.targets[0]), ev.expr(s.value)
		ev.bind(s.targets[0], ev.binop(op, l, r, s.value))
	case sImport:
		for _, im := range s.imports {
			ev.assign(im.name, &val{k: vRef, s: absoluteImport(ev.path, im.path)})
		}
	case sIf:
		ev.ifStmt(s)
	case sWhile:
		ev.maybe++
		for _, b := range s.blocks {
			ev.block(b)
		}
		ev.maybe--
	case sFor:
		ev.forStmt(s)
	case sWith:
		var entered []*val
		for i, e := range s.conds {
			v := ev.expr(e)
			if s.targets[i] != nil {
				ev.bind(s.targets[i], v)
			}
			ev.host.enter(ev, v)
			entered = append(entered, v)
		}
		ev.block(s.blocks[0])
		for _, v := range slices.Backward(entered) {
			ev.host.leave(ev, v)
		}
	case sTry:
		// What is caught is an alternative: follow it first, so that what the body
		// itself says stays.
		ev.maybe++
		for _, b := range s.blocks[1:] {
			ev.block(b)
		}
		ev.maybe--
		ev.block(s.blocks[0])
	case sReturn:
		var v *val
		if s.value != nil {
			v = ev.expr(s.value)
		}
		if ev.maybe == 0 {
			ev.ret, ev.done = v, true
		} else if ev.ret == nil {
			ev.ret = v
		}
	case sDef:
		ev.def(s)
	case sClass:
		ev.class(s)
	case sPass:
	}
}

func (ev *pyEval) assignStmt(s *pyStmt) {
	if s.value == nil {
		if t := s.targets[0]; t.kind == eName {
			if v := ev.host.annotated(ev, ev.dotted(s.annotation), t.s); v != nil {
				ev.assign(t.s, v)
			}
		}
		return
	}
	v := ev.expr(s.value)
	if s.annotation != nil && (v.k == vUnknown || v.k == vObj && v.host == nil) && s.targets[0].kind == eName {
		if a := ev.host.annotated(ev, ev.dotted(s.annotation), s.targets[0].s); a != nil {
			v = a
		}
	}
	for _, t := range s.targets {
		ev.bind(t, v)
	}
}

// dotted resolves a name or attribute to a dotted path.
func (ev *pyEval) dotted(e *pyExpr) string {
	if e == nil {
		return ""
	}
	switch e.kind {
	case eName:
		if v := ev.scope.lookup(e.s); v != nil && v.k == vRef {
			return v.s
		}
		return e.s
	case eAttr:
		if b := ev.dotted(e.a[0]); b != "" {
			return b + "." + e.s
		}
	case eStr:
		return e.s
	}
	return ""
}

func (ev *pyEval) bind(t *pyExpr, v *val) {
	switch t.kind {
	case eName:
		if v.host != nil {
			ev.host.named(v, t.s)
		}
		ev.assign(t.s, v)
	case eTuple, eList:
		for i, e := range t.a {
			var x *val
			if v.k == vList && len(v.list) == len(t.a) {
				x = v.list[i]
			} else {
				x = &val{k: vUnknown, s: ev.source(e)}
			}
			ev.bind(e, x)
		}
	case eStar:
		ev.bind(t.a[0], &val{k: vUnknown, s: ev.source(t.a[0])})
	case eIndex:
		m := ev.expr(t.a[0])
		if m.k == vDict && len(m.keys) < maxPyList {
			key := ev.expr(t.a[1])
			for i, k := range m.keys {
				if ev.spent() {
					return
				}
				if k.k == key.k && k.s == key.s && k.k != vUnknown {
					m.list[i] = v
					return
				}
			}
			m.keys, m.list = append(m.keys, key), append(m.list, v)
		}
	case eAttr:
		o := ev.expr(t.a[0])
		if v.host != nil {
			ev.host.named(v, t.s)
		}
		if o.k == vClass || o.k == vObj {
			if o.attrs == nil {
				o.attrs = map[string]*val{}
			}
			o.attrs[t.s] = v
		}
	}
}

// truth returns whether a value is true, and whether that is known.
func truth(v *val) (yes, known bool) {
	switch v.k {
	case vNone:
		return false, true
	case vBool:
		return v.s == "True", true
	case vNum:
		return v.s != "0" && v.s != "0.0", true
	case vStr:
		return v.s != "", !v.partial
	case vList, vDict:
		return len(v.list) > 0, true
	case vFunc, vClass:
		return true, true
	}
	return false, false
}

func (ev *pyEval) ifStmt(s *pyStmt) {
	var alternatives [][]*pyStmt
	for i, c := range s.conds {
		yes, known := ev.condition(c)
		switch {
		case known && !yes:
			continue
		case known && len(alternatives) == 0:
			ev.block(s.blocks[i])
			return
		}
		alternatives = append(alternatives, s.blocks[i])
		if known {
			ev.alternatives(alternatives, true)
			return
		}
	}
	if len(s.blocks) > len(s.conds) {
		if len(alternatives) == 0 {
			ev.block(s.blocks[len(s.conds)])
			return
		}
		alternatives = append(alternatives, s.blocks[len(s.conds)])
		ev.alternatives(alternatives, true)
		return
	}
	ev.alternatives(alternatives, false)
}

func (ev *pyEval) condition(e *pyExpr) (yes, known bool) {
	if e.kind == eBad {
		return false, false
	}
	if d := ev.dotted(e); d == "TYPE_CHECKING" || d == "typing.TYPE_CHECKING" {
		return true, true
	}
	return truth(ev.expr(e))
}

// alternatives follows blocks of which one runs. A name that they leave with
// different values is not known afterwards. all says that one of them does run.
func (ev *pyEval) alternatives(blocks [][]*pyStmt, all bool) {
	if len(blocks) == 0 {
		return
	}
	before := ev.scope.names
	var after []map[string]*val
	ev.maybe++
	for _, b := range blocks {
		if ev.steps += len(before) / 8; ev.spent() {
			break
		}
		ev.scope.names = maps.Clone(before)
		ev.block(b)
		after = append(after, ev.scope.names)
	}
	ev.maybe--
	if !all {
		after = append(after, before)
	}
	merged := maps.Clone(before)
	for _, names := range after {
		for name, v := range names {
			if before[name] == v {
				continue
			}
			for _, other := range after {
				if o := other[name]; o != nil && !sameVal(o, v) {
					v = &val{k: vUnknown, s: name}
					break
				}
			}
			merged[name] = v
		}
	}
	ev.scope.names = merged
}

func sameVal(a, b *val) bool {
	if a == b {
		return true
	}
	switch a.k {
	case vStr, vNum, vBool, vNone, vRef:
		return a.k == b.k && a.s == b.s
	}
	return false
}

func (ev *pyEval) forStmt(s *pyStmt) {
	it := ev.expr(s.value)
	items, known := ev.iterate(it)
	if !known {
		ev.maybe++
		ev.bindUnknown(s.targets[0])
		ev.block(s.blocks[0])
		ev.maybe--
	}
	for _, v := range items {
		if ev.spent() || ev.done {
			return
		}
		ev.bind(s.targets[0], v)
		ev.maybe++ // break and continue are not followed
		ev.block(s.blocks[0])
		ev.maybe--
	}
	for _, b := range s.blocks[1:] {
		ev.block(b)
	}
}

func (ev *pyEval) bindUnknown(t *pyExpr) {
	if t.kind == eTuple || t.kind == eList {
		for _, e := range t.a {
			ev.bindUnknown(e)
		}
		return
	}
	ev.bind(t, &val{k: vUnknown, s: ev.source(t)})
}

// iterate returns what a loop over v visits, and whether that is known.
func (ev *pyEval) iterate(v *val) ([]*val, bool) {
	switch v.k {
	case vList:
		if len(v.list) <= maxPyLoop {
			return v.list, true
		}
	case vDict:
		if len(v.keys) <= maxPyLoop {
			return v.keys, true
		}
	}
	return nil, false
}

func (ev *pyEval) def(s *pyStmt) {
	v := &val{k: vFunc, s: s.name, fn: &pyFunc{def: s, scope: ev.scope}}
	ev.funcs = append(ev.funcs, v)
	ev.assign(s.name, ev.decorated(v, s))
}

// decorated gives a definition to the host with its decorators, innermost last.
func (ev *pyEval) decorated(v *val, s *pyStmt) *val {
	if len(s.decorators) == 0 {
		return v
	}
	ds := make([]*val, len(s.decorators))
	for i, d := range s.decorators {
		ds[i] = ev.expr(d)
	}
	if r := ev.host.decorate(ev, v, ds); r != nil {
		return r
	}
	return v
}

func (ev *pyEval) class(s *pyStmt) {
	outer := ev.scope
	ev.scope = &pyScope{names: map[string]*val{}, parent: outer, class: true}
	v := &val{k: vClass, s: s.name}
	if s.value != nil {
		for _, b := range s.value.a[1:] {
			if base := ev.expr(b); base.k == vRef || base.k == vClass {
				v.list = append(v.list, base)
				maps.Copy(ev.scope.names, base.attrs)
			}
		}
	}
	ev.block(s.blocks[0])
	v.attrs = ev.scope.names
	ev.scope = outer
	ev.assign(s.name, ev.decorated(v, s))
}

// expr returns the value of an expression, never nil.
func (ev *pyEval) expr(e *pyExpr) *val {
	if e == nil || ev.spent() {
		return &val{k: vUnknown}
	}
	switch e.kind {
	case eStr:
		return &val{k: vStr, s: e.s}
	case eFStr:
		return ev.fstring(e)
	case eNum:
		return &val{k: vNum, s: e.s}
	case eName:
		return ev.name(e)
	case eAttr:
		return ev.attribute(e)
	case eCall:
		return ev.call(e)
	case eIndex:
		return ev.index(e)
	case eList, eTuple, eSet:
		v := &val{k: vList, set: e.kind == eSet}
		for _, x := range e.a {
			if x.kind == eStar {
				if in := ev.expr(x.a[0]); in.k == vList || in.k == vUnknown && len(in.list) > 0 {
					ev.charge(len(in.list))
					v.list = append(v.list, in.list...)
				} else {
					v.list = append(v.list, ev.unknown(x))
				}
			} else {
				v.list = append(v.list, ev.expr(x))
			}
			if len(v.list) > maxPyList {
				return ev.unknown(e)
			}
		}
		return v
	case eDict:
		v := &val{k: vDict}
		for i := 0; i+1 < len(e.a); i += 2 {
			if e.a[i] == nil {
				in := ev.expr(e.a[i+1])
				if in.k == vRef { // of another file: look-ups ask it last
					v.keys, v.list = append(v.keys, &val{k: vUnknown, s: "**"}), append(v.list, in)
				}
				if in.k == vDict && len(v.keys)+len(in.keys) < maxPyList {
					ev.charge(len(in.keys))
					v.keys, v.list = append(v.keys, in.keys...), append(v.list, in.list...)
				}
				continue
			}
			v.keys, v.list = append(v.keys, ev.expr(e.a[i])), append(v.list, ev.expr(e.a[i+1]))
		}
		return v
	case eBin:
		if e.s == ":=" {
			v := ev.expr(e.a[1])
			ev.assign(e.a[0].s, v)
			return v
		}
		if e.s == "and" || e.s == "or" {
			l := ev.expr(e.a[0])
			if yes, known := truth(l); known {
				if yes == (e.s == "or") {
					return l
				}
				return ev.expr(e.a[1])
			}
			ev.expr(e.a[1])
			return ev.unknown(e)
		}
		return ev.binop(e.s, ev.expr(e.a[0]), ev.expr(e.a[1]), e)
	case eUnary:
		v := ev.expr(e.a[0])
		switch {
		case e.s == "not":
			if yes, known := truth(v); known {
				return pyBool(!yes)
			}
		case e.s == "-" && v.k == vNum:
			return &val{k: vNum, s: "-" + v.s}
		}
		return ev.unknown(e)
	case eCond:
		yes, known := ev.condition(e.a[1])
		if !known {
			a, b := ev.expr(e.a[0]), ev.expr(e.a[2])
			if sameVal(a, b) {
				return a
			}
			return ev.unknown(e)
		}
		if yes {
			return ev.expr(e.a[0])
		}
		return ev.expr(e.a[2])
	case eComp:
		return ev.comprehension(e)
	default:
		return ev.unknown(e)
	}
}

func pyBool(b bool) *val {
	if b {
		return &val{k: vBool, s: "True"}
	}
	return &val{k: vBool, s: "False"}
}

func (ev *pyEval) name(e *pyExpr) *val {
	switch e.s {
	case "True", "False":
		return &val{k: vBool, s: e.s}
	case "None":
		return &val{k: vNone, s: "None"}
	}
	if v := ev.scope.lookup(e.s); v != nil {
		return v
	}
	return ev.unknown(e)
}

// fstring joins what is known; what is not becomes a *.
func (ev *pyEval) fstring(e *pyExpr) *val {
	out := &val{k: vStr}
	var b strings.Builder
	for _, part := range e.a {
		if part.kind == eStr {
			b.WriteString(part.s)
		} else {
			ev.join(&b, out, ev.expr(part.a[0]))
		}
		if b.Len() > maxPyString {
			return ev.unknown(e)
		}
	}
	out.s = b.String()
	return out
}

func (ev *pyEval) join(b *strings.Builder, out *val, v *val) {
	switch v.k {
	case vStr, vNum, vBool:
		b.WriteString(v.s)
		out.partial = out.partial || v.partial
	case vRef:
		out.partial = true
		b.WriteString(mark(v.s))
	default:
		out.partial = true
		if !strings.HasSuffix(b.String(), "*") {
			b.WriteByte('*')
		}
	}
}

func (ev *pyEval) attribute(e *pyExpr) *val {
	base := ev.expr(e.a[0])
	switch base.k {
	case vRef:
		return &val{k: vRef, s: base.s + "." + e.s}
	case vClass, vObj:
		if v := base.attrs[e.s]; v != nil {
			return v
		}
		if base.k == vObj && base.obj != nil {
			switch {
			case last(base.obj.callee) == "Path" && len(base.obj.args) > 0:
				if s, ok := base.obj.args[0].text(); ok {
					return pyPath(s, e.s, ev.unknown(e))
				}
			case base.host != nil:
				return &val{k: vUnknown, s: ev.source(e), host: base.host} // the output of a task
			}
		}
	case vStr:
		if e.s == "value" || e.s == "name" { // of an Enum
			return base
		}
	}
	return ev.unknown(e)
}

func pyPath(s, attr string, otherwise *val) *val {
	base := path.Base(s)
	switch attr {
	case "stem":
		return &val{k: vStr, s: strings.TrimSuffix(base, path.Ext(base))}
	case "name":
		return &val{k: vStr, s: base}
	case "suffix":
		return &val{k: vStr, s: path.Ext(base)}
	case "parent":
		dir := &val{k: vStr, s: path.Dir(s)}
		return &val{k: vObj, obj: &pyCallInfo{callee: "pathlib.Path", known: true, args: []*val{dir}}}
	}
	return otherwise
}

func (ev *pyEval) index(e *pyExpr) *val {
	base := ev.expr(e.a[0])
	if e.a[1].kind == eSlice {
		return ev.slice(base, e)
	}
	ix := ev.expr(e.a[1])
	switch base.k {
	case vDict:
		for i, k := range base.keys {
			if ev.spent() {
				break
			}
			if k.k == ix.k && k.s == ix.s && (k.k == vStr || k.k == vNum) {
				return base.list[i]
			}
		}
	case vList:
		if n, err := strconv.Atoi(ix.s); err == nil && ix.k == vNum {
			if n < 0 {
				n += len(base.list)
			}
			if n >= 0 && n < len(base.list) {
				return base.list[n]
			}
		}
	}
	u := ev.unknown(e)
	u.host = base.host // a part of the output of a task is of the task
	return u
}

// slice is part of a list or text; of one that is not known, the same things may
// be in it.
func (ev *pyEval) slice(base *val, e *pyExpr) *val {
	u := ev.unknown(e)
	u.host, u.list = base.host, base.list
	n := len(base.list)
	if base.k == vStr && !base.partial {
		n = len(base.s)
	} else if base.k != vList {
		return u
	}
	ev.charge(n)
	bound := func(x *pyExpr, otherwise int) (int, bool) {
		if x == nil {
			return otherwise, true
		}
		v := ev.expr(x)
		i, err := strconv.Atoi(v.s)
		if v.k != vNum || err != nil {
			return 0, false
		}
		if i < 0 {
			i += n
		}
		return min(max(i, 0), n), true
	}
	parts := e.a[1].a
	lo, ok1 := bound(parts[0], 0)
	hi, ok2 := bound(parts[1], n)
	if !ok1 || !ok2 || parts[2] != nil {
		return u
	}
	hi = max(lo, hi)
	if base.k == vStr {
		return &val{k: vStr, s: strings.ToValidUTF8(base.s[lo:hi], "")}
	}
	return &val{k: vList, list: slices.Clone(base.list[lo:hi])}
}

func (ev *pyEval) binop(op string, l, r *val, e *pyExpr) *val {
	switch op {
	case ">>", "<<", "|", "&":
		if v := ev.host.operator(ev, op, l, r); v != nil {
			return v
		}
		if op == "|" && l.k == vDict && r.k == vDict && len(l.keys)+len(r.keys) < maxPyList {
			ev.charge(len(l.keys) + len(r.keys))
			return mergeDicts(l, r)
		}
	case "+":
		switch {
		case l.k == vNum && r.k == vNum:
			return arithmetic(op, l, r, ev.unknown(e))
		case (l.k == vStr || r.k == vStr) && l.k != vList && r.k != vList:
			out := &val{k: vStr}
			var b strings.Builder
			ev.join(&b, out, l)
			ev.join(&b, out, r)
			if b.Len() <= maxPyString {
				out.s = b.String()
				return out
			}
		case l.k == vList && r.k == vList && len(l.list)+len(r.list) < maxPyList:
			ev.steps += len(l.list) + len(r.list)
			return &val{k: vList, list: slices.Concat(l.list, r.list)}
		}
	case "-", "*", "//", "%":
		if l.k == vNum && r.k == vNum {
			return arithmetic(op, l, r, ev.unknown(e))
		}
		if op == "%" && l.k == vStr {
			return ev.percent(l, r, e)
		}
	case "==", "!=":
		if known(l) && known(r) {
			return pyBool((l.k == r.k && l.s == r.s) == (op == "=="))
		}
	case "in", "not in":
		if items, ok := ev.iterate(r); ok && known(l) {
			for _, x := range items {
				if ev.spent() || !known(x) {
					return ev.unknown(e)
				}
				if x.k == l.k && x.s == l.s {
					return pyBool(op == "in")
				}
			}
			return pyBool(op != "in")
		}
	case "is", "is not":
		if l.k == vNone && r.k == vNone {
			return pyBool(op == "is")
		}
		if r.k == vNone && l.k != vUnknown && l.k != vObj {
			return pyBool(op != "is")
		}
	}
	return ev.unknown(e)
}

// known reports whether a value is a constant that can be compared by its text.
func known(v *val) bool {
	switch v.k {
	case vStr:
		return !v.partial
	case vNum, vBool, vNone:
		return true
	}
	return false
}

func mergeDicts(l, r *val) *val {
	return &val{k: vDict, keys: slices.Concat(r.keys, l.keys), list: slices.Concat(r.list, l.list)}
}

func arithmetic(op string, l, r, otherwise *val) *val {
	a, err1 := strconv.ParseInt(l.s, 0, 64)
	b, err2 := strconv.ParseInt(r.s, 0, 64)
	if err1 != nil || err2 != nil || a > 1<<31 || b > 1<<31 || a < -1<<31 || b < -1<<31 {
		return otherwise
	}
	switch op {
	case "+":
		a += b
	case "-":
		a -= b
	case "*":
		a *= b
	case "//", "%":
		if b <= 0 || a < 0 {
			return otherwise
		}
		if op == "%" {
			a %= b
		} else {
			a /= b
		}
	}
	return &val{k: vNum, s: strconv.FormatInt(a, 10)}
}

// percent formats with the % operator.
func (ev *pyEval) percent(l, r *val, e *pyExpr) *val {
	args := []*val{r}
	if r.k == vList {
		args = r.list
	}
	out := &val{k: vStr, partial: l.partial}
	var b strings.Builder
	for s := l.s; s != ""; {
		i := strings.IndexByte(s, '%')
		if i < 0 || i+1 >= len(s) {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		verb := s[i+1]
		s = s[i+2:]
		switch verb {
		case '%':
			b.WriteByte('%')
		case 's', 'd', 'r':
			if len(args) == 0 {
				return ev.unknown(e)
			}
			ev.join(&b, out, args[0])
			args = args[1:]
		case '(':
			name, rest, ok := strings.Cut(s, ")")
			if !ok || rest == "" {
				return ev.unknown(e)
			}
			s = rest[1:]
			ev.charge(len(r.keys))
			ev.join(&b, out, dictGet(r, name))
		default:
			return ev.unknown(e)
		}
		if b.Len() > maxPyString {
			return ev.unknown(e)
		}
	}
	out.s = b.String()
	return out
}

// dictGet returns the value of a text key, or an unknown one.
func dictGet(v *val, key string) *val {
	if v.k == vDict {
		for i, k := range v.keys {
			if k.k == vStr && k.s == key {
				return v.list[i]
			}
		}
	}
	return &val{k: vUnknown, s: key}
}

func (ev *pyEval) comprehension(e *pyExpr) *val {
	outer := ev.scope
	ev.scope = &pyScope{names: map[string]*val{}, parent: outer}
	defer func() { ev.scope = outer }()
	out := &val{k: vList}
	isDict := len(e.a) == 2
	if isDict {
		out.k = vDict
	}
	known := true
	var loop func(i int)
	loop = func(i int) {
		if ev.spent() || len(out.list) > maxPyList {
			known = false
			return
		}
		if i == len(e.loops) {
			if isDict {
				out.keys = append(out.keys, ev.expr(e.a[0]))
			}
			out.list = append(out.list, ev.expr(e.a[len(e.a)-1]))
			return
		}
		l := e.loops[i]
		items, ok := ev.iterate(ev.expr(l.iter))
		if !ok {
			known = false
			ev.bindUnknown(l.target)
			loop(i + 1)
			return
		}
		for _, v := range items {
			ev.bind(l.target, v)
			keep := true
			for _, c := range l.conds {
				yes, sure := ev.condition(c)
				known = known && sure
				keep = keep && (yes || !sure)
			}
			if keep {
				loop(i + 1)
			}
		}
	}
	loop(0)
	if !known {
		u := ev.unknown(e)
		u.list = out.list // tasks in it still depend on one another
		return u
	}
	return out
}

func (ev *pyEval) call(e *pyExpr) *val {
	c := &pyCallInfo{line: int(e.line), src: ev.source(e)}
	fe := e.a[0]
	var fv *val
	if fe.kind == eAttr {
		c.attr = true
		c.recv, c.method = ev.expr(fe.a[0]), fe.s
		if c.recv.k == vRef {
			fv = &val{k: vRef, s: c.recv.s + "." + fe.s}
			c.recv = nil
		} else if a := c.recv.attrs[fe.s]; a != nil {
			fv = a
		}
	} else {
		fv = ev.expr(fe)
	}
	ev.arguments(e, c)
	switch {
	case fv == nil:
		c.callee = fe.s
	case fv.k == vRef:
		c.callee, c.known = fv.s, true
	case fv.k == vFunc, fv.k == vClass:
		c.callee, c.local = fv.s, fv.k == vFunc
	default:
		c.callee = ev.source(fe)
		if c.recv == nil && fv.host != nil {
			c.recv = fv // what a decorator made is called
			c.method = ""
		}
	}
	if fv != nil && fv.k == vClass {
		// A class of this file stands for what it is derived from.
		for base := fv; len(base.list) > 0; base = base.list[0] {
			if base.list[0].k == vRef {
				c.callee, c.known = base.list[0].s, true
				break
			}
		}
	}
	if v := ev.host.call(ev, c); v != nil {
		return v
	}
	if fv != nil && fv.k == vFunc {
		return ev.callFunc(fv.fn, c, false)
	}
	if v := ev.builtin(c); v != nil {
		return v
	}
	v := &val{k: vObj, s: c.src, obj: c}
	if fv != nil && fv.k == vClass {
		ev.charge(len(fv.attrs))
		v.attrs = maps.Clone(fv.attrs)
		if init := v.attrs["__init__"]; init != nil && init.k == vFunc {
			with := *c
			with.recv = v
			ev.callFunc(init.fn, &with, false)
		}
	}
	return v
}

func (ev *pyEval) arguments(e *pyExpr, c *pyCallInfo) {
	for _, a := range e.a[1:] {
		if a.kind != eStar {
			c.args = append(c.args, ev.expr(a))
			continue
		}
		if v := ev.expr(a.a[0]); v.k == vList && len(c.args)+len(v.list) < maxPyList {
			ev.charge(len(v.list))
			c.args = append(c.args, v.list...)
		} else {
			c.open = true
			c.args = append(c.args, v)
		}
	}
	for _, k := range e.kw {
		v := ev.expr(k.v)
		if k.name != "" {
			c.kw = append(c.kw, kwArg{k.name, v, int(k.v.line)})
			continue
		}
		if v.k != vDict || len(v.keys) > maxPyLoop {
			c.open = true
			continue
		}
		for i, key := range v.keys {
			if s, ok := key.text(); ok {
				c.kw = append(c.kw, kwArg{s, v.list[i], int(k.v.line)})
			}
		}
	}
}

// callFunc follows the body of a function of the file. Where it runs without a
// caller, hypothetical is true.
func (ev *pyEval) callFunc(fn *pyFunc, c *pyCallInfo, hypothetical bool) *val {
	fn.called = true
	if fn.running || ev.calls >= maxPyCalls || ev.spent() {
		return &val{k: vUnknown, s: c.src}
	}
	fn.running = true
	ev.calls++
	outer, ret, done, maybe := ev.scope, ev.ret, ev.done, ev.maybe
	scope := &pyScope{names: map[string]*val{}, parent: fn.scope}
	args := c.args
	for i, p := range fn.def.params {
		if i == 0 && (p.name == "self" || p.name == "cls") {
			if c.recv != nil {
				scope.names[p.name] = c.recv
			} else {
				scope.names[p.name] = &val{k: vObj, s: p.name}
			}
			continue
		}
		var v *val
		switch p.star {
		case "*":
			v, args = &val{k: vList, list: args}, nil
			if hypothetical {
				v = &val{k: vUnknown, s: p.name}
			}
		case "**":
			v = &val{k: vUnknown, s: p.name}
		default:
			if v = c.arg(-1, p.name); v == nil && len(args) > 0 {
				v, args = args[0], args[1:]
			}
			if v == nil && hypothetical {
				v = ev.host.annotated(ev, ev.dotted(p.annotation), p.name)
			}
			if v == nil && p.fallback != nil && !hypothetical {
				v = ev.expr(p.fallback)
			}
			if v == nil {
				v = &val{k: vUnknown, s: p.name}
			}
		}
		scope.names[p.name] = v
	}
	ev.scope, ev.ret, ev.done, ev.maybe = scope, nil, false, 0
	ev.block(fn.def.blocks[0])
	v := ev.ret
	ev.scope, ev.ret, ev.done, ev.maybe = outer, ret, done, maybe
	ev.calls--
	fn.running = false
	if v == nil {
		v = &val{k: vNone, s: "None"}
	}
	return v
}

// builtin gives the few functions and methods of Python a value that names are
// commonly made with.
func (ev *pyEval) builtin(c *pyCallInfo) *val {
	if c.recv != nil {
		switch c.recv.k {
		case vStr:
			return ev.textMethod(c)
		case vDict, vList:
			return ev.containerMethod(c)
		}
		return nil
	}
	arg := func(i int) *val {
		if i < len(c.args) {
			return c.args[i]
		}
		return &val{k: vUnknown}
	}
	switch c.callee {
	case "str", "int", "float":
		if a := arg(0); len(c.args) == 1 && (a.k == vStr || a.k == vNum) {
			if c.callee == "str" {
				return &val{k: vStr, s: a.s, partial: a.partial}
			}
			return &val{k: vNum, s: a.s}
		}
	case "list", "tuple", "set", "sorted", "reversed", "frozenset":
		if len(c.args) == 0 {
			return &val{k: vList}
		}
		if items, ok := ev.iterate(arg(0)); ok {
			return &val{k: vList, list: slices.Clone(items)}
		}
	case "dict":
		v := &val{k: vDict}
		if a := arg(0); a.k == vDict {
			v.keys, v.list = slices.Clone(a.keys), slices.Clone(a.list)
		}
		for _, k := range c.kw {
			v.keys, v.list = append(v.keys, &val{k: vStr, s: k.name}), append(v.list, k.v)
		}
		return v
	case "range":
		return pyRange(c.args)
	case "enumerate":
		if items, ok := ev.iterate(arg(0)); ok {
			v := &val{k: vList}
			for i, x := range items {
				v.list = append(v.list, &val{k: vList, list: []*val{{k: vNum, s: strconv.Itoa(i)}, x}})
			}
			return v
		}
	case "zip":
		a, ok1 := ev.iterate(arg(0))
		b, ok2 := ev.iterate(arg(1))
		if ok1 && ok2 && len(c.args) == 2 {
			v := &val{k: vList}
			for i := range min(len(a), len(b)) {
				v.list = append(v.list, &val{k: vList, list: []*val{a[i], b[i]}})
			}
			return v
		}
	case "len":
		if a := arg(0); a.k == vList || a.k == vDict {
			return &val{k: vNum, s: strconv.Itoa(len(a.list))}
		}
	case "os.path.basename", "os.path.dirname", "os.path.abspath", "os.path.realpath", "os.path.splitext":
		s, ok := arg(0).text()
		if !ok {
			return nil
		}
		switch last(c.callee) {
		case "basename":
			return &val{k: vStr, s: path.Base(s), partial: c.args[0].partial}
		case "dirname":
			return &val{k: vStr, s: path.Dir(s), partial: c.args[0].partial}
		case "splitext":
			ext := path.Ext(s)
			return &val{k: vList, list: []*val{{k: vStr, s: strings.TrimSuffix(s, ext)}, {k: vStr, s: ext}}}
		}
		return c.args[0]
	case "os.path.join":
		out := &val{k: vStr}
		var b strings.Builder
		for i, a := range c.args {
			if i > 0 {
				b.WriteByte('/')
			}
			ev.join(&b, out, a)
		}
		out.s = b.String()
		if len(out.s) <= maxPyString {
			return out
		}
	}
	return nil
}

func pyRange(args []*val) *val {
	n := make([]int, 0, 3)
	for _, a := range args {
		i, err := strconv.Atoi(a.s)
		if a.k != vNum || err != nil || len(n) == 3 {
			return nil
		}
		n = append(n, i)
	}
	var from, to int
	step := 1
	switch len(n) {
	case 1:
		to = n[0]
	case 2:
		from, to = n[0], n[1]
	case 3:
		from, to, step = n[0], n[1], n[2]
	default:
		return nil
	}
	if step < 1 || (to-from)/step > maxPyLoop {
		return nil
	}
	v := &val{k: vList}
	for i := from; i < to; i += step {
		v.list = append(v.list, &val{k: vNum, s: strconv.Itoa(i)})
	}
	return v
}

func (ev *pyEval) textMethod(c *pyCallInfo) *val {
	s, partial := c.recv.s, c.recv.partial
	texts := make([]string, 0, 2)
	for _, a := range c.args {
		if t, ok := a.text(); ok && !a.partial {
			texts = append(texts, t)
		}
	}
	all := len(texts) == len(c.args)
	str := func(s string) *val {
		if len(s) > maxPyString {
			return nil
		}
		return &val{k: vStr, s: s, partial: partial}
	}
	switch c.method {
	case "lower":
		return str(strings.ToLower(s))
	case "upper":
		return str(strings.ToUpper(s))
	case "title", "capitalize", "encode", "decode":
		if c.method == "encode" || c.method == "decode" {
			return str(s)
		}
		return nil
	case "strip", "lstrip", "rstrip":
		if !all {
			return nil
		}
		cut := " \t\r\n"
		if len(texts) > 0 {
			cut = texts[0]
		}
		switch c.method {
		case "lstrip":
			return str(strings.TrimLeft(s, cut))
		case "rstrip":
			return str(strings.TrimRight(s, cut))
		}
		return str(strings.Trim(s, cut))
	case "removesuffix", "removeprefix":
		if !all || len(texts) != 1 {
			return nil
		}
		if c.method == "removesuffix" {
			return str(strings.TrimSuffix(s, texts[0]))
		}
		return str(strings.TrimPrefix(s, texts[0]))
	case "replace":
		if !all || len(texts) != 2 || texts[0] == "" || len(s)*(len(texts[1])+1) > 1<<20 {
			return nil
		}
		return str(strings.ReplaceAll(s, texts[0], texts[1]))
	case "split", "rsplit":
		if !all || len(texts) != 1 || texts[0] == "" || partial {
			return nil
		}
		v := &val{k: vList}
		for part := range strings.SplitSeq(s, texts[0]) {
			v.list = append(v.list, &val{k: vStr, s: part})
		}
		return v
	case "startswith", "endswith":
		if !all || len(texts) != 1 || partial {
			return nil
		}
		if c.method == "startswith" {
			return pyBool(strings.HasPrefix(s, texts[0]))
		}
		return pyBool(strings.HasSuffix(s, texts[0]))
	case "join":
		if len(c.args) != 1 || c.args[0].k != vList {
			return nil
		}
		out := &val{k: vStr, partial: partial}
		var b strings.Builder
		for i, x := range c.args[0].list {
			if i > 0 {
				b.WriteString(s)
			}
			ev.join(&b, out, x)
			if b.Len() > maxPyString {
				return nil
			}
		}
		out.s = b.String()
		return out
	case "format":
		return ev.format(c)
	}
	return nil
}

// format is str.format with plain fields.
func (ev *pyEval) format(c *pyCallInfo) *val {
	out := &val{k: vStr, partial: c.recv.partial}
	var b strings.Builder
	auto := 0
	for s := c.recv.s; s != ""; {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		if i+1 < len(s) && s[i+1] == s[i] {
			b.WriteByte(s[i])
			s = s[i+2:]
			continue
		}
		field, rest, ok := strings.Cut(s[i+1:], "}")
		if s[i] == '}' || !ok {
			return nil
		}
		s = rest
		field, _, _ = strings.Cut(field, ":")
		field, _, _ = strings.Cut(field, "!")
		var v *val
		if n, err := strconv.Atoi(field); err == nil {
			v = c.arg(n)
		} else if field == "" {
			v = c.arg(auto)
			auto++
		} else {
			v = c.arg(-1, field)
		}
		if v == nil {
			v = &val{k: vUnknown}
		}
		ev.join(&b, out, v)
		if b.Len() > maxPyString {
			return nil
		}
	}
	out.s = b.String()
	return out
}

func (ev *pyEval) containerMethod(c *pyCallInfo) *val {
	v := c.recv
	ev.charge(len(v.list))
	if len(c.args) == 1 {
		ev.charge(len(c.args[0].list))
	}
	if len(v.list) >= maxPyList {
		return nil
	}
	switch {
	case c.method == "append" && v.k == vList && len(c.args) == 1:
		v.list = append(v.list, c.args[0])
	case c.method == "extend" && v.k == vList && len(c.args) == 1 && c.args[0].k == vList && len(c.args[0].list) < maxPyList:
		v.list = append(v.list, c.args[0].list...)
	case c.method == "items" && v.k == vDict:
		out := &val{k: vList}
		for i := range v.keys {
			out.list = append(out.list, &val{k: vList, list: []*val{v.keys[i], v.list[i]}})
		}
		return out
	case c.method == "keys" && v.k == vDict:
		return &val{k: vList, list: slices.Clone(v.keys)}
	case c.method == "values" && v.k == vDict:
		return &val{k: vList, list: slices.Clone(v.list)}
	case c.method == "copy":
		return &val{k: v.k, keys: slices.Clone(v.keys), list: slices.Clone(v.list)}
	case c.method == "get" && v.k == vDict && len(c.args) > 0:
		if key, ok := c.args[0].text(); ok {
			if r := dictGet(v, key); r.k != vUnknown {
				return r
			}
			if len(c.args) > 1 {
				return c.args[1]
			}
		}
		return nil
	case c.method == "update" && v.k == vDict && len(c.args) == 1 && c.args[0].k == vDict && len(v.keys)+len(c.args[0].keys) < maxPyList:
		// The newest first, as look-ups take the first.
		v.keys, v.list = slices.Concat(c.args[0].keys, v.keys), slices.Concat(c.args[0].list, v.list)
	default:
		return nil
	}
	return &val{k: vNone, s: "None"}
}
