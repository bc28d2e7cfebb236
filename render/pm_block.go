package render

// blockConfig is the table of block processors and their options.
type blockConfig struct{}

// blockState is what the block stage keeps of one page.
type blockState struct{}

func compileBlocks(*Markdown) blockConfig { return blockConfig{} }

// blocks parses lines and appends the blocks to parent.
func (p *pmParser) blocks(parent *Node, lines []pmLine) {
	for _, l := range lines {
		if l.text == "" {
			continue
		}
		para := p.el("p", l.n)
		para.Append(p.text(l.text, l.n))
		parent.Append(para)
	}
}
