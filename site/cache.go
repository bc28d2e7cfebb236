package site

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/sad"
)

// What a run keeps for the next one: for each page what its reading gave, under
// the digest of its recipe, and for the site what was known of its files. Both
// only save work. A page whose questions get other answers now is read again; a
// file whose size or time differs is digested again.

// facet is something about a page beside what every page has. It is kept with
// the page, as bytes that only its owner understands.
type facet struct {
	name string
	// encode returns the facet of a page, or nil when it has none.
	encode func(*parsed) ([]byte, error)
	// decode puts it back. An error makes the page be read again.
	decode func(*parsed, []byte) error
}

// extraFacets are the facets that are kept with pages.
func extraFacets() []facet {
	return []facet{
		{"findings", func(p *parsed) ([]byte, error) {
			if len(p.findings) == 0 {
				return nil, nil
			}
			return packFindings(p.findings)
		}, func(p *parsed, b []byte) (err error) {
			p.findings, err = unpackFindings(b)
			return err
		}},
		{"facts", func(p *parsed) ([]byte, error) {
			if p.facts == (facts{}) {
				return nil, nil
			}
			j, err := json.Marshal(keptFacts{p.facts.record, p.facts.page})
			if err == nil && bytes.Contains(j, []byte(`\ufffd`)) {
				return nil, errNotText // it would come back as something else
			}
			return j, err
		}, func(p *parsed, b []byte) error {
			var k keptFacts
			err := json.Unmarshal(b, &k)
			p.facts = facts{k.Record, k.Page}
			return err
		}},
		{"naming", func(p *parsed) ([]byte, error) {
			n := p.naming.Load()
			if n == nil {
				return nil, nil
			}
			b := slices.Clone(n.sum[:])
			for _, m := range n.mentions {
				b = binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint(b, uint64(m.start)), uint64(m.end)), uint64(m.entry))
			}
			return b, nil
		}, func(p *parsed, b []byte) error {
			r := &unpacker{s: string(b)}
			n := &naming{sum: r.digest()}
			for r.s != "" {
				n.mentions = append(n.mentions, mention{int32(r.uvarint()), int32(r.uvarint()), int32(r.uvarint())})
			}
			if r.bad {
				return errNotPage
			}
			p.naming.Store(n)
			p.named = n.sum
			return nil
		}},
	}
}

// keptFacts are facts as they are written.
type keptFacts struct {
	Record *adr.Record
	Page   *sad.Page
}

// Redone is a page that could not be taken from an earlier build or run.
type Redone struct {
	Path string // below the project's root
	Why  string // a clause: "its text changed"
}

// Stats tells what a build did anew.
type Stats struct {
	Pages  int
	Memory int // pages taken from an earlier build of this Site
	Cache  int // pages taken from the cache
	Redone []Redone
}

// Stats returns what the build of this snapshot did, for people who wonder why
// it took what it took.
func (s *Snapshot) Stats() Stats { return s.b.stats.get(len(s.b.pages)) }

type stats struct {
	mu            sync.Mutex
	memory, cache int
	redone        []Redone
}

func (s *stats) get(pages int) Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.redone)
	slices.SortFunc(out, func(a, b Redone) int { return strings.Compare(a.Path, b.Path) })
	return Stats{Pages: pages, Memory: s.memory, Cache: s.cache, Redone: out}
}

func (s *stats) reused(n *int) {
	s.mu.Lock()
	*n++
	s.mu.Unlock()
}

func (s *stats) read(r Redone) {
	s.mu.Lock()
	s.redone = append(s.redone, r)
	s.mu.Unlock()
}

// disk is the cache of a Site, with what its state said when it was opened.
type disk struct {
	store  *cache.Store
	before map[string]was
	other  []byte // the state of whoever publishes
	sealed bool
}

// was is what an earlier run knew of a page.
type was struct{ recipe, sum digest }

// CacheState returns what Keep was given in the last run that ended well.
func (s *Site) CacheState() []byte {
	if s.disk == nil {
		return nil
	}
	return s.disk.other
}

// Keep writes what the last build computed to the cache of Options, with a state
// that the next run can ask for. A Site keeps once; without a cache it does
// nothing.
func (s *Site) Keep(state []byte) error {
	d := s.disk
	if d == nil || d.sealed || s.last == nil {
		return nil
	}
	d.sealed = true
	if err := s.last.b.keep(); err != nil {
		return err
	}
	return d.store.Commit(s.encodeState(state))
}

// origin is where a parsed page comes from, as the cache sees it.
type origin uint8

const (
	fresh    origin = iota // it was read in this run
	stamped                // it is in the cache as it is
	relinked               // it is in the cache, with other outcomes of its links
)

func (s *Site) openCache() {
	if s.opts.Cache == nil {
		return
	}
	s.disk = &disk{store: s.opts.Cache, before: map[string]was{}}
	s.decodeState(s.opts.Cache.State())
}

// The state: time stamps of files, what was known of pages, and the publisher's.

