package extract

import (
	"context"
	"path"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/ignore"
)

// pyProject reads pyproject.toml: packages, their dependencies and scripts, and
// the workspaces of uv.
// https://packaging.python.org/en/latest/specifications/pyproject-toml/
// https://docs.astral.sh/uv/concepts/projects/workspaces/
func pyProject() Extractor {
	return Extractor{
		Name: "pyproject", Version: 1, Patterns: []string{"pyproject.toml"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			d, serr := parseTOML(f.Data)
			var out []Fact
			project := d.get("project")
			name := project.str("name")
			poetry := d.get("tool", "poetry")
			if name == "" && poetry.ok() {
				project = poetry
				name = poetry.str("name")
			}
			if name != "" {
				out = append(out, pythonPackage(d, project, poetry, name))
			}
			if ws := d.get("tool", "uv", "workspace"); ws.ok() {
				out = append(out, workspaceFact("uv workspace", firstText(name, folderName(f.Path)), ws.line(), ws.get("members"), ws.get("exclude")))
			}
			if serr != nil {
				return out, []finding.Finding{serr.finding()}, nil
			}
			return out, nil, nil
		},
		Join: joinWorkspaces,
	}
}

func pythonPackage(d, project, poetry node, name string) Fact {
	p := Fact{Kind: KindPackage, ID: "package:python/" + pythonName(name), Name: name, Line: project.get("name").line(), Technology: "Python"}
	for _, key := range [...]string{"version", "requires-python", "description"} {
		p.set(key, project.str(key), project.get(key).line())
	}
	uses := func(list node) {
		for dep := range list.items() {
			if n := requirementName(dep.str()); n != "" {
				p.use(KindPackage, n, DependsOn, dep.line())
			}
		}
	}
	uses(d.get("project", "dependencies"))
	for _, extra := range d.get("project", "optional-dependencies").members() {
		uses(extra)
	}
	for _, group := range d.get("dependency-groups").members() {
		uses(group)
	}
	uses(d.get("tool", "uv", "dev-dependencies"))
	for k, v := range poetry.get("dependencies").members() {
		if k.str() != "python" {
			p.use(KindPackage, k.str(), DependsOn, k.line())
		} else {
			p.set("requires-python", v.str(), v.line())
		}
	}
	for _, g := range poetry.get("group").members() {
		for k := range g.get("dependencies").members() {
			p.use(KindPackage, k.str(), DependsOn, k.line())
		}
	}
	for _, scripts := range [...]node{d.get("project", "scripts"), d.get("project", "gui-scripts"), poetry.get("scripts")} {
		for k, v := range scripts.members() {
			p.set("script "+k.str(), v.str(), k.line())
		}
	}
	for k, v := range d.get("tool", "uv", "sources").members() {
		if v.str("workspace") == "true" {
			p.set("workspace dependency", k.str(), k.line())
		}
	}
	return p
}

// pythonName is the normal form of a name.
// https://packaging.python.org/en/latest/specifications/name-normalization/
func pythonName(name string) string {
	var b strings.Builder
	dash := false
	for _, c := range strings.ToLower(name) {
		if c == '-' || c == '_' || c == '.' {
			dash = true
			continue
		}
		if dash && b.Len() > 0 {
			b.WriteByte('-')
		}
		dash = false
		b.WriteRune(c)
	}
	return b.String()
}

// requirementName is the name in a requirement such as "dbt-core[pg]>=1.8; …".
func requirementName(s string) string {
	if i := strings.IndexAny(s, " [<>=!~;@("); i >= 0 {
		s = s[:i]
	}
	return strings.TrimSpace(s)
}

func workspaceFact(tech, name string, line int, members, exclude node) Fact {
	w := Fact{Kind: KindWorkspace, ID: "workspace:" + name, Name: name, Line: line, Technology: tech}
	for m := range members.items() {
		w.use(KindPath, strings.TrimSuffix(m.str(), "/"), Includes, m.line())
	}
	for m := range exclude.items() {
		w.set("exclude", m.str(), m.line())
	}
	return w
}

// joinWorkspaces makes packages part of the workspace whose patterns name their
// folder.
func joinWorkspaces(facts []Fact) ([]Fact, []finding.Finding) {
	var all []Fact
	for _, f := range facts {
		if f.Kind == KindWorkspace {
			all = append(all, f)
		}
	}
	for i := range facts {
		f := &facts[i]
		if f.Kind != KindPackage && f.Kind != KindModule {
			continue
		}
		for _, w := range all {
			if inWorkspace(&w, path.Dir(f.File)) {
				f.Uses = append(f.Uses, Ref{Kind: KindWorkspace, Name: w.Name, Relation: PartOf})
				break
			}
		}
	}
	return facts, nil
}

// folderName names a file after its folder.
func folderName(p string) string {
	if dir := path.Dir(p); dir != "." {
		return path.Base(dir)
	}
	return "root"
}

