package publish

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // Content-MD5 is what buckets with object lock ask for
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// S3Options are what a bucket needs beside its name. The zero value is Amazon
// S3 with the credentials and the region of the environment.
type S3Options struct {
	EndpointURL  string // of a compatible store; "" is Amazon S3
	Region       string // "" is the one of the environment, or us-east-1
	Profile      string // of the shared configuration files
	PathStyle    *bool  // bucket in the path; nil: when there is an endpoint
	RequestPayer bool   // pay for requests to a bucket that asks for it
	Accelerate   bool   // transfer acceleration
	Encryption   string // AES256, aws:kms, aws:kms:dsse, or "" for the bucket's own
	KMSKey       string // id of the key for aws:kms
	ACL          string // canned ACL, or "" for none
	StorageClass string // "" is the bucket's
	Connections  int    // at most this many requests at a time; 0 is 32
	Attempts     int    // for each request; 0 is 8
	// Backoff is the longest pause before the second attempt; it doubles with
	// each further one. 0 is 200 ms.
	Backoff time.Duration
}

const (
	partSize  = 16 << 20 // larger objects are sent in parts
	maxCopy   = 5 << 30  // the largest object that one copy may make
	sumMeta   = "lintel-sha256"
	bodyBytes = 64 << 20 // of bodies held in memory at a time
)

// S3 is a bucket, or the part of it below a prefix.
type S3 struct {
	bucket, prefix string
	opts           S3Options
	cfg            aws.Config
	custom         bool // an endpoint is set, by an option or in the environment
	net            *gated
	memory         *semaphore.Weighted
	md5            atomic.Bool // the bucket wants Content-MD5
	oneByOne       atomic.Bool // the store has no DeleteObjects
	unconditional  atomic.Bool // nor If-Match and If-None-Match

	mu       sync.Mutex
	client   *s3.Client
	switched bool
}

// ParseS3URL splits s3://bucket/prefix.
func ParseS3URL(s string) (bucket, prefix string, err error) {
	rest, ok := strings.CutPrefix(s, "s3://")
	if !ok {
		return "", "", fmt.Errorf("target %q is no bucket; write s3://BUCKET/PREFIX", s)
	}
	bucket, prefix, _ = strings.Cut(rest, "/")
	if bucket == "" || strings.ContainsAny(bucket, "?#@ ") {
		return "", "", fmt.Errorf("target %q names no bucket; write s3://BUCKET/PREFIX", s)
	}
	prefix = strings.TrimSuffix(prefix, "/")
	if prefix != "" {
		if err := CheckKey(prefix); err != nil {
			return "", "", fmt.Errorf("target %q: %w", s, err)
		}
	}
	return bucket, prefix, nil
}

// OpenS3 returns the part of a bucket that a URL s3://BUCKET/PREFIX names. It
// sends nothing; wrong names and missing rights show at the first request.
func OpenS3(ctx context.Context, target string, o S3Options) (*S3, error) {
	bucket, prefix, err := ParseS3URL(target)
	if err != nil {
		return nil, err
	}
	if o.Connections <= 0 {
		o.Connections = 32
	}
	if o.Attempts <= 0 {
		o.Attempts = 8
	}
	if o.Backoff <= 0 {
		o.Backoff = 200 * time.Millisecond
	}
	if o.EndpointURL != "" {
		u, err := url.Parse(o.EndpointURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, fmt.Errorf("endpoint %q is no URL; write https://HOST", o.EndpointURL)
		}
	}
	t := &S3{bucket: bucket, prefix: prefix, opts: o, net: &gated{gate: newGate(o.Connections)}, memory: semaphore.NewWeighted(bodyBytes)}
	if prefix != "" {
		t.prefix += "/"
	}
	load := []func(*config.LoadOptions) error{
		// One that the SDK can extend, by AWS_CA_BUNDLE for example.
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTransportOptions(transport(o.Connections))),
		config.WithRetryer(t.retryer),
		config.WithLogger(logging.Nop{}), // what matters comes back as an error
	}
	if o.Region != "" {
		load = append(load, config.WithRegion(o.Region))
	}
	if o.Profile != "" {
		load = append(load, config.WithSharedConfigProfile(o.Profile))
	}
	if t.cfg, err = config.LoadDefaultConfig(ctx, load...); err != nil {
		return nil, fmt.Errorf("read AWS configuration: %w", err)
	}
	t.net.next, t.cfg.HTTPClient = t.cfg.HTTPClient, t.net
	if t.cfg.Region == "" {
		t.cfg.Region = "us-east-1"
	}
	t.client = t.newClient(t.cfg.Region)
	return t, nil
}

