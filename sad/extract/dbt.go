package extract

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// dbt reads projects of dbt: models in SQL and Python with what they refer to,
// snapshots, seeds, and the sources, exposures and settings of property files.
// Which file is a model is settled by the paths of the project around it.
// https://docs.getdbt.com/reference/dbt_project.yml
func dbt() Extractor {
	return Extractor{
		Name: "dbt", Version: 1,
		Patterns: []string{"*.sql", "*.yml", "*.yaml", "**/models/**/*.py", "**/seeds/**/*.csv", "**/data/**/*.csv"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			name := path.Base(f.Path)
			switch ext := path.Ext(name); {
			case name == "dbt_project.yml":
				return dbtProject(f)
			case name == "packages.yml" || name == "dependencies.yml":
				return dbtPackages(f)
			case ext == ".sql":
				return dbtSQL(f), nil, nil
			case ext == ".py":
				return dbtPython(f), nil, nil
			case ext == ".csv":
				stem := strings.TrimSuffix(name, ext)
				return []Fact{{Kind: KindSeed, ID: "seed:" + stem, Name: stem, Line: 1, Technology: "dbt seed"}}, nil, nil
			default:
				return dbtProperties(f)
			}
		},
		Join: joinDBT,
	}
}

// What is known only until files are joined.
const (
	kindDBTProperties Kind = "dbt properties"
	kindDBTPackages   Kind = "dbt packages"
)

var dbtPaths = []struct{ key, old, fallback string }{
	{"model-paths", "source-paths", "models"},
	{"seed-paths", "data-paths", "seeds"},
	{"snapshot-paths", "", "snapshots"},
	{"macro-paths", "", "macros"},
	{"test-paths", "", "tests"},
	{"analysis-paths", "", "analyses"},
}

func dbtProject(f *File) ([]Fact, []finding.Finding, error) {
	docs, serr := f.tree()
	if serr != nil {
		return nil, []finding.Finding{serr.finding()}, nil
	}
	if len(docs) == 0 || docs[0].str("name") == "" {
		return nil, nil, nil
	}
	d := docs[0]
	name := d.str("name")
	p := Fact{Kind: KindProject, ID: "project:" + name, Name: name, Line: d.get("name").line(), Technology: "dbt"}
	for _, key := range [...]string{"version", "profile", "require-dbt-version"} {
		p.set(key, strings.Join(d.get(key).list(), " "), d.get(key).line())
	}
	for _, dp := range dbtPaths {
		v := d.get(dp.key)
		if !v.ok() && dp.old != "" {
			v = d.get(dp.old)
		}
		if v.ok() {
			p.set(dp.key, strings.Join(v.list(), ","), v.line())
		}
	}
	dbtConfig(&p, d.get("models"), "", 0)
	return []Fact{p}, nil, nil
}

// dbtConfig flattens the settings of folders to attributes such as
// "models shop/staging materialized".
func dbtConfig(p *Fact, v node, at string, depth int) {
	if depth > 12 || len(p.Attrs) > 500 {
		return
	}
	for k, m := range v.members() {
		key := strings.TrimPrefix(k.str(), "+")
		switch {
		case key == "materialized" || key == "schema":
			p.set("models "+at+" "+key, m.str(), m.line())
		case m.isMap() && !strings.HasPrefix(k.str(), "+"):
			dbtConfig(p, m, path.Join(at, key), depth+1)
		}
	}
}

