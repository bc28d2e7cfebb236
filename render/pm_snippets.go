package render

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Bounds on what a page may include. They stop includes that multiply before
// memory runs out; no page that is meant to be read comes near them.
const (
	maxIncludes     = 10_000
	maxIncludeDepth = 200
	maxIncludeBytes = 64 << 20
	maxIncludePath  = 1024
)

// includeConfig is the options of the extensions that include files.
type includeConfig struct {
	snippets   bool
	bases      []includeBase
	restrict   bool // no file outside its base
	check      bool // a missing file is an error
	append     []pmLine
	dedent     bool
	braces     bool // {!file!} of markdown_include and mdx_include
	braceBases []includeBase
}

// includeBase is a folder that file names are relative to, or a file that can
// be included by its name alone.
type includeBase struct {
	path string
	from includeFrom
}

type includeFrom uint8

const (
	fromConfig includeFrom = iota // the folder of mkdocs.yml, where MkDocs runs
	fromDocs
	fromPage
)

func compileIncludes(m *Markdown) includeConfig {
	var c includeConfig
	if cfg, on := m.ext["pymdownx.snippets"]; on {
		c.snippets = true
		c.bases = includeBases(cfg["base_path"])
		c.restrict = optBool(cfg, "restrict_base_path", false)
		c.check = optBool(cfg, "check_paths", false)
		c.dedent = optBool(cfg, "dedent_subsections", false)
		if list := optStrings(cfg, "auto_append"); len(list) > 0 {
			c.append = append(c.append, pmLine{}, pmLine{}, pmLine{text: "--8<--"})
			for i, name := range list {
				if i > 0 {
					c.append = append(c.append, pmLine{})
				}
				c.append = append(c.append, pmLine{text: name})
			}
			c.append = append(c.append, pmLine{text: "--8<--"}, pmLine{})
		}
	}
	for _, name := range []string{"markdown_include.include", "mdx_include"} {
		if cfg, on := m.ext[name]; on {
			c.braces = true
			c.braceBases = includeBases(cfg["base_path"])
		}
	}
	return c
}

// includeBases reads base_path, which is one path or a list of them.
func includeBases(v any) []includeBase {
	switch v := v.(type) {
	case string:
		from := fromConfig
		for _, dir := range []struct {
			name string
			from includeFrom
		}{{"$config_dir", fromConfig}, {"$docs_dir", fromDocs}, {"$relative", fromPage}} {
			if rest, ok := strings.CutPrefix(v, dir.name); ok {
				v, from = strings.TrimPrefix(rest, "/"), dir.from
			}
		}
		return []includeBase{{path.Clean(v), from}}
	case Relative:
		return []includeBase{{".", fromPage}}
	case []any:
		var list []includeBase
		for _, x := range v {
			list = append(list, includeBases(x)...)
		}
		return list
	}
	return []includeBase{{".", fromConfig}}
}

// includer includes files into one page.
type includer struct {
	p     *pmParser
	files map[string]includedFile
	stack []string // files that are being included
	count int
	bytes int
	full  bool // a bound is reached and reported
}

type includedFile struct {
	lines []string
	err   error
}

// snippets replaces the lines that include files by the lines of those files.
func (p *pmParser) snippets(lines []pmLine) []pmLine {
	cfg := &p.cfg.include
	if !cfg.snippets && !cfg.braces {
		return lines
	}
	in := includer{p: p}
	if cfg.braces {
		lines = in.braces(lines)
	}
	if !cfg.snippets {
		return lines
	}
	wanted := len(cfg.append) > 0
	for i := 0; i < len(lines) && !wanted; i++ {
		wanted = strings.Contains(lines[i].text, "-8<-")
	}
	if !wanted {
		return lines
	}
	if len(cfg.append) > 0 {
		n := int32(1)
		if len(lines) > 0 {
			n = lines[len(lines)-1].n
		}
		for _, l := range cfg.append {
			l.n = n
			lines = append(lines, l)
		}
	}
	return in.scan(make([]pmLine, 0, len(lines)+64), lines, "", false)
}

