package vault

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fakeRing is a keyring in memory. Its functions, if set, come first.
type fakeRing struct {
	mu    sync.Mutex
	items map[string][]byte
	fail  func(op, name string) error
}

func newFakeRing() *fakeRing { return &fakeRing{items: map[string][]byte{}} }

func (r *fakeRing) Name() string { return "fake" }

func (r *fakeRing) failed(op, name string) error {
	if r.fail == nil {
		return nil
	}
	return r.fail(op, name)
}

func (r *fakeRing) Get(_ context.Context, name string) ([]byte, error) {
	if err := r.failed("get", name); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	b, ok := r.items[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return bytes.Clone(b), nil
}

func (r *fakeRing) Set(_ context.Context, name string, secret []byte) error {
	if err := r.failed("set", name); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.items[name] = bytes.Clone(secret)
	return nil
}

func (r *fakeRing) Remove(_ context.Context, name string) error {
	if err := r.failed("remove", name); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.items[name]; !ok {
		return fs.ErrNotExist // as some do
	}
	delete(r.items, name)
	return nil
}

func (r *fakeRing) names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	for n := range r.items {
		names = append(names, n)
	}
	return names
}

const testFactor = 2 // scrypt, fast

func open(t testing.TB, dir string, o Options) *Vault {
	t.Helper()
	v, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	v.copies.workFactor = testFactor
	t.Cleanup(func() { _ = v.Close() })
	return v
}

func fresh(t testing.TB) (*Vault, string, *fakeRing) {
	t.Helper()
	dir, ring := filepath.Join(t.TempDir(), "vault"), newFakeRing()
	return open(t, dir, Options{Keyring: ring}), dir, ring
}

func put(t testing.TB, v *Vault, name, data string) {
	t.Helper()
	if err := v.Put(t.Context(), name, []byte(data)); err != nil {
		t.Fatal(err)
	}
}

func want(t testing.TB, v *Vault, name, data string) {
	t.Helper()
	got, err := v.Get(t.Context(), name)
	if err != nil || string(got) != data {
		t.Fatalf("Get(%s) = %q, %v; want %q", name, got, err, data)
	}
}

func wantErr(t testing.TB, got error, targets ...error) {
	t.Helper()
	for _, target := range targets {
		if !errors.Is(got, target) {
			t.Fatalf("error is %v; want %v", got, target)
		}
	}
}

func status(t testing.TB, v *Vault) Status {
	t.Helper()
	s, err := v.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const canary = "canary-payload-7b1e"

func TestRecords(t *testing.T) {
	v, dir, ring := fresh(t)
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("Open touched the disk")
	}
	_, err := v.Get(t.Context(), "a")
	wantErr(t, err, fs.ErrNotExist, ErrNotFound)
	if names, err := v.List(t.Context()); err != nil || len(names) != 0 {
		t.Fatalf("List = %v, %v", names, err)
	}
	if err := v.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, v.Lock(t.Context()), ErrNotSetUp)
	for _, name := range []string{"b", "a", "a-b"} {
		put(t, v, name, canary+name)
	}
	put(t, v, "empty", "")
	names, err := v.List(t.Context())
	if diff := cmp.Diff([]string{"a", "a-b", "b", "empty"}, names); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	other := open(t, dir, Options{Keyring: ring})
	want(t, other, "b", canary+"b")
	want(t, other, "empty", "")
	put(t, v, "b", "new")
	want(t, other, "b", "new")
	if err := other.Delete(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	_, err = v.Get(t.Context(), "b")
	wantErr(t, err, fs.ErrNotExist)
	if got := ring.names(); len(got) != 1 || !strings.HasPrefix(got[0], "vault-") {
		t.Fatalf("keyring has %v; the canary should be gone", got)
	}
	s := status(t, v)
	s.Dir = ""
	if diff := cmp.Diff(Status{Protection: Keyring, Keyring: "fake", Records: 3}, s); diff != "" {
		t.Fatal(diff)
	}
	wantClosed(t, dir)
}

