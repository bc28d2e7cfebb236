package fakegitlab

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/render"
)

// page shows every merge request as a reviewer sees it.
func (s *Server) page(w http.ResponseWriter, _ *http.Request) {
	type row struct {
		Title, Meta string
		Threads     []object
		Drafts      int
	}
	md, _ := render.New(render.Options{Dialect: render.CommonMark}) // the options are sound
	var rows []row
	for _, p := range s.projects {
		for _, m := range p.mrs {
			r := row{Title: m.Title + " (" + p.Path + "!" + itoa(m.IID) + ")", Meta: m.SourceBranch + " into " + m.TargetBranch + ", " + m.State + ", head " + m.versions[0].Head[:8], Drafts: len(m.drafts)}
			for _, d := range m.discussions {
				n := d.Notes[0]
				o := object{"Resolved": n.Resolved, "Outdated": n.Outdated, "Place": "", "Notes": []object{}}
				if n.Position != nil {
					o["Place"] = n.Position.NewPath + ":" + itoa(int64(max(n.Position.NewLine, n.Position.OldLine)))
				}
				var notes []object
				for _, n := range d.Notes {
					name := "?"
					if u := s.users[n.Author]; u != nil {
						name = u.Name
					}
					body := n.Body
					if i := strings.LastIndex(body, "<!--"); i >= 0 {
						body = body[:i]
					}
					notes = append(notes, object{"Author": name, "Body": template.HTML(md.Parse([]byte(body), render.Page{Path: "note.md"}).AppendHTML(nil, nil))})
				}
				o["Notes"] = notes
				r.Threads = append(r.Threads, o)
			}
			rows = append(rows, r)
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_ = pageTemplate().Execute(w, object{"Rows": rows, "Actions": s.actions, "Mails": s.mails}) // the client may have gone
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func pageTemplate() *template.Template {
	return template.Must(template.New("page").Parse(`<!doctype html><meta charset="utf-8"><title>Merge requests</title>
<style>body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto}section{border:1px solid #bbb;border-radius:6px;margin:1rem 0;padding:.5rem 1rem}
pre{white-space:pre-wrap;font:13px/1.5 monospace;background:#f4f4f4;padding:.5rem;margin:.3rem 0}code{font-family:monospace}h4{margin:1rem 0 .3rem;border-top:1px solid #ddd;padding-top:.6rem}.done{opacity:.6}small{color:#555}</style>
<p>{{.Mails}} mails; quick actions executed: {{range .Actions}}<code>{{.}}</code> {{else}}none{{end}}</p>
{{range .Rows}}<h1>{{.Title}}</h1><p>{{.Meta}}; {{.Drafts}} drafts</p>
{{range .Threads}}<section{{if .Resolved}} class="done"{{end}}><small>{{.Place}}{{if .Resolved}} resolved{{end}}{{if .Outdated}} outdated{{end}}</small>
{{range .Notes}}<p><b>{{.Author}}</b></p><div>{{.Body}}</div>{{end}}</section>{{else}}<p>No comments.</p>{{end}}{{else}}<p>No merge requests.</p>{{end}}`))
}
