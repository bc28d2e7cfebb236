package extract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lintel-docs/lintel/internal/finding"
)

// TestMain lets the test program be the program behind Exec: its first argument
// says how it behaves.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "as-extractor" {
		os.Exit(asExtractor(os.Args[2]))
	}
	os.Exit(m.Run())
}

func asExtractor(how string) int {
	var r Request
	if err := json.NewDecoder(os.Stdin).Decode(&r); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	answer := Response{Facts: []Fact{{Kind: "widget", ID: "widget:" + r.Path, Name: string(bytes.TrimSpace(r.Data)), Line: 1}}}
	switch how {
	case "ok":
	case "env":
		answer.Facts[0].Name = fmt.Sprintf("%d %s", len(os.Environ()), os.Getenv("GREETING"))
	case "finding":
		answer = Response{Findings: []ProgramFinding{{Line: 2, Message: "odd", Hint: "even"}}}
	case "nameless":
		answer.Facts[0].Name = ""
	case "fail":
		fmt.Fprintln(os.Stderr, "no such luck")
		return 1
	case "garbage":
		fmt.Print("hello")
		return 0
	case "twice":
		fmt.Print("{}{}")
		return 0
	case "unknown":
		fmt.Print(`{"fakts": []}`)
		return 0
	case "endless":
		for {
			if _, err := fmt.Print(strings.Repeat("x", 1<<16)); err != nil {
				return 1
			}
		}
	case "sleep":
		time.Sleep(time.Minute)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		return 1
	}
	return 0
}

func program(t *testing.T, how string) Program {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Program{Name: "widgets", Version: 1, Patterns: []string{"*.widget"}, Command: []string{exe, "as-extractor", how}}
}

func one(t *testing.T, e Extractor, o Options, p string, data []byte) Result {
	t.Helper()
	s, err := New([]Extractor{e}, o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.File(t.Context(), p, data)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestExec(t *testing.T) {
	allow := Options{AllowPrograms: true}
	r := one(t, Exec(program(t, "ok")), allow, "a/b.widget", []byte("bolt\n"))
	want := []Fact{{Kind: "widget", ID: "widget:a/b.widget", Name: "bolt", File: "a/b.widget", Line: 1, By: "widgets"}}
	if !reflect.DeepEqual(r.Facts, want) || len(r.Findings) > 0 {
		t.Errorf("got %+v, want %+v", r, want)
	}
	r = one(t, Exec(program(t, "finding")), allow, "b.widget", nil)
	if len(r.Findings) != 1 || r.Findings[0].String() != "b.widget:2: warning: widgets: odd (even) [extract/program]" {
		t.Errorf("got %v", r.Findings)
	}
	for how, says := range map[string]string{
		"fail": "no such luck", "garbage": "read its output", "twice": "more than one JSON value", "unknown": "unknown field",
		"nameless": "fact 1 has no kind, id or name", "endless": "more than 4194304 bytes",
	} {
		r := one(t, Exec(program(t, how)), allow, "b.widget", nil)
		if len(r.Facts) > 0 || len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Message, says) {
			t.Errorf("%s: got %+v, want a finding with %q", how, r, says)
		}
	}
	p := program(t, "sleep")
	p.Timeout = 50 * time.Millisecond
	if r := one(t, Exec(p), allow, "b.widget", nil); len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Message, "longer than 50ms") {
		t.Errorf("sleep: got %+v", r)
	}
	p = program(t, "ok")
	p.Command = []string{"/no/such/program"}
	if r := one(t, Exec(p), allow, "b.widget", nil); len(r.Findings) != 1 {
		t.Errorf("a missing program: got %+v", r)
	}
}

// A program gets the environment that it was given and no other.
func TestExecEnvironment(t *testing.T) {
	t.Setenv("GREETING", "of the caller")
	p := program(t, "env")
	if r := one(t, Exec(p), Options{AllowPrograms: true}, "b.widget", nil); len(r.Facts) != 1 || strings.TrimSpace(r.Facts[0].Name) != "0" {
		t.Errorf("without Env: got %+v", r)
	}
	p.Env = []string{"GREETING=hello"}
	if r := one(t, Exec(p), Options{AllowPrograms: true}, "b.widget", nil); len(r.Facts) != 1 || r.Facts[0].Name != "1 hello" {
		t.Errorf("with Env: got %+v", r)
	}
}