// transport keeps as many connections as requests may be under way, and gives
// up on a server that stays silent.
func transport(n int) func(*http.Transport) {
	return func(tr *http.Transport) {
		tr.ResponseHeaderTimeout = time.Minute
		tr.MaxConnsPerHost, tr.MaxIdleConnsPerHost, tr.MaxIdleConns = n, n, n
		tr.WriteBufferSize = 64 << 10
		tr.ForceAttemptHTTP2 = false
	}
}

func (t *S3) retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = t.opts.Attempts
		o.RateLimiter = ratelimit.None // the gate slows down instead
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
			most := min(t.opts.Backoff<<min(attempt, 10), 20*time.Second)
			return time.Duration(rand.Int64N(int64(most)) + 1), nil //nolint:gosec // spreads retries
		})
		o.Retryables = append(o.Retryables, retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{http.StatusTooManyRequests: {}}}, retry.RetryableErrorCode{Codes: map[string]struct{}{
			"ConditionalRequestConflict": {}, "OperationAborted": {}, "BadDigest": {}, "IncompleteBody": {},
			"XAmzContentSHA256Mismatch": {}, "RequestTimeout": {}, "RequestTimeTooSkewed": {},
		}})
	})
}

// checksums reports whether the user said which checksums requests carry.
func (t *S3) checksums() bool {
	for _, s := range t.cfg.ConfigSources {
		switch c := s.(type) {
		case config.EnvConfig:
			if c.RequestChecksumCalculation != 0 {
				return true
			}
		case config.SharedConfig:
			if c.RequestChecksumCalculation != 0 {
				return true
			}
		}
	}
	return false
}

func (t *S3) newClient(region string) *s3.Client {
	said := t.checksums()
	return s3.NewFromConfig(t.cfg, func(o *s3.Options) {
		o.Region = region
		if t.opts.EndpointURL != "" {
			o.BaseEndpoint = aws.String(strings.TrimSuffix(t.opts.EndpointURL, "/"))
		}
		t.custom = o.BaseEndpoint != nil
		o.UsePathStyle = t.custom
		if t.opts.PathStyle != nil {
			o.UsePathStyle = *t.opts.PathStyle
		}
		// Compatible stores know neither the default checksums nor the trailers
		// that carry them: https://github.com/aws/aws-sdk-go-v2/discussions/2960
		if t.custom && !said {
			o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
			o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
		}
		o.UseAccelerate = t.opts.Accelerate
		o.DisableLogOutputChecksumValidationSkipped = true
	})
}

// Place is the URL of the bucket and prefix.
func (t *S3) Place() string { return "s3://" + t.bucket + "/" + strings.TrimSuffix(t.prefix, "/") }

// Requests returns how many requests were sent, repeated ones included.
func (t *S3) Requests() int { return int(t.net.sent.Load()) }

func (t *S3) key(key string) *string { return aws.String(t.prefix + key) }

func (t *S3) payer() types.RequestPayer {
	if t.opts.RequestPayer {
		return types.RequestPayerRequester
	}
	return ""
}

// do runs a request, once more in another region when the store says that the
// bucket lives there.
func (t *S3) do(op string, key string, f func(c *s3.Client) error) error {
	t.mu.Lock()
	c := t.client
	t.mu.Unlock()
	err := f(c)
	if region := regionOf(err); region != "" && region != c.Options().Region {
		t.mu.Lock()
		if !t.switched {
			t.switched = true
			t.client = t.newClient(region)
		}
		again := t.client
		t.mu.Unlock()
		if again != c {
			err = f(again)
		}
	}
	return t.explain(op, key, err)
}

