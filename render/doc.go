// Package render turns Markdown into the HTML of a page body.
//
// One Markdown value is compiled from a site's settings and used from many
// goroutines. Parse reads a page and returns a Doc: everything that other
// pages may ask of it (metadata, outline, anchors, links), and its body as
// HTML with a slot wherever a link has to be resolved against the site. The
// tree itself is dropped, so that ten thousand pages fit in memory; writing a
// page is copying bytes and filling slots.
//
// Three dialects share one tree and one writer. "mkdocs" is Python-Markdown
// with its own and PyMdown's extensions: our own parser, because its blocks
// are cut at blank lines and its inline patterns run one after the other,
// which no CommonMark parser can be bent to. "commonmark" and
// "commonmark-strict" are parsed by goldmark.
package render

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Dialect names the rules by which Markdown is read.
type Dialect string

// The dialects.
const (
	MkDocs           Dialect = "mkdocs"
	CommonMark       Dialect = "commonmark"
	CommonMarkStrict Dialect = "commonmark-strict"
)

// PyName is a `!!python/name:` value of mkdocs.yml, for example
// "pymdownx.slugs.uslugify". It is only ever compared, never run.
type PyName string

// Relative is a `!relative` value of mkdocs.yml: a folder that depends on the
// page being read. The empty one is the folder of that page; site has replaced
// $docs_dir and $config_dir by plain paths.
type Relative string

// PyCall is a `!!python/object/apply:` value of mkdocs.yml.
type PyCall struct {
	Name string
	Args []any
	Kwds map[string]any
}

// Extension is one entry of markdown_extensions. Config holds the options as
// YAML gave them: string, bool, int, float64, nil, []any, map[string]any,
// PyName, Relative or *PyCall. Paths in them are relative to mkdocs.yml.
type Extension struct {
	Name     string
	Config   map[string]any
	Position finding.Position
}

// Options say how pages are read. The zero value is the mkdocs dialect with
// MkDocs' three built-in extensions (toc, tables, fenced_code).
type Options struct {
	Dialect    Dialect
	Extensions []Extension
	// Anchors is "mkdocs" or "gitlab": which heading id is primary. Empty means
	// mkdocs in the mkdocs dialect and gitlab in the others.
	Anchors string
	// Untrusted drops raw HTML that could run code or hide what it does.
	Untrusted bool
	// Lines writes on each block element the line of the source that it begins
	// at, as data-line: a preview leads from there to the editor.
	Lines bool
	// Icon returns the SVG of an icon or emoji by the file path that Material
	// gives it, without suffix ("material/rocket-launch", "twemoji/1f680").
	Icon func(name string) (svg string, ok bool)
	// Emoji returns the code point file name of a short name without colons
	// ("rocket" → "1f680") and the characters themselves.
	Emoji func(short string) (file, chars string, ok bool)
	// EmojiIn returns what an index of PyMdown's ("twemoji", "emojione",
	// "gemoji") has under a short name; nil asks Emoji whatever the index.
	EmojiIn func(index, short string) (EmojiInfo, bool)
	// Diagrams draw fences; the first that knows the language does. Without any
	// a diagram is shown as its code.
	Diagrams []Diagram
	// Lang is the language of words in a body that are not the author's.
	Lang string
}

// EmojiInfo is what an index knows of an emoji.
type EmojiInfo struct {
	// Short is the short name without colons that aliases lead to.
	Short string
	// File names its image by code points ("1f680"); empty for GitHub's own
	// images, which are named by Short.
	File string
	// Chars is the emoji as text.
	Chars string
	// Name describes it in English, Category is its group.
	Name, Category string
}

// Page is one page to parse.
type Page struct {
	// Path of the file for findings, a slash path below the project's root.
	Path string
	// Files is the project's root, for included files; nil forbids includes.
	Files fs.FS
	// DocsDir is the folder of the pages inside Files, ConfigDir that of
	// mkdocs.yml; both slash paths, "." for the root.
	DocsDir, ConfigDir string
}