func (s *Site) encodeState(other []byte) []byte {
	m := &s.memo
	m.mu.Lock()
	b := binary.AppendUvarint(nil, uint64(len(m.stamps)))
	for _, p := range slices.Sorted(maps.Keys(m.stamps)) {
		st := m.stamps[p]
		b = appendText(b, p)
		b = binary.AppendUvarint(b, uint64(st.size))
		b = binary.LittleEndian.AppendUint64(b, uint64(st.modTime.UnixNano()))
		b = append(b, st.sum[:]...)
		b = append(b, trusted(st))
	}
	m.mu.Unlock()
	pages := s.last.b.pages
	b = binary.AppendUvarint(b, uint64(len(pages)))
	for _, p := range pages {
		b = appendText(b, p.Path)
		b = append(b, p.parsed.was.recipe[:]...)
		b = append(b, p.parsed.was.sum[:]...)
	}
	return append(b, other...)
}

func trusted(st stamp) byte {
	if st.trusted && st.modTime.UnixNano() != math.MinInt64 {
		return 1
	}
	return 0
}

func (s *Site) decodeState(state []byte) {
	r := &unpacker{s: string(state)}
	n := r.count(8 + 16 + 2)
	for range n {
		p := r.text()
		st := stamp{size: int64(r.uvarint()), modTime: time.Unix(0, int64(r.fixed64())), sum: r.digest(), trusted: r.byte() == 1}
		if !r.bad && st.trusted {
			s.memo.stamps[p] = st
		}
	}
	for range r.count(33) {
		p := r.text()
		s.disk.before[p] = was{r.digest(), r.digest()}
	}
	if !r.bad {
		s.disk.other = []byte(r.s)
	}
}

// cached looks a page up that this Site has not read.
func (b *build) cached(f *File, key digest) *parsed {
	d := b.site.disk
	if d == nil {
		return nil
	}
	blob, ok := d.store.Get(cache.Key(key))
	if !ok {
		return nil
	}
	p, err := b.decodePage(f, key, blob)
	if err != nil || !b.stillTrue(p.asked) {
		return nil
	}
	d.store.Use(bodyKey(key))
	return p
}

func bodyKey(key digest) cache.Key { return cache.Key(hashOf("body", string(key[:]))) }

