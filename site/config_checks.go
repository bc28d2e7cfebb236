package site

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/finding"
)

// checkKeys are the keys of checks: in lintel.yml.
var checkKeys = [...]string{"severity", "ignore", "baseline", "fail_on"}

// checks reads what a project wants of its checks.
func (d *configDecoder) checks(v *value) {
	m := d.mapping("checks", v)
	if m == nil {
		return
	}
	p := &d.cfg.Checks
	for _, mem := range m.members {
		switch mem.key {
		case "severity":
			if rules := d.mapping("checks: severity", mem.val); rules != nil {
				for _, r := range rules.members {
					if sev, ok := d.severity("checks: severity: "+r.key, r.val, "off"); ok {
						p.Severities = append(p.Severities, finding.Setting{Rules: r.key, Severity: sev, Position: r.pos})
					}
				}
			}
		case "ignore":
			for _, e := range d.list("checks: ignore", mem.val, "write `ignore:` and one entry with rules, paths and reason below it") {
				d.ignoreEntry(e)
			}
		case "baseline":
			var s string
			if d.text("checks: baseline", mem.val, &s) && s != "" {
				if full, ok := d.path("checks: baseline", mem.val, s); ok {
					p.Baseline, p.BaselineAt = full, mem.val.pos
				}
			}
		case "fail_on":
			if sev, ok := d.severity("checks: fail_on", mem.val, "never"); ok {
				p.FailOn = &sev
			}
		default:
			d.unknown(mem, checkKeys[:], "key of checks")
		}
	}
}

// severity reads a severity; none is what the last of them is called here.
func (d *configDecoder) severity(key string, v *value, none string) (finding.Severity, bool) {
	names := []string{"info", "warning", "error", none}
	switch s := v.v.(type) {
	case nil:
		return 0, false
	case bool:
		if !s && none == "off" && strings.EqualFold(v.raw, "off") { // YAML 1.1 reads off as false
			return finding.Never, true
		}
	case string:
		if slices.Contains(names, s) {
			sev, ok := finding.ParseSeverity(s)
			return sev, ok
		}
		if near := finding.Nearest(s, names); near != "" {
			d.wrongType(key, "one of "+strings.Join(names, ", "), v, "did you mean "+near+"?")
			return 0, false
		}
	}
	d.wrongType(key, "one of "+strings.Join(names, ", "), v, "")
	return 0, false
}

var ignoreKeys = [...]string{"rules", "paths", "reason", "until"}

func (d *configDecoder) ignoreEntry(e *value) {
	m, ok := e.v.(*mapping)
	if !ok {
		d.wrongType("an entry of checks: ignore", "a map with rules, paths and reason", e, "")
		return
	}
	ig := finding.Ignore{Position: e.pos}
	good := true
	for _, mem := range m.members {
		switch mem.key {
		case "rules":
			ig.Rules = d.oneOrMore("rules", mem.val)
		case "paths":
			for _, s := range d.oneOrMore("paths", mem.val) {
				p := path.Join(d.cfg.Dir, s)
				if path.IsAbs(s) || strings.HasPrefix(p, "../") || p == ".." {
					d.fail(mem.val, "config/path", fmt.Sprintf("paths: %s lies outside of the project", s), "write paths relative to lintel.yml")
					good = false
					continue
				}
				ig.Paths = append(ig.Paths, p)
			}
		case "reason":
			d.text("reason", mem.val, &ig.Reason)
		case "until":
			if d.text("until", mem.val, &ig.Until) && ig.Until != "" {
				if _, err := time.Parse(time.DateOnly, ig.Until); err != nil {
					d.fail(mem.val, "config/value", "until expects a day, found "+quoteShort(ig.Until), "write it as 2027-03-31")
					good = false
				}
			}
		default:
			d.unknown(mem, ignoreKeys[:], "key of an entry of checks: ignore")
		}
	}
	need := func(missing bool, what, hint string) {
		if missing && good {
			d.fail(e, "config/missing", "an entry of checks: ignore has no "+what, hint)
			good = false
		}
	}
	need(len(ig.Rules) == 0, "rules", "add `rules: [link/not-found]`, or the rules that it is for")
	need(len(ig.Paths) == 0, "paths", "add `paths: [docs/legacy/**]`, or the files that it is for")
	need(strings.TrimSpace(ig.Reason) == "", "reason", "add `reason:` and say why these findings do not count")
	if good {
		d.cfg.Checks.Ignore = append(d.cfg.Checks.Ignore, ig)
	}
}

// oneOrMore reads a text, or a list of texts.
func (d *configDecoder) oneOrMore(key string, v *value) []string {
	if s, ok := v.v.(string); ok {
		return []string{s}
	}
	return d.texts(key, v)
}
