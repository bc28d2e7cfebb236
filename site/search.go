package site

import (
	"bufio"
	"encoding/json"
	"html"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lintel-docs/lintel/internal/cache"
)

// searchIndex writes search/search_index.json in MkDocs' shape: one record for
// a page with all its text, then one for each heading with what stands below
// it. It is streamed: the text of a large site is never in memory at once.
func (b *build) searchIndex(w io.Writer) error {
	p := b.plugins["search"]
	bw := bufio.NewWriterSize(w, 64<<10)
	conf, err := json.Marshal(b.searchConfig(p))
	if err != nil {
		return err
	}
	bw.WriteString(`{"config":`)
	bw.Write(conf)
	bw.WriteString(`,"docs":[`)
	x := indexer{indexing: p.str("indexing", "full")}
	var buf []byte
	first := true
	for _, pg := range b.pages {
		if search := asMap(pg.meta["search"]); search["exclude"] == true {
			continue
		}
		records, key := b.keptRecords(pg, x.indexing)
		if records == nil {
			x.html = b.appendBody(x.html[:0], pg, func(int) string { return "" })
			buf = x.appendRecords(buf[:0], pg)
			records = buf
			b.keepRecords(key, records)
		}
		if first && len(records) > 0 {
			records, first = records[1:], false
		}
		if _, err := bw.Write(records); err != nil {
			return err
		}
	}
	bw.WriteString("]}\n")
	return bw.Flush()
}

// searchRecipe digests what searchIndex writes.
func (b *build) searchRecipe() string {
	var sb strings.Builder
	sb.WriteString(b.recipe)
	writeValue(&sb, b.searchConfig(b.plugins["search"]))
	for _, p := range b.pages {
		sb.Write(p.parsed.body[:])
		sb.WriteString(p.URL)
		sb.WriteByte(0)
		sb.WriteString(p.title)
		sb.WriteByte(0)
		writeValue(&sb, p.meta["search"])
		b.addedRecipe(&sb, p)
	}
	d := hashOf(sb.String())
	return string(d[:])
}

func (b *build) searchConfig(p *Plugin) map[string]any {
	conf := map[string]any{
		"indexing": p.str("indexing", "full"), "lang": []string{"en"}, "min_search_length": 3,
		"prebuild_index": false, "separator": p.str("separator", `[\s\-]+`),
	}
	if l := p.list("lang"); l != nil {
		conf["lang"] = l
	} else if b.conf.Theme.Language != "" {
		conf["lang"] = []string{b.conf.Theme.Language}
	}
	if n, ok := p.Options["min_search_length"].(int); ok {
		conf["min_search_length"] = n
	}
	return conf
}

// indexer takes the text out of page bodies. Its buffers serve page after page.
type indexer struct {
	indexing string
	html     []byte
	text     []byte
	space    bool // text ends in white space, or is empty
	secs     []section
}

// section is the text from one heading with an id to the next.
type section struct {
	id         string
	title      []byte
	start, end int // in indexer.text
}

// keptRecords returns the records of a page that an earlier run made, and the
// key under which to keep them otherwise.
func (b *build) keptRecords(p *Page, indexing string) ([]byte, cache.Key) {
	d := b.site.disk
	if d == nil {
		return nil, cache.Key{}
	}
	var sb strings.Builder
	b.addedRecipe(&sb, p)
	key := cache.Key(hashOf("search", version, indexing, b.recipe, string(p.parsed.body[:]), p.URL, p.title, sb.String()))
	records, _ := d.store.Get(key)
	return records, key
}

func (b *build) keepRecords(k cache.Key, records []byte) {
	if d := b.site.disk; d != nil {
		d.store.Put(k, records)
	}
}

// appendRecords appends the JSON records of one page, each with a comma before
// it.
func (x *indexer) appendRecords(dst []byte, p *Page) []byte {
	x.scan(x.html)
	rec := func(location, title string, text []byte) {
		dst = append(dst, `,{"location":`...)
		dst = appendJSON(dst, location)
		dst = append(dst, `,"text":`...)
		dst = appendJSONText(dst, text)
		dst = append(dst, `,"title":`...)
		dst = appendJSON(dst, title)
		dst = append(dst, '}')
	}
	all := x.text
	if x.indexing != "full" {
		all = nil
	}
	rec(p.URL, p.title, all)
	if x.indexing == "titles" {
		return dst
	}
	for _, s := range x.secs {
		text := x.text[s.start:s.end]
		if x.indexing == "sections" {
			text = nil
		}
		rec(p.URL+"#"+quoteFragment(s.id), string(s.title), text)
	}
	return dst
}

// quoteFragment percent-encodes an id but for the characters that may stand in
// a fragment.
func quoteFragment(id string) string {
	q := quoteURL(id)
	if len(q) == len(id) {
		return id
	}
	return fragmentSafe.Replace(q)
}

var fragmentSafe = strings.NewReplacer("%3A", ":", "%2C", ",", "%28", "(", "%29", ")", "%27", "'")

