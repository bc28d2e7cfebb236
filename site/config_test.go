package site

import (
	"errors"
	"fmt"
	"math"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// project makes a file system of a txtar archive. Text before the first file is
// mkdocs.yml, and there is always a folder docs.
func project(archive string) fstest.MapFS {
	a := txtar.Parse([]byte(archive))
	fsys := fstest.MapFS{"docs/index.md": &fstest.MapFile{Data: []byte("# Home\n")}}
	if len(a.Comment) > 0 {
		fsys["mkdocs.yml"] = &fstest.MapFile{Data: a.Comment}
	}
	for _, f := range a.Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys
}

// load reads a configuration that must be without findings.
func load(t *testing.T, archive string, env ...string) *Config {
	t.Helper()
	cfg, findings, err := LoadConfig(project(archive), "", environ(env))
	if err != nil || len(findings) > 0 {
		t.Fatalf("error %v, findings %v", err, findings)
	}
	return cfg
}

func environ(env []string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, e := range env {
			if k, v, _ := strings.Cut(e, "="); k == name {
				return v, true
			}
		}
		return "", false
	}
}

// equal compares by value and prints both sides.
func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %#v\nwant %#v", what, got, want)
	}
}

func TestConfigDefaults(t *testing.T) {
	c := load(t, "site_name: X\n")
	equal(t, "docs_dir", c.DocsDir, "docs")
	equal(t, "site_dir", c.SiteDir, "site")
	equal(t, "dev_addr", c.DevAddr, "127.0.0.1:8000")
	equal(t, "use_directory_urls", c.UseDirectoryURLs, true)
	equal(t, "strict", c.Strict, false)
	equal(t, "theme", c.Theme.Name, "mkdocs")
	equal(t, "plugins", c.Plugins, []Plugin{{Name: "search"}})
	equal(t, "extensions", extensionNames(c.Extensions), []string{"toc", "tables", "fenced_code"})
	equal(t, "validation", c.Validation, Validation{
		NavOmittedFiles: LevelInfo, NavNotFound: LevelWarn, NavAbsoluteLinks: LevelInfo,
		LinkNotFound: LevelWarn, LinkAbsoluteLinks: LevelInfo, LinkUnrecognizedLinks: LevelInfo, LinkAnchor: LevelInfo,
	})
	equal(t, "remote", c.RemoteName+" "+c.RemoteBranch, "origin gh-pages")
	equal(t, "dialect", c.Dialect, render.MkDocs)
	if c.Nav != nil || c.EditURI != nil {
		t.Errorf("nav %v and edit_uri %v are set", c.Nav, c.EditURI)
	}
}

func extensionNames(exts []render.Extension) []string {
	var out []string
	for _, e := range exts {
		out = append(out, e.Name)
	}
	return out
}

func TestConfigSettings(t *testing.T) {
	c := load(t, `
site_name: Platform
site_url: https://docs.example.org/platform
site_description: How it works
site_author: Data team
copyright: © 2026
repo_url: https://gitlab.example.org/data/platform
repo_name: data/platform
edit_uri: ''
edit_uri_template: blob/main/{path}
exclude_docs: |
  *.tmp
draft_docs: drafts/
not_in_nav: |
  /hidden/*
docs_dir: handbook
site_dir: public
dev_addr: 0.0.0.0:9000
use_directory_urls: false
strict: yes
extra_css: [a.css, '']
extra_javascript:
  - a.js
  - b.mjs
  - {path: c.js, type: module, async: true, defer: true}
extra_templates: [robots.txt]
extra:
  version: {provider: mike}
  n: 3
  f: 1.5
hooks: [hooks.py]
watch: [src]
remote_branch: pages
remote_name: upstream
-- handbook/index.md --
# Home
`)
	equal(t, "site_name", c.SiteName, "Platform")
	equal(t, "site_url", c.SiteURL, "https://docs.example.org/platform/")
	equal(t, "site_description", c.SiteDescription, "How it works")
	equal(t, "site_author", c.SiteAuthor, "Data team")
	equal(t, "copyright", c.Copyright, "© 2026")
	equal(t, "repo_url", c.RepoURL, "https://gitlab.example.org/data/platform")
	equal(t, "repo_name", c.RepoName, "data/platform")
	if c.EditURI == nil || *c.EditURI != "" {
		t.Errorf("edit_uri %v, want the empty text", c.EditURI)
	}
	equal(t, "edit_uri_template", c.EditURITemplate, "blob/main/{path}")
	equal(t, "exclude_docs", c.ExcludeDocs, "*.tmp\n")
	equal(t, "draft_docs", c.DraftDocs, "drafts/")
	equal(t, "not_in_nav", c.NotInNav, "/hidden/*\n")
	equal(t, "docs_dir", c.DocsDir, "handbook")
	equal(t, "site_dir", c.SiteDir, "public")
	equal(t, "dev_addr", c.DevAddr, "0.0.0.0:9000")
	equal(t, "use_directory_urls", c.UseDirectoryURLs, false)
	equal(t, "strict", c.Strict, true)
	equal(t, "extra_css", c.ExtraCSS, []string{"a.css"})
	equal(t, "extra_javascript", c.ExtraJavaScript, []ExtraScript{
		{Path: "a.js"},
		{Path: "b.mjs", Type: "module"},
		{Path: "c.js", Type: "module", Async: true, Defer: true},
	})
	equal(t, "extra_templates", c.ExtraTemplates, []string{"robots.txt"})
	equal(t, "extra", c.Extra, map[string]any{"version": map[string]any{"provider": "mike"}, "n": 3, "f": 1.5})
	equal(t, "hooks", c.Hooks, []string{"hooks.py"})
	equal(t, "watch", c.Watch, []string{"src"})
	equal(t, "remote", c.RemoteName+" "+c.RemoteBranch, "upstream pages")
	equal(t, "a key's place", c.Keys["strict"], finding.Position{Path: "mkdocs.yml", Line: 20, Column: 1})
}

