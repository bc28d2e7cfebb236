package drift

import (
	"slices"
	"strings"
	"testing"
)

// stated is a change of one file and a document, with what has to be said of it
// as old -> new, in order; an edit that is none is "old -> ?".
var stated = []struct {
	name, file, was, now, doc string
	want                      []string
}{
	{
		"seconds as minutes, in words and in Korean", "jobs/load_orders.py", "TIMEOUT_SECONDS = 600\n", "TIMEOUT_SECONDS = 300\n",
		"# load_orders\n\nThe timeout is ten minutes.\nIts timeout of 600 s.\n타임아웃은 10분이다.\n",
		[]string{"10분 -> 5분", "600 -> 300", "ten minutes -> five minutes"},
	},
	{
		"hours as days", "kafka/clicks.yaml", "name: clicks-raw\nretention_hours: 72\n", "name: clicks-raw\nretention_hours: 168\n",
		"# Topics\n\n`clicks-raw` is kept for 3 days;\nretention of clicks-raw: 72 h.\n보존: clicks-raw 3일.\n",
		[]string{"3 days -> 7 days", "3일 -> 7일", "72 -> 168"},
	},
	{
		"a whole number of a smaller unit", "jobs/load_orders.py", "TIMEOUT_MINUTES = 120\n", "TIMEOUT_MINUTES = 90\n",
		"# load_orders\n\nThe timeout is 2 hours.\n",
		[]string{"2 hours -> 90 minutes"},
	},
	{
		"memory in any unit", "charts/quote-api/values.yaml", "memory: 2Gi\n", "memory: 1536Mi\n",
		"# A\n\nquote-api has 2 GiB of memory, memory: 2048Mi for quote-api.\n",
		[]string{"2 GiB -> 1536 MiB", "2048Mi -> 1536Mi"},
	},
	{
		"replicas in words", "charts/quote-api/values.yaml", "replicas: 4\n", "replicas: 6\n",
		"# A\n\nFour replicas of quote-api. quote-api는 복제본 네 개다. Two replicas of web. quote-api has four cats.\n",
		[]string{"Four -> Six", "네 -> 여섯"},
	},
	{
		"a time of the day in zones", "dags/orders_daily.py", "@dag(schedule=\"30 17 * * *\")\n", "@dag(schedule=\"0 18 * * *\")\n",
		"# A\n\norders_daily begins at 17:30 UTC.\n\norders_daily begins at 5:30 pm UTC.\n\norders_daily: 매일 02:30 KST.\n\norders_daily는 새벽 2시 30분에 시작한다.\n\nother_daily begins at 17:30 UTC.\n",
		[]string{"02:30 -> 03:00", "17:30 -> 18:00", "5:30 pm -> 6:00 pm", "새벽 2시 30분 -> 새벽 3시"},
	},
	{
		"the zone of the file", "dags/orders_daily.py", "@dag(timezone=\"Asia/Seoul\", schedule=\"30 2 * * *\")\n", "@dag(timezone=\"Asia/Seoul\", schedule=\"0 3 * * *\")\n",
		"# A\n\norders_daily begins at 17:30 UTC, or 02:30 KST.\n",
		[]string{"02:30 -> 03:00", "17:30 -> 18:00"},
	},
	{
		"no time of the day any more", "dags/orders_daily.py", "@dag(schedule=\"30 17 * * *\")\n", "@dag(schedule=\"0 */6 * * *\")\n",
		"# A\n\norders_daily begins at 17:30 UTC.\n",
		[]string{"17:30 -> ?"},
	},
	{
		"an interval", "dags/orders_sync.py", "@dag(schedule=\"*/10 * * * *\")\n", "@dag(schedule=\"*/5 * * * *\")\n",
		"# A\n\norders_sync runs every 10 minutes. orders_sync는 10분마다 실행된다. orders_sync takes 10 minutes.\n",
		[]string{"10 minutes -> 5 minutes", "10분 -> 5분"},
	},
	{
		"a day of the week", "dags/orders_bill.py", "@dag(schedule=\"0 3 * * 1\")\n", "@dag(schedule=\"0 3 * * 5\")\n",
		"# A\n\norders_bill runs every Monday. orders_bill은 매주 월요일에 실행된다. orders_bill is no Sunday job.\n",
		[]string{"Monday -> Friday", "월요일 -> 금요일"},
	},
	{
		"the threshold of an alert", "alerts.yaml", "rules:\n  - alert: SinkLag\n    expr: max(sink_lag_seconds{job=\"orders-sink\"}) > 120\n    for: 2m\n", "rules:\n  - alert: SinkLag\n    expr: max(sink_lag_seconds{job=\"orders-sink\"}) > 60\n    for: 2m\n",
		"# A\n\nSinkLag: the lag is above 120 s for 2 minutes.\n",
		[]string{"120 -> 60"},
	},
	{
		"a published port", "docker-compose.yml", "services:\n  serving-db:\n    ports: [\"3307:3306\"]\n", "services:\n  serving-db:\n    ports: [\"3317:3306\"]\n",
		"# A\n\n| what | port |\n|---|---|\n| serving database | 3307 |\n| other | 3307 |\n\n`mysql -h serving-db:3307`\n",
		[]string{"3307 -> 3317", "3307 -> 3317"},
	},
	{
		"the default of a flag", "tools/replay.go", "package a\n\nvar n = flag.Int(\"batch-size\", 500, \"records\")\n", "package a\n\nvar n = flag.Int(\"batch-size\", 900, \"records\")\n",
		"# A\n\n`--batch-size` is 500. A crate holds 500.\n",
		[]string{"500 -> 900"},
	},
	{
		"the fallback of a variable", "run.sh", "exec job --rows \"${LOAD_ROWS:-250}\"\n", "exec job --rows \"${LOAD_ROWS:-300}\"\n",
		"# A\n\n`LOAD_ROWS` is 250 unless set.\n",
		[]string{"250 -> 300"},
	},
	{
		"a word beside its key", "connect/orders-source.json", "{\"name\": \"orders-source\", \"snapshot.locking\": \"minimal\"}\n", "{\"name\": \"orders-source\", \"snapshot.locking\": \"none\"}\n",
		"# A\n\n`snapshot.locking` is `minimal`. A minimal example.\n",
		[]string{"minimal -> none"},
	},
	{"raised from the old value", "charts/quote-api/values.yaml", "replicas: 4\n", "replicas: 6\n", "# A\n\nRaise the replicas of quote-api from 4 to 6.\n", []string{"4 -> ?"}},
	{"a pinned library", "requirements.txt", "dbt-core==1.9.1\n", "dbt-core==1.10.2\n", "# A\n\nWe use dbt-core 1.9.1.\n", []string{"1.9.1 -> 1.10.2"}},
	{"the library goes", "requirements.txt", "PyMySQL==1.1\n", "psycopg==3.2\n", "---\ntechnology: Python, PyMySQL\n---\n# A\n\nMySQL stays; `pymysql` goes.\n", []string{"PyMySQL -> psycopg", "pymysql -> psycopg"}},
	{
		"a clause of SQL goes", "load.py", "Q = \"INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1\"\n", "Q = \"INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING\"\n",
		"# A\n\nIt writes by ON DUPLICATE KEY UPDATE.\n",
		[]string{"? -> ?"},
	},
	{
		"an item of a list", "ci.yaml", "build-image:\n  names: [api, web, sync, load, docs, lint]\n", "build-image:\n  names: [api, web, sync, load, docs]\n",
		"# A\n\nThe names of ci.yaml: six images are built, 이미지 여섯 개. Six images hang on the wall of api.\n", nil,
	},
	{"what was is no promise", "jobs/load_orders.py", "TIMEOUT_SECONDS = 600\n", "TIMEOUT_SECONDS = 300\n", "# load_orders\n\n지난달에는 타임아웃 10분을 넘겼다.\n", nil},
	{"a port is no report", "charts/quote-api/values.yaml", "port: 8088\n", "port: 8090\n", "# A\n\nThe report of quote-api has 8088 pages.\n", nil},
	{
		"another thing of the same value", "charts/quote-api/values.yaml", "replicas: 4\nmemory: 512Mi\n", "replicas: 6\nmemory: 1Gi\n",
		"# A\n\nThe web shop has 4 replicas and 512 MiB of memory.\n", nil,
	},
}

