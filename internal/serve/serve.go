// Package serve shows a site while it is being written.
//
//	p := serve.New(serve.Options{Open: open, Root: root.FS(), Dir: dir, Now: time.Now})
//	err := p.Run(ctx, listener)
//
// The snapshot of the site is served over HTTP at the path of site_url. When
// files change, the site is built again, which costs what the change costs, and
// open pages are told over one stream of server-sent events. A page that is
// told that it changed asks for itself again and puts the differences in place
// (static/client.js), so that what its reader did to it stays: how far it was
// scrolled, what was unfolded, which tab was chosen. Pages that nobody has open
// are not written at all.
//
// A site that cannot be built stays as it was; its pages show what is wrong,
// and stop showing it when it is mended.
//
// # Addresses
//
// Everything of the preview itself lies below /_lintel/, whatever the path of
// the site:
//
//	GET  /_lintel/           recently changed pages and all findings
//	GET  /_lintel/events     the stream
//	GET  /_lintel/page       the findings of a page
//	POST /_lintel/open       opens the source of a page in the editor
//	GET  /_lintel/client.js, worker.js, preview.css
//
// # Who may ask
//
// The preview answers to names of this machine only, so that a page of another
// host cannot have its own name resolved to this one and read along (DNS
// rebinding). Pages hold a token of this run; what is not a page or a file of
// the site wants it back, and what has an effect comes from the same origin,
// too. Nothing outside of the snapshot can be asked for, and no folder is
// listed.
package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/site"
)

// Options are what a preview needs.
type Options struct {
	// Open opens the site. It is called again after an error, when something
	// changed.
	Open func() (*site.Site, error)
	// Root is the project's root and Dir its folder on disk, which is watched.
	Root fs.FS
	Dir  string
	// Config is the slash path of the configuration or its folder below Root,
	// which is watched while the site cannot be opened.
	Config string
	// Now is the clock.
	Now func() time.Time
	// Poll, when not zero, looks for changes this often instead of watching.
	// PollReason says why.
	Poll       time.Duration
	PollReason string
	// Hosts are names, beside those of the loopback addresses, by which the
	// server may be addressed.
	Hosts []string
	// Policy is the Content-Security-Policy of the site's files: empty for one
	// made from the configuration, "off" for none.
	Policy string
	// Judge takes what a project does not want to hear of out of the findings of
	// a snapshot; nil takes out nothing. The result is sorted.
	Judge func(*site.Config, *site.Snapshot) []finding.Finding
	// Edit opens a file of the project, a slash path below Root, in the author's
	// editor; line counts from 1, 0 for none. It may return a URL that the
	// browser has to open instead. Nil when there is no editor.
	Edit func(ctx context.Context, file string, line int) (url string, err error)
	// Report is told what happened, for the terminal. It is called by one
	// goroutine at a time.
	Report func(Event)
}

// Event is something that whoever runs the preview may want to know.
type Event struct {
	Kind    EventKind
	Changed []string          // Rebuilt: the files that changed, when it is known
	Pages   int               // Ready: all; Rebuilt: those that changed themselves
	Around  bool              // Rebuilt: something around all pages changed
	Took    time.Duration     // Rebuilt: from the last change to the snapshot
	Found   []finding.Finding // Rebuilt: what was not found before
	Failure *Failure          // Failed
	Message string            // Polling: why; Warned: what
}

// EventKind is the kind of an Event.
type EventKind uint8

// The kinds of events.
const (
	Ready   EventKind = iota // the site was built for the first time
	Rebuilt                  // it was built again, and something changed
	Failed                   // it cannot be built
	Mended                   // it can be built again
	Polling                  // changes are looked for from time to time
	Warned                   // something did not work that the preview can do without
)

// Preview serves a site while it changes.
type Preview struct {
	o     Options
	run   string // of this start
	token string
	hub   hub
	state atomic.Pointer[state]
	ready chan struct{} // closed when state holds something to show

	readyOnce sync.Once
	site      *site.Site    // used by the building goroutine alone
	last      *site.Watched // the same: what is watched
}

