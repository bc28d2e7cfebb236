package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Target is a place that holds objects under keys: a bucket below a prefix, a
// folder, memory. Keys are slash paths relative to the place. Every method may
// be called from many goroutines. One suite of tests (suite_test.go) holds all
// implementations to this contract.
type Target interface {
	// Place names the target for people and in the manifest: s3://bucket/prefix.
	Place() string
	// Get returns an object. With a non-empty etag it gives ErrNotModified when
	// the object still has that one. An object that does not exist gives
	// fs.ErrNotExist. The caller closes Body.
	Get(ctx context.Context, key, etag string) (*Object, error)
	// Head returns what is known of an object but its bytes.
	Head(ctx context.Context, key string) (Info, error)
	// Put writes an object as a whole: a reader sees the old one or the new
	// one. It gives ErrPrecondition when cond does not hold, and *ChangedError
	// when the content is not what its digest says.
	Put(ctx context.Context, key string, c Content, h Headers, cond Cond) (Info, error)
	// SetHeaders replaces the headers of an object without sending its bytes.
	// The object must have the ETag, else it gives ErrPrecondition. sum is the
	// digest of its content. h has a value for each header that the object has:
	// some stores keep what a copy does not name.
	SetHeaders(ctx context.Context, key, etag, sum string, h Headers) (Info, error)
	// Delete removes objects; those that do not exist count as removed. The
	// error is a *DeleteError when some could not be removed.
	Delete(ctx context.Context, keys []string) error
	// List yields the objects whose key begins with prefix, in the order of
	// their bytes. Info has no headers and no digest.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]
}

// Errors of a Target, to be found with errors.Is. An object that does not exist
// is fs.ErrNotExist.
var (
	ErrNotModified  = errors.New("object has not changed")
	ErrPrecondition = errors.New("object is not in the state that the condition names")
)

// ChangedError is the error for a source file that is not the same when it is
// sent as when it was looked at.
type ChangedError struct{ Name string }

func (e *ChangedError) Error() string {
	return fmt.Sprintf("read %s: the file changed while it was being published; run the command again when the site is built", e.Name)
}

// DeleteError tells of objects that could not be removed.
type DeleteError struct {
	Keys []string
	Err  error // of the first
}

func (e *DeleteError) Error() string {
	return fmt.Sprintf("delete %s: %v", some(e.Keys), e.Err)
}

func (e *DeleteError) Unwrap() error { return e.Err }

// Cond is a condition of a write. The zero value is none.
type Cond struct {
	Absent bool   // there must be no object
	ETag   string // the object must have this one
}

// Object is an object being read.
type Object struct {
	Info
	Body io.ReadCloser
}

// Info is what a target tells of an object. ETag names a state of the object;
// it is never read as a digest.
type Info struct {
	Key     string
	Size    int64
	ETag    string
	Changed time.Time // by the clock of the target; zero when it does not say
	Now     time.Time // of the target when it answered; zero when it does not say
	Headers Headers
	Sum     string // sha256 that Lintel noted when it wrote the object, or ""
}

// Content is the bytes of an object: Data, or what Open gives when Data is nil.
type Content struct {
	Name string // in the source, for errors
	Size int64
	Sum  string // sha256, hex
	Data []byte
	Open func() (io.ReadCloser, error)
}

func (c Content) open() (io.ReadCloser, error) {
	if c.Data != nil || c.Open == nil {
		return io.NopCloser(bytes.NewReader(c.Data)), nil
	}
	return c.Open()
}

// Bytes returns b as content.
func Bytes(name string, b []byte) Content {
	return Content{Name: name, Size: int64(len(b)), Sum: sumOf(b), Data: b}
}

// sumOf is the digest that names content: sha256 in hex.
func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Headers are the HTTP headers that an object is served with, by canonical
// name. What a target cannot serve as a header it keeps as metadata; see S3.
type Headers map[string]string

