package render

import (
	"fmt"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// fenceConfig is the options of fences and highlighting.
type fenceConfig struct {
	plain bool // fenced_code
	super bool // pymdownx.superfences, which takes the place of fenced_code

	langPrefix      string         // fenced_code
	codehilite      *codeStyle     // nil when codehilite is off
	codehiliteCfg   map[string]any // which the header of a fence may overrule
	highlight       *codeStyle     // of superfences
	indented        *codeStyle     // of indented blocks of code; nil leaves them alone
	custom          []customFence  // the last one first
	fallback        *customFence   // in place of highlighting
	attrList        bool
	disableIndented bool
	preserveTabs    bool
	relaxed         bool
	strictQuotes    bool // pymdownx.quotes: every line has the same level

	findings []finding.Finding
}

// customFence is a language whose code is not highlighted but handed on.
type customFence struct {
	name, class string
	format      fenceFormat
	tag         string // of math
	preview     bool   // of math
}

type fenceFormat uint8

const (
	formatCode    fenceFormat = iota // pre with code
	formatDiv                        // div
	formatMath                       // math between TeX delimiters
	formatMathJax                    // math in a script element
	formatRawDiv                     // div without escaping
	formatRawCode                    // pre with code without escaping
)

// fenceState is what fences keep of one page.
type fenceState struct {
	codeWriter
	html     []byte // of the block that is being written
	fenced   []fencedBlock
	counter  int // blocks of code so far
	diagrams int // pictures so far
}

func compileFences(m *Markdown) fenceConfig {
	super, isSuper := m.ext["pymdownx.superfences"]
	highlight, isHighlight := m.ext["pymdownx.highlight"]
	codehilite, isCodehilite := m.ext["codehilite"]
	c := fenceConfig{super: isSuper}
	plain, isPlain := m.ext["fenced_code"]
	c.plain = isPlain && !isSuper
	c.langPrefix = optString(plain, "lang_prefix", "language-")
	_, c.attrList = m.ext["attr_list"]
	_, c.strictQuotes = m.ext["pymdownx.quotes"]
	if isCodehilite {
		c.codehiliteCfg = codehilite
		c.codehilite = codehiliteStyle(m, codehilite)
	}
	c.highlight = highlightStyle(m, highlight)
	switch {
	case isHighlight && m.inOrder("codehilite", "pymdownx.highlight")[0] == "pymdownx.highlight":
		// Lines of indented blocks have no ids in PyMdown.
		style := *c.highlight
		style.lineSpans, style.lineAnchors, style.linkNumbers = "", "", false
		c.indented = &style
	case isCodehilite:
		c.indented = c.codehilite
	}
	if isSuper {
		if class := optString(super, "css_class", ""); class != "" {
			style := *c.highlight
			style.class = class
			c.highlight = &style
		}
		c.disableIndented = optBool(super, "disable_indented_code_blocks", false)
		c.preserveTabs = optBool(super, "preserve_tabs", false)
		c.relaxed = optBool(super, "relaxed_headers", false)
		list, _ := super["custom_fences"].([]any)
		for _, x := range list {
			f, ok, known := compileFence(x)
			if ok && !known {
				c.findings = append(c.findings, finding.Finding{
					Rule: "config/fence-format", Severity: finding.Warning, Position: m.extensionPosition("pymdownx.superfences"),
					Message: fmt.Sprintf("the format of the custom fence %s is not known: %v", f.name, formatName(x)),
					Hint:    "its code is shown as it stands; pymdownx.superfences.fence_code_format and fence_div_format are known",
				})
			}
			switch {
			case !ok:
			case f.name == "*":
				c.fallback = &f
			default:
				c.custom = append([]customFence{f}, c.custom...)
			}
		}
	}
	return c
}

// compileFence reads an entry of custom_fences. It reports whether there is a
// fence in it and whether its format is known.
func compileFence(x any) (f customFence, ok, known bool) {
	entry, _ := x.(map[string]any)
	name, isName := entry["name"].(string)
	class, isClass := entry["class"].(string)
	if !isName || !isClass {
		return f, false, false
	}
	f = customFence{name: name, class: class, tag: "div"}
	f.format, known = compileFormat(entry["format"], &f)
	return f, true, known
}

// formatName returns the name of the format of an entry of custom_fences.
func formatName(x any) string {
	entry, _ := x.(map[string]any)
	switch v := entry["format"].(type) {
	case PyName:
		return string(v)
	case *PyCall:
		return v.Name
	case string:
		return v
	}
	return fmt.Sprint(entry["format"])
}

// extensionPosition returns where the configuration names an extension.
func (m *Markdown) extensionPosition(name string) finding.Position {
	for i := range m.opts.Extensions {
		if m.opts.Extensions[i].Name == name {
			return m.opts.Extensions[i].Position
		}
	}
	return finding.Position{}
}

// compileFormat reads the format of a custom fence, which may be a name or a call.
// It reports whether the format is known.
func compileFormat(x any, f *customFence) (fenceFormat, bool) {
	name := ""
	switch v := x.(type) {
	case nil:
		return formatCode, true
	case string:
		name = v
	case PyName:
		name = string(v)
	case *PyCall:
		name = v.Name
		f.tag = optString(v.Kwds, "tag", f.tag)
		f.preview = optBool(v.Kwds, "preview", false)
		if optString(v.Kwds, "mode", "generic") == "mathjax" {
			if strings.HasPrefix(name, "pymdownx.arithmatex.arithmatex_") {
				return formatMathJax, true
			}
		}
	}
	switch strings.ReplaceAll(name, ":", ".") {
	case "pymdownx.superfences.fence_code_format":
		return formatCode, true
	case "pymdownx.superfences.fence_div_format":
		return formatDiv, true
	case "pymdownx.arithmatex.fence_generic_format", "pymdownx.arithmatex.arithmatex_fenced_format",
		"pymdownx.arithmatex.inline_generic_format", "pymdownx.arithmatex.arithmatex_inline_format":
		return formatMath, true
	case "pymdownx.arithmatex.fence_mathjax_format", "pymdownx.arithmatex.inline_mathjax_format":
		return formatMathJax, true
	case "pymdownx.arithmatex.fence_mathjax_preview_format", "pymdownx.arithmatex.inline_mathjax_preview_format":
		f.preview = true
		return formatMathJax, true
	case "mermaid2.fence_mermaid":
		return formatRawDiv, true
	case "mermaid2.fence_mermaid_custom":
		return formatRawCode, true
	}
	return formatCode, false
}
