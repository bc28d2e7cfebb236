// Package s3fake is a store that speaks the part of the S3 protocol that
// Lintel uses, for tests: it counts requests, keeps every header, checks every
// digest and condition, and fails where a test wants it to. Its ETags are no
// digests, as with encryption by KMS.
package s3fake

import (
	"bytes"
	"cmp"
	"crypto/md5" //nolint:gosec // of Content-MD5
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Request is what a fault or a test looks at.
type Request struct {
	Op     string // as in the API: GetObject, PutObject, …
	Bucket string
	Key    string
	HTTP   *http.Request
	N      int // of all requests, from 1
}

// Fault is what befalls a request. The zero value is nothing.
type Fault struct {
	Status int    // answer with this status and Code, and do nothing
	Code   string //
	Header http.Header
	Reset  bool // break the connection and do nothing
	Lost   bool // do it, then break the connection
	Cut    bool // send half of the body of the answer
	Delay  time.Duration
}

// Object is an object of the store.
type Object struct {
	Data     []byte
	ETag     string
	Modified time.Time
	Header   http.Header // that it is served with
	Redirect string      // x-amz-website-redirect-location
	Meta     http.Header // x-amz-meta-*
}

// Server is the store. Its fields are set before the first request.
type Server struct {
	Fault func(Request) Fault
	// Deny refuses requests by the right that they need, such as s3:ListBucket.
	Deny map[string]bool
	// ContentMD5 refuses writes without Content-MD5, as buckets with object lock
	// do.
	ContentMD5 bool
	// NoConditions ignores If-Match and If-None-Match of writes.
	NoConditions bool
	Latency      time.Duration
	Region       string // of the bucket; requests for another one are refused

	now     func() time.Time
	mu      sync.Mutex
	buckets map[string]map[string]*Object
	uploads map[string]*upload
	counts  map[string]int
	log     []string
	n       int
	states  int
	busy    int
	most    int
}

type upload struct {
	bucket, key string
	header      http.Header
	parts       map[int][]byte
}

// New returns a store with empty buckets. now is its clock.
func New(now func() time.Time, buckets ...string) *Server {
	s := &Server{now: now, buckets: map[string]map[string]*Object{}, uploads: map[string]*upload{}, counts: map[string]int{}}
	for _, b := range buckets {
		s.buckets[b] = map[string]*Object{}
	}
	return s
}

// SetFault replaces Fault while the server runs.
func (s *Server) SetFault(f func(Request) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Fault = f
}

// Reset forgets what was counted.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts, s.log, s.most = map[string]int{}, nil, 0
}

// Counts returns how often each operation was asked for.
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.counts)
}

// Requests returns how many requests there were.
func (s *Server) Requests() int {
	n := 0
	for _, c := range s.Counts() {
		n += c
	}
	return n
}

// Most returns how many requests were under way at a time, at most.
func (s *Server) Most() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

// Log returns the requests in the order of their arrival: "PutObject a/b".
func (s *Server) Log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Objects returns what a bucket holds.
func (s *Server) Objects(bucket string) map[string]Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]Object{}
	for k, o := range s.buckets[bucket] {
		out[k] = *o
	}
	return out
}

// Uploads returns how many uploads in parts were begun and not ended.
func (s *Server) Uploads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.uploads)
}

// Put puts an object there by other hands.
func (s *Server) Put(bucket, key string, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store(bucket, key, &Object{Data: data, Header: http.Header{}, Meta: http.Header{}})
}

// Edit changes an object by other hands; its time moves on.
func (s *Server) Edit(bucket, key string, f func(o *Object)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.buckets[bucket][key]; o != nil {
		f(o)
		o.Modified = s.now().Add(time.Minute)
	}
}

// Remove removes an object by other hands.
func (s *Server) Remove(bucket, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.buckets[bucket], key)
}

func (s *Server) store(bucket, key string, o *Object) {
	s.states++
	o.ETag = fmt.Sprintf("%q", fmt.Sprintf("state%d", s.states))
	o.Modified = s.now()
	s.buckets[bucket][key] = o
}

// right is what a request needs.
func right(op string) string {
	switch op {
	case "GetObject", "HeadObject":
		return "s3:GetObject"
	case "DeleteObject", "DeleteObjects":
		return "s3:DeleteObject"
	case "ListObjectsV2":
		return "s3:ListBucket"
	}
	return "s3:PutObject"
}

