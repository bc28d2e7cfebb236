package drift

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/git"
)

// scratch is a repository that a test makes.
type scratch struct {
	t   *testing.T
	dir string
}

func newScratch(t *testing.T, files map[string]string) *scratch {
	t.Helper()
	s := &scratch{t, t.TempDir()}
	s.git("init", "-q", "-b", "main")
	s.commit("base", files)
	return s
}

func (s *scratch) git(args ...string) string {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), "git", append([]string{"-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false", "-C", s.dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes files and commits; "-" deletes, "->PATH" moves.
func (s *scratch) commit(subject string, files map[string]string) {
	s.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		full := filepath.Join(s.dir, filepath.FromSlash(name))
		switch to, move := strings.CutPrefix(text, "->"); {
		case text == "-":
			if err := os.Remove(full); err != nil {
				s.t.Fatal(err)
			}
		case move:
			dest := filepath.Join(s.dir, filepath.FromSlash(to))
			if err := os.MkdirAll(filepath.Dir(dest), 0o755); err != nil {
				s.t.Fatal(err)
			}
			if err := os.Rename(full, dest); err != nil {
				s.t.Fatal(err)
			}
		default:
			if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
				s.t.Fatal(err)
			}
			if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	s.git("add", "-A")
	s.git("commit", "-q", "--allow-empty", "-m", subject)
}

func (s *scratch) check(o Options) *Result {
	s.t.Helper()
	repo, err := git.Open(s.t.Context(), s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = repo.Close() })
	o.Base, o.Head = cmp.Or(o.Base, "HEAD~1"), cmp.Or(o.Head, "HEAD")
	r, err := Check(s.t.Context(), repo, o)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// show writes alerts as lines: severity rule path:line old->new.
func show(r *Result) string {
	var out []string
	for _, a := range r.Alerts {
		l := fmt.Sprintf("%s %s %s:%d", a.Severity, strings.TrimPrefix(a.Rule, "drift/"), a.Path, a.Line)
		if !a.Edit.IsZero() {
			l += " " + a.Edit.Old + " -> " + a.Edit.New
		}
		out = append(out, l)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// mend applies the edits and commits, and returns what a second check says.
func (s *scratch) mend(r *Result) string {
	s.t.Helper()
	byFile := map[string][]finding.Edit{}
	for _, a := range r.Alerts {
		if !a.Edit.IsZero() {
			byFile[a.Edit.Path] = append(byFile[a.Edit.Path], a.Edit)
		}
	}
	files := map[string]string{}
	for p, edits := range byFile {
		src, err := r.Read(p)
		if err != nil {
			s.t.Fatal(err)
		}
		ok, refused := finding.Applicable(src, edits)
		if len(refused) > 0 {
			s.t.Errorf("%s: %d edits refused: %v", p, len(refused), refused)
		}
		text, err := finding.Apply(src, ok)
		if err != nil {
			s.t.Fatal(err)
		}
		files[p] = string(text)
	}
	base := s.git("rev-parse", "HEAD~1")
	s.commit("mend", files)
	return show(s.check(Options{Base: base}))
}

const code = "def load(path):\n    return open(path).read()\n\n\ndef store(rows, table):\n    for r in rows:\n        table.put(r)\n"

func TestDrift(t *testing.T) {
	for _, tt := range []struct {
		name         string
		base, change map[string]string
		want         string
		left         string // after the edits are made
	}{
		{
			name: "a file moves: link, code, fence, include, front matter, image",
			base: map[string]string{
				"etl/load.py": code,
				"README.md":   "[l](etl/load.py#L1) and `etl/load.py`\n",
				"docs/a.md":   "---\ncode: [etl/load.py]\n---\n# A\n\n[l](../etl/load.py \"t\") ![i](/etl/load.py)\n\n```sh\npython etl/load.py\n```\n\n--8<-- \"etl/load.py\"\n\n[ref]\n\n[ref]: ../etl/load.py\n",
			},
			change: map[string]string{"etl/load.py": "->jobs/etl/load_all.py"},
			want: `error dead-reference README.md:1 etl/load.py -> jobs/etl/load_all.py
error dead-reference README.md:1 etl/load.py -> jobs/etl/load_all.py
error dead-reference docs/a.md:12 etl/load.py -> jobs/etl/load_all.py
error dead-reference docs/a.md:16 ../etl/load.py -> ../jobs/etl/load_all.py
error dead-reference docs/a.md:2 etl/load.py -> jobs/etl/load_all.py
error dead-reference docs/a.md:6 ../etl/load.py -> ../jobs/etl/load_all.py
error dead-reference docs/a.md:6 /etl/load.py -> /jobs/etl/load_all.py
warning dead-reference docs/a.md:9 etl/load.py -> jobs/etl/load_all.py`,
		},
		{
			name:   "a folder moves: patterns and folders",
			base:   map[string]string{"qa/a.json": `{"a": 1}`, "qa/b.json": `{"b": 2}`, "docs/a.md": "---\ncode: [qa/**]\n---\nAll of `qa/` and [b](../qa/b.json).\n"},
			change: map[string]string{"qa/a.json": "->x/qa/a.json", "qa/b.json": "->x/qa/b.json"},
			want: `error dead-reference docs/a.md:2 qa/** -> x/qa/**
error dead-reference docs/a.md:4 ../qa/b.json -> ../x/qa/b.json
error dead-reference docs/a.md:4 qa/ -> x/qa/`,
		},
		{
			name:   "a file goes without a successor",
			base:   map[string]string{"a/run.sh": "echo hi\n", "docs/a.md": "Use [run](../a/run.sh) or `a/run.sh`.\n"},
			change: map[string]string{"a/run.sh": "-"},
			want:   "error dead-reference docs/a.md:1\nerror dead-reference docs/a.md:1",
			left:   "error dead-reference docs/a.md:1\nerror dead-reference docs/a.md:1",
		},
		{
			name:   "the document itself moves",
			base:   map[string]string{"docs/a.md": "# A\n\nLong enough to be found again.\n\n[x](img/x.txt)\n", "docs/img/x.txt": "x\n"},
			change: map[string]string{"docs/a.md": "->docs/deep/a.md"},
			want:   "error dead-reference docs/deep/a.md:5 img/x.txt -> ../img/x.txt",
		},
		{
			name:   "a heading gets another text",
			base:   map[string]string{"a.md": "# A\n\n## Set up\n\nx\n\n## 설치 방법\n\ny\n", "b.md": "[a](a.md#set-up) [k](a.md#설치-방법) [ok](a.md#a)\n"},
			change: map[string]string{"a.md": "# A\n\n## Install\n\nx\n\n## 설치하기\n\ny\n"},
			want:   "error dead-reference b.md:1 set-up -> install\nerror dead-reference b.md:1 설치-방법 -> 설치하기",
		},
		{
			name:   "lines move",
			base:   map[string]string{"a.py": code, "a.md": "See [x](a.py#L5-L7), `a.py:5` and [y](a.py#L1).\n"},
			change: map[string]string{"a.py": strings.Replace(code, "\n\n\ndef store", "\n\n# a\n# b\n\n\ndef store", 1)},
			want:   "error dead-reference a.md:1 5 -> 8\nerror dead-reference a.md:1 5-L7 -> 8-L10",
		},
		{
			name: "what was dead before, and what is meant otherwise, is not said",
			base: map[string]string{
				"a/x.py": code, "b/x.py": code + "#\n", "tool/main.go": "package main\n",
				"a.md":         "[gone](never.md) `never/there.py` `x.py` <https://example.org/a/x.py> `${ROOT}/a/x.py` `main.go`\n",
				"CHANGELOG.md": "- `a/x.py` is new\n",
			},
			change: map[string]string{"a/x.py": "-", "a.md": "[gone](never.md) `never/there.py` `x.py` <https://example.org/a/x.py> `${ROOT}/a/x.py` `main.go`\n\n`a/x.py` is removed.\n"},
		},
		{
			name: "names are renamed",
			base: map[string]string{
				"app.py": "import os\nLIMIT = os.getenv(\"ORDERS_MAX_ROWS\")\nparser.add_argument(\"--batch-size\")\n\n\ndef load_orders_fast():\n    pass\n",
				"a.md":   "Set `ORDERS_MAX_ROWS` or `--batch-size`; load_orders_fast()를 부른다.\n",
			},
			change: map[string]string{"app.py": "import os\nLIMIT = os.getenv(\"ORDERS_ROW_LIMIT\")\nparser.add_argument(\"--chunk-size\")\n\n\ndef load_orders_quick():\n    pass\n"},
			want: `warning vanished-name a.md:1 --batch-size -> --chunk-size
warning vanished-name a.md:1 ORDERS_MAX_ROWS -> ORDERS_ROW_LIMIT
warning vanished-name a.md:1 load_orders_fast -> load_orders_quick`,
		},
		{
			name:   "a topic goes",
			base:   map[string]string{"topics/items.yaml": "spec:\n  topicName: shop.order_items.v1\n  partitions: 6\n", "a.md": "| topic | `shop.order_items.v1` |\n|---|---|\n| a | b |\n"},
			change: map[string]string{"topics/items.yaml": "-"},
			want:   "warning vanished-name a.md:1", left: "warning vanished-name a.md:1",
		},
		{
			name:   "a parameter of an own function goes, and its calls",
			base:   map[string]string{"own.py": "def connect(host,\n            dead_letter_topic=None):\n    return host\n", "use.py": "connect(1, dead_letter_topic=2)\n", "a.md": "Set `dead_letter_topic`.\n"},
			change: map[string]string{"own.py": "def connect(host):\n    return host\n", "use.py": "connect(1)\n"},
			want:   "warning vanished-name a.md:1", left: "warning vanished-name a.md:1",
		},
		{
			name: "false alarms of names",
			base: map[string]string{
				"app.py":              "def holt_winters(x):\n    return x\n\n\ndef tap_covid_19():\n    pass\n\n\ndef moved_inside():\n    pass\n\n\ndef plan_only_name():\n    pass\n",
				"run.sh":              "kubectl drain node --ignore-daemonsets\n",
				"setup.py":            "from setuptools import setup\n\nsetup(\n    name=\"a\",\n    packages=find(\"a\"),\n    include_package_data=True,\n    zip_safe=False,\n)\n",
				"docs/packaging.md":   "```python\nsetup(include_package_data=True, zip_safe=False)\n```\n\n`zip_safe` may be left out.\n",
				"deploy/values.yaml":  "env:\n  - name: GOOGLE_APPLICATION_CREDENTIALS\n    value: /key\nfile: compose.dev.yml\n",
				"tls.go":              "package a\n\nvar c = tls.TLS_AES_256_GCM_SHA384\n",
				"other.py":            "def moved_inside_more():\n    pass\n",
				"docs/migration.md":   "`holt_winters` is called otherwise now\n",
				"CHANGELOG.md":        "- `holt_winters` is faster\n",
				"docs/adr/0001-a.md":  "# 1. A\n\n`plan_only_name` will do it\n",
				"docs/proposals/p.md": "`plan_only_name`\n",
				"docs/tutorial.md":    "```python\ndef tap_covid_19():\n    pass\n```\n\nNow call `tap_covid_19`.\n",
				"docs/ops.md":         "`--ignore-daemonsets`, `GOOGLE_APPLICATION_CREDENTIALS`, `TLS_AES_256_GCM_SHA384`, `compose.dev.yml`, `moved_inside`\n\nhttps://example.org/x/holt_winters\n\n`holt_winters` was removed in 2.0.\n",
			},
			change: map[string]string{"app.py": "x = 1\n", "setup.py": "-", "run.sh": "echo\n", "deploy/values.yaml": "env: []\n", "tls.go": "package a\n"},
		},
		{
			name: "values in text, tables, front matter and other units",
			base: map[string]string{
				"deploy/helm/data-api/values.yaml": "replicas: 4\nport: 8080\nresources:\n  limits:\n    memory: 512Mi\n",
				"jobs/freshness.py":                "LIMIT_SECONDS = 600\nRETENTION_DAYS = 7\n",
				"dags/orders_daily.py":             "@dag(dag_id=\"orders_daily\", schedule=\"30 17 * * *\")\ndef orders_daily():\n    pass\n",
				"Dockerfile":                       "FROM quay.io/debezium/connect:3.0.8.Final\n",
				"deploy/app.yaml":                  "tag: 3.0.8.Final\n",
				"a.md":                             "# Data API\n\nThe data API has 4 replicas on port 8080 and 512 MiB of memory.\n\n| app | replicas |\n|---|---|\n| data-api | 4 |\n| web | 4 |\n\nfreshness: the limit is 10 minutes (`LIMIT_SECONDS`), 보존 7일.\n\n`orders_daily` 매일 02:30 KST. Debezium 3.0.8.Final. There are 4 teams.\n",
			},
			change: map[string]string{
				"deploy/helm/data-api/values.yaml": "replicas: 6\nport: 8081\nresources:\n  limits:\n    memory: 1Gi\n",
				"jobs/freshness.py":                "LIMIT_SECONDS = 300\nRETENTION_DAYS = 14\n",
				"dags/orders_daily.py":             "@dag(dag_id=\"orders_daily\", schedule=\"0 18 * * *\")\ndef orders_daily():\n    pass\n",
				"Dockerfile":                       "FROM quay.io/debezium/connect:3.2.0.Final\n",
				"deploy/app.yaml":                  "tag: 3.2.0.Final\n",
			},
			want: `warning changed-fact a.md:10 10 minutes -> 5 minutes
warning changed-fact a.md:10 7 -> 14
warning changed-fact a.md:12 02:30 -> 03:00
warning changed-fact a.md:12 3.0.8.Final -> 3.2.0.Final
warning changed-fact a.md:3 4 -> 6
warning changed-fact a.md:3 512 MiB -> 1 GiB
warning changed-fact a.md:3 8080 -> 8081
warning changed-fact a.md:7 4 -> 6`,
		},
		{
			name: "form, comments and tests are not said",
			base: map[string]string{
				"app.py": "# uses OLD_SETTING_NAME\nX = {'limit_rows': 500}\n", "tests/test_app.py": "def test_old_helper_name():\n    assert limit == 500\n",
				"a.md": "`OLD_SETTING_NAME`, `limit_rows` is 500, `test_old_helper_name`, `old_fixture_value`\n", "q.sql": "select a_column_name from t\n",
			},
			change: map[string]string{"app.py": "X = {\n    \"limit_rows\": 500,\n}\n", "tests/test_app.py": "def test_new():\n    assert limit == 700\n", "q.sql": "SELECT\n  a_column_name\nFROM t\n"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScratch(t, tt.base)
			s.commit("change", tt.change)
			r := s.check(Options{})
			if got := show(r); got != tt.want {
				t.Fatalf("got\n%s\nwant\n%s", got, tt.want)
			}
			if tt.want == "" {
				return
			}
			if left := s.mend(r); left != tt.left {
				t.Errorf("after the edits\n%s\nwant\n%s", left, tt.left)
			}
		})
	}
}

func TestTargetBranchIsNotSaid(t *testing.T) {
	s := newScratch(t, map[string]string{"a.py": code, "b.py": code, "a.md": "`x/a.py` [a](a.py) [b](b.py)\n"})
	s.git("checkout", "-q", "-b", "mr")
	s.commit("mine", map[string]string{"b.py": "-"})
	s.git("checkout", "-q", "main")
	s.commit("theirs", map[string]string{"a.py": "-"})
	if got, want := show(s.check(Options{Base: "main", Head: "mr"})), "error dead-reference a.md:1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHostile(t *testing.T) {
	long := strings.Repeat("[x](a/gone.py) ", 12000)
	s := newScratch(t, map[string]string{
		"a/gone.py": code, "many.md": long, "bomb.yaml": "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "bin.md": "\x00\x01[x](a/gone.py)",
		"lfs.md": "version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "odd\nname\u202e.md": "`a/gone.py`\n", "deep.json": strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500),
		"re.md": strings.Repeat("(a+)+$ `a/gone.py:1` ", 50) + strings.Repeat("`", 4000),
	})
	if err := os.Symlink("/etc/passwd", filepath.Join(s.dir, "link.md")); err != nil {
		t.Fatal(err)
	}
	s.commit("links", nil)
	s.commit("change", map[string]string{"a/gone.py": "-", "bomb.yaml": "a: &a [y,y]\nb: &b [*a,*a]\n", "deep.json": "{}"})
	r := s.check(Options{})
	if len(r.Alerts) != maxAlerts {
		t.Errorf("%d alerts, want %d", len(r.Alerts), maxAlerts)
	}
	notes := strings.Join(r.Notes, "\n")
	for _, want := range []string{"more than 10000 findings", "Git LFS"} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes %q do not say %q", notes, want)
		}
	}
}

func TestShallow(t *testing.T) {
	s := newScratch(t, map[string]string{"a.md": "x\n"})
	s.commit("two", map[string]string{"a.md": "y\n"})
	dir := t.TempDir()
	s.git("clone", "-q", "--depth", "1", "file://"+s.dir, dir)
	repo, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = repo.Close() }()
	if _, err = Check(t.Context(), repo, Options{Base: "HEAD~1", Head: "HEAD"}); err == nil || !strings.Contains(err.Error(), "shallow") {
		t.Errorf("error %v does not say that the clone is shallow", err)
	}
}