func TestStated(t *testing.T) {
	for _, tt := range stated {
		t.Run(tt.name, func(t *testing.T) {
			s := newScratch(t, map[string]string{tt.file: tt.was, "docs/page.md": tt.doc, "docs/" + stemOf(tt.file) + ".md": "# Nothing\n"})
			s.commit("change", map[string]string{tt.file: tt.now})
			var got []string
			for _, a := range s.check(Options{}).Alerts {
				switch {
				case a.Path != "docs/page.md":
					t.Errorf("%s:%d: %s", a.Path, a.Line, a.Message)
				case a.Edit.IsZero() && a.Rule == "drift/changed-fact":
					word, _, _ := strings.Cut(strings.TrimPrefix(a.Message, "the document says "), ", ")
					got = append(got, word+" -> ?")
				case a.Edit.IsZero():
					got = append(got, "? -> ?")
				default:
					got = append(got, a.Edit.Old+" -> "+a.Edit.New)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n%q\nwant\n%q", got, tt.want)
			}
		})
	}
}

func TestCounts(t *testing.T) {
	topic := func(name string) string { return "kind: KafkaTopic\nmetadata:\n  name: " + name + "\n" }
	base := map[string]string{"docs/page.md": "# A\n\nThere are seven topics, 토픽은 모두 7개, 토픽 일곱 개다. Seven dwarfs. 7 topics of talk were closed in `topics/`.\n"}
	for n := range strings.FieldsSeq("a b c d e f g") {
		base["topics/"+n+".yaml"] = topic("shop." + n)
	}
	s := newScratch(t, base)
	s.commit("change", map[string]string{"topics/h.yaml": topic("shop.h")})
	want := `warning changed-fact docs/page.md:3 7 -> 8
warning changed-fact docs/page.md:3 7 -> 8
warning changed-fact docs/page.md:3 seven -> eight
warning changed-fact docs/page.md:3 일곱 -> 여덟`
	r := s.check(Options{})
	if got := show(r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if left := s.mend(r); left != "" {
		t.Errorf("left after the edits:\n%s", left)
	}
}

func TestNumeralText(t *testing.T) {
	for _, tt := range []struct {
		n     int
		way   numeral
		bound bool
		want  string
	}{
		{3, inKorean, true, "세"},
		{3, inKorean, false, "셋"},
		{20, inKorean, true, "스무"},
		{23, inKorean, true, "스물세"},
		{12, inKorean, true, "열두"},
		{8, inKorean, false, "여덟"},
		{21, inEnglish, false, "twenty-one"},
		{11, inEnglish, false, "eleven"},
		{27, inSino, false, "이십칠"},
		{110, inEnglish, false, ""},
		{110, inDigits, false, "110"},
	} {
		if got := numeralText(tt.n, tt.way, tt.bound); got != tt.want {
			t.Errorf("numeralText(%d, %d, %t) = %q, want %q", tt.n, tt.way, tt.bound, got, tt.want)
		}
	}
}