func op(r *http.Request, key string) string {
	q := r.URL.Query()
	switch {
	case r.Method == http.MethodGet && key == "":
		return "ListObjectsV2"
	case r.Method == http.MethodGet:
		return "GetObject"
	case r.Method == http.MethodHead:
		return "HeadObject"
	case r.Method == http.MethodPost && q.Has("delete"):
		return "DeleteObjects"
	case r.Method == http.MethodPost && q.Has("uploads"):
		return "CreateMultipartUpload"
	case r.Method == http.MethodPost && q.Has("uploadId"):
		return "CompleteMultipartUpload"
	case r.Method == http.MethodPut && q.Has("partNumber"):
		return "UploadPart"
	case r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") != "":
		return "CopyObject"
	case r.Method == http.MethodPut:
		return "PutObject"
	case r.Method == http.MethodDelete && q.Has("uploadId"):
		return "AbortMultipartUpload"
	case r.Method == http.MethodDelete:
		return "DeleteObject"
	}
	return r.Method
}

// ServeHTTP answers a request in path style. Requests without a signature are
// those of readers: they are not counted.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	req := Request{Op: op(r, key), Bucket: bucket, Key: key, HTTP: r}
	if r.Header.Get("Authorization") == "" {
		s.read(w, r, bucket, key)
		return
	}
	s.mu.Lock()
	s.n++
	req.N = s.n
	s.counts[req.Op]++
	s.log = append(s.log, req.Op+" "+key)
	s.busy++
	s.most = max(s.most, s.busy)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.busy--
		s.mu.Unlock()
	}()
	if s.Latency > 0 {
		time.Sleep(s.Latency)
	}
	var f Fault
	s.mu.Lock()
	fault := s.Fault
	s.mu.Unlock()
	if fault != nil {
		f = fault(req)
	}
	if f.Delay > 0 {
		time.Sleep(f.Delay)
	}
	body, err := io.ReadAll(r.Body)
	switch {
	case f.Reset:
		panic(http.ErrAbortHandler)
	case err != nil || r.ContentLength >= 0 && int64(len(body)) != r.ContentLength:
		fail(w, r, http.StatusBadRequest, "IncompleteBody")
		return
	case f.Status != 0:
		maps.Copy(w.Header(), f.Header)
		fail(w, r, f.Status, f.Code)
		return
	}
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	s.mu.Lock()
	s.answer(rec, r, req, body)
	s.mu.Unlock()
	if f.Lost {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), rec.header)
	if f.Cut {
		w.Header().Set("Content-Length", strconv.Itoa(rec.body.Len()))
		w.WriteHeader(rec.status)
		_, _ = w.Write(rec.body.Bytes()[:rec.body.Len()/2])
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(rec.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(rec.body.Bytes())
	}
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

type xmlError struct {
	XMLName xml.Name `xml:"Error"`
	Code    string
	Message string
}

func fail(w http.ResponseWriter, r *http.Request, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	if r.Method != http.MethodHead && status != http.StatusNotModified {
		code, message, _ := strings.Cut(code, ": ")
		_ = xml.NewEncoder(w).Encode(xmlError{Code: code, Message: cmp.Or(message, "as the test wishes")})
	}
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/xml")
	_, _ = io.WriteString(w, xml.Header)
	_ = xml.NewEncoder(w).Encode(v)
}

// answer does what a request asks for. s.mu is held.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, req Request, body []byte) {
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	objects, ok := s.buckets[req.Bucket]
	if !ok {
		fail(w, r, http.StatusNotFound, "NoSuchBucket")
		return
	}
	if s.Region != "" && !strings.Contains(r.Header.Get("Authorization"), "/"+s.Region+"/") {
		w.Header().Set("X-Amz-Bucket-Region", s.Region)
		fail(w, r, http.StatusMovedPermanently, "PermanentRedirect")
		return
	}
	if s.Deny[right(req.Op)] && req.Op != "DeleteObjects" {
		fail(w, r, http.StatusForbidden, "AccessDenied")
		return
	}
	o := objects[req.Key]
	switch req.Op {
	case "ListObjectsV2":
		s.list(w, r, req.Bucket)
	case "GetObject", "HeadObject":
		switch {
		case o == nil && s.Deny["s3:ListBucket"]:
			fail(w, r, http.StatusForbidden, "AccessDenied")
		case o == nil:
			fail(w, r, http.StatusNotFound, "NoSuchKey")
		case r.Header.Get("If-None-Match") == o.ETag:
			fail(w, r, http.StatusNotModified, "NotModified")
		default:
			o.serve(w)
			_, _ = w.Write(o.Data)
		}
	case "PutObject":
		if code := s.check(r, body); code != "" {
			fail(w, r, http.StatusBadRequest, code)
			return
		}
		if s.unmet(r.Header, o) {
			fail(w, r, http.StatusPreconditionFailed, "PreconditionFailed")
			return
		}
		n := objectOf(r.Header, body)
		s.store(req.Bucket, req.Key, n)
		w.Header().Set("ETag", n.ETag)
	case "CopyObject":
		from, err := url.PathUnescape(r.Header.Get("X-Amz-Copy-Source"))
		b, k, _ := strings.Cut(strings.TrimPrefix(from, "/"), "/")
		src := s.buckets[b][k]
		switch {
		case err != nil || src == nil:
			fail(w, r, http.StatusNotFound, "NoSuchKey")
		case cmp.Or(r.Header.Get("X-Amz-Copy-Source-If-Match"), src.ETag) != src.ETag:
			fail(w, r, http.StatusPreconditionFailed, "PreconditionFailed")
		case r.Header.Get("X-Amz-Metadata-Directive") != "REPLACE":
			fail(w, r, http.StatusBadRequest, "InvalidRequest")
		default:
			n := objectOf(r.Header, src.Data)
			s.store(req.Bucket, req.Key, n)
			reply(w, struct {
				XMLName      xml.Name `xml:"CopyObjectResult"`
				ETag         string
				LastModified string
			}{ETag: n.ETag, LastModified: n.Modified.UTC().Format(time.RFC3339)})
		}
	case "DeleteObject":
		delete(objects, req.Key)
		w.WriteHeader(http.StatusNoContent)
	case "DeleteObjects":
		s.deleteMany(w, r, objects, body)
	case "CreateMultipartUpload":
		id := fmt.Sprintf("upload%d", len(s.uploads)+s.n)
		s.uploads[id] = &upload{req.Bucket, req.Key, r.Header.Clone(), map[int][]byte{}}
		reply(w, struct {
			XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
			UploadId string
		}{UploadId: id})
	default:
		s.multipart(w, r, req, body)
	}
}