// report adds a finding at a line of the page.
func (in *includer) report(s finding.Severity, rule string, line int32, msg, hint string) {
	in.p.doc.Findings = append(in.p.doc.Findings, finding.Finding{
		Rule: rule, Severity: s, Position: finding.Position{Path: in.p.page.Path, Line: int(line)}, Message: msg, Hint: hint,
	})
}

// scan copies lines to out, each behind indent, and replaces those that include
// a file. section is set for lines that are a section of a file: markers of
// sections in them are already dealt with.
func (in *includer) scan(out, lines []pmLine, indent string, section bool) []pmLine {
	block := false
	for _, l := range lines {
		d := snippetLine(l.text)
		switch {
		case d.kind == snippetEscaped:
			l.text = strings.Replace(l.text, ";", "", 1)
			out = in.emit(out, indent, l)
		case d.kind == snippetInline && block:
			// A block lists files by name only.
		case d.kind == snippetInline:
			out = in.include(out, l, d.path, indent+expandTabs(d.space, in.p.cfg.tabLength))
		case d.kind == snippetBlock:
			block = !block
		case block:
			name := strings.TrimLeft(l.text, " \t")
			space := l.text[:len(l.text)-len(name)]
			if name = strings.TrimSpace(name); name == "" {
				out = in.emit(out, indent, pmLine{"", l.n})
				continue
			}
			out = in.include(out, l, name, indent+expandTabs(space, in.p.cfg.tabLength))
		case !section && strings.Contains(l.text, "-8<-"):
			m := sectionMarker(l.text)
			if m.kind == notASection {
				out = in.emit(out, indent, l)
			} else if m.escaped {
				l.text = m.unescaped(l.text)
				out = in.emit(out, indent, l)
			}
		default:
			out = in.emit(out, indent, l)
		}
	}
	return out
}

// emit appends a line, counting what included files add.
func (in *includer) emit(out []pmLine, indent string, l pmLine) []pmLine {
	if len(in.stack) > 0 {
		in.bytes += len(indent) + len(l.text) + 1
		if in.bytes > maxIncludeBytes {
			in.overflow(l.n)
			return out
		}
	}
	if indent != "" {
		l.text = indent + l.text
	}
	return append(out, l)
}

func (in *includer) overflow(line int32) {
	if !in.full {
		in.full = true
		in.report(finding.Error, "include/too-much", line, "included files add up to more than a page can hold",
			fmt.Sprintf("a page may include %d files and %d MB", maxIncludes, maxIncludeBytes>>20))
	}
}

// include appends the lines of the file that d names, or of a part of it.
func (in *includer) include(out []pmLine, l pmLine, spec, indent string) []pmLine {
	if spec == "" || spec[0] == ';' || in.full {
		return out
	}
	if len(spec) > maxIncludePath {
		in.missing(l.n, spec[:40]+"…")
		return out
	}
	part := cutIncludeSpec(spec)
	if part.path == "" {
		in.missing(l.n, spec)
		return out
	}
	if lower := strings.ToLower(part.path); strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "http://") {
		in.report(finding.Warning, "include/download", l.n, part.path+" is not downloaded",
			"copy the file into the project: pages are built from the project's files alone")
		return out
	}
	file, name, ok := in.find(part.path, in.p.cfg.include.bases, in.p.cfg.include.restrict, l.n)
	if !ok {
		return out
	}
	if slices.Contains(in.stack, name) {
		in.report(finding.Warning, "include/loop", l.n, fmt.Sprintf("%s includes itself", name),
			"the inner include is left out; take it out of the file")
		return out
	}
	if in.count++; in.count > maxIncludes || len(in.stack) == maxIncludeDepth {
		in.overflow(l.n)
		return out
	}
	if in.bytes += 8 * len(file); in.bytes > maxIncludeBytes {
		in.overflow(l.n)
		return out
	}
	text, found := part.selectFrom(file, in.p.cfg.include.dedent)
	if !found && in.p.cfg.include.check {
		in.report(finding.Error, "include/section", l.n, fmt.Sprintf("%s has no section %s", name, part.section),
			"mark its beginning with --8<-- [start:"+part.section+"]")
	} else if !found {
		in.report(finding.Info, "include/section", l.n, fmt.Sprintf("%s has no section %s", name, part.section),
			"nothing is included; mark its beginning with --8<-- [start:"+part.section+"]")
	}
	lines := make([]pmLine, len(text))
	for i, s := range text {
		lines[i] = pmLine{s, l.n}
	}
	in.stack = append(in.stack, name)
	out = in.scan(out, lines, indent, part.section != "")
	in.stack = in.stack[:len(in.stack)-1]
	return out
}

