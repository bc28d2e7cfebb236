package render

// finish writes the children of root as the body of the page and fills in what
// other pages may ask of it. Text of Raw nodes may hold marks, which stand for
// the nodes that unmark returns.
func (p *pmParser) finish(root *Node) {}
