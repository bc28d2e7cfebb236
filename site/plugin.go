package site

import (
	"context"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// What Lintel does itself for a plugin that a site names. A plugin that is in
// neither table is Python that Lintel cannot run: it is reported once, with
// what the site loses.

// nativePlugins are done by Lintel.
func nativePlugins() []string {
	return []string{
		"search", "redirects", "tags", "meta", "exclude", "awesome-pages", "awesome-nav",
		"literate-nav", "section-index", "include-markdown", "minify", "glightbox",
		"git-revision-date-localized", "git-revision-date", "git-authors", "git-committers",
		"techdocs-core", "monorepo", "macros", "markdownextradata", "offline",
		// Nothing to do: what they add is there without them.
		"info", "optimize", "privacy", "autolinks", "gh-admonitions", "callouts", "same-dir", "typeset", "group",
	}
}

// lostPlugins says what a site loses without a well-known plugin.
func lostPlugins() map[string]string {
	return map[string]string{
		"mkdocstrings":        "API pages made from source code: the ::: blocks stay empty",
		"autorefs":            "links by heading across pages ([text][heading]) stay text",
		"gen-files":           "pages that its scripts generate",
		"api-autonav":         "API pages made from source code",
		"blog":                "the blog's index, archive and feeds; its posts are built as pages",
		"rss":                 "RSS feeds",
		"llmstxt":             "llms.txt",
		"i18n":                "language variants: every page is built as it is",
		"mike":                "the version selector: publish versions with lintel publish",
		"social":              "social cards",
		"jupyter":             "notebook pages",
		"mkdocs-jupyter":      "notebook pages",
		"markdown-exec":       "the output of executed code blocks",
		"table-reader":        "tables read from data files",
		"mermaid2":            "nothing but its options: mermaid fences are recognised without it",
		"coverage":            "the coverage report page",
		"print-site":          "the page with the whole site",
		"with-pdf":            "the PDF",
		"pdf-export":          "the PDF",
		"drawio":              "diagrams drawn from draw.io files",
		"kroki":               "diagrams drawn by a Kroki server",
		"swagger-ui-tag":      "embedded Swagger UI",
		"mkdocs-simple-hooks": "what its Python hooks do",
		"simple-hooks":        "what its Python hooks do",
		"projects":            "sub-projects",
		"ezlinks":             "wiki-style links",
		"roamlinks":           "wiki-style links",
		"bibtex":              "citations",
		"img2fig":             "figures made from images",
		"multirepo":           "pages from other repositories",
		"build-plantuml":      "PlantUML diagrams",
		"htmlproofer":         "checks of external links: Lintel checks the internal ones",
		"spellcheck":          "spell checking",
		"exclude-search":      "pages kept out of the search",
		"click":               "pages made from command line help",
		"mkdocs-video":        "video tags",
		"open-in-new-tab":     "external links opened in a new tab",
		"termynal":            "animated terminals",
		"enumerate-headings":  "numbered headings",
		"add-number":          "numbered headings",
		"nav-weight":          "its order of pages",
	}
}

// reportPlugins says once what hooks and plugins are not run.
func (b *build) reportPlugins() {
	native, lost := nativePlugins(), lostPlugins()
	for _, p := range b.conf.Plugins {
		if slices.Contains(native, p.Name) {
			continue
		}
		what := lost[p.Name]
		if what == "" {
			what = "whatever it does"
		}
		b.found(finding.Finding{
			Rule: "config/plugin", Severity: finding.Warning, Position: p.Position,
			Message: fmt.Sprintf("plugin %q is Python and is not run; lost: %s", p.Name, what),
			Hint:    "run `lintel doctor` for the state of every plugin",
		})
	}
	for _, h := range b.conf.Hooks {
		b.found(finding.Finding{
			Rule: "config/hook", Severity: finding.Warning, Position: finding.Position{Path: b.conf.File},
			Message: fmt.Sprintf("hook %q is Python and is not run; lost: whatever it does", h),
		})
	}
}

// expandBundles turns on what plugins stand for: techdocs-core is the set of
// extensions and plugins of Backstage's TechDocs, and boxes written as
// quotations are read by extensions.
func expandBundles(c *Config) {
	for _, p := range c.Plugins {
		x := render.Extension{Position: p.Position}
		switch p.Name {
		case "gh-admonitions":
			x.Name = "github-callouts"
		case "callouts":
			x.Name, x.Config = "pymdownx.quotes", map[string]any{"callouts": true}
		default:
			continue
		}
		if !slices.ContainsFunc(c.Extensions, func(e render.Extension) bool { return e.Name == x.Name }) {
			c.Extensions = append(c.Extensions, x)
		}
	}
	i := slices.IndexFunc(c.Plugins, func(p Plugin) bool { return p.Name == "techdocs-core" })
	if i < 0 {
		return
	}
	has := func(name string) bool {
		return slices.ContainsFunc(c.Plugins, func(p Plugin) bool { return p.Name == name })
	}
	for _, name := range []string{"search", "monorepo"} {
		if !has(name) {
			c.Plugins = append(c.Plugins, Plugin{Name: name, Position: c.Plugins[i].Position})
		}
	}
	type ext = map[string]any
	for _, e := range []struct {
		name string
		conf ext
	}{
		{"admonition", nil},
		{"toc", ext{"permalink": true}},
		{"pymdownx.caret", nil},
		{"pymdownx.critic", nil},
		{"pymdownx.details", nil},
		{"pymdownx.emoji", ext{"emoji_generator": render.PyName("pymdownx.emoji.to_svg")}},
		{"pymdownx.inlinehilite", nil},
		{"pymdownx.magiclink", nil},
		{"pymdownx.mark", nil},
		{"pymdownx.smartsymbols", nil},
		{"pymdownx.snippets", nil},
		{"pymdownx.highlight", ext{"linenums": true, "pygments_lang_class": true}},
		{"pymdownx.superfences", nil},
		{"pymdownx.tabbed", ext{"alternate_style": true}},
		{"pymdownx.tasklist", ext{"custom_checkbox": true}},
		{"pymdownx.tilde", nil},
		{"pymdownx.betterem", nil},
		{"pymdownx.arithmatex", nil},
		{"markdown_inline_graphviz", nil},
		{"plantuml_markdown", nil},
		{"attr_list", nil},
		{"md_in_html", nil},
	} {
		if e.name == "markdown_inline_graphviz" || e.name == "plantuml_markdown" {
			continue // diagrams by external programs
		}
		at := slices.IndexFunc(c.Extensions, func(x render.Extension) bool { return x.Name == e.name })
		if at < 0 {
			c.Extensions = append(c.Extensions, render.Extension{Name: e.name, Config: e.conf, Position: c.Plugins[i].Position})
			continue
		}
		merged := ext{}
		maps.Copy(merged, e.conf)
		maps.Copy(merged, c.Extensions[at].Config) // what the site says wins
		c.Extensions[at].Config = merged
	}
}

// Accessors for plugin options.

func (p *Plugin) str(key, def string) string {
	if p != nil {
		if s, ok := p.Options[key].(string); ok {
			return s
		}
	}
	return def
}

func (p *Plugin) flag(key string, def bool) bool {
	if p != nil {
		if v, ok := p.Options[key].(bool); ok {
			return v
		}
	}
	return def
}

// list returns a list of strings; a single string is a list of one, and text of
// several lines one of its lines.
func (p *Plugin) list(key string) []string {
	if p == nil {
		return nil
	}
	return stringList(p.Options[key])
}

func stringList(v any) []string {
	switch v := v.(type) {
	case string:
		return strings.Fields(v)
	case []any:
		var out []string
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// excludePlugin drops what the exclude plugin names by glob or regular
// expression.
func (b *build) excludePlugin() {
	p := b.plugins["exclude"]
	if p == nil {
		return
	}
	globs := p.list("glob")
	var res []*regexp.Regexp
	for _, s := range p.list("regex") {
		re, err := regexp.Compile("^(?:" + s + ")")
		if err != nil {
			b.found(finding.Finding{
				Rule: "config/plugin-option", Severity: finding.Warning, Position: p.Position,
				Message: fmt.Sprintf("exclude: %q is not a regular expression that Lintel can read: %v", s, err),
			})
			continue
		}
		res = append(res, re)
	}
	b.tree.remove(func(f *File) bool {
		for _, g := range globs {
			if fnmatch(g, f.Src) {
				return true
			}
		}
		for _, re := range res {
			if re.MatchString(f.Src) {
				return true
			}
		}
		return false
	})
}

// fnmatch is Python's fnmatch: * crosses slashes.
func fnmatch(pattern, name string) bool {
	ok, err := path.Match(strings.ReplaceAll(pattern, "/", "\x01"), strings.ReplaceAll(name, "/", "\x01"))
	return err == nil && ok
}

// metaOf returns the front matter of a page over what the .meta.yml files of
// its folders give.
func (b *build) metaOf(p *Page) render.Meta {
	own := p.parsed.doc.Meta
	plugin := b.plugins["meta"]
	if plugin == nil {
		return own
	}
	name := plugin.str("meta_file", ".meta.yml")
	var merged render.Meta
	dir := ""
	for _, part := range append([]string{""}, strings.Split(path.Dir(p.Src), "/")...) {
		if part == "." {
			continue
		}
		dir = path.Join(dir, part)
		if m := b.metaFile(path.Join(b.conf.DocsDir, dir, name)); len(m) > 0 {
			merged = mergeMeta(merged, m)
		}
	}
	if merged == nil {
		return own
	}
	return mergeMeta(merged, own)
}

// mergeMeta lays over on top of under: maps merge, lists join, the rest is
// replaced.
func mergeMeta(under, over map[string]any) map[string]any {
	out := make(map[string]any, len(under)+len(over))
	maps.Copy(out, under)
	for k, v := range over {
		switch o := v.(type) {
		case map[string]any:
			if u, ok := out[k].(map[string]any); ok {
				v = mergeMeta(u, o)
			}
		case []any:
			if u, ok := out[k].([]any); ok {
				v = append(slices.Clone(u), o...)
			}
		}
		out[k] = v
	}
	return out
}

// loadHistory asks for dates and authors when a plugin needs them. A site
// without them is still a site: what stops it is reported.
func (b *build) loadHistory(ctx context.Context) {
	needed := false
	for _, n := range []string{"git-revision-date-localized", "git-revision-date", "git-authors", "git-committers"} {
		needed = needed || b.plugins[n] != nil
	}
	if !needed || b.site.opts.History == nil {
		return
	}
	h, err := b.site.opts.History(ctx)
	if err != nil {
		b.found(finding.Finding{
			Rule: "git/history", Severity: finding.Warning, Position: finding.Position{Path: b.conf.File},
			Message: "dates and authors are left out: " + err.Error(),
			Hint:    "build inside a git work tree with git installed",
		})
		return
	}
	if h.Shallow {
		b.found(finding.Finding{
			Rule: "git/shallow", Severity: finding.Warning, Position: finding.Position{Path: b.conf.File},
			Message: "the clone is shallow, so dates and authors would be those of the last commit; they are left out where the history ends",
			Hint:    "set GIT_DEPTH: 0 in the CI job",
		})
	}
	b.history = h
}

// dates fills in what the git plugins show.
func (b *build) dates(p *Page) {
	if b.history == nil {
		return
	}
	h, ok := b.history.Files[p.Path]
	if !ok {
		return
	}
	rev := b.plugins["git-revision-date-localized"]
	if rev == nil {
		rev = b.plugins["git-revision-date"]
	}
	if rev != nil && !h.Updated.IsZero() && !matchesAny(rev.list("exclude"), p.Src) {
		p.updated = h.Updated.UTC().Format("2006-01-02")
		if rev.flag("enable_creation_date", false) && !h.Created.IsZero() {
			p.created = h.Created.UTC().Format("2006-01-02")
		}
	}
	if a := b.plugins["git-authors"]; a != nil && !matchesAny(a.list("exclude"), p.Src) {
		p.authors = h.Authors
	} else if c := b.plugins["git-committers"]; c != nil {
		p.authors = h.Authors
	}
}

func matchesAny(globs []string, name string) bool {
	return slices.ContainsFunc(globs, func(g string) bool { return fnmatch(g, name) })
}
