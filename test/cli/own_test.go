//go:build unix

package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers/demo"
)

// TestProviderOfOnesOwn adds a provider by its issuer, signs in with it and
// removes it.
func TestProviderOfOnesOwn(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	issuer := startDemo(t, w)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(canary+"-of-the-client\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := w.want(0, "providers", "add", "work", "--issuer", issuer, "--name", "Work", "--client-id", demo.ClientID, "--json")
	if p := decode[struct{ ID, Name, Issuer, Origin string }](t, r.out); p.ID != "work" || p.Name != "Work" || p.Issuer != issuer {
		t.Errorf("added %+v", p)
	}
	a := decode[account](t, w.want(0, "login", "work", "--groups", "--json", "--timeout", "30s").out)
	if a.Provider != "work" || a.Issuer != issuer || a.User.Name == "" || len(a.Groups) == 0 {
		t.Errorf("account %+v", a)
	}
	w.want(0, "token", "work", "--force")

	w.saysWhatIsWrong("work")

	// The id is taken now, by hand and by accident.
	for _, id := range []string{"work", "github"} {
		if r := w.want(2, "providers", "add", id, "--issuer", issuer, "--secret-file", secret); !strings.Contains(r.stderr, "Choose another ID") {
			t.Errorf("%s: %s", id, r.stderr)
		}
	}
	if r := w.want(0, "providers", "remove", "work"); !strings.Contains(r.stderr, "1.") {
		t.Errorf("the account that stays is not said: %s", r.stderr)
	}
	w.want(2, "login", "work")
	if r := w.want(0, "accounts", "--json"); !strings.Contains(r.out, a.ID) {
		t.Errorf("the account is gone: %s", r.out)
	}
}

// saysWhatIsWrong breaks a provider's file: what is wrong with it is said, not that there
// is no such provider.
func (w *world) saysWhatIsWrong(id string) {
	w.t.Helper()
	file := filepath.Join(w.home, "providers.d", id+".toml")
	good, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(file, append([]byte("isuer = \"x\"\n"), good...), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if r := w.want(2, "token", id, "--force"); !strings.Contains(r.stderr, id+".toml:1: isuer") {
		w.t.Errorf("a mistake in the file is said so: %s", r.stderr)
	}
	if err := os.WriteFile(file, good, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// TestSecretOfOnesOwnProvider follows a client secret from a file to the
// token endpoint; it is written nowhere in clear, and gone with the provider.
func TestSecretOfOnesOwnProvider(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(canary+"-of-the-client\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startProvider(t)
	file := strings.ReplaceAll(`id = "forge"
name = "Forge"
endpoints = { authorization = "ADDR/authorize", token = "ADDR/token" }
client = { id = "acme-desktop", secret = "required", auth = "client_secret_post" }
profile = { source = [ { name = "Me", url = "ADDR/me", map = "{id: (.id | tostring), login}" } ] }
`, "ADDR", "http://"+p.addr)
	if r := w.runInput(file, "providers", "add", "--file", "-", "--secret-file", secret); r.code != 0 {
		t.Fatalf("%d: %s", r.code, r.stderr)
	}
	w.noSecretInClear()
	w.want(0, "login", "forge", "--timeout", "30s")
	w.noSecretInClear()
	p.mu.Lock()
	if diff := cmp.Diff([]string{canary + "-of-the-client"}, p.secrets); diff != "" {
		t.Error(diff)
	}
	p.mu.Unlock()
	w.want(0, "logout", "forge", "--local")

	// A second one with its id is refused and leaves its secret alone.
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte(canary+"-of-another\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := w.runInput(file, "providers", "add", "--file", "-", "--secret-file", other); r.code != 2 {
		t.Fatalf("%d: %s", r.code, r.stderr)
	}
	w.want(0, "login", "forge", "--timeout", "30s")
	p.mu.Lock()
	if got := p.secrets[len(p.secrets)-1]; got != canary+"-of-the-client" {
		t.Errorf("secret %q", got)
	}
	p.mu.Unlock()
	w.want(0, "logout", "forge", "--local")
	w.want(0, "providers", "remove", "forge")
	// Added again without its secret, it asks for one.
	if r := w.runInput(file, "providers", "add", "--file", "-"); r.code != 0 {
		t.Fatalf("%d: %s", r.code, r.stderr)
	}
	if r := w.run("login", "forge", "--timeout", "30s"); r.code == 0 || !strings.Contains(r.stderr, "CLAVIGER_FORGE_CLIENT_SECRET") {
		t.Errorf("%d: %s", r.code, r.stderr)
	}
}

func TestProviderThatCannotBeAdded(t *testing.T) {
	w := newWorld(t)
	broken := filepath.Join(t.TempDir(), "broken.toml")
	if err := os.WriteFile(broken, []byte("id = \"work\"\npreset = \"oidc\"\ncolour = \"red\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code int
		say  string
		args []string
	}{
		{2, "one of --issuer, --preset and --file is required", []string{"work"}},
		{2, "--issuer and --preset cannot be used together: --set fills in what a built-in provider needs; see 'claviger providers show azure'", []string{"work", "--issuer", "https://a.example", "--preset", "azure"}},
		{2, "--preset and --file cannot be used together", []string{"--file", "x.toml", "--preset", "azure"}},
		{2, "--register and --client-id cannot be used together", []string{"work", "--issuer", "https://a.example", "--register", "--client-id", "c"}},
		{2, "missing PROVIDER, the ID of the new provider", []string{"--preset", "azure"}},
		{2, "NAME=VALUE", []string{"contoso", "--preset", "azure", "--set", "tenant"}},
		{2, "it has: tenant", []string{"contoso", "--preset", "azure", "--set", "colour=red"}},
		{2, "unknown provider", []string{"contoso", "--preset", "azur"}},
		{1, "broken.toml:3: colour", []string{"--file", broken}},
		{1, "no such file", []string{"--file", broken + "x"}},
		{1, "client secret file cannot be used", []string{"contoso", "--preset", "azure", "--secret-file", broken + "x"}},
		{4, "could not be reached", []string{"work", "--issuer", "http://127.0.0.1:1"}},
	} {
		if r := w.want(c.code, append([]string{"providers", "add"}, c.args...)...); !strings.Contains(r.stderr, c.say) {
			t.Errorf("%v: %q is not in\n%s", c.args, c.say, r.stderr)
		}
	}
	for id, say := range map[string]string{"google": "built in", "nobody": "unknown provider"} {
		if r := w.want(2, "providers", "remove", id); !strings.Contains(r.stderr, say) {
			t.Errorf("remove %s: %s", id, r.stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(w.home, "providers.d")); err == nil {
		t.Error("something was written")
	}
}

// startDemo runs the demo provider as a process of its own and returns its
// issuer.
func startDemo(t *testing.T, w *world) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	cmd := w.command(ctx, "demo")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // killed
	})
	buf := make([]byte, 4096)
	n, err := out.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	_, issuer, _ := strings.Cut(string(buf[:n]), "The demo provider is at ")
	issuer, _, _ = strings.Cut(issuer, "\n")
	return issuer
}
