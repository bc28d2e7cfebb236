package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/theme"
)

// Snapshot is a built site: an fs.FS of its output files and what was found
// while it was built. It does not change; pages are written when they are read.
// It is safe for use from many goroutines.
type Snapshot struct {
	b        *build
	files    []*output          // by path
	byPath   map[string]*output // files
	dirs     map[string][]item
	findings []finding.Finding
	now      time.Time
	pool     *sync.Pool // *[]byte
	id       int        // counts the snapshots of a site
	since    int        // id of the one that this was made from, when pages alone differ
	touched  []*output  // and what differs
}

// output is a file of the site: bytes, a source file to copy, a page to write,
// or a stream.
type output struct {
	path   string
	data   []byte
	src    *File
	page   *Page
	stream func(b *build, w io.Writer) error
	recipe func(b *build) string // digest of what stream writes; nil: that of its bytes
}

// Findings returns what was found, sorted by place.
func (s *Snapshot) Findings() []finding.Finding { return s.findings }

// Waivers returns the paths below the project's root of the pages and
// configuration files that may hold waivers.
func (s *Snapshot) Waivers() []string {
	var out []string
	for _, p := range s.b.pages {
		if p.parsed.waivers && p.generated == nil {
			out = append(out, p.Path)
		}
	}
	return append(out, s.b.conf.Sources...)
}

// Pages returns how many pages the site has.
func (s *Snapshot) Pages() int { return len(s.b.pages) }

// Outline is what is known of a page before its HTML is written.
type Outline struct {
	Src, URL, Output, Title string
	Draft                   bool      // of draft_docs
	Generated               bool      // a plugin or Lintel made it; there is no source to edit
	ModTime                 time.Time // of the source; zero for a page that a plugin made
}

// Outlines returns the pages in the order of reading, those outside of the
// navigation last.
func (s *Snapshot) Outlines() []Outline {
	var out []Outline
	for _, p := range s.b.inOrder() {
		out = append(out, p.outlineOf())
	}
	return out
}

func (p *Page) outlineOf() Outline {
	return Outline{Src: p.Path, URL: p.URL, Output: p.Dest, Title: p.title, Draft: p.inclusion == draft, Generated: p.generated != nil || p.virtual != nil, ModTime: p.modTime}
}

// Has reports whether there is a file, not a folder, at an output path.
func (s *Snapshot) Has(output string) bool { return s.byPath[output] != nil }

// Page returns the outline of the page that is written to an output path; ok is
// false when there is another file or none.
func (s *Snapshot) Page(output string) (o Outline, ok bool) {
	if f := s.byPath[output]; f != nil && f.page != nil {
		return f.page.outlineOf(), true
	}
	return Outline{}, false
}

func (b *build) inOrder() []*Page {
	out := slices.Clone(b.order)
	for i, p := range out {
		out[i] = b.pages[p.index] // as it is in this build
	}
	for _, p := range b.pages {
		if p.num < 0 {
			out = append(out, p)
		}
	}
	return out
}

// settleLinks fixes what links are resolved against.
func (b *build) settleLinks() {
	for i, p := range b.pages {
		p.index = i
	}
	b.linkRecipe = fmt.Sprint(version, b.conf.Validation, b.conf.UseDirectoryURLs, b.site.opts.Drafts)
	var names strings.Builder
	for _, f := range b.tree.files {
		id := f.identity()
		names.Write(id[:])
	}
	b.names = hashOf(names.String())
}

