package cache_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lintel-docs/lintel/internal/cache"
)

func open(t testing.TB, dir string, o cache.Options) *cache.Store {
	t.Helper()
	o.Now = time.Now
	if o.Version == "" {
		o.Version = "1"
	}
	s, err := cache.Open(dir, "site", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func key(n int) (k cache.Key) {
	binary.LittleEndian.PutUint64(k[:], uint64(n))
	return k
}

// blob is what stands under a key: a function of it, as in all use.
func blob(n int) []byte { return bytes.Repeat([]byte(fmt.Sprintf("%d,", n)), 100+n%50) }

func commit(t testing.TB, s *cache.Store, state string) {
	t.Helper()
	if err := s.Commit([]byte(state)); err != nil {
		t.Fatal(err)
	}
	s.Close()
}

func has(t testing.TB, s *cache.Store, n int) bool {
	t.Helper()
	b, ok := s.Get(key(n))
	if ok && !bytes.Equal(b, blob(n)) {
		t.Fatalf("under %d lies something else", n)
	}
	return ok
}

func TestNextRunFindsWhatWasPut(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, cache.Options{})
	if s.Note() != "it is empty" || has(t, s, 1) {
		t.Fatalf("a new cache: note %q", s.Note())
	}
	s.Put(key(1), blob(1))
	s.Put(key(2), nil)
	commit(t, s, "state")

	s = open(t, dir, cache.Options{})
	if !has(t, s, 1) || has(t, s, 3) || string(s.State()) != "state" || s.Note() != "" {
		t.Fatalf("the next run: state %q, note %q", s.State(), s.Note())
	}
	if b, ok := s.Get(key(2)); !ok || len(b) > 0 {
		t.Error("an empty blob is lost")
	}
	if text, err := os.ReadFile(filepath.Join(dir, ".gitignore")); err != nil || !strings.Contains(string(text), "\n*\n") {
		t.Errorf("version control is not kept away: %v", err)
	}
}

func TestWhatIsNotCommittedIsNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, cache.Options{})
	s.Put(key(1), blob(1))
	s.Close()
	if s = open(t, dir, cache.Options{}); has(t, s, 1) {
		t.Error("a run that did not end well left a blob")
	}
	if names := packs(t, dir); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

func TestAnotherVersionIsIgnored(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, cache.Options{Version: "1"})
	s.Put(key(1), blob(1))
	commit(t, s, "old")
	s = open(t, dir, cache.Options{Version: "2"})
	if has(t, s, 1) || s.State() != nil || !strings.Contains(s.Note(), "another version") {
		t.Fatalf("note %q", s.Note())
	}
	s.Put(key(2), blob(2))
	commit(t, s, "new")
	if s = open(t, dir, cache.Options{Version: "1"}); has(t, s, 1) {
		t.Error("what another version wrote is still there")
	}
}

func TestSpacesDoNotShare(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, cache.Options{})
	s.Put(key(1), blob(1))
	commit(t, s, "a")
	o, err := cache.Open(dir, "other", cache.Options{Version: "1", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if has(t, o, 1) || o.State() != nil {
		t.Error("one space sees another")
	}
}

func TestTwoRunsAtOnceLoseNothing(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir, cache.Options{})
	first.Put(key(0), blob(0))
	commit(t, first, "")
	a, b := open(t, dir, cache.Options{}), open(t, dir, cache.Options{})
	if !has(t, a, 0) || !has(t, b, 0) {
		t.Fatal("they do not begin alike")
	}
	a.Put(key(1), blob(1))
	b.Put(key(2), blob(2))
	commit(t, a, "a")
	if !has(t, b, 0) {
		t.Error("the end of one run took a blob from the other")
	}
	commit(t, b, "b")
	s := open(t, dir, cache.Options{})
	for i := range 3 {
		if !has(t, s, i) {
			t.Errorf("blob %d is lost", i)
		}
	}
	if string(s.State()) != "b" {
		t.Errorf("the state is %q", s.State())
	}
}

