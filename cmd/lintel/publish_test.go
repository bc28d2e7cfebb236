package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/lintel-docs/lintel/internal/publish"
	"github.com/lintel-docs/lintel/internal/publish/s3fake"
	"github.com/lintel-docs/lintel/site"
)

// s3Script is the command s3 of scripts: a store in this process, one for each
// script.
//
//	s3 start              starts it and sets $S3 to its URL; its bucket is "bucket"
//	s3 list [PREFIX]      prints the keys, but those of Lintel itself
//	s3 cat KEY            prints an object
//	s3 head KEY           prints its headers, metadata and redirect
//	s3 put KEY FILE       writes an object by other hands
//	s3 rm KEY             removes one by other hands
//	s3 requests N         fails unless there were N requests since the last time
//	s3 fail N STATUS CODE lets the N-th request from now, and all after it, fail; N = 0 ends that
//	s3 same DIR [PREFIX]  fails unless the objects are the files of the folder
func s3Script(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("s3: start, list, cat, head, put, rm, requests, fail or same")
	}
	if args[0] == "start" {
		store := s3fake.New(time.Now, "bucket")
		srv := httptest.NewUnstartedServer(store)
		srv.Config.ErrorLog = log.New(io.Discard, "", 0)
		srv.Start()
		ts.Defer(srv.Close)
		scriptStores(ts).store = store
		for k, v := range map[string]string{
			"S3": srv.URL, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true",
			"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "XDG_CACHE_HOME": ts.MkAbs("cache"), "AWS_MAX_ATTEMPTS": "2",
		} {
			ts.Setenv(k, v)
		}
		return
	}
	store := scriptStores(ts).store
	if store == nil {
		ts.Fatalf("s3: start it first")
	}
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	object := func() s3fake.Object {
		o, ok := store.Objects("bucket")[arg(1)]
		if !ok {
			ts.Fatalf("s3: no object %s", arg(1))
		}
		return o
	}
	switch args[0] {
	case "list":
		for _, k := range slices.Sorted(func(yield func(string) bool) {
			for k := range store.Objects("bucket") {
				if strings.HasPrefix(k, arg(1)) && !strings.Contains("/"+k, "/.lintel/") && !yield(k) {
					return
				}
			}
		}) {
			fmt.Fprintln(ts.Stdout(), k)
		}
	case "cat":
		fmt.Fprintln(ts.Stdout(), string(object().Data))
	case "head":
		o := object()
		_ = o.Header.Write(ts.Stdout())
		_ = o.Meta.Write(ts.Stdout())
		fmt.Fprintln(ts.Stdout(), "Redirect:", o.Redirect)
	case "put":
		store.Put("bucket", arg(1), []byte(ts.ReadFile(arg(2))))
	case "rm":
		store.Remove("bucket", arg(1))
	case "requests":
		if got := strconv.Itoa(store.Requests()); got != arg(1) {
			ts.Fatalf("s3: %s requests, want %s: %v", got, arg(1), store.Log())
		}
		store.Reset()
	case "fail":
		n, err := strconv.Atoi(arg(1))
		ts.Check(err)
		if n == 0 {
			store.SetFault(nil)
			return
		}
		code, err := strconv.Atoi(arg(2))
		ts.Check(err)
		var seen int
		store.SetFault(func(s3fake.Request) s3fake.Fault {
			if seen++; seen < n {
				return s3fake.Fault{}
			}
			return s3fake.Fault{Status: code, Code: arg(3)}
		})
	case "same":
		s3Same(ts, store, arg(1), arg(2))
	default:
		ts.Fatalf("s3: unknown command %s", args[0])
	}
}

