package site

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// transform is what plugins do to the text of one page before it is parsed:
// included files (include-markdown) and variables (macros).
type transform struct {
	b        *build
	file     *File
	findings []finding.Finding
	includes []render.Include
	total    int // bytes included so far
}

// Bounds of what a page may include: a loop ends long before memory does.
const (
	maxIncludeDepth = 32
	maxIncluded     = 32 << 20
)

// run returns the text to parse.
func (t *transform) run(src []byte) []byte {
	inc := t.b.plugins["include-markdown"]
	mac := t.b.plugins["macros"]
	if mac == nil {
		mac = t.b.plugins["markdownextradata"]
	}
	if inc != nil && bytes.Contains(src, []byte(inc.str("opening_tag", "{%"))) {
		head := frontMatter(src)
		tags := includeTags{open: inc.str("opening_tag", "{%"), close: inc.str("closing_tag", "%}"), plugin: inc}
		out := t.include(string(src[head:]), t.file.Path, tags, []string{t.file.Path}, bytes.Count(src[:head], []byte("\n")))
		src = append(slices.Clip(src[:head]), out...)
	}
	if head := frontMatter(src); mac != nil && bytes.Contains(src[head:], []byte(mac.str("j2_variable_start_string", "{{"))) && rendersMacros(src[:head], mac) {
		src = append(slices.Clip(src[:head]), t.variables(string(src[head:]), mac, bytes.Count(src[:head], []byte("\n")))...)
	}
	return src
}

// rendersMacros tells whether variables of a page are replaced: its front
// matter says so, or else the plugin.
func rendersMacros(head []byte, p *Plugin) bool {
	for line := range bytes.Lines(head) {
		if v, ok := bytes.CutPrefix(line, []byte("render_macros:")); ok {
			on, _ := implicit(string(bytes.TrimSpace(v))).(bool)
			return on
		}
	}
	return p.flag("render_by_default", true)
}

// frontMatter returns the length of the YAML block that opens a page.
func frontMatter(src []byte) int {
	s := bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	off := len(src) - len(s)
	if !bytes.HasPrefix(s, []byte("---")) {
		return 0
	}
	for _, end := range []string{"\n---\n", "\n---\r\n", "\n...\n"} {
		if i := bytes.Index(s, []byte(end)); i >= 0 {
			return off + i + len(end)
		}
	}
	return 0
}

func (t *transform) warn(line int, rule, msg, hint string) {
	t.findings = append(t.findings, finding.Finding{
		Rule: rule, Severity: finding.Warning, Position: finding.Position{Path: t.file.Path, Line: line}, Message: msg, Hint: hint,
	})
}

type includeTags struct {
	open, close string
	plugin      *Plugin
}

// include replaces the include and include-markdown directives of text, which
// comes from the file at from. lines is the number of source lines before it.
func (t *transform) include(text, from string, tags includeTags, stack []string, lines int) string {
	var sb strings.Builder
	rest := text
	for {
		i := strings.Index(rest, tags.open)
		if i < 0 {
			break
		}
		j := strings.Index(rest[i:], tags.close)
		if j < 0 {
			break
		}
		word, args, ok := directive(rest[i+len(tags.open) : i+j])
		if !ok {
			sb.WriteString(rest[:i+len(tags.open)])
			rest = rest[i+len(tags.open):]
			continue
		}
		line := lines + 1 + strings.Count(text[:len(text)-len(rest)+i], "\n")
		sb.WriteString(rest[:i])
		indent := lineIndent(sb.String())
		body := t.included(word, args, from, tags, stack, line)
		if indent != "" && optFlag(args, tags.plugin, "preserve-includer-indent", true) {
			body = strings.ReplaceAll(strings.TrimRight(body, "\n"), "\n", "\n"+indent)
		}
		sb.WriteString(body)
		rest = rest[i+j+len(tags.close):]
	}
	if sb.Len() == 0 {
		return text
	}
	sb.WriteString(rest)
	return sb.String()
}

// lineIndent returns the white space that the last line of s consists of.
func lineIndent(s string) string {
	last := s[strings.LastIndexByte(s, '\n')+1:]
	if strings.TrimLeft(last, " \t") == "" {
		return last
	}
	return ""
}

