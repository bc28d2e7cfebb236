package render

import (
	"html"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/lintel-docs/lintel/internal/finding"
)

// abbrPattern matches the abbreviations of the page. Python-Markdown has one
// pattern for each; here all are looked for in one pass, the longest first.
func abbrPattern() inlinePattern {
	all := make([]byte, 0, 256)
	for b := range 256 {
		if b != stx && b != etx {
			all = append(all, byte(b))
		}
	}
	return inlinePattern{
		name: "abbr", priority: 2, trigger: string(all),
		active: func(p *pmParser) bool { return p.indexAbbrs() },
		match:  matchAbbr,
	}
}

// abbrIndex finds abbreviations by how they begin.
type abbrIndex struct {
	first [256]bool
	list  []abbreviation // by name
}

// indexAbbrs orders the abbreviations of the page and reports whether there
// are any. Of two with one name the later counts.
func (p *pmParser) indexAbbrs() bool {
	if g, ok := p.md.ext["abbr"]["glossary"].(map[string]any); ok {
		known := make([]abbreviation, 0, len(g)+len(p.abbrs))
		for _, name := range slices.Sorted(maps.Keys(g)) {
			if title, ok := g[name].(string); ok {
				known = append(known, abbreviation{name, title})
			}
		}
		p.abbrs = append(known, p.abbrs...)
	}
	if len(p.abbrs) == 0 {
		return false
	}
	x := &abbrIndex{}
	seen := map[string]int{}
	for _, a := range p.abbrs {
		if a.name == "" {
			continue
		}
		if i, ok := seen[a.name]; ok {
			x.list[i] = a
			continue
		}
		seen[a.name] = len(x.list)
		x.list = append(x.list, a)
		x.first[a.name[0]] = true
	}
	slices.SortFunc(x.list, func(a, b abbreviation) int { return strings.Compare(a.name, b.name) })
	p.abbrIndex = x
	return true
}

func matchAbbr(p *pmParser, c *inlineCursor, at int) inlineMatch {
	x, s := p.abbrIndex, c.s
	// Go on to the next byte that begins an abbreviation.
	for at < len(s) && !x.first[s[at]] {
		if s[at] == stx {
			// A mark is no text.
			if _, n := parseMark(s[at+1:]); n > 0 {
				at += n
			}
		}
		at++
	}
	if at >= len(s) || !c.wordEdge(at) {
		return inlineMatch{next: at + 1}
	}
	if a := x.longest(c, at); a != nil {
		line := c.lineAt(at)
		n := p.el("abbr", line, Attr{"title", a.title})
		n.Append(p.atomic(a.name, line))
		return inlineMatch{kind: matched, start: at, end: at + len(a.name), node: n}
	}
	return inlineMatch{next: at + 1}
}

// longest returns the longest abbreviation at at that ends where a word does.
// The names that agree with the text so far are a range of the list, which each
// further byte narrows: the work does not grow with the number of names.
func (x *abbrIndex) longest(c *inlineCursor, at int) *abbreviation {
	var best *abbreviation
	list, text := x.list, c.s[at:]
	for n := 0; len(list) > 0; n++ {
		if a := &list[0]; len(a.name) == n {
			if wordRune(lastRune(a.name)) != wordRune(c.after(at+n)) {
				best = a
			}
			list = list[1:]
		}
		if n >= len(text) {
			break
		}
		from, _ := slices.BinarySearchFunc(list, text[n], func(a abbreviation, b byte) int { return int(a.name[n]) - int(b) })
		to, _ := slices.BinarySearchFunc(list, int(text[n])+1, func(a abbreviation, b int) int { return int(a.name[n]) - b })
		list = list[from:to]
	}
	return best
}

// wikilinkPattern matches [[label]].
func wikilinkPattern(opts map[string]any) inlinePattern {
	base, end := optString(opts, "base_url", "/"), optString(opts, "end_url", "/")
	class := optString(opts, "html_class", "wikilink")
	return inlinePattern{name: "wikilink", priority: 75, trigger: "[", need: "[[", match: func(p *pmParser, c *inlineCursor, at int) inlineMatch {
		s := c.s
		if at+1 >= len(s) || s[at+1] != '[' {
			return inlineMatch{}
		}
		i := at + 2
		for i < len(s) {
			r := firstRune(s[i:])
			if !wordRune(r) && r != ' ' && r != '-' {
				break
			}
			i += runeSize(r)
		}
		if i == at+2 || !strings.HasPrefix(s[i:], "]]") {
			return inlineMatch{kind: failed, end: i + 1}
		}
		label := strip(s[at+2 : i])
		m := inlineMatch{kind: matched, start: at, end: i + 2, node: p.text("", 0)}
		if label == "" {
			return m
		}
		line := c.lineAt(at)
		m.node = p.el("a", line, Attr{"href", base + wikiTarget(label) + end})
		if class != "" {
			m.node.SetAttr("class", class)
		}
		m.node.Append(p.text(label, line))
		return m
	}}
}

