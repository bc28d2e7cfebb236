package site_test

import "testing"

// TestAnchorsOfOtherPagesAreLookedUpAgain holds that a heading that comes or goes
// is noticed by the pages that link to it, when only its own page is looked at.
func TestAnchorsOfOtherPagesAreLookedUpAgain(t *testing.T) {
	w := newWarm(t)
	w.tree["docs/index.md"] = "# Home\n\n[late](guide/a.md#late)\n"
	w.build(t, w.sync())
	for _, text := range []string{"# A\n\n## Late\n", "# A\n\nwithout\n", "# A\n\n## Late\n\n## Part\n"} {
		w.tree["docs/guide/a.md"] = text
		changed := w.sync()
		if len(changed) != 1 {
			t.Fatalf("changed: %v", changed)
		}
		w.build(t, changed)
		w.check(t)
	}
}
