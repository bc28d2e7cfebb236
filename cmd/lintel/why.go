package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad"
)

func (a *app) whyCommand() *cobra.Command {
	var config, format string
	c := &cobra.Command{
		Use:   "why PATH|ELEMENT|TERM",
		Short: "Tell what the documents say about a file, an element or a word",
		Long: `Why answers from the architecture documents: which elements cover a file or
folder, nearest first, in which views they are, which decisions and runbooks are
about them, and who owns them. It answers for the id or name of an element, for a
view, a decision and a word of the glossary as well.`,
		Example: `  lintel why connect/orders-source.json
  lintel why services/
  lintel why data-api --format json
  lintel why 레이크
  lintel why ADR-0005`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return usage(fmt.Errorf("--format %s: it is text or json", format))
			}
			arch, err := a.openArchitecture(config)
			if err != nil {
				return err
			}
			defer arch.project.close()
			answer := arch.why(args[0])
			if format == "json" {
				if err := a.writeJSON(answer); err != nil {
					return err
				}
			} else {
				a.printAnswer(answer)
			}
			if answer.empty() {
				return &exitError{code: exitFindings}
			}
			return nil
		},
	}
	c.Flags().StringVarP(&config, "config-file", "f", "", "`mkdocs.yml` or its folder")
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

// whyAnswer is the JSON form of lintel why.
type whyAnswer struct {
	Query string `json:"query"`
	// Kind is what the query was understood as: path, element, view, decision,
	// term, or "" when nothing was found.
	Kind     string       `json:"kind"`
	Elements []whyElement `json:"elements"`
	// Decisions are those about the path itself.
	Decisions []whyDecision `json:"decisions"`
	Views     []whyPage     `json:"views"`
	Terms     []whyTerm     `json:"terms"`
	Runbooks  []whyPage     `json:"runbooks"`
	// Meant are names like the query, when nothing was found.
	Meant []string `json:"did_you_mean,omitempty"`
}

type whyElement struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Kind        string        `json:"kind,omitempty"`
	Technology  string        `json:"technology,omitempty"`
	Description string        `json:"description,omitempty"`
	Owner       string        `json:"owner,omitempty"`
	Critical    bool          `json:"critical,omitempty"`
	External    bool          `json:"external,omitempty"`
	Pattern     string        `json:"pattern,omitempty"` // by which it covers the path
	Code        []string      `json:"code,omitempty"`
	At          sad.Place     `json:"at"`
	Views       []whyPage     `json:"views"`
	Decisions   []whyDecision `json:"decisions"`
	Runbooks    []whyPage     `json:"runbooks"`
	Out         []whyRelation `json:"out,omitempty"`
	In          []whyRelation `json:"in,omitempty"`
	Scenarios   []string      `json:"scenarios,omitempty"`
}

type whyPage struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Path  string `json:"path"`
	Kind  string `json:"kind,omitempty"` // of a record of operations
	Owner string `json:"owner,omitempty"`
}

type whyDecision struct {
	ID     string `json:"id"`
	Title  string `json:"title,omitempty"`
	Status string `json:"status,omitempty"`
	Path   string `json:"path,omitempty"`
	// By tells how it is about the thing: code, tag, view or scenario.
	By string `json:"by"`
}

type whyRelation struct {
	Element string `json:"element"`
	Label   string `json:"label,omitempty"`
	View    string `json:"view"`
}

type whyTerm struct {
	Term       string   `json:"term"`
	Definition string   `json:"definition,omitempty"`
	Aliases    []string `json:"aliases,omitempty"`
	Forbidden  []string `json:"forbidden,omitempty"`
	Path       string   `json:"path"`
	Line       int      `json:"line"`
}

func (w *whyAnswer) empty() bool {
	return len(w.Elements)+len(w.Decisions)+len(w.Views)+len(w.Terms)+len(w.Runbooks) == 0
}

// log reads the decision records below the pages, or else in the folder of the
// configuration, or else in the project.
func (arch *architecture) log() *adr.Log {
	fsys := arch.project.fs()
	folders := adr.Find(fsys)
	for _, top := range []string{arch.docs, arch.root, "."} {
		var below []adr.Folder
		for _, f := range folders {
			if top == "." || f.Path == top || strings.HasPrefix(f.Path, top+"/") {
				below = append(below, f)
			}
		}
		if len(below) > 0 || top == "." {
			log, _ := adr.Read(fsys, below, adr.Options{})
			return log
		}
	}
	return adr.NewLog(nil, adr.Options{})
}

