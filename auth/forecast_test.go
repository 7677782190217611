package auth

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

// TestForecast: what a provider said comes before the rules of its file; rules that
// were outlived or are about other scopes say nothing.
func TestForecast(t *testing.T) {
	const day = 24 * time.Hour
	signedIn := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	refresh := providers.NewSecret("r")
	limits := func(l ...providers.RefreshLimit) *providers.Provider { return &providers.Provider{RefreshLimits: l} }
	unused := providers.RefreshLimit{After: "90d", Why: "unused for 90 days"}
	testing7 := providers.RefreshLimit{After: "7d", Since: "sign_in", Sure: "possible", UnlessOnly: []string{"openid", "email"}, Why: "in testing"}
	for name, tc := range map[string]struct {
		state  State
		tokens oauth.Tokens
		p      *providers.Provider
		after  time.Duration // of now, since the sign-in
		want   *Forecast
	}{
		"needs its person now":       {state: StateNeedsSignIn, tokens: oauth.Tokens{Expires: signedIn.Add(day)}},
		"nothing is known":           {tokens: oauth.Tokens{Refresh: refresh, Issued: signedIn}, p: limits()},
		"no provider any more":       {tokens: oauth.Tokens{Refresh: refresh, Issued: signedIn}},
		"a token without end":        {tokens: oauth.Tokens{Issued: signedIn}},
		"no refresh token":           {tokens: oauth.Tokens{Expires: signedIn.Add(day)}, p: limits(unused), want: &Forecast{At: signedIn.Add(day), Why: EndOfAccess, Sure: Stated}},
		"the answer says":            {tokens: oauth.Tokens{Refresh: refresh, RefreshExpires: signedIn.Add(9 * day)}, p: limits(unused, testing7), want: &Forecast{At: signedIn.Add(9 * day), Why: EndOfRefresh, Sure: Stated, Moves: true}},
		"refreshes do not move that": {tokens: oauth.Tokens{Refresh: refresh, RefreshExpires: signedIn.Add(9 * day), RefreshFixed: true}, want: &Forecast{At: signedIn.Add(9 * day), Why: EndOfRefresh, Sure: Stated}},
		"a rule": {
			tokens: oauth.Tokens{Refresh: refresh, Issued: signedIn.Add(day)}, p: limits(unused), after: day,
			want: &Forecast{At: signedIn.Add(91 * day), Why: EndByRule, Sure: Documented, Moves: true},
		},
		"the nearest rule": {
			tokens: oauth.Tokens{Refresh: refresh, Issued: signedIn, Scopes: []string{"openid", "groups"}}, p: limits(unused, testing7),
			want: &Forecast{At: signedIn.Add(7 * day), Why: EndByRule, Sure: Possible},
		},
		"a rule for other scopes": {
			tokens: oauth.Tokens{Refresh: refresh, Issued: signedIn, Scopes: []string{"openid", "email"}}, p: limits(testing7, unused),
			want: &Forecast{At: signedIn.Add(90 * day), Why: EndByRule, Sure: Documented, Moves: true},
		},
		"an outlived rule": {
			tokens: oauth.Tokens{Refresh: refresh, Issued: signedIn.Add(8 * day), Scopes: []string{"groups"}}, p: limits(testing7), after: 8 * day,
		},
		"a possible rule whose time is over": {
			tokens: oauth.Tokens{Refresh: refresh, Issued: signedIn, Scopes: []string{"groups"}}, p: limits(testing7), after: 8 * day,
		},
	} {
		r := &record{State: tc.state, SignedInAt: signedIn, Tokens: tc.tokens}
		got := r.forecast(tc.p, signedIn.Add(tc.after))
		if got != nil {
			if got.Detail == "" {
				t.Errorf("%s: no reason in words", name)
			}
			got.Detail = ""
		}
		if d := cmp.Diff(tc.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestForecastOfAnAccountWhoseProviderMovedIsNone(t *testing.T) {
	p := authtest.NewProvider(t)
	moved := false
	a := storeAgent(t, p, newMemStore(), func(o *Options) {
		o.Lookup = func(id string) (*providers.Provider, bool) {
			c := p.Config()
			if moved {
				c.Issuer = "https://elsewhere.example"
			}
			return c, id == c.ID
		}
	})
	acc := enroll(t, a, p, time.Hour, func(res *signInResult, _ *SignInRequest) { res.Tokens.RefreshExpires = time.Now().Add(time.Hour) })
	if acc.Forecast == nil || acc.Forecast.Why != EndOfRefresh {
		t.Fatalf("forecast %+v", acc.Forecast)
	}
	moved = true
	acc, err := a.Account(t.Context(), acc.ID)
	if err != nil || acc.State != StateNeedsSignIn || acc.Forecast != nil {
		t.Errorf("state %v, forecast %+v, %v", acc.State, acc.Forecast, err)
	}
}

func TestForecastInJSON(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	data, err := json.Marshal(Account{Forecast: &Forecast{At: at, Why: EndByRule, Sure: Possible, Moves: true, Detail: "a rule"}})
	const want = `"forecast":{"at":"2026-03-01T09:00:00Z","why":"provider_rule","sure":"possible","moves":true,"detail":"a rule"}`
	if err != nil || !strings.Contains(string(data), want) {
		t.Errorf("%s, %v", data, err)
	}
	var back Account
	if err := json.Unmarshal(data, &back); err != nil || back.Forecast == nil || *back.Forecast != (Forecast{At: at, Why: EndByRule, Sure: Possible, Moves: true, Detail: "a rule"}) {
		t.Errorf("read back as %+v, %v", back.Forecast, err)
	}
	if data, err = json.Marshal(Account{}); err != nil || strings.Contains(string(data), "forecast") {
		t.Errorf("%s, %v", data, err)
	}
}

// All that is known to end is listed, also what needs no person.
func TestEndsAreAllThatIsKnown(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	p := &providers.Provider{RefreshLimits: []providers.RefreshLimit{{After: "90d", Why: "unused for 90 days"}}}
	r := &record{State: StateActive, SignedInAt: now, Tokens: oauth.Tokens{Expires: now.Add(time.Hour), Issued: now}}
	if got := r.ends(p, now); len(got) != 1 || got[0].Why != EndOfAccess || got[0].Moves {
		t.Errorf("without a refresh token: %+v", got)
	}
	r.Tokens.Refresh, r.Tokens.RefreshExpires = providers.NewSecret("r"), now.Add(9*day)
	got := r.ends(p, now)
	if len(got) != 3 || got[0].Why != EndOfAccess || !got[0].Moves || got[1].Why != EndOfRefresh || got[2].Why != EndByRule || !got[2].At.Equal(now.Add(90*day)) {
		t.Errorf("%+v", got)
	}
	if got := r.ends(nil, now); len(got) != 2 {
		t.Errorf("without the provider: %+v", got)
	}
}