// regionOf returns the region that an answer says the bucket lives in.
func regionOf(err error) string {
	re, ok := errors.AsType[*awshttp.ResponseError](err)
	if !ok || re.Response == nil {
		return ""
	}
	switch re.HTTPStatusCode() {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusBadRequest, http.StatusForbidden:
		return re.Response.Header.Get("X-Amz-Bucket-Region")
	}
	return ""
}

// Get returns an object.
func (t *S3) Get(ctx context.Context, key, etag string) (*Object, error) {
	in := &s3.GetObjectInput{Bucket: &t.bucket, Key: t.key(key), RequestPayer: t.payer()}
	if etag != "" {
		in.IfNoneMatch = &etag
	}
	var o *Object
	err := t.do("GetObject", key, func(c *s3.Client) error {
		out, err := c.GetObject(ctx, in)
		if err != nil {
			return err
		}
		o = &Object{t.info(key, out.ContentLength, out.ETag, out.LastModified, out.Metadata, out.ResultMetadata), out.Body}
		o.Headers = headersOf(out.ContentType, out.CacheControl, out.ContentEncoding, out.ContentDisposition, out.ContentLanguage, out.WebsiteRedirectLocation, out.Metadata)
		return nil
	})
	return o, err
}

// Head returns what is known of an object.
func (t *S3) Head(ctx context.Context, key string) (Info, error) {
	var i Info
	err := t.do("HeadObject", key, func(c *s3.Client) error {
		out, err := c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &t.bucket, Key: t.key(key), RequestPayer: t.payer()})
		if err != nil {
			return err
		}
		i = t.info(key, out.ContentLength, out.ETag, out.LastModified, out.Metadata, out.ResultMetadata)
		i.Headers = headersOf(out.ContentType, out.CacheControl, out.ContentEncoding, out.ContentDisposition, out.ContentLanguage, out.WebsiteRedirectLocation, out.Metadata)
		return nil
	})
	return i, err
}

// Put writes an object: in one request, or in parts when it is large.
func (t *S3) Put(ctx context.Context, key string, c Content, h Headers, cond Cond) (Info, error) {
	if err := CheckKey(t.prefix + key); err != nil {
		return Info{}, err
	}
	if c.Size > partSize && c.Data == nil {
		return t.putParts(ctx, key, c, h, cond)
	}
	body, err := readAll(c)
	if err != nil {
		return Info{}, err
	}
	ctx = v4.SetPayloadHash(ctx, c.Sum) // known: no need to compute it again
	var i Info
	if t.unconditional.Load() {
		cond = Cond{}
	}
	err = t.do("PutObject", key, func(cl *s3.Client) error {
		out, err := cl.PutObject(ctx, t.putInput(cl, key, c, h, cond, body))
		if code(err) == "NotImplemented" && cond != (Cond{}) {
			// The store knows no conditions: it works for one publisher at a time.
			t.unconditional.Store(true)
			out, err = cl.PutObject(ctx, t.putInput(cl, key, c, h, Cond{}, body))
		}
		if code(err) == "InvalidRequest" && strings.Contains(err.Error(), "Content-MD5") && !t.md5.Swap(true) {
			out, err = cl.PutObject(ctx, t.putInput(cl, key, c, h, cond, body))
		}
		if err != nil {
			return err
		}
		i = t.info(key, &c.Size, out.ETag, nil, nil, out.ResultMetadata)
		i.Sum = c.Sum
		return nil
	})
	return i, err
}

func (t *S3) putInput(cl *s3.Client, key string, c Content, h Headers, cond Cond, body []byte) *s3.PutObjectInput {
	in := &s3.PutObjectInput{
		Bucket: &t.bucket, Key: t.key(key), Body: bytes.NewReader(body), ContentLength: &c.Size,
		ContentType: h.get("Content-Type"), CacheControl: h.get("Cache-Control"), ContentEncoding: h.get("Content-Encoding"),
		ContentDisposition: h.get("Content-Disposition"), ContentLanguage: h.get("Content-Language"),
		WebsiteRedirectLocation: h.get(RedirectHeader), Metadata: h.metadata(c.Sum),
		ACL: types.ObjectCannedACL(t.opts.ACL), StorageClass: types.StorageClass(t.opts.StorageClass),
		ServerSideEncryption: types.ServerSideEncryption(t.opts.Encryption), SSEKMSKeyId: notEmpty(t.opts.KMSKey), RequestPayer: t.payer(),
	}
	in.IfMatch, in.IfNoneMatch = cond.headers()
	if cl.Options().RequestChecksumCalculation != aws.RequestChecksumCalculationWhenRequired {
		if b, err := hex.DecodeString(c.Sum); err == nil {
			in.ChecksumSHA256 = aws.String(base64.StdEncoding.EncodeToString(b))
		}
	}
	if t.md5.Load() {
		sum := md5.Sum(body) //nolint:gosec // see the import
		in.ContentMD5 = aws.String(base64.StdEncoding.EncodeToString(sum[:]))
	}
	return in
}

