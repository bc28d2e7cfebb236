package adr

import (
	"fmt"
	"testing"
	"time"
)

// A record that is dated long before its first commit has the wrong year, most
// of the time; a whole log that is has come from another repository.
func TestDatesOfALogThatWasBroughtIn(t *testing.T) {
	day := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name    string
		arrived []time.Time // when each of the records was first committed
		want    int
	}{
		{"alone", []time.Time{day}, 1},
		{"two", []time.Time{day, day.Add(time.Hour)}, 2},
		{"a log", []time.Time{day, day, day.Add(time.Hour)}, 0},
		{"one a month", []time.Time{day, day.AddDate(0, 1, 0), day.AddDate(0, 2, 0)}, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			var records []*Record
			first := map[string]time.Time{}
			for i, at := range test.arrived {
				name := fmt.Sprintf("docs/adr/%04d-use-kafka.md", i+1)
				src := fmt.Sprintf("# %d. Use Kafka\n\nDate: 2025-02-03\n\n## Status\n\nAccepted\n\n## Context\n\nA.\n\n## Decision\n\nB.\n\n## Consequences\n\nC.\n", i+1)
				records = append(records, Parse(name, []byte(src), Options{}))
				first[name] = at
			}
			got := 0
			for _, f := range NewLog(records, Options{}).Check(CheckOptions{
				Now:     day.AddDate(1, 0, 0),
				Created: func(p string) (time.Time, bool) { at, ok := first[p]; return at, ok },
			}) {
				if f.Rule == RuleDate {
					got++
				}
			}
			if got != test.want {
				t.Errorf("%d findings, want %d", got, test.want)
			}
		})
	}
}
