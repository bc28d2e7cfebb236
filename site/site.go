// Package site is the engine: it turns a configuration and a tree of Markdown
// into the files of a site.
//
//	s, err := site.Open(root, site.Options{Config: "mkdocs.yml"})
//	snap, err := s.Build(ctx)
//
// Build scans the tree, parses what changed, joins the pages into a navigation,
// checks every link, and returns a Snapshot: an immutable fs.FS of the output
// files, with the findings. HTML is written when a file of the snapshot is
// read, so that publishing streams and a preview renders only what is looked
// at. A second Build of the same Site looks at the tree again and reuses
// whatever the changes did not touch; it gives exactly what a first Build of a
// new Site would give.
//
// The output depends on the tree, the configuration and the dates that Options
// hands in, on nothing else: not on the machine, the clock or the order of a
// map.
package site

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/theme"
)

// Options are what a site needs beside its files. The zero value builds a site
// without icons and dates.
type Options struct {
	// Config is the configuration's slash path below the root; empty searches
	// for mkdocs.yml and its other names.
	Config string
	// Getenv answers !ENV; nil knows no variable.
	Getenv func(string) (string, bool)
	// Now is the time of the build: of the sitemap, and of the age of files.
	Now func() time.Time
	// Strict, Theme and DirectoryURLs override the configuration when set.
	Strict        bool
	Theme         string
	DirectoryURLs *bool
	// Bare lets a folder without any configuration be a site: every Markdown
	// file of the project that git does not ignore is a page, read in the
	// commonmark dialect, and links that begin with / start at the project's
	// root, as they do in GitLab.
	Bare bool
	// Drafts builds the pages of draft_docs too, as a preview does.
	Drafts bool
	// Lines writes the source line of each block into pages; see render.Options.
	Lines bool
	// Icon, Emoji and EmojiIn answer for icons and short names; see render.Options.
	Icon    func(name string) (svg string, ok bool)
	Emoji   func(short string) (file, chars string, ok bool)
	EmojiIn func(index, short string) (render.EmojiInfo, bool)
	// Diagrams draw fences of code; see render.Options.
	Diagrams []render.Diagram
	// History returns the changes of files, by path below the root. It is asked
	// once a build, only when a plugin needs dates or authors.
	History func(ctx context.Context) (*History, error)
	// Version of Lintel, for the generator tag.
	Version string
	// Cache keeps pages from run to run; see Site.Keep. Nil keeps nothing.
	Cache *cache.Store
	// Commit is the revision that links into the code lead to; empty: HEAD.
	Commit string
}

// History is what version control knows of the files.
type History struct {
	Files map[string]FileHistory
	// Shallow is set when the history is cut off, so that old files seem new.
	Shallow bool
}

// FileHistory is the history of one file.
type FileHistory struct {
	Created, Updated time.Time
	Authors          []string // by name, most recent first
}

// Site is an opened site. Its methods may be called from one goroutine at a
// time; the snapshots that it returns are free.
type Site struct {
	fsys       fs.FS
	opts       Options
	memo       memo
	generation int
	disk       *disk
	theme      *theme.Theme // of the last build
	last       *Snapshot    // of the last build that went well

	conf     *Config
	confSum  digest
	confFind []finding.Finding
}

// Open reads the configuration of a site. The error says what has to be mended
// and where.
func Open(root fs.FS, o Options) (*Site, error) {
	if o.Now == nil {
		o.Now = func() time.Time { return time.Unix(0, 0) }
	}
	if o.Getenv == nil {
		o.Getenv = func(string) (string, bool) { return "", false }
	}
	s := &Site{fsys: root, opts: o, memo: memo{stamps: map[string]stamp{}, pages: map[digest][]*parsed{}, drawn: map[digest]*drawn{}}}
	s.openCache()
	if err := s.configure(); err != nil {
		return nil, err
	}
	return s, nil
}

// Config returns the configuration. It must not be changed.
func (s *Site) Config() *Config { return s.conf }

// configure loads the configuration when its files changed.
func (s *Site) configure() error {
	if s.conf != nil && s.sourcesSum() == s.confSum {
		return nil
	}
	conf, found, err := loadConfig(s.fsys, s.opts.Config, s.opts.Getenv, s.opts.Bare)
	if err != nil {
		return err
	}
	if s.opts.Strict {
		conf.Strict = true
	}
	if s.opts.Theme != "" {
		conf.Theme.Name = s.opts.Theme
	}
	if s.opts.DirectoryURLs != nil {
		conf.UseDirectoryURLs = *s.opts.DirectoryURLs
	}
	expandBundles(conf)
	if slices.ContainsFunc(conf.Plugins, func(p Plugin) bool { return p.Name == "offline" }) {
		conf.UseDirectoryURLs = false // a browser opens no folder's index from disk
	}
	s.conf, s.confFind = conf, found
	s.confSum = s.sourcesSum()
	return nil
}