func (c Cond) headers() (match, noneMatch *string) {
	if c.Absent {
		return nil, aws.String("*")
	}
	return notEmpty(c.ETag), nil
}

func notEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// putParts sends a large object in parts, four at a time. What was sent of one
// that fails is removed again.
func (t *S3) putParts(ctx context.Context, key string, c Content, h Headers, cond Cond) (Info, error) {
	const parallel = 4
	size := max(int64(partSize), (c.Size+9_999)/10_000)
	in, err := c.open()
	if err != nil {
		return Info{}, err
	}
	defer in.Close()
	var i Info
	err = t.do("PutObject", key, func(cl *s3.Client) error {
		create := &s3.CreateMultipartUploadInput{
			Bucket: &t.bucket, Key: t.key(key),
			ContentType: h.get("Content-Type"), CacheControl: h.get("Cache-Control"), ContentEncoding: h.get("Content-Encoding"),
			ContentDisposition: h.get("Content-Disposition"), ContentLanguage: h.get("Content-Language"),
			WebsiteRedirectLocation: h.get(RedirectHeader), Metadata: h.metadata(c.Sum),
			ACL: types.ObjectCannedACL(t.opts.ACL), StorageClass: types.StorageClass(t.opts.StorageClass),
			ServerSideEncryption: types.ServerSideEncryption(t.opts.Encryption), SSEKMSKeyId: notEmpty(t.opts.KMSKey), RequestPayer: t.payer(),
		}
		sums := cl.Options().RequestChecksumCalculation != aws.RequestChecksumCalculationWhenRequired
		if sums {
			// Some stores refuse parts with a checksum unless it is named here.
			create.ChecksumAlgorithm = types.ChecksumAlgorithmCrc32
		}
		made, err := cl.CreateMultipartUpload(ctx, create)
		if err != nil {
			return err
		}
		id := made.UploadId
		abort := func(err error) error {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			_, _ = cl.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &t.bucket, Key: t.key(key), UploadId: id, RequestPayer: t.payer()})
			return err // what failed first is what matters
		}
		sum := sha256.New()
		parts := make([]types.CompletedPart, (c.Size+size-1)/size)
		g, gctx := errgroup.WithContext(ctx)
		g.SetLimit(parallel)
		for n := range parts {
			length := min(size, c.Size-int64(n)*size)
			if err := t.memory.Acquire(gctx, min(length, bodyBytes/parallel)); err != nil {
				break // the group has the error
			}
			buf := make([]byte, length)
			if _, err := io.ReadFull(in, buf); err != nil {
				t.memory.Release(min(length, bodyBytes/parallel))
				g.Go(func() error { return &ChangedError{Name: c.Name} })
				break
			}
			_, _ = sum.Write(buf)
			g.Go(func() error {
				defer t.memory.Release(min(length, bodyBytes/parallel))
				up := &s3.UploadPartInput{
					Bucket: &t.bucket, Key: t.key(key), UploadId: id, PartNumber: aws.Int32(int32(n + 1)),
					Body: bytes.NewReader(buf), ContentLength: &length, RequestPayer: t.payer(),
				}
				if sums {
					up.ChecksumAlgorithm = types.ChecksumAlgorithmCrc32
				} else {
					sum := md5.Sum(buf) //nolint:gosec // see the import
					up.ContentMD5 = aws.String(base64.StdEncoding.EncodeToString(sum[:]))
				}
				out, err := cl.UploadPart(gctx, up)
				if err != nil {
					return err
				}
				parts[n] = types.CompletedPart{PartNumber: aws.Int32(int32(n + 1)), ETag: out.ETag, ChecksumCRC32: out.ChecksumCRC32}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			return abort(err)
		}
		if err := ctx.Err(); err != nil {
			return abort(err)
		}
		if !sumIs(sum, c.Sum) || more(in) {
			return abort(&ChangedError{c.Name})
		}
		done := &s3.CompleteMultipartUploadInput{
			Bucket: &t.bucket, Key: t.key(key), UploadId: id, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}, RequestPayer: t.payer(),
		}
		if !t.unconditional.Load() {
			done.IfMatch, done.IfNoneMatch = cond.headers()
		}
		out, err := cl.CompleteMultipartUpload(ctx, done)
		if code(err) == "NotImplemented" && cond != (Cond{}) {
			t.unconditional.Store(true)
			done.IfMatch, done.IfNoneMatch = nil, nil
			out, err = cl.CompleteMultipartUpload(ctx, done)
		}
		if err != nil {
			return abort(err)
		}
		i = t.info(key, &c.Size, out.ETag, nil, nil, out.ResultMetadata)
		i.Sum = c.Sum
		return nil
	})
	return i, err
}

