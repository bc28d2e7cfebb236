package site

import (
	"path"
	"strings"
)

// ignore holds the patterns of one exclude_docs, draft_docs or not_in_nav
// setting: gitignore's syntax, relative to docs_dir.
// https://git-scm.com/docs/gitignore#_pattern_format
type ignore struct{ rules []ignoreRule }

type ignoreRule struct {
	negate, dirOnly, anchored bool
	segments                  []string
}

// parseIgnore reads one pattern per line. Lines that are empty or begin with #
// say nothing.
func parseIgnore(text string) *ignore {
	var ig ignore
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, " \t\r")
		if line == "" || line[0] == '#' {
			continue
		}
		var r ignoreRule
		if line[0] == '!' {
			r.negate, line = true, line[1:]
		} else if line[0] == '\\' && len(line) > 1 && (line[1] == '!' || line[1] == '#') {
			line = line[1:]
		}
		if strings.HasSuffix(line, "/") {
			r.dirOnly, line = true, strings.TrimRight(line, "/")
		}
		if strings.HasPrefix(line, "/") {
			r.anchored, line = true, line[1:]
		} else if strings.Contains(line, "/") {
			r.anchored = true
		}
		if line == "" {
			continue
		}
		r.segments = strings.Split(line, "/")
		ig.rules = append(ig.rules, r)
	}
	return &ig
}

// match reports whether the last rule that applies to the file at p, or to a
// folder above it, ignores it. As in MkDocs, a later negation brings a file
// back even when a folder above it is ignored.
func (ig *ignore) match(p string) bool {
	if ig == nil {
		return false
	}
	ignored := false
	for i := range ig.rules {
		r := &ig.rules[i]
		if r.negate == ignored && r.matches(p) {
			ignored = !r.negate
		}
	}
	return ignored
}

func (r *ignoreRule) matches(p string) bool {
	segs := strings.Split(p, "/")
	for end := len(segs); end > 0; end-- {
		if r.dirOnly && end == len(segs) {
			continue // the file itself is no folder
		}
		if r.anchored {
			if matchSegments(r.segments, segs[:end]) {
				return true
			}
			continue
		}
		if ok, _ := path.Match(r.segments[0], segs[end-1]); ok {
			return true
		}
	}
	return false
}

// matchSegments matches a path against a pattern in which ** stands for any
// number of folders.
func matchSegments(pat, segs []string) bool {
	// Greedy with one point to come back to: linear in practice, never
	// exponential, as only the last ** needs to be tried again.
	pi, si, star, mark := 0, 0, -1, 0
	for si < len(segs) {
		if pi < len(pat) && pat[pi] == "**" {
			if pi == len(pat)-1 {
				return true
			}
			star, mark = pi, si
			pi++
			continue
		}
		if pi < len(pat) {
			if ok, _ := path.Match(pat[pi], segs[si]); ok {
				pi++
				si++
				continue
			}
		}
		if star < 0 {
			return false
		}
		mark++
		pi, si = star+1, mark
	}
	for pi < len(pat) && pat[pi] == "**" {
		pi++
	}
	return pi == len(pat)
}
