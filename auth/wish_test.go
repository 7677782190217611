package auth

import (
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// The first token may be what is left of an older one, so that its life says
// nothing: a longer wish refreshes it, once. Where that fails it is good as it is.
func TestWishBeyondTheFirstToken(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, 5*time.Minute, func(r *signInResult, _ *SignInRequest) {
		r.Tokens.Issued = r.Tokens.Expires.Add(-5 * time.Minute)
	})
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Token: authtest.ServerError}})
	first, err := a.Token(t.Context(), acc.ID, 10*time.Minute)
	if err != nil || time.Until(first.ExpiresAt) > 5*time.Minute {
		t.Errorf("offline: %+v, %v", first, err)
	}
	p.Behave(authtest.Behaviour{AccessTTL: 8 * time.Minute})
	before := p.Refreshes()
	for range 3 {
		tok, err := a.Token(t.Context(), acc.ID, 10*time.Minute)
		if err != nil || time.Until(tok.ExpiresAt) < 7*time.Minute {
			t.Errorf("%+v, %v", tok, err)
		}
	}
	if n := p.Refreshes() - before; n != 1 {
		t.Errorf("%d refreshes", n)
	}
}
