package drift

import (
	"bytes"
	"path"
	"strings"
)

// syntax says how a language writes comments and strings: as much as telling
// code from what is said about it takes.
type syntax struct {
	line   []string    // comments to the end of the line
	block  [][2]string // comments with an end
	quotes string      // characters that begin and end a string
	// triple is set where three quotes begin a string of several lines.
	triple bool
	// spaced is set where a comment mark counts only behind white space: a URL
	// in YAML holds a # that is none.
	spaced bool
	// keywords is set where the case of words does not matter.
	folded bool
	// data is set for configuration: keys and values, no statements.
	data bool
	// bare is set where strings need no quotes.
	bare bool
	// typed is set where the type stands behind the name: const limit int = 3.
	typed bool
}

// syntaxOf returns the syntax of a file, by its name, and whether it is known.
func syntaxOf(p string) (syntax, bool) {
	base := strings.ToLower(path.Base(p))
	ext := path.Ext(base)
	switch {
	case base == "dockerfile" || strings.HasPrefix(base, "dockerfile.") || strings.HasSuffix(base, ".dockerfile"):
		return syntax{line: []string{"#"}, quotes: `"'`, spaced: true, bare: true}, true
	case base == "makefile" || base == "justfile" || base == "gemfile" || base == "rakefile":
		return syntax{line: []string{"#"}, quotes: `"'`, spaced: true, bare: true}, true
	case strings.HasPrefix(base, ".env") || ext == ".env":
		return syntax{line: []string{"#"}, quotes: `"'`, spaced: true, data: true, bare: true}, true
	case base == "jenkinsfile":
		ext = ".groovy"
	}
	switch ext {
	case ".go":
		return syntax{line: []string{"//"}, block: [][2]string{{"/*", "*/"}}, quotes: "\"`'", typed: true}, true
	case ".java", ".kt", ".kts", ".scala", ".groovy", ".gradle", ".c", ".cc", ".cpp", ".h", ".hpp", ".cs", ".rs", ".swift", ".proto", ".php", ".jsonnet", ".libsonnet", ".cue", ".thrift":
		return syntax{line: []string{"//"}, block: [][2]string{{"/*", "*/"}}, quotes: `"'`}, true
	case ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte":
		return syntax{line: []string{"//"}, block: [][2]string{{"/*", "*/"}}, quotes: "\"'`"}, true
	case ".py", ".pyi", ".star", ".bzl":
		return syntax{line: []string{"#"}, quotes: `"'`, triple: true}, true
	case ".rb", ".ex", ".exs", ".pl", ".r":
		return syntax{line: []string{"#"}, quotes: `"'`}, true
	case ".sh", ".bash", ".zsh", ".ksh", ".ps1", ".fish":
		return syntax{line: []string{"#"}, quotes: `"'`, spaced: true, bare: true}, true
	case ".sql":
		return syntax{line: []string{"--"}, block: [][2]string{{"/*", "*/"}, {"{#", "#}"}}, quotes: "\"'`", folded: true}, true
	case ".yaml", ".yml":
		return syntax{line: []string{"#"}, quotes: `"'`, spaced: true, data: true, bare: true}, true
	case ".json", ".jsonc", ".json5", ".avsc":
		return syntax{line: []string{"//"}, block: [][2]string{{"/*", "*/"}}, quotes: `"`, data: true}, true
	case ".toml":
		return syntax{line: []string{"#"}, quotes: `"'`, triple: true, data: true}, true
	case ".ini", ".cfg", ".conf", ".properties":
		return syntax{line: []string{"#", ";"}, quotes: `"'`, spaced: true, data: true, bare: true}, true
	case ".tf", ".hcl", ".tfvars":
		return syntax{line: []string{"#", "//"}, block: [][2]string{{"/*", "*/"}}, quotes: `"`}, true
	case ".graphql":
		return syntax{line: []string{"#"}, quotes: `"`, triple: true}, true
	case ".tpl", ".tmpl", ".j2", ".jinja", ".jinja2", ".hbs":
		return syntax{line: []string{"#"}, block: [][2]string{{"{{/*", "*/}}"}, {"{{- /*", "*/ -}}"}, {"{#", "#}"}}, quotes: `"'`, spaced: true, data: true, bare: true}, true
	case ".html", ".xml":
		return syntax{block: [][2]string{{"<!--", "-->"}}, quotes: `"`, bare: true}, true
	case ".lua", ".hs":
		return syntax{line: []string{"--"}, quotes: `"'`}, true
	case ".css", ".scss":
		return syntax{block: [][2]string{{"/*", "*/"}}, quotes: `"'`, bare: true}, true
	}
	return syntax{}, false
}

