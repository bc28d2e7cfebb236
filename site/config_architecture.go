package site

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad"
)

// ADRConfig is `adr:` of lintel.yml.
type ADRConfig struct {
	// Folders hold the decision records; slash paths below the project's root.
	// None: folders that are called as such (docs/adr, docs/decisions, …).
	Folders []string
	// Statuses maps a project's words to statuses: "ratified" → "accepted".
	Statuses map[string]string
	// StaleAfter is after how many days a proposal is stale, BodyChange how many
	// percent of an accepted record may change; 0: the rules' own.
	StaleAfter, BodyChange int
}

// SADConfig is `sad:` of lintel.yml.
type SADConfig struct {
	// NoPages keeps the pages that Lintel writes out of the site.
	NoPages bool
	// VerifyEvery is after how many days a runbook has to be verified again,
	// AcronymUses how often an acronym may be used unexplained; 0: the rules'
	// own.
	VerifyEvery, AcronymUses int
	// Ignore is code that no element has to stand for.
	Ignore []CodeIgnore
	// Headings are more headings by which the parts of a view are known.
	Headings sad.Headings
}

// CodeIgnore is code that no element has to stand for, and why.
type CodeIgnore struct {
	Path     string // pattern, relative to lintel.yml
	Reason   string
	Position finding.Position
}

var (
	adrKeys    = [...]string{"folders", "statuses", "stale_after", "body_change"}
	sadKeys    = [...]string{"pages", "verify_every", "acronym_uses", "ignore", "headings"}
	ignoreCode = [...]string{"path", "reason"}
)

func (d *configDecoder) adr(v *value) {
	m := d.mapping("adr", v)
	if m == nil {
		return
	}
	for _, mem := range m.members {
		switch mem.key {
		case "folders":
			for _, s := range d.oneOrMore("adr: folders", mem.val) {
				p := path.Join(d.cfg.Dir, s)
				if path.IsAbs(s) || p == ".." || strings.HasPrefix(p, "../") {
					d.fail(mem.val, "config/path", fmt.Sprintf("adr: folders: %s lies outside of the project", s), "write folders relative to lintel.yml")
					continue
				}
				d.cfg.ADR.Folders = append(d.cfg.ADR.Folders, p)
			}
		case "statuses":
			words := d.mapping("adr: statuses", mem.val)
			if words == nil {
				continue
			}
			var known []string
			for _, s := range adr.Statuses() {
				if s != adr.Unknown {
					known = append(known, string(s))
				}
			}
			for _, w := range words.members {
				var to string
				if !d.text("adr: statuses: "+w.key, w.val, &to) {
					continue
				}
				if !slices.Contains(known, to) {
					d.wrongType("adr: statuses: "+w.key, "one of "+strings.Join(known, ", "), w.val, "")
					continue
				}
				if d.cfg.ADR.Statuses == nil {
					d.cfg.ADR.Statuses = map[string]string{}
				}
				d.cfg.ADR.Statuses[w.key] = to
			}
		case "stale_after":
			d.days("adr: stale_after", mem.val, &d.cfg.ADR.StaleAfter)
		case "body_change":
			d.days("adr: body_change", mem.val, &d.cfg.ADR.BodyChange)
		default:
			d.unknown(mem, adrKeys[:], "key of adr")
		}
	}
}

// days reads a number above 0.
func (d *configDecoder) days(key string, v *value, to *int) {
	if n, ok := v.v.(int); ok && n > 0 {
		*to = n
		return
	}
	d.wrongType(key, "a number above 0", v, "")
}

func (d *configDecoder) sad(v *value) {
	m := d.mapping("sad", v)
	if m == nil {
		return
	}
	for _, mem := range m.members {
		switch mem.key {
		case "pages":
			on, ok := mem.val.v.(bool)
			if !ok {
				d.wrongType("sad: pages", "true or false", mem.val, "")
			}
			d.cfg.SAD.NoPages = ok && !on
		case "verify_every":
			d.days("sad: verify_every", mem.val, &d.cfg.SAD.VerifyEvery)
		case "acronym_uses":
			d.days("sad: acronym_uses", mem.val, &d.cfg.SAD.AcronymUses)
		case "ignore":
			for _, e := range d.list("sad: ignore", mem.val, "write `ignore:` and one entry with path and reason below it") {
				d.codeIgnore(e)
			}
		case "headings":
			d.headings(mem.val)
		default:
			d.unknown(mem, sadKeys[:], "key of sad")
		}
	}
}

// headings reads the headings of each part.
func (d *configDecoder) headings(v *value) {
	m := d.mapping("sad: headings", v)
	if m == nil {
		return
	}
	var known []string
	for _, k := range sad.PartKinds() {
		known = append(known, string(k))
	}
	for _, mem := range m.members {
		if !slices.Contains(known, mem.key) {
			d.unknown(mem, known, "part of a view under sad: headings")
			continue
		}
		if d.cfg.SAD.Headings == nil {
			d.cfg.SAD.Headings = sad.Headings{}
		}
		d.cfg.SAD.Headings[sad.PartKind(mem.key)] = d.oneOrMore("sad: headings: "+mem.key, mem.val)
	}
}

func (d *configDecoder) codeIgnore(e *value) {
	m, ok := e.v.(*mapping)
	if !ok {
		d.wrongType("an entry of sad: ignore", "a map with path and reason", e, "")
		return
	}
	x := CodeIgnore{Position: e.pos}
	for _, mem := range m.members {
		switch mem.key {
		case "path":
			d.text("path", mem.val, &x.Path)
		case "reason":
			d.text("reason", mem.val, &x.Reason)
		default:
			d.unknown(mem, ignoreCode[:], "key of an entry of sad: ignore")
		}
	}
	switch {
	case x.Path == "":
		d.fail(e, "config/missing", "an entry of sad: ignore has no path", "add `path: libs/legacy/**`, or the code that it is for")
	case strings.TrimSpace(x.Reason) == "":
		d.fail(e, "config/missing", "an entry of sad: ignore has no reason", "add `reason:` and say why no element stands for this code")
	default:
		d.cfg.SAD.Ignore = append(d.cfg.SAD.Ignore, x)
	}
}
