package finding

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"admonition", "footnotes", "pymdownx.superfences", "toc", "tables"}
	for s, want := range map[string]string{
		"admonitions":         "admonition",
		"admonitoin":          "admonition",
		"pymdownx.superfence": "pymdownx.superfences",
		"TOC":                 "toc",
		"tco":                 "toc",
		"mermaid":             "",
		"abc":                 "",
		"":                    "",
	} {
		if got := Nearest(s, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", s, got, want)
		}
	}
}
