//go:build !linux

package main

// remoteFileSystem is empty: how to tell is not known here, and --poll says it.
func remoteFileSystem(string) string { return "" }
