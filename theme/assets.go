package theme

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// paths are the output paths that pages refer to.
type paths struct{ css, theme, app, search, favicon, math, versions string }

// styleSheets are joined in this order.
var styleSheets = []string{"base.css", "content.css", "code.css", "arch.css", "diagram.css", "print.css"}

// jsStrings are the keys of the strings that scripts show.
var jsStrings = []string{
	"close", "search", "search_hint", "search_loading", "search_failed", "search_none", "search_one", "search_many",
	"search_share", "top", "copy", "copied", "annotation", "zoom", "help", "help_search",
	"help_previous", "help_next", "help_edit", "help_help",
}

func (t *Theme) makeAssets() error {
	add := func(name, ext string, data []byte) string {
		sum := sha256.Sum256(data)
		p := "assets/" + name + "." + hex.EncodeToString(sum[:4]) + ext
		t.assets = append(t.assets, Asset{p, data})
		return p
	}
	var css []byte
	for _, name := range styleSheets {
		data, err := staticFiles.ReadFile("static/" + name)
		if err != nil {
			return err
		}
		css = appendCSS(css, string(data))
		if name == "base.css" {
			css = t.iconCSS(css)
			css = t.palette.css(css)
		}
	}
	t.paths.css = add("lintel", ".css", css)

	scripts := map[string][]byte{}
	for _, name := range []string{"theme", "app", "search"} {
		data, err := staticFiles.ReadFile("static/" + name + ".js")
		if err != nil {
			return err
		}
		scripts[name] = trimJS(string(data))
	}
	t.paths.app = add("app", ".js", scripts["app"])
	t.paths.search = add("search", ".js", scripts["search"])
	if t.site.Math {
		data, err := staticFiles.ReadFile("static/katex.js")
		if err != nil {
			return err
		}
		t.paths.math = add("katex", ".js", data)
	}
	if t.site.Versions {
		data, err := staticFiles.ReadFile("static/versions.js")
		if err != nil {
			return err
		}
		t.paths.versions = add("versions", ".js", trimJS(string(data)))
	}
	if t.site.Favicon == "" {
		data, err := staticFiles.ReadFile("static/favicon.svg")
		if err != nil {
			return err
		}
		t.paths.favicon = add("favicon", ".svg", data)
	}

	texts := make(map[string]string, len(jsStrings))
	for _, k := range jsStrings {
		texts[k] = t.text[k]
	}
	on := []string{}
	for f, v := range t.site.Features {
		if v {
			on = append(on, f)
		}
	}
	slices.Sort(on)
	config, err := json.Marshal(struct {
		Palettes []paletteEntry    `json:"palettes"`
		Features []string          `json:"features"`
		Text     map[string]string `json:"text"`
		Search   string            `json:"search,omitempty"`
		Math     string            `json:"math,omitempty"`
		Offline  bool              `json:"offline,omitempty"`
	}{t.palette.entries, on, texts, t.searchScript(), t.paths.math, t.site.Offline})
	if err != nil {
		return err
	}
	js := append([]byte("window.lintel="), config...)
	js = append(js, ';', '\n')
	t.paths.theme = add("theme", ".js", append(js, scripts["theme"]...))
	return t.override()
}

func (t *Theme) searchScript() string {
	if !t.site.Search {
		return ""
	}
	return t.paths.search
}

// iconCSS writes the icons as variables, with those of theme.icon in place.
func (t *Theme) iconCSS(d []byte) []byte {
	rule := func(name, svg string) {
		d = append(append(append(append(append(d, "--i-"...), name...), `:url("`...), dataURI(svg)...), `");`...)
	}
	d = append(d, ":root{"...)
	for _, c := range chromeIcons {
		svg := c.body
		if name := t.site.Icons[c.key]; c.key != "" && name != "" {
			if own, ok := t.Icon(name); ok {
				svg = own
			}
		}
		rule(c.name, svg)
	}
	for _, e := range t.palette.entries {
		if e.svg != "" {
			rule(e.Icon, e.svg)
		}
	}
	tagged := false
	if name := t.site.Icons["tag.default"]; name != "" {
		var tag string
		if tag, tagged = t.Icon(name); tagged {
			rule("tag", tag)
		}
	}
	d = append(d, '}')
	if tagged {
		d = append(d, ".md-tag{--i:var(--i-tag)}.md-tag::before{content:\"\";margin-right:.35em;width:1em;height:1em}"...)
	}
	for _, e := range t.palette.entries {
		if e.svg != "" {
			d = append(append(append(append(append(d, ".i-"...), e.Icon...), "{--i:var(--i-"...), e.Icon...), ")}"...)
		}
	}
	return d
}

