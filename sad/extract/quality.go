package extract

import (
	"context"
	"path"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// greatExpectations reads suites, checkpoints, validation definitions and
// datasources of Great Expectations 0.13 to 1: JSON and YAML stores, and the
// calls by which Python code creates them.
// https://docs.greatexpectations.io/docs/reference/
func greatExpectations() Extractor {
	return Extractor{
		Name: "great-expectations", Version: 1, Patterns: []string{"*.json", "*.yml", "*.yaml", "*.py"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			if strings.HasSuffix(f.Path, ".py") {
				if !f.contains("great_expectations") || !f.contains("xpectation") {
					return nil, nil, nil
				}
				h := &gxHost{}
				ev := followPython(f, f.python(), h)
				return h.out, pyFindings(ev, len(h.out) > 0, nil), nil
			}
			if !f.contains("expectation") && !f.contains("validation") && !f.contains("datasources") && !f.contains("checkpoint") {
				return nil, nil, nil
			}
			docs, serr := f.tree()
			var out []Fact
			for _, d := range docs {
				gxDocument(f.Path, d, &out)
			}
			if serr != nil && len(out) > 0 {
				return out, []finding.Finding{serr.finding()}, nil
			}
			return out, nil, nil
		},
	}
}

func gxDocument(file string, d node, out *[]Fact) {
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	switch {
	case d.get("expectations").isList() && (d.get("expectation_suite_name").ok() || d.get("name").ok()):
		*out = append(*out, gxSuite(d, stem))
	case d.get("validation_definitions").isList() && d.get("name").ok(),
		d.get("config_version").ok() && (d.get("validations").ok() || d.get("batch_request").ok() || d.get("action_list").ok()) && !d.get("stores").ok(),
		d.get("class_name").ok() && strings.Contains(d.str("class_name"), "Checkpoint") && !d.get("stores").ok():
		*out = append(*out, gxCheckpoint(d, stem))
	case d.get("suite").isMap() && d.get("data").isMap() && d.get("name").ok():
		name := d.str("name")
		f := Fact{Kind: KindCheckpoint, ID: "checkpoint:validation/" + name, Name: name, Line: d.get("name").line(), Technology: "Great Expectations validation definition"}
		f.use(KindSuite, d.str("suite", "name"), Runs, d.get("suite").line())
		f.use(KindTable, d.str("data", "asset", "name"), Checks, d.get("data", "asset").line())
		f.use(KindDatabase, d.str("data", "datasource", "name"), Checks, d.get("data", "datasource").line())
		*out = append(*out, f)
	}
	if !d.get("stores").ok() || !d.get("config_version").ok() && !d.get("expectations_store_name").ok() {
		return
	}
	// great_expectations.yml
	for _, part := range [...]string{"datasources", "fluent_datasources"} {
		for k, v := range d.get(part).members() {
			name := k.str()
			f := Fact{Kind: KindDatabase, ID: "database:gx/" + name, Name: name, Line: k.line(), Technology: "Great Expectations datasource"}
			f.set("type", firstText(v.str("type"), v.str("execution_engine", "class_name"), v.str("class_name")), v.line())
			for a, asset := range v.get("assets").members() {
				f.use(KindTable, firstText(asset.str("table_name"), a.str()), Reads, a.line())
			}
			*out = append(*out, f)
		}
	}
}

func gxSuite(d node, stem string) Fact {
	name := firstText(d.str("expectation_suite_name"), d.str("name"), stem)
	f := Fact{Kind: KindSuite, ID: "suite:" + name, Name: name, Line: d.first("expectation_suite_name", "name").line(), Technology: "Great Expectations suite"}
	f.set("data_asset_type", d.str("data_asset_type"), d.get("data_asset_type").line())
	n := 0
	for e := range d.get("expectations").items() {
		n++
		typ := firstText(e.str("expectation_type"), e.str("type"))
		if col := e.str("kwargs", "column"); col != "" {
			typ += " " + col
		}
		if n <= 500 {
			f.set("expectation", typ, e.line())
		}
	}
	for v := range d.get("meta").members() {
		if v.str() == "table" {
			f.use(KindTable, d.str("meta", "table"), Checks, v.line())
		}
	}
	return f
}

func gxCheckpoint(d node, stem string) Fact {
	name := firstText(d.str("name"), stem)
	f := Fact{Kind: KindCheckpoint, ID: "checkpoint:" + name, Name: name, Line: firstNode(d.get("name"), d).line(), Technology: "Great Expectations checkpoint"}
	one := func(v node) {
		s := v.get("expectation_suite_name")
		f.use(KindSuite, s.str(), Runs, s.line())
		b := v.get("batch_request")
		f.use(KindDatabase, b.str("datasource_name"), Checks, b.get("datasource_name").line())
		f.use(KindTable, b.str("data_asset_name"), Checks, b.get("data_asset_name").line())
	}
	one(d)
	for v := range d.get("validations").items() {
		one(v)
	}
	for v := range d.get("validation_definitions").items() {
		f.use(KindCheckpoint, firstText(v.str("name"), v.str()), Runs, v.line())
	}
	for _, list := range [...]string{"action_list", "actions"} {
		for a := range d.get(list).items() {
			f.set("action", firstText(a.str("action", "class_name"), a.str("type"), a.str("name")), a.line())
		}
	}
	return f
}

// gxHost finds the calls that create suites and checkpoints.
type gxHost struct {
	noHost
	out  []Fact
	seen map[string]bool
}

func (h *gxHost) call(_ *pyEval, c *pyCallInfo) *val {
	name := last(c.callee)
	if c.recv != nil {
		name = c.method
	}
	var kind Kind
	var id *val
	switch name {
	case "ExpectationSuite":
		kind, id = KindSuite, c.arg(0, "name", "expectation_suite_name")
	case "add_expectation_suite", "add_or_update_expectation_suite", "create_expectation_suite":
		kind, id = KindSuite, c.arg(0, "expectation_suite_name")
	case "Checkpoint", "SimpleCheckpoint":
		kind, id = KindCheckpoint, c.arg(0, "name")
	case "add_checkpoint", "add_or_update_checkpoint":
		kind, id = KindCheckpoint, c.arg(0, "name")
	case "ValidationDefinition":
		kind, id = KindCheckpoint, c.arg(0, "name")
	default:
		return nil
	}
	n := nameOf(id)
	if n == "" || len(h.out) >= maxFacts {
		return nil
	}
	f := Fact{Kind: kind, ID: string(kind) + ":" + n, Name: n, Line: c.line, Technology: "Great Expectations " + string(kind)}
	if name == "ValidationDefinition" {
		f.ID, f.Technology = "checkpoint:validation/"+n, "Great Expectations validation definition"
		if s := c.arg(-1, "suite"); s != nil && s.obj != nil {
			f.use(KindSuite, nameOf(s.obj.arg(0, "name")), Runs, c.argLine("suite"))
		}
	}
	f.use(KindSuite, nameOf(c.arg(-1, "expectation_suite_name")), Runs, c.argLine("expectation_suite_name"))
	if kind == KindSuite {
		f.Uses = nil
	}
	if h.seen[f.ID] {
		return nil
	}
	if h.seen == nil {
		h.seen = map[string]bool{}
	}
	h.seen[f.ID] = true
	h.out = append(h.out, f)
	return nil
}
