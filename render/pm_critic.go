package render

import (
	"bytes"
	"strings"
)

// criticMode is what becomes of the editing marks of pymdownx.critic.
type criticMode uint8

const (
	criticOff criticMode = iota
	criticView
	criticAccept
	criticReject
)

func compileCritic(m *Markdown) criticMode {
	cfg, on := m.ext["pymdownx.critic"]
	if !on {
		return criticOff
	}
	switch optString(cfg, "mode", "view") {
	case "accept":
		return criticAccept
	case "reject":
		return criticReject
	}
	return criticView
}

// criticTag tells nodes of editing marks from other raw markup.
const criticTag = "critic"

// critic resolves editing marks, {++ ++} and the like. They may span lines and
// whole blocks, so that the whole text is one string here.
func (p *pmParser) critic(lines []pmLine) []pmLine {
	if p.cfg.critic == criticOff {
		return lines
	}
	wanted := false
	for i := range lines {
		if s := lines[i].text; strings.IndexByte(s, '{') >= 0 && hasCritic(s) {
			wanted = true
			break
		}
	}
	if !wanted {
		return lines
	}
	e := criticEditor{p: p, mode: p.cfg.critic, src: joinLines(lines, 0), lines: lines}
	return e.run()
}

func hasCritic(s string) bool {
	for {
		i := strings.IndexByte(s, '{')
		if i < 0 || i+2 >= len(s) {
			return false
		}
		if c := s[i+1]; c == s[i+2] && (c == '+' || c == '-' || c == '=' || c == '>' || c == '~') {
			return true
		}
		s = s[i+1:]
	}
}

// criticEditor copies text with its editing marks resolved. It knows for every
// line that it makes which line of the source it began in.
type criticEditor struct {
	p     *pmParser
	mode  criticMode
	src   string
	lines []pmLine
	at    int // line of src that is being copied
	out   []byte
	ends  []int   // line breaks in out
	nums  []int32 // the lines of the source that the lines of out began in
	// missing holds the closing marks that do not occur any more.
	missing [5]bool
}

func (e *criticEditor) run() []pmLine {
	e.nums = append(e.nums, e.line())
	src, done := e.src, 0
	for i := 0; i < len(src); {
		n := strings.IndexByte(src[i:], '{')
		if n < 0 {
			break
		}
		i += n
		kind, text, second, end := e.match(i)
		if end < 0 {
			i++
			continue
		}
		e.copy(src[done:i])
		e.edit(kind, text, second)
		e.skip(src[i:end], kind, text, second)
		done, i = end, end
	}
	e.copy(src[done:])

	text := string(e.out)
	out := make([]pmLine, 0, len(e.ends)+1)
	from := 0
	for i, end := range e.ends {
		line := text[from:end]
		if i > 0 && strings.Trim(line, " ") == "" {
			line = ""
		}
		out = append(out, pmLine{line, e.nums[i]})
		from = end + 1
	}
	return append(out, pmLine{text[from:], e.nums[len(e.ends)]})
}

func (e *criticEditor) line() int32 {
	if e.at < len(e.lines) {
		return e.lines[e.at].n
	}
	return e.lines[len(e.lines)-1].n
}

// copy copies text of the source.
func (e *criticEditor) copy(s string) {
	for s != "" {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			e.out = append(e.out, s...)
			return
		}
		e.out = append(e.out, s[:i+1]...)
		e.at++
		e.ends = append(e.ends, len(e.out)-1)
		e.nums = append(e.nums, e.line())
		s = s[i+1:]
	}
}

// skip counts the lines of an edit that have not been copied.
func (e *criticEditor) skip(whole string, kind byte, text, second string) {
	total := strings.Count(whole, "\n")
	for _, s := range e.kept(kind, text, second) {
		total -= strings.Count(s, "\n")
	}
	e.at += total
}

// kept returns the texts that an edit copies.
func (e *criticEditor) kept(kind byte, text, second string) [2]string {
	switch {
	case e.mode == criticView && (kind == '>' || isBreak(text) && (kind == '+' || kind == '-')):
	case e.mode == criticView && kind == '~':
		var kept [2]string
		if !isBreak(text) {
			kept[0] = text
		}
		if !isBreak(second) {
			kept[1] = second
		}
		return kept
	case e.mode == criticView || kind == '=', kind == '+' && e.mode == criticAccept,
		kind == '-' && e.mode == criticReject, kind == '~' && e.mode == criticReject:
		return [2]string{text}
	case kind == '~':
		return [2]string{second}
	}
	return [2]string{}
}

