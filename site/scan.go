package site

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/ignore"
)

// digest identifies content or the recipe of something computed.
type digest [16]byte

// hashOf returns the digest of its parts; each part is delimited by its length.
func hashOf(parts ...string) digest {
	b := make([]byte, 0, 256)
	for _, p := range parts {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	return hashBytes(b)
}

// inclusion says what becomes of a source file.
type inclusion uint8

const (
	included inclusion = iota
	notInNav           // built, but not in an automatic navigation
	draft              // served, not built
	excluded           // neither
)

// File is a source file of the site.
type File struct {
	Src  string // below docs_dir, as links name it
	Path string // below the project's root, where it is read
	Dest string // output path
	URL  string // percent-encoded, relative to the site's root; "" for the home page

	page      bool
	inclusion inclusion
	size      int64
	modTime   time.Time
	generated []byte // content that a plugin made; no file on disk
	virtual   bool   // a page that Lintel writes; neither
	editPath  string // repository path for the edit link, when it is not docs_dir + Src
	repo      *repoLink
	id        digest
}

// identity is the answer to what a link to the file leads to.
func (f *File) identity() digest {
	if f.id == (digest{}) {
		f.id = hashOf(f.Src, f.URL, string(rune('a'+f.inclusion)))
	}
	return f.id
}

// repoLink is where the sources of a file come from when they are not those of
// the site itself: a sub-site of a monorepo.
type repoLink struct{ repoURL, editURI string }

// tree is the set of source files, sorted by Src.
type tree struct {
	files []*File
	bySrc map[string]*File
	roots []string // folders that were scanned
	paths treePaths
	left  map[string]bool // paths of files that were found and then left out

	nfcOnce sync.Once
	nfc     map[string]*File // by composed name
}

func (t *tree) add(f *File) { t.files = append(t.files, f); t.bySrc[f.Src] = f }

func (t *tree) remove(drop func(*File) bool) {
	t.files = slices.DeleteFunc(t.files, func(f *File) bool {
		if drop(f) {
			delete(t.bySrc, f.Src)
			if t.left == nil {
				t.left = map[string]bool{}
			}
			t.left[f.Path] = true
			return true
		}
		return false
	})
}

func hashBytes(b []byte) digest {
	sum := sha256.Sum256(b)
	return digest(sum[:16])
}

const defaultExclude = ".*\n/templates/\n"

// Bounds of a source tree; past them something is wrong with it rather than
// large.
const (
	maxDepth = 64
	maxFiles = 1_000_000
)

// scanDocs lists the files below dir (a slash path in fsys). Symbolic links are
// followed inside fsys; those that leave it, hang or run in a circle are
// findings. mount is put before every Src.
func scanDocs(ctx context.Context, fsys fs.FS, dir, mount string, c *Config) (*tree, []finding.Finding, error) {
	s := scanner{
		fsys: fsys, tree: &tree{bySrc: map[string]*File{}, roots: []string{dir}},
		exclude: ignore.Parse(defaultExclude + c.ExcludeDocs), draft: ignore.Parse(c.DraftDocs),
		notInNav: ignore.Parse(c.NotInNav), dirURLs: c.UseDirectoryURLs, bare: c.Bare,
	}
	info, err := fs.Stat(fsys, dir)
	if err != nil || !info.IsDir() {
		if err == nil {
			err = errors.New("not a folder")
		}
		return nil, nil, fmt.Errorf("read docs_dir %q: %w", dir, unwrapPath(err))
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(2 * runtime.GOMAXPROCS(0)) // it waits for the file system more than it computes
	s.group = g
	err = s.walk(gctx, dir, mount, []fs.FileInfo{info})
	if werr := g.Wait(); err == nil {
		err = werr
	}
	if err != nil {
		return nil, nil, err
	}
	for _, f := range s.files {
		s.tree.add(f)
	}
	slices.SortFunc(s.tree.files, func(a, b *File) int { return strings.Compare(a.Src, b.Src) })
	return s.tree, s.findings, nil
}

type scanner struct {
	fsys                     fs.FS
	tree                     *tree
	exclude, draft, notInNav *ignore.List
	dirURLs, bare            bool
	group                    *errgroup.Group // walks folders at the same time

	mu       sync.Mutex
	files    []*File
	findings []finding.Finding
}

func (s *scanner) warn(p, rule, msg, hint string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.findings = append(s.findings, finding.Finding{
		Rule: rule, Severity: finding.Warning, Position: finding.Position{Path: p}, Message: msg, Hint: hint,
	})
}

func (s *scanner) walk(ctx context.Context, dir, src string, above []fs.FileInfo) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(above) > maxDepth {
		s.warn(dir, "site/too-deep", fmt.Sprintf("folders deeper than %d are not read", maxDepth), "")
		return nil
	}
	entries, err := fs.ReadDir(s.fsys, dir)
	if err != nil {
		s.warn(dir, "site/unreadable", "folder cannot be read: "+unwrapPath(err).Error(), "check its permissions")
	}
	var files []*File
	for _, e := range entries {
		name := e.Name()
		p, from := path.Join(dir, name), path.Join(src, name)
		if !utf8.ValidString(name) {
			if p = strings.ToValidUTF8(p, "\ufffd"); !s.exclude.Match(strings.ToValidUTF8(from, "\ufffd")) {
				s.warn(p, "site/unreadable", "the name is not UTF-8 and can stand in no address; the file is left out", "rename it")
			}
			continue
		}
		info, err := e.Info()
		if err == nil && e.Type()&fs.ModeSymlink != 0 {
			info, err = fs.Stat(s.fsys, p)
			if err != nil {
				if s.exclude.Match(from) {
					continue
				}
				msg, hint := "symbolic link cannot be followed: "+unwrapPath(err).Error(), "remove it or mend its target"
				if isEscape(err) {
					msg, hint = "symbolic link leaves the project", "Lintel reads nothing outside of the repository; copy the file or exclude it by exclude_docs"
				}
				s.warn(p, "site/symlink", msg, hint)
				continue
			}
		}
		if err != nil {
			s.warn(p, "site/unreadable", "file cannot be read: "+unwrapPath(err).Error(), "")
			continue
		}
		switch {
		case info.IsDir():
			if e.Type()&fs.ModeSymlink != 0 && slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }) {
				s.warn(p, "site/symlink", "symbolic link leads back to a folder that holds it", "remove it or exclude it by exclude_docs")
				continue
			}
			if s.bare && (slices.Contains(foreignFolders[:], name) || s.exclude.Match(from+"/x")) {
				continue // of a whole repository, what is not its own can be most of it
			}
			next := append(slices.Clip(above), info)
			if s.group.TryGo(func() error { return s.walk(ctx, p, from, next) }) {
				continue
			}
			if err := s.walk(ctx, p, from, next); err != nil {
				return err
			}
		case info.Mode().IsRegular():
			f := &File{Src: from, Path: p, size: info.Size(), modTime: info.ModTime()}
			_, f.page = isMarkdown(from)
			f.Dest, f.URL = destination(from, s.dirURLs)
			if s.bare && f.page { // README.md and index.md are two files here
				f.Dest, f.URL = from+".html", quoteURL(from+".html")
			}
			switch {
			case s.exclude.Match(from):
				f.inclusion = excluded
			case s.draft.Match(from):
				f.inclusion = draft
			case s.notInNav.Match(from):
				f.inclusion = notInNav
			}
			files = append(files, f)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files = append(s.files, files...)
	if len(s.files) > maxFiles {
		return fmt.Errorf("read docs_dir: more than %d files", maxFiles)
	}
	return nil
}

// isEscape reports whether os.Root refused to leave its folder.
func isEscape(err error) bool {
	return strings.Contains(err.Error(), "escapes")
}

// unwrapPath takes the path out of an error whose message names it already.
func unwrapPath(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// settle gives files that would have one URL a place each. README.md beside an
// index.md is left out, as in MkDocs. Of other pages the one that MkDocs would
// write last, the deeper one, keeps the URL; the other moves to one of its own,
// so that no page is lost.
func (t *tree) settle() []finding.Finding {
	var out []finding.Finding
	byDest := make(map[string]*File, len(t.files))
	drop := map[*File]bool{}
	for _, f := range t.files {
		if f.inclusion == excluded {
			continue
		}
		old := byDest[f.Dest]
		if old == nil {
			byDest[f.Dest] = f
			continue
		}
		keep, lose := old, f
		if strings.Count(f.Src, "/") > strings.Count(old.Src, "/") || f.page && !old.page {
			keep, lose = f, old
		}
		if path.Dir(keep.Src) == path.Dir(lose.Src) && isIndex(keep.Src) && isIndex(lose.Src) {
			if stem, _ := isMarkdown(path.Base(keep.Src)); stem == "README" {
				keep, lose = lose, keep
			}
			drop[lose] = true
			out = append(out, finding.Finding{
				Rule: "site/same-url", Severity: finding.Warning, Position: finding.Position{Path: lose.Path},
				Message: fmt.Sprintf("%s is left out: %s in the same folder has its URL", lose.Src, keep.Src),
				Hint:    "rename one of them or exclude it by exclude_docs",
			})
			byDest[keep.Dest] = keep
			continue
		}
		byDest[keep.Dest] = keep
		stem, _ := isMarkdown(lose.Src)
		lose.Dest = stem + ".html"
		if byDest[lose.Dest] != nil || !lose.page {
			lose.Dest = lose.Src + ".html"
		}
		lose.URL = quoteURL(lose.Dest)
		byDest[lose.Dest] = lose
		out = append(out, finding.Finding{
			Rule: "site/same-url", Severity: finding.Info, Position: finding.Position{Path: lose.Path},
			Message: fmt.Sprintf("%s and %s would both be built as %s; %s is built as %s instead", lose.Src, keep.Src, keep.Dest, lose.Src, lose.Dest),
			Hint:    "rename one of them",
		})
	}
	t.remove(func(f *File) bool { return drop[f] })
	// Two spellings of one name (composed and decomposed Hangul, say) are two
	// files here and one file on other machines.
	composed := t.composed()
	for _, f := range t.files {
		if o := composed[f.Src]; o != nil && o != f {
			out = append(out, finding.Finding{
				Rule: "site/same-name", Severity: finding.Warning, Position: finding.Position{Path: o.Path},
				Message: fmt.Sprintf("%s has the name of another file, written in decomposed Unicode; macOS and Windows cannot hold both", o.Src),
				Hint:    "rename or remove one of them",
			})
		}
	}
	return out
}
