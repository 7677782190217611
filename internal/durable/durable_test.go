package durable

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, text := range []string{"one", "another"} {
		if err := Replace(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Fatalf("%q, %v", got, err)
		}
	}
	fi, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && fi.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", fi.Mode())
	}
	if got := names(t, dir); !slices.Equal(got, []string{"a"}) {
		t.Errorf("files %v", got)
	}
	if err := Replace(filepath.Join(dir, "no", "b"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

func TestCreateLeavesNothingOfAFailure(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	broken := errors.New("broken")
	err := Create(path, true, func(w io.Writer) error {
		_, _ = w.Write([]byte("half"))
		if got := names(t, dir); len(got) != 1 || !isTemporary(got[0]) {
			t.Errorf("while it is written: %v", got)
		}
		return broken
	})
	if err != broken { //nolint:errorlint // as it is
		t.Errorf("error %v", err)
	}
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("files %v", got)
	}
}

// A file that comes while another is written is not overwritten unasked.
func TestCreateDoesNotOverwrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	err := Create(path, false, func(io.Writer) error { return os.WriteFile(path, []byte("theirs"), 0o600) })
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "theirs" {
		t.Errorf("%q, %v", got, err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"a"}) {
		t.Errorf("files %v", got)
	}
	if err := Create(filepath.Join(dir, "b"), false, func(io.Writer) error { return nil }); err != nil {
		t.Error(err)
	}
}

// What a kill left is removed by the next file in the folder, and nothing else.
func TestLeftoversAreRemoved(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-time.Hour)
	files := map[string]bool{ // whether it is kept
		".claviger-123.tmp":  false,
		".claviger-77.tmp":   false,
		".claviger-.tmp":     true,
		".claviger-a1.tmp":   true, // of a person
		".claviger-123":      true,
		"claviger-123.tmp":   true,
		".claviger-9876.tmp": true, // being written
	}
	for name := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if name != ".claviger-9876.tmp" {
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	folder := filepath.Join(dir, ".claviger-5.tmp")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(folder, old, old); err != nil {
		t.Fatal(err)
	}
	if err := Replace(filepath.Join(dir, "a"), nil); err != nil {
		t.Fatal(err)
	}
	for name, keep := range files {
		if _, err := os.Lstat(filepath.Join(dir, name)); (err == nil) != keep {
			t.Errorf("%s: kept %v, want %v", name, err == nil, keep)
		}
	}
	if _, err := os.Stat(folder); err != nil {
		t.Error("a folder was removed")
	}
}
