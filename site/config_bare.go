package site

import "strings"

// foreignFolders hold what is not the project's own, by the names that version
// control and package managers give them. In a project without configuration
// they are not even listed.
var foreignFolders = [...]string{
	".git", ".hg", ".svn", "node_modules", "vendor", "third_party", "venv", ".venv", "site-packages", "__pycache__", ".tox", ".terraform", ".cache",
}

// bareConfig fills in the configuration of a project that has none. Nothing is
// published from it: every file that is there can be linked to, hidden ones too,
// and no address is shared.
func (l *configLoader) bareConfig(c *Config) {
	c.Bare = true
	c.Dir, c.DocsDir, c.SiteDir, c.UseDirectoryURLs = ".", ".", ".site", false
	c.ExcludeDocs = "!.*\n!/templates/\n"
	if text, err := l.readFile(".gitignore"); err == nil && len(text) <= maxConfigBytes {
		c.ExcludeDocs += strings.ToValidUTF8(string(text), "")
	}
	c.Validation.NavOmittedFiles, c.Validation.LinkAbsoluteLinks = LevelIgnore, LevelRelativeToDocs
}
