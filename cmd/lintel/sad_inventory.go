package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad/extract"
)

type inventoryFlags struct {
	format       string
	kinds        []string
	tests, uses  bool
	maxFileBytes int64
}

func (a *app) sadInventoryCommand() *cobra.Command {
	var f inventoryFlags
	c := &cobra.Command{
		Use:   "inventory [FOLDER]",
		Short: "List what the code of a repository declares",
		Long: `Inventory reads the files of a repository and lists what they declare: DAGs and
tasks, dbt models and sources, connectors and topics, workloads, charts, routes,
packages, jobs and tables, each with its place and what it names. Files are
parsed, nothing is run, and what .gitignore names is left out.

What lies in folders for tests is left out as well, unless --tests is given.
What could not be read is said on standard error.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			return a.sadInventory(cmd.Context(), dir, f)
		},
	}
	fl := c.Flags()
	fl.StringVar(&f.format, "format", "text", "`text` or json")
	fl.StringSliceVar(&f.kinds, "kind", nil, "list only these `kinds`, such as dag,model")
	fl.BoolVar(&f.tests, "tests", false, "list what lies in folders for tests, too")
	fl.BoolVar(&f.uses, "uses", false, "list under each what it names")
	fl.Int64Var(&f.maxFileBytes, "max-file-bytes", 0, "pass over files larger than this `number` of bytes (default 4 MiB)")
	return c
}

// inventoryReport is the JSON form of lintel sad inventory.
type inventoryReport struct {
	Files    int                  `json:"files"`
	Counts   map[extract.Kind]int `json:"counts"`
	Facts    []extract.Fact       `json:"facts"`
	Findings []inventoryFinding   `json:"findings"`
}

type inventoryFinding struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Path     string `json:"path"`
	Line     int    `json:"line,omitempty"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

func (a *app) sadInventory(ctx context.Context, dir string, f inventoryFlags) error {
	if f.format != "text" && f.format != "json" {
		return usage(fmt.Errorf("--format %s: expected text or json", f.format))
	}
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return usage(fmt.Errorf("no such folder: %s", dir))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return failure(fmt.Errorf("open folder: %w", err))
	}
	defer root.Close()
	inv, err := extract.Run(ctx, root.FS(), extract.All(), extract.Options{MaxBytes: f.maxFileBytes})
	if err != nil {
		return failure(fmt.Errorf("read %s: %w", dir, err))
	}
	report := inventoryReport{Files: inv.Files, Counts: map[extract.Kind]int{}, Facts: []extract.Fact{}, Findings: []inventoryFinding{}}
	known := map[string]bool{}
	for _, fact := range inv.Facts {
		known[string(fact.Kind)] = true
		if fact.Test && !f.tests || len(f.kinds) > 0 && !slices.Contains(f.kinds, string(fact.Kind)) {
			continue
		}
		report.Counts[fact.Kind]++
		report.Facts = append(report.Facts, fact)
	}
	for _, fd := range inv.Findings {
		report.Findings = append(report.Findings, inventoryFinding{fd.Rule, fd.Severity.String(), fd.Path, fd.Line, fd.Message, fd.Hint})
	}
	if f.format == "json" {
		enc := json.NewEncoder(a.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(report); err != nil {
			return failure(fmt.Errorf("write inventory: %w", err))
		}
		return nil
	}
	a.printInventory(report, f)
	for _, k := range f.kinds {
		if !known[k] {
			names := make([]string, 0, len(known))
			for n := range known {
				names = append(names, n)
			}
			slices.Sort(names)
			hint := "found are: " + strings.Join(names, ", ")
			if near := finding.Nearest(k, names); near != "" {
				hint = "did you mean " + near + "?"
			}
			fmt.Fprintf(a.stderr, "lintel: nothing of kind %s (%s)\n", k, hint)
		}
	}
	for _, fd := range inv.Findings {
		fmt.Fprintln(a.stderr, fd.String())
	}
	return nil
}

// printInventory lists the facts kind by kind.
func (a *app) printInventory(r inventoryReport, f inventoryFlags) {
	w := &doctorWriter{w: a.stdout, colour: a.colour()}
	facts := slices.Clone(r.Facts)
	slices.SortStableFunc(facts, func(x, y extract.Fact) int { return strings.Compare(string(x.Kind), string(y.Kind)) })
	var kind extract.Kind
	for _, fact := range facts {
		if fact.Kind != kind {
			if kind != "" {
				fmt.Fprintln(a.stdout)
			}
			kind = fact.Kind
			fmt.Fprintf(a.stdout, "%s %s\n", w.paint("1", string(kind)), w.paint("2", fmt.Sprintf("(%d)", r.Counts[kind])))
		}
		fmt.Fprintf(a.stdout, "  %s  %s\n", fact.Name, w.paint("2", fmt.Sprintf("%s:%d  %s", fact.File, fact.Line, fact.Technology)))
		if !f.uses {
			continue
		}
		for _, u := range fact.Uses {
			fmt.Fprintf(a.stdout, "    %s %s %s\n", u.Relation, u.Kind, u.Name)
		}
	}
	if kind != "" {
		fmt.Fprintln(a.stdout)
	}
	fmt.Fprintf(a.stdout, "%d declarations in %d files\n", len(facts), r.Files)
}
