package finding

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TextOptions say how a report is written for people.
type TextOptions struct {
	Colour bool
	// Quiet leaves out infos, Verbose shows all of them and what does not count
	// too. Without either the first dozen infos are shown.
	Quiet, Verbose bool
	// Checked says what was looked at, for the last line: "34 pages".
	Checked string
}

// fewInfos is how many infos are printed unasked: a site that is being moved
// over has hundreds.
const fewInfos = 12

// WriteText writes a report for people: the findings by file, each with its
// line and what to do about it, and a summary.
func WriteText(w io.Writer, r *Report, o TextOptions) error {
	b := bufio.NewWriter(w)
	t := textWriter{b: b, r: r, o: o}
	infos, hidden := 0, 0
	path, first := "", true
	for i := range r.Findings {
		f := &r.Findings[i]
		switch {
		case f.State != Open && !o.Verbose:
			continue
		case f.Severity == Info && !o.Verbose:
			if infos++; o.Quiet || infos > fewInfos {
				hidden++
				continue
			}
		}
		if !first && (f.Path != path || t.tall) {
			b.WriteByte('\n')
		}
		first, path = false, f.Path
		t.finding(f)
	}
	if !first {
		b.WriteByte('\n')
	}
	if hidden > 0 && !o.Quiet {
		fmt.Fprintf(b, "%s not shown; -v shows them\n", count(hidden, "info"))
	}
	t.summary()
	return b.Flush()
}

type textWriter struct {
	b    *bufio.Writer
	r    *Report
	o    TextOptions
	tall bool // the last finding took more than one line
}

