package render

import "sync"

// Kind tells what a Node holds.
type Kind uint8

const (
	// Element is an HTML element: Tag, Attrs and children.
	Element Kind = iota
	// Text is text that is escaped when written; character references that the
	// author wrote (&copy;) are kept. Before the inline stage a Text child of a
	// block element is Markdown that waits for the inline patterns.
	Text
	// Atomic is text that no inline pattern may touch; written as Text is.
	Atomic
	// Raw is markup that is written as it stands.
	Raw
)

// Attr is one attribute of an element. Val is unescaped.
type Attr struct{ Key, Val string }

// Node is one node of a page body. All dialects build the same tree and
// everything behind them (ids, links, table of contents, highlighting, HTML)
// works on it once. Nodes of one page come from one arena.
type Node struct {
	Kind  Kind
	Line  int32  // 1-based line in the source file; 0 when unknown
	Tag   string // Element: name in lower case
	Text  string // Text, Atomic, Raw
	Attrs []Attr // Element

	Parent, First, Last, Prev, Next *Node
}

// arena hands out nodes in slabs: a page has thousands, and one allocation
// each would be most of the cost of parsing it. Slabs go from page to page.
type arena struct {
	slab []Node // what is left of the last
	used []*nodeSlab
	pool *sync.Pool // of *nodeSlab; nil to make them anew
}

type nodeSlab [128]Node

func (a *arena) node(k Kind, line int32) *Node {
	if len(a.slab) == 0 {
		var s *nodeSlab
		if a.pool != nil {
			s, _ = a.pool.Get().(*nodeSlab)
		}
		if s == nil {
			s = new(nodeSlab)
		}
		a.used = append(a.used, s)
		a.slab = s[:]
	}
	n := &a.slab[0]
	a.slab = a.slab[1:]
	n.Kind, n.Line = k, line
	return n
}

// release gives the slabs back. No node of the arena may be used any more.
func (a *arena) release() {
	for i, s := range a.used {
		clear(s[:])
		a.pool.Put(s)
		a.used[i] = nil
	}
	a.used, a.slab = nil, nil
}

// el returns a new element without a parent.
func (a *arena) el(tag string, line int32, attrs ...Attr) *Node {
	n := a.node(Element, line)
	n.Tag, n.Attrs = tag, attrs
	return n
}

// text returns a new Text node; empty text is allowed.
func (a *arena) text(s string, line int32) *Node {
	n := a.node(Text, line)
	n.Text = s
	return n
}

// atomic returns a new Atomic node.
func (a *arena) atomic(s string, line int32) *Node {
	n := a.node(Atomic, line)
	n.Text = s
	return n
}

// raw returns a new Raw node.
func (a *arena) raw(s string, line int32) *Node {
	n := a.node(Raw, line)
	n.Text = s
	return n
}

// Append adds c as the last child of n. c must not have a parent.
func (n *Node) Append(c *Node) {
	c.Parent, c.Prev, c.Next = n, n.Last, nil
	if n.Last != nil {
		n.Last.Next = c
	} else {
		n.First = c
	}
	n.Last = c
}

// InsertBefore adds c before the child at of n; a nil at appends.
func (n *Node) InsertBefore(c, at *Node) {
	if at == nil {
		n.Append(c)
		return
	}
	c.Parent, c.Prev, c.Next = n, at.Prev, at
	if at.Prev != nil {
		at.Prev.Next = c
	} else {
		n.First = c
	}
	at.Prev = c
}

// Remove takes n out of its parent. It does nothing without a parent.
func (n *Node) Remove() {
	p := n.Parent
	if p == nil {
		return
	}
	if n.Prev != nil {
		n.Prev.Next = n.Next
	} else {
		p.First = n.Next
	}
	if n.Next != nil {
		n.Next.Prev = n.Prev
	} else {
		p.Last = n.Prev
	}
	n.Parent, n.Prev, n.Next = nil, nil, nil
}

// ReplaceWith puts c in the place of n. c must not have a parent.
func (n *Node) ReplaceWith(c *Node) {
	n.Parent.InsertBefore(c, n)
	n.Remove()
}

// MoveChildren appends all children of from to n.
func (n *Node) MoveChildren(from *Node) {
	for c := from.First; c != nil; {
		next := c.Next
		c.Remove()
		n.Append(c)
		c = next
	}
}

// Attr returns the value of an attribute and whether the element has it.
func (n *Node) Attr(key string) (string, bool) {
	for i := range n.Attrs {
		if n.Attrs[i].Key == key {
			return n.Attrs[i].Val, true
		}
	}
	return "", false
}

// SetAttr sets an attribute, replacing an earlier value.
func (n *Node) SetAttr(key, val string) {
	for i := range n.Attrs {
		if n.Attrs[i].Key == key {
			n.Attrs[i].Val = val
			return
		}
	}
	n.Attrs = append(n.Attrs, Attr{key, val})
}

// Is reports whether n is an element with the given tag.
func (n *Node) Is(tag string) bool { return n != nil && n.Kind == Element && n.Tag == tag }
