package adr

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// Template is a form for new records.
type Template string

// The templates that are built in.
const (
	TemplateNygard Template = "nygard"
	TemplateMADR   Template = "madr"
	TemplateKorean Template = "ko"
)

// Templates returns the built-in templates.
func Templates() []Template { return []Template{TemplateMADR, TemplateNygard, TemplateKorean} }

// Text returns the text of a built-in template. {number}, {title}, {date} and
// {status} stand for what New fills in.
func (t Template) Text() string {
	switch t {
	case TemplateNygard:
		return nygardText
	case TemplateKorean:
		return koreanText
	default:
		return madrText
	}
}

const madrText = `---
status: "{status}"
date: {date}
decision-makers:
consulted:
informed:
---

# {title}

## Context and Problem Statement

<!-- What makes a decision necessary now? Two or three sentences; end with the question. -->

## Decision Drivers

* <!-- a force, a constraint, a quality that matters -->

## Considered Options

* <!-- an option -->
* <!-- another one; doing nothing counts -->

## Decision Outcome

<!-- Chosen option: "…", because … -->

### Consequences

* Good, because <!-- … -->
* Bad, because <!-- … -->

### Confirmation

<!-- How will anyone notice that the decision is not kept? -->

## More Information

<!-- Links: records, issues, measurements. -->
`

const nygardText = `# {number}. {title}

Date: {date}

## Status

{status}

## Context

<!-- The forces at work: what is true, what is wanted, what is in the way. -->

## Decision

<!-- We will … -->

## Consequences

<!-- What becomes easier, and what becomes harder. -->
`

const koreanText = `# {number}. {title}

- 상태: {status}
- 날짜: {date}
- 결정자:

## 배경

<!-- 왜 지금 결정해야 하는가? 사실과 제약을 적는다. -->

## 고려한 대안

- <!-- 대안 1 -->
- <!-- 대안 2: 아무것도 하지 않는 것도 대안이다 -->

## 결정

<!-- 무엇을 하기로 했는가? 문장으로 단정한다. -->

## 결과

- 장점: <!-- 쉬워지는 것 -->
- 단점: <!-- 어려워지는 것, 치르는 비용 -->

## 관련 문서

<!-- 관련 기록, 이슈, 측정 결과 -->
`

// Scheme is how the records of a folder are named.
type Scheme string

// The schemes.
const (
	ByNumber Scheme = "number" // 0007-slug.md
	ByDate   Scheme = "date"   // 20240102-slug.md, as log4brains does
)

// NewOptions say what a new record is.
type NewOptions struct {
	Title  string
	Folder string // slash path
	Status Status // Proposed when empty
	Date   string // YYYY-MM-DD
	// Template is the text of the form: that of the project, or of one that is
	// built in. Besides {number}, {title}, {date} and {status} the marks of
	// adr-tools (NUMBER, TITLE, DATE, STATUS) and of log4brains and MADR forms
	// are filled in.
	Template string
	// Taken are the ids that may not be used: of this branch, of the target.
	Taken  []string
	Scheme Scheme // as the records of the folder are named when empty
	// Context and Considered are put where a built-in form asks for the context
	// and the options; other forms are left as they are.
	Context    string
	Considered []string
}

// Created is a record that New has written.
type Created struct {
	Path, ID string
	Content  []byte
}

// New writes a record in the folder of a log, under the next number and in the
// way in which the files there are named.
func (l *Log) New(o NewOptions) (*Created, error) {
	title := strings.TrimSpace(norm.NFC.String(o.Title))
	if title == "" {
		return nil, errors.New("a record needs a title")
	}
	if strings.ContainsAny(title, "\n\r") {
		return nil, errors.New("a title is one line")
	}
	if o.Status == "" {
		o.Status = Proposed
	}
	slug := Slug(title)
	if slug == "" {
		return nil, fmt.Errorf("the title %q has no letter or digit for a file name", title)
	}
	scheme, prefix, width := l.scheme(o.Folder)
	if o.Scheme != "" && o.Scheme != scheme {
		scheme, prefix = o.Scheme, ""
	}
	c := &Created{}
	number := ""
	if scheme == ByDate {
		sep := strings.ReplaceAll(o.Date, "-", "")
		if prefix == "dashed" {
			sep = o.Date
		}
		c.ID = sep + "-" + slug
		for n := 2; slices.Contains(o.Taken, c.ID) || l.taken(o.Folder, c.ID); n++ {
			c.ID = fmt.Sprintf("%s-%s-%d", sep, slug, n)
		}
		c.Path = path.Join(o.Folder, c.ID+".md")
	} else {
		number = l.next(o.Folder, o.Taken, width)
		c.ID = number
		if prefix != "" && !genericPrefix(prefix) {
			c.ID = prefix + number
		}
		c.Path = path.Join(o.Folder, prefix+number+"-"+slug+".md")
	}
	text := o.Template
	if text == "" {
		text = madrText
	}
	c.Content = []byte(l.fillIn(o.begin(text), number, title, o))
	return c, nil
}

