// Package extract reads what code declares: DAGs, models, connectors, topics,
// workloads, charts, routes, packages, and what each of them names.
//
// An [Extractor] is a value: a name, a version, the files that it reads and a
// function from the bytes of one file to facts. [All] returns the built-in ones,
// [Exec] makes one of a program. Nothing that is read is ever run: Python is
// parsed and its constants are followed, templates are scanned, and what cannot
// be known is said to be unknown instead of guessed.
//
//	inv, err := extract.Run(ctx, fsys, extract.All(), extract.Options{})
//	for _, f := range inv.Facts {
//		fmt.Println(f.ID, f.File, f.Line) // dag:orders_daily dags/orders.py 12
//	}
//
// # Two steps
//
// Extract sees one file and nothing else, so its result is a function of
// [Set.Recipe], the path and the bytes, and may be kept under a digest of the
// three. What needs several files (which dbt project a model belongs to, under
// which prefix a router is mounted) is the Join of an extractor, a cheap function
// over the facts of all files. Whoever holds files in another form than a tree,
// such as two revisions of git, calls [Set.File] for what [Set.Wants] and then
// [Set.Join].
//
// # Facts
//
// A [Fact] is compared across revisions by its ID, which does not contain the
// path: a file that moves keeps its facts. A part of a name that is computed at
// run time is written as *, so "export_*" stands for a family of names. An
// attribute whose value is not a constant carries the source text and is marked
// Unresolved.
//
// # Bounds
//
// Content is hostile. Every parser is linear in the size of the file, has a limit
// on depth, and stops at a number of facts; a file above the limits is a finding.
// Symbolic links are not followed, and folders of other people's code (vendor,
// node_modules, virtual environments, what .gitignore names) are not entered.
package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Kind says what a fact is about. Programs behind [Exec] may use others.
type Kind string

// The kinds that the built-in extractors give.
const (
	KindAPI         Kind = "api"         // an OpenAPI document or a FastAPI application
	KindApplication Kind = "application" // an Argo CD Application or ApplicationSet
	KindAsset       Kind = "asset"       // a dataset that a scheduler knows
	KindBucket      Kind = "bucket"
	KindChart       Kind = "chart"      // a Helm chart
	KindCheckpoint  Kind = "checkpoint" // a Great Expectations checkpoint
	KindClient      Kind = "client"     // a client of an identity provider
	KindConfig      Kind = "config"     // a ConfigMap or Secret
	KindConnection  Kind = "connection" // a named connection of a scheduler; only referred to
	KindConnector   Kind = "connector"  // a Kafka Connect connector
	KindDAG         Kind = "dag"
	KindDatabase    Kind = "database"
	KindExposure    Kind = "exposure"
	KindGroup       Kind = "group" // consumer groups
	KindHost        Kind = "host"  // a name under which something is reached
	KindImage       Kind = "image"
	KindIngress     Kind = "ingress"
	KindJob         Kind = "job" // of continuous integration
	KindModel       Kind = "model"
	KindModule      Kind = "module" // a Terraform module
	KindPackage     Kind = "package"
	KindPath        Kind = "path"    // a folder of the repository, or a pattern of folders; only referred to
	KindProject     Kind = "project" // a dbt project
	KindRealm       Kind = "realm"
	KindRecipe      Kind = "recipe"   // a DataHub ingestion recipe
	KindResource    Kind = "resource" // a Terraform resource
	KindRoute       Kind = "route"
	KindRouter      Kind = "router"
	KindSeed        Kind = "seed"
	KindService     Kind = "service" // a Service of Kubernetes, a service of compose
	KindSnapshot    Kind = "snapshot"
	KindSource      Kind = "source"
	KindSuite       Kind = "suite" // a Great Expectations suite
	KindTable       Kind = "table"
	KindTask        Kind = "task"
	KindTopic       Kind = "topic"
	KindValues      Kind = "values" // a values file of a chart
	KindVariable    Kind = "variable"
	KindView        Kind = "view"
	KindWorkload    Kind = "workload" // what runs: Deployment, CronJob, …
	KindWorkspace   Kind = "workspace"
)

// Relation says what a fact does with what it names.
type Relation string

// The relations that the built-in extractors give.
const (
	Reads     Relation = "reads"
	Writes    Relation = "writes"
	DependsOn Relation = "depends-on"
	After     Relation = "after" // runs when the named one is done
	Triggers  Relation = "triggers"
	WaitsFor  Relation = "waits-for"
	Connects  Relation = "connects-to"
	Routes    Relation = "routes-to"
	Deploys   Relation = "deploys"
	Runs      Relation = "runs" // an image
	Mounts    Relation = "mounts"
	PartOf    Relation = "part-of"
	Includes  Relation = "includes"
	Checks    Relation = "checks"
	Serves    Relation = "serves"
)

