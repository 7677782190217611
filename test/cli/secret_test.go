//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// A client secret that is configured is sent, wherever it was configured and
// whatever the built-in provider recommends.
func TestConfiguredSecretIsSent(t *testing.T) {
	w := newWorld(t)
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{ClientSecret: canary + "/+of=client", AuthMethods: []string{"client_secret_post", "client_secret_basic"}})
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(canary+"/+of=client\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	add := []string{"providers", "add", "mine", "--preset", "dex", "--set", "issuer=" + p.URL, "--client-id", authtest.ClientID}

	w.want(0, append(add, "--secret-file", secret)...)
	w.want(0, "login", "mine", "--timeout", "20s")
	if r := w.run("providers", "test", "mine"); !strings.Contains(r.out, "and its secret accepted") {
		t.Errorf("%d: %s", r.code, r.out)
	}
	text, err := os.ReadFile(filepath.Join(w.home, "providers.d", "mine.toml"))
	if err != nil || !strings.Contains(string(text), `secret = "required"`) {
		t.Errorf("%v: %s", err, text)
	}
	w.want(0, "logout", "mine", "--local")
	w.want(0, "providers", "remove", "mine")

	w.want(0, add...)
	if r := w.want(1, "login", "mine", "--timeout", "20s"); !strings.Contains(r.stderr, "secret") {
		t.Error(r.stderr)
	}
	w.set("CLAVIGER_MINE_CLIENT_SECRET", canary+"/+of=client")
	w.want(0, "login", "mine", "--timeout", "20s")
	w.noSecretInClear()
}

// A file that rules a secret out and a secret contradict each other, which is
// said where the two meet.
func TestSecretAgainstTheFile(t *testing.T) {
	w := newWorld(t)
	p := authtest.NewProvider(t)
	dir := t.TempDir()
	secret, file := filepath.Join(dir, "secret"), filepath.Join(dir, "mine.toml")
	if err := os.WriteFile(secret, []byte(canary+"-of-the-client\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "id = \"mine\"\npreset = \"dex\"\nclient = { id = \"" + authtest.ClientID + "\", secret = \"none\" }\nvariables.issuer.value = \"" + p.URL + "\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := w.want(2, "providers", "add", "--file", file, "--secret-file", secret); !strings.Contains(r.stderr, `client.secret = "none"`) {
		t.Error(r.stderr)
	}
	w.want(0, "providers", "add", "--file", file)
	w.want(0, "login", "mine", "--timeout", "20s", "--no-remember")
	w.set("CLAVIGER_MINE_CLIENT_SECRET", canary+"-of-the-client")
	for _, args := range [][]string{{"login", "mine", "--timeout", "20s"}} {
		if r := w.want(2, args...); args[0] == "login" && (!strings.Contains(r.stderr, `client.secret = "none"`) || !strings.Contains(r.stderr, "CLAVIGER_MINE_CLIENT_SECRET")) {
			t.Error(r.stderr)
		}
	}
	if r := w.want(1, "providers", "test", "mine"); !strings.Contains(r.out, `client.secret = "none"`) {
		t.Error(r.out)
	}
}
