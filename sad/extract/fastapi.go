package extract

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// fastAPI reads applications, routers and routes of FastAPI. A route is named by
// its method and whole path: the prefixes of the routers that lead to it are put
// before it, over several files.
// https://fastapi.tiangolo.com/tutorial/bigger-applications/
func fastAPI() Extractor {
	return Extractor{
		Name: "fastapi", Version: 1, Patterns: []string{"*.py"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			declares := f.contains("fastapi") || f.contains("APIRouter") || f.contains("FastAPI")
			if !declares && !f.contains("BaseSettings") {
				if names, ok := pyConstants(f); ok {
					return []Fact{names}, nil, nil
				}
				return nil, nil, nil
			}
			h := &faHost{module: pyModuleName(f.Path)}
			ev := followPython(f, f.python(), h)
			facts := h.facts()
			findings := pyFindings(ev, len(facts) > 0, h.findings)
			if names, ok := pyExports(f.Path, ev.scope.names); ok {
				facts = append(facts, names)
			}
			return facts, findings, nil
		},
		Join: joinRouters,
	}
}

// pyModuleName returns the dotted path of a file, from the root of the
// repository.
func pyModuleName(p string) string {
	p = strings.TrimSuffix(p, ".py")
	p = strings.TrimSuffix(p, "/__init__")
	return clip(strings.ReplaceAll(p, "/", "."))
}

// faRouter is an application or a router. A router that came as a parameter has
// no key.
type faRouter struct {
	key    string
	prefix string
	fact   Fact
	emit   bool
	number int // among the routers of the file
}

// faRoute is what a decorator is about to make.
type faRoute struct {
	router  *faRouter
	ref     string // or where the router is imported from
	methods []string
	path    string
	line    int
	attrs   []Attr
}

type faHost struct {
	module   string
	routers  []*faRouter
	routes   []Fact
	findings []finding.Finding
}

func (h *faHost) operator(*pyEval, string, *val, *val) *val { return nil }
func (h *faHost) enter(*pyEval, *val)                       {}
func (h *faHost) leave(*pyEval, *val)                       {}

func (h *faHost) named(v *val, name string) {
	if r, ok := v.host.(*faRouter); ok && r.key == "" {
		r.key = name
	}
}

func (h *faHost) annotated(_ *pyEval, dotted, name string) *val {
	if n := last(dotted); n == "FastAPI" || n == "APIRouter" {
		return &val{k: vObj, s: name, host: &faRouter{}}
	}
	return nil
}

// httpMethod returns the method that a decorator is named after.
func httpMethod(name string) string {
	switch name {
	case "get", "post", "put", "delete", "patch", "options", "head", "trace":
		return strings.ToUpper(name)
	case "websocket", "websocket_route":
		return "WS"
	}
	return ""
}

func (h *faHost) call(_ *pyEval, c *pyCallInfo) *val {
	if c.local {
		return nil
	}
	name := last(c.callee)
	if c.recv == nil {
		switch {
		case strings.HasSuffix(name, "FastAPI") && name != "" || strings.HasSuffix(name, "APIRouter"):
			return h.router(c, strings.HasSuffix(name, "FastAPI"))
		case c.known && c.attr && !strings.Contains(c.callee, "mock"):
			// The router is imported: app.main.app.get.
			ref := strings.TrimSuffix(c.callee, "."+name)
			return h.routerCall(nil, ref, name, c)
		}
		return nil
	}
	if r, ok := c.recv.host.(*faRouter); ok {
		return h.routerCall(r, "", c.method, c)
	}
	if c.recv.k == vUnknown {
		if v := h.routerCall(nil, "", c.method, c); v != nil {
			if rt, ok := v.host.(*faRoute); ok && strings.HasPrefix(rt.path, "/") {
				return v
			}
		}
	}
	return nil
}

func (h *faHost) router(c *pyCallInfo, app bool) *val {
	r := &faRouter{emit: true}
	r.fact = Fact{Kind: KindRouter, Line: c.line, Technology: "FastAPI"}
	keys := []string{"prefix"}
	if app {
		r.fact.Kind = KindAPI
		keys = []string{"title", "version", "description", "root_path", "docs_url", "openapi_url"}
	}
	for _, key := range keys {
		if v := c.arg(-1, key); v != nil {
			setVal(&r.fact, key, v, c.argLine(key))
		}
	}
	r.prefix = pathOf(c.arg(-1, "prefix"))
	r.number = len(h.routers)
	if r.number >= maxFacts {
		return nil
	}
	h.routers = append(h.routers, r)
	return &val{k: vObj, obj: c, s: c.src, host: r}
}

// pathOf returns a prefix or path; what is not known is a *.
func pathOf(v *val) string {
	if v == nil || v.k == vNone {
		return ""
	}
	if s, ok := v.text(); ok {
		return clip(s)
	}
	if v.k == vRef {
		return mark(v.s)
	}
	return "*"
}

