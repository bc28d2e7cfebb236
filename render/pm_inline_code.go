package render

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// inlineCodeConfig is the options of pymdownx.inlinehilite.
type inlineCodeConfig struct {
	on     bool
	style  *codeStyle // with the class of inline code
	plain  bool       // code without a language is styled too
	custom []customFence
}

func compileInlineCode(m *Markdown) (inlineCodeConfig, []finding.Finding) {
	cfg, on := m.ext["pymdownx.inlinehilite"]
	if !on {
		return inlineCodeConfig{}, nil
	}
	style := *highlightStyle(m, m.ext["pymdownx.highlight"])
	if class := optString(cfg, "css_class", ""); class != "" {
		style.class = class
	}
	style.defaultLang = optString(cfg, "style_plain_text", "")
	c := inlineCodeConfig{on: true, style: &style, plain: optBool(cfg, "style_plain_text", false)}
	var findings []finding.Finding
	list, _ := cfg["custom_inline"].([]any)
	for _, x := range list {
		entry, _ := x.(map[string]any)
		f := customFence{tag: "span"}
		name, isName := entry["name"].(string)
		class, isClass := entry["class"].(string)
		if !isName || !isClass {
			continue
		}
		f.name, f.class = name, class
		if entry["format"] != nil {
			f.format, _ = compileFormat(entry["format"], &f)
		}
		if f.format != formatMath && f.format != formatMathJax {
			findings = append(findings, finding.Finding{
				Rule: "config/inline-format", Severity: finding.Warning, Position: m.extensionPosition("pymdownx.inlinehilite"),
				Message: fmt.Sprintf("the format of the inline code %s is not known: %v", f.name, formatName(x)),
				Hint:    "its code is highlighted; pymdownx.arithmatex.arithmatex_inline_format is known",
			})
			continue
		}
		c.custom = append([]customFence{f}, c.custom...)
	}
	return c, findings
}

// codePatterns returns the patterns that come before all others, since nothing
// inside what they match is Markdown: code and math.
func codePatterns(m *Markdown) []inlinePattern {
	code := inlinePattern{name: "backtick", priority: 190, trigger: "`\\", need: "`", match: matchBacktick}
	if _, on := m.ext["pymdownx.inlinehilite"]; on {
		code.match = matchInlineHilite
	}
	list := []inlinePattern{code}
	if c := compileMath(m); c.dollar || c.round {
		list = append(list, mathPattern(&c))
	}
	return list
}

// matchInlineHilite matches code that may name its language: `#!py x = 1`.
func matchInlineHilite(p *pmParser, c *inlineCursor, at int) inlineMatch {
	return matchCode(p, c, at, (*pmParser).inlineHilite)
}

func (p *pmParser) inlineHilite(src string, line int32) *Node {
	cfg := &p.cfg.inlineCode
	lang, src := cutInlineLang(src)
	src = strip(src)
	for i := range cfg.custom {
		f := &cfg.custom[i]
		if f.name != lang && f.name != "*" {
			continue
		}
		if f.format == formatMathJax {
			c := mathConfig{inlineTag: f.tag, preview: f.preview}
			return p.mathNode(&c, "arithmatex", src, line)
		}
		c := mathConfig{inlineTag: f.tag, generic: true, inlineWrap: [2]string{`\(`, `\)`}}
		return p.mathNode(&c, f.class, src, line)
	}
	n := p.el("code", line)
	if lang == "" && !cfg.plain {
		// Raw markup and not text, as in PyMdown: ids of headings are made of
		// the one in another way than of the other.
		p.html = appendCode(p.html[:0], src, false)
		n.Append(p.raw(string(p.html), line))
		return n
	}
	p.html = p.appendInlineCode(p.html[:0], n, lang, src)
	n.Append(p.raw(string(p.html), line))
	return n
}

// cutInlineLang takes the language off inline code.
func cutInlineLang(s string) (lang, src string) {
	var rest string
	switch {
	case strings.HasPrefix(s, "#!"):
		rest = s[2:]
	case strings.HasPrefix(s, ":::"):
		rest = s[runLength(s):]
	default:
		return "", s
	}
	i := strings.IndexFunc(rest, spaceRune)
	if i < 0 || i > 0 && !isLang(rest[:i]) {
		return "", s
	}
	if strip(rest[i:]) == "" {
		return "", s
	}
	return rest[:i], rest[i:]
}

// appendInlineCode writes inline code with its tokens marked, and gives n its
// class.
func (p *pmParser) appendInlineCode(dst []byte, n *Node, lang, src string) []byte {
	style := p.cfg.inlineCode.style
	if lang == "" {
		lang = style.defaultLang
	}
	var classes []string
	if !style.pygments {
		if lang != "" {
			classes = append(classes, style.langPrefix+lang)
		}
		dst = appendCode(dst, src, false)
	} else {
		lexer := lang
		if alias, ok := style.aliases[strings.ToLower(lang)]; ok {
			lexer = alias
		}
		p.body = appendTokens(p.body[:0], lexer, src)
		// Pygments strips each line and joins them.
		for line := range bytes.Lines(p.body) {
			dst = append(dst, bytes.TrimSpace(line)...)
		}
		if style.langClass {
			if lexerName(strings.ToLower(lexer)) == "" {
				lang = "text"
			}
			classes = append(classes, style.langPrefix+lang)
		}
	}
	if style.class != "" {
		classes = append(classes, style.class)
	}
	if len(classes) > 0 {
		n.SetAttr("class", strings.Join(classes, " "))
	}
	return dst
}
