package site

import (
	"context"
	"encoding/json"
)

// join makes of what the pages say about the architecture one model.
func (b *build) join(context.Context) error { return nil }

// architectureNav returns the entries of the pages that Lintel writes.
func (b *build) architectureNav([]NavEntry) []NavEntry { return nil }

// sumOfValue digests a plain value.
func sumOfValue(v any) string {
	j, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	d := hashBytes(j)
	return string(d[:])
}
