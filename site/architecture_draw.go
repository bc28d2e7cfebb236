package site

import (
	"github.com/lintel-docs/lintel/sad"
)

type graph struct{}

func (b *build) drawDecisions() []byte                { return nil }
func (b *build) drawNear(*sad.Element) []byte         { return nil }
func (b *build) drawView(*sad.View, string) []byte    { return nil }
func (b *build) drawContext(*sad.View, string) []byte { return nil }
func (b *build) viewGraph(*sad.View) *graph           { return nil }
func (b *build) contextGraph(*sad.View) *graph        { return nil }
