package main

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/publish"
	"github.com/lintel-docs/lintel/site"
)

// openCache opens the cache of a project: in LINTEL_CACHE_DIR, or .lintel/cache
// at the project's root. Build and serve read pages with other options, so each
// has a space of its own.
func (a *app) openCache(p *project, use string) (*cache.Store, error) {
	dir := filepath.Join(p.dir, ".lintel", "cache")
	if d, ok := a.env("LINTEL_CACHE_DIR"); ok && d != "" {
		dir = d
	}
	return cache.Open(dir, strings.Join([]string{use, filepath.Base(p.dir), p.config}, "\n"), cache.Options{Version: programID(), Now: time.Now})
}

// programID tells two builds of Lintel apart: a cache must not be believed by a
// program that would have computed something else.
func programID() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fileID()
	}
	id, dirty := info.Main.Version, true
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			id += " " + s.Value
		case "vcs.modified":
			dirty = s.Value == "true"
		}
	}
	if dirty && (info.Main.Version == "" || info.Main.Version == "(devel)" || strings.Contains(info.Main.Version, "+dirty")) {
		id += " " + fileID()
	}
	return id
}

// fileID names the program's file, for builds that have no other name.
func fileID() string {
	exe, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	info, err := os.Stat(exe)
	if err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%d %d", info.Size(), info.ModTime().UnixNano())
}

// published is what a build remembers of the folder that it wrote.
type published struct {
	Dir    string
	Stamps publish.Stamps
}

// earlier returns the stamps of the last build into a folder.
func earlier(state []byte, dir string) publish.Stamps {
	var was published
	if len(state) == 0 || gob.NewDecoder(bytes.NewReader(state)).Decode(&was) != nil || was.Dir != dir {
		return nil
	}
	return was.Stamps
}

func encodePublished(dir string, stamps publish.Stamps) []byte {
	var buf bytes.Buffer
	if gob.NewEncoder(&buf).Encode(published{dir, stamps}) != nil {
		return nil // the next build looks at every file
	}
	return buf.Bytes()
}

// maxWhy is how many files of one kind are named.
const maxWhy = 10

// printStats tells what was redone and why.
func (a *app) printStats(st site.Stats, r publish.Result, store *cache.Store, took map[string]time.Duration) {
	w := a.stderr
	fmt.Fprintf(w, "pages: %d; %d taken from the cache, %d read\n", st.Pages, st.Cache, len(st.Redone))
	by := map[string][]string{}
	for _, x := range st.Redone {
		by[x.Why] = append(by[x.Why], x.Path)
	}
	whys := make([]string, 0, len(by))
	for why := range by {
		whys = append(whys, why)
	}
	slices.SortFunc(whys, func(x, y string) int { return cmp.Or(len(by[y])-len(by[x]), strings.Compare(x, y)) })
	for _, why := range whys {
		names := by[why]
		fmt.Fprintf(w, "  %d because %s\n", len(names), why)
		for _, n := range names[:min(len(names), maxWhy)] {
			fmt.Fprintf(w, "    %s\n", n)
		}
		if len(names) > maxWhy {
			fmt.Fprintf(w, "    and %d more\n", len(names)-maxWhy)
		}
	}
	fmt.Fprintf(w, "files: %d; %d written, %d made and found unchanged, %d not made since nothing that they depend on changed, %d removed\n",
		r.Files, r.Written, r.Unchanged-r.Spared, r.Spared, r.Removed)
	if store != nil {
		fmt.Fprintf(w, "cache: %.1f MB found\n", float64(store.Size())/1e6)
	} else {
		fmt.Fprintln(w, "cache: none")
	}
	for _, k := range []string{"build", "publish", "keep"} {
		fmt.Fprintf(w, "%s: %s\n", k, took[k].Round(time.Millisecond))
	}
}
