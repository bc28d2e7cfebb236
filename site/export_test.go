package site

import "strings"

// NavText returns the navigation as text, for tests: a line for each entry,
// indented by level, with its source or URL.
func (s *Snapshot) NavText() string {
	var sb strings.Builder
	var walk func(ns []*navNode, indent string)
	walk = func(ns []*navNode, indent string) {
		for _, n := range ns {
			title, to := n.title, n.url
			if n.page != nil {
				to = n.page.Src
				if title == "" {
					title = n.page.title
				}
			}
			sb.WriteString(indent + title)
			if to != "" {
				sb.WriteString("  " + to)
			}
			sb.WriteByte('\n')
			walk(n.children, indent+"  ")
		}
	}
	walk(s.b.nav, "")
	return sb.String()
}
