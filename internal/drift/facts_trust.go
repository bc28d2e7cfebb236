package drift

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// What follows keeps a changed value from being said where the document does not
// state it: the value of another entry of a list, of a release that is not out,
// of a test machine, of the past, of an example.

// siblings bounds how many entries without a name of their own are told apart by
// their values.
const siblings = 6

// pairFacts returns the facts of a file whose value differs between two
// versions, the old one and the new one. Entries of lists and what is stated
// several times under one key have no name that would say which is which: they
// count when one value went and one came, and the one that went is stated by no
// other of them.
func pairFacts(was, now []fact) [][2]fact {
	type group struct{ was, now []fact }
	groups := map[string]*group{}
	var order []string
	id := func(f *fact) string {
		keys := slices.Clone(f.keys)
		for i, k := range keys {
			if strings.HasPrefix(k, "#") {
				keys[i] = "#"
			}
		}
		// A repetition in code is no list: its number stands first.
		for len(keys) > 1 && keys[0] == "#" {
			keys = keys[1:]
		}
		return strings.Join(keys, "\x00")
	}
	for i := range was {
		k := id(&was[i])
		if groups[k] == nil {
			groups[k] = &group{}
			order = append(order, k)
		}
		groups[k].was = append(groups[k].was, was[i])
	}
	for i := range now {
		if g := groups[id(&now[i])]; g != nil {
			g.now = append(g.now, now[i])
		}
	}
	var out [][2]fact
	for _, k := range order {
		g := groups[k]
		if len(g.now) == 0 || len(g.was) > siblings && len(g.now) > siblings {
			continue
		}
		gone, come := lacking(g.was, g.now), lacking(g.now, g.was)
		if len(gone) == 1 && len(come) == 1 {
			out = append(out, [2]fact{gone[0], come[0]})
		}
	}
	return out
}

// lacking returns the first fact for each value of a that b does not state.
func lacking(a, b []fact) []fact {
	var out []fact
	for _, f := range a {
		same := func(g fact) bool { return g.value == f.value || sameValue(g.value, f.value) }
		if !slices.ContainsFunc(b, same) && !slices.ContainsFunc(out, same) {
			out = append(out, f)
		}
	}
	return out
}

// named returns the keys of a fact without the numbers of entries: the value of
// an entry of a list is one of the list's.
func (f *fact) named() []string {
	out := slices.DeleteFunc(slices.Clone(f.keys), func(k string) bool { return strings.HasPrefix(k, "#") })
	if len(out) == 0 {
		return f.keys
	}
	return out
}

// preRelease finds the versions that are not for everybody yet: 1.2.0-beta.1,
// 1.2rc1, 1.2.dev3, 1.2-SNAPSHOT.
var preRelease = regexp.MustCompile(`(?i)\d[-.]?(?:alpha|beta|rc|dev|pre|snapshot|nightly|canary|b\d|a\d|cr\d|m\d)`)

// unreleased reports whether a change goes from a release to what is none yet;
// documents name releases.
func unreleased(old, now string) bool {
	return preRelease.MatchString(now) && !preRelease.MatchString(old)
}

// computed reports whether a value is an expression that is worked out
// elsewhere.
func computed(v string) bool {
	return strings.Contains(v, "${") || strings.Contains(v, "{{") || strings.Contains(v, "$(") || strings.Contains(v, "<%")
}

// maxSameStem is in how many folders a name of a file tells what the file is
// about: values.yaml, Cargo.toml and whatever else a repository has in every
// part of it tell what kind of file it is.
const maxSameStem = 3

// sameStem returns how many files of the head have a name, suffixes aside.
func (c *change) sameStem(stem string) int {
	if c.stems == nil {
		c.stems = map[string]int{}
		for _, p := range c.head.paths {
			c.stems[strings.ToLower(stemOf(p))]++
		}
	}
	return c.stems[strings.ToLower(stem)]
}

