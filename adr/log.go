package adr

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
)

// Log is a set of records and what they say of each other. It does not change
// once it is made.
type Log struct {
	// Records are in the order of their folders and ids.
	Records []*Record

	index  map[*Record]int
	byPath map[string]int
	byName map[string][]int // name of the file, without its ending, in lower case
	byNum  map[string][]int // number without leading zeros
	byID   map[string][]int // in lower case
	byPR   map[string][]int
	back   [][]Backlink
}

// Backlink is a link seen from its target.
type Backlink struct {
	From *Record
	// Kind is what From is to the target: SupersededBy when From says that it
	// supersedes it.
	Kind    LinkKind
	Partial bool
	Link    *Link // in From
}

// NewLog joins records. They are not changed: those of the log are copies whose
// links have ids and paths.
func NewLog(records []*Record, _ Options) *Log {
	l := &Log{
		index:  map[*Record]int{},
		byPath: map[string]int{},
		byName: map[string][]int{},
		byNum:  map[string][]int{},
		byID:   map[string][]int{},
		byPR:   map[string][]int{},
	}
	for _, r := range records {
		if r == nil {
			continue
		}
		c := *r
		c.Links = slices.Clone(r.Links)
		l.Records = append(l.Records, &c)
	}
	slices.SortFunc(l.Records, compareRecords)
	for i, r := range l.Records {
		l.index[r] = i
		l.byPath[r.Path] = i
		put := func(m map[string][]int, key string) {
			if key != "" && !slices.Contains(m[key], i) {
				m[key] = append(m[key], i)
			}
		}
		put(l.byName, strings.ToLower(r.Name()))
		put(l.byID, strings.ToLower(r.ID))
		parts := parseName(r.Name())
		put(l.byName, strings.ToLower(parts.slug))
		put(l.byNum, numberKey(r.NameNumber))
		if r.NameNumber == "" {
			put(l.byNum, numberKey(parseName(r.ID).number))
			put(l.byNum, numberKey(r.TitleNumber))
		}
		if m := rePRID().FindStringSubmatch(r.ID); m != nil {
			put(l.byPR, m[1])
		}
	}
	l.back = make([][]Backlink, len(l.Records))
	for _, r := range l.Records {
		for i := range r.Links {
			k := &r.Links[i]
			if t := l.resolve(r, k); t != nil && t != r {
				k.ID, k.Path = t.ID, t.Path
				j := l.index[t]
				l.back[j] = append(l.back[j], Backlink{From: r, Kind: k.Kind.Reverse(), Partial: k.Partial, Link: k})
			}
		}
	}
	return l
}

func compareRecords(a, b *Record) int {
	return cmp.Or(
		cmp.Compare(a.Folder(), b.Folder()),
		cmp.Compare(a.Number, b.Number),
		naturalCompare(a.ID, b.ID),
		cmp.Compare(a.Path, b.Path),
	)
}

