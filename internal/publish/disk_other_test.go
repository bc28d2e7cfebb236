//go:build !linux

package publish_test

import "testing"

func smallDisk(t *testing.T) string {
	t.Helper()
	t.Skip("needs a file system of its own: go test ./internal/publish on Linux as root")
	return ""
}