// state is what the server shows. It is replaced, never changed.
type state struct {
	snap    *site.Snapshot // nil as long as nothing could be built
	base    string         // path of the site: begins and ends with a slash
	lang    string
	policy  string
	version int
	peek    bool // pages are read when they are asked for, and a build is under way
	failure *Failure
	judged  func() []finding.Finding // computed when first asked for
}

// New returns a preview; Run starts it.
func New(o Options) *Preview {
	if o.Report == nil {
		o.Report = func(Event) {}
	}
	return &Preview{o: o, run: rand.Text()[:8], token: rand.Text(), ready: make(chan struct{})}
}

// confirm is how long after a change everything is looked at once more: a
// watcher can miss something, a look cannot.
const confirm = 2 * time.Second

// Run serves on ln until ctx ends.
func (p *Preview) Run(ctx context.Context, ln net.Listener) error {
	g, ctx := errgroup.WithContext(ctx)
	srv := &http.Server{
		Handler: p, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return ctx }, // ends the streams
	}
	g.Go(func() error {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve preview: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if srv.Shutdown(end) != nil {
			_ = srv.Close() // what would not end in time is cut off
		}
		return nil
	})
	g.Go(func() error { return p.loop(ctx, g) })
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// loop builds the site, and builds it again when something changed.
func (p *Preview) loop(ctx context.Context, g *errgroup.Group) error {
	p.peek(ctx)
	p.rebuild(ctx, batch{all: true})
	if p.site != nil {
		// Pages are on their way to whoever waited; the next start finds them made.
		if err := p.site.Keep(nil); err != nil {
			p.o.Report(Event{Kind: Warned, Message: err.Error()})
		}
	}
	changes, batches := make(chan change, 1024), make(chan batch)
	b := batcher{busy: p.gitAtWork, empty: p.holdsNothing}
	g.Go(func() error { b.run(ctx, changes, batches); return nil })

	poll, reason := p.o.Poll, p.o.PollReason
	var w *watcher
	broken := make(chan error, 1)
	if poll == 0 {
		var err error
		w, err = newWatcher(p.o.Root, p.o.Dir, func(c change) {
			select {
			case changes <- c:
			case <-ctx.Done():
			}
		})
		if err == nil {
			defer w.close()
			g.Go(func() error {
				if err := w.run(ctx); err != nil {
					broken <- err
				}
				return nil
			})
			err = p.rewatch(w)
		}
		if err != nil {
			poll, reason = pollEvery, err.Error()
		} else {
			p.rebuild(ctx, batch{all: true}) // what changed before the watches were there
		}
	}
	later := time.NewTimer(time.Hour)
	defer later.Stop()
	again := func(after time.Duration) { later.Reset(after) }
	if poll > 0 {
		p.o.Report(Event{Kind: Polling, Message: reason})
		again(poll)
	} else {
		later.Stop()
	}
	for {
		var next batch
		select {
		case <-ctx.Done():
			return nil
		case err := <-broken:
			poll, reason = pollEvery, err.Error()
			p.o.Report(Event{Kind: Polling, Message: reason})
			again(poll)
			continue
		case next = <-batches:
		case <-later.C:
			if poll == 0 && p.gitAtWork() {
				again(confirm)
				continue
			}
			next.all = true
		}
		took := p.rebuild(ctx, next)
		if w != nil && poll == 0 {
			if err := p.rewatch(w); err != nil {
				broken <- err
				continue
			}
		}
		switch {
		case poll > 0:
			again(max(poll, 10*took)) // a tenth of one core at most
		case !next.all:
			again(confirm)
		}
	}
}

const pollEvery = 500 * time.Millisecond

