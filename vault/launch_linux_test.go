package vault

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A machine without a D-Bus session must not get a daemon from each start.
func TestNoDaemonIsLaunched(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\ntouch " + dir + "/launched\n"
	if err := os.WriteFile(filepath.Join(dir, "dbus-launch"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "DBUS_SESSION_BUS_ADDRESS=") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Env = append(cmd.Env, "PATH="+dir, childVariable+"=headless", "CLAVIGER_VAULT_TEST_DIR="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "launched")); err == nil {
		t.Fatal("dbus-launch was run")
	}
}

// Modes do not depend on the umask.
func TestPermissiveUmask(t *testing.T) {
	old := syscall.Umask(0) // no test of this package runs in parallel
	defer syscall.Umask(old)
	v, dir, _ := fresh(t)
	if err := v.Setup(t.Context(), "horse"); err != nil {
		t.Fatal(err)
	}
	put(t, v, "a", canary)
	if err := v.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantClosed(t, dir)
}

// A pipe in place of a record neither makes a reader wait nor is taken for one.
func TestPipeInTheWay(t *testing.T) {
	v, _, _ := fresh(t)
	put(t, v, "a", "x")
	path := v.files.recordPath("a")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := v.Get(t.Context(), "a")
	wantErr(t, err, ErrUnsafe)
	wantErr(t, v.Put(t.Context(), "a", nil), ErrUnsafe)
}
