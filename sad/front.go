package sad

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// maxNodes bounds how many nodes of one front matter are read, aliases counted
// as often as they are used.
const maxNodes = 200_000

// reader reads one page.
type reader struct {
	doc    *markdown.Doc
	page   *Page
	budget int
	last   lineWalk

	headings Headings
}

func (r *reader) report(sev finding.Severity, s Span, msg, hint string) {
	r.page.Findings = append(r.page.Findings, finding.Finding{
		Rule: "sad/front-matter", Severity: sev,
		Position: r.page.place(s).position(), Message: msg, Hint: hint,
	})
}

func (r *reader) unknownKind(key, value *yaml.Node, kinds []string) {
	got := markdown.Scalar(value)
	at := r.span(key)
	if value != nil && value.Line > 0 {
		at = r.span(value)
	}
	msg := fmt.Sprintf("`%s: %s` is no kind of page", key.Value, got)
	if got == "" {
		msg = "`" + key.Value + "` does not say what the page is"
	}
	hint := "one of " + strings.Join(kinds, ", ")
	if near := finding.Nearest(got, kinds); near != "" && got != "" {
		hint = "did you mean " + near + "?"
	}
	r.report(finding.Error, at, msg, hint)
}

// field is a key of a mapping and what reads its value.
type field struct {
	name string
	read func(*yaml.Node)
}

// record reads a mapping. In a shared one, which holds keys of others too, an
// unknown key is a finding only where a known one was meant.
func (r *reader) record(n *yaml.Node, what string, shared bool, fields []field) {
	n = markdown.Resolve(n)
	if n == nil || n.Kind != yaml.MappingNode || !r.spend(n) {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], markdown.Resolve(n.Content[i+1])
		if key.Value == "<<" || value == nil || value.Tag == "!!null" {
			continue
		}
		k := slices.IndexFunc(fields, func(f field) bool { return f.name == key.Value })
		if k >= 0 {
			fields[k].read(value)
			continue
		}
		names := make([]string, len(fields))
		for i := range fields {
			names[i] = fields[i].name
		}
		near := finding.Nearest(key.Value, names)
		if shared && (near == "" || siteKeys[key.Value] || len(key.Value) < 4) {
			continue
		}
		hint := "known are " + strings.Join(names, ", ")
		edit := finding.Edit{}
		if near != "" {
			hint = "did you mean " + near + "?"
			if s := r.span(key); s.End > s.Start && !hasField(n, near) {
				edit = finding.Edit{Path: r.page.Path, Start: s.Start, Old: key.Value, New: near}
			}
		}
		r.report(finding.Warning, r.span(key), fmt.Sprintf("unknown key `%s` in %s", key.Value, what), hint)
		f := &r.page.Findings[len(r.page.Findings)-1]
		f.Edit, f.Subject = edit, key.Value
	}
}

func hasField(n *yaml.Node, key string) bool {
	v, _ := markdown.Lookup(n, key)
	return v != nil
}

// siteKeys are keys that themes and plugins read, however near to one of ours.
var siteKeys = map[string]bool{
	"title": true, "description": true, "tags": true, "status": true, "hide": true, "icon": true, "template": true,
	"date": true, "date_created": true, "authors": true, "author": true, "search": true, "lang": true, "slug": true,
	"comments": true, "social": true, "draft": true, "nav": true, "subtitle": true, "categories": true, "links": true,
	"related_links": true, "sidebar": true, "weight": true, "layout": true, "revision_date": true, "version": true,
}

// spend counts nodes, and stops reading when there are too many.
func (r *reader) spend(n *yaml.Node) bool {
	before := r.budget
	r.budget -= len(n.Content) + 1
	if r.budget >= 0 {
		return true
	}
	if before >= 0 {
		r.report(finding.Error, r.span(n), "the front matter holds more than can be read", "declare elements in several views; aliases count as often as they are used")
	}
	return false
}

func nodeKind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	default:
		return "a single value"
	}
}

func (r *reader) wrong(n *yaml.Node, name, want string) {
	r.report(finding.Error, r.span(n), fmt.Sprintf("`%s` has to be %s, not %s", name, want, nodeKind(n)), "")
}

