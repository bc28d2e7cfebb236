package adr

import (
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// nameParts is what the name of a file says of a record.
type nameParts struct {
	id     string // empty when the name is no more than a slug
	number string // digits as written, or empty
	date   string // YYYY-MM-DD, or empty
	slug   string
}

var (
	reDateName = lazily(`^((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?:[-_. ]+|$)(.*)$`)
	rePRName   = lazily(`(?i)^(pr|mr)[-#]?(\d+)(?:[-_. ]+|$)(.*)$`)
	reNumName  = lazily(`^(\d{1,6}(?:\.\d{1,3})?)(?:[-_. )]+|$)(.*)$`)
	reADRName  = lazily(`(?i)^adr[-_. #]*(\d{1,6})(?:[-_. :]+|$)(.*)$`)
	reADName   = lazily(`(?i)^(ad\d{3,6})(?:[-_. ]+|$)(.*)$`)
	rePrefixed = lazily(`^((?:\p{L}[\p{L}\d]*[-_ ]){1,5}|\p{Lu}{1,6})(\d{2,6})(?:[-_. ]+|$)(.*)$`)
	reRecordID = lazily(`(?i)(^|[-_ ])(adr|ad|dr|rfc|decision|ladr|tdr|edr|kdr|madr|결정)([-_ ]|$)`)
)

// stem is the name of a record's file without its ending; of a record in a
// folder of its own, the folder's.
func stem(p string) string {
	base := path.Base(p)
	name := trimExt(base)
	if generic(name) {
		if dir := path.Base(path.Dir(p)); dir != "." && dir != "/" {
			return norm.NFC.String(dir)
		}
	}
	return norm.NFC.String(name)
}

func trimExt(base string) string {
	for range 3 {
		switch ext := path.Ext(base); strings.ToLower(ext) {
		case ".md", ".markdown", ".mdx", ".html", ".erb", ".mkd", ".mdown":
			base = strings.TrimSuffix(base, ext)
		default:
			return base
		}
	}
	return base
}

// markdownName reports whether a file may hold a record.
func markdownName(p string) bool {
	b := strings.ToLower(path.Base(p))
	for _, ext := range []string{".md", ".markdown", ".mdx", ".md.erb", ".mkd", ".mdown"} {
		if strings.HasSuffix(b, ext) {
			return true
		}
	}
	return false
}

// generic reports whether a name says nothing of a record, so that its folder's
// name does.
func generic(name string) bool {
	switch strings.ToLower(name) {
	case "readme", "index", "adr", "decision", "record", "page", "_index", "main":
		return true
	}
	return false
}

// perFolder reports whether a path is that of a record in a folder of its own.
func perFolder(p string) bool {
	dir := path.Base(path.Dir(p))
	return generic(trimExt(path.Base(p))) && len(parseName(dir).id) > 1 && !adrFolder(dir)
}

// nameOf reads the name of a record's file, or of its folder. A folder that
// begins with one digit ("4-day-week") has no number.
func nameOf(p string) nameParts {
	name := stem(p)
	parts := parseName(name)
	if len(parts.id) == 1 && generic(trimExt(path.Base(p))) {
		return nameParts{slug: name}
	}
	return parts
}

func parseName(name string) nameParts {
	if m := reDateName().FindStringSubmatch(name); m != nil {
		if date, ok := isoDate(atoi(m[1]), atoi(m[2]), atoi(m[3])); ok {
			head := strings.TrimRight(name[:len(name)-len(m[4])], "-_. ")
			if p := rePRName().FindStringSubmatch(m[4]); p != nil {
				tail := strings.TrimRight(m[4][:len(m[4])-len(p[3])], "-_. ")
				return nameParts{id: head + "-" + tail, date: date, slug: p[3]}
			}
			if n := reNumName().FindStringSubmatch(m[4]); n != nil && len(n[1]) >= 3 {
				return nameParts{id: n[1], number: n[1], date: date, slug: n[2]}
			}
			return nameParts{id: name, date: date, slug: m[4]}
		}
	}
	if m := reADRName().FindStringSubmatch(name); m != nil {
		return nameParts{id: m[1], number: m[1], slug: m[2]}
	}
	if m := reADName().FindStringSubmatch(name); m != nil {
		return nameParts{id: m[1], number: m[1][2:], slug: m[2]}
	}
	if m := reNumName().FindStringSubmatch(name); m != nil {
		return nameParts{id: m[1], number: m[1], slug: m[2]}
	}
	if m := rePrefixed().FindStringSubmatch(name); m != nil {
		prefix := strings.TrimRight(m[1], "-_ ")
		upper := true
		for _, r := range strings.SplitN(prefix, "-", 2)[0] {
			upper = upper && (unicode.IsUpper(r) || unicode.IsDigit(r))
		}
		if upper || reRecordID().MatchString(prefix) || len(m[2]) >= 3 && m[2][0] == '0' {
			return nameParts{id: m[1] + m[2], number: m[2], slug: m[3]}
		}
	}
	return nameParts{slug: name}
}

// humanize makes a title of a slug.
func humanize(slug string) string {
	s := strings.Join(strings.FieldsFunc(slug, func(r rune) bool { return r == '-' || r == '_' || unicode.IsSpace(r) }), " ")
	if s == "" {
		return ""
	}
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

// sameNumber compares two numbers as written; leading zeros do not count.
func sameNumber(a, b string) bool {
	return a != "" && strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
}

var (
	reTitleNumber = lazily(`(?i)^\s*(?:\[?(?:(?:[\p{L}][\p{L}\d]*[-_ ]){0,4}?(?:adr|ladr|madr|dr|ad|decision|결정)(?:[-_ ][\p{L}]{2,}){0,3})[-_ #:]*(?:n[°ºo]\.?\s*)?(\d{1,8}(?:\.\d{1,3})?|x{2,}|n{2,})\]?|(\d{1,6}(?:\.\d{1,3})?))\s*(?:[.:)\]\-–—−]+\s*|\s+|$)(.*)$`)
	reTitleCode   = lazily(`^\s*\[?ADR[-_ ][A-Z]{1,4}\d{1,4}\]?\s*[:\-–—]\s*(.+)$`) // ADR-V5: …
	reTitleADR    = lazily(`(?i)^\s*(?:adr|architecture decision record|architectural decision record|decision record|아키텍처 결정 기록)\s*[:\-–—]\s*(.+)$`)
)

// splitTitle takes the number and the letters "ADR" off a title. name is the
// number of the file, against which a number without punctuation is held: "3
// tiers" keeps its number unless the file has the same one.
func splitTitle(s, name string) (number, title string) {
	s = strings.TrimSpace(s)
	if m := reTitleNumber().FindStringSubmatch(s); m != nil {
		rest := strings.TrimSpace(m[3])
		switch {
		case m[1] != "":
			if rest == "" {
				return m[1], ""
			}
			return m[1], strings.TrimSpace(rest)
		case m[2] != "":
			after := s[len(m[2]):]
			sep := strings.TrimLeft(after, " ")
			marked := sep != "" && strings.ContainsAny(sep[:1], ".:)-]") || strings.HasPrefix(sep, "–") || strings.HasPrefix(sep, "—")
			if strings.HasPrefix(after, "-") && !sameNumber(m[2], name) {
				marked = false // "3-tier architecture"
			}
			if rest != "" && (marked || sameNumber(m[2], name)) {
				return m[2], rest
			}
		}
	}
	if m := reTitleCode().FindStringSubmatch(s); m != nil {
		return "", strings.TrimSpace(m[1])
	}
	if m := reTitleADR().FindStringSubmatch(s); m != nil {
		return "", strings.TrimSpace(m[1])
	}
	return "", s
}
