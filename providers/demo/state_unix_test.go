//go:build unix

package demo

import (
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// What cannot be read as a file at all, such as a pipe or a folder in the place of
// the state, is set aside like a damaged one: the demo works.
func TestPipeInThePlaceOfTheState(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"link":   func(path string) error { return os.Symlink(t.TempDir(), path) },
	} {
		dir := t.TempDir()
		if err := put(stateFile(dir)); err != nil {
			t.Fatal(err)
		}
		if st, err := loadState(dir, time.Now, slog.New(slog.DiscardHandler)); err != nil || st == nil {
			t.Errorf("%s: %v", name, err)
		}
		if kept, err := filepath.Glob(stateFile(dir) + ".damaged-*"); err != nil || len(kept) != 1 {
			t.Errorf("%s: kept %v, %v", name, kept, err)
		}
	}
}
