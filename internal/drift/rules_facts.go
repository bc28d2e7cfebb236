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
	// topics are words of what the file measures or keeps (freshness, 신선도),
	// mentions are names that the file uses: both weaker than a subject.
	topics, mentions []string
	env              string // the environment that the file configures, or ""
	offset           int    // of the file's schedules, in minutes east of UTC
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
				path: e.Path, key: keys[len(keys)-1], keys: keys[:len(keys)-1], old: f.value, new: g.value, line: f.line, subjects: c.withKeys(subjects, keys, f, e.Path), automation: automation(e.Path),
				topics: topicsOf(e.Path), mentions: e.mentions(), env: environmentOf(e.Path), offset: zoneOf(e.new),
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
		cargo pyproject requirements pom build setup gemfile composer dependencies devdependencies project tool steps with jobs strategy matrix include
		version versions const type types util common lib pkgs metadata`) {
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

// products are generic names that a version is a version of.
var products = map[string]bool{"airflow": true, "kafka": true, "kubernetes": true, "docker": true, "terraform": true, "helm": true}

// withKeys adds what the keys above a value name, what the thing that the value
// is of calls itself, and what an element of the architecture of that id is
// called.
func (c *change) withKeys(subjects, keys []string, f fact, p string) []string {
	out := slices.Clone(subjects)
	add := func(s string) {
		if s = strings.ToLower(s); len(s) >= 3 && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	above := keys[:len(keys)-1]
	if versionRE.MatchString(f.value) {
		for _, k := range slices.Concat(above, strings.Split(path.Dir(p), "/")) {
			if products[strings.ToLower(k)] {
				add(k)
			}
		}
	}
	for _, k := range append(slices.Clone(above), f.owner) {
		if k = strings.ToLower(k); len(k) < 3 || generic[k] || k[0] == '#' {
			continue
		}
		add(k)
		if m := c.architecture(); m != nil {
			if e := m.Element(k); e != nil {
				add(e.Name)
				for _, n := range e.Names {
					add(n)
				}
			}
		}
	}
	return out
}

// topicsOf returns words with which documents speak of what a file is named
// after: cdc_freshness.py is about freshness, 신선도.
func topicsOf(p string) []string {
	var out []string
	for _, w := range words(stemOf(p)) {
		out = append(out, qualities[w]...)
	}
	return out
}

// qualities are words of what is measured or promised, by the word of a name.
var qualities = map[string][]string{
	"freshness": {"freshness", "신선도"}, "latency": {"latency", "응답 시간", "지연 시간"}, "lag": {"lag", "지연"}, "retention": {"retention", "보존", "보관"}, "sla": {"sla"}, "slo": {"slo"},
	"availability": {"availability", "가용성"}, "recovery": {"recovery", "복구"}, "backup": {"backup", "백업"}, "throughput": {"throughput", "처리량"}, "timeout": {"timeout", "타임아웃", "시간 제한"},
}

// environments are names of environments in paths and in the titles of columns.
var environments = map[string][]string{
	"prod": {"production", "prod", "운영"}, "production": {"production", "prod", "운영"}, "dev": {"development", "dev", "개발"}, "development": {"development", "dev", "개발"},
	"stg": {"staging", "stage", "스테이징"}, "staging": {"staging", "stage", "스테이징"}, "stage": {"staging", "stage", "스테이징"}, "qa": {"qa"},
}

// environmentOf returns the environment that a file is of, by its path.
func environmentOf(p string) string {
	for _, w := range slices.Backward(strings.FieldsFunc(strings.ToLower(p), func(r rune) bool { return strings.ContainsRune("/._-", r) })) {
		if _, ok := environments[w]; ok {
			return w
		}
	}
	return ""
}

// mentions returns the names that a changed file uses, in lower case, worked out
// once.
func (e *edited) mentions() []string {
	if e.uses == nil {
		set := map[string]bool{}
		for _, t := range e.now {
			eachName(t.text, func(n string) {
				if k := kindOf(n); (k == snakeName || k == dottedName || k == kebabName) && len(n) > 5 && len(set) < 2000 {
					set[strings.ToLower(n)] = true
				}
			})
		}
		e.uses = slices.Sorted(maps.Keys(set))
	}
	return e.uses
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
	"timeout": {"timeout", "time out", "timed out", "times out", "stops after", "stop after", "gives up", "killed after", "aborted after", "타임아웃", "제한 시간", "시간 제한"}, "schedule": {"schedule", "cron", "daily", "weekly", "hourly", "every day", "매일", "매주", "매시", "일정", "runs", "begins", "starts", "실행"},
	"port": {"port", "포트"}, "memory": {"memory", "메모리"}, "cpu": {"cpu"}, "version": {"version", "버전", "판"}, "tag": {"version", "tag", "버전"}, "limit": {"limit", "한계", "한도", "제한"},
	"worker": {"worker", "워커"}, "interval": {"interval", "every", "주기", "간격", "마다"}, "retr": {"retry", "retries", "재시도"}, "batch": {"batch", "배치"}, "size": {"size", "크기"},
	"ttl": {"ttl", "만료", "expire"}, "days": {"days", "일"}, "max": {"max", "최대", "up to"}, "min": {"min", "최소", "at least"}, "concurren": {"concurren", "동시"}, "thread": {"thread", "스레드"},
	"pool": {"pool", "풀"}, "freshness": {"freshness", "old", "신선도", "지연"}, "threshold": {"threshold", "임계", "한계"}, "lag": {"lag", "지연"}, "sla": {"sla"}, "storage": {"storage", "disk", "디스크", "저장"},
	"connection": {"connection", "연결"}, "host": {"host", "호스트"}, "database": {"database", "데이터베이스"}, "region": {"region", "리전"}, "delay": {"delay", "지연"}, "backoff": {"backoff"}, "rate": {"rate", "속도"},
	"python": {"python", "파이썬"}, "appversion": {"version", "버전"}, "cron": {"schedule", "cron", "매일", "매시", "일정"}, "rotate": {"rotate", "every", "마다"}, "window": {"window", "구간"},
	"deadline": {"deadline", "마감", "까지"}, "broker": {"broker", "브로커"}, "node": {"node", "노드"}, "heap": {"heap", "힙"}, "task": {"task", "태스크"}, "factor": {"factor", "계수"}, "expir": {"expire", "expiry", "만료", "보존", "kept", "keep"},
	"wait": {"wait", "기다"}, "period": {"period", "every", "주기", "마다"}, "row": {"row", "행"}, "entries": {"entries", "항목"}, "level": {"level", "수준"}, "active": {"active", "동시"}, "disk": {"disk", "디스크"}, "alert": {"alert", "경보"},
	"attempt": {"attempt", "retry", "retries", "시도", "재시도"}, "ports": {"port", "포트"}, "target": {"target", "목표"}, "uptime": {"uptime", "가용성"}, "instances": {"instance", "인스턴스"}, "age": {"age", "old", "나이"},
}

// bounds are words that stand beside a limit and tell nothing of which: within
// 10 minutes, 10분 안에.
var bounds = []string{"within", "at most", "no more than", "up to", "exceed", "over", "more than", "longer than", "older than", "promise", "promised", "sla", "slo", "안에", "이내", "넘", "초과", "약속", "이하", "까지"}

// isBound reports whether a key sets a limit.
func isBound(key string) bool {
	l := strings.ToLower(key)
	for _, w := range []string{"limit", "threshold", "max", "sla", "slo", "deadline", "timeout", "freshness", "lag", "latency", "age", "late", "warn_after", "error_after", "target", "budget"} {
		if strings.Contains(l, w) {
			return true
		}
	}
	return false
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
	// exact is set where the document writes the value as the code does.
	exact bool
	// every is set where the value is an interval: 10분마다, every 10 minutes.
	every bool
	// own is the unit of the code, where the form reads any; a line that has the
	// value in it is not looked through for others.
	own float64
	// product is set where the value is what something runs on: its name is key
	// enough where the line names what runs on it.
	product bool
	// telling is set where the value says by itself what it is a value of: a size
	// of memory, a time of the day, the port of a host.
	telling bool
	// keyed asks that the key be named right beside the value.
	keyed bool
}

var (
	numberRE   = regexp.MustCompile(`^\d+(?:\.\d+)?$`)
	versionRE  = regexp.MustCompile(`^v?\d+\.\d+(?:\.\d+)*(?:[-.+][A-Za-z0-9.]+)*$`)
	durationRE = regexp.MustCompile(`^(\d+(?:\.\d+)?)\s*(ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)$`)
	sizeRE     = regexp.MustCompile(`^(\d+(?:\.\d+)?)\s*([KMGT]i?B?|[kmgt]b?)$`)
	cronRE     = regexp.MustCompile(`^[\d*/,-]+ [\d*/,-]+ [\d*/,?LW-]+ [\d*/,A-Za-z-]+ [\d*/,A-Za-z#?L-]+$`)
	docSpanRE  = regexp.MustCompile(`(?:^|[^\w.,:-])((\d[\d,_]*(?:\.\d+)?)([ \x{00a0}-]?)(milliseconds?|msecs?|ms|밀리초|seconds?|secs?|s|초|minutes?|mins?|m|분|hours?|hrs?|h|시간|days?|d|일|weeks?|w|주))`)
	docWordRE  = regexp.MustCompile(`(?i)(?:^|[\s(|*"'` + "`" + `])((` + numberWordRE + `)([ -])(milliseconds?|seconds?|minutes?|hours?|days?|weeks?|초|분|시간|일|주))(?:[^\w]|$)`)
	docSizeRE  = regexp.MustCompile(`(?:^|[^\w.,:-])((\d[\d,]*(?:\.\d+)?)([ \x{00a0}]?)(KiB|MiB|GiB|TiB|Ki|Mi|Gi|Ti|KB|MB|GB|TB|kB|[KMGTg]))(?:[^\w]|$)`)
)