// routerCall understands the methods of a router. r or ref says which one.
func (h *faHost) routerCall(r *faRouter, ref, method string, c *pyCallInfo) *val {
	rt := &faRoute{router: r, ref: ref, line: c.line}
	if m := httpMethod(method); m != "" {
		rt.methods = []string{m}
	}
	switch method {
	case "api_route", "route", "add_api_route", "add_route", "add_api_websocket_route", "add_websocket_route":
		rt.methods = []string{"GET"}
		if ms := c.arg(-1, "methods"); ms != nil && ms.k == vList {
			rt.methods = nil
			for _, m := range ms.list {
				if s, ok := m.text(); ok {
					rt.methods = append(rt.methods, strings.ToUpper(s))
				}
			}
		}
		if strings.Contains(method, "websocket") {
			rt.methods = []string{"WS"}
		}
	case "include_router", "mount":
		if r != nil {
			h.include(r, method, c)
		}
		return &val{k: vNone, s: "None"}
	}
	if len(rt.methods) == 0 {
		return nil
	}
	p := c.arg(0, "path")
	if p == nil || p.k != vStr && r == nil {
		return nil
	}
	rt.path = pathOf(p)
	if r == nil && rt.path != "" && rt.path[0] != '/' && rt.path[0] != '*' && !marked(rt.path) {
		return nil // a path of something else
	}
	f := Fact{}
	for _, key := range [...]string{"status_code", "response_model", "deprecated", "include_in_schema", "operation_id", "tags"} {
		if v := c.arg(-1, key); v != nil {
			setVal(&f, key, v, c.argLine(key))
		}
	}
	rt.attrs = f.Attrs
	if strings.HasPrefix(method, "add_") {
		if r == nil {
			return nil
		}
		handler := ""
		if e := c.arg(1, "endpoint"); e != nil {
			handler = last(e.s)
		}
		h.add(rt, handler)
		return &val{k: vNone, s: "None"}
	}
	return &val{k: vObj, obj: c, s: c.src, host: rt}
}

// include notes that a router is mounted in another.
func (h *faHost) include(r *faRouter, method string, c *pyCallInfo) {
	at := pathOf(c.arg(-1, "prefix"))
	child := c.arg(0, "router")
	if method == "mount" {
		at, child = pathOf(c.arg(0, "path")), c.arg(1, "app")
	}
	if child == nil {
		return
	}
	name := ""
	switch x, _ := child.host.(*faRouter); {
	case x != nil && x.emit:
		name = "#" + strconv.Itoa(x.number) // named when all are known
	case child.k == vRef:
		name = child.s
	}
	if name == "" || len(r.fact.Attrs) >= maxUses {
		return
	}
	r.fact.Attrs = append(r.fact.Attrs, Attr{Key: "include " + name, Value: at, Line: c.line, Unresolved: strings.Contains(at, "*") || marked(at)})
	r.fact.use(KindRouter, name, Includes, c.line)
}

func (h *faHost) decorate(_ *pyEval, fn *val, decorators []*val) *val {
	var found *val
	for _, d := range decorators {
		if rt, ok := d.host.(*faRoute); ok {
			h.add(rt, fn.s)
			found = fn
		}
	}
	if found != nil && fn.fn != nil {
		fn.fn.inert = true
	}
	return found
}

func (h *faHost) add(rt *faRoute, handler string) {
	p := rt.path
	var of string
	if rt.router != nil {
		p = rt.router.prefix + p
		if rt.router.emit {
			of = "#" + strconv.Itoa(rt.router.number)
		}
	} else {
		of = rt.ref
	}
	for _, m := range rt.methods {
		if len(h.routes) >= maxFacts {
			return
		}
		f := Fact{Kind: KindRoute, Name: m + " " + p, Line: rt.line, Technology: "FastAPI", Attrs: slices.Clone(rt.attrs)}
		f.set("handler", handler, rt.line)
		if of != "" {
			f.use(KindRouter, of, PartOf, rt.line)
		}
		h.routes = append(h.routes, f)
	}
}

// facts names the routers after the variables that hold them.
func (h *faHost) facts() []Fact {
	if len(h.routes) == 0 && len(h.routers) == 0 {
		return nil
	}
	names := h.variables()
	rename := func(s string) string {
		if n, ok := strings.CutPrefix(s, "#"); ok {
			return names[n]
		}
		return s
	}
	var out []Fact
	for i, r := range h.routers {
		f := r.fact
		f.Name = names[strconv.Itoa(i)]
		f.ID = string(f.Kind) + ":" + f.Name
		if t, ok := f.Attr("title"); ok && f.Kind == KindAPI && !t.Unresolved {
			f.ID, f.Name = "api:"+t.Value, t.Value
			f.set("module", names[strconv.Itoa(i)], f.Line)
		}
		for j := range f.Uses {
			f.Uses[j].Name = rename(f.Uses[j].Name)
		}
		for j := range f.Attrs {
			if n, ok := strings.CutPrefix(f.Attrs[j].Key, "include "); ok {
				f.Attrs[j].Key = "include " + rename(n)
			}
		}
		out = append(out, f)
	}
	for _, f := range h.routes {
		f.ID = "route:" + f.Name
		for j := range f.Uses {
			f.Uses[j].Name = rename(f.Uses[j].Name)
		}
		out = append(out, f)
	}
	return out
}

