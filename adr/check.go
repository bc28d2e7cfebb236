package adr

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// CheckOptions say what a check may use beside the records. What is nil or zero
// leaves the rules out that need it, or takes the default that is named.
type CheckOptions struct {
	// Now decides what is in the future and what is overdue.
	Now time.Time
	// Base is the log of the branch that this one will be merged into, and
	// Ancestor that of the commit where they parted. A record that is new here
	// may not have the id of one that is new there; what was accepted in
	// Ancestor (or Base, where it is nil) may not be rewritten.
	Base, Ancestor *Log
	// BaseName names the target branch in messages; "the target branch" when
	// empty.
	BaseName string
	// Created returns when a file was first committed.
	Created func(path string) (time.Time, bool)
	// Exists reports whether a file or folder of the project exists.
	Exists func(path string) bool
	// Source returns the text of a record, for edits that need it.
	Source func(path string) ([]byte, bool)
	// Change is the share of an accepted text that may change; 0.1 when zero.
	Change float64
	// Stale is how long a proposal may stay one; 90 days when zero.
	Stale time.Duration
	// Early is how long before its first commit a record may be dated; 31
	// days when zero.
	Early time.Duration
}

type checker struct {
	l   *Log
	o   CheckOptions
	sev map[string]finding.Severity
	out []finding.Finding
	// arrived counts by folder and day the records that were first committed
	// then and are dated long before.
	arrived map[string]int
}

// Check holds the log against the rules and returns what it finds, in the order
// of the files.
func (l *Log) Check(o CheckOptions) []finding.Finding {
	if o.Change == 0 {
		o.Change = 0.1
	}
	if o.Stale == 0 {
		o.Stale = 90 * 24 * time.Hour
	}
	if o.Early == 0 {
		o.Early = 31 * 24 * time.Hour
	}
	if o.BaseName == "" {
		o.BaseName = "the target branch"
	}
	if o.Ancestor == nil {
		o.Ancestor = o.Base
	}
	c := &checker{l: l, o: o, sev: map[string]finding.Severity{}}
	for _, r := range Rules() {
		c.sev[r.ID] = r.Severity
	}
	c.arrivals()
	people := map[string]bool{}
	for _, r := range l.Records {
		people[r.Folder()] = people[r.Folder()] || len(r.Deciders) > 0
	}
	c.duplicates()
	c.gaps()
	c.cycles()
	for _, r := range l.Records {
		c.numbers(r)
		c.status(r)
		c.replacedButLive(r)
		c.replacement(r)
		c.oneSided(r)
		c.partial(r)
		c.changed(r)
		c.date(r)
		c.sections(r)
		c.options(r)
		c.people(r, people[r.Folder()])
		c.review(r)
		c.links(r)
		c.title(r)
	}
	finding.Sort(c.out)
	return c.out
}

// at is the place of a span, or of the beginning of the record.
func at(r *Record, s Span) finding.Position {
	p := finding.Position{Path: r.Path, Line: 1}
	if !s.IsZero() {
		p.Line, p.Column = s.Line, s.Column
	} else if !r.TitleSpan.IsZero() {
		p.Line = r.TitleSpan.Line
	}
	return p
}

func (c *checker) add(r *Record, s Span, rule, message, reason, hint string) *finding.Finding {
	c.out = append(c.out, finding.Finding{
		Rule: rule, Severity: c.sev[rule], Position: at(r, s), Subject: r.ID,
		Message: message, Reason: reason, Hint: hint,
	})
	return &c.out[len(c.out)-1]
}

// idKey is what makes an id the same as another: "7" and "0007" are.
func idKey(r *Record) string {
	if r.NameNumber != "" && r.ID == r.NameNumber {
		return numberKey(r.NameNumber)
	}
	return strings.ToLower(r.ID)
}