func (r *reader) text(name string, to *string) field {
	return field{name, func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode {
			r.wrong(n, name, "a text")
			return
		}
		*to = strings.TrimSpace(n.Value)
	}}
}

func (r *reader) ref(name string, to *Ref) field {
	return field{name, func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode {
			r.wrong(n, name, "a text")
			return
		}
		*to = Ref{strings.TrimSpace(n.Value), r.span(n)}
	}}
}

func (r *reader) flag(name string, to *bool) field {
	return field{name, func(n *yaml.Node) {
		switch strings.ToLower(n.Value) {
		case "true", "yes", "on":
			*to = true
		case "false", "no", "off":
		default:
			r.wrong(n, name, "true or false")
		}
	}}
}

// refs reads a list of words; one word is a list of one.
func (r *reader) refs(name string, to *[]Ref) field {
	return field{name, func(n *yaml.Node) {
		r.each(n, name, "a list of names", func(c *yaml.Node) {
			if c.Kind != yaml.ScalarNode {
				r.wrong(c, name, "a list of names")
				return
			}
			if s := markdown.Scalar(c); s != "" {
				*to = append(*to, Ref{s, r.span(c)})
			}
		})
	}}
}

// kinds reads a list of kinds, each a word or a mapping with id or name.
func (r *reader) kinds(name string, to *[]Ref) field {
	return field{name, func(n *yaml.Node) {
		r.each(n, name, "a list of names", func(c *yaml.Node) {
			if c.Kind == yaml.MappingNode {
				var id, label Ref
				var about string
				r.record(c, name, false, []field{r.ref("id", &id), r.ref("name", &label), r.text("description", &about)})
				for _, x := range []Ref{id, label} {
					if x.ID != "" {
						*to = append(*to, x)
					}
				}
				return
			}
			if s := markdown.Scalar(c); s != "" {
				*to = append(*to, Ref{s, r.span(c)})
			}
		})
	}}
}

// each calls f for each entry of a list, or for a single value.
func (r *reader) each(n *yaml.Node, name, want string, f func(*yaml.Node)) {
	switch n.Kind {
	case yaml.SequenceNode:
		if !r.spend(n) {
			return
		}
		for _, c := range n.Content {
			if c = markdown.Resolve(c); c != nil && c.Tag != "!!null" && r.budget >= 0 {
				f(c)
			}
		}
	case yaml.ScalarNode:
		if n.Value != "" {
			f(n)
		}
	default:
		r.wrong(n, name, want)
	}
}

// records reads a list of mappings.
func (r *reader) records(name string, f func(*yaml.Node)) field {
	return field{name, func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode {
			r.wrong(n, name, "a list")
			return
		}
		r.each(n, name, "a list", func(c *yaml.Node) {
			if c.Kind != yaml.MappingNode {
				r.wrong(c, name, "a list of mappings")
				return
			}
			f(c)
		})
	}}
}

func (r *reader) citations(to *[]Citation) field {
	const name = "decisions"
	return field{name, func(n *yaml.Node) {
		r.each(n, name, "a list of decisions", func(c *yaml.Node) {
			var cite Citation
			switch c.Kind {
			case yaml.MappingNode:
				r.record(c, "a decision", false, []field{r.ref("id", &cite.Ref), r.text("note", &cite.Note)})
			case yaml.ScalarNode:
				cite.Ref = Ref{strings.TrimSpace(c.Value), r.span(c)}
			}
			if cite.ID != "" {
				*to = append(*to, cite)
			}
		})
	}}
}

