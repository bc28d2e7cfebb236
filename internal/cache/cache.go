// Package cache keeps what programs computed on disk, so that the next run need
// not.
//
//	c, err := cache.Open(dir, "docs/mkdocs.yml", cache.Options{Version: version})
//	blob, ok := c.Get(key)
//	c.Put(key, blob)
//	err = c.Commit()
//
// A key is the digest of all that a blob was made from, so that a blob is never
// wrong, only unused. A run reads the packs that are there when it opens the
// cache and writes one pack of its own, which others see once it is complete:
//
//	DIR/VERSION/SPACE/DIGEST.pack   blobs, an index, a sum of the index
//	DIR/VERSION/SPACE/tmp-*         a pack that is being written, or was
//	DIR/VERSION/SPACE/state         one small blob, of the last run that ended well
//
// VERSION is the digest of the format and the program: what another program
// wrote is not looked at, and removed. SPACE is one for each site, so that sites
// that share a folder do not push each other out. A pack appears under its name
// by a rename and never changes; a process that is killed leaves a file that
// nobody reads and the next one removes. Two processes write two packs. What was
// damaged on disk fails its sum and counts as absent.
//
// The cache is bounded: a run that ends keeps what it used, and what others
// used before as long as there is room. The folder can be deleted at any time.
package cache

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// Key is the digest of a blob's recipe.
type Key [16]byte

// Options say what a cache may hold.
type Options struct {
	// Version identifies the program; blobs of another one are not read.
	Version string
	// Max is the size in bytes that the packs of one space may have; 0 is
	// DefaultMax.
	Max int64
	// Now is the clock, by which leftovers are told from files in use.
	Now func() time.Time
}

// DefaultMax is the size of a space when Options name no other: that of about
// ten thousand pages.
const DefaultMax = 1 << 30

// Store is an open cache. Get and Put may be called from many goroutines.
type Store struct {
	root *os.Root // of the space
	up   *os.Root // the folder that holds all versions
	name string   // of the version
	o    Options
	note string // why there is nothing in it, for people

	packs []*pack
	index map[Key]place

	mu     sync.Mutex
	used   map[Key]bool
	out    *writer
	state  []byte
	sealed bool // committed
}

// place is where a blob lies.
type place struct {
	pack     *pack
	off      int64
	size     uint32
	checksum uint32
}

type pack struct {
	name string
	f    *os.File
	size int64
	time time.Time
}

const (
	magic     = "LINTELPACK\x001"
	trailer   = 8 + 4 + 4 + len(magic) // offset, count and sum of the index
	entrySize = 16 + 8 + 4 + 4
	packExt   = ".pack"
	tmpName   = "tmp-"
	stateName = "state"
	leftover  = time.Hour // after which a file that is being written is one that was
)

// Open opens the cache in a folder, which is created when it is not there.
// space tells one site from another.
func Open(dir, space string, o Options) (*Store, error) {
	if o.Max <= 0 {
		o.Max = DefaultMax
	}
	if o.Now == nil {
		return nil, errors.New("open cache: no clock")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("open cache: %w", err)
	}
	up, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open cache: %w", err)
	}
	s := &Store{up: up, name: short(magic, o.Version), o: o, index: map[Key]place{}, used: map[Key]bool{}}
	at := path.Join(s.name, short(space))
	_, had := up.Stat(s.name)
	if err := up.MkdirAll(at, 0o777); err != nil {
		up.Close()
		return nil, fmt.Errorf("open cache: %w", err)
	}
	if s.root, err = up.OpenRoot(at); err != nil {
		up.Close()
		return nil, fmt.Errorf("open cache: %w", err)
	}
	s.ignoreFile()
	s.load()
	switch {
	case len(s.packs) > 0:
	case had != nil && s.others():
		s.note = "it was written by another version of Lintel"
	default:
		s.note = "it is empty"
	}
	return s, nil
}

func short(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:6])
}

// ignoreFile keeps version control away. Not being able to is no reason to stop.
func (s *Store) ignoreFile() {
	if f, err := s.up.OpenFile(".gitignore", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666); err == nil {
		_, _ = f.WriteString("# Lintel's cache: safe to delete at any time.\n*\n")
		f.Close()
	}
}

// others reports whether other versions have a folder.
func (s *Store) others() bool {
	entries, err := fs.ReadDir(s.up.FS(), ".")
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.IsDir() && e.Name() != s.name })
}

// Note says why the cache held nothing when it was opened, or is empty.
func (s *Store) Note() string { return s.note }

// Size returns the size of the packs that were found, in bytes.
func (s *Store) Size() int64 {
	n := int64(0)
	for _, p := range s.packs {
		n += p.size
	}
	return n
}

