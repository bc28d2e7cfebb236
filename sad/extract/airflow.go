package extract

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// airflow reads DAGs of Apache Airflow 1.10 to 3: DAG objects, the decorators,
// tasks, groups, mapped tasks, what runs after what, schedules, assets. Ids that
// are made of constants, in loops and in functions of the file, are followed.
// https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/dags.html
func airflow() Extractor {
	return Extractor{
		Name: "airflow", Version: 1, Patterns: []string{"*.py"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			if !f.contains("airflow") && !f.contains("cosmos") {
				if names, ok := pyConstants(f); ok {
					return []Fact{names}, nil, nil
				}
				return nil, nil, nil
			}
			mod := f.python()
			h := &afHost{}
			ev := followPython(f, mod, h)
			facts := h.facts()
			if len(facts) > 0 && !f.contains("DAG") && !f.contains("dag") && !f.contains("Dag") && !f.contains("sset") {
				facts = nil
			}
			findings := pyFindings(ev, len(facts) > 0 || f.contains("DAG(") || f.contains("@dag"), h.findings)
			if names, ok := pyExports(f.Path, ev.scope.names); ok {
				facts = append(facts, names)
			}
			return facts, findings, nil
		},
		Join: joinAirflow,
	}
}

// kindPyCall is a call of an imported function among the tasks of a DAG, which
// is a task if the function is one that makes tasks.
const kindPyCall Kind = "python call"

// joinAirflow puts in what files import from one another: constants in names and
// settings, assets, functions that make tasks.
func joinAirflow(facts []Fact) ([]Fact, []finding.Finding) {
	facts, names := takePyNames(facts)
	var findings []finding.Finding
	out := make([]Fact, 0, len(facts))
	for _, f := range facts {
		from := pyModuleName(f.File)
		name, kinds, all := names.fill(f.Name, from)
		if f.Kind == kindPyCall {
			if marked(f.Name) && (!all || strings.Trim(kinds, pyTask) != "") {
				continue // some other function
			}
			f.Kind = KindTask
		}
		if !all && vague(name) {
			if f.Kind == KindDAG {
				findings = append(findings, unresolvedDAG(f.File, sourceOf(f.Name), f.Line))
			}
			continue
		}
		f.Name = name
		f.ID, _, _ = names.fill(f.ID, from)
		f.Attrs = fillAttrs(f.Attrs, names, from)
		uses := make([]Ref, 0, len(f.Uses))
		orphan := false
		for _, u := range f.Uses {
			was := u.Name
			name, kinds, all := names.fill(u.Name, from)
			u.Name = name
			switch {
			case !marked(was):
			case u.Kind == KindAsset && kinds != pyAsset, u.Kind == KindTask && (!all || strings.Trim(kinds, pyTask+pyConst) != ""):
				continue
			case !all && vague(name):
				orphan = orphan || u.Kind == KindDAG && u.Relation == PartOf
				continue
			}
			uses = append(uses, u)
		}
		if f.Uses = uses; !orphan {
			out = append(out, f)
		}
	}
	return out, findings
}

// vague reports whether too little of a name is known to tell anything.
func vague(name string) bool { return len(strings.Trim(name, "*._-/ ")) < 3 }

// fillAttrs puts in imported constants; what stays unknown is shown as it is
// written, but for a member of an imported map that may not have it.
func fillAttrs(attrs []Attr, names *pyNames, from string) []Attr {
	out := make([]Attr, 0, len(attrs))
	for _, a := range attrs {
		if marked(a.Value) {
			v, _, all := names.fill(a.Value, from)
			switch {
			case all:
				a.Value, a.Unresolved = v, false
			case strings.Contains(a.Value, "["):
				continue
			default:
				a.Value = clip(sourceOf(a.Value))
			}
		}
		if !slices.ContainsFunc(out, func(b Attr) bool { return b.Key == a.Key && isDefaultArg(a.Key) }) {
			out = append(out, a)
		}
	}
	return out
}

// pyFindings adds to the findings of a host what is wrong with the module, where
// the module is one that declares something.
func pyFindings(ev *pyEval, concerned bool, findings []finding.Finding) []finding.Finding {
	if ev.mod.err != nil && concerned {
		findings = append(findings, ev.mod.err.finding())
	}
	if ev.steps > maxPySteps {
		findings = append(findings, limitFinding("", "not all of the file was followed: it takes too many steps"))
	}
	return findings
}

type afDAG struct {
	id       string // "" is not known
	line     int
	attrs    []Attr
	uses     Fact // holds what the DAG itself names
	tasks    []*afTask
	byID     map[string]*afTask
	groups   []*afGroup
	viaAsset bool
}

// afNode is what a dependency connects: a task, a group, a list of them.
type afTask struct {
	dag   *afDAG
	id    string
	fact  Fact
	after []afEdge
	has   map[any]bool // what is in after
	// opaque is what a function of another file makes of a DAG: a task whose id
	// is not known.
	opaque bool
	group  *afGroup
}

type afEdge struct {
	from any // *afTask or *afGroup
	line int
}

type afGroup struct {
	dag     *afDAG
	id      string
	parent  *afGroup
	members []*afTask // also those of groups in it
	in      []afEdge
	root    bool
	leaves  []*afTask // once the file has been followed
}

// What decorators and partial calls leave behind.
type (
	afDAGFunc struct {
		fn     *pyFunc
		with   *pyCallInfo
		called bool
	}
	afTaskFunc struct {
		fn       *pyFunc // nil where it is imported
		ref      string  // from where
		operator string
		with     *pyCallInfo
	}
	afGroupFunc struct {
		fn   *pyFunc
		with *pyCallInfo
	}
	afPartial struct {
		with     *pyCallInfo
		operator string
	}
	afLabel struct{ nodes []any }
	afAsset struct{ uri string }
)

