package adr

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// edge is a link between two records of a log.
type edge struct {
	from, to *Record
	kind     LinkKind
	partial  bool
}

// edges returns the links that say more than that a record is mentioned, each
// once and in one direction.
func (l *Log) edges() []edge {
	var out []edge
	for _, r := range l.Records {
		for _, k := range r.Links {
			if k.Path == "" || k.Kind == Mentions {
				continue
			}
			to := l.ByPath(k.Path)
			if to == nil {
				continue
			}
			e := edge{r, to, k.Kind, k.Partial}
			switch k.Kind {
			case SupersededBy, AmendedBy, RevertedBy, RequiredBy:
				e.from, e.to, e.kind = to, r, k.Kind.Reverse()
			case Relates:
				if compareRecords(to, r) < 0 {
					e.from, e.to = to, r
				}
			default:
			}
			if i := slices.IndexFunc(out, func(o edge) bool { return o.from == e.from && o.to == e.to && o.kind == e.kind }); i >= 0 {
				out[i].partial = out[i].partial || e.partial
				continue
			}
			out = append(out, e)
		}
	}
	return out
}

// graph returns what is drawn: edges, and the records at their ends or all.
func (l *Log) graph(all bool) ([]*Record, []edge) {
	edges := l.edges()
	var nodes []*Record
	for _, r := range l.Records {
		if all || slices.ContainsFunc(edges, func(e edge) bool { return e.from == r || e.to == r }) {
			nodes = append(nodes, r)
		}
	}
	return nodes, edges
}

// Mermaid returns the graph of replacements and other links as a Mermaid
// flowchart. Without all, records that are linked to none are left out.
func (l *Log) Mermaid(all bool) string {
	nodes, edges := l.graph(all)
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	name := map[*Record]string{}
	for i, r := range nodes {
		name[r] = fmt.Sprintf("d%d", i)
		fmt.Fprintf(&b, "    %s[\"%s\"]:::%s\n", name[r], mermaidText(r.String()), r.Status)
	}
	for _, e := range edges {
		arrow := "-->"
		if e.partial || e.kind == Relates {
			arrow = "-.->"
		}
		label := string(e.kind)
		if e.partial {
			label += " in part"
		}
		fmt.Fprintf(&b, "    %s %s|%s| %s\n", name[e.from], arrow, label, name[e.to])
	}
	for _, c := range []struct{ status, style string }{
		{"accepted", "fill:#e6f4ea,stroke:#1e7e34,color:#123"},
		{"proposed", "fill:#fff8e1,stroke:#b58100,color:#321"},
		{"draft", "fill:#fff8e1,stroke:#b58100,color:#321,stroke-dasharray:3"},
		{"rejected", "fill:#fdecea,stroke:#b3261e,color:#411"},
		{"deprecated", "fill:#f1f3f4,stroke:#80868b,color:#555"},
		{"superseded", "fill:#f1f3f4,stroke:#80868b,color:#555"},
		{"unknown", "fill:#fff,stroke:#80868b,color:#555,stroke-dasharray:3"},
		{"other", "fill:#fff,stroke:#80868b,color:#555,stroke-dasharray:3"},
	} {
		if slices.ContainsFunc(nodes, func(r *Record) bool { return string(r.Status) == c.status }) {
			fmt.Fprintf(&b, "    classDef %s %s\n", c.status, c.style)
		}
	}
	return b.String()
}

func mermaidText(s string) string {
	return strings.NewReplacer(`"`, "#quot;", "<", "#lt;", ">", "#gt;", "\n", " ", "`", "'", `\`, "#92;").Replace(s)
}

// DOT returns the graph in the language of Graphviz.
func (l *Log) DOT(all bool) string {
	nodes, edges := l.graph(all)
	var b strings.Builder
	b.WriteString("digraph decisions {\n    rankdir=LR;\n    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n")
	name := map[*Record]string{}
	for i, r := range nodes {
		name[r] = fmt.Sprintf("d%d", i)
		style := ""
		switch r.Status {
		case Superseded, Deprecated, Rejected:
			style = ", color=gray, fontcolor=gray"
		case Draft, Proposed, Unknown, Other:
			style = `, style="rounded,dashed"`
		default:
		}
		fmt.Fprintf(&b, "    %s [label=%s, tooltip=%s, URL=%s%s];\n", name[r], dotText(r.String()), dotText(string(r.Status)), dotText(r.Path), style)
	}
	for _, e := range edges {
		label := string(e.kind)
		style := ""
		if e.partial {
			label += " in part"
		}
		if e.partial || e.kind == Relates {
			style = ", style=dashed"
		}
		fmt.Fprintf(&b, "    %s -> %s [label=%s%s];\n", name[e.from], name[e.to], dotText(label), style)
	}
	b.WriteString("}\n")
	return b.String()
}

func dotText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ").Replace(s) + `"`
}

// Due is a record that somebody has to look at.
type Due struct {
	Record *Record
	Reason string // "review" or "proposal"
	Date   string // when the review is due, or since when it is proposed
	Days   int    // since then; negative when the day is still to come
}

// Due returns the records whose review is due within ahead days of now, and the
// proposals that are older than stale days, the most urgent first.
func (l *Log) Due(now time.Time, stale, ahead int) []Due {
	var out []Due
	today, _ := time.Parse(time.DateOnly, now.Format(time.DateOnly))
	since := func(iso string) (int, bool) {
		t, err := time.Parse(time.DateOnly, dayOf(iso))
		if err != nil {
			return 0, false
		}
		return int(today.Sub(t).Hours() / 24), true
	}
	for _, r := range l.Records {
		if r.Review != "" && r.Status != Rejected && r.Status != Deprecated && (r.Status != Superseded || r.Partial) {
			if d, ok := since(r.Review); ok && d >= -ahead {
				out = append(out, Due{r, "review", r.Review, d})
			}
		}
		if r.Status == Proposed || r.Status == Draft {
			if d, ok := since(r.Date); ok && d > stale {
				out = append(out, Due{r, "proposal", r.Date, d})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Due) int { return cmp.Compare(b.Days, a.Days) })
	return out
}
