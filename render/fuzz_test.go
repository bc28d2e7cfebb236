package render

import (
	"fmt"
	"html"
	"strings"
	"testing"
	"testing/fstest"
)

// fuzzMarkdowns returns a compiled Markdown of each dialect, with everything
// on, for pages that are not trusted.
func fuzzMarkdowns() map[Dialect]*Markdown {
	all := map[Dialect]*Markdown{}
	for _, d := range []Dialect{MkDocs, CommonMark, CommonMarkStrict} {
		o := Options{Dialect: d, Untrusted: true, Icon: testIcon, Emoji: testEmoji}
		if d != CommonMarkStrict {
			for _, e := range KnownExtensions() {
				switch e.Name {
				case "fenced_code", "codehilite", "pymdownx.pathconverter", "nl2br", "legacy_em", "legacy_attrs", "pymdownx.fancylists", "sane_lists":
					// superfences and highlight take their place, or they change the rules for others.
				default:
					if e.Status == Supported {
						o.Extensions = append(o.Extensions, Extension{Name: e.Name})
					}
				}
			}
		}
		m, _ := New(o)
		all[d] = m
	}
	return all
}

var fuzzSeeds = []string{
	"# Title {#id .c}\n\npara *em* **strong** `code` [l](x.md \"t\") ![i](i.png)\n\n- a\n\n    - b\n\n1. c\n",
	"!!! note \"T\"\n    body\n\n??? tip\n    ```py title=\"x\" hl_lines=\"1 2-3\" linenums=\"1\"\n    x = 1\n    ```\n\n=== \"A\"\n    a\n=== \"B\"\n    b\n",
	"| a | b |\n|:--|--:|\n| `x|y` | \\| |\n\nTerm\n:   def\n\n[^1]: note\n\nfoot[^1] ==m== ++ctrl+a++ ~~d~~ H~2~O ^^i^^ :smile: :material-account:\n",
	"<div markdown>\n*x*\n</div>\n\n<script>alert(1)</script>\n<a href=\"javascript:x\" onclick=y>z</a>\n\n*[X]: Y\n\nX {: .c }\n",
	"[a](javascript:x) <https://x> [b]: <javascript:y>\n\n[b]\n\n{--x--} {++y++} {~~a~>b~~}\n\n--8<-- \"inc.md\"\n\n$a$ $$b$$\n\n[TOC]\n",
	"> [!note] T\n> x\n\n>>>\nq\n>>>\n\n/// admonition | T\nx\n///\n\n**커넥터(Connector)**를\n\n- [x] t\n",
	"---\na: b\n---\n\ufeff\x00\x02 1\x03 &#x41; &copy; \\*\r\n\tcode\n",
}

// FuzzHTML checks that any page gives well-formed HTML in which nothing runs,
// and that slots and positions are in their bounds.
func FuzzHTML(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	markdowns := fuzzMarkdowns()
	files := fstest.MapFS{"inc.md": {Data: []byte("included *x*\n\n--8<-- \"inc.md\"\n")}}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 20_000 {
			return
		}
		for dialect, m := range markdowns {
			d := m.Parse([]byte(src), Page{Path: "a.md", Files: files, DocsDir: ".", ConfigDir: "."})
			out := string(d.AppendHTML(nil, nil))
			if err := wellFormed(out); err != nil {
				t.Errorf("%s: %v\n%q\n%s", dialect, err, src, out)
			}
			lines := strings.Count(src, "\n") + strings.Count(src, "\r") + 2
			for _, l := range d.Links {
				if l.Line < 0 || l.Line > lines {
					t.Errorf("%s: link %q on line %d of %d: %q", dialect, l.Dest, l.Line, lines, src)
				}
			}
			n := 0
			d.AppendHTML(nil, func(i int) string {
				if i < 0 || i >= len(d.Links) {
					t.Errorf("%s: slot of link %d", dialect, i)
				}
				n++
				return "x"
			})
			if n != len(d.Links) {
				t.Errorf("%s: %d links, %d slots: %q", dialect, len(d.Links), n, src)
			}
			again := m.Parse([]byte(src), Page{Path: "a.md", Files: files, DocsDir: ".", ConfigDir: "."})
			if string(again.AppendHTML(nil, nil)) != out {
				t.Errorf("%s: two results for %q", dialect, src)
			}
		}
	})
}

// wellFormed checks that tags are balanced and attributes run nothing.
func wellFormed(s string) error {
	var open []string
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		s = s[i+1:]
		end := strings.HasPrefix(s, "/")
		s = strings.TrimPrefix(s, "/")
		n := 0
		for n < len(s) && (isAlnum(s[n]) || s[n] == '-') {
			n++
		}
		if n == 0 {
			return fmt.Errorf("no tag: %.40q", s)
		}
		name := s[:n]
		s = s[n:]
		void := false
		for {
			s = strings.TrimLeft(s, " \n")
			if strings.HasPrefix(s, "/>") {
				void, s = true, s[2:]
				break
			}
			if strings.HasPrefix(s, ">") {
				s = s[1:]
				break
			}
			key, rest, ok := strings.Cut(s, `="`)
			if !ok || key == "" || strings.ContainsAny(key, " <>\"'\n") {
				return fmt.Errorf("attribute of %s: %.40q", name, s)
			}
			val, rest, ok := strings.Cut(rest, `"`)
			if !ok || strings.ContainsAny(val, "<>") {
				return fmt.Errorf("value of %s of %s: %.40q", key, name, rest)
			}
			if strings.HasPrefix(strings.ToLower(key), "on") || key == "style" {
				return fmt.Errorf("attribute %s of %s", key, name)
			}
			if key == "href" || key == "src" {
				// What a browser makes of the value.
				url := strings.Map(func(r rune) rune {
					if r <= ' ' {
						return -1
					}
					return r
				}, strings.ToLower(html.UnescapeString(val)))
				if strings.HasPrefix(url, "javascript:") || strings.HasPrefix(url, "vbscript:") || strings.HasPrefix(url, "data:text") {
					return fmt.Errorf("%s of %s runs: %q", key, name, val)
				}
			}
			s = rest
		}
		switch {
		case void:
		case !end:
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			return fmt.Errorf("end of %s in %v", name, open)
		default:
			open = open[:len(open)-1]
		}
		if name == "script" || name == "iframe" || name == "object" || name == "form" {
			return fmt.Errorf("element %s", name)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("not closed: %v", open)
	}
	return nil
}
