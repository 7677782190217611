//go:build !windows

package vault

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// flushed notes what a vault makes durable from now on: "file" is one under its
// first name, the others are called by their own.
func flushed(v *Vault) *[]string {
	list := &[]string{}
	v.files.disk.Sync = func(f *os.File) error {
		name := filepath.Base(f.Name())
		if strings.HasPrefix(name, tempPrefix) {
			name = "file"
		}
		*list = append(*list, name)
		return f.Sync()
	}
	return list
}

// A process that is killed cannot know whether anything was flushed, only a machine
// that loses its power can: what must be is counted.
func TestWhatIsDoneIsOnTheDisk(t *testing.T) {
	file := []string{"file", "vault"} // content, then name
	for name, c := range map[string]struct {
		do   func(t *testing.T, v *Vault) error
		want []string
	}{
		"a record":          {func(t *testing.T, v *Vault) error { return v.Put(t.Context(), "b", nil) }, []string{"file", "records"}},
		"in place of one":   {func(t *testing.T, v *Vault) error { return v.Put(t.Context(), "a", []byte("new")) }, []string{"file", "records"}},
		"a deletion":        {func(t *testing.T, v *Vault) error { return v.Delete(t.Context(), "a") }, []string{"records"}},
		"nothing to delete": {func(t *testing.T, v *Vault) error { return v.Delete(t.Context(), "b") }, nil},
		"a lock":            {func(t *testing.T, v *Vault) error { return v.Lock(t.Context()) }, file},
		"its end": {func(t *testing.T, v *Vault) error {
			return errors.Join(v.Lock(t.Context()), v.Unlock(t.Context(), ""))
		}, append(file, "vault")},
		"damage": {func(t *testing.T, v *Vault) error {
			if err := os.WriteFile(v.files.recordPath("a"), []byte("rubbish"), 0o600); err != nil {
				return err
			}
			if _, err := v.Get(t.Context(), "a"); !errors.Is(err, ErrDamaged) {
				return err
			}
			return nil
		}, []string{asideDir, "records"}},
	} {
		t.Run(name, func(t *testing.T) {
			v, _, _ := fresh(t)
			put(t, v, "a", "old")
			got := flushed(v)
			if err := c.do(t, v); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, append([]string(nil), *got...)); d != "" {
				t.Error(d)
			}
		})
	}
}

// The key is on the disk before anything says that there is a vault.
func TestKeyIsOnTheDiskBeforeTheVaultIs(t *testing.T) {
	v, dir, _ := fresh(t)
	var meta []bool
	v.files.disk.Sync = func(f *os.File) error {
		_, err := os.Lstat(filepath.Join(dir, metaFile))
		meta = append(meta, err == nil)
		return f.Sync()
	}
	if err := v.Setup(t.Context(), "correct horse"); err != nil {
		t.Fatal(err)
	}
	// Content and name of the key, content of the meta file; then its name.
	if d := cmp.Diff([]bool{false, false, false, true}, meta); d != "" {
		t.Error(d)
	}
}

// A record takes its name when its content is safe, and Put returns when its name is.
func TestRecordIsFlushedBeforeItHasItsName(t *testing.T) {
	v, _, _ := fresh(t)
	put(t, v, "a", "old")
	before := string(readAll(t, v.files.recordPath("a")))
	var old []bool
	v.files.disk.Sync = func(f *os.File) error {
		old = append(old, string(readAll(t, v.files.recordPath("a"))) == before)
		return f.Sync()
	}
	put(t, v, "a", "new")
	if d := cmp.Diff([]bool{true, false}, old); d != "" {
		t.Error(d)
	}
}

// A disk that cannot promise anything has stored nothing.
func TestFlushThatFails(t *testing.T) {
	broken := errors.New("I/O error")
	for call := range 2 {
		v, dir, _ := fresh(t)
		put(t, v, "a", "old")
		n := 0
		v.files.disk.Sync = func(f *os.File) error {
			if n++; n == call+1 {
				return broken
			}
			return f.Sync()
		}
		wantErr(t, v.Put(t.Context(), "a", []byte("new")), broken)
		v.files.disk.Sync = nil
		if call == 0 {
			wantGood(t, v, dir)
		}
	}
}
