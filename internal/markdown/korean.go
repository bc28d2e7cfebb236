package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Korean puts particles behind a noun without a space: 커넥터를, Kafka에서는.
// Whoever looks for a term in prose takes them off first.

// isParticle reports whether s is one particle, or two that are used together
// (에서는, 까지도).
func isParticle(s string) bool {
	switch s {
	case "은", "는", "이", "가", "을", "를", "의", "에", "와", "과", "도", "만", "로", "나", "며", "랑", "께", "들",
		"으로", "에서", "에게", "한테", "까지", "부터", "처럼", "보다", "마다", "조차", "밖에", "대로", "이나", "이며", "이랑", "라도", "이라", "라는", "이란", "란",
		"으로서", "으로써", "로서", "로써", "에게서", "이라도", "이라는", "이라고", "라고", "같이", "뿐", "째", "께서", "하고", "이고", "고",
		"이다", "다", "입니다", "이었다", "였다", "인", "일", "임", "이므로", "이지만", "지만", "이면", "면", "이라면", "라면", "에는", "에도", "에만",
		"하는", "하다", "한다", "된다", "되는", "하며", "해서", "하면":
		return true
	}
	return false
}

// OnlyParticles reports whether a run of Hangul that follows a noun is nothing
// but particles; the empty run is.
func OnlyParticles(s string) bool {
	if s == "" || isParticle(s) {
		return true
	}
	// Two of them: 에서+는, 까지+의.
	for i := range s {
		if i > 0 && isParticle(s[:i]) && isParticle(s[i:]) {
			return true
		}
	}
	return false
}

// TrimParticles returns a word without the particles at its end: the longest
// that leave at least one letter in Latin script or two syllables of Hangul.
func TrimParticles(w string) string {
	end := len(w)
	start := end
	for start > 0 {
		r, n := utf8.DecodeLastRuneInString(w[:start])
		if !unicode.Is(unicode.Hangul, r) {
			break
		}
		start -= n
	}
	run := w[start:]
	least := 2 // syllables that have to stay
	if start > 0 {
		least = 0
	}
	n := 0
	for i := range run {
		if n >= least && OnlyParticles(run[i:]) {
			return w[:start+i]
		}
		n++
	}
	return w
}

// HangulRun returns the run of Hangul at the beginning of s.
func HangulRun(s string) string {
	return s[:len(s)-len(strings.TrimLeftFunc(s, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }))]
}