// Fact is one thing that a file declares.
type Fact struct {
	Kind Kind `json:"kind"`
	// ID tells facts apart and stays when a file moves: kind, colon, qualified
	// name. Two files may declare the same ID, as overlays of one Deployment do.
	ID   string `json:"id"`
	Name string `json:"name"`
	// File is a slash path below the root; Line counts from 1.
	File string `json:"file"`
	Line int    `json:"line"`
	// Technology is what reads the file: "Airflow", "dbt", "Kubernetes Deployment".
	Technology string `json:"technology,omitempty"`
	// By is the name of the extractor.
	By string `json:"by"`
	// Test is set for what lies in a folder for tests, which documents do not
	// show.
	Test  bool   `json:"test,omitempty"`
	Attrs []Attr `json:"attrs,omitempty"` // in the order of the file
	Uses  []Ref  `json:"uses,omitempty"`  // in the order of the file, without repetition
}

// Attr is a property of a fact. Unresolved says that Value is the text of an
// expression whose value is not known.
type Attr struct {
	Key        string `json:"key"`
	Value      string `json:"value"`
	Line       int    `json:"line,omitempty"`
	Unresolved bool   `json:"unresolved,omitempty"`
}

// Ref is something that a fact names. A * in Name stands for what is computed.
type Ref struct {
	Kind     Kind     `json:"kind"`
	Name     string   `json:"name"`
	Relation Relation `json:"relation"`
	Line     int      `json:"line,omitempty"`
}

// Attr returns the first attribute of that key, and whether there is one.
func (f *Fact) Attr(key string) (Attr, bool) {
	for _, a := range f.Attrs {
		if a.Key == key {
			return a, true
		}
	}
	return Attr{}, false
}

// value returns the value of an attribute or "".
func (f *Fact) value(key string) string {
	a, _ := f.Attr(key)
	return a.Value
}

// set adds an attribute that has a value.
func (f *Fact) set(key, value string, line int) {
	if value = clip(value); value != "" {
		f.Attrs = append(f.Attrs, Attr{Key: key, Value: value, Line: line})
	}
}

// use adds a reference once.
func (f *Fact) use(kind Kind, name string, rel Relation, line int) {
	name = clip(name)
	if name == "" || name == "*" || len(f.Uses) >= maxUses {
		return
	}
	// Large lists are made of different names; comparing all would be quadratic.
	from := max(0, len(f.Uses)-64)
	for _, u := range f.Uses[from:] {
		if u.Kind == kind && u.Name == name && u.Relation == rel {
			return
		}
	}
	f.Uses = append(f.Uses, Ref{Kind: kind, Name: name, Relation: rel, Line: line})
}

// Bounds that lie far above real files.
const (
	maxText  = 400       // bytes of a name or value
	maxUses  = 2_000     // references of one fact
	maxFacts = 20_000    // facts of one file
	maxDepth = 100       // nesting
	maxBytes = 4 << 20   // of a file, unless Options say otherwise
	maxWork  = 2_000_000 // steps of following aliases, constants and loops in one file
)