// missing reports a file that is not there.
func (in *includer) missing(line int32, name string) {
	severity := finding.Info
	if in.p.cfg.include.check {
		severity = finding.Error
	}
	in.report(severity, "include/not-found", line, "included file not found: "+name,
		"the path is relative to "+in.where())
}

// where describes the folders that files are looked for in.
func (in *includer) where() string {
	var list []string
	for _, b := range in.p.cfg.include.bases {
		dir := in.dir(b)
		if dir == "." {
			dir = "the project's root"
		}
		list = append(list, dir)
	}
	return strings.Join(list, ", ")
}

// dir returns a base as a path below the project's root.
func (in *includer) dir(b includeBase) string {
	switch b.from {
	case fromDocs:
		return path.Join(in.p.page.DocsDir, b.path)
	case fromPage:
		return path.Join(path.Dir(in.p.page.Path), b.path)
	}
	return path.Join(in.p.page.ConfigDir, b.path)
}

// find looks for a file below the bases, in order.
func (in *includer) find(name string, bases []includeBase, restrict bool, line int32) (lines []string, full string, ok bool) {
	if in.p.page.Files == nil {
		in.report(finding.Warning, "include/forbidden", line, "files cannot be included here: "+name, "")
		return nil, "", false
	}
	outside := false
	for _, b := range bases {
		base := in.dir(b)
		full = path.Join(base, name)
		if path.IsAbs(name) {
			full = name
		}
		if !fs.ValidPath(full) {
			outside = true
			continue
		}
		if restrict && base != "." && !strings.HasPrefix(full, base+"/") {
			continue
		}
		f := in.read(full)
		if f.err == nil {
			return f.lines, full, true
		}
		// The base may be a file itself.
		if path.Base(base) == name {
			if f := in.read(base); f.err == nil {
				return f.lines, base, true
			}
		}
	}
	if outside {
		in.report(finding.Error, "include/outside", line, "included file lies outside the project: "+name,
			"copy it into the project; nothing else is read")
		return nil, "", false
	}
	in.missing(line, name)
	return nil, "", false
}

var errTooLarge = errors.New("file is too large")

// read returns the lines of a file. A line break at its end makes an empty line.
func (in *includer) read(name string) includedFile {
	if f, ok := in.files[name]; ok {
		return f
	}
	var f includedFile
	info, err := fs.Stat(in.p.page.Files, name)
	switch {
	case err != nil:
		f.err = err
	case info.IsDir():
		f.err = fs.ErrNotExist
	case info.Size() > maxIncludeBytes:
		f.err = errTooLarge
	default:
		var b []byte
		if b, f.err = fs.ReadFile(in.p.page.Files, name); f.err == nil {
			s := strings.TrimPrefix(strings.ToValidUTF8(string(b), "\ufffd"), "\ufeff")
			if s != "" {
				for _, l := range splitLines(s, 1) {
					f.lines = append(f.lines, l.text)
				}
			}
		}
	}
	in.p.doc.Includes = append(in.p.doc.Includes, Include{Path: name, Found: f.err == nil})
	if in.files == nil {
		in.files = map[string]includedFile{}
	}
	in.files[name] = f
	return f
}