// check resolves the links of all pages.
func (b *build) check(ctx context.Context) error {
	b.settleLinks()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	const run = 64
	for lo := 0; lo < len(b.pages); lo += run {
		g.Go(func() error {
			for _, p := range b.pages[lo:min(lo+run, len(b.pages))] {
				b.checkPage(p)
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}

// allFindings returns what was found, sorted: of the site and of each page.
func (b *build) allFindings() []finding.Finding {
	out := slices.Clone(b.findings)
	for _, p := range b.pages {
		out = append(append(out, p.parsed.findings...), p.linkFindings...)
	}
	finding.Sort(out)
	return slices.CompactFunc(out, func(a, b finding.Finding) bool { return a.Equal(b) })
}

// snapshot lists the files of the site.
func (b *build) snapshot() *Snapshot {
	s := &Snapshot{b: b, byPath: map[string]*output{}, now: b.now}
	s.pool = &sync.Pool{New: func() any { b := make([]byte, 0, 64<<10); return &b }}
	b.makeTheme()
	for _, f := range b.tree.files {
		if !b.builds(f) {
			continue
		}
		o := &output{path: f.Dest}
		if p := b.pageOf[f]; p != nil {
			o.page = p
			if f.size > maxPage {
				s.add(&output{path: f.Src, src: f})
			}
		} else {
			o.src = f
		}
		s.add(o)
	}
	b.redirects(s)
	b.special(s)
	b.cards(s)
	b.extraTemplates(s)
	s.index()
	s.findings = b.allFindings()
	return s
}

// add adds a file; what is there already, stays: an author's robots.txt or
// 404.html wins over a generated one.
func (s *Snapshot) add(o *output) {
	if o.path == "" || !fs.ValidPath(o.path) || s.byPath[o.path] != nil {
		return
	}
	s.byPath[o.path] = o
	s.files = append(s.files, o)
}

// index sorts the files and lists the folders. A file where another has a
// folder is left out: no file system could hold both.
func (s *Snapshot) index() {
	slices.SortFunc(s.files, func(a, b *output) int { return strings.Compare(a.path, b.path) })
	s.dirs = map[string][]item{".": nil}
	kept := s.files[:0]
	for _, o := range s.files {
		ok := true
		for dir := path.Dir(o.path); dir != "."; dir = path.Dir(dir) {
			if s.byPath[dir] != nil {
				ok = false
				s.b.found(finding.Finding{
					Rule: "site/same-url", Severity: finding.Warning, Position: finding.Position{Path: o.path},
					Message: fmt.Sprintf("%q cannot be written below the file %q", o.path, dir), Hint: "rename one of them",
				})
			}
		}
		if !ok {
			delete(s.byPath, o.path)
			continue
		}
		kept = append(kept, o)
	}
	s.files = kept
	for _, o := range s.files {
		dir := path.Dir(o.path)
		s.mkdir(dir)
		s.dirs[dir] = append(s.dirs[dir], item{path.Base(o.path), false})
	}
	for _, es := range s.dirs {
		slices.SortFunc(es, func(a, b item) int { return strings.Compare(a.name, b.name) })
	}
}

func (s *Snapshot) mkdir(dir string) {
	if _, ok := s.dirs[dir]; ok {
		return
	}
	s.dirs[dir] = nil
	up := path.Dir(dir)
	s.mkdir(up)
	s.dirs[up] = append(s.dirs[up], item{path.Base(dir), true})
}

// item is a name in a folder.
type item struct {
	name string
	dir  bool
}

// list returns what a folder holds.
func (s *Snapshot) list(dir string) []fs.DirEntry {
	items := s.dirs[dir]
	out := make([]fs.DirEntry, len(items))
	for i, it := range items {
		e := entry{it.name, s, nil}
		if !it.dir {
			e.o = s.byPath[path.Join(dir, it.name)]
		}
		out[i] = e
	}
	return out
}

// write writes the content of a file and returns its size.
func (s *Snapshot) write(o *output, w io.Writer) (int64, error) {
	var b []byte
	switch {
	case o.page != nil:
		buf := s.pool.Get().(*[]byte)
		defer s.pool.Put(buf)
		p := o.page
		if s.b.peeking {
			p = s.b.opened(p)
		}
		*buf = s.b.appendPage((*buf)[:0], p)
		b = *buf
	case o.src != nil && o.src.generated == nil:
		f, err := s.b.site.fsys.Open(o.src.Path)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		return io.Copy(w, f)
	case o.src != nil:
		b = o.src.generated
	case o.stream != nil:
		c := &counter{w: w}
		err := o.stream(s.b, c)
		return c.n, err
	default:
		b = o.data
	}
	n, err := w.Write(b)
	return int64(n), err
}

// Recipe returns a digest of all that the content of a file is made from; files
// with equal recipes have equal content. It costs a fraction of writing the
// file, and is "" for one that does not exist.
func (s *Snapshot) Recipe(name string) string {
	o := s.byPath[name]
	switch {
	case o == nil:
		return ""
	case o.page != nil && s.b.peeking:
		return fmt.Sprintf("%x", hashOf(version, "peek", name)) // not that of any build
	case o.page != nil:
		p := o.page
		var sb strings.Builder
		for _, h := range p.hrefs {
			sb.WriteString(h)
			sb.WriteByte(0)
		}
		v := *s.b.view(p)
		for _, l := range []*theme.PageLink{v.Prev, v.Next} {
			if l != nil {
				fmt.Fprintf(&sb, "%+v", *l)
			}
			sb.WriteByte(0)
		}
		v.Prev, v.Next, v.Record = nil, nil, nil // pointers do not say what they point to
		v.TOC, v.Meta = nil, nil                 // the body's digest covers the first
		writeValue(&sb, map[string]any(p.meta))
		fmt.Fprintf(&sb, "%+v", v)
		if s.b.tags.lists(p) {
			sb.Write(s.b.appendTags(nil, p))
		}
		s.b.addedRecipe(&sb, p)
		return fmt.Sprintf("%x", hashOf(version, s.b.recipe, string(p.parsed.body[:]), sb.String(), s.b.chromeSum()))
	case o.src != nil && o.src.generated == nil:
		return fmt.Sprintf("%x", s.b.site.memo.sumOf(s.b.site.fsys, o.src.Path, s.now))
	case o.recipe != nil:
		return fmt.Sprintf("%x", hashOf(version, o.recipe(s.b)))
	default:
		h := sha256.New()
		if _, err := s.write(o, h); err != nil {
			return ""
		}
		return fmt.Sprintf("%x", h.Sum(nil)[:16])
	}
}

// chrome keeps the recipe of what all pages share.
type chrome struct {
	once sync.Once
	sum  string
}

// chromeSum is the recipe of what all pages share: the theme's settings and the
// navigation.
func (b *build) chromeSum() string {
	b.chrome.once.Do(func() {
		var sb strings.Builder
		for _, a := range b.theme.Assets() {
			sb.WriteString(a.Path)
			sb.WriteByte(0)
		}
		fmt.Fprintf(&sb, "%+v", b.themeSite)
		var walk func(items []*theme.NavItem)
		walk = func(items []*theme.NavItem) {
			for _, it := range items {
				fmt.Fprintf(&sb, "%q%q%q%q%t%d%t(", it.Title, it.Icon, it.Status, it.URL, it.External, it.Page, it.Section)
				walk(it.Children)
				sb.WriteByte(')')
			}
		}
		walk(b.themeNav(b.nav))
		d := hashOf(sb.String())
		b.chrome.sum = string(d[:])
	})
	return b.chrome.sum
}

// Open opens a file or a folder of the site. A file implements io.WriterTo,
// which writes it without holding it whole.
func (s *Snapshot) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if o := s.byPath[name]; o != nil {
		return &file{s: s, o: o}, nil
	}
	if _, ok := s.dirs[name]; ok {
		return &dir{entry: entry{path.Base(name), s, nil}, es: s.list(name)}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile returns the content of a file.
func (s *Snapshot) ReadFile(name string) ([]byte, error) {
	o := s.byPath[name]
	if o == nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	var buf bytes.Buffer
	_, err := s.write(o, &buf)
	return buf.Bytes(), err
}

// ReadDir lists a folder.
func (s *Snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
	if _, ok := s.dirs[name]; !ok {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	return s.list(name), nil
}

// entry is a file or, without an output, a folder.
type entry struct {
	name string
	s    *Snapshot
	o    *output
}

func (e entry) Name() string { return e.name }
func (e entry) IsDir() bool  { return e.o == nil }

// Info writes a page to know its size: publishing does without.
func (e entry) Info() (fs.FileInfo, error) {
	if e.IsDir() {
		return info{entry: e}, nil
	}
	n, err := e.s.write(e.o, io.Discard)
	return info{e, n}, err
}

func (e entry) Type() fs.FileMode {
	if e.IsDir() {
		return fs.ModeDir
	}
	return 0
}

type info struct {
	entry
	size int64
}

func (i info) Size() int64        { return i.size }
func (i info) ModTime() time.Time { return i.s.now }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.IsDir() {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

type file struct {
	s *Snapshot
	o *output
	r *bytes.Reader
}

func (f *file) load() error {
	if f.r != nil {
		return nil
	}
	var buf bytes.Buffer
	if _, err := f.s.write(f.o, &buf); err != nil {
		return err
	}
	f.r = bytes.NewReader(buf.Bytes())
	return nil
}

func (f *file) Stat() (fs.FileInfo, error) {
	if err := f.load(); err != nil {
		return nil, err
	}
	return info{entry{path.Base(f.o.path), f.s, f.o}, f.r.Size()}, nil
}

func (f *file) Read(p []byte) (int, error) {
	if err := f.load(); err != nil {
		return 0, err
	}
	return f.r.Read(p)
}

func (f *file) Seek(offset int64, whence int) (int64, error) {
	if err := f.load(); err != nil {
		return 0, err
	}
	return f.r.Seek(offset, whence)
}

func (f *file) WriteTo(w io.Writer) (int64, error) {
	if f.r != nil {
		return f.r.WriteTo(w)
	}
	return f.s.write(f.o, w)
}

func (f *file) Close() error { return nil }

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

type dir struct {
	entry
	es []fs.DirEntry
}

func (d *dir) Stat() (fs.FileInfo, error) { return info{entry: d.entry}, nil }
func (d *dir) Close() error               { return nil }

func (d *dir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

func (d *dir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		out := d.es
		d.es = nil
		return slices.Clone(out), nil
	}
	if len(d.es) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.es))
	out := d.es[:n]
	d.es = d.es[n:]
	return slices.Clone(out), nil
}

// redirects makes the pages of the redirects plugin: old page → new page or
// URL, as a refresh that needs no server.
func (b *build) redirects(s *Snapshot) {
	p := b.plugins["redirects"]
	if p == nil {
		return
	}
	maps, _ := p.Options["redirect_maps"].(map[string]any)
	for from, v := range maps {
		to, _ := v.(string)
		stem, md := isMarkdown(from)
		if to == "" || !md {
			b.found(finding.Finding{
				Rule: "redirects/invalid", Severity: finding.Warning, Position: p.Position,
				Message: fmt.Sprintf("redirect %q → %q: both need to name a page", from, fmt.Sprint(v)),
			})
			continue
		}
		if f := b.tree.lookup(path.Clean(from)); f != nil && b.builds(f) {
			b.found(finding.Finding{
				Rule: "redirects/exists", Severity: finding.Warning, Position: p.Position,
				Message: fmt.Sprintf("redirect from %q is left out: the page exists", from),
			})
			continue
		}
		dest, url := destination(stem+".md", b.conf.UseDirectoryURLs)
		target := to
		if scheme, lp, _, frag := splitURL(to); scheme == "" && !strings.HasPrefix(to, "/") {
			f := b.tree.lookup(path.Clean(lp))
			if f == nil || !b.builds(f) {
				b.found(finding.Finding{
					Rule: "redirects/not-found", Severity: finding.Warning, Position: p.Position,
					Message: fmt.Sprintf("redirect %q → %q: the target is not in the documentation", from, to),
					Hint:    b.suggest(path.Clean(lp)),
				})
				continue
			}
			target = withSuffix(relativeURL(f.URL, url), "", frag)
		}
		canonical := target
		if b.conf.SiteURL != "" && !strings.Contains(target, "://") {
			canonical = joinURL(b.conf.SiteURL+url, target)
		}
		s.add(&output{path: dest, data: redirectPage(target, canonical, b.conf.SiteName)})
	}
}

// joinURL resolves a relative reference against a page's absolute URL.
func joinURL(base, ref string) string {
	i := strings.Index(base, "://")
	if i < 0 {
		return ref
	}
	host := base[:i+3]
	rest := base[i+3:]
	slash := strings.IndexByte(rest, '/')
	if slash < 0 {
		return base + "/" + ref
	}
	host += rest[:slash]
	p, frag, has := strings.Cut(ref, "#")
	joined := path.Join(rest[slash:strings.LastIndexByte(rest, '/')+1], p)
	if strings.HasSuffix(p, "/") && joined != "/" {
		joined += "/"
	}
	if has {
		joined += "#" + frag
	}
	return host + joined
}

// special adds the files that every site has.
func (b *build) special(s *Snapshot) {
	for _, a := range b.theme.Assets() {
		s.add(&output{path: a.Path, data: a.Data})
	}
	s.add(&output{path: "404.html", stream: written((*build).notFound), recipe: (*build).chromeSum})
	if b.plugins["search"] != nil {
		s.add(&output{path: "search/search_index.json", stream: (*build).searchIndex, recipe: (*build).searchRecipe})
		if b.plugins["offline"] != nil {
			s.add(&output{path: "search/search_index.js", stream: func(b *build, w io.Writer) error {
				if _, err := io.WriteString(w, "var __index = "); err != nil {
					return err
				}
				return b.searchIndex(w)
			}, recipe: func(b *build) string { return "js" + b.searchRecipe() }})
		}
		s.add(&output{path: b.searchPath(), stream: written((*build).searchPage), recipe: (*build).chromeSum})
	}
	s.add(&output{path: "sitemap.xml", stream: written((*build).sitemap)})
	s.add(&output{
		path: "sitemap.xml.gz", stream: written(func(b *build) []byte { return gzipped(b.sitemap()) }),
		recipe: func(b *build) string { return "gz" + string(b.sitemap()) },
	})
	if b.plugins["techdocs-core"] != nil {
		meta, _ := json.Marshal(map[string]any{
			"site_name": b.conf.SiteName, "site_description": b.conf.SiteDescription,
			"build_timestamp": b.now.Unix(), "files": s.paths(),
		})
		s.add(&output{path: "techdocs_metadata.json", data: meta})
	}
}

// written is a file that is made when it is read: its cost is nobody's who does
// not want it.
func written(make func(b *build) []byte) func(b *build, w io.Writer) error {
	return func(b *build, w io.Writer) error {
		_, err := w.Write(make(b))
		return err
	}
}

func (s *Snapshot) paths() []string {
	out := make([]string, len(s.files))
	for i, o := range s.files {
		out[i] = o.path
	}
	slices.Sort(out)
	return out
}

// extraTemplates adds the files of extra_templates with their variables filled
// in. They are Jinja, of which only {{ variables }} are understood.
func (b *build) extraTemplates(s *Snapshot) {
	for _, name := range b.conf.ExtraTemplates {
		f := b.tree.lookup(path.Clean(name))
		if f == nil {
			b.found(finding.Finding{
				Rule: "config/extra-template", Severity: finding.Warning, Position: finding.Position{Path: b.conf.File},
				Message: fmt.Sprintf("extra_templates names %q, which is not in the documentation", name),
				Hint:    b.suggest(path.Clean(name)),
			})
			continue
		}
		src, err := b.read(f)
		if err != nil {
			continue
		}
		t := &transform{b: b, file: f}
		out := t.variables(string(src), nil, 0)
		b.found(t.findings...)
		if old := s.byPath[f.Dest]; old != nil {
			*old = output{path: f.Dest, data: []byte(out)}
		}
	}
}
