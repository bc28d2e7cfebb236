package publish

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// SyncOptions are the choices of Sync. The zero value publishes with the
// defaults that the fields name.
type SyncOptions struct {
	Rules Rules
	// Now is the clock; it must be set.
	Now func() time.Time
	// Workers is how many objects are sent at a time; 0 is 32.
	Workers int
	// Keep is how many releases can be rolled back to; 0 keeps none.
	Keep int
	// ReleaseID names the release; "" makes a name from the time.
	ReleaseID string
	// Grace is how long objects stay that are no longer part of the site. Up to
	// MaxWait the run waits for it; a longer one is left to a later run.
	Grace time.Duration
	// AllowDelete lifts the guard: without it a run is refused that would remove
	// more than DeleteCount objects and more than DeleteShare percent of them.
	AllowDelete bool
	DeleteCount int // 0 is 20
	DeleteShare int // 0 is 50
	// Adopt takes over objects that Lintel did not write.
	Adopt bool
	// Verify compares the manifest with the bucket and repairs what differs.
	Verify bool
	// Preview makes pages that no search engine takes up; see preview.go.
	Preview bool
	// Owner is who publishes; Wait is how long to wait for another publisher.
	Owner Owner
	Wait  time.Duration
	// Cache keeps the last manifest of each place, so that reading it costs no
	// transfer; nil keeps none.
	Cache Cache
	// CDN is told of the paths that changed; nil is none.
	CDN CDN
	// Report is told of progress, from one goroutine at a time; nil is nobody.
	Report func(Event)
	// TempDir is for archives; "" is the system's.
	TempDir string

	pause func(ctx context.Context, d time.Duration) error // of tests
	lease time.Duration
}

// MaxWait is the longest grace period that a run waits for by itself.
const MaxWait = time.Minute

// Owner names a publisher to others.
type Owner struct {
	By    string // for people
	Host  string // the machine and its process table; "" when not known
	PID   int
	Alive func(pid int) bool // of a process on Host
}

// Cache keeps bytes by name. Losing any of it costs time only.
type Cache interface {
	Load(name string) ([]byte, bool)
	Store(name string, b []byte)
}

// Event is a step of a run.
type Event struct {
	Plan        *Plan // set once, before the first write
	Done, Total int   // objects
	Bytes       int64 // sent
	TotalBytes  int64
	Message     string // something worth telling
}

// Outcome says what a run did.
type Outcome struct {
	Plan     *Plan
	Release  string // what is published now
	Attempts int    // more than one when another publisher was first
	Deferred int    // objects that a later run will delete
	CDN      string // id of the invalidation
	CDNPaths []string
}

// GuardError is the refusal to remove too much.
type GuardError struct {
	Removed, Total, Count, Share int
	Keys                         []string
}

func (e *GuardError) Error() string {
	return fmt.Sprintf("refused to delete %d of %d objects, among them %s: that is more than %d and more than %d %%; nothing was changed; if it is meant, say --allow-delete",
		e.Removed, e.Total, some(e.Keys), e.Count, e.Share)
}

// ForeignError tells of objects in the way that Lintel did not write.
type ForeignError struct {
	Place string
	Keys  []string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s holds %s where the site has files, and Lintel did not write them: they stay as they are; --adopt takes them over, another prefix avoids them", e.Place, some(e.Keys))
}

// BusyError tells of another publisher.
type BusyError struct{ Place, By string }

func (e *BusyError) Error() string {
	return fmt.Sprintf("%s is being published by %s; run the command again when that is done", e.Place, e.By)
}

// LostError tells that another publisher took over.
type LostError struct{ Place, By string }

func (e *LostError) Error() string {
	who := e.By
	if who == "" {
		who = "another publisher"
	}
	return fmt.Sprintf("publish %s: %s took over because this run was silent for too long; run the command again", e.Place, who)
}

const (
	defaultLease = time.Minute
	attempts     = 8
	budgetBytes  = 64 << 20 // of contents held in memory at a time
)

var (
	errAgain    = errors.New("the state of the target has changed")
	errOccupied = errors.New("there are objects that the manifest does not know")
)

// syncer is one run of Sync.
type syncer struct {
	t      Target
	src    Source
	o      SyncOptions
	custom []compiledRule
	budget *semaphore.Weighted

	// The state of the target as this run knows it.
	man      *Manifest
	etag     string // of the manifest; "" when there is none
	dirty    map[string]bool
	listed   bool            // man was compared with, or made from, a list
	fresh    bool            // there was no manifest; nothing was listed
	foreign  map[string]Info // objects in the way: Lintel did not write them, or another site of it did
	notes    []string
	differs  []string // keys that verify found wrong
	archives []string // releases that a list found
	rebuilt  bool     // man was made from a list and is not written yet

	mu          sync.Mutex
	done, total int
	bytes, all  int64
}