type afHost struct {
	dags     []*afDAG
	byID     map[string]*afDAG
	dagStack []*afDAG
	groups   []*afGroup
	assets   []Fact
	declared map[string]bool // assets
	dagFuncs []*afDAGFunc
	findings []finding.Finding
	edges    int
}

func isAirflow(c *pyCallInfo) bool {
	return strings.HasPrefix(c.callee, "airflow.") || !c.known
}

func (h *afHost) dag() *afDAG {
	if len(h.dagStack) == 0 {
		return nil
	}
	return h.dagStack[len(h.dagStack)-1]
}

func (h *afHost) group() *afGroup {
	if len(h.groups) == 0 {
		return nil
	}
	return h.groups[len(h.groups)-1]
}

func (h *afHost) named(*val, string)                     {}
func (h *afHost) annotated(*pyEval, string, string) *val { return nil }

func (h *afHost) call(ev *pyEval, c *pyCallInfo) *val {
	if c.recv != nil && c.recv.host != nil {
		if v := h.method(ev, c); v != nil {
			return v
		}
	}
	if c.local {
		return nil
	}
	name := last(c.callee)
	switch {
	case c.recv != nil:
		if c.method == "expand" || c.method == "expand_kwargs" || c.method == "partial" {
			return nil
		}
		return nil
	case isDAGName(name) && (name == "DAG" && isAirflow(c) || c.arg(-1, "dag_id") != nil):
		return h.newDAG(ev, c, c.arg(0, "dag_id"), "")
	case strings.HasSuffix(name, "TaskGroup") && (isAirflow(c) || c.arg(-1, "group_id") != nil):
		return h.taskGroup(ev, c, c.arg(0, "group_id"), "", name)
	case (name == "Dataset" || name == "Asset" || name == "DatasetAlias" || name == "AssetAlias") && (isAirflow(c) || strings.Contains(c.callee, "airflow")):
		return h.asset(c)
	case name == "Label" && isAirflow(c):
		return &val{k: vObj, obj: c, host: &afLabel{}}
	case name == "chain" || name == "cross_downstream" || name == "chain_linear":
		h.chain(name, c)
		return &val{k: vNone, s: "None"}
	case name == "override" && c.known && strings.Contains(c.callee, "."):
		return h.imported(ev, c)
	case name == "partial" && c.known && strings.Contains(c.callee, ".") && !strings.HasPrefix(c.callee, "functools."):
		cls := last(strings.TrimSuffix(c.callee, ".partial"))
		if cls[0] >= 'a' && cls[0] <= 'z' {
			return h.imported(ev, c)
		}
		return &val{k: vObj, obj: c, host: &afPartial{c, cls}}
	case strings.Contains(c.callee, "decorators.") || strings.HasPrefix(c.callee, "airflow.sdk.task") || name == "task" || name == "dag" || name == "task_group":
		return nil
	case c.arg(-1, "task_id") != nil && name != "TaskInstance" && name != "TaskInstanceKey" && name != "XComArg":
		return h.task(ev, c, name, c.arg(-1, "task_id"), "")
	case c.known && slices.ContainsFunc(c.args, isDAGValue):
		return &val{k: vObj, obj: c, s: c.src, host: &afTask{dag: h.dagOfArgs(c), opaque: true, has: map[any]bool{}}}
	case c.known && h.dag() != nil && !ev.hypothetical && name[0] >= 'a' && name[0] <= 'z' && !library(c.callee):
		return h.imported(ev, c)
	}
	return nil
}

// library tells modules that make no tasks.
func library(callee string) bool {
	module, _, _ := strings.Cut(callee, ".")
	switch module {
	case "airflow", "os", "datetime", "pendulum", "json", "logging", "pathlib", "typing", "functools", "itertools", "re", "math",
		"random", "uuid", "time", "sys", "yaml", "requests", "pandas", "hashlib", "textwrap", "collections", "string":
		return true
	}
	return !strings.Contains(callee, ".")
}

// imported is the call of a function of another file among the tasks of a DAG:
// a task if that file has it under @task, which Join finds out.
func (h *afHost) imported(ev *pyEval, c *pyCallInfo) *val {
	ref, name := c.callee, last(c.callee)
	if name == "override" || name == "partial" || name == "expand" || name == "expand_kwargs" {
		ref = strings.TrimSuffix(ref, "."+name)
	}
	if name == "override" || name == "partial" {
		x := &afTaskFunc{ref: ref, operator: "@task", with: c}
		if name == "partial" {
			x.with = &pyCallInfo{args: c.args, line: c.line}
			for _, k := range c.kw {
				x.with.args = append(x.with.args, k.v)
			}
		}
		return &val{k: vObj, obj: c, host: x}
	}
	return h.taskFunc(ev, &afTaskFunc{ref: ref, operator: "@task", with: &pyCallInfo{}}, c)
}

func isDAGValue(v *val) bool { _, ok := v.host.(*afDAG); return ok }

func (h *afHost) dagOfArgs(c *pyCallInfo) *afDAG {
	d, _ := c.args[slices.IndexFunc(c.args, isDAGValue)].host.(*afDAG)
	return d
}

// isDAGName tells classes of DAGs from functions that have to do with them.
func isDAGName(name string) bool {
	return name != "" && name[0] >= 'A' && name[0] <= 'Z' && (strings.HasSuffix(name, "DAG") || strings.HasSuffix(name, "Dag"))
}