func sumIs(h hash.Hash, want string) bool { return hex.EncodeToString(h.Sum(nil)) == want }

func more(r io.Reader) bool {
	n, _ := io.ReadFull(r, make([]byte, 1))
	return n > 0
}

// SetHeaders copies an object onto itself with other headers.
func (t *S3) SetHeaders(ctx context.Context, key, etag, sum string, h Headers) (Info, error) {
	var i Info
	err := t.do("CopyObject", key, func(c *s3.Client) error {
		out, err := c.CopyObject(ctx, &s3.CopyObjectInput{
			Bucket: &t.bucket, Key: t.key(key), CopySource: aws.String(escapeKey(t.bucket + "/" + t.prefix + key)),
			CopySourceIfMatch: notEmpty(etag), MetadataDirective: types.MetadataDirectiveReplace,
			ContentType: h.get("Content-Type"), CacheControl: h.get("Cache-Control"), ContentEncoding: h.get("Content-Encoding"),
			ContentDisposition: h.get("Content-Disposition"), ContentLanguage: h.get("Content-Language"),
			WebsiteRedirectLocation: h.get(RedirectHeader), Metadata: h.metadata(sum),
			ACL: types.ObjectCannedACL(t.opts.ACL), StorageClass: types.StorageClass(t.opts.StorageClass),
			ServerSideEncryption: types.ServerSideEncryption(t.opts.Encryption), SSEKMSKeyId: notEmpty(t.opts.KMSKey), RequestPayer: t.payer(),
		})
		if err != nil {
			return err
		}
		i = Info{Key: key, Sum: sum, Now: dateOf(out.ResultMetadata)}
		if r := out.CopyObjectResult; r != nil {
			i.ETag, i.Changed = aws.ToString(r.ETag), aws.ToTime(r.LastModified)
		}
		return nil
	})
	return i, err
}

// escapeKey is the strict percent-encoding that copy sources need.
func escapeKey(s string) string {
	var sb strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~/", c) >= 0 {
			sb.WriteByte(c)
		} else {
			fmt.Fprintf(&sb, "%%%02X", c)
		}
	}
	return sb.String()
}

