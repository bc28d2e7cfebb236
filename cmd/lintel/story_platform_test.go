package main

import (
	"regexp"
	"strings"
	"testing"
)

// platformStory are the merge requests of examples/data-platform/STORY.md, by
// number: the change of the code that is described there.
var platformStory = map[string]func(w *workTree){
	"1": func(w *workTree) {
		w.move("pipelines/airflow/dags/orders_daily.py", "pipelines/airflow/dags/orders_nightly.py")
		for _, p := range []string{"pipelines/airflow/dags/orders_nightly.py", "deploy/alerts/rules.yaml", "pipelines/airflow/tests/test_dags.py"} {
			w.edit(p, "orders_daily", "orders_nightly")
		}
	},
	"2": func(w *workTree) {
		w.edit("deploy/helm/data-api/values.yaml", "replicas: 4", "replicas: 6")
		w.edit("deploy/helm/data-api/values-prod.yaml", "replicas: 4", "replicas: 6")
	},
	"3": func(w *workTree) {
		w.remove("deploy/kafka/topics/order-items.yaml")
		w.edit("connect/orders-source.json", "orders.orders,orders.order_items,orders.payments", "orders.orders,orders.payments")
		for _, p := range []string{"connect/orders-bigquery-sink.json", "connect/orders-s3-sink.json"} {
			w.edit(p, ",dalbit.orders.order_items,", ",")
		}
	},
	"4": func(w *workTree) {
		for _, name := range []string{"Dockerfile", "pyproject.toml", "src/event_gateway/__init__.py", "src/event_gateway/main.py"} {
			text := strings.NewReplacer("event-gateway", "feature-push", "event_gateway", "feature_push").Replace(w.read("services/event-gateway/" + name))
			w.write("services/feature-push/"+strings.ReplaceAll(name, "event_gateway", "feature_push"), text)
		}
		for _, name := range []string{"Chart.yaml", "values.yaml", "values-dev.yaml", "values-prod.yaml", "templates/_helpers.tpl", "templates/deployment.yaml", "templates/service.yaml"} {
			text := strings.NewReplacer("event-gateway", "feature-push", "8090", "8095", "앱과 웹의 이벤트를 받는 게이트웨이", "바뀐 특성을 알리는 서비스").Replace(w.read("deploy/helm/event-gateway/" + name))
			w.write("deploy/helm/feature-push/"+name, text)
		}
		w.write("deploy/argocd/prod/feature-push.yaml", strings.NewReplacer("event-gateway", "feature-push", "namespace: streaming", "namespace: serving").Replace(w.read("deploy/argocd/prod/event-gateway.yaml")))
		w.edit(".gitlab-ci.yml", "[data-api, event-gateway, dlq-replayer]", "[data-api, event-gateway, dlq-replayer, feature-push]")
	},
	"5": func(w *workTree) {
		for _, name := range []string{"raw_orders.json", "mart_orders.json", "mart_customer_features.json"} {
			w.move("quality/"+name, "pipelines/quality/"+name)
		}
		w.remove("quality")
		w.edit("pipelines/airflow/Dockerfile", "airflow:root quality /opt", "airflow:root pipelines/quality /opt")
		w.edit("libs/dp-quality/tests/test_suites.py", `"quality"`, `"pipelines" / "quality"`)
		w.edit("CODEOWNERS", "/quality/", "/pipelines/quality/")
	},
	"6": func(w *workTree) {
		w.edit("connect/Dockerfile", "3.0.8.Final", "3.2.0.Final")
		w.edit("deploy/helm/kafka-connect/Chart.yaml", "3.0.8.Final", "3.2.0.Final")
		w.edit("deploy/helm/kafka-connect/values.yaml", "3.0.8.Final", "3.2.0.Final")
	},
	"7": func(w *workTree) {
		w.edit("pipelines/airflow/dags/cdc_freshness.py", "LIMIT_SECONDS = 600", "LIMIT_SECONDS = 300")
		w.edit("deploy/alerts/rules.yaml", `"orders-source"}) > 600`, `"orders-source"}) > 300`)
	},
	"8": func(w *workTree) {
		w.edit("services/data-api/src/data_api/settings.py", "    data_api_cache_max_entries: int = 20_000\n", "")
		w.edit(".env.example", "DATA_API_CACHE_MAX_ENTRIES=20000\n", "")
		w.edit("deploy/helm/data-api/values.yaml", "  DATA_API_CACHE_MAX_ENTRIES: 20000\n", "")
		w.edit("services/data-api/src/data_api/cache.py", "MISSING = object()\n", "MISSING = object()\nENTRIES = 20_000\n", "settings.data_api_cache_max_entries", "ENTRIES")
	},
	"9": func(w *workTree) {
		w.edit("pyproject.toml", "line-length = 100", "line-length = 110")
		w.each(".py", func(_, text string) string { return joinLines(text, 110) }, "pipelines", "services")
	},
	"10": func(w *workTree) {
		w.edit("services/data-api/tests/test_cache.py", "    assert calls == 1\n", "    assert calls == 1\n\n\ndef test_an_entry_expires():\n    cache = LocalCache(max_entries=4, ttl_seconds=0)\n    assert asyncio.run(cache.get(\"orders:1\", lambda: asyncio.sleep(0, 7))) == 7\n")
		w.edit("pipelines/airflow/tests/test_dags.py", "test_every_dag_loads", "test_dags_load", "test_loads_never_run_twice_at_once", "test_one_run_at_a_time")
	},
	"11": func(w *workTree) {
		w.edit("pipelines/airflow/dags/orders_daily.py", `schedule="30 17 * * *",  # 02:30 in Seoul`, `schedule="0 18 * * *",  # 03:00 in Seoul`)
	},
	"12": func(w *workTree) {
		w.each(".sql", func(_, text string) string {
			return strings.NewReplacer("`", `"`, "DATETIME", "TIMESTAMPTZ", " ENGINE = InnoDB DEFAULT CHARSET = utf8mb4", "", "DECIMAL", "NUMERIC").Replace(text)
		}, "sql/serving")
		w.edit("libs/dp-warehouse/src/dp_warehouse/serving.py", "import pymysql", "import psycopg", "pymysql.Connection", "psycopg.Connection",
			"INSERT ... ON DUPLICATE KEY UPDATE", "INSERT ... ON CONFLICT DO UPDATE", "{c}` = new.`{c}`", "{c}` = excluded.`{c}`", " AS new ON DUPLICATE KEY UPDATE {updates}", " ON CONFLICT ({names}) DO UPDATE SET {updates}")
		w.edit("libs/dp-warehouse/pyproject.toml", "PyMySQL>=1.1", "psycopg>=3.2")
		w.edit("services/data-api/src/data_api/settings.py", "mysql+aiomysql://data_api:local-only@localhost:3307/serving", "postgresql+asyncpg://data_api:local-only@localhost:5433/serving")
		w.edit("services/data-api/pyproject.toml", "aiomysql>=0.2", "asyncpg>=0.30")
		w.edit("pipelines/reverse-etl/src/reverse_etl/sync.py", "import pymysql", "import psycopg", "pymysql.connect", "psycopg.connect", "or 3306", "or 5432")
		w.edit("docker-compose.yml", "  serving-db:\n    image: mysql:8.0\n    environment:\n      MYSQL_ROOT_PASSWORD: local-only\n      MYSQL_DATABASE: serving\n      MYSQL_USER: data_api\n      MYSQL_PASSWORD: local-only\n    ports: [\"3307:3306\"]",
			"  serving-db:\n    image: postgres:16\n    environment:\n      POSTGRES_DB: serving\n      POSTGRES_USER: data_api\n      POSTGRES_PASSWORD: local-only\n    ports: [\"5433:5432\"]",
			"mysql+aiomysql://data_api:local-only@serving-db:3306/serving", "postgresql+asyncpg://data_api:local-only@serving-db:5432/serving")
		w.edit(".env.example", "mysql+aiomysql://data_api:local-only@localhost:3307/serving", "postgresql+asyncpg://data_api:local-only@localhost:5433/serving")
	},
}

// joinLines joins what a formatter would join once lines may be longer: a bracket
// whose content stands on one line of its own.
func joinLines(text string, width int) string {
	re := regexp.MustCompile(`(?m)^(.*[(\[{])\n[ ]+(.*[^,\n])\n[ ]*([)\]}].*)$`)
	for {
		next := re.ReplaceAllStringFunc(text, func(s string) string {
			m := re.FindStringSubmatch(s)
			if one := m[1] + m[2] + m[3]; len(one) <= width && !strings.Contains(s, "#") {
				return one
			}
			return s
		})
		if next == text {
			return text
		}
		text = next
	}
}

func TestPlatformStory(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a repository for each merge request; run without -short")
	}
	base, text := platformRepo(t)
	story := readStory(t, text)
	for _, n := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"} {
		t.Run(n, func(t *testing.T) {
			rows, ok := story[n]
			if !ok {
				t.Fatalf("STORY.md has no merge request %s", n)
			}
			tell(t, base, rows, platformStory[n])
		})
	}
	if len(story) != len(platformStory) {
		t.Errorf("STORY.md tells of %d merge requests, the test makes %d", len(story), len(platformStory))
	}
}