// front reads the front matter.
func (r *reader) front() {
	p := r.page
	var ignored string
	var id Ref
	var name string
	// Every key is read on every page, so that a key on the wrong kind of page
	// still means what it says; what is suggested depends on the kind.
	all := []field{
		r.text("sad", &ignored), r.text("ops", &ignored), r.text("title", &p.Title),
		r.text("description", &p.Description), r.ref("id", &id), r.text("name", &name), r.waive(),
	}
	elements := r.elements("elements", &p.Elements)
	switch p.Kind {
	case KindView:
		all = append(all, r.refs("viewpoint", &p.Viewpoint), r.refs("stakeholders", &p.Stakeholders), r.refs("concerns", &p.Concerns),
			elements, r.relations(), r.citations(&p.Decisions), r.refs("related", &p.Related), r.packets())
	case KindViewpoint:
		all = append(all, r.kinds("element_kinds", &p.ElementKinds), r.kinds("relation_kinds", &p.RelationKinds),
			r.refs("stakeholders", &p.Stakeholders), r.refs("concerns", &p.Concerns), r.refs("required_properties", &p.Required))
	case KindStakeholders:
		all = append(all, r.stakeholders(), r.concerns())
	case KindScenarios:
		all = append(all, r.scenarios())
		if v, _ := r.doc.Front.Value("scenarios"); v == nil {
			// A page with one scenario may give its parts at the top.
			var s Scenario
			all = append(all, r.scenarioFields(&s)[2:]...)
			defer func() {
				if s.Source+s.Stimulus+s.Response+s.Measure.ID != "" {
					s.Ref = id
					if s.ID == "" {
						s.Ref = Ref{p.ID, p.At}
					}
					s.Name = p.Title
					p.Scenarios = append(p.Scenarios, s)
				}
			}()
		}
	case KindGlossary:
		all = append(all, r.terms(), r.acronyms())
	case KindAcronyms:
		all = append(all, r.acronyms())
	case KindMapping:
		all = append(all, r.mappings(), elements)
	case KindOverview:
		all = append(all, elements, r.relations(), r.revisions(), r.stakeholders(), r.concerns(), r.mappings(), r.citations(&p.Decisions))
	case KindReferences:
		all = append(all, r.references())
	default: // records of operations
		all = append(all, r.ref("owner", &p.Owner), r.ref("last_verified", &p.LastVerified), r.ref("verify_every", &p.VerifyEvery),
			r.refs("elements", &p.Serves), r.text("severity", &p.Severity), r.citations(&p.Decisions))
	}
	r.record(r.doc.Front.Node, "the front matter of a "+string(p.Kind)+" page", true, all)
	if id.ID != "" {
		p.ID, p.At = id.ID, id.Span
	}
	if p.Title == "" {
		p.Title = name
	}
	if p.Kind == KindViewpoint && name != "" {
		p.Title = name
	}
	if p.Title == "" {
		p.Title = p.ID
	}
	for _, key := range []string{"elements", "relations", "related", "decisions", "scenarios"} {
		r.insertion(key)
	}
}

func (r *reader) waive() field {
	return field{"waive", func(n *yaml.Node) {
		p := r.page
		add := func(rule, reason *yaml.Node) {
			p.Waivers = append(p.Waivers, Waiver{Ref{strings.TrimSpace(rule.Value), r.span(rule)}, markdown.Scalar(reason)})
		}
		if n.Kind == yaml.MappingNode {
			if !hasField(n, "rule") {
				for i := 0; i+1 < len(n.Content) && r.spend(n); i += 2 {
					add(n.Content[i], n.Content[i+1])
				}
				return
			}
			n = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}}
		}
		r.each(n, "waive", "a list of {rule, reason}", func(c *yaml.Node) {
			if c.Kind == yaml.ScalarNode {
				add(c, nil)
				return
			}
			if rule, _ := markdown.Lookup(c, "rule"); rule != nil {
				var w Waiver
				r.record(c, "a waiver", false, []field{r.ref("rule", &w.Ref), r.text("reason", &w.Reason)})
				p.Waivers = append(p.Waivers, w)
				return
			}
			for i := 0; i+1 < len(c.Content) && r.spend(c); i += 2 {
				add(c.Content[i], c.Content[i+1])
			}
		})
	}}
}

func (r *reader) elements(name string, to *[]Decl) field {
	return field{name, func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode {
			r.wrong(n, name, "a list of ids and elements")
			return
		}
		r.each(n, name, "a list", func(c *yaml.Node) {
			d := Decl{Source: FromFront}
			switch c.Kind {
			case yaml.ScalarNode:
				d.Ref, d.Bare = Ref{strings.TrimSpace(c.Value), r.span(c)}, true
			case yaml.MappingNode:
				r.element(c, &d)
			default:
				r.wrong(c, name, "a list of ids and elements")
				return
			}
			if d.ID == "" && d.Name.ID == "" {
				r.report(finding.Error, r.span(c), "an element has neither id nor name", "give it an `id`, by which views name it")
				return
			}
			if d.ID == "" {
				d.Ref = Ref{slug(d.Name.ID), d.Name.Span}
			}
			*to = append(*to, d)
		})
	}}
}

