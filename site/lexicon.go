package site

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lintel-docs/lintel/internal/markdown"
)

// lexicon is what prose may name: decisions, elements, terms, acronyms. In the
// body of a page the first mention in each section becomes a link, or an abbr
// where there is nothing to link to.
//
// Which pages name what depends on the names alone (sum), and what is written
// on the entries that are named (their mark): an ADR whose status changed redoes
// only the pages that name it.
type lexicon struct {
	entries []*lexEntry
	nodes   []trieNode
	sum     digest // of all forms
}

// lexEntry is one thing that can be named.
type lexEntry struct {
	kind  string // "adr", "element", "term" or "acronym"; class of the link
	card  string // output path of its hover card, or ""
	url   string // output URL, or "" for an abbr
	title string // text of the abbr
	page  *Page  // on which it is not linked
	scope string // folder in which its name holds when others have it too
	mark  string // digest of what is written for it
}

type trieNode struct {
	edges []trieEdge // by byte
	forms []trieForm // that end here
}

type trieEdge struct {
	c    byte
	next int32
}

type trieForm struct {
	text  string // as the author has to write it
	entry int32
}

// maxForm bounds the length of a name; longer ones are sentences.
const maxForm = 120

func newLexicon() *lexicon { return &lexicon{nodes: make([]trieNode, 1)} }

// add names an entry. Names of one letter are left out.
func (lx *lexicon) add(e *lexEntry, forms ...string) {
	id := int32(len(lx.entries))
	lx.entries = append(lx.entries, e)
	for _, f := range forms {
		f = html.EscapeString(strings.TrimSpace(f))
		if len(f) < 2 || len(f) > maxForm || !utf8.ValidString(f) {
			continue
		}
		at := int32(0)
		for i := range len(f) {
			at = lx.step(at, lowerASCII(f[i]))
		}
		form := trieForm{text: f, entry: id}
		n := &lx.nodes[at]
		if !slices.Contains(n.forms, form) {
			n.forms = append(n.forms, form)
		}
	}
}

func (lx *lexicon) step(at int32, c byte) int32 {
	i, ok := slices.BinarySearchFunc(lx.nodes[at].edges, c, func(e trieEdge, c byte) int { return int(e.c) - int(c) })
	if ok {
		return lx.nodes[at].edges[i].next
	}
	next := int32(len(lx.nodes))
	lx.nodes = append(lx.nodes, trieNode{})
	lx.nodes[at].edges = slices.Insert(lx.nodes[at].edges, i, trieEdge{c, next})
	return next
}

