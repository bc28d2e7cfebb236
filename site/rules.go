package site

import "github.com/lintel-docs/lintel/internal/finding"

// Rules returns the rules whose breach LoadConfig and Build report, beside
// those of package render.
func Rules() []finding.Rule {
	return []finding.Rule{
		// Links.
		{
			ID: "link/not-found", Severity: finding.Warning,
			Summary: "A link to a file of the documentation leads to a file that is there.",
			Why:     "Whoever follows it gets a page that says not found.",
			Fix:     "Mend the path; the hint names the nearest file. A link is relative to the file that it stands in.",
			Example: "See the [setup](setup/instal.md).",
		},
		{
			ID: "link/anchor", Severity: finding.Info,
			Summary: "The part of a link behind # names a heading or another id of the page.",
			Why:     "Whoever follows it arrives at the top of the page and has to search.",
			Fix:     "Mend the anchor; the hint names the nearest one. To make it count, set `validation: links: anchors: warn` in mkdocs.yml, or a severity in lintel.yml.",
			Example: "See [recovery](runbook.md#recovry).",
		},
		{
			ID: "link/absolute", Severity: finding.Info,
			Summary: "A link within the site is relative.",
			Why:     "A link that begins with / is left as it is: it breaks when the site is served below a folder, and nobody checks it.",
			Fix:     "Write the path from the file that the link stands in, or set `validation: links: absolute_links: relative_to_docs`.",
			Example: "See the [setup](/setup/install.md).",
		},
		{
			ID: "link/unrecognized", Severity: finding.Info,
			Summary: "A relative link names a source file.",
			Why:     "A link to an address such as `../setup/` is left as it is: nobody checks it, and it breaks when addresses change.",
			Fix:     "Name the Markdown file, `../setup.md`; Lintel turns it into the address.",
			Example: "See the [setup](../setup/).",
		},
		{
			ID: "link/excluded", Severity: finding.Info,
			Summary: "A link leads to a file that is part of the site.",
			Why:     "`exclude_docs` or `draft_docs` keeps the file out, so that readers get a page that says not found.",
			Fix:     "Remove the link, or let the file in.",
		},
		// Navigation.
		{
			ID: "nav/omitted", Severity: finding.Info,
			Summary: "A page is in the navigation.",
			Why:     "Readers find it by search and by links only.",
			Fix:     "Add it to `nav`, or name it in `not_in_nav` if that is meant.",
		},
		{
			ID: "nav/not-found", Severity: finding.Warning,
			Summary: "An entry of the navigation names a page that is there.",
			Why:     "The entry is left out or leads nowhere.",
			Fix:     "Mend the path; it is relative to `docs_dir`.",
			Example: "nav:\n  - Setup: instal.md",
		},
		{
			ID: "nav/absolute", Severity: finding.Info,
			Summary: "An entry of the navigation is relative to `docs_dir`.",
			Why:     "An entry that begins with / is taken for an address and is not checked.",
			Fix:     "Remove the slash at its start.",
			Example: "nav:\n  - Setup: /install.md",
		},
		{
			ID: "nav/excluded", Severity: finding.Info,
			Summary: "An entry of the navigation names a page that is part of the site.",
			Why:     "`exclude_docs` or `draft_docs` keeps the page out, and the entry with it.",
			Fix:     "Remove the entry, or let the page in.",
		},
		// Files.
		{
			ID: "site/unreadable", Severity: finding.Error,
			Summary: "Files and folders of the documentation can be read.",
			Why:     "A page that cannot be read is published as a page that says so.",
			Fix:     "Mend its permissions, its name or its size, or exclude it by `exclude_docs`.",
		},
		{
			ID: "site/same-url", Severity: finding.Warning,
			Summary: "No two files have one address.",
			Why:     "Only one of them can be published there; the other is left out or moved.",
			Fix:     "Rename one of them, or exclude it by `exclude_docs`.",
		},
		{
			ID: "site/same-name", Severity: finding.Warning,
			Summary: "No two files have names that differ only in how Unicode composes their letters.",
			Why:     "macOS and Windows cannot hold both, so that a checkout there loses one.",
			Fix:     "Rename or remove one of them.",
		},
		{
			ID: "site/symlink", Severity: finding.Warning,
			Summary: "A symbolic link leads to a file of the project, and not in a circle.",
			Why:     "What lies outside of the repository is never read: a merge request could publish it.",
			Fix:     "Copy the file, mend the link, or exclude it by `exclude_docs`.",
		},
		{
			ID: "site/too-deep", Severity: finding.Warning,
			Summary: "Folders are not nested without end.",
			Why:     "What lies deeper than 64 folders is not read.",
			Fix:     "Move the files up, or exclude the folder by `exclude_docs`.",
		},
		// Configuration.
		{
			ID: "config/syntax", Severity: finding.Error,
			Summary: "mkdocs.yml and lintel.yml are YAML.",
			Why:     "Nothing of a file that is not YAML can be read.",
			Fix:     "Mend the line that the message names; most often it is indented wrongly, or a value wants quotation marks.",
			Example: "site_name: Docs: the platform",
		},
		{
			ID: "config/missing", Severity: finding.Error,
			Summary: "What a setting needs is there.",
			Why:     "Without it the setting has no effect, or no site can be built.",
			Fix:     "Add what the message names.",
		},
		{
			ID: "config/type", Severity: finding.Error,
			Summary: "A setting has a value of its kind: text, number, list or map.",
			Why:     "What was meant cannot be told.",
			Fix:     "Write the value as the hint says.",
			Example: "use_directory_urls: maybe",
		},
		{
			ID: "config/value", Severity: finding.Error,
			Summary: "A setting has a value that makes sense.",
			Why:     "The setting has no effect, or the site would overwrite its own sources.",
			Fix:     "Write the value as the hint says.",
			Example: "site_url: docs.example.org",
		},
		{
			ID: "config/path", Severity: finding.Error,
			Summary: "A path in the configuration lies inside of the project.",
			Why:     "Nothing outside of it is read or written.",
			Fix:     "Run lintel in a folder that contains both, and name the configuration with `-f`.",
			Example: "docs_dir: /srv/docs",
		},
		{
			ID: "config/unknown-key", Severity: finding.Warning,
			Summary: "A key of mkdocs.yml or lintel.yml is a setting.",
			Why:     "A misspelt setting has no effect.",
			Fix:     "Mend the name; the hint proposes the nearest one. Values of your own belong below `extra`.",
			Example: "site_nme: Docs",
		},
		{
			ID: "config/duplicate-key", Severity: finding.Warning,
			Summary: "A key stands in a map once.",
			Why:     "Only the last one counts.",
			Fix:     "Remove one of them.",
			Example: "strict: true\nstrict: false",
		},
		{
			ID: "config/removed", Severity: finding.Warning,
			Summary: "A setting is one that MkDocs still has.",
			Why:     "It has no effect any more.",
			Fix:     "Do what the hint says.",
			Example: "google_analytics: [UA-1, auto]",
		},
		{
			ID: "config/docs-dir", Severity: finding.Error,
			Summary: "`docs_dir` is a folder that exists.",
			Why:     "Without it there are no pages.",
			Fix:     "Create it, or set `docs_dir` to the folder of your pages.",
		},
		{
			ID: "config/inherit", Severity: finding.Error,
			Summary: "`INHERIT` names a file of the project, and not in a circle.",
			Why:     "The settings in it are missing.",
			Fix:     "Mend the path; it is relative to the file that it stands in.",
			Example: "INHERIT: ../bsae.yml",
		},
		{
			ID: "config/limit", Severity: finding.Error,
			Summary: "A configuration has a sane size.",
			Why:     "Aliases that multiply could take all memory of a build.",
			Fix:     "Move what is no configuration into files of its own.",
		},
		{
			ID: "config/tag", Severity: finding.Warning,
			Summary: "A YAML tag is one that MkDocs knows.",
			Why:     "The value is read as if the tag were not there.",
			Fix:     "Remove the tag, or mend its name.",
			Example: "site_name: !EVN NAME",
		},
		{
			ID: "config/yaml", Severity: finding.Warning,
			Summary: "A settings file among the pages (`.meta.yml`) is YAML.",
			Why:     "Its settings have no effect on the pages of its folder.",
			Fix:     "Mend the line that the message names.",
		},
		{
			ID: "config/plugin", Severity: finding.Warning,
			Summary: "A plugin does something that Lintel can do.",
			Why:     "Plugins are Python, which is not run. Those in wide use have equivalents; what others do is missing from the site.",
			Fix:     "Remove it, or see what `lintel doctor` proposes.",
		},
		{
			ID: "config/plugin-option", Severity: finding.Warning,
			Summary: "An option of a plugin can be read.",
			Why:     "It has no effect.",
			Fix:     "Mend the value; the message says what is wrong with it.",
		},
		{
			ID: "config/hook", Severity: finding.Warning,
			Summary: "`hooks` is empty.",
			Why:     "Hooks are Python, which is not run; what they do is missing from the site.",
			Fix:     "Remove the hook, or do its work before the build.",
			Example: "hooks:\n  - hooks/version.py",
		},
		{
			ID: "config/custom-dir", Severity: finding.Warning,
			Summary: "`theme.custom_dir` can be read.",
			Why:     "Its templates and files are missing from the site.",
			Fix:     "Mend the path; it is relative to mkdocs.yml.",
		},
		{
			ID: "config/asset", Severity: finding.Warning,
			Summary: "Style sheets, scripts and images that the configuration names are in the documentation.",
			Why:     "Pages link to a file that is not published.",
			Fix:     "Mend the path; it is relative to `docs_dir`.",
			Example: "extra_css:\n  - stylesheets/exrta.css",
		},
		{
			ID: "config/extra-template", Severity: finding.Warning,
			Summary: "A file of `extra_templates` is in the documentation.",
			Why:     "It is not published.",
			Fix:     "Mend the path; it is relative to `docs_dir`.",
		},
		{
			ID: "theme/override", Severity: finding.Warning,
			Summary: "A file in `theme.custom_dir` overrides something that Lintel's theme has.",
			Why:     "Templates of other themes are Jinja, which is not run; what they change is missing from the site.",
			Fix:     "See the guide to the theme for what can be overridden, and how.",
		},
		// What plugins do.
		{
			ID: "include/remote", Severity: finding.Warning,
			Summary: "The include plugin includes no address.",
			Why:     "A build asks no other host: its output would change from day to day.",
			Fix:     "Keep a copy in the repository.",
		},
		{
			ID: "include/marker", Severity: finding.Warning,
			Summary: "The mark at which an include begins is in the file.",
			Why:     "The text is missing from the page.",
			Fix:     "Mend the mark, or put it into the file.",
		},
		{
			ID: "include/too-large", Severity: finding.Warning,
			Summary: "What the include plugin puts into a page adds up to less than a page can hold.",
			Why:     "The rest is left out.",
			Fix:     "Link to the files instead.",
		},
		{
			ID: "macros/expression", Severity: finding.Warning,
			Summary: "An expression of the macros plugin is the name of a variable.",
			Why:     "Templates are not run: they could read the environment of a build. The expression stays in the page as it is.",
			Fix:     "Put the value below `extra` and name it, or write the text.",
			Example: "Version {{ git.tag | upper }}",
		},
		{
			ID: "monorepo/include", Severity: finding.Error,
			Summary: "`!include` names a site of the project that can be read.",
			Why:     "Its pages are missing from the site.",
			Fix:     "Mend the path; it is relative to mkdocs.yml.",
			Example: "nav:\n  - Service: '!include ./servce/mkdocs.yml'",
		},
		{
			ID: "redirects/invalid", Severity: finding.Warning,
			Summary: "An entry of `redirect_maps` leads from a page to a page or an address.",
			Why:     "The redirect is missing from the site.",
			Fix:     "Write `old.md: new.md`.",
		},
		{
			ID: "redirects/exists", Severity: finding.Warning,
			Summary: "A redirect begins where no page is.",
			Why:     "The page would not be reachable; the redirect is left out.",
			Fix:     "Remove the redirect or the page.",
		},
		{
			ID: "redirects/not-found", Severity: finding.Warning,
			Summary: "A redirect leads to a page that is there.",
			Why:     "The redirect is missing from the site.",
			Fix:     "Mend the path; it is relative to `docs_dir`.",
		},
		{
			ID: "git/history", Severity: finding.Warning,
			Summary: "Dates and authors of pages can be read from git.",
			Why:     "A plugin wants to show them, and they are left out.",
			Fix:     "Build inside of a git work tree, with git installed.",
		},
		{
			ID: "git/shallow", Severity: finding.Warning,
			Summary: "The git history that dates and authors come from is whole.",
			Why:     "In a shallow clone, old files seem to have been written by the last commit.",
			Fix:     "Set `GIT_DEPTH: 0` in the CI job.",
		},
	}
}
