package render

// treeConfig is the options of the extensions that work on the whole tree.
type treeConfig struct{}

// treeState is what the tree stage keeps of one page.
type treeState struct{}

func compileTree(*Markdown) treeConfig { return treeConfig{} }

// treeStage runs what needs the whole tree: attribute lists, ids, contents.
func (p *pmParser) treeStage(root *Node) {}