func TestFindConfig(t *testing.T) {
	tests := []struct {
		name, archive, ask, file string
	}{
		{"the first name", "site_name: A\n-- mkdocs.yaml --\n-- properdocs.yml --\n", "", "mkdocs.yml"},
		{"the other suffix", "-- mkdocs.yaml --\nsite_name: A\n", "", "mkdocs.yaml"},
		{"properdocs", "-- properdocs.yml --\nsite_name: A\n", "", "properdocs.yml"},
		{"a name", "-- sub/x.yml --\nsite_name: A\n-- sub/docs/a.md --\n", "sub/x.yml", "sub/x.yml"},
		{"a name with dots", "-- sub/x.yml --\nsite_name: A\n-- sub/docs/a.md --\n", "./sub/../sub/x.yml", "sub/x.yml"},
		{"a folder", "-- sub/mkdocs.yml --\nsite_name: A\n-- sub/docs/a.md --\n", "sub", "sub/mkdocs.yml"},
		{"an empty lintel.yml alone", "-- lintel.yml --\n", "", "lintel.yml"},
		{"lintel.yml by name", "-- sub/lintel.yml --\n-- sub/docs/a.md --\n", "sub/lintel.yml", "sub/lintel.yml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, findings, err := LoadConfig(project(tt.archive), tt.ask, nil)
			if err != nil {
				t.Fatal(err, findings)
			}
			equal(t, "file", c.File, tt.file)
			equal(t, "docs_dir", c.DocsDir, path.Join(path.Dir(tt.file), "docs"))
		})
	}
	for _, name := range []string{"../mkdocs.yml", "/etc/mkdocs.yml", "nowhere.yml", "docs/nowhere"} {
		if c, findings, err := LoadConfig(project("site_name: A\n"), name, nil); err == nil || c != nil || len(findings) != 1 {
			t.Errorf("%s: config %v, findings %v, error %v", name, c, findings, err)
		}
	}
	if _, _, err := LoadConfig(fstest.MapFS{}, "", nil); !errors.Is(err, ErrNoConfig) {
		t.Errorf("an empty folder: %v, want ErrNoConfig", err)
	}
}

func TestInherit(t *testing.T) {
	const archive = `
-- team/docs/mkdocs.yml --
INHERIT: ../../base/mkdocs.yml
site_name: Child
theme:
  features: [c]
plugins:
  tags: {}
extra:
  deep: {b: 2}
-- team/docs/docs/index.md --
-- base/mkdocs.yml --
INHERIT: ./root.yaml
site_name: Base
strict: true
theme:
  name: material
  features: [a, b]
  palette: {primary: red, accent: blue}
plugins:
  search: {lang: ko}
extra:
  deep: {a: 1, b: 1}
-- base/root.yaml --
site_name: Root
site_author: Root
theme:
  palette: {primary: green, scheme: slate}
`
	c, findings, err := LoadConfig(project(archive), "team/docs/mkdocs.yml", nil)
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	equal(t, "site_name", c.SiteName, "Child")
	equal(t, "site_author", c.SiteAuthor, "Root")
	equal(t, "strict", c.Strict, true)
	equal(t, "lists are replaced", c.Theme.Features, []string{"c"})
	equal(t, "maps merge", c.Theme.Values["palette"], map[string]any{"primary": "red", "accent": "blue", "scheme": "slate"})
	equal(t, "maps merge in extra", c.Extra, map[string]any{"deep": map[string]any{"a": 1, "b": 2}})
	var plugins []string
	for _, p := range c.Plugins {
		plugins = append(plugins, p.Name)
	}
	equal(t, "plugins merge", plugins, []string{"search", "tags"})
	equal(t, "docs_dir", c.DocsDir, "team/docs/docs")
	equal(t, "a place in the parent", c.Keys["strict"], finding.Position{Path: "base/mkdocs.yml", Line: 3, Column: 1})
	for _, s := range []string{"team/docs/mkdocs.yml", "base/mkdocs.yml", "base/root.yaml", "team/docs/lintel.yml"} {
		if !slices.Contains(c.Sources, s) {
			t.Errorf("sources %v lack %s", c.Sources, s)
		}
	}
}

