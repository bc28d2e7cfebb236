package theme

import (
	"slices"
	"strings"
)

// colour is a named colour of Material's palette as this theme shows it: as
// the ground of the header with the ink on it, and as ink on light and on dark
// pages. All pairs have a contrast of at least 4.5, on code's ground too.
type colour struct{ name, ground, ink, light, dark string }

// plain is used where the author names no colour.
var plain = colour{"", "#3d4bb8", "#ffffff", "#3d4bb8", "#a9b4ff"}

var colours = []colour{
	{"red", "#d53c3d", "#ffffff", "#c72c31", "#fb817a"},
	{"pink", "#e3155e", "#ffffff", "#cc0453", "#f97f95"},
	{"purple", "#ab47bd", "#ffffff", "#a13cb3", "#d689e3"},
	{"deep-purple", "#7e56c2", "#ffffff", "#7c54bf", "#b593fb"},
	{"indigo", "#4051b5", "#ffffff", "#4051b5", "#8fa6ff"},
	{"blue", "#0078cc", "#ffffff", "#016bb8", "#50aafe"},
	{"light-blue", "#017cb6", "#ffffff", "#0470a5", "#2caef6"},
	{"cyan", "#048192", "#ffffff", "#087483", "#00bdd6"},
	{"teal", "#048275", "#ffffff", "#01776a", "#42b8a8"},
	{"green", "#1e8727", "#ffffff", "#067b19", "#5fb861"},
	{"light-green", "#528104", "#ffffff", "#4a7503", "#8ec255"},
	{"lime", "#cbdc38", "#1c2024", "#666f05", "#cbdb5e"},
	{"yellow", "#ffec3d", "#1c2024", "#756b04", "#fbec6a"},
	{"amber", "#ffc105", "#1c2024", "#866403", "#f9c345"},
	{"orange", "#ffa724", "#1c2024", "#955d00", "#faaa3f"},
	{"deep-orange", "#d1430e", "#ffffff", "#c23900", "#f98562"},
	{"brown", "#795649", "#ffffff", "#795649", "#c49d8f"},
	{"grey", "#757575", "#ffffff", "#696969", "#a6a6a6"},
	{"blue-grey", "#546d78", "#ffffff", "#546d78", "#8fa9b5"},
	{"black", "#16181d", "#ffffff", "#3d4bb8", "#a9b4ff"},
	{"white", "light-dark(#ffffff,#1b1f26)", "light-dark(#1c2024,#e4e7eb)", "#3d4bb8", "#a9b4ff"},
	// custom leaves the colours to the author's style sheet, which sets the
	// variables that Material reads.
	{"custom", "#16181d", "#ffffff", "#3d4bb8", "#a9b4ff"},
}

func colourOf(name string) colour {
	name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "-")
	if i := slices.IndexFunc(colours, func(c colour) bool { return c.name == name }); i >= 0 {
		return colours[i]
	}
	return plain
}

// paletteEntry is one choice of the reader. mode is auto, light or dark.
type paletteEntry struct {
	Media   string `json:"m,omitempty"`
	Scheme  string `json:"s"`
	Primary string `json:"p,omitempty"`
	Accent  string `json:"a,omitempty"`
	Mode    string `json:"d"`
	Icon    string `json:"i"` // name of an icon in the style sheet
	Label   string `json:"l"`
	svg     string
}

type palette struct {
	entries []paletteEntry
	brand   bool // the header stands on the primary colour
}

// start is the state of a page before any script runs.
type startState struct{ forced, scheme, primary, accent string }

func (p *palette) start() startState {
	e := p.entries[0]
	s := startState{scheme: e.Scheme, primary: e.Primary, accent: e.Accent}
	if len(p.entries) == 1 || e.Media == "" && e.Mode != "auto" {
		s.forced = e.Mode
	}
	return s
}

