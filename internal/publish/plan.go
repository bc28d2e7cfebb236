package publish

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Plan is what a run is about to do.
type Plan struct {
	Added, Changed, Headers, Removed []string // keys, sorted
	Unchanged                        int
	Bytes                            int64    // to send, before compression
	Foreign                          []string // keys of objects in the way that Lintel did not write
	Repaired                         []string // keys whose objects were not what the manifest says

	empty   bool
	steps   []step
	old     map[string]Entry   // of the state before
	objects map[string]Entry   // of the new state, those that are not written yet as planned
	headers map[string]Headers // of the new state
}

// Writes returns how many objects are sent or get other headers.
func (p *Plan) Writes() int { return len(p.steps) }

// content reports whether the content of the site changes.
func (p *Plan) content() bool { return len(p.Added)+len(p.Changed)+len(p.Removed) > 0 }

// touched returns the keys that the run writes.
func (p *Plan) touched() []string {
	keys := make([]string, len(p.steps))
	for i, s := range p.steps {
		keys[i] = s.key
	}
	return keys
}

type stepKind int

const (
	stepAdd stepKind = iota
	stepChange
	stepHeaders
)

type step struct {
	key     string
	kind    stepKind
	file    *File
	headers Headers
	made    string // the transformation of the bytes, or ""
	done    bool
}

// groups yields the steps that may run at a time, one group after the other:
// assets, pages that are new, pages that are there already, indexes. A link is
// written when what it leads to is in place.
func (p *Plan) groups() iter.Seq[[]*step] {
	return func(yield func([]*step) bool) {
		var groups [4][]*step
		for i := range p.steps {
			s := &p.steps[i]
			g := 0
			switch c := classOf(s.key); {
			case c == classIndex:
				g = 3
			case c == classPage && s.kind != stepAdd:
				g = 2
			case c == classPage:
				g = 1
			}
			groups[g] = append(groups[g], s)
		}
		for _, g := range groups {
			if len(g) > 0 && !yield(g) {
				return
			}
		}
	}
}

// made names the transformation that a file undergoes: equal names and equal
// sources give equal bytes.
func (s *syncer) made(name string) string {
	m := ""
	if s.o.Preview && isPage(name) {
		m = previewMark
	}
	if s.o.Rules.encodes(name) {
		m += "+" + s.o.Rules.Encoding
	}
	return m
}

// transform returns the bytes that are stored for b.
func (s *syncer) transform(made string, b []byte) ([]byte, error) {
	if made == "" {
		return b, nil
	}
	if strings.HasPrefix(made, previewMark) {
		b = shield(b)
	}
	if _, enc, ok := strings.Cut(made, "+"); ok {
		return encode(enc, b)
	}
	return b, nil
}

// headersOf returns the headers of a file.
func (s *syncer) headersOf(f *File) Headers {
	if f.entry != nil {
		return s.src.headers[f.entry.Headers]
	}
	to := ""
	if f.to != "" && !s.o.Preview {
		to = s.o.Rules.redirectLocation(f.Name, f.to)
	}
	h := s.o.Rules.headersFor(f.Name, to, s.custom)
	if s.o.Preview {
		shieldHeaders(f.Name, f.to, h)
	}
	return h
}

