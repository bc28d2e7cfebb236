package site

import (
	"fmt"
	"html"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/theme"
)

// navNode is an entry of the finished navigation.
type navNode struct {
	title    string
	page     *Page  // of a page, or of a section that has one
	url      string // of a link; output-relative when local
	external bool
	section  bool
	children []*navNode
	parent   *navNode
}

// folder is a folder of docs_dir with what an automatic navigation shows of it.
type folder struct {
	path  string // below docs_dir, "" for the root
	files []*File
	dirs  []*folder
}

func (f *folder) name() string { return path.Base(f.path) }

// folders arranges the pages that belong into an automatic navigation: in each
// folder its index, its pages, its folders, the latter two by byte order.
func folders(t *tree) *folder {
	root := &folder{}
	all := map[string]*folder{"": root}
	var get func(p string) *folder
	get = func(p string) *folder {
		if d := all[p]; d != nil {
			return d
		}
		d := &folder{path: p}
		all[p] = d
		parent, _ := path.Split(p)
		up := get(strings.TrimSuffix(parent, "/"))
		up.dirs = append(up.dirs, d)
		return d
	}
	for _, f := range t.files {
		if f.page && f.inclusion == included {
			dir, _ := path.Split(f.Src)
			d := get(strings.TrimSuffix(dir, "/"))
			d.files = append(d.files, f)
		}
	}
	for _, d := range all {
		slices.SortFunc(d.files, func(a, b *File) int {
			if ia, ib := isIndex(a.Src), isIndex(b.Src); ia != ib {
				if ia {
					return -1
				}
				return 1
			}
			return strings.Compare(path.Base(a.Src), path.Base(b.Src))
		})
		slices.SortFunc(d.dirs, func(a, b *folder) int { return strings.Compare(a.path, b.path) })
	}
	return root
}

func isIndex(src string) bool {
	stem, _ := isMarkdown(path.Base(src))
	return stem == "index" || stem == "README"
}

// entries turns a folder into the entries that a configuration would have.
func (f *folder) entries() []NavEntry {
	var out []NavEntry
	for _, p := range f.files {
		out = append(out, NavEntry{Path: p.Src})
	}
	for _, d := range f.dirs {
		if kids := d.entries(); len(kids) > 0 {
			out = append(out, NavEntry{Title: titleFromName(d.name()), Children: kids})
		}
	}
	return out
}

// titleFromName is MkDocs' rule for the title of a folder or of a page without
// any: separators become spaces, and a name all in lower case is capitalised.
func titleFromName(name string) string {
	t := strings.NewReplacer("-", " ", "_", " ").Replace(name)
	if strings.ToLower(t) == t {
		return capitalize(t)
	}
	return t
}

// capitalize is Python's str.capitalize: the first character in upper case, the
// rest in lower.
func capitalize(s string) string {
	for i, r := range s {
		if i > 0 {
			return strings.ToUpper(s[:i]) + strings.ToLower(s[i:])
		}
		_ = r
	}
	return strings.ToUpper(s)
}

// makeNav resolves entries to pages and links, numbers the pages, and links
// each to its neighbours.
func (b *build) makeNav(entries []NavEntry, automatic bool) {
	b.inNav = map[*Page]bool{}
	b.nav = b.navNodes(entries, nil)
	b.numberPages(b.nav)
	for i, p := range b.order {
		if i > 0 {
			p.prev = b.order[i-1]
		}
		if i+1 < len(b.order) {
			p.next = b.order[i+1]
		}
	}
	if automatic {
		return
	}
	for _, f := range b.tree.files {
		if p := b.pageOf[f]; p != nil && !b.inNav[p] && f.inclusion == included && f.generated == nil {
			b.report(b.conf.Validation.NavOmittedFiles, finding.Finding{
				Rule: "nav/omitted", Position: finding.Position{Path: f.Path},
				Message: "page is not in the nav of " + path.Base(b.conf.File),
				Hint:    "add it there, or name it in not_in_nav",
			})
		}
	}
}

func (b *build) numberPages(nodes []*navNode) {
	for _, n := range nodes {
		if n.page != nil && !b.inNav[n.page] {
			b.inNav[n.page] = true
			n.page.num = len(b.order)
			b.order = append(b.order, n.page)
		}
		b.numberPages(n.children)
	}
}

func (b *build) navNodes(entries []NavEntry, parent *navNode) []*navNode {
	var out []*navNode
	for _, e := range entries {
		e.Title = untagged(e.Title)
		if e.Children != nil {
			n := &navNode{title: e.Title, section: true, parent: parent}
			n.children = b.navNodes(e.Children, n)
			if e.Path != "" { // a section with a page of its own
				if f := b.tree.lookup(path.Clean(e.Path)); f != nil {
					n.page = b.pageOf[f]
				}
			}
			if n.page != nil {
				n.page.nav = n
			}
			out = append(out, n)
			continue
		}
		if n := b.navLeaf(e, parent); n != nil {
			out = append(out, n)
		}
	}
	return out
}