// naturalCompare orders ids so that numbers in them count as numbers.
func naturalCompare(a, b string) int {
	for a != "" && b != "" {
		na, nb := digits(a), digits(b)
		if na > 0 && nb > 0 {
			x, y := strings.TrimLeft(a[:na], "0"), strings.TrimLeft(b[:nb], "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 {
				return c
			}
			a, b = a[na:], b[nb:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func numberKey(n string) string {
	if n == "" {
		return ""
	}
	if t := strings.TrimLeft(n, "0"); t != "" {
		return t
	}
	return "0"
}

var (
	rePRID    = lazily(`(?i)(?:^|[-_])(?:pr|mr)[-#]?(\d+)$`)
	rePRRef   = lazily(`(?i)^(?:(?:pr|mr)\s?#?|!|#)(\d+)$`)
	rePRURL   = lazily(`/(?:pull|pulls|merge_requests)/(\d+)`)
	reRefID   = lazily(`(?i)^((?:[a-z][a-z0-9]*-)*adr(?:-[a-z]+){0,3})[-_ #]*(?:n[°o]\.?\s*)?(\d{1,6}(?:\.\d{1,3})?)$`)
	reADID    = lazily(`(?i)^ad(\d{3,6})$`)
	reNumOnly = lazily(`^#?(\d{1,6}(?:\.\d{1,3})?)$`)
)

// Find returns the record that a reference means when it stands in from, a
// record of the log or nil, or nil when there is none or several could be meant.
func (l *Log) Find(from *Record, raw string) *Record {
	if from == nil {
		from = &Record{}
	}
	return l.resolve(from, &Link{Raw: raw})
}

// resolve finds the target of a link.
func (l *Log) resolve(from *Record, k *Link) *Record {
	raw := strings.TrimSpace(k.Raw)
	if raw == "" || k.Image {
		return nil
	}
	if m := rePRURL().FindStringSubmatch(raw); m != nil {
		return l.pick(from, l.byPR[m[1]])
	}
	if strings.Contains(raw, "://") {
		if _, err := url.Parse(raw); err != nil {
			return nil
		}
		p, _, _ := strings.Cut(raw, "#")
		p, _, _ = strings.Cut(p, "?")
		if !markdownName(p) {
			return nil
		}
		return l.named(from, path.Base(unescape(p)))
	}
	if m := rePRRef().FindStringSubmatch(raw); m != nil && !k.Markdown {
		if r := l.pick(from, l.byPR[m[1]]); r != nil {
			return r
		}
	}
	if k.Markdown || !strings.HasPrefix(raw, "#") {
		raw, _, _ = strings.Cut(raw, "#")
		raw, _, _ = strings.Cut(raw, "?")
	}
	if raw == "" {
		return nil
	}
	raw = unescape(raw)
	if strings.Contains(raw, "/") || markdownName(raw) {
		return l.file(from, raw, k.Kind != Mentions)
	}
	if m := reRefID().FindStringSubmatch(raw); m != nil {
		if r := l.pick(from, l.byID[strings.ToLower(raw)]); r != nil {
			return r
		}
		if !strings.EqualFold(m[1], "adr") {
			for id, at := range l.byID {
				if p := parseName(id); p.number != "" && numberKey(p.number) == numberKey(m[2]) && strings.EqualFold(strings.TrimRight(strings.TrimSuffix(id, p.number), "-_ "), m[1]) {
					return l.pick(from, at)
				}
			}
			return nil
		}
		return l.numbered(from, m[2])
	}
	if m := reADID().FindStringSubmatch(raw); m != nil {
		if r := l.pick(from, l.byID[strings.ToLower(raw)]); r != nil {
			return r
		}
		return l.numbered(from, m[1])
	}
	if m := reNumOnly().FindStringSubmatch(raw); m != nil {
		if r := l.pick(from, l.byID[strings.ToLower(raw)]); r != nil {
			return r
		}
		return l.numbered(from, m[1])
	}
	if r := l.pick(from, l.byID[strings.ToLower(raw)]); r != nil {
		return r
	}
	return l.named(from, raw)
}

func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// file finds a record by a path, relative to the one that names it, from the
// root of the tree, or by its name alone.
func (l *Log) file(from *Record, raw string, loose bool) *Record {
	dir := path.Dir(from.Path)
	for _, p := range []string{path.Join(dir, raw), strings.TrimPrefix(path.Clean("/"+raw), "/")} {
		for _, ext := range []string{"", ".md", "/README.md", "/index.md", "/readme.md"} {
			if i, ok := l.byPath[p+ext]; ok {
				return l.Records[i]
			}
		}
		for _, ext := range []string{".html", ".htm"} {
			if base, ok := strings.CutSuffix(p, ext); ok {
				if i, ok := l.byPath[base+".md"]; ok {
					return l.Records[i]
				}
			}
		}
	}
	base := path.Base(path.Clean(raw))
	if generic(trimExt(base)) {
		base = path.Base(path.Dir(path.Clean(raw)))
	}
	if !loose && strings.Contains(strings.TrimPrefix(raw, "./"), "/") {
		return nil // a link that leads elsewhere is broken, not a reference
	}
	if r := l.named(from, base); r != nil {
		return r
	}
	// The number of a file that has been renamed since.
	if p := parseName(trimExt(base)); loose && p.number != "" && !strings.HasPrefix(raw, "../") {
		return l.numbered(from, p.number)
	}
	return nil
}

func (l *Log) named(from *Record, base string) *Record {
	base = strings.ToLower(trimExt(base))
	if base == "" || generic(base) {
		return nil
	}
	return l.pick(from, l.byName[base])
}

func (l *Log) numbered(from *Record, n string) *Record {
	return l.pick(from, l.byNum[numberKey(n)])
}

// pick takes the one that is nearest to a record: in its folder, or the only
// one at all.
func (l *Log) pick(from *Record, at []int) *Record {
	var near []int
	for _, i := range at {
		if from.Path != "" && l.Records[i].Folder() == from.Folder() {
			near = append(near, i)
		}
	}
	switch {
	case len(near) == 1:
		return l.Records[near[0]]
	case len(near) > 1:
		// Two records of one number: one of them is not the record itself.
		if len(near) == 2 {
			for k, i := range near {
				if l.Records[i].Path == from.Path {
					return l.Records[near[1-k]]
				}
			}
		}
		return nil
	case len(at) == 1:
		return l.Records[at[0]]
	}
	return nil
}

// ByPath returns the record of a file, or nil.
func (l *Log) ByPath(p string) *Record {
	if i, ok := l.byPath[p]; ok {
		return l.Records[i]
	}
	return nil
}

// ByID returns the records with an id, as written or as a number, in all
// folders.
func (l *Log) ByID(id string) []*Record {
	at := l.byID[strings.ToLower(id)]
	if len(at) == 0 {
		if m := reNumOnly().FindStringSubmatch(id); m != nil {
			at = l.byNum[numberKey(m[1])]
		} else if m := reRefID().FindStringSubmatch(id); m != nil {
			at = l.byNum[numberKey(m[2])]
		}
	}
	var out []*Record
	for _, i := range at {
		out = append(out, l.Records[i])
	}
	return out
}

// Backlinks returns the links of other records to r.
func (l *Log) Backlinks(r *Record) []Backlink {
	if i, ok := l.at(r); ok {
		return l.back[i]
	}
	return nil
}

// at finds a record of the log, or the one of the log with the same path.
func (l *Log) at(r *Record) (int, bool) {
	if i, ok := l.index[r]; ok {
		return i, true
	}
	if r == nil {
		return 0, false
	}
	i, ok := l.byPath[r.Path]
	return i, ok
}

// Superseders returns the records that replace r, whole or in part, as either
// side says.
func (l *Log) Superseders(r *Record) []Backlink { return l.related(r, SupersededBy) }

// Superseded returns the records that r replaces, as either side says.
func (l *Log) Superseded(r *Record) []Backlink { return l.related(r, Supersedes) }

func (l *Log) related(r *Record, kind LinkKind) []Backlink {
	i, ok := l.at(r)
	if !ok {
		return nil
	}
	r = l.Records[i]
	var out []Backlink
	add := func(b Backlink) {
		for k := range out {
			if out[k].From == b.From {
				out[k].Partial = out[k].Partial || b.Partial
				return
			}
		}
		out = append(out, b)
	}
	for k := range r.Links {
		if link := &r.Links[k]; link.Kind == kind && link.Path != "" {
			add(Backlink{From: l.Records[l.byPath[link.Path]], Kind: kind, Partial: link.Partial || kind == SupersededBy && r.Partial && r.Status != Superseded, Link: link})
		}
	}
	for _, b := range l.back[i] {
		if b.Kind == kind {
			add(b)
		}
	}
	slices.SortFunc(out, func(a, b Backlink) int { return compareRecords(a.From, b.From) })
	return out
}

// Live returns the records that hold in place of r: r itself when nothing
// replaces it whole, otherwise the ends of the chains of replacements. A chain
// that comes back to itself has no end.
func (l *Log) Live(r *Record) []*Record {
	var out []*Record
	seen := map[*Record]bool{}
	var walk func(*Record)
	walk = func(r *Record) {
		if seen[r] {
			return
		}
		seen[r] = true
		end := true
		for _, s := range l.Superseders(r) {
			if !s.Partial {
				end = false
				walk(s.From)
			}
		}
		if end && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	if i, ok := l.at(r); ok {
		walk(l.Records[i])
	}
	return out
}

// Timeline returns the records by date, those without one last.
func (l *Log) Timeline() []*Record {
	out := slices.Clone(l.Records)
	slices.SortStableFunc(out, func(a, b *Record) int {
		return cmp.Or(
			boolCompare(a.Date == "", b.Date == ""),
			cmp.Compare(a.Date, b.Date),
		)
	})
	return out
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// Folders returns the folders that are scopes of ids.
func (l *Log) Folders() []string {
	var out []string
	for _, r := range l.Records {
		if f := r.Folder(); len(out) == 0 || out[len(out)-1] != f {
			out = append(out, f)
		}
	}
	return slices.Compact(out)
}

// Tags returns the records by tag, as first written; case does not matter.
func (l *Log) Tags() map[string][]*Record {
	return group(l.Records, func(r *Record) []string { return r.Tags })
}

// People returns the records by those who decided them.
func (l *Log) People() map[string][]*Record {
	return group(l.Records, func(r *Record) []string { return r.Deciders })
}

func group(records []*Record, keys func(*Record) []string) map[string][]*Record {
	out, name := map[string][]*Record{}, map[string]string{}
	for _, r := range records {
		for _, k := range keys(r) {
			f := fold(k)
			if _, ok := name[f]; !ok {
				name[f] = k
			}
			if list := out[name[f]]; len(list) == 0 || list[len(list)-1] != r {
				out[name[f]] = append(list, r)
			}
		}
	}
	return out
}

// Governing returns the records whose code: paths hold a path of the project or
// something below it, those in force first.
func (l *Log) Governing(p string) []*Record {
	p = path.Clean(strings.TrimPrefix(p, "./"))
	var out []*Record
	for _, r := range l.Records {
		if slices.ContainsFunc(r.Code, func(c string) bool { return covers(c, p) }) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b *Record) int { return boolCompare(!a.InForce(), !b.InForce()) })
	return out
}

// covers reports whether a code path holds p: it is p, a folder above it, a
// folder or pattern below it, or a pattern (*, ?, ** and […]) that matches.
func covers(pattern, p string) bool {
	pattern = path.Clean(strings.TrimPrefix(pattern, "/"))
	if pattern == p || pattern == "." || strings.HasPrefix(p, pattern+"/") || strings.HasPrefix(pattern, p+"/") {
		return true
	}
	return matchPath(strings.Split(pattern, "/"), strings.Split(p, "/"))
}

// matchPath matches segments; a pattern that ends early covers what is below.
func matchPath(pattern, p []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			if len(pattern) == 1 {
				return true
			}
			for i := range len(p) + 1 {
				if matchPath(pattern[1:], p[i:]) {
					return true
				}
			}
			return false
		}
		if len(p) == 0 {
			return false
		}
		if ok, err := path.Match(pattern[0], p[0]); err != nil || !ok {
			return false
		}
		pattern, p = pattern[1:], p[1:]
	}
	return true
}
