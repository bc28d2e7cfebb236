// Package theme is the look of a site: the page around the body, the assets,
// the strings that readers see, in English and Korean.
//
// It knows nothing of Markdown or of files on disk. The site engine fills a
// Site once and a Page for each page; the theme writes HTML and hands out its
// assets under fingerprinted names. Pages make no request to another host, hold
// no inline script and no inline style, and can be read without JavaScript.
package theme

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
	Icons                                     map[string]string // theme.icon.*: place → icon name
	Social                                    []Social
	Alternates                                []Alternate // other languages of the site
	Announcement                              string
	ExtraCSS                                  []string // output paths or URLs
	ExtraJS                                   []Script
	Search                                    bool
	GeneratorHidden                           bool // extra.generator: false
	DirectoryURLs                             bool
	Version                                   string // of Lintel, for the generator tag
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
	URL      string // output URL relative to the site root ("guide/setup/"), or an absolute URL; "" for a section without a page
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
}

// Tag is a tag of a page; URL is that of the tag's place on the tags page, or empty.
type Tag struct{ Name, URL string }
