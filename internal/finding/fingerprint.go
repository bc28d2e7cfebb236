package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
)

// Fingerprints.
//
// A fingerprint is 32 hexadecimal digits that name a finding from run to run
// and hold no line number. It is the first half of the SHA-256 of these fields,
// each ended by a zero byte:
//
//  1. "lintel/1", the version of this recipe;
//  2. the rule's id;
//  3. the path;
//  4. the subject when there is one, else the message with every number outside
//     of quotation marks replaced by #;
//  5. the text of the line that the finding stands on, when it stands on one:
//     marks of quotations, lists and headings at its start taken off, white
//     space run together, waivers on it left out;
//  6. how many findings with equal fields 1 to 5 come before it in the file.
//
// So it stays when lines come and go above, when the block is indented, put
// into a list or renumbered, when the message counts differently, and when
// another finding is mended. It changes when the file is renamed or the line
// itself is rewritten, for then somebody has had the line in hand.
const fingerprintVersion = "lintel/1"

// fingerprint returns the fields 1 to 5 as one text, for the findings that are
// equal in them to be counted.
func fingerprint(f Finding, line string) string {
	about := f.Subject
	if about == "" {
		about = withoutNumbers(f.Message)
	}
	return strings.Join([]string{fingerprintVersion, f.Rule, f.Path, about, normalLine(line), ""}, "\x00")
}

func digest(fields string, occurrence int) string {
	sum := sha256.Sum256([]byte(fields + strconv.Itoa(occurrence) + "\x00"))
	return hex.EncodeToString(sum[:16])
}

// withoutNumbers replaces runs of digits that stand alone and outside of
// quotation marks by #.
func withoutNumbers(s string) string {
	var b strings.Builder
	quote := false
	word := false // the letter before belongs to a word
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '`':
			quote = !quote
		case '0' <= c && c <= '9' && !quote && !word:
			j := i
			for j < len(s) && ('0' <= s[j] && s[j] <= '9' || (s[j] == '.' || s[j] == ',') && j+1 < len(s) && '0' <= s[j+1] && s[j+1] <= '9') {
				j++
			}
			b.WriteByte('#')
			i = j
			continue
		}
		word = c == '_' || c == '-' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		b.WriteByte(c)
		i++
	}
	return b.String()
}

// normalLine takes off a line what changes when its block moves.
func normalLine(s string) string {
	if i := strings.Index(s, "<!-- lintel:"); i >= 0 {
		if j := strings.Index(s[i:], "-->"); j >= 0 {
			s = s[:i] + s[i+j+len("-->"):]
		}
	} else if i := strings.Index(s, "# lintel:"); i >= 0 {
		s = s[:i]
	}
	for {
		t := strings.TrimLeftFunc(s, unicode.IsSpace)
		t = strings.TrimLeft(t, ">#")
		if rest := strings.TrimLeft(t, "0123456789"); len(rest) > 1 && len(rest) < len(t) && (rest[0] == '.' || rest[0] == ')') && isBlank(rest[1]) {
			t = rest[1:]
		} else if len(t) > 1 && strings.IndexByte("-*+", t[0]) >= 0 && isBlank(t[1]) {
			t = t[1:]
		}
		if t == s {
			break
		}
		s = t
	}
	return strings.Join(strings.Fields(s), " ")
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