func (c *checker) duplicates() {
	first := map[string]*Record{}
	for _, r := range c.l.Records {
		if rePRID().MatchString(r.ID) {
			continue // the forge gave the number; one merge request may bring several
		}
		key := r.Folder() + "\x00" + idKey(r)
		o, ok := first[key]
		if !ok {
			first[key] = r
			continue
		}
		f := c.add(r, r.NumberSpan, RuleDuplicate, fmt.Sprintf("%s is the id of two records", r.ID),
			fmt.Sprintf("%s has it too", o.Path),
			fmt.Sprintf("`lintel adr renumber %s` gives this one the next free number", r.Path))
		f.Subject = r.Path
	}
	if c.o.Base == nil {
		return
	}
	theirs := map[string][]*Record{}
	for _, b := range c.o.Base.Records {
		key := b.Folder() + "\x00" + idKey(b)
		theirs[key] = append(theirs[key], b)
	}
	for _, r := range c.l.Records {
		if rePRID().MatchString(r.ID) || c.o.Base.ByPath(r.Path) != nil || c.o.Ancestor.ByPath(r.Path) != nil {
			continue
		}
		for _, b := range theirs[r.Folder()+"\x00"+idKey(r)] {
			if c.l.ByPath(b.Path) != nil {
				continue // found above
			}
			if c.o.Ancestor != c.o.Base && c.o.Ancestor.ByPath(b.Path) != nil {
				continue // renamed or removed here
			}
			if c.o.Ancestor == c.o.Base && changeOf(b.Words, r.Words) < 0.5 {
				continue // the same text under another name
			}
			f := c.add(r, r.NumberSpan, RuleDuplicate, fmt.Sprintf("%s is taken on %s", r.ID, c.o.BaseName),
				fmt.Sprintf("%s has it there", b.Path),
				fmt.Sprintf("`lintel adr renumber %s` gives this one the next free number", r.Path))
			f.Subject = r.Path
		}
	}
}

func (c *checker) gaps() {
	for i := 1; i < len(c.l.Records); i++ {
		a, b := c.l.Records[i-1], c.l.Records[i]
		if a.Folder() != b.Folder() || a.NameNumber == "" || b.NameNumber == "" || a.Number < 0 || prefixOf(a) != prefixOf(b) {
			continue
		}
		switch missing := b.Number - a.Number - 1; {
		case missing == 1:
			c.add(b, Span{}, RuleGap, fmt.Sprintf("number %d is missing before %s", a.Number+1, b.ID), fmt.Sprintf("the record before it is %s", a.ID), "restore the record, or set the rule off where gaps are policy")
		case missing > 1:
			c.add(b, Span{}, RuleGap, fmt.Sprintf("numbers %d to %d are missing before %s", a.Number+1, b.Number-1, b.ID), fmt.Sprintf("the record before it is %s", a.ID), "restore the records, or set the rule off where gaps are policy")
		}
	}
}

func prefixOf(r *Record) string { return strings.TrimSuffix(r.ID, r.NameNumber) }

func (c *checker) numbers(r *Record) {
	if r.NameNumber == "" || r.TitleNumber == "" || sameNumber(r.NameNumber, r.TitleNumber) || numberKey(r.NameNumber) == numberKey(r.TitleNumber) {
		return
	}
	f := c.add(r, r.NumberSpan, RuleNumber, fmt.Sprintf("the title says %s, the file %s", r.TitleNumber, r.NameNumber),
		"links and tools use the number of the file", fmt.Sprintf("write %s in the title", likeNumber(r.TitleNumber, r.NameNumber)))
	if s := r.NumberSpan; !s.IsZero() {
		f.Edit = finding.Edit{Path: r.Path, Start: s.Start, Old: r.TitleNumber, New: likeNumber(r.TitleNumber, r.NameNumber), Safe: true}
	}
}

// likeNumber writes a number with leading zeros where the other has them.
func likeNumber(model, number string) string {
	plain := numberKey(number)
	if len(model) > 1 && model[0] == '0' || len(model) == len(number) && number[0] == '0' && len(model) >= 3 {
		for len(plain) < max(len(model), len(number)) {
			plain = "0" + plain
		}
	}
	return plain
}

func (c *checker) status(r *Record) {
	if r.Broken != "" {
		c.add(r, Span{Line: r.BrokenLine, Column: 1, End: 1}, RuleFront, "the front matter is no YAML: "+strings.TrimPrefix(r.Broken, "yaml: "), "its fields cannot be relied on", "quote values that hold a colon or a bracket")
	}
	switch r.Status {
	case Unknown:
		span, hint := Span{}, fmt.Sprintf("`lintel adr accept %s` or `reject` writes one", r.ID)
		why := "no field, section or tag states one"
		if len(r.Slots) > 0 {
			span = r.Slots[0].Span
			why = "the place for it is not filled in"
		}
		c.add(r, span, RuleNoStatus, "the record states no status", why, hint)
	case Other:
		s := r.Statements[0]
		hint := "use draft, proposed, accepted, rejected, deprecated or superseded, or map the word in lintel.yml"
		if near := finding.Nearest(clean(r.RawStatus), []string{"draft", "proposed", "accepted", "rejected", "deprecated", "superseded"}); near != "" {
			hint = fmt.Sprintf("did you mean %q? %s", near, hint)
		}
		c.add(r, s.Span, RuleVocabulary, fmt.Sprintf("%q is no status that is known", short(r.RawStatus, 60)), "it is in neither the built-in vocabulary nor that of the project", hint)
	default:
	}
	if len(r.Statements) > 1 {
		first := r.Statements[0]
		for _, s := range r.Statements[1:] {
			if s.Place == first.Place || s.Status == first.Status || s.Status == Other || first.Status == Other || s.Place == InHistory || s.Place == InFolder {
				continue
			}
			if r.Partial && (s.Status == Superseded || first.Status == Superseded) {
				continue
			}
			c.add(r, s.Span, RuleContradiction, fmt.Sprintf("the %s says %s, the %s says %s", first.Place, first.Status, s.Place, s.Status),
				fmt.Sprintf("line %d and line %d state the status", first.Line, s.Line), "set both; `lintel adr accept` and its like change every place")
			break
		}
	}
}

