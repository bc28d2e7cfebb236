package publish_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lintel-docs/lintel/internal/publish"
)

func siteOf(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

// tree returns the files of a folder but the manifest, and fails on leftovers
// of a stage.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".lintel-stage-") {
			t.Errorf("left behind: %s", p)
		}
		if d.IsDir() || d.Name() == publish.ManifestName {
			return nil
		}
		rel, _ := filepath.Rel(dir, p)
		b, err := os.ReadFile(p)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func sync(t *testing.T, src fs.FS, dir string) publish.Result {
	t.Helper()
	r, err := publish.Dir(context.Background(), src, dir, publish.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, p, s string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(s), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestDirBecomesEqualToTheSite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "site")
	states := []fstest.MapFS{
		siteOf("index.html", "1", "a/index.html", "a", "a/b/index.html", "b"),
		siteOf("index.html", "2", "a", "a file where a folder was", "c/index.html", "c"),
		siteOf("index.html", "2", "a/x", "a folder where a file was"),
		siteOf(),
		siteOf("index.html", "3"),
	}
	for i, s := range states {
		sync(t, s, dir)
		want := map[string]string{}
		for p, f := range s {
			want[p] = string(f.Data)
		}
		if got := tree(t, dir); !maps.Equal(got, want) {
			t.Fatalf("state %d: got %v, want %v", i, got, want)
		}
	}
}

func TestDirTouchesOnlyWhatDiffers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	sync(t, siteOf("a", "1", "b", "2"), dir)
	old, err := os.Stat(filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	r := sync(t, siteOf("a", "1", "b", "3"), dir)
	if r.Written != 1 || r.Unchanged != 1 {
		t.Errorf("written %d, unchanged %d; want 1 and 1", r.Written, r.Unchanged)
	}
	now, err := os.Stat(filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(old, now) {
		t.Error("an unchanged file was replaced")
	}
}

func TestDirKeepsFilesOfOthers(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "CNAME"), "docs.example.test")
	write(t, filepath.Join(dir, "notes.md"), "mine")
	sync(t, siteOf("index.html", "1", "old.html", "x"), dir)
	sync(t, siteOf("index.html", "2"), dir)
	want := map[string]string{"CNAME": "docs.example.test", "notes.md": "mine", "index.html": "2"}
	if got := tree(t, dir); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDirTakesOverAnotherGeneratorsSite(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"index.html", "404.html", "sitemap.xml", "css/old.css", "old/index.html"} {
		write(t, filepath.Join(dir, n), "old")
	}
	sync(t, siteOf("index.html", "new"), dir)
	if got := tree(t, dir); !maps.Equal(got, map[string]string{"index.html": "new"}) {
		t.Errorf("got %v", got)
	}
}

func TestDirRefusesWhatMustNotBeLost(t *testing.T) {
	root := t.TempDir()
	docs := filepath.Join(root, "docs")
	write(t, filepath.Join(docs, "index.md"), "# Home")
	for _, dir := range []string{"/", root, docs} {
		_, err := publish.Dir(context.Background(), siteOf("index.html", "1"), dir, publish.Options{Protected: []string{docs}})
		if r := (*publish.Refused)(nil); !errors.As(err, &r) {
			t.Errorf("%s: error %v, want a refusal", dir, err)
		}
	}
	if got := tree(t, root); !maps.Equal(got, map[string]string{"docs/index.md": "# Home"}) {
		t.Errorf("refused folder changed: %v", got)
	}
	if _, err := publish.Dir(context.Background(), siteOf("index.html", "1"), filepath.Join(docs, "site"), publish.Options{Protected: []string{docs}}); err != nil {
		t.Errorf("a folder below the sources is the author's choice: %v", err)
	}
}

// broken is a site one of whose files cannot be read.
type broken struct{ fstest.MapFS }

func (b broken) Open(name string) (fs.File, error) {
	if name == "zz.html" {
		return nil, errors.New("disk on fire")
	}
	return b.MapFS.Open(name)
}

func TestDirLeavesTheOldSiteWholeOnFailure(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	_, err := publish.Dir(context.Background(), broken{siteOf("a.html", "1", "zz.html", "2")}, dir, publish.Options{})
	if err == nil {
		t.Fatal("no error")
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("half a site was put in place")
	}
	sync(t, siteOf("a.html", "old", "b.html", "old"), dir)
	if _, err := publish.Dir(context.Background(), broken{siteOf("a.html", "new", "zz.html", "2")}, dir, publish.Options{}); err == nil {
		t.Fatal("no error")
	}
	if got := tree(t, dir); !maps.Equal(got, map[string]string{"a.html": "old", "b.html": "old"}) {
		t.Errorf("after a failure: %v", got)
	}
}

func TestDirClearsAStageOfAKilledBuild(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	sync(t, siteOf("index.html", "1"), dir)
	write(t, filepath.Join(dir, ".lintel-stage-KILLED", "x"), "x")
	sync(t, siteOf("index.html", "1"), dir)
	tree(t, dir)
}

func TestManifestNamesCannotEscape(t *testing.T) {
	up := t.TempDir()
	dir := filepath.Join(up, "site")
	victim := filepath.Join(up, "victim")
	write(t, victim, "precious")
	sync(t, siteOf("index.html", "1"), dir)
	write(t, filepath.Join(dir, publish.ManifestName), "../victim\n/etc/hostname\nindex.html\n.\n")
	sync(t, siteOf("a.html", "1"), dir)
	if b, err := os.ReadFile(victim); err != nil || !bytes.Equal(b, []byte("precious")) {
		t.Errorf("a file outside was touched: %q %v", b, err)
	}
	if got := slices.Collect(maps.Keys(tree(t, dir))); !slices.Equal(got, []string{"a.html"}) {
		t.Errorf("got %v", got)
	}
}

// TestDirOnAFullDisk fills a file system of 96 KB.
func TestDirOnAFullDisk(t *testing.T) {
	disk := smallDisk(t)
	dir := filepath.Join(disk, "site")
	old := siteOf("index.html", "old", "a.html", strings.Repeat("a", 20_000))
	sync(t, old, dir)
	_, err := publish.Dir(context.Background(), siteOf("index.html", "new", "a.html", "new", "b.html", strings.Repeat("b", 200_000)), dir, publish.Options{})
	if err == nil || !strings.Contains(err.Error(), "write b.html") {
		t.Fatalf("error %v, want one that names b.html", err)
	}
	want := map[string]string{"index.html": "old", "a.html": strings.Repeat("a", 20_000)}
	if got := tree(t, dir); !maps.Equal(got, want) {
		t.Error("the old site is not whole")
	}
	if _, err := publish.Dir(context.Background(), siteOf("b.html", strings.Repeat("b", 200_000)), filepath.Join(disk, "other"), publish.Options{}); err == nil {
		t.Fatal("no error")
	}
	if es, _ := os.ReadDir(disk); len(es) != 1 {
		t.Errorf("left behind on the full disk: %v", es)
	}
}
