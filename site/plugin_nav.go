package site

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/finding"
)

// navEntries returns the navigation as entries, and whether nobody wrote it
// down, so that no page can be missing from it.
func (b *build) navEntries() (entries []NavEntry, automatic bool) {
	root := folders(b.tree)
	if p := b.plugins["literate-nav"]; p != nil {
		if e, ok := b.literateNav(p, root); ok {
			return e, false
		}
	}
	if p := b.plugins["awesome-nav"]; p != nil && b.conf.Nav == nil {
		a := awesome{b: b, file: p.str("filename", ".nav.yml"), nav: true}
		return a.folder(root), true
	}
	if p := b.plugins["awesome-pages"]; p != nil {
		a := awesome{b: b, file: p.str("filename", ".pages"), collapse: p.flag("collapse_single_pages", false)}
		if b.conf.Nav == nil {
			return a.folder(root), true
		}
		a.config = root
		return a.fromConfig(b.conf.Nav), false
	}
	if b.conf.Nav != nil {
		return b.conf.Nav, false
	}
	return root.entries(), true
}

// metaFile reads a YAML file of a plugin, once a build. What is wrong with it
// is reported, and it then counts as absent.
func (b *build) metaFile(p string) map[string]any {
	if m, ok := b.metaFiles[p]; ok {
		return m
	}
	if b.metaFiles == nil {
		b.metaFiles = map[string]map[string]any{}
	}
	var m map[string]any
	info, err := fs.Stat(b.site.fsys, p)
	if err == nil && info.Mode().IsRegular() {
		if info.Size() > 1<<20 {
			err = fmt.Errorf("it has %d KB; up to 1,024 KB are read", info.Size()>>10)
		} else {
			var text []byte
			if text, err = fs.ReadFile(b.site.fsys, p); err == nil {
				err = yaml.Unmarshal(text, &m)
			}
		}
		if err != nil {
			m = nil
			b.found(finding.Finding{
				Rule: "config/yaml", Severity: finding.Warning, Position: finding.Position{Path: p, Line: yamlLine(err)},
				Message: "file is left out: " + strings.ReplaceAll(err.Error(), "\n", " "),
			})
		}
	}
	b.metaFiles[p] = m
	return m
}

var yamlLineRE = regexp.MustCompile(`line (\d+)`)