// replacedButLive finds records that name what replaced them while their status
// says that they hold.
func (c *checker) replacedButLive(r *Record) {
	if r.Status != Accepted && r.Status != Proposed && r.Status != Draft {
		return
	}
	for i := range r.Links {
		if k := &r.Links[i]; k.Kind == SupersededBy && !k.Partial {
			c.add(r, k.Span, RuleContradiction, fmt.Sprintf("the status is %s, but %s is named as the replacement", r.Status, k.Raw), fmt.Sprintf("line %d says so", k.Line), fmt.Sprintf("`lintel adr supersede %s NEW`, or say which part is replaced", r.ID))
			return
		}
	}
}

// short cuts a text for a message.
func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// outside reports whether a reference leads out of the log: to another site, or
// to a merge request.
func outside(l *Link) bool {
	return strings.Contains(l.Raw, "://") || rePRRef().MatchString(l.Raw) && !reNumOnly().MatchString(strings.TrimPrefix(l.Raw, "#"))
}

func (c *checker) replacement(r *Record) {
	if r.Status != Superseded {
		return
	}
	named := 0
	for i := range r.Links {
		k := &r.Links[i]
		if k.Kind != SupersededBy {
			continue
		}
		named++
		if k.Path == "" && !outside(k) && !c.self(r, k) {
			c.add(r, k.Span, RuleReplacement, fmt.Sprintf("the replacement %s does not exist", k.Raw), "no record of this log has that id, number or file name", c.nearest(r, k.Raw))
		}
		if c.self(r, k) {
			c.add(r, k.Span, RuleReplacement, "the record names itself as its replacement", fmt.Sprintf("%s is this file", k.Raw), "name the record that holds in its place")
		}
	}
	if named == 0 && len(c.l.Superseders(r)) == 0 {
		c.add(r, r.statusSpan(), RuleReplacement, "a superseded record names no replacement", "neither it nor another record says what holds in its place", fmt.Sprintf("`lintel adr supersede %s NEW` writes both ends", r.ID))
	}
}

// self reports whether a reference means the record that it stands in.
func (c *checker) self(r *Record, k *Link) bool {
	t := c.l.resolve(r, k)
	return t == r
}

func (r *Record) statusSpan() Span {
	for _, s := range r.Statements {
		if s.Status == r.Status {
			return s.Span
		}
	}
	return Span{}
}

// nearest names the record whose id or name is nearest to a reference.
func (c *checker) nearest(r *Record, raw string) string {
	var names []string
	for _, o := range c.l.Records {
		if o.Folder() == r.Folder() && o != r {
			names = append(names, path.Base(o.Path), o.ID)
		}
	}
	if n := finding.Nearest(path.Base(raw), names); n != "" {
		return fmt.Sprintf("did you mean %s?", n)
	}
	return "correct the reference"
}