// plan compares the source with the state of the target.
func (s *syncer) plan(ctx context.Context) (*Plan, error) {
	p := &Plan{old: s.man.Objects, objects: make(map[string]Entry, len(s.src.Files)), headers: map[string]Headers{}}
	hashes := map[string]string{} // by header name and value, joined: few sets, many files
	// Read what no recipe answers for.
	err := s.src.read(ctx, func(f *File) bool {
		old, ok := s.man.Objects[f.Name]
		return f.Recipe == "" || !ok || old.Recipe != f.Recipe || old.Made != s.made(f.Name) || s.dirty[f.Name]
	})
	if err != nil {
		return nil, err
	}
	for i := range s.src.Files {
		f := &s.src.Files[i]
		old, known := s.man.Objects[f.Name]
		made := s.made(f.Name)
		if f.entry != nil {
			made = f.entry.Made
		}
		same, err := s.same(f, old, known, made)
		if err != nil {
			return nil, err
		}
		if f.sum == "" && known { // its recipe is what it was
			f.to = ""
			h := s.man.Headers[old.Headers]
			f.to = cmp.Or(h[RedirectHeader], h[previewLeads])
		}
		h := s.headersOf(f)
		hash := hashOnce(hashes, h)
		p.headers[hash] = h
		e := Entry{Headers: hash, Made: made, Recipe: f.Recipe}
		if f.entry != nil {
			e = *f.entry
			e.ETag, e.At = "", 0
		}
		st := step{key: f.Name, file: f, headers: h, made: made}
		_, stale := s.man.Stale[f.Name]
		foreign, inWay := s.foreign[f.Name]
		switch {
		case inWay && foreign.Key == "": // another site of Lintel's, below this one
			return nil, fmt.Errorf("write %s: the key belongs to another site that Lintel publishes below %s", f.Name, s.t.Place())
		case inWay:
			p.Foreign = append(p.Foreign, f.Name)
			st.kind = stepChange
			p.Changed = append(p.Changed, f.Name)
		case !known && stale:
			st.kind = stepChange
			p.Changed = append(p.Changed, f.Name)
		case !known:
			st.kind = stepAdd
			p.Added = append(p.Added, f.Name)
		case !same || s.dirty[f.Name]:
			st.kind = stepChange
			p.Changed = append(p.Changed, f.Name)
			if same {
				p.Repaired = append(p.Repaired, f.Name)
			}
		case old.Headers != hash && s.man.Headers[old.Headers].drops(h):
			st.kind = stepChange
			p.Changed = append(p.Changed, f.Name)
		case old.Headers != hash:
			st.kind = stepHeaders
			p.Headers = append(p.Headers, f.Name)
		default:
			p.Unchanged++
			old.Recipe = f.Recipe
			p.objects[f.Name] = old
			continue
		}
		if st.kind == stepHeaders {
			e.Sum, e.Size, e.Source, e.Pack = old.Sum, old.Size, old.Source, old.Pack
		} else {
			p.Bytes += f.Size
		}
		p.objects[f.Name] = e
		p.steps = append(p.steps, st)
	}
	for k := range s.man.Objects {
		if _, ok := p.objects[k]; !ok {
			p.Removed = append(p.Removed, k)
		}
	}
	leftovers, err := s.leftovers(ctx, p)
	if err != nil {
		return nil, err
	}
	p.Removed = append(p.Removed, leftovers...)
	for k, i := range s.foreign {
		if s.o.Adopt && i.Key != "" && p.objects[k].Headers == "" {
			p.Removed = append(p.Removed, k)
		}
	}
	for _, keys := range [][]string{p.Added, p.Changed, p.Headers, p.Removed, p.Foreign} {
		slices.Sort(keys)
	}
	p.empty = len(p.steps) == 0 && len(p.Removed) == 0 && len(s.man.Dirty) == 0 && s.due(s.man) == nil && !s.rebuilt &&
		(s.src.release == "" || s.src.release == s.man.Release)
	return p, nil
}

func hashOnce(known map[string]string, h Headers) string {
	var sb strings.Builder
	for _, k := range slices.Sorted(maps.Keys(h)) {
		sb.WriteString(k)
		sb.WriteByte(0)
		sb.WriteString(h[k])
		sb.WriteByte(0)
	}
	hash, ok := known[sb.String()]
	if !ok {
		hash = h.Hash()
		known[sb.String()] = hash
	}
	return hash
}

// same reports whether an object has the content that the file has now.
func (s *syncer) same(f *File, old Entry, known bool, made string) (bool, error) {
	switch {
	case !known:
		return false, nil
	case f.sum == "": // its recipe is what it was
		return true, nil
	case f.entry != nil:
		return f.entry.Sum == old.Sum, nil
	case made == "":
		return old.Sum == f.sum, nil
	case old.Made == made && old.Source != "":
		return old.Source == f.sum, nil
	case old.Source != "":
		return false, nil
	}
	// The object was found, not written by a run that the manifest tells of.
	b, err := f.bytes()
	if err != nil {
		return false, err
	}
	if b, err = s.transform(made, b); err != nil {
		return false, fmt.Errorf("make %s: %w", f.Name, err)
	}
	return sumOf(b) == old.Sum, nil
}

// bytes reads the file and checks that it is still what it was.
func (f *File) bytes() ([]byte, error) {
	in, err := f.open()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name, plain(err))
	}
	defer in.Close()
	buf := bytes.NewBuffer(make([]byte, 0, f.Size+bytes.MinRead))
	if _, err := io.Copy(buf, in); err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name, plain(err))
	}
	if f.sum != "" && sumOf(buf.Bytes()) != f.sum {
		return nil, &ChangedError{f.Name}
	}
	return buf.Bytes(), nil
}

