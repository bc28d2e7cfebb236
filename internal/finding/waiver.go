package finding

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Waiver is a comment in a file that says that a finding is meant to be there:
//
//	<!-- lintel:allow link/not-found the page comes with 2.0 until 2027-03-31 -->
//
// In Markdown it is an HTML comment outside of code; it may run over several
// lines. In front matter and in files that are no Markdown it is what the
// language calls a comment: `# lintel:allow …`, `// lintel:allow …`.
//
// It holds
//
//   - on the line that it shares with other text: for that line (for all lines
//     of it, when the comment runs over several);
//   - on a line of its own: for the block that follows, to the next empty line;
//     a heading is a block of its own, a fenced block ends with its fence. In
//     YAML and code: for the next line and what is indented below it;
//   - as lintel:allow-section: from the heading above it to the next heading of
//     that level or a higher one;
//   - as lintel:allow-file: for the file. It stands in the front matter or above
//     the second heading, in other files above the first line that is no
//     comment.
//
// A finding that has no line, being about the file as a whole, is waived by any
// waiver near the top.
//
// Rules are ids, codes (A06) or families (adr/*), separated by commas. The
// reason is the rest of the text; `until` and a day at its end, or the day and
// 까지, is the last day on which the waiver holds.
type waiver struct {
	rules      []string
	reason     string
	until      time.Time // the zero time: for ever
	at         Position
	start, end int // bytes of the comment in the file
	from, to   int // first and last line that it holds for; 0, 0 for nothing
	file       bool
	top        bool   // it stands where a waiver for the file may stand
	used       []bool // by rule
}

// waiverMark is in every file that may hold a waiver.
const waiverMark = "lintel:"

// HasWaivers reports whether a file may hold waivers. It looks at the bytes
// alone, so that a build can ask it of every page.
func HasWaivers(src []byte) bool { return bytes.Contains(src, []byte(waiverMark)) }

// covers reports whether the waiver holds for a finding, and by which of its
// rules.
func (w *waiver) covers(f Finding, r Rule) (rule int, ok bool) {
	switch {
	case w.file:
	case f.Line == 0: // it is about the file as a whole
		if !w.top {
			return 0, false
		}
	case f.Line < w.from || f.Line > w.to:
		return 0, false
	}
	for i, p := range w.rules {
		if names(p, r) {
			return i, true
		}
	}
	return 0, false
}

// parseWaivers returns the waivers of a file and what is wrong with them; those
// that are wrong hold for nothing.
func parseWaivers(file string, src []byte, c *Catalog, today time.Time) ([]waiver, []Finding) {
	if !HasWaivers(src) {
		return nil, nil
	}
	s := waiverScanner{path: file, catalog: c, today: today}
	s.split(string(src))
	if isMarkdown(file) {
		s.markdown()
	} else {
		s.code(0, len(s.lines), true)
	}
	return s.waivers, s.findings
}

func isMarkdown(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown", ".mdown", ".mkdn", ".mkd", ".mdx":
		return true
	}
	return false
}

// line is a line of a file without its line break.
type line struct {
	off  int // of its first byte in the file
	text string
}

type heading struct{ line, level int } // line counts from 0

type waiverScanner struct {
	path     string
	src      string
	catalog  *Catalog
	today    time.Time
	lines    []line
	comment  []bool // lines that hold nothing but a waiver
	fence    []int  // for a line that opens a fenced block, the line that ends it
	headings []heading
	waivers  []waiver
	findings []Finding
}

func (s *waiverScanner) split(src string) {
	s.src = src
	for off := 0; off < len(src); {
		end := strings.IndexByte(src[off:], '\n')
		next := off + end + 1
		if end < 0 {
			next = len(src)
			end = len(src) - off
		}
		s.lines = append(s.lines, line{off, strings.TrimSuffix(src[off:off+end], "\r")})
		off = next
	}
	if len(s.lines) > 0 {
		if rest, bom := strings.CutPrefix(s.lines[0].text, "\ufeff"); bom {
			s.lines[0] = line{len("\ufeff"), rest}
		}
	}
	s.comment = make([]bool, len(s.lines))
	s.fence = make([]int, len(s.lines))
}

// found is a comment with the word lintel: in it.
type found struct {
	first, last int // lines, from 0
	start, end  int // bytes of the comment
	body        string
	alone       bool // nothing else stands on its lines
}

