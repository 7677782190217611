package auth

import (
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

// TestWhoTheAccountIsStays: an ID token of a refresh answer must name who signed
// in, by the claim that the provider's file names too, and if no ID token came at
// the sign-in. What cannot be compared is not taken over.
func TestWhoTheAccountIsStays(t *testing.T) {
	none := func(res *signInResult, _ *SignInRequest) {
		res.IDTokenClaims, res.Checks, res.Tokens.ID = nil, nil, providers.Secret{}
	}
	custom := func(res *signInResult, r *SignInRequest) { // an API of its own, with other ids
		none(res, r)
		res.Identity.User.ID, res.Identity.User.Claims = "7", map[string]any{"id": 7}
	}
	named := func(name string, v any) func(*signInResult, *SignInRequest) {
		return func(res *signInResult, _ *SignInRequest) {
			res.IDTokenClaims = maps.Clone(res.IDTokenClaims)
			res.IDTokenClaims[name] = v
		}
	}
	says := func(name string, v any) func(map[string]any) { return func(c map[string]any) { c[name] = v } }
	for name, tc := range map[string]struct {
		subject string // id_token.subject of the provider
		signIn  func(*signInResult, *SignInRequest)
		refresh func(map[string]any)
		refused bool
		taken   bool // the ID token
	}{
		"same claim":                      {"oid", named("oid", "A"), says("oid", "A"), false, true},
		"same number":                     {"oid", named("oid", 12), says("oid", 12), false, true},
		"other claim, same sub":           {"oid", named("oid", "A"), says("oid", "B"), true, false},
		"claim left out, same sub":        {"oid", named("oid", "A"), nil, false, true},
		"same claim, other sub":           {"oid", named("oid", "A"), func(c map[string]any) { c["oid"], c["sub"] = "A", "somebody-else" }, true, false},
		"no ID token before, same":        {"", none, nil, false, true},
		"no ID token before, another":     {"", none, says("sub", "somebody-else"), true, false},
		"no ID token before, other claim": {"email", none, says("email", "other@example.org"), true, false},
		"nothing to compare with":         {"", custom, nil, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := authtest.NewProvider(t)
			a := storeAgent(t, p, newMemStore(), func(o *Options) {
				o.Lookup = func(id string) (*providers.Provider, bool) {
					c := p.Config()
					c.IDToken.Subject = tc.subject
					return c, id == c.ID
				}
			})
			acc := enroll(t, a, p, -time.Minute, tc.signIn)
			before, err := a.accounts.load(t.Context(), acc.ID)
			if err != nil {
				t.Fatal(err)
			}
			p.Behave(authtest.Behaviour{IDToken: tc.refresh})
			_, err = a.Token(t.Context(), acc.ID, 0)
			if refused := errors.Is(err, ErrIDToken) && errors.Is(err, oauth.ErrNeedsSignIn); refused != tc.refused || !refused && err != nil {
				t.Fatalf("err = %v, want refused %v", err, tc.refused)
			}
			after, err := a.accounts.load(t.Context(), acc.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got := after.Tokens.ID != before.Tokens.ID; got != tc.taken {
				t.Errorf("ID token taken over: %v, want %v", got, tc.taken)
			}
			if after.Tokens.Refresh == before.Tokens.Refresh || after.Subject != before.Subject {
				t.Error("the rotated token is lost, or the account is somebody else's")
			}
		})
	}
}