// variables returns a name for each router by its number.
func (h *faHost) variables() map[string]string {
	names := map[string]string{}
	for i, r := range h.routers {
		n := r.key
		if n == "" {
			n = "router"
			if r.fact.Kind == KindAPI {
				n = "app"
			}
			if i > 0 {
				n += strconv.Itoa(i)
			}
		}
		names[strconv.Itoa(i)] = h.module + "." + n
	}
	return names
}

// joinRouters puts before each route the prefixes under which its router is
// mounted. A router that several mount gives a route for each.
func joinRouters(facts []Fact) ([]Fact, []finding.Finding) {
	facts, names := takePyNames(facts)
	for i := range facts {
		f := &facts[i]
		from := pyModuleName(f.File)
		f.Attrs = fillAttrs(f.Attrs, names, from)
		for j := range f.Attrs {
			// A prefix that is still unknown is any.
			if a := &f.Attrs[j]; a.Unresolved && (a.Key == "prefix" || strings.HasPrefix(a.Key, "include ")) && !strings.Contains(a.Value, "*") {
				a.Value = "*"
			}
		}
		f.Name, _, _ = names.fill(f.Name, from)
		if f.Kind == KindAPI {
			if t, ok := f.Attr("title"); ok && !t.Unresolved && f.value("module") == "" {
				f.set("module", f.Name, f.Line)
				f.Name, f.ID = t.Value, "api:"+t.Value
			}
		}
	}
	type mount struct{ parent, prefix string }
	routers := map[string]*Fact{} // by dotted name
	mounts := map[string][]mount{}
	byLast := map[string][]string{} // by the last two parts of the name
	for i := range facts {
		f := &facts[i]
		if f.Kind == KindRouter || f.Kind == KindAPI {
			name := f.Name
			if m := f.value("module"); m != "" {
				name = m
			}
			routers[name] = f
			k := lastTwo(name)
			byLast[k] = append(byLast[k], name)
		}
	}
	resolve := func(ref, from string) string {
		if routers[ref] != nil {
			return ref
		}
		best, score := "", -1
		for _, name := range byLast[lastTwo(ref)] {
			if !strings.HasSuffix(name, "."+ref) {
				continue
			}
			if s := commonPrefix(name, from); s > score {
				best, score = name, s
			}
		}
		return best
	}
	for name, f := range routers {
		for _, a := range f.Attrs {
			if ref, ok := strings.CutPrefix(a.Key, "include "); ok {
				if child := resolve(ref, name); child != "" && child != name {
					mounts[child] = append(mounts[child], mount{name, a.Value})
				}
			}
		}
	}
	for _, ms := range mounts {
		slices.SortFunc(ms, func(a, b mount) int { return strings.Compare(a.parent+"\x00"+a.prefix, b.parent+"\x00"+b.prefix) })
	}
	memo := map[string][]string{}
	var prefixes func(name string, depth int) []string
	prefixes = func(name string, depth int) []string {
		if p, ok := memo[name]; ok {
			return p
		}
		memo[name] = []string{""} // a circle ends here
		if depth > 32 || len(mounts[name]) == 0 {
			return memo[name]
		}
		var out []string
		for _, m := range mounts[name] {
			own := ""
			if p := routers[m.parent]; p.Kind == KindRouter {
				own = p.value("prefix")
				if a, ok := p.Attr("prefix"); ok && a.Unresolved && !strings.Contains(own, "*") {
					own = "*"
				}
			}
			for _, p := range prefixes(m.parent, depth+1) {
				if full := p + own + m.prefix; len(out) < 8 && !slices.Contains(out, full) {
					out = append(out, full)
				}
			}
		}
		memo[name] = out
		return out
	}
	out := make([]Fact, 0, len(facts))
	for _, f := range facts {
		if f.Kind != KindRoute || len(f.Uses) == 0 || f.Uses[0].Relation != PartOf {
			out = append(out, f)
			continue
		}
		of := resolve(f.Uses[0].Name, pyModuleName(f.File))
		if of == "" {
			out = append(out, f)
			continue
		}
		method, p, _ := strings.Cut(f.Name, " ")
		for _, prefix := range prefixes(of, 0) {
			g := f
			g.Name = clip(method + " " + prefix + p)
			g.Uses = slices.Clone(f.Uses)
			g.Uses[0].Name = of
			out = append(out, g)
		}
	}
	out = slices.DeleteFunc(out, func(f Fact) bool {
		_, p, _ := strings.Cut(f.Name, " ")
		return f.Kind == KindRoute && p == "*" // nothing of it is known
	})
	for i := range out {
		if f := &out[i]; f.Kind == KindRoute {
			if strings.HasSuffix(f.Name, " ") {
				f.Name += "/" // the empty path of a router that nothing mounts
			}
			f.ID = "route:" + f.Name
		}
	}
	return out, nil
}

func lastTwo(dotted string) string {
	i := strings.LastIndexByte(dotted, '.')
	if i <= 0 {
		return dotted
	}
	return dotted[strings.LastIndexByte(dotted[:i], '.')+1:]
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
