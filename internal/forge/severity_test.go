package forge

import (
	"testing"

	"github.com/lintel-docs/lintel/internal/finding"
)

// TestSeverity: an error gets a thread, a warning the summary alone, and an info
// nothing unless there is something else to say.
func TestSeverity(t *testing.T) {
	for _, c := range []struct {
		severities         []finding.Severity
		threads, summaries int
	}{
		{nil, 0, 0},
		{[]finding.Severity{finding.Info}, 0, 0},
		{[]finding.Severity{finding.Warning}, 0, 1},
		{[]finding.Severity{finding.Info, finding.Warning}, 0, 1},
		{[]finding.Severity{finding.Error, finding.Warning, finding.Info}, 1, 1},
	} {
		r := &Review{Version: Version{"b0", "c0", "abc123"}, Language: "en"}
		for i, s := range c.severities {
			r.Items = append(r.Items, Item{
				Finding:     finding.Finding{Rule: "drift/changed-fact", Severity: s, Position: finding.Position{Path: "docs/a.md", Line: 3 + i}, Message: "m"},
				Fingerprint: string(rune('a'+i)) + "0112233445566778899aabbccddeeff", Place: Place{"docs/a.md", "docs/a.md", 0, 3 + i},
			})
		}
		threads, summaries := 0, 0
		for _, e := range Reconcile(r, State{}, Identity{1, 2, 3}, Memory{}) {
			switch e.Do {
			case CreateDraft:
				threads++
			case CreateSummary:
				summaries++
			}
		}
		if threads != c.threads || summaries != c.summaries {
			t.Errorf("%v: %d threads and %d summaries, want %d and %d", c.severities, threads, summaries, c.threads, c.summaries)
		}
	}
}
