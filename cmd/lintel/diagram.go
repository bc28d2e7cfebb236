package main

import (
	"sync"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/render/diagram"
	"github.com/lintel-docs/lintel/theme"
)

// diagrams returns what draws the diagrams of pages, with the words of the
// theme.
func diagrams() []render.Diagram {
	var catalogs sync.Map // by language: map[string]string
	word := func(lang, key string) string {
		c, ok := catalogs.Load(lang)
		if !ok {
			c, _ = catalogs.LoadOrStore(lang, theme.Words(lang))
		}
		words, _ := c.(map[string]string)
		return words[key]
	}
	return []render.Diagram{{
		Fences:  []string{"mermaid"},
		Version: diagram.Version,
		Draw: func(code string, c render.DiagramContext) ([]byte, []finding.Finding) {
			o := diagram.FigureOptions{
				Options: diagram.Options{Prefix: c.Prefix, Link: c.Link},
				Word:    func(key string) string { return word(c.Lang, key) },
			}
			return diagram.AppendFigure(nil, code, o)
		},
	}}
}
