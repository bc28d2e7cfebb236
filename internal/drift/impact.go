package drift

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// impactRE is the statement that a change needs no document: the word none and
// the reason in parentheses.
var impactRE = regexp.MustCompile(`(?i)^docs-impact:[ \t]*none\b[ \t]*(?:\((.*)\))?[ \t.]*$`)

// trailerRE is a line of the block that ends a commit message.
// https://git-scm.com/docs/git-interpret-trailers
var trailerRE = regexp.MustCompile(`^(?:[A-Za-z0-9][A-Za-z0-9-]*[ \t]*:(?:[ \t]|$)|\(cherry picked from commit )`)

// impactOf reads a line as a statement. told is set when it is one, the reason
// is empty when it gives none.
func impactOf(line string) (reason string, told bool) {
	m := impactRE.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil {
		return "", false
	}
	return strings.TrimSpace(m[1]), true
}

// DescriptionImpact returns the statements in the description of a merge request
// that the change needs no document: lines of their own that read
//
//	docs-impact: none (the reason)
//
// outside of code and comments, where forms for descriptions explain it. Those
// without a reason come with an empty one, and answer for nothing.
func DescriptionImpact(text string) []finding.Statement {
	if len(text) > 1<<20 || !strings.Contains(strings.ToLower(text), "docs-impact") {
		return nil
	}
	var out []finding.Statement
	doc := markdown.Parse([]byte(text))
	for _, b := range doc.Blocks {
		if b.Kind != markdown.Paragraph && b.Kind != markdown.Item {
			continue
		}
		comment := false
		for n := b.Line; n <= b.Last; n++ {
			line := doc.LineText(n)
			if reason, told := impactOf(line); told && !comment {
				out = append(out, finding.Statement{Reason: reason, From: "the description"})
			}
			if i := strings.LastIndex(line, "<!--"); i >= 0 {
				comment = !strings.Contains(line[i:], "-->")
			} else if strings.Contains(line, "-->") {
				comment = false
			}
		}
	}
	return out
}

// trailers returns the lines of the block that ends a commit message when it is
// one of trailers: every line of it is a trailer or goes on with one. What stands
// above it is prose, whatever it looks like. A message may be nothing but the
// block, as that of an empty commit which only makes the statement.
func trailers(message string) []string {
	message = strings.TrimRight(strings.ReplaceAll(message, "\r\n", "\n"), " \t\n")
	if i := strings.LastIndex(message, "\n\n"); i >= 0 {
		message = message[i+2:]
	}
	var out []string
	for l := range strings.SplitSeq(message, "\n") {
		switch {
		case trailerRE.MatchString(l):
			out = append(out, l)
		case len(out) > 0 && (strings.HasPrefix(l, " ") || strings.HasPrefix(l, "\t")):
			out[len(out)-1] += " " + strings.TrimSpace(l)
		default:
			return nil
		}
	}
	return out
}

// maxMessages bounds how many messages are read.
const maxMessages = 1000

// statements returns what the commits of the change say of documents, newest
// first.
func (c *change) statements() []finding.Statement {
	var out []finding.Statement
	if c.base.rev == c.head.rev {
		return nil
	}
	err := c.repo.Bodies(c.ctx, c.base.rev, c.head.rev, maxMessages, func(sha, message string) {
		for _, l := range trailers(message) {
			if reason, told := impactOf(l); told {
				out = append(out, finding.Statement{Reason: reason, From: fmt.Sprintf("commit %.12s", sha)})
			}
		}
	})
	if err != nil {
		c.note("the messages of the commits could not be read for Docs-Impact")
	}
	return out
}