func dbtPackages(f *File) ([]Fact, []finding.Finding, error) {
	docs, serr := f.tree()
	if len(docs) == 0 || !docs[0].get("packages").isList() {
		return nil, nil, nil
	}
	p := Fact{Kind: kindDBTPackages, ID: "dbt packages", Name: "packages", Line: 1}
	for e := range docs[0].get("packages").items() {
		if name := firstText(e.str("package"), e.str("git"), e.str("local")); name != "" {
			p.use(KindPackage, name, DependsOn, e.line())
		}
	}
	if serr != nil {
		return []Fact{p}, []finding.Finding{serr.finding()}, nil
	}
	return []Fact{p}, nil, nil
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// dbtSQL reads a file as a model, or as the snapshots in it.
func dbtSQL(f *File) []Fact {
	stem := strings.TrimSuffix(path.Base(f.Path), ".sql")
	m := Fact{Kind: KindModel, ID: "model:" + stem, Name: stem, Line: 1, Technology: "dbt model"}
	if !f.contains("{{") && !f.contains("{%") {
		if !inModels(f.Path) {
			return nil
		}
		return []Fact{m}
	}
	var out []Fact
	at := &m
	strong := false
	for b := range jinjaBlocks(string(f.Data)) {
		lx := lexPython(b.text)
		toks := lx.toks
		if b.statement && len(toks) > 1 && toks[0].text == "snapshot" && toks[1].kind == tName {
			name := toks[1].text
			out = append(out, Fact{Kind: KindSnapshot, ID: "snapshot:" + name, Name: name, Line: b.line, Technology: "dbt snapshot"})
			at = &out[len(out)-1]
			continue
		}
		if b.statement && len(toks) > 0 && (toks[0].text == "macro" || toks[0].text == "test") {
			return nil
		}
		strong = dbtRefs(at, lx, b) || strong
	}
	if len(out) > 0 {
		return out
	}
	if !strong && !inModels(f.Path) {
		return nil
	}
	return []Fact{m}
}

// inModels reports whether a path has a folder models, which is all that a file
// without a project tells.
func inModels(p string) bool {
	return strings.HasPrefix(p, "models/") || strings.Contains(p, "/models/")
}

// dbtRefs adds what a block of a template refers to.
func dbtRefs(m *Fact, lx *pyLexer, b jinjaBlock) bool {
	found := false
	toks := lx.toks
	for i := 0; i+2 < len(toks); i++ {
		if toks[i].kind != tName || toks[i+1].text != "(" {
			continue
		}
		line := b.line + int(toks[i].line) - 1
		text := func(j int) string {
			if j < len(toks) && toks[j].kind == tString {
				return decodePython(toks[j].text, toks[j].prefix)
			}
			return ""
		}
		first, second := text(i+2), ""
		if i+4 < len(toks) && toks[i+3].text == "," {
			second = text(i + 4)
		}
		switch toks[i].text {
		case "ref":
			if second != "" {
				first = second // ref('package', 'model')
			}
			if first != "" {
				m.use(KindModel, first, Reads, line)
				found = true
			}
		case "source":
			if first != "" && second != "" {
				m.use(KindSource, first+"."+second, Reads, line)
				found = true
			}
		case "config":
			if i > 0 && toks[i-1].text == "." {
				continue // config.get and the like
			}
			p := &pyParser{toks: toks, i: i, mod: &pyModule{}}
			e := p.postfix()
			found = true
			if p.failed || e.kind != eCall {
				continue
			}
			dbtConfigCall(m, e, b.line)
		}
	}
	return found
}

func dbtConfigCall(m *Fact, e *pyExpr, line int) {
	ev := &pyEval{mod: &pyModule{}, scope: &pyScope{names: map[string]*val{}}, host: noHost{}}
	for _, k := range e.kw {
		switch k.name {
		case "materialized", "schema", "alias", "database", "tags", "unique_key", "incremental_strategy", "partition_by",
			"target_schema", "strategy", "updated_at", "enabled", "cluster_by", "dist", "sort", "on_schema_change":
			if v := ev.expr(k.v); v.k != vUnknown {
				setVal(m, k.name, v, line+int(k.v.line)-1)
			}
		}
	}
}

// noHost follows constants and nothing else.
type noHost struct{}

func (noHost) call(*pyEval, *pyCallInfo) *val            { return nil }
func (noHost) operator(*pyEval, string, *val, *val) *val { return nil }
func (noHost) decorate(*pyEval, *val, []*val) *val       { return nil }
func (noHost) enter(*pyEval, *val)                       {}
func (noHost) leave(*pyEval, *val)                       {}
func (noHost) annotated(*pyEval, string, string) *val    { return nil }
func (noHost) named(*val, string)                        {}

type jinjaBlock struct {
	text      string
	line      int
	statement bool
}

// jinjaBlocks yields the expressions and statements of a template, without
// comments and raw parts.
func jinjaBlocks(src string) func(yield func(jinjaBlock) bool) {
	return func(yield func(jinjaBlock) bool) {
		line := 1
		raw := false
		for pos := 0; ; {
			i := strings.IndexByte(src[pos:], '{')
			if i < 0 || pos+i+1 >= len(src) {
				return
			}
			line += strings.Count(src[pos:pos+i], "\n")
			pos += i
			var end string
			switch src[pos+1] {
			case '{':
				end = "}}"
			case '%':
				end = "%}"
			case '#':
				end = "#}"
			default:
				pos++
				continue
			}
			j := strings.Index(src[pos+2:], end)
			if j < 0 {
				return
			}
			text := src[pos+2 : pos+2+j]
			b := jinjaBlock{text: strings.Trim(text, "-+"), line: line, statement: end == "%}"}
			lead := len(b.text) - len(strings.TrimLeft(b.text, " \t\r\n"))
			b.line += strings.Count(b.text[:lead], "\n")
			b.text = strings.TrimSpace(b.text)
			line += strings.Count(text, "\n")
			pos += j + 4
			if b.statement && (b.text == "raw" || b.text == "endraw") {
				raw = b.text == "raw"
				continue
			}
			if end != "#}" && !raw && !yield(b) {
				return
			}
		}
	}
}

// dbtPython reads a Python model: def model(dbt, session).
func dbtPython(f *File) []Fact {
	if !f.contains("def model(") {
		return nil
	}
	stem := strings.TrimSuffix(path.Base(f.Path), ".py")
	m := Fact{Kind: KindModel, ID: "model:" + stem, Name: stem, Line: 1, Technology: "dbt Python model"}
	lx := lexPython(string(f.Data))
	toks := lx.toks
	for i := 2; i+2 < len(toks); i++ {
		if toks[i-1].text != "." || toks[i-2].text != "dbt" || toks[i].kind != tName {
			continue
		}
		// Give dbtRefs the call without what stands before the dot.
		end := min(len(toks), i+200)
		sub := append(slices.Clone(toks[i:end]), pyToken{kind: tEOF})
		switch toks[i].text {
		case "ref", "source":
			dbtRefs(&m, &pyLexer{toks: sub[:min(len(sub), 8)]}, jinjaBlock{line: 1})
		case "config":
			p := &pyParser{toks: sub, mod: &pyModule{}}
			if e := p.postfix(); !p.failed && e.kind == eCall {
				dbtConfigCall(&m, e, 1)
			}
		}
		if toks[i].text == "def" && i+1 < len(toks) && toks[i+1].text == "model" {
			m.Line = int(toks[i].line)
		}
	}
	return []Fact{m}
}

// dbtProperties reads sources, exposures and the properties of models.
func dbtProperties(f *File) ([]Fact, []finding.Finding, error) {
	if !f.contains("name") || !f.hasKey("models", "sources", "exposures", "snapshots") {
		return nil, nil, nil
	}
	docs, serr := f.tree()
	if serr != nil || len(docs) == 0 {
		return nil, nil, nil // whose file it is cannot be said; other extractors report it
	}
	d := docs[0]
	var out []Fact
	for s := range d.get("sources").items() {
		source := s.str("name")
		if source == "" {
			continue
		}
		for t := range s.get("tables").items() {
			name := t.str("name")
			if name == "" || len(out) > maxFacts {
				continue
			}
			fact := Fact{Kind: KindSource, ID: "source:" + source + "." + name, Name: source + "." + name, Line: t.line(), Technology: "dbt source"}
			for _, key := range [...]string{"database", "schema", "loader"} {
				fact.set(key, s.str(key), s.get(key).line())
			}
			fact.set("identifier", t.str("identifier"), t.get("identifier").line())
			if fr := firstNode(t.get("freshness"), t.get("config", "freshness"), s.get("freshness"), s.get("config", "freshness")); fr.isMap() {
				for _, level := range [...]string{"warn_after", "error_after"} {
					if a := fr.get(level); a.ok() {
						fact.set("freshness "+level, strings.TrimSpace(a.str("count")+" "+a.str("period")), a.line())
					}
				}
			}
			out = append(out, fact)
		}
	}
	for e := range d.get("exposures").items() {
		name := e.str("name")
		if name == "" {
			continue
		}
		fact := Fact{Kind: KindExposure, ID: "exposure:" + name, Name: name, Line: e.line(), Technology: "dbt exposure"}
		for _, key := range [...]string{"label", "type", "maturity", "url"} {
			fact.set(key, e.str(key), e.get(key).line())
		}
		fact.set("owner", firstText(e.str("owner", "name"), e.str("owner", "email")), e.get("owner").line())
		for dep := range e.get("depends_on").items() {
			lx := lexPython(dep.str())
			dbtRefs(&fact, lx, jinjaBlock{line: dep.line()})
		}
		out = append(out, fact)
	}
	for m := range d.get("models").items() {
		if name := m.str("name"); name != "" {
			fact := Fact{Kind: kindDBTProperties, ID: name, Name: name, Line: m.line()}
			for _, key := range [...]string{"materialized", "schema", "alias"} {
				if v := firstNode(m.get("config", key), m.get(key)); v.ok() {
					fact.set(key, v.str(), v.line())
				}
			}
			fact.set("owner", firstText(m.str("config", "meta", "owner"), m.str("meta", "owner"), m.str("config", "group")), m.line())
			out = append(out, fact)
		}
	}
	for s := range d.get("snapshots").items() {
		if name := s.str("name"); name != "" && s.get("relation").ok() {
			fact := Fact{Kind: KindSnapshot, ID: "snapshot:" + name, Name: name, Line: s.line(), Technology: "dbt snapshot"}
			lx := lexPython(s.str("relation"))
			dbtRefs(&fact, lx, jinjaBlock{line: s.get("relation").line()})
			fact.set("strategy", s.str("config", "strategy"), s.get("config", "strategy").line())
			out = append(out, fact)
		}
	}
	return out, nil, nil
}

func firstNode(nodes ...node) node {
	for _, n := range nodes {
		if n.ok() {
			return n
		}
	}
	return node{}
}

// joinDBT gives files to the projects around them.
func joinDBT(facts []Fact) ([]Fact, []finding.Finding) {
	type project struct {
		dir, name string
		fact      *Fact
	}
	var projects []project
	props := map[string]*Fact{} // project dir and model name
	for i := range facts {
		if f := &facts[i]; f.Kind == KindProject {
			projects = append(projects, project{path.Dir(f.File), f.Name, f})
		}
	}
	// The deepest first: a package in a project is its own.
	slices.SortStableFunc(projects, func(a, b project) int {
		return strings.Count(b.dir, "/") - strings.Count(a.dir, "/") + len(b.dir) - len(a.dir)
	})
	within := func(file, dir string) (string, bool) {
		if dir == "." {
			return file, true
		}
		return strings.CutPrefix(file, dir+"/")
	}
	find := func(file string) (*project, string) {
		for i := range projects {
			if rel, ok := within(file, projects[i].dir); ok {
				return &projects[i], rel
			}
		}
		return nil, ""
	}
	for i := range facts {
		f := &facts[i]
		p, _ := find(f.File)
		switch f.Kind {
		case kindDBTProperties:
			if p != nil {
				props[p.dir+"\x00"+f.Name] = f
			}
		case kindDBTPackages:
			if p != nil {
				for _, u := range f.Uses {
					p.fact.use(u.Kind, u.Name, u.Relation, u.Line)
				}
			}
		}
	}
	out := make([]Fact, 0, len(facts))
	for _, f := range facts {
		p, rel := find(f.File)
		switch f.Kind {
		case kindDBTProperties, kindDBTPackages:
			continue
		case KindProject:
			out = append(out, f)
			continue
		case KindModel, KindSnapshot, KindSeed:
			if p == nil {
				if f.Kind == KindModel && len(f.Uses) > 0 && inModels(f.File) || f.Kind == KindSnapshot {
					out = append(out, f)
				}
				continue
			}
			switch role := dbtRole(p.fact, rel); {
			case role == "model-paths" && f.Kind == KindModel, role == "snapshot-paths" && f.Kind == KindSnapshot, role == "seed-paths" && f.Kind == KindSeed:
			case f.Kind == KindSnapshot && role == "model-paths":
			default:
				continue
			}
			if f.Kind == KindModel {
				if pr := props[p.dir+"\x00"+f.Name]; pr != nil {
					for _, a := range pr.Attrs {
						if _, ok := f.Attr(a.Key); !ok {
							a.Line = 0 // in another file
							f.Attrs = append(f.Attrs, a)
						}
					}
				}
				dbtInherit(&f, p.fact, rel)
			}
		default:
			if p == nil && !inModels(f.File) {
				continue
			}
		}
		if p != nil {
			f.ID = string(f.Kind) + ":" + p.name + "." + f.Name
			f.Uses = append(f.Uses, Ref{Kind: KindProject, Name: p.name, Relation: PartOf})
		}
		out = append(out, f)
	}
	// The settings of folders have been handed on.
	for i := range out {
		if f := &out[i]; f.Kind == KindProject {
			f.Attrs = slices.DeleteFunc(slices.Clone(f.Attrs), func(a Attr) bool { return strings.HasPrefix(a.Key, "models ") })
		}
	}
	return out, nil
}

// dbtRole returns the setting under whose path a file lies.
func dbtRole(p *Fact, rel string) string {
	best, role := -1, ""
	for _, dp := range dbtPaths {
		paths := p.value(dp.key)
		if paths == "" {
			paths = dp.fallback
		}
		for dir := range strings.SplitSeq(paths, ",") {
			dir = strings.Trim(path.Clean(dir), "/")
			if strings.HasPrefix(rel, dir+"/") && len(dir) > best {
				best, role = len(dir), dp.key
			}
		}
	}
	return role
}

// dbtInherit fills in what dbt_project.yml sets for the folder of a model.
func dbtInherit(f, p *Fact, rel string) {
	dir := path.Dir(rel)
	if _, rest, ok := strings.Cut(dir, "/"); ok {
		dir = rest
	} else {
		dir = ""
	}
	target := path.Join(p.Name, dir, f.Name)
	for _, key := range [...]string{"materialized", "schema"} {
		if _, ok := f.Attr(key); ok {
			continue
		}
		best, value := -1, ""
		for _, a := range p.Attrs {
			rest, ok := strings.CutPrefix(a.Key, "models ")
			at, k, _ := strings.Cut(rest, " ")
			if !ok || k != key || len(at) <= best {
				continue
			}
			if at == "" || target == at || strings.HasPrefix(target, at+"/") {
				best, value = len(at), a.Value
			}
		}
		f.set(key, value, 0)
	}
}
