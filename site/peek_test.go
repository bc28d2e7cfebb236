package site_test

import (
	"context"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/lintel-docs/lintel/site"
)

// TestPeekReadsWhatIsAskedFor holds that a peek serves any page as a build does,
// but for what other pages say, and reads no other.
func TestPeekReadsWhatIsAskedFor(t *testing.T) {
	f := sampleSite()
	f["mkdocs.yml"] += "nav: [{Start: index.md}, {A: guide/a.md}, {B: guide/b.md}, {Guide: guide/index.md}]\n"
	f["docs/guide/b.md"] = "# B\n\n[a](a.md#part) ![x](../img/x.png) **bold**\n"
	s, err := site.Open(f.fs(), options())
	if err != nil {
		t.Fatal(err)
	}
	peek, err := s.Peek(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(peek.Stats().Redone); n != 0 {
		t.Errorf("%d pages were read before one was asked for", n)
	}
	got := article(t, peek, "guide/b/index.html")
	if n := len(peek.Stats().Redone); n != 1 {
		t.Errorf("%d pages were read for one", n)
	}
	// Reading goes on while the site is built.
	var wg sync.WaitGroup
	for _, o := range peek.Outlines() {
		wg.Go(func() {
			if b, err := fs.ReadFile(peek, o.Output); err != nil || !strings.Contains(string(b), "<article") {
				t.Errorf("%s: %v", o.Output, err)
			}
		})
	}
	snap, err := s.Build(context.Background())
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if want := article(t, snap, "guide/b/index.html"); got != want {
		t.Errorf("the peek shows\n%s\nthe build\n%s", got, want)
	}
	if peek.Recipe("guide/b/index.html") == snap.Recipe("guide/b/index.html") {
		t.Error("a browser could take the page of the peek for that of the build")
	}
	if len(peek.Findings()) > 0 || snap.Changes(peek).None() {
		t.Error("a peek finds something, or passes for a build")
	}
	cold := build(t, f)
	if want := output(t, cold); len(want) != len(output(t, snap)) {
		t.Error("the build after a peek has other files")
	} else {
		for p, x := range output(t, snap) {
			if want[p] != x {
				t.Errorf("%s: after a peek it is another one", p)
			}
		}
	}
}
