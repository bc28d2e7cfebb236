// Package icon holds the icons and emoji that authors of MkDocs sites name:
// the sets that Material for MkDocs bundles, and the short names of emoji as
// PyMdown's three indexes know them.
//
// Fourteen thousand icons and four thousand emoji are embedded as compressed
// blocks of 32; only the blocks that hold what a site really uses are ever
// read. Nothing happens before the first look-up.
//
//	icons := icon.Open()
//	svg, ok := icons.SVG("material/rocket-launch")
//	file, chars, ok := icons.Emoji("rocket") // "1f680", "🚀"
//
// The SVG of an icon is what Material writes into a page, byte for byte. The
// program in the folder pack makes the data; LICENSES.md names the authors of
// the sets and their terms.
package icon

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed icons.pack
var iconData string

//go:embed emoji.pack
var emojiData string

// Index names one of the tables of emoji short names.
type Index string

// The indexes, as mkdocs.yml names them (pymdownx.emoji.gemoji). Material's
// own index is Twemoji and the icon sets together.
const (
	Twemoji  Index = "twemoji"
	EmojiOne Index = "emojione"
	Gemoji   Index = "gemoji"
)

// Emoji is what an index knows of an emoji.
type Emoji struct {
	// Short is the canonical short name without colons; aliases lead to it.
	Short string
	// File holds the code points in the form that image files are named by
	// ("1f468-200d-1f373"). It is empty for GitHub's own images, such as octocat.
	File string
	// Chars is the emoji as text.
	Chars string
	// Name is a description in English, Category a group such as "people".
	Name, Category string
}

// Set gives access to the icons. It may be used by many goroutines at once.
type Set struct {
	icons, emoji *pack

	mu      sync.Mutex
	nearest map[string]string // answers of Nearest
}

// Open returns the icons and emoji. It costs nothing until the first look-up.
func Open() *Set {
	return &Set{icons: openPack(iconData), emoji: openPack(emojiData)}
}

// SVG returns an icon by its path in Material's icon folder, without suffix:
// "material/rocket-launch", "fontawesome/brands/gitlab", "octicons/tag-16",
// "simple/docker"; or an image of Twemoji by its code points: "twemoji/1f680".
func (s *Set) SVG(name string) (svg string, ok bool) {
	return s.icons.get(name)
}

// Emoji returns the code points that name the image of an emoji, and its
// characters, by its short name without colons in the index of Twemoji.
func (s *Set) Emoji(short string) (file, chars string, ok bool) {
	e, ok := s.Lookup(Twemoji, short)
	return e.File, e.Chars, ok
}

// Lookup returns the emoji that a short name, without colons, has in an index.
func (s *Set) Lookup(index Index, short string) (Emoji, bool) {
	row, ok := s.emoji.get(string(index) + "/" + short)
	if !ok {
		return Emoji{}, false
	}
	var e Emoji
	for _, field := range []*string{&e.Short, &e.File, &e.Chars, &e.Name, &e.Category} {
		*field, row, _ = strings.Cut(row, "\t")
	}
	return e, true
}

// folders are the icon sets by the beginning of their short codes.
var folders = [...]struct{ prefix, folder string }{
	{"material-", "material/"},
	{"fontawesome-brands-", "fontawesome/brands/"},
	{"fontawesome-regular-", "fontawesome/regular/"},
	{"fontawesome-solid-", "fontawesome/solid/"},
	{"octicons-", "octicons/"},
	{"simple-", "simple/"},
}

// Shortcode returns the path of the icon that a short code means, with or
// without its colons: ":material-rocket-launch:" is "material/rocket-launch".
// Folders become hyphens in short codes. ok tells whether the icon exists; the
// path is given also for a code of a known set that has no such icon.
func (s *Set) Shortcode(code string) (name string, ok bool) {
	code = strings.TrimSuffix(strings.TrimPrefix(code, ":"), ":")
	for _, f := range folders {
		if rest, found := strings.CutPrefix(code, f.prefix); found {
			name = f.folder + rest
			_, ok = s.icons.get(name)
			return name, ok
		}
	}
	return "", false
}

// maxNearest bounds the work that a page full of wrong names can cause.
const maxNearest = 200

// Nearest returns the known short code, with colons, that is most like an
// unknown one, or "" when none is. Short codes are those of Shortcode and of
// the index of Twemoji.
func (s *Set) Nearest(code string) string {
	code = strings.TrimSuffix(strings.TrimPrefix(code, ":"), ":")
	s.mu.Lock()
	defer s.mu.Unlock()
	if best, ok := s.nearest[code]; ok {
		return best
	}
	if len(s.nearest) >= maxNearest || len(code) < 2 || len(code) > 80 {
		return ""
	}
	if s.nearest == nil {
		s.nearest = map[string]string{}
	}
	best := s.findNearest(code)
	s.nearest[code] = best
	return best
}

func (s *Set) findNearest(code string) string {
	var names []string
	prefix := ""
	for _, f := range folders {
		if rest, found := strings.CutPrefix(code, f.prefix); found {
			prefix, code = f.prefix, rest
			names = s.icons.names(f.folder)
			break
		}
	}
	if names == nil {
		names = s.emoji.names(string(Twemoji) + "/")
	}
	var m matcher
	best, bestCost := "", len(code)/3+2 // what costs more is no likeness
	for _, name := range names {
		if c := m.distance(code, name, bestCost); c < bestCost {
			best, bestCost = name, c
		}
	}
	if best == "" {
		return ""
	}
	return ":" + prefix + best + ":"
}

// matcher computes edit distances, keeping its rows.
type matcher struct{ prev, row []int }

// distance returns the number of single-byte edits between two names, or a
// number of at least limit when there are that many.
func (m *matcher) distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	m.prev, m.row = m.prev[:0], m.row[:0]
	for j := range len(b) + 1 {
		m.prev, m.row = append(m.prev, j), append(m.row, 0)
	}
	for i := range len(a) {
		m.row[0] = i + 1
		least := i + 1
		for j := range len(b) {
			c := m.prev[j]
			if a[i] != b[j] {
				c = 1 + min(c, m.prev[j+1], m.row[j])
			}
			m.row[j+1] = c
			least = min(least, c)
		}
		if least >= limit {
			return limit
		}
		m.prev, m.row = m.row, m.prev
	}
	return m.prev[len(b)]
}
