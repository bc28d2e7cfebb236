package main

import (
	"regexp"
	"strings"
)

// What the protocol of the measurement calls a document and code. It is wider and
// plainer than what Lintel itself calls so, on purpose: a tool is judged by a
// definition that is not its own.
var (
	docExt  = []string{".md", ".mdx", ".rst", ".adoc", ".txt", ".asciidoc"}
	codeExt = []string{
		".go", ".py", ".rs", ".ts", ".tsx", ".js", ".java", ".kt", ".scala", ".c", ".cc", ".cpp",
		".h", ".rb", ".sql", ".proto", ".yaml", ".yml", ".toml", ".sh", ".jsx", ".cue",
	}
	skipped = regexp.MustCompile(`(?i)(^|/)(vendor|node_modules|testdata|third_party|fixtures)/|CHANGELOG|CHANGES|RELEASE` +
		`|release-notes|(^|/)LICENSE|requirements.*\.txt$|CMakeLists|go\.sum|(^|/)\.github/|OWNERS` +
		`|newsfragments|USERS\.md|MAINTAINERS|cue$`)
	testing  = regexp.MustCompile(`(^|/)(tests?|spec)/`)
	docsTree = regexp.MustCompile(`(^|/)(docs?|documentation|website|site)/`)
	// Documents that no change makes untrue: logs of releases and transitions, lists
	// of people, legal texts, translations, frozen copies, text files that are data.
	ineligible = regexp.MustCompile(`(?i)(^|/)(upgrad|migrat|deprecat|highlights|whats-?new)|upgrade-guide|(^|/)(HISTORY|NEWS)\.` +
		`|(^|/)(COPYRIGHT|AUTHORS|CONTRIBUTORS|NOTICE|ALIASES|ADOPTERS|CODE_OF_CONDUCT)[^/]*$` +
		`|(^|/)(i18n|locales?|translations?|l10n)/` +
		`|(^|[/._-])(zh|zh[-_](cn|tw|hans|hant)|ja|jp|ko|kr|fr|de|es|pt|pt[-_]br|ru|it|tr|uk|vi)(/|\.\w+$)` +
		`|(^|/)(versioned_docs|blog|_posts)/|(^|/)\.[^/]+/`)
	textDoc = regexp.MustCompile(`(?i)(^|/)(docs?|documentation|README[^/]*$)`)
)

func hasSuffix(p string, of []string) bool {
	p = strings.ToLower(p)
	for _, s := range of {
		if strings.HasSuffix(p, s) {
			return true
		}
	}
	return false
}

func docByProtocol(p string) bool {
	return hasSuffix(p, docExt) && !skipped.MatchString(p) && !testing.MatchString(p)
}

func codeByProtocol(p string) bool {
	return hasSuffix(p, codeExt) && !skipped.MatchString(p) && !docsTree.MatchString(p)
}

// isEligible reports whether a document can be right, and can have a place in a
// ranking.
func isEligible(p string) bool {
	if !docByProtocol(p) || ineligible.MatchString(p) {
		return false
	}
	return !strings.HasSuffix(strings.ToLower(p), ".txt") || textDoc.MatchString(p)
}