// Sync makes the target equal to the source.
//
// It reads the manifest, compares, and is done when nothing differs: one
// request. Otherwise it claims the target by a conditional write of the
// manifest, which also notes the keys that are about to change; writes assets,
// new pages, changed pages and indexes, each after the one before it is in
// place; writes the manifest; waits for the grace period; deletes. A run that
// is killed leaves a claim that the next run finds: whatever the keys in it
// hold, they are written again.
func Sync(ctx context.Context, src Source, t Target, o SyncOptions) (*Outcome, error) {
	s := &syncer{t: t, src: src, o: o}
	if s.o.Workers <= 0 {
		s.o.Workers = 32
	}
	if s.o.DeleteCount <= 0 {
		s.o.DeleteCount = 20
	}
	if s.o.DeleteShare <= 0 {
		s.o.DeleteShare = 50
	}
	if s.o.lease <= 0 {
		s.o.lease = defaultLease
	}
	if s.o.Report == nil {
		s.o.Report = func(Event) {}
	}
	if s.o.pause == nil {
		s.o.pause = pause
	}
	if s.o.Rules.Root == "" {
		s.o.Rules.Root = rootOf(t.Place())
	}
	s.budget = semaphore.NewWeighted(budgetBytes)
	var err error
	if s.custom, err = s.o.Rules.compile(); err != nil {
		return nil, err
	}
	if err := src.check(strings.TrimPrefix(rootOf(t.Place()), "/")); err != nil {
		return nil, err
	}
	return s.run(ctx)
}