// load opens the packs, newest first, and reads their indexes.
func (s *Store) load() {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return
	}
	now := s.o.Now()
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil:
		case strings.HasPrefix(e.Name(), tmpName) && now.Sub(info.ModTime()) > leftover:
			_ = s.root.Remove(e.Name()) // of a run that was killed
		case strings.HasSuffix(e.Name(), packExt) && info.Mode().IsRegular():
			if f, err := s.root.Open(e.Name()); err == nil {
				s.packs = append(s.packs, &pack{e.Name(), f, info.Size(), info.ModTime()})
			}
		}
	}
	slices.SortFunc(s.packs, func(a, b *pack) int { return b.time.Compare(a.time) })
	s.packs = slices.DeleteFunc(s.packs, func(p *pack) bool {
		if err := s.readIndex(p); err != nil {
			p.f.Close()
			_ = s.root.Remove(p.name) // damaged: nobody can read it
			return true
		}
		return false
	})
	if b, err := s.root.ReadFile(stateName); err == nil && len(b) > 4 && crc32.Checksum(b[4:], table()) == binary.LittleEndian.Uint32(b) {
		s.state = b[4:]
	}
}

func table() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

var errDamaged = errors.New("the pack is damaged")

func (s *Store) readIndex(p *pack) error {
	if p.size < int64(trailer) {
		return errDamaged
	}
	end := make([]byte, trailer)
	if _, err := p.f.ReadAt(end, p.size-int64(trailer)); err != nil {
		return err
	}
	off, n, sum := int64(binary.LittleEndian.Uint64(end)), int64(binary.LittleEndian.Uint32(end[8:])), binary.LittleEndian.Uint32(end[12:])
	if string(end[16:]) != magic || off < 0 || off+n*entrySize+int64(trailer) != p.size {
		return errDamaged
	}
	b := make([]byte, n*entrySize)
	if _, err := p.f.ReadAt(b, off); err != nil {
		return err
	}
	if crc32.Checksum(b, table()) != sum {
		return errDamaged
	}
	for ; len(b) > 0; b = b[entrySize:] {
		at := place{p, int64(binary.LittleEndian.Uint64(b[16:])), binary.LittleEndian.Uint32(b[24:]), binary.LittleEndian.Uint32(b[28:])}
		if at.off < 0 || at.off+int64(at.size) > off {
			return errDamaged
		}
		if _, ok := s.index[Key(b)]; !ok { // a newer pack wins
			s.index[Key(b)] = at
		}
	}
	return nil
}

// Get returns the blob that was put under a key in an earlier run.
func (s *Store) Get(k Key) ([]byte, bool) {
	at, ok := s.index[k]
	if !ok {
		return nil, false
	}
	b := make([]byte, at.size)
	if _, err := at.pack.f.ReadAt(b, at.off); err != nil || crc32.Checksum(b, table()) != at.checksum {
		return nil, false
	}
	s.mu.Lock()
	s.used[k] = true
	s.mu.Unlock()
	return b, true
}

// Use keeps a blob as Get does, without reading it; it reports whether there is
// one.
func (s *Store) Use(k Key) bool {
	_, ok := s.index[k]
	if ok {
		s.mu.Lock()
		s.used[k] = true
		s.mu.Unlock()
	}
	return ok
}

// Put keeps a blob for later runs; this run does not get it back. What cannot
// be written is left out: Commit says why.
func (s *Store) Put(k Key, blob []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sealed {
		return
	}
	if s.out == nil {
		s.out = newWriter(s.root)
	}
	if s.out.n+int64(len(blob)) <= s.o.Max {
		s.out.add(k, blob, crc32.Checksum(blob, table()))
	}
}

// State returns the blob that the last run left with SetState, or nil.
func (s *Store) State() []byte { return s.state }

// Commit makes what was put readable for others, replaces the state, and drops
// what there is no room for. Get goes on to work; nothing more may be put.
func (s *Store) Commit(state []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sealed = true
	s.compact()
	if s.out != nil {
		if err := s.out.finish(); err != nil {
			return fmt.Errorf("write cache: %w", err)
		}
		s.out = nil
	}
	if state != nil {
		if err := s.writeState(state); err != nil {
			return fmt.Errorf("write cache: %w", err)
		}
	}
	s.dropOthers()
	return nil
}

