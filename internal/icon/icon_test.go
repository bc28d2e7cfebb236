package icon

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Every icon can be found by its name, is one well-formed svg element with a
// view box and no size, and carries no script.
func TestEveryIconIsWellFormed(t *testing.T) {
	s := Open()
	names := s.icons.names("")
	if !slices.IsSorted(names) {
		t.Error("names are not sorted")
	}
	count := map[string]int{}
	for _, name := range names {
		svg, ok := s.SVG(name)
		if !ok {
			t.Fatalf("%s is listed and cannot be found", name)
		}
		count[name[:strings.LastIndex(name, "/")]]++
		if err := checkSVG(svg); err != nil {
			t.Errorf("%s: %v\n%.200s", name, err, svg)
		}
	}
	for set, least := range map[string]int{
		"material": 7000, "fontawesome/brands": 500, "fontawesome/regular": 250, "fontawesome/solid": 1900,
		"octicons": 700, "simple": 3300, "twemoji": 3800,
	} {
		if count[set] < least {
			t.Errorf("%s has %d icons, want at least %d", set, count[set], least)
		}
	}
}

func checkSVG(svg string) error {
	if !strings.HasPrefix(svg, "<svg ") || !strings.HasSuffix(svg, "</svg>") {
		return errors.New("not an svg element")
	}
	d := xml.NewDecoder(strings.NewReader(svg))
	for root := true; ; root = false {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if el.Name.Local == "script" || el.Name.Space != "http://www.w3.org/2000/svg" {
			return errors.New("unexpected element " + el.Name.Local)
		}
		var viewBox bool
		for _, a := range el.Attr {
			viewBox = viewBox || a.Name.Local == "viewBox"
			if root && (a.Name.Local == "width" || a.Name.Local == "height") || strings.HasPrefix(a.Name.Local, "on") {
				return errors.New("unexpected attribute " + a.Name.Local)
			}
		}
		if root && !viewBox {
			return errors.New("no view box")
		}
	}
}

func TestSVG(t *testing.T) {
	s := Open()
	const plus = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M19 13h-6v6h-2v-6H5v-2h6V5h2v6h6z"/></svg>`
	if got, _ := s.SVG("material/plus"); got != plus {
		t.Errorf("material/plus = %s, want %s", got, plus)
	}
	for _, name := range []string{
		"material/ab-testing", "material/zodiac-virgo", "material/rocket-launch", "fontawesome/brands/gitlab",
		"fontawesome/regular/face-laugh-wink", "octicons/tag-16", "simple/apachekafka", "simple/apacheairflow", "twemoji/1f680",
	} {
		if _, ok := s.SVG(name); !ok {
			t.Errorf("%s is missing", name)
		}
	}
	for _, name := range []string{"", "a", "material", "material/", "material/no-such-icon", "twemoji/1F680", "zzz", "\x00", "simple/docker.svg"} {
		if svg, ok := s.SVG(name); ok {
			t.Errorf("%q was found: %.60s", name, svg)
		}
	}
}

func TestLookup(t *testing.T) {
	s := Open()
	// As PyMdown's indexes have them.
	tests := []struct {
		index Index
		short string
		want  Emoji
	}{
		{Twemoji, "rocket", Emoji{"rocket", "1f680", "🚀", "rocket", "travel"}},
		{Twemoji, "+1", Emoji{"thumbsup", "1f44d", "👍", "thumbs up", "people"}},
		{Twemoji, "heart", Emoji{"heart", "2764", "\u2764", "red heart", "symbols"}},
		{Twemoji, "hash", Emoji{"hash", "23-20e3", "#\u20e3", "keycap: pound", "symbols"}},
		{Twemoji, "copyright", Emoji{"copyright", "a9", "©", "copyright", "symbols"}},
		{Twemoji, "flag_kr", Emoji{"flag_kr", "1f1f0-1f1f7", "🇰🇷", "flag: South Korea", "flags"}},
		{Twemoji, "eye_in_speech_bubble", Emoji{"eye_in_speech_bubble", "1f441-200d-1f5e8", "👁\u200d🗨", "eye in speech bubble", "symbols"}},
		{Twemoji, "skier_tone2", Emoji{"skier_tone2", "26f7-1f3fc", "⛷🏼", "skier", "activity"}},
		{EmojiOne, "+1", Emoji{"thumbsup", "1f44d", "👍", "thumbs up sign", "people"}},
		{EmojiOne, "airplane", Emoji{"airplane", "2708", "✈\ufe0f", "airplane", "travel"}},
		{Gemoji, "+1", Emoji{"+1", "1f44d", "👍", "thumbs up", "People & Body"}},
		{Gemoji, "thumbsup", Emoji{"+1", "1f44d", "👍", "thumbs up", "People & Body"}},
		{Gemoji, "man_cook", Emoji{"man_cook", "1f468-1f373", "👨\u200d🍳", "man cook", "People & Body"}},
		{Gemoji, "octocat", Emoji{Short: "octocat", Name: "octocat"}},
	}
	for _, tt := range tests {
		if got, ok := s.Lookup(tt.index, tt.short); !ok || got != tt.want {
			t.Errorf("Lookup(%s, %s) = %+v, %v, want %+v", tt.index, tt.short, got, ok, tt.want)
		}
	}
	if _, ok := s.Lookup(Twemoji, "no_such_emoji"); ok {
		t.Error("no_such_emoji was found")
	}
	if _, ok := s.Lookup("joypixels", "rocket"); ok {
		t.Error("an unknown index was found")
	}
	if file, chars, ok := s.Emoji("rocket"); file != "1f680" || chars != "🚀" || !ok {
		t.Errorf("Emoji(rocket) = %q, %q, %v", file, chars, ok)
	}
}

