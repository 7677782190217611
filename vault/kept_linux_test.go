package vault

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// needKernel skips if the kernel keeps nothing, as in most containers.
func needKernel(t *testing.T) {
	t.Helper()
	const name = "claviger:test"
	if err := kernelSet(name, []byte("x"), time.Minute); err != nil {
		t.Skip("the kernel keeps no keys here:", err) // seccomp, or built without them
	}
	if err := kernelRemove(name); err != nil {
		t.Fatal(err)
	}
}

// keptVault is a vault with one record, whose key the kernel keeps.
func keptVault(t *testing.T, p Protection) (dir string, ring *fakeRing) {
	t.Helper()
	needKernel(t)
	v, dir, ring := fresh(t)
	passphrase := map[bool]string{true: "horse"}[p.NeedsPassphrase()]
	if err := v.Protect(t.Context(), p, passphrase); err != nil {
		t.Fatal(err)
	}
	put(t, v, "a", canary)
	if err := v.UnlockFor(t.Context(), passphrase, time.Hour); err != nil {
		t.Fatal(err)
	}
	m, err := v.files.readMeta()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = forgetKept(m) })
	return dir, ring
}

// silent is another process: it is never asked for a passphrase.
func silent(t *testing.T, dir string, ring KeyStore) *Vault {
	t.Helper()
	return open(t, dir, Options{Keyring: ring, AskPassphrase: func(context.Context) (string, error) {
		t.Error("a passphrase was asked for")
		return "", ErrLocked
	}})
}

// Until it is over no one needs the passphrase, nor the keyring; locking, a change
// of protection, and another key end it at once.
func TestUnlockFor(t *testing.T) {
	for _, p := range []Protection{Keyring, Passphrase, Both} {
		t.Run(string(p), func(t *testing.T) {
			dir, ring := keptVault(t, p)
			gone := newFakeRing()
			want(t, silent(t, dir, gone), "a", canary)
			if s := status(t, silent(t, dir, gone)); s.Locked || !s.KeptOpen {
				t.Fatalf("%+v", s)
			}
			wantClosed(t, dir)

			if err := open(t, dir, Options{Keyring: ring}).Lock(t.Context()); err != nil {
				t.Fatal(err)
			}
			v := open(t, dir, Options{Keyring: gone})
			m, err := v.files.readMeta()
			if err != nil || isKept(m) {
				t.Fatal("the kernel still has the key of a locked vault", err)
			}
			if err := v.Unlock(t.Context(), ""); err == nil {
				t.Fatal("a locked vault opened without anything")
			}
		})
	}
}

func TestChangeOfProtectionEndsUnlockFor(t *testing.T) {
	dir, ring := keptVault(t, Passphrase)
	v := open(t, dir, Options{Keyring: ring})
	want(t, v, "a", canary) // by the kernel's key, which is no proof of the passphrase
	wantErr(t, v.Protect(t.Context(), Passphrase, "goat"), ErrLocked)
	if err := v.Unlock(t.Context(), "horse"); err != nil {
		t.Fatal(err)
	}
	if err := v.Protect(t.Context(), Passphrase, "goat"); err != nil {
		t.Fatal(err)
	}
	_, err := open(t, dir, Options{Keyring: ring}).Get(t.Context(), "a")
	wantErr(t, err, ErrLocked)
}

// A wrong passphrase leaves nothing, nor does an invalid time, and a key file
// needs none of it.
func TestUnlockForWants(t *testing.T) {
	needKernel(t)
	v, _, _ := fresh(t)
	wantErr(t, v.UnlockFor(t.Context(), "", time.Hour), ErrNotSetUp)
	if err := v.Setup(t.Context(), "horse"); err != nil {
		t.Fatal(err)
	}
	m, err := v.files.readMeta()
	if err != nil {
		t.Fatal(err)
	}
	wantErr(t, v.UnlockFor(t.Context(), "goat", time.Hour), ErrWrongPassphrase)
	wantErr(t, v.UnlockFor(t.Context(), "", time.Hour), ErrLocked)
	for _, d := range []time.Duration{0, -time.Hour, time.Second, MaxUnlockFor + time.Second} {
		wantErr(t, v.UnlockFor(t.Context(), "horse", d), errUnlockFor)
	}
	if isKept(m) {
		t.Fatal("the kernel has the key")
	}
	if err := v.KeyToFile(t.Context(), keyPath(t)); err != nil {
		t.Fatal(err)
	}
	wantErr(t, v.UnlockFor(t.Context(), "", time.Hour), errUnlockFor)
}

