//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// Two accounts, each under the other's name, come back; one that is damaged is
// reported with what to do, and comes back once its file is good again.
func TestRepair(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	w.cheapKey()
	p.file(t, w.home)
	w.want(0, "login", "acme", "--timeout", "20s")
	w.oddProvider(authtest.Behaviour{}, "")
	w.want(0, "login", "odd", "--timeout", "20s")
	files := records(t, w.home)
	if len(files) != 2 {
		t.Fatal(files)
	}
	swap := files[0] + ".moved"
	for _, move := range [][2]string{{files[0], swap}, {files[1], files[0]}, {swap, files[1]}} {
		if err := os.Rename(move[0], move[1]); err != nil {
			t.Fatal(err)
		}
	}
	w.want(1, "vault", "check")
	w.want(3, "token", "acme")
	r := w.want(0, "vault", "repair")
	if !strings.Contains(r.out, "4 records are good") || strings.Count(r.out, "Restored:") != 2 {
		t.Error(r.out)
	}
	w.want(0, "token", "acme")
	w.want(0, "token", "odd")

	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[0], good[:len(good)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // it is said as long as it is so
		r = w.want(1, "vault", "repair")
		for _, words := range []string{"3 records are good", "Lost: account ", "sign in again", "claviger vault import", "set-aside/"} {
			if !strings.Contains(r.out, words) {
				t.Errorf("%q is not in\n%s", words, r.out)
			}
		}
	}
	type loss struct{ Name, File, Reason string }
	lost := decode[struct{ Lost []loss }](t, w.want(1, "vault", "repair", "--json").out).Lost
	if len(lost) != 1 || lost[0].Reason == "" {
		t.Fatalf("%+v", lost)
	}
	if err := os.WriteFile(filepath.Join(w.home, "vault", lost[0].File), good, 0o600); err != nil {
		t.Fatal(err)
	}
	w.want(0, "vault", "repair")
	w.want(0, "token", "acme")
	w.want(0, "token", "odd")
}

func TestLocksByItself(t *testing.T) {
	w, _ := signedIn(t, 3600)
	for _, wrong := range []string{"5", "10s", "-5m", "9000h"} {
		w.want(2, "vault", "lock", "--after", wrong)
	}
	w.want(0, "vault", "lock", "--after", "15m").says(t, "15 minutes")
	if out := w.want(0, "vault", "status").out; !strings.Contains(out, "15 minutes") {
		t.Errorf("status does not tell:\n%s", out)
	}
	if out := w.want(0, "vault", "status", "--json").out; !strings.Contains(out, `"lock_after": 900`) {
		t.Errorf("status does not tell:\n%s", out)
	}
	used := filepath.Join(w.home, "vault", "used")
	unused := func(d time.Duration) {
		t.Helper()
		if err := os.Chtimes(used, time.Now().Add(-d), time.Now().Add(-d)); err != nil {
			t.Fatal(err)
		}
	}
	unused(14 * time.Minute)
	w.want(0, "token") // which is a use
	info, err := os.Stat(used)
	if err != nil || time.Since(info.ModTime()) > time.Minute {
		t.Fatal("the use was not noted", err)
	}
	unused(16 * time.Minute)
	for range 2 {
		w.want(5, "token").says(t, "claviger vault unlock")
	}
	w.want(5, "vault", "lock", "--after", "never") // not while it is locked
	w.want(0, "vault", "unlock")
	w.want(0, "token")
	w.want(0, "vault", "lock", "--after", "never")
	unused(24 * time.Hour)
	w.want(0, "token")
}

func TestProtectionIsOneOfThree(t *testing.T) {
	w, _ := signedIn(t, 3600)
	w.want(2, "vault", "passphrase", "--both", "--keyring").says(t, "choose one")
	w.want(2, "vault", "passphrase", "--alone", "--keyring")
	// Without a keyring the vault stays as it is.
	if r := w.runInput("another passphrase\n", "vault", "passphrase", "--both"); r.code != 5 {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
	w.want(5, "vault", "passphrase", "--keyring")
	w.want(0, "token")
	if out := w.want(0, "vault", "status").out; !strings.Contains(out, "a passphrase\n") {
		t.Errorf("status:\n%s", out)
	}
}