// method is a call of what the host has made.
func (h *afHost) method(ev *pyEval, c *pyCallInfo) *val {
	switch x := c.recv.host.(type) {
	case *afDAGFunc:
		if c.method == "override" {
			return &val{k: vObj, obj: c, host: &afDAGFunc{fn: x.fn, with: merge(x.with, c), called: x.called}}
		}
		return h.runDAGFunc(ev, x, c)
	case *afTaskFunc:
		switch c.method {
		case "override", "partial":
			with := merge(x.with, c)
			if c.method == "partial" {
				with = merge(x.with, &pyCallInfo{})
				with.args = append(slices.Clone(with.args), c.args...)
				for _, k := range c.kw {
					with.args = append(with.args, k.v)
				}
			}
			return &val{k: vObj, obj: c, host: &afTaskFunc{x.fn, x.ref, x.operator, with}}
		case "", "expand", "expand_kwargs":
			return h.taskFunc(ev, x, c)
		}
		return nil
	case *afGroupFunc:
		switch c.method {
		case "override", "partial":
			return &val{k: vObj, obj: c, host: &afGroupFunc{x.fn, merge(x.with, c)}}
		}
		return h.runGroupFunc(ev, x, c)
	case *afPartial:
		if c.method == "expand" || c.method == "expand_kwargs" {
			with := merge(x.with, c)
			with.line, with.callee, with.recv = x.with.line, x.operator, nil
			return h.task(ev, with, x.operator, with.arg(-1, "task_id"), "")
		}
	case *afTask, *afGroup:
		switch c.method {
		case "set_downstream", "set_upstream":
			for _, a := range c.args {
				if c.method == "set_downstream" {
					h.connect(h.nodes(c.recv), h.nodes(a), c.line)
				} else {
					h.connect(h.nodes(a), h.nodes(c.recv), c.line)
				}
			}
			return &val{k: vNone, s: "None"}
		case "add", "add_task":
			return nil
		}
		return &val{k: vObj, obj: c, host: c.recv.host} // .map, .as_setup, …
	case *afDAG:
		if c.method == "task" {
			return &val{k: vObj, obj: &pyCallInfo{callee: "airflow.decorators.task", known: true, args: c.args, kw: c.kw, line: c.line, recv: c.recv}}
		}
		if c.method == "add_task" {
			for _, a := range c.args {
				if t, ok := a.host.(*afTask); ok && t.dag == nil {
					h.adopt(x, t)
				}
			}
		}
	}
	return nil
}

// merge returns the arguments of two calls as those of one; b comes first.
func merge(a, b *pyCallInfo) *pyCallInfo {
	out := *b
	if a != nil {
		out.kw = append(slices.Clone(b.kw), a.kw...)
		out.args = append(slices.Clone(b.args), a.args...)
		if len(out.kw) > maxUses {
			out.kw = out.kw[:maxUses]
		}
	}
	return &out
}

// nameOf returns the id that a value stands for: a text, or a text with * in it
// that still tells something.
func nameOf(v *val) string {
	if v != nil && v.k == vRef && strings.Contains(v.s, ".") && !strings.HasPrefix(v.s, "airflow.") {
		return mark(v.s)
	}
	s, ok := v.text()
	if !ok || strings.TrimSpace(s) == "" {
		return ""
	}
	if strings.Contains(s, "{{") { // a template of Jinja, filled in at run time
		s = starred(s)
	}
	if (v.partial || strings.Contains(s, "*")) && !marked(s) && vague(s) {
		return ""
	}
	return clip(s)
}

func (h *afHost) unresolved(v *val, line int) {
	src := ""
	if v != nil {
		src = clip(v.s)
	}
	if len(h.findings) > 50 {
		return
	}
	h.findings = append(h.findings, unresolvedDAG("", src, line))
}

func unresolvedDAG(file, src string, line int) finding.Finding {
	return finding.Finding{
		Rule: ruleUnresolved, Severity: finding.Info, Position: finding.Position{Path: file, Line: line},
		Message: "the id of a DAG is computed: " + sourceOf(src),
		Hint:    "write the id as a constant so that documents can be compared with it",
	}
}

func (h *afHost) newDAG(ev *pyEval, c *pyCallInfo, id *val, fallback string) *val {
	d := &afDAG{line: c.line, byID: map[string]*afTask{}}
	if id == nil && fallback != "" {
		d.id = fallback
	} else if d.id = nameOf(id); d.id == "" {
		h.unresolved(id, c.line)
	}
	h.dagAttrs(d, c)
	if d.id != "" {
		// Branches and repeated loops declare the same DAG again.
		if o := h.byID[d.id]; o != nil && (o.line == d.line || ev.maybe > 0) {
			d = o
		} else if len(h.dags) < maxFacts {
			h.dags = append(h.dags, d)
			if o == nil {
				if h.byID == nil {
					h.byID = map[string]*afDAG{}
				}
				h.byID[d.id] = d
			}
		}
	}
	return &val{k: vObj, obj: c, s: c.src, host: d}
}

// dagAttrs reads what a DAG is created with.
func (h *afHost) dagAttrs(d *afDAG, c *pyCallInfo) {
	f := &d.uses
	if v := c.arg(-1, "schedule", "schedule_interval", "timetable"); v != nil {
		h.schedule(f, v, h.argLine(c, "schedule", "schedule_interval", "timetable"))
	} else if v := c.arg(2, "schedule"); v != nil && len(c.args) > 2 {
		h.schedule(f, v, c.line) // DAG(dag_id, description, schedule)
	}
	for _, key := range [...]string{
		"description", "start_date", "end_date", "catchup", "max_active_runs", "max_active_tasks", "concurrency",
		"dagrun_timeout", "tags", "is_paused_upon_creation",
	} {
		if v := c.arg(-1, key); v != nil {
			setVal(f, key, v, c.argLine(key))
		}
	}
	if args := c.arg(-1, "default_args"); args != nil {
		line := c.argLine("default_args")
		maps := []*val{args} // of other files
		if args.k == vDict {
			maps = args.list
		}
		for _, key := range defaultArgs() {
			if _, ok := f.Attr(key); ok {
				continue
			}
			if v := dictGet(args, key); v.k != vUnknown {
				setVal(f, key, v, line)
				continue
			}
			for i, m := range maps {
				if m.k == vRef && (args.k == vRef || args.keys[i].s == "**") {
					f.Attrs = append(f.Attrs, Attr{Key: key, Value: mark(m.s + "[" + key + "]"), Line: line, Unresolved: true})
				}
			}
		}
	}
	d.attrs = f.Attrs
}

