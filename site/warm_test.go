package site_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/site"
)

// sampleSite has a bit of everything that a change could spill over to.
func sampleSite() files {
	return files{
		"mkdocs.yml": `site_name: Sample
site_url: https://example.test/
repo_url: https://gitlab.com/o/r
plugins: [search, tags, meta, include-markdown, macros]
extra: {release: "1.2"}
markdown_extensions:
  - pymdownx.snippets: {base_path: ["."]}
  - toc: {permalink: true}
  - attr_list
`,
		"docs/index.md":        "# Home\n\n[guide](guide/index.md) [part](guide/a.md#part) {{ release }}\n",
		"docs/guide/index.md":  "# Guide\n\n--8<-- \"inc/shared.md\"\n",
		"docs/guide/a.md":      "---\ntags: [x, y]\n---\n# A\n\n## Part\n\n[b](b.md)\n",
		"docs/guide/b.md":      "# B\n\n{% include-markdown \"../parts/p.md\" %}\n",
		"docs/parts/p.md":      "# P\n\n[home](../index.md)\n",
		"docs/tags.md":         "# Tags\n\n<!-- material/tags -->\n",
		"docs/guide/.meta.yml": "description: guides\n",
		"inc/shared.md":        "Shared *text*.\n",
		"docs/img/x.png":       "x",
		"lintel.yml":           "checks: {}\n",
		"docs/adr/0001-a.md":   "# 1. Use A\n\n## Status\n\nSuperseded by [2](0002-b.md)\n",
		"docs/adr/0002-b.md":   "---\nstatus: accepted\ntags: [el-a]\n---\n# Use B\n\nEl A.\n",
		"docs/view.md":         architectureTexts()[0],
		"docs/words.md":        "---\nsad: glossary\n---\n# Words\n\n| Term | Definition |\n|---|---|\n| shared text | what is shared |\n",
		"docs/css/own.css":     "p{}",
		"docs/.pages":          "title: All\n",
		"docs/SUMMARY.md":      "* [Home](index.md)\n* [A](guide/a.md)\n",
		"theme/lang/en.json":   "{}",
	}
}

func architectureTexts() []string {
	return []string{
		"---\nsad: view\nid: v\nviewpoint: pipeline\nelements:\n  - {id: el-a, name: El A, kind: filter, code: [\"x/**\"]}\n  - {id: el-b, name: El B}\nrelations: [{from: el-a, to: el-b, kind: reads}]\n---\n# View\n\n## Primary Presentation\n\n## Element Catalog\n\nsee ADR-1\n",
		"---\nsad: view\nid: w\nelements: [el-a, {id: el-c, name: Shared text}]\n---\n# W\n\n## Element Catalog\n\nEl A and El C, ADR-2.\n",
		"# 7. Use C\n\n## Status\n\nAccepted\n\nSupersedes ADR-2.\n",
		"---\nops: runbook\nowner: x\nelements: [el-a, el-b]\n---\n# Run\n\nEl A, shared text.\n",
		"El A, El B, ADR-0001, ADR 2, shared text.\n",
		"<!-- lintel:decisions -->\n\n<!-- lintel:elements -->\n\n<!-- lintel:views -->\n",
	}
}

