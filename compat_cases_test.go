package lintel_test

import "fmt"

// siteCases are the proofs of compat_site_test.go.
func siteCases() []siteCase {
	features := func(name string) (rows, theme string) {
		return "feature " + name, "features: [navigation.indexes, " + name + "]"
	}
	feature := func(name, yaml, files, path, want, lacks string) siteCase {
		rows, theme := features(name)
		return siteCase{rows: rows, theme: theme, yaml: yaml, files: files, path: path, want: want, lacks: lacks}
	}
	script := func(name string) siteCase {
		// What the scripts do with it is shown in package theme; here, that they are told.
		return feature(name, "", "", "assets/theme.*.js", `"features":\[[^\]]*"`+name+`"`, "")
	}
	const scheme = "palette:\n  - media: \"(prefers-color-scheme: light)\"\n    scheme: default\n    primary: teal\n    accent: purple\n    toggle: {icon: material/brightness-7, name: To the dark}\n  - media: \"(prefers-color-scheme: dark)\"\n    scheme: slate\n    toggle: {icon: material/brightness-4, name: To the light}"
	const smile = "-- docs/index.md --\n# Home\n\n:smile: :material-rocket:\n"
	emoji := func(index, generator string) string {
		return "markdown_extensions:\n  - pymdownx.emoji:\n      emoji_index: !!python/name:" + index + " \n      emoji_generator: !!python/name:" + generator + " \n"
	}
	manyFiles := ""
	for i := range 30 {
		manyFiles += fmt.Sprintf("-- docs/deep/p%d.md --\n# Deep %d\n", i, i)
	}
	const repo = "repo_url: https://gitlab.com/data/platform\n"
	return []siteCase{
		// Settings.
		{rows: "setting site_name", yaml: "site_name: Handbuch", want: `<title>Handbuch</title>`},
		{rows: "setting site_url", yaml: "site_url: https://other.example.org/x", want: `<link rel="canonical" href="https://other\.example\.org/x/">`},
		{rows: "setting site_description", yaml: "site_description: What we run", want: `<meta name="description" content="What we run">`},
		{rows: "setting site_author", yaml: "site_author: Data team", want: `<meta name="author" content="Data team">`},
		{rows: "setting copyright", yaml: "copyright: © 2026 <b>Us</b>", want: `© 2026 <b>Us</b>`},
		{rows: "setting repo_url", yaml: repo, want: `href="https://gitlab.com/data/platform"`},
		{rows: "setting repo_name", yaml: repo + "repo_name: data/platform", want: `>data/platform<`},
		{rows: "setting edit_uri", yaml: repo + "edit_uri: blob/main/handbook/", theme: "features: [content.action.edit]", want: `https://gitlab.com/data/platform/blob/main/handbook/index.md`},
		{rows: "setting edit_uri_template", yaml: repo + "edit_uri_template: https://edit.example.org/?f={path_noext}", theme: "features: [content.action.edit]", path: "guide/alpha/index.html", want: `https://edit.example.org/\?f=guide/alpha"`},
		{rows: "setting nav", yaml: "nav: [{Start: index.md}, {Der Teil: [guide/beta.md, {Out: https://example.org}]}]", want: `(?s)Start.*Der Teil.*Beta.*https://example.org.*Out`},
		{rows: "setting exclude_docs", yaml: "exclude_docs: |\n  beta.md\n", path: "guide/*/index.html", lacks: `==> guide/beta/index.html`},
		{rows: "setting draft_docs", yaml: "draft_docs: |\n  beta.md\n", path: "guide/*/index.html", lacks: `==> guide/beta/index.html`},
		{rows: "setting not_in_nav", yaml: "not_in_nav: |\n  beta.md\n", lacks: `href="\./guide/beta/"`},
		{rows: "setting not_in_nav", yaml: "not_in_nav: |\n  beta.md\n", path: "guide/*/index.html", want: `==> guide/beta/index.html`, plain: true},
		{rows: "setting docs_dir", yaml: "docs_dir: handbook", files: "-- handbook/index.md --\n# Of the handbook\n", want: `Of the handbook`},
		{rows: "setting use_directory_urls", yaml: "use_directory_urls: false", path: "guide/*.html", want: `==> guide/alpha.html`},
		{rows: "setting extra_css", yaml: "extra_css: [css/own.css]", files: "-- docs/css/own.css --\np {}\n", path: "guide/alpha/index.html", want: `<link rel="stylesheet" href="\.\./\.\./css/own.css">`},
		{rows: "setting extra_javascript", yaml: "extra_javascript: [{path: own.js, defer: true}, m.mjs]", files: "-- docs/own.js --\n;\n-- docs/m.mjs --\n;\n", want: `(?s)<script src="\./own.js" defer></script>.*<script src="\./m.mjs" type="module"></script>`},
		{rows: "setting extra_templates", yaml: "extra_templates: [robots.txt]", files: "-- docs/robots.txt --\nSitemap: {{ config.site_url }}sitemap.xml\n", path: "robots.txt", want: `==> robots.txt`},
		{rows: "setting extra", yaml: "plugins: [macros]\nextra: {team: data-platform}", files: "-- docs/index.md --\n# Home\n\nOf {{ team }}.\n", want: `Of data-platform\.`},
		{rows: "setting markdown_extensions", yaml: "markdown_extensions: [admonition]", files: "-- docs/index.md --\n!!! note\n    Body\n", want: `<div class="admonition note">`},
		{rows: "setting plugins", yaml: "plugins: []", path: "search/*", lacks: `==> search/search_index.json`},
		{rows: "setting theme; theme-name mkdocs", yaml: "theme: mkdocs", path: "search/search_index.json", want: `"text":"[^"]*Words of the home page`, plain: true},
		{rows: "setting validation; setting validation.links; setting validation.links.not_found", yaml: "validation: {links: {not_found: ignore}}", files: "-- docs/index.md --\n[x](nowhere.md)\n", path: "findings", want: `^\s*$`, plain: true},
		{rows: "setting validation.nav; setting validation.nav.omitted_files", yaml: "nav: [index.md]\nvalidation: {nav: {omitted_files: warn}}", path: "findings", want: `docs/guide/alpha.md: warning`},
		{rows: "setting validation.nav.not_found", yaml: "nav: [index.md, gone.md]\nvalidation: {nav: {not_found: info}}", path: "findings", want: `info: .*gone.md`},
		{rows: "setting validation.nav.absolute_links", yaml: "nav: [index.md, /abs/]\nvalidation: {nav: {absolute_links: warn}}", path: "findings", want: `warning: .*/abs/`},
		{rows: "setting validation.links.absolute_links", yaml: "validation: {links: {absolute_links: relative_to_docs}}", files: "-- docs/guide/alpha.md --\n[x](/guide/beta.md)\n", path: "guide/alpha/index.html", want: `<a href="\.\./beta/">x</a>`},
		{rows: "setting validation.links.unrecognized_links", yaml: "validation: {links: {unrecognized_links: warn}}", files: "-- docs/index.md --\n[x](guide/)\n", path: "findings", want: `warning: .*guide/`},
		{rows: "setting validation.links.anchors", yaml: "validation: {links: {anchors: warn}}", files: "-- docs/index.md --\n[x](guide/alpha.md#gone)\n", path: "findings", want: `warning: .*#?gone`},
		{rows: "front-matter hide.feedback", files: "-- docs/guide/beta.md --\n---\nhide: [feedback]\n---\n# Beta\n", path: "guide/beta/index.html", want: `<title>Beta`, plain: true},

		// Theme.
		{rows: "theme-name material; theme features", theme: "features: [navigation.tabs]", want: `<nav class="tabs[ "]`},
		{rows: "theme-name readthedocs", yaml: "theme: readthedocs", want: `<title>Platform</title>`, plain: true},
		{rows: "theme-name null; theme custom_dir", yaml: "theme: {name: null, custom_dir: own}", files: "-- own/fonts/a.txt --\nasset\n", path: "fonts/a.txt", want: `asset`},
		{rows: "theme-name *", yaml: "theme: bootswatch", want: `<title>Platform</title>`, plain: true},
		{rows: "theme custom_dir", theme: "custom_dir: own", files: "-- own/.icons/acme/logo.svg --\n<svg id=\"acme\"/>\n-- docs/index.md --\n---\nicon: acme/logo\n---\n# Home\n", path: "guide/*/index.html", want: `<svg id="acme"/>`},
		{rows: "theme language", theme: "language: ko", want: `(?s)<html lang="ko".*본문으로 건너뛰기`},
		{rows: "theme locale", theme: "locale: ko", want: `<html lang="ko"`},
		{rows: "theme palette; theme palette.scheme; theme palette.primary; theme palette.accent", theme: "palette: {scheme: slate, primary: teal, accent: purple}", want: `data-md-color-scheme="slate" data-md-color-primary="teal" data-md-color-accent="purple"`},
		{rows: "theme palette.media", theme: scheme, path: "assets/theme.*.js", want: `"m":"\(prefers-color-scheme: light\)"`},
		{rows: "theme palette.toggle; theme palette.toggle.name", theme: scheme, path: "assets/*.js", want: `To the dark`},
		{rows: "theme palette.toggle.icon", theme: scheme, path: "assets/theme.*.js", want: `"i":"tg`},
		{rows: "theme logo", theme: "logo: logo.svg", files: "-- docs/logo.svg --\n<svg/>\n", want: `<img src="\./logo.svg"`},
		{rows: "theme favicon", theme: "favicon: img/f.png", files: "-- docs/img/f.png --\nx\n", path: "guide/alpha/index.html", want: `<link rel="icon" href="\.\./\.\./img/f.png">`},
		{rows: "theme icon; theme icon.logo", theme: "icon: {logo: material/library}", want: `class="logo[ "][^>]*>\s*(<span[^>]*>)?<svg`},
		{rows: "theme icon.repo", yaml: repo, theme: "icon: {repo: material/rocket}", path: "assets/lintel.*.css", want: `20 22-3\.86`},

		feature("content.action.edit", repo, "", "index.html", `https://gitlab.com/data/platform/edit/master/docs/index.md`, ""),
		feature("content.action.view", repo, "", "index.html", `https://gitlab.com/data/platform/(raw|blob)/master/docs/index.md`, ""),
		script("content.code.annotate"),
		script("content.code.copy"),
		script("content.tabs.link"),
		script("content.tooltips"),
		script("content.footnote.tooltips"),
		script("header.autohide"),
		script("navigation.top"),
		script("navigation.tracking"),
		script("toc.follow"),
		script("search.highlight"),
		script("search.share"),
		script("search.suggest"),
		feature("navigation.expand", "", "", "index.html", `<details[^>]* open|class="s on|class="s t on`, ""),
		{rows: "feature navigation.instant; feature navigation.instant.prefetch", theme: "features: [navigation.instant, navigation.instant.prefetch]", path: "assets/app.*.js", want: `rel:\s*"prefetch"`, plain: true},
		feature("navigation.footer", "", "", "index.html", `<nav class="turn[ "]`, ""),
		{rows: "feature navigation.indexes", theme: "features: [navigation.indexes]", want: `<a href="\./guide/">The guide</a>|<a href="\./guide/">Guide</a>`, plain: true},
		feature("navigation.path", "", "", "guide/alpha/index.html", `<nav class="path[ "]`, ""),
		{rows: "feature navigation.prune", theme: "features: [navigation.prune]", files: manyFiles, lacks: `deep/p29/`, than: &siteCase{files: manyFiles}},
		feature("navigation.sections", "", "", "index.html", `<li class="s[^"]* g`, ""),
		feature("navigation.tabs", "", "", "index.html", `<nav class="tabs[ "]`, ""),
		{rows: "feature navigation.tabs.sticky", theme: "features: [navigation.tabs, navigation.tabs.sticky]", want: `<nav class="tabs[ "]`},
		feature("toc.integrate", "", "", "guide/alpha/index.html", "", `id="__toc"`),
		{rows: "plugin-option include-markdown.preserve_includer_indent", yaml: "plugins: [include-markdown: {preserve_includer_indent: false}]", files: "-- docs/index.md --\n- item\n\n    {% include-markdown \"../part.md\" %}\n-- part.md --\none\n\ntwo\n", want: `(?s)</ul>\s*<p>two</p>`, than: &siteCase{yaml: "plugins: [include-markdown]", files: "-- docs/index.md --\n- item\n\n    {% include-markdown \"../part.md\" %}\n-- part.md --\none\n\ntwo\n"}},
		{rows: "plugin-option include-markdown.dedent", yaml: "plugins: [include-markdown: {dedent: true}]", files: "-- docs/index.md --\n{% include-markdown \"../part.md\" %}\n-- part.md --\n    one\n", want: `<p>one</p>`, than: &siteCase{yaml: "plugins: [include-markdown]", files: "-- docs/index.md --\n{% include-markdown \"../part.md\" %}\n-- part.md --\n    one\n"}},
		{rows: "plugin-option include-markdown.trailing_newlines", yaml: "plugins: [include-markdown: {trailing_newlines: false}]", files: "-- docs/index.md --\n{% include-markdown \"../part.md\" %}.\n-- part.md --\none\n", want: `<p>one\.</p>`, than: &siteCase{yaml: "plugins: [include-markdown]", files: "-- docs/index.md --\n{% include-markdown \"../part.md\" %}.\n-- part.md --\none\n"}},
		{rows: "plugin-option include-markdown.rewrite_relative_urls", yaml: "plugins: [include-markdown: {rewrite_relative_urls: false}]", files: "-- docs/index.md --\n{% include-markdown \"guide/part.md\" %}\n-- docs/guide/part.md --\n[x](beta.md)\n", want: `href="beta.md"`},

		// Extra.
		{rows: "extra social", yaml: "extra: {social: [{icon: fontawesome/brands/gitlab, link: https://gitlab.com/data, name: Ours}]}", want: `href="https://gitlab.com/data" title="Ours"`},
		{rows: "extra alternate", yaml: "extra: {alternate: [{name: 한국어, link: /ko/, lang: ko}]}", want: `(?s)<link rel="alternate" hreflang="ko" href="/ko/">.*한국어`},
		{rows: "extra status; front-matter status", yaml: "extra: {status: {new: Fresh}}", files: "-- docs/guide/beta.md --\n---\nstatus: new\n---\n# Beta\n", want: `Fresh`},
		{rows: "extra generator", yaml: "extra: {generator: false}", lacks: `<meta name="generator"`},
		{rows: "extra homepage", yaml: "extra: {homepage: https://example.org/}", want: `class="logo[^>]*href="https://example.org/"`},
		{rows: "extra *", yaml: "plugins: [macros]\nextra: {team: data-platform}", files: "-- docs/index.md --\n# Home\n\nOf {{ team }}.\n", want: `Of data-platform\.`},

		// Front matter.
		{rows: "front-matter title", files: "-- docs/guide/beta.md --\n---\ntitle: Title of beta\n---\n# Beta\n", path: "guide/beta/index.html", want: `<title>Title of beta - Platform</title>`},
		{rows: "front-matter description", files: "-- docs/guide/beta.md --\n---\ndescription: About beta\n---\n# Beta\n", path: "guide/beta/index.html", want: `<meta name="description" content="About beta">`},
		{rows: "front-matter author", files: "-- docs/guide/beta.md --\n---\nauthor: Lee\n---\n# Beta\n", path: "guide/beta/index.html", want: `<meta name="author" content="Lee">`},
		{rows: "front-matter icon", files: "-- docs/guide/beta.md --\n---\nicon: material/rocket\n---\n# Beta\n", want: `(?s)guide/beta/"><span class="ni"><svg`},
		{rows: "front-matter tags; plugin tags", yaml: "plugins: [tags]", files: "-- docs/guide/beta.md --\n---\ntags: [kafka]\n---\n# Beta\n", path: "guide/beta/index.html", want: `kafka`},
		{rows: "front-matter hide; front-matter hide.navigation", files: "-- docs/guide/beta.md --\n---\nhide: [navigation]\n---\n# Beta\n\n## B\n", path: "guide/beta/index.html", want: `<body class="[^"]*no-nav`},
		{rows: "front-matter hide.toc", files: "-- docs/guide/alpha.md --\n---\nhide: [toc]\n---\n# Alpha\n\n## First part\n", path: "guide/alpha/index.html", lacks: `id="__toc"`},
		{rows: "front-matter hide.footer", theme: "features: [navigation.footer]", files: "-- docs/guide/alpha.md --\n---\nhide: [footer]\n---\n# Alpha\n", path: "guide/alpha/index.html", lacks: `<nav class="turn[ "]`, than: &siteCase{theme: "features: [navigation.footer]"}},
		{rows: "front-matter hide.tags", yaml: "plugins: [tags]", files: "-- docs/guide/beta.md --\n---\ntags: [kafka]\nhide: [tags]\n---\n# Beta\n", path: "guide/beta/index.html", lacks: `<[^>]*>#?kafka<`, than: &siteCase{yaml: "plugins: [tags]", files: "-- docs/guide/beta.md --\n---\ntags: [kafka]\n---\n# Beta\n"}},
		{rows: "front-matter search.exclude", files: "-- docs/guide/beta.md --\n---\nsearch: {exclude: true}\n---\n# Beta\n\nText of beta.\n", path: "search/search_index.json", lacks: `Text of beta`},

		{rows: "front-matter robots", files: "-- docs/guide/beta.md --\n---\nrobots: noindex\n---\n# Beta\n", path: "guide/beta/index.html", want: `<meta name="robots" content="noindex`},
		{rows: "front-matter edit_uri", yaml: repo, theme: "features: [content.action.edit]", files: "-- docs/guide/beta.md --\n---\nedit_uri: https://edit.example.org/b\n---\n# Beta\n", path: "guide/beta/index.html", want: `https://edit.example.org/b`},
		{rows: "front-matter lang", files: "-- docs/guide/beta.md --\n---\nlang: ko\n---\n# Beta\n", path: "guide/beta/index.html", want: `lang="ko"`},
		{rows: "front-matter render_macros", yaml: "plugins: [macros]\nextra: {team: x1}", files: "-- docs/index.md --\n---\nrender_macros: false\n---\nOf {{ team }}\n", lacks: `Of x1`, than: &siteCase{yaml: "plugins: [macros]\nextra: {team: x1}", files: "-- docs/index.md --\nOf {{ team }}\n"}},
		{rows: "plugin-option macros.render_by_default", yaml: "plugins: [macros: {render_by_default: false}]\nextra: {team: x1}", files: "-- docs/index.md --\nOf {{ team }}\n", lacks: `Of x1`, than: &siteCase{yaml: "plugins: [macros]\nextra: {team: x1}", files: "-- docs/index.md --\nOf {{ team }}\n"}},
		{rows: "plugin-option macros.j2_variable_start_string; plugin-option macros.j2_variable_end_string", yaml: "plugins: [macros: {j2_variable_start_string: '[[', j2_variable_end_string: ']]'}]\nextra: {team: x1}", files: "-- docs/index.md --\nOf [[ team ]] and {{ team }}\n", want: `Of x1 and \{\{ team \}\}`},

		// Emoji: drawn from the bundled set, whatever the generator.
		{rows: "extension pymdownx.emoji; option pymdownx.emoji.emoji_index; option pymdownx.emoji.emoji_generator; python-name material.extensions.emoji.twemoji; python-name material.extensions.emoji.to_svg", yaml: emoji("material.extensions.emoji.twemoji", "material.extensions.emoji.to_svg"), files: smile, want: `<span class="twemoji"[^>]*><svg[^>]*>.*</svg></span> <span class="twemoji"[^>]*><svg`},
		{rows: "python-name materialx.emoji.twemoji; python-name materialx.emoji.to_svg", yaml: emoji("materialx.emoji.twemoji", "materialx.emoji.to_svg"), files: smile, want: `<span class="twemoji"[^>]*><svg`},
		{rows: "python-name zensical.extensions.emoji.twemoji; python-name zensical.extensions.emoji.to_svg", yaml: emoji("zensical.extensions.emoji.twemoji", "zensical.extensions.emoji.to_svg"), files: smile, want: `<span class="twemoji"[^>]*><svg`},
		{rows: "python-name pymdownx.emoji.twemoji; python-name pymdownx.emoji.to_svg", yaml: emoji("pymdownx.emoji.twemoji", "pymdownx.emoji.to_svg"), files: smile, want: `<(span|img) [^>]*twemoji`},
		{rows: "python-name pymdownx.emoji.emojione; python-name pymdownx.emoji.to_png", yaml: emoji("pymdownx.emoji.emojione", "pymdownx.emoji.to_png"), files: smile, want: `<(span|img) [^>]*(emojione|twemoji)`},
		{rows: "python-name pymdownx.emoji.gemoji", yaml: emoji("pymdownx.emoji.gemoji", "pymdownx.emoji.to_svg"), files: smile, want: `<(span|img) [^>]*(gemoji|twemoji)`},
		{rows: "python-name pymdownx.emoji.to_png_sprite", yaml: emoji("pymdownx.emoji.emojione", "pymdownx.emoji.to_png_sprite"), files: smile, want: `<(span|img) [^>]*(emojione|twemoji)`},
		{rows: "python-name pymdownx.emoji.to_svg_sprite", yaml: emoji("pymdownx.emoji.emojione", "pymdownx.emoji.to_svg_sprite"), files: smile, want: `<(span|img|svg) [^>]*(emojione|twemoji)`},
		{rows: "python-name pymdownx.emoji.to_awesome", yaml: emoji("pymdownx.emoji.emojione", "pymdownx.emoji.to_awesome"), files: smile, want: `<(span|img) [^>]*(emojione|twemoji)`},
		{rows: "python-name pymdownx.emoji.to_alt", yaml: emoji("pymdownx.emoji.twemoji", "pymdownx.emoji.to_alt"), files: smile, want: "\U0001F604"},

		// Plugins.
		{rows: "plugin search", yaml: "plugins: [search]", path: "search/search_index.json", want: `(?s)"location":"guide/alpha/#first-part".*Text of beta`, plain: true},
		{rows: "plugin redirects; plugin-option redirects.redirect_maps", yaml: "plugins: [redirects: {redirect_maps: {old.md: guide/alpha.md}}]", path: "old/index.html", want: `\.\./guide/alpha/`},
		{rows: "plugin-option tags.tags_file", yaml: "plugins: [tags: {tags_file: tags.md}]", files: "-- docs/tags.md --\n# Tags\n-- docs/guide/beta.md --\n---\ntags: [kafka]\n---\n# Beta\n", path: "tags/index.html", want: `(?s)kafka.*\.\./guide/beta/`},
		{rows: "plugin meta; plugin-option meta.meta_file", yaml: "plugins: [meta: {meta_file: defaults.yml}]", files: "-- docs/guide/defaults.yml --\ndescription: All of the guide\n", path: "guide/beta/index.html", want: `content="All of the guide"`},
		{rows: "plugin exclude; plugin-option exclude.glob", yaml: "plugins: [exclude: {glob: ['*/beta.md']}]", path: "guide/*/index.html", lacks: `==> guide/beta/`},
		{rows: "plugin-option exclude.regex", yaml: "plugins: [exclude: {regex: ['guide/b.*']}]", path: "guide/*/index.html", lacks: `==> guide/beta/`},
		{rows: "plugin awesome-pages", yaml: "plugins: [awesome-pages]", files: "-- docs/guide/.pages --\ntitle: Der Führer\nnav: [beta.md, ...]\n", want: `(?s)Der Führer.*guide/beta/.*guide/alpha/`},
		{rows: "plugin-option awesome-pages.filename", yaml: "plugins: [awesome-pages: {filename: .order}]", files: "-- docs/guide/.order --\ntitle: Der Führer\n", want: `Der Führer`},
		{rows: "plugin-option awesome-pages.collapse_single_pages", yaml: "plugins: [awesome-pages: {collapse_single_pages: true}]", files: "-- docs/single/one.md --\n# One\n", path: "index.html", want: `<li class="t"><a href="\./single/one/">One</a>`},
		{rows: "plugin awesome-nav", yaml: "plugins: [awesome-nav]", files: "-- docs/guide/.nav.yml --\ntitle: Der Führer\nnav: [beta.md, '*']\n", want: `(?s)Der Führer.*guide/beta/.*guide/alpha/`},
		{rows: "plugin-option awesome-nav.filename", yaml: "plugins: [awesome-nav: {filename: order.yml}]", files: "-- docs/guide/order.yml --\ntitle: Der Führer\n", want: `Der Führer`},
		{rows: "plugin literate-nav", yaml: "plugins: [literate-nav]", files: "-- docs/SUMMARY.md --\n* [Start](index.md)\n* Part\n    * [Letter B](guide/beta.md)\n", want: `(?s)Start.*Part.*Letter B`},
		{rows: "plugin-option literate-nav.nav_file", yaml: "plugins: [literate-nav: {nav_file: NAV.md}]", files: "-- docs/NAV.md --\n* [Letter B](guide/beta.md)\n", want: `Letter B`},
		{rows: "plugin-option literate-nav.implicit_index", yaml: "plugins: [literate-nav: {implicit_index: true}]", files: "-- docs/SUMMARY.md --\n* [Start](index.md)\n* [Guide](guide/)\n-- docs/guide/SUMMARY.md --\n* [Letter B](beta.md)\n", want: `(?s)guide/"[^>]*>.*Letter B`},
		{rows: "plugin-option literate-nav.tab_length", yaml: "plugins: [literate-nav: {tab_length: 2}]", files: "-- docs/SUMMARY.md --\n* [Start](index.md)\n* Part\n  * [Letter B](guide/beta.md)\n", want: `(?s)Part.*Letter B`},
		{rows: "plugin include-markdown", yaml: "plugins: [include-markdown]", files: "-- docs/index.md --\n{% include-markdown \"../part.md\" %}\n-- part.md --\n*Included* words\n", want: `<em>Included</em> words`},
		{rows: "plugin-option include-markdown.opening_tag; plugin-option include-markdown.closing_tag", yaml: "plugins: [include-markdown: {opening_tag: '{!', closing_tag: '!}'}]", files: "-- docs/index.md --\n{!include-markdown \"../part.md\"!}\n-- part.md --\n*Included* words\n", want: `<em>Included</em> words`},
		{rows: "plugin-option include-markdown.start; plugin-option include-markdown.end", yaml: "plugins: [include-markdown: {start: '<!--a-->', end: '<!--b-->'}]", files: "-- docs/index.md --\n{% include-markdown \"../part.md\" %}\n-- part.md --\nbefore\n<!--a-->\ninside\n<!--b-->\nafter\n", want: `inside`},
		{rows: "plugin-option include-markdown.heading_offset", yaml: "plugins: [include-markdown: {heading_offset: 1}]", files: "-- docs/index.md --\n# Home\n\n{% include-markdown \"../part.md\" %}\n-- part.md --\n# Part\n", want: `<h2 id="part"`},
		{rows: "plugin git-revision-date-localized", yaml: "plugins: [git-revision-date-localized]", want: `2026-03-05|March 5, 2026`},
		{rows: "plugin-option git-revision-date-localized.enable_creation_date", yaml: "plugins: [git-revision-date-localized: {enable_creation_date: true}]", want: `2026-03-01|March 1, 2026`},
		{rows: "plugin git-revision-date", yaml: "plugins: [git-revision-date]", want: `2026-03-05|March 5, 2026`},
		{rows: "plugin git-authors; plugin git-committers", yaml: "plugins: [git-authors]", want: `(?s)Kim Ada.*Lee Bob`},
		{rows: "plugin gh-admonitions", yaml: "plugins: [gh-admonitions]", files: "-- docs/index.md --\n> [!TIP]\n> Body\n", want: `<div class="admonition tip">`},
		{rows: "plugin callouts", yaml: "plugins: [callouts]", files: "-- docs/index.md --\n> [!bug] Title\n> Body\n", want: `<div class="admonition bug">`},
		{rows: "plugin techdocs-core", yaml: "plugins: [techdocs-core]", files: "-- docs/index.md --\n!!! note\n    Body\n", want: `<div class="admonition note">`},
		{rows: "plugin monorepo", yaml: "plugins: [monorepo]\nnav: [{Home: index.md}, {Team: '!include ./team/mkdocs.yml'}]", files: "-- team/mkdocs.yml --\nsite_name: team\nnav: [index.md]\n-- team/docs/index.md --\n# Page of the team\n", path: "team/index.html", want: `Page of the team`},
		{rows: "plugin macros; plugin markdownextradata", yaml: "plugins: [macros]\nextra: {team: data-platform}", files: "-- docs/index.md --\n# Home\n\nOf {{ team }}.\n", want: `Of data-platform\.`},
		{rows: "plugin offline", yaml: "plugins: [search, offline]", path: "search/*.js", want: `==> search/search_index.js`},
		{rows: "plugin glightbox", yaml: "plugins: [glightbox]", path: "assets/app.*.js", want: `"dialog",\s*\{\s*className:\s*"zoom"`, plain: true},
		{rows: "plugin minify", yaml: "plugins: [minify]", path: "index.html", want: `<article[^>]*>\n<h1`, plain: true},
		{rows: "plugin section-index", yaml: "plugins: [section-index]", theme: "features: [navigation.expand]", want: `<a href="\./guide/">(The guide|Guide)</a><details`, than: &siteCase{theme: "features: [navigation.expand]"}},
		{rows: "plugin-option search.lang", yaml: "plugins: [search: {lang: [ko, en]}]", path: "search/search_index.json", want: `"lang":\["ko","en"\]`},
		{rows: "plugin-option search.separator", yaml: "plugins: [search: {separator: '[_ ]+'}]", path: "search/search_index.json", want: `"separator":"\[_ \]\+"`},
		{rows: "plugin-option search.min_search_length", yaml: "plugins: [search: {min_search_length: 2}]", path: "search/search_index.json", want: `"min_search_length":2`},
		{rows: "plugin-option search.indexing", yaml: "plugins: [search: {indexing: titles}]", path: "search/search_index.json", lacks: `Text of beta`},
		{rows: "plugin-option git-revision-date-localized.exclude", yaml: "plugins: [git-revision-date-localized: {exclude: [index.md]}]", lacks: `2026-03-05|March 5, 2026`, than: &siteCase{yaml: "plugins: [git-revision-date-localized]"}},
		{rows: "plugin-option git-authors.exclude", yaml: "plugins: [git-authors: {exclude: [index.md]}]", lacks: `Kim Ada`, than: &siteCase{yaml: "plugins: [git-authors]"}},
		{rows: "front-matter hide.path", theme: "features: [navigation.path]", files: "-- docs/guide/alpha.md --\n---\nhide: [path]\n---\n# Alpha\n", path: "guide/alpha/index.html", lacks: `<nav class="path[ "]`, than: &siteCase{theme: "features: [navigation.path]"}},
	}
}
