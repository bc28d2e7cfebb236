package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The example holds every rule, on a day on which its runbooks are in date.
func TestExampleIsClean(t *testing.T) {
	var out bytes.Buffer
	env := func(name string) (string, bool) { return "1795564800", name == "SOURCE_DATE_EPOCH" }
	if code := run([]string{"check", "--fail-on", "info", "-f", "../../examples/data-platform/mkdocs.yml"}, nil, &out, &out, env); code != exitClean {
		t.Errorf("status %d\n%s", code, &out)
	}
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
		if len(row) < 4 || !strings.HasPrefix(row[1], " `docs/") {
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
		{sad + "deployment.md", `기본 (\d+) RPU이고`, "deploy/terraform/main.tf", `base_capacity\s+= (\d+)`},
		{sad + "deployment.md", `동안 (\d+) RPU까지`, "deploy/terraform/main.tf", `max_capacity\s+= (\d+)`},
		{sad + "deployment.md", `m7g.large. (\d+)대다`, "deploy/terraform/main.tf", `number_of_broker_nodes = (\d+)`},
		{sad + "deployment.md", `EKS ([\d.]+),`, "deploy/terraform/main.tf", `version\s+= "([\d.]+)"\n\s+vpc`},
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