func (c *checker) oneSided(r *Record) {
	for i := range r.Links {
		k := &r.Links[i]
		if k.Path == "" || k.Kind != Supersedes && k.Kind != SupersededBy {
			continue
		}
		o := c.l.ByPath(k.Path)
		if o == nil || o == r || slices.ContainsFunc(o.Links, func(b Link) bool {
			return b.Path == r.Path && (b.Kind == k.Kind.Reverse() || k.Partial && (b.Kind == Amends || b.Kind == AmendedBy))
		}) {
			continue
		}
		var message, why string
		switch {
		case k.Kind == Supersedes && r.Status != Accepted && r.Status != Deprecated && r.Status != Superseded:
			continue // a proposal replaces nothing yet
		case k.Kind == Supersedes && o.Status == Superseded && !k.Partial && len(o.LinksOf(SupersededBy)) == 0:
			message = fmt.Sprintf("%s does not say that %s supersedes it", o.ID, r.ID)
			why = fmt.Sprintf("its status is %q, without a link", short(o.RawStatus, 40))
		case k.Kind == Supersedes && !k.Partial && o.Status != Superseded:
			message = fmt.Sprintf("%s supersedes %s, which does not say so", r.ID, o.ID)
			why = fmt.Sprintf("the status of %s is still %s", o.Path, o.Status)
		case k.Kind == Supersedes:
			message = fmt.Sprintf("%s does not say that %s supersedes it", o.ID, r.ID)
			why = fmt.Sprintf("%s names no such record", o.Path)
		default:
			message = fmt.Sprintf("%s does not say that it supersedes %s", o.ID, r.ID)
			why = fmt.Sprintf("%s names it only here", r.Path)
		}
		f := c.add(r, k.Span, RuleOneSided, message, why, fmt.Sprintf("write the other end in %s", o.Path))
		f.Subject = r.ID + " " + o.ID
		if c.o.Source == nil {
			continue
		}
		if src, ok := c.o.Source(o.Path); ok {
			if edits, err := Connect(o, src, k.Kind.Reverse(), r, ConnectOptions{Partial: k.Partial, Peers: c.l.Records}); err == nil && len(edits) == 1 {
				f.Edit = edits[0]
				f.Edit.Safe = true
			}
		}
	}
}

func (c *checker) partial(r *Record) {
	if !r.Partial {
		return
	}
	for i := range r.Links {
		k := &r.Links[i]
		if (k.Kind == SupersededBy || k.Kind == AmendedBy) && (k.Partial || r.Status == Superseded) {
			if c.namesPart(r, k) {
				return
			}
			c.add(r, k.Span, RulePartial, "the part that is superseded is not named", fmt.Sprintf("the text names only %s", k.Raw), "add what part it is after the reference")
			return
		}
	}
	c.add(r, r.statusSpan(), RulePartial, "the record that supersedes a part is not named", fmt.Sprintf("the status is %q", short(r.RawStatus, 60)), "name the record and the part")
}

// namesPart reports whether a statement about a partial replacement says more
// than that and by what.
func (c *checker) namesPart(r *Record, k *Link) bool {
	if c.o.Source == nil {
		return true
	}
	src, ok := c.o.Source(r.Path)
	if !ok || k.Start >= len(src) {
		return true
	}
	from := strings.LastIndexByte(string(src[:k.Start]), '\n') + 1
	to := len(src)
	if e := strings.IndexByte(string(src[k.Start:]), '\n'); e >= 0 {
		to = k.Start + e
	}
	line := string(src[from:to])
	line = reInline().ReplaceAllString(line, " ")
	line = reRefs().ReplaceAllString(line, " ")
	line = reAnyDate().ReplaceAllString(line, " ")
	n := 0
	for _, w := range tokenize(fold(markdown.Text(line))) {
		switch w {
		case "status", "상태", "partially", "partly", "partial", "in", "part", "superseded", "superceded", "by", "replaced", "accepted", "the", "and", "adr", "부분", "일부", "대체됨", "대체", "로", "으로", "approved", "승인됨", "on", "see", "of", "is":
		default:
			if strings.Trim(w, "0123456789-") != "" {
				n++
			}
		}
	}
	return n > 0
}

// cycles finds circles of replacements and chains that end in a rejected
// record.
func (c *checker) cycles() {
	next := map[*Record][]*Record{}
	for _, r := range c.l.Records {
		for _, s := range c.l.Superseders(r) {
			if !s.Partial {
				next[r] = append(next[r], s.From)
			}
		}
	}
	state := map[*Record]int{} // 1 on the way, 2 done
	var stack []*Record
	var visit func(*Record)
	visit = func(r *Record) {
		state[r] = 1
		stack = append(stack, r)
		for _, n := range next[r] {
			switch state[n] {
			case 0:
				visit(n)
			case 1:
				k := slices.Index(stack, n)
				var ids []string
				for _, s := range stack[k:] {
					ids = append(ids, s.ID)
				}
				c.add(n, c.linkSpan(n, stack[k:]), RuleCycle, "replacements form a circle: "+strings.Join(append(ids, n.ID), " → "), "no record in it holds", "correct the link that points the wrong way")
			}
		}
		stack = stack[:len(stack)-1]
		state[r] = 2
	}
	for _, r := range c.l.Records {
		if state[r] == 0 {
			visit(r)
		}
	}
	for _, r := range c.l.Records {
		if r.Status != Superseded || len(next[r]) == 0 || r.Partial {
			continue
		}
		for _, end := range c.l.Live(r) {
			if end.Status == Rejected && end != r {
				c.add(r, r.statusSpan(), RuleCycle, fmt.Sprintf("the replacement of %s was rejected", r.ID), fmt.Sprintf("the chain ends at %s, whose status is %s", end.ID, end.Status), "if nothing replaced it, restore its status; else correct the link")
			}
		}
	}
}

