package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const sample = "---\nstatus: accepted\ntags: [a, b]\n---\n\n# 1. Use *Kafka* for `events`\n\nDate: 2024-01-02\n**Owner:** data\n\n" +
	"Status\n------\n\n* Status: ✅ Accepted\n* Deciders: kim,\n  lee\n    - nested\n\n<!-- not\n## a heading -->\n\n" +
	"```md\n## not a heading\n```\n\n> Status: quoted\n> more\n\n" +
	"| 요소 | Kind |\n|---|:-:|\n| `a|b` | x \\| y |\n| c |\n\n## 요소 목록(Element Catalog) {#cat}\n\n" +
	"See [ADR 2](0002-x.md \"t\"), ![d](img/a.png), [r][ref] and <https://e.org/a>.\n\n[ref]: other.md#x\n\n!!! note\n    inside\n\n    ## no heading here? yes: content of a box\n"

func TestBlocks(t *testing.T) {
	d := Parse([]byte(sample))
	var got []string
	for _, b := range d.Blocks {
		got = append(got, fmt.Sprintf("%d:%d-%d:%q", b.Kind, b.Line, b.Last, b.Text))
	}
	want := []string{
		`1:6-6:"1. Use Kafka for events"`,
		`0:8-9:"Date: 2024-01-02\n**Owner:** data"`,
		`1:11-12:"Status"`,
		`5:14-14:"Status: ✅ Accepted"`,
		`5:15-16:"Deciders: kim,\nlee"`,
		`5:17-17:"nested"`,
		`7:19-20:"<!-- not\n## a heading -->"`,
		`2:22-24:"## not a heading\n"`,
		`6:26-27:"Status: quoted\nmore\n"`,
		`4:29-32:""`,
		`1:34-34:"요소 목록(Element Catalog)"`,
		`0:36-36:"See [ADR 2](0002-x.md \"t\"), ![d](img/a.png), [r][ref] and <https://e.org/a>."`,
		`11:38-38:"[ref]: other.md#x"`,
		`10:40-40:"!!! note"`,
		`0:41-41:"inside"`,
	}
	if !slices.Equal(got[:len(want)], want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if d.Front.String("status") != "accepted" {
		t.Errorf("status %q", d.Front.String("status"))
	}
	if v, k := d.Front.Value("tags"); k.Line != 3 || !slices.Equal(Strings(v), []string{"a", "b"}) {
		t.Errorf("tags %v at %v", v, k)
	}
}

func TestByteOrderMark(t *testing.T) {
	for _, src := range []string{"\ufeff# A\r\n\r\nb\r\n", "\ufeff---\na: b\n---\n# A\n"} {
		d := Parse([]byte(src))
		if len(d.Blocks) == 0 || d.Blocks[0].Kind != Heading || d.Blocks[0].Text != "A" {
			t.Errorf("%q: blocks %+v", src, d.Blocks)
		}
		if d.ColumnOf(0) != 1 || d.LineOf(0) != 1 {
			t.Errorf("%q begins at %d:%d", src, d.LineOf(0), d.ColumnOf(0))
		}
	}
}

func TestGrid(t *testing.T) {
	d := Parse([]byte(sample))
	i := slices.IndexFunc(d.Blocks, func(b Block) bool { return b.Kind == Table })
	g := d.Grid(&d.Blocks[i])
	if g.Column("element", "요소") != 0 || g.Column("kind") != 1 || g.Column("owner") != -1 {
		t.Errorf("columns of %v", g.Header)
	}
	if len(g.Rows) != 2 || g.Rows[0][0].Text != "`a|b`" || g.Rows[0][1].Text != "x | y" || g.Rows[1][1].Text != "" {
		t.Errorf("rows %v", g.Rows)
	}
	c := g.Rows[0][0]
	if string(d.Src[c.Start:c.End]) != "`a|b`" {
		t.Errorf("cell stands at %q", d.Src[c.Start:c.End])
	}
}

func TestLinks(t *testing.T) {
	d := Parse([]byte(sample))
	var got []string
	for _, l := range d.Links(0, len(d.Src)) {
		got = append(got, fmt.Sprintf("%d %v %s → %s (%s)", l.Line, l.Image, l.Text, l.Dest, d.Src[l.DestStart:l.DestEnd]))
	}
	want := []string{
		"36 false ADR 2 → 0002-x.md (0002-x.md)",
		"36 true d → img/a.png (img/a.png)",
		"36 false r → other.md#x ()",
		"36 false https://e.org/a → https://e.org/a (https://e.org/a)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestSections(t *testing.T) {
	d := Parse([]byte("intro\n# A\na\n## B\n<!-- x -->\n## C\nc\n# D\n"))
	var got []string
	for s := range d.Sections() {
		got = append(got, fmt.Sprintf("%d %s %d/%d %v %q", s.Level(), s.Title(), len(s.Own), len(s.Blocks), s.Empty(), d.Src[s.Start:s.End]))
	}
	want := []string{
		`0  1/1 false "intro\n"`,
		`1 A 1/5 false "# A\na\n## B\n<!-- x -->\n## C\nc\n"`,
		`2 B 1/1 true "## B\n<!-- x -->\n"`,
		`2 C 1/1 false "## C\nc\n"`,
		`1 D 0/0 true "# D\n"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestLabels(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"3.1 Primary Presentation", []string{"primary presentation"}},
		{"요소 목록(Element Catalog)", []string{"요소 목록", "element catalog"}},
		{"Element Catalog 요소 목록", []string{"요소 목록", "element catalog"}},
		{"상태 Status:", []string{"상태", "status"}},
		{"**결정** (Decision)", []string{"결정", "decision"}},
		{"✅ 2. Status", []string{"status"}},
		{"맥락 / 배경", []string{"맥락", "배경"}},
		{"배경（Context）", []string{"배경", "context"}},
	} {
		for _, w := range tt.want {
			if !Is(tt.in, w) {
				t.Errorf("%q is not %q: %q", tt.in, w, Labels(tt.in))
			}
		}
	}
	if Is("Statuses", "status") || Is("1.5 hours", "1.5") {
		t.Error("reads too much")
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"**a** _b_ `c*d` [e](f_g) ~~h~~":        "a b c*d e h",
		"snake_case and 2 * 3":                  "snake_case and 2 * 3",
		`\*not\* &amp; <b>x</b><br>y`:           "*not* & x y",
		"![alt](x.png) [x] [a [b] c](d(e)f.md)": "alt [x] a [b] c",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestProse(t *testing.T) {
	d := Parse([]byte("# Kafka\n\nUse `Kafka` or [Kafka](Kafka.md) at https://Kafka <b Kafka>x</b>.\n\n```\nKafka\n```\n"))
	var got []string
	for off, s := range d.Prose(0, len(d.Src)) {
		if string(d.Src[off:off+len(s)]) != s {
			t.Errorf("%q is not at %d", s, off)
		}
		got = append(got, s)
	}
	if s := strings.Join(got, "|"); strings.Count(s, "Kafka") != 1 {
		t.Errorf("prose %q", s)
	}
}

// TestLinear holds the time of hostile text against plain text of its length.
func TestLinear(t *testing.T) {
	work := func(s string) time.Duration {
		start := time.Now()
		d := Parse([]byte(s))
		for s := range d.Sections() {
			_ = s.Empty()
		}
		d.Links(0, len(s))
		for range d.Prose(0, len(s)) {
		}
		for i := range d.Blocks {
			Text(d.Blocks[i].Text)
			d.Grid(&d.Blocks[i])
		}
		return time.Since(start)
	}
	const n = 1 << 19
	plain := work(strings.Repeat("plain text of a page\n\n", n/22))
	for _, unit := range []string{"[", "](", "[a][", "`", "``` ", "<", "<a ", "<!--", "> ", "- ", "| a ", "&", "*", "![", "!!! x\n\n    a\n\n", "    a\n\n", "# a\n", "|-\n", "- a\n    ", "http://", "\\"} {
		if got := work(strings.Repeat(unit, n/len(unit))); got > 100*plain+time.Second {
			t.Errorf("%q: %v, plain text %v", unit, got, plain)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("---\na: &a [*a]\n---\n# x\n")
	f.Fuzz(func(t *testing.T, s string) {
		d := Parse([]byte(s))
		last := 0
		for i := range d.Blocks {
			b := &d.Blocks[i]
			if b.Start < last || b.End < b.Start || b.End > len(s) || b.Line > b.Last || b.Body < b.Start || b.Body > len(s) {
				t.Fatalf("block %d: %+v", i, b)
			}
			if d.LineOf(b.Start) != b.Line {
				t.Fatalf("block %d begins in line %d: %+v", i, d.LineOf(b.Start), b)
			}
			last = b.End
			for _, r := range d.Grid(b).Rows {
				for _, c := range r {
					if c.Start < b.Start || c.End > b.End || c.Start > c.End {
						t.Fatalf("cell %+v of %+v", c, b)
					}
				}
			}
		}
		for _, l := range d.Links(0, len(s)) {
			if l.Start > l.End || l.End > len(s) || l.DestEnd > l.DestStart && s[l.DestStart:l.DestEnd] != l.Dest {
				t.Fatalf("link %+v", l)
			}
		}
		for off, p := range d.Prose(0, len(s)) {
			if s[off:off+len(p)] != p {
				t.Fatalf("prose %q at %d", p, off)
			}
		}
		for range d.Sections() {
		}
		Labels(s)
	})
}

func TestTrimParticles(t *testing.T) {
	for in, want := range map[string]string{
		"커넥터를": "커넥터", "커넥터에서는": "커넥터", "Kafka에서": "Kafka", "Kafka커넥터": "Kafka커넥터", "요소": "요소", "용어는": "용어",
		"토픽으로부터": "토픽", "Redshift": "Redshift", "나이": "나이", "하나의": "하나",
	} {
		if got := TrimParticles(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}
