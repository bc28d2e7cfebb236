package drift

import (
	"cmp"
	"path"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
)

// maxPolicy bounds how many settings are named one by one.
const maxPolicy = 20

// policy tells what the change sets of the checks and of reviews. The settings
// of the base hold for the comparison: a change could else turn off what is said
// of it. They are read as data, whatever they mean, so that a setting which is
// not known here is told too.
func (c *change) policy() {
	for _, f := range c.files {
		p := cmp.Or(f.Path, f.Old)
		if path.Base(p) != "lintel.yml" && path.Base(f.Old) != "lintel.yml" {
			continue
		}
		var was, now []fact
		if f.Status != git.Added && f.OldMode.Regular() {
			was = settings(c.blobOf(f.OldSHA))
		}
		if f.Status != git.Deleted && f.Mode.Regular() {
			now = settings(c.blobOf(f.SHA))
		}
		old, left := map[string]string{}, map[string]bool{}
		for _, s := range was {
			old[s.id()] = s.value
		}
		n := 0
		tell := func(line int, key, what string) {
			if n++; n > maxPolicy {
				return
			}
			a := Alert{Confidence: 1}
			a.Rule, a.Severity, a.Position = "drift/policy-changed", finding.Info, finding.Position{Path: p, Line: line}
			a.Subject = key
			a.Message = finding.Visible(key) + " will change: " + finding.Visible(what) + "; it does not count here"
			a.Reason = "the settings of the base hold for what is said of a change"
			a.Hint = "nothing to do; review it as the change of a rule"
			if n == maxPolicy {
				a.Message += ", and so for more settings"
			}
			c.alert(a)
		}
		for _, s := range now {
			left[s.id()] = true
			switch v, ok := old[s.id()]; {
			case !ok:
				tell(s.line, strings.Join(s.keys, ": "), s.value)
			case v != s.value:
				tell(s.line, strings.Join(s.keys, ": "), v+" becomes "+s.value)
			}
		}
		for _, s := range was {
			if !left[s.id()] {
				tell(0, strings.Join(s.keys, ": "), s.value+" goes")
			}
		}
	}
}

// settings returns those settings of a configuration that decide what is said.
func settings(src []byte) []fact {
	var out []fact
	for _, f := range yamlFacts(src) {
		switch f.keys[0] {
		case "checks", "drift", "review":
			out = append(out, f)
		}
	}
	return out
}