// leftovers returns the keys that a run which did not come to its end may have
// written and that nothing names now.
func (s *syncer) leftovers(ctx context.Context, p *Plan) ([]string, error) {
	var ask []string
	for k := range s.dirty {
		_, planned := p.objects[k]
		_, known := s.man.Objects[k]
		_, stale := s.man.Stale[k]
		if !planned && !known && !stale && CheckKey(k) == nil {
			ask = append(ask, k)
		}
	}
	infos, err := s.look(ctx, ask)
	if err != nil {
		return nil, err
	}
	var found []string
	for k, i := range infos {
		if i.Sum != "" {
			found = append(found, k)
		}
	}
	return found, nil
}

// look asks for each key; those that do not exist are left out.
func (s *syncer) look(ctx context.Context, keys []string) (map[string]Info, error) {
	infos := make(map[string]Info, len(keys))
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.o.Workers)
	for _, k := range keys {
		g.Go(func() error {
			i, err := s.t.Head(ctx, k)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			i.Key = k
			mu.Lock()
			infos[k] = i
			mu.Unlock()
			return nil
		})
	}
	return infos, g.Wait()
}

// list returns the objects of the place that are part of this site or could be:
// what is Lintel's own and what belongs to sites below this one is left out,
// the latter with the names of their folders.
func (s *syncer) list(ctx context.Context) (objects []Info, below []string, err error) {
	s.archives = nil
	for i, err := range s.t.List(ctx, "") {
		if err != nil {
			return nil, nil, err
		}
		if id, ok := strings.CutSuffix(strings.TrimPrefix(i.Key, releasesDir), ".tar.zst"); ok && strings.HasPrefix(i.Key, releasesDir) {
			s.archives = append(s.archives, id)
		}
		if n := strings.Index("/"+i.Key, "/"+reserved); n > 0 {
			below = append(below, i.Key[:n])
			continue
		} else if n == 0 || i.Key == "" || strings.HasSuffix(i.Key, "/") {
			continue
		}
		objects = append(objects, i)
	}
	slices.Sort(below)
	below = slices.Compact(below)
	objects = slices.DeleteFunc(objects, func(i Info) bool { return belongs(below, i.Key) })
	return objects, below, nil
}

// belongs reports whether a key lies in one of the folders.
func belongs(folders []string, key string) bool {
	for i := 0; i < len(key); i++ {
		if key[i] == '/' {
			if _, ok := slices.BinarySearch(folders, key[:i+1]); ok {
				return true
			}
		}
	}
	return false
}

// rebuild makes the manifest anew from what the target holds. Lintel notes the
// digest of the content with each object; one without is foreign.
func (s *syncer) rebuild(ctx context.Context) error {
	objects, below, err := s.list(ctx)
	if err != nil {
		return err
	}
	keys := make([]string, len(objects))
	for i, o := range objects {
		keys[i] = o.Key
	}
	infos, err := s.look(ctx, keys)
	if err != nil {
		return err
	}
	m := *s.man
	m.Objects, m.Headers, m.Stale, m.Dirty, m.Claim = map[string]Entry{}, map[string]Headers{}, nil, nil, nil
	s.foreign = map[string]Info{}
	for k, i := range infos {
		if i.Sum == "" {
			s.foreign[k] = i
			continue
		}
		m.Objects[k] = entryOf(m.Headers, i)
	}
	for i := range s.src.Files {
		if belongs(below, s.src.Files[i].Name) {
			s.foreign[s.src.Files[i].Name] = Info{}
		}
	}
	if err := s.recall(ctx, &m); err != nil {
		return err
	}
	s.man, s.listed, s.fresh, s.rebuilt = &m, true, false, true
	return nil
}

// recall finds the releases again whose archives are there.
func (s *syncer) recall(ctx context.Context, m *Manifest) error {
	m.Releases, m.Stale = nil, map[string]int64{}
	have := map[string]bool{}
	for _, id := range s.archives {
		have[id] = true
	}
	var found []*Manifest
	for _, id := range s.archives {
		rm, err := releaseManifest(ctx, s.t, id)
		switch {
		case err != nil && (ctx.Err() != nil || lacks(err)):
			return err
		case err != nil || len(rm.Releases) != 1 || slices.ContainsFunc(rm.Releases[0].Packs, func(p string) bool { return !have[p] }):
			continue // cut off, or of another place, or it needs one that is gone
		}
		found = append(found, rm)
	}
	slices.SortStableFunc(found, func(a, b *Manifest) int { return b.Updated.Compare(a.Updated) })
	for _, rm := range found {
		m.Releases = append(m.Releases, rm.Releases[0])
		for k, e := range rm.Objects {
			if now, ok := m.Objects[k]; ok && now.Pack == "" && now.Sum == e.Sum {
				now.Source, now.Made, now.Pack = e.Source, e.Made, e.Pack
				m.Objects[k] = now
			}
		}
	}
	needed := map[string]bool{}
	for _, r := range m.Releases {
		for _, p := range r.Packs {
			needed[p] = true
		}
	}
	for _, id := range s.archives {
		if !needed[id] && CheckKey(packKey(id)) == nil {
			m.Stale[packKey(id)] = 0
		}
	}
	return nil
}

