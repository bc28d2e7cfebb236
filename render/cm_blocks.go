package render

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// boxKind tells what a cmBox is.
type boxKind uint8

const (
	boxAdmonition boxKind = iota // !!! note "Title", then indented content
	boxDetails                   // ??? note "Title"
	boxTab                       // === "Title"
	boxQuote                     // between lines of >>>
	boxMath                      // between lines of $$
)

// cmBox is a block that CommonMark does not know.
type cmBox struct {
	ast.BaseBlock
	kind boxKind
	head string // the line that opens it
}

// kindBox and kindInline are the kinds of our nodes in goldmark's tree.
var (
	kindBox    = ast.NewNodeKind("LintelBox")
	kindInline = ast.NewNodeKind("LintelInline")
)

// Kind implements ast.Node.
func (n *cmBox) Kind() ast.NodeKind { return kindBox }

// IsRaw implements ast.Node.
func (n *cmBox) IsRaw() bool { return n.kind == boxMath }

// Dump implements ast.Node.
func (n *cmBox) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// indentedBoxes parses the boxes that MkDocs' extensions know: a line that
// opens one and content indented by four.
type indentedBoxes struct{}

// Trigger implements parser.BlockParser.
func (b *indentedBoxes) Trigger() []byte { return []byte{'!', '?', '='} }

// Open implements parser.BlockParser.
func (b *indentedBoxes) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 || len(line)-pos < 4 || line[pos+1] != line[pos] || line[pos+2] != line[pos] {
		return nil, parser.NoChildren
	}
	n := &cmBox{head: string(util.TrimRightSpace(line[pos:]))}
	ok := false
	switch line[pos] {
	case '!':
		n.kind = boxAdmonition
		_, ok = parseBoxHead(n.head, "!!!")
	case '?':
		n.kind = boxDetails
		_, ok = parseBoxHead(n.head, "???")
	case '=':
		n.kind = boxTab
		_, ok = parseTabHead(n.head)
	}
	if !ok {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return n, parser.HasChildren
}

// Continue implements parser.BlockParser.
func (b *indentedBoxes) Continue(_ ast.Node, reader text.Reader, pc parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	pos, padding := util.IndentPosition(line, reader.LineOffset(), 4)
	if pos < 0 {
		// What is not indented is outside, even right below a paragraph.
		lineNum, _ := reader.Position()
		pc.Set(keyNotLazy, lineNum)
		return parser.Close
	}
	reader.AdvanceAndSetPadding(pos, padding)
	return parser.Continue | parser.HasChildren
}

// Close implements parser.BlockParser.
func (b *indentedBoxes) Close(ast.Node, text.Reader, parser.Context) {}

// CanInterruptParagraph implements parser.BlockParser.
func (b *indentedBoxes) CanInterruptParagraph() bool { return true }

// CanAcceptIndentedLine implements parser.BlockParser.
func (b *indentedBoxes) CanAcceptIndentedLine() bool { return false }

// paragraphs is goldmark's parser of paragraphs, which also begins one where
// goldmark would go on with another: right below a box, and after very many
// definitions of links.
type paragraphs struct{ parser.BlockParser }

// CanInterruptParagraph implements parser.BlockParser.
func (b *paragraphs) CanInterruptParagraph() bool { return true }

// Open implements parser.BlockParser.
func (b *paragraphs) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if last := pc.LastOpenedBlock().Node; last != nil && ast.IsParagraph(last) {
		lineNum, _ := reader.Position()
		at, outside := pc.Get(keyNotLazy).(int)
		if !(outside && at == lineNum) && !manyDefinitions(last, reader) {
			return nil, parser.NoChildren
		}
	}
	return b.BlockParser.Open(parent, reader, pc)
}

