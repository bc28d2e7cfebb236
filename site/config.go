package site

import (
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// Config is a site's configuration, as mkdocs.yml gives it with defaults filled
// in. Names follow MkDocs.
type Config struct {
	// File is the configuration file, Dir the folder that holds it; slash paths
	// below the project's root.
	File, Dir string
	// Bare is set when there is no file: see Options.Bare.
	Bare bool

	SiteName, SiteURL, SiteDescription, SiteAuthor, Copyright string
	RepoURL, RepoName                                         string
	EditURI                                                   *string // nil: derive from RepoURL; "": no edit links
	EditURITemplate                                           string
	Nav                                                       []NavEntry // nil: automatic
	ExcludeDocs, DraftDocs, NotInNav                          string     // gitignore patterns
	Validation                                                Validation
	Theme                                                     ThemeConfig
	DocsDir                                                   string // slash path below the project's root
	SiteDir                                                   string // as written, or absolute
	DevAddr                                                   string
	UseDirectoryURLs                                          bool
	Strict                                                    bool
	ExtraCSS                                                  []string
	ExtraJavaScript                                           []ExtraScript
	ExtraTemplates                                            []string
	Extra                                                     map[string]any
	Extensions                                                []render.Extension // MkDocs' built-in ones first
	Plugins                                                   []Plugin
	Hooks                                                     []string
	Watch                                                     []string
	RemoteBranch, RemoteName                                  string

	// Of lintel.yml beside mkdocs.yml.
	Dialect render.Dialect
	Anchors string // "", "mkdocs" or "gitlab"
	ADR     ADRConfig
	SAD     SADConfig
	// HasLintel tells that there is a lintel.yml: the project is Lintel's, not
	// one of MkDocs that it only builds.
	HasLintel bool
	Checks    finding.Policy
	Drift     DriftConfig
	Review    ReviewConfig

	// Keys are the places of what was written: settings by name, what is below
	// theme, validation, plugins and markdown_extensions after a dot
	// ("plugins.search.lang"), and the YAML tags in use. What is absent was not
	// written.
	Keys map[string]finding.Position

	// Files that were read to make this, and looked for: the key of the memo.
	Sources []string
	// Folders that were looked for: whether they are there is part of that key.
	Folders []string
}

// NavEntry is one entry of nav as written.
type NavEntry struct {
	Title    string // empty when only a path is given
	Path     string // page, URL or (for literate-nav and others) folder or wildcard
	Children []NavEntry
	Position finding.Position
}

// Level is a validation level.
type Level uint8

// Validation levels, as MkDocs names them.
const (
	LevelIgnore Level = iota
	LevelInfo
	LevelWarn
	LevelRelativeToDocs // absolute_links only
)

// Validation holds the levels of `validation:`.
type Validation struct {
	NavOmittedFiles, NavNotFound, NavAbsoluteLinks                     Level
	LinkNotFound, LinkAbsoluteLinks, LinkUnrecognizedLinks, LinkAnchor Level
}

// ThemeConfig is `theme:`.
type ThemeConfig struct {
	Name            string // "" for null
	CustomDir       string // slash path below the project's root
	StaticTemplates []string
	Language        string // language or locale
	Features        []string
	Values          map[string]any // every other key as YAML gave it
}

// ExtraScript is an entry of extra_javascript.
type ExtraScript struct {
	Path, Type   string
	Async, Defer bool
}

// Plugin is an entry of plugins. Options hold YAML values as render.Extension
// does.
type Plugin struct {
	Name     string // without "material/"
	Options  map[string]any
	Position finding.Position
}

// ConfigNames returns the names under which a configuration is looked for, in
// this order.
func ConfigNames() []string { return configNames[:] }
