package drift

import (
	"maps"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/internal/markdown"
	"github.com/lintel-docs/lintel/sad"
)

// altered is a fact whose value the change altered.
type altered struct {
	path     string
	key      string
	keys     []string // above it
	old, new string
	line     int
	subjects []string // names of what the fact is about, in lower case
	// automation is set for values that say how the repository is tested.
	automation bool
}

// maxAltered bounds how many changed values are looked for in documents.
const maxAltered = 400

// changedFacts finds values that the change altered where a document states the
// old one beside its key or beside the name of what it is about.
func (c *change) changedFacts() {
	all := c.alteredFacts()
	if len(all) == 0 {
		return
	}
	if len(all) > maxAltered {
		c.note("%d values changed: only the first %d are looked for in documents", len(all), maxAltered)
		all = all[:maxAltered]
	}
	said := map[string]bool{}
	for _, a := range all {
		forms := formsOf(a)
		if len(forms) == 0 {
			continue
		}
		for _, d := range c.docs {
			if !d.log && !d.record {
				c.staleFacts(d, a, forms, said)
			}
		}
	}
}

// alteredFacts compares what changed files state.
func (c *change) alteredFacts() []*altered {
	var out []*altered
	still := map[string]map[string]bool{} // folder and key → values at the head
	for _, e := range c.edits() {
		if e.Status != git.Modified && e.Status != git.Renamed {
			continue
		}
		var subjects []string
		for _, pair := range pairFacts(facts(e.Old, e.old), facts(e.Path, e.new)) {
			f, g := pair[0], pair[1]
			if unreleased(f.value, g.value) || computed(g.value) {
				continue
			}
			if subjects == nil {
				subjects = c.subjectsOf(e)
			}
			keys := f.named()
			out = append(out, &altered{
				path: e.Path, key: keys[len(keys)-1], keys: keys[:len(keys)-1], old: f.value, new: g.value, line: f.line, subjects: withKeys(subjects, keys), automation: automation(e.Path),
			})
		}
	}
	if len(out) == 0 {
		return nil
	}
	// A value that a file beside still states under the same key is not untrue.
	dirs := map[string]bool{}
	for _, a := range out {
		dirs[path.Dir(a.path)] = true
	}
	for _, p := range c.head.paths {
		if d := path.Dir(p); dirs[d] && (strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml")) && c.head.files[p].Size < 1<<18 {
			for _, f := range facts(p, c.blob(c.head.files[p])) {
				k := d + "\x00" + f.id()
				if still[k] == nil {
					still[k] = map[string]bool{}
				}
				still[k][f.value] = true
			}
		}
	}
	return slices.DeleteFunc(out, func(a *altered) bool {
		id := strings.Join(append(slices.Clip(a.keys), a.key), "\x00")
		return still[path.Dir(a.path)+"\x00"+id][a.old]
	})
}

// sameValue reports whether two values are one, written in two ways.
func sameValue(a, b string) bool {
	clean := func(s string) string { return strings.ReplaceAll(strings.TrimPrefix(s, "v"), "_", "") }
	return clean(a) == clean(b)
}

// generic are names of folders and keys that tell nothing of what a file is
// about.
var generic = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`values deploy deployment helm chart charts src main config configs conf settings prod production dev development staging stage test tests
		app apps application services service templates template base overlays overlay k8s kubernetes docker compose docker-compose infra infrastructure terraform modules module
		libs lib packages package pkg internal cmd pipelines pipeline dags dag airflow models model sql scripts script bin tools ci default defaults index init spec data metadata
		env resources resource value name containers container args labels annotations global common image images requests limits connect connectors kafka topics topic constants utils core server
		cargo pyproject requirements pom build setup gemfile composer dependencies devdependencies project tool steps with jobs strategy matrix include`) {
		m[w] = true
	}
	return m
}()