// linkSpan is the place of the first link of a record to one of others.
func (c *checker) linkSpan(r *Record, others []*Record) Span {
	for _, k := range r.Links {
		if (k.Kind == SupersededBy || k.Kind == Supersedes) && slices.ContainsFunc(others, func(o *Record) bool { return o.Path == k.Path }) {
			return k.Span
		}
	}
	return r.statusSpan()
}

// before returns the record as it was where the branches parted.
func (c *checker) before(r *Record) *Record {
	if c.o.Ancestor == nil {
		return nil
	}
	if b := c.o.Ancestor.ByPath(r.Path); b != nil {
		return b
	}
	// Renamed: the same id in the same folder, and that file is gone.
	for _, b := range c.o.Ancestor.ByID(r.ID) {
		if b.Folder() == r.Folder() && c.l.ByPath(b.Path) == nil {
			return b
		}
	}
	return nil
}

func (c *checker) changed(r *Record) {
	b := c.before(r)
	if b == nil {
		return
	}
	if b.Status != r.Status && !legal(b.Status, r.Status) {
		c.add(r, r.statusSpan(), RuleTransition, fmt.Sprintf("the status goes back from %s to %s", b.Status, r.Status),
			fmt.Sprintf("on %s it is %q", c.o.BaseName, short(b.RawStatus, 40)), "write a record that supersedes this one")
	}
	if b.Status != Accepted && b.Status != Superseded && b.Status != Deprecated && b.Status != Rejected {
		return
	}
	if share := changeOf(b.Words, r.Words); share > c.o.Change {
		c.add(r, Span{}, RuleBody, fmt.Sprintf("the text of %s record has changed by %d %%", article(b.Status), int(share*100+0.5)),
			fmt.Sprintf("%d words on %s, %d here; %d %% may change", len(b.Words), c.o.BaseName, len(r.Words), int(c.o.Change*100+0.5)),
			fmt.Sprintf("write a new record: `lintel adr new --supersedes %s`", r.ID))
	}
}

func article(s Status) string {
	if s == Accepted {
		return "an accepted"
	}
	return "a " + string(s)
}

// legal reports whether a status may follow another.
func legal(from, to Status) bool {
	switch from {
	case Accepted:
		return to == Deprecated || to == Superseded || to == Other
	case Deprecated:
		return to == Superseded || to == Other
	case Superseded:
		return to == Deprecated || to == Other
	case Rejected:
		return to == Superseded || to == Deprecated || to == Other
	default:
		return true
	}
}

// changeOf returns the share of a text that differs from another: pairs of
// words that stand in one of them only, in proportion to all.
func changeOf(a, b []uint32) float64 {
	count := map[uint64]int{}
	pairs := func(w []uint32, by int) int {
		n := 0
		for i := range w {
			var next uint32
			if i+1 < len(w) {
				next = w[i+1]
			}
			count[uint64(w[i])<<32|uint64(next)] += by
			n++
		}
		return n
	}
	total := pairs(a, 1) + pairs(b, -1)
	if total == 0 {
		return 0
	}
	diff := 0
	for _, n := range count {
		diff += max(n, -n)
	}
	return float64(diff) / float64(total)
}

func (c *checker) date(r *Record) {
	iso, ok := parseDate(r.RawDate)
	if r.RawDate != "" && !ok && !blank(r.RawDate) && !placeholder(r.RawDate) && !strings.Contains(strings.ToUpper(r.RawDate), "YYYY") {
		why := "it is no date of the calendar"
		if m := reSlashed().FindStringSubmatch(r.RawDate); m != nil && atoi(m[1]) <= 12 && atoi(m[2]) <= 12 {
			why = "day and month can be read either way"
		}
		c.add(r, r.DateSpan, RuleDate, fmt.Sprintf("the date %q cannot be read", short(r.RawDate, 40)), why, "write YYYY-MM-DD")
		return
	}
	if iso == "" || len(iso) != len(time.DateOnly) || r.DateSource != DateStated {
		return
	}
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return
	}
	if !c.o.Now.IsZero() && t.After(c.o.Now.Add(24*time.Hour)) {
		c.add(r, r.DateSpan, RuleDate, fmt.Sprintf("the date %s is in the future", iso), "today is "+c.o.Now.Format(time.DateOnly), "write the day of the decision")
		return
	}
	if first, early := c.early(r); early && c.arrived[arrival(r, first)] < manyArrived {
		c.add(r, r.DateSpan, RuleDate, fmt.Sprintf("the date %s is long before the record", iso), "it was first committed on "+first.UTC().Format(time.DateOnly), "correct the year, or say in the text why it was written later")
	}
}