// Each short name of Material's index has an image.
func TestEveryEmojiHasAnImage(t *testing.T) {
	s := Open()
	names := s.emoji.names(string(Twemoji) + "/")
	if len(names) < 6000 {
		t.Errorf("%d short names, want at least 6000", len(names))
	}
	for _, short := range names {
		file, chars, ok := s.Emoji(short)
		if _, found := s.SVG("twemoji/" + file); !found || !ok || chars == "" {
			t.Errorf("%s: no image %s", short, file)
		}
	}
}

func TestShortcode(t *testing.T) {
	s := Open()
	tests := []struct {
		code, name string
		ok         bool
	}{
		{":material-rocket-launch:", "material/rocket-launch", true},
		{"material-rocket-launch", "material/rocket-launch", true},
		{":fontawesome-brands-gitlab:", "fontawesome/brands/gitlab", true},
		{":fontawesome-regular-face-laugh-wink:", "fontawesome/regular/face-laugh-wink", true},
		{":octicons-tag-16:", "octicons/tag-16", true},
		{":simple-docker:", "simple/docker", true},
		{":material-no-such:", "material/no-such", false},
		{":rocket:", "", false},
		{":twemoji-1f680:", "", false}, // the images have short names only
		{"", "", false},
		{"::", "", false},
	}
	for _, tt := range tests {
		if name, ok := s.Shortcode(tt.code); name != tt.name || ok != tt.ok {
			t.Errorf("Shortcode(%s) = %q, %v, want %q, %v", tt.code, name, ok, tt.name, tt.ok)
		}
	}
}

func TestNearest(t *testing.T) {
	s := Open()
	for code, want := range map[string]string{
		":material-rocket-lauch:":      ":material-rocket-launch:",
		":fontawesome-brands-gitlabb:": ":fontawesome-brands-gitlab:",
		":simple-dockr:":               ":simple-docker:",
		":rokcet:":                     ":rocket:",
		":thumbs_upp:":                 ":thumbs_up:",
		":qqqqzzzzxxxxjjjj:":           "",
		":x:":                          "",
		"":                             "",
	} {
		if got := s.Nearest(code); got != want {
			t.Errorf("Nearest(%s) = %q, want %q", code, got, want)
		}
	}
}

// A page full of wrong names asks for a bounded number of searches.
func TestNearestIsBounded(t *testing.T) {
	s := Open()
	for i := range 3 * maxNearest {
		s.Nearest(strings.Repeat("x", i%40+2) + strings.Repeat("y", i/40+1))
	}
	if len(s.nearest) > maxNearest {
		t.Errorf("%d searches, want at most %d", len(s.nearest), maxNearest)
	}
}

func TestManyGoroutines(t *testing.T) {
	s := Open()
	names := s.icons.names("octicons/")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, n := range names {
				if _, ok := s.SVG("octicons/" + n); !ok {
					t.Errorf("octicons/%s is missing", n)
				}
				s.Emoji("rocket")
				s.Nearest(n[:1] + "q")
			}
		})
	}
	wg.Wait()
}

// Whoever adds a set says whose it is.
func TestLicences(t *testing.T) {
	text, err := os.ReadFile("LICENSES.md")
	if err != nil {
		t.Fatal(err)
	}
	s := Open()
	seen := map[string]bool{}
	for _, p := range []*pack{s.icons, s.emoji} {
		for _, name := range p.names("") {
			set, _, _ := strings.Cut(name, "/")
			if !seen[set] && !strings.Contains(string(text), "| "+set+" |") {
				t.Errorf("LICENSES.md does not name %s", set)
			}
			seen[set] = true
		}
	}
	if svg, _ := s.SVG("fontawesome/brands/gitlab"); !strings.Contains(svg, "CC BY 4.0") {
		t.Error("Font Awesome's notice is gone")
	}
}

// What a site really does: a few dozen icons, each many times.
func BenchmarkLookups(b *testing.B) {
	names := Open().icons.names("material/")
	b.ReportAllocs()
	for b.Loop() {
		s := Open()
		for i := range 1000 {
			s.SVG("material/" + names[i%50*149])
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		Open()
	}
}

func BenchmarkNearest(b *testing.B) {
	s := Open()
	for b.Loop() {
		s.findNearest("material-rocket-lauch")
	}
}
