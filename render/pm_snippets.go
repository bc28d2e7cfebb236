package render

// snippets replaces the lines that include files by the lines of those files.
func (p *pmParser) snippets(lines []pmLine) []pmLine { return lines }
