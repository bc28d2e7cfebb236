package drift

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
	"github.com/lintel-docs/lintel/sad"
)

// group is a number of things of one kind that the change altered: files of a
// folder, charts, packages, resources of Kubernetes, items of a list.
type group struct {
	nouns   []string // in the singular, in lower case, the most telling last
	where   string   // folder or file, for the reason
	folder  string   // set where the group is what a folder holds
	was, is int
	// kind is set where the noun is what tools call such a thing, not the name
	// of a folder or key.
	kind    bool
	members []string // paths or names at the base
	paths   bool     // members are paths
	line    int
}

// maxGroups bounds how many numbers are looked for in documents.
const maxGroups = 200

// counts finds numbers of things that the change altered where a document
// states the old one beside their name: seven topics, 토픽 7개.
func (c *change) counts() {
	groups := c.groups()
	if len(groups) > maxGroups {
		c.note("the numbers of %d kinds of things changed: only the first %d are looked for in documents", len(groups), maxGroups)
		groups = groups[:maxGroups]
	}
	said := map[string]bool{}
	for _, g := range groups {
		forms := g.forms()
		for _, d := range c.docs {
			if !d.log && !d.record {
				c.staleCounts(d, g, forms, said)
			}
		}
	}
}

// groups works out whose number changed.
func (c *change) groups() []*group {
	var out []*group
	out = append(out, c.folderGroups()...)
	for _, e := range c.edits() {
		if e.Status == git.Modified || e.Status == git.Renamed {
			out = append(out, listGroups(e)...)
		}
	}
	return slices.DeleteFunc(out, func(g *group) bool {
		// One is no number that documents state, and none is no group any more.
		return g.was == g.is || g.was < 2 || g.is < 1 || g.was > 500 || len(g.nouns) == 0
	})
}

// markers are files that make a folder a thing of its own, with what it is
// called.
var markers = map[string][]string{
	"Chart.yaml": {"chart"}, "pyproject.toml": {"package", "module"}, "setup.py": {"package"}, "package.json": {"package"}, "go.mod": {"module"},
	"Cargo.toml": {"crate"}, "Dockerfile": {"image"}, "dbt_project.yml": {"project"}, "Pulumi.yaml": {"stack"}, "pom.xml": {"module"},
}

// folderGroups counts what folders hold at the base and at the head.
func (c *change) folderGroups() []*group {
	type key struct{ dir, what string }
	touched := map[key]bool{}
	touch := func(p string) {
		if foreign(p) || isLock(p) || hasFolder(strings.ToLower(p), "test", "tests", "docs", "doc") {
			return
		}
		touched[key{path.Dir(p), memberKind(p)}] = true
		if _, ok := markers[path.Base(p)]; ok && path.Dir(p) != "." {
			touched[key{"", path.Base(p)}] = true                 // of the repository
			touched[key{path.Dir(path.Dir(p)), "folders"}] = true // of the folder above
		}
	}
	moved := map[string]bool{}
	for _, f := range c.files {
		switch {
		case f.Status == git.Added:
			touch(f.Path)
		case f.Status == git.Deleted:
			touch(f.Old)
		case f.Status == git.Renamed && path.Dir(f.Old) != path.Dir(f.Path):
			touch(f.Old)
			touch(f.Path)
			moved[f.Old] = true
		}
	}
	var out []*group
	for _, k := range slices.SortedFunc(maps.Keys(touched), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.dir, b.dir), cmp.Compare(a.what, b.what))
	}) {
		switch {
		case k.what == "":
		case k.dir == "":
			g := &group{nouns: markers[k.what], where: "the " + k.what + " files of the repository", kind: true, paths: true}
			g.members = holders(c.base, k.what)
			g.was, g.is = len(g.members), len(holders(c.head, k.what))
			out = append(out, g)
		case k.what == "folders":
			if k.dir == "." || generic[strings.ToLower(path.Base(k.dir))] && !countable[strings.ToLower(path.Base(k.dir))] {
				continue
			}
			g := &group{nouns: []string{singular(path.Base(k.dir))}, where: k.dir + "/", folder: k.dir, paths: true}
			g.members = subfolders(c.base, k.dir)
			g.was, g.is = len(g.members), len(subfolders(c.head, k.dir))
			out = append(out, g)
		default:
			out = append(out, c.fileGroups(k.dir, k.what)...)
		}
	}
	return out
}

