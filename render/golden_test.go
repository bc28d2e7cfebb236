package render

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write want.html of the golden files anew")

// goldenConfig is config.json of a golden file.
type goldenConfig struct {
	Dialect    Dialect                   `json:"dialect,omitempty"`
	Extensions []string                  `json:"extensions,omitempty"`
	Config     map[string]map[string]any `json:"config,omitempty"`
	Untrusted  bool                      `json:"untrusted,omitempty"`
	Anchors    string                    `json:"anchors,omitempty"`
	// Own says why want.html is our own output and not Python-Markdown's.
	Own string `json:"own,omitempty"`
}

// options returns the options that a golden file asks for: those of MkDocs'
// built-in extensions and its own.
func (c goldenConfig) options() Options {
	o := Options{Dialect: c.Dialect, Untrusted: c.Untrusted, Anchors: c.Anchors, Icon: testIcon, Emoji: testEmoji}
	for _, name := range append([]string{"toc", "tables", "fenced_code"}, c.Extensions...) {
		e := Extension{Name: name}
		if cfg, ok := goldenValue(c.Config[name]).(map[string]any); ok {
			e.Config = cfg
		}
		o.Extensions = append(o.Extensions, e)
	}
	return o
}

var (
	pyName = regexp.MustCompile(`^!!python/name:(\S+)\s*(?:'')?$`)
	pyCall = regexp.MustCompile(`^!!python/object/apply:(\S+)\s*(\{.*\})?$`)
	pyKwd  = regexp.MustCompile(`(\w+):\s*'?([\w-]+)'?`)
)

// goldenValue turns JSON values and Python tags into what YAML gives.
func goldenValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, x := range v {
			m[k] = goldenValue(x)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, x := range v {
			list[i] = goldenValue(x)
		}
		return list
	case float64:
		if v == float64(int(v)) {
			return int(v)
		}
	case string:
		if m := pyName.FindStringSubmatch(v); m != nil {
			return PyName(m[1])
		}
		if m := pyCall.FindStringSubmatch(v); m != nil {
			call := &PyCall{Name: m[1], Kwds: map[string]any{}}
			_, kwds, _ := strings.Cut(m[2], "kwds:")
			for _, kw := range pyKwd.FindAllStringSubmatch(kwds, -1) {
				call.Kwds[kw[1]] = kw[2]
			}
			return call
		}
	}
	return v
}

func testIcon(name string) (string, bool) {
	if name == "material/account" {
		return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M1 1h2v2z"/></svg>`, true
	}
	return "", false
}

func testEmoji(short string) (file, chars string, ok bool) {
	switch short {
	case "smile":
		return "1f604", "😄", true
	case "rocket":
		return "1f680", "🚀", true
	}
	return "", "", false
}

// TestGolden holds pages against what Python-Markdown makes of them, byte for
// byte but for what we write in another way on purpose: tokens of highlighted
// code, alignment of cells, and a second id of a heading.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files:", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(data)
			var cfg goldenConfig
			var in, want string
			wantAt := -1
			files := fstest.MapFS{}
			for i, f := range a.Files {
				switch f.Name {
				case "config.json":
					if err := json.Unmarshal(f.Data, &cfg); err != nil {
						t.Fatal(err)
					}
				case "in.md":
					in = string(f.Data)
				case "want.html":
					want, wantAt = string(f.Data), i
				default:
					files[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			m, findings := New(cfg.options())
			for _, f := range findings {
				t.Log(f)
			}
			d := m.Parse([]byte(in), Page{Path: "docs/in.md", Files: files, DocsDir: "docs", ConfigDir: "."})
			got := strings.TrimSuffix(string(d.AppendHTML(nil, nil)), "\n") + "\n"
			if *update {
				want = got
				if cfg.Own == "" {
					want = oracle(t, cfg, in, files)
				}
				f := txtar.File{Name: "want.html", Data: []byte(want)}
				if wantAt < 0 {
					a.Files = append(a.Files, f)
				} else {
					a.Files[wantAt] = f
				}
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got, want = comparable(got), comparable(want); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// oracle returns what Python-Markdown makes of a page.
func oracle(t *testing.T, cfg goldenConfig, in string, files fstest.MapFS) string {
	dir := t.TempDir()
	err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, files[name].Data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/oracle.py")
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(map[string]any{"extensions": cfg.Extensions, "config": cfg.Config, "input": in})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", script)
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, bytes.NewReader(data), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("python-markdown:", err)
	}
	return string(out) + "\n"
}

var (
	codeContent = regexp.MustCompile(`(?s)(<code[^>]*>)(.*?)(</code>)`)
	spanTag     = regexp.MustCompile(`</?span[^>]*>`)
	emptySpan   = regexp.MustCompile(`<span[^>]*></span>`)
	cellStyle   = regexp.MustCompile(` style="text-align: (\w+);"`)
)

// comparable takes out of a page what is different on purpose.
func comparable(s string) string {
	s = emptySpan.ReplaceAllString(s, "")
	s = codeContent.ReplaceAllStringFunc(s, func(c string) string {
		m := codeContent.FindStringSubmatch(c)
		return m[1] + spanTag.ReplaceAllString(m[2], "") + m[3]
	})
	return cellStyle.ReplaceAllString(s, ` class="align-$1"`)
}