var unitMS = map[string]float64{
	"ms": 1, "msec": 1, "msecs": 1, "millisecond": 1, "milliseconds": 1, "밀리초": 1, "s": 1e3, "sec": 1e3, "secs": 1e3, "second": 1e3, "seconds": 1e3, "초": 1e3,
	"m": 6e4, "min": 6e4, "mins": 6e4, "minute": 6e4, "minutes": 6e4, "분": 6e4, "h": 36e5, "hr": 36e5, "hrs": 36e5, "hour": 36e5, "hours": 36e5, "시간": 36e5,
	"d": 864e5, "day": 864e5, "days": 864e5, "일": 864e5, "w": 6048e5, "week": 6048e5, "weeks": 6048e5, "주": 6048e5,
}

// unitOfKey returns the unit that a key names, in milliseconds, or 0.
func unitOfKey(key string) float64 {
	l := strings.ToLower(strings.NewReplacer("-", "_", ".", "_").Replace(key))
	for _, end := range []string{"_bucket", "_sum", "_total", "_max", "_count"} { // metrics
		l = strings.TrimSuffix(l, end)
	}
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
		out = append(out, form{re: bounded(old), write: func([]string, string) string { return now }, strong: strong, literal: old, exact: true})
	}
	old, now := strings.TrimLeft(a.old, "^~>=! "), strings.TrimLeft(a.new, "^~>=! ")
	digits := func(s string) string { return strings.ReplaceAll(s, "_", "") }
	switch {
	case productOf(old) != "" && productOf(now) != "" && productOf(old) != productOf(now):
		out = append(out, productForms(old)...)
	case cronRE.MatchString(old) || cronNames[old] != "":
		exact(old, now, true)
		out = append(out, scheduleForms(old, now, a.offset)...)
	case sizeRE.MatchString(old) && (old[len(old)-1] == 'i' || strings.HasSuffix(strings.ToLower(old), "b") || isSizeKey(a.key)):
		exact(old, now, true)
		out = append(out, sizeForms(a.key, old, now)...)
	case isSizeKey(a.key) && durationRE.MatchString(strings.ToLower(old)): // cpu: 500m
		exact(old, now, true)
	case numberRE.MatchString(digits(old)) && numberRE.MatchString(digits(now)):
		o, n := digits(old), digits(now)
		if strings.Contains(strings.ToLower(a.key), "port") && len(o) > 1 && !strings.Contains(o, ".") {
			out = append(out, portForms(o, n)...)
		}
		exact(o, n, len(o) >= 4)
		out[len(out)-1].close = a.version()
		if len(o) > 3 && !strings.Contains(o, ".") {
			exact(grouped(o, ","), grouped(n, ","), true)
			exact(grouped(o, "_"), grouped(n, "_"), true)
		}
		if u := unitOfKey(a.key); u > 0 {
			out = append(out, spanForms(a.key, old, now)...)
		} else if sizeOfKey(a.key) > 0 {
			out = append(out, sizeForms(a.key, old, now)...)
		} else if n1, err := strconv.Atoi(o); err == nil && n1 > 1 {
			if n2, err := strconv.Atoi(n); err == nil {
				out = append(out, wordForms(n1, n2)...)
			}
		}
	case durationRE.MatchString(strings.ToLower(old)):
		exact(old, now, true)
		out = append(out, spanForms(a.key, old, now)...)
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
	case plainWordRE.MatchString(old) && plainWordRE.MatchString(now):
		exact(old, now, false)
		out[len(out)-1].keyed = true
	}
	return out
}