// memberKind tells by its name what kind of member of its folder a file is: its
// extension, or "" when it is none.
func memberKind(p string) string {
	base := strings.ToLower(path.Base(p))
	ext := path.Ext(base)
	switch {
	case isMarkdown(p), strings.HasPrefix(base, "_"), strings.HasPrefix(base, "."), strings.HasPrefix(base, "values"), base == "schema.yml", base == "kustomization.yaml", isTest(p):
		return ""
	}
	switch ext {
	case ".yml":
		return ".yaml"
	case ".yaml", ".json", ".py", ".sql", ".sh", ".tf", ".proto", ".avsc", ".rego", ".toml":
		if _, ok := markers[path.Base(p)]; ok {
			return ""
		}
		return ext
	}
	return ""
}

// holders returns the folders, other than the root, that hold a marker.
func holders(t *tree, marker string) []string {
	var out []string
	for _, p := range t.paths {
		if path.Base(p) == marker && path.Dir(p) != "." && !foreign(p) && !hasFolder(strings.ToLower(p), "test", "tests", "examples", "docs") {
			out = append(out, path.Dir(p))
		}
	}
	return out
}

// subfolders returns the folders right below dir.
func subfolders(t *tree, dir string) []string {
	var out []string
	for d := range t.dirs {
		if path.Dir(d) == dir && d != "." {
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out
}

// fileGroups counts the files of one kind in a folder, as a whole and by what
// the names of the things in them begin with.
func (c *change) fileGroups(dir, ext string) []*group {
	list := func(t *tree) []string {
		var out []string
		for _, p := range t.paths {
			if path.Dir(p) == dir && memberKind(p) == ext && t.files[p].Mode.Regular() {
				out = append(out, p)
			}
		}
		return out
	}
	was, is := list(c.base), list(c.head)
	if len(was) > 500 || len(is) > 500 || len(was) == len(is) {
		return nil
	}
	name := singular(path.Base(dir))
	g := &group{where: dir + "/", folder: dir, members: was, was: len(was), is: len(is), paths: true}
	if dir != "." && (!generic[strings.ToLower(path.Base(dir))] || countable[strings.ToLower(path.Base(dir))]) {
		g.nouns = append(g.nouns, name)
	}
	if ext == ".yaml" || ext == ".json" {
		if kind := c.kindOf(was, is); kind != "" {
			g.kind = true
			ws := words(kind)
			g.nouns = append(g.nouns, ws[len(ws)-1])
			if len(ws) > 1 {
				g.nouns = append(g.nouns, strings.Join(ws, " "))
			}
		}
	}
	out := []*group{g}
	// By the beginning of their names: dalbit.orders.* of all topics.
	before, after := c.prefixes(c.base, was), c.prefixes(c.head, is)
	for _, p := range slices.Sorted(maps.Keys(before)) {
		if n := len(after[p]); n != len(before[p]) && len(before[p]) < len(was) {
			out = append(out, &group{nouns: g.nouns, where: dir + "/ (" + p + ")", members: before[p], was: len(before[p]), is: n, paths: true})
		}
	}
	return out
}

var (
	kindRE      = regexp.MustCompile(`(?m)^kind:[ \t]*([A-Za-z]+)[ \t]*\r?$`)
	ownNameRE   = regexp.MustCompile(`(?m)^[ \t]*"?(?:topicName|name|id)"?:[ \t]*"?([\w.-]+)`)
	documentsRE = regexp.MustCompile(`(?m)^---`)
)

// kindOf returns the kind of Kubernetes that all files are of, or "".
func (c *change) kindOf(lists ...[]string) string {
	kind := ""
	for i, l := range lists {
		t := c.base
		if i > 0 {
			t = c.head
		}
		for _, p := range l {
			src := c.blob(t.files[p])
			m := kindRE.FindAllSubmatch(src, 2)
			if len(m) != 1 || len(documentsRE.FindAll(src, 3)) > 1 || kind != "" && kind != string(m[0][1]) {
				return ""
			}
			kind = string(m[0][1])
		}
	}
	return kind
}

// prefixes groups files by what the names of the things in them begin with.
func (c *change) prefixes(t *tree, paths []string) map[string][]string {
	out := map[string][]string{}
	for _, p := range paths {
		name := ""
		for _, m := range ownNameRE.FindAllSubmatch(c.blob(t.files[p]), 8) {
			if n := string(m[1]); strings.Contains(n, ".") && len(n) > len(name) {
				name = n
			}
		}
		if i := strings.LastIndexByte(name, '.'); i > 0 {
			out[name[:i]] = append(out[name[:i]], p)
		}
	}
	return out
}

// countable are generic names of folders that documents count nevertheless.
var countable = map[string]bool{
	"charts": true, "services": true, "apps": true, "applications": true, "packages": true, "modules": true, "pipelines": true, "dags": true, "models": true,
	"scripts": true, "templates": true, "topics": true, "connectors": true, "libs": true, "tools": true, "tests": true, "images": true, "containers": true,
	"resources": true, "environments": true,
}

// singular takes the plural s off a word.
func singular(w string) string {
	w = strings.ToLower(w)
	switch {
	case len(w) < 4 || strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") || strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "ies"):
		return strings.TrimSuffix(w, "ies") + "y"
	case strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "xes"):
		return strings.TrimSuffix(w, "es")
	}
	return strings.TrimSuffix(w, "s")
}

func plural(w string) string {
	switch {
	case strings.HasSuffix(w, "y") && len(w) > 1 && !strings.ContainsAny(w[len(w)-2:len(w)-1], "aeiou"):
		return strings.TrimSuffix(w, "y") + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "sh"):
		return w + "es"
	}
	return w + "s"
}

