package ignore

import "testing"

func TestMatch(t *testing.T) {
	l := Parse("# comment\n*.log\n/build/\nnode_modules/\n!keep.log\ndocs/**/draft\n\\#odd\n")
	for _, c := range []struct {
		path string
		dir  bool
		want bool
	}{
		{"a.log", false, true},
		{"deep/a.log", false, true},
		{"keep.log", false, false},
		{"build", false, false},
		{"build", true, true},
		{"build/x", false, true},
		{"sub/build", true, false},
		{"web/node_modules/a/b.js", false, true},
		{"node_modules", true, true},
		{"docs/a/b/draft", false, true},
		{"docs/draft", false, true},
		{"docs/drafts", false, false},
		{"#odd", false, true},
		{"# comment", false, false},
	} {
		got := l.Match(c.path)
		if c.dir {
			got = l.MatchDir(c.path)
		}
		if got != c.want {
			t.Errorf("%s (folder: %v): %v, want %v", c.path, c.dir, got, c.want)
		}
	}
	if (*List)(nil).Match("a") {
		t.Error("a nil list ignores a file")
	}
}
