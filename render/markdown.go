package render

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/yuin/goldmark/parser"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Markdown is a compiled set of options. It is immutable and safe for use from
// many goroutines.
type Markdown struct {
	opts Options
	ext  map[string]map[string]any // options of each extension that is on, by its canonical name
	pm   *pmConfig                 // extensions' options
	cm   parser.Parser             // goldmark; nil in the mkdocs dialect

	cmKeys, cmEmoji inlinePattern // patterns of the mkdocs dialect in the commonmark dialect
	cmAbbrs         inlineTable

	scratch sync.Pool // of *finisher
	nodes   sync.Pool // of *nodeSlab
	pages   sync.Pool // of *pmScratch
}

// New compiles options. Findings name extensions and options that are unknown
// or not supported; New itself never fails.
func New(o Options) (*Markdown, []finding.Finding) {
	if o.Dialect == "" {
		o.Dialect = MkDocs
	}
	if len(o.Extensions) == 0 {
		o.Extensions = []Extension{{Name: "toc"}, {Name: "tables"}, {Name: "fenced_code"}}
	}
	ext, findings := resolveExtensions(o.Extensions)
	if o.Dialect == CommonMark {
		for name, cfg := range commonExtensions() {
			if ext[name] == nil {
				ext[name] = map[string]any{}
			}
			for k, v := range cfg {
				if _, set := ext[name][k]; !set {
					ext[name][k] = v
				}
			}
		}
	}
	m := &Markdown{opts: o, ext: ext}
	m.pm = compilePM(m)
	switch o.Dialect {
	case CommonMark:
		m.cm = newCommonParser()
		m.cmKeys = keysPattern(ext["pymdownx.keys"])
		m.cmEmoji = emojiPattern(ext["pymdownx.emoji"])
		m.cmAbbrs = newInlineTable([]inlinePattern{abbrPattern()})
	case CommonMarkStrict:
		m.cm = newStrictParser()
	}
	return m, append(findings, m.pm.findings...)
}

// Parse reads one page. It never fails: any input is a page, and what is wrong
// with it is in Doc.Findings.
func (m *Markdown) Parse(src []byte, page Page) *Doc {
	if m.opts.Dialect != CommonMarkStrict {
		src = finding.Unmarked(src)
	}
	text, bad := validText(src)
	var d *Doc
	if m.opts.Dialect == MkDocs {
		d = m.parsePM(text, page)
	} else {
		d = m.parseCM(text, page)
	}
	if bad > 0 {
		d.Findings = append(d.Findings, finding.Finding{
			Rule: "markdown/encoding", Severity: finding.Warning, Position: finding.Position{Line: bad},
			Message: "the page is not UTF-8", Hint: "what cannot be read is shown as \ufffd; save the file as UTF-8",
		})
	}
	for i := range d.Findings {
		if f := &d.Findings[i]; f.Path == "" {
			f.Path = page.Path
		}
	}
	return d
}

// validText returns src as text and, when it is not UTF-8, the line where that
// begins. Whoever works on text may rely on its encoding.
func validText(src []byte) (text string, badLine int) {
	if utf8.Valid(src) {
		return string(src), 0
	}
	line := 1
	for rest := src; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		rest = rest[size:]
	}
	return strings.ToValidUTF8(string(src), "\ufffd"), line
}