// listGroups counts the items of lists in a changed file of configuration, the
// lists of one key together.
func listGroups(e *edited) []*group {
	switch strings.ToLower(path.Ext(e.Path)) {
	case ".yaml", ".yml", ".json":
	default:
		return nil
	}
	was, is := lists(e.old), lists(e.new)
	var out []*group
	for _, k := range slices.Sorted(maps.Keys(was)) {
		a, b := was[k], is[k]
		if b == nil || len(a.items) == len(b.items) {
			continue
		}
		keys := strings.Split(k, "\x00")
		g := &group{where: strings.Join(keys, ".") + " of " + e.Path, members: a.items, was: len(a.items), is: len(b.items), line: a.line}
		// The nearest key that has a word of its own, then those above it.
		for i := len(keys) - 1; i >= 0 && i >= len(keys)-4; i-- {
			for _, w := range words(keys[i]) {
				if w = singular(w); len(w) > 2 && (nounKorean[w] != nil || i == len(keys)-1) && !emptyNouns[w] {
					g.nouns = append(g.nouns, w)
				}
			}
		}
		out = append(out, g)
	}
	return out
}

// emptyNouns are keys of lists that name nothing.
var emptyNouns = map[string]bool{
	"name": true, "list": true, "item": true, "value": true, "key": true, "matrix": true, "parallel": true, "arg": true, "spec": true, "include": true, "config": true, "element": true,
	"data": true, "rule": false, "file": true, "path": true, "option": true, "param": true, "parameter": true, "env": true, "only": true, "except": true, "change": true, "need": true,
}

