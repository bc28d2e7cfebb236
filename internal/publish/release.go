package publish

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// A release is kept as one object, .lintel/releases/ID.tar.zst: first
// manifest.json with all its entries, then the content that was new in it. What
// was there before lies in the archives of earlier releases, which the entries
// name. So a release costs one request, whatever its size, and `tar --zstd -x`
// reads it where Lintel is not at hand.

// packManifest is the name of the first entry; packRecord marks it, since a site
// may have a file of that name.
const (
	packManifest = "manifest.json"
	packRecord   = "LINTEL.manifest"
)

// pack is the archive of a release that is being written. A nil pack keeps
// nothing.
type pack struct {
	s       *syncer
	p       *Plan
	release string
	full    bool // takes in everything, so that old archives can go

	mu  sync.Mutex
	out spool
	zw  *zstd.Encoder
	tw  *tar.Writer
}

func newZstd(w io.Writer) (*zstd.Encoder, error) {
	return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
}

func (s *syncer) newPack(p *Plan, release string) (*pack, error) {
	if s.o.Keep <= 0 || s.src.release != "" || !p.content() {
		return nil, nil
	}
	pk := &pack{s: s, p: p, release: release, out: spool{dir: s.o.TempDir}}
	pk.full = len(packsOf(p.objects)) > 2*s.o.Keep+4
	var err error
	if pk.zw, err = newZstd(&pk.out); err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	pk.tw = tar.NewWriter(pk.zw)
	return pk, nil
}

func (pk *pack) close() {
	if pk != nil {
		_ = pk.zw.Close() // what failed was told before
		pk.out.close()
	}
}

// add puts the content of an object into the archive and notes that in e.
func (pk *pack) add(key string, c Content, e *Entry) error {
	if pk == nil {
		return nil
	}
	in, err := c.open()
	if err != nil {
		return fmt.Errorf("read %s: %w", c.Name, plain(err))
	}
	defer in.Close()
	pk.mu.Lock()
	defer pk.mu.Unlock()
	err = pk.tw.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: key, Size: c.Size, Mode: 0o644, ModTime: pk.s.o.Now(), Format: tar.FormatPAX})
	if err == nil {
		_, err = io.Copy(pk.tw, in)
	}
	if errors.Is(err, tar.ErrWriteTooLong) {
		return &ChangedError{c.Name}
	}
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	e.Pack = pk.release
	return nil
}

// rest adds the objects that no archive holds yet.
func (pk *pack) rest(ctx context.Context) error {
	for i := range pk.s.src.Files {
		f := &pk.s.src.Files[i]
		e := pk.p.objects[f.Name]
		if e.Pack != "" && !pk.full || e.Pack == pk.release {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := f.bytes()
		if err != nil {
			return err
		}
		if b, err = pk.s.transform(e.Made, b); err != nil {
			return fmt.Errorf("make %s: %w", f.Name, err)
		}
		if c := Bytes(f.Name, b); c.Sum == e.Sum {
			if err := pk.add(f.Name, c, &e); err != nil {
				return err
			}
			pk.p.objects[f.Name] = e
		}
	}
	return nil
}

// upload sends the archive when all objects have been added.
func (pk *pack) upload(ctx context.Context) error {
	if pk == nil {
		return nil
	}
	if err := pk.rest(ctx); err != nil {
		return err
	}
	err := pk.tw.Close()
	if err == nil {
		err = pk.zw.Close()
	}
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	m := newManifest(pk.s.t.Place())
	m.Release, m.Headers, m.Updated = pk.release, pk.p.headers, pk.s.o.Now().UTC().Truncate(time.Millisecond)
	for k, e := range pk.p.objects {
		e.ETag, e.At = "", 0
		m.Objects[k] = e
	}
	m.Releases = []Release{pk.p.release(pk.release, m)}
	b, err := m.encode()
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	// A zstd stream may be several, one after the other: the manifest, which is
	// complete last, comes first.
	var head bytes.Buffer
	zw, err := newZstd(&head)
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	tw := tar.NewWriter(zw)
	err = tw.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: packManifest, Size: int64(len(b)), Mode: 0o644, ModTime: m.Updated, Format: tar.FormatPAX, PAXRecords: map[string]string{packRecord: manifestFormat}})
	if err == nil {
		_, err = tw.Write(b)
	}
	if err == nil {
		err = tw.Flush() // no end of archive here
	}
	if err == nil {
		err = zw.Close()
	}
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	open := func() (io.ReadCloser, error) {
		r, err := pk.out.reader()
		return io.NopCloser(io.MultiReader(bytes.NewReader(head.Bytes()), r)), err
	}
	r, err := open()
	if err != nil {
		return fmt.Errorf("read archive: %w", err)
	}
	d := sha256.New()
	n, err := io.Copy(d, r)
	if err != nil {
		return fmt.Errorf("read archive: %w", err)
	}
	c := Content{Name: "archive of the release", Size: n, Sum: hex.EncodeToString(d.Sum(nil)), Open: open}
	_, err = pk.s.t.Put(ctx, packKey(pk.release), c, Headers{"Content-Type": "application/zstd", "Cache-Control": "no-store"}, Cond{})
	return err
}