func yamlLine(err error) int {
	if m := yamlLineRE.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// awesome makes the navigation of the plugins awesome-pages (.pages) and
// awesome-nav (.nav.yml): a file in a folder says how that folder is shown.
type awesome struct {
	b        *build
	file     string
	nav      bool // awesome-nav's keys
	collapse bool
	config   *folder
}

func (a *awesome) meta(f *folder) map[string]any {
	return a.b.metaFile(path.Join(a.b.conf.DocsDir, f.path, a.file))
}

// awesomeItem is a page or folder of the one that is arranged.
type awesomeItem struct {
	name string // in its folder
	file *File
	dir  *folder
}

// folder returns the entries of a folder.
func (a *awesome) folder(f *folder) []NavEntry {
	m := a.meta(f)
	var items []awesomeItem
	for _, p := range f.files {
		items = append(items, awesomeItem{name: path.Base(p.Src), file: p})
	}
	for _, d := range f.dirs {
		if hide, _ := a.meta(d)["hide"].(bool); !hide {
			items = append(items, awesomeItem{name: d.name(), dir: d})
		}
	}
	a.sort(m, items)
	list, ok := m["nav"].([]any)
	if !ok {
		list, ok = m["arrange"].([]any)
		if ok && !slices.Contains(list, any("...")) {
			list = append(slices.Clone(list), "...")
		}
	}
	if !ok {
		return a.all(items)
	}
	return a.arrange(f, list, items)
}

// sort orders what the file does not arrange.
func (a *awesome) sort(m map[string]any, items []awesomeItem) {
	desc := m["order"] == "desc"
	natural := m["sort_type"] == "natural"
	if s, ok := m["sort"].(map[string]any); ok { // awesome-nav
		desc = s["direction"] == "desc"
		natural = s["type"] == "natural" || s["type"] == nil
	} else if a.nav {
		natural = true
	}
	if m["order"] == nil && m["sort_type"] == nil && m["sort"] == nil && !a.nav {
		return // the order of MkDocs
	}
	slices.SortStableFunc(items, func(x, y awesomeItem) int {
		if ix, iy := x.file != nil && isIndex(x.name), y.file != nil && isIndex(y.name); ix != iy {
			if ix {
				return -1
			}
			return 1
		}
		c := strings.Compare(x.name, y.name)
		if natural {
			c = naturalCompare(strings.ToLower(x.name), strings.ToLower(y.name))
		}
		if desc {
			return -c
		}
		return c
	})
}

// naturalCompare compares numbers inside of names by value.
func naturalCompare(a, b string) int {
	digits := func(s string) int {
		i := 0
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i
	}
	for a != "" && b != "" {
		if da, db := digits(a), digits(b); da > 0 && db > 0 {
			na, nb := strings.TrimLeft(a[:da], "0"), strings.TrimLeft(b[:db], "0")
			if len(na) != len(nb) {
				return len(na) - len(nb)
			}
			if c := strings.Compare(na, nb); c != 0 {
				return c
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

func (a *awesome) all(items []awesomeItem) []NavEntry {
	var out []NavEntry
	for _, it := range items {
		out = append(out, a.item(it, "")...)
	}
	return out
}

func (a *awesome) item(it awesomeItem, title string) []NavEntry {
	if it.file != nil {
		return []NavEntry{{Title: title, Path: it.file.Src}}
	}
	kids := a.folder(it.dir)
	if len(kids) == 0 {
		return nil
	}
	m := a.meta(it.dir)
	collapse := a.collapse
	if v, ok := m["collapse_single_pages"].(bool); ok {
		collapse = v
	}
	if v, ok := m["collapse"].(bool); ok {
		collapse = v
	}
	if collapse && len(kids) == 1 && kids[0].Children == nil {
		return kids
	}
	if title == "" {
		title, _ = m["title"].(string)
	}
	if title == "" {
		title = titleFromName(it.dir.name())
	}
	return []NavEntry{{Title: title, Children: kids}}
}

// arrange follows a nav list: names, titles for them, nested sections, links,
// and "..." for the rest, which may be filtered.
func (a *awesome) arrange(f *folder, list []any, items []awesomeItem) []NavEntry {
	used := make([]bool, len(items))
	take := func(name string) (awesomeItem, bool) {
		name = strings.TrimSuffix(name, "/")
		for i, it := range items {
			if it.name == name {
				used[i] = true
				return it, true
			}
		}
		// A path below the folder.
		if file := a.b.tree.lookup(path.Join(f.path, name)); file != nil && file.page {
			return awesomeItem{name: name, file: file}, true
		}
		if d := f.find(name); d != nil {
			return awesomeItem{name: name, dir: d}, true
		}
		return awesomeItem{}, false
	}
	// Names come first: the rest is what no name takes, wherever it stands.
	type slot struct {
		entries []NavEntry
		rest    string
		isRest  bool
	}
	var place func(list []any) []slot
	place = func(list []any) []slot {
		var out []slot
		for _, v := range list {
			switch v := v.(type) {
			case string:
				if filter, ok := strings.CutPrefix(v, "..."); ok {
					out = append(out, slot{rest: strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(filter), "|")), isRest: true})
				} else if a.nav && strings.ContainsAny(v, "*?[") {
					out = append(out, slot{rest: v, isRest: true})
				} else if it, ok := take(v); ok {
					out = append(out, slot{entries: a.item(it, "")})
				} else if scheme, _, _, _ := splitURL(v); scheme != "" {
					out = append(out, slot{entries: []NavEntry{{Title: v, Path: v}}})
				} else {
					a.missing(f, v)
				}
			case map[string]any:
				if g, ok := v["glob"].(string); ok && a.nav {
					out = append(out, slot{rest: g, isRest: true})
					continue
				}
				for title, x := range v {
					switch x := x.(type) {
					case string:
						if it, ok := take(x); ok {
							out = append(out, slot{entries: a.item(it, title)})
						} else if scheme, _, _, _ := splitURL(x); scheme != "" || strings.HasPrefix(x, "/") {
							out = append(out, slot{entries: []NavEntry{{Title: title, Path: x}}})
						} else {
							a.missing(f, x)
						}
					case []any:
						kids := []NavEntry{}
						for _, s := range place(x) {
							if !s.isRest {
								kids = append(kids, s.entries...)
							}
						}
						out = append(out, slot{entries: []NavEntry{{Title: title, Children: kids}}})
					}
				}
			}
		}
		return out
	}
	var out []NavEntry
	for _, s := range place(list) {
		if !s.isRest {
			out = append(out, s.entries...)
			continue
		}
		for i, it := range items {
			if !used[i] && restMatches(s.rest, it) {
				used[i] = true
				out = append(out, a.item(it, "")...)
			}
		}
	}
	return out
}

// restMatches applies the filter of "... | glob" or "... | regex=…".
func restMatches(filter string, it awesomeItem) bool {
	filter = strings.TrimSpace(strings.TrimPrefix(filter, "flat |"))
	if filter == "" || filter == "flat" || filter == "*" {
		return true
	}
	if s, ok := strings.CutPrefix(filter, "regex="); ok {
		re, err := regexp.Compile(s)
		return err == nil && re.MatchString(it.name)
	}
	filter = strings.TrimPrefix(filter, "glob=")
	if dirs, ok := strings.CutSuffix(filter, "/"); ok {
		return it.dir != nil && fnmatch(dirs, it.name)
	}
	return fnmatch(filter, it.name)
}

func (a *awesome) missing(f *folder, name string) {
	a.b.report(a.b.conf.Validation.NavNotFound, finding.Finding{
		Rule: "nav/not-found", Position: finding.Position{Path: path.Join(a.b.conf.DocsDir, f.path, a.file)},
		Message: fmt.Sprintf("nav names %q, which is not in its folder", name),
		Hint:    a.b.suggest(path.Join(f.path, name)),
	})
}

// find returns the folder at a path below f.
func (f *folder) find(p string) *folder {
	for _, d := range f.dirs {
		rel := strings.TrimPrefix(strings.TrimPrefix(d.path, f.path), "/")
		if rel == p {
			return d
		}
		if rest, ok := strings.CutPrefix(p, rel+"/"); ok {
			return d.find(rest)
		}
	}
	return nil
}

// fromConfig replaces "..." in the nav of mkdocs.yml by the pages that it does
// not name.
func (a *awesome) fromConfig(nav []NavEntry) []NavEntry {
	named := map[string]bool{}
	var collect func(es []NavEntry)
	collect = func(es []NavEntry) {
		for _, e := range es {
			named[path.Clean(e.Path)] = true
			collect(e.Children)
		}
	}
	collect(nav)
	var prune func(es []NavEntry) []NavEntry
	prune = func(es []NavEntry) []NavEntry {
		var out []NavEntry
		for _, e := range es {
			if e.Children != nil {
				if e.Children = prune(e.Children); len(e.Children) == 0 {
					continue
				}
			} else if named[e.Path] {
				continue
			}
			out = append(out, e)
		}
		return out
	}
	var expand func(es []NavEntry) []NavEntry
	expand = func(es []NavEntry) []NavEntry {
		var out []NavEntry
		for _, e := range es {
			switch {
			case e.Children != nil:
				e.Children = expand(e.Children)
				out = append(out, e)
			case strings.HasPrefix(e.Path, "..."):
				filter := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(e.Path[3:]), "|"))
				for _, r := range prune(a.folder(a.config)) {
					if filter == "" || fnmatch(filter, path.Base(r.Path)) {
						out = append(out, r)
					}
				}
			case e.Title != "" && a.config.find(strings.TrimSuffix(e.Path, "/")) != nil:
				out = append(out, a.item(awesomeItem{dir: a.config.find(strings.TrimSuffix(e.Path, "/"))}, e.Title)...)
			default:
				out = append(out, e)
			}
		}
		return out
	}
	return expand(nav)
}
