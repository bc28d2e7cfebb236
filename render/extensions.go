package render

import (
	"maps"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Status tells what becomes of a setting that sites have.
type Status string

// The statuses, as mkdocs-compat.yaml names them.
const (
	Supported Status = "supported" // does what it does in Python
	Mapped    Status = "mapped"    // done in another way
	Ignored   Status = "ignored"   // has no effect
	Refused   Status = "refused"   // has no effect, on purpose
)

// ExtensionInfo describes a Markdown extension that is known.
type ExtensionInfo struct {
	Name    string // canonical: the built-in ones without "markdown.extensions."
	Aliases []string
	Status  Status
	Why     string // what is lost or done instead, unless it is supported
	// Bundle names the extensions that it stands for.
	Bundle  []string
	Options []OptionInfo
}

// OptionInfo describes an option of an extension.
type OptionInfo struct {
	Name   string
	Status Status
	Why    string
}

// supportedOptions makes supported options of names.
func supportedOptions(names ...string) []OptionInfo {
	list := make([]OptionInfo, len(names))
	for i, n := range names {
		list[i] = OptionInfo{Name: n, Status: Supported}
	}
	return list
}

// withOptions appends options of one status to a list.
func withOptions(list []OptionInfo, s Status, why string, names ...string) []OptionInfo {
	for _, n := range names {
		list = append(list, OptionInfo{Name: n, Status: s, Why: why})
	}
	return list
}

const (
	whyStyles   = "colours come from the theme's style sheet"
	whyGuess    = "a language is never guessed; name it at the fence"
	whyNoRun    = "it runs Python code, which Lintel does not"
	whyDownload = "pages are built from the project's files alone"
)

// KnownExtensions returns every extension that is known, by name.
func KnownExtensions() []ExtensionInfo {
	extra := []string{"fenced_code", "footnotes", "attr_list", "def_list", "tables", "abbr", "md_in_html"}
	pymdownxExtra := []string{"pymdownx.betterem", "pymdownx.superfences", "footnotes", "attr_list", "def_list", "tables", "abbr", "md_in_html"}
	list := []ExtensionInfo{
		// Python-Markdown.
		{Name: "abbr", Options: supportedOptions("glossary")},
		{Name: "admonition"},
		{Name: "attr_list"},
		{Name: "codehilite", Options: withOptions(withOptions(
			supportedOptions("linenums", "css_class", "use_pygments", "lang_prefix", "linenos", "cssclass", "linespans", "lineanchors", "anchorlinenos"),
			Ignored, whyGuess, "guess_lang"),
			Ignored, whyStyles, "pygments_style", "noclasses", "pygments_formatter")},
		{Name: "def_list"},
		{Name: "extra", Bundle: extra},
		{Name: "fenced_code", Options: supportedOptions("lang_prefix")},
		{Name: "footnotes", Options: supportedOptions("PLACE_MARKER", "UNIQUE_IDS", "BACKLINK_TEXT", "SUPERSCRIPT_TEXT",
			"BACKLINK_TITLE", "SEPARATOR", "USE_DEFINITION_ORDER")},
		{Name: "legacy_attrs", Status: Ignored, Why: "{@name=value} stays text; use attr_list"},
		{Name: "legacy_em"},
		{Name: "md_in_html"},
		{Name: "meta"},
		{Name: "nl2br"},
		{Name: "sane_lists"},
		{Name: "smarty", Options: supportedOptions("smart_quotes", "smart_angled_quotes", "smart_dashes", "smart_ellipses", "substitutions")},
		{Name: "tables", Options: supportedOptions("use_align_attribute")},
		{Name: "toc", Options: supportedOptions("marker", "title", "title_class", "toc_class", "anchorlink", "anchorlink_class",
			"permalink", "permalink_class", "permalink_title", "permalink_leading", "baselevel", "slugify", "separator", "toc_depth")},
		{Name: "wikilinks", Options: withOptions(supportedOptions("base_url", "end_url", "html_class"), Refused, whyNoRun, "build_url")},

		// PyMdown extensions.
		{Name: "pymdownx.arithmatex", Options: withOptions(supportedOptions("tex_inline_wrap", "tex_block_wrap", "smart_dollar",
			"block_syntax", "inline_syntax", "generic", "preview", "block_tag", "inline_tag"), Ignored, "", "insert_as_script")},
		{Name: "pymdownx.b64", Status: Ignored, Why: "images stay files", Options: supportedOptions("base_path", "root_path")},
		{Name: "pymdownx.betterem", Options: supportedOptions("smart_enable")},
		{Name: "pymdownx.blocks.admonition", Options: supportedOptions("types")},
		{Name: "pymdownx.blocks.caption", Options: supportedOptions("types", "prepend", "auto", "auto_level")},
		{Name: "pymdownx.blocks.definition"},
		{Name: "pymdownx.blocks.details", Options: supportedOptions("types")},
		{Name: "pymdownx.blocks.html", Options: supportedOptions("custom")},
		{Name: "pymdownx.blocks.tab", Options: supportedOptions("alternate_style", "slugify", "combine_header_slug", "separator")},
		{Name: "pymdownx.caret", Options: supportedOptions("smart_insert", "insert", "superscript")},
		{Name: "pymdownx.critic", Options: supportedOptions("mode", "raw_view")},
		{Name: "pymdownx.details"},
		{Name: "pymdownx.emoji", Options: withOptions(withOptions(withOptions(
			supportedOptions("emoji_index", "emoji_generator", "alt", "options"),
			Mapped, "a long title is made of the short name", "title"),
			Mapped, "characters never carry a variation selector", "remove_variation_selector"),
			Ignored, "unknown short names are always reported", "strict")},
		{Name: "pymdownx.escapeall", Options: supportedOptions("hardbreak", "nbsp")},
		{Name: "pymdownx.extra", Bundle: pymdownxExtra},
		{Name: "pymdownx.extrarawhtml", Aliases: []string{"pymdownx.extra_raw_html"}, Bundle: []string{"md_in_html"}},
		{Name: "pymdownx.fancylists", Options: supportedOptions("additional_ordered_styles", "inject_style", "inject_class")},
		{Name: "pymdownx.highlight", Options: withOptions(withOptions(supportedOptions("use_pygments", "css_class", "linenums", "linenums_style",
			"linenums_special", "linenums_class", "extend_pygments_lang", "language_prefix", "code_attr_on_pre", "auto_title", "auto_title_map",
			"line_spans", "anchor_linenums", "line_anchors", "pygments_lang_class", "stripnl", "default_lang"),
			Ignored, whyGuess, "guess_lang"),
			Ignored, whyStyles, "pygments_style", "noclasses")},
		{Name: "pymdownx.inlinehilite", Options: supportedOptions("style_plain_text", "css_class", "custom_inline")},
		{Name: "pymdownx.keys", Options: supportedOptions("separator", "strict", "class", "camel_case", "key_map")},
		{Name: "pymdownx.magiclink", Options: supportedOptions("hide_protocol", "repo_url_shortener", "social_url_shortener",
			"shortener_user_exclude", "repo_url_shorthand", "social_url_shorthand", "provider", "labels", "normalize_issue_symbols", "user", "repo", "custom")},
		{Name: "pymdownx.mark", Options: supportedOptions("smart_mark")},
		{
			Name: "pymdownx.pathconverter", Status: Ignored, Why: "links are resolved against the site as written",
			Options: supportedOptions("base_path", "relative_path", "absolute", "tags", "file_scheme"),
		},
		{Name: "pymdownx.progressbar", Options: supportedOptions("level_class", "progress_increment", "add_classes")},
		{Name: "pymdownx.quotes", Options: supportedOptions("callouts")},
		{Name: "pymdownx.saneheaders"},
		{Name: "pymdownx.smartsymbols", Options: supportedOptions("trademark", "copyright", "registered", "plusminus", "arrows", "notequal",
			"fractions", "ordinal_numbers", "care_of")},
		{Name: "pymdownx.snippets", Options: withOptions(supportedOptions("base_path", "check_paths", "auto_append", "restrict_base_path",
			"dedent_subsections"),
			Refused, whyDownload, "url_download", "url_max_size", "url_timeout", "url_request_headers", "encoding", "max_retries", "backoff_retries", "backoff_factor")},
		{
			Name: "pymdownx.striphtml", Status: Ignored, Why: "comments and attributes of raw HTML stay",
			Options: supportedOptions("strip_comments", "strip_attributes", "strip_js_on_attributes"),
		},
		{Name: "pymdownx.superfences", Options: supportedOptions("disable_indented_code_blocks", "custom_fences", "css_class", "preserve_tabs", "relaxed_headers")},
		{Name: "pymdownx.tabbed", Options: supportedOptions("alternate_style", "slugify", "combine_header_slug", "separator")},
		{Name: "pymdownx.tasklist", Options: supportedOptions("custom_checkbox", "clickable_checkbox")},
		{Name: "pymdownx.tilde", Options: supportedOptions("smart_delete", "delete", "subscript")},

		// Others that sites use.
		{Name: "callouts", Aliases: []string{"markdown_callouts"}, Options: supportedOptions("strip_period")},
		{Name: "github-callouts", Aliases: []string{"gh-admonitions", "markdown_gfm_admonition"}, Options: withOptions(nil, Ignored, "alerts have the classes of admonitions", "alert_classes")},
		{Name: "markdown_include.include", Aliases: []string{"markdown_include"}, Options: withOptions(withOptions(supportedOptions("base_path"),
			Ignored, "files are UTF-8", "encoding"),
			Ignored, "", "inheritHeadingDepth", "headingOffset", "throwException")},
		{Name: "markdown_include_variants", Status: Ignored, Why: "its directives stay text"},
		{Name: "mdx_breakless_lists"},
		{Name: "mdx_gh_links", Status: Mapped, Why: "#12, @user and user/repo become links through magiclink", Options: supportedOptions("user", "repo")},
		{Name: "mdx_gfm", Aliases: []string{"gfm"}, Bundle: []string{"fenced_code", "tables", "nl2br", "sane_lists", "pymdownx.tilde", "pymdownx.tasklist", "pymdownx.magiclink"}},
		{
			Name: "mdx_include", Status: Mapped, Why: "files are included whole or by lines; nothing is downloaded",
			Options: withOptions(withOptions(supportedOptions("base_path"),
				Ignored, "files are included as they are, with {! !} around their names", "encoding", "allow_local", "truncate_on_failure",
				"recurs_local", "syntax_left", "syntax_right", "syntax_apply_indent", "recursive_relative_path"),
				Refused, whyDownload, "allow_remote", "recurs_remote"),
		},
		{
			Name: "mdx_math", Status: Mapped, Why: "math is written by pymdownx.arithmatex",
			Options: withOptions(nil, Ignored, "math is written by pymdownx.arithmatex, with its defaults",
				"enable_dollar_delimiter", "add_preview", "use_asciimath", "use_gitlab_delimiters"),
		},
		{Name: "mdx_truly_sane_lists", Aliases: []string{"truly_sane_lists"}, Options: withOptions(supportedOptions("nested_indent"), Ignored, "lists of different kinds never merge", "truly_sane")},
		{Name: "mkdocs-click", Aliases: []string{"mkdocs_click"}, Status: Refused, Why: whyNoRun},
		{Name: "plantuml_markdown", Aliases: []string{"plantuml-markdown"}, Status: Ignored, Why: "diagrams stay code blocks"},
		{Name: "markdown_katex", Status: Mapped, Why: "math is written by pymdownx.arithmatex"},
		{Name: "zensical.extensions.macros", Status: Ignored, Why: "use the macros plugin"},
		{Name: "zensical.extensions.preview", Status: Ignored, Why: "links have no preview"},
	}
	for i := range list {
		if list[i].Status == "" {
			list[i].Status = Supported
		}
		if !strings.Contains(list[i].Name, ".") && !strings.Contains(list[i].Name, "mdx_") {
			list[i].Aliases = append(list[i].Aliases, "markdown.extensions."+list[i].Name)
		}
	}
	slices.SortFunc(list, func(a, b ExtensionInfo) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// resolveExtensions returns the options of every extension that is on, by
// canonical name. Bundles are taken apart, and what is named twice is merged as
// MkDocs does: the later option wins.
func resolveExtensions(list []Extension) (map[string]map[string]any, []finding.Finding) {
	known := KnownExtensions()
	byName := map[string]*ExtensionInfo{}
	var names []string
	for i := range known {
		e := &known[i]
		byName[e.Name] = e
		names = append(names, e.Name)
		for _, a := range e.Aliases {
			byName[a] = e
		}
	}
	r := extensionResolver{byName: byName, names: names, on: map[string]map[string]any{}}
	for _, e := range list {
		r.add(e)
	}
	r.mapOthers()
	return r.on, r.findings
}

type extensionResolver struct {
	byName   map[string]*ExtensionInfo
	names    []string
	on       map[string]map[string]any
	findings []finding.Finding
}

func (r *extensionResolver) report(e Extension, s finding.Severity, rule, msg, hint string) {
	r.findings = append(r.findings, finding.Finding{Rule: rule, Severity: s, Position: e.Position, Message: msg, Hint: hint})
}

func (r *extensionResolver) add(e Extension) {
	// Python's entry points may be written as module:Class.
	name, _, _ := strings.Cut(e.Name, ":")
	info := r.byName[name]
	if info == nil {
		hint := "what it does is missing from the pages; `lintel doctor` lists what is known"
		if near := finding.Nearest(name, r.names); near != "" {
			hint = "did you mean " + near + "?"
		}
		r.report(e, finding.Warning, "config/unknown-extension", "unknown Markdown extension "+e.Name, hint)
		return
	}
	if len(info.Bundle) > 0 {
		for _, part := range info.Bundle {
			sub, _ := e.Config[part].(map[string]any)
			if short, ok := strings.CutPrefix(part, "pymdownx."); ok && sub == nil {
				sub, _ = e.Config["pymdownx."+short].(map[string]any)
			} else if !ok && sub == nil {
				sub, _ = e.Config["markdown.extensions."+part].(map[string]any)
			}
			r.add(Extension{Name: part, Config: sub, Position: e.Position})
		}
		return
	}
	switch info.Status {
	case Ignored:
		r.report(e, finding.Info, "config/ignored-extension", "Markdown extension "+info.Name+" has no effect", info.Why)
	case Refused:
		r.report(e, finding.Warning, "config/refused-extension", "Markdown extension "+info.Name+" is not run", info.Why)
	}
	cfg := r.on[info.Name]
	if cfg == nil {
		cfg = map[string]any{}
		r.on[info.Name] = cfg
	}
	for _, key := range slices.Sorted(maps.Keys(e.Config)) {
		i := slices.IndexFunc(info.Options, func(o OptionInfo) bool { return o.Name == key })
		if i < 0 {
			var valid []string
			for _, o := range info.Options {
				valid = append(valid, o.Name)
			}
			hint := "it has the options " + strings.Join(valid, ", ")
			if near := finding.Nearest(key, valid); near != "" {
				hint = "did you mean " + near + "?"
			} else if len(valid) == 0 {
				hint = "it has no options"
			}
			r.report(e, finding.Warning, "config/unknown-option", info.Name+" has no option "+key, hint)
			continue
		}
		if o := info.Options[i]; (o.Status == Refused || o.Status == Ignored) && o.Why != "" && isOn(e.Config[key]) {
			r.report(e, finding.Info, "config/ignored-option", "option "+key+" of "+info.Name+" has no effect", o.Why)
		}
		cfg[key] = e.Config[key]
	}
}

// isOn reports whether an option's value asks for anything.
func isOn(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	}
	return true
}

// mapOthers turns the extensions that others stand in for into those.
func (r *extensionResolver) mapOthers() {
	if cfg, on := r.on["mdx_gh_links"]; on {
		r.set("pymdownx.magiclink", map[string]any{
			"repo_url_shorthand": true, "social_url_shorthand": true, "provider": "github",
			"user": optString(cfg, "user", ""), "repo": optString(cfg, "repo", ""),
		})
	}
	_, math := r.on["mdx_math"]
	_, katex := r.on["markdown_katex"]
	if math || katex {
		r.set("pymdownx.arithmatex", map[string]any{"generic": true})
	}
}

// set turns an extension on unless it is.
func (r *extensionResolver) set(name string, cfg map[string]any) {
	if _, on := r.on[name]; !on {
		r.on[name] = cfg
	}
}
