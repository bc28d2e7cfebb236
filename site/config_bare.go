package site

import (
	"io/fs"
	"strings"
)

// foreignFolders hold Markdown that is not the project's own, by convention of
// the tools that make them.
const foreignFolders = "node_modules/\nvendor/\nvenv/\nsite-packages/\n"

// bareConfig fills in the configuration of a project that has none. Nothing is
// published from it, so that no file can stand in another's place: README.md
// and index.md are pages of their own, and no address is shared.
func (l *configLoader) bareConfig(c *Config) {
	c.Dir, c.DocsDir, c.UseDirectoryURLs = ".", ".", false
	c.ExcludeDocs = foreignFolders
	if text, err := l.readFile(".gitignore"); err == nil && len(text) <= maxConfigBytes {
		c.ExcludeDocs += strings.ToValidUTF8(string(text), "")
	}
	c.Validation.NavOmittedFiles, c.Validation.LinkAbsoluteLinks = LevelIgnore, LevelRelativeToDocs
	c.Bare = true
	if info, err := fs.Stat(l.root, "site"); err == nil && info.IsDir() {
		c.SiteDir = ".site" // a folder of that name may be anything
	}
}
