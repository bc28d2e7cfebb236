package render

// codePatterns returns the patterns of inline code and math.
func codePatterns(*Markdown) []inlinePattern {
	return []inlinePattern{{name: "backtick", priority: 190, trigger: "`\\", need: "`", match: matchBacktick}}
}
