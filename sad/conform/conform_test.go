package conform_test

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/sad/conform"
	"github.com/lintel-docs/lintel/sad/extract"
)

var update = flag.Bool("update", false, "write what the tests expect")

// platform reads the example: a whole platform with its views.
func platform(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	root := os.DirFS("../../examples/data-platform")
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, p)
		out[p] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// model reads the views of a tree.
func model(tree fstest.MapFS) *sad.Model {
	var pages []*sad.Page
	for _, p := range slices.Sorted(maps.Keys(tree)) {
		if strings.HasSuffix(p, ".md") {
			pages = append(pages, sad.ParsePage(p, tree[p].Data))
		}
	}
	return sad.NewModel(pages, sad.Options{Lang: "ko"})
}

func inventory(t *testing.T, tree fstest.MapFS) *extract.Inventory {
	t.Helper()
	inv, err := extract.Run(context.Background(), tree, extract.All(), extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// compare says what the change from base to head moved; a nil base stands for
// the whole state.
func compare(t *testing.T, base, head fstest.MapFS, moved map[string]string) (*sad.Model, []conform.Difference) {
	t.Helper()
	m := model(head)
	var before *extract.Inventory
	if base != nil {
		before = inventory(t, base)
	}
	ds, more := conform.Compare(m, before, inventory(t, head), conform.Options{
		Source: func(p string) []byte {
			if f := head[p]; f != nil {
				return f.Data
			}
			return nil
		},
		Exists:  m.CodeExists(head),
		Renamed: func(p string) string { return moved[p] },
	})
	if more > 0 {
		t.Errorf("%d differences are not told", more)
	}
	return m, ds
}

// apply makes the edits of differences.
func apply(t *testing.T, tree fstest.MapFS, ds []conform.Difference) fstest.MapFS {
	t.Helper()
	out := maps.Clone(tree)
	byPath := map[string][]finding.Edit{}
	for _, d := range ds {
		for _, e := range d.Edits {
			byPath[e.Path] = append(byPath[e.Path], e)
		}
	}
	for p, edits := range byPath {
		text, err := finding.Apply(tree[p].Data, edits)
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		out[p] = &fstest.MapFile{Data: text}
	}
	return out
}

// told writes differences as a golden file holds them.
func told(tree fstest.MapFS, ds []conform.Difference) string {
	var b strings.Builder
	for _, d := range ds {
		fmt.Fprintf(&b, "%s %s:%d: %s\n  because %s\n  %s\n", d.Op, d.At.Path, d.At.Line, d.Message, d.Reason, d.Hint)
		if len(d.Edits) > 0 {
			for _, l := range finding.Changes(tree[d.Edits[0].Path].Data, d.Edits) {
				fmt.Fprintf(&b, "  %s\n", l)
			}
		}
		for _, l := range d.Left {
			fmt.Fprintf(&b, "  by hand: %s:%d\n", l.Path, l.Line)
		}
	}
	return b.String()
}

// change is a merge request on the platform.
type change struct {
	name  string
	make  func(fstest.MapFS)
	moved map[string]string
}

func put(tree fstest.MapFS, name, text string) { tree[name] = &fstest.MapFile{Data: []byte(text)} }

// swap replaces words in files below a folder.
func swap(tree fstest.MapFS, below string, pairs ...string) {
	r := strings.NewReplacer(pairs...)
	for p, f := range tree {
		if strings.HasPrefix(p, below) {
			tree[p] = &fstest.MapFile{Data: []byte(r.Replace(string(f.Data)))}
		}
	}
}

// like copies a folder under another name, with words replaced.
func like(tree fstest.MapFS, from, to string, pairs ...string) {
	r := strings.NewReplacer(pairs...)
	for p, f := range maps.Clone(tree) {
		if rest, ok := strings.CutPrefix(p, from); ok {
			put(tree, r.Replace(to+rest), r.Replace(string(f.Data)))
		}
	}
}

func drop(tree fstest.MapFS, below string) {
	for p := range maps.Clone(tree) {
		if strings.HasPrefix(p, below) {
			delete(tree, p)
		}
	}
}

func changes() []change {
	return []change{
		{name: "dag-added", make: func(m fstest.MapFS) {
			put(m, "pipelines/airflow/dags/returns_daily.py", strings.ReplaceAll(string(m["pipelines/airflow/dags/orders_daily.py"].Data), "orders_daily", "returns_daily"))
		}},
		{name: "dag-removed", make: func(m fstest.MapFS) { drop(m, "pipelines/airflow/dags/events_hourly.py") }},
		{name: "dag-renamed", make: func(m fstest.MapFS) {
			text := strings.ReplaceAll(string(m["pipelines/airflow/dags/orders_daily.py"].Data), "orders_daily", "orders_nightly")
			drop(m, "pipelines/airflow/dags/orders_daily.py")
			put(m, "pipelines/airflow/dags/orders_nightly.py", text)
		}, moved: map[string]string{"pipelines/airflow/dags/orders_daily.py": "pipelines/airflow/dags/orders_nightly.py"}},
		{name: "topic-and-connector-added", make: func(m fstest.MapFS) {
			like(m, "deploy/kafka/topics/payments.yaml", "deploy/kafka/topics/refunds.yaml", "payments", "refunds")
			like(m, "connect/orders-s3-sink.json", "connect/refunds-s3-sink.json", "orders-s3-sink", "refunds-s3-sink",
				"dalbit.orders.orders,dalbit.orders.order_items,dalbit.orders.payments", "dalbit.orders.refunds")
		}},
		{name: "topic-dropped", make: func(m fstest.MapFS) {
			drop(m, "deploy/kafka/topics/order-items.yaml")
			swap(m, "connect/", ",dalbit.orders.order_items", "", ",orders.order_items", "")
		}},
		{name: "connector-rewired", make: func(m fstest.MapFS) {
			swap(m, "connect/orders-s3-sink.json", ",dalbit.orders.payments", "")
			swap(m, "connect/events-s3-sink.json", `"events.app.v1"`, `"events.app.v1,dalbit.orders.payments"`)
		}},
		{name: "service-added", make: func(m fstest.MapFS) {
			like(m, "services/dlq-replayer/", "services/feature-push/", "dlq-replayer", "feature-push", "dlq_replayer", "feature_push", "DLQ의 레코드를 원래 토픽으로 되돌린다", "바뀐 특성을 알린다")
			like(m, "deploy/helm/data-api/", "deploy/helm/feature-push/", "data-api", "feature-push", "마트를 서비스에 내주는 데이터 API", "바뀐 특성을 알리는 서비스")
			like(m, "deploy/argocd/prod/data-api.yaml", "deploy/argocd/prod/feature-push.yaml", "data-api", "feature-push")
		}},
		{name: "service-removed", make: func(m fstest.MapFS) {
			drop(m, "services/event-gateway/")
			drop(m, "deploy/helm/event-gateway/")
			drop(m, "deploy/argocd/prod/event-gateway.yaml")
			before, _, _ := strings.Cut(string(m["docker-compose.yml"].Data), "  event-gateway:")
			put(m, "docker-compose.yml", before)
		}},
		{name: "mart-added", make: func(m fstest.MapFS) {
			put(m, "pipelines/dbt/models/marts/fct_returns.sql", "{{ config(materialized='incremental', tags=['orders']) }}\nselect * from {{ ref('stg_orders') }}\n")
		}},
		{name: "staging-model-added", make: func(m fstest.MapFS) {
			put(m, "pipelines/dbt/models/staging/stg_returns.sql", "select * from {{ source('raw', 'orders') }}\n")
		}},
		{name: "comments-only", make: func(m fstest.MapFS) {
			for p, f := range maps.Clone(m) {
				if strings.HasSuffix(p, ".py") || strings.HasSuffix(p, ".yaml") && strings.HasPrefix(p, "deploy/kafka") {
					put(m, p, string(f.Data)+"\n# one more line\n")
				}
			}
		}},
	}
}

// TestChanges compares what a change moves with a golden file, makes the edits,
// and finds nothing left of it.
func TestChanges(t *testing.T) {
	base := platform(t)
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			head := maps.Clone(base)
			c.make(head)
			_, ds := compare(t, base, head, c.moved)
			got := told(head, ds)
			golden := filepath.Join("testdata", c.name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			after := apply(t, head, ds)
			_, rest := compare(t, base, after, c.moved)
			if len(rest) > 0 {
				t.Errorf("after the edits:\n%s", told(after, rest))
			}
		})
	}
}