// keep puts what was computed anew into the cache.
func (b *build) keep() error {
	store := b.site.disk.store
	var g errgroup.Group
	const run = 64
	g.SetLimit(runtime.GOMAXPROCS(0))
	for lo := 0; lo < len(b.pages); lo += run {
		g.Go(func() error {
			for _, pg := range b.pages[lo:min(lo+run, len(b.pages))] {
				p := pg.parsed
				if n := p.naming.Load(); n != nil && n.sum != p.named && p.source == stamped {
					p.source = relinked
				}
				if p.source == stamped || p.was.sum == (digest{}) {
					continue
				}
				blob, err := encodePage(p)
				if err != nil {
					continue // it is read again next time
				}
				store.Put(cache.Key(p.key), blob)
				if p.source == fresh {
					store.Put(bodyKey(p.key), p.doc.Body())
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// encodePage writes what is kept of a page but its body.
func encodePage(p *parsed) ([]byte, error) {
	b := appendAsked(nil, p.asked)
	b = append(b, p.body[:]...)
	b = append(b, p.outline[:]...)
	b = append(b, p.meta[:]...)
	b = append(b, flags(p.math, p.tagList, p.waivers))
	extra := extraFacets()
	for _, x := range extra {
		data, err := x.encode(p)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", x.name, err)
		}
		if len(data) > 0 {
			b = appendText(appendText(b, x.name), string(data))
		}
	}
	b = appendText(b, "")
	l, err := appendLinked(nil, p.lastLinks())
	if err != nil {
		return nil, err
	}
	return p.doc.AppendFacets(appendText(b, string(l))), nil
}

func flags(on ...bool) byte {
	var f byte
	for i, v := range on {
		if v {
			f |= 1 << i
		}
	}
	return f
}

func (b *build) decodePage(f *File, key digest, blob []byte) (*parsed, error) {
	r := &unpacker{s: string(blob)}
	p := &parsed{key: key, source: stamped, asked: r.asked(), body: r.digest(), outline: r.digest(), meta: r.digest()}
	on := r.byte()
	p.math, p.tagList, p.waivers = on&1 > 0, on&2 > 0, on&4 > 0
	extra := extraFacets()
	for name := r.text(); name != "" && !r.bad; name = r.text() {
		data := r.text()
		i := slices.IndexFunc(extra, func(x facet) bool { return x.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no facet is called %q", name)
		}
		if err := extra[i].decode(p, []byte(data)); err != nil {
			return nil, fmt.Errorf("decode %s: %w", name, err)
		}
	}
	lr := &unpacker{s: r.text()}
	if l, ok := lr.linked(); ok {
		p.links = []linked{l}
	}
	if r.bad {
		return nil, errNotPage
	}
	doc, err := render.DecodeDoc([]byte(r.s), b.body(f, key))
	if err != nil {
		return nil, err
	}
	p.doc = doc
	return p, nil
}

var errNotPage = errors.New("this is not a page of the cache")

var errNotText = errors.New("the page is not UTF-8")

// lastLinks returns the outcome of resolving the links that a build used last.
func (p *parsed) lastLinks() *linked {
	var last *linked
	for i := range p.links {
		if last == nil || p.links[i].used >= last.used {
			last = &p.links[i]
		}
	}
	if last == nil {
		return &linked{}
	}
	return last
}

func packFindings(fs []finding.Finding) ([]byte, error) {
	var buf bytes.Buffer
	err := gob.NewEncoder(&buf).Encode(fs)
	return buf.Bytes(), err
}

func unpackFindings(b []byte) (fs []finding.Finding, err error) {
	err = gob.NewDecoder(bytes.NewReader(b)).Decode(&fs)
	return fs, err
}

// body returns what loads the body of a page when it is wanted. A body that
// cannot be read any more is made again.
func (b *build) body(f *File, key digest) func() []byte {
	store := b.site.disk.store
	return func() []byte {
		if body, ok := store.Get(bodyKey(key)); ok {
			return body
		}
		src, err := b.read(f)
		if err != nil {
			return b.unreadable(f, err).doc.Body()
		}
		return b.readPage(f, src).doc.Body()
	}
}

// why tells why a page has to be read.
func (b *build) why(f *File, recipe, sum digest) string {
	d := b.site.disk
	if d == nil {
		return "there is no cache"
	}
	old, known := d.before[f.Path]
	switch {
	case d.store.Note() != "":
		return "nothing is kept yet: the cache says that " + d.store.Note()
	case !known:
		return "the page is new"
	case old.recipe != recipe:
		return "settings that pages are read by changed"
	case old.sum != sum:
		return "its text changed"
	}
	return "a file that it includes, or looked for, changed"
}

// unpacker reads what the functions here wrote. After a mistake everything that
// it returns is zero.
type unpacker struct {
	s   string
	bad bool
}

func (r *unpacker) take(n int) string {
	if n < 0 || n > len(r.s) {
		r.s, r.bad = "", true
		return ""
	}
	s := r.s[:n]
	r.s = r.s[n:]
	return s
}

func (r *unpacker) byte() byte {
	if s := r.take(1); s != "" {
		return s[0]
	}
	return 0
}

func (r *unpacker) uvarint() uint64 {
	var x uint64
	for i := 0; i < len(r.s) && i < binary.MaxVarintLen64; i++ {
		c := r.s[i]
		x |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.s = r.s[i+1:]
			return x
		}
	}
	r.s, r.bad = "", true
	return 0
}

// count is the number of things that follow, each of at least size bytes.
func (r *unpacker) count(size int) int {
	n := r.uvarint()
	if n > uint64(len(r.s)/size) {
		if n > 0 {
			r.s, r.bad = "", true
		}
		return 0
	}
	return int(n)
}

func (r *unpacker) text() string {
	n := r.uvarint()
	if n > uint64(len(r.s)) {
		r.s, r.bad = "", true
		return ""
	}
	return r.take(int(n))
}

func (r *unpacker) fixed64() uint64 {
	if s := r.take(8); s != "" {
		return binary.LittleEndian.Uint64([]byte(s))
	}
	return 0
}

func (r *unpacker) digest() (d digest) {
	copy(d[:], r.take(len(d)))
	return d
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendAsked(b []byte, qs []question) []byte {
	b = binary.AppendUvarint(b, uint64(len(qs)))
	for _, q := range qs {
		b = append(b, byte(q.kind))
		b = appendText(b, q.subject)
		b = append(b, q.answer[:]...)
	}
	return b
}

func (r *unpacker) asked() []question {
	n := r.count(18)
	if n == 0 {
		return nil
	}
	qs := make([]question, n)
	for i := range qs {
		qs[i] = question{asked(r.byte()), r.text(), r.digest()}
	}
	return qs
}

// appendLinked and linked write and read the outcome of resolving the links of a
// page.
func appendLinked(b []byte, l *linked) ([]byte, error) {
	b = append(b, l.key[:]...)
	b = appendAsked(b, l.asked)
	b = binary.AppendUvarint(b, uint64(len(l.hrefs)))
	for _, h := range l.hrefs {
		b = appendText(b, h)
	}
	if len(l.findings) == 0 {
		return appendText(b, ""), nil
	}
	data, err := packFindings(l.findings)
	return appendText(b, string(data)), err
}

func (r *unpacker) linked() (l linked, ok bool) {
	l.key, l.asked = r.digest(), r.asked()
	l.hrefs = make([]string, r.count(1))
	for i := range l.hrefs {
		l.hrefs[i] = r.text()
	}
	if data := r.text(); data != "" {
		fs, err := unpackFindings([]byte(data))
		if err != nil {
			return l, false
		}
		l.findings = fs
	}
	return l, !r.bad
}
