package render

import (
	"slices"
	"strings"
)

// tasklistRules is the options of task lists.
type tasklistRules struct{ on, custom, clickable bool }

func compileTasklist(m *Markdown) tasklistRules {
	cfg, on := m.ext["pymdownx.tasklist"]
	return tasklistRules{
		on:        on,
		custom:    optBool(cfg, "custom_checkbox", false),
		clickable: optBool(cfg, "clickable_checkbox", false),
	}
}

// tasklists gives items that begin with [ ] or [x] a checkbox.
func (p *pmParser) tasklists(n *Node) {
	if !p.cfg.block.tasklist.on {
		return
	}
	for c := n.First; c != nil; c = c.Next {
		if c.Kind != Element {
			continue
		}
		if c.Tag == "li" && p.checkbox(c) {
			addClass(c, "task-list-item", true)
			addClass(n, "task-list", false)
		}
		p.tasklists(c)
	}
}

func (p *pmParser) checkbox(li *Node) bool {
	t := leadText(li)
	if t == nil {
		if first := firstElement(li); first.Is("p") {
			t = leadText(first)
		}
	}
	if t == nil {
		return false
	}
	s := strings.TrimLeft(t.Text, " ")
	if len(s) < 4 || s[0] != '[' || s[2] != ']' || s[3] != ' ' || s[1] != 'x' && s[1] != 'X' && s[1] != ' ' {
		return false
	}
	rules := &p.cfg.block.tasklist
	box := `<input type="checkbox"`
	if !rules.clickable {
		box += " disabled"
	}
	if s[1] != ' ' {
		box += " checked"
	}
	box += "/>"
	if rules.custom {
		box = `<label class="task-list-control">` + box + `<span class="task-list-indicator"></span></label>`
	}
	t.Text = p.mark(p.raw(box+" ", t.Line)) + strings.TrimLeft(s[3:], " ")
	return true
}

// addClass adds a class to an element, a second time only if twice is set.
func addClass(n *Node, class string, twice bool) {
	old, ok := n.Attr("class")
	if !ok || strings.TrimSpace(old) == "" {
		n.SetAttr("class", class)
		return
	}
	fields := strings.Fields(old)
	if !twice {
		if slices.Contains(fields, class) {
			return
		}
	}
	n.SetAttr("class", strings.Join(append(fields, class), " "))
}
