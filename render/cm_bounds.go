package render

import (
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// goldmark's time grows with the square of some inputs: blocks nested in
// blocks, delimiters that find no partner, targets of links in parentheses.
// Beyond bounds that no page of a person reaches, such markup is text.
const (
	maxContainers = 100
	maxDelimiters = 1000 // in one paragraph
	maxParens     = 32   // in the target of a link, as the specification allows

	maxDefinitions = 1000 // of links in one paragraph
)

// boundBlocks bounds how deep blocks nest.
func boundBlocks(list []util.PrioritizedValue) []util.PrioritizedValue {
	list = slices.Clone(list)
	for i, v := range list {
		// A list item follows its list, and leaves do not nest.
		switch v.Priority {
		case 300, 800, 60, 70, 101, 999:
			list[i].Value = &shallowBlock{v.Value.(parser.BlockParser)}
		case 1000:
			list[i].Value = &paragraphs{v.Value.(parser.BlockParser)}
		}
	}
	return list
}

type shallowBlock struct{ parser.BlockParser }

// Open implements parser.BlockParser.
func (b *shallowBlock) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if len(pc.OpenedBlocks()) > maxContainers {
		return nil, parser.NoChildren
	}
	return b.BlockParser.Open(parent, reader, pc)
}

// boundInlines bounds how many delimiters of emphasis and links a paragraph
// has.
func boundInlines(list []util.PrioritizedValue) []util.PrioritizedValue {
	list = slices.Clone(list)
	for i, v := range list {
		p := v.Value.(parser.InlineParser)
		switch trigger := p.Trigger(); {
		case slices.Contains(trigger, ']'):
			list[i].Value = &boundedLinks{boundedInline{p}}
		case slices.Contains(trigger, '*'), slices.Contains(trigger, '~'), slices.Contains(trigger, '='):
			list[i].Value = &boundedInline{p}
		}
	}
	return list
}

type boundedInline struct{ parser.InlineParser }

// delimiterCount counts the delimiters of a paragraph.
type delimiterCount struct {
	parent ast.Node
	n      int
}

// Parse implements parser.InlineParser.
func (b *boundedInline) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	count, _ := pc.Get(keyBound).(*delimiterCount)
	if count == nil {
		count = &delimiterCount{}
		pc.Set(keyBound, count)
	}
	if count.parent != parent {
		*count = delimiterCount{parent: parent}
	}
	if count.n++; count.n > maxDelimiters {
		return nil
	}
	return b.InlineParser.Parse(parent, block, pc)
}

// CloseBlock implements parser.CloseBlocker.
func (b *boundedInline) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := b.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}

type boundedLinks struct{ boundedInline }

// Parse implements parser.InlineParser.
func (b *boundedLinks) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if len(line) > 1 && line[0] == ']' && line[1] == '(' {
		depth := 0
		for _, c := range line[1:] {
			switch c {
			case '(':
				if depth++; depth > maxParens {
					return nil
				}
			case ')':
				depth--
			}
			if depth == 0 || c == ' ' || c == '\n' {
				break
			}
		}
	}
	return b.boundedInline.Parse(parent, block, pc)
}