// TestConfigErrors holds what is reported for bad input: a line of the archive's
// comment that begins with "want" is part of a finding, and there is no other.
func TestConfigErrors(t *testing.T) {
	tests := []struct {
		name, archive string
		want          []string // in order; each a part of one finding
	}{
		// The file.
		{"tab", "site_name: A\nextra:\n\tb: 1\n", []string{"mkdocs.yml:3:1: error: ", "a tab in the indentation: b: 1", "indent with spaces"}},
		{"colon in a value", "site_name: A: B\n", []string{"mkdocs.yml:1:13: error: mapping values are not allowed", "site_name: A: B", "quote a value"}},
		{"bracket left open", "site_name: A\nplugins: [search\n", []string{"mkdocs.yml:", "error: ", "each bracket and quote is closed"}},
		{"at sign", "site_name: @A\n", []string{"mkdocs.yml:1:", "cannot start any token", "quote a value"}},
		{"unknown anchor", "site_name: *a\n", []string{"mkdocs.yml:1:", "unknown anchor 'a'", "quote a value that begins with *"}},
		{"not UTF-8", "site_name: A\nextra: {a: \"\xff\"}\n", []string{"mkdocs.yml:2:13: error: the byte 0xff is not UTF-8"}},
		{"a list", "- a\n- b\n", []string{"mkdocs.yml:1:1: error: expected a map of settings, found a list"}},
		{"text", "hello\n", []string{"mkdocs.yml:1:1: error: expected a map of settings, found the text \"hello\""}},
		{"a list as key", "site_name: A\n? [a]\n: b\n", []string{"mkdocs.yml:2:3: error: a list or map is used as a key"}},
		{"an anchor in itself", "site_name: A\nextra: &x [*x]\n", []string{"mkdocs.yml:2:8: error: the anchor &x contains itself"}},
		{"a duplicate key", "site_name: A\nstrict: true\nsite_name: B\n", []string{"mkdocs.yml:3:1: warning: site_name is given twice, first in line 1; the last one counts"}},
		{"a second document", "# first\n---\nsite_name: A\n---\nsite_name: B\n", []string{"mkdocs.yml:4:1: warning: a second YAML document begins here"}},
		// Keys.
		{"unknown key", "site_name: A\nsite_nme: B\n", []string{"mkdocs.yml:2:1: warning: site_nme is no known setting", "did you mean site_name?"}},
		{"key like no other", "site_name: A\nzzzzzzzzz: B\n", []string{"mkdocs.yml:2:1: warning: zzzzzzzzz is no known setting", "extra:"}},
		{"removed key", "site_name: A\ngoogle_analytics: [x, y]\n", []string{"mkdocs.yml:2:1: warning: google_analytics is no setting of MkDocs any more", "analytics"}},
		{"no site_name", "strict: true\n", []string{"mkdocs.yml:1:1: warning: site_name is missing"}},
		// Types.
		{"a number as text", "site_name: 2024\n", []string{`mkdocs.yml:1:12: warning: site_name expects text, found the number 2024 (quote it: site_name: "2024")`}},
		{"a boolean as text", "site_name: A\ncopyright: yes\n", []string{`mkdocs.yml:2:12: error: copyright expects text, found the boolean true (quote it: copyright: "yes")`}},
		{"a list as text", "site_name: [a]\n", []string{"mkdocs.yml:1:12: error: site_name expects text, found a list"}},
		{"text as boolean", "site_name: A\nstrict: 'yes'\n", []string{"mkdocs.yml:2:9: error: strict expects true or false, found the text \"yes\" (write true without quotes)"}},
		{"a number as boolean", "site_name: A\nstrict: 1\n", []string{"mkdocs.yml:2:9: error: strict expects true or false, found the number 1"}},
		{"text as list", "site_name: A\nextra_css: a.css\n", []string{"mkdocs.yml:2:12: error: extra_css expects a list, found the text \"a.css\"", "- item"}},
		{"text as map", "site_name: A\nextra: a\n", []string{"mkdocs.yml:2:8: error: extra expects a map, found the text \"a\""}},
		{"a list as patterns", "site_name: A\nexclude_docs: [a, b]\n", []string{"mkdocs.yml:2:15: warning: exclude_docs expects text with one pattern a line, found a list"}},
		{"a script without path", "site_name: A\nextra_javascript: [{async: true}]\n", []string{"mkdocs.yml:2:20: error: an item of extra_javascript has no path"}},
		{"a script's unknown key", "site_name: A\nextra_javascript: [{path: a.js, asynch: true}]\n", []string{"mkdocs.yml:2:33: warning: asynch is no known key of an extra_javascript item", "did you mean async?"}},
		// Values.
		{"site_url", "site_name: A\nsite_url: docs.example.org\n", []string{"mkdocs.yml:2:11: error: site_url expects a URL with scheme and host"}},
		{"repo_url", "site_name: A\nrepo_url: group/project\n", []string{"mkdocs.yml:2:11: error: repo_url expects a URL with scheme and host"}},
		{"dev_addr", "site_name: A\ndev_addr: localhost\n", []string{"mkdocs.yml:2:11: error: dev_addr expects HOST:PORT"}},
		{"dev_addr port", "site_name: A\ndev_addr: localhost:99999\n", []string{"mkdocs.yml:2:11: error: dev_addr expects HOST:PORT"}},
		{"level", "site_name: A\nvalidation:\n  nav:\n    not_found: warning\n", []string{"mkdocs.yml:4:16: error: validation not_found expects one of ignore, info, warn, found the text \"warning\" (did you mean warn?)"}},
		{"level for absolute links only", "site_name: A\nvalidation: {anchors: relative_to_docs}\n", []string{"mkdocs.yml:2:23: error: validation anchors expects one of ignore, info, warn,"}},
		{"level's key", "site_name: A\nvalidation: {anchor: warn}\n", []string{"mkdocs.yml:2:14: warning: anchor is no known key of validation", "did you mean anchors?"}},
		{"docs_dir that is not there", "site_name: A\ndocs_dir: pages\n", []string{"mkdocs.yml:2:1: error: docs_dir: there is no folder pages"}},
		{"docs_dir that is a file", "site_name: A\ndocs_dir: docs/index.md\n", []string{"mkdocs.yml:2:1: error: docs_dir: docs/index.md is no folder"}},
		{"docs_dir outside", "site_name: A\ndocs_dir: ../docs\n", []string{"mkdocs.yml:2:11: error: docs_dir: ../docs lies outside of the project"}},
		{"docs in site", "site_name: A\nsite_dir: .\n", []string{"mkdocs.yml:2:1: error: docs_dir docs lies inside of site_dir ."}},
		{"docs is site", "site_name: A\nsite_dir: ./docs/\n", []string{"mkdocs.yml:2:1: error: docs_dir docs lies inside of site_dir docs"}},
		{"site in docs", "site_name: A\nsite_dir: docs/site\n", []string{"mkdocs.yml:2:1: error: site_dir docs/site lies inside of docs_dir docs"}},
		// Theme.
		{"theme list", "site_name: A\ntheme: [material]\n", []string{"mkdocs.yml:2:8: error: theme expects a name or a map, found a list"}},
		{"theme without a name", "site_name: A\ntheme: {features: [a]}\n", []string{"mkdocs.yml:2:8: warning: theme has no name"}},
		{"theme null", "site_name: A\ntheme: {name: null}\n", []string{"mkdocs.yml:2:8: error: theme has neither name nor custom_dir"}},
		{"custom_dir", "site_name: A\ntheme: {name: material, custom_dir: over}\n", []string{"mkdocs.yml:2:37: warning: custom_dir: there is no folder over"}},
		// Navigation.
		{"nav text", "site_name: A\nnav: index.md\n", []string{"mkdocs.yml:2:6: error: nav expects a list, found the text \"index.md\""}},
		{"nav map", "site_name: A\nnav: {Home: index.md}\n", []string{"mkdocs.yml:2:6: warning: nav expects a list, found a map"}},
		{"nav entry of two", "site_name: A\nnav: [{A: a.md, B: b.md}]\n", []string{"mkdocs.yml:2:7: warning: an entry of nav expects one title, found a map of 2"}},
		{"nav entry without page", "site_name: A\nnav:\n  - A:\n", []string{"mkdocs.yml:3:7: warning: A of nav names no page; it is left out"}},
		{"nav empty entry", "site_name: A\nnav:\n  -\n  - a.md\n", []string{"mkdocs.yml:3:4: warning: an empty entry of nav"}},
		{"nav number", "site_name: A\nnav: [2024]\n", []string{"mkdocs.yml:2:7: warning: an entry of nav expects a page or a title, found the number 2024"}},
		// Extensions and plugins.
		{"extension options", "site_name: A\nmarkdown_extensions: [{toc: true}]\n", []string{"mkdocs.yml:2:29: error: options of toc expects a map, found the boolean true"}},
		{"extension options indented too little", "site_name: A\nmarkdown_extensions:\n  - toc:\n    permalink: true\n", []string{"mkdocs.yml:3:5: warning: an entry of markdown_extensions expects one name, found a map of 2", "indent the options of toc"}},
		{"plugin number", "site_name: A\nplugins: [3]\n", []string{"mkdocs.yml:2:11: error: an entry of plugins expects a name, found the number 3"}},
		{"plugin enabled", "site_name: A\nplugins: [search: {enabled: 'no'}]\n", []string{"mkdocs.yml:2:29: error: search: enabled expects true or false"}},
		// Tags.
		{"unknown tag", "site_name: A\nextra: {a: !env X}\n", []string{"mkdocs.yml:2:12: warning: unknown YAML tag !env", "did you mean !ENV?"}},
		{"relative prefix", "site_name: A\nextra: {a: !relative $site_dir}\n", []string{"mkdocs.yml:2:12: error: !relative $site_dir: expected nothing, $docs_dir or $config_dir"}},
		{"merge of text", "site_name: A\nextra: {<<: text}\n", []string{"mkdocs.yml:2:13: error: << expects a map or a list of maps"}},
		{"env map", "site_name: !ENV {a: b}\n", []string{"mkdocs.yml:1:12: error: !ENV expects a name or a list of names, found a map"}},
		// INHERIT.
		{"parent missing", "INHERIT: base.yml\nsite_name: A\n", []string{"mkdocs.yml:1:10: error: INHERIT: base.yml: no such file"}},
		{"parent outside", "INHERIT: ../base.yml\nsite_name: A\n", []string{"mkdocs.yml:1:10: error: INHERIT: ../base.yml lies outside of the project"}},
		{"parent absolute", "INHERIT: /base.yml\nsite_name: A\n", []string{"mkdocs.yml:1:10: error: INHERIT: /base.yml lies outside of the project"}},
		{"parent list", "INHERIT: [a.yml]\nsite_name: A\n", []string{"mkdocs.yml:1:10: error: INHERIT expects the path of a file, found a list"}},
		{"circle", "INHERIT: a.yml\n-- a.yml --\nINHERIT: mkdocs.yml\n", []string{"a.yml:1:10: error: INHERIT goes in a circle: mkdocs.yml → a.yml → mkdocs.yml"}},
		{"itself", "INHERIT: mkdocs.yml\n", []string{"mkdocs.yml:1:10: error: INHERIT goes in a circle"}},
		{"broken parent", "INHERIT: a.yml\n-- a.yml --\nx: [\n", []string{"a.yml:", "error: ", "did not find expected"}},
		// lintel.yml.
		{"dialect", "site_name: A\n-- lintel.yml --\nmarkdown: comonmark\n", []string{"lintel.yml:1:11: error: markdown expects one of mkdocs, commonmark, commonmark-strict, found the text \"comonmark\" (did you mean commonmark?)"}},
		{"lintel key", "site_name: A\n-- lintel.yml --\nmarkdwn: mkdocs\n", []string{"lintel.yml:1:1: warning: markdwn is no known key of lintel.yml", "did you mean markdown?"}},
		{"lintel syntax", "site_name: A\n-- lintel.yml --\na: b: c\n", []string{"lintel.yml:1:5: error: mapping values are not allowed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, findings, err := LoadConfig(project(tt.archive), "", nil)
			if len(findings) != 1 {
				t.Fatalf("%d findings, want 1: %v", len(findings), findings)
			}
			got := findings[0].String()
			for _, w := range tt.want {
				if !strings.Contains(got, w) {
					t.Errorf("%s\nlacks %q", got, w)
				}
			}
			var ce *ConfigError
			if isError := findings[0].Severity == finding.Error; isError != errors.As(err, &ce) {
				t.Errorf("error %v, finding %v", err, got)
			} else if isError && !strings.Contains(err.Error(), got) {
				t.Errorf("error %v does not hold %v", err, got)
			}
		})
	}
}

