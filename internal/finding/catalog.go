package finding

import (
	"cmp"
	"slices"
	"strings"
)

// Catalog is the rules of all packages that check, sorted by id. The zero value
// is empty. It is never changed once made.
type Catalog struct {
	rules  []Rule
	byName map[string]int // by id, and by code in capitals
}

// NewCatalog joins the rules of packages. Of two rules with one id the first
// stays.
func NewCatalog(packages ...[]Rule) *Catalog {
	c := &Catalog{rules: slices.Concat(packages...)}
	slices.SortStableFunc(c.rules, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	c.rules = slices.CompactFunc(c.rules, func(a, b Rule) bool { return a.ID == b.ID })
	c.byName = make(map[string]int, 2*len(c.rules))
	for i, r := range c.rules {
		if _, taken := c.byName[strings.ToUpper(r.Code)]; r.Code != "" && !taken {
			c.byName[strings.ToUpper(r.Code)] = i
		}
		c.byName[r.ID] = i
	}
	return c
}

// All returns the rules by id. They must not be changed.
func (c *Catalog) All() []Rule {
	if c == nil {
		return nil
	}
	return c.rules
}

// Find returns the rule with an id ("adr/duplicate-id") or a code ("A01", in
// any case), the first where rules share a code.
func (c *Catalog) Find(name string) (Rule, bool) {
	if c == nil {
		return Rule{}, false
	}
	i, ok := c.byName[name]
	if !ok {
		if i, ok = c.byName[strings.ToUpper(name)]; !ok {
			return Rule{}, false
		}
	}
	return c.rules[i], true
}

// Match returns the rules that a pattern names: an id, a code, or an id with
// stars ("adr/*").
func (c *Catalog) Match(pattern string) []Rule {
	if r, ok := c.Find(pattern); ok && r.ID == pattern {
		return []Rule{r}
	}
	var out []Rule
	for _, r := range c.All() {
		if names(pattern, r) {
			out = append(out, r)
		}
	}
	return out
}

// Nearest returns the id or code that a pattern without a match may have meant,
// or "".
func (c *Catalog) Nearest(pattern string) string {
	var known []string
	for _, r := range c.All() {
		known = append(known, r.ID)
		if r.Code != "" {
			known = append(known, r.Code)
		}
		if f := r.Family() + "/*"; strings.Contains(pattern, "*") && !slices.Contains(known, f) {
			known = append(known, f)
		}
	}
	return Nearest(pattern, known)
}

// Family returns what stands before the slash of the id: "adr".
func (r Rule) Family() string {
	family, _, _ := strings.Cut(r.ID, "/")
	return family
}

// Name returns what stands behind the slash of the id: "duplicate-id".
func (r Rule) Name() string {
	_, name, _ := strings.Cut(r.ID, "/")
	return name
}

// Waivable reports whether findings of the rule can be waived in the text and
// baselined. What is said of waivers and the baseline themselves cannot.
func (r Rule) Waivable() bool { return !isOwn(r.ID) }

// names reports whether a pattern names a rule.
func names(pattern string, r Rule) bool {
	return matchStars(pattern, r.ID) || r.Code != "" && strings.EqualFold(pattern, r.Code)
}

// matchStars reports whether s is pattern, in which each * stands for any text.
func matchStars(pattern, s string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == s
	}
	s, ok := strings.CutPrefix(s, head)
	if !ok {
		return false
	}
	for {
		part, tail, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], tail
	}
}