// productOf returns what an image is an image of, in lower case, or "".
func productOf(image string) string {
	m := imageRE.FindStringSubmatch(image)
	if m == nil || !strings.ContainsFunc(m[1], func(r rune) bool { return r >= 'a' && r <= 'z' }) {
		return ""
	}
	return strings.ToLower(path.Base(m[1]))
}

// productForms finds the product of an image that another took the place of,
// with its version. There is no edit: a document writes more than an image says.
func productForms(image string) []form {
	re, err := regexp.Compile(`(?i)(?:^|[^\w./-])(` + regexp.QuoteMeta(productOf(image)) + `(?:ql)?)(?:[^\w./-]|$)`)
	if err != nil {
		return nil
	}
	return []form{{re: re, write: func([]string, string) string { return noEdit }, product: true}}
}

// portForms finds a port behind a host and on both sides of a forward.
func portForms(old, now string) []form {
	return []form{
		{re: regexp.MustCompile(`(?:^|[^\w.,:/-])(` + old + `:` + old + `)(?:[^\w.:]|$)`), write: func([]string, string) string { return now + ":" + now }, strong: true, telling: true, literal: old, exact: true},
		{re: regexp.MustCompile(`[A-Za-z\]]:(` + old + `)(?:[^\w.:]|$)`), write: func([]string, string) string { return now }, strong: true, telling: true, literal: old},
	}
}

