package extract

import (
	"context"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// argoCD reads Applications and ApplicationSets: what is deployed from where to
// where.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
func argoCD() Extractor {
	return Extractor{
		Name: "argocd", Version: 1, Patterns: []string{"*.yml", "*.yaml", "*.json"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			if !f.contains("argoproj.io/", "Application") || f.contains("{{") && strings.Contains(f.Path, "templates/") {
				return nil, nil, nil
			}
			docs, serr := f.tree()
			var out []Fact
			for _, d := range docs {
				if strings.HasPrefix(d.str("apiVersion"), "argoproj.io/") && len(out) < maxFacts {
					if fact, ok := argoApplication(d); ok {
						out = append(out, fact)
					}
				}
			}
			if serr != nil && !isTemplate(f) {
				return out, []finding.Finding{serr.finding()}, nil
			}
			return out, nil, nil
		},
	}
}

func argoApplication(d node) (Fact, bool) {
	kind, name := d.str("kind"), d.str("metadata", "name")
	if kind != "Application" && kind != "ApplicationSet" || name == "" {
		return Fact{}, false
	}
	f := Fact{Kind: KindApplication, ID: "application:" + name, Name: name, Line: d.get("metadata", "name").line(), Technology: "Argo CD " + kind}
	spec := d.get("spec")
	if kind == "ApplicationSet" {
		for g := range spec.get("generators").items() {
			for k := range g.members() {
				f.set("generator", k.str(), k.line())
			}
		}
		t := spec.get("template", "metadata", "name")
		f.set("applications", starred(t.str()), t.line())
		spec = spec.get("template", "spec")
	}
	f.set("project", spec.str("project"), spec.get("project").line())
	sources := spec.get("sources")
	if !sources.ok() {
		sources = spec.get("source")
	}
	for s := range sources.each() {
		f.set("repoURL", withoutUser(s.str("repoURL")), s.get("repoURL").line())
		f.set("targetRevision", s.str("targetRevision"), s.get("targetRevision").line())
		f.use(KindPath, starred(s.str("path")), Deploys, s.get("path").line())
		f.use(KindChart, starred(s.str("chart")), Deploys, s.get("chart").line())
		for _, v := range s.get("helm", "valueFiles").list() {
			f.use(KindValues, starred(v), Includes, s.get("helm", "valueFiles").line())
		}
		for p := range s.get("helm", "parameters").items() {
			f.set("parameter "+p.str("name"), p.str("value"), p.line())
		}
	}
	dest := spec.get("destination")
	f.set("namespace", starred(dest.str("namespace")), dest.get("namespace").line())
	f.set("cluster", starred(firstText(dest.str("name"), dest.str("server"))), dest.line())
	if spec.get("syncPolicy", "automated").ok() {
		f.set("sync", "automated", spec.get("syncPolicy", "automated").line())
	}
	return f, true
}

// withoutUser cuts user and password out of a URL.
func withoutUser(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	host, p, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	return scheme + "://" + strings.TrimSuffix(host+"/"+p, "/")
}