// edits are the ways in which a tree changes between builds.
func edit(f files, op, which, with byte) {
	paths := slices.Sorted(maps.Keys(f))
	p := paths[int(which)%len(paths)]
	texts := []string{
		"# New title\n\ntext\n", "## Part\n", "[l](guide/a.md#part)\n", "[l](../index.md) [m](none.md)\n", "text\n",
		"---\ntitle: Meta\ntags: [z]\n---\n\nbody\n", "--8<-- \"inc/shared.md\"\n", "{% include-markdown \"a.md\" %}\n", "", "{{ release }}\n", "[l](guide/b.md#part) ![i](img/x.png)\n", "$x^2$ and \\(y\\)\n\n---\n", "* [B](guide/b.md)\n", "title: T\n",
	}
	texts = append(texts, architectureTexts()...)
	text := texts[int(with)%len(texts)]
	names := []string{"docs/css/own.css", "docs/img/y.png", "docs/.pages", "theme/x.css", "docs/SUMMARY.md", "docs/guide/.hidden.md", "docs/new.md", "docs/guide/c.md", "docs/guide/README.md", "inc/shared.md", "docs/parts/q.md", "docs/guide/.meta.yml", "docs/none.md", "docs/adr/0007-c.md", "docs/view2.md", "docs/architecture/decisions.md"}
	switch op % 7 {
	case 0: // change
		if !strings.HasSuffix(p, ".yml") {
			f[p] = text
		}
	case 1: // append
		if !strings.HasSuffix(p, ".yml") {
			f[p] += "\n" + text
		}
	case 2: // remove
		if !strings.HasSuffix(p, ".yml") && p != "docs/index.md" {
			delete(f, p)
		}
	case 3: // add
		f[names[int(which)%len(names)]] = text
	case 4: // rename
		if n := names[int(with)%len(names)]; !strings.HasSuffix(p, ".yml") && p != "docs/index.md" {
			f[n] = f[p]
			if n != p {
				delete(f, p)
			}
		}
	case 5: // configuration
		if which%4 == 0 {
			f["lintel.yml"] = []string{"", "checks: {}\n", "sad: {pages: false}\n", "adr: {folders: docs}\n"}[with%4]
			return
		}
		confs := []string{"extra_css: [css/own.css]\n", "extra_templates: [css/own.css]\n", "theme: {custom_dir: theme}\n", "draft_docs: guide/c.md\n", "copyright: x\n", "not_in_nav: guide/b.md\n", "use_directory_urls: false\n", "exclude_docs: parts/\n", "validation: {anchors: warn}\n"}
		c := confs[int(with)%len(confs)]
		if strings.Contains(f["mkdocs.yml"], c) {
			f["mkdocs.yml"] = strings.Replace(f["mkdocs.yml"], c, "", 1)
		} else {
			f["mkdocs.yml"] += c
		}
	case 6: // nav, or a plugin that makes it
		if with%5 == 0 {
			plugins := []string{"plugins: [search, tags, meta, include-markdown, macros]", "plugins: [search, tags, meta, include-markdown, macros, awesome-pages]", "plugins: [search, tags, meta, include-markdown, macros, literate-nav]"}
			for _, old := range plugins {
				f["mkdocs.yml"] = strings.Replace(f["mkdocs.yml"], old+"\n", plugins[int(which)%len(plugins)]+"\n", 1)
			}
			return
		}
		navs := []string{"nav: [index.md, {G: [guide/a.md, guide/b.md]}]\n", "nav: [guide/b.md, {T: index.md}]\n"}
		n := navs[int(with)%len(navs)]
		for _, old := range navs {
			f["mkdocs.yml"] = strings.Replace(f["mkdocs.yml"], old, "", 1)
		}
		if which%3 != 0 {
			f["mkdocs.yml"] += n
		}
	}
}

// warm is a site that lives through edits, with its files.
type warm struct {
	tree    files
	m       fstest.MapFS
	site    *site.Site
	last    *site.Snapshot
	tick    time.Time
	recipes map[string]string // path and recipe → content
}

func newWarm(t testing.TB) *warm {
	w := &warm{tree: sampleSite(), m: fstest.MapFS{}, tick: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), recipes: map[string]string{}}
	w.sync()
	var err error
	if w.site, err = site.Open(w.m, options()); err != nil {
		t.Fatal(err)
	}
	w.build(t, nil)
	return w
}

// sync brings the file system to the state of the tree and returns what changed.
func (w *warm) sync() []string {
	var changed []string
	w.tick = w.tick.Add(time.Second)
	for p, s := range w.tree {
		if old := w.m[p]; old == nil || string(old.Data) != s {
			w.m[p] = &fstest.MapFile{Data: []byte(s), ModTime: w.tick}
			changed = append(changed, p)
		}
	}
	for p := range w.m {
		if _, ok := w.tree[p]; !ok {
			delete(w.m, p)
			changed = append(changed, p)
		}
	}
	return changed
}