// automation reports whether a file says how the repository is tested and built
// rather than what it holds.
func automation(p string) bool {
	l := strings.ToLower(p)
	if hasFolder(l, ".github", ".circleci", ".buildkite", ".azure-pipelines", ".tekton", ".prow", ".woodpecker", ".gitlab") {
		return true
	}
	switch path.Base(l) {
	case ".gitlab-ci.yml", ".travis.yml", "noxfile.py", "tox.ini", "azure-pipelines.yml", ".pre-commit-config.yaml", "appveyor.yml", ".appveyor.yml", "renovate.json", "cloudbuild.yaml",
		"bitbucket-pipelines.yml", ".drone.yml", ".cirrus.yml":
		return true
	}
	return false
}

// speaksOfAutomation reports whether a text is about how things are tested and
// built.
func speaksOfAutomation(lower string) bool {
	return slices.ContainsFunc([]string{"ci", "github actions", "gitlab", "workflow", "pipeline", "runner", "tox", "nox", "파이프라인"}, func(w string) bool { return holds(lower, w) })
}

var (
	sinceRE   = regexp.MustCompile(`(?i)(?:\b(?:since|until|before|prior to|as of|starting (?:with|from|in)|from|after|introduced (?:in|with)|added (?:in|with)|available (?:in|from)|new in|changed in|supported (?:in|from|since)|as from|earlier than|older than|newer than|up to|below|above|versionadded::|versionchanged::)[^.;|]{0,30}|[<>~^]=?\s*["'v]*)$`)
	behindRE  = regexp.MustCompile(`^\+|^["'` + "`" + `)]*\s*(?:부터|이전|이후|이하|미만|까지|on(?:[,.;]|\s*$)|onwards?\b|(?:\([^)]{0,60}\) )?(?:is|was) the (?:last|first|only)\b)`)
	exampleRE = regexp.MustCompile(`(?i)(?:\be\.g\b|\bi\.e\b|\bfor example\b|\bfor instance\b|\bsuch as\b|\bexample:|예를 들어|예컨대|예:)[^|]{0,120}$`)
)

// bygone reports whether a version at [from, to) of a line is said of the past,
// as a bound or as an example, so that a new release makes nothing untrue.
func bygone(line string, from, to int) bool {
	before := line[:from]
	return sinceRE.MatchString(before[max(0, len(before)-60):]) || exampleRE.MatchString(before) || behindRE.MatchString(line[to:])
}

// dottedRE finds the paths of keys that a line writes out.
var dottedRE = regexp.MustCompile(`[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+`)

// ofAnotherKey reports whether a line writes out the path of a key that is not
// that of the altered value.
func ofAnotherKey(line string, a *altered) bool {
	own := strings.ToLower(strings.Join(append(slices.Clone(a.keys), a.key), "."))
	found := false
	for _, p := range dottedRE.FindAllString(line, -1) {
		p = strings.ToLower(p)
		last := p[strings.LastIndexByte(p, '.')+1:]
		if fileName(p) || last != strings.ToLower(a.key) && !strings.HasPrefix(strings.TrimSpace(line), "|") {
			continue
		}
		if own == p || strings.HasSuffix(own, "."+p) || strings.HasSuffix(p, "."+own) {
			return false
		}
		// The name of a topic or a table that the file is about is no key.
		if slices.Contains(a.subjects, p) || last != strings.ToLower(a.key) && slices.Contains(a.mentions, p) {
			continue
		}
		found = true
	}
	return found
}

// mistaken reports whether a statement that looks like the old value is of
// another key, of the past, of an example, or of a place where it still holds.
// title is the name and the title of the document, in lower case.
func (c *change) mistaken(d *document, a *altered, k *statement, title string) bool {
	doc := d.parsed()
	text := doc.LineText(k.line)
	at := k.start - doc.LineStart(k.line)
	if r := d.regionAt(k.start); (r == inFence || r == inCode) && assignedTo(text[:at], a) {
		return true
	}
	if d.regionAt(k.start) == inFence && d.inOtherBlock(k.line, a) {
		return true
	}
	return ofAnotherKey(text, a) || c.statedBeside(d, a) || a.dependency() && !holds(strings.ToLower(text), strings.ToLower(a.pack())) ||
		a.version() && (bygone(text, at, k.end-k.start+at) || holdsValue(text, k.now)) ||
		a.automation && !speaksOfAutomation(strings.ToLower(text)) && !speaksOfAutomation(title)
}