// defaultArgs are the members of default_args that say something of a DAG.
func defaultArgs() []string {
	return []string{"owner", "retries", "retry_delay", "start_date", "depends_on_past", "sla", "execution_timeout", "email", "pool", "queue"}
}

func isDefaultArg(key string) bool { return slices.Contains(defaultArgs(), key) }

func (h *afHost) argLine(c *pyCallInfo, names ...string) int {
	for _, n := range names {
		for i := range c.kw {
			if c.kw[i].name == n {
				return c.kw[i].line
			}
		}
	}
	return c.line
}

// schedule reads cron texts, presets, intervals, timetables and assets.
func (h *afHost) schedule(f *Fact, v *val, line int) {
	assets := h.assetsOf(v, nil, 0)
	if v.k == vObj && v.host == nil && strings.Contains(last(v.s), "Timetable") {
		assets = nil
	}
	if len(assets) > 0 {
		for _, a := range assets {
			f.use(KindAsset, a.uri, WaitsFor, line)
		}
		names := make([]string, len(assets))
		for i, a := range assets {
			names[i] = a.uri
		}
		text := clip(strings.Join(names, ", "))
		f.Attrs = append(f.Attrs, Attr{Key: "schedule", Value: text, Line: line, Unresolved: marked(text)})
		return
	}
	if v.k == vObj && v.obj != nil && strings.Contains(last(v.obj.callee), "Timetable") {
		if cron := v.obj.arg(0, "cron"); cron != nil && cron.k == vStr {
			setVal(f, "schedule", cron, line)
			f.set("timetable", last(v.obj.callee), line)
			if tz := v.obj.arg(1, "timezone"); tz != nil {
				setVal(f, "timezone", tz, line)
			}
			return
		}
		if d := v.obj.arg(-1, "assets", "datasets"); d != nil {
			f.set("timetable", last(v.obj.callee), line)
			h.schedule(f, d, line)
			if t := v.obj.arg(-1, "timetable"); t != nil {
				h.schedule(f, t, line)
			}
			return
		}
	}
	setVal(f, "schedule", v, line)
}

// setVal adds the value of an expression as an attribute.
func setVal(f *Fact, key string, v *val, line int) {
	s, resolved := show(v, 0)
	if s = clip(s); s == "" && resolved {
		return
	}
	if len(f.Attrs) < maxUses {
		f.Attrs = append(f.Attrs, Attr{Key: key, Value: s, Line: line, Unresolved: !resolved})
	}
}

// show writes a value as a person would, and says whether it is known.
func show(v *val, depth int) (string, bool) {
	switch v.k {
	case vStr:
		return v.s, !v.partial
	case vNum, vBool, vNone:
		return v.s, true
	case vRef:
		return showRef(v.s)
	case vFunc, vClass:
		return v.s, true
	case vList:
		if depth > 2 || len(v.list) > 50 {
			return v.s, false
		}
		parts, all := make([]string, len(v.list)), true
		for i, e := range v.list {
			var ok bool
			parts[i], ok = show(e, depth+1)
			all = all && ok
		}
		return strings.Join(parts, ", "), all
	case vObj:
		if v.obj == nil {
			return v.s, false
		}
		return showCall(v.obj, depth)
	}
	return v.s, false
}

// showRef shows what is imported: a member of one of Airflow's enumerations is
// as good as a constant, everything else has its value elsewhere.
func showRef(dotted string) (string, bool) {
	if !strings.HasPrefix(dotted, "airflow.") && strings.Contains(dotted, ".") {
		return mark(dotted), false
	}
	name := last(dotted)
	owner := last(strings.TrimSuffix(dotted, "."+name))
	upper := func(s string) bool { return s != "" && s[0] >= 'A' && s[0] <= 'Z' }
	if upper(owner) && strings.ToUpper(owner) != owner {
		return name, true
	}
	if upper(name) {
		return strings.TrimLeft(lastTwo(dotted), "."), false
	}
	return name, false
}

// showCall writes dates as dates, and intervals as they are written in Python
// with their constants put in.
func showCall(c *pyCallInfo, depth int) (string, bool) {
	name := last(c.callee)
	switch name {
	case "datetime", "DateTime":
		var n []string
		for _, a := range c.args {
			if a.k != vNum {
				return c.src, false
			}
			n = append(n, a.s)
		}
		if len(n) >= 3 && len(n) <= 6 {
			for i, s := range n[1:] {
				if len(s) == 1 {
					n[i+1] = "0" + s
				}
			}
			s := strings.Join(n[:3], "-")
			if len(n) > 3 {
				for len(n) < 5 {
					n = append(n, "00")
				}
				s += "T" + strings.Join(n[3:], ":")
			}
			return s, true
		}
	case "timedelta", "duration", "relativedelta", "days_ago":
		var parts []string
		for _, a := range c.args {
			s, ok := show(a, depth+1)
			if !ok {
				return c.src, false
			}
			parts = append(parts, s)
		}
		for _, k := range c.kw {
			s, ok := show(k.v, depth+1)
			if !ok {
				return c.src, false
			}
			parts = append(parts, k.name+"="+s)
		}
		return name + "(" + strings.Join(parts, ", ") + ")", true
	}
	return c.src, false
}

