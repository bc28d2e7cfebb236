package finding

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// BaselineEntry is a finding that was there when the baseline was written. The
// fingerprint alone decides; the rest tells people what it is.
//
// A baseline is a file of such entries, one JSON object a line, sorted by path,
// rule, message and fingerprint, so that two branches that change it merge line
// by line and a review shows what was added. Empty lines are passed over, and
// an entry that stands there twice is one.
type BaselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	Path        string `json:"path"`
	Message     string `json:"message"`

	line int // in the file
}

var fingerprintRE = regexp.MustCompile(`^[0-9a-f]{32}$`)

// readBaseline reads the policy's baseline.
func (j *judge) readBaseline() ([]BaselineEntry, []Finding) {
	p := j.Policy.Baseline
	if p == "" {
		return nil, nil
	}
	text, err := j.Read(p)
	byDefault := j.Policy.BaselineAt == Position{}
	if errors.Is(err, fs.ErrNotExist) && byDefault {
		return nil, nil
	}
	if err != nil {
		at := j.Policy.BaselineAt
		if byDefault {
			at = Position{Path: p}
		}
		return nil, []Finding{{
			Rule: "baseline/invalid", Severity: Error, Position: at, Subject: p,
			Message: "the baseline " + p + " cannot be read", Reason: unreadable(err), Hint: "write it with lintel check --write-baseline",
		}}
	}
	var entries []BaselineEntry
	var problems []Finding
	n := 0
	for l := range bytes.Lines(text) {
		n++
		if l = bytes.TrimSpace(l); len(l) == 0 {
			continue
		}
		e := BaselineEntry{line: n}
		err := json.Unmarshal(l, &e)
		if err == nil && !fingerprintRE.MatchString(e.Fingerprint) {
			err = errors.New("it has no fingerprint of 32 hexadecimal digits")
		}
		if err != nil {
			hint := "mend the line or write the baseline anew"
			if bytes.HasPrefix(l, []byte("<<<<<<<")) || bytes.HasPrefix(l, []byte("=======")) || bytes.HasPrefix(l, []byte(">>>>>>>")) {
				hint = "a merge left it there; keep the lines of both sides and remove the marks"
			}
			problems = append(problems, Finding{
				Rule: "baseline/invalid", Severity: Error, Position: Position{p, n, 1},
				Message: "the line is no entry of a baseline", Reason: strings.TrimPrefix(err.Error(), "json: "), Hint: hint,
			})
			continue
		}
		entries = append(entries, e)
	}
	j.report.baseline = entries
	return entries, problems
}

// match marks the open findings that the baseline answers for.
func (j *judge) match(entries []BaselineEntry) {
	if len(entries) == 0 {
		return
	}
	at := make(map[string]int, len(entries))
	for _, e := range entries {
		at[e.Fingerprint] = e.line
	}
	j.report.stale = make(map[string]bool, len(entries))
	for _, e := range entries {
		j.report.stale[e.Fingerprint] = true
	}
	for i := range j.report.Findings {
		f := &j.report.Findings[i]
		n, ok := at[f.Fingerprint]
		if !ok {
			continue
		}
		delete(j.report.stale, f.Fingerprint)
		if f.State == Open {
			f.State, f.Why, f.By = Baselined, "it is in the baseline", Position{Path: j.Policy.Baseline, Line: n}
		}
	}
}

func (j *judge) staleEntries(entries []BaselineEntry) []Finding {
	var out []Finding
	for _, e := range entries {
		if !j.report.stale[e.Fingerprint] {
			continue
		}
		if j.Skipped(e.Rule) {
			delete(j.report.stale, e.Fingerprint)
			continue
		}
		out = append(out, Finding{
			Rule: "baseline/stale", Severity: Warning, Position: Position{Path: j.Policy.Baseline, Line: e.line}, Subject: e.Fingerprint,
			Message: "the baseline has an entry for what is no longer found in " + e.Path, Reason: e.Rule + " said: " + e.Message,
			Hint: "lintel check --prune removes it",
		})
	}
	return out
}

// Stale returns how many entries of the baseline stand for nothing any more.
func (r *Report) Stale() int { return len(r.stale) }

// Baseline returns the text of a baseline with every finding that is open or in
// the baseline now, and how many those are. Findings about waivers, the
// baseline and the policy are not put there.
func (r *Report) Baseline() (text []byte, n int) {
	var entries []BaselineEntry
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.State != Open && f.State != Baselined || isOwn(f.Rule) {
			continue
		}
		entries = append(entries, BaselineEntry{Fingerprint: f.Fingerprint, Rule: f.Rule, Path: f.Path, Message: f.Message})
	}
	for _, e := range r.baseline {
		if r.Skipped != nil && r.Skipped(e.Rule) {
			entries = append(entries, e) // it was not looked for
		}
	}
	return formatBaseline(entries), len(entries)
}

// Pruned returns the text of the baseline without the entries that stand for
// nothing any more.
func (r *Report) Pruned() []byte {
	var entries []BaselineEntry
	for _, e := range r.baseline {
		if !r.stale[e.Fingerprint] {
			entries = append(entries, e)
		}
	}
	return formatBaseline(entries)
}

func formatBaseline(entries []BaselineEntry) []byte {
	slices.SortFunc(entries, byRule)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	last := ""
	for _, e := range entries {
		if e.Fingerprint == last {
			continue
		}
		last = e.Fingerprint
		_ = enc.Encode(e) // texts always encode
	}
	return b.Bytes()
}

// isOwn reports whether a rule speaks of the policy rather than of documents.
func isOwn(rule string) bool {
	family, _, _ := strings.Cut(rule, "/")
	return family == "waiver" || family == "baseline" || rule == "checks/unknown-rule" || rule == "checks/unused-ignore" || rule == "checks/expired-ignore"
}