// directive reads `include-markdown "file" key="value" flag`.
func directive(s string) (word string, args map[string]string, ok bool) {
	s = strings.TrimSpace(s)
	for _, w := range []string{"include-markdown", "include"} {
		if r, found := strings.CutPrefix(s, w); found && r != "" && unicode.IsSpace(rune(r[0])) {
			word, s = w, strings.TrimSpace(r)
			break
		}
	}
	if word == "" {
		return "", nil, false
	}
	args = map[string]string{}
	key := "file"
	for s != "" {
		if s[0] != '"' && s[0] != '\'' {
			eq := strings.IndexAny(s, "= \t\n")
			if eq < 0 {
				break
			}
			if s[eq] != '=' {
				s = strings.TrimSpace(s[eq:])
				continue
			}
			key, s = strings.TrimSpace(s[:eq]), strings.TrimLeft(s[eq+1:], " \t\n")
			if s == "" {
				break
			}
			if s[0] != '"' && s[0] != '\'' {
				end := strings.IndexAny(s, " \t\n")
				if end < 0 {
					end = len(s)
				}
				args[key] = s[:end]
				s = strings.TrimSpace(s[end:])
				continue
			}
		}
		quote := s[0]
		var val strings.Builder
		i := 1
		for i < len(s) && s[i] != quote {
			if s[i] == '\\' && i+1 < len(s) {
				i++
				switch s[i] {
				case 'n':
					val.WriteByte('\n')
				case 't':
					val.WriteByte('\t')
				case quote, '\\':
					val.WriteByte(s[i])
				default:
					val.WriteByte('\\')
					val.WriteByte(s[i])
				}
			} else {
				val.WriteByte(s[i])
			}
			i++
		}
		args[key] = val.String()
		s = strings.TrimSpace(s[min(i+1, len(s)):])
	}
	return word, args, args["file"] != ""
}

func optFlag(args map[string]string, p *Plugin, key string, def bool) bool {
	if v, ok := args[key]; ok {
		return v == "true" || v == "yes" || v == "on" || v == "1"
	}
	return p.flag(strings.ReplaceAll(key, "-", "_"), def)
}

// included returns the text that a directive stands for.
func (t *transform) included(word string, args map[string]string, from string, tags includeTags, stack []string, line int) string {
	name := args["file"]
	if scheme, _, _, _ := splitURL(name); scheme != "" {
		t.warn(line, "include/remote", fmt.Sprintf("%s: %q is on another host and is not fetched", word, name), "keep a copy in the repository")
		return ""
	}
	var p string
	switch {
	case strings.HasPrefix(name, "/"):
		p = path.Join(t.b.conf.DocsDir, name)
	case strings.HasPrefix(name, "./"), strings.HasPrefix(name, "../"):
		p = path.Join(path.Dir(from), name)
	default:
		p = path.Join(path.Dir(from), name)
		if q := path.Join(t.b.conf.DocsDir, name); !t.exists(p) && t.exists(q) {
			p = q
		}
	}
	if !fs.ValidPath(p) {
		t.warn(line, "include/outside", fmt.Sprintf("%s: %q leaves the project", word, name), "")
		return ""
	}
	files := []string{p}
	if strings.ContainsAny(p, "*?[") {
		// A wildcard means the other files.
		files, _ = fs.Glob(t.b.site.fsys, p)
		files = slices.DeleteFunc(files, func(f string) bool { return f == from })
	}
	var sb strings.Builder
	for _, f := range files {
		sb.WriteString(t.includeFile(word, f, args, tags, stack, line))
	}
	return sb.String()
}

func (t *transform) exists(p string) bool {
	if !fs.ValidPath(p) {
		return false
	}
	info, err := fs.Stat(t.b.site.fsys, p)
	t.includes = append(t.includes, render.Include{Path: p, Found: err == nil})
	return err == nil && info.Mode().IsRegular()
}

