package forge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Bounds of what is said. A comment is read by people, and mailed to them.
const (
	maxShown     = 100     // findings in the summary
	maxDiff      = 12      // lines of a proposed edit there
	maxLine      = 400     // bytes of such a line, and of a message
	maxDetail    = 200_000 // bytes of findings
	maxSummary   = 700_000 // bytes; GitLab takes 1,000,000 characters
	maxSuggest   = 60_000  // bytes of a suggestion
	maxReminders = 5
	maxPatch     = 60 // lines of several edits
	headInWords  = 8
)

// MaxThreads is how many threads are opened at most in the life of a merge
// request: an open thread can block merging.
const MaxThreads = 5

// threads returns how many threads a review may have; the zero Threads is the
// default.
func (r *Review) threads() int {
	switch {
	case r.Threads < 0:
		return 0
	case r.Threads == 0:
		return MaxThreads
	}
	return min(r.Threads, MaxThreads)
}

// answerTo returns the answer that covers one of some findings.
func (r *Review) answerTo(prints []string) (Answer, bool) {
	for _, a := range r.Answers {
		if slices.ContainsFunc(prints, a.Covers) {
			return a, true
		}
	}
	return Answer{}, false
}

// group is what is said in one thread: the findings on one place of a document.
type group struct {
	items  []*Item
	prints []string
}

// groups puts findings together that stand on the same lines of a document, for
// one edit mends them and two suggestions would undo each other.
func groups(items []Item) []*group {
	type key struct {
		path, old string
		line      int
	}
	byKey := map[key]*group{}
	var out []*group
	for i := range items {
		it := &items[i]
		k := key{it.Path, it.Old, it.Line}
		if it.Line == 0 && it.Old == "" {
			k.old = it.Fingerprint // of the whole document: each for itself
		}
		g := byKey[k]
		if g == nil {
			g = &group{}
			byKey[k] = g
			out = append(out, g)
		}
		g.items = append(g.items, it)
		g.prints = append(g.prints, short(it.Fingerprint))
	}
	for _, g := range out {
		slices.Sort(g.prints)
	}
	return out
}

func (g *group) first() *Item { return g.items[0] }

func (g *group) worst() finding.Severity {
	var s finding.Severity
	for _, i := range g.items {
		s = max(s, i.Severity)
	}
	return s
}

// summary is the body of the summary, "" when there is nothing to say. With
// lines false no line numbers are in it: whether it has changed is judged by
// that.
func (r *Review) summary(lines bool) string {
	w := wordsFor(r.Language)
	var b strings.Builder
	documents := map[string]bool{}
	count := [3]int{}
	for i := range r.Items {
		if r.Items[i].Severity >= finding.Warning {
			documents[r.Items[i].Path] = true
		}
		count[min(r.Items[i].Severity, finding.Error)]++
	}
	if len(r.Items) == 0 {
		b.WriteString(w.clear + "\n")
	} else {
		b.WriteString(w.action(len(documents), count[finding.Error], count[finding.Warning]) + "\n")
	}
	items := slices.Clone(r.Items)
	// Documents in order of their worst finding.
	worst := map[string]finding.Severity{}
	for i := range items {
		worst[items[i].Path] = max(worst[items[i].Path], items[i].Severity)
	}
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(worst[b.Path], worst[a.Path]), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
	shown, path := 0, "\x00"
	for ; shown < len(items) && shown < maxShown && b.Len() < maxDetail; shown++ {
		it := &items[shown]
		if it.Path != path {
			path = it.Path
			b.WriteString("\n#### " + code(path) + "\n\n")
		}
		r.item(&b, w, it, lines)
	}
	if shown < len(items) {
		r.rest(&b, w, items, shown)
	}
	if r.Waived > 0 {
		b.WriteString("\n" + w.waived(r.Waived))
		if r.Why != "" {
			b.WriteString(" " + w.because + ": " + prose(clip(r.Why)))
		}
		b.WriteString("\n")
	}
	r.answered(&b, w)
	if len(r.Items) > 0 {
		b.WriteString("\n" + w.wayOut + "\n")
		if r.Commands != "" {
			b.WriteString("\n" + w.commands(code(r.Commands+" apply"), code(r.Commands+" ignore "+items[0].Rule+" "+w.theReason)) + "\n")
		}
	}
	if lines { // what follows may differ without a reason to write
		r.reminders(&b, w)
		r.pages(&b, w)
	}
	return b.String()
}

// answered lists the findings that people have answered for in comments.
func (r *Review) answered(b *strings.Builder, w *words) {
	if len(r.Answered) == 0 {
		return
	}
	b.WriteString("\n" + w.inComments + "\n\n")
	for i := range r.Answered {
		if i == maxShown || b.Len() > maxSummary {
			b.WriteString("- …\n")
			break
		}
		it := &r.Answered[i]
		a, _ := r.answerTo([]string{short(it.Fingerprint)})
		b.WriteString("- " + code(it.Path) + ": " + r.said(&it.Finding))
		if it.Rule != "" {
			b.WriteString(" (" + code(it.Rule) + ")")
		}
		b.WriteString("\n  - " + w.answered(prose(a.Reason), code(a.By)) + "\n")
	}
}