// rootOf returns the path of a place on the host of its bucket: /prefix/.
func rootOf(place string) string {
	if rest, ok := strings.CutPrefix(place, "s3://"); ok {
		if _, prefix, _ := strings.Cut(rest, "/"); prefix != "" {
			return "/" + prefix + "/"
		}
	}
	return "/"
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

func (s *syncer) run(ctx context.Context) (*Outcome, error) {
	res := &Outcome{}
	for res.Attempts = 1; ; res.Attempts++ {
		err := s.once(ctx, res)
		if err == nil {
			return res, nil
		}
		switch {
		case errors.Is(err, errOccupied) && !s.listed:
			if err := s.rebuild(ctx); err != nil {
				return nil, err
			}
		case errors.Is(err, errAgain) && res.Attempts < attempts:
			s.man, s.listed, s.rebuilt, s.fresh, s.foreign, s.differs = nil, false, false, false, nil, nil
			if err := s.o.pause(ctx, time.Duration(res.Attempts)*100*time.Millisecond+jitter(200*time.Millisecond)); err != nil {
				return nil, err
			}
		case errors.Is(err, errAgain):
			return nil, &BusyError{s.t.Place(), "other publishers, one after the other,"}
		default:
			return nil, err
		}
	}
}

func jitter(d time.Duration) time.Duration {
	b := make([]byte, 2)
	_, _ = rand.Read(b) // never fails
	return d * time.Duration(int(b[0])<<8|int(b[1])) / (1 << 16)
}

// once is one attempt: read, plan, apply.
func (s *syncer) once(ctx context.Context, res *Outcome) error {
	if s.man == nil {
		if err := s.load(ctx); err != nil {
			return err
		}
	}
	if s.o.Verify && !s.listed {
		if err := s.verify(ctx); err != nil {
			return err
		}
	}
	p, err := s.plan(ctx)
	if err != nil {
		return err
	}
	res.Plan, res.Release = p, s.man.Release
	s.o.Report(Event{Plan: p, Total: p.Writes(), TotalBytes: p.Bytes})
	for _, n := range s.notes {
		s.o.Report(Event{Message: n})
	}
	s.notes = nil
	if p.Foreign != nil && !s.o.Adopt {
		return &ForeignError{s.t.Place(), p.Foreign}
	}
	total := len(s.man.Objects)
	if s.o.Adopt {
		total += len(s.foreign)
	}
	if n := len(p.Removed); !s.o.AllowDelete && n > s.o.DeleteCount && n*100 > total*s.o.DeleteShare {
		return &GuardError{n, total, s.o.DeleteCount, s.o.DeleteShare, p.Removed}
	}
	if p.empty && s.man.Claim == nil {
		return nil
	}
	return s.apply(ctx, p, res)
}

// load reads the manifest; while another publisher holds it, it waits.
func (s *syncer) load(ctx context.Context) error {
	var waited time.Duration
	known, etag := s.cached()
	for {
		b, info, err := fetch(ctx, s.t, manifestKey, etag)
		switch {
		case errors.Is(err, ErrNotModified) && known != nil:
			s.man, s.etag = known, etag
		case errors.Is(err, fs.ErrNotExist):
			if se, ok := errors.AsType[*StoreError](err); ok && code(se.Err) == "NoSuchBucket" {
				return err
			}
			s.man, s.etag, s.fresh = newManifest(s.t.Place()), "", true
		case lacks(err):
			// Without the right to list, S3 says "not allowed" of what does not
			// exist. The claim, which must not overwrite anything, finds out.
			s.man, s.etag, s.fresh = newManifest(s.t.Place()), "", true
			if cerr := s.claim(ctx, nil); errors.Is(cerr, errAgain) {
				return err // it is there and cannot be read
			} else if cerr != nil {
				return cerr
			}
			s.dirty = map[string]bool{}
			return nil
		case err != nil:
			return err
		default:
			m, rerr := readManifest(b, s.t.Place())
			if errors.Is(rerr, errForeign) {
				s.man, s.etag = newManifest(s.t.Place()), info.ETag
				s.notes = append(s.notes, fmt.Sprintf("%s is no manifest of this place; it is made anew from what the target holds", manifestKey))
				s.dirty = map[string]bool{}
				return s.rebuild(ctx)
			}
			if rerr != nil {
				return rerr
			}
			s.man, s.etag = m, info.ETag
			if c := m.Claim; c != nil && !s.void(c, info) {
				if waited >= s.o.Wait {
					return &BusyError{s.t.Place(), c.By}
				}
				if waited == 0 {
					s.o.Report(Event{Message: fmt.Sprintf("%s is being published by %s; waiting", s.t.Place(), c.By)})
				}
				d := min(time.Second+jitter(time.Second), max(s.o.lease/10, time.Millisecond))
				if err := s.o.pause(ctx, d); err != nil {
					return err
				}
				waited += d
				known, etag = nil, ""
				continue
			}
			if m.Claim != nil {
				s.notes = append(s.notes, fmt.Sprintf("the last run, by %s, did not come to its end; this one goes on", m.Claim.By))
			}
		}
		s.dirty = make(map[string]bool, len(s.man.Dirty))
		for _, k := range s.man.Dirty {
			s.dirty[k] = true
		}
		return nil
	}
}

func lacks(err error) bool {
	e, ok := errors.AsType[*StoreError](err)
	return ok && e.Permission != ""
}

// void reports whether a claim binds nobody: its process has ended, or it was
// not renewed for longer than its lease, by the clock of the store alone.
func (s *syncer) void(c *Claim, i Info) bool {
	if c.Host != "" && c.Host == s.o.Owner.Host && s.o.Owner.Alive != nil {
		if c.PID == s.o.Owner.PID || !s.o.Owner.Alive(c.PID) {
			return true
		}
	}
	lease := time.Duration(c.Lease) * time.Second
	return !i.Changed.IsZero() && !i.Now.IsZero() && i.Now.Sub(i.Changed) > lease
}

// cacheName is the name of the place's manifest in the cache.
func (s *syncer) cacheName() string { return sumOf([]byte(s.t.Place()))[:32] }

// cached returns the manifest that the cache holds, and its ETag.
func (s *syncer) cached() (*Manifest, string) {
	if s.o.Cache == nil {
		return nil, ""
	}
	b, ok := s.o.Cache.Load(s.cacheName())
	if !ok {
		return nil, ""
	}
	etag, body, ok := strings.Cut(string(b), "\n")
	if !ok {
		return nil, ""
	}
	m, err := readManifest([]byte(body), s.t.Place())
	if err != nil || m.Claim != nil {
		return nil, ""
	}
	return m, etag
}

// put writes the manifest over the version that this run knows. It gives
// errAgain when that is no longer there.
func (s *syncer) put(ctx context.Context, m *Manifest) error {
	c, err := m.content(s.o.Now())
	if err != nil {
		return err
	}
	cond := Cond{ETag: s.etag}
	if s.etag == "" {
		cond = Cond{Absent: true}
	}
	i, err := s.t.Put(ctx, manifestKey, c, manifestHeaders, cond)
	if err != nil && !lacks(err) && ctx.Err() == nil {
		// Perhaps it is our own write, whose answer was lost.
		lost := errors.Is(err, ErrPrecondition) || errors.Is(err, fs.ErrNotExist)
		if b, there, gerr := fetch(ctx, s.t, manifestKey, ""); gerr == nil {
			if now, rerr := readManifest(b, s.t.Place()); rerr == nil && now.Write == m.Write {
				i, err, lost = there, nil, false
			}
		}
		if lost {
			return errAgain
		}
	}
	if err != nil {
		return err
	}
	s.etag = i.ETag
	if s.o.Cache != nil && m.Claim == nil {
		s.o.Cache.Store(s.cacheName(), append([]byte(i.ETag+"\n"), c.Data...))
	}
	return nil
}

// claim notes in the manifest who publishes and which keys are about to change.
func (s *syncer) claim(ctx context.Context, keys []string) error {
	m := *s.man
	m.Claim = &Claim{ID: rand.Text()[:12], By: s.o.Owner.By, Host: s.o.Owner.Host, PID: s.o.Owner.PID, Lease: int(max(s.o.lease/time.Second, 1))}
	dirty := slices.Clone(m.Dirty)
	dirty = append(dirty, keys...)
	slices.Sort(dirty)
	m.Dirty = slices.Compact(dirty)
	if err := s.put(ctx, &m); err != nil {
		return err
	}
	s.man = &m
	return nil
}

// apply carries out the plan.
func (s *syncer) apply(ctx context.Context, p *Plan, res *Outcome) error {
	s.done, s.total, s.bytes, s.all = 0, p.Writes(), 0, p.Bytes
	release := s.o.ReleaseID
	if release == "" {
		release = s.o.Now().UTC().Format("20060102T150405Z") + "-" + strings.ToLower(rand.Text()[:6])
	}
	if s.src.release != "" {
		release = s.src.release
	} else if !p.content() {
		release = s.man.Release // headers alone make no release
	}
	pk, err := s.newPack(p, release)
	if err != nil {
		return err
	}
	defer pk.close()
	if p.Writes() == 0 {
		err = pk.upload(ctx)
	} else if err = s.claim(ctx, p.touched()); err == nil {
		err = s.write(ctx, p, pk)
	}
	if err != nil {
		return err
	}
	if err := s.finish(ctx, p, release); err != nil {
		return err
	}
	res.Release = s.man.Release
	if s.o.CDN != nil {
		paths := Invalidations(p)
		id, err := s.o.CDN.Invalidate(ctx, s.man.Write, paths)
		if err != nil {
			return fmt.Errorf("the site is published, but caches were not told: %w", err)
		}
		res.CDN, res.CDNPaths = id, paths
	}
	return s.sweep(ctx, res)
}

// write sends the objects while the claim is kept alive, and on failure leaves
// word of what is done and what is not.
func (s *syncer) write(ctx context.Context, p *Plan, pk *pack) (err error) {
	kept, stop := s.keep(ctx)
	defer func() {
		lost := stop()
		if lost != nil {
			err = lost
			return
		}
		if err != nil {
			s.leave(ctx, p)
		}
	}()
	if s.src.prepare != nil {
		var names []string
		for _, st := range p.steps {
			if st.kind != stepHeaders {
				names = append(names, st.file.Name)
			}
		}
		if err := s.src.prepare(kept, names); err != nil {
			return err
		}
	}
	for group := range p.groups() {
		g, gctx := errgroup.WithContext(kept)
		g.SetLimit(s.o.Workers)
		for _, st := range group {
			if gctx.Err() != nil {
				break
			}
			g.Go(func() error { return s.step(gctx, p, st, pk) })
		}
		if err := g.Wait(); err != nil {
			return err
		}
	}
	return pk.upload(kept)
}

// keep renews the claim until stop is called, which tells whether it was lost.
func (s *syncer) keep(ctx context.Context) (context.Context, func() error) {
	kctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	var lost error
	go func() {
		defer close(done)
		every := s.o.lease / 3
		deadline := time.NewTimer(s.o.lease * 4 / 5)
		defer deadline.Stop()
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-kctx.Done():
				return
			case <-deadline.C:
				lost = &LostError{Place: s.t.Place()}
				cancel(lost)
				return
			case <-tick.C:
				m := *s.man
				switch err := s.put(kctx, &m); {
				case err == nil:
					s.man = &m
					deadline.Reset(s.o.lease * 4 / 5)
				case errors.Is(err, errAgain):
					lost = &LostError{Place: s.t.Place()}
					cancel(lost)
					return
				}
			}
		}
	}()
	return kctx, func() error {
		cancel(nil)
		<-done
		return lost
	}
}

