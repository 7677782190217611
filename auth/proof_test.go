package auth

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

// withoutRefresh is a sign-in of a provider that gives no refresh token.
func withoutRefresh(res *signInResult, _ *SignInRequest) { res.Tokens.Refresh = providers.Secret{} }

func TestProofOfARevocation(t *testing.T) {
	const always = 100
	for name, c := range map[string]struct {
		behaviour authtest.Behaviour
		access    bool // there is no refresh token
		revoked   string
		proof     string
		words     string
		asks      map[string]int
	}{
		"by the refresh token": {
			revoked: OutcomeDone, proof: OutcomeDone, words: "now rejects the refresh token (invalid_grant)",
			asks: map[string]int{authtest.Token: 1, authtest.Userinfo: 0, authtest.Revoke: 2},
		},
		"by the access token": {
			access: true, revoked: OutcomeDone, proof: OutcomeDone, words: "now rejects the access token (401)",
			asks: map[string]int{authtest.Token: 0, authtest.Userinfo: 1, authtest.Revoke: 1},
		},
		"a yes that is no yes": {
			behaviour: authtest.Behaviour{IgnoreRevocations: always},
			revoked:   OutcomeFailed, proof: OutcomeFailed, words: "still returned a new token",
			asks: map[string]int{authtest.Token: 2, authtest.Userinfo: 0, authtest.Revoke: 6},
		},
		"a yes the second time": {
			behaviour: authtest.Behaviour{IgnoreRevocations: 2},
			revoked:   OutcomeDone, proof: OutcomeDone, words: "now rejects the refresh token",
			asks: map[string]int{authtest.Token: 2, authtest.Revoke: 4},
		},
		"a yes that is no yes, and the old refresh token stays": {
			behaviour: authtest.Behaviour{IgnoreRevocations: always, KeepRefresh: true},
			revoked:   OutcomeFailed, proof: OutcomeFailed, words: "still returned a new token",
			asks: map[string]int{authtest.Token: 2, authtest.Revoke: 6},
		},
		"an access token that goes on": {
			behaviour: authtest.Behaviour{IgnoreRevocations: always}, access: true,
			revoked: OutcomeFailed, proof: OutcomeFailed, words: "still accepts the access token",
			asks: map[string]int{authtest.Userinfo: 1, authtest.Revoke: 1},
		},
		"a self-contained access token": {
			behaviour: authtest.Behaviour{IgnoreRevocations: always, JWTAccess: true}, access: true,
			revoked: OutcomeDone, proof: OutcomeUntilEnd, words: "accepted until it expires",
		},
		"a refresh token beside a self-contained access token": {
			behaviour: authtest.Behaviour{JWTAccess: true},
			revoked:   OutcomeDone, proof: OutcomeDone, words: "may accept the last access token until it expires",
		},
		"an answer that proves nothing": {
			behaviour: authtest.Behaviour{TokenError: "invalid_client", IgnoreRevocations: always},
			revoked:   OutcomeDone, proof: OutcomeUnknown, words: "did not say",
		},
		"an answer that proves nothing, and one that does": {
			behaviour: authtest.Behaviour{TokenError: "invalid_client"},
			revoked:   OutcomeDone, proof: OutcomeDone, words: "now rejects the access token (401)",
			asks: map[string]int{authtest.Token: 1, authtest.Userinfo: 1},
		},
		"a refusal without a word": {
			behaviour: authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Token: {Status: http.StatusBadRequest}}},
			revoked:   OutcomeDone, proof: OutcomeDone, words: "now rejects the access token (401)",
		},
		"an answer to the access token that proves nothing": {
			behaviour: authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Userinfo: {Status: http.StatusForbidden}}}, access: true,
			revoked: OutcomeDone, proof: OutcomeUnknown, words: "403 Forbidden",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, store := authtest.NewProvider(t), newMemStore()
			p.Behave(c.behaviour)
			a := storeAgent(t, p, store)
			var change []func(*signInResult, *SignInRequest)
			if c.access {
				change = append(change, withoutRefresh)
			}
			acc := enroll(t, a, p, time.Hour, change...)
			rec, _ := a.accounts.load(t.Context(), acc.ID)
			p.Forget()
			r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true})
			if err != nil || r.Revoked.Outcome != c.revoked || r.Proof.Outcome != c.proof || !strings.Contains(r.Proof.Detail, c.words) {
				t.Errorf("%+v, %v", r, err)
			}
			if told := r.Proof.Until; strings.Contains(c.words, "expires") != told.Equal(rec.Tokens.Expires) {
				t.Errorf("the end is told as %v", told)
			}
			for endpoint, want := range c.asks {
				if n := p.Count(endpoint); n != want {
					t.Errorf("%d requests to %s, want %d", n, endpoint, want)
				}
			}
			if r.Pending() || r.EndedAt.IsZero() {
				t.Errorf("something is left to do: %+v", r.Retry)
			}
			noTokensIn(t, store, p)
		})
	}
}

