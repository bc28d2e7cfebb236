package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/drift"
	"github.com/lintel-docs/lintel/internal/git"
)

// verdict is how a proposed edit compares with what people wrote.
type verdict uint8

const (
	exact     verdict = iota // the line after the edit is a line of the new document
	within                   // the edit's text stands in the line that took the old one's place, which changed elsewhere, too
	other                    // people changed the line otherwise, or took it out
	untouched                // people left the line as it is
)

// edits compares proposed edits with those of people, on commits that changed
// code and documents.
func edits(ctx context.Context, w io.Writer, s settings) error {
	repos, err := s.repositories()
	if err != nil {
		return err
	}
	by := map[string]map[verdict]int{}
	for _, name := range repos {
		r, dir, err := open(ctx, s.mirror, name)
		if err != nil {
			return err
		}
		cs, err := commits(ctx, r, s)
		if err != nil {
			return fmt.Errorf("read history of %s: %w", name, err)
		}
		sc, err := newScratch(ctx, dir)
		if err != nil {
			return err
		}
		err = func() error {
			defer sc.close()
			for _, c := range cs {
				if err := compare(ctx, sc, name, c, by, w, s); err != nil {
					if ctx.Err() != nil {
						return ctx.Err()
					}
					fmt.Fprintf(os.Stderr, "%s %.10s: left out: %v\n", name, c.SHA, err)
				}
			}
			return nil
		}()
		_ = r.Close() // it was read
		if err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "\n| edits of | proposed | exact | within a line that changed more | line changed otherwise | line left as it was | exact of all | of lines that people changed |\n|---|--:|--:|--:|--:|--:|--:|--:|")
	for _, name := range slices.Sorted(maps.Keys(by)) {
		t := by[name]
		touched := t[exact] + t[within] + t[other]
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %d | %s | %s |\n", name, touched+t[untouched], t[exact], t[within], t[other], t[untouched],
			ratio(t[exact], touched+t[untouched]), ratio(t[exact], touched))
	}
	return nil
}

func ratio(a, b int) string {
	if b == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", float64(a)/float64(b))
}

// compare looks at one commit.
func compare(ctx context.Context, sc *scratch, name string, c *git.Commit, by map[string]map[verdict]int, w io.Writer, s settings) error {
	docs := map[string]string{} // document → its blob after the commit
	for _, ch := range c.Changes {
		if isDocument(ch.Path) && ch.Status == git.Modified {
			docs[ch.Path] = ch.SHA
		}
	}
	if len(docs) == 0 {
		return nil
	}
	parent, err := sc.repo.Resolve(ctx, c.SHA+"^")
	if err != nil {
		return err
	}
	head, err := sc.codePart(ctx, parent, c)
	if err != nil {
		return err
	}
	res, err := drift.Check(ctx, sc.repo, drift.Options{Base: parent, Head: head, Exact: true, Docs: []string{"docs"}})
	if err != nil {
		return err
	}
	// Edits of one line belong together: a line with two of them is right with both.
	type line struct {
		path  string
		start int
	}
	lines := map[line][]*drift.Alert{}
	old := map[string]string{}
	for i := range res.Alerts {
		a := &res.Alerts[i]
		if docs[a.Path] == "" || a.Edit.IsZero() || !s.counts(a.Rule) {
			continue
		}
		if _, ok := old[a.Path]; !ok {
			b, err := res.Read(a.Path)
			if err != nil {
				return err
			}
			old[a.Path] = string(b)
		}
		at := strings.LastIndexByte(old[a.Path][:a.Edit.Start], '\n') + 1
		lines[line{a.Path, at}] = append(lines[line{a.Path, at}], a)
	}
	for l, as := range lines {
		blob, err := sc.repo.Blob(ctx, docs[l.path])
		if err != nil {
			return err
		}
		was, _, _ := strings.Cut(old[l.path][l.start:], "\n")
		now := edited(was, l.start, as)
		v := judge(old[l.path], string(blob), was, now, as)
		for _, a := range as {
			for _, of := range []string{strings.TrimPrefix(a.Rule, "drift/"), name, "all"} {
				if by[of] == nil {
					by[of] = map[verdict]int{}
				}
				by[of][v]++
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", name, c.SHA, strings.TrimPrefix(a.Rule, "drift/"), a.Path, identOf(a.Rule, a.Subject), [...]string{"exact", "within", "other", "untouched"}[v])
		}
	}
	return nil
}

// edited applies the edits of a line that begins at a byte of its document.
func edited(was string, start int, as []*drift.Alert) string {
	as = slices.SortedFunc(slices.Values(as), func(a, b *drift.Alert) int { return cmp.Compare(b.Edit.Start, a.Edit.Start) })
	last := len(was) + 1
	for _, a := range as {
		from := a.Edit.Start - start
		to := from + len(a.Edit.Old)
		if from < 0 || to > len(was) || to > last {
			continue
		}
		was, last = was[:from]+a.Edit.New+was[to:], from
	}
	return was
}

// judge compares the line that the edits make with what people wrote.
func judge(old, new, was, now string, as []*drift.Alert) verdict {
	trim := strings.TrimSpace
	count := func(text, line string) int {
		n := 0
		for l := range strings.SplitSeq(text, "\n") {
			if trim(l) == trim(line) {
				n++
			}
		}
		return n
	}
	if count(new, now) > count(old, now) {
		return exact
	}
	if count(new, was) >= count(old, was) {
		return untouched
	}
	// The line that took its place shares most of its words.
	best, most := "", 0
	have := map[string]bool{}
	for l := range strings.SplitSeq(old, "\n") {
		have[trim(l)] = true
	}
	for l := range strings.SplitSeq(new, "\n") {
		if have[trim(l)] {
			continue
		}
		n := 0
		for f := range strings.FieldsSeq(was) {
			if strings.Contains(l, f) {
				n++
			}
		}
		if n > most {
			best, most = l, n
		}
	}
	if most > 0 && !slices.ContainsFunc(as, func(a *drift.Alert) bool { return !strings.Contains(best, a.Edit.New) || a.Edit.New == "" }) {
		return within
	}
	return other
}
