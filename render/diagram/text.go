package diagram

import (
	"strings"
	"unicode"
)

// latin is how wide the characters from space to tilde are, in thousandths of
// an em: the wider of Arial and Noto Sans CJK KR, because a page is read in
// whatever font the reader's system has.
var latin = [95]uint16{
	278, 300, 474, 556, 556, 921, 680, 278, 339, 339, 469, 584, 278, 347, 278, 392, // space to /
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0 to ?
	1015, 667, 667, 722, 722, 667, 611, 778, 728, 293, 535, 667, 556, 833, 723, 778, // @ to O
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 339, 392, 339, 555, 556, // P to _
	606, 563, 618, 510, 620, 556, 325, 564, 607, 275, 275, 551, 284, 926, 610, 606, // ` to o
	620, 620, 389, 500, 377, 607, 521, 802, 500, 521, 500, 339, 270, 339, 584, // p to ~
}

// emWidth returns the width of a text in thousandths of an em, with 8 percent
// to spare.
func emWidth(s string) int {
	w := 0
	for _, r := range s {
		w += runeWidth(r)
	}
	return w * 108 / 100
}

func runeWidth(r rune) int {
	switch {
	case r < ' ':
		return 0
	case r <= '~':
		return int(latin[r-' '])
	case r < 0x250: // Latin with marks
		return 620
	case r < 0x370:
		return 600
	case r < 0x1100: // Greek, Cyrillic, Hebrew, Arabic, Indic
		if unicode.In(r, unicode.Mn) {
			return 0
		}
		return 680
	case r == '·' || r == '…' || r == '—':
		return 1000
	case unicode.In(r, unicode.Mn, unicode.Cf):
		return 0
	case r >= 0x1160 && r < 0x1200: // vowels and finals join the syllable
		return 0
	}
	return 1000 // Hangul, Han, Kana, symbols, emoji
}

// width returns the width of a text in pixels at a size of font.
func width(s string, size int) int { return (emWidth(s)*size + 999) / 1000 }

// wrap divides a text into lines of at most limit pixels. It breaks at spaces,
// as Korean prefers, and words that are too long after a sign such as _ or
// /, or else anywhere. No more than lines are made; the last one then ends with
// an ellipsis.
func wrap(s string, size, limit, lines int) []string {
	s = clip(s, 1_000)
	var out []string
	for part := range strings.SplitSeq(s, "\n") {
		line := ""
		for word := range strings.FieldsSeq(part) {
			joined := word
			if line != "" {
				joined = line + " " + word
			}
			if width(joined, size) <= limit {
				line = joined
				continue
			}
			if line != "" {
				out = append(out, line)
			}
			for line = word; width(line, size) > limit; {
				head := breakWord(line, size, limit)
				out = append(out, head)
				line = line[len(head):]
				if len(out) > lines {
					break
				}
			}
			if len(out) > lines {
				break
			}
		}
		out = append(out, line)
		if len(out) > lines {
			break
		}
	}
	// Two lines of about one length look better than a full and a short one.
	if len(out) == 2 && !strings.Contains(s, "\n") {
		if even := evened(s, size, limit); even != nil {
			out = even
		}
	}
	if len(out) > lines {
		out = out[:lines]
		last := out[lines-1]
		for last != "" && width(last+"…", size) > limit {
			r := []rune(last)
			last = string(r[:len(r)-1])
		}
		out[lines-1] = last + "…"
	}
	return out
}

// clip cuts a text to a number of characters: a text may be said once and shown
// a thousand times.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// evened divides a text of two lines where their lengths differ least.
func evened(s string, size, limit int) []string {
	words := strings.Fields(s)
	var best []string
	least := limit + 1
	for i := 1; i < len(words); i++ {
		a, b := strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		if w := max(width(a, size), width(b, size)); w < least {
			best, least = []string{a, b}, w
		}
	}
	return best
}

// breakWord returns the longest head of a word that fits.
func breakWord(word string, size, limit int) string {
	w, end, sign := 0, 0, 0
	for i, r := range word {
		w += runeWidth(r)
		if i > 0 && w*108/100*size > limit*1000 {
			break
		}
		end = i + len(string(r))
		if strings.ContainsRune("_-./:@,", r) {
			sign = end
		}
	}
	if sign > end/2 {
		return word[:sign]
	}
	return word[:end]
}