func (h *afHost) asset(c *pyCallInfo) *val {
	v := c.arg(0, "uri", "name")
	if u := c.arg(-1, "uri"); u != nil {
		v = u
	}
	uri := nameOf(v)
	if uri != "" && len(h.assets) < maxFacts && !h.declared[uri] {
		if h.declared == nil {
			h.declared = map[string]bool{}
		}
		h.declared[uri] = true
		h.assets = append(h.assets, Fact{Kind: KindAsset, ID: "asset:" + uri, Name: uri, Line: c.line, Technology: "Airflow asset"})
	}
	return &val{k: vObj, obj: c, host: &afAsset{uri}}
}

// assetsOf collects the assets in a value.
func (h *afHost) assetsOf(v *val, out []*afAsset, depth int) []*afAsset {
	if v == nil || depth > 5 || len(out) > maxUses {
		return out
	}
	if a, ok := v.host.(*afAsset); ok && a.uri != "" {
		return append(out, a)
	}
	if v.k == vRef && depth >= 0 && strings.Contains(v.s, ".") {
		return append(out, &afAsset{mark(v.s)}) // one of another file, perhaps
	}
	for _, e := range v.list {
		out = h.assetsOf(e, out, depth+1)
	}
	if v.k == vObj && v.obj != nil && v.host == nil {
		for _, e := range v.obj.args {
			if e.host != nil || e.k == vList {
				out = h.assetsOf(e, out, depth+1)
			}
		}
	}
	return out
}

func (h *afHost) taskGroup(ev *pyEval, c *pyCallInfo, id *val, fallback, class string) *val {
	g := &afGroup{dag: h.dagOf(c), parent: h.group()}
	if g.parent != nil && g.dag == nil {
		g.dag = g.parent.dag
	}
	if g.id = nameOf(id); g.id == "" {
		if g.id = fallback; g.id == "" {
			g.id = "*"
		}
	}
	if p := c.arg(-1, "prefix_group_id"); p != nil && p.k == vBool && p.s == "False" {
		g.root = true
	}
	if g.dag != nil {
		g.dag.groups = append(g.dag.groups, g)
	}
	if class != "TaskGroup" && class != "" {
		// A group that a library fills, such as the models of a dbt project.
		with := *c
		return h.task(ev, &with, class, id, fallback)
	}
	return &val{k: vObj, obj: c, s: c.src, host: g}
}

func (h *afHost) dagOf(c *pyCallInfo) *afDAG {
	if v := c.arg(-1, "dag"); v != nil {
		d, _ := v.host.(*afDAG)
		if d != nil {
			return d
		}
		if v.k == vUnknown && v.s != "dag" {
			return h.dag()
		}
	}
	return h.dag()
}

// task adds a task to the DAG that is open or named.
func (h *afHost) task(_ *pyEval, c *pyCallInfo, operator string, id *val, fallback string) *val {
	t := &afTask{dag: h.dagOf(c), has: map[any]bool{}}
	if id != nil {
		t.id = nameOf(id)
	} else {
		t.id = fallback
	}
	if v := c.arg(-1, "task_group"); v != nil {
		t.group, _ = v.host.(*afGroup)
	}
	if t.group == nil {
		t.group = h.group()
	}
	t.fact = Fact{Kind: KindTask, Line: c.line, Technology: "Airflow " + operator}
	if t.id == "" {
		t.id = "*"
	}
	for g := t.group; g != nil; g = g.parent {
		if !g.root {
			t.id = g.id + "." + t.id
		}
		if t.dag == nil {
			t.dag = g.dag
		}
	}
	taskAttrs(&t.fact, c, operator)
	for _, a := range h.assetsOf(c.arg(-1, "inlets"), nil, 0) {
		t.fact.use(KindAsset, a.uri, Reads, c.argLine("inlets"))
	}
	for _, a := range h.assetsOf(c.arg(-1, "outlets"), nil, 0) {
		t.fact.use(KindAsset, a.uri, Writes, c.argLine("outlets"))
	}
	if t.dag != nil {
		t = h.adopt(t.dag, t)
	}
	// What it takes from other tasks it waits for.
	for _, a := range c.args {
		h.connect(h.nodes(a), []any{t}, c.line)
	}
	for _, k := range c.kw {
		if k.name != "dag" && k.name != "task_group" {
			h.connect(h.nodes(k.v), []any{t}, k.line)
		}
	}
	return &val{k: vObj, obj: c, s: c.src, host: t}
}

// adopt gives a task to a DAG and returns it, or the one of the same id that is
// there already.
func (h *afHost) adopt(d *afDAG, t *afTask) *afTask {
	t.dag = d
	if other := d.byID[t.id]; other != nil {
		return other
	}
	if len(d.tasks) < maxFacts {
		d.byID[t.id] = t
		d.tasks = append(d.tasks, t)
		for g := t.group; g != nil; g = g.parent {
			g.members = append(g.members, t)
		}
	}
	return t
}

