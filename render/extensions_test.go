package render

import (
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/finding"
)

func TestExtensionNames(t *testing.T) {
	m, findings := New(Options{Extensions: []Extension{
		{Name: "markdown.extensions.toc", Config: map[string]any{"permalink": true}},
		{Name: "toc", Config: map[string]any{"separator": "_"}},
		{Name: "extra", Config: map[string]any{"footnotes": map[string]any{"UNIQUE_IDS": true}}},
		{Name: "pymdownx.extra"},
		{Name: "mdx_gh_links", Config: map[string]any{"user": "u", "repo": "r"}},
	}})
	if len(findings) > 0 {
		t.Error(findings)
	}
	for _, name := range []string{"toc", "footnotes", "attr_list", "md_in_html", "pymdownx.superfences", "pymdownx.betterem", "fenced_code", "pymdownx.magiclink"} {
		if m.ext[name] == nil {
			t.Errorf("%s is off", name)
		}
	}
	if toc := m.ext["toc"]; toc["permalink"] != true || toc["separator"] != "_" {
		t.Errorf("toc %v", toc)
	}
	if m.ext["footnotes"]["UNIQUE_IDS"] != true {
		t.Errorf("footnotes %v", m.ext["footnotes"])
	}
	if m.ext["pymdownx.magiclink"]["repo"] != "r" {
		t.Errorf("magiclink %v", m.ext["pymdownx.magiclink"])
	}
}

func TestExtensionFindings(t *testing.T) {
	pos := finding.Position{Path: "mkdocs.yml", Line: 7, Column: 5}
	tests := []struct {
		ext  Extension
		want string
	}{
		{Extension{Name: "admonitions"}, "warning: unknown Markdown extension admonitions (did you mean admonition?)"},
		{Extension{Name: "my_company.ext"}, "warning: unknown Markdown extension my_company.ext (what it does is missing"},
		{Extension{Name: "toc", Config: map[string]any{"permalinks": true}}, "warning: toc has no option permalinks (did you mean permalink?)"},
		{Extension{Name: "admonition", Config: map[string]any{"zzz": true}}, "warning: admonition has no option zzz (it has no options)"},
		{Extension{Name: "pymdownx.highlight", Config: map[string]any{"guess_lang": true}}, "info: option guess_lang of pymdownx.highlight has no effect"},
		{Extension{Name: "mkdocs-click"}, "warning: Markdown extension mkdocs-click is not run"},
		{Extension{Name: "pymdownx.b64"}, "info: Markdown extension pymdownx.b64 has no effect"},
	}
	for _, tt := range tests {
		tt.ext.Position = pos
		_, findings := New(Options{Extensions: []Extension{tt.ext}})
		if len(findings) != 1 || !strings.HasPrefix(findings[0].String(), "mkdocs.yml:7:5: "+tt.want) {
			t.Errorf("%s: %v\nwant %s", tt.ext.Name, findings, tt.want)
		}
	}
}

func TestKnownExtensionsAreConsistent(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range KnownExtensions() {
		for _, n := range append([]string{e.Name}, e.Aliases...) {
			if seen[n] {
				t.Errorf("%s is named twice", n)
			}
			seen[n] = true
		}
		if e.Status != Supported && e.Why == "" {
			t.Errorf("%s is %s without a reason", e.Name, e.Status)
		}
	}
}