func TestEnv(t *testing.T) {
	const archive = `
site_name: !ENV NAME
site_author: !ENV [FIRST, SECOND, nobody]
copyright: !ENV [NOTHING, 'all rights']
site_url: !ENV UNSET
strict: !ENV [STRICT, false]
extra:
  text: !ENV TEXT
  number: !ENV NUMBER
  empty: !ENV EMPTY
  list: !ENV [NOTHING, [a, b]]
  quoted: !ENV [NOTHING, '12']
  plain: !ENV [NOTHING, 12]
  nothing: !ENV [NOTHING]
plugins:
  - search:
      enabled: !ENV [SEARCH, true]
  - tags:
      enabled: !ENV [TAGS, false]
`
	c := load(t, archive, "NAME=Env", "SECOND=two", "STRICT=yes", "TEXT=a b", "NUMBER=42", "EMPTY=", "SEARCH=off")
	equal(t, "a name", c.SiteName, "Env")
	equal(t, "the first that is set", c.SiteAuthor, "two")
	equal(t, "a default", c.Copyright, "all rights")
	equal(t, "unset", c.SiteURL, "")
	equal(t, "a boolean", c.Strict, true)
	equal(t, "types", c.Extra, map[string]any{
		"text": "a b", "number": 42, "empty": nil, "list": []any{"a", "b"}, "quoted": "12", "plain": 12, "nothing": nil,
	})
	equal(t, "plugins", c.Plugins, []Plugin{})
}