// taskAttrs reads what an operator is given: settings, and the systems that it
// names. Operators are thousands; their parameters follow a few habits.
func taskAttrs(f *Fact, c *pyCallInfo, operator string) {
	f.set("operator", operator, c.line)
	seen := map[string]bool{}
	for _, k := range c.kw {
		if seen[k.name] {
			continue
		}
		seen[k.name] = true
		switch k.name {
		case "trigger_rule", "retries", "retry_delay", "pool", "queue", "execution_timeout", "sla", "timeout",
			"schedule", "mode", "poke_interval", "deferrable", "job_name", "namespace":
			setVal(f, k.name, k.v, k.line)
		case "python_callable":
			switch k.v.k {
			case vFunc, vRef:
				f.set(k.name, last(k.v.s), k.line)
			default:
				setVal(f, k.name, k.v, k.line)
			}
		case "image":
			f.use(KindImage, nameOf(k.v), Runs, k.line)
		case "trigger_dag_id":
			f.use(KindDAG, nameOf(k.v), Triggers, k.line)
		case "external_dag_id":
			f.use(KindDAG, nameOf(k.v), WaitsFor, k.line)
		case "topic", "topics":
			rel := Writes
			if strings.Contains(operator, "Consume") || strings.Contains(operator, "Sensor") || strings.Contains(operator, "Await") || strings.Contains(operator, "Pull") {
				rel = Reads
			}
			useAll(f, KindTopic, k, rel)
		default:
			useByName(f, k, c, operator)
		}
	}
}

func useByName(f *Fact, k kwArg, c *pyCallInfo, operator string) {
	switch {
	case strings.HasSuffix(k.name, "conn_id"):
		useAll(f, KindConnection, k, Connects)
	case strings.Contains(k.name, "table") && !strings.Contains(k.name, "id_") && !strings.HasSuffix(k.name, "_fields") && !strings.Contains(k.name, "timetable"):
		rel := direction(k.name, operator)
		if name := nameOf(k.v); name != "" {
			if schema := nameOf(c.arg(-1, "schema")); schema != "" && k.name == "table" && !strings.Contains(name, ".") {
				name = schema + "." + name
			}
			f.use(KindTable, name, rel, k.line)
		}
	case strings.HasSuffix(k.name, "bucket") || strings.HasSuffix(k.name, "bucket_name"):
		useAll(f, KindBucket, k, direction(k.name, operator))
	}
}

// direction guesses from the parameter, then from the operator, whether data is
// taken or put; where neither tells it only depends.
func direction(param, operator string) Relation {
	has := func(s string, words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
	}
	switch {
	case has(param, "source", "src", "from", "input"):
		return Reads
	case has(param, "dest", "target", "output", "sink"):
		return Writes
	case has(operator, "Sensor", "Check", "Validat", "GetData"):
		return Reads
	}
	if from, to, ok := strings.Cut(operator, "To"); ok && from != "" && to != "" {
		if strings.Contains(param, "s3") && strings.HasPrefix(operator, "S3") || strings.Contains(param, "gcs") && strings.HasPrefix(operator, "GCS") || param == "bucket" && strings.HasPrefix(operator, "GCS") {
			return Reads
		}
		return Writes
	}
	if has(operator, "Insert", "Create", "Upload", "Load", "Delete") {
		return Writes
	}
	return DependsOn
}

func useAll(f *Fact, kind Kind, k kwArg, rel Relation) {
	if k.v.k == vList {
		for _, e := range k.v.list {
			f.use(kind, nameOf(e), rel, k.line)
		}
		return
	}
	f.use(kind, nameOf(k.v), rel, k.line)
}

// nodes returns the tasks and groups that a value holds.
func (h *afHost) nodes(v *val) []any { return collectNodes(v, nil, 0) }

func collectNodes(v *val, out []any, depth int) []any {
	if v == nil || depth > 6 || len(out) > maxUses {
		return out
	}
	switch x := v.host.(type) {
	case *afTask:
		return append(out, x)
	case *afGroup:
		return append(out, x)
	case *afLabel:
		return append(out, x.nodes...)
	}
	if v.k == vList || v.k == vDict || v.k == vUnknown {
		for _, e := range v.list {
			out = collectNodes(e, out, depth+1)
		}
	}
	if v.k == vObj && v.obj != nil && v.host == nil && depth < 3 {
		for _, e := range v.obj.args {
			out = collectNodes(e, out, depth+1)
		}
		for _, k := range v.obj.kw {
			out = collectNodes(k.v, out, depth+1)
		}
	}
	return out
}

// connect makes each of to run after each of from.
func (h *afHost) connect(from, to []any, line int) {
	for _, b := range to {
		for _, a := range from {
			if a == b {
				continue
			}
			if h.edges++; h.edges > 10*maxFacts {
				return
			}
			if x, ok := a.(*afTask); ok {
				h.sameDAG(x, b)
			}
			switch x := b.(type) {
			case *afTask:
				if !x.has[a] {
					x.has[a] = true
					x.after = append(x.after, afEdge{a, line})
				}
			case *afGroup:
				x.in = append(x.in, afEdge{a, line})
			}
		}
	}
}

// sameDAG gives a task the DAG of the one that it is connected with, as Airflow
// does.
func (h *afHost) sameDAG(a *afTask, to any) {
	b, ok := to.(*afTask)
	if !ok {
		return
	}
	switch {
	case a.dag != nil && b.dag == nil:
		h.adopt(a.dag, b)
	case a.dag == nil && b.dag != nil:
		h.adopt(b.dag, a)
	}
}

func (h *afHost) chain(name string, c *pyCallInfo) {
	args := c.args
	if name == "cross_downstream" && len(args) == 2 {
		h.connect(h.nodes(args[0]), h.nodes(args[1]), c.line)
		return
	}
	for i := 0; i+1 < len(args); i++ {
		a, b := h.nodes(args[i]), h.nodes(args[i+1])
		if name == "chain" && args[i].k == vList && args[i+1].k == vList && len(a) == len(b) {
			for j := range a {
				h.connect(a[j:j+1], b[j:j+1], c.line)
			}
			continue
		}
		h.connect(a, b, c.line)
	}
}

