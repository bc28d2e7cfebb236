package drift

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/conform"
	"github.com/lintel-docs/lintel/sad/extract"
)

const ruleArchitecture = "drift/architecture-moved"

// Architecture is what a change does to the architecture.
type Architecture struct {
	Base, Head  string // commits that were compared
	Sites       int    // that have views
	Differences []conform.Difference
	Notes       []string
	// Read returns the text of a file at the head.
	Read func(path string) ([]byte, error)
}

// CompareArchitecture says what the change between two revisions gained, lost or
// rewired and the views at the head do not show. Check gives the same as
// findings, without those that others say better.
func CompareArchitecture(ctx context.Context, repo *git.Repo, o Options) (*Architecture, error) {
	c, err := load(ctx, repo, o)
	if err != nil {
		return nil, err
	}
	out := &Architecture{Base: c.base.rev, Head: c.head.rev, Read: func(p string) ([]byte, error) { return c.repo.ReadFile(c.ctx, c.head.rev, p) }}
	if out.Differences, out.Sites, err = c.differences(); err != nil {
		return nil, err
	}
	out.Notes = c.notes
	return out, cmp.Or(c.failed, ctx.Err())
}

// movedArchitecture says what the code gained, lost or rewired and the views of
// the sites do not show.
func (c *change) movedArchitecture() {
	found, _, err := c.differences()
	if err != nil {
		c.failed = cmp.Or(c.failed, err)
		return
	}
	for _, d := range found {
		c.architectureAlert(d)
	}
	c.absorb()
}

// differences compares what both revisions declare with the views of each site.
// Where no site has views, or the change touches nothing that declares parts of
// a system, nothing is read.
func (c *change) differences() (found []conform.Difference, sites int, err error) {
	set, err := extract.New(extract.All(), extract.Options{})
	if err != nil {
		return nil, 0, err
	}
	models := slices.DeleteFunc(c.models(), func(s siteModel) bool { return len(s.model.Views) == 0 })
	if len(models) == 0 || !slices.ContainsFunc(c.files, func(f git.Change) bool { return set.Wants(f.Path) || f.Old != "" && set.Wants(f.Old) }) {
		return nil, len(models), nil
	}
	base, head, err := c.inventories(set)
	if err != nil {
		return nil, 0, fmt.Errorf("read what the code declares: %w", err)
	}
	for _, s := range models {
		ds, more := conform.Compare(s.model, c.within(base, s.Site), c.within(head, s.Site), c.conformOptions(s.Site))
		if more > 0 {
			c.note("the change moves more of the architecture than is told: %d things are left out", more)
		}
		found = append(found, ds...)
	}
	return found, len(models), nil
}

// inventories reads what the code declares at both revisions.
func (c *change) inventories(set *extract.Set) (base, head *extract.Inventory, err error) {
	var trees [2]fs.FS
	for i, t := range []*tree{c.base, c.head} {
		if trees[i], err = c.repo.FS(c.ctx, t.rev); err != nil {
			return nil, nil, err
		}
	}
	return set.Pair(c.ctx, trees[0], trees[1], func(p string) bool { return c.base.files[p].SHA == c.head.files[p].SHA })
}

// siteModel is a site with the model of its pages at the head.
type siteModel struct {
	Site
	model *sad.Model
}

// models returns the sites that have architecture documents.
func (c *change) models() []siteModel {
	sites := slices.Clone(c.o.Sites)
	slices.SortStableFunc(sites, func(a, b Site) int { return len(b.Docs) - len(a.Docs) })
	sites = append(sites, Site{Dir: ".", Docs: "."}) // what belongs to none of them
	pages := make([][]*sad.Page, len(sites))
	for _, d := range c.docs {
		if !strings.HasPrefix(strings.TrimPrefix(d.text, "\ufeff"), "---") {
			continue
		}
		i := slices.IndexFunc(sites, func(s Site) bool { return inFolder(s.Docs, d.path) })
		if p := sites[i].Headings.ParsePage(d.path, []byte(d.text)); p != nil {
			pages[i] = append(pages[i], p)
		}
	}
	var out []siteModel
	for i, s := range sites {
		if len(pages[i]) > 0 {
			out = append(out, siteModel{s, sad.NewModel(pages[i], sad.Options{Lang: s.Lang, Root: s.Dir})})
		}
	}
	return out
}

func inFolder(dir, p string) bool {
	return dir == "." || dir == "" || p == dir || strings.HasPrefix(p, dir+"/")
}

