package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestHangingKeyring(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vault")
	synctest.Test(t, func(t *testing.T) {
		ring, wake := newFakeRing(), make(chan struct{})
		ring.fail = func(string, string) error { <-wake; return nil }
		v := open(t, dir, Options{Keyring: ring})
		start := time.Now()
		err := v.Put(t.Context(), "a", []byte("x"))
		wantErr(t, err, ErrKeyringHangs, ErrNoKeyring)
		if took := time.Since(start); took != 10*time.Second {
			t.Fatal("took", took)
		}
		s, err := v.Status(t.Context())
		if err != nil || s.KeyringProblem == "" || s.Protection != None || s.Records != 0 {
			t.Fatalf("%+v, %v", s, err)
		}
		close(wake)
		synctest.Wait()
		put(t, v, "a", "x") // it came back
	})
}

func TestUnusableKeyring(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		fail func(op, name string) error
		want error
	}{
		"absent":  {func(string, string) error { return ErrNoKeyring }, ErrNoKeyring},
		"locked":  {func(string, string) error { return ErrKeyringLocked }, ErrKeyringLocked},
		"broken":  {func(string, string) error { return broken }, broken},
		"panics":  {func(string, string) error { panic("type assertion") }, ErrNoKeyring},
		"forgets": {func(op, _ string) error { return map[string]error{"get": fs.ErrNotExist}[op] }, fs.ErrNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			v, _, ring := fresh(t)
			ring.fail = c.fail
			wantErr(t, v.Put(t.Context(), "a", nil), ErrNoKeyring, c.want)
			if names, err := v.List(t.Context()); err != nil || len(names) != 0 || status(t, v).Protection != None {
				t.Fatal("something was stored:", names, err)
			}
			if err := v.Setup(t.Context(), "horse"); err != nil {
				t.Fatal("a passphrase needs no keyring:", err)
			}
			put(t, v, "a", "x")
		})
	}
}

// A change of protection that could not remove the old copy tries again.
// A vault whose keyring is away is distinguished from a machine that has none.
func TestKeyringGone(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	ring.fail = func(string, string) error { return ErrNoKeyring }
	_, err := open(t, dir, Options{Keyring: ring}).Get(t.Context(), "a")
	wantErr(t, err, ErrKeyringGone, ErrNoKeyring)
	var first *Error
	if !errors.As(err, &first) || first != ErrKeyringGone {
		t.Errorf("the code is that of %v", first)
	}
	ring.fail = nil
	want(t, v, "a", "x")
}

func TestPendingRemoval(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	ring.fail = func(op, name string) error {
		if op == "remove" && strings.HasPrefix(name, "vault-") {
			return ErrKeyringLocked
		}
		return nil
	}
	wantErr(t, v.Protect(t.Context(), Passphrase, "horse"), ErrKeyringLocked)
	if s := status(t, v); s.Protection != Passphrase || len(ring.names()) != 1 {
		t.Fatalf("%+v", s)
	}
	ring.fail = nil
	if err := open(t, dir, Options{Keyring: ring}).Unlock(t.Context(), "horse"); err != nil {
		t.Fatal(err)
	}
	if n := ring.names(); len(n) != 0 {
		t.Fatal("still in the keyring:", n)
	}
	want(t, v, "a", "x")
}

func TestSymlinks(t *testing.T) {
	for _, what := range []string{"", recordsDir, recordsDir + "/a.age", metaFile, locksDir} {
		t.Run("at "+what, func(t *testing.T) {
			v, dir, ring := fresh(t)
			put(t, v, "a", "x")
			path := filepath.Join(dir, what)
			if err := os.Rename(path, path+"-moved"); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(path+"-moved", path); err != nil {
				t.Fatal(err)
			}
			other := open(t, dir, Options{Keyring: ring})
			wantErr(t, other.Put(t.Context(), "a", []byte("y")), ErrUnsafe)
			if what != locksDir {
				_, err := other.Get(t.Context(), "a")
				wantErr(t, err, ErrUnsafe)
			}
		})
	}
}