// wikiTarget replaces spaces, and underscores beside them, by one underscore.
func wikiTarget(label string) string {
	b := make([]byte, 0, len(label))
	for i := 0; i < len(label); i++ {
		end := i
		if label[i] == '_' && i+1 < len(label) && label[i+1] == ' ' {
			end++
		}
		from := end
		for end < len(label) && label[end] == ' ' {
			end++
		}
		if end == from {
			b = append(b, label[i])
			continue
		}
		if from == i && end < len(label) && label[end] == '_' {
			end++
		}
		b = append(b, '_')
		i = end - 1
	}
	return string(b)
}

// progressPattern matches [=25% "label"].
func progressPattern(opts map[string]any, attrList bool) inlinePattern {
	level := optBool(opts, "level_class", true)
	step := float64(optInt(opts, "progress_increment", 20))
	more := strings.Fields(optString(opts, "add_classes", ""))
	return inlinePattern{name: "progress-bar", priority: 179, trigger: "[", need: "[=", match: func(p *pmParser, c *inlineCursor, at int) inlineMatch {
		value, label, attrs, end := cutProgress(c.s, at)
		if end == 0 {
			return inlineMatch{}
		}
		value = min(value, 100)
		classes := append([]string{"progress"}, more...)
		if level && step > 0 {
			classes = append(classes, "progress-"+strconv.Itoa(int(value)-int(value)%int(step))+"plus")
		}
		slices.Sort(classes)
		classes = slices.Compact(classes)
		line := c.lineAt(at)
		n := p.el("div", line, Attr{"class", strings.Join(classes, " ")})
		bar := p.el("div", line, Attr{"class", "progress-bar"}, Attr{"style", "width:" + strconv.FormatFloat(value, 'f', 2, 64) + "%"})
		text := p.el("p", line, Attr{"class", "progress-label"})
		if label != "" {
			text.Append(p.text(dequote(p.plainMarks(label)), line))
		}
		bar.Append(text)
		n.Append(bar)
		if attrs != "" {
			list, stop := cutAttrList(attrs, 0)
			if attrList && stop > 0 {
				assignAttrs(n, list)
			} else {
				end -= len(attrs) // it is text
			}
		}
		return inlineMatch{kind: matched, start: at, end: end, node: n}
	}}
}

// cutProgress reads a progress bar that begins at a place; end is 0 when there
// is none.
func cutProgress(s string, at int) (value float64, label, attrs string, end int) {
	i := at + 1
	for i < len(s) && s[i] == '=' {
		i++
	}
	if i == at+1 {
		return
	}
	i = skipBlank(s, i)
	num, n := cutNumber(s[i:])
	if n == 0 {
		return
	}
	text := s[i : i+n]
	i += n
	if i < len(s) && s[i] == '%' {
		whole, frac, _ := strings.Cut(text, ".")
		switch {
		case len(whole) > 3 || len(whole) > 1 && whole[0] == '0':
			return
		case len(whole) == 3 && (whole != "100" || strings.Trim(frac, "0") != ""):
			return
		}
		value = num
		i++
	} else {
		i = skipBlank(s, i)
		if i == len(s) || s[i] != '/' {
			return
		}
		i = skipBlank(s, i+1)
		den, n := cutNumber(s[i:])
		if n == 0 {
			return
		}
		i += n
		if den != 0 {
			value = num / den * 100
		}
	}
	if k := skipBlank(s, i); k > i && k < len(s) && (s[k] == '"' || s[k] == '\'') {
		// The first closing quote behind which the bracket closes.
		for e := k + 1; ; e++ {
			n := strings.IndexByte(s[e:], s[k])
			if n < 0 || e > k+4096 {
				return
			}
			e += n
			if f := skipBlank(s, e+1); f < len(s) && s[f] == ']' {
				label, i = s[k:e+1], f
				break
			}
		}
	} else {
		i = k
	}
	if i >= len(s) || s[i] != ']' {
		return
	}
	end = i + 1
	if end < len(s) && s[end] == '{' {
		if k := strings.IndexByte(s[end:], '}'); k > 0 {
			attrs = s[end : end+k+1]
			end += k + 1
		}
	}
	return
}

