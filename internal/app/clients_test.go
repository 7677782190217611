package app

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"testing"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// keyring is one in memory.
type keyring struct {
	mu   sync.Mutex
	keys map[string][]byte
}

func (k *keyring) Name() string { return "test keyring" }

func (k *keyring) Get(_ context.Context, name string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	secret, ok := k.keys[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return append([]byte(nil), secret...), nil // the caller clears it
}

func (k *keyring) Set(_ context.Context, name string, secret []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[name] = append([]byte(nil), secret...)
	return nil
}

func (k *keyring) Remove(_ context.Context, name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, name)
	return nil
}

func openVault(t *testing.T, dir string, k *keyring) *vault.Vault {
	t.Helper()
	v, err := vault.Open(dir, vault.Options{Keyring: k})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// knownProviders is a set with the built-in providers, and p, p0 to p9.
func knownProviders(t *testing.T, environ ...string) *providers.Set {
	t.Helper()
	set, err := providers.Load("", environ)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"p", "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"} {
		set.Put(&providers.Provider{ID: id, Name: id, Issuer: "https://" + id + ".example"})
	}
	return set
}

// A secret is kept for where its provider is, whatever the environment says for
// one command later. One of before there were homes gets that of the file.
func TestClientSecretsHaveAHome(t *testing.T) {
	dir, k, ctx := filepath.Join(t.TempDir(), "vault"), &keyring{keys: map[string][]byte{}}, t.Context()
	c := clientSecrets{openVault(t, dir, k), knownProviders(t)}
	if err := c.save(ctx, "p", providers.NewSecret("one")); err != nil {
		t.Fatal(err)
	}
	elsewhere := clientSecrets{c.v, knownProviders(t, "CLAVIGER_P_ISSUER=https://evil.example")}
	home := func(c clientSecrets, want string) {
		t.Helper()
		p, _ := c.set.Lookup("p")
		got, err := c.get(ctx, p)
		if err != nil || got.Secret.Reveal() != "one" || got.Home.Issuer != want {
			t.Errorf("%+v, %v; want %s", got.Home, err, want)
		}
		if moved := got.Home.Moved(p) != nil; moved != (p.Issuer != want) {
			t.Errorf("moved: %v", moved)
		}
	}
	home(elsewhere, "https://p.example")
	if err := c.v.Put(ctx, clientsRecord, []byte(`{"p":"one"}`)); err != nil {
		t.Fatal(err)
	}
	home(elsewhere, "https://p.example")
	c.set.Put(&providers.Provider{ID: "p", Name: "p", Issuer: "https://another-file.example"})
	home(c, "https://p.example") // the first file settled it
	if err := c.move(ctx, "p"); err != nil {
		t.Fatal(err)
	}
	home(c, "https://another-file.example")
}

// A secret of before that gets its home, or one that moves, never takes the place of
// one that another program saves meanwhile.
func TestHomesReplaceNoSecret(t *testing.T) {
	dir, k, ctx := filepath.Join(t.TempDir(), "vault"), &keyring{keys: map[string][]byte{}}, t.Context()
	c := clientSecrets{openVault(t, dir, k), knownProviders(t)}
	if err := c.v.Put(ctx, clientsRecord, []byte(`{"p":"old"}`)); err != nil {
		t.Fatal(err)
	}
	other := clientSecrets{openVault(t, dir, k), c.set}
	for name, home := range map[string]func() error{
		"settle": func() error { _, err := c.settle(ctx, "p"); return err },
		"move":   func() error { return c.move(ctx, "p") },
	} {
		release, err := c.v.LockRecord(ctx, clientsRecord)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- home() }() // waits for the record
		if err := c.v.Put(ctx, clientsRecord, []byte(`{"p":"new"}`)); err != nil {
			t.Fatal(err)
		}
		release()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		p, _ := other.set.Lookup("p")
		if got, err := other.get(ctx, p); err != nil || got.Secret.Reveal() != "new" || got.Home.Issuer != "https://p.example" {
			t.Errorf("%s: %q of %+v, %v", name, got.Secret.Reveal(), got.Home, err)
		}
		if err := c.v.Put(ctx, clientsRecord, []byte(`{"p":"old"}`)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClientSecrets(t *testing.T) {
	dir, k := filepath.Join(t.TempDir(), "vault"), &keyring{keys: map[string][]byte{}}
	c := clientSecrets{openVault(t, dir, k), knownProviders(t)}
	ctx := t.Context()
	want := func(id, secret string) {
		t.Helper()
		got, err := c.get(ctx, &providers.Provider{ID: id})
		if err != nil {
			t.Fatal(err)
		}
		if got.Secret.Reveal() != secret {
			t.Errorf("%s: %q, want %q", id, got.Secret.Reveal(), secret)
		}
	}
	want("github", "") // a vault that is not set up has none
	if err := c.save(ctx, "github", providers.NewSecret("one")); err != nil {
		t.Fatal(err)
	}
	if err := c.save(ctx, "google", providers.NewSecret("two")); err != nil {
		t.Fatal(err)
	}
	want("github", "one")
	want("google", "two")
	want("azure", "")
	// Another process reads the same.
	c = clientSecrets{openVault(t, dir, k), c.set}
	want("google", "two")
	for _, id := range []string{"github", "google"} {
		if err := c.save(ctx, id, providers.Secret{}); err != nil {
			t.Fatal(err)
		}
		want(id, "")
	}
	names, err := c.v.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 0 {
		t.Errorf("records left: %q", names)
	}
}

func TestClientSecretsSavedAtOnceAreAllKept(t *testing.T) {
	dir, k := filepath.Join(t.TempDir(), "vault"), &keyring{keys: map[string][]byte{}}
	first := clientSecrets{openVault(t, dir, k), knownProviders(t)}
	if err := first.save(t.Context(), "p", providers.NewSecret("s")); err != nil {
		t.Fatal(err)
	}
	second := clientSecrets{openVault(t, dir, k), first.set}
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			c := first
			if i%2 == 1 {
				c = second
			}
			if err := c.save(t.Context(), fmt.Sprintf("p%d", i), providers.NewSecret("s")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range 10 {
		got, err := first.get(t.Context(), &providers.Provider{ID: fmt.Sprintf("p%d", i)})
		if err != nil {
			t.Fatal(err)
		}
		if got.Secret.IsZero() {
			t.Errorf("p%d was lost", i)
		}
	}
}

func TestRegistrations(t *testing.T) {
	dir, k := filepath.Join(t.TempDir(), "vault"), &keyring{keys: map[string][]byte{}}
	r := registrations{openVault(t, dir, k)}
	ctx := t.Context()
	// Nothing to remove sets up no vault.
	if err := r.save(ctx, "work", register.Access{}); err != nil || len(k.keys) > 0 {
		t.Errorf("%v, %d keys", err, len(k.keys))
	}
	access := register.Access{URI: "https://login.example.com/register/1", Token: providers.NewSecret("key"), Home: oauth.Home{Issuer: "https://login.example.com"}}
	if err := r.save(ctx, "work", access); err != nil {
		t.Fatal(err)
	}
	r = registrations{openVault(t, dir, k)}
	got, err := r.get(ctx, "work")
	if err != nil || got.URI != access.URI || got.Token.Reveal() != "key" || got.Home.Issuer != access.Home.Issuer {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := r.get(ctx, "other"); err != nil || !got.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
	if err := r.save(ctx, "work", register.Access{}); err != nil {
		t.Fatal(err)
	}
	if names, err := r.v.List(ctx); err != nil || len(names) != 0 {
		t.Errorf("records left: %q, %v", names, err)
	}
}
