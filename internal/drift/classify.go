package drift

import (
	"path"
	"strings"
)

// class is what a file is to drift.
type class uint8

const (
	classOther    class = iota // neither: data, pictures, licences, locks, vendored code
	classCode                  // a change of it can make a document untrue
	classDocument              // prose that a change can make untrue
	classLog                   // prose that says what was: change logs, release notes, migration guides
)

var documentSuffixes = []string{".md", ".mdx", ".markdown", ".rst", ".adoc", ".asciidoc", ".mkd"}

// textDocument reports whether a .txt file is a document: most are data.
func textDocument(p, base string) bool {
	return strings.HasPrefix(base, "readme") || hasFolder(p, "doc", "docs", "documentation")
}

func hasFolder(p string, names ...string) bool {
	for dir := range strings.SplitSeq(path.Dir(p), "/") {
		for _, n := range names {
			if dir == n {
				return true
			}
		}
	}
	return false
}

// classify says what a file is by its path.
func classify(p string) class {
	l := strings.ToLower(p)
	base := path.Base(l)
	if hasFolder(l, "vendor", "node_modules", "third_party", "third-party", "testdata", "fixtures", "__snapshots__", "dist", ".git", ".venv") {
		return classOther
	}
	ext := path.Ext(base)
	isDoc := false
	for _, s := range documentSuffixes {
		isDoc = isDoc || ext == s
	}
	isDoc = isDoc || ext == ".txt" && textDocument(l, base)
	if isDoc {
		stem := strings.TrimSuffix(base, ext)
		switch {
		case hasFolder(l, ".github", ".gitlab"), strings.HasPrefix(base, "license"), strings.HasPrefix(base, "code_of_conduct"),
			strings.HasPrefix(stem, "authors"), strings.HasPrefix(stem, "contributors"), strings.HasPrefix(stem, "maintainers"),
			strings.HasPrefix(stem, "owners"), strings.HasPrefix(stem, "notice"), strings.HasPrefix(stem, "copyright"), strings.HasPrefix(stem, "adopters"), stem == "users":
			return classOther
		case strings.Contains(stem, "changelog"), strings.HasPrefix(stem, "changes"), strings.HasPrefix(stem, "history"), strings.HasPrefix(stem, "news"),
			strings.Contains(l, "release-notes"), strings.Contains(l, "release_notes"), strings.HasPrefix(stem, "release"), strings.HasPrefix(stem, "upgrad"),
			strings.HasPrefix(stem, "migrat"), strings.HasPrefix(stem, "deprecat"), strings.HasPrefix(stem, "whats-new"), strings.HasPrefix(stem, "whatsnew"),
			hasFolder(l, "changelog", "changelogs", "newsfragments", "changes.d", "blog", "_posts", "versioned_docs", "i18n", "locale", "locales", "translations"):
			return classLog
		case hasFolder(l, "test", "tests", "spec"):
			return classOther
		}
		return classDocument
	}
	switch base {
	case "dockerfile", "makefile", "justfile", "jenkinsfile", "chart.yaml", "go.mod":
		return classCode
	case "go.sum", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "poetry.lock", "uv.lock", "cargo.lock", "gemfile.lock", "composer.lock":
		return classOther
	}
	switch ext {
	case ".go", ".py", ".rs", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".java", ".kt", ".kts", ".scala", ".groovy", ".c", ".cc", ".cpp", ".h", ".hpp", ".cs",
		".rb", ".php", ".swift", ".lua", ".sql", ".proto", ".graphql", ".yaml", ".yml", ".toml", ".json", ".tf", ".hcl", ".sh", ".bash", ".ps1", ".cfg",
		".ini", ".conf", ".properties", ".env", ".tpl", ".tmpl", ".j2", ".jinja", ".jinja2", ".hbs", ".html", ".vue", ".svelte", ".css", ".scss", ".xml", ".gradle", ".ex", ".exs", ".erl", ".clj", ".hs", ".ml", ".jsonnet", ".libsonnet", ".cue":
		if hasFolder(l, "doc", "docs", "documentation", "website", "site") && (ext == ".html" || ext == ".css" || ext == ".js") {
			return classOther
		}
		return classCode
	}
	if strings.HasPrefix(base, ".env") || strings.HasPrefix(base, "dockerfile.") {
		return classCode
	}
	return classOther
}

// isTest reports whether a code file only tests.
func isTest(p string) bool {
	l := strings.ToLower(p)
	base := path.Base(l)
	return hasFolder(l, "test", "tests", "spec", "specs", "__tests__", "e2e") || strings.Contains(base, "_test.") || strings.Contains(base, ".test.") ||
		strings.Contains(base, ".spec.") || strings.HasPrefix(base, "test_") || base == "conftest.py"
}
