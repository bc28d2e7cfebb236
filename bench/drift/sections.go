package main

import "context"

func sections(_ context.Context, _ []string) error { return nil }
