package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/finding"
)

func (a *app) adrCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "adr",
		Short: "Read, write and change decision records",
		Long: `Adr works on the architecture decision records of a repository as they are:
those of adr-tools, MADR, log4brains, tables, lists, front matter, in English,
Korean and other languages. It needs no setup; the folders are those that
.adr-dir and .log4brains.yml name, that are called docs/adr, docs/decisions and
the like, or whose files look like records. --dir names one.`,
	}
	c.AddCommand(a.adrListCommand())
	return c
}

// adrPlace is where records are: the tree around them, opened so that nothing
// outside it can be reached, and the folder that the user named.
type adrPlace struct {
	root *os.Root
	top  string // of root, absolute
	dir  string // slash path below root of the folder that was named, or of the working folder
	show string // dir as the user wrote it
	git  bool
}

func (p *adrPlace) close() { p.root.Close() }

// display returns the path of a file as seen from where the user stands.
func (p *adrPlace) display(name string) string {
	if p.dir == "." {
		return path.Join(p.show, name)
	}
	if rest, ok := strings.CutPrefix(name, p.dir+"/"); ok {
		return path.Join(p.show, rest)
	}
	if filepath.IsAbs(p.show) {
		return path.Join(filepath.ToSlash(p.top), name)
	}
	up := strings.Repeat("../", strings.Count(p.dir, "/")+1)
	return path.Join(p.show, up, name)
}

// openADR opens the tree around a folder: the nearest folder above it that
// holds .git, or else the working folder, or else the folder itself.
func openADR(dir string) (*adrPlace, error) {
	show := dir
	if show == "" {
		show = "."
	}
	abs, err := filepath.Abs(show)
	if err != nil {
		return nil, failure(fmt.Errorf("find %s: %w", show, err))
	}
	abs = realPath(abs)
	switch info, err := os.Stat(abs); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage(fmt.Errorf("no such folder: %s", show))
	case err != nil:
		return nil, failure(fmt.Errorf("open %s: %w", show, err))
	case !info.IsDir():
		return nil, usage(fmt.Errorf("%s is a file; --dir takes the folder of the records", show))
	}
	p := &adrPlace{top: abs, show: filepath.ToSlash(show)}
	found := false
	for d := abs; ; d = filepath.Dir(d) {
		if _, err := os.Lstat(filepath.Join(d, ".git")); err == nil {
			p.top, p.git, found = d, true, true
			break
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	if !found {
		if wd, err := os.Getwd(); err == nil {
			wd = realPath(wd)
			if r, err := filepath.Rel(wd, abs); err == nil && filepath.IsLocal(r) {
				p.top = wd
			}
		}
	}
	rel, err := filepath.Rel(p.top, abs)
	if err != nil {
		return nil, failure(fmt.Errorf("find %s: %w", show, err))
	}
	p.dir = filepath.ToSlash(rel)
	if p.root, err = os.OpenRoot(p.top); err != nil {
		return nil, failure(fmt.Errorf("open %s: %w", p.top, err))
	}
	return p, nil
}

// read reads the records below the folder that was named. Where none was named
// and the working folder holds none, those of the whole tree are read.
func (p *adrPlace) read(ctx context.Context, named bool) (*adr.Log, []adr.Folder, []finding.Finding, error) {
	folders, err := p.folders(named)
	if err != nil {
		return nil, nil, nil, err
	}
	log, findings := adr.Read(p.root.FS(), folders, adr.Options{Created: p.created(ctx)})
	return log, folders, findings, nil
}

// folders returns the folders of records at or below the one that was named.
func (p *adrPlace) folders(named bool) ([]adr.Folder, error) {
	all := adr.Find(p.root.FS())
	var out []adr.Folder
	for _, f := range all {
		switch {
		case p.dir == ".", f.Path == p.dir, strings.HasPrefix(f.Path, p.dir+"/"):
			out = append(out, f)
		case f.Path == "." || strings.HasPrefix(p.dir, f.Path+"/"):
			// The folder lies inside one: what is below it.
			f.Files = slices.DeleteFunc(slices.Clone(f.Files), func(n string) bool { return !strings.HasPrefix(n, p.dir+"/") })
			if len(f.Files) > 0 {
				out = append(out, f)
			}
		}
	}
	if len(out) == 0 && !named {
		return all, nil
	}
	return out, nil
}

// created tells when files were first committed, from one run of git that is
// made when the first record without a date asks.
func (p *adrPlace) created(ctx context.Context) func(string) (time.Time, bool) {
	if !p.git {
		return nil
	}
	var dates map[string]time.Time
	return func(name string) (time.Time, bool) {
		if dates == nil {
			dates = map[string]time.Time{}
			if h, err := gitHistory(ctx, filepath.Join(p.top, filepath.FromSlash(p.dir))); err == nil && !h.Shallow {
				for n, f := range h.Files {
					dates[path.Join(p.dir, n)] = f.Created
				}
			}
		}
		t, ok := dates[name]
		return t, ok
	}
}

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
code of each; a date that is not stated says where it is from in date_source.`,
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

func (a *app) adrList(ctx context.Context, f adrListFlags) error {
	if f.format != "text" && f.format != "json" {
		return usage(fmt.Errorf("--format %s: expected text or json", f.format))
	}
	p, err := openADR(f.dir)
	if err != nil {
		return err
	}
	defer p.close()
	log, _, findings, err := p.read(ctx, f.dir != "")
	if err != nil {
		return err
	}
	for _, fd := range findings {
		fmt.Fprintln(a.stderr, fd)
	}
	records := []adrRecord{}
	for _, r := range log.Records {
		if f.status != "" && !strings.EqualFold(f.status, string(r.Status)) || f.tag != "" && !slices.ContainsFunc(r.Tags, func(t string) bool { return strings.EqualFold(t, f.tag) }) {
			continue
		}
		records = append(records, p.record(r))
	}
	if f.format == "json" {
		return a.printJSON(records)
	}
	for _, r := range records {
		fmt.Fprintln(a.stdout, r.ID, r.Status, r.Title)
	}
	return nil
}

func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return failure(fmt.Errorf("write JSON: %w", err))
	}
	return nil
}
