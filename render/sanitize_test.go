package render

import (
	"strings"
	"testing"
)

func TestSanitizer(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain markup stays", `<b class="x">a</b> &amp; <br> c`, `<b class="x">a</b> &amp; <br /> c`},
		{"scripts go with their text", `a<script>alert(1)</script>b<SCRIPT src=//x>y</sCript >c`, `abc`},
		{"unknown elements leave their text", `<blink>a</blink><x-y z>b</x-y>`, `ab`},
		{"event handlers and styles", `<p onclick="x()" style="position:fixed" ONLOAD=y title="t">a</p>`, `<p title="t">a</p>`},
		{"links that run", `<a href="javascript:x">a</a><a href=" JaVa	Script&colon;x">b</a><a href="&#106;avascript:x">c</a>`, `<a>a</a><a>b</a><a>c</a>`},
		{
			"links that do not", `<a href="https://x/y:z">a</a><a href="b/c:d">b</a><a href="#e:f">c</a><a href="mailto:x@y">d</a>`,
			`<a href="https://x/y:z">a</a><a href="b/c:d">b</a><a href="#e:f">c</a><a href="mailto:x@y">d</a>`,
		},
		{
			"data is for images", `<img src="data:image/png;base64,AA"><img src="data:image/svg+xml,<svg onload=x>"><a href="data:text/html,x">a</a>`,
			`<img src="data:image/png;base64,AA" /><img /><a>a</a>`,
		},
		{"tags that nobody closed", `<div><b>a`, `<div><b>a</b></div>`},
		{"ends that nobody opened", `</div></article>a`, `a`},
		{"crossed tags", `<b><i>a</b>b</i>`, `<b><i>a</i></b>b`},
		{"comments and declarations", `a<!-- <b> -->b<!doctype x>c<?php x ?>d`, `abcd`},
		{"a tag that does not end", `a<b title="x`, `a&lt;b title="x`},
		{"a less-than sign", `1 < 2 <3`, `1 &lt; 2 &lt;3`},
		{"quotes in values", `<a title='"><script>'>a</a>`, `<a title="&quot;&gt;&lt;script&gt;">a</a>`},
		{"forms", `<form action=x><input type=password name=p><button>go</button></form>`, `go`},
		{"task boxes", `<input type=checkbox checked onclick=x> a`, `<input type="checkbox" checked="" /> a`},
		{"only the first of two", `<a href="/a" href="javascript:x">a</a>`, `<a href="/a">a</a>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var z sanitizer
			got := string(z.close(z.append(nil, tt.in)))
			if got != tt.want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestUntrustedPageStaysInItsPlace(t *testing.T) {
	for _, dialect := range []Dialect{CommonMark, CommonMarkStrict} {
		m, _ := New(Options{Dialect: dialect, Untrusted: true})
		d := m.Parse([]byte("- a <b>b\n- c</b></ul></div>\n\n[x](javascript:alert) ![y](javascript:z) [z](ok.md)\n\n<div>\n<script>\nx\n"), Page{Path: "a.md"})
		got := string(d.AppendHTML(nil, nil))
		if strings.Contains(got, "javascript") || strings.Contains(got, "script") || strings.Contains(got, "</div></") {
			t.Errorf("%s: %s", dialect, got)
		}
		if n, m := strings.Count(got, "<b>"), strings.Count(got, "</b>"); n != m {
			t.Errorf("%s: %d of %d closed: %s", dialect, m, n, got)
		}
		if len(d.Links) != 1 || d.Links[0].Dest != "ok.md" {
			t.Errorf("%s: links %v", dialect, d.Links)
		}
	}
}