func TestExecIsRefused(t *testing.T) {
	_, err := New([]Extractor{Exec(program(t, "ok"))}, Options{})
	if err == nil || !strings.Contains(err.Error(), "runs a program") {
		t.Errorf("got %v", err)
	}
}

func TestExecEndsWithItsContext(t *testing.T) {
	s, err := New([]Extractor{Exec(program(t, "sleep"))}, Options{AllowPrograms: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := s.File(ctx, "a.widget", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Every extractor, built in or a program, keeps to the same contract.
func TestContract(t *testing.T) {
	all := append(All(), Exec(program(t, "ok")))
	bodies := [][]byte{
		nil, []byte("\n"), []byte("\xff\xfe\x00"), []byte("{"), []byte("- - -"), []byte("'''"), bytes.Repeat([]byte("["), 5000),
		[]byte("airflow fastapi DAG( dag"), []byte("apiVersion: v1\nkind: metadata\n"),
	}
	for _, e := range all {
		t.Run(e.Name, func(t *testing.T) {
			if e.Name == "" || e.Version < 1 || len(e.Patterns) == 0 {
				t.Errorf("name %q, version %d, patterns %q", e.Name, e.Version, e.Patterns)
			}
			s, err := New([]Extractor{e}, Options{AllowPrograms: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, pattern := range e.Patterns {
				p := strings.NewReplacer("**/", "a/b/", "*", "x").Replace(pattern)
				if !s.Wants(p) {
					t.Fatalf("%s does not want %s", pattern, p)
				}
				for _, body := range bodies {
					r, err := s.File(t.Context(), p, body)
					if err != nil {
						t.Errorf("%s, %q: %v", p, body, err)
					}
					for _, f := range r.Facts {
						if f.File != p || f.By != e.Name {
							t.Errorf("%s: fact %+v", p, f)
						}
					}
				}
			}
			if e.Join != nil {
				if facts, findings := e.Join(nil); len(facts)+len(findings) > 0 {
					t.Error("facts out of nothing")
				}
			}
		})
	}
}

func TestNew(t *testing.T) {
	ok := func(context.Context, *File) ([]Fact, []finding.Finding, error) { return nil, nil, nil }
	for want, list := range map[string][]Extractor{
		"no name":     {{Extract: ok}},
		"two of that": {{Name: "a", Extract: ok}, {Name: "a", Extract: ok}},
		"syntax":      {{Name: "a", Extract: ok, Patterns: []string{"[x"}}},
	} {
		if _, err := New(list, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// tree returns the files of all golden archives in one repository.
func tree(t testing.TB) fstest.MapFS {
	t.Helper()
	files, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	fsys := fstest.MapFS{}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if f.Name != "want" {
				fsys[strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+f.Name] = &fstest.MapFile{Data: f.Data}
			}
		}
	}
	return fsys
}

// The same tree gives the same inventory, however many are at work, and file by
// file what it gives as a tree.
func TestOrder(t *testing.T) {
	fsys := tree(t)
	var first string
	for _, workers := range []int{1, 2, 16} {
		inv, err := Run(t.Context(), fsys, All(), Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if got := dump(inv); first == "" {
			first = got
		} else if got != first {
			t.Errorf("%d workers: %s", workers, lineDiff(first, got))
		}
	}
	s, err := New(All(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var results []Result
	for _, p := range slices.Sorted(func(yield func(string) bool) {
		for p := range fsys {
			if !yield(p) {
				return
			}
		}
	}) {
		if s.Wants(p) {
			r, err := s.File(t.Context(), p, fsys[p].Data)
			if err != nil {
				t.Fatal(err)
			}
			results = append(results, r)
		}
	}
	before := fmt.Sprint(results)
	if got := dump(s.Join(results)); got != first {
		t.Errorf("file by file: %s", lineDiff(first, got))
	}
	if dump(s.Join(results)) != first || fmt.Sprint(results) != before {
		t.Error("Join changes the results that it is given")
	}
}

// Results survive JSON, so that a cache may keep them.
func TestResultsAreData(t *testing.T) {
	fsys := tree(t)
	memo := map[string][]byte{}
	computed := 0
	o := Options{Workers: 1, Memo: func(recipe, p string, data []byte, compute func() (Result, error)) (Result, error) {
		key := Digest(recipe, p, data)
		if b, ok := memo[key]; ok {
			var r Result
			err := json.Unmarshal(b, &r)
			return r, err
		}
		computed++
		r, err := compute()
		if err == nil {
			memo[key], err = json.Marshal(r)
		}
		return r, err
	}}
	first, err := Run(t.Context(), fsys, All(), o)
	if err != nil {
		t.Fatal(err)
	}
	n := computed
	second, err := Run(t.Context(), fsys, All(), o)
	if err != nil {
		t.Fatal(err)
	}
	if computed != n || n == 0 {
		t.Errorf("computed %d, then %d more", n, computed-n)
	}
	if a, b := dump(first), dump(second); a != b {
		t.Error(lineDiff(a, b))
	}
	fsys["airflow_classic/dags/orders.py"].Data = append(fsys["airflow_classic/dags/orders.py"].Data, '\n')
	if _, err := Run(t.Context(), fsys, All(), o); err != nil || computed != n+1 {
		t.Errorf("after one edit: computed %d more, %v", computed-n, err)
	}
}

func TestRecipe(t *testing.T) {
	extractors := All()
	s, err := New(extractors, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r := s.Recipe("notes.txt"); r != "" || s.Wants("notes.txt") {
		t.Errorf("a file that nobody reads has the recipe %q", r)
	}
	before := s.Recipe("a/b.tf")
	for i := range extractors {
		if extractors[i].Name == "terraform" {
			extractors[i].Version++
		}
	}
	s, err = New(extractors, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if after := s.Recipe("a/b.tf"); after == before {
		t.Errorf("a new version leaves the recipe at %q", after)
	}
}

func TestTree(t *testing.T) {
	dockerfile := &fstest.MapFile{Data: []byte("FROM scratch\n")}
	fsys := fstest.MapFS{
		"Dockerfile":                      dockerfile,
		"a/Dockerfile":                    dockerfile,
		"node_modules/x/Dockerfile":       dockerfile,
		"vendor/x/Dockerfile":             dockerfile,
		".git/Dockerfile":                 dockerfile,
		".venv/Dockerfile":                dockerfile,
		"pkg/testdata/Dockerfile":         dockerfile,
		".ci/Dockerfile":                  dockerfile,
		"out/Dockerfile":                  dockerfile,
		"b/out/Dockerfile":                dockerfile,
		"b/keep/Dockerfile":               dockerfile,
		"mine/Dockerfile":                 dockerfile,
		"tests/Dockerfile":                dockerfile,
		".gitignore":                      {Data: []byte("/out/\n")},
		"b/.gitignore":                    {Data: []byte("*\n!keep\n!keep/*\n")},
		"link":                            {Data: []byte("a"), Mode: fs.ModeSymlink},
		"linked/Dockerfile":               {Data: []byte("../a/Dockerfile"), Mode: fs.ModeSymlink},
		"pipe/Dockerfile":                 {Mode: fs.ModeNamedPipe},
		"big/Dockerfile":                  {Data: bytes.Repeat([]byte("FROM scratch\n"), 1000)},
		strings.Repeat("d/", 80) + "a.tf": {Data: []byte("resource \"a\" \"b\" {\n}\n")},
	}
	inv, err := Run(t.Context(), fsys, All(), Options{MaxBytes: 1000, Ignore: []string{"mine/"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range inv.Facts {
		s := f.File
		if f.Test {
			s += " (test)"
		}
		got = append(got, s)
	}
	want := []string{".ci/Dockerfile", "Dockerfile", "a/Dockerfile", "b/keep/Dockerfile", "tests/Dockerfile (test)"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var said []string
	for _, f := range inv.Findings {
		said = append(said, f.Rule+" "+f.Message)
	}
	if len(said) != 2 || !strings.Contains(said[0], "13000 bytes") || !strings.Contains(said[1], "folders deep") {
		t.Errorf("findings %q", said)
	}
}

// A link that leads out of a work tree is not followed, on a real file system.
func TestLinksOutside(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside")
	inside := filepath.Join(dir, "inside")
	for _, d := range []string{outside, inside} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(d, "Dockerfile"), []byte("FROM scratch\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../outside", filepath.Join(inside, "way-out")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(".", filepath.Join(inside, "circle")); err != nil {
		t.Fatal(err)
	}
	inv, err := Run(t.Context(), os.DirFS(inside), All(), Options{})
	if err != nil || len(inv.Facts) != 1 {
		t.Errorf("got %v, %v", inv, err)
	}
}

func TestTreeErrors(t *testing.T) {
	if _, err := Run(t.Context(), os.DirFS(filepath.Join(t.TempDir(), "nowhere")), All(), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no root: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, tree(t), All(), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	boom := errors.New("boom")
	var calls atomic.Int32
	bad := Extractor{Name: "bad", Version: 1, Patterns: []string{"*.py"}, Extract: func(context.Context, *File) ([]Fact, []finding.Finding, error) {
		calls.Add(1)
		return nil, nil, boom
	}}
	if _, err := Run(t.Context(), tree(t), []Extractor{bad}, Options{}); !errors.Is(err, boom) || !strings.Contains(err.Error(), "extract bad from ") {
		t.Errorf("an error of an extractor: %v", err)
	}
	if runtime.GOOS != "windows" && os.Getuid() != 0 {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), nil, 0); err != nil {
			t.Fatal(err)
		}
		inv, err := Run(t.Context(), os.DirFS(dir), All(), Options{})
		if err != nil || len(inv.Findings) != 1 || !strings.Contains(inv.Findings[0].Message, "cannot be read") {
			t.Errorf("a file without permission: %v, %v", inv, err)
		}
	}
}

// What looks like a secret in the fixtures is nowhere in what is said of them.
func TestNoSecrets(t *testing.T) {
	inv, err := Run(t.Context(), tree(t), All(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := dump(inv)
	for _, secret := range []string{"hunter2", "secret@", "token"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the inventory", secret)
		}
	}
}

func TestDiff(t *testing.T) {
	read := func(files map[string]string) *Inventory {
		fsys := fstest.MapFS{}
		for p, text := range files {
			fsys[p] = &fstest.MapFile{Data: []byte(text)}
		}
		inv, err := Run(t.Context(), fsys, All(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return inv
	}
	deploy := func(replicas int, image string) string {
		return fmt.Sprintf("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  replicas: %d\n  template: {spec: {containers: [{image: %s}]}}\n", replicas, image)
	}
	base := read(map[string]string{
		"k8s/a.yaml": deploy(2, "api:1"), "k8s/b.yaml": deploy(9, "api:1"), "moved/Dockerfile": "FROM a\n", "env/.env": "OLD=1\nKEPT=2\n",
	})
	head := read(map[string]string{
		"k8s/a.yaml": "\n\n" + deploy(3, "api:1"), "k8s/b.yaml": deploy(9, "api:2"), "to/moved/Dockerfile": "FROM a\n", "env/.env": "KEPT=3\nNEW=1\n",
	})
	var got []string
	for _, c := range Diff(base, head) {
		f := c.Head
		if f == nil {
			f = c.Base
		}
		got = append(got, fmt.Sprint(c.Op, " ", f.File, " ", f.ID, " ", c.Attrs, " +", len(c.Added), " -", len(c.Removed)))
	}
	want := []string{
		"gained env/.env variable:NEW [] +0 -0",
		"changed k8s/a.yaml workload:Deployment/api [replicas] +0 -0",
		"rewired k8s/b.yaml workload:Deployment/api [] +1 -1",
		"moved to/moved/Dockerfile image:build/moved [] +0 -0",
		"lost env/.env variable:OLD [] +0 -0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	one, both := read(map[string]string{"b/w.yaml": deploy(1, "x")}), read(map[string]string{"a/w.yaml": deploy(1, "x"), "b/w.yaml": deploy(1, "x")})
	if d := Diff(one, both); len(d) != 1 || d[0].Op != Gained || d[0].Head.File != "a/w.yaml" {
		t.Errorf("a second file of the same id: %+v", d)
	}
	if d := Diff(head, head); len(d) > 0 {
		t.Errorf("no change: %v", d)
	}
}

func TestRules(t *testing.T) {
	for _, r := range Rules() {
		if !strings.HasPrefix(r.ID, "extract/") || r.Summary == "" || r.Why == "" || r.Fix == "" {
			t.Errorf("%+v", r)
		}
	}
}
