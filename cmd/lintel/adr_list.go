package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/text/width"

	"github.com/lintel-docs/lintel/adr"
)

type adrListFlags struct {
	dir, format, status, tag string
}

func (a *app) adrListCommand() *cobra.Command {
	var f adrListFlags
	c := &cobra.Command{
		Use:   "list",
		Short: "List the records with their status",
		Long: `List prints the records of a folder, or of every folder of records below the
working folder. With --format json it prints an array with id, title, status,
raw_status, date, path, format, supersedes, superseded_by, deciders, tags and
code of each; date_source says where a date is from that the record does not
state, raw_date how it is written where that is not YYYY-MM-DD.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.adrList(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.dir, "dir", "", "`folder` of the records")
	fl.StringVar(&f.format, "format", "text", "`text` or json")
	fl.StringVar(&f.status, "status", "", "only records with this `status`")
	fl.StringVar(&f.tag, "tag", "", "only records with this `tag`")
	return c
}

// adrRecord is the JSON form of a record.
type adrRecord struct {
	ID           string     `json:"id"`
	Title        string     `json:"title"`
	Status       adr.Status `json:"status"`
	RawStatus    string     `json:"raw_status"`
	Partial      bool       `json:"partial,omitempty"`
	Date         string     `json:"date"`
	DateSource   string     `json:"date_source,omitempty"`
	RawDate      string     `json:"raw_date,omitempty"`
	Path         string     `json:"path"`
	Format       adr.Format `json:"format"`
	Supersedes   []string   `json:"supersedes"`
	SupersededBy []string   `json:"superseded_by"`
	Deciders     []string   `json:"deciders"`
	Tags         []string   `json:"tags"`
	Code         []string   `json:"code"`
}

func (p *adrPlace) record(r *adr.Record) adrRecord {
	out := adrRecord{
		ID: r.ID, Title: r.Title, Status: r.Status, RawStatus: r.RawStatus, Partial: r.Partial, Date: r.Date,
		Path: p.display(r.Path), Format: r.Format,
		Supersedes: targets(r, adr.Supersedes), SupersededBy: targets(r, adr.SupersededBy),
		Deciders: list(r.Deciders), Tags: list(r.Tags), Code: list(r.Code),
	}
	if r.DateSource != adr.DateStated {
		out.DateSource = string(r.DateSource)
	}
	if r.RawDate != r.Date {
		out.RawDate = r.RawDate
	}
	return out
}

// list is never null in JSON.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// targets returns the ids of the records that r names, or what it names where
// no record has been found.
func targets(r *adr.Record, kind adr.LinkKind) []string {
	out := []string{}
	for _, l := range r.LinksOf(kind) {
		id := l.ID
		if id == "" {
			id = l.Raw
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func checkFormat(format string, allowed ...string) error {
	if !slices.Contains(allowed, format) {
		return usage(fmt.Errorf("--format %s: expected %s", format, strings.Join(allowed, " or ")))
	}
	return nil
}

// openLog opens the place of a folder and reads its records; findings about
// files that cannot be read go to stderr.
func (a *app) openLog(ctx context.Context, dir string) (*adrPlace, *adr.Log, error) {
	p, err := a.openADR(dir)
	if err != nil {
		return nil, nil, err
	}
	log, _, findings := p.read(ctx, dir != "")
	for _, fd := range findings {
		fd.Path = p.display(fd.Path)
		fmt.Fprintln(a.stderr, fd)
	}
	return p, log, nil
}

func (a *app) adrList(ctx context.Context, f adrListFlags) error {
	if err := checkFormat(f.format, "text", "json"); err != nil {
		return err
	}
	if f.status != "" && !slices.Contains(adr.Statuses(), adr.Status(strings.ToLower(f.status))) {
		return usage(fmt.Errorf("--status %s: expected one of %v", f.status, adr.Statuses()))
	}
	p, log, err := a.openLog(ctx, f.dir)
	if err != nil {
		return err
	}
	defer p.close()
	var records []*adr.Record
	for _, r := range log.Records {
		if f.status != "" && !strings.EqualFold(f.status, string(r.Status)) {
			continue
		}
		if f.tag != "" && !slices.ContainsFunc(r.Tags, func(t string) bool { return strings.EqualFold(t, f.tag) }) {
			continue
		}
		records = append(records, r)
	}
	if f.format == "json" {
		out := []adrRecord{}
		for _, r := range records {
			out = append(out, p.record(r))
		}
		return a.printJSON(out)
	}
	if len(log.Records) == 0 {
		fmt.Fprintln(a.stderr, "no decision records; `lintel adr init` begins a folder of them")
		return nil
	}
	a.printRecords(p, log, records)
	return nil
}

var adrColours = map[adr.Status]string{
	adr.Accepted: "32", adr.Proposed: "33", adr.Draft: "33", adr.Rejected: "31", adr.Deprecated: "2", adr.Superseded: "2", adr.Unknown: "35", adr.Other: "35",
}

// printRecords prints records in columns, by folder where there are several.
func (a *app) printRecords(p *adrPlace, log *adr.Log, records []*adr.Record) {
	many := len(log.Folders()) > 1
	folder := "\x00"
	ids := map[string]int{} // width of the ids of a folder
	for _, r := range records {
		if n := textWidth(r.ID); n <= 28 {
			ids[r.Folder()] = max(ids[r.Folder()], n, 4)
		}
	}
	for _, r := range records {
		if many && r.Folder() != folder {
			if folder != "\x00" {
				fmt.Fprintln(a.stdout)
			}
			fmt.Fprintln(a.stdout, a.paint("1", p.display(r.Folder())))
		}
		folder = r.Folder()
		status := string(r.Status)
		if r.Partial {
			status += "*"
		}
		date := r.Date
		if r.DateSource != adr.DateStated && date != "" {
			date = "~" + date
		}
		title := r.Title
		if r.Status == adr.Superseded {
			var live []string
			for _, l := range log.Live(r) {
				if l != r {
					live = append(live, l.ID)
				}
			}
			if len(live) > 0 {
				title += " → " + strings.Join(live, ", ")
			}
		}
		fmt.Fprintf(a.stdout, "%s  %s  %s  %s\n", fit(r.ID, ids[r.Folder()]), a.paint(adrColours[r.Status], fit(status, 11)), fit(date, 11), title)
	}
}

// textWidth is how many columns a text takes on a terminal: two for East Asian
// wide letters, none for marks.
func textWidth(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\u200d', r == '\ufe0f':
		default:
			switch width.LookupRune(r).Kind() {
			case width.EastAsianWide, width.EastAsianFullwidth:
				n += 2
			default:
				n++
			}
		}
	}
	return n
}

// fit fills a text up with spaces.
func fit(s string, n int) string { return s + strings.Repeat(" ", max(0, n-textWidth(s))) }

func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return failure(fmt.Errorf("write JSON: %w", err))
	}
	return nil
}

func (a *app) adrShowCommand() *cobra.Command {
	var dir, format string
	c := &cobra.Command{
		Use:   "show ID",
		Short: "Show what a record says and what others say of it",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			p, log, err := a.openLog(c.Context(), dir)
			if err != nil {
				return err
			}
			defer p.close()
			r, err := p.find(log, args[0])
			if err != nil {
				return err
			}
			if format == "json" {
				return a.printJSON(p.detail(log, r))
			}
			a.show(p, log, r)
			return nil
		},
	}
	c.Flags().StringVar(&dir, "dir", "", "`folder` of the records")
	c.Flags().StringVar(&format, "format", "text", "`text` or json")
	return c
}

// adrDetail is the JSON form of one record with its surroundings.
type adrDetail struct {
	adrRecord
	Consulted []string    `json:"consulted"`
	Informed  []string    `json:"informed"`
	Review    string      `json:"review,omitempty"`
	Options   []string    `json:"options"`
	Chosen    string      `json:"chosen,omitempty"`
	Live      []string    `json:"live"`
	Links     []adrLink   `json:"links"`
	Backlinks []adrLink   `json:"backlinks"`
	Statuses  []adrStated `json:"statuses"`
}

type adrLink struct {
	Kind    adr.LinkKind `json:"kind"`
	Target  string       `json:"target"`
	ID      string       `json:"id,omitempty"`
	Partial bool         `json:"partial,omitempty"`
	Line    int          `json:"line"`
}

type adrStated struct {
	Place  adr.Place  `json:"place"`
	Raw    string     `json:"raw"`
	Status adr.Status `json:"status"`
	Line   int        `json:"line,omitempty"`
}

func (p *adrPlace) detail(log *adr.Log, r *adr.Record) adrDetail {
	d := adrDetail{
		adrRecord: p.record(r), Consulted: list(r.Consulted), Informed: list(r.Informed), Review: r.Review, Options: list(r.Options), Chosen: r.Chosen,
		Live: []string{}, Links: []adrLink{}, Backlinks: []adrLink{}, Statuses: []adrStated{},
	}
	for _, l := range log.Live(r) {
		d.Live = append(d.Live, l.ID)
	}
	for _, l := range r.Links {
		if l.Kind != adr.Mentions || l.ID != "" {
			d.Links = append(d.Links, adrLink{l.Kind, l.Raw, l.ID, l.Partial, l.Line})
		}
	}
	for _, b := range log.Backlinks(r) {
		d.Backlinks = append(d.Backlinks, adrLink{b.Kind, p.display(b.From.Path), b.From.ID, b.Partial, b.Link.Line})
	}
	for _, s := range r.Statements {
		d.Statuses = append(d.Statuses, adrStated{s.Place, s.Raw, s.Status, s.Line})
	}
	return d
}

func (a *app) show(p *adrPlace, log *adr.Log, r *adr.Record) {
	fmt.Fprintln(a.stdout, a.paint("1", r.String()))
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(a.stdout, "  %s  %s\n", a.paint("2", fit(name, 13)), value)
		}
	}
	status := a.paint(adrColours[r.Status], string(r.Status))
	if r.Partial {
		status += ", in part superseded"
	}
	if r.RawStatus != "" && !strings.EqualFold(r.RawStatus, string(r.Status)) {
		status += a.paint("2", fmt.Sprintf(" (%s)", r.RawStatus))
	}
	row("status", status)
	date := r.Date
	if r.DateSource != adr.DateStated && date != "" {
		date += a.paint("2", fmt.Sprintf(" (from the %s)", dateFrom(r.DateSource)))
	}
	if date == "" {
		date = r.RawDate
	}
	row("date", date)
	row("deciders", strings.Join(r.Deciders, ", "))
	row("consulted", strings.Join(r.Consulted, ", "))
	row("informed", strings.Join(r.Informed, ", "))
	row("tags", strings.Join(r.Tags, ", "))
	row("review by", r.Review)
	row("chosen", r.Chosen)
	row("code", strings.Join(r.Code, ", "))
	row("format", string(r.Format))
	row("path", p.display(r.Path))
	type edge struct {
		kind adr.LinkKind
		path string
	}
	seen := map[edge]bool{}
	line := func(kind adr.LinkKind, o *adr.Record, partial bool) {
		if o == nil || seen[edge{kind, o.Path}] {
			return
		}
		seen[edge{kind, o.Path}] = true
		name := string(kind)
		if partial {
			name += " in part"
		}
		row(name, o.String()+a.paint("2", fmt.Sprintf(" (%s)", o.Status)))
	}
	for _, s := range log.Superseders(r) {
		line(adr.SupersededBy, s.From, s.Partial)
	}
	for _, s := range log.Superseded(r) {
		line(adr.Supersedes, s.From, s.Partial)
	}
	for _, l := range r.Links {
		if l.Kind != adr.Supersedes && l.Kind != adr.SupersededBy && l.Path != "" {
			line(l.Kind, log.ByPath(l.Path), l.Partial)
		}
	}
	for _, b := range log.Backlinks(r) {
		if b.Kind == adr.Mentions {
			line("mentioned by", b.From, false)
		} else if b.Kind != adr.Supersedes && b.Kind != adr.SupersededBy {
			line(b.Kind, b.From, b.Partial)
		}
	}
	if live := log.Live(r); r.Status == adr.Superseded && len(live) > 0 && live[0] != r {
		var names []string
		for _, l := range live {
			names = append(names, l.String())
		}
		row("now holds", strings.Join(names, ", "))
	}
}

func dateFrom(s adr.DateSource) string {
	switch s {
	case adr.DateName:
		return "name of the file"
	case adr.DateGit:
		return "first commit"
	case adr.DateHistory:
		return "change log"
	default:
		return string(s)
	}
}

func (a *app) adrGraphCommand() *cobra.Command {
	var dir, format string
	var all bool
	c := &cobra.Command{
		Use:   "graph",
		Short: "Draw how records replace and change each other",
		Long: `Graph prints a diagram of the records that are linked to others, as Mermaid for
a Markdown page or in the language of Graphviz:

    lintel adr graph --format dot | dot -Tsvg > decisions.svg`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkFormat(format, "mermaid", "dot"); err != nil {
				return err
			}
			p, log, err := a.openLog(c.Context(), dir)
			if err != nil {
				return err
			}
			defer p.close()
			if format == "dot" {
				_, err = fmt.Fprint(a.stdout, log.DOT(all))
			} else {
				_, err = fmt.Fprint(a.stdout, log.Mermaid(all))
			}
			return err
		},
	}
	c.Flags().StringVar(&dir, "dir", "", "`folder` of the records")
	c.Flags().StringVar(&format, "format", "mermaid", "`mermaid` or dot")
	c.Flags().BoolVar(&all, "all", false, "records without links too")
	return c
}

func (a *app) adrReviewCommand() *cobra.Command {
	var dir, format, on string
	var days, ahead int
	c := &cobra.Command{
		Use:   "review",
		Short: "List decisions to look at again and proposals that wait",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			now := time.Now()
			if on != "" {
				t, err := time.Parse(time.DateOnly, on)
				if err != nil {
					return usage(fmt.Errorf("--on %s: expected YYYY-MM-DD", on))
				}
				now = t
			}
			p, log, err := a.openLog(c.Context(), dir)
			if err != nil {
				return err
			}
			defer p.close()
			return a.review(p, log, now, days, ahead, format)
		},
	}
	fl := c.Flags()
	fl.StringVar(&dir, "dir", "", "`folder` of the records")
	fl.StringVar(&format, "format", "text", "`text` or json")
	fl.StringVar(&on, "on", "", "as of this `day`, YYYY-MM-DD (default today)")
	fl.IntVar(&days, "stale", 90, "`days` after which a proposal counts as waiting")
	fl.IntVar(&ahead, "ahead", 30, "reviews due within this many `days` too")
	return c
}

// adrDue is a record that somebody has to look at.
type adrDue struct {
	ID     string     `json:"id"`
	Title  string     `json:"title"`
	Status adr.Status `json:"status"`
	Path   string     `json:"path"`
	Reason string     `json:"reason"` // "review" or "proposal"
	Date   string     `json:"date"`   // due, or proposed on
	Days   int        `json:"days"`   // since then; negative when still to come
}

func (a *app) review(p *adrPlace, log *adr.Log, now time.Time, stale, ahead int, format string) error {
	due := []adrDue{}
	for _, d := range log.Due(now, stale, ahead) {
		due = append(due, adrDue{d.Record.ID, d.Record.Title, d.Record.Status, p.display(d.Record.Path), d.Reason, d.Date, d.Days})
	}
	if format == "json" {
		return a.printJSON(due)
	}
	if len(due) == 0 {
		fmt.Fprintln(a.stdout, "nothing is due")
		return nil
	}
	for i, reason := range []string{"review", "proposal"} {
		head := []string{"to look at again", "proposals that wait"}[i]
		first := true
		for _, d := range due {
			if d.Reason != reason {
				continue
			}
			if first {
				fmt.Fprintln(a.stdout, a.paint("1", head))
				first = false
			}
			when := fmt.Sprintf("%d days overdue", d.Days)
			switch {
			case reason == "proposal":
				when = fmt.Sprintf("for %d days", d.Days)
			case d.Days == 0:
				when = "today"
			case d.Days < 0:
				when = fmt.Sprintf("in %d days", -d.Days)
			}
			fmt.Fprintf(a.stdout, "  %s  %s  %s  %s %s\n", fit(d.Date, 10), fit(when, 17), fit(d.ID, 5), d.Title, a.paint("2", path.Clean(d.Path)))
		}
	}
	return nil
}