func (t *transform) includeFile(word, p string, args map[string]string, tags includeTags, stack []string, line int) string {
	if slices.Contains(stack, p) || len(stack) > maxIncludeDepth {
		t.warn(line, "include/loop", fmt.Sprintf("%s: %q includes itself through %s", word, p, strings.Join(stack, " → ")), "break the circle; the inner one is left out")
		return ""
	}
	raw, err := fs.ReadFile(t.b.site.fsys, p)
	t.includes = append(t.includes, render.Include{Path: p, Found: err == nil})
	if err != nil {
		t.warn(line, "include/not-found", fmt.Sprintf("%s: %q cannot be read: %v", word, p, unwrapPath(err)), "")
		return ""
	}
	if t.total += len(raw); t.total > maxIncluded {
		t.warn(line, "include/too-large", fmt.Sprintf("%s: the page includes more than %d MB; the rest is left out", word, maxIncluded>>20), "")
		return ""
	}
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	if word == "include-markdown" {
		text = text[frontMatter([]byte(text)):]
	}
	if s, ok := args["start"]; ok || tags.plugin.str("start", "") != "" {
		if !ok {
			s = tags.plugin.str("start", "")
		}
		if i := strings.Index(text, s); i >= 0 {
			text = text[i+len(s):]
		} else {
			t.warn(line, "include/marker", fmt.Sprintf("%s: %q has no start mark %q", word, p, s), "")
			text = ""
		}
	}
	if s, ok := args["end"]; ok || tags.plugin.str("end", "") != "" {
		if !ok {
			s = tags.plugin.str("end", "")
		}
		if i := strings.Index(text, s); i >= 0 {
			text = text[:i]
		}
	}
	if optFlag(args, tags.plugin, "dedent", false) {
		text = dedent(text)
	}
	text = t.include(text, p, tags, append(slices.Clip(stack), p), line-1)
	if word != "include-markdown" {
		if !optFlag(args, tags.plugin, "trailing-newlines", true) {
			text = strings.TrimRight(text, "\n")
		}
		return text
	}
	if optFlag(args, tags.plugin, "rewrite-relative-urls", true) {
		text = rebaseLinks(text, p, t.file.Path)
	}
	if n, err := strconv.Atoi(args["heading-offset"]); err == nil && n != 0 {
		text = offsetHeadings(text, n)
	} else if n, ok := tags.plugin.Options["heading_offset"].(int); ok && args["heading-offset"] == "" {
		text = offsetHeadings(text, n)
	} else if tags.plugin.flag("heading_offset", false) {
		text = offsetHeadings(text, 1)
	}
	if !optFlag(args, tags.plugin, "trailing-newlines", true) {
		text = strings.TrimRight(text, "\n")
	}
	return text
}

// dedent takes the white space away that all lines begin with.
func dedent(s string) string {
	lines := strings.SplitAfter(s, "\n")
	common := -1
	for _, l := range lines {
		if strings.TrimSpace(l) == "" {
			continue
		}
		if n := len(l) - len(strings.TrimLeft(l, " ")); common < 0 || n < common {
			common = n
		}
	}
	if common <= 0 {
		return s
	}
	var sb strings.Builder
	for _, l := range lines {
		if len(l) >= common && strings.TrimSpace(l) != "" {
			l = l[common:]
		}
		sb.WriteString(l)
	}
	return sb.String()
}

// eachTextLine calls fn for every line outside of fenced code.
func eachTextLine(s string, fn func(line string) string) string {
	var sb strings.Builder
	fence := ""
	for _, l := range strings.SplitAfter(s, "\n") {
		t := strings.TrimLeft(l, " \t")
		mark := ""
		for _, c := range []string{"```", "~~~"} {
			if strings.HasPrefix(t, c) {
				mark = t[:len(t)-len(strings.TrimLeft(t, c[:1]))]
			}
		}
		switch {
		case fence == "" && mark != "":
			fence = mark
		case fence != "" && strings.HasPrefix(mark, fence) && strings.TrimSpace(t[len(mark):]) == "":
			fence = ""
		case fence == "" && mark == "":
			l = fn(l)
		}
		sb.WriteString(l)
	}
	return sb.String()
}

func offsetHeadings(s string, n int) string {
	return eachTextLine(s, func(l string) string {
		level := len(l) - len(strings.TrimLeft(l, "#"))
		if level == 0 || level > 6 {
			return l
		}
		return strings.Repeat("#", min(max(level+n, 1), 6)) + l[level:]
	})
}

