package vault

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A vault that is only looked at gives its records, and nothing on the disk changes:
// not by a damaged record, not by a use, not by what asks for a change.
func TestReadOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vault")
	ring := newFakeRing()
	open := func(readOnly bool) *Vault {
		t.Helper()
		v, err := Open(dir, Options{Keyring: ring, ReadOnly: readOnly})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = v.Close() })
		return v
	}
	v := open(false)
	for _, name := range []string{"good", "bad"} {
		if err := v.Put(t.Context(), name, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.LockAfter(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-30 * time.Minute)
	if err := os.Chtimes(filepath.Join(dir, usedFile), long, long); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, recordsDir, "bad.age"), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := filesOf(t, dir)

	r := open(true)
	if data, err := r.Get(t.Context(), "good"); err != nil || string(data) != "x" {
		t.Errorf("%q, %v", data, err)
	}
	if _, err := r.Get(t.Context(), "bad"); !errors.Is(err, ErrDamaged) {
		t.Errorf("damaged: %v", err)
	}
	for name, change := range map[string]func() error{
		"put":     func() error { return r.Put(t.Context(), "new", nil) },
		"delete":  func() error { return r.Delete(t.Context(), "good") },
		"lock":    func() error { return r.Lock(t.Context()) },
		"after":   func() error { return r.LockAfter(t.Context(), time.Minute) },
		"protect": func() error { return r.Protect(t.Context(), Passphrase, "correct horse") },
		"hold":    func() error { _, err := r.LockRecord(t.Context(), "good"); return err },
		"check":   func() error { _, err := r.Check(t.Context()); return err },
		"repair":  func() error { _, err := r.Repair(t.Context()); return err },
	} {
		if err := change(); !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.Used()
	if after := filesOf(t, dir); after != before {
		t.Errorf("changed:\n%s\nbefore:\n%s", after, before)
	}
}

// filesOf is every file of a folder with its time and size.
func filesOf(t *testing.T, dir string) (out string) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			out += path + " " + info.ModTime().String() + " " + info.Mode().String() + "\n"
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