// manyArrived is how many old records that arrive on one day tell that a log
// was brought in from elsewhere: their dates are right, and their history is
// that of another repository.
const manyArrived = 3

// early returns when a record was first committed, and whether it is dated long
// before that.
func (c *checker) early(r *Record) (time.Time, bool) {
	if c.o.Created == nil || r.DateSource != DateStated {
		return time.Time{}, false
	}
	iso, _ := parseDate(r.RawDate)
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return time.Time{}, false
	}
	first, ok := c.o.Created(r.Path)
	return first, ok && t.Before(first.Add(-c.o.Early))
}

func arrival(r *Record, first time.Time) string {
	return r.Folder() + "\x00" + first.UTC().Format(time.DateOnly)
}

func (c *checker) arrivals() {
	c.arrived = map[string]int{}
	for _, r := range c.l.Records {
		if first, early := c.early(r); early {
			c.arrived[arrival(r, first)]++
		}
	}
}

func (c *checker) sections(r *Record) {
	if r.Status == Draft {
		return
	}
	var need []Part
	switch r.Format {
	case Nygard:
		need = []Part{PartContext, PartDecision, PartConsequences}
	case MADR2, MADR3, MADR4, Log4brains:
		need = []Part{PartContext, PartDecision}
		if r.Section(PartOptions) != nil || r.Format != Log4brains {
			need = []Part{PartContext, PartOptions, PartDecision}
		}
	case ADG:
		need = []Part{PartContext, PartOptions, PartDecision}
	default:
		return
	}
	names := map[Part]string{PartContext: "context", PartDecision: "decision", PartConsequences: "consequences", PartOptions: "considered options"}
	for _, n := range need {
		if r.Status == Proposed && (n == PartDecision || n == PartConsequences) {
			continue
		}
		var s *Section
		for i := range r.Sections {
			if t := &r.Sections[i]; t.Part == n || n == PartConsequences && (t.Part == PartPositive || t.Part == PartNegative) {
				if s == nil || s.Empty {
					s = t
				}
			}
		}
		switch {
		case s == nil:
			c.add(r, Span{}, RuleSection, fmt.Sprintf("the section about the %s is missing", names[n]), fmt.Sprintf("the record is written in the format of %s", formatName(r.Format)), "add it, or one line that says why it does not apply").Subject = r.ID + " " + string(n)
		case s.Empty:
			c.add(r, s.Span, RuleSection, fmt.Sprintf("the section %q is empty", short(s.Title, 40)), "nothing but what a template says stands in it", "fill it in, or say in one line why it does not apply").Subject = r.ID + " " + string(n)
		}
	}
}

func formatName(f Format) string {
	switch f {
	case Nygard:
		return "Nygard and adr-tools"
	case MADR2, MADR3, MADR4:
		return "MADR " + string(f[len(f)-1:])
	default:
		return string(f)
	}
}

func (c *checker) options(r *Record) {
	s := r.Section(PartOptions)
	if s == nil || s.Empty || r.Status == Draft {
		return
	}
	madr := r.Format == MADR2 || r.Format == MADR3 || r.Format == MADR4 || r.Format == Log4brains || r.Format == ADG
	if alternatives(s.Title) {
		return // to what was chosen, which is not among them
	}
	if madr && len(r.Options) == 1 {
		c.add(r, s.Span, RuleOptions, "only one option was considered", fmt.Sprintf("the list names %q alone", short(r.Options[0], 60)), "name what else was possible, doing nothing included")
	}
	if r.Chosen == "" || len(r.Options) == 0 || !madr {
		return
	}
	want := plainText(r.Chosen)
	if m := reOptionRef().FindStringSubmatch(fold(r.Chosen)); m != nil && atoi(m[1]) <= len(r.Options) {
		return // "Option 3"
	}
	for _, o := range r.Options {
		have := plainText(o)
		if have == want || strings.Contains(have, want) || strings.Contains(want, have) && len(have) > 3 || shareWords(have, want) {
			return
		}
	}
	span := s.Span
	if d := r.Section(PartDecision); d != nil {
		span = d.Span
	}
	c.add(r, span, RuleOptions, fmt.Sprintf("the chosen option %q is not among those considered", short(r.Chosen, 60)), fmt.Sprintf("%d options are listed", len(r.Options)), "name it as in the list")
}

