package extract

import (
	"context"
	"path"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// openAPI reads OpenAPI 3 and Swagger 2 documents: the API and its operations.
// https://spec.openapis.org/oas/latest.html
func openAPI() Extractor {
	return Extractor{
		Name: "openapi", Version: 1, Patterns: []string{"*.yml", "*.yaml", "*.json"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			if !f.hasKey("paths") || !f.hasKey("openapi", "swagger") {
				return nil, nil, nil
			}
			docs, serr := f.tree()
			var out []Fact
			for _, d := range docs {
				if !d.get("paths").isMap() || d.str("openapi") == "" && d.str("swagger") == "" {
					continue
				}
				out = append(out, openAPIFacts(f.Path, d)...)
			}
			if serr != nil && len(out) > 0 {
				return out, []finding.Finding{serr.finding()}, nil
			}
			return out, nil, nil
		},
	}
}

func openAPIFacts(file string, d node) []Fact {
	title := firstText(d.str("info", "title"), strings.TrimSuffix(path.Base(file), path.Ext(file)))
	api := Fact{Kind: KindAPI, ID: "api:" + title, Name: title, Line: firstNode(d.get("info", "title"), d).line(), Technology: "OpenAPI"}
	api.set("openapi", firstText(d.str("openapi"), d.str("swagger")), d.first("openapi", "swagger").line())
	api.set("version", d.str("info", "version"), d.get("info", "version").line())
	for s := range d.get("servers").items() {
		api.set("server", s.str("url"), s.line())
	}
	base := strings.TrimSuffix(d.str("basePath"), "/")
	if h := d.str("host"); h != "" {
		api.set("server", h+base, d.get("host").line())
	}
	out := []Fact{api}
	for p, item := range d.get("paths").members() {
		for m, op := range item.members() {
			if httpMethod(m.str()) == "" || !op.isMap() || len(out) > maxFacts {
				continue
			}
			name := strings.ToUpper(m.str()) + " " + base + p.str()
			r := Fact{Kind: KindRoute, ID: "route:" + name, Name: name, Line: m.line(), Technology: "OpenAPI"}
			r.set("operation_id", op.str("operationId"), op.get("operationId").line())
			r.set("tags", strings.Join(op.get("tags").list(), ", "), op.get("tags").line())
			r.set("deprecated", op.str("deprecated"), op.get("deprecated").line())
			r.use(KindAPI, title, PartOf, m.line())
			out = append(out, r)
		}
	}
	return out
}
