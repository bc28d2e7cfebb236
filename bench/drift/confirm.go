package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/git"
)

// outcome is what the later history says of an alert.
type outcome uint8

const (
	open24    outcome = iota // the statement stood for 24 months
	confirmed                // it was removed or altered while the code stayed changed
	reverted                 // it was, after the code had changed back
	ended                    // the history ends before 24 months are over
	docGone                  // the document was deleted as a whole
)

// horizon is how long a document has to be mended.
const horizon = 24 * 30 * 24 * time.Hour

// later is the history of a clone behind its commits.
type later struct {
	repo    *git.Repo
	dir     string
	commits []*git.Commit // oldest first
	at      map[string]int
}

func readLater(ctx context.Context, mirror, name string) (*later, error) {
	r, dir, err := open(ctx, mirror, name)
	if err != nil {
		return nil, err
	}
	l := &later{repo: r, dir: dir, at: map[string]int{}}
	if err := r.History(ctx, "HEAD", "", 0, func(c *git.Commit) bool {
		l.commits = append(l.commits, c)
		return true
	}); err != nil {
		return nil, fmt.Errorf("read history of %s: %w", name, err)
	}
	slices.Reverse(l.commits)
	for i, c := range l.commits {
		l.at[c.SHA] = i
	}
	return l, nil
}

// confirm tells what became of the alerts on commits that changed no document.
func confirm(ctx context.Context, w io.Writer, s settings) error {
	if len(s.args) == 0 {
		return errors.New("say which alerts: files that sweep wrote")
	}
	labels, err := readLabels(s.labels)
	if err != nil {
		return err
	}
	by := map[string]*outcomes{}
	count := func(name string, o outcome, lead time.Duration, verdict string) {
		if by[name] == nil {
			by[name] = &outcomes{of: map[outcome]int{}, agree: map[outcome]*tally{}}
		}
		by[name].add(o, lead, verdict)
	}
	histories := map[string]*later{}
	defer func() {
		for _, l := range histories {
			_ = l.repo.Close() // it was read
		}
	}()
	seen := map[key]bool{}
	for _, name := range s.args {
		alerts, err := readAlerts(name)
		if err != nil {
			return err
		}
		for i := range alerts {
			a := &alerts[i]
			if !a.Bare || seen[a.key()] {
				continue
			}
			seen[a.key()] = true
			l := histories[a.Repo]
			if l == nil {
				if l, err = readLater(ctx, s.mirror, a.Repo); err != nil {
					return err
				}
				histories[a.Repo] = l
			}
			o, lead, err := l.outcome(ctx, a)
			if err != nil {
				return err
			}
			v := labels[a.key()].verdict
			for _, of := range []string{strings.TrimPrefix(a.Rule, "drift/"), a.Repo, "all"} {
				count(of, o, lead, v)
			}
		}
	}
	fmt.Fprintln(w, "| alerts on code alone | n | confirmed | open for 24 months | code changed back | history ends | document deleted | confirmed of shown | of those settled | median lead, days | open ones labelled true |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, name := range slices.Sorted(maps.Keys(by)) {
		by[name].row(w, name)
	}
	return nil
}

// outcomes counts what became of alerts.
type outcomes struct {
	of    map[outcome]int
	leads []time.Duration
	agree map[outcome]*tally
}

func (o *outcomes) add(out outcome, lead time.Duration, verdict string) {
	o.of[out]++
	if out == confirmed {
		o.leads = append(o.leads, lead)
	}
	if o.agree[out] == nil {
		o.agree[out] = &tally{}
	}
	o.agree[out].add(verdict)
}

func (o *outcomes) row(w io.Writer, name string) {
	n := 0
	for _, k := range o.of {
		n += k
	}
	share := func(of int) string {
		if of == 0 {
			return "–"
		}
		return fmt.Sprintf("%.2f", float64(o.of[confirmed])/float64(of))
	}
	lead := "–"
	if len(o.leads) > 0 {
		slices.Sort(o.leads)
		lead = fmt.Sprintf("%.0f", o.leads[len(o.leads)/2].Hours()/24)
	}
	never := &tally{}
	for _, out := range []outcome{open24, ended} {
		if t := o.agree[out]; t != nil {
			never.right, never.wrong = never.right+t.right, never.wrong+t.wrong
		}
	}
	fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %d | %d | %s | %s | %s | %d of %d |\n", name, n, o.of[confirmed], o.of[open24], o.of[reverted], o.of[ended], o.of[docGone],
		share(n), share(o.of[confirmed]+o.of[open24]+o.of[reverted]), lead, never.right, never.right+never.wrong)
}