// Delete removes objects, a thousand in a request.
func (t *S3) Delete(ctx context.Context, keys []string) error {
	const batch = 1000
	var failed *DeleteError
	for lo := 0; lo < len(keys); lo += batch {
		part := keys[lo:min(lo+batch, len(keys))]
		if t.oneByOne.Load() {
			if err := t.deleteOneByOne(ctx, part, &failed); err != nil {
				return err
			}
			continue
		}
		ids := make([]types.ObjectIdentifier, len(part))
		for i, k := range part {
			ids[i] = types.ObjectIdentifier{Key: t.key(k)}
		}
		var out *s3.DeleteObjectsOutput
		err := t.do("DeleteObjects", part[0], func(c *s3.Client) (err error) {
			out, err = c.DeleteObjects(ctx, &s3.DeleteObjectsInput{
				Bucket: &t.bucket, Delete: &types.Delete{Objects: ids, Quiet: aws.Bool(true)}, RequestPayer: t.payer(),
			})
			return err
		})
		switch code(err) {
		case "NotImplemented", "MethodNotAllowed", "MissingContentMD5", "InvalidRequest", "MissingAttribute":
			t.oneByOne.Store(true)
			if err := t.deleteOneByOne(ctx, part, &failed); err != nil {
				return err
			}
			continue
		case "AccessDenied", "Forbidden":
			failed = failed.with(part, err)
			continue
		}
		if err != nil {
			return err
		}
		for _, e := range out.Errors {
			k := strings.TrimPrefix(aws.ToString(e.Key), t.prefix)
			failed = failed.with([]string{k}, t.explain("DeleteObject", k, &smithy.GenericAPIError{Code: aws.ToString(e.Code), Message: aws.ToString(e.Message)}))
		}
	}
	if failed != nil {
		return failed
	}
	return nil
}

func (e *DeleteError) with(keys []string, err error) *DeleteError {
	if e == nil {
		e = &DeleteError{Err: err}
	}
	e.Keys = append(e.Keys, keys...)
	return e
}

func (t *S3) deleteOneByOne(ctx context.Context, keys []string, failed **DeleteError) error {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(t.opts.Connections)
	for _, k := range keys {
		g.Go(func() error {
			err := t.do("DeleteObject", k, func(c *s3.Client) error {
				_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &t.bucket, Key: t.key(k), RequestPayer: t.payer()})
				return err
			})
			if c := code(err); c == "AccessDenied" || c == "Forbidden" {
				mu.Lock()
				*failed = (*failed).with([]string{k}, err)
				mu.Unlock()
				return nil
			}
			return err
		})
	}
	return g.Wait()
}

// List yields the objects below a prefix, a thousand from each request.
func (t *S3) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		in := &s3.ListObjectsV2Input{Bucket: &t.bucket, Prefix: t.key(prefix), RequestPayer: t.payer()}
		for {
			var out *s3.ListObjectsV2Output
			err := t.do("ListObjectsV2", prefix, func(c *s3.Client) (err error) {
				out, err = c.ListObjectsV2(ctx, in)
				return err
			})
			if err != nil {
				yield(Info{}, err)
				return
			}
			now := dateOf(out.ResultMetadata)
			for _, o := range out.Contents {
				key, ok := strings.CutPrefix(aws.ToString(o.Key), t.prefix)
				if !ok {
					continue
				}
				if !yield(Info{Key: key, Size: aws.ToInt64(o.Size), ETag: aws.ToString(o.ETag), Changed: aws.ToTime(o.LastModified), Now: now}, nil) {
					return
				}
			}
			if !aws.ToBool(out.IsTruncated) || aws.ToString(out.NextContinuationToken) == "" {
				return
			}
			in.ContinuationToken = out.NextContinuationToken
		}
	}
}

func (t *S3) info(key string, size *int64, etag *string, changed *time.Time, meta map[string]string, rm middleware.Metadata) Info {
	i := Info{Key: key, Size: aws.ToInt64(size), ETag: aws.ToString(etag), Changed: aws.ToTime(changed), Now: dateOf(rm)}
	for k, v := range meta {
		if strings.EqualFold(k, sumMeta) {
			i.Sum = v
		}
	}
	return i
}

// dateOf returns the time of the server when it answered.
func dateOf(m middleware.Metadata) time.Time {
	at, _ := awsmiddleware.GetServerTime(m)
	return at
}

func (h Headers) get(name string) *string { return notEmpty(h[name]) }

// served are the headers that S3 keeps as such.
func served(name string) bool {
	switch name {
	case "Content-Type", "Cache-Control", "Content-Encoding", "Content-Disposition", "Content-Language", RedirectHeader:
		return true
	}
	return false
}

// metadata returns the headers that S3 does not serve by themselves, as user
// metadata, and the digest of the content.
func (h Headers) metadata(sum string) map[string]string {
	m := map[string]string{sumMeta: sum}
	for k, v := range h {
		if !served(k) {
			m[strings.ToLower(k)] = v
		}
	}
	return m
}