func TestPythonTags(t *testing.T) {
	c := load(t, `
site_name: A
markdown_extensions:
  - toc:
      slugify: !!python/object/apply:pymdownx.slugs.slugify
        kwds:
          case: lower
  - pymdownx.tabbed:
      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}
      separator: !!python/object/apply:a.b [x, 1]
  - pymdownx.emoji: {emoji_index: !!python/name:material.extensions.emoji.twemoji , emoji_generator: !!python/name:material.extensions.emoji.to_svg }
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_code_format
        - {name: x, format: !!python/name:x.y ''}
      list: [!!python/name:a.b , !<tag:yaml.org,2002:python/name:c.d> ""]
`)
	lower := &render.PyCall{Name: "pymdownx.slugs.slugify", Kwds: map[string]any{"case": "lower"}}
	want := []render.Extension{
		{Name: "toc", Config: map[string]any{"slugify": lower}},
		{Name: "tables"},
		{Name: "fenced_code"},
		{Name: "pymdownx.tabbed", Config: map[string]any{"slugify": lower, "separator": &render.PyCall{Name: "a.b", Args: []any{"x", 1}}}},
		{Name: "pymdownx.emoji", Config: map[string]any{
			"emoji_index":     render.PyName("material.extensions.emoji.twemoji"),
			"emoji_generator": render.PyName("material.extensions.emoji.to_svg"),
		}},
		{Name: "pymdownx.superfences", Config: map[string]any{
			"custom_fences": []any{
				map[string]any{"name": "mermaid", "class": "mermaid", "format": render.PyName("pymdownx.superfences.fence_code_format")},
				map[string]any{"name": "x", "format": render.PyName("x.y")},
			},
			"list": []any{render.PyName("a.b"), render.PyName("c.d")},
		}},
	}
	for i, e := range c.Extensions {
		c.Extensions[i].Position = finding.Position{}
		equal(t, e.Name, c.Extensions[i], want[i])
	}
}

func TestRelativeTag(t *testing.T) {
	c := load(t, `
site_name: A
docs_dir: pages
markdown_extensions:
  - pymdownx.snippets:
      base_path:
        - !relative
        - !relative $docs_dir
        - !relative $docs_dir/../snippets
        - !relative $config_dir
        - !relative $config_dir/includes
-- pages/index.md --
`)
	equal(t, "base_path", c.Extensions[3].Config["base_path"], []any{render.Relative(""), "pages", "snippets", ".", "includes"})
}

func TestAnchorsAndMergeKeys(t *testing.T) {
	c := load(t, `
site_name: A
extra:
  base: &base {a: 1, b: 1}
  other: &other {b: 2, c: 2}
  one: {<<: *base, b: 9}
  two: {<<: [*base, *other], d: 4}
  three:
    c: 7
    <<: *other
  list: [*base]
`)
	base := map[string]any{"a": 1, "b": 1}
	equal(t, "extra", c.Extra, map[string]any{
		"base": base, "other": map[string]any{"b": 2, "c": 2},
		"one": map[string]any{"a": 1, "b": 9}, "two": map[string]any{"a": 1, "b": 1, "c": 2, "d": 4},
		"three": map[string]any{"b": 2, "c": 7}, "list": []any{base},
	})
}

