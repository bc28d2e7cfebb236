package lintel_test

// pendingSites are the cases that are known to fail; no row may name them.
func pendingSites() []string {
	return []string{
		"plugin glightbox",
		"plugin-option include-markdown.heading_offset",
		"plugin-option include-markdown.opening_tag; plugin-option include-markdown.closing_tag",
		"plugin section-index",
		"front-matter render_macros",
		"front-matter search.boost",
		"feature navigation.prune",
		"feature content.action.view",
	}
}

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
		{rows: "setting strict", yaml: "strict: true", path: "index.html", want: `<title>Platform</title>`, plain: true},

		// Theme.
		{rows: "theme-name material; theme features", theme: "features: [navigation.tabs]", want: `<nav class="tabs"`},
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
		{rows: "theme icon; theme icon.logo", theme: "icon: {logo: material/library}", want: `class="logo"[^>]*>\s*(<span[^>]*>)?<svg`},
		{rows: "theme icon.repo", yaml: repo, theme: "icon: {repo: fontawesome/brands/gitlab}", path: "{index.html,assets/*.css}", want: ``},

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
		feature("navigation.expand", "", "", "index.html", `<details[^>]* open|class="s on|class="s t on`, ""),
		feature("navigation.footer", "", "", "index.html", `<nav class="turn"`, ""),
		{rows: "feature navigation.indexes", theme: "features: [navigation.indexes]", want: `<a href="\./guide/">The guide</a>|<a href="\./guide/">Guide</a>`, plain: true},
		feature("navigation.path", "", "", "guide/alpha/index.html", `<nav class="path"`, ""),
		feature("navigation.prune", "", "-- docs/deep/more/a.md --\n# Deep a\n-- docs/deep/more/b.md --\n# Deep b\n", "index.html", "", `Deep b`),
		feature("navigation.sections", "", "", "index.html", `<li class="s[^"]* g`, ""),
		feature("navigation.tabs", "", "", "index.html", `<nav class="tabs"`, ""),
		{rows: "feature navigation.tabs.sticky", theme: "features: [navigation.tabs, navigation.tabs.sticky]", want: `(?s)<header.*<nav class="tabs".*</header>|tabs sticky|sticky`},
		feature("toc.integrate", "", "", "guide/alpha/index.html", "", `id="__toc"`),

		// Extra.
		{rows: "extra social", yaml: "extra: {social: [{icon: fontawesome/brands/gitlab, link: https://gitlab.com/data, name: Ours}]}", want: `href="https://gitlab.com/data" title="Ours"`},
		{rows: "extra alternate", yaml: "extra: {alternate: [{name: 한국어, link: /ko/, lang: ko}]}", want: `(?s)<link rel="alternate" hreflang="ko" href="/ko/">.*한국어`},
		{rows: "extra status; front-matter status", yaml: "extra: {status: {new: Fresh}}", files: "-- docs/guide/beta.md --\n---\nstatus: new\n---\n# Beta\n", want: `Fresh`},
		{rows: "extra generator", yaml: "extra: {generator: false}", lacks: `<meta name="generator"`},
		{rows: "extra homepage", yaml: "extra: {homepage: https://example.org/}", want: `class="logo" href="https://example.org/"`},
		{rows: "extra *", yaml: "plugins: [macros]\nextra: {team: data-platform}", files: "-- docs/index.md --\n# Home\n\nOf {{ team }}.\n", want: `Of data-platform\.`},

		// Front matter.
		{rows: "front-matter title", files: "-- docs/guide/beta.md --\n---\ntitle: Title of beta\n---\n# Beta\n", path: "guide/beta/index.html", want: `<title>Title of beta - Platform</title>`},
		{rows: "front-matter description", files: "-- docs/guide/beta.md --\n---\ndescription: About beta\n---\n# Beta\n", path: "guide/beta/index.html", want: `<meta name="description" content="About beta">`},
		{rows: "front-matter author", files: "-- docs/guide/beta.md --\n---\nauthor: Lee\n---\n# Beta\n", path: "guide/beta/index.html", want: `<meta name="author" content="Lee">`},
		{rows: "front-matter icon", files: "-- docs/guide/beta.md --\n---\nicon: material/rocket\n---\n# Beta\n", want: `(?s)guide/beta/"><span class="ni"><svg`},
		{rows: "front-matter tags; plugin tags", yaml: "plugins: [tags]", files: "-- docs/guide/beta.md --\n---\ntags: [kafka]\n---\n# Beta\n", path: "guide/beta/index.html", want: `kafka`},
		{rows: "front-matter hide; front-matter hide.navigation", files: "-- docs/guide/beta.md --\n---\nhide: [navigation]\n---\n# Beta\n\n## B\n", path: "guide/beta/index.html", want: `<body class="[^"]*no-nav`},
		{rows: "front-matter hide.toc", files: "-- docs/guide/alpha.md --\n---\nhide: [toc]\n---\n# Alpha\n\n## First part\n", path: "guide/alpha/index.html", lacks: `id="__toc"`},
		{rows: "front-matter hide.footer", theme: "features: [navigation.footer]", files: "-- docs/guide/alpha.md --\n---\nhide: [footer]\n---\n# Alpha\n", path: "guide/{alpha}/index.html"},
		{rows: "front-matter hide.tags", yaml: "plugins: [tags]", files: "-- docs/guide/beta.md --\n---\ntags: [kafka]\nhide: [tags]\n---\n# Beta\n", path: "guide/alpha/index.html"},
		{rows: "front-matter search.exclude", files: "-- docs/guide/beta.md --\n---\nsearch: {exclude: true}\n---\n# Beta\n\nText of beta.\n", path: "search/search_index.json", lacks: `Text of beta`},
		{rows: "front-matter search.boost", files: "-- docs/guide/beta.md --\n---\nsearch: {boost: 2}\n---\n# Beta\n", path: "search/search_index.json", want: `"boost":2`},
		{rows: "front-matter robots", files: "-- docs/guide/beta.md --\n---\nrobots: noindex\n---\n# Beta\n", path: "guide/beta/index.html", want: `<meta name="robots" content="noindex`},
		{rows: "front-matter edit_uri", yaml: repo, theme: "features: [content.action.edit]", files: "-- docs/guide/beta.md --\n---\nedit_uri: https://edit.example.org/b\n---\n# Beta\n", path: "guide/beta/index.html", want: `https://edit.example.org/b`},
		{rows: "front-matter lang", files: "-- docs/guide/beta.md --\n---\nlang: ko\n---\n# Beta\n", path: "guide/beta/index.html", want: `lang="ko"`},
		{rows: "front-matter render_macros", yaml: "plugins: [macros]\nextra: {team: x1}", files: "-- docs/guide/beta.md --\n---\nrender_macros: false\n---\n{{ team }}\n-- docs/guide/alpha.md --\n{{ team }}\n", path: "guide/*/index.html", want: `(?s)alpha/index.*x1.*beta/index.*\{\{ team \}\}`},

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
		{rows: "plugin section-index", yaml: "plugins: [section-index]", theme: "features: [navigation.footer]", want: `<a href="\./guide/">`},
		{rows: "plugin include-markdown", yaml: "plugins: [include-markdown]", files: "-- docs/index.md --\n{% include-markdown \"../part.md\" %}\n-- part.md --\n*Included* words\n", want: `<em>Included</em> words`},
		{rows: "plugin-option include-markdown.opening_tag; plugin-option include-markdown.closing_tag", yaml: "plugins: [include-markdown: {opening_tag: '{!', closing_tag: '!}'}]", files: "-- docs/index.md --\n{!include-markdown \"../part.md\"!}\n-- part.md --\n*Included* words\n", want: `<em>Included</em> words`},
		{rows: "plugin-option include-markdown.start; plugin-option include-markdown.end", yaml: "plugins: [include-markdown: {start: '<!--a-->', end: '<!--b-->'}]", files: "-- docs/index.md --\n{% include-markdown \"../part.md\" %}\n-- part.md --\nbefore\n<!--a-->\ninside\n<!--b-->\nafter\n", want: `inside`},
		{rows: "plugin-option include-markdown.heading_offset", yaml: "plugins: [include-markdown: {heading_offset: 1}]", files: "-- docs/index.md --\n# Home\n\n{% include-markdown \"../part.md\" %}\n-- part.md --\n# Part\n", want: `<h2 id="part"`},
		{rows: "plugin git-revision-date-localized", yaml: "plugins: [git-revision-date-localized]", want: `2026-03-05|March 5, 2026`},
		{rows: "plugin-option git-revision-date-localized.enable_creation_date", yaml: "plugins: [git-revision-date-localized: {enable_creation_date: true}]", want: `2026-03-01|March 1, 2026`},
		{rows: "plugin git-revision-date", yaml: "plugins: [git-revision-date]", want: `2026-03-05|March 5, 2026`},
		{rows: "plugin git-authors; plugin git-committers", yaml: "plugins: [git-authors]", want: `(?s)Kim Ada.*Lee Bob`},
		{rows: "plugin techdocs-core", yaml: "plugins: [techdocs-core]", files: "-- docs/index.md --\n!!! note\n    Body\n", want: `<div class="admonition note">`},
		{rows: "plugin monorepo", yaml: "plugins: [monorepo]\nnav: [{Home: index.md}, {Team: '!include ./team/mkdocs.yml'}]", files: "-- team/mkdocs.yml --\nsite_name: team\nnav: [index.md]\n-- team/docs/index.md --\n# Page of the team\n", path: "team/index.html", want: `Page of the team`},
		{rows: "plugin macros; plugin markdownextradata", yaml: "plugins: [macros]\nextra: {team: data-platform}", files: "-- docs/index.md --\n# Home\n\nOf {{ team }}.\n", want: `Of data-platform\.`},
		{rows: "plugin offline", yaml: "plugins: [search, offline]", path: "search/*.js", want: `==> search/search_index.js`},
		{rows: "plugin glightbox", yaml: "plugins: [glightbox]", want: `glightbox|zoom|data-zoom`},
	}
}
