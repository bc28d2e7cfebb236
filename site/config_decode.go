package site

import (
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// builtinExtensions are on in every MkDocs site and come first.
var builtinExtensions = [...]string{"toc", "tables", "fenced_code"}

// lintelKeys are the keys of lintel.yml that are read here.
var lintelKeys = [...]string{"markdown", "anchors", "checks", "adr", "sad", "drift", "review"}

func defaultConfig(file, dir string) *Config {
	return &Config{
		File: file, Dir: dir,
		Validation: Validation{
			NavOmittedFiles: LevelInfo, NavNotFound: LevelWarn, NavAbsoluteLinks: LevelInfo,
			LinkNotFound: LevelWarn, LinkAbsoluteLinks: LevelInfo, LinkUnrecognizedLinks: LevelInfo, LinkAnchor: LevelInfo,
		},
		Theme:            ThemeConfig{Name: "mkdocs", StaticTemplates: []string{}, Values: map[string]any{}},
		DocsDir:          path.Join(dir, "docs"),
		SiteDir:          "site",
		DevAddr:          "127.0.0.1:8000",
		UseDirectoryURLs: true,
		Extra:            map[string]any{},
		Plugins:          []Plugin{{Name: "search"}},
		RemoteBranch:     "gh-pages",
		RemoteName:       "origin",
		Dialect:          render.MkDocs,
		Keys:             map[string]finding.Position{},
	}
}

// configDecoder writes settings into cfg.
type configDecoder struct {
	*configLoader
	cfg     *Config
	docsDir string // docs_dir as written
	exts    *value
}

// setting is one key of mkdocs.yml.
type setting struct {
	name   string
	decode func(v *value)
}

// settings lists every key of mkdocs.yml. INHERIT is gone when they are read.
func (d *configDecoder) settings() []setting {
	c := d.cfg
	text := func(key string, to *string) setting {
		return setting{key, func(v *value) { d.text(key, v, to) }}
	}
	texts := func(key string, to *[]string) setting {
		return setting{key, func(v *value) { *to = d.texts(key, v) }}
	}
	flag := func(key string, to *bool) setting {
		return setting{key, func(v *value) { d.flag(key, v, to) }}
	}
	patterns := func(key string, to *string) setting {
		return setting{key, func(v *value) {
			if list, ok := v.v.([]*value); ok {
				d.warn(v, "config/type", key+" expects text with one pattern a line, found a list", "write `"+key+": |` and one pattern a line below")
				var b strings.Builder
				for _, e := range list {
					b.WriteString(e.raw + "\n")
				}
				*to = b.String()
				return
			}
			d.text(key, v, to)
		}}
	}
	return []setting{
		text("site_name", &c.SiteName),
		{"site_url", d.siteURL},
		text("site_description", &c.SiteDescription),
		text("site_author", &c.SiteAuthor),
		text("copyright", &c.Copyright),
		{"repo_url", d.repoURL},
		text("repo_name", &c.RepoName),
		{"edit_uri", func(v *value) {
			if v.v == nil {
				return
			}
			var s string
			if d.text("edit_uri", v, &s) {
				c.EditURI = &s
			}
		}},
		text("edit_uri_template", &c.EditURITemplate),
		{"nav", d.nav},
		patterns("exclude_docs", &c.ExcludeDocs),
		patterns("draft_docs", &c.DraftDocs),
		patterns("not_in_nav", &c.NotInNav),
		{"validation", d.validation},
		{"theme", d.theme},
		{"docs_dir", func(v *value) {
			if d.text("docs_dir", v, &d.docsDir) {
				if p, ok := d.path("docs_dir", v, d.docsDir); ok {
					c.DocsDir = p
				}
			}
		}},
		{"site_dir", func(v *value) {
			if d.text("site_dir", v, &c.SiteDir) && c.SiteDir == "" {
				c.SiteDir = "site"
			}
		}},
		{"dev_addr", d.devAddr},
		flag("use_directory_urls", &c.UseDirectoryURLs),
		flag("strict", &c.Strict),
		texts("extra_css", &c.ExtraCSS),
		{"extra_javascript", d.scripts},
		texts("extra_templates", &c.ExtraTemplates),
		{"extra", func(v *value) {
			if m := d.mapping("extra", v); m != nil {
				c.Extra = m.plain()
				for _, mem := range m.members {
					c.Keys["extra."+mem.key] = mem.pos
				}
			}
		}},
		{"markdown_extensions", func(v *value) { d.exts = v }},
		{"plugins", d.plugins},
		{"hooks", d.hooks},
		texts("watch", &c.Watch),
		text("remote_branch", &c.RemoteBranch),
		text("remote_name", &c.RemoteName),
	}
}

// removedKeys are settings that MkDocs had once, with what to do instead.
var removedKeys = map[string]string{
	"pages":              "rename it to `nav`",
	"google_analytics":   "MkDocs removed it; put the property under `extra: analytics:` of the theme",
	"include_search":     "search is a plugin: list `search` under `plugins`",
	"include_nav":        "themes decide; remove it",
	"include_next_prev":  "themes decide; remove it",
	"theme_dir":          "write `theme:` with `custom_dir:` below it",
	"site_favicon":       "write `favicon:` below `theme:`",
	"mkdocs_theme":       "write `theme:`",
	"markdown_extension": "write `markdown_extensions:`",
}

func (d *configDecoder) decode(top *mapping, bare bool) {
	settings := d.settings()
	names := make([]string, len(settings))
	for i, s := range settings {
		names[i] = s.name
	}
	for _, mem := range top.members {
		d.cfg.Keys[mem.key] = mem.pos
		i := slices.Index(names, mem.key)
		switch {
		case i >= 0:
			settings[i].decode(mem.val)
		case removedKeys[mem.key] != "":
			d.report(finding.Finding{
				Rule: "config/removed", Severity: finding.Warning, Position: mem.pos,
				Message: mem.key + " is no setting of MkDocs any more; it has no effect", Hint: removedKeys[mem.key],
			})
			if mem.key == "pages" && top.get("nav") == nil {
				d.nav(mem.val)
			}
		default:
			d.unknown(mem, names, "setting")
		}
	}
	d.extensions()
	d.defaults(bare)
}

// unknown reports a key that nothing reads.
func (d *configDecoder) unknown(mem member, names []string, what string) {
	f := finding.Finding{
		Rule: "config/unknown-key", Severity: finding.Warning, Position: mem.pos,
		Message: fmt.Sprintf("%s is no known %s; it has no effect", keyName(mem.key), what),
		Hint:    "remove it, or put your own values under `extra:`",
	}
	if near := finding.Nearest(mem.key, names); near != "" {
		f.Hint = "did you mean " + near + "?"
	}
	d.report(f)
}

// defaults fills in what depends on other settings, and checks what they say
// together.
func (d *configDecoder) defaults(bare bool) {
	c := d.cfg
	if c.SiteName == "" {
		if !bare && d.ok("site_name") {
			d.report(finding.Finding{
				Rule: "config/missing", Severity: finding.Warning, Position: finding.Position{Path: c.File, Line: 1, Column: 1},
				Message: "site_name is missing", Hint: "add `site_name: ` and the name of the site",
			})
		}
		c.SiteName = "Documentation"
		switch base := path.Base(c.Dir); {
		case c.RepoURL != "" && path.Base(strings.TrimSuffix(c.RepoURL, "/")) != ".":
			c.SiteName = strings.TrimSuffix(path.Base(strings.TrimSuffix(c.RepoURL, "/")), ".git")
		case base != "." && base != "/":
			c.SiteName = base
		}
	}
	if c.RepoName == "" && c.RepoURL != "" {
		c.RepoName = repoName(c.RepoURL)
	}
	if c.Theme.Name == "" && c.Theme.CustomDir == "" {
		c.Theme.Name = "mkdocs"
	}
	d.folders()
}

// defaultBaseline is the baseline's name beside the configuration where no
// other is set.
const defaultBaseline = "lintel-baseline.jsonl"

// ok tells whether no error about key has been reported.
func (d *configDecoder) ok(key string) bool {
	return !slices.ContainsFunc(d.findings, func(f finding.Finding) bool {
		return f.Severity == finding.Error && strings.HasPrefix(f.Message, key+" ")
	})
}

// folders holds docs_dir and site_dir apart: a build writes one and reads the
// other.
func (d *configDecoder) folders() {
	c := d.cfg
	at := func(key string) finding.Position {
		if p, ok := c.Keys[key]; ok {
			return p
		}
		return finding.Position{Path: c.File}
	}
	c.Folders = append(c.Folders, c.DocsDir)
	if info, err := fs.Stat(d.root, c.DocsDir); err != nil || !info.IsDir() {
		msg := fmt.Sprintf("docs_dir: there is no folder %s", c.DocsDir)
		if err == nil {
			msg = fmt.Sprintf("docs_dir: %s is no folder", c.DocsDir)
		}
		d.report(finding.Finding{
			Rule: "config/docs-dir", Severity: finding.Error, Position: at("docs_dir"),
			Message: msg, Hint: "create it, or set docs_dir to the folder of your pages",
		})
	}
	if path.IsAbs(c.SiteDir) {
		return
	}
	site := path.Join(c.Dir, c.SiteDir)
	switch {
	case site == c.DocsDir, within(c.DocsDir, site):
		d.report(finding.Finding{
			Rule: "config/value", Severity: finding.Error, Position: at("site_dir"),
			Message: fmt.Sprintf("docs_dir %s lies inside of site_dir %s; a build would overwrite its sources", c.DocsDir, site),
			Hint:    "choose another site_dir",
		})
	case within(site, c.DocsDir) && c.DocsDir != c.Dir:
		d.report(finding.Finding{
			Rule: "config/value", Severity: finding.Error, Position: at("site_dir"),
			Message: fmt.Sprintf("site_dir %s lies inside of docs_dir %s; the site would be copied into itself", site, c.DocsDir),
			Hint:    "choose another site_dir",
		})
	}
}

// within tells whether p lies below dir.
func within(p, dir string) bool {
	return p != dir && (dir == "." && !strings.HasPrefix(p, "../") || strings.HasPrefix(p, dir+"/"))
}

func (d *configDecoder) add(v *value, sev finding.Severity, rule, msg, hint string) {
	d.report(finding.Finding{Rule: rule, Severity: sev, Position: v.pos, Message: msg, Hint: hint})
}

func (d *configDecoder) warn(v *value, rule, msg, hint string) {
	d.add(v, finding.Warning, rule, msg, hint)
}

func (d *configDecoder) fail(v *value, rule, msg, hint string) {
	d.add(v, finding.Error, rule, msg, hint)
}

func (d *configDecoder) wrongType(key, want string, v *value, hint string) {
	d.fail(v, "config/type", fmt.Sprintf("%s expects %s, found %s", key, want, v.kind()), hint)
}

// text reads text into to. Nothing leaves to as it was.
func (d *configDecoder) text(key string, v *value, to *string) bool {
	switch x := v.v.(type) {
	case nil:
		return false
	case string:
		*to = x
		return true
	case int, float64:
		// YAML made a number of something like `site_name: 2024`.
		d.warn(v, "config/type", fmt.Sprintf("%s expects text, found %s", key, v.kind()), "quote it: "+key+`: "`+v.raw+`"`)
		*to = v.raw
		return true
	default:
		hint := ""
		if _, ok := x.(bool); ok {
			hint = "quote it: " + key + `: "` + v.raw + `"`
		}
		d.wrongType(key, "text", v, hint)
		return false
	}
}

func (d *configDecoder) flag(key string, v *value, to *bool) {
	switch x := v.v.(type) {
	case nil:
	case bool:
		*to = x
	case string:
		hint := "write true or false"
		if b, ok := implicit(strings.ToLower(x)).(bool); ok {
			hint = fmt.Sprintf("write %v without quotes", b)
		}
		d.wrongType(key, "true or false", v, hint)
	default:
		d.wrongType(key, "true or false", v, "write true or false")
	}
}

func (d *configDecoder) mapping(key string, v *value) *mapping {
	switch x := v.v.(type) {
	case nil:
		return nil
	case *mapping:
		return x
	default:
		d.wrongType(key, "a map", v, "")
		return nil
	}
}

func (d *configDecoder) list(key string, v *value, hint string) []*value {
	switch x := v.v.(type) {
	case nil:
		return nil
	case []*value:
		return x
	default:
		d.wrongType(key, "a list", v, hint)
		return nil
	}
}

// texts reads a list of texts; empty items are passed over.
func (d *configDecoder) texts(key string, v *value) []string {
	var out []string
	for _, e := range d.list(key, v, "write `"+key+":` and one `- item` a line") {
		var s string
		if d.text("an item of "+key, e, &s) && s != "" {
			out = append(out, s)
		}
	}
	return out
}

// path resolves a path of the configuration to one below the project's root.
func (d *configDecoder) path(key string, v *value, p string) (string, bool) {
	p = strings.ReplaceAll(p, `\`, "/")
	full := path.Join(d.cfg.Dir, p)
	if path.IsAbs(p) || !fs.ValidPath(full) {
		d.fail(v, "config/path", fmt.Sprintf("%s: %s lies outside of the project", key, p), "run lintel in a folder that contains it, and name this file with -f")
		return "", false
	}
	return full, true
}

func (d *configDecoder) siteURL(v *value) {
	var s string
	if !d.text("site_url", v, &s) || s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" {
		d.fail(v, "config/value", "site_url expects a URL with scheme and host, found "+quoteShort(s), "write it as https://docs.example.org/")
		return
	}
	if !strings.HasSuffix(u.Path, "/") {
		u.Path += "/"
		u.RawPath = ""
		s = u.String()
	}
	d.cfg.SiteURL = s
}

func (d *configDecoder) repoURL(v *value) {
	var s string
	if !d.text("repo_url", v, &s) || s == "" {
		return
	}
	if u, err := url.Parse(s); err != nil || u.Scheme == "" || u.Host == "" {
		d.fail(v, "config/value", "repo_url expects a URL with scheme and host, found "+quoteShort(s), "write it as https://gitlab.com/group/project")
		return
	}
	d.cfg.RepoURL = s
}

// repoName is the name of a repository link that has none.
func repoName(repo string) string {
	u, err := url.Parse(repo)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	switch label, _, _ := strings.Cut(host, "."); {
	case host == "github.com":
		return "GitHub"
	case host == "gitlab.com" || label == "gitlab":
		return "GitLab"
	case host == "bitbucket.org":
		return "Bitbucket"
	case host == "dev.azure.com" || strings.HasSuffix(host, ".visualstudio.com"):
		return "Azure"
	case label == "":
		return ""
	default:
		return strings.ToUpper(label[:1]) + label[1:]
	}
}

func (d *configDecoder) devAddr(v *value) {
	var s string
	if !d.text("dev_addr", v, &s) || s == "" {
		return
	}
	host, port, err := net.SplitHostPort(s)
	n, perr := strconv.Atoi(port)
	if err != nil || perr != nil || host == "" || n < 0 || n > 65535 {
		d.fail(v, "config/value", "dev_addr expects HOST:PORT, found "+quoteShort(s), "write it as 127.0.0.1:8000")
		return
	}
	d.cfg.DevAddr = s
}

func (d *configDecoder) scripts(v *value) {
	for _, e := range d.list("extra_javascript", v, "write `extra_javascript:` and one `- path.js` a line") {
		m, ok := e.v.(*mapping)
		if !ok {
			var s ExtraScript
			if d.text("an item of extra_javascript", e, &s.Path) {
				if strings.HasSuffix(s.Path, ".mjs") {
					s.Type = "module"
				}
				d.cfg.ExtraJavaScript = append(d.cfg.ExtraJavaScript, s)
			}
			continue
		}
		var s ExtraScript
		for _, mem := range m.members {
			switch mem.key {
			case "path":
				d.text("path", mem.val, &s.Path)
			case "type":
				d.text("type", mem.val, &s.Type)
			case "async":
				d.flag("async", mem.val, &s.Async)
			case "defer":
				d.flag("defer", mem.val, &s.Defer)
			default:
				d.unknown(mem, []string{"path", "type", "async", "defer"}, "key of an extra_javascript item")
			}
		}
		if s.Path == "" {
			d.fail(e, "config/missing", "an item of extra_javascript has no path", "add `path: file.js`")
			continue
		}
		d.cfg.ExtraJavaScript = append(d.cfg.ExtraJavaScript, s)
	}
}

func (d *configDecoder) hooks(v *value) {
	switch x := v.v.(type) {
	case *mapping: // {name: path}, as the simple-hooks plugin and old configurations write
		for _, mem := range x.members {
			var s string
			if d.text("an item of hooks", mem.val, &s) {
				d.cfg.Hooks = append(d.cfg.Hooks, s)
			}
		}
	default:
		d.cfg.Hooks = d.texts("hooks", v)
	}
}

func (d *configDecoder) validation(v *value) {
	m := d.mapping("validation", v)
	if m == nil {
		return
	}
	type place struct {
		section, key string
		to           *Level
		extra        bool // relative_to_docs is valid
	}
	c := &d.cfg.Validation
	places := []place{
		{"nav", "omitted_files", &c.NavOmittedFiles, false},
		{"nav", "not_found", &c.NavNotFound, false},
		{"nav", "absolute_links", &c.NavAbsoluteLinks, true},
		{"links", "not_found", &c.LinkNotFound, false},
		{"links", "absolute_links", &c.LinkAbsoluteLinks, true},
		{"links", "unrecognized_links", &c.LinkUnrecognizedLinks, false},
		{"links", "anchors", &c.LinkAnchor, false},
	}
	read := func(section string, m *mapping) {
		var names []string
		for _, p := range places {
			if (section == "" || p.section == section) && !slices.Contains(names, p.key) {
				names = append(names, p.key)
			}
		}
		for _, mem := range m.members {
			if section == "" && (mem.key == "nav" || mem.key == "links") {
				continue
			}
			if !slices.Contains(names, mem.key) {
				d.unknown(mem, names, "key of validation")
				continue
			}
			d.cfg.Keys[strings.TrimSuffix("validation."+section, ".")+"."+mem.key] = mem.pos
			for _, p := range places {
				if p.key == mem.key && (section == "" || p.section == section) {
					if l, ok := d.level("validation "+mem.key, mem.val, p.extra); ok {
						*p.to = l
					}
				}
			}
		}
	}
	read("", m) // for both sections; what a section says itself wins
	for _, section := range []string{"nav", "links"} {
		if s := m.get(section); s != nil {
			if sm := d.mapping("validation."+section, s); sm != nil {
				read(section, sm)
			}
		}
	}
}

func (d *configDecoder) level(key string, v *value, relative bool) (Level, bool) {
	want := []string{"ignore", "info", "warn"}
	levels := []Level{LevelIgnore, LevelInfo, LevelWarn}
	if relative {
		want, levels = append(want, "relative_to_docs"), append(levels, LevelRelativeToDocs)
	}
	s, ok := v.v.(string)
	if i := slices.Index(want, s); ok && i >= 0 {
		return levels[i], true
	}
	hint := ""
	if s == "warning" {
		hint = "did you mean warn?"
	} else if near := finding.Nearest(s, want); ok && near != "" {
		hint = "did you mean " + near + "?"
	}
	d.wrongType(key, "one of "+strings.Join(want, ", "), v, hint)
	return 0, false
}

func (d *configDecoder) theme(v *value) {
	t := &d.cfg.Theme
	switch x := v.v.(type) {
	case nil:
	case string:
		t.Name = x
	case *mapping:
		if x.get("name") == nil && x.get("custom_dir") == nil {
			d.warn(v, "config/missing", "theme has no name; the theme of MkDocs is taken", "add `name: material` or `name: mkdocs`")
		}
		for _, mem := range x.members {
			d.cfg.Keys["theme."+mem.key] = mem.pos
			switch mem.key {
			case "name":
				if mem.val.v == nil {
					t.Name = ""
					break
				}
				d.text("theme name", mem.val, &t.Name)
			case "custom_dir":
				var s string
				if d.text("custom_dir", mem.val, &s) && s != "" {
					if p, ok := d.path("custom_dir", mem.val, s); ok {
						t.CustomDir = p
						d.cfg.Folders = append(d.cfg.Folders, p)
						if info, err := fs.Stat(d.root, p); err != nil || !info.IsDir() {
							d.warn(mem.val, "config/missing", "custom_dir: there is no folder "+p, "create it, or remove custom_dir")
						}
					}
				}
			case "static_templates":
				t.StaticTemplates = d.texts("static_templates", mem.val)
			case "features":
				t.Features = d.texts("features", mem.val)
				if list, ok := mem.val.v.([]*value); ok {
					for _, e := range list {
						d.cfg.Keys["theme.features."+e.raw] = e.pos
					}
				}
				t.Values[mem.key] = mem.val.plain()
			case "language", "locale":
				// Material has a language, MkDocs' own themes have a locale.
				var s string
				if d.text(mem.key, mem.val, &s) && (t.Language == "" || mem.key == "language") {
					t.Language = s
				}
				t.Values[mem.key] = mem.val.plain()
			default:
				t.Values[mem.key] = mem.val.plain()
			}
		}
		if t.Name == "" && t.CustomDir == "" {
			d.fail(v, "config/missing", "theme has neither name nor custom_dir", "add `name: material`")
		}
	default:
		d.wrongType("theme", "a name or a map", v, "write `theme: material`")
	}
}

func (d *configDecoder) nav(v *value) {
	switch x := v.v.(type) {
	case nil:
	case []*value:
		// An empty list is an automatic navigation, as in MkDocs.
		d.cfg.Nav = d.navList(x)
	case *mapping:
		d.warn(v, "config/type", "nav expects a list, found a map", "begin each entry with `- `")
		d.cfg.Nav = d.navMap(x)
	default:
		d.wrongType("nav", "a list", v, "write `nav:` and one `- Title: page.md` a line")
	}
}

func (d *configDecoder) navList(items []*value) []NavEntry {
	var out []NavEntry
	for _, it := range items {
		switch x := it.v.(type) {
		case nil:
			d.warn(it, "config/value", "an empty entry of nav; it is left out", "remove the line")
		case *mapping:
			if len(x.members) != 1 {
				d.warn(it, "config/type", fmt.Sprintf("an entry of nav expects one title, found a map of %d", len(x.members)), "begin each title with `- `")
			}
			out = append(out, d.navMap(x)...)
		case []*value:
			d.warn(it, "config/type", "a list directly inside a list of nav; its entries are taken one level up", "give the list a title, or indent it less")
			out = append(out, d.navList(x)...)
		case string:
			out = append(out, NavEntry{Path: x, Position: it.pos})
		default:
			d.warn(it, "config/type", "an entry of nav expects a page or a title, found "+it.kind(), "quote it")
			out = append(out, NavEntry{Path: it.raw, Position: it.pos})
		}
	}
	return out
}

func (d *configDecoder) navMap(m *mapping) []NavEntry {
	var out []NavEntry
	for _, mem := range m.members {
		e := NavEntry{Title: mem.key, Position: mem.pos}
		switch x := mem.val.v.(type) {
		case nil:
			d.warn(mem.val, "config/value", fmt.Sprintf("%s of nav names no page; it is left out", keyName(mem.key)), "write `- Title: page.md`")
			continue
		case string:
			e.Path = x
		case []*value:
			e.Children = d.navList(x)
			if e.Children == nil {
				e.Children = []NavEntry{}
			}
		case *mapping:
			d.warn(mem.val, "config/type", fmt.Sprintf("%s of nav expects a page or a list, found a map", keyName(mem.key)), "begin each entry below it with `- `")
			e.Children = d.navMap(x)
		default:
			d.warn(mem.val, "config/type", fmt.Sprintf("%s of nav expects a page or a list, found %s", keyName(mem.key), mem.val.kind()), "quote it")
			e.Path = mem.val.raw
		}
		out = append(out, e)
	}
	return out
}

// named is an entry of markdown_extensions or plugins.
type named struct {
	name string
	opts *mapping
	pos  finding.Position
}

// entries reads a list of names and one-key maps, or a map.
func (d *configDecoder) entries(key string, v *value) []named {
	var out []named
	put := func(name string, pos finding.Position, v *value) {
		n := named{name: name, pos: pos}
		short := shortName(key, name)
		if v != nil && v.v != nil {
			m, ok := v.v.(*mapping)
			if !ok {
				d.wrongType("options of "+name, "a map", v, "write the options as `key: value` lines below it")
			}
			n.opts = m
			if m != nil {
				for _, mem := range m.members {
					d.cfg.Keys[key+"."+short+"."+mem.key] = mem.pos
				}
			}
		}
		out = append(out, n)
	}
	switch x := v.v.(type) {
	case nil:
	case *mapping:
		for _, mem := range x.members {
			put(mem.key, mem.pos, mem.val)
		}
	case []*value:
		for _, it := range x {
			switch e := it.v.(type) {
			case nil:
			case string:
				if e != "" {
					put(e, it.pos, nil)
				}
			case *mapping:
				if len(e.members) > 1 {
					d.warn(it, "config/type", fmt.Sprintf("an entry of %s expects one name, found a map of %d", key, len(e.members)),
						"indent the options of "+e.members[0].key+" by four more spaces, or begin each name with `- `")
					if e.members[0].val.v == nil {
						// The classic slip: options in line with their name.
						put(e.members[0].key, e.members[0].pos, &value{v: &mapping{members: e.members[1:]}, pos: it.pos})
						continue
					}
				}
				for _, mem := range e.members {
					if mem.key != "" {
						put(mem.key, mem.pos, mem.val)
					}
				}
			default:
				d.wrongType("an entry of "+key, "a name", it, "")
			}
		}
	default:
		d.wrongType(key, "a list", v, "write `"+key+":` and one `- name` a line")
	}
	return out
}

func (d *configDecoder) plugins(v *value) {
	if v.v == nil {
		return // as if it were absent
	}
	d.cfg.Plugins = d.pluginList(v, []Plugin{}, 0)
}

// pluginList appends the plugins of v that are on. The plugins of Material's
// group plugin take its place.
func (d *configDecoder) pluginList(v *value, out []Plugin, depth int) []Plugin {
	for _, e := range d.entries("plugins", v) {
		p := Plugin{Name: shortName("plugins", e.name), Position: e.pos}
		if e.opts != nil {
			if on := e.opts.get("enabled"); on != nil {
				enabled := true
				d.flag(p.Name+": enabled", on, &enabled)
				if !enabled {
					continue
				}
			}
			if nested := e.opts.get("plugins"); p.Name == "group" && nested != nil && depth < 8 {
				out = d.pluginList(nested, out, depth+1)
				continue
			}
			p.Options = e.opts.plain()
		}
		out = append(out, p)
	}
	return out
}

// shortName strips what may stand around the name of a plugin (the theme that
// brings it) or of an extension (its module and class).
func shortName(key, s string) string {
	if key == "plugins" {
		return s[strings.LastIndexByte(s, '/')+1:]
	}
	s, _, _ = strings.Cut(s, ":")
	return strings.TrimPrefix(s, "markdown.extensions.")
}

// extensions runs last, because !relative needs docs_dir.
func (d *configDecoder) extensions() {
	exts := make([]render.Extension, 0, 16)
	for _, name := range builtinExtensions {
		exts = append(exts, render.Extension{Name: name})
	}
	if d.exts != nil {
		for _, e := range d.entries("markdown_extensions", d.exts) {
			x := render.Extension{Name: shortName("markdown_extensions", e.name), Position: e.pos}
			if e.opts != nil {
				x.Config = d.relative(e.opts.plain()).(map[string]any)
			}
			i := slices.IndexFunc(exts, func(o render.Extension) bool { return o.Name == x.Name })
			if i < 0 {
				exts = append(exts, x)
				continue
			}
			// A second mention keeps the place of the first; its options count.
			exts[i].Position = x.Position
			if len(x.Config) > 0 {
				exts[i].Config = x.Config
			}
		}
	}
	d.cfg.Extensions = exts
}

// relative replaces `!relative $docs_dir` and `$config_dir` by paths that are
// relative to the configuration's folder.
func (d *configDecoder) relative(v any) any {
	switch x := v.(type) {
	case render.Relative:
		prefix, rest, _ := strings.Cut(string(x), "/")
		switch prefix {
		case "$docs_dir":
			docs := d.docsDir
			if docs == "" {
				docs = "docs"
			}
			return path.Join(docs, rest)
		case "$config_dir":
			return path.Join(".", rest)
		}
	case []any:
		for i := range x {
			x[i] = d.relative(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = d.relative(x[k])
		}
	case *render.PyCall:
		for i := range x.Args {
			x.Args[i] = d.relative(x.Args[i])
		}
		for k := range x.Kwds {
			x.Kwds[k] = d.relative(x.Kwds[k])
		}
	}
	return v
}

// choice reads one of some words.
func (d *configDecoder) choice(v *value, key string, want ...string) (string, bool) {
	s, ok := v.v.(string)
	if v.v == nil {
		return "", false
	}
	if ok && slices.Contains(want, s) {
		return s, true
	}
	hint := ""
	if near := finding.Nearest(s, want); ok && near != "" {
		hint = "did you mean " + near + "?"
	}
	d.wrongType(key, "one of "+strings.Join(want, ", "), v, hint)
	return "", false
}

// decodeLintel reads lintel.yml.
func (d *configDecoder) decodeLintel(m *mapping) {
	for _, mem := range m.members {
		switch mem.key {
		case "markdown":
			if s, ok := d.choice(mem.val, "markdown", string(render.MkDocs), string(render.CommonMark), string(render.CommonMarkStrict)); ok {
				d.cfg.Dialect = render.Dialect(s)
			}
		case "anchors":
			if s, ok := d.choice(mem.val, "anchors", "mkdocs", "gitlab"); ok {
				d.cfg.Anchors = s
			}
		case "checks":
			d.checks(mem.val)
		case "adr":
			d.adr(mem.val)
		case "sad":
			d.sad(mem.val)
		case "drift":
			d.drift(mem.val)
		case "review":
			d.review(mem.val)
		default:
			d.unknown(mem, lintelKeys[:], "key of lintel.yml")
		}
	}
}