func s3Same(ts *testscript.TestScript, store *s3fake.Server, dir, prefix string) {
	want := map[string]string{}
	fsys := os.DirFS(ts.MkAbs(dir))
	ts.Check(walkFiles(fsys, func(name string, data []byte) { want[prefix+name] = string(data) }))
	for k, o := range store.Objects("bucket") {
		if !strings.HasPrefix(k, prefix) || strings.Contains("/"+k, "/.lintel/") {
			continue
		}
		if w, ok := want[k]; !ok {
			ts.Fatalf("s3: %s is left over", k)
		} else if w != string(o.Data) {
			ts.Fatalf("s3: %s differs", k)
		}
		delete(want, k)
	}
	for k := range want {
		ts.Fatalf("s3: %s is missing", k)
	}
}

type scriptState struct{ store *s3fake.Server }

func scriptStores(ts *testscript.TestScript) *scriptState {
	return ts.Value(scriptState{}).(*scriptState)
}

// walkFiles calls f with each file of a folder.
func walkFiles(fsys fs.FS, f func(name string, data []byte)) error {
	return fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(fsys, p)
		if err == nil {
			f(p, b)
		}
		return err
	})
}

// TestRecipesTellOfEveryChange publishes a site by its recipes, as released
// builds do, through changes of every kind.
func TestRecipesTellOfEveryChange(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	config := "site_name: T\nextra_css: [x.css]\nplugins:\n  - search\n  - tags\n  - redirects:\n      redirect_maps:\n        old.md: a.md\n"
	write("mkdocs.yml", config)
	write("docs/index.md", "# Home\n[a](a.md)")
	write("docs/a.md", "---\ntags: [x]\n---\n# A\n## Part")
	write("docs/b.md", "# B\n[a](a.md#part)")
	write("docs/x.css", "a{}")
	target := &publish.Memory{}
	for i, change := range []func(){
		func() {},
		func() { write("docs/a.md", "---\ntags: [x]\n---\n# A\n## Part\nmore") },
		func() { write("docs/a.md", "---\ntags: [x, y]\n---\n# New title\n## Part\nmore") },
		func() { write("docs/a.md", "---\ntags: [y]\n---\n# New title\n## Other") },
		func() { write("docs/c/index.md", "# C") },
		func() { write("docs/x.css", "b{}") },
		func() { write("mkdocs.yml", config+"copyright: me\n") },
		func() { write("mkdocs.yml", strings.Replace(config, "a.md", "b.md", 1)) },
		func() { write("mkdocs.yml", config+"theme: {name: material, language: ko}\n") },
		func() {
			if err := os.RemoveAll(filepath.Join(dir, "docs/c")); err != nil {
				t.Fatal(err)
			}
		},
		func() { write("docs/b.md", "# Be\n[a](a.md)") },
	} {
		change()
		a := &app{stdout: io.Discard, stderr: io.Discard, env: func(string) (string, bool) { return "", false }}
		s, p, err := a.openSite(dir, site.Options{})
		if err != nil {
			t.Fatal(err)
		}
		snap, err := s.Build(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var last *publish.Plan
		for range 2 {
			src, err := publish.Files(t.Context(), snap, "this build")
			if err != nil {
				t.Fatal(err)
			}
			out, err := publish.Sync(t.Context(), src, target, publish.SyncOptions{Now: time.Now, AllowDelete: true})
			if err != nil {
				t.Fatal(err)
			}
			last = out.Plan
		}
		if n := last.Writes(); n > 0 {
			t.Errorf("change %d: %d writes when nothing changed: %v %v", i, n, last.Changed, last.Headers)
		}
		n := 0
		if err := walkFiles(snap, func(name string, data []byte) {
			n++
			o, err := target.Get(t.Context(), name, "")
			if err != nil {
				t.Errorf("change %d: %v", i, err)
				return
			}
			defer o.Body.Close()
			if got, err := io.ReadAll(o.Body); err != nil || !bytes.Equal(got, data) {
				t.Errorf("change %d: %s is an old one", i, name)
			}
		}); err != nil {
			t.Fatal(err)
		}
		for o, err := range target.List(t.Context(), "") {
			if err != nil || !strings.HasPrefix(o.Key, ".lintel/") {
				n--
			}
		}
		if n != 0 {
			t.Errorf("change %d: %d files too few", i, n)
		}
		p.close()
	}
}