// markdown looks for waivers in a page. It follows fences and front matter as
// all dialects understand them; where dialects differ it errs on the side of
// taking a comment for a waiver, which then is reported when it waives nothing.
func (s *waiverScanner) markdown() {
	for _, f := range s.scan() {
		s.waiver(f, s.block, s.section, len(s.headings) < 2 || f.first < s.headings[1].line)
	}
}

// scan returns the comments of a page that are meant for Lintel. Waivers in its
// front matter are read on the way.
func (s *waiverScanner) scan() []found {
	n := 0
	if len(s.lines) > 0 && strings.TrimRight(s.lines[0].text, " \t") == "---" {
		for i := 1; i < len(s.lines); i++ {
			if t := strings.TrimRight(s.lines[i].text, " \t"); t == "---" || t == "..." {
				s.code(1, i, false)
				n = i + 1
				break
			}
		}
	}
	var all []found
	lastClose := strings.LastIndex(s.src, "-->") - 1
	for i := n; i < len(s.lines); i++ {
		text := s.lines[i].text
		if len(text) > maxScan {
			continue
		}
		if close := fenceOpen(text); close != "" && !s.indentedCode(i) {
			end := i + 1
			for end < len(s.lines) && !fenceClose(s.lines[end].text, close) {
				end++
			}
			s.fence[i] = min(end, len(s.lines)-1)
			i = end
			continue
		}
		if level := atxLevel(text); level > 0 {
			s.headings = append(s.headings, heading{i, level})
		} else if level := setextLevel(text); level > 0 && i > n && strings.TrimSpace(s.lines[i-1].text) != "" && atxLevel(s.lines[i-1].text) == 0 && !strings.Contains(s.lines[i-1].text, "|") {
			s.headings = append(s.headings, heading{i - 1, level})
		}
		last := i
		for from := 0; ; {
			at := commentStart(text, from)
			if at < 0 {
				break
			}
			start := s.lines[i].off + at
			if start >= lastClose {
				break // never ended: it is text
			}
			// The dashes of <!--> open and close.
			end := start + 2 + strings.Index(s.src[start+2:], "-->") + len("-->")
			for last+1 < len(s.lines) && s.lines[last+1].off < end {
				last++
			}
			body := strings.TrimSpace(s.src[start+len("<!--") : max(start+len("<!--"), end-len("-->"))])
			if (strings.HasPrefix(body, "lintel:") || body == endMark) && !(at >= 4 && s.indentedCode(i)) {
				lastEnd := end - s.lines[last].off
				alone := strings.Trim(text[:at], " \t>") == "" && strings.TrimSpace(s.lines[last].text[min(lastEnd, len(s.lines[last].text)):]) == ""
				all = append(all, found{first: i, last: last, start: start, end: end, body: body, alone: alone})
				for k := i; alone && k <= last; k++ {
					s.comment[k] = true
				}
			}
			if last > i {
				break // what follows on the last line is looked at no more
			}
			from = end - s.lines[i].off
		}
		i = last
	}
	return all
}

// endMark ends what a comment such as lintel:fact begins.
const endMark = "/lintel"

// Comment is an HTML comment of a Markdown file that is meant for Lintel:
// <!-- lintel:WORD … --> or <!-- /lintel -->.
type Comment struct {
	Start, End   int // bytes of the comment in the file
	Line, Column int // of its first letter
	// Word is what stands behind lintel:, or /lintel; Text is the rest.
	Word, Text string
}

// Comments returns the comments of a Markdown file that are meant for Lintel, in
// the order of the file. Code of any kind holds none.
func Comments(src []byte) []Comment {
	if !HasWaivers(src) && !bytes.Contains(src, []byte(endMark)) {
		return nil
	}
	s := waiverScanner{path: "x.md", catalog: NewCatalog()}
	s.split(string(src))
	var out []Comment
	for _, f := range s.scan() {
		word, text, _ := strings.Cut(strings.TrimPrefix(strings.Join(strings.Fields(f.body), " "), "lintel:"), " ")
		l := s.lines[f.first]
		out = append(out, Comment{f.start, f.end, f.first + 1, len([]rune(l.text[:max(0, min(f.start-l.off, len(l.text)))])) + 1, word, text})
	}
	return out
}

// Unmarked returns a Markdown source without the comments that mark facts and
// regions: a page is what it would be without them. Lines stay where they are.
func Unmarked(src []byte) []byte {
	if !bytes.Contains(src, []byte("lintel:fact")) && !bytes.Contains(src, []byte("lintel:table")) && !bytes.Contains(src, []byte(endMark)) {
		return src
	}
	var out []byte
	last := 0
	for _, c := range Comments(src) {
		switch c.Word {
		case "fact", "table", endMark:
			out = append(append(out, src[last:c.Start]...), bytes.Repeat([]byte("\n"), bytes.Count(src[c.Start:c.End], []byte("\n")))...)
			last = c.End
		}
	}
	if last == 0 {
		return src
	}
	return append(out, src[last:]...)
}

