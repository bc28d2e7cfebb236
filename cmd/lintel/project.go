package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/lintel-docs/lintel/site"
)

// project is the tree that a configuration belongs to, opened so that nothing
// outside it can be reached through links or "..".
type project struct {
	root   *os.Root
	dir    string // of root, absolute
	config string // slash path of mkdocs.yml or its folder below root
}

func (p *project) fs() fs.FS { return p.root.FS() }

func (p *project) close() { p.root.Close() }

// rel returns the slash path below the project of a file; ok is false when it
// lies outside.
func (p *project) rel(file string) (name string, ok bool) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", false
	}
	for _, dir := range []string{p.dir, realPath(p.dir)} {
		for _, f := range []string{abs, realPath(abs)} {
			if r, err := filepath.Rel(dir, f); err == nil && filepath.IsLocal(r) {
				return filepath.ToSlash(r), true
			}
		}
	}
	return "", false
}

func realPath(p string) string {
	if r, err := filepath.EvalSymlinks(p); err == nil {
		return r
	}
	return p
}

// openProject opens the project of a configuration file or folder: the nearest
// folder above it that holds .git, because configurations inherit from and
// include files of the repository around them, and without one the folder of
// the configuration, widened by the ../ that the configuration itself names.
func openProject(config string) (*project, error) {
	abs, err := filepath.Abs(config)
	if err != nil {
		return nil, failure(fmt.Errorf("find %s: %w", config, err))
	}
	dir := abs
	if info, err := os.Stat(abs); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usage(fmt.Errorf("no such file: %s", config))
		}
		return nil, failure(fmt.Errorf("open configuration: %w", err))
	} else if !info.IsDir() {
		dir = filepath.Dir(abs)
	}
	top := ""
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Lstat(filepath.Join(d, ".git")); err == nil {
			top = d
			break
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	if top == "" {
		top = widen(dir)
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return nil, failure(fmt.Errorf("open project: %w", err))
	}
	name, err := filepath.Rel(top, abs)
	if err != nil {
		return nil, failure(fmt.Errorf("open project: %w", err))
	}
	return &project{root: root, dir: top, config: filepath.ToSlash(name)}, nil
}

var upRE = regexp.MustCompile(`(?:\.\./)+`)

// widen goes up from dir as far as the longest ../ in a configuration there
// does: outside of a repository nothing else says where the project begins.
func widen(dir string) string {
	most := 0
	for _, n := range site.ConfigNames() {
		text, err := os.ReadFile(filepath.Join(dir, n))
		if err != nil {
			continue
		}
		for _, m := range upRE.FindAllString(string(text), -1) {
			most = max(most, len(m)/len("../"))
		}
	}
	home, _ := os.UserHomeDir()
	for range min(most, 8) {
		up := filepath.Dir(dir)
		if up == home || filepath.Dir(up) == up {
			break
		}
		dir = up
	}
	return dir
}
