//go:build unix

package owner

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe in the place of a file holds nobody up, and what never ends is not read.
func TestReadEnds(t *testing.T) {
	dir := t.TempDir()
	pipe, long, most := filepath.Join(dir, "pipe"), filepath.Join(dir, "long"), filepath.Join(dir, "most")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, size := range map[string]int{long: maxFile + 1, most: maxFile} {
		if err := os.WriteFile(path, bytes.Repeat([]byte("x"), size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{pipe, long, dir} {
		if _, err := Read(path); err == nil {
			t.Errorf("%s is read", filepath.Base(path))
		}
	}
	if data, err := Read(most); err != nil || len(data) != maxFile {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}