var criticClose = [5]string{"++}", "--}", "==}", "<<}", "~~}"}

// match returns the edit that begins at i: its kind, its text, what is put in
// the place of the text, and where the edit ends; end is -1 when there is none.
func (e *criticEditor) match(i int) (kind byte, text, second string, end int) {
	s := e.src
	if i+2 >= len(s) || s[i+1] != s[i+2] {
		return 0, "", "", -1
	}
	kind = s[i+1]
	k := strings.IndexByte("+-=>~", kind)
	if k < 0 || e.missing[k] {
		return 0, "", "", -1
	}
	from := i + 3
	if kind == '~' {
		n := strings.Index(s[from:], "~>")
		if n < 0 {
			e.missing[k] = true
			return 0, "", "", -1
		}
		text = s[from : from+n]
		from += n + 2
	}
	n := strings.Index(s[from:], criticClose[k])
	if n < 0 {
		e.missing[k] = true
		return 0, "", "", -1
	}
	if kind == '~' {
		second = s[from : from+n]
	} else {
		text = s[from : from+n]
	}
	return kind, text, second, from + n + 3
}

// edit writes an edit.
func (e *criticEditor) edit(kind byte, text, second string) {
	if e.mode != criticView {
		for _, s := range e.kept(kind, text, second) {
			e.copy(s)
		}
		return
	}
	switch kind {
	case '+':
		e.view("ins", text)
	case '-':
		e.view("del", text)
	case '=':
		e.mark(`<mark class="critic">`)
		e.copy(text)
		e.mark("</mark>")
	case '~':
		e.view("del", text)
		e.view("ins", second)
	case '>':
		b := appendCode([]byte(`<span class="critic comment">`), text, true)
		b = append(bytes.ReplaceAll(b, []byte{'\n'}, []byte{' '}), "</span>"...)
		e.mark(string(b))
	}
}

// view writes a change as an element around its text. A change that is nothing
// but an end of a paragraph is an element of its own.
func (e *criticEditor) view(tag, text string) {
	if isBreak(text) {
		if tag == "ins" {
			e.breakLine()
			e.breakLine()
		}
		e.mark("<" + tag + ` class="critic break">&nbsp;</` + tag + ">")
		if tag == "ins" {
			e.breakLine()
			e.breakLine()
		}
		return
	}
	e.mark("<" + tag + ` class="critic">`)
	e.copy(text)
	e.mark("</" + tag + ">")
}

// breakLine ends a line where the source has no line break.
func (e *criticEditor) breakLine() {
	e.out = append(e.out, '\n')
	e.ends = append(e.ends, len(e.out)-1)
	e.nums = append(e.nums, e.line())
}

func (e *criticEditor) mark(html string) {
	n := e.p.raw(html, e.line())
	n.Tag = criticTag
	e.out = append(e.out, e.p.mark(n)...)
}

// isBreak reports whether s is two or more line breaks and nothing else.
func isBreak(s string) bool { return len(s) >= 2 && strings.Trim(s, "\n") == "" }

// criticBlocks takes the paragraphs away that hold nothing but editing marks.
func (p *pmParser) criticBlocks(n *Node) {
	if p.cfg.critic != criticView || len(p.stash) == 0 {
		return
	}
	for c := n.First; c != nil; {
		next := c.Next
		if c.Is("p") && onlyCritic(c) {
			var b strings.Builder
			if c.Prev != nil && c.Prev.Kind == Element {
				b.WriteByte('\n')
			}
			for r := c.First; r != nil; r = r.Next {
				b.WriteString(strings.Replace(r.Text, ` class="critic">`, ` class="critic block">`, 1))
			}
			b.WriteByte('\n') // as after the paragraph
			c.ReplaceWith(p.raw(b.String(), c.Line))
		} else if c.Kind == Element {
			p.criticBlocks(c)
			if last := c.Last; c.Tag == "code" && n.Tag == "pre" && last != nil && last.Kind == Atomic && last.Prev != nil {
				last.Text = trimSpaceRight(last.Text) + "\n"
			}
		}
		c = next
	}
}

func onlyCritic(n *Node) bool {
	if n.First == nil || len(n.Attrs) > 0 {
		return false
	}
	for c := n.First; c != nil; c = c.Next {
		if c.Kind != Raw || c.Tag != criticTag {
			return false
		}
	}
	return true
}
