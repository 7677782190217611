//go:build unix

package vault

import (
	"io/fs"
	"os"
	"syscall"
	"testing"
	"time"
)

// A pipe that no one writes to is refused, not waited for.
func TestKeyFileIsAPipe(t *testing.T) {
	dir, file, ring := byFile(t)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := open(t, dir, Options{Keyring: ring, KeyFile: file}).Get(t.Context(), "a")
	wantErr(t, err, ErrKeyFileBad)
}

// seen is a file as another user or systemd may have made it.
type seen struct {
	mode fs.FileMode
	uid  int
}

func (s seen) Name() string       { return "key" }
func (s seen) Size() int64        { return 1 }
func (s seen) Mode() fs.FileMode  { return s.mode }
func (s seen) ModTime() time.Time { return time.Time{} }
func (s seen) IsDir() bool        { return false }
func (s seen) Sys() any           { return &syscall.Stat_t{Uid: uint32(s.uid)} }

// A key file is its owner's alone. What systemd made for the service may be the
// superuser's, with an access list that shows as rights of the group.
func TestOwnersOfKeyFiles(t *testing.T) {
	me := os.Geteuid()
	for _, c := range []struct {
		seen       seen
		credential bool
		good       bool
	}{
		{seen{0o600, me}, false, true},
		{seen{0o400, me}, false, true},
		{seen{0o440, me}, false, false},
		{seen{0o604, me}, false, false},
		{seen{0o620, me}, false, false},
		{seen{0o600, me + 1}, false, false},
		{seen{0o400, me}, true, true},
		{seen{0o440, 0}, true, true},
		{seen{0o444, 0}, true, false},
		{seen{0o460, 0}, true, false},
		{seen{0o400, me + 1}, true, false},
	} {
		if err := lookOwner(c.seen, keySource{"key", c.credential}); (err == nil) != c.good {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
