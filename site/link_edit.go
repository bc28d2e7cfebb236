package site

import (
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// linkEdits makes edits that give links of a page another target. The text of
// the page is read when the first edit is asked for: pages whose links are in
// order are not read again.
type linkEdits struct {
	b     *build
	p     *Page
	text  string
	lines []int // where each line begins
}

// edit returns the edit that replaces the target dest of a link in a line by
// to, or none where the target as written cannot be told apart: it stands there
// twice, is spelled in another way, or comes from an included file.
func (e *linkEdits) edit(line int, dest, to string, safe bool) finding.Edit {
	if e.lines == nil {
		e.lines = []int{0}
		if src, err := e.b.read(e.p.File); err == nil && e.p.generated == nil {
			e.text = string(src)
			for i := range len(e.text) {
				if e.text[i] == '\n' {
					e.lines = append(e.lines, i+1)
				}
			}
		}
	}
	if line < 1 || line > len(e.lines) || dest == "" || dest == to {
		return finding.Edit{}
	}
	start, end := e.lines[line-1], len(e.text)
	if line < len(e.lines) {
		end = e.lines[line]
	}
	at, n := targets(e.text[start:end], dest, func(before string) bool {
		return before != "" && strings.ContainsRune("(< \t\"'", rune(before[len(before)-1]))
	})
	if n == 0 {
		// Of [text][ref] the target stands where ref is defined.
		start = 0
		at, n = targets(e.text, dest, func(before string) bool {
			return strings.HasSuffix(strings.TrimRight(strings.TrimSuffix(before, "<"), " \t"), "]:")
		})
	}
	if n != 1 {
		return finding.Edit{}
	}
	return finding.Edit{Path: e.p.Path, Start: start + at, Old: dest, New: to, Safe: safe}
}

// targets returns where dest first stands in a text as the target of a link,
// and how often it does; opens tells whether the text before one allows it.
func targets(text, dest string, opens func(before string) bool) (at, n int) {
	for i := 0; ; {
		k := strings.Index(text[i:], dest)
		if k < 0 {
			return at, n
		}
		k += i
		i = k + len(dest)
		if opens(text[:k]) && (i == len(text) || strings.ContainsRune(")> \t\r\n\"'", rune(text[i]))) {
			if n++; n == 1 {
				at = k
			}
		}
	}
}

// asTarget writes a path as the target of a Markdown link.
func asTarget(p string) string {
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E").Replace(p)
}