func (s *Site) sourcesSum() digest {
	now := s.opts.Now()
	parts := make([]string, 0, 2*len(s.conf.Sources))
	for _, p := range s.conf.Sources {
		sum := s.memo.sumOf(s.fsys, p, now)
		parts = append(parts, p, string(sum[:]))
	}
	for _, p := range s.conf.Folders {
		info, err := fs.Stat(s.fsys, p)
		parts = append(parts, p, strconv.FormatBool(err == nil && info.IsDir()))
	}
	return hashOf(parts...)
}

// Page is a page of the site being built.
type Page struct {
	*File
	parsed *parsed
	meta   render.Meta // front matter over the defaults of its folders

	title, navTitle string
	num             int // place in the order of reading, or -1
	nav             *navNode
	prev, next      *Page
	updated         string
	created         string
	authors         []string

	index   int                    // in build.pages
	virtual func() theme.Generated // writes the body of a page that Lintel makes; nil of an author's
	recipe  func() string          // of what virtual writes
	parts   []part                 // what Lintel adds to an author's page, in the order of the body
	record  *theme.Decision        // what is known of the decision that the page records

	hrefs        []string // what to write for each link
	linkFindings []finding.Finding
}

// build is one run of Build.
type build struct {
	site       *Site
	conf       *Config
	now        time.Time
	generation int
	peeking    bool // pages are read when they are written
	plugins    map[string]*Plugin
	md         *render.Markdown
	recipe     string   // digest of all options that reading a page depends on
	linkRecipe string   // of those that resolving its links depends on
	names      digest   // of the paths of all sources
	sources    []string // configurations of included sites

	tree     *tree
	pageOf   map[*File]*Page
	pages    []*Page // all, by Src
	nav      []*navNode
	inNav    map[*Page]bool
	order    []*Page
	tags     *tagIndex
	arch     *architecture
	lexicon  *lexicon // what prose may name; nil without an architecture document
	back     *backlinks
	virtuals []*Page
	history  *History
	theme    *theme.Theme

	themeSite theme.Site

	mu       *sync.Mutex
	findings []finding.Finding // those of pages and their links are added at the end

	metaFiles map[string]map[string]any
	navFiles  map[string]bool // pages that were read as navigation

	nameIndex *nameIndex
	chrome    *chrome
	watched   *watching
	stats     *stats
}

// report files a finding at a validation level.
func (b *build) report(l Level, f finding.Finding) {
	sev, on := l.severity()
	if !on {
		return
	}
	f.Severity = sev
	b.found(f)
}

func (b *build) found(fs ...finding.Finding) {
	b.mu.Lock()
	b.findings = append(b.findings, fs...)
	b.mu.Unlock()
}

// builds reports whether a file has a place in the output.
func (b *build) builds(f *File) bool {
	return f.inclusion != excluded && (f.inclusion != draft || b.site.opts.Drafts)
}

// Build returns a snapshot of the site as its files are now.
func (s *Site) Build(ctx context.Context) (*Snapshot, error) {
	if err := s.configure(); err != nil {
		return nil, err
	}
	s.generation++
	b := s.begin()
	if err := b.scan(ctx); err != nil {
		return nil, err
	}
	if err := b.load(ctx); err != nil {
		return nil, err
	}
	if err := b.join(ctx); err != nil {
		return nil, err
	}
	b.navigate()
	if err := b.check(ctx); err != nil {
		return nil, err
	}
	snap := b.snapshot()
	if s.last != nil {
		snap.id = s.last.id + 1
	}
	s.memo.forget(s.generation)
	s.last = snap
	return snap, nil
}

// begin returns a build of which no stage has run.
func (s *Site) begin() *build {
	b := &build{
		site: s, conf: s.conf, now: s.opts.Now(), generation: s.generation,
		plugins: map[string]*Plugin{}, pageOf: map[*File]*Page{},
		mu: &sync.Mutex{}, nameIndex: &nameIndex{}, chrome: &chrome{}, watched: &watching{}, stats: &stats{}, back: &backlinks{},
	}
	b.found(s.confFind...)
	for i := range b.conf.Plugins {
		b.plugins[b.conf.Plugins[i].Name] = &b.conf.Plugins[i]
	}
	b.reportPlugins()
	return b
}

