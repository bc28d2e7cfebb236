package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/finding"
)

var update = flag.Bool("update", false, "write docs/reference/rules anew")

// The packages whose findings are rules of the catalogue.
var checking = []string{"internal/finding", "render", "site", "adr", "sad", "sad/extract", "internal/drift", "internal/fact", "render/diagram"}

var ruleID = regexp.MustCompile(`^[a-z]+/[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// rulesInCode returns the rule ids that the code of the checking packages
// reports, with a place of each: texts of the form of an id whose family is in
// the catalogue, and whatever is given to the field Rule.
func rulesInCode(t *testing.T, families []string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, dir := range checking {
		files, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			add := func(lit *ast.BasicLit, sure bool) {
				if lit.Kind != token.STRING {
					return
				}
				id, err := strconv.Unquote(lit.Value)
				if err != nil || !sure && (!ruleID.MatchString(id) || !slices.Contains(families, strings.Split(id, "/")[0])) {
					return
				}
				found[id] = set.Position(lit.Pos()).String()
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					// The catalogue itself does not count.
					return n.Name.Name != "Rules"
				case *ast.ImportSpec:
					return false
				case *ast.KeyValueExpr:
					if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Rule" {
						if lit, ok := n.Value.(*ast.BasicLit); ok {
							add(lit, true)
						}
					}
				case *ast.BasicLit:
					add(n, false)
				}
				return true
			})
		}
	}
	return found
}

// Every rule that code reports is described, and every description is of a
// rule that code reports.
func TestRulesAreDescribed(t *testing.T) {
	c := catalog()
	var families []string
	for _, r := range c.All() {
		if !slices.Contains(families, r.Family()) {
			families = append(families, r.Family())
		}
	}
	code := rulesInCode(t, families)
	for id, at := range code {
		if _, ok := c.Find(id); !ok {
			t.Errorf("%s: the rule %s is in no Rules()", at, id)
		}
	}
	for _, r := range c.All() {
		if code[r.ID] == "" {
			t.Errorf("the rule %s is described and never reported", r.ID)
		}
	}
	if len(code) < 60 {
		t.Errorf("%d rules were found in the code: does the search still work?", len(code))
	}
}

// Descriptions are whole and can be told apart.
func TestRulesAreWhole(t *testing.T) {
	ids, codes := map[string]bool{}, map[string]string{} // the family that a code belongs to
	for _, s := range sources() {
		for _, r := range s.rules {
			if !ruleID.MatchString(r.ID) {
				t.Errorf("%q is no id of a rule", r.ID)
			}
			if ids[r.ID] {
				t.Errorf("%s is described twice", r.ID)
			}
			ids[r.ID] = true
			if r.Code != "" {
				if f := codes[strings.ToUpper(r.Code)]; f != "" && f != r.Family() {
					t.Errorf("%s: the code %s is one of %s", r.ID, r.Code, f)
				}
				codes[strings.ToUpper(r.Code)] = r.Family()
			}
			for what, text := range map[string]string{"summary": r.Summary, "why": r.Why, "fix": r.Fix} {
				if !strings.HasSuffix(text, ".") || strings.TrimSpace(text) != text {
					t.Errorf("%s: the %s is no sentence: %q", r.ID, what, text)
				}
			}
			if r.Severity > finding.Error {
				t.Errorf("%s has no severity", r.ID)
			}
		}
	}
}

const rulePages = "../../docs/reference/rules"

// TestRulePages holds the reference pages to the catalogue.
func TestRulePages(t *testing.T) {
	want := rulePageTexts(catalog())
	if *update {
		if err := os.RemoveAll(rulePages); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(rulePages, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range want {
			if err := os.WriteFile(filepath.Join(rulePages, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	const how = "run: go test -run TestRulePages ./cmd/lintel -update"
	for name, text := range want {
		got, err := os.ReadFile(filepath.Join(rulePages, name))
		if err != nil {
			t.Errorf("%v; %s", err, how)
		} else if string(got) != text {
			t.Errorf("%s is not what the catalogue says; %s", name, how)
		}
	}
	entries, err := os.ReadDir(rulePages)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if want[e.Name()] == "" {
			t.Errorf("%s belongs to no family of rules; %s", e.Name(), how)
		}
	}
}

// families say what the rules of a family are about.
var familyTitles = map[string]string{
	"adr":       "Decision records",
	"baseline":  "The baseline",
	"checks":    "Settings of checks",
	"config":    "Configuration",
	"diagram":   "Diagrams",
	"drift":     "Code and documents",
	"fact":      "Facts taken from code",
	"extract":   "What code declares",
	"git":       "History",
	"include":   "Included files",
	"link":      "Links",
	"macros":    "Macros",
	"markdown":  "Markdown",
	"monorepo":  "Sites in sites",
	"nav":       "Navigation",
	"redirects": "Redirects",
	"sad":       "Architecture documents",
	"site":      "Files of the site",
	"theme":     "Theme",
	"waiver":    "Waivers",
}

func rulePageTexts(c *finding.Catalog) map[string]string {
	const made = "<!-- Made from the catalogue of rules by go test -run TestRulePages ./cmd/lintel -update -->\n\n"
	pages := map[string]string{}
	var families []string
	byFamily := map[string][]finding.Rule{}
	for _, r := range c.All() {
		if byFamily[r.Family()] == nil {
			families = append(families, r.Family())
		}
		byFamily[r.Family()] = append(byFamily[r.Family()], r)
	}
	title := func(family string) string {
		if t := familyTitles[family]; t != "" {
			return t
		}
		return family
	}
	cell := strings.NewReplacer("|", `\|`)
	var index strings.Builder
	index.WriteString("# Rules\n\n" + made)
	index.WriteString("What `lintel check` and `lintel build` report. Each rule has a lasting id; those of the\n" +
		"references on decision records and architecture documents have a short code too.\n" +
		"How severities are set and findings are waived is in the [guide to checking](../../guide/checking.md);\n" +
		"`lintel check --explain RULE` prints what these pages say.\n")
	for _, family := range families {
		coded := slices.ContainsFunc(byFamily[family], func(r finding.Rule) bool { return r.Code != "" })
		if coded {
			fmt.Fprintf(&index, "\n## %s\n\n| rule | code | severity | what must hold |\n|---|---|---|---|\n", title(family))
		} else {
			fmt.Fprintf(&index, "\n## %s\n\n| rule | severity | what must hold |\n|---|---|---|\n", title(family))
		}
		var page strings.Builder
		fmt.Fprintf(&page, "# %s: rules `%s/*`\n\n%s", title(family), family, made)
		for i, r := range byFamily[family] {
			fmt.Fprintf(&index, "| [`%s`](%s.md#%s) |", r.ID, family, r.Name())
			if coded {
				fmt.Fprintf(&index, " %s |", r.Code)
			}
			fmt.Fprintf(&index, " %s | %s |\n", r.Severity, cell.Replace(r.Summary))
			if i > 0 {
				page.WriteByte('\n')
			}
			fmt.Fprintf(&page, "## %s { #%s }\n\n", r.ID, r.Name())
			fmt.Fprintf(&page, "**%s** Severity: %s", r.Summary, r.Severity)
			if r.Code != "" {
				fmt.Fprintf(&page, "; code: %s", r.Code)
			}
			fmt.Fprintf(&page, ".\n\n%s\n\n**To mend it.** %s\n", r.Why, r.Fix)
			if r.Example != "" {
				lang := "markdown"
				if family == "config" || family == "nav" || family == "checks" || family == "monorepo" {
					lang = "yaml"
				}
				fence := "```"
				for strings.Contains(r.Example, fence) {
					fence += "`"
				}
				fmt.Fprintf(&page, "\nThis breaks the rule:\n\n%s%s\n%s\n%s\n", fence, lang, strings.TrimRight(r.Example, "\n"), fence)
			}
			if r.Waivable() {
				fmt.Fprintf(&page, "\nTo waive it: `<!-- lintel:allow %s the reason -->`\n", r.ID)
			}
		}
		pages[family+".md"] = page.String()
	}
	pages["index.md"] = index.String()
	return pages
}
