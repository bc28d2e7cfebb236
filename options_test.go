package lintel_test

import (
	"fmt"
	"html"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/lintel-docs/lintel/internal/icon"
	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/site"
)

// TestMarkdownOptions renders the cases of render/testdata/options, one or more
// for each option of each extension, as a site would, and compares them with
// what Python-Markdown makes of them.
func TestMarkdownOptions(t *testing.T) {
	files, err := filepath.Glob("render/testdata/options/*.txtar")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		content := map[string]string{}
		for _, f := range a.Files {
			content[f.Name] = string(f.Data)
		}
		for _, f := range a.Files {
			name, ok := strings.CutSuffix(f.Name, ".html")
			if !ok || strings.Contains(name, "/") {
				continue
			}
			id := strings.TrimSuffix(path.Base(file), ".txtar") + "/" + name
			t.Run(id, func(t *testing.T) {
				project := fstest.MapFS{
					"docs/page.md": {Data: []byte(content[name+".md"])},
					"mkdocs.yml":   {Data: []byte("site_name: Options\nmarkdown_extensions:\n" + indent(content[name+".yml"]))},
				}
				for n, text := range content {
					if rest, ok := strings.CutPrefix(n, name+"/"); ok {
						project[rest] = &fstest.MapFile{Data: []byte(text)}
					}
				}
				got, err := renderPage(project)
				g, w := normal(got), normal(string(f.Data))
				if err != nil {
					t.Fatal(err)
				}
				if g != w {
					t.Errorf("%s\n%s\n got %s\nwant %s", content[name+".yml"], content[name+".md"], g, w)
				}
			})
		}
	}
}

func indent(s string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n  ") + "\n"
}

func renderPage(project fs.FS) (string, error) {
	c, findings, err := site.LoadConfig(project, "", nil)
	if err != nil {
		return "", fmt.Errorf("%w %v", err, findings)
	}
	icons := icon.Open()
	md, findings := render.New(render.Options{Dialect: c.Dialect, Extensions: c.Extensions, Icon: icons.SVG, Emoji: icons.Emoji})
	if len(findings) > 0 {
		return "", fmt.Errorf("findings %v", findings)
	}
	src, err := fs.ReadFile(project, "docs/page.md")
	if err != nil {
		return "", err
	}
	doc := md.Parse(src, render.Page{Path: "docs/page.md", Files: project, DocsDir: c.DocsDir, ConfigDir: c.Dir})
	return string(doc.AppendHTML(nil, nil)), nil
}

var (
	emptySpan = regexp.MustCompile(`<span[^>]*></span>`)
	codeBody  = regexp.MustCompile(`(?s)(<code[^>]*>)(.*?)(</code>)`)
	spanTag   = regexp.MustCompile(`</?span[^>]*>`)
	alignment = regexp.MustCompile(`\s(?:style="text-align:\s*(\w+);?"|class="align-(\w+)"|align="(\w+)")`)
	selfClose = regexp.MustCompile(`\s*/>`)
	preBlock  = regexp.MustCompile(`(?s)<pre.*?</pre>`)
	space     = regexp.MustCompile(`\s+`)
	saved     = regexp.MustCompile("\x00(\\d+)\x00")
)

// normal takes out what may differ from Python-Markdown: the spans of tokens,
// hidden alias anchors, white space between tags, and how a cell's alignment
// and an empty element are written.
func normal(s string) string {
	s = emptySpan.ReplaceAllString(s, "")
	s = codeBody.ReplaceAllStringFunc(s, func(m string) string {
		p := codeBody.FindStringSubmatch(m)
		return p[1] + spanTag.ReplaceAllString(p[2], "") + p[3]
	})
	s = alignment.ReplaceAllString(s, ` align="$1$2$3"`)
	s = selfClose.ReplaceAllString(s, ">")
	var pre []string
	s = preBlock.ReplaceAllStringFunc(s, func(m string) string {
		pre = append(pre, strings.TrimRight(m, " \n"))
		return fmt.Sprintf("\x00%d\x00", len(pre)-1)
	})
	s = space.ReplaceAllString(s, " ")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "> ", ">"), " <", "<")
	s = saved.ReplaceAllStringFunc(s, func(m string) string {
		i, err := strconv.Atoi(strings.Trim(m, "\x00"))
		if err != nil || i >= len(pre) {
			return m
		}
		return pre[i]
	})
	return strings.TrimSpace(html.UnescapeString(s))
}
