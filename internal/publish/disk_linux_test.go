package publish_test

import (
	"os"
	"syscall"
	"testing"
)

// smallDisk mounts a file system of 96 KB for the test.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if os.Geteuid() != 0 {
		t.Skip("needs the right to mount: sudo go test ./internal/publish")
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=96k"); err != nil {
		t.Skipf("needs the right to mount (%v): sudo go test ./internal/publish", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}