// build builds, by what changed when that is given.
func (w *warm) build(t testing.TB, changed []string) {
	var err error
	if changed != nil {
		w.last, err = w.site.BuildAfter(context.Background(), changed)
	} else {
		w.last, err = w.site.Build(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// check holds the snapshot against that of a site that saw the last state only.
func (w *warm) check(t testing.TB) {
	m := fstest.MapFS{}
	maps.Copy(m, w.m)
	s, err := site.Open(m, options())
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Build(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(w.last.Findings(), c.Findings(), finding.Finding.Equal) {
		for _, f := range w.last.Findings() {
			if !slices.ContainsFunc(c.Findings(), f.Equal) {
				t.Errorf("only warm: %v", f)
			}
		}
		for _, f := range c.Findings() {
			if !slices.ContainsFunc(w.last.Findings(), f.Equal) {
				t.Errorf("only cold: %v", f)
			}
		}
		t.Fatalf("findings differ: %d warm, %d cold\n%s", len(w.last.Findings()), len(c.Findings()), w.tree["mkdocs.yml"])
	}
	if !slices.Equal(w.last.Outlines(), c.Outlines()) {
		t.Fatalf("outlines differ\nwarm %+v\ncold %+v", w.last.Outlines(), c.Outlines())
	}
	wo, co := output(t, w.last), output(t, c)
	for p, s := range co {
		if wo[p] != s {
			t.Fatalf("%s differs\nwarm %s\ncold %s", p, wo[p], s)
		}
	}
	if len(wo) != len(co) {
		t.Fatalf("warm has %d files, cold %d", len(wo), len(co))
	}
	if len(w.recipes) > 100_000 {
		clear(w.recipes)
	}
	for p, s := range wo {
		r := p + w.last.Recipe(p)
		if r != p+c.Recipe(p) {
			t.Fatalf("%s: the recipes of a warm and a cold build differ", p)
		}
		if old, ok := w.recipes[r]; ok && old != s {
			t.Fatalf("%s: one recipe, two contents:\n%s\n%s", p, old, s)
		}
		w.recipes[r] = s
	}
}

// kept builds the tree as a new process would that finds a cache, and compares.
func (w *warm) kept(t testing.TB, dir string) (reused int) {
	store, err := cache.Open(dir, "test", cache.Options{Version: "test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	o := options()
	o.Cache = store
	m := fstest.MapFS{}
	maps.Copy(m, w.m)
	s, err := site.Open(m, o)
	if err != nil {
		t.Fatal(err)
	}
	before, site0 := w.last, w.site
	defer func() { w.last, w.site = before, site0 }()
	if w.last, err = s.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.check(t)
	if err := s.Keep(nil); err != nil {
		t.Fatal(err)
	}
	w.check(t) // bodies are read from the cache now
	return w.last.Stats().Cache
}

// FuzzWarmEqualsCold edits a tree at random and holds the build of a site that
// saw all the edits against that of one that saw only the last state. Half of
// the builds are told what changed.
func FuzzWarmEqualsCold(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 2, 1, 4, 5, 6, 5, 1, 1, 6, 1, 1, 2, 3, 4})
	f.Add([]byte{4, 9, 3, 4, 3, 3, 2, 5, 0, 3, 3, 6, 1, 8, 7, 5, 0, 0})
	f.Fuzz(func(t *testing.T, prog []byte) {
		w := newWarm(t)
		for i := 0; i+2 < len(prog) && i < 60; i += 3 {
			edit(w.tree, prog[i], prog[i+1], prog[i+2])
			changed := w.sync()
			if prog[i] >= 128 {
				changed = nil
			}
			w.build(t, changed)
			w.check(t)
		}
	})
}

var (
	manyEdits = flag.Int("edits", 2000, "edits of TestManyEdits")
	editSeed  = flag.Uint64("seed", 0, "seed of TestManyEdits; 0 takes the time")
	editCheck = flag.Int("check", 1, "TestManyEdits compares after each nth edit on average")
)

// TestManyEdits is FuzzWarmEqualsCold for one long life: a site sees all the
// edits, and is compared with a fresh one on the way.
func TestManyEdits(t *testing.T) {
	seed := *editSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	r := rand.New(rand.NewPCG(seed, 7))
	w := newWarm(t)
	n := *manyEdits
	if testing.Short() {
		n = min(n, 300)
	}
	compared, told, processes, reused := 0, 0, 0, 0
	dir := t.TempDir()
	defer func() {
		if t.Failed() {
			t.Logf("run again with -seed %d", seed)
		}
	}()
	start := time.Now()
	for i := range n {
		op := byte(r.IntN(256))
		if r.IntN(3) > 0 {
			op = byte(r.IntN(2)) // as authors do: most edits are of a text
		}
		edit(w.tree, op, byte(r.IntN(256)), byte(r.IntN(256)))
		if len(w.tree) > 40 || i%500 == 499 {
			w.tree = sampleSite()
		}
		for p, s := range w.tree {
			if len(s) > 2000 && !strings.HasSuffix(p, ".yml") {
				w.tree[p] = s[len(s)-500:]
			}
		}
		changed := w.sync()
		if r.IntN(4) == 0 {
			changed = nil
		} else {
			told++
		}
		w.build(t, changed)
		if r.IntN(*editCheck) == 0 {
			compared++
			w.check(t)
		}
		if i%300 >= 298 {
			processes++
			reused += w.kept(t, dir)
		}
		if i%10_000 == 9_999 {
			fmt.Printf("%d edits, %d compared, %s\n", i+1, compared, time.Since(start).Round(time.Second))
		}
	}
	t.Logf("seed %d: %d edits, %d told what changed, %d compared with a fresh build; %d processes with a cache took %d pages from it", seed, n, told, compared, processes, reused)
	if reused == 0 {
		t.Error("nothing was ever taken from the cache")
	}
}