// begin puts what is known of the decision where a built-in form asks for it.
func (o *NewOptions) begin(text string) string {
	for _, ask := range [...]struct{ context, first, other string }{
		{"<!-- What makes a decision necessary now? Two or three sentences; end with the question. -->", "* <!-- an option -->", "* <!-- another one; doing nothing counts -->"},
		{context: "<!-- The forces at work: what is true, what is wanted, what is in the way. -->"},
		{"<!-- 왜 지금 결정해야 하는가? 사실과 제약을 적는다. -->", "- <!-- 대안 1 -->", "- <!-- 대안 2: 아무것도 하지 않는 것도 대안이다 -->"},
	} {
		if o.Context != "" {
			text = strings.Replace(text, ask.context, o.Context, 1)
		}
		if ask.first != "" && len(o.Considered) > 0 && strings.Contains(text, ask.first) {
			bullet := ask.first[:2]
			text = strings.Replace(text, ask.first, bullet+strings.Join(o.Considered, "\n"+bullet), 1)
			if len(o.Considered) > 1 {
				text = strings.Replace(text, ask.other+"\n", "", 1)
			}
		}
	}
	return text
}

func genericPrefix(p string) bool { return strings.EqualFold(strings.Trim(p, "-_ "), "adr") }

func (l *Log) taken(folder, id string) bool {
	return slices.ContainsFunc(l.Records, func(r *Record) bool { return r.Folder() == folder && strings.EqualFold(r.ID, id) })
}

// scheme finds out how the records of a folder are named: by the last ones.
func (l *Log) scheme(folder string) (s Scheme, prefix string, width int) {
	s, width = ByNumber, 4
	dates, numbers := 0, 0
	for _, r := range l.Records {
		if r.Folder() != folder {
			continue
		}
		switch p := parseName(r.Name()); {
		case p.number != "":
			numbers++
			width = len(p.number)
			prefix = ""
			if k := strings.Index(r.Name(), p.number); k > 0 && p.date == "" {
				prefix = r.Name()[:k]
			}
		case p.date != "":
			dates++
			if dates > numbers && len(r.Name()) > 4 && r.Name()[4] == '-' {
				prefix = "dashed"
			}
		}
	}
	if dates > numbers {
		return ByDate, prefix, 0
	}
	if prefix == "dashed" {
		prefix = ""
	}
	return s, prefix, width
}

// next is the number after the greatest that is taken.
func (l *Log) next(folder string, taken []string, width int) string {
	n := 0
	for _, r := range l.Records {
		if r.Folder() == folder && r.NameNumber != "" {
			n = max(n, r.Number)
		}
	}
	for _, t := range taken {
		if p := parseName(t); p.number != "" {
			n = max(n, atoi(strings.SplitN(p.number, ".", 2)[0]))
		}
	}
	return fmt.Sprintf("%0*d", width, n+1)
}

// Next returns the number after those of the other records in r's folder and
// of taken, written as they are.
func (l *Log) Next(r *Record, taken []string) string {
	others := &Log{Records: slices.DeleteFunc(slices.Clone(l.Records), func(o *Record) bool { return o.Path == r.Path })}
	return others.next(r.Folder(), taken, max(len(r.NameNumber), 1))
}

var (
	reFillTitle = lazily(`(?m)^(#\s+)(.*)$`)
	reFillDate  = lazily(`(?im)^(\s*(?:[*\->|+]\s*)*(?:\*\*|__)?(?:date|날짜|datum|fecha|작성일)(?:\*\*|__)?\s*[:|]\s*(?:\*\*)?\s*)(\[[^\]\n]*\]|\{[^}\n]*\}|yyyy-mm-dd[^\n|]*|)(\s*(?:<!--.*?-->)?\s*\|?\s*)$`)
	reFillState = lazily(`(?im)^(\s*(?:[*\->|+]\s*)*(?:\*\*|__)?(?:status|상태)(?:\*\*|__)?\s*[:|]\s*(?:\*\*)?\s*"?)(\[[^\n]*?\]|\{[^}\n]*\}|)("?\s*(?:<!--.*?-->)?\s*\|?\s*)$`)
)