func entryOf(headers map[string]Headers, i Info) Entry {
	h := i.Headers
	if h == nil {
		h = Headers{}
	}
	hash := h.Hash()
	headers[hash] = h
	return Entry{Sum: i.Sum, Size: i.Size, Headers: hash, ETag: i.ETag, At: i.Changed.Unix()}
}

// verify compares the manifest with a list of the target. What is missing is
// forgotten, so that it is written anew; what was changed by other hands is
// marked, so that it is written again; what Lintel wrote and the manifest does
// not know becomes known, so that it is removed when the site does not have it.
func (s *syncer) verify(ctx context.Context) error {
	objects, below, err := s.list(ctx)
	if err != nil {
		return err
	}
	m := *s.man
	m.Objects, m.Headers, m.Stale = maps.Clone(m.Objects), maps.Clone(m.Headers), maps.Clone(m.Stale)
	if m.Headers == nil {
		m.Headers = map[string]Headers{}
	}
	found := make(map[string]bool, len(objects))
	var unknown, suspect []string
	for _, o := range objects {
		found[o.Key] = true
		e, ok := m.Objects[o.Key]
		_, stale := m.Stale[o.Key]
		switch {
		case !ok && !stale:
			unknown = append(unknown, o.Key)
		case !ok:
		case e.Size != o.Size:
			s.dirty[o.Key] = true
			s.differs = append(s.differs, o.Key)
		case e.ETag != o.ETag, e.At != 0 && o.Changed.Unix() > e.At+2:
			// Perhaps other content, perhaps other headers: a list does not say. And
			// some stores list another ETag than they gave for the same object.
			suspect = append(suspect, o.Key)
		}
	}
	for k := range m.Objects {
		if !found[k] {
			delete(m.Objects, k)
			s.differs = append(s.differs, k)
		}
	}
	for k := range m.Stale {
		if !found[k] && !strings.HasPrefix(k, reserved) {
			delete(m.Stale, k)
		}
	}
	infos, err := s.look(ctx, append(unknown, suspect...))
	if err != nil {
		return err
	}
	s.foreign = map[string]Info{}
	for _, k := range unknown {
		switch i, ok := infos[k]; {
		case !ok:
		case i.Sum == "":
			s.foreign[k] = i
		default:
			m.Objects[k] = entryOf(m.Headers, i)
		}
	}
	for _, k := range suspect {
		e := m.Objects[k]
		i, ok := infos[k]
		written := e.ETag == i.ETag || e.At != 0 && i.Changed.Unix() <= e.At+2 // by us, the last time
		if !ok || !written || i.Sum != e.Sum || !i.Headers.holds(m.Headers[e.Headers]) {
			s.dirty[k] = true
			s.differs = append(s.differs, k)
			continue
		}
		e.At, e.ETag = i.Changed.Unix(), i.ETag
		m.Objects[k] = e
	}
	for i := range s.src.Files {
		if belongs(below, s.src.Files[i].Name) {
			s.foreign[s.src.Files[i].Name] = Info{}
		}
	}
	slices.Sort(s.differs)
	s.man, s.listed = &m, true
	if n := len(s.foreign); n > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%d objects were not written by Lintel and stay as they are: %s", n, some(slices.Sorted(maps.Keys(s.foreign)))))
	}
	return nil
}

// holds reports whether h has what want has. Some stores keep no redirects.
func (h Headers) holds(want Headers) bool {
	for k, v := range want {
		if h[k] != v && (k != RedirectHeader || h[k] != "") {
			return false
		}
	}
	for k := range h {
		if served(k) && want[k] == "" {
			return false
		}
	}
	return true
}

