package drift

import (
	"maps"
	"strings"
	"testing"
	"time"
)

const mysqlRecord = `# 3. Keep orders in MySQL

Date: 2025-01-01

## Status

Accepted

## Context

Orders need transactions. MongoDB was looked at.

## Decision

We keep orders in MySQL.

## Consequences

The database team runs it.
`

const composeMySQL = "services:\n  orders-db:\n    image: mysql:8.0\n    environment:\n      MYSQL_DATABASE: orders\n"

const composePostgres = "services:\n  orders-db:\n    image: postgres:16\n    environment:\n      POSTGRES_DB: orders\n"

func rules(r *Result) string {
	var out []string
	for l := range strings.SplitSeq(show(r), "\n") {
		if strings.Contains(l, "decision") || strings.Contains(l, "technology") {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

func TestDecisionContradicted(t *testing.T) {
	base := map[string]string{
		"docs/adr/0003-mysql.md": mysqlRecord, "docker-compose.yml": composeMySQL,
		"requirements.txt": "PyMySQL==1.1\n", "app/db.py": "import pymysql\n\ndef connect(url='mysql://db/orders'):\n    return pymysql.connect(url)\n",
	}
	swap := map[string]string{
		"docker-compose.yml": composePostgres, "requirements.txt": "psycopg==3.2\n",
		"app/db.py": "import psycopg\n\ndef connect(url='postgresql://db/orders'):\n    return psycopg.connect(url)\n",
	}
	governed := strings.Replace(mysqlRecord, "# 3.", "---\ncode: [app/**]\n---\n\n# 3.", 1)
	for name, tc := range map[string]struct {
		extra, change map[string]string
		want          string
	}{
		"replaced":                    {change: swap, want: "warning decision-contradicted docs/adr/0003-mysql.md:1"},
		"the record is told":          {change: with(swap, "docs/adr/0003-mysql.md", strings.Replace(mysqlRecord, "Accepted", "Superseded by ADR-0004", 1), "docs/adr/0004-pg.md", "# 4. Keep orders in PostgreSQL\n\n## Status\n\nAccepted\n\nSupersedes [ADR-0003](0003-mysql.md)\n\n## Context\n\nx\n\n## Decision\n\ny\n")},
		"it stays elsewhere":          {extra: map[string]string{"legacy/compose.yml": "services:\n  db:\n    image: mysql:5.7\n"}, change: swap, want: "warning undecided-technology docker-compose.yml:3"},
		"governed code alone counts":  {extra: map[string]string{"docs/adr/0003-mysql.md": governed, "legacy/compose.yml": "services:\n  db:\n    image: mysql:5.7\n"}, change: swap, want: "warning decision-contradicted docs/adr/0003-mysql.md:5"},
		"code that it does not cover": {extra: map[string]string{"docs/adr/0003-mysql.md": strings.Replace(governed, "app", "other", 1), "legacy/compose.yml": composeMySQL, "requirements-x.txt": ""}, change: map[string]string{"docker-compose.yml": composePostgres}, want: "warning undecided-technology docker-compose.yml:3"},
		"a newer version":             {change: map[string]string{"docker-compose.yml": strings.Replace(composeMySQL, "8.0", "8.4", 1)}},
		"a superseded record":         {extra: map[string]string{"docs/adr/0003-mysql.md": strings.Replace(mysqlRecord, "Accepted", "Deprecated", 1)}, change: swap, want: "warning undecided-technology docker-compose.yml:3"},
		"turned down by the title":    {extra: map[string]string{"docs/adr/0003-mysql.md": strings.ReplaceAll(mysqlRecord, "Keep orders in MySQL", "Use PostgreSQL instead of MySQL")}, change: swap},
		"taken out":                   {change: map[string]string{"docker-compose.yml": "services: {}\n", "requirements.txt": "requests==2.0\n", "app/db.py": "def connect():\n    return None\n"}, want: "warning decision-contradicted docs/adr/0003-mysql.md:1"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			maps.Copy(files, base)
			maps.Copy(files, tc.extra)
			s := newScratch(t, files)
			s.commit("change", tc.change)
			if got := rules(s.check(Options{})); got != tc.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tc.want)
			}
		})
	}
}