// rebaseLinks makes the relative links of a text from one file right in
// another.
func rebaseLinks(s, from, to string) string {
	if path.Dir(from) == path.Dir(to) {
		return s
	}
	move := func(u string) string {
		scheme, p, _, _ := splitURL(u)
		if scheme != "" || p == "" || p[0] == '/' {
			return u
		}
		r := relativeURL(path.Join(path.Dir(from), p), to)
		if strings.HasSuffix(p, "/") {
			r += "/"
		}
		return r + u[len(p):]
	}
	return eachTextLine(s, func(l string) string {
		var sb strings.Builder
		for {
			i, skip := -1, 0
			for _, m := range []string{"](", `src="`, `href="`} {
				if j := strings.Index(l, m); j >= 0 && (i < 0 || j < i) {
					i, skip = j, len(m)
				}
			}
			if i < 0 {
				break
			}
			i += skip
			end := strings.IndexAny(l[i:], ") \t\"\n")
			if end < 0 {
				break
			}
			sb.WriteString(l[:i])
			sb.WriteString(move(l[i : i+end]))
			l = l[i+end:]
		}
		if t := strings.TrimLeft(l, " "); sb.Len() == 0 && strings.HasPrefix(t, "[") && !strings.HasPrefix(t, "[^") {
			if i := strings.Index(l, "]: "); i > 0 {
				rest := strings.TrimLeft(l[i+2:], " ")
				u, tail, _ := strings.Cut(strings.TrimRight(rest, "\n"), " ")
				if tail != "" {
					tail = " " + tail
				}
				return l[:i+3] + move(u) + tail + rest[len(strings.TrimRight(rest, "\n")):]
			}
		}
		sb.WriteString(l)
		return sb.String()
	})
}

// variables replaces {{ name }} by what extra and the configuration hold.
// Nothing is executed: what is more than a variable stays as it is and is
// reported once for the page.
func (t *transform) variables(s string, p *Plugin, lines int) string {
	start, end := p.str("j2_variable_start_string", "{{"), p.str("j2_variable_end_string", "}}")
	block, blockEnd := p.str("j2_block_start_string", "{%"), p.str("j2_block_end_string", "%}")
	if start == "" || end == "" || block == "" || blockEnd == "" {
		return s
	}
	var sb strings.Builder
	told := false
	tell := func(at int, what string) {
		if !told {
			told = true
			t.warn(lines+1+strings.Count(s[:at], "\n"), "macros/expression",
				fmt.Sprintf("%q is more than a variable and stays as it is", what),
				"Lintel fills in variables of extra and runs no templates")
		}
	}
	pos := 0
	for {
		i := strings.Index(s[pos:], start)
		if i < 0 {
			break
		}
		i += pos
		j := strings.Index(s[i+len(start):], end)
		if j < 0 {
			break
		}
		j += i + len(start)
		expr := strings.TrimSpace(s[i+len(start) : j])
		sb.WriteString(s[pos:i])
		if v, ok := t.variable(expr); ok {
			sb.WriteString(v)
		} else {
			tell(i, s[i:j+len(end)])
			sb.WriteString(s[i : j+len(end)])
		}
		pos = j + len(end)
	}
	if i := strings.Index(s, block); i >= 0 {
		if j := strings.Index(s[i:], blockEnd); j > 0 {
			tell(i, s[i:i+j+len(blockEnd)])
		}
	}
	sb.WriteString(s[pos:])
	return sb.String()
}

// variable looks a dotted name up.
func (t *transform) variable(expr string) (string, bool) {
	if n := len(expr); n >= 2 && (expr[0] == '"' || expr[0] == '\'') && expr[n-1] == expr[0] {
		return expr[1 : n-1], true
	}
	parts := strings.Split(expr, ".")
	c := t.b.conf
	conf := map[string]any{
		"site_name": c.SiteName, "site_url": c.SiteURL, "site_description": c.SiteDescription, "site_author": c.SiteAuthor,
		"repo_url": c.RepoURL, "repo_name": c.RepoName, "copyright": c.Copyright, "extra": c.Extra,
	}
	var v any
	switch parts[0] {
	case "config":
		v = conf
		parts = parts[1:]
	case "extra":
		v = c.Extra
		parts = parts[1:]
	default:
		v = c.Extra
	}
	for _, k := range parts {
		m, ok := v.(map[string]any)
		if !ok {
			return "", false
		}
		if v, ok = m[k]; !ok {
			return "", false
		}
	}
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		if v {
			return "True", true
		}
		return "False", true
	case int, int64, uint64, float64:
		return fmt.Sprint(v), true
	}
	return "", false
}

// monorepo mounts the sites that nav includes (`!include path/mkdocs.yml`) below
// their names, as the plugin of that name does.
func (b *build) monorepo(ctx context.Context) error {
	if b.plugins["monorepo"] == nil || b.conf.Nav == nil {
		return nil
	}
	conf := *b.conf
	nav, err := b.mounts(ctx, conf.Nav, b.conf.Dir, "", 0)
	if err != nil {
		return err
	}
	conf.Nav = nav
	b.conf = &conf
	slices.SortFunc(b.tree.files, func(x, y *File) int { return strings.Compare(x.Src, y.Src) })
	return nil
}

