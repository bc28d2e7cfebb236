package extract

import (
	"context"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// sqlDDL reads the tables and views that SQL creates, and the streams of ksqlDB
// with their topics. It knows comments, texts and quoted names of the common
// dialects and nothing else of SQL.
func sqlDDL() Extractor {
	return Extractor{
		Name: "sql", Version: 1, Patterns: []string{"*.sql", "*.ddl", "*.ksql"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			return sqlFacts(f), nil, nil
		},
	}
}

type sqlToken struct {
	text string
	line int
	kind byte // 'w' word, 'q' quoted name, 's' text, or the sign itself
}

type sqlLexer struct {
	src  string
	pos  int
	line int
	open [256]bool // quotes that nothing closes from here on
}

// next returns the next token; false is the end.
func (lx *sqlLexer) next() (sqlToken, bool) {
	for lx.pos < len(lx.src) {
		c := lx.src[lx.pos]
		rest := lx.src[lx.pos:]
		switch {
		case c == '\n':
			lx.line++
			lx.pos++
		case c <= ' ':
			lx.pos++
		case strings.HasPrefix(rest, "--") || c == '#':
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				lx.pos += i
			} else {
				lx.pos = len(lx.src)
			}
		case strings.HasPrefix(rest, "/*"):
			lx.skipTo("*/")
		case strings.HasPrefix(rest, "{{"):
			line := lx.line
			lx.skipTo("}}")
			return sqlToken{"*", line, 'q'}, true
		case strings.HasPrefix(rest, "{%"):
			lx.skipTo("%}")
		case c == '\'' || c == '"' || c == '`':
			return lx.quoted(c, c), true
		case c == '[':
			return lx.quoted(c, ']'), true
		case c == '$':
			// $$ … $$ holds a body in another language.
			if i := strings.IndexByte(rest[1:], '$'); i >= 0 && i < 64 && isTag(rest[1:1+i]) {
				lx.pos++
				tag := rest[:i+2]
				lx.pos += len(tag) - 1
				lx.skipTo(tag)
				return sqlToken{"", lx.line, 's'}, true
			}
			lx.pos++
		case isNameStart(c) || isDigit(c) || c == '@':
			start := lx.pos
			for lx.pos < len(lx.src) && (isNameStart(lx.src[lx.pos]) || isDigit(lx.src[lx.pos]) || strings.IndexByte("$-@", lx.src[lx.pos]) >= 0) {
				if strings.HasPrefix(lx.src[lx.pos:], "--") {
					break
				}
				lx.pos++
			}
			return sqlToken{lx.src[start:lx.pos], lx.line, 'w'}, true
		default:
			lx.pos++
			return sqlToken{string(c), lx.line, c}, true
		}
	}
	return sqlToken{}, false
}

func isTag(s string) bool {
	for i := range len(s) {
		if !isNameStart(s[i]) && !isDigit(s[i]) {
			return false
		}
	}
	return true
}

func (lx *sqlLexer) skipTo(end string) {
	from := min(len(lx.src), lx.pos+2)
	i := strings.Index(lx.src[from:], end)
	if i < 0 {
		lx.pos = len(lx.src)
		return
	}
	lx.line += strings.Count(lx.src[lx.pos:from+i], "\n")
	lx.pos = from + i + len(end)
}

func (lx *sqlLexer) quoted(open, end byte) sqlToken {
	t := sqlToken{line: lx.line, kind: 'q'}
	if open == '\'' {
		t.kind = 's'
	}
	start := lx.pos + 1
	i := -1
	if !lx.open[end] {
		i = strings.IndexByte(lx.src[start:], end)
	}
	for i >= 0 && open == '\'' && start+i+1 < len(lx.src) && lx.src[start+i+1] == '\'' {
		j := strings.IndexByte(lx.src[start+i+2:], end)
		if j < 0 {
			i = -1
			break
		}
		i += 2 + j
	}
	if i < 0 {
		lx.open[end] = true
		lx.pos = start // no end: a lone sign
		return t
	}
	t.text = lx.src[start : start+i]
	lx.line += strings.Count(t.text, "\n")
	lx.pos = start + i + 1
	return t
}

