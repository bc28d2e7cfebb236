package sad

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/markdown"
)

// WordKind is what a word in prose stands for.
type WordKind string

// The kinds of words.
const (
	WordElement   WordKind = "element"
	WordTerm      WordKind = "term"
	WordAcronym   WordKind = "acronym"
	WordForbidden WordKind = "forbidden" // another word should be used
)

// Word is a name that may be met in prose.
type Word struct {
	Text string   `json:"text"`
	Kind WordKind `json:"kind"`
	// Target is the id of the element, the preferred term or the acronym; of a
	// forbidden word the term to use.
	Target string `json:"target"`
	// Title tells what it is in one sentence: description, definition or
	// expansion.
	Title string `json:"title,omitempty"`
	// Path is the page that declares it.
	Path string `json:"path"`
}

// Match is a word found in a text. Bytes [Start, End) are the word without the
// particle behind it, which is [End, Tail).
type Match struct {
	Start, End, Tail int
	Word             *Word
}

// Lexicon finds words in prose, whatever their case and with the particles that
// Korean hangs on them. It is safe for use by several goroutines.
type Lexicon struct {
	Words []Word
	// names are the words by their tokens in lower case with spaces between;
	// acronyms those whose case matters, by their text. starts are the beginnings
	// of names of several tokens, each with a space behind it.
	names, acronyms map[string]int
	starts          map[string]bool
	// forbidden are the words that the glossary forbids in lower case, by their
	// first bytes, for a quick look at pages that use none.
	forbidden map[[4]byte][]string
	begins    [256]bool // the first of these bytes
	// syllables are those that are one Hangul syllable.
	syllables []string
}

// maxTokens bounds how many words a name has.
const maxTokens = 8

// NewLexicon indexes words. Of two with one text the first is found.
func NewLexicon(words []Word) *Lexicon {
	x := &Lexicon{Words: words, names: make(map[string]int, len(words)), acronyms: map[string]int{}, starts: map[string]bool{}, forbidden: map[[4]byte][]string{}}
	for i := range words {
		w := &words[i]
		toks := tokens(w.Text)
		// One syllable is too little for a name, but may be forbidden.
		short := utf8.RuneCountInString(w.Text) < 2 && (w.Kind != WordForbidden || len(w.Text) < 3)
		if len(toks) == 0 || len(toks) > maxTokens || short {
			continue
		}
		if w.Kind == WordForbidden {
			if first := toks[0].lower; len(first) < 4 {
				x.syllables = append(x.syllables, first)
			} else {
				k := [4]byte([]byte(first))
				x.begins[first[0]] = true
				x.forbidden[k] = append(x.forbidden[k], first)
			}
		}
		if w.Kind == WordAcronym && len(toks) == 1 {
			if t := w.Text[toks[0].start:toks[0].end]; !has(x.acronyms, t) {
				x.acronyms[t] = i
			}
			continue
		}
		k := ""
		for j, t := range toks {
			if j > 0 {
				k += " "
				x.starts[k] = true
			}
			k += t.lower
		}
		if !has(x.names, k) {
			x.names[k] = i
		}
	}
	return x
}

func has(m map[string]int, k string) bool {
	_, ok := m[k]
	return ok
}

// Lexicon returns the words of the model: elements, terms with their aliases,
// acronyms, and the words that the glossary forbids. Names of one letter and
// plain numbers are left out.
func (m *Model) Lexicon() *Lexicon {
	var words []Word
	for _, t := range m.Terms {
		target, kind, title := t.ID, WordTerm, t.Definition
		for _, n := range append([]Ref{t.Ref}, t.Aliases...) {
			words = append(words, Word{n.ID, kind, target, title, t.Path})
		}
	}
	for _, e := range m.Elements {
		names := append([]string{e.Name}, e.Aliases...)
		for _, n := range e.Names {
			names = append(names, n)
		}
		slices.Sort(names[1:])
		for _, n := range names {
			if worthLinking(n) {
				words = append(words, Word{n, WordElement, e.ID, e.Description, e.At.Path})
			}
		}
		// Ids that nobody would write by chance are names too.
		if e.ID != e.Name && strings.ContainsAny(e.ID, "-_.") {
			words = append(words, Word{e.ID, WordElement, e.ID, e.Description, e.At.Path})
		}
	}
	for _, a := range m.Acronyms {
		words = append(words, Word{a.ID, WordAcronym, a.ID, a.Expansion, a.Path})
	}
	for _, t := range m.Terms {
		for _, f := range t.Forbidden {
			words = append(words, Word{f.ID, WordForbidden, t.ID, "", t.Path})
		}
	}
	return NewLexicon(words)
}

func worthLinking(s string) bool {
	return utf8.RuneCountInString(s) > 1 && strings.IndexFunc(s, unicode.IsLetter) >= 0
}

type token struct {
	start, end int
	hangul     bool
	lower      string
}

