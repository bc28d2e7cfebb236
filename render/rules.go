package render

import "github.com/lintel-docs/lintel/internal/finding"

// Rules returns the rules whose breach New and Parse report.
func Rules() []finding.Rule {
	return []finding.Rule{
		{
			ID: "config/unknown-extension", Severity: finding.Warning,
			Summary: "`markdown_extensions` names extensions that exist.",
			Why:     "The syntax that the extension would read is shown as text.",
			Fix:     "Mend the name; the message proposes the nearest one. An extension of your own is Python, which is not run.",
			Example: "markdown_extensions:\n  - admonitions",
		},
		{
			ID: "config/unknown-option", Severity: finding.Warning,
			Summary: "An extension is given options that it has.",
			Why:     "A misspelt option has no effect.",
			Fix:     "Mend the name or remove the option.",
			Example: "markdown_extensions:\n  - toc:\n      permalinks: true",
		},
		{
			ID: "config/refused-extension", Severity: finding.Warning,
			Summary: "An extension does something that Lintel can do.",
			Why:     "It would have to run Python. What it does to pages is missing from the site.",
			Fix:     "Remove it, or use what the message proposes instead. `lintel doctor` tells what is lost.",
			Example: "markdown_extensions:\n  - markdown_exec",
		},
		{
			ID: "config/ignored-extension", Severity: finding.Info,
			Summary: "An extension has an effect.",
			Why:     "Nothing is lost without it: Lintel does its work in another way, or it changes nothing in a page.",
			Fix:     "Remove it, or leave it for MkDocs.",
		},
		{
			ID: "config/ignored-option", Severity: finding.Info,
			Summary: "An option of an extension has an effect.",
			Why:     "Nothing is lost without it.",
			Fix:     "Remove it, or leave it for MkDocs.",
		},
		{
			ID: "config/fence-format", Severity: finding.Warning,
			Summary: "A custom fence of `pymdownx.superfences` has a format that is known.",
			Why:     "Its code is shown as it stands instead of what the formatter would make of it.",
			Fix:     "Use `pymdownx.superfences.fence_code_format` or `fence_div_format`.",
			Example: "markdown_extensions:\n  - pymdownx.superfences:\n      custom_fences:\n        - {name: plot, class: plot, format: !!python/name:mine.plot}",
		},
		{
			ID: "config/inline-format", Severity: finding.Warning,
			Summary: "Custom inline code of `pymdownx.inlinehilite` has a format that is known.",
			Why:     "The code is highlighted instead of what the formatter would make of it.",
			Fix:     "Use `pymdownx.arithmatex.arithmatex_inline_format`, or remove the entry.",
		},
		{
			ID: "markdown/encoding", Severity: finding.Warning,
			Summary: "A page is UTF-8.",
			Why:     "Bytes that cannot be read are shown as \ufffd.",
			Fix:     "Save the file as UTF-8.",
		},
		{
			ID: "markdown/front-matter", Severity: finding.Info,
			Summary: "The front matter of a page is a YAML map.",
			Why:     "What cannot be read is shown as text at the top of the page, and its settings have no effect.",
			Fix:     "Mend the line that the message names. Most often a value with `: ` in it wants quotation marks.",
			Example: "---\ntitle: Kafka: the sink\n---",
		},
		{
			ID: "markdown/metadata", Severity: finding.Info,
			Summary: "Lines of the form `word: text` at the start of a page are metadata.",
			Why:     "Python-Markdown takes them out of the page, which surprises whoever wrote them as text.",
			Fix:     "Begin the page with an empty line if they are text.",
			Example: "Note: this page is old.\n\n# Title",
		},
		{
			ID: "markdown/unknown-emoji", Severity: finding.Info,
			Summary: "A short name between colons is an emoji or an icon.",
			Why:     "The name is shown as text.",
			Fix:     "Mend the name.",
			Example: ":material-rocket-lanch:",
		},
		{
			ID: "include/not-found", Severity: finding.Warning,
			Summary: "A file that a page includes exists.",
			Why:     "The text is missing from the page.",
			Fix:     "Mend the path, or remove the include.",
			Example: "--8<-- \"abbreviatons.md\"",
		},
		{
			ID: "include/section", Severity: finding.Info,
			Summary: "A section that a page includes is marked in the file.",
			Why:     "The text is missing from the page.",
			Fix:     "Mark the section with `--8<-- [start:name]` and `--8<-- [end:name]`, or mend its name.",
			Example: "--8<-- \"setup.md:instal\"",
		},
		{
			ID: "include/loop", Severity: finding.Warning,
			Summary: "No file includes itself, and none does so through others.",
			Why:     "It would never end; the inner one is left out.",
			Fix:     "Take one of the includes out.",
		},
		{
			ID: "include/outside", Severity: finding.Error,
			Summary: "A page includes files of the project only.",
			Why:     "Lintel reads nothing outside of the repository, so that a merge request cannot publish what lies beside it.",
			Fix:     "Copy the file into the repository.",
			Example: "--8<-- \"../../other-repository/README.md\"",
		},
		{
			ID: "include/download", Severity: finding.Warning,
			Summary: "A page includes no address.",
			Why:     "A build asks no other host: its output would change from day to day, and a merge request could make the build fetch what it likes.",
			Fix:     "Keep a copy in the repository.",
			Example: "--8<-- \"https://example.org/license.md\"",
		},
		{
			ID: "include/forbidden", Severity: finding.Warning,
			Summary: "A text from elsewhere includes no files.",
			Why:     "Where no project belongs to a text there is nothing that it may include.",
			Fix:     "Render the page as a file of its project.",
		},
		{
			ID: "include/too-much", Severity: finding.Error,
			Summary: "What a page includes adds up to less than a page can hold.",
			Why:     "Files that include others many times over grow without bound; the rest is left out.",
			Fix:     "Link to the files instead.",
		},
	}
}
