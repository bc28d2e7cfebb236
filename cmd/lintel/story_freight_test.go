package main

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// freightStory are the merge requests of testdata/story/freight.txtar.
var freightStory = []struct {
	number string
	change func(w *workTree)
}{
	{"1", func(w *workTree) { w.edit("infra/topics.tf", "partitions = 12", "partitions = 24") }},
	{"2", func(w *workTree) { w.edit("infra/topics.tf", `"259200000"`, `"604800000"`) }},
	{"3", func(w *workTree) { w.edit("charts/quote-api/values.yaml", "port: 8088", "port: 8090") }},
	{"4", func(w *workTree) {
		w.edit("charts/airflow/values.yaml", "2.10.3", "2.11.0")
		w.edit("charts/airflow/Dockerfile", "2.10.3", "2.11.0")
	}},
	{"5", func(w *workTree) {
		w.edit("charts/quote-api/values.yaml", "QUOTE_CARRIER_TIMEOUT", "QUOTE_UPSTREAM_TIMEOUT")
		w.edit("services/quote_api/settings.py", "QUOTE_CARRIER_TIMEOUT", "QUOTE_UPSTREAM_TIMEOUT")
	}},
	{"6", func(w *workTree) {
		w.move("dags/billing_weekly.py", "dags/invoice_weekly.py")
		w.edit("dags/invoice_weekly.py", `dag_id="billing_weekly"`, `dag_id="invoice_weekly"`)
	}},
	{"7", func(w *workTree) { w.move("dbt", "warehouse/dbt") }},
	{"8", func(w *workTree) { w.move("dbt/models/marts/fct_parcels.sql", "dbt/models/marts/fct_shipments.sql") }},
	{"9", func(w *workTree) { w.edit("dbt/models/sources.yml", "count: 12", "count: 6") }},
	{"10", func(w *workTree) { w.edit("dags/billing_weekly.py", "minutes=45", "minutes=60") }},
	{"11", func(w *workTree) { w.edit("charts/quote-api/values.yaml", "768Mi", "1536Mi") }},
	{"12", func(w *workTree) { w.edit("tools/replay.py", "default=500", "default=2000") }},
	{"13", func(w *workTree) { w.edit("dags/billing_weekly.py", "30 6 * * 1", "0 7 * * 2") }},
	{"14", func(w *workTree) {
		w.write("dags/carriers_daily.py", strings.NewReplacer("depots_monthly", "carriers_daily", "depots", "carriers", "0 4 1 * *", "0 5 * * *").Replace(w.read("dags/depots_monthly.py")))
	}},
	{"15", func(w *workTree) {
		w.edit("dags/parcels_hourly.py", "    def load(): return 1\n", "    def load():\n        return 1\n")
		w.edit("tools/replay.py", `p.add_argument("--batch-size", type=int, default=500, help="records in a request")`,
			"p.add_argument(\n        '--batch-size',\n        type=int,\n        default=500,\n        help='records in a request',\n    )")
		w.edit("charts/quote-api/values.yaml", "  limits: {memory: 768Mi}", "  limits:\n    memory: 768Mi  # of a pod")
		w.edit("dbt/models/marts/dim_depot.sql", "select depot_code, opened_on", "SELECT\n  depot_code,\n  opened_on")
	}},
}

func TestFreightStory(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a repository for each merge request; run without -short")
	}
	archive, err := txtar.ParseFile("testdata/story/freight.txtar")
	if err != nil {
		t.Fatal(err)
	}
	w := &workTree{t, t.TempDir()}
	story := map[string][]storyRow{}
	for _, f := range archive.Files {
		if f.Name == "story.md" {
			story = readStory(t, string(f.Data))
			continue
		}
		w.write(f.Name, string(f.Data))
	}
	w.git("init", "-q", "-b", "main")
	w.commit("base")
	for _, mr := range freightStory {
		t.Run(mr.number, func(t *testing.T) {
			rows, ok := story[mr.number]
			if !ok {
				t.Fatalf("story.md has no merge request %s", mr.number)
			}
			tell(t, w.dir, rows, mr.change)
		})
	}
	if len(story) != len(freightStory) {
		t.Errorf("story.md tells of %d merge requests, the test makes %d", len(story), len(freightStory))
	}
}