// staleCounts looks for the old number in a document.
func (c *change) staleCounts(d *document, g *group, forms []countForm, said map[string]bool) {
	if d.lower == "" {
		d.lower = strings.ToLower(d.text)
	}
	for _, f := range forms {
		if !strings.Contains(d.lower, f.literal) {
			continue
		}
		for _, m := range f.re.FindAllStringSubmatchIndex(d.text, 100) {
			start, end := m[2], m[3]
			id := d.path + "\x00" + strconv.Itoa(start)
			if said[id] {
				continue
			}
			doc := d.parsed()
			line := doc.LineOf(start)
			if d.fresh(line) || d.line(line).history || partOfNumber(d.text, start, end) {
				continue
			}
			r := d.regionAt(start)
			if r == inComment || r == inLink || r == inCode || r == inFence && !figure(d.text, start) || d.section(start) || pastTense(clauseAfter(d.text, end)) {
				continue
			}
			score, because := c.weighCount(d, g, f, start, line)
			if score < 3 {
				continue
			}
			word := d.text[start:end]
			now := sayNumber(word, f.way, g.is, counterFollows(d.text[end:]))
			if now == "" {
				now = strconv.Itoa(g.is)
			}
			said[id] = true
			a := Alert{Confidence: min(.6+.08*float64(score-3), .85)}
			a.Rule, a.Severity, a.Position = "drift/changed-fact", finding.Warning, d.at(start)
			a.Subject = "number of " + plural(f.noun) + " in " + g.where + " " + strconv.Itoa(g.was)
			a.Message = fmt.Sprintf("the document counts %s, there are %d now", finding.Visible(word), g.is)
			a.Reason = fmt.Sprintf("the change makes %d out of the %d %s in %s, and %s", g.is, g.was, plural(f.noun), finding.Visible(g.where), because)
			a.Hint = "write " + now
			a.Edit = finding.Edit{Start: start, Old: word, New: now, Safe: true}
			if g.paths {
				for _, p := range g.members[:min(len(g.members), 3)] {
					a.Evidence = append(a.Evidence, Evidence{Path: p, Gone: true, Text: "is counted"})
				}
			}
			c.alert(a)
		}
	}
}

// figure reports whether a byte stands in the words of a figure, such as the
// description of a Mermaid drawing.
func figure(text string, off int) bool {
	from := strings.LastIndexByte(text[:off], '\n') + 1
	l := strings.TrimSpace(text[from:off])
	return strings.HasPrefix(l, "accDescr") || strings.HasPrefix(l, "accTitle") || strings.HasPrefix(l, "title")
}

// countForm is a way in which documents state a number of things.
type countForm struct {
	re      *regexp.Regexp // the first group is the number
	way     numeral
	noun    string
	literal string // is in every text that re finds something in
	path    bool   // the noun is the path of the folder
}

// nounKorean are the Korean words of what data platforms count.
var nounKorean = map[string][]string{
	"topic": {"토픽"}, "chart": {"차트"}, "service": {"서비스"}, "package": {"패키지"}, "image": {"이미지"}, "connector": {"커넥터"}, "model": {"모델"}, "mart": {"마트"},
	"dag": {"DAG", "대그"}, "table": {"테이블", "표"}, "task": {"태스크", "작업"}, "job": {"작업", "잡"}, "pipeline": {"파이프라인"}, "worker": {"워커"}, "broker": {"브로커"},
	"rule": {"규칙"}, "alert": {"경보", "알림"}, "suite": {"묶음", "스위트"}, "module": {"모듈"}, "container": {"컨테이너"}, "environment": {"환경"}, "region": {"리전"},
	"namespace": {"네임스페이스"}, "column": {"열", "컬럼"}, "source": {"소스", "원천"}, "sink": {"싱크"}, "dashboard": {"대시보드"}, "queue": {"큐"}, "application": {"애플리케이션"},
	"app": {"앱"}, "lib": {"라이브러리"}, "library": {"라이브러리"}, "check": {"검사"}, "user": {"사용자"}, "role": {"역할"}, "route": {"라우트", "경로"}, "endpoint": {"엔드포인트"},
	"schema": {"스키마"}, "view": {"뷰"}, "node": {"노드"}, "cluster": {"클러스터"}, "step": {"단계"}, "stage": {"스테이지", "단계"}, "script": {"스크립트"}, "policy": {"정책"},
	"bucket": {"버킷"}, "macro": {"매크로"}, "seed": {"시드"}, "database": {"데이터베이스"}, "consumer": {"컨슈머"}, "producer": {"프로듀서"}, "team": {"팀"}, "store": {"저장소"},
	"repository": {"저장소"}, "project": {"프로젝트"}, "expectation": {"검사"}, "exposure": {"노출"}, "group": {"그룹"}, "recipe": {"레시피"}, "stack": {"스택"}, "script file": {"스크립트"},
}

