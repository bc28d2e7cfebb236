package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// buildProject builds a project of this repository strictly and returns the
// files of the site.
func buildProject(t *testing.T, config string) fs.FS {
	t.Helper()
	dir := t.TempDir()
	var out bytes.Buffer
	env := func(name string) (string, bool) {
		if name == "SOURCE_DATE_EPOCH" {
			return "1750000000", true
		}
		return "", false
	}
	if code := run([]string{"build", "--strict", "-v", "-f", config, "-d", dir}, nil, &out, &out, env); code != exitClean {
		t.Fatalf("status %d\n%s", code, &out)
	}
	return os.DirFS(dir)
}

// Markup that an author wrote and that no reader should see.
var leftover = regexp.MustCompile(`8&lt;-|^!!! |^=== &quot;|\{ ?#[a-z]|:(?:material|octicons)-`)

func checkNoLeftover(t *testing.T, site fs.FS, except ...string) {
	t.Helper()
	code := regexp.MustCompile(`(?s)<(?:code|pre)\b.*?</(?:code|pre)>|<script.*?</script>`)
	err := fs.WalkDir(site, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".html" {
			return err
		}
		for _, e := range except {
			if strings.HasPrefix(name, e) {
				return nil
			}
		}
		page, err := fs.ReadFile(site, name)
		if err != nil {
			return err
		}
		for line := range strings.Lines(code.ReplaceAllString(string(page), "")) {
			if m := leftover.FindString(line); m != "" {
				t.Errorf("%s: %q is left in %.200s", name, m, line)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestExampleProject(t *testing.T) {
	site := buildProject(t, "../../examples/data-platform/mkdocs.yml")
	for name, wants := range map[string][]string{
		"index.html":                                      {`<html lang="ko"`, `class="grid cards"`, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">`, `<strong>수집(Ingestion)</strong>`},
		"sad/cdc-pipeline/index.html":                     {`id="fig-cdc"`, `io.debezium.connector.mysql.MySqlConnector`, `<abbr title="Change Data Capture, 변경 데이터 캡처">CDC</abbr>`, `class="hll"`, `<details class="question">`},
		"sad/batch-pipeline/index.html":                   {`class="tabbed-set tabbed-alternate"`, `max_active_runs`, `expect_column_values_to_be_unique`},
		"sad/context/index.html":                          {`id="primary-presentation"`, `id="fn:binlog"`, `../../ops/connector-lag/`},
		"sad/event-pipeline/index.html":                   {`architecture/elements/events-s3-sink/`},
		"sad/cdc-pipeline.en/index.html":                  {`The budget of ten minutes`},
		"ops/backfill/index.html":                         {`id="snapshot"`, `id="변환만-다시"`},
		"ops/kafka-lag/index.html":                        {`connector-lag/`},
		"ops/onboarding/index.html":                       {`task-list-control`, `<kbd`},
		"adr/0006-backward-compatible-schemas/index.html": {`<div class="admonition danger">`},
		"adr/0003-bigquery-marts/index.html":              {`0010-redshift-marts/`},
		"architecture/decisions/index.html":               {`마트는 Redshift에 두고`},
		"architecture/elements/data-api/index.html":       {`data-api-latency/`, `0014-local-cache/`},
		"tags/index.html":                                 {`operations`, `ops/orders-daily-failure/`},
		"search/search_index.json":                        {`재처리`, `ops/backfill/#snapshot`},
		"sitemap.xml":                                     {`https://docs.dalbit.example/data-platform/guides/data-api/`},
	} {
		text, err := fs.ReadFile(site, name)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, want := range wants {
			if !bytes.Contains(text, []byte(want)) {
				t.Errorf("%s does not hold %s", name, want)
			}
		}
	}
	if _, err := fs.Stat(site, "includes/abbreviations/index.html"); err == nil {
		t.Error("an excluded file became a page")
	}
	checkNoLeftover(t, site)
}

// STORY.md tells which sentences of the example become untrue; they have to be
// there for checks to find them.
func TestExampleStory(t *testing.T) {
	const dir = "../../examples/data-platform"
	story, err := os.ReadFile(filepath.Join(dir, "STORY.md"))
	if err != nil {
		t.Fatal(err)
	}
	note, spaces := regexp.MustCompile(` \([^)]*\)$`), regexp.MustCompile(`\s+`)
	plain := func(s string) string { return spaces.ReplaceAllString(s, " ") }
	requests, sentences := 0, 0
	for line := range strings.Lines(string(story)) {
		if strings.HasPrefix(line, "## ") {
			requests++
		}
		row := strings.Split(strings.ReplaceAll(strings.TrimSpace(line), `\|`, "\x00"), "|")
		if len(row) != 4 || !strings.HasPrefix(row[1], " `docs/") {
			continue
		}
		page, says := strings.Trim(row[1], " `"), strings.TrimSpace(strings.ReplaceAll(row[2], "\x00", "|"))
		text, err := os.ReadFile(filepath.Join(dir, page))
		if err != nil {
			t.Error(err)
			continue
		}
		if strings.HasPrefix(says, "– ") {
			continue
		}
		sentences++
		found := false
		for _, s := range []string{says, note.ReplaceAllString(says, "")} {
			found = found || strings.Contains(plain(string(text)), plain(s)) || strings.Contains(plain(string(text)), plain(strings.Trim(s, "`")))
		}
		if !found {
			t.Errorf("%s does not say %q", page, says)
		}
	}
	if requests != 12 || sentences < 40 {
		t.Errorf("%d merge requests with %d sentences", requests, sentences)
	}
}

// What the pages of the example say of its code is what the code says.
func TestExampleFacts(t *testing.T) {
	const dir = "../../examples/data-platform"
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := func(name, pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(read(name))
		if m == nil {
			t.Errorf("%s does not hold %s", name, pattern)
			return ""
		}
		return strings.TrimLeft(m[1], "0")
	}
	count := func(pattern string) string {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(len(files))
	}
	helm, sad := "deploy/helm/", "docs/sad/"
	for _, chart := range []struct{ name, namespace string }{{"kafka-connect", "streaming"}, {"schema-registry", "streaming"}, {"event-gateway", "streaming"}, {"data-api", "serving"}} {
		row := "`" + chart.name + "` \\| `" + chart.namespace + "` \\| "
		for _, page := range []string{"deployment.md", "deployment.en.md"} {
			for at, code := range map[string]string{`(\d+)`: "values.yaml", `\d+ \| (\d+)`: "values-prod.yaml", `\d+ \| \d+ \| (\d+)`: "values-dev.yaml"} {
				pattern := `(?m)^replicas: (\d+)`
				if code == "values.yaml" {
					pattern = `(?m)^port: (\d+)`
				}
				if says, is := first(sad+page, row+at), first(helm+chart.name+"/"+code, pattern); says != is {
					t.Errorf("%s: %s: %s, and %s has %s", page, chart.name, says, code, is)
				}
			}
		}
	}
	for _, fact := range [][4]string{
		{sad + "cdc-pipeline.md", `dalbit.orders.orders. 파티션 (\d+)개`, "deploy/kafka/topics/orders.yaml", `partitions: (\d+)`},
		{sad + "event-pipeline.md", `events.app.v1. 파티션 (\d+)개`, "deploy/kafka/topics/app-events.yaml", `partitions: (\d+)`},
		{sad + "event-pipeline.md", `태스크 (\d+)개`, "connect/events-s3-sink.json", `"tasks.max": "(\d+)"`},
		{sad + "cdc-pipeline.md", `mergeIntervalMs. (\d+)`, "connect/orders-bigquery-sink.json", `"mergeIntervalMs": "(\d+)"`},
		{sad + "cdc-pipeline.md", `rotate.schedule.interval.ms. (\d+)`, "connect/orders-s3-sink.json", `"rotate.schedule.interval.ms": "(\d+)"`},
		{sad + "cdc-pipeline.md", `한계 (\d+)초`, "pipelines/airflow/dags/cdc_freshness.py", `LIMIT_SECONDS = (\d+)`},
		{sad + "batch-pipeline.md", `schedule: (\d+ \d+ \* \* \*), max`, "pipelines/airflow/dags/orders_daily.py", `schedule="([^"]+)"`},
		{sad + "serving.md", `ttl_seconds: (\d+)`, helm + "data-api/values.yaml", `TTL_SECONDS: (\d+)`},
		{sad + "serving.md", `max_entries: (\d+)`, helm + "data-api/values.yaml", `MAX_ENTRIES: (\d+)`},
		{sad + "serving.md", `(\d+)행씩 읽는다`, "pipelines/reverse-etl/src/reverse_etl/sync.py", `CHUNK = (\d+)`},
		{sad + "platform-overview.md", `Debezium ([\d.]+Final)`, "connect/Dockerfile", `connect:(\S+)`},
		{sad + "platform-overview.md", `Apache Airflow ([\d.]+),`, "pipelines/airflow/pyproject.toml", `apache-airflow==([\d.]+)`},
		{sad + "access.md", `접근 토큰의 수명은 (\d+)초`, "deploy/keycloak/realm-dalbit.json", `"accessTokenLifespan": (\d+)`},
		{"docs/ops/policy-retention.md", `DLQ 토픽[^\n]*retention.ms. (\d+)`, "deploy/kafka/topics/dlq-orders.yaml", `retention.ms: "(\d+)"`},
		{"docs/ops/policy-retention.md", "`events/` \\| 이벤트 \\| (\\d+)일", "deploy/lake/lifecycle.json", `"events/"},\s+"Expiration": {"Days": (\d+)`},
	} {
		if says, is := first(fact[0], fact[1]), first(fact[2], fact[3]); says != is {
			t.Errorf("%s says %s where %s has %s", fact[0], says, fact[2], is)
		}
	}
	for _, sum := range [][3]string{
		{sad + "deployment.md", `토픽 (\d+)개`, "deploy/kafka/topics/*.yaml"},
		{sad + "deployment.en.md", `(\d+) topics`, "deploy/kafka/topics/*.yaml"},
	} {
		if says, is := first(sum[0], sum[1]), count(sum[2]); says != is {
			t.Errorf("%s says %s, and there are %s of %s", sum[0], says, is, sum[2])
		}
	}
}

// Lintel's own documentation has no broken link and no unlisted page.
func TestOwnDocumentation(t *testing.T) {
	site := buildProject(t, "../../mkdocs.yml")
	for _, name := range []string{"index.html", "adr/0004-markdown-dialects/index.html", "reference/compatibility/index.html"} {
		if _, err := fs.Stat(site, name); err != nil {
			t.Error(err)
		}
	}
	checkNoLeftover(t, site)
}