// Rules returns the rules of what a project says about its own findings.
func Rules() []Rule {
	return []Rule{
		{
			ID: "waiver/no-reason", Severity: Warning,
			Summary: "A waiver says why.",
			Why:     "Whoever finds the waiver a year later has to know whether it still holds. A waiver without a reason waives nothing.",
			Fix:     "Write the reason behind the rule.",
			Example: "<!-- lintel:allow link/not-found -->",
		},
		{
			ID: "waiver/unknown-rule", Severity: Warning,
			Summary: "A waiver names rules that exist.",
			Why:     "A misspelt rule waives nothing, and the finding that it was meant for comes back.",
			Fix:     "Name a rule by its id (`link/not-found`), its code (`A06`) or its family (`adr/*`); several are separated by commas. `*` alone is not taken: it would hide what nobody has looked at.",
			Example: "<!-- lintel:allow link/notfound the page comes with 2.0 -->",
		},
		{
			ID: "waiver/date", Severity: Warning,
			Summary: "The date of a waiver is a day of the calendar, written as 2027-03-31.",
			Why:     "A date that cannot be read never comes. The waiver waives nothing until it is mended.",
			Fix:     "Write `until YYYY-MM-DD` at the end of the waiver.",
			Example: "<!-- lintel:allow link/not-found the page comes with 2.0 until 2027-02-30 -->",
		},
		{
			ID: "waiver/expired", Severity: Warning,
			Summary: "The date of a waiver has not passed.",
			Why:     "The author wanted to be asked again on that day. From then on the finding counts.",
			Fix:     "Mend what the waiver was for, or give it a later date and say in the reason what has changed.",
			Example: "<!-- lintel:allow link/not-found the page comes with 2.0 until 2020-03-31 -->",
		},
		{
			ID: "waiver/unused", Severity: Warning,
			Summary: "A waiver waives something.",
			Why:     "What it was for is mended or has moved. Left in place, it would hide the next finding of its kind.",
			Fix:     "Remove it; `lintel check --fix` does.",
			Example: "<!-- lintel:allow link/not-found the page comes with 2.0 -->\nNo link is dead here.",
		},
		{
			ID: "waiver/misplaced", Severity: Warning,
			Summary: "A waiver for a whole file stands near its top.",
			Why:     "Whoever reads a file has to see what is not checked in it. A waiver elsewhere waives nothing.",
			Fix:     "Move it into the front matter or above the second heading (in a file that is no Markdown: above its first line that is no comment), or waive a section or a line.",
			Example: "# Title\n\n## Section\n\n<!-- lintel:allow-file link/* copied from the old handbook -->",
		},
		{
			ID: "waiver/syntax", Severity: Warning,
			Summary: "A comment that begins with `lintel:allow` is a waiver.",
			Why:     "A waiver that is misspelt, or that names no rule, waives nothing.",
			Fix:     "Write `lintel:allow`, `lintel:allow-section` or `lintel:allow-file`, a rule and a reason.",
			Example: "<!-- lintel:alow link/not-found the page comes with 2.0 -->",
		},
		{
			ID: "baseline/stale", Severity: Warning,
			Summary: "An entry of the baseline stands for a finding that is still there.",
			Why:     "What it stood for is mended. Left in place, it would hide the same mistake when somebody makes it again.",
			Fix:     "Remove the line; `lintel check --prune` removes all of them.",
		},
		{
			ID: "baseline/invalid", Severity: Error,
			Summary: "The baseline can be read: one JSON object a line.",
			Why:     "Findings that cannot be read from it count again, and which they are cannot be told.",
			Fix:     "Mend the line (a merge may have left its marks there), or write the file anew with `lintel check --write-baseline`.",
		},
		{
			ID: "checks/unknown-rule", Severity: Warning,
			Summary: "What `checks` in lintel.yml names are rules that exist.",
			Why:     "A setting for a misspelt rule has no effect.",
			Fix:     "Name a rule by its id, its code or its family; `lintel check --explain` lists them.",
			Example: "checks:\n  severity:\n    link/notfound: error",
		},
		{
			ID: "checks/unused-ignore", Severity: Warning,
			Summary: "An entry of `checks: ignore:` matches something.",
			Why:     "What it was for is mended or has moved. Left in place, it would hide the next finding of its kind.",
			Fix:     "Remove the entry.",
		},
		{
			ID: "checks/expired-ignore", Severity: Warning,
			Summary: "The date of an entry of `checks: ignore:` has not passed.",
			Why:     "The author wanted to be asked again on that day. From then on the findings count.",
			Fix:     "Mend what the entry was for, or give it a later date.",
		},
	}
}
