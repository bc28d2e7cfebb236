package theme

import "strings"

// Icons of the page's own furniture, drawn on a grid of 24 with round strokes,
// apart from a few that read better filled. They are handed out as masks in the
// stylesheet, so that a page does not repeat them and text colour applies.
const (
	strokes = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">`
	solid   = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">`
)

// chromeIcons maps the name of an icon in the stylesheet (--i-NAME) to its
// drawing and to the key of theme.icon that replaces it.
var chromeIcons = []struct{ name, key, body string }{
	{"menu", "menu", strokes + `<path d="M4 6.5h16M4 12h16M4 17.5h10"/></svg>`},
	{"search", "search", strokes + `<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5 5"/></svg>`},
	{"close", "close", strokes + `<path d="m6 6 12 12M18 6 6 18"/></svg>`},
	{"auto", "", strokes + `<circle cx="12" cy="12" r="8.5"/><path fill="#000" d="M12 3.5a8.5 8.5 0 0 1 0 17z"/></svg>`},
	{"light", "", strokes + `<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/></svg>`},
	{"dark", "", strokes + `<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/></svg>`},
	{"right", "", strokes + `<path d="m9.5 6 6 6-6 6"/></svg>`},
	{"prev", "previous", strokes + `<path d="M20 12H5M11 6l-6 6 6 6"/></svg>`},
	{"next", "next", strokes + `<path d="M4 12h15M13 6l6 6-6 6"/></svg>`},
	{"top", "top", strokes + `<path d="M12 20V5M6 11l6-6 6 6"/></svg>`},
	{"edit", "edit", strokes + `<path d="M4 20h4L19 9l-4-4L4 16zM13 7l4 4"/></svg>`},
	{"view", "view", strokes + `<path d="m8.5 7-5 5 5 5M15.5 7l5 5-5 5"/></svg>`},
	{"repo", "repo", strokes + `<circle cx="7" cy="5.5" r="2.5"/><circle cx="7" cy="18.5" r="2.5"/><circle cx="17" cy="8" r="2.5"/><path d="M7 8v8M17 10.5c0 4-10 2-10 5.5"/></svg>`},
	{"globe", "alternate", strokes + `<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c5 5 5 13 0 18c-5-5-5-13 0-18"/></svg>`},
	{"external", "", strokes + `<path d="M8 6h10v10M18 6 6 18"/></svg>`},
	{"clock", "", strokes + `<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/></svg>`},
	{"person", "", strokes + `<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c1-9 14-9 15 0"/></svg>`},
	{"copy", "", strokes + `<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 5.5v-1h-11v11h1"/></svg>`},
	{"check", "", strokes + `<path d="m5 12.5 5 5L19.5 7"/></svg>`},
	{"list", "", strokes + `<path d="M8 6.5h12M8 12h12M8 17.5h8M4 6.5h.01M4 12h.01M4 17.5h.01"/></svg>`},
	{"link", "share", strokes + `<path d="M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1"/></svg>`},
	{"note", "admonition.note", strokes + `<path d="M4 20h4L19 9l-4-4L4 16zM13 7l4 4"/></svg>`},
	{"abstract", "admonition.abstract", strokes + `<path d="M6 3.5h12v17H6zM9 8h6M9 12h6M9 16h3"/></svg>`},
	{"info", "admonition.info", strokes + `<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5h.01"/></svg>`},
	{"tip", "admonition.tip", strokes + `<path d="M9 17.5h6M10 21h4M8.5 14.5a6 6 0 1 1 7 0l-.5 3H9z"/></svg>`},
	{"success", "admonition.success", strokes + `<circle cx="12" cy="12" r="9"/><path d="m8 12.5 3 3 5-6"/></svg>`},
	{"question", "admonition.question", strokes + `<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.6 2.3q-1.1.6-1.1 1.7M12 17h.01"/></svg>`},
	{"warning", "admonition.warning", strokes + `<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.3h.01"/></svg>`},
	{"failure", "admonition.failure", strokes + `<circle cx="12" cy="12" r="9"/><path d="m9 9 6 6M15 9l-6 6"/></svg>`},
	{"danger", "admonition.danger", strokes + `<path d="M13 3 5 13.5h6L10 21l9-11.5h-6.5z"/></svg>`},
	{"bug", "admonition.bug", strokes + `<path d="M8 10a4 4 0 0 1 8 0v5a4 4 0 0 1-8 0zM9.5 7 8 4.5M14.5 7 16 4.5M8 12.5H4M20 12.5h-4M8 9 5 7.5M16 9l3-1.5M8 16l-3 2M16 16l3 2"/></svg>`},
	{"example", "admonition.example", strokes + `<path d="M9.5 3.5h5M10.5 3.5V9L5 19.5h14L13.5 9V3.5M7.5 15h9"/></svg>`},
	{"quote", "admonition.quote", solid + `<path d="M4 17V12q0-5 5-6v2.5q-2 .7-2 3h3V17zm10 0V12q0-5 5-6v2.5q-2 .7-2 3h3V17z"/></svg>`},
}

// dataURI writes svg as a data: URL for use inside url("…").
func dataURI(svg string) string {
	var b strings.Builder
	b.WriteString("data:image/svg+xml,")
	for i := range len(svg) {
		switch c := svg[i]; c {
		case '"':
			b.WriteByte('\'')
		case '#':
			b.WriteString("%23")
		case '<':
			b.WriteString("%3C")
		case '>':
			b.WriteString("%3E")
		case '%':
			b.WriteString("%25")
		case '\\':
			b.WriteString("%5C")
		case '\'':
			b.WriteString("%27")
		case '\n', '\r', '\t':
			b.WriteByte(' ')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