// tokens cuts a text into runs of Hangul and runs of other letters and digits,
// with . _ and - inside.
func tokens(s string) []token {
	var out []token
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.Is(unicode.Hangul, r):
			j := i + n
			for j < len(s) {
				r, n := utf8.DecodeRuneInString(s[j:])
				if !unicode.Is(unicode.Hangul, r) {
					break
				}
				j += n
			}
			out = append(out, token{i, j, true, s[i:j]})
			i = j
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			j := i + n
			for j < len(s) {
				r, n := utf8.DecodeRuneInString(s[j:])
				if (r == '.' || r == '_' || r == '-') && j+n < len(s) {
					q, _ := utf8.DecodeRuneInString(s[j+n:])
					if (unicode.IsLetter(q) || unicode.IsDigit(q)) && !unicode.Is(unicode.Hangul, q) {
						j += n
						continue
					}
				}
				if !unicode.IsLetter(r) && !unicode.IsDigit(r) || unicode.Is(unicode.Hangul, r) {
					break
				}
				j += n
			}
			out = append(out, token{i, j, false, strings.ToLower(s[i:j])})
			i = j
		default:
			i += n
		}
	}
	return out
}

// Find returns the words in a text, in its order, the longest at each place.
func (x *Lexicon) Find(text string) []Match {
	if len(x.names)+len(x.acronyms) == 0 {
		return nil
	}
	toks := tokens(text)
	var out []Match
	for i := 0; i < len(toks); {
		m, n := x.at(text, toks, i)
		if n == 0 {
			i++
			continue
		}
		out = append(out, m)
		i += n
	}
	return out
}

// maxSyllables bounds how long a word without spaces can be a name with a
// particle.
const maxSyllables = 24

// at returns the longest name that begins at a token, and how many tokens it
// takes; 0 when there is none.
func (x *Lexicon) at(text string, toks []token, i int) (Match, int) {
	best, used := Match{}, 0
	before := "" // the tokens before the last one, as in starts
	for n := 1; n <= maxTokens && i+n <= len(toks); n++ {
		t := toks[i+n-1]
		if n > 1 {
			if gap := text[toks[i+n-2].end:t.start]; strings.Trim(gap, " \n-") != "" || len(gap) > 2 {
				break
			}
		}
		if m, more, ok := x.ends(text, toks, i+n-1, before); ok {
			m.Start = toks[i].start
			best, used = m, n+more
		}
		if before += t.lower + " "; !x.starts[before] {
			break
		}
	}
	return best, used
}

// ends reports whether a name whose other tokens are before ends with a token,
// and whether the particle behind it is a token of its own.
func (x *Lexicon) ends(text string, toks []token, k int, before string) (m Match, more int, ok bool) {
	t := toks[k]
	m = Match{End: t.end, Tail: t.end}
	lookup := func(last string) bool {
		w, found := x.names[before+last]
		if found {
			m.Word = &x.Words[w]
		}
		return found
	}
	if t.hangul {
		if lookup(t.lower) {
			return m, 0, true
		}
		// The name may be the beginning of the run, the rest a particle.
		var ends [maxSyllables]int
		n := 0
		for off := range t.lower {
			if off > 0 && n < maxSyllables {
				ends[n] = off
				n++
			}
		}
		for n--; n >= 0; n-- {
			if off := ends[n]; lookup(t.lower[:off]) && isParticle(t.lower[off:]) {
				m.End = t.start + off
				return m, 0, true
			}
		}
		return m, 0, false
	}
	if before == "" {
		word := text[t.start:t.end]
		w, found := x.acronyms[word]
		if !found && strings.HasSuffix(word, "s") {
			if w, found = x.acronyms[word[:len(word)-1]]; found {
				m.End--
			}
		}
		if found {
			m.Word = &x.Words[w]
		}
	}
	if m.Word == nil && !lookup(t.lower) {
		if !strings.HasSuffix(t.lower, "s") || !lookup(t.lower[:len(t.lower)-1]) {
			return m, 0, false
		}
		m.End--
	}
	// Hangul right behind it has to be a particle.
	if k+1 < len(toks) && toks[k+1].start == t.end && toks[k+1].hangul {
		if !isParticle(toks[k+1].lower) {
			return m, 0, false
		}
		m.Tail = toks[k+1].end
		more = 1
	}
	return m, more, true
}

// particles are what Korean hangs on nouns, and the verbs that nouns become.
var particles = func() map[string]bool {
	m := map[string]bool{}
	for p := range strings.FieldsSeq(`을 를 이 가 은 는 의 에 에서 에게 에게서 께 께서 으로 로 으로서 로서 으로써 로써 와 과 랑 이랑 하고 도 만
		까지 부터 처럼 보다 마다 조차 마저 밖에 이나 나 이라 라 이란 란 이라는 라는 이라고 라고 이며 며 이고 고 이다 다 입니다 인 이면 면 이든 든
		뿐 만큼 대로 들 에는 에도 에만 엔 에선 에서는 에서도 에서만 으로는 로는 으로도 로도 와의 과의 에의 까지는 부터는 만은 만이 만을 이었다 였다
		이지만 지만 이므로 므로 이라면 라면 이자 자 이요 요 이고요 씩 쯤 별 별로 당 용 내 상 간 중
		하다 한다 하는 하고 하여 해 해서 했다 했고 할 함 하면 하기 하지 하며 하도록 합니다 되다 된다 되는 되고 되어 돼 됐다 될 됨 되면 되기 되지
		되며 됩니다 시킨다 시키는 시켜 시킬`) {
		m[p] = true
	}
	return m
}()

