package markdown

import (
	"html"
	"iter"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Link is a link or image in the source. Offsets are bytes of the document.
type Link struct {
	Image              bool
	Text, Dest         string // Dest as written, without <> and title
	Start, End         int    // of the whole link
	DestStart, DestEnd int    // of Dest; equal to each other for references
	Line               int
}

// Links returns the links and images of a range of the source in its order:
// inline ones, references with their definitions, <autolinks> and bare URLs.
// What stands in code and comments is none.
func (d *Doc) Links(start, end int) []Link {
	var out []Link
	var defs map[string]string
	for i := d.blockAt(start); i < len(d.Blocks) && d.Blocks[i].Start < end; i++ {
		b := &d.Blocks[i]
		switch b.Kind {
		case Fence, Code, Comment, LinkDef:
			continue
		}
		lo, hi := max(b.Start, start), min(b.End, end)
		s := string(d.Src[lo:hi])
		if strings.Contains(s, "][") || strings.Contains(s, "]") && defs == nil {
			if defs == nil {
				defs = d.definitions()
			}
		}
		out = appendLinks(out, s, lo, defs)
	}
	for i := range out {
		out[i].Line = d.LineOf(out[i].Start)
	}
	return out
}

// blockAt returns the index of the first block that ends behind a byte.
func (d *Doc) blockAt(off int) int {
	return sort.Search(len(d.Blocks), func(i int) bool { return d.Blocks[i].End > off })
}

// definitions returns the targets of references by label.
func (d *Doc) definitions() map[string]string {
	if d.defs == nil {
		d.defs = d.readDefinitions()
	}
	return d.defs
}

func (d *Doc) readDefinitions() map[string]string {
	m := map[string]string{}
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Kind != LinkDef {
			continue
		}
		label, rest, _ := strings.Cut(b.Text[1:], "]:")
		dest := strings.TrimSpace(rest)
		if j := strings.IndexAny(dest, " \t"); j > 0 {
			dest = dest[:j]
		}
		label = strings.ToLower(strings.TrimSpace(label))
		if _, ok := m[label]; !ok {
			m[label] = strings.Trim(dest, "<>")
		}
	}
	return m
}

// reach bounds how far the end of a link, tag or bracket is looked for, so that
// text full of beginnings costs no more than its length.
const reach = 4096

func ahead(s string, i int) string { return s[i:min(len(s), i+reach)] }

func appendLinks(out []Link, s string, base int, defs map[string]string) []Link {
	code := codeEnds(s)
	var open []int // offsets of [ that are not closed
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\':
			i += 2
		case c == '`':
			if e := code[i]; e > 0 {
				i = e
			} else {
				for i < len(s) && s[i] == '`' {
					i++
				}
			}
		case c == '[':
			if len(open) < 64 {
				open = append(open, i)
			}
			i++
		case c == ']' && len(open) > 0:
			at := open[len(open)-1]
			open = open[:len(open)-1]
			l, n := linkTail(s, at, i, defs)
			if n == 0 {
				i++
				continue
			}
			if at > 0 && s[at-1] == '!' {
				l.Image = true
				at--
			}
			l.Start, l.End = base+at, base+n
			l.DestStart += base
			l.DestEnd += base
			out = append(out, l)
			i = n
		case c == '<':
			if strings.HasPrefix(s[i:], "<!--") {
				e := strings.Index(s[i:], "-->")
				if e < 0 {
					return out
				}
				i += e + 3
				continue
			}
			k := strings.IndexByte(ahead(s, i), '>')
			if k < 0 {
				i++
				continue
			}
			inner := s[i+1 : i+k]
			if (strings.HasPrefix(inner, "http://") || strings.HasPrefix(inner, "https://")) && !strings.ContainsAny(inner, " \n") {
				out = append(out, Link{Text: inner, Dest: inner, Start: base + i, End: base + i + k + 1, DestStart: base + i + 1, DestEnd: base + i + k})
			}
			i += k + 1
		case c == 'h' && (strings.HasPrefix(s[i:], "http://") || strings.HasPrefix(s[i:], "https://")) && len(open) == 0:
			j := i
			for j < len(s) && s[j] > ' ' && s[j] != '<' && s[j] != '>' && s[j] != '|' && s[j] != '`' && s[j] != '"' && s[j] != ')' && s[j] != ']' {
				j++
			}
			dest := strings.TrimRight(s[i:j], ".,;:!?'*_")
			out = append(out, Link{Text: dest, Dest: dest, Start: base + i, End: base + i + len(dest), DestStart: base + i, DestEnd: base + i + len(dest)})
			i = j
		default:
			i++
		}
	}
	return out
}