// clip bounds a text and makes it one line of valid UTF-8.
func clip(s string) string {
	if len(s) <= maxText && !strings.ContainsFunc(s, isControl) {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\ufffd"), isControl), " ")
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// File is what an extractor sees. Extractors of the same file share what is
// parsed of it; a File belongs to one goroutine.
type File struct {
	Path string // slash path below the root
	Data []byte

	docs   []node
	docErr *syntaxError
	parsed bool
	py     *pyModule
}

// Extractor turns a file into facts. The zero Join does nothing.
type Extractor struct {
	// Name is short and lower case. Version changes whenever the same bytes give
	// other facts.
	Name    string
	Version int
	// Patterns say which files are read: patterns of [path.Match] for the last
	// part of the path, or for the whole of it where the pattern has a slash, in
	// which ** stands for any number of folders.
	Patterns []string
	// Extract returns the facts of a file in any order, what is wrong with the
	// file as findings, and as an error only what must stop the run. File and By
	// are filled in by the caller.
	Extract func(context.Context, *File) ([]Fact, []finding.Finding, error)
	// Join returns the facts of all files, changed by what they say together, and
	// what is wrong with them. It may change the slice that it is given, and
	// neither reads files nor keeps anything.
	Join func([]Fact) ([]Fact, []finding.Finding)

	program bool // runs a program
}

// All returns the built-in extractors, in the order in which they are asked.
func All() []Extractor {
	return []Extractor{
		airflow(), fastAPI(), dbt(), kafkaConnect(), openAPI(),
		kubernetes(), helm(), compose(), argoCD(),
		pyProject(), goModule(), nodePackage(),
		greatExpectations(), dockerfile(), terraform(), gitlabCI(),
		keycloak(), dataHub(), dotenv(), sqlDDL(),
	}
}

// Options bound and adapt a run. The zero value is ready for use.
type Options struct {
	// MaxBytes is the size from which a file is not read but reported; 0 means
	// 4 MiB.
	MaxBytes int64
	// Workers is how many files are read at a time; 0 means the number of CPUs.
	Workers int
	// Ignore holds further patterns in the syntax of .gitignore.
	Ignore []string
	// AllowPrograms permits extractors that run a program ([Exec]). It belongs to
	// whoever starts the run, never to the repository that is read.
	AllowPrograms bool
	// Memo, where set, is asked for the result of a file. It calls compute or
	// returns what compute returned for the same recipe, path and bytes.
	Memo func(recipe, path string, data []byte, compute func() (Result, error)) (Result, error)
}

// Result is what one file says.
type Result struct {
	Facts    []Fact            `json:"facts,omitempty"`
	Findings []finding.Finding `json:"findings,omitempty"`
}

// Inventory is what a tree declares, sorted by file and line.
type Inventory struct {
	Facts    []Fact
	Findings []finding.Finding
	Files    int // files that were read
}

// Set is a list of extractors made ready. It is safe for concurrent use.
type Set struct {
	extractors []Extractor
	options    Options
	match      matcher
}

// New checks the extractors and returns them as a set. It refuses those that run
// a program unless the options allow it.
func New(extractors []Extractor, o Options) (*Set, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = maxBytes
	}
	s := &Set{extractors: extractors, options: o, match: newMatcher()}
	seen := map[string]bool{}
	for i, e := range extractors {
		switch {
		case e.Name == "" || e.Extract == nil:
			return nil, errors.New("use extractor: it has no name or no function")
		case seen[e.Name]:
			return nil, fmt.Errorf("use extractor %s: there are two of that name", e.Name)
		case e.program && !o.AllowPrograms:
			return nil, fmt.Errorf("use extractor %s: it runs a program, which was not allowed for this run", e.Name)
		}
		seen[e.Name] = true
		for _, p := range e.Patterns {
			if err := s.match.add(p, i); err != nil {
				return nil, fmt.Errorf("use extractor %s: %w", e.Name, err)
			}
		}
	}
	return s, nil
}

// Wants reports whether an extractor reads the file at the slash path p.
func (s *Set) Wants(p string) bool { return len(s.match.find(p)) > 0 }

// Recipe identifies what File does with the file at p: the extractors that read
// it with their versions, and the limits. It is "" when none does.
func (s *Set) Recipe(p string) string {
	found := s.match.find(p)
	if len(found) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "extract %d %d", formatVersion, s.options.MaxBytes)
	for _, i := range found {
		fmt.Fprintf(&b, " %s@%d", s.extractors[i].Name, s.extractors[i].Version)
	}
	return b.String()
}

// formatVersion changes with the form of Fact.
const formatVersion = 1

// Digest returns a key for the result of File: that of its recipe, path and
// bytes.
func Digest(recipe, p string, data []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %s %d %s ", len(recipe), recipe, len(p), p)
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}

// File returns what the bytes of one file say, before Join. A file above the
// limit is a finding.
func (s *Set) File(ctx context.Context, p string, data []byte) (Result, error) {
	if int64(len(data)) > s.options.MaxBytes {
		return s.tooLarge(p, int64(len(data))), nil
	}
	if s.options.Memo == nil {
		return s.file(ctx, p, data)
	}
	return s.options.Memo(s.Recipe(p), p, data, func() (Result, error) { return s.file(ctx, p, data) })
}

func (s *Set) tooLarge(p string, size int64) Result {
	return Result{Findings: []finding.Finding{{
		Rule: ruleLimit, Severity: finding.Info, Position: finding.Position{Path: p},
		Message: fmt.Sprintf("not read: the file has %d bytes, the limit is %d", size, s.options.MaxBytes),
		Hint:    "split the file, or ignore it if it is generated",
	}}}
}

