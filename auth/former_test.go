package auth

import (
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// TestClaimsOfTheTokensBefore: what the tokens said before the last refresh or sign-in is
// kept, encrypted as all of the account; the tokens themselves are not.
func TestClaimsOfTheTokensBefore(t *testing.T) {
	p := authtest.NewProvider(t)
	store := newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, -time.Minute)
	before, err := a.Stored(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if before.FormerIDClaims != nil || before.FormerClaims != nil {
		t.Errorf("nothing came before the first sign-in: %v, %v", before.FormerIDClaims, before.FormerClaims)
	}

	says := func(name string) authtest.Behaviour {
		return authtest.Behaviour{IDToken: func(c map[string]any) { c["nickname"] = name }}
	}
	for i, step := range []struct {
		behave authtest.Behaviour
		want   any
	}{
		{says("first"), nil},
		{says("second"), "first"},
		{authtest.Behaviour{NoIDToken: true}, "first"}, // the ID token is the same one
		{says("third"), "second"},
	} {
		p.Behave(step.behave)
		if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
			t.Fatal(err)
		}
		now, err := a.Stored(t.Context(), acc.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := now.FormerIDClaims["nickname"]; now.FormerIDClaims == nil || got != step.want {
			t.Errorf("refresh %d: the ID token before said %v, not %v", i+1, got, step.want)
		}
		if i == 0 {
			for _, data := range store.all() {
				if strings.Contains(string(data), before.IDToken.Reveal()) {
					t.Error("the ID token of before is still stored")
				}
			}
		}
	}
}

// TestHugeClaimsAreNotKeptTwice: claims of before are bounded.
func TestHugeClaimsAreNotKeptTwice(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, -time.Minute)
	p.Behave(authtest.Behaviour{IDToken: func(c map[string]any) { c["much"] = strings.Repeat("x", maxFormer) }})
	for range 2 {
		if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
			t.Fatal(err)
		}
	}
	now, err := a.Stored(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if now.FormerIDClaims != nil {
		t.Errorf("%d claims were kept", len(now.FormerIDClaims))
	}
}