// linkTail reads what follows the ] at to; n is the offset behind the link, 0
// when it is none.
func linkTail(s string, from, to int, defs map[string]string) (l Link, n int) {
	l.Text = Text(s[from+1 : to])
	rest := ahead(s, to+1)
	switch {
	case strings.HasPrefix(rest, "("):
		i := 1
		for i < len(rest) && (rest[i] == ' ' || rest[i] == '\n') {
			i++
		}
		start := i
		if i < len(rest) && rest[i] == '<' {
			k := strings.IndexAny(rest[i:], ">\n")
			if k < 0 || rest[i+k] != '>' {
				return l, 0
			}
			start, i = i+1, i+k
		} else {
			depth := 0
		dest:
			for i < len(rest) {
				switch rest[i] {
				case '\\':
					i++
				case '(':
					depth++
				case ')':
					if depth == 0 {
						break dest
					}
					depth--
				case ' ', '\n', '\t':
					break dest
				}
				i++
			}
		}
		end := min(i, len(rest))
		if i < len(rest) && rest[i] == '>' {
			i++
		}
		// A title may follow.
		k := strings.IndexByte(rest[min(i, len(rest)):], ')')
		if k < 0 {
			return l, 0
		}
		title := strings.TrimSpace(rest[i : i+k])
		if title != "" {
			q := title[0]
			if q != '"' && q != '\'' && q != '(' {
				return l, 0
			}
			if q != '(' && (len(title) < 2 || title[len(title)-1] != q) {
				// The title holds a bracket.
				e := strings.IndexByte(rest[i+strings.IndexByte(rest[i:], q)+1:], q)
				if e < 0 {
					return l, 0
				}
				at := i + strings.IndexByte(rest[i:], q) + 1 + e
				k = strings.IndexByte(rest[at:], ')')
				if k < 0 {
					return l, 0
				}
				i = at
			}
		}
		l.Dest = rest[start:end]
		l.DestStart, l.DestEnd = to+1+start, to+1+end
		return l, to + 1 + i + k + 1
	case strings.HasPrefix(rest, "["):
		k := strings.IndexByte(rest, ']')
		if k < 0 {
			return l, 0
		}
		label := rest[1:k]
		if label == "" {
			label = s[from+1 : to]
		}
		dest, ok := defs[strings.ToLower(strings.TrimSpace(label))]
		if !ok {
			return l, 0
		}
		l.Dest = dest
		l.DestStart, l.DestEnd = to+1, to+1
		return l, to + 1 + k + 1
	default:
		dest, ok := defs[strings.ToLower(strings.TrimSpace(s[from+1:to]))]
		if !ok {
			return l, 0
		}
		l.Dest = dest
		l.DestStart, l.DestEnd = to+1, to+1
		return l, to + 1
	}
}

// Text returns what a reader sees of a piece of inline Markdown: no emphasis,
// no targets, no tags, code without its backticks, white space folded.
func Text(s string) string {
	if !strings.ContainsAny(s, "*_`[]<>\\&~^=\n\t") && !strings.Contains(s, "  ") {
		return strings.TrimSpace(s)
	}
	var sb strings.Builder
	appendText(&sb, s, 0)
	return strings.Join(strings.Fields(sb.String()), " ")
}