func (r *reader) element(n *yaml.Node, d *Decl) {
	r.record(n, "an element", false, []field{
		r.ref("id", &d.Ref), r.ref("name", &d.Name), r.ref("kind", &d.Kind), r.text("technology", &d.Technology),
		r.text("description", &d.Description), r.refs("code", &d.Code), r.ref("owner", &d.Owner),
		r.flag("external", &d.External), r.flag("critical", &d.Critical), r.flag("hidden", &d.Hidden),
		r.flag("infrastructure", &d.Infrastructure), r.ref("parent", &d.Parent), r.properties(&d.Properties), r.interfaces(&d.Interfaces),
	})
}

func (r *reader) properties(to *[]Property) field {
	return field{"properties", func(n *yaml.Node) {
		if n.Kind == yaml.SequenceNode {
			r.each(n, "properties", "a mapping", func(c *yaml.Node) {
				var p Property
				r.record(c, "a property", false, []field{r.text("name", &p.Name), r.text("value", &p.Value)})
				p.Span = r.span(c)
				*to = append(*to, p)
			})
			return
		}
		if n.Kind != yaml.MappingNode {
			r.wrong(n, "properties", "a mapping")
			return
		}
		if !r.spend(n) {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v := markdown.Resolve(n.Content[i+1])
			*to = append(*to, Property{n.Content[i].Value, strings.Join(markdown.Strings(v), ", "), r.span(n.Content[i])})
		}
	}}
}

func (r *reader) interfaces(to *[]Interface) field {
	return field{"interfaces", func(n *yaml.Node) {
		r.each(n, "interfaces", "a list", func(c *yaml.Node) {
			var i Interface
			if c.Kind == yaml.ScalarNode {
				i.Ref = Ref{strings.TrimSpace(c.Value), r.span(c)}
				*to = append(*to, i)
				return
			}
			var direction string
			var provided, name string
			var required Ref
			r.record(c, "an interface", false, []field{
				r.ref("id", &i.Ref), r.text("name", &name), r.text("kind", &i.Kind), r.text("description", &i.Description),
				r.text("direction", &direction), r.text("provided", &provided), r.ref("required", &required),
			})
			switch {
			case strings.EqualFold(required.ID, "true") || strings.EqualFold(required.ID, "yes"):
				i.Required = true
			case required.ID != "" && !strings.EqualFold(required.ID, "false") && !strings.EqualFold(required.ID, "no"):
				i.Required = true
				if i.ID == "" {
					i.Ref = required
				}
			case strings.EqualFold(direction, "required") || strings.EqualFold(provided, "false"):
				i.Required = true
			}
			if i.ID == "" {
				i.Ref = Ref{name, r.span(c)}
			}
			if i.ID == "" {
				r.report(finding.Error, r.span(c), "an interface has no id", "")
				return
			}
			*to = append(*to, i)
		})
	}}
}

func (r *reader) relations() field {
	return r.records("relations", func(c *yaml.Node) {
		l := Link{Source: FromFront, Span: r.span(c), Explicit: true}
		r.record(c, "a relation", false, []field{
			r.ref("from", &l.From), r.ref("to", &l.To), r.ref("kind", &l.Kind), r.ref("via", &l.Via),
			r.text("description", &l.Description), r.text("technology", &l.Technology), r.ref("data", &l.Data),
		})
		if l.From.ID == "" || l.To.ID == "" {
			missing := "from"
			if l.From.ID != "" {
				missing = "to"
			}
			r.report(finding.Error, l.Span, "a relation has no `"+missing+"`", "name the elements at both ends")
			return
		}
		r.page.Relations = append(r.page.Relations, l)
	})
}

func (r *reader) packets() field {
	return r.records("packets", func(c *yaml.Node) {
		var p Packet
		var name string
		r.record(c, "a view packet", false, []field{r.ref("id", &p.Ref), r.text("title", &p.Title), r.text("name", &name), r.refs("elements", &p.Elements)})
		if p.Line == 0 {
			p.Span = r.span(c)
		}
		if p.Title == "" {
			p.Title = name
		}
		r.page.Packets = append(r.page.Packets, p)
	})
}

