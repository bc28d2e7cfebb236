package render_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/render"
)

// FuzzFacets decodes what was encoded, of any page in any dialect, and holds it
// against the original; any other bytes are refused or a Doc, never a panic.
func FuzzFacets(f *testing.F) {
	names, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(names) == 0 {
		f.Fatal(err, len(names))
	}
	for _, name := range names[:min(len(names), 20)] {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, byte(len(name)), uint16(len(text)))
	}
	f.Add([]byte("---\na: [1, -2, 1.5, null, true, {b: c}]\nd: x\n---\n# T {#t}\n\n[l](a.md#b) ![i](i.png)\n\n```py\nx\n```\n"), byte(0), uint16(7))
	f.Fuzz(func(t *testing.T, src []byte, dialect byte, cut uint16) {
		md, _ := render.New(render.Options{Dialect: []render.Dialect{render.MkDocs, render.CommonMark, render.CommonMarkStrict}[dialect%3]})
		d := md.Parse(src, render.Page{Path: "docs/p.md"})
		enc := d.AppendFacets(nil)
		got, err := render.DecodeDoc(enc, d.Body)
		if err != nil {
			t.Fatal(err)
		}
		resolve := func(i int) string { return strings.ToUpper(d.Links[i].Dest) }
		if a, b := d.AppendHTML(nil, resolve), got.AppendHTML(nil, resolve); !bytes.Equal(a, b) {
			t.Fatalf("the body differs:\n%s\n%s", a, b)
		}
		if got.Size() != d.Size() || len(got.Meta) != len(d.Meta) || len(d.Meta) > 0 && !reflect.DeepEqual(got.Meta, d.Meta) || got.Title != d.Title || got.Page != d.Page {
			t.Fatalf("got %+v\nwant %+v", got, d)
		}
		for _, p := range [][2]any{{got.Headings, d.Headings}, {got.Links, d.Links}, {got.IDs, d.IDs}, {got.Includes, d.Includes}, {got.Fences, d.Fences}, {got.Tables, d.Tables}} {
			a, b := reflect.ValueOf(p[0]), reflect.ValueOf(p[1])
			if a.Len() != b.Len() || a.Len() > 0 && !reflect.DeepEqual(p[0], p[1]) {
				t.Fatalf("got %+v\nwant %+v", p[0], p[1])
			}
		}
		if again := got.AppendFacets(nil); !bytes.Equal(again, enc) {
			t.Fatal("encoded again it is other bytes")
		}
		if n := int(cut) % (len(enc) + 1); n < len(enc) {
			if _, err := render.DecodeDoc(enc[:n], d.Body); err == nil {
				t.Fatalf("%d of %d bytes are taken for all", n, len(enc))
			}
			enc[n] ^= 0x55
			_, _ = render.DecodeDoc(enc, d.Body) // an error or a Doc, no panic
		}
		_, _ = render.DecodeDoc(src, d.Body)
	})
}
