package drift

import (
	"maps"
	"strings"
	"testing"
)

// TestTrust holds one case for each class of false alarm that labelled merge
// requests of public repositories showed. Each has, beside what may not be said,
// a statement of the same kind that must be.
func TestTrust(t *testing.T) {
	many := map[string]string{}
	for _, d := range []string{"a", "b", "c", "d"} {
		many[d+"/unit.yaml"] = "x: 1\n"
	}
	with := func(files ...map[string]string) map[string]string {
		out := map[string]string{}
		for _, m := range files {
			maps.Copy(out, m)
		}
		return out
	}
	for _, tt := range []struct {
		name         string
		base, change map[string]string
		want         string
	}{
		{
			name: "entries of a list shift",
			base: map[string]string{
				"terms.ts":     "export const terms = [\n  { label: 'group_left' },\n  { label: 'label_replace' },\n  { label: 'fill_right' },\n]\n",
				"gallery.yaml": "stages:\n  - stage: scope_check\n    image: alpine_one\n  - stage: build_gallery\n    image: alpine_two\nretries: 25\n",
				"a.md":         "The label `label_replace` of terms, the stage `build_gallery` of gallery; gallery has retries: 25.\n",
			},
			change: map[string]string{
				"terms.ts":     "export const terms = [\n  { label: 'info_new' },\n  { label: 'group_left' },\n  { label: 'label_replace' },\n  { label: 'fill_right' },\n]\n",
				"gallery.yaml": "stages:\n  - stage: block_it\n    image: alpine_new\n  - stage: scope_check\n    image: alpine_one\n  - stage: build_gallery\n    image: alpine_two\nretries: 30\n",
			},
			want: "warning changed-fact a.md:1 25 -> 30",
		},
		{
			name:   "a document of a YAML stream goes",
			base:   map[string]string{"shop.yaml": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\n---\napiVersion: rbac.k8s.io/v1\nkind: Role\nmetadata:\n  name: shop\nttl: 300\n", "a.md": "For shop, `apiVersion: networking.k8s.io/v1`.\n\nshop: ttl 300\n"},
			change: map[string]string{"shop.yaml": "apiVersion: rbac.k8s.io/v1\nkind: Role\nmetadata:\n  name: shop\nttl: 600\n"},
			want:   "warning changed-fact a.md:3 300 -> 600",
		},
		{
			name: "a pre-release begins",
			base: map[string]string{"pyproject.toml": "[project]\nname = \"mixer\"\nversion = \"3.9.1\"\n", "lathe/pyproject.toml": "[project]\nname = \"lathe\"\nversion = \"2.0.0\"\n", "a.md": "Install mixer 3.9.1 and lathe 2.0.0.\n"},
			change: map[string]string{
				"pyproject.toml": "[project]\nname = \"mixer\"\nversion = \"4.0.0b1\"\n", "lathe/pyproject.toml": "[project]\nname = \"lathe\"\nversion = \"2.1.0\"\n",
			},
			want: "warning changed-fact a.md:1 2.0.0 -> 2.1.0",
		},
		{
			name: "the past, bounds, examples, what is listed already",
			base: map[string]string{"pyproject.toml": "[project]\nname = \"mixer\"\nversion = \"3.7.0\"\n", "a.md": `Starting with mixer 3.7.0, dates may be relative.

Why does it fail since mixer v3.7.0?

Tags of mixer, e.g. mixer 3.7.0, are images.

mixer 3.7.0부터 된다.

mixer 3.7.0 is the last version with it; mixer 3.7.0 and 3.8.0 work.

Install mixer 3.7.0.
`},
			change: map[string]string{"pyproject.toml": "[project]\nname = \"mixer\"\nversion = \"3.8.0\"\n"},
			want:   "warning changed-fact a.md:11 3.7.0 -> 3.8.0",
		},
		{
			name: "what CI runs on",
			base: map[string]string{
				".github/workflows/test.yml": "name: Tests\njobs:\n  unit:\n    with:\n      python-version: \"3.12\"\n",
				"deploy/mixer/Dockerfile":    "FROM python:3.11\n", "a.md": "To use another Python 3.12, set `python-version: 3.12`.\n\n| image | version |\n|---|---|\n| mixer with python | 3.11 |\n", "ci.md": "# CI\n\nCI runs `python-version` 3.12.\n",
			},
			change: map[string]string{".github/workflows/test.yml": "name: Tests\njobs:\n  unit:\n    with:\n      python-version: \"3.13\"\n", "deploy/mixer/Dockerfile": "FROM python:3.14\n"},
			want:   "warning changed-fact a.md:5 3.11 -> 3.14\nwarning changed-fact ci.md:3 3.12 -> 3.13",
		},
		{
			name: "the value of another key, and of the release beside the document",
			base: map[string]string{
				"charts/mixer/values.yaml": "mixer:\n  image:\n    tag: v1.3.0\nhook:\n  image:\n    tag: v1.3.0\n", "charts/mixer/README.md": "| key | value |\n|---|---|\n| mixer.image.tag | `v1.3.0` |\n| hook.image.tag | `v1.3.0` |\n",
				"released/mixer/values.yaml": "mixer:\n  image:\n    tag: v1.3.0\n", "released/mixer/README.md": "| mixer.image.tag | `v1.3.0` |\n",
			},
			change: map[string]string{"charts/mixer/values.yaml": "mixer:\n  image:\n    tag: v1.3.1\nhook:\n  image:\n    tag: v1.3.0\n"},
			want:   "warning changed-fact charts/mixer/README.md:3 v1.3.0 -> v1.3.1",
		},
		{
			name:   "files of every part tell what kind they are, not what they are about",
			base:   with(many, map[string]string{"a/unit.yaml": "version: 1.0.0\n", "b/lamp.yaml": "version: 2.0.1\n", "a.md": "A unit has not reached 1.0.0 yet. The lamp is at 2.0.1.\n"}),
			change: map[string]string{"a/unit.yaml": "version: 1.0.1\n", "b/lamp.yaml": "version: 2.0.2\n"},
			want:   "warning changed-fact a.md:1 2.0.1 -> 2.0.2",
		},
		{
			name:   "a value becomes an expression; a type is no key",
			base:   map[string]string{"deploy/mixer.yaml": "image: registry.example.org/mixer\nport_http: 8081\n", "Env.java": "class Env {\n  static final String MIXER_URL = \"https://a.example.org/x\";\n}\n", "a.md": "mixer: image registry.example.org/mixer, `port_http` 8081. String https://a.example.org/x\n"},
			change: map[string]string{"deploy/mixer.yaml": "image: ${IMAGE}\nport_http: 8082\n", "Env.java": "class Env {\n  static final String MIXER_URL = \"https://b.example.org/x\";\n}\n"},
			want:   "warning changed-fact a.md:1 8081 -> 8082",
		},
		{
			name: "what only looks like a deleted file",
			base: map[string]string{
				"TAG": "1\n", "gate.yaml": "a: 1\n", "seal.csr": "x\n", "tools/run.sh": "echo\n", "tests/project/uncommitted/checks/a.json": "{}\n",
				"docs/static/README.md":  "`kubectl create -f gate.yaml`\n\n```\nkubectl create -f gate.yaml\n```\n",
				"docs/static/local.yaml": "a: 1\n",
				"docs/build.md":          "Set `TAG`.\n\n```\nopenssl req -out seal.csr\n```\n\nResults lie in `uncommitted/checks/`.\n\nRun `tools/run.sh`.\n",
			},
			change: map[string]string{"TAG": "-", "gate.yaml": "-", "seal.csr": "-", "tools/run.sh": "-", "tests/project/uncommitted/checks/a.json": "-"},
			want:   "error dead-reference docs/build.md:9",
		},
		{
			name: "pages have other suffixes, too",
			base: map[string]string{"docs/ref/cli.md": "# CLI\n\n" + strings.Repeat("words of the page ", 30) + "\n", "docs/ref/old.md": "# Old\n\nnothing alike\n", "docs/a.md": "[cli](ref/cli) and [old](ref/old)\n"},
			change: map[string]string{
				"docs/ref/cli.md": "->docs/ref/cli.mdx", "docs/ref/old.md": "-",
			},
			want: "error dead-reference docs/a.md:1",
		},
		{
			name: "line numbers that were wrong before",
			base: map[string]string{"build.sh": "export A_VERSION=1\necho one\necho two\necho three\nSHA256=abc\n", "a.md": "[A_VERSION](build.sh#L1), [SHA256](build.sh#L3), [the last](build.sh#L4)\n"},
			change: map[string]string{
				"build.sh": "export A_VERSION=1\necho one\necho and a half\necho two\necho three\nSHA256=abc\n",
			},
			want: "error dead-reference a.md:1 4 -> 5",
		},
		{
			name: "names behind a domain, names in addresses, names that were there before",
			base: map[string]string{
				"deploy.yaml": "metadata:\n  annotations:\n    service.example.org/target-balancer-type: ip\n    own-balancer-type: ip\n",
				"pages.py":    "PAGES = {\"manage_all_checks\": 1}\n",
				"q.py":        "def add_parallel(context):\n    pass\n\n\ndef wait_until_allowed(context):\n    pass\n",
				"a.md":        "`target-balancer-type`, `own-balancer-type`, see `/docs/core/manage_all_checks`.\n\n`wait_until_allowed()` waits.\n",
			},
			change: map[string]string{"deploy.yaml": "metadata:\n  annotations: {}\n", "pages.py": "PAGES = {}\n", "q.py": "def add_parallel(ctx):\n    pass\n"},
			want:   "warning vanished-name a.md:1\nwarning vanished-name a.md:3",
		},
		{
			name: "another key, another block, a factor, a bound, one of many files",
			base: map[string]string{
				"node.toml": "recheck_pause = \"900ms\"\nbroadcast_pause = \"1000ms\"\n", "web/values.yaml": "web:\n  requests:\n    cpu: 500m\n  limits:\n    cpu: 750m\n",
				"spare/size.yaml": "copies_max: 2\n",
				"a.md":            "# Node\n\n```toml\nother_pause = \"1000ms\"\nbroadcast_pause = \"1000ms\"\n```\n\n```yaml\nweb:\n  limits:\n    cpu: 500m\n  requests:\n    cpu: 500m\n```\n\nThe spare is two times the max; spare has two copies.\n\nnode 4.1.0+ is asked for; node 4.1.0 is used.\n",
				"package.json":    "{\"name\": \"shop\", \"version\": \"2.0.0\", \"dependencies\": {\"pepper\": \"1.0.0\"}}", "b.md": "shop has not reached 1.0.0 yet.\n\nshop uses pepper 1.0.0.\n",
				"t/a/meta.yaml": "partition_field: day_one\n", "t/b/meta.yaml": "partition_field: day_one\n", "t/c/meta.yaml": "x: 1\n", "t/orders/meta.yaml": "partition_field: day_one\n",
				"c.md": "Set `partition_field: day_one` as a rule.\n\norders has `partition_field: day_one`.\n",
			},
			change: map[string]string{
				"node.toml": "recheck_pause = \"900ms\"\nbroadcast_pause = \"0ms\"\n", "web/values.yaml": "web:\n  requests:\n    cpu: 100m\n  limits:\n    cpu: 750m\n", "spare/size.yaml": "copies_max: 3\n",
				"package.json": "{\"name\": \"shop\", \"version\": \"2.0.0\", \"dependencies\": {\"pepper\": \"1.0.1\"}}", "t/orders/meta.yaml": "partition_field: day_two\n",
			},
			want: "info changed-fact a.md:13 500m -> 100m\nwarning changed-fact a.md:5 1000ms -> 0ms\nwarning changed-fact b.md:3 1.0.0 -> 1.0.1\nwarning changed-fact c.md:3 day_one -> day_two",
		},
		{
			name: "sentences name things, decisions tell of their time",
			base: map[string]string{
				"v.tf": "variable \"taints\" {\n  description = \"A list of taints (e.g key=value:NoScheduleHere) of the pool\"\n  name = \"own_pool_name\"\n}\n", "src/register.ts": "export {}\n",
				"docs/architecture/adr-007-x.md": "# 7\n\n`register.ts` will go, and [it](../../src/register.ts) does; `own_pool_name` stays.\n", "a.md": "`NoScheduleHere` and `own_pool_name`\n",
			},
			change: map[string]string{"v.tf": "x = 1\n", "src/register.ts": "-"},
			want:   "error dead-reference docs/architecture/adr-007-x.md:3\nwarning vanished-name a.md:1",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScratch(t, tt.base)
			s.commit("change", tt.change)
			if got := show(s.check(Options{})); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
