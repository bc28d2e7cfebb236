package sad

import (
	"strings"
	"unicode"

	"github.com/lintel-docs/lintel/internal/markdown"
)

// figureLanguage returns the language of a fence that is a diagram, or "".
func figureLanguage(info string) string {
	word := strings.ToLower(strings.Trim(strings.TrimSpace(info), "{}."))
	if i := strings.IndexAny(word, " \t{,"); i >= 0 {
		word = word[:i]
	}
	switch word {
	case "mermaid", "d2":
		return word
	case "plantuml", "puml", "uml":
		return "plantuml"
	}
	return ""
}

// figure reads a fence that is a diagram.
func (r *reader) figure(b *markdown.Block, language string) Figure {
	f := Figure{Language: language, Span: Span{Line: b.Line, Column: b.Indent + 1, Start: b.Start, End: b.End}}
	at := func(line int) Span { return Span{Line: b.Line + line} }
	switch language {
	case "mermaid":
		readMermaid(b.Text, at, &f)
	case "plantuml":
		readLines(b.Text, at, &f, plantuml)
	case "d2":
		readLines(b.Text, at, &f, d2)
	}
	for i := range f.Nodes {
		l := strings.ToLower(f.Nodes[i].Label)
		if f.Nodes[i].Group && markdown.Is(l, "legend", "범례", "key", "표기법", "notation") {
			f.Legend = true
		}
	}
	return f
}

// textFigure collects the boxes and lines of PlantUML and D2.
type textFigure struct {
	f      *Figure
	seen   map[string]int
	groups []string
}

func (t *textFigure) node(id, label string, group bool, at Span) {
	if id == "" {
		return
	}
	if i, ok := t.seen[id]; ok {
		if label != "" {
			t.f.Nodes[i].Label = label
		}
		t.f.Nodes[i].Group = t.f.Nodes[i].Group || group
		return
	}
	if label == "" {
		label = id
	}
	n := Node{Ref: Ref{id, at}, Label: label, Group: group}
	if len(t.groups) > 0 {
		n.Parent = t.groups[len(t.groups)-1]
		if i, ok := t.seen[n.Parent]; ok {
			t.f.Nodes[i].Group = true
		}
	}
	t.seen[id] = len(t.f.Nodes)
	t.f.Nodes = append(t.f.Nodes, n)
}

func (t *textFigure) edge(from, to, label string, at Span) {
	if from == "" || to == "" {
		return
	}
	t.node(from, "", false, at)
	t.node(to, "", false, at)
	t.f.Edges = append(t.f.Edges, FigureEdge{From: from, To: to, Label: label, Span: at})
}

// maxFigureLines bounds what is read of a figure that no parser of its own
// bounds.
const maxFigureLines = 20_000

func readLines(text string, at func(int) Span, f *Figure, read func(t *textFigure, line string, at Span)) {
	t := &textFigure{f: f, seen: map[string]int{}}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if n > maxFigureLines {
			return
		}
		if line = strings.TrimSpace(line); line != "" {
			read(t, line, at(n))
		}
	}
}

// arrow finds an arrow outside of quotes and brackets; back tells that it
// points to the left.
func arrow(line string) (from, to string, back, ok bool) {
	quote := false
	for i := 0; i+1 < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quote = !quote
		case quote:
		case c == ':':
			return "", "", false, false
		case (c == '-' || c == '.' || c == '=' || c == '<') && (i == 0 || line[i-1] == ' ' || line[i-1] == ']' || line[i-1] == ')' || line[i-1] == '"' || isWord(line[i-1])):
			j := i
			for j < len(line) && strings.IndexByte("-.=<>|*ox", line[j]) >= 0 {
				// Letters are heads only at the end of an arrow.
				if (line[j] == 'o' || line[j] == 'x') && (j+1 >= len(line) || line[j+1] != ' ') {
					break
				}
				j++
			}
			// PlantUML's -down-> and -[#red]->.
			if j < len(line) && j > i {
				if k := strings.IndexAny(line[j:], "-.>"); k > 0 && k < 24 && !strings.ContainsAny(line[j:j+k], " \"") {
					e := j + k
					for e < len(line) && strings.IndexByte("-.=>|", line[e]) >= 0 {
						e++
					}
					if line[e-1] == '>' || line[i] == '<' {
						j = e
					}
				}
			}
			head := line[i:j]
			if len(head) < 2 || !strings.ContainsAny(head, "-.=") || !strings.ContainsAny(head, "<>") && !strings.Contains(head, "--") && !strings.Contains(head, "..") {
				continue
			}
			return strings.TrimSpace(line[:i]), strings.TrimSpace(line[j:]), strings.HasPrefix(head, "<") && !strings.HasSuffix(head, ">"), true
		}
	}
	return "", "", false, false
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

