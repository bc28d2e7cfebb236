package theme

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

type rgb [3]float64

func hexColour(t *testing.T, s string) rgb {
	t.Helper()
	s = strings.TrimPrefix(s, "#")
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 6 {
		t.Fatalf("not a colour: %q", s)
	}
	return rgb{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}
}

func (c rgb) luminance() float64 {
	var l [3]float64
	for i, v := range c {
		if v /= 255; v <= 0.04045 {
			l[i] = v / 12.92
		} else {
			l[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
}

func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// over is c at a share of its strength upon ground.
func (c rgb) over(ground rgb, share float64) rgb {
	for i := range c {
		c[i] = c[i]*share + ground[i]*(1-share)
	}
	return c
}

var pair = regexp.MustCompile(`light-dark\((#[0-9a-f]+), ?(#[0-9a-f]+)\)`)

func readCSS(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("static/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// variable returns the light and the dark value of a variable in base.css.
func variable(t *testing.T, css, name string) [2]rgb {
	t.Helper()
	m := regexp.MustCompile(`(?m)^  --` + name + `: .*?` + pair.String()).FindStringSubmatch(css)
	if m == nil {
		t.Fatalf("no variable %s", name)
	}
	return [2]rgb{hexColour(t, m[1]), hexColour(t, m[2])}
}

func TestContrast(t *testing.T) {
	base := readCSS(t, "base.css")
	bg, fg, mute, soft, hover, hl := variable(t, base, "md-default-bg-color"), variable(t, base, "md-default-fg-color"), variable(t, base, "mute"), variable(t, base, "soft"), variable(t, base, "hover"), variable(t, base, "hl")
	check := func(what string, ink, ground rgb) {
		t.Helper()
		if c := contrast(ink, ground); c < 4.5 {
			t.Errorf("%s: %.2f", what, c)
		}
	}
	for i, scheme := range []string{"light", "dark"} {
		for _, ground := range [][2]rgb{bg, soft, hover} {
			check(scheme+" text", fg[i], ground[i])
			check(scheme+" secondary text", mute[i], ground[i])
		}
		check(scheme+" marked text", fg[i], hl[i])
	}
	for _, c := range append([]colour{plain}, colours...) {
		if ground, ink := pair.FindStringSubmatch(c.ground), pair.FindStringSubmatch(c.ink); ground != nil {
			check(c.name+" header", hexColour(t, ink[1]), hexColour(t, ground[1]))
			check(c.name+" dark header", hexColour(t, ink[2]), hexColour(t, ground[2]))
		} else {
			check(c.name+" header", hexColour(t, c.ink), hexColour(t, c.ground))
		}
		for i, s := range []string{c.light, c.dark} {
			ink := hexColour(t, s)
			check(c.name+" link", ink, bg[i])
			check(c.name+" link in a box", ink, soft[i])
			check(c.name+" current page", ink, ink.over(bg[i], 0.11))
		}
	}
	if !strings.Contains(base, "--tint: color-mix(in srgb, var(--p) 11%, transparent)") {
		t.Error("the tint differs from what is tested here")
	}
	for _, m := range regexp.MustCompile(`(?m)^  (?:color|--md-code-hl-[a-z]+-color): `+pair.String()).FindAllStringSubmatch(readCSS(t, "code.css"), -1) {
		for i := range 2 {
			ink := hexColour(t, m[i+1])
			check("code "+m[i+1], ink, soft[i])
			// Highlighted lines stand on the tint of the site's colour.
			check("highlighted code "+m[i+1], ink, hexColour(t, [2]string{plain.light, plain.dark}[i]).over(soft[i], 0.11))
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^  background: `+pair.String()+`;\n  color: `+pair.String()).FindAllStringSubmatch(base, -1) {
		check("badge", hexColour(t, m[3]), hexColour(t, m[1]))
		check("dark badge", hexColour(t, m[4]), hexColour(t, m[2]))
	}
}

func TestPalette(t *testing.T) {
	text, err := loadCatalog("en", nil)
	if err != nil {
		t.Fatal(err)
	}
	icon := func(name string) (string, bool) { return "<svg/>", name == "material/known" }
	light := Palette{Scheme: "default", Primary: "teal"}
	dark := Palette{Scheme: "slate"}
	for _, c := range []struct {
		name    string
		site    Site
		choices int
		start   startState
		brand   bool
	}{
		{"nothing said", Site{}, 3, startState{"", "default", "", ""}, false},
		{"a colour alone leaves the scheme to the reader", Site{Palettes: []Palette{{Primary: "red", Accent: "blue"}}}, 3, startState{"", "default", "red", "blue"}, true},
		{"one scheme", Site{Palettes: []Palette{dark}}, 1, startState{"dark", "slate", "", ""}, false},
		{"one light scheme", Site{Palettes: []Palette{light}}, 1, startState{"light", "default", "teal", ""}, true},
		{"two with toggles", Site{Palettes: []Palette{{Scheme: "default", ToggleIcon: "material/known"}, {Scheme: "slate", ToggleIcon: "x"}}}, 2, startState{"light", "default", "", ""}, false},
		{"by the system", Site{Palettes: []Palette{{Media: "(prefers-color-scheme: light)"}, {Media: "(prefers-color-scheme: dark)"}}}, 2, startState{"", "default", "", ""}, false},
		{"three", Site{Palettes: []Palette{{Media: "(prefers-color-scheme)", ToggleName: "a"}, {Media: "(prefers-color-scheme: light)"}, {Media: "(prefers-color-scheme: dark)"}}}, 3, startState{"", "default", "", ""}, false},
		{"two without a toggle", Site{Palettes: []Palette{light, dark}}, 1, startState{"light", "default", "teal", ""}, true},
		{"a logo asks for a ground", Site{Logo: "logo.png"}, 3, startState{"", "default", "", ""}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPalette(&c.site, text, icon)
			if len(p.entries) != c.choices || p.start() != c.start || p.brand != c.brand {
				t.Errorf("got %d choices, start %+v, brand %v", len(p.entries), p.start(), p.brand)
			}
			for _, e := range p.entries {
				if e.Label == "" || e.Icon == "" {
					t.Errorf("a choice without name or icon: %+v", e)
				}
			}
		})
	}
	css := string((&palette{entries: []paletteEntry{{Primary: "teal"}, {Primary: `x"]{}<`, Accent: "red"}}}).css(nil))
	if !strings.Contains(css, "--ground:"+colourOf("teal").ground) || strings.Contains(css, `x"]`) {
		t.Error(css)
	}
}

func TestStyleSheetsAreShortened(t *testing.T) {
	in := "/* a */\n.a , .b > .c:hover {\n  color: red; /* x */\n  background: url(\"data: a; b\") ;\n  margin: calc(1px + 2px) 0;\n}\n@media (max-width: 3rem) and (hover: none) {\n  a :hover {\n    top: 0;\n  }\n}\n"
	want := `.a,.b>.c:hover{color:red;background:url("data: a; b");margin:calc(1px + 2px) 0}@media (max-width:3rem) and (hover:none){a :hover{top:0}}`
	if got := string(appendCSS(nil, in)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, open := range []string{"/* a", "a{b:\"c", "a", ""} {
		appendCSS(nil, open)
	}
}

func TestScriptsAreShortened(t *testing.T) {
	in := "// a\n(function (c) {\n  \"use strict\"; // b\n  var x = a / 2 + +b - -c,\n    re = /[/\"]\\/ x/g;\n  if (x) return \"// 'no' \\\" \" + re;\n  else x++;\n  s.replace(/ \\s /, 'it\\'s');\n})(window);\n"
	want := "(function(c){\"use strict\";var x=a/2+ +b- -c,re=/[/\"]\\/ x/g;if(x)return\"// 'no' \\\" \"+re;else x++;s.replace(/ \\s /,'it\\'s')})(window);\n"
	if got := string(trimJS(in)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, open := range []string{"", "//", "'", "/x", "\"\\", "a"} {
		trimJS(open)
	}
}

// What trimJS takes for a division must not be a regular expression.
func TestScriptsSuitTheirShortening(t *testing.T) {
	for _, name := range []string{"theme", "app", "search"} {
		data, err := os.ReadFile("static/" + name + ".js")
		if err != nil {
			t.Fatal(err)
		}
		if m := regexp.MustCompile("`|/\\*[^\\]]|(?:return|case|typeof|else|in)\\s+/[^/]").FindString(string(data)); m != "" {
			t.Errorf("%s.js holds %q", name, m)
		}
	}
}
