package vault

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// With both, neither the keyring nor the passphrase alone opens anything, and
// the folder has nothing to guess a passphrase at.
func TestBoth(t *testing.T) {
	v, dir, ring := fresh(t)
	if err := v.Protect(t.Context(), Both, "horse"); err != nil {
		t.Fatal(err)
	}
	put(t, v, "a", canary)
	if _, err := os.Stat(filepath.Join(dir, keyFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("the key is in the folder")
	}
	for name, secret := range ring.items {
		if strings.Contains(string(secret), "AGE-SECRET") {
			t.Fatal("the key is in clear in the keyring item", name)
		}
	}
	start := func() *Vault { return open(t, dir, Options{Keyring: ring}) }
	if s := status(t, start()); s.Protection != Both || !s.Locked || s.Marked {
		t.Fatalf("%+v", s)
	}
	_, err := start().Get(t.Context(), "a")
	wantErr(t, err, ErrLocked)
	wantErr(t, start().Unlock(t.Context(), "goat"), ErrWrongPassphrase)
	other := start()
	if err := other.Unlock(t.Context(), "horse"); err != nil {
		t.Fatal(err)
	}
	want(t, other, "a", canary)

	asked := 0
	without := open(t, dir, Options{Keyring: newFakeRing(), AskPassphrase: func(context.Context) (string, error) {
		asked++
		return "horse", nil
	}})
	_, err = without.Get(t.Context(), "a")
	wantErr(t, err, ErrKeyMissing)
	if asked != 0 {
		t.Fatal("a passphrase was asked for although the keyring has no key")
	}

	if err := v.Protect(t.Context(), Both, "goat"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, start().Unlock(t.Context(), "horse"), ErrWrongPassphrase)
	if err := start().Unlock(t.Context(), "goat"); err != nil {
		t.Fatal(err)
	}
	wantClosed(t, dir)
}

// Each change leaves the key in the one place that holds, opens with what
// holds, and keeps the records.
func TestEveryChangeOfProtection(t *testing.T) {
	all := []Protection{Keyring, Passphrase, Both, File}
	for _, from := range all {
		for _, to := range all {
			t.Run(string(from+" to "+to), func(t *testing.T) { changes(t, from, to) })
		}
	}
}

func changes(t *testing.T, from, to Protection) {
	v, dir, ring := fresh(t)
	pass := func(p Protection, text string) string { return map[bool]string{true: text}[p.NeedsPassphrase()] }
	file := keyPath(t)
	protect := func(p Protection, text string) {
		t.Helper()
		change := func() error { return v.Protect(t.Context(), p, pass(p, text)) }
		if p == File {
			change = func() error { return v.KeyToFile(t.Context(), file) }
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
	}
	protect(from, "horse")
	put(t, v, "a", "x")
	protect(to, "goat")
	m, err := v.files.readMeta()
	format := map[Protection]int{Both: 2, File: 3}[to]
	if err != nil || m.Protection != to || m.Pending != None || m.Format != max(format, 1) {
		t.Fatalf("%+v, %v", m, err)
	}
	items := map[Protection][]string{Keyring: {itemName(m, Keyring)}, Both: {itemName(m, Both)}}[to]
	if diff := cmp.Diff(items, ring.names()); diff != "" {
		t.Fatal(diff)
	}
	if _, err := os.Stat(filepath.Join(dir, keyFile)); (err == nil) != (to == Passphrase) {
		t.Fatal("key file:", err)
	}
	if _, err := os.Stat(file); (err == nil) != (from == File || to == File) {
		t.Fatal("the person's own file:", err)
	}
	other := open(t, dir, Options{Keyring: ring, KeyFile: file})
	if err := other.Unlock(t.Context(), pass(to, "goat")); err != nil {
		t.Fatal(err)
	}
	want(t, other, "a", "x")
}

func TestImpossibleProtections(t *testing.T) {
	v, _, _ := fresh(t)
	for p, passphrase := range map[Protection]string{Keyring: "horse", Passphrase: "", Both: "", None: "", "odd": ""} {
		if err := v.Protect(t.Context(), p, passphrase); err == nil {
			t.Errorf("%q with passphrase %q was taken", p, passphrase)
		}
	}
}

// A keyring that refuses to write, or gives back something else, leaves the
// protection as it was, and the key that it had.
func TestProtectWhereTheKeyringFails(t *testing.T) {
	for _, from := range []Protection{Passphrase, Both} {
		for name, op := range map[string]string{"refuses": "set", "cannot be read": "get"} {
			t.Run(string(from)+" "+name, func(t *testing.T) {
				v, dir, ring := fresh(t)
				if err := v.Protect(t.Context(), from, "horse"); err != nil {
					t.Fatal(err)
				}
				put(t, v, "a", "x")
				before := slices.Clone(ring.names())
				ring.fail = func(o, name string) error {
					if o == op && (op == "set" || strings.HasPrefix(name, "canary")) {
						return ErrKeyringLocked
					}
					return nil
				}
				wantErr(t, v.Protect(t.Context(), Both, "goat"), ErrNoKeyring, ErrKeyringLocked)
				ring.fail = nil
				other := open(t, dir, Options{Keyring: ring})
				if err := other.Unlock(t.Context(), "horse"); err != nil {
					t.Fatal(err)
				}
				want(t, other, "a", "x")
				if s := status(t, other); s.Protection != from {
					t.Fatalf("%+v", s)
				}
				for _, item := range ring.names() {
					if !slices.Contains(before, item) && !strings.HasPrefix(item, "canary") {
						t.Fatal("new in the keyring:", item)
					}
				}
			})
		}
	}
}

// swapRing gives back something else than it was given, from some moment on.
type swapRing struct {
	*fakeRing
	bad bool
}

func (r *swapRing) Set(ctx context.Context, name string, secret []byte) error {
	if r.bad && strings.HasPrefix(name, "vault-") {
		r.bad = false
		secret = []byte("rubbish")
	}
	return r.fakeRing.Set(ctx, name, secret)
}

func TestAFailedChangeOfThePassphrasePutsTheKeyBack(t *testing.T) {
	ring := &swapRing{fakeRing: newFakeRing()}
	dir := filepath.Join(t.TempDir(), "vault")
	v := open(t, dir, Options{Keyring: ring})
	if err := v.Protect(t.Context(), Both, "horse"); err != nil {
		t.Fatal(err)
	}
	put(t, v, "a", "x")
	ring.bad = true
	wantErr(t, v.Protect(t.Context(), Both, "goat"), ErrNoKeyring)
	other := open(t, dir, Options{Keyring: ring})
	if err := other.Unlock(t.Context(), "horse"); err != nil {
		t.Fatal(err)
	}
	want(t, other, "a", "x")
}

// A process that fetches the key while the protection changes gets it.
func TestUnlockMeetsAChange(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	other := open(t, dir, Options{Keyring: ring, AskPassphrase: func(context.Context) (string, error) { return "horse", nil }})
	changed := false
	ring.fail = func(op, name string) error {
		if op == "get" && strings.HasPrefix(name, "vault-") && !changed {
			changed = true
			return v.Protect(context.Background(), Passphrase, "horse")
		}
		return nil
	}
	want(t, other, "a", "x")
	if !changed {
		t.Fatal("nothing was changed meanwhile")
	}
}

// Who reads a locked vault while it is being unlocked finds it locked, and does not lock
// it again.
func TestReadingWhileUnlocking(t *testing.T) {
	v, _, ring := fresh(t)
	put(t, v, "a", "x")
	if err := v.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	read := false
	ring.fail = func(op, _ string) error {
		if op == "get" && !read {
			read = true
			_, err := v.Get(context.Background(), "a")
			wantErr(t, err, ErrLocked)
		}
		return nil
	}
	if err := v.Unlock(t.Context(), ""); err != nil || !read {
		t.Fatalf("%v, read %t", err, read)
	}
	want(t, v, "a", "x")

	// But whoever locks it while it is being unlocked has locked it.
	if err := v.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	ring.fail = func(_, _ string) error {
		ring.fail = nil
		return v.Lock(context.Background())
	}
	wantErr(t, v.Unlock(t.Context(), ""), ErrLocked)
	_, err := v.Get(t.Context(), "a")
	wantErr(t, err, ErrLocked)
}

// wantLocked fails unless the vault is locked for a process that has never
// seen it.
func wantLocked(t *testing.T, dir string, ring KeyStore, now func() time.Time) {
	t.Helper()
	other := open(t, dir, Options{Keyring: ring, Now: now})
	if s := status(t, other); !s.Locked || !s.Marked {
		t.Fatalf("%+v", s)
	}
	_, err := other.Get(t.Context(), "a")
	wantErr(t, err, ErrLocked)
}

// A process that has the key locks the vault by itself, for all.
func TestLockAfter(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vault")
	synctest.Test(t, func(t *testing.T) {
		ring := newFakeRing()
		v := open(t, dir, Options{Keyring: ring})
		put(t, v, "a", "x")
		if err := v.LockAfter(t.Context(), 15*time.Minute); err != nil {
			t.Fatal(err)
		}
		for range 10 { // uses put it off
			time.Sleep(10 * time.Minute)
			want(t, v, "a", "x")
		}
		window := open(t, dir, Options{Keyring: ring, UseIsTold: true})
		want(t, window, "a", "x")
		for range 10 {
			time.Sleep(10 * time.Minute)
			window.Used()
			synctest.Wait()
		}
		time.Sleep(14 * time.Minute)
		want(t, window, "a", "x") // its own work is no use
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if window.keys.key != nil || v.keys.key != nil {
			t.Fatal("the key is still in memory")
		}
		wantLocked(t, dir, ring, nil)
		window.Used()
		wantLocked(t, dir, ring, nil)
		if err := window.Unlock(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		want(t, v, "a", "x")
		if err := v.LockAfter(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		want(t, v, "a", "x")
	})
}

// A clock that is set back does not put the lock off by as much. Whoever has the
// key begins to count anew; for whoever has not, it cannot be told how long nobody
// was there.
func TestLockAfterWhenTheClockIsSetBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vault")
	synctest.Test(t, func(t *testing.T) {
		ring := newFakeRing()
		var back atomic.Int64
		clock := func() time.Time { return time.Now().Add(-time.Duration(back.Load())) }
		v := open(t, dir, Options{Keyring: ring, Now: clock, UseIsTold: true})
		put(t, v, "a", "x")
		if err := v.LockAfter(t.Context(), 15*time.Minute); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		back.Store(int64(12 * time.Hour))
		time.Sleep(idleLook + time.Second)
		synctest.Wait()
		want(t, v, "a", "x")
		time.Sleep(15*time.Minute + time.Second)
		synctest.Wait()
		if v.keys.key != nil {
			t.Error("the key is still in memory after a quarter of an hour")
		}
		wantLocked(t, dir, ring, clock)
		if err := v.Unlock(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		want(t, open(t, dir, Options{Keyring: ring, Now: clock}), "a", "x")
		back.Add(int64(30 * time.Second)) // as a clock is corrected now and then
		want(t, open(t, dir, Options{Keyring: ring, Now: clock}), "a", "x")
		back.Add(int64(12 * time.Hour))
		wantLocked(t, dir, ring, clock)
	})
}

// If no process was there to lock it, the next one that comes finds it
// locked; a record that is held is finished first.
// A program that does not know this lock must refuse the vault, not leave it open.
func TestLockAfterNeedsItsFormat(t *testing.T) {
	v, _, _ := fresh(t)
	put(t, v, "a", "x")
	for _, c := range []struct {
		after  time.Duration
		format int
	}{{0, 1}, {time.Second, 2}, {time.Hour, 2}, {0, 1}} {
		if err := v.LockAfter(t.Context(), c.after); err != nil {
			t.Fatal(err)
		}
		var m struct{ Format int }
		if err := json.Unmarshal(readAll(t, v.files.path(metaFile)), &m); err != nil || m.Format != c.format {
			t.Errorf("lock after %v: format %d, %v; want %d", c.after, m.Format, err, c.format)
		}
	}
}

// Between a look and the lock the vault may have been used.
func TestUseAtTheLastMomentPutsTheLockOff(t *testing.T) {
	v, dir, ring := fresh(t)
	put(t, v, "a", "x")
	if err := v.LockAfter(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	v.keys.lockIdle(t.Context()) // it looked before the use
	if s := status(t, open(t, dir, Options{Keyring: ring})); s.Marked || s.Locked {
		t.Errorf("locked for everybody: %+v", s)
	}
	want(t, v, "a", "x")
}

func TestLockAfterWithoutAProcess(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	dir, ring := filepath.Join(t.TempDir(), "vault"), newFakeRing()
	v := open(t, dir, Options{Keyring: ring, Now: clock})
	put(t, v, "a", "x")
	for _, after := range []time.Duration{-time.Second, time.Millisecond, 2 * maxLockAfter} {
		if err := v.LockAfter(t.Context(), after); err == nil {
			t.Errorf("%s was taken", after)
		}
	}
	if err := v.LockAfter(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	release, err := v.LockRecord(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Hour)
	put(t, v, "a", "rotated") // it may be the only copy
	release()
	now = now.Add(2 * time.Hour)
	wantLocked(t, dir, ring, clock)
	wantErr(t, v.Put(t.Context(), "a", nil), ErrLocked)
	if err := v.Unlock(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	want(t, open(t, dir, Options{Keyring: ring, Now: clock}), "a", "rotated")
	now = now.Add(-24 * time.Hour) // a clock that was set back
	want(t, v, "a", "rotated")
	if err := os.Remove(filepath.Join(dir, usedFile)); err != nil {
		t.Fatal(err)
	}
	wantLocked(t, dir, ring, clock) // in doubt
	wantClosed(t, dir)
}

// A vault that was made anew while a change of protection waited has another key,
// which the change is not for.
func TestProtectMeetsAVaultMadeAnew(t *testing.T) {
	v, dir, ring := fresh(t)
	anew := open(t, filepath.Join(t.TempDir(), "vault"), Options{Keyring: ring})
	synctest.Test(t, func(t *testing.T) {
		put(t, v, "a", "x")
		put(t, anew, "a", "y")
		meta := readAll(t, anew.files.path(metaFile))
		release, err := open(t, dir, Options{Keyring: ring}).locks.hold(t.Context(), setupLock)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- v.Protect(t.Context(), Both, "correct horse") }()
		synctest.Wait()
		if err := os.WriteFile(v.files.path(metaFile), meta, 0o600); err != nil {
			t.Fatal(err)
		}
		release()
		wantErr(t, <-done, ErrKeyMissing)
		if now := readAll(t, v.files.path(metaFile)); string(now) != string(meta) {
			t.Errorf("the vault that was made anew was changed: %s", now)
		}
	})
}

// A record that was held once keeps the vault open no longer.
func TestRecordThatWasHeldPutsNoLockOff(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vault")
	synctest.Test(t, func(t *testing.T) {
		v := open(t, dir, Options{Keyring: newFakeRing()})
		put(t, v, "a", "x")
		if err := v.LockAfter(t.Context(), 15*time.Minute); err != nil {
			t.Fatal(err)
		}
		release, err := v.LockRecord(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		if v.keys.key == nil {
			t.Error("locked while a record was held")
		}
		release()
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		if v.keys.key != nil {
			t.Error("the key is still in memory")
		}
	})
}