var pumlNodes = map[string]bool{
	"component": true, "database": true, "node": true, "actor": true, "queue": true, "interface": true, "package": true,
	"rectangle": true, "cloud": true, "storage": true, "folder": true, "frame": true, "artifact": true, "agent": true,
	"boundary": true, "control": true, "entity": true, "collections": true, "participant": true, "class": true, "stack": true,
	"file": true, "card": true, "person": true, "usecase": true, "hexagon": true,
}

func plantuml(t *textFigure, line string, at Span) {
	switch {
	case strings.HasPrefix(line, "'"), strings.HasPrefix(line, "@"), strings.HasPrefix(line, "!"), strings.HasPrefix(line, "skinparam"), strings.HasPrefix(line, "note "):
		return
	case strings.HasPrefix(line, "legend"):
		t.f.Legend = true
		return
	case strings.HasPrefix(line, "title "):
		t.f.Title = strings.TrimSpace(line[6:])
		return
	case line == "}":
		if len(t.groups) > 0 {
			t.groups = t.groups[:len(t.groups)-1]
		}
		return
	}
	if from, to, back, ok := arrow(line); ok {
		to, label, _ := strings.Cut(to, ":")
		from, to = pumlEnd(t, from, at), pumlEnd(t, strings.TrimSpace(to), at)
		if back {
			from, to = to, from
		}
		t.edge(from, to, strings.TrimSpace(label), at)
		return
	}
	if strings.HasPrefix(line, "[") {
		pumlEnd(t, line, at)
		return
	}
	word, rest, _ := strings.Cut(line, " ")
	if !pumlNodes[word] {
		return
	}
	open := strings.HasSuffix(rest, "{")
	rest = strings.TrimSpace(strings.TrimSuffix(rest, "{"))
	id := pumlEnd(t, rest, at)
	if open && id != "" {
		t.node(id, "", true, at)
		t.groups = append(t.groups, id)
	}
}

// pumlEnd reads `[Name] as id`, `"Name" as id`, `id as "Name"` or `id`.
func pumlEnd(t *textFigure, s string, at Span) string {
	s = strings.TrimSpace(s)
	if i := strings.Index(s, "<<"); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	if i := strings.LastIndex(s, " #"); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	name, id, ok := strings.Cut(s, " as ")
	if !ok {
		id = ""
	}
	name, id = strings.TrimSpace(name), strings.TrimSpace(id)
	if strings.HasPrefix(id, `"`) {
		name, id = id, name
	}
	name = strings.ReplaceAll(strings.Trim(name, `"[]()`), `\n`, "\n")
	if id == "" {
		id, name = name, ""
	}
	id = strings.Trim(id, `"[]()`)
	if id == "" || len(id) > 200 {
		return ""
	}
	t.node(id, name, false, at)
	return id
}

func d2(t *textFigure, line string, at Span) {
	if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "direction:") || strings.HasPrefix(line, "vars:") {
		return
	}
	if strings.HasPrefix(line, "}") {
		if len(t.groups) > 0 {
			t.groups = t.groups[:len(t.groups)-1]
		}
		return
	}
	open := strings.HasSuffix(line, "{")
	line = strings.TrimSpace(strings.TrimSuffix(line, "{"))
	head, label, _ := strings.Cut(line, ":")
	label = strings.Trim(strings.TrimSpace(label), `"'`)
	if from, to, back, ok := arrow(strings.ReplaceAll(head, "<->", "->")); ok {
		from, to = d2End(t, from, at), d2End(t, to, at)
		if back {
			from, to = to, from
		}
		t.edge(from, to, label, at)
		if open {
			t.groups = append(t.groups, "")
		}
		return
	}
	if reserved := map[string]bool{"shape": true, "style": true, "label": true, "icon": true, "near": true, "class": true, "classes": true, "width": true, "height": true, "link": true, "tooltip": true, "constraint": true, "layers": true}; reserved[strings.TrimSpace(head)] || strings.HasPrefix(head, "style.") || strings.Contains(head, ".style") || strings.HasSuffix(head, ".shape") {
		if open {
			t.groups = append(t.groups, "")
		}
		return
	}
	id := d2End(t, head, at)
	if id != "" {
		t.node(id, label, false, at)
	}
	if open {
		t.groups = append(t.groups, id)
	}
}

// d2End reads the name of a shape; in a.b the last one is meant.
func d2End(t *textFigure, s string, at Span) string {
	s = strings.Trim(strings.TrimSpace(s), `"'`)
	if s == "" || len(s) > 200 || strings.IndexFunc(s, unicode.IsControl) >= 0 {
		return ""
	}
	if i := strings.LastIndexByte(s, '.'); i >= 0 && i+1 < len(s) && !strings.ContainsRune(s, ' ') {
		parent := s[:i]
		if j := strings.LastIndexByte(parent, '.'); j >= 0 {
			parent = parent[j+1:]
		}
		s = s[i+1:]
		if _, ok := t.seen[s]; !ok {
			t.node(parent, "", true, at)
			t.node(s, "", false, at)
			if k, ok := t.seen[s]; ok {
				t.f.Nodes[k].Parent = parent
			}
		}
		return s
	}
	t.node(s, "", false, at)
	return s
}