// commentStart returns where a comment begins in a line at or after from, with
// code spans left out, or -1.
func commentStart(text string, from int) int {
	for i := from; i < len(text); {
		switch {
		case text[i] == '\\':
			i += 2
		case text[i] == '`':
			n := i
			for n < len(text) && text[n] == '`' {
				n++
			}
			ticks := text[i:n]
			end := -1
			for j := n; j < len(text); {
				k := strings.Index(text[j:], ticks)
				if k < 0 {
					break
				}
				k += j
				e := k + len(ticks)
				if e == len(text) || text[e] != '`' {
					end = e
					break
				}
				for e < len(text) && text[e] == '`' {
					e++
				}
				j = e
			}
			if end < 0 {
				end = n
			}
			i = end
		case strings.HasPrefix(text[i:], "<!--"):
			return i
		default:
			i++
		}
	}
	return -1
}

// fenceOpen returns the fence that closes the block which a line opens, or "".
func fenceOpen(text string) string {
	t := strings.TrimLeft(text, " \t>")
	for _, c := range [...]string{"`", "~"} {
		rest := strings.TrimLeft(t, c)
		if n := len(t) - len(rest); n >= 3 && !(c == "`" && strings.Contains(rest, "`")) {
			return t[:n]
		}
	}
	return ""
}

func fenceClose(text, fence string) bool {
	t := strings.Trim(text, " \t>")
	return len(t) >= len(fence) && strings.Trim(t, fence[:1]) == ""
}

// atxLevel returns the level of a heading that begins with #, or 0.
func atxLevel(text string) int {
	t := strings.TrimLeft(text, " ")
	if len(text)-len(t) > 3 {
		return 0
	}
	n := len(t) - len(strings.TrimLeft(t, "#"))
	if n < 1 || n > 6 || n < len(t) && !isBlank(t[n]) {
		return 0
	}
	return n
}

// setextLevel returns the level that a line gives to the text above it, or 0.
func setextLevel(text string) int {
	t := strings.TrimSpace(text)
	switch {
	case t == "":
		return 0
	case strings.Trim(t, "=") == "":
		return 1
	case strings.Trim(t, "-") == "":
		return 2
	}
	return 0
}

// containerRE matches lines below which indented text is no code.
var containerRE = regexp.MustCompile(`^\s*(?:[-*+]\s|\d+[.)]\s|!!!|\?\?\?|===|///|:\s|\[\^|>)`)

// maxScan is the length of a line above which nobody wrote it by hand, and no
// waiver is looked for in it.
const maxScan = 64 << 10

// maxLookBack is how many lines above a line are asked what it is indented for.
const maxLookBack = 200

// indentedCode reports whether a line that is indented by four columns or more
// is code: nothing above it that is indented less can hold indented text.
func (s *waiverScanner) indentedCode(i int) bool {
	in := indent(s.lines[i].text)
	if in < 4 {
		return false
	}
	for k := i - 1; k >= max(0, i-maxLookBack); k-- {
		t := s.lines[k].text
		if strings.TrimSpace(t) == "" {
			continue
		}
		if n := indent(t); n < in {
			if containerRE.MatchString(t) {
				return false
			}
			if in = n; in < 4 {
				return true
			}
		}
	}
	return true
}

// indent returns how many columns of white space a line begins with.
func indent(s string) int {
	n := 0
	for i := range len(s) {
		switch s[i] {
		case ' ':
			n++
		case '\t':
			n += 4 - n%4
		default:
			return n
		}
	}
	return n
}

// block returns the lines of the block behind a waiver on its own line.
func (s *waiverScanner) block(last int) (from, to int) {
	i := last + 1
	for i < len(s.lines) && (s.comment[i] || strings.Trim(s.lines[i].text, " \t>") == "") {
		i++
	}
	if i == len(s.lines) {
		return 0, 0
	}
	if end := s.fence[i]; end > 0 {
		return i + 1, end + 1
	}
	k := i + 1
	if atxLevel(s.lines[i].text) == 0 {
		for k < len(s.lines) && strings.Trim(s.lines[k].text, " \t>") != "" && atxLevel(s.lines[k].text) == 0 && s.fence[k] == 0 {
			k++
		}
	}
	return i + 1, k
}

