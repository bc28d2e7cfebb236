package forge

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// A marker is the last line of a comment of Lintel:
//
//	<!-- lintel:note summary head=0123456789ab set=… body=… fp=…,… ans=… mac=… -->
//
// The first word is its kind. head is the commit that was reviewed, set a digest
// of what is said apart from line numbers, body a digest of the text above the
// marker, by which an edit by somebody else shows, fp the fingerprints of
// findings, shortened, and ans what people said of findings in comments (see
// Answer), as JSON in base64; it may be missing.
const markerName = "lintel:note"

// kind says what a comment is for.
type kind string

const (
	kindSummary kind = "summary"
	kindThread  kind = "thread"
	kindFixed   kind = "fixed" // the last word of a thread that is done
	kindBack    kind = "back"  // the finding returned
)

type marker struct {
	kind   kind
	head   string
	set    string
	body   string
	prints []string
	// answers are those of a summary.
	answers []Answer
}

// Identity is who writes where: comments are known again by it.
type Identity struct{ Project, MergeRequest, User int64 }

func (id Identity) sign(text string) string {
	key := sha256.Sum256(fmt.Appendf(nil, "lintel marker 1\x00%d\x00%d\x00%d", id.Project, id.MergeRequest, id.User))
	m := hmac.New(sha256.New, key[:])
	m.Write([]byte(text))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// shortPrint is how much of a fingerprint a marker holds.
const shortPrint = 16

func short(fingerprint string) string {
	if len(fingerprint) > shortPrint {
		return fingerprint[:shortPrint]
	}
	return fingerprint
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(normalise(text)))
	return hex.EncodeToString(sum[:8])
}

// normalise takes off what a server may do to a text that it keeps.
func normalise(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
}

// mark puts a marker below a body.
func (id Identity) mark(body string, m marker) string {
	body = seal(normalise(body))
	text := fmt.Sprintf("%s head=%.12s set=%s body=%s fp=%s", m.kind, m.head, m.set, digestOf(body), strings.Join(m.prints, ","))
	if len(m.answers) > 0 {
		js, err := json.Marshal(m.answers)
		if err == nil { // it is plain data
			text += " ans=" + base64.RawStdEncoding.EncodeToString(js)
		}
	}
	return body + "\n\n<!-- " + markerName + " " + text + " mac=" + id.sign(text) + " -->"
}

var markerRE = regexp.MustCompile(`<!-- ` + markerName + ` (([a-z]+) head=([0-9a-f]*) set=([0-9a-f]*) body=([0-9a-f]*) fp=([0-9a-z,]*)(?: ans=([A-Za-z0-9+/]*))?) mac=([0-9a-f]{32}) -->\s*$`)

// read returns the marker of a comment; ok is false of what is not by Lintel, or
// not for this merge request.
func (id Identity) read(author int64, body string) (m marker, ok bool) {
	if author != id.User {
		return m, false
	}
	body = normalise(body)
	at := strings.LastIndex(body, "<!-- "+markerName+" ")
	if at < 0 {
		return m, false
	}
	f := markerRE.FindStringSubmatch(body[at:])
	if f == nil || subtle.ConstantTimeCompare([]byte(f[8]), []byte(id.sign(f[1]))) != 1 {
		return m, false
	}
	m = marker{kind: kind(f[2]), head: f[3], set: f[4], body: f[5]}
	if f[6] != "" {
		m.prints = strings.Split(f[6], ",")
	}
	if js, err := base64.RawStdEncoding.DecodeString(f[7]); err == nil && f[7] != "" && json.Unmarshal(js, &m.answers) != nil {
		m.answers = nil // of another version
	}
	if digestOf(body[:at]) != m.body {
		m.body = "" // somebody has edited it
	}
	return m, true
}