// noTokensIn looks for every token that the provider was ever sent in what the
// store holds in clear.
func noTokensIn(t *testing.T, store *memStore, p *authtest.Provider) {
	t.Helper()
	store.mu.Lock()
	defer store.mu.Unlock()
	for _, r := range p.Requests() {
		for _, field := range []string{"token", "refresh_token"} {
			token := r.Form.Get(field)
			for name, data := range store.records {
				if token != "" && strings.Contains(string(data), token) {
					t.Errorf("%s holds a token", name)
				}
			}
		}
	}
}

// The profile's own source stands in for user info, where there is none.
func TestProofByTheProfile(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	rec := &record{Tokens: oauth.Tokens{Access: providers.NewSecret("at-unknown"), Expires: time.Now().Add(time.Hour)}}
	config := p.Config()
	config.Profile.Sources = []providers.ProfileSource{{Source: providers.Source{Name: "Me", URL: p.URL + "/api/me"}}}
	r, err := a.upkeep.signOuts.proveByAccess(t.Context(), clientOf(a, config), rec)
	if err != nil || r.Outcome != OutcomeDone || p.Count(authtest.API) != 1 {
		t.Errorf("%+v, %v, %d requests", r, err, p.Count(authtest.API))
	}
	config.Profile.Sources = nil
	if r, err := a.upkeep.signOuts.proveByAccess(t.Context(), clientOf(a, config), rec); err != nil || r.Outcome != OutcomeNotOffered {
		t.Errorf("%+v, %v", r, err)
	}
	rec.Tokens.Expires = time.Now().Add(-time.Hour)
	if r, err := a.upkeep.signOuts.proveByAccess(t.Context(), clientOf(a, config), rec); err != nil || r.Outcome != OutcomeDone {
		t.Errorf("of a token that ended: %+v, %v", r, err)
	}
}

// A proof that the network prevents is tried again, without revoking again; in
// the end it is given up.
func TestProofIsTriedAgain(t *testing.T) {
	p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
	a := storeAgent(t, p, store, clock.set)
	acc := enroll(t, a, p, time.Hour)
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Token: authtest.ServerError}})
	r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true})
	if err != nil || r.Revoked.Outcome != OutcomeDone || r.Proof.Outcome != OutcomePending || r.Proof.Detail == "" || !r.Pending() {
		t.Fatalf("%+v, %v", r, err)
	}
	clock.pass(time.Hour)
	if ended, err := a.RetrySignOuts(t.Context()); err != nil || len(ended) != 0 || p.Count(authtest.Revoke) != 2 {
		t.Errorf("%v, %v, %d revocations", ended, err, p.Count(authtest.Revoke))
	}
	clock.pass(proveFor)
	ended, err := a.RetrySignOuts(t.Context())
	if err != nil || len(ended) != 1 || ended[0].Revoked.Outcome != OutcomeDone || ended[0].Proof.Outcome != OutcomeUnknown {
		t.Errorf("%+v, %v", ended, err)
	}
	noTokensIn(t, store, p)
}