// scan splits a body into text and sections: tags are dropped, character
// references decoded, white space runs become one space, and blocks are kept
// apart.
func (x *indexer) scan(body []byte) {
	x.text, x.secs = x.text[:0], x.secs[:0]
	x.space = true
	inHead, skip := false, 0
	var title []byte
	for i := 0; i < len(body); {
		c := body[i]
		switch c {
		case '<':
			end := tagEnd(body, i)
			tag := body[i:end]
			name, closing := tagName(tag)
			i = end
			switch {
			case name == "script" || name == "style" || name == "svg":
				if closing {
					skip = max(skip-1, 0)
				} else if tag[len(tag)-2] != '/' {
					skip++
				}
			case len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6':
				if closing {
					if inHead {
						s := &x.secs[len(x.secs)-1]
						s.title = append([]byte(nil), trimSpace(title)...)
						// The heading belongs to the page's text, not to its own section's.
						x.gap()
						s.start = len(x.text)
						inHead = false
					}
					continue
				}
				x.gap()
				if id := tagAttr(tag, ` id="`); id != "" {
					if n := len(x.secs); n > 0 {
						x.secs[n-1].end = len(x.text)
					}
					x.secs = append(x.secs, section{id: html.UnescapeString(id)})
					inHead, title = true, title[:0]
				}
			case name == "a" && !closing && hasClass(tag, "headerlink"):
				if j := indexFrom(body, i, "</a>"); j >= 0 {
					i = j + 4
				}
			case !inlineTag(name):
				x.gap()
			}
		case '&':
			s, n := reference(body[i:])
			if n == 0 {
				s, n = "&", 1
			}
			i += n
			if skip > 0 {
				continue
			}
			x.put([]byte(s))
			if inHead {
				title = append(title, s...)
			}
		default:
			// Plain text runs to the next tag or reference.
			j := i
			for j < len(body) && body[j] != '<' && body[j] != '&' {
				j++
			}
			if skip == 0 {
				x.put(body[i:j])
				if inHead {
					title = append(title, body[i:j]...)
				}
			}
			i = j
		}
	}
	if n := len(x.secs); n > 0 {
		x.secs[n-1].end = len(x.text)
	}
	x.text = trimRight(x.text)
	for i := range x.secs {
		s := &x.secs[i]
		s.end = min(s.end, len(x.text))
		s.start = min(s.start, s.end)
		for s.end > s.start && x.text[s.end-1] == ' ' {
			s.end--
		}
	}
}

// put appends text with its runs of white space made one space each.
func (x *indexer) put(s []byte) {
	start := 0
	for i, c := range s {
		switch {
		case c == ' ' && !x.space:
			x.space = true
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			x.text = append(x.text, s[start:i]...)
			start = i + 1
			x.gap()
		default:
			x.space = false
		}
	}
	x.text = append(x.text, s[start:]...)
}

// gap keeps what follows apart from what was before.
func (x *indexer) gap() {
	if !x.space {
		x.text = append(x.text, ' ')
		x.space = true
	}
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return b
}

func trimSpace(b []byte) []byte { return []byte(strings.Join(strings.Fields(string(b)), " ")) }

func indexFrom(b []byte, i int, s string) int {
	for j := i; j+len(s) <= len(b); j++ {
		if b[j] == s[0] && string(b[j:j+len(s)]) == s {
			return j
		}
	}
	return -1
}

// tagEnd returns the index after the tag or comment that starts at i.
func tagEnd(b []byte, i int) int {
	if i+3 < len(b) && string(b[i:i+4]) == "<!--" {
		if j := indexFrom(b, i+4, "-->"); j >= 0 {
			return j + 3
		}
		return len(b)
	}
	quote := byte(0)
	for j := i + 1; j < len(b); j++ {
		switch c := b[j]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return j + 1
		}
	}
	return len(b)
}

func tagName(tag []byte) (name string, closing bool) {
	i := 1
	if i < len(tag) && tag[i] == '/' {
		closing = true
		i++
	}
	j := i
	for j < len(tag) && (tag[j] >= 'a' && tag[j] <= 'z' || tag[j] >= '0' && tag[j] <= '9' || tag[j] >= 'A' && tag[j] <= 'Z') {
		j++
	}
	return string(tag[i:j]), closing
}

func tagAttr(tag []byte, key string) string {
	i := indexFrom(tag, 0, key)
	if i < 0 {
		return ""
	}
	i += len(key)
	for j := i; j < len(tag); j++ {
		if tag[j] == '"' {
			return string(tag[i:j])
		}
	}
	return ""
}

func hasClass(tag []byte, class string) bool {
	return slices.Contains(strings.Fields(tagAttr(tag, ` class="`)), class)
}

// inlineTag reports whether text on both sides of a tag is one word.
func inlineTag(name string) bool {
	switch name {
	case "a", "abbr", "b", "bdi", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s",
		"samp", "small", "span", "strong", "sub", "sup", "u", "var", "wbr":
		return true
	}
	return false
}

// reference decodes the character reference at the start of b.
func reference(b []byte) (string, int) {
	for j := 1; j < len(b) && j < 12; j++ {
		if b[j] == ';' {
			if s := html.UnescapeString(string(b[:j+1])); s != string(b[:j+1]) {
				return s, j + 1
			}
			return "", 0
		}
	}
	return "", 0
}

const lowerHex = "0123456789abcdef"

// appendJSON appends s as a JSON string.
func appendJSON(dst []byte, s string) []byte { return appendJSONText(dst, []byte(s)) }

// appendJSONText appends text as a JSON string. Only what JSON demands is
// escaped, and < so that the file may stand in a script.
func appendJSONText(dst, s []byte) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c != '<' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
			dst = append(dst, s[start:i]...)
			dst = append(dst, "\ufffd"...)
			i++
			start = i
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		default:
			dst = append(dst, '\\', 'u', '0', '0', lowerHex[c>>4], lowerHex[c&15])
		}
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}