// drops reports whether next lacks a header of h that is served. Such an object
// is sent again: see Target.SetHeaders.
func (h Headers) drops(next Headers) bool {
	for k := range h {
		if _, ok := next[k]; !ok && served(k) {
			return true
		}
	}
	return h == nil
}

// step writes one object.
func (s *syncer) step(ctx context.Context, p *Plan, st *step, pk *pack) error {
	var i Info
	var e Entry
	var err error
	kind := st.kind
	if kind == stepHeaders {
		e = p.old[st.key]
		if e.Size <= maxCopy {
			i, err = s.t.SetHeaders(ctx, st.key, e.ETag, e.Sum, st.headers)
		}
		if e.Size > maxCopy || errors.Is(err, ErrPrecondition) || errors.Is(err, fs.ErrNotExist) {
			kind = stepChange // too large to copy, or not the object that the manifest tells of
		} else if err != nil {
			return err
		}
	}
	if kind != stepHeaders {
		if i, e, err = s.send(ctx, st, pk); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	planned := p.objects[st.key]
	e.Headers, e.Made, e.Recipe, e.ETag = planned.Headers, st.made, st.file.Recipe, i.ETag
	switch {
	case !i.Changed.IsZero():
		e.At = i.Changed.Unix()
	case !i.Now.IsZero():
		e.At = i.Now.Unix()
	default:
		e.At = 0
	}
	p.objects[st.key] = e
	st.done = true
	s.done++
	s.o.Report(Event{Done: s.done, Total: s.total, Bytes: s.bytes, TotalBytes: s.all})
	return nil
}

// send writes the content of one object.
func (s *syncer) send(ctx context.Context, st *step, pk *pack) (Info, Entry, error) {
	var e Entry
	f := st.file
	c := Content{Name: f.Name, Size: f.Size, Sum: f.sum, Open: f.open}
	if f.Size <= partSize || st.made != "" {
		size := min(max(f.Size, 1), budgetBytes)
		if err := s.budget.Acquire(ctx, size); err != nil {
			return Info{}, e, err
		}
		defer s.budget.Release(size)
		b, err := f.bytes()
		if err != nil {
			return Info{}, e, err
		}
		if st.made != "" && f.entry == nil {
			e.Source = f.sum
			if b, err = s.transform(st.made, b); err != nil {
				return Info{}, e, fmt.Errorf("make %s: %w", f.Name, err)
			}
			c = Bytes(f.Name, b)
		} else {
			c.Data, c.Size = b, int64(len(b))
			if b == nil {
				c.Data = []byte{}
			}
		}
	}
	if f.entry != nil {
		e.Source, e.Pack = f.entry.Source, f.entry.Pack
	} else if err := pk.add(st.key, c, &e); err != nil {
		return Info{}, e, err
	}
	e.Sum, e.Size = c.Sum, c.Size
	cond := Cond{}
	if st.kind == stepAdd {
		cond.Absent = true
	}
	i, err := s.t.Put(ctx, st.key, c, st.headers, cond)
	if errors.Is(err, ErrPrecondition) {
		i, err = s.occupied(ctx, st, c)
	}
	if err == nil {
		s.mu.Lock()
		s.bytes += c.Size
		s.mu.Unlock()
	}
	return i, e, err
}

// occupied writes an object where there is one that the manifest does not know.
func (s *syncer) occupied(ctx context.Context, st *step, c Content) (Info, error) {
	there, err := s.t.Head(ctx, st.key)
	if errors.Is(err, fs.ErrNotExist) { // gone again
		return s.t.Put(ctx, st.key, c, st.headers, Cond{})
	}
	if err != nil {
		return Info{}, err
	}
	switch {
	case there.Sum == "" && !s.o.Adopt:
		return Info{}, &ForeignError{s.t.Place(), []string{st.key}}
	case there.Sum == "":
	case s.dirty[st.key]:
		if there.Sum == c.Sum && there.Size == c.Size && there.Headers.holds(st.headers) {
			return there, nil // a run that was killed had sent it
		}
	case s.fresh && !s.listed:
		return Info{}, errOccupied // the manifest was lost
	case there.Sum == c.Sum && there.Size == c.Size && there.Headers.holds(st.headers):
		return there, nil // our own write, whose answer was lost
	case !s.listed:
		return Info{}, errOccupied
	}
	i, err := s.t.Put(ctx, st.key, c, st.headers, Cond{ETag: there.ETag})
	if errors.Is(err, ErrPrecondition) {
		return s.t.Put(ctx, st.key, c, st.headers, Cond{})
	}
	return i, err
}