func sqlFacts(f *File) []Fact {
	if !f.contains("CREATE") && !f.contains("create") && !f.contains("Create") {
		return nil
	}
	lx := &sqlLexer{src: string(f.Data), line: 1}
	var out []Fact
	seen := map[string]bool{}
	t, ok := lx.next()
	begin := true // of a statement, or of a line: not every dialect ends statements
	for ok && len(out) < maxFacts {
		line := t.line
		if !begin || t.kind != 'w' || !strings.EqualFold(t.text, "create") {
			end := t.kind == ';'
			t, ok = lx.next()
			begin = end || t.line > line
			continue
		}
		var fact Fact
		fact, t, ok = sqlCreate(lx, line)
		begin = t.line > line
		if fact.ID != "" && !seen[fact.ID] {
			seen[fact.ID] = true
			out = append(out, fact)
			if fact.Technology != "ksqlDB" && !strings.EqualFold(t.text, "with") {
				continue
			}
			t, ok = ksqlWith(lx, t, ok, &out[len(out)-1])
			begin = false
		}
	}
	return out
}

// sqlCreate reads from behind CREATE to behind the name.
func sqlCreate(lx *sqlLexer, line int) (Fact, sqlToken, bool) {
	var what string
	tech := "SQL"
	t, ok := lx.next()
	for n := 0; ok && n < 14 && t.kind == 'w'; n++ {
		switch strings.ToLower(t.text) {
		case "table":
			what = "table"
		case "stream", "view":
			what = strings.ToLower(t.text)
		case "or", "replace", "temp", "temporary", "global", "local", "transient", "unlogged", "external", "foreign", "materialized", "recursive",
			"source", "volatile", "multiset", "set", "algorithm", "definer", "sql", "security", "hybrid", "dynamic", "iceberg", "force", "editionable", "secure", "live", "streaming", "refresh", "public", "private", "algorithm=undefined", "sink":
			if strings.EqualFold(t.text, "temp") || strings.EqualFold(t.text, "temporary") {
				tech = "" // gone with the session
			}
			t, ok = lx.next()
			continue
		default:
			return Fact{}, t, ok
		}
		break
	}
	if what == "" || !ok {
		return Fact{}, t, ok
	}
	t, ok = lx.next()
	for _, word := range [...]string{"if", "not", "exists"} {
		if ok && t.kind == 'w' && strings.EqualFold(t.text, word) {
			t, ok = lx.next()
		}
	}
	if strings.EqualFold(t.text, "as") || strings.EqualFold(t.text, "select") {
		return Fact{}, t, ok
	}
	var name strings.Builder
	for ok && (t.kind == 'w' || t.kind == 'q') && name.Len() < maxText {
		name.WriteString(t.text)
		t, ok = lx.next()
		if t.kind != '.' {
			break
		}
		name.WriteByte('.')
		t, ok = lx.next()
	}
	n := strings.Trim(placeholders(starred(name.String())), ".")
	if tech == "" || strings.Trim(n, "*.") == "" || strings.HasPrefix(n, "#") {
		return Fact{}, t, ok
	}
	kind := KindTable
	switch what {
	case "view":
		kind = KindView
	case "stream":
		tech = "ksqlDB"
	}
	return Fact{Kind: kind, ID: string(kind) + ":" + n, Name: n, Line: line, Technology: tech}, t, ok
}

// ksqlWith reads WITH (KAFKA_TOPIC='…').
func ksqlWith(lx *sqlLexer, t sqlToken, ok bool, f *Fact) (sqlToken, bool) {
	for n := 0; ok && t.kind != ';' && n < 100_000; n++ {
		if t.kind == 'w' && strings.EqualFold(t.text, "kafka_topic") || t.kind == 's' && strings.EqualFold(t.text, "kafka_topic") {
			if t, ok = lx.next(); ok && t.kind == '=' {
				if t, ok = lx.next(); ok && t.kind == 's' {
					f.Technology = "ksqlDB"
					f.use(KindTopic, t.text, Reads, t.line)
				}
			}
			continue
		}
		t, ok = lx.next()
	}
	return t, ok
}

// placeholders replaces what Python's format fills in: {project}.
func placeholders(s string) string {
	for range 20 {
		i := strings.IndexByte(s, '{')
		j := strings.IndexByte(s, '}')
		if i < 0 || j < i {
			break
		}
		s = s[:i] + "*" + s[j+1:]
	}
	return s
}
