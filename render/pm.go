package render

import "strconv"

// The mkdocs dialect follows Python-Markdown's stages, because their order is
// what its users see:
//
//	text     front matter, snippets, tabs to spaces, fences, raw HTML blocks
//	blocks   text between blank lines → tree, recursively
//	inline   patterns, one after the other, over the text of the tree
//	tree     attribute lists, ids, table of contents, footnotes, abbreviations
//
// Text that an earlier stage has settled (a fence, raw HTML, a code span, a
// link) is taken out and a mark stands in its place, so that later stages pass
// over it. A mark is STX, a number, ETX: neither white space nor a word
// character, as in Python-Markdown, so that emphasis flanks it alike.

const (
	stx = '\x02'
	etx = '\x03'
)

// pmParser is the state of parsing one page in the mkdocs dialect.
type pmParser struct {
	arena
	md   *Markdown
	page Page
	doc  *Doc

	stash []*Node // what marks stand for

	refs      map[string]reference // link reference definitions by normalised id
	abbrs     []abbreviation
	footnotes []footnote
}

// reference is a link reference definition: [id]: url "title".
type reference struct {
	url, title string
	line       int32
}

// abbreviation is *[name]: title.
type abbreviation struct{ name, title string }

// footnote is [^id]: with its body, a div that is not yet in the tree.
type footnote struct {
	id   string
	body *Node
	line int32
}

// mark stashes n and returns the text that stands for it.
func (p *pmParser) mark(n *Node) string {
	p.stash = append(p.stash, n)
	b := make([]byte, 0, 8)
	b = append(b, stx)
	b = strconv.AppendInt(b, int64(len(p.stash)-1), 10)
	b = append(b, etx)
	return string(b)
}

// unmark returns the node of the mark at the start of s and the length of the
// mark, or nil when there is none.
func (p *pmParser) unmark(s string) (*Node, int) {
	if len(s) < 3 || s[0] != stx {
		return nil, 0
	}
	n, i := 0, 1
	for i < len(s) && s[i] >= '0' && s[i] <= '9' && i < 12 {
		n = n*10 + int(s[i]-'0')
		i++
	}
	if i == 1 || i >= len(s) || s[i] != etx || n >= len(p.stash) {
		return nil, 0
	}
	return p.stash[n], i + 1
}
