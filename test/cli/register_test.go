//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/test/registrar"
)

// startRegistrar starts an issuer; initial is its initial access token, "" for
// an open one.
func startRegistrar(t *testing.T, initial string) *registrar.Server {
	t.Helper()
	return registrar.Start(t, registrar.Options{Initial: initial, Secret: canary + "-of-the-registration", Key: canary + "-key"})
}

// TestRegisterAndRemove registers at an issuer that compares ports and gives a
// secret, and takes everything back.
func TestRegisterAndRemove(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	issuer := startRegistrar(t, "")
	r := w.want(0, "providers", "add", "work", "--issuer", issuer.URL, "--register")
	for _, want := range []string{registrar.ClientID, "51789, 51790, 51791", "client secret", "claviger login work"} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("not said: %q in\n%s", want, r.stderr)
		}
	}
	if strings.Contains(r.stderr, "Register this") {
		t.Errorf("it asks to register by hand: %s", r.stderr)
	}
	data, err := os.ReadFile(filepath.Join(w.home, "providers.d", "work.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`id = "` + registrar.ClientID + `"`, "ports = [51789, 51790, 51791]", `auth = "client_secret_basic"`, `secret = "required"`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the file lacks %s:\n%s", want, data)
		}
	}
	w.noSecretInClear()
	if r := w.want(0, "providers", "list", "--json"); !strings.Contains(r.out, `"work"`) {
		t.Error(r.out)
	}

	// An id that is in use costs no registration.
	before := issuer.Asked()
	w.want(2, "providers", "add", "work", "--issuer", issuer.URL, "--register")
	w.want(1, "providers", "add", "Not An Id", "--issuer", issuer.URL, "--register")
	if after := issuer.Asked(); after != before {
		t.Errorf("%d requests for an id that cannot be had", after-before)
	}

	r = w.want(0, "providers", "remove", "work")
	if clients := issuer.Clients(); clients != 0 || !strings.Contains(r.stderr, "was deleted at the provider") {
		t.Errorf("%d registrations left: %s", clients, r.stderr)
	}
	w.noSecretInClear()
}

// TestRegistrationThatStays: it is said if the provider does not delete.
func TestRegistrationThatStays(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	issuer := startRegistrar(t, "")
	w.want(0, "providers", "add", "--issuer", issuer.URL, "--register", "work", "--json")
	issuer.Close()
	r := w.want(0, "providers", "remove", "work")
	if !strings.Contains(r.stderr, "could not be deleted") || !strings.Contains(r.stderr, registrar.ClientID) {
		t.Error(r.stderr)
	}
	w.want(2, "providers", "show", "work")
	// One that gives no key to its registrations lets nobody delete them.
	issuer = registrar.Start(t, registrar.Options{Secret: canary + "-of-the-registration"})
	w.want(0, "providers", "add", "--issuer", issuer.URL, "--register", "work")
	r = w.want(0, "providers", "remove", "work")
	if issuer.Clients() != 1 || !strings.Contains(r.stderr, "(client ID "+registrar.ClientID+") cannot be deleted from here") {
		t.Error(r.stderr)
	}
}

// TestRegistrationIsDeletedLater keeps the key of a registration until the provider
// deleted it, and no longer.
func TestRegistrationIsDeletedLater(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	issuer := startRegistrar(t, "")
	w.want(0, "providers", "add", "--issuer", issuer.URL, "--register", "work")
	issuer.Trouble(true)
	if r := w.want(0, "providers", "remove", "work"); !strings.Contains(r.stderr, "stays in the vault") || !strings.Contains(r.stderr, "claviger providers remove work") {
		t.Error(r.stderr)
	}
	if r := w.want(0, "providers", "remove", "work"); !strings.Contains(r.stderr, "stays in the vault") {
		t.Error(r.stderr)
	}
	issuer.Trouble(false)
	r := w.want(0, "providers", "remove", "work")
	if clients := issuer.Clients(); clients != 0 || !strings.Contains(r.stderr, "was deleted at the provider") {
		t.Errorf("%d registrations left: %s", clients, r.stderr)
	}
	w.want(2, "providers", "remove", "work")
}

// TestRegistrationThatIsNotOpen needs an initial access token.
func TestRegistrationThatIsNotOpen(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	issuer := startRegistrar(t, canary+"-initial")
	r := w.want(6, "providers", "add", "work", "--issuer", issuer.URL, "--register")
	for _, want := range []string{"restricts who can register", "for members", "--registration-token-file"} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("not said: %q in\n%s", want, r.stderr)
		}
	}
	token := filepath.Join(t.TempDir(), "token")
	write := func(text string) {
		if err := os.WriteFile(token, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(canary + "-another\n")
	if r := w.want(6, "providers", "add", "work", "--issuer", issuer.URL, "--register", "--registration-token-file", token); !strings.Contains(r.stderr, "initial access token") {
		t.Error(r.stderr)
	}
	write("\n")
	w.want(1, "providers", "add", "work", "--issuer", issuer.URL, "--register", "--registration-token-file", token)
	write(canary + "-initial\n")
	w.want(0, "providers", "add", "work", "--issuer", issuer.URL, "--register", "--registration-token-file", token)
	w.noSecretInClear()

	w.want(2, "providers", "add", "more", "--preset", "gitlab", "--register")
	w.want(2, "providers", "add", "more", "--issuer", issuer.URL, "--registration-token-file", token)
	w.want(2, "providers", "add", "more", "--issuer", issuer.URL, "--register", "--client-id", "x")
}

// TestIssuerWithoutRegistration says so.
func TestIssuerWithoutRegistration(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	issuer := startDemo(t, w)
	if r := w.want(2, "providers", "add", "work", "--issuer", issuer, "--register"); !strings.Contains(r.stderr, "does not support automatic registration") {
		t.Error(r.stderr)
	}
}