// decisions are the records as the rules of sad need them.
func decisions(log *adr.Log) sad.Decisions {
	out := sad.Decisions{}
	for _, r := range log.Timeline() {
		d := sad.Decision{ID: recordName(r), Title: r.Title, Status: string(r.Status), Path: r.Path, Tags: r.Tags, Code: r.Code}
		for _, b := range log.Superseders(r) {
			d.SupersededBy = append(d.SupersededBy, recordName(b.From))
		}
		out = append(out, d)
	}
	return out
}

// recordName is how pages name a record: ADR-0002 where its id is a number.
func recordName(r *adr.Record) string {
	if r.ID != "" && strings.Trim(r.ID, "0123456789") == "" {
		return "ADR-" + r.ID
	}
	return r.ID
}

// why answers a question.
func (arch *architecture) why(query string) *whyAnswer {
	m, log := arch.model, arch.log()
	ds := decisions(log)
	w := &whyAnswer{Query: query, Elements: []whyElement{}, Decisions: []whyDecision{}, Views: []whyPage{}, Terms: []whyTerm{}, Runbooks: []whyPage{}}
	if name, ok := arch.path(query); ok {
		w.Kind = "path"
		seen := map[string]bool{}
		for _, c := range slices.Concat(m.Covering(name), m.Below(name)) {
			if seen[c.Element.ID] {
				continue
			}
			seen[c.Element.ID] = true
			e := arch.element(c.Element, ds)
			e.Pattern = c.Pattern
			w.Elements = append(w.Elements, e)
		}
		for _, r := range arch.governing(log, name) {
			w.Decisions = append(w.Decisions, whyDecision{recordName(r), r.Title, string(r.Status), r.Path, "code"})
		}
		if v := m.View(name); v != nil && v.Path == name {
			w.Views = append(w.Views, whyPage{ID: v.ID, Title: v.Title, Path: v.Path})
			for _, id := range v.Elements {
				w.Elements = append(w.Elements, arch.element(m.Element(id), ds))
			}
		}
		if !w.empty() {
			return w
		}
	}
	if e := m.Element(query); e != nil {
		w.Kind = "element"
		w.Elements = append(w.Elements, arch.element(e, ds))
	}
	for _, t := range m.Terms {
		names := []string{t.ID}
		var aliases, forbidden []string
		for _, x := range t.Aliases {
			aliases = append(aliases, x.ID)
		}
		for _, x := range t.Forbidden {
			forbidden = append(forbidden, x.ID)
		}
		names = append(append(names, aliases...), forbidden...)
		if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, query) }) {
			continue
		}
		w.Terms = append(w.Terms, whyTerm{t.ID, t.Definition, aliases, forbidden, t.Path, t.Line})
		// Elements that bear the word in one of its forms.
		for _, n := range append([]string{t.ID}, aliases...) {
			if e := m.Element(n); e != nil && !slices.ContainsFunc(w.Elements, func(x whyElement) bool { return x.ID == e.ID }) {
				w.Elements = append(w.Elements, arch.element(e, ds))
			}
		}
	}
	for _, x := range m.Acronyms {
		if strings.EqualFold(x.ID, query) {
			w.Terms = append(w.Terms, whyTerm{Term: x.ID, Definition: x.Expansion, Path: x.Path, Line: x.Line})
		}
	}
	if len(w.Terms) > 0 && w.Kind != "element" {
		w.Kind = "term"
	}
	if v := m.View(query); v != nil && w.empty() {
		w.Kind = "view"
		w.Views = append(w.Views, whyPage{ID: v.ID, Title: v.Title, Path: v.Path})
		for _, id := range v.Elements {
			w.Elements = append(w.Elements, arch.element(m.Element(id), ds))
		}
		for _, c := range v.Decisions {
			w.Decisions = append(w.Decisions, decisionOf(ds, c.ID, "view "+v.ID))
		}
	}
	if d := ds.Find(query); d != nil && w.empty() {
		w.Kind = "decision"
		w.Decisions = append(w.Decisions, whyDecision{d.ID, d.Title, d.Status, d.Path, "name"})
		for _, v := range m.Views {
			if slices.ContainsFunc(v.Decisions, func(c sad.Citation) bool { return ds.Find(c.ID) == d }) {
				w.Views = append(w.Views, whyPage{ID: v.ID, Title: v.Title, Path: v.Path})
			}
		}
		for _, e := range m.Elements {
			if about(d, e) != "" {
				w.Elements = append(w.Elements, arch.element(e, ds))
			}
		}
	}
	for _, r := range m.Records {
		if strings.EqualFold(r.ID, query) && w.empty() {
			w.Kind = "runbook"
			w.Runbooks = append(w.Runbooks, recordPage(r))
			for _, id := range r.Elements {
				if e := m.Element(id); e != nil {
					w.Elements = append(w.Elements, arch.element(e, ds))
				}
			}
		}
	}
	if w.empty() {
		w.Kind = ""
		var names []string
		for _, e := range m.Elements {
			names = append(names, e.ID)
			if e.Name != e.ID {
				names = append(names, e.Name)
			}
		}
		for _, v := range m.Views {
			names = append(names, v.ID, v.Title)
		}
		for _, t := range m.Terms {
			names = append(names, t.ID)
		}
		if near := finding.Nearest(query, names); near != "" {
			w.Meant = append(w.Meant, near)
		}
	}
	return w
}