// release describes the state m as a release.
func (p *Plan) release(id string, m *Manifest) Release {
	r := Release{
		ID: id, Time: m.Updated, Objects: len(m.Objects), Added: len(p.Added), Changed: len(p.Changed), Removed: len(p.Removed),
		Packs: packsOf(m.Objects),
	}
	for _, e := range m.Objects {
		r.Bytes += e.Size
	}
	if !slices.Contains(r.Packs, id) {
		r.Packs = append(r.Packs, id) // its own manifest lies there
		slices.Sort(r.Packs)
	}
	return r
}

func packsOf(objects map[string]Entry) []string {
	seen := map[string]bool{}
	packs := []string{}
	for _, e := range objects {
		if e.Pack != "" && !seen[e.Pack] {
			seen[e.Pack] = true
			packs = append(packs, e.Pack)
		}
	}
	slices.Sort(packs)
	return packs
}

// recordRelease notes in m what is published, drops releases beyond those to
// keep, and marks archives that none of the rest needs as stale.
func (s *syncer) recordRelease(m *Manifest, p *Plan, release string) {
	m.Release = release
	all := packsOf(s.man.Objects)
	for _, r := range s.man.Releases {
		all = append(all, r.Packs...)
	}
	if s.src.release == "" && p.content() && s.o.Keep > 0 {
		m.Updated = s.o.Now().UTC().Truncate(time.Millisecond)
		m.Releases = append([]Release{p.release(release, m)}, m.Releases...)
		all = append(all, release)
	}
	seen := map[string]bool{}
	m.Releases = slices.DeleteFunc(slices.Clone(m.Releases), func(r Release) bool {
		again := seen[r.ID]
		seen[r.ID] = true
		return again
	})
	if s.src.release == "" && len(m.Releases) > s.o.Keep {
		m.Releases = m.Releases[:s.o.Keep]
	}
	needed := map[string]bool{}
	if s.o.Keep > 0 || s.src.release != "" {
		for _, k := range packsOf(m.Objects) {
			needed[k] = true
		}
	}
	for _, r := range m.Releases {
		for _, k := range r.Packs {
			needed[k] = true
		}
	}
	for _, k := range all {
		if !needed[k] && CheckKey(packKey(k)) == nil {
			m.Stale[packKey(k)] = 0
		}
	}
	if s.o.Keep <= 0 && s.src.release == "" {
		for k, e := range m.Objects {
			e.Pack = ""
			m.Objects[k] = e
		}
	}
}

// ErrNoRelease is the error for a release that is not kept.
var ErrNoRelease = errors.New("no such release is kept")

// ReadManifest returns the manifest of a target, or fs.ErrNotExist.
func ReadManifest(ctx context.Context, t Target) (*Manifest, error) {
	b, _, err := fetch(ctx, t, manifestKey, "")
	if err != nil {
		return nil, err
	}
	m, err := readManifest(b, t.Place())
	if errors.Is(err, errForeign) {
		return nil, fmt.Errorf("read manifest of %s: it is none of this place; lintel publish makes a new one", t.Place())
	}
	return m, err
}