func appendText(sb *strings.Builder, s string, depth int) {
	code := codeEnds(s)
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s) && isPunct(s[i+1]):
			sb.WriteByte(s[i+1])
			i += 2
		case c == '`':
			e := code[i]
			if e == 0 {
				sb.WriteByte(c)
				i++
				continue
			}
			sb.WriteString(strings.TrimSpace(strings.Trim(s[i:e], "`")))
			i = e
		case c == '!' && i+1 < len(s) && s[i+1] == '[':
			i++ // an image reads as its alternative
		case c == '[':
			end, after := bracket(s, i)
			if end < 0 || depth > 8 {
				sb.WriteByte(c)
				i++
				continue
			}
			if after == end+1 { // no target: the brackets are text
				sb.WriteByte('[')
				appendText(sb, s[i+1:end], depth+1)
				sb.WriteByte(']')
			} else {
				appendText(sb, s[i+1:end], depth+1)
			}
			i = after
		case c == '<':
			k := strings.IndexByte(ahead(s, i), '>')
			if k > 1 && (s[i+1] == '/' || s[i+1] == '!' || s[i+1] >= 'a' && s[i+1] <= 'z' || s[i+1] >= 'A' && s[i+1] <= 'Z') {
				inner := s[i+1 : i+k]
				if strings.Contains(inner, "://") && !strings.ContainsAny(inner, " \"") {
					sb.WriteString(inner)
				} else if strings.HasPrefix(inner, "br") {
					sb.WriteByte(' ')
				}
				i += k + 1
				continue
			}
			sb.WriteByte(c)
			i++
		case c == '*', c == '~' && i+1 < len(s) && s[i+1] == '~', c == '=' && i+1 < len(s) && s[i+1] == '=':
			n := countRun([]byte(s[i:min(i+4, len(s))]), c)
			if c == '*' && surrounded(s, i, n) {
				sb.WriteString(s[i : i+n])
			}
			i += n
		case c == '_':
			n := countRun([]byte(s[i:min(i+4, len(s))]), '_')
			before, _ := utf8.DecodeLastRuneInString(s[:i])
			after, _ := utf8.DecodeRuneInString(s[i+n:])
			if i > 0 && i+n < len(s) && wordRune(before) && wordRune(after) {
				sb.WriteString(s[i : i+n])
			}
			i += n
		case c == '&':
			k := strings.IndexByte(s[i:min(len(s), i+12)], ';')
			if k > 1 {
				sb.WriteString(html.UnescapeString(s[i : i+k+1]))
				i += k + 1
				continue
			}
			sb.WriteByte(c)
			i++
		default:
			sb.WriteByte(c)
			i++
		}
	}
}

// surrounded reports whether a run of asterisks stands between spaces, so that
// it is text ("2 * 3").
func surrounded(s string, i, n int) bool {
	left := i == 0 || s[i-1] == ' '
	right := i+n >= len(s) || s[i+n] == ' '
	return left && right
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isPunct(c byte) bool {
	return c >= '!' && c <= '/' || c >= ':' && c <= '@' || c >= '[' && c <= '`' || c >= '{' && c <= '~'
}

// bracket finds the ] of the [ at i, and the offset behind a target that
// follows it.
func bracket(s string, i int) (end, after int) {
	s = s[:min(len(s), i+reach)]
	depth := 0
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '[':
			if depth++; depth > 16 {
				return -1, 0
			}
		case ']':
			if depth--; depth > 0 {
				continue
			}
			end, after = j, j+1
			if after < len(s) && s[after] == '(' {
				d := 0
				for k := after; k < len(s); k++ {
					switch s[k] {
					case '\\':
						k++
					case '(':
						d++
					case ')':
						if d--; d == 0 {
							return end, k + 1
						}
					}
				}
			} else if after < len(s) && s[after] == '[' {
				if k := strings.IndexByte(s[after:], ']'); k > 0 {
					return end, after + k + 1
				}
			}
			return end, after
		}
	}
	return -1, 0
}

