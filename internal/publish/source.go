package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Source is what a target is made equal to.
type Source struct {
	Files []File
	// prepare makes ready the files that will be read, where that is worth
	// knowing beforehand.
	prepare func(ctx context.Context, names []string) error
	// headers, when set, are those of the files as they were published before:
	// no rule is applied to them.
	headers map[string]Headers
	// release is set when the files are those of a release.
	release string
	close   func()
}

// Close frees what the source holds; it may be called on the zero value.
func (s *Source) Close() {
	if s.close != nil {
		s.close()
	}
}

// File is one file of a source. Its bytes are read when they are needed, and
// not at all when Recipe is what it was at the last publish.
type File struct {
	Name   string
	Recipe string // equal recipes mean equal content; "" where the source tells none
	Size   int64
	sum    string // sha256 of the content, "" while not known
	to     string // where a redirect page leads
	open   func() (io.ReadCloser, error)
	entry  *Entry // of a release: what it was
}

// Recipes is the part of a built site that tells what its files are made from.
type Recipes interface {
	// Recipe returns a digest of all that a file is made from.
	Recipe(name string) string
}

// skipped reports what of a folder is no part of a site: version control, and
// what Lintel itself keeps beside a site.
func skipped(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return first == ".git" || first == ManifestName || first == strings.TrimSuffix(reserved, "/") || strings.HasPrefix(first, stageName)
}

// Files returns the files of fsys as a source. With recipe set, files are not
// read now; it is what distinguishes this program and its settings, and recipes
// of another one are not comparable.
func Files(ctx context.Context, fsys fs.FS, recipe string) (Source, error) {
	var src Source
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read %s: %w", p, err)
		case ctx.Err() != nil:
			return ctx.Err()
		case skipped(p):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		if d.Type()&fs.ModeSymlink != 0 {
			info, err := fs.Stat(fsys, p)
			switch {
			case err != nil:
				return fmt.Errorf("read %s: it is a link that leads out of the folder or to nothing; remove it or put the file there", p)
			case info.IsDir():
				return fmt.Errorf("read %s: it is a link to a folder, which a bucket cannot hold; copy the folder or remove the link", p)
			case !info.Mode().IsRegular():
				return fmt.Errorf("read %s: it is no regular file; remove it", p)
			}
		} else if !d.Type().IsRegular() {
			return fmt.Errorf("read %s: it is no regular file; remove it", p)
		}
		f := File{Name: p, open: func() (io.ReadCloser, error) { return fsys.Open(p) }}
		src.Files = append(src.Files, f)
		return nil
	})
	if err != nil {
		return src, err
	}
	if r, ok := fsys.(Recipes); ok && recipe != "" {
		for i := range src.Files {
			if one := r.Recipe(src.Files[i].Name); one != "" {
				src.Files[i].Recipe = sumOf([]byte(recipe + "\x00" + one))[:32]
			}
		}
		return src, nil
	}
	return src, src.read(ctx, func(*File) bool { return true })
}

// read learns size, digest and redirect of the files that want says.
func (s *Source) read(ctx context.Context, want func(*File) bool) error {
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(s.Files) {
					return nil
				}
				f := &s.Files[i]
				if f.sum != "" || !want(f) {
					continue
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := f.look(); err != nil {
					return err
				}
			}
		})
	}
	return g.Wait()
}

// look reads the file once.
func (f *File) look() error {
	in, err := f.open()
	if err != nil {
		return fmt.Errorf("read %s: %w", f.Name, plain(err))
	}
	defer in.Close()
	d := sha256.New()
	w := io.Writer(d)
	var head *limited
	if isPage(f.Name) {
		head = &limited{}
		w = io.MultiWriter(d, head)
	}
	n, err := io.Copy(w, in)
	if err != nil {
		return fmt.Errorf("read %s: %w", f.Name, plain(err))
	}
	f.Size, f.sum = n, hex.EncodeToString(d.Sum(nil))
	if head != nil && n <= maxRedirectPage {
		f.to = redirectOf(head.buf.Bytes())
	}
	return nil
}

// limited keeps the beginning of what is written to it.
type limited struct{ buf bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if room := maxRedirectPage + 1 - l.buf.Len(); room > 0 {
		l.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// plain drops the path that an error repeats.
func plain(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// check tells of names that cannot be keys below place, and of nothing to
// publish.
func (s *Source) check(prefix string) error {
	if len(s.Files) == 0 {
		return ErrEmpty
	}
	for i := range s.Files {
		name := s.Files[i].Name
		if err := CheckKey(prefix + name); err != nil {
			return err
		}
		if strings.Contains("/"+name, "/"+reserved) {
			return fmt.Errorf("key %q cannot be published: folders of the name %s are Lintel's own", name, path.Clean(reserved))
		}
	}
	return nil
}

// ErrEmpty is the error for a source without files: publishing it would remove
// the site.
var ErrEmpty = errors.New("there is nothing to publish: the source has no files")