type snippetKind uint8

const (
	snippetNone snippetKind = iota
	snippetInline
	snippetBlock
	snippetEscaped
)

// snippet is a line that includes a file, or begins or ends a block of names.
type snippet struct {
	kind        snippetKind
	space, path string
}

// snippetLine reads a line: scissors, and a name in quotes for one file.
func snippetLine(s string) (d snippet) {
	rest := strings.TrimLeft(s, " \t")
	d.space = s[:len(s)-len(rest)]
	name := strings.TrimLeft(rest, ";")
	escaped := len(name) < len(rest)
	n := scissors(name)
	if n == 0 {
		return d
	}
	name = name[n:]
	switch {
	case name == "":
		d.kind = snippetBlock
	case name[0] == ' ' || name[0] == '\t':
		name = strings.TrimLeft(name, " \t")
		if len(name) < 3 || name[0] != '"' && name[0] != '\'' || name[len(name)-1] != name[0] {
			return d
		}
		quote, inner := name[0], name[1:len(name)-1]
		for i := 0; i < len(inner); i++ {
			switch inner[i] {
			case quote:
				return d
			case '\\':
				if i+1 < len(inner) && inner[i+1] == quote {
					i++
				}
			}
		}
		d.kind, d.path = snippetInline, strings.TrimSpace(inner)
	default:
		return d
	}
	if escaped {
		d.kind = snippetEscaped
	}
	return d
}

// scissors returns the length of the --8<-- that s begins with, or 0.
func scissors(s string) int {
	n := 0
	for n < len(s) && s[n] == '-' {
		n++
	}
	if n == 0 || !strings.HasPrefix(s[n:], "8<-") {
		return 0
	}
	n += 3
	for n < len(s) && s[n] == '-' {
		n++
	}
	return n
}

type sectionKind uint8

const (
	notASection sectionKind = iota
	sectionStart
	sectionEnd
)

// marker is the beginning or the end of a section of a file.
type marker struct {
	kind    sectionKind
	name    string
	escaped bool
	semi    int // place of the first semicolon that escapes it
}

// sectionMarker looks for --8<-- [start:name] in a line.
func sectionMarker(s string) (m marker) {
	for from := 0; ; {
		i := strings.Index(s[from:], "-8<-")
		if i < 0 {
			return m
		}
		i += from
		from = i + 4
		end := from
		for end < len(s) && s[end] == '-' {
			end++
		}
		rest := strings.TrimLeft(s[end:], " \t")
		if rest == "" || len(rest) == len(s)-end || rest[0] != '[' {
			continue
		}
		inner, _, ok := strings.Cut(rest[1:], "]")
		if !ok {
			continue
		}
		kind, name, ok := strings.Cut(inner, ":")
		kind, name = strings.Trim(kind, " \t"), strings.Trim(name, " \t")
		if !ok || !isSectionName(name) {
			continue
		}
		switch {
		case kind == "start":
			m.kind = sectionStart
		case strings.EqualFold(kind, "end"), strings.EqualFold(kind, "start"):
			m.kind = sectionEnd
		default:
			continue
		}
		m.name = name
		for i > 0 && s[i-1] == '-' {
			i--
		}
		for i > 0 && s[i-1] == ';' {
			i--
			m.escaped, m.semi = true, i
		}
		return m
	}
}

// unescaped returns the line of an escaped marker without the semicolon.
func (m marker) unescaped(s string) string { return s[:m.semi] + s[m.semi+1:] }

func isSectionName(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isAlpha(s[i]) && (i == 0 || !isDigit(s[i]) && s[i] != '-' && s[i] != '_') {
			return false
		}
	}
	return s != ""
}

// includePart is the part of a file that an include asks for.
type includePart struct {
	path    string
	ranges  []lineSpan
	section string
}

// lineSpan is a range of lines; 0 is an open end, negative numbers count from
// the end of the file.
type lineSpan struct {
	from, to       int
	hasFrom, hasTo bool
}