// assignedRE finds the key to which what follows is assigned.
var assignedRE = regexp.MustCompile(`([A-Za-z_][\w.-]*)["']?\s*[=:]\s*["']?v?$`)

// assignedTo reports whether code before a value gives it to another key than
// the altered one: recheck_timeout = is not timeout_commit.
func assignedTo(before string, a *altered) bool {
	m := assignedRE.FindStringSubmatch(before)
	if m == nil {
		return false
	}
	wrote, key := plain(m[1]), plain(a.key)
	if key == "" || strings.EqualFold(m[1], "value") || strings.EqualFold(m[1], "default") {
		return false
	}
	// An image is written as NAME:VERSION; its name is a subject.
	if slices.ContainsFunc(a.subjects, func(s string) bool { return strings.Contains(plain(s), wrote) || strings.Contains(wrote, plain(s)) }) {
		return false
	}
	return !strings.Contains(wrote, key) && !strings.Contains(key, wrote)
}

var blockRE = regexp.MustCompile(`^(\s*)(?:- )?["']?([\w.-]+)["']?:\s*$`)

// inOtherBlock reports whether a line of a sample of YAML stands below a key that
// is not the one above the altered value: limits are no requests.
func (d *document) inOtherBlock(line int, a *altered) bool {
	if len(a.keys) == 0 {
		return false
	}
	doc := d.parsed()
	indent := func(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }
	own := indent(doc.LineText(line))
	for n := line - 1; n > 0 && n > line-60; n-- {
		t := doc.LineText(n)
		if strings.HasPrefix(strings.TrimSpace(t), "```") {
			return false
		}
		if strings.TrimSpace(t) == "" || indent(t) >= own {
			continue
		}
		m := blockRE.FindStringSubmatch(t)
		if m == nil {
			return false
		}
		return !slices.ContainsFunc(a.keys, func(k string) bool { return strings.EqualFold(k, m[2]) }) &&
			!slices.ContainsFunc(a.subjects, func(s string) bool { return strings.EqualFold(s, m[2]) })
	}
	return false
}

// pack returns the name of the package whose version was altered.
func (a *altered) pack() string {
	if strings.EqualFold(a.key, "version") && len(a.keys) > 0 {
		return a.keys[len(a.keys)-1]
	}
	return a.key
}

// dependency reports whether the altered value is the version of a package that
// is used.
func (a *altered) dependency() bool {
	return slices.ContainsFunc(a.keys, func(k string) bool { return strings.Contains(strings.ToLower(k), "dependenc") })
}

// statedBeside reports whether a file in the folder of a document still states
// the old value: what a document says of its own folder is true then.
func (c *change) statedBeside(d *document, a *altered) bool {
	dir := path.Dir(d.path)
	if dir == path.Dir(a.path) || dir == "." {
		return false
	}
	if c.beside == nil {
		c.beside = map[string]map[string]bool{}
	}
	values, ok := c.beside[dir]
	if !ok {
		values = map[string]bool{}
		n := 0
		for p, e := range c.head.files {
			switch path.Ext(p) {
			case ".yaml", ".yml", ".json", ".toml", ".env", ".properties":
			default:
				continue
			}
			if path.Dir(p) != dir || e.Size > 1<<18 || n > 50 {
				continue
			}
			n++
			for _, f := range facts(p, c.blob(e)) {
				values[strings.TrimPrefix(f.value, "v")] = true
			}
		}
		c.beside[dir] = values
	}
	return values[strings.TrimPrefix(a.old, "v")]
}

// version reports whether the altered value is the version of something. A
// number with one dot is one where the key says so.
func (a *altered) version() bool {
	if !versionRE.MatchString(a.old) || !strings.Contains(a.old, ".") {
		return false
	}
	if strings.Count(a.old, ".") > 1 || a.old[0] == 'v' {
		return true
	}
	return slices.ContainsFunc(append(slices.Clone(a.keys), a.key), func(k string) bool {
		k = strings.ToLower(k)
		return strings.Contains(k, "version") || strings.Contains(k, "dependenc") || k == "tag" || k == "image" || k == "release"
	})
}

// holdsValue reports whether a line states a value as a whole.
func holdsValue(line, value string) bool { return bounded(value).MatchString(line) }
