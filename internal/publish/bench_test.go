package publish

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lintel-docs/lintel/internal/publish/s3fake"
)

// benchSite is the site of the comparison in bench/README.md: 5,000 files of
// which seven in ten are pages, 56 MB.
func benchSite(n int) fstest.MapFS {
	rng := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // a benchmark
	words := strings.Fields("the data platform moves orders from the source to the lake and keeps what it knows of them 데이터 플랫폼 원본 레이크 문서")
	text := func(size int) []byte {
		var sb strings.Builder
		for sb.Len() < size {
			sb.WriteString(words[rng.IntN(len(words))])
			sb.WriteByte(' ')
		}
		return []byte(sb.String()[:size])
	}
	m := fstest.MapFS{}
	for i := range n {
		size := 2000 + rng.IntN(18_400)
		name := fmt.Sprintf("section%02d/page%04d/index.html", i%50, i)
		if i%10 >= 7 {
			name = fmt.Sprintf("assets/file%04d.%08x.css", i, i*7919+0xa)
		}
		m[name] = &fstest.MapFile{Data: text(size)}
	}
	return m
}

// delay is a proxy that holds back each answer.
func delay(b *testing.B, upstream string, d time.Duration) string {
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			up, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", upstream)
			if err != nil {
				_ = c.Close()
				continue
			}
			go func() {
				_, _ = io.Copy(up, c)
				_ = up.(*net.TCPConn).CloseWrite()
			}()
			go func() {
				defer func() { _ = c.Close() }()
				buf := make([]byte, 64<<10)
				for {
					n, err := up.Read(buf)
					if n > 0 {
						time.Sleep(d)
						if _, werr := c.Write(buf[:n]); werr != nil {
							return
						}
					}
					if err != nil {
						return
					}
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// BenchmarkFirstPublish sends 5,000 objects over at most 32 connections. floor
// is how many times longer it takes than the latency alone demands.
func BenchmarkFirstPublish(b *testing.B) {
	const n = 5000
	site := benchSite(n)
	for _, where := range []string{"fake", "versitygw"} {
		for _, latency := range []time.Duration{0, 30 * time.Millisecond} {
			b.Run(fmt.Sprintf("%s/%s", where, latency), func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					var endpoint string
					if where == "fake" {
						srv := httptest.NewServer(s3fake.New(time.Now, "bucket"))
						b.Cleanup(srv.Close)
						endpoint = srv.URL
					} else {
						endpoint = versitygw(b)
					}
					if latency > 0 {
						u, err := url.Parse(endpoint)
						if err != nil {
							b.Fatal(err)
						}
						endpoint = delay(b, u.Host, latency)
					}
					s, err := OpenS3(b.Context(), "s3://bucket/docs", S3Options{EndpointURL: endpoint})
					if err != nil {
						b.Fatal(err)
					}
					o := testOptions()
					o.Keep = 5
					b.StartTimer()
					start := time.Now()
					src, err := Files(b.Context(), site, "")
					if err != nil {
						b.Fatal(err)
					}
					if _, err := Sync(b.Context(), src, s, o); err != nil {
						b.Fatal(err)
					}
					if latency > 0 {
						b.ReportMetric(float64(time.Since(start))/float64(n*latency/32), "floor")
					}
					b.ReportMetric(n/time.Since(start).Seconds(), "objects/s")
				}
			})
		}
	}
}

// BenchmarkMemory publishes sites of two sizes that are made while they are
// read, and tells the memory in use at the end of the sending.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{5_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				var src Source
				for i := range n {
					page := fmt.Sprintf("%06d", i) + strings.Repeat(" page", 1000)
					sum := sumOf([]byte(page))
					src.Files = append(src.Files, File{
						Name: fmt.Sprintf("section%03d/page%06d/index.html", i%100, i), Size: int64(len(page)), sum: sum,
						open: func() (io.ReadCloser, error) {
							return bytesReader([]byte(fmt.Sprintf("%06d", i) + strings.Repeat(" page", 1000))), nil
						},
					})
				}
				o := testOptions()
				o.Keep, o.TempDir = 5, b.TempDir()
				most := uint64(0)
				o.Report = func(e Event) {
					if e.Done%1000 == 0 {
						var m runtime.MemStats
						runtime.ReadMemStats(&m)
						most = max(most, m.HeapInuse)
					}
				}
				if _, err := Sync(b.Context(), src, &void{}, o); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(most)/1e6, "MB")
				b.ReportMetric(float64(most)/float64(n), "bytes/object")
			}
		})
	}
}

// void is a target that forgets what it is sent.
// Delete is inherited: there is nothing to delete.
type void struct{ Memory }

func (*void) Put(_ context.Context, key string, c Content, h Headers, _ Cond) (Info, error) {
	in, err := c.open()
	if err != nil {
		return Info{}, err
	}
	defer in.Close()
	_, err = io.Copy(io.Discard, in)
	return Info{Key: key, Size: c.Size, ETag: c.Sum[:32], Sum: c.Sum, Headers: h}, err
}