// newPalette makes of theme.palette what Material makes of it, except where it
// names no scheme: then the reader's system decides, and the reader.
func newPalette(s *Site, text catalog, icon func(string) (string, bool)) palette {
	p := palette{brand: s.Logo != ""}
	for _, e := range s.Palettes {
		p.brand = p.brand || e.Primary != ""
	}
	in := s.Palettes
	if len(in) == 0 || len(in) == 1 && in[0].Scheme == "" && in[0].Media == "" {
		var e Palette
		if len(in) == 1 {
			e = in[0]
		}
		p.entries = []paletteEntry{
			{Scheme: "default", Mode: "auto", Icon: "auto", Label: text["scheme_light"]},
			{Scheme: "default", Mode: "light", Icon: "light", Label: text["scheme_dark"]},
			{Scheme: "slate", Mode: "dark", Icon: "dark", Label: text["scheme_auto"]},
		}
		for i := range p.entries {
			p.entries[i].Primary, p.entries[i].Accent = e.Primary, e.Accent
		}
		return p
	}
	for i, e := range in {
		n := paletteEntry{Media: e.Media, Scheme: e.Scheme, Primary: e.Primary, Accent: e.Accent, Mode: "light", Label: e.ToggleName}
		switch {
		case strings.Contains(e.Media, "dark"), e.Scheme == "slate", e.Media == "" && strings.Contains(e.Scheme, "dark"):
			n.Mode = "dark"
		case e.Media == "(prefers-color-scheme)":
			n.Mode = "auto"
		}
		if n.Scheme == "" {
			n.Scheme = "default"
			if n.Mode == "dark" {
				n.Scheme = "slate"
			}
		}
		n.Icon = n.Mode
		if svg, ok := icon(e.ToggleIcon); ok && e.ToggleIcon != "" {
			n.Icon, n.svg = "tg"+string(rune('a'+i%26)), svg
		}
		if n.Label == "" {
			n.Label = text["scheme_"+n.Mode]
		}
		p.entries = append(p.entries, n)
	}
	// Without a toggle there is nothing to choose: the first entry stands,
	// unless the entries are told apart by the reader's system.
	if !slices.ContainsFunc(in, func(e Palette) bool { return e.ToggleIcon != "" || e.ToggleName != "" || e.Media != "" }) {
		p.entries = p.entries[:1]
	}
	return p
}

// css writes the rules for the colours in use.
func (p *palette) css(d []byte) []byte {
	var primaries, accents []string
	for i, e := range p.entries {
		if i == 0 {
			d = primaryCSS(append(d, ":root{"...), e.Primary)
			if e.Accent != "" {
				d = accentCSS(d, e.Accent)
			}
			d = append(d, '}')
		} else {
			if e.Primary != p.entries[0].Primary && !slices.Contains(primaries, e.Primary) {
				d = append(append(append(d, `:root[data-md-color-primary="`...), cssIdent(e.Primary)...), `"]{`...)
				d = append(primaryCSS(d, e.Primary), '}')
			}
			if e.Accent != p.entries[0].Accent && !slices.Contains(accents, e.Accent) {
				d = append(append(append(d, `:root[data-md-color-accent="`...), cssIdent(e.Accent)...), `"]{`...)
				d = append(accentCSS(d, e.Accent), '}')
			}
		}
		primaries, accents = append(primaries, e.Primary), append(accents, e.Accent)
	}
	return d
}

func primaryCSS(d []byte, name string) []byte {
	c := colourOf(name)
	link := "light-dark(" + c.light + "," + c.dark + ")"
	if c.name == "custom" {
		link = "var(--md-primary-fg-color)"
	}
	for _, kv := range [...][2]string{{"--ground", c.ground}, {"--ink", c.ink}, {"--p", link}} {
		d = append(append(append(append(d, kv[0]...), ':'), kv[1]...), ';')
	}
	return d
}

func accentCSS(d []byte, name string) []byte {
	c := colourOf(name)
	return append(append(append(append(append(d, "--a:light-dark("...), c.light...), ','), c.dark...), ");"...)
}

// cssIdent leaves of a configured name what cannot end a string in a rule.
func cssIdent(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '"' || r == '\\' || r == '\n' || r == '<' {
			return -1
		}
		return r
	}, s)
}