// path returns the slash path below the project's root of a file or folder that
// exists, or of what an element covers although it does not.
func (arch *architecture) path(query string) (string, bool) {
	fsys := arch.project.fs()
	if name, ok := arch.project.rel(query); ok {
		if _, err := fs.Stat(fsys, name); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return name, true
		}
	}
	slash := path.Clean(filepath.ToSlash(query))
	for _, name := range []string{slash, path.Join(arch.root, slash)} {
		if !fs.ValidPath(name) {
			continue
		}
		if _, err := fs.Stat(fsys, name); err == nil {
			return name, true
		}
		if strings.Contains(slash, "/") && len(arch.model.Covering(name)) > 0 {
			return name, true
		}
	}
	return "", false
}

// governing returns the records whose code paths cover a path, written from the
// project's root or from the folder of the configuration.
func (arch *architecture) governing(log *adr.Log, name string) []*adr.Record {
	rs := log.Governing(name)
	if rest, ok := strings.CutPrefix(name, arch.root+"/"); ok {
		for _, r := range log.Governing(rest) {
			if !slices.Contains(rs, r) {
				rs = append(rs, r)
			}
		}
	}
	return rs
}

// about tells how a decision is about an element of its own accord, or "".
func about(d *sad.Decision, e *sad.Element) string {
	if slices.Contains(d.Tags, e.ID) {
		return "tag"
	}
	for _, p := range d.Code {
		for _, c := range e.Code {
			if p == c.Pattern || sad.Covers(p, strings.TrimRight(c.Pattern, "/*")) {
				return "code"
			}
		}
	}
	return ""
}

func decisionOf(ds sad.Decisions, id, by string) whyDecision {
	if d := ds.Find(id); d != nil {
		return whyDecision{d.ID, d.Title, d.Status, d.Path, by}
	}
	return whyDecision{ID: id, By: by}
}

func recordPage(r *sad.Record) whyPage {
	return whyPage{ID: r.ID, Title: r.Title, Path: r.Path, Kind: string(r.Kind), Owner: r.Owner}
}