// leave gives up the claim and says what is done, so that the next run goes on
// from there without waiting. It is best effort: a claim runs out by itself.
func (s *syncer) leave(ctx context.Context, p *Plan) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	m := *s.man
	m.Claim = nil
	if p != nil {
		m.Objects, m.Headers, m.Stale = maps.Clone(m.Objects), maps.Clone(m.Headers), maps.Clone(m.Stale)
		done := map[string]bool{}
		for _, st := range p.steps {
			if st.done {
				e := p.objects[st.key]
				done[st.key], m.Objects[st.key], m.Headers[e.Headers] = true, e, st.headers
				delete(m.Stale, st.key)
			}
		}
		m.Dirty = slices.DeleteFunc(slices.Clone(m.Dirty), func(k string) bool { return done[k] })
	}
	_ = s.put(ctx, &m) // see above
}

// finish writes the manifest of the new state. Objects that are no longer part
// of the site are noted in it; when they are to be deleted by this run the
// claim stays until that is done.
func (s *syncer) finish(ctx context.Context, p *Plan, release string) error {
	m := *s.man
	m.Objects, m.Headers, m.Dirty, m.Claim = p.objects, p.headers, nil, nil
	now := s.o.Now().Unix()
	m.Stale = map[string]int64{}
	for k, at := range s.man.Stale {
		if _, ok := m.Objects[k]; !ok {
			m.Stale[k] = at
		}
	}
	for _, k := range p.Removed {
		if _, ok := m.Stale[k]; !ok {
			m.Stale[k] = now
		}
	}
	s.recordRelease(&m, p, release)
	if s.due(&m) != nil {
		m.Claim = &Claim{ID: rand.Text()[:12], By: s.o.Owner.By, Host: s.o.Owner.Host, PID: s.o.Owner.PID, Lease: int(max((s.o.lease+min(s.o.Grace, MaxWait))/time.Second, 1))}
	}
	if err := s.put(ctx, &m); err != nil {
		if errors.Is(err, errAgain) && p.Writes() > 0 {
			return &LostError{Place: s.t.Place()}
		}
		return err
	}
	s.man, s.rebuilt = &m, false
	return nil
}