// ReleaseSource returns a kept release as a source: publishing it is a rollback.
// name is its id or the beginning of one.
func ReleaseSource(ctx context.Context, t Target, name, tempDir string) (Source, error) {
	m, err := ReadManifest(ctx, t)
	if err != nil {
		return Source{}, err
	}
	var found []string
	for _, r := range m.Releases {
		if r.ID == name {
			found = []string{r.ID}
			break
		}
		if strings.HasPrefix(r.ID, name) {
			found = append(found, r.ID)
		}
	}
	switch {
	case len(found) == 0:
		ids := make([]string, len(m.Releases))
		for i, r := range m.Releases {
			ids[i] = r.ID
		}
		return Source{}, fmt.Errorf("%w: %q; there are %s", ErrNoRelease, name, orNone(ids))
	case len(found) > 1:
		return Source{}, fmt.Errorf("%w: %q may be any of %s", ErrNoRelease, name, strings.Join(found, ", "))
	}
	rm, err := releaseManifest(ctx, t, found[0])
	if err != nil {
		return Source{}, err
	}
	box := &unpacked{t: t, out: spool{dir: tempDir}, at: map[string]span{}}
	src := Source{release: rm.Release, headers: rm.Headers, close: box.out.close}
	want := map[string]Entry{}
	for k, e := range rm.Objects {
		want[k] = e
		src.Files = append(src.Files, File{
			Name: k, Size: e.Size, sum: e.Sum, entry: &e,
			open: func() (io.ReadCloser, error) { return box.open(k) },
		})
	}
	slices.SortFunc(src.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	src.prepare = func(ctx context.Context, names []string) error { return box.fetch(ctx, want, names) }
	return src, nil
}

func orNone(s []string) string {
	if len(s) == 0 {
		return "none"
	}
	return strings.Join(s, ", ")
}

// releaseManifest reads the first entry of the archive of a release.
func releaseManifest(ctx context.Context, t Target, id string) (*Manifest, error) {
	var m *Manifest
	err := readPack(ctx, t, id, func(h *tar.Header, r io.Reader) (bool, error) {
		if h.PAXRecords[packRecord] == "" {
			return false, errForeign
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return false, err
		}
		m, err = readManifest(b, t.Place())
		return false, err
	})
	if err == nil && m == nil {
		err = errForeign
	}
	if err != nil {
		return nil, fmt.Errorf("read release %s: %w", id, err)
	}
	return m, nil
}

// readPack calls f with the entries of an archive while it returns true.
func readPack(ctx context.Context, t Target, id string, f func(h *tar.Header, r io.Reader) (bool, error)) error {
	const tries = 5
	for n := 1; ; n++ {
		err := readPackOnce(ctx, t, id, f)
		broken := errors.Is(err, io.ErrUnexpectedEOF) || is[net.Error](err)
		if !broken || n == tries || ctx.Err() != nil {
			return err
		}
	}
}

func readPackOnce(ctx context.Context, t Target, id string, f func(h *tar.Header, r io.Reader) (bool, error)) error {
	o, err := t.Get(ctx, packKey(id), "")
	if err != nil {
		return err
	}
	defer o.Body.Close()
	zr, err := zstd.NewReader(o.Body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	if err != nil {
		return err
	}
	defer zr.Close()
	tr := tar.NewReader(zr)
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if more, err := f(h, tr); err != nil || !more {
			return err
		}
	}
}

type span struct{ off, n int64 }

// unpacked holds the content that a rollback needs.
type unpacked struct {
	t   Target
	out spool
	at  map[string]span
}

func (u *unpacked) fetch(ctx context.Context, want map[string]Entry, names []string) error {
	byPack := map[string]map[string]Entry{}
	for _, n := range names {
		e := want[n]
		if _, done := u.at[n]; done {
			continue
		}
		if e.Pack == "" {
			return fmt.Errorf("read release: no archive holds %s", n)
		}
		if byPack[e.Pack] == nil {
			byPack[e.Pack] = map[string]Entry{}
		}
		byPack[e.Pack][n] = e
	}
	for id, entries := range byPack {
		left := len(entries)
		err := readPack(ctx, u.t, id, func(h *tar.Header, r io.Reader) (bool, error) {
			if h.PAXRecords[packRecord] != "" { // the archive's own manifest
				return true, nil
			}
			if _, done := u.at[h.Name]; done { // before the connection broke
				return true, nil
			}
			e, ok := entries[h.Name]
			if !ok || h.Size != e.Size {
				return true, nil
			}
			off := u.out.n
			d := sha256.New()
			if _, err := io.Copy(io.MultiWriter(&u.out, d), r); err != nil {
				return false, err
			}
			if sumIs(d, e.Sum) {
				u.at[h.Name] = span{off, e.Size}
				left--
			}
			return left > 0, nil
		})
		if err == nil && left > 0 {
			err = fmt.Errorf("the archive lacks %d files", left)
		}
		if err != nil {
			return fmt.Errorf("read release %s: %w", id, err)
		}
	}
	return nil
}

func (u *unpacked) open(name string) (io.ReadCloser, error) {
	at, ok := u.at[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	r, err := u.out.section(at.off, at.n)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(r), nil
}

// spool holds bytes in memory and, when there are many, in a file.
type spool struct {
	dir  string
	n    int64
	mem  bytes.Buffer
	file *os.File
}

const spoolMemory = 8 << 20

func (s *spool) Write(p []byte) (int, error) {
	if s.file == nil && s.n+int64(len(p)) > spoolMemory {
		f, err := os.CreateTemp(s.dir, "lintel-publish-")
		if err != nil {
			return 0, err
		}
		_ = os.Remove(f.Name()) // where the system allows it, it goes with the process
		if _, err := f.Write(s.mem.Bytes()); err != nil {
			f.Close()
			return 0, err
		}
		s.file, s.mem = f, bytes.Buffer{}
	}
	var n int
	var err error
	if s.file != nil {
		n, err = s.file.Write(p)
	} else {
		n, err = s.mem.Write(p)
	}
	s.n += int64(n)
	return n, err
}

func (s *spool) section(off, n int64) (io.Reader, error) {
	if s.file != nil {
		return io.NewSectionReader(s.file, off, n), nil
	}
	return bytes.NewReader(s.mem.Bytes()[off : off+n]), nil
}

func (s *spool) reader() (io.Reader, error) { return s.section(0, s.n) }

func (s *spool) close() {
	if s.file != nil {
		s.file.Close()
		_ = os.Remove(s.file.Name()) // it may be gone already
	}
}
