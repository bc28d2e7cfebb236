package drift

import (
	"strings"

	"github.com/lintel-docs/lintel/internal/markdown"
)

// terms cuts a text into the words that code and documents share: identifiers
// as written (lower case, kept with their dots, dashes and underscores), and
// the words inside of them. emit is called for each; whole tells identifiers
// that have parts from plain words.
func terms(text string, emit func(term string, whole bool)) {
	for i := 0; i < len(text); {
		if text[i] >= 0x80 {
			j := i
			for j < len(text) && text[j] >= 0x80 {
				j++
			}
			if w := markdown.TrimParticles(text[i:j]); len(w) > 3 && len(w) <= 80 {
				emit(w, false)
			}
			i = j
			continue
		}
		if !isTermByte(text[i]) {
			i++
			continue
		}
		j := i
		for j < len(text) && (isTermByte(text[j]) || (text[j] == '-' || text[j] == '.') && j+1 < len(text) && isTermByte(text[j+1])) {
			j++
		}
		w := text[i:j]
		i = j
		if len(w) < 3 || len(w) > 80 {
			continue
		}
		if w[0] >= '0' && w[0] <= '9' { // a version or a port says something, a part of one nothing
			if len(w) > 3 {
				emit(strings.ToLower(w), true)
			}
			continue
		}
		parts := words(w)
		if len(parts) > 1 {
			emit(strings.ToLower(w), true)
		}
		for _, p := range parts {
			if len(p) > 2 && !common[p] {
				emit(stem(p), false)
			}
		}
	}
}

func isTermByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// stem takes the s of a plural off, so that replica and replicas are one word.
func stem(w string) string {
	n := len(w)
	if n > 4 && w[n-1] == 's' && w[n-2] != 's' && w[n-2] != 'u' && w[n-2] != 'i' {
		return w[:n-1]
	}
	return w
}

// words cuts an identifier at separators and changes of case, in lower case.
func words(s string) []string {
	var out []string
	start := 0
	flush := func(end int) {
		if end > start {
			out = append(out, strings.ToLower(s[start:end]))
		}
		start = end
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '_' || c == '-' || c == '.' || c == '/':
			flush(i)
			start = i + 1
		case c >= 'A' && c <= 'Z':
			if i > start && (s[i-1] < 'A' || s[i-1] > 'Z' || i+1 < len(s) && s[i+1] >= 'a' && s[i+1] <= 'z') {
				flush(i)
			}
		}
	}
	flush(len(s))
	return out
}

// common are words of programs and prose that tell nothing.
var common = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`the and for with that this from are was not you can has have will all use but its when which into than then
		return string const false true error err import package struct interface range default continue static public private class super async await value
		values index length result func function undefined nil null none print format assert def self int bool map len make append type var let new if else
		elif try except raise pass lambda key name data get set str list dict args kwargs test tests log ctx context fmt errors should must may also only`) {
		m[w] = true
	}
	return m
}()
