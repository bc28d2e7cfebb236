package highlight

import (
	"archive/zip"
	_ "embed"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
)

// chroma's lexers and an index of them, made by the program in pack.
var (
	//go:embed lexers.zip
	archive string
	//go:embed lexers.txt
	index string
)

// fallback returns the lexer of chroma for a language in lower case.
func fallback(lang string) (name string, lex lexer, ok bool) {
	file, name := indexed(lang)
	if file == "" {
		return "", nil, false
	}
	return name, func(w *writer, i, end int) { runChroma(w, i, end, file) }, true
}

// indexed looks a language up. Each line of the index holds the names of one,
// its file and the name to show, with equals signs between them.
func indexed(lang string) (file, name string) {
	if lang == "" || strings.ContainsAny(lang, "|=\n") {
		return "", ""
	}
	for from := 1; ; {
		i := strings.Index(index[from:], lang)
		if i < 0 {
			return "", ""
		}
		i += from
		from = i + len(lang)
		if c := index[i-1]; c != '\n' && c != '|' {
			continue
		}
		if c := index[from]; c != '=' && c != '|' {
			continue
		}
		line, _, _ := strings.Cut(index[from:], "\n")
		_, line, named := strings.Cut(line, "=")
		file, name, _ := strings.Cut(line, "=")
		if named && name != "" { // not inside a file's name
			return file, name
		}
	}
}

// loaded keeps the lexers that a build has used. Making one takes milliseconds
// and a megabyte, and a site uses few.
var loaded sync.Map // from file to func() chroma.Lexer

func load(file string) chroma.Lexer {
	f, ok := loaded.Load(file)
	if !ok {
		f, _ = loaded.LoadOrStore(file, sync.OnceValue(func() chroma.Lexer { return open(file) }))
	}
	return f.(func() chroma.Lexer)()
}

// files opens the archive. Its directory is read once.
var files = sync.OnceValue(func() fs.FS {
	r, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		panic(err) // the archive is a part of the program, and tested
	}
	return r
})

// open makes a lexer, and those that it uses, in a registry of their own:
// registries must not change while they are read.
func open(file string) chroma.Lexer {
	fsys := files()
	r := chroma.NewLexerRegistry()
	uses := regexp.MustCompile(`using lexer="([^"]+)"`)
	done := map[string]bool{}
	var add func(file string) chroma.Lexer
	add = func(file string) chroma.Lexer {
		done[file] = true
		l, err := chroma.NewXMLLexer(fsys, file)
		if err != nil {
			return nil
		}
		r.Register(l)
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil
		}
		for _, m := range uses.FindAllStringSubmatch(string(text), -1) {
			other, _ := indexed(strings.ToLower(m[1]))
			switch {
			case done[other]:
			case other != "":
				add(other)
			default:
				done[other] = true
				plain := func() chroma.Rules {
					return chroma.Rules{"root": {{Pattern: `.+|\n`, Type: chroma.Text}}}
				}
				if l, err := chroma.NewLexer(&chroma.Config{Name: m[1]}, plain); err == nil {
					r.Register(l)
				}
			}
		}
		return l
	}
	return add(file)
}

// maxFallback is the length of code beyond which regular expressions are not
// tried.
const maxFallback = 1 << 16

// runChroma marks what a lexer of chroma finds. Where that goes wrong, the rest
// stays plain.
func runChroma(w *writer, i, end int, file string) {
	code := w.src[i:end]
	if len(code) > maxFallback || !utf8.ValidString(code) {
		return
	}
	defer func() { _ = recover() }() // from chroma, whose emitters panic
	l := load(file)
	if l == nil {
		return
	}
	tokens, err := l.Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	if err != nil {
		return
	}
	still := 0 // tokens without text in a row
	for t := tokens(); t != chroma.EOF; t = tokens() {
		n := len(t.Value)
		if still++; n > 0 {
			still = 0
		} else if still > 100 {
			return // a lexer that goes round in circles
		}
		if !strings.HasPrefix(w.src[i:end], t.Value) {
			return // the newline that it adds, or not our text
		}
		w.tok(chromaClass(t.Type), i, i+n)
		i += n
	}
}

// chromaClass returns the class that Pygments gives a type of token.
func chromaClass(t chroma.TokenType) class {
	for ; t > 0; t = t.Parent() {
		if name, ok := chroma.StandardTypes[t]; ok {
			return chromaClasses()[name]
		}
	}
	return none
}

// chromaClasses maps names of classes to classes.
var chromaClasses = sync.OnceValue(func() map[string]class {
	m := map[string]class{}
	for c, tag := range opening {
		if tag != "" && class(c) != cErr {
			name := strings.TrimSuffix(strings.TrimPrefix(tag, `<span class="`), `">`)
			m[name] = class(c)
		}
	}
	return m
})
