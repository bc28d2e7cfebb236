// Package theme is the look of a site: the page around the body, the assets,
// the strings that readers see, in English and Korean.
//
// It knows nothing of Markdown or of files on disk. The site engine fills a
// Site once and a Page for each page; the theme writes HTML and hands out its
// assets under fingerprinted names. Pages make no request to another host, hold
// no inline script and no inline style, and can be read without JavaScript.
package theme

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"
)

// Site is what all pages of a site share.
type Site struct {
	Name, URL, Description, Author, Copyright string // URL ends in a slash or is empty
	Language                                  string // BCP 47, such as "ko"
	RepoURL, RepoName, RepoIcon               string
	HomeTarget                                string          // output path of the home page, normally ""
	Features                                  map[string]bool // Material's theme.features
	Palettes                                  []Palette
	Logo, Favicon                             string            // output path, or URL
	LogoIcon                                  string            // icon name, such as "material/library"
	Icons                                     map[string]string // theme.icon.*: place, nested ones joined by dots ("admonition.note") → icon name
	Social                                    []Social
	Alternates                                []Alternate // other languages of the site
	Versions                                  bool        // versions.json above the site lists versions of it, as mike writes it
	Announcement                              string
	ExtraCSS                                  []string // output paths or URLs
	ExtraJS                                   []Script
	Search                                    bool
	GeneratorHidden                           bool // extra.generator: false
	DirectoryURLs                             bool
	Version                                   string // of Lintel, for the generator tag
	// Offline loads the search index as a script, search/search_index.js, which
	// sets the global __index: pages opened from disk cannot fetch.
	Offline bool
	// Math is set where pages hold formulas: the site then brings the program
	// that draws them, which a page loads when it has one.
	Math bool
	// Statuses maps a page's status to what readers see (extra.status).
	Statuses map[string]string
}

// Palette is one entry of theme.palette.
type Palette struct{ Media, Scheme, Primary, Accent, ToggleIcon, ToggleName string }

// Social is one entry of extra.social.
type Social struct{ Icon, Link, Name string }

// Alternate is one entry of extra.alternate.
type Alternate struct{ Name, Link, Lang string }

// Script is one entry of extra_javascript.
type Script struct {
	Path, Type   string
	Async, Defer bool
}

// NavItem is an entry of the navigation: a page, a section or an external link.
type NavItem struct {
	Title    string
	Icon     string // front matter icon
	Status   string // front matter status
	URL      string // output URL relative to the site root ("guide/setup/", "" for the home page), percent-encoded or not, or an absolute URL
	External bool   // URL leaves the site
	Page     int    // number of the page, or -1
	Children []*NavItem
	Section  bool
}

// Heading is an entry of the table of contents. HTML is safe to write.
type Heading struct {
	Level    int
	ID, HTML string
	Children []Heading
}

// PageLink points to a neighbouring page or an ancestor.
type PageLink struct{ Title, URL string }

// Page is everything about one page but its body.
type Page struct {
	Number      int    // as in NavItem.Page; -1 for pages outside of the navigation
	Title       string // of the page alone
	Description string
	Author      string
	URL         string // relative to the site root, "guide/setup/"
	Base        string // from this page to the root: "../../", ".", or an absolute path on the 404 page
	Canonical   string
	EditURL     string
	ViewURL     string
	Updated     string // date, or empty
	Created     string
	Authors     []string
	Tags        []Tag
	TOC         []Heading
	Prev, Next  *PageLink
	Breadcrumbs []PageLink
	HideNav     bool
	HideTOC     bool
	HidePath    bool
	HideFooter  bool
	Home        bool
	NoIndex     bool
	Draft       bool
	Language    string // when it differs from the site's
	// AddTitle asks for an h1 before the body of a page that has none.
	AddTitle bool
	Meta     map[string]any // front matter, for tags such as robots
	Record   *Decision      // what is known of the decision that the page records, or nil
}

// Tag is a tag of a page; URL is that of the tag's place on the tags page, or empty.
type Tag struct{ Name, URL string }

// Options are what the theme asks of its surroundings.
type Options struct {
	// Icon returns the SVG of an icon by the path that Material gives it,
	// without suffix ("material/rocket-launch").
	Icon func(name string) (svg string, ok bool)
	// Override is theme.custom_dir. Its files join the assets under their own
	// names; lang/LANGUAGE.json changes strings; .icons/ adds icons.
	Override fs.FS
	// Like is the theme of an earlier build of the site, or nil: where the settings
	// are the same, its assets and strings are taken over.
	Like *Theme
	// Report is told of files in Override that are not used, and why.
	Report func(path, message string)
}