// cutNumber reads digits with an optional fraction.
func cutNumber(s string) (float64, int) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == 0 || i > 300 {
		return 0, 0
	}
	if i+1 < len(s) && s[i] == '.' && isDigit(s[i+1]) {
		for i++; i < len(s) && isDigit(s[i]); i++ {
		}
	}
	v, err := strconv.ParseFloat(s[:min(i, 300)], 64)
	if err != nil {
		return 0, 0
	}
	return v, i
}

// keyRules is the options of pymdownx.keys.
type keyRules struct {
	separator, class string
	tag              string
	camel            bool
	own              map[string]string
}

// keysPattern matches ++ctrl+alt+del++.
func keysPattern(opts map[string]any) inlinePattern {
	r := &keyRules{
		separator: optString(opts, "separator", "+"),
		class:     optString(opts, "class", "keys"),
		tag:       "span",
		camel:     optBool(opts, "camel_case", false),
		own:       map[string]string{},
	}
	if optBool(opts, "strict", false) {
		r.tag = "kbd"
	}
	if own, ok := opts["key_map"].(map[string]any); ok {
		for k, v := range own {
			if s, ok := v.(string); ok {
				r.own[k] = s
			}
		}
	}
	return inlinePattern{name: "keys", priority: 185, trigger: "\\+", need: "+", match: r.match}
}

func (r *keyRules) match(p *pmParser, c *inlineCursor, at int) inlineMatch {
	s := c.s
	if s[at] == '\\' {
		end := at + 1
		for end < len(s) && s[end] == '\\' {
			end++
		}
		if c.before(at) == '\\' || (end-at)%2 != 0 || end == len(s) || s[end] != '+' {
			return inlineMatch{next: end}
		}
		var b []byte
		for range (end - at) / 2 {
			b = p.appendMark(b, p.atomic("\\", 0), "")
		}
		return inlineMatch{kind: matched, start: at, end: end, node: p.text(string(b), 0)}
	}
	if at+1 >= len(s) || s[at+1] != '+' || c.before(at) == '\\' {
		return inlineMatch{}
	}
	line := c.lineAt(at)
	n := p.el(r.tag, line, Attr{"class", r.class})
	unknown := false
	for i := at + 2; ; i++ {
		key, end := cutKey(s, i)
		if end == i || end == len(s) || s[end] != '+' {
			return inlineMatch{kind: failed, end: end}
		}
		class, name := r.key(key)
		unknown = unknown || name == "" && class == "" && key[0] != '"' && key[0] != '\''
		if n.First != nil && r.separator != "" {
			sep := p.el("span", line)
			sep.Append(p.atomic(r.separator, line))
			n.Append(sep)
		}
		kbd := p.el("kbd", line)
		if class != "" {
			kbd.SetAttr("class", "key-"+class)
		}
		kbd.Append(p.atomic(name, line))
		n.Append(kbd)
		if i = end; i+1 < len(s) && s[i+1] == '+' {
			if unknown {
				return inlineMatch{next: i + 2}
			}
			return inlineMatch{kind: matched, start: at, end: i + 2, node: n}
		}
	}
}

// cutKey returns the name of a key at a place and where it ends.
func cutKey(s string, at int) (string, int) {
	if at == len(s) {
		return "", at
	}
	i := at
	if q := s[at]; q == '"' || q == '\'' {
		for i++; i < len(s) && s[i] != q; i++ {
			if s[i] == '\\' {
				i++
			}
		}
		if i >= len(s) || i == at+1 {
			return "", at
		}
		return s[at : i+1], i + 1
	}
	for i < len(s) {
		r := firstRune(s[i:])
		if !wordRune(r) && r != '-' {
			break
		}
		i += runeSize(r)
	}
	return s[at:i], i
}

// key returns the class and the text of a key, both empty when it is not known.
func (r *keyRules) key(key string) (class, name string) {
	if key[0] == '"' || key[0] == '\'' {
		return "", strip(html.UnescapeString(unescapeKey(key[1 : len(key)-1])))
	}
	if r.camel {
		key = hyphenate(key)
	}
	if a := keyAlias(key); a != "" {
		key = a
	}
	name, own := r.own[key]
	if !own {
		name = keyName(key)
	}
	if name == "" {
		return "", ""
	}
	return key, name
}

// unescapeKey drops the backslash before each character.
func unescapeKey(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}

// hyphenate turns PgDn into pg-dn.
func hyphenate(s string) string {
	var b []rune
	last := rune(-1)
	for _, r := range s {
		if unicode.IsUpper(r) {
			if last >= 0 && last != '-' {
				b = append(b, '-')
			}
			b = append(b, unicode.ToLower(r))
		} else {
			b = append(b, r)
		}
		last = r
	}
	return string(b)
}

