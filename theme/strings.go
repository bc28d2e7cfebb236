package theme

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed lang/*.json
var langFiles embed.FS

// catalog is what readers see that is not the author's, by key.
type catalog map[string]string

// loadCatalog returns the strings of language: the built-in ones of that
// language, or English ones when there are none, under those of
// lang/LANGUAGE.json in override.
func loadCatalog(language string, override fs.FS) (catalog, error) {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	data, err := langFiles.ReadFile("lang/" + base + ".json")
	if err != nil {
		data, err = langFiles.ReadFile("lang/en.json")
	}
	if err != nil {
		return nil, err
	}
	c := catalog{}
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("theme: strings of %q: %w", base, err)
	}
	if override == nil {
		return c, nil
	}
	for _, name := range []string{"lang/" + base + ".json", "lang/" + language + ".json"} {
		data, err := fs.ReadFile(override, name)
		if err != nil {
			continue
		}
		if err := json.Unmarshal(data, &c); err != nil {
			return c, fmt.Errorf("%s: %w", name, err)
		}
	}
	return c, nil
}

// Strings returns what readers see of a part of the program that is not a page,
// in language or else in English: the strings of the catalog whose keys begin
// with prefix, by what follows it.
func Strings(language, prefix string) (map[string]string, error) {
	c, err := loadCatalog(language, nil)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for k, v := range c {
		if rest, ok := strings.CutPrefix(k, prefix); ok {
			out[rest] = v
		}
	}
	return out, nil
}

// Words returns the strings of a language by key, for titles of pages that are
// not made by the theme.
func Words(language string) map[string]string {
	c, err := loadCatalog(language, nil)
	if err != nil {
		return map[string]string{}
	}
	return c
}

// get returns the string of key with {0} replaced by arg.
func (c catalog) get(key string, arg ...string) string {
	s := c[key]
	for i, a := range arg {
		s = strings.ReplaceAll(s, fmt.Sprintf("{%d}", i), a)
	}
	return s
}
