//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// TestDamagedRecordOfSecrets: the record of client secrets is one for all
// providers. If it is damaged, those that need none of it work on at once, and
// the others say so.
func TestDamagedRecordOfSecrets(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	w.loginOdd(p, authtest.Mira)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(canary+"-own\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.want(0, "providers", "add", "mine", "--issuer", p.URL, "--client-id", authtest.ClientID, "--secret-file", secret)
	path := filepath.Join(w.home, "vault", "records", "clients.age")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := w.want(0, "token", "odd", "--force"); !p.Good(strings.TrimSpace(r.out)) {
		t.Error("no good token")
	}
	w.want(0, "whoami", "odd", "--refresh")
	// The record was set aside when it was read.
	if r := w.run("vault", "check"); !strings.Contains(r.out+r.stderr, "clients") {
		t.Errorf("not said:\n%s%s", r.out, r.stderr)
	}
	w.noSecretInClear()
}