// The expected values are PyYAML's, read from `safe_load("a: " + text)`, but
// for dates, which stay text here.
func TestImplicitTypes(t *testing.T) {
	tests := map[string]any{
		"": nil, "~": nil, "null": nil, "Null": nil, "nULL": "nULL",
		"yes": true, "Yes": true, "yEs": "yEs", "y": "y", "n": "n", "no": false, "on": true, "off": false, "OFF": false, "true": true, "True": true,
		"0": 0, "-0": 0, "+5": 5, "007": 7, "0777": 511, "08": "08", "0o7": "0o7", "0x1F": 31, "0b101": 5, "1_000": 1000, "1__0": 10, "0_7": 7,
		"12:30": 750, "1:30:15": 5415, "12:30.5": 750.5, "190:20:30": 685230, "1:60": "1:60",
		"1.5": 1.5, ".5": .5, "1.": 1., "1e3": "1e3", "1.e+3": 1000., "1.5e3": "1.5e3", "1.5e+3": 1500., "08.5": 8.5, "-.5": "-.5", "+.5": "+.5",
		"+.inf": math.Inf(1), "-.Inf": math.Inf(-1),
		"--": "--", "+": "+", "1-2": "1-2", "v1.0": "v1.0", "1.2.3": "1.2.3", "_1": "_1", "0x": "0x", ".": ".", "0b2": "0b2", "0xG": "0xG",
		"2024-01-01": "2024-01-01",
	}
	for in, want := range tests {
		if got := implicit(in); got != want {
			t.Errorf("%q: %#v, want %#v", in, got, want)
		}
	}
	if f, ok := implicit(".nan").(float64); !ok || !math.IsNaN(f) {
		t.Errorf(".nan: %v", f)
	}
}

func TestNav(t *testing.T) {
	c := load(t, `
site_name: A
nav:
  - index.md
  - Guide: guide.md
  - 2024: year.md
  - null: untitled.md
  - "": [a.md]
  - Section:
    - section/
    - Deep:
      - Deeper: "*.md"
      - Site: https://example.org
  - Other: '!include ./other/mkdocs.yml'
  - Third: !include ./third/mkdocs.yml
  - Empty: []
`)
	at := func(line, col int) finding.Position {
		return finding.Position{Path: "mkdocs.yml", Line: line, Column: col}
	}
	equal(t, "nav", c.Nav, []NavEntry{
		{Path: "index.md", Position: at(4, 5)},
		{Title: "Guide", Path: "guide.md", Position: at(5, 5)},
		{Title: "2024", Path: "year.md", Position: at(6, 5)},
		{Path: "untitled.md", Position: at(7, 5)},
		{Children: []NavEntry{{Path: "a.md", Position: at(8, 10)}}, Position: at(8, 5)},
		{Title: "Section", Position: at(9, 5), Children: []NavEntry{
			{Path: "section/", Position: at(10, 7)},
			{Title: "Deep", Position: at(11, 7), Children: []NavEntry{
				{Title: "Deeper", Path: "*.md", Position: at(12, 9)},
				{Title: "Site", Path: "https://example.org", Position: at(13, 9)},
			}},
		}},
		{Title: "Other", Path: "!include ./other/mkdocs.yml", Position: at(14, 5)},
		{Title: "Third", Path: "!include ./third/mkdocs.yml", Position: at(15, 5)},
		{Title: "Empty", Children: []NavEntry{}, Position: at(16, 5)},
	})
	if c := load(t, "site_name: A\nnav: []\n"); c.Nav != nil {
		t.Errorf("an empty list is not an automatic navigation: %v", c.Nav)
	}
	c, _, _ = LoadConfig(project("site_name: A\nnav:\n  - {A: a.md, B: b.md}\n  - - c.md\n  - D: {E: e.md}\n  - F: 3\n"), "", nil)
	var flat []string
	for _, e := range c.Nav {
		flat = append(flat, fmt.Sprint(e.Title, "=", e.Path, len(e.Children)))
	}
	equal(t, "odd shapes", flat, []string{"A=a.md0", "B=b.md0", "=c.md0", "D=1", "F=30"})
}

func TestValidationLevels(t *testing.T) {
	c := load(t, `
site_name: A
validation:
  nav:
    absolute_links: ignore
  links:
    anchors: warn
  not_found: ignore
  absolute_links: relative_to_docs
  omitted_files: warn
`)
	equal(t, "validation", c.Validation, Validation{
		NavOmittedFiles: LevelWarn, NavNotFound: LevelIgnore, NavAbsoluteLinks: LevelIgnore,
		LinkNotFound: LevelIgnore, LinkAbsoluteLinks: LevelRelativeToDocs, LinkUnrecognizedLinks: LevelInfo, LinkAnchor: LevelWarn,
	})
}

