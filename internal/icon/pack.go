package icon

import (
	"compress/flate"
	"io"
	"sort"
	"strings"
	"sync/atomic"
)

// pack is a read-only table from names to texts, sorted by name, in blocks
// that are compressed one by one. Numbers are little-endian uint32:
//
//	n                         number of blocks
//	n+1 times key, data       offsets into the two parts that follow; the
//	                          last pair is the end of the keys and the start
//	                          of the list of all names
//	keys                      the first name of each block
//	data                      each block DEFLATE'd, then all names, joined by
//	                          line feeds, DEFLATE'd
//
// A block is a sequence of names and texts, each after its length as uvarint.
type pack struct {
	raw        string
	n          int
	keys, data int // where the parts begin
	blocks     []atomic.Pointer[block]
}

// block is an open block: names and their texts at the same index.
type block struct{ names, texts []string }

// openPack reads no more than the number of blocks.
func openPack(raw string) *pack {
	p := &pack{raw: raw}
	p.n = p.u32(0)
	p.keys = 4 + 8*(p.n+1)
	p.data = p.keys + p.u32(4+8*p.n)
	p.blocks = make([]atomic.Pointer[block], p.n)
	return p
}

func (p *pack) u32(at int) int {
	s := p.raw[at : at+4]
	return int(s[0]) | int(s[1])<<8 | int(s[2])<<16 | int(s[3])<<24
}

// first returns the first name of block i.
func (p *pack) first(i int) string {
	return p.raw[p.keys+p.u32(4+8*i) : p.keys+p.u32(12+8*i)]
}

func (p *pack) get(name string) (string, bool) {
	i := sort.Search(p.n, func(i int) bool { return p.first(i) > name }) - 1
	if i < 0 {
		return "", false
	}
	b := p.blocks[i].Load()
	if b == nil {
		// Two goroutines may both do this; the blocks are equal.
		b = openBlock(inflate(p.raw[p.data+p.u32(8+8*i) : p.data+p.u32(16+8*i)]))
		p.blocks[i].Store(b)
	}
	j := sort.SearchStrings(b.names, name)
	if j == len(b.names) || b.names[j] != name {
		return "", false
	}
	return b.texts[j], true
}

// names returns all names with a prefix, which is cut off.
func (p *pack) names(prefix string) []string {
	var names []string
	for name := range strings.SplitSeq(inflate(p.raw[p.data+p.u32(8+8*p.n):]), "\n") {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			names = append(names, rest)
		}
	}
	return names
}

// inflate returns the uncompressed text. The data are ours and checked by
// tests, so that an error cannot happen; what was read would be returned.
func inflate(data string) string {
	var b strings.Builder
	r := flate.NewReader(strings.NewReader(data))
	_, _ = io.Copy(&b, r)
	return b.String()
}

func openBlock(raw string) *block {
	b := &block{}
	next := func() (s string) {
		n, w := uvarint(raw)
		if end := w + n; w > 0 && end <= len(raw) {
			s, raw = raw[w:end], raw[end:]
			return s
		}
		raw = ""
		return ""
	}
	for raw != "" {
		name := next()
		b.names, b.texts = append(b.names, name), append(b.texts, next())
	}
	return b
}

// uvarint reads a number as encoding/binary writes it; width is 0 at the end.
func uvarint(s string) (value, width int) {
	for i := range len(s) {
		value |= int(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return value, i + 1
		}
	}
	return 0, 0
}
