package adr

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	reISO      = lazily(`(?:^|[^\d])((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?:[^\d]|$|T)`)
	reISOWide  = lazily(`(?:^|[^\d])((?:19|20)\d\d)\.\s*(\d{1,2})\.\s*(\d{1,2})`)
	reCompact  = lazily(`(?:^|[^\d\w/-])((?:19|20)\d\d)([01]\d)([0-3]\d)(?:[^\d-]|$)`)
	reHangul   = lazily(`((?:19|20)\d\d)\s*[년年]\s*(\d{1,2})\s*[월月](?:\s*(\d{1,2})\s*[일日])?`)
	reDotted   = lazily(`(?:^|[^\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)(?:[^\d]|$)`)
	reSlashed  = lazily(`(?:^|[^\d])(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?:[^\d]|$)`)
	reDayName  = lazily(`(?i)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s+(?:of\s+|de\s+|d’|d')?([a-zà-ÿ]{3,10})\.?,?\s+(?:de\s+|del\s+)?((?:19|20)\d\d)`)
	reNameDay  = lazily(`(?i)\b([a-z]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)`)
	reNameDay2 = lazily(`(?i)\b(\d{1,2})-([a-z]{3})-((?:19|20)\d\d)`)
	reMonth    = lazily(`(?i)\b([a-zà-ÿ]{3,10})\.?,?\s+(?:de\s+)?((?:19|20)\d\d)\b`)
	reISOMon   = lazily(`(?:^|[^\d-])((?:19|20)\d\d)[-/.](0[1-9]|1[0-2])(?:[^\d-]|$)`)
)

// months are the names of months by their first letters, in the languages of
// the vocabulary. Those of three letters are abbreviations.
func month(name string) int {
	name = strings.TrimSuffix(fold(name), ".")
	for i, list := range [...]string{
		"january jan janvier janv januar jän januari enero ene janeiro gennaio gen",
		"february feb février févr fevrier februar februari febrero fevereiro fev febbraio",
		"march mar mars märz mrz maart marzo março",
		"april apr avril avr abril abr aprile",
		"may mai mayo maio mei maggio mag",
		"june jun juin juni junio junho giugno giu",
		"july jul juillet juil juli julio julho luglio lug",
		"august aug août aout augustus agosto ago",
		"september sep sept septembre septiembre setembro set settembre",
		"october oct octobre oktober okt octubre outubro out ottobre ott",
		"november nov novembre noviembre novembro",
		"december dec décembre déc decembre dezember dez diciembre dic dezembro dicembre",
	} {
		for w := range strings.FieldsSeq(list) {
			if w == name {
				return i + 1
			}
		}
	}
	return 0
}

func isoDate(y, m, d int) (string, bool) {
	if y < 1970 || y > 2999 || m < 1 || m > 12 || d < 1 || d > 31 {
		return "", false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// parseDate finds the first date in a text and returns it as YYYY-MM-DD, or
// YYYY-MM where no day is named. What may be read two ways, such as 03/04/2024,
// and what is no day of the calendar is none.
func parseDate(s string) (string, bool) {
	if len(s) > 400 {
		s = s[:400]
	}
	for _, re := range []*regexp.Regexp{reISO(), reISOWide(), reHangul()} {
		if m := re.FindStringSubmatch(s); m != nil {
			if m[3] == "" {
				return m[1] + "-" + pad(m[2]), true
			}
			return isoDate(atoi(m[1]), atoi(m[2]), atoi(m[3]))
		}
	}
	if m := reDotted().FindStringSubmatch(s); m != nil { // only ever day first
		return isoDate(atoi(m[3]), atoi(m[2]), atoi(m[1]))
	}
	if m := reSlashed().FindStringSubmatch(s); m != nil {
		return slashed(atoi(m[1]), atoi(m[2]), m[3])
	}
	if m := reNameDay2().FindStringSubmatch(s); m != nil {
		if mo := month(m[2]); mo > 0 {
			return isoDate(atoi(m[3]), mo, atoi(m[1]))
		}
	}
	if m := reDayName().FindStringSubmatch(s); m != nil {
		if mo := month(m[2]); mo > 0 {
			return isoDate(atoi(m[3]), mo, atoi(m[1]))
		}
	}
	if m := reNameDay().FindStringSubmatch(s); m != nil {
		if mo := month(m[1]); mo > 0 {
			return isoDate(atoi(m[3]), mo, atoi(m[2]))
		}
	}
	if m := reCompact().FindStringSubmatch(s); m != nil {
		return isoDate(atoi(m[1]), atoi(m[2]), atoi(m[3]))
	}
	if m := reMonth().FindStringSubmatch(s); m != nil {
		if mo := month(m[1]); mo > 0 {
			return m[2] + "-" + pad(strconv.Itoa(mo)), true
		}
	}
	if m := reISOMon().FindStringSubmatch(s); m != nil {
		return m[1] + "-" + m[2], true
	}
	return "", false
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// slashed reads a date of three numbers of which the last is the year, if only
// one order of the first two makes a date, or both make the same.
func slashed(a, b int, year string) (string, bool) {
	y := atoi(year)
	short := len(year) == 2
	if short {
		y += 2000
	}
	dm, ok1 := isoDate(y, b, a)
	md, ok2 := isoDate(y, a, b)
	if short {
		// 21/1/28 may begin with the year.
		if _, ok := isoDate(2000+a, b, atoi(year)); ok && a >= 13 {
			return "", false
		}
	}
	switch {
	case ok1 && !ok2:
		return dm, true
	case ok2 && !ok1:
		return md, true
	case ok1 && ok2 && dm == md:
		return dm, true
	}
	return "", false
}

var reIn = lazily(`(?i)(\d+)\s*(years?|y|months?|mon|m|weeks?|w|days?|d|년|개월|달|주|일)`)

// addIn adds a duration such as "6 months" or "6개월" to a date.
func addIn(date, in string) string {
	t, err := time.Parse(time.DateOnly, date)
	m := reIn().FindStringSubmatch(in)
	if err != nil || m == nil {
		return ""
	}
	n := atoi(m[1])
	if n < 0 || n > 1000 {
		return ""
	}
	switch u := strings.ToLower(m[2]); {
	case u[0] == 'y' || u == "년":
		t = t.AddDate(n, 0, 0)
	case strings.HasPrefix(u, "mo") || u == "m" || u == "개월" || u == "달":
		t = t.AddDate(0, n, 0)
	case u[0] == 'w' || u == "주":
		t = t.AddDate(0, 0, 7*n)
	default:
		t = t.AddDate(0, 0, n)
	}
	return t.Format(time.DateOnly)
}