// Heading is a heading of a page that has an id.
type Heading struct {
	Level int
	ID    string
	Alias string // a second id that resolves too, or empty
	Title string // text without markup, unescaped, or the author's label for contents
	HTML  string // inner HTML without the permalink, safe inside a link
	Line  int
	// NoTOC is set where the author keeps the heading out of the contents.
	NoTOC bool
}

// LinkKind tells where a link stands.
type LinkKind uint8

// The kinds of links.
const (
	LinkAnchor LinkKind = iota // a[href]
	LinkImage                  // img[src]
)

// Link is a target that the page's Markdown names. Raw HTML is not in the list,
// as MkDocs leaves it alone.
type Link struct {
	Kind LinkKind
	Dest string // as in the tree: unescaped, not yet resolved
	Text string // the text of the link, or the alternative of the image
	Line int
}

// Include is a file that was read, or looked for and not found, while parsing.
type Include struct {
	Path  string // below Page.Files
	Found bool
}

// Doc is a parsed page.
type Doc struct {
	Page     string
	Meta     Meta
	Title    string // of the H1 when the page opens with one, without markup; else empty
	Headings []Heading
	Links    []Link
	IDs      []string // ids and names on the page; HasID knows some more
	Includes []Include
	Fences   []Fence
	Tables   []int // line of each table
	Findings []finding.Finding

	body  []byte // HTML; slots are filled with resolved links when written
	slots []slot
	plain bool          // targets hold no character references
	size  int           // of body
	load  func() []byte // of a Doc that was decoded: returns body
}

// html returns the body.
func (d *Doc) html() []byte {
	if d.load != nil {
		return d.load()
	}
	return d.body
}

// Fence is a fenced block of code.
type Fence struct {
	Line, EndLine int
	Lang          string
}

// slot is a place in body where the target of a link belongs.
type slot struct {
	off  int32 // in body
	link int32 // in Links
}

// Body returns the page's body with nothing in place of the links' targets. It
// must not be changed.
func (d *Doc) Body() []byte { return d.html() }

// Splice replaces a part of a body, given by its place in Doc.Body, by other
// HTML. A part without length is a place to insert at.
type Splice struct {
	Start, End int
	HTML       []byte
}

// AppendHTML appends the page's body to dst. resolve returns the target to
// write for the link with index i; a nil resolve writes every target as the
// author did. The target is escaped here. Splices stand in the order of the
// body, do not overlap, and replace no link.
func (d *Doc) AppendHTML(dst []byte, resolve func(i int) string, splices ...Splice) []byte {
	body, last := d.html(), int32(0)
	upTo := func(end int32) {
		for len(splices) > 0 && splices[0].Start <= int(end) {
			s := splices[0]
			splices = splices[1:]
			dst = append(dst, body[last:s.Start]...)
			dst = append(dst, s.HTML...)
			last = int32(s.End)
		}
		dst = append(dst, body[last:end]...)
		last = end
	}
	for _, s := range d.slots {
		upTo(s.off)
		dest := d.Links[s.link].Dest
		if resolve != nil {
			dest = resolve(int(s.link))
		}
		if d.plain {
			dst = appendEscaped(dst, dest)
		} else {
			dst = appendAttr(dst, dest)
		}
	}
	upTo(int32(len(body)))
	return dst
}

// HasID reports whether a fragment can point to id on the page. It is true of
// more than IDs lists: the ids that numbered lines of code have are found in
// the body, because a page can have thousands and few are ever linked to.
func (d *Doc) HasID(id string) bool {
	if slices.Contains(d.IDs, id) {
		return true
	}
	return (strings.HasPrefix(id, "__codelineno-") || strings.HasPrefix(id, "__span-")) &&
		d.Contains(`id="`+id+`"`)
}

// Size returns the length of the body in bytes without link targets.
func (d *Doc) Size() int {
	if d.load != nil {
		return d.size
	}
	return len(d.body)
}

// Contains reports whether the body holds s as it stands.
func (d *Doc) Contains(s string) bool { return bytes.Contains(d.html(), []byte(s)) }
