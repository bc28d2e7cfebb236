package adr

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// Folder is a folder that holds records.
type Folder struct {
	Path string // slash path; "." is the root of the tree
	// Source says why: ".adr-dir", ".log4brains.yml", "name" or "content".
	Source string
	// Files are the Markdown files in it and below it.
	Files []string
}

// Limits of what is looked at.
const (
	maxDepth  = 16
	maxFiles  = 200_000
	maxRecord = 4 << 20 // bytes of a file
)

// skipped are folders that hold the work of others.
func skipped(name string) bool {
	switch name {
	case "node_modules", "vendor", "dist", "target", "__pycache__", "venv", "site-packages", "bower_components":
		return true
	}
	return strings.HasPrefix(name, ".")
}

// Find tells which folders of a tree hold decision records: those that .adr-dir
// of adr-tools and .log4brains.yml name, those that are called like one
// (docs/adr, doc/adr, docs/architecture/decisions, docs/decisions), and those
// whose files look like records. What cannot be read is passed over.
func Find(fsys fs.FS) []Folder {
	byDir := map[string][]string{}
	named := map[string]string{}
	var links []string // README.md that leads to index.md beside it
	files := 0
	_ = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			if p != "." && (skipped(d.Name()) || strings.Count(p, "/") >= maxDepth) {
				return fs.SkipDir
			}
			return nil
		}
		if files++; files > maxFiles {
			return fs.SkipAll
		}
		switch base := d.Name(); {
		case base == ".adr-dir":
			if b, err := readFile(fsys, p, 4096); err == nil {
				if dir := below(path.Dir(p), strings.TrimSpace(string(b))); dir != "" {
					named[dir] = ".adr-dir"
				}
			}
		case base == ".log4brains.yml" || base == ".log4brains.yaml":
			if b, err := readFile(fsys, p, 1<<20); err == nil {
				for _, dir := range log4brainsFolders(path.Dir(p), b) {
					named[dir] = ".log4brains.yml"
				}
			}
		case markdownName(p):
			if d.Type()&fs.ModeSymlink != 0 && generic(trimExt(base)) {
				links = append(links, p)
			}
			byDir[path.Dir(p)] = append(byDir[path.Dir(p)], p)
		}
		return nil
	})
	for _, l := range links {
		dir := path.Dir(l)
		if slices.ContainsFunc(byDir[dir], func(f string) bool { return f != l && generic(trimExt(path.Base(f))) }) {
			byDir[dir] = slices.DeleteFunc(byDir[dir], func(f string) bool { return f == l })
		}
	}
	roots := map[string]string{}
	for dir := range byDir {
		if root := Conventional(dir); root != "" {
			roots[root] = "name"
		}
	}
	maps.Copy(roots, named)
	inside := func(dir string) string {
		best := ""
		for root := range roots {
			if (root == "." && dir == "." || dir == root || root != "." && strings.HasPrefix(dir, root+"/")) && len(root) > len(best) {
				best = root
			}
		}
		return best
	}
	var free []string
	for dir := range byDir {
		if inside(dir) == "" {
			free = append(free, dir)
		}
	}
	slices.Sort(free)
	for _, dir := range free {
		if looksLike(fsys, byDir[dir]) {
			roots[dir] = "content"
		}
	}
	for _, dir := range foldersOfFolders(fsys, byDir, free, roots) {
		roots[dir] = "content"
	}
	out := map[string]*Folder{}
	for dir, list := range byDir {
		root := inside(dir)
		if root == "" {
			continue
		}
		if out[root] == nil {
			out[root] = &Folder{Path: root, Source: roots[root]}
		}
		if root == "." && dir != "." {
			continue
		}
		out[root].Files = append(out[root].Files, list...)
	}
	var folders []Folder
	for _, f := range out {
		slices.Sort(f.Files)
		if f.Source == "name" && !holdsRecord(fsys, f) {
			continue
		}
		folders = append(folders, *f)
	}
	slices.SortFunc(folders, func(a, b Folder) int { return strings.Compare(a.Path, b.Path) })
	return folders
}