// fillIn fills a form.
func (l *Log) fillIn(text, number, title string, o NewOptions) string {
	plain := numberKey(number)
	status := string(o.Status)
	marks := map[string]string{"{number}": plain, "{title}": title, "{date}": o.Date, "{NUMBER}": number}
	ko := strings.Contains(text, "상태:") || strings.Contains(text, "## 상태")
	if ko {
		status = languages()[1].words[o.Status]
	}
	if strings.Contains(text, "## Status") || strings.Contains(text, "STATUS") {
		status = capital(status)
	}
	marks["{status}"] = status
	own := strings.Contains(text, "{title}")
	if !own && strings.Contains(text, "TITLE") { // adr-tools
		for from, to := range map[string]string{"NUMBER": plain, "TITLE": title, "DATE": o.Date, "STATUS": status} {
			text = regexp.MustCompile(`\b`+from+`\b`).ReplaceAllLiteralString(text, to)
		}
		return text
	}
	if number == "" {
		text = strings.ReplaceAll(text, "{number}. ", "")
	}
	var pairs []string
	for from, to := range marks {
		pairs = append(pairs, from, to)
	}
	text = strings.NewReplacer(pairs...).Replace(text)
	if own {
		return text
	}
	// A form of MADR, log4brains or the project: its title is a placeholder.
	if m := reFillTitle().FindStringSubmatchIndex(text); m != nil {
		head := title
		old := text[m[4]:m[5]]
		if mm := reTitleX().FindStringSubmatch(old); mm != nil && number != "" {
			head = mm[1] + number + mm[3] + title
		} else if n, _ := splitTitle(old, ""); n != "" && number != "" {
			k := strings.Index(old, n)
			rest := old[k+len(n):]
			sep := rest[:len(rest)-len(strings.TrimLeft(rest, " .:)-–—"))]
			head = old[:k] + number + sep + title
			if strings.HasPrefix(strings.TrimLeft(sep, " "), ".") && k == 0 {
				head = plain + sep + title
			}
		}
		text = text[:m[4]] + head + text[m[5]:]
	}
	text = replaceFirst(reFillDate(), text, o.Date)
	text = replaceFirst(reFillState(), text, status)
	return text
}

var reTitleX = lazily(`(?i)^((?:\[?adr[-_ #]*)?)(x{2,}|n{2,}|#{2,}|0{3,})(\]?\s*[.:\-–—)]*\s*)`)

func replaceFirst(re *regexp.Regexp, s, value string) string {
	m := re.FindStringSubmatchIndex(s)
	if m == nil {
		return s
	}
	lead := ""
	if m[4] == m[5] && m[3] > m[2] && s[m[3]-1] != ' ' && s[m[3]-1] != '"' {
		lead = " "
	}
	return s[:m[4]] + lead + value + s[m[5]:]
}

// ProjectTemplate returns the path of the project's own form for a folder, or
// "": adr-tools' templates/template.md, or a template file beside the records.
func ProjectTemplate(fsys fs.FS, folder string) string {
	for _, p := range []string{"templates/template.md", "template.md", "adr-template.md", "0000-template.md", "000-template.md", "_template.md", "templates/adr-template.md", "TEMPLATE.md"} {
		p = path.Join(folder, p)
		if info, err := fs.Stat(fsys, p); err == nil && info.Mode().IsRegular() && info.Size() < 1<<20 {
			return p
		}
	}
	entries, err := fs.ReadDir(fsys, folder)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if e.Type().IsRegular() && markdownName(e.Name()) && templateName(trimExt(e.Name())) {
			return path.Join(folder, e.Name())
		}
	}
	return ""
}

// Slug makes a file name of a title: lower case, words joined by hyphens,
// letters of every script kept.
func Slug(title string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(norm.NFC.String(markdown.Text(title))) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
			continue
		}
		if r != '\'' && r != '’' {
			dash = true
		}
	}
	s := b.String()
	if r := []rune(s); len(r) > 80 {
		s = strings.TrimRight(string(r[:80]), "-")
	}
	return s
}

// Renamed is what Renumber does to the tree.
type Renamed struct {
	From, To string // paths of the record
	ID       string // the new one
	Edits    []finding.Edit
}