// wantClosed looks at every file: nothing readable, nothing open to others.
func wantClosed(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		if fi.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
			t.Errorf("%s has mode %v", path, fi.Mode())
		}
		if d.IsDir() {
			return nil
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(canary)) || bytes.Contains(b, []byte("AGE-SECRET")) {
			t.Errorf("%s holds a secret in clear", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNames(t *testing.T) {
	v, _, _ := fresh(t)
	for _, name := range []string{"", "A", "a/b", "..", "a.b", "é", strings.Repeat("a", 65), "con", "lpt1", "a\x00"} {
		wantErr(t, v.Put(t.Context(), name, nil), ErrName)
		_, err := v.Get(t.Context(), name)
		wantErr(t, err, ErrName)
		wantErr(t, v.Delete(t.Context(), name), ErrName)
		_, err = v.LockRecord(t.Context(), name)
		wantErr(t, err, ErrName)
	}
}

func TestLargestRecord(t *testing.T) {
	v, _, _ := fresh(t)
	largest := make([]byte, MaxRecord)
	if err := v.Put(t.Context(), "a", largest); err != nil {
		t.Fatal(err)
	}
	wantErr(t, v.Put(t.Context(), "a", append(largest, 0)), ErrTooLarge)
	if got, err := v.Get(t.Context(), "a"); err != nil || !bytes.Equal(got, largest) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestDamage(t *testing.T) {
	v, dir, _ := fresh(t)
	put(t, v, "a", "payload")
	put(t, v, "good", "good")
	path := filepath.Join(dir, recordsDir, "a.age")
	sealed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	k, err := v.keys.unlocked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		flipped := bytes.Clone(sealed)
		flipped[i] ^= 1 << (i % 8)
		if _, err := openRecord("a", flipped, k.identity); !errors.Is(err, ErrDamaged) {
			t.Fatalf("byte %d flipped: %v", i, err)
		}
		if _, err := openRecord("a", sealed[:i], k.identity); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	damaged := map[string][]byte{
		"flipped":  append(bytes.Clone(sealed[:len(sealed)-1]), sealed[len(sealed)-1]^1),
		"cut":      sealed[:len(sealed)/2],
		"empty":    {},
		"appended": append(bytes.Clone(sealed), 0),
		"renamed":  readAll(t, filepath.Join(dir, recordsDir, "good.age")),
	}
	aside := 0
	for what, b := range damaged {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := v.Get(t.Context(), "a")
		wantErr(t, err, ErrDamaged)
		if aside++; status(t, v).SetAside != aside {
			t.Fatalf("%s: not set aside", what)
		}
		_, err = v.Get(t.Context(), "a")
		wantErr(t, err, fs.ErrNotExist)
		want(t, v, "good", "good")
	}
	files, err := filepath.Glob(filepath.Join(dir, asideDir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range damaged {
		found := false
		for _, f := range files {
			found = found || bytes.Equal(readAll(t, f), b)
		}
		if !found {
			t.Error("bytes of a damaged record are lost")
		}
	}
}

func readAll(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNewerStays(t *testing.T) {
	v, dir, _ := fresh(t)
	put(t, v, "a", "x")
	k, err := v.keys.unlocked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal([]byte("claviger/2 whatever\nx"), k.recipient)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, recordsDir, "a.age"), sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = v.Get(t.Context(), "a")
	wantErr(t, err, ErrNewer)
	if s := status(t, v); s.SetAside != 0 || s.Records != 1 {
		t.Fatalf("a newer record was moved: %+v", s)
	}
}

// A wrong or lost key must never look like damage.
func TestWrongKeyMovesNothing(t *testing.T) {
	cases := map[string]func(dir string, ring *fakeRing) error{
		"key gone": func(_ string, ring *fakeRing) error {
			clear(ring.items)
			return nil
		},
		"another key": func(_ string, ring *fakeRing) error {
			k, err := newKey()
			for n := range ring.items {
				ring.items[n] = k.text()
			}
			return err
		},
		"no key": func(_ string, ring *fakeRing) error {
			for n := range ring.items {
				ring.items[n] = []byte("rubbish")
			}
			return nil
		},
		"meta gone": func(dir string, _ *fakeRing) error { return os.Remove(filepath.Join(dir, metaFile)) },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			v, dir, ring := fresh(t)
			put(t, v, "a", "x")
			if err := spoil(dir, ring); err != nil {
				t.Fatal(err)
			}
			other := open(t, dir, Options{Keyring: ring})
			_, err := other.Get(t.Context(), "a")
			wantErr(t, err, ErrKeyMissing)
			wantErr(t, other.Put(t.Context(), "b", nil), ErrKeyMissing)
			_, err = other.Check(t.Context())
			wantErr(t, err, ErrKeyMissing)
			if files, _ := filepath.Glob(filepath.Join(dir, asideDir, "*")); len(files) != 0 {
				t.Fatal("set aside:", files)
			}
			if names, _ := other.List(t.Context()); len(names) != 1 {
				t.Fatal("records:", names)
			}
		})
	}
}

// A lock while the key is being loaded is a lock: that key is not kept.
func TestLockDuringALoad(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	other := open(t, dir, Options{Keyring: ring})
	ring.fail = func(op, _ string) error {
		if ring.fail = nil; op != "get" {
			t.Errorf("first comes %s", op)
		}
		return other.Lock(t.Context())
	}
	_, err := other.Get(t.Context(), "a")
	wantErr(t, err, ErrLocked)
	if other.keys.key != nil {
		t.Error("the key is in memory")
	}
}

// The key is not in memory after a lock, whoever fetched it meanwhile.
func TestKeyLoadedDuringALockIsDropped(t *testing.T) {
	v, _, _ := fresh(t)
	put(t, v, "a", "x")
	v.files.disk.Between = func(string) { want(t, v, "a", "x") } // before the mark is there
	if err := v.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v.keys.key != nil {
		t.Error("the key is in memory")
	}
}

// Another process locked it: what is in memory here does not make it open.
func TestUnlockEndsTheLockOfAnother(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	other := open(t, dir, Options{Keyring: ring})
	if err := other.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := v.Unlock(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	want(t, other, "a", "x")
}

func TestLockReachesOthers(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	other := open(t, dir, Options{Keyring: ring})
	want(t, other, "a", "x")
	changes := other.Changes(t.Context())
	if err := v.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-changes
	_, err := other.Get(t.Context(), "a")
	wantErr(t, err, ErrLocked)
	wantErr(t, other.Put(t.Context(), "a", nil), ErrLocked)
	if s := status(t, other); other.keys.key != nil || v.keys.key != nil || !s.Locked || !s.Marked {
		t.Fatal("the key is still there")
	}
	if err := other.Unlock(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	want(t, v, "a", "x")
}

func TestPassphrase(t *testing.T) {
	v, dir, ring := fresh(t)
	if err := v.Setup(t.Context(), "horse"); err != nil {
		t.Fatal(err)
	}
	put(t, v, "a", canary)
	wantErr(t, v.Setup(t.Context(), "other"), fs.ErrExist)
	if len(ring.names()) != 0 {
		t.Fatal("the keyring was used")
	}
	other := open(t, dir, Options{Keyring: ring})
	_, err := other.Get(t.Context(), "a")
	wantErr(t, err, ErrLocked)
	if s := status(t, other); !s.Locked || s.Marked {
		t.Errorf("status before the passphrase is %+v", s)
	}
	wantErr(t, other.Unlock(t.Context(), "cow"), ErrWrongPassphrase)
	if err := other.Unlock(t.Context(), "horse"); err != nil {
		t.Fatal(err)
	}
	want(t, other, "a", canary)
	asked := 0
	asking := open(t, dir, Options{Keyring: ring, AskPassphrase: func(context.Context) (string, error) {
		asked++
		return "horse", nil
	}})
	want(t, asking, "a", canary)
	want(t, asking, "a", canary)
	if asked != 1 {
		t.Fatalf("asked %d times", asked)
	}
	wantClosed(t, dir)

	if err := v.Protect(t.Context(), Keyring, ""); err != nil {
		t.Fatal(err)
	}
	want(t, open(t, dir, Options{Keyring: ring}), "a", canary)
	if _, err := os.Stat(filepath.Join(dir, keyFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("the wrapped key is still there")
	}
	if err := v.Protect(t.Context(), Passphrase, "goat"); err != nil {
		t.Fatal(err)
	}
	if s := status(t, v); s.Protection != Passphrase || len(ring.names()) != 0 {
		t.Fatalf("%+v, keyring %v", s, ring.names())
	}
	wantErr(t, open(t, dir, Options{Keyring: ring}).Unlock(t.Context(), "horse"), ErrWrongPassphrase)
}
