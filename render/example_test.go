package render_test

import (
	"fmt"
	"strings"

	"github.com/lintel-docs/lintel/render"
)

// A page is parsed once. Its links are resolved when it is written, because
// only the site knows where the pages are.
func Example() {
	md, findings := render.New(render.Options{
		Extensions: []render.Extension{{Name: "toc"}, {Name: "admonition"}},
	})
	for _, f := range findings {
		fmt.Println(f)
	}
	doc := md.Parse([]byte(`# CDC pipeline

!!! note
    Read the [runbook](../ops/runbook.md) first.
`), render.Page{Path: "docs/views/cdc.md"})

	fmt.Println(doc.Title)
	fmt.Println(string(doc.AppendHTML(nil, func(i int) string {
		return strings.TrimSuffix(doc.Links[i].Dest, ".md") + "/"
	})))
	// Output:
	// CDC pipeline
	// <h1 id="cdc-pipeline">CDC pipeline</h1>
	// <div class="admonition note">
	// <p class="admonition-title">Note</p>
	// <p>Read the <a href="../ops/runbook/">runbook</a> first.</p>
	// </div>
}

// The commonmark dialect makes words strong that Korean particles follow.
func ExampleNew_commonmark() {
	md, _ := render.New(render.Options{Dialect: render.CommonMark})
	doc := md.Parse([]byte("**커넥터(Connector)**를 만든다\n"), render.Page{})
	fmt.Print(string(doc.AppendHTML(nil, nil)))
	// Output: <p><strong>커넥터(Connector)</strong>를 만든다</p>
}