// Renumber gives a record another number: it returns the new name of the file,
// and edits of its title and of every reference to it in pages, a map of the
// Markdown files of the project by path. A reference by number alone is edited
// where it can mean no other record.
func (l *Log) Renumber(r *Record, number string, pages map[string][]byte) (*Renamed, error) {
	if r.NameNumber == "" {
		return nil, fmt.Errorf("renumber %s: its file has no number", r.Path)
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 {
		return nil, fmt.Errorf("renumber %s: %q is no number", r.Path, number)
	}
	for len(number) < len(r.NameNumber) {
		number = "0" + number
	}
	name := r.Name()
	k := strings.Index(name, r.NameNumber)
	if p := parseName(name); p.date != "" { // the number stands behind the date
		k = strings.LastIndex(name[:len(name)-len(p.slug)], r.NameNumber)
	}
	if k < 0 {
		return nil, fmt.Errorf("renumber %s: its name does not hold %s", r.Path, r.NameNumber)
	}
	newName := name[:k] + number + name[k+len(r.NameNumber):]
	out := &Renamed{From: r.Path, To: strings.Replace(r.Path, name, newName, 1), ID: strings.Replace(r.ID, r.NameNumber, number, 1)}
	if d, f := path.Split(r.Path); !perFolder(r.Path) {
		out.To = d + strings.Replace(norm.NFC.String(f), name, newName, 1)
	}
	if o := l.ByPath(out.To); o != nil {
		return nil, fmt.Errorf("renumber %s: %s exists", r.Path, out.To)
	}
	if l.taken(r.Folder(), out.ID) {
		return nil, fmt.Errorf("renumber %s: %s is taken", r.Path, out.ID)
	}
	// How often a number alone can mean another record.
	same := 0
	for _, o := range l.Records {
		if o.NameNumber != "" && numberKey(o.NameNumber) == numberKey(r.NameNumber) && o.Path != r.Path {
			same++
		}
	}
	var paths []string
	for p := range pages {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		out.Edits = append(out.Edits, l.references(r, p, pages[p], name, newName, number, same == 0)...)
	}
	if s := r.NumberSpan; !s.IsZero() && sameNumber(r.TitleNumber, r.NameNumber) {
		out.Edits = append(out.Edits, finding.Edit{Path: r.Path, Start: s.Start, Old: r.TitleNumber, New: likeNumber(r.TitleNumber, number)})
	}
	return out, nil
}

// references returns the edits of one page: targets of links that lead to the
// record, their text where it names the number, and ADR-N in prose.
func (l *Log) references(r *Record, page string, src []byte, name, newName, number string, alone bool) []finding.Edit {
	var out []finding.Edit
	put := func(start int, old, text string) {
		if old != text && !slices.ContainsFunc(out, func(e finding.Edit) bool { return start < e.Start+len(e.Old) && e.Start < start+len(old) }) {
			out = append(out, finding.Edit{Path: page, Start: start, Old: old, New: text})
		}
	}
	d := markdown.Parse(src)
	from := &Record{Path: page}
	if o := l.ByPath(page); o != nil {
		from = o
	}
	leads := func(dest string) bool {
		p, _, _ := strings.Cut(dest, "#")
		p = unescape(p)
		if strings.Contains(p, "://") {
			return strings.HasSuffix(p, "/"+path.Base(r.Path)) && !perFolder(r.Path)
		}
		p = path.Join(path.Dir(page), p)
		return p == r.Path || p+".md" == r.Path || perFolder(r.Path) && p == path.Dir(r.Path)
	}
	text := func(start int, s string) { // the number in the text of a link
		for _, m := range reNumberInText().FindAllStringSubmatchIndex(s, 4) {
			if n := s[m[2]:m[3]]; sameNumber(n, r.NameNumber) {
				put(start+m[2], n, likeNumber(n, number))
			}
		}
	}
	for _, k := range d.Links(0, len(src)) {
		if !leads(k.Dest) {
			continue
		}
		if k.DestEnd > k.DestStart {
			if at := strings.LastIndex(unescape(k.Dest), name); at >= 0 && k.Dest == unescape(k.Dest) {
				put(k.DestStart+at, name, newName)
			}
		}
		if k.Start < k.DestStart {
			text(k.Start, string(src[k.Start:k.DestStart]))
		}
	}
	for i := range d.Blocks {
		if b := &d.Blocks[i]; b.Kind == markdown.LinkDef {
			s := string(src[b.Start:b.End])
			if _, dest, ok := strings.Cut(s, "]:"); ok && leads(strings.Trim(strings.Fields(dest + " ")[0], "<>")) {
				if at := strings.LastIndex(s, name); at >= 0 {
					put(b.Start+at, name, newName)
				}
			}
		}
	}
	if alone || from.Path == r.Path || l.ByPath(page) != nil && from.Folder() == r.Folder() && l.onlyOne(r) {
		for _, m := range reMention().FindAllIndex(src, -1) {
			s := string(src[m[0]:m[1]])
			if mm := reRefID().FindStringSubmatchIndex(s); mm != nil && sameNumber(s[mm[4]:mm[5]], r.NameNumber) && prefixFits(s[mm[2]:mm[3]], r) && l.citable(d, m[0]) {
				put(m[0]+mm[4], s[mm[4]:mm[5]], likeNumber(s[mm[4]:mm[5]], number))
			}
		}
	}
	// The name of the file in text and front matter.
	for at := 0; ; {
		k := strings.Index(string(src[at:]), name+".md")
		if k < 0 {
			break
		}
		at += k
		if at == 0 || src[at-1] == '/' || src[at-1] == '(' || src[at-1] == '<' || src[at-1] == ' ' || src[at-1] == '"' || src[at-1] == '\'' || src[at-1] == '`' || src[at-1] == '\n' || src[at-1] == '[' {
			if before := string(src[max(0, at-1):at]); before != "/" || path.Dir(page) != "." {
				put(at, name, newName)
			}
		}
		at += len(name)
	}
	if f := d.Front; f != nil && alone {
		l.frontReferences(r, f, src, number, put)
	}
	return out
}

// onlyOne reports whether no other record of the folder has the number.
func (l *Log) onlyOne(r *Record) bool {
	return !slices.ContainsFunc(l.Records, func(o *Record) bool {
		return o.Path != r.Path && o.Folder() == r.Folder() && o.NameNumber != "" && numberKey(o.NameNumber) == numberKey(r.NameNumber)
	})
}

// citable leaves code alone.
func (l *Log) citable(d *markdown.Doc, at int) bool {
	for i := range d.Blocks {
		if b := &d.Blocks[i]; b.Start <= at && at < b.End {
			return b.Kind != markdown.Fence && b.Kind != markdown.Code
		}
	}
	return true
}

func prefixFits(prefix string, r *Record) bool {
	own := strings.TrimRight(strings.TrimSuffix(r.ID, r.NameNumber), "-_ ")
	return strings.EqualFold(prefix, own) || own == "" && strings.EqualFold(prefix, "adr")
}

var reNumberInText = lazily(`(?:^|[^\d\p{L}])(\d{1,6})(?:[^\d]|$)`)

// frontReferences edits numbers in keys of the front matter that hold links.
func (l *Log) frontReferences(r *Record, f *markdown.Front, src []byte, number string, put func(int, string, string)) {
	key := false
	off := f.Start
	for line := range strings.SplitAfterSeq(string(src[f.Start:f.End]), "\n") {
		start := off
		off += len(line)
		t := strings.TrimRight(line, "\r\n")
		if t == "" {
			continue
		}
		if t[0] != ' ' && t[0] != '-' {
			name, _, _ := strings.Cut(t, ":")
			k := kindOf(name)
			key = k.isLink() || name == "decisions" || name == "adrs" || name == "adr" && r.Path != ""
		}
		if !key {
			continue
		}
		from := strings.IndexByte(t, ':') + 1
		for _, m := range reNumberInText().FindAllStringSubmatchIndex(t[from:], 16) {
			n := t[from+m[2] : from+m[3]]
			if sameNumber(n, r.NameNumber) && (m[3] == len(t)-from || t[from+m[3]] != '-' && t[from+m[3]] != '.') {
				put(start+from+m[2], n, likeNumber(n, number))
			}
		}
	}
}

// Template returns the built-in form that is nearest to how a record is
// written.
func (r *Record) Template() Template {
	for _, s := range r.Statements {
		if languageOf(s.Raw).code == "ko" {
			return TemplateKorean
		}
	}
	for _, s := range r.Sections {
		if s.Part == PartDecision && strings.ContainsFunc(s.Title, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
			return TemplateKorean
		}
	}
	if r.Format == Nygard {
		return TemplateNygard
	}
	return TemplateMADR
}