// Conventional returns the shallowest folder on the way to dir that is called
// as folders of records are, or "".
func Conventional(dir string) string {
	parts := strings.Split(dir, "/")
	for i := range parts {
		if adrFolder(parts[i]) {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// below joins a path that a file in dir names; "" when it leads out.
func below(dir, name string) string {
	name = strings.ReplaceAll(strings.Trim(name, "\"' \t\r\n"), "\\", "/")
	if name == "" || path.IsAbs(name) {
		return ""
	}
	p := path.Join(dir, name)
	if p == ".." || strings.HasPrefix(p, "../") {
		return ""
	}
	return p
}

// log4brainsFolders returns the folders that a .log4brains.yml in dir names.
func log4brainsFolders(dir string, src []byte) []string {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil || len(doc.Content) == 0 {
		return nil
	}
	project, _ := markdown.Lookup(doc.Content[0], "project")
	var out []string
	put := func(n *yaml.Node) {
		v, _ := markdown.Lookup(n, "adrFolder")
		if p := below(dir, markdown.Scalar(v)); p != "" {
			out = append(out, p)
		}
	}
	put(project)
	if packages, _ := markdown.Lookup(project, "packages"); packages != nil {
		for _, p := range packages.Content {
			put(markdown.Resolve(p))
		}
	}
	return out
}

// looksLike reports whether the files of a folder that is not called like one
// of records are records all the same: most of those with a number or a date.
func looksLike(fsys fs.FS, files []string) bool {
	var ids []string
	for _, f := range files {
		if p := parseName(stem(f)); p.id != "" && !templateName(stem(f)) {
			ids = append(ids, f)
		}
	}
	if len(ids) == 0 {
		return false
	}
	slices.Sort(ids)
	if len(ids) > 12 {
		ids = ids[:12]
	}
	records := 0
	for _, f := range ids {
		if src, err := readFile(fsys, f, maxRecord); err == nil && Parse(f, src, Options{}) != nil {
			records++
		}
	}
	return records > 0 && 2*records >= len(ids)
}

// foldersOfFolders returns folders whose folders hold a record each, under names
// that are no more than slugs: examples/css-framework/index.md.
func foldersOfFolders(fsys fs.FS, byDir map[string][]string, free []string, roots map[string]string) []string {
	above := map[string][]string{}
	for _, dir := range free {
		up := path.Dir(dir)
		if roots[dir] != "" || dir == "." || up == "." {
			continue
		}
		for _, f := range byDir[dir] {
			if generic(trimExt(path.Base(f))) {
				above[up] = append(above[up], f)
				break
			}
		}
	}
	var out []string
	for up, files := range above {
		if len(files) < 3 || roots[up] != "" {
			continue
		}
		slices.Sort(files)
		records, o := 0, Options{Folders: []string{up}}
		sample := files[:min(len(files), 16)]
		for _, f := range sample {
			if src, err := readFile(fsys, f, maxRecord); err == nil && Parse(f, src, o) != nil {
				records++
			}
		}
		if records >= 3 && 3*records >= len(sample) {
			out = append(out, up)
		}
	}
	return out
}

func holdsRecord(fsys fs.FS, f *Folder) bool {
	o := Options{Folders: []string{f.Path}}
	for _, name := range f.Files {
		if src, err := readFile(fsys, name, maxRecord); err == nil && Parse(name, src, o) != nil {
			return true
		}
	}
	return false
}

var errTooLarge = errors.New("the file is larger than 4 MB")

// readFile reads a file up to a size.
func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrInvalid)
	}
	if info.Size() > limit {
		return nil, errTooLarge
	}
	return fs.ReadFile(fsys, name)
}

// Read reads the records of folders that Find returned. A file that cannot be
// read is a finding and does not stop the others.
func Read(fsys fs.FS, folders []Folder, o Options) (*Log, []finding.Finding) {
	for _, f := range folders {
		if !slices.Contains(o.Folders, f.Path) {
			o.Folders = append(slices.Clone(o.Folders), f.Path)
		}
	}
	var records []*Record
	var findings []finding.Finding
	for _, f := range folders {
		for _, name := range f.Files {
			src, err := readFile(fsys, name, maxRecord)
			if err != nil {
				findings = append(findings, finding.Finding{
					Rule: RuleUnreadable, Severity: finding.Warning, Position: finding.Position{Path: name},
					Message: "the decision record cannot be read", Reason: reason(err), Hint: "mend the file or its permissions; the other records are read",
				})
				continue
			}
			if r := Parse(name, src, o); r != nil {
				records = append(records, r)
			}
		}
	}
	return NewLog(records, o), findings
}

// reason is an error without the path that the finding has already.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
