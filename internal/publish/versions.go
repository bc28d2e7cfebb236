package publish

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// VersionsKey is the object that lists the versions of a site, in the format
// that mike writes and themes read.
// https://github.com/jimporter/mike
const VersionsKey = "versions.json"

// Version is a version of a site.
type Version struct {
	Version    string          `json:"version"`
	Title      string          `json:"title"`
	Aliases    []string        `json:"aliases"`
	Properties json.RawMessage `json:"properties,omitempty"`
}

// EditVersions changes the list of versions below t by a conditional write, so
// that of two publishers neither loses the other's version.
func EditVersions(ctx context.Context, t Target, edit func([]Version) ([]Version, error)) error {
	for range attempts {
		var list []Version
		var etag string
		b, info, err := fetch(ctx, t, VersionsKey, "")
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		default:
			if err := json.Unmarshal(b, &list); err != nil {
				return fmt.Errorf("read %s of %s: it is no list of versions: %w", VersionsKey, t.Place(), err)
			}
			etag = info.ETag
		}
		before, _ := json.Marshal(list)
		if list, err = edit(list); err != nil {
			return err
		}
		if after, _ := json.Marshal(list); bytes.Equal(before, after) {
			return nil
		}
		slices.SortStableFunc(list, func(a, b Version) int { return compareVersions(b.Version, a.Version) })
		for i := range list {
			if list[i].Aliases == nil {
				list[i].Aliases = []string{}
			}
		}
		text, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			return fmt.Errorf("write %s: %w", VersionsKey, err)
		}
		_, err = t.Put(ctx, VersionsKey, Bytes(VersionsKey, append(text, '\n')),
			Headers{"Content-Type": "application/json", "Cache-Control": cachePage}, Cond{Absent: etag == "", ETag: etag})
		if !errors.Is(err, ErrPrecondition) {
			return err
		}
	}
	return fmt.Errorf("write %s of %s: other publishers change it all the time", VersionsKey, t.Place())
}

// SetVersion adds a version to a list, or changes its title, and gives it the
// aliases, which other versions lose.
func SetVersion(list []Version, name, title string, aliases []string) ([]Version, error) {
	for i := range list {
		v := &list[i]
		if slices.Contains(v.Aliases, name) {
			return nil, fmt.Errorf("version %q is an alias of version %s", name, v.Version)
		}
		if slices.Contains(aliases, v.Version) {
			return nil, fmt.Errorf("alias %q is a version", v.Version)
		}
		if v.Version != name {
			v.Aliases = slices.DeleteFunc(slices.Clone(v.Aliases), func(a string) bool { return slices.Contains(aliases, a) })
		}
	}
	i := slices.IndexFunc(list, func(v Version) bool { return v.Version == name })
	if i < 0 {
		list = append(list, Version{Version: name, Title: name})
		i = len(list) - 1
	}
	if title != "" {
		list[i].Title = title
	}
	for _, a := range aliases {
		if !slices.Contains(list[i].Aliases, a) {
			list[i].Aliases = append(list[i].Aliases, a)
		}
	}
	return list, nil
}

// compareVersions orders by numbers where there are numbers. Versions that
// begin with a letter, such as dev, are newer than those that begin with a
// number, as with mike.
func compareVersions(a, b string) int {
	a, b = strings.TrimPrefix(a, "v"), strings.TrimPrefix(b, "v")
	letter := func(s string) int {
		if s != "" && unicode.IsLetter(rune(s[0])) {
			return 1
		}
		return 0
	}
	if c := cmp.Compare(letter(a), letter(b)); c != 0 {
		return c
	}
	pa, pb := versionParts(a), versionParts(b)
	for i := 0; i < len(pa) && i < len(pb); i++ {
		na, ea := strconv.Atoi(pa[i])
		nb, eb := strconv.Atoi(pb[i])
		switch {
		case ea == nil && eb == nil:
			if c := cmp.Compare(na, nb); c != 0 {
				return c
			}
		case ea == nil:
			return 1 // 1.4.1 is newer than 1.4rc1
		case eb == nil:
			return -1
		default:
			if c := cmp.Compare(pa[i], pb[i]); c != 0 {
				return c
			}
		}
	}
	switch c := len(pa) - len(pb); {
	case c > 0 && unicode.IsLetter(rune(pa[len(pb)][0])):
		return -1 // 1.4rc1 is older than 1.4
	case c < 0 && unicode.IsLetter(rune(pb[len(pa)][0])):
		return 1
	default:
		return c
	}
}

func versionParts(s string) []string {
	var parts []string
	kind := func(r byte) int {
		switch {
		case r >= '0' && r <= '9':
			return 1
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			return 2
		}
		return 0
	}
	for i := 0; i < len(s); {
		j := i + 1
		for j < len(s) && kind(s[j]) == kind(s[i]) {
			j++
		}
		if kind(s[i]) != 0 {
			parts = append(parts, s[i:j])
		}
		i = j
	}
	return parts
}

// RedirectPage is a page that leads to another address, with and without the
// help of a server.
func RedirectPage(to string) []byte {
	to = html.EscapeString(to)
	return []byte(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url=` + to + `"><link rel="canonical" href="` + to + `"><title>` + to + `</title></head>
<body><a href="` + to + `">` + to + `</a></body></html>
`)
}

// AliasSource returns pages that lead from each page of src to the one of the
// same name in the folder version beside them.
func AliasSource(src Source, version string) Source {
	var out Source
	for _, f := range src.Files {
		if !isPage(f.Name) {
			continue
		}
		to := f.Name
		if path.Base(to) == "index.html" {
			to = strings.TrimSuffix(to, "index.html")
		}
		up := strings.Repeat("../", strings.Count(f.Name, "/")+1)
		page := RedirectPage(up + version + "/" + asciiURL(to))
		out.Files = append(out.Files, FileOf(f.Name, page))
	}
	return out
}

// FileOf returns bytes as a file of a source.
func FileOf(name string, b []byte) File {
	f := File{Name: name, Size: int64(len(b)), sum: sumOf(b), open: func() (io.ReadCloser, error) { return bytesReader(b), nil }}
	if isPage(name) {
		f.to = redirectOf(b)
	}
	return f
}
