package render

import "testing"

// The wanted bytes are what Python-Markdown's serialiser gives for the same
// tree.
func TestWriterFollowsPythonMarkdown(t *testing.T) {
	var a arena
	tests := []struct {
		name string
		tree func(root *Node)
		want string
	}{
		{"block elements stand on lines of their own", func(root *Node) {
			ul := a.el("ul", 1)
			for _, s := range []string{"a", "b"} {
				li := a.el("li", 1)
				li.Append(a.text(s, 1))
				ul.Append(li)
			}
			root.Append(ul)
			p := a.el("p", 1)
			p.Append(a.text("x", 1))
			root.Append(p)
		}, "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>x</p>\n"},
		{"a tight item keeps its text beside the nested list", func(root *Node) {
			li := a.el("li", 1)
			li.Append(a.text("a", 1))
			ul := a.el("ul", 1)
			inner := a.el("li", 1)
			inner.Append(a.text("b", 1))
			ul.Append(inner)
			li.Append(ul)
			root.Append(li)
		}, "<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n"},
		{"a break ends its line", func(root *Node) {
			p := a.el("p", 1)
			p.Append(a.text("a", 1))
			p.Append(a.el("br", 1))
			p.Append(a.text("b", 1))
			p.Append(a.el("br", 1))
			root.Append(p)
		}, "<p>a<br />\nb<br />\n</p>\n"},
		{"attributes are sorted and escaped", func(root *Node) {
			root.Append(a.el("img", 1, Attr{"src", "a?b&c&amp;d"}, Attr{"alt", `<"q">`}))
		}, `<img alt="&lt;&quot;q&quot;&gt;" src="a?b&amp;c&amp;d" />`},
		{"code ends in one new line", func(root *Node) {
			pre := a.el("pre", 1)
			code := a.el("code", 1)
			code.Append(a.atomic("x &lt; y\n\n", 1))
			pre.Append(code)
			root.Append(pre)
		}, "<pre><code>x &lt; y\n</code></pre>\n"},
		{"a block of raw HTML loses its paragraph", func(root *Node) {
			for _, s := range []string{"<div>\n*x*\n</div>", "<!-- c -->", "<b>x</b>"} {
				p := a.el("p", 1)
				p.Append(a.raw(s, 1))
				root.Append(p)
			}
		}, "<div>\n*x*\n</div>\n<!-- c -->\n<p><b>x</b></p>\n"},
		{"references stay and other ampersands are escaped", func(root *Node) {
			root.Append(a.text("&copy; &#169; &#xA9; & &x &#; &#x; <>\"", 1))
		}, "&copy; &#169; &#xA9; &amp; &amp;x &amp;#; &amp;#x; &lt;&gt;\""},
		{"inline elements get no new lines", func(root *Node) {
			p := a.el("p", 1)
			p.Append(a.el("em", 1))
			p.Append(a.text(" ", 1))
			p.Append(a.el("span", 1))
			root.Append(p)
		}, "<p><em></em> <span></span></p>\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := a.el("div", 0)
			tt.tree(root)
			var w writer
			w.children(root, true)
			if got := string(trimLeftSpace(w.dst)); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}
