package site

import (
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// literateNav reads the navigation from Markdown lists: SUMMARY.md in a folder
// says how that folder is shown. An entry of nav that ends in a slash takes the
// list of that folder.
func (b *build) literateNav(p *Plugin, root *folder) ([]NavEntry, bool) {
	l := literate{b: b, file: p.str("nav_file", "SUMMARY.md"), root: root, implicitIndex: p.flag("implicit_index", false), tab: 4}
	if n, ok := p.Options["tab_length"].(int); ok && n > 0 {
		l.tab = n
	}
	if b.conf.Nav != nil {
		return l.expand(b.conf.Nav, 0), true
	}
	if e, ok := l.folder("", 0); ok {
		return e, true
	}
	return nil, false
}

type literate struct {
	b             *build
	file          string
	root          *folder
	implicitIndex bool
	tab           int
}

func (l *literate) at(dir string) *folder {
	if dir == "" || dir == "." {
		return l.root
	}
	return l.root.find(dir)
}

// folder returns the entries that the list in dir gives.
func (l *literate) folder(dir string, depth int) ([]NavEntry, bool) {
	f := l.b.tree.bySrc[path.Join(dir, l.file)]
	if f == nil || depth > maxDepth {
		return nil, false
	}
	if l.b.navFiles == nil {
		l.b.navFiles = map[string]bool{}
	}
	l.b.navFiles[f.Path] = true
	src, err := l.b.read(f)
	if err != nil {
		return nil, false
	}
	items := parseNavList(string(src), l.tab)
	if items == nil {
		return nil, false
	}
	entries := l.resolve(items, dir, f.Path, depth)
	if l.implicitIndex {
		if d := l.at(dir); d != nil && len(d.files) > 0 && isIndex(d.files[0].Src) && !names(entries, d.files[0].Src) {
			entries = append([]NavEntry{{Path: d.files[0].Src}}, entries...)
		}
	}
	return entries, true
}

func names(es []NavEntry, src string) bool {
	return slices.ContainsFunc(es, func(e NavEntry) bool { return e.Path == src || names(e.Children, src) })
}

// expand handles the folders and wildcards of a nav in mkdocs.yml.
func (l *literate) expand(es []NavEntry, depth int) []NavEntry {
	var out []NavEntry
	for _, e := range es {
		switch {
		case e.Children != nil:
			e.Children = l.expand(e.Children, depth)
			out = append(out, e)
		case strings.HasSuffix(e.Path, "/") && !strings.Contains(e.Path, "://"):
			out = append(out, l.directory(strings.TrimSuffix(e.Path, "/"), e.Title, depth)...)
		case strings.Contains(e.Path, "*") && !strings.Contains(e.Path, "://"):
			out = append(out, l.glob("", e.Path, es, depth)...)
		default:
			out = append(out, e)
		}
	}
	return out
}

// directory is a folder as an entry: by its own list, or all of it.
func (l *literate) directory(dir, title string, depth int) []NavEntry {
	kids, ok := l.folder(dir, depth+1)
	if !ok {
		if d := l.at(dir); d != nil {
			kids = l.rest(d, nil, depth+1)
		}
	}
	if len(kids) == 0 {
		return nil
	}
	if title == "" {
		title = titleFromName(path.Base(dir))
	}
	return []NavEntry{{Title: title, Children: kids}}
}

// rest is a folder without a list: its pages but those taken, its folders by
// their lists.
func (l *literate) rest(d *folder, taken func(string) bool, depth int) []NavEntry {
	var out []NavEntry
	for _, f := range d.files {
		if path.Base(f.Src) != l.file && (taken == nil || !taken(f.Src)) {
			out = append(out, NavEntry{Path: f.Src})
		}
	}
	for _, sub := range d.dirs {
		if taken == nil || !taken(sub.path+"/") {
			out = append(out, l.directory(sub.path, "", depth+1)...)
		}
	}
	return out
}

// glob expands a wildcard in a folder by what no other entry names.
func (l *literate) glob(dir, pattern string, siblings []NavEntry, depth int) []NavEntry {
	pattern = path.Join(dir, pattern) + pattern[len(strings.TrimRight(pattern, "/")):]
	onlyDirs := strings.HasSuffix(pattern, "/")
	pattern = strings.TrimSuffix(pattern, "/")
	d := l.at(path.Dir(pattern))
	if d == nil {
		return nil
	}
	named := func(p string) bool {
		return slices.ContainsFunc(siblings, func(e NavEntry) bool { return e.Path == p })
	}
	var out []NavEntry
	if !onlyDirs {
		for _, f := range d.files {
			if ok, _ := path.Match(pattern, f.Src); ok && !named(f.Src) && path.Base(f.Src) != l.file {
				out = append(out, NavEntry{Path: f.Src})
			}
		}
	}
	for _, sub := range d.dirs {
		if ok, _ := path.Match(pattern, sub.path); ok && !named(sub.path+"/") {
			out = append(out, l.directory(sub.path, "", depth+1)...)
		}
	}
	return out
}

// resolve makes list items relative to docs_dir and expands them.
func (l *literate) resolve(items []listItem, dir, file string, depth int) []NavEntry {
	plain := make([]NavEntry, len(items))
	for i, it := range items {
		plain[i] = NavEntry{Title: it.title, Position: finding.Position{Path: file, Line: it.line}}
		if it.target != "" {
			plain[i].Path = it.target
			if scheme, _, _, _ := splitURL(it.target); scheme == "" && !strings.HasPrefix(it.target, "/") {
				plain[i].Path = path.Join(dir, unquoteURL(it.target))
				if strings.HasSuffix(it.target, "/") {
					plain[i].Path += "/"
				}
			}
		}
	}
	var out []NavEntry
	for i, it := range items {
		e := plain[i]
		switch {
		case it.children != nil:
			e.Children = l.resolve(it.children, dir, file, depth)
			if e.Path != "" && !strings.HasSuffix(e.Path, "/") { // a section that is a page too
				e.Children = append([]NavEntry{{Path: e.Path, Position: e.Position}}, e.Children...)
				e.Path = ""
			}
			out = append(out, e)
		case strings.Contains(it.target, "*") && it.title == "":
			out = append(out, l.glob(dir, it.target, plain, depth)...)
		case strings.HasSuffix(e.Path, "/") && !strings.Contains(e.Path, "://"):
			out = append(out, l.directory(strings.TrimSuffix(e.Path, "/"), e.Title, depth)...)
		case e.Path == "" && e.Title != "":
			out = append(out, NavEntry{Title: e.Title, Children: []NavEntry{}})
		default:
			out = append(out, e)
		}
	}
	return out
}

// listItem is an item of a navigation list.
type listItem struct {
	title, target string
	line          int
	children      []listItem
}

// parseNavList reads the first list of a Markdown text. A comment <!--nav-->
// before a list chooses that one.
func parseNavList(src string, tab int) []listItem {
	lines := strings.Split(strings.ReplaceAll(src, "\r\n", "\n"), "\n")
	start := 0
	for i, s := range lines {
		if strings.Contains(s, "<!--nav-->") || strings.Contains(s, "<!-- nav -->") {
			start = i + 1
		}
	}
	type level struct {
		indent int
		items  *[]listItem
	}
	var root []listItem
	stack := []level{{0, &root}}
	begun := false
	for i := start; i < len(lines); i++ {
		s := strings.ReplaceAll(lines[i], "\t", strings.Repeat(" ", tab))
		text := strings.TrimLeft(s, " ")
		if text == "" {
			continue
		}
		if len(text) < 2 || !strings.ContainsRune("*-+", rune(text[0])) || text[1] != ' ' {
			if begun && len(s) == len(text) {
				break // the list has ended
			}
			continue
		}
		begun = true
		indent := len(s) - len(text)
		for len(stack) > 1 && indent < stack[len(stack)-1].indent {
			stack = stack[:len(stack)-1]
		}
		if top := stack[len(stack)-1]; indent > top.indent && len(*top.items) > 0 && len(stack) <= maxDepth {
			last := &(*top.items)[len(*top.items)-1]
			stack = append(stack, level{indent, &last.children})
		}
		top := stack[len(stack)-1]
		it := navItem(strings.TrimSpace(text[2:]))
		it.line = i + 1
		*top.items = append(*top.items, it)
	}
	return root
}

// navItem reads "[title](target)", "title" or a wildcard.
func navItem(s string) listItem {
	if strings.HasPrefix(s, "[") {
		if end := strings.Index(s, "]("); end > 0 {
			if stop := strings.LastIndexByte(s, ')'); stop > end {
				target := strings.TrimSpace(s[end+2 : stop])
				if sp := strings.IndexAny(target, " \t"); sp > 0 {
					target = target[:sp]
				}
				return listItem{title: plainText(s[1:end]), target: strings.Trim(target, "<>")}
			}
		}
	}
	if strings.Contains(s, "*") && !strings.HasPrefix(s, "**") {
		return listItem{target: s}
	}
	return listItem{title: plainText(s)}
}

// plainText takes the marks of emphasis and code out of a title.
func plainText(s string) string {
	return strings.NewReplacer("`", "", "**", "", "__", "", `\`, "").Replace(s)
}