// reminders lists decisions that are due for a review.
func (r *Review) reminders(b *strings.Builder, w *words) {
	if len(r.Reminders) == 0 {
		return
	}
	b.WriteString("\n<details><summary>" + w.reviews + "</summary>\n\n")
	for i, d := range r.Reminders {
		if i == maxReminders {
			b.WriteString("- " + w.more(len(r.Reminders)-i) + "\n")
			break
		}
		b.WriteString("- " + code(d.Path) + " " + prose(clip(d.Title)) + ": " + w.due(plain(d.Date)))
		if d.Concerned {
			b.WriteString(" " + w.concerned)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n</details>\n")
}

// rest names the documents of those findings that are not shown.
func (r *Review) rest(b *strings.Builder, w *words, items []Item, shown int) {
	b.WriteString("\n" + w.cut(shown, len(items)) + "\n\n")
	var paths []string
	for i := shown; i < len(items); i++ {
		if len(paths) == 0 || paths[len(paths)-1] != items[i].Path {
			paths = append(paths, items[i].Path)
		}
	}
	for i, p := range paths {
		if b.Len() > maxSummary {
			b.WriteString("- " + w.cutPaths(len(paths)-i) + "\n")
			break
		}
		b.WriteString("- " + code(p) + "\n")
	}
}

func (r *Review) pages(b *strings.Builder, w *words) {
	if u := safeURL(r.Preview); u != "" {
		b.WriteString("\n" + link(w.preview, u) + "\n")
	}
	if len(r.Pages) == 0 {
		return
	}
	b.WriteString("\n<details><summary>" + w.pages(len(r.Pages), r.Version.Head[:min(headInWords, len(r.Version.Head))]) + "</summary>\n\n")
	for i, p := range r.Pages {
		if i == maxShown || b.Len() > maxSummary {
			b.WriteString("- " + w.more(len(r.Pages)-i) + "\n")
			break
		}
		b.WriteString("- " + code(clip(p.Title)))
		if u := safeURL(p.Before); u != "" {
			b.WriteString(" " + link(w.before, u))
		}
		if u := safeURL(p.After); u != "" {
			b.WriteString(" " + link(w.after, u))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n</details>\n")
}

// item writes a finding of the summary.
func (r *Review) item(b *strings.Builder, w *words, it *Item, lines bool) {
	b.WriteString("- **" + w.of(it.Severity) + "**")
	if it.Line > 0 {
		n, u := "·", ""
		if lines {
			n, u = w.line(it.Line), safeURL(it.EditURL)
		}
		b.WriteString(" " + link(n, u))
	}
	b.WriteString(": " + r.said(&it.Finding))
	if it.Rule != "" {
		b.WriteString(" (" + code(it.Rule) + ")")
	}
	b.WriteString("\n")
	if it.Reason != "" {
		b.WriteString("  - " + w.because + ": " + prose(clip(it.Reason)) + "\n")
	}
	if it.Hint != "" {
		b.WriteString("  - " + w.cause + ": " + prose(clip(it.Hint)) + "\n")
	}
	if it.Old != it.New || it.Patch != "" {
		b.WriteString("  - " + w.edit + ":\n\n" + indent(proposal(w, it), "    ") + "\n")
	}
}

// proposal shows an edit.
func proposal(w *words, it *Item) string {
	if it.Patch != "" {
		if strings.Count(it.Patch, "\n") > maxPatch || tooWide(it.Patch) {
			return w.tooLong
		}
		return patch(it.Patch)
	}
	old, new := it.Old, it.New
	if strings.Count(old, "\n")+strings.Count(new, "\n") > 2*maxDiff || tooWide(old) || tooWide(new) {
		return w.tooLong
	}
	return diff(old, new)
}

func tooWide(s string) bool {
	for l := range strings.SplitSeq(s, "\n") {
		if len(l) > 4*maxLine {
			return true
		}
	}
	return false
}

func indent(s, by string) string {
	var b strings.Builder
	for l := range strings.Lines(s) {
		b.WriteString(by + l)
	}
	return b.String()
}

// clip bounds a text to be read in a sentence.
func clip(s string) string {
	if len(s) <= maxLine {
		return s
	}
	s = s[:maxLine]
	return strings.ToValidUTF8(s, "") + "…"
}

// thread is the body of a thread. A suggestion is made where the thread stands
// on the line of the document; elsewhere the edit is shown, with a link to the
// line in the editor. With lines false no line numbers are in it.
func (g *group) thread(r *Review, onDocument, lines bool) string {
	w := wordsFor(r.Language)
	var b strings.Builder
	f := g.first()
	for _, it := range g.items {
		b.WriteString("**" + w.of(it.Severity) + "** " + code(it.Path) + ": " + r.said(&it.Finding))
		if it.Rule != "" {
			b.WriteString(" (" + code(it.Rule) + ")")
		}
		b.WriteString("\n")
		if it.Reason != "" {
			b.WriteString("\n" + w.because + ": " + prose(clip(it.Reason)) + "\n")
		}
		if it.Hint != "" {
			b.WriteString("\n" + w.cause + ": " + prose(clip(it.Hint)) + "\n")
		}
		b.WriteString("\n")
	}
	switch {
	case f.Old == f.New && f.Patch == "":
	case f.Suggest && onDocument:
		below := strings.Count(f.Old, "\n")
		b.WriteString(block(suggestion(below), f.New) + "\n")
	default:
		b.WriteString(w.editIn + " " + code(f.Path))
		if u := safeURL(f.EditURL); u != "" && lines {
			b.WriteString(" (" + link(w.openEdit, u) + ")")
		}
		b.WriteString("\n\n" + proposal(w, f) + "\n")
	}
	b.WriteString("\n" + w.noEdit + "\n")
	return b.String()
}

// suggestion is the info string of a suggestion that replaces the line of its
// thread and some lines below.
func suggestion(below int) string {
	return fmt.Sprintf("suggestion:-0+%d", below)
}
