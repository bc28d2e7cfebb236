// Package ignore reads lists of patterns in the syntax of .gitignore, which
// MkDocs' exclude_docs, draft_docs and not_in_nav use as well.
// https://git-scm.com/docs/gitignore#_pattern_format
package ignore

import (
	"path"
	"strings"
)

// List holds the patterns of one file or setting. A nil List ignores nothing.
type List struct{ rules []rule }

type rule struct {
	negate, dirOnly, anchored bool
	segments                  []string
}

// Parse reads one pattern per line. Lines that are empty or begin with # say
// nothing.
func Parse(text string) *List {
	var l List
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, " \t\r")
		if line == "" || line[0] == '#' {
			continue
		}
		var r rule
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
		l.rules = append(l.rules, r)
	}
	return &l
}

// Match reports whether the last rule that applies to the file at p, or to a
// folder above it, ignores it. p is a slash path relative to where the patterns
// stand. As in MkDocs, a later negation brings a file back even when a folder
// above it is ignored; who wants git's rule does not enter an ignored folder.
func (l *List) Match(p string) bool { return l.match(p, false) }

// MatchDir is Match for a folder.
func (l *List) MatchDir(p string) bool { return l.match(p, true) }

func (l *List) match(p string, dir bool) bool {
	if l == nil {
		return false
	}
	ignored := false
	segs := strings.Split(p, "/")
	for i := range l.rules {
		r := &l.rules[i]
		if r.negate == ignored && r.matches(segs, dir) {
			ignored = !r.negate
		}
	}
	return ignored
}

func (r *rule) matches(segs []string, dir bool) bool {
	for end := len(segs); end > 0; end-- {
		if r.dirOnly && end == len(segs) && !dir {
			continue // the file itself is no folder
		}
		if r.anchored {
			if Segments(r.segments, segs[:end]) {
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

// Segments matches the segments of a path against those of a pattern, in which
// ** stands for any number of folders.
func Segments(pat, segs []string) bool {
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
