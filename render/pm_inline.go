package render

// inlineConfig is the table of inline patterns and their options.
type inlineConfig struct{}

// inlineState is what the inline stage keeps of one page.
type inlineState struct{}

func compileInlines(*Markdown) inlineConfig { return inlineConfig{} }

// inlines runs the inline patterns over the text of the tree.
func (p *pmParser) inlines(root *Node) {}