// emojiRules is the options of pymdownx.emoji.
type emojiRules struct {
	index     string // class of the elements by default, and name of the index
	icons     bool   // the index has icons besides
	generator string // last part of the function's name
	inline    bool   // it writes SVG into the page
	title     string
	alt       string
	noVariant bool
	options   map[string]any
}

// emojiPattern matches :short_name:.
func emojiPattern(opts map[string]any) inlinePattern {
	index := optString(opts, "emoji_index", "pymdownx.emoji.emojione")
	generator := optString(opts, "emoji_generator", "pymdownx.emoji.to_png")
	r := &emojiRules{
		index:     lastPart(index),
		icons:     !strings.HasPrefix(index, "pymdownx."),
		generator: lastPart(generator),
		inline:    !strings.HasPrefix(generator, "pymdownx."),
		title:     optString(opts, "title", "short"),
		alt:       optString(opts, "alt", "unicode"),
		noVariant: optBool(opts, "remove_variation_selector", false),
	}
	r.options, _ = opts["options"].(map[string]any)
	return inlinePattern{name: "emoji", priority: 75, trigger: ":", match: r.match}
}

func lastPart(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }

func (r *emojiRules) match(p *pmParser, c *inlineCursor, at int) inlineMatch {
	s := c.s
	i := at + 1
	for i < len(s) {
		ch := firstRune(s[i:])
		if !wordRune(ch) && ch != '+' && ch != '-' {
			break
		}
		i += runeSize(ch)
	}
	if i == at+1 || i == len(s) || s[i] != ':' {
		return inlineMatch{next: i}
	}
	m := inlineMatch{kind: matched, start: at, end: i + 1}
	code := s[at : i+1]
	line := c.lineAt(at)
	if m.node = r.node(p, code, line); m.node == nil {
		p.unknownEmoji(code, line)
		m.node = p.text(code, line)
	}
	return m
}

// lookUp returns what the index knows of a short name.
func (r *emojiRules) lookUp(p *pmParser, name string) (e EmojiInfo, ok bool) {
	if p.md.opts.EmojiIn != nil {
		return p.md.opts.EmojiIn(r.index, name)
	}
	if p.md.opts.Emoji != nil {
		e.File, e.Chars, ok = p.md.opts.Emoji(name)
		e.Short, e.Name = name, strings.ReplaceAll(name, "_", " ")
	}
	return e, ok
}

// option returns a text of the generator's options.
func (r *emojiRules) option(name, def string) string {
	if s, ok := r.options[name].(string); ok {
		return s
	}
	return def
}

// node returns what stands for a short code, or nil when it is not known.
func (r *emojiRules) node(p *pmParser, code string, line int32) *Node {
	name := code[1 : len(code)-1]
	class := r.option("classes", r.index)
	e, ok := r.lookUp(p, name)
	if !ok {
		svg := ""
		if r.icons {
			svg = r.icon(p, name)
		}
		if svg == "" {
			return nil
		}
		n := p.el("span", line, Attr{"class", class})
		n.Append(p.raw(svg, line))
		return n
	}
	chars := e.Chars
	if r.noVariant {
		chars = strings.ReplaceAll(chars, "\ufe0f", "")
	}
	alt := chars
	switch {
	case r.alt == "html_entity" && chars != "":
		var b strings.Builder
		for _, ch := range chars {
			h := strconv.FormatInt(int64(ch), 16)
			b.WriteString("&#x" + strings.Repeat("0", max(0, 4-len(h))) + h + ";")
		}
		alt = b.String()
	case r.alt != "unicode", chars == "":
		alt = code
	}
	title := ""
	switch r.title {
	case "short":
		title = code
	case "long":
		title = e.Name
	}
	var n *Node
	switch r.generator {
	case "to_alt":
		return p.raw(alt, line)
	case "to_svg":
		if svg, ok := p.icon("twemoji/" + e.File); r.inline && ok {
			n = p.el("span", line, Attr{"class", class})
			n.Append(p.raw(svg, line))
			break
		}
		base := "https://cdnjs.cloudflare.com/ajax/libs/emojione/2.2.7/assets/svg/"
		if r.index == "twemoji" {
			base = "https://twemoji.maxcdn.com/v/latest/svg/"
		}
		n = p.el("img", line, Attr{"alt", alt}, Attr{"class", class}, Attr{"src", r.option("image_path", base) + e.File + ".svg"})
	case "to_png_sprite":
		n = p.el("span", line, Attr{"class", class + "-" + r.option("size", "64") + "-" + e.Category + " _" + e.File})
		n.Append(p.atomic(alt, line))
	case "to_svg_sprite":
		n = p.el("svg", line, Attr{"class", class})
		d := p.el("description", line)
		d.Append(p.atomic(alt, line))
		n.Append(d)
		n.Append(p.el("use", line, Attr{"xlink:href", r.option("image_path", "./../assets/sprites/emojione.sprites.svg") + "#emoji-" + e.File}))
		return n
	default:
		base := "https://cdnjs.cloudflare.com/ajax/libs/emojione/2.2.7/assets/png/"
		own := base
		switch r.index {
		case "gemoji":
			base, own = "https://github.githubassets.com/images/icons/emoji/unicode/", "https://github.githubassets.com/images/icons/emoji/"
		case "twemoji":
			base = "https://twemoji.maxcdn.com/v/latest/72x72/"
			own = base
		}
		src := r.option("image_path", base) + e.File
		if e.File == "" {
			src = r.option("non_standard_image_path", own) + e.Short
		}
		n = p.el("img", line, Attr{"alt", alt}, Attr{"class", class}, Attr{"src", src + ".png"})
	}
	if title != "" {
		n.SetAttr("title", title)
	}
	if attrs, ok := r.options["attributes"].(map[string]any); ok {
		keys := make([]string, 0, len(attrs))
		for k := range attrs {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			if v, ok := attrs[k].(string); ok {
				n.SetAttr(k, v)
			}
		}
	}
	return n
}