type tokenKind uint8

const (
	tokWord   tokenKind = iota // identifier, number or bare text
	tokString                  // content of a string
	tokSign                    // one character
)

// token is a piece of code that is no comment and no white space.
type token struct {
	kind tokenKind
	text string
	off  int
	line int // from 1
	// first is set for the first token of a line.
	first bool
}

// maxTokens bounds what is read of a file.
const maxTokens = 2 << 20

// tokens cuts code into its tokens. Comments, doc strings and white space are
// left out, so that two texts with equal tokens do the same.
func tokens(s syntax, src []byte) []token {
	var out []token
	text := string(src)
	line, first := 1, true
	emit := func(k tokenKind, from, to int) {
		out = append(out, token{k, text[from:to], from, line, first})
		first = false
	}
scan:
	for i := 0; i < len(text) && len(out) < maxTokens; {
		ch := text[i]
		if ch == '\n' {
			line, first = line+1, true
			i++
			continue
		}
		if ch == ' ' || ch == '\t' || ch == '\r' {
			i++
			continue
		}
		for _, b := range s.block {
			if strings.HasPrefix(text[i:], b[0]) {
				n := strings.Index(text[i+len(b[0]):], b[1])
				end := len(text)
				if n >= 0 {
					end = i + len(b[0]) + n + len(b[1])
				}
				line += strings.Count(text[i:end], "\n")
				i = end
				continue scan
			}
		}
		for _, m := range s.line {
			if strings.HasPrefix(text[i:], m) && (!s.spaced || i == 0 || text[i-1] <= ' ') {
				n := strings.IndexByte(text[i:], '\n')
				if n < 0 {
					break scan
				}
				i += n
				continue scan
			}
		}
		if strings.IndexByte(s.quotes, ch) >= 0 && !(s.bare && ch == '\'' && i > 0 && isNameByte(text[i-1])) {
			if s.triple && i+2 < len(text) && text[i+1] == ch && text[i+2] == ch {
				q := text[i : i+3]
				n := strings.Index(text[i+3:], q)
				end := len(text)
				stop := end
				if n >= 0 {
					stop, end = i+3+n, i+3+n+3
				}
				// A string that is a statement is a doc string.
				if !first || s.data {
					emit(tokString, i+3, stop)
				}
				line += strings.Count(text[i:end], "\n")
				i = end
				continue
			}
			end, ok := closing(text, i, ch, ch == '`' || s.data || s.bare || s.folded)
			if ok {
				doc := first && s.triple && !s.data && lineEnds(text, end+1)
				if !doc {
					emit(tokString, i+1, end)
				}
				line += strings.Count(text[i:end+1], "\n")
				i = end + 1
				continue
			}
		}
		if isNameByte(ch) {
			j := i
			for j < len(text) && (isNameByte(text[j]) || s.bare && strings.IndexByte("-./", text[j]) >= 0 && j+1 < len(text) && isNameByte(text[j+1])) {
				j++
			}
			emit(tokWord, i, j)
			i = j
			continue
		}
		emit(tokSign, i, i+1)
		i++
	}
	return out
}

