package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// limited runs in a process that may not write large files, which fails like a
// full disk and concerns root too.
func limited(ctx context.Context, v *Vault) error {
	if err := v.Put(ctx, "a", []byte("old")); err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 50_000, Max: 50_000}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	if err := v.Put(ctx, "a", make([]byte, 100_000)); !errors.Is(err, ErrDiskFull) {
		return fmt.Errorf("error is %w", err)
	}
	got, err := v.Get(ctx, "a")
	if err != nil || string(got) != "old" {
		return fmt.Errorf("old record: %q, %w", got, err)
	}
	entries, err := os.ReadDir(v.files.path(recordsDir))
	if err != nil || len(entries) != 1 {
		return fmt.Errorf("the rest of the new record is still there: %v, %w", entries, err)
	}
	return nil
}

func TestNoRoom(t *testing.T) { spawn(t, "limited", t.TempDir()).finish(t) }

// gnome uses the real keyring. Its daemon is started by the test's shell.
func gnome(ctx context.Context, dir string) error {
	path := filepath.Join(dir, "vault")
	v, err := Open(path, Options{})
	if err != nil {
		return err
	}
	if err := v.Put(ctx, "a", []byte(canary)); err != nil {
		return err
	}
	other, err := Open(path, Options{})
	if err != nil {
		return err
	}
	got, err := other.Get(ctx, "a")
	if err != nil || string(got) != canary {
		return fmt.Errorf("other process: %q, %w", got, err)
	}
	s, err := other.Status(ctx)
	if err != nil || s.KeyringProblem != "" || s.Keyring != "Secret Service (gnome-keyring)" {
		return fmt.Errorf("status: %+v, %w", s, err)
	}
	m, err := v.files.readMeta()
	if err != nil {
		return err
	}
	if err := v.Protect(ctx, Passphrase, "horse"); err != nil {
		return err
	}
	if _, err := v.copies.ring.Get(ctx, itemName(m, Keyring)); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the key is still in the keyring: %w", err)
	}
	if err := v.copies.ring.Remove(ctx, itemName(m, Keyring)); err != nil {
		return fmt.Errorf("remove what is not there: %w", err)
	}
	if err := v.Protect(ctx, Keyring, ""); err != nil {
		return err
	}
	return gnomeBoth(ctx, v, m, path)
}

// gnomeBoth lets v take the real keyring and a passphrase, and opens it.
func gnomeBoth(ctx context.Context, v *Vault, m meta, path string) error {
	if err := v.Protect(ctx, Both, "horse"); err != nil {
		return err
	}
	if _, err := v.copies.ring.Get(ctx, itemName(m, Keyring)); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the key is still in the keyring, not wrapped: %w", err)
	}
	both, err := Open(path, Options{})
	if err != nil {
		return err
	}
	if err := both.Unlock(ctx, "goat"); !errors.Is(err, ErrWrongPassphrase) {
		return fmt.Errorf("a wrong passphrase: %w", err)
	}
	if err := both.Unlock(ctx, "horse"); err != nil {
		return err
	}
	if got, err := both.Get(ctx, "a"); err != nil || string(got) != canary {
		return fmt.Errorf("with both: %q, %w", got, err)
	}
	fmt.Println("all well")
	return nil
}

func TestGnomeKeyring(t *testing.T) {
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("this machine has no", program) // a desktop has
		}
	}
	home := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "dbus-run-session", "--", "sh", "-c",
		`printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0"`, os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"=gnome", "CLAVIGER_VAULT_TEST_DIR="+home,
		"HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_DATA_HOME="+home+"/data", "DISPLAY=", "WAYLAND_DISPLAY=")
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil || !strings.Contains(out.String(), "all well") {
		t.Fatalf("%v: %s%s", err, &out, &problems)
	}
}
