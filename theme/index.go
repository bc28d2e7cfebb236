package theme

import (
	"cmp"
	"slices"
	"unicode"
)

// indexEntry is a page in the list of all pages.
type indexEntry struct{ title, url, section string }

// appendIndex writes the pages of the navigation by the first letter of their
// titles; Hangul by its first consonant.
func (t *Theme) appendIndex(dst []byte, prefix string) []byte {
	var all []indexEntry
	var walk func(items []*NavItem, section string)
	walk = func(items []*NavItem, section string) {
		for _, it := range items {
			if it == nil {
				continue
			}
			if !it.External && (it.Page >= 0 || it.URL != "") && it.Title != "" {
				all = append(all, indexEntry{it.Title, it.URL, section})
			}
			walk(it.Children, it.Title)
		}
	}
	walk(t.items, "")
	slices.SortStableFunc(all, func(a, b indexEntry) int {
		return cmp.Or(cmp.Compare(initial(a.title), initial(b.title)), cmp.Compare(a.title, b.title))
	})
	dst = append(dst, "<p>"...)
	dst = appendText(dst, t.text["search_all_intro"])
	dst = append(dst, "</p>\n"...)
	last, open := rune(-1), false
	for _, e := range all {
		if r := initial(e.title); r != last {
			if open {
				dst = append(dst, "</ul>\n"...)
			}
			dst = append(dst, "<h2>"...)
			dst = appendText(dst, string(r))
			dst = append(dst, "</h2>\n<ul>\n"...)
			last, open = r, true
		}
		dst = append(dst, `<li><a href="`...)
		dst = appendLink(dst, prefix, e.url)
		dst = append(dst, `">`...)
		dst = appendText(dst, e.title)
		dst = append(dst, "</a>"...)
		if e.section != "" {
			dst = append(dst, " <small>"...)
			dst = appendText(dst, e.section)
			dst = append(dst, "</small>"...)
		}
		dst = append(dst, "</li>\n"...)
	}
	if open {
		dst = append(dst, "</ul>\n"...)
	}
	return dst
}

// initial is the heading under which a title stands.
func initial(title string) rune {
	for _, r := range title {
		switch {
		case r >= 0xAC00 && r <= 0xD7A3:
			return []rune("ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ")[(r-0xAC00)/588]
		case unicode.IsDigit(r):
			return '#'
		case unicode.IsLetter(r):
			return unicode.ToUpper(r)
		}
	}
	return '#'
}