// TestWhole finds nothing in the example, what is added to it without a base,
// and nothing once the edits are made.
func TestWhole(t *testing.T) {
	tree := platform(t)
	if m, ds := compare(t, nil, tree, nil); len(ds) > 0 || len(m.Views) == 0 {
		t.Fatalf("the example is to agree with itself:\n%s", told(tree, ds))
	}
	drop(tree, "deploy/kafka/topics/order-items.yaml")
	like(tree, "services/dlq-replayer/", "services/feature-push/", "dlq-replayer", "feature-push", "dlq_replayer", "feature_push")
	_, ds := compare(t, nil, tree, nil)
	var got []string
	for _, d := range ds {
		got = append(got, string(d.Op)+" "+d.Element+" "+d.At.Path)
	}
	want := []string{
		"gone topic-order-items docs/sad/cdc-pipeline.md", "missing feature-push docs/sad/deployment.md", "gone topic-order-items docs/sad/mapping.md",
		"missing pkg-feature-push docs/sad/monorepo-uses.md", "missing feature-push docs/sad/platform-overview.md",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	after := apply(t, tree, ds)
	if _, rest := compare(t, nil, after, nil); len(rest) > 0 {
		t.Errorf("after the edits:\n%s", told(after, rest))
	}
}

// TestEditsKeepTheDocumentsWhole checks the documents by their own rules after
// the edits: none may break what held before.
func TestEditsKeepTheDocumentsWhole(t *testing.T) {
	base := platform(t)
	count := func(tree fstest.MapFS) map[string]int {
		out := map[string]int{}
		for _, f := range model(tree).Check(sad.CheckOptions{Code: tree}) {
			if f.Severity == finding.Error {
				out[f.Rule+" "+f.Message]++
			}
		}
		return out
	}
	before := count(base)
	for _, c := range changes() {
		head := maps.Clone(base)
		c.make(head)
		_, ds := compare(t, base, head, c.moved)
		for rule := range count(apply(t, head, ds)) {
			if before[rule] == 0 && !(c.moved != nil && strings.HasPrefix(rule, "sad/code-path")) { // a rename is told by other rules
				t.Errorf("%s: %s", c.name, rule)
			}
		}
	}
}

// TestNewRelation shows a connector that reads another topic of the same view.
func TestNewRelation(t *testing.T) {
	base := platform(t)
	swap(base, "connect/orders-s3-sink.json", ",dalbit.orders.payments", "")
	doc := "docs/sad/cdc-pipeline.md"
	var kept []string
	for l := range strings.Lines(string(base[doc].Data)) {
		if !strings.Contains(l, "from: topic-payments, to: orders-s3-sink") && !strings.Contains(l, "topic-payments --> orders-s3-sink") {
			kept = append(kept, l)
		}
	}
	put(base, doc, strings.Join(kept, ""))
	head := maps.Clone(base)
	swap(head, "connect/orders-s3-sink.json", "dalbit.orders.order_items", "dalbit.orders.order_items,dalbit.orders.payments")
	_, ds := compare(t, base, head, nil)
	want := `unrelated docs/sad/cdc-pipeline.md:47: the view ` + "`cdc-pipeline` does not show that `orders-s3-sink` reads `topic-payments`" + `
  because the change adds ` + "`dalbit.orders.payments` to the connector `orders-s3-sink` (connect/orders-s3-sink.json)" + `, and 6 of 6 such relations are shown
  show it (1 relation, 1 line of the figure), or say why not
  +  - {from: topic-payments, to: orders-s3-sink, kind: subscribes, via: Kafka 프로토콜, technology: Avro}
  +  topic-payments --> orders-s3-sink
`
	if got := told(head, ds); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if _, rest := compare(t, base, apply(t, head, ds), nil); len(rest) > 0 {
		t.Errorf("after the edits: %v", rest)
	}
}

// TestSilence says nothing where there is no view, and of what views never
// showed.
func TestSilence(t *testing.T) {
	full := platform(t)
	bare := fstest.MapFS{}
	for p, f := range full {
		if !strings.HasSuffix(p, ".md") {
			bare[p] = f
		}
	}
	head := maps.Clone(bare)
	for _, c := range changes() {
		c.make(head)
	}
	if _, ds := compare(t, bare, head, nil); len(ds) > 0 {
		t.Errorf("without views:\n%s", told(head, ds))
	}
	put(bare, "docs/view.md", "---\nsad: view\nid: v\nviewpoint: c-and-c\nelements:\n  - {id: people, name: People, kind: component}\n---\n")
	put(head, "docs/view.md", string(bare["docs/view.md"].Data))
	if _, ds := compare(t, bare, head, nil); len(ds) > 0 {
		t.Errorf("with a view of other things:\n%s", told(head, ds))
	}
}
