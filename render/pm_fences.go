package render

// fenceConfig is the options of fences and highlighting.
type fenceConfig struct{}

// fenceState is what fences keep of one page.
type fenceState struct{}

func compileFences(*Markdown) fenceConfig { return fenceConfig{} }

// fences replaces fenced blocks by lines that hold a mark.
func (p *pmParser) fences(lines []pmLine) []pmLine { return lines }