func (t *textWriter) paint(code, s string) string {
	if !t.o.Colour || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func severityColour(s Severity) string {
	return [...]string{"36", "33", "31", "0"}[min(s, Never)]
}

func (t *textWriter) finding(f *Judged) {
	if p := f.Position.String(); p != "" {
		t.b.WriteString(t.paint("1", Visible(p)) + ": ")
	}
	if f.State == Open {
		t.b.WriteString(t.paint("1;"+severityColour(f.Severity), f.Severity.String()))
	} else {
		t.b.WriteString(t.paint("2", f.State.String()+" "+f.Severity.String()))
	}
	fmt.Fprintf(t.b, ": %s %s\n", Visible(f.Message), t.paint("2", "["+Visible(f.Rule)+"]"))
	t.tall = t.excerpt(f)
	note := func(what, text string) {
		if text != "" {
			fmt.Fprintf(t.b, "    %s %s\n", t.paint("2", what), Visible(text))
			t.tall = true
		}
	}
	note("because", f.Reason)
	if f.State != Open {
		why := f.Why
		if p := f.By.String(); p != "" {
			why += " (" + p + ")"
		}
		note(f.State.String()+":", why)
		return
	}
	note("hint:", f.Hint)
	t.edit(f)
}

// Bounds of what is shown of a line and of an edit.
const (
	excerptWidth = 100 // columns
	editLines    = 12
)

// excerpt shows the line of a finding with a mark below the place, and reports
// whether there was one.
func (t *textWriter) excerpt(f *Judged) bool {
	if strings.TrimSpace(f.Text) == "" {
		return false
	}
	runes := []rune(strings.ToValidUTF8(f.Text, "\ufffd"))
	from, to := place2(f, runes)
	// A long line is cut so that the place stays in sight.
	lo := 0
	if w := width(runes[:to]); w > excerptWidth {
		for lo < from && width(runes[lo:to]) > excerptWidth/2 {
			lo++
		}
	} else {
		for lo < from && unicode.IsSpace(runes[lo]) {
			lo++
		}
	}
	hi := lo
	for w := 0; hi < len(runes) && w < excerptWidth; hi++ {
		w += runeWidth(runes[hi])
	}
	shown := cellText(runes[lo:hi])
	before := 0
	if lo > 0 && !isAllSpace(runes[:lo]) {
		shown, before = "…"+shown, 1
	}
	if hi < len(runes) {
		shown += "…"
	}
	number := fmt.Sprintf("%6d", f.Position.Line)
	fmt.Fprintf(t.b, "%s %s %s\n", t.paint("2", number), t.paint("2", "|"), strings.TrimRightFunc(shown, unicode.IsSpace))
	if from < to && to <= hi {
		pad := strings.Repeat(" ", before+len2(cellText(runes[lo:from])))
		marks := strings.Repeat("^", max(1, len2(cellText(runes[from:to]))))
		fmt.Fprintf(t.b, "%s %s %s%s\n", strings.Repeat(" ", len(number)), t.paint("2", "|"), pad, t.paint("1;"+severityColour(f.Severity), marks))
	}
	return true
}

// place2 returns the part of a line that a finding means, in runes: from its
// column or its subject; an empty part when neither is known.
func place2(f *Judged, line []rune) (from, to int) {
	if c := f.Column; c > 0 && c <= len(line) {
		from = c - 1
		to = from + 1
		if s := []rune(f.Subject); len(s) > 0 && from+len(s) <= len(line) && string(line[from:from+len(s)]) == f.Subject {
			to = from + len(s)
		}
		return from, to
	}
	if f.Subject != "" {
		if i := strings.Index(string(line), f.Subject); i >= 0 {
			from = utf8.RuneCountInString(string(line)[:i])
			return from, from + utf8.RuneCountInString(f.Subject)
		}
	}
	return 0, 0
}

func isAllSpace(rs []rune) bool {
	for _, r := range rs {
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}

// cellText is text for a line of a terminal.
func cellText(rs []rune) string {
	return Visible(strings.ReplaceAll(string(rs), "\t", "    "))
}

func len2(s string) int { return width([]rune(s)) }

func width(rs []rune) int {
	n := 0
	for _, r := range rs {
		n += runeWidth(r)
	}
	return n
}

// runeWidth is how many columns a terminal gives a character: two for those of
// East Asia and for emoji, none for marks that combine.
// https://www.unicode.org/reports/tr11/
func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me) || r == 0x200d:
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0x303e, r >= 0x3041 && r <= 0xa4cf, r >= 0xa960 && r <= 0xa97f,
		r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1f64f, r >= 0x1f680 && r <= 0x1f6ff, r >= 0x1f900 && r <= 0x1f9ff,
		r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// edit shows what an edit changes as a small diff.
func (t *textWriter) edit(f *Judged) {
	if f.Edit.IsZero() || t.r.Read == nil {
		return
	}
	src, err := t.r.Read(f.Edit.Path)
	if err != nil {
		return
	}
	edits := slices.DeleteFunc(f.Edits(), func(e Edit) bool { return e.Path != f.Edit.Path })
	placed, err := place(string(src), edits)
	if err != nil {
		return
	}
	what := "edit:"
	if f.Edit.Safe {
		what = "edit (lintel check --fix makes it):"
	}
	if f.Edit.Path != f.Path {
		what += " " + Visible(f.Edit.Path)
	}
	n := 0
	for _, h := range hunksOf(string(src), placed, 0) {
		for _, l := range h.lines {
			if n == 0 {
				fmt.Fprintf(t.b, "    %s\n", t.paint("2", what))
			}
			if n++; n > editLines {
				continue
			}
			text, cut := []rune(strings.TrimRight(l.text, "\r\n")), ""
			if len(text) > 2*excerptWidth {
				text, cut = text[:2*excerptWidth], "…"
			}
			colour := "31"
			if l.mark == '+' {
				colour = "32"
			}
			fmt.Fprintf(t.b, "      %s\n", t.paint(colour, strings.TrimRight(string(l.mark)+" "+cellText(text)+cut, " ")))
		}
	}
	if n > editLines {
		fmt.Fprintf(t.b, "      … %s more\n", count(n-editLines, "line"))
	}
	t.tall = t.tall || n > 0
}

func (t *textWriter) summary() {
	c := t.r.Count()
	files := map[string]bool{}
	for i := range t.r.Findings {
		if f := &t.r.Findings[i]; f.State == Open {
			files[f.Path] = true
		}
	}
	var parts []string
	add := func(n int, what, colour string) {
		if n > 0 {
			parts = append(parts, t.paint(colour, count(n, what)))
		}
	}
	add(c.Errors, "error", "1;31")
	add(c.Warnings, "warning", "1;33")
	add(c.Infos, "info", "36")
	s := strings.Join(parts, ", ")
	if s == "" {
		s = t.paint("32", "nothing found")
	} else {
		s += " in " + count(len(files), "file")
	}
	if t.o.Checked != "" {
		s += " (" + t.o.Checked + " checked)"
	}
	var not []string
	for _, p := range []struct {
		n    int
		what string
	}{{c.Waived, "waived"}, {c.Ignored, "ignored"}, {c.Baselined, "in the baseline"}, {c.Off, "off"}} {
		if p.n > 0 {
			not = append(not, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(not) > 0 {
		s += "; not counted: " + strings.Join(not, ", ")
		if !t.o.Verbose {
			s += " (-v shows them)"
		}
	}
	fmt.Fprintln(t.b, s)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Visible returns s as one line in which nothing acts on whoever shows it:
// control characters, line ends, marks that turn the direction of text and
// characters without a shape are written as \u{202e}, and what is not UTF-8 as
// U+FFFD. Joiners, which Indic scripts and emoji need, stay.
func Visible(s string) string {
	clean := utf8.ValidString(s)
	for _, r := range s {
		if !clean {
			break
		}
		clean = !isHostile(r)
	}
	if clean {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteByte(' ')
		case isHostile(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isHostile(r rune) bool {
	switch {
	case r < 0x20 || r == 0x7f:
		return true
	case r < 0x80 || r == 0x200c || r == 0x200d:
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs) || r == 0x115f || r == 0x1160 || r == 0x3164 || r == 0xffa0 ||
		r >= 0xfff0 && r <= 0xfff8 || r&0xfffe == 0xfffe
}
