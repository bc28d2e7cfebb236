package publish

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// reserved is where Lintel keeps what is its own, below the prefix.
const reserved = ".lintel/"

const (
	manifestKey    = reserved + "manifest.json"
	releasesDir    = reserved + "releases/"
	manifestFormat = "lintel-publish/1"
)

// Manifest is what Lintel knows of a published site: the object
// .lintel/manifest.json of its prefix. It is read with one conditional GET and
// replaced by conditional PUTs only, so that of two publishers one wins.
type Manifest struct {
	Format string `json:"format"` // lintel-publish/1
	Place  string `json:"place"`  // s3://bucket/prefix; one copied from elsewhere is not believed
	// Write is different in each version of the manifest: whoever lost the answer
	// to a write finds out by it whether the write took place.
	Write   string    `json:"write"`
	Updated time.Time `json:"updated"`
	// Release is the id of the release that is published.
	Release string `json:"release,omitempty"`
	// Claim is set while somebody publishes.
	Claim *Claim `json:"claim,omitempty"`
	// Dirty are keys whose objects may not be what Objects says, because a run
	// that wrote them did not come to its end.
	Dirty []string `json:"dirty,omitempty"`
	// Stale are objects that are no longer part of the site, with the time, in
	// seconds, when they left it. They are deleted after a grace period.
	Stale map[string]int64 `json:"stale,omitempty"`
	// Releases are those that can be rolled back to, newest first.
	Releases []Release `json:"releases,omitempty"`
	// Headers are the sets of headers that Objects name.
	Headers map[string]Headers `json:"headers"`
	Objects map[string]Entry   `json:"objects"`
}

// Entry is what the manifest says of one object.
type Entry struct {
	Sum     string `json:"sha256"`
	Size    int64  `json:"size"`
	Headers string `json:"headers"`          // key of Manifest.Headers
	ETag    string `json:"etag,omitempty"`   // as the store gave it; says whether the object was changed, nothing else
	At      int64  `json:"at,omitempty"`     // when it was written, in seconds, by the clock of the store
	Source  string `json:"source,omitempty"` // sha256 of the source file, where Made changed its bytes
	Made    string `json:"made,omitempty"`   // how the object was made from the source file
	Recipe  string `json:"recipe,omitempty"` // of the source, where it tells one
	Pack    string `json:"pack,omitempty"`   // the release whose archive holds the content
}

// Claim names who is publishing.
type Claim struct {
	ID    string `json:"id"`
	By    string `json:"by"`    // for people: user@host, or a CI job
	Host  string `json:"host"`  // names the machine and its process table
	PID   int    `json:"pid"`   // on that host
	Lease int    `json:"lease"` // seconds after which a claim that is not renewed is void
}

// Release is one that can be rolled back to. Its archive holds the content that
// was new in it.
type Release struct {
	ID      string    `json:"id"`
	Time    time.Time `json:"time"`
	Objects int       `json:"objects"`
	Bytes   int64     `json:"bytes"`
	Added   int       `json:"added"`
	Changed int       `json:"changed"`
	Removed int       `json:"removed"`
	Packs   []string  `json:"packs"` // the releases whose archives hold its content
}

func packKey(release string) string { return releasesDir + release + ".tar.zst" }

// NewerError is the error for a manifest that a later Lintel wrote.
type NewerError struct{ Place, Format string }

func (e *NewerError) Error() string {
	return fmt.Sprintf("read manifest of %s: it has the format %s, written by a newer Lintel; use that one", e.Place, e.Format)
}

var errForeign = errors.New("no manifest of this place")

// readManifest reads a manifest of place. The error is errForeign for anything
// that is none, and a *NewerError for one that this version must not touch.
func readManifest(b []byte, place string) (*Manifest, error) {
	var head struct {
		Format string `json:"format"`
		Place  string `json:"place"`
	}
	if json.Unmarshal(b, &head) != nil {
		return nil, errForeign
	}
	var n int
	if _, err := fmt.Sscanf(head.Format, "lintel-publish/%d", &n); err == nil && n > 1 {
		return nil, &NewerError{place, head.Format}
	}
	m := &Manifest{}
	if head.Format != manifestFormat || head.Place != place || json.Unmarshal(b, m) != nil || m.Objects == nil {
		return nil, errForeign
	}
	few := map[string]string{} // strings that many objects share
	one := func(s string) string {
		if t, ok := few[s]; ok {
			return t
		}
		few[s] = s
		return s
	}
	for k, e := range m.Objects {
		if CheckKey(k) != nil || len(e.Sum) != 64 || e.Size < 0 {
			return nil, errForeign
		}
		e.Headers, e.Made, e.Pack = one(e.Headers), one(e.Made), one(e.Pack)
		m.Objects[k] = e
	}
	for k := range m.Stale {
		if CheckKey(k) != nil {
			return nil, errForeign
		}
	}
	return m, nil
}

func newManifest(place string) *Manifest {
	return &Manifest{Format: manifestFormat, Place: place, Headers: map[string]Headers{}, Objects: map[string]Entry{}}
}

// content returns the bytes to write, under a new name of this write.
func (m *Manifest) content(now time.Time) (Content, error) {
	m.Write = rand.Text()[:16]
	m.Updated = now.UTC().Truncate(time.Second)
	used := map[string]Headers{}
	for _, e := range m.Objects {
		if h, ok := m.Headers[e.Headers]; ok {
			used[e.Headers] = h
		}
	}
	m.Headers = used
	b, err := m.encode()
	if err != nil {
		return Content{}, fmt.Errorf("write manifest: %w", err)
	}
	return Bytes(manifestKey, b), nil
}

// encode writes the manifest with one object a line, without a second copy of
// it in memory.
func (m *Manifest) encode() ([]byte, error) {
	head := *m
	head.Objects = nil
	top, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	const perObject = 320
	b := bytes.NewBuffer(make([]byte, 0, len(top)+len(m.Objects)*perObject))
	b.Write(bytes.TrimSuffix(top, []byte("null}")))
	b.WriteByte('{')
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	for i, k := range slices.Sorted(maps.Keys(m.Objects)) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		if err := e.Encode(k); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1) // the encoder ends lines
		b.WriteByte(':')
		if err := e.Encode(m.Objects[k]); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1)
	}
	b.WriteString("\n}}\n")
	return b.Bytes(), nil
}

var manifestHeaders = Headers{"Content-Type": "application/json", "Cache-Control": "no-store"}

// fetch reads an object as a whole, again when the connection breaks in the
// middle of it.
func fetch(ctx context.Context, t Target, key, etag string) ([]byte, Info, error) {
	const tries = 5
	for n := 1; ; n++ {
		o, err := t.Get(ctx, key, etag)
		if err != nil {
			return nil, Info{}, err
		}
		b, err := io.ReadAll(o.Body)
		o.Body.Close()
		if err == nil && int64(len(b)) != o.Size {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			return b, o.Info, nil
		}
		if n == tries || ctx.Err() != nil {
			return nil, Info{}, fmt.Errorf("read %s/%s: %w", t.Place(), key, err)
		}
	}
}
