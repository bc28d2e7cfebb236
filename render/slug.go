package render

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// slugger makes an id of the text of a heading. separator takes the place of
// spaces.
type slugger func(text, separator string) string

// compileSlugger returns the function that an option names: a Python name, a
// call with arguments, or plain text; def when there is none.
func compileSlugger(v any, def slugger) slugger {
	switch v := v.(type) {
	case PyName:
		return namedSlugger(string(v), nil, def)
	case string:
		return namedSlugger(v, nil, def)
	case *PyCall:
		return namedSlugger(v.Name, v.Kwds, def)
	case map[string]any:
		// Zensical's way to write a call.
		name, _ := v["object"].(string)
		kwds, _ := v["kwds"].(map[string]any)
		return namedSlugger(name, kwds, def)
	case bool:
		if v {
			return slugASCII
		}
	}
	return def
}

func namedSlugger(name string, kwds map[string]any, def slugger) slugger {
	s := wordSlug{form: norm.NFC}
	switch last := lastPart(name); {
	case name == "":
		return def
	case !strings.Contains(name, "pymdownx") && last == "slugify":
		return slugASCII
	case last == "slugify_unicode":
		return slugUnicode
	case last == "uslugify":
		s.fold = "lower"
	case last == "uslugify_encoded":
		s.fold, s.encode = "lower", true
	case last == "uslugify_cased_encoded":
		s.encode = true
	case last == "gfm":
		s.fold = "lower-ascii"
	case last == "gfm_encoded":
		s.fold, s.encode = "lower-ascii", true
	}
	s.fold = optString(kwds, "case", s.fold)
	s.encode = optBool(kwds, "percent_encode", s.encode)
	switch optString(kwds, "normalize", "NFC") {
	case "NFD":
		s.form = norm.NFD
	case "NFKC":
		s.form = norm.NFKC
	case "NFKD":
		s.form = norm.NFKD
	}
	return s.slug
}

// slugASCII is markdown.extensions.toc.slugify: what is not ASCII is dropped,
// but letters keep their base.
func slugASCII(text, separator string) string {
	if !isASCII(text) {
		b := make([]byte, 0, len(text))
		for _, r := range norm.NFKD.String(text) {
			if r < utf8.RuneSelf {
				b = append(b, byte(r))
			}
		}
		text = string(b)
	}
	return slugWords(text, separator)
}

// slugUnicode is markdown.extensions.toc.slugify_unicode.
func slugUnicode(text, separator string) string { return slugWords(text, separator) }

// slugWords keeps words and hyphens, in lower case, and joins what white space
// or separators part by one separator.
func slugWords(text, separator string) string {
	if isASCII(text) {
		return slugPlain(text, separator)
	}
	text = lower(strip(strings.Map(func(r rune) rune {
		if wordRune(r) || spaceRune(r) || r == '-' {
			return r
		}
		return -1
	}, text)))
	b := make([]byte, 0, len(text))
	gap := false
	for _, r := range text {
		if spaceRune(r) || strings.ContainsRune(separator, r) {
			if !gap {
				b = append(b, separator...)
			}
			gap = true
			continue
		}
		gap = false
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}

// slugPlain is slugWords for ASCII.
func slugPlain(text, separator string) string {
	var buf [80]byte
	b := buf[:0]
	start, gap := true, false
	var held int // white space that may be at the end
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case spaceRune(rune(c)):
			held++
			continue
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case !isAlnum(c) && c != '_' && c != '-':
			continue
		}
		if held > 0 && !start && !gap {
			b = append(b, separator...)
			gap = true
		}
		held, start = 0, false
		if strings.IndexByte(separator, c) >= 0 {
			if !gap {
				b = append(b, separator...)
			}
			gap = true
			continue
		}
		gap = false
		b = append(b, c)
	}
	return string(b)
}