func (s *Set) file(ctx context.Context, p string, data []byte) (Result, error) {
	var res Result
	f := &File{Path: p, Data: unmarked(trimBOM(data))}
	test := isTest(p)
	for _, i := range s.match.find(p) {
		e := &s.extractors[i]
		facts, findings, err := e.Extract(ctx, f)
		if err != nil {
			return Result{}, fmt.Errorf("extract %s from %s: %w", e.Name, p, err)
		}
		if len(facts) > maxFacts {
			findings = append(findings, limitFinding(p, fmt.Sprintf("only the first %d of %d declarations are read", maxFacts, len(facts))))
			facts = facts[:maxFacts]
		}
		for _, fact := range facts {
			fact.File, fact.By, fact.Test = p, e.Name, test
			fact.Name, fact.ID, fact.Technology = clip(fact.Name), clip(fact.ID), clip(fact.Technology)
			if strings.TrimSpace(fact.Name) != "" { // what has no name cannot be referred to
				res.Facts = append(res.Facts, fact)
			}
		}
		for _, fd := range findings {
			fd.Path = p
			if !slices.ContainsFunc(res.Findings, fd.Equal) { // two extractors may meet the same broken line
				res.Findings = append(res.Findings, fd)
			}
		}
	}
	return res, nil
}

func limitFinding(p, msg string) finding.Finding {
	return finding.Finding{Rule: ruleLimit, Severity: finding.Info, Position: finding.Position{Path: p}, Message: msg}
}

func trimBOM(b []byte) []byte {
	if len(b) >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF {
		return b[3:]
	}
	return b
}

// isTest reports whether a path lies in a folder for tests.
func isTest(p string) bool {
	dir := path.Dir(p)
	for seg := range strings.SplitSeq(dir, "/") {
		seg = strings.ToLower(seg)
		switch seg {
		case "test", "tests", "__tests__", "fixtures", "e2e", "mocks":
			return true
		}
		for _, suffix := range []string{"_test", "_tests", "-test", "-tests"} {
			if strings.HasSuffix(seg, suffix) {
				return true
			}
		}
	}
	return false
}

// Join puts the results of files together.
func (s *Set) Join(results []Result) *Inventory {
	inv := &Inventory{Files: len(results)}
	n := 0
	for _, r := range results {
		n += len(r.Facts)
	}
	inv.Facts = make([]Fact, 0, n)
	for _, r := range results {
		inv.Facts = append(inv.Facts, r.Facts...)
		inv.Findings = append(inv.Findings, r.Findings...)
	}
	for _, e := range s.extractors {
		if e.Join == nil {
			continue
		}
		var mine []Fact
		rest := make([]Fact, 0, len(inv.Facts))
		for _, f := range inv.Facts {
			if f.By == e.Name {
				// Results may be kept by the caller, so that what Join appends to
				// must not be theirs.
				f.Attrs, f.Uses = slices.Clip(f.Attrs), slices.Clip(f.Uses)
				mine = append(mine, f)
			} else {
				rest = append(rest, f)
			}
		}
		if len(mine) > 0 {
			sortFacts(mine)
			joined, findings := e.Join(mine)
			inv.Facts = append(rest, joined...)
			inv.Findings = append(inv.Findings, findings...)
		}
	}
	// What no Join has put in is not known.
	for i := range inv.Facts {
		settle(&inv.Facts[i])
	}
	inv.Facts = slices.DeleteFunc(inv.Facts, func(f Fact) bool { return f.Kind == kindPyNames })
	sortFacts(inv.Facts)
	finding.Sort(inv.Findings)
	return inv
}

func sortFacts(facts []Fact) {
	slices.SortStableFunc(facts, func(a, b Fact) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if c := a.Line - b.Line; c != 0 {
			return c
		}
		if c := strings.Compare(string(a.Kind), string(b.Kind)); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
}

// Rules of this package.
const (
	ruleSyntax     = "extract/syntax"
	ruleLimit      = "extract/limit"
	ruleUnresolved = "extract/unresolved"
	ruleProgram    = "extract/program"
)

// Rules describes the findings of this package.
func Rules() []finding.Rule {
	return []finding.Rule{
		{
			ID: ruleSyntax, Severity: finding.Warning,
			Summary: "A file that declares parts of the system can be parsed.",
			Why:     "What it declares is missing from the inventory, so that it looks removed.",
			Fix:     "Mend the syntax at the place named; where the file is a template, give it a name that says so.",
		},
		{
			ID: ruleLimit, Severity: finding.Info,
			Summary: "A file stays within the limits of the extractors.",
			Why:     "What lies beyond the limit is missing from the inventory.",
			Fix:     "Split the file, or ignore it when it is generated.",
		},
		{
			ID: ruleUnresolved, Severity: finding.Info,
			Summary: "The name of what is declared can be read without running the code.",
			Why:     "A name that is computed cannot be compared with the documents.",
			Fix:     "Write the name as a constant, or as a text with a constant beginning.",
		},
		{
			ID: ruleProgram, Severity: finding.Warning,
			Summary: "An extractor that is a program answers in time and in form.",
			Why:     "What it would have found is missing from the inventory.",
			Fix:     "Run the program by hand on the file and mend what it prints.",
		},
	}
}