// isParticle reports whether a run of Hangul can stand behind a noun: one
// particle, or two.
func isParticle(s string) bool {
	if s == "" || len(s) > 8*3 {
		return false
	}
	if particles[s] {
		return true
	}
	for i := range s {
		if i > 0 && particles[s[:i]] && particles[s[i:]] {
			return true
		}
	}
	return false
}

// pairs of particles: behind a consonant, behind a vowel.
var particlePairs = [][2]string{
	{"으로", "로"},
	{"이라는", "라는"},
	{"이라고", "라고"},
	{"이라", "라"},
	{"이나", "나"},
	{"이며", "며"},
	{"이고", "고"},
	{"이란", "란"},
	{"이든", "든"},
	{"이다", "다"},
	{"이면", "면"},
	{"이지만", "지만"},
	{"이므로", "므로"},
	{"이랑", "랑"},
	{"을", "를"},
	{"은", "는"},
	{"과", "와"},
	{"이", "가"},
}

// fitParticle returns the form that a particle takes behind a word. Behind
// words that do not end in Hangul it stays as it was.
func fitParticle(word, particle string) string {
	last, _ := utf8.DecodeLastRuneInString(word)
	if last < 0xac00 || last > 0xd7a3 || particle == "" {
		return particle
	}
	final := (last - 0xac00) % 28
	for _, p := range particlePairs {
		closed := final != 0
		if p[0] == "으로" && final == 8 {
			closed = false // ㄹ takes 로
		}
		for k := range p {
			if rest, ok := strings.CutPrefix(particle, p[k]); ok && (rest == "" || particles[rest]) {
				if closed {
					return p[0] + rest
				}
				return p[1] + rest
			}
		}
	}
	return particle
}

// Forbids reports whether any word is forbidden, so that Check can find
// something.
func (x *Lexicon) Forbids() bool { return len(x.forbidden)+len(x.syllables) > 0 }

// mayForbid reports whether a text may hold a word that is forbidden.
func (x *Lexicon) mayForbid(src []byte) bool {
	for _, s := range x.syllables {
		if bytes.Contains(src, []byte(s)) {
			return true
		}
	}
	if len(x.forbidden) == 0 {
		return false
	}
	lower := func(c byte) byte {
		if c >= 'A' && c <= 'Z' {
			return c + 'a' - 'A'
		}
		return c
	}
	for i := 0; i+4 <= len(src); i++ {
		c := lower(src[i])
		if !x.begins[c] {
			continue
		}
		for _, w := range x.forbidden[[4]byte{c, lower(src[i+1]), lower(src[i+2]), lower(src[i+3])}] {
			if i+len(w) <= len(src) && strings.EqualFold(string(src[i:i+len(w)]), w) {
				return true
			}
		}
	}
	return false
}

// maxSame bounds how often one word is reported on one page.
const maxSame = 10

// Check returns where a page uses a word that the glossary forbids. It looks at
// prose alone: not at code, headings, links and tables of the glossary itself.
func (x *Lexicon) Check(name string, src []byte) []finding.Finding {
	if !x.mayForbid(src) {
		return nil
	}
	d := markdown.Parse(src)
	links := d.Links(0, len(src))
	slices.SortFunc(links, func(a, b markdown.Link) int { return a.Start - b.Start })
	var out []finding.Finding
	count := map[*Word]int{}
	for off, run := range d.Prose(0, len(src)) {
		for _, m := range x.Find(run) {
			w := m.Word
			if w.Kind != WordForbidden || w.Path == name {
				continue
			}
			at := off + m.Start
			if i, _ := slices.BinarySearchFunc(links, at, func(l markdown.Link, at int) int {
				if l.End <= at {
					return -1
				}
				return 1
			}); i < len(links) && links[i].Start <= at {
				continue
			}
			if count[w]++; count[w] > maxSame {
				continue
			}
			old := run[m.Start:m.Tail]
			out = append(out, finding.Finding{
				Rule: "sad/forbidden-term", Severity: finding.Warning,
				Position: finding.Position{Path: name, Line: d.LineOf(at), Column: d.ColumnOf(at)},
				Message:  "“" + run[m.Start:m.End] + "” is called “" + w.Target + "” here",
				Hint:     "write “" + w.Target + "”",
				Reason:   "the glossary in " + w.Path + " lists it among the words that are not used",
				Subject:  w.Text,
				Edit: finding.Edit{
					Path: name, Start: at, Old: old, Safe: true,
					New: w.Target + fitParticle(w.Target, run[m.End:m.Tail]),
				},
			})
		}
	}
	return out
}
