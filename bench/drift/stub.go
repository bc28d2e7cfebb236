package main

import (
	"context"
	"io"
)

func quiet(context.Context, io.Writer, settings) error     { return nil }
func confirm(context.Context, io.Writer, settings) error   { return nil }
func edits(context.Context, io.Writer, settings) error     { return nil }
