package finding

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func at(path string, line int) Position { return Position{Path: path, Line: line} }

// states describes a report as "path:line rule state/severity".
func states(r *Report) []string {
	var out []string
	for _, f := range r.Findings {
		s := f.Severity.String()
		if f.State != Open {
			s = f.State.String() + " (" + f.Why + ")"
		}
		out = append(out, fmt.Sprintf("%s %s %s", at(f.Path, f.Position.Line), f.Rule, s))
	}
	return out
}

func TestJudge(t *testing.T) {
	files := map[string]string{
		"docs/a.md":     "# A\n\n[x](y.md) <!-- lintel:allow link/not-found soon -->\n\n[z](w.md)\n",
		"docs/b.md":     "# B\n\n<!-- lintel:allow link/anchor, link/absolute nothing -->\ntext\n",
		"docs/old/c.md": "x\n",
		"docs/d.md":     "<!-- lintel:allow adr/superseded whole file -->\ntext\n",
		"docs/e.md":     "a\n# A\n## B\n<!-- lintel:allow adr/superseded too far down -->\ntext\n",
	}
	found := []Finding{
		{Rule: "link/not-found", Severity: Warning, Position: at("docs/a.md", 5), Message: "b"},
		{Rule: "link/not-found", Severity: Warning, Position: at("docs/a.md", 3), Message: "a"},
		{Rule: "link/not-found", Severity: Warning, Position: at("docs/a.md", 3), Message: "a"}, // twice
		{Rule: "link/absolute", Severity: Info, Position: at("docs/b.md", 4), Message: "c"},
		{Rule: "link/anchor", Severity: Info, Position: at("docs/old/c.md", 1), Message: "d"},
		{Rule: "adr/superseded", Severity: Error, Position: Position{Path: "docs/old/c.md"}, Message: "e"},
		{Rule: "adr/superseded", Severity: Error, Position: Position{Path: "docs/d.md"}, Message: "e"},
		{Rule: "adr/superseded", Severity: Error, Position: Position{Path: "docs/e.md"}, Message: "e"},
		{Rule: "new/rule", Severity: Info, Message: "f"},
	}
	slices.Reverse(found)
	r := Judge(found, Project{
		Catalog: catalogForTests(), Read: readMap(files), Documents: []string{"docs/b.md", "docs/gone.md"}, Today: today,
		Policy: Policy{
			Severities: []Setting{
				{Rules: "link/*", Severity: Error, Position: at("lintel.yml", 3)},
				{Rules: "link/absolute", Severity: Never, Position: at("lintel.yml", 4)},
				{Rules: "a06", Severity: Info, Position: at("lintel.yml", 5)},
				{Rules: "*", Severity: Warning, Position: at("lintel.yml", 6)},
				{Rules: "lnik/*", Severity: Warning, Position: at("lintel.yml", 7)},
			},
			Ignore: []Ignore{
				{Rules: []string{"link/*"}, Paths: []string{"docs/old"}, Reason: "frozen", Position: at("lintel.yml", 9)},
				{Rules: []string{"adr/*"}, Paths: []string{"docs/new/**"}, Reason: "frozen", Position: at("lintel.yml", 10)},
				{Rules: []string{"adr/*"}, Paths: []string{"docs/**"}, Reason: "frozen", Until: "2026-11-24", Position: at("lintel.yml", 11)},
			},
		},
	})
	want := []string{
		" new/rule warning",
		"docs/a.md:3 link/not-found waived (soon)",
		"docs/a.md:5 link/not-found error",
		"docs/b.md:3 waiver/unused warning",
		"docs/b.md:4 link/absolute off (link/absolute is off)",
		"docs/d.md adr/superseded waived (whole file)",
		"docs/e.md adr/superseded info",
		"docs/e.md:4 waiver/unused warning",
		"docs/old/c.md adr/superseded info",
		"docs/old/c.md:1 link/anchor ignored (frozen)",
		"lintel.yml:7 checks/unknown-rule warning",
		"lintel.yml:10 checks/unused-ignore warning",
		"lintel.yml:11 checks/expired-ignore warning",
	}
	if got := states(r); !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	// The waiver of docs/b.md was of use for link/absolute, although that is off.
	for _, f := range r.Findings {
		if f.Rule == "waiver/unused" && f.Path == "docs/b.md" && f.Message != "the waiver of link/anchor waives nothing" {
			t.Errorf("%q", f.Message)
		}
	}
	if c := r.Count(); c != (Counts{Errors: 1, Warnings: 6, Infos: 2, Waived: 2, Ignored: 1, Off: 1}) {
		t.Errorf("%+v", c)
	}
	if sev, ok := r.Worst(); !ok || sev != Error {
		t.Errorf("worst: %v %v", sev, ok)
	}
	for failOn, want := range map[Severity]bool{Info: true, Error: true, Never: false} {
		if r.FailOn = failOn; r.Failed() != want {
			t.Errorf("fail on %v: %v", failOn, r.Failed())
		}
	}
}