func with(m map[string]string, pairs ...string) map[string]string {
	out := map[string]string{}
	maps.Copy(out, m)
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// TestDecisionDraft writes the draft that a finding has and checks again.
func TestDecisionDraft(t *testing.T) {
	s := newScratch(t, map[string]string{"docs/adr/0003-mysql.md": mysqlRecord, "docker-compose.yml": composeMySQL})
	s.commit("change", map[string]string{"docker-compose.yml": composePostgres})
	r := s.check(Options{Now: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)})
	if len(r.Alerts) == 0 || r.Alerts[0].Draft == nil {
		t.Fatalf("no draft in %v", r.Alerts)
	}
	d := r.Alerts[0].Draft
	if d.Path != "docs/adr/0004-use-postgresql-instead-of-mysql.md" || !strings.Contains(d.Text, "Date: 2026-03-04") || !strings.Contains(d.Text, "0003-mysql.md") {
		t.Errorf("draft %s:\n%s", d.Path, d.Text)
	}
	files := map[string]string{d.Path: d.Text}
	for _, e := range d.Edits {
		text := cmpOr(files[e.Path], mysqlRecord)
		files[e.Path] = text[:e.Start] + strings.Replace(text[e.Start:], e.Old, e.New, 1)
	}
	s.commit("draft", files)
	if got := show(s.check(Options{Base: "HEAD~2"})); got != "" {
		t.Errorf("after the draft: %s\n%s", got, files["docs/adr/0003-mysql.md"])
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func TestUndecidedTechnology(t *testing.T) {
	record := strings.ReplaceAll(mysqlRecord, "MongoDB was looked at.", "")
	for name, tc := range map[string]struct {
		base, change map[string]string
		want         string
	}{
		"an image":                {nil, map[string]string{"docker-compose.yml": composeMySQL + "  cache:\n    image: redis:7\n"}, "warning undecided-technology docker-compose.yml:7"},
		"a chart's image":         {nil, map[string]string{"deploy/chart/values.yaml": "image:\n  repository: docker.io/bitnami/rabbitmq\n  tag: 3.13\n"}, "warning undecided-technology deploy/chart/values.yaml:2"},
		"a dependency of a chart": {nil, map[string]string{"deploy/chart/Chart.yaml": "apiVersion: v2\nname: x\ndependencies:\n  - name: minio\n    version: 5.0.0\n"}, "warning undecided-technology deploy/chart/Chart.yaml:4"},
		"a driver in Python":      {nil, map[string]string{"pyproject.toml": "[project]\nname = \"redis-tools\"\ndependencies = [\n  \"httpx\",\n  \"snowflake-connector-python>=3\",\n]\n"}, "warning undecided-technology pyproject.toml:5"},
		"a driver in Go":          {nil, map[string]string{"go.mod": "module example.org/x\n\nrequire (\n\tgithub.com/redis/go-redis/v9 v9.5.1\n\tgithub.com/lib/pq v1.10.9 // indirect\n)\n"}, "warning undecided-technology go.mod:4"},
		"a driver in Node":        {nil, map[string]string{"package.json": "{\n  \"name\": \"kafkajs-demo\",\n  \"dependencies\": {\n    \"amqplib\": \"^0.10\"\n  },\n  \"devDependencies\": {\n    \"mongodb\": \"6\"\n  }\n}\n"}, "warning undecided-technology package.json:4"},
		"a driver in Maven":       {nil, map[string]string{"pom.xml": "<project>\n<dependencies>\n<dependency>\n<groupId>org.apache.kafka</groupId>\n<artifactId>kafka-clients</artifactId>\n</dependency>\n</dependencies>\n</project>\n"}, "warning undecided-technology pom.xml:5"},
		"a resource":              {nil, map[string]string{"infra/main.tf": "resource \"aws_redshift_cluster\" \"dw\" {\n  node_type = \"ra3\"\n}\n"}, "warning undecided-technology infra/main.tf:1"},
		"an engine":               {nil, map[string]string{"infra/main.tf": "resource \"aws_db_instance\" \"x\" {\n  engine = \"postgres\"\n}\n"}, "warning undecided-technology infra/main.tf:2"},
		"a connector":             {nil, map[string]string{"connect/sink.json": "{\"name\": \"x\", \"config\": {\n\"connector.class\": \"com.snowflake.kafka.connector.SnowflakeSinkConnector\"}}\n"}, "warning undecided-technology connect/sink.json:2"},
		"a base image":            {nil, map[string]string{"Dockerfile": "FROM --platform=linux/amd64 apache/airflow:2.10.2\n"}, "warning undecided-technology Dockerfile:1"},
		"known to code":           {map[string]string{"app/x.py": "URL = 'redis://cache'\n"}, map[string]string{"docker-compose.yml": composeMySQL + "  cache:\n    image: redis:7\n"}, ""},
		"named by a view":         {map[string]string{"docs/sad/v.md": "---\ntitle: V\nsad: view\n---\n\n# V\n\nThe cache is Redis.\n"}, map[string]string{"docker-compose.yml": composeMySQL + "  cache:\n    image: redis:7\n"}, ""},
		"named by a record":       {map[string]string{"docs/adr/0004-c.md": "# 4. Cache sessions in Redis\n\n## Status\n\nProposed\n\n## Decision\n\nx\n"}, map[string]string{"docker-compose.yml": composeMySQL + "  cache:\n    image: redis:7\n"}, ""},
		"turned down by a record": {
			map[string]string{"docs/adr/0004-c.md": "# Keep sessions in the process\n\n* Status: accepted\n\n## Considered Options\n\n* Redis\n* the process\n\n## Decision Outcome\n\nChosen option: \"the process\", because it is enough.\n"},
			map[string]string{"docker-compose.yml": composeMySQL + "  cache:\n    image: redis:7\n"},
			"warning undecided-technology docker-compose.yml:7",
		},
		"a utility":              {nil, map[string]string{"requirements.txt": "python-dateutil==2.9\nrequests\n"}, ""},
		"a framework":            {nil, map[string]string{"requirements.txt": "fastapi\n"}, ""},
		"for tests":              {nil, map[string]string{"tests/docker-compose.yml": "services:\n  cache:\n    image: redis:7\n", "requirements-dev.txt": "redis\n"}, ""},
		"in a pipeline":          {nil, map[string]string{".gitlab-ci.yml": "test:\n  image: redis:7\n  script: [make]\n"}, ""},
		"in a comment":           {nil, map[string]string{"docker-compose.yml": composeMySQL + "  # image: redis:7\n"}, ""},
		"half-written and large": {nil, map[string]string{"deploy/compose.yml": "services:\n  a: {{ [\n\timage: redis:7\n" + strings.Repeat("x: y\n", 1000)}, "warning undecided-technology deploy/compose.yml:3"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"docs/adr/0003-mysql.md": record, "docker-compose.yml": composeMySQL}
			maps.Copy(files, tc.base)
			s := newScratch(t, files)
			s.commit("change", tc.change)
			if got := rules(s.check(Options{})); got != tc.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tc.want)
			}
		})
	}
	t.Run("without records", func(t *testing.T) {
		s := newScratch(t, map[string]string{"docs/a.md": "# A\n", "docker-compose.yml": composeMySQL})
		s.commit("change", map[string]string{"docker-compose.yml": composeMySQL + "  cache:\n    image: redis:7\n"})
		if got := show(s.check(Options{})); got != "" {
			t.Error(got)
		}
	})
}