// outcome looks for the first later commit that mends the statement of an alert.
func (l *later) outcome(ctx context.Context, a *alert) (outcome, time.Duration, error) {
	first, ok := l.at[a.Commit]
	if !ok {
		return ended, 0, nil
	}
	was := newStatement(a)
	doc := a.Path
	for i := first + 1; i < len(l.commits); i++ {
		c := l.commits[i]
		lead := c.Time.Sub(a.Time)
		if lead > horizon {
			return open24, 0, nil
		}
		k := slices.IndexFunc(c.Changes, func(ch git.Change) bool { return ch.Path == doc })
		if k < 0 {
			continue
		}
		if c.Changes[k].Status == git.Deleted {
			to, err := l.successor(ctx, c, doc)
			if err != nil {
				return 0, 0, err
			}
			if to == "" {
				return docGone, 0, nil
			}
			doc = to
		}
		text, err := l.repo.Blob(ctx, c.SHA+":"+doc)
		if err != nil {
			return docGone, 0, nil //nolint:nilerr // a text that the clone lacks cannot be judged
		}
		if was.standsIn(string(text)) {
			continue
		}
		back, err := l.back(ctx, a, first, i)
		if err != nil {
			return 0, 0, err
		}
		if back {
			return reverted, 0, nil
		}
		return confirmed, lead, nil
	}
	return ended, 0, nil
}

// successor returns where a commit moved a document.
func (l *later) successor(ctx context.Context, c *git.Commit, doc string) (string, error) {
	changes, err := l.repo.Diff(ctx, c.SHA+"^", c.SHA)
	if err != nil {
		return "", err
	}
	for _, ch := range changes {
		if ch.Status == git.Renamed && ch.Old == doc {
			return ch.Path, nil
		}
	}
	return "", nil
}

// back reports whether the code is again as it was before the alert, between
// its commit and that at index i.
func (l *later) back(ctx context.Context, a *alert, first, i int) (bool, error) {
	switch a.Rule {
	case "drift/dead-reference":
		p, _, _ := strings.Cut(a.Ident, "#")
		there := false
		for _, c := range l.commits[first+1 : i+1] {
			for _, ch := range c.Changes {
				if ch.Path == p || strings.HasPrefix(ch.Path, p+"/") {
					there = ch.Status != git.Deleted
				}
			}
		}
		return there, nil
	case "drift/vanished-name":
		found := text(ctx, l.dir, "grep", "-lF", "-e", a.Ident, l.commits[i].SHA)
		for f := range strings.Lines(found) {
			f = strings.TrimSpace(f)
			if !isDocument(f) && !strings.Contains(strings.ToLower(f), "changelog") && isCode(f) {
				return true, nil
			}
		}
		return false, nil
	}
	if len(a.Evidence) == 0 {
		return false, nil
	}
	file, line, _ := strings.Cut(a.Evidence[0], ":")
	n := 0
	if _, err := fmt.Sscan(line, &n); err != nil || n < 1 {
		return false, nil
	}
	old := strings.Split(text(ctx, l.dir, "show", a.Parent+":"+file), "\n")
	if n > len(old) {
		return false, nil
	}
	for now := range strings.Lines(text(ctx, l.dir, "show", l.commits[i].SHA+":"+file)) {
		if strings.TrimSpace(now) == strings.TrimSpace(old[n-1]) {
			return true, nil
		}
	}
	return false, nil
}

// statement is what a document said at an alert.
type statement struct {
	token string
	words []string
}

func newStatement(a *alert) *statement {
	line := strings.TrimSpace(a.Text)
	s := &statement{words: strings.Fields(line)}
	for _, t := range []string{a.Old, a.Ident, path.Base(a.Ident), a.Ident[strings.LastIndexByte(a.Ident, '#')+1:]} {
		if t != "" && strings.Contains(line, t) {
			s.token = t
			return s
		}
	}
	s.token = line
	return s
}

// standsIn reports whether a text still says it: the token, with half of the
// words around it on its line or the lines beside it.
func (s *statement) standsIn(text string) bool {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if !strings.Contains(l, s.token) {
			continue
		}
		near := map[string]int{}
		for _, x := range lines[max(i-1, 0):min(i+2, len(lines))] {
			for f := range strings.FieldsSeq(x) {
				near[f]++
			}
		}
		both := 0
		for _, f := range s.words {
			if near[f] > 0 {
				near[f]--
				both++
			}
		}
		if both*2 >= cmp.Or(len(s.words), 1) {
			return true
		}
	}
	return false
}