func lowerASCII(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func (n *trieNode) follow(c byte) int32 {
	lo, hi := 0, len(n.edges)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if n.edges[m].c < c {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo < len(n.edges) && n.edges[lo].c == c {
		return n.edges[lo].next
	}
	return -1
}

// match returns the longest name at i of body and where it ends.
func (lx *lexicon) match(body []byte, i int) (forms []trieForm, end int) {
	at := int32(0)
	for j := i; j < len(body); j++ {
		at = lx.nodes[at].follow(lowerASCII(body[j]))
		if at < 0 {
			break
		}
		if fs := lx.nodes[at].forms; len(fs) > 0 && endsWord(body, j+1) {
			for k := range fs {
				if fs[k].text == string(body[i:j+1]) {
					forms, end = fs, j+1
					break
				}
			}
		}
	}
	return forms, end
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// beginsWord reports whether a name may begin at i.
func beginsWord(body []byte, i int) bool {
	if i == 0 {
		return true
	}
	p := body[i-1]
	if body[i] < utf8.RuneSelf {
		return !wordByte(p) && p != '-' && p != '.' && p != '/' && p != '@' && p != '#' && p != '$'
	}
	if p < utf8.RuneSelf {
		return !wordByte(p)
	}
	r, _ := utf8.DecodeLastRune(body[:i])
	return !unicode.IsLetter(r)
}

// endsWord reports whether a name may end before i: particles may follow it.
func endsWord(body []byte, i int) bool {
	if i == len(body) {
		return true
	}
	c, last := body[i], body[i-1]
	if c < utf8.RuneSelf {
		if wordByte(c) {
			return false
		}
		if (c == '-' || c == '.' || c == '/' || c == ':') && i+1 < len(body) && wordByte(body[i+1]) {
			return false
		}
		return true
	}
	if last < utf8.RuneSelf {
		return true
	}
	end := min(len(body), i+24)
	for end < len(body) && !utf8.RuneStart(body[end]) {
		end++
	}
	r, _ := utf8.DecodeRune(body[i:])
	if !unicode.IsLetter(r) {
		return true
	}
	run := markdown.HangulRun(string(body[i:end]))
	return run != "" && markdown.OnlyParticles(run)
}

// mention is a place in a body that names an entry.
type mention struct {
	start, end int32
	entry      int32
}

// mentions finds what a body names, once a section, outside of headings, code,
// links and figures. src is the page's path: of several entries with one name,
// that of the nearest folder is meant, and none where two are equally near.
func (lx *lexicon) mentions(body []byte, src string) []mention {
	if len(lx.entries) == 0 {
		return nil
	}
	var out []mention
	var seen []int32
	for i := 0; i < len(body); {
		c := body[i]
		switch {
		case c == '<':
			end := tagEnd(body, i)
			name, closing := tagName(body[i:end])
			if closing {
				i = end
				continue
			}
			if len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
				seen = seen[:0]
			}
			if opaque(name) || name != "" && hasClass(body[i:end], "arithmatex") {
				end = skipElement(body, end, name)
			}
			i = end
		case c == '&':
			if j := slices.Index(body[i:min(len(body), i+12)], ';'); j > 0 {
				i += j + 1
			} else {
				i++
			}
		case beginsWord(body, i):
			forms, end := lx.match(body, i)
			if forms == nil {
				i = nextWord(body, i)
				continue
			}
			if e := lx.choose(forms, body[i:end], src); e >= 0 && !slices.Contains(seen, e) {
				seen = append(seen, e)
				out = append(out, mention{int32(i), int32(end), e})
			}
			i = end
		default:
			i++
		}
	}
	return out
}

// nextWord moves on to where the next name might begin.
func nextWord(body []byte, i int) int {
	if body[i] >= utf8.RuneSelf {
		_, n := utf8.DecodeRune(body[i:])
		return i + n
	}
	if !wordByte(body[i]) {
		return i + 1
	}
	for i < len(body) && wordByte(body[i]) {
		i++
	}
	return i
}

// opaque reports whether nothing inside an element is prose.
func opaque(tag string) bool {
	switch tag {
	case "a", "abbr", "button", "code", "dfn", "h1", "h2", "h3", "h4", "h5", "h6", "kbd", "label", "math", "pre", "samp",
		"script", "select", "style", "summary", "svg", "template", "textarea", "title", "var":
		return true
	}
	return false
}

// skipElement returns the offset behind the end tag that belongs to an element
// whose start tag ends at i, or i when it has none.
func skipElement(body []byte, i int, tag string) int {
	depth := 1
	for j := i; j < len(body); {
		k := slices.Index(body[j:], '<')
		if k < 0 {
			break
		}
		j += k
		end := tagEnd(body, j)
		if name, closing := tagName(body[j:end]); name == tag {
			if closing {
				depth--
			} else if body[end-1] == '>' && body[end-2] != '/' {
				depth++
			}
			if depth == 0 {
				return end
			}
		}
		j = end
	}
	return i
}

func (lx *lexicon) choose(forms []trieForm, text []byte, src string) int32 {
	best, near, tie := int32(-1), -1, false
	for _, f := range forms {
		if f.text != string(text) {
			continue
		}
		n := 0
		if s := lx.entries[f.entry].scope; s != "" {
			n = commonFolders(s, src)
		}
		switch {
		case n > near:
			best, near, tie = f.entry, n, false
		case n == near && f.entry != best:
			tie = true
		}
	}
	if tie {
		return -1
	}
	return best
}

// commonFolders counts the folders that two paths share from the root.
func commonFolders(a, b string) int {
	n := 0
	for {
		x, ra, okA := strings.Cut(a, "/")
		y, rb, okB := strings.Cut(b, "/")
		if x != y || !okB {
			return n
		}
		n++
		if !okA {
			return n
		}
		a, b = ra, rb
	}
}
