//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLockedVault(t *testing.T) {
	w, _ := signedIn(t, 3600)
	w.want(0, "vault", "lock")
	for _, args := range [][]string{{"token"}, {"whoami"}, {"accounts"}, {"login", "acme", "--timeout", "5s"}} {
		if r := w.want(5, args...); !strings.Contains(r.stderr, "claviger vault unlock") {
			t.Errorf("%v does not say what to do: %q", args, r.stderr)
		}
	}
	w.want(0, "vault", "unlock")
	w.want(0, "token")

	// Without the file and without a terminal there is nobody to ask.
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	if r := w.want(5, "token"); !strings.Contains(r.stderr, "CLAVIGER_PASSPHRASE_FILE") {
		t.Errorf("token: %q", r.stderr)
	}
	wrong := filepath.Join(t.TempDir(), "wrong")
	if err := os.WriteFile(wrong, []byte("wrong\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.set("CLAVIGER_PASSPHRASE_FILE", wrong)
	w.want(5, "token")
	w.want(5, "vault", "unlock")
}

func TestPassphraseFileThatOthersCanRead(t *testing.T) {
	w, _ := signedIn(t, 3600)
	file := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(file, []byte("correct horse battery staple"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	w.set("CLAVIGER_PASSPHRASE_FILE", file)
	if r := w.want(0, "token"); !strings.Contains(r.stderr, "chmod 600") {
		t.Errorf("no warning: %q", r.stderr)
	}
}

func TestChangingThePassphrase(t *testing.T) {
	w, _ := signedIn(t, 3600)
	if r := w.runInput("another passphrase\n", "vault", "passphrase"); r.code != 0 {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	w.want(5, "token")
	file := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(file, []byte("another passphrase\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.set("CLAVIGER_PASSPHRASE_FILE", file)
	w.want(0, "token")
	w.want(0, "vault", "check")
}
