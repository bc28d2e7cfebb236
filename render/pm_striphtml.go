package render

import (
	"slices"
	"strings"
)

// stripRules is the options of pymdownx.striphtml.
type stripRules struct {
	on       bool
	comments bool
	scripts  bool // attributes that run code: onclick and so on
	attrs    []string
}

func compileStrip(m *Markdown) stripRules {
	cfg, on := m.ext["pymdownx.striphtml"]
	r := stripRules{
		on:       on,
		comments: optBool(cfg, "strip_comments", true),
		scripts:  optBool(cfg, "strip_js_on_attributes", true),
	}
	for _, s := range optStrings(cfg, "strip_attributes") {
		r.attrs = append(r.attrs, strings.Fields(s)...)
	}
	return r
}

// dropsAttr reports whether an attribute is not wanted.
func (r *stripRules) dropsAttr(name string) bool {
	return r.scripts && len(name) > 2 && name[:2] == "on" || slices.Contains(r.attrs, name)
}

// stripHTML takes comments and unwanted attributes out of the page.
func (p *pmParser) stripHTML(root *Node) {
	for _, n := range p.stash {
		p.stripNode(n)
	}
	p.stripBelow(root)
}

func (p *pmParser) stripBelow(n *Node) {
	for c := n.First; c != nil; {
		next := c.Next
		p.stripNode(c)
		p.stripBelow(c)
		if c.Kind == Raw && c.Text == "" {
			// A comment alone makes no paragraph.
			if n.Is("p") && n.First == n.Last && n.Parent != nil {
				n.Remove()
				return
			}
			c.Remove()
		}
		c = next
	}
}

func (p *pmParser) stripNode(n *Node) {
	r := &p.cfg.tree.strip
	switch n.Kind {
	case Element:
		n.Attrs = slices.DeleteFunc(n.Attrs, func(a Attr) bool { return r.dropsAttr(a.Key) })
	case Raw:
		if strings.IndexByte(n.Text, '<') >= 0 {
			text := r.strip(n.Text)
			if len(text) < len(n.Text) && isBlank(text) {
				text = ""
			}
			n.Text = text
		}
	}
}

// strip takes comments and unwanted attributes out of markup.
func (r *stripRules) strip(s string) string {
	b := make([]byte, 0, len(s))
	closed := true // whether another comment can end
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		b = append(b, s[:i]...)
		s = s[i:]
		if closed && strings.HasPrefix(s, "<!--") {
			if end := strings.Index(s[4:], "-->"); end >= 0 {
				if !r.comments {
					b = append(b, s[:4+end+3]...)
				}
				s = s[4+end+3:]
				continue
			}
			closed = false
		}
		n := 1
		for n < len(s) && (isAlnum(s[n]) || strings.IndexByte(":.-_", s[n]) >= 0) {
			n++
		}
		tag := s[1:n]
		b = append(b, s[:n]...)
		s = s[n:]
		for n > 1 {
			name, size := cutTagAttr(s)
			if size == 0 {
				break
			}
			if name == "" || !r.dropsAttr(name) {
				b = append(b, s[:size]...)
			}
			s = s[size:]
		}
		if tag == "script" || tag == "style" {
			// What is inside is no markup.
			if end := strings.Index(s, "</"+tag); end >= 0 {
				b = append(b, s[:end]...)
				s = s[end:]
			}
		}
	}
	return string(append(b, s...))
}

// cutTagAttr returns the name of the attribute behind white space at the start
// of s, if it has a value, and how much of s it takes; 0 when there is none.
func cutTagAttr(s string) (name string, size int) {
	at := skipBlank(s, 0)
	i := at
	for i < len(s) && (isAlnum(s[i]) || strings.IndexByte(":-_", s[i]) >= 0) {
		i++
	}
	if at == 0 || i == at {
		return "", 0
	}
	name = s[at:i]
	k := skipBlank(s, i)
	if k == len(s) || s[k] != '=' {
		return "", i
	}
	k = skipBlank(s, k+1)
	if k == len(s) {
		return "", i
	}
	if q := s[k]; q == '"' || q == '\'' {
		end := strings.IndexByte(s[k+1:], q)
		if end < 0 {
			return "", i
		}
		return name, k + end + 2
	}
	end := k
	for end < len(s) && strings.IndexByte(" \t\n\r\"'`=<>", s[end]) < 0 {
		end++
	}
	if end == k {
		return "", i
	}
	return name, end
}

// legacyAttrs applies {@key=value} anywhere in the text of an element, as
// Python-Markdown did before version 3.
func (p *pmParser) legacyAttrs(n *Node) {
	for c := n.First; c != nil; c = c.Next {
		switch c.Kind {
		case Text:
			// Text behind an element belongs to that element.
			owner := n
			if c.Prev != nil {
				owner = c.Prev
			}
			if owner.Kind == Element {
				c.Text = legacyAttr(owner, c.Text)
			}
		case Element:
			for i := range c.Attrs {
				if c.Attrs[i].Key == "alt" {
					alt := legacyAttr(c, c.Attrs[i].Val)
					c.SetAttr("alt", alt)
					break
				}
			}
			p.legacyAttrs(c)
		}
	}
}

func legacyAttr(n *Node, s string) string {
	for at := 0; ; {
		i := strings.Index(s[at:], "{@")
		if i < 0 {
			return s
		}
		i += at
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			return s
		}
		inner := s[i+2 : i+end]
		// The last equals sign parts key and value.
		eq := strings.LastIndexByte(inner, '=')
		if eq < 0 {
			at = i + end
			continue
		}
		n.SetAttr(inner[:eq], strings.ReplaceAll(inner[eq+1:], "\n", " "))
		s = s[:i] + s[i+end+1:]
		at = i
	}
}
