// Package highlight marks the tokens of source code in HTML.
//
// Append writes code with a span around each token that a reader should see in
// a colour of its own. The classes are the short names of Pygments (k, s2, c1,
// nf), which the style sheets of MkDocs sites know. Plain names, punctuation,
// operators written in signs and blanks (n, nx, p, o, w) look like the text
// around them in every theme of ours and have no span: pages are about a third
// smaller that way. Equal neighbours share a span, and no span crosses a
// newline, so that whoever numbers or marks lines may cut there.
//
// The lexers of languages that documentation is written in are our own: byte
// scanners, one pass, no regular expressions, no allocation but the growth of
// the output, linear on any input. They follow Pygments in what they call a
// token; they are made for readers, not for editors, and do not check what
// they read. Languages beyond those have the lexers of chroma, which are some
// two hundred times slower and are read only when a page asks for them. A lexer only says where tokens are, and the writer copies
// everything between them: without tags, the output is the input, for any
// bytes.
package highlight

import (
	"slices"
	"strings"
)

// Append appends code as HTML, with its tokens marked by the rules of a
// language. It reports whether the language is known; if not, dst is returned
// as it is.
func Append(dst []byte, lang, code string) (out []byte, ok bool) {
	_, lex, ok := find(lang)
	if !ok {
		return dst, false
	}
	w := writer{dst: slices.Grow(dst, len(code)+len(code)/2), src: code}
	if lex != nil {
		lex(&w, 0, len(code))
	}
	w.plain(len(code))
	return w.dst, true
}

// Known reports whether Append knows a language. Names are those of Pygments'
// lexers, in any case.
func Known(lang string) bool {
	_, _, ok := find(lang)
	return ok
}

// Name returns the name of a language as Pygments shows it, such as "Python"
// for "py", or "" when the language is not known.
func Name(lang string) string {
	name, _, _ := find(lang)
	return name
}

// find returns the lexer of a language; that of plain text is nil.
func find(lang string) (name string, lex lexer, ok bool) {
	if name, lex, ok = own(lang); ok {
		return name, lex, true
	}
	l := strings.ToLower(lang)
	if l != lang {
		if name, lex, ok = own(l); ok {
			return name, lex, true
		}
	}
	return fallback(l)
}

// own returns the lexers of this package.
func own(lang string) (name string, lex lexer, ok bool) {
	switch lang {
	case "", "text", "plain", "txt", "none", "plaintext":
		return "Text only", nil, true
	case "output":
		return "Text output", lexOutput, true
	case "yaml", "yml":
		return "YAML", lexYAML, true
	case "json", "json-object", "jsonc", "json5", "jsonl", "ndjson":
		return "JSON", lexJSON, true
	case "bash", "sh", "zsh", "ksh", "shell":
		return "Bash", lexShell, true
	case "console", "shell-session":
		return "Bash Session", lexConsole, true
	case "python", "py", "python3", "py3", "sage":
		return "Python", lexPython, true
	case "pycon", "python-console", "pycon3":
		return "Python console session", lexPycon, true
	case "go", "golang":
		return "Go", lexGo, true
	case "gomod", "go.mod", "gowork":
		return "Go module", lexGoMod, true
	case "java":
		return "Java", lexJava, true
	case "groovy", "gradle", "jenkinsfile":
		return "Groovy", lexGroovy, true
	case "kotlin", "kt", "kts":
		return "Kotlin", lexKotlin, true
	case "javascript", "js", "mjs", "cjs":
		return "JavaScript", lexJS, true
	case "jsx", "react":
		return "JSX", lexJS, true
	case "typescript", "ts", "mts", "cts":
		return "TypeScript", lexTS, true
	case "tsx":
		return "TSX", lexTS, true
	case "sql":
		return "SQL", lexSQL, true
	case "postgresql", "postgres":
		return "PostgreSQL SQL dialect", lexSQL, true
	case "mysql", "mariadb":
		return "MySQL", lexSQL, true
	case "plpgsql":
		return "PL/pgSQL", lexSQL, true
	case "tsql", "t-sql":
		return "Transact-SQL", lexSQL, true
	case "sqlite", "bigquery", "snowflake", "plsql", "hql", "spark-sql", "sparksql":
		return "SQL", lexSQL, true
	case "toml":
		return "TOML", lexTOML, true
	case "ini", "cfg", "dosini", "conf", "editorconfig", "systemd":
		return "INI", lexINI, true
	case "properties", "jproperties":
		return "Properties", lexProperties, true
	case "dotenv", "env":
		return "Dotenv", lexDotenv, true
	case "diff", "udiff", "patch":
		return "Diff", lexDiff, true
	case "docker", "dockerfile", "containerfile":
		return "Docker", lexDocker, true
	case "terraform", "tf", "hcl", "tfvars", "opentofu":
		return "Terraform", lexHCL, true
	case "css":
		return "CSS", lexCSS, true
	case "scss":
		return "SCSS", lexSCSS, true
	case "less":
		return "LessCss", lexSCSS, true
	case "html", "xhtml", "htm":
		return "HTML", lexHTML, true
	case "vue":
		return "Vue", lexHTML, true
	case "html+jinja", "html+django", "htmldjango", "html+handlebars":
		return "HTML+Django/Jinja", lexHTMLTemplate, true
	case "jinja", "django", "jinja2", "j2", "twig", "liquid":
		return "Django/Jinja", lexJinja, true
	case "xml", "svg", "xsd", "pom":
		return "XML", lexXML, true
	case "markdown", "md", "mdx":
		return "Markdown", lexMarkdown, true
	case "c", "h":
		return "C", lexC, true
	case "cpp", "c++", "cxx", "cc", "hpp":
		return "C++", lexCPP, true
	case "rust", "rs":
		return "Rust", lexRust, true
	case "csharp", "c#", "cs", "dotnet":
		return "C#", lexCSharp, true
	case "php", "php3", "php4", "php5", "php-inline":
		return "PHP", lexPHP, true
	case "make", "makefile", "mf", "bsdmake":
		return "Makefile", lexMake, true
	case "nginx":
		return "Nginx configuration file", lexNginx, true
	case "protobuf", "proto", "proto3":
		return "Protocol Buffer", lexProto, true
	case "ruby", "rb", "duby":
		return "Ruby", lexRuby, true
	case "powershell", "pwsh", "posh", "ps1", "psm1":
		return "PowerShell", lexPowerShell, true
	case "scala":
		return "Scala", lexScala, true
	case "lua":
		return "Lua", lexLua, true
	case "graphql", "gql", "graphqls":
		return "GraphQL", lexGraphQL, true
	case "http":
		return "HTTP", lexHTTP, true
	case "pytb", "py3tb":
		return "Python Traceback", lexTraceback, true
	}
	return "", nil, false
}

func lexOutput(w *writer, i, end int) { w.tok(cGo, i, end) }