func (s *Server) multipart(w http.ResponseWriter, r *http.Request, req Request, body []byte) {
	q := r.URL.Query()
	u := s.uploads[q.Get("uploadId")]
	if u == nil {
		fail(w, r, http.StatusNotFound, "NoSuchUpload")
		return
	}
	switch req.Op {
	case "UploadPart":
		if code := s.check(r, body); code != "" {
			fail(w, r, http.StatusBadRequest, code)
			return
		}
		n, _ := strconv.Atoi(q.Get("partNumber"))
		u.parts[n] = body
		w.Header().Set("ETag", fmt.Sprintf("%q", fmt.Sprintf("part%d", n)))
	case "CompleteMultipartUpload":
		if s.unmet(r.Header, s.buckets[u.bucket][u.key]) {
			fail(w, r, http.StatusPreconditionFailed, "PreconditionFailed")
			return
		}
		var all []byte
		for n := 1; n <= len(u.parts); n++ {
			part, ok := u.parts[n]
			if !ok || n < len(u.parts) && len(part) < 5<<20 {
				fail(w, r, http.StatusBadRequest, "InvalidPart")
				return
			}
			all = append(all, part...)
		}
		o := objectOf(u.header, all)
		s.store(u.bucket, u.key, o)
		delete(s.uploads, q.Get("uploadId"))
		reply(w, struct {
			XMLName xml.Name `xml:"CompleteMultipartUploadResult"`
			ETag    string
		}{ETag: o.ETag})
	case "AbortMultipartUpload":
		delete(s.uploads, q.Get("uploadId"))
		w.WriteHeader(http.StatusNoContent)
	default:
		fail(w, r, http.StatusNotImplemented, "NotImplemented")
	}
}

// check compares a body with the digests that came with it.
func (s *Server) check(r *http.Request, body []byte) string {
	if strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") || r.Header.Get("X-Amz-Trailer") != "" {
		return "NotImplemented" // as compatible stores answer
	}
	sum := sha256.Sum256(body)
	if h := r.Header.Get("X-Amz-Content-Sha256"); len(h) == 64 && h != hex.EncodeToString(sum[:]) {
		return "XAmzContentSHA256Mismatch"
	}
	if h := r.Header.Get("X-Amz-Checksum-Sha256"); h != "" && h != base64.StdEncoding.EncodeToString(sum[:]) {
		return "BadDigest"
	}
	sum5 := md5.Sum(body) //nolint:gosec // see the import
	if h := r.Header.Get("Content-Md5"); h != "" && h != base64.StdEncoding.EncodeToString(sum5[:]) {
		return "BadDigest"
	} else if h == "" && s.ContentMD5 {
		return "InvalidRequest: Content-MD5"
	}
	return ""
}

