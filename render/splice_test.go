package render_test

import (
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/render"
)

func TestSplices(t *testing.T) {
	m, _ := render.New(render.Options{Dialect: render.CommonMark})
	d := m.Parse([]byte("# A\n\nSee [x](x.md) and Kafka [y](y.md).\n"), render.Page{Path: "a.md"})
	body := string(d.Body())
	kafka := strings.Index(body, "Kafka")
	got := string(d.AppendHTML(nil, func(i int) string { return d.Links[i].Dest + "#" },
		render.Splice{HTML: []byte("<i>top</i>")},
		render.Splice{Start: kafka, End: kafka + 5, HTML: []byte("<b>Kafka</b>")},
		render.Splice{Start: len(body), End: len(body), HTML: []byte("<i>end</i>")}))
	want := "<i>top</i>" + strings.NewReplacer(`href=""`, "?", "Kafka", "<b>Kafka</b>").Replace(body) + "<i>end</i>"
	want = strings.Replace(strings.Replace(want, "?", `href="x.md#"`, 1), "?", `href="y.md#"`, 1)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	plain := string(d.AppendHTML(nil, nil))
	if want := strings.Replace(strings.Replace(body, `href=""`, `href="x.md"`, 1), `href=""`, `href="y.md"`, 1); plain != want {
		t.Errorf("got %s, want %s", plain, want)
	}
}
