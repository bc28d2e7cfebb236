package render

// htmlBlocks takes raw HTML blocks out of the lines.
func (p *pmParser) htmlBlocks(lines []pmLine) []pmLine { return lines }