// The line of a finding is known, also that of the last line of a file that does
// not end in a line end, and none behind it.
func TestJudgeText(t *testing.T) {
	var fs []Finding
	for i := range 5 {
		fs = append(fs, Finding{Rule: "link/anchor", Position: at("a.md", i)})
	}
	var got []string
	for _, f := range Judge(fs, Project{Read: readMap(map[string]string{"a.md": "\ufeffone\r\n two\nthree"})}).Findings {
		got = append(got, f.Text)
	}
	if want := []string{"", "one", " two", "three", ""}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// The setting that names a rule most closely wins, in whatever order they stand;
// of equals the first.
func TestJudgeSeverities(t *testing.T) {
	set := func(rules ...string) []Setting {
		var out []Setting
		for i, r := range rules {
			out = append(out, Setting{Rules: r, Severity: Severity(i % 3), Position: at("lintel.yml", i+1)})
		}
		return out
	}
	for _, tt := range []struct {
		settings []Setting
		want     Severity
	}{
		{nil, Error},
		{set("adr/superseded", "adr/*", "*"), Info},
		{set("*", "adr/superseded", "adr/superse*-long-but-no-match"), Warning},
		{set("adr/s*", "*", "A06"), Error},
		{set("adr/*", "adr/s*", "a*"), Warning},
		{set("adr/s*", "adr/*", "*"), Info},
		{set("link/*", "*", "link/anchor"), Warning},
		{set("*", "*", "*"), Info},
	} {
		r := Judge([]Finding{{Rule: "adr/superseded", Severity: Error}}, Project{Catalog: catalogForTests(), Policy: Policy{Severities: tt.settings}})
		if f := r.Findings[0]; f.Rule != "adr/superseded" || f.Severity != tt.want {
			t.Errorf("%v: %v, want %v", tt.settings, f.Severity, tt.want)
		}
	}
}

// Of two waivers that hold, the nearer one gives the reason; both are of use,
// and neither counts where the rule is off.
func TestJudgeTwoWaivers(t *testing.T) {
	files := map[string]string{"a.md": "<!-- lintel:allow-file link/* far -->\n# A\n\na <!-- lintel:allow link/anchor near -->\n"}
	p := Project{Catalog: catalogForTests(), Read: readMap(files), Documents: []string{"a.md"}}
	fs := []Finding{{Rule: "link/anchor", Position: at("a.md", 4)}}
	if got, want := states(Judge(fs, p)), []string{"a.md:4 link/anchor waived (near)"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	p.Policy.Severities = []Setting{{Rules: "link/anchor", Severity: Never}}
	if got, want := states(Judge(fs, p)), []string{"a.md:4 link/anchor off (link/anchor is off)"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Entries of ignore: the first that matches gives the reason, the last day still
// holds, and one for a rule that does not exist is said to be that, not unused.
func TestJudgeIgnore(t *testing.T) {
	entry := func(line int, rules, path, until string) Ignore {
		return Ignore{Rules: strings.Split(rules, ","), Paths: []string{path}, Reason: fmt.Sprint("reason ", line), Until: until, Position: at("lintel.yml", line)}
	}
	p := Project{
		Catalog: catalogForTests(), Today: today,
		Policy: Policy{Ignore: []Ignore{
			entry(1, "adr/*", "docs", ""),
			entry(2, "link/anchor", "doc", ""),
			entry(3, "link/ancor,link/absolute", "docs", ""),
			entry(4, "link/anchor", "docs", "2026-11-24"),
			entry(5, "A01,link/anchor", "docs/a*", "2026-11-25"),
			entry(6, "link/anchor", "docs", "2026-11-26"),
		}},
	}
	r := Judge([]Finding{{Rule: "link/anchor", Severity: Error, Position: at("docs/a.md", 1)}}, p)
	want := []string{
		"docs/a.md:1 link/anchor ignored (reason 5)", "lintel.yml:1 checks/unused-ignore warning", "lintel.yml:2 checks/unused-ignore warning",
		"lintel.yml:3 checks/unknown-rule warning", "lintel.yml:4 checks/expired-ignore warning",
	}
	if got := states(r); !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	if f := r.Findings[0]; f.By != at("lintel.yml", 5) {
		t.Errorf("by %v", f.By)
	}
	if f := r.Findings[1]; f.Reason != "nothing of adr/* was found in docs" {
		t.Errorf("%q", f.Reason)
	}
	if f := r.Findings[3]; f.Hint != "did you mean link/anchor?" || f.Message != "link/ancor is no rule; the setting has no effect" {
		t.Errorf("%q %q", f.Message, f.Hint)
	}
	p.Policy = Policy{Severities: []Setting{{Rules: "something/else"}}}
	if f := Judge(nil, p).Findings[0]; f.Hint != "lintel check --explain lists the rules" {
		t.Errorf("%q", f.Hint)
	}
}

// Unused waivers: which of several, and why when nothing stands behind one.
func TestJudgeUnusedWaivers(t *testing.T) {
	files := map[string]string{"a.md": "a <!-- lintel:allow link/anchor used -->\n\nb <!-- lintel:allow link/anchor idle -->\n\n<!-- lintel:allow link/anchor, A01 last -->\n"}
	r := Judge([]Finding{{Rule: "link/anchor", Position: at("a.md", 1)}}, Project{Catalog: catalogForTests(), Read: readMap(files), Documents: []string{"a.md"}})
	if got, want := states(r), []string{"a.md:1 link/anchor waived (used)", "a.md:3 waiver/unused warning", "a.md:5 waiver/unused warning"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	if r.Findings[1].Reason != "" || r.Findings[2].Reason != "nothing stands behind it" || r.Findings[2].Message != "the waiver of link/anchor, A01 waives nothing" {
		t.Errorf("%q %q %q", r.Findings[1].Reason, r.Findings[2].Reason, r.Findings[2].Message)
	}
}

// What does not count fails nothing.
func TestJudgeNothingOpen(t *testing.T) {
	r := Judge([]Finding{{Rule: "link/anchor", Severity: Error, Position: at("a.md", 1)}}, Project{
		Catalog: catalogForTests(), Read: readMap(map[string]string{"a.md": "a <!-- lintel:allow link/anchor x -->\n"}),
	})
	if sev, ok := r.Worst(); ok || sev != Info || r.Failed() || len(r.Findings) != 1 {
		t.Errorf("%v %v %v", sev, ok, states(r))
	}
}

// Rules that were not run leave their waivers, ignores and entries alone.
func TestJudgeSkipped(t *testing.T) {
	files := map[string]string{
		"a.md": "a <!-- lintel:allow adr/duplicate-id, link/anchor later -->\n",
		"b.jsonl": `{"fingerprint":"00000000000000000000000000000001","rule":"adr/superseded","path":"a.md","message":"m"}` + "\n" +
			`{"fingerprint":"00000000000000000000000000000002","rule":"link/anchor","path":"a.md","message":"m"}` + "\n",
	}
	p := Project{
		Catalog: catalogForTests(), Read: readMap(files), Documents: []string{"a.md"},
		Policy: Policy{
			Baseline: "b.jsonl", Ignore: []Ignore{{Rules: []string{"A01"}, Paths: []string{"x"}, Reason: "r", Position: at("lintel.yml", 2)}},
		},
	}
	if got, want := states(Judge(nil, p)), []string{
		"a.md:1 waiver/unused warning", "b.jsonl:1 baseline/stale warning", "b.jsonl:2 baseline/stale warning", "lintel.yml:2 checks/unused-ignore warning",
	}; !slices.Equal(got, want) {
		t.Errorf("all run:\n got %q\nwant %q", got, want)
	}
	p.Skipped = func(rule string) bool { return strings.HasPrefix(rule, "adr/") }
	r := Judge(nil, p)
	if got, want := states(r), []string{"a.md:1 waiver/unused warning", "b.jsonl:2 baseline/stale warning"}; !slices.Equal(got, want) {
		t.Errorf("skipped:\n got %q\nwant %q", got, want)
	}
	if m := r.Findings[0].Message; m != "the waiver of link/anchor waives nothing" || !r.Findings[0].Edit.IsZero() {
		t.Errorf("%q %v", m, r.Findings[0].Edit)
	}
	if text := string(r.Pruned()); strings.Count(text, "\n") != 1 || !strings.Contains(text, "adr/superseded") {
		t.Errorf("pruned: %s", text)
	}
	if text, n := r.Baseline(); n != 1 || !strings.Contains(string(text), "adr/superseded") {
		t.Errorf("baseline: %d %s", n, text)
	}
}

// prints returns the fingerprints of findings by subject or message.
func prints(fs []Finding, text string) map[string]string {
	r := Judge(fs, Project{Catalog: catalogForTests(), Read: readMap(map[string]string{"a.md": text})})
	out := map[string]string{}
	for _, f := range r.Findings {
		out[f.Message+f.Subject] = f.Fingerprint
	}
	return out
}

func TestFingerprint(t *testing.T) {
	link := func(line int, msg, subject string) Finding {
		return Finding{Rule: "link/not-found", Severity: Warning, Position: at("a.md", line), Message: msg, Subject: subject}
	}
	text := "# T\n\nsee [x](y.md) there\n\nsee [z](w.md) there\n"
	base := prints([]Finding{link(3, "dead", ""), link(5, "dead too", "")}, text)
	same := func(name string, want bool, got map[string]string, pick, was string) {
		t.Helper()
		if (got[pick] == base[was]) != want {
			t.Errorf("%s: %q was %q, equal should be %v", name, got[pick], base[was], want)
		}
	}
	same("lines above", true, prints([]Finding{link(6, "dead", "")}, "a\n\nb\n"+text), "dead", "dead")
	same("indented", true, prints([]Finding{link(1, "dead", "")}, "      see   [x](y.md)\tthere  \n"), "dead", "dead")
	same("in a list", true, prints([]Finding{link(1, "dead", "")}, "- see [x](y.md) there\n"), "dead", "dead")
	same("in a numbered list in a quotation", true, prints([]Finding{link(1, "dead", "")}, "> 12. see [x](y.md) there\n"), "dead", "dead")
	same("as a heading", true, prints([]Finding{link(1, "dead", "")}, "### see [x](y.md) there\n"), "dead", "dead")
	same("another is mended", true, prints([]Finding{link(5, "dead too", "")}, text), "dead too", "dead too")
	same("with a waiver", true, prints([]Finding{link(1, "dead", "")}, "see [x](y.md) there <!-- lintel:allow link/anchor z -->\n"), "dead", "dead")
	same("rewritten", false, prints([]Finding{link(1, "dead", "")}, "look at [x](y.md) there\n"), "dead", "dead")
	same("another rule", false, prints([]Finding{{Rule: "link/anchor", Position: at("a.md", 3), Message: "dead"}}, text), "dead", "dead")

	// Numbers in a message count things; in quotation marks they name them.
	base = prints([]Finding{link(3, `3 links lead to "v2.md"`, "")}, text)
	same("another number", true, prints([]Finding{link(3, `14 links lead to "v2.md"`, "")}, text), `14 links lead to "v2.md"`, `3 links lead to "v2.md"`)
	same("another name", false, prints([]Finding{link(3, `3 links lead to "v3.md"`, "")}, text), `3 links lead to "v3.md"`, `3 links lead to "v2.md"`)
	same("a word with a number", false, prints([]Finding{link(3, `3 links lead to "v2.md" S3`, "")}, text), `3 links lead to "v2.md" S3`, `3 links lead to "v2.md"`)

	// The subject stands in for the message.
	base = prints([]Finding{link(3, "m1 ", "s")}, text)
	same("other message, same subject", true, prints([]Finding{link(3, "m2 ", "s")}, text), "m2 s", "m1 s")

	// Equal findings are counted.
	twice := Judge([]Finding{link(1, "m", ""), link(2, "m", "")}, Project{Read: readMap(map[string]string{"a.md": "x\nx\n"})})
	once := Judge([]Finding{link(2, "m", "")}, Project{Read: readMap(map[string]string{"a.md": "x\nx\n"})})
	if twice.Findings[0].Fingerprint == twice.Findings[1].Fingerprint || once.Findings[0].Fingerprint != twice.Findings[0].Fingerprint {
		t.Errorf("%v %v", twice.Findings, once.Findings)
	}
	// The recipe is a promise: baselines hold what it makes.
	if got, want := twice.Findings[0].Fingerprint, "535a0d66111ce29ade10ba93b664b027"; got != want {
		t.Errorf("the fingerprint is %s, and was %s: raise fingerprintVersion only on purpose", got, want)
	}
}

func TestBaseline(t *testing.T) {
	found := []Finding{
		{Rule: "link/not-found", Severity: Warning, Position: at("b.md", 1), Message: "two"},
		{Rule: "link/not-found", Severity: Warning, Position: at("a.md", 1), Message: "one <&>"},
	}
	files := map[string]string{"a.md": "a\n", "b.md": "b <!-- lintel:allow link/anchor x -->\n"}
	p := Project{Catalog: catalogForTests(), Read: readMap(files), Policy: Policy{Baseline: "base.jsonl"}}
	r := Judge(found, p) // there is none yet, and none is asked for
	text, n := r.Baseline()
	if n != 2 || strings.Count(string(text), "\n") != 2 || !strings.HasPrefix(string(text), `{"fingerprint":"`) || !strings.Contains(string(text), `"path":"a.md","message":"one <&>"}`+"\n") {
		t.Fatalf("%d\n%s", n, text)
	}
	if strings.Contains(string(text), "waiver/") {
		t.Error("what is said of waivers must not be baselined")
	}
	files["base.jsonl"] = string(text)
	if got, want := states(Judge(found, p)), []string{
		"a.md:1 link/not-found baseline (it is in the baseline)", "b.md:1 link/not-found baseline (it is in the baseline)", "b.md:1 waiver/unused warning",
	}; !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	// Two branches merged: order and doubles do not matter.
	lines := strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
	files["base.jsonl"] = lines[1] + "\n\n" + lines[0] + lines[1] + "\r\n"
	if c := Judge(found, p).Count(); c.Baselined != 2 || c.Warnings != 1 {
		t.Errorf("%+v", c)
	}
	// One is mended.
	files["base.jsonl"] = string(text)
	r = Judge(found[:1], p)
	if c := r.Count(); c.Baselined != 1 || c.Warnings != 2 || r.Stale() != 1 {
		t.Errorf("%+v, %d stale", c, r.Stale())
	}
	if got := string(r.Pruned()); got != lines[1]+"\n" {
		t.Errorf("pruned:\n%s", got)
	}
	// Stale and live entries, in any order.
	entry := func(i int, s string) string { return s[:16] + fmt.Sprintf("%02d", i) + s[18:] }
	files["base.jsonl"] = entry(1, lines[0]) + lines[0] + entry(2, lines[0]) + lines[1] + "\n" + entry(3, lines[1])
	r = Judge(found, p)
	if c := r.Count(); c.Baselined != 2 || c.Warnings != 4 || r.Stale() != 3 || string(r.Pruned()) != string(text) {
		t.Errorf("%+v, %d stale\n%s", c, r.Stale(), r.Pruned())
	}
	files["base.jsonl"] = string(text)
	// A waived finding is there, and its entry is not stale.
	files["a.md"] = "a <!-- lintel:allow link/not-found later -->\n"
	if c := Judge(found, p).Count(); c.Waived != 1 || c.Baselined != 1 || c.Warnings != 1 {
		t.Errorf("%+v", c)
	}
	// What cannot be read is said, with its line.
	files["base.jsonl"] = "<<<<<<< HEAD\n" + string(text) + "=======\n>>>>>>> x\n{\"fingerprint\":\"abc\"}\nnull\n"
	r = Judge(found, p)
	var wrong []string
	for _, f := range r.Findings {
		if f.Rule == "baseline/invalid" {
			wrong = append(wrong, f.Position.String()+" "+f.Hint)
		}
	}
	const merge, mend = " a merge left it there; keep the lines of both sides and remove the marks", " mend the line or write the baseline anew"
	if !slices.Equal(wrong, []string{"base.jsonl:1:1" + merge, "base.jsonl:4:1" + merge, "base.jsonl:5:1" + merge, "base.jsonl:6:1" + mend, "base.jsonl:7:1" + mend}) {
		t.Errorf("%q", wrong)
	}
	// A baseline that was asked for has to be there.
	p.Policy.Baseline, p.Policy.BaselineAt = "none.jsonl", at("lintel.yml", 2)
	if got := states(Judge(nil, p)); !slices.Equal(got, []string{"lintel.yml:2 baseline/invalid error"}) {
		t.Errorf("%q", got)
	}
}

func TestMatchPath(t *testing.T) {
	for _, tt := range []struct {
		pattern, path string
		want          bool
	}{
		{"docs/a.md", "docs/a.md", true},
		{"docs", "docs/a/b.md", true},
		{"docs/", "docs/a.md", true},
		{"docs", "docs2/a.md", false},
		{"docs/*.md", "docs/a.md", true},
		{"docs/*.md", "docs/a/b.md", false},
		{"docs/*", "docs/a/b.md", true}, // the folder docs/a is named
		{"**/old/**", "docs/old/a.md", true},
		{"**/old/**", "old/a.md", true},
		{"**/old", "docs/bold/a.md", false},
		{"**", "a.md", true},
		{"docs/**/x-*.md", "docs/a/b/x-1.md", true},
		{"docs/**/x-*.md", "docs/x-1.md", true},
		{"docs/**/x-*.md", "docs/a/y.md", false},
		{"docs/a.md/b", "docs/a.md", false},
	} {
		if got := matchPath(tt.pattern, tt.path); got != tt.want {
			t.Errorf("matchPath(%q, %q) = %v", tt.pattern, tt.path, got)
		}
	}
}

func TestMatchStars(t *testing.T) {
	for _, tt := range []struct {
		pattern, s string
		want       bool
	}{
		{"adr/*", "adr/a", true},
		{"adr/*", "sad/a", false},
		{"*", "x", true},
		{"", "", true},
		{"a", "ab", false},
		{"*-id", "adr/duplicate-id", true},
		{"a*b*c", "abc", true},
		{"a*b*c", "aXbYcZ", false},
		{"a*b*c", "ab", false},
		{"a**", "a", true},
		{"a*a", "a", false},
	} {
		if got := matchStars(tt.pattern, tt.s); got != tt.want {
			t.Errorf("matchStars(%q, %q) = %v", tt.pattern, tt.s, got)
		}
	}
}

// Ten thousand findings in a thousand files are judged once each.
func BenchmarkJudge(b *testing.B) {
	files := map[string]string{}
	var found []Finding
	for i := range 10_000 {
		p := fmt.Sprintf("docs/%d.md", i%1000)
		files[p] += fmt.Sprintf("some text of line %d with [a link](none.md) in it\n", i)
		found = append(found, Finding{Rule: "link/not-found", Severity: Warning, Position: at(p, i/1000+1), Message: fmt.Sprintf("link %d", i)})
	}
	p := Project{Catalog: catalogForTests(), Read: readMap(files), Today: time.Unix(0, 0)}
	for b.Loop() {
		if r := Judge(found, p); len(r.Findings) != len(found) {
			b.Fatal(len(r.Findings))
		}
	}
}
