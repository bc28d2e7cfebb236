package main

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func flags(name string) *flag.FlagSet { return flag.NewFlagSet("likely "+name, flag.ContinueOnError) }

// gitDirs lists the repositories of a mirror: OWNER/NAME → git directory.
func gitDirs(mirror string) (map[string]string, error) {
	es, err := os.ReadDir(mirror)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, e := range es {
		owner, name, ok := strings.Cut(e.Name(), "+")
		if !ok {
			continue
		}
		top := filepath.Join(mirror, e.Name())
		found := ""
		err := filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil || found != "":
				return fs.SkipAll
			case !d.IsDir():
				return nil
			}
			if isGitDir(p) {
				found = p
				return fs.SkipAll
			}
			if rel, _ := filepath.Rel(top, p); strings.Count(rel, string(filepath.Separator)) > 1 {
				return fs.SkipDir
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if found != "" {
			out[owner+"/"+name] = found
		}
	}
	return out, nil
}

func isGitDir(p string) bool {
	head, err := os.Stat(filepath.Join(p, "HEAD"))
	if err != nil || head.IsDir() {
		return false
	}
	objects, err := os.Stat(filepath.Join(p, "objects"))
	return err == nil && objects.IsDir()
}

// chosen returns the names of repositories that a flag lists, sorted; all when it
// is empty.
func chosen(dirs map[string]string, list string) []string {
	var out []string
	for r := range dirs {
		if list == "" || slices.Contains(strings.Split(list, ","), r) {
			out = append(out, r)
		}
	}
	slices.Sort(out)
	return out
}