// alternatives reports whether a heading is of what was not chosen.
func alternatives(heading string) bool {
	heading = strings.ToLower(heading)
	for _, w := range []string{"alternativ", "rejected", "not chosen", "대안", "않은", "기각", "代替案", "备选"} {
		if strings.Contains(heading, w) {
			return !strings.Contains(heading, "option")
		}
	}
	return false
}

// plainText is a text without case, punctuation and numbering.
func plainText(s string) string {
	s = reOptionNumber().ReplaceAllString(fold(s), "")
	return strings.Join(tokenize(s), " ")
}

var reOptionRef = lazily(`^(?:option|alternative|옵션|대안|안)?\s*#?(\d{1,2})(?:번|안)?\b`)

var reOptionNumber = lazily(`^(?:option|alternative|옵션|대안)?\s*\d*[.:)]\s*`)

// shareWords reports whether most words of the shorter text stand in the other.
func shareWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	n := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			n++
		}
	}
	return len(x) > 0 && 2*n > len(x)
}

func (c *checker) people(r *Record, named bool) {
	if (r.Good || r.Bad) && r.Good != r.Bad && r.Status != Draft {
		kind, other := "good", "bad"
		if r.Bad {
			kind, other = other, kind
		}
		span := Span{}
		if s := r.Section(PartConsequences, PartPositive, PartNegative); s != nil {
			span = s.Span
		} else if s := r.Section(PartDecision); s != nil {
			span = s.Span
		}
		c.add(r, span, RuleConsequences, fmt.Sprintf("only %s consequences are named", kind), fmt.Sprintf("no %s one is", other), fmt.Sprintf("add the %s ones", other))
	}
	if r.Status == Accepted && len(r.Deciders) == 0 && named {
		c.add(r, Span{}, RuleDeciders, "nobody is named who decided", "other records of the folder name them", "add the names, or the team")
	}
}

func (c *checker) review(r *Record) {
	if c.o.Now.IsZero() {
		return
	}
	today := c.o.Now.Format(time.DateOnly)
	live := r.Status != Rejected && r.Status != Deprecated && (r.Status != Superseded || r.Partial)
	if r.Review != "" && live && dayOf(r.Review) < today {
		c.add(r, r.ReviewSpan, RuleReview, fmt.Sprintf("the review of %s was due on %s", r.ID, r.Review), "today is "+today, "confirm the decision with a new date, or supersede it")
	}
	if r.Status != Proposed {
		return
	}
	since := r.Date
	if c.o.Created != nil {
		if t, ok := c.o.Created(r.Path); ok && (since == "" || r.DateSource != DateStated) {
			since = t.UTC().Format(time.DateOnly)
		}
	}
	t, err := time.Parse(time.DateOnly, dayOf(since))
	if err != nil {
		return
	}
	if age := c.o.Now.Sub(t); age > c.o.Stale {
		c.add(r, r.statusSpan(), RuleStale, fmt.Sprintf("%s has been proposed for %d days", r.ID, int(age.Hours()/24)), fmt.Sprintf("its date is %s; %d days are allowed", since, int(c.o.Stale.Hours()/24)), fmt.Sprintf("`lintel adr accept %s` or `lintel adr reject %s`", r.ID, r.ID))
	}
}

// dayOf completes a month to its last day, so that nothing is due too early.
func dayOf(iso string) string {
	if len(iso) == len("2006-01") {
		if t, err := time.Parse("2006-01", iso); err == nil {
			return t.AddDate(0, 1, -1).Format(time.DateOnly)
		}
	}
	return iso
}

