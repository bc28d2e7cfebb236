package extract

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// BenchmarkExtractor reads the golden files of each extractor's kind, and
// reports bytes of the files that it wants.
func BenchmarkExtractor(b *testing.B) {
	fsys := tree(b)
	for _, e := range All() {
		s, err := New([]Extractor{e}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		type file struct {
			path string
			data []byte
		}
		var files []file
		size := 0
		for p, f := range fsys {
			if !s.Wants(p) {
				continue
			}
			r, err := s.File(b.Context(), p, f.Data)
			if err != nil {
				b.Fatal(err)
			}
			if len(r.Facts) == 0 {
				continue // passed over by a look at the text
			}
			// The size of a large file of the kind.
			data := slices.Clone(f.Data)
			for len(data) < 32<<10 {
				switch path.Ext(p) {
				case ".json", ".toml", ".mod", ".work":
				case ".yml", ".yaml":
					data = append(append(data, "\n---\n"...), f.Data...)
					continue
				default:
					data = append(append(data, '\n'), f.Data...)
					continue
				}
				break
			}
			files = append(files, file{p, data})
			size += len(data)
		}
		b.Run(e.Name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for _, f := range files {
					if _, err := s.File(b.Context(), f.path, f.data); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// repository is a platform monorepo of n files: one in eight declares something,
// the rest is code and text as there is in any.
func repository(tb testing.TB, n int) (root string, size int) {
	tb.Helper()
	root = tb.TempDir()
	write := func(name, body string) {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
			tb.Fatal(err)
		}
		size += len(body)
	}
	write(".gitignore", "*.log\n/build/\nnode_modules/\n.env\n")
	code := strings.Repeat("def work(rows):\n    return [row for row in rows if row]\n\n\n", 40)
	text := strings.Repeat("Words about the platform and what it does.\n", 60)
	for i := range n {
		dir := fmt.Sprintf("area%d/part%d", i%23, i%211)
		var name, body string
		switch i % 16 {
		case 0:
			name, body = "dag.py", fmt.Sprintf("from airflow import DAG\nfrom airflow.operators.bash import BashOperator\n\nwith DAG(\"d%d\", schedule=\"0 %d * * *\"):\n    a = BashOperator(task_id=\"a\")\n    b = BashOperator(task_id=\"b\")\n    a >> b\n\n\n%s", i, i%24, code)
		case 1:
			name, body = "deploy.yaml", fmt.Sprintf("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w%d}\nspec:\n  replicas: %d\n  template:\n    spec:\n      containers:\n        - name: main\n          image: registry.example/w:%d\n", i, i%5, i)
		case 2, 3, 4, 5, 6:
			name, body = "code.py", code
		case 7:
			name, body = "settings.yaml", strings.Repeat("key: {a: 1, b: [x, y]}\n", 1)+"list:\n"+strings.Repeat("  - {name: x, value: 1}\n", 60)
		case 8:
			name, body = "data.json", `{"rows": [`+strings.Repeat(`{"a": 1, "b": "text"}, `, 80)+`{}]}`
		case 9:
			name, body = "query.sql", strings.Repeat("select a, b from t where c = 'x';\n", 60)
		default:
			name, body = "page.md", text
		}
		write(path.Join(dir, fmt.Sprintf("n%d", i), name), body)
	}
	return root, size
}

// BenchmarkRepository reads 20,000 files: everything anew, and with every result
// kept.
func BenchmarkRepository(b *testing.B) {
	root, size := repository(b, 20_000)
	fsys := os.DirFS(root)
	b.Run("new", func(b *testing.B) {
		b.SetBytes(int64(size))
		for b.Loop() {
			if _, err := Run(b.Context(), fsys, All(), Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("kept", func(b *testing.B) {
		memo := map[string]Result{}
		o := Options{Workers: 1, Memo: func(recipe, p string, data []byte, compute func() (Result, error)) (Result, error) {
			key := Digest(recipe, p, data)
			r, ok := memo[key]
			if !ok {
				var err error
				if r, err = compute(); err != nil {
					return r, err
				}
				memo[key] = r
			}
			return r, nil
		}}
		b.SetBytes(int64(size))
		for b.Loop() {
			if _, err := Run(b.Context(), fsys, All(), o); err != nil {
				b.Fatal(err)
			}
		}
	})
}