func (h *afHost) operator(ev *pyEval, op string, l, r *val) *val {
	switch op {
	case "|", "&":
		if a := h.assetsOf(r, h.assetsOf(l, nil, 0), 0); len(a) > 0 {
			return &val{k: vList, list: []*val{l, r}}
		}
		return nil
	case "<<":
		if lb, ok := r.host.(*afLabel); ok {
			lb.nodes = h.nodes(l)
			return r
		}
		a, b := h.nodes(r), h.nodes(l)
		if len(a)+len(b) == 0 {
			return nil
		}
		h.connect(a, b, h.lineOf(ev, r, l))
		return r
	case ">>":
		if lb, ok := r.host.(*afLabel); ok {
			lb.nodes = h.nodes(l)
			return r
		}
		a, b := h.nodes(l), h.nodes(r)
		if len(a)+len(b) == 0 {
			return nil
		}
		h.connect(a, b, h.lineOf(ev, l, r))
		return r
	}
	return nil
}

// lineOf is where a dependency stands: the statement that is being followed is
// not kept, the later of its tasks is near enough.
func (h *afHost) lineOf(_ *pyEval, vs ...*val) int {
	line := 0
	for _, v := range vs {
		if v.obj != nil {
			line = max(line, v.obj.line)
		}
	}
	return line
}

func (h *afHost) enter(_ *pyEval, v *val) {
	switch x := v.host.(type) {
	case *afDAG:
		h.dagStack = append(h.dagStack, x)
	case *afGroup:
		h.groups = append(h.groups, x)
	}
}

func (h *afHost) leave(_ *pyEval, v *val) {
	switch v.host.(type) {
	case *afDAG:
		h.dagStack = h.dagStack[:len(h.dagStack)-1]
	case *afGroup:
		h.groups = h.groups[:len(h.groups)-1]
	}
}

// decorate understands @dag, @task, @task.branch, @task_group, @asset.
func (h *afHost) decorate(_ *pyEval, fn *val, decorators []*val) *val {
	if fn.k != vFunc {
		return nil
	}
	for _, d := range decorators {
		var dotted string
		with := &pyCallInfo{line: int(fn.fn.def.line)}
		switch {
		case d.k == vRef:
			dotted = d.s
		case d.k == vUnknown:
			dotted = d.s
			if base, m, ok := strings.Cut(dotted, "."); ok && m == "task" && base != "" {
				dotted = "task"
			}
		case d.k == vObj && d.obj != nil:
			dotted, with = d.obj.callee, d.obj
		default:
			continue
		}
		known := strings.HasPrefix(dotted, "airflow.")
		tail := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(dotted, "airflow.decorators."), "airflow.sdk."), "airflow.sdk.definitions.")
		tail = strings.TrimPrefix(strings.TrimPrefix(tail, "decorators."), "asset.decorators.")
		if !known && tail != "task" && tail != "dag" && tail != "task_group" && tail != "asset" && !strings.HasPrefix(tail, "task.") {
			continue
		}
		switch {
		case tail == "dag" || strings.HasSuffix(tail, ".dag"):
			fn.fn.inert = true
			x := &afDAGFunc{fn: fn.fn, with: with}
			h.dagFuncs = append(h.dagFuncs, x)
			return &val{k: vObj, s: fn.s, obj: with, host: x}
		case tail == "task_group" || strings.HasSuffix(tail, ".task_group"):
			fn.fn.inert = true
			return &val{k: vObj, s: fn.s, obj: with, host: &afGroupFunc{fn.fn, with}}
		case tail == "task" || strings.HasPrefix(tail, "task."):
			fn.fn.inert = true
			operator := "@" + tail
			if with.recv != nil { // @dag.task
				if d, ok := with.recv.host.(*afDAG); ok {
					with.kw = append(slices.Clone(with.kw), kwArg{"dag", &val{k: vObj, host: d}, with.line})
				}
			}
			return &val{k: vObj, s: fn.s, obj: with, host: &afTaskFunc{fn.fn, "", operator, with}}
		case known && (tail == "setup" || tail == "teardown" || strings.HasSuffix(tail, ".setup") || strings.HasSuffix(tail, ".teardown")):
			// Over @task it changes nothing here; alone it makes a task.
			if len(decorators) == 1 {
				fn.fn.inert = true
				return &val{k: vObj, s: fn.s, obj: with, host: &afTaskFunc{fn.fn, "", "@" + last(tail), with}}
			}
		case known && (tail == "asset" || strings.HasSuffix(tail, ".asset")):
			fn.fn.inert = true
			return h.assetFunc(fn, with)
		}
	}
	return nil
}

// assetFunc is Airflow 3's @asset: an asset, and a DAG of its name that makes it.
func (h *afHost) assetFunc(fn *val, with *pyCallInfo) *val {
	name := fn.s
	if n := nameOf(with.arg(-1, "name")); n != "" {
		name = n
	}
	uri := name
	if u := nameOf(with.arg(-1, "uri")); u != "" {
		uri = u
	}
	line := int(fn.fn.def.line)
	h.assets = append(h.assets, Fact{Kind: KindAsset, ID: "asset:" + uri, Name: uri, Line: line, Technology: "Airflow asset"})
	id := name
	if d := nameOf(with.arg(-1, "dag_id")); d != "" {
		id = d
	}
	d := &afDAG{id: id, line: line, byID: map[string]*afTask{}, viaAsset: true}
	h.dagAttrs(d, with)
	d.uses.use(KindAsset, uri, Writes, line)
	h.dags = append(h.dags, d)
	return &val{k: vObj, s: fn.s, obj: with, host: &afAsset{uri}}
}