// lineEnds reports whether nothing follows on the line.
func lineEnds(text string, i int) bool {
	for ; i < len(text) && text[i] != '\n'; i++ {
		if text[i] > ' ' {
			return false
		}
	}
	return true
}

// closing returns where the string ends that a quote at i begins. A string that
// does not end on its line is none, unless it may have several.
func closing(text string, i int, q byte, multi bool) (int, bool) {
	for j := i + 1; j < len(text); j++ {
		switch text[j] {
		case '\\':
			if q != '`' {
				j++
			}
		case '\n':
			if !multi {
				return 0, false
			}
		case q:
			return j, true
		}
	}
	return 0, false
}

func isNameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b >= 0x80
}

// generated reports whether a file says of itself that a program wrote it.
func generated(src []byte) bool {
	head := src[:min(len(src), 2000)]
	for _, m := range []string{"DO NOT EDIT", "Code generated", "@generated", "Do not edit", "do not edit by hand", "automatically generated", "autogenerated", "auto-generated"} {
		if bytes.Contains(head, []byte(m)) {
			return true
		}
	}
	return false
}

// isLock reports whether a file is written by a package manager.
func isLock(p string) bool {
	base := strings.ToLower(path.Base(p))
	switch base {
	case "go.sum", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "poetry.lock", "uv.lock", "cargo.lock", "gemfile.lock", "composer.lock", "pipfile.lock", "flake.lock", "pdm.lock", "npm-shrinkwrap.json", "bun.lock", "bun.lockb", ".terraform.lock.hcl", "chart.lock":
		return true
	}
	return strings.HasSuffix(base, ".min.js") || strings.HasSuffix(base, ".map") || strings.HasSuffix(base, ".svg")
}

// aboutDocuments reports whether a file configures documents: what it names are
// pages.
func aboutDocuments(p string) bool {
	switch strings.ToLower(path.Base(p)) {
	case "mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "lintel.yml", "sidebars.js", "sidebars.ts", "docusaurus.config.js", "docusaurus.config.ts", "book.toml", ".readthedocs.yaml",
		".readthedocs.yml", "_sidebar.md", "sidebars.json", ".markdownlint.json", ".markdownlint.yaml", "codeowners":
		return true
	}
	return hasFolder(strings.ToLower(p), "versioned_sidebars")
}

// significant reports whether a file can make a document untrue: own code that
// people write and that is no test.
func significant(p string) bool {
	if foreign(p) || isLock(p) || isTest(p) || isMarkdown(p) {
		return false
	}
	l := strings.ToLower(p)
	if aboutDocuments(p) {
		return false
	}
	if hasFolder(l, "dist", "build", ".git", "locale", "locales", "i18n") {
		return false
	}
	switch path.Ext(l) {
	case ".rst", ".adoc", ".txt", ".ipynb", ".csv", ".svg", ".patch", ".diff":
		return path.Base(l) == "requirements.txt"
	}
	_, ok := syntaxOf(p)
	return ok
}

// equalTokens reports whether two texts of a language differ in their form
// alone: in comments, white space, quotes and commas before a closing bracket.
func equalTokens(s syntax, ta, tb []token) bool {
	i, j := 0, 0
	skip := func(t []token, k int) int {
		for k < len(t) && t[k].kind == tokSign && (t[k].text == "," && k+1 < len(t) && t[k+1].kind == tokSign && strings.Contains(")]}", t[k+1].text) || t[k].text == ";") {
			k++
		}
		return k
	}
	for {
		i, j = skip(ta, i), skip(tb, j)
		if i == len(ta) || j == len(tb) {
			return i == len(ta) && j == len(tb)
		}
		x, y := ta[i], tb[j]
		equal := x.text == y.text || s.folded && x.kind == tokWord && strings.EqualFold(x.text, y.text)
		if !equal {
			return false
		}
		i, j = i+1, j+1
	}
}
