//go:build !unix

package main

// alive cannot be known here: claims run out by themselves.
func alive(int) bool { return true }