func TestTheme(t *testing.T) {
	equal(t, "text", load(t, "site_name: A\ntheme: readthedocs\n").Theme.Name, "readthedocs")
	equal(t, "null", load(t, "site_name: A\ntheme:\n").Theme.Name, "mkdocs")
	c := load(t, `
site_name: A
theme:
  name: material
  custom_dir: overrides
  static_templates: [offline.html]
  language: ko
  locale: en
  features: [navigation.tabs, content.code.copy]
  logo: a.svg
  palette: [{scheme: default}, {scheme: slate}]
-- overrides/main.html --
`)
	equal(t, "theme", c.Theme, ThemeConfig{
		Name: "material", CustomDir: "overrides", StaticTemplates: []string{"offline.html"}, Language: "ko",
		Features: []string{"navigation.tabs", "content.code.copy"},
		Values: map[string]any{
			"language": "ko", "locale": "en", "features": []any{"navigation.tabs", "content.code.copy"}, "logo": "a.svg",
			"palette": []any{map[string]any{"scheme": "default"}, map[string]any{"scheme": "slate"}},
		},
	})
	c = load(t, "site_name: A\ntheme: {name: null, custom_dir: own}\n-- own/main.html --\n")
	equal(t, "a theme of one's own", c.Theme.Name+" "+c.Theme.CustomDir, " own")
}

func TestPlugins(t *testing.T) {
	tests := []struct{ name, yaml, want string }{
		{"absent", "", "search"},
		{"null", "plugins:", "search"},
		{"none", "plugins: []", ""},
		{"an empty map", "plugins: {}", ""},
		{"a list", "plugins: [search, tags]", "search tags"},
		{"a map", "plugins: {search: {lang: ko}, tags: }", "search[lang:ko] tags"},
		{"options", "plugins: [search: {lang: ko}]", "search[lang:ko]"},
		{"Material's own", "plugins: [material/search, material/tags: {a: 1}]", "search tags[a:1]"},
		{"disabled", "plugins: [search, tags: {enabled: false}, meta: {enabled: true}]", "search meta[enabled:true]"},
		{"empty items", "plugins: ['', search, null]", "search"},
		{"a group", "plugins: [search, group: {enabled: true, plugins: [tags, meta: {a: 1}]}, group: {enabled: false, plugins: [offline]}]", "search tags meta[a:1]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := load(t, "site_name: A\n"+tt.yaml+"\n")
			var got []string
			for _, p := range c.Plugins {
				s := p.Name
				if len(p.Options) > 0 {
					s += strings.TrimPrefix(fmt.Sprint(p.Options), "map")
				}
				got = append(got, s)
			}
			equal(t, "plugins", strings.Join(got, " "), tt.want)
		})
	}
}

func TestExtensions(t *testing.T) {
	tests := []struct{ name, yaml, want string }{
		{"built-in ones come first", "[admonition]", "toc tables fenced_code admonition"},
		{"a mention keeps their place", "[admonition, toc: {permalink: true}]", "toc[permalink:true] tables fenced_code admonition"},
		{"a map", "{admonition: , toc: {permalink: true}}", "toc[permalink:true] tables fenced_code admonition"},
		{"the whole name", "[markdown.extensions.toc: {toc_depth: 2}, 'markdown.extensions.meta']", "toc[toc_depth:2] tables fenced_code meta"},
		{"twice", "[abbr, footnotes: {A: 1}, footnotes]", "toc tables fenced_code abbr footnotes[A:1]"},
		{"empty items", "['', null, abbr]", "toc tables fenced_code abbr"},
		{"none", "[]", "toc tables fenced_code"},
		{"null", "", "toc tables fenced_code"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := load(t, "site_name: A\nmarkdown_extensions: "+tt.yaml+"\n")
			var got []string
			for _, e := range c.Extensions {
				s := e.Name
				if len(e.Config) > 0 {
					s += strings.TrimPrefix(fmt.Sprint(e.Config), "map")
				}
				got = append(got, s)
			}
			equal(t, "extensions", strings.Join(got, " "), tt.want)
		})
	}
}

// Options in line with the name of their extension are a common slip; they are
// read as meant, with a warning.
func TestOptionsIndentedTooLittle(t *testing.T) {
	c, findings, err := LoadConfig(project("site_name: A\nmarkdown_extensions:\n  - toc:\n    permalink: true\n"), "", nil)
	if err != nil || len(findings) != 1 {
		t.Fatal(err, findings)
	}
	equal(t, "options", c.Extensions[0].Config, map[string]any{"permalink": true})
	equal(t, "extensions", len(c.Extensions), 3)
}

func TestRepoName(t *testing.T) {
	tests := map[string]string{
		"https://github.com/a/b": "GitHub", "https://gitlab.com/a/b": "GitLab", "https://gitlab.example.org/a/b": "GitLab",
		"https://bitbucket.org/a/b": "Bitbucket", "https://dev.azure.com/a/b": "Azure", "https://git.example.org/a": "Git", "https://codeberg.org/a/b": "Codeberg",
	}
	for url, want := range tests {
		equal(t, url, load(t, "site_name: A\nrepo_url: "+url+"\n").RepoName, want)
	}
}

func TestSiteURL(t *testing.T) {
	tests := map[string]string{
		"https://a.org": "https://a.org/", "https://a.org/b": "https://a.org/b/", "https://a.org/b/": "https://a.org/b/",
		"http://127.0.0.1:8000/한글": "http://127.0.0.1:8000/%ED%95%9C%EA%B8%80/", "''": "", "": "",
	}
	for in, want := range tests {
		equal(t, in, load(t, "site_name: A\nsite_url: "+in+"\n").SiteURL, want)
	}
}

func TestRemovedPages(t *testing.T) {
	c, findings, err := LoadConfig(project("site_name: A\npages: [index.md]\n"), "", nil)
	if err != nil || len(findings) != 1 || !strings.Contains(findings[0].Hint, "nav") {
		t.Fatal(err, findings)
	}
	equal(t, "pages are read as nav", len(c.Nav), 1)
}