// compact keeps the packs few and small: when most of what they hold is of no
// use any more, or there are many, what this run used moves to its own pack and
// the others go.
func (s *Store) compact() {
	const maxPacks = 12
	total, live := s.Size(), int64(0)
	for k := range s.used {
		live += int64(s.index[k].size)
	}
	var fresh int64
	if s.out != nil {
		fresh = s.out.n
	}
	if len(s.packs) < maxPacks && total+fresh <= s.o.Max && total <= 2*live+fresh+(16<<20) {
		return
	}
	if s.out == nil {
		s.out = newWriter(s.root)
	}
	for k := range s.used {
		at := s.index[k]
		b := make([]byte, at.size)
		if s.out.has[k] || s.out.n+int64(at.size) > s.o.Max {
			continue
		}
		if _, err := at.pack.f.ReadAt(b, at.off); err == nil && crc32.Checksum(b, table()) == at.checksum {
			s.out.add(k, b, at.checksum)
		}
	}
	if s.out.err != nil {
		return // what is there stays
	}
	s.out.replaces = s.packs
}

func (s *Store) writeState(b []byte) error {
	name := tmpName + rand.Text()[:8]
	data := append(binary.LittleEndian.AppendUint32(nil, crc32.Checksum(b, table())), b...)
	if err := s.root.WriteFile(name, data, 0o666); err != nil {
		_ = s.root.Remove(name) // half a file is none
		return err
	}
	return s.root.Rename(name, stateName)
}

// dropOthers removes what other versions wrote. Another one that runs at this
// moment has its files open and loses only what it would have found next time.
func (s *Store) dropOthers() {
	entries, err := fs.ReadDir(s.up.FS(), ".")
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.IsDir() && len(e.Name()) == len(s.name) && e.Name() != s.name {
			if _, err := hex.DecodeString(e.Name()); err == nil {
				_ = s.up.RemoveAll(e.Name()) // left for the next run
			}
		}
	}
}

// Close ends the use of the store: bodies that are read late are not there any
// more. It gives up what was put and not committed.
func (s *Store) Close() {
	if s.out != nil {
		s.out.abort()
		s.out = nil
	}
	for _, p := range s.packs {
		p.f.Close()
	}
	s.root.Close()
	s.up.Close()
}

// writer writes one pack.
type writer struct {
	root     *os.Root
	name     string
	f        *os.File
	w        *bufio.Writer
	n        int64
	index    []byte
	has      map[Key]bool
	err      error
	replaces []*pack
}

func newWriter(root *os.Root) *writer {
	w := &writer{root: root, name: tmpName + rand.Text()[:10], has: map[Key]bool{}}
	if w.f, w.err = root.OpenFile(w.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666); w.err == nil {
		w.w = bufio.NewWriterSize(w.f, 1<<18)
	}
	return w
}

func (w *writer) add(k Key, b []byte, sum uint32) {
	if w.err != nil || w.has[k] {
		return
	}
	if _, w.err = w.w.Write(b); w.err != nil {
		return
	}
	w.has[k] = true
	w.index = append(w.index, k[:]...)
	w.index = binary.LittleEndian.AppendUint64(w.index, uint64(w.n))
	w.index = binary.LittleEndian.AppendUint32(w.index, uint32(len(b)))
	w.index = binary.LittleEndian.AppendUint32(w.index, sum)
	w.n += int64(len(b))
}

func (w *writer) finish() error {
	if w.err != nil {
		w.abort()
		return w.err
	}
	if len(w.index) > 0 {
		end := binary.LittleEndian.AppendUint64(nil, uint64(w.n))
		end = binary.LittleEndian.AppendUint32(end, uint32(len(w.index)/entrySize))
		end = binary.LittleEndian.AppendUint32(end, crc32.Checksum(w.index, table()))
		end = append(end, magic...)
		_, err := w.w.Write(append(slices.Clone(w.index), end...))
		w.err = errors.Join(err, w.w.Flush())
	}
	if err := w.f.Close(); w.err == nil {
		w.err = err
	}
	w.f = nil
	if w.err != nil {
		w.abort()
		return w.err
	}
	if len(w.index) == 0 {
		w.abort()
	} else {
		sum := sha256.Sum256(w.index)
		to := hex.EncodeToString(sum[:12]) + packExt
		if err := w.root.Rename(w.name, to); err != nil {
			w.abort()
			return err
		}
		w.replaces = slices.DeleteFunc(slices.Clone(w.replaces), func(p *pack) bool { return p.name == to })
	}
	for _, p := range w.replaces {
		_ = w.root.Remove(p.name) // another run may have, or has it open
	}
	return nil
}

func (w *writer) abort() {
	if w.f != nil {
		w.f.Close()
		w.f = nil
	}
	_ = w.root.Remove(w.name) // the next run does, when this one cannot
}