// section returns the lines of the section that a line stands in.
func (s *waiverScanner) section(i int) (from, to int) {
	from, to = 1, len(s.lines)
	level := 7
	for k, h := range s.headings {
		if h.line > i {
			if h.level <= level || k == 0 {
				to = h.line
				break
			}
			continue
		}
		from, level = h.line+1, h.level
	}
	return from, to
}

// codeRE finds a waiver in a line of code: behind what begins a comment in some
// language.
var codeRE = regexp.MustCompile(`(?:^|\s)(?:#+|//+|--|;+|%+|/\*+|<!--)[ \t]*(lintel:.*)$`)

// code looks for waivers in the lines [n, end) of a file that is no Markdown,
// or of front matter.
func (s *waiverScanner) code(n, end int, whole bool) {
	var all []found
	top := n // first line that is no comment
	for top < end && isComment(s.lines[top].text) {
		top++
	}
	for i := n; i < end; i++ {
		text := s.lines[i].text
		m := codeRE.FindStringSubmatchIndex(text)
		if m == nil {
			continue
		}
		body, end := text[m[2]:], len(text)
		for _, close := range [...]string{"-->", "*/"} {
			if k := strings.Index(body, close); k >= 0 {
				body, end = body[:k], m[2]+k+len(close)
			}
		}
		start := m[0]
		if text[start] == ' ' || text[start] == '\t' {
			start++
		}
		alone := strings.TrimSpace(text[:start]) == "" && strings.TrimSpace(text[end:]) == ""
		s.comment[i] = alone
		all = append(all, found{
			first: i, last: i, start: s.lines[i].off + start, end: s.lines[i].off + end,
			body: strings.TrimSpace(body), alone: alone,
		})
	}
	next := func(last int) (int, int) {
		i := last + 1
		for i < end && isComment(s.lines[i].text) {
			i++
		}
		if i >= end {
			return 0, 0
		}
		in := indent(s.lines[i].text)
		k := i + 1
		for k < end && (strings.TrimSpace(s.lines[k].text) == "" || indent(s.lines[k].text) > in) {
			k++
		}
		return i + 1, k
	}
	none := func(int) (int, int) { return 0, 0 }
	for _, f := range all {
		s.waiver(f, next, none, !whole || f.first < top)
	}
}

func isComment(text string) bool {
	t := strings.TrimSpace(text)
	if t == "" {
		return true
	}
	for _, c := range [...]string{"#", "//", "--", ";", "%", "/*", "<!--"} {
		if strings.HasPrefix(t, c) {
			return true
		}
	}
	return false
}

var (
	directiveRE = regexp.MustCompile(`^lintel:([A-Za-z-]+)(?:[ \t\r\n]+|$)`)
	ruleRE      = regexp.MustCompile(`^(?i:[a-z][a-z0-9]*(?:/[a-z0-9*-]+)|[A-Za-z]{1,3}\d{1,3}|[a-z0-9/-]*\*[a-z0-9*/-]*)$`)
	untilRE     = regexp.MustCompile(`(?is)^(?:(.*?)[\s,;(]+)??until:?\s+(\d[\d./-]*)[.)]*$`)
	untilKoRE   = regexp.MustCompile(`(?s)^(?:(.*?)[\s,;(]+)??(\d{4}[\d./-]*)까지[.)]*$`)
)