// inlineTags are the elements that authors put into titles in nav, which MkDocs
// writes as they are.
var inlineTags = []string{"a", "b", "br", "code", "em", "i", "img", "kbd", "mark", "small", "span", "strong", "sub", "sup", "svg", "path", "u"}

// untagged returns the text of a title that is written as HTML: titles also
// stand where there can be no elements, and tags that are none stay.
func untagged(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var out strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		out.WriteString(s[:i])
		s = s[i:]
		end, quote := -1, byte(0)
		for j := 1; j < len(s) && end < 0; j++ {
			switch c := s[j]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				end = j
			}
		}
		name := strings.TrimPrefix(s[1:], "/")
		n := 0
		for n < len(name) && (name[n] >= 'a' && name[n] <= 'z') {
			n++
		}
		if end < 0 || !slices.Contains(inlineTags, name[:n]) || !strings.ContainsRune(" />", rune(name[n])) {
			out.WriteByte('<')
			s = s[1:]
			continue
		}
		s = s[end+1:]
	}
	out.WriteString(s)
	return strings.TrimSpace(html.UnescapeString(out.String()))
}

func (b *build) navLeaf(e NavEntry, parent *navNode) *navNode {
	scheme, p, _, _ := splitURL(e.Path)
	f := b.tree.bySrc[e.Path]
	if f != nil { // a name that only looks like an address: c#.md, a:b.md
		scheme, p = "", e.Path
	}
	link := &navNode{title: e.Title, url: e.Path, external: true, parent: parent}
	if link.title == "" {
		link.title = e.Path
	}
	if scheme != "" {
		return link
	}
	pos := e.Position
	if strings.HasPrefix(p, "/") {
		if b.conf.Validation.NavAbsoluteLinks != LevelRelativeToDocs {
			b.report(b.conf.Validation.NavAbsoluteLinks, finding.Finding{
				Rule: "nav/absolute", Position: pos,
				Message: fmt.Sprintf("nav holds the absolute path %q, which is left as it is", e.Path),
				Hint:    "write it relative to docs_dir, or set validation.nav.absolute_links to relative_to_docs",
			})
			return link
		}
		p = strings.TrimLeft(p, "/")
	}
	if f == nil {
		f = b.tree.lookup(path.Clean(p))
	}
	if f == nil {
		b.report(b.conf.Validation.NavNotFound, finding.Finding{
			Rule: "nav/not-found", Position: pos,
			Message: fmt.Sprintf("nav names %q, which is not in the documentation", e.Path),
			Hint:    b.suggest(path.Clean(p)),
		})
		return link
	}
	page := b.pageOf[f]
	if page == nil {
		if f.page && !b.builds(f) {
			b.report(LevelInfo, finding.Finding{
				Rule: "nav/excluded", Position: pos,
				Message: fmt.Sprintf("nav names %q, which is excluded from the site", e.Path),
			})
			return nil
		}
		return &navNode{title: link.title, url: f.URL, parent: parent}
	}
	n := &navNode{title: e.Title, page: page, parent: parent}
	if e.Title != "" {
		page.navTitle = e.Title
	}
	page.nav = n
	return n
}

// mergeIndexes gives each section the page that opens it, where it is an index:
// what Material calls navigation.indexes and a plugin section-index.
func mergeIndexes(nodes []*navNode, always bool) {
	for _, n := range nodes {
		if !n.section {
			continue
		}
		mergeIndexes(n.children, always)
		if n.page == nil && len(n.children) > 0 {
			if c := n.children[0]; c.page != nil && !c.section && (isIndex(c.page.Src) || always && c.page.navTitle == "") {
				n.page, n.children = c.page, n.children[1:]
				c.page.nav = n
			}
		}
	}
}

// themeNav hands the navigation to the theme.
func (b *build) themeNav(nodes []*navNode) []*theme.NavItem {
	out := make([]*theme.NavItem, 0, len(nodes))
	for _, n := range nodes {
		it := &theme.NavItem{Title: n.title, URL: n.url, External: n.external, Page: -1, Section: n.section}
		if n.page != nil {
			it.Page, it.URL = n.page.num, n.page.URL
			if !n.section || it.Title == "" {
				it.Title = n.page.title
			}
			it.Icon, it.Status = n.page.meta.String("icon"), n.page.meta.String("status")
		}
		it.Children = b.themeNav(n.children)
		out = append(out, it)
	}
	return out
}

// breadcrumbs returns the ancestors of a page, outermost first.
func (n *navNode) breadcrumbs() []theme.PageLink {
	var out []theme.PageLink
	if n == nil {
		return nil
	}
	for a := n.parent; a != nil; a = a.parent {
		l := theme.PageLink{Title: a.title}
		if p := a.firstPage(); p != nil {
			l.URL = p.URL
			if l.Title == "" {
				l.Title = p.title
			}
		}
		out = append(out, l)
	}
	slices.Reverse(out)
	return out
}

// firstPage returns the section's own page or the first one in it.
func (n *navNode) firstPage() *Page {
	if n.page != nil {
		return n.page
	}
	for _, c := range n.children {
		if p := c.firstPage(); p != nil {
			return p
		}
	}
	return nil
}