// Prose returns the runs of text that a reader reads as prose in a range of the
// source, with their offsets: paragraphs, items, quotations and cells without
// code, targets, tags and URLs. Headings are left out.
func (d *Doc) Prose(start, end int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := d.blockAt(start); i < len(d.Blocks) && d.Blocks[i].Start < end; i++ {
			b := &d.Blocks[i]
			switch b.Kind {
			case Paragraph, Item, Quote, Table:
			default:
				continue
			}
			lo, hi := max(b.Body, b.Start, start), min(b.End, end)
			if lo < hi && !prose(string(d.Src[lo:hi]), lo, yield) {
				return
			}
		}
	}
}

func prose(s string, base int, yield func(int, string) bool) bool {
	code := codeEnds(s)
	from := 0
	flush := func(to int) bool {
		if from < to && strings.TrimSpace(s[from:to]) != "" {
			return yield(base+from, s[from:to])
		}
		return true
	}
	for i := 0; i < len(s); {
		skip := 0
		switch c := s[i]; {
		case c == '`' && code[i] > 0:
			skip = code[i] - i
		case c == ']' && i+1 < len(s) && s[i+1] == '(':
			if k := strings.IndexByte(ahead(s, i), ')'); k > 0 {
				skip = k + 1
			}
		case c == '<':
			if k := strings.IndexByte(ahead(s, i), '>'); k > 0 && isTag([]byte(s[i:i+k+1])) {
				skip = k + 1
			}
		case c == 'h' && (strings.HasPrefix(s[i:], "http://") || strings.HasPrefix(s[i:], "https://")):
			skip = strings.IndexAny(s[i:], " \n\t)>")
			if skip < 0 {
				skip = len(s) - i
			}
		}
		if skip == 0 {
			i++
			continue
		}
		if !flush(i) {
			return false
		}
		i += skip
		from = i
	}
	return flush(len(s))
}

// Labels returns the ways in which a heading or a column's title may be read,
// in lower case, most exact first: whole, without its number, and each language
// of a bilingual one ("요소 목록(Element Catalog)", "Element Catalog 요소 목록").
func Labels(s string) []string {
	s = norm.NFC.String(strings.ToLower(Text(s)))
	s = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(s), ":：#"))
	var out []string
	add := func(x string) {
		x = strings.Join(strings.Fields(strings.TrimFunc(x, func(r rune) bool {
			return unicode.IsSpace(r) || strings.ContainsRune(":：·-–—/|,.()[]（）&", r)
		})), " ")
		if x == "" {
			return
		}
		for _, o := range out {
			if o == x {
				return
			}
		}
		out = append(out, x)
	}
	add(s)
	s = stripNumber(s)
	add(s)
	// Brackets hold the other language.
	if i := strings.IndexAny(s, "([（"); i >= 0 {
		open, size := utf8.DecodeRuneInString(s[i:])
		close := map[rune]string{'(': ")", '[': "]", '（': "）"}[open]
		inner := s[i+size:]
		after := ""
		if k := strings.Index(inner, close); k >= 0 {
			inner, after = inner[:k], inner[k+len(close):]
		}
		add(s[:i] + " " + after)
		add(inner)
	}
	// A slash or a change of script parts them otherwise.
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '|' || r == '·' }) {
		add(part)
	}
	var hangul, latin []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()[]（）/|·", r) }) {
		if hasHangul(w) {
			hangul = append(hangul, w)
		} else {
			latin = append(latin, w)
		}
	}
	if len(hangul) > 0 && len(latin) > 0 {
		add(strings.Join(hangul, " "))
		add(strings.Join(latin, " "))
	}
	return out
}

// Is reports whether a heading or a column's title reads as one of the labels.
func Is(s string, labels ...string) bool {
	for _, got := range Labels(s) {
		for _, want := range labels {
			if got == want {
				return true
			}
		}
	}
	return false
}

// stripNumber takes emoji and a number such as "3.", "1.2.3" or "2)" off the
// beginning of a heading.
func stripNumber(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.So, r) || r == '\ufe0f' || r == '\u200d'
	})
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.' || s[i] == ')') {
		i++
	}
	if i == 0 || i == len(s) || s[i] != ' ' || s[0] == '.' || s[0] == ')' {
		return s
	}
	return strings.TrimSpace(s[i:])
}

func hasHangul(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Hangul, r) {
			return true
		}
	}
	return false
}