// peek shows the site before its pages have been read: whoever opens one waits
// for that one. What is wrong is left to rebuild to tell.
func (p *Preview) peek(ctx context.Context) {
	s, err := p.o.Open()
	if err != nil {
		return
	}
	p.site = s
	snap, err := s.Peek(ctx)
	if err != nil {
		return
	}
	st := p.stateOf(snap)
	st.peek = true
	p.show(st)
}

// stateOf is the state that shows a snapshot.
func (p *Preview) stateOf(snap *site.Snapshot) *state {
	conf := p.site.Config()
	s := &state{snap: snap, lang: "en", version: 1, base: BasePath(conf.SiteURL), policy: p.policy(conf)}
	if conf.Theme.Language != "" {
		s.lang = conf.Theme.Language
	}
	s.judged = sync.OnceValue(func() []finding.Finding {
		if p.o.Judge == nil {
			return snap.Findings()
		}
		return p.o.Judge(conf, snap)
	})
	return s
}

// rewatch makes the watches what they have to be, unless nothing that could
// change them has changed.
func (p *Preview) rewatch(w *watcher) error {
	s := p.state.Load()
	good := s != nil && s.snap != nil && s.failure == nil
	if good && s.snap.Watched() == p.last {
		return nil
	}
	p.last = nil
	if good {
		p.last = s.snap.Watched()
	}
	return w.watch(p.watched())
}

// watched is what to watch: what the site says, or what could mend it.
func (p *Preview) watched() site.Watched {
	s := p.state.Load()
	var w site.Watched
	if s != nil && s.snap != nil {
		w = *s.snap.Watched()
		w.Files, w.Trees = slices.Clone(w.Files), slices.Clone(w.Trees)
	}
	if p.site != nil {
		w.Files = append(w.Files, p.site.Config().Sources...)
		if s == nil || s.snap == nil {
			w.Trees = append(w.Trees, p.site.Config().DocsDir)
		}
	}
	if s == nil || s.failure != nil {
		w.Files = append(w.Files, p.o.Config, p.o.Config+"/mkdocs.yml")
		if s != nil && s.failure != nil && s.failure.Path != "" {
			w.Files = append(w.Files, s.failure.Path)
		}
	}
	w.Files = slices.DeleteFunc(w.Files, func(f string) bool { return !fs.ValidPath(f) })
	w.Trees = slices.DeleteFunc(w.Trees, func(f string) bool { return !fs.ValidPath(f) })
	return w
}

// rebuild builds the site as its files are now, and tells who is to know. It
// returns how long that took.
func (p *Preview) rebuild(ctx context.Context, b batch) time.Duration {
	start := p.o.Now()
	old := p.state.Load()
	snap, err := p.build(ctx, b)
	took := p.o.Now().Sub(start)
	if ctx.Err() != nil {
		return took
	}
	if err != nil {
		p.fail(old, err)
		return took
	}
	s := p.stateOf(snap)
	if old == nil {
		p.show(s)
		p.hub.tell("update", update{Run: p.run, Version: s.version, All: true})
		p.o.Report(Event{Kind: Ready, Took: took, Pages: snap.Pages(), Found: s.findings()})
		return took
	}
	s.version = old.version
	c := snap.Changes(old.snap)
	quiet := c.None() && !old.peek && old.failure == nil && slices.EqualFunc(snap.Findings(), old.raw(), finding.Finding.Equal) && s.base == old.base
	if quiet {
		p.state.Store(s) // the same to whoever looks, and it knows the newer time stamps
		return took
	}
	s.version++
	p.show(s)
	p.hub.tell("update", p.updateOf(s, old, c))
	switch {
	case old.snap == nil || old.peek:
		p.o.Report(Event{Kind: Ready, Took: took, Pages: snap.Pages(), Found: s.findings()})
		return took
	case old.failure != nil:
		p.o.Report(Event{Kind: Mended, Took: took})
	}
	p.o.Report(Event{Kind: Rebuilt, Changed: p.changed(b), Pages: len(c.Pages), Around: c.Chrome, Took: took, Found: news(old.findings(), s.findings())})
	return took
}