func (s *Server) unmet(h http.Header, o *Object) bool {
	if s.NoConditions {
		return false
	}
	if h.Get("If-None-Match") == "*" && o != nil {
		return true
	}
	m := h.Get("If-Match")
	return m != "" && (o == nil || o.ETag != m)
}

func objectOf(h http.Header, data []byte) *Object {
	o := &Object{Data: data, Header: http.Header{}, Meta: http.Header{}, Redirect: h.Get("X-Amz-Website-Redirect-Location")}
	for _, k := range []string{"Content-Type", "Cache-Control", "Content-Encoding", "Content-Disposition", "Content-Language"} {
		if v := h.Get(k); v != "" {
			o.Header.Set(k, v)
		}
	}
	for k, v := range h {
		if strings.HasPrefix(k, "X-Amz-Meta-") {
			o.Meta[k] = v
		}
	}
	return o
}

func (o *Object) serve(w http.ResponseWriter) {
	maps.Copy(w.Header(), o.Header)
	maps.Copy(w.Header(), o.Meta)
	if o.Redirect != "" {
		w.Header().Set("X-Amz-Website-Redirect-Location", o.Redirect)
	}
	w.Header().Set("ETag", o.ETag)
	w.Header().Set("Content-Length", strconv.Itoa(len(o.Data)))
	w.Header().Set("Last-Modified", o.Modified.UTC().Format(http.TimeFormat))
}

// read serves a reader, as a bucket's website endpoint does: folders have an
// index, redirects lead on.
func (s *Server) read(w http.ResponseWriter, r *http.Request, bucket, key string) {
	s.mu.Lock()
	if key == "" || strings.HasSuffix(key, "/") {
		key += "index.html"
	}
	o := s.buckets[bucket][key]
	s.mu.Unlock()
	switch {
	case o == nil:
		http.NotFound(w, r)
	case o.Redirect != "":
		http.Redirect(w, r, o.Redirect, http.StatusMovedPermanently)
	default:
		o.serve(w)
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(o.Data)
	}
}

func (s *Server) list(w http.ResponseWriter, r *http.Request, bucket string) {
	type content struct {
		Key          string
		LastModified string
		ETag         string
		Size         int
	}
	var out struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string `xml:",omitempty"`
		Contents              []content
	}
	q := r.URL.Query()
	keys := slices.Sorted(maps.Keys(s.buckets[bucket]))
	for _, k := range keys {
		if !strings.HasPrefix(k, q.Get("prefix")) || k <= q.Get("continuation-token") {
			continue
		}
		if len(out.Contents) == 1000 {
			out.IsTruncated = true
			out.NextContinuationToken = out.Contents[999].Key
			break
		}
		o := s.buckets[bucket][k]
		out.Contents = append(out.Contents, content{k, o.Modified.UTC().Format("2006-01-02T15:04:05.000Z"), o.ETag, len(o.Data)})
	}
	reply(w, out)
}

func (s *Server) deleteMany(w http.ResponseWriter, r *http.Request, objects map[string]*Object, body []byte) {
	var in struct {
		Objects []struct {
			Key string
		} `xml:"Object"`
	}
	if err := xml.Unmarshal(body, &in); err != nil || len(in.Objects) > 1000 {
		fail(w, r, http.StatusBadRequest, "MalformedXML")
		return
	}
	type failed struct{ Key, Code, Message string }
	var out struct {
		XMLName xml.Name `xml:"DeleteResult"`
		Error   []failed
	}
	for _, o := range in.Objects {
		if s.Deny["s3:DeleteObject"] {
			out.Error = append(out.Error, failed{o.Key, "AccessDenied", "as the test wishes"})
			continue
		}
		delete(objects, o.Key)
	}
	reply(w, out)
}

// Age makes an object older.
func (s *Server) Age(bucket, key string, by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.buckets[bucket][key]; o != nil {
		o.Modified = s.now().Add(-by)
	}
}

// CurrentFault returns what SetFault set.
func (s *Server) CurrentFault() func(Request) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Fault
}