// RedirectHeader is the name under which Headers hold the target of a redirect
// object: a path from the root of the host, or a URL.
const RedirectHeader = "Website-Redirect-Location"

// Hash names a set of headers: equal sets have equal hashes.
func (h Headers) Hash() string {
	d := sha256.New()
	for _, k := range slices.Sorted(maps.Keys(h)) {
		fmt.Fprintf(d, "%s: %s\n", k, h[k])
	}
	return hex.EncodeToString(d.Sum(nil)[:8])
}

// maxKey is the longest key, in bytes, that S3 takes.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const maxKey = 1024

// CheckKey tells what is wrong with a key, the prefix included: what a store
// would refuse, and what could leave the prefix.
func CheckKey(key string) error {
	why := ""
	switch {
	case key == "":
		why = "it is empty"
	case !utf8.ValidString(key):
		why = "it is no UTF-8; rename the file"
	case len(key) > maxKey:
		why = fmt.Sprintf("it has %d bytes and a key may have %d; shorten the names of its folders", len(key), maxKey)
	case strings.ContainsFunc(key, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 }):
		why = "it has a control character; rename the file"
	case strings.HasPrefix(key, "/"):
		why = "it begins with a slash"
	}
	if why == "" {
		for part := range strings.SplitSeq(key, "/") {
			switch part {
			case "":
				why = "it has an empty folder name"
			case ".", "..":
				why = fmt.Sprintf("it has the folder name %q, which leads out of the target", part)
			}
		}
	}
	if why != "" {
		return fmt.Errorf("key %q cannot be published: %s", key, why)
	}
	return nil
}

// some names a few of keys.
func some(keys []string) string {
	const few = 3
	var sb strings.Builder
	for i, k := range keys {
		if i == few {
			fmt.Fprintf(&sb, " and %d more", len(keys)-few)
			break
		}
		if i > 0 {
			sb.WriteString(", ")
		}
		fmt.Fprintf(&sb, "%q", k)
	}
	return sb.String()
}

// Below returns the part of t whose keys begin with dir + "/".
func Below(t Target, dir string) Target {
	if dir == "" {
		return t
	}
	return &below{t, dir + "/"}
}

type below struct {
	t   Target
	dir string
}

// Place names the part.
func (b *below) Place() string {
	return strings.TrimSuffix(b.t.Place(), "/") + "/" + strings.TrimSuffix(b.dir, "/")
}

func (b *below) info(i Info, err error) (Info, error) {
	i.Key = strings.TrimPrefix(i.Key, b.dir)
	return i, err
}

func (b *below) Get(ctx context.Context, key, etag string) (*Object, error) {
	o, err := b.t.Get(ctx, b.dir+key, etag)
	if o != nil {
		o.Info, _ = b.info(o.Info, nil)
	}
	return o, err
}

func (b *below) Head(ctx context.Context, key string) (Info, error) {
	return b.info(b.t.Head(ctx, b.dir+key))
}

func (b *below) Put(ctx context.Context, key string, c Content, h Headers, cond Cond) (Info, error) {
	return b.info(b.t.Put(ctx, b.dir+key, c, h, cond))
}

func (b *below) SetHeaders(ctx context.Context, key, etag, sum string, h Headers) (Info, error) {
	return b.info(b.t.SetHeaders(ctx, b.dir+key, etag, sum, h))
}

func (b *below) Delete(ctx context.Context, keys []string) error {
	full := make([]string, len(keys))
	for i, k := range keys {
		full[i] = b.dir + k
	}
	err := b.t.Delete(ctx, full)
	if d, ok := errors.AsType[*DeleteError](err); ok {
		for i, k := range d.Keys {
			d.Keys[i] = strings.TrimPrefix(k, b.dir)
		}
	}
	return err
}

func (b *below) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for i, err := range b.t.List(ctx, b.dir+prefix) {
			if !yield(b.info(i, err)) {
				return
			}
		}
	}
}