func TestDecisionTouched(t *testing.T) {
	record := "---\nstatus: accepted\ncode: [etl/**]\n---\n\n# Copy in batches\n\n## Decision\n\nRows are copied in batches of 5000 by `copy_rows`.\n\nbatch_size is 5000.\n"
	code := "BATCH_SIZE = 5000\n\n\ndef copy_rows(src, to):\n    for row in src:\n        to.write(row)\n"
	long := ""
	for i := range 100 {
		long += "print('step " + strings.Repeat("x", i) + "')\n"
	}
	for name, tc := range map[string]struct {
		change map[string]string
		want   string
	}{
		"a value that it states": {map[string]string{"etl/copy.py": strings.Replace(code, "5000", "20000", 1)}, "info decision-touched docs/adr/0001-batches.md:6"},
		"a name that it uses":    {map[string]string{"etl/copy.py": strings.Replace(code, "copy_rows", "transfer_all", 1)}, "info decision-touched docs/adr/0001-batches.md:6"},
		"written anew":           {map[string]string{"etl/long.py": strings.ReplaceAll(long, "print", "emit")}, "info decision-touched docs/adr/0001-batches.md:6"},
		"an ordinary change":     {map[string]string{"etl/copy.py": strings.Replace(code, "to.write(row)", "to.write(row.strip())", 1)}, ""},
		"a comment":              {map[string]string{"etl/copy.py": "# Copies.\n" + code}, ""},
		"other code":             {map[string]string{"other/x.py": "BATCH_SIZE = 20000\n"}, ""},
		"with the record":        {map[string]string{"etl/copy.py": strings.Replace(code, "5000", "20000", 1), "docs/adr/0001-batches.md": strings.ReplaceAll(record, "5000", "20000")}, ""},
		"with a new record":      {map[string]string{"etl/copy.py": strings.Replace(code, "5000", "20000", 1), "docs/adr/0002-more.md": "---\nstatus: proposed\n---\n\n# Copy more at once\n\n## Decision\n\n20000.\n"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScratch(t, map[string]string{"docs/adr/0001-batches.md": record, "etl/copy.py": code, "etl/long.py": long, "other/x.py": "BATCH_SIZE = 5000\n"})
			s.commit("change", tc.change)
			if got := rules(s.check(Options{})); got != tc.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tc.want)
			}
		})
	}
}