func headersOf(contentType, cacheControl, encoding, disposition, language, redirect *string, meta map[string]string) Headers {
	h := Headers{}
	for name, v := range map[string]*string{
		"Content-Type": contentType, "Cache-Control": cacheControl, "Content-Encoding": encoding,
		"Content-Disposition": disposition, "Content-Language": language, RedirectHeader: redirect,
	} {
		if s := aws.ToString(v); s != "" {
			h[name] = s
		}
	}
	for k, v := range meta {
		if !strings.EqualFold(k, sumMeta) {
			h[http.CanonicalHeaderKey(k)] = v
		}
	}
	return h
}

// readAll reads content and checks that it is what its digest says.
func readAll(c Content) ([]byte, error) {
	if c.Data != nil || c.Open == nil {
		return c.Data, nil
	}
	in, err := c.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	buf := bytes.NewBuffer(make([]byte, 0, c.Size+bytes.MinRead))
	if _, err := io.Copy(buf, in); err != nil {
		return nil, fmt.Errorf("read %s: %w", c.Name, err)
	}
	if sumOf(buf.Bytes()) != c.Sum {
		return nil, &ChangedError{c.Name}
	}
	return buf.Bytes(), nil
}

func bytesReader(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }

// code is the store's name for an error, or "".
func code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return ""
}

func status(err error) int {
	if e, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		return e.HTTPStatusCode()
	}
	return 0
}

// StoreError is a refusal or failure of a store, with what to do about it.
type StoreError struct {
	Op         string // GetObject, PutObject, …
	Place      string // s3://bucket/key
	Permission string // the right that is missing, or ""
	Hint       string
	Err        error
}

func (e *StoreError) Error() string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "%s %s: ", verb(e.Op), e.Place)
	switch api, ok := errors.AsType[smithy.APIError](e.Err); {
	case e.Permission != "":
		fmt.Fprintf(&sb, "not allowed: the credentials lack %s there", e.Permission)
	case ok && api.ErrorMessage() != "" && api.ErrorMessage() != "UnknownError":
		fmt.Fprintf(&sb, "%s: %s", api.ErrorCode(), strings.TrimSuffix(api.ErrorMessage(), "."))
	case ok:
		sb.WriteString(api.ErrorCode())
	default:
		sb.WriteString(root(e.Err).Error())
	}
	if e.Hint != "" {
		sb.WriteString("; " + e.Hint)
	}
	return sb.String()
}

func (e *StoreError) Unwrap() error { return e.Err }

// root is the innermost error: the SDK wraps the one that says something in
// six that do not.
func root(err error) error {
	for {
		u := errors.Unwrap(err)
		if u == nil {
			return err
		}
		switch err.(type) { //nolint:errorlint // each layer in turn
		case *net.OpError, *net.DNSError:
			return err
		}
		err = u
	}
}

func verb(op string) string {
	switch op {
	case "GetObject":
		return "read"
	case "HeadObject":
		return "look at"
	case "PutObject":
		return "write"
	case "CopyObject":
		return "copy to"
	case "DeleteObject", "DeleteObjects":
		return "delete"
	case "ListObjectsV2":
		return "list"
	}
	return op
}