func (h *afHost) runDAGFunc(ev *pyEval, x *afDAGFunc, c *pyCallInfo) *val {
	x.called = true
	for _, o := range h.dagFuncs {
		if o.fn == x.fn {
			o.called = true
		}
	}
	with := *x.with
	with.line = int(x.fn.def.line)
	v := h.newDAG(ev, &with, with.arg(0, "dag_id"), x.fn.def.name)
	d, _ := v.host.(*afDAG)
	if _, ok := d.uses.Attr("description"); !ok && x.fn.def.doc != "" {
		first, _, _ := strings.Cut(strings.TrimSpace(x.fn.def.doc), "\n")
		d.uses.set("description", first, with.line)
	}
	h.dagStack = append(h.dagStack, d)
	groups := h.groups
	h.groups = nil
	ev.callFunc(x.fn, &pyCallInfo{line: c.line}, true)
	h.dagStack, h.groups = h.dagStack[:len(h.dagStack)-1], groups
	return v
}

func (h *afHost) runGroupFunc(ev *pyEval, x *afGroupFunc, c *pyCallInfo) *val {
	with := *x.with
	with.line = c.line
	v := h.taskGroup(ev, &with, with.arg(0, "group_id"), x.fn.def.name, "TaskGroup")
	g, _ := v.host.(*afGroup)
	if g == nil {
		return v
	}
	h.groups = append(h.groups, g)
	ev.callFunc(x.fn, c, false)
	h.groups = h.groups[:len(h.groups)-1]
	return v
}

// taskFunc is the call of a function under @task.
func (h *afHost) taskFunc(ev *pyEval, x *afTaskFunc, c *pyCallInfo) *val {
	with := merge(x.with, &pyCallInfo{})
	with.line, with.callee, with.src = c.line, x.operator, c.src
	name := mark(x.ref)
	if x.fn != nil {
		with.line, name = int(x.fn.def.line), x.fn.def.name
	}
	with.args = append(slices.Clone(c.args), x.with.args...)
	for _, k := range c.kw {
		with.args = append(with.args, k.v)
	}
	id := with.arg(-1, "task_id")
	fallback := name
	if d := h.dagOf(with); d != nil && id == nil {
		// Called again, it is another task: name__1.
		prefix := ""
		for g := h.group(); g != nil; g = g.parent {
			if !g.root {
				prefix = g.id + "." + prefix
			}
		}
		for n := 1; d.byID[prefix+fallback] != nil && n < 100; n++ {
			fallback = fmt.Sprintf("%s__%d", name, n)
		}
	}
	v := h.task(ev, with, x.operator, id, fallback)
	if t, ok := v.host.(*afTask); ok && x.fn == nil && id == nil {
		t.fact.Kind = kindPyCall
	}
	return v
}

// facts returns DAGs, then tasks, then assets.
func (h *afHost) facts() []Fact {
	for _, x := range h.dagFuncs {
		if !x.called {
			h.findings = append(h.findings, finding.Finding{
				Rule: ruleUnresolved, Severity: finding.Info, Position: finding.Position{Line: int(x.fn.def.line)},
				Message: fmt.Sprintf("the DAG function %s is never called in this file, so Airflow does not load it", x.fn.def.name),
				Hint:    "call it at the end of the file",
			})
		}
	}
	var out []Fact
	for _, d := range h.dags {
		f := Fact{Kind: KindDAG, ID: "dag:" + d.id, Name: d.id, Line: d.line, Technology: "Airflow", Attrs: d.attrs, Uses: d.uses.Uses}
		at := len(out)
		out = append(out, f)
		for _, t := range d.tasks {
			for _, u := range t.fact.Uses {
				if t.fact.Kind == kindPyCall {
					break // perhaps no task at all
				}
				out[at].use(u.Kind, u.Name, u.Relation, u.Line)
			}
			tf := t.fact
			tf.Name, tf.ID = t.id, "task:"+d.id+"."+t.id
			tf.use(KindDAG, d.id, PartOf, tf.Line)
			for _, e := range h.afterAll(t) {
				tf.use(KindTask, e.id, After, e.line)
			}
			out = append(out, tf)
			if len(out) > maxFacts {
				return out
			}
		}
	}
	return append(out, h.assets...)
}

type afAfter struct {
	id   string
	line int
}

// afterAll returns the tasks that a task runs after, groups replaced: a group is
// done when those of its tasks are that nothing in it follows, and begins with
// those that follow nothing in it.
func (h *afHost) afterAll(t *afTask) []afAfter {
	var out []afAfter
	add := func(e afEdge) {
		switch x := e.from.(type) {
		case *afTask:
			if !x.opaque {
				out = append(out, afAfter{x.id, e.line})
			}
		case *afGroup:
			for _, m := range leaves(x) {
				if m != t && len(out) < maxUses {
					out = append(out, afAfter{m.id, e.line})
				}
			}
		}
	}
	for _, e := range t.after {
		add(e)
	}
	for g := t.group; g != nil; g = g.parent {
		if len(g.in) == 0 || followsWithin(t, g) {
			continue
		}
		for _, e := range g.in {
			add(e)
		}
	}
	return out
}

// leaves are the tasks of a group that no task of it runs after.
func leaves(g *afGroup) []*afTask {
	if g.leaves != nil {
		return g.leaves
	}
	followed := map[*afTask]bool{}
	for _, m := range g.members {
		for _, e := range m.after {
			if x, ok := e.from.(*afTask); ok {
				followed[x] = true
			}
		}
	}
	for _, m := range g.members {
		if !followed[m] {
			g.leaves = append(g.leaves, m)
		}
	}
	return g.leaves
}

// followsWithin reports whether a task runs after another of the group.
func followsWithin(t *afTask, g *afGroup) bool {
	for _, e := range t.after {
		switch x := e.from.(type) {
		case *afTask:
			for at := x.group; at != nil; at = at.parent {
				if at == g {
					return true
				}
			}
		case *afGroup:
			for at := x.parent; at != nil; at = at.parent {
				if at == g {
					return true
				}
			}
		}
	}
	return false
}