// icon returns the SVG of an icon by its short name: the folders of its path
// are joined by hyphens.
func (r *emojiRules) icon(p *pmParser, name string) string {
	sets := [...]struct{ prefix, folder string }{
		{"material-", "material/"},
		{"fontawesome-brands-", "fontawesome/brands/"},
		{"fontawesome-regular-", "fontawesome/regular/"},
		{"fontawesome-solid-", "fontawesome/solid/"},
		{"octicons-", "octicons/"},
		{"simple-", "simple/"},
	}
	for _, set := range sets {
		if rest, ok := strings.CutPrefix(name, set.prefix); ok {
			if svg, ok := p.icon(set.folder + rest); ok {
				return svg
			}
		}
	}
	return p.ownIcon(name, r.options["custom_icons"])
}

func (p *pmParser) icon(name string) (string, bool) {
	if p.md.opts.Icon == nil {
		return "", false
	}
	return p.md.opts.Icon(name)
}

// unknownEmoji reports a short code that stands for nothing, once for a page.
// Words between colons are common in other texts (times, C++, ids), so only
// what looks like a name is reported.
func (p *pmParser) unknownEmoji(code string, line int32) {
	letters := false
	for i := 1; i < len(code)-1; i++ {
		b := code[i]
		if b >= 0x80 || b >= 'A' && b <= 'Z' {
			return
		}
		letters = letters || b >= 'a' && b <= 'z'
	}
	if !letters || p.emoji[code] {
		return
	}
	if p.emoji == nil {
		p.emoji = map[string]bool{}
	}
	p.emoji[code] = true
	p.doc.Findings = append(p.doc.Findings, finding.Finding{
		Rule: "markdown/unknown-emoji", Severity: finding.Info,
		Position: finding.Position{Path: p.page.Path, Line: int(line)},
		Message:  "no emoji or icon has the name " + code,
		Hint:     "the text stays as it is; write \\" + code + " if that is meant",
	})
}

// joinBelow joins a folder and a path below it; a path that leads out of the
// project has no files.
func joinBelow(dir, name string) string {
	name = path.Join(dir, name)
	if !fs.ValidPath(name) {
		return ""
	}
	return name
}

// maxIconFolders bounds how deep icons of a project may lie.
const maxIconFolders = 4

// findIcon looks for name.svg in a folder, and for the folders below it whose
// names the short name begins with.
func (p *pmParser) findIcon(dir, name string, depth int) string {
	if dir == "" || name == "" {
		return ""
	}
	file := path.Join(dir, name+".svg")
	if b, err := fs.ReadFile(p.page.Files, file); err == nil {
		p.doc.Includes = append(p.doc.Includes, Include{Path: file, Found: true})
		return string(b)
	}
	if depth == maxIconFolders {
		return ""
	}
	for i := 1; i < len(name)-1; i++ {
		if name[i] != '-' {
			continue
		}
		sub := path.Join(dir, name[:i])
		if info, err := fs.Stat(p.page.Files, sub); err == nil && info.IsDir() {
			if svg := p.findIcon(sub, name[i+1:], depth+1); svg != "" {
				return svg
			}
		}
	}
	return ""
}