// What the kernel has of another key, or that is not a key, is not used and not shown.
func TestKernelHasAnotherKey(t *testing.T) {
	dir, ring := keptVault(t, Passphrase)
	v := open(t, dir, Options{Keyring: ring})
	m, err := v.files.readMeta()
	if err != nil {
		t.Fatal(err)
	}
	other, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(other.text()), "rubbish", strings.Repeat("x", 1000)} {
		if err := kernelSet(keptName(m), []byte(text), time.Hour); err != nil {
			t.Fatal(err)
		}
		_, err = v.Get(t.Context(), "a")
		wantErr(t, err, ErrLocked)
	}
	if err := v.Unlock(t.Context(), "horse"); err != nil {
		t.Fatal(err)
	}
	want(t, v, "a", canary)
}

// Idle for too long is locked, whatever the kernel has; the lock takes it away.
func TestLockAfterEndsUnlockFor(t *testing.T) {
	dir, ring := keptVault(t, Passphrase)
	if err := silent(t, dir, ring).LockAfter(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	want(t, silent(t, dir, ring), "a", canary)
	past := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, usedFile), past, past); err != nil {
		t.Fatal(err)
	}
	v := open(t, dir, Options{Keyring: ring})
	m, err := v.files.readMeta()
	if err != nil {
		t.Fatal(err)
	}
	if s := status(t, v); !s.Marked || s.KeptOpen {
		t.Fatalf("%+v", s)
	}
	wantErr(t, v.Unlock(t.Context(), ""), ErrLocked) // nothing has marked it yet
	_, err = v.Get(t.Context(), "a")
	wantErr(t, err, ErrLocked)
	if isKept(m) {
		t.Fatal("the kernel still has the key")
	}
}

// The time limit is the kernel's own: it holds if no process of ours runs.
func TestTheKernelEndsUnlockFor(t *testing.T) {
	needKernel(t)
	const name = "claviger:test-limit"
	if err := kernelSet(name, []byte("x"), time.Second); err != nil {
		t.Fatal(err)
	}
	for {
		_, err := kernelGet(name)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil || t.Context().Err() != nil {
			t.Fatal(err)
		}
		<-time.After(50 * time.Millisecond)
	}
}

// No one can read the key by its number alone.
func TestKeptKeyIsThePossessors(t *testing.T) {
	dir, _ := keptVault(t, Passphrase)
	m, err := open(t, dir, Options{Keyring: newFakeRing()}).files.readMeta()
	if err != nil {
		t.Fatal(err)
	}
	listed, err := os.ReadFile("/proc/keys")
	if err != nil {
		t.Skip("no list of keys:", err) // not every kernel has it
	}
	for line := range strings.Lines(string(listed)) {
		if strings.Contains(line, keptName(m)) && !strings.Contains(line, " 3f000000 ") {
			t.Error(line)
		}
	}
}

// Each refusal of the kernel has its words.
func TestKernelErrors(t *testing.T) {
	for errno, says := range map[unix.Errno]string{
		unix.EDQUOT: "full", unix.EPERM: "containers", unix.ENOSYS: "no keyrings", unix.EACCES: "not for this program", unix.EIO: "input/output",
	} {
		err := kernelError(errno)
		wantErr(t, err, ErrKernelKeyring, errno)
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
	for _, errno := range []unix.Errno{unix.ENOKEY, unix.EKEYEXPIRED, unix.EKEYREVOKED} {
		wantErr(t, kernelError(errno), fs.ErrNotExist)
	}
}