func (c *checker) links(r *Record) {
	seen := map[string]bool{}
	for i := range r.Links {
		k := &r.Links[i]
		if k.Path != "" || outside(k) || seen[k.Raw] || k.Kind == SupersededBy && r.Status == Superseded {
			continue
		}
		if c.self(r, k) {
			continue
		}
		raw, _, _ := strings.Cut(k.Raw, "#")
		switch {
		case k.Markdown && raw != "" && !strings.HasPrefix(k.Raw, "#"):
			if c.o.Exists == nil || strings.Contains(raw, "{{") || placeholder(raw) || strings.Contains(raw, ":") {
				continue
			}
			raw, _, _ = strings.Cut(raw, "?")
			p := path.Join(path.Dir(r.Path), unescape(raw))
			if strings.HasPrefix(raw, "/") {
				continue // from the root of a site, which is not known here
			}
			if strings.HasPrefix(p, "../") || p == ".." || c.o.Exists(p) || c.o.Exists(p+".md") {
				continue
			}
			seen[k.Raw] = true
			c.add(r, k.Span, RuleLink, fmt.Sprintf("%s does not exist", k.Raw), fmt.Sprintf("no file at %s", p), c.nearest(r, raw)).Subject = r.ID + " " + k.Raw
		case !k.Markdown && markdownName(k.Raw) && (strings.Contains(k.Raw, "/") || parseName(trimExt(path.Base(k.Raw))).id == ""):
			// The name of another page, perhaps from the root of the project.
			if c.o.Exists == nil || k.Kind == Mentions || c.o.Exists(path.Join(path.Dir(r.Path), raw)) || c.o.Exists(strings.TrimPrefix(path.Clean("/"+raw), "/")) {
				continue
			}
			seen[k.Raw] = true
			f := c.add(r, k.Span, RuleLink, fmt.Sprintf("%s does not exist", k.Raw), "it is found neither beside the record nor from the root", c.nearest(r, raw))
			f.Subject, f.Severity = r.ID+" "+k.Raw, finding.Warning // text, not a link
		case !k.Markdown && k.Kind != Mentions && !k.Image && (reRefID().MatchString(k.Raw) || reNumOnly().MatchString(k.Raw) || markdownName(k.Raw)) && !strings.HasPrefix(k.Raw, "#"):
			if len(c.l.ByID(k.Raw)) > 1 {
				continue // of several folders
			}
			seen[k.Raw] = true
			c.add(r, k.Span, RuleLink, fmt.Sprintf("%s is no record of this log", k.Raw), fmt.Sprintf("the record says that it %s it", verb(k.Kind)), c.nearest(r, k.Raw)).Subject = r.ID + " " + k.Raw
		case !k.Markdown && k.Kind == Mentions && reRefID().MatchString(k.Raw):
			if len(c.l.ByID(k.Raw)) > 0 {
				continue
			}
			seen[k.Raw] = true
			f := c.add(r, k.Span, RuleLink, fmt.Sprintf("%s is no record of this log", k.Raw), "no file has that number", c.nearest(r, k.Raw))
			f.Subject, f.Severity = r.ID+" "+k.Raw, finding.Warning // it may be another project's
		}
	}
	if c.o.Exists == nil {
		return
	}
	for _, p := range r.Code {
		if lit := literal(p); lit != "" && !c.o.Exists(lit) {
			span := Span{}
			if s := r.Section(PartCode); s != nil {
				span = s.Span
			}
			c.add(r, span, RuleLink, fmt.Sprintf("the code path %s does not exist", p), fmt.Sprintf("nothing is at %s", lit), "correct the path, or take it out if the code is gone").Subject = r.ID + " " + p
		}
	}
}

func verb(k LinkKind) string {
	switch k {
	case SupersededBy, AmendedBy, RevertedBy:
		return "is " + string(k)
	default:
		return string(k)
	}
}

// literal is the part of a path before its first pattern.
func literal(p string) string {
	p = strings.TrimPrefix(p, "/")
	if k := strings.IndexAny(p, "*?[{"); k >= 0 {
		p = p[:k]
		if j := strings.LastIndexByte(p, '/'); j >= 0 {
			p = p[:j]
		} else {
			p = ""
		}
	}
	p = strings.TrimSuffix(p, "/")
	if p == "" {
		return ""
	}
	return path.Clean(p)
}

var (
	reTopic   = lazily(`(?i)^(?:about|on|regarding|concerning|notes?|discussion|thoughts|overview|introduction|à propos|über|sobre)\b`)
	reTopicKo = lazily(`(?:에 대하여|에 대해|에 관하여|에 관한 논의|관련|관련 논의|검토|논의|고찰|방안|여부|개요|소개|정리)$`)
)

// title looks for titles that name a topic.
func (c *checker) title(r *Record) {
	if r.TitleFrom == "name" {
		return
	}
	t := strings.TrimSpace(r.Title)
	var why string
	switch {
	case strings.HasSuffix(t, "?") || strings.HasSuffix(t, "？"):
		why = "it asks"
	case reTopic().MatchString(t) || reTopicKo().MatchString(t):
		why = "it names a topic"
	case len(strings.Fields(t)) == 1 && len([]rune(t)) > 1 && !strings.ContainsAny(t, "-_/"):
		why = "it is one word"
	default:
		return
	}
	c.add(r, r.TitleSpan, RuleTitle, fmt.Sprintf("the title %s does not say what was decided", strconv.Quote(short(t, 60))), why, "put the decision into a sentence with a verb")
}