// due returns the stale objects that this run deletes, or nil.
func (s *syncer) due(m *Manifest) []string {
	var keys []string
	packs := 0
	for k, at := range m.Stale {
		if s.o.Grace <= MaxWait || s.o.Now().Unix()-at >= int64(s.o.Grace/time.Second) {
			keys = append(keys, k)
			if strings.HasPrefix(k, reserved) {
				packs++
			}
		}
	}
	// Archives that no release needs any more wait for company.
	const few = 8
	if packs == len(keys) && packs < few {
		return nil
	}
	slices.Sort(keys)
	return keys
}

// sweep deletes what has been stale for the grace period.
func (s *syncer) sweep(ctx context.Context, res *Outcome) error {
	keys := s.due(s.man)
	for k := range s.man.Stale {
		if !strings.HasPrefix(k, reserved) {
			res.Deferred++
		}
	}
	if keys == nil {
		return nil
	}
	if s.o.Grace <= MaxWait {
		if err := s.o.pause(ctx, s.o.Grace); err != nil {
			s.leave(ctx, nil)
			return err
		}
	}
	res.Deferred -= len(slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return strings.HasPrefix(k, reserved) }))
	derr := s.t.Delete(ctx, keys)
	failed := map[string]bool{}
	if d, ok := errors.AsType[*DeleteError](derr); ok {
		for _, k := range d.Keys {
			failed[k] = true
		}
	} else if derr != nil {
		s.leave(ctx, nil)
		return derr
	}
	m := *s.man
	m.Claim = nil
	m.Stale = map[string]int64{}
	maps.Copy(m.Stale, s.man.Stale)
	for _, k := range keys {
		if !failed[k] {
			delete(m.Stale, k)
		}
	}
	if err := s.put(ctx, &m); err != nil {
		if errors.Is(err, errAgain) {
			return &LostError{Place: s.t.Place()}
		}
		return err
	}
	s.man = &m
	if derr != nil {
		return fmt.Errorf("the site is published, but objects that it no longer has are still there: %w", derr)
	}
	return nil
}
