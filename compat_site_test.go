package lintel_test

import (
	"context"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/lintel-docs/lintel/internal/icon"
	"github.com/lintel-docs/lintel/site"
)

// siteCase shows rows of the manifest on a whole site: what it wants is in the
// output of the site with its configuration and files, and not without them.
type siteCase struct {
	rows  string    // "kind name", several separated by ";"
	yaml  string    // lines of mkdocs.yml
	theme string    // lines below theme
	files string    // txtar: added, or put in place of the files below
	path  string    // glob of the output looked into; index.html when empty
	want  string    // regular expression
	lacks string    // regular expression of what the site without it has and this one has not
	plain bool      // want is there without the configuration too: it is a default
	than  *siteCase // what it is compared with instead of the plain site
}

const siteFiles = `
-- docs/index.md --
# Home

Words of the home page, and a [link](guide/alpha.md).

![Picture](img/picture.png)
-- docs/guide/index.md --
# The guide

## Part one
-- docs/guide/alpha.md --
# Alpha

## First part

` + "```python\nx = 1\n```" + `

## Second part

### Deeper
-- docs/guide/beta.md --
# Beta

Text of beta.
-- docs/img/picture.png --
not a picture
-- docs/logo.svg --
<svg xmlns="http://www.w3.org/2000/svg"/>
`

// TestCompatSites builds the cases of siteCases, and holds the manifest to
// them: each row that names this test has a case.
func TestCompatSites(t *testing.T) {
	shown := map[string]bool{}
	for _, c := range siteCases() {
		for row := range strings.SplitSeq(c.rows, ";") {
			shown[strings.TrimSpace(row)] = true
		}
		t.Run(strings.ReplaceAll(c.rows, " ", "_"), func(t *testing.T) {
			t.Parallel()
			with := c.output(t, true)
			var without string
			if c.than != nil {
				c.than.path = c.path
				without = c.than.output(t, true)
			} else {
				without = c.output(t, false)
			}
			where := c.path + ": "
			if c.want != "" {
				re := regexp.MustCompile(c.want)
				if !re.MatchString(with) {
					t.Errorf("%s%q is missing in\n%s", where, c.want, with)
				}
				if re.MatchString(without) != c.plain {
					t.Errorf("%s%q without it: %v, want %v", where, c.want, !c.plain, c.plain)
				}
			}
			if c.lacks != "" {
				re := regexp.MustCompile(c.lacks)
				if re.MatchString(with) {
					t.Errorf("%s%q is in\n%s", where, c.lacks, with)
				}
				if !re.MatchString(without) {
					t.Errorf("%s%q is not there without it either", where, c.lacks)
				}
			}
		})
	}
	for _, r := range compatRows(t) {
		if r.Test == "compat_site_test.go:TestCompatSites" && !shown[r.Kind+" "+r.Name] {
			t.Errorf("%s %s has no case", r.Kind, r.Name)
		}
	}
}

// output builds the site and returns the files at the case's path.
func (c *siteCase) output(t *testing.T, with bool) string {
	t.Helper()
	conf := ""
	files := txtar.Parse([]byte(siteFiles)).Files
	theme := "  name: material\n"
	if with {
		conf += strings.TrimSpace(c.yaml) + "\n"
		files = append(files, txtar.Parse([]byte(c.files)).Files...)
		theme += "  " + strings.ReplaceAll(strings.TrimSpace(c.theme), "\n", "\n  ") + "\n"
	}
	if !with || !strings.Contains(c.theme, "features:") {
		theme += "  features: [navigation.indexes]\n"
	}
	if !strings.Contains("\n"+conf, "\ntheme:") {
		conf += "theme:\n" + theme
	}
	if !strings.Contains(conf, "site_name:") {
		conf += "site_name: Platform\n"
	}
	if !strings.Contains(conf, "site_url:") {
		conf += "site_url: https://docs.example.org/p/\n"
	}
	project := fstest.MapFS{"mkdocs.yml": {Data: []byte(conf)}}
	for _, f := range files {
		project[f.Name] = &fstest.MapFile{Data: f.Data}
		if string(f.Data) == "remove\n" {
			delete(project, f.Name)
		}
	}
	icons := icon.Open()
	day := func(d int) time.Time { return time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC) }
	s, err := site.Open(project, site.Options{
		Now:   func() time.Time { return day(9) },
		Icon:  icons.SVG,
		Emoji: icons.Emoji,
		History: func(context.Context) (*site.History, error) {
			return &site.History{Files: map[string]site.FileHistory{
				"docs/index.md": {Created: day(1), Updated: day(5), Authors: []string{"Kim Ada", "Lee Bob"}},
			}}, nil
		},
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, conf)
	}
	snap, err := s.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.path == "" {
		c.path = "index.html"
	}
	names, err := fs.Glob(snap, c.path)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, n := range names {
		data, err := fs.ReadFile(snap, n)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("\n==> " + n + "\n")
		b.Write(data)
	}
	if c.path == "findings" {
		for _, f := range snap.Findings() {
			b.WriteString(f.String() + "\n")
		}
	}
	return b.String()
}