// cutIncludeSpec takes the part off the name of a file: file:2:3,5:6 or
// file:section.
func cutIncludeSpec(s string) includePart {
	if i := strings.LastIndexByte(s, ':'); i >= 0 && isSectionName(s[i+1:]) {
		return includePart{path: strings.TrimSpace(s[:i]), section: s[i+1:]}
	}
	first := len(s)
	for first > 0 && (isDigit(s[first-1]) || s[first-1] == ':' || s[first-1] == ',' || s[first-1] == '-') {
		first--
	}
	for i := first; i < len(s); i++ {
		if s[i] != ':' {
			continue
		}
		if ranges, ok := lineSpans(s[i+1:]); ok {
			return includePart{path: strings.TrimSpace(s[:i]), ranges: ranges}
		}
	}
	return includePart{path: strings.TrimSpace(s)}
}

// lineSpans reads ranges of lines.
func lineSpans(s string) (list []lineSpan, ok bool) {
	for i, word := range strings.Split(s, ",") {
		from, to, ranged := strings.Cut(word, ":")
		if i > 0 && word == "" || strings.IndexByte(to, ':') >= 0 {
			return nil, false
		}
		var r lineSpan
		if r.from, r.hasFrom, ok = lineNumber(from); !ok {
			return nil, false
		}
		if r.to, r.hasTo, ok = lineNumber(to); !ok && ranged {
			return nil, false
		}
		list = append(list, r)
	}
	return list, true
}

// lineNumber reads a number, which may be missing or negative.
func lineNumber(s string) (n int, has, ok bool) {
	if s == "" || s == "-" {
		return 0, false, true
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, false, false
	}
	return n, true, true
}

// selectFrom returns the part of a file's lines, and whether there is a section
// of that name.
func (part *includePart) selectFrom(lines []string, dedent bool) (out []string, found bool) {
	switch {
	case len(lines) == 0:
		return nil, true
	case part.section != "":
		out, found = cutSection(lines, part.section)
	case len(part.ranges) > 0:
		found = true
		total := len(lines)
		for _, r := range part.ranges {
			from, to := 0, total
			if r.hasFrom && r.from < 0 {
				from = max(total+r.from, 0)
			} else if r.hasFrom {
				from = min(max(r.from-1, 0), total)
			}
			if r.hasTo && r.to < 0 {
				to = max(total+1+r.to, 0)
			} else if r.hasTo {
				to = min(r.to, total)
			}
			if from < to {
				out = append(out, lines[from:to]...)
			}
			if len(out) > maxIncludeBytes/16 {
				break
			}
		}
	default:
		return lines, true
	}
	if dedent {
		out = dedentLines(out)
	}
	return out, found
}

// cutSection returns the lines between the markers of a section. Markers of
// other sections are left out.
func cutSection(lines []string, name string) (out []string, found bool) {
	inside := false
	for _, l := range lines {
		if strings.Contains(l, "-8<-") {
			m := sectionMarker(l)
			switch {
			case m.kind == notASection:
			case inside && m.escaped:
				l = m.unescaped(l)
			case m.name == name && m.kind == sectionStart:
				inside, found = true, true
				continue
			case m.name == name:
				return out, found
			case inside:
				continue
			}
		}
		if inside {
			out = append(out, l)
		}
	}
	return out, found
}

// dedentLines takes away the indentation that all lines share. No lines become
// one empty one, as in PyMdown.
func dedentLines(lines []string) []string {
	if len(lines) == 0 {
		return []string{""}
	}
	margin, first := "", true
	for _, l := range lines {
		text := strings.TrimLeft(l, " \t")
		if text == "" {
			continue
		}
		space := l[:len(l)-len(text)]
		if first {
			margin, first = space, false
			continue
		}
		n := 0
		for n < len(margin) && n < len(space) && margin[n] == space[n] {
			n++
		}
		margin = margin[:n]
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		if strings.Trim(l, " \t") != "" {
			out[i] = l[len(margin):]
		}
	}
	return out
}