// named gives an entry without an id that of its name.
func (r *reader) named(c *yaml.Node, id *Ref, name string) bool {
	if id.ID == "" && name != "" {
		*id = Ref{slug(name), r.span(c)}
	}
	if id.ID == "" {
		r.report(finding.Error, r.span(c), "an entry has neither id nor name", "")
		return false
	}
	return true
}

func (r *reader) stakeholders() field {
	return field{"stakeholders", func(n *yaml.Node) {
		r.each(n, "stakeholders", "a list", func(c *yaml.Node) {
			var s Stakeholder
			if c.Kind == yaml.ScalarNode {
				s.Ref = Ref{strings.TrimSpace(c.Value), r.span(c)}
			} else {
				r.record(c, "a stakeholder", false, []field{r.ref("id", &s.Ref), r.text("name", &s.Name), r.text("role", &s.Role), r.refs("concerns", &s.Concerns)})
				if !r.named(c, &s.Ref, s.Name) {
					return
				}
			}
			r.page.StakeholderDefs = append(r.page.StakeholderDefs, s)
		})
	}}
}

func (r *reader) concerns() field {
	return field{"concerns", func(n *yaml.Node) {
		r.each(n, "concerns", "a list", func(c *yaml.Node) {
			var s Concern
			if c.Kind == yaml.ScalarNode {
				s.Ref = Ref{strings.TrimSpace(c.Value), r.span(c)}
			} else {
				r.record(c, "a concern", false, []field{r.ref("id", &s.Ref), r.text("name", &s.Name), r.text("description", &s.Description)})
				if !r.named(c, &s.Ref, s.Name) {
					return
				}
			}
			r.page.ConcernDefs = append(r.page.ConcernDefs, s)
		})
	}}
}

func (r *reader) scenarioFields(s *Scenario) []field {
	return []field{
		r.ref("id", &s.Ref), r.text("name", &s.Name), r.text("quality", &s.Quality), r.text("source", &s.Source),
		r.text("stimulus", &s.Stimulus), r.text("environment", &s.Environment), r.ref("artifact", &s.Artifact),
		r.text("response", &s.Response), r.ref("measure", &s.Measure), r.refs("elements", &s.Elements), r.citations(&s.Decisions),
	}
}

func (r *reader) scenarios() field {
	return r.records("scenarios", func(c *yaml.Node) {
		var s Scenario
		r.record(c, "a scenario", false, r.scenarioFields(&s))
		if r.named(c, &s.Ref, s.Name) {
			r.page.Scenarios = append(r.page.Scenarios, s)
		}
	})
}

func (r *reader) terms() field {
	return r.records("terms", func(c *yaml.Node) {
		var t Term
		r.record(c, "a term", false, []field{r.ref("term", &t.Ref), r.refs("aliases", &t.Aliases), r.refs("forbidden", &t.Forbidden), r.text("definition", &t.Definition)})
		if t.ID != "" {
			r.page.Terms = append(r.page.Terms, t)
		}
	})
}

func (r *reader) acronyms() field {
	return field{"acronyms", func(n *yaml.Node) {
		if n.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(n.Content) && r.spend(n.Content[i]); i += 2 {
				r.page.Acronyms = append(r.page.Acronyms, Acronym{Ref: Ref{n.Content[i].Value, r.span(n.Content[i])}, Expansion: markdown.Scalar(n.Content[i+1])})
			}
			return
		}
		r.each(n, "acronyms", "a list or a mapping", func(c *yaml.Node) {
			var a Acronym
			r.record(c, "an acronym", false, []field{r.ref("acronym", &a.Ref), r.text("expansion", &a.Expansion)})
			if a.ID != "" {
				r.page.Acronyms = append(r.page.Acronyms, a)
			}
		})
	}}
}

func (r *reader) mappings() field {
	return r.records("mappings", func(c *yaml.Node) {
		m := Mapping{Span: r.span(c), Source: FromFront}
		r.record(c, "a mapping", false, []field{
			r.ref("from", &m.From), r.ref("to", &m.To), r.text("kind", &m.Kind), r.ref("from_view", &m.FromView),
			r.ref("to_view", &m.ToView), r.text("description", &m.Description),
		})
		if m.From.ID == "" || m.To.ID == "" {
			r.report(finding.Error, m.Span, "a mapping has to name an element on both sides", "")
			return
		}
		r.page.Mappings = append(r.page.Mappings, m)
	})
}

