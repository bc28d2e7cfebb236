package main

import (
	"os/exec"
	"strings"
	"testing"
)

// show returns a file of the source branch byte for byte.
func (r *reviewed) show(path string) string {
	r.t.Helper()
	out, err := exec.CommandContext(r.t.Context(), "git", "-C", r.origin, "show", "change:"+path).Output()
	if err != nil {
		r.t.Fatal(err)
	}
	return string(out)
}

// TestReviewApplyBytes: a commit of edits changes what they are about and no
// other byte: line ends, a missing last one, spaces, text that is not UTF-8.
func TestReviewApplyBytes(t *testing.T) {
	docs := map[string]string{
		"docs/crlf.md":   "# CRLF\r\n\r\nSee [a](../src/a.py)  \r\nand [b](../src/b.py).\r\n\r\nEnd.\r\n",
		"docs/mixed.md":  "# Mixed\r\n\nSee [a](../src/a.py).\r\nAnd `src/b.py`.\n",
		"docs/noend.md":  "# No end\n\nSee [a](../src/a.py) and [a](../src/a.py)",
		"docs/tabs.md":   "# Tabs\n\n\t* x\n\n-\tSee [a](../src/a.py)\t\n\n\n\n",
		"docs/bom.md":    "\ufeff# BOM\n\nSee [a](../src/a.py).\n",
		"docs/korean.md": "# 한글\n\n[수집기](../src/a.py)는 매일 돈다.\n",
		"docs/fence.md":  "# Fence\n\n````md\n```\n[x](../src/a.py)\n```\n````\n\n[a]: ../src/a.py\n\n[a]\n",
		"src/a.py":       "def a():\n    return 'one of a kind'\n",
		"src/b.py":       "def b():\n    return 'another'\n",
	}
	r := newReviewed(t, docs)
	r.open(map[string]string{"src/a.py": "-> src/lib/first.py", "src/b.py": "-> src/lib/second.py"})
	before := r.mr.Head()
	r.expect(exitClean, "--apply")
	if parent := r.git(r.origin, "rev-parse", "change^"); parent != before {
		t.Error("more than one commit")
	}
	for path, text := range docs {
		if !strings.HasPrefix(path, "docs/") {
			continue
		}
		want := strings.NewReplacer("../src/a.py", "../src/lib/first.py", "../src/b.py", "../src/lib/second.py", "`src/b.py`", "`src/lib/second.py`").Replace(text)
		if got := r.show(path); got != want {
			t.Errorf("%s is\n%q, want\n%q", path, got, want)
		}
	}
	r.quiet(exitClean)
}

// TestReviewApplyLatin1: a document that is not UTF-8 keeps its bytes, or is
// left alone.
func TestReviewApplyLatin1(t *testing.T) {
	doc := "# Caf\xe9\n\nSee [a](../src/a.py).\n"
	r := newReviewed(t, map[string]string{"docs/latin.md": doc, "src/a.py": "def a():\n    return 'one of a kind'\n"})
	r.open(map[string]string{"src/a.py": "-> src/b.py"})
	r.review("--apply")
	if got := r.show("docs/latin.md"); got != doc && got != strings.Replace(doc, "a.py", "b.py", 1) {
		t.Errorf("the document is %q", got)
	}
}