// braces replaces {!file!}, as markdown_include and mdx_include write it, by
// the file's text. A directive may stand anywhere in a line.
func (in *includer) braces(lines []pmLine) []pmLine {
	wanted := false
	for i := range lines {
		if strings.Contains(lines[i].text, "{!") {
			wanted = true
			break
		}
	}
	if !wanted {
		return lines
	}
	return in.scanBraces(make([]pmLine, 0, len(lines)+64), lines)
}

func (in *includer) scanBraces(out, lines []pmLine) []pmLine {
	for _, l := range lines {
		before, rest, ok := strings.Cut(l.text, "{!")
		inner, after, closed := strings.Cut(rest, "!")
		tail, after, ended := strings.Cut(after, "}")
		if !ok || !closed || !ended || strings.HasSuffix(before, "\\") {
			out = in.emit(out, "", l)
			continue
		}
		spec := strings.TrimSpace(inner)
		part := includePart{path: spec}
		if lines, ok := strings.CutPrefix(strings.TrimSpace(tail), "lines="); ok {
			part.ranges = braceRanges(lines)
		} else if name, lines, ok := strings.Cut(spec, "[ln:"); ok {
			part.path = strings.TrimSpace(name)
			part.ranges = dottedRanges(strings.TrimSuffix(lines, "]"))
		}
		in.count++
		if in.full || in.count > maxIncludes || len(in.stack) == maxIncludeDepth {
			in.overflow(l.n)
			return out
		}
		file, name, found := in.find(part.path, in.p.cfg.include.braceBases, false, l.n)
		if !found {
			if before+after != "" {
				out = in.emit(out, "", pmLine{before + after, l.n})
			}
			continue
		}
		loop := false
		for _, open := range in.stack {
			loop = loop || open == name
		}
		if loop {
			in.report(finding.Warning, "include/loop", l.n, fmt.Sprintf("%s includes itself", name),
				"the inner include is left out; take it out of the file")
			continue
		}
		text, _ := part.selectFrom(file, false)
		if n := len(text); n > 0 && text[n-1] == "" {
			text = text[:n-1]
		}
		included := make([]pmLine, 0, len(text)+1)
		for i, s := range text {
			// The text before the directive is repeated where it is the
			// indentation of a block.
			if i == 0 || strings.Trim(before, " \t>") == "" {
				s = before + s
			}
			included = append(included, pmLine{s, l.n})
		}
		if after != "" {
			if n := len(included); n > 0 {
				included[n-1].text += after
			} else {
				included = append(included, pmLine{before + after, l.n})
			}
		}
		in.stack = append(in.stack, name)
		out = in.scanBraces(out, included)
		in.stack = in.stack[:len(in.stack)-1]
	}
	return out
}

// braceRanges reads lines=1 3-5 of markdown_include.
func braceRanges(s string) (list []lineSpan) {
	for word := range strings.FieldsSeq(s) {
		from, to, ranged := strings.Cut(word, "-")
		a, err := strconv.Atoi(from)
		if err != nil {
			continue
		}
		b := a
		if ranged {
			if b, err = strconv.Atoi(to); err != nil {
				continue
			}
		}
		list = append(list, lineSpan{from: a, to: b, hasFrom: true, hasTo: true})
	}
	return list
}

// dottedRanges reads [ln:2.1-5] of mdx_include; columns are left aside.
func dottedRanges(s string) (list []lineSpan) {
	for word := range strings.SplitSeq(s, ",") {
		from, to, ranged := strings.Cut(strings.TrimSpace(word), "-")
		from, _, _ = strings.Cut(from, ".")
		to, _, _ = strings.Cut(to, ".")
		var r lineSpan
		r.from, r.hasFrom, _ = lineNumber(from)
		r.to, r.hasTo, _ = lineNumber(to)
		if !ranged {
			r.to, r.hasTo = r.from, r.hasFrom
		}
		list = append(list, r)
	}
	return list
}