func (r *reader) revisions() field {
	return field{"revision", func(n *yaml.Node) {
		one := func(c *yaml.Node) {
			var v Revision
			var ignored string
			if c.Kind == yaml.ScalarNode {
				v.Ref = Ref{c.Value, r.span(c)}
			} else {
				r.record(c, "a revision", false, []field{
					r.ref("number", &v.Ref), r.text("date", &v.Date), r.text("scope", &v.Scope), r.text("purpose", &ignored),
				})
				if v.Line == 0 {
					v.Span = r.span(c)
				}
			}
			r.page.Revisions = append(r.page.Revisions, v)
		}
		if n.Kind == yaml.MappingNode {
			one(n)
			return
		}
		r.each(n, "revision", "a mapping", one)
	}}
}

func (r *reader) references() field {
	return r.records("references", func(c *yaml.Node) {
		var f Reference
		r.record(c, "a reference", false, []field{r.ref("id", &f.Ref), r.text("title", &f.Title), r.text("url", &f.URL)})
		if r.named(c, &f.Ref, f.Title) {
			r.page.References = append(r.page.References, f)
		}
	})
}

// insertion finds where an entry can be added to a list.
func (r *reader) insertion(key string) {
	f := r.doc.Front
	in := Insertion{Key: key}
	defer func() { r.page.Insertions = append(r.page.Insertions, in) }()
	list, at := f.Value(key)
	if list == nil {
		in.At, in.Before = f.End, key+":\n  - "
		in.After = "\n"
		return
	}
	if list.Kind != yaml.SequenceNode {
		return
	}
	end := f.End
	for i := 0; i+2 < len(f.Node.Content); i += 2 {
		if f.Node.Content[i] == at {
			end = r.doc.LineStart(f.Node.Content[i+2].Line)
		}
	}
	start := r.doc.LineStart(at.Line)
	text := strings.TrimRight(string(r.doc.Src[start:end]), " \t\r\n")
	// Comments and empty lines above the next key belong to that key.
	for {
		i := strings.LastIndexByte(text, '\n')
		if i < 0 || !strings.HasPrefix(strings.TrimSpace(text[i+1:]), "#") {
			break
		}
		text = strings.TrimRight(text[:i], " \t\r\n")
	}
	if list.Style&yaml.FlowStyle != 0 || strings.HasSuffix(text, "]") && len(list.Content) == 0 {
		if !strings.HasSuffix(text, "]") {
			return
		}
		in.Inside, in.At = true, start+len(text)-1
		if len(list.Content) > 0 {
			in.Before = ", "
		}
		return
	}
	if len(list.Content) == 0 {
		return
	}
	line := r.doc.LineText(list.Content[0].Line)
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	if !strings.HasPrefix(line[len(indent):], "-") {
		return
	}
	in.At, in.Before = start+len(text), "\n"+indent+"- "
}

// AddScenario returns the edit that adds a scenario, in lines of YAML, to a page
// of scenarios; the zero Edit for other pages.
func (p *Page) AddScenario(lines []string) finding.Edit {
	if p.Kind != KindScenarios || len(p.Scenarios) > 0 && p.Insertions[len(p.Insertions)-1].At == 0 {
		return finding.Edit{}
	}
	return p.edit("scenarios", lines...)
}

// edit returns what adds an entry of the given lines to a list; nil when that
// cannot be done with certainty.
func (p *Page) edit(key string, lines ...string) finding.Edit {
	for _, in := range p.Insertions {
		if in.Key != key || in.At == 0 {
			continue
		}
		if in.Inside {
			if len(lines) > 1 {
				lines = []string{"{" + strings.Join(lines, ", ") + "}"}
			}
			return finding.Edit{Path: p.Path, Start: in.At, New: in.Before + lines[0]}
		}
		pad := strings.Repeat(" ", len(in.Before)-strings.LastIndexByte(in.Before, '\n')-1)
		return finding.Edit{Path: p.Path, Start: in.At, New: in.Before + strings.Join(lines, "\n"+pad) + in.After}
	}
	return finding.Edit{}
}