// changed are the files of a batch, without those that only an editor knows of:
// what came and went again.
func (p *Preview) changed(b batch) []string {
	names := slices.Sorted(maps.Keys(b.paths))
	left := slices.DeleteFunc(slices.Clone(names), func(n string) bool {
		_, err := fs.Stat(p.o.Root, n)
		return err != nil
	})
	if len(left) > 0 {
		return left
	}
	return names
}

func (p *Preview) build(ctx context.Context, b batch) (*site.Snapshot, error) {
	if p.site == nil {
		s, err := p.o.Open()
		if err != nil {
			return nil, err
		}
		p.site = s
	}
	if b.all {
		return p.site.Build(ctx)
	}
	return p.site.BuildAfter(ctx, slices.Sorted(maps.Keys(b.paths)))
}

// fail keeps the last good site and shows why there is no newer one.
func (p *Preview) fail(old *state, err error) {
	s := &state{base: "/", lang: "en", version: 1, failure: failureOf(p.o.Root, err)}
	if old != nil {
		*s = *old
		s.failure = failureOf(p.o.Root, err)
		if old.failure != nil && equalFailure(old.failure, s.failure) {
			return
		}
		s.version++
	}
	p.show(s)
	p.hub.tell("update", update{Run: p.run, Version: s.version, Failure: s.failure})
	p.o.Report(Event{Kind: Failed, Failure: s.failure})
}

func equalFailure(a, b *Failure) bool {
	return a.Message == b.Message && a.Path == b.Path && a.Line == b.Line && slices.Equal(a.Excerpt, b.Excerpt)
}

func (p *Preview) show(s *state) {
	p.state.Store(s)
	p.readyOnce.Do(func() { close(p.ready) })
}

// findings are those that the project wants to hear of.
func (s *state) findings() []finding.Finding {
	if s.judged == nil {
		return nil
	}
	return s.judged()
}

// raw are all findings of the snapshot.
func (s *state) raw() []finding.Finding {
	if s.snap == nil {
		return nil
	}
	return s.snap.Findings()
}

// news returns what is in now and not in before; both are sorted.
func news(before, now []finding.Finding) []finding.Finding {
	var out []finding.Finding
	for _, f := range now {
		for len(before) > 0 && finding.Compare(before[0], f) < 0 {
			before = before[1:]
		}
		if len(before) == 0 || !before[0].Equal(f) {
			out = append(out, f)
		}
	}
	return out
}

func (p *Preview) updateOf(s, old *state, c site.Changes) update {
	u := update{Run: p.run, Version: s.version, All: c.Chrome || s.base != old.base, Failure: s.failure}
	if len(c.Pages)+len(c.Files) > maxTold {
		u.All = true
	}
	for _, url := range c.Pages[:min(len(c.Pages), maxTold)] {
		u.URLs = append(u.URLs, s.base+url)
	}
	for _, f := range c.Files[:min(len(c.Files), maxTold)] {
		u.Files = append(u.Files, s.base+(&url.URL{Path: f}).EscapedPath())
	}
	return u
}

// BasePath returns the path at which a site is served: that of its site_url,
// with a slash at both ends.
func BasePath(siteURL string) string {
	u, err := url.Parse(siteURL)
	if err != nil || u.Path == "" {
		return "/"
	}
	base := "/" + strings.Trim(u.EscapedPath(), "/") + "/"
	if base == "//" || strings.HasPrefix(base, prefix) {
		return "/"
	}
	return base
}

// gitAtWork reports whether git holds the lock under which it changes files. A
// lock that is old was left by a git that died.
func (p *Preview) gitAtWork() bool {
	info, err := fs.Stat(p.o.Root, ".git/index.lock")
	return err == nil && p.o.Now().Sub(info.ModTime()) < limitBusy
}

func (p *Preview) holdsNothing(file string) bool {
	info, err := fs.Stat(p.o.Root, file)
	return err == nil && info.Mode().IsRegular() && info.Size() == 0
}
