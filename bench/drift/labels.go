package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
)

// label is what a person said of an alert.
type label struct {
	verdict string // true, false or unclear
	reason  string
}

var verdicts = []string{"true", "false", "unclear"}

// readLabels reads a table of tabs: repository, commit, rule, document, what is
// named, verdict, reason. Lines with # are comments.
func readLabels(name string) (map[key]label, error) {
	out := map[key]label{}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		if sc.Text() == "" || sc.Text()[0] == '#' {
			continue
		}
		c := strings.Split(sc.Text(), "\t")
		if len(c) != 7 || !slices.Contains(verdicts, c[5]) || c[6] == "" {
			return nil, fmt.Errorf("%s:%d: want repository, commit, rule, document, name, true|false|unclear, reason, with tabs between", name, n)
		}
		k := key{c[0], c[1], "drift/" + c[2], c[3], c[4]}
		if was, ok := out[k]; ok {
			return nil, fmt.Errorf("%s:%d: labelled before: %s", name, n, was.verdict)
		}
		out[k] = label{c[5], c[6]}
	}
	return out, sc.Err()
}

// labelLine writes an alert as a line of the table of labels.
func labelLine(a *alert, verdict, reason string) string {
	return strings.Join([]string{a.Repo, a.Commit, strings.TrimPrefix(a.Rule, "drift/"), a.Path, a.Ident, verdict, reason}, "\t")
}

// tally counts verdicts.
type tally struct{ right, wrong, unclear, unlabelled int }

func (t *tally) add(verdict string) {
	switch verdict {
	case "true":
		t.right++
	case "false":
		t.wrong++
	case "unclear":
		t.unclear++
	default:
		t.unlabelled++
	}
}

// precision returns right / (right + wrong) with the 95 % interval of Wilson,
// and false when there is nothing to divide.
func (t *tally) precision() (p, low, high float64, ok bool) {
	n := float64(t.right + t.wrong)
	if n == 0 {
		return 0, 0, 0, false
	}
	p = float64(t.right) / n
	const z = 1.96
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return p, mid - half, mid + half, true
}

// precision prints how many labelled alerts are right, by rule and repository.
// With files of sweep it counts the alerts in them, which are what the rules say
// now; without, all labels, whatever became of the alert.
func precision(_ context.Context, w io.Writer, s settings) error {
	labels, err := readLabels(s.labels)
	if err != nil {
		return err
	}
	var keys []key
	if len(s.args) == 0 {
		keys = slices.Collect(maps.Keys(labels))
	}
	seen := map[key]bool{}
	for _, name := range s.args {
		alerts, err := readAlerts(name)
		if err != nil {
			return err
		}
		for i := range alerts {
			if k := alerts[i].key(); !seen[k] {
				seen[k] = true
				keys = append(keys, k)
			}
		}
	}
	by := map[string]*tally{}
	count := func(name, verdict string) {
		if by[name] == nil {
			by[name] = &tally{}
		}
		by[name].add(verdict)
	}
	commits := map[string]string{} // commit → best verdict
	for _, k := range keys {
		v := labels[k].verdict
		count(strings.TrimPrefix(k.rule, "drift/"), v)
		count(k.repo, v)
		count("all", v)
		c := k.repo + "@" + k.commit
		if was, ok := commits[c]; !ok || slices.Index(verdicts, v) == 0 || was == "" {
			commits[c] = v
		}
	}
	fmt.Fprintln(w, "| alerts of | true | false | unclear | without a label | precision (95 %) |\n|---|--:|--:|--:|--:|--:|")
	for _, name := range slices.Sorted(maps.Keys(by)) {
		t := by[name]
		text := "–"
		if p, low, high, ok := t.precision(); ok {
			text = fmt.Sprintf("%.2f (%.2f–%.2f)", p, low, high)
		}
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %s |\n", name, t.right, t.wrong, t.unclear, t.unlabelled, text)
	}
	if len(s.args) > 0 {
		gone := map[string]int{}
		for k, l := range labels {
			if !seen[k] {
				gone[l.verdict]++
			}
		}
		fmt.Fprintf(w, "\nlabelled and not among these alerts: %d true, %d false, %d unclear\n", gone["true"], gone["false"], gone["unclear"])
	}
	return nil
}