// A folder that others may read becomes its owner's alone; one that they may write
// is refused, since what is in it may be theirs by now.
func TestLooseFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there, an access list says who can change a folder")
	}
	v, dir, _ := fresh(t)
	put(t, v, "a", "x")
	for _, d := range []string{dir, filepath.Join(dir, recordsDir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	put(t, v, "b", "x")
	wantClosed(t, dir)
	for _, d := range []string{dir, filepath.Join(dir, recordsDir)} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
		wantErr(t, v.Put(t.Context(), "c", nil), ErrShared)
		_, err := v.Get(t.Context(), "a")
		wantErr(t, err, ErrShared)
		if !strings.Contains(err.Error(), "chmod go-w '"+d+"'") {
			t.Error(err)
		}
		if err := os.Chmod(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	want(t, v, "a", "x")
}

// What the disk does to a save; the old record stays.
func TestBadDisk(t *testing.T) {
	for want, cause := range badDisks() {
		v, dir, _ := fresh(t)
		put(t, v, "a", "old")
		v.files.disk.Write = func(f *os.File, data []byte) error {
			_, err := f.Write(data[:len(data)/2])
			return errors.Join(err, &fs.PathError{Op: "write", Path: "x", Err: cause})
		}
		wantErr(t, v.Put(t.Context(), "a", []byte("new")), want, cause)
		v.files.disk.Write = nil
		wantGood(t, v, dir)
	}
}

func wantGood(t *testing.T, v *Vault, dir string) {
	t.Helper()
	want(t, v, "a", "old")
	if e, err := os.ReadDir(filepath.Join(dir, recordsDir)); err != nil || len(e) != 1 {
		t.Fatal(e, err)
	}
}

// A vault that was made anew while a record was read has records of another key:
// they are good, and no one who has the old key may set them aside.
func TestRecordsOfANewVaultAreNotSetAside(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "old")
	before := v.keys.key
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	anew := open(t, dir, Options{Keyring: ring})
	put(t, anew, "a", "new")
	_, err := v.setAside(t.Context(), "a", before)
	wantErr(t, err, ErrKeyMissing)
	if errors.Is(err, ErrDamaged) {
		t.Errorf("it is said to be damaged: %v", err)
	}
	want(t, anew, "a", "new")
	want(t, v, "a", "new")
}

func TestCheck(t *testing.T) {
	v, dir, ring := fresh(t)
	for _, n := range []string{"a", "b", "c"} {
		put(t, v, n, n)
	}
	records := filepath.Join(dir, recordsDir)
	if err := os.Rename(filepath.Join(records, "a.age"), filepath.Join(records, "z.age")); err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{".tmp-old", ".tmp-x"} {
		if err := os.WriteFile(filepath.Join(records, n), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(records, ".tmp-old"), past, past); err != nil {
		t.Fatal(err)
	}
	r, err := open(t, dir, Options{Keyring: ring}).Check(t.Context())
	if err != nil || r.Good != 2 || len(r.Damaged) != 1 || r.Damaged[0].File != "z.age" {
		t.Fatalf("%+v, %v", r, err)
	}
	if len(r.Leftover) != 1 || r.Leftover[0] != ".tmp-old" {
		t.Fatalf("leftovers %v", r.Leftover)
	}
}

func TestChangesBeforeTheFolder(t *testing.T) {
	dir, ring := filepath.Join(t.TempDir(), "x", "y", "vault"), newFakeRing()
	v := open(t, dir, Options{Keyring: ring})
	ctx, cancel := context.WithCancel(t.Context())
	changes := v.Changes(ctx)
	put(t, open(t, dir, Options{Keyring: ring}), "a", "x")
	for { // notices come until the record is there
		<-changes
		if names, _ := v.List(ctx); len(names) == 1 {
			break
		}
	}
	cancel()
	for range changes { // until it is closed
	}
}

func TestConcurrent(t *testing.T) {
	v, _, _ := fresh(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 5 {
				if err := v.Put(t.Context(), fmt.Sprintf("r-%d", i%3), fmt.Append(nil, j)); err != nil {
					t.Error(err)
				}
				if _, err := v.Get(t.Context(), fmt.Sprintf("r-%d", i%3)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzRecord(f *testing.F) {
	f.Add([]byte("claviger/1 a\nx"))
	f.Add([]byte("claviger/2 a\nx"))
	f.Add([]byte("claviger/1 b\nx"))
	f.Add([]byte("claviger/01 a\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		data, err := decodeRecord("a", b)
		switch {
		case err == nil:
			if string(encodeRecord("a", data)) != string(b) {
				t.Fatal("two forms of one record")
			}
		case !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer):
			t.Fatal(err)
		}
	})
}

// FuzzMeta reads a public file of any content: it is refused with words for
// it, or it is one that a vault can have, and then it is written back the same.
func FuzzMeta(f *testing.F) {
	for format := range vectors {
		b, err := os.ReadFile(filepath.Join("testdata", format, metaFile))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, s := range []string{
		"", "{}", "null", "[]", `{"format":3}`, `{"format":-1}`, `{"format":1e9}`, `{"format":"1"}`,
		`{"format":1,"id":"0011223344556677","protection":"keyring","recipient":"00","pending":"keyring"}`,
		`{"format":2,"id":"0011223344556677","protection":"both","recipient":"` + strings.Repeat("ab", 32) + `","lock_after":-1}`,
	} {
		f.Add([]byte(s))
	}
	v, dir, _ := fresh(f)
	put(f, v, "a", "x")
	path := filepath.Join(dir, metaFile)
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := v.files.readMeta()
		if err != nil {
			if !errors.Is(err, ErrMeta) && !errors.Is(err, ErrNewer) {
				t.Fatal(err)
			}
			return
		}
		if !m.valid() {
			t.Fatalf("taken: %+v", m)
		}
		if err := v.files.writeMeta(m); err != nil {
			t.Fatal(err)
		}
		again, err := v.files.readMeta()
		m.Format = m.needs()
		if err != nil || again != m {
			t.Fatalf("%+v became %+v, %v", m, again, err)
		}
	})
}

// FuzzSealed opens files that are no records, or are damaged ones.
func FuzzSealed(f *testing.F) {
	k, err := newKey()
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := seal(encodeRecord("a", []byte("data")), k.recipient)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed, 0, byte(1))
	f.Add(sealed, len(sealed)-1, byte(128))
	f.Add(sealed[:len(sealed)/2], 0, byte(0))
	f.Add([]byte(ageMagic), 0, byte(0))
	f.Add([]byte{}, 0, byte(0))
	f.Fuzz(func(t *testing.T, b []byte, at int, flip byte) {
		b = bytes.Clone(b)
		if at >= 0 && at < len(b) {
			b[at] ^= flip
		}
		data, err := openRecord("a", b, k.identity)
		if err == nil && (!bytes.Equal(b, sealed) || string(data) != "data") {
			t.Fatalf("%q was taken from %d bytes that are no record", data, len(b))
		}
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Fatal(err)
		}
	})
}

func BenchmarkRecords(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000} {
		v, _, _ := fresh(b)
		for i := range n {
			put(b, v, fmt.Sprintf("r-%d", i), strings.Repeat("x", 4000))
		}
		b.Run(fmt.Sprintf("Put/%d", n), func(b *testing.B) {
			for b.Loop() {
				put(b, v, "r-0", strings.Repeat("x", 4000))
			}
		})
		b.Run(fmt.Sprintf("Get/%d", n), func(b *testing.B) {
			for b.Loop() {
				want(b, v, "r-0", strings.Repeat("x", 4000))
			}
		})
		b.Run(fmt.Sprintf("List/%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := v.List(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Folders that are made while they are looked for are not missed.
func TestChangesWhileTheFolderIsMade(t *testing.T) {
	for range 40 {
		dir := filepath.Join(t.TempDir(), "a", "b", "c", "d", "e", "f", "vault")
		v := open(t, dir, Options{Keyring: newFakeRing()})
		ctx, cancel := context.WithCancel(t.Context())
		changes := v.Changes(ctx)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		put(t, v, "a", "x")
		select {
		case <-changes:
		case <-time.After(10 * time.Second):
			t.Fatal("no notice of the first record")
		}
		cancel()
	}
}
