package drift

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// numeral is a way in which documents write a whole number.
type numeral uint8

const (
	inDigits  numeral = iota
	inEnglish         // seven
	inKorean          // 일곱, 셋; 세 before a counter
	inSino            // 칠
)

// maxNumeral is the largest number that is read and written in words.
const maxNumeral = 99

var (
	englishOnes = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	englishTens = strings.Fields("- - twenty thirty forty fifty sixty seventy eighty ninety")
	koreanOnes  = strings.Fields("- 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉")
	koreanTens  = strings.Fields("- 열 스물 서른 마흔 쉰 예순 일흔 여든 아흔")
	sinoOnes    = strings.Fields("영 일 이 삼 사 오 육 칠 팔 구")
	// koreanBound are numerals as they are written before a counter.
	koreanBound = map[string]string{"하나": "한", "둘": "두", "셋": "세", "넷": "네", "스물": "스무"}
)

// numeralText writes n in one of the ways; bound is set before a counter. It is
// empty where there is no such way.
func numeralText(n int, way numeral, bound bool) string {
	if n < 0 || way != inDigits && n > maxNumeral {
		return ""
	}
	switch way {
	case inEnglish:
		if n < 20 {
			return englishOnes[n]
		}
		if n%10 == 0 {
			return englishTens[n/10]
		}
		return englishTens[n/10] + "-" + englishOnes[n%10]
	case inKorean:
		if n == 0 {
			return ""
		}
		tens, ones := "", ""
		if n >= 10 {
			tens = koreanTens[n/10]
		}
		if n%10 > 0 {
			ones = koreanOnes[n%10]
		}
		if bound && ones != "" {
			if b, ok := koreanBound[ones]; ok {
				ones = b
			}
		} else if b, ok := koreanBound[tens]; bound && ok {
			tens = b
		}
		return tens + ones
	case inSino:
		if n < 10 {
			return sinoOnes[n]
		}
		out := "십"
		if n >= 20 {
			out = sinoOnes[n/10] + out
		}
		if n%10 > 0 {
			out += sinoOnes[n%10]
		}
		return out
	default:
		return strconv.Itoa(n)
	}
}

// numerals returns every way to write n, with the way of each.
func numerals(n int) map[string]numeral {
	out := map[string]numeral{strconv.Itoa(n): inDigits}
	for _, way := range []numeral{inEnglish, inKorean} {
		for _, bound := range []bool{false, true} {
			if t := numeralText(n, way, bound); t != "" {
				out[t] = way
			}
		}
	}
	if n >= 10 { // 일, 이 and 오 are particles and words
		out[numeralText(n, inSino, false)] = inSino
	}
	delete(out, "")
	return out
}

// sayNumber writes n as was is written: in the same way, and in capitals where
// it begins so. bound is set before a counter.
func sayNumber(was string, way numeral, n int, bound bool) string {
	out := numeralText(n, way, bound)
	if way == inEnglish && was != "" && was[0] >= 'A' && was[0] <= 'Z' && out != "" {
		out = strings.ToUpper(out[:1]) + out[1:]
	}
	return out
}

// numberWords are numbers in English and Korean words.
var numberWords = func() map[string]float64 {
	m := map[string]float64{}
	for n := 1; n <= 60; n++ {
		for text, way := range numerals(n) {
			if way != inDigits {
				m[text] = float64(n)
			}
		}
	}
	return m
}()

// numberWordRE is the pattern of one number word, the longest first.
var numberWordRE = func() string {
	words := make([]string, 0, len(numberWords))
	for w := range numberWords {
		words = append(words, regexp.QuoteMeta(w))
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return strings.Join(words, "|")
}()