func (b *build) mounts(ctx context.Context, nav []NavEntry, dir, mount string, depth int) ([]NavEntry, error) {
	var out []NavEntry
	for _, e := range nav {
		if e.Children != nil {
			kids, err := b.mounts(ctx, e.Children, dir, mount, depth)
			if err != nil {
				return nil, err
			}
			e.Children = kids
			out = append(out, e)
			continue
		}
		pattern, ok := strings.CutPrefix(e.Path, "!include ")
		wild := false
		if !ok {
			pattern, wild = strings.CutPrefix(e.Path, "*include ")
			if !wild {
				if mount != "" && !strings.Contains(e.Path, "://") {
					e.Path = path.Join(mount, e.Path)
				}
				out = append(out, e)
				continue
			}
		}
		name := path.Join(dir, strings.TrimSpace(pattern))
		if depth >= 8 || !fs.ValidPath(name) {
			b.found(finding.Finding{
				Rule: "monorepo/include", Severity: finding.Warning, Position: e.Position,
				Message: fmt.Sprintf("%q leaves the project or includes itself", e.Path),
			})
			continue
		}
		files := []string{name}
		if wild {
			files, _ = fs.Glob(b.site.fsys, name)
		}
		var all []NavEntry
		for _, f := range files {
			kids, title, err := b.mountSite(ctx, f, mount, depth, e.Position)
			if err != nil {
				return nil, err
			}
			if wild {
				all = append(all, NavEntry{Title: title, Children: kids, Position: e.Position})
			} else {
				all = kids
			}
		}
		title := e.Title
		if title == "" && wild {
			out = append(out, all...)
			continue
		}
		out = append(out, NavEntry{Title: title, Children: all, Position: e.Position})
	}
	return out, nil
}

// mountSite adds the files of one included site and returns its navigation.
// What cannot be read is reported and left out; the other sites are built.
func (b *build) mountSite(ctx context.Context, file, mount string, depth int, pos finding.Position) ([]NavEntry, string, error) {
	broken := func(err error) ([]NavEntry, string, error) {
		b.found(finding.Finding{
			Rule: "monorepo/include", Severity: finding.Error, Position: pos,
			Message: "included site cannot be read: " + err.Error(),
		})
		return []NavEntry{}, "", ctx.Err()
	}
	sub, found, err := LoadConfig(b.site.fsys, file, b.site.opts.Getenv)
	if sub != nil {
		b.sources = append(b.sources, sub.Sources...)
	}
	if err != nil {
		b.sources = append(b.sources, file)
		return broken(err)
	}
	b.found(found...)
	at := path.Join(mount, slugOf(sub.SiteName))
	sub.UseDirectoryURLs = b.conf.UseDirectoryURLs
	t, found, err := scanDocs(ctx, b.site.fsys, sub.DocsDir, at, sub)
	if err != nil {
		return broken(err)
	}
	b.found(found...)
	b.tree.roots = append(b.tree.roots, t.roots...)
	for _, f := range t.files {
		if sub.RepoURL != "" {
			uri := ""
			if sub.EditURI != nil {
				uri = *sub.EditURI
			}
			f.repo = &repoLink{sub.RepoURL, uri}
			f.editPath = strings.TrimPrefix(strings.TrimPrefix(f.Src, at), "/")
		}
		b.tree.add(f)
	}
	if sub.Nav == nil {
		d := folders(t).find(at)
		if d == nil {
			return []NavEntry{}, sub.SiteName, nil
		}
		return d.entries(), sub.SiteName, nil
	}
	nav, err := b.mounts(ctx, sub.Nav, sub.Dir, at, depth+1)
	return nav, sub.SiteName, err
}

// slugOf is the folder name that the monorepo plugin makes of a site's name.
// A name with slashes is a path.
func slugOf(name string) string {
	var sb strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r == '/' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			sb.WriteRune(r)
		case r == ' ' || r == '-':
			if s := sb.String(); s != "" && !strings.HasSuffix(s, "-") {
				sb.WriteByte('-')
			}
		}
	}
	return strings.Trim(sb.String(), "-/")
}