func packs(t testing.TB, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && e.Name() != ".gitignore" {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func size(t testing.TB, dir string) (n int64) {
	t.Helper()
	for _, p := range packs(t, dir) {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		n += info.Size()
	}
	return n
}

func TestItStaysBounded(t *testing.T) {
	dir := t.TempDir()
	const limit = 100_000
	for run := range 60 {
		s := open(t, dir, cache.Options{Max: limit})
		for i := range 40 { // half of what a run wants is what the last one made
			if n := run*20 + i; !has(t, s, n) {
				s.Put(key(n), blob(n))
			}
		}
		commit(t, s, strings.Repeat("x", 100))
		if n := size(t, dir); n > limit*11/10 {
			t.Fatalf("after run %d it holds %d bytes", run, n)
		}
		if n := len(packs(t, dir)); n > 16 {
			t.Fatalf("after run %d it has %d files", run, n)
		}
	}
	s := open(t, dir, cache.Options{Max: limit})
	found := 0
	for i := range 40 {
		if has(t, s, 59*20+i) {
			found++
		}
	}
	if found != 40 {
		t.Errorf("the last run's blobs: %d of 40", found)
	}
	// One run that wants more than there is room for.
	for i := range 4000 {
		s.Put(key(100_000+i), blob(i))
	}
	commit(t, s, "")
	if n := size(t, dir); n > 2*limit {
		t.Errorf("a run that wants too much leaves %d bytes", n)
	}
}

// TestDamageIsAbsence flips, cuts and empties bytes of the files and reads what
// is left: the right blob, or none.
func TestDamageIsAbsence(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for range 300 {
		dir := t.TempDir()
		for run := range 2 {
			s := open(t, dir, cache.Options{})
			for i := range 10 {
				s.Put(key(run*10+i), blob(run*10+i))
			}
			commit(t, s, "state")
		}
		files := packs(t, dir)
		file := files[r.IntN(len(files))]
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		switch r.IntN(4) {
		case 0:
			b[r.IntN(len(b))] ^= byte(1 + r.IntN(255))
		case 1:
			b = b[:r.IntN(len(b))]
		case 2:
			b = append(b, b[:r.IntN(len(b))]...)
		case 3:
			clear(b[r.IntN(len(b)):])
		}
		if err := os.WriteFile(file, b, 0o666); err != nil {
			t.Fatal(err)
		}
		s := open(t, dir, cache.Options{})
		for i := range 20 {
			has(t, s, i) // fails on another blob
		}
		if st := s.State(); st != nil && string(st) != "state" {
			t.Fatalf("the state is %q", st)
		}
		s.Put(key(50), blob(50))
		commit(t, s, "state")
		if s = open(t, dir, cache.Options{}); !has(t, s, 50) {
			t.Fatal("nothing can be kept in what was damaged")
		}
		s.Close()
	}
}

// TestKilledAtAnyInstant kills processes in the midst of their work. What they
// leave is read by the next one: right, and not growing.
func TestKilledAtAnyInstant(t *testing.T) {
	if dir := os.Getenv("CACHE_TEST_DIR"); dir != "" {
		for run := 0; ; run++ {
			s := open(t, dir, cache.Options{Max: 400_000})
			for i := range 200 {
				if n := (run*37 + i) % 1000; !has(t, s, n) {
					s.Put(key(n), blob(n))
				}
			}
			commit(t, s, strings.Repeat("state", 1000))
		}
	}
	dir := t.TempDir()
	n := 40
	if testing.Short() {
		n = 8
	}
	found := 0
	for i := range n {
		var cmds []*exec.Cmd
		for range 2 { // two at once
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledAtAnyInstant$")
			cmd.Env = append(os.Environ(), "CACHE_TEST_DIR="+dir)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			cmds = append(cmds, cmd)
		}
		time.Sleep(time.Duration(20+rand.IntN(120)) * time.Millisecond)
		for _, cmd := range cmds {
			_ = cmd.Process.Kill() // that is the point
			_ = cmd.Wait()
		}
		s := open(t, dir, cache.Options{Max: 400_000})
		for k := range 1000 {
			if has(t, s, k) {
				found++
			}
		}
		if st := s.State(); st != nil && string(st) != strings.Repeat("state", 1000) {
			t.Fatalf("after kill %d the state is %.40q", i, st)
		}
		commit(t, s, strings.Repeat("state", 1000))
	}
	if found == 0 {
		t.Error("no process ever got as far as keeping something")
	}
	old := time.Now().Add(-2 * time.Hour)
	for _, p := range packs(t, dir) {
		if strings.Contains(p, "tmp-") {
			if err := os.Chtimes(p, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	open(t, dir, cache.Options{}).Close()
	for _, p := range packs(t, dir) {
		if strings.Contains(p, "tmp-") {
			t.Errorf("left for ever: %s", p)
		}
	}
}
