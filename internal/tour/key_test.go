package tour

import (
	"os"
	"path/filepath"
	"testing"
)

// A folder that others can write into does not lead the passphrase elsewhere.
func TestPassphraseStaysInTheFolder(t *testing.T) {
	dir, other := t.TempDir(), filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(other, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, filepath.Join(dir, passphraseFile)); err != nil {
		t.Skip(err)
	}
	s := newStage(dir, Options{Keep: dir})
	if err := s.keepKey(); err == nil {
		t.Error("it wrote through a link")
	}
	if data, err := os.ReadFile(other); err != nil || string(data) != "precious" {
		t.Errorf("the other file has %q, %v", data, err)
	}
}

// A file that somebody else made first is not written into: they could read it.
func TestPassphraseFileIsOurs(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, passphraseFile)
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := newStage(dir, Options{Keep: dir}).keepKey(); err == nil {
		t.Error("it wrote into a file that was there")
	}
}