// manyDefinitions reports whether a paragraph is a list of definitions of links
// that is too long to go on with: goldmark takes one after the other off its
// start.
func manyDefinitions(p ast.Node, reader text.Reader) bool {
	lines := p.Lines()
	if lines.Len() < maxDefinitions {
		return false
	}
	line, _ := reader.PeekLine()
	first := lines.At(0)
	src := reader.Source()
	return len(line) > 0 && line[0] == '[' && first.Start < len(src) && src[first.Start] == '['
}

// fencedBoxes parses what stands between two equal lines: quotes between >>>
// and formulas between $$.
type fencedBoxes struct {
	kind     boxKind
	fence    string
	unclosed parser.ContextKey // set where no fence follows any more
}

// Trigger implements parser.BlockParser.
func (b *fencedBoxes) Trigger() []byte { return []byte{b.fence[0]} }

func (b *fencedBoxes) isFence(line []byte) bool {
	return string(bytes.TrimSpace(line)) == b.fence
}

// Open implements parser.BlockParser.
func (b *fencedBoxes) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 || !b.isFence(line[pos:]) || !b.closes(reader.Source(), segment.Stop, pc) {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	if b.kind == boxMath {
		return &cmBox{kind: b.kind}, parser.NoChildren
	}
	return &cmBox{kind: b.kind}, parser.HasChildren
}

// closes reports whether a fence follows from at on. When there is none it says
// so once for the page, so that no input makes it look again and again.
func (b *fencedBoxes) closes(src []byte, at int, pc parser.Context) bool {
	if pc.Get(b.unclosed) != nil {
		return false
	}
	for rest := src[at:]; len(rest) > 0; {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		if b.isFence(bytes.TrimLeft(line, "> ")) || b.isFence(line) {
			return true
		}
	}
	pc.Set(b.unclosed, true)
	return false
}

// Continue implements parser.BlockParser.
func (b *fencedBoxes) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, segment := reader.PeekLine()
	if b.isFence(line) {
		reader.AdvanceToEOL()
		return parser.Close
	}
	if b.kind == boxMath {
		node.Lines().Append(segment)
		reader.AdvanceToEOL()
		return parser.Continue | parser.NoChildren
	}
	return parser.Continue | parser.HasChildren
}

// Close implements parser.BlockParser.
func (b *fencedBoxes) Close(ast.Node, text.Reader, parser.Context) {}

// CanInterruptParagraph implements parser.BlockParser.
func (b *fencedBoxes) CanInterruptParagraph() bool { return true }

// CanAcceptIndentedLine implements parser.BlockParser.
func (b *fencedBoxes) CanAcceptIndentedLine() bool { return false }

// abbreviations takes lines of *[HTML]: Hyper Text.
type abbreviations struct{}

// Trigger implements parser.BlockParser.
func (b *abbreviations) Trigger() []byte { return []byte{'*'} }

// Open implements parser.BlockParser.
func (b *abbreviations) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 || len(line)-pos < 5 || line[pos+1] != '[' {
		return nil, parser.NoChildren
	}
	a, n := parseAbbreviation([]pmLine{{text: string(util.TrimRightSpace(line[pos:]))}})
	if n != 1 {
		return nil, parser.NoChildren
	}
	list, _ := pc.Get(keyAbbreviations).([]abbreviation)
	pc.Set(keyAbbreviations, append(list, a))
	reader.AdvanceToEOL()
	return ast.NewTextBlock(), parser.NoChildren
}

// Continue implements parser.BlockParser.
func (b *abbreviations) Continue(ast.Node, text.Reader, parser.Context) parser.State {
	return parser.Close
}

// Close implements parser.BlockParser.
func (b *abbreviations) Close(n ast.Node, _ text.Reader, _ parser.Context) {
	n.Parent().RemoveChild(n.Parent(), n)
}

// CanInterruptParagraph implements parser.BlockParser.
func (b *abbreviations) CanInterruptParagraph() bool { return false }

// CanAcceptIndentedLine implements parser.BlockParser.
func (b *abbreviations) CanAcceptIndentedLine() bool { return false }