const koreanCounter = `(?:개|대|종|가지|건|곳|명|벌|편|장)`

// forms returns the ways in which documents state the old number of a group.
func (g *group) forms() []countForm {
	var out []countForm
	ways := numerals(g.was)
	byWay := map[numeral][]string{}
	for text, way := range ways {
		byWay[way] = append(byWay[way], regexp.QuoteMeta(text))
	}
	alt := func(way ...numeral) string {
		var all []string
		for _, w := range way {
			all = append(all, byWay[w]...)
		}
		slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
		return strings.Join(all, "|")
	}
	wayOf := func(way numeral) string { return alt(way) }
	seen := map[string]bool{}
	add := func(way numeral, noun, literal, pattern string, isPath bool) {
		if re, err := regexp.Compile(pattern); err == nil {
			out = append(out, countForm{re, way, noun, strings.ToLower(literal), isPath})
		}
	}
	for _, noun := range slices.Backward(g.nouns) {
		if seen[noun] {
			continue
		}
		seen[noun] = true
		q := regexp.QuoteMeta(noun) + "|" + regexp.QuoteMeta(plural(noun))
		for _, way := range []numeral{inDigits, inEnglish} {
			if n := wayOf(way); n != "" {
				// seven topics, 7 Kafka topics; topics: 7.
				add(way, noun, noun, `(?i)(?:^|[^\w.,:/#$%-])(`+n+`)(?:[ \x{00a0}](?:[a-z]+[ -]){0,2}|-)(?:`+q+`)(?:[^\w-]|$)`, false)
				add(way, noun, noun, `(?i)(?:^|[^\w-])(?:`+q+`)[*`+"`"+`]*(?:[ ]*[:=|][ ]*|[ ]+)[*]*(`+n+`)[*]*(?:[^\w.,%-]|[.,]?\s|[.,]?$)`, false)
			}
		}
		for _, ko := range append(slices.Clone(nounKorean[noun]), noun) {
			for _, way := range []numeral{inDigits, inKorean, inSino} {
				n := wayOf(way)
				if n == "" {
					continue
				}
				counter := "[ ]?" + koreanCounter
				if way == inKorean {
					// Korean numerals stand alone as well: 여덟이고.
					counter = `(?:[ ]?` + koreanCounter + `|(?:은|는|이|가|을|를|이고|이며|이다|로|과|와|,)|[ ,.|)]|$)`
				}
				k := regexp.QuoteMeta(ko)
				add(way, noun, ko, `(?i)`+k+`(?:은|는|이|가|을|를|도|만|의)?(?:[ ]?(?:수는|개수는|모두|총))?(?:[ ]*\|)?[ ]*(`+n+`)`+counter, false)
				add(way, noun, ko, `(?i)(?:^|[^\w.,:/가-힣-])(`+n+`)[ ]?`+koreanCounter+`?의?[ ]`+k, false)
			}
		}
	}
	if g.folder != "" && g.folder != "." {
		noun := singular(path.Base(g.folder))
		q := "`?" + regexp.QuoteMeta(g.folder) + "/"
		for _, way := range []numeral{inDigits, inEnglish} {
			if n := wayOf(way); n != "" {
				add(way, noun, g.folder+"/", `(?i)(?:^|[^\w.,:/-])(`+n+`)(?:[ ][a-z]+){0,3}[ ](?:in|under|below|from)[ \n]`+q, true)
			}
		}
		for _, way := range []numeral{inDigits, inKorean} {
			if n := wayOf(way); n != "" {
				add(way, noun, g.folder+"/", `(?:^|[^\w.,:/가-힣-])(`+n+`)(?:[ ]?`+koreanCounter+`)?(?:은|는|이|가)?[ \n]`+q, true)
				add(way, noun, g.folder+"/", q+"`?"+`(?:에는|에|아래에는|아래에|아래의)[ ](?:[가-힣A-Za-z]+[ ])?(`+n+`)(?:[ ]?`+koreanCounter+`)`, true)
			}
		}
	}
	return out
}