// plainWordRE finds values that are a word: true, minimal, incremental.
var plainWordRE = regexp.MustCompile(`^[A-Za-z][A-Za-z_]{2,29}$`)

// wordForms finds a small number in words: four replicas, 복제본 네 개.
func wordForms(old, now int) []form {
	var out []form
	for text, way := range numerals(old) {
		if way == inDigits || way == inSino {
			continue
		}
		pattern := `(?i)(?:^|[\s(|*])(` + regexp.QuoteMeta(text) + `)[ -][a-z]`
		if way == inKorean {
			pattern = `(?:^|[\s(|*])(` + regexp.QuoteMeta(text) + `)[ ]?` + koreanCounter
		}
		if re, err := regexp.Compile(pattern); err == nil {
			out = append(out, form{re: re, write: func(g []string, line string) string {
				if strings.Contains(strings.ToLower(line), strings.ToLower(g[1])+" times") {
					return "" // a factor
				}
				return sayNumber(g[1], way, now, true)
			}})
		}
	}
	return out
}

// sizes are units of memory and storage, in bytes.
var sizes = map[string]float64{"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}

// isSizeKey reports whether a key is of memory, storage or processors, where a
// trailing m is no minute.
func isSizeKey(key string) bool {
	l := strings.ToLower(key)
	for _, w := range []string{"memory", "mem", "heap", "xmx", "size", "storage", "disk", "cpu", "bytes", "buffer", "volume", "capacity"} {
		if strings.Contains(l, w) {
			return true
		}
	}
	return false
}

// sizeOfKey returns the unit of size that a key names, in bytes, or 0.
func sizeOfKey(key string) float64 {
	l := strings.ToLower(strings.NewReplacer("-", "_", ".", "_").Replace(key))
	for _, u := range []struct {
		end   string
		bytes float64
	}{{"bytes", 1}, {"_kb", 1 << 10}, {"_mb", 1 << 20}, {"_mib", 1 << 20}, {"_gb", 1 << 30}, {"_gib", 1 << 30}, {"_in_gb", 1 << 30}} {
		if strings.HasSuffix(l, u.end) {
			return u.bytes
		}
	}
	return 0
}

// bytesOf reads a size, with the unit of its key where it has none.
func bytesOf(key, v string) (float64, bool) {
	if m := sizeRE.FindStringSubmatch(v); m != nil {
		n, err := strconv.ParseFloat(m[1], 64)
		return n * sizes[strings.ToLower(m[2][:1])], err == nil
	}
	if u := sizeOfKey(key); u > 0 {
		n, err := strconv.ParseFloat(strings.ReplaceAll(v, "_", ""), 64)
		return n * u, err == nil
	}
	return 0, false
}

// sizeForms finds a size in any unit and writes the new one in the same, or in
// the nearest that makes it a whole number. Documents write GB for GiB.
func sizeForms(key, old, now string) []form {
	o, ok1 := bytesOf(key, old)
	n, ok2 := bytesOf(key, now)
	if !ok1 || !ok2 || o <= 0 || n <= 0 {
		return nil
	}
	return []form{{re: docSizeRE, strong: true, telling: true, write: func(g []string, _ string) string {
		v, err := strconv.ParseFloat(strings.ReplaceAll(g[2], ",", ""), 64)
		u := sizes[strings.ToLower(g[4][:1])]
		if err != nil || math.Abs(v*u-o) > o/1000 {
			return ""
		}
		unit, k := g[4], n/u
		if k != math.Trunc(k) || k >= 1024 {
			for _, s := range []string{"T", "G", "M", "K"} {
				if x := n / sizes[strings.ToLower(s)]; x == math.Trunc(x) && x >= 1 {
					k, unit = x, s+g[4][1:]
					break
				}
			}
		}
		return strconv.FormatFloat(k, 'f', -1, 64) + g[3] + unit
	}}}
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

// spanForms finds a duration in any unit, in digits and in words, and writes the
// new one in the same. now may be empty: there is no new duration.
func spanForms(key, old, now string) []form {
	o, ok1 := milliseconds(key, old)
	n, ok2 := milliseconds(key, now)
	if !ok1 || !ok2 && now != "" || o <= 0 {
		return nil
	}
	digits := func(g []string, _ string) string {
		v, err := strconv.ParseFloat(strings.NewReplacer(",", "", "_", "").Replace(g[2]), 64)
		u := unitMS[strings.ToLower(g[4])]
		if err != nil || u == 0 || math.Abs(v*u-o) > .5 {
			return ""
		}
		if now == "" {
			return noEdit
		}
		k, unit := spanIn(n, u, g[4])
		if k == 0 {
			return noEdit
		}
		text := strconv.FormatFloat(k, 'f', -1, 64)
		if strings.Contains(g[2], ",") && len(text) > 3 {
			text = grouped(text, ",")
		}
		return text + g[3] + agree(unit, k)
	}
	wordly := func(g []string, _ string) string {
		v, u := numberWords[strings.ToLower(g[2])], unitMS[strings.ToLower(g[4])]
		if v == 0 || u == 0 || math.Abs(v*u-o) > .5 {
			return ""
		}
		if now == "" {
			return noEdit
		}
		k, unit := spanIn(n, u, g[4])
		way := inEnglish
		if g[2][0] >= 0x80 {
			way = inKorean
		}
		text := ""
		if k == math.Trunc(k) && k > 0 && k <= 60 {
			text = sayNumber(g[2], way, int(k), true)
		}
		if text == "" {
			text = strconv.FormatFloat(k, 'f', -1, 64)
		}
		if k == 0 {
			return noEdit
		}
		return text + g[3] + agree(unit, k)
	}
	own := unitOfKey(key)
	if m := durationRE.FindStringSubmatch(strings.ToLower(old)); m != nil {
		own = unitMS[m[2]]
	}
	return []form{
		{re: docSpanRE, write: digits, strong: true, own: own},
		{re: docWordRE, write: wordly, strong: true},
	}
}

// spanIn returns n milliseconds in a unit as written, or in a smaller one of the
// same language that makes it a whole number; 0 when there is none.
func spanIn(n, u float64, written string) (float64, string) {
	k := n / u
	if k == math.Trunc(k) && k > 0 {
		return k, written
	}
	korean := written[0] >= 0x80
	for _, s := range map[bool][]string{true: {"시간", "분", "초", "밀리초"}, false: {"hours", "minutes", "seconds", "ms"}}[korean] {
		if x := n / unitMS[s]; unitMS[s] < u && x == math.Trunc(x) && x > 0 {
			if len(written) == 1 && !korean && s != "ms" {
				s = s[:1]
			} else if written == "min" || written == "mins" || written == "hr" || written == "hrs" {
				s = map[string]string{"hours": "hr", "minutes": "min", "seconds": "s", "ms": "ms"}[s]
			}
			return x, s
		}
	}
	return 0, ""
}

// agree writes a unit in the number that goes with k.
func agree(unit string, k float64) string {
	if unit[0] >= 0x80 || len(unit) < 4 {
		return unit
	}
	unit = strings.TrimSuffix(unit, "s")
	if k != 1 {
		unit += "s"
	}
	return unit
}

// statement is a place of a document that has an altered value.
type statement struct {
	form       *form
	start, end int
	line, cell int
	now        string
	own        bool // written as in the code, or in the code's unit
}

// statementsIn returns the places of a document that have the old value, those
// in the unit of the code first: a line that has 600 s and 10 minutes states the
// limit of 600 seconds in the first.
func (c *change) statementsIn(d *document, forms []form) []statement {
	var out []statement
	type cell struct{ line, cell int }
	owned := map[cell]bool{}
	doc := d.parsed()
	for i := range forms {
		f := &forms[i]
		if f.literal != "" && !strings.Contains(d.text, f.literal) {
			continue
		}
		for _, m := range f.re.FindAllStringSubmatchIndex(d.text, 500) {
			if m[2] < 0 {
				continue
			}
			k := statement{form: f, start: m[2], end: m[3], line: doc.LineOf(m[2]), own: f.exact}
			text := doc.LineText(k.line)
			groups := make([]string, len(m)/2)
			for g := range groups {
				if m[2*g] >= 0 {
					groups[g] = d.text[m[2*g]:m[2*g+1]]
				}
			}
			k.now = f.write(groups, text)
			if k.now == "" || k.now == groups[1] {
				continue
			}
			if f.own > 0 && len(groups) > 4 && unitMS[strings.ToLower(groups[4])] == f.own {
				k.own = true
			}
			if inTable(text) {
				k.cell = strings.Count(text[:k.start-doc.LineStart(k.line)], "|")
			}
			if k.own {
				owned[cell{k.line, k.cell}] = true
			}
			out = append(out, k)
		}
	}
	return slices.DeleteFunc(out, func(k statement) bool { return !k.own && owned[cell{k.line, k.cell}] })
}

var (
	raisedRE = regexp.MustCompile(`^[^\d|.]{0,12}?(?:에서|to|→|->)[ *` + "`" + `]*\d`)
	everyRE  = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:every|each)[ ]$`)
)

// staleFacts looks for the old value in a document.
func (c *change) staleFacts(d *document, a *altered, forms []form, said map[string]bool) {
	if !d.speaksOf(a) {
		return
	}
	lower, about := "", 0 // whether the document as a whole is about the subject
	for _, k := range c.statementsIn(d, forms) {
		// What begins or ends at one place is one: v1.2.3 and 1.2.3, 7 and 7일.
		first, last := d.path+"\x00"+strconv.Itoa(k.start), d.path+"\x00-"+strconv.Itoa(k.end)
		if said[first] || said[last] || d.fresh(k.line) {
			continue
		}
		before, after := d.text[max(0, k.start-12):k.start], d.text[k.end:min(len(d.text), k.end+40)]
		interval := strings.HasPrefix(after, "마다") || everyRE.MatchString(before)
		if k.form.every != interval && (k.form.every || !isInterval(a.key)) {
			continue
		}
		if lower == "" {
			lower = strings.ToLower(path.Base(d.path) + " " + d.title())
			if slices.ContainsFunc(a.subjects, func(s string) bool { return holds(lower, s) }) || d.namedAfter(a.subjects) {
				about = 1
			}
		}
		score, named, because := c.weigh(d, a, k.form, k.start, k.end, k.line, about)
		if score < 3 || c.mistaken(d, a, &k, lower) {
			continue
		}
		r := d.regionAt(k.start)
		if r == inComment || r == inLink || d.line(k.line).history || d.section(k.start) || pastTense(clauseAfter(d.text, k.end)) {
			continue
		}
		said[first], said[last] = true, true
		was, now := d.text[k.start:k.end], k.now
		if raisedRE.MatchString(after) { // from 4 to 6: what it is raised to is another matter
			now = noEdit
		}
		al := Alert{Confidence: min(.6+.08*float64(score-3), .9)}
		al.Rule, al.Severity, al.Position = "drift/changed-fact", finding.Warning, d.at(k.start)
		if score == least && (!named || a.version()) {
			al.Severity = finding.Info // of the labelled alerts of this kind, nearly all were false
		}
		al.Subject = strings.Join(append(slices.Clip(a.keys), a.key), ".") + " " + a.old
		al.Message = "the document says " + finding.Visible(was) + ", " + finding.Visible(a.key) + " is " + finding.Visible(a.new) + " now"
		al.Reason = "the change sets " + finding.Visible(a.key) + " in " + finding.Visible(a.path) + " from " + finding.Visible(a.old) + " to " + finding.Visible(a.new) + ", and " + because
		if now == noEdit {
			al.Hint = "say it anew: " + finding.Visible(a.key) + " is " + finding.Visible(a.new) + " now"
		} else {
			al.Hint = "write " + now
			al.Edit = finding.Edit{Start: k.start, Old: was, New: now, Safe: true}
		}
		al.Evidence = []Evidence{{Path: a.path, Line: a.line, Gone: true, Text: a.key + " = " + a.old}}
		c.alert(al)
	}
}

// namedAfter reports whether the name of the document's file is the first word
// of a subject: billing.md and billing_weekly.
func (d *document) namedAfter(subjects []string) bool {
	stem := strings.ToLower(stemOf(d.path))
	return len(stem) >= 5 && !generic[stem] && stem != "readme" && slices.ContainsFunc(subjects, func(s string) bool {
		w := words(s)
		return len(w) > 1 && w[0] == stem
	})
}

// isInterval reports whether a key sets how often something happens.
func isInterval(key string) bool {
	l := strings.ToLower(key)
	for _, w := range []string{"interval", "every", "period", "rotate", "refresh", "schedule", "cron", "frequency", "poll", "merge", "flush", "heartbeat", "delay", "backoff"} {
		if strings.Contains(l, w) {
			return true
		}
	}
	return false
}

// speaksOf reports whether a document has a word for the key at all: without
// one nothing in it is looked at.
func (d *document) speaksOf(a *altered) bool {
	if versionRE.MatchString(a.old) && strings.Contains(a.old, ".") || productOf(a.old) != "" {
		return true
	}
	if d.lower == "" {
		d.lower = strings.ToLower(d.text)
	}
	if cronRE.MatchString(a.old) || sizeRE.MatchString(a.old) || strings.Contains(strings.ToLower(a.key), "port") {
		return true
	}
	within := func(w string) bool { return strings.Contains(d.lower, w) }
	return within(strings.ToLower(a.key)) || slices.ContainsFunc(wordsOf(a.nearKeys()), within) || slices.ContainsFunc(a.topics, within) ||
		isBound(a.key) && slices.ContainsFunc(bounds, within) || a.env != "" && slices.ContainsFunc(environments[a.env], within)
}

// nearKeys returns the key with the one above it.
func (a *altered) nearKeys() string {
	return strings.Join(append(a.keys[max(0, len(a.keys)-1):len(a.keys):len(a.keys)], a.key), "_")
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
// dashes or blanks between its words, a db written out as a database.
func holds(text, s string) bool {
	if holdsWord(text, s) {
		return true
	}
	if !strings.ContainsAny(s, "-_") {
		return false
	}
	spaced := strings.NewReplacer("-", " ", "_", " ").Replace(s)
	if holdsWord(text, spaced) {
		return true
	}
	if short, ok := strings.CutSuffix(spaced, " db"); ok {
		return holdsWord(text, short+" database")
	}
	return false
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

// scopeOf returns the text around a byte that is about one thing, and where it
// begins: the line, or in the front matter the item of the list.
func (d *document) scopeOf(start, line int) (string, int) {
	doc := d.parsed()
	from := doc.LineStart(line)
	if doc.Front == nil || start >= doc.Front.End {
		return doc.LineText(line), from
	}
	first, last := line, line
	for first > 1 && !strings.HasPrefix(strings.TrimSpace(doc.LineText(first)), "- ") && doc.LineText(first) != "---" {
		first--
	}
	for last < doc.Lines() && !strings.HasPrefix(strings.TrimSpace(doc.LineText(last+1)), "- ") && doc.LineText(last+1) != "---" {
		last++
	}
	from = doc.LineStart(first)
	return d.text[from:min(doc.LineStart(last+1), len(d.text))], from
}

// least is the weight from which a statement is told.
const least = 3

// weigh says how surely the text at start states the altered fact, and whether
// the line names what the fact is about. The key counts most when it is a name of
// its own, then what it is about on the same line, then how distinctive the value
// is.
func (c *change) weigh(d *document, a *altered, f *form, start, end, line, about int) (score int, named bool, because string) {
	scope, from := d.scopeOf(start, line)
	at := start - from
	doc := d.parsed()
	l := strings.ToLower(scope)
	if len(l) != len(scope) {
		l = scope // lower case has another length: offsets count
	}
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
			if k = i + len(w); i > 0 && isWordByte(l[i-1]) && isWordByte(w[0]) {
				continue // report has no port
			}
			dist := i - (at + end - start)
			if i < at {
				dist = at - (i + len(w))
			}
			if dist >= 0 && (best < 0 || dist < best) {
				best = dist
			}
		}
		return best
	}
	clear := func(dist int, w string) bool { // no other number between the key and the value
		if dist < 0 || dist > 60 {
			return false
		}
		before := at - dist
		if before >= 0 && strings.HasSuffix(l[:before], w) {
			return !holdsNumber(l[before:at])
		}
		e := at + end - start
		return e+dist <= len(l) && !holdsNumber(l[e:e+dist])
	}
	table := inTable(doc.LineText(line))
	keyDist := -1
	names := []string{key}
	if k := kindOf(key); k == kebabName || k == flagName {
		bare := strings.TrimLeft(key, "-")
		names = []string{"--" + bare, bare}
	}
	for _, n := range names {
		if score > 0 || !holds(l, n) {
			continue
		}
		dist := near(n)
		switch {
		case (shaped(a.key) || f.keyed && strings.Contains(l, "`"+n+"`")) && (table || clear(dist, n)) && !(f.keyed && dist > 40):
			score, keyDist = 3, dist
			because = "the line names " + a.key
		case len(n) >= 3 && clear(dist, n) && !f.keyed:
			score, keyDist = 1, dist
			because = "the line names " + a.key
		}
	}
	if f.keyed && score < 3 {
		return 0, false, ""
	}
	if f.product {
		score, because = 1, "the line names the product"
	}
	if score == 0 {
		for _, w := range wordsOf(a.nearKeys()) {
			if dist := near(w); clear(dist, w) {
				score, keyDist = 1, dist
				because = "the line speaks of " + w
				break
			}
		}
	}
	if score == 0 && table {
		if head, cell := d.columnOf(start); head != "" {
			h := strings.ToLower(head)
			words := append(wordsOf(a.nearKeys()), key)
			if isBound(a.key) {
				words = append(words, bounds...)
			}
			if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(h, w) }) {
				score, column = 2, true
				because = "the column is " + head
			} else if a.env != "" && cell == d.text[start:end] && slices.ContainsFunc(environments[a.env], func(w string) bool { return strings.Contains(h, w) }) {
				score, column = 1, true
				because = "the column is " + head
			}
		}
	}
	if score == 0 && f.strong {
		for _, w := range a.topics {
			if dist := near(w); dist >= 0 && dist <= 12 && clear(dist, w) {
				score, keyDist = 1, dist
				because = "the line speaks of " + w
				break
			}
		}
		if score == 0 && isBound(a.key) {
			for _, w := range bounds {
				if dist := near(w); dist >= 0 && dist <= 12 && clear(dist, w) {
					score = 1
					because = "the line sets a limit (" + w + ")"
					break
				}
			}
		}
	}
	if score == 0 && (f.telling || versionRE.MatchString(a.old) && strings.Contains(a.old, ".")) {
		// Documents write a version, a size of memory, a time of the day behind the
		// name, without the word.
		score, because = 1, "the line has the value"
	}
	if score == 0 {
		return 0, false, ""
	}
	if f.close && score < 3 { // "Airflow 3.0", not any line that has both
		before := l[max(0, at-48):min(at, len(l))]
		if i := strings.LastIndexAny(before, "0123456789"); i >= 0 {
			before = before[i+1:]
		}
		if !slices.ContainsFunc(a.subjects, func(s string) bool { return holds(before, s) }) || strings.HasPrefix(l[min(at+end-start, len(l)):], "+") {
			return 0, false, ""
		}
	}
	subject := 0
	within := func(s string) bool { return s != key && holds(l, s) }
	if i := slices.IndexFunc(a.subjects, within); i >= 0 {
		subject = 2
		because += " and " + a.subjects[i]
	} else if f.strong || column {
		heading := strings.ToLower(d.headings(start))
		switch i := slices.IndexFunc(a.topics, func(w string) bool { return strings.Contains(l, w) || strings.Contains(heading, w) }); {
		case i >= 0:
			subject = 1
			because += " and " + a.topics[i]
		case column:
			if i := slices.IndexFunc(a.mentions, func(n string) bool { return strings.Contains(l, "`"+n+"`") }); i >= 0 {
				subject = 1
				because += " and " + a.mentions[i]
			}
		}
	}
	if subject == 0 && about == 0 && !column {
		heading := strings.ToLower(d.headings(start))
		if slices.ContainsFunc(a.subjects, func(s string) bool { return holds(heading, s) }) {
			about = 1
		}
	}
	if a.version() && subject == 0 && about == 0 && !shaped(a.key) {
		return 0, false, "" // there are too many versions of too many things
	}
	if subject == 0 && about == 0 && c.sameStem(stemOf(a.path)) > maxSameStem {
		return 0, false, "" // one of many files that state something under this key
	}
	if f.telling && subject == 0 && about == 0 && score < 3 {
		return 0, false, "" // many things begin at three o'clock
	}
	if (column || f.product) && subject == 0 {
		return 0, false, "" // the row is about something else
	}
	if subject == 2 {
		about = 0
	}
	score += subject + about
	if f.strong {
		score++
	}
	if !table && keyDist >= 0 && keyDist <= 8 {
		score++
	}
	return score, subject > 0, because
}

// ownNumberRE finds a number that is no part of a name: v2 and order_30d are.
var ownNumberRE = regexp.MustCompile(`(?:^|[^\w.-])[$]?\d`)

// holdsNumber reports whether another number, or the end of a sentence, stands
// between a word and a value.
func holdsNumber(s string) bool { return ownNumberRE.MatchString(s) || strings.Contains(s, ". ") }

// headings returns the titles of the sections in which a byte stands, the page's
// own left out.
func (d *document) headings(off int) string {
	doc := d.parsed()
	level, out := 7, ""
	for i := len(doc.Blocks) - 1; i >= 0; i-- {
		b := &doc.Blocks[i]
		if b.Start > off || b.Kind != markdown.Heading || b.Level >= level {
			continue
		}
		if level = b.Level; level == 1 {
			break
		}
		out += b.Text + "\n"
	}
	return out
}

// columnOf returns the title of the column of a table in which a byte stands,
// and the cell, when the cell holds little else.
func (d *document) columnOf(off int) (title, cell string) {
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
					return g.Header[k].Text, strings.TrimSpace(cell.Text)
				}
			}
		}
	}
	return "", ""
}