// inWorkspace reports whether a workspace has a folder among its members. Its own
// folder is one.
func inWorkspace(w *Fact, dir string) bool {
	root := path.Dir(w.File)
	rel := dir
	if root != "." {
		if dir == root {
			return true
		}
		var ok bool
		if rel, ok = strings.CutPrefix(dir, root+"/"); !ok {
			return false
		}
	} else if dir == "." {
		return true
	}
	segs := strings.Split(rel, "/")
	match := func(pattern string) bool {
		return ignore.Segments(strings.Split(strings.Trim(path.Clean(pattern), "/"), "/"), segs)
	}
	for _, a := range w.Attrs {
		if a.Key == "exclude" && match(a.Value) {
			return false
		}
	}
	member := false
	for _, u := range w.Uses {
		if u.Relation != Includes {
			continue
		}
		if not, ok := strings.CutPrefix(u.Name, "!"); ok {
			member = member && !match(not)
		} else {
			member = member || match(u.Name)
		}
	}
	return member
}

// goModule reads go.mod and go.work.
// https://go.dev/ref/mod#go-mod-file
func goModule() Extractor {
	return Extractor{
		Name: "go", Version: 1, Patterns: []string{"go.mod", "go.work"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			return goModFacts(f), nil, nil
		},
		Join: joinWorkspaces,
	}
}

func goModFacts(f *File) []Fact {
	m := Fact{Kind: KindPackage, Technology: "Go module"}
	if path.Base(f.Path) == "go.work" {
		name := folderName(f.Path)
		m = Fact{Kind: KindWorkspace, ID: "workspace:" + name, Name: name, Line: 1, Technology: "Go workspace"}
	}
	block, n := "", 0
	for line := range strings.Lines(string(f.Data)) {
		n++
		text, comment, _ := strings.Cut(line, "//")
		fields := strings.Fields(text)
		if len(fields) == 0 {
			continue
		}
		verb := block
		switch {
		case block != "" && fields[0] == ")":
			block = ""
			continue
		case block == "" && len(fields) > 1 && fields[1] == "(":
			block = fields[0]
			continue
		case block == "":
			verb, fields = fields[0], fields[1:]
		}
		if len(fields) == 0 {
			continue
		}
		arg := strings.Trim(fields[0], "\"`")
		switch verb {
		case "module":
			m.Name, m.ID, m.Line = arg, "package:go/"+arg, n
		case "go", "toolchain":
			m.set(verb, arg, n)
		case "require":
			if strings.TrimSpace(comment) != "indirect" {
				m.use(KindPackage, arg, DependsOn, n)
				if len(fields) > 1 {
					m.set("require "+arg, fields[1], n)
				}
			}
		case "replace":
			m.set("replace", strings.Join(fields, " "), n)
		case "tool":
			m.use(KindPackage, arg, DependsOn, n)
		case "use":
			m.use(KindPath, strings.TrimPrefix(path.Clean(arg), "./"), Includes, n)
		}
	}
	if m.ID == "" {
		return nil
	}
	return []Fact{m}
}

// nodePackage reads package.json and the workspaces of npm, Yarn and pnpm.
// https://docs.npmjs.com/cli/configuring-npm/package-json
func nodePackage() Extractor {
	return Extractor{
		Name: "node", Version: 1, Patterns: []string{"package.json", "pnpm-workspace.yaml"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			docs, serr := f.tree()
			var findings []finding.Finding
			if serr != nil && !isTemplate(f) {
				findings = append(findings, serr.finding())
			}
			if len(docs) == 0 || !docs[0].isMap() {
				return nil, findings, nil
			}
			d := docs[0]
			dir := folderName(f.Path)
			if path.Base(f.Path) == "pnpm-workspace.yaml" {
				if p := d.get("packages"); p.isList() {
					return []Fact{workspaceFact("pnpm workspace", dir, p.line(), p, node{})}, findings, nil
				}
				return nil, findings, nil
			}
			var out []Fact
			name := d.str("name")
			if name != "" {
				p := Fact{Kind: KindPackage, ID: "package:node/" + name, Name: name, Line: d.get("name").line(), Technology: "Node package"}
				for _, key := range [...]string{"version", "private", "type"} {
					p.set(key, d.str(key), d.get(key).line())
				}
				p.set("node", d.str("engines", "node"), d.get("engines", "node").line())
				for _, part := range [...]string{"dependencies", "devDependencies", "peerDependencies"} {
					for k := range d.get(part).members() {
						p.use(KindPackage, k.str(), DependsOn, k.line())
					}
				}
				out = append(out, p)
			}
			ws := d.get("workspaces")
			if ws.isMap() {
				ws = ws.get("packages")
			}
			if ws.isList() {
				out = append(out, workspaceFact("Node workspace", firstText(name, dir), ws.line(), ws, node{}))
			}
			return out, findings, nil
		},
		Join: joinWorkspaces,
	}
}