var counterRE = regexp.MustCompile(`^[ ]?(?:` + koreanCounter + `|번|시간|달|주|해|군데|쌍|의[ ])`)

// counterFollows reports whether a Korean numeral stands before a counter or a
// noun, where some have another form.
func counterFollows(rest string) bool {
	return counterRE.MatchString(rest) || strings.HasPrefix(rest, " ") && len(rest) > 1 && rest[1] >= 0x80
}

// partOfNumber reports whether what looks like a number is a piece of a longer
// one.
func partOfNumber(text string, start, end int) bool {
	before, after := text[max(0, start-1):start], text[end:min(len(text), end+2)]
	if before != "" && (isWordByte(before[0]) || strings.ContainsAny(before, ".,-~–")) {
		return before != "," && before != "-" || start > 1 && text[start-2] >= '0' && text[start-2] <= '9'
	}
	return len(after) > 1 && (after[0] == '.' || after[0] == ',' || after[0] == '-' || after[0] == '~') && after[1] >= '0' && after[1] <= '9'
}

// pastRE finds a verb in the Korean past tense.
var pastRE = regexp.MustCompile(`[가-힣]다(?:[.,\s|)]|$)`)

// pastTense reports whether a clause tells what was: a measurement, an incident.
func pastTense(clause string) bool {
	for _, loc := range pastRE.FindAllStringIndex(clause, 4) {
		r := []rune(clause[loc[0]:loc[1]])[0]
		// A syllable that ends in ㅆ: 었, 았, 했, 였, 졌; 있다 and 겠다 are no past.
		if (r-0xac00)%28 == 20 && r != '있' && r != '겠' {
			return true
		}
	}
	return false
}

// clauseAfter returns what follows on the line up to the end of the sentence.
func clauseAfter(text string, from int) string {
	rest := text[from:min(len(text), from+300)]
	if i := strings.Index(rest, "\n\n"); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.IndexByte(rest, '|'); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.Index(rest, ". "); i >= 0 {
		rest = rest[:i+1]
	} else if i := strings.Index(rest, "다.\n"); i >= 0 {
		rest = rest[:i+len("다.")]
	}
	return rest
}

// weighCount says how surely a number counts the group: 3 and above is sure
// enough to be said.
func (c *change) weighCount(d *document, g *group, f countForm, start, line int) (int, string) {
	score, because := 1, "the document counts "+plural(f.noun)
	if f.path {
		score, because = 3, "the document names "+g.folder+"/"
	}
	if g.was >= 5 {
		score++
	}
	if g.kind || technical[f.noun] {
		score++
	}
	scope, _ := d.scopeOf(start, line)
	scope = strings.ToLower(scope)
	switch {
	case g.paths && c.coversMember(d, g, scope):
		score += 2
		because += " and is about what lies there"
	case g.folder != "" && strings.Contains(scope, strings.ToLower(g.folder)+"/"):
		score += 2
		because += " beside " + g.folder + "/"
	case !g.paths && slices.ContainsFunc(g.members, func(m string) bool { return len(m) > 3 && holds(scope, strings.ToLower(m)) }):
		score++
	case g.paths && d.namesMembers(g):
		score += 2
		because += " and names them"
	case !g.paths && c.covers(d, g.where[strings.LastIndexByte(g.where, ' ')+1:]):
		score++
		because += " and is about " + g.where[strings.LastIndexByte(g.where, ' ')+1:]
	}
	return score, because
}

