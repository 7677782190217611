// Package importer uses the library as another program would: the lines of
// the README, at a real provider on loopback.
package importer

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// open is the start of a program that imports Claviger.
func open(t *testing.T, dir string, browser *authtest.Browser) (*auth.Agent, *vault.Vault) {
	t.Helper()
	set, err := providers.Load(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(filepath.Join(dir, "vault"), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	agent, err := auth.New(auth.Options{Lookup: set.Lookup, Store: v, Browser: browser.Open})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = agent.Close(), v.Close() })
	return agent, v
}

// Sign in and remember, then start again: the account is there before any
// request, and its token works.
func TestSignInAndRemember(t *testing.T) {
	provider := authtest.NewProvider(t)
	dir, ctx := t.TempDir(), t.Context()
	if err := os.Mkdir(filepath.Join(dir, "providers.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := fmt.Sprintf("id = \"work\"\npreset = \"oidc\"\nissuer = %q\n[client]\nid = %q\n", provider.URL, authtest.ClientID)
	if err := os.WriteFile(filepath.Join(dir, "providers.d", "work.toml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}

	agent, v := open(t, dir, &authtest.Browser{})
	if err := v.Setup(ctx, "correct horse battery"); err != nil {
		t.Fatal(err)
	}
	account, err := agent.SignIn(ctx, auth.SignInRequest{Provider: "work", Remember: true})
	if err != nil {
		t.Fatal(err)
	}

	again, v := open(t, dir, nil)
	if err := v.Unlock(ctx, "correct horse battery"); err != nil {
		t.Fatal(err)
	}
	provider.Forget()
	remembered, err := again.Account(ctx, "work")
	if err != nil || remembered.ID != account.ID || remembered.User.Name != authtest.Mira.Name {
		t.Fatalf("remembered: %+v, %v", remembered, err)
	}
	if asked := provider.Requests(); len(asked) != 0 {
		t.Errorf("remembering asked the provider: %+v", asked)
	}
	client, err := again.Client(ctx, remembered.ID)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, provider.URL+"/api/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the provider's API answers %s", answer.Status)
	}
}