// explain turns an error of the SDK into one of this package.
func (t *S3) explain(op, key string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	for _, own := range []func(error) bool{is[*ChangedError], is[*StoreError], is[*fs.PathError]} {
		if own(err) {
			return err
		}
	}
	e := &StoreError{Op: op, Place: "s3://" + t.bucket + "/" + t.prefix + key, Err: err}
	c, st := code(err), status(err)
	switch {
	case c == "NotModified" || st == http.StatusNotModified:
		return ErrNotModified
	case c == "PreconditionFailed" || st == http.StatusPreconditionFailed:
		return ErrPrecondition
	case c == "NoSuchBucket":
		e.Hint = fmt.Sprintf("there is no bucket %q here; check its name, and --endpoint-url and --region", t.bucket)
	case c == "NoSuchKey" || c == "NotFound" || c == "" && st == http.StatusNotFound:
		e.Err = fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	case c == "AccessDenied" || c == "Forbidden" || c == "AllAccessDisabled":
		e.Permission = permission(op)
	case c == "ExpiredToken" || c == "ExpiredTokenException" || c == "TokenRefreshRequired":
		e.Hint = "the credentials have expired; what was sent stays, so get new ones and run the command again"
	case c == "InvalidAccessKeyId" || c == "InvalidToken" || c == "UnrecognizedClientException":
		e.Hint = "the store does not know these credentials; check AWS_ACCESS_KEY_ID, AWS_PROFILE and --endpoint-url"
	case c == "SignatureDoesNotMatch":
		e.Hint = "the secret key is wrong, or a proxy changes requests; check AWS_SECRET_ACCESS_KEY"
	case c == "RequestTimeTooSkewed":
		e.Hint = "the clock of this machine is more than 15 minutes off; set it"
	case c == "PermanentRedirect" || c == "AuthorizationHeaderMalformed" || c == "IllegalLocationConstraintException" || st == http.StatusMovedPermanently:
		e.Hint = "the bucket lives in another region; name it with --region"
		if r := regionOf(err); r != "" {
			e.Hint = fmt.Sprintf("the bucket lives in %s; say --region %s", r, r)
		}
	case c == "SlowDown" || c == "ServiceUnavailable" || st == http.StatusServiceUnavailable:
		e.Hint = "the store stays overloaded; run the command again later, it goes on where this run stopped"
	case c == "InternalError" || st >= 500:
		e.Hint = "the store failed again and again; run the command again later, it goes on where this run stopped"
	case c == "NotImplemented":
		e.Hint = "the store does not know this request; see the guide for what a store must know"
	default:
		if dns, ok := errors.AsType[*net.DNSError](err); ok {
			e.Hint = fmt.Sprintf("the name %s cannot be looked up; check --endpoint-url and the network", dns.Name)
		} else if _, ok := errors.AsType[*net.OpError](err); ok {
			e.Hint = "the store cannot be reached; check --endpoint-url and the network"
		} else if strings.Contains(err.Error(), "get credentials") || strings.Contains(err.Error(), "refresh cached credentials") || strings.Contains(err.Error(), "get identity") {
			e.Err = errors.New("no credentials were found")
			e.Hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile"
		}
	}
	return e
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// permission names the right that a request needs.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
func permission(op string) string {
	switch op {
	case "GetObject", "HeadObject":
		return "s3:GetObject"
	case "PutObject":
		return "s3:PutObject"
	case "CopyObject":
		return "s3:PutObject or s3:GetObject"
	case "DeleteObject", "DeleteObjects":
		return "s3:DeleteObject"
	case "ListObjectsV2":
		return "s3:ListBucket"
	}
	return "s3:" + op
}

// gate bounds the requests under way. A store that asks to slow down halves the
// bound; answers that it gives without asking raise it again, one by one.
type gate struct {
	mu        sync.Mutex
	cond      *sync.Cond
	most      int
	limit     int
	busy      int
	successes int // since the limit changed
	answers   int // since it was halved
}

func newGate(most int) *gate {
	g := &gate{most: most, limit: most}
	g.cond = sync.NewCond(&g.mu)
	return g
}

func (g *gate) enter() {
	g.mu.Lock()
	for g.busy >= g.limit {
		g.cond.Wait()
	}
	g.busy++
	g.mu.Unlock()
}

func (g *gate) leave(slowDown bool) {
	g.mu.Lock()
	g.busy--
	g.answers++
	switch {
	case !slowDown:
		if g.successes++; g.successes >= 2*g.limit && g.limit < g.most {
			g.limit++
			g.successes = 0
		}
	case g.answers >= g.limit: // requests of one burst are refused together and count once
		g.limit = max(1, g.limit/2)
		g.successes, g.answers = 0, 0
	}
	g.mu.Unlock()
	g.cond.Broadcast()
}

// gated is the way of all requests to the network.
type gated struct {
	next aws.HTTPClient
	gate *gate
	sent atomic.Int64
}

func (g *gated) Do(r *http.Request) (*http.Response, error) {
	g.gate.enter()
	g.sent.Add(1)
	resp, err := g.next.Do(r)
	g.gate.leave(err == nil && (resp.StatusCode == http.StatusServiceUnavailable || resp.StatusCode == http.StatusTooManyRequests))
	return resp, err
}