// subjectsOf returns names of what a file is about: its folders and its name,
// what it calls itself, the elements of the architecture that cover it.
func (c *change) subjectsOf(e *edited) []string {
	set := map[string]bool{}
	add := func(s string) {
		s = strings.ToLower(s)
		if len(s) >= 3 && !generic[s] && len(s) < 80 {
			set[s] = true
		}
	}
	for part := range strings.SplitSeq(path.Dir(e.Path), "/") {
		add(part)
	}
	if c.sameStem(stemOf(e.Path)) <= maxSameStem {
		add(stemOf(e.Path))
	}
	for i, t := range e.now {
		if i > 1 && t.kind == tokString && (e.now[i-1].text == "=" || e.now[i-1].text == ":") {
			switch strings.Trim(e.now[i-2].text, `"`) {
			case "dag_id", "name", "topic", "id":
				if e.now[i].line < 40 {
					add(t.text)
				}
			}
		}
	}
	if m := c.architecture(); m != nil {
		for _, cover := range m.Covering(e.Path) {
			if cover.Depth < 2 && len(m.Covering(e.Path)) > 1 {
				continue
			}
			el := cover.Element
			add(el.ID)
			add(el.Name)
			for _, n := range el.Names {
				add(n)
			}
			for _, n := range el.Aliases {
				add(n)
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func withKeys(subjects, keys []string) []string {
	out := slices.Clone(subjects)
	for _, k := range keys[:len(keys)-1] {
		if k = strings.ToLower(k); len(k) >= 3 && !generic[k] && k[0] != '#' && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// architecture returns the model of the documents at the head, or nil.
func (c *change) architecture() *sad.Model {
	if !c.modelRead {
		c.modelRead = true
		var pages []*sad.Page
		for _, d := range c.docs {
			if strings.HasPrefix(d.text, "---") {
				if p := sad.ParsePage(d.path, []byte(d.text)); p != nil {
					pages = append(pages, p)
				}
			}
		}
		if len(pages) > 0 {
			c.model = sad.NewModel(pages, sad.Options{})
		}
	}
	return c.model
}

// keyWords are words with which documents speak of a key, by a part of its name.
var keyWords = map[string][]string{
	"replica": {"replica", "복제본", "레플리카", "인스턴스"}, "partition": {"partition", "파티션"}, "retention": {"retention", "retain", "kept", "keep", "보존", "보관"},
	"timeout": {"timeout", "time out", "timed out", "타임아웃", "제한 시간", "시간 제한"}, "schedule": {"schedule", "cron", "daily", "every day", "매일", "일정", "runs at", "실행"},
	"port": {"port", "포트"}, "memory": {"memory", "메모리"}, "cpu": {"cpu"}, "version": {"version", "버전", "판"}, "tag": {"version", "tag", "버전"}, "limit": {"limit", "한계", "한도", "제한"},
	"worker": {"worker", "워커"}, "interval": {"interval", "every", "주기", "간격", "마다"}, "retr": {"retry", "retries", "재시도"}, "batch": {"batch", "배치"}, "size": {"size", "크기"},
	"ttl": {"ttl", "만료", "expire"}, "days": {"days", "일"}, "max": {"max", "최대", "up to"}, "min": {"min", "최소", "at least"}, "concurren": {"concurren", "동시"}, "thread": {"thread", "스레드"},
	"pool": {"pool", "풀"}, "freshness": {"freshness", "신선도", "지연"}, "threshold": {"threshold", "임계", "한계"}, "lag": {"lag", "지연"}, "sla": {"sla"}, "storage": {"storage", "disk", "디스크", "저장"},
	"connection": {"connection", "연결"}, "host": {"host", "호스트"}, "database": {"database", "데이터베이스"}, "region": {"region", "리전"}, "delay": {"delay", "지연"}, "backoff": {"backoff"}, "rate": {"rate", "속도"},
	"python": {"python", "파이썬"}, "appversion": {"version", "버전"},
}

// wordsOf returns the words for a key.
func wordsOf(key string) []string {
	l := strings.ToLower(key)
	var out []string
	for _, k := range slices.Sorted(maps.Keys(keyWords)) {
		if strings.Contains(l, k) {
			out = append(out, keyWords[k]...)
		}
	}
	return out
}

// form is a way in which a document may state a value.
type form struct {
	re *regexp.Regexp // the first group is what is replaced
	// write returns the new text for what was found, "" when it is not the value.
	write  func(m []string, line string) string
	strong bool // the value is distinctive
	// literal is in every text that re finds something in, "" where there is no
	// such thing.
	literal string
	// close asks that the name stand right before the value.
	close bool
}

var (
	numberRE   = regexp.MustCompile(`^\d+(?:\.\d+)?$`)
	versionRE  = regexp.MustCompile(`^v?\d+\.\d+(?:\.\d+)*(?:[-.+][A-Za-z0-9.]+)*$`)
	durationRE = regexp.MustCompile(`^(\d+(?:\.\d+)?)\s*(ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)$`)
	sizeRE     = regexp.MustCompile(`^(\d+(?:\.\d+)?)\s*([KMGT]i?B?|[kmgt]b)$`)
	cronRE     = regexp.MustCompile(`^[\d*/,-]+ [\d*/,-]+ [\d*/,?LW-]+ [\d*/,A-Za-z-]+ [\d*/,A-Za-z#?L-]+$`)
	docTimeRE  = regexp.MustCompile(`(?:^|[^\d:.])(([01]?\d|2[0-3]):([0-5]\d))(?:[^\d:]|$)`)
	docSpanRE  = regexp.MustCompile(`(?:^|[^\w.,:-])((\d[\d,_]*(?:\.\d+)?)([ \x{00a0}-]?)(milliseconds?|msecs?|ms|밀리초|seconds?|secs?|s|초|minutes?|mins?|m|분|hours?|hrs?|h|시간|days?|d|일|weeks?|w|주))`)
	docSizeRE  = regexp.MustCompile(`(?:^|[^\w.,:-])((\d+(?:\.\d+)?)([ \x{00a0}]?)(Ki|Mi|Gi|Ti|KiB|MiB|GiB|TiB|KB|MB|GB|TB|kB))(?:[^\w]|$)`)
)

var unitMS = map[string]float64{
	"ms": 1, "msec": 1, "msecs": 1, "millisecond": 1, "milliseconds": 1, "밀리초": 1, "s": 1e3, "sec": 1e3, "secs": 1e3, "second": 1e3, "seconds": 1e3, "초": 1e3,
	"m": 6e4, "min": 6e4, "mins": 6e4, "minute": 6e4, "minutes": 6e4, "분": 6e4, "h": 36e5, "hr": 36e5, "hrs": 36e5, "hour": 36e5, "hours": 36e5, "시간": 36e5,
	"d": 864e5, "day": 864e5, "days": 864e5, "일": 864e5, "w": 6048e5, "week": 6048e5, "weeks": 6048e5, "주": 6048e5,
}

// unitOfKey returns the unit that a key names, in milliseconds, or 0.
func unitOfKey(key string) float64 {
	l := strings.ToLower(strings.NewReplacer("-", "_", ".", "_").Replace(key))
	for _, u := range []struct {
		end string
		ms  float64
	}{
		{"_ms", 1}, {"millis", 1}, {"milliseconds", 1}, {"seconds", 1e3}, {"_sec", 1e3}, {"_secs", 1e3}, {"_s", 1e3}, {"minutes", 6e4}, {"_min", 6e4}, {"_mins", 6e4}, {"hours", 36e5}, {"days", 864e5},
	} {
		if strings.HasSuffix(l, u.end) {
			return u.ms
		}
	}
	if strings.HasSuffix(key, "Ms") {
		return 1
	}
	return 0
}

// milliseconds reads a duration, with the unit of its key where it has none.
func milliseconds(key, v string) (float64, bool) {
	if m := durationRE.FindStringSubmatch(strings.ToLower(v)); m != nil {
		n, err := strconv.ParseFloat(m[1], 64)
		return n * unitMS[m[2]], err == nil
	}
	if u := unitOfKey(key); u > 0 {
		n, err := strconv.ParseFloat(strings.ReplaceAll(v, "_", ""), 64)
		return n * u, err == nil
	}
	return 0, false
}

func bounded(v string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\w.,:/-]|v)(` + regexp.QuoteMeta(v) + `)(?:[^\w.,-]|[.,-](?:[^\w]|$)|$)`)
}

// formsOf returns the ways in which documents state the old value.
func formsOf(a *altered) []form {
	var out []form
	exact := func(old, now string, strong bool) {
		out = append(out, form{bounded(old), func([]string, string) string { return now }, strong, old, false})
	}
	old, now := a.old, a.new
	digits := func(s string) string { return strings.ReplaceAll(s, "_", "") }
	switch {
	case cronRE.MatchString(old):
		exact(old, now, true)
		if h, m, ok := daily(old); ok {
			nh, nm, ok2 := daily(now)
			if !ok2 {
				break
			}
			out = append(out, form{docTimeRE, func(g []string, line string) string {
				shift := 0
				if strings.Contains(line, "KST") {
					shift = 9
				}
				gh, _ := strconv.Atoi(g[2])
				gm, _ := strconv.Atoi(g[3])
				if gh != (h+shift)%24 || gm != m {
					return ""
				}
				text := strconv.Itoa((nh + shift) % 24)
				if len(g[2]) == 2 && len(text) == 1 {
					text = "0" + text
				}
				return text + ":" + pad(nm)
			}, true, ":", false})
		}
	case numberRE.MatchString(digits(old)) && numberRE.MatchString(digits(now)):
		o, n := digits(old), digits(now)
		exact(o, n, len(o) >= 4)
		out[0].close = a.version()
		if len(o) > 3 && !strings.Contains(o, ".") {
			exact(grouped(o, ","), grouped(n, ","), true)
			exact(grouped(o, "_"), grouped(n, "_"), true)
		}
		if u := unitOfKey(a.key); u > 0 {
			out = append(out, spanForm(a.key, old, now)...)
		}
	case durationRE.MatchString(strings.ToLower(old)):
		exact(old, now, true)
		out = append(out, spanForm(a.key, old, now)...)
	case sizeRE.MatchString(old):
		exact(old, now, true)
		m, n := sizeRE.FindStringSubmatch(old), sizeRE.FindStringSubmatch(now)
		if n != nil {
			out = append(out, form{docSizeRE, func(g []string, _ string) string {
				if g[2] != m[1] || !strings.EqualFold(g[4][:1], m[2][:1]) {
					return ""
				}
				unit := g[4]
				if !strings.EqualFold(n[2][:1], m[2][:1]) {
					unit = n[2][:1] + unit[1:]
				}
				return n[1] + g[3] + unit
			}, true, m[1], false})
		}
	case versionRE.MatchString(old) && strings.Contains(now, "."):
		if o, n := shortVersion(old), shortVersion(now); o != "" && n != "" && o != n {
			exact(o, n, false)
			out[len(out)-1].close = true
		}
		exact(old, now, strings.Count(old, ".") > 1)
		out[len(out)-1].close = strings.Count(old, ".") == 1
		if o, ok := strings.CutPrefix(old, "v"); ok {
			exact(o, strings.TrimPrefix(now, "v"), strings.Count(o, ".") > 1)
			out[len(out)-1].close = strings.Count(o, ".") == 1
		}
	case len(old) >= 6 && strings.ContainsAny(old, "-_./:0123456789") && !strings.ContainsAny(old, " {}$"):
		exact(old, now, true)
	}
	return out
}

// shortVersion returns the first two parts of a version that has more.
func shortVersion(v string) string {
	f := strings.SplitN(v, ".", 3)
	if len(f) < 3 {
		return ""
	}
	return f[0] + "." + f[1]
}

func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// daily reads a schedule of once a day.
func daily(cron string) (h, m int, ok bool) {
	f := strings.Fields(cron)
	if len(f) != 5 || f[2] != "*" || f[3] != "*" {
		return 0, 0, false
	}
	m, err1 := strconv.Atoi(f[0])
	h, err2 := strconv.Atoi(f[1])
	return h, m, err1 == nil && err2 == nil && h < 24 && m < 60
}

func grouped(n, sep string) string {
	var b strings.Builder
	for i := range len(n) {
		if i > 0 && (len(n)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteByte(n[i])
	}
	return b.String()
}

// spanForm finds a duration in any unit and writes the new one in the same.
func spanForm(key, old, now string) []form {
	o, ok1 := milliseconds(key, old)
	n, ok2 := milliseconds(key, now)
	if !ok1 || !ok2 || o <= 0 {
		return nil
	}
	return []form{{docSpanRE, func(g []string, _ string) string {
		v, err := strconv.ParseFloat(strings.NewReplacer(",", "", "_", "").Replace(g[2]), 64)
		u := unitMS[g[4]]
		if err != nil || u == 0 || math.Abs(v*u-o) > .5 {
			return ""
		}
		k := n / u
		unit := g[4]
		if k != math.Trunc(k) || k == 0 {
			// A smaller unit of the same language.
			k = 0
			for _, s := range map[bool][]string{true: {"시간", "분", "초", "밀리초"}, false: {"hours", "minutes", "seconds", "ms"}}[unit[0] >= 0x80] {
				if x := n / unitMS[s]; unitMS[s] < u && x == math.Trunc(x) && x > 0 {
					k, unit = x, s
					break
				}
			}
			if k == 0 {
				return ""
			}
			if len(g[4]) == 1 && unit[0] < 0x80 {
				unit = unit[:1]
			}
		}
		text := strconv.FormatFloat(k, 'f', -1, 64)
		if strings.Contains(g[2], ",") && len(text) > 3 {
			text = grouped(text, ",")
		}
		if k == 1 && strings.HasSuffix(unit, "s") && len(unit) > 2 {
			unit = strings.TrimSuffix(unit, "s")
		} else if v == 1 && k != 1 && len(unit) > 2 && unit[0] < 0x80 && !strings.HasSuffix(unit, "s") {
			unit += "s"
		}
		return text + g[3] + unit
	}, true, "", false}}
}

// staleFacts looks for the old value in a document.
func (c *change) staleFacts(d *document, a *altered, forms []form, said map[string]bool) {
	lower := ""
	about := 0 // whether the document as a whole is about the subject
	if !d.speaksOf(a) {
		return
	}
	for _, f := range forms {
		if f.literal != "" && !strings.Contains(d.text, f.literal) {
			continue
		}
		for _, m := range f.re.FindAllStringSubmatchIndex(d.text, 500) {
			start, end := m[2], m[3]
			doc := d.parsed()
			line := doc.LineOf(start)
			// What begins or ends at one place is one: v1.2.3 and 1.2.3, 7 and 7일.
			first, last := d.path+"\x00"+strconv.Itoa(start), d.path+"\x00-"+strconv.Itoa(end)
			if said[first] || said[last] || d.fresh(line) {
				continue
			}
			text := doc.LineText(line)
			groups := make([]string, len(m)/2)
			for g := range groups {
				if m[2*g] >= 0 {
					groups[g] = d.text[m[2*g]:m[2*g+1]]
				}
			}
			now := f.write(groups, text)
			if now == "" || now == groups[1] {
				continue
			}
			if lower == "" {
				lower = strings.ToLower(path.Base(d.path) + " " + d.title())
				for _, s := range a.subjects {
					if holds(lower, s) {
						about = 1
					}
				}
			}
			score, because := c.weigh(d, a, f, start, end, line, about)
			if score < 3 || ofAnotherKey(text, a) || c.statedBeside(d, a) {
				continue
			}
			if at := start - doc.LineStart(line); a.version() && (bygone(text, at, end-start+at) || holdsValue(text, now)) {
				continue
			}
			if a.automation && !speaksOfAutomation(strings.ToLower(text)) && !speaksOfAutomation(lower) {
				continue
			}
			r := d.regionAt(start)
			if r == inComment || r == inLink || d.line(line).history || d.section(start) {
				continue
			}
			said[first], said[last] = true, true
			al := Alert{Confidence: min(.6+.08*float64(score-3), .9)}
			al.Rule, al.Severity, al.Position = "drift/changed-fact", finding.Warning, d.at(start)
			al.Subject = strings.Join(append(slices.Clip(a.keys), a.key), ".") + " " + a.old
			al.Message = "the document says " + groups[1] + ", " + finding.Visible(a.key) + " is " + finding.Visible(a.new) + " now"
			al.Reason = "the change sets " + finding.Visible(a.key) + " in " + finding.Visible(a.path) + " from " + finding.Visible(a.old) + " to " + finding.Visible(a.new) + ", and " + because
			al.Hint = "write " + now
			al.Edit = finding.Edit{Start: start, Old: groups[1], New: now, Safe: true}
			al.Evidence = []Evidence{{Path: a.path, Line: a.line, Gone: true, Text: a.key + " = " + a.old}}
			c.alert(al)
		}
	}
}

// speaksOf reports whether a document has a word for the key at all: without
// one nothing in it is looked at.
func (d *document) speaksOf(a *altered) bool {
	if versionRE.MatchString(a.old) && strings.Contains(a.old, ".") {
		return true
	}
	if d.lower == "" {
		d.lower = strings.ToLower(d.text)
	}
	return strings.Contains(d.lower, strings.ToLower(a.key)) ||
		slices.ContainsFunc(wordsOf(a.key), func(w string) bool { return strings.Contains(d.lower, w) })
}

// title returns the title of a document.
func (d *document) title() string {
	doc := d.parsed()
	out := ""
	if doc.Front != nil {
		out = doc.Front.String("title") + " " + doc.Front.String("id")
	}
	for i := range doc.Blocks {
		if doc.Blocks[i].Kind == markdown.Heading {
			return out + " " + doc.Blocks[i].Text
		}
	}
	return out
}

// holds reports whether a text in lower case names a subject as a whole, with
// dashes or blanks between its words.
func holds(text, s string) bool {
	return holdsWord(text, s) || strings.ContainsAny(s, "-_") && holdsWord(text, strings.NewReplacer("-", " ", "_", " ").Replace(s))
}

func holdsWord(text, s string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], s)
		if i < 0 {
			return false
		}
		i += at
		e := i + len(s)
		if (i == 0 || !isWordByte(text[i-1]) && text[i-1] != '-') && (e == len(text) || !isWordByte(text[e]) && text[e] != '-') {
			return true
		}
		at = i + 1
	}
}

// weigh says how surely the text at start states the altered fact: 3 and above
// is sure enough to be said. The key counts most when it is a name of its own,
// then what it is about on the same line, then how distinctive the value is.
func (c *change) weigh(d *document, a *altered, f form, start, end, line, about int) (int, string) {
	doc := d.parsed()
	scope := doc.LineText(line)
	from := doc.LineStart(line)
	at := start - from
	if doc.Front != nil && start < doc.Front.End {
		// An item of a list is about one thing.
		first, last := line, line
		for first > 1 && !strings.HasPrefix(strings.TrimSpace(doc.LineText(first)), "- ") && doc.LineText(first) != "---" {
			first--
		}
		for last < doc.Lines() && !strings.HasPrefix(strings.TrimSpace(doc.LineText(last+1)), "- ") && doc.LineText(last+1) != "---" {
			last++
		}
		from = doc.LineStart(first)
		scope = d.text[from:min(doc.LineStart(last+1), len(d.text))]
		at = start - from
	}
	l := strings.ToLower(scope)
	if len(l) != len(scope) {
		l = scope // lower case has another length: offsets count
	}
	score, because := 0, ""
	column := false
	key := strings.ToLower(a.key)
	near := func(w string) int { // distance from the value to the nearest w, -1: none
		best := -1
		for k := 0; k < len(l); {
			i := strings.Index(l[k:], w)
			if i < 0 {
				break
			}
			i += k
			dist := i - (at + end - start)
			if i < at {
				dist = at - (i + len(w))
			}
			if dist >= 0 && (best < 0 || dist < best) {
				best = dist
			}
			k = i + len(w)
		}
		return best
	}
	clear := func(dist int, w string) bool { // no other number between the key and the value
		if dist < 0 || dist > 60 {
			return false
		}
		before := at - dist
		if before >= 0 && strings.HasSuffix(l[:before], w) {
			return !strings.ContainsAny(l[before:at], "0123456789")
		}
		e := at + end - start
		return e+dist <= len(l) && !strings.ContainsAny(l[e:e+dist], "0123456789")
	}
	table := inTable(doc.LineText(line))
	keyDist := -1
	switch {
	case shaped(a.key) && holds(l, key):
		dist := near(key)
		if table || clear(dist, key) {
			score, keyDist = 3, dist
			because = "the line names " + a.key
		}
	case len(key) >= 3 && holds(l, key) && clear(near(key), key):
		score, keyDist = 1, near(key)
		because = "the line names " + a.key
	}
	if score == 0 {
		for _, w := range wordsOf(strings.Join(append(a.keys[max(0, len(a.keys)-1):len(a.keys):len(a.keys)], a.key), "_")) {
			if dist := near(w); clear(dist, w) {
				score, keyDist = 1, dist
				because = "the line speaks of " + w
				break
			}
		}
	}
	if score == 0 && table {
		if head := d.columnOf(start); head != "" {
			h := strings.ToLower(head)
			for _, w := range append(wordsOf(a.key), key) {
				if strings.Contains(h, w) {
					score, column = 2, true
					because = "the column is " + head
					break
				}
			}
		}
	}
	if score == 0 && versionRE.MatchString(a.old) && strings.Contains(a.old, ".") {
		// Documents write a version behind the name, without the word.
		score, because = 1, "the line has the version"
	}
	if score == 0 {
		return 0, ""
	}
	if f.close && score < 3 { // "Airflow 3.0", not any line that has both
		before := l[max(0, at-48):min(at, len(l))]
		if i := strings.LastIndexAny(before, "0123456789"); i >= 0 {
			before = before[i+1:]
		}
		if !slices.ContainsFunc(a.subjects, func(s string) bool { return holds(before, s) }) || strings.HasPrefix(l[min(at+end-start, len(l)):], "+") {
			return 0, ""
		}
	}
	named := false
	for _, s := range a.subjects {
		if s != key && holds(l, s) {
			score += 2
			because += " and " + s
			about, named = 0, true
			break
		}
	}
	if a.version() && !named && about == 0 && !shaped(a.key) {
		return 0, "" // there are too many versions of too many things
	}
	if column && score == 2 {
		return 0, "" // the row is about something else
	}
	score += about
	if f.strong {
		score++
	}
	if !table && keyDist >= 0 && keyDist <= 8 {
		score++
	}
	return score, because
}

// columnOf returns the title of the column of a table in which a byte stands,
// when the cell holds little else.
func (d *document) columnOf(off int) string {
	doc := d.parsed()
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if b.Kind != markdown.Table || off < b.Start || off >= b.End {
			continue
		}
		g := doc.Grid(b)
		for _, row := range g.Rows {
			for k, cell := range row {
				if off >= cell.Start && off < cell.End && k < len(g.Header) && len(cell.Text) < 40 {
					return g.Header[k].Text
				}
			}
		}
	}
	return ""
}
