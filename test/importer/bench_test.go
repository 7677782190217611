package importer

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/vault"
)

// Remembered accounts: listing them at a start, without a network, and storing
// one anew, which a refresh at a provider that answers at once does.
func BenchmarkAccounts(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		v, err := vault.Open(b.TempDir(), vault.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = v.Close() })
		if err := v.Setup(b.Context(), "correct horse battery"); err != nil {
			b.Fatal(err)
		}
		provider := authtest.NewProvider(b)
		start := func() *auth.Agent {
			a, err := auth.New(auth.Options{Lookup: provider.Lookup, Store: v, Browser: new(authtest.Browser).Open})
			if err != nil {
				b.Fatal(err)
			}
			return a
		}
		id := fill(b, start(), v, provider, n)
		b.Run(fmt.Sprintf("list/%d", n), func(b *testing.B) {
			for b.Loop() {
				a := start()
				if list, err := a.Accounts(b.Context()); err != nil || len(list) != n {
					b.Fatalf("%d accounts, %v", len(list), err)
				}
				_ = a.Close()
			}
		})
		b.Run(fmt.Sprintf("refresh/%d", n), func(b *testing.B) {
			a := start()
			for b.Loop() {
				if _, err := a.Refresh(b.Context(), id); err != nil {
					b.Fatal(err)
				}
			}
			_ = a.Close()
		})
	}
}

// fill signs a person in, makes n accounts of it and returns the first one.
func fill(b *testing.B, a *auth.Agent, v *vault.Vault, p *authtest.Provider, n int) string {
	b.Helper()
	p.SignsIn(authtest.Person{Subject: "person", Login: "p", Name: "Person"})
	account, err := a.SignIn(b.Context(), auth.SignInRequest{Provider: "authtest", Remember: true})
	if err != nil {
		b.Fatal(err)
	}
	_ = a.Close()
	record, err := v.Get(b.Context(), account.ID)
	if err != nil {
		b.Fatal(err)
	}
	for i := range n - 1 {
		id := fmt.Sprintf("copy%08d", i)
		if err := v.Put(b.Context(), id, bytes.ReplaceAll(record, []byte(account.ID), []byte(id))); err != nil {
			b.Fatal(err)
		}
	}
	return account.ID
}
