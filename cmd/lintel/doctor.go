package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/site"
)

type doctorFlags struct {
	config, format string
	strict         bool
}

func (a *app) doctorCommand() *cobra.Command {
	var f doctorFlags
	c := &cobra.Command{
		Use:   "doctor [FILE]",
		Short: "Tell what becomes of each setting, extension and plugin of a project",
		Long: `Doctor compares mkdocs.yml with what Lintel does: supported as in MkDocs,
mapped to something else, ignored because nothing is lost, or refused with what
the site loses and what to do about it. The worst come first.

The exit status is 0, or 1 with --strict when something is refused, or 2 when
the configuration has errors.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 && f.config == "" {
				f.config = args[0]
			}
			return a.doctor(f)
		},
	}
	fl := c.Flags()
	fl.StringVarP(&f.config, "config-file", "f", "", "configuration `file` (default mkdocs.yml)")
	fl.StringVar(&f.format, "format", "text", "`text` or json")
	fl.BoolVarP(&f.strict, "strict", "s", false, "fail when something is refused")
	return c
}

// doctorReport is the JSON form of lintel doctor.
type doctorReport struct {
	File     string                `json:"file"`
	Site     string                `json:"site_name"`
	Counts   map[render.Status]int `json:"counts"`
	Findings []doctorFinding       `json:"findings"`
	Rows     []doctorRow           `json:"rows"`
}

type doctorFinding struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	doctorPlace
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

type doctorRow struct {
	site.CompatRow
	doctorPlace
}

type doctorPlace struct {
	Path   string `json:"path,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

func (a *app) doctor(f doctorFlags) error {
	if f.format != "text" && f.format != "json" {
		return usage(fmt.Errorf("--format %s: expected text or json", f.format))
	}
	rows, err := site.ReadCompat(lintel.Compat)
	if err != nil {
		return failure(err)
	}
	file := f.config
	if file == "" {
		file = "."
	}
	p, err := openProject(file)
	if err != nil {
		return err
	}
	defer p.close()
	c, findings, err := site.LoadConfig(p.fs(), p.config, a.env)
	if c == nil {
		for _, fd := range findings {
			fmt.Fprintln(a.stderr, fd)
		}
		if len(findings) > 0 {
			return &exitError{code: exitUsage}
		}
		return usage(err)
	}
	diagnoses := site.Diagnose(p.fs(), c, rows)
	counts := map[render.Status]int{}
	for _, d := range diagnoses {
		counts[d.Status]++
	}
	if f.format == "json" {
		report := doctorReport{File: c.File, Site: c.SiteName, Counts: counts, Findings: []doctorFinding{}, Rows: []doctorRow{}}
		for _, fd := range findings {
			report.Findings = append(report.Findings, doctorFinding{
				Rule: fd.Rule, Severity: fd.Severity.String(), doctorPlace: doctorPlace(fd.Position), Message: fd.Message, Hint: fd.Hint,
			})
		}
		for _, d := range diagnoses {
			report.Rows = append(report.Rows, doctorRow{CompatRow: d.CompatRow, doctorPlace: doctorPlace(d.Position)})
		}
		enc := json.NewEncoder(a.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(report); err != nil {
			return failure(fmt.Errorf("write report: %w", err))
		}
	} else {
		w := &doctorWriter{w: a.stdout, colour: a.colour()}
		w.report(c, findings, diagnoses, counts)
	}
	switch {
	case err != nil:
		return &exitError{code: exitUsage}
	case f.strict && counts[render.Refused] > 0:
		return &exitError{code: exitFindings}
	}
	return nil
}

// colour tells whether stdout is a terminal that wants colour.
func (a *app) colour() bool {
	f, ok := a.stdout.(*os.File)
	if !ok {
		return false
	}
	if v, set := a.env("NO_COLOR"); set && v != "" {
		return false
	}
	if v, _ := a.env("TERM"); v == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

type doctorWriter struct {
	w      io.Writer
	colour bool
}

// paint wraps s in an SGR code.
func (w *doctorWriter) paint(code, s string) string {
	if !w.colour {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

var doctorColours = map[render.Status]string{
	render.Refused: "31", render.Ignored: "33", render.Mapped: "36", render.Supported: "32",
}

func (w *doctorWriter) report(c *site.Config, findings []finding.Finding, ds []site.Diagnosis, counts map[render.Status]int) {
	fmt.Fprintf(w.w, "%s %s\n", w.paint("1", c.SiteName), w.paint("2", "("+c.File+")"))
	if len(findings) > 0 {
		fmt.Fprintf(w.w, "\n%s\n", w.paint("1", "configuration"))
		for _, f := range findings {
			fmt.Fprintln(w.w, "  "+f.String())
		}
	}
	for _, status := range []render.Status{render.Refused, render.Ignored, render.Mapped} {
		var lines [][2]string
		width := 0
		for _, d := range ds {
			if d.Status != status {
				continue
			}
			name := d.Kind + " " + d.Name
			lines = append(lines, [2]string{name, w.paint("2", place(d.Position, c.File)) + d.Note})
			if n := len([]rune(name)); n <= 44 {
				width = max(width, n)
			}
		}
		if len(lines) == 0 {
			continue
		}
		fmt.Fprintf(w.w, "\n%s\n", w.paint("1;"+doctorColours[status], string(status)))
		for _, l := range lines {
			fmt.Fprintf(w.w, "  %s%s  %s\n", l[0], strings.Repeat(" ", max(0, width-len([]rune(l[0])))), l[1])
		}
	}
	w.supported(ds)
	var sum []string
	for _, status := range []render.Status{render.Supported, render.Mapped, render.Ignored, render.Refused} {
		sum = append(sum, w.paint(doctorColours[status], fmt.Sprintf("%d %s", counts[status], status)))
	}
	fmt.Fprintf(w.w, "\n%s\n", strings.Join(sum, ", "))
}

// supported names what works, kind by kind: nobody has to act on it.
func (w *doctorWriter) supported(ds []site.Diagnosis) {
	var kinds []string
	byKind := map[string][]string{}
	for _, d := range ds {
		if d.Status != render.Supported {
			continue
		}
		if !slices.Contains(kinds, d.Kind) {
			kinds = append(kinds, d.Kind)
		}
		if !slices.Contains(byKind[d.Kind], d.Name) {
			byKind[d.Kind] = append(byKind[d.Kind], d.Name)
		}
	}
	if len(kinds) == 0 {
		return
	}
	fmt.Fprintf(w.w, "\n%s\n", w.paint("1;32", string(render.Supported)))
	for _, k := range kinds {
		slices.Sort(byKind[k])
		head := k
		line := "  " + head + strings.Repeat(" ", max(1, 14-len(head)))
		used := len(line)
		for i, n := range byKind[k] {
			if i < len(byKind[k])-1 {
				n += ","
			}
			if used+len(n)+1 > 100 && used > 16 {
				fmt.Fprintln(w.w, strings.TrimRight(line, " "))
				line = strings.Repeat(" ", 16)
				used = len(line)
			}
			line += n + " "
			used += len(n) + 1
		}
		fmt.Fprintln(w.w, strings.TrimRight(line, " "))
	}
}

// place is a position in brief: the line alone when it is in the file that the
// report is about.
func place(p finding.Position, file string) string {
	switch {
	case p == (finding.Position{}):
		return ""
	case p.Path == file && p.Line > 0:
		return fmt.Sprintf("line %d: ", p.Line)
	default:
		return finding.Position{Path: p.Path, Line: p.Line}.String() + ": "
	}
}
