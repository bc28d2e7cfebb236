package render

import (
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"slices"
)

// What is kept of a page from run to run: the facets of its Doc, and its body
// apart, since most runs ask of most pages everything but that.

// AppendFacets appends all of a Doc but its body and its findings, for
// DecodeDoc.
func (d *Doc) AppendFacets(dst []byte) []byte {
	dst = appendString(dst, d.Page)
	dst = appendValue(dst, map[string]any(d.Meta))
	dst = appendString(dst, d.Title)
	dst = binary.AppendUvarint(dst, uint64(len(d.Headings)))
	for i := range d.Headings {
		h := &d.Headings[i]
		dst = append(dst, byte(h.Level), boolByte(h.NoTOC))
		dst = binary.AppendUvarint(dst, uint64(h.Line))
		for _, s := range []string{h.ID, h.Alias, h.Title, h.HTML} {
			dst = appendString(dst, s)
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.Links)))
	for i := range d.Links {
		l := &d.Links[i]
		dst = append(dst, byte(l.Kind))
		dst = binary.AppendUvarint(dst, uint64(l.Line))
		dst = appendString(dst, l.Dest)
		dst = appendString(dst, l.Text)
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.IDs)))
	for _, s := range d.IDs {
		dst = appendString(dst, s)
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.Includes)))
	for _, in := range d.Includes {
		dst = append(appendString(dst, in.Path), boolByte(in.Found))
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.Fences)))
	for _, f := range d.Fences {
		dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(f.Line)), uint64(f.EndLine))
		dst = appendString(dst, f.Lang)
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.Tables)))
	for _, n := range d.Tables {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.slots)))
	for _, s := range d.slots {
		dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(s.off)), uint64(s.link))
	}
	dst = append(dst, boolByte(d.plain))
	return binary.AppendUvarint(dst, uint64(d.Size()))
}

// DecodeDoc returns the Doc whose facets AppendFacets wrote. body is asked for
// the body whenever it is needed, and has to return the bytes that Doc.Body
// gave. The error says that b is not what AppendFacets wrote.
func DecodeDoc(b []byte, body func() []byte) (*Doc, error) {
	r := &reader{s: string(b)}
	d := &Doc{load: body}
	d.Page = r.string()
	if m, ok := r.value(0).(map[string]any); ok {
		d.Meta = m
	}
	d.Title = r.string()
	d.Headings = make([]Heading, r.count(6))
	for i := range d.Headings {
		h := &d.Headings[i]
		h.Level, h.NoTOC, h.Line = int(r.byte()), r.byte() == 1, r.int()
		h.ID, h.Alias, h.Title, h.HTML = r.string(), r.string(), r.string(), r.string()
	}
	d.Links = make([]Link, r.count(4))
	for i := range d.Links {
		d.Links[i] = Link{Kind: LinkKind(r.byte()), Line: r.int(), Dest: r.string(), Text: r.string()}
	}
	d.IDs = make([]string, r.count(1))
	for i := range d.IDs {
		d.IDs[i] = r.string()
	}
	d.Includes = make([]Include, r.count(2))
	for i := range d.Includes {
		d.Includes[i] = Include{Path: r.string(), Found: r.byte() == 1}
	}
	d.Fences = make([]Fence, r.count(3))
	for i := range d.Fences {
		d.Fences[i] = Fence{Line: r.int(), EndLine: r.int(), Lang: r.string()}
	}
	d.Tables = make([]int, r.count(1))
	for i := range d.Tables {
		d.Tables[i] = r.int()
	}
	d.slots = make([]slot, r.count(2))
	for i := range d.slots {
		d.slots[i] = slot{off: int32(r.int()), link: int32(r.int())}
	}
	d.plain = r.byte() == 1
	d.size = r.int()
	if r.bad || r.s != "" {
		return nil, errNotFacets
	}
	for _, s := range d.slots {
		if int(s.link) >= len(d.Links) || int(s.off) > d.size {
			return nil, errNotFacets
		}
	}
	return d, nil
}

var errNotFacets = errors.New("these are not the facets of a page")

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// appendValue writes a value of front matter.
func appendValue(dst []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return append(dst, 'b', boolByte(v))
	case string:
		return appendString(append(dst, 's'), v)
	case int:
		return binary.AppendVarint(append(dst, 'i'), int64(v))
	case float64:
		return binary.LittleEndian.AppendUint64(append(dst, 'f'), math.Float64bits(v))
	case []any:
		dst = binary.AppendUvarint(append(dst, 'l'), uint64(len(v)))
		for _, x := range v {
			dst = appendValue(dst, x)
		}
		return dst
	case map[string]any:
		if v == nil {
			return append(dst, 'n')
		}
		dst = binary.AppendUvarint(append(dst, 'm'), uint64(len(v)))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			dst = appendValue(appendString(dst, k), v[k])
		}
		return dst
	}
	return append(dst, 'n')
}

// reader reads what the functions above wrote. After a mistake everything that
// it returns is zero.
type reader struct {
	s   string
	bad bool
}

func (r *reader) fail() { r.s, r.bad = "", true }

func (r *reader) byte() byte {
	if r.s == "" {
		r.fail()
		return 0
	}
	c := r.s[0]
	r.s = r.s[1:]
	return c
}

func (r *reader) uvarint() uint64 {
	var x uint64
	for i := 0; i < len(r.s) && i < binary.MaxVarintLen64; i++ {
		c := r.s[i]
		x |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.s = r.s[i+1:]
			return x
		}
	}
	r.fail()
	return 0
}

func (r *reader) int() int {
	n := r.uvarint()
	if n > math.MaxInt32 {
		r.fail()
		return 0
	}
	return int(n)
}

// count returns the number of things that follow, of which each takes at least
// least bytes.
func (r *reader) count(least int) int {
	n := r.int()
	if n*least > len(r.s) {
		r.fail()
		return 0
	}
	return n
}

func (r *reader) string() string {
	n := r.int()
	if n > len(r.s) {
		r.fail()
		return ""
	}
	s := r.s[:n]
	r.s = r.s[n:]
	return s
}

func (r *reader) value(depth int) any {
	if depth > 100 {
		r.fail()
		return nil
	}
	switch r.byte() {
	case 'b':
		return r.byte() == 1
	case 's':
		return r.string()
	case 'i':
		n := r.uvarint()
		return int(int64(n>>1) ^ -int64(n&1))
	case 'f':
		var bits uint64
		for i := range 8 {
			bits |= uint64(r.byte()) << (8 * i)
		}
		return math.Float64frombits(bits)
	case 'l':
		l := make([]any, r.count(1))
		for i := range l {
			l[i] = r.value(depth + 1)
		}
		return l
	case 'm':
		n := r.count(2)
		m := make(map[string]any, n)
		for range n {
			k := r.string()
			m[k] = r.value(depth + 1)
		}
		return m
	case 'n':
		return nil
	}
	r.fail()
	return nil
}