// scan lists the sources and lets plugins add to and take from them.
func (b *build) scan(ctx context.Context) error {
	t, found, err := scanDocs(ctx, b.site.fsys, b.conf.DocsDir, "", b.conf)
	if err != nil {
		return err
	}
	b.tree = t
	b.found(found...)
	if err := b.monorepo(ctx); err != nil {
		return err
	}
	b.excludePlugin()
	b.found(b.tree.settle()...)
	return nil
}

// load parses the pages and joins their front matter with the defaults.
func (b *build) load(ctx context.Context) error {
	opts := render.Options{
		Dialect: b.conf.Dialect, Extensions: b.conf.Extensions, Anchors: b.conf.Anchors,
		Icon: b.site.opts.Icon, Emoji: b.site.opts.Emoji, EmojiIn: b.site.opts.EmojiIn,
		Lines:    b.site.opts.Lines,
		Diagrams: b.site.opts.Diagrams, Lang: b.conf.Theme.Language,
	}
	var found []finding.Finding
	b.md, found = render.New(opts)
	b.found(found...)
	b.recipe = b.recipeOf(opts)
	parsedPages, err := b.parsePages(ctx)
	if err != nil {
		return err
	}
	b.loadHistory(ctx)
	for _, f := range b.tree.files {
		if p := parsedPages[f]; p != nil {
			pg := &Page{File: f, parsed: p, num: -1}
			pg.meta = b.metaOf(pg)
			b.pageOf[f] = pg
			b.pages = append(b.pages, pg)
			b.dates(pg)
		}
	}
	b.collectTags()
	return nil
}

// recipeOf is the part of a page's recipe that all pages share.
func (b *build) recipeOf(o render.Options) string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "%s|%s|%s|%s|%t|%v|%v|", o.Dialect, o.Anchors, b.conf.DocsDir, b.conf.Dir, o.Lines, b.conf.ADR.Folders, b.conf.ADR.Statuses)
	fmt.Fprintf(&sb, "%v|", b.conf.SAD.Headings)
	for _, e := range o.Extensions {
		fmt.Fprintf(&sb, "%s=", e.Name)
		writeValue(&sb, e.Config)
	}
	fmt.Fprintf(&sb, "|%s", o.Lang)
	for _, d := range o.Diagrams {
		fmt.Fprintf(&sb, "|%q=%s", d.Fences, d.Version)
	}
	for _, name := range []string{"include-markdown", "macros", "markdownextradata"} {
		if p := b.plugins[name]; p != nil {
			fmt.Fprintf(&sb, "|%s=", name)
			writeValue(&sb, p.Options)
			writeValue(&sb, b.conf.Extra)
		}
	}
	d := hashOf(sb.String())
	return string(d[:])
}

// writeValue writes a YAML value in one way only: maps by key.
func writeValue(sb *strings.Builder, v any) {
	switch v := v.(type) {
	case map[string]any:
		sb.WriteByte('{')
		for _, k := range slices.Sorted(maps.Keys(v)) {
			sb.WriteString(strconv.Quote(k))
			sb.WriteByte(':')
			writeValue(sb, v[k])
		}
		sb.WriteByte('}')
	case []any:
		sb.WriteByte('[')
		for _, x := range v {
			writeValue(sb, x)
			sb.WriteByte(',')
		}
		sb.WriteByte(']')
	case string:
		sb.WriteString(strconv.Quote(v))
	case *render.PyCall:
		fmt.Fprintf(sb, "call %s", v.Name)
		writeValue(sb, v.Args)
		writeValue(sb, v.Kwds)
	default:
		fmt.Fprintf(sb, "%T(%v)", v, v)
	}
}

// navigate makes the navigation and settles the titles.
func (b *build) navigate() {
	entries, automatic := b.navEntries()
	b.makeNav(append(entries, b.architectureNav(entries)...), automatic)
	for _, p := range b.pages {
		p.title = b.titleOf(p)
	}
	if b.plugins["section-index"] != nil {
		mergeIndexes(b.nav, true)
	} else if slices.Contains(b.conf.Theme.Features, "navigation.indexes") {
		mergeIndexes(b.nav, false)
	}
}

// titleOf is MkDocs' rule: the navigation, the front matter, a heading that
// opens the page, the file's name.
func (b *build) titleOf(p *Page) string {
	if p.navTitle != "" {
		return p.navTitle
	}
	if t := p.meta.String("title"); t != "" {
		return t
	}
	if t := p.parsed.doc.Title; t != "" {
		return t
	}
	if p.Src == "index.md" || p.Src == "README.md" || p.URL == "" {
		return "Home"
	}
	stem, _ := isMarkdown(path.Base(p.Src))
	return titleFromName(stem)
}