// technical are nouns that mean one thing only on a data platform.
var technical = map[string]bool{"dag": true, "topic": true, "chart": true, "connector": true, "mart": true, "workload": true}

// namesMembers reports whether a document names most of what is counted.
func (d *document) namesMembers(g *group) bool {
	named := 0
	for _, p := range g.members {
		if n := strings.ToLower(stemOf(p)); len(n) > 3 && holdsWord(d.lower, n) {
			named++
		}
	}
	return named >= 2 && named*3 >= len(g.members)*2
}

// covers reports whether a view declares an element whose code is a path.
func (c *change) covers(d *document, p string) bool {
	return slices.ContainsFunc(c.elementsAt(p), func(e *sad.Element) bool { return e.At.Path == d.path })
}

// elementsAt returns the elements whose patterns spell out a path.
func (c *change) elementsAt(p string) []*sad.Element {
	m := c.architecture()
	if m == nil {
		return nil
	}
	var out []*sad.Element
	for _, cover := range m.Covering(p) {
		if cover.Depth > strings.Count(p, "/") {
			out = append(out, cover.Element)
		}
	}
	return out
}

// coversMember reports whether a view declares elements that are what is
// counted, or the line names one of them.
func (c *change) coversMember(d *document, g *group, scope string) bool {
	for _, p := range g.members[:min(len(g.members), 30)] {
		for _, e := range c.elementsAt(p) {
			if e.At.Path == d.path || len(e.Name) > 3 && strings.Contains(scope, strings.ToLower(e.Name)) {
				return true
			}
		}
	}
	return false
}

// maxListSource bounds a file in which lists are read.
const maxListSource = 1 << 20

// list is the items of the lists of one key.
type list struct {
	items []string
	line  int
}

// lists returns the lists of a file by their key: sequences, strings with
// commas between names, and mappings of mappings. Those of one key are one.
func lists(src []byte) map[string]*list {
	out := map[string]*list{}
	if len(src) > maxListSource || bytes.IndexByte(src, 0) >= 0 {
		return out
	}
	for _, doc := range yamlDocuments(src) {
		walkLists(doc, nil, 0, out)
	}
	return out
}

func walkLists(n *yaml.Node, at []string, depth int, out map[string]*list) {
	if depth > maxDepth || len(out) > maxFacts {
		return
	}
	add := func(line int, items ...string) {
		k := strings.Join(at, "\x00")
		l := out[k]
		if l == nil {
			l = &list{line: line}
			out[k] = l
		}
		l.items = append(l.items, items...)
	}
	switch n.Kind {
	case yaml.MappingNode:
		maps := 0
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i+1].Kind == yaml.MappingNode {
				maps++
			}
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			if maps > 1 && maps*2 == len(n.Content) && len(at) > 0 {
				add(k.Line, k.Value)
			}
			walkLists(v, append(slices.Clip(at), k.Value), depth+1, out)
		}
	case yaml.SequenceNode:
		for _, v := range n.Content {
			item := v.Value
			if v.Kind != yaml.ScalarNode {
				item = nameOf(v)
			}
			if len(at) > 0 && !(v.Kind == yaml.MappingNode && inner(v)) {
				add(v.Line, item)
			}
			walkLists(v, at, depth+1, out)
		}
	case yaml.ScalarNode:
		if len(at) == 0 || len(n.Value) > 4000 || !strings.Contains(n.Value, ",") {
			return
		}
		var items []string
		for item := range strings.SplitSeq(n.Value, ",") {
			item = strings.TrimSpace(item)
			if item == "" || strings.ContainsAny(item, " (){}=\"'") {
				return
			}
			items = append(items, item)
		}
		add(n.Line, items...)
	}
}

// inner reports whether a mapping is a set of lists, such as an entry of a
// matrix: what counts are the items of those.
func inner(n *yaml.Node) bool {
	for i := 1; i < len(n.Content); i += 2 {
		if n.Content[i].Kind == yaml.SequenceNode {
			return nameOf(n) == ""
		}
	}
	return false
}
