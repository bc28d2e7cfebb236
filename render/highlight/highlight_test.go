package highlight

import (
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the goldens anew")

// languages names each lexer of our own once.
var languages = []string{
	"text", "output", "yaml", "json", "bash", "console", "python", "pycon", "pytb", "go", "gomod", "java", "groovy",
	"kotlin", "js", "ts", "sql", "toml", "ini", "properties", "dotenv", "diff", "dockerfile", "hcl", "css", "scss",
	"html", "html+jinja", "jinja", "xml", "markdown", "http",
	"c", "cpp", "rust", "csharp", "php", "make", "nginx", "proto", "ruby",
	"powershell", "scala", "lua", "graphql",
}

var tags = regexp.MustCompile(`</?span[^>]*>`)

// check holds the output against what every lexer promises.
func check(t *testing.T, lang, code string) string {
	t.Helper()
	b, ok := Append([]byte("before"), lang, code)
	out, kept := strings.CutPrefix(string(b), "before")
	if !ok || !kept {
		t.Fatalf("%s: ok %v, output %q", lang, ok, b)
	}
	if got := html.UnescapeString(tags.ReplaceAllString(out, "")); got != unescapable(code) {
		t.Fatalf("%s changes the text of %q to %q", lang, code, got)
	}
	for line := range strings.SplitSeq(out, "\n") {
		open := false
		for _, tag := range tags.FindAllString(line, -1) {
			if open == (tag != closing) {
				t.Fatalf("%s: spans cross or nest in the line %q", lang, line)
			}
			open = !open
		}
		if open {
			t.Fatalf("%s: a span crosses the end of the line %q", lang, line)
		}
		if strings.Contains(line, `"></span>`) {
			t.Fatalf("%s: an empty span in the line %q", lang, line)
		}
	}
	return out
}

// unescapable is what unescaping can give back.
func unescapable(s string) string { return html.UnescapeString(html.EscapeString(s)) }

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no goldens", err)
	}
	for _, file := range files {
		lang := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(lang, func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := check(t, lang, string(a.Files[0].Data))
			if *update {
				a.Files = append(a.Files[:1], txtar.File{Name: "want.html", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if want := string(a.Files[1].Data); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	for _, lang := range languages[2:] {
		if _, err := os.Stat("testdata/" + lang + ".txtar"); err != nil {
			t.Errorf("%s has no golden", lang)
		}
	}
}

func TestNames(t *testing.T) {
	for lang, want := range map[string]string{
		"py": "Python", "Python": "Python", "SH": "Bash", "shell-session": "Bash Session", "yml": "YAML",
		"jsonc": "JSON", "golang": "Go", "tf": "Terraform", "docker": "Docker", "": "Text only",
		"text": "Text only", "Haskell": "Haskell", "objc": "Objective-C", "js": "JavaScript", "html+jinja": "HTML+Django/Jinja", "no such language": "",
	} {
		if got := Name(lang); got != want || Known(lang) != (want != "") {
			t.Errorf("Name(%q) = %q, Known %v; want %q", lang, got, Known(lang), want)
		}
	}
	if out, ok := Append([]byte("x"), "no such language", "<"); ok || string(out) != "x" {
		t.Errorf("an unknown language gives %q, %v", out, ok)
	}
}

// TestTextStays runs every lexer over pieces of every language, cut anywhere.
func TestTextStays(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code := string(a.Files[0].Data)
		for _, lang := range languages {
			check(t, lang, code)
		}
		lang := strings.TrimSuffix(filepath.Base(file), ".txtar")
		for i := range len(code) {
			check(t, lang, code[:i])
			check(t, lang, code[i:])
		}
	}
}

// TestHostileInputTakesLinearTime feeds what makes careless scanners look ahead
// again and again.
func TestHostileInputTakesLinearTime(t *testing.T) {
	pieces := []string{
		`"`, "'", "`", "[", "{", "(", "<", "<a ", "<<A ", "$(", "${", "`${", "{{", "{%", "{#", "/*", "*/", "//", "#", "\\",
		"f\"{", `f'{`, "a: ", "- ", "? ", "|\n", "\t", "*", "_", "**a", "~~", "![", "[a](", "<!--", "<![CDATA[", "a<", "a.b<c ",
		"\"\"\"", "'''", "$", "$$", "a=", "@", "fun <", "val (", "<script>", "</", "\x00", "\xff", "&", "&a", "key\n", "a \\\n",
		"=begin\n", "R\"(", "r#\"", "%(", "<?php", "@{", "$\"{", "#{", "a{", "a:b{", "%q{", "1e", "data ",
	}
	const size = 1 << 16
	for _, lang := range languages {
		for _, piece := range pieces {
			code := strings.Repeat(piece, size/len(piece))
			best := time.Hour
			for try := 0; try < 4 && best > 100*time.Millisecond; try++ {
				start := time.Now()
				Append(nil, lang, code)
				best = min(best, time.Since(start))
			}
			if best > 300*time.Millisecond {
				t.Errorf("%s takes %v for 64 KiB of %q", lang, best, piece)
			}
		}
	}
}

// TestFallback looks for a token that a lexer of chroma finds, and holds that
// lexers that go round in circles come to an end.
func TestFallback(t *testing.T) {
	if got, want := check(t, "haskell", "x = 1 -- one\n"), `<span class="c1">-- one</span>`; !strings.Contains(got, want) {
		t.Errorf("got %q, want %s in it", got, want)
	}
	check(t, "haskell", "x = \"\xff\r\n")
	check(t, "nim", "x = \"\r\n")
	check(t, "jungle", "%w[\n")
	for line := range strings.Lines(strings.TrimSpace(index)) {
		names, _, _ := strings.Cut(line, "=")
		name, _, _ := strings.Cut(names, "|")
		file, _ := indexed(name)
		if _, err := chroma.NewXMLLexer(files(), file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzText(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		if a, err := txtar.ParseFile(file); err == nil {
			for i := range languages {
				if languages[i]+".txtar" == filepath.Base(file) {
					f.Add(uint8(i), string(a.Files[0].Data))
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, lang uint8, code string) {
		check(t, languages[int(lang)%len(languages)], code)
	})
}

func BenchmarkAppend(b *testing.B) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		lang := strings.TrimSuffix(filepath.Base(file), ".txtar")
		a, err := txtar.ParseFile(file)
		if err != nil {
			b.Fatal(err)
		}
		code := string(a.Files[0].Data)
		b.Run(lang, func(b *testing.B) {
			var dst []byte
			b.SetBytes(int64(len(code)))
			b.ReportAllocs()
			for b.Loop() {
				dst, _ = Append(dst[:0], lang, code)
			}
		})
	}
}

func ExampleAppend() {
	out, _ := Append(nil, "py", "print('a < b')  # compare\n")
	fmt.Print(string(out))
	// Output: <span class="nb">print</span>(<span class="s1">&#39;a &lt; b&#39;</span>)  <span class="c1"># compare</span>
}
