package auth

import (
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/providers"
)

// unsavedAccount is an account whose refreshed tokens the store did not take.
func unsavedAccount(t *testing.T, p *authtest.Provider, store *memStore) (*Agent, *Account) {
	t.Helper()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, -time.Minute)
	store.breakPutsAfter(1, codedErr{"disk-full"})
	if _, err := a.Token(t.Context(), acc.ID, 0); err != nil {
		t.Fatal(err)
	}
	if !a.accounts.unsaved(acc.ID) {
		t.Fatal("the store took the record")
	}
	store.breakPuts(nil)
	return a, acc
}

// What another process signed out while it could not be stored stays signed out.
func TestUnsavedAccountThatIsSignedOutElsewhere(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a, acc := unsavedAccount(t, p, store)
	b := storeAgent(t, p, store)
	if _, err := b.SignOut(t.Context(), acc.ID, SignOutOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if list, err := b.Accounts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("it came back: %d accounts, %v", len(list), err)
	}
}

// Whoever refreshed later has the good tokens, whichever of the two is stored last.
func TestUnsavedTokensThatAreNotTheNewest(t *testing.T) {
	for name, c := range map[string]struct {
		issued time.Duration // of the stored ones, after the unsaved ones
		want   string
	}{
		"newer": {time.Second, "theirs"}, "as old": {0, "ours"}, "older": {-time.Second, "ours"},
	} {
		t.Run(name, func(t *testing.T) {
			p, store := authtest.NewProvider(t), newMemStore()
			a, acc := unsavedAccount(t, p, store)
			ours, err := a.accounts.load(t.Context(), acc.ID)
			if err != nil {
				t.Fatal(err)
			}
			theirs := ours.copy()
			theirs.Tokens.Refresh = providers.NewSecret("theirs")
			theirs.Tokens.Issued = ours.Tokens.Issued.Add(c.issued)
			data, err := theirs.encode()
			if err != nil {
				t.Fatal(err)
			}
			if err := store.Put(t.Context(), acc.ID, data); err != nil {
				t.Fatal(err)
			}
			if err := a.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			stored, err := storeAgent(t, p, store).accounts.load(t.Context(), acc.ID)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]providers.Secret{"ours": ours.Tokens.Refresh, "theirs": theirs.Tokens.Refresh}[c.want]
			if stored.Tokens.Refresh != want {
				t.Errorf("the stored tokens are not %s", c.want)
			}
		})
	}
}
