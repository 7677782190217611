package auth

import (
	"maps"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// The keys of the ID token come while the tokens do: discovery, then both.
func TestRefreshTakesTwoRoundTrips(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	acc := enroll(t, storeAgent(t, p, store), p, time.Hour, idTokenOfNow)
	p.Behave(authtest.Behaviour{Together: []string{authtest.Token, authtest.Keys}})
	a := storeAgent(t, p, store) // as a new process
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	if n, keys := p.RoundTrips(), p.Count(authtest.Keys); n != 2 || keys != 1 {
		t.Errorf("%d round trips and %d requests for keys, want 2 and 1", n, keys)
	}
}

// idTokenOfNow makes the ID token of a sign-in one that came just now.
func idTokenOfNow(res *signInResult, _ *SignInRequest) {
	res.IDTokenClaims = maps.Clone(res.IDTokenClaims)
	res.IDTokenClaims["iat"] = float64(time.Now().Unix())
}

// A provider that gave no ID token with the last refresh is asked for no keys at
// the next.
func TestRefreshWithoutIDTokenAsksForNoKeys(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	acc := enroll(t, storeAgent(t, p, store), p, time.Hour, idTokenOfNow)
	expireStored(t, storeAgent(t, p, store), acc.ID) // the token of a refresh, an hour later
	p.Behave(authtest.Behaviour{NoIDToken: true})
	if _, err := storeAgent(t, p, store).Token(t.Context(), acc.ID, 0); err != nil {
		t.Fatal(err)
	}
	if n := p.Count(authtest.Keys); n != 0 {
		t.Errorf("%d requests for keys", n)
	}
}

// A rotated refresh token is stored before an ID token is verified with keys
// that do not come: a process that ends meanwhile does not lose the account.
func TestRotatedTokenIsStoredBeforeKeysCome(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	acc := enroll(t, storeAgent(t, p, store), p, time.Hour)
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Keys: authtest.Never}})
	dying := storeAgent(t, p, store)
	before, err := dying.accounts.read(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = dying.Refresh(t.Context(), acc.ID) // it hangs until the test ends
	}()
	rec := before
	for deadline := time.Now().Add(20 * time.Second); rec.Tokens.Refresh == before.Tokens.Refresh; <-time.After(time.Millisecond) {
		if rec, err = dying.accounts.read(t.Context(), acc.ID); err != nil || time.Now().After(deadline) {
			t.Fatal("the rotated refresh token is not stored", err)
		}
	}
	select {
	case <-ended:
		t.Error("it did not wait for the keys: the test shows nothing")
	default:
	}
	if rec.State != StateActive || !rec.Tokens.Expired(dying.now()) || rec.Tokens.Access != before.Tokens.Access {
		t.Errorf("stored ahead: state %s, expired %v", rec.State, rec.Tokens.Expired(dying.now()))
	}
	// What another process makes of it, when the first is gone and its lock too.
	p.Behave(authtest.Behaviour{})
	store.abandon(acc.ID)
	tok, err := storeAgent(t, p, store).Token(t.Context(), acc.ID, 0)
	if err != nil || !p.Good(tok.AccessToken.Reveal()) {
		t.Errorf("the next process: %v", err)
	}
	p.Close()
	<-ended
}