func (arch *architecture) element(e *sad.Element, ds sad.Decisions) whyElement {
	m := arch.model
	w := whyElement{
		ID: e.ID, Name: e.Name, Kind: e.Kind, Technology: e.Technology, Description: e.Description, Owner: e.Owner, Critical: e.Critical,
		External: e.External, At: e.At, Views: []whyPage{}, Decisions: []whyDecision{}, Runbooks: []whyPage{},
	}
	for _, c := range e.Code {
		w.Code = append(w.Code, c.Pattern)
	}
	for _, id := range e.Views {
		v := m.View(id)
		w.Views = append(w.Views, whyPage{ID: v.ID, Title: v.Title, Path: v.Path})
	}
	// What is about the element itself comes before what its views rest on.
	seen := map[string]bool{}
	add := func(d whyDecision) {
		if k := d.ID + "\x00" + d.Path; !seen[k] {
			seen[k] = true
			w.Decisions = append(w.Decisions, d)
		}
	}
	for i := range ds {
		if by := about(&ds[i], e); by != "" {
			add(decisionOf(ds, ds[i].Path, by))
		}
	}
	cites := m.DecisionsOf(e.ID)
	for _, c := range cites {
		if c.Scenario != "" {
			add(decisionOf(ds, c.ID, "scenario "+c.Scenario))
		}
	}
	for _, c := range cites {
		if c.View != "" {
			add(decisionOf(ds, c.ID, "view "+c.View))
		}
	}
	for _, r := range m.RecordsOf(e.ID) {
		w.Runbooks = append(w.Runbooks, recordPage(r))
	}
	for _, r := range m.Out(e.ID) {
		w.Out = append(w.Out, whyRelation{r.To, r.Label(), r.View})
	}
	for _, r := range m.In(e.ID) {
		w.In = append(w.In, whyRelation{r.From, r.Label(), r.View})
	}
	for _, s := range m.ScenariosOf(e.ID) {
		w.Scenarios = append(w.Scenarios, s.ID)
	}
	return w
}

func (a *app) printAnswer(w *whyAnswer) {
	if w.empty() {
		hint := ""
		if len(w.Meant) > 0 {
			hint = " (did you mean " + w.Meant[0] + "?)"
		}
		fmt.Fprintf(a.stderr, "lintel: the documents say nothing about %s%s\n", w.Query, hint)
		return
	}
	for _, t := range w.Terms {
		fmt.Fprintf(a.stdout, "%s: %s  (%s:%d)\n", t.Term, dashed(t.Definition), t.Path, t.Line)
		if len(t.Aliases) > 0 {
			fmt.Fprintf(a.stdout, "  also  %s\n", strings.Join(t.Aliases, ", "))
		}
		if len(t.Forbidden) > 0 {
			fmt.Fprintf(a.stdout, "  not   %s\n", strings.Join(t.Forbidden, ", "))
		}
	}
	for _, v := range w.Views {
		fmt.Fprintf(a.stdout, "view %s  %s  %s\n", v.ID, v.Title, v.Path)
	}
	for _, r := range w.Runbooks {
		fmt.Fprintf(a.stdout, "%s %s  %s  %s\n", r.Kind, r.ID, r.Title, r.Path)
	}
	for _, d := range w.Decisions {
		fmt.Fprintf(a.stdout, "decision %s\n", decisionLine(d))
	}
	for _, e := range w.Elements {
		head := e.ID
		if e.Name != e.ID {
			head += "  " + e.Name
		}
		if e.Kind != "" {
			head += "  [" + e.Kind + "]"
		}
		if e.Critical {
			head += "  critical"
		}
		if e.Pattern != "" {
			head += "  " + e.Pattern
		}
		fmt.Fprintln(a.stdout, head)
		var rows [][]string
		row := func(label, text string) {
			if text != "" {
				rows = append(rows, []string{"  " + label, text})
			}
		}
		row("what", e.Description)
		row("with", e.Technology)
		row("owner", e.Owner)
		label := "views"
		for _, v := range e.Views {
			row(label, v.ID+"  "+v.Title+"  "+v.Path)
			label = ""
		}
		// What its views rest on is named in one line: it is about more than
		// this element.
		label = "decisions"
		var ids []string
		for _, d := range e.Decisions {
			if strings.HasPrefix(d.By, "view ") {
				ids = append(ids, d.ID)
				continue
			}
			row(label, decisionLine(d))
			label = ""
		}
		if len(ids) > 0 {
			row(label, strings.Join(ids, ", ")+"  (its views)")
		}
		label = "runbooks"
		for _, r := range e.Runbooks {
			row(label, r.Title+"  "+r.Path)
			label = ""
		}
		// One element has room for what it touches.
		if len(w.Elements) == 1 {
			label = "from"
			for _, r := range e.In {
				row(label, r.Element+"  "+r.Label)
				label = ""
			}
			label = "to"
			for _, r := range e.Out {
				row(label, r.Element+"  "+r.Label)
				label = ""
			}
		}
		row("declared", e.At.Path+":"+fmt.Sprint(e.At.Line))
		a.printColumns(rows)
	}
}

func decisionLine(d whyDecision) string {
	parts := []string{d.ID}
	for _, s := range []string{d.Title, d.Status, d.Path} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "  ") + "  (" + d.By + ")"
}