// waiver reads the body of a comment. block and section give the lines that it
// holds for; nearTop tells whether it may hold for the file.
func (s *waiverScanner) waiver(f found, block, section func(int) (int, int), nearTop bool) {
	at := Position{s.path, f.first + 1, f.start - s.lines[f.first].off + 1}
	at.Column = len([]rune(s.lines[f.first].text[:at.Column-1])) + 1
	bad := func(rule, msg, hint string) {
		s.findings = append(s.findings, Finding{Rule: rule, Severity: Warning, Position: at, Message: msg, Hint: hint})
	}
	const usage = "write `lintel:allow RULE reason`"
	m := directiveRE.FindStringSubmatch(f.body)
	if m == nil {
		return
	}
	scope, isWaiver := strings.CutPrefix(m[1], "allow")
	if !isWaiver || scope != "" && scope != "-section" && scope != "-file" {
		// Other words behind lintel: may be for others; these are meant as waivers.
		verb, _, _ := strings.Cut(m[1], "-")
		switch near := Nearest(m[1], []string{"allow", "allow-section", "allow-file"}); {
		case near != "":
			bad("waiver/syntax", "lintel:"+m[1]+" is no waiver", "did you mean lintel:"+near+"?")
		case isWaiver || slices.Contains([]string{"ignore", "disable", "waive", "suppress", "skip", "nolint", "off"}, verb):
			bad("waiver/syntax", "lintel:"+m[1]+" is no waiver", "write lintel:allow, lintel:allow-section or lintel:allow-file")
		}
		return
	}
	rules, reason := s.rules(strings.Join(strings.Fields(f.body[len(m[0]):]), " "))
	if len(rules) == 0 {
		bad("waiver/syntax", "the waiver names no rule", usage)
		return
	}
	ok := true
	for _, r := range rules {
		if strings.Trim(r, "*/") == "" {
			bad("waiver/unknown-rule", "the waiver names every rule", "name the rules, or a family such as link/*")
			ok = false
		} else if len(s.catalog.Match(r)) == 0 {
			hint := "lintel check --explain lists the rules"
			if near := s.catalog.Nearest(r); near != "" {
				hint = "did you mean " + near + "?"
			}
			bad("waiver/unknown-rule", "the waiver names "+r+", which is no rule", hint)
			ok = false
		}
	}
	w := waiver{rules: rules, at: at, start: f.start, end: f.end, top: nearTop, used: make([]bool, len(rules))}
	u := untilRE.FindStringSubmatch(reason)
	if u == nil {
		u = untilKoRE.FindStringSubmatch(reason)
	}
	if u != nil {
		reason = u[1]
		day, err := time.Parse(time.DateOnly, u[2])
		switch {
		case err != nil:
			bad("waiver/date", "the waiver ends on "+u[2]+", which is no day", "write the day as 2027-03-31")
			ok = false
		case day.Before(s.today):
			bad("waiver/expired", "the waiver ended on "+u[2], "mend what it was for, or give it a later day and say why")
			ok = false
		}
		w.until = day
	}
	w.reason = strings.Trim(reason, " \t,;:()–—-")
	if w.reason == "" {
		bad("waiver/no-reason", "the waiver gives no reason, and waives nothing", usage)
		ok = false
	}
	if !ok {
		return
	}
	switch {
	case scope == "-file" && !nearTop:
		bad("waiver/misplaced", "a waiver for the whole file stands too far down, and waives nothing", "move it to the top of the file, or write lintel:allow-section")
		return
	case scope == "-file":
		w.file = true
	case scope == "-section":
		if w.from, w.to = section(f.first); w.from == 0 {
			bad("waiver/misplaced", "a waiver for a section stands where there are no sections, and waives nothing", "write lintel:allow on the line before, or lintel:allow-file")
			return
		}
	case f.alone:
		w.from, w.to = block(f.last)
	default:
		w.from, w.to = f.first+1, f.last+1
	}
	s.waivers = append(s.waivers, w)
}

// rules takes the rules off the start of a waiver's text. Behind the first,
// what looks like a rule is one when a comma stands before it or when it is
// known: a reason may begin with a path.
func (s *waiverScanner) rules(text string) (rules []string, reason string) {
	expected := true
	for text != "" {
		word, rest, _ := strings.Cut(text, " ")
		name := strings.TrimRight(word, ",:")
		parts := strings.Split(name, ",")
		for _, p := range parts {
			if !ruleRE.MatchString(p) || !expected && len(s.catalog.Match(p)) == 0 {
				return rules, text
			}
		}
		rules = append(rules, parts...)
		end := word[len(name):]
		if text = rest; strings.Contains(end, ":") {
			break
		}
		expected = strings.Contains(end, ",")
		if tail, ok := strings.CutPrefix(text, ", "); ok {
			text, expected = tail, true
		}
	}
	return rules, text
}

// removal returns the edit that takes a waiver out of its file: its lines when
// it has them to itself, else the comment and the space before it.
func (w *waiver) removal(src string) Edit {
	start, end := w.start, w.end
	lineStart := strings.LastIndexByte(src[:start], '\n') + 1
	lineEnd := len(src)
	if i := strings.IndexByte(src[end:], '\n'); i >= 0 {
		lineEnd = end + i + 1
	}
	before := strings.TrimPrefix(src[lineStart:start], "\ufeff")
	if strings.TrimSpace(before) == "" && strings.TrimSpace(src[end:lineEnd]) == "" {
		start, end = start-len(before), lineEnd
	} else {
		for start > lineStart && isBlank(src[start-1]) {
			start--
		}
	}
	return Edit{Path: w.at.Path, Start: start, Old: src[start:end], Safe: true}
}