func TestLintelYML(t *testing.T) {
	c := load(t, "site_name: A\n-- lintel.yml --\nmarkdown: commonmark-strict\nanchors: gitlab\nadr: {folders: docs/adr}\nsad: {}\ndrift: {}\nreview: {}\n")
	equal(t, "dialect", c.Dialect, render.CommonMarkStrict)
	equal(t, "anchors", c.Anchors, "gitlab")
	c = load(t, "-- lintel.yml --\n")
	equal(t, "dialect without mkdocs.yml", c.Dialect, render.CommonMark)
	equal(t, "docs_dir without mkdocs.yml", c.DocsDir, "docs")
	c = load(t, "-- lintel.yaml --\nmarkdown: mkdocs\n")
	equal(t, "dialect without mkdocs.yml", c.Dialect, render.MkDocs)
}

func TestSiteNameDefault(t *testing.T) {
	c, _, _ := LoadConfig(project("repo_url: https://gitlab.com/data/platform.git/\n"), "", nil)
	equal(t, "from the repository", c.SiteName, "platform")
	c, _, _ = LoadConfig(project("-- handbook/lintel.yml --\n-- handbook/docs/a.md --\n"), "handbook", nil)
	equal(t, "from the folder", c.SiteName, "handbook")
}

// A line ending or a byte order mark of another system changes nothing.
func TestLineEndings(t *testing.T) {
	want := load(t, "site_name: A\nnav:\n  - index.md\n")
	got := load(t, "\ufeffsite_name: A\r\nnav:\r\n  - index.md\r\n")
	equal(t, "config", got.Nav, want.Nav)
	equal(t, "site_name", got.SiteName, "A")
}

func TestConfigLimits(t *testing.T) {
	laughs := "site_name: A\nextra:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		laughs += fmt.Sprintf("  a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	merges := "site_name: A\nextra:\n  m: &m {"
	for i := range 2000 {
		merges += fmt.Sprintf("k%d: 1, ", i)
	}
	merges += "}\n"
	for i := range 100 {
		merges += fmt.Sprintf("  n%d: {<<: *m}\n", i)
	}
	chain := ""
	for i := range 30 {
		chain += fmt.Sprintf("-- %d.yml --\nINHERIT: %d.yml\n", i, i+1)
	}
	tests := []struct{ name, archive, want string }{
		{"size", "site_name: " + strings.Repeat("A", maxConfigBytes), "the limit is 1048576"},
		{"aliases", laughs, "more than 100000 values"},
		{"merge keys", merges, "more than 100000 values"},
		{"values", "site_name: A\nextra: [" + strings.Repeat("1,", maxConfigNodes) + "]\n", "more than 100000 values"},
		{"depth", "site_name: A\nextra: " + strings.Repeat("[", 150) + strings.Repeat("]", 150) + "\n", "nested more than 100 deep"},
		{"inheritance", "INHERIT: 0.yml\n" + chain, "more than 16 files"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			_, findings, err := LoadConfig(project(tt.archive), "", nil)
			if err == nil || len(findings) != 1 || !strings.Contains(findings[0].Message, tt.want) {
				t.Errorf("error %v, findings %v; want %q", err, findings, tt.want)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

func FuzzConfig(f *testing.F) {
	for _, s := range []string{
		"", "site_name: A\n", "INHERIT: mkdocs.yml\n", "nav: [{a: [b, {c: d}]}, null, 3]\n", "theme: {name: null, custom_dir: docs}\n",
		"plugins: {search: {enabled: !ENV [CI, false]}}\n", "extra: {<<: &a {b: 1}, c: *a}\n", "extra: &a [*a]\n",
		"markdown_extensions: [toc: {slugify: !!python/object/apply:a.b {kwds: {c: d}}}, x: !!python/name:y.z ]\n",
		"validation: {nav: {not_found: warn}, absolute_links: relative_to_docs}\n", "a: !relative $docs_dir/x\n", "\t", "? [a]\n: b\n", "a: 1:2:3\n---\n",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, mkdocs, lintel string) {
		fsys := fstest.MapFS{
			"docs/index.md": {Data: nil},
			"mkdocs.yml":    {Data: []byte(mkdocs)},
			"lintel.yml":    {Data: []byte(lintel)},
		}
		if len(mkdocs)+len(lintel) > 4096 {
			t.Skip()
		}
		dog := time.AfterFunc(10*time.Second, func() { panic(fmt.Sprintf("hangs: %q %q", mkdocs, lintel)) })
		defer dog.Stop()
		c, findings, err := LoadConfig(fsys, "", func(string) (string, bool) { return lintel, len(lintel)%2 == 0 })
		var ce *ConfigError
		if err != nil && !errors.As(err, &ce) {
			t.Fatalf("error without a finding: %v", err)
		}
		if (c == nil) && err == nil {
			t.Fatal("neither configuration nor error")
		}
		for _, fd := range findings {
			if fd.Message == "" || fd.Path == "" || fd.Rule == "" || strings.Contains(fd.Message, "\n") {
				t.Errorf("poor finding %#v", fd)
			}
		}
		if c == nil {
			return
		}
		if !slices.Equal(extensionNames(c.Extensions)[:3], []string{"toc", "tables", "fenced_code"}) {
			t.Errorf("extensions %v", extensionNames(c.Extensions))
		}
		if strings.HasPrefix(c.DocsDir, "..") || strings.HasPrefix(c.DocsDir, "/") {
			t.Errorf("docs_dir %q leaves the project", c.DocsDir)
		}
	})
}