// appendCSS writes a style sheet without comments and needless white space.
func appendCSS(d []byte, s string) []byte {
	space := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch c {
		case ' ', '\t', '\r', '\n':
			space = true
			continue
		case '/':
			if end := strings.Index(s[i:], "*/"); end > 0 && s[i+1] == '*' {
				i += end + 1
				space = true
				continue
			}
		case '}':
			if n := len(d); n > 0 && d[n-1] == ';' {
				d = d[:n-1]
			}
		}
		if space && len(d) > 0 && !strings.ContainsRune("{};,>", rune(c)) && !strings.ContainsRune("{};,>:", rune(d[len(d)-1])) {
			d = append(d, ' ')
		}
		space = false
		if c == '"' || c == '\'' {
			end := strings.IndexByte(s[i+1:], c)
			if end < 0 {
				return append(d, s[i:]...)
			}
			d = append(d, s[i:i+end+2]...)
			i += end + 1
			continue
		}
		d = append(d, c)
	}
	return d
}

// trimJS writes a script without comments and needless white space. It reads no
// template literals, and relies on statements that end in semicolons.
func trimJS(s string) []byte {
	d := make([]byte, 0, len(s))
	space := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			space = true
			continue
		case c == '/' && strings.HasPrefix(s[i:], "//"):
			if n := strings.IndexByte(s[i:], '\n'); n > 0 {
				i += n - 1
				continue
			}
			return d
		}
		last := byte('\n')
		if len(d) > 0 {
			last = d[len(d)-1]
		}
		if space && (wordByte(last) && wordByte(c) || last == c && (c == '+' || c == '-')) {
			d = append(d, ' ')
		}
		space = false
		end := i
		switch {
		case c == '"' || c == '\'':
			end = literalEnd(s, i, c)
		case c == '/' && !wordByte(last) && last != ')' && last != ']':
			end = literalEnd(s, i, c)
		case c == '}' && last == ';':
			d = d[:len(d)-1]
		}
		d = append(d, s[i:end+1]...)
		i = end
	}
	return append(d, '\n')
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_' || c == '$' || c >= 0x80
}

// literalEnd returns where the string or regular expression that begins at i
// ends. A slash inside of brackets does not end an expression.
func literalEnd(s string, i int, quote byte) int {
	class := false
	for j := i + 1; j < len(s); j++ {
		switch c := s[j]; {
		case c == '\\':
			j++
		case quote == '/' && c == '[':
			class = true
		case quote == '/' && c == ']':
			class = false
		case c == quote && !class:
			return j
		}
	}
	return len(s) - 1
}

var (
	announceBlock = regexp.MustCompile(`(?s)\{%-?\s*block\s+announce\s*-?%\}(.*?)\{%-?\s*endblock`)
	includedIcon  = regexp.MustCompile(`\{%-?\s*include\s+["']\.icons/([\w/.-]+)\.svg["']\s*-?%\}`)
	jinjaComment  = regexp.MustCompile(`(?s)\{#.*?#\}`)
)

// announce takes the announcement from a template in which it is plain HTML
// with icons, as it nearly always is, and reports whether it could.
func (t *Theme) announce(template string) bool {
	m := announceBlock.FindStringSubmatch(template)
	if m == nil || t.site.Announcement != "" {
		return false
	}
	html := includedIcon.ReplaceAllStringFunc(jinjaComment.ReplaceAllString(m[1], ""), func(s string) string {
		svg, _ := t.Icon(includedIcon.FindStringSubmatch(s)[1])
		return svg
	})
	html = strings.TrimSpace(html)
	low := strings.ToLower(html)
	if html == "" || strings.Contains(html, "{%") || strings.Contains(html, "{{") || strings.Contains(low, "<script") || strings.Contains(low, "<style") {
		return false
	}
	t.site.Announcement = html
	return true
}

var jinjaBlock = regexp.MustCompile(`\{%-?\s*block\s+(\w+)`)

// override adds the files of the author's own folder. Templates in it cannot be
// run; each is reported with the blocks that it fills.
func (t *Theme) override() error {
	if t.opts.Override == nil {
		return nil
	}
	report := t.opts.Report
	if report == nil {
		report = func(string, string) {}
	}
	return fs.WalkDir(t.opts.Override, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if name != "." && (strings.HasPrefix(base, ".") || base == "__pycache__" || base == "lang" && path.Dir(name) == ".") {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if e.IsDir() {
			return nil
		}
		switch path.Ext(base) {
		case ".py", ".pyc":
			return nil
		case ".html", ".htm":
			data, err := fs.ReadFile(t.opts.Override, name)
			if err != nil {
				return err
			}
			message := "Jinja templates are not run"
			if name == "main.html" && t.announce(string(data)) {
				message += ", but the announcement that it holds is shown"
			}
			var blocks []string
			for _, m := range jinjaBlock.FindAllSubmatch(data, -1) {
				if b := string(m[1]); !slices.Contains(blocks, b) && (b != "announce" || t.site.Announcement == "") {
					blocks = append(blocks, b)
				}
			}
			if len(blocks) > 0 {
				message += "; what it puts into " + strings.Join(blocks, ", ") + " is left out"
			}
			report(name, message)
			return nil
		case ".yml", ".yaml":
			if strings.HasPrefix(base, "mkdocs_theme.") || strings.HasPrefix(base, "theme.") {
				return nil
			}
		}
		data, err := fs.ReadFile(t.opts.Override, name)
		if err != nil {
			return err
		}
		t.assets = append(t.assets, Asset{name, data})
		return nil
	})
}