// Asset is a file of the theme: an output path and its content.
type Asset struct {
	Path string
	Data []byte
}

// Theme writes pages. It is made for one site and one navigation, does not
// change afterwards, and may be used by many goroutines at once.
type Theme struct {
	site    Site
	items   []*NavItem
	nav     *navTree
	has     features
	text    catalog
	lang    string
	classes string // of the html element
	palette palette
	opts    Options
	paths   paths
	assets  []Asset
	shells  shells
}

// features are those of Material's theme.features that change what is written
// to pages; scripts read the rest.
type features struct {
	tabs, tabsSticky, sections, expand, footer, path, edit, view, tocIntegrate, dismiss bool
}

// New prepares a theme for a site. The error tells of an override that cannot
// be read; the theme works without it all the same.
func New(s Site, nav []*NavItem, o Options) (*Theme, error) {
	t := &Theme{site: s, items: nav, opts: o, lang: s.Language}
	if t.lang == "" {
		t.lang = "en"
	}
	if t.site.HomeTarget == "" && !s.DirectoryURLs {
		t.site.HomeTarget = "index.html"
	}
	// A site that asks for no feature gets what readers can use.
	on := func(name string) bool { return s.Features[name] || len(s.Features) == 0 }
	f := s.Features
	t.has = features{
		tabs:         f["navigation.tabs"],
		tabsSticky:   f["navigation.tabs"] && f["navigation.tabs.sticky"],
		sections:     f["navigation.sections"],
		expand:       f["navigation.expand"],
		footer:       on("navigation.footer"),
		path:         on("navigation.path"),
		edit:         on("content.action.edit"),
		view:         f["content.action.view"],
		tocIntegrate: f["toc.integrate"],
		dismiss:      f["announce.dismiss"],
	}
	like := o.Like
	t.opts.Like = nil // not a chain of all that ever was
	if like != nil && (o.Override != nil || like.opts.Override != nil || !reflect.DeepEqual(like.site, t.site)) {
		like = nil
	}
	var err error
	if like != nil {
		t.text = like.text
	} else {
		t.text, err = loadCatalog(t.lang, o.Override)
	}
	t.nav = newNavTree(nav, f["navigation.prune"])
	t.palette = newPalette(&t.site, t.text, t.Icon)
	if t.has.tabs {
		t.classes = "has-tabs"
	}
	if f["header.autohide"] {
		t.classes = strings.TrimSpace(t.classes + " autohide")
	}
	if like != nil {
		t.assets, t.paths = like.assets, like.paths
		return t, nil
	}
	return t, errors.Join(err, t.makeAssets())
}

// Assets returns the files of the theme. Names of those that pages refer to
// hold a digest of their content, so that they may be cached for ever.
func (t *Theme) Assets() []Asset { return t.assets }

// Icon returns the SVG of an icon: the author's own, or one of Options.
func (t *Theme) Icon(name string) (svg string, ok bool) {
	if t.opts.Override != nil && fs.ValidPath(name) {
		if data, err := fs.ReadFile(t.opts.Override, ".icons/"+name+".svg"); err == nil {
			return strings.TrimSpace(string(data)), true
		}
	}
	if t.opts.Icon == nil {
		return "", false
	}
	return t.opts.Icon(name)
}

// SearchPage returns the page that the search form leads to where there is no
// JavaScript, a list of all pages, and what writes its body. It belongs at
// Page.URL, "search/" or "search/index.html".
func (t *Theme) SearchPage(base string) (*Page, func(dst []byte) []byte) {
	url := "search/"
	if !t.site.DirectoryURLs {
		url = "search/index.html"
	}
	return &Page{Number: -1, Title: t.text["search_all"], URL: url, Base: base, AddTitle: true, NoIndex: true},
		func(dst []byte) []byte { return t.appendIndex(dst, prefixOf(base)) }
}

// NotFoundPage returns the page for 404.html and what writes its body. base is
// an absolute path, since the page is shown under any address.
func (t *Theme) NotFoundPage(base string) (*Page, func(dst []byte) []byte) {
	p := &Page{Number: -1, Title: t.text.get("not_found"), URL: "404.html", Base: base, AddTitle: true, NoIndex: true, HideTOC: true}
	return p, func(dst []byte) []byte {
		dst = append(dst, "<p>"...)
		dst = appendText(dst, t.text.get("not_found_text"))
		return append(dst, "</p>"...)
	}
}
