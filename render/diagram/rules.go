package diagram

import "github.com/lintel-docs/lintel/internal/finding"

// Rules returns the rules whose breach AppendFigure reports.
func Rules() []finding.Rule {
	return []finding.Rule{
		{
			ID: "diagram/not-drawn", Severity: finding.Info,
			Summary: "A diagram is one that can be drawn.",
			Why:     "Readers see its code instead of a picture, and checks cannot compare it with the architecture.",
			Fix:     "Mend what the message names; its line is the line in the page. Of Mermaid's kinds, flowchart, sequenceDiagram, stateDiagram-v2, classDiagram and erDiagram are drawn.",
			Example: "```mermaid\nflowchart LR\n  orders -> lake\n```",
		},
		{
			ID: "diagram/too-large", Severity: finding.Info,
			Summary: "A diagram has at most 2,000 nodes and 4,000 edges.",
			Why:     "Nobody can read a larger picture, and a page should not wait for it.",
			Fix:     "Divide it, or leave out what does not belong to its question.",
		},
	}
}