// lower returns s in lower case. A capital I with a dot keeps its dot.
func lower(s string) string {
	if strings.Contains(s, "İ") {
		s = strings.ReplaceAll(s, "İ", "i\u0307")
	}
	return strings.ToLower(s)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// wordSlug is pymdownx.slugs.slugify with its options: each space becomes a
// separator, and runs of them stay.
type wordSlug struct {
	fold   string
	encode bool
	form   norm.Form
}

func (w wordSlug) slug(text, separator string) string {
	if !isASCII(text) {
		text = w.form.String(text)
	}
	text = strip(dropTags(text))
	switch w.fold {
	case "lower":
		text = lower(text)
	case "lower-ascii":
		text = strings.Map(func(r rune) rune {
			if r >= 'A' && r <= 'Z' {
				return r + 'a' - 'A'
			}
			return r
		}, text)
	case "fold":
		text = cases.Fold().String(text)
	}
	b := make([]byte, 0, len(text))
	for _, r := range text {
		switch {
		case r == ' ':
			b = append(b, separator...)
		case wordRune(r) || r == '-':
			b = utf8.AppendRune(b, r)
		}
	}
	if w.encode {
		return percentEncode(string(b))
	}
	return string(b)
}

// dropTags cuts tags out of s.
func dropTags(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		return s
	}
	var b []byte
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		j := strings.IndexByte(s[i:], '>')
		if j < 0 {
			break
		}
		b = append(b, s[:i]...)
		s = s[i+j+1:]
	}
	return string(append(b, s...))
}

// percentEncode escapes s for a URL as Python's quote does.
func percentEncode(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if c := s[i]; isAlnum(c) || strings.IndexByte("_.-~/", c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		}
	}
	return string(b)
}

// slugGitLab is how GitLab (from 17.0 on) and GitHub make anchors of headings:
// letters, marks, numbers, connectors and hyphens in lower case, and a hyphen
// for each space.
// If that is like, it is returned itself.
func slugGitLab(text, like string) string {
	if isASCII(text) {
		var buf [80]byte
		b := buf[:0]
		for i := 0; i < len(text); i++ {
			switch c := text[i]; {
			case c == ' ':
				b = append(b, '-')
			case c >= 'A' && c <= 'Z':
				b = append(b, c+'a'-'A')
			case isAlnum(c) || c == '-' || c == '_':
				b = append(b, c)
			}
		}
		if string(b) == like {
			return like
		}
		return string(b)
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', unicode.IsLetter(r), unicode.IsMark(r), unicode.IsNumber(r), unicode.Is(unicode.Pc, r):
			return r
		}
		return -1
	}, strings.ToLower(text))
}

// idSet is the ids of a page.
type idSet struct {
	used map[string]bool
	// end is where counting from an id that is taken has ended, so that many
	// headings of one text are not counted through for each.
	end map[string]string
}

func newIDSet() *idSet { return &idSet{used: map[string]bool{}} }

func (ids *idSet) has(id string) bool { return ids.used[id] }
func (ids *idSet) add(id string)      { ids.used[id] = true }

// unique returns id, or with a number behind it when it is taken or empty, as
// Python-Markdown counts: x, x_1, x_2.
func (ids *idSet) unique(id string) string {
	var passed []string
	for id == "" || ids.used[id] {
		passed = append(passed, id)
		if end, ok := ids.end[id]; ok {
			id = end
		} else if base, n, ok := cutCount(id); ok {
			id = base + "_" + strconv.Itoa(n+1)
		} else {
			id += "_1"
		}
	}
	if len(passed) > 0 && ids.end == nil {
		ids.end = map[string]string{}
	}
	for _, p := range passed {
		ids.end[p] = id
	}
	ids.used[id] = true
	return id
}

// cutCount takes the number off an id that ends in an underscore and digits.
func cutCount(id string) (base string, n int, ok bool) {
	i := len(id)
	for i > 0 && isDigit(id[i-1]) {
		i--
	}
	if i == len(id) || i == 0 || id[i-1] != '_' || len(id)-i > 9 {
		return "", 0, false
	}
	n, _ = strconv.Atoi(id[i:])
	return id[:i-1], n, true
}

// gitlabIDs gives GitLab's ids to the headings of one page in their order: x,
// x-1, x-2, none of them twice.
type gitlabIDs struct {
	next map[string]int // the number to try next behind an id that is taken
}

// id returns the id of the next heading. Mostly it is like the one that MkDocs
// gives, and then it is the same string.
func (g *gitlabIDs) id(text, like string) string {
	if g.next == nil {
		g.next = map[string]int{}
	}
	slug := slugGitLab(text, like)
	n := g.next[slug]
	if n == 0 {
		g.next[slug] = 1
		return slug
	}
	for {
		id := slug + "-" + strconv.Itoa(n)
		n++
		if g.next[id] == 0 {
			g.next[slug], g.next[id] = n, 1
			return id
		}
	}
}