// within returns what an inventory says of the code of a site: below its folder,
// and not below that of another site inside of it.
func (c *change) within(inv *extract.Inventory, s Site) *extract.Inventory {
	out := &extract.Inventory{}
	for i := range inv.Facts {
		f := inv.Facts[i]
		if inFolder(s.Dir, f.File) && !slices.ContainsFunc(c.o.Sites, func(o Site) bool {
			return o.Dir != s.Dir && inFolder(s.Dir, o.Dir) && inFolder(o.Dir, f.File)
		}) {
			out.Facts = append(out.Facts, f)
		}
	}
	return out
}

func (c *change) conformOptions(s Site) conform.Options {
	texts := map[string]string{}
	for _, d := range c.docs {
		texts[d.path] = d.text
	}
	o := conform.Options{
		Source: func(p string) []byte {
			if t, ok := texts[p]; ok {
				return []byte(t)
			}
			return nil
		},
		Exists:  func(pattern string) bool { return c.head.matches(path.Join(s.Dir, pattern)) || c.head.matches(pattern) },
		Renamed: func(p string) string { return c.moved[p] },
	}
	for _, g := range s.Ignores {
		g.Pattern = path.Join(s.Dir, g.Pattern)
		o.Ignores = append(o.Ignores, g)
	}
	return o
}

// matches reports whether a pattern of code paths covers anything.
func (t *tree) matches(pattern string) bool {
	pattern = strings.TrimSuffix(path.Clean(strings.TrimPrefix(pattern, "./")), "/")
	i := strings.IndexAny(pattern, "*?[{")
	if i < 0 {
		return t.has(pattern)
	}
	prefix := pattern[:strings.LastIndexByte(pattern[:i], '/')+1]
	at, _ := slices.BinarySearch(t.paths, prefix)
	for ; at < len(t.paths) && strings.HasPrefix(t.paths[at], prefix); at++ {
		if sad.Covers(pattern, t.paths[at]) {
			return true
		}
	}
	return false
}

func (c *change) architectureAlert(d conform.Difference) {
	a := Alert{Confidence: .8}
	a.Rule, a.Severity = ruleArchitecture, finding.Warning
	a.Position = finding.Position{Path: d.At.Path, Line: d.At.Line, Column: d.At.Column}
	a.Message, a.Reason, a.Hint = d.Message, d.Reason, d.Hint
	a.Subject = strings.Trim(string(d.Op)+" "+d.Element+" "+d.To, " ")
	switch d.Op {
	case conform.Gone:
		a.Confidence = .9
		if d.Dead {
			a.Severity = finding.Error
		}
	case conform.Apart, conform.Unrelated:
		a.Confidence = .7
	case conform.Missing:
	}
	a.Hint += "; where it is meant: `<!-- lintel:allow " + ruleArchitecture + " REASON -->`"
	if len(d.Edits) > 0 {
		a.Edit, a.Rest = d.Edits[0], d.Edits[1:]
	}
	for _, f := range d.Facts {
		a.Evidence = append(a.Evidence, Evidence{Path: f.File, Line: f.Line, Gone: d.Op == conform.Gone || d.Op == conform.Apart, Text: string(f.Kind) + " " + f.Name})
	}
	for _, l := range d.Left {
		a.Evidence = append(a.Evidence, Evidence{Path: l.Path, Line: l.Line, Text: "see to this place by hand"})
	}
	c.alert(a)
}

// absorb drops what other rules say of text that a finding of moved architecture
// takes out: whoever makes that edit has nothing left to mend there.
func (c *change) absorb() {
	type span struct{ start, end int }
	gone := map[string][]span{}
	for i := range c.alerts {
		a := &c.alerts[i]
		if a.Rule != ruleArchitecture {
			continue
		}
		for _, e := range a.Edits() {
			if e.Old != "" && !strings.Contains(e.New, strings.TrimSpace(e.Old)) {
				gone[e.Path] = append(gone[e.Path], span{e.Start, e.Start + len(e.Old)})
			}
		}
	}
	if len(gone) == 0 {
		return
	}
	docs := map[string]*document{}
	for _, d := range c.docs {
		if gone[d.path] != nil {
			docs[d.path] = d
		}
	}
	c.alerts = slices.DeleteFunc(c.alerts, func(a Alert) bool {
		d := docs[a.Path]
		if d == nil || a.Rule == ruleArchitecture {
			return false
		}
		at := d.parsed().LineStart(a.Line)
		for range a.Column - 1 {
			_, n := utf8.DecodeRuneInString(d.text[min(at, len(d.text)):])
			at += n
		}
		return slices.ContainsFunc(gone[a.Path], func(s span) bool { return at >= s.start && at < s.end })
	})
}
